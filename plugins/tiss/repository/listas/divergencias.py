"""What does not fit and nobody closed, as people look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tiss.repository.conexao import Transacao
from tiss.repository.listas.pagina import Pagina, Recorte, paginar


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDeDivergencias:
    """Which open divergences; empty means all. Those of no contrato stand in production."""

    motivo: str | None = None
    operadoras: Sequence[str] = ()
    ambiente: str = "PRODUCAO"


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenciaNaLista:
    """An open divergence in one line. descricao: in Portuguese, may repeat what somebody wrote."""

    id: int
    motivo: str
    descricao: str
    aberta_em: datetime
    operadora: str | None
    lote_id: int | None
    numero_lote: int | None
    guia_id: int | None
    numero_guia_prestador: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenciaDaGuia:
    """An open divergence of a guia. descricao: None for who may not know what somebody wrote."""

    id: int
    motivo: str
    descricao: str | None
    aberta_em: datetime


def listar(
    t: Transacao, filtro: FiltroDeDivergencias, recorte: Recorte
) -> Pagina[DivergenciaNaLista]:
    """Return a page of those that are open, the newest first; they are not counted.

    Raises ConfigError for a cursor that no page gave.
    """
    lidas = t.linhas(
        DivergenciaNaLista,
        "lista/divergencias",
        motivo=filtro.motivo,
        operadoras=list(filtro.operadoras),
        ambiente=filtro.ambiente,
        chave=recorte.chave_id,
        subindo=recorte.subindo,
        limite=recorte.limite + 1,
    )
    return paginar(lidas, recorte, lambda divergencia: divergencia.id, None)


def da_guia(t: Transacao, guia_id: int, *, com_texto: bool) -> list[DivergenciaDaGuia]:
    """Return those of a guia that are open, the newest first. com_texto: also their words."""
    return t.linhas(
        DivergenciaDaGuia, "lista/divergencias_da_guia", guia=guia_id, com_texto=com_texto
    )
