from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest
from guias_modelo import (
    CIRURGIA,
    CONSULTA_MINIMA,
    DENTAL,
    DESPESAS,
    EXAME,
    GUIAS,
    HONORARIOS_MINIMA,
    ITEM,
    MATERIAL,
    MEMBRO,
    ODONTO_MINIMA,
    OPME,
    RESUMO_MINIMO,
    trocar,
)
from regras_modelo import (
    DIA,
    GAZE,
    codigos,
    com_despesa,
    com_item,
    contexto,
    problemas,
    resumo,
    sp_sadt,
)

from tiss.domain.partes import Alternativa, Totais
from tiss.domain.problema import Gravidade
from tiss.domain.regras import aplicar_regras


def com_conta(quantidade: str, unitario: str, fator: str, total: str) -> list[str]:
    return codigos(
        com_item(
            quantidade=Decimal(quantidade),
            valor_unitario=Decimal(unitario),
            reducao_acrescimo=Decimal(fator),
            valor_total=Decimal(total),
        )
    )


def test_guia_of_services_or_of_a_stay_has_a_procedure_or_an_expense() -> None:
    assert codigos(sp_sadt()) == ["SEM_ITEM"]
    assert codigos(sp_sadt(despesas=(GAZE,))) == []
    vazia = Totais(geral=Decimal(0))
    assert codigos(resumo(itens=(), totais=vazia)) == ["SEM_ITEM"]
    so_despesa = resumo(itens=(), despesas=(GAZE,), totais=Totais.de((), (GAZE,)))
    assert codigos(so_despesa) == []


def test_that_honorarios_have_items_is_left_to_the_form() -> None:
    assert codigos(replace(HONORARIOS_MINIMA, itens=(), valor_total_honorarios=None)) == []


def test_item_number_repeated_in_a_guia_is_named_once_where_it_comes_again() -> None:
    tres = sp_sadt(*(replace(ITEM, hora_inicial=time(hora)) for hora in (8, 9, 10)))
    (problema,) = problemas(tres)
    assert problema.caminho == "procedimentosExecutados/procedimentoExecutado[2]/sequencialItem"
    assert problema.valor == "1"
    assert problema.mensagem.startswith("o item 1 aparece 3 vezes:")


def test_expenses_are_numbered_together_with_procedures() -> None:
    (problema,) = problemas(com_despesa(GAZE, sequencial_item=1))
    assert problema.codigo == "SEQUENCIAL_REPETIDO"
    assert problema.caminho == "outrasDespesas/despesa[1]/sequencialItem"
    assert codigos(com_despesa(GAZE, sequencial_item=2)) == []


def test_two_expenses_do_not_share_a_number() -> None:
    duas = sp_sadt(ITEM, despesas=(GAZE, replace(GAZE, data_execucao=GAZE.data_execucao)))
    assert codigos(duas) == ["SEQUENCIAL_REPETIDO"]


@pytest.mark.parametrize("guia", [HONORARIOS_MINIMA, ODONTO_MINIMA, RESUMO_MINIMO])
def test_every_kind_numbers_its_items_once(guia: object) -> None:
    guia = trocar(guia, "itens", (guia.itens[0], guia.itens[0]))
    assert "SEQUENCIAL_REPETIDO" in codigos(guia)


def test_item_without_a_number_repeats_none() -> None:
    sem_numero = replace(ITEM, sequencial_item=None)
    outro = replace(EXAME, sequencial_item=None)
    assert codigos(sp_sadt(sem_numero, outro)) == []


def test_quantity_of_an_expense_is_above_zero() -> None:
    sem_preco = {"valor_unitario": None}
    assert codigos(com_despesa(GAZE, quantidade=Decimal(0), **sem_preco)) == ["QUANTIDADE"]
    assert codigos(com_despesa(GAZE, quantidade=Decimal("0.0001"), **sem_preco)) == []


@pytest.mark.parametrize(("quantidade", "ha"), [("1", False), ("0", True), ("-1", True)])
def test_quantity_of_a_consultation_does_not_travel_and_is_still_above_zero(
    quantidade: str, ha: bool
) -> None:
    guia = trocar(CONSULTA_MINIMA, "procedimento.quantidade", Decimal(quantidade))
    assert codigos(guia) == (["QUANTIDADE"] if ha else [])


