"""The replies of the operadora: receipt of a lote, status of a protocol, business refusal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from .config import Operadora
from .escrita import Escritor
from .modelo import ZERO, GuiaAceita, Motivo, Protocolo
from .operacoes import LOTE_GUIAS, STATUS_PROTOCOLO, Operacao
from .relogio import local

RECEBIDO, EM_ANALISE, LIBERADO, ENCERRADO_SEM_PAGAMENTO = "1", "2", "3", "4"

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
    """Give a writer positioned inside the body element of an operation's reply."""
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
    with xml.grupo(operacao.corpo_resposta):
        yield xml


def mensagem_erro(destino: Destino, operacao: Operacao, codigo: str, descricao: str) -> bytes:
    """Return the reply that refuses a request for a reason of Tabela 38."""
    with mensagem(destino, operacao) as xml, xml.grupo("mensagemErro"):
        xml.folha("codigoGlosa", codigo)
        xml.opcional("descricaoGlosa", descricao)
    return xml.envelope(operacao.raiz_resposta)


def recibo(destino: Destino, protocolo: Protocolo) -> bytes:
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
                for guia in protocolo.guias:
                    with xml.grupo("dadosGuias"):
                        _dados_guia(xml, guia, analisada=False)
    return xml.envelope(LOTE_GUIAS.raiz_resposta)


def situacao(destino: Destino, protocolo: Protocolo, status: str) -> bytes:
    """Return the situacaoProtocoloWS of a protocol; values are shown once it is analysed."""
    analisado = status == LIBERADO
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
                for guia in protocolo.guias:
                    with xml.grupo("guiasMedicas"), xml.grupo("guias"):
                        _dados_guia(xml, guia, analisada=analisado)
    return xml.envelope(STATUS_PROTOCOLO.raiz_resposta)


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


def _dados_guia(xml: Escritor, guia: GuiaAceita, *, analisada: bool) -> None:
    xml.folha("numeroGuiaPrestador", guia.numero)
    xml.folha("numeroGuiaOperadora", guia.numero_operadora)
    with xml.grupo("dadosBeneficiario"):
        xml.folha("numeroCarteira", guia.carteira)
        xml.folha("atendimentoRN", guia.atendimento_rn)
    xml.folha("dataRealizacao", guia.data)
    with xml.grupo("vlInformadoGuia"):
        tres_valores(xml, guia.informado, guia.liberado, analisada)
    if analisada and guia.motivos:
        with xml.grupo("glosaGuia"):
            motivos(xml, "motivoGlosa", guia.motivos)
