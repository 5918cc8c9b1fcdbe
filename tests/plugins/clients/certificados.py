"""Throw-away authorities and certificates, made for a test and forgotten with it."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

Chave = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SENHA = "segredo do certificado"


def _chave() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _nome(nome: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nome)])


@dataclass(frozen=True)
class Certificado:
    """A certificate with its key, and the authority's."""

    chave: Chave
    certificado: x509.Certificate
    autoridade: x509.Certificate

    @property
    def pem(self) -> bytes:
        """Key and certificate, as a server reads them."""
        chave = self.chave.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return chave + self.certificado.public_bytes(Encoding.PEM)

    def pkcs12(self, senha: str = SENHA) -> bytes:
        """The file that a person gets from an authority."""
        return pkcs12.serialize_key_and_certificates(
            b"clinica",
            self.chave,
            self.certificado,
            [self.autoridade],
            BestAvailableEncryption(senha.encode()),
        )


@dataclass(frozen=True)
class Autoridade:
    """Vouches for certificates."""

    nome: str = "Autoridade"
    chave: Chave = field(default_factory=_chave)

    def __post_init__(self) -> None:
        proprio = self._assinar(_nome(self.nome), self.chave, x509.BasicConstraints(True, None))
        object.__setattr__(self, "certificado", proprio)

    certificado: x509.Certificate = field(init=False)

    @property
    def pem(self) -> str:
        """What a contrato pins."""
        return self.certificado.public_bytes(Encoding.PEM).decode()

    def emitir(
        self, nome: str = "127.0.0.1", *, vencido: bool = False, chave: Chave | None = None
    ) -> Certificado:
        """Return a certificate for a host or a person."""
        chave = chave or _chave()
        alternativo: x509.GeneralName
        try:
            alternativo = x509.IPAddress(ipaddress.ip_address(nome))
        except ValueError:
            alternativo = x509.DNSName(nome)
        certificado = self._assinar(
            _nome(nome), chave, x509.SubjectAlternativeName([alternativo]), vencido=vencido
        )
        return Certificado(chave, certificado, self.certificado)

    def _assinar(
        self, dono: x509.Name, chave: Chave, extensao: x509.ExtensionType, *, vencido: bool = False
    ) -> x509.Certificate:
        agora = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(dono)
            .issuer_name(_nome(self.nome))
            .public_key(chave.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(agora - dt.timedelta(days=2))
            .not_valid_after(agora + dt.timedelta(days=-1 if vencido else 1))
            .add_extension(extensao, critical=isinstance(extensao, x509.BasicConstraints))
            .sign(self.chave, hashes.SHA256())
        )
