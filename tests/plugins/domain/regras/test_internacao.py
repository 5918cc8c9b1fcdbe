from __future__ import annotations

import pytest
from guias_modelo import HOJE, RESUMO_MINIMO, trocar
from regras_modelo import codigos, problemas, resumo

from tiss.domain.internacao import Declaracao
from tiss.domain.partes import Alternativa

OBITO = Declaracao(declaracao_obito="DO1234")


@pytest.mark.parametrize(("tipo", "ha"), [("3", False), ("1", True), ("2", True)])
def test_birth_is_declared_in_an_obstetric_stay(tipo: str, ha: bool) -> None:
    nascido = Declaracao(declaracao_nascido="12345678901")
    guia = resumo(tipo_internacao=tipo, declaracoes=(nascido,))
    assert codigos(guia) == (["DECLARACAO_DE_NASCIDO"] if ha else [])


@pytest.mark.parametrize("motivo", ["41", "42", "43"])
def test_death_of_the_patient_has_its_declaration_and_no_diagnosis(motivo: str) -> None:
    assert codigos(resumo(motivo_encerramento=motivo)) == ["DECLARACAO_DE_OBITO"]
    sem_cid = resumo(motivo_encerramento=motivo, declaracoes=(OBITO,), diagnosticos=())
    assert codigos(sem_cid) == []


def test_declaration_of_a_death_may_be_any_of_several() -> None:
    guia = resumo(motivo_encerramento="41", declaracoes=(OBITO, Declaracao()))
    assert codigos(guia) == []


@pytest.mark.parametrize(("motivo", "ha"), [("12", True), ("61", True), ("64", False)])
@pytest.mark.parametrize("declaracao", [OBITO, Declaracao(diagnostico_obito="P209")])
def test_death_is_declared_when_there_was_one(
    motivo: str, ha: bool, declaracao: Declaracao
) -> None:
    guia = resumo(motivo_encerramento=motivo, declaracoes=(declaracao,))
    assert codigos(guia) == (["DECLARACAO_DE_OBITO"] if ha else [])


@pytest.mark.parametrize(
    ("motivo", "obito", "dorn", "ha"),
    [
        ("63", "DO1234", "S", False),
        ("63", "DO1234", "N", True),
        ("63", "DO1234", None, True),
        ("63", None, "S", True),
        ("63", None, "N", False),
        ("66", "DO1234", None, False),  # the mother died
        ("41", "DO1234", None, False),
    ],
)
def test_declaration_of_a_newborns_death_is_marked(
    motivo: str, obito: str | None, dorn: str | None, ha: bool
) -> None:
    declaracao = Declaracao(declaracao_obito=obito, indicador_dorn=dorn)
    guia = resumo(motivo_encerramento=motivo, declaracoes=(declaracao,))
    assert codigos(guia) == (["INDICADOR_DORN"] if ha else [])


def test_diagnosis_is_said_once() -> None:
    assert codigos(resumo(diagnosticos=("O800", "O620"))) == []
    (problema,) = problemas(resumo(diagnosticos=("O800", "O620", "O620")))
    assert problema.caminho == "dadosSaidaInternacao/diagnostico[3]"


def test_stay_is_billed_by_a_company() -> None:
    cpf = Alternativa(elemento="cpfContratado", valor="39053344705")
    assert codigos(resumo(contratado_executante=cpf)) == ["EXECUTANTE_PESSOA_FISICA"]
    codigo = Alternativa(elemento="codigoPrestadorNaOperadora", valor="P0042")
    assert codigos(resumo(contratado_executante=codigo)) == []


def test_validity_of_no_senha_is_told_in_a_stay_too() -> None:
    guia = trocar(RESUMO_MINIMO, "autorizacao.validade_senha", HOJE)
    assert codigos(guia) == []
    assert codigos(trocar(guia, "autorizacao.senha", None)) == ["VALIDADE_SEM_SENHA"]
