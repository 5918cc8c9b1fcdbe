"""Where prestadores ask for tokens: JWT by user and password in JSON, OAuth2 by its two grants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import conexao
from .config import Autenticacao, Credencial, Operadora
from .entrega import entregar
from .falhas import TOKEN, Nome
from .pedido import Resposta
from .portaria import Portaria, ler_basic
from .provocadas import Provocadas
from .recusas import RecusaHttp
from .tokens import Tokens

Emissor = Callable[["PortaTokens", Operadora, Request, bytes], Resposta]


class PortaTokens:
    """The token endpoints of all operadoras; each answers for those of its kind only."""

    def __init__(
        self,
        operadoras: Mapping[str, Operadora],
        portaria: Portaria,
        tokens: Tokens,
        falhas: Provocadas,
    ) -> None:
        self._operadoras = operadoras
        self._portaria = portaria
        self._tokens = tokens
        self._falhas = falhas

    def rotas(self) -> list[Route]:
        """Return the routes of both kinds."""
        return [
            Route(
                "/{registro_ans}/token",
                _Rota(self, Autenticacao.JWT, PortaTokens._jwt),
                methods=["POST"],
            ),
            Route(
                "/{registro_ans}/oauth2/token",
                _Rota(self, Autenticacao.OAUTH2, PortaTokens._oauth2),
                methods=["POST"],
            ),
        ]

    async def atender(
        self, tipo: Autenticacao, emissor: Emissor, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one request for a token, or fail to in the way that was asked for."""
        request = Request(scope, receive)
        operadora = self._operadoras.get(request.path_params["registro_ans"])
        if operadora is None or operadora.autenticacao is not tipo:
            nada = Resposta(status=404, corpo=b"{}", desfecho="http_404", tipo="application/json")
            await entregar(nada, None, scope, receive, send)
            return
        falha = self._falhas.tomar(operadora.registro_ans, TOKEN)
        try:
            corpo = await request.body()
        except ClientDisconnect:
            return
        if falha is not None and falha.falha in {Nome.RESET_ANTES, Nome.ACEITA_DEPOIS}:
            await conexao.resetar(scope, receive)
            return
        if falha is not None and falha.falha is Nome.LENTA_ANTES:
            await asyncio.sleep(falha.segundos)
        if falha is None or falha.processa:
            resposta = emissor(self, operadora, request, corpo)
        else:
            resposta = _json(503, {"error": "temporarily_unavailable"})
        if falha is not None and falha.falha is Nome.LENTA_DEPOIS:
            await asyncio.sleep(falha.segundos)
        await entregar(resposta, falha, scope, receive, send)

    def _jwt(self, operadora: Operadora, _: Request, corpo: bytes) -> Resposta:
        try:
            campos = json.loads(corpo)
            usuario, senha = campos["usuario"], campos["senha"]
        except (ValueError, KeyError, TypeError):
            return _json(400, {"erro": 'envie {"usuario": ..., "senha": ...}'})
        if not isinstance(usuario, str) or not isinstance(senha, str):
            return _json(400, {"erro": "usuario e senha são textos"})
        try:
            credencial = self._entrar(operadora, usuario, senha)
        except RecusaHttp as recusa:
            return _json(recusa.status, {"erro": str(recusa)})
        return _json(200, {"token": self._tokens.emitir_jwt(operadora, credencial.usuario)})

    def _oauth2(self, operadora: Operadora, request: Request, corpo: bytes) -> Resposta:
        campos = {nome: valores[0] for nome, valores in parse_qs(corpo.decode("latin-1")).items()}
        usuario, senha = ler_basic(request.headers.get("authorization", ""))
        if not usuario:
            usuario, senha = campos.get("client_id", ""), campos.get("client_secret", "")
        try:
            credencial = self._entrar(operadora, usuario, senha)
        except RecusaHttp as recusa:
            erro = {"error": "invalid_client", "error_description": str(recusa)}
            return _json(recusa.status, erro, recusa.cabecalhos)
        match campos.get("grant_type"):
            case "client_credentials":
                token, refresh = self._tokens.emitir(operadora, credencial.usuario), None
            case "refresh_token":
                try:
                    token, refresh = self._tokens.renovar(
                        operadora, credencial, campos.get("refresh_token", "")
                    )
                except ValueError:
                    return _json(400, {"error": "invalid_grant"})
            case _:
                return _json(400, {"error": "unsupported_grant_type"})
        emitido = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(operadora.segundos_token),
        }
        return _json(200, emitido | ({"refresh_token": refresh} if refresh else {}))

    def _entrar(self, operadora: Operadora, usuario: str, senha: str) -> Credencial:
        if operadora.credencial(usuario) is not None:
            self._tokens.contar_pedido(operadora, usuario)
        return self._portaria.conferir_senha(operadora, usuario, senha)


class _Rota:
    """One endpoint as an ASGI application, so that it may misbehave with its connection."""

    def __init__(self, porta: PortaTokens, tipo: Autenticacao, emissor: Emissor) -> None:
        self._porta, self._tipo, self._emissor = porta, tipo, emissor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._porta.atender(self._tipo, self._emissor, scope, receive, send)


def _json(
    status: int, campos: Mapping[str, object], cabecalhos: Mapping[str, str] | None = None
) -> Resposta:
    return Resposta(
        status=status,
        corpo=json.dumps(campos).encode(),
        desfecho=f"http_{status}",
        tipo="application/json",
        cabecalhos={"Cache-Control": "no-store", **(cabecalhos or {})},
    )
