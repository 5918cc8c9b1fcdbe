"""`make bench-ui`: the lists of the screens and of the API over a million guias.

Airflow's own application in this process, with our plugin in it, on a PostgreSQL of its own. Exit 1
when a budget is not held.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import structlog
from consultorio import Medida, clinica_aberta, concluir, cronometrar, hoje
from psycopg import sql
from volume import SERVIDOR, encher

from tiss.demo import clinica

FATURADAS, PRONTAS = 1_000_000, 100_000
VEZES = 40
# Milliseconds: 19 of 20 requests of a list, a lote of 100 guias from the choice to the row.
ORCAMENTO_LISTA, ORCAMENTO_CRIAR = 150.0, 1000.0
SITIO = "http://airflow.exemplo"
LISTAS = (
    "/tiss/consultas",
    "/tiss/consultas?situacao=PRONTA&operadora=999001",
    "/tiss/lotes",
    "/tiss/lotes?status=PROCESSADO",
    "/tiss/guias",
    "/tiss/guias?status=NEGADA",
    "/tiss/conciliacao",
    "/tiss/operadoras",
    "/api/tiss/consultas?limite=100",
    "/api/tiss/lotes?limite=100",
    "/api/tiss/lotes/mudancas?desde=0",
    "/api/tiss/guias?limite=100",
    "/api/tiss/glosas",
    "/api/tiss/conciliacao",
)


def main() -> int:
    """Measure; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="airflow-") as casa:
        os.environ |= {
            "AIRFLOW_HOME": casa,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "ana:admin",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        }
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
        return concluir(_medir())


def _medir() -> Iterator[Medida]:
    with clinica_aberta(SERVIDOR) as (url, conexao):
        os.environ["AIRFLOW_CONN_CLINICA_DB"] = url
        yield (
            f"encher com {FATURADAS} guias (s)",
            cronometrar(lambda: encher(conexao, FATURADAS)),
            None,
        )
        preparar = cronometrar(lambda: clinica.gerar(conexao, consultas=PRONTAS, hoje=hoje()))
        yield f"preparar {PRONTAS} consultas (s)", preparar, None
        # The filling chose its ids itself: what is made from here on goes on after them.
        for tabela in ("guia", "lote", "guia_tiss_envio", "historico"):
            conexao.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({0}, 'id'), max(id)) FROM {1}"
                ).format(f"tiss.{tabela}", sql.Identifier("tiss", tabela))
            )
        conexao.execute(
            "UPDATE tiss.contrato"
            " SET proximo_numero_lote = 900000000, proximo_numero_guia = 900000000"
        )
        conexao.execute("VACUUM ANALYZE")
        ana = _entrar()
        for lista in LISTAS:
            tempos = sorted(_tempo(ana, lista) for _ in range(VEZES))
            yield f"{lista}, mediana (ms)", tempos[VEZES // 2], None
            yield "  95% (ms)", tempos[int(VEZES * 0.95) - 1], ORCAMENTO_LISTA
        yield "criar um lote de 100 (ms)", _criar(ana), ORCAMENTO_CRIAR


def _entrar() -> Any:  # noqa: ANN401  a client of starlette
    from airflow.api_fastapi.app import cached_app, get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.utils.db import initdb
    from starlette.testclient import TestClient

    initdb()
    ana = TestClient(
        cached_app(apps="all"), base_url=SITIO, headers={"Origin": SITIO, "X-Tiss": "1"}
    )
    usuario = SimpleAuthManagerUser(username="ana", role="admin")
    ana.cookies.set("_token", get_auth_manager().generate_jwt(usuario))
    return ana


def _tempo(ana: Any, endereco: str) -> float:  # noqa: ANN401
    comeco = time.perf_counter()
    resposta = ana.get(endereco)
    passou = (time.perf_counter() - comeco) * 1000
    assert resposta.status_code == 200, (endereco, resposta.text[:500])  # noqa: S101
    return passou


def _criar(ana: Any) -> float:  # noqa: ANN401
    """The least of some: what else the machine does is not its work."""
    tempos = []
    for _ in range(5):
        ids: list[str] = []
        cursor = None
        while len(ids) < 100:
            parametros = {"situacao": "PRONTA", "operadora": "999001", "limite": 100}
            pagina = ana.get(
                "/api/tiss/consultas", params=parametros | ({"cursor": cursor} if cursor else {})
            ).json()
            ids += [
                linha["consulta_id"]
                for linha in pagina["itens"]
                if linha["clinica_id"] == "MATRIZ" and linha["tipo_guia"] == "CONSULTA"
            ]
            cursor = pagina["proxima"]
        comeco = time.perf_counter()
        resposta = ana.post("/api/tiss/lotes", json={"consulta_ids": ids[:100], "parcial": True})
        tempos.append((time.perf_counter() - comeco) * 1000)
        assert resposta.status_code == 201, resposta.text[:500]  # noqa: S101
    return min(tempos)


if __name__ == "__main__":
    sys.exit(main())
