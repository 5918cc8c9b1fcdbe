"""Authorisations: answered while one waits, and the same when their status is asked for.

A request for a carteira that the analysis would refuse is denied; all others are authorised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lxml import etree

from . import leitura
from .analise import CARTEIRA_INVALIDA, carteira_invalida
from .config import Credencial
from .escrita import Escritor, Mensagem
from .livro import Livro
from .mensagem import NS
from .operacoes import AUTORIZACAO, AUTORIZACAO_ODONTOLOGIA, STATUS_AUTORIZACAO
from .relogio import local
from .respostas import Destino, mensagem
from .retorno import conferir_prestador

AUTORIZADO, NEGADO = "1", "3"  # statusSolicitacao (Tabela 45)
_PRIMEIRA_ETAPA = "1"


def solicitar(raiz: etree._Element, destino: Destino, _: Credencial, __: Livro) -> Mensagem:
    """Return the autorizacaoProcedimentoWS of a solicitacaoProcedimentoWS."""
    (pedido,) = raiz.iterfind("ans:solicitacaoProcedimento/*", NS)
    tipo = etree.QName(pedido).localname
    operacao = AUTORIZACAO_ODONTOLOGIA if tipo == "solicitacaoOdontologia" else AUTORIZACAO
    with mensagem(destino, operacao) as xml:
        _ESCRITAS[tipo](xml, pedido, destino)
    return xml.mensagem(operacao)


def situacao(raiz: etree._Element, destino: Destino, credencial: Credencial, _: Livro) -> Mensagem:
    """Return the situacaoAutorizacaoWS of a solicitacaoStatusAutorizacaoWS."""
    (pedido,) = raiz.iterfind("ans:solicitacaoStatusAutorizacao", NS)
    conferir_prestador(pedido, credencial, "dadosContratado")
    with mensagem(destino, STATUS_AUTORIZACAO) as xml, xml.grupo("autorizacaoServico"):
        _servico(xml, pedido, destino)
    return xml.mensagem(STATUS_AUTORIZACAO)


def _sp_sadt(xml: Escritor, pedido: etree._Element, destino: Destino) -> None:
    with xml.grupo("autorizacaoServico"):
        _servico(xml, pedido, destino)


def _internacao(xml: Escritor, pedido: etree._Element, destino: Destino) -> None:
    with xml.grupo("autorizacaoInternacao"), xml.grupo("autorizacaoDosServicos"):
        _servico(xml, pedido, destino)


def _prorrogacao(xml: Escritor, pedido: etree._Element, destino: Destino) -> None:
    with xml.grupo("autorizacaoProrrogacao"), xml.grupo("autorizacaoDosServicos"):
        _servico(xml, pedido, destino)


def _odontologia(xml: Escritor, pedido: etree._Element, destino: Destino) -> None:
    carteira = leitura.texto(pedido, "numeroCarteira")
    with xml.grupo("autorizacaoServicoOdonto"):
        _autorizacao(xml, pedido, destino, carteira)
        xml.folha("numeroCarteira", carteira)
        xml.folha("nomeBeneficiario", nome(carteira))
        _status(xml, carteira)


def _servico(xml: Escritor, pedido: etree._Element, destino: Destino) -> None:
    carteira = leitura.texto(pedido, "dadosBeneficiario/numeroCarteira")
    etapa = leitura.opcional(pedido, "tipoEtapaAutorizacao")
    recem_nascido = leitura.opcional(pedido, "dadosBeneficiario/atendimentoRN")
    _autorizacao(xml, pedido, destino, carteira)
    xml.folha("tipoEtapaAutorizacao", etapa or _PRIMEIRA_ETAPA)
    with xml.grupo("dadosBeneficiario"):
        xml.folha("numeroCarteira", carteira)
        xml.folha("atendimentoRN", recem_nascido or "N")
    xml.folha("nomeBeneficiario", nome(carteira))
    _status(xml, carteira)


def _autorizacao(xml: Escritor, pedido: etree._Element, destino: Destino, carteira: str) -> None:
    # Directly in the guia, or in a group that each kind calls by another name
    numero = next(pedido.iterfind(".//ans:numeroGuiaPrestador", NS)).text or ""
    with xml.grupo("dadosAutorizacao"):
        xml.folha("numeroGuiaPrestador", numero)
        if not carteira_invalida(carteira):
            xml.folha("dataAutorizacao", local(destino.agora).date().isoformat())
            xml.folha("senha", f"S{numero}"[:20])


def _status(xml: Escritor, carteira: str) -> None:
    negada = carteira_invalida(carteira)
    xml.folha("statusSolicitacao", NEGADO if negada else AUTORIZADO)
    if negada:
        with xml.grupo("motivosNegativa"):
            xml.folha("codigoGlosa", CARTEIRA_INVALIDA)


def nome(carteira: str) -> str:
    """Return the name of the beneficiario of a carteira: nobody's."""
    return f"Beneficiário {carteira}"


_ESCRITAS: Mapping[str, Callable[[Escritor, etree._Element, Destino], None]] = MappingProxyType(
    {
        "solicitacaoSP-SADT": _sp_sadt,
        "solicitacaoInternacao": _internacao,
        "solicitacaoProrrogacao": _prorrogacao,
        "solicitacaoOdontologia": _odontologia,
    }
)
