"""A digital certificate with its key, as a person gets it: the PKCS#12 of an ICP-Brasil A1."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from tiss.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class A1:
    """A certificate, its key and the authorities above it. It never shows any of them."""

    chave: PrivateKeyTypes = field(repr=False)
    certificado: x509.Certificate = field(repr=False)
    cadeia: tuple[x509.Certificate, ...] = field(repr=False)

    @classmethod
    def abrir(cls, arquivo: bytes, senha: str | None) -> Self:
        """Return what a PKCS#12 holds. Raises ConfigError when it does not open."""
        try:
            chave, certificado, cadeia = pkcs12.load_key_and_certificates(
                arquivo, senha.encode() if senha else None
            )
        except ValueError:
            # Not chained: nobody promises that the cause quotes nothing.
            raise ConfigError(
                "o certificado A1 não abre: a senha não é a dele, ou não é um PKCS#12 (.pfx, .p12)"
            ) from None
        if chave is None or certificado is None:
            raise ConfigError("o certificado A1 veio sem a chave privada: exporte-o com ela")
        return cls(chave=chave, certificado=certificado, cadeia=tuple(cadeia))

    @property
    def vence_em(self) -> datetime:
        """The last moment of its validity."""
        return self.certificado.not_valid_after_utc

    def pem(self, senha: bytes) -> bytes:
        """Return the key, encrypted with a password, and the certificates, the own one first."""
        chave = self.chave.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(senha)
        )
        certificados = (self.certificado, *self.cadeia)
        return chave + b"".join(cada.public_bytes(Encoding.PEM) for cada in certificados)
