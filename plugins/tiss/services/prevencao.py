"""What the operadora of a contrato is known to refuse, before anything is sent to it again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import structlog

from tiss.domain.cadastro import Contrato
from tiss.domain.historico import Historico
from tiss.domain.regras import HISTORICO_DE_GLOSA, Acao
from tiss.repository import Repositorio, Transacao, contratos, historico

log = structlog.get_logger(__name__)


def historico_de(repo: Repositorio, contrato: Contrato) -> Callable[[], Historico]:
    """Return what gives the history of a contrato, for one run.

    It is counted when it is first asked for, and once: a run that builds nothing counts nothing,
    nor does one of a contrato that does not want to know.
    """

    @cache
    def contar() -> Historico:
        if not _interessa(contrato):
            return Historico()
        with repo.transacao() as t:
            lido = historico.ler(t, contrato.id)
        log.info("histórico de glosas contado", contrato=contrato.nome, padroes=lido.quantos)
        return lido

    return contar


def historico_do_arquivo(t: Transacao, registro_ans: str, prestador: str) -> Historico | None:
    """Return the history that a file of this prestador to this operadora meets.

    prestador: as the operadora names it, by code, CNPJ or CPF. None when it is of no contrato in
    PRODUCAO, or of several: nobody knows then which one it is for.
    """
    achados = [
        contrato
        for contrato in contratos.listar(t, operadoras=[registro_ans])
        if contrato.ambiente == "PRODUCAO" and prestador in contrato.identificacoes
    ]
    if len(achados) != 1:
        return None
    (contrato,) = achados
    return historico.ler(t, contrato.id) if _interessa(contrato) else Historico()


def _interessa(contrato: Contrato) -> bool:
    return HISTORICO_DE_GLOSA.acao(contrato.regras) is not Acao.DESLIGADA
