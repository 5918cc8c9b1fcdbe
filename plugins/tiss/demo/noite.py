"""One night: the nightly DAG, then the hourly one until every answer is in, as they really run."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from tiss.demo.airflow import Andamento
from tiss.demo.ambiente import FATURAMENTO, RETORNO
from tiss.demo.portal import responder_duvidas
from tiss.demo.preparo import Pronto
from tiss.demo.tela import Tela
from tiss.repository.conexao import comando

# A lote whose process died waits until its deadline, then the retorno settles it: it may have to be
# sent by another faturamento.
FATURAMENTOS = 3
RETORNOS = 20
PAUSA = 1.5  # seconds between two questions: the simulated operadoras take that long to analyse
CORRIDA_MAXIMA = 1800.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pendencias:
    """What still waits (include/sql/demo/pendencias.sql)."""

    por_enviar: int
    enviando: int
    sem_resposta: int
    por_gravar: int
    segundos: float

    @property
    def do_retorno(self) -> int:
        """What another tiss_retorno can move."""
        return self.enviando + self.sem_resposta + self.por_gravar


def executar(pronto: Pronto, tela: Tela) -> None:
    """Bill and collect the answers, as often as needed and at most as often as is reasonable.

    A run that fails is told and does not end the night: the summary says what it left behind.
    """
    with psycopg.connect(pronto.url_clinica, autocommit=True) as conexao:
        for _ in range(FATURAMENTOS):
            _rodar(pronto, tela, conexao, FATURAMENTO)
            _receber(pronto, tela, conexao)
            for resposta in responder_duvidas(pronto.url_clinica, pronto.url_simulador):
                tela.avisar(f"Dúvida: {resposta}.")
            _receber(pronto, tela, conexao)
            if not pendencias(conexao).por_enviar:
                return


def pendencias(conexao: psycopg.Connection[tuple[object, ...]]) -> Pendencias:
    """Return what still waits."""
    with conexao.cursor(row_factory=class_row(Pendencias)) as cursor:
        achadas = cursor.execute(comando("demo/pendencias")).fetchone()
    assert achadas is not None  # noqa: S101  a SELECT without FROM
    return achadas


def _receber(pronto: Pronto, tela: Tela, conexao: psycopg.Connection[tuple[object, ...]]) -> None:
    for _ in range(RETORNOS):
        faltam = pendencias(conexao)
        if not faltam.do_retorno:
            return
        if faltam.enviando and not (faltam.sem_resposta or faltam.por_gravar):
            _esperar(pronto, tela, faltam.segundos)
        else:
            _dormir(pronto, PAUSA)
        _rodar(pronto, tela, conexao, RETORNO)


def _rodar(
    pronto: Pronto, tela: Tela, conexao: psycopg.Connection[tuple[object, ...]], dag: str
) -> None:
    with tela.passo(dag) as detalhar:
        corrida = pronto.airflow.disparar(dag)

        def mostrar(andamento: Andamento) -> None:
            pronto.verificar()
            detalhar(_em_palavras(andamento, conexao))

        andamento = pronto.airflow.acompanhar(dag, corrida, CORRIDA_MAXIMA, mostrar)
    tela.dizer(f"  {_em_palavras(andamento, conexao)}")
    if andamento.estado != "success":
        falhas = ", ".join(pronto.airflow.falhas(dag, corrida)) or "nenhuma tarefa"
        tela.avisar(f"{dag} terminou em falha ({falhas}): {pronto.airflow.endereco(dag, corrida)}")


def _em_palavras(andamento: Andamento, conexao: psycopg.Connection[tuple[object, ...]]) -> str:
    prontas = andamento.tarefas["success"] + andamento.tarefas["skipped"]
    guias = conexao.execute(comando("demo/andamento")).fetchall()
    return f"tarefas {prontas}/{andamento.tarefas.total()}; guias: " + (
        ", ".join(f"{quantas} {status}" for status, quantas in guias) or "nenhuma"
    )


def _esperar(pronto: Pronto, tela: Tela, segundos: float) -> None:
    with tela.passo("Um envio foi interrompido: esperando o seu prazo"):
        _dormir(pronto, max(segundos, 0) + 1)


def _dormir(pronto: Pronto, segundos: float) -> None:
    fim = time.monotonic() + segundos
    while time.monotonic() < fim:
        pronto.verificar()
        time.sleep(min(0.5, max(fim - time.monotonic(), 0)))
