"""The simulator as a process: how it starts, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import Cliente

import tiss
from tiss.errors import ConfigError
from tiss.simulador.processo import Simulador
from tiss.simulador.relogio import Relogio

PACOTE = str(Path(tiss.__file__).parents[1])


def test_it_listens_on_loopback_at_the_address_it_prints(simulador: Simulador) -> None:
    assert simulador.url.startswith("http://127.0.0.1:")
    assert simulador.saude()["operadoras"][:3] == ["999001", "999002", "999003"]


def test_sigterm_ends_it_with_exit_code_0(config: dict[str, Any]) -> None:
    assert Simulador.start(config).parar() == 0


def test_sigterm_does_not_wait_for_a_held_connection(config: dict[str, Any]) -> None:
    with Simulador.start(config) as simulador:
        simulador.falha("sem_resposta", segundos=60)
        with pytest.raises(requests.ReadTimeout):
            Cliente(simulador.url).enviar(p.lote("1", [p.consulta("1")]), prazo=0.2)
        assert simulador.parar() == 0


def test_wrong_configuration_ends_it_with_exit_code_2_and_words(tmp_path: Path) -> None:
    arquivo = tmp_path / "config.json"
    arquivo.write_text('{"operadoras": []}')
    fim = subprocess.run(
        [sys.executable, "-m", "tiss.simulador", "--config", str(arquivo), "--porta", "0"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": PACOTE},
        check=False,
    )
    assert fim.returncode == 2
    assert fim.stderr == "operadoras: informe ao menos uma\n"


def test_configuration_may_come_from_a_file(config: dict[str, Any], tmp_path: Path) -> None:
    arquivo = tmp_path / "config.json"
    arquivo.write_text(json.dumps(config))
    with subprocess.Popen(
        [sys.executable, "-m", "tiss.simulador", "--config", str(arquivo), "--porta", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PACOTE},
    ) as processo:
        assert processo.stdout is not None
        assert processo.stdout.readline().startswith("pronto http://127.0.0.1:")
        processo.send_signal(signal.SIGINT)
        assert processo.wait(60) == 0


def test_start_tells_why_the_process_did_not_come_up() -> None:
    with pytest.raises(ConfigError, match="informe ao menos uma"):
        Simulador.start({"operadoras": []})


def test_port_in_use_is_told(config: dict[str, Any], simulador: Simulador) -> None:
    porta = int(simulador.url.rpartition(":")[2])
    with pytest.raises(ConfigError, match="in use"):
        Simulador.start(config, porta=porta)


def test_clock_runs_faster_and_keeps_what_was_added() -> None:
    real = [1000.0]
    relogio = Relogio(aceleracao=10, fonte=lambda: real[0])
    relogio.avancar(5)
    real[0] = 1002.0
    assert relogio.agora() == 1025.0
    depois = Relogio(
        aceleracao=10, inicio=relogio.inicio, avancado=relogio.avancado, fonte=lambda: real[0]
    )
    assert depois.agora() == relogio.agora()


def test_it_can_play_others_with_an_empty_ledger(config: dict[str, Any]) -> None:
    with Simulador.start(config) as simulador:
        Cliente(simulador.url).enviar(p.lote("1", [p.consulta("1")]))
        simulador.falha("http_503", vezes=9)
        simulador.avancar(3600)
        assert simulador.livro()
        outras = [{**config["operadoras"][0], "registro_ans": "999777"}]
        simulador.configurar({**config, "operadoras": outras})
        assert simulador.saude()["operadoras"] == ["999777"]
        assert (simulador.livro(), simulador.protocolos(), simulador.falhas_pendentes()) == (
            [],
            [],
            [],
        )
        with pytest.raises(ValueError, match="informe ao menos uma"):
            simulador.configurar({"operadoras": []})
        assert simulador.saude()["operadoras"] == ["999777"], "it goes on as it was"


def test_a_ledger_that_is_kept_is_not_emptied(config: dict[str, Any], tmp_path: Path) -> None:
    with Simulador.start(config, tmp_path / "livro.sqlite") as simulador:
        with pytest.raises(ValueError, match="não se apaga"):
            simulador.configurar(config)
        assert "999001" in simulador.saude()["operadoras"]
