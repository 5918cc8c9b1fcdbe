"""What the database itself keeps from being billed twice."""

from __future__ import annotations

import pytest
from oficina import Oficina
from psycopg import errors

COPIA = (
    "INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente, tipo, contrato_id,"
    " numero_guia_prestador, status, digest, versao_regras, xml, valor_informado)"
    " SELECT {consulta}, clinica_id, registro_ans, ambiente, {tipo}, contrato_id, {numero},"
    " 'GERADA', digest, versao_regras, xml, valor_informado FROM tiss.guia"
)


def _copiar(oficina: Oficina, consulta: str, numero: str, tipo: str = "tipo") -> None:
    oficina.fazer(COPIA.format(consulta=consulta, numero=numero, tipo=tipo))


@pytest.mark.parametrize("tipo", ["tipo", "'SP_SADT'"])
def test_an_attendance_has_one_live_guia_whatever_its_kind(oficina: Oficina, tipo: str) -> None:
    oficina.lote(1)
    with pytest.raises(errors.UniqueViolation, match="guia_uma_viva_por_consulta"):
        _copiar(oficina, "consulta_id", "'99'", tipo)


def test_another_guia_may_take_the_place_of_one_that_is_not_live(oficina: Oficina) -> None:
    oficina.lote(1)
    oficina.fazer("UPDATE tiss.guia SET viva = false")
    _copiar(oficina, "consulta_id", "'99'")


def test_a_number_is_never_used_again_not_even_after_its_guia_died(oficina: Oficina) -> None:
    oficina.lote(1)
    oficina.fazer("UPDATE tiss.guia SET viva = false, status = 'CANCELADA'")
    with pytest.raises(errors.UniqueViolation, match="guia_numero"):
        _copiar(oficina, "'outra'", "numero_guia_prestador")


def test_a_guia_is_in_one_live_sending(oficina: Oficina) -> None:
    oficina.lote(1)
    oficina.fazer("INSERT INTO tiss.guia_tiss_envio (guia_id, lote_id, ordem, viva) VALUES"
                  " (1, 1, 2, false) ON CONFLICT DO NOTHING")  # fmt: skip
    oficina.lote(1)
    with pytest.raises(errors.UniqueViolation, match="envio_um_vivo_por_guia"):
        oficina.fazer("INSERT INTO tiss.guia_tiss_envio (guia_id, lote_id, ordem) VALUES (1, 2, 9)")


def test_a_lote_number_is_used_once_per_contrato(oficina: Oficina) -> None:
    oficina.lote(1)
    oficina.lote(1)
    with pytest.raises(errors.UniqueViolation):
        oficina.fazer("UPDATE tiss.lote SET numero_lote = 1")


def test_the_sequences_never_go_back(oficina: Oficina) -> None:
    from tiss.repository import contratos

    contrato = oficina.contrato()
    with oficina.repo.transacao() as t:
        contratos.avancar_numeros(t, contrato.id, guia=10, lote=5)
        contratos.avancar_numeros(t, contrato.id, guia=3, lote=2)
        numeros = contratos.travar_montagem(t, contrato.id)
    assert (numeros.proximo_numero_guia, numeros.proximo_numero_lote) == (10, 5)


@pytest.mark.parametrize(
    "coluna", ["faturar_a_partir_de", "proximo_numero_lote", "proximo_numero_guia"]
)
def test_without_a_first_day_and_first_numbers_there_is_no_contrato(
    oficina: Oficina, coluna: str
) -> None:
    with pytest.raises(errors.NotNullViolation, match=coluna):
        oficina.configurar(**{coluna: None})
    padrao = oficina.valor(
        "SELECT column_default FROM information_schema.columns WHERE table_schema = 'tiss'"
        " AND table_name = 'contrato' AND column_name = %s",
        coluna,
    )
    assert padrao is None


def test_a_divergence_is_open_once(oficina: Oficina) -> None:
    from tiss.repository import retornos

    with oficina.repo.transacao() as t:
        for descricao in ("a", "b"):
            retornos.abrir_divergencia(t, "X", descricao, lote_id=None)
        retornos.fechar_divergencias(t, ["X"], por="Ana", lote_id=None)
        retornos.abrir_divergencia(t, "X", "c", lote_id=None)
        assert retornos.divergencias_abertas(t) == [{"motivo": "X", "quantas": 1}]
    assert oficina.tirada("descricao", "divergencia") == ["b", "c"]


def test_closing_the_divergences_of_a_lote_leaves_those_of_its_guias_open(
    oficina: Oficina,
) -> None:
    from tiss.repository import retornos

    lote = oficina.lote(2)
    um, outra = (guia["id"] for guia in oficina.guias(lote))
    with oficina.repo.transacao() as t:
        for guia in (None, um, outra):
            retornos.abrir_divergencia(t, "X", "a", lote_id=lote, guia_id=guia)
        retornos.fechar_divergencias(t, ["X"], por="Ana", lote_id=lote)
    abertas = "SELECT guia_id FROM tiss.divergencia WHERE fechada_em IS NULL ORDER BY guia_id"
    assert [linha["guia_id"] for linha in oficina.linhas(abertas)] == [um, outra]
    with oficina.repo.transacao() as t:
        retornos.fechar_divergencias(t, ["X"], por="Ana", lote_id=lote, guias=[um])
    assert [linha["guia_id"] for linha in oficina.linhas(abertas)] == [outra]
