"""Brings up, side by side, everything that a night needs, and takes it down again."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import requests

from tiss.demo import airflow, ambiente, bancos, cadastro, portas
from tiss.demo.ambiente import FATURAMENTO, PESSOAS_DA_TELA, RETORNO, USUARIO_DA_TELA, Pasta
from tiss.demo.postgres import PostgresEmbutido
from tiss.demo.supervisor import Supervisor, encerrar, marca
from tiss.demo.tela import Tela
from tiss.errors import ConfigError, TissError
from tiss.repository import Repositorio
from tiss.services import terminologia

BINARIOS = Path(sys.executable).parent
PACIENCIA = 180.0  # seconds for one server to be ready, on a slow machine too
SEGREDOS = ("fernet", "sessao", "jwt", *PESSOAS_DA_TELA)


@dataclass(frozen=True, slots=True)
class Pronto:
    """What is up, for the night to use."""

    airflow: airflow.Airflow
    url_clinica: str
    url_simulador: str
    senha: str
    """Of the user of the screen."""
    segredos: Mapping[str, str] = field(repr=False)
    """Everything that must be nowhere but where it is used, by name."""
    supervisor: Supervisor
    postgres: Path

    def verificar(self) -> None:
        """Raise ProcessoMorreuError when something that was up is not any more."""
        self.supervisor.verificar()
        bancos.verificar(self.postgres)


def derrubar(pasta: Pasta) -> list[str]:
    """Stop whatever a demo of the folder left running; return the names."""
    nomes = encerrar(marca(pasta.raiz))
    if bancos.parar(pasta.postgres):
        nomes.append("postgres")
    return nomes


@contextmanager
def tudo_no_ar(pasta: Pasta, tela: Tela, *, consultas: int) -> Iterator[Pronto]:
    """Give what is up; on leaving, for whatever reason, nothing of it is."""
    portas_ = portas.escolher(pasta.tiss / "portas.json", avisar=tela.avisar)
    segredos = ambiente.segredos(pasta.tiss / "segredos.json", [*SEGREDOS, *cadastro.CONEXOES])
    cluster = PostgresEmbutido(pasta.postgres, portas_["postgres"])
    supervisor = Supervisor(pasta.raiz, pasta.registros)
    subida = _Subida(pasta, tela, portas_, segredos, cluster, supervisor)
    try:
        with tela.passo("PostgreSQL"):
            bancos.iniciar(cluster)
        yield subida.lado_a_lado(consultas)
    finally:
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with tela.passo("Encerrando"):
            supervisor.parar()
            bancos.parar(pasta.postgres)


def carregar_terminologia(url: str, tela: Tela) -> None:
    """Load what is missing; without internet warn and go on, because nights work without it."""
    try:
        terminologia.carregar(Repositorio(lambda: psycopg.connect(url)))
    except ConfigError as erro:
        tela.avisar(str(erro))


@dataclass(frozen=True, slots=True)
class _Subida:
    pasta: Pasta
    tela: Tela
    portas: dict[str, int]
    segredos: dict[str, str]
    cluster: PostgresEmbutido
    supervisor: Supervisor

    def lado_a_lado(self, consultas: int) -> Pronto:
        url_simulador = f"http://127.0.0.1:{self.portas['simulador']}"
        pronto = Pronto(
            airflow=airflow.Airflow(
                f"http://127.0.0.1:{self.portas['airflow']}",
                USUARIO_DA_TELA,
                self.segredos[USUARIO_DA_TELA],
                verificar=self.supervisor.verificar,
            ),
            url_clinica=self.cluster.url("clinica"),
            url_simulador=url_simulador,
            senha=self.segredos[USUARIO_DA_TELA],
            segredos=self.segredos,
            supervisor=self.supervisor,
            postgres=self.pasta.postgres,
        )
        fila = ThreadPoolExecutor(max_workers=3)
        tarefas = [
            fila.submit(self._airflow, pronto.airflow),
            fila.submit(self._simulador, url_simulador),
            fila.submit(self._clinica, consultas, url_simulador),
        ]
        try:
            wait(tarefas, return_when=FIRST_EXCEPTION)
            for tarefa in tarefas:
                if tarefa.done():
                    tarefa.result()
        finally:
            # What still waits for a server ends when the supervisor stops the server.
            fila.shutdown(wait=False, cancel_futures=True)
        return pronto

    def _airflow(self, api: airflow.Airflow) -> None:
        comando = BINARIOS / "airflow"
        senhas = {nome: self.segredos[nome] for nome in PESSOAS_DA_TELA}
        ambiente.gravar_privado(self.pasta.senhas_da_tela, json.dumps(senhas))
        conexoes = {
            nome: ambiente.conexao_tiss(*login)
            for nome, login in cadastro.conexoes(self.segredos).items()
        }
        variaveis = ambiente.ambiente_airflow(self.pasta, self.portas, self.segredos, conexoes)
        with self.tela.passo("Banco de metadados do Airflow"):
            carimbo = self.pasta.airflow / "migrado.json"
            url = self.cluster.url("airflow")
            airflow.migrar(self.supervisor, comando, variaveis, url, carimbo)
        with self.tela.passo("Airflow"):
            inicio = datetime.now(UTC)
            airflow.iniciar(self.supervisor, comando, variaveis)
            api.aguardar(PACIENCIA)
            for dag in (FATURAMENTO, RETORNO):
                api.aguardar_dag(dag, PACIENCIA, desde=inicio)
                if api.encerrar_interrompidas(dag):
                    self.tela.avisar(f"{dag}: a execução que foi interrompida foi encerrada.")

    def _simulador(self, url: str) -> None:
        with self.tela.passo("Operadoras simuladas"):
            config = self.pasta.tiss / "simulador.json"
            configuracao = cadastro.configuracao_do_simulador(self.segredos)
            ambiente.gravar_privado(config, json.dumps(configuracao))
            self.supervisor.iniciar(
                "simulador",
                [
                    *(sys.executable, "-m", "tiss.simulador", "--config", config),
                    *("--porta", str(self.portas["simulador"]), "--estado", self.pasta.livro),
                ],
                ambiente.ambiente_base(),
            )
            limite = time.monotonic() + PACIENCIA
            while not _responde(f"{url}/_simulador/saude"):
                self.supervisor.verificar()
                if time.monotonic() > limite:
                    raise TissError("As operadoras simuladas não responderam.")
                time.sleep(airflow.INTERVALO)

    def _clinica(self, consultas: int, url_simulador: str) -> None:
        with self.tela.passo("Clínica de referência") as detalhar:
            url = self.cluster.url("clinica")
            novas = bancos.preparar(url, consultas=consultas, url_simulador=url_simulador)
            detalhar(f"{novas} atendimentos novos")
        with self.tela.passo("Terminologia"):
            carregar_terminologia(url, self.tela)
        self.tela.dizer(f"  {novas} atendimentos novos esperam o faturamento.")


def _responde(url: str) -> bool:
    try:
        with requests.Session() as sessao:
            sessao.trust_env = False
            return sessao.get(url, timeout=5).ok
    except requests.RequestException:
        return False
