"""Who may come in: five kinds of credential, the login in the cabecalho, and the lock."""

from __future__ import annotations

import base64
import binascii
import hmac
import threading
from collections import Counter

from .config import Autenticacao, Credencial, Operadora
from .mensagem import login_aparente, md5
from .pedido import Pedido
from .recusas import FaultTiss, RecusaHttp
from .tokens import Tokens

FALHAS_ATE_BLOQUEAR = 5


class Portaria:
    """Checks credentials and counts the consecutive failures of each user of each operadora."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._falhas: Counter[tuple[str, str]] = Counter()
        self._trava = threading.Lock()

    def conferir(self, pedido: Pedido) -> Credencial | None:
        """Return the credential that a request proves, None where only the cabecalho can tell.

        Raises RecusaHttp: 400 without the headers that the operadora demands, 401 for a wrong
        credential, 403 for a locked user, right password included, and for a certificate of
        nobody here.
        """
        operadora = pedido.operadora
        for nome, valor in operadora.cabecalhos_exigidos.items():
            if pedido.cabecalhos.get(nome.lower()) != valor:
                raise RecusaHttp(400, f"Cabeçalho {nome} ausente ou errado")
        match operadora.autenticacao:
            case Autenticacao.NENHUMA:
                return None
            case Autenticacao.BASIC_AUTH:
                return self.conferir_senha(operadora, *ler_basic(pedido.autorizacao))
            case Autenticacao.CERTIFICADO_DIGITAL:
                do_certificado = operadora.credencial(pedido.certificado or "")
                if do_certificado is None:
                    raise RecusaHttp(403, "Certificado de quem não é prestador desta operadora")
                return self._desbloqueada(operadora, do_certificado)
            case Autenticacao.JWT | Autenticacao.OAUTH2:
                usuario = self._tokens.dono(operadora, ler_token(operadora, pedido.autorizacao))
                do_token = operadora.credencial(usuario or "")
                if do_token is None:
                    desafio = 'Bearer realm="TISS", error="invalid_token"'
                    raise RecusaHttp(401, "Token inválido", {"WWW-Authenticate": desafio})
                return self._desbloqueada(operadora, do_token)

    def conferir_senha(self, operadora: Operadora, usuario: str, senha: str) -> Credencial:
        """Return the credential of a user and password. Raises RecusaHttp 401 and 403."""
        credencial = operadora.credencial(usuario)
        if credencial is None:
            raise _nao_autorizado()
        self._desbloqueada(operadora, credencial)
        if not hmac.compare_digest(senha.encode(), credencial.senha.encode()):
            self._errou(operadora, usuario)
            raise _nao_autorizado()
        if not operadora.exige_login_no_cabecalho:
            self._acertou(operadora, usuario)
        return credencial

    def identificar(self, operadora: Operadora, login: str, senha: str) -> Credencial:
        """Return the credential that loginSenhaPrestador alone proves.

        Raises FaultTiss LoginInvalido, RecusaHttp 403 for a locked user.
        """
        credencial = operadora.credencial(login)
        if credencial is None:
            raise _login_invalido()
        self._desbloqueada(operadora, credencial)
        self.conferir_login(operadora, credencial, login, senha)
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
            raise _login_invalido()
        self._acertou(operadora, credencial.usuario)

    def aparente(self, pedido: Pedido) -> Credencial | None:
        """Return the credential that a request names, whether it proves it or not."""
        operadora = pedido.operadora
        match operadora.autenticacao:
            case Autenticacao.NENHUMA:
                usuario = login_aparente(pedido.corpo)
            case Autenticacao.BASIC_AUTH:
                usuario, _ = ler_basic(pedido.autorizacao)
            case Autenticacao.CERTIFICADO_DIGITAL:
                usuario = pedido.certificado
            case Autenticacao.JWT | Autenticacao.OAUTH2:
                usuario = self._tokens.dono(operadora, ler_token(operadora, pedido.autorizacao))
        return operadora.credencial(usuario or "")

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

    def _desbloqueada(self, operadora: Operadora, credencial: Credencial) -> Credencial:
        with self._trava:
            falhas = self._falhas[operadora.registro_ans, credencial.usuario]
        if falhas >= FALHAS_ATE_BLOQUEAR:
            raise RecusaHttp(403, "Usuário bloqueado por excesso de tentativas")
        return credencial

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


def ler_token(operadora: Operadora, autorizacao: str) -> str:
    """Return the token of an Authorization header, empty if it has none as the operadora wants."""
    if operadora.token_cru:
        return autorizacao
    esquema, _, token = autorizacao.partition(" ")
    return token if esquema.lower() == "bearer" else ""


def _nao_autorizado() -> RecusaHttp:
    return RecusaHttp(
        401, "Credencial ausente ou inválida", {"WWW-Authenticate": 'Basic realm="TISS"'}
    )


def _login_invalido() -> FaultTiss:
    return FaultTiss("LoginInvalido", "Login ou senha do prestador inválidos")
