"""Answers as XML, and what has to be read in them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from lxml import etree

from tiss.domain.retorno import (
    Demonstrativos,
    FalhaSoap,
    GuiaAnalisada,
    ItemAnalisado,
    Motivo,
    ProtocoloAnalisado,
    Recebimento,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.messages.leitura import ler
from tiss.settings import NAMESPACE

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>'
UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'

RECEBIMENTO = """
<recebimentoLote><protocoloRecebimento><registroANS>999001</registroANS>
<dadosPrestador><codigoPrestadorNaOperadora>P0042</codigoPrestadorNaOperadora></dadosPrestador>
<numeroLote>42</numeroLote><dataEnvioLote>2026-03-20</dataEnvioLote><detalheProtocolo>
<numeroProtocolo>00099X</numeroProtocolo><valorTotalProtocolo>10.00</valorTotalProtocolo>
<dadosGuiasProtocolo><dadosGuias><numeroGuiaPrestador>1</numeroGuiaPrestador></dadosGuias>
<dadosGuias><numeroGuiaPrestador> 2 </numeroGuiaPrestador></dadosGuias></dadosGuiasProtocolo>
</detalheProtocolo></protocoloRecebimento></recebimentoLote>"""
ERRO = """
<recebimentoLote><mensagemErro><codigoGlosa>5001</codigoGlosa>
<descricaoGlosa>Mensagem inválida</descricaoGlosa></mensagemErro></recebimentoLote>"""
SITUACAO = """
<situacaoProtocolo><situacaoDoProtocolo><lote><detalheLote><statusProtocolo>2</statusProtocolo>
<numeroProtocolo>99</numeroProtocolo><numeroLote>42</numeroLote></detalheLote></lote>
</situacaoDoProtocolo></situacaoProtocolo>"""
AINDA_NAO = """
<demonstrativosRetorno><situacaoDemonstrativoRetorno><numeroProtocolo>99</numeroProtocolo>
<situacaoDemonstrativo>5</situacaoDemonstrativo></situacaoDemonstrativoRetorno>
</demonstrativosRetorno>"""
DEMONSTRATIVO = """
<demonstrativosRetorno><demonstrativoAnaliseConta><cabecalhoDemonstrativo>
<numeroDemonstrativo>D1</numeroDemonstrativo><dataEmissao>2026-04-01</dataEmissao>
</cabecalhoDemonstrativo><dadosConta><dadosProtocolo>
<numeroLotePrestador>42</numeroLotePrestador><numeroProtocolo>99</numeroProtocolo>
<GlosaProtocolo><codigoGlosa>1104</codigoGlosa><descricaoGlosa>soma</descricaoGlosa>
</GlosaProtocolo><situacaoProtocolo>3</situacaoProtocolo>
<relacaoGuias><numeroGuiaPrestador>1</numeroGuiaPrestador>
<motivoGlosaGuia><codigoGlosa>99ZZ</codigoGlosa></motivoGlosaGuia>
<motivoGlosaGuia><codigoGlosa>1001</codigoGlosa><descricaoGlosa>carteira</descricaoGlosa>
</motivoGlosaGuia><situacaoGuia>6</situacaoGuia>
<detalhesGuia><sequencialItem>0002</sequencialItem><valorInformado>10,5</valorInformado>
<valorLiberado>.5</valorLiberado>
<relacaoGlosa><valorGlosa>10</valorGlosa><tipoGlosa>1705</tipoGlosa></relacaoGlosa>
<relacaoGlosa><valorGlosa>10.00</valorGlosa><tipoGlosa>1801</tipoGlosa></relacaoGlosa>
</detalhesGuia>
<detalhesGuia><sequencialItem>1</sequencialItem></detalhesGuia>
<valorInformadoGuia>100.00</valorInformadoGuia><valorProcessadoGuia>95.00</valorProcessadoGuia>
<valorLiberadoGuia>90.00</valorLiberadoGuia></relacaoGuias>
<relacaoGuias><numeroGuiaPrestador>2</numeroGuiaPrestador></relacaoGuias>
</dadosProtocolo></dadosConta></demonstrativoAnaliseConta></demonstrativosRetorno>"""
FALHA_1_1 = f"""
<s:Fault xmlns:s="{SOAP_1_1}"><faultcode>s:Server</faultcode><faultstring>não deu</faultstring>
<detail><tissFaultWS xmlns="{NAMESPACE}"><tissFault>HashInvalido</tissFault></tissFaultWS></detail>
</s:Fault>"""
FALHA_1_2 = f"""
<s:Fault xmlns:s="{SOAP_1_2}"><s:Code><s:Value>s:Receiver</s:Value></s:Code>
<s:Reason><s:Text xml:lang="pt">não deu</s:Text></s:Reason></s:Fault>"""


def guia_recebida(numero: str) -> GuiaAnalisada:
    return GuiaAnalisada(
        numero_guia_prestador=numero,
        situacao="",
        motivos=(),
        itens=(),
        valor_informado=None,
        valor_processado=None,
        valor_liberado=None,
    )


LIDAS: dict[str, tuple[str, Resposta]] = {
    "recebimento": (
        RECEBIMENTO,
        Recebimento(
            numero_lote="42",
            numero_protocolo="00099X",
            prestador="P0042",
            guias=(guia_recebida("1"), guia_recebida("2")),
            valor_informado=Decimal(10),
        ),
    ),
    "erro": (ERRO, Recusa(codigo="5001", descricao="Mensagem inválida")),
    "situacao": (
        SITUACAO,
        SituacaoProtocolo(numero_protocolo="99", numero_lote="42", situacao="2"),
    ),
    "ainda_nao": (
        AINDA_NAO,
        SituacaoProtocolo(numero_protocolo="99", numero_lote=None, situacao="5"),
    ),
    "fault_1_1": (
        FALHA_1_1,
        FalhaSoap(tiss_fault="HashInvalido", codigo="s:Server", texto="não deu"),
    ),
    "fault_1_2": (FALHA_1_2, FalhaSoap(tiss_fault=None, codigo="s:Receiver", texto="não deu")),
}
PROTOCOLO = ProtocoloAnalisado(
    numero_protocolo="99",
    numero_lote="42",
    situacao="3",
    motivos=(Motivo(codigo="1104", descricao="soma"),),
    guias=(
        GuiaAnalisada(
            numero_guia_prestador="1",
            situacao="6",
            motivos=(Motivo(codigo="99ZZ"), Motivo(codigo="1001", descricao="carteira")),
            itens=(
                ItemAnalisado(
                    sequencial_item=2,
                    valor_informado=Decimal("10.5"),
                    valor_liberado=Decimal("0.5"),
                    motivos=(
                        Motivo(codigo="1705", valor=Decimal(10)),
                        Motivo(codigo="1801", valor=Decimal(10)),
                    ),
                ),
                ItemAnalisado(
                    sequencial_item=1, valor_informado=None, valor_liberado=None, motivos=()
                ),
            ),
            valor_informado=Decimal(100),
            valor_processado=Decimal(95),
            valor_liberado=Decimal(90),
        ),
        GuiaAnalisada(
            numero_guia_prestador="2",
            situacao="3",  # of its protocolo, for want of its own
            motivos=(),
            itens=(),
            valor_informado=None,
            valor_processado=None,
            valor_liberado=None,
        ),
    ),
)


def em_arquivo(corpo: str) -> str:
    return (
        f'<mensagemTISS xmlns="{NAMESPACE}"><cabecalho><Padrao>4.03.00</Padrao></cabecalho>'
        f"<operadoraParaPrestador>{corpo}</operadoraParaPrestador>"
        "<epilogo><hash>0</hash></epilogo></mensagemTISS>"
    )


def em_ws(corpo: str) -> str:
    return f'<qualquerWS xmlns="{NAMESPACE}"><cabecalho/>{corpo}<hash>0</hash></qualquerWS>'


def sem_namespace(corpo: str) -> str:
    return f"<qualquerWS>{corpo}</qualquerWS>"


def em_soap(xml: str, espaco: str, prefixo: str = "soap") -> str:
    return (
        f'<{prefixo}:Envelope xmlns:{prefixo}="{espaco}"><{prefixo}:Header/>'
        f"<{prefixo}:Body>{xml}</{prefixo}:Body></{prefixo}:Envelope>"
    )


FORMAS: dict[str, Callable[[str], str]] = {
    "arquivo": em_arquivo,
    "ws": em_ws,
    "soap_1_1": lambda corpo: em_soap(em_ws(corpo), SOAP_1_1),
    "soap_1_2": lambda corpo: em_soap(em_ws(corpo), SOAP_1_2, "env"),
    "arquivo_em_soap": lambda corpo: em_soap(em_arquivo(corpo), SOAP_1_1, "S"),
    "sem_namespace": sem_namespace,
}


def com_prefixo(xml: str, prefixo: str) -> bytes:
    """The same document with another prefix for the elements of TISS."""
    raiz = etree.fromstring(xml)
    nova = etree.Element(raiz.tag, nsmap={prefixo or None: NAMESPACE})
    nova.extend(raiz)
    etree.cleanup_namespaces(nova)
    return etree.tostring(nova)


def resposta_de(corpo: str | bytes) -> Resposta:
    return ler(corpo.encode() if isinstance(corpo, str) else corpo).resposta


def demonstrativos(corpo: str | bytes) -> Demonstrativos:
    resposta = resposta_de(corpo)
    assert isinstance(resposta, Demonstrativos)
    return resposta


def analisada(de: str, para: str) -> GuiaAnalisada:
    """The first guia of DEMONSTRATIVO with a text in it replaced."""
    assert de in DEMONSTRATIVO
    lidos = demonstrativos(em_ws(DEMONSTRATIVO.replace(de, para)))
    return lidos.lista[0].protocolos[0].guias[0]
