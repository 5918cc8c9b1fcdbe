"""Guias as people look at them: a page of them, and one with all that is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tiss.domain.estados import StatusGuia
from tiss.repository.conexao import Transacao
from tiss.repository.listas.pagina import Pagina, Recorte, paginar

# Counted no further: who looks at so many needs another filter, not their number. What a code was
# told of lies scattered, and costs more to count.
ATE_QUANTAS = 10_000
ATE_QUANTAS_DA_GLOSA = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDeGuias:
    """Which guias; empty means all. desde, ate: days of care, inclusive.

    busca: a number of guia, a protocolo or a consulta, as a whole. glosa: a code that an analysis
    refused something by. lote: an id; also those that were in it once.
    """

    status: Sequence[str] = ()
    operadoras: Sequence[str] = ()
    desde: date | None = None
    ate: date | None = None
    busca: str | None = None
    glosa: str | None = None
    lote: int | None = None

    @property
    def achado_por(self) -> str:
        """The statement that finds them: by what fewest guias have in common."""
        if self.busca or self.lote:
            return "lista/guias_achadas"
        if self.glosa:
            return "lista/guias_da_glosa"
        if self.desde is not None or self.ate is not None:
            return "lista/guias_do_periodo"
        return "lista/guias_por_estado"

    def parametros(self) -> dict[str, object]:
        """Return what the statements call them."""
        return {
            "status": list(self.status or StatusGuia),
            "operadoras": list(self.operadoras),
            "desde": self.desde,
            "ate": self.ate,
            "busca": self.busca or None,
            "glosa": self.glosa or None,
            "lote": self.lote,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaNaLista:
    """A guia in one line; values in reais, None while nobody knows them.

    operadora, prestador: None for one that nobody registered. numero_carteira: whom it is about,
    None for who may not know. lote_id: the lote that it is in, or was in last. problemas: how many
    keep an INVALIDA one from being billed. codigos: of its glosas, by analysis.
    """

    id: int
    consulta_id: str
    numero_guia_prestador: str | None
    numero_carteira: str | None
    registro_ans: str
    operadora: str | None
    prestador: str | None
    ambiente: str
    tipo: str
    data_atendimento: date | None
    status: str
    viva: bool
    glosa_parcial: bool
    informado: Decimal | None
    liberado: Decimal | None
    glosado: Decimal | None
    recuperado: Decimal | None
    lote_id: int | None
    numero_lote: int | None
    status_do_lote: str | None
    protocolo: str | None
    problemas: int
    codigos: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contadas:
    """How many guias are in each status, None: more than `ate`, or many that nobody told apart.

    A status that is not there has none.
    """

    por_status: Mapping[str, int | None]
    ate: int

    def de(self, status: Sequence[str]) -> int | None:
        """Return how many are in any of some statuses, None: many."""
        total = 0
        for um in status:
            if (quantas := self.por_status.get(um, 0)) is None:
                return None
            total += quantas
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDaGuia:
    """What a guia bills; values in reais."""

    sequencial_item: int
    codigo_despesa: str | None
    codigo_tabela: str
    codigo_procedimento: str
    descricao: str
    data_execucao: date
    quantidade: Decimal
    valor_unitario: Decimal | None
    valor_total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvioDaGuia:
    """A lote that a guia was in. viva: whether it is the one that counts."""

    lote_id: int
    numero_lote: int
    status_do_lote: str
    protocolo: str | None
    viva: bool
    resultado: str | None
    criado_em: datetime
    data_envio: datetime | None
    data_resposta: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagamentoDaGuia:
    """A posting. recurso: paid after an appeal."""

    data_pagamento: date | None
    recurso: bool
    liberado: Decimal | None
    demonstrativo_numero: str
    lido_em: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mudanca:
    """A change of status."""

    de: str | None
    para: str
    quando: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acao:
    """What a person did about it; situacao: HTTP status, None: unfinished."""

    quem: str
    o_que: str
    motivo: str | None
    quando: datetime
    situacao: int | None


def listar(
    t: Transacao, filtro: FiltroDeGuias, recorte: Recorte, *, com_paciente: bool
) -> tuple[Pagina[GuiaNaLista], Contadas]:
    """Return a page of guias, the newest first, and how many of each status the rest finds.

    com_paciente: whether who asks may know whom they are about. The total of the page is None when
    there are many.
    """
    contadas = _contar(t, filtro)
    linhas = _linhas(t, _ids(t, filtro, recorte, recorte.limite + 1), com_paciente=com_paciente)
    total = contadas.de(filtro.status or list(StatusGuia))
    return paginar(linhas, recorte, lambda guia: guia.id, total), contadas


def seguintes(
    t: Transacao, filtro: FiltroDeGuias, depois: int | None, *, com_paciente: bool
) -> list[GuiaNaLista]:
    """Return up to a thousand guias that follow one in the list, None: the first of it."""
    recorte = Recorte.seguinte(depois)
    return _linhas(t, _ids(t, filtro, recorte, recorte.limite), com_paciente=com_paciente)


def obter(t: Transacao, guia_id: int, *, com_paciente: bool) -> GuiaNaLista | None:
    """Return a guia in one line, None when there is none."""
    return next(iter(_linhas(t, [guia_id], com_paciente=com_paciente)), None)


def resto(t: Transacao, guia_id: int, *, com_texto: bool) -> dict[str, Any]:
    """Return the columns of lista/guia for a guia. com_texto: also what people wrote."""
    (achado,) = t.tabela("lista/guia", guia=guia_id, com_texto=com_texto)
    return achado


def itens(t: Transacao, guia_id: int) -> list[ItemDaGuia]:
    """Return what a guia bills."""
    return t.linhas(ItemDaGuia, "lista/itens_da_guia", guia=guia_id)


def envios(t: Transacao, guia_id: int) -> list[EnvioDaGuia]:
    """Return the lotes that a guia was in, the newest first."""
    return t.linhas(EnvioDaGuia, "lista/envios_da_guia", guia=guia_id)


def pagamentos(t: Transacao, guia_id: int) -> list[PagamentoDaGuia]:
    """Return the postings on a guia, the newest first."""
    return t.linhas(PagamentoDaGuia, "lista/pagamentos_da_guia", guia=guia_id)


def mudancas(t: Transacao, objeto: str, objeto_id: int) -> list[Mudanca]:
    """Return the states of a `guia` or a `recurso`, the newest first."""
    return t.linhas(Mudanca, "lista/mudancas", objeto=objeto, id=objeto_id)


def acoes(
    t: Transacao, *, com_texto: bool, guia: int | None = None, recurso: int | None = None
) -> list[Acao]:
    """Return what people did about a guia or a recurso, the newest first."""
    return t.linhas(Acao, "lista/acoes", guia=guia, recurso=recurso, com_texto=com_texto)


def _linhas(t: Transacao, ids: Sequence[int], *, com_paciente: bool) -> list[GuiaNaLista]:
    return t.linhas(GuiaNaLista, "lista/guias", ids=list(ids), com_paciente=com_paciente)


def _ids(t: Transacao, filtro: FiltroDeGuias, recorte: Recorte, limite: int) -> list[int]:
    return t.valores(
        filtro.achado_por,
        chave=recorte.chave_id,
        subindo=recorte.subindo,
        limite=limite,
        **filtro.parametros(),
    )


# The statement that finds -> the one that counts what it finds.
_CONTADAS = {
    "lista/guias_achadas": "lista/guias_achadas_contadas",
    "lista/guias_da_glosa": "lista/guias_da_glosa_contadas",
    "lista/guias_do_periodo": "lista/guias_do_periodo_contadas",
    "lista/guias_por_estado": "lista/guias_por_estado_contadas",
}


def _contar(t: Transacao, filtro: FiltroDeGuias) -> Contadas:
    """Count all statuses, whichever of them the filter wants: the screen offers the others."""
    da_glosa = filtro.achado_por == "lista/guias_da_glosa"
    ate = ATE_QUANTAS_DA_GLOSA if da_glosa else ATE_QUANTAS
    parametros = {**filtro.parametros(), "status": list(StatusGuia), "ate_quantas": ate + 1}
    linhas = t.tabela(_CONTADAS[filtro.achado_por], **parametros)
    contadas: dict[str, int] = {linha["status"]: linha["guias"] for linha in linhas}
    if da_glosa and sum(contadas.values()) > ate:
        return Contadas(por_status=dict.fromkeys(StatusGuia), ate=ate)
    return Contadas(
        por_status={um: quantas if quantas <= ate else None for um, quantas in contadas.items()},
        ate=ate,
    )
