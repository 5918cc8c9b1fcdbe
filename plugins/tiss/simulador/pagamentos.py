"""The demonstrativo de pagamento of the medical kinds of guia."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from .escrita import Escritor, Mensagem
from .modelo import ZERO, Protocolo
from .operacoes import DEMONSTRATIVO_PAGAMENTO
from .prazos import data_pagamento
from .relogio import local
from .respostas import Destino, mensagem, prestador

CREDITO_EM_CONTA = "1"
PAGAMENTO_INICIAL = "1"  # not that of a recurso


def demonstrativo(destino: Destino, numero: str, protocolos: Sequence[Protocolo]) -> Mensagem:
    """Return the demonstrativoPagamento of analysed protocols in order of acceptance.

    numero: of the demonstrativo. It has guias, no items.
    """
    operadora = destino.operadora
    with mensagem(destino, DEMONSTRATIVO_PAGAMENTO) as xml, xml.grupo("demonstrativoPagamento"):
        with xml.grupo("cabecalhoDemonstrativo"):
            xml.folha("registroANS", operadora.registro_ans)
            xml.folha("numeroDemonstrativo", numero)
            xml.folha("nomeOperadora", operadora.nome)
            xml.folha("numeroCNPJ", operadora.cnpj)
            xml.folha("dataEmissao", local(destino.agora).date().isoformat())
        with xml.grupo("dadosContratado"):
            prestador(xml, destino)
            xml.folha("CNES", protocolos[0].guias[0].cnes)
        with xml.grupo("pagamentos"):
            for dia, do_dia in por_dia(destino, protocolos).items():
                with xml.grupo("pagamentosPorData"):
                    _dia_medico(xml, dia, do_dia)
        informado, liberado = soma(protocolos)
        with xml.grupo("totaisDemonstrativo"):
            with xml.grupo("totaisBrutosDemonstrativo"):
                xml.dinheiro("valorInformadoBruto", informado)
                xml.dinheiro("valorProcessadoBruto", liberado)
                xml.dinheiro("valorLiberadoBruto", liberado)
                xml.dinheiro("valorGlosaBruto", informado - liberado)
            with xml.grupo("totaisLiquidosDemonstrativo"):
                xml.dinheiro("totalDebitosDemonstrativo", ZERO)
                xml.dinheiro("totalCreditosdemonstrativo", ZERO)
                xml.dinheiro("valorLiberadoDemonstrativo", liberado)
    return xml.mensagem(DEMONSTRATIVO_PAGAMENTO)


def _dia_medico(xml: Escritor, dia: date, protocolos: Sequence[Protocolo]) -> None:
    with xml.grupo("dadosPagamento"):
        xml.folha("dataPagamento", dia.isoformat())
        xml.folha("formaPagamento", CREDITO_EM_CONTA)
    with xml.grupo("dadosResumo"):
        for protocolo in protocolos:
            with xml.grupo("relacaoProtocolos"):
                _protocolo_medico(xml, protocolo)
    informado, liberado = soma(protocolos)
    with xml.grupo("totaisBrutosPorData"):
        xml.dinheiro("totalInformadoPorData", informado)
        xml.dinheiro("totalProcessadoPorData", liberado)
        xml.dinheiro("totaLiberadoPorData", liberado)
        xml.dinheiro("totalGlosaPorData", informado - liberado)
    with xml.grupo("totaisLiquidosPorData"):
        xml.dinheiro("totalDebitosPorData", ZERO)
        xml.dinheiro("totalCreditosPorData", ZERO)
        xml.dinheiro("liquidoPorData", liberado)


def _protocolo_medico(xml: Escritor, protocolo: Protocolo) -> None:
    xml.folha("dataProtocolo", local(protocolo.aceito_em).date().isoformat())
    xml.folha("numeroProtocolo", protocolo.numero)
    xml.folha("numeroLote", protocolo.numero_lote)
    xml.dinheiro("valorInformado", protocolo.informado)
    xml.dinheiro("valorProcessado", protocolo.liberado)
    xml.dinheiro("valorLiberado", protocolo.liberado)
    xml.dinheiro("valorGlosa", protocolo.informado - protocolo.liberado)
    for guia in protocolo.vivas:
        with xml.grupo("guiasDoLote"):
            xml.folha("numeroGuiaPrestador", guia.numero)
            xml.folha("numeroGuiaOperadora", guia.numero_operadora)
            xml.opcional("senha", guia.senha)
            xml.folha("tipoPagamento", PAGAMENTO_INICIAL)
            xml.dinheiro("valorProcessadoGuia", guia.liberado)
            xml.dinheiro("valorLiberadoGuia", guia.liberado)
            xml.dinheiro("valorGlosaGuia", guia.informado - guia.liberado)


def por_dia(destino: Destino, protocolos: Sequence[Protocolo]) -> dict[date, list[Protocolo]]:
    """Return protocols by the day on which each is paid, in order."""
    dias: dict[date, list[Protocolo]] = {}
    for protocolo in sorted(protocolos, key=lambda protocolo: protocolo.aceito_em):
        dia = data_pagamento(protocolo.aceito_em, destino.operadora)
        dias.setdefault(dia, []).append(protocolo)
    return dias


def soma(protocolos: Sequence[Protocolo]) -> tuple[Decimal, Decimal]:
    """Return what protocols bill and what was released of it, in reais."""
    return (
        sum((protocolo.informado for protocolo in protocolos), ZERO),
        sum((protocolo.liberado for protocolo in protocolos), ZERO),
    )
