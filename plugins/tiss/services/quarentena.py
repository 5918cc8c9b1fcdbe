"""How long a lote in doubt is left alone: our request may still be queued at the operadora."""

from __future__ import annotations

from tiss.errors import TransitionError
from tiss.repository import Transacao, lotes


def exigir_fora_da_quarentena(t: Transacao, lote_id: int) -> None:
    """Raise TransitionError, which says until when, while a lote must be left alone."""
    ate = lotes.em_quarentena(t, lote_id)
    if ate is not None:
        raise TransitionError(
            f"Aguarde até {ate.astimezone():%d/%m/%Y %H:%M}: o pedido ainda pode estar na fila da "
            "operadora. Se o portal já mostra o protocolo, informe-o."
        )
