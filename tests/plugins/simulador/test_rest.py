"""REST: the same operadoras, ledger, faults and credentials, in XML without an envelope."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import (
    CANCELAMENTO,
    DEMONSTRATIVO,
    LOTE,
    STATUS,
    Cliente,
    conferir_hash,
    esquema,
    operadora,
)
from lxml import etree

from tiss.errors import ConfigError
from tiss.simulador.config import ler_configuracao
from tiss.simulador.processo import Simulador

ARQUIVO, WS, EM_JSON, TEXTO, COM_TOKEN, ANTIGA = (f"99930{n}" for n in range(1, 7))
ANS = f"{{{p.NS}}}"


@pytest.fixture(scope="module")
def servidor() -> Iterator[Simulador]:
    config = {
        "operadoras": [
            operadora(ARQUIVO),
            operadora(WS, corpo_rest="WS"),
            operadora(EM_JSON, resposta_rest="JSON"),
            operadora(TEXTO, content_type_rest="text/xml"),
            operadora(COM_TOKEN, autenticacao="JWT", resposta_rest="JSON"),
            operadora(ANTIGA, versao="4.02.00"),
        ]
    }
    with Simulador.start(config) as simulador:
        yield simulador
        assert simulador.erros() == ""


@pytest.fixture
def simulador(servidor: Simulador) -> Iterator[Simulador]:
    yield servidor
    servidor.limpar_falhas()
    servidor.desbloquear()


def postar(
    simulador: Simulador,
    registro_ans: str,
    corpo: bytes,
    operacao: str = LOTE,
    *,
    tipo: str = "application/xml",
    senha: str = "segredo",
) -> requests.Response:
    return requests.post(
        f"{simulador.url}/{registro_ans}/rest/{operacao}",
        corpo,
        headers={"Content-Type": tipo},
        auth=("clinica", senha),
        timeout=30,
    )


def abrir(corpo: bytes, versao: str = "4.03.00") -> etree._Element:
    """Return an answer after comparing it with its XSD and its hash."""
    raiz = etree.fromstring(corpo)
    assert raiz.tag.startswith(ANS)
    nome = "tiss" if raiz.tag == f"{ANS}mensagemTISS" else "tissWebServices"
    esquema(versao, nome).assertValid(raiz)
    conferir_hash(raiz)
    return raiz


def lote(numero: str, registro_ans: str, **campos: str) -> bytes:
    guias = [p.consulta(numero, registro_ans=registro_ans)]
    return p.lote(numero, guias, registro_ans=registro_ans, **campos)


def test_lote_as_a_file_is_answered_with_a_file(simulador: Simulador, numero: str) -> None:
    resposta = postar(simulador, ARQUIVO, p.como_arquivo(lote(numero, ARQUIVO)))
    assert resposta.headers["Content-Type"].startswith("application/xml")
    assert resposta.content.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    raiz = abrir(resposta.content)
    assert raiz.findtext(".//{*}recebimentoLote//{*}numeroProtocolo")
    (chegada,) = [c for c in simulador.requisicoes(ARQUIVO) if c["numero_lote"] == numero]
    assert (chegada["prestador"], chegada["aceito"]) == ("P1", True)


def test_life_of_a_protocol_is_the_same_as_by_soap(simulador: Simulador, numero: str) -> None:
    raiz = abrir(postar(simulador, ARQUIVO, p.como_arquivo(lote(numero, ARQUIVO))).content)
    protocolo = raiz.findtext(".//{*}numeroProtocolo") or ""
    por_soap = Cliente(simulador.url, ARQUIVO).enviar(
        p.pedido_status(protocolo, registro_ans=ARQUIVO), STATUS
    )
    assert por_soap.texto("statusProtocolo") == "1"
    simulador.avancar(120)
    visto = [
        abrir(postar(simulador, ARQUIVO, p.como_arquivo(pedido), operacao).content).findtext(
            f".//{{*}}{campo}"
        )
        for operacao, pedido, campo in (
            (STATUS, p.pedido_status(protocolo, registro_ans=ARQUIVO), "statusProtocolo"),
            (
                DEMONSTRATIVO,
                p.pedido_demonstrativo(protocolo, registro_ans=ARQUIVO),
                "demonstrativosRetorno//{*}situacaoProtocolo",
            ),
            (
                CANCELAMENTO,
                p.cancelamento_de_lote(numero, registro_ans=ARQUIVO),
                "statusCancelamento",
            ),
        )
    ]
    assert visto == ["3", "3", "1"]
    assert simulador.repetidos(ARQUIVO) == []


def test_lote_as_ws_is_answered_with_ws(simulador: Simulador, numero: str) -> None:
    resposta = postar(simulador, WS, p.como_ws(lote(numero, WS)))
    assert abrir(resposta.content).tag == f"{ANS}protocoloRecebimentoWS"
    assert postar(simulador, WS, p.como_arquivo(lote(numero, WS))).status_code == 400


def test_json_carries_the_file(simulador: Simulador, numero: str) -> None:
    resposta = postar(simulador, EM_JSON, p.como_arquivo(lote(numero, EM_JSON)))
    assert resposta.headers["Content-Type"] == "application/json"
    campos = resposta.json()
    assert campos["hasError"] is False
    assert abrir(base64.b64decode(campos["file"])).findtext(".//{*}numeroProtocolo")


def test_file_of_an_older_version(simulador: Simulador, numero: str) -> None:
    corpo = p.como_arquivo(lote(numero, ANTIGA, padrao="4.02.00"))
    for campo in ("numeroProtocolo", "mensagemErro/{*}codigoGlosa"):
        raiz = abrir(postar(simulador, ANTIGA, corpo).content, "4.02.00")
        assert raiz.findtext(f".//{{*}}{campo}")


def test_business_refusal_is_a_mensagem_erro_inside(simulador: Simulador, numero: str) -> None:
    corpo = p.como_arquivo(lote(numero, EM_JSON))
    assert postar(simulador, EM_JSON, corpo).status_code == 200
    campos = postar(simulador, EM_JSON, corpo).json()
    assert campos["hasError"] is False
    raiz = abrir(base64.b64decode(campos["file"]))
    assert raiz.findtext(".//{*}mensagemErro/{*}codigoGlosa") == "3268"


@pytest.mark.parametrize("registro_ans", [ARQUIVO, EM_JSON])
@pytest.mark.parametrize(
    ("campos", "status", "motivo"),
    [
        ({"hash_": "0" * 32}, 400, "HashInvalido"),
        ({"padrao": "4.02.00"}, 400, "VersaoInvalida"),
        ({"transacao": "CANCELA_GUIA"}, 400, "SchemaInvalido"),
    ],
)
def test_technical_refusal_is_a_status_with_json(
    simulador: Simulador,
    numero: str,
    registro_ans: str,
    campos: dict[str, str],
    status: int,
    motivo: str,
) -> None:
    corpo = p.como_arquivo(lote(numero, registro_ans, **campos))
    resposta = postar(simulador, registro_ans, corpo)
    assert resposta.status_code == status
    assert resposta.json()["hasError"] is True
    assert resposta.json()["message"].startswith(motivo)


def test_wrong_password_is_401_and_locks(simulador: Simulador) -> None:
    vistos = [postar(simulador, ARQUIVO, b"x", senha="errada").status_code for _ in range(6)]
    assert vistos == [401] * 5 + [403]
    assert postar(simulador, ARQUIVO, b"x").json()["hasError"] is True


@pytest.mark.parametrize("corpo", [b"", b"x", b"<a/>", p.lote("1", [p.consulta("1")])])
def test_what_is_no_mensagem_tiss_is_400(simulador: Simulador, corpo: bytes) -> None:
    assert postar(simulador, ARQUIVO, corpo).status_code == 400


def test_message_of_another_service_is_400(simulador: Simulador, numero: str) -> None:
    corpo = p.como_arquivo(lote(numero, ARQUIVO))
    assert postar(simulador, ARQUIVO, corpo, STATUS).status_code == 400


@pytest.mark.parametrize(
    ("registro_ans", "tipo", "status"),
    [
        (ARQUIVO, "text/xml", 415),
        (ARQUIVO, "application/xml; charset=ISO-8859-1", 200),
        (TEXTO, "application/xml", 415),
        (TEXTO, "text/xml", 200),
    ],
)
def test_content_type_is_the_one_of_the_operadora(
    simulador: Simulador, numero: str, registro_ans: str, tipo: str, status: int
) -> None:
    corpo = p.como_arquivo(lote(numero, registro_ans))
    assert postar(simulador, registro_ans, corpo, tipo=tipo).status_code == status


def test_credentials_are_those_of_soap(simulador: Simulador, numero: str) -> None:
    credencial = {"usuario": "clinica", "senha": "segredo"}
    url = f"{simulador.url}/{COM_TOKEN}"
    token = requests.post(f"{url}/token", json=credencial, timeout=30).json()["token"]
    cabecalhos = {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"}
    corpo = p.como_arquivo(lote(numero, COM_TOKEN))
    resposta = requests.post(f"{url}/rest/{LOTE}", corpo, headers=cabecalhos, timeout=30)
    assert resposta.json()["hasError"] is False


def test_faults_are_those_of_soap(simulador: Simulador, numero: str) -> None:
    corpo = p.como_arquivo(lote(numero, EM_JSON))
    simulador.falha("fault_tiss", codigo="LoginInvalido")
    assert postar(simulador, EM_JSON, corpo).status_code == 401
    simulador.falha("fault_tiss")
    assert postar(simulador, EM_JSON, corpo).status_code == 500
    simulador.falha("mensagem_erro", codigo="5014")
    raiz = abrir(base64.b64decode(postar(simulador, EM_JSON, corpo).json()["file"]))
    assert raiz.findtext(".//{*}codigoGlosa") == "5014"
    simulador.falha("outro_lote")
    raiz = abrir(base64.b64decode(postar(simulador, EM_JSON, corpo).json()["file"]))
    assert raiz.findtext(".//{*}numeroLote") != numero
    simulador.falha("truncada")
    with pytest.raises(requests.RequestException):
        postar(simulador, EM_JSON, corpo)


@pytest.mark.parametrize("campo", ["corpo_rest", "resposta_rest", "content_type_rest"])
def test_wrong_field_is_named(config: dict[str, Any], campo: str) -> None:
    config["operadoras"][0][campo] = "outro"
    with pytest.raises(ConfigError, match=campo):
        ler_configuracao(json.dumps(config))
