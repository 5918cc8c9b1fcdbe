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

RECURSO = Operacao(
    nome="tissRecursoGlosa",
    raiz_pedido="loteRecursoGlosaWS",
    corpo_pedido="loteRecurso",
    arquivo_pedido="recursoGlosa",
    transacao_pedido="RECURSO_GLOSA",
    raiz_resposta="protocoloRecebimentoRecursoWS",
    corpo_resposta="recebimentoRecurso",
    arquivo_resposta="recebimentoRecursoGlosa",
    transacao_resposta="RECEBIMENTO_RECURSO_GLOSA",
)
STATUS_RECURSO = Operacao(
    nome="tissSolicitacaoStatusProtocoloRecurso",
    raiz_pedido="solicitacaoStatusRecursoGlosaWS",
    corpo_pedido="solicitacaoStatusProtocoloRecurso",
    arquivo_pedido="solicitacaoStatusRecursoGlosa",
    transacao_pedido="SOLIC_STATUS_RECURSO_GLOSA",
    raiz_resposta="situacaoProtocoloRecursoWS",
    corpo_resposta="situacaoProtocoloRecurso",
    arquivo_resposta="respostaRecursoGlosa",
    transacao_resposta="RESPOSTA_RECURSO_GLOSA",
)
ELEGIBILIDADE = Operacao(
    nome="tissVerificaElegibilidade",
    raiz_pedido="pedidoElegibilidadeWS",
    corpo_pedido="pedidoElegibilidade",
    arquivo_pedido="verificaElegibilidade",
    transacao_pedido="VERIFICA_ELEGIBILIDADE",
    raiz_resposta="respostaElegibilidadeWS",
    corpo_resposta="respostaElegibilidade",
    arquivo_resposta="respostaElegibilidade",
    transacao_resposta="SITUACAO_ELEGIBILIDADE",
    erro="codigoGlosa",
)
AUTORIZACAO = Operacao(
    nome="tissSolicitacaoProcedimento",
    raiz_pedido="solicitacaoProcedimentoWS",
    corpo_pedido="solicitacaoProcedimento",
    arquivo_pedido="solicitacaoProcedimento",
    transacao_pedido="SOLICITACAO_PROCEDIMENTOS",
    raiz_resposta="autorizacaoProcedimentoWS",
    corpo_resposta="autorizacaoProcedimento",
    arquivo_resposta="autorizacaoServicos",
    transacao_resposta="RESPOSTA_SOLICITACAO",
)
STATUS_AUTORIZACAO = Operacao(
    nome="tissSolicitacaoStatusAutorizacao",
    raiz_pedido="solicitacaoStatusAutorizacaoWS",
    corpo_pedido="solicitacaoStatusAutorizacao",
    arquivo_pedido="solicitaStatusAutorizacao",
    transacao_pedido="SOLICITA_STATUS_AUTORIZACAO",
    raiz_resposta="situacaoAutorizacaoWS",
    corpo_resposta="situacaoAutorizacao",
    arquivo_resposta="situacaoAutorizacao",
    transacao_resposta="STATUS_AUTORIZACAO",
)
LOTE_ANEXO = Operacao(
    nome="tissLoteAnexo",
    raiz_pedido="loteAnexoWS",
    corpo_pedido="loteAnexo",
    arquivo_pedido="loteAnexos",
    transacao_pedido="ENVIO_ANEXO",
    raiz_resposta="protocoloRecebimentoAnexoWS",
    corpo_resposta="loteAnexo",
    arquivo_resposta="recebimentoAnexo",
    transacao_resposta="PROTOCOLO_RECEBIMENTO_ANEXO",
)
COMUNICACAO = Operacao(
    nome="tissComunicacaoBeneficiario",
    raiz_pedido="comunicacaoBeneficiarioWS",
    corpo_pedido="comunicacaoBeneficiario",
    arquivo_pedido="comunicacaoInternacao",
    transacao_pedido="COMUNICACAO_BENEFICIARIO",
    raiz_resposta="reciboComunicacaoWS",
    corpo_resposta="reciboComunicacao",
    arquivo_resposta="reciboComunicacao",
    transacao_resposta="RECIBO_COMUNICACAO",
)
DOCUMENTOS = Operacao(
    nome="tissEnvioDocumentos",
    raiz_pedido="envioDocumentoWS",
    corpo_pedido="envioDOcumento",
    arquivo_pedido="envioDocumentos",
    transacao_pedido="ENVIO_DOCUMENTO",
    raiz_resposta="reciboDocumentosWS",
    corpo_resposta="recebimentoDocumento",
    arquivo_resposta="recebimentoDocumentos",
    transacao_resposta="RECEBIMENTO_DOCUMENTO",
    troca_no_arquivo=("reciboDocumentos", "reciboDocumento"),
)

# The same service answers with other transactions to the other things that it may be asked for
DEMONSTRATIVO_PAGAMENTO = replace(DEMONSTRATIVO, transacao_resposta="DEMONSTRATIVO_PAGAMENTO")
DEMONSTRATIVO_ODONTOLOGIA = replace(DEMONSTRATIVO, transacao_resposta="DEMONSTRATIVO_ODONTOLOGIA")
AUTORIZACAO_ODONTOLOGIA = replace(AUTORIZACAO, transacao_resposta="AUTORIZACAO_ODONTOLOGIA")

OPERACOES = {
    operacao.nome: operacao
    for operacao in (
        LOTE_GUIAS,
        STATUS_PROTOCOLO,
        DEMONSTRATIVO,
        CANCELAMENTO,
        RECURSO,
        STATUS_RECURSO,
        ELEGIBILIDADE,
        AUTORIZACAO,
        STATUS_AUTORIZACAO,
        LOTE_ANEXO,
        COMUNICACAO,
        DOCUMENTOS,
    )
}
