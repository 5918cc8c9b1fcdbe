"""What a receipt or a situation already refuses is kept and shown, and decides nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from oficina import Oficina
from respostas import analisada, analise, item_recusado, receber

from tiss.domain.retorno import (
    Entrega,
    GuiaAnalisada,
    ItemAnalisado,
    Motivo,
    Recebimento,
    SituacaoProtocolo,
)
from tiss.repository import lotes, retornos, trocas
from tiss.services import interpretacao, retorno
from tiss.simulador.processo import Simulador

MOTIVO = Motivo(codigo="1705", descricao="valor acima do acordado")
RECUSADA = analisada(
    "1",
    None,
    situacao="",
    motivos=(Motivo(codigo="1001"),),
    itens=(item_recusado("100.00", ("1705", "50.00"), ("1801", None)),),
)


@pytest.fixture
def enviado(oficina: Oficina, simulador: Simulador) -> int:
    """A lote of two guias of R$ 150.00 that the operadora took, under a protocolo."""
    lote = oficina.lote(2)
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1'")
    return lote


def dizer(oficina: Oficina, lote: int, *guias: GuiaAnalisada, motivos: Any = ()) -> None:  # noqa: ANN401
    """Take in a receipt that shows these glosas."""
    recibo = Recebimento(
        numero_lote="1", numero_protocolo="P1", prestador=None, guias=guias, motivos=motivos
    )
    with oficina.repo.transacao() as t:
        interpretacao.conferir_recebidas(t, lote, recibo)


def situar(oficina: Oficina, lote: int, *guias: GuiaAnalisada) -> bool:
    """Take in a situation that shows these glosas; return whether a demonstrativo is asked for."""
    with oficina.repo.transacao() as t:
        lido = lotes.obter(t, lote)
    dita = SituacaoProtocolo(numero_protocolo="P1", numero_lote="1", situacao="2", guias=guias)
    return retorno._vale_pedir_demonstrativo(oficina.repo, lido, dita)


def guardadas(oficina: Oficina) -> list[tuple[Any, ...]]:
    return [
        tuple(linha.values())
        for linha in oficina.linhas(
            "SELECT origem, numero_guia_prestador AS guia, nivel, sequencial_item AS item, codigo,"
            " valor_declarado FROM tiss.glosa"
            " JOIN tiss.guia_tiss_envio AS envio ON envio.id = envio_id"
            " JOIN tiss.guia ON guia.id = envio.guia_id ORDER BY 1, 2, 3, 4, posicao"
        )
    ]


def anunciadas(oficina: Oficina) -> list[tuple[Any, ...]]:
    return [
        tuple(linha.values())
        for linha in oficina.linhas(
            "SELECT origem, numero_guia_prestador, nivel, codigo, valor"
            " FROM tiss.conciliacao_glosa_anunciada ORDER BY 2, 3, 4"
        )
    ]


def contas(oficina: Oficina) -> list[Any]:
    """All that sums and verdicts are made of."""
    return [
        oficina.linhas(f"SELECT * FROM tiss.{de}")
        for de in (
            "conciliacao_guia",
            "conciliacao_glosa",
            "conciliacao_recurso",
            "resultado",
            "guia ORDER BY id",
            "guia_tiss_envio ORDER BY id",
        )
    ]


def test_every_level_of_a_receipt_is_kept_and_no_account_changes(
    oficina: Oficina, enviado: int
) -> None:
    antes = contas(oficina)
    dizer(oficina, enviado, RECUSADA, analisada("2"), motivos=(MOTIVO,))
    assert guardadas(oficina) == [
        ("RECEBIMENTO", "1", "GUIA", None, "1001", None),
        ("RECEBIMENTO", "1", "ITEM", 1, "1705", Decimal("50.00")),
        ("RECEBIMENTO", "1", "ITEM", 1, "1801", None),
        ("RECEBIMENTO", "1", "PROTOCOLO", None, "1705", None),
        ("RECEBIMENTO", "2", "PROTOCOLO", None, "1705", None),
    ]
    assert [linha[1:4] for linha in anunciadas(oficina)] == [
        ("1", "GUIA", "1001"),
        ("1", "ITEM", "1705"),
        ("1", "ITEM", "1801"),
        ("1", "PROTOCOLO", "1705"),
        ("2", "PROTOCOLO", "1705"),
    ]
    assert contas(oficina) == antes
    assert oficina.divergencias() == set()


def test_the_same_receipt_twice_is_one_and_a_later_one_stands_in_its_place(
    oficina: Oficina, enviado: int
) -> None:
    dizer(oficina, enviado, RECUSADA, RECUSADA)
    uma_vez = guardadas(oficina)
    dizer(oficina, enviado, RECUSADA)
    assert guardadas(oficina) == uma_vez
    dizer(oficina, enviado, analisada("1", motivos=(Motivo(codigo="1601"),)), analisada("2"))
    assert [linha[4] for linha in guardadas(oficina)] == ["1601"]
    dizer(oficina, enviado, analisada("1"), analisada("2"))
    assert guardadas(oficina) == []


def test_a_situation_is_kept_apart_and_both_are_shown_once(oficina: Oficina, enviado: int) -> None:
    dizer(oficina, enviado, RECUSADA, analisada("2"))
    assert not situar(oficina, enviado, RECUSADA)
    assert not situar(oficina, enviado, RECUSADA)
    assert [linha[0] for linha in guardadas(oficina)] == ["RECEBIMENTO"] * 3 + ["SITUACAO"] * 3
    assert anunciadas(oficina) == [
        ("SITUACAO", "1", "GUIA", "1001", None),
        ("SITUACAO", "1", "ITEM", "1705", Decimal("50.00")),
        ("SITUACAO", "1", "ITEM", "1801", None),
    ]
    situar(oficina, enviado)
    assert len(guardadas(oficina)) == 6, "a situation that names no guia says nothing of them"


@pytest.mark.parametrize("analise_antes", [False, True])
def test_what_the_analysis_says_stands_in_place_of_what_was_announced(
    oficina: Oficina, enviado: int, analise_antes: bool
) -> None:
    mesma = analise("P1", analisada("1", "100.00", itens=RECUSADA.itens[:1]), situacao="2")
    if analise_antes:
        receber(oficina, mesma)
    dizer(oficina, enviado, RECUSADA, analisada("2", motivos=(MOTIVO,)))
    situar(oficina, enviado, RECUSADA)
    if not analise_antes:
        receber(oficina, mesma)
    # The second guia is still open.
    assert [linha[1] for linha in anunciadas(oficina)] == ["2"]
    por_codigo = oficina.linhas(
        "SELECT codigo, glosas, sem_valor FROM tiss.conciliacao_glosa ORDER BY codigo"
    )
    assert [tuple(linha.values()) for linha in por_codigo] == [("1705", 1, 0), ("1801", 1, 0)]
    assert oficina.valor("SELECT count(*) FROM tiss.conciliacao_recurso") == 1
    (lista,) = (
        linha["glosas"]
        for linha in oficina.linhas("SELECT glosas FROM tiss.resultado WHERE status <> 'ENVIADA'")
    )
    with oficina.repo.transacao() as t:
        (resultado,) = retornos.a_gravar(t, depois_de=0, limite=9)
    for glosas in (lista, resultado.resultado["glosas"]):
        assert [glosa["codigo"] for glosa in glosas] == ["1705", "1801"]
    (linha,) = oficina.linhas(
        "SELECT liberado, glosado FROM tiss.conciliacao_guia WHERE numero_guia_prestador = '1'"
    )
    assert (linha["liberado"], linha["glosado"]) == (Decimal("100.00"), Decimal("50.00"))


def test_a_glosa_that_cannot_be_stored_loses_neither_the_protocolo_nor_the_alarm(
    oficina: Oficina, enviado: int
) -> None:
    impossivel = ItemAnalisado(
        sequencial_item=10**12, valor_informado=None, valor_liberado=None, motivos=(MOTIVO,)
    )
    dizer(oficina, enviado, analisada("1", itens=(impossivel,)))
    assert guardadas(oficina) == []
    assert oficina.divergencias() == {"RESPOSTA_NAO_APLICADA", "NAO_RECEBIDA"}


def test_a_receipt_that_refuses_is_a_receipt_all_the_same(
    oficina: Oficina, simulador: Simulador, capsys: pytest.CaptureFixture[str]
) -> None:
    lote = oficina.lote(2)
    glosa = (
        b"<ans:glosaGuia><ans:motivoGlosa><ans:codigoGlosa>1001</ans:codigoGlosa>"
        b"<ans:descricaoGlosa>carteira de Fulana</ans:descricaoGlosa></ans:motivoGlosa>"
        b"</ans:glosaGuia></ans:dadosGuias>"
    )
    resposta = oficina.resposta(lote).replace(b"</ans:dadosGuias>", glosa, 1)
    with oficina.repo.transacao() as t:
        numero = lotes.tomar(t, lote, dono="teste", segundos=9)
        assert numero is not None
        troca = trocas.abrir(
            t,
            operacao="ENVIO_LOTE_GUIAS",
            canal="SOAP",
            contrato_id=oficina.contrato().id,
            lote_id=lote,
            tentativa=numero,
            quem="teste",
            pedido=b"",
            sha256="",
        )
        entrega = Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=resposta)
        trocas.responder(t, troca, entrega)
    capsys.readouterr()
    for _ in range(2):
        interpretacao.interpretar(oficina.repo, lote, numero)
    saida = capsys.readouterr().out
    assert "glosas anunciadas" in saida
    assert "Fulana" not in saida
    assert oficina.status(lote) == "ENVIADO"
    assert {guia["status"] for guia in oficina.guias(lote)} == {"ENVIADA"}
    assert guardadas(oficina) == [("RECEBIMENTO", "1", "GUIA", None, "1001", None)]
