from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tiss.demo import portas
from tiss.errors import ConfigError


@pytest.fixture
def ocupada() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as servidor:
        yield servidor.getsockname()[1]


@pytest.fixture
def avisos() -> list[str]:
    return []


def escolher(tmp_path: Path, avisos: list[str], **ambiente: str) -> dict[str, int]:
    return portas.escolher(tmp_path / "portas.json", avisar=avisos.append, ambiente=ambiente)


def uma_livre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as servidor:
        return int(servidor.getsockname()[1])


def test_the_environment_decides(tmp_path: Path, avisos: list[str]) -> None:
    porta = uma_livre()

    assert escolher(tmp_path, avisos, TISS_PORTA_AIRFLOW=str(porta))["airflow"] == porta
    assert not any("(airflow)" in aviso for aviso in avisos)


def test_a_busy_port_is_told_and_the_next_free_one_used(
    tmp_path: Path, avisos: list[str], ocupada: int
) -> None:
    escolhida = escolher(tmp_path, avisos, TISS_PORTA_SIMULADOR=str(ocupada))["simulador"]

    assert escolhida > ocupada
    (aviso,) = [aviso for aviso in avisos if "(simulador)" in aviso]
    assert str(ocupada) in aviso
    assert str(escolhida) in aviso


def test_the_choice_is_remembered(tmp_path: Path, avisos: list[str]) -> None:
    primeira = escolher(tmp_path, avisos, TISS_PORTA_AIRFLOW=str(uma_livre()))

    assert escolher(tmp_path, avisos) == primeira


def test_two_servers_never_share_a_port(tmp_path: Path, avisos: list[str]) -> None:
    porta = str(uma_livre())

    escolhidas = escolher(*(tmp_path, avisos), TISS_PORTA_AIRFLOW=porta, TISS_PORTA_POSTGRES=porta)

    assert len(set(escolhidas.values())) == len(portas.PADRAO)


def test_a_port_whose_connections_only_fade_away_is_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as servidor:
        porta = servidor.getsockname()[1]
        cliente = socket.create_connection(("127.0.0.1", porta))
        aceita, _ = servidor.accept()
        aceita.close()  # the side that closes first keeps the port in TIME_WAIT
        cliente.close()

    assert portas.livre(porta)


@pytest.mark.parametrize("valor", ["oitenta", "0", "65536", "-1"])
def test_what_is_not_a_port_is_refused_by_name(
    tmp_path: Path, avisos: list[str], valor: str
) -> None:
    with pytest.raises(ConfigError, match="TISS_PORTA_POSTGRES"):
        escolher(tmp_path, avisos, TISS_PORTA_POSTGRES=valor)


def test_without_a_free_port_the_demo_does_not_begin(
    tmp_path: Path, avisos: list[str], monkeypatch: pytest.MonkeyPatch, ocupada: int
) -> None:
    monkeypatch.setattr(portas, "TENTATIVAS", 1)

    with pytest.raises(ConfigError, match=str(ocupada)):
        escolher(tmp_path, avisos, TISS_PORTA_AIRFLOW=str(ocupada))
    assert not (tmp_path / "portas.json").exists()


def test_the_memory_holds_every_server(tmp_path: Path, avisos: list[str]) -> None:
    escolhidas = escolher(tmp_path, avisos)

    assert json.loads((tmp_path / "portas.json").read_text()) == escolhidas
    assert set(escolhidas) == {"airflow", "postgres", "simulador"}
