"""Sends one request once, and can tell whether it may have arrived.

The same exception comes from "reset before reading" and from "all read, then closed", and a
stalled TLS handshake looks like a read timeout. What decides is whether the last block of the
body was handed to the network.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from tiss.domain.retorno import REDIRECIONADO, Entrega

BLOCO = 65536
RESPOSTA_MAXIMA = 64 * 1024 * 1024
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


def trocar(
    url: str,
    dados: bytes,
    *,
    cabecalhos: Mapping[str, str],
    auth: AuthBase | None,
    segundos_conexao: float,
    segundos_resposta: float,
    ate: float,
) -> Entrega:
    """Send a request once and return how it went; no error of the network escapes.

    segundos_resposta: how long the operadora may stay silent. ate: when the whole attempt ends,
    by `agora`. Nothing is repeated, redirected or reused.
    """
    corpo = CorpoUnico(dados, ate)
    with requests.Session() as sessao:
        # The environment could replace certificates, proxies and credentials behind our back.
        sessao.trust_env = False
        sessao.headers["Connection"] = "close"
        unica = HTTPAdapter(
            max_retries=Retry(total=0, connect=0, read=False, redirect=False, status=0, other=0),
            pool_connections=1,
            pool_maxsize=1,
        )
        sessao.mount("http://", unica)
        sessao.mount("https://", unica)
        try:
            resposta = sessao.post(
                url,
                data=corpo,
                headers=dict(cabecalhos),
                auth=auth,
                timeout=(segundos_conexao, segundos_resposta),
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
                falha=_nome(erro),
                configuracao=_de_configuracao(erro),
            )
        with resposta:
            return _receber(resposta, corpo, ate)


def _receber(resposta: requests.Response, corpo: CorpoUnico, ate: float) -> Entrega:
    partes: list[bytes] = []
    tamanho = 0
    falha = None
    try:
        # read1 gives what is there: a reader that waits to be full defeats any deadline.
        while bloco := resposta.raw.read1(BLOCO, decode_content=True):
            partes.append(bloco)
            tamanho += len(bloco)
            if tamanho > RESPOSTA_MAXIMA:
                falha = "resposta maior que o limite"
                break
            if agora() > ate:
                falha = "a resposta não acabou no prazo"
                break
    except Exception as erro:
        falha = _nome(erro)
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


def _nome(erro: Exception) -> str:
    """The kinds of an error and its causes: texts of network errors may quote addresses."""
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
    """Whether trying again cannot help: a certificate or an address that is wrong."""
    return any(
        isinstance(
            causa,
            ssl.SSLCertVerificationError
            | requests.exceptions.InvalidURL
            | requests.exceptions.InvalidSchema
            | requests.exceptions.MissingSchema,
        )
        for causa in _causas(erro)
    )
