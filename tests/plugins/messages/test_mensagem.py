from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from guias_modelo import CONTRATO, GUIAS
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.cadastro import Contrato, Operacao
from tiss.errors import ConfigError, TissError, UnreadableError
from tiss.messages.esquema import validar_mensagem
from tiss.messages.guias import escrever_guia
from tiss.messages.mensagem import (
    Login,
    escrever_lote,
    escrever_solicitacao,
    forma_ws,
    hash_da_mensagem,
    ocultar_senha,
)
from tiss.messages.texto import Textos

GOLDEN = Path(__file__).parent / "golden"
AGORA = datetime(2026, 3, 20, 23, 59, 58, 999999, tzinfo=ZoneInfo("America/Sao_Paulo"))
VERSAO = "4.03.00"
LOGIN = Login.com_senha("clinica & cia", "senha123")
STATUS, DEMONSTRATIVO = Operacao.SOLIC_STATUS_PROTOCOLO, Operacao.SOLIC_DEMONSTRATIVO_RETORNO


def lote(*nomes: str, contrato: Contrato = CONTRATO, numero: int = 42) -> bytes:
    textos = Textos()
    guias = [escrever_guia(GUIAS[nome], textos) for nome in nomes]
    escrito = escrever_lote(contrato, numero_lote=numero, guias=guias, registrado_em=AGORA)
    assert escrito.hash == hash_escrito(escrito.arquivo)
    return escrito.arquivo


def solicitacao(
    operacao: Operacao, protocolo: str = "000123", contrato: Contrato = CONTRATO
) -> bytes:
    return escrever_solicitacao(contrato, operacao, protocolo, sequencial=7, registrado_em=AGORA)


MENSAGENS = {
    "consulta_minima": lambda: lote("consulta_minima"),
    "consulta_maxima": lambda: lote("consulta_maxima"),
    "consultas": lambda: lote("consulta_minima", "consulta_maxima"),
    "sp_sadt_minima": lambda: lote("sp_sadt_minima"),
    "sp_sadt_maxima": lambda: lote("sp_sadt_maxima"),
    "ws_sem_login": lambda: forma_ws(lote("consulta_minima"), VERSAO),
    "ws_com_login": lambda: forma_ws(lote("consulta_minima"), VERSAO, LOGIN),
    "ws_status": lambda: solicitacao(STATUS),
    "ws_demonstrativo": lambda: solicitacao(DEMONSTRATIVO),
}


def ler(mensagem: bytes) -> etree._Element:
    return etree.fromstring(mensagem)


def valor(mensagem: bytes, nome: str) -> str | None:
    achado = ler(mensagem).find(f".//{{*}}{nome}")
    return None if achado is None else achado.text


def hash_escrito(mensagem: bytes) -> str | None:
    return valor(mensagem, "hash")


def hash_pelas_folhas(raiz: etree._Element) -> str:
    """The rule of the standard once more, over leaves instead of the text of the tree."""
    folhas = [e for e in raiz.iter("{*}*") if len(e) == 0 and not e.tag.endswith("}hash")]
    texto = "".join(folha.text or "" for folha in folhas)
    return hashlib.md5(texto.encode("iso-8859-1")).hexdigest()


def canonica(xml: bytes) -> bytes:
    sem_brancos = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(xml, sem_brancos), method="c14n")


# golden files: read in review like code


def test_every_message_has_its_golden_file_and_every_file_its_message() -> None:
    assert {arquivo.stem for arquivo in GOLDEN.glob("*.xml")} == set(MENSAGENS)


@pytest.mark.parametrize("nome", MENSAGENS)
def test_message_is_its_golden_file(nome: str) -> None:
    escrita, esperada = MENSAGENS[nome](), (GOLDEN / f"{nome}.xml").read_bytes()
    assert etree.tostring(ler(escrita), method="c14n") == canonica(esperada)


# form


@pytest.mark.parametrize("nome", MENSAGENS)
def test_message_is_valid_by_the_xsd_and_carries_its_own_hash(nome: str) -> None:
    raiz = ler(MENSAGENS[nome]())
    assert validar_mensagem(raiz, VERSAO) == []
    assert raiz.findtext(".//{*}hash") == hash_pelas_folhas(raiz)


@pytest.mark.parametrize("nome", MENSAGENS)
def test_message_is_one_line_of_ascii_without_blanks_between_tags(nome: str) -> None:
    mensagem = MENSAGENS[nome]()
    assert mensagem.isascii()
    assert b"\n" not in mensagem
    raiz = ler(mensagem)
    for elemento in raiz.iter():
        assert not elemento.tail
        assert not (len(elemento) and elemento.text)
        assert (elemento.text or "") == (elemento.text or "").strip()
    assert "None" not in {elemento.text for elemento in raiz.iter()}


def test_file_declares_its_encoding_and_the_web_service_form_leaves_it_to_the_envelope() -> None:
    arquivo = lote("consulta_minima")
    assert arquivo.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?><ans:mensagemTISS ')
    assert forma_ws(arquivo, VERSAO).startswith(b"<ans:loteGuiasWS ")
    assert solicitacao(STATUS).startswith(b"<ans:solicitacaoStatusProtocoloWS ")


