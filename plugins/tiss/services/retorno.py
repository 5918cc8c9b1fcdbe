"""Asks what became of the lotes that operadoras took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.estados import StatusLote
from tiss.domain.pedido import SolicitacaoDemonstrativoAnalise
from tiss.domain.retorno import (
    ANALISADA_AGUARDANDO,
    ANALISADAS,
    CANCELADO,
    NAO_LOCALIZADO,
    Demonstrativos,
    DemonstrativosPagamento,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.errors import PendingError
from tiss.repository import Repositorio, contratos, lotes, retornos
from tiss.repository.lotes import Lote
from tiss.services.conciliacao import aplicar_demonstrativos, aplicar_pagamentos, localizado
from tiss.services.conversa import ClienteDe
from tiss.services.esclarecimento import resolver_sozinho, situacao_de
from tiss.services.pergunta import perguntar
from tiss.services.registro import grupo

log = structlog.get_logger(__name__)

COM_DEMONSTRATIVO = ANALISADAS | {ANALISADA_AGUARDANDO, CANCELADO}


def consultar_remessa(
    lotes_ids: Sequence[int], repo: Repositorio, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Ask about every lote of a remessa. Raises PendingError at the end if nobody answered for one.

    One operadora that is silent does not stop the others.
    """
    silencios: list[PendingError] = []
    for lote_id in lotes_ids:
        with grupo(f"Consulta do lote {lote_id}"):
            try:
                consultar(lote_id, repo, cliente_de, quem=quem)
            except PendingError as erro:
                log.error("sem resposta", lote=lote_id, motivo=str(erro))
                silencios.append(erro)
    if silencios:
        raise silencios[0]


def consultar(lote_id: int, repo: Repositorio, cliente_de: ClienteDe, *, quem: str) -> None:
    """Ask what became of a lote that has a protocolo and store what the answer decides.

    Returns normally when the answer was understood, also when it is "not yet". A lote in doubt
    takes the steps that need no person. Raises PendingError when nobody answered: the next hour
    asks again.
    """
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    if lote.status == StatusLote.EM_DUVIDA:
        resolver_sozinho(repo, lote, contrato, cliente_de, quem=quem)
    if lote.status != StatusLote.ENVIADO or lote.protocolo is None:
        return
    if contrato.oferece(Operacao.SOLIC_STATUS_PROTOCOLO):
        pergunta = situacao_de(lote, contrato)
        resposta = perguntar(repo, lote, contrato, pergunta, cliente_de, quem=quem)
        if not _vale_pedir_demonstrativo(repo, lote, resposta):
            return
    resposta = perguntar(
        repo, lote, contrato, _demonstrativo(lote, contrato), cliente_de, quem=quem
    )
    match resposta:
        case Demonstrativos():
            aplicar_demonstrativos(repo, contrato, resposta)
        # Dental guias have no other demonstrativo.
        case DemonstrativosPagamento():
            aplicar_pagamentos(repo, contrato, resposta)
        case _:
            _vale_pedir_demonstrativo(repo, lote, resposta)


def _demonstrativo(lote: Lote, contrato: Contrato) -> SolicitacaoDemonstrativoAnalise:
    return SolicitacaoDemonstrativoAnalise(
        contratado=contrato.contratado,
        data_solicitacao=contrato.no_fuso(datetime.now(UTC)).date(),
        protocolos=(lote.protocolo or "",),
    )


def _vale_pedir_demonstrativo(repo: Repositorio, lote: Lote, resposta: Resposta) -> bool:
    """Note the situation of a protocolo; return whether a demonstrativo can exist by now."""
    with repo.transacao() as t:
        match resposta:
            case (Recusa() as recusa) | SituacaoProtocolo(recusa=Recusa() as recusa):
                retornos.abrir_divergencia(
                    t,
                    "PROTOCOLO_NAO_LOCALIZADO",
                    f"a operadora não reconhece o protocolo {lote.protocolo}: {recusa.codigo} "
                    f"{recusa.descricao or ''}".strip(),
                    lote_id=lote.id,
                )
                return False
            case SituacaoProtocolo():
                if resposta.situacao == NAO_LOCALIZADO:
                    lotes.anotar_situacao(t, lote.id, resposta.situacao)
                    retornos.abrir_divergencia(
                        t,
                        "PROTOCOLO_NAO_LOCALIZADO",
                        f"a operadora diz que o protocolo {lote.protocolo} não foi localizado",
                        lote_id=lote.id,
                    )
                    return False
                localizado(t, lote.id, resposta.situacao)
                return resposta.situacao in COM_DEMONSTRATIVO
            case _:
                return True
