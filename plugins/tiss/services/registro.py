"""What the log shows: groups that fold on the Airflow screen. Ids, sizes and codes, no patients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tiss.domain.retorno import Leitura

log = structlog.get_logger(__name__)


@contextmanager
def grupo(titulo: str) -> Iterator[None]:
    """Fold what is logged inside under a title."""
    log.info(f"::group::{titulo}")
    try:
        yield
    finally:
        log.info("::endgroup::")


def avisar(leitura: Leitura, lote_id: int) -> None:
    """Say what of an answer breaks the standard and was read all the same, if anything."""
    if leitura.avisos:
        log.warning("resposta fora do padrão", lote=lote_id, avisos=list(leitura.avisos))
