"""What a digest is made of, and what of it was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from tiss.domain.digesto import (
    AVISOS_DE_PRAZO,
    DIAS_DEPOIS_DO_PRAZO,
    Digesto,
    DivergenciasAbertas,
    EmAberto,
    Esperam,
    Esquecidas,
    Falha,
    LoteParado,
    Movimento,
    Negada,
    Prazo,
    Silencio,
    Suspensao,
)
from tiss.repository.conexao import Transacao

# A question that got no answer is asked again by the next hours: so many of them are silence.
SILENCIO = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marca:
    """When a digest was last delivered, None: never yet."""

    entregue_em: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Novidade:
    """Something that no digest has told. objeto: the table that objeto_id is of."""

    id: int
    objeto: str
    objeto_id: int


def travar(t: Transacao) -> Marca | None:
    """Lock the digest until the end of the transaction; None while another one is on its way."""
    return t.linha(Marca, "digesto/travar")


def novidades(t: Transacao) -> list[Novidade]:
    """Return what no digest has told."""
    return t.linhas(Novidade, "digesto/novidades")


def esperam(t: Transacao, *, logo: bool, novas: Sequence[int] = ()) -> Esperam:
    """Return what waits for a person. novas: ids of divergences that are news.

    logo: lotes that a person has to do something about at once, and not after a day.
    """
    return Esperam(
        lotes=t.linhas(LoteParado, "digesto/lotes", logo=logo),
        falhas=t.linhas(Falha, "digesto/falhas"),
        suspensoes=t.linhas(Suspensao, "digesto/suspensoes"),
        silencios=t.linhas(Silencio, "digesto/silencios", tolerancia=SILENCIO),
        prazos=t.linhas(
            Prazo, "digesto/prazos", de=-DIAS_DEPOIS_DO_PRAZO, ate=max(AVISOS_DE_PRAZO)
        ),
        esquecidas=t.linhas(Esquecidas, "digesto/esquecidas"),
        divergencias=t.linhas(DivergenciasAbertas, "digesto/divergencias", novas=list(novas)),
    )


def montar(
    t: Transacao, novas: Sequence[Novidade], *, agora: datetime, ultimo: datetime | None
) -> Digesto:
    """Return what there is to tell, with `novas` as its news. agora: with a time zone."""
    ids: Mapping[str, list[int]] = defaultdict(list)
    for nova in novas:
        ids[nova.objeto].append(nova.objeto_id)
    em_aberto = t.linha(EmAberto, "digesto/em_aberto")
    assert em_aberto is not None  # noqa: S101  an aggregate has a row
    que_esperam = esperam(t, logo=False, novas=ids["divergencia"])
    return Digesto(
        **{campo.name: getattr(que_esperam, campo.name) for campo in fields(que_esperam)},
        agora=agora,
        ultimo=ultimo,
        movimentos=t.linhas(
            Movimento,
            "digesto/movimentos",
            guias=ids["guia"],
            pagamentos=ids["pagamento"],
            recursos=ids["recurso"],
        ),
        negadas=t.linhas(Negada, "digesto/negadas", guias=ids["guia"]),
        em_aberto=em_aberto,
        ditas=frozenset(t.valores("digesto/ditas")),
    )


def esquecer(t: Transacao, esperam: Collection[str]) -> None:
    """Forget that a person was told of what is not among what waits any more."""
    t.executar("digesto/esquecer", chaves=list(esperam))


def anotar(t: Transacao, novas: Sequence[Novidade], esperam: Collection[str]) -> None:
    """Note that a digest with these news, and with all that waits, was delivered."""
    t.executar("digesto/apagar_novidades", ids=[nova.id for nova in novas])
    t.executar("digesto/anotar_ditas", chaves=list(esperam))
    t.executar("digesto/anotar_entrega")
