"""Asks what became of a recurso de glosa, and stores what the operadora grants."""

from __future__ import annotations

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.divergencia import Divergencia
from tiss.domain.estados import StatusLote, StatusRecurso
from tiss.domain.pedido import SolicitacaoStatusRecurso
from tiss.domain.recurso import julgar_recurso
from tiss.domain.retorno import (
    CANCELADO,
    NAO_LOCALIZADO,
    Recusa,
    RespostaRecurso,
    SituacaoRecurso,
)
from tiss.repository import Repositorio, lotes, recursos, retornos
from tiss.repository.lotes import Lote
from tiss.services.conciliacao import RESPOSTA, conferir_pagamentos, localizado
from tiss.services.conversa import ClienteDe
from tiss.services.pergunta import Assunto, Entendida, perguntar

log = structlog.get_logger(__name__)


def consultar_recurso(
    repo: Repositorio, lote: Lote, contrato: Contrato, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Ask what became of the recurso that a lote sent, and store it.

    Raises PendingError when nobody answered. Where the operadora has no such service, a person
    brings the answer (`tiss lote importar`).
    """
    if lote.status != StatusLote.ENVIADO:
        return
    if contrato.oferece(Operacao.SOLIC_STATUS_RECURSO_GLOSA):
        pedido = situacao_do_recurso(lote, contrato)
        assunto = Assunto(contrato=contrato, lote=lote)
        aplicar(repo, lote.id, perguntar(repo, assunto, pedido, cliente_de, quem=quem))
    with repo.transacao() as t:
        lotes.agendar_consulta(t, lote.id)


def situacao_do_recurso(lote: Lote, contrato: Contrato) -> SolicitacaoStatusRecurso:
    """Return the question of what became of a recurso."""
    return SolicitacaoStatusRecurso(contratado=contrato.contratado, numero_protocolo=lote.protocolo)


def aplicar(repo: Repositorio, lote_id: int, resposta: Entendida) -> None:
    """Store what an answer says of the recurso that a lote sent. Repeating it changes nothing."""
    match resposta:
        case RespostaRecurso():
            _decidir(repo, lote_id, resposta)
        case SituacaoRecurso():
            _anotar(repo, lote_id, resposta)
        case Recusa():
            _nao_localizado(repo, lote_id, f"{resposta.codigo} {resposta.descricao or ''}".strip())
        case _:
            log.warning("resposta que não é de recurso", lote=lote_id)


def _decidir(repo: Repositorio, lote_id: int, resposta: RespostaRecurso) -> None:
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        do_envio = recursos.do_envio(t, lote_id)
        if resposta.numero_guia_recurso_prestador not in ("", do_envio.numero_guia):
            retornos.abrir_divergencia(
                t,
                "RECURSO_DE_OUTRO",
                f"o protocolo {lote.protocolo} foi respondido como o recurso "
                f"{resposta.numero_guia_recurso_prestador}, e o nosso é o {do_envio.numero_guia}",
                lote_id=lote_id,
            )
            return
        recurso = recursos.travar(t, do_envio.recurso_id)
        glosas = recursos.glosas(t, recurso.id)
        julgamento = julgar_recurso(resposta, glosas)
        recursos.decidir(t, recurso.id, julgamento.decididas)
        retornos.fechar_divergencias(
            t,
            ["PROTOCOLO_NAO_LOCALIZADO", "RECURSO_CANCELADO", "RECURSO_SEM_DECISAO"],
            por=RESPOSTA,
            lote_id=lote_id,
        )
        retornos.abrir_divergencias(
            t, [(None, divergencia) for divergencia in julgamento.divergencias], lote_id=lote_id
        )
        recorrido = recurso.lote_recorrido_id
        conferir_pagamentos(t, recorrido, lotes.envios(t, recorrido))
        if not julgamento.falta and lote.status == StatusLote.ENVIADO:
            recursos.encerrar(t, lote_id)
            recursos.mudar_estado(t, recurso.id, StatusRecurso.RESPONDIDO)
    log.info(
        "recurso respondido",
        recurso=recurso.id,
        lote=lote_id,
        recursado=str(sum(glosa.valor_recursado for glosa in glosas)),
        acatado=str(sum(decidida.valor_acatado for decidida in julgamento.decididas)),
        falta_decidir=julgamento.falta,
    )


def _anotar(repo: Repositorio, lote_id: int, resposta: SituacaoRecurso) -> None:
    if resposta.situacao == NAO_LOCALIZADO:
        _nao_localizado(repo, lote_id, "não foi localizado")
        return
    with repo.transacao() as t:
        localizado(t, lote_id, resposta.situacao)
        if resposta.situacao == CANCELADO:
            divergencia = Divergencia(
                "RECURSO_CANCELADO",
                "a operadora diz que o recurso foi cancelado: confira no portal dela",
            )
            retornos.abrir_divergencias(t, [(None, divergencia)], lote_id=lote_id)
    log.info("recurso sem decisão", lote=lote_id, situacao=resposta.situacao)


def _nao_localizado(repo: Repositorio, lote_id: int, dito: str) -> None:
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        retornos.abrir_divergencia(
            t,
            "PROTOCOLO_NAO_LOCALIZADO",
            f"a operadora não reconhece o protocolo {lote.protocolo} do recurso: {dito}",
            lote_id=lote_id,
        )
