"""The SOAP envelope: made by zeep from the WSDL, with our bytes inside untouched."""

from __future__ import annotations

import pytest
from lxml import etree

from tiss import esquemas
from tiss.clients.envelope import SERVICOS, _SemRede, envelope
from tiss.domain.cadastro import Operacao

VERSOES = [versao for versao in ("4.02.00", "4.03.00") if versao in esquemas.versoes()]
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
CASOS = pytest.mark.parametrize(
    ("operacao", "versao"), [(operacao, versao) for operacao in Operacao for versao in VERSOES]
)


@CASOS
def test_the_bytes_of_the_message_stand_in_the_body_as_they_were(
    operacao: Operacao, versao: str
) -> None:
    corpo = b"<ans:x xmlns:ans=\"urn:a\" b='1'>\xe7\xe3o &#233;\r\n<![CDATA[ <a> ]]></ans:x>"
    inteiro = envelope(operacao, versao).com(corpo)
    assert inteiro.count(corpo) == 1
    raiz = etree.fromstring(inteiro)
    assert raiz.tag == f"{SOAP}Envelope"
    (elemento,) = raiz.find(f"{SOAP}Body")
    assert elemento.tag == "{urn:a}x"
    assert inteiro.startswith(b"<?xml version='1.0' encoding='ISO-8859-1'?>")


@CASOS
def test_the_headers_are_those_of_soap_1_1_and_of_the_operation(
    operacao: Operacao, versao: str
) -> None:
    cabecalhos = envelope(operacao, versao).cabecalhos
    assert cabecalhos["Content-Type"] == "text/xml; charset=ISO-8859-1"
    assert cabecalhos["Accept"] == "text/xml"
    acao = cabecalhos["SOAPAction"]
    assert acao.startswith('"')
    assert acao.endswith('"')


@CASOS
def test_the_schema_has_the_roots_that_the_service_names(operacao: Operacao, versao: str) -> None:
    servico = SERVICOS[operacao]
    xsd = esquemas.pasta(versao) / f"tissWebServicesV{esquemas.sufixo(versao)}.xsd"
    nomes = {elemento.get("name") for elemento in etree.parse(xsd).getroot()}
    assert {servico.pedido, servico.resposta} <= nomes


def test_every_operation_has_its_service() -> None:
    assert set(SERVICOS) == set(Operacao)
    assert len({servico.nome for servico in SERVICOS.values()}) == len(SERVICOS)


def test_an_envelope_is_made_once() -> None:
    operacao = Operacao.ENVIO_LOTE_GUIAS
    assert envelope(operacao, "4.03.00") is envelope(operacao, "4.03.00")


def test_zeep_cannot_reach_the_network() -> None:
    transporte = _SemRede()
    with pytest.raises(OSError, match="aponta para fora"):
        transporte.load("http://127.0.0.1:1/x.wsdl")
    for metodo in (transporte.get, transporte.post, transporte.post_xml):
        with pytest.raises(OSError, match="não fala com a rede"):
            metodo("http://127.0.0.1:1/", None, None)
