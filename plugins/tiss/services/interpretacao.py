"""Step 3b: from a stored reply to the state of a lote. May run again at any time."""

from __future__ import annotations

from dataclasses import replace

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.desfecho import Desfecho, Suspensao, decidir
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import FalhaSoap, Recebimento, Recusa, Resposta
from tiss.messages import leitura
from tiss.messages.hashes import explicar_recusa
from tiss.repository import Repositorio, Transacao, contratos, lotes, retornos, trocas
from tiss.repository.lotes import LoteTravado
from tiss.services.registro import avisar

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
        return _interpretar(t, lote, tentativa, configuracao=configuracao, pedido=pedido)


def varrer(repo: Repositorio) -> dict[str, int]:
    """Settle what processes that are gone left behind; return how many lotes per new state."""
    with repo.transacao() as t:
        deixados = lotes.vencidos(t)
    contagem: dict[str, int] = {}
    for lote_id in deixados:
        with repo.transacao() as t:
            lote = lotes.travar(t, lote_id)
            if lote.status == StatusLote.ENVIANDO and not lote.vencido:
                continue
            for tentativa in trocas.sem_leitura(t, lote_id):
                _interpretar(t, lotes.travar(t, lote_id), tentativa)
            lote = lotes.travar(t, lote_id)
            if lote.status == StatusLote.ENVIANDO:
                lotes.mudar_estado(
                    t,
                    lote,
                    StatusLote.EM_DUVIDA,
                    motivo="o processo que enviava terminou sem registrar a resposta",
                )
            varrido = lotes.obter(t, lote_id)
        contagem[varrido.status] = contagem.get(varrido.status, 0) + 1
        log.warning("lote varrido", lote=lote_id, estado=varrido.status, motivo=varrido.observacoes)
    return contagem


def suspender(
    t: Transacao, contrato: Contrato, operacao: Operacao, o_que: Suspensao, motivo: str
) -> None:
    """Stop the use of a credential everywhere, or of one operation of a contrato."""
    if o_que == "CREDENCIAL" and contrato.credencial is not None:
        contratos.suspender_credencial(t, contrato.credencial, motivo)
    else:
        contratos.suspender_operacao(t, contrato.id, operacao, motivo)
    log.error("suspenso", contrato=contrato.nome, o_que=o_que, operacao=operacao, motivo=motivo)


def _interpretar(
    t: Transacao,
    lote: LoteTravado,
    tentativa: int,
    *,
    configuracao: bool = False,
    pedido: bytes | None = None,
) -> Desfecho | None:
    troca = trocas.do_envio(t, lote.id, tentativa)
    if troca is None or not troca.respondida:
        return None
    entrega = troca.entrega
    if configuracao:
        entrega = replace(entrega, configuracao=True)
    contrato = contratos.obter(t, lote.contrato_id)
    lida = leitura.ler(entrega.resposta) if entrega.resposta else None
    if entrega.resposta and lida is not None:
        avisar(lida, entrega.resposta, lote.id)
    resposta = lida.resposta if lida is not None else None
    desfecho = decidir(
        entrega,
        resposta,
        numero_lote=str(lote.numero_lote),
        prestador=contrato.identificacoes,
        ja_pode_ter_chegado=trocas.pode_ter_chegado(t, lote.id, exceto=troca.id),
    )
    if pedido is not None and desfecho.status is StatusLote.ERRO:
        desfecho = _com_dialeto(desfecho, pedido, resposta)
    if tentativa == lote.tentativa and lote.status in EM_ABERTO:
        _aplicar(t, lote, contrato, desfecho, resposta)
    elif desfecho.protocolo is not None and desfecho.protocolo != lote.protocolo:
        _alertar_duplicidade(t, lote, desfecho.protocolo)
    trocas.interpretada(t, troca.id, f"{desfecho.status}: {desfecho.motivo}"[:500])
    return desfecho


def _com_dialeto(desfecho: Desfecho, pedido: bytes, resposta: Resposta | None) -> Desfecho:
    """Add to the reason of a refusal which hash the operadora computes, when it says its value."""
    match resposta:
        case FalhaSoap(palavras=palavras):
            texto = palavras
        case Recusa(descricao=descricao):
            texto = descricao or ""
        case _:
            return desfecho
    explicacao = explicar_recusa(pedido, texto)
    return replace(desfecho, motivo=f"{desfecho.motivo}. {explicacao}") if explicacao else desfecho


def _alertar_duplicidade(t: Transacao, lote: LoteTravado, protocolo: str) -> None:
    """A copy of the lote arrived although it was given up: nothing with its guias leaves now."""
    aviso = (
        f"protocolo {protocolo} chegou quando o lote já estava {lote.status}: confira no portal "
        "da operadora se o lote não foi aceito duas vezes"
    )
    retornos.abrir_divergencia(t, "POSSIVEL_DUPLICIDADE", aviso, lote_id=lote.id)
    if lote.status == StatusLote.PENDENTE:
        lotes.deter(t, lote, aviso)


def _aplicar(
    t: Transacao,
    lote: LoteTravado,
    contrato: Contrato,
    desfecho: Desfecho,
    resposta: Resposta | None,
) -> None:
    if desfecho.protocolo is not None:
        outro = lotes.dono_do_protocolo(t, lote, desfecho.protocolo)
        if outro is not None:
            retornos.abrir_divergencia(
                t,
                "PROTOCOLO_REPETIDO",
                f"o protocolo {desfecho.protocolo} já é do lote {outro}",
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
        suspender(t, contrato, Operacao.ENVIO_LOTE_GUIAS, desfecho.suspender, desfecho.motivo)
    if desfecho.divergencia is not None:
        retornos.abrir_divergencia(t, desfecho.divergencia, desfecho.motivo, lote_id=lote.id)
    if isinstance(resposta, Recebimento) and desfecho.status is StatusLote.ENVIADO:
        _conferir_recebidas(t, lote, resposta)
        if contrato.credencial is not None:
            contratos.aprovar_credencial(t, contrato.credencial)


def _conferir_recebidas(t: Transacao, lote: LoteTravado, recebimento: Recebimento) -> None:
    """A guia that the receipt does not list is not sent again by itself: a person has to look."""
    recebidas = {guia.numero_guia_prestador for guia in recebimento.guias}
    for envio in lotes.envios(t, lote.id):
        if envio.numero_guia_prestador not in recebidas:
            retornos.abrir_divergencia(
                t,
                "NAO_RECEBIDA",
                f"o protocolo {recebimento.numero_protocolo} não lista esta guia",
                lote_id=lote.id,
                guia_id=envio.guia_id,
            )
