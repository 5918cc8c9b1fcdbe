"""The services that need no analysis: eligibility, notices of admission, documents."""

from __future__ import annotations

from lxml import etree

from . import leitura
from .analise import CARTEIRA_INVALIDA, carteira_invalida
from .autorizacao import nome
from .config import Credencial
from .escrita import Mensagem
from .livro import Livro
from .mensagem import NS
from .operacoes import COMUNICACAO, DOCUMENTOS, ELEGIBILIDADE
from .respostas import Destino, mensagem
from .retorno import conferir_prestador


def elegibilidade(
    raiz: etree._Element, destino: Destino, credencial: Credencial, _: Livro
) -> Mensagem:
    """Return the respostaElegibilidadeWS of a pedidoElegibilidadeWS."""
    (pedido,) = raiz.iterfind("ans:pedidoElegibilidade", NS)
    conferir_prestador(pedido, credencial)
    carteira = leitura.texto(pedido, "numeroCarteira")
    negada = carteira_invalida(carteira)
    with mensagem(destino, ELEGIBILIDADE) as xml, xml.grupo("reciboElegibilidade"):
        xml.folha("registroANS", destino.operadora.registro_ans)
        xml.folha("numeroCarteira", carteira)
        xml.folha("nomeBeneficiario", nome(carteira))
        xml.folha("respostaSolicitacao", "N" if negada else "S")
        if negada:
            with xml.grupo("motivosNegativa"), xml.grupo("motivoNegativa"):
                xml.folha("codigoGlosa", CARTEIRA_INVALIDA)
    return xml.mensagem(ELEGIBILIDADE)


def comunicar(raiz: etree._Element, destino: Destino, _: Credencial, __: Livro) -> Mensagem:
    """Return the reciboComunicacaoWS of a comunicacaoBeneficiarioWS."""
    (pedido,) = raiz.iterfind("ans:comunicacaoBeneficiario", NS)
    carteira = leitura.texto(pedido, "dadosBeneficiario/numeroCarteira")
    with mensagem(destino, COMUNICACAO) as xml, xml.grupo("reciboComunicacao"):
        xml.folha("statusComunicacao", "S")
        with xml.grupo("beneficiarioComunicacaoRet"):
            xml.copiar(next(pedido.iterfind("ans:dadosBeneficiario", NS)))
            xml.folha("nomeBeneficiario", nome(carteira))
            xml.folha("tipoEvento", leitura.texto(pedido, "tipoEvento"))
            xml.copiar(next(pedido.iterfind("ans:dadosInternacao", NS)))
    return xml.mensagem(COMUNICACAO)


def documentos(raiz: etree._Element, destino: Destino, _: Credencial, __: Livro) -> Mensagem:
    """Return the reciboDocumentosWS of an envioDocumentoWS."""
    (pedido,) = raiz.iterfind(f"ans:{DOCUMENTOS.corpo_pedido}", NS)
    with mensagem(destino, DOCUMENTOS) as xml, xml.grupo("reciboDocumentos"):
        for campo in ("numeroLote", "numeroProtocolo", "numeroGuiaPrestador"):
            xml.opcional(campo, leitura.opcional(pedido, campo))
        xml.opcional("numeroGuiaOperadora", leitura.opcional(pedido, "numeroGuiaOperadora"))
        xml.folha("numeroDocumento", leitura.texto(pedido, "numeroDocumento"))
        xml.folha("protocoloDoc", f"D{destino.sequencial}")
    return xml.mensagem(DOCUMENTOS)
