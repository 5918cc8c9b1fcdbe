"""The person of the demo: looks a lote in doubt up at the operadora's portal and answers.

The portal is the simulated operadora's own list of what reached it, the answer is the same use
case that `tiss lote resolver` runs.
"""

from __future__ import annotations

from typing import Any

import psycopg
import requests

from tiss.repository import Repositorio
from tiss.repository.conexao import comando
from tiss.services import duvida

PESSOA = "demonstração"


def responder_duvidas(url_clinica: str, url_simulador: str) -> list[str]:
    """Answer for every lote in doubt; return what was found, a line each, in Portuguese."""
    with psycopg.connect(url_clinica) as conexao:
        em_duvida = conexao.execute(comando("demo/duvidas")).fetchall()
    if not em_duvida:
        return []
    dos_lotes, dos_recursos = _lotes(url_simulador), _recursos(url_simulador)
    repo = Repositorio(lambda: psycopg.connect(url_clinica))
    respostas = []
    for lote_id, recurso, *chave in em_duvida:
        protocolo = (dos_recursos if recurso else dos_lotes).get(tuple(chave))
        if protocolo is None:
            duvida.reenviar(repo, lote_id, por=PESSOA)
            respostas.append(f"o lote {lote_id} não consta no portal: vai de novo")
        else:
            duvida.informar_protocolo(repo, lote_id, protocolo, por=PESSOA)
            respostas.append(f"o lote {lote_id} consta no portal com o protocolo {protocolo}")
    return respostas


def _lotes(url: str) -> dict[tuple[str, ...], str]:
    """Protocolo of each accepted lote, by registro ANS, our code there and numeroLote."""
    return {
        (linha["registro_ans"], linha["prestador"], linha["numero_lote"]): linha["numero_protocolo"]
        for linha in _portal(url, "requisicoes")
        if linha["aceito"]
    }


def _recursos(url: str) -> dict[tuple[str, ...], str]:
    """The same of each recurso, by the number of its guia."""
    return {
        (linha["registro_ans"], linha["prestador"], linha["numero_guia"]): linha["numero_protocolo"]
        for linha in _portal(url, "recursos")
    }


def _portal(url: str, lista: str) -> list[dict[str, Any]]:
    with requests.Session() as sessao:
        sessao.trust_env = False
        resposta = sessao.get(f"{url}/_simulador/{lista}", timeout=30)
        resposta.raise_for_status()
        linhas: list[dict[str, Any]] = resposta.json()
    return linhas
