"""What the night looks for: what was not billed, wherever the clinic keeps what was answered."""

from __future__ import annotations

import pytest
from oficina import Oficina

from tiss.services import montagem
from tiss.services.reapresentacao import reapresentar
from tiss.simulador.processo import Simulador

ANA = {"por": "Ana", "motivo": "carteira trocada"}
ALHEIA = 4


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


def test_what_the_clinic_has_a_result_of_is_not_looked_for(oficina: Oficina) -> None:
    _, outra = oficina.atender(2)
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = 'AUTORIZADA' WHERE id = %s", outra)
    assert oficina.montar().geradas == 1
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL")
    assert oficina.montar().geradas == 1


def test_a_rehearsal_looks_at_what_was_billed_in_earnest(oficina: Oficina) -> None:
    oficina.atender(2)
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = 'AUTORIZADA'")
    assert oficina.montar(oficina.homologacao()).geradas == 2


def test_what_is_presented_again_is_found_beside_its_result(oficina: Oficina, negada: str) -> None:
    assert oficina.montar().geradas == 0
    reapresentar(oficina.repo, negada, **ANA)
    assert oficina.montar().geradas == 1
    assert oficina.montar().geradas == 0
    assert oficina.tirada("consulta_id", "guia") == [negada, negada]


def test_it_may_be_presented_to_another_operadora(oficina: Oficina, negada: str) -> None:
    reapresentar(oficina.repo, negada, **ANA)
    oficina.fazer("UPDATE clinica.consulta SET convenio_id = 2")
    assert oficina.montar().geradas == 0
    assert oficina.montar(oficina.contrato(registro_ans="999002")).geradas == 1


def test_presented_to_one_without_a_contrato_it_says_so(oficina: Oficina, negada: str) -> None:
    oficina.fazer("UPDATE clinica.consulta SET convenio_id = %s", ALHEIA)
    assert montagem.recusar_sem_contrato(oficina.repo) == 0
    reapresentar(oficina.repo, negada, **ANA)
    assert montagem.recusar_sem_contrato(oficina.repo) == 1
    assert montagem.recusar_sem_contrato(oficina.repo) == 0
    assert oficina.problemas(negada) == {"SEM_CONTRATO"}
