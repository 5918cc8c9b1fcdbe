"""The three operations of a contrato, against a strict simulated operadora, in each version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

import pytest
from lxml import etree

from tiss.clients.credencial import Credencial, Prova
from tiss.clients.envelope import envelope
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota, agora
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.partes import Alternativa
from tiss.domain.pedido import (
    Pedido,
    SolicitacaoDemonstrativoAnalise,
    SolicitacaoStatusProtocolo,
)
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import FalhaSoap, Recusa, SituacaoProtocolo
from tiss.messages import leitura
from tiss.messages.mensagem import Login, escrever_pedido
from tiss.simulador.processo import Simulador

VERSOES = ["4.02.00", "4.03.00"]


@pytest.fixture(scope="module")
def operadoras() -> Iterator[Simulador]:
    """One operadora per version; all demand the login in the cabecalho too."""
    config = {
        "operadoras": [
            {
                "registro_ans": f"99900{posicao}",
                "nome": "Saúde",
                "cnpj": "11222333000181",
                "versao": versao,
                "exige_login_no_cabecalho": True,
                "credenciais": [{"usuario": "u", "senha": "senha", "codigo_prestador": "P1"}],
            }
            for posicao, versao in enumerate(VERSOES)
        ]
    }
    with Simulador.start(config) as simulador:
        yield simulador


@pytest.fixture(params=VERSOES)
def contrato(request: pytest.FixtureRequest, operadoras: Simulador) -> Contrato:
    """A contrato in one version of the standard."""
    registro_ans = f"99900{VERSOES.index(request.param)}"
    return Contrato(
        id=1,
        clinica_id="MATRIZ",
        nome_prestador="Clínica",
        cnpj="11222333000181",
        cpf=None,
        cnes="9999999",
        registro_ans=registro_ans,
        nome_operadora="Saúde",
        ambiente="PRODUCAO",
        versao_tiss=request.param,
        codigo_prestador="P1",
        faturar_a_partir_de=date(2026, 1, 1),
        url_base=f"{operadoras.url}/{registro_ans}",
        servicos_soap={
            "ENVIO_LOTE_GUIAS": "tissLoteGuias",
            "SOLIC_STATUS_PROTOCOLO": "tissSolicitacaoStatusProtocolo",
            "SOLIC_DEMONSTRATIVO_RETORNO": "tissSolicitacaoDemonstrativoRetorno",
        },
        tipo_autenticacao="BASIC_AUTH",
        envia_login_senha=True,
        credencial="c",
        max_guias=100,
        max_envios_simultaneos=1,
        segundos_conexao=5,
        segundos_resposta=5,
        fuso="America/Sao_Paulo",
        modelo_nome_arquivo="x",
        versao=1,
    )


def _cliente(contrato: Contrato, senha: str = "senha") -> ClienteSoap:
    return ClienteSoap(
        contrato=contrato,
        credencial=Credencial(prova=Prova.basica("u", senha), login=Login.com_senha("u", "senha")),
        rota=Rota.de(contrato),
    )


def _crua(cliente: ClienteSoap, operacao: Operacao, corpo: bytes) -> Requisicao:
    """A request with a body that our writer would never make."""
    mensagem = escrever_pedido(
        cliente.contrato, PERGUNTAS[0], sequencial=1, registrado_em=datetime(2026, 11, 2, 10, 0)
    )
    inteira = cliente.requisicao(operacao, mensagem, {})
    em_volta = envelope(operacao, cliente.contrato.versao_tiss)
    return replace(inteira, dados=em_volta.com(corpo))


PELO_CODIGO = Alternativa(elemento="codigoPrestadorNaOperadora", valor="P1")
PERGUNTAS = [
    SolicitacaoStatusProtocolo(contratado=PELO_CODIGO, numero_protocolo="123"),
    SolicitacaoDemonstrativoAnalise(
        contratado=PELO_CODIGO, data_solicitacao=date(2026, 11, 2), protocolos=("123",)
    ),
]


@pytest.mark.parametrize("pergunta", PERGUNTAS, ids=lambda pergunta: pergunta.operacao)
def test_a_question_is_understood(contrato: Contrato, pergunta: Pedido) -> None:
    cliente = _cliente(contrato)
    mensagem = escrever_pedido(
        contrato, pergunta, sequencial=1, registrado_em=datetime(2026, 11, 2, 10, 0)
    )
    requisicao = cliente.requisicao(pergunta.operacao, mensagem, {})
    entrega = cliente.trocar(requisicao, ate=agora() + 10)
    assert entrega.http_status == 200
    assert isinstance(leitura.ler(entrega.resposta or b"").resposta, Recusa | SituacaoProtocolo)


def test_a_lote_that_is_none_is_refused_by_its_schema_and_not_by_its_envelope(
    contrato: Contrato,
) -> None:
    cliente = _cliente(contrato)
    corpo = b'<ans:loteGuiasWS xmlns:ans="http://www.ans.gov.br/padroes/tiss/schemas"/>'
    operacao = Operacao.ENVIO_LOTE_GUIAS
    entrega = cliente.trocar(_crua(cliente, operacao, corpo), ate=agora() + 10)
    resposta = leitura.ler(entrega.resposta or b"").resposta
    assert isinstance(resposta, FalhaSoap)
    assert resposta.tiss_fault == "SchemaInvalido"


def test_a_wrong_password_is_answered_by_401(contrato: Contrato) -> None:
    cliente = _cliente(contrato, "errada")
    operacao = Operacao.ENVIO_LOTE_GUIAS
    entrega = cliente.trocar(_crua(cliente, operacao, b"<a/>"), ate=agora() + 10)
    assert entrega.http_status == 401


def test_a_complete_endpoint_wins_over_the_base_address(contrato: Contrato) -> None:
    completo = {"ENVIO_LOTE_GUIAS": f"{contrato.url_base}/x"}
    outro = replace(contrato, url_base="http://127.0.0.1:1", servicos_soap=completo)
    operacao = Operacao.ENVIO_LOTE_GUIAS
    cliente = _cliente(outro)
    entrega = cliente.trocar(_crua(cliente, operacao, b"<a/>"), ate=agora() + 10)
    assert entrega.http_status == 404


@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8"])
def test_the_whole_request_is_in_the_encoding_of_the_contrato_and_understood(
    contrato: Contrato, codificacao: Literal["ISO-8859-1", "UTF-8"]
) -> None:
    cliente = _cliente(replace(contrato, codificacao_envio=codificacao))
    mensagem = escrever_pedido(
        contrato, PERGUNTAS[0], sequencial=1, registrado_em=datetime(2026, 11, 2, 10, 0)
    )
    requisicao = cliente.requisicao(PERGUNTAS[0].operacao, mensagem, {})
    assert requisicao.cabecalhos["Content-Type"] == f"text/xml; charset={codificacao}"
    assert f"encoding='{codificacao}'".encode() in requisicao.dados.split(b"?>")[0]
    entrega = cliente.trocar(requisicao, ate=agora() + 10)
    assert isinstance(leitura.ler(entrega.resposta or b"").resposta, Recusa | SituacaoProtocolo)


def test_a_token_goes_as_bearer(contrato: Contrato) -> None:
    cliente = ClienteSoap(contrato=contrato, credencial=Credencial(), rota=Rota.de(contrato))
    mensagem = escrever_pedido(
        contrato, PERGUNTAS[0], sequencial=1, registrado_em=datetime(2026, 11, 2, 10, 0)
    )
    sem = cliente.requisicao(PERGUNTAS[0].operacao, mensagem, {})
    com = cliente.com_token("abc").requisicao(PERGUNTAS[0].operacao, mensagem, {})
    assert "Authorization" not in sem.cabecalhos
    assert com.cabecalhos["Authorization"] == "Bearer abc"
    assert com.dados == sem.dados


def test_accents_of_a_message_survive_either_encoding(contrato: Contrato) -> None:
    acentuado = replace(contrato, codigo_prestador="Ção", ascii_somente=False)
    mensagem = escrever_pedido(
        acentuado, PERGUNTAS[0], sequencial=1, registrado_em=datetime(2026, 11, 2, 10, 0)
    )
    for codificacao in ("ISO-8859-1", "UTF-8"):
        cliente = _cliente(replace(acentuado, codificacao_envio=codificacao))  # type: ignore[arg-type]
        dados = cliente.requisicao(PERGUNTAS[0].operacao, mensagem, {}).dados
        assert "<ans:codigoPrestadorNaOperadora>Ção<".encode(codificacao) in dados
        assert etree.fromstring(dados).findtext(".//{*}codigoPrestadorNaOperadora") == "Ção"
