"""What a rule says of a guia: told and sent, or kept back, as the contrato wants."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from guias_da_visao import COLUNAS, exame
from oficina import HEMOGRAMA, HOJE, Oficina, item
from psycopg.types.json import Jsonb

from tiss.domain.cadastro import Contrato
from tiss.errors import ConfigError
from tiss.repository import terminologia
from tiss.repository.guias import Filtro
from tiss.services import montagem
from tiss.services.montagem import Montagem
from tiss.simulador.processo import Simulador

NAO_ELETIVA = "CONSULTA_NAO_ELETIVA"
FORA_DE_VIGENCIA = "CODIGO_FORA_DE_VIGENCIA"
PRONTO_SOCORRO = {"regime_atendimento": "04"}
SENHA_VENCIDA: dict[str, Any] = {
    **COLUNAS["SP_SADT"],
    "tipo_guia": "SP_SADT",
    "senha": "S1",
    "data_autorizacao": HOJE - timedelta(30),
    "data_validade_senha": HOJE - timedelta(10),
}
ONTEM = HOJE - timedelta(1)


def _ditos(oficina: Oficina, consulta: str) -> dict[str, str]:
    """What is said of a guia: code -> gravity."""
    return {p["codigo"]: p["gravidade"] for p in oficina.guia(consulta)["problemas"]}


# Warnings ----------------------------------------------------------------------------------------


def test_a_guia_with_nothing_but_warnings_is_sent_and_keeps_them(
    oficina: Oficina, simulador: Simulador
) -> None:
    (consulta,) = oficina.atender()
    oficina.alimentar(consulta_id=consulta, **PRONTO_SOCORRO)
    assert oficina.noite() == []
    simulador.avancar(60)
    assert oficina.hora() == []
    guia = oficina.guia(consulta)
    assert guia["status"] == "AUTORIZADA"
    (aviso,) = guia["problemas"]
    assert (aviso["codigo"], aviso["gravidade"]) == (NAO_ELETIVA, "aviso")
    assert (aviso["guia"], aviso["caminho"]) == ("1", "dadosAtendimento/regimeAtendimento")
    assert oficina.valor("SELECT problemas FROM tiss.resultado") == guia["problemas"]


def test_a_warning_does_not_save_a_guia_from_its_errors(oficina: Oficina) -> None:
    oficina.alimentar(consulta_id="aviso", **PRONTO_SOCORRO)
    oficina.alimentar(consulta_id="erro", numero_carteira=None, **PRONTO_SOCORRO)
    oficina.alimentar(consulta_id="limpa", numero_carteira="987654321")
    feito = oficina.montar()
    assert (feito.geradas, feito.invalidas) == (2, 1)
    assert dict(feito.problemas) == {"AUSENTE": 1}
    assert dict(feito.avisos) == {NAO_ELETIVA: 2}
    assert oficina.guia("aviso")["status"] == oficina.guia("limpa")["status"] == "GERADA"
    assert _ditos(oficina, "limpa") == {}
    assert oficina.guia("erro")["status"] == "INVALIDA"
    assert _ditos(oficina, "erro") == {"AUSENTE": "erro", NAO_ELETIVA: "aviso"}
    assert [g["consulta_id"] for g in oficina.guias(feito.lotes[0])] == ["aviso", "limpa"]


def test_a_code_is_counted_once_for_each_guia_and_so_is_what_was_written_otherwise(
    oficina: Oficina,
) -> None:
    itens = [exame(data_execucao=str(HOJE + timedelta(2)), sequencial_item=n) for n in (1, 2)]
    oficina.alimentar(
        consulta_id="c", **{**COLUNAS["SP_SADT"], "itens": json.dumps(itens)}, tipo_guia="SP_SADT"
    )
    oficina.alimentar(consulta_id="d", observacao="Ação – já", numero_carteira="987654321")
    feito = oficina.montar()
    assert feito.problemas["DATA_FUTURA"] == 1
    assert {de: (para, n) for (de, para), n in feito.alteracoes.items()} == {
        "ç": ("c", 1),
        "ã": ("a", 1),
        "á": ("a", 1),
        "–": ("-", 1),
    }


def test_the_log_names_codes_and_consultas_and_nothing_of_the_patient(
    oficina: Oficina, capsys: pytest.CaptureFixture[str]
) -> None:
    pessoais = {
        "numero_carteira": "55544433322211100099",
        "observacao": "Sigilosa 漢字 d'Ávila",
        "senha": "SENHASIGILOSA",
        "numero_guia_operadora": "GUIASIGILOSA",
        "nome_profissional": "Zuleica Sigilosa",
        "numero_conselho_profissional": "1234567890123456",
    }
    for consulta in ("uma", "outra"):
        oficina.alimentar(consulta_id=consulta, **PRONTO_SOCORRO, **pessoais)
    oficina.alimentar(consulta_id="aviso", numero_carteira="55544433", **PRONTO_SOCORRO)
    oficina.alimentar(consulta_id="cpf", numero_carteira="55544433", **PRONTO_SOCORRO)
    capsys.readouterr()
    oficina.montar()
    saida = capsys.readouterr().out
    assert "observacao: CARACTERE" in saida
    assert "consulta=uma" in saida
    assert saida.count("consulta com aviso") == 4
    assert "numeroConselhoProfissional" in saida
    for sigilo in (*pessoais.values(), "igilos", "漢", "55544433"):
        assert sigilo not in saida
    assert "posição 10 (CJK UNIFIED IDEOGRAPH-6F22)" in str(oficina.guia("uma")["problemas"])


# What a contrato makes of a rule -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("colunas", "codigo", "acao", "status", "gravidade"),
    [
        (PRONTO_SOCORRO, NAO_ELETIVA, None, "GERADA", "aviso"),
        (PRONTO_SOCORRO, NAO_ELETIVA, "DESLIGADA", "GERADA", None),
        (PRONTO_SOCORRO, NAO_ELETIVA, "AVISA", "GERADA", "aviso"),
        (PRONTO_SOCORRO, NAO_ELETIVA, "BLOQUEIA", "INVALIDA", "erro"),
        (SENHA_VENCIDA, "SENHA_VENCIDA", None, "GERADA", "aviso"),
        (SENHA_VENCIDA, "SENHA_VENCIDA", "BLOQUEIA", "INVALIDA", "erro"),
        (SENHA_VENCIDA, "SENHA_VENCIDA", "AVISA", "GERADA", "aviso"),
        (SENHA_VENCIDA, "SENHA_VENCIDA", "DESLIGADA", "GERADA", None),
    ],
)
def test_the_contrato_decides_what_a_rule_does(
    oficina: Oficina,
    colunas: dict[str, Any],
    codigo: str,
    acao: str | None,
    status: str,
    gravidade: str | None,
) -> None:
    oficina.configurar(regras=Jsonb({} if acao is None else {codigo: acao}))
    oficina.alimentar(consulta_id="c", **colunas)
    oficina.montar()
    assert oficina.guia("c")["status"] == status
    assert _ditos(oficina, "c").get(codigo) == gravidade


def test_what_waits_for_a_lote_is_looked_at_again_when_the_rules_of_its_contrato_change(
    oficina: Oficina,
) -> None:
    oficina.alimentar(consulta_id="c", **PRONTO_SOCORRO)
    versao = oficina.contrato().versao
    oficina.configurar(regras=Jsonb({NAO_ELETIVA: "BLOQUEIA"}))
    assert oficina.contrato().versao == versao + 1
    assert oficina.montar().lotes == []
    assert oficina.montar().invalidas == 0, "what nobody changed is not looked at again"
    oficina.configurar(regras=Jsonb({NAO_ELETIVA: "AVISA"}))
    (lote,) = oficina.montar().lotes
    # What came back from the operadora, or has no lote, goes through the rules again.
    oficina.fazer("UPDATE tiss.lote SET tentativa = 1")
    oficina.configurar(regras=Jsonb({NAO_ELETIVA: "BLOQUEIA"}))
    assert oficina.montar().lotes == []
    assert oficina.status(lote) == "CANCELADO"
    assert _ditos(oficina, "c") == {NAO_ELETIVA: "erro"}
    assert oficina.guia("c")["numero_guia_prestador"] == "1", "its number stays its own"


def test_rules_that_cannot_be_stop_their_contrato_and_no_other(oficina: Oficina) -> None:
    oficina.atender(2)
    oficina.atender(1, registro_ans="999002")
    antes = oficina.contrato()
    torto = replace(
        antes,
        regras={"NAO_EXISTE": "AVISA", "DATA_FUTURA": "AVISA", NAO_ELETIVA: "TALVEZ"},
    )
    for fazer in (oficina.montar, _validar(oficina)):
        with pytest.raises(ConfigError, match=r"NAO_EXISTE.*DATA_FUTURA.*CONSULTA_NAO_ELETIVA"):
            fazer(torto)
    assert oficina.tirada("id", "guia") == []
    assert oficina.contrato() == antes, "nothing was numbered"
    assert len(oficina.montar(oficina.contrato(registro_ans="999002")).lotes) == 1


@pytest.mark.parametrize(
    ("documento", "dito"),
    [("cnpj = '11222333000182'", "11222333000182"), ("cnpj = NULL, cpf = '39053344706'", "CPF")],
)
def test_a_prestador_whose_document_cannot_be_bills_nothing(
    oficina: Oficina, documento: str, dito: str
) -> None:
    oficina.atender()
    oficina.fazer(f"UPDATE tiss.prestador SET {documento} WHERE clinica_id = 'MATRIZ'")
    with pytest.raises(ConfigError, match=dito) as erro:
        oficina.montar()
    assert "39053344706" not in str(erro.value)
    assert oficina.tirada("id", "guia") == []


def _validar(oficina: Oficina) -> Callable[[Contrato], Montagem]:
    return lambda contrato: montagem.validar(
        oficina.repo, contrato, Filtro(), agora=datetime.now(UTC)
    )


# Terminology -------------------------------------------------------------------------------------


@pytest.fixture
def com_tuss(oficina: Oficina) -> Oficina:
    """The clinic with two terms of table 22: one that ended long ago, one in force since ONTEM."""
    termos = [
        ("22", "10101012", "Consulta", "2009-02-13", "2020-12-31"),
        ("22", HEMOGRAMA, "Hemograma", str(ONTEM), None),
    ]
    with oficina.repo.transacao() as t:
        terminologia.substituir(
            t, nome="tuss", origem="do teste", sha256="0" * 64, conteudo="termos", linhas=termos
        )
    return oficina


@pytest.mark.parametrize(
    ("codigo", "dia", "dito"),
    [
        ("10101012", ONTEM, {FORA_DE_VIGENCIA: "aviso"}),
        (HEMOGRAMA, ONTEM - timedelta(1), {FORA_DE_VIGENCIA: "aviso"}),
        (HEMOGRAMA, ONTEM, {}),
        ("40301630", ONTEM, {"CODIGO_DESCONHECIDO": "aviso"}),
    ],
)
@pytest.mark.parametrize("bloqueia", [False, True])
def test_a_code_has_to_be_in_force_on_the_day_of_care(
    com_tuss: Oficina, codigo: str, dia: date, dito: dict[str, str], bloqueia: bool
) -> None:
    if bloqueia:
        com_tuss.configurar(regras=Jsonb(dict.fromkeys(dito, "BLOQUEIA")))
        dito = dict.fromkeys(dito, "erro")
    itens = json.dumps([item(codigo_procedimento=codigo, data_execucao=str(dia))])
    com_tuss.alimentar(consulta_id="c", data_atendimento=dia, itens=itens)
    com_tuss.montar()
    assert _ditos(com_tuss, "c") == dito
    esperado = "INVALIDA" if dito and bloqueia else "GERADA"
    assert com_tuss.guia("c")["status"] == esperado


def test_the_codes_of_expenses_are_looked_up_too_and_a_table_that_is_not_loaded_says_nothing(
    com_tuss: Oficina,
) -> None:
    colunas = {**COLUNAS["SP_SADT"], "data_atendimento": ONTEM}
    com_tuss.alimentar(
        consulta_id="c",
        tipo_guia="SP_SADT",
        **{**colunas, "itens": json.dumps([exame(data_execucao=str(ONTEM))])},
    )
    com_tuss.montar()
    assert "CODIGO_DESCONHECIDO" not in _ditos(com_tuss, "c"), "of table 19 there is no term"
    com_tuss.fazer(
        "INSERT INTO tiss.termo_tuss (tabela, codigo, fonte, descricao)"
        " VALUES ('19', '70000002', 'tuss', 'Outro')"
    )
    com_tuss.fazer("UPDATE tiss.fila SET digest = 'd2'")
    com_tuss.montar()
    assert _ditos(com_tuss, "c")["CODIGO_DESCONHECIDO"] == "aviso"


def test_without_terminology_nothing_is_said_of_codes(oficina: Oficina) -> None:
    oficina.alimentar(consulta_id="c", itens=json.dumps([item(codigo_procedimento="99999999")]))
    oficina.montar()
    assert _ditos(oficina, "c") == {}


def test_a_day_that_had_not_come_bills_the_guia_when_it_has(oficina: Oficina) -> None:
    (consulta,) = oficina.atender(1, data=HOJE + timedelta(1))
    assert oficina.montar().lotes == []
    assert "DATA_FUTURA" in _ditos(oficina, consulta)
    depois = datetime.now(UTC) + timedelta(2)
    feito = montagem.montar(oficina.repo, oficina.contrato(), Filtro(), agora=depois)
    assert len(feito.lotes) == 1
    assert oficina.guia(consulta)["status"] == "GERADA"


def test_a_rehearsal_says_in_the_log_what_a_run_would(
    oficina: Oficina, capsys: pytest.CaptureFixture[str]
) -> None:
    oficina.alimentar(consulta_id="uma", nome_profissional="José", **PRONTO_SOCORRO)
    oficina.alimentar(consulta_id="ruim", numero_carteira=None)
    capsys.readouterr()
    montagem.validar(oficina.repo, oficina.contrato(), Filtro(), agora=datetime.now(UTC))
    ensaio = capsys.readouterr().out
    oficina.montar()
    linhas = [
        re.sub(
            r"loc=\S+|lotes=\d",
            "",
            next(linha for linha in saida.splitlines() if titulo in linha).partition(titulo)[2],
        )
        for titulo, saida in (
            ("ensaio concluído", ensaio),
            ("montagem concluída", capsys.readouterr().out),
        )
    ]
    assert linhas[0].split() == linhas[1].split()
    assert NAO_ELETIVA in linhas[0]
    assert "'é por e': 1" in linhas[0]
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 2
