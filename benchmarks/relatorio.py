"""The figures of a run as tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median

from orcamentos import Medidas, Veredito
from rich import box
from rich.console import Console
from rich.table import Table

Aviso = Callable[[str], None]
NOMES = {
    "nosso": "nosso",
    "tiss": "tiss 0.4.0",
    "pytiss": "pytiss 1.0.0",
    "piso": "lxml puro",
}
TAREFAS = {
    "sp_sadt": "lote SP/SADT",
    "sp_sadt_das_linhas": "lote SP/SADT, das linhas da visão",
    "consulta": "lote consulta",
    "demonstrativo": "demonstrativo, 1/3 mostra itens",
    "demonstrativo_inteiro": "demonstrativo, todas mostram itens",
}
LARGURA = 120
_MILI = 1000


def avisar(texto: str) -> None:
    """Say on stderr what is going on: stdout is for the figures."""
    Console(stderr=True, highlight=False).print(texto, style="dim")


def mostrar(medidas: Medidas, vereditos: Sequence[Veredito]) -> None:
    """Print every table."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LARGURA)
    console.print(
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} núcleos"
    )
    for tabela in (
        _tempos(medidas),
        _primeiras(medidas),
        _memoria(medidas),
        _orcamentos(vereditos),
    ):
        console.print(tabela)


def _tabela(titulo: str, *colunas: str) -> Table:
    tabela = Table(title=titulo, title_justify="left", box=box.SIMPLE_HEAD)
    for numero, coluna in enumerate(colunas):
        tabela.add_column(coluna, justify="left" if numero == 0 else "right")
    return tabela


def _tempos(medidas: Medidas) -> Table:
    tabela = _tabela("CPU: mediana em ms (menor), e quantas vezes o nosso", "", *NOMES.values())
    for tarefa, titulo in TAREFAS.items():
        celulas = [_tempo(medidas, tarefa, participante) for participante in NOMES]
        tabela.add_row(titulo, *celulas)
    return tabela


def _tempo(medidas: Medidas, tarefa: str, participante: str) -> str:
    tempos = medidas.tempos.get((tarefa, participante))
    if tempos is None:
        recusa = medidas.recusas.get((tarefa, participante))
        return "não faz" if recusa is None else f"recusa: {recusa.partition(':')[0]}"
    valor = f"{median(tempos) * _MILI:.1f} ({min(tempos) * _MILI:.1f})"
    if participante == "nosso":
        return valor
    return f"{valor} {medidas.razao(tarefa, participante):.1f}x"


def _primeiras(medidas: Medidas) -> Table:
    tabela = _tabela("Primeira chamada do processo: compila o XSD", "", *NOMES.values())
    tabela.add_row(
        TAREFAS["sp_sadt"], *(f"{medidas.primeiras[nome] * _MILI:.0f} ms" for nome in NOMES)
    )
    return tabela


def _memoria(medidas: Medidas) -> Table:
    tabela = _tabela(
        "Memória residente em MiB: antes, pico, depois; textos de pacientes ainda vivos",
        "",
        *NOMES.values(),
    )
    for tarefa, titulo in TAREFAS.items():
        celulas = []
        for participante in NOMES:
            memoria = medidas.memoria.get((tarefa, participante))
            celulas.append(
                "-"
                if memoria is None
                else f"{memoria.antes:.0f} {memoria.pico:.0f} {memoria.depois:.0f}; "
                f"{memoria.retidos}"
            )
        if set(celulas) != {"-"}:
            tabela.add_row(titulo, *celulas)
    return tabela


def _orcamentos(vereditos: Sequence[Veredito]) -> Table:
    tabela = _tabela("Orçamentos", "", "prometido", "medido", "")
    for veredito in vereditos:
        cor, palavra = ("green", "cumprido") if veredito.cumprido else ("red", "NÃO CUMPRIDO")
        tabela.add_row(
            veredito.assunto, veredito.prometido, veredito.medido, f"[{cor}]{palavra}[/]"
        )
    return tabela
