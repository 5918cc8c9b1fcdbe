"""Which steps of the DAGs fail."""

from __future__ import annotations

from tiss.domain.digesto import Etapa
from tiss.repository.conexao import Transacao


def anotar(t: Transacao, etapa: Etapa, contrato_id: int | None, *, erro: str) -> None:
    """Note that a step failed with an error of this class; contrato_id None: of all contratos."""
    t.executar("falha/anotar", etapa=etapa, contrato=contrato_id, erro=erro)


def apagar(t: Transacao, etapa: Etapa, contrato_id: int | None) -> int:
    """Forget that a step failed; return whether it had, 0 or 1."""
    return t.executar("falha/apagar", etapa=etapa, contrato=contrato_id)
