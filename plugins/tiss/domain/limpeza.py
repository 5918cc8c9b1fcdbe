"""Texts of a page of rows as a contrato writes them, each cleaned once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tiss.domain.cadastro import Escrita
from tiss.domain.texto import PADRAO, limpar, mudancas

# Base64, which upper case would destroy.
_COMO_ESTA = frozenset({"identificador_beneficiario"})


class Limpos(dict[str, str]):
    """Text -> the same as it will be sent: see `limpar`.

    One per page, so that nothing of a patient outlives it. `alteracoes` counts the (from, to) pairs
    of characters that are not sent as they are, once per distinct text: letters, fit for a log.
    """

    def __init__(self, escrita: Escrita = PADRAO) -> None:
        super().__init__()
        self._escrita = escrita
        self.alteracoes: Counter[tuple[str, str]] = Counter()

    def __missing__(self, valor: str) -> str:
        self[valor] = limpo = limpar(valor, self._escrita)
        if trocas := mudancas(valor, self._escrita):
            self.alteracoes.update(trocas.items())
        return limpo


def limpar_json(valor: Any, textos: Limpos) -> Any:  # noqa: ANN401
    """Return JSON with its texts cleaned; keys stay as they are."""
    if isinstance(valor, str):
        return textos[valor]
    if isinstance(valor, dict):
        return {
            chave: parte if chave in _COMO_ESTA else limpar_json(parte, textos)
            for chave, parte in valor.items()
        }
    if isinstance(valor, list | tuple):
        return [limpar_json(parte, textos) for parte in valor]
    return valor
