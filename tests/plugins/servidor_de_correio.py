"""A mail server on this machine, that takes mail, or refuses it, as a real one does."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class Correio:
    """What arrived. recusa: what it answers instead of taking a message."""

    usuario: str
    senha: str
    porta: int = 0
    cartas: list[EmailMessage] = field(default_factory=list)
    destinatarios: list[list[str]] = field(default_factory=list)
    recusa: str | None = None

    async def handle_DATA(self, servidor: Any, sessao: Any, envelope: Any) -> str:  # noqa: ANN401
        if self.recusa is not None:
            return self.recusa
        carta = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(carta, EmailMessage)
        self.cartas.append(carta)
        self.destinatarios.append(envelope.rcpt_tos)
        return "250 OK"

    def conferir(self, _s: Any, _se: Any, _e: Any, _m: str, dados: Any) -> AuthResult:  # noqa: ANN401
        certo = isinstance(dados, LoginPassword) and (dados.login, dados.password) == (
            self.usuario.encode(),
            self.senha.encode(),
        )
        return AuthResult(success=certo, handled=False)

    def texto(self, carta: EmailMessage) -> str:
        """Return what a person reads."""
        corpo = carta.get_body(("html",))
        assert corpo is not None
        _, _, escrito = str(corpo.get_content()).partition("<pre")
        return unescape(escrito.partition(">")[2].partition("</pre>")[0])


@contextmanager
def correio(
    usuario: str = "",
    senha: str = "",
    *,
    certificado: ssl.SSLContext | None = None,
    logo: bool = False,
) -> Iterator[Correio]:
    """Run one. certificado: it wants TLS, by STARTTLS, or `logo` from the first byte on."""
    caixa = Correio(usuario, senha)
    opcoes: dict[str, Any] = {}
    if certificado is not None:
        opcoes = {"ssl_context": certificado} if logo else {"tls_context": certificado}
    if usuario:
        # Over TLS from the first byte the library sees no STARTTLS, which it would insist on.
        opcoes |= {
            "authenticator": caixa.conferir,
            "auth_required": True,
            "auth_require_tls": not logo,
        }
    if certificado is not None and not logo:
        opcoes["require_starttls"] = True
    laco = asyncio.new_event_loop()
    servidor = UnthreadedController(caixa, hostname="127.0.0.1", port=0, loop=laco, **opcoes)
    servidor.begin()
    assert servidor.server is not None
    caixa.porta = servidor.server.sockets[0].getsockname()[1]
    fio = threading.Thread(target=laco.run_forever)
    fio.start()
    try:
        yield caixa
    finally:
        laco.call_soon_threadsafe(laco.stop)
        fio.join()
        servidor.end()
        laco.close()
