"""Tells people, once, what they have to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog

from tiss.domain.digesto import Esperam, assunto, texto
from tiss.repository import Repositorio, Transacao, contratos, digestos
from tiss.services.vez import fora_do_calendario

log = structlog.get_logger(__name__)

Entregar = Callable[[str, str], None]
Que = TypeVar("Que", bound=Esperam)


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


def pendentes(t: Transacao, *, agora: datetime) -> Esperam:
    """Return what waits for a person now, told or not; nothing is delivered, noted or locked.

    A lote that a person has to release or carry to a portal is here at once, not after a day.
    """
    return _sem_calendario(t, digestos.esperam(t, logo=True), agora)


def _sem_calendario(t: Transacao, que: Que, agora: datetime) -> Que:
    """Leave out what waits for the delivery calendar of its operadora: it leaves by itself."""
    fechados = {
        contrato.id
        for contrato in contratos.listar(t)
        if fora_do_calendario(contrato, agora) is not None
    }
    lotes = [
        lote
        for lote in que.lotes
        if lote.status != "PENDENTE" or lote.espera or lote.contrato_id not in fechados
    ]
    return replace(que, lotes=lotes)