def test_date_and_time_are_those_of_the_contrato_without_fractions_or_zone() -> None:
    arquivo = lote("consulta_minima")
    assert valor(arquivo, "dataRegistroTransacao") == "2026-03-20"
    assert valor(arquivo, "horaRegistroTransacao") == "23:59:58"


@pytest.mark.parametrize(
    ("mudancas", "elemento", "escrito"),
    [
        ({}, "codigoPrestadorNaOperadora", "P0042"),
        ({"codigo_prestador": None}, "CNPJ", "11222333000181"),
        ({"codigo_prestador": None, "cnpj": None, "cpf": "12345678909"}, "CPF", "12345678909"),
        ({"codigo_prestador": "Ação <&>"}, "codigoPrestadorNaOperadora", "Acao <&>"),
    ],
)
@pytest.mark.parametrize("operacao", [None, STATUS, DEMONSTRATIVO])
def test_sender_is_the_prestador_as_the_operadora_knows_it(
    mudancas: dict[str, str | None], elemento: str, escrito: str, operacao: Operacao | None
) -> None:
    contrato = replace(CONTRATO, **mudancas)
    mensagem = (
        solicitacao(operacao, contrato=contrato)
        if operacao
        else lote("consulta_minima", contrato=contrato)
    )
    origem = ler(mensagem).find(".//{*}origem/{*}identificacaoPrestador/{*}*")
    assert origem is not None
    assert (etree.QName(origem).localname, origem.text) == (elemento, escrito)
    assert ler(mensagem).findtext(".//{*}destino/{*}registroANS") == "999001"


@pytest.mark.parametrize("versao", ["4.02.00", "4.03.00"])
def test_message_says_the_version_of_its_contrato_and_is_valid_in_it(versao: str) -> None:
    arquivo = lote("sp_sadt_maxima", contrato=replace(CONTRATO, versao_tiss=versao))
    assert valor(arquivo, "Padrao") == versao
    assert validar_mensagem(ler(forma_ws(arquivo, versao)), versao) == []


def test_protocolo_is_asked_about_exactly_as_it_was_given() -> None:
    for operacao in (STATUS, DEMONSTRATIVO):
        assert valor(solicitacao(operacao, "000A-12"), "numeroProtocolo") == "000A-12"
        assert valor(solicitacao(operacao), "tipoTransacao") == operacao
        assert valor(solicitacao(operacao), "sequencialTransacao") == "7"


# limits


@pytest.mark.parametrize("quantas", [1, 100])
def test_lote_takes_one_to_a_hundred_guias(quantas: int) -> None:
    arquivo = lote(*["consulta_minima"] * quantas)
    assert len(ler(arquivo).findall(".//{*}guiaConsulta")) == quantas


@pytest.mark.parametrize("quantas", [0, 101])
def test_lote_of_no_guia_or_of_more_than_a_hundred_is_never_made(quantas: int) -> None:
    with pytest.raises(UnreadableError, match=r"guiasTISS|guiaConsulta"):
        lote(*["consulta_minima"] * quantas)


def test_lote_takes_one_kind_of_guia() -> None:
    with pytest.raises(UnreadableError):
        lote("consulta_minima", "sp_sadt_minima")


def test_lote_number_has_twelve_digits_at_most() -> None:
    assert valor(lote("consulta_minima", numero=999_999_999_999), "numeroLote") == "9" * 12
    with pytest.raises(UnreadableError, match="sequencialTransacao"):
        lote("consulta_minima", numero=10**12)


@given(st.text(st.characters(exclude_categories=()), max_size=16))
def test_any_protocolo_makes_a_valid_question_or_a_known_error(protocolo: str) -> None:
    try:
        mensagem = solicitacao(STATUS, protocolo)
    except TissError:
        return
    assert mensagem.isascii()
    assert validar_mensagem(ler(mensagem), VERSAO) == []


# hash


def documento(*valores: str) -> etree._Element:
    raiz = etree.Element("m")
    for texto in valores:
        etree.SubElement(raiz, "v").text = texto
    etree.SubElement(raiz, "hash")
    return raiz


@pytest.mark.parametrize(
    ("valores", "esperado"),
    [
        ((), "d41d8cd98f00b204e9800998ecf8427e"),
        (("senha123",), "e7d80ffeefa212b7c5c55700e4f7193e"),
        (("senha", "123"), "e7d80ffeefa212b7c5c55700e4f7193e"),
        (("AÇÃO",), "e0c67102fea0b86f6cab71744b625aad"),  # ISO-8859-1, not UTF-8
    ],
)
def test_hash_is_md5_of_all_values_in_order_in_latin_1(
    valores: tuple[str, ...], esperado: str
) -> None:
    assert hash_da_mensagem(documento(*valores)) == esperado


