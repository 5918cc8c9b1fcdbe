"""Which body belongs to which tipoTransacao, in the file form and in that of web services.

Source: paired from the WSDLs (request and response of each service) and the types of the elements;
the XSD takes any tipoTransacao with any body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class Transacao:
    """A message, one way. do_prestador: a request; otherwise what an operadora answers.

    tipos: every tipoTransacao that may announce it.
    """

    arquivo: str
    raiz_ws: str
    corpo_ws: str
    tipos: tuple[str, ...]
    do_prestador: bool


def _pares() -> Iterator[Transacao]:
    for linha in _TABELA.strip().splitlines():
        sentido, arquivo, raiz_ws, corpo_ws, tipos = linha.split()
        yield Transacao(arquivo, raiz_ws, corpo_ws, tuple(tipos.split("|")), sentido == ">")


# > request, < answer; body of the file; root and body of the web service; tipoTransacao.
_TABELA = """
> loteGuias loteGuiasWS loteGuias ENVIO_LOTE_GUIAS
< recebimentoLote protocoloRecebimentoWS recebimentoLote PROTOCOLO_RECEBIMENTO
> loteAnexos loteAnexoWS loteAnexo ENVIO_ANEXO
< recebimentoAnexo protocoloRecebimentoAnexoWS loteAnexo PROTOCOLO_RECEBIMENTO_ANEXO
> solicitacaoDemonstrativoRetorno solicitacaoDemonstrativoRetornoWS \
solicitacaoDemonstrativoRetorno SOLIC_DEMONSTRATIVO_RETORNO
< demonstrativosRetorno demonstrativoRetornoWS demonstrativoRetorno \
DEMONSTRATIVO_ANALISE_CONTA|DEMONSTRATIVO_PAGAMENTO|DEMONSTRATIVO_ODONTOLOGIA
> solicitacaoStatusProtocolo solicitacaoStatusProtocoloWS solicitacaoStatusProtocolo \
SOLIC_STATUS_PROTOCOLO
< situacaoProtocolo situacaoProtocoloWS situacaoProtocolo SITUACAO_PROTOCOLO
> solicitacaoProcedimento solicitacaoProcedimentoWS solicitacaoProcedimento \
SOLICITACAO_PROCEDIMENTOS
< autorizacaoServicos autorizacaoProcedimentoWS autorizacaoProcedimento \
RESPOSTA_SOLICITACAO|AUTORIZACAO_ODONTOLOGIA
> solicitaStatusAutorizacao solicitacaoStatusAutorizacaoWS solicitacaoStatusAutorizacao \
SOLICITA_STATUS_AUTORIZACAO
< situacaoAutorizacao situacaoAutorizacaoWS situacaoAutorizacao STATUS_AUTORIZACAO
> verificaElegibilidade pedidoElegibilidadeWS pedidoElegibilidade VERIFICA_ELEGIBILIDADE
< respostaElegibilidade respostaElegibilidadeWS respostaElegibilidade SITUACAO_ELEGIBILIDADE
> cancelaGuia cancelaGuiaWS cancelaGuia CANCELA_GUIA
< reciboCancelaGuia reciboCancelaGuiaWS reciboCancelaGuia CANCELAMENTO_GUIA_RECIBO
> comunicacaoInternacao comunicacaoBeneficiarioWS comunicacaoBeneficiario \
COMUNICACAO_BENEFICIARIO
< reciboComunicacao reciboComunicacaoWS reciboComunicacao RECIBO_COMUNICACAO
> recursoGlosa loteRecursoGlosaWS loteRecurso RECURSO_GLOSA
< recebimentoRecursoGlosa protocoloRecebimentoRecursoWS recebimentoRecurso \
RECEBIMENTO_RECURSO_GLOSA
> solicitacaoStatusRecursoGlosa solicitacaoStatusRecursoGlosaWS \
solicitacaoStatusProtocoloRecurso SOLIC_STATUS_RECURSO_GLOSA
< respostaRecursoGlosa situacaoProtocoloRecursoWS situacaoProtocoloRecurso \
RESPOSTA_RECURSO_GLOSA
> envioDocumentos envioDocumentoWS envioDOcumento ENVIO_DOCUMENTO
< recebimentoDocumentos reciboDocumentosWS recebimentoDocumento RECEBIMENTO_DOCUMENTO
"""
TRANSACOES = tuple(_pares())

ARQUIVO = "mensagemTISS"
FALHA = "tissFaultWS"
INVOLUCROS = {"prestadorParaOperadora": True, "operadoraParaPrestador": False}
_POR_ARQUIVO = {transacao.arquivo: transacao for transacao in TRANSACOES}
_POR_RAIZ_WS = {transacao.raiz_ws: transacao for transacao in TRANSACOES}
RAIZES = frozenset({ARQUIVO, FALHA, *_POR_RAIZ_WS})

# What the demonstrativo inside an answer says of its tipoTransacao.
_DEMONSTRATIVOS = {
    "demonstrativoAnaliseConta": "DEMONSTRATIVO_ANALISE_CONTA",
    "demonstrativoPagamento": "DEMONSTRATIVO_PAGAMENTO",
    "demonstrativoPagamentoOdonto": "DEMONSTRATIVO_ODONTOLOGIA",
}


def nome(elemento: etree._Element) -> str:
    """Return the local name of an element."""
    return etree.QName(elemento).localname


def filho(elemento: etree._Element | None, *nomes: str) -> etree._Element | None:
    """Return the first child of one of these local names."""
    if elemento is None:
        return None
    return next((este for este in elemento if nome(este) in nomes), None)


def descer(elemento: etree._Element | None, *caminho: str) -> etree._Element | None:
    """Return the element at the end of a path of local names."""
    for passo in caminho:
        elemento = filho(elemento, passo)
    return elemento


@dataclass(frozen=True, slots=True)
class Corpo:
    """What a message is about. involucro, corpo: None when they are not there.

    falha: it is the fault of a web service, which has neither.
    """

    involucro: etree._Element | None
    corpo: etree._Element | None
    transacao: Transacao | None
    falha: bool = False

    @property
    def resposta(self) -> bool:
        """Whether it is what an operadora says: nothing for us to correct or send."""
        if self.transacao is not None:
            return not self.transacao.do_prestador
        return self.falha or (self.involucro is not None and not INVOLUCROS[nome(self.involucro)])

    @property
    def tipos(self) -> tuple[str, ...]:
        """Every tipoTransacao that fits the body that is there."""
        if self.transacao is None:
            return ()
        for parte in self.corpo if self.corpo is not None else ():
            proprio = _DEMONSTRATIVOS.get(nome(parte))
            if proprio in self.transacao.tipos:
                return (proprio,)
        return self.transacao.tipos


def achar_corpo(raiz: etree._Element) -> Corpo:
    """Return the body of a message of either form."""
    if nome(raiz) != ARQUIVO:
        transacao = _POR_RAIZ_WS.get(nome(raiz))
        corpo = filho(raiz, transacao.corpo_ws) if transacao else None
        return Corpo(None, corpo, transacao, falha=nome(raiz) == FALHA)
    involucro = filho(raiz, *INVOLUCROS)
    corpo = None if involucro is None else next(iter(involucro), None)
    transacao = None if corpo is None else _POR_ARQUIVO.get(nome(corpo))
    return Corpo(involucro, corpo, transacao)
