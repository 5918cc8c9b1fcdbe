"""The billing desk as Airflow serves it, for people of every role, over a clinic of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parents[1] / "services"))
sys.path.insert(0, str(Path(__file__).parent))

from balcao import Balcao
from oficina import HOJE, Oficina
from respostas import analisada, analise, item_recusado, paga, pagamento, receber

from tiss.domain.retorno import DebitoCredito
from tiss.simulador.processo import Simulador

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
) -> Iterator[Callable[[str | None], Balcao]]:
    """A desk for somebody by name, None: for nobody who is known."""
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session

    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    yield lambda nome: Balcao.de(airflow_no_ar, nome, PESSOAS)
    # The tests of a process share Airflow's own database.
    with create_session() as sessao:
        sessao.query(Connection).filter(Connection.conn_type == "tiss").delete()


@pytest.fixture
def faturado(oficina: Oficina, simulador: Simulador) -> Oficina:
    """Lotes of two operadoras: what waits, what was refused in part, paid, announced."""
    primeiro = oficina.lote(3)
    segundo = oficina.lote(2, clinica_id="FILIAL", valor="80.00")
    terceiro = oficina.lote(1, registro_ans="999002", valor="33.33")
    assert oficina.enviar(primeiro, segundo, terceiro) is None
    for lote in (primeiro, segundo, terceiro):
        oficina.fazer("UPDATE tiss.lote SET protocolo = %s WHERE id = %s", f"P{lote}", lote)
    oficina.fazer(
        "UPDATE tiss.lote SET data_envio = data_envio - interval '70 days' WHERE id = %s", terceiro
    )
    recusado = item_recusado("100.00", ("1705", "50.00"))
    numeros = [guia["numero_guia_prestador"] for guia in oficina.guias(primeiro)]
    receber(
        oficina,
        analise(
            f"P{primeiro}",
            analisada(numeros[0], "100.00", itens=(recusado,)),
            analisada(numeros[1], "149.99"),
        ),
        pagamento(
            f"P{primeiro}",
            paga(numeros[0], "60.00"),
            lancados=[
                DebitoCredito(indicador="1", tipo="01", descricao=None, valor=Decimal("1.23"))
            ],
        ),
        pagamento(f"P{primeiro}", paga(numeros[1], "149.99"), dia=HOJE + timedelta(5), numero="2"),
    )
    return oficina
