"""The web services on offer, as data: names of the messages that go in and out."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Operacao:
    """One web service; every name is spelt as in the XSD and WSDL."""

    nome: str
    raiz_pedido: str
    transacao_pedido: str
    raiz_resposta: str
    corpo_resposta: str
    transacao_resposta: str


LOTE_GUIAS = Operacao(
    "tissLoteGuias",
    "loteGuiasWS",
    "ENVIO_LOTE_GUIAS",
    "protocoloRecebimentoWS",
    "recebimentoLote",
    "PROTOCOLO_RECEBIMENTO",
)
STATUS_PROTOCOLO = Operacao(
    "tissSolicitacaoStatusProtocolo",
    "solicitacaoStatusProtocoloWS",
    "SOLIC_STATUS_PROTOCOLO",
    "situacaoProtocoloWS",
    "situacaoProtocolo",
    "SITUACAO_PROTOCOLO",
)
DEMONSTRATIVO = Operacao(
    "tissSolicitacaoDemonstrativoRetorno",
    "solicitacaoDemonstrativoRetornoWS",
    "SOLIC_DEMONSTRATIVO_RETORNO",
    "demonstrativoRetornoWS",
    "demonstrativoRetorno",
    "DEMONSTRATIVO_ANALISE_CONTA",
)

CANCELAMENTO = Operacao(
    "tissCancelaGuia",
    "cancelaGuiaWS",
    "CANCELA_GUIA",
    "reciboCancelaGuiaWS",
    "reciboCancelaGuia",
    "CANCELAMENTO_GUIA_RECIBO",
)

# The same service answers with other transactions to the other things that it may be asked for
DEMONSTRATIVO_PAGAMENTO = replace(DEMONSTRATIVO, transacao_resposta="DEMONSTRATIVO_PAGAMENTO")
DEMONSTRATIVO_ODONTOLOGIA = replace(DEMONSTRATIVO, transacao_resposta="DEMONSTRATIVO_ODONTOLOGIA")

OPERACOES = {
    operacao.nome: operacao
    for operacao in (LOTE_GUIAS, STATUS_PROTOCOLO, DEMONSTRATIVO, CANCELAMENTO)
}
