"""The screen Hoje: what waits for a person, most urgent first, and where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tiss.web import hoje
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.hoje import Assunto
from tiss.web.telas.pagina import pagina

rotas = APIRouter(prefix="/hoje", default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class Rotulo:
    """How one and many of a kind are called, what a person does, and how urgent it looks."""

    um: str
    varios: str
    faca: str
    tom: str
    icone: str


ROTULOS: Mapping[Assunto, Rotulo] = {
    Assunto.LOTES_EM_DUVIDA: Rotulo(
        "Lote em dúvida",
        "Lotes em dúvida",
        "Confira no portal da operadora e decida.",
        "doubt",
        "question",
    ),
    Assunto.PRAZOS: Rotulo(
        "Glosa com prazo de recurso nos próximos 10 dias",
        "Glosas com prazo de recurso nos próximos 10 dias",
        "Prepare e aprove o recurso até o último dia.",
        "bad",
        "cal",
    ),
    Assunto.SUSPENSOS: Rotulo(
        "Suspensão", "Suspensões", "Nada sai nem é consultado até que se corrija.", "bad", "slash"
    ),
    Assunto.LOTES_EM_ERRO: Rotulo(
        "Lote recusado", "Lotes recusados", "Corrija a causa, refaça e envie.", "bad", "x"
    ),
    Assunto.LOTES_A_LIBERAR: Rotulo(
        "Lote à espera de você",
        "Lotes à espera de você",
        "Confira e libere, ou leve ao portal.",
        "warn",
        "user",
    ),
    Assunto.LOTES_PARADOS: Rotulo(
        "Lote parado há mais de um dia",
        "Lotes parados há mais de um dia",
        "Abra o lote: a história diz o que faltou.",
        "warn",
        "clock",
    ),
    Assunto.TAREFAS: Rotulo(
        "Tarefa que falha",
        "Tarefas que falham",
        "O log de cada uma diz o que corrigir.",
        "warn",
        "warn",
    ),
    Assunto.SEM_RESPOSTA: Rotulo(
        "Operadora que não responde",
        "Operadoras que não respondem",
        "Teste a conexão do contrato.",
        "warn",
        "clock",
    ),
    Assunto.CONSULTAS_COM_PROBLEMAS: Rotulo(
        "Consulta com problemas",
        "Consultas com problemas",
        "Corrija no sistema da clínica.",
        "warn",
        "warn",
    ),
    Assunto.CONSULTAS_ESQUECIDAS: Rotulo(
        "Consulta com resultado e sem guia",
        "Consultas com resultado e sem guia",
        "Se não foram cobradas, apague o resultado na clínica.",
        "warn",
        "doc",
    ),
    Assunto.DIVERGENCIAS: Rotulo(
        "Divergência em aberto",
        "Divergências em aberto",
        "O motivo de cada uma diz o que fazer.",
        "info",
        "info",
    ),
    Assunto.PRAZOS_PERDIDOS: Rotulo(
        "Glosa com prazo de recurso vencido há até 7 dias",
        "Glosas com prazo de recurso vencido há até 7 dias",
        "Pergunte à operadora se ainda aceita.",
        "info",
        "cal",
    ),
}


@rotas.get("")
def mostrar(request: Request, pessoa: PessoaDep, repo: RepositorioDep) -> HTMLResponse:
    """The page."""
    return pagina(
        request,
        "hoje.html",
        pessoa,
        repo,
        aba="hoje",
        hoje=hoje.ler(repo, pessoa),
        rotulos=ROTULOS,
    )
