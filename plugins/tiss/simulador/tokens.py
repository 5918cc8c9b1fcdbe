"""The tokens of JWT and OAuth2: given out, renewed, looked up, revoked. Kept in memory only.

They live in real time, whatever the clock of the simulator does: what renews them does too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .config import Credencial, Operadora

Dono = tuple[str, str]  # registro_ans, usuario


@dataclass(frozen=True, slots=True)
class _Acesso:
    """An opaque token that was given out. renovado: by a refresh token."""

    dono: Dono
    vence_em: float
    renovado: bool


class Tokens:
    """The tokens of all operadoras. Its methods may be called from any thread.

    agora: where real time comes from, in seconds of the Unix epoch.
    """

    def __init__(self, agora: Callable[[], float] = time.time) -> None:
        self._agora = agora
        self._trava = threading.Lock()
        self._segredo = secrets.token_bytes(32)
        self._geracao: Counter[str] = Counter()  # by registro_ans; goes up when all are revoked
        self._acessos: dict[str, _Acesso] = {}
        self._refresh: dict[Dono, str] = {}  # where it is no longer the one of the configuration
        self._gastos: set[tuple[Dono, str]] = set()
        self._familias_mortas: set[Dono] = set()
        self._pedidos: Counter[Dono] = Counter()
        self._emitidos: Counter[Dono] = Counter()

    def contar_pedido(self, operadora: Operadora, usuario: str) -> None:
        """Count that a token was asked for, given or not."""
        with self._trava:
            self._pedidos[operadora.registro_ans, usuario] += 1

    def contagem(self) -> list[dict[str, object]]:
        """Return how often each user asked for a token, and how often it was given one."""
        with self._trava:
            return [
                {
                    "registro_ans": registro_ans,
                    "usuario": usuario,
                    "pedidos": pedidos,
                    "emitidos": self._emitidos[registro_ans, usuario],
                }
                for (registro_ans, usuario), pedidos in sorted(self._pedidos.items())
            ]

    def emitir_jwt(self, operadora: Operadora, usuario: str) -> str:
        """Return a JWT, signed with HS256, that lives segundos_token."""
        with self._trava:
            self._emitidos[operadora.registro_ans, usuario] += 1
            agora = self._agora()
            corpo = {
                "iss": operadora.registro_ans,
                "sub": usuario,
                "iat": int(agora),
                "exp": int(agora + operadora.segundos_token),
                "jti": secrets.token_hex(8),
                "geracao": self._geracao[operadora.registro_ans],
            }
        partes = [{"alg": "HS256", "typ": "JWT"}, corpo]
        assinado = ".".join(_base64url(json.dumps(parte).encode()) for parte in partes)
        return f"{assinado}.{self._assinar(assinado)}"

    def emitir(self, operadora: Operadora, usuario: str, *, renovado: bool = False) -> str:
        """Return an opaque token that lives segundos_token."""
        token = secrets.token_urlsafe(24)
        dono = operadora.registro_ans, usuario
        with self._trava:
            self._emitidos[dono] += 1
            self._acessos[token] = _Acesso(dono, self._agora() + operadora.segundos_token, renovado)
        return token

    def renovar(
        self, operadora: Operadora, credencial: Credencial, refresh: str
    ) -> tuple[str, str | None]:
        """Return a new access token, and the new refresh token where the operadora rotates them.

        Raises ValueError for a refresh token that does not serve. One that was already spent was
        stolen, or used twice: all that descends from it dies.
        """
        dono = operadora.registro_ans, credencial.usuario
        novo = secrets.token_urlsafe(24) if operadora.rotaciona_refresh else None
        with self._trava:
            if (dono, refresh) in self._gastos:
                self._familias_mortas.add(dono)
                self._acessos = {
                    token: acesso
                    for token, acesso in self._acessos.items()
                    if acesso.dono != dono or not acesso.renovado
                }
            atual = self._refresh.get(dono, credencial.refresh_token)
            if dono in self._familias_mortas or refresh != atual:
                raise ValueError("refresh token inválido")
            if novo is not None:
                self._gastos.add((dono, refresh))
                self._refresh[dono] = novo
        return self.emitir(operadora, credencial.usuario, renovado=True), novo

    def dono(self, operadora: Operadora, token: str) -> str | None:
        """Return the user that a token of an operadora stands for, None for one that is no good."""
        with self._trava:
            acesso = self._acessos.get(token)
            geracao = self._geracao[operadora.registro_ans]
        if acesso is not None:
            bom = acesso.dono[0] == operadora.registro_ans and self._agora() < acesso.vence_em
            return acesso.dono[1] if bom else None
        assinado, _, assinatura = token.rpartition(".")
        if not hmac.compare_digest(assinatura.encode(), self._assinar(assinado).encode()):
            return None
        corpo = json.loads(_de_base64url(assinado.partition(".")[2]))  # signed: it is ours
        valido = (
            corpo["iss"] == operadora.registro_ans
            and corpo["geracao"] == geracao
            and self._agora() < corpo["exp"]
        )
        return str(corpo["sub"]) if valido else None

    def revogar(self, registro_ans: str, /) -> None:
        """Make the tokens of an operadora invalid. Refresh tokens go on serving."""
        with self._trava:
            self._geracao[registro_ans] += 1
            self._acessos = {
                token: acesso
                for token, acesso in self._acessos.items()
                if acesso.dono[0] != registro_ans
            }

    def _assinar(self, texto: str) -> str:
        return _base64url(hmac.digest(self._segredo, texto.encode(), hashlib.sha256))


def _base64url(dados: bytes) -> str:
    return base64.urlsafe_b64encode(dados).rstrip(b"=").decode()


def _de_base64url(texto: str) -> bytes:
    return base64.urlsafe_b64decode(texto + "=" * (-len(texto) % 4))
