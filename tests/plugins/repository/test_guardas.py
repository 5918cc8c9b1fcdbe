"""Each statement guards its own effect, whatever the caller has checked before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from oficina import HOJE, Oficina

from tiss.domain.cadastro import TipoGuia
from tiss.domain.historico import Historico
from tiss.domain.limpeza import Limpos
from tiss.domain.preparada import ConsultaPreparada
from tiss.errors import TransitionError
from tiss.repository import guias, lotes
from tiss.repository.guias import Candidata, Filtro
from tiss.services.construcao import Bancada


@pytest.mark.parametrize("status", ["ENVIANDO", "EM_DUVIDA", "ENVIADO", "CANCELADO"])
def test_only_a_lote_that_waits_is_claimed(oficina: Oficina, status: str) -> None:
    lote = oficina.lote()
    if status == "CANCELADO":
        oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    else:
        oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now()")
        oficina.fazer("UPDATE tiss.lote SET status = %s, protocolo = '1'", status)
    with oficina.repo.transacao() as t:
        assert lotes.tomar(t, lote, dono="eu", segundos=1) is None


def test_two_claims_give_two_numbers(oficina: Oficina) -> None:
    lote = oficina.lote()
    with oficina.repo.transacao() as t:
        assert lotes.tomar(t, lote, dono="eu", segundos=60) == 1
        assert lotes.minha_vez(t, lote, "eu") is None, "without an exchange it is no claim"
        lotes.mudar_estado(t, lotes.travar(t, lote), lotes.StatusLote.PENDENTE, motivo="429")
        assert lotes.tomar(t, lote, dono="eu", segundos=60) == 2


def test_an_illegal_move_is_refused_before_it_reaches_the_database(oficina: Oficina) -> None:
    lote = oficina.lote()
    with oficina.repo.transacao() as t, pytest.raises(TransitionError, match="PENDENTE"):
        lotes.mudar_estado(t, lotes.travar(t, lote), lotes.StatusLote.ENVIADO, motivo="x")


@pytest.mark.parametrize(("prazo", "vencidos"), [("1 h", 0), ("-1 s", 1)])
def test_only_what_is_past_its_time_is_left_behind(
    oficina: Oficina, prazo: str, vencidos: int
) -> None:
    oficina.lote()
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + %s::interval", prazo
    )
    with oficina.repo.transacao() as t:
        assert len(lotes.vencidos(t)) == vencidos


def test_the_quarantine_counts_from_the_end_of_the_last_exchange(oficina: Oficina) -> None:
    oficina.configurar(quarentena="2 hours")
    lote = oficina.lote()
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, inicio, fim)"
        " VALUES ('ENVIO_LOTE_GUIAS', %s, %s, 1, 'x', '', '', now() - interval '3 h',"
        " now() - interval '1 h')",
        *(oficina.contrato().id, lote),
    )
    with oficina.repo.transacao() as t:
        ate = lotes.em_quarentena(t, lote)
    assert ate is not None
    assert 3500 < (ate - datetime.now(UTC)).total_seconds() < 3700


def test_guias_of_another_version_of_the_contrato_enter_no_lote(oficina: Oficina) -> None:
    oficina.lote()
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET viva = false")
    contrato = oficina.contrato()
    with oficina.repo.transacao() as t:
        assert len(lotes.a_montar(t, contrato, TipoGuia.CONSULTA, depois_de=0)) == 2
        outra = replace(contrato, versao=contrato.versao + 1)
        assert lotes.a_montar(t, outra, TipoGuia.CONSULTA, depois_de=0) == []


def test_a_consulta_that_another_run_billed_is_not_read_again(oficina: Oficina) -> None:
    consultas = oficina.atender(2)
    contrato = oficina.contrato()
    with oficina.repo.transacao() as t:
        chaves = guias.chaves_novas(t, contrato, Filtro())
    assert chaves == consultas
    oficina.montar()
    with oficina.repo.transacao() as t:
        assert guias.novas(t, contrato, Filtro(), chaves, Limpos()) == []


def preparada(oficina: Oficina) -> ConsultaPreparada:
    """The one row of the view, as a guia is built from it."""
    (linha,) = oficina.linhas("SELECT * FROM tiss.consulta_preparada")
    linha.pop("resultado")
    return ConsultaPreparada.da_linha(**linha)


def test_a_guia_that_is_in_a_lote_is_not_written_over(oficina: Oficina) -> None:
    lote = oficina.lote(1)
    (guia,) = oficina.guias(lote)
    contrato = oficina.contrato()
    consulta = replace(preparada(oficina), digest="outro", observacao="outra")
    candidata = Candidata(consulta=consulta, guia_id=guia["id"], numero="1")
    with oficina.repo.transacao() as t:
        bancada = Bancada(t, contrato, [candidata], hoje=HOJE, historico=Historico())
        guias.gravar(t, bancada.construir(["1"]))
    assert oficina.guias(lote) == [guia]
    assert oficina.valor("SELECT count(*) FROM tiss.guia_item") == 1


def test_two_guias_for_one_consulta_are_one(oficina: Oficina) -> None:
    oficina.lote(1)
    contrato = oficina.contrato()
    candidata = Candidata(consulta=preparada(oficina))
    with oficina.repo.transacao() as t:
        bancada = Bancada(t, contrato, [candidata], hoje=HOJE, historico=Historico())
        guias.gravar(t, bancada.construir(["99"]))
    assert oficina.tirada("numero_guia_prestador", "guia") == ["1"]


def test_only_a_part_is_partial() -> None:
    assert not Filtro().parcial
    for parte in (Filtro(desde=HOJE), Filtro(tipos=("CONSULTA",)), Filtro(consultas=("1",))):
        assert parte.parcial
