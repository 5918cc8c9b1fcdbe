"""What the simulated operadora refuses, from the outermost layer to the innermost."""

from __future__ import annotations

import hashlib
from typing import Any

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import LOTE, Cliente

from tiss.simulador.processo import Simulador

GUIA = p.consulta("1")


@pytest.mark.parametrize("caminho", ["999999/tissLoteGuias", "999001/tissOutroServico"])
def test_unknown_operadora_or_service_is_404(simulador: Simulador, caminho: str) -> None:
    assert requests.post(f"{simulador.url}/{caminho}", data=b"x", timeout=30).status_code == 404


def test_get_is_405(simulador: Simulador) -> None:
    assert requests.get(f"{simulador.url}/999001/{LOTE}", timeout=30).status_code == 405


def test_no_credential_is_401_with_a_challenge(simulador: Simulador) -> None:
    resposta = requests.post(f"{simulador.url}/999001/{LOTE}", data=b"x", timeout=30)
    assert resposta.status_code == 401
    assert resposta.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("usuario", ["clinica", "ninguem"])
def test_wrong_credential_is_401(cliente: Cliente, usuario: str) -> None:
    assert cliente.enviar(b"x", usuario=usuario, senha="errada").status == 401


def test_credential_of_one_operadora_does_not_lock_another(simulador: Simulador) -> None:
    for _ in range(5):
        Cliente(simulador.url).enviar(b"x", senha="errada")
    assert Cliente(simulador.url).enviar(b"x").status == 403
    assert Cliente(simulador.url, "999003").enviar(b"x").status == 500


def test_fifth_failure_locks_until_an_admin_unlocks(simulador: Simulador, cliente: Cliente) -> None:
    assert [cliente.enviar(b"x", senha="errada").status for _ in range(5)] == [401] * 5
    assert cliente.enviar(b"x").status == 403
    simulador.desbloquear("999001", "clinica")
    assert cliente.enviar(b"x").status == 500


def test_success_before_the_fifth_failure_starts_the_count_again(cliente: Cliente) -> None:
    for _ in range(2):
        assert [cliente.enviar(b"x", senha="errada").status for _ in range(4)] == [401] * 4
        assert cliente.enviar(b"x").status == 500


def test_content_type_must_be_text_xml(cliente: Cliente, numero: str) -> None:
    corpo = p.lote(numero, [GUIA])
    assert cliente.enviar(corpo, content_type="application/soap+xml").status == 415


@pytest.mark.parametrize(
    "corpo",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<a>", id="malformed"),
        pytest.param(b"<a/>", id="no envelope"),
        pytest.param(p.envelope(""), id="empty Body"),
        pytest.param(p.envelope("<a/><b/>"), id="two elements in Body"),
        pytest.param(p.envelope("<loteGuiasWS/>"), id="no namespace"),
        pytest.param(
            p.lote("1", [GUIA]).replace(p.NS.encode(), b"http://www.ans.gov.br/outro"),
            id="wrong namespace",
        ),
        pytest.param(p.pedido_status("1"), id="message of another service"),
        pytest.param(
            p.lote("1", [GUIA]).replace(p.SOAP.encode(), b"http://schemas.xmlsoap.org/soap/"),
            id="wrong SOAP namespace",
        ),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY e "x">]>'
            + p.lote("1", [GUIA], encoding="UTF-8").partition(b"?>")[2],
            id="DTD",
        ),
        pytest.param(
            p.lote("1", [GUIA]).replace(b'"ISO-8859-1"', b'"NAO-EXISTE"'), id="unknown encoding"
        ),
    ],
)
def test_what_is_not_the_soap_message_is_a_client_fault(cliente: Cliente, corpo: bytes) -> None:
    resposta = cliente.enviar(corpo)
    assert (resposta.status, resposta.faultcode) == (500, "soapenv:Client")
    assert resposta.fault is None


