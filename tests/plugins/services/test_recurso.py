"""From a glosa to a recurso, a person's word, one sending, and what the operadora grants."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oficina import HOJE, SERVICOS_DE_RECURSO, Oficina
from recorrente import contas, mensagem, preparar, situacoes, um_aprovado, um_rascunho, uma_glosa
from respostas import analisada, analise, item_recusado, paga, pagamento, receber
from retrato import Retrato

from tiss.domain.retorno import (
    DecisaoRecurso,
    Demonstrativo,
    DemonstrativoPagamento,
    Motivo,
    RespostaRecurso,
)
from tiss.errors import ConfigError, RejectedError, TransitionError, UnreadableError
from tiss.messages.mensagem import MensagemError
from tiss.repository import lotes, recursos
from tiss.services import conferencia, duvida, julgamento, recurso
from tiss.services.duvida import RespostaDuvida
from tiss.services.julgamento import situacao_do_recurso
from tiss.services.pergunta import Assunto, perguntar
from tiss.simulador.processo import Simulador

ZERO = Decimal("0.00")


# All the way ------------------------------------------------------------------------------------


def test_what_is_granted_comes_back_and_is_paid(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    assert situacoes(recorrente) == {"A_ENVIAR"}
    assert recorrente.enviar(lote) is None
    assert situacoes(recorrente) == {"ENVIADO"}
    assert contas(recorrente)["em_recurso"] == Decimal("100.00")
    assert recorrente.hora() == []
    assert recorrente.status(lote) == "ENVIADO"
    simulador.avancar(60)
    assert recorrente.hora() == []
    assert (recorrente.status(lote), situacoes(recorrente)) == ("PROCESSADO", {"RESPONDIDO"})
    achadas = contas(recorrente)
    assert (achadas["em_recurso"], achadas["recuperado"]) == (ZERO, Decimal("100.00"))
    # What the analysis refused it refused; what is lost is glosado - recuperado.
    assert (achadas["glosado"], achadas["a_receber"]) == (Decimal("100.00"), Decimal("700.00"))
    (no_portal,) = simulador.recursos()
    assert (no_portal["valor_recursado"], no_portal["valor_acatado"]) == ("100.00", "100.00")
    assert recorrente.divergencias() == set()
    with recorrente.repo.transacao() as t:
        assert recursos.resumo(t, recurso_id).valor_acatado == Decimal("100.00")


def test_what_is_refused_again_stays_refused(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id = um_rascunho(recorrente)
    assert recurso.justificar(recorrente.repo, recurso_id, "Errado.", por="Ana") == 2
    lote = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert recorrente.enviar(lote) is None
    simulador.avancar(60)
    assert recorrente.hora() == []
    assert situacoes(recorrente) == {"RESPONDIDO"}
    assert contas(recorrente)["recuperado"] == ZERO
    assert recorrente.divergencias() == set()


def test_a_part_may_be_granted(recorrente: Oficina, simulador: Simulador, glosado: int) -> None:
    recurso_id = um_rascunho(recorrente)
    recurso.justificar(recorrente.repo, recurso_id, "Errado.", por="Ana", guia="1", item=1)
    lote = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    recorrente.enviar(lote)
    simulador.avancar(60)
    assert recorrente.hora() == []
    linhas = recorrente.linhas(
        "SELECT numero_guia_prestador, recuperado FROM tiss.conciliacao_guia ORDER BY guia_id"
    )
    assert [tuple(linha.values()) for linha in linhas] == [("1", ZERO), ("2", Decimal("50.00"))]


def test_a_refused_guia_is_authorised_when_anything_of_it_is_granted(
    recorrente: Oficina, simulador: Simulador
) -> None:
    consulta, _ = recorrente.atender(2, final_da_carteira="000")
    (negado,) = recorrente.montar().lotes
    recorrente.enviar(negado)
    simulador.avancar(60)
    recorrente.hora()
    assert recorrente.guia(consulta)["status"] == "NEGADA"
    _, lote = um_aprovado(recorrente)
    # The guia as a whole: its glosa is of no item.
    lida = mensagem(recorrente, lote)
    assert [len(guia.glosas) for guia in lida.guias] == [1, 1]
    assert lida.valor_total_recursado == Decimal("300.00")
    recorrente.enviar(lote)
    simulador.avancar(60)
    recorrente.hora()
    assert recorrente.guia(consulta)["status"] == "AUTORIZADA"
    assert recorrente.guia(consulta)["glosa_parcial"]
    na_clinica = recorrente.linhas("SELECT * FROM clinica.consulta WHERE id = %s", consulta)[0]
    assert na_clinica["status_tiss"] == "AUTORIZADA"
    assert (na_clinica["valor_liberado"], na_clinica["valor_glosado"]) == (Decimal(150), ZERO)
    # The analysis that was contested, told again, takes nothing back.
    recorrente.fazer("UPDATE tiss.lote SET encerrado = false, situacao_protocolo = NULL")
    recorrente.hora()
    assert recorrente.guia(consulta)["status"] == "AUTORIZADA"
    assert contas(recorrente)["recuperado"] == Decimal("300.00")


def test_what_a_recurso_brought_is_paid_apart(
    recorrente: Oficina, simular: Callable[..., Simulador]
) -> None:
    simulador = simular(segundos_ate_pagar=0.0)
    recorrente.enderecar(**SERVICOS_DE_RECURSO)
    glosado = recorrente.lote(2, valor="350.00")
    assert recorrente.enviar(glosado) is None
    simulador.avancar(60)
    recorrente.hora()
    _, lote = um_aprovado(recorrente)
    recorrente.enviar(lote)
    simulador.avancar(60)
    # What was paid is asked for while something is to be received.
    for _ in range(2):
        assert recorrente.hora() == []
        recorrente.fazer("DELETE FROM tiss.consulta_pagamento")
    achadas = contas(recorrente)
    assert achadas["pago"] == Decimal("700.00")
    assert achadas["a_receber"] == ZERO
    assert recorrente.divergencias() == set()


# The message ------------------------------------------------------------------------------------


def test_the_message_says_what_was_billed_and_why_it_is_right(
    recorrente: Oficina, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    lida = mensagem(recorrente, lote)
    (numero_lote, protocolo) = next(
        (linha["numero_lote"], linha["protocolo"])
        for linha in recorrente.linhas("SELECT * FROM tiss.lote WHERE id = %s", glosado)
    )
    assert (lida.numero_lote, lida.numero_protocolo) == (str(numero_lote), protocolo)
    assert (lida.objeto_recurso, lida.data_recurso) == ("2", HOJE)
    guia, _ = lida.guias
    (item,) = guia.itens
    assert (item.sequencial_item, item.codigo_procedimento) == (1, "10101012")
    assert (item.codigo_glosa, item.valor_recursado) == ("1705", Decimal("50.00"))
    assert item.justificativa == (
        f"Guia {guia.numero_guia_origem}, glosa 1705: "
        "o valor de R$ 50,00 e o da tabela do contrato."
    )


def test_its_numbers_are_of_no_guia_and_no_lote(recorrente: Oficina, glosado: int) -> None:
    _, lote = um_aprovado(recorrente)
    numero = mensagem(recorrente, lote).numero_guia_rec_glosa_prestador
    assert numero not in recorrente.tirada("numero_guia_prestador", "guia")
    proximo = recorrente.lote(1)
    assert numero not in recorrente.tirada("numero_guia_prestador", "guia")
    assert len(set(recorrente.tirada("numero_lote"))) == len({glosado, lote, proximo})


def test_levels_are_contested_each_in_its_way(respondido: Oficina) -> None:
    dois_motivos = item_recusado("100.00", ("1705", "30.00"), ("1801", "20.00"))
    receber(
        respondido,
        analise(
            "7001",
            analisada("1", "100.00", itens=(item_recusado("100.00", ("1705", "50.00")),)),
            analisada("2", "0.00", motivos=(Motivo(codigo="1001"),)),
            analisada("3", "100.00", itens=(dois_motivos,)),
        ),
    )
    lida = mensagem(respondido, um_aprovado(respondido)[1])
    assert [(len(guia.itens), len(guia.glosas)) for guia in lida.guias] == [(1, 0), (0, 1), (2, 0)]
    assert lida.valor_total_recursado == Decimal("250.00")
    assert [item.valor_recursado for item in lida.guias[2].itens] == [
        Decimal("30.00"),
        Decimal("20.00"),
    ]


def test_a_motive_that_repeats_another_one_asks_for_nothing(respondido: Oficina) -> None:
    repetida = item_recusado("100.00", ("1705", "50.00"), ("1801", "50.00"))
    receber(respondido, analise("7001", analisada("1", "100.00", itens=(repetida,))))
    (guia,) = mensagem(respondido, um_aprovado(respondido)[1]).guias
    assert [item.codigo_glosa for item in guia.itens] == ["1705"]


def test_a_glosa_of_the_protocolo_is_contested_as_a_whole(respondido: Oficina) -> None:
    receber(
        respondido,
        analise(
            "7001",
            *(analisada(numero, "140.00") for numero in "123"),
            motivos=(Motivo(codigo="1705"),),
        ),
    )
    lida = mensagem(respondido, um_aprovado(respondido)[1])
    assert (lida.objeto_recurso, lida.guias) == ("1", ())
    assert lida.protocolo is not None
    assert (lida.protocolo.codigo_glosa, lida.valor_total_recursado) == ("1705", Decimal("30.00"))


# What cannot be contested -------------------------------------------------------------------------


@pytest.mark.parametrize("protocolo", ["A7001", "70-1", "1234567890123", "٣٤"])
def test_a_protocolo_that_is_no_number_is_refused_with_the_reason(
    respondido: Oficina, protocolo: str
) -> None:
    uma_glosa(respondido)
    respondido.fazer("UPDATE tiss.lote SET protocolo = %s", protocolo)
    preparo = preparar(respondido)
    assert preparo.recursos == ()
    (motivo,) = preparo.recusas
    assert protocolo in motivo
    assert "portal" in motivo


@pytest.mark.parametrize(("dias", "cabe"), [(0, True), (30, True), (31, False), (400, False)])
def test_the_deadline_counts_from_the_analysis(respondido: Oficina, dias: int, cabe: bool) -> None:
    uma_glosa(respondido)
    respondido.fazer("UPDATE tiss.glosado_desde SET desde = %s", HOJE - timedelta(dias))
    preparo = preparar(respondido)
    assert bool(preparo.recursos) is cabe
    if not cabe:
        assert f"{HOJE - timedelta(dias - 30):%d/%m/%Y}" in preparo.recusas[0]


def test_without_a_deadline_in_the_contrato_there_is_none(respondido: Oficina) -> None:
    uma_glosa(respondido)
    respondido.fazer("UPDATE tiss.glosado_desde SET desde = '2020-01-01'")
    respondido.configurar(dias_para_recorrer=None)
    um_rascunho(respondido)


def test_motives_whose_values_nobody_knows_are_for_the_portal(respondido: Oficina) -> None:
    sem_rateio = item_recusado("100.00", ("1705", "10.00"), ("1801", "15.00"))
    receber(respondido, analise("7001", analisada("1", "100.00", itens=(sem_rateio,))))
    preparo = preparar(respondido)
    assert preparo.recursos == ()
    assert "RATEIO_DA_GLOSA" in preparo.recusas[0]


@pytest.mark.parametrize(
    ("versoes", "cabe"),
    [
        # Not loaded, or for another version only: nobody knows.
        ({}, True),
        ({"4.02.00": "1801"}, True),
        ({"4.03.00": "1801"}, False),
        ({"4.03.00": "1705"}, True),
    ],
)
def test_a_code_that_the_standard_does_not_have_is_for_the_portal(
    respondido: Oficina, versoes: dict[str, str], cabe: bool
) -> None:
    respondido.fazer("DELETE FROM tiss.dominio WHERE dominio = 'dm_tipoGlosa'")
    respondido.fazer("INSERT INTO tiss.terminologia_fonte (nome, origem) VALUES ('teste', 'x')")
    for versao, codigo in versoes.items():
        respondido.fazer(
            "INSERT INTO tiss.dominio (dominio, versao_tiss, codigo, fonte)"
            " VALUES ('dm_tipoGlosa', %s, %s, 'teste')",
            *(versao, codigo),
        )
    uma_glosa(respondido)
    preparo = preparar(respondido)
    assert bool(preparo.recursos) is cabe
    assert cabe or "1705 não existe na Tabela 38" in preparo.recusas[0]


def test_what_was_not_refused_is_nothing_to_contest(respondido: Oficina) -> None:
    receber(respondido, analise("7001", *(analisada(numero) for numero in "123")))
    assert preparar(respondido) == recurso.Preparo(recursos=(), recusas=())


def test_a_glosa_is_contested_once(recorrente: Oficina, glosado: int) -> None:
    um_rascunho(recorrente)
    assert preparar(recorrente).recursos == ()
    with pytest.raises(Exception, match="duplicate key"):
        recorrente.fazer(
            "INSERT INTO tiss.recurso_item (recurso_id, envio_id, nivel, sequencial_item, codigo,"
            " valor_recursado) SELECT recurso_id, envio_id, nivel, sequencial_item, codigo, 1"
            " FROM tiss.recurso_item LIMIT 1"
        )


@pytest.mark.parametrize(
    ("filtro", "quantas"),
    [
        ({"guias": ["1"]}, 1),
        ({"guias": ["9"]}, 0),
        ({"codigos": ["1705"]}, 2),
        ({"codigos": ["1801"]}, 0),
        ({"protocolos": ["0000000001"]}, 2),
        ({"protocolos": ["0000000002"]}, 0),
    ],
)
def test_only_what_is_asked_for_is_prepared(
    recorrente: Oficina, glosado: int, filtro: dict[str, list[str]], quantas: int
) -> None:
    preparo = preparar(recorrente, **filtro)
    assert recorrente.valor("SELECT count(*) FROM tiss.recurso_item") == quantas
    assert len(preparo.recursos) == (quantas > 0)


# Any sequence of answers --------------------------------------------------------------------------

VALORES = st.sampled_from([None, "0.00", "20.00", "50.00", "60.00"])


@st.composite
def _respostas_ao_recurso(draw: st.DrawFn, numero: str) -> RespostaRecurso:
    ditos = {guia: draw(VALORES) for guia in ("1", "2")}
    decisoes = tuple(
        DecisaoRecurso(
            nivel="ITEM",
            numero_guia_prestador=guia,
            sequencial_item=1,
            codigo="1705",
            acatado=None,
            valor_recursado=Decimal("50.00"),
            valor_acatado=Decimal(valor),
            justificativa=None,
        )
        for guia, valor in ditos.items()
        if valor is not None
    )
    return RespostaRecurso(
        numero_guia_recurso_prestador=numero,
        numero_guia_recurso_operadora=None,
        numero_protocolo="7001",
        numero_lote="1",
        decisoes=decisoes,
        valor_recursado=None,
        valor_acatado=draw(st.sampled_from([None, Decimal("50.00")])),
    )


@st.composite
def _demonstrativos(draw: st.DrawFn) -> Demonstrativo | DemonstrativoPagamento:
    guia = draw(st.sampled_from("12"))
    valor = draw(st.sampled_from(["0.00", "50.00", "100.00", "150.00"]))
    if draw(st.booleans()):
        motivos = () if valor == "150.00" else (Motivo(codigo="1705"),)
        dia = draw(st.integers(0, 2))
        return analise("7001", analisada(guia, valor, motivos=motivos), dia=dia, situacao="2")
    dia = HOJE - timedelta(draw(st.integers(0, 2)))
    return pagamento("7001", paga(guia, valor, recurso=draw(st.booleans())), dia=dia)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_answers_end_the_same_with_a_recurso_among_them(
    respondido: Oficina, data: st.DataObject
) -> None:
    lote = _recurso_enviado(respondido)
    numero = respondido.valor("SELECT numero_guia FROM tiss.recurso_envio")
    respostas = data.draw(
        st.lists(
            st.one_of(_respostas_ao_recurso(numero), _demonstrativos()), min_size=1, max_size=5
        )
    )
    retrato = Retrato.de(respondido)
    fins = []
    for _ in range(2):
        repetidas = data.draw(st.lists(st.sampled_from(respostas), max_size=2))
        for resposta in data.draw(st.permutations([*respostas, *repetidas])):
            if isinstance(resposta, RespostaRecurso):
                julgamento.aplicar(respondido.repo, lote, resposta)
            else:
                receber(respondido, resposta)
        fins.append(retrato.fim())
        retrato.voltar()
    for nome, linhas in fins[0].items():
        assert fins[1][nome] == linhas, nome
    for linha in fins[0]["conciliacao"]:
        _fecha(linha, {d["motivo"] for d in fins[0]["divergencias"]})


def _recurso_enviado(oficina: Oficina) -> int:
    """A recurso against R$ 50.00 of two guias, at the operadora; the same one for each example."""
    ja = oficina.valor("SELECT lote_id FROM tiss.recurso")
    if ja is not None:
        return int(ja)
    recusado = item_recusado("100.00", ("1705", "50.00"))
    guias = [analisada(numero, "100.00", itens=(recusado,)) for numero in "12"]
    receber(oficina, analise("7001", *guias, dia=-1, situacao="2"))
    _, lote = um_aprovado(oficina)
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s", lote
    )
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '9001', data_envio = now()"
        " WHERE id = %s",
        lote,
    )
    return lote


def _fecha(linha: dict[str, Any], ditas: set[str]) -> None:
    """The two sums of every guia, or the name of what does not fit."""
    analisado = linha["liberado"] + linha["glosado"] + linha["franquia"] + linha["em_aberto"]
    assert linha["informado"] == analisado + linha["diferenca"]
    entrou = linha["pago"] + linha["a_pagar"] + linha["a_receber"]
    assert linha["liberado"] + linha["recuperado"] == entrou
    if linha["em_aberto"] == 0 and linha["recuperado"] > linha["glosado"]:
        assert "RECUPERADO_A_MAIS" in ditas
    if linha["a_receber"] < 0:
        assert {"PAGAMENTO_A_MAIOR", "RECURSO_PAGO_A_MAIOR"} & ditas


# People -------------------------------------------------------------------------------------------


def test_without_words_or_a_way_nothing_is_approved(recorrente: Oficina, glosado: int) -> None:
    recorrente.fazer("DELETE FROM tiss.justificativa")
    recurso_id = um_rascunho(recorrente)
    with pytest.raises(MensagemError, match="justificativa"):
        recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    recurso.justificar(recorrente.repo, recurso_id, "x" * 501, por="Ana")
    with pytest.raises(MensagemError, match="justificativa"):
        recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    recurso.justificar(recorrente.repo, recurso_id, "x" * 500, por="Ana")
    recorrente.enderecar(RECURSO_GLOSA=None)
    with pytest.raises(ConfigError, match="portal"):
        recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert recorrente.valor("SELECT count(*) FROM tiss.lote") == 1
    recorrente.enderecar(**SERVICOS_DE_RECURSO)
    recurso.aprovar(recorrente.repo, recurso_id, por="Ana")


def test_every_decision_needs_a_name(recorrente: Oficina, glosado: int) -> None:
    recurso_id = um_rascunho(recorrente)
    repo = recorrente.repo
    for fazer in (
        lambda: recurso.preparar(repo, [1], por=" "),
        lambda: recurso.aprovar(repo, recurso_id, por=""),
        lambda: recurso.descartar(repo, recurso_id, por=""),
        lambda: recurso.refazer(repo, recurso_id, por=""),
        lambda: recurso.justificar(repo, recurso_id, "x", por=""),
        lambda: recurso.retirar(repo, recurso_id, guia="1", por=""),
        lambda: recurso.retirar_cada(repo, recurso_id, [1], por=""),
        lambda: recurso.gravar_modelo(repo, "1", "x", por=""),
    ):
        with pytest.raises(TransitionError, match="Informe quem"):
            fazer()


def test_what_is_discarded_is_not_asked_about_again_until_it_is_wanted(
    recorrente: Oficina, glosado: int
) -> None:
    recurso_id = um_rascunho(recorrente)
    recurso.descartar(recorrente.repo, recurso_id, por="Ana")
    assert situacoes(recorrente) == {"DESCARTADO"}
    assert preparar(recorrente).recursos == ()
    with pytest.raises(TransitionError, match="DESCARTADO"):
        recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    recurso.refazer(recorrente.repo, recurso_id, por="Bia")
    assert recurso.aprovar(recorrente.repo, recurso_id, por="Bia")


def test_what_is_taken_out_of_a_draft_may_be_contested_later(
    recorrente: Oficina, glosado: int
) -> None:
    recurso_id = um_rascunho(recorrente)
    assert recurso.retirar(recorrente.repo, recurso_id, guia="1", por="Ana") == 1
    with pytest.raises(TransitionError, match="descarte-o"):
        recurso.retirar(recorrente.repo, recurso_id, guia="2", por="Ana")
    with pytest.raises(TransitionError, match="não tem essa glosa"):
        recurso.retirar(recorrente.repo, recurso_id, guia="1", por="Ana")
    assert um_rascunho(recorrente) != recurso_id


def test_what_was_decided_is_not_taken_out(recorrente: Oficina, glosado: int) -> None:
    recurso_id = um_rascunho(recorrente)
    with recorrente.repo.transacao() as t:
        decidida, outra = recursos.glosas(t, recurso_id)
    recorrente.fazer("UPDATE tiss.recurso_item SET valor_acatado = 1 WHERE id = %s", decidida.id)
    with pytest.raises(TransitionError, match="não tem essa glosa"):
        recurso.retirar(recorrente.repo, recurso_id, guia=decidida.numero_guia_prestador, por="Ana")
    with pytest.raises(TransitionError, match="já não está nele"):
        recurso.retirar_cada(recorrente.repo, recurso_id, [decidida.id], por="Ana")
    # Of what was decided nothing is left to ask for.
    with pytest.raises(TransitionError, match="Nada ficaria"):
        recurso.retirar_cada(recorrente.repo, recurso_id, [outra.id], por="Ana")
    with recorrente.repo.transacao() as t:
        assert len(recursos.glosas(t, recurso_id)) == 2


def test_a_recurso_is_approved_once(recorrente: Oficina, glosado: int) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    for fazer in (
        lambda: recurso.aprovar(recorrente.repo, recurso_id, por="Bia"),
        lambda: recurso.descartar(recorrente.repo, recurso_id, por="Bia"),
        lambda: recurso.justificar(recorrente.repo, recurso_id, "x", por="Bia"),
    ):
        with pytest.raises(TransitionError, match=f"o lote {lote}, PENDENTE"):
            fazer()


@pytest.mark.parametrize("texto", ["${paciente}", "$guia $", "100% ${"])
def test_a_template_that_cannot_be_filled_is_refused(oficina: Oficina, texto: str) -> None:
    with pytest.raises(ConfigError, match="existem guia"):
        recurso.gravar_modelo(oficina.repo, "1705", texto, por="Ana")


def test_the_words_of_a_contrato_come_before_those_for_all(
    recorrente: Oficina, glosado: int
) -> None:
    contrato = recorrente.contrato().id
    texto = "Só daqui: $$ ${data}"
    recurso.gravar_modelo(recorrente.repo, "1705", texto, por="Bia", contrato_id=contrato)
    recurso_id = um_rascunho(recorrente)
    with recorrente.repo.transacao() as t:
        ditas = {glosa.justificativa for glosa in recursos.glosas(t, recurso_id)}
    assert ditas == {f"Só daqui: $ {HOJE - timedelta(3):%d/%m/%Y}"}


# Never twice, never lost --------------------------------------------------------------------------


def test_a_recurso_in_doubt_is_cancelled_by_its_guia_and_made_again(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    recorrente.sem_quarentena()
    simulador.falha("reset_depois", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    assert recorrente.status(lote) == "EM_DUVIDA"
    assert situacoes(recorrente) == {"EM_DUVIDA"}
    (pergunta,) = duvida.perguntas(recorrente.repo)
    assert "guia de recurso" in pergunta.o_que
    feito = duvida.resolver(
        recorrente.repo,
        lote,
        RespostaDuvida.CANCELAR,
        por="Ana",
        cliente_de=recorrente.cliente_de,
        quem="teste",
    )
    assert "CANCELADO" in feito
    (cancelamento,) = recorrente.trocas(lote, "CANCELA_GUIA")
    assert b"<ans:tipoGuia>3</ans:tipoGuia>" in zlib.decompress(cancelamento["pedido"])
    assert situacoes(recorrente) == {"A_REFAZER"}
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    outro = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert recorrente.enviar(outro) is None
    vivos = [r for r in simulador.recursos() if not r["cancelado"]]
    assert len(vivos) == 1
    assert len(simulador.recursos()) == 2


def test_a_doubt_is_never_sent_again_by_itself(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    simulador.falha("reset_depois", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    for _ in range(3):
        recorrente.noite()
        recorrente.hora()
    assert recorrente.status(lote) == "EM_DUVIDA"
    assert len(simulador.recursos()) == 1


def test_the_night_sends_again_what_a_person_did_not_find_in_the_portal(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    simulador.falha("reset_antes", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    recorrente.sem_quarentena()
    assert recorrente.status(lote) == "EM_DUVIDA"
    duvida.reenviar(recorrente.repo, lote, por="Ana")
    recorrente.noite()
    assert recorrente.status(lote) == "ENVIADO"
    assert len(simulador.recursos()) == 1


def test_a_protocolo_told_by_a_person_is_followed(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    simulador.falha("reset_depois", operacao="tissRecursoGlosa")
    recorrente.enviar(lote)
    (no_portal,) = simulador.recursos()
    duvida.informar_protocolo(recorrente.repo, lote, no_portal["numero_protocolo"], por="Ana")
    simulador.avancar(60)
    assert recorrente.hora() == []
    assert situacoes(recorrente) == {"RESPONDIDO"}


def test_a_dead_process_leaves_a_doubt(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'morto', tentativa = 1,"
        " prazo = now() - interval '1 s' WHERE id = %s",
        lote,
    )
    assert recorrente.varrer() == {"EM_DUVIDA": 1}


def test_what_is_refused_for_its_form_is_made_again_by_a_person(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    recurso_id, lote = um_aprovado(recorrente)
    simulador.falha("mensagem_erro", codigo="5001", operacao="tissRecursoGlosa")
    erro = recorrente.enviar(lote)
    assert isinstance(erro, RejectedError)
    assert "tiss recurso refazer" in str(erro)
    # Not by the night, and not by a Clear.
    recorrente.noite()
    recorrente.enviar(lote)
    assert (recorrente.status(lote), simulador.recursos()) == ("ERRO", [])
    recurso.refazer(recorrente.repo, recurso_id, por="Ana")
    assert recorrente.status(lote) == "CANCELADO"
    outro = recurso.aprovar(recorrente.repo, recurso_id, por="Ana")
    assert recorrente.enviar(outro) is None
    assert len(simulador.recursos()) == 1


def test_a_changed_contrato_does_not_take_a_recurso_apart(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.configurar(segundos_resposta=33)
    recorrente.noite()
    assert recorrente.status(lote) == "ENVIADO"


def test_the_calendar_of_lotes_does_not_hold_a_recurso_back(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    outro_dia = HOJE.isoweekday() % 7 + 1
    recorrente.configurar(entrega_dias_da_semana=[outro_dia])
    recorrente.atender(1)
    recorrente.noite()
    assert recorrente.status(lote) == "ENVIADO"
    assert "PENDENTE" in recorrente.tirada("status")


# By hand ------------------------------------------------------------------------------------------


def test_a_portal_gets_the_file_and_gives_the_protocolo(recorrente: Oficina, glosado: int) -> None:
    recorrente.configurar(tipo_api="MANUAL")
    _, lote = um_aprovado(recorrente)
    nome, conteudo = conferencia.exportar(recorrente.repo, lote, por="Ana")
    assert nome.endswith(".xml")
    assert b"recursoGlosa" in conteudo
    conferencia.marcar_enviado(recorrente.repo, lote, "88", por="Ana")
    assert recorrente.status(lote) == "ENVIADO"


def test_recursos_are_numbered_apart_from_lotes(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    """The protocolo of a recurso may be, by chance, that of a lote that came after it."""
    recorrente.configurar(tipo_api="MANUAL")
    _, lote = um_aprovado(recorrente)
    depois = recorrente.lote(1)
    for qual in (lote, depois):
        conferencia.exportar(recorrente.repo, qual, por="Ana")
        conferencia.marcar_enviado(recorrente.repo, qual, "88", por="Ana")
    (guia,) = recorrente.guias(depois)
    receber(recorrente, analise("88", analisada(guia["numero_guia_prestador"])))
    assert (recorrente.status(lote), recorrente.status(depois)) == ("ENVIADO", "PROCESSADO")
    assert recorrente.divergencias() == set()


def test_a_judged_recurso_cannot_be_cancelled_and_goes_on(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.enviar(lote)
    simulador.avancar(60)
    assert recorrente.cancelar(lote) == "ENVIADO"
    assert recorrente.divergencias() == {"CANCELAMENTO_RECUSADO"}
    assert recorrente.hora() == []
    assert situacoes(recorrente) == {"RESPONDIDO"}


def _linha(oficina: Oficina, recurso_id: int) -> dict[str, Any]:
    (linha,) = oficina.linhas("SELECT * FROM tiss.recurso WHERE id = %s", recurso_id)
    return linha


def test_who_prepared_and_who_approved_is_kept(recorrente: Oficina, glosado: int) -> None:
    recurso_id = um_rascunho(recorrente)
    recurso.aprovar(recorrente.repo, recurso_id, por="Bia")
    linha = _linha(recorrente, recurso_id)
    assert (linha["criado_por"], linha["decidido_por"]) == ("Ana", "Bia")


# A file from a portal -----------------------------------------------------------------------------


def _resposta_em_arquivo(simulador: Simulador, oficina: Oficina, lote: int) -> bytes:
    """What the operadora would answer about the recurso, as a portal gives it to be saved."""
    with oficina.repo.transacao() as t:
        enviado = lotes.obter(t, lote)
    assunto = Assunto(contrato=oficina.contrato(), lote=enviado)
    pedido = situacao_do_recurso(enviado, oficina.contrato())
    perguntar(oficina.repo, assunto, pedido, oficina.cliente_de, quem="teste")
    (*_, troca) = oficina.trocas(lote, "SOLIC_STATUS_RECURSO_GLOSA")
    return zlib.decompress(troca["resposta"])


def test_an_answer_that_came_as_a_file_is_taken_in(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.enviar(lote)
    simulador.avancar(60)
    arquivo = _resposta_em_arquivo(simulador, recorrente, lote)
    assert situacoes(recorrente) == {"ENVIADO"}
    with pytest.raises(UnreadableError, match="que sirva"):
        conferencia.importar_resposta(recorrente.repo, glosado, arquivo, por="Ana")
    for _ in range(2):
        feito = conferencia.importar_resposta(recorrente.repo, lote, arquivo, por="Ana")
        assert feito == "resposta ao recurso aplicada"
    assert situacoes(recorrente) == {"RESPONDIDO"}
    assert contas(recorrente)["recuperado"] == Decimal("100.00")


def test_an_answer_to_another_recurso_is_refused(
    recorrente: Oficina, simulador: Simulador, glosado: int
) -> None:
    _, lote = um_aprovado(recorrente)
    recorrente.enviar(lote)
    simulador.avancar(60)
    arquivo = _resposta_em_arquivo(simulador, recorrente, lote)
    numero = mensagem(recorrente, lote).numero_guia_rec_glosa_prestador or ""
    de_outro = arquivo.replace(f"Prestador>{numero}<".encode(), f"Prestador>{numero}9<".encode())
    assert de_outro != arquivo
    with pytest.raises(TransitionError, match="guia de recurso"):
        conferencia.importar_resposta(recorrente.repo, lote, de_outro, por="Ana")
    assert situacoes(recorrente) == {"ENVIADO"}
