"""What was odd about an answer, told once each."""

from __future__ import annotations

from collections import Counter


class Avisos:
    """Collects warnings while an answer is read. They quote nothing of it: it names patients."""

    def __init__(self) -> None:
        self._vezes: Counter[str] = Counter()

    def avisar(self, texto: str) -> None:
        """Add a warning; the same one again only counts."""
        self._vezes[texto] += 1

    def textos(self) -> tuple[str, ...]:
        """Return every warning in the order in which it first came up."""
        return tuple(
            texto if vezes == 1 else f"{texto} ({vezes} vezes)"
            for texto, vezes in self._vezes.items()
        )
