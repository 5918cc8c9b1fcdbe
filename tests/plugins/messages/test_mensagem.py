from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from guias_modelo import CONTRATO, GUIAS, PELO_CODIGO
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.cadastro import Contrato, EscritaHash
from tiss.domain.pedido import SolicitacaoStatusProtocolo
from tiss.errors import ConfigError
from tiss.messages.esquema import validar_mensagem
from tiss.messages.guias import Oficina
from tiss.messages.hashes import conferir_hash
from tiss.messages.mensagem import (
    Login,
    Mensagem,
    MensagemError,
    escrever_lote,
    escrever_pedido,
    hash_da_mensagem,
    ocultar_senha,
)

GOLDEN = Path(__file__).parent / "golden"
AGORA = datetime(2026, 3, 20, 23, 59, 58, 999999, tzinfo=ZoneInfo("America/Sao_Paulo"))
VERSAO = "4.03.00"
LOGIN = Login.com_senha("clinica & cia", "senha123")
STATUS = SolicitacaoStatusProtocolo(contratado=PELO_CODIGO, numero_protocolo="1")


def lote(*nomes: str, contrato: Contrato = CONTRATO, numero: int = 42) -> bytes:
    oficina = Oficina(contrato.escrita)
    guias = [oficina.escrever(GUIAS[nome]) for nome in nomes]
    escrito = escrever_lote(contrato, numero_lote=numero, guias=guias, registrado_em=AGORA)
    assert escrito.hash == hash_escrito(escrito.arquivo)
    return escrito.arquivo


def forma_ws(arquivo: bytes, versao: str, login: Login | None = None) -> bytes:
    return Mensagem.do_arquivo(arquivo, versao).ws(login)


def pergunta(contrato: Contrato = CONTRATO, login: Login | None = None) -> bytes:
    return escrever_pedido(contrato, STATUS, sequencial=7, registrado_em=AGORA).ws(login)


MENSAGENS = {
    "consultas": lambda: lote("consulta_minima", "consulta_maxima"),
    "ws_sem_login": lambda: forma_ws(lote("consulta_minima"), VERSAO),
    "ws_com_login": lambda: forma_ws(lote("consulta_minima"), VERSAO, LOGIN),
}


def ler(mensagem: bytes) -> etree._Element:
    return etree.fromstring(mensagem, etree.XMLParser(encoding="iso-8859-1"))


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
    assert pergunta().startswith(b"<ans:solicitacaoStatusProtocoloWS ")


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
@pytest.mark.parametrize("escrever", [pergunta, partial(lote, "consulta_minima")])
def test_sender_is_the_prestador_as_the_operadora_knows_it(
    mudancas: dict[str, str | None], elemento: str, escrito: str, escrever: Callable[..., bytes]
) -> None:
    mensagem = escrever(contrato=replace(CONTRATO, **mudancas))
    origem = ler(mensagem).find(".//{*}origem/{*}identificacaoPrestador/{*}*")
    assert origem is not None
    assert (etree.QName(origem).localname, origem.text) == (elemento, escrito)
    assert ler(mensagem).findtext(".//{*}destino/{*}registroANS") == "999001"


def test_message_says_the_version_of_its_contrato_and_is_valid_in_it(versao: str) -> None:
    for nome in GUIAS:
        arquivo = lote(nome, contrato=replace(CONTRATO, versao_tiss=versao))
        assert valor(arquivo, "Padrao") == versao
        assert validar_mensagem(ler(forma_ws(arquivo, versao)), versao) == []


def test_number_of_the_transaction_is_that_of_the_lote_or_the_one_given() -> None:
    assert valor(lote("consulta_minima", numero=42), "sequencialTransacao") == "42"
    assert valor(pergunta(), "sequencialTransacao") == "7"


