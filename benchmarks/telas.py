"""`make bench-ui`: the lists of the screens and of the API over a million guias.

Airflow's own application in this process, with our plugin in it, on a PostgreSQL of its own; and
what a person waits for in Chromium. Exit 1 when a budget is not held.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import structlog
import uvicorn
from consultorio import Medida, clinica_aberta, concluir, cronometrar, hoje
from playwright.sync_api import sync_playwright
from produto import OPCOES, o_chromium
from psycopg import sql
from volume import SERVIDOR, encher

from tiss.demo import clinica

FATURADAS, PRONTAS = 1_000_000, 100_000
VEZES, VISITAS = 40, 10
# Milliseconds: 19 of 20 requests of a list, a lote of 100 guias from the choice to the row.
ORCAMENTO_LISTA, ORCAMENTO_CRIAR = 150.0, 1000.0
# From the address to the rows on the screen, Airflow around them.
ORCAMENTO_TELA = 1000.0
SITIO = "http://airflow.exemplo"
LISTAS = (
    "/tiss/hoje",
    "/tiss/consultas",
    "/tiss/consultas?situacao=PRONTA&operadora=999001",
    "/tiss/consultas?tipo=SP_SADT",
    "/tiss/consultas?tipo=SP_SADT&operadora=999001",
    "/tiss/consultas?profissional=heitor",
    "/tiss/lotes",
    "/tiss/lotes?status=PROCESSADO",
    "/tiss/guias",
    "/tiss/guias?status=NEGADA",
    "/tiss/conciliacao",
    "/tiss/operadoras",
    "/api/tiss/hoje",
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
        yield from _no_navegador(ana.cookies["_token"])


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


def _no_navegador(token: str) -> Iterator[Medida]:
    """What a person waits for: the first time in a browser, and when it knows Airflow's files."""
    chromium = o_chromium()
    if chromium is None:
        raise SystemExit("Falta o Chromium: sudo apt install chromium")
    with _servidor() as url, sync_playwright() as playwright:
        navegador = playwright.chromium.launch(executable_path=chromium, args=OPCOES)
        pagina = navegador.new_page()
        pagina.context.add_cookies([{"name": "_token", "value": token, "url": url}])
        tempos = []
        for _ in range(VISITAS):
            comeco = time.perf_counter()
            pagina.goto(f"{url}/plugin/tiss/tiss/consultas", wait_until="commit")
            pagina.frame_locator("main iframe, iframe").locator("tr.row").first.wait_for()
            tempos.append((time.perf_counter() - comeco) * 1000)
        navegador.close()
    yield "consultas no Chromium, primeira vez (ms)", tempos[0], None
    yield "  depois, mediana (ms)", median(tempos[1:]), ORCAMENTO_TELA


@contextmanager
def _servidor() -> Iterator[str]:
    """Give the address of Airflow, served by this process."""
    from airflow.api_fastapi.app import cached_app

    servidor = uvicorn.Server(
        uvicorn.Config(cached_app(apps="all"), host="127.0.0.1", port=0, log_level="critical")
    )
    linha = threading.Thread(target=servidor.run)
    linha.start()
    while not servidor.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{servidor.servers[0].sockets[0].getsockname()[1]}"
    finally:
        servidor.should_exit = True
        linha.join()


if __name__ == "__main__":
    sys.exit(main())
