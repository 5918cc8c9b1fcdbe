"""tiss_envio: the lotes that a person names, now, and why one cannot leave."""

from __future__ import annotations

import pytest
from clinica_aberta import Clinica


@pytest.fixture
def lotes(clinica_nova: Clinica) -> list[int]:
    """Two lotes or more of a night in which the operadora took nothing."""
    clinica_nova.executar("UPDATE tiss.operadora SET ativa = registro_ans = '999001'")
    clinica_nova.executar("UPDATE tiss.contrato SET envio = 'CONFERENCIA'")
    clinica_nova.gerar(12)
    assert clinica_nova.rodar("tiss_faturamento").estado == "success"
    ids = [lote for (lote,) in clinica_nova.linhas("SELECT id FROM tiss.lote ORDER BY id")]
    assert len(ids) > 1
    assert clinica_nova.envios() == []
    return ids


def test_the_named_lotes_leave_and_no_other(clinica_nova: Clinica, lotes: list[int]) -> None:
    clinica_nova.executar("UPDATE tiss.lote SET liberado = true, liberado_por = 'ana'")
    rodada = clinica_nova.rodar("tiss_envio", lotes=lotes[:1])
    assert rodada.estado == "success"
    assert clinica_nova.contar("tiss.lote") == {"ENVIADO": 1, "PENDENTE": len(lotes) - 1}
    # Naming it again sends nothing again.
    assert clinica_nova.rodar("tiss_envio", lotes=lotes[:1]).estado == "success"
    assert [chegada["envios"] for chegada in clinica_nova.envios()] == [1]


def test_a_lote_that_waits_for_a_look_fails_and_says_what_to_do(
    clinica_nova: Clinica, lotes: list[int]
) -> None:
    rodada = clinica_nova.rodar("tiss_envio", lotes=lotes[:1])
    assert rodada.estado == "failed"
    assert f"confira e libere com tiss lote liberar {lotes[0]}" in rodada.log
    assert clinica_nova.envios() == []


def test_a_lote_that_does_not_exist_fails_before_anything_is_sent(clinica_nova: Clinica) -> None:
    rodada = clinica_nova.rodar("tiss_envio", lotes=[999])
    assert rodada.estado == "failed"
    assert "Não existe o lote 999" in rodada.log
