"""What goes wrong, as problem+json (RFC 9457) in the words of the person who asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from tiss.errors import ConfigError, TissError, TransitionError

log = structlog.get_logger(__name__)

TIPO = "application/problem+json"


class Problema(BaseModel):
    """A problem+json body. problemas: what is wrong, one by one, where there are several."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problemas: list[dict[str, Any]] = []


class ProblemaHttp(Exception):
    """An answer that is a problem. Raised by routes, turned into problem+json for all of them."""

    def __init__(
        self, status: int, titulo: str, detalhe: str, problemas: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(detalhe)
        self.corpo = Problema(
            title=titulo, status=status, detail=detalhe, problemas=[dict(p) for p in problemas]
        )


GRANDE = Problema(
    title="Pedido grande demais",
    status=413,
    detail="O que foi enviado passa de 12 MB. Escolha menos consultas de cada vez.",
)
# What every route may answer besides, for its documentation.
RESPOSTAS: dict[int | str, dict[str, Any]] = {
    status: {"description": descricao, "content": {TIPO: {"schema": Problema.model_json_schema()}}}
    for status, descricao in {
        401: "Sem login no Airflow",
        403: "Sem permissão",
        404: "Não existe",
        409: "O estado não permite, ou mudou desde que foi visto",
        413: "O pedido é grande demais",
        422: "O pedido está incompleto ou errado",
        503: "O banco de dados não respondeu",
    }.items()
}


def traduzir(erro: Exception) -> ProblemaHttp:
    """Return how an error is answered. Those of ours have words that were written for people."""
    match erro:
        case ProblemaHttp():
            return erro
        case TransitionError():
            return ProblemaHttp(409, "O estado não permite", str(erro))
        case ConfigError():
            return ProblemaHttp(422, "Falta algo na configuração ou no pedido", str(erro))
        case TissError():
            return ProblemaHttp(422, "Não foi possível", str(erro))
        case HTTPException():
            return _do_http(erro)
        case RequestValidationError():
            return _da_validacao(erro)
        case psycopg.OperationalError():
            # What the driver says names hosts: it goes to the log, not to the screen.
            log.warning("banco de dados indisponível", erro=type(erro).__name__)
            return ProblemaHttp(
                503,
                "Banco de dados fora do ar",
                "O banco da clínica não respondeu. Nada foi perdido nem enviado: tente de novo em "
                "instantes; se continuar, avise quem cuida do banco.",
            )
    raise erro


def _do_http(erro: HTTPException) -> ProblemaHttp:
    match erro.status_code:
        # Airflow's 403 is about a token: revoked by a logout, or of somebody who was switched off.
        case 401 | 403:
            return ProblemaHttp(
                401,
                "Sem login",
                "Sua sessão terminou. Entre de novo em outra aba e volte aqui: o que você escolheu "
                "continua na tela.",
            )
        case 404:
            return ProblemaHttp(404, "Não existe", "Não há nada neste endereço.")
        case 405:
            return ProblemaHttp(405, "Não se faz assim", "Este endereço não aceita este método.")
        case 400:
            return ProblemaHttp(
                400, "Pedido inválido", "O corpo do pedido não é o JSON ou o formulário esperado."
            )
        case status:
            return ProblemaHttp(status, "Não foi possível", str(erro.detail))


def _da_validacao(erro: RequestValidationError) -> ProblemaHttp:
    faltas = [
        {"campo": ".".join(str(parte) for parte in falta["loc"][1:]), "mensagem": falta["msg"]}
        for falta in erro.errors()
    ]
    campos = ", ".join(sorted({falta["campo"] or "corpo" for falta in faltas}))
    return ProblemaHttp(422, "Pedido inválido", f"Confira: {campos}.", faltas)


def inesperado(erro: Exception) -> Problema:
    """Return what is told of a mistake of ours: a code by which it is found in the log."""
    codigo = uuid4().hex[:8]
    # What an error says may quote a patient; whoever serves us logs where it was raised.
    log.error("erro inesperado", codigo=codigo, erro=type(erro).__name__)
    return Problema(
        title="Algo falhou aqui",
        status=500,
        detail="O erro é do programa, não do que você fez. Nada se perdeu; antes de repetir uma "
        "ação, veja em Lotes o que ficou feito. Se acontecer de novo, passe o código "
        f"{codigo} a quem cuida do Airflow: está no log do servidor.",
    )


# All that is answered in its own words; anything else is a mistake of ours, and a 500.
ERROS: tuple[type[Exception], ...] = (
    ProblemaHttp,
    TissError,
    HTTPException,
    RequestValidationError,
    psycopg.OperationalError,
)


def instalar(aplicacao: FastAPI, responder: Callable[[Request, Problema], Response]) -> None:
    """Answer every error of an application by `responder`."""

    async def tratar(request: Request, erro: Exception) -> Response:
        return responder(request, traduzir(erro).corpo)

    async def lamentar(request: Request, erro: Exception) -> Response:
        return responder(request, inesperado(erro))

    for tipo in ERROS:
        aplicacao.add_exception_handler(tipo, tratar)
    # It is raised again after the answer, so that the server logs it.
    aplicacao.add_exception_handler(Exception, lamentar)


def em_json(_: Request, problema: Problema) -> JSONResponse:
    """Return a problem as problem+json."""
    return em_resposta(problema)


def em_resposta(problema: Problema) -> JSONResponse:
    """Return a problem as problem+json, whatever was asked."""
    return JSONResponse(problema.model_dump(), status_code=problema.status, media_type=TIPO)
