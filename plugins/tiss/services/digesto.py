"""Tells people, once, what they have to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from tiss.domain.digesto import Digesto, assunto, texto
from tiss.repository import Repositorio, Transacao, contratos, digestos
from tiss.services.vez import fora_do_calendario

log = structlog.get_logger(__name__)

Entregar = Callable[[str, str], None]


def avisar(repo: Repositorio, entregar: Entregar, *, agora: datetime) -> bool:
    """Deliver what is new, if it is time to; return whether something was delivered.

    entregar: takes subject and text, raises when they did not leave. agora: with a time zone.

    What was told is noted after it left: a delivery that fails loses nothing. Mail has no
    transactions: when the commit that notes it fails, the next run tells the same once more.
    """
    with repo.transacao() as t:
        # Held while the digest leaves, so that two runs at once do not tell the same.
        marca = digestos.travar(t)
        if marca is None:
            log.info("outra execução está avisando")
            return False
        novas = digestos.novidades(t)
        digesto = _sem_calendario(
            t, digestos.montar(t, novas, agora=agora, ultimo=marca.entregue_em), agora
        )
        esperam = {pendencia.chave for pendencia in digesto.pendencias}
        digestos.esquecer(t, esperam)
        if not digesto.deve_sair:
            log.info("nada a avisar agora", novidades=len(novas), esperam_por_alguem=len(esperam))
            return False
        entregar(assunto(digesto), texto(digesto))
        digestos.anotar(t, novas, esperam)
    return True


def _sem_calendario(t: Transacao, digesto: Digesto, agora: datetime) -> Digesto:
    """Leave out what waits for the delivery calendar of its operadora: it leaves by itself."""
    fechados = {
        contrato.id
        for contrato in contratos.listar(t)
        if fora_do_calendario(contrato, agora) is not None
    }
    lotes = [
        lote
        for lote in digesto.lotes
        if lote.status != "PENDENTE" or lote.espera or lote.contrato_id not in fechados
    ]
    return replace(digesto, lotes=lotes)
