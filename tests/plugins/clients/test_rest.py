"""REST: a POST of XML, as each operadora wants it; no standard says how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from contrato_modelo import CONTRATO, campos_de, mensagem_de_status
from lxml import etree
from servidor_cru import ServidorCru

from tiss.clients.credencial import Credencial, Prova
from tiss.clients.rest import ClienteRest
from tiss.clients.transporte import Rota, agora
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import CAMPOS, Canal
from tiss.errors import ConfigError
from tiss.messages.esquema import validar_mensagem
from tiss.messages.hashes import conferir_hash
from tiss.messages.mensagem import Login

STATUS = Operacao.SOLIC_STATUS_PROTOCOLO
VALORES = campos_de()


def _cliente(
    rest: Mapping[str, object] | None = None,
    *,
    credencial: Credencial | None = None,
    endereco: str = "v1/status",
    **opcoes: Any,  # noqa: ANN401
) -> ClienteRest:
    contrato: Contrato = replace(
        CONTRATO,
        tipo_api="REST",
        url_base="https://operadora.invalid/api",
        servicos_rest={STATUS: endereco},
        rest=rest or {},
        **opcoes,
    )
    return ClienteRest(
        contrato=contrato, credencial=credencial or Credencial(), rota=Rota.de(contrato)
    )


def _raiz(dados: bytes) -> etree._Element:
    return etree.fromstring(dados)


def test_the_file_form_is_what_leaves_unless_said_otherwise() -> None:
    requisicao = _cliente().requisicao(STATUS, mensagem_de_status(), VALORES)
    assert requisicao.url == "https://operadora.invalid/api/v1/status"
    assert dict(requisicao.cabecalhos) == {
        "Content-Type": "application/xml",
        "Accept": "application/xml, text/xml",
    }
    assert requisicao.dados == mensagem_de_status().arquivo()
    assert _cliente().canal is Canal.REST


def test_the_root_of_the_web_service_leaves_with_a_declaration() -> None:
    dados = _cliente({"corpo": "WS"}).requisicao(STATUS, mensagem_de_status(), VALORES).dados
    assert dados.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?><ans:solicitacaoStatus')
    assert etree.QName(_raiz(dados)).localname == "solicitacaoStatusProtocoloWS"


@pytest.mark.parametrize("corpo", ["ARQUIVO", "WS"])
@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8"])
def test_a_login_enters_either_form_valid_and_with_its_hash(corpo: str, codificacao: str) -> None:
    login = Login.com_senha("clinica", "senha")
    cliente = _cliente(
        {"corpo": corpo},
        credencial=Credencial(login=login),
        codificacao_envio=codificacao,
        ascii_somente=False,
    )
    dados = cliente.requisicao(STATUS, mensagem_de_status(cliente.contrato), VALORES).dados
    raiz = _raiz(dados)
    assert raiz.findtext(".//{*}senhaPrestador") == login.senha_md5
    assert validar_mensagem(raiz, CONTRATO.versao_tiss) == []
    assert conferir_hash(dados).confere
    assert f'encoding="{codificacao}"'.encode() in dados


def test_addresses_and_headers_are_filled_in() -> None:
    cliente = _cliente(
        {
            "content_type": "text/xml; charset=ISO-8859-1",
            "resposta": "JSON",
            "cabecalhos": {"X-Prestador": "${codigo_prestador}", "X-Preco": "$$1"},
        },
        endereco="xmlManager?batch=${numero_lote}&file=${nome_arquivo}",
    )
    campos = {
        **VALORES,
        "numero_lote": "42",
        "nome_arquivo": "a b&c.xml",
        "codigo_prestador": "P 1",
    }
    requisicao = cliente.requisicao(STATUS, mensagem_de_status(), campos)
    assert requisicao.url == (
        "https://operadora.invalid/api/xmlManager?batch=42&file=a%20b%26c.xml"
    )
    assert dict(requisicao.cabecalhos) == {
        "Content-Type": "text/xml; charset=ISO-8859-1",
        "Accept": "application/json",
        "X-Prestador": "P 1",
        "X-Preco": "$1",
    }


def test_a_token_goes_as_bearer_unless_a_header_names_it() -> None:
    simples = _cliente().com_token("abc").requisicao(STATUS, mensagem_de_status(), VALORES)
    assert simples.cabecalhos["Authorization"] == "Bearer abc"
    cru = _cliente({"cabecalhos": {"authorization": "${token}", "idTenant": "9"}}).com_token("abc")
    cabecalhos = cru.requisicao(STATUS, mensagem_de_status(), VALORES).cabecalhos
    assert {nome.lower(): valor for nome, valor in cabecalhos.items()}["authorization"] == "abc"
    assert "Bearer abc" not in cabecalhos.values()
    outro = _cliente({"cabecalhos": {"X-Token": "t=${token}"}}).com_token("abc")
    cabecalhos = outro.requisicao(STATUS, mensagem_de_status(), VALORES).cabecalhos
    assert cabecalhos["X-Token"] == "t=abc"
    assert "Authorization" not in cabecalhos


def test_user_and_password_go_as_basic_whatever_the_other_headers() -> None:
    credencial = Credencial(prova=Prova.basica("u", "s"))
    cliente = _cliente({"cabecalhos": {"X": "1"}}, credencial=credencial)
    cabecalhos = cliente.requisicao(STATUS, mensagem_de_status(), VALORES).cabecalhos
    assert cabecalhos["Authorization"] == "Basic dTpz"


def test_a_header_of_the_contrato_replaces_ours_however_it_is_spelt() -> None:
    cliente = _cliente({"cabecalhos": {"accept": "*/*", "CONTENT-TYPE": "text/plain"}})
    cabecalhos = cliente.requisicao(STATUS, mensagem_de_status(), VALORES).cabecalhos
    assert dict(cabecalhos) == {"accept": "*/*", "CONTENT-TYPE": "text/plain"}


@pytest.mark.parametrize(
    ("rest", "endereco", "erro"),
    [
        ({}, "x/${protocolo}", r"o endereço usa \$\{protocolo\}"),
        ({}, "x/${token}", r"o endereço usa \$\{token\}"),
        ({}, "x/$", r"o endereço tem um \$"),
        ({"cabecalhos": {"X": "${token}"}}, "x", r"o cabeçalho X usa \$\{token\}"),
        ({"cabecalhos": {"X": "100$"}}, "x", r"o cabeçalho X tem um \$"),
    ],
)
def test_what_cannot_be_filled_in_is_told(
    rest: dict[str, object], endereco: str, erro: str
) -> None:
    campos = {nome: valor for nome, valor in VALORES.items() if nome != "protocolo"}
    with pytest.raises(ConfigError, match=erro):
        _cliente(rest, endereco=endereco).requisicao(STATUS, mensagem_de_status(), campos)


def test_a_token_is_in_no_address() -> None:
    cliente = _cliente(endereco="x?t=${token}").com_token("abc")
    with pytest.raises(ConfigError):
        cliente.requisicao(STATUS, mensagem_de_status(), VALORES)


def test_every_field_but_the_token_is_the_services_to_give() -> None:
    assert set(VALORES) == CAMPOS - {"token"}


def test_an_operation_that_is_not_offered_is_told() -> None:
    with pytest.raises(LookupError):
        _cliente().requisicao(Operacao.CANCELA_GUIA, mensagem_de_status(), VALORES)


def test_nothing_of_a_request_or_a_credential_shows() -> None:
    login = Login.com_senha("clinica", "senha")
    cliente = _cliente(credencial=Credencial(login=login)).com_token("token-secreto")
    requisicao = cliente.requisicao(STATUS, mensagem_de_status(), VALORES)
    assert repr(requisicao) == "Requisicao()"
    assert "token-secreto" not in f"{cliente!r}{cliente}"
    assert login.senha_md5 not in f"{cliente!r}{cliente}"


def test_what_is_written_is_what_leaves(servidor: ServidorCru) -> None:
    servidor.responde(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"file":""}')
    cliente = _cliente(endereco=servidor.url).com_token("abc")
    requisicao = cliente.requisicao(STATUS, mensagem_de_status(), VALORES)
    entrega = cliente.trocar(requisicao, ate=agora() + 20)
    assert entrega.resposta == b'{"file":""}', "as it came: it is opened when it is read"
    cabecalho, _, corpo = servidor.recebido.partition(b"\r\n\r\n")
    assert corpo == requisicao.dados
    assert b"Authorization: Bearer abc" in cabecalho
