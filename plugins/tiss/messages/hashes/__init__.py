"""The hash of a message as the standard computes it, and as others do.

Source of the rule: Organizacional 202407, paragraph 115. Part of the market reads it in another
way; each way is a dialect here, so that a wrong hash can be explained instead of guessed at.
"""

from tiss.messages.hashes.conferencia import ConferenciaHash, conferir_hash
from tiss.messages.hashes.correcao import corrigir_hash
from tiss.messages.hashes.dialetos import DIALETOS, PADRAO, Dialeto
from tiss.messages.hashes.identificacao import identificar
from tiss.messages.hashes.recusa import dialeto_da_recusa, esperado, explicar_recusa

__all__ = [
    "DIALETOS",
    "PADRAO",
    "ConferenciaHash",
    "Dialeto",
    "conferir_hash",
    "corrigir_hash",
    "dialeto_da_recusa",
    "esperado",
    "explicar_recusa",
    "identificar",
]
