"""Who may come in: HTTP Basic, the login in the cabecalho, and the lock after bad passwords."""

from __future__ import annotations

import base64
import binascii
import hmac
import threading
from collections import Counter

from .config import Credencial, Operadora
from .mensagem import md5
from .recusas import FaultTiss, RecusaHttp

FALHAS_ATE_BLOQUEAR = 5


class Portaria:
    """Checks credentials and counts the consecutive failures of each user of each operadora."""

    def __init__(self) -> None:
        self._falhas: Counter[tuple[str, str]] = Counter()
        self._trava = threading.Lock()

    def conferir(self, operadora: Operadora, autorizacao: str) -> Credencial:
        """Return the credential that an Authorization header proves.

        Raises RecusaHttp 401 for wrong ones and 403 for a locked user, right password included.
        """
        usuario, senha = ler_basic(autorizacao)
        credencial = operadora.credencial(usuario)
        if credencial is None:
            raise _nao_autorizado()
        if self.bloqueado(operadora, usuario):
            raise RecusaHttp(403, "Usuário bloqueado por excesso de tentativas")
        if not hmac.compare_digest(senha.encode(), credencial.senha.encode()):
            self._errou(operadora, usuario)
            raise _nao_autorizado()
        if not operadora.exige_login_no_cabecalho:
            self._acertou(operadora, usuario)
        return credencial

    def conferir_login(
        self, operadora: Operadora, credencial: Credencial, login: str, senha: str
    ) -> None:
        """Check loginSenhaPrestador where the operadora demands it.

        senha: what the message carries, which must be the MD5 of the password as
            ISO-8859-1, in lower case.
        Raises FaultTiss LoginInvalido.
        """
        if not operadora.exige_login_no_cabecalho:
            return
        esperada = md5(credencial.senha)
        if login != credencial.usuario or not hmac.compare_digest(
            senha.encode(), esperada.encode()
        ):
            self._errou(operadora, credencial.usuario)
            raise FaultTiss("LoginInvalido", "Login ou senha do prestador inválidos")
        self._acertou(operadora, credencial.usuario)

    def bloqueado(self, operadora: Operadora, usuario: str) -> bool:
        """Tell whether a user is locked."""
        with self._trava:
            return self._falhas[operadora.registro_ans, usuario] >= FALHAS_ATE_BLOQUEAR

    def desbloquear(self, registro_ans: str | None = None, usuario: str | None = None) -> int:
        """Forget the failures of the users that match; None matches all. Returns how many."""
        with self._trava:
            chaves = [
                chave
                for chave in self._falhas
                if registro_ans in {None, chave[0]} and usuario in {None, chave[1]}
            ]
            for chave in chaves:
                del self._falhas[chave]
            return len(chaves)

    def _errou(self, operadora: Operadora, usuario: str) -> None:
        with self._trava:
            self._falhas[operadora.registro_ans, usuario] += 1

    def _acertou(self, operadora: Operadora, usuario: str) -> None:
        with self._trava:
            self._falhas.pop((operadora.registro_ans, usuario), None)


def ler_basic(autorizacao: str) -> tuple[str, str]:
    """Return user and password of an Authorization header, two empty texts if it has none."""
    esquema, _, valor = autorizacao.partition(" ")
    if esquema.lower() != "basic":
        return "", ""
    try:
        usuario, _, senha = base64.b64decode(valor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return usuario, senha


def _nao_autorizado() -> RecusaHttp:
    return RecusaHttp(
        401, "Credencial ausente ou inválida", {"WWW-Authenticate": 'Basic realm="TISS"'}
    )
