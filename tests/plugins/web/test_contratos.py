"""Contratos through the API: who may change them, what is told where, what stays secret."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from balcao import Balcao
from httpx import Response
from oficina import SENHAS, Oficina

from tiss.demo import cadastro
from tiss.domain.fichas import CONTRATO, Campo, Tipo
from tiss.simulador.processo import Simulador

sys.path.insert(0, str(Path(__file__).parents[1] / "clients"))

from certificados import SENHA, Autoridade

Entrar = Callable[[str | None], Balcao]
CONEXAO = "tiss_999001_matriz"
SEGREDO = "abre-te-sesamo-8471"
AUTORIDADE = Autoridade()


def aberto(balcao: Entrar, contrato_id: int, nome: str = "ana") -> dict[str, Any]:
    resposta = balcao(nome).get(f"/api/tiss/contratos/{contrato_id}")
    assert resposta.status_code == 200, resposta.text
    return dict(resposta.json())


def alterar(balcao: Entrar, contrato_id: int, **muda: Any) -> Response:  # noqa: ANN401
    """Store the contrato with some of its keys changed, as it was seen."""
    visto = aberto(balcao, contrato_id)
    corpo = visto["contrato"]
    for chave, valor in muda.items():
        por(corpo, chave.replace("__", "."), valor)
    pedido = {"versao": visto["resumo"]["versao"], "contrato": corpo}
    return balcao("ana").put(f"/api/tiss/contratos/{contrato_id}", json=pedido)


def por(corpo: dict[str, Any], chave: str, valor: object) -> None:
    *fora, nome = chave.split(".")
    for parte in fora:
        corpo = corpo.setdefault(parte, {})
    corpo[nome] = valor


def campos(resposta: Response) -> list[str]:
    assert resposta.status_code == 422, resposta.text
    return [um["campo"] for um in resposta.json()["problemas"]]


def mudancas(contrato_id: int) -> list[tuple[str, str, dict[str, Any]]]:
    corpo = {"versao": 1, "contrato": {}}
    base = f"/api/tiss/contratos/{contrato_id}"
    return [
        ("PUT", base, {"json": corpo}),
        ("POST", "/api/tiss/contratos", {"json": {"contrato": {}}}),
        ("POST", f"{base}/testar", {"json": {}}),
        ("PUT", f"{base}/acesso", {"json": {"password": SEGREDO}}),
        ("PUT", f"{base}/certificado", {"files": {"arquivo": b"x"}}),
        (
            "POST",
            "/api/tiss/operadoras/999001/suspender",
            {"json": {"motivo": "mudança de tabela"}},
        ),
        ("POST", "/api/tiss/operadoras/999001/reativar", {"json": {"motivo": "tabela conferida"}}),
    ]


@pytest.mark.parametrize(("nome", "status"), [("vera", 403), ("otto", 403), (None, 401)])
def test_only_who_administers_changes_anything(
    oficina: Oficina, balcao: Entrar, nome: str | None, status: int
) -> None:
    antes = oficina.linhas("SELECT * FROM tiss.contrato ORDER BY id")
    for metodo, endereco, corpo in mudancas(oficina.contrato().id):
        resposta = balcao(nome).request(metodo, endereco, **corpo)
        assert resposta.status_code == status, (endereco, resposta.text)
    assert oficina.linhas("SELECT * FROM tiss.contrato ORDER BY id") == antes
    assert oficina.valor("SELECT count(*) FROM tiss.acao") == 0


def test_everybody_reads_them_and_only_who_operates_reads_why(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    oficina.configurar(suspenso_em="now", suspenso_por="Ana", suspenso_motivo="Zélia reclamou")
    for nome, motivo in (("vera", None), ("otto", "Zélia reclamou")):
        lista = balcao(nome).get("/api/tiss/contratos", params={"operadora": "999001"}).json()
        assert [um["suspenso_motivo"] for um in lista if um["id"] == contrato.id] == [motivo]
        assert len(lista) == 2
        assert aberto(balcao, contrato.id, nome)["resumo"]["suspenso_motivo"] == motivo
    assert "Zélia" not in json.dumps(aberto(balcao, contrato.id, "vera"))


def test_what_is_read_can_be_sent_back_and_changes_nothing(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    resposta = alterar(balcao, contrato.id)
    assert resposta.status_code == 200, resposta.text
    assert resposta.json()["mudou"] == []
    assert oficina.contrato() == contrato


def test_a_change_is_stored_told_in_words_and_noted_under_a_name(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    resposta = alterar(
        balcao, contrato.id, lote__max_guias=7, versao_tiss="4.01.00", entrega__das="08:00",
        entrega__ate="18:30:00", faturar_a_partir_de="2030-01-31", lote__intervalo_envios="5s",
    )  # fmt: skip
    assert resposta.status_code == 200, resposta.text
    assert set(resposta.json()["mudou"]) == {
        "versao_tiss", "faturar_a_partir_de", "lote.max_guias", "lote.intervalo_envios",
        "entrega.das", "entrega.ate",
    }  # fmt: skip
    assert any("montados de novo" in dito for dito in resposta.json()["efeitos"])
    novo = oficina.contrato()
    assert (novo.max_guias, novo.versao_tiss, novo.versao) == (7, "4.01.00", contrato.versao + 1)
    assert str(novo.entrega_das) == "08:00:00"
    (acao,) = aberto(balcao, contrato.id)["acoes"]
    assert (acao["quem"], acao["o_que"], acao["situacao"]) == ("ana", "contrato.alterar", 200)
    assert acao["mudou"] == resposta.json()["mudou"]


def test_who_looked_at_an_older_one_is_told_and_overwrites_nothing(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    visto = aberto(balcao, contrato.id)
    assert alterar(balcao, contrato.id, lote__max_guias=9).status_code == 200
    pedido = {"versao": visto["resumo"]["versao"], "contrato": visto["contrato"]}
    resposta = balcao("ana").put(f"/api/tiss/contratos/{contrato.id}", json=pedido)
    assert resposta.status_code == 409
    assert "Outra pessoa alterou esta operadora às " in resposta.json()["detail"]
    assert oficina.contrato().max_guias == 9


def test_of_two_who_save_at_once_one_is_told(oficina: Oficina, balcao: Entrar) -> None:
    contrato = oficina.contrato()
    visto = aberto(balcao, contrato.id)

    def salvar(quantas: int) -> int:
        corpo = json.loads(json.dumps(visto["contrato"]))
        por(corpo, "lote.max_guias", quantas)
        pedido = {"versao": visto["resumo"]["versao"], "contrato": corpo}
        return balcao("ana").put(f"/api/tiss/contratos/{contrato.id}", json=pedido).status_code

    with ThreadPoolExecutor(4) as outras:
        assert sorted(outras.map(salvar, [11, 12, 13, 14])) == [200, 409, 409, 409]
    assert oficina.contrato().versao == contrato.versao + 1


@pytest.mark.parametrize("chave", ["proximo_numero_lote", "proximo_numero_guia"])
def test_numbers_and_the_first_day_only_advance(
    oficina: Oficina, balcao: Entrar, chave: str
) -> None:
    contrato = oficina.contrato()
    agora = aberto(balcao, contrato.id)["contrato"][chave]
    assert campos(alterar(balcao, contrato.id, **{chave: agora - 1})) == [chave]
    assert alterar(balcao, contrato.id, **{chave: agora + 5}).status_code == 200
    dia = str(contrato.faturar_a_partir_de - timedelta(1))
    assert campos(alterar(balcao, contrato.id, faturar_a_partir_de=dia)) == ["faturar_a_partir_de"]


def errados(campo: Campo) -> list[object]:
    """What is just beyond what a key takes."""
    forma = campo.forma
    match forma.tipo:
        case Tipo.INTEIRO:
            return [forma.limites[0] - 1, forma.limites[1] + 1, str(forma.limites[0]), True, 1.5]
        case Tipo.OPCAO:
            return ["OUTRA", "", 1]
        case Tipo.LOGICO:
            return ["true", 0]
        case Tipo.DATA:
            return ["31/12/2026", "2026-02-30", 20261231]
        case Tipo.HORA:
            return ["24:00", "8h", "08:00-03:00"]
        case Tipo.DIAS:
            return [[], [0], [8], ["1"], "1"]
        case Tipo.DURACAO:
            return ["9999d", "5", "-1s", 5]
        case Tipo.MAPA | Tipo.OBJETO:
            return ["texto", [1], {"": "x"}]
    return ["", "x" * (forma.limites[1] + 1), "nulo\0", 1, ["x"]]


def lugares(campo: Campo) -> set[str]:
    """Where it may be told: a table also by the key inside it."""
    return {campo.chave, f"{campo.chave}."} if campo.forma.partes else {campo.chave}


@pytest.mark.parametrize("campo", CONTRATO.campos, ids=lambda campo: campo.chave)
def test_what_a_key_does_not_take_is_told_at_its_field(
    oficina: Oficina, balcao: Entrar, campo: Campo
) -> None:
    contrato = oficina.contrato()
    visto = aberto(balcao, contrato.id)
    pessoa = balcao("ana")
    for errado in errados(campo):
        corpo = json.loads(json.dumps(visto["contrato"]))
        por(corpo, campo.chave, errado)
        pedido = {"versao": visto["resumo"]["versao"], "contrato": corpo}
        resposta = pessoa.put(f"/api/tiss/contratos/{contrato.id}", json=pedido)
        assert resposta.status_code == 422, (errado, resposta.text)
        achados = {um["campo"] for um in resposta.json()["problemas"]}
        # Characters that no database holds are refused before anybody looks where they stand.
        assert achados & lugares(campo) or "\0" in str(errado), (errado, achados)
    assert oficina.contrato() == contrato


@pytest.mark.parametrize(
    ("muda", "esperados"),
    [
        ({"credencial": None}, ["credencial"]),
        ({"fuso": "Marte/Olympus"}, ["fuso"]),
        ({"rede__segundos_total": 5, "rede__segundos_conexao": 9}, ["rede.segundos_total"]),
        ({"entrega__das": "08:00"}, ["entrega.das", "entrega.ate"]),
        ({"lote__modelo_nome_arquivo": "um.xml"}, ["lote.modelo_nome_arquivo"]),
        ({"prestador": "OUTRA"}, ["prestador", "prestador"]),
        ({"ambiente": "HOMOLOGACAO"}, ["ambiente"]),
        ({"versao_tiss": "9.99.99"}, ["versao_tiss"]),
        ({"servicos_soap": {}}, ["servicos_soap.ENVIO_LOTE_GUIAS",
                                 "servicos_soap.SOLIC_DEMONSTRATIVO_RETORNO"]),
        ({"desconhecida": 1}, ["desconhecida"]),
        ({"url_base": f"https://u:{SEGREDO}@op.example"}, ["url_base"]),
    ],
)  # fmt: skip
def test_what_a_contrato_lacks_is_told_at_its_field(
    oficina: Oficina, balcao: Entrar, muda: dict[str, Any], esperados: list[str]
) -> None:
    resposta = alterar(balcao, oficina.contrato().id, **muda)
    assert campos(resposta) == esperados
    assert SEGREDO not in resposta.text


@pytest.mark.parametrize(
    "corpo",
    [
        b'{"versao": 1, "contrato": {"url_base": "\\ud800"}}',
        b'{"versao": 1, "contrato": {"\\ud800": 1}}',
        b'{"versao": 1, "contrato": {"regras": ' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}}",
        b'{"versao": 1, "contrato": {"regras": ' + b"[" * 90_000 + b"]" * 90_000 + b"}}",
        b'{"versao": 1e400, "contrato": {}}',
        b'{"versao": 1, "contrato": []}',
        b'{"versao": 1, "contrato": {"lote": 3}}',
        b'{"versao": 99999999999999999999, "contrato": {}}',
        b"{",
    ],
)
def test_no_body_is_more_than_refused(oficina: Oficina, balcao: Entrar, corpo: bytes) -> None:
    resposta = balcao("ana").put(
        f"/api/tiss/contratos/{oficina.contrato().id}",
        content=corpo,
        headers={"Content-Type": "application/json"},
    )
    assert resposta.status_code in (400, 422), resposta.text


@pytest.mark.parametrize("contrato_id", ["0", "2147483648", "x", "999999"])
def test_a_contrato_that_is_not_there(balcao: Entrar, contrato_id: str) -> None:
    resposta = balcao("ana").get(f"/api/tiss/contratos/{contrato_id}")
    assert resposta.status_code == (404 if contrato_id == "999999" else 422)


def test_a_contrato_begins_once(oficina: Oficina, balcao: Entrar) -> None:
    corpo = aberto(balcao, oficina.contrato().id)["contrato"] | {"ambiente": "HOMOLOGACAO"}
    novo = balcao("ana").post("/api/tiss/contratos", json={"contrato": corpo})
    assert novo.status_code == 201, novo.text
    assert oficina.contrato(ambiente="HOMOLOGACAO").id == novo.json()["contrato_id"]
    outro = balcao("ana").post("/api/tiss/contratos", json={"contrato": corpo})
    assert campos(outro) == ["ambiente"]
    sem = {nome: valor for nome, valor in corpo.items() if nome != "proximo_numero_lote"}
    resposta = balcao("ana").post("/api/tiss/contratos", json={"contrato": sem})
    assert campos(resposta) == ["proximo_numero_lote"]


def test_the_document_of_the_api_describes_the_keys(balcao: Entrar) -> None:
    documento = balcao("vera").get("/api/tiss/openapi.json").json()
    esquema = documento["components"]["schemas"]["Alteracao"]["properties"]["contrato"]
    folhas = set()
    for nome, valor in esquema["properties"].items():
        dentro = valor.get("properties", {})
        tabela = any(campo.chave.startswith(f"{nome}.") for campo in CONTRATO.campos)
        folhas |= {f"{nome}.{um}" for um in dentro} if tabela else {nome}
    assert folhas == {campo.chave for campo in CONTRATO.campos}


# Secrets ------------------------------------------------------------------------------------------


def guardar(balcao: Entrar, contrato_id: int, **acesso: str) -> Response:
    return balcao("ana").put(f"/api/tiss/contratos/{contrato_id}/acesso", json=acesso)


def tudo_escrito(oficina: Oficina) -> str:
    """All that anybody could read later: what people did, and Airflow's audit log."""
    from airflow.models import Log
    from airflow.utils.session import create_session

    with create_session() as sessao:
        log = [(linha.event, linha.extra) for linha in sessao.query(Log)]
    tabelas = [oficina.linhas(f"SELECT * FROM tiss.{nome}") for nome in ("acao", "credencial")]
    return repr([log, tabelas])


