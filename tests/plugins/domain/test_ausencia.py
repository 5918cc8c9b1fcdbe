"""Fields that a guia may leave empty: each is where it is said to be, and noted when it is not."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from guias_modelo import CONTRATO, GUIAS, SP_SADT_MAXIMA, SP_SADT_MINIMA
from lxml import etree

from tiss.domain.ausencia import CAMPOS, CampoOpcional, campos_ausentes
from tiss.domain.cadastro import TipoGuia
from tiss.messages.guias import Oficina
from tiss.settings import NAMESPACE

MAXIMAS = {guia.tipo: guia for nome, guia in GUIAS.items() if nome.endswith("maxima")}
MINIMAS = {guia.tipo: guia for nome, guia in GUIAS.items() if nome.endswith("minima")}
CADA_CAMPO = pytest.mark.parametrize(
    ("tipo", "campo"),
    [(tipo, campo) for tipo, campos in CAMPOS.items() for campo in campos],
    ids=lambda valor: valor.nome if isinstance(valor, CampoOpcional) else str(valor),
)


def sem(parte: Any, atributo: str) -> Any:  # noqa: ANN401
    """The same guia with an attribute emptied: `autorizacao.senha`."""
    nome, _, resto = atributo.partition(".")
    valor = getattr(parte, nome)
    vazio = () if isinstance(valor, tuple) else None
    return replace(parte, **{nome: sem(valor, resto) if resto else vazio})


def elementos(guia: Any, caminho: str) -> list[Any]:  # noqa: ANN401
    """What a written guia has at a path."""
    raiz = etree.fromstring(
        f'<r xmlns:ans="{NAMESPACE}">{Oficina(CONTRATO.escrita).escrever(guia)}</r>'
    )
    achados: list[Any] = raiz.findall(
        "*/" + "/".join(f"{{{NAMESPACE}}}{p}" for p in caminho.split("/"))
    )
    return achados


def test_every_kind_of_guia_has_its_list() -> None:
    assert set(CAMPOS) == set(TipoGuia)


@CADA_CAMPO
def test_a_field_is_what_the_guia_writes_where_it_is_said_to_be(
    tipo: TipoGuia, campo: CampoOpcional
) -> None:
    cheia = MAXIMAS[tipo]
    assert elementos(cheia, campo.caminho)
    assert elementos(sem(cheia, campo.atributo), campo.caminho) == []


@CADA_CAMPO
def test_a_field_is_noted_when_it_is_empty_and_only_it(
    tipo: TipoGuia, campo: CampoOpcional
) -> None:
    assert campos_ausentes(MAXIMAS[tipo]) == ()
    assert campos_ausentes(sem(MAXIMAS[tipo], campo.atributo)) == (campo.nome,)


@pytest.mark.parametrize("tipo", TipoGuia)
def test_what_may_be_left_out_is_left_out_of_the_least_guia(tipo: TipoGuia) -> None:
    campos = campos_ausentes(MINIMAS[tipo])
    assert campos == tuple(campo.nome for campo in CAMPOS[tipo])
    assert len(set(campos)) == len(campos)


def test_a_guia_that_was_not_authorised_lacks_all_that_an_authorisation_has() -> None:
    assert SP_SADT_MINIMA.autorizacao is None
    faltam = campos_ausentes(replace(SP_SADT_MAXIMA, autorizacao=None))
    assert faltam == (
        "senha",
        "numero_guia_operadora",
        "validade_senha",
        "cod_validacao",
    )


def test_what_is_noted_is_the_name_of_a_field_and_never_its_value() -> None:
    valores = {str(valor) for valor in _textos(SP_SADT_MAXIMA)}
    for guia in GUIAS.values():
        assert not valores & set(campos_ausentes(guia))


def _textos(parte: Any) -> list[str]:  # noqa: ANN401
    if isinstance(parte, str):
        return [parte]
    if isinstance(parte, tuple):
        return [texto for um in parte for texto in _textos(um)]
    if is_dataclass(parte) and not isinstance(parte, type):
        return [texto for c in fields(parte) for texto in _textos(getattr(parte, c.name))]
    return []
