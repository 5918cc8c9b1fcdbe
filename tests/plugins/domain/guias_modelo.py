"""Contratos and guias of invented people, and a way to change one value of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

from tiss.domain.cadastro import Contrato
from tiss.domain.guia import Guia, GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import (
    Declaracao,
    GuiaHonorarios,
    GuiaResumoInternacao,
    LocalContratado,
)
from tiss.domain.odonto import Dente, GuiaOdonto, ItemOdonto, SituacaoInicial
from tiss.domain.partes import (
    Alternativa,
    Autorizacao,
    Beneficiario,
    Despesa,
    Item,
    MembroEquipe,
    Profissional,
    Totais,
)

Dado = TypeVar("Dado")

HOJE = date(2026, 3, 20)
ATENDIMENTO = date(2026, 3, 10)
PELO_CODIGO = Alternativa(elemento="codigoPrestadorNaOperadora", valor="P0042")
PELO_CNPJ = Alternativa(elemento="cnpjContratado", valor="11222333000181")

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
    servicos_soap={
        "ENVIO_LOTE_GUIAS": "/lotes",
        "SOLIC_STATUS_PROTOCOLO": "status",
        "SOLIC_DEMONSTRATIVO_RETORNO": "https://outra.example/demonstrativo",
    },
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
MEMBRO = MembroEquipe(
    grau_participacao="00",
    codigo=Alternativa(elemento="cpfContratado", valor="39053344705"),
    nome="Rui Exemplo",
    conselho="06",
    numero_conselho="654321",
    uf="35",
    cbo="225225",
)
CIRURGIA = Item(
    sequencial_item=3,
    data_execucao=ATENDIMENTO,
    hora_inicial=time(7, 30),
    hora_final=time(8, 45, 10),
    codigo_tabela="22",
    codigo_procedimento="31009336",
    descricao="Herniorrafia inguinal unilateral",
    quantidade=Decimal("1"),
    via_acesso="1",
    tecnica_utilizada="2",
    reducao_acrescimo=Decimal("1.30"),
    valor_unitario=Decimal("500.00"),
    valor_total=Decimal("650.00"),
    centro_consumo="6",
    equipe=(
        MEMBRO,
        replace(MEMBRO, grau_participacao="06", codigo=PELO_CODIGO, nome="Eva Exemplo"),
    ),
)
MATERIAL = Despesa(
    sequencial_item=4,
    codigo_despesa="03",
    data_execucao=ATENDIMENTO,
    codigo_tabela="19",
    codigo_procedimento="70000001",
    quantidade=Decimal("2"),
    unidade_medida="036",
    reducao_acrescimo=Decimal("1.00"),
    valor_unitario=Decimal("10.00"),
    valor_total=Decimal("20.00"),
    descricao="Compressa de gaze",
)
OPME = Despesa(
    sequencial_item=5,
    codigo_despesa="08",
    data_execucao=ATENDIMENTO,
    hora_inicial=time(7, 30),
    hora_final=time(8, 45),
    codigo_tabela="19",
    codigo_procedimento="70000002",
    quantidade=Decimal("0.5"),
    unidade_medida="036",
    reducao_acrescimo=Decimal("1.00"),
    valor_unitario=Decimal("100.00"),
    valor_total=Decimal("50.00"),
    centro_consumo="6",
    descricao="Tela de polipropileno",
    registro_anvisa="10000000001",
    codigo_ref_fabricante="REF-1",
    autorizacao_funcionamento="AF-1",
    item_vinculado=3,
)
DESPESAS = (
    MATERIAL,
    OPME,
    replace(MATERIAL, sequencial_item=6, codigo_despesa="01"),
    replace(MATERIAL, sequencial_item=7, codigo_despesa="02", codigo_tabela="20"),
    replace(MATERIAL, sequencial_item=8, codigo_despesa="05", codigo_tabela="18"),
    replace(MATERIAL, sequencial_item=9, codigo_despesa="07", codigo_tabela="18"),
)
BENEFICIARIO_MAXIMO = Beneficiario(
    numero_carteira="00000000000000000017",
    atendimento_rn="S",
    tipo_ident="02",
    identificador_beneficiario="QUJD",
)
AUTORIZACAO_MAXIMA = Autorizacao(
    numero_guia_operadora="OP-0002",
    data=date(2026, 3, 1),
    senha="SENHA-1",
    validade_senha=ATENDIMENTO,
    ausencia_cod_validacao="03",
    cod_validacao="TOKEN-1",
)
CONSULTA_MINIMA = GuiaConsulta(
    registro_ans="999001",
    numero_guia_prestador="1",
    beneficiario=Beneficiario(numero_carteira="00001", atendimento_rn="N"),
    contratado_executante=PELO_CODIGO,
    cnes="1234567",
    profissional_executante=replace(MEDICA, nome=None),
    indicacao_acidente="9",
    regime_atendimento="01",
    data_atendimento=ATENDIMENTO,
    tipo_consulta="1",
    procedimento=Item(
        codigo_tabela="22", codigo_procedimento="10101012", valor_total=Decimal("150.00")
    ),
)
CONSULTA_MAXIMA = GuiaConsulta(
    registro_ans="999001",
    numero_guia_prestador="12345678901234567890",
    numero_guia_operadora="OP-0001",
    ausencia_cod_validacao="04",
    cod_validacao="TOKEN-2",
    beneficiario=BENEFICIARIO_MAXIMO,
    contratado_executante=PELO_CNPJ,
    cnes="9999999",
    profissional_executante=replace(MEDICA, nome="João D’Ávila – Clínica"),
    indicacao_acidente="0",
    cobertura_especial="01",
    regime_atendimento="05",
    saude_ocupacional="03",
    data_atendimento=ATENDIMENTO,
    tipo_consulta="4",
    procedimento=Item(
        codigo_tabela="22", codigo_procedimento="10101012", valor_total=Decimal("999999.99")
    ),
    observacao="Retorno em 15 dias: \"dor\" & 'febre' <38° {sic}\nvalor € 10",
)
SP_SADT_MINIMA = GuiaSpSadt(
    registro_ans="999001",
    numero_guia_prestador="2",
    beneficiario=Beneficiario(numero_carteira="00002", atendimento_rn="N"),
    contratado_solicitante=PELO_CODIGO,
    nome_contratado_solicitante="Clínica Exemplo",
    profissional_solicitante=replace(MEDICA, nome=None),
    carater_atendimento="1",
    contratado_executante=PELO_CODIGO,
    cnes="1234567",
    tipo_atendimento="23",
    indicacao_acidente="9",
    regime_atendimento="01",
    itens=(ITEM,),
    totais=Totais.de((ITEM,)),
)
SP_SADT_MAXIMA = GuiaSpSadt(
    registro_ans="999001",
    numero_guia_prestador="G" * 20,
    guia_principal="INT-1",
    autorizacao=AUTORIZACAO_MAXIMA,
    beneficiario=BENEFICIARIO_MAXIMO,
    contratado_solicitante=PELO_CNPJ,
    nome_contratado_solicitante="Clínica Exemplo & Filhos",
    profissional_solicitante=replace(MEDICA, nome="Rui Exemplo", cbo="999999"),
    data_solicitacao=date(2026, 2, 28),
    carater_atendimento="2",
    indicacao_clinica="Suspeita de anemia; hemoglobina < 10 g/dL",
    cobertura_especial="02",
    contratado_executante=PELO_CODIGO,
    cnes="1234567",
    tipo_atendimento="04",
    indicacao_acidente="2",
    tipo_consulta="2",
    motivo_encerramento="41",
    regime_atendimento="04",
    saude_ocupacional="06",
    itens=(ITEM, EXAME, replace(CIRURGIA, centro_consumo=None)),
    despesas=DESPESAS,
    observacao="Coleta às 7h",
    totais=Totais.de((ITEM, EXAME, CIRURGIA), DESPESAS),
)
RESUMO_MINIMO = GuiaResumoInternacao(
    registro_ans="999001",
    numero_guia_prestador="3",
    numero_guia_solicitacao_internacao="INT-1",
    autorizacao=Autorizacao(data=date(2026, 3, 1), senha="SENHA-1"),
    beneficiario=Beneficiario(numero_carteira="00003", atendimento_rn="N"),
    contratado_executante=PELO_CNPJ,
    cnes="1234567",
    carater_atendimento="1",
    tipo_faturamento="4",
    data_inicio_faturamento=ATENDIMENTO,
    hora_inicio_faturamento=time(7),
    data_final_faturamento=ATENDIMENTO,
    hora_final_faturamento=time(18),
    tipo_internacao="2",
    regime_internacao="1",
    indicador_acidente="9",
    motivo_encerramento="12",
    itens=(ITEM,),
    totais=Totais.de((ITEM,)),
)
RESUMO_MAXIMO = GuiaResumoInternacao(
    registro_ans="999001",
    numero_guia_prestador="R" * 20,
    numero_guia_solicitacao_internacao="INT-2",
    autorizacao=AUTORIZACAO_MAXIMA,
    beneficiario=BENEFICIARIO_MAXIMO,
    contratado_executante=PELO_CNPJ,
    cnes="1234567",
    carater_atendimento="2",
    tipo_faturamento="3",
    data_inicio_faturamento=date(2026, 3, 9),
    hora_inicio_faturamento=time(23, 59, 59),
    data_final_faturamento=date(2026, 3, 12),
    hora_final_faturamento=time(0, 0, 1),
    tipo_internacao="3",
    regime_internacao="3",
    declaracoes=(
        Declaracao(declaracao_nascido="12345678901"),
        Declaracao(diagnostico_obito="P209", declaracao_obito="DO1234", indicador_dorn="S"),
    ),
    diagnosticos=("O800", "O620"),
    indicador_acidente="2",
    motivo_encerramento="61",
    itens=(ITEM, EXAME, CIRURGIA),
    totais=Totais.de((ITEM, EXAME, CIRURGIA), DESPESAS),
    despesas=DESPESAS,
    observacao="Alta às 10h",
)
HONORARIOS_MINIMA = GuiaHonorarios(
    registro_ans="999001",
    numero_guia_prestador="4",
    guia_solic_internacao="INT-1",
    beneficiario=Beneficiario(numero_carteira="00004", atendimento_rn="N"),
    local_contratado=LocalContratado(
        codigo=Alternativa(elemento="codigoNaOperadora", valor="H001"),
        nome="Hospital Exemplo",
        cnes="7654321",
    ),
    codigo_na_operadora="P0042",
    cnes="1234567",
    data_inicio_faturamento=ATENDIMENTO,
    data_fim_faturamento=ATENDIMENTO,
    carater_atendimento="1",
    itens=(replace(ITEM, equipe=(MEMBRO,)),),
    valor_total_honorarios=Decimal("150.00"),
    data_emissao=ATENDIMENTO,
)
HONORARIOS_MAXIMA = GuiaHonorarios(
    registro_ans="999001",
    numero_guia_prestador="H" * 20,
    guia_solic_internacao="INT-2",
    senha="SENHA-2",
    numero_guia_operadora="OP-0004",
    beneficiario=Beneficiario(numero_carteira="00000000000000000017", atendimento_rn="S"),
    local_contratado=LocalContratado(
        codigo=Alternativa(elemento="cnpjLocalExecutante", valor="11222333000181"),
        nome="Hospital São Exemplo",
        cnes="7654321",
    ),
    codigo_na_operadora="P0042",
    cnes="9999999",
    data_inicio_faturamento=date(2026, 3, 9),
    data_fim_faturamento=date(2026, 3, 12),
    carater_atendimento="2",
    itens=(replace(CIRURGIA, centro_consumo=None), replace(ITEM, equipe=(MEMBRO,))),
    observacao="Auxílio na urgência",
    valor_total_honorarios=Decimal("800.00"),
    data_emissao=date(2026, 3, 13),
)
DENTAL = ItemOdonto(
    sequencial_item=1,
    codigo_tabela="22",
    codigo_procedimento="81000030",
    descricao="Consulta odontológica",
    quantidade=Decimal("1"),
    valor_total=Decimal("80.00"),
    autorizado=True,
    data_execucao=ATENDIMENTO,
)
ODONTO_MINIMA = GuiaOdonto(
    registro_ans="999001",
    numero_guia_prestador="5",
    beneficiario=Beneficiario(numero_carteira="00005", atendimento_rn="N"),
    plano_beneficiario="Plano Exemplo",
    codigo_prof_exec="P0042",
    cro_exec="12345",
    uf_exec="35",
    cnes_exec="1234567",
    cbos_exec2="223208",
    itens=(DENTAL,),
    tipo_atendimento="1",
    tipo_faturamento="4",
    valor_total_proc=Decimal("80.00"),
)
ODONTO_MAXIMA = GuiaOdonto(
    registro_ans="999001",
    numero_guia_prestador="D" * 20,
    numero_guia_principal="GTO-1",
    data_autorizacao=date(2026, 3, 1),
    senha_autorizacao="SENHA-3",
    validade_senha=ATENDIMENTO,
    numero_guia_operadora="OP-0005",
    ausencia_cod_validacao="01",
    cod_validacao="TOKEN-3",
    beneficiario=BENEFICIARIO_MAXIMO,
    plano_beneficiario="Plano Exemplo Máximo",
    nome_empresa="Empresa Exemplo",
    nome_prof_solic="Ivo Exemplo",
    cro_solic="54321",
    uf_solic="35",
    cbos_solic="223208",
    codigo_prof_exec="P0042",
    cro_exec="12345",
    uf_exec="35",
    cnes_exec="1234567",
    nome_prof_exec2="Lia Exemplo",
    cro_exec2="12345",
    uf_exec2="35",
    cbos_exec2="223208",
    itens=(
        replace(
            DENTAL,
            dente_regiao=Alternativa(elemento="codDente", valor="11"),
            dente_face="OM",
            qtd_us=Decimal("10.50"),
            valor_franquia=Decimal("5.00"),
        ),
        replace(
            DENTAL,
            sequencial_item=2,
            dente_regiao=Alternativa(elemento="codRegiao", valor="AI"),
            quantidade=Decimal("2"),
            qtd_us=Decimal("1.25"),
            valor_total=Decimal("120.00"),
            valor_franquia=Decimal("0.50"),
            autorizado=False,
        ),
    ),
    data_termino_trat=ATENDIMENTO,
    tipo_atendimento="5",
    tipo_faturamento="1",
    qtd_total_us=Decimal("11.75"),
    valor_total_proc=Decimal("200.00"),
    valor_total_franquia=Decimal("5.50"),
    observacao="Paciente alérgico",
    situacao_inicial=SituacaoInicial(
        numero_guia_anexo="ANX-1",
        numero_guia_referenciada="D" * 20,
        numero_guia_operadora="OP-0006",
        dentes=(
            Dente(elemento_dentario="11", condicao_clinica="C"),
            Dente(elemento_dentario="85", condicao_clinica="H"),
        ),
        doenca_periodontal=True,
        alteracao_tecido_mole=False,
        observacao="Sem próteses",
    ),
)
GUIAS: dict[str, Guia] = {
    "consulta_minima": CONSULTA_MINIMA,
    "consulta_maxima": CONSULTA_MAXIMA,
    "sp_sadt_minima": SP_SADT_MINIMA,
    "sp_sadt_maxima": SP_SADT_MAXIMA,
    "resumo_internacao_minima": RESUMO_MINIMO,
    "resumo_internacao_maxima": RESUMO_MAXIMO,
    "honorarios_minima": HONORARIOS_MINIMA,
    "honorarios_maxima": HONORARIOS_MAXIMA,
    "odonto_minima": ODONTO_MINIMA,
    "odonto_maxima": ODONTO_MAXIMA,
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
