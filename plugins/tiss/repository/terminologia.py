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
        tem_operadoras=bool(operadoras) and t.valor("terminologia/tem_operadoras"),
    )


class TerminologiaDoBanco:
    """Answers one question at a time, and remembers: for a file, whose codes nobody has collected.

    Inside the transaction that it was made in.
    """

    def __init__(self, t: Transacao) -> None:
        self._t = t
        self._termos: dict[tuple[str, str], Termo | None] = {}
        self._tabelas: dict[str, bool] = {}
        self._operadoras: dict[str, str | None] = {}
        self._tem_operadoras: bool | None = None

    def termo(self, tabela: str, codigo: str) -> Termo | None:
        """See Terminologia.termo."""
        chave = tabela, codigo
        if chave not in self._termos:
            self._termos[chave] = _termos(self._t, [chave]).get(chave)
        return self._termos[chave]

    def tabela_conhecida(self, tabela: str) -> bool:
        """See Terminologia.tabela_conhecida."""
        if tabela not in self._tabelas:
            self._tabelas[tabela] = bool(_tabelas(self._t, [(tabela, "")]))
        return self._tabelas[tabela]

    def descricao_glosa(self, codigo: str) -> str | None:
        """See Terminologia.descricao_glosa."""
        return _glosas(self._t, [codigo]).get(codigo)

    def operadoras_conhecidas(self) -> bool:
        """See Terminologia.operadoras_conhecidas."""
        if self._tem_operadoras is None:
            self._tem_operadoras = bool(self._t.valor("terminologia/tem_operadoras"))
        return self._tem_operadoras

    def operadora(self, registro_ans: str) -> str | None:
        """See Terminologia.operadora."""
        if registro_ans not in self._operadoras:
            achadas = _operadoras(self._t, [registro_ans])
            self._operadoras[registro_ans] = achadas.get(registro_ans)
        return self._operadoras[registro_ans]


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
