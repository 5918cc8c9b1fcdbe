from __future__ import annotations

from dataclasses import replace

import pytest
from guias_modelo import CONTRATO

from tiss.domain.cadastro import Operacao


def test_prestador_is_named_by_its_code_there_then_cnpj_then_cpf() -> None:
    sem_codigo = replace(CONTRATO, codigo_prestador=None)
    pessoa = replace(sem_codigo, cnpj=None, cpf="12345678909")
    nomeados = [
        (contrato.contratado.elemento, contrato.contratado.valor)
        for contrato in (CONTRATO, sem_codigo, pessoa)
    ]
    assert nomeados == [
        ("codigoPrestadorNaOperadora", "P0042"),
        ("cnpjContratado", "11222333000181"),
        ("cpfContratado", "12345678909"),
    ]


def test_rehearsal_shows_in_the_name_of_the_contrato() -> None:
    assert CONTRATO.nome == "Saúde Exemplo / Clínica Exemplo"
    ensaio = replace(CONTRATO, ambiente="HOMOLOGACAO")
    assert ensaio.nome == "Saúde Exemplo / Clínica Exemplo (homologação)"


def test_relative_endpoint_is_joined_to_the_base_with_one_slash() -> None:
    assert CONTRATO.url(Operacao.ENVIO_LOTE_GUIAS) == "https://operadora.example/tiss/lotes"
    assert CONTRATO.url(Operacao.SOLIC_STATUS_PROTOCOLO) == "https://operadora.example/tiss/status"


def test_complete_endpoint_replaces_the_base() -> None:
    assert CONTRATO.url(Operacao.SOLIC_DEMONSTRATIVO_RETORNO) == (
        "https://outra.example/demonstrativo"
    )


def test_operation_that_is_not_offered_has_no_address() -> None:
    with pytest.raises(LookupError, match="SOLIC_STATUS_PROTOCOLO"):
        replace(CONTRATO, servicos_soap={}).url(Operacao.SOLIC_STATUS_PROTOCOLO)


@pytest.mark.parametrize(
    "operacao",
    [Operacao.CANCELA_GUIA, Operacao.RECURSO_GLOSA, Operacao.SOLIC_STATUS_RECURSO_GLOSA],
)
def test_operation_without_endpoint_of_its_own_has_no_address(operacao: Operacao) -> None:
    with pytest.raises(LookupError, match=operacao):
        CONTRATO.url(operacao)
