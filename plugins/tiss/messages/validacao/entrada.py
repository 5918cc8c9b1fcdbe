"""From the bytes of a file to the TISS message in it."""

from __future__ import annotations

from lxml import etree

from tiss.errors import MemoryShortageError, UnreadableError
from tiss.messages.leitura.avisos import Avisos
from tiss.messages.leitura.entrada import EntradaRecusada, FaltaMemoria, abrir
from tiss.messages.validacao.transacoes import RAIZES, nome

_ENVELOPE = 4  # Envelope, Body, Fault, detail: a message stands below one of them


def abrir_mensagem(dados: bytes) -> etree._Element:
    """Return the root of the TISS message: of a file, of a web service, or inside a SOAP envelope.

    Raises UnreadableError, in Portuguese and quoting nothing, when there is none, and for what is
    never opened: DTD, entities, more than 64 MB, more than 256 levels; MemoryShortageError where
    there is too little memory.
    """
    try:
        documento = abrir(dados, Avisos())
    except FaltaMemoria as recusa:
        raise MemoryShortageError(str(recusa)) from None
    except EntradaRecusada as recusa:
        raise UnreadableError(str(recusa)) from None
    nivel = [documento]
    for _ in range(_ENVELOPE + 1):
        for elemento in nivel:
            if nome(elemento) in RAIZES:
                return elemento
        nivel = [filho for elemento in nivel[:_ENVELOPE] for filho in elemento[:_ENVELOPE]]
    raise UnreadableError(
        "não é uma mensagem TISS: não há mensagemTISS nem raiz de web service (...WS)"
    )


def e_utf8(dados: bytes) -> bool:
    """Tell whether the bytes are text in UTF-8."""
    try:
        dados.decode()
    except UnicodeDecodeError:
        return False
    return True
