from __future__ import annotations

import re

import pytest
from guias_modelo import GUIAS, SP_SADT_MINIMA
from regras_modelo import CASOS, TUSS, codigos, contexto, problemas, sempre_outra

from tiss import esquemas, settings
from tiss.domain.historico import Historico
from tiss.domain.problema import Gravidade
from tiss.domain.regras import (
    Acao,
    Contexto,
    Regra,
    aplicar_regras,
    faltas_das_regras,
    nao_conferidas,
    regras,
)

REGRAS = {regra.codigo: regra for regra in regras()}
CONFIGURAVEIS = [codigo for codigo, regra in REGRAS.items() if regra.configuravel]
FIXAS = [codigo for codigo, regra in REGRAS.items() if not regra.configuravel]
SEMPRE_BLOQUEIAM = {
    "SEM_ITEM",
    "SEQUENCIAL_REPETIDO",
    "QUANTIDADE",
    "TOTAL_NAO_CONFERE",
    "TOTAL_GERAL_NAO_CONFERE",
    "TOTAL_PARCIAL_NAO_CONFERE",
    "DATA_FUTURA",
    "DATA_FORA_DE_ORDEM",
    "DOCUMENTO_DO_PRESTADOR",
    "CNES_INVALIDO",
}


def com_acao(codigo: str, acao: str) -> list[Gravidade]:
    caso = CASOS[codigo]
    novo = Contexto(
        hoje=caso.contexto.hoje,
        versao=caso.contexto.versao,
        regras={codigo: acao},
        terminologia=caso.contexto.terminologia,
        repetidas=caso.contexto.repetidas,
        historico=caso.contexto.historico,
    )
    return [problema.gravidade for problema in aplicar_regras(caso.guia, novo)]


@pytest.mark.parametrize("nome", [nome for nome in GUIAS if "minim" in nome])
def test_sound_guia_has_no_problem(nome: str) -> None:
    assert problemas(GUIAS[nome]) == []


@pytest.mark.parametrize("nome", GUIAS)
def test_guia_with_every_field_is_not_blocked(nome: str) -> None:
    assert [p for p in problemas(GUIAS[nome]) if p.gravidade is Gravidade.ERRO] == []


def test_every_rule_has_a_guia_that_breaks_it() -> None:
    assert list(CASOS) == list(REGRAS)


@pytest.mark.parametrize("codigo", REGRAS)
def test_broken_rule_says_where_by_itself_and_what_it_costs(codigo: str) -> None:
    caso, regra = CASOS[codigo], REGRAS[codigo]
    (problema,) = aplicar_regras(caso.guia, caso.contexto)
    acao = regra.acao(caso.contexto.regras)
    gravidade = {Acao.AVISA: Gravidade.AVISO, Acao.BLOQUEIA: Gravidade.ERRO}[acao]
    assert (problema.codigo, problema.gravidade) == (codigo, gravidade)
    assert problema.guia == caso.guia.numero_guia_prestador
    usual = regra.glosa_na_versao(caso.contexto.versao)
    assert problema.glosa_provavel == (caso.glosa or usual)
    assert re.search(r"[:;] ", problema.mensagem), "says what is wrong and what to do"


@pytest.mark.parametrize("codigo", CONFIGURAVEIS)
def test_contrato_turns_a_rule_off_into_a_warning_or_into_a_block(codigo: str) -> None:
    assert com_acao(codigo, Acao.DESLIGADA) == []
    assert com_acao(codigo, Acao.AVISA) == [Gravidade.AVISO]
    assert com_acao(codigo, Acao.BLOQUEIA) == [Gravidade.ERRO]


@pytest.mark.parametrize("codigo", FIXAS)
@pytest.mark.parametrize("acao", Acao)
def test_rule_that_always_blocks_cannot_be_softened(codigo: str, acao: Acao) -> None:
    assert com_acao(codigo, acao) == [Gravidade.ERRO]


def test_one_rule_is_off_until_a_contrato_wants_it_and_these_block_unless_it_does_not() -> None:
    por_si = {acao: {c for c in CONFIGURAVEIS if REGRAS[c].padrao is acao} for acao in Acao}
    assert por_si[Acao.DESLIGADA] == {"MATERIAL_EM_QUANTIDADE"}
    assert por_si[Acao.BLOQUEIA] == {"GUIA_PRINCIPAL_PROPRIA", "CBO_DO_EXECUTANTE"}
    assert codigos(CASOS["MATERIAL_EM_QUANTIDADE"].guia) == []


def test_rules_that_always_block_are_these() -> None:
    assert set(FIXAS) == SEMPRE_BLOQUEIAM


def test_configuration_is_accepted_rule_by_rule() -> None:
    assert list(faltas_das_regras({})) == []
    for acao in Acao:
        assert list(faltas_das_regras(dict.fromkeys(CONFIGURAVEIS, acao))) == []
    assert list(faltas_das_regras(dict.fromkeys(FIXAS, "BLOQUEIA"))) == []


@pytest.mark.parametrize("acao", ["DESLIGADA", "AVISA"])
@pytest.mark.parametrize("codigo", FIXAS)
def test_configuration_that_softens_what_always_blocks_is_refused(codigo: str, acao: str) -> None:
    (falta,) = faltas_das_regras({codigo: acao})
    assert falta.startswith(f"{codigo}: esta regra sempre bloqueia")


