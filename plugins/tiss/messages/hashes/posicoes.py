"""Where the message, its epilogo and its hash stand in the bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.parsers import expat

from tiss.settings import ENCODING

_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_TAG_USUAL = 4096


@dataclass(frozen=True, slots=True)
class Trecho:
    """Where an element stands in the bytes: its start tag, what is between, its end tag."""

    inicio: int
    dentro: int
    fora: int
    fim: int
    tag: str

    @property
    def fechado(self) -> bool:
        """Tell whether the element is a single tag, as `<hash/>` is."""
        return self.tag.endswith("/>")


@dataclass(frozen=True, slots=True)
class Marcas:
    """Where the parts of a message stand, and the encoding that its tags were looked for in."""

    codec: str
    raiz: Trecho
    epilogo: Trecho | None
    hash: Trecho | None


def e_raiz(nome: str) -> bool:
    """Tell whether a local name is that of a mensagemTISS or of a web-service root."""
    return nome == "mensagemTISS" or nome.endswith("WS")


def nome_da_tag(tag: str) -> str:
    """Return the name in a start tag, with its prefix."""
    return tag[1:].rstrip("/>").split()[0]


def nucleo(mensagem: bytes) -> tuple[int, int, str]:
    """Return where the document begins and ends in the bytes, and how to look for its tags.

    Every encoding in use but UTF-16 writes tags in ASCII: read as ISO-8859-1, any byte passes.
    """
    if mensagem.startswith((b"\xff\xfe", b"<\x00")):
        return 0, len(mensagem), "UTF-16LE"
    if mensagem.startswith((b"\xfe\xff", b"\x00<")):
        return 0, len(mensagem), "UTF-16BE"
    fim = len(mensagem.rstrip())
    return len(mensagem) - len(mensagem.lstrip()), fim, ENCODING


def localizar(mensagem: bytes) -> Marcas | None:
    """Return where the parts stand; None for bytes that a strict parser does not take.

    libxml2 tells no positions. Its verdict stands already: no DTD reaches expat.
    """
    inicio, fim, codec = nucleo(mensagem)
    try:
        achados = _Localizador(mensagem, inicio, fim, codec).achados
    except expat.ExpatError:
        return None
    raiz = next((trecho for nome, trecho in achados.items() if e_raiz(nome)), None)
    if raiz is None:
        return None
    return Marcas(codec, raiz, achados.get("epilogo"), achados.get("hash"))


class _Localizador:
    """Follows a document tag by tag; keeps where the message, its epilogo and its hash stand."""

    def __init__(self, mensagem: bytes, inicio: int, fim: int, codec: str) -> None:
        self.achados: dict[str, Trecho] = {}
        self._mensagem, self._inicio, self._codec = mensagem, inicio, codec
        self._caminho: list[str] = []
        # Depth of the message inside its envelope, 0 before and after it.
        self._nivel_da_raiz = 0
        self._lida = False
        self._analisador = expat.ParserCreate(codec)
        self._analisador.StartElementHandler = self._abrir
        self._analisador.EndElementHandler = self._fechar
        self._analisador.Parse(mensagem[inicio:fim], True)

    def _abrir(self, nome: str, _: dict[str, str]) -> None:
        if self._funda():
            self._caminho.append(nome)
            return
        nome = nome.rpartition(":")[2]
        if not self._lida and not self._nivel_da_raiz and e_raiz(nome):
            self._nivel_da_raiz = len(self._caminho) + 1
        if self._papel(nome):
            inicio = self._inicio + self._analisador.CurrentByteIndex
            tag = self._tag(inicio)
            dentro = inicio + len(tag.encode(self._codec))
            # Of `<hash/>` the end is known now, and expat tells it no better later.
            self.achados[nome] = Trecho(inicio, dentro, dentro, dentro, tag)
        self._caminho.append(nome)

    def _fechar(self, _: str) -> None:
        nome = self._caminho.pop()
        if self._funda():
            return
        if self._papel(nome) and not (trecho := self.achados[nome]).fechado:
            fora = self._inicio + self._analisador.CurrentByteIndex
            fim = fora + len(self._tag(fora).encode(self._codec))
            self.achados[nome] = replace(trecho, fora=fora, fim=fim)
        if len(self._caminho) == self._nivel_da_raiz - 1:
            self._nivel_da_raiz, self._lida = 0, True

    def _funda(self) -> bool:
        """Tell whether the end of the path is below all that is sought, as nearly all of it is."""
        return 0 < self._nivel_da_raiz < len(self._caminho) - 1

    def _papel(self, nome: str) -> bool:
        """Tell whether an element that stands at the end of the path is one of those sought."""
        if not self._nivel_da_raiz:
            return False
        acima = self._caminho[self._nivel_da_raiz :]
        if nome == "hash":
            return len(self._caminho) >= self._nivel_da_raiz and acima in ([], ["epilogo"])
        if nome == "epilogo":
            return len(self._caminho) == self._nivel_da_raiz
        return e_raiz(nome) and len(self._caminho) == self._nivel_da_raiz - 1

    def _tag(self, posicao: int) -> str:
        # Nearly all are short; one with long attributes is looked for in more and more bytes.
        tamanho = _TAG_USUAL
        while True:
            trecho = self._mensagem[posicao : posicao + tamanho].decode(self._codec, "ignore")
            if achada := _TAG.match(trecho):
                return achada[0]
            if posicao + tamanho >= len(self._mensagem):
                # A strict parser has just read it, so its end is there.
                raise AssertionError("tag without an end")
            tamanho *= 2
