"""The replies of the operadora: receipt of a lote, status of a protocol, business refusal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal

from .config import Operadora
from .escrita import Escritor, Mensagem
from .modelo import ZERO, GuiaAceita, ItemAnalisado, Motivo, Protocolo, Tipo
from .operacoes import LOTE_GUIAS, STATUS_PROTOCOLO, Operacao
from .prazos import ANALISADOS
from .relogio import local

_sequencial = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destino:
    """Who answers whom, and when."""

    operadora: Operadora
    prestador: str
    agora: float
    sequencial: int = field(default_factory=lambda: next(_sequencial))


@contextmanager
def mensagem(destino: Destino, operacao: Operacao) -> Iterator[Escritor]:
    """Give a writer positioned inside the body of an operation's reply."""
    xml = Escritor()
    agora = local(destino.agora)
    with xml.grupo("cabecalho"):
        with xml.grupo("identificacaoTransacao"):
            xml.folha("tipoTransacao", operacao.transacao_resposta)
            xml.folha("sequencialTransacao", str(destino.sequencial))
            xml.folha("dataRegistroTransacao", agora.date().isoformat())
            xml.folha("horaRegistroTransacao", agora.strftime("%H:%M:%S"))
        with xml.grupo("origem"):
            xml.folha("registroANS", destino.operadora.registro_ans)
        with xml.grupo("destino"), xml.grupo("identificacaoPrestador"):
            xml.folha("codigoPrestadorNaOperadora", destino.prestador)
        xml.folha("Padrao", destino.operadora.versao)
    xml.comecar_corpo()
    yield xml


def mensagem_erro(destino: Destino, operacao: Operacao, codigo: str, descricao: str) -> Mensagem:
    """Return the reply that refuses a request for a reason of Tabela 38."""
    with mensagem(destino, operacao) as xml, xml.grupo(operacao.erro):
        xml.folha("codigoGlosa", codigo)
        xml.opcional("descricaoGlosa", descricao)
    return xml.mensagem(operacao)


def recibo(destino: Destino, protocolo: Protocolo) -> Mensagem:
    """Return the protocoloRecebimentoWS of an accepted lote, with all of its guias."""
    with mensagem(destino, LOTE_GUIAS) as xml, xml.grupo("protocoloRecebimento"):
        xml.folha("registroANS", destino.operadora.registro_ans)
        prestador(xml, destino)
        xml.folha("numeroLote", protocolo.numero_lote)
        xml.folha("dataEnvioLote", local(protocolo.aceito_em).date().isoformat())
        with xml.grupo("detalheProtocolo"):
            xml.folha("numeroProtocolo", protocolo.numero)
            xml.dinheiro("valorTotalProtocolo", protocolo.informado)
            with xml.grupo("dadosGuiasProtocolo"):
                odonto = protocolo.tipo is Tipo.ODONTO
                for guia in protocolo.guias:
                    with xml.grupo("dadosGuiasOdonto" if odonto else "dadosGuias"):
                        _dados_guia(xml, guia, odonto=odonto, analisada=False)
    return xml.mensagem(LOTE_GUIAS)


def situacao(destino: Destino, protocolo: Protocolo, status: str) -> Mensagem:
    """Return the situacaoProtocoloWS of a protocol; values are shown once it is analysed.

    Guias of odontologia show the items with a glosa too: no demonstrativo de análise de conta
    will. A cancelled guia is left out, unless none would be left: the XSD wants one.
    """
    analisado = status in ANALISADOS
    odonto = protocolo.tipo is Tipo.ODONTO
    guias = "guiasOdonto" if odonto else "guiasMedicas"
    with (
        mensagem(destino, STATUS_PROTOCOLO) as xml,
        xml.grupo("situacaoDoProtocolo"),
    ):
        xml.folha("identificacaoOperadora", destino.operadora.registro_ans)
        prestador(xml, destino)
        with xml.grupo("lote"), xml.grupo("detalheLote"):
            xml.folha("statusProtocolo", status)
            xml.folha("numeroProtocolo", protocolo.numero)
            xml.folha("numeroLote", protocolo.numero_lote)
            xml.folha("dataEnvioLote", local(protocolo.aceito_em).date().isoformat())
            with xml.grupo("valorTotalLote"):
                tres_valores(xml, protocolo.informado, protocolo.liberado, analisado)
            with xml.grupo("guiasTISS"):
                for guia in protocolo.vivas or protocolo.guias:
                    with xml.grupo(guias), xml.grupo("guias"):
                        _dados_guia(xml, guia, odonto=odonto, analisada=analisado)
    return xml.mensagem(STATUS_PROTOCOLO)


