"""What can go wrong, one class per thing that a caller can do about it.

* TissError
  x ConfigError             fix the connection, the contrato or the installation
  x TransitionError         the row is not in a state that allows this; look at it again
  x AutorizacaoError        no token came, nothing left; .entrega says how, like that of a send
  x OperadoraError          .lote_id on all of these
    + PendingError          not delivered, or not its turn yet: try again later
    + RejectedError         the operadora refused the lote: fix the cause, the lote is ERRO
    + DoubtError            it may have arrived: only the doubt procedure moves it on
  x EntregaError            a digest did not leave: nothing was noted, try again later
  x UnreadableError         the bytes are not what they should be; they stay stored for the audit
    + MemoryShortageError   they may be: nobody had the memory to see; try where there is more
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AutorizacaoError",
    "ConfigError",
    "DoubtError",
    "EntregaError",
    "MemoryShortageError",
    "OperadoraError",
    "PendingError",
    "RejectedError",
    "TissError",
    "TransitionError",
    "UnreadableError",
]


class TissError(Exception):
    """Base of all that this package raises on purpose. Messages are in Portuguese."""


class ConfigError(TissError):
    """Something that an administrator has to configure or install is missing or wrong."""


class TransitionError(TissError):
    """The state of a guia or lote does not allow what was asked."""


class AutorizacaoError(TissError):
    """The operadora gave no token. Nothing of a message left.

    entrega: a `tiss.domain.retorno.Entrega` that the table of outcomes understands: a refused
    credential is its HTTP 401; it never says that the last block left. It holds no answer, in
    which there may be secrets.
    """

    def __init__(self, mensagem: str, *, entrega: Any) -> None:  # noqa: ANN401  domain is above
        super().__init__(mensagem)
        self.entrega = entrega


class OperadoraError(TissError):
    """The conversation with an operadora about a lote, or about none, did not end as it should."""

    def __init__(self, mensagem: str, *, lote_id: int | None) -> None:
        super().__init__(mensagem)
        self.lote_id = lote_id


class PendingError(OperadoraError):
    """Nothing left this side, or it is not the lote's turn: a later attempt is safe."""


class RejectedError(OperadoraError):
    """The operadora read the lote and refused it as a whole."""


class DoubtError(OperadoraError):
    """The lote may have arrived. It is never sent again until that is settled."""


class EntregaError(TissError):
    """The digest could not be delivered; what it told is news still."""


class UnreadableError(TissError):
    """Bytes from outside could not be read as what they claim to be."""


class MemoryShortageError(UnreadableError):
    """There was too little memory to tell. It says nothing against the bytes."""
