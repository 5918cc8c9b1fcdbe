"""The billing desk as Airflow serves it, for people of every role, over a clinic of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parents[1] / "services"))
sys.path.insert(0, str(Path(__file__).parent))

from balcao import Balcao
from oficina import Oficina

PESSOAS = {"vera": "viewer", "otto": "op", "ana": "admin"}


@pytest.fixture(scope="session")
def airflow_no_ar(metadados: None) -> Iterator[object]:
    """Airflow's own application, with our plugin in it, in this process."""
    from airflow.api_fastapi.app import cached_app, purge_cached_app

    with pytest.MonkeyPatch.context() as ambiente:
        ambiente.setenv(
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS",
            ",".join(f"{nome}:{papel}" for nome, papel in PESSOAS.items()),
        )
        purge_cached_app()
        yield cached_app(apps="all")
        purge_cached_app()


@pytest.fixture
def oficina(url_clinica: str, conexao: psycopg.Connection[object]) -> Oficina:
    """A clinic without consultas, its contratos, and the work of the DAGs over it."""
    return Oficina(url_clinica, conexao)


@pytest.fixture
def balcao(
    airflow_no_ar: object, url_clinica: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str | None], Balcao]:
    """A desk for somebody by name, None: for nobody who is known."""
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    return lambda nome: Balcao.de(airflow_no_ar, nome, PESSOAS)
