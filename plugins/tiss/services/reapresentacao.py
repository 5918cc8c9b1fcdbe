"""What a person decides about one consulta: not to bill it, or to bill it again."""

from __future__ import annotations

import structlog

from tiss.domain.estados import StatusGuia, StatusLote
from tiss.errors import TransitionError
from tiss.repository import Repositorio, guias, lotes, recursos
from tiss.repository.guias import GuiaViva

log = structlog.get_logger(__name__)

RETIRAVEIS = frozenset({StatusGuia.INVALIDA, StatusGuia.GERADA})
# An accepted guia is not presented again: of what was refused of it there is an appeal.
REAPRESENTAVEIS = frozenset({StatusGuia.NEGADA, StatusGuia.CANCELADA})


def retirar(
    repo: Repositorio, consulta_id: str, *, por: str, motivo: str, ambiente: str = "PRODUCAO"
) -> None:
    """Keep a consulta from being billed, before it was sent: its guia ends CANCELADA.

    A lote that waits with it is dismantled, and the night builds another one without it. Billed
    again only through `reapresentar`. Raises TransitionError when it may have left.
    """
    nome, razao = _exigir(por, motivo)
    with repo.transacao() as t:
        # The lote before its guias, as who understands an answer of the operadora locks them.
        lote_id = lotes.da_consulta(t, consulta_id, ambiente)
        lote = None if lote_id is None else lotes.travar(t, lote_id)
        guia = _viva(guias.travar_viva(t, consulta_id, ambiente), consulta_id)
        if guia.status not in RETIRAVEIS:
            raise TransitionError(
                f"A consulta {consulta_id} está {guia.status}: só se retira o que não foi enviado."
            )
        if guia.lote_id is not None:
            if lote is None or lote.id != guia.lote_id:
                raise TransitionError(
                    f"A consulta {consulta_id} mudou de lote agora mesmo: tente de novo."
                )
            if lote.status not in (StatusLote.PENDENTE, StatusLote.ERRO) or lote.exportado_por:
                raise TransitionError(
                    f"A consulta {consulta_id} está no lote {lote.id}, que pode já ter saído "
                    f"({lote.status}): resolva o lote antes."
                )
            lotes.cancelar(t, lote.id, f"desmontado: {nome} retirou uma consulta")
        guias.encerrar(t, guia.id, viva=True, por=nome, motivo=razao)
    log.info("consulta retirada", consulta=consulta_id, por=por)


def reapresentar(
    repo: Repositorio, consulta_id: str, *, por: str, motivo: str, ambiente: str = "PRODUCAO"
) -> None:
    """Let a consulta whose guia was refused or cancelled be billed again, by a new linked guia.

    Correct its data first: the next night takes them as they are then. Raises TransitionError for
    a guia that stands.
    """
    nome, razao = _exigir(por, motivo)
    with repo.transacao() as t:
        guia = _viva(guias.travar_viva(t, consulta_id, ambiente), consulta_id)
        if guia.status not in REAPRESENTAVEIS:
            raise TransitionError(
                f"A guia da consulta {consulta_id} está {guia.status}: só se reapresenta a que foi "
                "NEGADA ou CANCELADA."
            )
        if contestada := recursos.da_guia(t, guia.id):
            raise TransitionError(
                f"A guia da consulta {consulta_id} está no recurso {contestada[0]}: tire-a do "
                "rascunho, ou espere a resposta, antes de reapresentá-la. O mesmo dinheiro não se "
                "pede das duas formas."
            )
        guias.encerrar(t, guia.id, viva=False, por=nome, motivo=razao)
    log.info("consulta a reapresentar", consulta=consulta_id, por=por)


def _viva(guia: GuiaViva | None, consulta_id: str) -> GuiaViva:
    if guia is None:
        raise TransitionError(f"A consulta {consulta_id} não tem guia em aberto.")
    return guia


def _exigir(por: str, motivo: str) -> tuple[str, str]:
    if not por.strip() or not motivo.strip():
        raise TransitionError("Informe quem decide e por quê: os dois ficam registrados.")
    return por.strip(), motivo.strip()
