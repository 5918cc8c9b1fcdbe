"""Prestadores, operadoras and contratos as files describe them: columns by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from tiss.repository.conexao import Transacao


def travar(t: Transacao) -> None:
    """Keep every contrato as it is until the commit, but for what is done here."""
    t.executar("contrato/travar_cadastro")


def prestadores(t: Transacao) -> list[dict[str, Any]]:
    """Return every prestador."""
    return t.tabela("contrato/prestadores")


def operadoras(t: Transacao) -> list[dict[str, Any]]:
    """Return every operadora."""
    return t.tabela("contrato/operadoras")


def contratos(t: Transacao, operadoras: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the contratos of some operadoras, of all when none is named.

    id, versao and alterado_em (None: before it was noted) come too.
    """
    return t.tabela("contrato/fichas", operadoras=list(operadoras), ids=[])


def contrato(t: Transacao, contrato_id: int) -> dict[str, Any] | None:
    """Return one contrato as `contratos` does, None when there is none."""
    return next(iter(t.tabela("contrato/fichas", operadoras=[], ids=[contrato_id])), None)


def travar_contrato(t: Transacao, contrato_id: int) -> None:
    """Keep one contrato as it is until the commit."""
    t.executar("contrato/travar_um", contrato=contrato_id)


def gravar_prestador(t: Transacao, colunas: Mapping[str, object]) -> None:
    """Store a prestador, in place of the one that has its clinica_id."""
    t.executar("contrato/gravar_prestador", **colunas)


def gravar_operadora(t: Transacao, colunas: Mapping[str, object]) -> None:
    """Store an operadora, in place of the one that has its registro_ans."""
    t.executar("contrato/gravar_operadora", **colunas)


def cadastrar_credencial(t: Transacao, conexao: str) -> None:
    """Make a place for what is known about a connection; one that is there stays as it is."""
    t.executar("contrato/cadastrar_credencial", conexao=conexao)


def inserir_contrato(t: Transacao, colunas: Mapping[str, object]) -> None:
    """Store a contrato that is not there yet."""
    t.executar("contrato/inserir", **_em_json(colunas))


def alterar_contrato(t: Transacao, contrato_id: int, colunas: Mapping[str, object]) -> None:
    """Store a contrato in place of what it was; its numbers never go back."""
    t.executar("contrato/alterar", **{**_em_json(colunas), "id": contrato_id})


def _em_json(colunas: Mapping[str, object]) -> dict[str, object]:
    return {
        nome: Jsonb(valor) if isinstance(valor, dict) else valor for nome, valor in colunas.items()
    }
