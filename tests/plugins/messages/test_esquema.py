from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from guias_modelo import CONSULTA_MINIMA, GUIAS, SP_SADT_MINIMA, trocar
from lxml import etree

from tiss.domain.cadastro import Escrita
from tiss.domain.guia import Guia
from tiss.domain.problema import Problema
from tiss.errors import ConfigError
from tiss.messages.esquema import (
    analisador,
    problemas_da_guia,
    problemas_das_guias,
    validar_mensagem,
)
from tiss.messages.guias import Oficina
from tiss.settings import NAMESPACE

VERSAO = "4.03.00"


def escrita(guia: Guia, versao: str = VERSAO) -> str:
    return Oficina(Escrita(versao)).escrever(guia)


CONSULTA = escrita(CONSULTA_MINIMA)
SP_SADT = escrita(SP_SADT_MINIMA)
RUIM = CONSULTA.replace(">999001<", "><")


# one guia


@pytest.mark.parametrize("nome", GUIAS)
def test_every_kind_of_guia_is_known_in_every_version(nome: str, versao: str) -> None:
    xml = escrita(GUIAS[nome], versao)
    assert problemas_da_guia(xml, versao) == []
    # Known, not passed over.
    assert problemas_da_guia(xml.replace(">999001<", "><"), versao) != []


def test_alphanumeric_cnpj_is_valid_from_4_03_00_on() -> None:
    guia = trocar(CONSULTA_MINIMA, "contratado_executante.elemento", "cnpjContratado")
    xml = escrita(trocar(guia, "contratado_executante.valor", "A1B2C3D4E5F601"))
    assert problemas_da_guia(xml, "4.03.00") == []
    assert {p.caminho for p in problemas_da_guia(xml, "4.02.00")} == {
        "contratadoExecutante/cnpjContratado"
    }


def test_problem_names_path_and_what_to_do_and_keeps_the_value_to_itself() -> None:
    segredo = "MARIA DA SILVA EXEMPLO 123456"
    xml = SP_SADT.replace(">00002<", f">{segredo}<").replace(">22<", ">77<")
    problemas = problemas_da_guia(xml, VERSAO)
    assert {p.caminho for p in problemas} == {
        "dadosBeneficiario/numeroCarteira",
        "procedimentosExecutados/procedimentoExecutado/procedimento/codigoTabela",
    }
    for problema in problemas:
        assert problema.codigo == "XSD"
        assert problema.mensagem
        assert problema.valor is None
        assert segredo not in repr(problema)


def test_guia_is_judged_as_text_and_as_an_element_alike() -> None:
    raiz = etree.fromstring(f'<ans:lote xmlns:ans="{NAMESPACE}">{CONSULTA}{RUIM}</ans:lote>')
    assert problemas_da_guia(raiz[0], VERSAO) == []
    assert problemas_da_guia(raiz[1], VERSAO) == problemas_da_guia(RUIM, VERSAO) != []


CABECALHO = "<ans:cabecalhoConsulta>"
NUMERO = "<ans:numeroGuiaPrestador>1</ans:numeroGuiaPrestador>"


@pytest.mark.parametrize(
    ("antes", "depois", "caminho", "mensagem"),
    [
        (CABECALHO, f"<ans:x/>{CABECALHO}", "x",
         "elemento fora do lugar: antes dele o padrão 4.03.00 espera cabecalhoConsulta"),
        (NUMERO, f"{NUMERO}<ans:x>MARIA</ans:x>", "cabecalhoConsulta/x",
         "o padrão 4.03.00 não tem este elemento aqui, ou não mais um: retire-o"),
        (NUMERO, "", "cabecalhoConsulta", "falta um elemento aqui dentro: numeroGuiaPrestador"),
        (">00001<", f">{'MARIA' * 5}<", "dadosBeneficiario/numeroCarteira",
         "é mais longo do que o padrão 4.03.00 aceita: abrevie"),
    ],
)  # fmt: skip
def test_refusal_is_explained_without_the_words_of_the_library(
    antes: str, depois: str, caminho: str, mensagem: str
) -> None:
    problema, *_ = problemas_da_guia(CONSULTA.replace(antes, depois, 1), VERSAO)
    assert (problema.caminho, problema.mensagem) == (caminho, mensagem)


