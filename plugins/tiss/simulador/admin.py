"""The admin routes: health, faults, clock, locks and reports, all in JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import desvios, relatorios
from .acaso import ler_acaso
from .config import Configuracao
from .falhas import ler_falha
from .livro import Livro
from .portaria import Portaria
from .provocadas import Provocadas
from .relogio import Relogio, local
from .tokens import Tokens

Rota = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """The admin side of a server."""

    configuracao: Configuracao
    livro: Livro
    relogio: Relogio
    portaria: Portaria
    tokens: Tokens
    falhas: Provocadas

    def rotas(self) -> list[Route]:
        """Return the routes under /_simulador."""
        gets: dict[str, Rota] = {
            "saude": self.saude,
            "falhas": self.listar_falhas,
            "falhas/contagem": self.contar_falhas,
            "tokens": self.contar_tokens,
            "livro": self.ver_livro,
            "resumo": self.resumo,
            "requisicoes": self.requisicoes,
            "protocolos": self.protocolos,
            "desvios": self.listar_desvios,
            "recursos": self.recursos,
        }
        posts: dict[str, Rota] = {
            "falhas": self.incluir_falha,
            "acaso": self.ligar_acaso,
            "desvios": self.plantar_desvio,
            "relogio": self.avancar,
            "desbloquear": self.desbloquear,
            "revogar": self.revogar,
        }
        return [
            *(Route(f"/_simulador/{nome}", rota, methods=["GET"]) for nome, rota in gets.items()),
            *(
                Route(f"/_simulador/{nome}", _erros_em_json(rota), methods=["POST"])
                for nome, rota in posts.items()
            ),
            Route("/_simulador/falhas", self.limpar_falhas, methods=["DELETE"]),
            Route("/_simulador/acaso", self.desligar_acaso, methods=["DELETE"]),
            Route("/_simulador/desvios", self.arrancar_desvios, methods=["DELETE"]),
        ]

    async def saude(self, _: Request) -> Response:
        """Tell that the server is up, whom it plays and what time it is there."""
        return JSONResponse(
            {
                "situacao": "ok",
                "operadoras": list(self.configuracao.operadoras),
                "agora": local(self.relogio.agora()).isoformat(),
            }
        )

    async def listar_falhas(self, _: Request) -> Response:
        """Tell which faults are still to happen."""
        return JSONResponse(self.falhas.fila.pendentes())

    async def incluir_falha(self, request: Request) -> Response:
        """Queue a fault."""
        self.falhas.fila.incluir(ler_falha(await _objeto(request)))
        return JSONResponse(self.falhas.fila.pendentes())

    async def limpar_falhas(self, _: Request) -> Response:
        """Forget all faults."""
        self.falhas.fila.limpar()
        return JSONResponse([])

    async def contar_falhas(self, _: Request) -> Response:
        """Tell how often each fault happened, queued or drawn."""
        return JSONResponse(self.falhas.contagem)

    async def ligar_acaso(self, request: Request) -> Response:
        """Let requests draw faults from now on, counted from the first."""
        self.falhas.acaso = ler_acaso(await _objeto(request))
        return JSONResponse({})

    async def desligar_acaso(self, _: Request) -> Response:
        """Let no request draw a fault any more."""
        self.falhas.acaso = None
        return JSONResponse({})

    async def listar_desvios(self, request: Request) -> Response:
        """Tell what the demonstrativos tell wrong on purpose."""
        registro_ans = request.query_params.get("registro_ans")
        plantados = await run_in_threadpool(desvios.plantados, self.livro, registro_ans)
        return JSONResponse([asdict(desvio) for desvio in plantados])

    async def plantar_desvio(self, request: Request) -> Response:
        """Have the demonstrativos tell something wrong from now on."""
        await run_in_threadpool(desvios.plantar, self.livro, await _objeto(request))
        return JSONResponse({})

    async def arrancar_desvios(self, _: Request) -> Response:
        """Have the demonstrativos tell the truth again."""
        await run_in_threadpool(desvios.arrancar, self.livro)
        return JSONResponse([])

    async def avancar(self, request: Request) -> Response:
        """Push the clock forward."""
        segundos = (await _objeto(request)).get("avancar_segundos")
        if (
            isinstance(segundos, bool)
            or not isinstance(segundos, int | float)
            or not 0 <= segundos < math.inf
        ):
            raise ValueError("avancar_segundos: deve ser um número, zero ou mais")
        self.relogio.avancar(segundos)
        await run_in_threadpool(
            self.livro.guardar_relogio, self.relogio.inicio, self.relogio.avancado
        )
        return JSONResponse({"agora": local(self.relogio.agora()).isoformat()})

    async def desbloquear(self, request: Request) -> Response:
        """Unlock users: of one operadora or of all, one by name or all."""
        campos = await _objeto(request)
        registro_ans, usuario = campos.get("registro_ans"), campos.get("usuario")
        liberados = self.portaria.desbloquear(
            None if registro_ans is None else str(registro_ans),
            None if usuario is None else str(usuario),
        )
        return JSONResponse({"usuarios": liberados})

    async def revogar(self, request: Request) -> Response:
        """Make all tokens invalid now: of one operadora or of all. Refresh tokens stay good."""
        registro_ans = (await _objeto(request)).get("registro_ans")
        for operadora in self.configuracao.operadoras:
            if registro_ans in {None, operadora}:
                self.tokens.revogar(operadora)
        return JSONResponse({})

    async def contar_tokens(self, _: Request) -> Response:
        """Tell how often each user asked for a token."""
        return JSONResponse(self.tokens.contagem())

    async def ver_livro(self, request: Request) -> Response:
        """Tell how often each attendance was accepted."""
        return JSONResponse(
            await run_in_threadpool(
                relatorios.atendimentos,
                self.livro,
                request.query_params.get("registro_ans"),
                repetidos=request.query_params.get("repetidos") == "1",
            )
        )

    async def resumo(self, _: Request) -> Response:
        """Tell counts and money of each operadora."""
        return JSONResponse(
            await run_in_threadpool(
                relatorios.resumo, self.livro, self.configuracao.operadoras, self.relogio.agora()
            )
        )

    async def protocolos(self, request: Request) -> Response:
        """Tell what the portal of an operadora shows: its protocols."""
        registro_ans = request.query_params.get("registro_ans")
        return JSONResponse(
            await run_in_threadpool(relatorios.protocolos, self.livro, registro_ans)
        )

    async def recursos(self, request: Request) -> Response:
        """Tell what the portal of an operadora shows: its recursos."""
        return JSONResponse(
            await run_in_threadpool(
                relatorios.recursos,
                self.livro,
                self.configuracao.operadoras,
                self.relogio.agora(),
                request.query_params.get("registro_ans"),
            )
        )

    async def requisicoes(self, request: Request) -> Response:
        """Tell how many times each lote arrived."""
        registro_ans = request.query_params.get("registro_ans")
        return JSONResponse(await run_in_threadpool(relatorios.chegadas, self.livro, registro_ans))


def _erros_em_json(rota: Rota) -> Rota:
    async def protegida(request: Request) -> Response:
        try:
            return await rota(request)
        except ValueError as erro:
            return JSONResponse({"erro": str(erro)}, status_code=400)

    return protegida


async def _objeto(request: Request) -> dict[str, object]:
    try:
        campos = json.loads(await request.body() or b"{}")
    except ValueError as erro:
        raise ValueError("o corpo não é JSON") from erro
    if not isinstance(campos, dict):
        raise ValueError("o corpo deve ser um objeto")
    return campos