def test_a_password_is_stored_and_never_told(
    oficina: Oficina, balcao: Entrar, capfd: pytest.CaptureFixture[str]
) -> None:
    from airflow.models.connection import Connection

    contrato = oficina.contrato()
    antes = aberto(balcao, contrato.id)["acesso"]["credencial"]
    assert (antes["origem"], antes["definidos"]) == ("NENHUMA", [])
    primeira = guardar(balcao, contrato.id, login="clinica", password=SEGREDO)
    assert primeira.status_code == 200, primeira.text
    segunda = guardar(balcao, contrato.id, renovacao=f"{SEGREDO}-renova")
    assert segunda.json() == {"conexao": CONEXAO, "gravados": ["renovacao"]}
    guardada = Connection.get_connection_from_secrets(CONEXAO)
    assert (guardada.login, guardada.password) == ("clinica", SEGREDO)
    assert guardada.extra_dejson == {"renovacao": f"{SEGREDO}-renova"}
    depois = balcao("ana").get(f"/api/tiss/contratos/{contrato.id}")
    assert depois.json()["acesso"]["credencial"]["definidos"] == ["login", "password", "renovacao"]
    tela = balcao("ana").get(f"/tiss/operadoras/{contrato.id}")
    for texto in (primeira.text, segunda.text, depois.text, tela.text, tudo_escrito(oficina)):
        assert SEGREDO not in texto
    assert SEGREDO not in "".join(capfd.readouterr())


