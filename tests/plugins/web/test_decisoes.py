from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from balcao import Balcao
from oficina import Oficina

from tiss.simulador.processo import Simulador
from tiss.web.corridas import Corridas

Entrar = Callable[[str | None], Balcao]
MOTIVO = {"motivo": "portal, atendente Carla"}


@pytest.fixture
def pedidas(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """What was asked of Airflow: its DAGs are at work in the tests of the browser."""
    feitas: list[tuple[str, dict[str, object]]] = []

    def iniciar(_: Corridas, dag: str, conf: dict[str, object]) -> str:
        feitas.append((dag, conf))
        return f"manual__{len(feitas)}"

    monkeypatch.setattr(Corridas, "iniciar", iniciar)
    return feitas


def em_duvida(oficina: Oficina, simulador: Simulador) -> int:
    lote = oficina.lote(2)
    simulador.falha("reset_depois", registro_ans="999001")
    assert oficina.enviar(lote) is not None
    assert oficina.status(lote) == "EM_DUVIDA"
    return lote


def em_erro(oficina: Oficina) -> int:
    lote = oficina.lote(2)
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s", lote
    )
    oficina.fazer("UPDATE tiss.lote SET status = 'ERRO' WHERE id = %s", lote)
    return lote


def test_a_held_lote_is_released_and_sent(
    oficina: Oficina, balcao: Entrar, pedidas: list[tuple[str, dict[str, object]]]
) -> None:
    lote = oficina.lote(1)
    oficina.fazer("UPDATE tiss.lote SET liberado = false WHERE id = %s", lote)
    resposta = balcao("otto").post(f"/api/tiss/lotes/{lote}/enviar")
    assert resposta.status_code == 202, resposta.text
    assert pedidas == [("tiss_envio", {"lotes": [lote]})]
    assert oficina.valor("SELECT liberado_por FROM tiss.lote WHERE id = %s", lote) == "otto"
    assert oficina.valor("SELECT quem || ' ' || o_que || ' ' || situacao FROM tiss.acao") == (
        "otto lote.enviar 202"
    )


def test_a_doubt_is_answered_once(oficina: Oficina, simulador: Simulador, balcao: Entrar) -> None:
    lote = em_duvida(oficina, simulador)
    otto, ana = balcao("otto"), balcao("ana")
    pergunta = otto.get(f"/tiss/lotes/{lote}/duvida")
    assert "O lote 1 chegou à" in pergunta.text
    # As the portal knows it.
    assert "pelo número <b>1</b>" in otto.get(f"/tiss/lotes?lote={lote}").text
    de_vera = balcao("vera").get(f"/tiss/lotes/{lote}/duvida").text
    assert "Quem tem o perfil de operação" in de_vera
    assert "já não está em dúvida" not in de_vera
    pedido = {"resposta": "PROTOCOLO", "protocolo": "ABC123", **MOTIVO}
    assert otto.post(f"/api/tiss/lotes/{lote}/resolver", json=pedido).status_code == 200
    assert oficina.status(lote) == "ENVIADO"
    segunda = ana.post(f"/api/tiss/lotes/{lote}/resolver", json=pedido)
    assert segunda.status_code == 409
    assert "não há dúvida a resolver" in segunda.json()["detail"]
    # The operadora said nothing.
    assert "A operadora recebeu" not in otto.get(f"/tiss/lotes?lote={lote}").text
    depois = ana.get(f"/tiss/lotes/{lote}/duvida").text
    assert "otto respondeu em" in depois
    assert "atendente Carla" not in balcao("vera").get(f"/tiss/lotes?lote={lote}").text


