"""Takes a lote of anexos: every anexo comes back as it was sent, in analysis."""

from __future__ import annotations

from lxml import etree

from . import leitura
from .autorizacao import nome
from .config import Credencial
from .escrita import Escritor, Mensagem
from .livro import Livro
from .mensagem import NS
from .operacoes import LOTE_ANEXO
from .relogio import local
from .respostas import Destino, mensagem, prestador

EM_ANALISE = "2"  # statusSolicitacao (Tabela 45)
# Written by us, or with no place in the answer
_NAO_VOLTAM = {"cabecalhoAnexo", "dadosBeneficiario", "observacao"}


def receber(raiz: etree._Element, destino: Destino, _: Credencial, __: Livro) -> Mensagem:
    """Return the protocoloRecebimentoAnexoWS of a loteAnexoWS."""
    anexos = raiz.findall("ans:loteAnexo/ans:AnexosGuiasTISS/*", NS)
    with mensagem(destino, LOTE_ANEXO) as xml, xml.grupo("protocoloRecebimentoAnexo"):
        xml.folha("nrProtocoloRecebimento", f"A{destino.sequencial}")
        xml.folha("dataEnvioAnexo", local(destino.agora).date().isoformat())
        xml.folha("numeroLote", leitura.texto(raiz, "loteAnexo/numeroLote"))
        xml.folha("registroANS", destino.operadora.registro_ans)
        prestador(xml, destino)
        xml.folha("qtAnexosClinicos", str(len(anexos)))
        with xml.grupo("anexosClinicos"):
            for anexo in anexos:
                _anexo(xml, anexo)
    return xml.mensagem(LOTE_ANEXO)


def _anexo(xml: Escritor, anexo: etree._Element) -> None:
    tipo = etree.QName(anexo).localname
    if tipo == "anexoSituacaoInicial":
        carteira = leitura.texto(anexo, "numeroCarteira")
        with xml.grupo(tipo):
            for parte in anexo:
                xml.copiar(parte)
            xml.folha("nomeBeneficiario", nome(carteira))
        return
    carteira = leitura.texto(anexo, "dadosBeneficiario/numeroCarteira")
    with xml.grupo(tipo.replace("Solicitacao", "")):
        with xml.grupo("dadosAutorizacao"):
            numero = leitura.texto(anexo, "cabecalhoAnexo/numeroGuiaAnexo")
            xml.folha("numeroGuiaPrestador", numero)
        if tipo == "anexoSolicitacaoOPME":
            xml.copiar(next(anexo.iterfind("ans:dadosBeneficiario", NS)))
            xml.folha("nomebeneficiario", nome(carteira))
            xml.folha("statusSolicitacao", EM_ANALISE)
            return
        xml.folha("numeroCarteira", carteira)
        if tipo == "anexoSolicitacaoQuimio":  # the same two elements, the other way round
            xml.folha("statusSolicitacao", EM_ANALISE)
            xml.folha("nomeBeneficiario", nome(carteira))
        else:
            xml.folha("nomeBeneficiario", nome(carteira))
            xml.folha("statusSolicitacao", EM_ANALISE)
        for parte in anexo:
            if etree.QName(parte).localname not in _NAO_VOLTAM:
                xml.copiar(parte)
