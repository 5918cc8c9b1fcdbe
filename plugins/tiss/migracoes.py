"""Brings a clinic's database to the schema that this version of the project needs."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from yoyo import get_backend, read_migrations

from tiss.errors import ConfigError
from tiss.settings import SQL

# Any number, the same in every version: one migration at a time.
TRAVA = 846_477_001
# For a table that somebody reads or writes.
ESPERA = "10s"


def aplicar(url: str) -> list[str]:
    """Apply what is missing, in order, each once; return the names of what was applied.

    url: postgresql://user@host:port/database of a role that owns the schema. Two processes that
    call it at the same time wait for each other. Raises ConfigError when a table is in use for
    longer than ESPERA: what stands behind a migration that waits would wait too.
    """
    # Our own lock: yoyo's is a row, which outlives a process that is killed.
    with psycopg.connect(url, autocommit=True) as conexao:
        conexao.execute("SELECT pg_advisory_lock(%s)", [TRAVA])
        backend = get_backend(_para_yoyo(url))
        try:
            faltando = backend.to_apply(read_migrations(str(SQL / "migrations")))
            nomes = [migracao.id for migracao in faltando]
            backend.apply_migrations(faltando)
        except psycopg.errors.LockNotAvailable as erro:
            raise ConfigError(
                "As tabelas do esquema tiss estão em uso: pare as DAGs, espere as tarefas e as "
                "consultas abertas terminarem e repita o comando. Nada ficou pela metade."
            ) from erro
        finally:
            backend.connection.close()
    return nomes


def _para_yoyo(url: str) -> str:
    """The same address for yoyo, which keeps its own tables where the search path says.

    A role called tiss would find them in the schema tiss from the second time on.
    """
    partes = urlsplit(url)
    caminho = f"options=-csearch_path%3Dpublic%20-clock_timeout%3D{ESPERA}"
    query = f"{partes.query}&{caminho}" if partes.query else caminho
    return urlunsplit(partes._replace(scheme="postgresql+psycopg", query=query))
