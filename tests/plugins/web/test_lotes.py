from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from balcao import Balcao
from oficina import Oficina

from tiss.services import envio
from tiss.simulador.processo import Simulador
from tiss.web.corridas import Corridas
from tiss.web.telas.formatos import ler_dia

Entrar = Callable[[str | None], Balcao]


def test_the_lotes_are_listed_the_newest_first(oficina: Oficina, balcao: Entrar) -> None:
    primeiro, segundo = oficina.lote(2, valor="150.00"), oficina.lote(1, valor="80.00")
    resposta = balcao("vera").get("/api/tiss/lotes")
    assert resposta.status_code == 200, resposta.text
    corpo = resposta.json()
    assert [lote["id"] for lote in corpo["itens"]] == [segundo, primeiro]
    assert corpo["itens"][1]["valor_total"] == "300.00"
    assert corpo["total"] == 2


def test_a_screen_shows_them(oficina: Oficina, balcao: Entrar) -> None:
    lote = oficina.lote(2, valor="150.00")
    resposta = balcao("otto").get("/tiss/lotes", params={"lote": lote})
    assert resposta.status_code == 200, resposta.text
    assert "R$\u00a0300,00" in resposta.text
    assert "Enviar agora" in resposta.text


def test_two_lotes_of_one_number_are_told_apart_by_the_prestador(
    oficina: Oficina, balcao: Entrar
) -> None:
    matriz, filial = oficina.lote(1), oficina.lote(1, clinica_id="FILIAL")
    assert oficina.valor("SELECT count(DISTINCT numero_lote) FROM tiss.lote") == 1
    oficina.atender(1, clinica_id="FILIAL")
    nome = oficina.valor("SELECT nome FROM tiss.prestador WHERE clinica_id = 'FILIAL'")
    otto = balcao("otto")
    for tela, aqui in (("lotes", filial), ("guias", None), ("consultas", None)):
        linhas = re.findall(r"<tr class=.row.*?</tr>", otto.get(f"/tiss/{tela}").text, re.DOTALL)
        ditas = [html.unescape(uma) for uma in linhas]
        dela = [uma for uma in ditas if f'<span class="muted small">{nome}</span>' in uma]
        assert len(dela) == 1, tela
        assert aqui is None or f'data-id="{aqui}"' in dela[0]
    painel = otto.get("/tiss/lotes", params={"lote": matriz}).text.partition("<aside")[2]
    assert nome not in painel


def test_the_cover_names_us_as_the_operadora_does(oficina: Oficina, balcao: Entrar) -> None:
    lote = oficina.lote(1)
    oficina.fazer("UPDATE tiss.contrato SET codigo_prestador = 'NOSSO7'")
    oficina.fazer("UPDATE tiss.lote SET numero_lote = 5")
    capa = balcao("vera").get(f"/tiss/lotes/{lote}/capa").text
    assert "Capa do lote 000005<" in capa
    assert re.search(r"Código na operadora</dt><dd[^>]*>NOSSO7<", capa)
    oficina.fazer("UPDATE tiss.contrato SET codigo_prestador = NULL")
    assert "Código na operadora" not in balcao("vera").get(f"/tiss/lotes/{lote}/capa").text


@pytest.mark.parametrize(
    ("escrito", "dia"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        (" 31122026 ", date(2026, 12, 31)),
        ("31/12/26", date(2026, 12, 31)),
        ("01/02/2026", date(2026, 2, 1)),
        ("1/2/2026", date(2026, 2, 1)),
    ],
)
def test_a_day_may_be_written_as_people_write_it(escrito: str, dia: date) -> None:
    assert ler_dia(escrito) == dia


@pytest.mark.parametrize(
    "escrito",
    ["31022026", "3112026", "311226", "31/02/26", "31/12", "31/12/026", "2026-12-31", "x"],
)
@pytest.mark.parametrize("tela", ["lotes", "guias", "consultas"])
def test_what_is_no_day_is_told_at_its_field_and_left_out(
    oficina: Oficina, balcao: Entrar, tela: str, escrito: str
) -> None:
    with pytest.raises(ValueError, match=r"."):
        ler_dia(escrito)
    dito = balcao("otto").get(f"/tiss/{tela}", params={"ate": escrito}).text
    campo = f'value="{escrito}" aria-invalid="true" aria-describedby="e-ate"'
    assert campo in dito
    assert '<p class="err" id="e-ate" role="alert">Não é uma data' in dito
    assert "Este filtro ficou de fora." in dito
    assert 'id="e-desde"' not in dito


def test_a_lote_whose_sending_was_just_asked_for_is_not_offered_again(
    oficina: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Corridas, "iniciar", lambda *_: "manual__1")
    lote = oficina.lote(1)
    otto = balcao("otto")

    def na_tela() -> tuple[bool, bool]:
        """Whether the list says that it is about to leave, and whether it can be sent."""
        tela = otto.get("/tiss/lotes", params={"lote": lote}).text
        return "na fila de envio" in tela, "Enviar agora" in tela

    assert na_tela() == (False, True)
    oficina.fazer("UPDATE tiss.lote SET liberado = false WHERE id = %s", lote)
    assert "aguarda você enviar" in otto.get("/tiss/lotes").text
    assert otto.post(f"/api/tiss/lotes/{lote}/enviar").status_code == 202
    assert na_tela() == (True, False)
    # The run is there no more, or the lote came back from a try.
    oficina.fazer("UPDATE tiss.lote SET criado_em = criado_em - interval '1 day'")
    oficina.fazer("UPDATE tiss.historico SET quando = quando - interval '1 day'")
    oficina.fazer("UPDATE tiss.acao SET quando = quando - interval '4 minutes'")
    assert na_tela() == (True, False)
    oficina.fazer("UPDATE tiss.acao SET quando = quando - interval '2 minutes'")
    assert na_tela() == (False, True)
    assert otto.post(f"/api/tiss/lotes/{lote}/enviar").status_code == 202
    assert na_tela() == (True, False)
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now()")
    oficina.fazer("UPDATE tiss.lote SET status = 'PENDENTE', tentativa = 1")
    assert na_tela() == (False, True)


