"""The demonstrativo de pagamento of the medical kinds of guia."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .escrita import Escritor, Mensagem
from .modelo import ZERO, Protocolo
from .operacoes import DEMONSTRATIVO_PAGAMENTO
from .prazos import data_pagamento
from .relogio import local
from .respostas import Destino, mensagem, prestador

CREDITO_EM_CONTA = "1"
# tipoPagamento
PAGAMENTO_INICIAL, DE_RECURSO = "1", "2"


@dataclass(frozen=True, slots=True)
class RecursoPago:
    """What a recurso brought: of which protocol, on which day, how much by guia, in reais."""

    protocolo: Protocolo
    dia: date
    por_guia: Mapping[str, Decimal]

    @property
    def valor(self) -> Decimal:
        """All that is paid of it."""
        return sum(self.por_guia.values(), ZERO)


def demonstrativo(
    destino: Destino,
    numero: str,
    protocolos: Sequence[Protocolo],
    recursos: Sequence[RecursoPago] = (),
) -> Mensagem:
    """Return the demonstrativoPagamento of analysed protocols in order of acceptance.

    numero: of the demonstrativo. It has guias, no items. recursos: what was granted and is paid in
    the same time; at least one of either.
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
            primeiro = protocolos[0] if protocolos else recursos[0].protocolo
            xml.folha("CNES", primeiro.guias[0].cnes)
        dos_lotes = por_dia(destino, protocolos)
        with xml.grupo("pagamentos"):
            for dia in sorted({*dos_lotes, *(recurso.dia for recurso in recursos)}):
                do_dia = [recurso for recurso in recursos if recurso.dia == dia]
                with xml.grupo("pagamentosPorData"):
                    _dia_medico(xml, dia, dos_lotes.get(dia, []), do_dia)
        informado, liberado = _com_recursos(protocolos, recursos)
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


def _dia_medico(
    xml: Escritor, dia: date, protocolos: Sequence[Protocolo], recursos: Sequence[RecursoPago]
) -> None:
    with xml.grupo("dadosPagamento"):
        xml.folha("dataPagamento", dia.isoformat())
        xml.folha("formaPagamento", CREDITO_EM_CONTA)
    with xml.grupo("dadosResumo"):
        for protocolo in protocolos:
            with xml.grupo("relacaoProtocolos"):
                _protocolo_medico(xml, protocolo)
        for recurso in recursos:
            with xml.grupo("relacaoProtocolos"):
                _recurso(xml, recurso)
    informado, liberado = _com_recursos(protocolos, recursos)
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


def _recurso(xml: Escritor, recurso: RecursoPago) -> None:
    protocolo = recurso.protocolo
    xml.folha("dataProtocolo", local(protocolo.aceito_em).date().isoformat())
    xml.folha("numeroProtocolo", protocolo.numero)
    xml.folha("numeroLote", protocolo.numero_lote)
    xml.dinheiro("valorInformado", recurso.valor)
    xml.dinheiro("valorProcessado", recurso.valor)
    xml.dinheiro("valorLiberado", recurso.valor)
    xml.dinheiro("valorGlosa", ZERO)
    for guia in protocolo.vivas:
        valor = recurso.por_guia.get(guia.numero)
        if valor is None:
            continue
        with xml.grupo("guiasDoLote"):
            xml.folha("numeroGuiaPrestador", guia.numero)
            xml.folha("numeroGuiaOperadora", guia.numero_operadora)
            xml.opcional("senha", guia.senha)
            xml.folha("tipoPagamento", DE_RECURSO)
            xml.dinheiro("valorProcessadoGuia", valor)
            xml.dinheiro("valorLiberadoGuia", valor)
            xml.dinheiro("valorGlosaGuia", ZERO)


def _com_recursos(
    protocolos: Sequence[Protocolo], recursos: Sequence[RecursoPago]
) -> tuple[Decimal, Decimal]:
    informado, liberado = soma(protocolos)
    de_recursos = sum((recurso.valor for recurso in recursos), ZERO)
    return informado + de_recursos, liberado + de_recursos


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
