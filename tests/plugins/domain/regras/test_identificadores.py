from __future__ import annotations

from dataclasses import replace

import pytest
from guias_modelo import (
    CONSULTA_MINIMA,
    HONORARIOS_MINIMA,
    ITEM,
    MEMBRO,
    ODONTO_MAXIMA,
    ODONTO_MINIMA,
    RESUMO_MINIMO,
    SP_SADT_MINIMA,
    trocar,
)
from regras_modelo import CNPJ_ERRADO, CPF_ERRADO, autorizada, codigos, com_item, problemas, resumo

from tiss.domain.guia import Guia
from tiss.domain.partes import Alternativa
from tiss.domain.problema import Gravidade

CNPJ = Alternativa(elemento="cnpjContratado", valor="11222333000181")
CPF = Alternativa(elemento="cpfContratado", valor="39053344705")


@pytest.mark.parametrize("guia", [CONSULTA_MINIMA, SP_SADT_MINIMA, RESUMO_MINIMO])
@pytest.mark.parametrize("errado", [CNPJ_ERRADO, CPF_ERRADO])
def test_check_digits_of_the_prestador_block(guia: Guia, errado: Alternativa) -> None:
    assert "DOCUMENTO_DO_PRESTADOR" in codigos(trocar(guia, "contratado_executante", errado))


@pytest.mark.parametrize(
    "certo",
    [
        CPF,
        CNPJ,
        replace(CNPJ, valor="12ABC34501DE35"),
        replace(CPF_ERRADO, elemento="codigoPrestadorNaOperadora"),
        replace(CNPJ_ERRADO, elemento="codigoPrestadorNaOperadora"),
    ],
)
def test_sound_documents_and_codes_of_the_operadora_pass(certo: Alternativa) -> None:
    guia = trocar(CONSULTA_MINIMA, "contratado_executante", certo)
    assert "DOCUMENTO_DO_PRESTADOR" not in codigos(guia)


@pytest.mark.parametrize("valor", ["11.222.333/0001-82", "112223330001", "", "11222333000182X"])
def test_document_of_another_form_is_left_to_the_form(valor: str) -> None:
    for elemento in ("cnpjContratado", "cpfContratado"):
        contratado = Alternativa(elemento=elemento, valor=valor)
        achados = codigos(trocar(RESUMO_MINIMO, "contratado_executante", contratado))
        assert "DOCUMENTO_DO_PRESTADOR" not in achados


@pytest.mark.parametrize(
    ("solicitante", "ha"),
    [(CNPJ, False), (CPF, False), (CNPJ_ERRADO, True), (CPF_ERRADO, True), (None, False)],
)
def test_check_digits_of_a_requester_warn(solicitante: Alternativa | None, ha: bool) -> None:
    guia = trocar(SP_SADT_MINIMA, "profissional_solicitante.nome", "Rui Exemplo")
    guia = replace(guia, contratado_solicitante=solicitante)
    assert codigos(guia) == (["DOCUMENTO_DE_TERCEIRO"] if ha else [])


@pytest.mark.parametrize("elemento", ["codigoPrestadorNaOperadora", "cnpjContratado"])
def test_unknown_requester_may_be_nines(elemento: str) -> None:
    desconhecido = Alternativa(elemento=elemento, valor="99999999999999")
    guia = trocar(SP_SADT_MINIMA, "profissional_solicitante.nome", "Rui Exemplo")
    assert codigos(replace(guia, contratado_solicitante=desconhecido)) == []


@pytest.mark.parametrize("elemento", ["cnpjContratado", "cnpjLocalExecutante", "cpf"])
def test_document_in_an_element_that_its_place_does_not_take_is_left_to_the_form(
    elemento: str,
) -> None:
    fora = Alternativa(elemento=elemento, valor="11222333000182")
    assert codigos(com_item(equipe=(replace(MEMBRO, codigo=fora),))) == []
    cpf_no_local = trocar(HONORARIOS_MINIMA, "local_contratado.codigo", CPF_ERRADO)
    assert codigos(cpf_no_local) == []
    if elemento != "cnpjContratado":
        assert codigos(replace(SP_SADT_MINIMA, contratado_solicitante=fora)) == []
        assert codigos(replace(SP_SADT_MINIMA, contratado_executante=fora)) == []


