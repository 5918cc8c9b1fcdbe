"""What the log shows: groups that fold on the Airflow screen. Ids, sizes and codes, no patients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)


@contextmanager
def grupo(titulo: str) -> Iterator[None]:
    """Fold what is logged inside under a title."""
    log.info(f"::group::{titulo}")
    try:
        yield
    finally:
        log.info("::endgroup::")
