"""A participant's process: one JSON request a line on stdin, one JSON reply a line on stdout.

It runs in the participant's own environment, so it imports the standard library only.

    {"pedido": "tarefas"}                                 names of the work it can do
    {"pedido": "preparar", "tarefa": NAME, "tamanho": N}  chooses the work
    {"pedido": "medir", "aquecer": N}                     seconds of CPU of one call, after N others
    {"pedido": "entregar"}                                what the last call made
    {"pedido": "memoria", "vezes": N, ...}                resident memory around N calls
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, repeat
from pathlib import Path
from typing import Any

Trabalho = Callable[[], Any]
# Gets how many guias and gives endless work, each piece made ready before the clock runs.
Tarefa = Callable[[int], Iterator[Trabalho]]


def servir(tarefas: dict[str, Tarefa]) -> None:
    """Answer requests until stdin ends. What a task prints goes to stderr, out of the way."""
    respostas, sys.stdout = sys.stdout, sys.stderr
    posto = _Posto(tarefas)
    for linha in sys.stdin:
        campos = json.loads(linha)
        try:
            resposta = getattr(posto, campos.pop("pedido"))(**campos)
        except Exception as erro:  # told to whoever asked, which decides
            resposta = {"recusa": f"{type(erro).__name__}: {erro}"[:300]}
        print(json.dumps(resposta), file=respostas, flush=True)


def lotes(preparar: Callable[[int, int], Trabalho]) -> Tarefa:
    """Return the task of one lote after the other, no two alike. preparar: (guias, numero)."""
    return lambda tamanho: map(partial(preparar, tamanho), count(1))


def um_so(preparar: Callable[[int], Trabalho]) -> Tarefa:
    """Return the task of the same work again and again."""
    return lambda tamanho: repeat(preparar(tamanho))


class _Posto:
    def __init__(self, tarefas: dict[str, Tarefa]) -> None:
        self._tarefas = tarefas
        self._trabalhos: Iterator[Trabalho] = iter(())
        self._feito: Any = None

    def tarefas(self) -> dict[str, Any]:
        return {"nomes": list(self._tarefas)}

    def preparar(self, tarefa: str, tamanho: int) -> dict[str, Any]:
        self._trabalhos = self._tarefas[tarefa](tamanho)
        return {}

    def medir(self, aquecer: int) -> dict[str, Any]:
        for _ in range(aquecer):
            self._chamar()
        return {"cpu": self._chamar()}

    def entregar(self) -> dict[str, Any]:
        if isinstance(self._feito, bytes):
            return {"feito": self._feito.decode("iso-8859-1")}
        return {"feito": self._feito}

    def memoria(self, vezes: int, aquecer: int, marca: str) -> dict[str, Any]:
        """Resident MiB before, at the peak of and after N calls, and what they left behind.

        retidos: how many texts with the mark and digits after it are still alive.
        """
        for _ in range(aquecer):
            self._chamar()
        self._feito = None
        gc.collect()
        antes = _mib("VmRSS")
        # Linux forgets the peak so far.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        for _ in range(vezes):
            self._chamar()
            self._feito = None
        pico, depois = _mib("VmHWM"), _mib("VmRSS")
        self._trabalhos = iter(())
        gc.collect()
        return {"antes": antes, "pico": pico, "depois": depois, "retidos": _retidos(rf"{marca}\d")}

    def _chamar(self) -> float:
        trabalho = next(self._trabalhos)
        # What the call before made is not freed on this one's time.
        self._feito = None
        inicio = time.process_time()
        self._feito = trabalho()
        return time.process_time() - inicio


def _retidos(padrao: str) -> int:
    """Count the texts with the pattern that something alive refers to."""
    texto, octetos = re.compile(padrao), re.compile(padrao.encode())
    achados: set[int] = set()
    vistos: set[int] = set()
    pendentes: list[Any] = gc.get_objects()
    while pendentes:
        for referido in gc.get_referents(pendentes.pop()):
            if isinstance(referido, str):
                achou = texto.search(referido) is not None
            elif isinstance(referido, bytes):
                achou = octetos.search(referido) is not None
            else:
                # A dict or tuple of texts alone is unknown to the collector: look into it too.
                if isinstance(referido, dict | tuple) and id(referido) not in vistos:
                    vistos.add(id(referido))
                    pendentes.append(referido)
                continue
            if achou:
                achados.add(id(referido))
    return len(achados)


def _mib(campo: str) -> float:
    estado = Path("/proc/self/status").read_text(encoding="ascii")
    achado = re.search(rf"{campo}:\s+(\d+) kB", estado)
    if achado is None:
        raise OSError(f"/proc/self/status has no {campo} here (process {os.getpid()})")
    return int(achado[1]) / 1024
