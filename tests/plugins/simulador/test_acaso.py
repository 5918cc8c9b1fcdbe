"""Faults by probability: repeatable for each operadora, whatever happens at the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import requests
from cliente_tiss import LOTE, STATUS, Cliente, operadora

from tiss.simulador.acaso import Acaso, ler_acaso
from tiss.simulador.falhas import Nome
from tiss.simulador.processo import Simulador

METADE = [{"falha": "http_503", "probabilidade": 0.3}, {"falha": "html", "probabilidade": 0.3}]


@pytest.fixture(scope="module")
def duas() -> Iterator[Simulador]:
    config = {"operadoras": [operadora("999001"), operadora("999002")]}
    with Simulador.start(config) as simulador:
        yield simulador


@pytest.fixture
def simulador(duas: Simulador) -> Iterator[Simulador]:
    yield duas
    duas.sem_acaso()
    duas.limpar_falhas()


def acaso(falhas: Sequence[dict[str, Any]], semente: int = 7) -> Acaso:
    return ler_acaso({"semente": semente, "falhas": list(falhas)})


def sorteios(acaso: Acaso, vezes: int, registro_ans: str = "999001") -> list[str | None]:
    tomadas = [acaso.sortear(registro_ans, LOTE) for _ in range(vezes)]
    return [falha and falha.falha.value for falha in tomadas]


def test_same_seed_draws_the_same() -> None:
    assert sorteios(acaso(METADE), 50) == sorteios(acaso(METADE), 50)
    assert sorteios(acaso(METADE), 50) != sorteios(acaso(METADE, semente=8), 50)


def test_what_happens_at_another_operadora_changes_nothing() -> None:
    sozinha = sorteios(acaso(METADE), 20)
    misturado = acaso(METADE)
    da_primeira = []
    for _ in range(20):
        da_primeira += sorteios(misturado, 1)
        sorteios(misturado, 3, "999002")
    assert da_primeira == sozinha
    assert sorteios(acaso(METADE), 20, "999002") != sozinha


def test_fault_happens_about_as_often_as_its_probability() -> None:
    tomadas = sorteios(acaso([{"falha": "http_503", "probabilidade": 0.25}]), 2000)
    assert 400 < tomadas.count("http_503") < 600


@pytest.mark.parametrize(("probabilidade", "esperado"), [(0, {None}), (1, {"http_503"})])
def test_0_is_never_and_1_is_always(probabilidade: float, esperado: set[str | None]) -> None:
    falhas = [{"falha": "http_503", "probabilidade": probabilidade}]
    assert set(sorteios(acaso(falhas), 200)) == esperado


def test_fault_of_one_operation_leaves_the_draws_of_the_others_as_they_are() -> None:
    outra = {"falha": "http_500", "probabilidade": 1, "operacao": STATUS}
    do_lote = {"falha": "http_502", "probabilidade": 1, "registro_ans": "999002"}
    com_filtro = acaso([outra, do_lote, *METADE])
    assert set(sorteios(com_filtro, 50)) == {None, "http_503", "html"}


def test_requests_suffer_what_they_draw_until_it_is_switched_off(simulador: Simulador) -> None:
    cliente = Cliente(simulador.url)
    visto: list[list[int]] = []
    for _ in range(2):
        simulador.acaso(3, [{"falha": "http_503", "probabilidade": 0.5}])
        visto.append([cliente.enviar(b"x").status for _ in range(12)])
    assert visto[0] == visto[1]
    assert set(visto[0]) == {500, 503}
    simulador.sem_acaso()
    assert {cliente.enviar(b"x").status for _ in range(12)} == {500}


def test_queue_comes_before_chance_and_both_are_counted(simulador: Simulador) -> None:
    antes = simulador.falhas_ocorridas()
    cliente = Cliente(simulador.url, "999002")
    simulador.acaso(1, [{"falha": "http_503", "probabilidade": 1}])
    simulador.falha("http_429")
    assert [cliente.enviar(b"x").status for _ in range(3)] == [429, 503, 503]
    depois = simulador.falhas_ocorridas()
    assert depois["http_429"] - antes.get("http_429", 0) == 1
    assert depois["http_503"] - antes.get("http_503", 0) == 2


def test_every_fault_can_be_drawn() -> None:
    acaso([{"falha": nome, "probabilidade": 0.1, "segundos": 1, "depois": True} for nome in Nome])


@pytest.mark.parametrize(
    "campos",
    [
        {},
        {"semente": "1", "falhas": []},
        {"semente": True, "falhas": []},
        {"semente": 1},
        {"semente": 1, "falhas": ["html"]},
        {"semente": 1, "falhas": [{"falha": "html"}]},
        {"semente": 1, "falhas": [{"falha": "html", "probabilidade": 1.1}]},
        {"semente": 1, "falhas": [{"falha": "html", "probabilidade": -0.1}]},
        {"semente": 1, "falhas": [{"falha": "html", "probabilidade": True}]},
        {"semente": 1, "falhas": [{"falha": "html", "probabilidade": 1, "vezes": 2}]},
        {"semente": 1, "falhas": [{"falha": "explodir", "probabilidade": 1}]},
        {"semente": 1, "falhas": [], "outro": 1},
    ],
)
def test_wrong_request_is_refused_in_words(simulador: Simulador, campos: object) -> None:
    resposta = requests.post(f"{simulador.url}/_simulador/acaso", json=campos, timeout=30)
    assert resposta.status_code == 400
    assert resposta.json()["erro"]
