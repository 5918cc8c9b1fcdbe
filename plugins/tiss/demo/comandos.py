"""The SQL statements of the demo, which live in files."""

from __future__ import annotations

from tiss import settings

__all__ = ["comando"]


def comando(nome: str) -> str:
    """Return the text of a statement: `demo/analisar` is include/sql/demo/analisar.sql."""
    return (settings.SQL / f"{nome}.sql").read_text(encoding="utf-8")