def test_soap_1_2_is_a_version_mismatch(cliente: Cliente) -> None:
    corpo = p.lote("1", [GUIA]).replace(p.SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope")
    assert cliente.enviar(corpo).faultcode == "soapenv:VersionMismatch"


def test_xsd_error_is_schema_invalido_with_the_first_complaint(cliente: Cliente) -> None:
    corpo = p.lote("1", [p.consulta("1", data="21/11/2026")])
    resposta = cliente.enviar(corpo)
    assert (resposta.status, resposta.fault) == (500, "SchemaInvalido")
    assert "dataAtendimento" in resposta.faultstring
    assert "is not a valid value" in resposta.faultstring


def test_date_that_only_the_xsd_can_read_is_schema_invalido(cliente: Cliente) -> None:
    corpo = p.lote("1", [p.consulta("1", data="12345-01-01")])
    assert cliente.enviar(corpo).fault == "SchemaInvalido"


def test_101_guias_are_schema_invalido(cliente: Cliente) -> None:
    guias = [p.consulta(str(n)) for n in range(101)]
    assert cliente.enviar(p.lote("1", guias)).fault == "SchemaInvalido"


def test_padrao_of_another_version_is_versao_invalida(cliente: Cliente) -> None:
    # The XSD of 4.03.00 itself accepts it
    assert cliente.enviar(p.lote("1", [GUIA], padrao="4.02.00")).fault == "VersaoInvalida"


def test_another_registro_ans_is_destinatario_invalido(cliente: Cliente) -> None:
    corpo = p.lote("1", [GUIA], registro_ans="123456")
    assert cliente.enviar(corpo).fault == "DestinatarioInvalido"


def test_prestador_of_another_credential_is_remetente_invalido(cliente: Cliente) -> None:
    assert cliente.enviar(p.lote("1", [GUIA], prestador="P2")).fault == "RemetenteInvalido"


def test_cnpj_identifies_a_prestador_only_where_the_operadora_knows_it(
    cliente: Cliente, numero: str
) -> None:
    corpo = p.lote(numero, [p.consulta(numero)], cnpj="00000000000191")
    assert cliente.enviar(corpo).fault == "RemetenteInvalido"
    assert cliente.enviar(corpo, usuario="outra", senha="segredo2").protocolo


def test_wrong_hash_is_refused_naming_what_was_read_and_expected(cliente: Cliente) -> None:
    errado = "0" * 32
    certo = hashlib.md5(
        p.folhas(
            [
                p.cabecalho("ENVIO_LOTE_GUIAS"),
                ("loteGuias", [("numeroLote", "1"), ("guiasTISS", [GUIA])]),
            ]
        ).encode()
    ).hexdigest()
    resposta = cliente.enviar(p.lote("1", [GUIA], hash_=errado))
    assert resposta.fault == "HashInvalido"
    assert resposta.faultstring == f"Conteúdo lido: {errado}. Conteúdo esperado: {certo}"


def test_hash_in_upper_case_is_accepted(cliente: Cliente, numero: str) -> None:
    corpo = p.lote(numero, [p.consulta(numero)])
    inicio = corpo.index(b"<ans:hash>") + 10
    maiusculo = corpo[:inicio] + corpo[inicio : inicio + 32].upper() + corpo[inicio + 32 :]
    assert cliente.enviar(maiusculo).protocolo


def test_hash_covers_padding_inside_a_value(cliente: Cliente, numero: str) -> None:
    corpo = p.lote(numero, [p.consulta(numero, observacao="  com brancos ")])
    aparado = corpo.replace(b"  com brancos ", b"com brancos")
    assert cliente.enviar(aparado).fault == "HashInvalido"
    assert cliente.enviar(corpo).protocolo


def test_hash_does_not_cover_white_space_between_tags(cliente: Cliente, numero: str) -> None:
    corpo = p.lote(numero, [p.consulta(numero)]).replace(b"><", b">\n  <")
    assert cliente.enviar(corpo).protocolo


@pytest.mark.parametrize(
    ("nome", "antes_de"),
    [("assinaturaDigitalGuia", b"</ans:guiaConsulta>"), ("Signature", b"</ans:loteGuiasWS>")],
)
def test_hash_does_not_cover_signatures(
    cliente: Cliente, numero: str, nome: str, antes_de: bytes
) -> None:
    corpo = p.lote(numero, [p.consulta(numero)])
    assinado = corpo.replace(antes_de, p.assinatura(nome) + antes_de)
    assert cliente.enviar(assinado).protocolo


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "windows-1252"])
def test_any_declared_encoding_is_read_but_the_hash_is_iso_8859_1(
    cliente: Cliente, numero: str, encoding: str
) -> None:
    corpo = p.lote(numero, [p.consulta(numero, observacao="AÇÃO")], encoding=encoding)
    assert cliente.enviar(corpo).protocolo


