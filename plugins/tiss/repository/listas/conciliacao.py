"""The reconciliation as people look at it: what was billed in which month, and what became of it.

Sums come from `tiss.conciliacao_soma`, which is `tiss.conciliacao_lote` to the centavo: `atualizar`
keeps it quick, what changed since is summed by whoever reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tiss.repository.conexao import Transacao

FAIXAS = ("até 30 dias", "31 a 60 dias", "61 a 90 dias", "mais de 90 dias")
ZERO = Decimal("0.00")
MAIS_CAROS = 10
DIAS_DE_PAGAMENTO = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDaConciliacao:
    """Which months of sending, of which operadoras; none means all.

    de, ate: the first day of the first and of the last month.
    """

    de: date
    ate: date
    operadoras: Sequence[str] = ()
    ambiente: str = "PRODUCAO"

    def parametros(self) -> dict[str, object]:
        """Return what the statements call them."""
        return {
            "de": self.de,
            "ate": self.ate,
            "operadoras": list(self.operadoras),
            "ambiente": self.ambiente,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Somas:
    """Columns of tiss.conciliacao_contrato that add up, in reais.

    processado: None where no operadora said it.
    """

    guias: int = 0
    guias_em_aberto: int = 0
    informado: Decimal = ZERO
    processado: Decimal | None = None
    liberado: Decimal = ZERO
    glosado: Decimal = ZERO
    franquia: Decimal = ZERO
    em_aberto: Decimal = ZERO
    diferenca: Decimal = ZERO
    pago: Decimal = ZERO
    a_pagar: Decimal = ZERO
    a_receber: Decimal = ZERO
    pago_por_recurso: Decimal = ZERO
    em_recurso: Decimal = ZERO
    recuperado: Decimal = ZERO

    @property
    def analisado(self) -> Decimal:
        """What was billed and has a verdict: what percentages are of."""
        return self.informado - self.em_aberto


@dataclass(frozen=True, slots=True, kw_only=True)
class LinhaDaConciliacao(Somas):
    """One contrato in one month. competencia: its first day."""

    contrato_id: int
    registro_ans: str
    operadora: str
    prestador: str
    ambiente: str
    competencia: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Parado:
    """What waits for a verdict. faixa: one of FAIXAS, by days since it was sent."""

    faixa: str
    lotes: int = 0
    guias: int = 0
    valor: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class GlosaSomada:
    """A code of Tabela 38 and what it cost, in reais, at one level: ITEM, GUIA or PROTOCOLO.

    valor: the share of each motive in what was refused; None when none is known. sem_valor: how
    many have none. descricao: None when nobody knows the code.
    """

    codigo: str
    descricao: str | None
    nivel: str
    glosas: int
    guias: int
    valor: Decimal | None
    sem_valor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenciasAbertas:
    """How many open divergences have a reason, since when the oldest of them."""

    motivo: str
    quantas: int
    desde: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PagamentoDoDia:
    """What a contrato paid in a day, in reais; data_pagamento None: of whole demonstrativos."""

    contrato_id: int
    operadora: str
    prestador: str
    data_pagamento: date | None
    bruto: Decimal
    nao_reconhecido: Decimal
    debitos: Decimal
    creditos: Decimal
    liquido: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Conciliacao:
    """All that is told of some months.

    parados: one for each of FAIXAS, in their order; em_aberto_antes: what waits since months before
    the first one. glosas: the codes that cost most, of all that there are (motivos).
    """

    de: date
    ate: date
    operadoras: Sequence[str]
    ambiente: str
    totais: Somas
    linhas: Sequence[LinhaDaConciliacao]
    parados: Sequence[Parado]
    em_aberto_antes: Decimal
    glosas: Sequence[GlosaSomada]
    motivos: int
    divergencias: Sequence[DivergenciasAbertas] = field(default_factory=tuple)


def atualizar(t: Transacao) -> int:
    """Store the sums of what changed, so that nobody has to wait for them; return of how many."""
    refeitas: int = t.valor("soma/refazer")
    return refeitas


def linhas(t: Transacao, filtro: FiltroDaConciliacao) -> list[LinhaDaConciliacao]:
    """Return a line for each contrato and month, the oldest month first."""
    return t.linhas(LinhaDaConciliacao, "lista/conciliacao", **filtro.parametros())


def ler(t: Transacao, filtro: FiltroDaConciliacao) -> Conciliacao:
    """Return all that is told of these months."""
    parametros = filtro.parametros()
    lidas = linhas(t, filtro)
    por_faixa = t.tabela("lista/conciliacao_parados", **parametros)
    parados = {linha["faixa"]: linha for linha in por_faixa}
    antes = parados.pop(None, None)
    glosas = t.tabela("lista/conciliacao_glosas", limite=MAIS_CAROS, **parametros)
    motivos = glosas[0]["motivos"] if glosas else 0
    return Conciliacao(
        de=filtro.de,
        ate=filtro.ate,
        operadoras=filtro.operadoras,
        ambiente=filtro.ambiente,
        totais=somar(lidas),
        linhas=lidas,
        parados=[Parado(**parados.get(faixa, {"faixa": faixa})) for faixa in FAIXAS],
        em_aberto_antes=antes["valor"] if antes else ZERO,
        glosas=[
            GlosaSomada(**{nome: valor for nome, valor in glosa.items() if nome != "motivos"})
            for glosa in glosas
        ],
        motivos=motivos,
        divergencias=t.linhas(
            DivergenciasAbertas,
            "lista/conciliacao_divergencias",
            operadoras=parametros["operadoras"],
            ambiente=filtro.ambiente,
        ),
    )


def pagamentos(t: Transacao, filtro: FiltroDaConciliacao) -> list[PagamentoDoDia]:
    """Return what was paid in the newest days of these months, at most DIAS_DE_PAGAMENTO of them.

    By the day of the payment, whatever the month in which it was billed.
    """
    return t.linhas(
        PagamentoDoDia,
        "lista/conciliacao_pagamentos",
        operadoras=list(filtro.operadoras),
        ambiente=filtro.ambiente,
        desde=filtro.de,
        antes_de=(filtro.ate + timedelta(31)).replace(day=1),
        limite=DIAS_DE_PAGAMENTO,
    )


def somar(parcelas: Iterable[Somas]) -> Somas:
    """Return the sum of lines."""
    somas: dict[str, Any] = {}
    for parcela in parcelas:
        for campo in fields(Somas):
            valor = getattr(parcela, campo.name)
            if valor is not None:
                somas[campo.name] = somas.get(campo.name, 0) + valor
    return Somas(**somas)
