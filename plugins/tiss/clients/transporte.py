"""Sends one request once, and can tell whether it may have arrived.

The same exception comes from "reset before reading" and from "all read, then closed", and a
stalled TLS handshake looks like a read timeout. What decides is whether the last block of the
body was handed to the network.
"""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from tiss.clients.tls import contexto
from tiss.domain.cadastro import Contrato
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import CERTIFICADO_RECUSADO, REDIRECIONADO, Entrega
from tiss.messages.certificado import A1

BLOCO = 65536
MEGABYTE = 1024 * 1024
# Where there is nobody between us and the server.
PROPRIA_MAQUINA = frozenset({"127.0.0.1", "::1", "localhost"})
FORA_DO_PRAZO = "a resposta não acabou no prazo"
# For a server to say that it does not take our certificate.
SEGUNDOS_DO_ALERTA = 1.0
SEM_TLS = "sem TLS, só para a própria máquina"
# What a server says when it ends a handshake over the certificate that we showed, or did not.
_ALERTAS_DE_CERTIFICADO = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_NO_CERTIFICATE",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
    }
)
_SERVIDOR = re.compile(r"[\w.:-]{1,255}")


def agora() -> float:
    """Seconds of a clock that also runs while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class PrazoVencidoError(Exception):
    """The body was not finished in time: its last block stays here."""


class CorpoUnico:
    """A request body that can be read once and knows whether its last block left.

    It has a length and no tell, seek or __iter__: nothing can send it twice. After `ate` (see
    `agora`) it refuses its last block: a process that was paused must not wake up and send.
    """

    def __init__(self, dados: bytes, ate: float) -> None:
        self._dados = memoryview(dados)
        self._posicao = 0
        self._ate = ate
        self.saiu = False

    def __len__(self) -> int:
        return len(self._dados)

    def read(self, tamanho: int | None = -1) -> bytes:
        """Return the next block; an empty one after the last was handed over."""
        if self._posicao >= len(self._dados):
            if self.saiu:
                raise RuntimeError("o corpo já foi enviado")
            # Asked for more: the sendall() of the last block has returned.
            self.saiu = True
            return b""
        fim = len(self._dados)
        if tamanho is not None and tamanho >= 0:
            fim = min(fim, self._posicao + tamanho)
        if fim == len(self._dados) and agora() >= self._ate:
            raise PrazoVencidoError("o prazo da tentativa acabou antes do envio")
        bloco = bytes(self._dados[self._posicao : fim])
        self._posicao = fim
        return bloco


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """The way to an operadora, and how much patience it is given.

    segundos_resposta: how long it may stay silent. resposta_maxima: bytes of an answer, opened.
    comprime: requests leave with gzip. proxy: http:// or https://, without user or password.
    """

    segundos_conexao: float
    segundos_resposta: float
    contexto: ssl.SSLContext
    resposta_maxima: int = 64 * MEGABYTE
    comprime: bool = False
    proxy: str | None = None

    @classmethod
    def de(cls, contrato: Contrato, a1: A1 | None = None) -> Self:
        """Return the way of a contrato. a1: the certificate to present.

        Raises ConfigError for an authority or a certificate that cannot be used.
        """
        return cls(
            segundos_conexao=contrato.segundos_conexao,
            segundos_resposta=contrato.segundos_resposta,
            contexto=contexto(contrato.autoridade_certificadora, a1),
            resposta_maxima=contrato.resposta_maxima_mb * MEGABYTE,
            comprime=contrato.comprime,
            proxy=contrato.proxy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Apresentacao:
    """What a server shows of itself in a TLS handshake, verified: of nobody else is it taken.

    versao: of TLS, as OpenSSL calls it. nome, emissor: commonName of the certificate and of who
    signed it, None where it has none.
    """

    versao: str
    nome: str | None
    emissor: str | None
    vale_ate: datetime


def apresentar(url: str, rota: Rota, *, ate: float) -> Apresentacao | Entrega | None:
    """Return what the server of an address shows, None when it is reached without TLS.

    Nothing is asked of it: an Entrega says, as that of a request would, why it was not reached.
    By TLS 1.3 a server looks at our certificate after the handshake, and a request that it resets
    may drown what it says of it: so it is listened to for a moment.
    """
    if sem_protecao(url):
        return _nada_saiu(SEM_TLS, configuracao=True)
    with requests.Session() as sessao, _Unica(rota.contexto, ate) as unica:
        sessao.trust_env = False
        proxies = {"http": rota.proxy, "https": rota.proxy} if rota.proxy else {}
        try:
            pedido = sessao.prepare_request(requests.Request("POST", url))
            return unica.conhecer(pedido, proxies, rota.segundos_conexao)
        # Broad on purpose, as in `trocar`.
        except Exception as erro:
            return _nada_saiu(_falha(erro), configuracao=_de_configuracao(erro))


def trocar(requisicao: Requisicao, rota: Rota, *, ate: float) -> Entrega:
    """Send a request once and return how it went; no error of the network escapes.

    ate: when the whole attempt ends, by `agora`, whatever it is doing then. Nothing is repeated,
    redirected or reused; nothing leaves without TLS but for this very machine.
    """
    if sem_protecao(requisicao.url):
        return _nada_saiu(SEM_TLS, configuracao=True)
    if agora() >= ate:
        return _nada_saiu(PrazoVencidoError.__name__)
    cabecalhos = {
        "Accept-Encoding": "gzip, deflate",
        **requisicao.cabecalhos,
        "Connection": "close",
    }
    dados = requisicao.dados
    if rota.comprime:
        dados = gzip.compress(dados, mtime=0)
        cabecalhos["Content-Encoding"] = "gzip"
    corpo = CorpoUnico(dados, ate)
    with requests.Session() as sessao, _Unica(rota.contexto, ate) as unica:
        # The environment could replace certificates, proxies and credentials behind our back.
        sessao.trust_env = False
        sessao.mount("http://", unica)
        sessao.mount("https://", unica)
        try:
            resposta = sessao.post(
                requisicao.url,
                data=corpo,
                headers=cabecalhos,
                timeout=(rota.segundos_conexao, rota.segundos_resposta),
                proxies={"http": rota.proxy, "https": rota.proxy} if rota.proxy else {},
                allow_redirects=False,
                stream=True,
            )
        # Broad on purpose: a Location that does not parse raises ValueError, and whatever it
        # was, the body knows what left.
        except Exception as erro:
            return Entrega(
                http_status=None,
                ultimo_bloco_saiu=corpo.saiu,
                resposta=None,
                falha=_falha(erro),
                configuracao=_de_configuracao(erro),
            )
        with resposta:
            return _receber(resposta, corpo, rota.resposta_maxima, unica)


class _Unica(HTTPAdapter):
    """Makes one connection, by a TLS context of ours and no other, and cuts it when time is up."""

    def __init__(self, contexto: ssl.SSLContext, ate: float) -> None:
        self._contexto = contexto
        self._copia: socket.socket | None = None
        self.cortada = False
        self._alarme = threading.Timer(ate - agora(), self._cortar)
        self._alarme.daemon = True
        super().__init__(
            max_retries=Retry(total=0, connect=0, read=False, redirect=False, status=0, other=0),
            pool_connections=1,
            pool_maxsize=1,
        )

    def __enter__(self) -> Self:
        self._alarme.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._alarme.cancel()
        # It may be at work right now: what it cuts must still be this connection.
        self._alarme.join()
        if self._copia is not None:
            self._copia.close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().init_poolmanager(*args, **kwargs, ssl_context=self._contexto)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401
        # The proxy is not the operadora: neither its authority nor our certificate are for it.
        return super().proxy_manager_for(
            proxy, **kwargs, ssl_context=self._contexto, proxy_ssl_context=contexto()
        )

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:  # noqa: ANN401
        # requests would add the usual authorities to those of the context.
        conn.cert_reqs = "CERT_REQUIRED"

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        conexoes: Any = super().get_connection_with_tls_context(*args, **kwargs)
        classe = conexoes.ConnectionCls

        def nova(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            conexao = classe(*args, **kwargs)
            abrir = conexao._new_conn

            def abrir_e_copiar() -> socket.socket:
                soquete: socket.socket = abrir()
                # TLS takes the socket away from whoever holds it; a copy reaches it all the same.
                self._copia = soquete.dup()
                if self.cortada:
                    self._cortar()
                return soquete

            conexao._new_conn = abrir_e_copiar
            return conexao

        conexoes.ConnectionCls = nova
        return conexoes

    def conhecer(
        self, pedido: requests.PreparedRequest, proxies: dict[str, str], segundos: float
    ) -> Apresentacao | None:
        """Connect to the server of a request, without making it."""
        conexoes = self.get_connection_with_tls_context(pedido, True, proxies=proxies)
        self.cert_verify(conexoes, pedido.url or "", True, None)
        with closing(conexoes._get_conn()) as conexao:
            conexao.timeout = segundos
            if conexoes.proxy is None:
                conexao.connect()
            else:
                conexoes._prepare_proxy(conexao)
            return _apresentacao(conexao.sock)

    def _cortar(self) -> None:
        self.cortada = True
        if self._copia is not None:
            with suppress(OSError):  # closed by the other side already
                self._copia.shutdown(socket.SHUT_RDWR)


def _apresentacao(soquete: socket.socket | None) -> Apresentacao | None:
    # By plain HTTP nobody shows anything.
    if not isinstance(soquete, ssl.SSLSocket):
        return None
    certificado: dict[str, Any] = soquete.getpeercert() or {}
    versao = soquete.version() or ""
    soquete.settimeout(SEGUNDOS_DO_ALERTA)
    with suppress(TimeoutError):  # nothing to say against us
        if not soquete.recv(1):
            raise ConnectionResetError("the server hung up before it was asked anything")
    return Apresentacao(
        versao=versao,
        nome=_nome_comum(certificado["subject"]),
        emissor=_nome_comum(certificado["issuer"]),
        vale_ate=datetime.fromtimestamp(ssl.cert_time_to_seconds(certificado["notAfter"]), UTC),
    )


def _nome_comum(nome: tuple[tuple[tuple[str, str], ...], ...]) -> str | None:
    return next((valor for parte in nome for chave, valor in parte if chave == "commonName"), None)


def _receber(resposta: requests.Response, corpo: CorpoUnico, maximo: int, unica: _Unica) -> Entrega:
    partes: list[bytes] = []
    tamanho = 0
    falha = None
    try:
        # read1 gives what is there: a reader that waits to be full defeats any deadline.
        while bloco := resposta.raw.read1(BLOCO, decode_content=True):
            partes.append(bloco)
            tamanho += len(bloco)
            if tamanho > maximo:
                falha = "resposta maior que o limite"
                break
    except Exception as erro:
        falha = _falha(erro)
    if unica.cortada:
        # Without a length, what was cut looks complete.
        falha = FORA_DO_PRAZO
    return Entrega(
        http_status=resposta.status_code,
        ultimo_bloco_saiu=corpo.saiu,
        resposta=b"".join(partes),
        falha=falha or _redirecionamento(resposta),
    )


def _redirecionamento(resposta: requests.Response) -> str | None:
    """Where a redirect leads, which is not followed: the server only, a query may hold anything."""
    if not 300 <= resposta.status_code < 400:
        return None
    try:
        servidor = urlsplit(resposta.headers.get("Location", "")).hostname
    except ValueError:
        return None
    return f"{REDIRECIONADO}{servidor}" if servidor and _SERVIDOR.fullmatch(servidor) else None


def _nada_saiu(falha: str, *, configuracao: bool = False) -> Entrega:
    return Entrega(
        http_status=None,
        ultimo_bloco_saiu=False,
        resposta=None,
        falha=falha,
        configuracao=configuracao,
    )


def sem_protecao(url: str) -> bool:
    """Whether an address would take patients over a network in the clear."""
    try:
        partes = urlsplit(url)
    except ValueError:
        return False  # no address at all: what sends it says so
    return partes.scheme == "http" and partes.hostname not in {None, *PROPRIA_MAQUINA}


def _falha(erro: Exception) -> str:
    """The kinds of an error and its causes: texts of network errors may quote addresses."""
    if any(
        isinstance(causa, ssl.SSLError) and causa.reason in _ALERTAS_DE_CERTIFICADO
        for causa in _causas(erro)
    ):
        return CERTIFICADO_RECUSADO
    return " < ".join(dict.fromkeys(_especie(causa) for causa in _causas(erro)))


def _especie(causa: BaseException) -> str:
    """The kind of an error, with what OpenSSL found wrong in brackets."""
    match causa:
        case ssl.SSLCertVerificationError():
            # "Hostname mismatch, certificate is not valid for 'x'": after the comma, an address.
            achado = getattr(causa, "verify_message", "").partition(",")[0]
        case ssl.SSLError():
            achado = causa.reason
        case _:
            achado = None
    nome = type(causa).__name__
    return f"{nome}[{achado}]" if achado else nome


def _causas(erro: BaseException) -> Iterator[BaseException]:
    """An error and what lies under it, as requests and urllib3 nest them."""
    atual: BaseException | None = erro
    for _ in range(6):
        if atual is None:
            return
        yield atual
        embutidas = (getattr(atual, "reason", None), *atual.args[:1])
        causas = (causa for causa in embutidas if isinstance(causa, BaseException))
        atual = next(causas, atual.__cause__)


def _de_configuracao(erro: Exception) -> bool:
    """Whether trying again cannot help: a certificate, an address or a header that is wrong."""
    return any(
        isinstance(
            causa,
            ssl.SSLCertVerificationError
            | requests.exceptions.InvalidHeader
            | requests.exceptions.InvalidProxyURL
            | requests.exceptions.InvalidSchema
            | requests.exceptions.InvalidURL
            | requests.exceptions.MissingSchema,
        )
        for causa in _causas(erro)
    )
