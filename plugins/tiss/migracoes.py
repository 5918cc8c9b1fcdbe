"""Brings a clinic's database to the schema that this version of the project needs."""

from __future__ import annotations

from yoyo import get_backend, read_migrations

from tiss.settings import SQL


def aplicar(url: str) -> list[str]:
    """Apply what is missing, in order, each once; return the names of what was applied.

    url: postgresql://user@host:port/database of a role that owns the schema. Two processes that
    call it at the same time wait for each other.
    """
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with backend.lock():
            faltando = backend.to_apply(read_migrations(str(SQL / "migrations")))
            nomes = [migracao.id for migracao in faltando]
            backend.apply_migrations(faltando)
    finally:
        backend.connection.close()
    return nomes
