"""TLS contexts from certificates and keys that are held in memory."""

from __future__ import annotations

import ssl
import tempfile

from .config import Tls


def contexto_do_servidor(tls: Tls) -> ssl.SSLContext:
    """Return the context of the server; with a CA it refuses those without a certificate of it.

    Raises OSError for what OpenSSL cannot read.
    """
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.minimum_version = ssl.TLSVersion.TLSv1_2
    _carregar(contexto, tls.certificado + tls.chave)
    if tls.ca is not None:
        contexto.load_verify_locations(cadata=tls.ca)
        contexto.verify_mode = ssl.CERT_REQUIRED
    return contexto


def contexto_do_cliente(ca: str, certificado_e_chave: str) -> ssl.SSLContext:
    """Return a context that trusts one CA and shows a certificate to who asks for one."""
    contexto = ssl.create_default_context(cadata=ca)
    _carregar(contexto, certificado_e_chave)
    return contexto


def _carregar(contexto: ssl.SSLContext, pem: str) -> None:
    # OpenSSL takes certificates of its own from files only; this one nobody else may read
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as arquivo:
        arquivo.write(pem)
        arquivo.flush()
        contexto.load_cert_chain(arquivo.name)
