"""One declaration per structure of the standard: what is written, read, checked and explained.

A declaration is a tree of Campo, Grupo, Lista, Escolha and Opcoes in the order of the XSD of the
newest version; what differs in older versions is data in it. From it come the writer and the check
(Python source, made once per version, compiled), the explanation, in Portuguese, of every value
that is missing or malformed, and the reader. A test compares each declaration with the XSD of each
version.
"""

from tiss.messages.declaracao.conferencia import Conferencia
from tiss.messages.declaracao.escrita import escritor
from tiss.messages.declaracao.leitura import ler
from tiss.messages.declaracao.nos import (
    FORA_DO_PADRAO,
    Campo,
    Escolha,
    Grupo,
    Lista,
    No,
    Opcoes,
    na_versao,
)

__all__ = [
    "FORA_DO_PADRAO",
    "Campo",
    "Conferencia",
    "Escolha",
    "Grupo",
    "Lista",
    "No",
    "Opcoes",
    "escritor",
    "ler",
    "na_versao",
]
