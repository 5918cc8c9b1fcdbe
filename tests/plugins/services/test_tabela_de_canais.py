"""A lote over each channel, whatever becomes of it; a second channel never bills twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from mesa import ENVIO, SERVICOS, Celula, Celulas, Mesa, Via, porta_fechada
from oficina import Oficina

from tiss.errors import DoubtError, OperadoraError, PendingError, RejectedError
from tiss.simulador.processo import Simulador

CELULAS = Celulas(991001)
UM_CANAL = {
    "SOAP": Via(),
    **{
        f"REST {corpo} {resposta}": Via(
            tipo_api="REST", preferido="REST", corpo=corpo, resposta=resposta
        )
        for corpo, resposta in product(("ARQUIVO", "WS"), ("XML", "JSON"))
    },
}
DOIS_CANAIS = {
    "SOAP, then REST": Via(tipo_api="AMBOS", preferido="SOAP"),
    "REST, then SOAP": Via(tipo_api="AMBOS", preferido="REST", corpo="WS", resposta="JSON"),
}


@dataclass(frozen=True, kw_only=True)
class Resultado:
    """What happens on a channel and what has to come of it, where there is no other channel.

    aceito: the operadora has the lote. suspensa: what is not used again by itself, if anything.
    """

    falha: str | None = None
    codigo: str | None = None
    fechada: bool = False
    status: str
    erro: type[OperadoraError] | None
    aceito: bool = False
    suspensa: str | None = None


RESULTADOS = {
    "accepted": Resultado(status="ENVIADO", erro=None, aceito=True),
    "not delivered": Resultado(fechada=True, status="PENDENTE", erro=PendingError),
    "told to wait": Resultado(falha="http_429", status="PENDENTE", erro=PendingError),
    "in doubt, taken": Resultado(
        falha="reset_depois", status="EM_DUVIDA", erro=DoubtError, aceito=True
    ),
    "in doubt, not taken": Resultado(falha="http_503", status="EM_DUVIDA", erro=DoubtError),
    "half an answer": Resultado(falha="truncada", status="EM_DUVIDA", erro=DoubtError, aceito=True),
    "refused": Resultado(falha="mensagem_erro", codigo="5001", status="ERRO", erro=RejectedError),
    "wrong address": Resultado(
        falha="http_404", status="PENDENTE", erro=PendingError, suspensa="OPERACAO"
    ),
    "wrong password": Resultado(
        falha="http_401", status="PENDENTE", erro=PendingError, suspensa="CREDENCIAL"
    ),
}


def _tabela(vias: dict[str, Via]) -> list[object]:
    return [
        pytest.param(CELULAS.nova(via=via), resultado, id=f"{nome}-{como}")
        for (nome, via), (como, resultado) in product(vias.items(), RESULTADOS.items())
    ]


UM = _tabela(UM_CANAL)
DOIS = _tabela(DOIS_CANAIS)
NENHUM = [CELULAS.nova(via=via) for via in DOIS_CANAIS.values()]


@pytest.fixture(scope="module")
def operadoras() -> Iterator[Simulador]:
    """The operadoras of all cells."""
    with Simulador.start(CELULAS.configuracao()) as simulador:
        yield simulador
        assert simulador.erros() == ""
        simulador.matar()


@pytest.fixture
def abrir(
    oficina: Oficina, operadoras: Simulador, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Celula], Mesa]:
    """Open the table of a cell."""
    return lambda celula: Mesa(celula, oficina, operadoras, monkeypatch)


def _fechar(mesa: Mesa, *canais: str) -> None:
    """Let nobody listen where lotes are sent by these channels."""
    for canal in canais:
        coluna = f"servicos_{canal.lower()}"
        servicos = mesa.oficina.valor(f"SELECT {coluna} FROM tiss.contrato LIMIT 1")
        mesa.configurar(**{coluna: json.dumps({**servicos, ENVIO: porta_fechada()})})


def _provocar(mesa: Mesa, resultado: Resultado, canal: str) -> None:
    if resultado.fechada:
        _fechar(mesa, canal)
    if resultado.falha is not None:
        opcoes = {} if resultado.codigo is None else {"codigo": resultado.codigo}
        mesa.falha(resultado.falha, **opcoes)


def _canais(mesa: Mesa, lote: int) -> list[tuple[str, bool]]:
    """By which channel each exchange went, and whether its last block left."""
    return [(t["canal"], t["ultimo_bloco_saiu"]) for t in mesa.oficina.trocas(lote)]


@pytest.mark.parametrize(("celula", "resultado"), UM)
def test_a_channel_has_the_outcomes_of_any_other(
    abrir: Callable[[Celula], Mesa], celula: Celula, resultado: Resultado
) -> None:
    mesa, canal = abrir(celula), celula.via.preferido
    _provocar(mesa, resultado, canal)
    lote = mesa.lote()
    assert type(mesa.enviar(lote)) is (resultado.erro or type(None))
    assert mesa.oficina.status(lote) == resultado.status
    assert _canais(mesa, lote) == [(canal, not resultado.fechada)]
    assert mesa.suspensas() == ([resultado.suspensa] if resultado.suspensa else [])
    mesa.conferir_livro(2 * resultado.aceito)
    mesa.manha()
    # Nobody opened the closed port, and nobody released what is suspended.
    sai = resultado.falha == "http_429"
    mesa.conferir_livro(2 * (resultado.aceito or sai))
    assert mesa.guias() == {"AUTORIZADA" if sai or resultado.status == "ENVIADO" else "GERADA"}


@pytest.mark.parametrize(("celula", "resultado"), DOIS)
def test_the_other_channel_is_only_tried_when_the_first_provably_did_not_deliver(
    abrir: Callable[[Celula], Mesa], celula: Celula, resultado: Resultado
) -> None:
    mesa, canal = abrir(celula), celula.via.preferido
    outro = {"SOAP": "REST", "REST": "SOAP"}[canal]
    _provocar(mesa, resultado, canal)
    lote = mesa.lote()
    erro = mesa.enviar(lote)
    if resultado.fechada:
        assert erro is None
        assert _canais(mesa, lote) == [(canal, False), (outro, True)]
        mesa.conferir_livro(2)
        mesa.manha()
        assert mesa.guias() == {"AUTORIZADA"}
        return
    assert type(erro) is (resultado.erro or type(None))
    assert mesa.oficina.status(lote) == resultado.status
    assert _canais(mesa, lote) == [(canal, True)]
    assert mesa.suspensas() == ([resultado.suspensa] if resultado.suspensa else [])
    mesa.conferir_livro(2 * resultado.aceito)
    mesa.manha()
    # A channel that is suspended leaves the other one; a credential is of both.
    sai = resultado.status == "PENDENTE" and resultado.suspensa != "CREDENCIAL"
    por = outro if resultado.suspensa == "OPERACAO" else canal
    assert _canais(mesa, lote) == [(canal, True), *([(por, True)] if sai else [])]
    mesa.conferir_livro(2 * (resultado.aceito or sai))
    assert mesa.guias() == {"AUTORIZADA" if sai or resultado.status == "ENVIADO" else "GERADA"}


@pytest.mark.parametrize("celula", NENHUM, ids=[*DOIS_CANAIS])
def test_a_lote_that_no_channel_delivers_waits_and_leaves_once(
    abrir: Callable[[Celula], Mesa], celula: Celula
) -> None:
    mesa = abrir(celula)
    _fechar(mesa, "SOAP", "REST")
    lote = mesa.lote()
    assert isinstance(mesa.enviar(lote), PendingError)
    assert [saiu for _, saiu in _canais(mesa, lote)] == [False, False]
    for canal, prefixo in (("soap", ""), ("rest", "rest/")):
        servicos = json.dumps({nome: prefixo + servico for nome, servico in SERVICOS.items()})
        mesa.configurar(**{f"servicos_{canal}": servicos})
    mesa.manha()
    mesa.conferir_livro(2)
    assert mesa.guias() == {"AUTORIZADA"}
