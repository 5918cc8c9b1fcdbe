"""After a restore from a backup: what happened since then, only the operadoras know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from tiss.repository import Repositorio, contratos, guias, lotes, recursos
from tiss.services.pessoa import nome_de

log = structlog.get_logger(__name__)

MOTIVO = "o banco voltou de um backup: este lote pode ter sido enviado depois que a cópia foi feita"
RETENCAO = "pode ter sido faturada depois que a cópia de segurança foi feita"
AVANCO = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recuperacao:
    """What was put under a person's eyes: lotes in doubt, consultas held back."""

    lotes_em_duvida: int
    consultas_retidas: int


def recuperar(repo: Repositorio, *, por: str, avanco: int = AVANCO) -> Recuperacao:
    """Make a restored database safe to bill from; to be run once, before any DAG runs again.

    Lotes that had not left when the backup was made are in doubt; the numbers go on `avanco`
    further, past those that were used since; consultas that look unbilled, and all recursos, are
    held back until a person releases them. Running it again changes nothing but the numbers.
    """
    nome = nome_de(por, "recupera")
    with repo.transacao() as t:
        for contrato in contratos.listar(t):
            contratos.travar_montagem(t, contrato.id)
        parados = lotes.por_enviar(t)
        for lote_id in parados:
            lotes.deter(t, lotes.travar(t, lote_id), MOTIVO)
        retidas = guias.reter(t, motivo=RETENCAO, por=nome)
        recursos.reter(t, por=nome)
        contratos.saltar_numeros(t, avanco)
    log.warning("recuperado de um backup", lotes=len(parados), consultas=retidas, por=nome)
    return Recuperacao(lotes_em_duvida=len(parados), consultas_retidas=retidas)


def soltar(repo: Repositorio, consultas: Sequence[str] | None, *, por: str) -> int:
    """Let consultas be billed that a recovery held back, None: all; return how many.

    por: who looked at the operadoras' portals and found that they were not billed.
    """
    nome = nome_de(por, "libera")
    with repo.transacao() as t:
        soltas = guias.soltar_retidas(t, consultas)
    log.warning("consultas liberadas depois da recuperação", quantas=soltas, por=nome)
    return soltas
