"""Runs the simulator as a child process, for tests and the demo."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urlencode, urlsplit

import tiss
from tiss.errors import ConfigError

_PACOTE = Path(tiss.__file__).resolve().parents[1]


class Simulador:
    """A running simulator.

    with Simulador.start(config) as simulador:
        requests.post(f"{simulador.url}/999001/tissLoteGuias", ...)
    """

    def __init__(self, processo: subprocess.Popen[str], erros: IO[str], url: str) -> None:
        self._processo = processo
        self._erros = erros
        self.url = url

    @classmethod
    def start(
        cls,
        config: Mapping[str, object],
        estado: Path | None = None,
        porta: int = 0,
        *,
        prazo: float = 30.0,
    ) -> Self:
        """Start a process and return when it listens.

        estado: file of the ledger, in memory when None. prazo: seconds to wait for it.
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
        simulador = cls(processo, erros, "")
        try:
            simulador._configurar(json.dumps(config), prazo)
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

    def saude(self) -> dict[str, Any]:
        """Return whom the simulator plays and what time it is there."""
        return dict(self._pedir("GET", "saude"))

    def _pedir(self, metodo: str, rota: str, corpo: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        conexao = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
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


def _consulta(**campos: str | None) -> str:
    presentes = {nome: valor for nome, valor in campos.items() if valor is not None}
    return f"?{urlencode(presentes)}" if presentes else ""
