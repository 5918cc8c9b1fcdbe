"""The terminology that set-up loaded: answers for rules, and the loading itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tiss.domain.terminologia import Periodo, TerminologiaConsultada, Termo
from tiss.repository.conexao import Transacao


def consultar(
    t: Transacao,
    *,
    termos: Collection[tuple[str, str]],
    glosas: Collection[str] = (),
    operadoras: Collection[str] = (),
) -> TerminologiaConsultada:
    """Return the answers about these codes, and about no other: ask for all that will be looked up.

    termos: (table, code) of TUSS; glosas: codes of Tabela 38; operadoras: registro ANS. For a page
    of guias: at most one statement for each kind, and one for the tables.
    """
    return TerminologiaConsultada(
        tabelas=frozenset(_tabelas(t, termos)),
        termos=_termos(t, termos),
        glosas=_glosas(t, glosas),
        operadoras=_operadoras(t, operadoras),
    )


def travar(t: Transacao) -> None:
    """Wait for another loader to end, and keep others waiting until this transaction ends."""
    t.valor("terminologia/travar")


def fontes(t: Transacao) -> dict[str, str | None]:
    """Return the sha256 of what was loaded, by the name of the source; None: added by a person."""
    return {linha["nome"]: linha["sha256"] for linha in t.tabela("terminologia/fontes")}


def substituir(
    t: Transacao,
    *,
    nome: str,
    origem: str,
    sha256: str,
    conteudo: str,
    linhas: Iterable[tuple[str | None, ...]],
) -> int:
    """Put these rows in place of all that the source had; return how many they are.

    conteudo: "termos", "dominios" or "operadoras"; linhas: the columns of copiar_<conteudo>.sql
    after the first. They are read one at a time. Other transactions see the old ones until this
    one ends.
    """
    t.executar("terminologia/apagar_fonte", nome=nome)
    t.executar("terminologia/inserir_fonte", nome=nome, origem=origem, sha256=sha256)
    quantas = t.copiar(_COPIAR[conteudo], ((nome, *linha) for linha in linhas))
    t.executar("terminologia/contar_linhas", nome=nome, linhas=quantas)
    return quantas


_COPIAR = {
    "termos": "terminologia/copiar_termos",
    "dominios": "terminologia/copiar_dominios",
    "operadoras": "terminologia/copiar_operadoras",
}


def _tabelas(t: Transacao, termos: Collection[tuple[str, str]]) -> list[str]:
    tabelas = sorted({tabela for tabela, _ in termos})
    return t.valores("terminologia/tabelas", tabelas=tabelas) if tabelas else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linha:
    tabela: str
    codigo: str
    descricao: str
    inicio: date | None
    fim: date | None


def _termos(t: Transacao, termos: Collection[tuple[str, str]]) -> dict[tuple[str, str], Termo]:
    if not termos:
        return {}
    tabelas, codigos = zip(*sorted(set(termos)), strict=True)
    linhas = t.linhas(_Linha, "terminologia/termos", tabelas=list(tabelas), codigos=list(codigos))
    return {
        chave: _termo(list(periodos))
        for chave, periodos in groupby(linhas, key=lambda linha: (linha.tabela, linha.codigo))
    }


def _termo(periodos: list[_Linha]) -> Termo:
    """The words of the newest period stand for all of them."""
    *anteriores, atual = periodos
    return Termo(
        codigo=atual.codigo,
        descricao=atual.descricao,
        inicio=atual.inicio,
        fim=atual.fim,
        anteriores=tuple(Periodo(linha.inicio, linha.fim) for linha in anteriores),
    )


def _glosas(t: Transacao, codigos: Collection[str]) -> dict[str, str]:
    if not codigos:
        return {}
    linhas = t.tabela("terminologia/glosas", codigos=sorted(set(codigos)))
    return {linha["codigo"]: linha["descricao"] for linha in linhas if linha["descricao"]}


def _operadoras(t: Transacao, registros: Collection[str]) -> dict[str, str]:
    if not registros:
        return {}
    linhas = t.tabela("terminologia/operadoras", registros=sorted(set(registros)))
    return {linha["registro_ans"]: linha["razao_social"] for linha in linhas}
