"""Prestadores, operadoras and contratos as a person writes them in a file.

A ficha is one of them: its columns, read from the keys of a file and written back to them. Nothing
here opens a file or knows TOML: what is read and written are the values that TOML has.
"""

from __future__ import annotations

from tiss.domain.fichas.campos import CONTRATO, OPERADORA, PRESTADOR, TABELAS, Aba, Campo, Tabela
from tiss.domain.fichas.em_json import de_json, em_json, esquema
from tiss.domain.fichas.escrita import escrever, escrever_tudo
from tiss.domain.fichas.formas import Forma, Tipo
from tiss.domain.fichas.leitura import Ficha, Leitura, ler, ler_uma

__all__ = [
    "CONTRATO",
    "OPERADORA",
    "PRESTADOR",
    "TABELAS",
    "Aba",
    "Campo",
    "Ficha",
    "Forma",
    "Leitura",
    "Tabela",
    "Tipo",
    "de_json",
    "em_json",
    "escrever",
    "escrever_tudo",
    "esquema",
    "ler",
    "ler_uma",
]
