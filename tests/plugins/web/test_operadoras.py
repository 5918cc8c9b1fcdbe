"""The screen Operadoras: the same as the API, as a page whose forms work without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from balcao import Balcao
from httpx import Response
from oficina import Oficina

from tiss.domain.fichas import CONTRATO, Tipo

Entrar = Callable[[str | None], Balcao]
CAMPO = re.compile(r"<(?:input|select|textarea)[^>]*? name=\"([^\"]+)\"[^>]*>", re.DOTALL)


def formulario(pagina: str) -> dict[str, Any]:
    """What a browser would send of the form of the contrato, untouched."""
    (ficha,) = re.findall(r"<form [^>]*data-ficha.*?</form>", pagina, re.DOTALL)
    dados: dict[str, Any] = {}
    for achado in re.finditer(r"<(input|select|textarea)([^>]*)>", ficha):
        tipo, atributos = achado.groups()
        nome = re.search(r' name="([^"]+)"', atributos)
        valor = re.search(r' value="([^"]*)"', atributos)
        assert nome is not None
        if tipo == "select":
            dentro = ficha[achado.end() :].partition("</select>")[0]
            escolhido = re.search(r"<option[^>]* selected>([^<]*)", dentro)
            primeiro = re.search(r"<option([^>]*)>([^<]*)", dentro)
            assert primeiro is not None
            vazio = 'value=""' in primeiro[1]
            dados[nome[1]] = escolhido[1] if escolhido else "" if vazio else primeiro[2]
        elif tipo == "textarea":
            texto = ficha[achado.end() :].partition("</textarea>")[0].removeprefix("\n")
            dados[nome[1]] = unescape(texto)
        elif 'type="checkbox"' in atributos:
            if " checked" in atributos:
                dados.setdefault(nome[1], []).append(valor[1] if valor else "on")
        else:
            dados[nome[1]] = unescape(valor[1] if valor else "")
    return dados


def abrir(balcao: Entrar, contrato_id: int, nome: str = "ana") -> str:
    resposta = balcao(nome).get(f"/tiss/operadoras/{contrato_id}")
    assert resposta.status_code == 200, resposta.text
    return resposta.text


def enviar(balcao: Entrar, contrato_id: int, dados: dict[str, Any], sufixo: str = "") -> Response:
    return balcao("ana").post(f"/tiss/operadoras/{contrato_id}{sufixo}", data=dados)


def test_contratos_stand_under_their_operadora(oficina: Oficina, balcao: Entrar) -> None:
    resposta = balcao("vera").get("/tiss/operadoras")
    assert resposta.status_code == 200, resposta.text
    assert "3 operadoras" in resposta.text
    assert "6 contratos" in resposta.text
    assert "Suspender" not in resposta.text
    assert balcao(None).get("/tiss/operadoras").status_code == 401


def test_the_form_has_every_key_once(oficina: Oficina, balcao: Entrar) -> None:
    nomes = [nome for nome in CAMPO.findall(abrir(balcao, oficina.contrato().id))]
    for campo in CONTRATO.campos:
        partes = (
            [f"{campo.chave}.{nome}" for nome in campo.forma.partes]
            if campo.forma.tipo is Tipo.OBJETO
            else [campo.chave]
        )
        for nome in partes:
            assert nomes.count(nome) == (7 if campo.forma.tipo is Tipo.DIAS else 1), nome


@pytest.mark.parametrize(
    "tem",
    [
        {},
        {
            "entrega_das": "08:00", "entrega_ate": "18:30:15", "entrega_dias_da_semana": [1, 3],
            "entrega_do_dia": 28, "entrega_ao_dia": 5, "intervalo_envios": "1.5 s",
            "regras": '{"VALOR_ZERO": "BLOQUEIA", "CARTEIRA_SUSPEITA": "AVISA"}',
            "ascii_somente": False, "maiusculas": True, "tipo_api": "AMBOS",
            "servicos_rest": '{"ENVIO_LOTE_GUIAS": "lotes/${numero_lote}"}',
            "rest": '{"corpo": "WS", "cabecalhos": {"X-Canal": "a: b"}}', "dias_para_pagar": 0,
        },
    ],
    ids=["simples", "cheio"],
)  # fmt: skip
def test_a_form_that_is_sent_untouched_changes_nothing(
    oficina: Oficina, balcao: Entrar, tem: dict[str, Any]
) -> None:
    if tem:
        oficina.configurar(**tem)
    contrato = oficina.contrato()
    # The night goes on meanwhile: what only advances is not taken back to what the page showed.
    pagina = abrir(balcao, contrato.id)
    oficina.fazer("UPDATE tiss.contrato SET proximo_numero_lote = proximo_numero_lote + 3")
    resposta = enviar(balcao, contrato.id, formulario(pagina))
    assert resposta.status_code == 303, unescape(resposta.text)
    assert resposta.headers["location"].endswith("feito=igual")
    assert oficina.contrato() == contrato


def test_what_is_typed_is_stored(oficina: Oficina, balcao: Entrar) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {
        "lote.max_guias": "12", "faturar_a_partir_de": "31/01/2030", "texto.maiusculas": "true",
        "duvida.quarentena": "90min", "entrega.dias_da_semana": ["1", "5"],
    }  # fmt: skip
    resposta = enviar(balcao, contrato.id, dados)
    assert resposta.status_code == 303, unescape(resposta.text)
    novo = oficina.contrato()
    assert (novo.max_guias, novo.maiusculas, list(novo.entrega_dias_da_semana or [])) == (
        12, True, [1, 5],
    )  # fmt: skip
    assert str(novo.faturar_a_partir_de) == "2030-01-31"
    assert "mudou o contrato" in abrir(balcao, contrato.id)


def test_what_is_wrong_is_told_at_its_field_and_its_tab_and_nothing_typed_is_lost(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {
        "lote.max_guias": "101", "url_base": "ftp://<a>", "faturar_a_partir_de": "amanhã",
        "entrega.das": "8h", "codigo_prestador": "novo 7", "servicos_soap.CANCELA_GUIA": "http://b",
    }  # fmt: skip
    resposta = enviar(balcao, contrato.id, dados)
    assert resposta.status_code == 422
    texto = unescape(resposta.text)
    for nome, dito in (
        ("lote.max_guias", "deve ser um número inteiro de 1 a 100<"),
        ("url_base", "deve ser um endereço https"),
        ("faturar_a_partir_de", "deve ser uma data"),
        ("entrega.das", "deve ser uma hora"),
        ("servicos_soap.CANCELA_GUIA", "deve ser um endereço, https ou relativo"),
    ):
        onde = f'id="c-{nome.replace(".", "-")}-erro">'
        assert onde + dito in texto, nome
    assert 'value="ftp://&lt;a&gt;"' in resposta.text
    assert 'value="novo 7"' in resposta.text
    for aba, quantos in (("Identificação", 1), ("Conexão", 2), ("Lotes", 2)):
        assert re.search(rf'>{aba}<span class="count">{quantos}<', texto), aba
    assert oficina.contrato() == contrato


def test_who_looked_at_an_older_one_keeps_what_was_typed(oficina: Oficina, balcao: Entrar) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {"lote.max_guias": "12"}
    oficina.configurar(max_guias=40)
    resposta = enviar(balcao, contrato.id, dados)
    assert resposta.status_code == 409
    assert "Outra pessoa alterou esta operadora" in resposta.text
    assert 'value="12"' in resposta.text
    assert oficina.contrato().max_guias == 40


def test_who_may_not_configure_looks_at_a_form_that_is_closed(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    for nome in ("vera", "otto"):
        pagina = abrir(balcao, contrato.id, nome)
        assert "<fieldset disabled>" in pagina
        assert "Salvar contrato" not in pagina
        assert "/acesso" not in pagina
        resposta = balcao(nome).post(
            f"/tiss/operadoras/{contrato.id}", data=formulario(pagina) | {"lote.max_guias": "3"}
        )
        assert resposta.status_code == 403
    assert oficina.contrato() == contrato


def test_a_test_that_cannot_begin_shows_what_was_typed(oficina: Oficina, balcao: Entrar) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {"lote.max_guias": "12"}
    resposta = enviar(balcao, contrato.id, dados, "/testar")
    assert resposta.status_code == 422
    assert "A conexão tiss_999001_matriz não existe" in resposta.text
    assert 'value="12"' in resposta.text


def test_an_operadora_is_stopped_and_goes_on_from_the_screen(
    oficina: Oficina, balcao: Entrar
) -> None:
    pagina = balcao("ana").get("/tiss/operadoras").text
    base = {
        "chave": "chave-da-tela",
        "ficha": re.findall(r'name="ficha" value="([^"]+)"', pagina)[0],
    }
    endereco = "/tiss/operadoras/999001/suspender"
    sem = balcao("ana").post(endereco, data=base | {"motivo": " "})
    assert sem.status_code == 422
    assert "Escreva o motivo" in sem.text
    feito = balcao("ana").post(endereco, data=base | {"motivo": "tabela nova"})
    assert feito.status_code == 303
    pagina = balcao("ana").get(feito.headers["location"]).text
    assert "as consultas de retorno continuam" in pagina
    assert "tabela nova" in pagina
    assert "tabela nova" not in balcao("vera").get("/tiss/operadoras").text
    solta = balcao("ana").post(
        "/tiss/operadoras/999001/reativar", data=base | {"chave": "outra-chave", "motivo": "pronto"}
    )
    assert solta.status_code == 303
    assert oficina.valor("SELECT count(*) FROM tiss.contrato WHERE suspenso_em IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("que", "destino"),
    [
        ("testar", "/tiss/operadoras/7"),
        ("acesso", "/tiss/operadoras/7"),
        ("suspender", "/tiss/operadoras"),
    ],
)
def test_the_answer_to_a_form_can_be_loaded_again(balcao: Entrar, que: str, destino: str) -> None:
    resposta = balcao("ana").get(f"/tiss/operadoras/7/{que}")
    assert (resposta.status_code, resposta.headers["location"]) == (303, destino)
    assert balcao("ana").get("/tiss/operadoras/7/nada").status_code == 422


def test_a_certificate_and_a_password_are_stored_from_the_screen_and_not_shown(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    pagina = abrir(balcao, contrato.id)
    assert "A conexão ainda não existe" in pagina
    dados = {nome: formulario(pagina)[nome] for nome in ("ficha", "chave")}
    vazio = enviar(balcao, contrato.id, dados, "/acesso")
    assert vazio.status_code == 422
    assert "Preencha ao menos um campo" in vazio.text
    torto = balcao("ana").post(
        f"/tiss/operadoras/{contrato.id}/certificado",
        data=dados | {"senha_certificado": "abre-te-sesamo"},
        files={"arquivo": ("a.pfx", b"nada")},
    )
    assert torto.status_code == 422
    assert "não abre" in torto.text
    assert "abre-te-sesamo" not in torto.text
    feito = enviar(balcao, contrato.id, dados | {"password": "abre-te-sesamo"}, "/acesso")
    try:
        assert feito.status_code == 303, feito.text
        depois = abrir(balcao, contrato.id)
        assert "abre-te-sesamo" not in depois
        assert "mudou a credencial" in depois
    finally:
        from airflow.models.connection import Connection
        from airflow.utils.session import create_session

        with create_session() as sessao:
            sessao.query(Connection).filter(Connection.conn_id == contrato.credencial).delete()