def test_to_send_again_waits_for_the_quarantine(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    oficina.configurar(quarentena="2 hours")
    lote = em_duvida(oficina, simulador)
    otto = balcao("otto")
    assert 'value="REENVIAR"' not in otto.get(f"/tiss/lotes/{lote}/duvida").text
    pedido = {"resposta": "REENVIAR", **MOTIVO}
    assert otto.post(f"/api/tiss/lotes/{lote}/resolver", json=pedido).status_code == 409
    assert oficina.status(lote) == "EM_DUVIDA"


def test_a_lote_that_did_not_leave_is_taken_apart(oficina: Oficina, balcao: Entrar) -> None:
    lote = oficina.lote(2)
    otto = balcao("otto")
    assert otto.post(f"/api/tiss/lotes/{lote}/cancelar", json=MOTIVO).status_code == 200
    assert oficina.status(lote) == "CANCELADO"
    assert otto.get("/api/tiss/consultas").json()["total"] == 2


def test_a_lote_that_left_is_cancelled_by_the_operadora(
    oficina: Oficina,
    simulador: Simulador,
    balcao: Entrar,
    pedidas: list[tuple[str, dict[str, object]]],
) -> None:
    oficina.enderecar(CANCELA_GUIA="/cancelaGuia")
    lote = oficina.lote(1)
    assert oficina.enviar(lote) is None
    assert "Pedir à operadora" in balcao("otto").get(f"/tiss/lotes/{lote}/cancelamento").text
    resposta = balcao("otto").post(f"/api/tiss/lotes/{lote}/cancelar", json=MOTIVO)
    assert resposta.status_code == 202, resposta.text
    assert pedidas == [("tiss_cancelamento", {"lotes": [lote]})]
    assert oficina.status(lote) == "ENVIADO"


def test_a_refused_lote_is_built_again_under_another_number(
    oficina: Oficina, balcao: Entrar, pedidas: list[tuple[str, dict[str, object]]]
) -> None:
    lote = em_erro(oficina)
    numeros = oficina.valor(
        "SELECT array_agg(numero_guia_prestador ORDER BY id) FROM tiss.guia WHERE viva"
    )
    resposta = balcao("otto").post(f"/api/tiss/lotes/{lote}/refazer")
    assert resposta.status_code == 202, resposta.text
    (novo,) = resposta.json()["lotes"]
    assert pedidas == [("tiss_envio", {"lotes": [novo]})]
    assert (oficina.status(lote), oficina.status(novo)) == ("CANCELADO", "PENDENTE")
    assert oficina.valor("SELECT substituido_por FROM tiss.lote WHERE id = %s", lote) == novo
    assert numeros == oficina.valor(
        "SELECT array_agg(numero_guia_prestador ORDER BY id) FROM tiss.guia WHERE viva"
    )


def test_only_a_refused_lote_is_built_again(oficina: Oficina, balcao: Entrar) -> None:
    lote = oficina.lote(1)
    assert balcao("otto").post(f"/api/tiss/lotes/{lote}/refazer").status_code == 409
    assert oficina.status(lote) == "PENDENTE"


def test_what_may_have_arrived_is_not_taken_apart(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    oficina.configurar(quarentena="0 s")
    lote = em_duvida(oficina, simulador)
    otto = balcao("otto")
    pedido = {"resposta": "REENVIAR", **MOTIVO}
    assert otto.post(f"/api/tiss/lotes/{lote}/resolver", json=pedido).status_code == 200
    assert oficina.status(lote) == "PENDENTE"
    resposta = otto.post(f"/api/tiss/lotes/{lote}/cancelar", json=MOTIVO)
    assert resposta.status_code == 409
    assert "já saiu" in resposta.json()["detail"]
    assert oficina.status(lote) == "PENDENTE"


@pytest.mark.parametrize("faz", ["enviar", "refazer", "cancelar", "resolver", "marcar-enviado"])
def test_a_lote_that_does_not_exist_is_not_found(
    balcao: Entrar, oficina: Oficina, faz: str
) -> None:
    corpos = {
        "cancelar": MOTIVO,
        "resolver": {"resposta": "REENVIAR", **MOTIVO},
        "marcar-enviado": {"protocolo": "1"},
    }
    resposta = balcao("otto").post(f"/api/tiss/lotes/999/{faz}", json=corpos.get(faz))
    assert resposta.status_code == 404
    assert oficina.valor("SELECT count(*) FROM tiss.acao") == 0


def test_the_protocolo_of_another_lote_is_not_taken(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    lote = em_duvida(oficina, simulador)
    # Both have the same number: each contrato counts its own.
    outro = oficina.lote(1, clinica_id="FILIAL")
    assert oficina.enviar(outro) is None
    alheio = oficina.valor("SELECT protocolo FROM tiss.lote WHERE id = %s", outro)
    pedido = {"resposta": "PROTOCOLO", "protocolo": alheio, **MOTIVO}
    recusa = balcao("otto").post(f"/api/tiss/lotes/{lote}/resolver", json=pedido)
    assert recusa.status_code == 409
    filial = oficina.contrato("FILIAL").nome.partition(" / ")[2]
    assert f"já é do lote de número 1, de {filial}" in recusa.json()["detail"]
    assert oficina.status(lote) == "EM_DUVIDA"


def test_a_protocolo_that_a_person_mistyped_is_corrected(
    oficina: Oficina, simulador: Simulador, balcao: Entrar
) -> None:
    lote = em_duvida(oficina, simulador)
    otto = balcao("otto")
    pedido = {"resposta": "PROTOCOLO", "protocolo": "ABC132", **MOTIVO}
    assert otto.post(f"/api/tiss/lotes/{lote}/resolver", json=pedido).status_code == 200
    oficina.fazer(
        "UPDATE tiss.lote SET proxima_consulta = now() + interval '7 days',"
        " situacao_protocolo = '7' WHERE id = %s",
        lote,
    )
    assert "Corrigir protocolo" in otto.get(f"/tiss/lotes?lote={lote}").text
    tela = otto.get(f"/tiss/lotes/{lote}/protocolo")
    assert "ABC132" in tela.text
    campos = dict(re.findall(r'name="(ficha|chave)" value="([^"]*)"', tela.text))
    feito = otto.post(
        f"/tiss/lotes/{lote}/corrigir-protocolo", data={**campos, "protocolo": " ABC123 "}
    )
    assert feito.status_code == 303, feito.text
    depois = oficina.linhas(
        "SELECT status, protocolo, situacao_protocolo, proxima_consulta <= now() AS ja"
        " FROM tiss.lote WHERE id = %s",
        lote,
    )
    assert depois == [
        {"status": "ENVIADO", "protocolo": "ABC123", "situacao_protocolo": None, "ja": True}
    ]
    contada = html.unescape(otto.get(feito.headers["location"]).text)
    assert "protocolo ABC132 corrigido para ABC123 por otto" in contada
    assert "otto corrigiu o protocolo" in contada


@pytest.mark.parametrize("como", ["deu", "falou", "acabou"])
def test_what_the_operadora_said_is_not_corrected(
    oficina: Oficina, simulador: Simulador, balcao: Entrar, como: str
) -> None:
    if como == "deu":
        lote = oficina.lote(1)
        assert oficina.enviar(lote) is None
    else:
        lote = em_duvida(oficina, simulador)
        oficina.fazer("UPDATE tiss.lote SET status='ENVIADO', protocolo='P1' WHERE id=%s", lote)
        if como == "falou":
            oficina.fazer(
                "UPDATE tiss.guia_tiss_envio SET situacao_guia = '2' WHERE lote_id = %s", lote
            )
        else:
            oficina.fazer("UPDATE tiss.lote SET status = 'PROCESSADO' WHERE id = %s", lote)
    otto = balcao("otto")
    recusa = otto.post(f"/api/tiss/lotes/{lote}/corrigir-protocolo", json={"protocolo": "X9"})
    assert recusa.status_code == 409
    assert "só se corrige o que uma pessoa informou" in recusa.json()["detail"]
    assert oficina.valor("SELECT protocolo FROM tiss.lote WHERE id = %s", lote) != "X9"
    assert "Corrigir protocolo" not in otto.get(f"/tiss/lotes?lote={lote}").text


def test_what_the_operadora_does_not_cancel_is_told_before_anybody_asks(
    oficina: Oficina,
    simulador: Simulador,
    balcao: Entrar,
    pedidas: list[tuple[str, dict[str, object]]],
) -> None:
    lote = oficina.lote(1)
    assert oficina.enviar(lote) is None
    otto = balcao("otto")
    tela = otto.get(f"/tiss/lotes/{lote}/cancelamento").text
    assert "cancele no portal dela" in tela
    assert "<form" not in tela.split("<main")[1]
    recusa = otto.post(f"/api/tiss/lotes/{lote}/cancelar", json=MOTIVO)
    assert recusa.status_code == 409
    assert pedidas == []
    assert "mandou cancelar o lote, sem efeito" in otto.get(f"/tiss/lotes?lote={lote}").text
