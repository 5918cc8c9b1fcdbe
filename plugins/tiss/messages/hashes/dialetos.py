"""The dialects: the standard, its departures together, and digests of bytes of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from tiss.messages.hashes.desvios import (
    ALGORITMOS,
    CODIFICACAO,
    CONJUNTO,
    ERRO_DE_LA,
    PARTES,
    TIPOS,
    VALORES,
    Desvio,
)

PADRAO = "PADRAO"
# Digests of the bytes of the file: what is cut out of them first.
_RECORTES = {
    "INTEIRO": "como está",
    "COM_HASH_VAZIO": "com o elemento hash vazio",
    "COM_HASH_FECHADO": "com o elemento hash escrito como <hash/>",
    "SEM_HASH": "sem o elemento hash",
    "SEM_EPILOGO": "sem o epilogo",
}

# From the name of a departure to its rank: the encodings first, they cause most complaints.
_EIXOS = (CODIFICACAO, VALORES, CONJUNTO, TIPOS, PARTES)
_ORDEM = {
    desvio.nome: ordem
    for ordem, desvio in enumerate(d for eixo in (*_EIXOS, ALGORITMOS) for d in eixo)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialeto:
    """A way to compute the hash: the standard one and its departures, at most a few together.

    recorte: for a digest of bytes of the file instead of values, (what is cut out, whether only
    the element of the message counts).
    """

    nome: str
    descricao: str
    desvios: tuple[Desvio, ...] = ()
    recorte: tuple[str, bool] | None = None

    @property
    def algoritmo(self) -> str:
        """Name for hashlib."""
        return next((d.algoritmo for d in self.desvios if d.algoritmo), "md5")


def _descricao(desvios: tuple[Desvio, ...]) -> str:
    if not desvios:
        return (
            "É o cálculo do padrão: MD5 dos valores na ordem do documento, como estão, "
            "em ISO-8859-1."
        )
    faz = [desvio.faz for desvio in desvios]
    lista = " e ".join([", ".join(faz[:-1]), faz[-1]] if faz[1:] else faz)
    ajustes = dict.fromkeys(desvio.ajuste for desvio in desvios)
    if len(ajustes) > 1 and ERRO_DE_LA in ajustes:
        ajustes = {ERRO_DE_LA: None}
    return f"Quem calculou {lista}. {' '.join(ajustes)}"


def _combinacoes() -> Iterator[tuple[Desvio, ...]]:
    """Up to two departures of different kinds, then UTF-8 and another algorithm on top."""
    utf_8 = CODIFICACAO[0]
    for quantos in range(3):
        for eixos in combinations(_EIXOS, quantos):
            for desvios in product(*eixos):
                com_utf_8 = quantos == 2 and CODIFICACAO not in eixos
                for codificados in (desvios, (utf_8, *desvios)) if com_utf_8 else (desvios,):
                    yield codificados
                    yield from ((*codificados, outro) for outro in ALGORITMOS)


def _de_arquivo() -> Iterator[Dialeto]:
    for so_elemento, (recorte, como) in product((False, True), _RECORTES.items()):
        base = "MENSAGEM" if so_elemento else "ARQUIVO"
        parte = "dos bytes do elemento da mensagem" if so_elemento else "dos bytes do arquivo"
        for desvios in ((), *((outro,) for outro in ALGORITMOS)):
            sigla = "MD5" if not desvios else desvios[0].nome.replace("_", "-")
            yield Dialeto(
                nome="+".join([f"{base}_{recorte}", *(d.nome for d in desvios)]),
                descricao=f"Quem calculou usa {sigla} {parte}, {como}, e não dos valores. "
                + ERRO_DE_LA,
                desvios=desvios,
                recorte=(recorte, so_elemento),
            )


def _dialetos() -> dict[str, Dialeto]:
    ordenadas = sorted(
        _combinacoes(),
        key=lambda desvios: (len(desvios), sum(_ORDEM[desvio.nome] for desvio in desvios)),
    )
    de_valores = (
        Dialeto(
            nome="+".join(desvio.nome for desvio in desvios) or PADRAO,
            descricao=_descricao(desvios),
            desvios=desvios,
        )
        for desvios in ordenadas
    )
    return {dialeto.nome: dialeto for dialeto in (*de_valores, *_de_arquivo())}


# Name -> dialect, the likely ones first: the standard, then by number of departures.
DIALETOS = _dialetos()
