"""Signs messages: XAdES, enveloped, over the whole message, its hash included.

Source: W3C XML Signature 1.1, ETSI TS 101 903 (XAdES 1.3.2), DOC-ICP-15.03 (AD-RB).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml import methods
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.util import ds_tag, xades_tag
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from tiss.errors import ConfigError
from tiss.messages.certificado import A1

DS = "http://www.w3.org/2000/09/xmldsig#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assinador:
    """Signs as one certificate, at the time that `agora` tells.

    politica: oid, digest (Base64 of the SHA-256 of the policy file) and url of an AD-RB policy;
    None: a signature without policy. Raises ConfigError for what cannot sign.
    """

    a1: A1 = field(repr=False)
    politica: Mapping[str, str] | None
    agora: Callable[[], datetime]

    def __post_init__(self) -> None:
        _chave_rsa(self.a1)
        if self.politica is None:
            return
        if faltam := {"oid", "digest", "url"} - {nome for nome, v in self.politica.items() if v}:
            raise ConfigError(f"a política de assinatura está sem {', '.join(sorted(faltam))}")
        try:
            base64.b64decode(self.politica["digest"], validate=True)
        except ValueError:
            raise ConfigError("o digest da política de assinatura não está em Base64") from None

    def __call__(self, mensagem: bytes) -> bytes:
        """Return the ds:Signature, as bytes, of a message that has its hash and no signature yet.

        It says what it signs by URI="", so it has to become the last child of the root.
        """
        assinada = _Xades(self).sign(
            etree.fromstring(mensagem, _ANALISADOR),
            key=_chave_rsa(self.a1),
            cert=[self.a1.certificado, *self.a1.cadeia],
            always_add_key_value=False,
        )
        (assinatura,) = assinada.findall(f"{{{DS}}}Signature")
        # Alone, so that it declares the namespaces that it uses wherever it is put.
        assinatura.tail = None
        sozinha = etree.fromstring(etree.tostring(assinatura, method="c14n", exclusive=True))
        return etree.tostring(sozinha, encoding="ascii")


_ANALISADOR = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _chave_rsa(a1: A1) -> RSAPrivateKey:
    if not isinstance(a1.chave, RSAPrivateKey):
        raise ConfigError("o certificado que assina tem de ter uma chave RSA")
    return a1.chave


class _Xades(XAdESSigner):
    """What ICP-Brasil wants of XAdES, where signxml does otherwise."""

    def __init__(self, assinador: Assinador) -> None:
        super().__init__(
            data_object_format=XAdESDataObjectFormat(Description="TISS", MimeType="text/xml"),
            method=methods.enveloped,
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            # Exclusive: what stands around the message, a SOAP envelope, is none of its business.
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        self._assinador = assinador

    def add_signing_time(self, ssp: Any, sig_root: Any, signing_settings: Any) -> None:  # noqa: ANN401
        _filho(ssp, xades_tag("SigningTime"), self._assinador.agora().isoformat(timespec="seconds"))

    def add_signing_certificate(self, ssp: Any, sig_root: Any, signing_settings: Any) -> None:  # noqa: ANN401
        certificado = self._assinador.a1.certificado
        cert = _filho(_filho(ssp, xades_tag("SigningCertificate")), xades_tag("Cert"))
        resumo = _filho(cert, xades_tag("CertDigest"))
        self._digest(resumo, certificado.fingerprint(hashes.SHA256()))
        emissor = _filho(cert, xades_tag("IssuerSerial"))
        _filho(emissor, ds_tag("X509IssuerName"), certificado.issuer.rfc4514_string())
        _filho(emissor, ds_tag("X509SerialNumber"), str(certificado.serial_number))

    def add_signature_policy_identifier(
        self,
        ssp: Any,  # noqa: ANN401
        sig_root: Any,  # noqa: ANN401
        signing_settings: Any,  # noqa: ANN401
    ) -> None:
        politica = self._assinador.politica
        if politica is None:
            return
        politica_id = _filho(
            _filho(ssp, xades_tag("SignaturePolicyIdentifier")), xades_tag("SignaturePolicyId")
        )
        oid = politica["oid"]
        _filho(
            _filho(politica_id, xades_tag("SigPolicyId")),
            xades_tag("Identifier"),
            oid if oid.startswith("urn:") else f"urn:oid:{oid}",
            Qualifier="OIDAsURN",
        )
        resumo = _filho(politica_id, xades_tag("SigPolicyHash"))
        self._digest(resumo, base64.b64decode(politica["digest"]))
        qualificadores = _filho(politica_id, xades_tag("SigPolicyQualifiers"))
        qualificador = _filho(qualificadores, xades_tag("SigPolicyQualifier"))
        _filho(qualificador, xades_tag("SPURI"), politica["url"])

    def _add_reference_to_signed_info(
        self,
        sig_root: Any,  # noqa: ANN401
        node_to_reference: Any,  # noqa: ANN401
        **attrs: Any,  # noqa: ANN401
    ) -> None:
        # signxml 5.2 leaves the transform out; by the standard the digest would then be one of
        # inclusive C14N, which is not what it computes. Other verifiers notice.
        referencia = _filho(
            sig_root.find(ds_tag("SignedInfo")),
            ds_tag("Reference"),
            URI=f"#{node_to_reference.get('Id')}",
            **attrs,
        )
        transformacoes = _filho(referencia, ds_tag("Transforms"))
        _filho(transformacoes, ds_tag("Transform"), Algorithm=self.c14n_alg.value)
        canonico = self._c14n(node_to_reference, algorithm=self.c14n_alg)
        self._digest(referencia, self._get_digest(canonico, algorithm=self.digest_alg))

    def _digest(self, onde: Any, digest: bytes) -> None:  # noqa: ANN401
        _filho(onde, ds_tag("DigestMethod"), Algorithm=self.digest_alg.value)
        _filho(onde, ds_tag("DigestValue"), base64.b64encode(digest).decode())


def _filho(pai: Any, nome: str, texto: str | None = None, **atributos: str) -> Any:  # noqa: ANN401
    filho: Any = etree.SubElement(pai, nome, atributos)
    filho.text = texto
    return filho
