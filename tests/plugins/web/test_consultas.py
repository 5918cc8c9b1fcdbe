from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from balcao import Balcao
from oficina import Oficina

from tiss.repository.listas import consultas

Entrar = Callable[[str | None], Balcao]
CARTEIRA = "9177713"


def escolher(oficina: Oficina, *ids: str, **mais: object) -> dict[str, object]:
    return {"consulta_ids": list(ids), **mais}


def test_what_is_prepared_waits_until_it_is_in_a_lote(oficina: Oficina, balcao: Entrar) -> None:
    (primeira, segunda) = oficina.atender(2, valor="150.00")
    otto = balcao("otto")
    corpo = otto.get("/api/tiss/consultas").json()
    assert {linha["consulta_id"] for linha in corpo["itens"]} == {primeira, segunda}
    assert {(linha["situacao"], linha["valor"]) for linha in corpo["itens"]} == {
        ("PRONTA", "150.00")
    }
    resposta = otto.post("/api/tiss/lotes", json=escolher(oficina, primeira))
    assert resposta.status_code == 201, resposta.text
    corpo = otto.get("/api/tiss/consultas").json()
    assert [linha["consulta_id"] for linha in corpo["itens"]] == [segunda]


def test_a_lote_is_created_of_what_was_chosen_and_waits_for_a_word(
    oficina: Oficina, balcao: Entrar
) -> None:
    escolhidas = oficina.atender(2, valor="150.00")
    oficina.atender(1)
    resposta = balcao("otto").post("/api/tiss/lotes", json=escolher(oficina, *escolhidas))
    (lote,) = resposta.json()["lotes"]
    (parte,) = resposta.json()["partes"]
    assert (parte["guias"], parte["valor"]) == (2, "300.00")
    assert oficina.status(lote) == "PENDENTE"
    assert oficina.valor("SELECT liberado FROM tiss.lote WHERE id = %s", lote) is False


def test_nothing_is_created_when_one_of_them_cannot_be_billed(
    oficina: Oficina, balcao: Entrar
) -> None:
    boa = "boa"
    oficina.alimentar(consulta_id=boa)
    oficina.alimentar(consulta_id="ruim", cbo=None, digest="d2", numero_carteira="987654321")
    otto = balcao("otto")
    resposta = otto.post("/api/tiss/lotes", json=escolher(oficina, boa, "ruim", "999999"))
    assert resposta.status_code == 422
    assert resposta.headers["content-type"] == "application/problem+json"
    achados = {um["consulta_id"]: um["codigo"] for um in resposta.json()["problemas"]}
    assert set(achados) == {"ruim", "999999"}
    assert achados["999999"] == "NAO_PREPARADA"
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 0
    resposta = otto.post("/api/tiss/lotes", json=escolher(oficina, boa, "ruim", parcial=True))
    assert resposta.status_code == 201
    assert [um["consulta_id"] for um in resposta.json()["recusadas"]] == ["ruim"]
    assert oficina.valor("SELECT count(*) FROM tiss.guia WHERE status = 'GERADA'") == 1


def test_a_consulta_is_never_in_two_lotes(oficina: Oficina, balcao: Entrar) -> None:
    (uma,) = oficina.atender(1)
    otto = balcao("otto")
    otto.post("/api/tiss/lotes", json=escolher(oficina, uma))
    resposta = otto.post("/api/tiss/lotes", json=escolher(oficina, uma))
    assert resposta.status_code == 422
    assert resposta.json()["problemas"][0]["codigo"] == "JA_EM_LOTE"
    assert oficina.valor("SELECT count(*) FROM tiss.lote") == 1


def test_asked_twice_under_one_key_it_is_done_once(oficina: Oficina, balcao: Entrar) -> None:
    (uma, outra) = oficina.atender(2)
    otto = balcao("otto")
    chave = {"Idempotency-Key": "uma-chave-de-teste"}
    respostas = [
        otto.post("/api/tiss/lotes", json=escolher(oficina, uma), headers=chave) for _ in range(2)
    ]
    assert [resposta.status_code for resposta in respostas] == [201, 201]
    assert respostas[0].json() == respostas[1].json()
    assert oficina.valor("SELECT count(*) FROM tiss.lote") == 1
    outro = otto.post("/api/tiss/lotes", json=escolher(oficina, outra), headers=chave)
    assert outro.status_code == 409
    assert oficina.valor("SELECT count(*) FROM tiss.lote") == 1


