"""What the log shows: groups that fold on the Airflow screen. Ids, sizes and codes, no patients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tiss.domain.retorno import Leitura
from tiss.errors import UnreadableError
from tiss.messages.hashes import PADRAO, conferir_hash

log = structlog.get_logger(__name__)


@contextmanager
def grupo(titulo: str) -> Iterator[None]:
    """Fold what is logged inside under a title."""
    log.info(f"::group::{titulo}")
    try:
        yield
    finally:
        log.info("::endgroup::")


def avisar(leitura: Leitura, resposta: bytes, lote_id: int | None) -> None:
    """Say what of an answer breaks the standard and was read all the same, if anything.

    Its hash too: no answer is refused for it, and which one an operadora computes is good to know
    before it refuses ours.
    """
    if leitura.avisos:
        log.warning("resposta fora do padrão", lote=lote_id, avisos=list(leitura.avisos))
    if leitura.hash_informado is not None and (dialeto := _dialeto(resposta)) != PADRAO:
        log.info("hash da resposta fora do padrão", lote=lote_id, dialeto=dialeto)


def _dialeto(resposta: bytes) -> str | None:
    try:
        return conferir_hash(resposta).dialeto
    except UnreadableError:
        # Two hash elements, say: the reader takes what a verifier must not.
        return None
