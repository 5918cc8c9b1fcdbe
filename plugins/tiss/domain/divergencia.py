"""What an answer says that does not fit what was sent, or what it says elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Divergencia:
    """motivo: stable name. descricao: Portuguese. chave: tells apart what has one motivo."""

    motivo: str
    descricao: str
    chave: str = ""
