"""The two guias: what is demanded of them, and that nothing else is ever written."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from guias_modelo import (
    CONSULTA_MAXIMA,
    CONSULTA_MINIMA,
    GUIAS,
    HOJE,
    SP_SADT_MAXIMA,
    SP_SADT_MINIMA,
    trocar,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.guia import Guia
from tiss.domain.regras import aplicar_regras
from tiss.messages.esquema import problemas_da_guia
from tiss.messages.guias import conferir_guia, escrever_guia
from tiss.messages.texto import Textos, limpar

VERSAO = "4.03.00"
# attribute, path in the guia, what a biller calls it: in document order
EXIGIDOS_CONSULTA = [
    ("registro_ans", "cabecalhoConsulta/registroANS", "registro ANS"),
    ("numero_guia_prestador", "cabecalhoConsulta/numeroGuiaPrestador", "número da guia"),
    ("beneficiario.numero_carteira", "dadosBeneficiario/numeroCarteira", "número da carteira"),
    (
        "beneficiario.atendimento_rn",
        "dadosBeneficiario/atendimentoRN",
        "atendimento a recém-nascido",
    ),
    (
        "contratado_executante.valor",
        "contratadoExecutante/codigoPrestadorNaOperadora",
        "prestador executante",
    ),
    ("cnes", "contratadoExecutante/CNES", "CNES"),
    (
        "profissional_executante.conselho",
        "profissionalExecutante/conselhoProfissional",
        "conselho do profissional",
    ),
    (
        "profissional_executante.numero_conselho",
        "profissionalExecutante/numeroConselhoProfissional",
        "número do profissional no conselho",
    ),
    (
        "profissional_executante.uf",
        "profissionalExecutante/UF",
        "UF do conselho do profissional",
    ),
    ("profissional_executante.cbo", "profissionalExecutante/CBOS", "CBO do profissional"),
    ("indicacao_acidente", "indicacaoAcidente", "indicação de acidente"),
    ("regime_atendimento", "dadosAtendimento/regimeAtendimento", "regime de atendimento"),
    ("data_atendimento", "dadosAtendimento/dataAtendimento", "data do atendimento"),
    ("tipo_consulta", "dadosAtendimento/tipoConsulta", "tipo de consulta"),
    ("itens.0.codigo_tabela", "dadosAtendimento/procedimento/codigoTabela", "tabela"),
    ("itens.0.codigo_procedimento", "dadosAtendimento/procedimento/codigoProcedimento", "código"),
    (
        "itens.0.valor_total",
        "dadosAtendimento/procedimento/valorProcedimento",
        "valor da consulta",
    ),
]
EXECUTADO = "procedimentosExecutados/procedimentoExecutado[1]"
EXIGIDOS_SP_SADT = [
    ("registro_ans", "cabecalhoGuia/registroANS", "registro ANS"),
    ("numero_guia_prestador", "cabecalhoGuia/numeroGuiaPrestador", "número da guia"),
    ("beneficiario.numero_carteira", "dadosBeneficiario/numeroCarteira", "número da carteira"),
    (
        "beneficiario.atendimento_rn",
        "dadosBeneficiario/atendimentoRN",
        "atendimento a recém-nascido",
    ),
    (
        "contratado_solicitante.valor",
        "dadosSolicitante/contratadoSolicitante/codigoPrestadorNaOperadora",
        "prestador solicitante",
    ),
    (
        "nome_contratado_solicitante",
        "dadosSolicitante/nomeContratadoSolicitante",
        "nome do prestador solicitante",
    ),
    (
        "profissional_solicitante.conselho",
        "dadosSolicitante/profissionalSolicitante/conselhoProfissional",
        "conselho do solicitante",
    ),
    (
        "profissional_solicitante.numero_conselho",
        "dadosSolicitante/profissionalSolicitante/numeroConselhoProfissional",
        "número do solicitante no conselho",
    ),
    (
        "profissional_solicitante.uf",
        "dadosSolicitante/profissionalSolicitante/UF",
        "UF do conselho do solicitante",
    ),
    (
        "profissional_solicitante.cbo",
        "dadosSolicitante/profissionalSolicitante/CBOS",
        "CBO do solicitante",
    ),
    ("carater_atendimento", "dadosSolicitacao/caraterAtendimento", "caráter do atendimento"),
    (
        "contratado_executante.valor",
        "dadosExecutante/contratadoExecutante/codigoPrestadorNaOperadora",
        "prestador executante",
    ),
    ("cnes", "dadosExecutante/CNES", "CNES"),
    ("tipo_atendimento", "dadosAtendimento/tipoAtendimento", "tipo de atendimento"),
    ("indicacao_acidente", "dadosAtendimento/indicacaoAcidente", "indicação de acidente"),
    ("regime_atendimento", "dadosAtendimento/regimeAtendimento", "regime de atendimento"),
    ("itens.0.sequencial_item", f"{EXECUTADO}/sequencialItem", "número do item"),
    ("itens.0.data_execucao", f"{EXECUTADO}/dataExecucao", "data da execução"),
    ("itens.0.codigo_tabela", f"{EXECUTADO}/procedimento/codigoTabela", "tabela"),
    ("itens.0.codigo_procedimento", f"{EXECUTADO}/procedimento/codigoProcedimento", "código"),
    (
        "itens.0.descricao",
        f"{EXECUTADO}/procedimento/descricaoProcedimento",
        "descrição do procedimento",
    ),
    ("itens.0.quantidade", f"{EXECUTADO}/quantidadeExecutada", "quantidade"),
    (
        "itens.0.reducao_acrescimo",
        f"{EXECUTADO}/reducaoAcrescimo",
        "fator de redução ou acréscimo",
    ),
    ("itens.0.valor_unitario", f"{EXECUTADO}/valorUnitario", "valor unitário"),
    ("itens.0.valor_total", f"{EXECUTADO}/valorTotal", "valor total do item"),
]
EXIGIDOS = [
    *((CONSULTA_MINIMA, *exigido) for exigido in EXIGIDOS_CONSULTA),
    *((SP_SADT_MINIMA, *exigido) for exigido in EXIGIDOS_SP_SADT),
]


def queixas(guia: Guia) -> list[tuple[str, str]]:
    return [(problema.codigo, problema.campo) for problema in conferir_guia(guia)]


def escrita(guia: Guia) -> str:
    return escrever_guia(guia, Textos())


# what is demanded


@pytest.mark.parametrize("nome", GUIAS)
def test_sound_guia_is_accepted_by_us_and_by_the_xsd(nome: str) -> None:
    guia = GUIAS[nome]
    assert queixas(guia) == []
    assert problemas_da_guia(escrita(guia), VERSAO) == []


@pytest.mark.parametrize(("guia", "atributo", "campo", "titulo"), EXIGIDOS)
@pytest.mark.parametrize("vazio", [None, ""])
def test_missing_mandatory_value_is_named_by_path_and_title(
    guia: Guia, atributo: str, campo: str, titulo: str, vazio: object
) -> None:
    (problema,) = conferir_guia(trocar(guia, atributo, vazio))
    assert (problema.codigo, problema.campo) == ("AUSENTE", campo)
    assert problema.mensagem == f"{titulo}: não informado: preencha"


@pytest.mark.parametrize(
    ("guia", "exigidos"), [(CONSULTA_MINIMA, EXIGIDOS_CONSULTA), (SP_SADT_MINIMA, EXIGIDOS_SP_SADT)]
)
def test_all_that_is_missing_is_reported_at_once_in_document_order(
    guia: Guia, exigidos: list[tuple[str, str, str]]
) -> None:
    for atributo, _, _ in exigidos:
        guia = trocar(guia, atributo, None)
    assert queixas(guia) == [("AUSENTE", campo) for _, campo, _ in exigidos]


def test_consulta_without_item_shows_all_that_is_missing_just_the_same() -> None:
    guia = replace(CONSULTA_MINIMA, itens=())
    for atributo, _, _ in EXIGIDOS_CONSULTA:
        if not atributo.startswith("itens"):
            guia = trocar(guia, atributo, None)
    assert queixas(guia) == [("AUSENTE", campo) for _, campo, _ in EXIGIDOS_CONSULTA]


def test_sp_sadt_without_item_still_shows_what_else_is_missing() -> None:
    guia = trocar(SP_SADT_MINIMA, "beneficiario.numero_carteira", None)
    assert queixas(replace(guia, itens=())) == [("AUSENTE", "dadosBeneficiario/numeroCarteira")]


def test_authorisation_that_is_present_has_a_date() -> None:
    guia = trocar(SP_SADT_MAXIMA, "autorizacao.data", None)
    assert queixas(guia) == [("AUSENTE", "dadosAutorizacao/dataAutorizacao")]


@pytest.mark.parametrize(
    ("guia", "atributo"),
    [
        (CONSULTA_MAXIMA, "numero_guia_operadora"),
        (CONSULTA_MAXIMA, "profissional_executante.nome"),
        (CONSULTA_MAXIMA, "observacao"),
        (SP_SADT_MAXIMA, "autorizacao"),
        (SP_SADT_MAXIMA, "autorizacao.numero_guia_operadora"),
        (SP_SADT_MAXIMA, "autorizacao.senha"),
        (SP_SADT_MAXIMA, "autorizacao.validade_senha"),
        (SP_SADT_MAXIMA, "profissional_solicitante.nome"),
        (SP_SADT_MAXIMA, "data_solicitacao"),
        (SP_SADT_MAXIMA, "indicacao_clinica"),
        (SP_SADT_MAXIMA, "tipo_consulta"),
        (SP_SADT_MAXIMA, "observacao"),
        (SP_SADT_MAXIMA, "data_atendimento"),  # not an element of SP/SADT: its items have dates
    ],
)
def test_optional_value_may_be_missing(guia: Guia, atributo: str) -> None:
    sem = trocar(guia, atributo, None)
    assert queixas(sem) == []
    assert "None" not in escrita(sem)
    assert problemas_da_guia(escrita(sem), VERSAO) == []


# limits

LIMITES = [
    (CONSULTA_MINIMA, "numero_guia_prestador", 20),
    (CONSULTA_MINIMA, "numero_guia_operadora", 20),
    (CONSULTA_MINIMA, "beneficiario.numero_carteira", 20),
    (CONSULTA_MINIMA, "contratado_executante.valor", 14),
    (CONSULTA_MINIMA, "cnes", 7),
    (CONSULTA_MINIMA, "profissional_executante.nome", 70),
    (CONSULTA_MINIMA, "profissional_executante.numero_conselho", 15),
    (CONSULTA_MINIMA, "itens.0.codigo_procedimento", 10),
    (CONSULTA_MINIMA, "observacao", 500),
    (SP_SADT_MAXIMA, "autorizacao.senha", 20),
    (SP_SADT_MAXIMA, "autorizacao.numero_guia_operadora", 20),
    (SP_SADT_MAXIMA, "nome_contratado_solicitante", 70),
    (SP_SADT_MAXIMA, "profissional_solicitante.nome", 70),
    (SP_SADT_MAXIMA, "indicacao_clinica", 500),
    (SP_SADT_MAXIMA, "itens.1.descricao", 150),
    (SP_SADT_MAXIMA, "observacao", 500),
]


@pytest.mark.parametrize(("guia", "atributo", "maximo"), LIMITES)
def test_text_at_its_limit_is_valid_and_one_more_is_reported(
    guia: Guia, atributo: str, maximo: int
) -> None:
    no_limite = trocar(guia, atributo, "x" * maximo)
    assert queixas(no_limite) == []
    assert problemas_da_guia(escrita(no_limite), VERSAO) == []
    assert [codigo for codigo, _ in queixas(trocar(guia, atributo, "x" * (maximo + 1)))] == [
        "TAMANHO"
    ]


@pytest.mark.parametrize(
    ("atributo", "bons", "ruins"),
    [
        ("itens.0.valor_unitario", ["0.01", "99999999.99"], ["100000000.00", "0.001", "-0.01"]),
        ("itens.0.valor_total", ["0.01", "99999999.99"], ["100000000.00", "0.001", "-0.01"]),
        ("itens.0.reducao_acrescimo", ["0.70", "9.99"], ["10.00", "0.705", "-1.00"]),
        ("itens.0.quantidade", ["1", "999"], ["0", "1000", "1.5"]),
        ("itens.0.sequencial_item", ["1", "9999"], ["0", "10000"]),
    ],
)
def test_number_at_its_limit_is_valid_and_beyond_it_is_reported(
    atributo: str, bons: list[str], ruins: list[str]
) -> None:
    for bom in bons:
        guia = trocar(SP_SADT_MINIMA, atributo, Decimal(bom))
        assert queixas(guia) == []
        assert problemas_da_guia(escrita(guia), VERSAO) == []
    for ruim in ruins:
        achadas = queixas(trocar(SP_SADT_MINIMA, atributo, Decimal(ruim)))
        assert {codigo for codigo, _ in achadas} == {"FORMATO"}


def test_total_of_a_guia_has_the_same_limit_as_its_items() -> None:
    maior = replace(SP_SADT_MINIMA.itens[0], valor_total=Decimal("99999999.99"))
    centavo = replace(maior, sequencial_item=2, valor_total=Decimal("0.01"))
    guia = replace(SP_SADT_MINIMA, itens=(maior, centavo))
    assert queixas(guia) == [
        ("FORMATO", "valorTotal/valorProcedimentos"),
        ("FORMATO", "valorTotal/valorTotalGeral"),
    ]


@pytest.mark.parametrize(
    ("elemento", "valor", "vale"),
    [
        ("cnpjContratado", "11222333000181", True),
        ("cnpjContratado", "A1B2C3D4E5F601", True),  # alphanumeric since 4.03.00
        ("cnpjContratado", "a1b2c3d4e5f601", False),
        ("cnpjContratado", "11.222.333/0001-81", False),
        ("cpfContratado", "12345678909", True),
        ("cpfContratado", "123456789-09", False),
        ("codigoPrestadorNaOperadora", "P-0042/1", True),
    ],
)
def test_prestador_is_named_without_masks(elemento: str, valor: str, vale: bool) -> None:
    guia = trocar(CONSULTA_MINIMA, "contratado_executante.elemento", elemento)
    guia = trocar(guia, "contratado_executante.valor", valor)
    assert (queixas(guia) == []) is vale
    if vale:
        assert f"<ans:{elemento}>{valor}<" in escrita(guia)
        assert problemas_da_guia(escrita(guia), VERSAO) == []


@pytest.mark.parametrize(
    ("atributo", "campo"),
    [
        ("profissional_executante.cbo", "profissionalExecutante/CBOS"),
        ("profissional_executante.uf", "profissionalExecutante/UF"),
    ],
)
def test_what_the_declaration_lets_pass_of_a_long_list_the_xsd_reports_at_the_same_path(
    atributo: str, campo: str
) -> None:
    guia = trocar(CONSULTA_MINIMA, atributo, "999998" if "cbo" in atributo else "99")
    assert queixas(guia) == []
    assert {p.campo for p in problemas_da_guia(escrita(guia), VERSAO)} == {campo}


# what is written


def test_total_of_sp_sadt_is_the_sum_of_its_items_twice() -> None:
    assert escrita(SP_SADT_MAXIMA).endswith(
        "<ans:valorTotal><ans:valorProcedimentos>219.99</ans:valorProcedimentos>"
        "<ans:valorTotalGeral>219.99</ans:valorTotalGeral></ans:valorTotal></ans:guiaSP-SADT>"
    )


def test_one_dictionary_of_texts_serves_many_guias() -> None:
    textos = Textos()
    assert [escrever_guia(guia, textos) for guia in GUIAS.values()] == [
        escrita(guia) for guia in GUIAS.values()
    ]


def folhas(dado: object, caminho: str = "") -> list[tuple[str, object]]:
    """Attribute path and value of every leaf of a guia."""
    if isinstance(dado, tuple):
        return [f for n, parte in enumerate(dado) for f in folhas(parte, f"{caminho}{n}.")]
    if is_dataclass(dado):
        return [
            folha
            for campo in fields(dado)
            for folha in folhas(getattr(dado, campo.name), f"{caminho}{campo.name}.")
        ]
    return [(caminho.rstrip("."), dado)]


# The element of a choice is ours, never the clinic's.
MUTAVEIS = [
    (guia, caminho, valor)
    for guia in (CONSULTA_MAXIMA, SP_SADT_MAXIMA)
    for caminho, valor in folhas(guia)
    if not caminho.endswith(".elemento")
]
TEXTO = st.text(st.characters(exclude_categories=()), max_size=30)
NUMERO = st.decimals(allow_nan=False, allow_infinity=False) | st.decimals(0, 10**9, places=2)


def qualquer_valor(valor: object) -> st.SearchStrategy[object]:
    match valor:
        case Decimal():
            return st.none() | NUMERO
        case int():
            return st.none() | st.integers()
        case date():
            return st.none() | st.dates()
        case _:
            return st.none() | TEXTO | st.sampled_from(["?", "{g}", "<&>", "'\"", "None"])


@st.composite
def estragadas(draw: st.DrawFn) -> Guia:
    """A sound guia with some of its values replaced by anything of their type."""
    guia, _, _ = draw(st.sampled_from(MUTAVEIS))
    dela = [(caminho, valor) for outra, caminho, valor in MUTAVEIS if outra is guia]
    for caminho, valor in draw(st.lists(st.sampled_from(dela), max_size=3)):
        guia = trocar(guia, caminho, draw(qualquer_valor(valor)))
    return guia


@settings(max_examples=400)
@given(estragadas())
def test_any_values_make_a_valid_guia_or_a_problem_never_an_exception(guia: Guia) -> None:
    problemas = conferir_guia(guia)
    list(aplicar_regras(guia, hoje=HOJE))
    if problemas:
        return
    xml = escrita(guia)
    raiz = etree.fromstring(f'<r xmlns:ans="u">{xml}</r>')
    escritos = [elemento.text or "" for elemento in raiz.iter() if len(elemento) == 0]
    dados = [valor for _, valor in folhas(guia)]
    textos = {limpar(valor) for valor in dados if isinstance(valor, str)}
    assert xml.isascii()
    assert all(escritos)
    assert "None" not in set(escritos) - textos
    if not any("?" in unicodedata.normalize("NFKD", texto) for texto in textos):
        assert "?" not in xml
    # Only the long lists are left to the XSD.
    assert {p.campo.rpartition("/")[2] for p in problemas_da_guia(xml, VERSAO)} <= {"CBOS", "UF"}


@pytest.mark.parametrize(("guia", "atributo", "maximo"), LIMITES)
def test_problem_never_quotes_the_value(guia: Guia, atributo: str, maximo: int) -> None:
    (problema,) = conferir_guia(trocar(guia, atributo, "Maria " * maximo))
    assert "Maria" not in str(problema)
