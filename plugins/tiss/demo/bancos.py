"""The embedded cluster of the demo and what has to be in its databases before the first night."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psycopg

from tiss import migracoes
from tiss.demo import cadastro, clinica
from tiss.demo.postgres import PostgresEmbutido
from tiss.demo.supervisor import ProcessoMorreuError
from tiss.repository.conexao import comando
from tiss.settings import FUSO

BANCOS = ("airflow", "clinica")
# A night after the first one: what a clinic of that size attends in a day or two.
PARTE_DA_NOITE = 20
MINIMO_DA_NOITE = 10


def iniciar(cluster: PostgresEmbutido) -> None:
    """Start the cluster and make its databases."""
    cluster.iniciar()
    for banco in BANCOS:
        cluster.criar_banco(banco)


def parar(pasta: Path) -> bool:
    """Stop the cluster of a folder, whoever started it; return whether it ran."""
    cluster = PostgresEmbutido(pasta, porta=0)
    rodava = cluster.rodando()
    cluster.parar()
    return rodava


def verificar(pasta: Path) -> None:
    """Raise ProcessoMorreuError when the server of a folder does not run."""
    if not PostgresEmbutido(pasta, porta=0).rodando():
        raise ProcessoMorreuError(f"O PostgreSQL terminou sozinho; veja {pasta / 'servidor.log'}.")


def preparar(url: str, *, consultas: int, url_simulador: str) -> int:
    """Bring the clinic's database to where a night can begin; return how many attendances are new.

    consultas: how many the clinic has after the first call; each later one adds a part of that.
    """
    migracoes.aplicar(url)
    hoje = datetime.now(FUSO).date()
    # One transaction: what is interrupted half way did not happen, and the next call does it all.
    with psycopg.connect(url) as conexao:
        conexao.execute(comando("demo/criar_papel"))
        clinica.instalar(conexao)
        cadastro.cadastrar(conexao, url_simulador=url_simulador, hoje=hoje)
        linha = conexao.execute(comando("demo/contar_consultas")).fetchone()
        antes = int(linha[0]) if linha else 0
        novas = max(consultas // PARTE_DA_NOITE, MINIMO_DA_NOITE) if antes else consultas
        # The number of attendances so far as the seed: the same nights whenever one starts over.
        clinica.gerar(conexao, consultas=novas, semente=antes + 1, hoje=hoje)
    return novas
