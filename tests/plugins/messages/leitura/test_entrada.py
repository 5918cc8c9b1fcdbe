"""Broken, hostile and oversized bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelos_de_resposta import (
    ERRO,
    LATIN,
    LIDAS,
    RECEBIMENTO,
    SITUACAO,
    SOAP_1_1,
    UTF8,
    em_arquivo,
    em_soap,
    em_ws,
    resposta_de,
)

from tiss.domain.retorno import Ilegivel, Recebimento, Recusa, SituacaoProtocolo
from tiss.messages.leitura import MARCAS_MAXIMAS, TAMANHO_MAXIMO, ler


@pytest.mark.parametrize(
    ("declaracao", "bytes_em"),
    [(UTF8, "iso-8859-1"), ("", "iso-8859-1"), ('<?xml version="1.0"?>', "iso-8859-1")],
)
def test_latin_1_bytes_under_another_declaration_are_read(declaracao: str, bytes_em: str) -> None:
    assert resposta_de(f"{declaracao}{em_ws(ERRO)}".encode(bytes_em)) == LIDAS["erro"][1]


@pytest.mark.parametrize("nome", ["ISO-8859-1", "iso8859-1", "Windows-1252", "latin1"])
def test_utf_8_bytes_under_a_latin_1_declaration_keep_their_accents(nome: str) -> None:
    xml = f"<?xml version='1.0' encoding='{nome}'?>{em_ws(ERRO)}"
    assert resposta_de(xml) == LIDAS["erro"][1]


def test_latin_1_bytes_under_their_own_declaration_are_no_surprise() -> None:
    leitura = ler(f"{LATIN}{em_arquivo(ERRO)}".encode("iso-8859-1"))
    assert (leitura.resposta, leitura.avisos) == (LIDAS["erro"][1], ())


@pytest.mark.parametrize(("declaracao", "bytes_em"), [(LATIN, "utf-8"), (UTF8, "iso-8859-1")])
def test_encoding_other_than_the_declared_one_is_warned_about(
    declaracao: str, bytes_em: str
) -> None:
    leitura = ler(f"{declaracao}{em_arquivo(ERRO)}".encode(bytes_em))
    assert leitura.resposta == LIDAS["erro"][1]
    assert len(leitura.avisos) == 1
    assert "os bytes são" in leitura.avisos[0]


@pytest.mark.parametrize("codificacao", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read(codificacao: str) -> None:
    assert resposta_de(em_ws(ERRO).encode(codificacao)) == LIDAS["erro"][1]


def test_blanks_and_a_byte_order_mark_before_the_declaration_do_not_matter() -> None:
    assert resposta_de(f"\r\n  {UTF8}{em_ws(ERRO)}\n".encode()) == LIDAS["erro"][1]
    assert resposta_de(b"\xef\xbb\xbf" + f"{UTF8}{em_ws(ERRO)}".encode()) == LIDAS["erro"][1]


@pytest.mark.parametrize(
    "corpo",
    [
        b"",
        b" \n",
        b"\x00",
        b"OK",
        b"<",
        b"<html><body>Bad gateway<br></body></html>",
        b"<!DOCTYPE html><html/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
        b'{"protocolo": 1}',
        b"\x1f\x8b\x08\x00gzip",
        b"\xff\xfe<\x00",
        b'<?xml version="1.0" encoding="nenhuma"?><a>\xe1</a>',
        b'<?xml version="1.0"?><?xml version="1.0" encoding="utf-8"?><a>\xe1</a>',
        b"<a x='1' x='2'/>",
        b"<a>&nada;</a>",
        b"<a>&#0;</a>",
        em_ws(SITUACAO).encode()[:-1],
    ],
)
def test_what_is_no_answer_is_unreadable_with_a_reason_that_quotes_nothing(corpo: bytes) -> None:
    leitura = ler(corpo)
    assert leitura.tipo == "ILEGIVEL"
    assert isinstance(leitura.resposta, Ilegivel)
    assert leitura.resposta.motivo.startswith(
        ("não é XML", "não é uma resposta TISS", "a mensagem traz uma DTD")
    )


def test_truncated_answer_is_never_taken_for_a_whole_one() -> None:
    inteira = em_soap(em_ws(RECEBIMENTO), SOAP_1_1).encode()
    assert isinstance(resposta_de(inteira), Recebimento)
    for tamanho in range(len(inteira)):
        assert isinstance(resposta_de(inteira[:tamanho]), Ilegivel)


def test_answer_beyond_the_size_limit_is_not_parsed() -> None:
    lida = resposta_de(b" " * (TAMANHO_MAXIMO + 1))
    motivo = f"mensagem de {TAMANHO_MAXIMO + 1} bytes, maior que o limite de 64 MB"
    assert lida == Ilegivel(motivo=motivo)


@pytest.mark.parametrize("marca", [b"<a/>", b"a='' "])
def test_answer_with_too_many_tags_or_attributes_is_not_parsed(marca: bytes) -> None:
    lida = resposta_de(marca * (MARCAS_MAXIMAS + 1))
    assert lida == Ilegivel(motivo="a mensagem tem elementos demais, acima do limite")


@pytest.mark.parametrize(
    "corpo",
    [
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>" + b"x" * 11_000_000 + b"</a>",
        b"<a b='" + b"x" * 11_000_000 + b"'/>",
    ],
)
def test_answer_beyond_the_limits_of_depth_or_of_one_value_says_so(corpo: bytes) -> None:
    motivo = "a mensagem passa do limite de profundidade ou do tamanho de um valor"
    assert resposta_de(corpo) == Ilegivel(motivo=motivo)


def test_content_is_not_searched_for_among_thousands_of_other_elements() -> None:
    assert isinstance(resposta_de(f"<a>{'<b/>' * 9_000}{SITUACAO}</a>"), SituacaoProtocolo)
    assert isinstance(resposta_de(f"<a>{'<b/>' * 10_000}{SITUACAO}</a>"), Ilegivel)


# entities


def test_external_entity_is_never_read(tmp_path: Path) -> None:
    segredo = tmp_path / "segredo"
    segredo.write_text("SEGREDO")
    for alvo in (segredo.as_uri(), "http://127.0.0.1:1/x"):
        for declaracao in (f'<!ENTITY x SYSTEM "{alvo}">', f'<!ENTITY % x SYSTEM "{alvo}"> %x;'):
            corpo = em_ws(ERRO.replace("5001", "&x;" if "%" not in declaracao else "5001"))
            lida = resposta_de(f"<!DOCTYPE a [{declaracao}]>{corpo}".encode())
            assert isinstance(lida, Ilegivel)
            assert "SEGREDO" not in repr(lida)


def test_external_dtd_is_never_loaded(tmp_path: Path) -> None:
    dtd = tmp_path / "a.dtd"
    dtd.write_text('<!ENTITY x "SEGREDO">')
    corpo = f'<!DOCTYPE a SYSTEM "{dtd.as_uri()}">{em_ws(ERRO.replace("5001", "&x;"))}'
    assert isinstance(resposta_de(corpo.encode()), Ilegivel)


@pytest.mark.parametrize("onde", ["<a>&j;</a>", '<a b="&j;"/>'])
def test_entity_bomb_does_not_go_off(onde: str) -> None:
    bomba = '<!ENTITY a "aaaaaaaaaa">'
    bomba += "".join(
        f'<!ENTITY {nome} "{f"&{anterior};" * 10}">'
        for anterior, nome in zip("abcdefghi", "bcdefghij", strict=True)
    )
    assert isinstance(resposta_de(f"<!DOCTYPE a [{bomba}]>{onde}".encode()), Ilegivel)


def test_xinclude_is_only_an_unknown_element(tmp_path: Path) -> None:
    segredo = tmp_path / "segredo"
    segredo.write_text("SEGREDO")
    inclusao = (
        f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{segredo}" parse="text"/>'
    )
    lida = resposta_de(em_ws(ERRO.replace("5001", inclusao)).encode())
    assert lida == Recusa(codigo="", descricao="Mensagem inválida")


@pytest.mark.parametrize(
    "prologo",
    [
        "",
        "<!-- a -->",
        "<?a b?>",
        "<?xml version='1.0'?>\n<!-- <a> -->\n<?a?>",
        "\ufeff",
        "\ufeff \ufeff",
        "<?xml version='1.0'?>\ufeff",
    ],
)
@pytest.mark.parametrize("codificacao", ["utf-8", "utf-16"])
def test_dtd_is_refused_before_anything_is_built_of_it(prologo: str, codificacao: str) -> None:
    # A default for an attribute would be copied into every element.
    dtd = "<!DOCTYPE a [<!ATTLIST b c CDATA 'x'>]>"
    lida = resposta_de(f"{prologo}{dtd}{em_ws(ERRO)}".encode(codificacao))
    assert lida == Ilegivel(motivo="a mensagem traz uma DTD, que não é aceita")


@pytest.mark.parametrize("codificacao", ["utf-32-be", "utf-32-le", "utf-7", "cp037"])
@pytest.mark.parametrize("anuncio", ["", " version='1.0'", " version='1.0' encoding='utf-7' a='>'"])
def test_dtd_does_not_hide_in_an_encoding_that_the_parser_would_guess(
    codificacao: str, anuncio: str
) -> None:
    corpo = f"<!DOCTYPE a [<!ATTLIST b c CDATA 'x'>]>{em_ws(SITUACAO)}".encode(codificacao)
    declaracao = f"<?xml{anuncio}?>" if anuncio else ""
    assert isinstance(resposta_de(declaracao.encode() + corpo), Ilegivel)
    assert isinstance(resposta_de(declaracao.encode(codificacao) + corpo), Ilegivel)