def test_a_connection_of_the_environment_is_changed_there(
    oficina: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        f"AIRFLOW_CONN_{CONEXAO.upper()}", json.dumps({"conn_type": "tiss", "login": "u"})
    )
    contrato = oficina.contrato()
    assert aberto(balcao, contrato.id)["acesso"]["credencial"]["origem"] == "AMBIENTE"
    resposta = guardar(balcao, contrato.id, password=SEGREDO)
    assert resposta.status_code == 409
    assert f"AIRFLOW_CONN_{CONEXAO.upper()}" in resposta.json()["detail"]


def subir(balcao: Entrar, contrato_id: int, arquivo: bytes, senha: str) -> Response:
    return balcao("ana").put(
        f"/api/tiss/contratos/{contrato_id}/certificado",
        files={"arquivo": ("clinica.pfx", arquivo)},
        data={"senha_certificado": senha},
    )


def test_a_certificate_is_opened_before_it_is_stored(oficina: Oficina, balcao: Entrar) -> None:
    contrato = oficina.contrato()
    certo = AUTORIDADE.emitir("clinica").pkcs12()
    velho = AUTORIDADE.emitir("clinica", vencido=True).pkcs12()
    for arquivo, senha in [
        (certo[:-40], SENHA), (b"", SENHA), (b"PK\x03\x04", SENHA), (certo, f"{SENHA}x"),
        (certo, ""), (velho, SENHA), (certo + b"\0" * 65_536, SENHA),
    ]:  # fmt: skip
        assert campos(subir(balcao, contrato.id, arquivo, senha)) == ["arquivo"]
    assert aberto(balcao, contrato.id)["acesso"]["credencial"]["origem"] == "NENHUMA"
    resposta = subir(balcao, contrato.id, certo, SENHA)
    assert resposta.status_code == 200, resposta.text
    acesso = balcao("ana").get(f"/api/tiss/contratos/{contrato.id}")
    credencial = acesso.json()["acesso"]["credencial"]
    assert credencial["definidos"] == ["certificado", "senha_certificado"]
    assert credencial["vence_em"] is not None
    import base64

    for texto in (resposta.text, acesso.text, tudo_escrito(oficina)):
        assert SENHA not in texto
        assert base64.b64encode(certo).decode() not in texto


