"""A recurso at the desk: prepared, written, approved once, sent once; or not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from balcao import Balcao
from oficina import SERVICOS_DE_RECURSO, Oficina

from tiss.services import recurso as servico
from tiss.simulador.processo import Simulador
from tiss.web.corridas import Corridas
from tiss.web.problemas import ProblemaHttp

Entrar = Callable[[str | None], Balcao]
MODELO = "Guia ${guia}: Zélia Teste foi atendida pelo valor da tabela."


@pytest.fixture
def glosado(oficina: Oficina, simulador: Simulador) -> int:
    """A lote of two guias, analysed: of each R$ 50.00 were refused by 1705, for 30 days.

    The clinic has no words of its own against anything.
    """
    oficina.enderecar(**SERVICOS_DE_RECURSO)
    oficina.fazer("DELETE FROM tiss.justificativa")
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 30")
    lote = oficina.lote(2, valor="350.00")
    assert oficina.enviar(lote) is None
    simulador.avancar(60)
    assert oficina.hora() == []
    return lote


@pytest.fixture(autouse=True)
def airflow_que_nao_inicia(monkeypatch: pytest.MonkeyPatch) -> None:
    """No DAG is known to the Airflow of these tests: what is approved waits for the night."""

    def recusar(*_: object) -> str:
        raise ProblemaHttp(409, "A execução não começou", "Não há essa DAG.")

    monkeypatch.setattr(Corridas, "iniciar", recusar)


def preparar(balcao: Balcao, guia: int, chave: str | None = None) -> int:
    resposta = balcao.post(
        "/api/tiss/recursos",
        json={"guia": guia},
        headers={"Idempotency-Key": chave or uuid4().hex},
    )
    assert resposta.status_code == 201, resposta.text
    (recurso,) = resposta.json()["recursos"]
    return int(recurso)


def glosas(balcao: Balcao, recurso: int) -> list[dict[str, Any]]:
    resposta = balcao.get(f"/api/tiss/recursos/{recurso}")
    assert resposta.status_code == 200, resposta.text
    lidas: list[dict[str, Any]] = resposta.json()["glosas"]
    return lidas


def formulario(tela: str) -> dict[str, str]:
    """The hidden fields of the first form of a page."""
    return dict(re.findall(r'<input type="hidden" name="(ficha|chave)" value="([^"]+)">', tela)[:2])


def justificar(balcao: Balcao, recurso: int, texto: str) -> None:
    resposta = balcao.post(
        f"/api/tiss/recursos/{recurso}/justificar",
        json={
            "justificativas": [
                {"glosa": glosa["id"], "texto": texto} for glosa in glosas(balcao, recurso)
            ]
        },
    )
    assert resposta.status_code == 200, resposta.text


# All the way ------------------------------------------------------------------------------------


def test_from_the_api_it_is_prepared_justified_approved_and_sent_once(
    oficina: Oficina, glosado: int, simulador: Simulador, balcao: Entrar
) -> None:
    guia, outra = (guia["id"] for guia in oficina.guias(glosado))
    otto = balcao("otto")
    recurso = preparar(otto, guia)
    # Of the other guia nothing is in it.
    assert [glosa["guia_id"] for glosa in glosas(otto, recurso)] == [guia]
    assert outra != guia
    sem_palavras = otto.post(f"/api/tiss/recursos/{recurso}/aprovar")
    assert sem_palavras.status_code == 422, sem_palavras.text
    justificar(otto, recurso, "O valor é o da tabela do contrato.")
    resposta = otto.post(f"/api/tiss/recursos/{recurso}/aprovar")
    assert resposta.status_code == 200, resposta.text
    # This Airflow has no DAGs: it stays approved, and the next night sends it.
    assert resposta.json()["corrida"] is None
    lote = resposta.json()["lote"]
    assert oficina.status(lote) == "PENDENTE"
    segunda = otto.post(f"/api/tiss/recursos/{recurso}/aprovar")
    assert segunda.status_code == 409, segunda.text
    assert "Aprovado para envio" in otto.get(f"/tiss/recursos/{recurso}").text
    assert oficina.enviar(lote) is None
    # That we approved it is not told as if the operadora had.
    for tela in (f"/tiss/recursos/{recurso}", "/tiss/recursos"):
        assert "Aprovado para envio</span>" not in otto.get(tela).text
    assert "aguarda a resposta da operadora" in otto.get(f"/tiss/recursos/{recurso}").text
    (no_portal,) = simulador.recursos()
    assert no_portal["valor_recursado"] == "50.00"
    assert oficina.valor("SELECT count(*) FROM tiss.recurso_envio") == 1
    assert [lote["id"] for lote in otto.get("/api/tiss/lotes").json()["itens"]] == [lote, glosado]


def test_from_the_screen_it_is_prepared_written_and_approved(
    oficina: Oficina, glosado: int, simulador: Simulador, balcao: Entrar
) -> None:
    guia = oficina.guias(glosado)[0]["id"]
    otto = balcao("otto")
    campos = formulario(otto.get("/tiss/guias", params={"guia": guia}).text)
    resposta = otto.post(f"/tiss/guias/{guia}/recurso", data=campos)
    assert resposta.status_code == 303, resposta.text
    tela = otto.get(resposta.headers["location"]).text
    recurso = int(resposta.headers["location"].split("/")[-1].split("?")[0])
    (glosa,) = glosas(otto, recurso)
    assert 'maxlength="500"' in tela
    endereco = f"/tiss/recursos/{recurso}"
    gravada = otto.post(
        f"{endereco}/justificar", data={**formulario(tela), f"texto_{glosa['id']}": "Linha 1\r\n2"}
    )
    assert gravada.headers["location"] == f"{endereco}?feito=justificar"
    assert glosas(otto, recurso)[0]["justificativa"] == "Linha 1\n2"
    # What is on the page when it is approved is what is sent.
    campos = {**formulario(otto.get(endereco).text), f"texto_{glosa['id']}": "Confira a tabela."}
    aprovada = otto.post(f"{endereco}/aprovar", data=campos)
    assert aprovada.headers["location"] == f"{endereco}?feito=noite"
    assert "a próxima noite o envia" in otto.get(aprovada.headers["location"]).text
    assert glosas(otto, recurso)[0]["justificativa"] == "Confira a tabela."
    lote = oficina.valor("SELECT lote_id FROM tiss.recurso WHERE id = %s", recurso)
    assert f"/tiss/lotes?lote={lote}" in otto.get(endereco).text
    assert oficina.enviar(lote) is None
    assert len(simulador.recursos()) == 1
    # Another page with the same draft, still open in another window.
    velha = otto.post(f"{endereco}/aprovar", data={**campos, "chave": uuid4().hex})
    assert velha.status_code == 409
    assert "só se faz com um rascunho" in velha.text


def test_for_a_portal_it_waits_for_a_person_to_take_it_there(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    recurso = preparar(otto, oficina.guias(glosado)[0]["id"])
    justificar(otto, recurso, "O valor é o da tabela.")
    oficina.configurar(tipo_api="MANUAL")
    tela = otto.get(f"/tiss/recursos/{recurso}").text
    resposta = otto.post(f"/tiss/recursos/{recurso}/aprovar", data=formulario(tela))
    assert resposta.headers["location"] == f"/tiss/recursos/{recurso}?feito=portal"
    lote = oficina.valor("SELECT lote_id FROM tiss.recurso WHERE id = %s", recurso)
    assert otto.get(f"/api/tiss/lotes/{lote}").json()["lote"]["espera"] == "PORTAL"


# Taken out of it --------------------------------------------------------------------------------


@pytest.fixture
def dos_dois(glosado: int, balcao: Entrar) -> int:
    """A draft against the glosas of both guias."""
    resposta = balcao("otto").post("/api/tiss/recursos", json={"codigos": ["1705"]})
    (recurso,) = resposta.json()["recursos"]
    return int(recurso)


def test_a_glosa_is_taken_out_and_may_be_contested_later(
    oficina: Oficina, dos_dois: int, balcao: Entrar
) -> None:
    otto, chave = balcao("otto"), {"Idempotency-Key": uuid4().hex}
    uma, outra = glosas(otto, dos_dois)
    endereco = f"/api/tiss/recursos/{dos_dois}/retirar"
    for _ in range(2):
        # Twice in the list is once; twice under one key as well.
        resposta = otto.post(endereco, json={"glosas": [uma["id"], uma["id"]]}, headers=chave)
        assert (resposta.status_code, resposta.json()) == (
            200, {"recurso": dos_dois, "retiradas": 1},
        )  # fmt: skip
    assert [glosa["id"] for glosa in glosas(otto, dos_dois)] == [outra["id"]]
    corpo = otto.get(f"/api/tiss/recursos/{dos_dois}").json()
    assert corpo["recurso"]["valor_recursado"] == "50.00"
    assert "otto tirou glosas do recurso" in otto.get(f"/tiss/recursos/{dos_dois}").text
    assert preparar(otto, uma["guia_id"]) != dos_dois


def test_the_last_one_is_not_taken_out_nor_one_of_another_draft(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    um, outro = (preparar(otto, guia["id"]) for guia in oficina.guias(glosado))
    (uma,), (alheia,) = glosas(otto, um), glosas(otto, outro)
    endereco = f"/api/tiss/recursos/{um}/retirar"
    for ids, motivo in (
        ([uma["id"]], "para não recorrer, descarte-o"),
        ([uma["id"], alheia["id"]], "já não está nele"),
        ([2**63 - 1], "já não está nele"),
    ):
        resposta = otto.post(endereco, json={"glosas": ids})
        assert resposta.status_code == 409
        assert motivo in resposta.json()["detail"]
    for corpo in ({}, {"glosas": []}, {"glosas": [0]}, {"glosas": [2**63]}):
        assert otto.post(endereco, json=corpo).status_code == 422
    assert [glosas(otto, um), glosas(otto, outro)] == [[uma], [alheia]]
    tela = otto.get(f"/tiss/recursos/{um}").text
    assert "Retirar do recurso" not in tela
    assert "É a única glosa do recurso" in tela


def test_from_the_screen_it_is_taken_out_and_what_was_written_is_kept(
    oficina: Oficina, dos_dois: int, balcao: Entrar
) -> None:
    otto, endereco = balcao("otto"), f"/tiss/recursos/{dos_dois}"
    uma, outra = glosas(otto, dos_dois)
    tela = otto.get(endereco).text
    assert re.findall(r'formaction="([^"]+)" name="glosa" value="([0-9]+)"', tela) == [
        (f"{endereco}/retirar", str(glosa["id"])) for glosa in (uma, outra)
    ]
    textos = {f"texto_{uma['id']}": "Uma.", f"texto_{outra['id']}": "Trabalho de uma tarde."}
    campos = {**formulario(tela), **textos, "glosa": str(uma["id"])}
    resposta = otto.post(f"{endereco}/retirar", data=campos)
    assert (resposta.status_code, resposta.headers["location"]) == (
        303, f"{endereco}?feito=retirar",
    )  # fmt: skip
    assert "Glosa retirada do recurso." in otto.get(resposta.headers["location"]).text
    (ficou,) = glosas(otto, dos_dois)
    assert (ficou["id"], ficou["justificativa"]) == (outra["id"], "Trabalho de uma tarde.")
    # Another page with the same draft, still open in another window.
    velha = otto.post(
        f"{endereco}/retirar",
        data={**campos, "chave": uuid4().hex, f"texto_{outra['id']}": "Outra palavra."},
    )
    assert velha.status_code == 409
    assert "já não está nele" in velha.text
    assert "Outra palavra." in velha.text


def test_of_what_is_no_draft_nothing_is_taken_out(
    oficina: Oficina, dos_dois: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    ids = [glosa["id"] for glosa in glosas(otto, dos_dois)]
    servico.descartar(oficina.repo, dos_dois, por="Ana")
    tela = otto.get(f"/tiss/recursos/{dos_dois}").text
    assert "Retirar do recurso" not in tela
    resposta = otto.post(f"/api/tiss/recursos/{dos_dois}/retirar", json={"glosas": ids[:1]})
    assert resposta.status_code == 409
    assert "só se faz com um rascunho" in resposta.json()["detail"]
    campos = {**formulario(tela), "glosa": str(ids[0])}
    pela_tela = otto.post(f"/tiss/recursos/{dos_dois}/retirar", data=campos)
    assert pela_tela.status_code == 409
    assert "só se faz com um rascunho" in pela_tela.text
    assert [glosa["id"] for glosa in glosas(otto, dos_dois)] == ids


# Once -------------------------------------------------------------------------------------------


def test_the_same_key_does_nothing_twice(oficina: Oficina, glosado: int, balcao: Entrar) -> None:
    guia = oficina.guias(glosado)[0]["id"]
    otto, chave = balcao("otto"), uuid4().hex
    recurso = preparar(otto, guia, chave)
    assert preparar(otto, guia, chave) == recurso
    assert oficina.valor("SELECT count(*) FROM tiss.recurso") == 1
    justificar(otto, recurso, "O valor é o da tabela.")
    cabecalho = {"Idempotency-Key": uuid4().hex}
    aprovar = f"/api/tiss/recursos/{recurso}/aprovar"
    primeira = otto.post(aprovar, headers=cabecalho)
    assert otto.post(aprovar, headers=cabecalho).json() == primeira.json()
    assert oficina.valor("SELECT count(*) FROM tiss.recurso_envio") == 1
    assert (
        otto.post(f"/api/tiss/recursos/{recurso}/descartar", headers=cabecalho).status_code == 409
    )


def test_what_is_in_a_draft_is_not_prepared_again(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    guia = oficina.guias(glosado)[0]["id"]
    preparar(balcao("otto"), guia)
    resposta = balcao("ana").post("/api/tiss/recursos", json={"guia": guia})
    assert resposta.status_code == 409
    assert oficina.valor("SELECT count(*) FROM tiss.recurso_item") == 1


def test_all_that_a_filter_finds_is_prepared_at_once(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    nada = otto.post("/api/tiss/recursos", json={"operadoras": ["999001"], "codigos": ["9999"]})
    assert nada.status_code == 409
    estranha = otto.post("/api/tiss/recursos", json={"operadoras": ["000000"]})
    assert estranha.status_code == 422
    resposta = otto.post("/api/tiss/recursos", json={"operadoras": ["999001"], "codigos": ["1705"]})
    (recurso,) = resposta.json()["recursos"]
    assert len(glosas(otto, recurso)) == 2


# Decisions --------------------------------------------------------------------------------------


def test_a_draft_is_discarded_and_made_again(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    recurso = preparar(otto, oficina.guias(glosado)[0]["id"])
    endereco = f"/api/tiss/recursos/{recurso}"
    assert otto.post(f"{endereco}/refazer").status_code == 409
    assert otto.post(f"{endereco}/descartar").status_code == 200
    assert otto.post(f"{endereco}/aprovar").status_code == 409
    campos = formulario(otto.get(f"/tiss/recursos/{recurso}").text)
    assert otto.post(f"/tiss/recursos/{recurso}/refazer", data=campos).status_code == 303
    corpo = otto.get(endereco).json()
    assert corpo["recurso"]["status"] == "RASCUNHO"
    assert [acao["o_que"] for acao in corpo["acoes"]][:2] == [
        "recurso.refazer", "recurso.aprovar",
    ]  # fmt: skip
    campos = formulario(otto.get(f"/tiss/recursos/{recurso}").text)
    assert otto.post(f"/tiss/recursos/{recurso}/descartar", data=campos).status_code == 303
    assert [r["status"] for r in otto.get("/api/tiss/recursos").json()["itens"]] == ["DESCARTADO"]


@pytest.mark.parametrize(
    ("tamanho", "status"), [(0, 200), (500, 200), (501, 422)], ids=["nothing", "all", "too much"]
)
def test_a_justification_has_up_to_500_characters(
    oficina: Oficina, glosado: int, balcao: Entrar, tamanho: int, status: int
) -> None:
    otto = balcao("otto")
    recurso = preparar(otto, oficina.guias(glosado)[0]["id"])
    (glosa,) = glosas(otto, recurso)
    texto = "é" * tamanho
    pela_api = otto.post(
        f"/api/tiss/recursos/{recurso}/justificar",
        json={"justificativas": [{"glosa": glosa["id"], "texto": texto}]},
    )
    assert pela_api.status_code == status
    campos = formulario(otto.get(f"/tiss/recursos/{recurso}").text)
    pela_tela = otto.post(
        f"/tiss/recursos/{recurso}/justificar", data={**campos, f"texto_{glosa['id']}": texto}
    )
    assert pela_tela.status_code == (303 if status == 200 else 422)


@pytest.mark.parametrize("texto", ["a\x00b", "\ud800"])
def test_what_no_database_keeps_is_refused(
    oficina: Oficina, glosado: int, balcao: Entrar, texto: str
) -> None:
    otto = balcao("otto")
    recurso = preparar(otto, oficina.guias(glosado)[0]["id"])
    (glosa,) = glosas(otto, recurso)
    resposta = otto.post(
        f"/api/tiss/recursos/{recurso}/justificar",
        content=json.dumps({"justificativas": [{"glosa": glosa["id"], "texto": texto}]}),
        headers={"Content-Type": "application/json"},
    )
    assert resposta.status_code == 422
    if texto.isascii():  # a form has no other
        campos = formulario(otto.get(f"/tiss/recursos/{recurso}").text)
        pela_tela = otto.post(
            f"/tiss/recursos/{recurso}/justificar", data={**campos, f"texto_{glosa['id']}": texto}
        )
        assert pela_tela.status_code == 422


def test_a_glosa_of_another_draft_is_not_written_into(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    um, outro = (preparar(otto, guia["id"]) for guia in oficina.guias(glosado))
    textos = [
        {"glosa": glosa["id"], "texto": "Não"} for r in (um, outro) for glosa in glosas(otto, r)
    ]
    resposta = otto.post(f"/api/tiss/recursos/{um}/justificar", json={"justificativas": textos})
    assert resposta.status_code == 409
    # All or nothing.
    assert [glosa["justificativa"] for r in (um, outro) for glosa in glosas(otto, r)] == ["", ""]


def test_what_cannot_be_stored_stays_on_the_page(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    otto = balcao("otto")
    recurso = preparar(otto, oficina.guias(glosado)[0]["id"])
    (glosa,) = glosas(otto, recurso)
    campos = formulario(otto.get(f"/tiss/recursos/{recurso}").text)
    oficina.fazer(
        "INSERT INTO tiss.recurso_retido (contrato_id, por) SELECT contrato_id, 'Ana'"
        " FROM tiss.recurso"
    )
    resposta = otto.post(
        f"/tiss/recursos/{recurso}/aprovar",
        data={**campos, f"texto_{glosa['id']}": "Trabalho de uma tarde."},
    )
    assert resposta.status_code == 409
    assert "voltou de um backup" in resposta.text
    assert "Trabalho de uma tarde." in resposta.text


@pytest.mark.parametrize("recurso", [1, 2**63 - 1])
def test_a_recurso_that_is_not_there_is_told_so(
    oficina: Oficina, balcao: Entrar, recurso: int
) -> None:
    otto = balcao("otto")
    for endereco in (f"/api/tiss/recursos/{recurso}", f"/tiss/recursos/{recurso}"):
        assert otto.get(endereco).status_code == 404
    for fazer in ("aprovar", "descartar", "refazer"):
        assert otto.post(f"/api/tiss/recursos/{recurso}/{fazer}").status_code == 404
    retirada = otto.post(f"/api/tiss/recursos/{recurso}/retirar", json={"glosas": [1]})
    assert retirada.status_code == 404
    assert otto.post("/api/tiss/recursos", json={"guia": recurso}).status_code == 404
    assert oficina.valor("SELECT count(*) FROM tiss.acao") == 0


def test_a_guia_that_was_not_sent_has_nothing_to_contest(oficina: Oficina, balcao: Entrar) -> None:
    (consulta,) = oficina.atender(1)
    oficina.montar()
    resposta = balcao("otto").post(
        "/api/tiss/recursos", json={"guia": oficina.guia(consulta)["id"]}
    )
    assert resposta.status_code == 409
    assert "Nada a contestar" in resposta.text


# Who --------------------------------------------------------------------------------------------


def test_who_may_only_read_decides_nothing(oficina: Oficina, glosado: int, balcao: Entrar) -> None:
    guia = oficina.guias(glosado)[0]["id"]
    recurso = preparar(balcao("otto"), guia)
    vera = balcao("vera")
    for fazer in ("aprovar", "descartar", "refazer", "justificar", "retirar"):
        assert vera.post(f"/api/tiss/recursos/{recurso}/{fazer}").status_code == 403
        assert vera.post(f"/tiss/recursos/{recurso}/{fazer}").status_code == 403
    assert vera.post("/api/tiss/recursos", json={"guia": guia}).status_code == 403
    assert vera.post(f"/tiss/guias/{guia}/recurso").status_code == 403


def test_who_may_only_read_is_told_no_words_of_anybody(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    servico.gravar_modelo(oficina.repo, "1705", MODELO, por="Ana")
    guia = oficina.guias(glosado)[0]["id"]
    lida = balcao("otto").get(f"/api/tiss/guias/{guia}").json()
    assert lida["glosas"][0]["modelo"] == MODELO
    recurso = preparar(balcao("otto"), guia)
    oficina.fazer("UPDATE tiss.recurso_item SET resposta = 'Zélia Teste não foi atendida'")
    assert "Zélia" in balcao("otto").get(f"/tiss/recursos/{recurso}").text
    for endereco in (
        *(f"/api/tiss/recursos/{recurso}", "/api/tiss/recursos", "/api/tiss/recursos.csv"),
        *(f"/tiss/recursos/{recurso}", "/tiss/recursos", f"/tiss/guias?guia={guia}"),
        *(f"/api/tiss/guias/{guia}", f"/tiss/guias?guia={guia}&parte=historia"),
    ):
        resposta = balcao("vera").get(endereco)
        assert resposta.status_code == 200, resposta.text
        assert "Zélia" not in resposta.text, endereco


# The list ---------------------------------------------------------------------------------------


def test_recursos_are_listed_with_what_they_ask_for(
    oficina: Oficina, glosado: int, balcao: Entrar
) -> None:
    um, outro = (preparar(balcao("otto"), guia["id"]) for guia in oficina.guias(glosado))
    guia = oficina.guias(glosado)[0]["id"]
    vera = balcao("vera")

    def listados(**filtro: object) -> list[int]:
        resposta = vera.get("/api/tiss/recursos", params=filtro)
        assert resposta.status_code == 200, resposta.text
        return [recurso["id"] for recurso in resposta.json()["itens"]]

    corpo = vera.get("/api/tiss/recursos", params={"limite": 1}).json()
    assert corpo["total"] == 2
    (recurso,) = corpo["itens"]
    assert (recurso["id"], recurso["valor_recursado"], recurso["glosas"]) == (outro, "50.00", 1)
    assert (recurso["codigos"], recurso["dias"], recurso["sem_justificativa"]) == (["1705"], 30, 1)
    assert listados(limite=1, cursor=corpo["proxima"]) == [um]
    assert listados(limite=1, cursor=f"<{um}") == [outro]
    assert listados(guia=guia) == [um]
    assert listados(lote=glosado, status="RASCUNHO", operadora="999001") == [outro, um]
    assert listados(status="APROVADO") == listados(operadora="999002") == []
    assert vera.get("/api/tiss/recursos", params={"cursor": ">x"}).status_code == 422
    tela = vera.get("/tiss/recursos", params={"status": "RASCUNHO"}).text
    assert "2 recursos" in tela
    assert vera.get("/api/tiss/recursos.csv").text.count("\r\n") == 3