def test_a_key_under_which_nothing_was_done_may_be_used_again(
    oficina: Oficina, balcao: Entrar
) -> None:
    otto = balcao("otto")
    chave = {"Idempotency-Key": "outra-chave-de-teste"}
    pedido = escolher(oficina, "1")
    assert otto.post("/api/tiss/lotes", json=pedido, headers=chave).status_code == 422
    (uma,) = oficina.atender(1)
    resposta = otto.post("/api/tiss/lotes", json=escolher(oficina, uma), headers=chave)
    assert resposta.status_code == 201


def test_all_of_a_filter_is_what_was_seen_or_nothing_is_done(
    oficina: Oficina, balcao: Entrar
) -> None:
    ids = oficina.atender(3)
    otto = balcao("otto")
    pedido = {"filtro": {"operadora": ["999001"]}, "exceto": ids[:1], "total_visto": 3}
    resposta = otto.post("/api/tiss/lotes", json=pedido)
    assert resposta.status_code == 409
    assert "Agora são 2 consultas, não 3" in resposta.json()["detail"]
    resposta = otto.post("/api/tiss/lotes", json=pedido | {"total_visto": 2})
    assert resposta.status_code == 201
    assert resposta.json()["partes"][0]["guias"] == 2


def test_who_may_only_read_sees_no_patient(oficina: Oficina, balcao: Entrar) -> None:
    oficina.alimentar(consulta_id="consulta-um", numero_carteira=CARTEIRA)
    vera, otto = balcao("vera"), balcao("otto")
    for endereco in ("/api/tiss/consultas", "/tiss/consultas"):
        assert CARTEIRA in otto.get(endereco).text
        assert "consulta-um" in vera.get(endereco).text
        assert CARTEIRA not in vera.get(endereco).text
        # What is asked for stands in Airflow's access log: no card is looked for.
        assert "consulta-um" not in otto.get(endereco, params={"busca": CARTEIRA}).text


def test_who_may_only_read_sees_that_something_is_wrong(oficina: Oficina, balcao: Entrar) -> None:
    oficina.alimentar(consulta_id="ruim", cbo=None)
    oficina.montar()
    tela = balcao("vera").get("/tiss/consultas")
    assert tela.status_code == 200
    assert "1 problema" in tela.text
    assert "AUSENTE" in tela.text


def test_who_may_only_read_creates_nothing(oficina: Oficina, balcao: Entrar) -> None:
    (uma,) = oficina.atender(1)
    resposta = balcao("vera").post("/api/tiss/lotes", json=escolher(oficina, uma))
    assert resposta.status_code == 403
    assert oficina.valor("SELECT count(*) FROM tiss.lote") == 0


@pytest.mark.parametrize("tira", ["Origin", "X-Tiss"])
def test_another_site_cannot_ask_in_the_name_of_who_is_logged_in(
    oficina: Oficina, balcao: Entrar, tira: str
) -> None:
    (uma,) = oficina.atender(1)
    otto = balcao("otto")
    del otto.headers[tira]
    assert otto.post("/api/tiss/lotes", json=escolher(oficina, uma)).status_code == 403
    assert oficina.valor("SELECT count(*) FROM tiss.lote") == 0


def test_the_pages_follow_each_other_and_come_back(oficina: Oficina, balcao: Entrar) -> None:
    # A key of the clinic may hold anything.
    ids = {"1", "2", "A 1/é", "\tB", ">x|y"}
    for um in ids:
        oficina.alimentar(consulta_id=um)
    otto = balcao("otto")
    vistas: list[list[str]] = []
    cursor = None
    while True:
        corpo = otto.get(
            "/api/tiss/consultas", params={"limite": 2} | ({"cursor": cursor} if cursor else {})
        ).json()
        vistas.append([linha["consulta_id"] for linha in corpo["itens"]])
        assert corpo["total"] == 5
        if corpo["proxima"] is None:
            break
        cursor = corpo["proxima"]
    assert [len(pagina) for pagina in vistas] == [2, 2, 1]
    assert {um for pagina in vistas for um in pagina} == ids
    antes = otto.get("/api/tiss/consultas", params={"limite": 2, "cursor": corpo["anterior"]})
    assert [linha["consulta_id"] for linha in antes.json()["itens"]] == vistas[1]


