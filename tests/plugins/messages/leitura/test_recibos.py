"""The short answers: cancelamento, elegibilidade, comunicação, documentos, and receipts' glosas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from modelos_de_resposta import RECEBIMENTO, em_arquivo, em_ws, resposta_de

from tiss.domain.retorno import (
    Cancelamento,
    Cancelamentos,
    Elegibilidade,
    Ilegivel,
    Motivo,
    Recebimento,
    ReciboComunicacao,
    ReciboDocumento,
    Recusa,
    SituacaoProtocolo,
)
from tiss.messages.leitura import ler


def cancelamentos(retorno: str) -> tuple[Cancelamento, ...]:
    recibo = f"<reciboCancelaGuia><retornoStatus>{retorno}</retornoStatus></reciboCancelaGuia>"
    resposta = resposta_de(em_ws(f"<reciboCancelaGuia>{recibo}</reciboCancelaGuia>"))
    assert isinstance(resposta, Cancelamentos)
    return resposta.lista


@pytest.mark.parametrize("nome", ["numeroprotocolo", "numeroProtocolo"])
def test_cancelled_lote_is_read_as_the_standard_misspells_it_and_as_it_meant(nome: str) -> None:
    (um,) = cancelamentos(
        f"<loteCancelado><numeroLote>0042</numeroLote><{nome}>99</{nome}>"
        "<statusCancelamento>1</statusCancelamento></loteCancelado>"
    )
    assert um == Cancelamento(situacao="1", numero_lote="42", numero_protocolo="99")


def test_every_cancelled_guia_has_a_result_of_its_own() -> None:
    guia = """<dadosGuia><tipoGuia>2</tipoGuia><numeroGuiaPrestador>{}</numeroGuiaPrestador>
    <numeroGuiaOperadora>77</numeroGuiaOperadora><numeroProtocolo>99</numeroProtocolo>
    <statusCancelamento>{}</statusCancelamento></dadosGuia>"""
    lista = cancelamentos(
        f"<guiasCanceladas>{guia.format(1, 1)}{guia.format(2, 3)}</guiasCanceladas>"
    )
    assert [(um.numero_guia_prestador, um.situacao) for um in lista] == [("1", "1"), ("2", "3")]
    assert {(um.tipo_guia, um.numero_guia_operadora, um.numero_protocolo) for um in lista} == {
        ("2", "77", "99")
    }


def test_cancellation_that_names_nothing_is_unreadable() -> None:
    corpo = "<reciboCancelaGuia><retornoStatus/></reciboCancelaGuia>"
    assert isinstance(resposta_de(em_ws(corpo)), Ilegivel)


@pytest.mark.parametrize("nome", ["reciboCancelaGuia", "reciboComunicacao"])
def test_refusal_under_a_name_that_also_wraps_is_found(nome: str) -> None:
    erro = "<mensagemErro><codigoGlosa>5001</codigoGlosa></mensagemErro>"
    corpo = f"<{nome}>{erro}</{nome}>"
    assert resposta_de(em_ws(corpo)) == Recusa(codigo="5001", descricao=None)


@pytest.mark.parametrize("envolve", [em_arquivo, em_ws])
@pytest.mark.parametrize("duplo", [True, False])
@pytest.mark.parametrize("em", ["{}", "<retornoStatus>{}</retornoStatus>", "<x><y>{}</y></x>"])
def test_cancellation_is_read_whatever_stands_around_what_was_cancelled(
    em: str, duplo: bool, envolve: Callable[[str], str]
) -> None:
    lote = "<loteCancelado><numeroLote>42</numeroLote><statusCancelamento>1</statusCancelamento>"
    guia = "<dadosGuia><numeroGuiaPrestador>7</numeroGuiaPrestador><statusCancelamento>2"
    dito = f"{lote}</loteCancelado>{guia}</statusCancelamento></dadosGuia>"
    recibo = f"<reciboCancelaGuia>{em.format(dito)}</reciboCancelaGuia>"
    corpo = f"<reciboCancelaGuia>{recibo}</reciboCancelaGuia>" if duplo else recibo
    assert resposta_de(envolve(corpo)) == Cancelamentos(
        lista=(
            Cancelamento(situacao="1", numero_lote="42"),
            Cancelamento(situacao="2", numero_guia_prestador="7"),
        )
    )


@pytest.mark.parametrize("duplo", [True, False])
def test_comunicacao_without_its_status_is_read_and_not_taken_for_accepted(duplo: bool) -> None:
    dito = """<beneficiarioComunicacaoRet><tipoEvento>A</tipoEvento></beneficiarioComunicacaoRet>
    <codigoGlosa>1601</codigoGlosa>"""
    recibo = f"<reciboComunicacao>{dito}</reciboComunicacao>"
    corpo = f"<reciboComunicacao>{recibo}</reciboComunicacao>" if duplo else recibo
    assert resposta_de(em_ws(corpo)) == ReciboComunicacao(
        aceita=None, tipo_evento="A", motivos=(Motivo(codigo="1601"),)
    )
    nada = "<reciboComunicacao><reciboComunicacao/></reciboComunicacao>"
    assert isinstance(resposta_de(em_ws(nada)), Ilegivel)


@pytest.mark.parametrize(("escrito", "lido"), [("S", True), ("N", False), ("n", False), ("", None)])
def test_elegibilidade_is_yes_or_no_with_its_motives(escrito: str, lido: bool | None) -> None:
    corpo = f"""<respostaElegibilidade><reciboElegibilidade>
    <validadeCarteira>2026-12-31</validadeCarteira>
    <respostaSolicitacao>{escrito}</respostaSolicitacao><motivosNegativa><motivoNegativa>
    <codigoGlosa>1001</codigoGlosa><descricaoGlosa>carteira</descricaoGlosa></motivoNegativa>
    </motivosNegativa></reciboElegibilidade></respostaElegibilidade>"""
    assert resposta_de(em_ws(corpo)) == Elegibilidade(
        elegivel=lido,
        validade_carteira=date(2026, 12, 31),
        motivos=(Motivo(codigo="1001", descricao="carteira"),),
    )


def test_comunicacao_is_accepted_or_not_with_its_motive() -> None:
    corpo = """<reciboComunicacao><reciboComunicacao><statusComunicacao>N</statusComunicacao>
    <beneficiarioComunicacaoRet><nomeBeneficiario>Fulana</nomeBeneficiario>
    <tipoEvento>A</tipoEvento></beneficiarioComunicacaoRet><codigoGlosa>1601</codigoGlosa>
    </reciboComunicacao></reciboComunicacao>"""
    assert resposta_de(em_ws(corpo)) == ReciboComunicacao(
        aceita=False, tipo_evento="A", motivos=(Motivo(codigo="1601"),)
    )


@pytest.mark.parametrize("nome", ["reciboDocumento", "reciboDocumentos"])
def test_document_is_received_under_a_protocolo(nome: str) -> None:
    corpo = f"""<recebimentoDocumento><{nome}><numeroGuiaPrestador>1</numeroGuiaPrestador>
    <numeroDocumento>D1</numeroDocumento><protocoloDoc>X9</protocoloDoc></{nome}>
    </recebimentoDocumento>"""
    assert resposta_de(em_ws(corpo)) == ReciboDocumento(
        numero_documento="D1", numero_protocolo_documento="X9", numero_guia_prestador="1"
    )
    sem = corpo.replace("<protocoloDoc>X9</protocoloDoc>", "")
    assert isinstance(resposta_de(em_ws(sem)), Ilegivel)


# refused at the door already

GLOSAS = """<glosaGuia><motivoGlosa><codigoGlosa>1001</codigoGlosa></motivoGlosa></glosaGuia>
<procedimentosRealizados><procedimentoRealizado><sequencialItem>1</sequencialItem>
<valorTotal>50.00</valorTotal></procedimentoRealizado>
<procedimentoRealizado><sequencialItem>2</sequencialItem><procedimento>
<codigoProcedimento>10101012</codigoProcedimento></procedimento><valorTotal>50.00</valorTotal>
<glosasProcedimento><motivoGlosa><codigoGlosa>1801</codigoGlosa></motivoGlosa>
<valorGlosaProcedimento>20.00</valorGlosaProcedimento></glosasProcedimento>
</procedimentoRealizado></procedimentosRealizados>"""
VALORES = """<vlInformadoGuia><valorProcessado>100.00</valorProcessado>
<valorGlosa>20.00</valorGlosa><valorLiberado>80.00</valorLiberado></vlInformadoGuia>"""


def test_receipt_tells_what_is_refused_of_protocolo_guia_and_item() -> None:
    fim = "<numeroGuiaPrestador>1</numeroGuiaPrestador>"
    corpo = RECEBIMENTO.replace(fim, f"{fim}{VALORES}{GLOSAS}").replace(
        "<dadosGuiasProtocolo>",
        "<glosaProtocolo><motivosGlosa><motivoGlosa><codigoGlosa>1104</codigoGlosa></motivoGlosa>"
        "</motivosGlosa><vlGlosaProtocolo>20.00</vlGlosaProtocolo></glosaProtocolo>"
        "<dadosGuiasProtocolo>",
    )
    recebimento = resposta_de(em_ws(corpo))
    assert isinstance(recebimento, Recebimento)
    assert recebimento.motivos == (Motivo(codigo="1104"),)
    assert (recebimento.valor_informado, recebimento.valor_glosa) == (Decimal(10), Decimal(20))
    primeira, segunda = recebimento.guias
    assert (primeira.motivos, segunda.motivos) == ((Motivo(codigo="1001"),), ())
    assert (primeira.valor_processado, primeira.valor_glosa, primeira.valor_liberado) == (
        Decimal(100),
        Decimal(20),
        Decimal(80),
    )
    (item,) = primeira.itens
    assert (item.sequencial_item, item.codigo_procedimento) == (2, "10101012")
    assert item.motivos == (Motivo(codigo="1801", valor=Decimal(20)),)
    assert (item.valor_informado, item.valor_liberado) == (Decimal(50), Decimal(30))


@pytest.mark.parametrize("grupo", ["guiasMedicas", "guiasOdonto"])
def test_situation_of_a_protocolo_lists_its_guias_and_values(grupo: str) -> None:
    corpo = f"""<situacaoProtocolo><situacaoDoProtocolo><lote><detalheLote>
    <statusProtocolo>3</statusProtocolo><numeroProtocolo>99</numeroProtocolo>
    <numeroLote>42</numeroLote><valorTotalLote><valorProcessado>100.00</valorProcessado>
    <valorGlosa>20.00</valorGlosa><valorLiberado>80.00</valorLiberado></valorTotalLote><guiasTISS>
    <{grupo}><guias><numeroGuiaPrestador>1</numeroGuiaPrestador>{VALORES}</guias></{grupo}>
    <{grupo}><guias><numeroGuiaPrestador>2</numeroGuiaPrestador></guias></{grupo}>
    </guiasTISS></detalheLote></lote></situacaoDoProtocolo></situacaoProtocolo>"""
    situacao = resposta_de(em_ws(corpo))
    assert isinstance(situacao, SituacaoProtocolo)
    assert (situacao.valor_processado, situacao.valor_glosa, situacao.valor_liberado) == (
        Decimal(100),
        Decimal(20),
        Decimal(80),
    )
    assert [(g.numero_guia_prestador, g.valor_liberado) for g in situacao.guias] == [
        ("1", Decimal(80)),
        ("2", None),
    ]


def test_situation_of_a_cancellation_that_the_standard_does_not_have_is_kept_with_a_warning() -> (
    None
):
    corpo = """<reciboCancelaGuia><retornoStatus><loteCancelado><numeroLote>1</numeroLote>
    <statusCancelamento>7</statusCancelamento></loteCancelado></retornoStatus>
    </reciboCancelaGuia>"""
    leitura = ler(em_arquivo(corpo).encode())
    assert leitura.resposta == Cancelamentos(lista=(Cancelamento(situacao="7", numero_lote="1"),))
    assert leitura.avisos == ("situação de cancelamento que não está na Tabela 46",)
