"""Numbers and codes of the demo: what the standard and the registers accept."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from validate_docbr import CNPJ, CPF

from tiss import esquemas
from tiss.demo import cadastro, cirurgias, pessoas, procedimentos
from tiss.demo.atendimentos import SEM_CONTRATO


@pytest.mark.parametrize("algarismos", [9, 12, 17])
def test_every_card_is_another_one(algarismos: int) -> None:
    cartas = {pessoas.numero_carteira(n, algarismos) for n in range(1, 20_001)}
    assert len(cartas) == 20_000
    assert {len(carta) for carta in cartas} == {algarismos}


def test_every_cbo_and_uf_is_in_the_schema() -> None:
    arvore = etree.parse(esquemas.pasta("4.03.00") / "tissSimpleTypesV4_03_00.xsd")

    def dominio(nome: str) -> set[Any]:
        return set(
            arvore.xpath(
                "//x:simpleType[@name=$nome]//x:enumeration/@value",
                nome=nome,
                namespaces={"x": "http://www.w3.org/2001/XMLSchema"},
            )
        )

    assert {medico.cbo for medico in pessoas.MEDICOS} <= dominio("dm_CBOS")
    assert {medico.uf for medico in pessoas.MEDICOS} <= dominio("dm_UF")
    assert {medico.conselho for medico in pessoas.MEDICOS} <= dominio("dm_conselhoProfissional")


def test_every_document_number_has_valid_check_digits() -> None:
    assert all(CPF().validate(medico.cpf) for medico in pessoas.MEDICOS)
    cnpjs = [filial.cnpj for filial in cadastro.FILIAIS]
    cnpjs += [operadora.cnpj for operadora in cadastro.OPERADORAS]
    cnpjs += [hospital.cnpj for hospital in cirurgias.HOSPITAIS]
    assert all(CNPJ().validate(numero) for numero in cnpjs)
    assert len(set(cnpjs)) == 7


def test_check_digits_agree_with_the_reference_for_many_numbers() -> None:
    assert all(CPF().validate(pessoas.cpf(base)) for base in range(123, 10**9, 10**6 + 7))
    assert all(CNPJ().validate(pessoas.cnpj(base, 3)) for base in range(123, 10**8, 10**5 + 7))


def test_descriptions_fit_a_guia() -> None:
    todos = [
        *procedimentos.PROCEDIMENTOS,
        procedimentos.FORA_DE_VIGENCIA,
        procedimentos.CONTRASTE,
    ]
    assert all(0 < len(item.descricao) <= 150 for item in todos)
    assert len({item.codigo for item in todos}) == len(todos)


def test_every_operation_has_its_terms_and_somebody_who_does_it() -> None:
    termos = {procedimento.codigo for procedimento in procedimentos.PROCEDIMENTOS}
    assert {parte for cirurgia in cirurgias.CIRURGIAS for parte, _ in cirurgia.partes} <= termos
    cbos = {medico.cbo for medico in pessoas.MEDICOS}
    assert {cirurgia.cbo for cirurgia in cirurgias.CIRURGIAS} <= cbos


def test_the_unknown_operadora_has_no_contrato() -> None:
    assert len(cadastro.OPERADORAS) < SEM_CONTRATO
    assert cadastro.CONVENIO_SEM_CONTRATO[0] not in {
        operadora.registro_ans for operadora in cadastro.OPERADORAS
    }
