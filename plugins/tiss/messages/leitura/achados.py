"""Where in a message its content stands, in the file form, a web service's and an envelope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from tiss.messages.leitura.no import nome_local, texto_de

# What wraps a content, and the tipoTransacao of an answer that it makes certain. A web service
# calls many of them otherwise than a file does.
CORPOS = {
    "recebimentoLote": "PROTOCOLO_RECEBIMENTO",
    "protocoloRecebimentoWS": "PROTOCOLO_RECEBIMENTO",
    "recebimentoAnexo": "PROTOCOLO_RECEBIMENTO_ANEXO",
    "protocoloRecebimentoAnexoWS": "PROTOCOLO_RECEBIMENTO_ANEXO",
    "situacaoProtocolo": "SITUACAO_PROTOCOLO",
    "situacaoProtocoloWS": "SITUACAO_PROTOCOLO",
    "autorizacaoServicos": "RESPOSTA_SOLICITACAO",
    "autorizacaoProcedimento": "RESPOSTA_SOLICITACAO",
    "autorizacaoProcedimentoWS": "RESPOSTA_SOLICITACAO",
    "situacaoAutorizacao": "STATUS_AUTORIZACAO",
    "situacaoAutorizacaoWS": "STATUS_AUTORIZACAO",
    "respostaElegibilidade": "SITUACAO_ELEGIBILIDADE",
    "respostaElegibilidadeWS": "SITUACAO_ELEGIBILIDADE",
    "reciboCancelaGuia": "CANCELAMENTO_GUIA_RECIBO",
    "reciboCancelaGuiaWS": "CANCELAMENTO_GUIA_RECIBO",
    "reciboComunicacao": "RECIBO_COMUNICACAO",
    "reciboComunicacaoWS": "RECIBO_COMUNICACAO",
    "recebimentoRecursoGlosa": "RECEBIMENTO_RECURSO_GLOSA",
    "recebimentoRecurso": "RECEBIMENTO_RECURSO_GLOSA",
    "protocoloRecebimentoRecursoWS": "RECEBIMENTO_RECURSO_GLOSA",
    "respostaRecursoGlosa": "RESPOSTA_RECURSO_GLOSA",
    "situacaoProtocoloRecurso": "RESPOSTA_RECURSO_GLOSA",
    "situacaoProtocoloRecursoWS": "RESPOSTA_RECURSO_GLOSA",
    "recebimentoDocumentos": "RECEBIMENTO_DOCUMENTO",
    "recebimentoDocumento": "RECEBIMENTO_DOCUMENTO",
    "reciboDocumentosWS": "RECEBIMENTO_DOCUMENTO",
}
# What a prestador sends. loteAnexo is not here: answers of the web service use it too.
PEDIDOS = frozenset(
    {
        "prestadorParaOperadora", "loteGuias", "loteGuiasWS", "loteAnexos", "loteAnexoWS",
        "solicitacaoProcedimento", "solicitacaoProcedimentoWS", "solicitaStatusAutorizacao",
        "solicitacaoStatusAutorizacao", "solicitacaoStatusAutorizacaoWS",
        "solicitacaoStatusProtocolo", "solicitacaoStatusProtocoloWS",
        "solicitacaoDemonstrativoRetorno", "solicitacaoDemonstrativoRetornoWS", "recursoGlosa",
        "loteRecurso", "loteRecursoGlosaWS", "solicitacaoStatusRecursoGlosa",
        "solicitacaoStatusProtocoloRecurso", "solicitacaoStatusRecursoGlosaWS",
        "verificaElegibilidade", "pedidoElegibilidade", "pedidoElegibilidadeWS", "cancelaGuia",
        "cancelaGuiaWS", "comunicacaoInternacao", "comunicacaoBeneficiario",
        "comunicacaoBeneficiarioWS", "envioDocumentos", "envioDOcumento", "envioDocumentoWS",
    }
)  # fmt: skip
FALHAS = frozenset({"Fault", "tissFaultWS", "tissFault"})
ERRO = "mensagemErro"
# One name for a wrapper and for what it wraps.
_DUPLOS = frozenset({"reciboCancelaGuia", "reciboComunicacao"})
# What stands around the content of a message is a dozen elements; a page of HTML is not searched.
_BUSCA_MAXIMA = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Achado:
    """A content by its local name. tipo: what its wrappers make of it, None when they do not."""

    nome: str
    tipo: str | None
    elemento: etree._Element


@dataclass(slots=True, kw_only=True)
class Mensagem:
    """The parts of a message, wherever they stand."""

    cabecalhos: list[etree._Element] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    conteudos: list[Achado] = field(default_factory=list)
    pedido: bool = False


def separar(raiz: etree._Element, conteudos: frozenset[str]) -> Mensagem:
    """Return the parts of a message, in document order. Nothing inside a content is looked at."""
    mensagem = Mensagem()
    for nome, tipo, elemento in _percorrer(raiz, conteudos):
        match nome:
            case "cabecalho":
                mensagem.cabecalhos.append(elemento)
            case "hash":
                mensagem.hashes += filter(None, [texto_de(elemento)])
            case _ if nome in PEDIDOS:
                mensagem.pedido = True
            case _:
                mensagem.conteudos.append(Achado(nome=nome, tipo=tipo, elemento=elemento))
    return mensagem


def _percorrer(
    raiz: etree._Element, conteudos: frozenset[str]
) -> Iterator[tuple[str, str | None, etree._Element]]:
    terminais = conteudos | PEDIDOS | FALHAS | {ERRO, "cabecalho", "hash"}
    # Iterators, not lists: nobody looks at the million children of what is no answer.
    pilha: list[tuple[Iterator[etree._Element], str | None]] = [(iter((raiz,)), None)]
    visitados = 0
    while pilha and visitados < _BUSCA_MAXIMA:
        irmaos, tipo = pilha[-1]
        elemento = next(irmaos, None)
        if elemento is None:
            pilha.pop()
            continue
        visitados += 1
        nome = nome_local(elemento)
        if nome in terminais and not _so_envolve(nome, elemento):
            yield nome, tipo, elemento
            continue
        envolvido = CORPOS.get(nome, tipo)
        if nome == "respostaElegibilidade":
            yield from _recusas_da_elegibilidade(elemento, envolvido)
        pilha.append((iter(elemento), envolvido))


def _so_envolve(nome: str, elemento: etree._Element) -> bool:
    """Tell whether it is not the content: that has neither its own name inside nor a refusal."""
    return nome in _DUPLOS and any(
        elemento.find(f"{{*}}{dentro}") is not None for dentro in (nome, ERRO)
    )


def _recusas_da_elegibilidade(
    elemento: etree._Element, tipo: str | None
) -> Iterator[tuple[str, str | None, etree._Element]]:
    """What the web service calls codigoGlosa is the mensagemErro of the file: the XSD's slip."""
    for filho in elemento.iterfind("{*}codigoGlosa"):
        if len(filho):
            yield ERRO, tipo, filho
