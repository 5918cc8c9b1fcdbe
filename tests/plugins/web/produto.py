"""The whole product at work, and a person in front of a real browser."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FrameLocator, Page, expect
from rich.console import Console

from tiss.demo import noite as uma_noite
from tiss.demo import preparo
from tiss.demo.ambiente import Pasta
from tiss.demo.portas import PADRAO
from tiss.demo.preparo import Pronto
from tiss.demo.tela import Tela

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
OPCOES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PACIENCIA = 60_000  # ms: other tests keep the machine busy


class Produto:
    """Airflow, the clinic and the simulated operadoras, as `make demo` brings them up."""

    def __init__(self, pronto: Pronto) -> None:
        self.url = pronto.airflow.url
        self.url_clinica = pronto.url_clinica
        self._simulador = pronto.url_simulador
        self.senhas = pronto.segredos

    def falha(self, nome: str, **campos: object) -> None:
        """Have a simulated operadora fail once."""
        resposta = requests.post(
            f"{self._simulador}/_simulador/falhas",
            json={"falha": nome, **campos},
            timeout=30,
        )
        resposta.raise_for_status()

    def avancar(self, segundos: float) -> None:
        """Let time pass for the simulated operadoras."""
        requests.post(
            f"{self._simulador}/_simulador/relogio", json={"avancar_segundos": segundos}, timeout=30
        ).raise_for_status()

    def valor(self, sql: str, *valores: object) -> Any:  # noqa: ANN401  the column decides
        """Return the first column of the first row that a query finds."""
        linha = self.linha(sql, *valores)
        return None if linha is None else linha[0]

    def linha(self, sql: str, *valores: object) -> Any:  # noqa: ANN401  the columns decide
        """Return the first row that a query finds."""
        with psycopg.connect(self.url_clinica, autocommit=True) as conexao:
            return conexao.execute(sql.encode(), valores).fetchone()


def o_chromium() -> str | None:
    """Return where the Chromium of the system is, None: there is none."""
    return next((caminho for caminho in CHROMIUM if os.path.exists(caminho)), None)


@contextmanager
def no_ar(pasta: Path, consultas: int, *, noite: bool = False) -> Iterator[Produto]:
    """Bring everything up in a folder; nothing of it is left afterwards. noite: bill, and ask."""
    lugar = Pasta(pasta)
    lugar.criar()
    # Not those of a demo that somebody starts meanwhile: it may choose the same at the same moment.
    (lugar.tiss / "portas.json").write_text(json.dumps({nome: _livre() for nome in PADRAO}))
    tela = Tela(Console(quiet=True))
    with preparo.tudo_no_ar(lugar, tela, consultas=consultas) as pronto:
        if noite:
            uma_noite.executar(pronto, tela)
        yield Produto(pronto)


def _livre() -> int:
    with socket.socket() as soquete:
        soquete.bind(("127.0.0.1", 0))
        return int(soquete.getsockname()[1])


class Pessoa:
    """Somebody logged in to Airflow in a browser of their own."""

    def __init__(self, produto: Produto, navegador: Browser, nome: str) -> None:
        self.produto = produto
        self.contexto: BrowserContext = navegador.new_context(
            viewport={"width": 1440, "height": 900},
            locale="pt-BR",
            timezone_id="America/Sao_Paulo",
        )
        self.contexto.set_default_timeout(PACIENCIA)
        self.pagina: Page = self.contexto.new_page()
        self.erros: list[str] = []
        self.pagina.on("pageerror", lambda erro: self.erros.append(str(erro)))
        self.pagina.on("console", self._ouvir)
        self._entrar(nome, produto.senhas[nome])

    def _ouvir(self, mensagem: ConsoleMessage) -> None:
        # What our policy blocks is said here, and nowhere else.
        if mensagem.type == "error" and "/tiss/" in (mensagem.location or {}).get("url", ""):
            self.erros.append(mensagem.text)

    def _entrar(self, nome: str, senha: str) -> None:
        self.pagina.goto(f"{self.produto.url}/auth/login")
        self.pagina.fill("input[name=username]", nome)
        self.pagina.fill("input[name=password]", senha)
        self.pagina.keyboard.press("Enter")
        self.pagina.wait_for_url(lambda url: "/auth/login" not in url)

    def tema(self, qual: str) -> None:
        """Switch Airflow to light or dark."""
        self.pagina.evaluate("qual => localStorage.setItem('theme', qual)", qual)

    @property
    def quadro(self) -> FrameLocator:
        """Our page inside Airflow's."""
        return self.pagina.frame_locator("main iframe, iframe")

    def ir(self, caminho: str) -> FrameLocator:
        """Open one of our screens inside Airflow; return it when it is there."""
        self.pagina.goto(f"{self.produto.url}/plugin/tiss/tiss/{caminho}")
        expect(self.quadro.locator("main#conteudo")).to_be_visible(timeout=PACIENCIA)
        return self.quadro

    def numero_do_lote(self) -> int:
        """Return the id of the lote whose detail is open, as the address of Airflow says it."""
        achado = re.search(r"lote=(\d+)", self.pagina.url)
        assert achado is not None, self.pagina.url
        return int(achado.group(1))