# Trying it out ------------------------------------------------------------------------------------


def provar(balcao: Entrar, contrato_id: int, **corpo: object) -> Response:
    return balcao("ana").post(f"/api/tiss/contratos/{contrato_id}/testar", json=corpo)


def acesso_certo(balcao: Entrar, contrato_id: int) -> None:
    usuario, senha = cadastro.conexoes(SENHAS)[CONEXAO]
    assert guardar(balcao, contrato_id, login=usuario, password=senha).status_code == 200


def estados(resposta: Response) -> list[str]:
    assert resposta.status_code == 200, resposta.text
    return [passo["estado"] for passo in resposta.json()["passos"]]


def test_the_right_password_passes_and_no_guia_leaves(
    oficina: Oficina, balcao: Entrar, simulador: Simulador
) -> None:
    contrato = oficina.contrato()
    acesso_certo(balcao, contrato.id)
    resposta = provar(balcao, contrato.id)
    # TLS is not spoken inside one machine.
    assert estados(resposta) == ["OK", "NAO_TESTADO", "OK", "OK", "OK"]
    assert resposta.json()["passou"]
    assert oficina.valor("SELECT count(*) FROM tiss.troca") == 0


def test_a_wrong_password_is_refused_once_and_not_repeated_by_chance(
    oficina: Oficina, balcao: Entrar, simulador: Simulador
) -> None:
    contrato = oficina.contrato()
    usuario, _ = cadastro.conexoes(SENHAS)[CONEXAO]
    guardar(balcao, contrato.id, login=usuario, password=SEGREDO)
    resposta = provar(balcao, contrato.id)
    assert not resposta.json()["passou"]
    assert estados(resposta)[-1] == "FALHOU"
    assert SEGREDO not in resposta.text
    assert aberto(balcao, contrato.id)["resumo"]["credencial_suspensa_desde"] is not None
    de_novo = provar(balcao, contrato.id)
    assert de_novo.status_code == 409
    assert "confirme" in de_novo.json()["detail"]
    assert estados(provar(balcao, contrato.id, insistir=True))[-1] == "FALHOU"
    # Another password is another credential.
    acesso_certo(balcao, contrato.id)
    assert provar(balcao, contrato.id).json()["passou"]
    assert aberto(balcao, contrato.id)["resumo"]["credencial_suspensa_desde"] is None


