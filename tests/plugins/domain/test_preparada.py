from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from guias_modelo import ATENDIMENTO, CONTRATO, MEDICA

from tiss.domain.guia import Autorizacao, GuiaConsulta, GuiaSpSadt, Item
from tiss.domain.preparada import ConsultaPreparada

LINHA: dict[str, Any] = {
    "consulta_id": "c1",
    "clinica_id": "matriz",
    "registro_ans": "999001",
    "tipo_guia": "SP_SADT",
    "data_atendimento": ATENDIMENTO,
    "numero_carteira": "00001",
    "atendimento_rn": False,
    "nome_profissional": "Ana Exemplo",
    "conselho_profissional": "06",
    "numero_conselho_profissional": "123456",
    "uf": "35",
    "cbo": "225125",
    "indicacao_acidente": "9",
    "regime_atendimento": "01",
    "tipo_consulta": "1",
    "tipo_atendimento": "23",
    "carater_atendimento": "1",
    "indicacao_clinica": None,
    "data_solicitacao": None,
    "nome_solicitante": None,
    "conselho_solicitante": None,
    "numero_conselho_solicitante": None,
    "uf_solicitante": None,
    "cbo_solicitante": None,
    "numero_guia_prestador": None,
    "numero_guia_operadora": None,
    "senha": None,
    "data_autorizacao": None,
    "data_validade_senha": None,
    "observacao": None,
    "itens": [
        {
            "sequencial_item": 1,
            "codigo_tabela": "22",
            "codigo_procedimento": 10101012,
            "descricao": "Consulta",
            "data_execucao": "2026-03-10",
            "quantidade": 1,
            "reducao_acrescimo": "1.00",
            "valor_unitario": 150.5,
            "valor_total": "150.50",
        }
    ],
    "digest": "d",
}


def guia(**colunas: object) -> GuiaConsulta | GuiaSpSadt:
    return ConsultaPreparada.da_linha(**{**LINHA, **colunas}).guia(CONTRATO, "77")


def sp_sadt(**colunas: object) -> GuiaSpSadt:
    feita = guia(**colunas)
    assert isinstance(feita, GuiaSpSadt)
    return feita


def item(**campos: object) -> Item:
    return guia(itens=[{**LINHA["itens"][0], **campos}]).itens[0]


def test_row_becomes_a_guia_of_its_kind_under_the_given_number() -> None:
    consulta = guia(tipo_guia="CONSULTA")
    assert isinstance(consulta, GuiaConsulta)
    assert consulta.numero_guia_prestador == sp_sadt().numero_guia_prestador == "77"


def test_prestador_and_operadora_come_from_the_contrato() -> None:
    feita = sp_sadt()
    assert feita.registro_ans == CONTRATO.registro_ans
    assert feita.cnes == CONTRATO.cnes
    assert feita.contratado_executante == feita.contratado_solicitante == CONTRATO.contratado
    assert feita.nome_contratado_solicitante == CONTRATO.nome_prestador


def test_numbers_of_the_item_lose_nothing_on_the_way_from_json() -> None:
    assert guia().itens == (
        Item(
            sequencial_item=1,
            codigo_tabela="22",
            codigo_procedimento="10101012",
            descricao="Consulta",
            data_execucao=date(2026, 3, 10),
            quantidade=Decimal("1"),
            reducao_acrescimo=Decimal("1.00"),
            valor_unitario=Decimal("150.5"),
            valor_total=Decimal("150.50"),
        ),
    )


@pytest.mark.parametrize("branco", ["", " ", "\t\n"])
def test_blank_text_counts_as_not_given(branco: str) -> None:
    assert sp_sadt(numero_carteira=branco).beneficiario.numero_carteira is None


@pytest.mark.parametrize(("recem_nascido", "escrito"), [(True, "S"), (False, "N")])
def test_newborn_is_written_s_or_n(recem_nascido: bool, escrito: str) -> None:
    assert sp_sadt(atendimento_rn=recem_nascido).beneficiario.atendimento_rn == escrito


def test_who_attends_also_requested_unless_the_row_names_another() -> None:
    assert sp_sadt().profissional_solicitante == MEDICA
    outra = sp_sadt(nome_solicitante="Rui Exemplo").profissional_solicitante
    assert (outra.nome, outra.numero_conselho) == ("Rui Exemplo", None)
    outra = sp_sadt(numero_conselho_solicitante="99").profissional_solicitante
    assert (outra.nome, outra.numero_conselho) == (None, "99")


def test_authorisation_exists_when_a_senha_or_a_number_does() -> None:
    assert sp_sadt(data_autorizacao=ATENDIMENTO).autorizacao is None
    assert sp_sadt(senha="S1", data_autorizacao=ATENDIMENTO).autorizacao == Autorizacao(
        numero_guia_operadora=None, data=ATENDIMENTO, senha="S1", validade_senha=None
    )
    assert sp_sadt(numero_guia_operadora="77").autorizacao is not None


@pytest.mark.parametrize("itens", [None, [], ()])
def test_row_without_items_makes_a_guia_without_items(itens: object) -> None:
    assert guia(itens=itens).itens == ()


@pytest.mark.parametrize("campo", ["quantidade", "valor_total", "sequencial_item"])
@pytest.mark.parametrize(
    "valor",
    [None, "", "abc", "1,5", "NaN", "sNaN", "Infinity", "1E+999999999", "-1e400", 10**9, -(10**9)],
)
def test_number_that_cannot_be_read_counts_as_not_given(campo: str, valor: object) -> None:
    assert getattr(item(**{campo: valor}), campo) is None


def test_largest_number_that_is_still_read_is_beyond_every_limit_of_the_standard() -> None:
    assert item(valor_total="999999999.99").valor_total == Decimal("999999999.99")


@pytest.mark.parametrize("valor", ["10/03/2026", "2026-02-30", "hoje", 20])
def test_date_that_cannot_be_read_counts_as_not_given(valor: object) -> None:
    assert item(data_execucao=valor).data_execucao is None


@pytest.mark.parametrize(("valor", "lido"), [("2", 2), (2.0, 2), ("2.5", None)])
def test_item_number_is_whole(valor: object, lido: int | None) -> None:
    assert item(sequencial_item=valor).sequencial_item == lido


def test_field_absent_from_the_json_is_not_given() -> None:
    assert guia(itens=[{}]).itens == (Item(**dict.fromkeys(Item.__dataclass_fields__)),)
