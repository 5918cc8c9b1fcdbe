"""What we say of the web services, against the WSDLs that ANS published for 4.01.00.

No package index has them: TISS_ESQUEMAS names the folder. 4.02.00 and 4.03.00 were published
without their WSDLs in the packages that carry their schemas.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
from lxml import etree
from zeep import Client, Settings, xsd

from tiss import esquemas
from tiss.clients.envelope import SERVICOS, _SemRede, envelope
from tiss.domain.cadastro import Operacao
from tiss.messages.mensagem import FORMAS
from tiss.settings import NAMESPACE

VERSAO = "4.01.00"
# The 12 web services of the standard, by the names of their files.
ARQUIVOS = {
    "tissCancelaGuia": Operacao.CANCELA_GUIA,
    "tissComunicacaoBeneficiario": None,
    "tissEnvioDocumentos": None,
    "tissLoteAnexo": None,
    "tissLoteGuias": Operacao.ENVIO_LOTE_GUIAS,
    "tissRecursoGlosa": Operacao.RECURSO_GLOSA,
    "tissSolicitacaoDemonstrativoRetorno": Operacao.SOLIC_DEMONSTRATIVO_RETORNO,
    "tissSolicitacaoProcedimento": None,
    "tissSolicitacaoStatusAutorizacao": None,
    "tissSolicitacaoStatusProtocolo": Operacao.SOLIC_STATUS_PROTOCOLO,
    "tissSolicitacaoStatusRecursoGlosa": Operacao.SOLIC_STATUS_RECURSO_GLOSA,
    "tissVerificaElegibilidade": None,
}
USADOS = {operacao: nome for nome, operacao in ARQUIVOS.items() if operacao is not None}
CASOS = pytest.mark.parametrize("operacao", USADOS)


@pytest.fixture(scope="module")
def pasta(faltar: Callable[[str], NoReturn]) -> Path:
    """The folder with the official files: a must where CI runs."""
    informada = Path(os.environ.get("TISS_ESQUEMAS") or "pasta-nao-informada")
    for candidata in (informada, informada / VERSAO):
        if list(candidata.glob("*.wsdl")):
            return candidata
    faltar(f"TISS_ESQUEMAS não aponta para a pasta com os WSDL da {VERSAO}")


@pytest.fixture(scope="module")
def instalada(pasta: Path) -> None:
    """Our own envelopes need the schemas of the version, installed from the same folder."""
    if VERSAO not in {estado.versao for estado in esquemas.listar() if estado.instalada}:
        esquemas.instalar(VERSAO)


@lru_cache
def _oficial(pasta: Path, nome: str) -> Client:
    return Client(
        str(pasta / f"{nome}V4_01_00.wsdl"),
        transport=_SemRede(),
        settings=Settings(forbid_entities=False, forbid_external=True),
    )


def _binding(cliente: Client) -> Any:  # noqa: ANN401  zeep has no types
    (binding,) = cliente.wsdl.bindings.values()
    return binding


def _operacao(cliente: Client) -> Any:  # noqa: ANN401
    (operacao,) = _binding(cliente)._operations.values()
    return operacao


def test_all_official_services_are_known_here(pasta: Path) -> None:
    nomes = {caminho.name.removesuffix("V4_01_00.wsdl") for caminho in pasta.glob("*.wsdl")}
    assert nomes == set(ARQUIVOS)
    assert set(USADOS) == set(Operacao)


@pytest.mark.parametrize("nome", ARQUIVOS)
def test_every_official_wsdl_loads_without_the_network(pasta: Path, nome: str) -> None:
    operacao = _operacao(_oficial(pasta, nome))
    assert operacao.input.body.qname.namespace == NAMESPACE
    assert operacao.output.body.qname.namespace == NAMESPACE


@CASOS
def test_service_binding_and_operation_have_the_official_names(
    pasta: Path, operacao: Operacao
) -> None:
    cliente, nosso = _oficial(pasta, USADOS[operacao]), SERVICOS[operacao]
    tns = f"http://www.ans.gov.br/tiss/ws/tipos/{nosso.folha}/v40100"
    assert set(cliente.wsdl.services) == {nosso.nome}
    assert _binding(cliente).name.text == f"{{{tns}}}{nosso.nome}_Binding"
    assert _operacao(cliente).name == f"{nosso.nome}_Operation"


@CASOS
def test_request_and_answer_have_the_official_roots(pasta: Path, operacao: Operacao) -> None:
    oficial, nosso = _operacao(_oficial(pasta, USADOS[operacao])), SERVICOS[operacao]
    assert oficial.input.body.qname.localname == nosso.pedido == FORMAS[operacao].raiz_ws
    assert oficial.output.body.qname.localname == nosso.resposta
    (falha,) = oficial.abstract.fault_messages.values()
    assert [parte.element.name for parte in falha.parts.values()] == ["tissFaultWS"]


@CASOS
def test_the_envelope_is_the_one_that_the_official_wsdl_gives(
    pasta: Path, instalada: None, operacao: Operacao
) -> None:
    cliente = _oficial(pasta, USADOS[operacao])
    binding, oficial = _binding(cliente), _operacao(cliente)
    raiz = oficial.input.body
    servico = cliente.create_service(binding.name.text, "http://endereco.invalid")
    vazio = {nome: xsd.SkipValue for nome, _ in raiz.type.elements}
    esperado = cliente.create_message(servico, oficial.name, **vazio)
    nosso = envelope(operacao, VERSAO)
    corpo = f'<ans:{SERVICOS[operacao].pedido} xmlns:ans="{NAMESPACE}"/>'.encode()
    obtido = etree.fromstring(nosso.com(corpo))
    assert [no.tag for no in obtido.iter()] == [no.tag for no in esperado.iter()]
    assert nosso.cabecalhos["SOAPAction"] == f'"{oficial.soapaction}"'
    assert oficial.style == "document"
    assert binding.transport == "http://schemas.xmlsoap.org/soap/http"
