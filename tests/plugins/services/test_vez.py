"""Whose turn it is: how many sends at once, and how far apart."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from oficina import Oficina

from tiss.errors import PendingError
from tiss.services import conversa, distribuicao
from tiss.simulador.processo import Simulador

AGORA = datetime.now(UTC)


def _lotes(oficina: Oficina, quantos: int) -> list[int]:
    oficina.configurar(max_guias=1)
    oficina.atender(quantos)
    return oficina.montar().lotes


def _provar(oficina: Oficina) -> None:
    """A password that has already been accepted, so that it does not hold anybody back."""
    impressao = f"senha-de-teste-{oficina.contrato().credencial}"
    oficina.fazer("UPDATE tiss.credencial SET ultimo_sucesso = now(), impressao = %s", impressao)


@pytest.mark.parametrize("maximo", [1, 2])
def test_no_more_sends_at_once_than_the_contrato_allows(
    oficina: Oficina, simulador: Simulador, maximo: int
) -> None:
    lotes = _lotes(oficina, 4)
    oficina.configurar(max_envios_simultaneos=maximo)
    _provar(oficina)
    simulador.falha("lenta_depois", vezes=4, segundos=0.8)
    with ExitStack() as pilha:
        operarios = [pilha.enter_context(oficina.operario("enviar", lote)) for lote in lotes]
        assert [operario.fim()["erro"] for operario in operarios] == [None] * 4
    trocas = oficina.linhas("SELECT inicio, interpretada_em AS fim FROM tiss.troca ORDER BY inicio")
    juntas = [
        sum(outra["inicio"] <= troca["inicio"] < outra["fim"] for outra in trocas)
        for troca in trocas
    ]
    assert max(juntas) == maximo


def test_a_place_that_was_taken_while_waiting_for_the_count_is_counted(
    oficina: Oficina, simulador: Simulador
) -> None:
    outro, lote = _lotes(oficina, 2)
    oficina.configurar(max_envios_simultaneos=1)
    _provar(oficina)
    with ExitStack() as pilha:
        with oficina.conexao.transaction():
            oficina.fazer("UPDATE tiss.contrato SET ultimo_envio = now() - interval '1 hour'")
            oficina.fazer(
                "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + '1 h'"
                " WHERE id = %s",
                outro,
            )
            operario = pilha.enter_context(oficina.operario("enviar", lote, espera=0.5))
            oficina.esperar_por_trava()
        assert operario.fim()["erro"] == "PendingError"
    assert simulador.requisicoes() == []


def test_sends_of_a_contrato_keep_their_distance(oficina: Oficina, simulador: Simulador) -> None:
    lotes = _lotes(oficina, 3)
    oficina.configurar(intervalo_envios="1 s")
    _provar(oficina)
    with ExitStack() as pilha:
        operarios = [pilha.enter_context(oficina.operario("enviar", lote)) for lote in lotes]
        assert [operario.fim()["erro"] for operario in operarios] == [None] * 3
    inicios = oficina.valor("SELECT array_agg(inicio ORDER BY inicio) FROM tiss.troca")
    assert all((depois - antes).total_seconds() >= 1.0 for antes, depois in pairwise(inicios))


def test_a_task_does_not_wait_longer_than_its_patience(
    oficina: Oficina, simulador: Simulador, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversa, "ESPERA_MAXIMA", 0.5)
    um, outro = _lotes(oficina, 2)
    oficina.configurar(intervalo_envios="60 s")
    assert oficina.enviar(um) is None
    erro = oficina.enviar(outro)
    assert isinstance(erro, PendingError)
    assert "ainda não é a vez: intervalo" in str(erro)


def test_a_send_left_by_a_dead_process_takes_no_place_after_its_time(
    oficina: Oficina, simulador: Simulador
) -> None:
    morto, vivo = _lotes(oficina, 2)
    oficina.configurar(max_envios_simultaneos=1)
    _provar(oficina)
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + '1 s' WHERE id = %s",
        morto,
    )
    assert oficina.enviar(vivo) is None
    assert oficina.status(morto) == "ENVIANDO"


def test_a_lote_that_another_process_is_sending_is_left_to_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    (lote,) = _lotes(oficina, 1)
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + '1 h'")
    assert "outro processo" in str(oficina.enviar(lote))
    assert simulador.requisicoes() == []


def test_lotes_are_dealt_over_at_most_max_envios_simultaneos_tasks_by_contrato_in_turn(
    oficina: Oficina,
) -> None:
    lotes = _lotes(oficina, 5)
    oficina.atender(1, registro_ans="999002")
    (de_outro,) = oficina.montar(oficina.contrato(registro_ans="999002")).lotes
    remessas = distribuicao.distribuir_envios(
        oficina.repo, [contrato.id for contrato in oficina.contratos()], None, agora=AGORA
    )
    assert [remessa["lotes"] for remessa in remessas] == [lotes[::2], [de_outro], lotes[1::2]]
    assert remessas[0]["nome"].endswith(f": 3 lotes, {lotes[0]} a {lotes[4]}")
    assert remessas[1]["nome"].endswith(f": lote {de_outro}")


def test_only_the_given_lotes_that_still_wait_are_dealt(oficina: Oficina) -> None:
    lotes = _lotes(oficina, 3)
    oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO' WHERE id = %s", lotes[0])
    ids = [contrato.id for contrato in oficina.contratos()]
    remessas = distribuicao.distribuir_envios(oficina.repo, ids, lotes[:2], agora=AGORA)
    assert [remessa["lotes"] for remessa in remessas] == [[lotes[1]]]
    assert distribuicao.distribuir_envios(oficina.repo, ids, [], agora=AGORA) == []
    assert distribuicao.distribuir_envios(oficina.repo, [], None, agora=AGORA) == []


def test_airflow_is_never_given_more_tasks_than_it_maps(oficina: Oficina) -> None:
    oficina.configurar(max_envios_simultaneos=32)
    conhecidos = oficina.contratos()
    achados = [
        distribuicao.DoContrato(contrato_id=contrato.id, id=numero)
        for contrato in conhecidos
        for numero in range(2000)
    ]
    remessas = distribuicao.distribuir(achados, conhecidos)
    assert len(remessas) <= distribuicao.MAXIMO
    assert sum(len(remessa["lotes"]) for remessa in remessas) == len(achados)
