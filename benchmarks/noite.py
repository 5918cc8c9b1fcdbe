"""`make bench-noite`: a whole night; and a database of many years in which nothing is new.

On PostgreSQLs of their own, beside simulated operadoras. Exit 1 when a budget is not held, or when
our tables and the books of the operadoras do not agree to the centavo.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil
import psycopg
import structlog
import volume
from consultorio import (
    Medida,
    cliente,
    clinica_aberta,
    concluir,
    cronometrar,
    hoje,
    memoria,
    operadoras_abertas,
)

from tiss.demo import clinica, conferencia
from tiss.repository import Repositorio, contratos
from tiss.repository.guias import Filtro
from tiss.services import (
    digesto,
    distribuicao,
    envio,
    gravacao,
    montagem,
    retorno,
    varredura,
)

# Seconds for 100,000 consultas, MiB, and CPU per consulta of the large night over the small one.
ORCAMENTO_NOITE, ORCAMENTO_MEMORIA, LINEARIDADE = 600.0, 300.0, 1.5
CONSULTAS_DO_ORCAMENTO = 100_000
# Mapped tasks that run at the same time.
AO_MESMO_TEMPO = 2
# Of what the reference clinic attends, about so much can be billed.
FATURAVEIS = 0.91
CONSULTAS_POR_HORA = 5


@dataclass(slots=True)
class Gasto:
    """What the tasks of a night took. CPU in seconds, memory of the largest process in MiB."""

    segundos: dict[str, float] = field(default_factory=dict)
    memoria: dict[str, float] = field(default_factory=dict)
    cpu: float = 0.0
    cpu_do_banco: float = 0.0
    cpu_das_operadoras: float = 0.0
    guias: int = 0

    @property
    def por_guia(self) -> float:
        """CPU of everybody, in milliseconds."""
        return 1000 * (self.cpu + self.cpu_do_banco + self.cpu_das_operadoras) / self.guias


def main() -> int:
    """Measure; return the exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    if sys.argv[1:2] == ["tarefa"]:
        return _tarefa(*sys.argv[2:])
    leitor = argparse.ArgumentParser(description="Mede uma noite inteira e um banco cheio.")
    leitor.add_argument("--consultas", type=int, default=100_000, help="da noite; 0: nenhuma")
    leitor.add_argument("--faturadas", type=int, default=10_000_000, help="do banco; 0: nenhum")
    pedido = leitor.parse_args()
    return concluir(_medidas(pedido.consultas, pedido.faturadas))


