"""Measure ours against `tiss` 0.4.0, `pytiss` 1.0.0 and plain lxml, in one run, as ratios.

    make bench

Each participant is a process in its own environment. They take turns, so that a machine that slows
down slows them all; CPU time is counted, not the clock; medians are compared. What is measured, and
figures of a real run, are in docs/desempenho.md.
"""

# ruff: noqa: S603  our own scripts under interpreters that we made

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ambientes
import conferencia
import dados
import relatorio
from orcamentos import Medidas, Memoria, julgar

AQUI = Path(__file__).resolve().parent
PARTICIPANTES = ("nosso", "tiss", "pytiss", "piso")
# The second is ours alone: the first, with the JSON of the view still to be read.
LOTES = ("sp_sadt", "sp_sadt_das_linhas", "consulta")
DEMONSTRATIVOS = ("demonstrativo", "demonstrativo_inteiro")
# `tiss` 0.4.0 gives up a whole demonstrativo when a guia shows no items, which is legal.
RECUSAS_CONHECIDAS = {("demonstrativo", "tiss")}
# Parsing 10,000 guias takes a second: fewer turns say as much.
RODADAS_DO_DEMONSTRATIVO = 3
# What a person exported for another purpose must not decide who wins.
_FORA_DO_AMBIENTE = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONMALLOC", "MALLOC_ARENA_MAX")


class Recusa(Exception):
    """A participant could not do a task, in its own words."""


