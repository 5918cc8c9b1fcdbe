"""When what happens to a protocol: received, in analysis, released, paid."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from .config import Operadora
from .modelo import Protocolo
from .relogio import FUSO, local

# dm_statusProtocolo.
RECEBIDO, EM_ANALISE, LIBERADO, ENCERRADO_SEM_PAGAMENTO = "1", "2", "3", "4"
AGUARDANDO_LIBERACAO, PAGO, NAO_LOCALIZADO = "5", "6", "7"
AGUARDANDO_INFORMACAO, CANCELADO, BLOQUEIO_JUDICIAL = "8", "9", "10"
# Those in which the analysis has an end, and those in which the money is on its way or there.
ANALISADOS = frozenset({AGUARDANDO_LIBERACAO, LIBERADO, PAGO})
PAGAVEIS = frozenset({LIBERADO, PAGO})
# In a whole life, one in so many protocols is lost for a while, asks for something, is blocked.
PERDIDO, PERGUNTA, BLOQUEADO = 5, 4, 7


def status(protocolo: Protocolo, operadora: Operadora, agora: float) -> str:
    """Return the statusProtocolo of a protocol at a moment."""
    if not protocolo.vivas:
        return CANCELADO
    if operadora.vida_completa:
        return _na_vida_completa(protocolo, operadora, agora)
    if agora < recebido_ate(protocolo.aceito_em, operadora):
        return RECEBIDO
    return EM_ANALISE if agora < analisado_em(protocolo.aceito_em, operadora) else LIBERADO


def pagaveis(operadora: Operadora) -> frozenset[str]:
    """Return the situations in which a demonstrativo de pagamento shows a protocol."""
    return frozenset({PAGO}) if operadora.vida_completa else PAGAVEIS


def _na_vida_completa(protocolo: Protocolo, operadora: Operadora, agora: float) -> str:
    """Return the same where every situation of the standard comes up, each in its time."""
    numero = int(protocolo.numero)
    recebido = recebido_ate(protocolo.aceito_em, operadora)
    analisado = analisado_em(protocolo.aceito_em, operadora)
    if agora < recebido:
        perdido = agora < recebido - operadora.segundos_recebido / 2
        return NAO_LOCALIZADO if perdido and numero % PERDIDO == 0 else RECEBIDO
    if agora < analisado:
        if agora < analisado - operadora.segundos_em_analise / 2:
            return EM_ANALISE
        if numero % PERGUNTA == 0:
            return AGUARDANDO_INFORMACAO
        return BLOQUEIO_JUDICIAL if numero % BLOQUEADO == 0 else EM_ANALISE
    if agora < analisado + operadora.segundos_em_analise / 2:
        return AGUARDANDO_LIBERACAO
    pago = local(agora).date() >= data_pagamento(protocolo.aceito_em, operadora)
    return PAGO if pago else LIBERADO


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
