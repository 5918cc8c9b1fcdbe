"""Whom to trust and as whom to present oneself: the TLS side of a contrato."""

from __future__ import annotations

import os
import secrets
import ssl
from functools import lru_cache

from requests.adapters import DEFAULT_CA_BUNDLE_PATH

from tiss.errors import ConfigError
from tiss.messages.certificado import A1


def contexto(autoridade: str | None = None, a1: A1 | None = None) -> ssl.SSLContext:
    """Return a context that always verifies the operadora's certificate and name; TLS 1.2 or more.

    autoridade: PEM of the only authorities to trust; None: the usual ones. a1: the certificate to
    present; its key does not touch a disk. Raises ConfigError if either cannot be used.
    """
    if a1 is None:
        return _sem_certificado(autoridade)
    novo = _novo(autoridade)
    # OpenSSL only reads files: this one is memory without a name, encrypted with a password that
    # lives for as long as the call.
    senha = secrets.token_urlsafe(24).encode()
    descritor = os.memfd_create("tiss", os.MFD_CLOEXEC)
    try:
        with open(descritor, "wb", closefd=False) as memoria:
            memoria.write(a1.pem(senha))
        novo.load_cert_chain(f"/proc/self/fd/{descritor}", password=senha)
    except ssl.SSLError as erro:
        raise ConfigError(f"o certificado A1 não serve para TLS ({erro.reason})") from erro
    finally:
        os.close(descritor)
    return novo


@lru_cache
def _sem_certificado(autoridade: str | None) -> ssl.SSLContext:
    """A context that holds no secret may serve every contrato; making one takes 10 ms."""
    return _novo(autoridade)


def _novo(autoridade: str | None) -> ssl.SSLContext:
    # Not create_default_context: it lets the environment write the keys of sessions to a file.
    novo = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    novo.minimum_version = ssl.TLSVersion.TLSv1_2
    if autoridade is None:
        novo.load_verify_locations(cafile=DEFAULT_CA_BUNDLE_PATH)
        return novo
    try:
        novo.load_verify_locations(cadata=autoridade)
    # TypeError: a letter with an accent, outside the certificates.
    except (ssl.SSLError, TypeError, ValueError) as erro:
        raise ConfigError(
            "a autoridade certificadora do contrato não é um PEM que se leia"
        ) from erro
    return novo
