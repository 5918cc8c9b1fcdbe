"""Charts as SVG, made here: columns of months and bars. Colours by CSS class, every mark a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import accumulate

from markupsafe import Markup

LARGURA = 620
# Of columns: height, room for the numbers at the left, for the months below, for the sum on top.
ALTURA, ESQUERDA, PE, TOPO = 240, 56, 36, 20
# What is written under the last month reaches beyond it.
DIREITA = 12
# Of bars: height of each, room for the name, for the number behind the longest.
FAIXA, NOME, NUMERO = 30, 200, 178
# At most so many months have their names, and their sums, under and over them.
COM_NOME = 12
_PASSOS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parte:
    """A part of a column. classe: of its colour. texto: what it says when it is looked at."""

    classe: str
    valor: Decimal
    texto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coluna:
    """A month: its parts from the bottom up. total: over it. curso: whether it goes on yet."""

    nome: str
    partes: Sequence[Parte]
    total: Decimal
    endereco: str
    curso: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Barra:
    """A bar: its name, how long it is among the others, what stands behind it."""

    nome: str
    valor: Decimal
    texto: str
    endereco: str


def curto(valor: Decimal) -> str:
    """Return `770 mil`, `1,2 mi`: what fits over a column."""
    for nome, unidade in (("bi", 10**9), ("mi", 10**6), ("mil", 10**3)):
        if abs(valor) >= unidade:
            return f"{valor / unidade:.1f}".removesuffix(".0").replace(".", ",") + f"\u00a0{nome}"
    return f"{valor:.0f}"


def colunas(titulo: str, meses: Sequence[Coluna]) -> Markup:
    """Return months side by side, each a pile of its parts."""
    alturas = [sum(max(parte.valor, Decimal(0)) for parte in mes.partes) for mes in meses]
    marcas = _marcas(Decimal(max(alturas, default=0)))
    util = ALTURA - PE - TOPO

    def y(valor: Decimal) -> Decimal:
        return ALTURA - PE - valor / marcas[-1] * util

    feito = [
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(ESQUERDA, LARGURA, y(marca), y(marca), ESQUERDA - 6, y(marca) + 4, curto(marca))
        for marca in marcas
    ]
    passo = Decimal(LARGURA - ESQUERDA - DIREITA) / max(len(meses), 1)
    pulo = -(-len(meses) // COM_NOME)
    for ordem, mes in enumerate(meses):
        base, largura = Decimal(0), min(passo * Decimal("0.64"), Decimal(64))
        x = ESQUERDA + ordem * passo + (passo - largura) / 2
        for parte in mes.partes:
            if parte.valor <= 0:
                continue
            alto_, fundo = y(base + parte.valor), y(base)
            feito.append(
                Markup(
                    '<a href="{}" aria-label="{}"><rect class="{}" x="{:.1f}" y="{:.1f}"'
                    ' width="{:.1f}" height="{:.1f}" rx="1"/><title>{}</title></a>'
                ).format(
                    mes.endereco, parte.texto, parte.classe + (" curso" if mes.curso else ""),
                    x, alto_, largura, max(Decimal(1), fundo - alto_ - 1), parte.texto,
                )
            )  # fmt: skip
            base += parte.valor
        meio = x + largura / 2
        if (len(meses) - 1 - ordem) % pulo == 0:
            feito.append(_texto(meio, ALTURA - PE + 16, mes.nome))
            if mes.total:
                feito.append(_texto(meio, y(base) - 5, curto(mes.total), "b"))
        if mes.curso:
            feito.append(_texto(meio, ALTURA - 4, "em curso", "curso"))
    return _svg(titulo, ALTURA, feito)


def barras(titulo: str, linhas: Sequence[Barra], classe: str) -> Markup:
    """Return bars one under the other, the longest over the whole width."""
    maior = max((linha.valor for linha in linhas), default=Decimal(0)) or Decimal(1)
    feito = []
    for ordem, linha in enumerate(linhas):
        cheia = linha.valor / maior * (LARGURA - NOME - NUMERO)
        largura = max(Decimal(2), cheia) if linha.valor > 0 else Decimal(0)
        feito.append(
            Markup(
                '<a href="{0}" aria-label="{1}: {2}"><title>{1}: {2}</title>'
                '<text x="0" y="{3}">{4}</text>'
                '<rect class="{5}" x="{6}" y="{7}" width="{8:.1f}" height="18" rx="2"/>'
                '<text class="b" x="{9:.1f}" y="{3}">{2}</text></a>'
            ).format(
                linha.endereco, linha.nome, linha.texto, ordem * FAIXA + 19, _cabe(linha.nome),
                classe, NOME, ordem * FAIXA + 6, largura, NOME + largura + 8,
            )
        )  # fmt: skip
    return _svg(titulo, FAIXA * len(linhas), feito)


def _svg(titulo: str, altura: int, feito: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>'
    ).format(LARGURA, altura, titulo, Markup().join(feito))


def _texto(x: Decimal, y: Decimal | int, texto: str, classe: str = "") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(
        classe, x, y, texto
    )


def _cabe(nome: str) -> str:
    """Return as much of a name as fits before its bar: fonts differ, capitals are wide."""
    larguras = accumulate(9 if letra.isupper() else 7 for letra in nome)
    cabem = sum(largura <= NOME for largura in larguras)
    return nome if cabem == len(nome) else f"{nome[: cabem - 1].rstrip()}…"


def _marcas(alto: Decimal) -> list[Decimal]:
    """Return round numbers from zero to what is not lower than the highest column."""
    bruto = max(alto, Decimal(1)) / 4
    dezena = Decimal(10) ** bruto.adjusted()
    passo = next(dezena * vezes for vezes in _PASSOS if dezena * vezes >= bruto)
    quantos = int((max(alto, Decimal(1)) / passo).to_integral_value(ROUND_CEILING))
    return [passo * vez for vez in range(quantos + 1)]
