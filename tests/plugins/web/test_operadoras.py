"""The screen Operadoras: the same as the API, as a page whose forms work without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from balcao import Balcao
from httpx import Response
from oficina import SENHAS, Oficina

from tiss.demo import cadastro
from tiss.domain.fichas import CONTRATO, Campo, Tipo
from tiss.simulador.processo import Simulador
from tiss.web.telas.ficha import em_palavras

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
        # What has no name is not sent.
        if nome is None:
            continue
        if tipo == "select":
            dentro = ficha[achado.end() :].partition("</select>")[0]
            opcoes = re.findall(r'<option value="([^"]*)"( selected)?>', dentro)
            dados[nome[1]] = next((um for um, escolhida in opcoes if escolhida), opcoes[0][0])
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


def comecar(balcao: Entrar, consulta: str = "") -> dict[str, Any]:
    """What a browser would send of the form of a new contrato, untouched."""
    resposta = balcao("ana").get(f"/tiss/operadoras/novo{consulta}")
    assert resposta.status_code == 200, resposta.text
    return formulario(resposta.text)


def erro(resposta: Response, nome: str) -> str:
    """What is told at a field."""
    achado = re.search(rf'id="c-{nome.replace(".", "-")}-erro">([^<]*)', unescape(resposta.text))
    assert achado is not None, nome
    return achado[1]


def diferencas(resposta: Response) -> set[tuple[str, ...]]:
    """The rows of the table: field, what is stored, what was written."""
    linha = r'<tr><td>([^<]*)</td><td class="valor">([^<]*)</td><td class="valor">([^<]*)</td></tr>'
    return {tuple(map(unescape, celulas)) for celulas in re.findall(linha, resposta.text)}


def visiveis(pagina: str) -> str:
    """What a person reads of the form: its labels, choices and help, not what is typed."""
    (ficha,) = re.findall(r"<form [^>]*data-ficha.*?</form>", pagina, re.DOTALL)
    sem_texto = re.sub(r"<textarea.*?</textarea>", "", ficha, flags=re.DOTALL)
    fixos = re.findall(r'value="([^"]*)" readonly', ficha)
    return unescape(" ".join([re.sub(r"<[^>]*>", " ", sem_texto), *fixos]))


def historia(pagina: str) -> list[str]:
    """Who did what, the newest first."""
    linhas = re.findall(r"<li><b>([^<]*)</b>([^<]*)<time", unescape(pagina))
    return [quem + fez.rstrip() for quem, fez in linhas]


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


@pytest.mark.parametrize("campo", CONTRATO.campos, ids=lambda campo: campo.chave)
def test_every_field_and_every_choice_has_a_name(campo: Campo) -> None:
    cru = re.compile(r"[a-z]+_[a-z_]+|[A-Z]+_[A-Z_]+|^[a-z_.]+$")
    formas = [("", campo.forma), *campo.forma.partes.items()]
    rotulos = [campo.rotulo, *campo.forma.rotulos.values()]
    opcoes = [um for _, forma in formas for um in forma.opcoes.items()]
    assert campo.forma.tipo is not Tipo.OBJETO or [*campo.forma.rotulos] == [*campo.forma.partes]
    ajuda = campo.ajuda.replace("VALOR_ZERO", "")
    for nome in [*rotulos, ajuda, *(nome for _, nome in opcoes)]:
        assert not cru.search(nome), nome
    assert all(rotulos)
    assert [valor for valor, nome in opcoes if nome in ("", valor)] == []


def test_no_key_and_no_choice_of_the_file_is_read_on_the_screen(
    oficina: Oficina, balcao: Entrar
) -> None:
    lido = visiveis(abrir(balcao, oficina.contrato().id))
    for campo in CONTRATO.campos:
        assert campo.rotulo in lido
    # The codes of the rules are typed as the file has them.
    crus = set(re.findall(r"\b[A-Z]{2,}_[A-Z_]+\b|\b[a-z]+_[a-z_]+\b", lido)) - {"VALOR_ZERO"}
    assert crus == {"numero_lote", "registro_ans"} & crus
    assert "Produção" in lido
    assert not {"PRODUCAO", "AUTOMATICO", "CONFERENCIA", "MANUAL"} & set(lido.split())
    lista = balcao("vera").get("/tiss/operadoras").text
    assert "Usuário e senha (HTTP Basic)" in lista
    assert "BASIC_AUTH" not in lista


@pytest.mark.parametrize(
    ("dito", "lido"),
    [
        ("relativo a url_base, sem", "relativo a “Endereço da operadora”, sem"),
        ("segundos_total: 5 é menos", "“Segundos da troca inteira”: 5 é menos"),
        ("rede.proxy: escreva", "“Proxy”: escreva"),
        ("servicos_soap.CANCELA_GUIA: ponha", "“Serviços SOAP: Cancelamento”: ponha"),
        ("com tipo_autenticacao NENHUMA e", "com “Autenticação: Nenhuma” e"),
        ("tipo_api XYZ", "“Como se envia” XYZ"),
        ("rest.cabecalhos.X: só", "rest.cabecalhos.X: só"),
        ("o envio e tiss_999001_url_base", "o envio e tiss_999001_url_base"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_screen(dito: str, lido: str) -> None:
    assert em_palavras(dito) == lido


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
    (feito,) = historia(abrir(balcao, contrato.id))
    assert feito == (
        "ana mudou Faturar a partir de, Guias por lote, Todo texto em maiúsculas, Recebe nos dias, "
        "Quarentena"
    )


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


def test_who_looked_at_an_older_one_sees_what_differs_and_may_write_over_it(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {
        "lote.max_guias": "12", "entrega.dias_da_semana": ["1", "5"], "texto.maiusculas": "true",
        "url_base": "https://<b>.exemplo", "entrega.das": "08:00", "entrega.ate": "18:00:00",
    }  # fmt: skip
    antes = dados["servicos_soap.CANCELA_GUIA"]
    # The night goes on meanwhile too.
    lote = int(dados["proximo_numero_lote"]) + 3
    oficina.configurar(max_guias=40, proximo_numero_lote=lote)
    oficina.configurar(entrega_das="08:00", entrega_ate="18:00")
    oficina.enderecar(CANCELA_GUIA="https://outro.exemplo/cancela")
    resposta = enviar(balcao, contrato.id, dados)
    assert resposta.status_code == 409
    assert "Outra pessoa alterou esta operadora" in resposta.text
    assert diferencas(resposta) == {
        ("Guias por lote", "40", "12"),
        ("Recebe nos dias", "—", "Segunda, Sexta"),
        ("Todo texto em maiúsculas", "Não", "Sim"),
        ("Endereço da operadora", contrato.url_base, "https://<b>.exemplo"),
        ("Serviços SOAP: Cancelamento", "https://outro.exemplo/cancela", antes or "—"),
    }
    assert "https://&lt;b&gt;.exemplo" in resposta.text
    assert f'href="/tiss/operadoras/{contrato.id}">Descartar o que escrevi' in resposta.text
    assert "Salvar contrato" not in resposta.text
    assert oficina.contrato().max_guias == 40
    # Without a choice it stays what it is, however often it is sent.
    sem_escolha = formulario(resposta.text)
    assert enviar(balcao, contrato.id, sem_escolha).status_code == 409
    assert "Salvar por cima" in enviar(balcao, contrato.id, sem_escolha, "/testar").text
    escolhida = re.findall(r'name="por_cima" value="([0-9]+)">Salvar por cima', resposta.text)
    assert escolhida == [str(oficina.contrato().versao)]
    feito = enviar(balcao, contrato.id, sem_escolha | {"por_cima": escolhida[0]})
    assert feito.status_code == 303, unescape(feito.text)
    novo = oficina.contrato()
    assert (novo.max_guias, novo.url_base, novo.maiusculas) == (12, "https://<b>.exemplo", True)
    assert formulario(abrir(balcao, novo.id))["proximo_numero_lote"] == str(lote)


def test_who_writes_over_is_told_of_a_third_person_and_of_what_is_wrong(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {"lote.max_guias": "12"}
    oficina.configurar(max_guias=40)
    por_cima = {"por_cima": str(oficina.contrato().versao)}
    torto = enviar(balcao, contrato.id, dados | por_cima | {"lote.max_guias": "101"})
    assert (torto.status_code, diferencas(torto)) == (422, set())
    assert formulario(torto.text)["versao"] == por_cima["por_cima"]
    oficina.configurar(max_guias=41)
    outra = enviar(balcao, contrato.id, dados | por_cima)
    assert (outra.status_code, diferencas(outra)) == (409, {("Guias por lote", "41", "12")})
    assert oficina.contrato().max_guias == 41


def test_who_wrote_what_somebody_else_stored_has_nothing_to_choose(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {
        "lote.max_guias": " 40 ", "entrega.das": "08:00:00", "entrega.ate": "18:00",
        "regras": "VALOR_ZERO:BLOQUEIA\r\n\r\nCARTEIRA_SUSPEITA: AVISA",
    }  # fmt: skip
    oficina.configurar(
        max_guias=40, entrega_das="08:00", entrega_ate="18:00",
        regras='{"CARTEIRA_SUSPEITA": "AVISA", "VALOR_ZERO": "BLOQUEIA"}',
    )  # fmt: skip
    resposta = enviar(balcao, contrato.id, dados)
    assert (resposta.status_code, diferencas(resposta)) == (409, set())
    assert "o que você escreveu é o que já está gravado" in resposta.text


def test_a_contrato_begins_on_the_screen_once(oficina: Oficina, balcao: Entrar) -> None:
    assert 'href="/tiss/operadoras/novo"' in balcao("ana").get("/tiss/operadoras").text
    dados = comecar(balcao)
    assert (dados["lote.max_guias"], dados["texto.ascii_somente"]) == ("100", ["true"])
    # Nobody chose these yet.
    for nome in ("prestador", "operadora", "ambiente", "tipo_autenticacao", "proximo_numero_guia"):
        assert dados[nome] == "", nome
    escritos = {
        "prestador": "MATRIZ", "operadora": "999001", "ambiente": "HOMOLOGACAO",
        "tipo_autenticacao": "NENHUMA", "tipo_api": "MANUAL", "faturar_a_partir_de": "31/01/2030",
        "proximo_numero_lote": "1", "proximo_numero_guia": "7", "lote.max_guias": "12",
    }  # fmt: skip
    dados |= escritos
    respostas = [balcao("ana").post("/tiss/operadoras/novo", data=dados) for _ in range(2)]
    novo = oficina.contrato(ambiente="HOMOLOGACAO")
    for resposta in respostas:
        assert resposta.status_code == 303, unescape(resposta.text)
        assert resposta.headers["location"] == f"/tiss/operadoras/{novo.id}?feito=criado"
    assert len(oficina.contratos()) == 7
    pagina = balcao("ana").get(respostas[0].headers["location"]).text
    assert "Contrato criado" in pagina
    gravado = formulario(pagina)
    assert {nome: gravado[nome] for nome in escritos} == escritos
    assert oficina.linhas("SELECT quem, o_que, situacao FROM tiss.acao") == [
        {"quem": "ana", "o_que": "contrato.criar", "situacao": 201}
    ]
    assert pagina.count("<b>ana</b> criou o contrato") == 1
    de_outro = balcao("ana").get(f"/tiss/operadoras/{oficina.contrato().id}").text
    assert "criou o contrato" not in de_outro
    # Another form that asks for the same is told at its field.
    repetido = balcao("ana").post("/tiss/operadoras/novo", data=dados | {"chave": "outra-chave"})
    assert repetido.status_code == 422
    assert "já tem contrato com esta operadora" in erro(repetido, "ambiente")


def test_what_keeps_a_contrato_from_beginning_is_told_at_its_field(
    oficina: Oficina, balcao: Entrar
) -> None:
    vazio = balcao("ana").post("/tiss/operadoras/novo", data=comecar(balcao))
    assert vazio.status_code == 422
    for nome in ("prestador", "operadora", "ambiente", "tipo_autenticacao"):
        assert erro(vazio, nome) == "falta, e é obrigatório"
    for nome in ("faturar_a_partir_de", "proximo_numero_lote", "proximo_numero_guia"):
        assert erro(vazio, nome) == "falta, e um contrato novo não começa sem ele"
    digitado = comecar(balcao) | {
        "prestador": "OUTRA", "operadora": "999002", "ambiente": "PRODUCAO",
        "tipo_autenticacao": "BASIC_AUTH", "proximo_numero_lote": "5", "codigo_prestador": "novo 7",
    }  # fmt: skip
    resposta = balcao("ana").post("/tiss/operadoras/novo", data=digitado)
    assert resposta.status_code == 422
    assert "tiss contrato importar" in erro(resposta, "prestador")
    assert "não começa sem ele" in erro(resposta, "proximo_numero_guia")
    # Nothing typed is lost, and nobody is chosen in place of who is not registered.
    da_volta = formulario(resposta.text)
    chave = da_volta.pop("chave")
    assert chave != digitado.pop("chave")
    assert da_volta | {"prestador": "", "ficha": ""} == digitado | {"prestador": "", "ficha": ""}
    assert da_volta["prestador"] == ""
    assert len(oficina.contratos()) == 6


def test_a_contrato_begins_as_another_without_what_is_of_that_one_alone(
    oficina: Oficina, balcao: Entrar
) -> None:
    oficina.configurar(
        max_guias=37, regras='{"VALOR_ZERO": "BLOQUEIA"}', assinatura="tiss_999001_matriz",
        entrega_dias_da_semana=[1, 3],
    )  # fmt: skip
    modelo = oficina.contrato()
    endereco = f"/tiss/operadoras/novo?de={modelo.id}"
    assert f'href="{endereco}"' in abrir(balcao, modelo.id)
    dados = comecar(balcao, f"?de={modelo.id}")
    proprios = {
        "prestador": "FILIAL", "operadora": "999001", "ambiente": "HOMOLOGACAO",
        "codigo_prestador": "000777", "credencial": "tiss_999001_filial", "assinatura": "",
        "faturar_a_partir_de": "31/01/2030", "proximo_numero_lote": "1", "proximo_numero_guia": "1",
    }  # fmt: skip
    assert {nome: dados[nome] for nome in proprios} == dict.fromkeys(proprios, "")
    feito = balcao("ana").post("/tiss/operadoras/novo", data=dados | proprios)
    assert feito.status_code == 303, unescape(feito.text)
    antes, depois = (
        formulario(abrir(balcao, um.id))
        for um in (modelo, oficina.contrato("FILIAL", ambiente="HOMOLOGACAO"))
    )
    diferem = {nome for nome in antes if antes[nome] != depois[nome]}
    de_cada_vez = {"ficha", "chave", "versao"}
    assert {nome.removeprefix("antes.") for nome in diferem} - de_cada_vez <= {*proprios}
    assert depois["lote.max_guias"] == "37"
    assert balcao("ana").get("/tiss/operadoras/novo?de=999999").status_code == 404


@pytest.mark.parametrize(("nome", "status"), [("vera", 403), ("otto", 403), (None, 401)])
def test_only_who_administers_begins_a_contrato(
    oficina: Oficina, balcao: Entrar, nome: str | None, status: int
) -> None:
    dados = comecar(balcao)
    assert balcao(nome).get("/tiss/operadoras/novo").status_code == status
    assert balcao(nome).post("/tiss/operadoras/novo", data=dados).status_code == status
    assert oficina.valor("SELECT count(*) FROM tiss.acao") == 0
    if nome is not None:
        assert "operadoras/novo" not in balcao(nome).get("/tiss/operadoras").text
        assert "operadoras/novo" not in abrir(balcao, oficina.contrato().id, nome)


def test_the_first_contrato_begins_where_there_is_none(oficina: Oficina, balcao: Entrar) -> None:
    oficina.fazer("DELETE FROM tiss.contrato")
    for nome, vezes in (("vera", 0), ("ana", 1)):
        pagina = balcao(nome).get("/tiss/operadoras").text
        assert "Nenhuma operadora ainda" in pagina
        assert pagina.count('href="/tiss/operadoras/novo"') == vezes


def test_the_history_says_which_fields_changed_and_never_their_values(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id))

    def salvar(**muda: str) -> Response:
        dados["versao"] = str(oficina.contrato().versao)
        dados["chave"] = f"uma-chave-{len(historia(abrir(balcao, contrato.id)))}"
        return enviar(balcao, contrato.id, dados | muda)

    endereco = "https://segredo.exemplo/tiss"
    assert salvar(url_base=endereco, fuso="America/Manaus").status_code == 303
    dados["url_base"], dados["fuso"] = endereco, "America/Manaus"
    assert salvar().status_code == 303
    assert salvar(url_base="ftp://a").status_code == 422
    acesso = {"chave": "chave-do-acesso", "login": "u", "password": "abre-te-sesamo"}
    assert enviar(balcao, contrato.id, dados | acesso, "/acesso").status_code == 303
    oficina.fazer(
        "INSERT INTO tiss.acao (quem, o_que, contrato_id, pedido_sha256)"
        " VALUES ('rui', 'contrato.alterar', %s, repeat('0', 64))",
        contrato.id,
    )
    assert historia(abrir(balcao, contrato.id)) == [
        "rui tentou mudar o contrato: não se sabe se terminou",
        "ana mudou a credencial: Usuário na operadora, Senha",
        "ana tentou mudar o contrato: nada mudou",
        "ana salvou o contrato sem mudar nada",
        "ana mudou Endereço da operadora, Fuso horário",
    ]
    assert "segredo.exemplo" not in repr(oficina.linhas("SELECT * FROM tiss.acao"))


def test_who_changes_an_address_is_led_to_the_contratos_that_have_another(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato, outro = oficina.contrato(), oficina.contrato("FILIAL")
    homologa = comecar(balcao, f"?de={contrato.id}") | {
        "prestador": "FILIAL", "operadora": "999001", "ambiente": "HOMOLOGACAO",
        "credencial": "tiss_999001_filial", "faturar_a_partir_de": "31/01/2030",
        "proximo_numero_lote": "1", "proximo_numero_guia": "1",
    }  # fmt: skip
    assert balcao("ana").post("/tiss/operadoras/novo", data=homologa).status_code == 303

    def mudar(contrato_id: int, **muda: str) -> str:
        dados = formulario(abrir(balcao, contrato_id)) | muda
        feito = enviar(balcao, contrato_id, dados)
        assert feito.status_code == 303, unescape(feito.text)
        return balcao("ana").get(feito.headers["location"]).text

    def levam(pagina: str) -> list[str]:
        return re.findall(r'href="/tiss/operadoras/([0-9]+)#aba-CONEXAO"', pagina)

    novo = "https://novo.exemplo/tiss"
    # Of another environment, or of another operadora, the address is another thing.
    assert levam(mudar(contrato.id, url_base=novo)) == [str(outro.id)]
    assert levam(mudar(contrato.id, fuso="America/Manaus")) == []
    assert levam(mudar(outro.id, url_base=novo)) == []


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


def test_a_test_of_what_is_wrong_says_that_nothing_was_tested(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {"lote.max_guias": "101"}
    resposta = enviar(balcao, contrato.id, dados, "/testar")
    assert resposta.status_code == 422
    assert "Nada foi testado" in resposta.text
    assert "teste de novo. Nada foi gravado." in resposta.text
    assert "não foi salvo" not in resposta.text
    assert erro(resposta, "lote.max_guias") == "deve ser um número inteiro de 1 a 100"


def test_a_test_that_cannot_begin_shows_what_was_typed(oficina: Oficina, balcao: Entrar) -> None:
    contrato = oficina.contrato()
    dados = formulario(abrir(balcao, contrato.id)) | {"lote.max_guias": "12"}
    resposta = enviar(balcao, contrato.id, dados, "/testar")
    assert resposta.status_code == 422
    assert "A conexão tiss_999001_matriz não existe" in resposta.text
    assert 'value="12"' in resposta.text


def por_salvar(pagina: str) -> bool:
    """Whether it is told that something on the screen is not stored."""
    (escondido,) = re.findall(r"data-mudou( hidden)?>", pagina)
    return not escondido


def test_what_a_test_left_unsaved_stays_told(
    oficina: Oficina, balcao: Entrar, simulador: Simulador
) -> None:
    contrato = oficina.contrato()
    pagina = abrir(balcao, contrato.id)
    assert not por_salvar(pagina)
    dados = formulario(pagina)
    usuario, senha = cadastro.conexoes(SENHAS)["tiss_999001_matriz"]
    acesso = {"login": usuario, "password": senha}
    assert enviar(balcao, contrato.id, dados | acesso, "/acesso").status_code == 303
    for muda, falta in (
        ({}, False), ({"lote.max_guias": "12"}, True), ({"entrega.dias_da_semana": ["2"]}, True),
    ):  # fmt: skip
        resposta = enviar(balcao, contrato.id, dados | muda, "/testar")
        assert "O teste passou" in resposta.text
        assert por_salvar(resposta.text) is falta, muda
    torto = {"chave": "outra-chave", "lote.max_guias": "101"}
    recusada = enviar(balcao, contrato.id, dados | torto)
    assert (recusada.status_code, por_salvar(recusada.text)) == (422, True)
    # A step of the night is nothing that the person has to store.
    oficina.fazer("UPDATE tiss.contrato SET proximo_numero_lote = proximo_numero_lote + 3")
    assert not por_salvar(enviar(balcao, contrato.id, dados, "/testar").text)


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
    assert feito.status_code == 303, feito.text
    depois = abrir(balcao, contrato.id)
    assert "abre-te-sesamo" not in depois
    assert "mudou a credencial" in depois
