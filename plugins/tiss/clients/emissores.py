"""Get tokens: from a login service, or by OAuth 2.0 (RFC 6749). All of it by our own transport."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

import jwt

from tiss.clients import transporte
from tiss.clients.credencial import Prova
from tiss.clients.transporte import MEGABYTE, Rota, agora
from tiss.domain.requisicao import Requisicao, Token
from tiss.domain.retorno import Entrega
from tiss.errors import AutorizacaoError

# What a token is good for when nobody says: short, it costs one more request now and then.
SEGUNDOS_SEM_DITO = 300.0
# A token is small: what is longer is a page.
RESPOSTA_MAXIMA = MEGABYTE
_RECUSAS_OAUTH2 = frozenset({"invalid_client", "invalid_grant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissorJwt:
    """A login service that takes user and password as JSON and answers with a JWT.

    campo_usuario, campo_segredo: what the service calls user and password. campo_token: what it
    calls the token; access_token is understood as well. segundos_total: for the whole request.
    """

    url: str
    usuario: str = field(repr=False)
    senha: str = field(repr=False)
    rota: Rota = field(repr=False)
    segundos_total: float
    campo_usuario: str = "usuario"
    campo_segredo: str = "senha"
    campo_token: str = "token"  # noqa: S105  a name

    @property
    def renovacao(self) -> None:
        """There is none: it logs in again."""

    def emitir(self, renovacao: str | None) -> Token:
        """Return a new token, by logging in again. Raises AutorizacaoError."""
        corpo = {self.campo_usuario: self.usuario, self.campo_segredo: self.senha}
        requisicao = Requisicao(
            url=self.url,
            dados=json.dumps(corpo).encode(),
            cabecalhos={"Content-Type": "application/json", "Accept": "application/json"},
        )
        entrega = _pedir(requisicao, self.rota, self.segundos_total)
        if entrega.http_status in (400, 422):
            # A login that is refused in the words of a form; trying it again would lock the user.
            raise _recusa(replace(entrega, http_status=401))
        return _token(entrega, (self.campo_token, "access_token"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissorOAuth2:
    """The token endpoint of an authorisation server: client_credentials, or a refresh token.

    renovacao: as typed in the connection; then client_credentials is not used. no_corpo: identifier
    and secret go in the form, for servers that do not take them as RFC 6749 prefers.
    """

    url: str
    cliente: str = field(repr=False)
    segredo: str = field(repr=False)
    rota: Rota = field(repr=False)
    segundos_total: float
    escopo: str | None = None
    renovacao: str | None = field(default=None, repr=False)
    no_corpo: bool = False

    def emitir(self, renovacao: str | None) -> Token:
        """Return a new token. Raises AutorizacaoError.

        A refresh token that the server gave may have died: what was typed is tried after it.
        """
        if renovacao is not None and renovacao != self.renovacao:
            try:
                return self._trocar(renovacao)
            except AutorizacaoError as erro:
                if erro.entrega.http_status != 401:
                    raise
        return self._trocar(self.renovacao)

    def _trocar(self, renovacao: str | None) -> Token:
        campos = {"grant_type": "client_credentials"}
        if renovacao is not None:
            campos = {"grant_type": "refresh_token", "refresh_token": renovacao}
        if self.escopo:
            campos["scope"] = self.escopo
        cabecalhos = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        if self.no_corpo:
            campos |= {"client_id": self.cliente, "client_secret": self.segredo}
        else:
            # Form-encoded before they are joined: RFC 6749, 2.3.1.
            prova = Prova.basica(quote_plus(self.cliente), quote_plus(self.segredo))
            cabecalhos["Authorization"] = prova.autorizacao or ""
        requisicao = Requisicao(
            url=self.url, dados=urlencode(campos).encode(), cabecalhos=cabecalhos
        )
        entrega = _pedir(requisicao, self.rota, self.segundos_total)
        if entrega.http_status == 400:
            erro = _objeto(entrega).get("error")
            if erro in _RECUSAS_OAUTH2:
                raise _recusa(replace(entrega, http_status=401))
            # invalid_scope, unauthorized_client...: nothing that another try could mend.
            raise _recusa(replace(entrega, configuracao=True, falha="o pedido de token é recusado"))
        token = _token(entrega, ("access_token",))
        nova = _objeto(entrega).get("refresh_token")
        # RFC 6749, 6: without a new one, the old one stays good.
        return replace(token, renovacao=nova if isinstance(nova, str) and nova else None)


def _pedir(requisicao: Requisicao, rota: Rota, segundos: float) -> Entrega:
    """Ask once. Whatever became of it, nothing of a lote left."""
    rota = replace(rota, comprime=False, resposta_maxima=RESPOSTA_MAXIMA)
    entrega = transporte.trocar(requisicao, rota, ate=agora() + segundos)
    return replace(entrega, ultimo_bloco_saiu=False)


def _token(entrega: Entrega, campos: tuple[str, ...]) -> Token:
    if entrega.falha is not None or entrega.http_status not in (200, 201):
        raise _recusa(entrega)
    objeto = _objeto(entrega)
    valor = next((objeto[campo] for campo in campos if objeto.get(campo)), None)
    if not isinstance(valor, str):
        falha = (
            f"a resposta do serviço de autorização não traz {' nem '.join(dict.fromkeys(campos))}"
        )
        # An answer in JSON without it will never have it; a page may be gone tomorrow.
        raise _recusa(replace(entrega, falha=falha, configuracao=bool(objeto)))
    # Some services give it with the name of the scheme in front.
    valor = valor.strip().removeprefix("Bearer ")
    return Token(valor=valor, segundos=_segundos(objeto, valor))


def _objeto(entrega: Entrega) -> Mapping[str, object]:
    try:
        objeto = json.loads(entrega.resposta or b"")
    # RecursionError: brackets upon brackets.
    except (ValueError, RecursionError):
        return {}
    return objeto if isinstance(objeto, dict) else {}


def _segundos(objeto: Mapping[str, object], valor: str) -> float:
    """How long a token is good for: as the answer says, else as the token itself does."""
    if (dito := _numero(objeto.get("expires_in"))) is not None:
        return dito
    try:
        # Only to know when to renew it: whether it is genuine is for the operadora to tell.
        declarado = jwt.decode(valor, options={"verify_signature": False})
    # Opaque, or made to hurt who looks into it.
    except (jwt.PyJWTError, ValueError, RecursionError):
        return SEGUNDOS_SEM_DITO
    fim, inicio = _numero(declarado.get("exp")), _numero(declarado.get("iat"))
    if fim is None:
        return SEGUNDOS_SEM_DITO
    # By the clock of who issued it, where it says so: ours may be wrong.
    return max(0.0, fim - (time.time() if inicio is None else inicio))


def _numero(valor: object) -> float | None:
    if isinstance(valor, bool) or not isinstance(valor, int | float | str):
        return None
    try:
        numero = float(valor)
    except (ValueError, OverflowError):
        return None
    return numero if 0 <= numero < float("inf") else None


def _recusa(entrega: Entrega) -> AutorizacaoError:
    """The error for a token that did not come; the answer stays out: it may repeat a secret."""
    motivo = entrega.falha or f"HTTP {entrega.http_status}"
    return AutorizacaoError(
        f"a operadora não deu o token: {motivo}", entrega=replace(entrega, resposta=None)
    )
