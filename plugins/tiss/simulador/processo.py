"""Runs the simulator as a child process, for tests and the demo."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlencode, urlsplit

import tiss
from tiss.errors import ConfigError

from .tls import contexto_do_cliente

if TYPE_CHECKING:
    from .certificados import Autoridade

ModoTls = Literal["SERVIDOR", "MUTUO"]
_PACOTE = Path(tiss.__file__).resolve().parents[1]


class Simulador:
    """A running simulator.

    with Simulador.start(config) as simulador:
        requests.post(f"{simulador.url}/999001/tissLoteGuias", ...)
    """

    def __init__(
        self,
        processo: subprocess.Popen[str],
        erros: IO[str],
        url: str,
        autoridade: Autoridade | None = None,
        contexto: ssl.SSLContext | None = None,
    ) -> None:
        self._processo = processo
        self._erros = erros
        self._autoridade = autoridade
        self._contexto = contexto
        self.url = url

    @classmethod
    def start(
        cls,
        config: Mapping[str, object],
        estado: Path | None = None,
        porta: int = 0,
        *,
        prazo: float = 30.0,
        tls: ModoTls | None = None,
    ) -> Self:
        """Start a process and return when it listens.

        estado: file of the ledger, in memory when None. prazo: seconds to wait for it. tls: with
        a certificate of the server, or of both sides, from a CA that ends with this object.
        Raises ConfigError with what the process said, when it does not come up.
        """
        argumentos = [
            sys.executable,
            "-m",
            "tiss.simulador",
            "--config",
            "-",
            "--porta",
            str(porta),
        ]
        if estado is not None:
            argumentos += ["--estado", str(estado)]
        caminho = os.pathsep.join(filter(None, (str(_PACOTE), os.environ.get("PYTHONPATH"))))
        autoridade = None if tls is None else _autoridade()
        contexto = None if autoridade is None else _contexto(autoridade)
        # A file, not a pipe: nobody reads it while the process runs
        erros = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by parar
        processo = subprocess.Popen(  # noqa: S603 - our own module; the secrets go by stdin
            argumentos,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=erros,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": caminho, "PYTHONIOENCODING": "utf-8"},
        )
        simulador = cls(processo, erros, "", autoridade, contexto)
        try:
            simulador._configurar(json.dumps({**config, **_tls(autoridade, tls)}), prazo)
        except BaseException:
            simulador.parar()
            raise
        return simulador

    def _configurar(self, config: str, prazo: float) -> None:
        entrada, saida = self._processo.stdin, self._processo.stdout
        if entrada is None or saida is None:
            raise ConfigError("simulador sem entrada e saída padrão")
        with contextlib.suppress(BrokenPipeError):
            entrada.write(config)
            entrada.close()
        prontos, _, _ = select.select([saida], [], [], prazo)
        linha = saida.readline() if prontos else ""
        if not linha.startswith("pronto "):
            self._processo.kill()
            self._processo.wait()
            raise ConfigError(f"simulador não iniciou: {self.erros()}")
        self.url = linha.removeprefix("pronto ").strip()

    @property
    def vivo(self) -> bool:
        """Whether the process runs."""
        return self._processo.poll() is None

    def configurar(self, config: Mapping[str, object]) -> None:
        """Play others from now on, with an empty ledger and the clock at the real time."""
        self._pedir("PUT", "configuracao", config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        erro: BaseException | None,
        rastro: TracebackType | None,
    ) -> None:
        self.parar()

    def parar(self) -> int:
        """End the process, if it runs, and return its exit code."""
        self._processo.terminate()
        try:
            self._processo.wait(10)
        except subprocess.TimeoutExpired:
            self._processo.kill()
            self._processo.wait()
        if self._processo.stdout is not None:
            self._processo.stdout.close()
        self._erros.close()
        return self._processo.returncode

    def matar(self) -> None:
        """End the process as a power cut would."""
        self._processo.kill()
        self._processo.wait()

    def erros(self) -> str:
        """Return what the process wrote to standard error so far."""
        self._erros.seek(0)
        return self._erros.read().strip()

    @property
    def ca(self) -> str:
        """The certificate of the CA, as PEM. Raises ValueError without TLS."""
        return self._da_autoridade().pem

    def certificado(
        self, usuario: str, *, senha: str, valido: bool = True, de_outra_ca: bool = False
    ) -> bytes:
        """Return a client certificate of a user with its key, as PKCS#12.

        senha: opens the file. valido: otherwise it expired yesterday. de_outra_ca: signed by one
        that the server does not know. Raises ValueError without TLS.
        """
        autoridade = self._da_autoridade()
        if de_outra_ca:
            autoridade = _autoridade()
        return autoridade.cliente(usuario, senha, vale=valido)

    def _da_autoridade(self) -> Autoridade:
        if self._autoridade is None:
            raise ValueError("este simulador não usa TLS")
        return self._autoridade

    def falha(
        self,
        falha: str,
        *,
        vezes: int = 1,
        registro_ans: str | None = None,
        operacao: str | None = None,
        segundos: float | None = None,
        codigo: str | None = None,
        depois: bool = False,
    ) -> None:
        """Queue a fault; names and fields are those of `tiss.simulador.falhas`."""
        campos = {
            "falha": falha,
            "vezes": vezes,
            "registro_ans": registro_ans,
            "operacao": operacao,
            "segundos": segundos,
            "codigo": codigo,
            "depois": depois,
        }
        presentes = {nome: valor for nome, valor in campos.items() if valor is not None}
        self._pedir("POST", "falhas", presentes)

    def falhas_pendentes(self) -> list[dict[str, Any]]:
        """Return the faults still to happen."""
        return list(self._pedir("GET", "falhas"))

    def limpar_falhas(self) -> None:
        """Forget all faults."""
        self._pedir("DELETE", "falhas")

    def acaso(self, semente: int, falhas: Sequence[Mapping[str, object]]) -> None:
        """Let each request draw its fault; the nth of an operadora always draws the same.

        falhas: each with the fields of `falha` but `vezes`, and its `probabilidade` from 0 to 1.
        """
        self._pedir("POST", "acaso", {"semente": semente, "falhas": list(falhas)})

    def sem_acaso(self) -> None:
        """Let no request draw a fault any more."""
        self._pedir("DELETE", "acaso")

    def falhas_ocorridas(self) -> dict[str, int]:
        """Return how often each fault happened, queued or drawn, since the start."""
        return dict(self._pedir("GET", "falhas/contagem"))

    def desvio(
        self, desvio: str, *, registro_ans: str, numero_protocolo: str, guia: str = ""
    ) -> None:
        """Have the demonstrativos of a protocolo tell something wrong from now on.

        Names and fields are those of `tiss.simulador.desvios`.
        """
        campos = {
            "desvio": desvio,
            "registro_ans": registro_ans,
            "numero_protocolo": numero_protocolo,
            "guia": guia,
        }
        self._pedir("POST", "desvios", campos)

    def desvios(self, registro_ans: str | None = None) -> list[dict[str, Any]]:
        """Return what is told wrong on purpose."""
        return list(self._pedir("GET", "desvios" + _consulta(registro_ans=registro_ans)))

    def sem_desvios(self) -> None:
        """Have the demonstrativos tell the truth again."""
        self._pedir("DELETE", "desvios")

    def avancar(self, segundos: float) -> None:
        """Push the clock forward."""
        self._pedir("POST", "relogio", {"avancar_segundos": segundos})

    def desbloquear(self, registro_ans: str | None = None, usuario: str | None = None) -> None:
        """Unlock users that had too many wrong passwords."""
        self._pedir("POST", "desbloquear", {"registro_ans": registro_ans, "usuario": usuario})

    def revogar_tokens(self, registro_ans: str | None = None) -> None:
        """Make all access tokens invalid now; refresh tokens go on serving."""
        self._pedir("POST", "revogar", {"registro_ans": registro_ans})

    def tokens(self) -> list[dict[str, Any]]:
        """Return how often each user asked for a token (pedidos) and was given one (emitidos)."""
        return list(self._pedir("GET", "tokens"))

    def livro(self, registro_ans: str | None = None) -> list[dict[str, Any]]:
        """Return how often each attendance was accepted: ever (aceites), still alive (vivos)."""
        return list(self._pedir("GET", "livro" + _consulta(registro_ans=registro_ans)))

    def repetidos(self, registro_ans: str | None = None) -> list[dict[str, Any]]:
        """Return the attendances with more than one acceptance that is not cancelled."""
        consulta = _consulta(registro_ans=registro_ans, repetidos="1")
        return list(self._pedir("GET", "livro" + consulta))

    def resumo(self) -> dict[str, dict[str, Any]]:
        """Return counts and money by registro_ans; amounts are text."""
        return dict(self._pedir("GET", "resumo"))

    def requisicoes(self, registro_ans: str | None = None) -> list[dict[str, Any]]:
        """Return how many times each lote arrived."""
        return list(self._pedir("GET", "requisicoes" + _consulta(registro_ans=registro_ans)))

    def protocolos(self, registro_ans: str | None = None) -> list[dict[str, Any]]:
        """Return what the portals show: every protocol, its lote, and how much of it is alive."""
        return list(self._pedir("GET", "protocolos" + _consulta(registro_ans=registro_ans)))

    def recursos(self, registro_ans: str | None = None) -> list[dict[str, Any]]:
        """Return what the portals show: every recurso, what it contests and what was granted."""
        return list(self._pedir("GET", "recursos" + _consulta(registro_ans=registro_ans)))

    def saude(self) -> dict[str, Any]:
        """Return whom the simulator plays and what time it is there."""
        return dict(self._pedir("GET", "saude"))

    def _pedir(self, metodo: str, rota: str, corpo: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        endereco = urlsplit(self.url).netloc
        conexao = (
            http.client.HTTPConnection(endereco, timeout=30)
            if self._contexto is None
            else http.client.HTTPSConnection(endereco, timeout=30, context=self._contexto)
        )
        try:
            conexao.request(
                metodo,
                f"/_simulador/{rota}",
                body=None if corpo is None else json.dumps(corpo),
                headers={"Content-Type": "application/json"},
            )
            resposta = conexao.getresponse()
            dados = json.loads(resposta.read())
        finally:
            conexao.close()
        if resposta.status != 200:
            raise ValueError(f"{rota}: {dados}")
        return dados


def _autoridade() -> Autoridade:
    # Most runs use no TLS, and cryptography takes its time to load
    from .certificados import Autoridade

    return Autoridade()


def _contexto(autoridade: Autoridade) -> ssl.SSLContext:
    administrador = autoridade.cliente_em_pem("administrador do simulador")
    return contexto_do_cliente(autoridade.pem, administrador)


def _tls(autoridade: Autoridade | None, modo: ModoTls | None) -> dict[str, object]:
    if autoridade is None:
        return {}
    certificado, chave = autoridade.servidor()
    ca = autoridade.pem if modo == "MUTUO" else None
    return {"tls": {"certificado": certificado, "chave": chave, "ca": ca}}


def _consulta(**campos: str | None) -> str:
    presentes = {nome: valor for nome, valor in campos.items() if valor is not None}
    return f"?{urlencode(presentes)}" if presentes else ""
