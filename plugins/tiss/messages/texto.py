"""Text as it may stand in a message: ASCII, no control characters, no blanks at the edges.

Operadoras disagree about the encoding of the hash and about accents; with ASCII values they all
agree. What has no sure equivalent is not replaced: it is reported.
"""

from __future__ import annotations

import re
import unicodedata

# Compatibility decomposition drops these or turns them into other things than a reader expects.
EQUIVALENTES = str.maketrans(
    {
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "‘": "'", "’": "'", "‚": "'", "′": "'", "´": "'", "`": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "•": "-", "·": "-", "…": "...", "€": "EUR", "£": "GBP", "¢": "c",
        "º": "o", "ª": "a", "°": "o", "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe",
        "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ł": "L", "ł": "l", "Þ": "Th", "þ": "th",
        "×": "x", "÷": "/", "®": "(R)", "©": "(C)", "™": "(TM)", "µ": "u", "§": "par.",
    }
)  # fmt: skip
_CONTROLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]+")
# Class of the strokes over a sign: without it "not equal" would become "equal".
_SOBREPOSTO = 1
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def limpar(valor: str) -> str:
    """Return the text in ASCII, as far as it has a sure equivalent; blanks become one space."""
    if valor.isalnum() and valor.isascii():
        return valor
    texto = unicodedata.normalize("NFC", valor)
    if not texto.isascii():
        texto = unicodedata.normalize("NFKD", texto.translate(EQUIVALENTES)).translate(EQUIVALENTES)
        texto = "".join(letra for letra in texto if unicodedata.combining(letra) <= _SOBREPOSTO)
    return _CONTROLE.sub(" ", texto).strip()


def sem_equivalente(valor: str) -> str:
    """Return the characters of a text that cannot be sent, each once, in order."""
    if limpar(valor).isascii():
        return ""
    letras = unicodedata.normalize("NFC", valor)
    return "".join(dict.fromkeys(letra for letra in letras if not limpar(letra).isascii()))


class Textos(dict[str, str]):
    """Value -> text ready for XML, made once per distinct value.

    One per lote or guia being written, so that nothing of a patient outlives it.
    """

    def __missing__(self, valor: str) -> str:
        texto = limpar(valor).translate(_ESCAPES)
        self[valor] = texto
        return texto
