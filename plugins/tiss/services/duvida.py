"""What becomes of a lote that may or may not have arrived: never simply sent again.

Some steps need no person: they are taken every hour. The rest is one question, whose answer comes
from the Airflow screen, from a command or from a page, always through `resolver`. One answer
counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import structlog

from tiss.domain.cadastro import Contrato, Operacao, TipoGuia
from tiss.domain.estados import StatusLote
from tiss.domain.pedido import SolicitacaoDemonstrativoPagamento, SolicitacaoStatusProtocolo
from tiss.domain.retorno import (
    CANCELADO,
    NAO_LOCALIZADO,
    Demonstrativos,
    DemonstrativosPagamento,
    SituacaoProtocolo,
)
from tiss.errors import DoubtError, PendingError, TransitionError
from tiss.repository import Repositorio, Transacao, contratos, lotes, retornos, trocas
from tiss.repository.lotes import PROTOCOLO_MAXIMO, Lote, LoteTravado
from tiss.services.cancelamento import RECUSAS, cancelar
from tiss.services.conversa import ClienteDe
from tiss.services.pergunta import Entendida, perguntar
from tiss.services.quarentena import exigir_fora_da_quarentena

log = structlog.get_logger(__name__)

POLITICA = "a política do contrato"
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

    opcoes: the answers that it may get now.
    """

    lote_id: int
    contrato: str
    numero_lote: int
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
    return "cancelado; as guias entram em outro lote"


def resolver_sozinho(
    repo: Repositorio, lote: Lote, contrato: Contrato, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Take the steps about a lote in doubt that need no person, as far as its contrato allows.

    Raises PendingError when nobody answered.
    """
    if lote.protocolo is not None and contrato.oferece(Operacao.SOLIC_STATUS_PROTOCOLO):
        _pela_situacao(repo, lote, contrato, cliente_de, quem)
        return
    if _pelo_pagamento(repo, lote, contrato, cliente_de, quem):
        return
    if contrato.politica_duvida != "CANCELAMENTO" or not contrato.oferece(Operacao.CANCELA_GUIA):
        return
    with repo.transacao() as t:
        if lotes.em_quarentena(t, lote.id) is not None or _pede_pessoa(t, lote.id):
            return
    try:
        cancelar(lote.id, repo, cliente_de, quem=quem, por=POLITICA)
    except DoubtError as erro:
        raise PendingError(str(erro), lote_id=lote.id) from erro
    except TransitionError as erro:
        # A person, or another run, was quicker.
        log.info("dúvida já tratada", lote=lote.id, motivo=str(erro))


def situacao_de(lote: Lote, contrato: Contrato) -> SolicitacaoStatusProtocolo:
    """Return the question of what became of the protocolo of a lote."""
    return SolicitacaoStatusProtocolo(
        contratado=contrato.contratado, numero_protocolo=lote.protocolo
    )


def informar_protocolo(repo: Repositorio, lote_id: int, protocolo: str, *, por: str) -> None:
    """Note the protocolo that the operadora's portal shows: the lote is ENVIADO. At any time."""
    numero = protocolo.strip()
    if not 1 <= len(numero) <= PROTOCOLO_MAXIMO:
        raise TransitionError(f"O número do protocolo tem de 1 a {PROTOCOLO_MAXIMO} caracteres.")
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, por)
        outro = lotes.dono_do_protocolo(t, lote, numero)
        if outro is not None:
            raise TransitionError(f"O protocolo {numero} já é do lote de número {outro}.")
        if lote.protocolo not in (None, numero):
            raise TransitionError(
                f"A operadora já respondeu com o protocolo {lote.protocolo} para este lote."
            )
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
    the quarantine, because the request may still be queued over there, and for a lote that is known
    to have arrived.
    """
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, por)
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
            motivo=f"{_nome(por)} consultou o portal e o lote não consta: reenvio autorizado",
        )
    log.info("dúvida resolvida", lote=lote_id, resposta="reenviar", por=por)


def cancelado_fora(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Note that the lote was cancelled at the operadora: its guias enter another one."""
    with repo.transacao() as t:
        lote = _em_duvida(t, lote_id, por)
        exigir_fora_da_quarentena(t, lote.id)
        motivo = f"cancelado na operadora, segundo {_nome(por)}"
        if lote.protocolo is None:
            # It may never have been there: its guias keep their numbers.
            lotes.cancelar(t, lote.id, motivo)
        else:
            contrato = contratos.obter(t, lote.contrato_id)
            lotes.cancelar_com_guias(
                t, lote, motivo, reusa_numero=contrato.reusa_numero, por=_nome(por)
            )
    log.info("dúvida resolvida", lote=lote_id, resposta="cancelado fora daqui", por=por)


