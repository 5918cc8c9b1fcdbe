"""What people did on the screens and through the REST API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from tiss.repository.conexao import Transacao


@dataclass(frozen=True, slots=True, kw_only=True)
class Anterior:
    """What was asked under a key before. situacao and resposta: None while it is not known."""

    pedido_sha256: str
    situacao: int | None
    resposta: dict[str, Any] | None


def abrir(
    t: Transacao,
    *,
    quem: str,
    o_que: str,
    alvo: Mapping[str, int],
    motivo: str | None,
    chave: str | None,
    pedido_sha256: str,
) -> int | None:
    """Note what a person asks for; return its id, None when they used the key before.

    alvo: what it is about, of lote_id, guia_id, contrato_id and recurso_id.
    """
    alvos = dict.fromkeys(("lote_id", "guia_id", "contrato_id", "recurso_id")) | dict(alvo)
    acao: int | None = t.valor(
        "acao/abrir",
        quem=quem,
        o_que=o_que,
        motivo=motivo,
        chave=chave,
        pedido_sha256=pedido_sha256,
        **alvos,
    )
    return acao


def da_chave(t: Transacao, *, quem: str, chave: str) -> Anterior | None:
    """Return what a person asked under a key before."""
    return t.linha(Anterior, "acao/da_chave", quem=quem, chave=chave)


def encerrar(t: Transacao, acao: int, *, situacao: int, resposta: Mapping[str, Any]) -> None:
    """Note how it ended. situacao: the HTTP status of the answer."""
    t.executar("acao/encerrar", acao=acao, situacao=situacao, resposta=Jsonb(dict(resposta)))
