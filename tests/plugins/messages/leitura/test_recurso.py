"""Answers to a recurso de glosa."""

from __future__ import annotations

from decimal import Decimal

import pytest
from modelos_de_resposta import em_ws, resposta_de

from tiss.domain.retorno import (
    DecisaoRecurso,
    Ilegivel,
    RecebimentoRecurso,
    RespostaRecurso,
    SituacaoRecurso,
)
from tiss.messages.leitura import ler

RECEBIMENTO = """<recebimentoRecursoGlosa><protocoloRecebimento>
<nrProtocoloRecursoGlosa>R9</nrProtocoloRecursoGlosa><numeroLote>042</numeroLote>
<dadosPrestador><codigoPrestadorNaOperadora>P1</codigoPrestadorNaOperadora></dadosPrestador>
<nrProtocoloRecursado>99</nrProtocoloRecursado><guiasRecurso>
<numeroGuiaOrigem>1</numeroGuiaOrigem></guiasRecurso><guiasRecurso>
<numeroGuiaOrigem>2</numeroGuiaOrigem></guiasRecurso>
<valorTotalRecursado>30.00</valorTotalRecursado></protocoloRecebimento>
</recebimentoRecursoGlosa>"""
ITEM = """<recursoGuia><respostaGuiaItens><numeroGuiaPrestador>1</numeroGuiaPrestador>
<numeroGuiaOperadora>77</numeroGuiaOperadora><sequencialItem>2</sequencialItem>
<codGlosa>1705</codGlosa><valorRecursado>30.00</valorRecursado>
<valorAcatadado>{}</valorAcatadado><justificativaOperadora>tabela</justificativaOperadora>
</respostaGuiaItens></recursoGuia>"""


def recibo(opcao: str, nome: str = "reciboGlosa") -> RespostaRecurso:
    resposta = resposta_de(
        em_ws(
            f"""<respostaRecursoGlosa><{nome}>
            <numeroGuiaRecGlosaPrestador>G1</numeroGuiaRecGlosaPrestador>
            <numeroLote>42</numeroLote><numeroProtocolo>99</numeroProtocolo>
            <opcaoRecurso>{opcao}</opcaoRecurso><valorTotalRecursado>30.00</valorTotalRecursado>
            <valorTotalAcatado>10.00</valorTotalAcatado></{nome}></respostaRecursoGlosa>"""
        )
    )
    assert isinstance(resposta, RespostaRecurso)
    return resposta


def test_receipt_of_a_recurso_has_a_protocolo_of_its_own() -> None:
    leitura = ler(em_ws(RECEBIMENTO).encode())
    assert leitura.tipo == "RECEBIMENTO_RECURSO_GLOSA"
    assert leitura.resposta == RecebimentoRecurso(
        numero_lote="42",
        numero_protocolo="R9",
        numero_protocolo_recursado="99",
        prestador="P1",
        guias=("1", "2"),
        valor_recursado=Decimal(30),
    )


def test_receipt_of_a_recurso_without_its_number_is_not_taken_for_that_of_a_lote() -> None:
    sem = RECEBIMENTO.replace("<nrProtocoloRecursoGlosa>R9</nrProtocoloRecursoGlosa>", "")
    assert isinstance(resposta_de(em_ws(sem)), Ilegivel)


def test_recurso_is_answered_with_its_totals() -> None:
    resposta = recibo(ITEM.format("10.00"))
    assert (resposta.numero_guia_recurso_prestador, resposta.numero_protocolo) == ("G1", "99")
    assert (resposta.valor_recursado, resposta.valor_acatado) == (Decimal(30), Decimal(10))


@pytest.mark.parametrize(
    ("valor", "acatado"), [("30.00", True), ("29.99", False), ("0", False), ("", None)]
)
def test_decision_on_an_item_compares_its_values(valor: str, acatado: bool | None) -> None:
    (decisao,) = recibo(ITEM.format(valor)).decisoes
    assert decisao == DecisaoRecurso(
        nivel="ITEM",
        numero_guia_prestador="1",
        numero_guia_operadora="77",
        sequencial_item=2,
        codigo="1705",
        acatado=acatado,
        valor_recursado=Decimal(30),
        valor_acatado=Decimal(valor) if valor else None,
        justificativa="tabela",
    )