def test_what_is_tried_need_not_be_stored_and_says_nothing_of_what_is(
    oficina: Oficina, balcao: Entrar, simulador: Simulador
) -> None:
    contrato = oficina.contrato()
    acesso_certo(balcao, contrato.id)
    corpo = aberto(balcao, contrato.id)["contrato"]
    longe = provar(balcao, contrato.id, contrato=corpo | {"url_base": "https://nada.invalid"})
    assert estados(longe) == ["FALHOU", *["NAO_TESTADO"] * 4]
    # The first test of a secret makes it known; then a refusal of it is noted, as a send does.
    outro = corpo | {"lote": corpo["lote"] | {"max_guias": 3}}
    assert provar(balcao, contrato.id, contrato=corpo).json()["passou"]
    oficina.fazer(
        'UPDATE tiss.contrato SET operacoes_suspensas = \'{"ENVIO_LOTE_GUIAS": "404"}\''
        " WHERE id = %s",
        contrato.id,
    )
    oficina.fazer(
        "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = 'recusada'"
        " WHERE conexao = %s",
        CONEXAO,
    )
    rascunho = provar(balcao, contrato.id, contrato=outro, insistir=True).json()
    assert rascunho["passou"]
    assert any("nada foi levantado" in linha for linha in rascunho["linhas"])
    assert aberto(balcao, contrato.id)["resumo"]["credencial_suspensa_desde"] is not None
    assert oficina.contrato() == contrato
    assert aberto(balcao, contrato.id)["resumo"]["operacoes_suspensas"] == ["ENVIO_LOTE_GUIAS"]
    # The same as is stored: what is found counts.
    assert provar(balcao, contrato.id, contrato=corpo, insistir=True).json()["passou"]
    agora = aberto(balcao, contrato.id)["resumo"]
    assert agora["operacoes_suspensas"] == []
    assert agora["credencial_suspensa_desde"] is None


