"""Tokens that tasks share: one row per credential, encrypted with a key that is not here."""

from __future__ import annotations

from tiss.domain.requisicao import Cifra, Token
from tiss.repository.conexao import Transacao


def valido(t: Transacao, conexao: str, impressao: str, cifra: Cifra, *, folga: float) -> str | None:
    """Return the stored token, None when there is none that lasts `folga` more seconds."""
    cifrado = t.valor("token/ler", conexao=conexao, impressao=impressao, folga=folga)
    return None if cifrado is None else cifra.decrypt(bytes(cifrado)).decode()


def travar(t: Transacao, conexao: str, impressao: str, cifra: Cifra) -> str | None:
    """Keep others from renewing until the commit; return the refresh token that was stored last."""
    cifrada = t.valor("token/travar", conexao=conexao, impressao=impressao)
    return None if cifrada is None else cifra.decrypt(bytes(cifrada)).decode()


def esquecer(t: Transacao, conexao: str) -> None:
    """Let nobody use the token in the row that `travar` holds; its refresh token stays."""
    t.executar("token/esquecer", conexao=conexao)


def guardar(t: Transacao, conexao: str, token: Token, cifra: Cifra) -> None:
    """Store a token in the row that `travar` holds."""
    renovacao = token.renovacao
    t.executar(
        "token/guardar",
        conexao=conexao,
        cifrado=cifra.encrypt(token.valor.encode()),
        segundos=token.segundos,
        renovacao=None if renovacao is None else cifra.encrypt(renovacao.encode()),
    )
