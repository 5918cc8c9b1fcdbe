"""Every sample message of the standard: answers are read, requests are told apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from modelos_de_resposta import SOAP_1_1, SOAP_1_2, em_soap

from tiss.domain.retorno import (
    Autorizacao,
    Autorizacoes,
    Cancelamentos,
    Demonstrativos,
    DemonstrativosPagamento,
    Elegibilidade,
    FalhaSoap,
    Ilegivel,
    Recebimento,
    RecebimentoAnexo,
    RecebimentoRecurso,
    ReciboComunicacao,
    ReciboDocumento,
    Recusa,
    Resposta,
    RespostaRecurso,
    SituacaoProtocolo,
)
from tiss.messages.leitura import ler
from tiss.settings import NAMESPACE

RESPOSTAS: dict[str, tuple[str, type[Resposta]]] = {
    "recebimentoLote": ("PROTOCOLO_RECEBIMENTO", Recebimento),
    "recebimentoLote_mensagemErro": ("PROTOCOLO_RECEBIMENTO", Recusa),
    "recebimentoAnexo_OPME": ("PROTOCOLO_RECEBIMENTO_ANEXO", RecebimentoAnexo),
    "situacaoProtocolo": ("SITUACAO_PROTOCOLO", SituacaoProtocolo),
    "situacaoProtocoloAnexo": ("SITUACAO_PROTOCOLO", SituacaoProtocolo),
    "situacaoDemonstrativoRetorno": ("SITUACAO_DEMONSTRATIVO_RETORNO", SituacaoProtocolo),
    "demonstrativoAnaliseConta": ("DEMONSTRATIVO_ANALISE_CONTA", Demonstrativos),
    "demonstrativoPagamento": ("DEMONSTRATIVO_PAGAMENTO", DemonstrativosPagamento),
    "demonstrativoPagamentoOdonto": ("DEMONSTRATIVO_ODONTOLOGIA", DemonstrativosPagamento),
    "autorizacaoServicos_sp-sadt": ("RESPOSTA_SOLICITACAO", Autorizacoes),
    "autorizacaoServicos_internacao": ("RESPOSTA_SOLICITACAO", Autorizacoes),
    "autorizacaoServicos_odonto": ("AUTORIZACAO_ODONTOLOGIA", Autorizacoes),
    "situacaoAutorizacao": ("STATUS_AUTORIZACAO", Autorizacoes),
    "respostaElegibilidade": ("SITUACAO_ELEGIBILIDADE", Elegibilidade),
    "reciboCancelaGuia": ("CANCELAMENTO_GUIA_RECIBO", Cancelamentos),
    "reciboComunicacao": ("RECIBO_COMUNICACAO", ReciboComunicacao),
    "recebimentoDocumentos": ("RECEBIMENTO_DOCUMENTO", ReciboDocumento),
    "recebimentoRecursoGlosa": ("RECEBIMENTO_RECURSO_GLOSA", RecebimentoRecurso),
    "respostaRecursoGlosa": ("RESPOSTA_RECURSO_GLOSA", RespostaRecurso),
    "WS_protocoloRecebimentoWS": ("PROTOCOLO_RECEBIMENTO", Recusa),
    "WS_protocoloRecebimentoAnexoWS": ("PROTOCOLO_RECEBIMENTO_ANEXO", Recusa),
    "WS_protocoloRecebimentoRecursoWS": ("RECEBIMENTO_RECURSO_GLOSA", Recusa),
    "WS_situacaoProtocoloWS": ("SITUACAO_PROTOCOLO", Recusa),
    "WS_situacaoProtocoloRecursoWS": ("RESPOSTA_RECURSO_GLOSA", RespostaRecurso),
    "WS_situacaoAutorizacaoWS": ("STATUS_AUTORIZACAO", Recusa),
    "WS_autorizacaoProcedimentoWS": ("RESPOSTA_SOLICITACAO", Recusa),
    # Which of three demonstrativos was refused is not told.
    "WS_demonstrativoRetornoWS": ("MENSAGEM_ERRO", Recusa),
    "WS_respostaElegibilidadeWS": ("SITUACAO_ELEGIBILIDADE", Recusa),
    "WS_reciboCancelaGuiaWS": ("CANCELAMENTO_GUIA_RECIBO", Recusa),
    "WS_reciboComunicacaoWS": ("RECIBO_COMUNICACAO", Recusa),
    "WS_reciboDocumentosWS": ("RECEBIMENTO_DOCUMENTO", Recusa),
    "WS_tissFaultWS": ("TISS_FAULT", FalhaSoap),
}
# Body of the file form -> root and body of the web service.
NO_WS = {
    "recebimentoLote": ("protocoloRecebimentoWS", "recebimentoLote"),
    "recebimentoAnexo": ("protocoloRecebimentoAnexoWS", "loteAnexo"),
    "situacaoProtocolo": ("situacaoProtocoloWS", "situacaoProtocolo"),
    "demonstrativosRetorno": ("demonstrativoRetornoWS", "demonstrativoRetorno"),
    "autorizacaoServicos": ("autorizacaoProcedimentoWS", "autorizacaoProcedimento"),
    "situacaoAutorizacao": ("situacaoAutorizacaoWS", "situacaoAutorizacao"),
    "respostaElegibilidade": ("respostaElegibilidadeWS", "respostaElegibilidade"),
    "reciboCancelaGuia": ("reciboCancelaGuiaWS", "reciboCancelaGuia"),
    "reciboComunicacao": ("reciboComunicacaoWS", "reciboComunicacao"),
    "recebimentoDocumentos": ("reciboDocumentosWS", "recebimentoDocumento"),
    "recebimentoRecursoGlosa": ("protocoloRecebimentoRecursoWS", "recebimentoRecurso"),
    "respostaRecursoGlosa": ("situacaoProtocoloRecursoWS", "situacaoProtocoloRecurso"),
}
EM_ARQUIVO = [nome for nome in RESPOSTAS if not nome.startswith("WS_")]


def amostra(pasta: Path, nome: str) -> bytes:
    return (pasta / f"{nome}.min.xml").read_bytes()


def lida(pasta: Path, nome: str) -> Resposta:
    return ler(amostra(pasta, nome)).resposta


@pytest.mark.parametrize("envelope", [None, SOAP_1_1, SOAP_1_2])
@pytest.mark.parametrize("nome", RESPOSTAS)
def test_every_answer_is_read_to_its_kind(nome: str, envelope: str | None, amostras: Path) -> None:
    corpo = amostra(amostras, nome)
    if envelope is not None:
        corpo = em_soap(etree.tostring(etree.fromstring(corpo)).decode(), envelope).encode()
    leitura = ler(corpo)
    tipo, classe = RESPOSTAS[nome]
    assert (leitura.tipo, type(leitura.resposta)) == (tipo, classe)
    if nome != "WS_tissFaultWS":
        assert leitura.versao == "4.03.00"
        assert len(leitura.hash_informado or "") == 32


def test_every_sample_that_is_no_answer_is_a_message_of_a_prestador(amostras: Path) -> None:
    motivo = "é uma mensagem de prestador para operadora, não uma resposta"
    nomes = {arquivo.name.removesuffix(".min.xml") for arquivo in amostras.glob("*.min.xml")}
    assert nomes > RESPOSTAS.keys()
    for nome in nomes - RESPOSTAS.keys():
        assert lida(amostras, nome) == Ilegivel(motivo=motivo), nome


@pytest.mark.parametrize("nome", EM_ARQUIVO)
def test_answer_whose_cabecalho_fits_it_is_read_without_a_warning(
    nome: str, amostras: Path
) -> None:
    assert ler(amostra(amostras, nome)).avisos == ()


@pytest.mark.parametrize("nome", EM_ARQUIVO)
def test_file_form_and_web_service_form_give_equal_objects(nome: str, amostras: Path) -> None:
    arquivo = amostra(amostras, nome)
    assert ler(em_ws(arquivo)) == ler(arquivo)


def em_ws(arquivo: bytes) -> bytes:
    """The same message as its web service sends it: other root, other names, no epilogo."""
    mensagem = etree.fromstring(arquivo)
    (corpo,) = mensagem.find("{*}operadoraParaPrestador")  # type: ignore[misc]
    raiz, nome = NO_WS[etree.QName(corpo).localname]
    corpo.tag = f"{{{NAMESPACE}}}{nome}"
    for recibo in corpo.iterfind("{*}reciboDocumento"):
        recibo.tag = f"{{{NAMESPACE}}}reciboDocumentos"
    ws = etree.Element(f"{{{NAMESPACE}}}{raiz}", nsmap={"tiss": NAMESPACE})
    ws.append(mensagem.find("{*}cabecalho"))  # type: ignore[arg-type]
    ws.append(corpo)
    etree.SubElement(ws, f"{{{NAMESPACE}}}hash").text = mensagem.findtext("{*}epilogo/{*}hash")
    etree.SubElement(ws, f"{{{NAMESPACE}}}Signatures")
    return etree.tostring(ws, pretty_print=True)


def test_refused_elegibilidade_is_the_same_under_both_names(amostras: Path) -> None:
    corpo = amostra(amostras, "WS_respostaElegibilidadeWS")
    raiz = etree.fromstring(corpo)
    erro = raiz.find(".//{*}respostaElegibilidade/{*}codigoGlosa")
    assert erro is not None
    erro.tag = f"{{{NAMESPACE}}}mensagemErro"
    assert ler(etree.tostring(raiz)) == ler(corpo)
    assert ler(corpo).resposta == Recusa(codigo="1001", descricao=None)


def test_values_of_the_samples_arrive_where_they_belong(amostras: Path) -> None:
    recebido = lida(amostras, "recebimentoLote")
    assert isinstance(recebido, Recebimento)
    assert (recebido.numero_lote, recebido.numero_protocolo, recebido.prestador) == ("1", "1", "1")
    assert [guia.numero_guia_prestador for guia in recebido.guias] == ["1"]
    pago = lida(amostras, "demonstrativoPagamento")
    assert isinstance(pago, DemonstrativosPagamento)
    assert pago.lista[0].pagamentos[0].protocolos[0].valor_liberado == Decimal(1)
    autorizado = lida(amostras, "autorizacaoServicos_sp-sadt")
    assert isinstance(autorizado, Autorizacoes)
    assert isinstance(autorizado.lista[0], Autorizacao)
    odonto = lida(amostras, "demonstrativoPagamentoOdonto")
    assert isinstance(odonto, DemonstrativosPagamento)
    assert odonto.lista[0].ordem.data_emissao == date(2026, 11, 2)
