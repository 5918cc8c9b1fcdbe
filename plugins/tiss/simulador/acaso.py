"""Faults by probability: which ones a request may draw, repeatable for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from .falhas import TOKEN, Falha, ler_falha


@dataclass(frozen=True, slots=True)
class Possivel:
    """A fault and how likely each request that matches is to suffer it, from 0 to 1."""

    falha: Falha
    probabilidade: float


class Acaso:
    """A draw for each request. Used from the event loop only.

    The nth request of an operadora draws the same in every run with the same seed and faults,
    whatever happens at the other operadoras meanwhile.
    """

    def __init__(self, semente: int, possiveis: tuple[Possivel, ...]) -> None:
        self._semente = semente
        self._possiveis = possiveis
        self._requisicoes: Counter[str] = Counter()

    def sortear(self, registro_ans: str, operacao: str) -> Falha | None:
        """Return the first fault that a request draws, None if it draws none."""
        # Requests for tokens are counted apart: how many there are depends on who keeps them
        serie = f"{registro_ans}/{TOKEN}" if operacao == TOKEN else registro_ans
        self._requisicoes[serie] += 1
        sorte = Random(  # noqa: S311 - repeatable on purpose, and no secret
            f"{self._semente}/{serie}/{self._requisicoes[serie]}"
        )
        for possivel in self._possiveis:
            # Drawn for every fault, so that the draws of one do not depend on another's filter
            sorteado = sorte.random() < possivel.probabilidade
            if sorteado and possivel.falha.alcanca(registro_ans, operacao):
                return possivel.falha
        return None


def ler_acaso(campos: Mapping[str, object]) -> Acaso:
    """Return the draws that an admin asked for. Raises ValueError, in Portuguese."""
    if set(campos) - {"semente", "falhas"}:
        raise ValueError("use só os campos semente e falhas")
    semente, falhas = campos.get("semente"), campos.get("falhas")
    if isinstance(semente, bool) or not isinstance(semente, int):
        raise ValueError("semente: deve ser inteiro")
    if not isinstance(falhas, list) or not all(isinstance(falha, dict) for falha in falhas):
        raise ValueError("falhas: deve ser uma lista de objetos")
    return Acaso(semente, tuple(_possivel(falha) for falha in falhas))


def _possivel(campos: Mapping[str, object]) -> Possivel:
    probabilidade = campos.get("probabilidade")
    if (
        isinstance(probabilidade, bool)
        or not isinstance(probabilidade, int | float)
        or not 0 <= probabilidade <= 1
    ):
        raise ValueError("probabilidade: deve ser um número de 0 a 1")
    if "vezes" in campos:
        raise ValueError("vezes: quem decide é a probabilidade")
    falha = ler_falha({nome: valor for nome, valor in campos.items() if nome != "probabilidade"})
    return Possivel(falha, float(probabilidade))
