"""The number of a guia: of whoever is billed, the same in the row and in what leaves, no gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from oficina import Oficina

from tiss.messages.esquema import problemas_da_guia
from tiss.repository import Transacao, contratos
from tiss.services import montagem, numeracao

NS = {"ans": "http://www.ans.gov.br/padroes/tiss/schemas"}
# Of the right form, and not in the list of the standard: only the XSD notices.
SO_O_XSD_RECUSA = {"cbo": "999998"}
AVISO = {"regime_atendimento": "04"}


def _no_xml(guia: dict[str, Any]) -> str | None:
    texto = guia["xml"].decode("iso-8859-1")
    assert problemas_da_guia(texto, "4.03.00") == []
    documento = etree.fromstring(f'<g xmlns:ans="{NS["ans"]}">{texto}</g>')
    return documento.findtext(".//ans:numeroGuiaPrestador", namespaces=NS)


@pytest.mark.parametrize(
    ("defeito", "codigo"),
    [
        (SO_O_XSD_RECUSA, "XSD"),
        ({"numero_carteira": None}, "AUSENTE"),
        ({"tipo_guia": "NENHUM"}, "TIPO_GUIA"),
    ],
)
def test_an_invalida_in_the_middle_gives_its_number_to_the_next(
    oficina: Oficina, defeito: dict[str, Any], codigo: str
) -> None:
    oficina.alimentar(consulta_id="a", numero_carteira="111111111")
    oficina.alimentar(consulta_id="b", **AVISO, **defeito)
    oficina.alimentar(consulta_id="c", numero_carteira="333333333", **AVISO)
    oficina.alimentar(consulta_id="d", numero_carteira="444444444", numero_guia_prestador="F1")
    oficina.alimentar(consulta_id="e", numero_carteira="555555555")
    (lote,) = oficina.montar().lotes
    guias = oficina.guias(lote)
    assert [(g["consulta_id"], g["numero_guia_prestador"]) for g in guias] == [
        ("a", "1"),
        ("c", "2"),
        ("d", "F1"),
        ("e", "3"),
    ]
    assert [_no_xml(guia) for guia in guias] == ["1", "2", "F1", "3"]
    ruim = oficina.guia("b")
    assert (ruim["status"], ruim["numero_guia_prestador"], ruim["xml"]) == ("INVALIDA", None, None)
    assert codigo in oficina.problemas("b")
    # A problem names the guia that has it, by the number that it has in the end.
    assert {problema["guia"] for problema in ruim["problemas"]} == {None}
    assert {problema["guia"] for problema in oficina.guia("c")["problemas"]} == {"2"}
    assert oficina.valor("SELECT max(proximo_numero_guia) FROM tiss.contrato") == 4


def test_what_only_the_xsd_refuses_is_billed_under_the_next_number_once_corrected(
    oficina: Oficina,
) -> None:
    oficina.alimentar(consulta_id="a", **SO_O_XSD_RECUSA)
    oficina.alimentar(consulta_id="b", numero_carteira="222222222")
    oficina.montar()
    assert oficina.problemas("a") == {"XSD"}
    oficina.fazer("UPDATE tiss.fila SET cbo = '225125', digest = 'd2' WHERE consulta_id = 'a'")
    oficina.montar()
    guia = oficina.guia("a")
    assert (guia["status"], guia["numero_guia_prestador"], _no_xml(guia)) == ("GERADA", "2", "2")


BOA, RUIM, XSD, FORNECIDO, DA_SEQUENCIA, REPETIDO, RUIM_COM_NUMERO = range(7)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pagina=st.lists(st.integers(BOA, RUIM_COM_NUMERO), min_size=1, max_size=9))
def test_whatever_a_page_holds_every_number_is_used_once_and_none_is_left_out(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch, pagina: Sequence[int]
) -> None:
    monkeypatch.setattr(montagem, "PAGINA", 5)
    antes = oficina.valor("SELECT count(*) FROM tiss.guia")
    proximo = oficina.valor("SELECT max(proximo_numero_guia) FROM tiss.contrato")
    fornecidos: dict[str, str] = {}
    for ordem, caso in enumerate(pagina):
        consulta = f"{antes + ordem:06d}"
        colunas: dict[str, Any] = {"numero_carteira": f"1{consulta}"}
        if caso in {RUIM, RUIM_COM_NUMERO}:
            colunas["numero_carteira"] = None
        if caso == XSD:
            colunas |= SO_O_XSD_RECUSA
        if caso in {FORNECIDO, RUIM_COM_NUMERO}:
            fornecidos[consulta] = f"F{consulta}"
        if caso == DA_SEQUENCIA:
            fornecidos[consulta] = str(proximo + 2 * ordem)
        if caso == REPETIDO:
            fornecidos[consulta] = f"R{antes}"
        colunas["numero_guia_prestador"] = fornecidos.get(consulta)
        oficina.alimentar(consulta_id=consulta, **colunas)
    oficina.montar()
    guias = oficina.linhas("SELECT * FROM tiss.guia WHERE status = 'GERADA'")
    numeros = [guia["numero_guia_prestador"] for guia in guias]
    assert [_no_xml(guia) for guia in guias] == numeros
    assert len(set(numeros)) == len(numeros)
    for guia in guias:
        fornecido = fornecidos.get(guia["consulta_id"])
        assert fornecido in {None, guia["numero_guia_prestador"]}
    ate = oficina.valor("SELECT max(proximo_numero_guia) FROM tiss.contrato")
    assert str(ate) not in numeros
    assert {str(numero) for numero in range(1, ate)} <= set(numeros)
    assert (
        oficina.valor(
            "SELECT count(*) FROM tiss.guia WHERE status = 'INVALIDA'"
            " AND numero_guia_prestador IS NOT NULL"
        )
        == 0
    )


def test_a_long_run_of_used_numbers_is_passed_in_few_questions(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    usados = 100_000
    oficina.fazer(
        "INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente, tipo, contrato_id,"
        " numero_guia_prestador, status, digest, versao_regras)"
        " SELECT 'velha' || n, 'MATRIZ', '999001', 'PRODUCAO', 'CONSULTA', %s, n, 'INVALIDA', '', 2"
        " FROM generate_series(1, %s) AS n",
        *(oficina.contrato().id, usados),
    )
    perguntas = []
    numeros_usados = contratos.numeros_usados

    def contar(t: Transacao, contrato_id: int, numeros: Sequence[str]) -> set[str]:
        perguntas.append(len(numeros))
        return numeros_usados(t, contrato_id, numeros)

    monkeypatch.setattr(contratos, "numeros_usados", contar)
    (consulta,) = oficina.atender(1)
    oficina.montar()
    assert oficina.guia(consulta)["numero_guia_prestador"] == str(usados + 1)
    assert len(perguntas) < 25
    assert max(perguntas) <= numeracao.MAIOR_BLOCO


def test_a_number_that_another_consulta_gives_back_is_free_in_the_next_run(
    oficina: Oficina,
) -> None:
    oficina.alimentar(consulta_id="a", numero_guia_prestador="X1", cbo=None)
    oficina.alimentar(
        consulta_id="b", numero_guia_prestador="X1", numero_carteira="987654321", digest="d2"
    )
    oficina.montar()
    assert oficina.guia("a")["status"] == oficina.guia("b")["status"] == "INVALIDA"
    oficina.fazer(
        "UPDATE tiss.fila SET numero_guia_prestador = 'Y', digest = 'd3' WHERE consulta_id = 'a'"
    )
    oficina.montar()
    assert oficina.guia("b")["status"] == "GERADA"
    assert oficina.guia("b")["numero_guia_prestador"] == "X1"
