"""A night of 120 consultas, the hour after it, and three nights without news; seen from outside."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from clinica_aberta import Clinica, Rodada

from tiss.demo import cadastro

CONSULTAS = 120


@dataclass(frozen=True, slots=True)
class Noite:
    clinica: Clinica
    faturamento: Rodada
    retorno: Rodada
    chegadas: list[dict[str, Any]]
    """What the operadoras had received when the first night was over."""
    sem_novidade: list[Rodada]
    """Three more runs of tiss_faturamento."""


@pytest.fixture(scope="module")
def noite(abrir_clinica: Clinica) -> Iterator[Noite]:
    with abrir_clinica() as clinica:
        clinica.gerar(CONSULTAS)
        faturamento = clinica.rodar("tiss_faturamento")
        chegadas = clinica.envios()
        clinica.simulador.avancar(60)
        retorno = clinica.rodar("tiss_retorno")
        sem_novidade = [clinica.rodar("tiss_faturamento") for _ in range(3)]
        yield Noite(clinica, faturamento, retorno, chegadas, sem_novidade)


def test_both_runs_end_in_success(noite: Noite) -> None:
    assert (noite.faturamento.estado, noite.retorno.estado) == ("success", "success")


def test_every_task_succeeds_at_the_first_try(noite: Noite) -> None:
    instancias = [
        instancia
        for rodada in (noite.faturamento, noite.retorno)
        for lista in rodada.tarefas.values()
        for instancia in lista
    ]
    assert {(i.estado, i.tentativas) for i in instancias} == {("success", 1)}


def test_every_prepared_consulta_has_an_answer_or_a_reason(noite: Noite) -> None:
    estados = dict(
        noite.clinica.linhas(
            "SELECT status, count(*) FROM tiss.consulta_preparada"
            " LEFT JOIN tiss.guia USING (consulta_id)"
            " WHERE consulta_preparada.data_atendimento"
            " >= (SELECT min(faturar_a_partir_de) FROM tiss.contrato) GROUP BY 1"
        )
    )
    assert set(estados) == {"AUTORIZADA", "NEGADA", "INVALIDA"}
    assert sum(estados.values()) > CONSULTAS * 0.9


def test_what_is_older_than_the_contrato_is_not_billed(noite: Noite) -> None:
    antigas = (
        "FROM tiss.consulta_preparada WHERE data_atendimento"
        " < (SELECT min(faturar_a_partir_de) FROM tiss.contrato)"
    )
    assert noite.clinica.linhas(f"SELECT 1 {antigas}")
    assert noite.clinica.linhas(f"SELECT 1 {antigas} AND consulta_id IN"
                                " (SELECT consulta_id FROM tiss.guia)") == []  # fmt: skip


def test_what_is_invalid_says_why(noite: Noite) -> None:
    assert noite.clinica.linhas("SELECT 1 FROM tiss.guia WHERE status = 'INVALIDA'")
    sem_motivo = (
        "SELECT id FROM tiss.guia WHERE (status = 'INVALIDA')"
        " <> jsonb_path_exists(problemas, '$[*] ? (@.gravidade == \"erro\")')"
    )
    assert noite.clinica.linhas(sem_motivo) == []


def test_money_is_what_the_operadoras_say(noite: Noite) -> None:
    nosso = {
        registro: [Decimal(valor) for valor in valores]
        for registro, *valores in noite.clinica.linhas(
            "SELECT registro_ans, sum(valor_informado), sum(valor_liberado), sum(valor_glosado)"
            " FROM tiss.guia WHERE status IN ('AUTORIZADA', 'NEGADA') GROUP BY 1"
        )
    }
    deles = {
        registro: [
            Decimal(resumo[f"valor_{nome}"]) for nome in ("informado", "liberado", "glosado")
        ]
        for registro, resumo in noite.clinica.simulador.resumo().items()
    }
    assert nosso == deles
    assert all(liberado > 0 for _, liberado, _ in nosso.values())


def test_as_many_guias_are_closed_as_the_operadoras_received(noite: Noite) -> None:
    [(nossas,)] = noite.clinica.linhas(
        "SELECT count(*) FROM tiss.guia WHERE status IN ('AUTORIZADA', 'NEGADA')"
    )
    assert nossas == sum(r["guias"] for r in noite.clinica.simulador.resumo().values())


def test_no_attendance_is_accepted_twice(noite: Noite) -> None:
    assert noite.clinica.simulador.repetidos() == []


def test_each_lote_arrives_once_and_is_accepted(noite: Noite) -> None:
    assert {(c["envios"], c["aceito"]) for c in noite.chegadas} == {(1, True)}
    protocolos = {
        (registro, str(numero)): protocolo
        for registro, numero, protocolo in noite.clinica.linhas(
            "SELECT registro_ans || prestador_id, numero_lote, protocolo"
            " FROM tiss.lote JOIN tiss.contrato ON contrato.id = contrato_id"
        )
    }
    assert sorted(protocolos.values()) == sorted(c["numero_protocolo"] for c in noite.chegadas)


def test_every_lote_is_closed(noite: Noite) -> None:
    assert set(noite.clinica.contar("tiss.lote")) == {"PROCESSADO"}


def test_the_clinic_has_every_verdict_in_its_own_tables(noite: Noite) -> None:
    na_clinica = noite.clinica.linhas(
        "SELECT id::text, status_tiss, numero_guia, valor_liberado, valor_glosado"
        " FROM clinica.consulta WHERE status_tiss IS NOT NULL ORDER BY 1"
    )
    nossas = noite.clinica.linhas(
        "SELECT consulta_id, status, numero_guia_prestador, valor_liberado, valor_glosado"
        " FROM tiss.guia WHERE status IN ('AUTORIZADA', 'NEGADA') ORDER BY 1"
    )
    assert na_clinica == nossas != []


def test_a_refused_consulta_reaches_the_clinic_with_its_glosas(noite: Noite) -> None:
    sem_glosa = (
        "SELECT id FROM clinica.consulta WHERE valor_glosado > 0 AND jsonb_array_length(glosas) = 0"
    )
    assert noite.clinica.linhas("SELECT 1 FROM clinica.consulta WHERE valor_glosado > 0")
    assert noite.clinica.linhas(sem_glosa) == []


def test_nothing_is_left_in_doubt(noite: Noite) -> None:
    assert noite.clinica.linhas("SELECT motivo FROM tiss.divergencia") == []


def test_a_night_without_news_sends_nothing(noite: Noite) -> None:
    assert [rodada.estado for rodada in noite.sem_novidade] == ["success"] * 3
    assert [rodada.estados("enviar") for rodada in noite.sem_novidade] == [["skipped"]] * 3
    assert noite.clinica.envios() == noite.chegadas


def test_a_night_without_news_uses_no_number(noite: Noite) -> None:
    gastos = noite.clinica.linhas(
        "SELECT contrato.id, proximo_numero_lote - 1 FROM tiss.contrato ORDER BY 1"
    )
    usados = noite.clinica.linhas(
        "SELECT contrato_id, max(numero_lote) FROM tiss.lote GROUP BY 1 ORDER BY 1"
    )
    assert gastos == usados


def test_the_screen_names_contratos_and_lotes(noite: Noite) -> None:
    montados = {instancia.nome for instancia in noite.faturamento.tarefas["montar"]}
    assert montados == {
        f"{contrato.operadora.nome} / {contrato.filial.nome}" for contrato in cadastro.CONTRATOS
    }
    enviados = [instancia.nome for instancia in noite.faturamento.tarefas["enviar"]]
    assert len(set(enviados)) == len(enviados)
    formas = [
        re.fullmatch(r"Operadora .+ / Clínica .+: (?:lote \d+|(\d+) lotes, \d+ a \d+)", nome)
        for nome in enviados
    ]
    assert sum(int(forma[1] or 1) for forma in formas if forma) == len(noite.chegadas)
    assert all(formas)


def test_the_audit_trail_names_the_task_and_its_try(noite: Noite) -> None:
    quem = [linha for (linha,) in noite.clinica.linhas("SELECT DISTINCT quem FROM tiss.troca")]
    forma = re.compile(r"(tiss_faturamento/.+/enviar|tiss_retorno/.+/consultar)/\d+/1( .+)?")
    assert all(forma.fullmatch(nome) for nome in quem)
    assert {nome.split("/")[0] for nome in quem} == {"tiss_faturamento", "tiss_retorno"}


def test_tasks_hand_on_only_ids_names_and_counts(noite: Noite) -> None:
    nomes = {
        i.nome
        for rodada in (noite.faturamento, noite.retorno)
        for tarefa in ("enviar", "consultar")
        for i in rodada.tarefas.get(tarefa, [])
    }

    def textos(valor: object) -> Iterator[str]:
        match valor:
            case list():
                for item in valor:
                    yield from textos(item)
            case dict():
                assert set(valor) - {"meses", "desde"} == {"nome", "lotes"}
                yield from textos(list(valor.values()))
            case str():
                yield valor
            case _:
                assert valor is None or type(valor) is int

    valores = [*noite.faturamento.xcom, *noite.retorno.xcom]
    assert set(textos(valores)) == nomes
    assert len(json.dumps(valores)) < 100 * CONSULTAS


def _segredos(noite: Noite) -> list[str]:
    """Whatever a log must not show, as the clinic and the connections hold it."""
    carteiras, nomes, cpfs = (
        [texto for (texto,) in noite.clinica.linhas(f"SELECT DISTINCT {origem}")]
        for origem in (
            "numero_carteira FROM clinica.consulta WHERE numero_carteira IS NOT NULL",
            "nome FROM clinica.paciente",
            "cpf FROM clinica.medico",
        )
    )
    senhas = [senha for _, senha in noite.clinica.logins.values()]
    digests = [hashlib.md5(senha.encode()).hexdigest() for senha in senhas]
    assert min(len(carteiras), len(nomes)) > CONSULTAS / 3
    return [*carteiras, *nomes, *cpfs, *senhas, *digests]


@pytest.mark.parametrize("dag", ["faturamento", "retorno"])
def test_logs_hold_no_patient_and_no_password(noite: Noite, dag: str) -> None:
    log = getattr(noite, dag).log
    assert [segredo for segredo in _segredos(noite) if segredo in log] == []
    assert "<ans:" not in log


@pytest.mark.parametrize("dag", ["faturamento", "retorno"])
def test_handed_on_values_hold_no_patient_and_no_password(noite: Noite, dag: str) -> None:
    valores = json.dumps(getattr(noite, dag).xcom, ensure_ascii=False)
    assert [segredo for segredo in _segredos(noite) if segredo in valores] == []


def test_a_person_can_audit_a_lote_from_the_logs(noite: Noite) -> None:
    enviar, consultar = noite.faturamento.log, noite.retorno.log
    for lote, protocolo in noite.clinica.linhas("SELECT id, protocolo FROM tiss.lote"):
        assert f"::group::Envio do lote {lote} " in enviar
        assert f"motivo='protocolo {protocolo}'" in enviar
        assert f"::group::Consulta do lote {lote} " in consultar
        assert f"protocolo={protocolo}" in consultar
    assert "::group::Montagem: Operadora Simulada Aurora / Clínica Modelo São Lucas" in enviar


def test_every_group_that_opens_in_a_log_closes(noite: Noite) -> None:
    for rodada in (noite.faturamento, noite.retorno):
        nossas = [linha for linha in rodada.log.split("\n") if "[tiss.services.registro]" in linha]
        grupos = Counter(re.findall("::(group|endgroup)::", "\n".join(nossas)))
        assert grupos["group"] == grupos["endgroup"] > 0


def test_the_log_says_what_the_front_desk_has_to_correct(noite: Noite) -> None:
    for (consulta,) in noite.clinica.linhas(
        "SELECT consulta_id FROM tiss.guia WHERE status = 'INVALIDA' AND contrato_id IS NOT NULL"
    ):
        assert re.search(rf"consulta não faturada.* consulta={consulta} ", noite.faturamento.log)
