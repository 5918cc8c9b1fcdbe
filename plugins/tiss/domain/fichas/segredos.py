"""Finds what must not be in a file under version control."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Template

from tiss.domain.fichas.formas import juntar

SEGREDO = "segredos ficam na conexão do Airflow, nunca no arquivo: tire daqui e troque o que vazou"

_NOME = re.compile(
    r"senha|passw|pwd|segredo|secret|token|chave|certificado|pfx|p12|pkcs|api[-_]?key|private|"
    r"privada|credentials?$|usuario|login",
    re.IGNORECASE,
)
_CABECALHO = re.compile(r"auth|cookie", re.IGNORECASE)
# Ours, which hold none; the rules have names of their own.
_NOSSAS = {"envia_login_senha", "autoridade_certificadora"}
_REGRAS = "regras"
_PARAMETRO = re.compile(r"[?&]([^=&#]+)=([^&#]*)")
_COM_USUARIO = re.compile(r"://[^/?#\s]*@")


def segredos(dados: object, onde: str = "") -> Iterator[str]:
    """Yield the place of everything that is, or looks like, a secret; never its value."""
    if isinstance(dados, dict):
        for nome, valor in dados.items() if onde != _REGRAS else ():
            lugar = juntar(onde, nome)
            if _nomeia_segredo(nome, valor, em_cabecalho=onde.endswith("rest.cabecalhos")):
                yield lugar
            else:
                yield from segredos(valor, lugar)
    elif isinstance(dados, list):
        for i, valor in enumerate(dados, start=1):
            yield from segredos(valor, f"{onde}[{i}]")
    elif isinstance(dados, str) and _contem_segredo(dados):
        yield onde


def _nomeia_segredo(nome: str, valor: object, *, em_cabecalho: bool) -> bool:
    if nome in _NOSSAS:
        return False
    if em_cabecalho and isinstance(valor, str):
        suspeito = _NOME.search(nome) or _CABECALHO.search(nome)
        # What is filled in at the time of sending is no secret here.
        return bool(suspeito) and "token" not in _campos(valor)
    return _NOME.search(nome) is not None


def _contem_segredo(texto: str) -> bool:
    return (
        "PRIVATE KEY-----" in texto
        or _COM_USUARIO.search(texto) is not None
        or any(
            _NOME.search(nome) and not _campos(valor) for nome, valor in _PARAMETRO.findall(texto)
        )
    )


def _campos(texto: str) -> list[str]:
    modelo = Template(texto)
    return modelo.get_identifiers() if modelo.is_valid() else []
