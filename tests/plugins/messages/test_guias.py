"""The five guias: what is demanded of them, and that nothing else is ever written."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from comparacao import MAIS_FROUXOS
from guias_modelo import CONSULTA_MINIMA, GUIAS, HOJE, SP_SADT_MINIMA, trocar
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from percurso import Posto, postos

from tiss import esquemas
from tiss.domain.cadastro import Escrita
from tiss.domain.guia import Guia
from tiss.domain.partes import Alternativa, Autorizacao, Item
from tiss.domain.problema import Problema
from tiss.domain.regras import Contexto, aplicar_regras
from tiss.domain.texto import limpar
from tiss.messages.esquema import problemas_da_guia
from tiss.messages.guias import DECLARACOES, Oficina
from tiss.messages.tipos import Base64, Data, Decimais, Hora, Inteiro, Logico, Sequencial, Texto

VERSAO = "4.03.00"
MAXIMAS = [nome for nome in GUIAS if nome.endswith("maxima")]
CADA_GUIA = pytest.mark.parametrize("nome", GUIAS)
CADA_MAXIMA = pytest.mark.parametrize("nome", MAXIMAS)
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
    ("procedimento.codigo_tabela", "dadosAtendimento/procedimento/codigoTabela", "tabela"),
    (
        "procedimento.codigo_procedimento",
        "dadosAtendimento/procedimento/codigoProcedimento",
        "código",
    ),
    (
        "procedimento.valor_total",
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
        "solicitante",
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
    ("totais.geral", "valorTotal/valorTotalGeral", "total da guia"),
]
DECLARADOS = {nome: postos(DECLARACOES[guia.tipo], guia) for nome, guia in GUIAS.items()}
EXIGIDOS = [
    pytest.param(GUIAS[nome], posto, id=f"{nome}-{posto.atributo}")
    for nome in MAXIMAS
    for posto in DECLARADOS[nome]
    if posto.obrigatorio
]


def conferir(guia: Guia, escrita: Escrita | None = None) -> list[Problema]:
    return Oficina(escrita or Escrita(VERSAO)).conferir(guia)


def queixas(guia: Guia, versao: str = VERSAO) -> list[tuple[str, str]]:
    return [(p.codigo, p.caminho) for p in conferir(guia, Escrita(versao))]


def escrita(guia: Guia, versao: str = VERSAO) -> str:
    return Oficina(Escrita(versao)).escrever(guia)


# what is demanded


@CADA_GUIA
def test_sound_guia_is_accepted_by_us_and_by_the_xsd(nome: str, versao: str) -> None:
    guia = GUIAS[nome]
    assert queixas(guia, versao) == []
    assert problemas_da_guia(escrita(guia, versao), versao) == []


@pytest.mark.parametrize(
    ("nome", "exigidos"),
    [("consulta_minima", EXIGIDOS_CONSULTA), ("sp_sadt_minima", EXIGIDOS_SP_SADT)],
)
def test_what_is_demanded_is_what_a_person_read_in_the_standard(
    nome: str, exigidos: list[tuple[str, str, str]]
) -> None:
    folhas_exigidas = [p for p in DECLARADOS[nome] if p.obrigatorio and p.tipo is not None]
    assert [(p.atributo, p.caminho, p.queixa) for p in folhas_exigidas] == [
        (atributo, caminho, f"{titulo}: não informado: preencha")
        for atributo, caminho, titulo in exigidos
    ]


@pytest.mark.parametrize(("guia", "posto"), EXIGIDOS)
def test_missing_mandatory_value_is_named_by_path_and_title(guia: Guia, posto: Posto) -> None:
    vazios = [posto.vazio] if posto.tipo is None else [None, ""]
    for vazio in vazios:
        (problema,) = conferir(trocar(guia, posto.atributo, vazio))
        assert (problema.codigo, problema.caminho) == ("AUSENTE", posto.caminho)
        assert problema.mensagem == posto.queixa
        assert problema.valor is None


@CADA_GUIA
def test_all_that_is_missing_is_reported_at_once_in_document_order(nome: str, versao: str) -> None:
    guia = GUIAS[nome]
    faltam = []
    for posto in postos(DECLARACOES[guia.tipo], guia, versao):
        # Of a choice all is taken away; a list stays, or nothing of what is in it could be missing.
        if posto.obrigatorio and posto.vazio is None:
            guia = trocar(guia, posto.atributo, None)
            faltam.append(("AUSENTE", posto.caminho))
    assert queixas(guia, versao) == faltam


@CADA_MAXIMA
def test_problem_of_a_procedure_or_of_an_expense_carries_its_number(nome: str) -> None:
    guia = GUIAS[nome]
    errados = {}
    for posto in DECLARADOS[nome]:
        lista, posicao, *dentro = *posto.atributo.split("."), ""
        if lista not in ("itens", "despesas") or not posto.obrigatorio or not dentro:
            continue
        numero = getattr(guia, lista)[int(posicao)].sequencial_item
        (problema,) = conferir(trocar(guia, posto.atributo, posto.vazio))
        if problema.item != (None if posto.atributo.endswith("sequencial_item") else numero):
            errados[posto.atributo] = problema.item
    assert errados == {}


def test_consulta_without_item_shows_all_that_is_missing_just_the_same() -> None:
    guia = trocar(CONSULTA_MINIMA, "procedimento", Item())
    assert queixas(guia) == [
        ("AUSENTE", caminho)
        for atributo, caminho, _ in EXIGIDOS_CONSULTA
        if atributo.startswith("procedimento")
    ]


def test_sp_sadt_without_item_still_shows_what_else_is_missing() -> None:
    guia = trocar(SP_SADT_MINIMA, "beneficiario.numero_carteira", None)
    assert queixas(replace(guia, itens=())) == [("AUSENTE", "dadosBeneficiario/numeroCarteira")]


@CADA_MAXIMA
def test_optional_value_may_be_missing(nome: str, versao: str) -> None:
    guia = GUIAS[nome]
    errados = []
    for posto in postos(DECLARACOES[guia.tipo], guia, versao):
        if posto.obrigatorio:
            continue
        sem = trocar(guia, posto.atributo, posto.vazio)
        xml = escrita(sem, versao)
        if queixas(sem, versao) or "None" in xml or problemas_da_guia(xml, versao):
            errados.append(posto.atributo)
    assert errados == []


@CADA_MAXIMA
def test_all_optional_values_may_be_missing_together(nome: str, versao: str) -> None:
    guia = GUIAS[nome]
    # From the inside out: what holds others is taken away last.
    for posto in reversed(postos(DECLARACOES[guia.tipo], guia, versao)):
        if not posto.obrigatorio:
            guia = trocar(guia, posto.atributo, posto.vazio)
    xml = escrita(guia, versao)
    assert queixas(guia, versao) == []
    assert "None" not in xml
    assert problemas_da_guia(xml, versao) == []
    assert escrita(GUIAS[nome], versao).count("<ans:") > xml.count("<ans:")


# limits


def no_limite(tipo: object) -> list[object]:
    """The outermost values that a type takes; none where only a list of codes is known."""
    match tipo:
        case Texto(padrao=""):
            return ["x", "x" * tipo.maximo]
        case Inteiro():
            return [1, tipo.maximo]
        case Decimais():
            return [Decimal(0), Decimal(1).scaleb(-tipo.casas), tipo.maximo]
        case Data():
            return [date(1900, 1, 1), date(2999, 12, 31)]
        case Hora():
            return [time(0), time(23, 59, 59)]
        case Logico():
            return [True, False]
        case Base64():
            return ["QQ==", "QUJD" * 100]
    return []


def alem(tipo: object) -> dict[object, str]:
    """Values just beyond what a type takes, and what each is told."""
    match tipo:
        case Texto(padrao=""):
            return {"x" * (tipo.maximo + 1): "TAMANHO", "x雪": "CARACTERE", " \t": "AUSENTE"}
        case Texto():
            demais = "TAMANHO" if tipo.padrao.endswith("+") else "FORMATO"
            return {"?": "FORMATO", "0" * (tipo.maximo + 1): demais, "1雪": "CARACTERE"}
        case Inteiro():
            return {0: "FORMATO", tipo.maximo + 1: "FORMATO", Decimal("1.5"): "FORMATO"}
        case Decimais():
            passo = Decimal(1).scaleb(-tipo.casas)
            ruins = (tipo.maximo + passo, -passo, passo / 10)
            return dict.fromkeys(ruins, "FORMATO")
        case Data():
            ruins = (date(1899, 12, 31), date(3000, 1, 1), "2026-03-10", datetime(2026, 3, 10))
            return dict.fromkeys(ruins, "FORMATO")
        case Hora():
            return {"07:00": "FORMATO"}
        case Logico():
            return {"true": "FORMATO"}
    # The second has bits beyond its last byte, which the XSD does not take.
    return {"não": "FORMATO", "QUI=QUI=": "FORMATO", "QR==": "FORMATO"}


@CADA_MAXIMA
def test_every_value_at_its_limit_is_valid_by_us_and_by_the_xsd(nome: str, versao: str) -> None:
    guia = GUIAS[nome]
    recusados = {}
    for posto in postos(DECLARACOES[guia.tipo], guia, versao):
        for valor in no_limite(posto.tipo):
            outra = trocar(guia, posto.atributo, valor)
            if recusas := queixas(outra, versao) or problemas_da_guia(
                escrita(outra, versao), versao
            ):
                recusados[posto.atributo] = (valor, recusas)
    assert recusados == {}


@CADA_MAXIMA
def test_every_value_beyond_its_limit_is_reported_where_it_stands(nome: str, versao: str) -> None:
    guia = GUIAS[nome]
    aceitos = {}
    for posto in postos(DECLARACOES[guia.tipo], guia, versao):
        for valor, codigo in alem(posto.tipo).items() if posto.tipo else ():
            achadas = queixas(trocar(guia, posto.atributo, valor), versao)
            if achadas != [(codigo, posto.caminho)]:
                aceitos[posto.atributo] = (valor, achadas)
    assert aceitos == {}


LIMITES = [
    ("consulta_minima", "numero_guia_prestador", 20),
    ("consulta_minima", "beneficiario.numero_carteira", 20),
    ("consulta_minima", "contratado_executante.valor", 14),
    ("consulta_minima", "cnes", 7),
    ("consulta_maxima", "numero_guia_operadora", 20),
    ("consulta_maxima", "profissional_executante.nome", 70),
    ("consulta_minima", "procedimento.codigo_procedimento", 10),
    ("consulta_maxima", "observacao", 500),
    ("sp_sadt_maxima", "autorizacao.senha", 20),
    ("sp_sadt_maxima", "nome_contratado_solicitante", 70),
    ("sp_sadt_maxima", "indicacao_clinica", 500),
    ("sp_sadt_maxima", "itens.1.descricao", 150),
    ("sp_sadt_maxima", "despesas.1.registro_anvisa", 15),
    ("sp_sadt_maxima", "despesas.1.codigo_ref_fabricante", 60),
    ("sp_sadt_maxima", "despesas.1.autorizacao_funcionamento", 30),
    ("resumo_internacao_maxima", "diagnosticos.1", 4),
    ("honorarios_maxima", "local_contratado.nome", 70),
    ("odonto_maxima", "plano_beneficiario", 40),
    ("odonto_maxima", "situacao_inicial.observacao", 500),
]


@pytest.mark.parametrize(("nome", "atributo", "maximo"), LIMITES)
def test_text_is_as_long_as_a_person_read_in_the_standard(
    nome: str, atributo: str, maximo: int
) -> None:
    guia = GUIAS[nome]
    assert queixas(trocar(guia, atributo, "x" * maximo)) == []
    assert [codigo for codigo, _ in queixas(trocar(guia, atributo, "x" * (maximo + 1)))] == [
        "TAMANHO"
    ]


@pytest.mark.parametrize(
    ("atributo", "bons", "ruins"),
    [
        ("itens.0.valor_unitario", ["0.01", "99999999.99"], ["100000000.00", "0.001", "-0.01"]),
        ("itens.0.valor_total", ["0.01", "99999999.99"], ["100000000.00", "0.001", "-0.01"]),
        ("totais.geral", ["0.00", "99999999.99"], ["100000000.00", "0.001", "-0.01"]),
        ("itens.0.reducao_acrescimo", ["0.70", "9.99"], ["10.00", "0.705", "-1.00"]),
        ("itens.0.quantidade", ["1", "999"], ["0", "1000", "1.5"]),
        ("itens.0.sequencial_item", ["1", "9999"], ["0", "10000"]),
        ("despesas.0.quantidade", ["0.0001", "99999.9999"], ["100000", "0.00001", "-1"]),
    ],
)
def test_number_goes_as_far_as_a_person_read_in_the_standard(
    atributo: str, bons: list[str], ruins: list[str]
) -> None:
    guia = GUIAS["sp_sadt_maxima"]
    for bom in bons:
        assert queixas(trocar(guia, atributo, Decimal(bom))) == []
    for ruim in ruins:
        achadas = queixas(trocar(guia, atributo, Decimal(ruim)))
        assert {codigo for codigo, _ in achadas} == {"FORMATO"}


def test_money_of_an_item_was_shorter_before_4_02_00_but_totals_were_not() -> None:
    maior = Decimal("99999999.99")
    for atributo in ("itens.0.valor_unitario", "itens.0.valor_total"):
        rica = trocar(SP_SADT_MINIMA, atributo, maior)
        assert queixas(rica, "4.02.00") == []
        assert [codigo for codigo, _ in queixas(rica, "4.01.00")] == ["FORMATO"]
    assert queixas(trocar(SP_SADT_MINIMA, "totais.geral", maior), "4.01.00") == []


@pytest.mark.parametrize(
    ("atributo", "maximo", "caminho"),
    [
        ("declaracoes", 8, "dadosInternacao/declaracoes"),
        ("diagnosticos", 4, "dadosSaidaInternacao/diagnostico"),
    ],
)
def test_list_of_a_stay_has_no_more_than_the_standard_takes(
    atributo: str, maximo: int, caminho: str, versao: str
) -> None:
    guia = GUIAS["resumo_internacao_maxima"]
    cheia = trocar(guia, atributo, getattr(guia, atributo)[:1] * maximo)
    assert queixas(cheia, versao) == []
    assert problemas_da_guia(escrita(cheia, versao), versao) == []
    demais = trocar(guia, atributo, getattr(guia, atributo)[:1] * (maximo + 1))
    (problema,) = conferir(demais, Escrita(versao))
    assert (problema.codigo, problema.caminho) == ("TAMANHO", caminho)
    assert problema.mensagem.endswith(f": são {maximo + 1} e o padrão aceita no máximo {maximo}")
    assert problemas_da_guia(escrita(demais, versao), versao) != []


@pytest.mark.parametrize(
    ("elemento", "valor", "desde"),
    [
        ("cnpjContratado", "11222333000181", "4.01.00"),
        ("cnpjContratado", "A1B2C3D4E5F601", "4.03.00"),  # alphanumeric
        ("cnpjContratado", "a1b2c3d4e5f601", "never"),
        ("cnpjContratado", "11.222.333/0001-81", "never"),
        ("cpfContratado", "12345678909", "4.01.00"),
        ("cpfContratado", "123456789-09", "never"),
        ("codigoPrestadorNaOperadora", "P-0042/1", "4.01.00"),
    ],
)
def test_prestador_is_named_without_masks(
    elemento: str, valor: str, desde: str, versao: str
) -> None:
    prestador = Alternativa(elemento=elemento, valor=valor)
    guia = trocar(CONSULTA_MINIMA, "contratado_executante", prestador)
    assert (queixas(guia, versao) == []) is (versao >= desde)
    assert (problemas_da_guia(escrita(guia, versao), versao) == []) is (versao >= desde)
    assert f"<ans:{elemento}>{valor}<" in escrita(guia, versao)


# Of the shape of a code of a long list, and not in it.
FORA_DA_LISTA = {
    "CBOS": "999998",
    "CBO": "999998",
    "cbosSolic": "999998",
    "cbosExec2": "999998",
    "UF": "99",
    "ufSolic": "99",
    "ufExec": "99",
    "ufExec2": "99",
    "codDente": "56",
    "codRegiao": "ZZ",
    "elementoDentario": "56",
    "unidadeMedida": "999",
}


@CADA_MAXIMA
def test_what_the_declaration_lets_pass_of_a_long_list_the_xsd_reports_at_the_same_path(
    nome: str, versao: str
) -> None:
    guia = GUIAS[nome]
    assert set(FORA_DA_LISTA) == MAIS_FROUXOS
    for posto in postos(DECLARACOES[guia.tipo], guia, versao):
        valor = FORA_DA_LISTA.get(posto.caminho.rpartition("/")[2])
        if valor is None:
            continue
        outra = trocar(guia, posto.atributo, valor)
        assert queixas(outra, versao) == []
        # libxml2 numbers an element only where it has brothers.
        assert {
            p.caminho.replace("[1]", "") for p in problemas_da_guia(escrita(outra, versao), versao)
        } == {posto.caminho.replace("[1]", "")}


# what is told of people

PESSOAIS = {
    "numeroCarteira",
    "identificadorBeneficiario",
    "codValidacao",
    "nomeEmpresa",
    "planoBeneficiario",
    "indicacaoClinica",
    "observacao",
    "diagnostico",
    "diagnosticoObito",
    "declaracaoNascido",
    "declaracaoObito",
    "nomeProfissional",
    "nomeProf",
    "nomeProfSolic",
    "nomeProfExec2",
    "senha",
    "senhaAutorizacao",
    "numeroConselhoProfissional",
    "croSolic",
    "croExec",
    "croExec2",
    # A prestador may be a person, and so may be what is typed for one.
    "nomeContratadoSolicitante",
    "nomeContratado",
    "cpfContratado",
    "cnpjContratado",
    "cnpjLocalExecutante",
    "codigoNaOperadora",
    "codigoPrestadorNaOperadora",
    "codigonaOperadora",
    "codigoProfExec",
}


def test_these_values_and_no_others_identify_a_person_wherever_they_stand() -> None:
    nomes: dict[bool, set[str]] = {True: set(), False: set()}
    for nome in GUIAS:
        for posto in postos(DECLARACOES[GUIAS[nome].tipo], GUIAS[nome]):
            if posto.tipo is not None:
                nomes[posto.pessoal].add(posto.caminho.rpartition("/")[2].partition("[")[0])
    assert nomes[True] == PESSOAIS
    assert not nomes[True] & nomes[False]


@CADA_MAXIMA
def test_problem_never_quotes_what_identifies_a_person(nome: str) -> None:
    guia = GUIAS[nome]
    ditos = []
    for posto in DECLARADOS[nome]:
        for segredo in ("Maria Secreta " * 60, "Maria Secreta 雪", "Maria.Secreta"):
            if not posto.pessoal:
                continue
            for problema in conferir(trocar(guia, posto.atributo, segredo)):
                if "Maria" in repr(problema) or not str(problema.valor).startswith("***"):
                    ditos.append((posto.atributo, problema))
    assert ditos == []


@pytest.mark.parametrize(
    ("nome", "atributo", "caminho"),
    [
        ("consulta_minima", "contratado_executante", "contratadoExecutante"),
        ("honorarios_minima", "local_contratado.codigo", "localContratado/codigoContratado"),
        (
            "honorarios_minima",
            "itens.0.equipe.0.codigo",
            "procedimentosRealizados/procedimentoRealizado[1]/profissionais[1]/codProfissional",
        ),
    ],
)
def test_name_in_the_place_of_an_element_is_told_nowhere(
    nome: str, atributo: str, caminho: str
) -> None:
    secreta = Alternativa(elemento="Maria Secreta", valor="1")
    (problema,) = conferir(trocar(GUIAS[nome], atributo, secreta))
    assert "Maria" not in repr(problema)
    assert problema.valor == "***ta"
    assert problema.caminho.startswith(f"{caminho}/codigo")


@pytest.mark.parametrize(
    ("nome", "atributo", "dica"),
    [
        ("consulta_minima", "beneficiario.numero_carteira", "copie só o número"),
        ("consulta_minima", "numero_guia_prestador", "copie só o número"),
        ("consulta_minima", "profissional_executante.numero_conselho", "copie só o número"),
        ("consulta_minima", "cnes", "copie só o número"),
        ("consulta_maxima", "cod_validacao", "copie só o código"),
        ("consulta_minima", "contratado_executante.valor", "copie só o código"),
        ("consulta_minima", "procedimento.codigo_procedimento", "copie só o código"),
        ("sp_sadt_maxima", "autorizacao.senha", "copie só o número"),
        ("honorarios_maxima", "senha", "copie só o número"),
        ("odonto_maxima", "senha_autorizacao", "copie só o número"),
        ("sp_sadt_maxima", "despesas.1.registro_anvisa", "copie só o número"),
        ("resumo_internacao_maxima", "diagnosticos.0", "copie só o código"),
        ("consulta_maxima", "observacao", "abrevie"),
        ("sp_sadt_maxima", "indicacao_clinica", "abrevie"),
        ("consulta_maxima", "profissional_executante.nome", "abrevie"),
        ("sp_sadt_maxima", "itens.0.descricao", "abrevie"),
        ("honorarios_maxima", "local_contratado.nome", "abrevie"),
    ],
)
def test_only_free_text_is_abbreviated(nome: str, atributo: str, dica: str) -> None:
    (problema,) = conferir(trocar(GUIAS[nome], atributo, "1" * 501))
    assert problema.codigo == "TAMANHO"
    assert dica in problema.mensagem


@pytest.mark.parametrize(
    ("nome", "atributo", "glosa"),
    [
        ("consulta_minima", "beneficiario.numero_carteira", "1001"),
        ("consulta_minima", "cnes", "1202"),
        ("consulta_minima", "contratado_executante.valor", "1206"),
        ("sp_sadt_minima", "contratado_solicitante.valor", "1206"),
        ("honorarios_minima", "codigo_na_operadora", "1206"),
        ("honorarios_minima", "itens.0.equipe.0.codigo.valor", "1206"),
        ("odonto_minima", "codigo_prof_exec", "1206"),
        ("consulta_minima", "profissional_executante.cbo", "1213"),
        ("odonto_minima", "cbos_exec2", "1213"),
        ("sp_sadt_minima", "tipo_atendimento", "1602"),
        ("consulta_minima", "tipo_consulta", "1603"),
        ("sp_sadt_minima", "itens.0.codigo_tabela", "3150"),
        ("sp_sadt_minima", "itens.0.codigo_procedimento", "1801"),
        ("sp_sadt_minima", "numero_guia_prestador", "5001"),
        ("consulta_minima", "data_atendimento", "5001"),
    ],
)
def test_problem_of_form_says_what_glosa_it_probably_becomes(
    nome: str, atributo: str, glosa: str
) -> None:
    for ruim in ("", "x" * 501):
        (problema,) = conferir(trocar(GUIAS[nome], atributo, ruim))
        assert problema.glosa_provavel == glosa


@CADA_MAXIMA
def test_glosa_of_a_field_is_known_in_every_version(nome: str, versao: str) -> None:
    pasta, sufixo = esquemas.pasta(versao), esquemas.sufixo(versao)
    xsd = (pasta / f"tissSimpleTypesV{sufixo}.xsd").read_text("iso-8859-1")
    tipo = xsd.partition('name="dm_tipoGlosa"')[2].partition("</simpleType>")[0]
    ditas = {
        problema.glosa_provavel
        for posto in postos(DECLARACOES[GUIAS[nome].tipo], GUIAS[nome], versao)
        for problema in conferir(trocar(GUIAS[nome], posto.atributo, posto.vazio), Escrita(versao))
    }
    assert {"1001", "5001"} <= ditas
    assert {glosa for glosa in ditas if f'value="{glosa}"' not in tipo} == set()


@pytest.mark.parametrize("campo", ["cod_validacao", "ausencia_cod_validacao", "senha"])
def test_authorisation_without_a_date_says_that_its_group_asks_for_one(campo: str) -> None:
    autorizacao = Autorizacao(**{campo: "03"})
    (problema,) = conferir(replace(SP_SADT_MINIMA, autorizacao=autorizacao))
    assert (problema.codigo, problema.caminho) == ("AUSENTE", "dadosAutorizacao/dataAutorizacao")
    assert problema.mensagem == (
        "data da autorização: não informada: a senha e o código de validação vão no grupo da "
        "autorização, que exige data: informe a data da autorização ou da validação"
    )


def test_problem_quotes_what_is_no_secret() -> None:
    (problema,) = conferir(trocar(SP_SADT_MINIMA, "tipo_atendimento", "99"))
    assert problema.valor == "99"
    assert problema.mensagem.startswith("tipo de atendimento: valor fora do padrão: os códigos são")


# what is written


def test_total_of_sp_sadt_is_given_twice() -> None:
    assert escrita(SP_SADT_MINIMA).endswith(
        "<ans:valorTotal><ans:valorProcedimentos>150.00</ans:valorProcedimentos>"
        "<ans:valorTotalGeral>150.00</ans:valorTotalGeral></ans:valorTotal></ans:guiaSP-SADT>"
    )


def folhas(dado: object) -> list[object]:
    """Every value of a guia."""
    if isinstance(dado, tuple):
        return [folha for parte in dado for folha in folhas(parte)]
    if is_dataclass(dado):
        return [folha for campo in fields(dado) for folha in folhas(getattr(dado, campo.name))]
    return [dado]


TEXTO = st.text(st.characters(exclude_categories=()), max_size=30)
NUMERO = st.decimals(allow_nan=False, allow_infinity=False) | st.decimals(0, 10**9, places=2)
ESCRITOS = TEXTO | st.sampled_from(["?", "{g}", "<&>", "'\"", "None", "ß", "µ", "QR==", "1", "01"])


def qualquer_valor(posto: Posto) -> st.SearchStrategy[Any]:
    """Anything that the clinic's row may hold in a place, sound or not."""
    match posto.tipo:
        case None if posto.vazio is None and " ou " in posto.caminho:
            elementos = st.sampled_from([*posto.caminho.rpartition("/")[2].split(" ou "), "outro"])
            return st.none() | st.builds(Alternativa, elemento=elementos, valor=ESCRITOS)
        case None:
            return st.just(posto.vazio)
        case Sequencial():
            return st.none() | st.integers()
        case Inteiro() | Decimais():
            return st.none() | NUMERO
        case Data():
            return st.none() | st.dates()
        case Hora():
            return st.none() | st.times()
        case Logico():
            return st.none() | st.booleans()
    escolha = posto.atributo.endswith(".valor")
    return ESCRITOS if escolha else st.none() | ESCRITOS


