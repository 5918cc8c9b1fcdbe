"""From the bytes of a message to its text: comments too, no DTD, wrong encodings are read."""

from __future__ import annotations

from lxml import etree

from tiss.errors import UnreadableError
from tiss.messages.hashes.coletor import Coletor
from tiss.messages.leitura.entrada import codificacao_anunciada, motivo
from tiss.settings import ENCODING

# What libxml2 takes as one value by itself.
_VALOR_MAXIMO = 10_000_000
_BOM = b"\xef\xbb\xbf"
# No other encoding would change them.
_DEFINITIVOS = frozenset({etree.ErrorTypes.ERR_NO_MEMORY, etree.ErrorTypes.ERR_RESOURCE_LIMIT})


def analisar(dados: bytes) -> tuple[Coletor, str]:
    """Return what was seen of a document, and the encoding that it was read by.

    Raises UnreadableError for what is not XML, MemoryError where there is too little.
    """
    try:
        return _coletar(dados), codificacao_anunciada(dados)
    except etree.XMLSyntaxError as erro:
        sem_bom = dados.removeprefix(_BOM)
        if not sem_bom.startswith(b"<") or b"\x00" in dados[:4] or erro.code in _DEFINITIVOS:
            raise _recusa(erro) from None
    # Seen in the field: UTF-8 announced, ISO-8859-1 sent. Every byte is a character there.
    corpo = sem_bom.partition(b"?>")[2] if sem_bom.startswith(b"<?xml") else sem_bom
    try:
        return _coletar(corpo.decode(ENCODING).encode()), "UTF-8"
    except etree.XMLSyntaxError as erro:
        raise _recusa(erro) from None


def _recusa(erro: etree.XMLSyntaxError) -> UnreadableError | MemoryError:
    if erro.code == etree.ErrorTypes.ERR_NO_MEMORY:
        return MemoryError()
    return UnreadableError(motivo(erro))


def _coletar(dados: bytes) -> Coletor:
    # As careful as that of `esquema`, but comments stay, some count them; and one value may be as
    # large as the file, a document in base64 is: what that limit guards against needs a DTD.
    sem_dtd = b"<!DOCTYPE" not in dados and b"\x00" not in dados[:4]
    coletor = Coletor()
    # The stubs ask a target for methods that lxml calls only where they are.
    analisador = etree.XMLParser(  # type: ignore[call-overload]
        target=coletor,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=len(dados) > _VALOR_MAXIMO and sem_dtd,
        remove_pis=True,
    )
    etree.fromstring(dados, analisador)
    return coletor


def mal_declarada(dados: bytes, lida_como: str) -> bool:
    """Tell whether bytes that were read by another encoding are UTF-8, and not just ASCII."""
    if lida_como.startswith("UTF") or dados.isascii():
        return False
    try:
        dados.decode()
    except UnicodeDecodeError:
        return False
    return True
