"""Reads what an operadora answers. Tolerant: what an answer says counts, not how well it says it.

Nothing here raises for bytes from outside: what cannot be read is an `Ilegivel`, and the bytes
stay in tiss.troca. Elements are found by local name: real answers mix prefixes and namespaces.
"""

from tiss.messages.leitura.entrada import MARCAS_MAXIMAS, SEM_MEMORIA, TAMANHO_MAXIMO
from tiss.messages.leitura.resposta import ler

__all__ = ["MARCAS_MAXIMAS", "SEM_MEMORIA", "TAMANHO_MAXIMO", "ler"]
