"""Keeps the sums of the reconciliation stored, so that who looks at them does not wait."""

from __future__ import annotations

import structlog

from tiss.repository import Repositorio
from tiss.repository.listas import conciliacao

log = structlog.get_logger(__name__)


def refazer_somas(repo: Repositorio) -> None:
    """Sum anew every lote of which something changed. Without it sums are right, only slower."""
    with repo.transacao() as t:
        lotes = conciliacao.atualizar(t)
    log.info("somas da conciliação refeitas", lotes=lotes)