def test_line_that_costs_nothing_is_told() -> None:
    centavo, zero = Decimal("0.01"), Decimal("0.00")
    assert codigos(com_item(valor_unitario=centavo, valor_total=centavo)) == []
    assert codigos(com_item(valor_unitario=zero, valor_total=zero)) == ["VALOR_ZERO"]
    assert codigos(trocar(CONSULTA_MINIMA, "procedimento.valor_total", zero)) == ["VALOR_ZERO"]
    odonto = replace(
        ODONTO_MINIMA, itens=(replace(DENTAL, valor_total=zero),), valor_total_proc=zero
    )
    assert codigos(odonto) == ["VALOR_ZERO"]
    gratis = com_despesa(GAZE, valor_unitario=zero, valor_total=zero)
    assert codigos(gratis) == ["VALOR_ZERO"]


def test_free_line_warns_and_blocks_only_where_the_contrato_says_so() -> None:
    gratis = com_item(valor_unitario=Decimal(0), valor_total=Decimal(0))
    (aviso,) = problemas(gratis)
    assert aviso.gravidade is Gravidade.AVISO
    assert aviso.mensagem == (
        "o item está com R$ 0,00: confirme se é retorno, cortesia ou parte de pacote; senão, "
        "informe o preço"
    )
    (erro,) = problemas(gratis, regras={"VALOR_ZERO": "BLOQUEIA"})
    assert erro.gravidade is Gravidade.ERRO


def test_price_of_nothing_with_another_total_does_not_add_up() -> None:
    assert codigos(com_item(valor_unitario=Decimal(0))) == ["TOTAL_NAO_CONFERE"]


@pytest.mark.parametrize(
    ("quantidade", "unitario", "fator", "total", "confere"),
    [
        ("3", "33.33", "0.70", "69.99", True),  # 69.993
        ("3", "33.33", "0.70", "70.00", True),  # one centavo is tolerated
        ("3", "33.33", "0.70", "70.01", False),
        ("3", "33.33", "0.70", "69.98", True),
        ("3", "33.33", "0.70", "69.97", False),
        ("1", "0.03", "0.50", "0.03", True),  # 0.015 rounds half up to 0.02, then one centavo
        ("1", "0.03", "0.50", "0.04", False),
        ("1", "0.05", "0.50", "0.04", True),  # 0.025 is 0.03, not 0.02 as half even would say
        ("1", "0.05", "0.50", "0.01", False),
        ("2", "100.00", "9.99", "1998.00", True),
    ],
)
def test_total_is_quantity_times_price_times_factor_within_one_centavo(
    quantidade: str, unitario: str, fator: str, total: str, confere: bool
) -> None:
    achados = com_conta(quantidade, unitario, fator, total)
    assert achados == ([] if confere else ["TOTAL_NAO_CONFERE"])


def test_legitimate_reduction_is_no_error_as_it_is_for_a_peer_that_ignores_the_factor() -> None:
    assert com_conta("3", "33.33", "0.70", "69.99") == []
    assert com_conta("3", "33.33", "0.70", "99.99") == ["TOTAL_NAO_CONFERE"]


def test_price_is_not_rounded_before_the_total_as_a_peer_does() -> None:
    # 33.335 x 3 x 0.7 = 70.0035; rounded first, 33.34 x 3 x 0.7 = 70.014
    assert com_conta("3", "33.335", "0.7", "70.00") == []
    # What that peer writes, 33.34 and 70.00, is one centavo off...
    assert com_conta("3", "33.34", "0.7", "70.00") == []
    # ...and more than that in a larger quantity: 33.34 x 30 x 0.7 = 700.14
    assert com_conta("30", "33.335", "0.7", "700.04") == []
    assert com_conta("30", "33.34", "0.7", "700.04") == ["TOTAL_NAO_CONFERE"]


def test_total_of_an_expense_is_checked_with_its_fraction() -> None:
    assert codigos(com_despesa(OPME, item_vinculado=None)) == []
    errada = com_despesa(OPME, item_vinculado=None, valor_total=Decimal("50.02"))
    assert codigos(errada) == ["TOTAL_NAO_CONFERE"]


@pytest.mark.parametrize("campo", ["quantidade", "valor_unitario", "reducao_acrescimo"])
def test_total_is_not_checked_while_a_factor_is_missing(campo: str) -> None:
    assert codigos(com_item(**{campo: None, "valor_total": Decimal("1.00")})) == []


