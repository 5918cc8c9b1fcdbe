"""The XML of an answer, out of the JSON that a REST service may put around it."""

from __future__ import annotations

import base64
import json

import pytest

from tiss.domain.canal import FormaRest
from tiss.domain.retorno import Ilegivel
from tiss.messages import leitura
from tiss.messages.embalagem import abrir_resposta

XML = '<?xml version="1.0" encoding="ISO-8859-1"?><a>ç</a>'
OCTETOS = XML.encode("iso-8859-1")
JSON = FormaRest(resposta="JSON")
BASE64 = base64.b64encode(OCTETOS).decode()


def _json(objeto: object) -> bytes:
    return json.dumps(objeto).encode()


@pytest.mark.parametrize(
    "objeto",
    [
        {"file": BASE64},
        {"hasError": False, "file": BASE64},
        {"file": "\n".join([BASE64[:20], BASE64[20:], ""])},
        {"file": XML},
        {"file": f"\ufeff \n{XML}".replace("\ufeff \n", "  \n")},
    ],
)
def test_the_xml_comes_out_as_it_was_put_in(objeto: object) -> None:
    assert abrir_resposta(JSON, _json(objeto)).strip() == OCTETOS


def test_the_field_has_the_name_that_the_contrato_says() -> None:
    forma = FormaRest(resposta="JSON", campo_resposta="conteudo")
    assert abrir_resposta(forma, _json({"conteudo": BASE64, "file": "<x/>"})) == OCTETOS


@pytest.mark.parametrize(
    ("declarada", "codificacao"), [("UTF-8", "utf-8"), ("utf-16", "utf-16"), ("inventada", "utf-8")]
)
def test_text_becomes_the_bytes_that_its_declaration_claims(
    declarada: str, codificacao: str
) -> None:
    xml = XML.replace("ISO-8859-1", declarada)
    assert abrir_resposta(JSON, _json({"file": xml})) == xml.encode(codificacao)


def test_text_that_its_declaration_cannot_hold_is_not_lost() -> None:
    xml = XML.replace("ç", "€")
    assert abrir_resposta(JSON, _json({"file": xml})) == xml.encode()
    assert abrir_resposta(JSON, b'{"file": "<a>\\ud800</a>"}')


@pytest.mark.parametrize(
    "resposta",
    [
        OCTETOS,
        b"",
        b"{",
        b"[]",
        b"null",
        b'"texto"',
        b"[" * 100_000,
        _json({"hasError": True, "message": "lote inválido"}),
        _json({"file": None}),
        _json({"file": ""}),
        _json({"file": {"a": 1}}),
        _json({"file": "isto não é Base64"}),
        _json({"file": "abc"}),
        b"<html>em manuten\xe7\xe3o</html>",
    ],
)
def test_what_carries_no_xml_comes_back_as_it_is(resposta: bytes) -> None:
    assert abrir_resposta(JSON, resposta) == resposta


def test_where_answers_are_xml_nothing_is_looked_for() -> None:
    resposta = _json({"file": BASE64})
    assert abrir_resposta(FormaRest(), resposta) == resposta


def test_an_answer_that_carries_none_is_unreadable_for_the_reader() -> None:
    resposta = abrir_resposta(JSON, _json({"hasError": True}))
    assert isinstance(leitura.ler(resposta).resposta, Ilegivel)
