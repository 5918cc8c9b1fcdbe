"""A contrato and a message of it, to be changed by each test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from tiss.domain.cadastro import Contrato
from tiss.domain.partes import Alternativa
from tiss.domain.pedido import SolicitacaoStatusProtocolo
from tiss.messages.mensagem import Mensagem, escrever_pedido

CONTRATO = Contrato(
    id=1,
    clinica_id="MATRIZ",
    nome_prestador="Clínica",
    cnpj="11222333000181",
    cpf=None,
    cnes="9999999",
    registro_ans="999001",
    nome_operadora="Saúde",
    ambiente="PRODUCAO",
    versao_tiss="4.03.00",
    codigo_prestador="P1",
    faturar_a_partir_de=date(2026, 1, 1),
    url_base="https://operadora.invalid",
    servicos_soap={"SOLIC_STATUS_PROTOCOLO": "soap/status"},
    tipo_autenticacao="NENHUMA",
    envia_login_senha=False,
    credencial=None,
    max_guias=100,
    max_envios_simultaneos=1,
    segundos_conexao=5,
    segundos_resposta=5,
    fuso="America/Sao_Paulo",
    modelo_nome_arquivo="x",
    versao=1,
)
STATUS = SolicitacaoStatusProtocolo(
    contratado=Alternativa(elemento="codigoPrestadorNaOperadora", valor="P1"),
    numero_protocolo="123",
)


def mensagem_de_status(contrato: Contrato = CONTRATO) -> Mensagem:
    """Return a question, checked, that has not taken one of its forms."""
    return escrever_pedido(
        contrato, STATUS, sequencial=1, registrado_em=datetime(2026, 11, 2, 23, 30)
    )


def campos_de() -> Mapping[str, str]:
    """Return what a service knows of a request."""
    return {
        "registro_ans": "999001",
        "codigo_prestador": "P1",
        "numero_lote": "42",
        "numero_lote_12": "000000000042",
        "nome_arquivo": "lote.xml",
        "protocolo": "123",
        "data": "2026-11-02",
    }
