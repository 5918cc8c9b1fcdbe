"""A lote as the file that a portal takes."""

from __future__ import annotations

import pytest
from oficina import HOJE, Oficina

from tiss.errors import ConfigError
from tiss.services.exportacao import exportar


def test_the_file_is_the_lote_in_file_form_under_the_usual_name(oficina: Oficina) -> None:
    lote = oficina.lote()
    nome, conteudo = exportar(oficina.repo, lote)
    assert nome == "999001_000000000001.xml"
    assert conteudo.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?><ans:mensagemTISS')
    assert oficina.valor("SELECT hash FROM tiss.lote").encode() in conteudo


@pytest.mark.parametrize(
    ("modelo", "esperado"),
    [
        ("L${numero_lote}.xml", "L1.xml"),
        ("${registro_ans}-${data}.xml", f"999001-{HOJE:%Y%m%d}.xml"),
        ("fixo.xml", "fixo.xml"),
        ("$registro_ans.$numero_lote", "999001.1"),
    ],
)
def test_the_contrato_decides_the_name(oficina: Oficina, modelo: str, esperado: str) -> None:
    lote = oficina.lote()
    # The date of the building is told in the zone of the contrato.
    oficina.configurar(modelo_nome_arquivo=modelo, fuso="UTC")
    oficina.fazer("UPDATE tiss.lote SET criado_em = %s::timestamp AT TIME ZONE 'UTC'", HOJE)
    assert exportar(oficina.repo, lote)[0] == esperado


def test_the_name_may_hold_the_hash(oficina: Oficina) -> None:
    lote = oficina.lote()
    oficina.configurar(modelo_nome_arquivo="${numero_lote_12}_${hash}.xml")
    assert exportar(oficina.repo, lote)[0] == (
        f"000000000001_{oficina.valor('SELECT hash FROM tiss.lote')}.xml"
    )


@pytest.mark.parametrize("modelo", ["${competencia}.xml", "lote$.xml", "${numero_lote"])
def test_a_template_that_cannot_be_filled_says_what_there_is(oficina: Oficina, modelo: str) -> None:
    lote = oficina.lote()
    oficina.configurar(modelo_nome_arquivo=modelo)
    with pytest.raises(ConfigError, match="existem registro_ans, numero_lote, numero_lote_12"):
        exportar(oficina.repo, lote)
