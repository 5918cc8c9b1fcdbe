from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validate_docbr import CNPJ, CPF

from tiss.domain.documentos import cnpj_valido, cpf_valido

DIGITOS = "0123456789"
LETRAS = DIGITOS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORACULO_CPF = CPF()
ORACULO_CNPJ = CNPJ()


@given(st.text(DIGITOS, min_size=9, max_size=9), st.text(DIGITOS, min_size=2, max_size=2))
def test_cpf_agrees_with_another_implementation(base: str, digitos: str) -> None:
    assert cpf_valido(base + digitos) == ORACULO_CPF.validate(base + digitos)


@given(st.text(LETRAS, min_size=12, max_size=12), st.text(DIGITOS, min_size=2, max_size=2))
def test_cnpj_agrees_with_another_implementation(base: str, digitos: str) -> None:
    assert cnpj_valido(base + digitos) == ORACULO_CNPJ.validate(base + digitos)


@pytest.mark.parametrize("_", range(50))
def test_generated_documents_are_valid_and_one_digit_off_are_not(_: int) -> None:
    cpf, cnpj = ORACULO_CPF.generate(), ORACULO_CNPJ.generate()
    assert cpf_valido(cpf)
    assert cnpj_valido(cnpj)
    assert not any(cpf_valido(cpf[:-1] + d) for d in DIGITOS if d != cpf[-1])
    assert not any(cnpj_valido(cnpj[:-2] + d + cnpj[-1]) for d in DIGITOS if d != cnpj[-2])


def test_alphanumeric_cnpj_is_worth_its_ascii_code_minus_48() -> None:
    assert cnpj_valido("12ABC34501DE35")
    assert not cnpj_valido("12ABC34501DE36")
    assert not cnpj_valido("12ABC34501DF35")


@pytest.mark.parametrize("digito", DIGITOS)
def test_one_digit_repeated_is_no_document(digito: str) -> None:
    assert not cpf_valido(digito * 11)
    assert not cnpj_valido(digito * 14)


@pytest.mark.parametrize(
    "texto",
    ["", "1", "390.533.447-05", "39053344705 ", "39053344705\n", "3905334470", "٣٩٠٥٣٣٤٤٧٠٥"],
)
def test_anything_but_eleven_digits_is_no_cpf(texto: str) -> None:
    assert not cpf_valido(texto)


@pytest.mark.parametrize(
    "texto",
    ["", "11.222.333/0001-81", "11222333000181\n", "12abc34501de35", "12ABC34501DEAA", "1" * 13],
)
def test_anything_but_fourteen_positions_is_no_cnpj(texto: str) -> None:
    assert not cnpj_valido(texto)
