"""docs/consulta_preparada.md, which an adopter writes the view by: nothing in it may be wrong."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from tiss import settings
from tiss.domain.cadastro import TipoGuia
from tiss.domain.conversao import atributos
from tiss.domain.guia import Guia
from tiss.domain.internacao import Declaracao, LocalContratado
from tiss.domain.odonto import Dente, ItemOdonto, SituacaoInicial
from tiss.domain.partes import Despesa, Item, MembroEquipe
from tiss.domain.preparada import COMPLEMENTO, ConsultaPreparada
from tiss.domain.problema import Problema
from tiss.domain.regras import Contexto, aplicar_regras
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No
from tiss.messages.esquema import problemas_das_guias
from tiss.messages.guias import DECLARACOES, Oficina

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent / "domain"))

from guias_modelo import CONTRATO, HOJE

Linha = dict[str, Any]
TEXTO = (settings.RAIZ / "docs" / "consulta_preparada.md").read_text(encoding="utf-8")
TIPOS = list(TipoGuia)
# Heading of a table -> what its keys are attributes of.
OBJETOS = {
    "itens": Item,
    "equipe": MembroEquipe,
    "despesas": Despesa,
    "declaracoes": Declaracao,
    "local_contratado": LocalContratado,
    "Itens de ODONTO": ItemOdonto,
    "situacao_inicial": SituacaoInicial,
    "dentes": Dente,
}
DATAS = [campo.name for campo in fields(ConsultaPreparada) if "date" in str(campo.type)]
# Asked of every row before there is a guia.
DE_TODA_GUIA = {
    "consulta_id",
    "clinica_id",
    "registro_ans",
    "tipo_guia",
    "data_atendimento",
    "atendimento_rn",
    "itens",
    "despesas",
    "complemento",
    "digest",
}


# What the row itself could not read is no column.
COLUNAS = [campo.name for campo in fields(ConsultaPreparada) if campo.name != "ilegiveis"]


def tabela(titulo: str) -> dict[str, list[str]]:
    """The first table below a heading: name in backquotes -> the other cells."""
    secao = re.split(rf"^#+ {re.escape(titulo)}$", TEXTO, flags=re.MULTILINE)[1]
    linhas = re.findall(r"^\| `(\w+)` \|(.+)\|$", secao.partition("\n#")[0], re.MULTILINE)
    assert linhas, titulo
    return {nome: [celula.strip() for celula in resto.split("|")] for nome, resto in linhas}


def exemplos() -> dict[TipoGuia, Linha]:
    """The rows of the document: what it leaves out is null."""
    nulas = dict.fromkeys(COLUNAS)
    blocos = re.findall(r"^```json\n(.*?)^```$", TEXTO, re.MULTILINE | re.DOTALL)
    linhas = [{**nulas, "digest": "d", **json.loads(bloco)} for bloco in blocos]
    return {TipoGuia(linha["tipo_guia"]): linha for linha in linhas}


def montar(linha: Linha) -> tuple[Guia, list[Problema]]:
    """The guia of a row, and what its form says."""
    dias = {nome: date.fromisoformat(linha[nome]) for nome in DATAS if linha[nome]}
    guia, problemas = ConsultaPreparada.da_linha(**{**linha, **dias}).guia(CONTRATO, "48215")
    assert guia is not None
    return guia, [*problemas, *Oficina(CONTRATO.escrita).conferir(guia)]


def obrigatoria(celula: str, tipo: TipoGuia) -> bool:
    """What the last cell of a key says: "sim", "não", or either with "; em TIPO, ..."."""
    excecao = re.search(rf"em {tipo}, (sim|não)", celula)
    return (excecao[1] if excecao else celula[:3]) == "sim"


# The columns


def test_every_column_is_there_in_order_with_its_type(conexao: psycopg.Connection[Any]) -> None:
    colunas = conexao.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'tiss'"
        " AND table_name = 'consulta_preparada'"
    ).fetchall()
    explicadas = {**tabela("Colunas de toda guia"), **tabela("Colunas por tipo")}
    da_busca = tabela("Coluna da busca")
    assert {nome: celulas[0] for nome, celulas in {**explicadas, **da_busca}.items()} == dict(
        colunas
    )
    assert tabela("Colunas de toda guia").keys() == DE_TODA_GUIA
    assert set(COLUNAS) == explicadas.keys()


@pytest.mark.parametrize("tipo", TIPOS)
def test_a_column_is_asked_for_used_or_ignored_as_it_is_marked(tipo: TipoGuia) -> None:
    ordem = ["CONSULTA", "SP_SADT", "RESUMO_INTERNACAO", "HONORARIOS", "ODONTO"]
    exemplo = exemplos()[tipo]
    guia, _ = montar(exemplo)
    for coluna, celulas in tabela("Colunas por tipo").items():
        marca = celulas[1 + ordem.index(tipo)]
        sem = {**exemplo, coluna: None}
        if marca == "●":
            assert montar(sem)[1], coluna
        elif marca == "○":
            assert montar(sem)[1] == [], coluna
        elif marca == "–":
            valor = "2026-03-01" if coluna in DATAS else "9"
            assert montar({**exemplo, coluna: valor}) == (guia, []), coluna
        else:
            assert (marca, tipo) == ("◐", TipoGuia.SP_SADT), coluna


def test_whoever_asked_for_exams_is_named_whole() -> None:
    exemplo = exemplos()[TipoGuia.SP_SADT]
    executante = {
        "conselho_profissional": "06",
        "numero_conselho_profissional": "104233",
        "uf": "35",
        "cbo": "225125",
    }
    solicitante = [nome for nome in exemplo if nome.endswith("_solicitante")]
    for coluna in ("conselho_solicitante", "uf_solicitante", "cbo_solicitante"):
        assert montar({**exemplo, **executante, coluna: None})[1], coluna
    sem = {**exemplo, **dict.fromkeys(solicitante), **executante}
    assert montar(sem)[1] == []
    for coluna in executante:
        assert montar({**sem, coluna: None})[1], coluna


def test_what_was_authorised_has_a_date() -> None:
    exemplo = exemplos()[TipoGuia.SP_SADT]
    sem = {**exemplo, "data_autorizacao": None, "senha": None, "numero_guia_operadora": None}
    assert montar(sem)[1] == []
    for coluna in ("senha", "numero_guia_operadora"):
        assert montar({**sem, coluna: "7"})[1], coluna
    for chave in ("cod_validacao", "ausencia_cod_validacao"):
        complemento = {**exemplo["complemento"], chave: "01"}
        assert montar({**sem, "complemento": complemento})[1], chave


# The keys


@pytest.mark.parametrize("tipo", TIPOS)
def test_every_key_of_complemento_is_there(tipo: TipoGuia) -> None:
    assert tuple(tabela(tipo)) == COMPLEMENTO[tipo]


@pytest.mark.parametrize("titulo", OBJETOS)
def test_every_key_of_the_objects_is_there(titulo: str) -> None:
    assert tabela(titulo).keys() == atributos(OBJETOS[titulo])


@pytest.mark.parametrize("tipo", TIPOS)
def test_a_key_of_complemento_is_asked_for_as_it_is_marked(tipo: TipoGuia) -> None:
    exemplo = exemplos()[tipo]
    for chave, (*_, marca) in tabela(tipo).items():
        sem = {nome: valor for nome, valor in exemplo["complemento"].items() if nome != chave}
        problemas = montar({**exemplo, "complemento": sem})[1]
        assert bool(problemas) == obrigatoria(marca, tipo), chave


@pytest.mark.parametrize("tipo", TIPOS)
def test_every_element_of_complemento_is_named_as_the_standard_spells_it(tipo: TipoGuia) -> None:
    elementos = dict(_elementos(DECLARACOES[tipo].filhos))
    for chave, celulas in tabela(tipo).items():
        _conferir_nome(elementos[chave], celulas)


# Of the item of a consulta only three values travel.
@pytest.mark.parametrize("tipo", [tipo for tipo in TIPOS if tipo is not TipoGuia.CONSULTA])
def test_every_key_of_an_object_is_named_and_asked_for_as_in_the_declaration(
    tipo: TipoGuia,
) -> None:
    titulos = {classe: titulo for titulo, classe in OBJETOS.items()}
    grupos = [grupo for grupo in _grupos(DECLARACOES[tipo].filhos) if grupo.classe in titulos]
    assert grupos
    for grupo in grupos:
        assert grupo.classe is not None
        linhas = tabela(titulos[grupo.classe])
        for chave, elemento in _elementos(grupo.filhos):
            _conferir_nome(elemento, linhas[chave])
            assert obrigatoria(linhas[chave][-1], tipo) == elemento.obrigatorio, chave


class _Elemento(NamedTuple):
    nomes: set[str]
    obrigatorio: bool
    desde: str = ""


def _conferir_nome(elemento: _Elemento, celulas: list[str]) -> None:
    assert elemento.nomes <= set(re.findall(r"\w+", celulas[0])), celulas
    assert f"desde {elemento.desde}" in " ".join(celulas) or not elemento.desde, celulas


def _elementos(filhos: tuple[No, ...]) -> Iterator[tuple[str, _Elemento]]:
    """What the declaration says of each attribute."""
    for no in filhos:
        match no:
            case Campo():
                yield no.de, _Elemento({no.nome}, no.obrigatorio, no.desde)
            case Escolha():
                yield no.de, _Elemento({nome for nome, _ in no.campos}, no.obrigatoria)
            case Lista():
                yield no.de, _Elemento({no.item.nome}, no.obrigatoria)
            case Grupo():
                if no.de:
                    yield no.de, _Elemento({no.nome}, not no.opcional)
                if not no.de or no.de in ("beneficiario", "autorizacao"):
                    yield from _elementos(no.filhos)


def _grupos(filhos: tuple[No, ...]) -> Iterator[Grupo]:
    for no in filhos:
        grupo = no.item if isinstance(no, Lista) else no
        if isinstance(grupo, Grupo):
            yield grupo
            yield from _grupos(grupo.filhos)


# The examples and the promises


def test_there_is_one_example_for_each_kind() -> None:
    assert list(exemplos()) == [
        TipoGuia.CONSULTA,
        TipoGuia.SP_SADT,
        TipoGuia.RESUMO_INTERNACAO,
        TipoGuia.HONORARIOS,
        TipoGuia.ODONTO,
    ]


@pytest.mark.parametrize("tipo", TIPOS)
def test_every_example_becomes_a_guia_without_a_warning_that_the_xsd_accepts(
    tipo: TipoGuia,
) -> None:
    guia, problemas = montar(exemplos()[tipo])
    assert problemas == []
    assert aplicar_regras(guia, Contexto(hoje=HOJE)) == []
    xml = Oficina(CONTRATO.escrita).escrever(guia)
    assert problemas_das_guias([xml], CONTRATO.versao_tiss) == [[]]


def test_a_key_that_does_not_exist_is_told_wherever_it_stands() -> None:
    for lugar in (
        lambda linha: linha["complemento"],
        lambda linha: linha["itens"][0],
        lambda linha: linha["itens"][0]["equipe"][0],
        lambda linha: linha["despesas"][0],
    ):
        linha = deepcopy(exemplos()[TipoGuia.RESUMO_INTERNACAO])
        lugar(linha)["nome_errado"] = "1"
        (problema,) = montar(linha)[1]
        assert problema.codigo == "CAMPO_DESCONHECIDO"
        assert problema.caminho.endswith("/nome_errado")


@pytest.mark.parametrize(
    ("chave", "valor", "codigos"),
    [
        ("valor_total", "1,5", {"AUSENTE", "VALOR_ILEGIVEL"}),
        ("data_execucao", "01/02/2026", {"AUSENTE", "VALOR_ILEGIVEL"}),
        ("hora_inicial", "8h", {"VALOR_ILEGIVEL"}),
        ("codigo_procedimento", "1" * 11, {"TAMANHO"}),
        ("codigo_tabela", "77", {"FORMATO"}),
    ],
)
def test_a_value_that_cannot_be_read_does_what_the_document_says(
    chave: str, valor: str, codigos: set[str]
) -> None:
    linha = deepcopy(exemplos()[TipoGuia.HONORARIOS])
    linha["itens"][0][chave] = valor
    assert {problema.codigo for problema in montar(linha)[1]} == codigos


@pytest.mark.parametrize(
    ("codigo", "problemas"),
    [
        ({"cpf": "39053344705"}, {"FORMATO"}),
        ({"codigoNaOperadora": "1", "cnpjLocalExecutante": "2"}, {"AUSENTE", "VALOR_ILEGIVEL"}),
        ("11222333000181", {"AUSENTE", "VALOR_ILEGIVEL"}),
    ],
)
def test_an_alternative_is_an_object_of_one_key(codigo: object, problemas: set[str]) -> None:
    linha = deepcopy(exemplos()[TipoGuia.HONORARIOS])
    linha["complemento"]["local_contratado"]["codigo"] = codigo
    assert {achado.codigo for achado in montar(linha)[1]} == problemas


@pytest.mark.parametrize(
    ("tipo", "codigo"),
    [
        (TipoGuia.CONSULTA, "CONSULTA_COM_EXAMES"),
        (TipoGuia.HONORARIOS, "CAMPO_DESCONHECIDO"),
        (TipoGuia.ODONTO, "CAMPO_DESCONHECIDO"),
    ],
)
def test_expenses_where_there_are_none_are_told(tipo: TipoGuia, codigo: str) -> None:
    despesas = exemplos()[TipoGuia.SP_SADT]["despesas"]
    problemas = montar({**exemplos()[tipo], "despesas": despesas})[1]
    assert [problema.codigo for problema in problemas] == [codigo]
