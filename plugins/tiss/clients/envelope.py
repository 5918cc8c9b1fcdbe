"""SOAP envelopes around bytes that we wrote ourselves.

zeep knows the WSDL, the binding, the SOAPAction and the roots of each operation; it makes an
empty envelope and our own bytes enter it, so that what was hashed is what leaves. It neither
rebuilds the body (50 ms and UTF-8 only) nor parses the reply, nor touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from string import Template
from typing import NoReturn

from lxml import etree
from zeep import Client, Settings, xsd
from zeep.transports import Transport

from tiss import esquemas
from tiss.domain.cadastro import Operacao
from tiss.settings import ENCODING, ESQUEMAS

_MARCA = "@@TISS@@"


@dataclass(frozen=True, slots=True)
class Servico:
    """A web service of the standard: its name, the leaf of its namespace, its two roots."""

    nome: str
    folha: str
    pedido: str
    resposta: str


SERVICOS = {
    Operacao.ENVIO_LOTE_GUIAS: Servico(
        "tissLoteGuias", "tissloteguias", "loteGuiasWS", "protocoloRecebimentoWS"
    ),
    Operacao.SOLIC_STATUS_PROTOCOLO: Servico(
        "tissSolicitacaoStatusProtocolo",
        "tisssolicitacaostatusprotocolo",
        "solicitacaoStatusProtocoloWS",
        "situacaoProtocoloWS",
    ),
    Operacao.SOLIC_DEMONSTRATIVO_RETORNO: Servico(
        "tissSolicitacaoDemonstrativoRetorno",
        "tisssolicitacaodemonstrativoretorno",
        "solicitacaoDemonstrativoRetornoWS",
        "demonstrativoRetornoWS",
    ),
    Operacao.CANCELA_GUIA: Servico(
        "tissCancelaGuia", "tisscancelaguia", "cancelaGuiaWS", "reciboCancelaGuiaWS"
    ),
    Operacao.RECURSO_GLOSA: Servico(
        "tissRecursoGlosa",
        "tissrecursoglosa",
        "loteRecursoGlosaWS",
        "protocoloRecebimentoRecursoWS",
    ),
    # The only service whose name is not that of its WSDL file.
    Operacao.SOLIC_STATUS_RECURSO_GLOSA: Servico(
        "tissSolicitacaoStatusProtocoloRecurso",
        "tisssolicitacaostatusprotocolorecurso",
        "solicitacaoStatusRecursoGlosaWS",
        "situacaoProtocoloRecursoWS",
    ),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands before and after the body, and the headers that go with it."""

    antes: bytes
    depois: bytes
    cabecalhos: dict[str, str]

    def com(self, corpo: bytes) -> bytes:
        """Return the request around the root of a web service, which has no XML declaration."""
        return self.antes + corpo + self.depois


@lru_cache
def envelope(operacao: Operacao, versao: str, codificacao: str = ENCODING) -> Envelope:
    """Return the envelope of an operation. Takes about 50 ms once, then nothing.

    codificacao: of the whole request, the body that enters it included.
    """
    servico = SERVICOS[operacao]
    cliente = Client(
        wsdl=BytesIO(_wsdl(servico, versao)),
        transport=_SemRede(),  # type: ignore[no-untyped-call]
        # xmldsig-core-schema.xsd has an internal entity; these files are checked by sha256.
        settings=Settings(forbid_entities=False, forbid_external=True),
    )
    endereco = cliente.create_service(
        f"{{{_tns(servico, versao)}}}{servico.nome}_Binding", "http://endereco.do.contrato.invalid"
    )
    operacoes = endereco._binding._operations
    operacao_zeep = operacoes[f"{servico.nome}_Operation"]
    vazio = {nome: xsd.SkipValue for nome, _ in operacao_zeep.input.body.type.elements}
    raiz = cliente.create_message(endereco, operacao_zeep.name, **vazio)
    corpo = raiz.find("{*}Body")
    corpo.clear()
    corpo.text = _MARCA
    texto = etree.tostring(raiz, xml_declaration=True, encoding=codificacao)
    antes, depois = texto.split(_MARCA.encode())
    return Envelope(
        antes,
        depois,
        {
            "Content-Type": f"text/xml; charset={codificacao}",
            "SOAPAction": f'"{operacao_zeep.soapaction}"',
            "Accept": "text/xml",
        },
    )


def _wsdl(servico: Servico, versao: str) -> bytes:
    modelo = Template((ESQUEMAS / "servico.wsdl").read_text(encoding="utf-8"))
    esquema = esquemas.pasta(versao) / f"tissWebServicesV{esquemas.sufixo(versao)}.xsd"
    return modelo.substitute(
        tns=_tns(servico, versao),
        servico=servico.nome,
        pedido=servico.pedido,
        resposta=servico.resposta,
        esquema=str(esquema),
    ).encode()


def _tns(servico: Servico, versao: str) -> str:
    return f"http://www.ans.gov.br/tiss/ws/tipos/{servico.folha}/v{versao.replace('.', '')}"


class _SemRede(Transport):
    """Reads the installed schema files and nothing else."""

    def _load_remote_data(self, url: str) -> NoReturn:
        raise OSError(f"o WSDL aponta para fora: {url}")

    def get(self, *_: object, **__: object) -> NoReturn:
        raise OSError("zeep não fala com a rede aqui")

    post = post_xml = get
