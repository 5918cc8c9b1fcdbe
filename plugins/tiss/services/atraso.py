"""Tells what an operadora released, or granted to recursos, and did not pay in time."""

from __future__ import annotations

import structlog

from tiss.repository import Repositorio, pagamentos

log = structlog.get_logger(__name__)


def conferir_atrasos(repo: Repositorio) -> None:
    """Have a divergence open for every guia whose payment is late, and for no other.

    Late by `consulta.dias_para_pagar` of the contrato, counted from the analysis; what a recurso
    brought is a divergence of its own, counted from the answer to it. Not watched where it has
    none.
    """
    with repo.transacao() as t:
        novas, encerradas = pagamentos.trocar_atrasados(
            t, divergencia="PAGAMENTO_ATRASADO", por="conferência dos pagamentos"
        )
    log.info("prazos de pagamento conferidos", atrasos=novas, encerrados=encerradas)
