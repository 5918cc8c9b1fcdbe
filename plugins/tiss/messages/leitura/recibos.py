"""The short answers: elegibilidade, cancelamento, comunicação, documentos."""

from __future__ import annotations

from tiss.domain.retorno import (
    SITUACOES_CANCELAMENTO,
    Cancelamento,
    Cancelamentos,
    Elegibilidade,
    Ilegivel,
    ReciboComunicacao,
    ReciboDocumento,
)
from tiss.messages.leitura.comuns import motivo, motivos_negativa, numero_do_lote
from tiss.messages.leitura.no import No


def elegibilidade(no: No) -> Elegibilidade:
    """Read reciboElegibilidade."""
    return Elegibilidade(
        elegivel=no.sim("respostaSolicitacao"),
        validade_carteira=no.data("validadeCarteira"),
        motivos=motivos_negativa(no),
    )


def cancelamento(no: No) -> Cancelamentos | Ilegivel:
    """Read reciboCancelaGuia."""
    # Some leave out retornoStatus or guiasCanceladas: what they hold says it all.
    lista = (
        *(_do_lote(lote) for lote in no.dentro("loteCancelado")),
        *(_da_guia(guia) for guia in no.dentro("dadosGuia")),
    )
    if not lista:
        return Ilegivel(motivo="recibo de cancelamento sem lote nem guia")
    return Cancelamentos(lista=lista)


def comunicacao(no: No) -> ReciboComunicacao | Ilegivel:
    """Read reciboComunicacao."""
    recibo = ReciboComunicacao(
        aceita=no.sim("statusComunicacao"),
        tipo_evento=no.um("beneficiarioComunicacaoRet").texto("tipoEvento"),
        motivos=tuple(motivo(codigo, no) for codigo in no.textos("codigoGlosa")),
    )
    if recibo == ReciboComunicacao(aceita=None, tipo_evento=None, motivos=()):
        return Ilegivel(motivo="recibo de comunicação que não diz nada")
    return recibo


def documento(no: No) -> ReciboDocumento | Ilegivel:
    """Read reciboDocumento, or reciboDocumentos as the web service calls it."""
    protocolo = no.texto("protocoloDoc")
    if protocolo is None:
        return Ilegivel(motivo="recibo de documento sem protocolo")
    return ReciboDocumento(
        numero_documento=no.texto("numeroDocumento") or "",
        numero_protocolo_documento=protocolo,
        numero_lote=numero_do_lote(no.texto("numeroLote")),
        numero_protocolo=no.texto("numeroProtocolo"),
        numero_guia_prestador=no.texto("numeroGuiaPrestador"),
        numero_guia_operadora=no.texto("numeroGuiaOperadora"),
    )


def _do_lote(no: No) -> Cancelamento:
    return Cancelamento(
        situacao=_situacao(no),
        numero_lote=numero_do_lote(no.texto("numeroLote")),
        # The standard's own spelling, then the one that it meant.
        numero_protocolo=no.texto("numeroprotocolo", "numeroProtocolo"),
    )


def _da_guia(no: No) -> Cancelamento:
    return Cancelamento(
        situacao=_situacao(no),
        numero_protocolo=no.texto("numeroProtocolo", "numeroprotocolo"),
        tipo_guia=no.texto("tipoGuia"),
        numero_guia_prestador=no.texto("numeroGuiaPrestador"),
        numero_guia_operadora=no.texto("numeroGuiaOperadora"),
    )


def _situacao(no: No) -> str:
    situacao = no.texto("statusCancelamento") or ""
    if situacao not in SITUACOES_CANCELAMENTO:
        no.avisos.avisar("situação de cancelamento que não está na Tabela 46")
    return situacao
