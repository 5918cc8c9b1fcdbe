"""From what the operadora answers to verdicts, glosas and money; what does not fit is told."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from oficina import HEMOGRAMA, HOJE, Oficina, cliente_de

from tiss.demo import clinica
from tiss.domain.cadastro import Operacao
from tiss.domain.retorno import (
    Demonstrativo,
    Demonstrativos,
    Entrega,
    GuiaAnalisada,
    ItemAnalisado,
    Motivo,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
    Recebimento,
    Recusa,
    SituacaoProtocolo,
)
from tiss.errors import PendingError
from tiss.messages import leitura
from tiss.repository import contratos, lotes, trocas
from tiss.services import conciliacao, distribuicao, gravacao, interpretacao, registro, retorno
from tiss.services.distribuicao import Consulta
from tiss.simulador.processo import Simulador


@pytest.fixture
def enviado(oficina: Oficina, simulador: Simulador) -> int:
    """A lote of two guias of R$ 150.00 that the operadora took."""
    lote = oficina.lote(2)
    assert oficina.enviar(lote) is None
    return lote


def _guia(numero: str, liberado: str | None = "150.00", **campos: Any) -> GuiaAnalisada:  # noqa: ANN401
    modelo: dict[str, Any] = {
        "numero_guia_prestador": numero,
        "situacao": "3",
        "motivos": (),
        "itens": (),
        "valor_informado": Decimal("150.00"),
        "valor_processado": Decimal("150.00"),
        "valor_liberado": None if liberado is None else Decimal(liberado),
    }
    return GuiaAnalisada(**{**modelo, **campos})


def _demonstrativo(
    oficina: Oficina,
    lote: int,
    *guias: GuiaAnalisada,
    data: date = HOJE,
    numero: str = "1",
    sha256: str = "a",
    situacao: str = "3",
    numero_lote: str | None = None,
) -> Demonstrativo:
    linha = oficina.linhas("SELECT protocolo, numero_lote FROM tiss.lote WHERE id = %s", lote)[0]
    protocolo = ProtocoloAnalisado(
        numero_protocolo=linha["protocolo"],
        numero_lote=numero_lote or str(linha["numero_lote"]),
        situacao=situacao,
        motivos=(),
        guias=guias,
    )
    ordem = OrdemDemonstrativo(data_emissao=data, numero=numero, sha256=sha256)
    return Demonstrativo(ordem=ordem, protocolos=(protocolo,))


def _aplicar(oficina: Oficina, lote: int, *demonstrativos: Demonstrativo) -> None:
    with oficina.repo.transacao() as t:
        contrato = contratos.obter(t, lotes.obter(t, lote).contrato_id)
    resposta = Demonstrativos(lista=demonstrativos)
    conciliacao.aplicar_demonstrativos(oficina.repo, contrato, resposta)


def _retrato(oficina: Oficina) -> list[Any]:
    consultas = (
        "SELECT * FROM tiss.guia ORDER BY id",
        "SELECT id, status, protocolo, situacao_protocolo FROM tiss.lote ORDER BY id",
        "SELECT * FROM tiss.guia_tiss_envio ORDER BY id",
        "SELECT envio_id, nivel, sequencial_item, posicao, codigo, valor_rateado FROM tiss.glosa"
        " ORDER BY 1, 2, 3, 4",
        "SELECT motivo, descricao, lote_id, guia_id, fechada_por FROM tiss.divergencia ORDER BY id",
        "SELECT objeto, objeto_id, de, para FROM tiss.historico ORDER BY id",
    )
    return [oficina.linhas(consulta) for consulta in consultas]


# The whole way, by the simulated operadora -------------------------------------------------------


@pytest.mark.parametrize("com_status", [True, False])
def test_a_protocolo_that_is_not_analysed_yet_changes_nothing(
    oficina: Oficina, enviado: int, com_status: bool
) -> None:
    if not com_status:
        oficina.enderecar(SOLIC_STATUS_PROTOCOLO=None)
    assert oficina.hora() == []
    assert oficina.status(enviado) == "ENVIADO"
    assert {guia["status"] for guia in oficina.guias(enviado)} == {"ENVIADA"}
    assert oficina.valor("SELECT situacao_protocolo FROM tiss.lote") in {"1", "2"}
    assert oficina.divergencias() == set()
    assert len(oficina.trocas(enviado, "SOLIC_DEMONSTRATIVO_RETORNO")) == (not com_status)


def test_an_analysed_protocolo_gives_every_guia_its_verdict(
    oficina: Oficina, simulador: Simulador
) -> None:
    (plena,) = oficina.atender(exames=False)
    (cara,) = oficina.atender(valor="350.00")
    (negada,) = oficina.atender(final_da_carteira="000")
    assert oficina.noite() == []
    simulador.avancar(60)
    assert oficina.hora() == []
    assert oficina.tirada("status") == ["PROCESSADO"]
    guias = {consulta: oficina.guia(consulta) for consulta in (plena, cara, negada)}
    assert {c: (g["status"], g["glosa_parcial"]) for c, g in guias.items()} == {
        plena: ("AUTORIZADA", False),
        cara: ("AUTORIZADA", True),
        negada: ("NEGADA", False),
    }
    assert {c: (g["valor_liberado"], g["valor_glosado"]) for c, g in guias.items()} == {
        plena: (Decimal("150.00"), Decimal("0.00")),
        cara: (Decimal("300.00"), Decimal("50.00")),
        negada: (Decimal("0.00"), Decimal("150.00")),
    }
    glosas = oficina.linhas(
        "SELECT origem, guia.consulta_id, nivel, sequencial_item, codigo, valor_rateado"
        " FROM tiss.glosa"
        " JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id"
        " JOIN tiss.guia ON guia.id = envio.guia_id ORDER BY glosa.id"
    )
    assert {tuple(glosa.values()) for glosa in glosas} == {
        ("DEMONSTRATIVO_ANALISE", cara, "ITEM", 1, "1705", Decimal("50.00")),
        ("DEMONSTRATIVO_ANALISE", negada, "GUIA", None, "1001", Decimal("150.00")),
        # Its situation told it before, and has no part in what was refused.
        ("SITUACAO", negada, "GUIA", None, "1001", None),
    }
    assert oficina.linhas("SELECT * FROM tiss.conciliacao_glosa_anunciada") == []


def test_every_centavo_agrees_with_the_ledger_of_the_operadora(
    oficina: Oficina, simulador: Simulador, gerar: Callable[[int], clinica.Resumo]
) -> None:
    gerar(150)
    assert oficina.noite() == []
    simulador.avancar(60)
    assert oficina.hora() == []
    for registro_ans, delas in simulador.resumo().items():
        (nossa,) = oficina.linhas(
            "SELECT count(*) AS guias, sum(valor_informado) AS valor_informado,"
            " sum(valor_liberado) AS valor_liberado, sum(valor_glosado) AS valor_glosado"
            " FROM tiss.guia WHERE registro_ans = %s AND status IN ('AUTORIZADA', 'NEGADA')",
            registro_ans,
        )
        assert {nome: str(valor) for nome, valor in nossa.items()} == {
            nome: str(delas[nome]) for nome in nossa
        }
    assert oficina.divergencias() == set()
    descasadas = oficina.linhas(
        "SELECT guia.id FROM tiss.guia"
        " JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id"
        " LEFT JOIN tiss.glosa ON glosa.envio_id = envio.id WHERE guia.valor_glosado IS NOT NULL"
        " GROUP BY guia.id HAVING coalesce(sum(glosa.valor_rateado), 0) <> guia.valor_glosado"
    )
    assert descasadas == [], "the glosas of a guia add up to what was refused"


@pytest.mark.parametrize(
    "falha", ["reset_depois", "http_503", "html", "truncada", "lenta_antes", "http_429"]
)
def test_an_operadora_that_does_not_answer_is_asked_again_by_the_next_hour(
    oficina: Oficina, simulador: Simulador, enviado: int, falha: str
) -> None:
    if falha == "lenta_antes":
        oficina.configurar(segundos_resposta=1)
    simulador.avancar(60)
    simulador.falha(falha, segundos=3)
    (erro,) = oficina.hora()
    assert isinstance(erro, PendingError)
    assert oficina.status(enviado) == "ENVIADO"
    oficina.configurar(segundos_resposta=30)
    assert oficina.hora() == []
    assert oficina.status(enviado) == "PROCESSADO"


def test_one_silence_does_not_stop_the_other_questions(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(max_guias=1, max_envios_simultaneos=1)
    oficina.atender(3)
    oficina.noite()
    simulador.avancar(60)
    simulador.falha("http_503", operacao="tissSolicitacaoStatusProtocolo")
    assert len(oficina.hora()) == 1
    assert sorted(oficina.tirada("status")) == ["ENVIADO", "PROCESSADO", "PROCESSADO"]


def test_a_protocolo_that_is_said_not_to_be_there_is_an_alarm_too(
    oficina: Oficina, enviado: int
) -> None:
    with oficina.repo.transacao() as t:
        lote = lotes.obter(t, enviado)
    sumiu = SituacaoProtocolo(numero_protocolo="1", numero_lote=None, situacao="7")
    assert not retorno._vale_pedir_demonstrativo(oficina.repo, lote, sumiu)
    assert oficina.divergencias() == {"PROTOCOLO_NAO_LOCALIZADO"}
    assert oficina.valor("SELECT situacao_protocolo FROM tiss.lote") == "7"


def test_a_refusal_inside_a_situation_is_an_alarm_too(oficina: Oficina, enviado: int) -> None:
    with oficina.repo.transacao() as t:
        lote = lotes.obter(t, enviado)
    recusada = SituacaoProtocolo(
        numero_protocolo="",
        numero_lote=None,
        situacao="",
        recusa=Recusa(codigo="3162", descricao="protocolo não encontrado"),
    )
    assert not retorno._vale_pedir_demonstrativo(oficina.repo, lote, recusada)
    assert oficina.divergencias() == {"PROTOCOLO_NAO_LOCALIZADO"}
    assert oficina.valor("SELECT situacao_protocolo FROM tiss.lote") is None


def test_a_lote_without_protocolo_is_not_asked_about(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    consulta: Consulta = {"nome": "", "lotes": [lote], "meses": [], "desde": 2**62}
    retorno.consultar_remessa(consulta, oficina.repo, cliente_de, quem="teste")
    assert oficina.linhas("SELECT * FROM tiss.troca") == []


def test_only_the_given_protocolos_are_asked(oficina: Oficina, simulador: Simulador) -> None:
    oficina.configurar(max_guias=1)
    oficina.atender(2)
    oficina.noite()
    primeiro, segundo = oficina.tirada("protocolo")
    ids = [oficina.contrato().id]
    assert primeiro != segundo
    (remessa,) = distribuicao.distribuir_consultas(oficina.repo, ids, [segundo])
    assert remessa["lotes"] == [oficina.tirada("id")[1]]


@pytest.mark.parametrize("analisado", [True, False])
@pytest.mark.parametrize("com_status", [True, False])
def test_a_protocolo_that_the_operadora_does_not_know_is_an_alarm_and_no_resend(
    oficina: Oficina, simulador: Simulador, enviado: int, com_status: bool, analisado: bool
) -> None:
    certo = oficina.valor("SELECT protocolo FROM tiss.lote")
    if not com_status:
        oficina.enderecar(SOLIC_STATUS_PROTOCOLO=None)
    oficina.fazer("UPDATE tiss.lote SET protocolo = '404'")
    oficina.hora()
    assert oficina.divergencias() == {"PROTOCOLO_NAO_LOCALIZADO"}
    oficina.noite()
    assert [chegada["envios"] for chegada in simulador.requisicoes()] == [1]
    assert oficina.status(enviado) == "ENVIADO"
    oficina.fazer("UPDATE tiss.lote SET protocolo = %s", certo)
    simulador.avancar(60 * analisado)
    oficina.hora()
    assert oficina.divergencias() == set(), "and the alarm ends when it is found"


def test_a_refused_password_is_not_used_for_the_next_question(
    oficina: Oficina, simulador: Simulador, enviado: int
) -> None:
    simulador.falha("http_401", vezes=9)
    assert len(oficina.hora()) == 1
    assert "recusou a credencial" in str(oficina.hora()[0])
    assert len(oficina.trocas(enviado, "SOLIC_STATUS_PROTOCOLO")) == 1


def test_a_wrong_address_suspends_that_question_and_nothing_else(
    oficina: Oficina, simulador: Simulador, enviado: int
) -> None:
    oficina.enderecar(SOLIC_DEMONSTRATIVO_RETORNO="naoExiste")
    simulador.avancar(60)
    oficina.hora()
    assert oficina.contrato() is not None
    suspensas = oficina.valor(
        "SELECT operacoes_suspensas FROM tiss.contrato WHERE id = %s", oficina.contrato().id
    )
    assert set(suspensas) == {"SOLIC_DEMONSTRATIVO_RETORNO"}
    assert oficina.enviar(oficina.lote(1)) is None
    oficina.enderecar(SOLIC_DEMONSTRATIVO_RETORNO="tissSolicitacaoDemonstrativoRetorno")
    assert oficina.hora() == []
    assert oficina.status(enviado) == "PROCESSADO"


def test_every_question_is_on_record(oficina: Oficina, simulador: Simulador, enviado: int) -> None:
    simulador.avancar(60)
    oficina.hora()
    for operacao in ("SOLIC_STATUS_PROTOCOLO", "SOLIC_DEMONSTRATIVO_RETORNO"):
        (troca,) = oficina.trocas(enviado, operacao)
        assert (troca["http_status"], troca["falha"]) == (200, None)
        assert troca["quem"] == "teste/2"
        assert troca["desfecho"].startswith(("situação 3", "demonstrativos: 1"))


# Demonstrativos, one by one ----------------------------------------------------------------------


def test_the_same_demonstrativo_twice_changes_nothing(oficina: Oficina, enviado: int) -> None:
    motivo = (Motivo(codigo="1705", descricao="VALOR", valor=None),)
    igual = _demonstrativo(oficina, enviado, _guia("1", "100.00", motivos=motivo), _guia("2"))
    _aplicar(oficina, enviado, igual)
    antes = _retrato(oficina)
    _aplicar(oficina, enviado, igual)
    assert _retrato(oficina) == antes


@pytest.mark.parametrize(
    ("mais_velho", "mais_novo"),
    [
        ({"data": HOJE - timedelta(1)}, {}),
        ({"numero": "1"}, {"numero": "2"}),
        ({"sha256": "a"}, {"sha256": "b"}),
    ],
)
@pytest.mark.parametrize("ordem_de_chegada", [1, -1])
def test_the_newer_demonstrativo_decides_in_whatever_order_they_arrive(
    oficina: Oficina,
    enviado: int,
    mais_velho: dict[str, Any],
    mais_novo: dict[str, Any],
    ordem_de_chegada: int,
) -> None:
    motivo = (Motivo(codigo="1705"),)
    chegam = [
        _demonstrativo(oficina, enviado, _guia("1", "0.00", motivos=motivo), **mais_velho),
        _demonstrativo(oficina, enviado, _guia("1", "120.00", motivos=motivo), **mais_novo),
    ]
    for demonstrativo in chegam[::ordem_de_chegada]:
        _aplicar(oficina, enviado, demonstrativo)
    guia = oficina.guias(enviado)[0]
    assert (guia["status"], guia["valor_liberado"]) == ("AUTORIZADA", Decimal("120.00"))
    assert oficina.tirada("valor_rateado", "glosa") == [Decimal("30.00")]


@pytest.mark.parametrize(
    ("antes", "depois"), [(("150.00", "AUTORIZADA"), ("0.00", "NEGADA")), (("0.00", "NEGADA"),
                                                                         ("90.00", "AUTORIZADA"))]
)  # fmt: skip
def test_a_later_answer_turns_a_verdict_and_the_clinic_hears_of_it(
    oficina: Oficina, enviado: int, antes: tuple[str, str], depois: tuple[str, str]
) -> None:
    consulta = oficina.guias(enviado)[0]["consulta_id"]
    motivo = (Motivo(codigo="1705"),)
    for numero, (liberado, status) in enumerate((antes, depois), start=1):
        dito = _demonstrativo(
            oficina,
            enviado,
            _guia("1", liberado, motivos=motivo),
            _guia("2"),
            numero=str(numero),
        )
        _aplicar(oficina, enviado, dito)
        gravacao.gravar_resultados(oficina.repo)
        (na_clinica,) = oficina.linhas("SELECT * FROM clinica.consulta WHERE id = %s", consulta)
        assert (na_clinica["status_tiss"], str(na_clinica["valor_liberado"])) == (status, liberado)
    passagens = oficina.linhas(
        "SELECT para FROM tiss.historico WHERE objeto = 'guia' AND objeto_id = %s ORDER BY id",
        oficina.guias(enviado)[0]["id"],
    )
    assert [p["para"] for p in passagens] == ["GERADA", "ENVIADA", antes[1], depois[1]]


def test_a_guia_that_an_analysed_protocolo_does_not_list_stays_open_and_is_told(
    oficina: Oficina, enviado: int
) -> None:
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, _guia("1")))
    assert oficina.divergencias() == {"GUIA_NAO_LISTADA"}
    assert [guia["status"] for guia in oficina.guias(enviado)] == ["AUTORIZADA", "ENVIADA"]
    assert oficina.status(enviado) == "ENVIADO"
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, _guia("2"), numero="2"))
    assert oficina.divergencias() == set(), "and a later answer closes it"
    assert oficina.status(enviado) == "PROCESSADO"


def test_a_guia_that_was_answered_before_is_not_missing_from_a_later_demonstrativo(
    oficina: Oficina, enviado: int
) -> None:
    _aplicar(
        oficina,
        enviado,
        _demonstrativo(oficina, enviado, _guia("1"), _guia("2")),
        _demonstrativo(oficina, enviado, _guia("2", "140.00"), numero="2"),
    )
    assert "GUIA_NAO_LISTADA" not in oficina.divergencias()


def test_guias_that_the_lote_does_not_have_are_all_named(oficina: Oficina, enviado: int) -> None:
    _aplicar(
        oficina,
        enviado,
        _demonstrativo(oficina, enviado, *(_guia(numero) for numero in ("1", "2", "77", "78"))),
    )
    abertas = oficina.linhas("SELECT motivo, chave FROM tiss.divergencia ORDER BY chave")
    assert [(a["motivo"], a["chave"]) for a in abertas] == [
        ("GUIA_DESCONHECIDA", "77"),
        ("GUIA_DESCONHECIDA", "78"),
    ]


def test_a_protocolo_that_names_another_lote_decides_nothing(
    oficina: Oficina, enviado: int
) -> None:
    errado = _demonstrativo(oficina, enviado, _guia("1"), _guia("2"), numero_lote="99")
    _aplicar(oficina, enviado, errado)
    assert oficina.divergencias() == {"PROTOCOLO_DE_OUTRO_LOTE"}
    assert {guia["status"] for guia in oficina.guias(enviado)} == {"ENVIADA"}


def test_another_protocolo_in_the_answer_is_not_ours(oficina: Oficina, enviado: int) -> None:
    antes = _retrato(oficina)
    certo = _demonstrativo(oficina, enviado, _guia("1"), _guia("2"))
    oficina.fazer("UPDATE tiss.lote SET protocolo = '5'")
    _aplicar(oficina, enviado, certo)
    oficina.fazer("UPDATE tiss.lote SET protocolo = %s", certo.protocolos[0].numero_protocolo)
    assert _retrato(oficina) == antes


@pytest.mark.parametrize("situacao", ["1", "2", "8", "10"])
def test_a_pending_guia_gives_no_verdict(oficina: Oficina, enviado: int, situacao: str) -> None:
    pendente = _guia("1", "0.00", situacao=situacao)
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, pendente, _guia("2")))
    assert [guia["status"] for guia in oficina.guias(enviado)] == ["ENVIADA", "AUTORIZADA"]
    assert oficina.status(enviado) == "ENVIADO"


def test_a_guia_that_the_operadora_does_not_find_is_an_alarm_until_it_does(
    oficina: Oficina, enviado: int
) -> None:
    sumida = _guia("1", "0.00", situacao="7")
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, sumida, _guia("2")))
    assert oficina.divergencias() == {"GUIA_NAO_LOCALIZADA"}
    assert oficina.guias(enviado)[0]["status"] == "ENVIADA"
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, _guia("1"), numero="2"))
    assert oficina.divergencias() == set()
    assert oficina.status(enviado) == "PROCESSADO"


def test_a_guia_analysed_and_waiting_for_release_shows_its_glosas_and_has_no_verdict(
    oficina: Oficina, enviado: int
) -> None:
    motivo = (Motivo(codigo="1705"),)
    aguarda = _guia("1", "100.00", situacao="5", motivos=motivo)
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, aguarda, _guia("2")))
    assert oficina.guias(enviado)[0]["status"] == "ENVIADA"
    assert oficina.tirada("codigo", "glosa") == ["1705"]
    assert oficina.status(enviado) == "ENVIADO"


def test_a_guia_cancelled_by_the_operadora_is_not_billed_again_by_itself(
    oficina: Oficina, simulador: Simulador, enviado: int
) -> None:
    cancelada = _guia("1", "0.00", situacao="9")
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, cancelada, _guia("2")))
    guia = oficina.guias(enviado)[0]
    assert (guia["status"], guia["viva"]) == ("CANCELADA", True)
    assert "CANCELADA_PELA_OPERADORA" in oficina.divergencias()
    assert oficina.status(enviado) == "PROCESSADO"
    oficina.noite()
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 2
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, _guia("1"), numero="2"))
    assert oficina.guias(enviado)[0]["status"] == "CANCELADA", "the end of it"


def test_every_glosa_of_an_item_that_is_shown_twice_or_unnumbered_is_kept(
    oficina: Oficina, enviado: int
) -> None:
    def parte(sequencial: int | None, codigo: str) -> ItemAnalisado:
        return ItemAnalisado(
            sequencial_item=sequencial,
            valor_informado=Decimal("50.00"),
            valor_liberado=Decimal("40.00"),
            motivos=(Motivo(codigo=codigo, valor=Decimal("10.00")),),
        )

    itens = (parte(1, "1705"), parte(1, "1801"), parte(None, "2001"), parte(None, "2002"))
    _aplicar(oficina, enviado, _demonstrativo(oficina, enviado, _guia("1", "110.00", itens=itens)))
    assert oficina.tirada("codigo", "glosa") == ["1705", "1801", "2001", "2002"]
    assert oficina.valor("SELECT sum(valor_rateado) FROM tiss.glosa") == Decimal("40.00")


def test_a_glosa_on_an_item_finds_the_item_that_was_billed(
    oficina: Oficina, simulador: Simulador
) -> None:
    (consulta,) = oficina.atender(exames=True, valor="310.00")
    oficina.noite()
    simulador.avancar(60)
    oficina.hora()
    achados = oficina.linhas(
        "SELECT item.codigo_procedimento, glosa.valor_rateado FROM tiss.glosa"
        " JOIN tiss.guia_tiss_envio AS envio ON envio.id = glosa.envio_id"
        " JOIN tiss.guia_item AS item ON item.guia_id = envio.guia_id"
        " AND item.sequencial_item = glosa.sequencial_item"
    )
    assert oficina.guia(consulta)["glosa_parcial"]
    assert [tuple(achado.values()) for achado in achados] == [("10101012", Decimal("10.00"))]
    assert HEMOGRAMA not in {achado["codigo_procedimento"] for achado in achados}


def test_what_breaks_the_standard_and_was_read_all_the_same_is_told(
    oficina: Oficina, simulador: Simulador, capsys: pytest.CaptureFixture[str]
) -> None:
    lote = oficina.lote(1)
    with oficina.repo.transacao() as t:
        numero = lotes.tomar(t, lote, dono="teste", segundos=9)
        assert numero is not None
        troca = trocas.abrir(
            t,
            operacao=Operacao.ENVIO_LOTE_GUIAS,
            canal="SOAP",
            contrato_id=oficina.contrato().id,
            lote_id=lote,
            tentativa=numero,
            quem="teste",
            pedido=b"",
            sha256="",
        )
        texto = oficina.resposta(lote).decode()
        resposta = f'<?xml version="1.0" encoding="ISO-8859-1"?>{texto}<!-- é -->'.encode()
        avisos = leitura.ler(resposta).avisos
        assert avisos
        entrega = Entrega(http_status=200, ultimo_bloco_saiu=True, resposta=resposta)
        trocas.responder(t, troca, entrega)
    capsys.readouterr()
    interpretacao.interpretar(oficina.repo, lote, numero)
    saida = capsys.readouterr().out
    assert "resposta fora do padrão" in saida
    assert all(aviso in saida for aviso in avisos)


@pytest.mark.parametrize(
    ("de", "por", "dito"),
    [
        (rb">[0-9a-f]{32}<", b">0<", True),
        (rb"(<[^<>]*hash>)[0-9a-f]{32}(</[^<>]*hash>)", rb"\1x\2\1y\2", True),
        (rb">[0-9a-f]{32}<", None, False),
    ],
    ids=["zero", "dois", "do padrão"],
)
def test_hash_of_an_answer_refuses_nothing_and_is_told_when_it_is_not_that_of_the_standard(
    oficina: Oficina,
    simulador: Simulador,
    capsys: pytest.CaptureFixture[str],
    de: bytes,
    por: bytes | None,
    dito: bool,
) -> None:
    lote = oficina.lote(1)
    oficina.enviar(lote)
    certa = zlib.decompress(oficina.valor("SELECT resposta FROM tiss.troca"))
    resposta = certa if por is None else re.sub(de, por, certa)
    assert (resposta == certa) is (por is None)
    lida = leitura.ler(resposta)
    assert isinstance(lida.resposta, Recebimento)
    capsys.readouterr()
    registro.avisar(lida, resposta, lote)
    assert ("hash da resposta fora do padrão" in capsys.readouterr().out) is dito
