"""The states of a guia, a lote and a recurso, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tiss.errors import TransitionError


class StatusGuia(StrEnum):
    """Where a guia stands, from the clinic's record to the operadora's verdict."""

    INVALIDA = "INVALIDA"
    GERADA = "GERADA"
    ENVIADA = "ENVIADA"
    AUTORIZADA = "AUTORIZADA"
    NEGADA = "NEGADA"
    CANCELADA = "CANCELADA"


class StatusLote(StrEnum):
    """Where a lote stands, from being built to having a verdict for every guia."""

    PENDENTE = "PENDENTE"
    ENVIANDO = "ENVIANDO"
    ENVIADO = "ENVIADO"
    EM_DUVIDA = "EM_DUVIDA"
    ERRO = "ERRO"
    CANCELANDO = "CANCELANDO"
    PROCESSADO = "PROCESSADO"
    CANCELADO = "CANCELADO"


class StatusRecurso(StrEnum):
    """What was decided about a recurso de glosa; how its sending goes is the state of its lote."""

    RASCUNHO = "RASCUNHO"
    APROVADO = "APROVADO"
    DESCARTADO = "DESCARTADO"
    RESPONDIDO = "RESPONDIDO"


# None is "does not exist yet". The database enforces the same table (tiss.transicao).
TRANSICOES_GUIA: Mapping[StatusGuia | None, frozenset[StatusGuia]] = {
    None: frozenset({StatusGuia.INVALIDA, StatusGuia.GERADA}),
    StatusGuia.INVALIDA: frozenset({StatusGuia.GERADA, StatusGuia.CANCELADA}),
    StatusGuia.GERADA: frozenset({StatusGuia.ENVIADA, StatusGuia.INVALIDA, StatusGuia.CANCELADA}),
    StatusGuia.ENVIADA: frozenset(
        {StatusGuia.AUTORIZADA, StatusGuia.NEGADA, StatusGuia.CANCELADA, StatusGuia.GERADA}
    ),
    StatusGuia.AUTORIZADA: frozenset({StatusGuia.NEGADA, StatusGuia.CANCELADA}),
    StatusGuia.NEGADA: frozenset({StatusGuia.AUTORIZADA, StatusGuia.CANCELADA}),
    StatusGuia.CANCELADA: frozenset(),
}
TRANSICOES_LOTE: Mapping[StatusLote | None, frozenset[StatusLote]] = {
    None: frozenset({StatusLote.PENDENTE}),
    StatusLote.PENDENTE: frozenset({StatusLote.ENVIANDO, StatusLote.CANCELADO}),
    StatusLote.ENVIANDO: frozenset(
        {StatusLote.ENVIADO, StatusLote.ERRO, StatusLote.PENDENTE, StatusLote.EM_DUVIDA}
    ),
    StatusLote.EM_DUVIDA: frozenset(
        {
            StatusLote.ENVIADO,
            StatusLote.ERRO,
            StatusLote.PENDENTE,
            StatusLote.CANCELANDO,
            StatusLote.CANCELADO,
        }
    ),
    StatusLote.CANCELANDO: frozenset(
        {StatusLote.CANCELADO, StatusLote.EM_DUVIDA, StatusLote.ENVIADO}
    ),
    StatusLote.ENVIADO: frozenset({StatusLote.PROCESSADO, StatusLote.CANCELANDO}),
    StatusLote.ERRO: frozenset({StatusLote.CANCELADO}),
    StatusLote.PROCESSADO: frozenset(),
    StatusLote.CANCELADO: frozenset(),
}

TRANSICOES_RECURSO: Mapping[StatusRecurso | None, frozenset[StatusRecurso]] = {
    None: frozenset({StatusRecurso.RASCUNHO}),
    StatusRecurso.RASCUNHO: frozenset({StatusRecurso.APROVADO, StatusRecurso.DESCARTADO}),
    StatusRecurso.DESCARTADO: frozenset({StatusRecurso.RASCUNHO}),
    # What was refused for its form, or cancelled over there, is prepared again.
    StatusRecurso.APROVADO: frozenset({StatusRecurso.RASCUNHO, StatusRecurso.RESPONDIDO}),
    StatusRecurso.RESPONDIDO: frozenset(),
}


def exigir_transicao(de: StatusLote, para: StatusLote) -> None:
    """Raise TransitionError unless a lote may go from one state to the other."""
    if para not in TRANSICOES_LOTE[de]:
        raise TransitionError(f"Um lote {de} não pode passar a {para}.")
