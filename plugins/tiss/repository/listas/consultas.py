"""Consultas that wait to be billed: a page of them, all that a filter finds, where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from tiss.errors import ConfigError
from tiss.repository.conexao import Transacao
from tiss.repository.listas.pagina import CURSOR_ALHEIO, Pagina, Recorte, paginar

PRONTA, COM_PROBLEMAS = "PRONTA", "COM_PROBLEMAS"
# More are not looked at for the screen: to know that there are many is enough there. Of what type
# a guia is costs more to find out.
ATE_QUANTAS, ATE_QUANTAS_POR_TIPO = 10_000, 5_000
# What is rarer is corrected when the rest is.
QUANTOS_PROBLEMAS = 8
# What sorts rows without a day: they have a problem, and come first.
_SEM_DIA = "9999-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDeConsultas:
    """Which of what waits; empty means all. desde, ate: days of care, inclusive.

    busca: a consulta_id. situacao: PRONTA or COM_PROBLEMAS. tipos: of guia. profissional: part of
    the name of who attended, whatever its capitals and accents. problema, campo: the code of what
    is wrong, and where.
    """

    ambiente: str = "PRODUCAO"
    situacao: str | None = None
    operadoras: Sequence[str] = ()
    desde: date | None = None
    ate: date | None = None
    busca: str | None = None
    tipos: Sequence[str] = ()
    profissional: str | None = None
    problema: str | None = None
    campo: str | None = None

    def parametros(self) -> dict[str, object]:
        """Return what the statements call them."""
        return {
            "ambiente": self.ambiente,
            "situacao": self.situacao,
            "operadoras": list(self.operadoras),
            "desde": self.desde,
            "ate": self.ate,
            "busca": self.busca or None,
            "tipos": list(self.tipos),
            "profissional": (self.profissional or "").strip() or None,
            "problema": self._parte_do_problema(),
        }

    def _parte_do_problema(self) -> Jsonb | None:
        parte = {"codigo": self.problema, "caminho": self.campo}
        dita = {nome: valor for nome, valor in parte.items() if valor}
        # A warning keeps nothing from being billed.
        return Jsonb(dita | {"gravidade": "erro"}) if dita else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultaNaLista:
    """What waits to be billed, in one line; valor in reais, of its items and expenses.

    numero_carteira: of the patient. problemas: of the last time that it was built, empty while it
    never was. operadora, prestador: None when the clinic names one that is not registered here.
    """

    consulta_id: str
    clinica_id: str
    registro_ans: str
    operadora: str | None
    prestador: str | None
    tipo_guia: str | None
    data_atendimento: date | None
    numero_carteira: str | None
    nome_profissional: str | None
    itens: int
    valor: Decimal | None
    situacao: str
    guia_id: int | None
    problemas: Sequence[dict[str, Any]]

    @property
    def chave(self) -> str:
        """What a page begins at."""
        return f"{self.data_atendimento or _SEM_DIA}|{self.consulta_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contadas:
    """How many wait in each situation; both None: many, which were not counted to the end.

    olhadas: how many were looked at for it, of every type.
    """

    olhadas: int
    prontas: int | None
    com_problemas: int | None

    def total(self, situacao: str | None) -> int | None:
        """Return how many of a situation, None: of both."""
        if self.prontas is None or self.com_problemas is None:
            return None
        por_situacao = {PRONTA: self.prontas, COM_PROBLEMAS: self.com_problemas}
        return sum(por_situacao.values()) if situacao is None else por_situacao[situacao]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemaComum:
    """What is wrong at one place of so many consultas.

    mensagem: what is said of most of them, None for who may not know.
    """

    codigo: str
    caminho: str
    mensagem: str | None
    consultas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Situacao:
    """Whether a chosen consulta can be billed: what the view says now, and where its guia is."""

    consulta_id: str
    preparada: bool
    contrato_id: int | None
    anterior_ao_inicio: bool | None
    resultado: str | None
    retida: bool
    guia_id: int | None
    status: str | None
    problemas: Sequence[dict[str, Any]]
    lote_id: int | None
    numero_lote: int | None


def listar(
    t: Transacao, filtro: FiltroDeConsultas, recorte: Recorte
) -> tuple[Pagina[ConsultaNaLista], Contadas]:
    """Return a page of what waits, the newest day first, and what the rest of the filter finds.

    Raises ConfigError for a bad cursor.
    """
    lidas = _linhas(t, filtro, recorte, recorte.limite + 1)
    contadas = contar(t, filtro)
    pagina = paginar(lidas, recorte, lambda linha: linha.chave, contadas.total(filtro.situacao))
    return pagina, contadas


def contar(t: Transacao, filtro: FiltroDeConsultas) -> Contadas:
    """Return how many of a filter wait in each situation, whatever the one that it asks for."""
    limite = ATE_QUANTAS_POR_TIPO if filtro.tipos else ATE_QUANTAS
    (contadas,) = t.linhas(
        Contadas, "lista/consultas_contadas", ate_quantas=limite + 1, **filtro.parametros()
    )
    if contadas.olhadas > limite:
        return replace(contadas, prontas=None, com_problemas=None)
    return contadas


def seguintes(t: Transacao, filtro: FiltroDeConsultas, depois: str | None) -> list[ConsultaNaLista]:
    """Return up to a thousand that follow one in the list (its chave), None: the first of it."""
    recorte = Recorte.seguinte(depois)
    return _linhas(t, filtro, recorte, recorte.limite)


def problemas(t: Transacao, filtro: FiltroDeConsultas) -> list[ProblemaComum]:
    """Return what keeps the consultas of a filter from being billed, the most frequent first."""
    return t.linhas(
        ProblemaComum,
        "lista/problemas_das_consultas",
        limite=QUANTOS_PROBLEMAS,
        **filtro.parametros(),
    )


def chaves(t: Transacao, filtro: FiltroDeConsultas, *, limite: int) -> list[str]:
    """Return the consulta_id of all that a filter finds, no more than limite."""
    return t.valores("lista/chaves_das_consultas", limite=limite, **filtro.parametros())


def situacoes(t: Transacao, consultas: Sequence[str], ambiente: str) -> list[Situacao]:
    """Return where chosen consultas stand, by consulta_id; also of those that nobody prepared."""
    return t.linhas(
        Situacao, "lista/situacao_das_consultas", consultas=list(consultas), ambiente=ambiente
    )


def _linhas(
    t: Transacao, filtro: FiltroDeConsultas, recorte: Recorte, limite: int
) -> list[ConsultaNaLista]:
    dia, consulta = _posicao(recorte)
    return t.linhas(
        ConsultaNaLista,
        "lista/consultas",
        dia=dia,
        consulta=consulta,
        subindo=recorte.subindo,
        limite=limite,
        **filtro.parametros(),
    )


def _posicao(recorte: Recorte) -> tuple[date | None, str | None]:
    if recorte.chave is None:
        return None, None
    dia, separador, consulta = recorte.chave.partition("|")
    try:
        if separador:
            return date.fromisoformat(dia), consulta
    except ValueError:
        pass
    raise ConfigError(CURSOR_ALHEIO)
