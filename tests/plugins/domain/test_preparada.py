"""A row of the clinic's view becoming a guia of each kind."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from guias_modelo import ATENDIMENTO, CONTRATO, MEDICA, trocar
from hypothesis import given, settings
from hypothesis import strategies as st

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia, GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import (
    Declaracao,
    GuiaHonorarios,
    GuiaResumoInternacao,
    LocalContratado,
)
from tiss.domain.odonto import Dente, GuiaOdonto, ItemOdonto, SituacaoInicial
from tiss.domain.partes import (
    Alternativa,
    Autorizacao,
    Beneficiario,
    Despesa,
    Item,
    MembroEquipe,
    Profissional,
    Totais,
)
from tiss.domain.preparada import COMPLEMENTO, ConsultaPreparada
from tiss.domain.problema import Gravidade, Problema

ITEM_JSON = {
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
DESPESA_JSON = {
    "sequencial_item": 2,
    "codigo_despesa": "08",
    "quantidade": "0.5",
    "unidade_medida": "036",
    "valor_total": "20.10",
    "item_vinculado": 1,
}
ODONTO_JSON = {
    "sequencial_item": 1,
    "codigo_procedimento": "81000030",
    "dente_regiao": {"codDente": 11},
    "dente_face": "OM",
    "quantidade": "1",
    "qtd_us": "10.5",
    "valor_total": "80.00",
    "valor_franquia": "5.00",
    "autorizado": True,
}
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
    "itens": [ITEM_JSON],
    "despesas": [],
    "complemento": {},
    "digest": "d",
}
# Every column that may be empty, filled.
CHEIA: dict[str, Any] = {
    **LINHA,
    "indicacao_clinica": "Anemia",
    "data_solicitacao": date(2026, 3, 1),
    "nome_solicitante": "Rui Exemplo",
    "conselho_solicitante": "06",
    "numero_conselho_solicitante": "654321",
    "uf_solicitante": "33",
    "cbo_solicitante": "225225",
    "numero_guia_prestador": "55",
    "numero_guia_operadora": "OP-1",
    "senha": "S-1",
    "data_autorizacao": date(2026, 3, 2),
    "data_validade_senha": date(2026, 3, 31),
    "observacao": "Sem pressa",
}
AUTORIZACAO = Autorizacao(
    numero_guia_operadora="OP-1",
    data=date(2026, 3, 2),
    senha="S-1",
    validade_senha=date(2026, 3, 31),
)
BENEFICIARIO = Beneficiario(numero_carteira="00001", atendimento_rn="N")
ITEM = Item(
    sequencial_item=1,
    codigo_tabela="22",
    codigo_procedimento="10101012",
    descricao="Consulta",
    data_execucao=date(2026, 3, 10),
    quantidade=Decimal("1"),
    reducao_acrescimo=Decimal("1.00"),
    valor_unitario=Decimal("150.5"),
    valor_total=Decimal("150.50"),
)
DESPESA = Despesa(
    sequencial_item=2,
    codigo_despesa="08",
    quantidade=Decimal("0.5"),
    unidade_medida="036",
    valor_total=Decimal("20.10"),
    item_vinculado=1,
)
SOLICITANTE = Profissional(
    nome="Rui Exemplo", conselho="06", numero_conselho="654321", uf="33", cbo="225225"
)
CADA_TIPO = pytest.mark.parametrize("tipo", TipoGuia)


def montar(**colunas: object) -> tuple[Guia | None, list[Problema]]:
    return ConsultaPreparada.da_linha(**{**LINHA, **colunas}).guia(CONTRATO, "77")


def guia(**colunas: object) -> Guia:
    feita, problemas = montar(**colunas)
    assert feita is not None
    assert problemas == []
    return feita


def queixas(**colunas: object) -> list[tuple[str, str, str | None]]:
    _, problemas = montar(**colunas)
    return [(p.codigo, p.caminho, p.valor) for p in problemas]


def sp_sadt(**colunas: object) -> GuiaSpSadt:
    feita = guia(**colunas)
    assert isinstance(feita, GuiaSpSadt)
    return feita


# each kind, from a row with every column filled


def test_consulta_of_a_full_row() -> None:
    assert guia(**{**CHEIA, "tipo_guia": "CONSULTA"}) == GuiaConsulta(
        registro_ans="999001",
        numero_guia_prestador="77",
        numero_guia_operadora="OP-1",
        beneficiario=BENEFICIARIO,
        contratado_executante=CONTRATO.contratado,
        cnes="1234567",
        profissional_executante=MEDICA,
        indicacao_acidente="9",
        regime_atendimento="01",
        data_atendimento=ATENDIMENTO,
        tipo_consulta="1",
        procedimento=ITEM,
        observacao="Sem pressa",
    )


def test_sp_sadt_of_a_full_row() -> None:
    assert guia(**{**CHEIA, "despesas": [DESPESA_JSON]}) == GuiaSpSadt(
        registro_ans="999001",
        numero_guia_prestador="77",
        autorizacao=AUTORIZACAO,
        beneficiario=BENEFICIARIO,
        contratado_solicitante=CONTRATO.contratado,
        nome_contratado_solicitante="Clínica Exemplo",
        profissional_solicitante=SOLICITANTE,
        data_solicitacao=date(2026, 3, 1),
        carater_atendimento="1",
        indicacao_clinica="Anemia",
        contratado_executante=CONTRATO.contratado,
        cnes="1234567",
        tipo_atendimento="23",
        indicacao_acidente="9",
        tipo_consulta="1",
        regime_atendimento="01",
        itens=(ITEM,),
        despesas=(DESPESA,),
        observacao="Sem pressa",
        totais=Totais(
            procedimentos=Decimal("150.50"), opme=Decimal("20.10"), geral=Decimal("170.60")
        ),
    )


def test_resumo_de_internacao_of_a_full_row() -> None:
    cheia = {**CHEIA, "tipo_guia": "RESUMO_INTERNACAO", "despesas": [DESPESA_JSON]}
    assert guia(**cheia) == GuiaResumoInternacao(
        registro_ans="999001",
        numero_guia_prestador="77",
        autorizacao=AUTORIZACAO,
        beneficiario=BENEFICIARIO,
        contratado_executante=CONTRATO.contratado,
        cnes="1234567",
        carater_atendimento="1",
        indicador_acidente="9",
        itens=(ITEM,),
        totais=Totais(
            procedimentos=Decimal("150.50"), opme=Decimal("20.10"), geral=Decimal("170.60")
        ),
        despesas=(DESPESA,),
        observacao="Sem pressa",
    )


def test_honorarios_of_a_full_row() -> None:
    assert guia(**{**CHEIA, "tipo_guia": "HONORARIOS"}) == GuiaHonorarios(
        registro_ans="999001",
        numero_guia_prestador="77",
        senha="S-1",
        numero_guia_operadora="OP-1",
        beneficiario=BENEFICIARIO,
        local_contratado=LocalContratado(),
        codigo_na_operadora="P0042",
        cnes="1234567",
        data_inicio_faturamento=ATENDIMENTO,
        data_fim_faturamento=ATENDIMENTO,
        carater_atendimento="1",
        itens=(ITEM,),
        observacao="Sem pressa",
        valor_total_honorarios=Decimal("150.50"),
        data_emissao=ATENDIMENTO,
    )


def test_odonto_of_a_full_row() -> None:
    cheia = {**CHEIA, "tipo_guia": "ODONTO", "itens": [ODONTO_JSON, {**ODONTO_JSON, "qtd_us": 1}]}
    item = ItemOdonto(
        sequencial_item=1,
        codigo_procedimento="81000030",
        dente_regiao=Alternativa(elemento="codDente", valor="11"),
        dente_face="OM",
        quantidade=Decimal(1),
        qtd_us=Decimal("10.5"),
        valor_total=Decimal("80.00"),
        valor_franquia=Decimal("5.00"),
        autorizado=True,
    )
    assert guia(**cheia) == GuiaOdonto(
        registro_ans="999001",
        numero_guia_prestador="77",
        data_autorizacao=date(2026, 3, 2),
        senha_autorizacao="S-1",
        validade_senha=date(2026, 3, 31),
        numero_guia_operadora="OP-1",
        beneficiario=BENEFICIARIO,
        nome_prof_solic="Rui Exemplo",
        cro_solic="654321",
        uf_solic="33",
        cbos_solic="225225",
        codigo_prof_exec="P0042",
        cro_exec="123456",
        uf_exec="35",
        cnes_exec="1234567",
        nome_prof_exec2="Ana Exemplo",
        cro_exec2="123456",
        uf_exec2="35",
        cbos_exec2="225125",
        itens=(item, replace(item, qtd_us=Decimal(1))),
        tipo_atendimento="23",
        qtd_total_us=Decimal("11.5"),
        valor_total_proc=Decimal("160.00"),
        valor_total_franquia=Decimal("10.00"),
        observacao="Sem pressa",
    )


# what is not in the row comes from somewhere


@CADA_TIPO
def test_number_is_the_one_that_was_given_never_that_of_the_row(tipo: TipoGuia) -> None:
    feita = guia(**{**CHEIA, "tipo_guia": tipo.value, "itens": itens_de(tipo)})
    assert feita.numero_guia_prestador == "77"
    assert feita.tipo is tipo


def test_who_attends_also_requested_unless_the_row_names_another() -> None:
    assert sp_sadt().profissional_solicitante == MEDICA
    outra = sp_sadt(nome_solicitante="Rui Exemplo").profissional_solicitante
    assert (outra.nome, outra.numero_conselho) == ("Rui Exemplo", None)
    outra = sp_sadt(numero_conselho_solicitante="99").profissional_solicitante
    assert (outra.nome, outra.numero_conselho) == (None, "99")


def test_dental_treatment_names_a_requester_only_when_the_row_does() -> None:
    feita = guia(tipo_guia="ODONTO", itens=[ODONTO_JSON])
    assert isinstance(feita, GuiaOdonto)
    assert (feita.nome_prof_solic, feita.cro_solic) == (None, None)


@pytest.mark.parametrize(
    "dado",
    [{"senha": "S1"}, {"numero_guia_operadora": "77"}, {"complemento": {"cod_validacao": "T"}},
     {"complemento": {"ausencia_cod_validacao": "01"}}],
)  # fmt: skip
def test_authorisation_of_sp_sadt_exists_when_something_of_it_but_a_date_does(
    dado: dict[str, object],
) -> None:
    datas = {"data_autorizacao": ATENDIMENTO, "data_validade_senha": ATENDIMENTO}
    assert sp_sadt(**datas).autorizacao is None
    feita = sp_sadt(**datas, **dado).autorizacao
    assert feita is not None
    assert (feita.data, feita.validade_senha) == (ATENDIMENTO, ATENDIMENTO)


def test_authorisation_of_a_stay_shows_its_date_even_alone() -> None:
    feita = guia(tipo_guia="RESUMO_INTERNACAO", data_autorizacao=ATENDIMENTO)
    assert isinstance(feita, GuiaResumoInternacao)
    assert feita.autorizacao == Autorizacao(data=ATENDIMENTO)


def test_total_of_dental_units_and_of_franchises_is_absent_when_no_item_has_any() -> None:
    feita = guia(tipo_guia="ODONTO", itens=[{"valor_total": "80.00"}])
    assert isinstance(feita, GuiaOdonto)
    assert (feita.qtd_total_us, feita.valor_total_franquia) == (None, None)
    assert feita.valor_total_proc == Decimal("80.00")


@pytest.mark.parametrize("branco", ["", " ", "\t\n"])
def test_blank_text_counts_as_not_given(branco: str) -> None:
    assert sp_sadt(numero_carteira=branco).beneficiario.numero_carteira is None


@pytest.mark.parametrize(("recem_nascido", "escrito"), [(True, "S"), (False, "N"), (None, "N")])
def test_newborn_is_written_s_or_n(recem_nascido: bool | None, escrito: str) -> None:
    assert sp_sadt(atendimento_rn=recem_nascido).beneficiario.atendimento_rn == escrito


@pytest.mark.parametrize("tipo", ["CONSULTAS", "consulta", "", None])
def test_kind_that_does_not_exist_has_no_guia_and_says_which_do(tipo: str | None) -> None:
    feita, (problema,) = montar(tipo_guia=tipo)
    assert feita is None
    assert (problema.codigo, problema.caminho) == ("TIPO_GUIA", "tipo_guia")
    assert problema.valor == (tipo or None)
    assert problema.mensagem == "use CONSULTA, SP_SADT, HONORARIOS, RESUMO_INTERNACAO, ODONTO"


# the complemento

SITUACAO = {
    "numero_guia_anexo": "A1",
    "dentes": [{"elemento_dentario": 11, "condicao_clinica": "C"}],
    "doenca_periodontal": True,
}
# key -> what the view gives, what it becomes
DADOS: dict[str, tuple[object, object]] = {
    "ausencia_cod_validacao": ("01", "01"),
    "cod_validacao": ("T1", "T1"),
    "tipo_ident": ("02", "02"),
    "identificador_beneficiario": ("QUJD", "QUJD"),
    "cobertura_especial": ("01", "01"),
    "saude_ocupacional": ("03", "03"),
    "guia_principal": ("G1", "G1"),
    "contratado_solicitante": (
        {"cpfContratado": "39053344705"},
        Alternativa(elemento="cpfContratado", valor="39053344705"),
    ),
    "nome_contratado_solicitante": ("Outra Clinica", "Outra Clinica"),
    "motivo_encerramento": (12, "12"),
    "numero_guia_solicitacao_internacao": ("INT-1", "INT-1"),
    "tipo_faturamento": ("4", "4"),
    "data_inicio_faturamento": ("2026-03-01", date(2026, 3, 1)),
    "hora_inicio_faturamento": ("07:00", time(7)),
    "data_final_faturamento": ("2026-03-02", date(2026, 3, 2)),
    "hora_final_faturamento": ("18:30:15", time(18, 30, 15)),
    "data_fim_faturamento": ("2026-03-02", date(2026, 3, 2)),
    "data_emissao": ("2026-03-03", date(2026, 3, 3)),
    "tipo_internacao": ("2", "2"),
    "regime_internacao": ("1", "1"),
    "declaracoes": (
        [{"declaracao_nascido": "123"}, {"indicador_dorn": "S"}],
        (Declaracao(declaracao_nascido="123"), Declaracao(indicador_dorn="S")),
    ),
    "diagnosticos": (["O800", "P209"], ("O800", "P209")),
    "guia_solic_internacao": ("INT-2", "INT-2"),
    "local_contratado": (
        {"codigo": {"codigoNaOperadora": "H1"}, "nome": "Hospital", "cnes": 7654321},
        LocalContratado(
            codigo=Alternativa(elemento="codigoNaOperadora", valor="H1"),
            nome="Hospital",
            cnes="7654321",
        ),
    ),
    "numero_guia_principal": ("GTO-1", "GTO-1"),
    "plano_beneficiario": ("Plano", "Plano"),
    "nome_empresa": ("Empresa", "Empresa"),
    "data_termino_trat": ("2026-04-01", date(2026, 4, 1)),
    "situacao_inicial": (
        SITUACAO,
        SituacaoInicial(
            numero_guia_anexo="A1",
            dentes=(Dente(elemento_dentario="11", condicao_clinica="C"),),
            doenca_periodontal=True,
        ),
    ),
}
CHAVES = [(tipo, chave) for tipo, chaves in COMPLEMENTO.items() for chave in chaves]


def onde(feita: Guia, chave: str) -> str:
    """The path of the attribute that a key of the complemento fills."""
    if chave in ("tipo_ident", "identificador_beneficiario"):
        return f"beneficiario.{chave}"
    if chave in ("ausencia_cod_validacao", "cod_validacao") and hasattr(feita, "autorizacao"):
        return f"autorizacao.{chave}"
    return chave


@pytest.mark.parametrize(("tipo", "chave"), CHAVES)
def test_each_key_of_the_complemento_reaches_its_field_and_no_other(
    tipo: TipoGuia, chave: str
) -> None:
    dado, lido = DADOS[chave]
    linha = {**CHEIA, "tipo_guia": tipo.value, "itens": itens_de(tipo)}
    sem = guia(**linha)
    com = guia(**{**linha, "complemento": {chave: dado}})
    assert com != sem
    assert com == trocar(sem, onde(sem, chave), lido)


@CADA_TIPO
def test_nothing_of_a_guia_is_out_of_reach_of_the_view(tipo: TipoGuia) -> None:
    despesas = [DESPESA_JSON] if tipo in (TipoGuia.SP_SADT, TipoGuia.RESUMO_INTERNACAO) else []
    complemento = {chave: DADOS[chave][0] for chave in COMPLEMENTO[tipo]}
    feita = guia(
        **{**CHEIA, "tipo_guia": tipo.value, "itens": itens_de(tipo), "despesas": despesas,
           "complemento": complemento}
    )  # fmt: skip
    vazios = [campo.name for campo in fields(feita) if getattr(feita, campo.name) in (None, ())]
    assert vazios == []


@CADA_TIPO
def test_null_in_the_complemento_changes_nothing(tipo: TipoGuia) -> None:
    linha = {**CHEIA, "tipo_guia": tipo.value, "itens": itens_de(tipo)}
    nulos = dict.fromkeys(COMPLEMENTO[tipo])
    assert guia(**{**linha, "complemento": nulos}) == guia(**linha)
    assert guia(**{**linha, "complemento": None}) == guia(**linha)


@pytest.mark.parametrize("tipo", [TipoGuia.RESUMO_INTERNACAO, TipoGuia.HONORARIOS])
def test_date_of_the_complemento_that_cannot_be_read_is_never_replaced_in_silence(
    tipo: TipoGuia,
) -> None:
    # To bill another day without a word would be worse than to say that it is missing.
    # Whatever stands in the guia then, it does not leave.
    _, (problema,) = montar(
        tipo_guia=tipo.value, complemento={"data_inicio_faturamento": "10/03/2026"}
    )
    assert problema.codigo == "VALOR_ILEGIVEL"
    assert problema.caminho == "complemento/data_inicio_faturamento"
    assert problema.gravidade is Gravidade.ERRO


# unknown keys


def desconhecidas(**colunas: object) -> list[str]:
    _, problemas = montar(**colunas)
    assert {p.codigo for p in problemas} <= {"CAMPO_DESCONHECIDO"}
    assert {p.gravidade for p in problemas} <= {Gravidade.ERRO}
    return [p.caminho for p in problemas]


def itens_de(tipo: TipoGuia) -> list[dict[str, Any]]:
    return [ODONTO_JSON if tipo is TipoGuia.ODONTO else ITEM_JSON]


@CADA_TIPO
def test_keys_of_other_kinds_are_unknown_to_a_kind(tipo: TipoGuia) -> None:
    alheias = sorted(set(DADOS) - set(COMPLEMENTO[tipo]))
    complemento = {chave: DADOS[chave][0] for chave in alheias}
    linha = {"tipo_guia": tipo.value, "itens": itens_de(tipo)}
    assert alheias
    assert desconhecidas(**linha, complemento=complemento) == [f"complemento/{c}" for c in alheias]
    # And nothing of them gets in.
    assert montar(**linha, complemento=complemento)[0] == montar(**linha)[0]


@pytest.mark.parametrize("chave", ["registro_ans", "beneficiario", "itens", "totais", "senha"])
@CADA_TIPO
def test_what_a_column_or_the_contrato_says_is_unknown_in_the_complemento(
    tipo: TipoGuia, chave: str
) -> None:
    linha = {"tipo_guia": tipo.value, "itens": itens_de(tipo)}
    assert desconhecidas(**linha, complemento={chave: "X"}) == [f"complemento/{chave}"]


@pytest.mark.parametrize(
    ("tipo", "colunas", "onde"),
    [
        ("SP_SADT", {"itens": [{**ITEM_JSON, "cor": 1}]}, "itens[1]/cor"),
        ("SP_SADT", {"despesas": [{}, {**DESPESA_JSON, "cor": 1}]}, "despesas[2]/cor"),
        ("SP_SADT", {"itens": [{"equipe": [{"nome": "Rui", "idade": 7}]}]},
         "itens[1]/equipe[1]/idade"),
        ("SP_SADT", {"itens": [{**ITEM_JSON, "dente_face": "O"}]}, "itens[1]/dente_face"),
        ("ODONTO", {"itens": [{**ODONTO_JSON, "via_acesso": "1"}]}, "itens[1]/via_acesso"),
        ("CONSULTA", {"itens": [{**ITEM_JSON, "cor": 1}]}, "itens[1]/cor"),
        ("HONORARIOS", {"complemento": {"local_contratado": {"nome": "H", "tel": 1}}},
         "complemento/local_contratado/tel"),
        ("ODONTO", {"itens": [], "complemento": {"situacao_inicial": {"dentes": [{"cor": 1}]}}},
         "complemento/situacao_inicial/dentes[1]/cor"),
        ("RESUMO_INTERNACAO", {"complemento": {"declaracoes": [{"peso": 3}]}},
         "complemento/declaracoes[1]/peso"),
        ("HONORARIOS", {"despesas": [DESPESA_JSON]}, "despesas"),
        ("ODONTO", {"itens": [], "despesas": [DESPESA_JSON]}, "despesas"),
    ],
)  # fmt: skip
def test_unknown_key_is_told_at_every_level(
    tipo: str, colunas: dict[str, object], onde: str
) -> None:
    assert desconhecidas(**{**LINHA, "tipo_guia": tipo, **colunas}) == [onde]


def test_unknown_key_is_told_once_and_what_is_known_beside_it_is_kept() -> None:
    feita, problemas = montar(itens=[{**ITEM_JSON, "cor": 1}], complemento={"cor": 2})
    assert isinstance(feita, GuiaSpSadt)
    assert feita.itens == (ITEM,)
    mensagem = "esta guia não tem o campo cor: corrija o nome ou retire-o da visão"
    assert sorted(problemas, key=str) == [
        Problema(codigo="CAMPO_DESCONHECIDO", caminho="complemento/cor", mensagem=mensagem),
        Problema(codigo="CAMPO_DESCONHECIDO", caminho="itens[1]/cor", mensagem=mensagem),
    ]


def test_value_that_cannot_be_read_is_told_and_keeps_the_guia_from_leaving() -> None:
    feita, problemas = montar(itens=[{**ITEM_JSON, "quantidade": "uma", "descricao": ["x"]}])
    assert isinstance(feita, GuiaSpSadt)
    assert feita.itens == (replace(ITEM, quantidade=None, descricao=None),)
    assert {(p.codigo, p.caminho, p.valor) for p in problemas} == {
        ("VALOR_ILEGIVEL", "itens[1]/quantidade", None),
        ("VALOR_ILEGIVEL", "itens[1]/descricao", None),
    }
    assert {p.gravidade for p in problemas} == {Gravidade.ERRO}


# items and expenses


def test_consulta_has_exactly_one_procedure() -> None:
    sem_item, (problema,) = montar(tipo_guia="CONSULTA", itens=[])
    assert isinstance(sem_item, GuiaConsulta)
    assert sem_item.procedimento == Item()
    assert (problema.codigo, problema.caminho) == ("SEM_ITEM", "dadosAtendimento/procedimento")
    com_exame, (problema,) = montar(tipo_guia="CONSULTA", itens=[ITEM_JSON, {}])
    assert isinstance(com_exame, GuiaConsulta)
    assert com_exame.procedimento == ITEM
    assert (problema.codigo, problema.caminho) == (
        "CONSULTA_COM_EXAMES",
        "dadosAtendimento/procedimento",
    )


def test_consulta_has_no_expenses_and_says_what_to_do() -> None:
    _, (problema,) = montar(tipo_guia="CONSULTA", despesas=[DESPESA_JSON])
    assert problema.codigo == "CONSULTA_COM_EXAMES"
    assert "SP_SADT" in problema.mensagem
    assert queixas(tipo_guia="CONSULTA", itens=[], despesas=[DESPESA_JSON]) == [
        ("SEM_ITEM", "dadosAtendimento/procedimento", None),
        ("CONSULTA_COM_EXAMES", "dadosAtendimento/procedimento", None),
    ]


@pytest.mark.parametrize("tipo", [tipo for tipo in TipoGuia if tipo is not TipoGuia.CONSULTA])
@pytest.mark.parametrize("itens", [None, [], (), " "])
def test_row_without_items_makes_a_guia_without_items(tipo: TipoGuia, itens: object) -> None:
    feita = guia(tipo_guia=tipo.value, itens=itens, despesas=None)
    assert (feita.itens, feita.despesas) == ((), ())
    assert feita.valor_informado == 0


def test_field_absent_from_the_json_is_not_given() -> None:
    assert guia(itens=[{}]).itens == (Item(),)


def test_team_of_an_item_is_read() -> None:
    membro = {
        "grau_participacao": "06",
        "codigo": {"cpfContratado": 39053344705},
        "nome": "Eva Exemplo",
    }
    (item,) = guia(itens=[{**ITEM_JSON, "hora_inicial": "07:30", "equipe": [membro]}]).itens
    assert item == replace(
        ITEM,
        hora_inicial=time(7, 30),
        equipe=(
            MembroEquipe(
                grau_participacao="06",
                codigo=Alternativa(elemento="cpfContratado", valor="39053344705"),
                nome="Eva Exemplo",
            ),
        ),
    )


# JSON of another kind than it should be


@pytest.mark.parametrize("coluna", ["itens", "despesas"])
@pytest.mark.parametrize("valor", ["x", 7, True, {}, ["x"], [7], [[]], {"a": 1}], ids=str)
def test_line_that_is_no_object_is_never_lost_in_silence(coluna: str, valor: object) -> None:
    feita, problemas = montar(**{coluna: valor})
    assert feita is not None
    vazia = Item() if coluna == "itens" else Despesa()
    # Told at its place, or there without any value, which is told in its turn.
    assert problemas or getattr(feita, coluna) == (vazia,)


@pytest.mark.parametrize("valor", ["x", 7, True, ["cod_validacao"]], ids=str)
@CADA_TIPO
def test_complemento_that_is_no_object_is_told(tipo: TipoGuia, valor: object) -> None:
    _, (problema,) = montar(tipo_guia=tipo.value, itens=itens_de(tipo), complemento=valor)
    assert problema.caminho.startswith("complemento")


def test_local_of_honorarios_that_is_no_object_is_one_without_values() -> None:
    feita, (problema,) = montar(
        tipo_guia="HONORARIOS", complemento={"local_contratado": "Hospital"}
    )
    assert isinstance(feita, GuiaHonorarios)
    assert feita.local_contratado == LocalContratado()
    assert problema.caminho == "complemento/local_contratado"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda dentro: (
        st.lists(dentro, max_size=3)
        | st.dictionaries(
            st.sampled_from([*ITEM_JSON, *ODONTO_JSON, "equipe", "codigo"]) | st.text(max_size=5),
            dentro,
            max_size=4,
        )
    ),
    max_leaves=12,
)
COMPLEMENTOS = st.dictionaries(st.sampled_from(sorted(DADOS)), JSON, max_size=5)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TipoGuia), JSON, JSON, JSON | COMPLEMENTOS)
def test_any_json_makes_a_guia_of_its_kind_never_an_exception(
    tipo: TipoGuia, itens: object, despesas: object, complemento: object
) -> None:
    feita, _ = montar(tipo_guia=tipo.value, itens=itens, despesas=despesas, complemento=complemento)
    assert feita is not None
    assert feita.tipo is tipo
    assert feita.valor_informado.is_finite()
    assert None not in feita.itens
    assert None not in feita.despesas
    assert feita.beneficiario is not None
