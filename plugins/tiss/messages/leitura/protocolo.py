"""Receipts of a lote, of anexos and of a recurso, and the situation of a protocolo."""

from __future__ import annotations

from tiss.domain.retorno import (
    SITUACOES,
    GuiaAnalisada,
    Ilegivel,
    ItemAnalisado,
    Motivo,
    Recebimento,
    RecebimentoAnexo,
    RecebimentoRecurso,
    SituacaoProtocolo,
)
from tiss.messages.leitura.autorizacao import autorizacoes
from tiss.messages.leitura.comuns import motivos, numero_do_lote, prestador, recusa
from tiss.messages.leitura.no import No

_SEM_NUMERO = Ilegivel(motivo="protocolo de recebimento sem número")
_SEM_SITUACAO = Ilegivel(motivo="situação do protocolo não informada")


def recebimento(no: No) -> Recebimento | RecebimentoRecurso | Ilegivel:
    """Read protocoloRecebimento, one name for the receipts of a lote and of a recurso."""
    if no.tem("nrProtocoloRecursoGlosa") or no.tem("nrProtocoloRecursado"):
        return _recebimento_de_recurso(no)
    protocolo = no.texto_dentro("numeroProtocolo")
    if protocolo is None:
        return _SEM_NUMERO
    detalhe = no.um("detalheProtocolo")
    glosa = detalhe.um("glosaProtocolo")
    return Recebimento(
        numero_lote=numero_do_lote(no.texto_dentro("numeroLote")) or "",
        numero_protocolo=protocolo,
        prestador=prestador(no),
        guias=_guias(no, ""),
        motivos=motivos(glosa.um("motivosGlosa").todos("motivoGlosa")),
        valor_informado=detalhe.dinheiro("valorTotalProtocolo"),
        valor_glosa=glosa.dinheiro("vlGlosaProtocolo"),
    )


def recebimento_de_anexo(no: No) -> RecebimentoAnexo | Ilegivel:
    """Read protocoloRecebimentoAnexo."""
    protocolo = no.texto_dentro("nrProtocoloRecebimento", "numeroProtocolo")
    if protocolo is None:
        return _SEM_NUMERO
    return RecebimentoAnexo(
        numero_lote=numero_do_lote(no.texto("numeroLote")) or "",
        numero_protocolo=protocolo,
        prestador=prestador(no),
        autorizacoes=autorizacoes(no.um("anexosClinicos")),
    )


def situacao(no: No) -> SituacaoProtocolo | Ilegivel:
    """Read situacaoDoProtocolo, situacaoProtocoloAnexo or situacaoDemonstrativoRetorno."""
    valor = no.texto_dentro("statusProtocolo", "situacaoDemonstrativo")
    # A refusal about this lote; beside a situation it would only repeat it.
    negada = next(map(recusa, no.dentro("mensagemErro")), None) if valor is None else None
    if valor is None and negada is None:
        return _SEM_SITUACAO
    conhecida(valor, no)
    lote = no.um("lote", "loteAnexo")
    detalhe = lote.um("detalheLote", "detalheLoteAnexo")
    totais = detalhe.um("valorTotalLote")
    return SituacaoProtocolo(
        numero_protocolo=no.texto_dentro("numeroProtocolo") or "",
        numero_lote=numero_do_lote(no.texto_dentro("numeroLote")),
        situacao=valor or "",
        recusa=negada,
        valor_processado=totais.dinheiro("valorProcessado"),
        valor_liberado=totais.dinheiro("valorLiberado"),
        valor_glosa=totais.dinheiro("valorGlosa"),
        guias=_guias(detalhe.um("guiasTISS"), valor or ""),
        autorizacoes=autorizacoes(detalhe.um("anexosClinicos")),
    )


def conhecida(valor: str | None, no: No) -> None:
    """Warn about a situation that dm_statusProtocolo does not have."""
    if valor and valor not in SITUACOES:
        no.avisos.avisar("situação que não está na Tabela 47")


def _recebimento_de_recurso(no: No) -> RecebimentoRecurso | Ilegivel:
    protocolo = no.texto("nrProtocoloRecursoGlosa")
    if protocolo is None:
        return _SEM_NUMERO
    return RecebimentoRecurso(
        numero_lote=numero_do_lote(no.texto("numeroLote")) or "",
        numero_protocolo=protocolo,
        numero_protocolo_recursado=no.texto("nrProtocoloRecursado"),
        prestador=prestador(no),
        guias=tuple(
            numero
            for guia in no.todos("guiasRecurso")
            if (numero := guia.texto("numeroGuiaOrigem"))
        ),
        valor_recursado=no.dinheiro("valorTotalRecursado"),
    )


def _guias(no: No, situacao_do_protocolo: str) -> tuple[GuiaAnalisada, ...]:
    # Three wrappers in the standard, more in the field; what has the number is the guia.
    return tuple(
        _guia(guia, situacao_do_protocolo)
        for guia in no.pais_de("numeroGuiaPrestador")
        if guia.texto("numeroGuiaPrestador")
    )


def _guia(no: No, situacao_do_protocolo: str) -> GuiaAnalisada:
    # Its name says informed; it holds the other three values (ct_valorTotal).
    valores = no.um("vlInformadoGuia")
    return GuiaAnalisada(
        numero_guia_prestador=no.texto("numeroGuiaPrestador") or "",
        numero_guia_operadora=no.texto("numeroGuiaOperadora"),
        situacao=situacao_do_protocolo,
        motivos=motivos(no.um("glosaGuia").todos("motivoGlosa")),
        itens=tuple(
            _item(item)
            for item in no.um("procedimentosRealizados").todos("procedimentoRealizado")
            if item.tem("glosasProcedimento")
        ),
        valor_informado=None,
        valor_processado=valores.dinheiro("valorProcessado"),
        valor_liberado=valores.dinheiro("valorLiberado"),
        valor_glosa=valores.dinheiro("valorGlosa"),
    )


def _item(no: No) -> ItemAnalisado:
    procedimento = no.um("procedimento")
    glosas = no.um("glosasProcedimento")
    informado = no.dinheiro("valorTotal", "valorProc")
    recusado = glosas.dinheiro("valorGlosaProcedimento")
    lidos = motivos(glosas.todos("motivoGlosa"))
    if len(lidos) == 1:
        # One value for all motives of an item: it is that of a motive which stands alone.
        lidos = (Motivo(codigo=lidos[0].codigo, descricao=lidos[0].descricao, valor=recusado),)
    return ItemAnalisado(
        sequencial_item=no.inteiro("sequencialItem"),
        codigo_tabela=procedimento.texto("codigoTabela"),
        codigo_procedimento=procedimento.texto("codigoProcedimento"),
        descricao_procedimento=procedimento.texto("descricaoProcedimento"),
        data_realizacao=no.data("dataExecucao", "dataRealizacao"),
        quantidade=no.quantidade("quantidadeExecutada", "qtdProc"),
        valor_informado=informado,
        valor_liberado=(
            informado - recusado if informado is not None and recusado is not None else None
        ),
        motivos=lidos,
    )
