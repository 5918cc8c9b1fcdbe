"""What an operadora tells wrong because an admin asked for it, and what the ledger knows of that.

A desvio stands on a protocolo, or on one guia of it, until it is taken back: asking twice gives the
same answer. Nothing here is an invalid message; it is one that does not fit what was sent, analysed
or paid. Odontologia has one demonstrativo for both: its items are the analysis, the total of a guia
is what is paid of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from .livro import Livro
from .modelo import ZERO, GlosaItem, GuiaAceita, ItemAnalisado, Protocolo, Tipo

CENTAVO, REAL = Decimal("0.01"), Decimal("1.00")


class Nome(StrEnum):
    """The desvios. Those of the first group stand on a guia, the others on a whole protocolo."""

    ATRASO = "atraso"
    PARCIAL = "parcial"
    A_MAIS = "a_mais"
    MOTIVOS_EM_DOBRO = "motivos_em_dobro"
    GUIA_REPETIDA = "guia_repetida"
    GUIA_OMITIDA = "guia_omitida"

    GUIA_ALHEIA = "guia_alheia"
    TOTAL_DA_ANALISE = "total_da_analise"
    TOTAL_DO_PAGAMENTO = "total_do_pagamento"


DO_PROTOCOLO = frozenset({Nome.GUIA_ALHEIA, Nome.TOTAL_DA_ANALISE, Nome.TOTAL_DO_PAGAMENTO})
# What the demonstrativo of odontologia has no place for: it tells one total of a protocolo.
SEM_ODONTO = frozenset({Nome.TOTAL_DA_ANALISE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desvio:
    """One that stands. guia: its number, empty where the whole protocolo is told wrong."""

    registro_ans: str
    numero_protocolo: str
    guia: str
    desvio: Nome


def plantar(livro: Livro, campos: Mapping[str, object]) -> None:
    """Have a desvio from now on. Raises ValueError, in Portuguese, for one that cannot be."""
    desvio = _ler(campos)
    protocolo = _protocolo(livro, desvio)
    if desvio.guia and desvio.guia not in {guia.numero for guia in protocolo.vivas}:
        raise ValueError(f"guia: não há a guia {desvio.guia} no protocolo")
    if protocolo.tipo is Tipo.ODONTO and desvio.desvio in SEM_ODONTO:
        raise ValueError(f"desvio: odontologia não tem {desvio.desvio}")
    plantado = na_analise(protocolo, [*plantados(livro, desvio.registro_ans), desvio])
    if not plantado.guias:
        raise ValueError("guia: não sobraria guia no protocolo")
    if desvio.desvio is Nome.MOTIVOS_EM_DOBRO and plantado == protocolo:
        raise ValueError("guia: não tem item com glosa")
    with livro.transacao() as db:
        db.execute(
            "INSERT OR IGNORE INTO desvio VALUES (?, ?, ?, ?)",
            (desvio.registro_ans, desvio.numero_protocolo, desvio.guia, desvio.desvio),
        )


def arrancar(livro: Livro) -> None:
    """Take all of them back: the operadora tells the truth from now on."""
    with livro.transacao() as db:
        db.execute("DELETE FROM desvio")


def plantados(livro: Livro, registro_ans: str | None = None) -> list[Desvio]:
    """Return those that stand, of one operadora or of all, by protocolo and guia."""
    return [
        Desvio(registro_ans=ans, numero_protocolo=protocolo, guia=guia, desvio=Nome(nome))
        for ans, protocolo, guia, nome in livro.consultar(
            "SELECT registro_ans, numero_protocolo, guia, desvio FROM desvio"
            " WHERE ?1 IS NULL OR registro_ans = ?1 ORDER BY 1, 2, 3, 4",
            (registro_ans,),
        )
    ]


def na_analise(protocolo: Protocolo, desvios: list[Desvio]) -> Protocolo:
    """Return a protocolo as its demonstrativo de análise tells it; see _EM_ODONTO."""
    return _dito(protocolo, desvios, _NA_ANALISE)


def no_pagamento(protocolo: Protocolo, desvios: list[Desvio]) -> Protocolo:
    """Return a protocolo as the demonstrativo de pagamento tells it; maybe without any guia."""
    return _dito(protocolo, desvios, _NO_PAGAMENTO)


def _dito(
    protocolo: Protocolo, desvios: list[Desvio], mudancas: Mapping[Nome, _Mudanca]
) -> Protocolo:
    if protocolo.tipo is Tipo.ODONTO:
        mudancas = _EM_ODONTO
    for desvio in desvios:
        mudar = mudancas.get(desvio.desvio)
        if desvio.numero_protocolo == protocolo.numero and mudar is not None:
            protocolo = mudar(protocolo, desvio.guia)
    return protocolo


def _sem(protocolo: Protocolo, numero: str) -> Protocolo:
    return replace(
        protocolo, guias=tuple(guia for guia in protocolo.guias if guia.numero != numero)
    )


def _em_dobro(protocolo: Protocolo, numero: str) -> Protocolo:
    repetidas = tuple(guia for guia in protocolo.guias if guia.numero == numero)
    return replace(protocolo, guias=protocolo.guias + repetidas)


def _alheia(protocolo: Protocolo, _: str) -> Protocolo:
    """Add a guia that another prestador sent: like the first one, under another number."""
    primeira = protocolo.guias[0]
    alheia = replace(primeira, numero=f"ALHEIA{primeira.numero}"[:20])
    return replace(protocolo, guias=(*protocolo.guias, alheia))


def _motivos_em_dobro(protocolo: Protocolo, numero: str) -> Protocolo:
    """Tell the first motive of each refused item twice, with values that are no shares of it."""

    def item(dito: ItemAnalisado) -> ItemAnalisado:
        if not dito.glosas:
            return dito
        outra = GlosaItem(dito.glosas[0].codigo, dito.glosas[0].valor - CENTAVO)
        return replace(dito, glosas=(*dito.glosas, outra))

    return _uma(protocolo, numero, lambda guia: replace(guia, itens=tuple(map(item, guia.itens))))


def _metade(protocolo: Protocolo, numero: str) -> Protocolo:
    return _uma(
        protocolo,
        numero,
        lambda guia: replace(guia, liberado=(guia.liberado / 2).quantize(CENTAVO)),
    )


def _nada(protocolo: Protocolo, numero: str) -> Protocolo:
    return _uma(protocolo, numero, lambda guia: replace(guia, liberado=ZERO))


def _mais_um_real(protocolo: Protocolo, numero: str) -> Protocolo:
    return _uma(protocolo, numero, lambda guia: replace(guia, liberado=guia.liberado + REAL))


def _um_real_a_mais(protocolo: Protocolo, numero: str) -> Protocolo:
    # The value told as billed grows with it: a glosa below zero would break the XSD.
    return _uma(
        protocolo,
        numero,
        lambda guia: replace(
            guia, liberado=guia.liberado + REAL, informado=max(guia.informado, guia.liberado + REAL)
        ),
    )


def _total_errado(protocolo: Protocolo, _: str) -> Protocolo:
    return replace(protocolo, falta_no_total=REAL)


def _uma(protocolo: Protocolo, numero: str, mudar: Callable[[GuiaAceita], GuiaAceita]) -> Protocolo:
    return replace(
        protocolo,
        guias=tuple(mudar(guia) if guia.numero == numero else guia for guia in protocolo.guias),
    )


def _ler(campos: Mapping[str, object]) -> Desvio:
    desconhecidos = set(campos) - set(Desvio.__dataclass_fields__)
    if desconhecidos:
        raise ValueError(f"campo desconhecido: {', '.join(sorted(desconhecidos))}")
    try:
        nome = Nome(str(campos.get("desvio")))
    except ValueError as erro:
        raise ValueError(f"desvio: use um de {', '.join(Nome)}") from erro
    registro_ans, protocolo = campos.get("registro_ans"), campos.get("numero_protocolo")
    guia = campos.get("guia", "")
    if not (isinstance(registro_ans, str) and isinstance(protocolo, str) and isinstance(guia, str)):
        raise ValueError("registro_ans, numero_protocolo e guia: devem ser textos")
    if (nome in DO_PROTOCOLO) == bool(guia):
        raise ValueError(f"guia: {nome} é {'do protocolo' if guia else 'de uma guia'}")
    return Desvio(registro_ans=registro_ans, numero_protocolo=protocolo, guia=guia, desvio=nome)


def _protocolo(livro: Livro, desvio: Desvio) -> Protocolo:
    for (prestador,) in livro.consultar(
        "SELECT prestador FROM lote WHERE registro_ans = ? AND numero_protocolo = ?",
        (desvio.registro_ans, desvio.numero_protocolo),
    ):
        protocolo = livro.protocolo(desvio.registro_ans, prestador, desvio.numero_protocolo)
        if protocolo is not None:
            return protocolo
    raise ValueError(f"numero_protocolo: não há o protocolo {desvio.numero_protocolo}")


_Mudanca = Callable[[Protocolo, str], Protocolo]
_NA_ANALISE: Mapping[Nome, _Mudanca] = MappingProxyType(
    {
        Nome.MOTIVOS_EM_DOBRO: _motivos_em_dobro,
        Nome.GUIA_REPETIDA: _em_dobro,
        Nome.GUIA_OMITIDA: _sem,
        Nome.GUIA_ALHEIA: _alheia,
        Nome.TOTAL_DA_ANALISE: _total_errado,
    }
)
_NO_PAGAMENTO: Mapping[Nome, _Mudanca] = MappingProxyType(
    {
        Nome.ATRASO: _sem,
        Nome.PARCIAL: _metade,
        Nome.A_MAIS: _um_real_a_mais,
        # What it does not know of, it does not pay.
        Nome.GUIA_OMITIDA: _sem,
        Nome.TOTAL_DO_PAGAMENTO: _total_errado,
    }
)
# The demonstrativo of odontologia, whoever asks for it: as an analysis, or as a payment.
_EM_ODONTO: Mapping[Nome, _Mudanca] = MappingProxyType(
    {
        Nome.ATRASO: _nada,
        Nome.PARCIAL: _metade,
        Nome.A_MAIS: _mais_um_real,
        Nome.MOTIVOS_EM_DOBRO: _motivos_em_dobro,
        Nome.GUIA_REPETIDA: _em_dobro,
        Nome.GUIA_OMITIDA: _sem,
        Nome.GUIA_ALHEIA: _alheia,
        Nome.TOTAL_DO_PAGAMENTO: _total_errado,
    }
)
