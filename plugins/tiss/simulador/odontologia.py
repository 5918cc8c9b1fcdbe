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
    destino: Destino,
    credencial: Credencial,
    numero: str,
    protocolos: Sequence[Protocolo],
    recursos: Sequence[Protocolo] = (),
) -> Mensagem:
    """Return the demonstrativoPagamentoOdonto of analysed protocols in order of acceptance.

    numero: of the demonstrativo, up to 12 characters. Every item is shown. recursos: what was
    granted of protocols and is paid in the same time; at least one of either.
    Raises RecusaNegocio 1206 for a prestador whose CNPJ the operadora does not know.
    """
    if credencial.cnpj is None:
        raise RecusaNegocio("1206", "CPF/CNPJ INVÁLIDO: falta o do prestador no cadastro")
    operadora = destino.operadora
    todos = (*protocolos, *recursos)
    analises = [local(analisado_em(p.aceito_em, operadora)).date() for p in todos]
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
        dos_lotes, dos_recursos = por_dia(destino, protocolos), por_dia(destino, recursos)
        for dia in sorted({*dos_lotes, *dos_recursos}):
            with xml.grupo("dadosPagamentoPorData"):
                _dia_odonto(xml, dia, dos_lotes.get(dia, []), dos_recursos.get(dia, []))
        informado, liberado = soma(todos)
        with xml.grupo("totaisBrutoDemonstrativo"):
            _cinco_valores(xml, _NO_DEMONSTRATIVO, informado, liberado)
        xml.dinheiro("totalDebitosDemonstativo", ZERO)
        xml.dinheiro("totalCreditosDemonstrativo", ZERO)
        xml.dinheiro("valorRecebidoDemonstrativo", liberado)
    return xml.mensagem(DEMONSTRATIVO_ODONTOLOGIA)


def _dia_odonto(
    xml: Escritor, dia: date, protocolos: Sequence[Protocolo], recursos: Sequence[Protocolo]
) -> None:
    with xml.grupo("dadosPagamento"):
        xml.folha("dataPagamento", dia.isoformat())
    for de_recurso, pagos in (("N", protocolos), ("S", recursos)):
        for protocolo in pagos:
            with xml.grupo("protocolos"):
                _protocolo_odonto(xml, protocolo, de_recurso)
    informado, liberado = soma((*protocolos, *recursos))
    with xml.grupo("totaisPorData"):
        _cinco_valores(xml, _NO_DIA, informado, liberado)
    with xml.grupo("totalLiquidoPorData"):
        xml.dinheiro("valorTotalDebitosPorData", ZERO)
        xml.dinheiro("valorTotalCreditosPorData", ZERO)
        xml.dinheiro("valorFinalAReceberPorData", liberado)


def _protocolo_odonto(xml: Escritor, protocolo: Protocolo, de_recurso: str) -> None:
    xml.folha("numeroLote", protocolo.numero_lote)
    xml.folha("numeroProtocolo", protocolo.numero)
    for guia in protocolo.vivas:
        with xml.grupo("dadosPagamentoGuia"):
            _guia_odonto(xml, guia, de_recurso)
    with xml.grupo("totaisPorProtocolo"):
        _cinco_valores(xml, _NO_PROTOCOLO, protocolo.informado, protocolo.liberado)


def _guia_odonto(xml: Escritor, guia: GuiaAceita, de_recurso: str) -> None:
    xml.folha("numeroGuiaPrestador", guia.numero)
    xml.folha("numeroGuiaOperadora", guia.numero_operadora)
    xml.folha("recurso", de_recurso)
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
    # What is paid beyond what was billed refuses nothing.
    valores = (informado, liberado, max(informado - liberado, ZERO), ZERO, liberado)
    for nome, valor in zip(nomes, valores, strict=True):
        xml.dinheiro(nome, valor)
