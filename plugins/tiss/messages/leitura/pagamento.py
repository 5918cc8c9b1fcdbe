"""The two demonstrativos de pagamento, medical and odonto: the same facts under other names."""

from __future__ import annotations

from datetime import date

from tiss.domain.retorno import (
    DebitoCredito,
    DemonstrativoPagamento,
    GuiaPaga,
    ItemAnalisado,
    Pagamento,
    ProtocoloPago,
)
from tiss.messages.leitura.comuns import motivo, numero_do_lote, prestador
from tiss.messages.leitura.demonstrativo import ordem
from tiss.messages.leitura.no import No

# dm_tipoPagamento
_RECURSO = {"1": False, "2": True}


def pagamento(no: No) -> DemonstrativoPagamento:
    """Read demonstrativoPagamento."""
    cabecalho = no.um("cabecalhoDemonstrativo") or no
    totais = no.um("totaisDemonstrativo")
    return DemonstrativoPagamento(
        ordem=ordem(no, cabecalho, cabecalho.data("dataEmissao")),
        prestador=prestador(no),
        registro_ans=cabecalho.texto("registroANS"),
        pagamentos=tuple(
            _pagamento(por_data)
            for grupo in no.todos("pagamentos")
            for por_data in grupo.todos("pagamentosPorData")
        ),
        debitos_creditos=_debitos_creditos(totais, "debitosCreditosDemonstrativo"),
        valor_liquido=totais.um("totaisLiquidosDemonstrativo").dinheiro(
            "valorLiberadoDemonstrativo"
        ),
    )


def pagamento_odonto(no: No) -> DemonstrativoPagamento:
    """Read demonstrativoPagamentoOdonto. It tells no dataEmissao: the end of its period orders."""
    cabecalho = no.um("cabecalhoDemonstrativoOdonto", "cabecalhoDemonstrativo") or no
    pagamentos = tuple(_pagamento_odonto(dia) for dia in no.todos("dadosPagamentoPorData"))
    fim = cabecalho.um("periodoProc").data("datafim")
    return DemonstrativoPagamento(
        ordem=ordem(no, cabecalho, fim or _ultima(pagamentos)),
        prestador=prestador(no),
        registro_ans=cabecalho.texto("registroANS"),
        pagamentos=pagamentos,
        debitos_creditos=_debitos_creditos(no.um("debCredDemonstrativo"), "descontos"),
        valor_liquido=no.dinheiro("valorRecebidoDemonstrativo"),
    )


def _ultima(pagamentos: tuple[Pagamento, ...]) -> date | None:
    return max((p.data for p in pagamentos if p.data is not None), default=None)


def _pagamento(no: No) -> Pagamento:
    dados = no.um("dadosPagamento")
    return Pagamento(
        data=dados.data("dataPagamento"),
        forma=dados.texto("formaPagamento"),
        protocolos=tuple(map(_protocolo, no.um("dadosResumo").todos("relacaoProtocolos"))),
        debitos_creditos=_debitos_creditos(no.um("debitosCreditosPorData"), "debitosCreditos"),
        # The standard's own spelling, then the one that it meant.
        valor_bruto=no.um("totaisBrutosPorData").dinheiro(
            "totaLiberadoPorData", "totalLiberadoPorData"
        ),
        valor_liquido=no.um("totaisLiquidosPorData").dinheiro("liquidoPorData"),
    )


def _protocolo(no: No) -> ProtocoloPago:
    return ProtocoloPago(
        numero_protocolo=no.texto("numeroProtocolo") or "",
        numero_lote=numero_do_lote(no.texto("numeroLote")),
        valor_informado=no.dinheiro("valorInformado"),
        valor_processado=no.dinheiro("valorProcessado"),
        valor_liberado=no.dinheiro("valorLiberado"),
        valor_glosa=no.dinheiro("valorGlosa"),
        guias=tuple(map(_guia, no.todos("guiasDoLote"))),
    )