def test_every_problem_is_reported_and_says_which_item() -> None:
    ruim = replace(EXAME, valor_unitario=Decimal(0), codigo_tabela="19")
    achados = problemas(sp_sadt(ITEM, ruim))
    assert [(p.codigo, p.item, p.caminho.rpartition("/")[2]) for p in achados] == [
        ("TOTAL_NAO_CONFERE", 2, "valorTotal"),
        ("TABELA_DO_ITEM", 2, "codigoTabela"),
    ]


def test_same_procedure_twice_on_a_day_needs_another_hour_access_factor_or_team() -> None:
    def outra(**campos: object) -> list[str]:
        return codigos(sp_sadt(CIRURGIA, replace(CIRURGIA, sequencial_item=9, **campos)))

    assert outra() == ["LINHA_REPETIDA"]
    assert outra(hora_inicial=time(8)) == []
    assert outra(data_execucao=CIRURGIA.data_execucao - DIA) == []
    assert outra(via_acesso="2") == []
    assert outra(equipe=(MEMBRO,)) == []
    assert outra(reducao_acrescimo=Decimal("0.50"), valor_total=Decimal("250.00")) == []
    assert outra(codigo_tabela="98") == []


def test_same_dental_procedure_twice_on_a_day_needs_another_tooth_or_face() -> None:
    dente = Alternativa(elemento="codDente", valor="11")
    primeiro = replace(DENTAL, dente_regiao=dente, dente_face="O")

    def outra(**campos: object) -> list[str]:
        itens = (primeiro, replace(primeiro, sequencial_item=2, **campos))
        return codigos(replace(ODONTO_MINIMA, itens=itens, valor_total_proc=Decimal("160.00")))

    assert outra() == ["LINHA_REPETIDA"]
    assert outra(dente_regiao=replace(dente, valor="12")) == []
    assert outra(dente_face="M") == []


@pytest.mark.parametrize("campo", ["codigo_procedimento", "data_execucao"])
def test_lines_that_do_not_say_what_or_when_repeat_none(campo: str) -> None:
    item, dental = replace(ITEM, **{campo: None}), replace(DENTAL, **{campo: None})
    assert codigos(sp_sadt(item, replace(item, sequencial_item=2))) == []
    itens = (dental, replace(dental, sequencial_item=2))
    dobro = replace(ODONTO_MINIMA, itens=itens, valor_total_proc=Decimal("160.00"))
    assert codigos(dobro) == []


@pytest.mark.parametrize(
    ("tipo", "tabela", "ha"), [("02", "20", True), ("03", "19", True), ("05", "18", False)]
)
def test_more_than_one_of_a_material_or_medicine_on_a_line_is_told_where_a_contrato_asks(
    tipo: str, tabela: str, ha: bool
) -> None:
    um = com_despesa(GAZE, codigo_despesa=tipo, codigo_tabela=tabela)
    assert codigos(um) == []
    dois = com_despesa(MATERIAL, codigo_despesa=tipo, codigo_tabela=tabela)
    assert codigos(dois) == []
    ligada = {"MATERIAL_EM_QUANTIDADE": "AVISA"}
    assert codigos(um, regras=ligada) == []
    assert codigos(dois, regras=ligada) == (["MATERIAL_EM_QUANTIDADE"] if ha else [])


def test_expense_is_tied_to_a_procedure_of_the_guia_not_to_another_expense() -> None:
    assert codigos(com_despesa(GAZE, item_vinculado=1)) == []
    assert codigos(com_despesa(GAZE, item_vinculado=GAZE.sequencial_item)) == ["ITEM_VINCULADO"]


def test_only_opme_is_asked_for_its_registro_anvisa() -> None:
    assert codigos(com_despesa(OPME, item_vinculado=None)) == []
    assert codigos(com_despesa(GAZE, registro_anvisa=None)) == []
    sem = com_despesa(OPME, item_vinculado=None, registro_anvisa="")
    assert codigos(sem) == ["OPME_SEM_REGISTRO"]


@pytest.mark.parametrize(
    ("tabela", "unidade", "esperado"),
    [
        ("18", "036", False),
        ("18", "013", True),
        ("18", None, False),
        ("19", "013", False),
        ("20", "013", False),
    ],
)
def test_what_has_no_measure_goes_in_units(
    tabela: str, unidade: str | None, esperado: bool
) -> None:
    guia = com_despesa(GAZE, codigo_tabela=tabela, unidade_medida=unidade)
    assert ("UNIDADE_DE_MEDIDA" in codigos(guia)) == esperado