def test_what_is_wrong_with_it_is_told_before_anything_is_tried(
    oficina: Oficina, balcao: Entrar
) -> None:
    contrato = oficina.contrato()
    corpo = aberto(balcao, contrato.id)["contrato"] | {"url_base": "ftp://a"}
    torto = provar(balcao, contrato.id, contrato=corpo)
    assert campos(torto) == ["url_base"]
    estranho = provar(balcao, contrato.id, contrato={"regras": {"nulo": "\0"}})
    for resposta in (torto, estranho):
        assert resposta.json()["title"] == "Nada foi testado"
        assert "não foi salvo" not in resposta.text
    salvar = {"versao": contrato.versao, "contrato": corpo}
    salvo = balcao("ana").put(f"/api/tiss/contratos/{contrato.id}", json=salvar)
    assert salvo.json()["title"] == "O contrato não foi salvo"
    sem_conexao = provar(balcao, contrato.id)
    assert sem_conexao.status_code == 422
    assert CONEXAO in sem_conexao.json()["detail"]


# Stopping an operadora ----------------------------------------------------------------------------


def test_a_stopped_operadora_sends_nothing_until_it_goes_on(
    oficina: Oficina, balcao: Entrar, simulador: Simulador
) -> None:
    lote, outro = oficina.lote(1), oficina.lote(1, registro_ans="999003")
    pedido = {"motivo": "tabela nova"}
    parada = balcao("ana").post("/api/tiss/operadoras/999001/suspender", json=pedido)
    assert parada.status_code == 200, parada.text
    assert len(parada.json()["contratos"]) == 2
    assert "consultas de retorno continuam" in parada.json()["efeito"]
    assert "tabela nova" in str(oficina.enviar(lote))
    assert oficina.status(lote) == "PENDENTE"
    assert oficina.enviar(outro) is None
    repetida = balcao("ana").post("/api/tiss/operadoras/999001/suspender", json=pedido)
    assert repetida.json()["contratos"] == []
    solta = balcao("ana").post(
        "/api/tiss/operadoras/999001/reativar", json={"motivo": "tabela conferida"}
    )
    assert len(solta.json()["contratos"]) == 2
    assert oficina.enviar(lote) is None
    assert oficina.status(lote) == "ENVIADO"
    motivos = oficina.linhas("SELECT quem, o_que, motivo FROM tiss.acao ORDER BY id")
    assert [linha["motivo"] for linha in motivos] == ["tabela nova"] * 2 + ["tabela conferida"]


