"""Reads a message into the pieces of text that the dialects count. Tolerant of its encoding."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from tiss.errors import UnreadableError
from tiss.messages.hashes.arvore import analisar, mal_declarada
from tiss.messages.hashes.desvios import (
    ALGORITMOS,
    CODIFICACAO,
    CONJUNTO,
    PARTES,
    TIPOS,
    VALORES,
)
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
from tiss.messages.hashes.posicoes import e_raiz, nucleo
from tiss.messages.leitura.entrada import MARCAS_MAXIMAS, TAMANHO_MAXIMO

# How deep libxml2 goes.
_NIVEIS = 256

_ZONAS = {
    "cabecalho": CABECALHO,
    "loginSenhaPrestador": LOGIN,
    "Signature": ASSINATURA,
    "assinaturaDigitalGuia": ASSINATURA,
}
# The blanks of XML: a no-break space is a value.
_BRANCO = re.compile(r"[ \t\r\n]")


@dataclass(slots=True, kw_only=True)
class Leitura:
    """A message in pieces of text, each marked with what it is and where it stands.

    mal_declarada: UTF-8 bytes under the declaration of an encoding of one byte per character.
    """

    dados: bytes
    raiz: etree._Element
    hash: etree._Element | None
    mal_declarada: bool
    pedacos: list[tuple[int, str]] = field(default_factory=list)

    @property
    def informado(self) -> str | None:
        """Return the hash as written, without edge blanks; None when there is no element."""
        if self.hash is None:
            return None
        return "".join(t for marca, t in self.pedacos if marca == VALOR | HASH).strip()

    def texto(
        self,
        selecao: int,
        valor: Callable[[str], str] | None = None,
        conjunto: Callable[[str], str] | None = None,
    ) -> str:
        """Return the pieces that a mask selects, each and then all of them transformed."""
        escolhidos = (texto for marca, texto in self.pedacos if marca & selecao == marca)
        texto = "".join(map(valor, escolhidos) if valor else escolhidos)
        return conjunto(texto) if conjunto else texto

    def ativos(self) -> set[str]:
        """Return the departures that can make a difference in this message."""
        marcas = 0
        textos = set()
        for marca, texto in self.pedacos:
            marcas |= marca
            textos.add(texto)
        brancos = any(_BRANCO.search(texto) for texto in textos)
        ativos = {
            desvio.nome for desvio in (*TIPOS, *PARTES) if marcas & (desvio.liga | desvio.desliga)
        }
        ativos |= {
            desvio.nome
            for desvio in VALORES
            if desvio.valor and any(desvio.valor(texto) != texto for texto in textos)
        }
        ativos |= {desvio.nome for desvio in CONJUNTO if brancos}
        if not all(map(str.isascii, textos)):
            ativos |= {desvio.nome for desvio in CODIFICACAO}
        if not self.mal_declarada:
            ativos -= {"UTF_8_SOB_ISO", "LIDO_COMO_UTF_8"}
        return ativos | {"UTF_16"} | {desvio.nome for desvio in ALGORITMOS}


def ler(mensagem: bytes) -> Leitura:
    """Return a message of 64 MB at most in pieces. Raises UnreadableError for anything else."""
    if len(mensagem) > TAMANHO_MAXIMO:
        limite = TAMANHO_MAXIMO // (1024 * 1024)
        raise UnreadableError(f"o arquivo tem mais de {limite} MB, o limite de uma mensagem")
    if mensagem.count(b"<") + mensagem.count(b"=") > MARCAS_MAXIMAS:
        raise UnreadableError("o arquivo tem elementos demais para uma mensagem")
    inicio, fim, _ = nucleo(mensagem)
    documento = analisar(mensagem[inicio:fim])
    informacao = documento.getroottree().docinfo
    if informacao.doctype:
        raise UnreadableError("a mensagem traz uma DTD, que não é aceita: retire o DOCTYPE")
    raiz = next((e for e in documento.iter("*") if e_raiz(etree.QName(e).localname)), None)
    if raiz is None:
        raise UnreadableError(
            "não é uma mensagem TISS: não há mensagemTISS nem raiz de web service (...WS)"
        )
    candidatos = [*raiz.iterfind("{*}hash"), *raiz.iterfind("{*}epilogo/{*}hash")]
    if len(candidatos) > 1:
        raise UnreadableError("a mensagem tem mais de um elemento hash: deixe só o último")
    leitura = Leitura(
        dados=mensagem,
        raiz=raiz,
        hash=candidatos[0] if candidatos else None,
        mal_declarada=mal_declarada(mensagem, informacao.encoding or "UTF-8"),
    )
    _recolher(documento, CORPO if documento is raiz else ENVELOPE, leitura)
    return leitura


def _recolher(elemento: etree._Element, zona: int, leitura: Leitura, nivel: int = 1) -> None:
    """Add the pieces of an element and of all below it. Each node is seen once."""
    if nivel > _NIVEIS:
        raise UnreadableError(f"o XML tem mais de {_NIVEIS} níveis")
    pedacos = leitura.pedacos
    if elemento is leitura.raiz:
        zona = CORPO
    elif elemento is leitura.hash:
        zona = HASH
    elif zona in (CORPO, CABECALHO):
        zona = _ZONAS.get(str(elemento.tag).rpartition("}")[2], zona)
    pedacos.extend((ATRIBUTO | zona, valor) for valor in elemento.values())
    filhos = list(elemento)
    if all(isinstance(filho, etree._Comment) for filho in filhos):
        valor = "".join([elemento.text or "", *(filho.tail or "" for filho in filhos)])
        pedacos.append((VALOR | zona, valor))
        pedacos.extend((COMENTARIO | zona, filho.text or "") for filho in filhos)
        return
    if elemento.text:
        pedacos.append((ENTRE_TAGS | zona, elemento.text))
    for filho in filhos:
        if isinstance(filho, etree._Comment):
            pedacos.append((COMENTARIO | zona, filho.text or ""))
        else:
            _recolher(filho, zona, leitura, nivel + 1)
        if filho.tail:
            pedacos.append((ENTRE_TAGS | zona, filho.tail))
