"""How a file was written: what is legal, or nearly, and makes two readers compute two hashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from tiss.domain.problema import Gravidade, Problema
from tiss.messages.leitura.entrada import codificacao_anunciada
from tiss.messages.validacao.entrada import e_utf8
from tiss.messages.validacao.transacoes import nome
from tiss.settings import ENCODING, NAMESPACE

_BRANCOS = " \t\r\n"
# What may be a blank at an edge, a break of the line, or a character that is written as a number.
_SUSPEITO = re.compile(rb">[ \t\r\n]|[ \t\r\n]</|[\t\r\n\x7f]|&#|<!\[|\x00")
_CONTROLE = re.compile(r"[\x00-\x1f\x7f]")
# In Windows-1252 dashes, quotes and the euro sign; in ISO-8859-1 controls that nobody writes.
_WINDOWS_1252 = re.compile(r"[\x80-\x9f]")


def conferir_escrita(mensagem: bytes, raiz: etree._Element) -> Iterator[Problema]:
    """Yield what is wrong with the bytes, each kind once and with how many values have it."""
    yield from _codificacao(mensagem, raiz)
    if mensagem.isascii() and not _SUSPEITO.search(mensagem):
        return
    acentuados = controles = de_windows = soltos = entre_tags = 0
    # A signature has blanks of its own, in another namespace.
    for elemento in raiz.iter(f"{{{NAMESPACE}}}*"):
        texto = elemento.text or ""
        if len(elemento):
            entre_tags += bool(texto) or any(neto.tail for neto in elemento)
            continue
        dentro = texto.strip(_BRANCOS)
        acentuados += not texto.isascii()
        soltos += texto != dentro
        if not dentro.isprintable():
            controles += bool(_CONTROLE.search(dentro))
            de_windows += bool(_WINDOWS_1252.search(dentro))
    # UTF-8 read as something else is told already, and full of such characters.
    if de_windows and (mensagem.isascii() or not e_utf8(mensagem)):
        yield _aviso(
            "CODIFICACAO",
            raiz,
            f"o arquivo foi gravado em Windows-1252, e {_valores(de_windows)} sinais que só ela "
            f"tem: grave em {ENCODING}",
        )
    if acentuados:
        yield _aviso(
            "NAO_ASCII",
            raiz,
            f"{_valores(acentuados)} acentos ou sinais, e quem calcula o hash em outra codificação "
            "chega a outro; troque-os por ASCII se a operadora recusar o hash",
        )
    if controles:
        yield _aviso(
            "CONTROLE_NO_VALOR",
            raiz,
            f"{_valores(controles)} quebra de linha, tabulação ou outro controle no meio, que "
            "contam no hash, e CR LF dá dois hashes: troque por um espaço",
        )
    if soltos:
        yield _aviso(
            "BRANCOS_NA_PONTA",
            raiz,
            f"{_valores(soltos)} brancos no começo ou no fim, que contam no hash e no tamanho: "
            "retire-os",
        )
    if entre_tags:
        yield _aviso(
            "BRANCOS_ENTRE_TAGS",
            raiz,
            "há brancos ou quebras de linha entre as tags, que alguns contam no hash: grave o "
            "arquivo em uma só linha",
        )


def _codificacao(mensagem: bytes, raiz: etree._Element) -> Iterator[Problema]:
    anunciada = codificacao_anunciada(mensagem)
    if mensagem.isascii() and b"\x00" not in mensagem:
        return
    if anunciada.startswith("UTF-8") and not e_utf8(mensagem):
        yield Problema(
            codigo="CODIFICACAO",
            caminho=nome(raiz),
            mensagem=f"os bytes não são UTF-8, a codificação do arquivo: declare {ENCODING} na "
            "primeira linha ou grave o arquivo em ASCII",
            glosa_provavel="5002",
        )
    elif not anunciada.startswith("UTF") and e_utf8(mensagem):
        yield _aviso(
            "CODIFICACAO",
            raiz,
            f"a primeira linha diz {ENCODING} e os bytes são UTF-8: a operadora lerá os acentos "
            "trocados; grave o arquivo na codificação que ele diz",
        )


def _aviso(codigo: str, raiz: etree._Element, mensagem: str) -> Problema:
    return Problema(codigo=codigo, caminho=nome(raiz), gravidade=Gravidade.AVISO, mensagem=mensagem)


def _valores(quantos: int) -> str:
    return "1 valor tem" if quantos == 1 else f"{quantos} valores têm"
