"""The two demonstrativos de pagamento."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from modelos_de_resposta import em_ws, resposta_de

from tiss.domain.retorno import (
    DebitoCredito,
    DemonstrativoPagamento,
    DemonstrativosPagamento,
    GuiaPaga,
    ItemAnalisado,
    Motivo,
    Pagamento,
    ProtocoloPago,
)

PAGAMENTO = """
<demonstrativosRetorno><demonstrativoPagamento><cabecalhoDemonstrativo>
<numeroDemonstrativo>7</numeroDemonstrativo><dataEmissao>2026-05-02</dataEmissao>
</cabecalhoDemonstrativo><dadosContratado><dadosPrestador>
<cnpjContratado>00000000000191</cnpjContratado></dadosPrestador></dadosContratado>
<pagamentos><pagamentosPorData><dadosPagamento><dataPagamento>2026-05-10</dataPagamento>
<formaPagamento>1</formaPagamento></dadosPagamento><dadosResumo><relacaoProtocolos>
<numeroProtocolo>99</numeroProtocolo><numeroLote>0042</numeroLote>
<valorInformado>200.00</valorInformado><valorProcessado>190.00</valorProcessado>
<valorLiberado>180.00</valorLiberado><valorGlosa>20.00</valorGlosa>
<guiasDoLote><numeroGuiaPrestador>1</numeroGuiaPrestador><senha>S</senha>
<tipoPagamento>1</tipoPagamento><valorProcessadoGuia>90.00</valorProcessadoGuia>
<valorLiberadoGuia>80.00</valorLiberadoGuia></guiasDoLote>
<guiasDoLote><numeroGuiaPrestador>2</numeroGuiaPrestador><tipoPagamento>2</tipoPagamento>
<valorProcessadoGuia>100.00</valorProcessadoGuia><valorLiberadoGuia>100.00</valorLiberadoGuia>
<valorGlosaGuia>0.00</valorGlosaGuia></guiasDoLote></relacaoProtocolos></dadosResumo>
<totaisBrutosPorData><totaLiberadoPorData>180.00</totaLiberadoPorData></totaisBrutosPorData>
<debitosCreditosPorData><debitosCreditos><indicador>1</indicador>
<tipoDebitoCredito>01</tipoDebitoCredito><descricaoDbCr>IRRF</descricaoDbCr>
<valorDbCr>2.70</valorDbCr></debitosCreditos></debitosCreditosPorData>
<totaisLiquidosPorData><liquidoPorData>177.30</liquidoPorData></totaisLiquidosPorData>
</pagamentosPorData></pagamentos><totaisDemonstrativo><debitosCreditosDemonstrativo>
<indicador>2</indicador><tipoDebitoCredito>08</tipoDebitoCredito><valorDbCr>1.00</valorDbCr>
</debitosCreditosDemonstrativo><totaisLiquidosDemonstrativo>
<valorLiberadoDemonstrativo>178.30</valorLiberadoDemonstrativo></totaisLiquidosDemonstrativo>
</totaisDemonstrativo></demonstrativoPagamento></demonstrativosRetorno>"""
ODONTO = """
<demonstrativosRetorno><demonstrativoPagamentoOdonto><cabecalhoDemonstrativoOdonto>
<numeroDemonstrativo>8</numeroDemonstrativo><periodoProc><datainicio>2026-04-01</datainicio>
<datafim>2026-04-30</datafim></periodoProc></cabecalhoDemonstrativoOdonto>
<dadosPrestador><codigoPrestador>P1</codigoPrestador></dadosPrestador>
<dadosPagamentoPorData><dadosPagamento><dataPagamento>2026-05-10</dataPagamento></dadosPagamento>
<protocolos><numeroLote>42</numeroLote><numeroProtocolo>99</numeroProtocolo>
<dadosPagamentoGuia><numeroGuiaPrestador>1</numeroGuiaPrestador><recurso>N</recurso>
<dadosPagamento><sequencialItem>1</sequencialItem><procedimento><codigoTabela>22</codigoTabela>
<codigoProcedimento>81000030</codigoProcedimento>
<descricaoProcedimento>Consulta</descricaoProcedimento></procedimento>
<dataRealizacao>2026-04-02</dataRealizacao><qtdProc>1</qtdProc>
<valorInformado>100.00</valorInformado><valorProcessado>100.00</valorProcessado>
<valorGlosaEstorno>40.00</valorGlosaEstorno><valorFranquia>0.00</valorFranquia>
<valorLiberado>60.00</valorLiberado><codigosGlosa>3001</codigosGlosa></dadosPagamento>
<valorTotalInformadoGuia>100.00</valorTotalInformadoGuia>
<valorTotalProcessadoGuia>100.00</valorTotalProcessadoGuia>
<valorTotalGlosaGuia>40.00</valorTotalGlosaGuia>
<valorTotalFranquiaGuia>5.00</valorTotalFranquiaGuia>
<valorTotalLiberadoGuia>60.00</valorTotalLiberadoGuia></dadosPagamentoGuia>
<totaisPorProtocolo><valorTotalInformadoPorProtocolo>100.00</valorTotalInformadoPorProtocolo>
<valorTotalProcessadoPorProtocolo>100.00</valorTotalProcessadoPorProtocolo>
<valorTotalGlosaPorProtocolo>40.00</valorTotalGlosaPorProtocolo>
<valorTotalLiberadoPorProtocolo>60.00</valorTotalLiberadoPorProtocolo></totaisPorProtocolo>
</protocolos><totaisPorData><valorBrutoLiberadoPorData>60.00</valorBrutoLiberadoPorData>
</totaisPorData><debCredPorDataPagamento><descontos><indicador>1</indicador>
<tipoDebitoCredito>02</tipoDebitoCredito><descricaoDbCr>ISS</descricaoDbCr>
<valorDbCr>1.00</valorDbCr></descontos></debCredPorDataPagamento><totalLiquidoPorData>
<valorFinalAReceberPorData>59.00</valorFinalAReceberPorData></totalLiquidoPorData>
</dadosPagamentoPorData><debCredDemonstrativo><descontos><indicador>2</indicador>
<tipoDebitoCredito>07</tipoDebitoCredito><valorDbCr>3.00</valorDbCr></descontos>
</debCredDemonstrativo><valorRecebidoDemonstrativo>62.00</valorRecebidoDemonstrativo>
</demonstrativoPagamentoOdonto></demonstrativosRetorno>"""


def lido(corpo: str) -> DemonstrativoPagamento:
    resposta = resposta_de(em_ws(corpo))
    assert isinstance(resposta, DemonstrativosPagamento)
    (demonstrativo,) = resposta.lista
    return demonstrativo


def debito(indicador: str, tipo: str, valor: str, descricao: str | None = None) -> DebitoCredito:
    return DebitoCredito(indicador=indicador, tipo=tipo, descricao=descricao, valor=Decimal(valor))


def test_payment_is_read_by_day_protocolo_and_guia() -> None:
    demonstrativo = lido(PAGAMENTO)
    assert demonstrativo.prestador == "00000000000191"
    assert (demonstrativo.ordem.numero, demonstrativo.ordem.data_emissao) == (
        "7",
        date(2026, 5, 2),
    )
    assert demonstrativo.pagamentos == (
        Pagamento(
            data=date(2026, 5, 10),
            forma="1",
            protocolos=(
                ProtocoloPago(
                    numero_protocolo="99",
                    numero_lote="42",
                    valor_informado=Decimal(200),
                    valor_processado=Decimal(190),
                    valor_liberado=Decimal(180),
                    valor_glosa=Decimal(20),
                    guias=(
                        GuiaPaga(
                            numero_guia_prestador="1",
                            senha="S",
                            recurso=False,
                            valor_informado=None,
                            valor_processado=Decimal(90),
                            valor_liberado=Decimal(80),
                            valor_glosa=None,
                        ),
                        GuiaPaga(
                            numero_guia_prestador="2",
                            recurso=True,
                            valor_informado=None,
                            valor_processado=Decimal(100),
                            valor_liberado=Decimal(100),
                            valor_glosa=Decimal(0),
                        ),
                    ),
                ),
            ),
            debitos_creditos=(debito("1", "01", "2.70", "IRRF"),),
            valor_bruto=Decimal(180),
            valor_liquido=Decimal("177.30"),
        ),
    )
    assert demonstrativo.debitos_creditos == (debito("2", "08", "1.00"),)
    assert demonstrativo.valor_liquido == Decimal("178.30")


def test_odonto_payment_is_read_down_to_its_items() -> None:
    demonstrativo = lido(ODONTO)
    assert (demonstrativo.prestador, demonstrativo.valor_liquido) == ("P1", Decimal(62))
    assert demonstrativo.debitos_creditos == (debito("2", "07", "3.00"),)
    (dia,) = demonstrativo.pagamentos
    assert (dia.data, dia.valor_bruto, dia.valor_liquido) == (
        date(2026, 5, 10),
        Decimal(60),
        Decimal(59),
    )
    assert dia.debitos_creditos == (debito("1", "02", "1.00", "ISS"),)
    (protocolo,) = dia.protocolos
    assert (protocolo.valor_informado, protocolo.valor_glosa) == (Decimal(100), Decimal(40))
    assert protocolo.guias == (
        GuiaPaga(
            numero_guia_prestador="1",
            recurso=False,
            valor_informado=Decimal(100),
            valor_processado=Decimal(100),
            valor_liberado=Decimal(60),
            valor_glosa=Decimal(40),
            valor_franquia=Decimal(5),
            itens=(
                ItemAnalisado(
                    sequencial_item=1,
                    valor_informado=Decimal(100),
                    valor_processado=Decimal(100),
                    valor_liberado=Decimal(60),
                    motivos=(Motivo(codigo="3001", valor=Decimal(40)),),
                    valor_franquia=Decimal(0),
                    data_realizacao=date(2026, 4, 2),
                    codigo_tabela="22",
                    codigo_procedimento="81000030",
                    descricao_procedimento="Consulta",
                    quantidade=Decimal(1),
                ),
            ),
        ),
    )


def test_value_of_an_odonto_item_is_not_given_to_each_of_its_motives() -> None:
    dois = ODONTO.replace("</codigosGlosa>", "</codigosGlosa><codigosGlosa>3002</codigosGlosa>")
    (item,) = lido(dois).pagamentos[0].protocolos[0].guias[0].itens
    assert item.motivos == (Motivo(codigo="3001"), Motivo(codigo="3002"))


def test_odonto_demonstrativo_is_ordered_by_the_end_of_its_period_else_its_last_payment() -> None:
    assert lido(ODONTO).ordem.data_emissao == date(2026, 4, 30)
    sem_fim = ODONTO.replace("<datafim>2026-04-30</datafim>", "")
    assert lido(sem_fim).ordem.data_emissao == date(2026, 5, 10)


@pytest.mark.parametrize("nome", ["totaLiberadoPorData", "totalLiberadoPorData"])
def test_total_is_read_as_the_standard_misspells_it_and_as_it_meant(nome: str) -> None:
    corpo = PAGAMENTO.replace("totaLiberadoPorData", nome)
    assert lido(corpo).pagamentos[0].valor_bruto == Decimal(180)


def test_kind_of_payment_that_is_not_told_is_not_guessed() -> None:
    corpo = PAGAMENTO.replace("<tipoPagamento>1</tipoPagamento>", "")
    assert lido(corpo).pagamentos[0].protocolos[0].guias[0].recurso is None
