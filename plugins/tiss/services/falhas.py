"""Keeps in mind which steps fail before there is a lote that tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import structlog

from tiss.domain.digesto import Etapa
from tiss.repository import Repositorio, falhas

log = structlog.get_logger(__name__)


@contextmanager
def lembradas(
    repo: Repositorio,
    etapa: Etapa,
    contrato_id: int | None = None,
    *,
    definitiva: Callable[[Exception], bool],
) -> Iterator[None]:
    """Have tiss.falha say whether the step that runs inside fails; its error goes on.

    contrato_id: None for a step of all contratos. definitiva: whether nobody tries again by
    himself after an error; one that is tried again is noted by the last try. A database that is
    away learns nothing of it.
    """
    try:
        yield
    except Exception as erro:
        if definitiva(erro):
            _anotar(repo, etapa, contrato_id, type(erro).__name__)
        raise
    with repo.transacao() as t:
        if falhas.apagar(t, etapa, contrato_id):
            log.info("etapa voltou a funcionar", etapa=etapa, contrato=contrato_id)


def _anotar(repo: Repositorio, etapa: Etapa, contrato_id: int | None, erro: str) -> None:
    try:
        with repo.transacao() as t:
            falhas.anotar(t, etapa, contrato_id, erro=erro)
    except psycopg.Error as outro:
        # Not in the place of the error that is to be seen.
        log.warning("falha não anotada", etapa=etapa, erro=type(outro).__name__)
