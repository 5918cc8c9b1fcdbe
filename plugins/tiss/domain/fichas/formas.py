"""The kinds of value that a key of a file takes, and what each becomes in its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

# (where inside the value, "" for all of it; what it has to be). Values are never repeated: one
# that stands in the wrong place may be a secret.
Queixa = tuple[str, str]

_DURACAO = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(s|min|h|d)")
_SEGUNDOS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_MICRO = timedelta(microseconds=1)
# Of a table whose keys a person names: how many, and how long each.
_CHAVES = 100
_NOME = 100


def _o_mesmo(valor: Any) -> Any:  # noqa: ANN401  whatever it is
    return valor


class Tipo(StrEnum):
    """What a value is, for whoever shows it or describes it to a program."""

    TEXTO = "TEXTO"
    LINHAS = "LINHAS"
    INTEIRO = "INTEIRO"
    OPCAO = "OPCAO"
    LOGICO = "LOGICO"
    DATA = "DATA"
    HORA = "HORA"
    DIAS = "DIAS"
    DURACAO = "DURACAO"
    MAPA = "MAPA"
    OBJETO = "OBJETO"


@dataclass(frozen=True, slots=True)
class Forma:
    """A kind of value.

    queixas: what is wrong with the value of a file. ler, escrever: to the value of the column and
    back, for what there is nothing to say about. opcoes: of an OPCAO, each with how a person reads
    it. limites: of an INTEIRO, both included; of a text, how long it may be. partes: of an OBJETO,
    by key; of a MAPA, what every key holds, under "". rotulos: of an OBJETO, how each of its keys
    is called.
    """

    tipo: Tipo
    queixas: Callable[[object], Iterator[Queixa]]
    ler: Callable[[Any], object] = _o_mesmo
    escrever: Callable[[Any], object] = _o_mesmo
    opcoes: Mapping[str, str] = field(default_factory=dict)
    limites: tuple[int, int] = (0, 0)
    partes: Mapping[str, Forma] = field(default_factory=dict)
    rotulos: Mapping[str, str] = field(default_factory=dict)


def forma(tipo: Tipo, espera: str, aceita: Callable[[Any], object], **mais: Any) -> Forma:  # noqa: ANN401  fields of a Forma
    """Return a kind of value that is itself in the column. espera: what it has to be."""

    def queixas(valor: object) -> Iterator[Queixa]:
        if not aceita(valor):
            yield "", espera

    return Forma(tipo, queixas, **mais)


def texto(
    espera: str = "texto, e não vazio",
    aceita: Callable[[str], object] = str.strip,
    *,
    tipo: Tipo = Tipo.TEXTO,
    ate: int = 1000,
) -> Forma:
    """Return a text that has something in it. aceita: whether one is what it has to be."""

    def queixas(valor: object) -> Iterator[Queixa]:
        if isinstance(valor, str) and len(valor) > ate:
            yield "", f"tem mais de {ate} caracteres"
        elif not (isinstance(valor, str) and guardavel(valor) and aceita(valor)):
            yield "", f"deve ser {espera}"

    return Forma(tipo, queixas, limites=(1, ate))


def guardavel(valor: str) -> bool:
    """Whether the database holds a text: no NUL, no half of a character, which JSON can write."""
    return "\0" not in valor and not any("\ud800" <= letra <= "\udfff" for letra in valor)


def padrao(espera: str, expressao: str) -> Forma:
    """Return a text that is of a pattern from its first character to its last."""
    return texto(espera, re.compile(expressao).fullmatch)


def inteiro(de: int, ate: int) -> Forma:
    """Return a whole number, both limits included."""
    return forma(
        Tipo.INTEIRO,
        f"deve ser um número inteiro de {de} a {ate}, sem aspas",
        # True is a number too.
        lambda valor: type(valor) is int and de <= valor <= ate,
        limites=(de, ate),
    )


def opcao(nomes: Mapping[str, str]) -> Forma:
    """Return one of some words. nomes: how a person reads each."""
    *outras, ultima = nomes
    return forma(
        Tipo.OPCAO,
        f"use {', '.join(outras)} ou {ultima}",
        lambda valor: isinstance(valor, str) and valor in nomes,
        opcoes={str(valor): nome for valor, nome in nomes.items()},
    )


LOGICO = forma(
    Tipo.LOGICO, "deve ser true ou false, sem aspas", lambda valor: isinstance(valor, bool)
)
DATA = forma(
    Tipo.DATA,
    "deve ser uma data como 2026-12-01, sem aspas",
    lambda valor: isinstance(valor, date) and not isinstance(valor, datetime),
)
HORA = forma(
    Tipo.HORA,
    "deve ser uma hora como 08:00:00, sem aspas",
    # The column knows no zone: one would be lost in it.
    lambda valor: isinstance(valor, time) and valor.tzinfo is None,
)
DIAS_DA_SEMANA = forma(
    Tipo.DIAS,
    "deve ser uma lista de dias, de 1 (segunda) a 7 (domingo), como [1, 2, 3]",
    lambda valor: (
        isinstance(valor, list)
        and bool(valor)
        and all(type(dia) is int and 1 <= dia <= 7 for dia in valor)
    ),
)


def duracao(ate: timedelta) -> Forma:
    """Return a time, as "90s", "15min", "2h" or "1d", of not more than `ate`."""

    def queixas(valor: object) -> Iterator[Queixa]:
        escrita = _DURACAO.fullmatch(valor) if isinstance(valor, str) else None
        if escrita is None or _tempo(escrita[0]) > ate:
            yield "", f'deve ser um tempo como "90s", "15min" ou "2h", até {_tempo_escrito(ate)}'

    return Forma(Tipo.DURACAO, queixas, _tempo, _tempo_escrito)


def _tempo(escrito: str) -> timedelta:
    numero = escrito.rstrip("smindh")
    inteiros, _, fracao = numero.partition(".")
    unidade = _SEGUNDOS[escrito.removeprefix(numero)]
    return int(inteiros + fracao.ljust(6, "0")) * unidade * _MICRO


def _tempo_escrito(valor: timedelta) -> str:
    segundos, micros = divmod(valor // _MICRO, 1_000_000)
    if micros or not segundos:
        return f"{segundos}.{micros:06d}".rstrip("0").rstrip(".") + "s"
    maior = next(nome for nome in reversed(_SEGUNDOS) if segundos % _SEGUNDOS[nome] == 0)
    return f"{segundos // _SEGUNDOS[maior]}{maior}"


def mapa(de: Forma) -> Forma:
    """Return a table whose keys are whatever the person needs."""

    def queixas(valor: object) -> Iterator[Queixa]:
        if not isinstance(valor, dict):
            yield "", "deve ser uma tabela, de chaves e valores"
            return
        if len(valor) > _CHAVES:
            yield "", f"tem mais de {_CHAVES} chaves"
            return
        for nome, dentro in valor.items():
            if not nome.strip() or len(nome) > _NOME or not guardavel(nome):
                yield "", f"há uma chave sem nome, ou com mais de {_NOME} caracteres"
                continue
            for onde, queixa in de.queixas(dentro):
                yield juntar(nome, onde), queixa

    return Forma(Tipo.MAPA, queixas, partes={"": de})


def objeto(partes: Mapping[str, tuple[str, Forma]]) -> Forma:
    """Return a table of which the keys are known; any of them may be left out.

    partes: by key, how it is called and what it holds.
    """
    formas = {nome: forma for nome, (_, forma) in partes.items()}

    def queixas(valor: object) -> Iterator[Queixa]:
        if not isinstance(valor, dict):
            yield "", "deve ser uma tabela, de chaves e valores"
            return
        for nome, dentro in valor.items():
            if nome not in formas:
                yield nome, desconhecida(nome, formas)
                continue
            for onde, queixa in formas[nome].queixas(dentro):
                yield juntar(nome, onde), queixa

    rotulos = {str(nome): rotulo for nome, (rotulo, _) in partes.items()}
    return Forma(Tipo.OBJETO, queixas, partes=formas, rotulos=rotulos)


def juntar(fora: str, dentro: str) -> str:
    """Return the place of something inside a table."""
    return f"{fora}.{dentro}" if fora and dentro else fora or dentro


def desconhecida(nome: str, conhecidas: Collection[str], alhures: Collection[str] = ()) -> str:
    """Say that a key does not exist here, which one may be meant, and which exist.

    alhures: keys of other places, each whole.
    """
    por_nome = {chave.rpartition(".")[2]: chave for chave in alhures}
    if nome in por_nome:
        return f"não fica aqui, e sim em {por_nome[nome]}"
    por_nome |= {chave: chave for chave in conhecidas}
    parecidas = get_close_matches(nome, por_nome, 1)
    palpite = f" (você quis dizer {por_nome[parecidas[0]]}?)" if parecidas else ""
    return f"chave desconhecida{palpite}; existem {', '.join(conhecidas)}"
