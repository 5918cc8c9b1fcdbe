"""A lote that the operadora refused: built again when its cause changed, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from oficina import Oficina

from tiss.domain import regras
from tiss.errors import RejectedError
from tiss.repository import guias as repo_guias
from tiss.repository import lotes as repo_lotes
from tiss.simulador.processo import Simulador


@pytest.fixture
def recusado(oficina: Oficina, simulador: Simulador) -> int:
    """A lote of two guias in ERRO."""
    lote = oficina.lote(2)
    simulador.falha("mensagem_erro", codigo="5001")
    assert isinstance(oficina.enviar(lote), RejectedError)
    return lote


def test_it_is_left_alone_while_its_cause_stands(
    oficina: Oficina, simulador: Simulador, recusado: int
) -> None:
    for _ in range(2):
        oficina.noite()
        assert isinstance(oficina.enviar(recusado), RejectedError)
    assert oficina.tirada("status") == ["ERRO"]
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1]


def test_the_words_of_the_operadora_are_kept_and_not_logged(
    oficina: Oficina, simulador: Simulador, recusado: int, capsys: pytest.CaptureFixture[str]
) -> None:
    palavras = oficina.valor("SELECT detalhe FROM tiss.lote")
    assert palavras
    assert palavras not in str(oficina.enviar(recusado))
    assert palavras not in capsys.readouterr().out


def _linha(oficina: Oficina, lote: int) -> None:
    oficina.mudar(oficina.guias(lote)[0]["consulta_id"])


def _contrato(oficina: Oficina, lote: int) -> None:
    oficina.configurar(segundos_resposta=30)


def _prestador(oficina: Oficina, lote: int) -> None:
    oficina.fazer("UPDATE tiss.prestador SET cnes = '7654321' WHERE clinica_id = 'MATRIZ'")


CAUSAS: list[Callable[[Oficina, int], None]] = [_linha, _contrato, _prestador]


@pytest.mark.parametrize("corrigir", CAUSAS)
@pytest.mark.parametrize("por_clear", [True, False])
def test_it_is_rebuilt_once_its_cause_changed(
    oficina: Oficina,
    simulador: Simulador,
    recusado: int,
    corrigir: Callable[[Oficina, int], None],
    por_clear: bool,
) -> None:
    corrigir(oficina, recusado)
    if por_clear:
        assert oficina.enviar(recusado) is None
    else:
        assert oficina.noite() == []
    velho, novo = oficina.linhas("SELECT * FROM tiss.lote ORDER BY id")
    assert (velho["status"], novo["status"]) == ("CANCELADO", "ENVIADO")
    assert velho["substituido_por"] == novo["id"]
    assert (velho["numero_lote"], novo["numero_lote"]) == (1, 2)
    guias = oficina.guias(novo["id"])
    assert [guia["numero_guia_prestador"] for guia in guias] == ["1", "2"]
    assert [guia["id"] for guia in guias] == [guia["id"] for guia in oficina.guias(recusado)]
    assert not any(guia["enviada_viva"] for guia in oficina.guias(recusado))
    assert len(simulador.livro()) == 2


def test_it_is_rebuilt_when_the_rules_changed(
    oficina: Oficina, simulador: Simulador, recusado: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for modulo in (repo_lotes, repo_guias):
        monkeypatch.setattr(modulo, "VERSAO_REGRAS", regras.VERSAO_REGRAS + 1)
    oficina.noite()
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]


def test_a_bad_guia_is_left_out_and_the_others_go_on(
    oficina: Oficina, simulador: Simulador, recusado: int
) -> None:
    ruim, boa = (guia["consulta_id"] for guia in oficina.guias(recusado))
    oficina.mudar(ruim, "-1")
    assert oficina.enviar(recusado) is None
    assert (oficina.guia(ruim)["status"], oficina.guia(boa)["status"]) == ("INVALIDA", "ENVIADA")
    assert oficina.guia(ruim)["numero_guia_prestador"] == "1", "its number stays its own"
    oficina.mudar(ruim, "150.00")
    oficina.noite()
    assert oficina.tirada("numero_guia_prestador", "guia") == ["1", "2"]
    assert len(simulador.livro()) == 2


def test_a_withdrawn_guia_is_left_out_too(
    oficina: Oficina, simulador: Simulador, recusado: int
) -> None:
    sai = oficina.guias(recusado)[0]["consulta_id"]
    oficina.fazer("UPDATE clinica.consulta SET preparado_tiss = false WHERE id = %s", sai)
    oficina.noite()
    assert oficina.tirada("quantidade_guias") == [2, 1]
    assert oficina.guia(sai)["status"] == "INVALIDA"


def test_a_clear_of_an_old_task_sends_what_stands_for_its_lote_now(
    oficina: Oficina, simulador: Simulador, recusado: int
) -> None:
    _linha(oficina, recusado)
    simulador.falha("http_429")
    oficina.noite()
    assert oficina.tirada("status") == ["CANCELADO", "PENDENTE"]
    assert oficina.enviar(recusado) is None
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]


def test_two_processes_that_rebuild_at_once_rebuild_it_once(
    oficina: Oficina, simulador: Simulador, recusado: int
) -> None:
    _linha(oficina, recusado)
    with (
        oficina.operario("enviar", recusado) as um,
        oficina.operario("enviar", recusado) as outro,
    ):
        erros = {um.fim()["erro"], outro.fim()["erro"]}
    assert erros <= {None, "PendingError"}
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]
    assert simulador.repetidos() == []
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1, 1]