@pytest.mark.parametrize("motivo", ["", "ab", "   ", "nulo\0", "x" * 501, None])
def test_stopping_needs_a_reason(oficina: Oficina, balcao: Entrar, motivo: str | None) -> None:
    for que in ("suspender", "reativar"):
        endereco = f"/api/tiss/operadoras/999001/{que}"
        assert balcao("ana").post(endereco, json={"motivo": motivo}).status_code == 422
    assert oficina.valor("SELECT count(*) FROM tiss.contrato WHERE suspenso_em IS NOT NULL") == 0


def test_an_operadora_without_contrato_is_not_stopped(oficina: Oficina, balcao: Entrar) -> None:
    endereco = "/api/tiss/operadoras/000000/suspender"
    assert balcao("ana").post(endereco, json={"motivo": "por engano"}).status_code == 404


# The role -----------------------------------------------------------------------------------------


def test_who_configures_sees_no_patient_and_the_tasks_configure_nothing(
    oficina: Oficina, balcao: Entrar, url_clinica: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nome, papel in (("tarefas", "tiss_faturamento"), ("tela", "tiss_configuracao")):
        with oficina.conexao.transaction():
            oficina.fazer(
                f"DO $$ BEGIN CREATE ROLE teste_{nome} LOGIN IN ROLE {papel};"
                " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
    das_tarefas = url_clinica.replace("//tiss@", "//teste_tarefas@")
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", das_tarefas)
    contrato = oficina.contrato()
    assert alterar(balcao, contrato.id).status_code == 200
    recusada = alterar(balcao, contrato.id, lote__max_guias=3)
    assert recusada.status_code == 422
    assert "clinica_db_configuracao" in recusada.json()["detail"]
    da_tela = url_clinica.replace("//tiss@", "//teste_tela@")
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB_CONFIGURACAO", da_tela)
    assert alterar(balcao, contrato.id, lote__max_guias=3).status_code == 200
    assert oficina.contrato().max_guias == 3
    corpo = aberto(balcao, contrato.id)["contrato"] | {"ambiente": "HOMOLOGACAO"}
    assert balcao("ana").post("/api/tiss/contratos", json={"contrato": corpo}).status_code == 201
    with psycopg.connect(da_tela, autocommit=True) as conexao:
        visiveis = conexao.execute(
            "SELECT c.relname FROM pg_class AS c"
            " WHERE c.relnamespace = 'tiss'::regnamespace AND c.relkind IN ('r', 'v')"
            " AND has_any_column_privilege(c.oid, 'SELECT') ORDER BY 1"
        ).fetchall()
    assert [nome for (nome,) in visiveis] == ["contrato", "credencial", "operadora", "prestador"]
