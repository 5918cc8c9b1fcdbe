"""A throw-away CA: the certificate of the server and those of the prestadores, for one run only."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

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
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_UM_DIA = timedelta(days=1)


class Autoridade:
    """A certificate authority whose key lives in memory, as long as this object."""

    def __init__(self) -> None:
        self._chave = ec.generate_private_key(ec.SECP256R1())
        self._nome = _nome("Autoridade de teste do simulador")
        self._certificado = (
            _base(self._nome, self._nome, self._chave.public_key(), vale=True)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_uso(assina_certificados=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._chave.public_key()), critical=False
            )
            .sign(self._chave, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        """The certificate of the authority itself."""
        return self._certificado.public_bytes(Encoding.PEM).decode()

    def servidor(self) -> tuple[str, str]:
        """Return certificate and key, as PEM, of a server at 127.0.0.1 and localhost."""
        chave = ec.generate_private_key(ec.SECP256R1())
        enderecos = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        )
        certificado = self._assinar(
            _base(_nome("localhost"), self._nome, chave.public_key(), vale=True)
            .add_extension(enderecos, critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        return certificado.public_bytes(Encoding.PEM).decode(), _em_pem(chave)

    def cliente(self, usuario: str, senha: str, *, vale: bool = True) -> bytes:
        """Return a client certificate with its key and the authority's, as PKCS#12.

        usuario: its common name. senha: opens the file. vale: whether the certificate is still
        good; otherwise it expired yesterday.
        """
        chave, certificado = self._do_cliente(usuario, vale)
        return pkcs12.serialize_key_and_certificates(
            usuario.encode(),
            chave,
            certificado,
            [self._certificado],
            BestAvailableEncryption(senha.encode()),
        )

    def cliente_em_pem(self, usuario: str) -> str:
        """Return a client certificate and its key, in the clear."""
        chave, certificado = self._do_cliente(usuario, vale=True)
        return certificado.public_bytes(Encoding.PEM).decode() + _em_pem(chave)

    def _do_cliente(self, usuario: str, vale: bool) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        # RSA as the certificates of prestadores are
        chave = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        uso = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        modelo = _base(_nome(usuario), self._nome, chave.public_key(), vale=vale)
        return chave, self._assinar(modelo.add_extension(uso, critical=False))

    def _assinar(self, modelo: x509.CertificateBuilder) -> x509.Certificate:
        identificador = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._chave.public_key())
        return (
            modelo.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_uso(assina_certificados=False), critical=True)
            .add_extension(identificador, critical=False)
            .sign(self._chave, hashes.SHA256())
        )


def _base(
    nome: x509.Name,
    emissor: x509.Name,
    chave: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    *,
    vale: bool,
) -> x509.CertificateBuilder:
    fim = datetime.now(UTC) + (_UM_DIA if vale else -_UM_DIA)
    return (
        x509.CertificateBuilder()
        .subject_name(nome)
        .issuer_name(emissor)
        .public_key(chave)
        .serial_number(x509.random_serial_number())
        .not_valid_before(fim - 3 * _UM_DIA)
        .not_valid_after(fim)
    )


def _nome(comum: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, comum)])


def _uso(*, assina_certificados: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not assina_certificados,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=assina_certificados,
        crl_sign=assina_certificados,
        encipher_only=False,
        decipher_only=False,
    )


def _em_pem(chave: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return chave.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
