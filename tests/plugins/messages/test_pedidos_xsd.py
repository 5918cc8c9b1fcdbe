"""The declaration of each request, and the names of both forms, against the XSD of each version."""

from __future__ import annotations

from functools import cache

import pytest
from comparacao import Comparacao, modelo, queixa_do_tipo
from xmlschema.validators import XsdElement, XsdType

from tiss.domain.cadastro import Escrita, Operacao
from tiss.domain.pedido import Pedido
from tiss.messages.cabecalho import CABECALHO
from tiss.messages.declaracao import Grupo
from tiss.messages.mensagem import FORMAS
from tiss.messages.pedidos import DECLARACOES
from tiss.messages.tipos import Texto, Tipo

# The XSD has the list of its version, and says so when the message is written.
CODIGOS_DE_GLOSA = {"codigoGlosaProtocolo", "codGlosaGuia", "codGlosaItem", "codGlosaProc"}
CLASSES = pytest.mark.parametrize("classe", DECLARACOES, ids=lambda classe: classe.__name__)
OPERACOES = pytest.mark.parametrize("operacao", Operacao)


@cache
def elementos(tipo: XsdType) -> dict[str, XsdElement]:
    return {elemento.local_name: elemento for elemento in tipo.content.iter_elements()}


def corpos_do_arquivo(versao: str) -> dict[str, XsdElement]:
    mensagem = elementos(modelo(versao, "").elements["mensagemTISS"].type)
    return elementos(mensagem["prestadorParaOperadora"].type)


@cache
def comparacao(classe: type[Pedido], versao: str) -> Comparacao:
    raiz, tipo = DECLARACOES[classe], corpos_do_arquivo(versao)[DECLARACOES[classe].nome].type
    if len(raiz.filhos) == 1:
        # One of two branches: each is a class of ours.
        (ramo,) = raiz.filhos
        assert isinstance(ramo, Grupo)
        assert tipo.content.model == "choice"
        raiz, tipo = ramo, elementos(tipo)[ramo.nome].type
    return Comparacao(raiz, tipo, versao)


@CLASSES
def test_names_order_nesting_and_cardinality_are_those_of_the_xsd(
    classe: type[Pedido], versao: str
) -> None:
    assert comparacao(classe, versao).erros == []


@CLASSES
def test_everything_of_the_standard_is_declared_and_nothing_more_demanded(
    classe: type[Pedido], versao: str
) -> None:
    assert comparacao(classe, versao).nao_declarados == set()
    assert comparacao(classe, versao).exigidos == set()


@CLASSES
def test_every_value_has_the_type_and_the_limits_of_the_xsd(
    classe: type[Pedido], versao: str
) -> None:
    comparada = comparacao(classe, versao)
    queixas = {
        caminho: queixa
        for caminho, tipo, xsd in comparada.folhas
        if (queixa := queixa_da_folha(comparada, caminho, tipo, xsd))
    }
    assert queixas == {}


def queixa_da_folha(comparada: Comparacao, caminho: str, tipo: Tipo, xsd: XsdType) -> list[str]:
    nome = caminho.rpartition("/")[2]
    escrita = Escrita(comparada.versao)
    if nome in CODIGOS_DE_GLOSA:
        assert len(xsd.enumeration) > 600
        return [codigo for codigo in xsd.enumeration if codigo and tipo.queixa(codigo, escrita)]
    if nome == "competencia":
        # Ours knows that a year has twelve months.
        assert xsd.patterns.regexps == ["[0-9]{4}[0-9]{2}"]
        aceitas = [mes for mes in range(100) if not tipo.queixa(f"2026{mes:02}", escrita)]
        return [] if aceitas == list(range(1, 13)) else ["other months"]
    if nome == "codRegiao" or nome == "codDente":
        assert len(xsd.enumeration) > 20
        return [valor for valor in xsd.enumeration if tipo.queixa(valor, escrita)]
    if nome == "denteFace":
        assert isinstance(tipo, Texto)
        return [] if xsd.patterns.regexps == [tipo.padrao] else ["other faces"]
    if nome == "numeroProtocolo" and xsd.primitive_type.local_name == "decimal":
        # Text for us: a protocolo keeps the zeros that it begins with.
        assert xsd.facets["{http://www.w3.org/2001/XMLSchema}totalDigits"].value == 12
        assert not tipo.queixa("9" * 12, escrita)
        assert not tipo.queixa("000123", escrita)
        return [valor for valor in ("9" * 13, "A1", "-1", "1.5") if not tipo.queixa(valor, escrita)]
    return queixa_do_tipo(comparada, caminho, tipo, xsd)