@pytest.mark.parametrize(
    ("tabela", "aceita"),
    [("22", True), ("00", True), ("98", True), ("90", False), ("18", False), ("20", False)],
)
def test_procedure_is_of_tuss_22_or_of_an_own_table(tabela: str, aceita: bool) -> None:
    esperado = [] if aceita else ["TABELA_DO_ITEM"]
    assert codigos(com_item(codigo_tabela=tabela)) == esperado
    assert codigos(trocar(CONSULTA_MINIMA, "procedimento.codigo_tabela", tabela)) == esperado


@pytest.mark.parametrize(("tabela", "aceita"), [("22", True), ("90", True), ("19", False)])
def test_dental_procedure_may_be_a_dental_package(tabela: str, aceita: bool) -> None:
    guia = replace(ODONTO_MINIMA, itens=(replace(DENTAL, codigo_tabela=tabela),))
    assert codigos(guia) == ([] if aceita else ["TABELA_DO_ITEM"])


@pytest.mark.parametrize(
    ("tipo", "tabela"),
    [("01", "18"), ("02", "20"), ("03", "19"), ("05", "18"), ("07", "18"), ("08", "19")],
)
def test_expense_is_of_the_table_of_its_kind_or_of_an_own_table(tipo: str, tabela: str) -> None:
    for usada in ("00", "18", "19", "20", "22", "90", "98"):
        aceita = usada in {tabela, "00", "98"}
        guia = com_despesa(
            GAZE, codigo_despesa=tipo, codigo_tabela=usada, registro_anvisa="10000000001"
        )
        assert codigos(guia) == ([] if aceita else ["TABELA_DO_ITEM"])


def test_table_that_does_not_exist_is_left_to_the_form() -> None:
    assert codigos(com_item(codigo_tabela="99")) == []
    assert codigos(com_item(codigo_tabela=None)) == []


@pytest.mark.parametrize(
    ("codigo", "ha"),
    [("30101018", True), ("31602045", False), ("20101010", False), ("31009336", True)],
)
def test_surgery_says_its_access_and_technique_and_anaesthesia_does_not(
    codigo: str, ha: bool
) -> None:
    completa = replace(CIRURGIA, codigo_procedimento=codigo)
    assert codigos(sp_sadt(completa)) == []
    esperado = ["VIA_E_TECNICA"] if ha else []
    assert codigos(sp_sadt(replace(completa, via_acesso=None))) == esperado
    assert codigos(sp_sadt(replace(completa, tecnica_utilizada=""))) == esperado


def test_own_code_that_looks_like_surgery_is_not_asked_for_access() -> None:
    assert codigos(sp_sadt(replace(CIRURGIA, codigo_tabela="00", via_acesso=None))) == []


@pytest.mark.parametrize(("versao", "ha"), [("4.02.00", True), ("4.03.00", False)])
def test_centro_de_consumo_that_a_version_cannot_carry_is_told(versao: str, ha: bool) -> None:
    internado = resumo(
        itens=(replace(ITEM, centro_consumo="6"),),
        despesas=(replace(GAZE, centro_consumo="6"),),
        totais=Totais.de((ITEM,), (GAZE,)),
    )
    achados = aplicar_regras(internado, contexto(versao=versao))
    caminhos = [
        "procedimentosExecutados/procedimentoExecutado[1]/centroConsumo",
        "outrasDespesas/despesa[1]/servicosExecutados/centroConsumo",
    ]
    assert [problema.caminho for problema in achados] == (caminhos if ha else [])


@pytest.mark.parametrize("guia", GUIAS.values())
def test_no_guia_is_asked_for_a_diagnosis(guia: object) -> None:
    sem_cid = trocar(guia, "diagnosticos", ()) if hasattr(guia, "diagnosticos") else guia
    assert not any("diagnostico" in p.caminho for p in problemas(sem_cid))


def test_every_kind_of_expense_has_its_total() -> None:
    assert codigos(sp_sadt(ITEM, CIRURGIA, despesas=DESPESAS), regras=DISCRETAS) == []


DISCRETAS = {"MATERIAL_EM_QUANTIDADE": "DESLIGADA", "TABELA_DO_ITEM": "DESLIGADA"}
