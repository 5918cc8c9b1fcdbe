"""Conciliação: what was billed, and what became of it, by contrato and month."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from tiss.repository.listas import conciliacao
from tiss.repository.listas.conciliacao import Conciliacao
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import FiltroDaConciliacaoDep
from tiss.web.planilha import planilha

rotas = APIRouter(tags=["conciliação"])
# Column of a line -> its heading.
COLUNAS = {
    "competencia": "Competência",
    "registro_ans": "Registro ANS",
    "operadora": "Operadora",
    "prestador": "Prestador",
    "ambiente": "Ambiente",
    "guias": "Guias",
    "guias_em_aberto": "Guias em aberto",
    "informado": "Informado",
    "processado": "Processado",
    "liberado": "Liberado",
    "glosado": "Glosado",
    "franquia": "Franquia",
    "em_aberto": "Em aberto",
    "diferenca": "Diferença",
    "pago": "Pago",
    "a_pagar": "A pagar",
    "a_receber": "A receber",
    "pago_por_recurso": "Pago por recurso",
    "em_recurso": "Em recurso",
    "recuperado": "Recuperado",
}


@rotas.get("/conciliacao")
def ler(repo: RepositorioDep, filtro: FiltroDaConciliacaoDep) -> Conciliacao:
    """Por contrato e competência, com totais, o que está parado, as glosas e divergências."""
    with repo.transacao() as t:
        conciliacao.atualizar(t)
        return conciliacao.ler(t, filtro)


@rotas.get("/conciliacao.csv", response_class=StreamingResponse)
def csv(repo: RepositorioDep, filtro: FiltroDaConciliacaoDep) -> StreamingResponse:
    """As linhas por contrato e competência, em CSV: UTF-8, ponto e vírgula, vírgula decimal."""
    with repo.transacao() as t:
        conciliacao.atualizar(t)
        lidas = conciliacao.linhas(t, filtro)
    return planilha(
        "conciliacao.csv",
        list(COLUNAS.values()),
        lambda linha: [getattr(linha, coluna) for coluna in COLUNAS],
        iter([lidas]),
    )
