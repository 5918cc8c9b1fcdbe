from __future__ import annotations

from dataclasses import replace

import pytest
from guias_modelo import ATENDIMENTO, DENTAL, ODONTO_MINIMA
from regras_modelo import codigos, problemas

from tiss.domain.partes import Alternativa

SOLICITANTE = {
    "nome_prof_solic": "Ivo Exemplo",
    "cro_solic": "54321",
    "uf_solic": "35",
    "cbos_solic": "223208",
}


@pytest.mark.parametrize(
    ("lugar", "ha"),
    [
        (Alternativa(elemento="codDente", valor="11"), False),
        (Alternativa(elemento="codRegiao", valor="AI"), True),
        (None, True),
    ],
)
def test_face_is_of_a_tooth(lugar: Alternativa | None, ha: bool) -> None:
    item = replace(DENTAL, dente_regiao=lugar, dente_face="O")
    esperado = ["FACE_SEM_DENTE"] if ha else []
    assert codigos(replace(ODONTO_MINIMA, itens=(item,))) == esperado
    assert codigos(replace(ODONTO_MINIMA, itens=(replace(item, dente_face=None),))) == []


def test_senha_has_the_date_of_its_authorisation() -> None:
    sem_data = replace(ODONTO_MINIMA, senha_autorizacao="SENHA-1")
    assert codigos(sem_data) == ["DATA_AUTORIZACAO_AUSENTE"]
    assert codigos(replace(sem_data, data_autorizacao=ATENDIMENTO)) == []


def test_requester_of_a_treatment_is_whole_or_absent() -> None:
    assert codigos(ODONTO_MINIMA) == []
    assert codigos(replace(ODONTO_MINIMA, **SOLICITANTE)) == []


@pytest.mark.parametrize(
    ("campo", "elemento"),
    [
        ("nome_prof_solic", "nomeProfSolic"),
        ("cro_solic", "croSolic"),
        ("uf_solic", "ufSolic"),
        ("cbos_solic", "cbosSolic"),
    ],
)
def test_what_a_requester_lacks_is_named(campo: str, elemento: str) -> None:
    (problema,) = problemas(replace(ODONTO_MINIMA, **(SOLICITANTE | {campo: ""})))
    assert problema.codigo == "SOLICITANTE_INCOMPLETO"
    assert problema.caminho == f"dadosProfissionaisResponsaveis/{elemento}"
