"""What is tried every hour, without a person, about a lote that may or may not have arrived.

The operadora is asked, what it paid is looked through, and where the contrato says so a cancel is
requested. What stays open is put to a person (`tiss.services.duvida`). Never simply sent again.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from tiss.domain.cadastro import Contrato, Operacao, TipoGuia
from tiss.domain.estados import StatusLote
from tiss.domain.pedido import SolicitacaoDemonstrativoPagamento, SolicitacaoStatusProtocolo
from tiss.domain.retorno import (
    CANCELADO,
    NAO_LOCALIZADO,
    DemonstrativosPagamento,
    RespostaRecurso,
    SituacaoProtocolo,
    SituacaoRecurso,
)
from tiss.errors import DoubtError, PendingError, TransitionError
from tiss.repository import Repositorio, Transacao, lotes, retornos
from tiss.repository.lotes import Lote
from tiss.services.cancelamento import RECUSAS, cancelar
from tiss.services.conciliacao import aplicar_pagamentos
from tiss.services.conversa import ClienteDe
from tiss.services.duvida import informar_protocolo
from tiss.services.julgamento import situacao_do_recurso
from tiss.services.pergunta import Assunto, Entendida, perguntar

log = structlog.get_logger(__name__)

# A recurso that was decided has no situation any more: it is there.
JULGADO = ""
POLITICA = "a política do contrato"


def resolver_sozinho(
    repo: Repositorio, lote: Lote, contrato: Contrato, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Take the steps about a lote in doubt that need no person, as far as its contrato allows.

    Raises PendingError when nobody answered.
    """
    pedido = situacao_do_recurso(lote, contrato) if lote.e_recurso else situacao_de(lote, contrato)
    if lote.protocolo is not None and contrato.oferece(pedido.operacao):
        resposta = perguntar(
            repo, Assunto(contrato=contrato, lote=lote), pedido, cliente_de, quem=quem
        )
        _pela_situacao(repo, lote, contrato, resposta)
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


def _pelo_pagamento(
    repo: Repositorio, lote: Lote, contrato: Contrato, cliente_de: ClienteDe, quem: str
) -> bool:
    """Look for a lote in what the operadora pays this month, once a day; return if it is there.

    The standard has no question by numeroLote; what is paid names it.
    """
    if lote.protocolo is not None or lote.e_recurso:
        return False
    if not contrato.oferece(Operacao.SOLIC_DEMONSTRATIVO_RETORNO):
        return False
    with repo.transacao() as t:
        if not lotes.procura_pagamento(t, lote.id):
            return False
    hoje = contrato.no_fuso(datetime.now(UTC)).date()
    pedido = SolicitacaoDemonstrativoPagamento(
        contratado=contrato.contratado,
        data_solicitacao=hoje,
        tipo_demonstrativo="3" if lote.tipo_guia == TipoGuia.ODONTO else "1",
        competencia=f"{hoje:%Y%m}",
    )
    resposta = perguntar(repo, Assunto(contrato=contrato, lote=lote), pedido, cliente_de, quem=quem)
    if not isinstance(resposta, DemonstrativosPagamento):
        return False
    achados = {
        protocolo.numero_protocolo
        for pago in resposta.lista
        if pago.prestador is None or pago.prestador in contrato.identificacoes
        for dia in pago.pagamentos
        for protocolo in dia.protocolos
        if protocolo.numero_lote == str(lote.numero_lote)
    }
    if len(achados) != 1:
        return False
    try:
        informar_protocolo(repo, lote.id, achados.pop(), por="demonstrativo de pagamento")
    except TransitionError as erro:
        log.warning("pagamento que não fecha", lote=lote.id, motivo=str(erro))
        return False
    aplicar_pagamentos(repo, contrato, resposta)
    return True


def _pela_situacao(repo: Repositorio, lote: Lote, contrato: Contrato, resposta: Entendida) -> None:
    """Settle a cancel that nobody answered by what the operadora says of the protocolo."""
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
    if isinstance(resposta, RespostaRecurso):
        return JULGADO
    if not isinstance(resposta, SituacaoProtocolo | SituacaoRecurso):
        return None
    if isinstance(resposta, SituacaoProtocolo) and resposta.recusa is not None:
        return None
    return None if resposta.situacao == NAO_LOCALIZADO else resposta.situacao


def _pede_pessoa(t: Transacao, lote_id: int) -> bool:
    """Whether an answer to a cancel was one that only a person can settle."""
    return retornos.tem_divergencia(t, RECUSAS, lote_id=lote_id)
