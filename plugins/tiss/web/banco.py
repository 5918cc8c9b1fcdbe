"""The database of the clinic, for a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from tiss import hooks
from tiss.repository import Repositorio


def repositorio() -> Repositorio:
    """Return the repository on the connection clinica_db."""
    return hooks.repositorio_do_comando()


RepositorioDep = Annotated[Repositorio, Depends(repositorio)]
