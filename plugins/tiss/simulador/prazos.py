"""When what happens to a protocol: received, in analysis, released, paid."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from .config import Operadora
from .modelo import Protocolo
from .relogio import FUSO, local

RECEBIDO, EM_ANALISE, LIBERADO, ENCERRADO_SEM_PAGAMENTO = "1", "2", "3", "4"
CANCELADO = "9"


def status(protocolo: Protocolo, operadora: Operadora, agora: float) -> str:
    """Return the statusProtocolo of a protocol at a moment."""
    if not protocolo.vivas:
        return CANCELADO
    if agora < recebido_ate(protocolo.aceito_em, operadora):
        return RECEBIDO
    return EM_ANALISE if agora < analisado_em(protocolo.aceito_em, operadora) else LIBERADO


def recebido_ate(aceito_em: float, operadora: Operadora) -> float:
    """Return the moment at which the analysis of a lote begins."""
    return aceito_em + operadora.segundos_recebido


def analisado_em(aceito_em: float, operadora: Operadora) -> float:
    """Return the moment at which the analysis of a lote ends."""
    return recebido_ate(aceito_em, operadora) + operadora.segundos_em_analise


def data_pagamento(aceito_em: float, operadora: Operadora) -> date:
    """Return the day on which what a lote released is paid."""
    return local(analisado_em(aceito_em, operadora) + operadora.segundos_ate_pagar).date()


def aceitos_para_pagar(primeiro: date, ultimo: date, operadora: Operadora) -> tuple[float, float]:
    """Return since when and before when a lote was accepted that is paid on one of these days."""
    depois = analisado_em(0.0, operadora) + operadora.segundos_ate_pagar
    inicio, fim = (
        datetime.combine(dia, time(), FUSO).timestamp() - depois
        for dia in (primeiro, ultimo + timedelta(days=1))
    )
    return inicio, fim
