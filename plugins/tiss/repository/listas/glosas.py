"""Glosas as people look at them: what was refused, and what may still be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiss.repository.conexao import Transacao
from tiss.repository.listas.pagina import Pagina, Recorte, paginar


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltroDeGlosas:
    """Which glosas of analyses; empty means all. guia, lote: ids.

    anunciadas: also what was only told before the analysis, which decides nothing.
    """

    codigo: str | None = None
    guia: int | None = None
    lote: int | None = None
    operadoras: Sequence[str] = ()
    anunciadas: bool = False

    def parametros(self) -> dict[str, object]:
        """Return what the statements call them."""
        return {
            "codigo": self.codigo or None,
            "guia": self.guia,
            "lote": self.lote,
            "operadoras": list(self.operadoras),
            "anunciadas": self.anunciadas,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GlosaNaLista:
    """A glosa in one line; values in reais, None when nobody knows them.

    nivel: PROTOCOLO, GUIA or ITEM. descricao: of Tabela 38. texto: the operadora's own words, None
    for who may see no patient. situacao: as in tiss.conciliacao_recurso, None for what is not to be
    contested: it repeats another one, or its guia does not stand any more. prazo: the last day to
    contest it, None when the contrato has none; dias: how many are left.
    """

    id: int
    envio_id: int
    guia_id: int
    consulta_id: str
    numero_guia_prestador: str | None
    registro_ans: str
    operadora: str | None
    lote_id: int
    numero_lote: int
    protocolo: str | None
    origem: str
    nivel: str
    sequencial_item: int | None
    codigo_tabela: str | None
    codigo_procedimento: str | None
    codigo: str
    descricao: str | None
    texto: str | None
    valor: Decimal | None
    situacao: str | None
    prazo: date | None
    dias: int | None
    recurso_id: int | None
    valor_recursado: Decimal | None
    valor_acatado: Decimal | None


def listar(
    t: Transacao, filtro: FiltroDeGlosas, recorte: Recorte, *, com_texto: bool
) -> Pagina[GlosaNaLista]:
    """Return a page of glosas, the newest first, not counted.

    com_texto: whether who asks may read what the operadora wrote.
    """
    lidas = _linhas(t, filtro, recorte, recorte.limite + 1, com_texto=com_texto)
    return paginar(lidas, recorte, lambda glosa: glosa.id, None)


def seguintes(
    t: Transacao, filtro: FiltroDeGlosas, depois: int | None, *, com_texto: bool
) -> list[GlosaNaLista]:
    """Return up to a thousand glosas that follow one in the list, None: the first of it."""
    recorte = Recorte.seguinte(depois)
    return _linhas(t, filtro, recorte, recorte.limite, com_texto=com_texto)


def _linhas(
    t: Transacao, filtro: FiltroDeGlosas, recorte: Recorte, limite: int, *, com_texto: bool
) -> list[GlosaNaLista]:
    return t.linhas(
        GlosaNaLista,
        "lista/glosas",
        chave=recorte.chave_id,
        subindo=recorte.subindo,
        limite=limite,
        com_texto=com_texto,
        **filtro.parametros(),
    )
