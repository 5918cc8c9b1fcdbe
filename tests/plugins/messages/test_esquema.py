from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from guias_modelo import CONSULTA_MINIMA, SP_SADT_MINIMA, trocar
from lxml import etree

from tiss.errors import ConfigError
from tiss.messages.esquema import analisador, problemas_da_guia, validar_mensagem
from tiss.messages.guias import escrever_guia
from tiss.messages.texto import Textos
from tiss.settings import NAMESPACE

CONSULTA = escrever_guia(CONSULTA_MINIMA, Textos())
SP_SADT = escrever_guia(SP_SADT_MINIMA, Textos())


@pytest.mark.parametrize("versao", ["4.02.00", "4.03.00"])
@pytest.mark.parametrize("xml", [CONSULTA, SP_SADT], ids=["consulta", "sp_sadt"])
def test_both_guias_are_valid_in_every_installed_version(xml: str, versao: str) -> None:
    assert problemas_da_guia(xml, versao) == []


def test_alphanumeric_cnpj_is_valid_from_4_03_00_on() -> None:
    guia = trocar(CONSULTA_MINIMA, "contratado_executante.elemento", "cnpjContratado")
    guia = trocar(guia, "contratado_executante.valor", "A1B2C3D4E5F601")
    xml = escrever_guia(guia, Textos())
    assert problemas_da_guia(xml, "4.03.00") == []
    assert {p.campo for p in problemas_da_guia(xml, "4.02.00")} == {
        "contratadoExecutante/cnpjContratado"
    }


def test_problem_names_path_and_rule_and_keeps_the_value_to_itself() -> None:
    segredo = "MARIA DA SILVA EXEMPLO 123456"
    xml = SP_SADT.replace(">00002<", f">{segredo}<").replace(">22<", ">77<")
    problemas = problemas_da_guia(xml, "4.03.00")
    assert {p.campo for p in problemas} == {
        "dadosBeneficiario/numeroCarteira",
        "procedimentosExecutados/procedimentoExecutado/procedimento/codigoTabela",
    }
    for problema in problemas:
        assert problema.codigo == "XSD"
        assert "4.03.00" in problema.mensagem
        assert segredo not in str(problema)


def test_element_out_of_order_is_a_problem() -> None:
    xml = CONSULTA.replace("<ans:cabecalhoConsulta>", "<ans:x/><ans:cabecalhoConsulta>")
    assert [p.campo for p in problemas_da_guia(xml, "4.03.00")] == ["x"]


def test_unknown_guia_is_a_problem_of_its_own_name() -> None:
    assert [p.campo for p in problemas_da_guia("<ans:guiaX/>", "4.03.00")] == ["guiaX"]


def test_version_that_is_not_known_says_how_to_install_it() -> None:
    with pytest.raises(ConfigError, match=r"9\.99\.99"):
        problemas_da_guia(CONSULTA, "9.99.99")


def test_problems_of_one_thread_never_show_up_in_another() -> None:
    ruim = CONSULTA.replace(">999001<", "><")

    def verificar(numero: int) -> bool:
        return (problemas_da_guia(ruim if numero % 2 else CONSULTA, "4.03.00") == []) == (
            numero % 2 == 0
        )

    with ThreadPoolExecutor(4) as varias:
        assert all(varias.map(verificar, range(200)))


@pytest.mark.parametrize("raiz", ["mensagemTISS", "loteGuiasWS"])
def test_message_is_judged_by_the_schema_of_its_form(raiz: str) -> None:
    documento = etree.fromstring(f'<a:{raiz} xmlns:a="{NAMESPACE}"><a:hash/></a:{raiz}>')
    (problema,) = validar_mensagem(documento, "4.03.00")
    assert problema == f"/a:{raiz}/a:hash: SCHEMAV_ELEMENT_CONTENT"  # after a missing cabecalho


def test_message_of_no_known_form_is_invalid() -> None:
    assert validar_mensagem(etree.fromstring("<outra/>"), "4.03.00") != []


def test_parser_takes_nothing_from_outside_and_reads_values_across_comments() -> None:
    raiz = etree.fromstring("<a>1<!-- x -->2<?y z?>3</a>", analisador())
    assert (raiz.text, len(raiz)) == ("123", 0)


def test_parser_does_not_even_open_what_an_entity_points_to(tmp_path: Path) -> None:
    segredo = tmp_path / "segredo"
    segredo.write_text("SEGREDO")
    externa = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{segredo.as_uri()}">]><a>&x;</a>'
    interna = '<!DOCTYPE a [<!ENTITY x "SEGREDO">]><a>&x;</a>'
    for xml in (externa, interna):
        raiz = etree.fromstring(xml, analisador())
        assert "SEGREDO" not in "".join(raiz.itertext())
