"""What demonstrativos de pagamento say: postings on guias, which add up, and totals, which must.

A posting that another demonstrativo tells again is the same one: what tells it apart is whom it
pays, on which day, how much, and, where one demonstrativo has several equal ones, its place among
them. So no order of arrival and no repetition changes what was paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiss.domain.divergencia import Divergencia
from tiss.domain.retorno import (
    DebitoCredito,
    DemonstrativoPagamento,
    GuiaAnalisada,
    GuiaPaga,
    Pagamento,
    ProtocoloPago,
)
from tiss.domain.totais import soma_que_difere

# What stands in a demonstrativo de pagamento was analysed, and what it releases will be paid.
_LIBERADA = "3"
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lancamento:
    """One posting on a guia. ocorrencia: its place, from 1, among equal ones of a demonstrativo."""

    numero_protocolo: str
    numero_lote: str | None
    data: date | None
    guia: GuiaPaga
    ocorrencia: int
    demonstrativo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LancamentoFinanceiro:
    """A debit or credit. data: None for one of a whole demonstrativo, which then is named."""

    data: date | None
    demonstrativo: str | None
    lancado: DebitoCredito
    ocorrencia: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NaoFecha:
    """A guia of which not all values agree, in reais. guia: its id.

    recuperado: what the operadora granted to recursos, None while it decided none.
    """

    guia: int
    liberado: Decimal | None
    pago: Decimal
    glosado: Decimal | None
    recuperado: Decimal | None
    pago_por_recurso: Decimal


def que_nao_fecha(guia: NaoFecha) -> Iterator[Divergencia]:
    """Yield why the values of a guia do not agree."""
    if guia.pago and guia.liberado is not None:
        dito = f"foram liberados {guia.liberado} e pagos {guia.pago}"
        if guia.pago < guia.liberado:
            yield Divergencia("PAGAMENTO_A_MENOR", dito)
        elif guia.pago > guia.liberado:
            yield Divergencia("PAGAMENTO_A_MAIOR", dito)
    pago = guia.pago_por_recurso
    recuperado = pago if guia.recuperado is None else guia.recuperado
    if pago:
        dito = f"em recurso foram acatados {recuperado} e pagos {pago}"
        if pago < recuperado:
            yield Divergencia("RECURSO_PAGO_A_MENOR", dito)
        elif pago > recuperado:
            yield Divergencia("RECURSO_PAGO_A_MAIOR", dito)
    if guia.glosado is not None and recuperado > guia.glosado:
        dito = f"foram glosados {guia.glosado} e recuperados {recuperado}"
        yield Divergencia("RECUPERADO_A_MAIS", dito)


def lancamentos(pago: DemonstrativoPagamento) -> list[Lancamento]:
    """Return the postings of a demonstrativo, in its order."""
    iguais: Counter[tuple[object, ...]] = Counter()
    feitos = []
    for dia, protocolo in _protocolos(pago):
        for guia in protocolo.guias:
            chave = (
                protocolo.numero_protocolo,
                guia.numero_guia_prestador,
                bool(guia.recurso),
                dia.data,
                guia.valor_liberado,
            )
            iguais[chave] += 1
            feitos.append(
                Lancamento(
                    numero_protocolo=protocolo.numero_protocolo,
                    numero_lote=protocolo.numero_lote,
                    data=dia.data,
                    guia=guia,
                    ocorrencia=iguais[chave],
                    demonstrativo=pago.ordem.numero,
                )
            )
    return feitos


def lancamentos_financeiros(pago: DemonstrativoPagamento) -> list[LancamentoFinanceiro]:
    """Return the debits and credits of a demonstrativo: of each day, then those of the whole."""
    iguais: Counter[tuple[object, ...]] = Counter()
    feitos = []
    por_dia: list[tuple[date | None, str | None, Sequence[DebitoCredito]]] = [
        (dia.data, None, dia.debitos_creditos) for dia in pago.pagamentos
    ]
    por_dia.append((None, pago.ordem.numero, pago.debitos_creditos))
    for data, demonstrativo, lancados in por_dia:
        for lancado in lancados:
            chave = (data, demonstrativo, lancado.indicador, lancado.tipo, lancado.valor)
            iguais[chave] += 1
            feitos.append(
                LancamentoFinanceiro(
                    data=data,
                    demonstrativo=demonstrativo,
                    lancado=lancado,
                    ocorrencia=iguais[chave],
                )
            )
    return feitos


def totais_que_nao_fecham(pago: DemonstrativoPagamento) -> list[Divergencia]:
    """Return each total of a demonstrativo that is not the sum of what it is the total of.

    See `tiss.domain.totais`.
    """
    achadas = []
    for dia, protocolo in _protocolos(pago):
        total = protocolo.valor_liberado
        soma = soma_que_difere(total, [guia.valor_liberado for guia in protocolo.guias])
        if soma is not None:
            achadas.append(
                _total(
                    pago,
                    f"do protocolo {protocolo.numero_protocolo}, pago em {_dia(dia)},",
                    total,
                    soma,
                )
            )
    for dia in pago.pagamentos:
        partes = [protocolo.valor_liberado for protocolo in dia.protocolos]
        soma = soma_que_difere(dia.valor_bruto, partes)
        if soma is not None:
            achadas.append(_total(pago, f"liberado do dia {_dia(dia)}", dia.valor_bruto, soma))
    return achadas


def como_analise(pagas: Sequence[GuiaPaga]) -> GuiaAnalisada:
    """Return what the postings on one guia, one or more, say about it together.

    Each tells what was billed of it, all together what was released. Where no demonstrativo de
    análise speaks of the guia, this decides it. What an appeal brought is not for here.

    Items are the analysis of a guia, its total is what is paid of it: where they differ, the items
    tell what was released. An item that is told again is the same one.
    """
    return GuiaAnalisada(
        numero_guia_prestador=pagas[0].numero_guia_prestador,
        situacao=_LIBERADA,
        motivos=(),
        itens=tuple(dict.fromkeys(item for guia in pagas for item in guia.itens)),
        valor_informado=_maior([guia.valor_informado for guia in pagas]),
        valor_processado=_maior([guia.valor_processado for guia in pagas]),
        valor_liberado=_liberado(pagas),
        valor_franquia=_maior([guia.valor_franquia for guia in pagas]),
    )


def _liberado(pagas: Sequence[GuiaPaga]) -> Decimal | None:
    """What was released of a guia, None where nobody says it: what is paid, or what its items say.

    The parts of a guia add up. A posting whose items say something else than its total tells the
    whole analysis, and several tell it again.
    """
    pagos = [guia.valor_liberado for guia in pagas if guia.valor_liberado is not None]
    if not pagos:
        return None
    dos_itens = [(guia, soma) for guia in pagas if (soma := _dos_itens(guia)) is not None]
    if any(guia.valor_liberado not in _totais(guia, soma) for guia, soma in dos_itens):
        return max(soma for _, soma in dos_itens)
    return sum(pagos, ZERO)


def _dos_itens(guia: GuiaPaga) -> Decimal | None:
    """What the items of a posting release, None where they do not say it."""
    liberados = [item.valor_liberado for item in guia.itens if item.valor_liberado is not None]
    if guia.valor_liberado is None or not liberados or len(liberados) < len(guia.itens):
        return None
    return sum(liberados, ZERO)


def _totais(guia: GuiaPaga, dos_itens: Decimal) -> set[Decimal]:
    """The totals of a posting that its items explain.

    What of the billed value is in no item, a centavo say, may follow them, and the share of the
    patient may come off the guia alone.
    """
    informados = [item.valor_informado or ZERO for item in guia.itens]
    fora = (guia.valor_informado or ZERO) - sum(informados, ZERO)
    brutos = {dos_itens, dos_itens + fora}
    return brutos | {bruto - (guia.valor_franquia or ZERO) for bruto in brutos}


def _protocolos(pago: DemonstrativoPagamento) -> Iterator[tuple[Pagamento, ProtocoloPago]]:
    return ((dia, protocolo) for dia in pago.pagamentos for protocolo in dia.protocolos)


def _total(
    pago: DemonstrativoPagamento, qual: str, total: Decimal | None, soma: Decimal | None
) -> Divergencia:
    return Divergencia(
        "TOTAL_DO_PAGAMENTO",
        f"no demonstrativo de pagamento {pago.ordem.numero} o total {qual} é {total}, e as partes "
        f"somam {soma}",
        chave=f"{qual} {total}, {soma}",
    )


def _dia(dia: Pagamento) -> str:
    return "dia não informado" if dia.data is None else f"{dia.data:%d/%m/%Y}"


def _maior(valores: Sequence[Decimal | None]) -> Decimal | None:
    return max((valor for valor in valores if valor is not None), default=None)