def test_the_screen_rehearses_and_creates(oficina: Oficina, balcao: Entrar) -> None:
    oficina.alimentar(consulta_id="boa")
    oficina.alimentar(consulta_id="ruim", cbo=None, digest="d2", numero_carteira="987654321")
    otto = balcao("otto")
    ensaio = otto.post("/tiss/consultas/conferir", data={"consulta": ["boa", "ruim"]})
    assert ensaio.status_code == 200, ensaio.text
    assert "Criar 1 lote" in ensaio.text
    assert "1 consulta fica" in ensaio.text
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 0
    campos = dict(re.findall(r'name="(\w+)" value="([^"]*)"', ensaio.text))
    campos = {nome: html.unescape(valor) for nome, valor in campos.items()}
    feito = otto.post("/tiss/consultas/criar", data=campos | {"enviar": ""})
    assert feito.status_code == 303, feito.text
    assert oficina.valor("SELECT quantidade_guias FROM tiss.lote") == 1


def test_a_page_of_a_screen_is_as_long_as_the_person_likes(
    oficina: Oficina, balcao: Entrar
) -> None:
    oficina.atender(26)
    otto = balcao("otto")
    tela = otto.get("/tiss/consultas?por_pagina=25&operadora=999001").text
    assert tela.count('class="row"') == 25
    proxima = re.search(r'rel="next" href="([^"]+)"', tela)
    assert proxima is not None
    assert otto.get(proxima[1].replace("&amp;", "&")).text.count('class="row"') == 1
    # It stays when the person filters, and is no part of what is downloaded.
    assert '<input type="hidden" name="por_pagina" value="25">' in tela
    assert "por_pagina" not in re.findall(r'href="([^"]+consultas\.csv[^"]*)"', tela)[0]
    assert otto.get("/tiss/consultas").text.count('class="row"') == 26


@pytest.mark.parametrize(
    "tela", ["lotes", "guias", "recursos", "conciliacao/divergencias", "consultas"]
)
def test_every_list_offers_other_lengths(oficina: Oficina, balcao: Entrar, tela: str) -> None:
    oficina.atender(1)
    vera = balcao("vera")
    assert vera.get(f"/tiss/{tela}?por_pagina=100").status_code == 200


@pytest.mark.parametrize(
    ("pedido", "achadas"),
    [
        ({"tipo": "CONSULTA"}, {"c1", "c2"}),
        ({"tipo": ["CONSULTA", "ODONTO"]}, {"c1", "c2", "o1"}),
        ({"tipo": "HONORARIOS"}, set()),
        ({"profissional": "araujo"}, {"c1", "o1"}),
        ({"profissional": "ÂNGELA DE ARAÚJO"}, {"c1"}),
        # Nothing in it stands for anything else.
        ({"profissional": "%"}, set()),
        ({"profissional": "Jos_"}, set()),
        ({"profissional": "ara", "tipo": "ODONTO"}, {"o1"}),
        ({"profissional": "  "}, {"c1", "c2", "o1", "s1"}),
    ],
)
def test_what_waits_is_found_by_type_and_professional(
    oficina: Oficina, balcao: Entrar, pedido: dict[str, object], achadas: set[str]
) -> None:
    for consulta, tipo, nome in (
        ("c1", "CONSULTA", "Ângela de Araújo"),
        ("c2", "CONSULTA", "José Peña"),
        ("o1", "ODONTO", "Caetano ARAUJO Neto"),
        ("s1", "SP_SADT", None),
    ):
        oficina.alimentar(consulta_id=consulta, tipo_guia=tipo, nome_profissional=nome)
    otto = balcao("otto")
    corpo = otto.get("/api/tiss/consultas", params=pedido).json()
    assert {linha["consulta_id"] for linha in corpo["itens"]} == achadas
    assert corpo["total"] == len(achadas)
    campos = {nome: valor for nome, valor in pedido.items() if not isinstance(valor, list)}
    if campos == pedido:
        tela = otto.get("/tiss/consultas", params=campos).text
        assert set(re.findall(r'data-consulta="(\w+)"', tela)) == achadas
    # All of a filter is what the filter shows.
    escolha = {"filtro": pedido | {"tipo": [campos["tipo"]]} if "tipo" in campos else pedido}
    criado = otto.post("/api/tiss/lotes", json=escolha | {"total_visto": len(achadas) + 1})
    assert f"Agora são {len(achadas)} consultas" in criado.json()["detail"]


