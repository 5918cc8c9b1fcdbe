"""The digest of a text: as the standard computes it, and as a dialect does."""

from __future__ import annotations

import hashlib

from tiss.messages.hashes.dialetos import Dialeto
from tiss.settings import ENCODING


def padrao(texto: str) -> tuple[str | None, str]:
    """Return the hash of the standard, or None and the characters that allow none."""
    try:
        return hashlib.md5(texto.encode(ENCODING), usedforsecurity=False).hexdigest(), ""
    except UnicodeEncodeError:
        return None, "".join(dict.fromkeys(letra for letra in texto if letra > "\xff"))


def resumo(texto: str, dialeto: Dialeto) -> str | None:
    """Return the digest of a text in hex; None where the encoding does not take the text."""
    codifica = next((d.codifica for d in dialeto.desvios if d.codifica), None)
    try:
        octetos = codifica(texto) if codifica else texto.encode(ENCODING)
    except UnicodeError:
        return None
    return hexadecimal(octetos, dialeto.algoritmo)


def hexadecimal(octetos: bytes, algoritmo: str) -> str:
    """Return the digest of bytes in lower-case hex."""
    return hashlib.new(algoritmo, octetos, usedforsecurity=False).hexdigest()
