"""Takes the XML of an answer out of the JSON that some REST services put around it."""

from __future__ import annotations

import base64
import binascii
import json
import re

from tiss.domain.canal import FormaRest

_DECLARADA = re.compile(r"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']""")


def abrir_resposta(forma: FormaRest, resposta: bytes) -> bytes:
    """Return the XML that an answer carries: the answer itself where it is no JSON with one.

    What does not carry any comes back as it is, for the reader of answers to say so.
    """
    if forma.resposta != "JSON":
        return resposta
    try:
        objeto = json.loads(resposta)
    # RecursionError: brackets upon brackets.
    except (ValueError, RecursionError):
        return resposta
    valor = objeto.get(forma.campo_resposta) if isinstance(objeto, dict) else None
    if not isinstance(valor, str) or not valor.strip():
        return resposta
    if valor.lstrip("\ufeff \t\r\n").startswith("<"):
        return _octetos(valor)
    try:
        return base64.b64decode("".join(valor.split()), validate=True)
    except (binascii.Error, ValueError):
        return resposta


def _octetos(texto: str) -> bytes:
    """Text as the bytes that its XML declaration claims, which a reader is going to believe."""
    declarada = _DECLARADA.match(texto)
    try:
        return texto.encode(declarada[1] if declarada else "utf-8")
    except (LookupError, UnicodeEncodeError):
        return texto.encode("utf-8", "surrogatepass")
