"""Whatever an operadora answers, in whatever order, however often: every centavo is somewhere."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oficina import HOJE, Oficina
from respostas import COBRADO, analisada, analise, item_recusado, paga, pagamento, receber
from retrato import Retrato

from tiss.domain.retorno import (
    DebitoCredito,
    Demonstrativo,
    DemonstrativoPagamento,
    Motivo,
)
from tiss.services.atraso import conferir_atrasos
from tiss.simulador.processo import Simulador

ZERO = Decimal("0.00")
Resposta = Demonstrativo | DemonstrativoPagamento


@pytest.fixture
def enviado(oficina: Oficina, simulador: Simulador) -> int:
    """A lote of three guias of R$ 150.00 that the operadora took, under a protocolo."""
    lote = oficina.lote(3)
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1'")
    return lote


def conciliada(oficina: Oficina, numero: str = "1") -> dict[str, Any]:
    (linha,) = oficina.linhas(
        "SELECT * FROM tiss.conciliacao_guia WHERE numero_guia_prestador = %s", numero
    )
    return linha


def abertas(oficina: Oficina) -> list[tuple[Any, ...]]:
    return [
        tuple(linha.values())
        for linha in oficina.linhas(
            "SELECT motivo, guia_id, chave, descricao FROM tiss.divergencia"
            " WHERE fechada_em IS NULL ORDER BY motivo, guia_id, chave"
        )
    ]


def motivos(oficina: Oficina) -> set[str]:
    return {motivo for motivo, *_ in abertas(oficina)}


# Every cell: what the analysis says, what was paid, which came first ------------------------------

LIBERADO = {"all": "150.00", "part": "100.00", "nothing": "0.00"}
PAGO: dict[str, list[str]] = {
    "nothing yet": [],
    "all of it": ["liberado"],
    "in two parts": ["60.00", "resto"],
    "less": ["40.00"],
    "more": ["liberado", "0.01"],
}
SITUACOES = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]


def _pagos(como: str, liberado: str) -> list[str]:
    valores = {"liberado": liberado, "resto": str(Decimal(liberado) - Decimal("60.00"))}
    return [valores.get(valor, valor) for valor in PAGO[como]]


CELAS = [*itertools.product(LIBERADO, PAGO)]


@pytest.mark.parametrize("nivel", ["ITEM", "GUIA", "PROTOCOLO", "none"])
@pytest.mark.parametrize("situacao", SITUACOES)
def test_every_cell_adds_up_or_names_what_does_not(
    oficina: Oficina, simulador: Simulador, situacao: str, nivel: str
) -> None:
    lote = oficina.lote(len(CELAS))
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1'")
    retrato = Retrato.de(oficina)
    motivo = (Motivo(codigo="1705"),)
    guias, pagos = [], []
    for numero, (liberado, pago) in enumerate(CELAS, 1):
        valor = LIBERADO[liberado]
        recusado = str(COBRADO - Decimal(valor))
        campos: dict[str, Any] = {"situacao": situacao}
        if nivel == "ITEM" and recusado != "0.00":
            campos["itens"] = (item_recusado(valor, ("1705", recusado)),)
        if nivel == "GUIA" and recusado != "0.00":
            campos["motivos"] = motivo
        guias.append(analisada(str(numero), valor, **campos))
        pagos += [
            pagamento("P1", paga(str(numero), parte), dia=HOJE - timedelta(vez))
            for vez, parte in enumerate(_pagos(pago, valor))
        ]
    do_protocolo = motivo if nivel == "PROTOCOLO" else ()
    respostas = [analise("P1", *guias, situacao="2", motivos=do_protocolo), *pagos]
    for ordem in (1, -1):
        receber(oficina, *respostas[::ordem])
        linhas = {
            linha["numero_guia_prestador"]: linha
            for linha in oficina.linhas("SELECT * FROM tiss.conciliacao_guia")
        }
        ditas = defaultdict(set)
        for divergencia in oficina.linhas(
            "SELECT guia.numero_guia_prestador AS numero, motivo FROM tiss.divergencia"
            " JOIN tiss.guia ON guia.id = guia_id WHERE fechada_em IS NULL"
        ):
            ditas[divergencia["numero"]].add(divergencia["motivo"])
        for numero, cela in enumerate(CELAS, 1):
            caso = (situacao, nivel, *cela, ordem)
            if situacao == "9":
                assert "CANCELADA_PELA_OPERADORA" in ditas[str(numero)], caso
            else:
                _somar(linhas[str(numero)], ditas[str(numero)], caso)
        assert len(linhas) == (0 if situacao == "9" else len(CELAS))
        retrato.voltar()


def _somar(linha: dict[str, Any], ditas: set[str], caso: object) -> None:
    somado = linha["liberado"] + linha["glosado"] + linha["franquia"] + linha["em_aberto"]
    assert linha["informado"] == somado + linha["diferenca"], caso
    if linha["diferenca"] != 0:
        assert "LIBERADO_A_MAIS" in ditas, caso
    if linha["em_aberto"] != 0:
        assert linha["em_aberto"] == linha["informado"], caso
        assert linha["pago"] == 0, caso
    if linha["pago"] > linha["liberado"]:
        assert "PAGAMENTO_A_MAIOR" in ditas, caso
    elif 0 < linha["pago"] < linha["liberado"]:
        assert "PAGAMENTO_A_MENOR" in ditas, caso
    else:
        assert not {"PAGAMENTO_A_MAIOR", "PAGAMENTO_A_MENOR"} & ditas, caso
    assert linha["a_receber"] == linha["liberado"] - linha["pago"], caso


# Any two answers about a guia, and a payment ------------------------------------------------------

# What an analysis may say of a guia, each on two days.
DITOS = {
    (situacao, dia): {"2": None, "3": f"1{dia}0.00", "4": "0.00", "5": "90.00"}.get(situacao)
    for situacao in ("2", "3", "4", "5", "7", "9")
    for dia in (0, 1)
}
PARES = [*itertools.combinations(DITOS, 2)]


@pytest.mark.parametrize("paga_se", [False, True])
def test_any_two_analyses_and_a_payment_end_the_same_in_any_order(
    oficina: Oficina, simulador: Simulador, paga_se: bool
) -> None:
    lote = oficina.lote(len(PARES))
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1'")
    retrato = Retrato.de(oficina)
    fins = []
    for ordem in itertools.permutations(range(2 + paga_se)):
        for vez in ordem:
            if vez == 2:
                numeros = range(1, len(PARES) + 1)
                receber(oficina, pagamento("P1", *(paga(str(n), "60.00") for n in numeros)))
            else:
                receber(oficina, *_ditos(vez))
        fins.append(retrato.fim())
        retrato.voltar()
    for fim in fins[1:]:
        for nome, linhas in fins[0].items():
            assert fim[nome] == linhas, nome


def _ditos(vez: int) -> list[Demonstrativo]:
    """What each guia hears at its first, or at its second, turn: one demonstrativo per saying."""
    por_dito = defaultdict(list)
    for numero, par in enumerate(PARES, 1):
        por_dito[par[vez]].append(str(numero))
    feitos = []
    for (situacao, dia), numeros in por_dito.items():
        guias = [analisada(numero, DITOS[situacao, dia], situacao=situacao) for numero in numeros]
        dito = analise("P1", *guias, dia=dia, situacao="2")
        ordem = replace(dito.ordem, sha256=situacao)
        feitos.append(replace(dito, ordem=ordem))
    return feitos


# Any sequence -------------------------------------------------------------------------------------

VALORES = st.sampled_from(["0.00", "60.00", "149.99", "150.00", "150.01"])
GUIAS = st.sampled_from(["1", "2", "3", "99"])


@st.composite
def _analises(draw: st.DrawFn) -> Demonstrativo:
    guias = []
    for numero in draw(st.lists(GUIAS, max_size=4, unique=True)):
        liberado = draw(st.one_of(VALORES, st.none()))
        motivos = (Motivo(codigo="1001"),) if draw(st.booleans()) else ()
        itens = ()
        if liberado is not None and draw(st.booleans()):
            itens = (item_recusado(liberado, ("1705", draw(VALORES)), ("1801", draw(VALORES))),)
        situacao = draw(st.sampled_from(SITUACOES))
        guias.append(analisada(numero, liberado, situacao=situacao, motivos=motivos, itens=itens))
    return analise(
        "P1",
        *guias,
        dia=draw(st.integers(0, 2)),
        numero=draw(st.sampled_from(["1", "2"])),
        situacao=draw(st.sampled_from(["2", "3", "6"])),
        numero_lote=draw(st.sampled_from([None, "1", "77"])),
        valor_liberado=draw(st.sampled_from([None, Decimal("300.00")])),
    )


@st.composite
def _pagamentos(draw: st.DrawFn) -> DemonstrativoPagamento:
    pagas = [
        paga(numero, draw(VALORES), recurso=draw(st.booleans()))
        for numero in draw(st.lists(GUIAS, min_size=1, max_size=4))
    ]
    return pagamento(
        draw(st.sampled_from(["P1", "P1", "de outra época"])),
        *pagas,
        dia=HOJE - timedelta(draw(st.integers(0, 2))),
        numero=draw(st.sampled_from(["1", "2"])),
        liberado=draw(st.sampled_from([None, "300.00"])),
        lancados=draw(
            st.lists(
                st.sampled_from(
                    [
                        DebitoCredito(
                            indicador="1", tipo="01", descricao="IRRF", valor=Decimal("1.50")
                        ),
                        DebitoCredito(indicador="2", tipo="08", descricao=None, valor=None),
                    ]
                ),
                max_size=3,
            )
        ),
    )


RESPOSTAS = st.lists(st.one_of(_analises(), _pagamentos()), min_size=1, max_size=6)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_answers_end_the_same_however_they_come(
    oficina: Oficina, enviado: int, data: st.DataObject
) -> None:
    retrato = Retrato.de(oficina)
    respostas = data.draw(RESPOSTAS)
    fins = []
    for _ in range(2):
        repetidas = data.draw(st.lists(st.sampled_from(respostas), max_size=3))
        receber(oficina, *data.draw(st.permutations([*respostas, *repetidas])))
        fins.append(retrato.fim())
        retrato.voltar()
    assert fins[0] == fins[1]


# One by one ---------------------------------------------------------------------------------------


def test_what_an_analysis_released_is_to_be_received_until_it_is_paid(
    oficina: Oficina, enviado: int
) -> None:
    receber(oficina, analise("P1", analisada("1", "120.00", motivos=(Motivo(codigo="1705"),))))
    linha = conciliada(oficina)
    assert (linha["liberado"], linha["glosado"]) == (Decimal("120.00"), Decimal("30.00"))
    assert (linha["pago"], linha["a_receber"]) == (ZERO, Decimal("120.00"))
    receber(oficina, pagamento("P1", paga("1", "120.00")))
    linha = conciliada(oficina)
    assert (linha["pago"], linha["a_receber"]) == (Decimal("120.00"), ZERO)
    assert linha["ultimo_pagamento"] == HOJE
    assert not {"PAGAMENTO_A_MENOR", "PAGAMENTO_A_MAIOR"} & motivos(oficina)


def test_what_is_dated_ahead_is_not_paid_yet(oficina: Oficina, enviado: int) -> None:
    receber(oficina, pagamento("P1", paga("1", "150.00"), dia=HOJE + timedelta(30)))
    linha = conciliada(oficina)
    assert (linha["pago"], linha["a_pagar"], linha["a_receber"]) == (ZERO, COBRADO, ZERO)


def test_where_an_analysis_speaks_a_payment_decides_nothing(oficina: Oficina, enviado: int) -> None:
    receber(
        oficina,
        pagamento("P1", paga("1", "100.00")),
        analise("P1", analisada("1", "150.00"), dia=-30),
    )
    assert (conciliada(oficina)["liberado"], conciliada(oficina)["status"]) == (
        COBRADO,
        "AUTORIZADA",
    )
    assert "PAGAMENTO_A_MENOR" in motivos(oficina)


def test_equal_postings_of_one_demonstrativo_are_two_and_told_again_they_are_the_same(
    oficina: Oficina, enviado: int
) -> None:
    duas = [paga("1", "50.00")] * 2
    receber(oficina, pagamento("P1", *duas), pagamento("P1", *duas, numero="202611"))
    assert conciliada(oficina)["pago"] == Decimal("100.00")


def test_what_an_appeal_brought_is_paid_and_is_no_verdict(oficina: Oficina, enviado: int) -> None:
    receber(oficina, pagamento("P1", paga("1", "50.00", recurso=True)))
    assert conciliada(oficina)["status"] == "ENVIADA"
    receber(oficina, analise("P1", analisada("1", "100.00", motivos=(Motivo(codigo="1705"),))))
    linha = conciliada(oficina)
    assert (linha["liberado"], linha["pago"], linha["pago_por_recurso"]) == (
        Decimal("100.00"),
        Decimal("50.00"),
        Decimal("50.00"),
    )
    assert linha["a_receber"] == Decimal("100.00")


def test_a_payment_of_a_protocolo_that_is_not_ours_is_in_the_ledger_all_the_same(
    oficina: Oficina, enviado: int
) -> None:
    imposto = DebitoCredito(indicador="1", tipo="01", descricao="IRRF", valor=Decimal("2.25"))
    credito = DebitoCredito(indicador="2", tipo="08", descricao="ajuste", valor=Decimal("1.00"))
    receber(
        oficina,
        pagamento("antigo", paga("7", "90.00")),
        pagamento("P1", paga("1", "150.00"), lancados=[imposto, credito]),
    )
    (dia,) = oficina.linhas("SELECT * FROM tiss.conciliacao_pagamento")
    assert (dia["bruto"], dia["nao_reconhecido"]) == (Decimal("240.00"), Decimal("90.00"))
    assert (dia["debitos"], dia["creditos"]) == (Decimal("2.25"), Decimal("1.00"))
    assert dia["liquido"] == Decimal("238.75")
    assert abertas(oficina) == []


def test_totals_that_are_not_the_sum_of_their_parts_are_told(
    oficina: Oficina, enviado: int
) -> None:
    receber(
        oficina,
        pagamento("P1", paga("1", "150.00"), liberado="149.00", bruto="149.00"),
        analise("P1", analisada("2"), analisada("3"), valor_liberado=Decimal("299.99")),
    )
    assert [(motivo, descricao) for motivo, _, _, descricao in abertas(oficina)] == [
        (
            "TOTAL_DO_PAGAMENTO",
            "no demonstrativo de pagamento 1 o total do protocolo P1, pago em "
            f"{HOJE:%d/%m/%Y}, é 149.00, e as partes somam 150.00",
        ),
        ("TOTAL_DO_PROTOCOLO", "o total liberado do protocolo é 299.99, e as guias somam 300.00"),
    ]


def test_a_guia_that_is_shown_twice_counts_once_and_is_told(oficina: Oficina, enviado: int) -> None:
    receber(oficina, analise("P1", analisada("1", "100.00"), analisada("1", "150.00")))
    assert conciliada(oficina)["liberado"] == Decimal("100.00")
    assert "GUIA_LISTADA_DUAS_VEZES" in motivos(oficina)


def test_a_value_that_cannot_be_stored_loses_no_other_protocolo(
    oficina: Oficina, enviado: int
) -> None:
    enorme = Decimal("99999999999.99")
    receber(
        oficina,
        analise("P1", analisada("1", enorme), analisada("2")),
        pagamento("P1", paga("1", enorme)),
        pagamento("de fora", paga("1", enorme)),
        pagamento("P1", paga("2", "150.00")),
    )
    assert [motivo for motivo, *_ in abertas(oficina)] == ["RESPOSTA_NAO_APLICADA"] * 2
    assert conciliada(oficina, "1")["status"] == "ENVIADA"
    assert conciliada(oficina, "2")["status"] == "AUTORIZADA"


def test_a_payment_to_another_prestador_is_not_ours(oficina: Oficina, enviado: int) -> None:
    receber(oficina, pagamento("P1", paga("1", "150.00"), prestador="outro"))
    assert oficina.valor("SELECT count(*) FROM tiss.pagamento") == 0
    assert conciliada(oficina)["status"] == "ENVIADA"


def sequencia(partes: Sequence[str]) -> list[DemonstrativoPagamento]:
    return [
        pagamento("P1", paga("1", parte), dia=HOJE - timedelta(numero))
        for numero, parte in enumerate(partes)
    ]


def test_the_views_by_lote_and_contrato_are_the_sums_of_the_guias(
    oficina: Oficina, enviado: int
) -> None:
    receber(
        oficina,
        analise("P1", analisada("1", "100.00"), analisada("2", "0.00"), situacao="2"),
        *sequencia(["60.00", "40.00"]),
    )
    colunas = ("informado", "liberado", "glosado", "em_aberto", "pago", "a_receber")
    esperado = [Decimal(v) for v in ("450.00", "100.00", "200.00", "150.00", "100.00", "0.00")]
    for visao in ("lote", "contrato"):
        (linha,) = oficina.linhas(f"SELECT * FROM tiss.conciliacao_{visao}")
        assert [linha[coluna] for coluna in colunas] == esperado
        assert (linha["guias"], linha["guias_em_aberto"]) == (3, 1)
    (espera,) = oficina.linhas("SELECT * FROM tiss.conciliacao_espera")
    assert (espera["faixa"], espera["em_aberto"]) == ("até 30 dias", COBRADO)


def test_glosas_are_told_by_who_attended_and_add_up_to_all_of_them(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.alimentar(consulta_id="1", numero_carteira="1000001")
    oficina.alimentar(consulta_id="2", numero_carteira="1000002", nome_profissional="ANA TESTE S.")
    oficina.alimentar(
        consulta_id="3", numero_carteira="1000003", nome_profissional="Bia Teste", uf="33"
    )
    (lote,) = oficina.montar().lotes
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1'")
    recusadas = [
        analisada(numero, "100.00", itens=(item_recusado("100.00", ("1705", "50.00")),))
        for numero in ("1", "2", "3")
    ]
    receber(oficina, analise("P1", *recusadas))
    linhas = oficina.linhas(
        "SELECT conselho_profissional, numero_conselho_profissional, uf_profissional,"
        " nome_profissional, codigo, codigo_procedimento, glosas, guias, valor, sem_valor"
        " FROM tiss.conciliacao_glosa_profissional ORDER BY uf_profissional"
    )
    assert [tuple(linha.values()) for linha in linhas] == [
        ("06", "12345", "33", "Bia Teste", "1705", "10101012", 1, 1, Decimal("50.00"), 0),
        ("06", "12345", "35", "Ana Teste", "1705", "10101012", 2, 2, Decimal("100.00"), 0),
    ]
    (geral,) = oficina.linhas("SELECT glosas, guias, valor FROM tiss.conciliacao_glosa")
    assert tuple(geral.values()) == (3, 3, Decimal("150.00"))


def test_who_attended_is_who_the_row_says_when_the_guia_is_built_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.alimentar(consulta_id="1", tipo_consulta="9")
    oficina.montar()
    assert oficina.guia("1")["status"] == "INVALIDA"
    oficina.fazer(
        "UPDATE tiss.fila SET tipo_consulta = '1', numero_conselho_profissional = '777',"
        " digest = 'd2'"
    )
    oficina.montar()
    guia = oficina.guia("1")
    assert (guia["status"], guia["numero_conselho_profissional"]) == ("GERADA", "777")
    assert (guia["nome_profissional"], guia["uf_profissional"]) == ("Ana Teste", "35")


# What is paid late --------------------------------------------------------------------------------


def atrasadas(oficina: Oficina) -> list[tuple[int, str]]:
    """The guias whose payment is told to be late, after an hourly run."""
    conferir_atrasos(oficina.repo)
    return [
        (guia_id, descricao)
        for motivo, guia_id, _, descricao in abertas(oficina)
        if motivo == "PAGAMENTO_ATRASADO"
    ]


@pytest.mark.parametrize(("dias", "atrasa"), [(None, False), (31, False), (30, False), (29, True)])
def test_what_was_released_and_is_not_paid_in_the_days_of_the_contrato_is_late(
    oficina: Oficina, enviado: int, dias: int | None, atrasa: bool
) -> None:
    oficina.configurar(dias_para_pagar=dias)
    motivo = (Motivo(codigo="1705"),)
    receber(
        oficina,
        analise("P1", analisada("1"), analisada("2", "0.00", motivos=motivo), dia=-30),
        analise("P1", analisada("3"), dia=-29, numero="2", situacao="2"),
    )
    devido = HOJE - timedelta(1)
    dito = f"liberados 150.00 e pagos 0.00 até {devido:%d/%m/%Y}, o último dia do contrato"
    assert atrasadas(oficina) == ([(oficina.guias(enviado)[0]["id"], dito)] if atrasa else [])


def test_a_late_payment_is_told_once_and_closes_by_itself_when_all_is_paid(
    oficina: Oficina, enviado: int
) -> None:
    oficina.configurar(dias_para_pagar=10)
    receber(oficina, analise("P1", *(analisada(n) for n in "123"), dia=-30))
    assert len(atrasadas(oficina)) == 3
    antes = oficina.linhas("SELECT * FROM tiss.divergencia ORDER BY id")
    assert len(atrasadas(oficina)) == 3
    assert oficina.linhas("SELECT * FROM tiss.divergencia ORDER BY id") == antes
    (primeira, segunda, terceira) = (guia["id"] for guia in oficina.guias(enviado))
    receber(
        oficina,
        pagamento("P1", paga("1", "150.00"), paga("2", "100.00")),
        # Announced: the operadora told when.
        pagamento("P1", paga("3", "150.00"), dia=HOJE + timedelta(5), numero="2"),
    )
    ((qual, dito),) = atrasadas(oficina)
    assert (qual, "pagos 100.00" in dito) == (segunda, True)
    assert "PAGAMENTO_A_MENOR" in motivos(oficina)
    receber(oficina, pagamento("P1", paga("2", "50.00"), numero="3"))
    assert atrasadas(oficina) == []
    assert motivos(oficina) == set()
    encerradas = oficina.linhas("SELECT guia_id FROM tiss.divergencia WHERE fechada_em IS NOT NULL")
    assert {linha["guia_id"] for linha in encerradas} == {primeira, segunda, terceira}


def test_a_late_payment_that_a_person_settled_comes_back_only_with_another_day(
    oficina: Oficina, enviado: int
) -> None:
    oficina.configurar(dias_para_pagar=10)
    receber(oficina, analise("P1", *(analisada(n) for n in "123"), dia=-30))
    assert len(atrasadas(oficina)) == 3
    oficina.fazer("UPDATE tiss.divergencia SET fechada_em = now(), fechada_por = 'Ana'")
    assert atrasadas(oficina) == []
    receber(oficina, analise("P1", analisada("1"), dia=-29, situacao="2", numero="2"))
    assert [guia for guia, _ in atrasadas(oficina)] == [oficina.guias(enviado)[0]["id"]]
    oficina.configurar(dias_para_pagar=None)
    assert atrasadas(oficina) == []


def test_a_demonstrativo_without_a_day_is_counted_from_the_sending(
    oficina: Oficina, enviado: int
) -> None:
    oficina.configurar(dias_para_pagar=10)
    sem_dia = analise("P1", *(analisada(n) for n in "123"))
    receber(oficina, replace(sem_dia, ordem=replace(sem_dia.ordem, data_emissao=date.min)))
    assert atrasadas(oficina) == []
    oficina.fazer("UPDATE tiss.lote SET data_envio = now() - interval '12 days'")
    assert len(atrasadas(oficina)) == 3


def test_a_rehearsal_is_paid_never_and_late_never(oficina: Oficina, enviado: int) -> None:
    oficina.configurar(dias_para_pagar=0)
    receber(oficina, analise("P1", *(analisada(n) for n in "123"), dia=-1))
    oficina.fazer("UPDATE tiss.guia SET ambiente = 'HOMOLOGACAO'")
    assert atrasadas(oficina) == []