class Participante:
    """A process that measures itself when it is asked to."""

    def __init__(self, nome: str) -> None:
        self.nome = nome
        ambiente = {k: v for k, v in os.environ.items() if k not in _FORA_DO_AMBIENTE}
        self._processo = subprocess.Popen(
            _comando(nome),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=ambiente,
            cwd=AQUI,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        erro: BaseException | None,
        rastro: TracebackType | None,
    ) -> None:
        self._processo.communicate()

    def pedir(self, pedido: str, **campos: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
        """Return the reply. Raises Recusa; RuntimeError when the process is gone."""
        entrada, saida = self._processo.stdin, self._processo.stdout
        if entrada is None or saida is None:
            raise RuntimeError(self.nome)
        with suppress(BrokenPipeError):
            print(json.dumps({"pedido": pedido, **campos}), file=entrada, flush=True)
        linha = saida.readline()
        if not linha:
            raise RuntimeError(f"{self.nome} terminou sem responder a {pedido}")
        resposta: dict[str, Any] = json.loads(linha)
        if "recusa" in resposta:
            raise Recusa(resposta["recusa"])
        return resposta

    def faz(self, tarefa: str) -> bool:
        """Return whether the participant has the task at all."""
        return tarefa in self.pedir("tarefas")["nomes"]


def _comando(nome: str) -> list[str | Path]:
    match nome:
        case "nosso":
            return [sys.executable, AQUI / "nosso.py"]
        case "piso":
            return [sys.executable, AQUI / "piso.py", conferencia.ESQUEMAS]
        case _:
            return [ambientes.preparar(nome), AQUI / f"par_{nome}.py"]


def comparar(
    *, rodadas: int, guias: int, lotes: int, guias_demonstrativo: int, avisar: relatorio.Aviso
) -> Medidas:
    """Return the figures of a run; raise Errado when a participant made something wrong."""
    medidas = Medidas()
    with ExitStack() as pilha:
        todos = [pilha.enter_context(Participante(nome)) for nome in PARTICIPANTES]
        for tarefa in LOTES:
            avisar(f"{tarefa}: {guias} guias, {rodadas} rodadas")
            _revezar(medidas, todos, tarefa, guias, rodadas)
        for tarefa in DEMONSTRATIVOS:
            avisar(f"{tarefa}: {guias_demonstrativo} guias")
            vezes = min(rodadas, RODADAS_DO_DEMONSTRATIVO)
            _revezar(medidas, todos, tarefa, guias_demonstrativo, vezes)
        avisar("linearidade")
        nosso = todos[0]
        for tarefa, grande, razao, vezes in (
            *((tarefa, guias, 4, rodadas) for tarefa in LOTES),
            (DEMONSTRATIVOS[0], guias_demonstrativo, 10, RODADAS_DO_DEMONSTRATIVO),
        ):
            pequeno = max(1, grande // razao)
            medidas.por_guia[tarefa] = (
                _menor(nosso, tarefa, pequeno, vezes) / pequeno,
                _menor(nosso, tarefa, grande, vezes) / grande,
            )
    for tarefa, tamanho, vezes in (
        ("sp_sadt", guias, lotes),
        *((tarefa, guias_demonstrativo, 1) for tarefa in DEMONSTRATIVOS),
    ):
        for nome in PARTICIPANTES:
            avisar(f"memória: {tarefa}, {nome}")
            _memoria(medidas, nome, tarefa, tamanho, vezes)
    return medidas


def _revezar(
    medidas: Medidas, todos: Iterable[Participante], tarefa: str, tamanho: int, rodadas: int
) -> None:
    presentes = []
    for participante in todos:
        chave = (tarefa, participante.nome)
        if not participante.faz(tarefa):
            continue
        participante.pedir("preparar", tarefa=tarefa, tamanho=tamanho)
        try:
            primeira = participante.pedir("medir", aquecer=0)["cpu"]
        except Recusa as recusa:
            if chave not in RECUSAS_CONHECIDAS:
                raise
            medidas.recusas[chave] = str(recusa)
            continue
        medidas.primeiras.setdefault(participante.nome, primeira)
        medidas.tempos[chave] = []
        _conferir(participante, tarefa, tamanho)
        presentes.append(participante)
    for _ in range(rodadas):
        for participante in presentes:
            # The others ran meanwhile: one call to find the caches of the processor warm again.
            resposta = participante.pedir("medir", aquecer=1)
            medidas.tempos[tarefa, participante.nome].append(resposta["cpu"])
    for participante in presentes:
        _conferir(participante, tarefa, tamanho)


def _conferir(participante: Participante, tarefa: str, tamanho: int) -> None:
    feito = participante.pedir("entregar")["feito"]
    try:
        if tarefa in LOTES:
            conferencia.lote(feito, tarefa.removesuffix("_das_linhas"), tamanho)
        else:
            conferencia.demonstrativo([(n, v) for n, v in feito], tamanho)
    except conferencia.Errado as erro:
        raise conferencia.Errado(f"{participante.nome}, {tarefa}: {erro}") from erro


def _menor(participante: Participante, tarefa: str, tamanho: int, vezes: int) -> float:
    participante.pedir("preparar", tarefa=tarefa, tamanho=tamanho)
    return min(float(participante.pedir("medir", aquecer=1)["cpu"]) for _ in range(vezes))


def _memoria(medidas: Medidas, nome: str, tarefa: str, tamanho: int, vezes: int) -> None:
    if (tarefa, nome) not in medidas.tempos:
        return
    # A process of its own: what was freed before would hide what is asked for now.
    with Participante(nome) as participante:
        participante.pedir("preparar", tarefa=tarefa, tamanho=tamanho)
        resposta = participante.pedir(
            "memoria", vezes=vezes, aquecer=int(vezes > 1), marca=dados.MARCA_DA_CARTEIRA
        )
    medidas.memoria[tarefa, nome] = Memoria(**resposta)


def main() -> int:
    """Print the figures; return 1 when a budget is not held."""
    leitor = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    leitor.add_argument("--rodadas", type=int, default=20)
    leitor.add_argument("--guias", type=int, default=100, help="por lote")
    leitor.add_argument("--lotes", type=int, default=100, help="da medida de memória")
    leitor.add_argument("--guias-demonstrativo", type=int, default=10_000)
    opcoes = leitor.parse_args()
    medidas = comparar(**vars(opcoes), avisar=relatorio.avisar)
    vereditos = julgar(medidas)
    relatorio.mostrar(medidas, vereditos)
    return int(not all(veredito.cumprido for veredito in vereditos))


if __name__ == "__main__":
    sys.exit(main())
