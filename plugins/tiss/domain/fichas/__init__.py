"""Prestadores, operadoras and contratos as a person writes them in a file.

A ficha is one of them: its columns, read from the keys of a file and written back to them. Nothing
here opens a file or knows TOML: what is read and written are the values that TOML has.
"""

from __future__ import annotations

from tiss.domain.fichas.campos import CONTRATO, OPERADORA, PRESTADOR, TABELAS, Campo, Tabela
from tiss.domain.fichas.escrita import escrever
from tiss.domain.fichas.leitura import Ficha, Leitura, ler

__all__ = [
    "CONTRATO",
    "OPERADORA",
    "PRESTADOR",
    "TABELAS",
    "Campo",
    "Ficha",
    "Leitura",
    "Tabela",
    "escrever",
    "ler",
]