def test_unknown_guia_is_a_problem_of_its_own_name() -> None:
    assert [p.caminho for p in problemas_da_guia("<ans:guiaX/>", VERSAO)] == ["guiaX"]


def test_version_that_is_not_known_says_how_to_install_it() -> None:
    with pytest.raises(ConfigError, match=r"9\.99\.99"):
        problemas_da_guia(CONSULTA, "9.99.99")


# a page of guias


def test_page_of_sound_guias_of_every_kind_has_no_problem(versao: str) -> None:
    pagina = [escrita(guia, versao) for guia in GUIAS.values()]
    assert problemas_das_guias(pagina, versao) == [[] for _ in pagina]


def test_page_without_guias_has_no_problem() -> None:
    assert problemas_das_guias([], VERSAO) == []


@pytest.mark.parametrize("posicoes", [{0}, {5}, {9}, {0, 9}, set(range(10))])
def test_of_a_page_only_the_bad_guias_are_named_as_when_asked_one_by_one(
    posicoes: set[int],
) -> None:
    pagina = [
        xml.replace(">999001<", ">x<") if posicao in posicoes else xml
        for posicao, xml in enumerate(map(escrita, GUIAS.values()))
    ]
    achados = problemas_das_guias(pagina, VERSAO)
    assert {posicao for posicao, achado in enumerate(achados) if achado} == posicoes
    assert achados == [problemas_da_guia(xml, VERSAO) for xml in pagina]
    assert "pagina" not in repr(achados)


def test_every_bad_guia_of_a_long_page_is_named() -> None:
    # libxml2 stops after about a hundred errors in one document.
    achados = problemas_das_guias([RUIM] * 150 + [CONSULTA], VERSAO)
    assert [bool(achado) for achado in achados] == [True] * 150 + [False]


def test_what_is_no_guia_is_named_among_guias() -> None:
    sound, desconhecida = problemas_das_guias([CONSULTA, "<ans:guiaX/>"], VERSAO)
    assert (sound, [p.caminho for p in desconhecida]) == ([], ["guiaX"])


# threads


def test_problems_of_one_thread_never_show_up_in_another() -> None:
    esperados = problemas_da_guia(RUIM, VERSAO)
    sem_tipo = CONSULTA.replace("<ans:tipoConsulta>1</ans:tipoConsulta>", "")
    outros = problemas_da_guia(sem_tipo, VERSAO)
    casos: list[tuple[str, list[Problema]]] = [(CONSULTA, []), (RUIM, esperados)]
    casos.append((sem_tipo, outros))
    assert esperados != outros != []

    def verificar(numero: int) -> bool:
        xml, achados = casos[numero % len(casos)]
        pagina = problemas_das_guias([CONSULTA, xml], VERSAO)
        return problemas_da_guia(xml, VERSAO) == achados and pagina == [[], achados]

    with ThreadPoolExecutor(4) as varias:
        assert all(varias.map(verificar, range(300)))


# whole messages


@pytest.mark.parametrize("raiz", ["mensagemTISS", "loteGuiasWS"])
def test_message_is_judged_by_the_schema_of_its_form(raiz: str, versao: str) -> None:
    documento = etree.fromstring(f'<ans:{raiz} xmlns:ans="{NAMESPACE}"><ans:hash/></ans:{raiz}>')
    # After a missing cabecalho.
    assert validar_mensagem(documento, versao) == [
        Problema(
            codigo="XSD",
            caminho=f"{raiz}/hash",
            mensagem=f"elemento fora do lugar: antes dele o padrão {versao} espera cabecalho",
        )
    ]


def test_message_of_no_known_form_is_invalid() -> None:
    (problema,) = validar_mensagem(etree.fromstring("<outra/>"), VERSAO)
    assert (problema.codigo, problema.caminho) == ("XSD", "outra")


def test_path_of_a_problem_of_a_message_starts_at_its_root() -> None:
    lote = (
        f'<ans:mensagemTISS xmlns:ans="{NAMESPACE}"><ans:cabecalho><ans:identificacaoTransacao>'
        "<ans:tipoTransacao>X</ans:tipoTransacao></ans:identificacaoTransacao></ans:cabecalho>"
        "</ans:mensagemTISS>"
    )
    caminhos = [p.caminho for p in validar_mensagem(etree.fromstring(lote), VERSAO)]
    assert "mensagemTISS/cabecalho/identificacaoTransacao/tipoTransacao" in caminhos


# the parser


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
