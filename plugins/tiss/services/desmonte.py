"""A lote that is not to leave as it is, by a person's word: taken apart, or built again."""

from __future__ import annotations

from datetime import datetime

import structlog

from tiss.domain.cadastro import Contrato
from tiss.domain.conferencia import exigir_completo
from tiss.domain.estados import StatusLote
from tiss.errors import TransitionError
from tiss.repository import Repositorio, Transacao, contratos, lotes
from tiss.repository.lotes import LoteTravado
from tiss.services.montagem import montar_escolhidas
from tiss.services.pessoa import nome_de
from tiss.services.prevencao import historico_de

log = structlog.get_logger(__name__)


def desmontar(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """End a lote of which nothing can be at the operadora; its guias may enter another one.

    Raises TransitionError for one that is not PENDENTE or ERRO, that may have left or be at a
    portal, or that is a recurso.
    """
    nome = nome_de(por, "cancela")
    with repo.transacao() as t:
        lote = _parado(t, lote_id)
        lotes.cancelar(t, lote.id, f"desmontado por {nome}")
    log.info("lote desmontado", lote=lote_id, por=nome)


def refazer(repo: Repositorio, lote_id: int, *, agora: datetime, por: str) -> list[int]:
    """Build the consultas of a refused lote again; return the new lotes, released.

    Their guias keep their numbers, the lotes get new ones. agora: with a time zone. Raises
    TransitionError for a lote that is not ERRO, and when none of its guias is valid any more;
    ConfigError for a contrato that lacks something.
    """
    nome = nome_de(por, "manda refazer")
    with repo.transacao() as t:
        contrato = contratos.obter(t, lotes.obter(t, lote_id).contrato_id)
    exigir_completo(contrato)
    historico = historico_de(repo, contrato)()
    with repo.transacao() as t:
        contratos.travar_montagem(t, contrato.id)
        lote = _parado(t, lote_id)
        if lote.status != StatusLote.ERRO:
            raise TransitionError(f"O lote {lote_id} está {lote.status}: só se refaz um em ERRO.")
        consultas = lotes.consultas(t, lote_id)
        lotes.cancelar(t, lote_id, f"refeito por {nome}")
        montagem = montar_escolhidas(t, contrato, consultas, historico, agora=agora)
        if not montagem.lotes:
            raise TransitionError(_sem_guias(contrato, len(consultas)))
        for novo in montagem.lotes:
            lotes.liberar(t, novo, por=nome)
    log.info("lote refeito", lote=lote_id, novos=montagem.lotes, por=nome)
    return montagem.lotes


def _parado(t: Transacao, lote_id: int) -> LoteTravado:
    """Lock a lote that provably is not at the operadora."""
    lote = lotes.travar(t, lote_id)
    if lote.e_recurso:
        raise TransitionError(
            f"O lote {lote_id} é um recurso de glosa: refaça ou descarte o recurso."
        )
    if lote.status not in (StatusLote.PENDENTE, StatusLote.ERRO):
        raise TransitionError(
            f"O lote {lote_id} está {lote.status}: aqui só se mexe num que não chegou à operadora."
        )
    if lote.exportado_por is not None:
        raise TransitionError(
            f"{lote.exportado_por} exportou o lote {lote_id} para o portal: desfaça a exportação "
            "antes, se ele não foi entregue."
        )
    if lote.status == StatusLote.PENDENTE and lotes.pode_ter_saido(t, lote_id):
        raise TransitionError(
            f"O lote {lote_id} já saiu e pode estar na operadora: envie-o de novo como está."
        )
    return lote


def _sem_guias(contrato: Contrato, quantas: int) -> str:
    return (
        f"Nenhuma das {quantas} guias de {contrato.nome} é válida como está: corrija-as em "
        "Consultas prontas. O lote continua como estava."
    )
