"""Text as it may stand in a message: no control characters, no blanks at the edges.

ASCII unless the contrato says otherwise: operadoras disagree about the encoding of the hash and
about accents, with ASCII values they all agree. What has no sure equivalent is not replaced: it is
reported.
"""

from __future__ import annotations

import re
import unicodedata

from tiss.domain.cadastro import Escrita

PADRAO = Escrita()
_HIFEN_INVISIVEL = "\xad"
# What compatibility decomposition drops, leaves alone, or turns into other than a reader expects.
EQUIVALENTES = {
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "ʼ": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"', "¨": '"',
    "‹": "'", "›": "'", "•": "-", "·": "*", "∙": "*", "⋅": "*", "…": "...",
    "€": "EUR", "£": "GBP", "¢": "c",
    "º": "o", "ª": "a", "°": "o", "˚": "o", "ß": "ss", "ẞ": "SS",
    "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe",
    "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Ł": "L", "ł": "l",
    "Þ": "Th", "þ": "th", "ı": "i", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "Ŀ": "L", "ŀ": "l",
    "×": "x", "÷": "/", "⁄": "/", "∕": "/", "±": "+/-", "≤": "<=", "≥": ">=", "¦": "|",
    "®": "(R)", "©": "(C)", "™": "(TM)", "℠": "(SM)", "µ": "u", "μ": "u", "§": "par.",
    "¸": ",", "ˆ": "^", "˜": "~", "≈": "~", "≠": "<>", "‰": " por mil",
    # Greek letters by their names, those that stand in clinical texts. Capitals that look like
    # Latin ones are left out: who typed them meant these. The micro sign is above.
    "α": "alfa", "β": "beta", "γ": "gama", "δ": "delta", "Δ": "delta", "∆": "delta",
    "ε": "epsilon", "κ": "kappa", "λ": "lambda", "π": "pi", "σ": "sigma", "τ": "tau",
    "ω": "omega", "Ω": "omega",
    # An arrow up or down says what became of the word before or after it.
    "→": "->", "←": "<-", "↔": "<->", "↑": "(aumentado)", "↓": "(diminuido)",
    "✓": "ok", "✔": "ok", "♀": "feminino", "♂": "masculino",
    **dict.fromkeys("●■▪◦‣", "-"),
    # Invisible, and inside words: a soft hyphen, joiners, marks of direction, the BOM.
    **dict.fromkeys(
        (_HIFEN_INVISIVEL, *"\u034f\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
         "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"), ""
    ),
    # "10³" is not "103"; as signs alone they change nothing.
    **{letra: f"^{plana}" for letra, plana in zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ", "0123456789ni", strict=True)},
    "⁺": "+", "⁻": "-", "⁼": "=", "⁽": "(", "⁾": ")",
}  # fmt: skip
_SOBRESCRITOS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ⁺⁻⁼⁽⁾]{2,}")
# "1½" is not "11/2".
_FRACAO_COLADA = re.compile("(?<=[0-9])(?=[¼½¾⅐-⅟↉])|(?<=[¼½¾⅐-⅞↉])(?=[0-9])")
_CONTROLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Class of the strokes over a sign: without it "not equal" would become "equal".
_SOBREPOSTO = 1
_ULTIMA = {"ascii": "\x7f", "latin_1": "\xff"}


