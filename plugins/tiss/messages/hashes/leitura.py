"""Reads a message into the text that the dialects count. Tolerant of its encoding."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tiss.errors import UnreadableError
from tiss.messages.hashes.analise import analisar, mal_declarada
from tiss.messages.hashes.coletor import SINAIS
from tiss.messages.hashes.desvios import (
    ALGORITMOS,
    CODIFICACAO,
    CONJUNTO,
    PARTES,
    TIPOS,
    VALORES,
)
from tiss.messages.hashes.posicoes import nucleo
from tiss.messages.leitura.entrada import EntradaRecusada, conferir_tamanho

# The blanks of XML: a no-break space is a value.
_BRANCO = re.compile(r"[ \t\r\n]")
_TODOS_OS_SINAIS = "".join(SINAIS.values())
_OCTETOS_DOS_SINAIS = _TODOS_OS_SINAIS.encode()


@dataclass(slots=True, kw_only=True)
class Leitura:
    """A message in pieces of text, each after the sign of what it is and where it stands.

    informado: the hash as written, without edge blanks; None when there is no element.
    mal_declarada: UTF-8 bytes under the declaration of an encoding of one byte per character.
    blocos: the pieces in order, whole ones in each; what is made of them is made block by block.
    """

    dados: bytes
    informado: str | None
    mal_declarada: bool
    blocos: Sequence[str]
    _escolhidos: dict[int, list[str]] = field(default_factory=dict)

    @property
    def tamanho(self) -> int:
        """Return about how many characters all pieces have."""
        return sum(map(len, self.blocos))

    def texto(
        self,
        selecao: int,
        valor: Callable[[str], str] | None = None,
        conjunto: Callable[[str], str] | None = None,
    ) -> str:
        """Return the pieces that a mask selects, each and then all of them transformed."""
        if selecao not in self._escolhidos:
            # One at a time: most dialects, one after the other, select what the standard does.
            self._escolhidos.clear()
            self._escolhidos[selecao] = self._escolher(selecao)
        blocos = self._escolhidos[selecao]
        # In bytes, where taking the signs out is one pass.
        texto = "".join(
            bloco.encode().translate(None, _OCTETOS_DOS_SINAIS).decode()
            for bloco in (map(valor, blocos) if valor else blocos)
        )
        return conjunto(texto) if conjunto else texto

    def _escolher(self, selecao: int) -> list[str]:
        fora = "".join(sinal for marca, sinal in SINAIS.items() if marca & selecao != marca)
        if not fora:
            return list(self.blocos)
        de_fora = re.compile(f"[{fora}][^{_TODOS_OS_SINAIS}]*+")
        return [de_fora.sub("", bloco) for bloco in self.blocos]

    def ativos(self) -> set[str]:
        """Return the departures that can make a difference in this message."""
        marcas = 0
        for marca, sinal in SINAIS.items():
            if any(sinal in bloco for bloco in self.blocos):
                marcas |= marca
        ativos = {
            desvio.nome for desvio in (*TIPOS, *PARTES) if marcas & (desvio.liga | desvio.desliga)
        }
        ativos |= {
            desvio.nome
            for desvio in VALORES
            if desvio.valor and any(desvio.valor(bloco) != bloco for bloco in self.blocos)
        }
        if any(map(_BRANCO.search, self.blocos)):
            ativos |= {desvio.nome for desvio in CONJUNTO}
        if not all(map(str.isascii, self.blocos)):
            ativos |= {desvio.nome for desvio in CODIFICACAO}
        if not self.mal_declarada:
            ativos -= {"UTF_8_SOB_ISO", "LIDO_COMO_UTF_8"}
        return ativos | {"UTF_16"} | {desvio.nome for desvio in ALGORITMOS}


def ler(mensagem: bytes) -> Leitura:
    """Return a message of 64 MB at most in pieces. Raises UnreadableError for anything else."""
    try:
        conferir_tamanho(mensagem)
    except EntradaRecusada as recusa:
        raise UnreadableError(str(recusa)) from None
    inicio, fim, _ = nucleo(mensagem)
    coletor, lida_como = analisar(mensagem[inicio:fim])
    if not coletor.com_raiz:
        raise UnreadableError(
            "não é uma mensagem TISS: não há mensagemTISS nem raiz de web service (...WS)"
        )
    return Leitura(
        dados=mensagem,
        informado=coletor.informado.strip() if coletor.com_hash else None,
        mal_declarada=mal_declarada(mensagem, lida_como),
        blocos=coletor.blocos,
    )
