"""What a page is, that came where XML should have come."""

from __future__ import annotations

import re

_INICIO = 65536
_HTML = re.compile(rb"\s*+(?:\xef\xbb\xbf)?\s*+(?:<!--.*?-->\s*+)*+<(?:!doctype html|html)\b", re.S)
# First match wins: a page of maintenance may well have a link to the login.
_PAGINAS = (
    ("CERTIFICADO_DO_CLIENTE", rb"no required ssl certificate|ssl certificate error"),
    ("SEM_TLS", rb"plain http request was sent to https port"),
    (
        "PAGINA_DE_MANUTENCAO",
        rb"manuten|maintenance|temporar\S{2,6}mente (?:indispon|fora)|temporarily unavailable"
        rb"|fora do ar|voltamos|voltaremos",
    ),
    (
        "PAGINA_DE_BLOQUEIO",
        rb"request rejected|support id|firewall|fortigua?rd|fortinet|squid|captive portal"
        rb"|(?:acesso|site|p\S{1,8}gina|url|conte\S{1,8}do) (?:foi )?bloquead"
        rb"|(?:has been|was|is) blocked|attention required|proxy error|access denied",
    ),
    (
        "PAGINA_DE_LOGIN",
        rb"type\s*=\s*[\"']?password|\blogin\b|\bsign ?in\b|autentica|esqueci (?:a |minha )senha",
    ),
)
_REGRAS = tuple((codigo, re.compile(texto)) for codigo, texto in _PAGINAS)


def pagina(corpo: bytes) -> str | None:
    """Return the code of what a page tells, None when the bytes are no HTML."""
    inicio = corpo[:_INICIO].lower()
    if not _HTML.match(inicio):
        return None
    return next((codigo for codigo, regra in _REGRAS if regra.search(inicio)), "PAGINA_HTML")
