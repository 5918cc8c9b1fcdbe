"""Follows a message event by event and keeps its text, each piece after a sign of what it is.

No tree is built and there is no object per piece: an answer of 64 MB would take a gigabyte of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from tiss.errors import UnreadableError
from tiss.messages.hashes.partes import (
    ASSINATURA,
    ATRIBUTO,
    CABECALHO,
    COMENTARIO,
    CORPO,
    ENTRE_TAGS,
    ENVELOPE,
    HASH,
    LOGIN,
    VALOR,
)
from tiss.messages.hashes.posicoes import e_raiz
from tiss.messages.leitura.entrada import COM_DTD, FUNDA_DEMAIS

# How deep libxml2 goes by itself.
_NIVEIS = 256
# Strings of a block: enough for the joins to cost nothing, few enough for what is made of a block.
_DE_UM_BLOCO = 8192

_ZONAS = {
    "cabecalho": CABECALHO,
    "loginSenhaPrestador": LOGIN,
    "Signature": ASSINATURA,
    "assinaturaDigitalGuia": ASSINATURA,
}
# What no XML may hold, so that a sign is never taken for text.
_PROIBIDOS = (chr(numero) for numero in range(32) if chr(numero) not in "\t\r\n")
_MARCAS = product(
    (VALOR, ATRIBUTO, COMENTARIO, ENTRE_TAGS),
    (CORPO, CABECALHO, LOGIN, HASH, ASSINATURA, ENVELOPE),
)
# A mark, of what a piece is and of where it stands -> the character before each such piece.
SINAIS = {tipo | zona: sinal for (tipo, zona), sinal in zip(_MARCAS, _PROIBIDOS, strict=False)}


class Coletor:
    """What lxml calls for each event of a document.

    com_raiz, com_hash: whether a message, and its hash element, were there. informado: what that
    holds. blocos: all pieces, each after its sign, a few thousand in each.
    """

    def __init__(self) -> None:
        self.com_raiz = self.com_hash = False
        self.informado = ""
        self.blocos: list[str] = []
        self._pedacos: list[str] = []
        # Of each element that is open, the zone; of two of them the depth, 0 while not open.
        self._zonas: list[int] = []
        self._raiz = self._epilogo = 0
        # Whether the innermost one has no element inside so far; its text since its last node,
        # and before that: text, comment, text, comment...
        self._folha = False
        self._texto: list[str] = []
        self._comentado: list[str] = []

    def doctype(self, *_: str | None) -> None:
        """Refuse it before anything that it declares is used."""
        raise UnreadableError(COM_DTD)

    def start(self, tag: str, atributos: Mapping[str, str]) -> None:
        """Open an element: what holds it is no leaf."""
        nivel = len(self._zonas) + 1
        if nivel > _NIVEIS:
            raise UnreadableError(FUNDA_DEMAIS)
        if nivel > 1:
            self._soltar_texto()
        zona = self._zona(tag.rpartition("}")[2], nivel)
        self._zonas.append(zona)
        self._folha = True
        for valor in atributos.values():
            self._pedacos += (SINAIS[ATRIBUTO | zona], valor)

    def end(self, _: str) -> None:
        """Close an element: a leaf has a value, also when that is empty."""
        if self._folha:
            self._fechar_folha()
        else:
            self._soltar_texto()
        self._folha = False
        nivel = len(self._zonas)
        if nivel == self._epilogo:
            self._epilogo = 0
        elif nivel == self._raiz:
            self._raiz = 0
        self._zonas.pop()
        if len(self._pedacos) > _DE_UM_BLOCO:
            self._juntar()

    def data(self, texto: str) -> None:
        """Take text, which comes in as many stretches as the parser likes."""
        self._texto.append(texto)

    def comment(self, texto: str) -> None:
        """Take a comment; one outside the document is nothing of it."""
        if not self._zonas:
            return
        if self._folha:
            self._comentado += ("".join(self._texto), texto)
            self._texto.clear()
        else:
            self._soltar_texto()
            self._pedacos += (SINAIS[COMENTARIO | self._zonas[-1]], texto)

    def close(self) -> None:
        """Keep the rest: lxml says that there is no more."""
        self._juntar()

    def _juntar(self) -> None:
        self.blocos.append("".join(self._pedacos))
        self._pedacos.clear()

    def _zona(self, nome: str, nivel: int) -> int:
        zona = self._zonas[-1] if self._zonas else ENVELOPE
        if not self.com_raiz and e_raiz(nome):
            self.com_raiz, self._raiz = True, nivel
            return CORPO
        acima = nivel - 1
        if self._raiz and acima in (self._raiz, self._epilogo):
            if nome == "hash":
                if self.com_hash:
                    raise UnreadableError(
                        "a mensagem tem mais de um elemento hash: deixe só o último"
                    )
                self.com_hash = True
                return HASH
            if nome == "epilogo" and acima == self._raiz:
                self._epilogo = nivel
        return _ZONAS.get(nome, zona) if zona in (CORPO, CABECALHO) else zona

    def _fechar_folha(self) -> None:
        zona = self._zonas[-1]
        valor = "".join((*self._comentado[::2], *self._texto))
        self._texto.clear()
        self._pedacos += (SINAIS[VALOR | zona], valor)
        if zona == HASH:
            self.informado += valor
        if self._comentado:
            for comentario in self._comentado[1::2]:
                self._pedacos += (SINAIS[COMENTARIO | zona], comentario)
            self._comentado.clear()

    def _soltar_texto(self) -> None:
        """Keep as no value what stands between the tags."""
        zona = self._zonas[-1]
        if self._comentado:
            for antes, comentario in zip(self._comentado[::2], self._comentado[1::2], strict=True):
                if antes:
                    self._pedacos += (SINAIS[ENTRE_TAGS | zona], antes)
                self._pedacos += (SINAIS[COMENTARIO | zona], comentario)
            self._comentado.clear()
        if self._texto:
            self._pedacos += (SINAIS[ENTRE_TAGS | zona], "".join(self._texto))
            self._texto.clear()
