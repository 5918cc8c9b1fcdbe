"""A person bills in a real browser: the running product, from the login to the answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright
from produto import OPCOES, PACIENCIA, Pessoa, Produto, no_ar, o_chromium

from tiss.services.duvida import BOTOES, RespostaDuvida
from tiss.web.telas.formatos import reais

# The rules of WCAG 2.2 A and AA, and what is good practice besides.
REGRAS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
TELAS = ("hoje", "consultas", "lotes", "guias", "recursos", "conciliacao", "operadoras")


@pytest.fixture(scope="module")
def navegador(faltar: Callable[[str], NoReturn]) -> Iterator[Browser]:
    """The Chromium of the system."""
    chromium = o_chromium()
    if chromium is None:
        faltar("Falta o Chromium, em que as telas são testadas: sudo apt install chromium")
    expect.set_options(timeout=PACIENCIA)
    with sync_playwright() as playwright:
        aberto = playwright.chromium.launch(executable_path=chromium, args=OPCOES)
        yield aberto
        aberto.close()


@pytest.fixture(scope="module")
def produto(navegador: Browser) -> Iterator[Produto]:
    """Everything up, with consultas that nobody billed yet."""
    with tempfile.TemporaryDirectory(prefix="tiss-navegador-") as nome:
        pasta = Path(nome)
        # PostgreSQL runs as another user when the tests run as root.
        pasta.chmod(0o755)
        with no_ar(pasta, consultas=60) as produto:
            yield produto


@pytest.fixture
def entrar(produto: Produto, navegador: Browser) -> Iterator[Callable[[str], Pessoa]]:
    """Log somebody in. Nothing may have failed on the screens that they saw."""
    pessoas: list[Pessoa] = []

    def abrir(nome: str) -> Pessoa:
        pessoas.append(Pessoa(produto, navegador, nome))
        return pessoas[-1]

    yield abrir
    for pessoa in pessoas:
        pessoa.contexto.close()
    assert [erro for pessoa in pessoas for erro in pessoa.erros] == []


def esperar(pronto: Callable[[], object], senao: str) -> None:
    """Wait until something is true."""
    limite = time.monotonic() + PACIENCIA / 1000 * 2
    while not pronto():
        assert time.monotonic() < limite, senao
        time.sleep(0.3)


def novo_lote(produto: Produto, antes: int) -> int:
    """Wait for the lote that was just created; the rehearsal of it took ids that nobody has."""
    maior = "SELECT max(id) FROM tiss.lote WHERE id > %s"
    esperar(lambda: produto.valor(maior, antes), "nenhum lote novo")
    return int(produto.valor(maior, antes))


def esperar_status(produto: Produto, lote: int, status: str) -> None:
    """Wait until a run of Airflow brought a lote there."""
    agora = "SELECT status FROM tiss.lote WHERE id = %s"
    esperar(lambda: produto.valor(agora, lote) == status, f"o lote {lote} não chegou a {status}")


def enviar_em_duvida(pessoa: Pessoa, produto: Produto) -> int:
    """Send a lote of which no answer comes; return it."""
    antes = int(produto.valor("SELECT coalesce(max(id), 0) FROM tiss.lote"))
    produto.falha("reset_depois", registro_ans="999002")
    quadro = pessoa.ir("consultas?situacao=PRONTA&operadora=999002")
    quadro.locator("input[name=consulta]:not([disabled])").first.check()
    quadro.get_by_role("button", name="Conferir e criar lotes").click()
    quadro.get_by_role("button", name="e enviar agora").click()
    expect(quadro.get_by_role("status").filter(has_text="envio começou")).to_be_visible()
    lote = novo_lote(produto, antes)
    esperar_status(produto, lote, "EM_DUVIDA")
    return lote


def test_what_is_chosen_is_summed_from_page_to_page_and_kept(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("operacao")
    quadro = pessoa.ir("consultas?situacao=PRONTA&por_pagina=25")
    escolhas = quadro.locator("input[name=consulta]:not([disabled])")
    quantas, soma = quadro.locator("[data-quantas]"), quadro.locator("[data-soma]")
    centavos = 0

    def escolher(ordem: int) -> None:
        nonlocal centavos
        escolhas.nth(ordem).check()
        centavos += int(escolhas.nth(ordem).get_attribute("data-centavos") or "")
        expect(soma).to_have_text(reais(Decimal(centavos) / 100))

    escolher(0)
    escolher(3)
    quadro.get_by_role("link", name="Próxima").click()
    pessoa.pagina.wait_for_url("**cursor=**")
    escolher(1)
    expect(quantas).to_have_text("3 consultas selecionadas")
    quadro.get_by_role("button", name="Conferir e criar lotes").click()
    expect(quadro.locator("table.resumo tfoot td").last).to_have_text(
        reais(Decimal(centavos) / 100)
    )
    quadro.get_by_role("link", name="Voltar às consultas").click()
    expect(quantas).to_have_text("3 consultas selecionadas")
    expect(soma).to_have_text(reais(Decimal(centavos) / 100))
    expect(escolhas.nth(3)).to_be_checked()
    # What all of a filter is worth, nobody summed.
    quadro.locator("[data-todas]").check()
    quadro.get_by_role("button", name="Selecionar todas as").click()
    expect(soma).to_have_text("")


def test_a_filter_waits_for_who_chooses_by_keyboard_and_keeps_the_place(
    entrar: Callable[[str], Pessoa],
) -> None:
    pessoa = entrar("operacao")
    quadro = pessoa.ir("lotes")
    visitados: list[str] = []
    pessoa.pagina.on("framenavigated", lambda quadro: visitados.append(quadro.url))
    operadora = quadro.locator("select[name=operadora]")
    operadora.focus()
    for tecla in ("ArrowDown", "ArrowDown"):
        pessoa.pagina.keyboard.press(tecla)
    pessoa.pagina.wait_for_url("**operadora=999002**")
    expect(operadora).to_be_focused()
    pessoa.pagina.keyboard.press("ArrowUp")
    pessoa.pagina.keyboard.press("Enter")
    pessoa.pagina.wait_for_url("**operadora=999001**")
    # Neither an operadora on the way nor one chosen by Enter a second time.
    escolhidas = [url.partition("operadora=")[2][:6] for url in visitados if "operadora=" in url]
    assert list(dict.fromkeys(escolhidas)) == ["999002", "999001"]
    # Who goes on to the next field is there when the rows are back.
    pessoa.pagina.keyboard.press("ArrowUp")
    pessoa.pagina.keyboard.press("Tab")
    pessoa.pagina.wait_for_url(lambda url: "operadora" not in url)
    expect(quadro.get_by_label("Criado de", exact=True)).to_be_focused()
    busca = quadro.get_by_label("Buscar")
    busca.fill("77")
    busca.press("Enter")
    pessoa.pagina.wait_for_url("**busca=77")
    expect(busca).to_be_focused()


def test_a_key_reaches_a_screen_that_nobody_clicked_in(
    entrar: Callable[[str], Pessoa],
) -> None:
    pessoa = entrar("leitura")
    quadro = pessoa.ir("lotes")
    pessoa.pagina.keyboard.press("/")
    expect(quadro.get_by_label("Buscar")).to_be_focused()


def test_a_lote_goes_from_the_choice_to_the_answer(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("operacao")
    pessoa.pagina.goto(produto.url)
    pessoa.pagina.get_by_role("link", name="TISS").first.click()
    quadro = pessoa.quadro
    quadro.get_by_role("link", name="Consultas prontas", exact=True).click()
    expect(quadro.locator("h1#total")).to_contain_text("consultas")
    # All of a filter.
    quadro.locator("select[name=operadora]").select_option("999001")
    pessoa.pagina.wait_for_url("**operadora=999001**")
    quadro.locator("a.chip", has_text="Prontas").click()
    pessoa.pagina.wait_for_url("**situacao=PRONTA**")
    quadro.locator("[data-todas]").check()
    expect(quadro.locator("[data-quantas]")).to_contain_text("selecionada")
    quadro.get_by_role("button", name="Conferir e criar lotes").click()
    expect(quadro.locator("h1")).to_contain_text("Criar")
    quadro.get_by_role("button", name="e enviar agora").click()
    aviso = quadro.get_by_role("status").filter(has_text="envio começou")
    expect(aviso).to_be_visible()
    # It is said once: the same address says it no more.
    pessoa.pagina.wait_for_url(lambda url: "feito" not in url)
    lote = int(produto.valor("SELECT min(id) FROM tiss.lote"))
    esperar_status(produto, lote, "ENVIADO")
    # The screen shows it without being asked.
    expect(quadro.locator(f"tr.row[data-id='{lote}'] .badge")).to_contain_text(
        "Enviado", timeout=PACIENCIA
    )
    expect(aviso).to_be_visible()
    pessoa.pagina.reload()
    expect(quadro.locator(f"tr.row[data-id='{lote}']")).to_be_visible()
    expect(aviso).to_have_count(0)
    produto.avancar(120)
    pessoa.ir(f"lotes?lote={lote}")
    quadro.get_by_role("button", name="Consultar agora").click()
    esperar_status(produto, lote, "PROCESSADO")
    expect(quadro.locator(f"tr.row[data-id='{lote}'] .badge")).to_contain_text(
        "Processado", timeout=PACIENCIA
    )


def test_the_run_is_one_click_away_and_back(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("operacao")
    lote = int(produto.valor("SELECT min(lote_id) FROM tiss.troca"))
    quadro = pessoa.ir(f"lotes?lote={lote}")
    aqui = pessoa.pagina.url
    quadro.get_by_role("link", name="Ver no Airflow").click()
    pessoa.pagina.wait_for_url("**/dags/tiss_*/runs/**")
    pessoa.pagina.go_back()
    expect(quadro.locator("#painel")).to_be_visible()
    assert pessoa.pagina.url == aqui


def test_a_new_lote_is_told_and_moves_no_row(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("operacao")

    def criar() -> int:
        consulta = produto.valor(
            "SELECT consulta_id FROM tiss.em_espera('PRODUCAO')"
            " WHERE NOT com_problemas AND registro_ans = '999002' LIMIT 1"
        )
        criado = pessoa.contexto.request.post(
            f"{produto.url}/api/tiss/lotes",
            data={"consulta_ids": [consulta]},
            headers={"Origin": produto.url, "X-Tiss": "1"},
        )
        assert criado.status == 201, criado.text()
        return int(criado.json()["lotes"][0])

    criar()
    quadro = pessoa.ir("lotes")
    linhas = quadro.locator("tr.row[data-id]")
    antes = linhas.count()
    novo = criar()
    aviso = quadro.get_by_role("button", name="1 lote novo. Atualizar")
    expect(aviso).to_be_visible()
    assert linhas.count() == antes
    aviso.click()
    expect(linhas).to_have_count(antes + 1)
    expect(linhas.first).to_have_attribute("data-id", str(novo))


def test_a_doubt_is_settled_with_the_protocolo_of_the_portal(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("operacao")
    lote = enviar_em_duvida(pessoa, produto)
    quadro = pessoa.ir(f"lotes/{lote}/duvida")
    quadro.get_by_text("Sim, chegou. Tenho o protocolo").click()
    quadro.get_by_label("Número do protocolo").fill("ABC1")
    quadro.get_by_label("Como você conferiu?").fill("portal, atendente Carla")
    quadro.get_by_role("button", name="Gravar a decisão").click()
    expect(quadro.get_by_role("status").filter(has_text="Decisão gravada")).to_be_visible()
    esperar_status(produto, lote, "ENVIADO")
    expect(quadro.locator("#painel")).to_contain_text("atendente Carla")


def test_a_doubt_is_settled_in_required_actions(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("operacao")
    lote = enviar_em_duvida(pessoa, produto)
    pedir = pessoa.contexto.request
    corridas = f"{produto.url}/api/v2/dags/tiss_duvida/dagRuns"
    pedido = {"logical_date": None, "conf": {"lotes": [lote]}}
    corrida = f"{corridas}/{pedir.post(corridas, data=pedido).json()['dag_run_id']}"
    tarefa = f"{corrida}/taskInstances/perguntar/0"
    # The question is there a moment before the task waits for its answer.
    esperar(
        lambda: pedir.get(tarefa).json().get("state") == "awaiting_input",
        "a pergunta não foi feita",
    )
    # Nobody reads it faster. Answered while the scheduler has not yet seen that the process which
    # asked ended, Airflow 3.3 takes that end for the task's, and asks again.
    time.sleep(5)
    resposta = pedir.patch(
        f"{tarefa}/hitlDetails",
        data={
            "chosen_options": [BOTOES[RespostaDuvida.PROTOCOLO]],
            "params_input": {"protocolo": "QA1", "consultei_o_portal": False},
        },
    )
    assert resposta.ok, resposta.text()
    esperar_status(produto, lote, "ENVIADO")
    assert produto.valor("SELECT protocolo FROM tiss.lote WHERE id = %s", lote) == "QA1"
    esperar(lambda: pedir.get(corrida).json()["state"] == "success", "a execução não terminou bem")
    # Taken at once: an answer that fails and is asked for again would be a second try.
    assert pedir.get(tarefa).json()["try_number"] == 1


def test_a_refused_lote_is_built_again(entrar: Callable[[str], Pessoa], produto: Produto) -> None:
    pessoa = entrar("operacao")
    antes = int(produto.valor("SELECT coalesce(max(id), 0) FROM tiss.lote"))
    produto.falha("mensagem_erro", registro_ans="999003", codigo="5014")
    quadro = pessoa.ir("consultas?situacao=PRONTA&operadora=999003")
    quadro.locator("input[name=consulta]:not([disabled])").first.check()
    quadro.get_by_role("button", name="Conferir e criar lotes").click()
    quadro.get_by_role("button", name="e enviar agora").click()
    lote = novo_lote(produto, antes)
    esperar_status(produto, lote, "ERRO")
    quadro = pessoa.ir(f"lotes?lote={lote}")
    quadro.get_by_role("button", name="Refazer e enviar").click()
    expect(quadro.get_by_role("status").filter(has_text="foi refeito")).to_be_visible()
    refeito = int(produto.valor("SELECT substituido_por FROM tiss.lote WHERE id = %s", lote))
    esperar_status(produto, refeito, "ENVIADO")


def test_who_may_only_read_acts_on_nothing_and_sees_no_patient(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("leitura")
    carteira = str(
        produto.valor(
            "SELECT numero_carteira FROM tiss.consulta_preparada WHERE resultado IS NULL"
            " ORDER BY data_atendimento DESC LIMIT 1"
        )
    )
    quadro = pessoa.ir("consultas")
    expect(quadro.locator("tr.row").first).to_be_visible()
    assert carteira not in quadro.locator("body").inner_text()
    assert quadro.locator("button", has_text="criar lotes").count() == 0
    lote = int(produto.valor("SELECT min(id) FROM tiss.lote"))
    quadro = pessoa.ir(f"lotes?lote={lote}")
    assert quadro.locator("#painel form").count() == 0
    resposta = pessoa.contexto.request.post(
        f"{produto.url}/api/tiss/lotes/{lote}/consultar-status",
        headers={"Origin": produto.url, "X-Tiss": "1"},
    )
    assert resposta.status == 403


@pytest.mark.parametrize("tema", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(
    entrar: Callable[[str], Pessoa], produto: Produto, tema: str
) -> None:
    pessoa = entrar("admin")
    pessoa.tema(tema)
    lote = int(produto.valor("SELECT min(id) FROM tiss.lote"))
    achados = {}
    for tela in (
        *TELAS,
        f"lotes?lote={lote}",
        f"lotes?lote={lote}&parte=guias",
        f"lotes/{lote}/duvida",
        f"lotes/{lote}/capa",
        f"lotes/{lote}/cancelamento",
        "operadoras/novo",
    ):
        pessoa.ir(tela)
        dentro = next(q for q in pessoa.pagina.frames if "/tiss/" in q.url and q.parent_frame)
        assert dentro.evaluate("document.documentElement.classList.contains('dark')") is (
            tema == "dark"
        )
        for violacao in Axe().run(dentro, options=REGRAS).response["violations"]:
            alvos = [no["target"] for no in violacao["nodes"]][:3]
            achados[tela, violacao["id"]] = alvos
    assert achados == {}


def test_a_contrato_is_configured_and_tried_out(
    entrar: Callable[[str], Pessoa], produto: Produto
) -> None:
    pessoa = entrar("admin")
    contrato, url_base = produto.linha(
        "SELECT contrato.id, contrato.url_base FROM tiss.contrato"
        " JOIN tiss.prestador ON prestador.id = contrato.prestador_id"
        " WHERE contrato.registro_ans = '999003' AND prestador.clinica_id = 'FILIAL'"
    )
    quadro = pessoa.ir("operadoras")
    quadro.locator(f"tr.row[data-id='{contrato}'] a").click()
    abas = quadro.get_by_role("navigation", name="Partes do contrato")
    abas.get_by_role("link", name="Lotes").click()
    quadro.get_by_label("Guias por lote").fill("7")
    quadro.get_by_role("button", name="Salvar contrato").click()
    expect(quadro.get_by_role("status").filter(has_text="Salvo")).to_be_visible()
    assert produto.valor("SELECT max_guias FROM tiss.contrato WHERE id = %s", contrato) == 7

    # The history tells the field, and has nothing to be stored.
    abas.get_by_role("link", name="História").click()
    expect(quadro.get_by_text("mudou Guias por lote")).to_be_visible()
    expect(quadro.get_by_role("button", name="Salvar contrato")).to_be_hidden()

    # What is on the screen is tried out, and not stored by that.
    testar = quadro.get_by_role("button", name="Testar conexão")
    abas.get_by_role("link", name="Conexão").click()
    quadro.get_by_label("Endereço da operadora").fill("http://127.0.0.1:1/999003")
    testar.click()
    expect(quadro.get_by_role("heading", name="O teste não passou")).to_be_visible()
    expect(quadro.locator(".laudo")).to_contain_text("Nada foi enviado")
    expect(quadro.get_by_label("Endereço da operadora")).to_have_value("http://127.0.0.1:1/999003")
    assert produto.linha("SELECT id, url_base FROM tiss.contrato WHERE id = %s", contrato) == (
        contrato,
        url_base,
    )

    # What is not stored stays told, and what answers is seen although the tab is long.
    expect(quadro.get_by_text("Há mudanças não salvas.")).to_be_visible()
    expect(quadro.get_by_role("heading", name="O teste não passou")).to_be_in_viewport()
    # The first wrong field is in sight with its tab open, the banner too if both fit.
    quadro.get_by_label("Endereço da operadora").fill("ftp://a")
    abas.get_by_role("link", name="Em dúvida").click()
    testar.click()
    expect(quadro.get_by_role("alert")).to_contain_text("Nada foi testado")
    expect(quadro.get_by_role("alert")).to_be_in_viewport()
    expect(quadro.get_by_label("Endereço da operadora")).to_be_focused()
    quadro.get_by_label("Endereço da operadora").fill(url_base)
    quadro.get_by_label("Proxy").fill("proxy sem esquema")
    quadro.get_by_role("button", name="Salvar contrato").click()
    expect(quadro.get_by_label("Proxy")).to_be_focused()
    expect(quadro.get_by_label("Proxy")).to_be_in_viewport()
    assert ["422" in pessoa.erros.pop() for _ in range(2)] == [True, True]
    quadro.get_by_label("Proxy").fill("")
    quadro.get_by_role("button", name="Salvar contrato").click()
    expect(quadro.get_by_role("status").filter(has_text="Nada mudou")).to_be_in_viewport()
    expect(quadro.get_by_label("Endereço da operadora")).to_be_visible()
    expect(quadro.get_by_text("Há mudanças não salvas.")).to_be_hidden()

    # A credential is stored on the screen and never comes back; a wrong one is not tried twice.
    pessoa.ir("operadoras")
    quadro = pessoa.ir(f"operadoras/{contrato}#aba-ACESSO")
    quadro.get_by_label("Conexão do Airflow com a credencial").fill("cedro_da_filial")
    quadro.get_by_role("button", name="Salvar contrato").click()
    expect(quadro.get_by_role("status").filter(has_text="Salvo")).to_be_visible()

    def guardar(senha: str) -> None:
        abas.get_by_role("link", name="Acesso").click()
        quadro.get_by_text("Trocar usuário, senha ou token").click()
        quadro.get_by_label("Usuário na operadora").fill("filial999003")
        quadro.get_by_label("Senha", exact=True).fill(senha)
        quadro.get_by_role("button", name="Guardar na conexão").click()
        expect(quadro.get_by_role("status").filter(has_text="Guardado")).to_be_visible()

    guardar("senha-de-outro-lugar")
    testar.click()
    expect(quadro.locator("li[data-estado=FALHOU]")).to_contain_text("Acesso aceito")
    testar.click()
    expect(quadro.get_by_role("alert")).to_contain_text("gastar mais uma tentativa")
    assert "409" in pessoa.erros.pop()
    certa = produto.senhas["tiss_999003_filial"]
    guardar(certa)
    testar.click()
    expect(quadro.get_by_role("heading", name="O teste passou")).to_be_visible()
    assert certa not in pessoa.pagina.frames[-1].content()
