"""From the columns of a row to the keys of a file, defaults left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiss.domain.fichas.campos import Tabela


def escrever(tabela: Tabela, colunas: Mapping[str, object]) -> dict[str, Any]:
    """Return what a file says of a row: keys and values, nested where keys stand in tables.

    Single values come before tables, as TOML wants them.
    """
    simples: dict[str, Any] = {}
    tabelas: dict[str, Any] = {}
    for campo in tabela.campos:
        valor = colunas[campo.coluna]
        if valor == campo.padrao:
            continue
        escrito = campo.forma.escrever(valor)
        dentro_de, _, nome = campo.chave.rpartition(".")
        if dentro_de:
            tabelas.setdefault(dentro_de, {})[nome] = escrito
        elif isinstance(escrito, dict):
            tabelas[nome] = escrito
        else:
            simples[nome] = escrito
    return {**simples, **tabelas}


def escrever_tudo(tabela: Tabela, colunas: Mapping[str, object]) -> dict[str, Any]:
    """Return every key that has a value, by its whole name, the defaults too.

    What the database holds and no file takes, as nothing in a text, comes as it is.
    """
    return {
        campo.chave: campo.forma.escrever(colunas[campo.coluna])
        for campo in tabela.campos
        if colunas[campo.coluna] is not None
    }
