"""The TOML of a file with prestadores, operadoras and contratos."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

import tomlkit
from tomlkit.items import Table

from tiss.domain.fichas import Tabela, escrever
from tiss.errors import UnreadableError

_POSICAO = re.compile(r"\(at line (\d+), column (\d+)\)")


def abrir(conteudo: bytes) -> dict[str, Any]:
    """Return what a file holds.

    Raises UnreadableError, which quotes nothing of it, for what is no TOML.
    """
    try:
        # Some editors of Windows write a mark at the beginning.
        return tomllib.loads(conteudo.decode("utf-8-sig"))
    except UnicodeDecodeError as erro:
        linha = conteudo.count(b"\n", 0, erro.start) + 1
        raise UnreadableError(f"linha {linha}: não está em UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as erro:
        posicao = _POSICAO.search(str(erro))
        onde = f"linha {posicao[1]}, coluna {posicao[2]}" if posicao else "no fim do arquivo"
        raise UnreadableError(
            f"{onde}: não é TOML (falta um sinal, ou uma chave está repetida)"
        ) from None


def compor(linhas: Iterable[tuple[Tabela, Mapping[str, object]]]) -> str:
    """Return the file that describes some rows, in their order."""
    return "\n".join(_um(tabela, colunas) for tabela, colunas in linhas)


def _um(tabela: Tabela, colunas: Mapping[str, object]) -> str:
    sob_o_nome = tomlkit.aot()
    sob_o_nome.append(_em_toml(escrever(tabela, colunas)))
    return tomlkit.dumps({tabela.nome: sob_o_nome})


def _em_toml(valores: Mapping[str, Any]) -> Table:
    tabela = tomlkit.table()
    for chave, valor in valores.items():
        if isinstance(valor, dict):
            tabela.add(chave, _em_toml(valor))
        elif isinstance(valor, str):
            tabela.add(chave, tomlkit.string(valor, multiline=_em_linhas(valor)))
        else:
            tabela.add(chave, valor)
    return tabela


def _em_linhas(valor: str) -> bool:
    """Whether a text, as that of a certificate, is best read in lines, and comes back as it is."""
    return (
        "\n" in valor.strip()
        and not valor.startswith("\n")
        and valor.replace("\n", "").isprintable()
    )
