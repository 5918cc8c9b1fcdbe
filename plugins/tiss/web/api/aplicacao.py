"""The application of the REST API: its routes, behind one door."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse

from tiss.web import problemas
from tiss.web.acesso import identificar
from tiss.web.api import conciliacao, consultas, contratos, glosas, guias, hoje, lotes, recursos
from tiss.web.tamanho import CorpoLimitado

DESCRICAO = """
O faturamento TISS da clínica: consultas prontas, lotes, guias, glosas, conciliação e contratos.

* Entra-se com o login do Airflow: token no cabeçalho `Authorization: Bearer` (`POST /auth/token`).
* Dinheiro vem como texto decimal em reais (`"1234.56"`), datas como `AAAA-MM-DD`, horas com fuso.
* Erros são `application/problem+json` (RFC 9457), em português, com o que fazer.
* `Idempotency-Key`: o que se pede de novo com a mesma chave não se faz de novo.
"""


def aplicacao() -> FastAPI:
    """Return the application. Its documentation is behind the login as everything else."""
    app = FastAPI(
        title="TISS",
        version="1",
        description=DESCRICAO,
        dependencies=[Depends(identificar)],
        responses=problemas.RESPOSTAS,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    problemas.instalar(app, problemas.em_json)
    app.add_middleware(CorpoLimitado)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    app.include_router(hoje.rotas)
    app.include_router(consultas.rotas)
    app.include_router(lotes.rotas)
    app.include_router(conciliacao.rotas)
    app.include_router(contratos.rotas)
    app.include_router(guias.rotas)
    app.include_router(glosas.rotas)
    app.include_router(recursos.rotas)
    return app