@pytest.mark.parametrize(
    ("mudancas", "caminho"),
    [
        ({"registro_ans": "12345"}, "destino/registroANS"),
        ({"codigo_prestador": "x" * 15}, "codigoPrestadorNaOperadora"),
        ({"codigo_prestador": "日本"}, "codigoPrestadorNaOperadora"),
        ({"codigo_prestador": None, "cnpj": "11.222.333/0001-81"}, "CNPJ"),
        ({"codigo_prestador": None, "cnpj": None}, "CPF"),
        (
            {"codigo_prestador": None, "cnpj": "AB222333000181", "versao_tiss": "4.02.00"},
            "CNPJ",
        ),
    ],
)
@pytest.mark.parametrize("escrever", [pergunta, partial(lote, "consulta_minima")])
def test_cadastro_that_the_standard_does_not_take_is_named_by_its_element(
    mudancas: dict[str, str | None], caminho: str, escrever: Callable[..., bytes]
) -> None:
    with pytest.raises(MensagemError) as erro:
        escrever(contrato=replace(CONTRATO, **mudancas))
    (problema,) = erro.value.problemas
    assert problema.caminho.startswith("cabecalho/")
    assert problema.caminho.endswith(caminho)


@pytest.mark.parametrize(
    ("ascii_somente", "maiusculas", "escrito"),
    [(True, False, "Acao"), (False, False, "Ação"), (True, True, "ACAO"), (False, True, "AÇÃO")],
)
def test_cabecalho_and_guias_are_written_as_the_contrato_wants_them(
    ascii_somente: bool, maiusculas: bool, escrito: str
) -> None:
    contrato = replace(
        CONTRATO, codigo_prestador="Ação", ascii_somente=ascii_somente, maiusculas=maiusculas
    )
    arquivo = lote("sp_sadt_maxima", contrato=contrato)
    for mensagem in (arquivo, forma_ws(arquivo, VERSAO), forma_ws(arquivo, VERSAO, LOGIN)):
        assert mensagem.isascii() is ascii_somente
        assert valor(mensagem, "codigoPrestadorNaOperadora") == escrito
        assert validar_mensagem(ler(mensagem), VERSAO) == []
        assert hash_escrito(mensagem) == hash_pelas_folhas(ler(mensagem))


# limits


@pytest.mark.parametrize("quantas", [1, 100])
def test_lote_takes_one_to_a_hundred_guias(quantas: int) -> None:
    arquivo = lote(*["consulta_minima"] * quantas)
    assert len(ler(arquivo).findall(".//{*}guiaConsulta")) == quantas


@pytest.mark.parametrize("quantas", [0, 101])
def test_lote_of_no_guia_or_of_more_than_a_hundred_is_never_made(quantas: int) -> None:
    with pytest.raises(MensagemError, match=r"guiasTISS|guiaConsulta"):
        lote(*["consulta_minima"] * quantas)


def test_lote_takes_one_kind_of_guia() -> None:
    with pytest.raises(MensagemError):
        lote("consulta_minima", "sp_sadt_minima")


def test_lote_number_has_twelve_digits_at_most() -> None:
    assert valor(lote("consulta_minima", numero=999_999_999_999), "numeroLote") == "9" * 12
    with pytest.raises(MensagemError, match="sequencialTransacao"):
        lote("consulta_minima", numero=10**12)


# hash


def documento(*valores: str) -> etree._Element:
    raiz = etree.Element("m")
    for texto in valores:
        etree.SubElement(raiz, "v").text = texto
    etree.SubElement(raiz, "hash")
    return raiz


def octetos(raiz: etree._Element) -> bytes:
    return etree.tostring(raiz, encoding="iso-8859-1", xml_declaration=False)


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
    assert hash_da_mensagem(octetos(documento(*valores))) == esperado


