"""What a person answers about a lote that may or may not have arrived. One answer counts."""

from __future__ import annotations

import structlog

from tiss.domain.estados import StatusLote
from tiss.errors import TransitionError
from tiss.repository import Repositorio, Transacao, lotes, retornos, trocas
from tiss.repository.lotes import LoteTravado

log = structlog.get_logger(__name__)


def informar_protocolo(repo: Repositorio, lote_id: int, protocolo: str, *, por: str) -> None:
    """Note the protocolo that the operadora's portal shows: the lote is ENVIADO. At any time."""
    numero = protocolo.strip()
    if not numero or len(numero) > 12:
        raise TransitionError("O número do protocolo tem de 1 a 12 caracteres.")
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, por)
        outro = lotes.dono_do_protocolo(t, lote, numero)
        if outro is not None:
            raise TransitionError(f"O protocolo {numero} já é do lote de número {outro}.")
        lotes.mudar_estado(
            t,
            lote,
            StatusLote.ENVIADO,
            motivo=f"protocolo informado por {_nome(por)}",
            protocolo=numero,
        )
    log.info("dúvida resolvida", lote=lote_id, resposta="protocolo informado", por=por)


def reenviar(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Let the next run send the same numbers and bytes again.

    The caller has asked the person to confirm "consultei o portal: não consta". Refused during
    the quarantine, because the request may still be queued over there.
    """
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, por)
        _fora_da_quarentena(t, lote)
        lotes.mudar_estado(
            t,
            lote,
            StatusLote.PENDENTE,
            motivo=f"{_nome(por)} consultou o portal e o lote não consta: reenvio autorizado",
        )
    log.info("dúvida resolvida", lote=lote_id, resposta="reenviar", por=por)


def cancelado_fora(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Note that the lote was cancelled at the operadora: its guias enter another one."""
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, por)
        _fora_da_quarentena(t, lote)
        lotes.cancelar(t, lote.id, f"cancelado na operadora, segundo {_nome(por)}")
    log.info("dúvida resolvida", lote=lote_id, resposta="cancelado fora daqui", por=por)


def _em_duvida(t: Transacao, lote_id: int, por: str) -> LoteTravado:
    """Lock a lote in doubt for the answer of `por`, who has looked at the portal."""
    lote = lotes.travar(t, lote_id)
    if lote.status != StatusLote.EM_DUVIDA:
        raise TransitionError(f"O lote {lote_id} está {lote.status}: não há dúvida a resolver.")
    if trocas.sem_leitura(t, lote_id):
        raise TransitionError(
            f"Há uma resposta do lote {lote_id} ainda não interpretada: rode tiss_retorno antes."
        )
    retornos.fechar_divergencias(t, ["POSSIVEL_DUPLICIDADE"], por=_nome(por), lote_id=lote_id)
    return lote


def _fora_da_quarentena(t: Transacao, lote: LoteTravado) -> None:
    ate = lotes.em_quarentena(t, lote.id)
    if ate is not None:
        raise TransitionError(
            f"Aguarde até {ate.astimezone():%d/%m/%Y %H:%M}: o pedido ainda pode estar na fila da "
            "operadora. Se o portal já mostra o protocolo, informe-o."
        )


def _nome(por: str) -> str:
    if not por.strip():
        raise TransitionError("Informe quem responde: o nome fica registrado.")
    return por.strip()
