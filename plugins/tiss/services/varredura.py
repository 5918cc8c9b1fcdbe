"""Settles what processes that are gone left behind. The first thing that every DAG does."""

from __future__ import annotations

import structlog

from tiss.domain.estados import StatusLote
from tiss.repository import Repositorio, Transacao, lotes, trocas
from tiss.repository.lotes import LoteTravado
from tiss.services.cancelamento import interpretar_cancelamento
from tiss.services.interpretacao import interpretar_envio

log = structlog.get_logger(__name__)

EM_TRANSITO = frozenset({StatusLote.ENVIANDO, StatusLote.CANCELANDO})
SEM_REGISTRO = {
    StatusLote.ENVIANDO: "o processo que enviava terminou sem registrar a resposta",
    StatusLote.CANCELANDO: "o processo que cancelava terminou sem registrar a resposta",
}


def varrer(repo: Repositorio) -> dict[str, int]:
    """Settle every lote whose process is gone; return how many lotes per new state."""
    with repo.transacao() as t:
        deixados = lotes.vencidos(t)
    contagem: dict[str, int] = {}
    for lote_id in deixados:
        with repo.transacao() as t:
            lote = lotes.travar(t, lote_id)
            if lote.status in EM_TRANSITO and not lote.vencido:
                continue
            _assentar(t, lote)
            varrido = lotes.obter(t, lote_id)
        contagem[varrido.status] = contagem.get(varrido.status, 0) + 1
        log.warning("lote varrido", lote=lote_id, estado=varrido.status, motivo=varrido.observacoes)
    return contagem


def _assentar(t: Transacao, lote: LoteTravado) -> None:
    """Understand what is stored; what nobody knows is in doubt."""
    for tentativa in trocas.sem_leitura(t, lote.id):
        interpretar_envio(t, lotes.travar(t, lote.id), tentativa)
    if lote.status == StatusLote.CANCELANDO:
        interpretar_cancelamento(t, lotes.travar(t, lote.id))
    lote = lotes.travar(t, lote.id)
    if lote.status in EM_TRANSITO:
        motivo = SEM_REGISTRO[StatusLote(lote.status)]
        lotes.mudar_estado(t, lote, StatusLote.EM_DUVIDA, motivo=motivo)
