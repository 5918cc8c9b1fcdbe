"""From the bytes of a message to its tree: comments stay, no DTD, wrong encodings are read."""

from __future__ import annotations

from lxml import etree

from tiss.errors import UnreadableError
from tiss.settings import ENCODING

# What libxml2 takes as one value by itself.
_VALOR_MAXIMO = 10_000_000
_BOM = b"\xef\xbb\xbf"


def analisar(dados: bytes) -> etree._Element:
    """Return the root of a document. Raises UnreadableError for what is not XML."""
    try:
        return _arvore(dados)
    except etree.XMLSyntaxError as erro:
        sem_bom = dados.removeprefix(_BOM)
        linha = erro.lineno
        if not sem_bom.startswith(b"<") or b"\x00" in dados[:4]:
            raise UnreadableError(f"não é XML (linha {linha})") from None
    # Seen in the field: UTF-8 announced, ISO-8859-1 sent. Every byte is a character there.
    corpo = sem_bom.partition(b"?>")[2] if sem_bom.startswith(b"<?xml") else sem_bom
    try:
        return _arvore(corpo.decode(ENCODING).encode())
    except etree.XMLSyntaxError as erro:
        # Line only, not chained: the text of the error may quote a patient.
        raise UnreadableError(f"não é XML (linha {erro.lineno})") from None


def _arvore(dados: bytes) -> etree._Element:
    # As careful as that of `esquema`, but comments stay, some count them; and one value may be as
    # large as the file, a document in base64 is: what that limit guards against needs a DTD.
    sem_dtd = b"<!DOCTYPE" not in dados and b"\x00" not in dados[:4]
    analisador = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=len(dados) > _VALOR_MAXIMO and sem_dtd,
        remove_pis=True,
    )
    return etree.fromstring(dados, analisador)


def mal_declarada(dados: bytes, lida_como: str) -> bool:
    """Tell whether bytes that were read by another encoding are UTF-8, and not just ASCII."""
    if lida_como.upper().startswith("UTF") or dados.isascii():
        return False
    try:
        dados.decode()
    except UnicodeDecodeError:
        return False
    return True