def _guia(no: No) -> GuiaPaga:
    return GuiaPaga(
        numero_guia_prestador=no.texto("numeroGuiaPrestador") or "",
        numero_guia_operadora=no.texto("numeroGuiaOperadora"),
        senha=no.texto("senha"),
        recurso=_RECURSO.get(no.texto("tipoPagamento") or ""),
        valor_informado=None,
        valor_processado=no.dinheiro("valorProcessadoGuia"),
        valor_liberado=no.dinheiro("valorLiberadoGuia"),
        valor_glosa=no.dinheiro("valorGlosaGuia"),
    )


def _pagamento_odonto(no: No) -> Pagamento:
    return Pagamento(
        data=no.um("dadosPagamento").data("dataPagamento"),
        forma=None,
        protocolos=tuple(map(_protocolo_odonto, no.todos("protocolos"))),
        debitos_creditos=_debitos_creditos(no.um("debCredPorDataPagamento"), "descontos"),
        valor_bruto=no.um("totaisPorData").dinheiro("valorBrutoLiberadoPorData"),
        valor_liquido=no.um("totalLiquidoPorData").dinheiro("valorFinalAReceberPorData"),
    )


def _protocolo_odonto(no: No) -> ProtocoloPago:
    totais = no.um("totaisPorProtocolo")
    return ProtocoloPago(
        numero_protocolo=no.texto("numeroProtocolo") or "",
        numero_lote=numero_do_lote(no.texto("numeroLote")),
        valor_informado=totais.dinheiro("valorTotalInformadoPorProtocolo"),
        valor_processado=totais.dinheiro("valorTotalProcessadoPorProtocolo"),
        valor_liberado=totais.dinheiro("valorTotalLiberadoPorProtocolo"),
        valor_glosa=totais.dinheiro("valorTotalGlosaPorProtocolo"),
        guias=tuple(map(_guia_odonto, no.todos("dadosPagamentoGuia"))),
    )


def _guia_odonto(no: No) -> GuiaPaga:
    return GuiaPaga(
        numero_guia_prestador=no.texto("numeroGuiaPrestador") or "",
        numero_guia_operadora=no.texto("numeroGuiaOperadora"),
        recurso=no.sim("recurso"),
        valor_informado=no.dinheiro("valorTotalInformadoGuia"),
        valor_processado=no.dinheiro("valorTotalProcessadoGuia"),
        valor_liberado=no.dinheiro("valorTotalLiberadoGuia"),
        valor_glosa=no.dinheiro("valorTotalGlosaGuia"),
        valor_franquia=no.dinheiro("valorTotalFranquiaGuia"),
        itens=tuple(map(_item_odonto, no.todos("dadosPagamento"))),
    )


def _item_odonto(no: No) -> ItemAnalisado:
    procedimento = no.um("procedimento")
    recusado = no.dinheiro("valorGlosaEstorno")
    codigos = no.textos("codigosGlosa")
    return ItemAnalisado(
        sequencial_item=no.inteiro("sequencialItem"),
        data_realizacao=no.data("dataRealizacao"),
        codigo_tabela=procedimento.texto("codigoTabela"),
        codigo_procedimento=procedimento.texto("codigoProcedimento"),
        descricao_procedimento=procedimento.texto("descricaoProcedimento"),
        quantidade=no.quantidade("qtdProc"),
        valor_informado=no.dinheiro("valorInformado"),
        valor_processado=no.dinheiro("valorProcessado"),
        valor_liberado=no.dinheiro("valorLiberado"),
        valor_franquia=no.dinheiro("valorFranquia"),
        # One value for all motives of an item: it is that of a motive which stands alone.
        motivos=tuple(
            motivo(codigo, no, valor=recusado if len(codigos) == 1 else None) for codigo in codigos
        ),
    )


def _debitos_creditos(no: No, nome: str) -> tuple[DebitoCredito, ...]:
    return tuple(
        DebitoCredito(
            indicador=um.texto("indicador") or "",
            tipo=um.texto("tipoDebitoCredito") or "",
            descricao=um.texto("descricaoDbCr"),
            valor=um.dinheiro("valorDbCr"),
        )
        for um in no.todos(nome)
    )
