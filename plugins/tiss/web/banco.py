"""The database of the clinic, for a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from tiss import hooks
from tiss.repository import Repositorio


def repositorio() -> Repositorio:
    """Return the repository on the connection clinica_db."""
    return hooks.repositorio_do_comando()


def repositorio_da_configuracao() -> Repositorio:
    """Return the repository of who changes contratos."""
    return hooks.repositorio_da_configuracao()


ConfiguracaoDep = Annotated[Repositorio, Depends(repositorio_da_configuracao)]
RepositorioDep = Annotated[Repositorio, Depends(repositorio)]
