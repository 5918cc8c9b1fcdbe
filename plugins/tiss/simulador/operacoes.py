"""The web services on offer, as data: names of the messages that go in and out."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Operacao:
    """One web service; every name is spelt as in the XSD and WSDL.

    raiz_* and corpo_* are the root and its body in a *WS message; arquivo_* is that body in a
    mensagemTISS, and its first element too where that has another name there.
    """

    nome: str
    raiz_pedido: str
    corpo_pedido: str
    arquivo_pedido: str
    transacao_pedido: str
    raiz_resposta: str
    corpo_resposta: str
    arquivo_resposta: str
    transacao_resposta: str
    erro: str = "mensagemErro"
    troca_no_arquivo: tuple[str, str] | None = None

    @property
    def trocas_no_arquivo(self) -> tuple[tuple[str, str], ...]:
        """The first elements of an answer by the name they have in a *WS and in a mensagemTISS."""
        return ((self.erro, "mensagemErro"), *filter(None, [self.troca_no_arquivo]))


LOTE_GUIAS = Operacao(
    nome="tissLoteGuias",
    raiz_pedido="loteGuiasWS",
    corpo_pedido="loteGuias",
    arquivo_pedido="loteGuias",
    transacao_pedido="ENVIO_LOTE_GUIAS",
    raiz_resposta="protocoloRecebimentoWS",
    corpo_resposta="recebimentoLote",
    arquivo_resposta="recebimentoLote",
    transacao_resposta="PROTOCOLO_RECEBIMENTO",
)
STATUS_PROTOCOLO = Operacao(
    nome="tissSolicitacaoStatusProtocolo",
    raiz_pedido="solicitacaoStatusProtocoloWS",
    corpo_pedido="solicitacaoStatusProtocolo",
    arquivo_pedido="solicitacaoStatusProtocolo",
    transacao_pedido="SOLIC_STATUS_PROTOCOLO",
    raiz_resposta="situacaoProtocoloWS",
    corpo_resposta="situacaoProtocolo",
    arquivo_resposta="situacaoProtocolo",
    transacao_resposta="SITUACAO_PROTOCOLO",
)
DEMONSTRATIVO = Operacao(
    nome="tissSolicitacaoDemonstrativoRetorno",
    raiz_pedido="solicitacaoDemonstrativoRetornoWS",
    corpo_pedido="solicitacaoDemonstrativoRetorno",
    arquivo_pedido="solicitacaoDemonstrativoRetorno",
    transacao_pedido="SOLIC_DEMONSTRATIVO_RETORNO",
    raiz_resposta="demonstrativoRetornoWS",
    corpo_resposta="demonstrativoRetorno",
    arquivo_resposta="demonstrativosRetorno",
    transacao_resposta="DEMONSTRATIVO_ANALISE_CONTA",
)
CANCELAMENTO = Operacao(
    nome="tissCancelaGuia",
    raiz_pedido="cancelaGuiaWS",
    corpo_pedido="cancelaGuia",
    arquivo_pedido="cancelaGuia",
    transacao_pedido="CANCELA_GUIA",
    raiz_resposta="reciboCancelaGuiaWS",
    corpo_resposta="reciboCancelaGuia",
    arquivo_resposta="reciboCancelaGuia",
    transacao_resposta="CANCELAMENTO_GUIA_RECIBO",
)

# The same service answers with other transactions to the other things that it may be asked for
DEMONSTRATIVO_PAGAMENTO = replace(DEMONSTRATIVO, transacao_resposta="DEMONSTRATIVO_PAGAMENTO")
DEMONSTRATIVO_ODONTOLOGIA = replace(DEMONSTRATIVO, transacao_resposta="DEMONSTRATIVO_ODONTOLOGIA")

OPERACOES = {
    operacao.nome: operacao
    for operacao in (LOTE_GUIAS, STATUS_PROTOCOLO, DEMONSTRATIVO, CANCELAMENTO)
}