def test_created_to_be_sent_it_is_about_to_leave(
    oficina: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Corridas, "iniciar", lambda *_: "manual__1")
    oficina.alimentar(consulta_id="uma")
    pedido = {"consulta_ids": ["uma"], "enviar": True}
    assert balcao("otto").post("/api/tiss/lotes", json=pedido).status_code == 202
    assert "na fila de envio" in balcao("vera").get("/tiss/lotes").text
    oficina.fazer("UPDATE tiss.lote SET criado_em = criado_em - interval '6 minutes'")
    assert "na fila de envio" not in balcao("vera").get("/tiss/lotes").text


def test_what_a_recurso_asks_for_is_not_summed_again(oficina: Oficina, balcao: Entrar) -> None:
    oficina.lote(2, valor="150.00")
    recurso = oficina.lote(1, valor="80.00")
    assert "380,00" in balcao("vera").get("/tiss/lotes").text.partition("<table")[0]
    oficina.fazer("UPDATE tiss.lote SET tipo_guia = 'RECURSO_GLOSA' WHERE id = %s", recurso)
    topo = balcao("vera").get("/tiss/lotes").text.partition("<table")[0]
    assert "R$\u00a0300,00, fora o de 1 lote de recurso" in topo


@pytest.mark.parametrize(
    ("tela", "dito"),
    [
        ("lotes", "Nenhum lote com “xyz&#34;”"),
        ("guias", "Nenhuma guia com “xyz&#34;”"),
        ("consultas", "Nenhuma consulta com “xyz&#34;”"),
    ],
)
def test_a_search_that_finds_nothing_says_what_was_looked_for(
    oficina: Oficina, balcao: Entrar, tela: str, dito: str
) -> None:
    otto = balcao("otto")
    vazia = otto.get(f"/tiss/{tela}", params={"busca": 'xyz"'}).text
    assert dito in vazia
    assert f'<a class="btn" href="/tiss/{tela}">Ver tod' in vazia
    assert "outros filtros" not in vazia
    filtro = {"busca": "xyz", "operadora": "999001"}
    assert "outros filtros também valem" in otto.get(f"/tiss/{tela}", params=filtro).text
    de_outra = otto.get(f"/tiss/{tela}", params={"operadora": "999001"}).text
    assert "com estes filtros" in de_outra
    assert "Limpar filtros" in de_outra
    assert "filtros também" not in otto.get(f"/tiss/{tela}").text


@pytest.mark.parametrize("cursor", ["<x", ">", "<1e9", "x1", "<" + "9" * 30, "<\x00"])
@pytest.mark.parametrize("lista", ["lotes", "consultas"])
def test_a_cursor_that_no_list_gave_is_refused(
    oficina: Oficina, balcao: Entrar, lista: str, cursor: str
) -> None:
    otto = balcao("otto")
    for base in ("/api/tiss", "/tiss"):
        assert otto.get(f"{base}/{lista}", params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("endereco", ["/api/tiss/lotes", "/tiss/lotes"])
def test_without_a_login_nothing_is_told(balcao: Entrar, endereco: str) -> None:
    assert balcao(None).get(endereco).status_code == 401


def test_the_tab_of_a_task_shows_the_lotes_that_it_spoke_about(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    meu, outro = oficina.lote(1), oficina.lote(1)
    for lote, indice in ((meu, 3), (outro, 30)):
        quem = f"d/r/enviar/{indice}/1"
        envio.enviar_remessa([lote], oficina.repo, oficina.cliente_de, quem=quem)
    tarefa = {"dag": "d", "run": "r", "task": "enviar", "indice": "3"}
    tela = balcao("vera").get("/tiss/tarefa", params=tarefa).text
    assert "1 lote nesta tarefa" in tela
    assert f"/tiss/lotes?lote={meu}" in tela
    assert f"/tiss/lotes?lote={outro}" not in tela
    assert "Nenhum lote aqui" in balcao("vera").get("/tiss/tarefa").text


@pytest.mark.parametrize("endereco", ["/tiss/consultas", "/api/tiss/consultas"])
def test_a_mistake_of_ours_is_told_with_a_code_that_the_log_has(
    oficina: Oficina,
    balcao: Entrar,
    endereco: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    otto = balcao("otto")
    # As a server in use answers.
    monkeypatch.setattr(otto._transport, "raise_server_exceptions", False)
    oficina.fazer("DROP VIEW tiss.consulta_preparada CASCADE")
    resposta = otto.get(endereco)
    assert resposta.status_code == 500
    dito = html.unescape(resposta.text)
    assert "O erro é do programa" in dito
    achado = re.search(r"código ([0-9a-f]{8}) ", dito)
    assert achado is not None
    assert achado[1] in capsys.readouterr().out
    assert "consulta_preparada" not in dito
    if endereco.startswith("/api"):
        assert resposta.headers["content-type"] == "application/problem+json"
    else:
        assert "Tentar de novo" in dito
