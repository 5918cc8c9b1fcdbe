"""The protocolo that a person, or a payment, tells of a lote."""

from __future__ import annotations

from tiss.errors import TransitionError
from tiss.repository import Transacao, lotes
from tiss.repository.lotes import PROTOCOLO_MAXIMO, LoteTravado


def protocolo_de(t: Transacao, lote: LoteTravado, informado: str) -> str:
    """Return the protocolo as it is kept. Raises TransitionError when it is none, or another's."""
    numero = informado.strip()
    if not 1 <= len(numero) <= PROTOCOLO_MAXIMO:
        raise TransitionError(f"O número do protocolo tem de 1 a {PROTOCOLO_MAXIMO} caracteres.")
    outro = lotes.dono_do_protocolo(t, lote, numero)
    if outro is not None:
        raise TransitionError(f"O protocolo {numero} já é do lote de número {outro}.")
    return numero