@pytest.mark.parametrize(
    ("numero", "ha"),
    [
        ("123456", False),
        ("12345F", False),
        ("0", False),
        ("06/12345", True),
        ("12345-F", True),
        ("123.456", True),
        ("123 456", True),
        ("Dra. Zélia", True),
        ("CRM", True),
        ("12345٦7", True),
        ("1/" * 8, False),  # too long: a matter of form
        ("", False),
        (None, False),
    ],
)
@pytest.mark.parametrize(
    ("guia", "campo"),
    [
        (CONSULTA_MINIMA, "profissional_executante.numero_conselho"),
        (SP_SADT_MINIMA, "profissional_solicitante.numero_conselho"),
        (com_item(equipe=(MEMBRO,)), "itens.0.equipe.0.numero_conselho"),
        (trocar(RESUMO_MINIMO, "itens.0.equipe", (MEMBRO,)), "itens.0.equipe.0.numero_conselho"),
        (HONORARIOS_MINIMA, "itens.0.equipe.0.numero_conselho"),
        (ODONTO_MAXIMA, "cro_solic"),
        (ODONTO_MAXIMA, "cro_exec"),
        (ODONTO_MAXIMA, "cro_exec2"),
    ],
)
def test_council_number_with_a_mask_or_a_name_warns(
    guia: Guia, campo: str, numero: str | None, ha: bool
) -> None:
    achados = [p for p in problemas(trocar(guia, campo, numero)) if p.codigo == "CONSELHO_SUSPEITO"]
    assert len(achados) is int(ha)
    for problema in achados:
        assert problema.gravidade is Gravidade.AVISO
        assert str(problema.valor).startswith("***")


def test_prestador_that_is_also_the_requester_is_told_once() -> None:
    guia = trocar(SP_SADT_MINIMA, "contratado_solicitante", CPF_ERRADO)
    guia = replace(guia, contratado_executante=CPF_ERRADO)
    assert codigos(guia) == ["DOCUMENTO_DO_PRESTADOR"]


def test_check_digits_of_the_hospital_and_of_a_team_warn() -> None:
    local = Alternativa(elemento="cnpjLocalExecutante", valor="11222333000182")
    guia = trocar(HONORARIOS_MINIMA, "local_contratado.codigo", local)
    assert codigos(guia) == ["DOCUMENTO_DE_TERCEIRO"]
    (problema,) = problemas(com_item(equipe=(MEMBRO, replace(MEMBRO, codigo=CPF_ERRADO))))
    assert problema.caminho == (
        "procedimentosExecutados/procedimentoExecutado[1]/equipeSadt[2]/codProfissional/"
        "cpfContratado"
    )


@pytest.mark.parametrize(
    ("cnes", "ha"),
    [("1234567", False), ("9999999", False), ("X", True), ("123456", True), ("12345٦7", True)],
)
@pytest.mark.parametrize(
    ("guia", "campo"),
    [
        (CONSULTA_MINIMA, "cnes"),
        (SP_SADT_MINIMA, "cnes"),
        (RESUMO_MINIMO, "cnes"),
        (HONORARIOS_MINIMA, "cnes"),
        (HONORARIOS_MINIMA, "local_contratado.cnes"),
        (ODONTO_MINIMA, "cnes_exec"),
    ],
)
def test_cnes_has_seven_digits(guia: Guia, campo: str, cnes: str, ha: bool) -> None:
    assert codigos(trocar(guia, campo, cnes)) == (["CNES_INVALIDO"] if ha else [])


@pytest.mark.parametrize("cnes", [None, "", "12345678"])
def test_cnes_that_is_absent_or_too_long_is_left_to_the_form(cnes: str | None) -> None:
    assert codigos(replace(CONSULTA_MINIMA, cnes=cnes)) == []