def procedimento(xml: Escritor, item: ItemAnalisado) -> None:
    """Write the procedimento of an item."""
    with xml.grupo("procedimento"):
        xml.folha("codigoTabela", item.tabela)
        xml.folha("codigoProcedimento", item.codigo)
        xml.folha("descricaoProcedimento", item.descricao)


def dente(xml: Escritor, item: ItemAnalisado) -> None:
    """Write denteRegiao, if the item has one."""
    if item.dente or item.regiao:
        with xml.grupo("denteRegiao"):
            xml.opcional("codDente", item.dente)
            xml.opcional("codRegiao", item.regiao)


def prestador(xml: Escritor, destino: Destino) -> None:
    """Write dadosPrestador."""
    with xml.grupo("dadosPrestador"):
        xml.folha("codigoPrestadorNaOperadora", destino.prestador)


def tres_valores(xml: Escritor, informado: Decimal, liberado: Decimal, analisado: bool) -> None:
    """Write the three values of ct_valorTotal: nothing is refused nor released before analysis."""
    xml.dinheiro("valorProcessado", liberado if analisado else informado)
    xml.dinheiro("valorGlosa", informado - liberado if analisado else ZERO)
    xml.dinheiro("valorLiberado", liberado if analisado else ZERO)


def motivos(xml: Escritor, nome: str, motivos_: tuple[Motivo, ...]) -> None:
    """Write one element of ct_motivoGlosa for each motive."""
    for motivo in motivos_:
        with xml.grupo(nome):
            xml.folha("codigoGlosa", motivo.codigo)
            xml.folha("descricaoGlosa", motivo.descricao)


def _dados_guia(xml: Escritor, guia: GuiaAceita, *, odonto: bool, analisada: bool) -> None:
    xml.folha("numeroGuiaPrestador", guia.numero)
    xml.folha("numeroGuiaOperadora", guia.numero_operadora)
    # ct_guiaDadosOdonto has neither a group for the beneficiario nor a date
    with nullcontext() if odonto else xml.grupo("dadosBeneficiario"):
        xml.folha("numeroCarteira", guia.carteira)
        xml.folha("atendimentoRN", guia.atendimento_rn)
    if not odonto:
        xml.folha("dataRealizacao", guia.data)
    with xml.grupo("vlInformadoGuia"):
        tres_valores(xml, guia.informado, guia.liberado, analisada)
    if analisada and guia.motivos:
        with xml.grupo("glosaGuia"):
            motivos(xml, "motivoGlosa", guia.motivos)
    glosados = [item for item in guia.itens if item.glosas] if odonto and analisada else []
    if glosados:
        with xml.grupo("procedimentosRealizados"):
            for item in glosados:
                with xml.grupo("procedimentoRealizado"):
                    _item_odonto(xml, item)


def _item_odonto(xml: Escritor, item: ItemAnalisado) -> None:
    xml.folha("sequencialItem", str(item.sequencial))
    procedimento(xml, item)
    # No denteFace: here the XSD takes some letters only, in the guia it takes any text
    dente(xml, item)
    xml.folha("qtdProc", item.quantidade)
    xml.dinheiro("valorProc", item.informado)
    xml.folha("dataRealizacao", item.data)
    with xml.grupo("glosasProcedimento"):
        for glosa in item.glosas:
            with xml.grupo("motivoGlosa"):
                xml.folha("codigoGlosa", glosa.codigo)
        xml.dinheiro("valorGlosaProcedimento", item.informado - item.liberado)
