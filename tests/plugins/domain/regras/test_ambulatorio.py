from __future__ import annotations

from dataclasses import replace

import pytest
from guias_modelo import (
    ATENDIMENTO,
    CONSULTA_MINIMA,
    HOJE,
    MEMBRO,
    ODONTO_MINIMA,
    PELO_CNPJ,
    PELO_CODIGO,
    SP_SADT_MINIMA,
    trocar,
)
from regras_modelo import autorizada, codigos, com_item, problemas

from tiss.domain.partes import Alternativa


@pytest.mark.parametrize(
    ("regime", "ha"), [("01", False), ("02", False), ("03", True), ("04", True), ("05", False)]
)
def test_guia_de_consulta_is_for_elective_care(regime: str, ha: bool) -> None:
    guia = replace(CONSULTA_MINIMA, regime_atendimento=regime)
    assert codigos(guia) == (["CONSULTA_NAO_ELETIVA"] if ha else [])


@pytest.mark.parametrize(
    ("contratado", "nome", "ha"),
    [
        (PELO_CNPJ, None, True),
        (PELO_CNPJ, "", True),
        (PELO_CNPJ, "Ana Exemplo", False),
        (PELO_CODIGO, None, False),  # nobody can tell who is behind a code
        (Alternativa(elemento="cpfContratado", valor="39053344705"), None, False),
        (None, None, False),
    ],
)
def test_professional_of_a_company_has_a_name(
    contratado: Alternativa | None, nome: str | None, ha: bool
) -> None:
    esperado = ["NOME_DO_PROFISSIONAL"] if ha else []
    consulta = trocar(CONSULTA_MINIMA, "profissional_executante.nome", nome)
    assert codigos(replace(consulta, contratado_executante=contratado)) == esperado
    sadt = trocar(SP_SADT_MINIMA, "profissional_solicitante.nome", nome)
    assert codigos(replace(sadt, contratado_solicitante=contratado)) == esperado


@pytest.mark.parametrize(("regime", "ha"), [("01", False), ("03", True)])
def test_special_cover_is_of_ambulatory_care(regime: str, ha: bool) -> None:
    campos = {"regime_atendimento": regime, "cobertura_especial": "01"}
    achados = codigos(replace(SP_SADT_MINIMA, guia_principal="9", **campos))
    assert achados == (["COBERTURA_EM_INTERNACAO"] if ha else [])
    achados = codigos(replace(CONSULTA_MINIMA, **campos))
    assert achados == (["CONSULTA_NAO_ELETIVA", "COBERTURA_EM_INTERNACAO"] if ha else [])


def test_guia_does_not_depend_on_itself() -> None:
    assert codigos(replace(SP_SADT_MINIMA, guia_principal="1")) == []
    assert codigos(replace(SP_SADT_MINIMA, guia_principal="2")) == ["GUIA_PRINCIPAL_PROPRIA"]
    assert codigos(replace(ODONTO_MINIMA, numero_guia_principal="1")) == []
    odonto = replace(ODONTO_MINIMA, numero_guia_principal="5")
    assert codigos(odonto) == ["GUIA_PRINCIPAL_PROPRIA"]
    sem_numeros = replace(ODONTO_MINIMA, numero_guia_prestador=None, numero_guia_principal=None)
    assert codigos(sem_numeros) == []


@pytest.mark.parametrize(
    ("regime", "principal", "ha"),
    [("03", None, True), ("03", "", True), ("03", "9", False), ("01", None, False)],
)
def test_exam_of_an_inpatient_names_its_main_guia(
    regime: str, principal: str | None, ha: bool
) -> None:
    guia = replace(SP_SADT_MINIMA, regime_atendimento=regime, guia_principal=principal)
    assert codigos(guia) == (["GUIA_PRINCIPAL_AUSENTE"] if ha else [])


def test_authorised_guia_says_when_it_was_requested() -> None:
    assert codigos(autorizada()) == []
    sem_data = replace(autorizada(), data_solicitacao=None)
    assert codigos(sem_data) == ["DATA_SOLICITACAO_AUSENTE"]
    assert codigos(replace(sem_data, autorizacao=None)) == []


def test_validity_comes_with_a_senha_and_a_senha_may_have_none() -> None:
    assert codigos(autorizada(validade_senha=HOJE)) == []
    assert codigos(autorizada(validade_senha=None)) == []
    assert codigos(autorizada(validade_senha=HOJE, senha="")) == ["VALIDADE_SEM_SENHA"]
    assert codigos(replace(ODONTO_MINIMA, validade_senha=HOJE)) == ["VALIDADE_SEM_SENHA"]
    com_senha = replace(
        ODONTO_MINIMA,
        validade_senha=HOJE,
        senha_autorizacao="SENHA-1",
        data_autorizacao=ATENDIMENTO,
    )
    assert codigos(com_senha) == []


@pytest.mark.parametrize(
    ("tipo", "ha"),
    [("01", False), ("23", False), *((tipo, True) for tipo in ("02", "03", "08", "09", "10"))],
)
def test_minor_surgery_and_therapy_say_their_clinical_indication(tipo: str, ha: bool) -> None:
    guia = replace(SP_SADT_MINIMA, tipo_atendimento=tipo)
    assert codigos(guia) == (["INDICACAO_CLINICA_AUSENTE"] if ha else [])
    assert codigos(replace(guia, indicacao_clinica="Dor")) == []


@pytest.mark.parametrize(
    ("atendimento", "consulta", "valor"),
    [
        ("04", "1", "ok"),
        ("23", None, "ok"),
        ("23", "", "ok"),
        ("04", None, None),
        ("04", "", None),
        ("23", "1", "1"),
    ],
)
def test_kind_of_consultation_comes_with_a_consultation_and_only_then(
    atendimento: str, consulta: str | None, valor: str | None
) -> None:
    guia = replace(SP_SADT_MINIMA, tipo_atendimento=atendimento, tipo_consulta=consulta)
    achados = [(p.codigo, p.valor) for p in problemas(guia)]
    assert achados == ([] if valor == "ok" else [("TIPO_CONSULTA", valor)])


def test_kind_of_consultation_is_asked_for_or_is_to_be_erased() -> None:
    (falta,) = problemas(replace(SP_SADT_MINIMA, tipo_atendimento="04"))
    assert "informe o tipo de consulta" in falta.mensagem
    (sobra,) = problemas(replace(SP_SADT_MINIMA, tipo_consulta="1"))
    assert "apague o tipo de consulta" in sobra.mensagem


def test_kind_of_consultation_is_not_judged_without_a_kind_of_care() -> None:
    guia = replace(SP_SADT_MINIMA, tipo_atendimento=None, tipo_consulta="1")
    assert codigos(guia) == []


def test_each_of_a_team_has_a_degree_of_participation() -> None:
    assert codigos(com_item(equipe=(MEMBRO,))) == []
    sem = replace(MEMBRO, grau_participacao="")
    (problema,) = problemas(com_item(equipe=(MEMBRO, sem)))
    assert problema.caminho.endswith("procedimentoExecutado[1]/equipeSadt[2]/grauPart")