def test_all_that_is_wrong_with_a_configuration_is_named() -> None:
    faltas = list(
        faltas_das_regras(
            {"SENHA_VENCIDA": "AVISA", "XYZ": "AVISA", "VALOR_ZERO": "avisa", "SEM_ITEM": "AVISA"}
        )
    )
    assert [falta.partition(":")[0] for falta in faltas] == ["XYZ", "VALOR_ZERO", "SEM_ITEM"]
    assert "DESLIGADA, AVISA, BLOQUEIA" in faltas[1]


def test_what_a_context_cannot_check_is_named() -> None:
    da_tuss = [
        "CODIGO_DESCONHECIDO",
        "CODIGO_FORA_DE_VIGENCIA",
        "OPERADORA_DESCONHECIDA",
    ]
    repetido, historico = "ATENDIMENTO_REPETIDO", "HISTORICO_DE_GLOSA"
    assert nomes(nao_conferidas(contexto())) == [*da_tuss, repetido, historico]
    assert nomes(nao_conferidas(contexto(terminologia=TUSS))) == [repetido, historico]
    assert nomes(nao_conferidas(contexto(repetidas=sempre_outra))) == [*da_tuss, historico]
    assert nomes(nao_conferidas(contexto(historico=Historico()))) == [*da_tuss, repetido]
    desligadas = {repetido: "DESLIGADA", historico: "DESLIGADA"}
    assert nao_conferidas(contexto(terminologia=TUSS, regras=desligadas)) == ()


def nomes(achadas: tuple[Regra, ...]) -> list[str]:
    return [regra.codigo for regra in achadas]


def test_problem_carries_the_item_and_the_value() -> None:
    (problema,) = problemas(CASOS["TOTAL_NAO_CONFERE"].guia)
    assert (problema.item, problema.valor) == (1, "150.02")
    assert problema.caminho == "procedimentosExecutados/procedimentoExecutado[1]/valorTotal"


@pytest.mark.parametrize(
    ("codigo", "pessoal"),
    [
        ("CARTEIRA_SUSPEITA", "0001.0002"),
        ("SENHA_SUSPEITA", "0000"),
        ("DOCUMENTO_DE_TERCEIRO", "39053344704"),
        ("CONSELHO_SUSPEITO", "123456"),
        ("EXECUTANTE_PESSOA_FISICA", "39053344705"),
        ("DECLARACAO_DE_NASCIDO", "12345678901"),
        ("CID_REPETIDO", "O800"),
        ("VALIDACAO_EM_CONFLITO", "TOKEN-1"),
    ],
)
def test_personal_value_is_nowhere_in_a_problem(codigo: str, pessoal: str) -> None:
    (problema,) = problemas(CASOS[codigo].guia)
    assert pessoal not in repr(problema)


@pytest.mark.parametrize("versao", ["4.01.00", "4.02.00", "4.03.00"])
def test_probable_glosa_is_told_if_and_only_if_the_version_knows_it(versao: str) -> None:
    todas, conhecidas = dominio("dm_tipoGlosa", "4.03.00"), dominio("dm_tipoGlosa", versao)
    assert {regra.glosa_provavel for regra in regras()} <= {None, *todas}
    for glosa in todas:
        regra = Regra(codigo="X", titulo="x", fonte="x", glosa_provavel=glosa)
        assert regra.glosa_na_versao(versao) == (glosa if glosa in conhecidas else None)


@pytest.mark.parametrize(
    ("versao", "glosa"), [("4.01.00", None), ("4.02.00", None), ("4.03.00", "3209")]
)
def test_glosa_of_4_03_00_is_not_told_to_an_older_contrato(versao: str, glosa: str | None) -> None:
    (problema,) = problemas(CASOS["LINHA_REPETIDA"].guia, versao=versao)
    assert problema.glosa_provavel == glosa
    (outro,) = problemas(CASOS["CARTEIRA_SUSPEITA"].guia, versao=versao)
    assert outro.glosa_provavel == "1001"


def dominio(tipo: str, versao: str) -> set[str]:
    xsd = esquemas.pasta(versao) / f"tissSimpleTypesV{esquemas.sufixo(versao)}.xsd"
    texto = xsd.read_text(encoding="iso-8859-1")
    _, _, resto = texto.partition(f'name="{tipo}"')
    valores = set(re.findall(r'enumeration value="(\w+)"', resto.partition("</simpleType>")[0]))
    assert "1308" in valores, "the walk went blind"
    return valores


def test_table_of_rules_in_the_manual_says_what_the_rules_do() -> None:
    texto = (settings.RAIZ / "docs" / "operacao.md").read_text(encoding="utf-8")
    linhas = re.findall(r"^\| `([A-Z_]+)` \|.*\| ([\w ]+) \| (\d{4}|) *\|$", texto, re.MULTILINE)
    manual = {codigo: (gravidade, glosa) for codigo, gravidade, glosa in linhas}
    assert {codigo: manual.get(codigo) for codigo in REGRAS} == {
        codigo: (palavra(regra), regra.glosa_provavel or "") for codigo, regra in REGRAS.items()
    }


def palavra(regra: Regra) -> str:
    if not regra.configuravel:
        return "bloqueia sempre"
    faz = {Acao.DESLIGADA: "desligada", Acao.AVISA: "avisa", Acao.BLOQUEIA: "bloqueia"}
    return faz[regra.padrao]


def test_sound_guia_in_a_full_context_has_no_problem() -> None:
    tudo = {"terminologia": TUSS, "repetidas": lambda _: (), "historico": Historico()}
    assert codigos(SP_SADT_MINIMA, **tudo) == []
