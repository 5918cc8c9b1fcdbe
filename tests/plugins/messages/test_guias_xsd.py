"""The declaration of each kind of guia against the XSD of each version."""

from __future__ import annotations

from functools import cache

import pytest
from comparacao import MAIS_ESTRITOS, MAIS_FROUXOS, VERSOES, Comparacao, modelo, queixa_do_tipo

from tiss.messages.declaracao import Grupo
from tiss.messages.guias import DECLARACOES

TIPOS = {
    "guiaConsulta": "ctm_consultaGuia",
    "guiaSP-SADT": "ctm_sp-sadtGuia",
    "guiaResumoInternacao": "ctm_internacaoResumoGuia",
    "guiaHonorarios": "ctm_honorarioIndividualGuia",
    "guiaOdonto": "cto_guiaOdontologia",
}
GUIAS: dict[str, Grupo] = {declaracao.nome: declaracao for declaracao in DECLARACOES.values()}


@cache
def comparacao(guia: str, versao: str) -> Comparacao:
    return Comparacao(GUIAS[guia], modelo(versao).types[TIPOS[guia]], versao)


def test_every_kind_of_guia_of_the_standard_is_declared() -> None:
    guias = modelo(VERSOES[0]).types["ctm_guiaLote"].content[1].type.content
    assert {elemento.local_name for elemento in guias.iter_elements()} == set(GUIAS)


@pytest.mark.parametrize("versao", VERSOES)
@pytest.mark.parametrize("guia", TIPOS)
def test_names_order_nesting_and_cardinality_are_those_of_the_xsd(guia: str, versao: str) -> None:
    assert comparacao(guia, versao).erros == []


@pytest.mark.parametrize("versao", VERSOES)
@pytest.mark.parametrize("guia", TIPOS)
def test_only_the_signature_is_not_declared(guia: str, versao: str) -> None:
    assert comparacao(guia, versao).nao_declarados == {"assinaturaDigitalGuia"}


@pytest.mark.parametrize("versao", VERSOES)
@pytest.mark.parametrize("guia", TIPOS)
def test_nothing_is_demanded_that_the_standard_leaves_open(guia: str, versao: str) -> None:
    assert comparacao(guia, versao).exigidos == set()


@pytest.mark.parametrize("versao", VERSOES)
@pytest.mark.parametrize("guia", TIPOS)
def test_every_value_has_the_type_and_the_limits_of_the_xsd(guia: str, versao: str) -> None:
    comparada = comparacao(guia, versao)
    queixas = {
        caminho: queixa
        for caminho, tipo, xsd in comparada.folhas
        if (queixa := queixa_do_tipo(comparada, caminho, tipo, xsd))
    }
    assert queixas == {}


@pytest.mark.parametrize("nome", sorted(MAIS_FROUXOS | MAIS_ESTRITOS))
def test_exceptions_are_still_exceptions(nome: str) -> None:
    tipo, xsd = next(
        (tipo, xsd)
        for guia in TIPOS
        for caminho, tipo, xsd in comparacao(guia, VERSOES[0]).folhas
        if caminho.rpartition("/")[2] == nome
    )
    if nome in MAIS_FROUXOS:
        assert len(xsd.enumeration) > 20
    else:
        assert not xsd.enumeration
        assert not xsd.patterns
        assert getattr(tipo, "padrao", "")
