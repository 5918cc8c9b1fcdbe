"""Every route of the API, for everybody: what is open to whom is told by what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from balcao import Balcao
from oficina import Oficina

from tiss.simulador.processo import Simulador
from tiss.web.airflow import Airflow

Entrar = Callable[[str | None], Balcao]
# What only who administers Airflow may do; all else that is not a reading, who operates.
DE_ADMINISTRACAO = frozenset(
    {
        ("post", "/contratos"),
        ("put", "/contratos/{contrato_id}"),
        ("post", "/contratos/{contrato_id}/testar"),
        ("put", "/contratos/{contrato_id}/acesso"),
        ("put", "/contratos/{contrato_id}/certificado"),
        ("post", "/operadoras/{registro_ans}/suspender"),
        ("post", "/operadoras/{registro_ans}/reativar"),
    }
)
# Readings that name patients, or are the words of an operadora.
DE_OPERACAO = frozenset({("get", "/lotes/{lote_id}/xml")})


def rotas() -> list[tuple[str, str]]:
    """Every method and path of the API, as its OpenAPI tells them."""
    from tiss.web.api import aplicacao

    caminhos: Mapping[str, Mapping[str, Any]] = aplicacao().openapi()["paths"]
    return [(metodo, caminho) for caminho, metodos in caminhos.items() for metodo in metodos]


def pode(papel: str, metodo: str, caminho: str) -> bool:
    """Whether somebody of a role gets past the door."""
    if (metodo, caminho) in DE_ADMINISTRACAO:
        return papel == "ana"
    if metodo != "get" or (metodo, caminho) in DE_OPERACAO:
        return papel in ("otto", "ana")
    return True


@pytest.mark.parametrize("quem", [None, "vera", "otto", "ana"])
@pytest.mark.parametrize(("metodo", "caminho"), rotas(), ids=" ".join)
def test_every_route_is_open_to_whom_it_is_for(
    oficina: Oficina, balcao: Entrar, metodo: str, caminho: str, quem: str | None
) -> None:
    endereco = "/api/tiss" + caminho
    while "{" in endereco:
        antes, _, resto = endereco.partition("{")
        endereco = f"{antes}1{resto.partition('}')[2]}"
    status = balcao(quem).request(metodo.upper(), endereco).status_code
    if quem is None:
        assert status == 401
    elif pode(quem, metodo, caminho):
        assert status not in (401, 403)
        assert status < 500
    else:
        assert status == 403


@pytest.mark.parametrize("endereco", ["/tiss/lotes", "/api/tiss/lotes"])
def test_a_token_that_is_not_good_any_more_is_no_login(
    balcao: Entrar, oficina: Oficina, endereco: str
) -> None:
    otto = balcao("otto")
    ficha = otto.cookies["_token"]
    assert otto.get(endereco).status_code == 200
    otto.get("/api/v2/auth/logout")
    for de_novo in (ficha, "não é um token".encode().hex()):
        outro = balcao(None)
        outro.cookies.set("_token", de_novo)
        resposta = outro.get(endereco)
        assert resposta.status_code == 401
        assert "Sua sessão terminou" in resposta.text


def test_who_may_not_start_a_dag_is_told_so(
    balcao: Entrar, oficina: Oficina, simulador: Simulador, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A role of a clinic's own: it may start tiss_envio, and no other DAG.
    monkeypatch.setattr(Airflow, "pedir", lambda *_: httpx.Response(403))
    lote = oficina.lote(1)
    assert oficina.enviar(lote) is None
    resposta = balcao("otto").post(f"/api/tiss/lotes/{lote}/consultar-status")
    assert resposta.status_code == 403
    assert "tiss_retorno" in resposta.json()["detail"]


def test_what_the_api_tells_of_itself_is_behind_the_door_too(
    balcao: Entrar, oficina: Oficina
) -> None:
    assert balcao(None).get("/api/tiss/openapi.json").status_code == 401
    assert balcao("vera").get("/api/tiss/openapi.json").json()["info"]["title"] == "TISS"


@pytest.mark.parametrize("caminho", ["/docs", "/redoc", "/nada"])
def test_nothing_else_is_there(balcao: Entrar, oficina: Oficina, caminho: str) -> None:
    for base in ("/api/tiss", "/tiss"):
        assert balcao("ana").get(base + caminho).status_code == 404
