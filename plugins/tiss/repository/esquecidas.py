"""Consultas that no night bills, because the clinic has a result of them that is none of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tiss.repository.conexao import Transacao


@dataclass(frozen=True, slots=True, kw_only=True)
class Esquecida:
    """A consulta with a resultado and without a guia, and the contrato that would bill it."""

    contrato_id: int
    consulta_id: str


def procurar(t: Transacao, contratos_ids: Sequence[int], *, desde: date) -> list[Esquecida]:
    """Return them by contrato; desde: the first day of care that is looked at."""
    return t.linhas(Esquecida, "esquecida/procurar", contratos=list(contratos_ids), desde=desde)


def trocar(t: Transacao, contratos_ids: Sequence[int], quantas: Mapping[int, int]) -> None:
    """Note how many each of these contratos has; one that is not in `quantas` has none."""
    t.executar("esquecida/apagar", contratos=[um for um in contratos_ids if um not in quantas])
    t.executar("esquecida/anotar", contratos=list(quantas), consultas=list(quantas.values()))
