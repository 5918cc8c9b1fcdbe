"""Guias and glosas as people look for them, page by page, and one with all that is told of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from balcao import Balcao
from oficina import HOJE, Oficina
from respostas import analisada, analise, item_recusado, receber

from tiss.domain.retorno import Motivo
from tiss.repository.listas import guias, pagina
from tiss.simulador.processo import Simulador
from tiss.web.telas.divergencias import MOTIVOS

Entrar = Callable[[str | None], Balcao]
MAIOR = 2**63 - 1


@pytest.fixture
def respondida(oficina: Oficina) -> Oficina:
    """Three guias of R$ 150.00 that the operadora has as protocolo 7001, without an answer yet."""
    lote = oficina.lote(3)
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s", lote
    )
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '7001', data_envio = now()")
    oficina.fazer("UPDATE tiss.guia SET status = 'ENVIADA'")
    return oficina


@pytest.fixture
def glosada(respondida: Oficina) -> Oficina:
    """Of the first guia R$ 50.00 are refused by 1705, all of the second one by 1001."""
    recusado = item_recusado("100.00", ("1705", "50.00"))
    receber(
        respondida,
        analise(
            "7001",
            analisada("1", "100.00", itens=(recusado,)),
            analisada("2", "0.00", motivos=(Motivo(codigo="1001", descricao="Zélia de novo"),)),
            analisada("3"),
        ),
    )
    return respondida


def ids(balcao: Balcao, **filtro: object) -> list[int]:
    resposta = balcao.get("/api/tiss/guias", params=filtro)
    assert resposta.status_code == 200, resposta.text
    return [guia["id"] for guia in resposta.json()["itens"]]


def numeros(balcao: Balcao, **filtro: object) -> list[str]:
    resposta = balcao.get("/api/tiss/guias", params=filtro)
    assert resposta.status_code == 200, resposta.text
    return [guia["numero_guia_prestador"] for guia in resposta.json()["itens"]]


# The list ---------------------------------------------------------------------------------------


def test_the_guias_are_listed_the_newest_first(glosada: Oficina, balcao: Entrar) -> None:
    corpo = balcao("otto").get("/api/tiss/guias").json()
    assert [guia["numero_guia_prestador"] for guia in corpo["itens"]] == ["3", "2", "1"]
    assert (corpo["total"], corpo["anterior"], corpo["proxima"]) == (3, None, None)
    ultima = corpo["itens"][2]
    assert (ultima["informado"], ultima["liberado"], ultima["glosado"]) == (
        "150.00", "100.00", "50.00",
    )  # fmt: skip
    assert (ultima["status"], ultima["glosa_parcial"], ultima["codigos"]) == (
        "AUTORIZADA", True, ["1705"],
    )  # fmt: skip
    assert (ultima["protocolo"], ultima["numero_lote"]) == ("7001", 1)


def test_pages_follow_one_another_and_go_back(oficina: Oficina, balcao: Entrar) -> None:
    oficina.lote(3)
    todas = ids(balcao("vera"))
    primeira = balcao("vera").get("/api/tiss/guias", params={"limite": 2}).json()
    assert [guia["id"] for guia in primeira["itens"]] == todas[:2]
    assert primeira["anterior"] is None
    segunda = balcao("vera").get(
        "/api/tiss/guias", params={"limite": 2, "cursor": primeira["proxima"]}
    )
    assert [guia["id"] for guia in segunda.json()["itens"]] == todas[2:]
    assert segunda.json()["proxima"] is None
    volta = {"limite": 2, "cursor": segunda.json()["anterior"]}
    assert ids(balcao("vera"), **volta) == todas[:2]


@pytest.mark.parametrize(
    ("cursor", "quais"),
    [(">1", []), (f">{MAIOR}", [0, 1, 2]), ("<0", [0, 1, 2]), (f"<{MAIOR}", [])],
)
def test_a_cursor_of_a_row_that_is_gone_is_a_place_all_the_same(
    oficina: Oficina, balcao: Entrar, cursor: str, quais: list[int]
) -> None:
    oficina.lote(3)
    todas = ids(balcao("vera"))
    assert ids(balcao("vera"), cursor=cursor) == [todas[qual] for qual in quais]


@pytest.mark.parametrize(
    "filtro",
    [
        {"cursor": ">x"}, {"cursor": f">{MAIOR + 1}"}, {"cursor": ">-1"}, {"cursor": ">١"},
        {"cursor": ">\x00"}, {"busca": "\x00"}, {"busca": "9" * 65}, {"glosa": "17-05"},
        {"glosa": "\x00"}, {"lote": MAIOR + 1}, {"lote": 0}, {"operadora": "99900"},
        {"operadora": "99900\x00"}, {"status": "PAGA"}, {"desde": "2026-13-01"}, {"limite": 101},
    ],
)  # fmt: skip
@pytest.mark.parametrize("endereco", ["/api/tiss/guias", "/tiss/guias"])
def test_what_is_no_filter_is_refused_in_words(
    oficina: Oficina, balcao: Entrar, endereco: str, filtro: dict[str, Any]
) -> None:
    resposta = balcao("vera").get(endereco, params=filtro)
    # A page leaves out what is no status, no date or no number of rows, and shows the rest.
    tolera = endereco.startswith("/tiss") and filtro.keys() & {"status", "desde", "limite"}
    assert resposta.status_code == (200 if tolera else 422), resposta.text


@pytest.mark.parametrize("endereco", ["/api/tiss/guias", "/tiss/guias", "/api/tiss/guias.csv"])
@pytest.mark.parametrize(
    "filtro",
    [
        {}, {"status": "NEGADA"}, {"busca": "nada"}, {"glosa": "9999"}, {"lote": MAIOR},
        {"operadora": "000000"}, {"cursor": f"<{MAIOR}"}, {"busca": "';--"},
    ],
)  # fmt: skip
def test_an_empty_list_is_an_answer(
    oficina: Oficina, balcao: Entrar, endereco: str, filtro: dict[str, Any]
) -> None:
    assert balcao("otto").get(endereco, params=filtro).status_code == 200


@pytest.mark.parametrize(
    ("filtro", "quais"),
    [
        ({"status": "NEGADA"}, ["2"]),
        ({"status": ["NEGADA", "AUTORIZADA"]}, ["3", "2", "1"]),
        ({"status": "GERADA"}, []),
        ({"operadora": "999001"}, ["3", "2", "1"]),
        ({"operadora": ["999001", "999001"]}, ["3", "2", "1"]),
        ({"operadora": "999002"}, []),
        ({"operadora": "999001", "status": "NEGADA"}, ["2"]),
        ({"glosa": "1705"}, ["1"]),
        ({"glosa": "1001", "status": "AUTORIZADA"}, []),
        ({"busca": "7001"}, ["3", "2", "1"]),
        ({"busca": " 2 "}, ["2"]),
        ({"busca": "700"}, []),
        ({"busca": "7001", "glosa": "1705"}, ["1"]),
        ({"desde": HOJE - timedelta(3)}, ["3", "2", "1"]),
        ({"desde": HOJE - timedelta(2)}, []),
        ({"ate": HOJE - timedelta(3)}, ["3", "2", "1"]),
        ({"ate": HOJE - timedelta(4)}, []),
        ({"desde": HOJE - timedelta(3), "ate": HOJE - timedelta(3), "status": "NEGADA"}, ["2"]),
        ({"desde": HOJE - timedelta(3), "operadora": "999002"}, []),
        ({"glosa": "1705", "desde": HOJE - timedelta(2)}, []),
        ({"desde": HOJE - timedelta(3), "limite": 1}, ["3"]),
    ],
)
def test_filters_hold_all_at_once(
    glosada: Oficina, balcao: Entrar, filtro: dict[str, Any], quais: list[str]
) -> None:
    assert numeros(balcao("vera"), **filtro) == quais


def test_pages_of_a_period_and_of_a_lote_go_back_too(glosada: Oficina, balcao: Entrar) -> None:
    lote = glosada.valor("SELECT id FROM tiss.lote")
    todas = ids(balcao("vera"))
    for filtro in ({"desde": str(HOJE - timedelta(3))}, {"lote": lote}):
        depois = {**filtro, "limite": 1, "cursor": f">{todas[0]}"}
        assert ids(balcao("vera"), **depois) == todas[1:2]
        antes = {**filtro, "limite": 1, "cursor": f"<{todas[2]}"}
        assert ids(balcao("vera"), **antes) == todas[1:2]


def test_a_consulta_finds_its_guias_those_that_ended_too(glosada: Oficina, balcao: Entrar) -> None:
    consulta = glosada.valor("SELECT consulta_id FROM tiss.guia WHERE numero_guia_prestador = '2'")
    glosada.fazer(
        "UPDATE tiss.guia SET viva = false, encerrada_por = 'Ana', encerrada_motivo = 'de novo'"
        " WHERE consulta_id = %s",
        consulta,
    )
    assert numeros(balcao("vera"), busca=consulta) == ["2"]


def test_an_impossible_day_of_care_costs_nothing(oficina: Oficina, balcao: Entrar) -> None:
    oficina.lote(2)
    oficina.fazer("UPDATE tiss.guia SET data_atendimento = '0001-01-01' WHERE id %% 2 = 0")
    oficina.fazer("UPDATE tiss.guia SET data_atendimento = '9999-12-31' WHERE id %% 2 = 1")
    assert len(ids(balcao("vera"), desde="0001-01-01", ate="9999-12-31")) == 2


def test_more_than_can_be_counted_is_many(
    oficina: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    oficina.lote(3)
    monkeypatch.setattr(guias, "ATE_QUANTAS", 2)
    for filtro in ({}, {"desde": str(HOJE - timedelta(9))}):
        assert balcao("vera").get("/api/tiss/guias", params=filtro).json()["total"] is None
    monkeypatch.setattr(guias, "ATE_QUANTAS", 3)
    for filtro in ({}, {"desde": str(HOJE - timedelta(9))}):
        assert balcao("vera").get("/api/tiss/guias", params=filtro).json()["total"] == 3


def test_a_code_of_many_guias_is_listed_and_not_counted(
    glosada: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    glosada.fazer("UPDATE tiss.glosa SET codigo = '1705'")
    monkeypatch.setattr(guias, "ATE_QUANTAS_DA_GLOSA", 1)
    corpo = balcao("vera").get("/api/tiss/guias?glosa=1705").json()
    assert (len(corpo["itens"]), corpo["total"]) == (2, None)
    assert "Mais de 1 guias" in balcao("vera").get("/tiss/guias?glosa=1705").text
    monkeypatch.setattr(guias, "ATE_QUANTAS_DA_GLOSA", 2)
    assert balcao("vera").get("/api/tiss/guias?glosa=1705").json()["total"] == 2


# Whose it is ------------------------------------------------------------------------------------


def test_who_may_only_read_is_told_of_no_patient_and_no_words(
    glosada: Oficina, balcao: Entrar
) -> None:
    carteira = glosada.valor("SELECT numero_carteira FROM tiss.guia LIMIT 1")
    todas = ids(balcao("otto"))
    assert carteira in balcao("otto").get("/api/tiss/guias").text
    assert "Zélia" in balcao("otto").get(f"/api/tiss/guias/{todas[1]}").text
    for endereco in (
        *("/api/tiss/guias", "/tiss/guias", "/api/tiss/guias.csv", "/api/tiss/glosas"),
        *("/api/tiss/glosas.csv", *(f"/api/tiss/guias/{guia}" for guia in todas)),
        *(f"/tiss/guias?guia={guia}" for guia in todas),
        *(f"/tiss/guias?guia={guia}&parte=historia" for guia in todas),
    ):
        resposta = balcao("vera").get(endereco)
        assert resposta.status_code == 200, resposta.text
        assert "Zélia" not in resposta.text, endereco
        for uma in glosada.linhas("SELECT DISTINCT numero_carteira FROM tiss.guia"):
            assert uma["numero_carteira"] not in resposta.text, endereco


def test_without_a_login_nothing_is_told(balcao: Entrar) -> None:
    for endereco in ("/api/tiss/guias", "/tiss/guias", "/api/tiss/guias.csv", "/api/tiss/glosas"):
        assert balcao(None).get(endereco).status_code == 401


# One guia ---------------------------------------------------------------------------------------


def test_a_guia_tells_items_glosas_and_until_when_to_contest(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 30")
    lote = oficina.lote(1, valor="350.00", exames=True)
    assert oficina.enviar(lote) is None
    simulador.avancar(60)
    assert oficina.hora() == []
    (guia,) = oficina.guias(lote)
    # The receipt announced it already: it is one glosa all the same.
    oficina.fazer(
        "INSERT INTO tiss.glosa (origem, guia_id, envio_id, protocolo, nivel, sequencial_item,"
        " posicao, codigo, valor_declarado) SELECT 'SITUACAO', guia_id, envio_id, protocolo,"
        " nivel, sequencial_item, posicao, codigo, valor_declarado FROM tiss.glosa"
    )
    corpo = balcao("otto").get(f"/api/tiss/guias/{guia['id']}").json()
    assert [item["valor_total"] for item in corpo["itens"]] == ["350.00", "350.00"]
    recusadas = [uma for uma in corpo["glosas"] if uma["glosa"]["sequencial_item"] == 1]
    assert [(uma["glosa"]["codigo"], uma["glosa"]["valor"]) for uma in recusadas] == [
        ("1705", "50.00")
    ]
    (uma,) = recusadas
    assert (uma["contestavel"], uma["impedimento"]) == (True, None)
    assert uma["glosa"]["prazo"] == str(HOJE + timedelta(30))
    assert [envio["lote_id"] for envio in corpo["envios"]] == [lote]
    assert [mudanca["para"] for mudanca in corpo["mudancas"]] == [
        "AUTORIZADA", "ENVIADA", "GERADA",
    ]  # fmt: skip
    tela = balcao("otto").get("/tiss/guias", params={"guia": guia["id"]}).text
    assert "Preparar recurso" in tela
    assert "R$\u00a050,00" in tela
    assert f"{HOJE + timedelta(30):%d/%m/%Y}" in tela
    assert "Preparar recurso" not in balcao("vera").get(f"/tiss/guias?guia={guia['id']}").text


def test_what_an_invalida_lacks_is_told_with_what_to_do(oficina: Oficina, balcao: Entrar) -> None:
    (consulta,) = oficina.atender(1)
    oficina.fazer("UPDATE clinica.consulta SET numero_carteira = NULL WHERE id = %s", consulta)
    oficina.montar()
    guia = oficina.guia(consulta)
    assert guia["status"] == "INVALIDA"
    corpo = balcao("vera").get("/api/tiss/guias").json()["itens"][0]
    assert (corpo["numero_guia_prestador"], corpo["problemas"]) == (None, len(guia["problemas"]))
    tela = balcao("otto").get("/tiss/guias", params={"guia": guia["id"]}).text
    mensagem = guia["problemas"][0]["mensagem"]
    assert mensagem[1:] in tela
    # One may quote a name.
    assert mensagem[1:] not in balcao("vera").get(f"/tiss/guias?guia={guia['id']}").text
    assert mensagem[1:] not in balcao("vera").get(f"/api/tiss/guias/{guia['id']}").text
    assert "Na próxima noite a guia é feita de novo" in tela


def test_what_does_not_fit_is_told_with_what_to_do_until_it_is_closed(
    glosada: Oficina, balcao: Entrar
) -> None:
    guia = ids(balcao("vera"))[1]
    glosada.fazer("DELETE FROM tiss.divergencia")
    glosada.fazer(
        "INSERT INTO tiss.divergencia (motivo, descricao, guia_id, fechada_em, fechada_por) VALUES"
        " ('NAO_RECEBIDA', 'já veio', %s, now(), 'Ana'),"
        " ('NEGADA_SEM_MOTIVO', 'Zélia sem motivo', %s, NULL, NULL),"
        " ('RATEIO_DA_GLOSA', 'não soma', %s, NULL, NULL),"
        " ('GLOSA_NAO_FECHA', 'de outra', %s, NULL, NULL)",
        *(guia, guia, guia, ids(balcao("vera"))[0]),
    )

    def lidas(quem: str) -> list[tuple[str, str | None]]:
        corpo = balcao(quem).get(f"/api/tiss/guias/{guia}").json()
        assert all(uma["aberta_em"] for uma in corpo["divergencias"])
        return [(uma["motivo"], uma["descricao"]) for uma in corpo["divergencias"]]

    motivos = ["RATEIO_DA_GLOSA", "NEGADA_SEM_MOTIVO"]
    assert lidas("otto") == list(zip(motivos, ["não soma", "Zélia sem motivo"], strict=True))
    assert lidas("vera") == [(motivo, None) for motivo in motivos]
    do_operador, de_quem_le = (
        balcao(quem).get(f"/tiss/guias?guia={guia}").text for quem in ("otto", "vera")
    )
    for tela in (do_operador, de_quem_le):
        assert "2 divergências em aberto" in tela
        for motivo in motivos:
            assert MOTIVOS[motivo].titulo in tela
            assert MOTIVOS[motivo].faca in tela
    assert "Zélia sem motivo" in do_operador
    assert "Zélia" not in de_quem_le
    glosada.fazer("UPDATE tiss.divergencia SET fechada_em = now(), fechada_por = 'Ana'")
    assert lidas("otto") == []
    assert "em aberto</h3>" not in balcao("otto").get(f"/tiss/guias?guia={guia}").text


def test_a_code_is_told_with_the_rules_that_it_answers_to(glosada: Oficina, balcao: Entrar) -> None:
    glosada.fazer("UPDATE tiss.glosa SET codigo = '1805' WHERE codigo = '1705'")
    primeira = ids(balcao("vera"))[-1]
    (uma,) = balcao("vera").get(f"/api/tiss/guias/{primeira}").json()["glosas"]
    assert len(uma["conferir"]) > 1


@pytest.mark.parametrize("guia", [MAIOR, 1])
def test_a_guia_that_is_not_there_is_told_so(oficina: Oficina, balcao: Entrar, guia: int) -> None:
    for endereco in (f"/api/tiss/guias/{guia}", f"/tiss/guias?guia={guia}"):
        resposta = balcao("vera").get(endereco)
        assert resposta.status_code == 404
        assert "Não encontramos a guia" in resposta.text


def test_a_short_address_opens_it_beside_the_list(oficina: Oficina, balcao: Entrar) -> None:
    resposta = balcao("vera").get("/tiss/guias/7")
    assert (resposta.status_code, resposta.headers["location"]) == (303, "/tiss/guias?guia=7")


# Glosas -----------------------------------------------------------------------------------------


def test_glosas_are_listed_and_filtered(glosada: Oficina, balcao: Entrar) -> None:
    lote = glosada.valor("SELECT id FROM tiss.lote")
    primeira = ids(balcao("vera"))[-1]

    def codigos(**filtro: object) -> list[str]:
        resposta = balcao("vera").get("/api/tiss/glosas", params=filtro)
        assert resposta.status_code == 200, resposta.text
        return [glosa["codigo"] for glosa in resposta.json()["itens"]]

    assert sorted(codigos()) == ["1001", "1705"]
    assert codigos(codigo="1705") == codigos(guia=primeira) == ["1705"]
    assert len(codigos(lote=lote)) == len(codigos(operadora="999001")) == 2
    assert codigos(operadora="999002") == codigos(guia=MAIOR) == []
    corpo = balcao("vera").get("/api/tiss/glosas", params={"limite": 1}).json()
    assert codigos(limite=1, cursor=corpo["proxima"]) != codigos(limite=1)
    assert (corpo["itens"][0]["situacao"], corpo["itens"][0]["texto"]) == ("A_RECORRER", None)


# A file -----------------------------------------------------------------------------------------


def linhas(texto: str) -> list[list[str]]:
    assert texto.startswith("\ufeff")
    return list(csv.reader(io.StringIO(texto[1:]), delimiter=";"))


def test_the_file_has_all_rows_in_brazilian_figures(
    glosada: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagina, "_DE_CADA_VEZ", 2)
    resposta = balcao("vera").get("/api/tiss/guias.csv")
    assert resposta.headers["content-type"] == "text/csv; charset=utf-8"
    cabecalho, *dados = linhas(resposta.content.decode())
    assert [linha[0] for linha in dados] == ["3", "2", "1"]
    primeira = dict(zip(cabecalho, dados[2], strict=True))
    assert (primeira["Informado"], primeira["Glosado"]) == ("150,00", "50,00")
    assert primeira["Data de atendimento"] == f"{HOJE - timedelta(3):%d/%m/%Y}"
    assert "Carteira" not in cabecalho
    cabecalho, *_ = linhas(balcao("otto").get("/api/tiss/guias.csv").content.decode())
    assert "Carteira" in cabecalho


@pytest.mark.parametrize("comeco", ["=1+1", "+1", "-1", "@soma", "\tx"])
def test_no_cell_of_the_file_is_a_formula(glosada: Oficina, balcao: Entrar, comeco: str) -> None:
    glosada.fazer("UPDATE tiss.operadora SET nome = %s WHERE registro_ans = '999001'", comeco)
    for endereco in ("/api/tiss/guias.csv", "/api/tiss/glosas.csv"):
        _, linha, *_ = linhas(balcao("vera").get(endereco).content.decode())
        assert linha[2] == f"'{comeco}"


def test_the_file_has_what_the_filter_finds(glosada: Oficina, balcao: Entrar) -> None:
    _, *dados = linhas(balcao("vera").get("/api/tiss/guias.csv?glosa=1705").content.decode())
    assert [linha[0] for linha in dados] == ["1"]
    _, *dados = linhas(balcao("vera").get("/api/tiss/glosas.csv?codigo=1705").content.decode())
    assert [linha[0] for linha in dados] == ["1"]
