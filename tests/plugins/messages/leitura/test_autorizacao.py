"""Authorisations, of services, stays, dentistry and anexos."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from modelos_de_resposta import em_arquivo, em_ws, resposta_de

from tiss.domain.retorno import (
    Autorizacao,
    Autorizacoes,
    ItemAutorizado,
    Motivo,
    RecebimentoAnexo,
    SituacaoProtocolo,
)
from tiss.messages.leitura import ler

DADOS = """<dadosAutorizacao><numeroGuiaPrestador>1</numeroGuiaPrestador>
<numeroGuiaOperadora>77</numeroGuiaOperadora><dataAutorizacao>2026-03-01</dataAutorizacao>
<senha>S1</senha><dataValidadeSenha>2026-03-31-03:00</dataValidadeSenha></dadosAutorizacao>"""
SERVICO = f"""{DADOS}<statusSolicitacao>7</statusSolicitacao><motivosNegativa>
<codigoGlosa>1402</codigoGlosa><codigoGlosa>0012</codigoGlosa></motivosNegativa>
<servicosAutorizados><servicoAutorizado><sequencialItem>1</sequencialItem><procedimento>
<codigoTabela>22</codigoTabela><codigoProcedimento>40304361</codigoProcedimento></procedimento>
<quantidadeSolicitada>2</quantidadeSolicitada><quantidadeAutorizada>0</quantidadeAutorizada>
<motivosNegativa><motivoNegativa><codigoGlosa>1212</codigoGlosa>
<descricaoGlosa>fora do contrato</descricaoGlosa></motivoNegativa></motivosNegativa>
</servicoAutorizado></servicosAutorizados>"""
ITEM = ItemAutorizado(
    sequencial_item=1,
    codigo_tabela="22",
    codigo_procedimento="40304361",
    quantidade_solicitada=Decimal(2),
    quantidade_autorizada=Decimal(0),
    motivos=(Motivo(codigo="1212", descricao="fora do contrato"),),
)
AUTORIZACAO = Autorizacao(
    numero_guia_prestador="1",
    numero_guia_operadora="77",
    senha="S1",
    situacao="7",
    motivos=(Motivo(codigo="1402"), Motivo(codigo="0012")),
    itens=(ITEM,),
    data_autorizacao=date(2026, 3, 1),
    data_validade_senha=date(2026, 3, 31),
)
ANEXO = """<anexosClinicos><anexoOPME><dadosAutorizacao>
<numeroGuiaPrestador>9</numeroGuiaPrestador></dadosAutorizacao>
<nomebeneficiario>Fulana</nomebeneficiario><statusSolicitacao>3</statusSolicitacao>
<motivosNegativa><motivoNegativa><codigoGlosa>2201</codigoGlosa></motivoNegativa></motivosNegativa>
<servicosAutorizadosOPME><sequencialItem>1</sequencialItem><procedimento>
<codigoProcedimento>7000</codigoProcedimento></procedimento>
<quantidadeSolicitada>1</quantidadeSolicitada><quantidadeAutorizada>0</quantidadeAutorizada>
</servicosAutorizadosOPME></anexoOPME></anexosClinicos>"""


def autorizacoes(corpo: str) -> tuple[Autorizacao, ...]:
    resposta = resposta_de(em_ws(corpo))
    assert isinstance(resposta, Autorizacoes)
    return resposta.lista


@pytest.mark.parametrize(
    ("envolve", "tipo"),
    [
        ("autorizacaoServicos", "RESPOSTA_SOLICITACAO"),
        ("autorizacaoProcedimento", "RESPOSTA_SOLICITACAO"),
        ("situacaoAutorizacao", "STATUS_AUTORIZACAO"),
    ],
)
def test_authorisation_of_services_is_read_with_the_motives_of_each_item(
    envolve: str, tipo: str
) -> None:
    corpo = f"<{envolve}><autorizacaoServico>{SERVICO}</autorizacaoServico></{envolve}>"
    leitura = ler(em_arquivo(corpo).encode())
    assert (leitura.tipo, leitura.resposta) == (tipo, Autorizacoes(lista=(AUTORIZACAO,)))
    assert leitura.avisos == ()


@pytest.mark.parametrize(
    ("nome", "diarias", "acomodacao"),
    [
        ("autorizacaoInternacao", "qtdDiariasAutorizadas", "tipoAcomodacaoAutorizada"),
        ("autorizacaoProrrogacao", "diariasAutorizadas", "acomodacaoAutorizada"),
    ],
)
def test_stay_is_an_authorisation_of_services_with_its_days(
    nome: str, diarias: str, acomodacao: str
) -> None:
    (uma,) = autorizacoes(
        f"<autorizacaoServicos><{nome}><autorizacaoDosServicos>{SERVICO}</autorizacaoDosServicos>"
        f"<{diarias}>3</{diarias}><{acomodacao}>02</{acomodacao}></{nome}></autorizacaoServicos>"
    )
    assert (uma.diarias_autorizadas, uma.acomodacao_autorizada) == (3, "02")
    assert (uma.senha, uma.itens) == ("S1", (ITEM,))


@pytest.mark.parametrize(
    ("aut", "autorizada"), [("S", Decimal(2)), ("N", Decimal(0)), ("", None), ("s", Decimal(2))]
)
def test_odonto_item_is_authorised_whole_or_not_at_all(
    aut: str, autorizada: Decimal | None
) -> None:
    corpo = f"""<autorizacaoServicos><autorizacaoServicoOdonto>{DADOS}
    <statusSolicitacao>1</statusSolicitacao><procedimentosAutorizados>
    <sequencialItem>1</sequencialItem><procSolic><codigoTabela>22</codigoTabela>
    <codigoProcedimento>81000030</codigoProcedimento></procSolic><qtdProc>2</qtdProc>
    <valorProc>10.00</valorProc><aut>{aut}</aut><motivosNegativa><codigoGlosa>3001</codigoGlosa>
    </motivosNegativa></procedimentosAutorizados></autorizacaoServicoOdonto>
    </autorizacaoServicos>"""
    leitura = ler(em_ws(corpo).encode())
    assert leitura.tipo == "AUTORIZACAO_ODONTOLOGIA"
    assert isinstance(leitura.resposta, Autorizacoes)
    (item,) = leitura.resposta.lista[0].itens
    assert (item.codigo_procedimento, item.quantidade_solicitada) == ("81000030", Decimal(2))
    assert item.quantidade_autorizada == autorizada
    assert item.motivos == (Motivo(codigo="3001"),)


def test_anexo_inside_an_authorisation_is_one_of_its_own() -> None:
    quimio = """<autorizacaoQuimio><dadosAutorizacao><numeroGuiaPrestador>2</numeroGuiaPrestador>
    </dadosAutorizacao><statusSolicitacao>2</statusSolicitacao></autorizacaoQuimio>"""
    corpo = f"<autorizacaoServico>{SERVICO}{quimio}</autorizacaoServico>"
    lista = autorizacoes(f"<autorizacaoServicos>{corpo}</autorizacaoServicos>")
    assert [(uma.numero_guia_prestador, uma.situacao) for uma in lista] == [("1", "7"), ("2", "2")]


def test_real_answers_leave_out_the_beneficiary_and_much_else() -> None:
    (uma,) = autorizacoes("<autorizacaoServicos><autorizacaoServico/></autorizacaoServicos>")
    assert uma == Autorizacao(numero_guia_prestador="", situacao="", motivos=(), itens=())


def test_receipt_of_anexos_carries_what_was_decided_on_them() -> None:
    corpo = f"""<recebimentoAnexo><protocoloRecebimentoAnexo>
    <nrProtocoloRecebimento>55</nrProtocoloRecebimento><numeroLote>042</numeroLote>
    <dadosPrestador><cpfContratado>1</cpfContratado></dadosPrestador>{ANEXO}
    </protocoloRecebimentoAnexo></recebimentoAnexo>"""
    recebimento = resposta_de(em_ws(corpo))
    assert isinstance(recebimento, RecebimentoAnexo)
    assert (recebimento.numero_protocolo, recebimento.numero_lote) == ("55", "42")
    assert recebimento.prestador == "1"
    (anexo,) = recebimento.autorizacoes
    assert (anexo.numero_guia_prestador, anexo.situacao) == ("9", "3")
    assert anexo.motivos == (Motivo(codigo="2201"),)
    assert [item.quantidade_autorizada for item in anexo.itens] == [Decimal(0)]


def test_situation_of_anexos_carries_what_was_decided_on_them() -> None:
    corpo = f"""<situacaoProtocolo><situacaoProtocoloAnexo><loteAnexo><detalheLoteAnexo>
    <statusProtocolo>3</statusProtocolo><numeroProtocolo>55</numeroProtocolo>
    <numeroLote>42</numeroLote>{ANEXO}</detalheLoteAnexo></loteAnexo></situacaoProtocoloAnexo>
    </situacaoProtocolo>"""
    situacao = resposta_de(em_ws(corpo))
    assert isinstance(situacao, SituacaoProtocolo)
    assert (situacao.situacao, situacao.numero_protocolo) == ("3", "55")
    assert [anexo.situacao for anexo in situacao.autorizacoes] == ["3"]


def test_situation_that_the_standard_does_not_have_is_kept_with_a_warning() -> None:
    corpo = f"<autorizacaoServico>{SERVICO.replace('>7<', '>8<')}</autorizacaoServico>"
    leitura = ler(em_arquivo(corpo).encode())
    assert isinstance(leitura.resposta, Autorizacoes)
    assert leitura.resposta.lista[0].situacao == "8"
    assert leitura.avisos == ("situação de autorização que não está na Tabela 45",)
