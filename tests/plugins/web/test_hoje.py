"""The screen Hoje: what waits for a person, where it is done, and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from balcao import Balcao
from oficina import HOJE, SERVICOS_DE_RECURSO, Oficina
from respostas import analisada, analise, item_recusado, receber

from tiss.domain.digesto import Etapa
from tiss.errors import ConfigError
from tiss.repository import retornos
from tiss.repository.listas import consultas
from tiss.services import falhas
from tiss.simulador.processo import Simulador
from tiss.web.hoje import LINHAS, Assunto

Entrar = Callable[[str | None], Balcao]
BOA_VIDA, CEDRO = "999002", "999003"


def partes(balcao: Balcao) -> dict[str, dict[str, Any]]:
    """What the API says, by kind, in its order."""
    resposta = balcao.get("/api/tiss/hoje")
    assert resposta.status_code == 200, resposta.text
    return {parte["assunto"]: parte for parte in resposta.json()["partes"]}


def caminhos(parte: dict[str, Any]) -> list[str]:
    return [linha["caminho"] for linha in parte["linhas"]]


def em_duvida(oficina: Oficina, simulador: Simulador) -> int:
    lote = oficina.lote(2, registro_ans=BOA_VIDA)
    simulador.falha("reset_depois", registro_ans=BOA_VIDA)
    oficina.enviar(lote)
    return lote


def glosado(oficina: Oficina, dias: int) -> int:
    """A lote of two guias of R$ 150.00 refused in part, whose last day is so many from now."""
    lote = oficina.lote(2)
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 20")
    primeira, segunda = (guia["numero_guia_prestador"] for guia in oficina.guias(lote))
    recusado = item_recusado("100.00", ("1705", "50.00"))
    receber(
        oficina,
        analise(
            oficina.valor("SELECT protocolo FROM tiss.lote WHERE id = %s", lote),
            analisada(primeira, "100.00", itens=(recusado,)),
            analisada(segunda, "150.00"),
            dia=dias - 20,
        ),
    )
    return lote


@pytest.fixture
def tudo(oficina: Oficina, simulador: Simulador) -> dict[str, int]:
    """One of each kind; ids of lotes and contratos in question."""
    ids = {"prazo": glosado(oficina, 3), "duvida": em_duvida(oficina, simulador)}
    ids["erro"] = oficina.lote(1, registro_ans=BOA_VIDA, clinica_id="FILIAL")
    simulador.falha("mensagem_erro", registro_ans=BOA_VIDA, codigo="5001")
    oficina.enviar(ids["erro"])
    ids["parado"] = oficina.lote(1, clinica_id="FILIAL")
    oficina.fazer(
        "UPDATE tiss.lote SET criado_em = now() - interval '25 hours' WHERE id = %s", ids["parado"]
    )
    ids["a_liberar"] = oficina.lote(3, registro_ans=CEDRO)
    oficina.fazer("UPDATE tiss.lote SET liberado = false WHERE id = %s", ids["a_liberar"])
    ids["suspenso"] = oficina.contrato("FILIAL", CEDRO).id
    oficina.fazer(
        "UPDATE tiss.contrato SET operacoes_suspensas = jsonb_build_object('CANCELA_GUIA', 'Maria')"
        " WHERE id = %s",
        ids["suspenso"],
    )
    ids["falha"] = oficina.contrato(registro_ans=CEDRO).id
    with (
        pytest.raises(ConfigError),
        falhas.lembradas(oficina.repo, Etapa.MONTAGEM, ids["falha"], definitiva=lambda erro: True),
    ):
        raise ConfigError("Maria das Dores Inventada")
    with oficina.repo.transacao() as t:
        retornos.abrir_divergencia(t, "NAO_RECEBIDA", "Maria", lote_id=ids["duvida"])
    oficina.alimentar(consulta_id="ruim", cbo=None)
    oficina.montar()
    for pronta in ("a", "b"):
        oficina.alimentar(consulta_id=pronta, digest=pronta, numero_carteira="987654321")
    return ids


def test_quiet_when_nothing_waits(oficina: Oficina, balcao: Entrar) -> None:
    assert partes(balcao("vera")) == {}
    tela = balcao("vera").get("/tiss/hoje").text
    assert "Nada espera por você" in tela
    assert 'aria-current="page">Hoje</a>' in tela


def test_it_is_the_first_screen(oficina: Oficina, balcao: Entrar) -> None:
    resposta = balcao("otto").get("/tiss/")
    assert (resposta.status_code, resposta.headers["location"]) == (303, "/tiss/hoje")
    abas = re.findall(r'<a href="/tiss/(\w+)"', balcao("otto").get("/tiss/hoje").text)
    assert abas[0] == "hoje"


def test_everything_is_there_most_urgent_first_with_its_value_and_its_place(
    oficina: Oficina, balcao: Entrar, tudo: dict[str, int]
) -> None:
    ditas = partes(balcao("otto"))
    assert list(ditas) == [
        Assunto.LOTES_EM_DUVIDA,
        Assunto.PRAZOS,
        Assunto.SUSPENSOS,
        Assunto.LOTES_EM_ERRO,
        Assunto.LOTES_A_LIBERAR,
        Assunto.LOTES_PARADOS,
        Assunto.TAREFAS,
        Assunto.CONSULTAS_COM_PROBLEMAS,
        Assunto.DIVERGENCIAS,
    ]
    assert {nome: (parte["quantas"], parte["valor"]) for nome, parte in ditas.items()} == {
        "LOTES_EM_DUVIDA": (1, "300.00"),
        "PRAZOS": (1, "50.00"),
        "SUSPENSOS": (1, None),
        "LOTES_EM_ERRO": (1, "150.00"),
        "LOTES_A_LIBERAR": (1, "450.00"),
        "LOTES_PARADOS": (1, "150.00"),
        "TAREFAS": (1, None),
        "CONSULTAS_COM_PROBLEMAS": (1, None),
        "DIVERGENCIAS": (1, None),
    }
    (recusada,) = (guia["id"] for guia in oficina.guias(tudo["prazo"]) if guia["glosa_parcial"])
    assert {nome: caminhos(parte) for nome, parte in ditas.items()} == {
        "LOTES_EM_DUVIDA": [f"lotes/{tudo['duvida']}/duvida"],
        "PRAZOS": [f"guias?guia={recusada}"],
        "SUSPENSOS": [f"operadoras/{tudo['suspenso']}"],
        "LOTES_EM_ERRO": [f"lotes?status=ERRO&lote={tudo['erro']}"],
        "LOTES_A_LIBERAR": [f"lotes?status=PENDENTE&lote={tudo['a_liberar']}"],
        "LOTES_PARADOS": [f"lotes?status=PENDENTE&lote={tudo['parado']}"],
        "TAREFAS": ["/dags/tiss_faturamento"],
        "CONSULTAS_COM_PROBLEMAS": [],
        "DIVERGENCIAS": ["conciliacao/divergencias?motivo=NAO_RECEBIDA"],
    }
    assert ditas["CONSULTAS_COM_PROBLEMAS"]["caminho"] == "consultas?situacao=COM_PROBLEMAS"
    assert balcao("otto").get("/api/tiss/hoje").json()["prontas"] == 2


@pytest.mark.parametrize("quem", ["vera", "otto", "ana"])
def test_every_link_of_the_screen_opens_for_whom_it_is_shown(
    balcao: Entrar, tudo: dict[str, int], quem: str
) -> None:
    pessoa = balcao(quem)
    tela = html.unescape(pessoa.get("/tiss/hoje").text)
    conteudo = tela[tela.index("<main") : tela.index("</main>")]
    enderecos = re.findall(r'href="(/tiss/(?!estaticos)[^"]+)"', conteudo)
    assert len(enderecos) >= 15
    assert {um: pessoa.get(um).status_code for um in enderecos} == dict.fromkeys(enderecos, 200)
    # Who may not decide goes to the lote, not to the question.
    assert (f"/tiss/lotes/{tudo['duvida']}/duvida" in enderecos) is (quem != "vera")
    assert "/tiss/lotes?status=EM_DUVIDA" in enderecos
    assert 'data-airflow href="/dags/tiss_faturamento"' in conteudo
    assert "2 consultas prontas entram" in conteudo
    assert "R$\xa0300,00" in conteudo


def test_it_names_no_patient_and_quotes_nobody(
    oficina: Oficina, balcao: Entrar, tudo: dict[str, int]
) -> None:
    oficina.fazer("UPDATE tiss.lote SET detalhe = 'Maria', observacoes = 'Maria'")
    oficina.fazer("UPDATE tiss.glosa SET descricao = 'Maria'")
    oficina.fazer(
        "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = 'Maria'"
        " WHERE conexao = 'tiss_999003_matriz'"
    )
    carteiras = {
        linha["numero_carteira"]
        for linha in oficina.linhas("SELECT numero_carteira FROM tiss.guia")
    }
    for endereco in ("/api/tiss/hoje", "/tiss/hoje"):
        dito = balcao("ana").get(endereco).text
        assert "tiss_999003_matriz" in dito
        assert [um for um in {*carteiras, "Maria", "Zélia"} if um in dito] == []


def test_looking_tells_nobody_and_waits_for_nobody(
    oficina: Oficina, balcao: Entrar, tudo: dict[str, int]
) -> None:
    antes = oficina.linhas("SELECT * FROM tiss.novidade")
    with psycopg.connect(oficina.url) as resumo:
        # A digest on its way holds this row while the mail leaves.
        resumo.execute("SELECT FROM tiss.digesto FOR UPDATE")
        assert len(partes(balcao("vera"))) == 9
    assert oficina.linhas("SELECT * FROM tiss.novidade") == antes
    assert oficina.valor("SELECT count(*) FROM tiss.dito") == 0
    assert oficina.valor("SELECT entregue_em FROM tiss.digesto") is None


@pytest.mark.parametrize(
    ("dias", "assunto"),
    [
        (11, None),
        (10, Assunto.PRAZOS),
        (0, Assunto.PRAZOS),
        (-1, Assunto.PRAZOS_PERDIDOS),
        (-7, Assunto.PRAZOS_PERDIDOS),
        (-8, None),
    ],
)
def test_a_last_day_is_told_while_it_matters(
    oficina: Oficina, simulador: Simulador, balcao: Entrar, dias: int, assunto: str | None
) -> None:
    glosado(oficina, dias)
    ditas = partes(balcao("vera"))
    assert list(ditas) == ([] if assunto is None else [assunto])
    for parte in ditas.values():
        (linha,) = parte["linhas"]
        assert f"{HOJE + timedelta(dias):%d/%m/%Y}" in linha["titulo"]
        assert Decimal(linha["valor"]) == Decimal("50.00")


def test_a_last_day_leads_to_what_it_is_about(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    oficina.enderecar(**SERVICOS_DE_RECURSO)
    otto = balcao("otto")
    primeiro = glosado(oficina, 3)
    (guia,) = (guia["id"] for guia in oficina.guias(primeiro) if guia["glosa_parcial"])
    assert caminhos(partes(otto)["PRAZOS"]) == [f"guias?guia={guia}"]
    glosado(oficina, 3)
    assert caminhos(partes(otto)["PRAZOS"]) == ["guias?operadora=999001"]
    for uma in oficina.linhas("SELECT id FROM tiss.guia WHERE glosa_parcial"):
        feito = otto.post("/api/tiss/recursos", json={"guia": uma["id"]})
        assert feito.status_code == 201, feito.text
    (linha,) = partes(otto)["PRAZOS"]["linhas"]
    assert linha["caminho"] == "recursos?status=RASCUNHO&operadora=999001"
    assert "2 rascunhos esperam aprovação" in linha["detalhe"]


def test_a_lote_waits_for_a_person_at_once_and_for_its_turn_after_a_day(
    oficina: Oficina, balcao: Entrar
) -> None:
    lote = oficina.lote(1)
    vera = balcao("vera")
    assert partes(vera) == {}
    oficina.fazer("UPDATE tiss.lote SET liberado = false WHERE id = %s", lote)
    (linha,) = partes(vera)["LOTES_A_LIBERAR"]["linhas"]
    assert "confira e libere" in linha["detalhe"]
    oficina.fazer("UPDATE tiss.contrato SET tipo_api = 'MANUAL'")
    (linha,) = partes(vera)["LOTES_A_LIBERAR"]["linhas"]
    assert "leve ao portal" in linha["detalhe"]


def test_what_waits_for_the_calendar_of_its_operadora_waits_for_nobody(
    oficina: Oficina, balcao: Entrar
) -> None:
    lote = oficina.lote(1)
    oficina.fazer(
        "UPDATE tiss.lote SET criado_em = now() - interval '25 hours' WHERE id = %s", lote
    )
    vera = balcao("vera")
    assert list(partes(vera)) == ["LOTES_PARADOS"]
    outro_dia = (HOJE + timedelta(3)).isoweekday()
    oficina.configurar(entrega_dias_da_semana=[outro_dia])
    assert partes(vera) == {}


def test_a_lote_without_a_history_waits_since_it_was_made(oficina: Oficina, balcao: Entrar) -> None:
    lote = oficina.lote(1)
    oficina.fazer("SET session_replication_role = replica")
    oficina.fazer("DELETE FROM tiss.historico WHERE objeto = 'lote'")
    oficina.fazer("SET session_replication_role = DEFAULT")
    oficina.fazer("UPDATE tiss.lote SET criado_em = '2026-01-02 15:04Z' WHERE id = %s", lote)
    (linha,) = partes(balcao("vera"))["LOTES_PARADOS"]["linhas"]
    assert "desde 02/01/2026 12:04" in linha["detalhe"]


def test_of_many_the_oldest_are_shown_and_all_are_counted(oficina: Oficina, balcao: Entrar) -> None:
    oficina.configurar(max_guias=1)
    oficina.atender(LINHAS + 2)
    lotes = oficina.montar().lotes
    oficina.fazer("UPDATE tiss.lote SET liberado = false")
    parte = partes(balcao("vera"))["LOTES_A_LIBERAR"]
    assert (parte["quantas"], parte["valor"], parte["fora"]) == (LINHAS + 2, "1800.00", 2)
    assert caminhos(parte) == [f"lotes?status=PENDENTE&lote={lote}" for lote in lotes[:LINHAS]]
    assert "e mais 2" in balcao("vera").get("/tiss/hoje").text


def test_more_consultas_than_are_counted_are_not_given_for_a_number(
    oficina: Oficina, balcao: Entrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultas, "ATE_QUANTAS", 2)
    oficina.atender(3)
    vera = balcao("vera")
    assert partes(vera)["CONSULTAS_COM_PROBLEMAS"]["quantas"] is None
    assert "mais de 10 mil" in vera.get("/tiss/hoje").text
