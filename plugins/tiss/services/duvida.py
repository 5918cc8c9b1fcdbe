"""What a person answers about a lote that may or may not have arrived.

It is one question, put when all that needs no person was tried (`tiss.services.esclarecimento`).
Its answer comes from the Airflow screen, from a command or from a page, always through `resolver`.
One answer counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import structlog

from tiss.domain.cadastro import Operacao
from tiss.domain.estados import StatusLote
from tiss.errors import TransitionError
from tiss.repository import (
    Repositorio,
    Transacao,
    contratos,
    lotes,
    recursos,
    retornos,
    trocas,
)
from tiss.repository.lotes import Lote, LoteTravado
from tiss.services.cancelamento import RECUSAS, cancelar
from tiss.services.conversa import ClienteDe
from tiss.services.pessoa import nome_de
from tiss.services.protocolo import protocolo_de
from tiss.services.quarentena import exigir_fora_da_quarentena

log = structlog.get_logger(__name__)

# What these people do, in the words of a refusal.
RESPONDE = "responde"
DUPLICIDADE = ("POSSIVEL_DUPLICIDADE",)


class RespostaDuvida(StrEnum):
    """What a person may answer."""

    PROTOCOLO = "PROTOCOLO"
    REENVIAR = "REENVIAR"
    CANCELADO_FORA = "CANCELADO_FORA"
    CANCELAR = "CANCELAR"


# What the buttons say.
BOTOES = {
    RespostaDuvida.PROTOCOLO: "Informar o protocolo",
    RespostaDuvida.REENVIAR: "Reenviar: não consta no portal",
    RespostaDuvida.CANCELADO_FORA: "Já foi cancelado na operadora",
    RespostaDuvida.CANCELAR: "Pedir o cancelamento à operadora",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pergunta:
    """A lote in doubt as it is put to a person: ids and totals, nothing of a patient.

    o_que: how the portal knows it. opcoes: the answers that it may get now.
    """

    lote_id: int
    contrato: str
    numero_lote: int
    o_que: str
    quantidade_guias: int
    valor_total: str
    motivo: str
    quarentena_ate: str | None
    opcoes: tuple[RespostaDuvida, ...]


def perguntas(repo: Repositorio, lotes_ids: list[int] | None = None) -> list[Pergunta]:
    """Return the lotes in doubt that wait for a person, by id; of the given ones when not None."""
    with repo.transacao() as t:
        return [_pergunta(t, lotes.obter(t, lote_id)) for lote_id in lotes.em_duvida(t, lotes_ids)]


def a_perguntar(repo: Repositorio, *, quem: str) -> list[int]:
    """Return the lotes in doubt that only a person can settle, once their quarantine is over.

    Each is returned once per doubt; to the same `quem` again, whose question may not have been put.
    """
    with repo.transacao() as t:
        return lotes.marcar_perguntados(t, quem=quem)


def resolver(
    repo: Repositorio,
    lote_id: int,
    resposta: RespostaDuvida,
    *,
    por: str,
    protocolo: str = "",
    consultei_o_portal: bool = False,
    cliente_de: ClienteDe,
    quem: str,
) -> str:
    """Carry out what a person answers about a lote in doubt; return what was done, in Portuguese.

    por: who answers. consultei_o_portal: confirms that the portal was looked at and does not show
    the lote, without which nothing is freed. Raises TransitionError when the answer cannot be
    taken, a second answer among them.
    """
    match resposta:
        case RespostaDuvida.PROTOCOLO:
            informar_protocolo(repo, lote_id, protocolo, por=por)
            return "protocolo registrado; tiss_retorno vai acompanhá-lo"
        case RespostaDuvida.CANCELAR:
            estado = cancelar(lote_id, repo, cliente_de, quem=quem, por=por)
            return f"cancelamento pedido à operadora; o lote está {estado}"
    if not consultei_o_portal:
        raise TransitionError(
            "Consulte antes o portal da operadora e confirme que o lote não consta lá."
        )
    if resposta is RespostaDuvida.REENVIAR:
        reenviar(repo, lote_id, por=por)
        return "liberado; a próxima execução de tiss_faturamento o envia"
    cancelado_fora(repo, lote_id, por=por)
    return "cancelado; o que havia nele pode ser enviado de novo"


def informar_protocolo(repo: Repositorio, lote_id: int, protocolo: str, *, por: str) -> None:
    """Note the protocolo that the operadora's portal shows: the lote is ENVIADO. At any time."""
    nome = nome_de(por, RESPONDE)
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, nome)
        numero = protocolo_de(t, lote, protocolo)
        if lote.protocolo not in (None, numero):
            raise TransitionError(
                f"A operadora já respondeu com o protocolo {lote.protocolo} para este lote."
            )
        lotes.mudar_estado(
            t,
            lote,
            StatusLote.ENVIADO,
            motivo=f"protocolo informado por {nome}",
            protocolo=numero,
        )
    log.info("dúvida resolvida", lote=lote_id, resposta="protocolo informado", por=nome)


