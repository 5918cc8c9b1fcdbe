"""No bytes from outside raise, or yield a field of another type than its annotation."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Literal, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from modelos_de_resposta import (
    AINDA_NAO,
    DEMONSTRATIVO,
    ERRO,
    FALHA_1_1,
    FALHA_1_2,
    FORMAS,
    RECEBIMENTO,
    SITUACAO,
    em_ws,
    resposta_de,
)

from tiss.comandos.resposta_em_dados import em_dados
from tiss.comandos.resposta_em_texto import em_texto
from tiss.domain.retorno import Entrega, Ilegivel, Resposta
from tiss.messages import leitura
from tiss.messages.diagnostico import diagnosticar
from tiss.messages.leitura import ler
from tiss.messages.leitura.resposta import _LEITORES


def tipos_certos(dado: object) -> bool:
    """Whether every field of an answer holds what its annotation promises."""
    if not is_dataclass(dado):
        return True
    anotados = get_type_hints(type(dado))
    return all(_e_um(getattr(dado, campo.name), anotados[campo.name]) for campo in fields(dado))


def _e_um(valor: object, tipo: object) -> bool:
    if isinstance(tipo, UnionType):
        return any(_e_um(valor, um) for um in get_args(tipo))
    if get_origin(tipo) is tuple:
        return type(valor) is tuple and all(_e_um(parte, get_args(tipo)[0]) for parte in valor)
    if get_origin(tipo) is Literal:
        return valor in get_args(tipo)
    return type(valor) is tipo and tipos_certos(valor)


VALIDAS = [
    forma(corpo).encode(codificacao)
    for corpo in (RECEBIMENTO, ERRO, SITUACAO, AINDA_NAO, DEMONSTRATIVO, FALHA_1_1, FALHA_1_2)
    for forma in FORMAS.values()
    for codificacao in ("utf-8", "iso-8859-1")
]
PEDACO = st.binary(max_size=12) | st.sampled_from(
    [b"<", b">", b"&", b"]]>", b"<!--", b"<!DOCTYPE a []>", b"<?xml?>", b"1E+99999999", b"\x00",
     b"</ns:a>", b"<numeroProtocolo>", b"\xff\xfe", b"9999999999999999999.99"]
)  # fmt: skip


@st.composite
def mutiladas(draw: st.DrawFn) -> bytes:
    """A valid answer with some stretches of it cut out, doubled or overwritten."""
    corpo = draw(st.sampled_from(VALIDAS))
    for _ in range(draw(st.integers(0, 4))):
        inicio = draw(st.integers(0, len(corpo)))
        fim = min(len(corpo), inicio + draw(st.integers(0, 40)))
        novo = draw(PEDACO | st.just(corpo[inicio:fim] * 2))
        corpo = corpo[:inicio] + novo + corpo[fim:]
    return corpo


@settings(max_examples=1000)
@given(mutiladas())
def test_damaged_answers_never_raise_and_never_yield_a_wrong_type(corpo: bytes) -> None:
    lida = resposta_de(corpo)
    assert isinstance(lida, Resposta)
    assert tipos_certos(lida)


@given(st.binary() | st.text().map(str.encode))
def test_arbitrary_bytes_are_unreadable(corpo: bytes) -> None:
    assert isinstance(resposta_de(corpo), Ilegivel)


VALORES = st.text(
    st.characters(codec="utf-8", exclude_characters="<&", exclude_categories=["Cc", "Cn"])
) | st.sampled_from(["1E+99999999", "-", "NaN", "9" * 400, "2026-13-01", "0" * 30])


@settings(max_examples=300)
@given(st.sampled_from([RECEBIMENTO, SITUACAO, AINDA_NAO, DEMONSTRATIVO, ERRO]), st.data())
def test_any_value_in_any_leaf_is_taken_or_left(corpo: str, data: st.DataObject) -> None:
    raiz = etree.fromstring(em_ws(corpo))
    folhas = [elemento for elemento in raiz.iter() if len(elemento) == 0]
    for folha in data.draw(st.lists(st.sampled_from(folhas), max_size=5)):
        valor = data.draw(VALORES)
        try:
            folha.text = valor
        except ValueError:  # not a character of XML
            continue
    assert tipos_certos(resposta_de(etree.tostring(raiz)))


# Every name that a reader asks for, anywhere, holding anything.
PACOTE = Path(leitura.__file__).parent
NOMES = sorted(
    {
        nome
        for arquivo in PACOTE.glob("*.py")
        for nome in re.findall(r'"([A-Za-z][A-Za-z_]+)"', arquivo.read_text(encoding="utf-8"))
    }
)
FOLHAS = st.sampled_from(["", "1", "S", "10.005", "-1,5", "2026-03-01", "A1", "x" * 50]) | VALORES


@st.composite
def arvores(draw: st.DrawFn, fundo: int = 6) -> etree._Element:
    elemento = etree.Element(draw(st.sampled_from(NOMES)))
    if fundo == 0 or draw(st.booleans()):
        try:
            elemento.text = draw(FOLHAS)
        except ValueError:  # not a character of XML
            elemento.text = None
    else:
        elemento.extend(draw(st.lists(arvores(fundo - 1), max_size=4)))
    return elemento


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(arvores())
def test_any_elements_in_any_place_never_raise_and_never_yield_a_wrong_type(
    arvore: etree._Element,
) -> None:
    assert tipos_certos(ler(etree.tostring(arvore)))


CONTEUDOS = sorted(_LEITORES)


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CONTEUDOS), st.lists(arvores(4), max_size=5))
def test_any_content_of_an_answer_is_read_and_shown(
    nome: str, filhos: list[etree._Element]
) -> None:
    raiz = etree.Element(nome)
    raiz.extend(filhos)
    lida = ler(etree.tostring(raiz))
    assert tipos_certos(lida)
    entrega = Entrega(http_status=None, ultimo_bloco_saiu=True, resposta=b"")
    dados = em_dados(lida, None, diagnosticar(entrega, lida.resposta))
    assert json.loads(json.dumps(dados)) == dados
    if not isinstance(lida.resposta, Ilegivel):
        assert em_texto(dados)
