"""Verdicts on their way back to the clinic: none is lost, a failing one stops nobody."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from oficina import Oficina

from tiss.services import gravacao
from tiss.simulador.processo import Simulador


@pytest.fixture
def julgadas(oficina: Oficina, simulador: Simulador) -> list[str]:
    """Three consultas with a verdict that the clinic does not have yet."""
    consultas = [
        *oficina.atender(),
        *oficina.atender(valor="350.00"),
        *oficina.atender(final_da_carteira="000"),
    ]
    oficina.fazer("ALTER FUNCTION tiss.gravar_resultado(text, jsonb) RENAME TO guardada")
    oficina.noite()
    simulador.avancar(60)
    oficina.hora()
    oficina.fazer("ALTER FUNCTION tiss.guardada(text, jsonb) RENAME TO gravar_resultado")
    return consultas


def _na_clinica(oficina: Oficina) -> dict[str, str | None]:
    linhas = oficina.linhas("SELECT id::text, status_tiss FROM clinica.consulta")
    return {linha["id"]: linha["status_tiss"] for linha in linhas}


def _por_gravar(oficina: Oficina) -> int:
    return int(oficina.valor("SELECT count(*) FROM tiss.guia WHERE NOT resultado_gravado"))


def test_the_clinic_gets_every_verdict_with_values_and_glosas(
    oficina: Oficina, julgadas: list[str]
) -> None:
    assert gravacao.gravar_resultados(oficina.repo) == (3, 0)
    plena, cara, negada = julgadas
    assert _na_clinica(oficina) == {plena: "AUTORIZADA", cara: "AUTORIZADA", negada: "NEGADA"}
    (linha,) = oficina.linhas("SELECT * FROM clinica.consulta WHERE id = %s", cara)
    assert (linha["valor_liberado"], linha["valor_glosado"]) == (Decimal(300), Decimal(50))
    assert linha["numero_guia"] == "2"
    assert [(glosa["codigo"], glosa["valor"]) for glosa in linha["glosas"]] == [("1705", 50.0)]
    assert _por_gravar(oficina) == 0
    assert gravacao.gravar_resultados(oficina.repo) == (0, 0)


def test_a_row_that_somebody_holds_fails_alone_and_is_written_by_the_next_run(
    oficina: Oficina, julgadas: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gravacao, "ESPERA_MILISSEGUNDOS", 200)
    presa = julgadas[1]
    with psycopg.connect(oficina.url) as recepcao:
        recepcao.execute("SELECT FROM clinica.consulta WHERE id = %s FOR UPDATE", [presa])
        assert gravacao.gravar_resultados(oficina.repo) == (2, 1)
    assert _na_clinica(oficina)[presa] is None
    assert oficina.divergencias() == {"GRAVACAO_NA_CLINICA"}
    assert oficina.guia(presa)["status"] == "AUTORIZADA", "the verdict stands"
    assert gravacao.gravar_resultados(oficina.repo) == (1, 0)
    assert _na_clinica(oficina)[presa] == "AUTORIZADA"
    assert oficina.divergencias() == set()


def test_a_consulta_that_the_clinic_deleted_fails_alone(
    oficina: Oficina, julgadas: list[str]
) -> None:
    oficina.fazer("DELETE FROM clinica.consulta_item WHERE consulta_id = %s", julgadas[0])
    oficina.fazer("DELETE FROM clinica.consulta WHERE id = %s", julgadas[0])
    assert gravacao.gravar_resultados(oficina.repo) == (2, 1)
    assert gravacao.gravar_resultados(oficina.repo) == (0, 1)
    abertas = oficina.linhas("SELECT * FROM tiss.divergencia WHERE fechada_em IS NULL")
    assert [aberta["motivo"] for aberta in abertas] == ["GRAVACAO_NA_CLINICA"], "once"


def test_a_clinic_without_the_function_reads_the_view(
    oficina: Oficina, julgadas: list[str]
) -> None:
    oficina.fazer("DROP FUNCTION tiss.gravar_resultado(text, jsonb)")
    assert gravacao.gravar_resultados(oficina.repo) == (0, 0)
    assert set(_na_clinica(oficina).values()) == {None}
    resultados = {
        linha["consulta_id"]: (linha["status"], len(linha["glosas"]))
        for linha in oficina.linhas("SELECT * FROM tiss.resultado")
    }
    assert resultados == dict(
        zip(julgadas, [("AUTORIZADA", 0), ("AUTORIZADA", 1), ("NEGADA", 1)], strict=True)
    )


@pytest.mark.parametrize(("de", "para"), [("AUTORIZADA", "NEGADA"), ("NEGADA", "AUTORIZADA")])
def test_a_verdict_that_changes_is_written_again(
    oficina: Oficina, julgadas: list[str], de: str, para: str
) -> None:
    gravacao.gravar_resultados(oficina.repo)
    consulta = julgadas[0] if de == "AUTORIZADA" else julgadas[2]
    oficina.fazer(
        "UPDATE tiss.guia SET status = %s, resultado_gravado = false WHERE consulta_id = %s",
        *(para, consulta),
    )
    assert gravacao.gravar_resultados(oficina.repo) == (1, 0)
    assert _na_clinica(oficina)[consulta] == para


def test_more_than_a_page_is_written_page_by_page(
    oficina: Oficina, julgadas: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gravacao, "PAGINA", 2)
    assert gravacao.gravar_resultados(oficina.repo) == (3, 0)


def test_two_runs_at_once_write_each_verdict_once(oficina: Oficina, julgadas: list[str]) -> None:
    with oficina.repo.transacao() as t:
        from tiss.repository import retornos

        assert len(retornos.a_gravar(t, depois_de=0, limite=2)) == 2
        assert gravacao.gravar_resultados(oficina.repo) == (1, 0), "what the other has is left"


def test_a_rehearsal_is_never_written_to_the_clinic(oficina: Oficina, simulador: Simulador) -> None:
    ensaio = oficina.homologacao()
    (consulta,) = oficina.atender()
    (lote,) = oficina.montar(ensaio).lotes
    assert oficina.enviar(lote) is None
    simulador.avancar(60)
    oficina.hora()
    assert oficina.guia(consulta, "HOMOLOGACAO")["status"] == "AUTORIZADA"
    assert oficina.guia(consulta, "HOMOLOGACAO")["resultado_gravado"]
    assert _na_clinica(oficina) == {consulta: None}
