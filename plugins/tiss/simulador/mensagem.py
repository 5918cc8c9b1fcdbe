"""From the bytes of a request to the TISS message inside it: envelope, XSD, hash."""

from __future__ import annotations

import hashlib
import re
import threading
from typing import cast

from lxml import etree

from tiss.errors import ConfigError
from tiss.settings import ENCODING, ESQUEMAS, NAMESPACE

from .operacoes import Operacao
from .recusas import FaultSoap, FaultTiss

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_12 = "http://www.w3.org/2003/05/soap-envelope"
NS = {"ans": NAMESPACE}
# The XSDs: of the *WS messages, and of mensagemTISS
WEB_SERVICES, ARQUIVO = "tissWebServices", "tiss"

# Text of the leaves of a message in document order. What is inside a signature is no value.
_FOLHAS = etree.XPath(
    "*[not(self::ans:hash or self::ans:Signature)]/descendant-or-self::*"
    "[not(*)][not(ancestor::ans:assinaturaDigitalGuia)]/text()",
    namespaces=NS,
    smart_strings=False,
)
_local = threading.local()


def abrir_envelope(corpo: bytes, content_type: str, raiz: str) -> etree._Element:
    """Return the root element of the TISS message in a SOAP 1.1 envelope.

    corpo: the HTTP body; raiz: local name of the root that this service takes.
    Raises FaultSoap for anything that is not that message in the right namespaces.
    """
    envelope = _parse(corpo, content_type)
    if envelope.tag == f"{{{ENVELOPE_12}}}Envelope":
        raise FaultSoap("SOAP 1.2 envelope received, SOAP 1.1 expected", "VersionMismatch")
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise FaultSoap(f"Expected {{{ENVELOPE}}}Envelope, found {_nome(envelope)}")
    body = envelope.find(f"{{{ENVELOPE}}}Body")
    if body is None or len(body) != 1:
        raise FaultSoap("The envelope must have a Body with exactly one element")
    return _conferir_raiz(body[0], raiz)


def abrir_xml(corpo: bytes, content_type: str, raiz: str) -> etree._Element:
    """Return the root of a TISS message that is all of an HTTP body.

    Raises FaultSoap for anything else.
    """
    return _conferir_raiz(_parse(corpo, content_type), raiz)


def _conferir_raiz(elemento: etree._Element, raiz: str) -> etree._Element:
    esperado = f"{{{NAMESPACE}}}{raiz}"
    if elemento.tag != esperado:
        raise FaultSoap(f"Unexpected element {_nome(elemento)}, expected {esperado}")
    return elemento


def como_ws(arquivo: etree._Element, operacao: Operacao) -> etree._Element:
    """Return a valid mensagemTISS in the form of the *WS of an operation.

    Raises FaultTiss for the message of another operation.
    """
    corpo = arquivo.find(f"ans:prestadorParaOperadora/ans:{operacao.arquivo_pedido}", NS)
    cabecalho = arquivo.find("ans:cabecalho", NS)
    if corpo is None or cabecalho is None:
        raise FaultTiss("SchemaInvalido", f"Esperado {operacao.arquivo_pedido}")
    raiz = etree.Element(f"{{{NAMESPACE}}}{operacao.raiz_pedido}")
    corpo.tag = f"{{{NAMESPACE}}}{operacao.corpo_pedido}"
    hash_ = etree.Element(f"{{{NAMESPACE}}}hash")
    hash_.text = arquivo.findtext("ans:epilogo/ans:hash", namespaces=NS)
    raiz.extend([cabecalho, corpo, hash_])
    return raiz


def _nome(elemento: etree._Element) -> str:
    return etree.QName(elemento).text


def _parse(corpo: bytes, content_type: str) -> etree._Element:
    charset = re.search(r'charset="?([\w-]+)', content_type, re.IGNORECASE)
    # The declaration of the document decides; the charset of HTTP only stands in for a missing one
    declarado = re.match(rb"^[^<]{0,4}<\?xml[^>]*encoding\s*=", corpo)
    try:
        parser = etree.XMLParser(
            encoding=charset[1] if charset and not declarado else None,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        raiz = etree.fromstring(corpo, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as erro:
        raise FaultSoap(f"Malformed XML: {erro}") from erro
    if raiz.getroottree().docinfo.internalDTD is not None:
        raise FaultSoap("Document type declarations are not accepted")
    return raiz


def validar(mensagem: etree._Element, versao: str, esquema: str = WEB_SERVICES) -> None:
    """Raise FaultTiss SchemaInvalido, with the first complaint of the XSD about a message."""
    compilado = carregar_esquema(versao, esquema)
    if not compilado.validate(mensagem):
        primeiro = next(iter(compilado.error_log))
        raise FaultTiss("SchemaInvalido", primeiro.message)


def carregar_esquema(versao: str, esquema: str = WEB_SERVICES) -> etree.XMLSchema:
    """Return the calling thread's own compiled schema of a version.

    esquema: WEB_SERVICES or ARQUIVO.
    Sharing one among threads gives right verdicts but mixes the error logs.
    Raises ConfigError when the XSDs are not installed.
    """
    esquemas = cast("dict[str, etree.XMLSchema]", _local.__dict__.setdefault("esquemas", {}))
    nome = f"{esquema}V{versao.replace('.', '_')}.xsd"
    if nome not in esquemas:
        try:
            parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
            esquemas[nome] = etree.XMLSchema(etree.parse(str(ESQUEMAS / versao / nome), parser))
        except (OSError, etree.LxmlError) as erro:
            raise ConfigError(f"esquemas da versão {versao} não estão instalados: {erro}") from erro
    return esquemas[nome]


def conferir_hash(mensagem: etree._Element, codificacao: str) -> None:
    """Raise FaultTiss HashInvalido unless the hash of a message is that of its values.

    codificacao: how the operadora turns values into bytes.
    """
    lido = (mensagem.findtext("ans:hash", namespaces=NS) or "").strip()
    try:
        esperado = hash_dos_valores(mensagem, codificacao)
    except UnicodeEncodeError as erro:
        raise FaultTiss(
            "HashInvalido", f"O conteúdo tem caractere fora de {codificacao}: não há hash possível"
        ) from erro
    if lido.lower() != esperado:
        raise FaultTiss("HashInvalido", f"Conteúdo lido: {lido}. Conteúdo esperado: {esperado}")


def hash_dos_valores(mensagem: etree._Element, codificacao: str = ENCODING) -> str:
    """Return the hash that a message should have. Raises UnicodeEncodeError if it can have none."""
    return md5("".join(cast("list[str]", _FOLHAS(mensagem))), codificacao)


def md5(texto: str, codificacao: str = ENCODING) -> str:
    """Return the MD5 of a text, in lower case; as ISO-8859-1 it is what the standard asks for."""
    return hashlib.md5(texto.encode(codificacao), usedforsecurity=False).hexdigest()


def numero_lote_aparente(corpo: bytes) -> str | None:
    """Return the numeroLote that bytes seem to carry, even when nothing else is right with them."""
    return _aparente(b"numeroLote", corpo)


def login_aparente(corpo: bytes) -> str | None:
    """Return the loginPrestador that bytes seem to carry."""
    return _aparente(b"loginPrestador", corpo)


def _aparente(nome: bytes, corpo: bytes) -> str | None:
    achado = re.search(rb"<(?:[\w.-]+:)?%b\s*>([^<]{1,60})<" % nome, corpo)
    return achado[1].decode("latin-1") if achado else None