def test_hash_of_a_known_message(amostras: Path) -> None:
    sem_brancos = etree.XMLParser(remove_blank_text=True)
    arquivo = amostras / "solicitacaoStatusProtocolo.min.xml"
    raiz = etree.parse(str(arquivo), sem_brancos).getroot()
    elemento = raiz.find(".//{*}hash")
    assert elemento is not None
    elemento.text = None
    assert hash_da_mensagem(raiz) == "498f2f422378efeadaa6edb547f2c9f5"


@given(st.lists(st.text(st.characters(codec="iso-8859-1", exclude_categories=["Cc"]))))
def test_hash_is_what_the_leaves_say_when_computed_another_way(valores: list[str]) -> None:
    raiz = documento(*valores)
    folhas = "".join(valores).encode("iso-8859-1")
    assert hash_da_mensagem(raiz) == hashlib.md5(folhas).hexdigest()


@given(st.permutations(["1", "22", "333"]))
def test_hash_follows_the_order_of_the_document(valores: list[str]) -> None:
    igual = hash_da_mensagem(documento(*valores)) == hash_da_mensagem(documento("1", "22", "333"))
    assert igual is (valores == ["1", "22", "333"])


@pytest.mark.parametrize("nome", GUIAS)
def test_web_service_form_has_the_hash_of_the_file_unless_a_login_enters(nome: str) -> None:
    arquivo = lote(nome)
    assert hash_escrito(forma_ws(arquivo, VERSAO)) == hash_escrito(arquivo)
    assert hash_escrito(forma_ws(arquivo, VERSAO, LOGIN)) != hash_escrito(arquivo)


def test_web_service_form_has_the_same_cabecalho_and_body() -> None:
    arquivo = lote("consulta_maxima")
    ws, de_arquivo = ler(forma_ws(arquivo, VERSAO)), ler(arquivo)

    def parte(raiz: etree._Element, nome: str) -> bytes:
        achada = raiz.find(f".//{{*}}{nome}")
        assert achada is not None
        return etree.tostring(achada, method="c14n", exclusive=True)

    for nome in ("cabecalho", "loteGuias"):
        assert parte(ws, nome) == parte(de_arquivo, nome)
    assert [etree.QName(filho).localname for filho in ws] == ["cabecalho", "loteGuias", "hash"]


def test_resent_lote_is_the_same_bytes() -> None:
    arquivo = lote("consulta_maxima")
    assert forma_ws(arquivo, VERSAO, LOGIN) == forma_ws(arquivo, VERSAO, LOGIN)


def test_values_that_look_like_tags_cannot_move_the_cut_between_cabecalho_and_body() -> None:
    contrato = replace(CONTRATO, codigo_prestador="</ans:c>")
    arquivo = lote("consulta_maxima", contrato=contrato)
    assert valor(forma_ws(arquivo, VERSAO), "codigoPrestadorNaOperadora") == "</ans:c>"


# login


def test_password_is_sent_as_its_md5_and_is_not_shown() -> None:
    assert LOGIN.senha_md5 == "e7d80ffeefa212b7c5c55700e4f7193e"
    assert repr(LOGIN) == "Login('clinica & cia', ***)"
    mensagem = forma_ws(lote("consulta_minima"), VERSAO, LOGIN)
    assert valor(mensagem, "loginPrestador") == "clinica & cia"
    assert valor(mensagem, "senhaPrestador") == LOGIN.senha_md5


def test_accents_of_a_password_count_in_latin_1() -> None:
    assert Login.com_senha("u", "AÇÃO").senha_md5 == "e0c67102fea0b86f6cab71744b625aad"


def test_password_outside_latin_1_is_a_configuration_error_that_does_not_show_it() -> None:
    with pytest.raises(ConfigError) as erro:
        Login.com_senha("u", "segredo€")
    assert "segredo" not in str(erro.value)
    assert erro.value.__cause__ is None
    assert erro.value.__suppress_context__


def test_stored_file_never_carries_a_login() -> None:
    assert b"loginSenhaPrestador" not in lote("consulta_minima")


def test_audit_trail_keeps_the_message_without_the_password() -> None:
    com = forma_ws(lote("consulta_minima"), VERSAO, LOGIN)
    oculta = ocultar_senha(b"<soap>" + com + b"</soap>")
    assert LOGIN.senha_md5.encode() not in oculta
    assert oculta == (b"<soap>" + com + b"</soap>").replace(LOGIN.senha_md5.encode(), b"***")
    sem = lote("consulta_minima")
    assert ocultar_senha(sem) == sem


@pytest.mark.parametrize("usuario", ["x" * 20, "joão"])
def test_login_that_fits_is_written_in_ascii(usuario: str) -> None:
    mensagem = solicitacao_com(Login(usuario=usuario, senha_md5="0" * 32))
    assert mensagem.isascii()


@pytest.mark.parametrize("usuario", ["x" * 21, "", "日本"])
def test_login_that_cannot_be_sent_is_a_known_error(usuario: str) -> None:
    with pytest.raises(UnreadableError):
        solicitacao_com(Login(usuario=usuario, senha_md5="0" * 32))


def solicitacao_com(login: Login) -> bytes:
    return escrever_solicitacao(
        CONTRATO, STATUS, "1", sequencial=1, registrado_em=AGORA, login=login
    )
