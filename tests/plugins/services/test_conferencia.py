"""What a person decides about a lote before it leaves: a look at it, or the way to a portal."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from oficina import HOJE, Oficina, cliente_de

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Operacao
from tiss.domain.pedido import SolicitacaoDemonstrativoAnalise, SolicitacaoStatusProtocolo
from tiss.errors import TissError, TransitionError, UnreadableError
from tiss.messages.mensagem import Mensagem, escrever_pedido
from tiss.repository import lotes
from tiss.services import conferencia
from tiss.simulador.processo import Simulador

PROTOCOLO = "0000000777"


def tudo(oficina: Oficina) -> list[object]:
    """Whatever a refused decision must leave as it is."""
    return [
        oficina.linhas(f"SELECT * FROM tiss.{tabela} ORDER BY id")
        for tabela in ("lote", "guia", "troca", "divergencia", "glosa")
    ]


@pytest.fixture
def no_portal(oficina: Oficina) -> int:
    """A lote of a contrato without a web service, whose file a person took along."""
    oficina.configurar(tipo_api="MANUAL")
    lote = oficina.lote()
    conferencia.exportar(oficina.repo, lote, por="Ana")
    return lote


def entregar(oficina: Oficina, lote_id: int) -> bytes:
    """What the operadora answers to the file, as its portal would give it back."""
    with oficina.repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
    mensagem = Mensagem.do_arquivo(lote.arquivo, lote.versao_tiss)
    return trocar(oficina, Operacao.ENVIO_LOTE_GUIAS, mensagem)


def trocar(oficina: Oficina, operacao: Operacao, mensagem: Mensagem) -> bytes:
    cliente = cliente_de(replace(oficina.contrato(), tipo_api="SOAP"))
    requisicao = cliente.requisicao(operacao, mensagem, {})
    resposta = cliente.trocar(requisicao, ate=agora() + 60).resposta
    assert resposta is not None
    return resposta


def demonstrativo(oficina: Oficina, simulador: Simulador, protocolo: str) -> bytes:
    simulador.avancar(60)
    contrato = oficina.contrato()
    pedido = SolicitacaoDemonstrativoAnalise(
        contratado=contrato.contratado, data_solicitacao=HOJE, protocolos=(protocolo,)
    )
    hora = datetime.now(UTC)
    mensagem = escrever_pedido(contrato, pedido, sequencial=1, registrado_em=hora)
    return trocar(oficina, pedido.operacao, mensagem)


# Looked at first ----------------------------------------------------------------------------------


def test_a_lote_that_is_to_be_looked_at_leaves_when_it_was_released(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(envio="CONFERENCIA")
    lote = oficina.lote()
    assert oficina.noite() == []
    assert oficina.status(lote) == "PENDENTE"
    conferencia.liberar(oficina.repo, lote, por="Ana")
    assert oficina.tirada("liberado_por") == ["Ana"]
    assert oficina.noite() == []
    assert oficina.status(lote) == "ENVIADO"


def test_a_lote_that_was_built_again_is_looked_at_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(envio="CONFERENCIA")
    (uma,) = oficina.atender()
    (lote,) = oficina.montar().lotes
    conferencia.liberar(oficina.repo, lote, por="Ana")
    oficina.mudar(uma)
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["CANCELADO", "PENDENTE"]
    assert oficina.tirada("liberado") == [True, False]
    assert simulador.requisicoes() == []


def test_a_release_counts_once_has_a_name_and_is_for_what_waits(oficina: Oficina) -> None:
    oficina.configurar(envio="CONFERENCIA")
    lote = oficina.lote()
    with pytest.raises(TransitionError, match="Informe quem"):
        conferencia.liberar(oficina.repo, lote, por=" ")
    conferencia.liberar(oficina.repo, lote, por="Ana")
    with pytest.raises(TransitionError, match="já está liberado"):
        conferencia.liberar(oficina.repo, lote, por="Bia")
    oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    with pytest.raises(TransitionError, match="está CANCELADO"):
        conferencia.liberar(oficina.repo, lote, por="Bia")


# Taken to a portal --------------------------------------------------------------------------------


def test_an_exported_lote_is_neither_built_again_nor_sent(
    oficina: Oficina, simulador: Simulador, no_portal: int
) -> None:
    oficina.fazer("UPDATE clinica.consulta_item SET valor_unitario = 160")
    assert oficina.noite() == []
    # Not even when the operadora has a web service from now on.
    oficina.configurar(tipo_api="SOAP")
    assert oficina.noite() == []
    assert "Ana exportou este lote" in str(oficina.enviar(no_portal))
    assert oficina.tirada("status") == ["PENDENTE"]
    assert simulador.requisicoes() == []


def test_an_export_that_was_not_delivered_is_undone_and_it_is_built_again(
    oficina: Oficina, no_portal: int
) -> None:
    oficina.fazer("UPDATE clinica.consulta_item SET valor_unitario = 160")
    conferencia.desfazer_exportacao(oficina.repo, no_portal, por="Bia")
    assert oficina.tirada("observacoes") == ["Bia: o arquivo não foi entregue"]
    oficina.montar()
    assert oficina.tirada("status") == ["CANCELADO", "PENDENTE"]
    with pytest.raises(TransitionError, match="está CANCELADO"):
        conferencia.desfazer_exportacao(oficina.repo, no_portal, por="Bia")


def test_exporting_again_gives_the_same_file_and_the_first_name_stays(
    oficina: Oficina, no_portal: int
) -> None:
    um = conferencia.exportar(oficina.repo, no_portal, por="Bia")
    assert um == conferencia.exportar(oficina.repo, no_portal, por="Caio")
    assert oficina.tirada("exportado_por") == ["Ana"]


def test_a_lote_that_goes_by_web_service_is_exported_to_be_looked_at(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    conferencia.exportar(oficina.repo, lote, por="Ana")
    assert oficina.tirada("exportado_por") == [None]
    with pytest.raises(TransitionError, match="não foi exportado"):
        conferencia.desfazer_exportacao(oficina.repo, lote, por="Ana")
    assert oficina.enviar(lote) is None


def test_what_waits_for_a_look_is_not_taken_to_a_portal(oficina: Oficina) -> None:
    oficina.configurar(tipo_api="MANUAL", envio="CONFERENCIA")
    lote = oficina.lote()
    with pytest.raises(TransitionError, match="libere-o antes"):
        conferencia.exportar(oficina.repo, lote, por="Ana")
    assert oficina.tirada("exportado_por") == [None]


def test_a_delivered_file_is_a_sent_lote(oficina: Oficina, no_portal: int) -> None:
    conferencia.marcar_enviado(oficina.repo, no_portal, f" {PROTOCOLO} ", por="Bia")
    (lote,) = oficina.linhas("SELECT * FROM tiss.lote")
    assert (lote["status"], lote["protocolo"]) == ("ENVIADO", PROTOCOLO)
    assert lote["observacoes"] == "entregue no portal por Bia"
    assert lote["data_envio"] is not None
    assert {guia["status"] for guia in oficina.guias(no_portal)} == {"ENVIADA"}


@pytest.mark.parametrize("protocolo", ["", "  ", "1" * 13])
def test_a_delivery_without_a_protocolo_is_refused(
    oficina: Oficina, no_portal: int, protocolo: str
) -> None:
    antes = tudo(oficina)
    with pytest.raises(TransitionError, match="1 a 12 caracteres"):
        conferencia.marcar_enviado(oficina.repo, no_portal, protocolo, por="Bia")
    assert tudo(oficina) == antes


def test_a_protocolo_is_of_one_lote(oficina: Oficina, no_portal: int) -> None:
    conferencia.marcar_enviado(oficina.repo, no_portal, PROTOCOLO, por="Bia")
    outro = oficina.lote()
    with pytest.raises(TransitionError, match="não foi exportado"):
        conferencia.marcar_enviado(oficina.repo, outro, "1", por="Bia")
    conferencia.exportar(oficina.repo, outro, por="Ana")
    with pytest.raises(TransitionError, match="já é do lote de número 1"):
        conferencia.marcar_enviado(oficina.repo, outro, PROTOCOLO, por="Bia")
    with pytest.raises(TransitionError, match="está ENVIADO"):
        conferencia.marcar_enviado(oficina.repo, no_portal, "2", por="Bia")


# Files that the portal gives back -----------------------------------------------------------------


def test_the_receipt_and_the_demonstrativo_of_the_portal_do_the_whole_work(
    oficina: Oficina, simulador: Simulador, no_portal: int
) -> None:
    recibo = entregar(oficina, no_portal)
    dito = conferencia.importar_resposta(oficina.repo, no_portal, recibo, por="Bia")
    protocolo = oficina.valor("SELECT protocolo FROM tiss.lote")
    assert (dito, oficina.status(no_portal)) == (f"recibo: protocolo {protocolo}", "ENVIADO")
    assert oficina.hora() == [], "nobody is asked about a portal"
    arquivo = demonstrativo(oficina, simulador, protocolo)
    conferencia.importar_resposta(oficina.repo, no_portal, arquivo, por="Bia")
    assert oficina.status(no_portal) == "PROCESSADO"
    assert {guia["status"] for guia in oficina.guias(no_portal)} == {"AUTORIZADA"}
    assert oficina.divergencias() == set()
    trocas = oficina.linhas("SELECT * FROM tiss.troca ORDER BY id")
    assert [(t["canal"], t["quem"], t["desfecho"]) for t in trocas] == [
        ("MANUAL", "Bia", "recibo importado"),
        ("MANUAL", "Bia", "demonstrativo importado"),
    ]
    assert [zlib.decompress(t["resposta"]) for t in trocas] == [recibo, arquivo]
    # Once more changes nothing but the trail.
    antes = oficina.linhas("SELECT * FROM tiss.guia ORDER BY id")
    conferencia.importar_resposta(oficina.repo, no_portal, arquivo, por="Bia")
    assert oficina.linhas("SELECT * FROM tiss.guia ORDER BY id") == antes


def test_a_guia_that_the_receipt_does_not_list_is_a_divergence(
    oficina: Oficina, no_portal: int
) -> None:
    corpo = oficina.resposta(no_portal)
    inicio = corpo.rindex(b"<ans:dadosGuias>")
    fim = corpo.rindex(b"</ans:dadosGuias>") + len(b"</ans:dadosGuias>")
    recibo = corpo[:inicio] + corpo[fim:]
    conferencia.importar_resposta(oficina.repo, no_portal, recibo, por="Bia")
    assert oficina.divergencias() == {"NAO_RECEBIDA"}


def _de_outro_lote(corpo: bytes) -> bytes:
    return corpo.replace(b"numeroLote>1<", b"numeroLote>55<")


def _de_outro_prestador(corpo: bytes) -> bytes:
    return corpo.replace(
        b"<ans:numeroLote>",
        b"<ans:dadosPrestador><ans:codigoPrestadorNaOperadora>OUTRO"
        b"</ans:codigoPrestadorNaOperadora></ans:dadosPrestador><ans:numeroLote>",
    )


@pytest.mark.parametrize(
    ("estragar", "erro", "motivo"),
    [
        (_de_outro_lote, TransitionError, "do lote de número 55"),
        (_de_outro_prestador, TransitionError, "de outro prestador"),
        (lambda _: b"", UnreadableError, "não é recibo"),
        (lambda _: b"%PDF-1.7", UnreadableError, "não é recibo"),
        (lambda corpo: corpo[:99], UnreadableError, "não é recibo"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_stored(
    oficina: Oficina, no_portal: int, estragar: object, erro: type[TissError], motivo: str
) -> None:
    antes = tudo(oficina)
    assert callable(estragar)
    arquivo = estragar(oficina.resposta(no_portal))
    with pytest.raises(erro, match=motivo):
        conferencia.importar_resposta(oficina.repo, no_portal, arquivo, por="Bia")
    assert tudo(oficina) == antes


def test_a_receipt_of_what_was_not_exported_is_refused(oficina: Oficina) -> None:
    lote = oficina.lote()
    antes = tudo(oficina)
    with pytest.raises(TransitionError, match="não foi exportado"):
        conferencia.importar_resposta(oficina.repo, lote, oficina.resposta(lote), por="Bia")
    assert tudo(oficina) == antes


def test_an_answer_to_another_question_is_refused(
    oficina: Oficina, simulador: Simulador, no_portal: int
) -> None:
    conferencia.importar_resposta(oficina.repo, no_portal, entregar(oficina, no_portal), por="Bia")
    contrato = oficina.contrato()
    pedido = SolicitacaoStatusProtocolo(
        contratado=contrato.contratado,
        numero_protocolo=oficina.valor("SELECT protocolo FROM tiss.lote"),
    )
    mensagem = escrever_pedido(contrato, pedido, sequencial=1, registrado_em=datetime.now(UTC))
    antes = tudo(oficina)
    with pytest.raises(UnreadableError, match="não é recibo"):
        conferencia.importar_resposta(
            oficina.repo, no_portal, trocar(oficina, pedido.operacao, mensagem), por="Bia"
        )
    assert tudo(oficina) == antes


def test_a_demonstrativo_comes_after_the_delivery_and_names_the_protocolo(
    oficina: Oficina, simulador: Simulador, no_portal: int
) -> None:
    entregar(oficina, no_portal)
    (chegada,) = simulador.requisicoes()
    arquivo = demonstrativo(oficina, simulador, chegada["numero_protocolo"])
    antes = tudo(oficina)
    with pytest.raises(TransitionError, match="marque-o como enviado"):
        conferencia.importar_resposta(oficina.repo, no_portal, arquivo, por="Bia")
    assert tudo(oficina) == antes
    conferencia.marcar_enviado(oficina.repo, no_portal, PROTOCOLO, por="Bia")
    antes = tudo(oficina)
    with pytest.raises(TransitionError, match=f"não traz o protocolo {PROTOCOLO}"):
        conferencia.importar_resposta(oficina.repo, no_portal, arquivo, por="Bia")
    assert tudo(oficina) == antes