# forms


@OPERACOES
def test_the_file_and_the_web_service_name_the_same_type_as_the_xsd_does(
    operacao: Operacao, versao: str
) -> None:
    forma = FORMAS[operacao]
    no_arquivo = corpos_do_arquivo(versao)[forma.corpo_arquivo].type
    raiz = modelo(versao, "WebServices").elements[forma.raiz_ws]
    cabecalho, corpo, hash_, assinatura = elementos(raiz.type).values()
    assert [cabecalho.local_name, hash_.local_name] == ["cabecalho", "hash"]
    assert assinatura.min_occurs == 0
    assert corpo.local_name == forma.corpo_ws
    assert corpo.type.name == no_arquivo.name is not None


@OPERACOES
def test_every_operation_has_its_names_and_every_request_its_operation(operacao: Operacao) -> None:
    declaradas = {raiz.nome for classe, raiz in DECLARACOES.items() if classe.operacao is operacao}
    esperadas = set() if operacao is Operacao.ENVIO_LOTE_GUIAS else {FORMAS[operacao].corpo_arquivo}
    assert declaradas == esperadas


def test_every_branch_of_a_choice_is_a_request_of_ours(versao: str) -> None:
    for nome in ("recursoGlosa", "solicitacaoDemonstrativoRetorno"):
        ramos = {raiz.filhos[0].nome for raiz in DECLARACOES.values() if raiz.nome == nome}
        assert ramos == set(elementos(corpos_do_arquivo(versao)[nome].type))


# cabecalho


def test_cabecalho_is_that_of_the_xsd_in_the_direction_of_the_operadora(versao: str) -> None:
    tipo = modelo(versao, "").types["cabecalhoTransacao"]
    comparada = Comparacao(CABECALHO, tipo, versao)
    # The XSD lets either side be either: ours sends as prestador, to an operadora.
    assert comparada.erros == [
        "origem/escolha: mandatory, not declared here",
        "origem/identificacaoPrestador: unknown or out of order",
        "destino/escolha: mandatory, not declared here",
        "destino/registroANS: unknown or out of order",
    ]
    assert comparada.nao_declarados == {"falhaNegocio", "loginSenhaPrestador"}
    assert comparada.exigidos == set()
    _, origem, destino, _ = CABECALHO.filhos
    xsd = {
        nome: elementos(elemento.type)
        for nome, elemento in elementos(tipo).items()
        if elemento.type.has_complex_content()
    }
    (identificacao,) = origem.filhos
    aninhada = Comparacao(identificacao, xsd["origem"]["identificacaoPrestador"].type, versao)
    assert aninhada.erros == []
    for folhas in (comparada, aninhada):
        for caminho, leaf, xsd_da_folha in folhas.folhas:
            if caminho == "Padrao":
                assert not leaf.queixa(versao, Escrita(versao))
                assert versao in xsd_da_folha.enumeration
            elif caminho.endswith("tipoTransacao"):
                assert set(Operacao) < set(xsd_da_folha.enumeration)
            else:
                assert queixa_do_tipo(folhas, caminho, leaf, xsd_da_folha) == []
    (registro,) = destino.filhos
    assert (
        queixa_do_tipo(comparada, "registroANS", registro.tipo, xsd["destino"]["registroANS"].type)
        == []
    )
