"""A body that is too long is not read: anybody may send one, before it is known who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from balcao import Balcao

from tiss.web.tamanho import MAXIMO

Entrar = Callable[[str | None], Balcao]
BLOCO = b" " * 1_000_000


def em_blocos(quantos: int) -> Iterator[bytes]:
    """Yield a body that does not say how long it is."""
    for _ in range(quantos):
        yield BLOCO


@pytest.mark.parametrize("endereco", ["/api/tiss/lotes", "/tiss/consultas/criar"])
@pytest.mark.parametrize("quem", [None, "otto"])
def test_too_long_a_body_is_refused_when_it_says_so(
    balcao: Entrar, endereco: str, quem: str | None
) -> None:
    resposta = balcao(quem).post(endereco, content=b" " * (MAXIMO + 1))
    assert resposta.status_code == 413
    assert resposta.headers["content-type"] == "application/problem+json"


def test_and_while_it_comes_when_it_does_not(balcao: Entrar) -> None:
    resposta = balcao("otto").post(
        "/api/tiss/lotes",
        content=em_blocos(MAXIMO // len(BLOCO) + 2),
        headers={"Content-Type": "application/json"},
    )
    assert resposta.status_code == 413


def test_the_longest_that_may_come_is_read(balcao: Entrar) -> None:
    resposta = balcao("otto").post(
        "/api/tiss/lotes",
        content=b" " * MAXIMO,
        headers={"Content-Type": "application/json"},
    )
    assert resposta.status_code == 422
