"""Which dialect yields a digest of a message."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tiss.messages.hashes.calculo import hexadecimal, resumo
from tiss.messages.hashes.dialetos import DIALETOS, Dialeto
from tiss.messages.hashes.leitura import Leitura, ler
from tiss.messages.hashes.partes import DO_PADRAO
from tiss.messages.hashes.posicoes import localizar
from tiss.messages.hashes.recortes import recortar

# A digest in a text, and what its length tells.
HEX = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Za-z])"
)
_ALGORITMO = {32: "md5", 40: "sha1", 64: "sha256"}
# Characters to go through before the search is left to dialects of one departure. An answer of
# 64 MB may have a hash of nobody, and there are over a thousand dialects to try.
_TRABALHO = 10_000_000


@dataclass(frozen=True, slots=True)
class _Texto:
    """What is put together before it is encoded: what several dialects have in common."""

    selecao: int
    valor: Callable[[str], str] | None
    conjunto: Callable[[str], str] | None
    exige: frozenset[str]


# On demand: only a message that departs from the rule needs them, and every command would pay.
@cache
def _grupos() -> dict[str, dict[_Texto, list[Dialeto]]]:
    """Return the dialects by algorithm and by the text that they share, the likely ones first."""
    grupos: dict[str, dict[_Texto, list[Dialeto]]] = {}
    for dialeto in DIALETOS.values():
        if dialeto.recorte is not None:
            continue
        selecao = DO_PADRAO
        for desvio in dialeto.desvios:
            selecao = (selecao | desvio.liga) & ~desvio.desliga
        texto = _Texto(
            selecao,
            next((d.valor for d in dialeto.desvios if d.valor), None),
            next((d.conjunto for d in dialeto.desvios if d.conjunto), None),
            frozenset(d.nome for d in dialeto.desvios if not (d.codifica or d.algoritmo)),
        )
        grupos.setdefault(dialeto.algoritmo, {}).setdefault(texto, []).append(dialeto)
    return grupos


_POSICAO = {nome: posicao for posicao, nome in enumerate(DIALETOS)}


def identificar(mensagem: bytes, digest: str) -> str | None:
    """Return the name of the dialect that yields a digest of a message, None when none does.

    digest: hex in any case. Where dialects coincide it is the first of `DIALETOS`. Of a large
    message only the likelier ones are tried. Raises UnreadableError as `conferir_hash` does.
    """
    return identificar_lida(ler(mensagem), digest)


def identificar_lida(leitura: Leitura, digest: str) -> str | None:
    """Do what `identificar` does, for a message that has been read."""
    digest = digest.strip().lower()
    if not HEX.fullmatch(digest):
        return None
    algoritmo = _ALGORITMO[len(digest)]
    return _entre_os_valores(leitura, digest, algoritmo) or _entre_os_bytes(
        leitura, digest, algoritmo
    )


def _entre_os_valores(leitura: Leitura, digest: str, algoritmo: str) -> str | None:
    ativos = leitura.ativos()
    achado: str | None = None
    trabalho = 0
    # One text at a time: a message may have 64 MB. Groups come by their likeliest dialect, so once
    # one is found only likelier ones are of interest.
    for texto, dialetos in _grupos()[algoritmo].items():
        if achado is not None and _POSICAO[dialetos[0].nome] > _POSICAO[achado]:
            break
        if not texto.exige <= ativos:
            continue
        candidatos = [d for d in dialetos if _aplica(d, ativos, mal=leitura.mal_declarada)]
        if trabalho > _TRABALHO:
            candidatos = [d for d in candidatos if _simples(d)]
        if not candidatos:
            continue
        lido = leitura.texto(texto.selecao, texto.valor, texto.conjunto)
        trabalho += (1 + len(candidatos)) * len(lido)
        for dialeto in candidatos:
            if achado is not None and _POSICAO[dialeto.nome] > _POSICAO[achado]:
                break
            if resumo(lido, dialeto) == digest:
                achado = dialeto.nome
                break
    return achado


def _aplica(dialeto: Dialeto, ativos: set[str], *, mal: bool) -> bool:
    """Tell whether a dialect says something of its own about this message."""
    if mal and not any(desvio.codifica for desvio in dialeto.desvios):
        # Same bytes as the dialect that says what is wrong with this file.
        return False
    return all(desvio.nome in ativos for desvio in dialeto.desvios)


def _simples(dialeto: Dialeto) -> bool:
    return sum(desvio.algoritmo is None for desvio in dialeto.desvios) <= 1


def _entre_os_bytes(leitura: Leitura, digest: str, algoritmo: str) -> str | None:
    marcas = localizar(leitura.dados)
    for dialeto in DIALETOS.values():
        if dialeto.recorte is None or dialeto.algoritmo != algoritmo:
            continue
        octetos = recortar(
            leitura.dados, marcas, dialeto.recorte[0], so_elemento=dialeto.recorte[1]
        )
        if octetos is not None and hexadecimal(octetos, algoritmo) == digest:
            return dialeto.nome
    return None
