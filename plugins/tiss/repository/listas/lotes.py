"""Lotes as people look at them: a page of them, one with its story, what changed lately."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tiss.repository import lotes as lotes_do_banco
from tiss.repository.conexao import Transacao
from tiss.repository.listas.pagina import Pagina, Recorte, paginar


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDeLotes:
    """Which lotes; empty means all. desde, ate: days of creation, inclusive, by Brasília's clock.

    busca: the start of a number of lote or a protocolo.
    """

    status: Sequence[str] = ()
    operadoras: Sequence[str] = ()
    desde: date | None = None
    ate: date | None = None
    busca: str | None = None
    ids: Sequence[int] = ()

    def parametros(self) -> dict[str, object]:
        """Return what the statements call them."""
        return {
            "status": list(self.status),
            "operadoras": list(self.operadoras),
            "desde": self.desde,
            "ate": self.ate,
            "busca": self.busca or None,
            "ids": list(self.ids),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteNaLista:
    """A lote in one line; values in reais. mudou_em: when its status last changed.

    espera: what holds a PENDENTE one back besides its turn: PORTAL, EXPORTADO, CONFERENCIA,
    SUSPENSO; None: nothing. na_fila: somebody asked for it minutes ago, and it is about to leave.
    """

    id: int
    numero_lote: int
    contrato_id: int
    registro_ans: str
    operadora: str
    prestador: str
    ambiente: str
    tipo_guia: str
    quantidade_guias: int
    valor_total: Decimal
    status: str
    espera: str | None
    na_fila: bool
    protocolo: str | None
    criado_em: datetime
    mudou_em: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LotesPorStatus:
    """How many lotes are in a status, with how many guias and reais.

    de_recurso: how many of them contest glosas; what these ask for was billed before, and is not in
    valor.
    """

    status: str
    lotes: int
    de_recurso: int
    guias: int
    valor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EmDuvida:
    """Lotes in doubt, and the guias in them."""

    lotes: int
    guias: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaDoLote:
    """A guia inside a lote; values in reais, None while there is no verdict."""

    id: int
    ordem: int
    consulta_id: str
    numero_guia_prestador: str
    status: str
    glosa_parcial: bool
    situacao: str | None
    data_atendimento: date | None
    informado: Decimal
    liberado: Decimal | None
    glosado: Decimal | None
    codigos: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrocaDoLote:
    """An exchange with the operadora; sizes in bytes. quem: dag/run/task/map/try, or a name.

    ultimo_bloco_saiu: whether all of the request left.
    """

    id: int
    operacao: str
    canal: str
    tentativa: int
    quem: str
    inicio: datetime
    fim: datetime | None
    http_status: int | None
    ultimo_bloco_saiu: bool | None
    falha: str | None
    desfecho: str | None
    enviados: int
    recebidos: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MudancaDoLote:
    """A change of status."""

    de: str | None
    para: str
    quando: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcaoNoLote:
    """What a person did about it, with what they wrote; situacao: HTTP status, None: unfinished."""

    quem: str
    o_que: str
    motivo: str | None
    quando: datetime
    situacao: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteComHistoria:
    """A lote with all that is told of it. observacoes: why it is as it is, in Portuguese.

    codigo_prestador: our code at the operadora, None where we go by CNPJ or CPF. detalhe: what the
    operadora wrote when it refused, which may name a patient.
    protocolo_corrigivel: it is what a person wrote, and the operadora said nothing of the lote.
    """

    lote: LoteNaLista
    codigo_prestador: str | None
    versao_tiss: str
    hash: str
    tamanho: int
    tentativa: int
    prazo: datetime | None
    data_envio: datetime | None
    data_resposta: datetime | None
    proxima_consulta: datetime | None
    situacao_protocolo: str | None
    observacoes: str | None
    detalhe: str | None
    substituido_por: int | None
    liberado_por: str | None
    exportado_por: str | None
    protocolo_corrigivel: bool
    guias: Sequence[GuiaDoLote] = ()
    trocas: Sequence[TrocaDoLote] = ()
    mudancas: Sequence[MudancaDoLote] = ()
    acoes: Sequence[AcaoNoLote] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mudancas:
    """Lotes whose status changed after a mark, and the mark to ask with next time.

    What changed in the last seconds is told again: transactions end in another order than they
    begin, and one that ends late would be lost.
    """

    marca: int
    lotes: Sequence[LoteNaLista] = field(default_factory=tuple)


def listar(
    t: Transacao, filtro: FiltroDeLotes, recorte: Recorte
) -> tuple[Pagina[LoteNaLista], dict[str, LotesPorStatus]]:
    """Return a page of lotes, the newest first, and what the rest of the filter finds by status."""
    por_status = t.linhas(LotesPorStatus, "lista/lotes_por_status", **filtro.parametros())
    contados = {linha.status: linha for linha in por_status}
    total = sum(contados[um].lotes for um in filtro.status or contados if um in contados)
    lidas = _linhas(t, filtro, recorte, recorte.limite + 1)
    return paginar(lidas, recorte, lambda lote: lote.id, total), contados


def seguintes(t: Transacao, filtro: FiltroDeLotes, depois: int | None) -> list[LoteNaLista]:
    """Return up to a thousand lotes that follow one in the list, None: the first of it."""
    recorte = Recorte.seguinte(depois)
    return _linhas(t, filtro, recorte, recorte.limite)


def em_duvida(t: Transacao) -> EmDuvida:
    """Return how many lotes wait for a person who looks at a portal."""
    return t.linhas(EmDuvida, "lista/em_duvida")[0]


def existe(t: Transacao, lote_id: int) -> bool:
    """Return whether there is such a lote."""
    return bool(t.valor("lista/existe_lote", lote=lote_id))


def obter(t: Transacao, lote_id: int) -> LoteComHistoria | None:
    """Return a lote with its guias, exchanges and changes, None when there is none."""
    lotes = _linhas(t, FiltroDeLotes(ids=[lote_id]), Recorte(), 1)
    if not lotes:
        return None
    (resto,) = t.tabela("lista/lote", lote=lote_id)
    return LoteComHistoria(
        lote=lotes[0],
        guias=t.linhas(GuiaDoLote, "lista/guias_do_lote", lote=lote_id),
        trocas=t.linhas(TrocaDoLote, "lista/trocas_do_lote", lote=lote_id),
        mudancas=t.linhas(MudancaDoLote, "lista/mudancas_do_lote", lote=lote_id),
        acoes=t.linhas(AcaoNoLote, "lista/acoes_no_lote", lote=lote_id),
        protocolo_corrigivel=lotes_do_banco.protocolo_corrigivel(t, lote_id),
        **resto,
    )


def mudancas(t: Transacao, desde: int | None) -> Mudancas:
    """Return the lotes that changed after a mark; None: none of them, only the mark of now."""
    marca: int = t.valor("lista/marca_de_mudancas")
    if desde is None:
        return Mudancas(marca=marca)
    ids = t.valores("lista/lotes_mudados", desde=desde)
    if not ids:
        return Mudancas(marca=max(marca, desde))
    mudados = _linhas(t, FiltroDeLotes(ids=ids), Recorte(), 100)
    return Mudancas(marca=max(marca, desde), lotes=mudados)


def da_tarefa(t: Transacao, quem: str) -> list[LoteNaLista]:
    """Return the lotes that an instance of a task spoke with operadoras about.

    quem: dag/run/task/map_index/, as the exchanges have it.
    """
    ids = t.valores("lista/lotes_da_tarefa", quem=quem)
    if not ids:
        return []
    return _linhas(t, FiltroDeLotes(ids=ids), Recorte(), 100)


def troca(t: Transacao, lote_id: int, troca_id: int) -> tuple[bytes, bytes | None] | None:
    """Return request and response of an exchange of a lote, None when it has no such exchange."""
    linhas: list[dict[str, Any]] = t.tabela("lista/troca", lote=lote_id, troca=troca_id)
    if not linhas:
        return None
    resposta = linhas[0]["resposta"]
    return zlib.decompress(linhas[0]["pedido"]), resposta and zlib.decompress(resposta)


def _linhas(
    t: Transacao, filtro: FiltroDeLotes, recorte: Recorte, limite: int
) -> list[LoteNaLista]:
    return t.linhas(
        LoteNaLista,
        "lista/lotes",
        chave=recorte.chave_id,
        subindo=recorte.subindo,
        limite=limite,
        **filtro.parametros(),
    )
