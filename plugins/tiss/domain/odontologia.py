"""What an operadora decides about dental guias, whose only demonstrativo is that of payment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tiss.domain.retorno import (
    Demonstrativo,
    DemonstrativoPagamento,
    Demonstrativos,
    DemonstrativosPagamento,
    GuiaAnalisada,
    GuiaPaga,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
    ProtocoloPago,
)

# What stands in a demonstrativo de pagamento was analysed, and what it releases will be paid.
_LIBERADA = "3"

# Protocolo, lote, guia.
_Chave = tuple[str, str | None, str]


def como_analise(resposta: DemonstrativosPagamento) -> Demonstrativos:
    """Return demonstrativos de pagamento of odontologia as what they say about each guia.

    A guia that is paid in parts stands once, with the sum of them, in the last demonstrativo that
    pays it. What was paid after an appeal is left out: it is not the verdict on what was billed.
    """
    # One that a message carries twice is one: its order has the digest of its content.
    lista = sorted({pago.ordem: pago for pago in resposta.lista}.values(), key=lambda p: p.ordem)
    partes: dict[_Chave, list[GuiaPaga]] = {}
    ultima: dict[_Chave, OrdemDemonstrativo] = {}
    for pago in lista:
        for protocolo in _protocolos(pago):
            for guia in protocolo.guias:
                if not guia.recurso:
                    chave = _chave(protocolo, guia)
                    partes.setdefault(chave, []).append(guia)
                    ultima[chave] = pago.ordem
    somadas = {chave: _somar(guias) for chave, guias in partes.items()}
    return Demonstrativos(
        lista=tuple(
            _demonstrativo(pago, {c: g for c, g in somadas.items() if ultima[c] == pago.ordem})
            for pago in lista
        )
    )


def _protocolos(pago: DemonstrativoPagamento) -> Iterator[ProtocoloPago]:
    return (protocolo for dia in pago.pagamentos for protocolo in dia.protocolos)


def _chave(protocolo: ProtocoloPago, guia: GuiaPaga) -> _Chave:
    return (protocolo.numero_protocolo, protocolo.numero_lote, guia.numero_guia_prestador)


def _somar(partes: Sequence[GuiaPaga]) -> GuiaPaga:
    """One guia from its payments: each tells what was billed of it, all together what was paid."""
    liberados = [guia.valor_liberado for guia in partes if guia.valor_liberado is not None]
    return replace(
        partes[-1],
        valor_informado=_maior([guia.valor_informado for guia in partes]),
        valor_processado=_maior([guia.valor_processado for guia in partes]),
        valor_liberado=sum(liberados, Decimal(0)) if liberados else None,
        valor_franquia=_maior([guia.valor_franquia for guia in partes]),
        itens=tuple(item for guia in partes for item in guia.itens),
    )


def _maior(valores: Sequence[Decimal | None]) -> Decimal | None:
    return max((valor for valor in valores if valor is not None), default=None)


def _demonstrativo(pago: DemonstrativoPagamento, guias: dict[_Chave, GuiaPaga]) -> Demonstrativo:
    protocolos: dict[tuple[str, str | None], list[GuiaPaga]] = {}
    for protocolo in _protocolos(pago):
        protocolos.setdefault((protocolo.numero_protocolo, protocolo.numero_lote), [])
    for (numero_protocolo, numero_lote, _), guia in guias.items():
        protocolos[numero_protocolo, numero_lote].append(guia)
    return Demonstrativo(
        ordem=pago.ordem,
        protocolos=tuple(
            ProtocoloAnalisado(
                numero_protocolo=numero_protocolo,
                numero_lote=numero_lote,
                situacao=_LIBERADA,
                motivos=(),
                guias=tuple(map(_guia, pagas)),
            )
            for (numero_protocolo, numero_lote), pagas in protocolos.items()
        ),
        prestador=pago.prestador,
        de_pagamento=True,
    )


def _guia(paga: GuiaPaga) -> GuiaAnalisada:
    return GuiaAnalisada(
        numero_guia_prestador=paga.numero_guia_prestador,
        situacao=_LIBERADA,
        motivos=(),
        itens=paga.itens,
        valor_informado=paga.valor_informado,
        valor_processado=paga.valor_processado,
        valor_liberado=paga.valor_liberado,
        valor_glosa=paga.valor_glosa,
        valor_franquia=paga.valor_franquia,
        numero_guia_operadora=paga.numero_guia_operadora,
        senha=paga.senha,
    )
