"""Hoje: what waits for a person."""

from __future__ import annotations

from fastapi import APIRouter

from tiss.web import hoje
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.hoje import Hoje

rotas = APIRouter(prefix="/hoje", tags=["hoje"])


@rotas.get("")
def ler(repo: RepositorioDep, pessoa: PessoaDep) -> Hoje:
    """O que espera por uma pessoa, o mais urgente primeiro; sem paciente nem texto de operadora."""
    return hoje.ler(repo, pessoa)