class _Alfabeto(dict[int, str]):
    """Code point -> what stands for it in an encoding; itself where nothing surely does."""

    def __init__(self, ultima: str) -> None:
        self.ultima = ultima

    def __missing__(self, ponto: int) -> str:
        escrita = self._escrever(chr(ponto))
        self[ponto] = escrita
        return escrita

    def cabe(self, texto: str) -> bool:
        return texto.isascii() or max(texto) <= self.ultima

    def _escrever(self, letra: str) -> str:
        if self.cabe(letra) and letra != _HIFEN_INVISIVEL:
            return letra
        if letra in EQUIVALENTES:
            return EQUIVALENTES[letra]
        if unicodedata.combining(letra) > _SOBREPOSTO:
            return ""
        forma, *pontos = unicodedata.decomposition(letra).split() or [""]
        if forma and not forma.startswith("<"):
            forma, pontos = "", [forma, *pontos]
        partes = [chr(int(ponto, 16)) for ponto in pontos]
        escrita = "".join(self[ord(parte)] for parte in partes)
        # A spacing accent decomposes to a blank and an accent: a blank does not stand for it.
        if not partes or (partes[0] == " " and len(partes) > 1) or not self.cabe(escrita):
            return letra
        return f"({escrita})" if forma == "<circle>" else escrita


_ALFABETOS = {nome: _Alfabeto(ultima) for nome, ultima in _ULTIMA.items()}


def limpar(valor: str, escrita: Escrita = PADRAO) -> str:
    """Return the text as a contrato writes it, as far as that is sure; blanks become one space.

    Never raises for a character: one without equivalent stays, and `sem_equivalente` names it.
    """
    if valor.isascii() and valor.isalnum():
        return valor.upper() if escrita.maiusculas else valor
    texto = unicodedata.normalize("NFC", valor)
    alfabeto = _alfabeto(escrita)
    if not texto.isascii():
        texto = _SOBRESCRITOS.sub(lambda achado: _sobrescrito(achado[0], alfabeto), texto)
        texto = _FRACAO_COLADA.sub(lambda achado: _espaco(achado, alfabeto), texto)
        texto = texto.translate(alfabeto)
    texto = _CONTROLE.sub(" ", texto).strip()
    return _em_maiusculas(texto, alfabeto) if escrita.maiusculas else texto


def sem_equivalente(valor: str, escrita: Escrita = PADRAO) -> str:
    """Return the characters of a text that cannot be sent, each once, in order."""
    alfabeto = _alfabeto(escrita)
    if valor.isascii() or alfabeto.cabe(limpar(valor, escrita)):
        return ""
    letras = unicodedata.normalize("NFC", valor)
    return "".join(dict.fromkeys(x for x in letras if not alfabeto.cabe(alfabeto[ord(x)])))


def mudancas(valor: str, escrita: Escrita = PADRAO) -> dict[str, str]:
    """Return what is written for each character that is not written as it is.

    Upper case is not told: the contrato asked for it. Nor are characters without equivalent.
    """
    if valor.isascii() and valor.isprintable():
        return {}
    alfabeto = _alfabeto(escrita)
    escritas = {letra: alfabeto[ord(letra)] for letra in unicodedata.normalize("NFC", valor)}
    return {
        letra: _CONTROLE.sub(" ", escrita_)
        for letra, escrita_ in escritas.items()
        if _CONTROLE.sub(" ", escrita_) != letra
    }


def _alfabeto(escrita: Escrita) -> _Alfabeto:
    return _ALFABETOS["ascii" if escrita.ascii else "latin_1"]


def _sobrescrito(trecho: str, alfabeto: _Alfabeto) -> str:
    """One power for a whole run: 10¹² is 10^12, and Ca⁺⁺ has none."""
    if alfabeto.cabe(trecho):
        return trecho
    plano = unicodedata.normalize("NFKD", trecho)
    return f"^{plano}" if any(letra.isalnum() for letra in plano) else plano


def _espaco(achado: re.Match[str], alfabeto: _Alfabeto) -> str:
    vizinhas = achado.string[achado.start() - 1 : achado.end() + 1]
    return "" if alfabeto.cabe(vizinhas) else " "


def _em_maiusculas(texto: str, alfabeto: _Alfabeto) -> str:
    # The capital of the micro sign is that of a Greek letter, which is read as "mega".
    partes = (parte.upper().translate(alfabeto) for parte in texto.split("µ"))
    return "µ".join(partes)
