"""Glosas: what operadoras refused, and until when it may be contested."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from tiss.repository.listas import glosas
from tiss.repository.listas.glosas import GlosaNaLista
from tiss.repository.listas.pagina import Pagina
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import FiltroDeGlosasDep, RecorteDep
from tiss.web.planilha import paginas, planilha

rotas = APIRouter(prefix="/glosas", tags=["glosas"])

_CABECALHO = (
    "Guia", "Consulta", "Operadora", "Registro ANS", "Lote", "Protocolo", "Nível", "Item", "Tabela",
    "Procedimento", "Código", "Descrição", "Valor", "Situação", "Prazo", "Recurso", "Recursado",
    "Acatado",
)  # fmt: skip


@rotas.get("")
def listar(
    repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeGlosasDep, recorte: RecorteDep
) -> Pagina[GlosaNaLista]:
    """Glosas de análises, as mais novas primeiro, sem total."""
    with repo.transacao() as t:
        return glosas.listar(t, filtro, recorte, com_texto=pessoa.opera)


@rotas.get(".csv", response_class=Response)
def em_planilha(repo: RepositorioDep, filtro: FiltroDeGlosasDep) -> Response:
    """Todas as glosas do filtro, num arquivo CSV para planilha."""

    def seguintes(depois: int | None) -> Sequence[GlosaNaLista]:
        with repo.transacao() as t:
            return glosas.seguintes(t, filtro, depois, com_texto=False)

    return planilha("glosas.csv", _CABECALHO, _celulas, paginas(seguintes, lambda glosa: glosa.id))


def _celulas(glosa: GlosaNaLista) -> Sequence[object]:
    return (
        glosa.numero_guia_prestador,
        glosa.consulta_id,
        glosa.operadora,
        glosa.registro_ans,
        glosa.numero_lote,
        glosa.protocolo,
        glosa.nivel,
        glosa.sequencial_item,
        glosa.codigo_tabela,
        glosa.codigo_procedimento,
        glosa.codigo,
        glosa.descricao,
        glosa.valor,
        glosa.situacao,
        glosa.prazo,
        glosa.recurso_id,
        glosa.valor_recursado,
        glosa.valor_acatado,
    )
