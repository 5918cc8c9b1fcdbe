"""Puts the parts of a server together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from .admin import Admin
from .atendimento import Atendente
from .config import Configuracao
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


def criar(configuracao: Configuracao, estado: Path | None = None) -> Starlette:
    """Return the ASGI application. Raises ConfigError when an XSD is not installed.

    estado: the file of the ledger; None keeps it in memory.
    """
    for operadora in configuracao.operadoras.values():
        carregar_esquema(operadora.versao)
    livro = Livro(estado)
    inicio, avancado = livro.relogio() or (None, 0.0)
    relogio = Relogio(aceleracao=configuracao.aceleracao, inicio=inicio, avancado=avancado)
    livro.guardar_relogio(relogio.inicio, relogio.avancado)
    tokens, falhas = Tokens(), Provocadas()
    portaria = Portaria(tokens)
    atendente = Atendente(livro, relogio, portaria)
    executor = ThreadPoolExecutor(THREADS, thread_name_prefix="operadora")
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
