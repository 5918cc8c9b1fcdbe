"""What became of a request to cancel a lote or guias: the table of outcomes, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tiss.domain.desfecho import (
    PEDIR_OUTRO,
    Suspensao,
    codigo_visivel,
    motivo_de_suspensao,
    recusou_token,
)
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import (
    SITUACOES_CANCELAMENTO,
    Cancelamento,
    Cancelamentos,
    Entrega,
    FalhaSoap,
    Recusa,
    Resposta,
)

CANCELADO, EM_PROCESSAMENTO, LOTE_INEXISTENTE = "145"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesfechoCancelamento:
    """Where the lote goes from CANCELANDO, and why.

    canceladas: numeroGuiaPrestador of the guias that the operadora cancelled; None: all of the
    lote. reenviar: the operadora has no such lote, and the same numbers may be sent again.
    divergencia: stable name of what a person has to look at, if anything. nao_chegou: nothing of
    the request can have arrived. sem_resposta: nobody knows whether it was done.
    """

    status: StatusLote
    motivo: str
    canceladas: frozenset[str] | None = frozenset()
    reenviar: bool = False
    suspender: Suspensao | None = None
    divergencia: str | None = None
    nao_chegou: bool = False
    sem_resposta: bool = False
    token_recusado: bool = False


def decidir_cancelamento(
    entrega: Entrega,
    resposta: Resposta | None,
    *,
    numero_lote: str,
    pedidas: Sequence[str] | None,
    do_lote: frozenset[str],
    antes: StatusLote,
    deduplica: bool,
    token_renovavel: bool = False,
) -> DesfechoCancelamento:
    """Return the outcome of one request to cancel.

    numero_lote: of the lote; what an answer says of another one is no answer to this. pedidas: the
    guias that it named, None for the lote as a whole. do_lote: the guias that are in the lote.
    antes: what the lote was, ENVIADO or EM_DUVIDA: where it goes back to when nothing changed.
    deduplica: whether a lote that is there after all would be refused when sent again.
    token_renovavel: as in `tiss.domain.desfecho.decidir`.
    """
    if token_renovavel and recusou_token(entrega, resposta):
        return DesfechoCancelamento(status=antes, motivo=PEDIR_OUTRO, token_recusado=True)
    if suspensao := motivo_de_suspensao(entrega, resposta):
        o_que, motivo = suspensao
        return DesfechoCancelamento(status=antes, motivo=motivo, suspender=o_que)
    match resposta:
        case Cancelamentos():
            nossa = [c for c in resposta.lista if c.numero_lote in (None, numero_lote)]
            return _respondido(nossa, pedidas, do_lote, antes, deduplica)
        case Recusa() | FalhaSoap(tiss_fault=str()):
            codigo = resposta.codigo if isinstance(resposta, Recusa) else resposta.tiss_fault
            if codigo != "ErroInesperadoServidor":
                return DesfechoCancelamento(
                    status=antes,
                    motivo=f"a operadora recusou o cancelamento: {codigo_visivel(str(codigo))}",
                    divergencia="CANCELAMENTO_RECUSADO",
                )
    if not entrega.ultimo_bloco_saiu or entrega.http_status == 429:
        return DesfechoCancelamento(
            status=antes,
            motivo="o pedido de cancelamento não chegou à operadora: "
            f"{entrega.falha or f'HTTP {entrega.http_status}'}",
            nao_chegou=True,
        )
    return DesfechoCancelamento(
        status=StatusLote.EM_DUVIDA,
        motivo="o cancelamento foi pedido e ficou sem resposta: pode ter sido feito",
        sem_resposta=True,
    )


def _respondido(
    lista: Sequence[Cancelamento],
    pedidas: Sequence[str] | None,
    do_lote: frozenset[str],
    antes: StatusLote,
    deduplica: bool,
) -> DesfechoCancelamento:
    ditas = _ditas(lista, pedidas, do_lote)
    if ditas == {CANCELADO}:
        return _cancelado(None if pedidas is None else frozenset(pedidas), do_lote, antes)
    if ditas == {LOTE_INEXISTENTE} and antes is StatusLote.EM_DUVIDA:
        motivo = "a operadora diz que não tem este lote"
        if deduplica:
            return DesfechoCancelamento(status=antes, motivo=motivo, reenviar=True)
        return DesfechoCancelamento(
            status=antes,
            motivo=f"{motivo}: confira no portal antes de reenviar",
            divergencia="CANCELAMENTO_RECUSADO",
        )
    if ditas == {EM_PROCESSAMENTO}:
        return DesfechoCancelamento(
            status=antes, motivo="a operadora ainda processa o cancelamento: pergunte de novo"
        )
    feitas = frozenset(
        c.numero_guia_prestador
        for c in lista
        # Of a lote in doubt a person looks at all of it: part of it may never have arrived.
        if antes is StatusLote.ENVIADO
        and c.situacao == CANCELADO
        and c.numero_guia_prestador in (pedidas or ())
    )
    palavras = "; ".join(
        sorted(
            f"{codigo_visivel(dita)} ({SITUACOES_CANCELAMENTO.get(dita, 'sem resposta')})"
            for dita in ditas
        )
    )
    return DesfechoCancelamento(
        status=antes,
        motivo=f"a operadora não cancelou tudo: {palavras}",
        canceladas=frozenset(filter(None, feitas)),
        divergencia="CANCELAMENTO_PARCIAL" if feitas else "CANCELAMENTO_RECUSADO",
    )


def _ditas(
    lista: Sequence[Cancelamento], pedidas: Sequence[str] | None, do_lote: frozenset[str]
) -> set[str]:
    """What was said of all that was to be cancelled; a guia that is not named got no answer."""
    por_guia = {c.numero_guia_prestador: c.situacao for c in lista if c.numero_guia_prestador}
    if pedidas is None and not por_guia:
        return {c.situacao for c in lista} or {""}
    return {por_guia.get(numero, "") for numero in (do_lote if pedidas is None else pedidas)}


def _cancelado(
    quais: frozenset[str] | None, do_lote: frozenset[str], antes: StatusLote
) -> DesfechoCancelamento:
    if quais is None or quais >= do_lote:
        return DesfechoCancelamento(
            status=StatusLote.CANCELADO, motivo="cancelado na operadora", canceladas=None
        )
    return DesfechoCancelamento(
        status=antes, motivo=f"{len(quais)} guias canceladas na operadora", canceladas=quais
    )