@st.composite
def estragadas(draw: st.DrawFn) -> Guia:
    """A sound guia with some of its values replaced by anything of their type."""
    guia = GUIAS[draw(st.sampled_from(MAXIMAS))]
    for _ in range(draw(st.integers(0, 3))):
        posto = draw(st.sampled_from(postos(DECLARACOES[guia.tipo], guia)))
        guia = trocar(guia, posto.atributo, draw(qualquer_valor(posto)))
    return guia


@settings(max_examples=400, deadline=None)
@given(estragadas(), st.booleans(), st.booleans())
def test_any_values_make_a_valid_guia_or_a_problem_never_an_exception(
    versao: str, guia: Guia, ascii_somente: bool, maiusculas: bool
) -> None:
    como = Escrita(versao, ascii=ascii_somente, maiusculas=maiusculas)
    oficina = Oficina(como)
    problemas = oficina.conferir(guia)
    aplicar_regras(guia, Contexto(hoje=HOJE, versao=versao))
    if problemas:
        assert all(p.codigo and p.caminho and p.mensagem for p in problemas)
        return
    xml = oficina.escrever(guia)
    raiz = etree.fromstring(f'<r xmlns:ans="u">{xml}</r>')
    escritos = {
        e.text or "" for e in raiz.iter("{*}*") if len(e) == 0 and e.tag != "{u}declaracoes"
    }
    textos = {limpar(valor, como) for valor in folhas(guia) if isinstance(valor, str)}
    xml.encode("ascii" if ascii_somente else "ISO-8859-1")
    assert "" not in escritos
    # "None" is sound base64, and the only text that upper case leaves alone.
    assert "None" not in escritos - textos - {identificador(guia)}
    if maiusculas:
        intactos = {"true", "false", identificador(guia)}
        assert {texto for texto in escritos if texto != em_maiusculas(texto)} <= intactos
    if not any("?" in unicodedata.normalize("NFKD", texto) for texto in textos):
        assert "?" not in xml
    # Only the long lists are left to the XSD.
    nomes = {p.caminho.rpartition("/")[2] for p in problemas_da_guia(xml, versao)}
    assert nomes <= MAIS_FROUXOS


def identificador(guia: Guia) -> str | None:
    return guia.beneficiario.identificador_beneficiario


def em_maiusculas(texto: str) -> str:
    """As `limpar` writes it: what has no capital of its own in ISO-8859-1 stays."""
    return limpar(texto, Escrita(ascii=texto.isascii(), maiusculas=True))


@given(st.text("AQgwBR+/= ", min_size=1, max_size=8))
def test_text_in_base64_is_taken_only_as_the_xsd_takes_it(texto: str) -> None:
    # A decoder is more tolerant.
    guia = trocar(GUIAS["consulta_maxima"], "beneficiario.identificador_beneficiario", texto)
    assert queixas(guia) or problemas_da_guia(escrita(guia), VERSAO) == []
