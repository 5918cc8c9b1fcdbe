from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tiss.demo.supervisor import (
    JaRodandoError,
    ProcessoMorreuError,
    Supervisor,
    encerrar,
    marca,
    marcados,
    trava,
)
from tiss.errors import TissError

DORME = [sys.executable, "-c", "import time; time.sleep(600)"]
# Ignores SIGTERM, and says so: before that it would die of it like any other.
TEIMOSO = [
    *(sys.executable, "-c"),
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('surdo', flush=True); time.sleep(600)",
]
# A child in a session of its own, as Airflow's tasks have process groups of their own.
PAI = [
    *(sys.executable, "-c"),
    "import subprocess, sys, time;"
    "neto = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
    " start_new_session=True);"
    "print(neto.pid, flush=True); time.sleep(600)",
]
AMBIENTE = dict(os.environ)


@pytest.fixture
def raiz(tmp_path: Path) -> Iterator[Path]:
    pasta = tmp_path / "projeto"
    pasta.mkdir()
    yield pasta
    encerrar(marca(pasta), paciencia=0)


@pytest.fixture
def supervisor(raiz: Path) -> Supervisor:
    return Supervisor(raiz, raiz / "logs")


def ate(condicao: Callable[[], bool], segundos: float = 20) -> None:
    limite = time.monotonic() + segundos
    while not condicao():
        assert time.monotonic() < limite, "não aconteceu"
        time.sleep(0.02)


def test_a_process_that_lives_is_not_complained_about(supervisor: Supervisor) -> None:
    supervisor.iniciar("dorme", DORME, AMBIENTE)

    supervisor.verificar()


def test_a_process_that_ends_by_itself_is_noticed_with_what_it_said(supervisor: Supervisor) -> None:
    filho = supervisor.iniciar("servidor", ["/bin/sh", "-c", "echo sem memória; exit 3"], AMBIENTE)
    filho.popen.wait(20)

    with pytest.raises(ProcessoMorreuError, match=r"servidor terminou sozinho \(3\)(.|\n)*memória"):
        supervisor.verificar()


def test_a_command_that_fails_is_an_error_with_what_it_said(supervisor: Supervisor) -> None:
    with pytest.raises(TissError, match=r"migrate falhou \(2\)(.|\n)*tabela quebrada"):
        supervisor.executar(
            "migrate", ["/bin/sh", "-c", "echo tabela quebrada >&2; exit 2"], AMBIENTE
        )


def test_leaving_stops_every_process(raiz: Path) -> None:
    with Supervisor(raiz, raiz / "logs") as supervisor:
        filhos = [supervisor.iniciar(nome, DORME, AMBIENTE) for nome in ("um", "dois")]

    assert [filho.popen.returncode for filho in filhos] != [None, None]
    assert marcados(marca(raiz)) == []


def test_stopping_reaches_what_left_the_process_group(supervisor: Supervisor, raiz: Path) -> None:
    pai = supervisor.iniciar("pai", PAI, AMBIENTE)
    ate(lambda: pai.registro.read_text().strip().isdecimal())
    neto = psutil.Process(int(pai.registro.read_text()))

    supervisor.parar()

    assert not neto.is_running() or neto.status() == psutil.STATUS_ZOMBIE


def test_a_process_deaf_to_sigterm_is_killed(supervisor: Supervisor) -> None:
    filho = supervisor.iniciar("teimoso", TEIMOSO, AMBIENTE)
    ate(lambda: "surdo" in filho.registro.read_text())

    supervisor.parar(paciencia=0.2)

    assert filho.popen.poll() is not None


def test_processes_of_another_folder_are_left_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    filho = supervisor.iniciar("dorme", DORME, AMBIENTE)
    outra = tmp_path / "outro projeto"
    outra.mkdir()

    assert encerrar(marca(outra)) == []
    assert filho.popen.poll() is None


def test_what_a_killed_demo_left_is_found_by_the_next_one(raiz: Path) -> None:
    programa = (
        "import os, signal, sys; from pathlib import Path;"
        "from tiss.demo.supervisor import Supervisor; raiz = Path(sys.argv[1]);"
        "Supervisor(raiz, raiz / 'logs').iniciar('scheduler', sys.argv[2:], dict(os.environ));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    morta = subprocess.run([sys.executable, "-c", programa, str(raiz), *DORME], check=False)
    assert morta.returncode == -signal.SIGKILL
    ate(lambda: len(marcados(marca(raiz))) == 1)

    assert encerrar(marca(raiz)) == ["scheduler"]
    assert marcados(marca(raiz)) == []


def test_nothing_starts_while_the_others_are_being_stopped(supervisor: Supervisor) -> None:
    supervisor.parar()

    with pytest.raises(ProcessoMorreuError):
        supervisor.iniciar("tarde", DORME, AMBIENTE)


def test_the_output_is_for_its_owner_only_and_the_last_one_is_kept(supervisor: Supervisor) -> None:
    supervisor.executar("eco", ["/bin/echo", "ontem"], AMBIENTE)
    supervisor.executar("eco", ["/bin/echo", "hoje"], AMBIENTE)

    pasta = supervisor.iniciar("dorme", DORME, AMBIENTE).registro.parent
    assert (pasta / "eco.log").read_text() == "hoje\n"
    assert (pasta / "eco.anterior.log").read_text() == "ontem\n"
    assert (pasta / "eco.log").stat().st_mode & 0o077 == 0
    assert pasta.stat().st_mode & 0o077 == 0


def test_a_second_demo_of_the_folder_is_refused_and_told_who_runs(tmp_path: Path) -> None:
    arquivo = tmp_path / "demo.lock"

    with trava(arquivo), pytest.raises(JaRodandoError) as recusa, trava(arquivo):
        pass

    assert recusa.value.pid == os.getpid()


def test_a_killed_demo_does_not_hold_the_folder(tmp_path: Path) -> None:
    arquivo = tmp_path / "demo.lock"
    programa = (
        "import os, signal, sys; from pathlib import Path;"
        "from tiss.demo.supervisor import trava\n"
        "with trava(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", programa, str(arquivo)], check=False)

    with trava(arquivo):
        assert arquivo.read_text() == str(os.getpid())