def test_what_cannot_be_billed_is_told_by_what_is_wrong_with_it(
    oficina: Oficina, balcao: Entrar
) -> None:
    for consulta in ("a", "b", "c"):
        oficina.alimentar(consulta_id=consulta, numero_carteira=None, digest=consulta)
    oficina.alimentar(consulta_id="d", cbo=None, numero_carteira="987654321")
    oficina.alimentar(consulta_id="boa", numero_carteira="111111111")
    oficina.montar()
    otto = balcao("otto")
    comuns = otto.get("/api/tiss/consultas/problemas").json()
    assert [(um["codigo"], um["caminho"], um["consultas"]) for um in comuns] == [
        ("AUSENTE", "dadosBeneficiario/numeroCarteira", 3),
        ("AUSENTE", "profissionalExecutante/CBOS", 1),
    ]
    assert comuns[0]["mensagem"] == "número da carteira: não informado: preencha"
    tela = html.unescape(otto.get("/tiss/consultas?situacao=COM_PROBLEMAS").text)
    enderecos = re.findall(r'<a href="([^"]+)" title="número da carteira', tela)
    assert len(enderecos) == 1
    so_esta = html.unescape(otto.get(enderecos[0]).text)
    assert set(re.findall(r'data-consulta="(\w+)"', so_esta)) == {"a", "b", "c"}
    assert "Só as que têm este problema: <b>número da carteira: não informado" in so_esta
    for pedido, quantas in (
        ({"problema": "AUSENTE"}, 4),
        ({"campo": "profissionalExecutante/CBOS"}, 1),
        ({"problema": "TAMANHO", "campo": "profissionalExecutante/CBOS"}, 0),
    ):
        corpo = otto.get("/api/tiss/consultas", params=pedido).json()
        assert (corpo["total"], len(corpo["itens"])) == (quantas, quantas)
    # What is said of it may hold words of the clinic.
    de_vera = balcao("vera").get("/api/tiss/consultas/problemas").json()
    assert {um["mensagem"] for um in de_vera} == {None}
    tela = html.unescape(balcao("vera").get("/tiss/consultas?situacao=COM_PROBLEMAS").text)
    assert "dadosBeneficiario/numeroCarteira: AUSENTE" in tela
    assert "não informado" not in tela


def test_what_is_wrong_is_told_in_words_and_the_field_apart(
    oficina: Oficina, balcao: Entrar
) -> None:
    oficina.alimentar(consulta_id="ruim", cbo=None, numero_carteira=None)
    otto = balcao("otto")
    pedido = {"consulta": "ruim"}
    tela = html.unescape(otto.post("/tiss/consultas/conferir", data=pedido).text)
    campos = ("dadosBeneficiario/numeroCarteira", "profissionalExecutante/CBOS")
    assert re.search(
        r"<div>Consulta ruim: [^</]+; [^</]+\."
        r'<p class="caminho">' + ", ".join(campos) + r"</p></div>",
        tela,
    )
    (recusada,) = otto.post("/api/tiss/lotes", json=escolher(oficina, "ruim")).json()["problemas"]
    assert recusada["campos"] == list(campos)
    oficina.montar()
    tela = html.unescape(otto.get("/tiss/consultas").text)
    for campo in campos:
        assert re.search(rf'<div>[^</]+<p class="caminho">{campo}</p></div>', tela), campo


def test_what_is_too_much_to_count_by_type_is_not_given_for_a_number(
    oficina: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultas, "ATE_QUANTAS_POR_TIPO", 3)
    for numero in range(4):
        oficina.alimentar(consulta_id=f"c{numero}", tipo_guia="CONSULTA" if numero else "ODONTO")
    otto = balcao("otto")
    assert otto.get("/api/tiss/consultas?tipo=ODONTO").json()["total"] is None
    tela = otto.get("/tiss/consultas?tipo=ODONTO").text
    assert "não contadas: esperam mais de 3, de todos os tipos" in tela
    assert otto.get("/api/tiss/consultas").json()["total"] == 4
