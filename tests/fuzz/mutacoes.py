"""Valid messages, damaged: in their bytes, in their encoding, in their tree."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from hypothesis import strategies as st
from lxml import etree
from mensagens_modelo import LOTE, LOTE_SP_SADT, RECURSO, arquivo, com_hash, lote, sp_sadt, ws
from modelos_de_resposta import DEMONSTRATIVO, ERRO, FALHA_1_1, RECEBIMENTO, em_arquivo, em_soap

from tiss.settings import NAMESPACE

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MENSAGENS = [
    com_hash(LOTE),
    com_hash(LOTE_SP_SADT),
    com_hash(arquivo(RECURSO, "RECURSO_GLOSA")),
    com_hash(ws(lote(sp_sadt()))),
    em_arquivo(RECEBIMENTO).encode(),
    em_arquivo(DEMONSTRATIVO).encode("iso-8859-1"),
    em_arquivo(ERRO).encode(),
    em_soap(FALHA_1_1, SOAP).encode(),
]
_PEDACOS = [
    b"<", b">", b"&", b"&amp;", b"&#0;", b"&#55296;", b"&x;", b"]]>", b"<![CDATA[", b"<!--", b"-->",
    b"<?x?>", b"<?xml", b"<!DOCTYPE m []>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[2J",
    b"<ans:hash>", b"</ans:cabecalho>", b"4.03.00", b"1e999999999", b"-0", b"NaN", b"9" * 400,
    b' a="1"', b"xmlns:ans", b" ", b"\r\n\t", "é€–".encode(), b"\xe9\x80",
]  # fmt: skip
_ENTIDADES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
_PROLOGOS = [
    f'<!DOCTYPE m [<!ENTITY e0 "ha">{_ENTIDADES}]>',
    f'<!DOCTYPE m SYSTEM "{Path(__file__).as_uri()}">',
    '<!DOCTYPE m [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]>',
    '<?xml-stylesheet href="x"?>',
    "<!-- " + "x" * 1000 + " -->",
    "\ufeff",
    "lixo",
]
_CODIFICACOES = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "cp500", "utf-7"]
_TEXTOS = [
    "", " ", "\t\n", "0", "-1", "1e999999999", "-1E-999999999", "9" * 5000, "NaN", "2026-02-30",
    "24:00:00", "SP", "X" * 70_000, "€–é", "\u202e", "\ud7ff", "００", "1.005", "0000-00-00",
]  # fmt: skip
_NOMES = [
    "x",
    "hash",
    "cabecalho",
    "numeroGuiaPrestador",
    "guiaOdonto",
    "guiaX",
    "codigoGlosa",
    "Padrao",
]


def pedacos() -> st.SearchStrategy[bytes]:
    """Return something to put between the bytes of a message."""
    return st.sampled_from(_PEDACOS) | st.binary(max_size=16)


@st.composite
def nos_bytes(draw: st.DrawFn) -> bytes:
    """A message with stretches cut out, doubled, overwritten; or cut short."""
    dados = draw(st.sampled_from(MENSAGENS))
    for _ in range(draw(st.integers(1, 5))):
        inicio = draw(st.integers(0, len(dados)))
        fim = min(len(dados), inicio + draw(st.integers(0, 60)))
        novo = draw(pedacos() | st.just(dados[inicio:fim] * 3) | st.just(dados[fim:inicio:-1]))
        dados = dados[:inicio] + novo + dados[fim:]
    return dados[: draw(st.integers(0, len(dados)))] if draw(st.booleans()) else dados


@st.composite
def na_codificacao(draw: st.DrawFn) -> bytes:
    """A message in another encoding than it says, or after something that it must not have."""
    texto = draw(st.sampled_from(MENSAGENS)).decode("iso-8859-1").partition("?>")[2]
    anunciada = draw(st.sampled_from([*_CODIFICACOES, "ISO-8859-1", "x-nada", "", "../etc"]))
    declaracao = draw(st.sampled_from(["", f'<?xml version="1.0" encoding="{anunciada}"?>']))
    prologo = draw(st.sampled_from(["", *_PROLOGOS]))
    acento = texto.replace("Exemplo", draw(st.sampled_from(["Exemplo", "Exémplo", "Ex€mplo"])))
    codificacao = draw(st.sampled_from([*_CODIFICACOES, "iso-8859-1"]))
    return f"{declaracao}{prologo}{acento}".encode(codificacao, "xmlcharrefreplace")


@st.composite
def na_arvore(draw: st.DrawFn) -> bytes:
    """A well-formed message whose elements were removed, doubled, moved, renamed, filled."""
    raiz = etree.fromstring(draw(st.sampled_from(MENSAGENS)))
    for _ in range(draw(st.integers(1, 4))):
        elementos = list(raiz.iter(etree.Element))
        # Small numbers and the last element are drawn more often: the envelope is as tried.
        escolhido = elementos[draw(st.integers(0, len(elementos) - 1))]
        outro = elementos[draw(st.integers(0, len(elementos) - 1))]
        draw(st.sampled_from(_MUDANCAS))(draw, escolhido, outro)
    return etree.tostring(raiz, encoding=draw(st.sampled_from(["iso-8859-1", "utf-8"])))


def _remover(_: st.DrawFn, elemento: etree._Element, __: etree._Element) -> None:
    pai = elemento.getparent()
    if pai is not None:
        pai.remove(elemento)


def _repetir(draw: st.DrawFn, elemento: etree._Element, __: etree._Element) -> None:
    pai = elemento.getparent()
    if pai is not None:
        copias = [deepcopy(elemento) for _ in range(draw(st.sampled_from([1, 2, 30])))]
        posicao = pai.index(elemento)
        pai[posicao:posicao] = copias


def _mover(_: st.DrawFn, elemento: etree._Element, outro: etree._Element) -> None:
    outro.append(deepcopy(elemento))


def _renomear(draw: st.DrawFn, elemento: etree._Element, outro: etree._Element) -> None:
    nome = draw(st.sampled_from([etree.QName(outro).localname, *_NOMES]))
    espaco = draw(st.sampled_from([NAMESPACE, SOAP, None]))
    elemento.tag = etree.QName(espaco, nome).text


def _preencher(draw: st.DrawFn, elemento: etree._Element, __: etree._Element) -> None:
    elemento.text = draw(st.sampled_from(_TEXTOS) | st.text(_ESCRITAS, max_size=30))


def _aprofundar(draw: st.DrawFn, elemento: etree._Element, __: etree._Element) -> None:
    for _ in range(draw(st.sampled_from([1, 40, 300]))):
        elemento = etree.SubElement(elemento, elemento.tag)


def _enfeitar(draw: st.DrawFn, elemento: etree._Element, __: etree._Element) -> None:
    elemento.set(draw(st.sampled_from(["a", "{urn:x}b"])), draw(st.sampled_from(_TEXTOS)))
    elemento.insert(0, draw(st.sampled_from([etree.Comment("x"), etree.PI("p", "q")])))


_ESCRITAS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="￾￿")
_Mudanca = Callable[[st.DrawFn, etree._Element, etree._Element], None]
_MUDANCAS: list[_Mudanca] = [
    _remover, _repetir, _mover, _renomear, _preencher, _aprofundar, _enfeitar
]  # fmt: skip


def danificadas() -> st.SearchStrategy[bytes]:
    """Return messages damaged in any way."""
    return nos_bytes() | na_codificacao() | na_arvore()