def descartar_duplicidade(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Note that the operadora has no second copy of a lote: its guias may leave again.

    The caller has asked the person to confirm that the portal was looked at. Raises
    TransitionError when nothing was suspected.
    """
    with repo.transacao() as t:
        lotes.travar(t, lote_id)
        if not retornos.tem_divergencia(t, DUPLICIDADE, lote_id=lote_id):
            raise TransitionError(f"Não há suspeita de duplicidade no lote {lote_id}.")
        retornos.fechar_divergencias(t, DUPLICIDADE, por=_nome(por), lote_id=lote_id)
    log.info("duplicidade descartada", lote=lote_id, por=por)


def _pelo_pagamento(
    repo: Repositorio, lote: Lote, contrato: Contrato, cliente_de: ClienteDe, quem: str
) -> bool:
    """Look for a lote in what the operadora pays this month, once a day; return if it is there.

    The standard has no question by numeroLote; what is paid names it.
    """
    with repo.transacao() as t:
        if not lotes.procura_pagamento(t, lote.id):
            return False
    if lote.protocolo is not None or not contrato.oferece(Operacao.SOLIC_DEMONSTRATIVO_RETORNO):
        return False
    hoje = datetime.now(ZoneInfo(contrato.fuso)).date()
    pedido = SolicitacaoDemonstrativoPagamento(
        contratado=contrato.contratado,
        data_solicitacao=hoje,
        tipo_demonstrativo="3" if lote.tipo_guia == TipoGuia.ODONTO else "1",
        competencia=f"{hoje:%Y%m}",
    )
    resposta = perguntar(repo, lote, contrato, pedido, cliente_de, quem=quem)
    achados = {
        protocolo
        for prestador, numero_lote, protocolo in _pagos(resposta)
        if numero_lote == str(lote.numero_lote)
        and (prestador is None or prestador in contrato.identificacoes)
    }
    if len(achados) != 1:
        return False
    try:
        informar_protocolo(repo, lote.id, achados.pop(), por="demonstrativo de pagamento")
    except TransitionError as erro:
        log.warning("pagamento que não fecha", lote=lote.id, motivo=str(erro))
        return False
    return True


def _pagos(resposta: Entendida) -> Iterator[tuple[str | None, str | None, str]]:
    """Of whom, of which lote and under which protocolo something was paid."""
    match resposta:
        case DemonstrativosPagamento():
            for pago in resposta.lista:
                for pagamento in pago.pagamentos:
                    for protocolo in pagamento.protocolos:
                        yield pago.prestador, protocolo.numero_lote, protocolo.numero_protocolo
        case Demonstrativos():
            for demonstrativo in resposta.lista:
                for analisado in demonstrativo.protocolos:
                    yield demonstrativo.prestador, analisado.numero_lote, analisado.numero_protocolo


def _pela_situacao(
    repo: Repositorio, lote: Lote, contrato: Contrato, cliente_de: ClienteDe, quem: str
) -> None:
    """Settle a cancel that nobody answered by what the operadora says of the protocolo."""
    resposta = perguntar(repo, lote, contrato, situacao_de(lote, contrato), cliente_de, quem=quem)
    with repo.transacao() as t:
        atual = lotes.travar(t, lote.id)
        if atual.status != StatusLote.EM_DUVIDA:
            return
        situacao = _situacao(resposta)
        if situacao is None:
            retornos.abrir_divergencia(
                t,
                "PROTOCOLO_NAO_LOCALIZADO",
                f"a operadora não diz o que é do protocolo {lote.protocolo}, de que se pediu o "
                "cancelamento",
                lote_id=lote.id,
            )
            return
        retornos.fechar_divergencias(
            t, ["PROTOCOLO_NAO_LOCALIZADO"], por="resposta da operadora", lote_id=lote.id
        )
        if situacao == CANCELADO:
            lotes.cancelar_com_guias(
                t,
                atual,
                "a operadora diz que o protocolo foi cancelado",
                reusa_numero=contrato.reusa_numero,
                por="resposta da operadora",
            )
        else:
            lotes.mudar_estado(
                t,
                atual,
                StatusLote.ENVIADO,
                motivo=f"a operadora diz que o protocolo {lote.protocolo} vale",
            )


def _situacao(resposta: Entendida) -> str | None:
    """The situation of a protocolo that the operadora knows, None when it does not."""
    if not isinstance(resposta, SituacaoProtocolo) or resposta.recusa is not None:
        return None
    return None if resposta.situacao == NAO_LOCALIZADO else resposta.situacao


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
        quantidade_guias=lote.quantidade_guias,
        valor_total=f"{lote.valor_total:.2f}",
        motivo=lote.observacoes or "",
        quarentena_ate=None if ate is None else f"{ate.astimezone():%d/%m/%Y %H:%M}",
        opcoes=tuple(opcoes),
    )


def _pede_pessoa(t: Transacao, lote_id: int) -> bool:
    """Whether an answer to a cancel was one that only a person can settle."""
    return retornos.tem_divergencia(t, RECUSAS, lote_id=lote_id)


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
    retornos.fechar_divergencias(t, motivos, por=_nome(por), lote_id=lote_id)
    return lote


def _nome(por: str) -> str:
    if not por.strip():
        raise TransitionError("Informe quem responde: o nome fica registrado.")
    return por.strip()