def test_hash_of_a_known_message(amostras: Path) -> None:
    sem_brancos = etree.XMLParser(remove_blank_text=True)
    arquivo = amostras / "solicitacaoStatusProtocolo.min.xml"
    raiz = etree.parse(str(arquivo), sem_brancos).getroot()
    elemento = raiz.find(".//{*}hash")
    assert elemento is not None
    elemento.text = None
    assert hash_da_mensagem(octetos(raiz)) == "498f2f422378efeadaa6edb547f2c9f5"


@given(st.lists(st.text(st.characters(codec="iso-8859-1", exclude_categories=["Cc"]))))
def test_hash_is_what_the_leaves_say_when_computed_another_way(valores: list[str]) -> None:
    raiz = documento(*valores)
    folhas = "".join(valores).encode("iso-8859-1")
    assert hash_da_mensagem(octetos(raiz)) == hashlib.md5(folhas).hexdigest()


@given(st.permutations(["1", "22", "333"]))
def test_hash_follows_the_order_of_the_document(valores: list[str]) -> None:
    igual = hash_da_mensagem(octetos(documento(*valores))) == hash_da_mensagem(
        octetos(documento("1", "22", "333"))
    )
    assert igual is (valores == ["1", "22", "333"])


COM_ACENTOS = replace(CONTRATO, ascii_somente=False)
ESCRITAS = [
    EscritaHash(codificacao, maiusculo)
    for codificacao in ("ISO-8859-1", "UTF-8")
    for maiusculo in (False, True)
]


def _esperado(mensagem: bytes, escrita: EscritaHash) -> str:
    """The hash, computed in another way: from the tree of what was written."""
    raiz = etree.fromstring(mensagem)
    folhas = [texto for e in raiz.iter("{*}*") if not len(e) and (texto := e.text or "")]
    folhas.remove(raiz.findtext(".//{*}hash") or "")
    digest = hashlib.md5("".join(folhas).encode(escrita.codificacao)).hexdigest()
    return digest.upper() if escrita.maiusculo else digest


@pytest.mark.parametrize("escrita", ESCRITAS)
@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8"])
@pytest.mark.parametrize("login", [None, LOGIN])
def test_hash_and_bytes_are_as_the_operadora_wants_them_in_both_forms(
    escrita: EscritaHash, codificacao: str, login: Login | None
) -> None:
    mensagem = Mensagem.do_arquivo(_com_acentos(), VERSAO)
    for escrever in (mensagem.arquivo, mensagem.ws):
        octetos = escrever(login, escrita_hash=escrita, codificacao=codificacao)
        declaracao = f'<?xml version="1.0" encoding="{codificacao}"?>'.encode()
        inteira = octetos if octetos.startswith(b"<?xml") else declaracao + octetos
        assert inteira.startswith(declaracao)
        assert "Conceição".encode(codificacao) in inteira
        raiz = etree.fromstring(inteira)
        assert validar_mensagem(raiz, VERSAO) == []
        assert raiz.findtext(".//{*}hash") == _esperado(inteira, escrita)
        assert conferir_hash(inteira).dialeto is not None


def _com_acentos(escrita: EscritaHash | None = None) -> bytes:
    contrato = replace(
        COM_ACENTOS,
        codificacao_hash="ISO-8859-1" if escrita is None else escrita.codificacao,
        hash_maiusculo=escrita is not None and escrita.maiusculo,
    )
    guia = replace(GUIAS["consulta_minima"], observacao="Conceição")
    escrita_da_guia = Oficina(contrato.escrita).escrever(guia)
    return escrever_lote(
        contrato, numero_lote=1, guias=[escrita_da_guia], registrado_em=AGORA
    ).arquivo


@pytest.mark.parametrize("escrita", ESCRITAS)
def test_a_stored_lote_has_the_hash_that_the_contrato_says_in_the_encoding_of_the_standard(
    escrita: EscritaHash,
) -> None:
    arquivo = _com_acentos(escrita)
    assert arquivo.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert "Conceição".encode("iso-8859-1") in arquivo
    assert hash_escrito(arquivo) == _esperado(arquivo, escrita)


