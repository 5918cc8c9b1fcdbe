"""The demonstrativo of odontologia: of payment, and the only one that shows its glosas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from .config import Credencial
from .escrita import Escritor, Mensagem
from .modelo import ZERO, GuiaAceita, ItemAnalisado, Protocolo
from .operacoes import DEMONSTRATIVO_ODONTOLOGIA
from .pagamentos import por_dia, soma
from .prazos import analisado_em
from .recusas import RecusaNegocio
from .relogio import local
from .respostas import Destino, dente, mensagem, procedimento

# Billed, processed, refused, franquia, released: as the XSD spells them, mistakes included
_NO_ITEM = (
    "valorInformado",
    "valorProcessado",
    "valorGlosaEstorno",
    "valorFranquia",
    "valorLiberado",
)
_NA_GUIA = (
    "valorTotalInformadoGuia",
    "valorTotalProcessadoGuia",
    "valorTotalGlosaGuia",
    "valorTotalFranquiaGuia",
    "valorTotalLiberadoGuia",
)
_NO_PROTOCOLO = (
    "valorTotalInformadoPorProtocolo",
    "valorTotalProcessadoPorProtocolo",
    "valorTotalGlosaPorProtocolo",
    "valorTotalFranquiaPorProtocolo",
    "valorTotalLiberadoPorProtocolo",
)
_NO_DIA = (
    "valorBrutonformadoPorData",
    "valorBrutoProcessadoPorData",
    "valorBrutoGlosaPorData",
    "valorBrutoFranquiaPorData",
    "valorBrutoLiberadoPorData",
)
_NO_DEMONSTRATIVO = (
    "valorInformadoPorDemonstrativoData",
    "valorlProcessadoPorDemonstrativo",
    "valorlGlosaPorDemonstrativo",
    "valoFranquiaPorDemonstrativo",
    "valorLiberadoPorDemonstrativo",
)


def demonstrativo(
    destino: Destino, credencial: Credencial, numero: str, protocolos: Sequence[Protocolo]
) -> Mensagem:
    """Return the demonstrativoPagamentoOdonto of analysed protocols in order of acceptance.

    numero: of the demonstrativo, up to 12 characters. Every item is shown.
    Raises RecusaNegocio 1206 for a prestador whose CNPJ the operadora does not know.
    """
    if credencial.cnpj is None:
        raise RecusaNegocio("1206", "CPF/CNPJ INVÁLIDO: falta o do prestador no cadastro")
    operadora = destino.operadora
    analises = [local(analisado_em(p.aceito_em, operadora)).date() for p in protocolos]
    with (
        mensagem(destino, DEMONSTRATIVO_ODONTOLOGIA) as xml,
        xml.grupo("demonstrativoPagamentoOdonto"),
    ):
        with xml.grupo("cabecalhoDemonstrativoOdonto"):
            xml.folha("registroANS", operadora.registro_ans)
            xml.folha("numeroDemonstrativo", numero)
            xml.folha("nomeOperadora", operadora.nome)
            xml.folha("cnpjOper", operadora.cnpj)
            with xml.grupo("periodoProc"):
                xml.folha("datainicio", min(analises).isoformat())
                xml.folha("datafim", max(analises).isoformat())
        with xml.grupo("dadosPrestador"):
            xml.folha("codigoPrestador", destino.prestador)
            with xml.grupo("cpfCNPJContratado"):
                xml.folha("cnpjPrestador", credencial.cnpj)
        for dia, do_dia in por_dia(destino, protocolos).items():
            with xml.grupo("dadosPagamentoPorData"):
                _dia_odonto(xml, dia, do_dia)
        informado, liberado = soma(protocolos)
        with xml.grupo("totaisBrutoDemonstrativo"):
            _cinco_valores(xml, _NO_DEMONSTRATIVO, informado, liberado)
        xml.dinheiro("totalDebitosDemonstativo", ZERO)
        xml.dinheiro("totalCreditosDemonstrativo", ZERO)
        xml.dinheiro("valorRecebidoDemonstrativo", liberado)
    return xml.mensagem(DEMONSTRATIVO_ODONTOLOGIA)


def _dia_odonto(xml: Escritor, dia: date, protocolos: Sequence[Protocolo]) -> None:
    with xml.grupo("dadosPagamento"):
        xml.folha("dataPagamento", dia.isoformat())
    for protocolo in protocolos:
        with xml.grupo("protocolos"):
            xml.folha("numeroLote", protocolo.numero_lote)
            xml.folha("numeroProtocolo", protocolo.numero)
            for guia in protocolo.vivas:
                with xml.grupo("dadosPagamentoGuia"):
                    _guia_odonto(xml, guia)
            with xml.grupo("totaisPorProtocolo"):
                _cinco_valores(xml, _NO_PROTOCOLO, protocolo.informado, protocolo.liberado)
    informado, liberado = soma(protocolos)
    with xml.grupo("totaisPorData"):
        _cinco_valores(xml, _NO_DIA, informado, liberado)
    with xml.grupo("totalLiquidoPorData"):
        xml.dinheiro("valorTotalDebitosPorData", ZERO)
        xml.dinheiro("valorTotalCreditosPorData", ZERO)
        xml.dinheiro("valorFinalAReceberPorData", liberado)


def _guia_odonto(xml: Escritor, guia: GuiaAceita) -> None:
    xml.folha("numeroGuiaPrestador", guia.numero)
    xml.folha("numeroGuiaOperadora", guia.numero_operadora)
    xml.folha("recurso", "N")
    xml.folha("nomeExecutante", f"Prestador {guia.executante}")
    xml.folha("carteiraBeneficiario", guia.carteira)
    # There is no place for the motives of a whole guia but its items
    da_guia = [motivo.codigo for motivo in guia.motivos]
    for item in guia.itens:
        with xml.grupo("dadosPagamento"):
            _item_odonto(xml, item, da_guia or [glosa.codigo for glosa in item.glosas])
    xml.opcional("observacaoGuia", "; ".join(motivo.descricao for motivo in guia.motivos)[:500])
    _cinco_valores(xml, _NA_GUIA, guia.informado, guia.liberado)


def _item_odonto(xml: Escritor, item: ItemAnalisado, glosas: Sequence[str]) -> None:
    xml.folha("sequencialItem", str(item.sequencial))
    procedimento(xml, item)
    dente(xml, item)
    xml.opcional("denteFace", item.face)
    xml.folha("dataRealizacao", item.data)
    xml.folha("qtdProc", item.quantidade)
    _cinco_valores(xml, _NO_ITEM, item.informado, item.liberado)
    for codigo in glosas:
        xml.folha("codigosGlosa", codigo)


def _cinco_valores(
    xml: Escritor, nomes: tuple[str, ...], informado: Decimal, liberado: Decimal
) -> None:
    valores = (informado, liberado, informado - liberado, ZERO, liberado)
    for nome, valor in zip(nomes, valores, strict=True):
        xml.dinheiro(nome, valor)
