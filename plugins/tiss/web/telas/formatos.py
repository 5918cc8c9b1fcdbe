"""How values are written for people in Brazil."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tiss.domain import digesto
from tiss.settings import FUSO

NADA = "—"
_UMA_HORA = timedelta(hours=1)


def reais(valor: Decimal | None) -> str:
    """Return `R$ 1.234,56`, on one line wherever it stands; a dash for what is not known."""
    return NADA if valor is None else digesto.reais(valor).replace(" ", "\u00a0")


def centavos(valor: Decimal | None) -> str:
    """Return `123456`, to be summed in a browser; nothing for what is unknown or has fractions."""
    inteiros = None if valor is None else (valor * 100).normalize()
    return "" if inteiros is None or inteiros != int(inteiros) else str(int(inteiros))


def inteiro(numero: int) -> str:
    """Return `12.345`."""
    return f"{numero:,}".replace(",", ".")


def quantos(numero: int, um: str, varios: str) -> str:
    """Return a number with its noun."""
    return f"{inteiro(numero)} {um if numero == 1 else varios}"


def quantidade(valor: Decimal) -> str:
    """Return `1` or `0,5`, without the zeros that a column keeps."""
    return f"{valor.normalize():f}".replace(".", ",")


def dia(quando: date | None) -> str:
    """Return `20/11/2026`."""
    return NADA if quando is None else f"{quando:%d/%m/%Y}"


def momento(quando: datetime | None) -> str:
    """Return `20/11/2026 17:00:05`, by the clock of Brasília."""
    return NADA if quando is None else f"{quando.astimezone(FUSO):%d/%m/%Y %H:%M:%S}"


def faz_pouco(quando: datetime, agora: datetime) -> str:
    """Return `há 4 min` within the hour, then `21/11 09:12`, then the day with its year."""
    passou = agora - quando
    if timedelta(0) <= passou < _UMA_HORA:
        minutos = int(passou.total_seconds() // 60)
        return f"há {minutos} min" if minutos else "agora"
    la, aqui = quando.astimezone(FUSO), agora.astimezone(FUSO)
    return f"{la:%d/%m %H:%M}" if la.year == aqui.year else f"{la:%d/%m/%Y}"


def por_cento(parte: Decimal, todo: Decimal) -> str:
    """Return `11,8%`; a dash when there is nothing to be a part of."""
    return NADA if not todo else f"{parte / todo * 100:.1f}%".replace(".", ",")


def bytes_(tamanho: int) -> str:
    """Return `412 kB`."""
    if tamanho < 1000:
        return f"{tamanho} B"
    if tamanho < 1_000_000:
        return f"{tamanho / 1000:.0f} kB"
    return f"{tamanho / 1_000_000:.1f} MB".replace(".", ",")


def segundos(inicio: datetime, fim: datetime) -> str:
    """Return `3,2 s`."""
    return f"{(fim - inicio).total_seconds():.1f} s".replace(".", ",")


def ler_dias(**textos: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the days that fields of a filter name, None for empty ones; and what was no day.

    What is no day is left out of the filter, and said of its field.
    """
    dias: dict[str, Any] = dict.fromkeys(textos)
    faltas: dict[str, str] = {}
    for nome, texto in textos.items():
        try:
            dias[nome] = ler_dia(texto) if texto else None
        except ValueError:
            faltas[nome] = "Não é uma data: escreva dd/mm/aaaa. Este filtro ficou de fora."
    return dias, faltas


def ler_dia(texto: str) -> date:
    """Return the day that `dd/mm/aaaa`, `ddmmaaaa` or `dd/mm/aa` names. Raises ValueError."""
    texto = texto.strip()
    if re.fullmatch("[0-9]{8}", texto):
        return datetime.strptime(texto, "%d%m%Y").date()
    ano = "%y" if re.search("/[0-9]{2}$", texto) else "%Y"
    return datetime.strptime(texto, f"%d/%m/{ano}").date()


def mes(quando: date) -> str:
    """Return `11/2026`."""
    return f"{quando:%m/%Y}"


def ler_mes(texto: str) -> date:
    """Return the first day of the month that `mm/aaaa` names, from 2000 on. Raises ValueError."""
    lido = datetime.strptime(texto.strip(), "%m/%Y").date()
    if not 2000 <= lido.year < 2100:
        raise ValueError(texto)
    return lido