def test_dialects_of_the_hash_differ_only_where_they_have_to() -> None:
    hashes = [hash_escrito(_com_acentos(escrita)) for escrita in ESCRITAS]
    assert len(set(hashes)) == 4
    assert len({hash.lower() for hash in hashes}) == 2


def test_a_login_enters_a_file_that_is_sent_and_never_one_that_is_stored() -> None:
    arquivo = lote("consulta_minima")
    mensagem = Mensagem.do_arquivo(arquivo, VERSAO)
    com = mensagem.arquivo(LOGIN)
    assert b"<ans:loginPrestador>clinica &amp; cia</ans:loginPrestador>" in com
    assert validar_mensagem(ler(com), VERSAO) == []
    assert hash_escrito(com) == hash_escrito(mensagem.ws(LOGIN))
    assert mensagem.arquivo() == mensagem.com_hash()[0] == arquivo


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


def test_stored_lote_keeps_its_bytes_whatever_the_contrato_became() -> None:
    contrato = replace(CONTRATO, codigo_prestador="Ação", ascii_somente=False)
    arquivo = lote("sp_sadt_maxima", contrato=contrato)
    assert Mensagem.do_arquivo(arquivo, VERSAO).arquivo() == arquivo


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


@pytest.mark.parametrize("prefixo", [b"", b"ans:", b"tiss-4.03:", b"_1:"])
def test_password_is_hidden_whatever_the_prefix_and_wherever_it_stands(prefixo: bytes) -> None:
    mensagem = (
        b"<a><%(p)ssenhaPrestador>segredo</%(p)ssenhaPrestador><b>visivel</b>"
        b"<%(p)ssenhaPrestador>outro\xe9</%(p)ssenhaPrestador></a>" % {b"p": prefixo}
    )
    oculta = ocultar_senha(mensagem)
    assert b"segredo" not in oculta
    assert b"outro" not in oculta
    assert oculta == mensagem.replace(b"segredo", b"***").replace(b"outro\xe9", b"***")


@pytest.mark.parametrize(("usuario", "escrito"), [("x" * 20, "x" * 20), ("joão", "joao")])
def test_login_that_fits_is_written_in_ascii_and_never_in_upper_case(
    usuario: str, escrito: str
) -> None:
    contrato = replace(CONTRATO, maiusculas=True)
    login = Login(usuario=usuario, senha_md5="0a" * 16)
    for mensagem in (
        pergunta(contrato, login),
        forma_ws(lote("consulta_minima", contrato=contrato), VERSAO, login),
    ):
        assert mensagem.isascii()
        assert valor(mensagem, "loginPrestador") == escrito
        assert valor(mensagem, "senhaPrestador") == "0a" * 16


@pytest.mark.parametrize("usuario", ["x" * 21, "", " ", "日本"])
def test_login_that_cannot_be_sent_is_an_error_of_the_connection(usuario: str) -> None:
    with pytest.raises(ConfigError, match="corrija a conexão"):
        pergunta(login=Login(usuario=usuario, senha_md5="0" * 32))


@pytest.mark.parametrize("senha", ["", "segredo", "0" * 31, "0" * 33, "g" * 32])
def test_password_that_is_no_md5_never_leaves_and_is_not_told(senha: str) -> None:
    with pytest.raises(ConfigError, match="MD5") as erro:
        pergunta(login=Login(usuario="u", senha_md5=senha))
    assert not senha or senha not in str(erro.value)


def test_login_is_never_shown() -> None:
    escrita = escrever_pedido(CONTRATO, STATUS, sequencial=7, registrado_em=AGORA)
    escrita.ws(LOGIN)
    for objeto in (LOGIN, escrita, [LOGIN], {"login": LOGIN}):
        assert LOGIN.senha_md5 not in repr(objeto)
        assert LOGIN.senha_md5 not in f"{objeto}"
