"""Signatures, verified by xmlsec1, which shares no code with what makes them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import xmlsec
from certificados import SENHA, Autoridade, Certificado
from contrato_modelo import CONTRATO, campos_de, mensagem_de_status
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from tiss import esquemas
from tiss.clients.credencial import Credencial
from tiss.clients.rest import ClienteRest
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.domain.cadastro import Operacao
from tiss.errors import ConfigError
from tiss.messages.assinatura import Assinador
from tiss.messages.certificado import A1
from tiss.messages.esquema import validar_mensagem
from tiss.messages.hashes import conferir_hash
from tiss.messages.mensagem import Login, Mensagem

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
AGORA = datetime(2026, 11, 2, 23, 30, 0, 123456, tzinfo=ZoneInfo("America/Sao_Paulo"))
STATUS = Operacao.SOLIC_STATUS_PROTOCOLO
POLITICA = {
    "oid": "2.16.76.1.7.1.6.2.3",
    "digest": base64.b64encode(hashlib.sha256(b"politica ficticia").digest()).decode(),
    "url": "http://politicas.icpbrasil.gov.br/PA_AD_RB_v2_3.xml",
}
POLITICAS = pytest.mark.parametrize("politica", [None, POLITICA], ids=["no policy", "AD-RB"])
VERSOES = [versao for versao in ("4.02.00", "4.03.00") if versao in esquemas.versoes()]
LOGIN = Login.com_senha("clinica", "senha")


@pytest.fixture(scope="module")
def autoridade() -> Autoridade:
    return Autoridade("AC ficticia", rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def certificado(autoridade: Autoridade) -> Certificado:
    return autoridade.emitir("clinica.invalid", chave=rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def a1(certificado: Certificado) -> A1:
    return A1.abrir(certificado.pkcs12(), SENHA)


def _assinador(a1: A1, politica: Mapping[str, str] | None = None) -> Assinador:
    return Assinador(a1=a1, politica=politica, agora=lambda: AGORA)


def _verifica(mensagem: bytes, autoridade: Autoridade) -> bool:
    """Whether xmlsec1 finds the signature good and knows who vouches for it."""
    raiz = etree.fromstring(mensagem)
    raiz[-1].tag = f"{{{DS}}}Signature"
    raiz = etree.fromstring(etree.tostring(raiz))
    xmlsec.tree.add_ids(raiz, ["Id"])
    chaves = xmlsec.KeysManager()
    chaves.load_cert_from_memory(
        autoridade.pem.encode(), xmlsec.KeyFormat.PEM, xmlsec.KeyDataType.TRUSTED
    )
    try:
        xmlsec.SignatureContext(chaves).verify(raiz[-1])
    except xmlsec.Error:
        return False
    return True


def _formas(mensagem: Mensagem, assinador: Assinador, **opcoes: object) -> list[bytes]:
    return [
        escrever(LOGIN, assinar=assinador, **opcoes)  # type: ignore[arg-type]
        for escrever in (mensagem.arquivo, mensagem.ws)
    ]


@POLITICAS
@pytest.mark.parametrize("versao", VERSOES)
@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8"])
def test_a_signed_message_is_valid_and_verifies_in_both_forms(
    a1: A1,
    autoridade: Autoridade,
    politica: Mapping[str, str] | None,
    versao: str,
    codificacao: str,
) -> None:
    mensagem = mensagem_de_status(replace(CONTRATO, versao_tiss=versao))
    for assinada in _formas(mensagem, _assinador(a1, politica), codificacao=codificacao):
        inteira = _declarada(assinada, codificacao)
        assert validar_mensagem(etree.fromstring(inteira), versao) == []
        assert _verifica(inteira, autoridade)


def _declarada(dados: bytes, codificacao: str) -> bytes:
    if dados.startswith(b"<?xml"):
        return dados
    return f'<?xml version="1.0" encoding="{codificacao}"?>'.encode() + dados


def test_the_signature_covers_the_hash_and_the_hash_does_not_cover_the_signature(a1: A1) -> None:
    mensagem = mensagem_de_status()
    for assinada, simples in zip(
        _formas(mensagem, _assinador(a1)),
        [mensagem.arquivo(LOGIN), mensagem.ws(LOGIN)],
        strict=True,
    ):
        com, sem = etree.fromstring(assinada), etree.fromstring(simples)
        assert com.findtext(".//{*}hash") == sem.findtext(".//{*}hash")
        assert conferir_hash(assinada).informado == conferir_hash(simples).calculado


@POLITICAS
@pytest.mark.parametrize(
    ("de", "para"),
    [(b">123<", b">124<"), (b"<ans:hash>", b"<ans:hash>0"), (b"T23:30:00", b"T23:30:01")],
    ids=["content", "hash", "signing time"],
)
def test_nothing_of_what_is_signed_can_be_changed(
    a1: A1,
    autoridade: Autoridade,
    politica: Mapping[str, str] | None,
    de: bytes,
    para: bytes,
) -> None:
    for assinada in _formas(mensagem_de_status(), _assinador(a1, politica)):
        trocada = assinada.replace(de, para, 1)
        assert trocada != assinada
        assert not _verifica(trocada, autoridade)


def test_a_signature_that_another_authority_vouches_for_is_not_taken(a1: A1) -> None:
    assinada = mensagem_de_status().arquivo(assinar=_assinador(a1))
    outra = Autoridade("Outra", rsa.generate_private_key(65537, 2048))
    assert not _verifica(assinada, outra)


def test_what_stands_around_the_message_breaks_no_signature(a1: A1, autoridade: Autoridade) -> None:
    cliente = ClienteSoap(
        contrato=CONTRATO,
        credencial=Credencial(login=LOGIN),
        rota=Rota.de(CONTRATO),
        assinar=_assinador(a1, POLITICA),
    )
    envelope = etree.fromstring(cliente.requisicao(STATUS, mensagem_de_status(), {}).dados)
    (raiz,) = envelope.find("{*}Body")
    assert etree.QName(raiz[-1]).namespace == "http://www.ans.gov.br/padroes/tiss/schemas"
    assert _verifica(etree.tostring(raiz), autoridade)


def test_a_rest_service_gets_a_signed_file(a1: A1, autoridade: Autoridade) -> None:
    contrato = replace(CONTRATO, tipo_api="REST", servicos_rest={STATUS: "x"})
    cliente = ClienteRest(
        contrato=contrato,
        credencial=Credencial(),
        rota=Rota.de(contrato),
        assinar=_assinador(a1),
    )
    assert _verifica(
        cliente.requisicao(STATUS, mensagem_de_status(), campos_de()).dados, autoridade
    )


def test_the_signature_says_who_when_and_by_which_policy(a1: A1, certificado: Certificado) -> None:
    raiz = etree.fromstring(mensagem_de_status().arquivo(assinar=_assinador(a1, POLITICA)))
    assinatura = raiz[-1]
    assert assinatura.findtext(f".//{{{XADES}}}SigningTime") == "2026-11-02T23:30:00-03:00"
    digest = assinatura.findtext(f".//{{{XADES}}}CertDigest/{{{DS}}}DigestValue")
    esperado = certificado.certificado.fingerprint(hashes.SHA256())
    assert base64.b64decode(digest or "") == esperado
    identificador = assinatura.find(f".//{{{XADES}}}Identifier")
    assert identificador is not None
    assert identificador.text == "urn:oid:2.16.76.1.7.1.6.2.3"
    assert identificador.get("Qualifier") == "OIDAsURN"
    politica = assinatura.findtext(f".//{{{XADES}}}SigPolicyHash/{{{DS}}}DigestValue")
    assert politica == POLITICA["digest"]
    assert assinatura.findtext(f".//{{{XADES}}}SPURI") == POLITICA["url"]
    certificados = assinatura.findall(f".//{{{DS}}}X509Certificate")
    primeiro = x509.load_der_x509_certificate(base64.b64decode(certificados[0].text or ""))
    assert primeiro == certificado.certificado
    assert len(certificados) == 2, "the chain goes along"


def test_every_reference_says_how_it_was_made_canonical(a1: A1) -> None:
    raiz = etree.fromstring(mensagem_de_status().arquivo(assinar=_assinador(a1)))
    referencias = raiz[-1].findall(f".//{{{DS}}}Reference")
    assert len(referencias) == 3
    for referencia in referencias:
        ultima = referencia.findall(f".//{{{DS}}}Transform")[-1]
        assert ultima.get("Algorithm") == "http://www.w3.org/2001/10/xml-exc-c14n#"


def test_without_a_signature_a_message_is_what_it_always_was() -> None:
    mensagem = mensagem_de_status()
    assert b"Signature" not in mensagem.arquivo() + mensagem.ws()


@pytest.mark.parametrize("falta", ["oid", "digest", "url"])
def test_a_policy_with_a_part_missing_is_told(a1: A1, falta: str) -> None:
    with pytest.raises(ConfigError, match=falta):
        _assinador(a1, {**POLITICA, falta: ""})


def test_a_policy_whose_digest_cannot_be_one_is_told(a1: A1) -> None:
    with pytest.raises(ConfigError, match="Base64"):
        _assinador(a1, {**POLITICA, "digest": "não é"})


def test_a_key_that_is_not_rsa_is_told() -> None:
    curva = A1.abrir(Autoridade().emitir("clinica.invalid").pkcs12(), SENHA)
    with pytest.raises(ConfigError, match="RSA"):
        _assinador(curva)


def test_who_signs_shows_nothing(a1: A1) -> None:
    assert "PrivateKey" not in repr(_assinador(a1))
