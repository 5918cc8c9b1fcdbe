"""Transactions, and the one way in which a statement of include/sql is run."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import cache
from time import monotonic
from typing import Any, LiteralString, NamedTuple, TypeVar, cast

import psycopg
from psycopg.rows import class_row, dict_row, kwargs_row, scalar_row
from psycopg.types.json import set_json_loads

from tiss.repository.tolerancia import DataTolerante, ler_json
from tiss.settings import SQL

Linha = TypeVar("Linha")
# Seconds. What stood longer may have been cut by something on the way, which nobody is told of.
SERVE_DE_NOVO = 1.0


def dinheiro(valor: Decimal | None) -> str | None:
    """Return a sum as it enters JSON: as text, because a number may be read as a double."""
    return None if valor is None else str(valor)


@cache
def comando(nome: str) -> LiteralString:
    """Return the statement of include/sql/<nome>.sql."""
    # Ours, reviewed and constant: what the driver's type asks for.
    texto: Any = (SQL / f"{nome}.sql").read_text(encoding="utf-8")
    return cast("LiteralString", texto)


class Transacao:
    """An open transaction. Statements are named by their file, parameters are always bound."""

    def __init__(self, conexao: psycopg.Connection[Any]) -> None:
        self._conexao = conexao

    def executar(self, nome: str, /, **parametros: object) -> int:
        """Run a statement; return how many rows it touched."""
        return self._conexao.execute(comando(nome), parametros).rowcount

    def executar_varios(self, nome: str, parametros: Iterable[Mapping[str, object]]) -> None:
        """Run a statement once per set of parameters, in one round trip."""
        with self._conexao.cursor() as cursor:
            cursor.executemany(comando(nome), parametros)

    def valor(self, nome: str, /, **parametros: object) -> Any:  # noqa: ANN401  the column decides
        """Return the first column of the first row, None without a row."""
        with self._conexao.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(comando(nome), parametros).fetchone()

    def valores(self, nome: str, /, **parametros: object) -> list[Any]:
        """Return the first column of every row."""
        with self._conexao.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(comando(nome), parametros).fetchall()

    def linhas(self, tipo: type[Linha], nome: str, /, **parametros: object) -> list[Linha]:
        """Return every row as an object of `tipo`, columns to fields by name."""
        with self._conexao.cursor(row_factory=class_row(tipo)) as cursor:
            return cursor.execute(comando(nome), parametros).fetchall()

    def linhas_com(
        self, fabrica: Callable[..., Linha], nome: str, /, **parametros: object
    ) -> list[Linha]:
        """Return every row as what `fabrica` makes of its columns, given by name.

        For rows that somebody else writes: a value that Python cannot hold comes as something that
        it can, so that one row does not stop the others (see `tolerancia`).
        """
        with self._conexao.cursor(row_factory=kwargs_row(fabrica)) as cursor:
            cursor.adapters.register_loader("date", DataTolerante)
            set_json_loads(ler_json, cursor)
            return cursor.execute(comando(nome), parametros).fetchall()

    def linha(self, tipo: type[Linha], nome: str, /, **parametros: object) -> Linha | None:
        """Return the first row as an object of `tipo`, None without a row."""
        with self._conexao.cursor(row_factory=class_row(tipo)) as cursor:
            return cursor.execute(comando(nome), parametros).fetchone()

    def tabela(self, nome: str, /, **parametros: object) -> list[dict[str, Any]]:
        """Return every row as a dictionary, for reports whose columns are only shown."""
        with self._conexao.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(comando(nome), parametros).fetchall()

    def copiar(self, nome: str, linhas: Iterable[tuple[str | None, ...]]) -> int:
        """Run a COPY ... FROM STDIN with these rows, read one at a time; return how many."""
        with self._conexao.cursor() as cursor:
            with cursor.copy(comando(nome)) as copia:
                for linha in linhas:
                    copia.write_row(linha)
            return cursor.rowcount

    @contextmanager
    def tentativa(self) -> Iterator[None]:
        """Undo only what happens inside when it fails; the transaction goes on."""
        with self._conexao.transaction():
            yield

    def limitar_espera(self, milissegundos: int) -> None:
        """Fail instead of waiting longer for a row that somebody else holds."""
        # A setting takes no bound parameter; set_config does.
        self._conexao.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milissegundos}ms"])


class Repositorio:
    """Opens transactions on the database of the clinic.

    conectar: returns a new psycopg 3 connection each time.
    """

    def __init__(self, conectar: Callable[[], psycopg.Connection[Any]]) -> None:
        self._conectar = conectar
        self._livres: list[_Livre] = []
        weakref.finalize(self, _fechar, self._livres)

    @contextmanager
    def transacao(self) -> Iterator[Transacao]:
        """Commit at the end, roll back on an error; nobody else uses its connection meanwhile.

        A connection serves transactions that follow each other at once: to make one costs the
        database ten times what a short transaction does. After a wait, or an error, the next one
        has a new one, and a database that restarted is found again.
        """
        conexao = self._tomar() or self._nova()
        try:
            yield Transacao(conexao)
            conexao.commit()
        except BaseException:
            with suppress(psycopg.Error):
                conexao.rollback()
            conexao.close()
            raise
        if self._livres:
            conexao.close()
        else:
            self._livres.append(_Livre(conexao, monotonic(), os.getpid()))

    def _nova(self) -> psycopg.Connection[Any]:
        conexao = self._conectar()
        # Never prepared, however often it is run: filters that may be null have no plan that is
        # good for all of them, and a prepared statement gets one.
        conexao.prepare_threshold = sys.maxsize
        return conexao

    def _tomar(self) -> psycopg.Connection[Any] | None:
        """The connection of a transaction that ended just now, if the database still knows it."""
        # In one step, because threads share a repository.
        with suppress(IndexError):
            livre = self._livres.pop()
            if livre.processo != os.getpid():
                return None
            with suppress(psycopg.OperationalError):
                if monotonic() - livre.desde < SERVE_DE_NOVO:
                    livre.conexao.execute("")
                    return livre.conexao
            livre.conexao.close()
        return None


class _Livre(NamedTuple):
    """A connection between two transactions. processo: the one that made it; a fork is not."""

    conexao: psycopg.Connection[Any]
    desde: float
    processo: int


def _fechar(livres: Iterable[_Livre]) -> None:
    for livre in livres:
        if livre.processo == os.getpid():
            livre.conexao.close()
