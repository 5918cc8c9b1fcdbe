"""Demonstrativos as operadoras write them, short: what a test does not name is usual."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oficina import HOJE, Oficina

from tiss.domain.retorno import (
    DebitoCredito,
    Demonstrativo,
    DemonstrativoPagamento,
    Demonstrativos,
    DemonstrativosPagamento,
    GuiaAnalisada,
    GuiaPaga,
    ItemAnalisado,
    Motivo,
    OrdemDemonstrativo,
    Pagamento,
    ProtocoloAnalisado,
    ProtocoloPago,
)
from tiss.services.conciliacao import aplicar_demonstrativos, aplicar_pagamentos

COBRADO = Decimal("150.00")


def analisada(
    numero: str,
    liberado: str | Decimal | None = "150.00",
    **campos: Any,  # noqa: ANN401
) -> GuiaAnalisada:
    """A guia of R$ 150.00 as an analysis shows it."""
    modelo: dict[str, Any] = {
        "numero_guia_prestador": numero,
        "situacao": "3",
        "motivos": (),
        "itens": (),
        "valor_informado": COBRADO,
        "valor_processado": COBRADO,
        "valor_liberado": None if liberado is None else Decimal(liberado),
    }
    return GuiaAnalisada(**{**modelo, **campos})


def item_recusado(liberado: str, *motivos: tuple[str, str | None]) -> ItemAnalisado:
    """The only item of such a guia, with its motives: code and declared value."""
    return ItemAnalisado(
        sequencial_item=1,
        valor_informado=COBRADO,
        valor_liberado=Decimal(liberado),
        motivos=tuple(
            Motivo(codigo=codigo, valor=None if valor is None else Decimal(valor))
            for codigo, valor in motivos
        ),
    )


def analise(
    protocolo: str,
    *guias: GuiaAnalisada,
    dia: int = 0,
    numero: str = "1",
    situacao: str = "3",
    numero_lote: str | None = None,
    motivos: Sequence[Motivo] = (),
    **totais: Any,  # noqa: ANN401
) -> Demonstrativo:
    """A demonstrativo de análise of one protocolo. dia: days after today."""
    analisado = ProtocoloAnalisado(
        numero_protocolo=protocolo,
        numero_lote=numero_lote,
        situacao=situacao,
        motivos=tuple(motivos),
        guias=guias,
        **totais,
    )
    data = HOJE + timedelta(dia)
    return Demonstrativo(ordem=_ordem(data, numero, analisado), protocolos=(analisado,))


def paga(
    numero: str,
    liberado: str | Decimal | None,
    **campos: Any,  # noqa: ANN401
) -> GuiaPaga:
    """A posting on such a guia."""
    modelo: dict[str, Any] = {
        "numero_guia_prestador": numero,
        "recurso": False,
        "valor_informado": None,
        "valor_processado": COBRADO,
        "valor_liberado": None if liberado is None else Decimal(liberado),
        "valor_glosa": None,
    }
    return GuiaPaga(**{**modelo, **campos})


def pagamento(
    protocolo: str,
    *guias: GuiaPaga,
    dia: date | None = HOJE,
    numero: str = "1",
    numero_lote: str | None = None,
    lancados: Sequence[DebitoCredito] = (),
    liberado: str | None = None,
    bruto: str | None = None,
    **campos: Any,  # noqa: ANN401
) -> DemonstrativoPagamento:
    """A demonstrativo de pagamento of one protocolo on one day."""
    pago = Pagamento(
        data=dia,
        forma="1",
        protocolos=(
            ProtocoloPago(
                numero_protocolo=protocolo,
                numero_lote=numero_lote,
                valor_informado=None,
                valor_processado=None,
                valor_liberado=None if liberado is None else Decimal(liberado),
                valor_glosa=None,
                guias=guias,
            ),
        ),
        debitos_creditos=tuple(lancados),
        valor_bruto=None if bruto is None else Decimal(bruto),
        valor_liquido=None,
    )
    modelo: dict[str, Any] = {
        "ordem": _ordem(dia or HOJE, numero, pago),
        "pagamentos": (pago,),
        "debitos_creditos": (),
        "valor_liquido": None,
    }
    return DemonstrativoPagamento(**{**modelo, **campos})


def _ordem(data: date, numero: str, conteudo: object) -> OrdemDemonstrativo:
    digest = hashlib.sha256(repr(conteudo).encode()).hexdigest()
    return OrdemDemonstrativo(data_emissao=data, numero=numero, sha256=digest)


def receber(oficina: Oficina, *respostas: Demonstrativo | DemonstrativoPagamento) -> None:
    """Take in demonstrativos of the first contrato, one after the other."""
    contrato = oficina.contrato()
    for resposta in respostas:
        if isinstance(resposta, Demonstrativo):
            aplicar_demonstrativos(oficina.repo, contrato, Demonstrativos(lista=(resposta,)))
        else:
            aplicar_pagamentos(oficina.repo, contrato, DemonstrativosPagamento(lista=(resposta,)))
