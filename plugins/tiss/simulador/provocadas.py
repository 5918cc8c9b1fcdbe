"""What goes wrong because an admin asked for it: the queue first, then chance. All are counted."""

from __future__ import annotations

from collections import Counter

from .acaso import Acaso
from .falhas import Falha, FilaDeFalhas


class Provocadas:
    """The faults of a server. Used from the event loop only."""

    def __init__(self) -> None:
        self.fila = FilaDeFalhas()
        self.acaso: Acaso | None = None
        self.contagem: Counter[str] = Counter()

    def tomar(self, registro_ans: str, operacao: str) -> Falha | None:
        """Return the fault that the next request has to suffer, None if it is spared.

        A request draws even where the queue has a fault for it, so that the draws of the others
        stay what they are.
        """
        sorteada = None if self.acaso is None else self.acaso.sortear(registro_ans, operacao)
        falha = self.fila.tomar(registro_ans, operacao) or sorteada
        if falha is not None:
            self.contagem[falha.falha] += 1
        return falha
