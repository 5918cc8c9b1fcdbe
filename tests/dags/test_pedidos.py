"""What a person asks for on the form, and how many tasks come of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from clinica_aberta import Clinica, Rodada

AURORA, BOA_VIDA = "999001", "999002"
TABELAS = ("guia", "guia_item", "lote", "guia_tiss_envio", "troca", "historico", "divergencia")


@pytest.fixture
def clinica(clinica_nova: Clinica) -> Clinica:
    clinica_nova.gerar(48)
    return clinica_nova


def _faturadas(clinica: Clinica) -> set[str]:
    consulta = "SELECT consulta_id FROM tiss.guia WHERE status = 'ENVIADA'"
    return {consulta_id for (consulta_id,) in clinica.linhas(consulta)}


def _estado(clinica: Clinica) -> list[tuple[Any, ...]]:
    """Whatever a rehearsal must leave as it is."""
    return [
        *[clinica.linhas(f"SELECT count(*) FROM tiss.{tabela}")[0] for tabela in TABELAS],
        *clinica.linhas("SELECT to_jsonb(contrato)::text FROM tiss.contrato ORDER BY id"),
        *clinica.linhas("SELECT to_jsonb(credencial)::text FROM tiss.credencial ORDER BY conexao"),
    ]


def test_no_contrato_is_a_run_without_work(clinica: Clinica) -> None:
    clinica.executar("UPDATE tiss.operadora SET ativa = false")
    rodada = clinica.rodar("tiss_faturamento")
    assert rodada.estado == "success"
    assert (rodada.estados("montar"), rodada.estados("enviar")) == (["skipped"], ["skipped"])


@pytest.mark.parametrize(
    ("pedido", "contratos", "lotes"),
    [
        ({"operadoras": [AURORA], "prestadores": ["MATRIZ"], "tipos": ["CONSULTA"]}, 1, 1),
        ({"operadoras": [AURORA], "prestadores": ["MATRIZ"]}, 1, 3),
        ({"operadoras": [AURORA], "tipos": ["CONSULTA"]}, 2, 2),
        ({"operadoras": [AURORA], "desde": "2199-01-01"}, 2, 0),
        ({"operadoras": [AURORA], "ate": "1999-12-31"}, 2, 0),
    ],
)
def test_there_is_a_task_for_each_contrato_and_each_lote(
    clinica: Clinica, pedido: dict[str, Any], contratos: int, lotes: int
) -> None:
    rodada = clinica.rodar("tiss_faturamento", **pedido)
    assert rodada.estado == "success"
    assert rodada.estados("montar") == ["success"] * contratos
    # Two lotes of a contrato at once: the third waits in the task of the first.
    assert rodada.estados("enviar") == (["success"] * min(lotes, 2) or ["skipped"])
    assert clinica.contar("tiss.lote") == ({"ENVIADO": lotes} if lotes else {})


def test_one_contrato_that_fails_among_two_keeps_the_lotes_of_the_other(clinica: Clinica) -> None:
    quebrar = (
        "UPDATE tiss.contrato SET versao_tiss = %s WHERE registro_ans = '999001' AND prestador_id ="
        " (SELECT id FROM tiss.prestador WHERE clinica_id = 'FILIAL')"
    )
    clinica.executar(quebrar, "9.99.99")
    rodada = clinica.rodar("tiss_faturamento", operadoras=[AURORA])
    clinica.executar(quebrar, "4.03.00")
    assert rodada.estado == "failed"
    assert Counter(rodada.estados("montar")) == {"failed": 1, "success": 1}
    assert rodada.estados("enviar") == ["success", "success"]
    assert {prestador for (prestador,) in clinica.linhas(
        "SELECT clinica_id FROM tiss.guia WHERE status = 'ENVIADA'"
    )} == {"MATRIZ"}  # fmt: skip


def test_the_only_contrato_that_fails_fails_the_run_without_more_ado(clinica: Clinica) -> None:
    quebrar = "UPDATE tiss.contrato SET versao_tiss = %s WHERE registro_ans = '999001'"
    clinica.executar(quebrar, "9.99.99")
    rodada = clinica.rodar("tiss_faturamento", operadoras=[AURORA], prestadores=["MATRIZ"])
    clinica.executar(quebrar, "4.03.00")
    assert rodada.estado == "failed"
    assert rodada.estados("montar") == ["failed"]
    assert (rodada.estados("distribuir"), rodada.estados("enviar")) == (["success"], ["skipped"])
    assert "Ficou por fazer: 1 contratos sem montagem" in rodada.log


def test_one_operadora_by_hand_leaves_the_others_for_the_night(clinica: Clinica) -> None:
    clinica.rodar("tiss_faturamento", operadoras=[BOA_VIDA])
    assert set(clinica.contar("tiss.guia WHERE status = 'ENVIADA'", por="registro_ans")) == {
        BOA_VIDA
    }


def test_chosen_consultas_are_billed_and_no_other(clinica: Clinica) -> None:
    [(uma,), (outra,)] = clinica.linhas(
        "SELECT consulta_id FROM tiss.consulta_preparada WHERE registro_ans = '999001'"
        " AND clinica_id = 'MATRIZ' AND tipo_guia = 'CONSULTA' AND numero_carteira IS NOT NULL"
        " AND observacao IS NULL ORDER BY 1 LIMIT 2"
    )
    rodada = clinica.rodar("tiss_faturamento", consultas=[uma, outra])
    assert rodada.estado == "success"
    assert _faturadas(clinica) == {uma, outra}
    assert rodada.estados("enviar") == ["success"]


def test_chosen_days_are_billed_and_no_other(clinica: Clinica) -> None:
    [(dia,)] = clinica.linhas(
        "SELECT data_atendimento::text FROM tiss.consulta_preparada GROUP BY 1"
        " ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    clinica.rodar("tiss_faturamento", desde=dia, ate=dia)
    dias = clinica.linhas(
        "SELECT DISTINCT data_atendimento::text FROM tiss.guia WHERE status = 'ENVIADA'"
    )
    assert dias == [(dia,)]


def test_a_run_over_a_part_does_not_send_what_waits_from_before(clinica: Clinica) -> None:
    clinica.executar("UPDATE tiss.operadora SET ativa = false")
    clinica.executar("UPDATE tiss.operadora SET ativa = true WHERE registro_ans = '999001'")
    antes = clinica.linhas("SELECT url_base FROM tiss.contrato WHERE registro_ans = '999001'")
    # Suspended, so that it is built and waits.
    clinica.executar(
        'UPDATE tiss.contrato SET operacoes_suspensas = \'{"ENVIO_LOTE_GUIAS": "teste"}\''
        " WHERE registro_ans = '999001'"
    )
    clinica.rodar("tiss_faturamento", tipos=["CONSULTA"])
    clinica.executar("UPDATE tiss.contrato SET operacoes_suspensas = '{}'")
    assert clinica.contar("tiss.lote") == {"PENDENTE": 2}
    parte = clinica.rodar("tiss_faturamento", tipos=["SP_SADT"], prestadores=["MATRIZ"])
    assert parte.estados("enviar") == ["success"]
    assert clinica.contar("tiss.lote") == {"PENDENTE": 2, "ENVIADO": 1}
    tudo = clinica.rodar("tiss_faturamento")
    assert tudo.estados("enviar") == ["success"] * 4
    assert clinica.contar("tiss.lote") == {"ENVIADO": 5}
    assert (
        clinica.linhas("SELECT url_base FROM tiss.contrato WHERE registro_ans = '999001'") == antes
    )


def test_a_rehearsal_stores_nothing_sends_nothing_and_tells_the_problems(clinica: Clinica) -> None:
    _estragar_uma(clinica)
    _tirar_o_contrato_de_uma(clinica)
    antes, chegadas = _estado(clinica), clinica.envios()
    rodada = clinica.rodar("tiss_faturamento", apenas_validar=True)
    assert rodada.estado == "success"
    assert rodada.estados("enviar") == ["skipped"]
    assert _estado(clinica) == antes
    assert clinica.envios() == chegadas
    assert "consulta não faturada" in rodada.log
    assert "guias conferidas" in rodada.log


def test_a_rehearsal_finds_what_the_night_finds(clinica: Clinica) -> None:
    _estragar_uma(clinica)
    ensaio = clinica.rodar("tiss_faturamento", apenas_validar=True)
    noite = clinica.rodar("tiss_faturamento")
    assert _recusadas(ensaio) == _recusadas(noite) != []


def _estragar_uma(clinica: Clinica) -> None:
    clinica.executar(
        "UPDATE clinica.consulta SET numero_carteira = NULL WHERE id ="
        " (SELECT min(consulta_id::bigint) FROM tiss.consulta_preparada)"
    )


def _tirar_o_contrato_de_uma(clinica: Clinica) -> None:
    clinica.executar(
        "UPDATE clinica.consulta"
        " SET convenio_id = (SELECT id FROM clinica.convenio WHERE registro_ans = '999999')"
        " WHERE id = (SELECT max(consulta_id::bigint) FROM tiss.consulta_preparada)"
    )


def _recusadas(rodada: Rodada) -> list[str]:
    return sorted(
        linha.split("consulta=")[1].split()[0]
        for linha in rodada.log.split("\n")
        if "consulta não faturada" in linha
    )


def test_one_protocolo_by_hand_leaves_the_others_for_the_hour(clinica: Clinica) -> None:
    clinica.rodar("tiss_faturamento", operadoras=[AURORA])
    clinica.simulador.avancar(60)
    [(protocolo,), *_] = clinica.linhas("SELECT protocolo FROM tiss.lote ORDER BY id")
    rodada = clinica.rodar("tiss_retorno", protocolos=[protocolo], operadoras=[AURORA])
    assert rodada.estado == "success"
    assert rodada.estados("consultar") == ["success"]
    assert clinica.linhas("SELECT protocolo FROM tiss.lote WHERE status = 'PROCESSADO'") == [
        (protocolo,)
    ]


def test_an_hour_without_open_protocolos_is_a_run_without_work(clinica: Clinica) -> None:
    rodada = clinica.rodar("tiss_retorno")
    assert rodada.estado == "success"
    assert (rodada.estados("consultar"), rodada.estados("gravar")) == (["skipped"], ["success"])
