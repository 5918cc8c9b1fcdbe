"""Writes verdicts back to the clinic."""

from __future__ import annotations

import psycopg
import structlog

from tiss.repository import Repositorio, Transacao, retornos
from tiss.repository.retornos import AGravar

log = structlog.get_logger(__name__)

PAGINA = 500
# The clinic's own work comes first: a row that somebody is editing waits for the next hour.
ESPERA_MILISSEGUNDOS = 2000


def gravar_resultados(repo: Repositorio) -> tuple[int, int]:
    """Hand every new verdict to the clinic; return how many were written and how many failed.

    One that fails stays as a divergence and is tried again by the next run; the verdict stands.
    Where the clinic has no function for it, it reads the view tiss.resultado: (0, 0).
    """
    gravadas = falhas = depois_de = 0
    while True:
        with repo.transacao() as t:
            if not retornos.tem_gravacao(t):
                log.info("a clínica não tem tiss.gravar_resultado: lê a visão tiss.resultado")
                return 0, 0
            t.limitar_espera(ESPERA_MILISSEGUNDOS)
            pagina = retornos.a_gravar(t, depois_de=depois_de, limite=PAGINA)
            if not pagina:
                break
            depois_de = pagina[-1].id
            com_erro = _gravar(t, pagina)
        falhas += com_erro
        gravadas += len(pagina) - com_erro
    log.info("resultados gravados na clínica", gravados=gravadas, com_erro=falhas)
    return gravadas, falhas


def _gravar(t: Transacao, pagina: list[AGravar]) -> int:
    """Write a page at once; only when that fails, one by one, to find out which ones do."""
    try:
        with t.tentativa():
            _entregar(t, pagina)
    except psycopg.Error:
        return sum(_gravar_uma(t, resultado) for resultado in pagina)
    return 0


def _entregar(t: Transacao, resultados: list[AGravar]) -> None:
    retornos.gravar_na_clinica(t, resultados)
    retornos.fechar_divergencias(
        t,
        ["GRAVACAO_NA_CLINICA"],
        por="nova tentativa",
        lote_id=None,
        guias=[resultado.id for resultado in resultados],
    )


def _gravar_uma(t: Transacao, resultado: AGravar) -> int:
    try:
        with t.tentativa():
            _entregar(t, [resultado])
    except psycopg.Error as erro:
        retornos.abrir_divergencia(
            t,
            "GRAVACAO_NA_CLINICA",
            f"o resultado não foi gravado na clínica ({type(erro).__name__}): tenta-se de novo "
            "a cada hora",
            lote_id=None,
            guia_id=resultado.id,
        )
        log.warning("resultado não gravado", consulta=resultado.consulta_id,
                    erro=type(erro).__name__)  # fmt: skip
        return 1
    return 0
