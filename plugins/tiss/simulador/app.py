"""Puts the parts of a server together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tiss.errors import ConfigError

from .admin import Admin
from .atendimento import Atendente
from .config import Configuracao, ler_configuracao
from .formatos import Rest, Soap
from .livro import Livro
from .mensagem import carregar_esquema
from .porta import Porta
from .porta_tokens import PortaTokens
from .portaria import Portaria
from .provocadas import Provocadas
from .relogio import Relogio
from .tokens import Tokens

# Parsing and validation release the GIL, so a few threads use all cores of a small machine;
# each one compiles its own schemas.
THREADS = 4
CONFIGURACAO = "/_simulador/configuracao"


class Servico:
    """The ASGI application: the operadoras of a configuration, until another one takes its place.

    estado: the file of the ledger; None keeps it in memory. Raises ConfigError when an XSD is not
    installed.
    """

    def __init__(self, configuracao: Configuracao, estado: Path | None = None) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="operadora")
        self._guarda_livro = estado is not None
        self._app = _criar(configuracao, estado, self._executor)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if (scope.get("method"), scope.get("path")) == ("PUT", CONFIGURACAO):
            resposta = await self._trocar(await Request(scope, receive).body())
            await resposta(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _trocar(self, corpo: bytes) -> Response:
        """Play others from now on, with an empty ledger and a clock that begins anew."""
        if self._guarda_livro:
            return JSONResponse({"erro": "o livro está num arquivo: não se apaga"}, 409)
        try:
            configuracao = ler_configuracao(corpo.decode())
            self._app = _criar(configuracao, None, self._executor)
        except (ConfigError, UnicodeDecodeError) as erro:
            return JSONResponse({"erro": str(erro)}, 400)
        return JSONResponse({})


def _criar(
    configuracao: Configuracao, estado: Path | None, executor: ThreadPoolExecutor
) -> Starlette:
    for operadora in configuracao.operadoras.values():
        carregar_esquema(operadora.versao)
    livro = Livro(estado)
    inicio, avancado = livro.relogio() or (None, -configuracao.atraso_segundos)
    relogio = Relogio(aceleracao=configuracao.aceleracao, inicio=inicio, avancado=avancado)
    livro.guardar_relogio(relogio.inicio, relogio.avancado)
    tokens, falhas = Tokens(), Provocadas()
    portaria = Portaria(tokens)
    atendente = Atendente(livro, relogio, portaria)
    soap, rest = (
        Porta(configuracao.operadoras, formato, atendente, falhas, executor)
        for formato in (Soap(), Rest())
    )
    admin = Admin(
        configuracao=configuracao,
        livro=livro,
        relogio=relogio,
        portaria=portaria,
        tokens=tokens,
        falhas=falhas,
    )
    return Starlette(
        routes=[
            *admin.rotas(),
            *PortaTokens(configuracao.operadoras, portaria, tokens, falhas).rotas(),
            Route("/{registro_ans}/rest/{operacao}", rest, methods=["POST"]),
            Route("/{registro_ans}/{operacao}", soap, methods=["POST"]),
        ]
    )
