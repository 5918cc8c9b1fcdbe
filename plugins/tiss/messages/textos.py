"""Texts of a page of guias, or of one message, ready for XML."""

from __future__ import annotations

from tiss.domain.cadastro import Escrita
from tiss.domain.texto import PADRAO, limpar

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class Textos(dict[str, str]):
    """Value -> the same as it stands in XML, made once per distinct value.

    One per page or message, so that nothing of a patient outlives it.
    """

    def __init__(self, escrita: Escrita = PADRAO) -> None:
        super().__init__()
        self._escrita = escrita

    def __missing__(self, valor: str) -> str:
        self[valor] = texto = limpar(valor, self._escrita).translate(_ESCAPES)
        return texto
