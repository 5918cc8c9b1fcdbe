"""The demonstrativo de análise de conta, and the answer that a demonstrativo is not ready."""

from __future__ import annotations

from collections.abc import Iterable

from .escrita import Escritor, Mensagem
from .modelo import GuiaAceita, ItemAnalisado, Protocolo, Tipo
from .operacoes import DEMONSTRATIVO, DEMONSTRATIVO_ODONTOLOGIA
from .prazos import (
    ANALISADOS,
    CANCELADO,
    ENCERRADO_SEM_PAGAMENTO,
    PAGAVEIS,
    analisado_em,
)
from .relogio import local
from .respostas import Destino, mensagem, motivos, prestador, procedimento

TIPO_ANALISE, TIPO_ODONTOLOGIA = "2", "3"


def pendente(destino: Destino, protocolo: Protocolo, status: str) -> Mensagem:
    """Return the situacaoDemonstrativoRetorno of a protocol whose analysis is not finished."""
    odonto = protocolo.tipo is Tipo.ODONTO
    operacao = DEMONSTRATIVO_ODONTOLOGIA if odonto else DEMONSTRATIVO
    with mensagem(destino, operacao) as xml, xml.grupo("situacaoDemonstrativoRetorno"):
        xml.folha("identificacaoOperadora", destino.operadora.registro_ans)
        prestador(xml, destino)
        xml.folha("numeroProtocolo", protocolo.numero)
        xml.folha("protocoloSolicitacaoDemonstrativo", str(destino.sequencial))
        xml.folha("tipoDemonstrativo", TIPO_ODONTOLOGIA if odonto else TIPO_ANALISE)
        xml.folha("dataSituacaoDemonstrativo", local(destino.agora).date().isoformat())
        xml.folha("situacaoDemonstrativo", status)
    return xml.mensagem(operacao)


def demonstrativos(destino: Destino, protocolos: Iterable[tuple[Protocolo, str]]) -> Mensagem:
    """Return one demonstrativoAnaliseConta for each protocol and its status.

    The number and date of a demonstrativo are those of the analysis: asking twice gives the same.
    """
    with mensagem(destino, DEMONSTRATIVO) as xml:
        for protocolo, status in protocolos:
            with xml.grupo("demonstrativoAnaliseConta"):
                _demonstrativo(xml, destino, protocolo, status)
    return xml.mensagem(DEMONSTRATIVO)


def _demonstrativo(xml: Escritor, destino: Destino, protocolo: Protocolo, status: str) -> None:
    operadora = destino.operadora
    analisado = status in ANALISADOS
    emissao = analisado_em(protocolo.aceito_em, operadora) if analisado else destino.agora
    with xml.grupo("cabecalhoDemonstrativo"):
        xml.folha("registroANS", operadora.registro_ans)
        xml.folha("numeroDemonstrativo", protocolo.numero)
        xml.folha("nomeOperadora", operadora.nome)
        xml.folha("numeroCNPJ", operadora.cnpj)
        xml.folha("dataEmissao", local(emissao).date().isoformat())
    with xml.grupo("dadosPrestador"):
        with xml.grupo("dadosContratado"):
            xml.folha("codigoPrestadorNaOperadora", destino.prestador)
        xml.folha("CNES", protocolo.guias[0].cnes)
    with xml.grupo("dadosConta"), xml.grupo("dadosProtocolo"):
        xml.folha("numeroLotePrestador", protocolo.numero_lote)
        xml.folha("numeroProtocolo", protocolo.numero)
        xml.folha("dataProtocolo", local(protocolo.aceito_em).date().isoformat())
        xml.folha("situacaoProtocolo", status)
        for guia in protocolo.guias:
            with xml.grupo("relacaoGuias"):
                _guia(xml, guia, status)
        _totais(xml, "Protocolo", protocolo, status)
    _totais(xml, "Geral", protocolo, status)


def _guia(xml: Escritor, guia: GuiaAceita, status: str) -> None:
    xml.folha("numeroGuiaPrestador", guia.numero)
    xml.folha("numeroGuiaOperadora", guia.numero_operadora)
    xml.opcional("senha", guia.senha)
    xml.folha("numeroCarteira", guia.carteira)
    xml.folha("dataInicioFat", guia.data)
    xml.opcional("dataFimFat", guia.data_fim)
    if status in ANALISADOS:
        motivos(xml, "motivoGlosaGuia", guia.motivos)
    if guia.cancelada:
        xml.folha("situacaoGuia", CANCELADO)
    elif status in ANALISADOS:
        recusada = status in PAGAVEIS and guia.liberado == 0
        xml.folha("situacaoGuia", ENCERRADO_SEM_PAGAMENTO if recusada else status)
        for item in guia.itens:
            with xml.grupo("detalhesGuia"):
                _item(xml, item)
    else:
        xml.folha("situacaoGuia", status)
    _totais(xml, "Guia", guia, status)


def _item(xml: Escritor, item: ItemAnalisado) -> None:
    xml.folha("sequencialItem", str(item.sequencial))
    xml.folha("dataRealizacao", item.data)
    procedimento(xml, item)
    xml.opcional("grauParticipacao", item.grau)
    xml.dinheiro("valorInformado", item.informado)
    xml.folha("qtdExecutada", item.quantidade)
    xml.dinheiro("valorProcessado", item.liberado)
    xml.dinheiro("valorLiberado", item.liberado)
    for glosa in item.glosas:
        with xml.grupo("relacaoGlosa"):
            xml.dinheiro("valorGlosa", glosa.valor)
            xml.folha("tipoGlosa", glosa.codigo)
    # Only a guia of 4.03.00 has one to repeat, and only there the answer may
    xml.opcional("centroConsumo", item.centro_consumo)


def _totais(xml: Escritor, nivel: str, de: GuiaAceita | Protocolo, status: str) -> None:
    analisado = status in ANALISADOS
    zero = de.liberado * 0
    xml.dinheiro(f"valorInformado{nivel}", de.informado)
    xml.dinheiro(f"valorProcessado{nivel}", de.liberado if analisado else zero)
    xml.dinheiro(f"valorLiberado{nivel}", de.liberado if analisado else zero)
    if analisado:
        xml.dinheiro(f"valorGlosa{nivel}", de.informado - de.liberado)