@pytest.mark.parametrize(("observacao", "aceita"), [("AÇÃO", False), ("ACAO", True)])
def test_an_operadora_that_hashes_in_utf_8_disagrees_about_accents_only(
    simulador: Simulador, numero: str, observacao: str, aceita: bool
) -> None:
    cliente = Cliente(simulador.url, "999005")
    guia = p.consulta(numero, registro_ans="999005", observacao=observacao)
    corpo = p.lote(numero, [guia], registro_ans="999005")
    resposta = cliente.enviar(corpo)
    assert resposta.fault == (None if aceita else "HashInvalido")
    if not aceita:
        texto = p.folhas(
            [
                p.cabecalho("ENVIO_LOTE_GUIAS", registro_ans="999005"),
                ("loteGuias", [("numeroLote", numero), ("guiasTISS", [guia])]),
            ]
        )
        lido, esperado = (hashlib.md5(texto.encode(c)).hexdigest() for c in ("latin-1", "utf-8"))
        assert resposta.faultstring == f"Conteúdo lido: {lido}. Conteúdo esperado: {esperado}"


def test_value_outside_iso_8859_1_has_no_hash(cliente: Cliente) -> None:
    corpo = p.lote("1", [p.consulta("1", observacao="€")], encoding="UTF-8")
    resposta = cliente.enviar(corpo)
    assert resposta.fault == "HashInvalido"
    assert "ISO-8859-1" in resposta.faultstring


def test_transaction_type_must_fit_the_service(cliente: Cliente) -> None:
    resposta = cliente.enviar(p.lote("1", [GUIA], transacao="SOLIC_STATUS_PROTOCOLO"))
    assert resposta.fault == "SchemaInvalido"
    assert "tipoTransacao" in resposta.faultstring


MD5 = hashlib.md5(b"segredo").hexdigest()


@pytest.mark.parametrize(
    "login",
    [
        pytest.param(None, id="absent"),
        pytest.param(("clinica", "segredo"), id="plain password"),
        pytest.param(("outra", MD5), id="another user"),
        pytest.param(("clinica", MD5.upper()), id="upper case"),
    ],
)
def test_login_in_the_cabecalho_must_be_right_where_required(
    simulador: Simulador, login: tuple[str, str] | None
) -> None:
    guia = p.consulta("1", registro_ans="999002")
    corpo = p.lote("1", [guia], registro_ans="999002", login=login)
    assert Cliente(simulador.url, "999002").enviar(corpo).fault == "LoginInvalido"


def test_login_with_the_md5_of_the_password_is_accepted(simulador: Simulador, numero: str) -> None:
    guia = p.consulta(numero, registro_ans="999002")
    corpo = p.lote(numero, [guia], registro_ans="999002", login=("clinica", MD5))
    assert Cliente(simulador.url, "999002").enviar(corpo).protocolo


def test_md5_of_the_password_is_that_of_its_iso_8859_1_bytes(
    config: dict[str, Any], numero: str
) -> None:
    credencial = {"usuario": "u", "senha": "pão", "codigo_prestador": "P1"}
    config["operadoras"][0].update(exige_login_no_cabecalho=True, credenciais=[credencial])
    with Simulador.start(config) as proprio:
        cliente = Cliente(proprio.url, usuario="u", senha="pão")
        for encoding, fault in (("UTF-8", "LoginInvalido"), ("ISO-8859-1", None)):
            login = ("u", hashlib.md5("pão".encode(encoding)).hexdigest())
            assert cliente.enviar(p.lote(numero, [p.consulta(numero)], login=login)).fault == fault


def test_five_wrong_logins_in_the_cabecalho_lock_too(simulador: Simulador) -> None:
    cliente = Cliente(simulador.url, "999002")
    corpo = p.lote("1", [p.consulta("1")], registro_ans="999002", login=("clinica", "x"))
    assert [cliente.enviar(corpo).fault for _ in range(5)] == ["LoginInvalido"] * 5
    assert cliente.enviar(corpo).status == 403