def _medidas(consultas: int, faturadas: int) -> Iterator[Medida]:
    if consultas:
        pequena, grande = _noite(consultas // 10), _noite(consultas)
        yield "guias da noite", grande.guias, None
        for passo, segundos in grande.segundos.items():
            yield f"  {passo} (s)", segundos, None
            yield "    maior processo (MiB)", grande.memoria[passo], ORCAMENTO_MEMORIA
        teto = ORCAMENTO_NOITE * max(1, consultas / CONSULTAS_DO_ORCAMENTO)
        yield "a noite (s)", sum(grande.segundos.values()), teto
        yield "  CPU das tarefas (s)", grande.cpu, None
        yield "  CPU do banco (s)", grande.cpu_do_banco, None
        yield "  CPU das operadoras (s)", grande.cpu_das_operadoras, None
        yield "CPU por guia (ms)", grande.por_guia, None
        yield "  um décimo da noite (ms)", pequena.por_guia, None
        yield "  razão", grande.por_guia / pequena.por_guia, LINEARIDADE
    if faturadas:
        yield from volume.medir(faturadas)


def _noite(consultas: int) -> Gasto:
    """Bill that many consultas and collect the answers, each task in a process of its own."""
    gasto = Gasto()
    with clinica_aberta() as (url, conexao), operadoras_abertas(conexao) as simuladas:
        clinica.gerar(conexao, consultas=round(consultas / FATURAVEIS), hoje=hoje())
        repo = Repositorio(lambda: psycopg.connect(url))
        with _cpu_dos_outros(conexao, gasto), ThreadPoolExecutor(AO_MESMO_TEMPO) as pool:

            def mapear(passo: str, pedidos: Sequence[object]) -> None:
                feitos: list[dict[str, float]] = []
                inicio = cronometrar(
                    lambda: feitos.extend(pool.map(lambda p: _processo(url, passo, p), pedidos))
                )
                gasto.segundos[passo] = gasto.segundos.get(passo, 0) + inicio
                gasto.cpu += sum(feito["cpu"] for feito in feitos)
                maior = max((feito["memoria"] for feito in feitos), default=0)
                gasto.memoria[passo] = max(gasto.memoria.get(passo, 0), maior)

            mapear("preparar", [None])
            with repo.transacao() as t:
                ids = [contrato.id for contrato in contratos.listar(t)]
            mapear("montar", ids)
            agora = datetime.now(UTC)
            mapear("enviar", distribuicao.distribuir_envios(repo, ids, None, agora=agora))
            for _ in range(CONSULTAS_POR_HORA):
                simuladas.avancar(3600)
                mapear("consultar", distribuicao.distribuir_consultas(repo, ids, []))
                mapear("gravar", [None])
                if not _em_aberto(conexao):
                    break
            mapear("avisar", [None])
        gasto.guias = _conferir(conexao, simuladas.resumo())
    return gasto


def _processo(url: str, passo: str, pedido: object) -> dict[str, float]:
    comando = [sys.executable, __file__, "tarefa", url, passo]
    feito = subprocess.run(  # noqa: S603  ourselves
        comando, input=json.dumps(pedido), stdout=subprocess.PIPE, text=True, check=True
    )
    medido: dict[str, float] = json.loads(feito.stdout.splitlines()[-1])
    return medido


def _tarefa(url: str, passo: str) -> int:
    """Do one task, as the DAGs do it, and print what it took."""
    repo = Repositorio(lambda: psycopg.connect(url))
    pedido = json.load(sys.stdin)
    # What the interpreter takes to come up does not grow with the night, and would hide what does.
    antes = time.process_time()
    TAREFAS[passo](repo, pedido)
    print(json.dumps({"cpu": time.process_time() - antes, "memoria": memoria()}))
    return 0


def _preparar(repo: Repositorio, _: object) -> None:
    varredura.varrer(repo)
    montagem.recusar_sem_contrato(repo)


def _montar(repo: Repositorio, contrato_id: int) -> None:
    with repo.transacao() as t:
        contrato = contratos.obter(t, contrato_id)
    montagem.montar(repo, contrato, Filtro(), agora=datetime.now(UTC))


def _enviar(repo: Repositorio, remessa: distribuicao.Remessa) -> None:
    envio.enviar_remessa(remessa["lotes"], repo, cliente, quem="medida")


def _consultar(repo: Repositorio, consulta: distribuicao.Consulta) -> None:
    retorno.consultar_remessa(consulta, repo, cliente, quem="medida")


def _gravar(repo: Repositorio, _: object) -> None:
    gravacao.gravar_resultados(repo)


def _avisar(repo: Repositorio, _: object) -> None:
    digesto.avisar(repo, lambda *_: None, agora=datetime.now(UTC))


TAREFAS: dict[str, Callable[[Repositorio, Any], None]] = {
    "preparar": _preparar,
    "montar": _montar,
    "enviar": _enviar,
    "consultar": _consultar,
    "gravar": _gravar,
    "avisar": _avisar,
}


@contextmanager
def _cpu_dos_outros(conexao: psycopg.Connection[Any], gasto: Gasto) -> Iterator[None]:
    """Add what the database and the simulated operadoras take meanwhile."""
    servidor = psutil.Process(conexao.info.backend_pid).parent()
    simuladas = [p for p in psutil.Process().children() if "tiss.simulador" in p.cmdline()]
    if servidor is None or len(simuladas) != 1:
        raise SystemExit("não se acham os processos do banco e das operadoras")
    antes = _do_banco(servidor), _propria(simuladas[0])
    yield
    gasto.cpu_do_banco = _do_banco(servidor) - antes[0]
    gasto.cpu_das_operadoras = _propria(simuladas[0]) - antes[1]


def _do_banco(servidor: psutil.Process) -> float:
    """CPU of the connections that have ended, which a server adds up, and of its own processes."""
    ido = servidor.cpu_times()
    vivos = sum(_propria(processo) for processo in servidor.children())
    return float(ido.children_user + ido.children_system + vivos)


def _propria(processo: psutil.Process) -> float:
    gasta = processo.cpu_times()
    return float(gasta.user + gasta.system)


def _em_aberto(conexao: psycopg.Connection[Any]) -> int:
    ((abertos,),) = conexao.execute(
        "SELECT count(*) FROM tiss.lote WHERE status <> 'PROCESSADO'"
    ).fetchall()
    return int(abertos)


def _conferir(conexao: psycopg.Connection[Any], livro: dict[str, dict[str, Any]]) -> int:
    """End the run when something is lost, told twice or differs; return how many guias."""
    erradas = [item for item in conferencia.conferir(conexao, livro) if not item.certo]
    if erradas:
        raise SystemExit("; ".join(f"{item.nome}: {item.detalhe}" for item in erradas))
    return sum(int(resumo["guias"]) for resumo in livro.values())


if __name__ == "__main__":
    sys.exit(main())
