"""What is wrong with an answer is for the operadora to correct, not for who reads it."""

from __future__ import annotations

import re
from dataclasses import replace

from tiss.domain.problema import Problema

_REMEDIO = re.compile(
    r"[:;,] (?:abrevie|acerte|confira|corrija|declare|gere|grave|informe|ou retire|preencha|retire|"
    r"troque|use)\b.*"
)


def de_resposta(problema: Problema) -> Problema:
    """Return a problem of an answer: what is said of a request that has it, and another remedy."""
    mensagem = _REMEDIO.sub("", problema.mensagem)
    return replace(problema, mensagem=f"{mensagem}: avise a operadora se atrapalhar")
