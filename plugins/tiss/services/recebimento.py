"""Asks what was paid: month by month, while something that was released has not come."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from tiss.domain.pedido import SolicitacaoDemonstrativoPagamento
from tiss.domain.retorno import DemonstrativosPagamento
from tiss.repository import Repositorio, contratos, pagamentos
from tiss.repository.pagamentos import MesAConsultar
from tiss.services.conciliacao import aplicar_pagamentos
from tiss.services.conversa import ClienteDe
from tiss.services.pergunta import Assunto, perguntar

log = structlog.get_logger(__name__)


def consultar_mes(
    repo: Repositorio, mes: MesAConsultar, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Ask what was paid in a month, and store it. Raises PendingError when nobody answered.

    "Nothing" is an answer too: it is asked again on another day.
    """
    with repo.transacao() as t:
        contrato = contratos.obter(t, mes.contrato_id)
    pedido = SolicitacaoDemonstrativoPagamento(
        contratado=contrato.contratado,
        data_solicitacao=contrato.no_fuso(datetime.now(UTC)).date(),
        tipo_demonstrativo=mes.tipo,
        competencia=mes.competencia,
    )
    resposta = perguntar(repo, Assunto(contrato=contrato), pedido, cliente_de, quem=quem)
    lotes = []
    if isinstance(resposta, DemonstrativosPagamento):
        lotes = aplicar_pagamentos(repo, contrato, resposta)
    with repo.transacao() as t:
        pagamentos.anotar_consulta(t, mes)
    log.info("pagamentos consultados", contrato=contrato.nome, competencia=mes.competencia,
             lotes=lotes)  # fmt: skip
