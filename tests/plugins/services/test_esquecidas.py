"""What the clinic says was billed, and never was: found, and nothing else is taken for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from oficina import HOJE, Oficina

from tiss.errors import ConfigError
from tiss.services import esquecidas
from tiss.services.esquecidas import JANELA
from tiss.services.reapresentacao import reapresentar, retirar
from tiss.services.recuperacao import recuperar, soltar
from tiss.simulador.processo import Simulador

ANA = {"por": "Ana", "motivo": "carteira trocada"}


def cobrar_por_engano(oficina: Oficina, *ids: str, status: str = "AUTORIZADA") -> None:
    oficina.fazer(
        "UPDATE clinica.consulta SET status_tiss = %s WHERE id = ANY (%s::bigint[])",
        *(status, list(ids)),
    )


def da_noite(oficina: Oficina) -> dict[int, int]:
    """Look as the night does; return how many consultas each contrato has."""
    ids = [contrato.id for contrato in oficina.contratos()]
    esquecidas.conferir(oficina.repo, ids, agora=datetime.now(UTC))
    linhas = oficina.linhas("SELECT contrato_id, consultas FROM tiss.esquecida")
    return {linha["contrato_id"]: linha["consultas"] for linha in linhas}


def todas(oficina: Oficina, contrato_id: int | None = None) -> list[str]:
    """What a person who asks is shown."""
    return [achada.consulta_id for achada in esquecidas.listar(oficina.repo, contrato_id)]


@pytest.fixture
def negada(oficina: Oficina, simulador: Simulador) -> str:
    """A consulta whose guia was refused, as the clinic knows."""
    (uma,) = oficina.atender()
    oficina.fazer("UPDATE clinica.consulta SET numero_carteira = '123456000'")
    oficina.noite()
    simulador.avancar(3600)
    oficina.hora()
    assert oficina.valor("SELECT status_tiss FROM clinica.consulta") == "NEGADA"
    return uma


def test_what_has_a_result_and_never_had_a_guia_is_counted_by_contrato(oficina: Oficina) -> None:
    aurora = oficina.atender(3)
    boa_vida = oficina.atender(2, registro_ans="999002", clinica_id="FILIAL")
    cobrar_por_engano(oficina, *aurora[:2], *boa_vida)
    contratos = (oficina.contrato(), oficina.contrato("FILIAL", "999002"))
    assert da_noite(oficina) == {contrato.id: 2 for contrato in contratos}
    assert set(todas(oficina)) == {*aurora[:2], *boa_vida}
    assert set(todas(oficina, contratos[1].id)) == set(boa_vida)


@pytest.mark.parametrize("status", ["AUTORIZADA", "NEGADA", "CANCELADA", "qualquer coisa"])
def test_whatever_the_result_says(oficina: Oficina, status: str) -> None:
    (uma,) = oficina.atender()
    cobrar_por_engano(oficina, uma, status=status)
    assert todas(oficina) == [uma]


def test_once_its_result_is_gone_the_next_night_bills_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    (uma,) = oficina.atender()
    cobrar_por_engano(oficina, uma)
    oficina.noite()
    assert len(da_noite(oficina)) == 1
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL")
    oficina.noite()
    assert da_noite(oficina) == {}
    assert oficina.guia(uma)["status"] == "ENVIADA"


def test_what_was_billed_and_answered_is_none(oficina: Oficina, negada: str) -> None:
    assert da_noite(oficina) == {}
    assert todas(oficina) == []


def test_what_waits_to_be_presented_again_is_none(oficina: Oficina, negada: str) -> None:
    reapresentar(oficina.repo, negada, **ANA)
    assert todas(oficina) == []
    oficina.montar()
    assert todas(oficina) == []


def test_what_a_person_withdrew_is_none(oficina: Oficina) -> None:
    (uma,) = oficina.atender()
    oficina.montar()
    retirar(oficina.repo, uma, **ANA)
    assert oficina.guia(uma)["status"] == "CANCELADA"
    cobrar_por_engano(oficina, uma, status="CANCELADA")
    assert todas(oficina) == []


def test_a_rehearsal_neither_has_them_nor_hides_them(oficina: Oficina) -> None:
    (uma,) = oficina.atender()
    ensaio = oficina.homologacao()
    cobrar_por_engano(oficina, uma)
    assert oficina.montar(ensaio).geradas == 1
    assert da_noite(oficina) == {oficina.contrato().id: 1}
    assert todas(oficina, ensaio.id) == []


def test_what_the_old_system_billed_is_none(oficina: Oficina) -> None:
    primeiro = oficina.contrato().faturar_a_partir_de
    antes, no_dia = (oficina.atender(data=primeiro - timedelta(dias))[0] for dias in (1, 0))
    cobrar_por_engano(oficina, antes, no_dia)
    assert todas(oficina) == [no_dia]


def test_after_a_restore_they_are_told_once_a_person_let_them_be_billed(oficina: Oficina) -> None:
    (uma,) = oficina.atender()
    cobrar_por_engano(oficina, uma)
    recuperar(oficina.repo, por="Ana")
    assert da_noite(oficina) == {}
    soltar(oficina.repo, None, por="Ana")
    assert sum(da_noite(oficina).values()) == 1


def test_the_night_looks_at_a_window_and_a_person_at_all(oficina: Oficina) -> None:
    oficina.fazer("UPDATE tiss.contrato SET faturar_a_partir_de = '2000-01-01'")
    fora, dentro = (oficina.atender(data=HOJE - JANELA - timedelta(dias))[0] for dias in (1, 0))
    cobrar_por_engano(oficina, fora, dentro)
    assert sum(da_noite(oficina).values()) == 1
    assert set(todas(oficina)) == {fora, dentro}
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL WHERE id = %s", fora)
    assert todas(oficina) == [dentro]


def test_one_without_a_date_is_found(oficina: Oficina) -> None:
    oficina.alimentar(consulta_id="S1", data_atendimento=None, resultado="AUTORIZADA")
    assert sum(da_noite(oficina).values()) == 1


def test_a_clinic_that_keeps_no_results_has_none(oficina: Oficina) -> None:
    oficina.alimentar(consulta_id="S1", resultado=None)
    assert da_noite(oficina) == {}


def test_a_run_over_some_contratos_leaves_what_is_known_of_the_others(oficina: Oficina) -> None:
    um = oficina.atender()
    outro = oficina.atender(registro_ans="999002")
    cobrar_por_engano(oficina, *um, *outro)
    antes = da_noite(oficina)
    assert len(antes) == 2
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL")
    aurora = oficina.contrato().id
    esquecidas.conferir(oficina.repo, [aurora], agora=datetime.now(UTC))
    del antes[aurora]
    assert oficina.linhas("SELECT contrato_id, consultas FROM tiss.esquecida") == [
        {"contrato_id": contrato, "consultas": n} for contrato, n in antes.items()
    ]


def test_a_contrato_that_does_not_exist_is_said(oficina: Oficina) -> None:
    with pytest.raises(ConfigError, match="Não existe o contrato 999"):
        todas(oficina, 999)