@pytest.mark.parametrize(
    ("carteira", "ha"),
    [
        ("00001", False),
        ("0123456789012345", False),
        ("AB12345", False),
        ("1", True),  # one sign, repeated once
        ("000000000", True),
        ("0001 0002", True),
        ("0001.0002-3", True),
        ("PARTICULAR", True),
        (None, False),
        ("", False),
    ],
)
def test_card_is_a_number_without_a_mask(carteira: str | None, ha: bool) -> None:
    esperado = ["CARTEIRA_SUSPEITA"] if ha else []
    assert codigos(trocar(CONSULTA_MINIMA, "beneficiario.numero_carteira", carteira)) == esperado


@pytest.mark.parametrize(
    ("senha", "ha"),
    [
        ("123456", False),
        ("AB-1234/5", False),
        ("0", True),
        ("999999", True),
        ("12 34", True),
        ("ISENTO", True),
        ("", False),
        (None, False),
    ],
)
def test_senha_is_not_there_only_to_fill_its_field(senha: str | None, ha: bool) -> None:
    esperado = ["SENHA_SUSPEITA"] if ha else []
    assert codigos(autorizada(senha=senha)) == esperado
    assert codigos(trocar(resumo(), "autorizacao.senha", senha)) == esperado
    assert codigos(replace(HONORARIOS_MINIMA, senha=senha)) == esperado
    data = ITEM.data_execucao
    dental = replace(ODONTO_MINIMA, senha_autorizacao=senha, data_autorizacao=data)
    assert codigos(dental) == esperado


@pytest.mark.parametrize(
    ("guia", "campo"),
    [
        (CONSULTA_MINIMA, "profissional_executante.cbo"),
        (com_item(equipe=(MEMBRO,)), "itens.0.equipe.0.cbo"),
        (trocar(RESUMO_MINIMO, "itens.0.equipe", (MEMBRO,)), "itens.0.equipe.0.cbo"),
        (HONORARIOS_MINIMA, "itens.0.equipe.0.cbo"),
        (ODONTO_MINIMA, "cbos_exec2"),
    ],
)
def test_who_executes_has_a_cbo_of_his_own(guia: Guia, campo: str) -> None:
    assert codigos(guia) == []
    assert codigos(trocar(guia, campo, "999999")) == ["CBO_DO_EXECUTANTE"]


def test_requester_may_have_the_unknown_cbo() -> None:
    assert codigos(trocar(SP_SADT_MINIMA, "profissional_solicitante.cbo", "999999")) == []


@pytest.mark.parametrize(
    ("tipo", "identificador", "ha"),
    [(None, None, False), ("02", "QUJD", False), ("02", None, True), (None, "QUJD", True)],
)
def test_identification_of_the_beneficiary_is_whole(
    tipo: str | None, identificador: str | None, ha: bool
) -> None:
    guia = trocar(ODONTO_MINIMA, "beneficiario.tipo_ident", tipo)
    guia = trocar(guia, "beneficiario.identificador_beneficiario", identificador)
    assert codigos(guia) == (["IDENTIFICACAO_INCOMPLETA"] if ha else [])


@pytest.mark.parametrize(
    ("codigo", "ausencia", "ha"),
    [("TOKEN-1", None, False), (None, "03", False), ("TOKEN-1", "03", True)],
)
def test_validation_code_and_the_reason_of_its_absence_exclude_each_other(
    codigo: str | None, ausencia: str | None, ha: bool
) -> None:
    campos = {"cod_validacao": codigo, "ausencia_cod_validacao": ausencia}
    esperado = ["VALIDACAO_EM_CONFLITO"] if ha else []
    assert codigos(replace(CONSULTA_MINIMA, **campos)) == esperado
    assert codigos(autorizada(**campos)) == esperado
    assert codigos(replace(ODONTO_MINIMA, **campos)) == esperado
    internado = trocar(resumo(), "autorizacao.cod_validacao", codigo)
    internado = trocar(internado, "autorizacao.ausencia_cod_validacao", ausencia)
    assert codigos(internado) == esperado
