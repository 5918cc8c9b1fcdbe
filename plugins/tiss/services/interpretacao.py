"""Step 3b: from a stored reply to the state of a lote. May run again at any time."""

from __future__ import annotations

from dataclasses import replace

import structlog

from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.desfecho import Desfecho, ReciboEsperado, decidir
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import Recebimento, RecebimentoRecurso, Resposta
from tiss.messages.diagnostico import diagnosticar
from tiss.repository import (
    Repositorio,
    Transacao,
    contratos,
    lotes,
    recursos,
    retornos,
    trocas,
)
from tiss.repository.lotes import Lote, LoteTravado
from tiss.repository.trocas import Troca
from tiss.services.anuncio import guardar_anunciadas
from tiss.services.conversa import aprovar_credencial, ler, suspender, token_renovavel

log = structlog.get_logger(__name__)

EM_ABERTO = frozenset({StatusLote.ENVIANDO, StatusLote.EM_DUVIDA})


def interpretar(
    repo: Repositorio,
    lote_id: int,
    tentativa: int,
    *,
    configuracao: bool = False,
    pedido: bytes | None = None,
) -> Desfecho | None:
    """Apply the stored reply of an attempt; return its outcome, None when there is no reply.

    configuracao: the failure was one that trying again cannot mend; the troca does not hold it.
    pedido: what left, with the login that the troca masks: a refused hash is explained by it.
    """
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        return interpretar_envio(t, lote, tentativa, configuracao=configuracao, pedido=pedido)


def interpretar_envio(
    t: Transacao,
    lote: LoteTravado,
    tentativa: int,
    *,
    configuracao: bool = False,
    pedido: bytes | None = None,
) -> Desfecho | None:
    """Do the same for a locked lote, in a transaction of the caller."""
    troca = trocas.do_envio(t, lote.id, tentativa)
    if troca is None or not troca.respondida:
        return None
    entrega = troca.entrega
    if configuracao:
        entrega = replace(entrega, configuracao=True)
    contrato = contratos.obter(t, lote.contrato_id)
    lida = ler(entrega, contrato, Canal(troca.canal), lote.id)
    resposta = lida.resposta if lida is not None else None
    desfecho = decidir(
        entrega,
        resposta,
        espera=recibo_de(t, lote),
        prestador=contrato.identificacoes,
        ja_pode_ter_chegado=trocas.pode_ter_chegado(t, lote.id, exceto=troca.id),
        token_renovavel=token_renovavel(t, contrato, lote.id, lote.operacao, tentativa),
    )
    if desfecho.status is not StatusLote.ENVIADO:
        servidor = contrato.servidor(lote.operacao, Canal(troca.canal))
        diagnostico = diagnosticar(entrega, resposta, pedido, servidor=servidor)
        if diagnostico is not None:
            desfecho = replace(desfecho, motivo=f"{desfecho.motivo}. {diagnostico}")
    if tentativa == lote.tentativa and lote.status in EM_ABERTO:
        _aplicar(t, lote, contrato, troca, desfecho, resposta)
    elif desfecho.protocolo is not None and desfecho.protocolo != lote.protocolo:
        _chegou_tarde(t, lote, troca, desfecho.protocolo)
    trocas.interpretada(t, troca.id, f"{desfecho.status}: {desfecho.motivo}"[:500])
    return desfecho


def _chegou_tarde(t: Transacao, lote: LoteTravado, troca: Troca, protocolo: str) -> None:
    """A copy of the lote was accepted when it was no longer waited for."""
    unica = not trocas.outra_copia(t, lote.id, exceto=troca.id)
    cancelada = lote.status == StatusLote.CANCELADO and lotes.cancelado_la(t, lote.id)
    if unica and (lote.status == StatusLote.CANCELANDO or cancelada):
        # It is what was cancelled, or is about to be: there is no other copy.
        lotes.anotar_protocolo(t, lote.id, protocolo)
        return
    aviso = (
        f"protocolo {protocolo} chegou quando o lote já estava {lote.status}: confira no portal "
        "da operadora se o lote não foi aceito duas vezes"
    )
    # Nothing with its guias leaves now.
    retornos.abrir_divergencia(t, "POSSIVEL_DUPLICIDADE", aviso, lote_id=lote.id)
    if lote.status == StatusLote.PENDENTE:
        lotes.deter(t, lote, aviso)


def _aplicar(
    t: Transacao,
    lote: LoteTravado,
    contrato: Contrato,
    troca: Troca,
    desfecho: Desfecho,
    resposta: Resposta | None,
) -> None:
    if desfecho.protocolo is not None:
        # Of the same contrato: an operadora may number those of each prestador anew.
        outro = lotes.dono_do_protocolo(t, lote, desfecho.protocolo, de_todos=False)
        if outro is not None:
            retornos.abrir_divergencia(
                t,
                "PROTOCOLO_REPETIDO",
                f"o protocolo {desfecho.protocolo} já é do lote {outro.numero_lote}",
                lote_id=lote.id,
            )
    if lote.status != desfecho.status:
        lotes.mudar_estado(
            t,
            lote,
            desfecho.status,
            motivo=desfecho.motivo,
            detalhe=desfecho.detalhe,
            protocolo=desfecho.protocolo,
        )
    if desfecho.suspender is not None:
        suspender(
            t,
            contrato,
            lote.operacao,
            Canal(troca.canal),
            desfecho.suspender,
            desfecho.motivo,
        )
    if desfecho.divergencia is not None:
        retornos.abrir_divergencia(t, desfecho.divergencia, desfecho.motivo, lote_id=lote.id)
    if desfecho.status is not StatusLote.ENVIADO:
        return
    if isinstance(resposta, Recebimento):
        conferir_recebidas(t, lote.id, resposta)
    if isinstance(resposta, Recebimento | RecebimentoRecurso):
        aprovar_credencial(t, contrato)


def recibo_de(t: Transacao, lote: Lote | LoteTravado) -> ReciboEsperado:
    """Return what a receipt of a lote has to name: a recurso goes by the lote that it contests."""
    if not lote.e_recurso:
        return ReciboEsperado(Recebimento, str(lote.numero_lote))
    recurso = recursos.do_envio(t, lote.id)
    return ReciboEsperado(RecebimentoRecurso, str(recurso.numero_lote), recurso.protocolo)


def conferir_recebidas(t: Transacao, lote_id: int, recebimento: Recebimento) -> None:
    """Keep what a receipt refuses already, and note the guias that it does not list.

    Neither decides anything, and nothing is sent again by itself: a person looks.
    """
    envios = lotes.envios(t, lote_id)
    guardar_anunciadas(
        t,
        lote_id,
        envios,
        recebimento.guias,
        origem="RECEBIMENTO",
        protocolo=recebimento.numero_protocolo,
        motivos=recebimento.motivos,
    )
    recebidas = {guia.numero_guia_prestador for guia in recebimento.guias}
    for envio in envios:
        if envio.numero_guia_prestador not in recebidas:
            retornos.abrir_divergencia(
                t,
                "NAO_RECEBIDA",
                f"o protocolo {recebimento.numero_protocolo} não lista esta guia",
                lote_id=lote_id,
                guia_id=envio.guia_id,
            )