@pytest.mark.parametrize("nome", ["valorAcatadado", "valorAcatado"])
def test_accepted_value_is_read_as_the_standard_misspells_it_and_as_it_meant(nome: str) -> None:
    (decisao,) = recibo(ITEM.format("10.00").replace("valorAcatadado", nome)).decisoes
    assert decisao.valor_acatado == Decimal(10)


def test_decision_on_the_whole_protocolo_is_yes_or_no() -> None:
    (decisao,) = recibo(
        "<recursoProtocolo><codigoGlosaProtocolo>1104</codigoGlosaProtocolo>"
        "<recursoAcatado>N</recursoAcatado><justificativaOPSnaoAcatadoProt>soma"
        "</justificativaOPSnaoAcatadoProt></recursoProtocolo>"
    ).decisoes
    assert (decisao.nivel, decisao.codigo, decisao.acatado) == ("PROTOCOLO", "1104", False)
    assert (decisao.numero_guia_prestador, decisao.justificativa) == (None, "soma")


@pytest.mark.parametrize(
    ("recibo_", "nome", "codigo", "acatado"),
    [
        ("reciboGlosa", "respostaGuia", "codGlosa", "recursoGuiaAcatado"),
        ("reciboGlosaOdonto", "respostaRecursoGuiaOdonto", "codGlosaGuia", "recursoAcatadoGuia"),
    ],
)
def test_decision_on_a_guia_is_the_same_in_medicine_and_dentistry(
    recibo_: str, nome: str, codigo: str, acatado: str
) -> None:
    opcao = (
        f"<recursoGuia><{nome}><numeroGuiaPrestador>1</numeroGuiaPrestador>"
        f"<{codigo}>1801</{codigo}><{acatado}>S</{acatado}></{nome}></recursoGuia>"
    )
    (decisao,) = recibo(opcao, recibo_).decisoes
    assert (decisao.nivel, decisao.numero_guia_prestador) == ("GUIA", "1")
    assert (decisao.codigo, decisao.acatado) == ("1801", True)


def test_odonto_answer_lists_the_items_of_a_guia_together() -> None:
    item = """<recursoProcedimento><sequencialItem>{}</sequencialItem>
    <codGlosaProc>3001</codGlosaProc><valorRecursado>5.00</valorRecursado>
    <valorAcatado>5.00</valorAcatado></recursoProcedimento>"""
    resposta = recibo(
        "<recursoGuia><respostaRecursoItemOdonto><numeroGuiaPrestador>1</numeroGuiaPrestador>"
        f"{item.format(1)}{item.format(2)}</respostaRecursoItemOdonto></recursoGuia>",
        "reciboGlosaOdonto",
    )
    assert [(d.numero_guia_prestador, d.sequencial_item, d.codigo) for d in resposta.decisoes] == [
        ("1", 1, "3001"),
        ("1", 2, "3001"),
    ]


def test_pending_recurso_tells_its_situation_and_the_number_to_ask_by() -> None:
    corpo = """<situacaoProtocoloRecurso><reciboGlosaStatus>
    <nrProtocoloRecursoGlosa>R9</nrProtocoloRecursoGlosa><numeroLote>42</numeroLote>
    <nrProtocoloSituacaoRecursoGlosa>N1</nrProtocoloSituacaoRecursoGlosa>
    <situacaoProtocolo>2</situacaoProtocolo></reciboGlosaStatus></situacaoProtocoloRecurso>"""
    leitura = ler(em_ws(corpo).encode())
    assert leitura.tipo == "RESPOSTA_RECURSO_GLOSA"
    assert leitura.resposta == SituacaoRecurso(
        numero_protocolo="R9", numero_protocolo_situacao="N1", numero_lote="42", situacao="2"
    )
    sem = corpo.replace("<situacaoProtocolo>2</situacaoProtocolo>", "")
    assert isinstance(resposta_de(em_ws(sem)), Ilegivel)
