"""From bytes of outside to a document that is safe to walk.

No entity, DTD, network or XInclude; the size, the number of tags and the depth are bounded
before anything is built of them.
"""

from __future__ import annotations

import re

from lxml import etree

from tiss.messages.esquema import analisador
from tiss.messages.leitura.avisos import Avisos

TAMANHO_MAXIMO = 64 * 1024 * 1024
# "<" and "=": a demonstrativo of 10,000 guias has 1.5 million. Each costs 100 bytes and more, so
# the size alone does not bound the memory: 64 MB of "<a/>" would take 4 GB.
MARCAS_MAXIMAS = 4_000_000

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What announces an encoding, as the parser would read it: nothing of it may reach the parser.
_ANUNCIO = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?xml\b[^>]*\?>)*+")
_LATINA = re.compile(
    rb"\bencoding\s*=\s*[\"'](?:iso-?8859-?1|latin-?1|windows-?1252|cp1252)[\"']", re.IGNORECASE
)
# What may stand before the root element; possessive, or a hostile one could make it slow.
_PROLOGO = re.compile(rb"(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+", re.DOTALL)
_DECLARACAO = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']"
)
# Said in the same words by all that read a message.
COM_DTD = "a mensagem traz uma DTD, que não é aceita"
FUNDA_DEMAIS = "a mensagem passa do limite de profundidade ou do tamanho de um valor"
SEM_MEMORIA = "não há memória bastante para ler a mensagem"


class EntradaRecusada(ValueError):
    """These bytes are not read. Its text is Portuguese and quotes nothing of them."""


class FaltaMemoria(EntradaRecusada):
    """There is too little memory to read them."""

    def __init__(self) -> None:
        super().__init__(SEM_MEMORIA)


def abrir(corpo: bytes, avisos: Avisos) -> etree._Element:
    """Return the root element. Raises EntradaRecusada, and nothing else, for any bytes."""
    conferir_tamanho(corpo)
    try:
        dados = _em_utf8(corpo, avisos)
        if dados.startswith(b"<!DOCTYPE", _fim(_PROLOGO, dados)):
            raise EntradaRecusada(COM_DTD)
        return etree.fromstring(dados, analisador())
    except etree.XMLSyntaxError as erro:
        if erro.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise FaltaMemoria from None
        raise EntradaRecusada(motivo(erro)) from None
    except MemoryError:
        raise FaltaMemoria from None


def conferir_tamanho(corpo: bytes) -> None:
    """Raise EntradaRecusada for more bytes or tags than are ever read."""
    if len(corpo) > TAMANHO_MAXIMO:
        limite = TAMANHO_MAXIMO // (1024 * 1024)
        raise EntradaRecusada(f"mensagem de {len(corpo)} bytes, maior que o limite de {limite} MB")
    if corpo.count(b"<") + corpo.count(b"=") > MARCAS_MAXIMAS:
        raise EntradaRecusada("a mensagem tem elementos demais, acima do limite")


def motivo(erro: etree.XMLSyntaxError) -> str:
    """Return why libxml2 refused a message. The line only: its own text may quote a patient."""
    if erro.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return FUNDA_DEMAIS
    return f"não é XML (linha {erro.lineno})"


def codificacao_anunciada(dados: bytes) -> str:
    """Return the encoding that the XML declaration names, in capitals; UTF-8 when it names none."""
    achada = _DECLARACAO.match(dados)
    return achada[1].decode().upper() if achada else "UTF-8"


def _em_utf8(corpo: bytes, avisos: Avisos) -> bytes:
    """Return the document in UTF-8, without what announces an encoding.

    The bytes decide. Seen in the field: each of UTF-8 and ISO-8859-1 under the header of the other.
    """
    if corpo.startswith(_UTF16) or b"\x00" in corpo[:4]:
        dados = _de_utf16(corpo)
    elif corpo.isascii():
        dados = corpo
    else:
        dados = _de_bytes(corpo, avisos)
    dados = dados[_fim(_ANUNCIO, dados) :]
    # XML has no NUL, and the parser would guess another encoding from one.
    if b"\x00" in dados:
        raise EntradaRecusada("não é XML (linha 1)")
    return dados


def _de_bytes(corpo: bytes, avisos: Avisos) -> bytes:
    anuncia_latina = bool(_LATINA.search(corpo, 0, _fim(_ANUNCIO, corpo)))
    try:
        # Text in ISO-8859-1 that happens to be UTF-8 would have to be made of pairs like "Ã¡".
        corpo.decode()
    except UnicodeDecodeError:
        if not anuncia_latina:
            avisos.avisar("os bytes são ISO-8859-1 e o cabeçalho XML não diz isso")
        return corpo.decode("iso-8859-1").encode()
    if anuncia_latina:
        avisos.avisar("o cabeçalho XML diz ISO-8859-1 e os bytes são UTF-8")
    return corpo


def _de_utf16(corpo: bytes) -> bytes:
    sem_marca = "utf-16-be" if corpo.startswith(b"\x00") else "utf-16-le"
    try:
        return corpo.decode("utf-16" if corpo.startswith(_UTF16) else sem_marca).encode()
    except UnicodeDecodeError:
        raise EntradaRecusada("não é XML (linha 1)") from None


def _fim(expressao: re.Pattern[bytes], dados: bytes) -> int:
    achado = expressao.match(dados)
    return achado.end() if achado else 0
