"""`make demo` and `make down`: the whole project at work on this machine, on invented people."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg
import requests
from rich.console import Console
from rich.markup import escape

from tiss import settings
from tiss.demo import conferencia, noite, preparo, resumo
from tiss.demo.ambiente import PESSOAS_DA_TELA, USUARIO_DA_TELA, Pasta
from tiss.demo.supervisor import JaRodandoError, trava
from tiss.demo.tela import Tela
from tiss.errors import TissError

CERTO, ERRADO, INTERROMPIDO = 0, 1, 130
# To the end of a demo that is asked to end; Airflow's own end takes most of it.
PACIENCIA = 60.0
LARGURA = 120


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    opcoes = _opcoes(argv)
    pasta = Pasta(settings.RAIZ)
    # The tables need more than the 80 columns that a log is given.
    console = Console(width=None if sys.stdout.isatty() else LARGURA)
    if opcoes.comando == "derrubar":
        return _derrubar(pasta, console)
    try:
        return _subir(pasta, console, opcoes)
    except KeyboardInterrupt:
        console.print("Interrompido. `make demo` continua de onde parou.")
        return INTERROMPIDO
    except TissError as erro:
        console.print(f"[red]✗[/] {escape(str(erro))}", highlight=False)
        return ERRADO


def _opcoes(argv: list[str] | None) -> argparse.Namespace:
    leitor = argparse.ArgumentParser(prog="python -m tiss.demo", description=__doc__)
    comandos = leitor.add_subparsers(dest="comando", required=True)
    subir = comandos.add_parser("subir", help="uma noite inteira, e depois a tela do Airflow")
    subir.add_argument("--consultas", type=_quantas, default=1000, help="tamanho da clínica")
    subir.add_argument(
        "--esperar",
        choices=("", "0", "1"),
        default="",
        help="1: até Ctrl-C; 0: termina depois do resumo; vazio: espera se houver um terminal",
    )
    comandos.add_parser("derrubar", help="encerra o que uma demonstração deixou rodando")
    return leitor.parse_args(argv)


def _quantas(texto: str) -> int:
    if not texto.isdecimal() or int(texto) < 1:
        raise argparse.ArgumentTypeError(f"{texto!r} não é um número de consultas")
    return int(texto)


def _subir(pasta: Pasta, console: Console, opcoes: argparse.Namespace) -> int:
    pasta.criar()
    with trava(pasta.trava), _sinais():
        tela = Tela(console)
        if restos := preparo.derrubar(pasta):
            tela.avisar(f"Encerrado o que ficou da vez anterior: {', '.join(restos)}.")
        with preparo.tudo_no_ar(pasta, tela, consultas=opcoes.consultas) as pronto:
            noite.executar(pronto, tela)
            certo = _resumir(pronto, pasta, console)
            tela.dizer(f"Em {tela.decorrido:.0f} s. O que cada processo disse: {pasta.registros}")
            tela.dizer(
                f"Airflow: {pronto.airflow.url}  usuário: {USUARIO_DA_TELA}  senha: {pronto.senha}"
            )
            for nome in sorted(PESSOAS_DA_TELA.keys() - {USUARIO_DA_TELA}):
                tela.dizer(f"  com outro perfil: {nome}  senha: {pronto.segredos[nome]}")
            tela.dizer(f"Telas do faturamento: {pronto.airflow.url}/plugin/tiss")
            if _alguem_espera(opcoes.esperar):
                _esperar(pronto, tela)
            else:
                tela.dizer("Encerra agora; `make demo WAIT=1` deixa a tela aberta.")
    return CERTO if certo else ERRADO


def _resumir(pronto: preparo.Pronto, pasta: Pasta, console: Console) -> bool:
    escritos = (pasta.registros, pasta.airflow / "logs")
    with requests.Session() as sessao, psycopg.connect(pronto.url_clinica) as conexao:
        sessao.trust_env = False
        resposta = sessao.get(f"{pronto.url_simulador}/_simulador/resumo", timeout=30)
        resposta.raise_for_status()
        segredos = conferencia.segredos_guardados(pronto.segredos, escritos)
        return resumo.mostrar(console, conexao, resposta.json(), [segredos])


def _alguem_espera(pedido: str) -> bool:
    return pedido == "1" or (pedido == "" and sys.stdin.isatty() and sys.stdout.isatty())


def _esperar(pronto: preparo.Pronto, tela: Tela) -> None:
    tela.dizer("Ctrl-C encerra tudo; os dados ficam para a próxima vez.")
    try:
        while True:
            pronto.verificar()
            time.sleep(1)
    except KeyboardInterrupt:
        tela.dizer("")


def _derrubar(pasta: Pasta, console: Console) -> int:
    if not pasta.tiss.exists():
        return CERTO
    restos = []
    try:
        with trava(pasta.trava):
            pass
    except JaRodandoError as erro:
        _pedir_fim(erro.pid)
        restos.append("a demonstração")
    restos += preparo.derrubar(pasta)
    console.print(f"Encerrado: {', '.join(restos)}." if restos else "Nada ficou rodando.")
    return CERTO


def _pedir_fim(pid: int) -> None:
    """End a running demo, which ends its own processes."""
    try:
        demo = psutil.Process(pid)
        demo.terminate()
        demo.wait(PACIENCIA)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        demo.kill()
        demo.wait(PACIENCIA)


@contextmanager
def _sinais() -> Iterator[None]:
    """Whoever asks the demo to end gets what Ctrl-C gets: everything is stopped in order."""

    def encerrar(numero: int, _: object) -> None:
        raise KeyboardInterrupt(signal.Signals(numero).name)

    antigos = {
        numero: signal.signal(numero, encerrar) for numero in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for numero, antigo in antigos.items():
            signal.signal(numero, antigo)


if __name__ == "__main__":
    sys.exit(main())
