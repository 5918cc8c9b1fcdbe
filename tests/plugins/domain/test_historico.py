"""When a count is worth a warning, what it is blamed on, and how it is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from guias_modelo import CONSULTA_MINIMA, EXAME, ITEM, MATERIAL, SP_SADT_MINIMA

sys.path.insert(0, str(Path(__file__).parent / "regras"))

from regras_modelo import autorizada, contexto, julgadas, sp_sadt

from tiss.domain.ausencia import campos_ausentes
from tiss.domain.guia import Guia
from tiss.domain.historico import Contagem, Historico, Julgadas, Padrao
from tiss.domain.problema import Problema
from tiss.domain.regras import aplicar_regras

SEM_SENHA = ("senha",)
SEM_NUMERO = ("numero_guia_operadora",)
SEM_AMBOS = (*SEM_SENHA, *SEM_NUMERO)


def padroes(*grupos: Julgadas) -> list[Padrao]:
    """All that stands out of these counts, of whatever procedure."""
    historico = Historico.de(grupos, {})
    return [um for achados in historico.padroes.values() for deste in achados for um in deste]


def ditos(*grupos: Julgadas) -> list[tuple[str, tuple[str, ...], tuple[int, int]]]:
    """The same, short: code, what is missing, n of m."""
    return [
        (p.glosa, tuple(campo.nome for campo in p.sem), tuple(p.vezes)) for p in padroes(*grupos)
    ]


def avisos(
    guia: Guia, *grupos: Julgadas, descricoes: dict[str, str] | None = None
) -> list[Problema]:
    """What the rule says of a guia."""
    historico = Historico.de(grupos, descricoes or {})
    return [
        problema
        for problema in aplicar_regras(guia, contexto(historico=historico))
        if problema.codigo == "HISTORICO_DE_GLOSA"
    ]


def sem_e_com(sem: tuple[int, int], com: tuple[int, int]) -> tuple[Julgadas, ...]:
    """n of m without the senha, and n of m with it."""
    return (
        julgadas(sem[0], "1401", sem=SEM_SENHA),
        julgadas(sem[1] - sem[0], sem=SEM_SENHA),
        julgadas(com[0], "1401"),
        julgadas(com[1] - com[0]),
    )


# Thresholds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("glosadas", "julgadas_", "avisa"),
    [(4, 4, False), (5, 5, True), (5, 10, True), (5, 11, False), (50, 101, False)],
)
def test_a_procedure_is_told_from_five_refusals_and_one_half_on(
    glosadas: int, julgadas_: int, avisa: bool
) -> None:
    grupos = (julgadas(glosadas, "1801"), julgadas(julgadas_ - glosadas))
    assert ditos(*grupos) == [("1801", (), (glosadas, julgadas_))] * avisa


@pytest.mark.parametrize(
    ("sem", "com", "avisa"),
    [
        ((4, 4), (0, 50), False),
        ((5, 5), (0, 50), True),
        ((5, 10), (0, 50), True),
        ((5, 11), (0, 50), False),
        # Who has the field has to have been judged,
        ((9, 9), (0, 4), False),
        ((9, 9), (0, 5), True),
        # and to fare at least twice as well.
        ((8, 10), (4, 10), True),
        ((8, 10), (41, 100), False),
    ],
)
def test_a_missing_field_is_told_when_guias_that_have_it_fare_much_better(
    sem: tuple[int, int], com: tuple[int, int], avisa: bool
) -> None:
    achados = [dito for dito in ditos(*sem_e_com(sem, com)) if dito[1]]
    assert achados == [("1401", SEM_SENHA, sem)] * avisa


def test_what_is_refused_with_and_without_the_field_is_blamed_on_the_procedure() -> None:
    assert ditos(*sem_e_com((9, 10), (8, 10))) == [("1401", (), (17, 20))]


def test_a_field_that_no_guia_ever_had_is_blamed_on_the_procedure() -> None:
    assert ditos(*sem_e_com((9, 10), (0, 0))) == [("1401", (), (9, 10))]


def test_nothing_judged_says_nothing() -> None:
    assert ditos() == []
    assert ditos(julgadas(100)) == []


def test_guias_from_before_their_missing_fields_were_noted_count_for_the_procedure_only() -> None:
    antigas = julgadas(9, "1401", sem=None)
    assert ditos(antigas) == [("1401", (), (9, 9))]
    novas = sem_e_com((9, 9), (0, 9))
    assert ditos(antigas, *novas) == [("1401", SEM_SENHA, (9, 9))]


# What explains what -------------------------------------------------------------------------------


def test_a_field_that_is_merely_missing_together_with_the_decisive_one_is_not_blamed() -> None:
    grupos = (
        julgadas(20, "1401", sem=SEM_AMBOS),
        julgadas(2, "1401", sem=SEM_SENHA),
        julgadas(3, sem=SEM_NUMERO),
        julgadas(20),
    )
    assert ditos(*grupos) == [("1401", SEM_SENHA, (22, 22))]


def test_fields_that_are_always_missing_together_are_told_together() -> None:
    (padrao,) = padroes(julgadas(9, "1401", sem=SEM_AMBOS), julgadas(9))
    assert [campo.nome for campo in padrao.sem] == [*SEM_AMBOS]
    assert (padrao.vezes, padrao.com_os_campos) == (Contagem(9, 9), Contagem(0, 9))


def test_the_second_field_under_one_code_is_counted_among_guias_that_have_the_first() -> None:
    grupos = (
        julgadas(10, "3111", sem=SEM_SENHA),
        julgadas(5, "3111", sem=SEM_AMBOS),
        julgadas(8, "3111", sem=SEM_NUMERO),
        julgadas(30),
    )
    assert ditos(*grupos) == [
        ("3111", SEM_SENHA, (15, 15)),
        ("3111", SEM_NUMERO, (8, 8)),
    ]
    assert [campo.nome for campo in padroes(*grupos)[1].tendo] == ["senha"]


def test_codes_procedures_and_kinds_of_guia_are_counted_apart() -> None:
    grupos = (
        julgadas(4, "1401"),
        julgadas(4, "1402"),
        julgadas(4, "1401", codigo_procedimento="40304361"),
        julgadas(4, "1401", codigo_tabela="00"),
        julgadas(4, "1401", tipo="CONSULTA"),
    )
    assert ditos(*grupos) == []
    assert ditos(julgadas(6, "1401", "1402"), julgadas(4)) == [
        ("1401", (), (6, 10)),
        ("1402", (), (6, 10)),
    ]


# What is said -------------------------------------------------------------------------------------


def test_a_missing_field_is_told_with_its_evidence_and_what_to_do() -> None:
    (aviso,) = avisos(
        autorizada(senha=None, numero_guia_operadora="1"),
        *sem_e_com((8, 9), (0, 12)),
        descricoes={"1401": "ACOMODAÇÃO NÃO AUTORIZADA"},
    )
    assert aviso.mensagem == (
        "a operadora glosou 8 de 9 guias com o procedimento 10101012 sem a senha (código 1401, "
        "ACOMODAÇÃO NÃO AUTORIZADA); com a senha, 0 de 12: informe a senha antes de enviar"
    )
    assert (aviso.caminho, aviso.item) == ("dadosAutorizacao/senha", 1)
    assert (aviso.valor, aviso.glosa_provavel) == ("10101012", "1401")


def test_a_procedure_is_told_with_its_evidence_and_what_to_do() -> None:
    (aviso,) = avisos(sp_sadt(ITEM, replace(EXAME, quantidade=Decimal(1))), julgadas(9, "1801"))
    assert aviso.mensagem == (
        "a operadora glosou 9 de 9 guias com o procedimento 10101012 (código 1801): confira com "
        "ela a cobertura, o preço e as regras dele antes de enviar"
    )
    assert aviso.caminho == (
        "procedimentosExecutados/procedimentoExecutado[1]/procedimento/codigoProcedimento"
    )
    assert (aviso.item, aviso.glosa_provavel) == (1, "1801")


def test_the_second_pattern_says_what_its_guias_had() -> None:
    grupos = (
        julgadas(10, "3111", sem=SEM_SENHA),
        julgadas(8, "3111", sem=SEM_NUMERO),
        julgadas(30),
    )
    (aviso,) = avisos(autorizada(numero_guia_operadora=None), *grupos)
    assert aviso.mensagem.startswith(
        "a operadora glosou 8 de 8 guias com o procedimento 10101012, com a senha e sem o número "
        "da guia na operadora (código 3111); com o número da guia na operadora, 0 de 30: informe o "
    )


def test_a_guia_that_has_the_field_is_not_warned() -> None:
    assert avisos(autorizada(), *sem_e_com((9, 9), (0, 9))) == []


def test_a_guia_that_lacks_only_one_of_what_was_always_missing_together_is_not_warned() -> None:
    grupos = (julgadas(9, "1401", sem=SEM_AMBOS), julgadas(9))
    assert avisos(autorizada(numero_guia_operadora=None), *grupos) == []
    assert len(avisos(SP_SADT_MINIMA, *grupos)) == 1


def test_another_kind_of_guia_with_the_same_procedure_is_not_warned() -> None:
    assert avisos(CONSULTA_MINIMA, julgadas(9, "1801")) == []
    assert len(avisos(CONSULTA_MINIMA, julgadas(9, "1801", tipo="CONSULTA"))) == 1


def test_a_missing_field_is_told_once_with_the_best_evidence_of_all_procedures() -> None:
    do_exame = {"codigo_procedimento": EXAME.codigo_procedimento or ""}
    grupos = (
        *sem_e_com((6, 9), (0, 9)),
        julgadas(7, "1401", sem=SEM_SENHA, **do_exame),
        julgadas(9, **do_exame),
    )
    (aviso,) = avisos(sp_sadt(ITEM, EXAME), *grupos)
    assert (aviso.valor, aviso.item) == (EXAME.codigo_procedimento, EXAME.sequencial_item)
    assert "7 de 7" in aviso.mensagem


def test_each_procedure_that_is_refused_as_such_is_told_once_whatever_its_lines() -> None:
    guia = sp_sadt(ITEM, replace(ITEM, sequencial_item=2), replace(EXAME, sequencial_item=3))
    do_exame = julgadas(9, "1801", codigo_procedimento=EXAME.codigo_procedimento or "")
    achados = avisos(guia, julgadas(9, "1801"), do_exame)
    assert [(um.valor, um.item) for um in achados] == [
        (ITEM.codigo_procedimento, 1),
        (EXAME.codigo_procedimento, 3),
    ]


def test_an_expense_is_told_as_a_procedure_is() -> None:
    da_gaze = {
        "codigo_tabela": MATERIAL.codigo_tabela or "",
        "codigo_procedimento": MATERIAL.codigo_procedimento or "",
    }
    (aviso,) = avisos(sp_sadt(ITEM, despesas=(MATERIAL,)), julgadas(5, "1801", **da_gaze))
    assert aviso.caminho == "outrasDespesas/despesa[1]/servicosExecutados/codigoProcedimento"


def test_nothing_of_the_patient_is_in_a_warning() -> None:
    guia = replace(
        autorizada(senha=None, numero_guia_operadora="GUIASIGILOSA"),
        observacao="Sigilosa",
        indicacao_clinica="Suspeita sigilosa",
    )
    (aviso,) = avisos(guia, *sem_e_com((8, 9), (0, 12)))
    assert "senha" in campos_ausentes(guia)
    for pessoal in ("igilos", "IGILOS", str(guia.beneficiario.numero_carteira)):
        assert pessoal not in repr(aviso)
