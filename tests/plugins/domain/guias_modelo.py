"""Contratos and guias of invented people, and a way to change one value of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from tiss.domain.cadastro import Contratado, Contrato
from tiss.domain.guia import (
    Autorizacao,
    Beneficiario,
    GuiaConsulta,
    GuiaSpSadt,
    Item,
    Profissional,
)

Dado = TypeVar("Dado")

HOJE = date(2026, 3, 20)
ATENDIMENTO = date(2026, 3, 10)
PELO_CODIGO = Contratado(elemento="codigoPrestadorNaOperadora", valor="P0042")
PELO_CNPJ = Contratado(elemento="cnpjContratado", valor="11222333000181")

CONTRATO = Contrato(
    id=1,
    clinica_id="matriz",
    nome_prestador="Clínica Exemplo",
    cnpj="11222333000181",
    cpf=None,
    cnes="1234567",
    registro_ans="999001",
    nome_operadora="Saúde Exemplo",
    ambiente="PRODUCAO",
    versao_tiss="4.03.00",
    codigo_prestador="P0042",
    faturar_a_partir_de=date(2026, 1, 1),
    url_base="https://operadora.example/tiss/",
    endpoint_envio="/lotes",
    endpoint_status="status",
    endpoint_demonstrativo="https://outra.example/demonstrativo",
    tipo_autenticacao="BASIC_AUTH",
    envia_login_senha=True,
    credencial="tiss_exemplo",
    max_guias=100,
    max_envios_simultaneos=2,
    segundos_conexao=10,
    segundos_resposta=60,
    fuso="America/Sao_Paulo",
    modelo_nome_arquivo="${numero_lote}",
    versao=1,
)
ITEM = Item(
    sequencial_item=1,
    codigo_tabela="22",
    codigo_procedimento="10101012",
    descricao="Consulta em consultório",
    data_execucao=ATENDIMENTO,
    quantidade=Decimal("1"),
    reducao_acrescimo=Decimal("1.00"),
    valor_unitario=Decimal("150.00"),
    valor_total=Decimal("150.00"),
)
EXAME = Item(
    sequencial_item=2,
    codigo_tabela="22",
    codigo_procedimento="40304361",
    descricao="Hemograma com contagem de plaquetas <\"A\" & 'B'> {x}",
    data_execucao=ATENDIMENTO,
    quantidade=Decimal("3"),
    reducao_acrescimo=Decimal("0.70"),
    valor_unitario=Decimal("33.33"),
    valor_total=Decimal("69.99"),
)
MEDICA = Profissional(
    nome="Ana Exemplo", conselho="06", numero_conselho="123456", uf="35", cbo="225125"
)
CONSULTA_MINIMA = GuiaConsulta(
    registro_ans="999001",
    numero_guia_prestador="1",
    numero_guia_operadora=None,
    beneficiario=Beneficiario(numero_carteira="00001", atendimento_rn="N"),
    contratado_executante=PELO_CODIGO,
    cnes="1234567",
    profissional_executante=replace(MEDICA, nome=None),
    indicacao_acidente="9",
    regime_atendimento="01",
    data_atendimento=ATENDIMENTO,
    tipo_consulta="1",
    itens=(ITEM,),
    observacao=None,
)
CONSULTA_MAXIMA = GuiaConsulta(
    registro_ans="999001",
    numero_guia_prestador="12345678901234567890",
    numero_guia_operadora="OP-0001",
    beneficiario=Beneficiario(numero_carteira="00000000000000000017", atendimento_rn="S"),
    contratado_executante=PELO_CNPJ,
    cnes="9999999",
    profissional_executante=replace(MEDICA, nome="João D’Ávila – Clínica"),
    indicacao_acidente="0",
    regime_atendimento="05",
    data_atendimento=ATENDIMENTO,
    tipo_consulta="4",
    itens=(
        replace(ITEM, valor_unitario=Decimal("99999999.99"), valor_total=Decimal("99999999.99")),
    ),
    observacao="Retorno em 15 dias: \"dor\" & 'febre' <38° {sic}\nvalor € 10",
)
SP_SADT_MINIMA = GuiaSpSadt(
    registro_ans="999001",
    numero_guia_prestador="2",
    autorizacao=None,
    beneficiario=Beneficiario(numero_carteira="00002", atendimento_rn="N"),
    contratado_solicitante=PELO_CODIGO,
    nome_contratado_solicitante="Clínica Exemplo",
    profissional_solicitante=replace(MEDICA, nome=None),
    data_solicitacao=None,
    carater_atendimento="1",
    indicacao_clinica=None,
    contratado_executante=PELO_CODIGO,
    cnes="1234567",
    tipo_atendimento="23",
    indicacao_acidente="9",
    tipo_consulta=None,
    regime_atendimento="01",
    data_atendimento=ATENDIMENTO,
    itens=(ITEM,),
    observacao=None,
)
SP_SADT_MAXIMA = GuiaSpSadt(
    registro_ans="999001",
    numero_guia_prestador="G" * 20,
    autorizacao=Autorizacao(
        numero_guia_operadora="OP-0002",
        data=date(2026, 3, 1),
        senha="SENHA-1",
        validade_senha=ATENDIMENTO,
    ),
    beneficiario=Beneficiario(numero_carteira="00003", atendimento_rn="S"),
    contratado_solicitante=PELO_CNPJ,
    nome_contratado_solicitante="Clínica Exemplo & Filhos",
    profissional_solicitante=replace(MEDICA, nome="Rui Exemplo", cbo="999999"),
    data_solicitacao=date(2026, 2, 28),
    carater_atendimento="2",
    indicacao_clinica="Suspeita de anemia; hemoglobina < 10 g/dL",
    contratado_executante=PELO_CODIGO,
    cnes="1234567",
    tipo_atendimento="04",
    indicacao_acidente="2",
    tipo_consulta="2",
    regime_atendimento="04",
    data_atendimento=ATENDIMENTO,
    itens=(ITEM, EXAME),
    observacao="Coleta às 7h",
)
GUIAS = {
    "consulta_minima": CONSULTA_MINIMA,
    "consulta_maxima": CONSULTA_MAXIMA,
    "sp_sadt_minima": SP_SADT_MINIMA,
    "sp_sadt_maxima": SP_SADT_MAXIMA,
}


def trocar(dado: Dado, caminho: str, valor: object) -> Dado:
    """Return the object with one value changed: `beneficiario.numero_carteira`, `itens.0.uf`."""
    nome, _, resto = caminho.partition(".")
    if isinstance(dado, tuple):
        posicao = int(nome)
        novo = trocar(dado[posicao], resto, valor) if resto else valor
        return (*dado[:posicao], novo, *dado[posicao + 1 :])
    objeto: Any = dado
    novo = trocar(getattr(objeto, nome), resto, valor) if resto else valor
    mudado: Dado = replace(objeto, **{nome: novo})
    return mudado
