"""Recursos de glosa as people look at them: a page of them, and what each one contests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tiss.domain.estados import StatusLote, StatusRecurso
from tiss.repository.conexao import Transacao
from tiss.repository.listas.pagina import Pagina, Recorte, paginar


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDeRecursos:
    """Which recursos; empty means all. lote: the one that is contested; guia: one of those."""

    status: Sequence[str] = ()
    operadoras: Sequence[str] = ()
    lote: int | None = None
    guia: int | None = None
    ids: Sequence[int] = ()

    def parametros(self) -> dict[str, object]:
        """Return what the statements call them."""
        return {
            "status": list(self.status),
            "operadoras": list(self.operadoras),
            "lote": self.lote,
            "guia": self.guia,
            "ids": list(self.ids),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursoNaLista:
    """A recurso in one line; values in reais.

    lote_recorrido_id, numero_lote, protocolo: the lote that it contests. lote_id and the others of
    its sending: None before it was approved. prazo: of a draft, the last day to send all of it.
    """

    id: int
    status: str
    objeto: str
    contrato_id: int
    registro_ans: str
    operadora: str
    prestador: str
    ambiente: str
    lote_recorrido_id: int
    numero_lote: int
    protocolo: str
    lote_id: int | None
    numero_lote_do_envio: int | None
    status_do_envio: str | None
    protocolo_do_recurso: str | None
    guias: int
    glosas: int
    codigos: Sequence[str]
    valor_recursado: Decimal
    valor_acatado: Decimal | None
    sem_justificativa: int
    prazo: date | None
    dias: int | None
    criado_em: datetime
    criado_por: str
    decidido_em: datetime | None
    decidido_por: str | None
    respondido_em: datetime | None

    @property
    def aguarda(self) -> bool:
        """Whether the operadora has it, and has not answered."""
        return self.status == StatusRecurso.APROVADO and self.status_do_envio == StatusLote.ENVIADO


@dataclass(frozen=True, slots=True, kw_only=True)
class GlosaDoRecurso:
    """A glosa that is contested; values in reais.

    justificativa, resposta: what the clinic says and what the operadora answered, None for who may
    see no patient. viva: whether its guia still stands.
    """

    id: int
    guia_id: int
    consulta_id: str
    numero_guia_prestador: str
    viva: bool
    nivel: str
    sequencial_item: int | None
    codigo_procedimento: str | None
    procedimento: str | None
    codigo: str
    descricao: str | None
    valor_recursado: Decimal
    valor_acatado: Decimal | None
    justificada: bool
    justificativa: str | None
    resposta: str | None


def listar(
    t: Transacao, filtro: FiltroDeRecursos, recorte: Recorte
) -> tuple[Pagina[RecursoNaLista], dict[str, int]]:
    """Return a page of recursos, the newest first, and how many of each status there are.

    Of each status that the rest of the filter finds.
    """
    linhas = t.tabela("lista/recursos_por_status", **filtro.parametros())
    contados: dict[str, int] = {linha["status"]: linha["recursos"] for linha in linhas}
    total = sum(contados.get(status, 0) for status in filtro.status or contados)
    lidos = _linhas(t, filtro, recorte, recorte.limite + 1)
    return paginar(lidos, recorte, lambda recurso: recurso.id, total), contados


def seguintes(t: Transacao, filtro: FiltroDeRecursos, depois: int | None) -> list[RecursoNaLista]:
    """Return up to a thousand recursos that follow one in the list, None: the first of it."""
    recorte = Recorte.seguinte(depois)
    return _linhas(t, filtro, recorte, recorte.limite)


def obter(t: Transacao, recurso_id: int) -> RecursoNaLista | None:
    """Return a recurso in one line, None when there is none."""
    return next(iter(_linhas(t, FiltroDeRecursos(ids=[recurso_id]), Recorte(), 1)), None)


def glosas(t: Transacao, recurso_id: int, *, com_texto: bool) -> list[GlosaDoRecurso]:
    """Return what a recurso contests, in the order of its message."""
    return t.linhas(
        GlosaDoRecurso, "lista/glosas_do_recurso", recurso=recurso_id, com_texto=com_texto
    )


def _linhas(
    t: Transacao, filtro: FiltroDeRecursos, recorte: Recorte, limite: int
) -> list[RecursoNaLista]:
    return t.linhas(
        RecursoNaLista,
        "lista/recursos",
        chave=recorte.chave_id,
        subindo=recorte.subindo,
        limite=limite,
        **filtro.parametros(),
    )
