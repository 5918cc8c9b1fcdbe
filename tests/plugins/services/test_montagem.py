"""From prepared consultas to lotes: who is billed, who is not and why, and what a change undoes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oficina import CONVENIOS, HEMOGRAMA, HOJE, Oficina, esperar, item

from tiss.demo import clinica
from tiss.demo.atendimentos import Defeito
from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.limpeza import Limpos
from tiss.errors import ConfigError
from tiss.repository import Repositorio, contratos, guias
from tiss.repository.guias import Filtro
from tiss.services import montagem
from tiss.simulador.processo import Simulador


@pytest.mark.parametrize(
    ("consultas", "maximo", "tamanhos"),
    [
        (0, 100, []),
        (1, 100, [1]),
        (100, 100, [100]),
        (101, 100, [100, 1]),
        (2, 2, [2]),
        (5, 2, [2, 2, 1]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_lotes_are_split_at_the_limit(
    oficina: Oficina, consultas: int, maximo: int, tamanhos: list[int]
) -> None:
    oficina.configurar(max_guias=maximo)
    oficina.atender(consultas)
    oficina.montar()
    assert list(oficina.tirada("quantidade_guias")) == tamanhos


def test_a_lote_holds_guias_of_one_kind(oficina: Oficina) -> None:
    oficina.atender(2)
    oficina.atender(3, exames=True)
    oficina.montar()
    lotes = oficina.linhas("SELECT tipo_guia, quantidade_guias FROM tiss.lote")
    assert {(lote["tipo_guia"], lote["quantidade_guias"]) for lote in lotes} == {
        ("CONSULTA", 2),
        ("SP_SADT", 3),
    }


def test_the_value_of_a_lote_is_the_sum_of_its_guias_and_items(oficina: Oficina) -> None:
    oficina.atender(3, exames=True, valor="33.33")
    oficina.montar()
    assert oficina.tirada("valor_total") == [Decimal("199.98")]
    assert oficina.valor("SELECT sum(valor_informado) FROM tiss.guia") == Decimal("199.98")
    assert oficina.valor("SELECT sum(valor_total) FROM tiss.guia_item") == Decimal("199.98")


def test_building_again_builds_nothing(oficina: Oficina) -> None:
    oficina.atender(3)
    oficina.montar()
    feito = oficina.montar()
    assert (feito.lotes, feito.geradas, feito.invalidas) == ([], 0, 0)


# Whatever is wrong with one consulta, the others go on ------------------------------------------


def test_each_planned_defect_of_the_clinic_is_told_and_the_rest_is_billed(
    oficina: Oficina, gerar: Callable[[int], clinica.Resumo]
) -> None:
    resumo = gerar(200)
    oficina.montar_todos()
    por_status = {
        linha["status"]: linha["quantas"]
        for linha in oficina.linhas("SELECT status, count(*) AS quantas FROM tiss.guia GROUP BY 1")
    }
    defeitos = resumo.por_defeito
    sem_guia = defeitos[Defeito.NAO_PREPARADA] + defeitos[Defeito.ANTES_DO_INICIO]
    assert por_status == {
        "GERADA": resumo.faturaveis,
        "INVALIDA": resumo.consultas - resumo.faturaveis - sem_guia,
    }
    codigos = oficina.valor(
        "SELECT array_agg(DISTINCT problema ->> 'codigo')"
        " FROM tiss.guia, jsonb_array_elements(problemas) AS problema"
    )
    assert set(codigos) > {"AUSENTE", "CARACTERE", "VALOR_ZERO", "SEM_CONTRATO"}


@pytest.mark.parametrize(
    ("colunas", "codigo"),
    [
        ({"numero_carteira": None}, "AUSENTE"),
        ({"numero_carteira": "   "}, "AUSENTE"),
        ({"data_atendimento": None}, "AUSENTE"),
        ({"data_atendimento": HOJE + timedelta(2)}, "DATA_FUTURA"),
        ({"tipo_guia": "CIRURGIA"}, "TIPO_GUIA"),
        ({"tipo_guia": None}, "TIPO_GUIA"),
        ({"tipo_guia": ""}, "TIPO_GUIA"),
        ({"numero_conselho_profissional": None}, "AUSENTE"),
        ({"numero_conselho_profissional": "1" * 16}, "TAMANHO"),
        ({"observacao": "漢字"}, "CARACTERE"),
        ({"numero_guia_prestador": "1" * 21}, "TAMANHO"),
        ({"itens": None}, "SEM_ITEM"),
        ({"itens": json.dumps([])}, "SEM_ITEM"),
        ({"itens": json.dumps([item(valor_total="-1", valor_unitario="-1")])}, "FORMATO"),
        ({"itens": json.dumps([item(valor_total=None)])}, "AUSENTE"),
        ({"itens": json.dumps([item(valor_total="140.00")])}, "TOTAL_NAO_CONFERE"),
        ({"itens": json.dumps([item(), item(sequencial_item=2)])}, "CONSULTA_COM_EXAMES"),
    ],
)
def test_what_cannot_be_billed_is_invalida_with_its_reason_and_does_not_stop_the_others(
    oficina: Oficina, colunas: dict[str, object], codigo: str
) -> None:
    oficina.alimentar(consulta_id="ruim", **colunas)
    oficina.alimentar(consulta_id="boa")
    feito = oficina.montar()
    assert (feito.geradas, feito.invalidas) == (1, 1)
    assert codigo in oficina.problemas("ruim")
    assert oficina.guia("boa")["status"] == "GERADA"


@pytest.mark.parametrize("campo", ["sequencial_item", "quantidade", "valor_unitario", "descricao"])
@pytest.mark.parametrize("valor", [None, "0", "99999999", "x"])
def test_what_a_guia_of_consulta_does_not_say_of_its_item_cannot_stop_the_building(
    oficina: Oficina, campo: str, valor: str | None
) -> None:
    oficina.alimentar(consulta_id="c", itens=json.dumps([item(**{campo: valor})]))
    oficina.montar()
    assert oficina.guia("c")["status"] in {"GERADA", "INVALIDA"}
    for linha in oficina.linhas("SELECT * FROM tiss.guia_item"):
        assert linha["sequencial_item"] == 1
        assert linha["quantidade"] * linha["valor_unitario"] == linha["valor_total"]


def test_values_too_large_to_be_kept_are_told_and_do_not_stop_the_others(
    oficina: Oficina,
) -> None:
    enorme = [
        item(sequencial_item=n, valor_unitario="999999999.00", valor_total="999999999.00")
        for n in range(1, 12)
    ]
    oficina.alimentar(consulta_id="ruim", tipo_guia="SP_SADT", itens=json.dumps(enorme))
    oficina.alimentar(consulta_id="boa")
    oficina.montar()
    assert oficina.guia("ruim")["status"] == "INVALIDA"
    assert oficina.guia("boa")["status"] == "GERADA"


VALORES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    colunas=st.fixed_dictionaries(
        {},
        optional={
            nome: VALORES
            for nome in (
                *("tipo_guia", "numero_carteira", "nome_profissional", "uf", "cbo", "senha"),
                *(
                    "numero_guia_prestador",
                    "numero_guia_operadora",
                    "observacao",
                    "nome_solicitante",
                ),
            )
        },
    ),
    do_item=st.dictionaries(
        st.sampled_from(sorted(item())), st.one_of(VALORES, st.integers(), st.floats()), max_size=3
    ),
)
def test_no_value_in_the_view_can_stop_the_building(
    oficina: Oficina, colunas: dict[str, Any], do_item: dict[str, Any]
) -> None:
    itens = json.dumps([item(**do_item)]).replace("NaN", "null").replace("Infinity", "1")
    itens = itens.replace("\\u0000", "")
    consulta_id = str(oficina.valor("SELECT count(*) FROM tiss.guia"))
    oficina.alimentar(consulta_id=consulta_id, itens=itens, **colunas)
    oficina.montar()
    assert oficina.guia(consulta_id)["status"] in {"GERADA", "INVALIDA"}


def test_an_invalida_consumes_no_number(oficina: Oficina) -> None:
    ruim, boa = oficina.atender(2)
    oficina.mudar(ruim, "-1")
    oficina.montar()
    assert oficina.guia(ruim)["numero_guia_prestador"] is None
    assert oficina.guia(boa)["numero_guia_prestador"] == "1"
    assert oficina.valor("SELECT max(proximo_numero_guia) FROM tiss.contrato") == 2


def test_an_invalida_is_billed_by_the_next_run_after_the_clinic_corrects_it(
    oficina: Oficina,
) -> None:
    (consulta,) = oficina.atender()
    oficina.mudar(consulta, "-1")
    assert oficina.montar().lotes == []
    assert oficina.montar().invalidas == 0, "what nobody corrected is not looked at again"
    oficina.mudar(consulta, "150.00")
    (lote,) = oficina.montar().lotes
    (guia,) = oficina.guias(lote)
    assert (guia["consulta_id"], guia["status"], guia["problemas"]) == (consulta, "GERADA", [])


def test_a_consulta_that_no_contrato_covers_is_invalida_until_there_is_one(
    oficina: Oficina,
) -> None:
    (consulta,) = oficina.atender(registro_ans="999999")
    oficina.montar_todos()
    assert oficina.problemas(consulta) == {"SEM_CONTRATO"}
    oficina.fazer("INSERT INTO tiss.operadora VALUES ('999999', 'Delta')")
    oficina.fazer(
        "INSERT INTO tiss.contrato (prestador_id, registro_ans, ambiente, faturar_a_partir_de,"
        " proximo_numero_lote, proximo_numero_guia, url_base, servicos_soap,"
        " tipo_autenticacao)"
        " SELECT id, '999999', 'PRODUCAO', %s, 1, 1, 'http://127.0.0.1:1',"
        """ '{"ENVIO_LOTE_GUIAS": "/a", "SOLIC_DEMONSTRATIVO_RETORNO": "/b"}', 'NENHUMA'"""
        " FROM tiss.prestador WHERE clinica_id = 'MATRIZ'",
        HOJE - timedelta(30),
    )
    oficina.montar_todos()
    assert oficina.guia(consulta)["status"] == "GERADA"


def test_a_consulta_of_an_unknown_clinic_is_told_and_billed_once_its_clinic_is_corrected(
    oficina: Oficina,
) -> None:
    oficina.alimentar(consulta_id="c", clinica_id="SUMIDA")
    oficina.montar_todos()
    assert oficina.problemas("c") == {"SEM_CONTRATO"}
    oficina.fazer("UPDATE tiss.fila SET clinica_id = 'FILIAL', digest = 'd2'")
    oficina.montar_todos()
    assert oficina.guia("c")["contrato_id"] == oficina.contrato("FILIAL").id


# From when, and for whom -------------------------------------------------------------------------


@pytest.mark.parametrize(("dias_antes", "faturadas"), [(1, 0), (0, 1)])
def test_nothing_from_before_the_first_day_of_the_contrato_is_billed(
    oficina: Oficina, dias_antes: int, faturadas: int
) -> None:
    inicio = oficina.contrato().faturar_a_partir_de
    oficina.atender(data=inicio - timedelta(dias_antes))
    oficina.montar_todos()
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == faturadas


def test_a_consulta_that_is_not_prepared_does_not_exist(oficina: Oficina) -> None:
    oficina.atender()
    oficina.fazer("UPDATE clinica.consulta SET preparado_tiss = false")
    oficina.montar_todos()
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 0


@pytest.mark.parametrize(
    ("filtro", "esperadas"),
    [
        (Filtro(), {0, 1, 2, 3}),
        (Filtro(tipos=("SP_SADT",)), {3}),
        (Filtro(desde=HOJE - timedelta(5)), {1, 2, 3}),
        (Filtro(ate=HOJE - timedelta(10)), {0}),
        (Filtro(desde=HOJE - timedelta(5), ate=HOJE - timedelta(5)), {1}),
    ],
)
def test_a_run_may_look_at_a_part_of_the_consultas(
    oficina: Oficina, filtro: Filtro, esperadas: set[int]
) -> None:
    consultas = [
        *oficina.atender(data=HOJE - timedelta(10)),
        *oficina.atender(data=HOJE - timedelta(5)),
        *oficina.atender(),
        *oficina.atender(exames=True),
    ]
    oficina.montar(filtro=filtro)
    faturadas = set(oficina.tirada("consulta_id", "guia"))
    assert faturadas == {consultas[posicao] for posicao in esperadas}


def test_a_run_may_name_its_consultas(oficina: Oficina) -> None:
    escolhida, outra = oficina.atender(2)
    oficina.montar(
        filtro=Filtro(consultas=(escolhida, "inexistente", "'; DROP TABLE tiss.guia; --"))
    )
    assert oficina.tirada("consulta_id", "guia") == [escolhida]
    oficina.montar()
    assert set(oficina.tirada("consulta_id", "guia")) == {escolhida, outra}


@pytest.mark.parametrize("parte", ["consultas", "tipos", "desde"])
def test_a_run_over_a_part_still_brings_up_to_date_what_enters_its_lotes(
    oficina: Oficina, parte: str
) -> None:
    lote = oficina.lote(2)
    mudada = oficina.guias(lote)[0]["consulta_id"]
    oficina.mudar(mudada, "199.00")
    (nova,) = oficina.atender(exames=True, data=HOJE)
    filtro = {
        "consultas": Filtro(consultas=(nova,)),
        "tipos": Filtro(tipos=("SP_SADT",)),
        "desde": Filtro(desde=HOJE),
    }[parte]
    oficina.montar(filtro=filtro)
    assert oficina.guia(mudada)["valor_informado"] == Decimal("199.00")
    assert oficina.guia(nova)["status"] == "GERADA"
    assert oficina.montar().lotes == [], "nothing was grouped out of date"


def test_a_run_over_a_part_leaves_the_other_invalidas_alone(oficina: Oficina) -> None:
    ruim, outra = oficina.atender(2)
    oficina.mudar(ruim, "-1")
    oficina.mudar(outra, "-1")
    oficina.montar()
    oficina.mudar(ruim)
    oficina.mudar(outra)
    oficina.montar(filtro=Filtro(consultas=(ruim,)))
    assert (oficina.guia(ruim)["status"], oficina.guia(outra)["status"]) == ("GERADA", "INVALIDA")


# What the clinic changes before it left ----------------------------------------------------------


def test_a_withdrawn_consulta_leaves_its_lote_and_comes_back_when_prepared_again(
    oficina: Oficina,
) -> None:
    lote = oficina.lote(2)
    fica, sai = (guia["consulta_id"] for guia in oficina.guias(lote))
    oficina.fazer("UPDATE clinica.consulta SET preparado_tiss = false WHERE id = %s", sai)
    (novo,) = oficina.montar().lotes
    assert oficina.status(lote) == "CANCELADO"
    assert [guia["consulta_id"] for guia in oficina.guias(novo)] == [fica]
    assert oficina.problemas(sai) == {"RETIRADA"}
    oficina.fazer("UPDATE clinica.consulta SET preparado_tiss = true WHERE id = %s", sai)
    (ultimo,) = oficina.montar().lotes
    (guia,) = oficina.guias(ultimo)
    assert (guia["consulta_id"], guia["numero_guia_prestador"]) == (sai, "2")


def test_a_changed_row_takes_its_pendente_lote_apart_and_keeps_the_numbers_of_the_guias(
    oficina: Oficina,
) -> None:
    lote = oficina.lote(3)
    antes = oficina.guias(lote)
    oficina.mudar(antes[1]["consulta_id"], "199.90")
    (novo,) = oficina.montar().lotes
    depois = oficina.guias(novo)
    assert oficina.status(lote) == "CANCELADO"
    assert oficina.valor("SELECT substituido_por FROM tiss.lote WHERE id = %s", lote) == novo
    assert oficina.tirada("numero_lote") == [1, 2]
    assert [g["numero_guia_prestador"] for g in depois] == ["1", "2", "3"]
    assert depois[1]["valor_informado"] == Decimal("199.90")
    assert b"199.90" in depois[1]["xml"]


def test_a_changed_version_of_the_standard_takes_pendente_lotes_apart(oficina: Oficina) -> None:
    lote = oficina.lote()
    oficina.configurar(versao_tiss="4.02.00")
    (novo,) = oficina.montar().lotes
    assert oficina.status(lote) == "CANCELADO"
    assert oficina.tirada("versao_tiss") == ["4.03.00", "4.02.00"]
    assert [guia["numero_guia_prestador"] for guia in oficina.guias(novo)] == ["1", "2"]


@pytest.mark.parametrize(
    "campos", [{"maiusculas": True}, {"regras": '{"VALOR_ZERO": "AVISA"}'}, {"max_guias": 7}]
)
def test_a_lote_that_was_never_tried_is_built_again_when_the_contrato_changes(
    oficina: Oficina, campos: dict[str, object]
) -> None:
    lote = oficina.lote()
    oficina.configurar(**campos)
    (novo,) = oficina.montar().lotes
    assert (oficina.status(lote), oficina.status(novo)) == ("CANCELADO", "PENDENTE")
    guias = oficina.guias(novo)
    assert [guia["numero_guia_prestador"] for guia in guias] == ["1", "2"]
    assert {guia["versao_contrato"] for guia in guias} == {oficina.contrato().versao}
    assert oficina.montar().lotes == []


def test_what_waited_for_a_corrected_address_leaves_as_it_is(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    certo = oficina.contrato().servicos_soap["ENVIO_LOTE_GUIAS"]
    oficina.enderecar(ENVIO_LOTE_GUIAS="outro")
    oficina.enderecar(ENVIO_LOTE_GUIAS=certo)
    assert oficina.enviar(lote) is None
    assert oficina.status(lote) == "ENVIADO"


def test_a_guia_that_waits_for_a_lote_is_built_again_when_the_contrato_changes(
    oficina: Oficina,
) -> None:
    lote = oficina.lote(1)
    (guia,) = oficina.guias(lote)
    oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO' WHERE id = %s", lote)
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET viva = false")
    oficina.configurar(codigo_prestador="NOVO1")
    (novo,) = oficina.montar().lotes
    (refeita,) = oficina.guias(novo)
    assert b"NOVO1" in refeita["xml"]
    assert refeita["numero_guia_prestador"] == guia["numero_guia_prestador"]


@pytest.mark.parametrize("ordem", ["antiga primeiro", "nova primeiro"])
@pytest.mark.parametrize("destino", [("MATRIZ", "999002"), ("FILIAL", "999001")])
def test_a_consulta_moved_to_another_contrato_is_billed_there_and_only_there(
    oficina: Oficina, destino: tuple[str, str], ordem: str
) -> None:
    lote = oficina.lote(1)
    (guia,) = oficina.guias(lote)
    oficina.fazer(
        "UPDATE clinica.consulta SET clinica_id = %s, convenio_id = %s WHERE id = %s",
        *(destino[0], CONVENIOS[destino[1]], guia["consulta_id"]),
    )
    lado = [oficina.contrato(), oficina.contrato(*destino)]
    for _ in range(2):  # at the latest the second night
        for contrato in lado if ordem == "antiga primeiro" else reversed(lado):
            oficina.montar(contrato)
    movida = oficina.guia(guia["consulta_id"])
    assert (movida["status"], movida["contrato_id"]) == ("GERADA", lado[1].id)
    vivos = oficina.linhas("SELECT lote_id FROM tiss.guia_tiss_envio WHERE viva")
    assert len(vivos) == 1
    contrato_do_lote = "SELECT contrato_id FROM tiss.lote WHERE id = %s"
    assert oficina.valor(contrato_do_lote, vivos[0]["lote_id"]) == lado[1].id
    assert oficina.status(lote) == "CANCELADO"


@pytest.mark.parametrize("campo", ["data_atendimento", "convenio_id"])
def test_a_consulta_moved_to_where_nobody_bills_it_waits_as_invalida(
    oficina: Oficina, campo: str
) -> None:
    lote = oficina.lote(1)
    (guia,) = oficina.guias(lote)
    valor = {"data_atendimento": HOJE - timedelta(700), "convenio_id": len(CONVENIOS) + 1}[campo]
    oficina.fazer(f"UPDATE clinica.consulta SET {campo} = %s", valor)
    oficina.montar_todos()
    oficina.montar_todos()
    assert oficina.problemas(guia["consulta_id"]) == {"RETIRADA"}
    assert oficina.tirada("status") == ["CANCELADO"]


def test_a_row_that_moves_between_listing_and_reading_is_not_billed_to_the_old_operadora(
    oficina: Oficina, repo: Repositorio
) -> None:
    (consulta,) = oficina.atender()
    contrato = oficina.contrato()
    with repo.transacao() as t:
        chaves = guias.chaves_novas(t, contrato, Filtro())
    oficina.fazer("UPDATE clinica.consulta SET convenio_id = %s", CONVENIOS["999003"])
    with repo.transacao() as t:
        assert chaves == [consulta]
        assert guias.novas(t, contrato, Filtro(), chaves, Limpos()) == []


def test_a_guia_being_built_again_cannot_enter_a_lote_meanwhile(
    oficina: Oficina, repo: Repositorio
) -> None:
    (consulta,) = oficina.atender()
    oficina.montar()
    oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET viva = false")
    oficina.mudar(consulta)
    with repo.transacao() as t:
        achadas = guias.desatualizadas(t, oficina.contrato(), Filtro(), [consulta], Limpos())
        assert len(achadas) == 1
        with psycopg.connect(oficina.url) as outra:
            outra.execute("SET lock_timeout = '50ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                outra.execute("SELECT id FROM tiss.guia FOR NO KEY UPDATE")


# Looking without touching ------------------------------------------------------------------------


def test_validar_reports_what_montar_would_and_leaves_no_trace(oficina: Oficina) -> None:
    consultas = oficina.atender(3)
    oficina.mudar(consultas[0], "-1")
    _autorizar(oficina, consultas[1], "9" * 21)
    contrato = oficina.contrato()
    antes = _retrato(oficina)
    feito = montagem.validar(oficina.repo, contrato, Filtro(), agora=datetime.now(UTC))
    assert (feito.geradas, feito.invalidas, feito.lotes) == (1, 2, [])
    assert dict(feito.problemas) == {"FORMATO": 1, "TAMANHO": 1}
    assert _retrato(oficina) == antes
    real = oficina.montar()
    assert (real.geradas, real.problemas) == (feito.geradas, feito.problemas)


def _retrato(oficina: Oficina) -> list[Any]:
    return [
        oficina.linhas("SELECT * FROM tiss.guia"),
        oficina.linhas("SELECT * FROM tiss.lote"),
        oficina.linhas("SELECT * FROM tiss.contrato ORDER BY id"),
        oficina.linhas("SELECT * FROM tiss.historico"),
    ]


# The number of a guia ----------------------------------------------------------------------------


def _autorizar(oficina: Oficina, consulta_id: str, numero: str | None) -> None:
    oficina.fazer(
        "INSERT INTO clinica.autorizacao (consulta_id, numero_guia_prestador, senha,"
        " data_autorizacao) VALUES (%s, %s, 'S1', %s)"
        " ON CONFLICT (consulta_id) DO UPDATE SET numero_guia_prestador = excluded."
        "numero_guia_prestador",
        *(consulta_id, numero, HOJE - timedelta(5)),
    )


def test_numbers_have_no_gaps_and_no_repeats(oficina: Oficina) -> None:
    oficina.atender(3)
    oficina.montar()
    oficina.atender(2)
    oficina.montar()
    assert oficina.tirada("numero_guia_prestador", "guia") == ["1", "2", "3", "4", "5"]


def test_a_number_that_the_authorisation_supplied_is_used_as_the_message_writes_it(
    oficina: Oficina,
) -> None:
    (consulta,) = oficina.atender()
    _autorizar(oficina, consulta, "  Nº 12 ")
    oficina.montar()
    guia = oficina.guia(consulta)
    assert guia["numero_guia_prestador"] == "No 12"
    assert b"<ans:numeroGuiaPrestador>No 12</ans:numeroGuiaPrestador>" in guia["xml"]


def test_a_supplied_number_that_another_attendance_has_is_refused(oficina: Oficina) -> None:
    primeira, segunda, sem_numero = oficina.atender(3)
    _autorizar(oficina, primeira, "A1")
    _autorizar(oficina, segunda, "A1")
    oficina.montar()
    (quarta,) = oficina.atender()
    _autorizar(oficina, quarta, "A1")
    oficina.montar()
    assert oficina.guia(primeira)["numero_guia_prestador"] == "A1"
    assert oficina.problemas(segunda) == oficina.problemas(quarta) == {"NUMERO_REPETIDO"}
    assert oficina.guia(sem_numero)["numero_guia_prestador"] == "1"
    _autorizar(oficina, segunda, None)
    oficina.montar()
    assert oficina.guia(segunda)["numero_guia_prestador"] == "2"


@pytest.mark.parametrize("fornecido", [1, 2, 3, 4])
@pytest.mark.parametrize("posicao", [0, 1, 2])
def test_the_sequence_steps_over_supplied_numbers_wherever_they_stand(
    oficina: Oficina, fornecido: int, posicao: int
) -> None:
    consultas = oficina.atender(3)
    _autorizar(oficina, consultas[posicao], str(fornecido))
    feito = oficina.montar()
    assert feito.geradas == 3
    numeros = oficina.tirada("numero_guia_prestador", "guia")
    livres = [str(n) for n in range(1, 5) if n != fornecido][:2]
    livres.insert(posicao, str(fornecido))
    assert numeros == livres
    oficina.atender(2)
    assert oficina.montar().geradas == 2, "and the next nights too"


def test_a_number_supplied_long_before_the_sequence_reaches_it_is_stepped_over(
    oficina: Oficina,
) -> None:
    (consulta,) = oficina.atender()
    _autorizar(oficina, consulta, "3")
    oficina.montar()
    oficina.atender(4)
    oficina.montar()
    assert oficina.tirada("numero_guia_prestador", "guia") == ["3", "1", "2", "4", "5"]


# Rehearsal ---------------------------------------------------------------------------------------


def test_homologacao_and_producao_bill_the_same_consultas_independently(oficina: Oficina) -> None:
    ensaio = oficina.homologacao()
    consultas = oficina.atender(2)
    (do_ensaio,) = oficina.montar(ensaio).lotes
    (de_verdade,) = oficina.montar().lotes
    assert [g["consulta_id"] for g in oficina.guias(do_ensaio)] == consultas
    assert [g["consulta_id"] for g in oficina.guias(de_verdade)] == consultas
    assert [g["numero_guia_prestador"] for g in oficina.guias(do_ensaio)] == ["90001", "90002"]
    assert [g["numero_guia_prestador"] for g in oficina.guias(de_verdade)] == ["1", "2"]
    assert oficina.montar(ensaio).lotes == oficina.montar().lotes == []


# Several at once ---------------------------------------------------------------------------------


def test_two_processes_that_build_at_once_bill_every_consulta_once(oficina: Oficina) -> None:
    oficina.fazer("UPDATE tiss.contrato SET max_guias = 10")
    oficina.atender(200)
    oficina.atender(60, registro_ans="999002")
    oficina.atender(40, clinica_id="FILIAL", exames=True)
    with oficina.operario("montar") as um, oficina.operario("montar") as outro:
        assert um.fim()["erro"] is None
        assert outro.fim()["erro"] is None
    assert oficina.valor("SELECT count(*) FROM tiss.guia WHERE status = 'GERADA'") == 300
    assert oficina.valor("SELECT count(*) FROM tiss.guia_tiss_envio WHERE viva") == 300
    assert oficina.valor("SELECT sum(quantidade_guias) FROM tiss.lote") == 300
    for contrato, quantas in ((oficina.contrato(), 200), (oficina.contrato("FILIAL"), 40)):
        numeros = oficina.valor(
            "SELECT array_agg(numero_guia_prestador::int ORDER BY numero_guia_prestador::int)"
            " FROM tiss.guia WHERE contrato_id = %s",
            contrato.id,
        )
        assert numeros == list(range(1, quantas + 1))
    lotes = oficina.valor(
        "SELECT array_agg(numero_lote ORDER BY numero_lote) FROM tiss.lote WHERE contrato_id = %s",
        oficina.contrato().id,
    )
    assert lotes == list(range(1, 21))


def test_two_runs_over_different_parts_at_once_share_no_number(oficina: Oficina) -> None:
    consultas = oficina.atender(120)
    contrato = oficina.contrato()
    with ExitStack() as pilha:
        with oficina.repo.transacao() as t:
            contratos.travar_montagem(t, contrato.id)
            operarios = [
                pilha.enter_context(oficina.operario("montar_parte", consultas=consultas[n::4]))
                for n in range(4)
            ]
            esperar(lambda: oficina.valor(ESPERAM_TRAVA) == 4)
        assert [operario.fim()["erro"] for operario in operarios] == [None] * 4
    numeros = oficina.valor("SELECT array_agg(numero_guia_prestador::int) FROM tiss.guia")
    assert sorted(numeros) == list(range(1, 121))
    assert oficina.valor("SELECT sum(quantidade_guias) FROM tiss.lote") == 120


ESPERAM_TRAVA = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock'"
)


def test_building_holds_up_neither_sends_nor_queries(oficina: Oficina, repo: Repositorio) -> None:
    contrato = oficina.contrato()
    lote = oficina.lote()
    with repo.transacao() as t:
        contratos.travar_envio(t, lote, Operacao.ENVIO_LOTE_GUIAS, Canal.SOAP)
        with psycopg.connect(oficina.url) as outra:
            outra.execute("SET lock_timeout = '500ms'")
            # What a query and a new lote do: refer to the contrato, without changing it.
            outra.execute(
                "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
                " pedido_sha256) VALUES ('SOLIC_STATUS_PROTOCOLO', %s, %s, 1, 'x', '', '')",
                [contrato.id, lote],
            )


def test_an_item_is_kept_for_each_procedure_billed(oficina: Oficina) -> None:
    lote = oficina.lote(1, exames=True)
    (guia,) = oficina.guias(lote)
    itens = oficina.linhas("SELECT * FROM tiss.guia_item WHERE guia_id = %s", guia["id"])
    assert {i["codigo_procedimento"] for i in itens} == {"10101012", HEMOGRAMA}
    oficina.mudar(guia["consulta_id"], "5.00")
    oficina.montar()
    refeitos = oficina.linhas("SELECT * FROM tiss.guia_item WHERE guia_id = %s", guia["id"])
    assert [i["valor_total"] for i in refeitos] == [Decimal("5.00")] * 2


def test_a_contrato_that_lacks_something_is_left_as_it_is_with_all_that_it_lacks(
    oficina: Oficina,
) -> None:
    consulta, _ = oficina.atender(2)
    (lote,) = oficina.montar().lotes
    oficina.mudar(consulta)
    oficina.configurar(fuso="America/Marte", servicos_soap="{}", modelo_nome_arquivo="lote.xml")
    antes = oficina.linhas("SELECT * FROM tiss.guia ORDER BY id")
    fazeres: list[Callable[[], object]] = [
        oficina.montar,
        lambda: montagem.remontar(oficina.repo, oficina.contrato(), agora=datetime.now(UTC)),
        lambda: montagem.validar(
            oficina.repo, oficina.contrato(), Filtro(), agora=datetime.now(UTC)
        ),
    ]
    for fazer in fazeres:
        with pytest.raises(ConfigError, match=r"ENVIO_LOTE_GUIAS.*fuso.*modelo_nome_arquivo"):
            fazer()
    assert oficina.status(lote) == "PENDENTE", "what is there is not dismantled either"
    assert oficina.linhas("SELECT * FROM tiss.guia ORDER BY id") == antes
    assert len(oficina.montar(oficina.contrato("FILIAL")).lotes) == 0, "others go on"