def reenviar(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Let the next run send the same numbers and bytes again.

    The caller has asked the person to confirm "consultei o portal: não consta". Refused during
    the quarantine, because the request may still be queued over there, and for a lote that is known
    to have arrived.
    """
    nome = nome_de(por, RESPONDE)
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, nome)
        if lote.protocolo is not None:
            raise TransitionError(
                f"O lote chegou: a operadora deu o protocolo {lote.protocolo}. Informe-o, ou diga "
                "que foi cancelado."
            )
        exigir_fora_da_quarentena(t, lote.id)
        lotes.mudar_estado(
            t,
            lote,
            StatusLote.PENDENTE,
            motivo=f"{nome} consultou o portal e o lote não consta: reenvio autorizado",
        )
    log.info("dúvida resolvida", lote=lote_id, resposta="reenviar", por=nome)


def cancelado_fora(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Note that the lote was cancelled at the operadora: its guias enter another one."""
    nome = nome_de(por, RESPONDE)
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, nome)
        exigir_fora_da_quarentena(t, lote.id)
        motivo = f"cancelado na operadora, segundo {nome}"
        if lote.protocolo is None:
            # It may never have been there: its guias keep their numbers.
            lotes.cancelar(t, lote.id, motivo)
        else:
            contrato = contratos.obter(t, lote.contrato_id)
            lotes.cancelar_com_guias(t, lote, motivo, reusa_numero=contrato.reusa_numero, por=nome)
    log.info("dúvida resolvida", lote=lote_id, resposta="cancelado fora daqui", por=nome)


def descartar_duplicidade(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Note that the operadora has no second copy of a lote: its guias may leave again.

    The caller has asked the person to confirm that the portal was looked at. Raises
    TransitionError when nothing was suspected.
    """
    nome = nome_de(por, RESPONDE)
    with repo.transacao() as t:
        lotes.travar(t, lote_id)
        if not retornos.tem_divergencia(t, DUPLICIDADE, lote_id=lote_id):
            raise TransitionError(f"Não há suspeita de duplicidade no lote {lote_id}.")
        retornos.fechar_divergencias(t, DUPLICIDADE, por=nome, lote_id=lote_id)
    log.info("duplicidade descartada", lote=lote_id, por=nome)


def _pergunta(t: Transacao, lote: Lote) -> Pergunta:
    contrato = contratos.obter(t, lote.contrato_id)
    ate = lotes.em_quarentena(t, lote.id)
    opcoes = [RespostaDuvida.PROTOCOLO]
    if ate is None:
        if lote.protocolo is None:
            opcoes.append(RespostaDuvida.REENVIAR)
        opcoes.append(RespostaDuvida.CANCELADO_FORA)
        if contrato.oferece(Operacao.CANCELA_GUIA):
            opcoes.append(RespostaDuvida.CANCELAR)
    return Pergunta(
        lote_id=lote.id,
        contrato=contrato.nome,
        numero_lote=lote.numero_lote,
        o_que=_o_que(t, lote),
        quantidade_guias=lote.quantidade_guias,
        valor_total=f"{lote.valor_total:.2f}",
        motivo=lote.observacoes or "",
        quarentena_ate=None if ate is None else f"{ate.astimezone():%d/%m/%Y %H:%M}",
        opcoes=tuple(opcoes),
    )


def _o_que(t: Transacao, lote: Lote) -> str:
    if not lote.e_recurso:
        return f"lote de número {lote.numero_lote}"
    recurso = recursos.do_envio(t, lote.id)
    return f"guia de recurso de número {recurso.numero_guia}, do protocolo {recurso.protocolo}"


def _em_duvida(t: Transacao, lote_id: int, por: str) -> LoteTravado:
    """Lock a lote in doubt for the answer of `por`, who has looked at the portal."""
    lote = lotes.travar(t, lote_id)
    if lote.status != StatusLote.EM_DUVIDA:
        raise TransitionError(f"O lote {lote_id} está {lote.status}: não há dúvida a resolver.")
    if trocas.sem_leitura(t, lote_id):
        raise TransitionError(
            f"Há uma resposta do lote {lote_id} ainda não interpretada: rode tiss_retorno antes."
        )
    motivos = [*DUPLICIDADE, "PROTOCOLO_NAO_LOCALIZADO", *RECUSAS]
    retornos.fechar_divergencias(t, motivos, por=por, lote_id=lote_id)
    return lote
