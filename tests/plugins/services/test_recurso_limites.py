"""What a recurso must not do: ask twice, ask for too much, be lost, or be forgotten."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from oficina import HOJE, Oficina
from recorrente import (
    contas,
    mensagem,
    preparar,
    situacoes,
    um_aprovado,
    um_rascunho,
    uma_glosa,
)
from respostas import analisada, analise, item_recusado, paga, pagamento, receber

from tiss.domain.retorno import DecisaoRecurso, Motivo, Nivel, RespostaRecurso
from tiss.errors import PendingError, TransitionError
from tiss.repository import recursos
from tiss.services import conferencia, duvida, julgamento, reapresentacao, recuperacao, recurso
from tiss.services.atraso import conferir_atrasos
from tiss.simulador.processo import Simulador


def enviado(oficina: Oficina, lote: int, protocolo: str = "9001") -> None:
    """Have a lote at the operadora."""
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s", lote
    )
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIADO', protocolo = %s, data_envio = now() WHERE id = %s",
        *(protocolo, lote),
    )


def decidir(
    oficina: Oficina, lote: int, *decisoes: DecisaoRecurso, total: str | None = None
) -> None:
    """Have the operadora answer."""
    numero = oficina.valor("SELECT numero_guia FROM tiss.recurso_envio WHERE lote_id = %s", lote)
    resposta = RespostaRecurso(
        numero_guia_recurso_prestador=numero,
        numero_guia_recurso_operadora=None,
        numero_protocolo="7001",
        numero_lote="1",
        decisoes=decisoes,
        valor_recursado=None,
        valor_acatado=None if total is None else Decimal(total),
    )
    julgamento.aplicar(oficina.repo, lote, resposta)


def dita(
    guia: str | None,
    codigo: str,
    *,
    valor: str | None = None,
    acatado: bool | None = None,
    nivel: Nivel = "ITEM",
) -> DecisaoRecurso:
    return DecisaoRecurso(
        nivel=nivel,
        numero_guia_prestador=guia,
        sequencial_item=1 if nivel == "ITEM" else None,
        codigo=codigo,
        acatado=acatado,
        valor_recursado=None,
        valor_acatado=None if valor is None else Decimal(valor),
        justificativa=None,
    )


def conciliada(oficina: Oficina) -> dict[str, Any]:
    (linha,) = oficina.linhas(
        "SELECT * FROM tiss.conciliacao_guia WHERE numero_guia_prestador = '1'"
    )
    return linha


def refeito(oficina: Oficina, simulador: Simulador) -> tuple[int, int]:
    """A recurso whose first copy is at the operadora though a person said otherwise."""
    recurso_id, lote = um_aprovado(oficina)
    oficina.sem_quarentena()
    simulador.falha("reset_depois", operacao="tissRecursoGlosa")
    oficina.enviar(lote)
    duvida.cancelado_fora(oficina.repo, lote, por="Ana")
    recurso.refazer(oficina.repo, recurso_id, por="Ana")
    return lote, recurso_id


# Twice ------------------------------------------------------------------------------------------


def test_a_reply_that_comes_late_holds_the_second_copy_and_stops_nothing_else(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    lote, recurso_id = refeito(recorrente, simulador)
    novo = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    (no_portal,) = simulador.recursos()
    numero = recorrente.valor("SELECT numero_lote FROM tiss.lote WHERE id = %s", glosado)
    recibo = (
        '<x xmlns="http://www.ans.gov.br/padroes/tiss/schemas"><protocoloRecebimento>'
        f"<nrProtocoloRecursoGlosa>{no_portal['numero_protocolo']}</nrProtocoloRecursoGlosa>"
        f"<numeroLote>{numero}</numeroLote></protocoloRecebimento></x>"
    ).encode()
    # A process that was paused since before the doubt: nobody has read what it stored.
    recorrente.fazer(
        "INSERT INTO tiss.troca (operacao, canal, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, ultimo_bloco_saiu, http_status, resposta)"
        " SELECT operacao, canal, contrato_id, lote_id, tentativa, quem, pedido, pedido_sha256,"
        " now(), true, 200, %s FROM tiss.troca WHERE lote_id = %s AND operacao = 'RECURSO_GLOSA'",
        *(zlib.compress(recibo), lote),
    )
    recorrente.varrer()
    assert "POSSIVEL_DUPLICIDADE" in recorrente.divergencias()
    assert recorrente.enviar(novo) is not None
    recorrente.noite()
    recorrente.hora()
    assert len([r for r in simulador.recursos() if not r["cancelado"]]) == 1


def test_a_glosa_of_the_whole_protocolo_is_contested_once(respondido: Oficina) -> None:
    receber(
        respondido,
        analise(
            "7001",
            *(analisada(numero, "140.00") for numero in "12"),
            motivos=(Motivo(codigo="1705"),),
        ),
    )
    assert "prepare sem escolher" in preparar(respondido, guias=["1"]).recusas[0]
    recurso_id = um_rascunho(respondido)
    with pytest.raises(TransitionError, match="protocolo inteiro"):
        recurso.retirar(respondido.repo, recurso_id, guia="2", por="Ana")
    with respondido.repo.transacao() as t:
        dele = [glosa.id for glosa in recursos.glosas(t, recurso_id)]
    with pytest.raises(TransitionError, match="protocolo inteiro"):
        recurso.retirar_cada(respondido.repo, recurso_id, dele[:1], por="Ana")
    recurso.aprovar(respondido.repo, recurso_id, por="Ana")
    # A guia that is analysed later is of the same protocolo.
    receber(respondido, analise("7001", analisada("3", "140.00"), motivos=(Motivo(codigo="1705"),)))
    preparo = preparar(respondido)
    assert preparo.recursos == ()
    assert "já se recorreu da glosa 1705 dele inteiro" in preparo.recusas[0]


@pytest.mark.parametrize("nivel", ["ITEM", "GUIA"])
def test_the_same_money_is_not_asked_for_under_another_code(
    respondido: Oficina, nivel: str
) -> None:
    uma_glosa(respondido)
    _, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    campos: dict[str, Any] = {"motivos": (Motivo(codigo="1801"),)}
    if nivel == "ITEM":
        campos = {"itens": (item_recusado("100.00", ("1801", "50.00")),)}
    receber(respondido, analise("7001", analisada("1", "100.00", **campos), dia=1))
    preparo = preparar(respondido)
    assert preparo.recursos == ()
    assert "já se recorreu de 50.00 dos 50.00 glosados" in preparo.recusas[0]


def test_a_guia_is_contested_or_presented_again_and_never_both(
    recorrente: Oficina, simulador: Simulador
) -> None:
    consulta, _ = recorrente.atender(2, final_da_carteira="000")
    (negado,) = recorrente.montar().lotes
    recorrente.enviar(negado)
    simulador.avancar(60)
    recorrente.hora()
    recurso_id, lote = um_aprovado(recorrente)
    with pytest.raises(TransitionError, match=f"está no recurso {recurso_id}"):
        reapresentacao.reapresentar(recorrente.repo, consulta, por="Ana", motivo="x")
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    recurso.descartar(recorrente.repo, recurso_id, por="Ana")
    reapresentacao.reapresentar(recorrente.repo, consulta, por="Ana", motivo="x")
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    with pytest.raises(TransitionError, match="cancelada ou reapresentada"):
        recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    preparar(recorrente)
    outro = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert len(mensagem(recorrente, outro).guias) == 1
    assert recorrente.status(lote) == "CANCELADO"


def test_after_a_restore_nothing_is_contested_before_a_person_looked(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id = um_rascunho(recorrente)
    recuperacao.recuperar(recorrente.repo, por="Ana")
    with pytest.raises(TransitionError, match="voltou de um backup"):
        recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert recurso.soltar(recorrente.repo, [recorrente.contrato().id], por="Ana") == 1
    assert recurso.aprovar(recorrente.repo, recurso_id, por="Ana")


# Too much -----------------------------------------------------------------------------------------


def test_a_draft_follows_what_is_refused_now(respondido: Oficina) -> None:
    uma_glosa(respondido)
    recurso_id = um_rascunho(respondido)
    menos = item_recusado("140.00", ("1705", "10.00"))
    receber(respondido, analise("7001", analisada("1", "140.00", itens=(menos,)), dia=1))
    with pytest.raises(TransitionError, match=r"era 50.00 e agora é 10.00"):
        recurso.aprovar(respondido.repo, recurso_id, por="Ana")
    assert preparar(respondido).recursos == ()
    with respondido.repo.transacao() as t:
        assert recursos.resumo(t, recurso_id).valor_recursado == Decimal("10.00")
    receber(respondido, analise("7001", analisada("1"), dia=2))
    with pytest.raises(TransitionError, match="agora é nada"):
        recurso.aprovar(respondido.repo, recurso_id, por="Ana")
    preparar(respondido)
    assert respondido.valor("SELECT status FROM tiss.recurso") == "DESCARTADO"
    assert recurso.propostas(respondido.repo, [respondido.contrato().id]) == []


def test_a_draft_is_not_approved_after_its_deadline(respondido: Oficina) -> None:
    uma_glosa(respondido)
    recurso_id = um_rascunho(respondido)
    respondido.fazer("UPDATE tiss.glosado_desde SET desde = desde - 31")
    with pytest.raises(TransitionError, match="o prazo terminou em"):
        recurso.aprovar(respondido.repo, recurso_id, por="Ana")


def test_what_was_granted_is_not_asked_for_again(respondido: Oficina) -> None:
    recusado = item_recusado("100.00", ("1705", "50.00"))
    guias = [analisada(numero, "100.00", itens=(recusado,)) for numero in "12"]
    receber(respondido, analise("7001", *guias, situacao="2"))
    recurso_id, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    decidir(respondido, lote, dita("1", "1705", valor="50.00"))
    assert respondido.divergencias() == {"RECURSO_SEM_DECISAO"}
    linha = conciliada(respondido)
    assert (linha["em_recurso"], linha["recuperado"]) == (Decimal("0.00"), Decimal("50.00"))
    for estado in ("CANCELANDO", "CANCELADO"):
        respondido.fazer(
            "UPDATE tiss.lote SET status = %s, prazo = now() WHERE id = %s", estado, lote
        )
    recurso.refazer(respondido.repo, recurso_id, por="Ana")
    novo = recurso.aprovar(respondido.repo, recurso_id, por="Ana")
    assert mensagem(respondido, novo).valor_total_recursado == Decimal("50.00")


def test_a_decision_on_one_code_decides_no_other(respondido: Oficina) -> None:
    dois = item_recusado("50.00", ("1705", "60.00"), ("1801", "40.00"))
    receber(respondido, analise("7001", analisada("1", "50.00", itens=(dois,))))
    _, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    decidir(respondido, lote, dita("1", "1705", valor="40.00"), total="40.00")
    assert conciliada(respondido)["recuperado"] == Decimal("40.00")
    assert (respondido.status(lote), situacoes(respondido)) == ("ENVIADO", {"ENVIADO"})


def test_motives_without_a_share_are_for_the_portal_also_when_told_twice(
    respondido: Oficina,
) -> None:
    um = item_recusado("100.00", ("1705", "10.00"), ("1801", "15.00"))
    outro = replace(
        um,
        motivos=tuple(Motivo(codigo=c, valor=Decimal("50.00")) for c in ("1705", "1801")),
    )
    receber(respondido, analise("7001", analisada("1", "50.00", itens=(um, outro))))
    preparo = preparar(respondido)
    assert preparo.recursos == ()
    assert any("RATEIO_DA_GLOSA" in recusa for recusa in preparo.recusas)


@pytest.mark.parametrize(
    ("acatado", "total", "recuperado", "divergencias"),
    [
        (True, None, "150.00", set()),
        (True, "150.00", "150.00", set()),
        (True, "90.00", "90.00", set()),
        (True, "0.00", "150.00", {"TOTAL_DO_RECURSO"}),
        (True, "200.00", "150.00", {"TOTAL_DO_RECURSO"}),
        (False, None, "0.00", set()),
        (False, "0.00", "0.00", set()),
        (False, "90.00", "0.00", {"TOTAL_DO_RECURSO"}),
        (None, "90.00", "0.00", {"RECURSO_SEM_DECISAO"}),
    ],
)
def test_a_total_says_how_much_of_a_yes_and_never_turns_it_round(
    respondido: Oficina,
    acatado: bool | None,
    total: str | None,
    recuperado: str,
    divergencias: set[str],
) -> None:
    recusada = analisada("1", "0.00", motivos=(Motivo(codigo="1001"),))
    receber(respondido, analise("7001", recusada, situacao="2"))
    _, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    decidir(respondido, lote, dita("1", "1001", acatado=acatado, nivel="GUIA"), total=total)
    assert conciliada(respondido)["recuperado"] == Decimal(recuperado)
    assert respondido.divergencias() == divergencias


def test_the_guias_of_a_protocolo_share_what_is_granted_of_it(respondido: Oficina) -> None:
    receber(
        respondido,
        analise(
            "7001",
            *(analisada(numero, "140.00") for numero in "123"),
            motivos=(Motivo(codigo="1705"),),
        ),
    )
    _, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    decidir(respondido, lote, dita(None, "1705", acatado=True, nivel="PROTOCOLO"), total="12.00")
    assert contas(respondido)["recuperado"] == Decimal("12.00")
    assert respondido.divergencias() == set()


# Too late -----------------------------------------------------------------------------------------


def envelhecer(oficina: Oficina, dias: int) -> None:
    """Have all been refused so many days ago; the contratos give 30."""
    oficina.fazer("UPDATE tiss.glosado_desde SET desde = %s", HOJE - timedelta(dias))


def test_on_its_last_day_what_was_approved_still_leaves(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    envelhecer(recorrente, 30)
    assert recorrente.noite() == []
    assert (recorrente.status(lote), len(simulador.recursos())) == ("ENVIADO", 1)


def test_after_its_last_day_nothing_leaves_and_a_person_is_told_why(
    recorrente: Oficina,
    simulador: Simulador,
    glosado: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    envelhecer(recorrente, 31)
    assert recorrente.noite() == []
    assert "prazo do recurso vencido" in capsys.readouterr().out
    erro = recorrente.enviar(lote)
    assert isinstance(erro, PendingError)
    terminou = f"o prazo do recurso {recurso_id} terminou em {HOJE - timedelta(1):%d/%m/%Y}"
    assert terminou in str(erro)
    assert f"tiss recurso refazer {recurso_id}" in str(erro)
    assert (recorrente.status(lote), recorrente.trocas(lote, "RECURSO_GLOSA")) == ("PENDENTE", [])
    # The operadora takes it all the same, or nobody asks any more.
    recorrente.configurar(dias_para_recorrer=31)
    assert recorrente.noite() == []
    assert recorrente.status(lote) == "ENVIADO"


def test_what_was_too_late_is_a_draft_again_when_a_person_says_so(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    primeira = recorrente.guias(glosado)[0]["id"]
    recorrente.fazer(
        "UPDATE tiss.glosado_desde SET desde = desde - 31 FROM tiss.guia_tiss_envio AS envio"
        " WHERE envio.id = envio_id AND guia_id = %s",
        primeira,
    )
    # One of two guias is late: it is in the same message.
    assert isinstance(recorrente.enviar(lote), PendingError)
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    recurso.retirar(recorrente.repo, recurso_id, guia="1", por="Ana")
    novo = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert recorrente.noite() == []
    assert (recorrente.status(lote), recorrente.status(novo)) == ("CANCELADO", "ENVIADO")


@pytest.mark.parametrize(("fuso", "vence"), [("Etc/GMT+12", False), ("Etc/GMT-14", True)])
def test_the_last_day_is_that_of_the_contrato(
    respondido: Oficina, simulador: Simulador, fuso: str, vence: bool
) -> None:
    uma_glosa(respondido)
    _, lote = um_aprovado(respondido)
    # 26 hours apart: what is today in the one was yesterday or the day before in the other.
    respondido.fazer(
        "UPDATE tiss.glosado_desde SET desde = (now() AT TIME ZONE 'Etc/GMT+12')::date - 30"
    )
    respondido.configurar(fuso=fuso)
    respondido.enviar(lote)
    assert bool(respondido.trocas(lote, "RECURSO_GLOSA")) is not vence


def test_what_may_be_at_the_operadora_is_never_too_late(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.sem_quarentena()
    simulador.falha("reset_depois", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    envelhecer(recorrente, 31)
    duvida.reenviar(recorrente.repo, lote, por="Ana")
    recorrente.noite()
    assert len(recorrente.trocas(lote, "RECURSO_GLOSA")) == 2


@pytest.mark.parametrize("saiu", [False, True])
def test_what_was_certainly_not_taken_is_too_late_as_what_was_never_tried(
    recorrente: Oficina, simulador: Simulador, glosado: int, saiu: bool
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    endereco = "tissRecursoGlosa" if saiu else "http://127.0.0.1:1/"
    recorrente.enderecar(RECURSO_GLOSA=endereco)
    simulador.falha("http_429", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    (troca,) = recorrente.trocas(lote, "RECURSO_GLOSA")
    assert (recorrente.status(lote), troca["ultimo_bloco_saiu"]) == ("PENDENTE", saiu)
    simulador.limpar_falhas()
    recorrente.enderecar(RECURSO_GLOSA="tissRecursoGlosa")
    envelhecer(recorrente, 31)
    recorrente.noite()
    assert (recorrente.status(lote), len(recorrente.trocas(lote, "RECURSO_GLOSA"))) == (
        "PENDENTE",
        1,
    )
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    recurso.descartar(recorrente.repo, recurso_id, por="Ana")
    assert simulador.recursos() == []


def test_the_file_of_one_that_is_too_late_is_not_taken_to_a_portal(respondido: Oficina) -> None:
    uma_glosa(respondido)
    respondido.configurar(tipo_api="MANUAL")
    _, lote = um_aprovado(respondido)
    envelhecer(respondido, 31)
    with pytest.raises(TransitionError, match="não sai: o prazo do recurso"):
        conferencia.exportar(respondido.repo, lote, por="Bia")
    envelhecer(respondido, 30)
    conferencia.exportar(respondido.repo, lote, por="Bia")
    # It may have been delivered in time.
    envelhecer(respondido, 31)
    conferencia.exportar(respondido.repo, lote, por="Bia")
    conferencia.marcar_enviado(respondido.repo, lote, "9001", por="Bia")
    assert respondido.status(lote) == "ENVIADO"


# Forgotten ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("situacao", ["3", "5"])
def test_the_time_to_contest_runs_from_the_first_day_however_often_it_is_told(
    respondido: Oficina, situacao: str
) -> None:
    recusado = item_recusado("100.00", ("1705", "50.00"))
    guia = analisada("1", "100.00", itens=(recusado,))
    receber(respondido, analise("7001", replace(guia, situacao=situacao), dia=-20))
    receber(respondido, analise("7001", guia))
    assert respondido.valor("SELECT prazo FROM tiss.conciliacao_recurso") == HOJE + timedelta(10)
    # Another value is another refusal.
    menos = item_recusado("110.00", ("1705", "40.00"))
    receber(respondido, analise("7001", analisada("1", "110.00", itens=(menos,)), dia=1))
    assert respondido.valor("SELECT prazo FROM tiss.conciliacao_recurso") == HOJE + timedelta(31)


def test_what_has_not_left_is_taken_back(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    recorrente.enderecar(RECURSO_GLOSA=None)
    (erro,) = recorrente.noite()
    assert "não oferece RECURSO_GLOSA" in str(erro)
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    assert (recorrente.status(lote), recorrente.noite()) == ("CANCELADO", [])
    assert situacoes(recorrente) == {"RASCUNHO"}


def test_what_may_be_at_the_operadora_is_not_taken_back(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    simulador.falha("reset_depois", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    with pytest.raises(TransitionError, match="pode estar na operadora"):
        recurso.refazer(recorrente.repo, recurso_id, por="Ana")


def test_who_is_not_asked_about_recursos_is_not_asked_every_hour(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.enviar(lote)
    recorrente.enderecar(SOLIC_STATUS_RECURSO_GLOSA=None)
    assert recorrente.hora() == []
    assert recorrente.valor(
        "SELECT proxima_consulta IS NOT NULL FROM tiss.lote WHERE id = %s", lote
    )


def esperas(oficina: Oficina) -> list[tuple[object, ...]]:
    """What waits for an answer of the operadora, and how long."""
    linhas = oficina.linhas(
        "SELECT lote_id, protocolo, dias, faixa, guias_em_aberto, em_aberto, guias_em_recurso,"
        " em_recurso FROM tiss.conciliacao_espera ORDER BY lote_id"
    )
    return [tuple(linha.values()) for linha in linhas]


def test_a_recurso_waits_as_lotes_do_also_at_a_portal(respondido: Oficina) -> None:
    recusado = item_recusado("100.00", ("1705", "50.00"))
    guias = [analisada(numero, "100.00", itens=(recusado,)) for numero in "12"]
    receber(respondido, analise("7001", *guias, situacao="2"))
    respondido.configurar(tipo_api="MANUAL")
    _, lote = um_aprovado(respondido)
    conferencia.exportar(respondido.repo, lote, por="Bia")
    (de_guias,) = esperas(respondido)
    zero, aberto = Decimal("0.00"), Decimal("150.00")
    assert de_guias[2:] == (0, "até 30 dias", 1, aberto, 0, zero)
    conferencia.marcar_enviado(respondido.repo, lote, "9001", por="Bia")
    respondido.fazer("UPDATE tiss.lote SET data_envio = now() - interval '31 days'")
    faixa = (31, "31 a 60 dias")
    assert esperas(respondido)[1:] == [(lote, "9001", *faixa, 0, zero, 2, Decimal("100.00"))]
    em_recurso, em_aberto = respondido.linhas(
        "SELECT sum(em_recurso) AS em_recurso, sum(em_aberto) AS em_aberto"
        " FROM tiss.conciliacao_guia"
    )[0].values()
    assert (em_recurso, em_aberto) == (Decimal("100.00"), aberto)
    decidir(respondido, lote, dita("1", "1705", valor="50.00"))
    assert esperas(respondido)[1:] == [(lote, "9001", *faixa, 0, zero, 1, Decimal("50.00"))]
    decidir(respondido, lote, dita("2", "1705", valor="0.00"))
    assert [espera[0] for espera in esperas(respondido)] == [de_guias[0]]


def test_a_refusal_changes_nothing_that_the_clinic_has(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    enviado(recorrente, lote)
    decidir(recorrente, lote, *(dita(n, "1705", valor="0.00") for n in "12"))
    assert situacoes(recorrente) == {"RESPONDIDO"}
    assert set(recorrente.tirada("resultado_gravado", "guia")) == {True}


# Paid late ----------------------------------------------------------------------------------------


def concedido(oficina: Oficina, *, ha: int = 30, analisada_ha: int = 1) -> int:
    """Of a guia R$ 100.00 were released, and the R$ 50.00 refused were granted `ha` days ago."""
    uma_glosa(oficina, dia=-analisada_ha)
    _, lote = um_aprovado(oficina)
    enviado(oficina, lote)
    decidir(oficina, lote, dita("1", "1705", valor="50.00"))
    oficina.fazer("UPDATE tiss.recurso_item SET acatado_em = now() - make_interval(days => %s)", ha)
    return lote


def atrasos(oficina: Oficina) -> list[str]:
    """What is told to be late, after an hourly run."""
    conferir_atrasos(oficina.repo)
    return [
        linha["descricao"]
        for linha in oficina.linhas(
            "SELECT descricao FROM tiss.divergencia"
            " WHERE motivo = 'PAGAMENTO_ATRASADO' AND fechada_em IS NULL ORDER BY chave"
        )
    ]


def do_recurso(acatado: str, pago: str) -> str:
    """What is told of a recurso that had to be paid by yesterday."""
    return (
        f"em recurso foram acatados {acatado} e pagos {pago} até {HOJE - timedelta(1):%d/%m/%Y}, "
        "o último dia do contrato"
    )


@pytest.mark.parametrize(("dias", "atrasa"), [(None, False), (31, False), (30, False), (29, True)])
def test_what_was_granted_and_is_not_paid_in_the_days_of_the_contrato_is_late(
    respondido: Oficina, dias: int | None, atrasa: bool
) -> None:
    respondido.configurar(dias_para_pagar=dias)
    concedido(respondido)
    assert atrasos(respondido) == ([do_recurso("50.00", "0.00")] if atrasa else [])


def test_what_was_released_and_what_was_granted_are_late_apart_and_add_up(
    respondido: Oficina,
) -> None:
    respondido.configurar(dias_para_pagar=29)
    concedido(respondido, analisada_ha=30)
    assert [dito.partition(" até ")[0] for dito in atrasos(respondido)] == [
        "liberados 100.00 e pagos 0.00",
        "em recurso foram acatados 50.00 e pagos 0.00",
    ]
    falta = respondido.valor("SELECT sum(falta) FROM tiss.conciliacao_atraso")
    assert falta == conciliada(respondido)["a_receber"] == Decimal("150.00")
    receber(respondido, pagamento("7001", paga("1", "20.00", recurso=True)))
    assert atrasos(respondido)[1:] == [do_recurso("50.00", "20.00")]
    receber(respondido, pagamento("7001", paga("1", "100.00"), numero="2"))
    assert atrasos(respondido) == [do_recurso("50.00", "20.00")]
    # Announced: the operadora told when.
    amanha = HOJE + timedelta(1)
    receber(respondido, pagamento("7001", paga("1", "30.00", recurso=True), dia=amanha, numero="3"))
    assert atrasos(respondido) == []
    assert respondido.divergencias() == {"GUIA_NAO_LISTADA"}


def test_what_a_recurso_brought_may_be_paid_without_being_called_so(respondido: Oficina) -> None:
    respondido.configurar(dias_para_pagar=29)
    concedido(respondido)
    receber(respondido, pagamento("7001", paga("1", "140.00")))
    assert atrasos(respondido) == [do_recurso("50.00", "40.00")]
    receber(respondido, pagamento("7001", paga("1", "10.00"), numero="2"))
    assert atrasos(respondido) == []


def test_what_was_granted_first_is_paid_first(respondido: Oficina) -> None:
    respondido.configurar(dias_para_pagar=29)
    dois = item_recusado("50.00", ("1705", "60.00"), ("1801", "40.00"))
    receber(respondido, analise("7001", analisada("1", "50.00", itens=(dois,)), dia=-1))
    _, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    decidir(respondido, lote, dita("1", "1705", valor="60.00"), dita("1", "1801", valor="40.00"))
    for codigo, ha in (("1705", 29), ("1801", 30)):
        respondido.fazer(
            "UPDATE tiss.recurso_item SET acatado_em = now() - make_interval(days => %s)"
            " WHERE codigo = %s",
            *(ha, codigo),
        )
    assert atrasos(respondido) == [do_recurso("40.00", "0.00")]
    receber(respondido, pagamento("7001", paga("1", "40.00", recurso=True)))
    assert atrasos(respondido) == []
    respondido.fazer("UPDATE tiss.recurso_item SET acatado_em = acatado_em - interval '1 day'")
    assert atrasos(respondido) == [do_recurso("100.00", "40.00")]


def test_an_answer_that_is_told_again_does_not_move_the_day(respondido: Oficina) -> None:
    respondido.configurar(dias_para_pagar=29)
    lote = concedido(respondido)
    assert len(atrasos(respondido)) == 1
    decidir(respondido, lote, dita("1", "1705", valor="50.00"))
    decidir(respondido, lote, dita("1", "1705", valor="20.00"))
    assert atrasos(respondido) == [do_recurso("50.00", "0.00")]
    respondido.fazer("UPDATE tiss.divergencia SET fechada_em = now(), fechada_por = 'Ana'")
    assert atrasos(respondido) == []


def test_a_recurso_that_brought_nothing_is_never_late(respondido: Oficina) -> None:
    respondido.configurar(dias_para_pagar=0)
    uma_glosa(respondido)
    _, lote = um_aprovado(respondido)
    enviado(respondido, lote)
    decidir(respondido, lote, dita("1", "1705", valor="0.00"))
    respondido.fazer("UPDATE tiss.recurso_item SET acatado_em = now() - interval '9 days'")
    assert atrasos(respondido) == []
