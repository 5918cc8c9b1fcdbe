"""Keeps in the audit trail what a person brought as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tiss.domain.cadastro import Operacao
from tiss.domain.retorno import Entrega
from tiss.repository import Transacao, trocas

MANUAL = "MANUAL"


def guardar_arquivo(
    t: Transacao,
    operacao: Operacao,
    arquivo: bytes,
    *,
    contrato_id: int,
    lote_id: int | None,
    por: str,
    protocolos: Sequence[str] = (),
) -> int:
    """Store the file as the answer to a request that nobody made; return the id of the troca."""
    troca_id = trocas.abrir(
        t,
        operacao=operacao,
        canal=MANUAL,
        contrato_id=contrato_id,
        lote_id=lote_id,
        # Not an attempt of ours.
        tentativa=0,
        quem=por,
        pedido=b"",
        sha256=hashlib.sha256(b"").hexdigest(),
        protocolos=protocolos,
    )
    entrega = Entrega(http_status=None, ultimo_bloco_saiu=True, resposta=arquivo)
    trocas.responder(t, troca_id, entrega)
    return troca_id
