"""Which port each server of the demo listens on: the same one from run to run while it is free."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tiss.errors import ConfigError

LOCAL = "127.0.0.1"
# Also the order in which they are chosen. TISS_PORTA_AIRFLOW and so on override them.
PADRAO = {"airflow": 8080, "postgres": 5442, "simulador": 8090}
TENTATIVAS = 100


def livre(porta: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as tomada:
        # As servers do: a port whose last connections are only fading away is free.
        tomada.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tomada.bind((LOCAL, porta))
        except OSError:
            return False
        return True


def escolher(
    memoria: Path,
    *,
    avisar: Callable[[str], None],
    ambiente: Mapping[str, str] = os.environ,
) -> dict[str, int]:
    """Return a free port for each server, and remember it for the next time.

    memoria: JSON file of the last choice. The order of preference is the environment, the last
    choice, the default; a busy port is told through avisar and the next free one takes its place.
    """
    lembradas = json.loads(memoria.read_text()) if memoria.exists() else {}
    escolhidas: dict[str, int] = {}
    for nome, padrao in PADRAO.items():
        variavel = f"TISS_PORTA_{nome.upper()}"
        preferida = int(_numero(variavel, ambiente) or lembradas.get(nome) or padrao)
        porta = _primeira_livre(preferida, escolhidas.values())
        if porta != preferida:
            avisar(
                f"A porta {preferida} ({nome}) está ocupada; usando a {porta}. "
                f"Para escolher outra: {variavel}=N."
            )
        escolhidas[nome] = porta
    memoria.write_text(json.dumps(escolhidas, indent=1) + "\n")
    return escolhidas


def _numero(variavel: str, ambiente: Mapping[str, str]) -> str:
    valor = ambiente.get(variavel, "")
    if valor and not (valor.isdecimal() and 1 <= int(valor) <= 65535):
        raise ConfigError(f"{variavel}={valor}: não é um número de porta (1 a 65535).")
    return valor


def _primeira_livre(preferida: int, tomadas: Iterable[int]) -> int:
    tomadas = set(tomadas)
    for porta in range(preferida, min(preferida + TENTATIVAS, 65536)):
        if porta not in tomadas and livre(porta):
            return porta
    raise ConfigError(f"Nenhuma porta livre a partir da {preferida}.")
