"""What a message says of its hash, against what the standard says of it."""

from __future__ import annotations

from dataclasses import dataclass

from tiss.errors import MemoryShortageError
from tiss.messages.hashes.calculo import padrao
from tiss.messages.hashes.dialetos import PADRAO
from tiss.messages.hashes.identificacao import identificar_lida
from tiss.messages.hashes.leitura import Leitura, ler
from tiss.messages.hashes.partes import DO_PADRAO
from tiss.messages.leitura.entrada import SEM_MEMORIA


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenciaHash:
    """What a message says of its hash and what the standard says of it.

    informado: as written, without edge blanks; None when there is no hash element, empty when it
    is. calculado: None when characters outside ISO-8859-1, then in `estranhas`, allow none.
    dialeto: name of the one that yields `informado`, None when none known does.
    """

    informado: str | None
    calculado: str | None
    confere: bool
    dialeto: str | None
    estranhas: str = ""


def conferir_hash(mensagem: bytes) -> ConferenciaHash:
    """Return what a message says of its hash, and the dialect that it speaks.

    mensagem: a mensagemTISS, a web-service root or a SOAP envelope with one, 64 MB at most.
    Raises UnreadableError for anything else, MemoryShortageError where there is too little memory.
    """
    try:
        return _conferir(ler(mensagem))
    except MemoryError:
        raise MemoryShortageError(SEM_MEMORIA) from None


def _conferir(leitura: Leitura) -> ConferenciaHash:
    informado = leitura.informado
    texto = leitura.texto(DO_PADRAO)
    calculado, estranhas = padrao(texto)
    confere = informado is not None and informado.lower() == calculado
    if confere and not leitura.mal_declarada:
        dialeto: str | None = PADRAO
    else:
        dialeto = identificar_lida(leitura, informado or "")
    return ConferenciaHash(
        informado=informado,
        calculado=calculado,
        confere=confere,
        dialeto=dialeto,
        estranhas=estranhas,
    )
