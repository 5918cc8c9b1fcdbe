"""Consultas that wait to be billed."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from tiss.repository.listas import consultas
from tiss.repository.listas.consultas import ConsultaNaLista
from tiss.repository.listas.pagina import Pagina
from tiss.web import vista
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import FiltroDeConsultasDep, RecorteDep

rotas = APIRouter(prefix="/consultas", tags=["consultas"])


@rotas.get("")
def listar(
    repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeConsultasDep, recorte: RecorteDep
) -> Pagina[ConsultaNaLista]:
    """Consultas prontas ou com problemas, as mais novas primeiro."""
    with repo.transacao() as t:
        pagina = consultas.listar(t, vista.das_consultas(filtro, pessoa), recorte)
    return replace(pagina, itens=[vista.da_consulta(linha, pessoa) for linha in pagina.itens])
