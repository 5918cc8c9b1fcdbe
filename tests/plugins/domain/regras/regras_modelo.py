"""How tests of rules ask, and one guia that breaks each rule and no other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeVar

from guias_modelo import (
    ATENDIMENTO,
    CIRURGIA,
    CONSULTA_MINIMA,
    DENTAL,
    EXAME,
    HOJE,
    HONORARIOS_MINIMA,
    ITEM,
    MATERIAL,
    MEMBRO,
    ODONTO_MINIMA,
    OPME,
    RESUMO_MINIMO,
    SP_SADT_MINIMA,
    trocar,
)

from tiss.domain.guia import Guia, GuiaSpSadt
from tiss.domain.historico import Historico, Julgadas
from tiss.domain.internacao import Declaracao, GuiaResumoInternacao
from tiss.domain.partes import Alternativa, Autorizacao, Despesa, Item, Totais
from tiss.domain.problema import Problema
from tiss.domain.regras import Contexto, aplicar_regras
from tiss.domain.terminologia import TerminologiaConsultada, Termo

Dado = TypeVar("Dado")

DIA = timedelta(days=1)
ONTEM = ATENDIMENTO - DIA
GAZE = replace(MATERIAL, quantidade=Decimal(1), valor_total=Decimal("10.00"))
CNPJ_ERRADO = Alternativa(elemento="cnpjContratado", valor="11222333000182")
CPF_ERRADO = Alternativa(elemento="cpfContratado", valor="39053344704")
TUSS = TerminologiaConsultada(
    tabelas={"22"},
    termos={
        ("22", "10101012"): Termo(
            codigo="10101012", descricao="Consulta", inicio=date(2010, 1, 1), fim=None
        ),
        ("22", "40304361"): Termo(
            codigo="40304361", descricao="Hemograma", inicio=date(2010, 1, 1), fim=ONTEM
        ),
    },
)


def contexto(**campos: object) -> Contexto:
    return Contexto(hoje=HOJE, **campos)


def problemas(guia: Guia, **campos: object) -> list[Problema]:
    return aplicar_regras(guia, contexto(**campos))


def codigos(guia: Guia, **campos: object) -> list[str]:
    return [problema.codigo for problema in problemas(guia, **campos)]


def sp_sadt(*itens: Item, despesas: tuple[Despesa, ...] = (), **campos: object) -> GuiaSpSadt:
    """An SP/SADT of these lines, whose totals add up."""
    totais = Totais.de(itens, despesas)
    return replace(SP_SADT_MINIMA, itens=itens, despesas=despesas, totais=totais, **campos)


def com_item(**campos: object) -> GuiaSpSadt:
    return sp_sadt(replace(ITEM, **campos))


def com_despesa(despesa: Despesa, **campos: object) -> GuiaSpSadt:
    return sp_sadt(ITEM, despesas=(replace(despesa, **campos),))


def autorizada(**campos: object) -> GuiaSpSadt:
    autorizacao = Autorizacao(data=ATENDIMENTO, senha="SENHA-1")
    return sp_sadt(ITEM, autorizacao=replace(autorizacao, **campos), data_solicitacao=ATENDIMENTO)


def resumo(**campos: object) -> GuiaResumoInternacao:
    return replace(RESUMO_MINIMO, **campos)


def sempre_outra(chave: object) -> Collection[str]:
    return {"77"}


def julgadas(guias: int, *glosas: str, sem: tuple[str, ...] | None = (), **campos: str) -> Julgadas:
    """So many SP/SADT with a consultation, without these fields, that got these glosas."""
    de: dict[str, str] = {
        "tipo": "SP_SADT",
        "codigo_tabela": "22",
        "codigo_procedimento": "10101012",
        **campos,
    }
    return Julgadas(campos_ausentes=sem, glosas=glosas, guias=guias, **de)


SEMPRE_GLOSADA = Historico.de([julgadas(9, "1801")], {})


def com_valores(dado: Dado, valores: dict[type, object]) -> Dado:
    """The same structure with each simple value replaced by the one of its type."""
    if is_dataclass(dado) and not isinstance(dado, type):
        if {campo.name for campo in fields(dado)} == {"elemento", "valor"}:
            return replace(dado, valor=valores.get(str, dado.valor) or "")
        novos = {c.name: com_valores(getattr(dado, c.name), valores) for c in fields(dado)}
        return replace(dado, **novos)
    if isinstance(dado, tuple):
        return tuple(com_valores(parte, valores) for parte in dado)
    return valores.get(type(dado), dado)


SEM_CONSULTAS = contexto()


@dataclass(frozen=True)
class Caso:
    """A guia that breaks one rule, and the context in which it does.

    glosa: the code that it is told to get, where the rule has none of its own.
    """

    guia: Guia
    contexto: Contexto = SEM_CONSULTAS
    glosa: str | None = None


UM_CENTAVO_A_MAIS = Decimal("150.02")
CASOS: dict[str, Caso] = {
    "SEM_ITEM": Caso(sp_sadt()),
    "SEQUENCIAL_REPETIDO": Caso(sp_sadt(ITEM, replace(EXAME, sequencial_item=1))),
    "QUANTIDADE": Caso(
        com_despesa(GAZE, quantidade=Decimal(0), valor_total=Decimal("0.01"), valor_unitario=None)
    ),
    "TOTAL_NAO_CONFERE": Caso(com_item(valor_total=UM_CENTAVO_A_MAIS)),
    "VALOR_ZERO": Caso(com_item(valor_unitario=Decimal(0), valor_total=Decimal(0))),
    "LINHA_REPETIDA": Caso(sp_sadt(ITEM, replace(ITEM, sequencial_item=2))),
    "MATERIAL_EM_QUANTIDADE": Caso(
        com_despesa(MATERIAL), contexto(regras={"MATERIAL_EM_QUANTIDADE": "AVISA"})
    ),
    "ITEM_VINCULADO": Caso(com_despesa(GAZE, item_vinculado=2)),
    "OPME_SEM_REGISTRO": Caso(com_despesa(OPME, registro_anvisa=None, item_vinculado=1)),
    "UNIDADE_DE_MEDIDA": Caso(
        com_despesa(
            GAZE,
            codigo_despesa="07",
            codigo_tabela="18",
            codigo_procedimento="60000001",
            unidade_medida="013",
        )
    ),
    "TABELA_DO_ITEM": Caso(com_item(codigo_tabela="18")),
    "VIA_E_TECNICA": Caso(sp_sadt(replace(CIRURGIA, tecnica_utilizada=None))),
    "CENTRO_CONSUMO_FORA": Caso(com_despesa(GAZE, centro_consumo="6"), contexto(versao="4.02.00")),
    "TOTAL_GERAL_NAO_CONFERE": Caso(trocar(SP_SADT_MINIMA, "totais.geral", UM_CENTAVO_A_MAIS)),
    "TOTAL_PARCIAL_NAO_CONFERE": Caso(
        replace(
            SP_SADT_MINIMA,
            totais=Totais(procedimentos=UM_CENTAVO_A_MAIS, geral=UM_CENTAVO_A_MAIS),
        )
    ),
    "TOTAL_PARCIAL_AUSENTE": Caso(trocar(SP_SADT_MINIMA, "totais.procedimentos", None)),
    "VALOR_POR_UNIDADE": Caso(
        replace(
            ODONTO_MINIMA,
            itens=(replace(DENTAL, quantidade=Decimal(2)),),
            valor_total_proc=Decimal("160.00"),
        )
    ),
    "DATA_FUTURA": Caso(replace(CONSULTA_MINIMA, data_atendimento=HOJE + DIA)),
    "DATA_FORA_DE_ORDEM": Caso(resumo(data_inicio_faturamento=ATENDIMENTO + DIA)),
    "SENHA_VENCIDA": Caso(
        replace(autorizada(data=ONTEM, validade_senha=ONTEM), data_solicitacao=ONTEM)
    ),
    "AUTORIZACAO_POSTERIOR": Caso(autorizada(data=ATENDIMENTO + DIA)),
    "FORA_DO_PERIODO": Caso(resumo(itens=(replace(ITEM, data_execucao=ONTEM),))),
    "HORA_FORA_DE_ORDEM": Caso(com_item(hora_inicial=time(9, 30), hora_final=time(9, 29))),
    "DOCUMENTO_DO_PRESTADOR": Caso(resumo(contratado_executante=CNPJ_ERRADO)),
    "CNES_INVALIDO": Caso(replace(CONSULTA_MINIMA, cnes="X")),
    "DOCUMENTO_DE_TERCEIRO": Caso(
        replace(
            HONORARIOS_MINIMA,
            itens=(replace(ITEM, equipe=(replace(MEMBRO, codigo=CPF_ERRADO),)),),
        )
    ),
    "CARTEIRA_SUSPEITA": Caso(trocar(CONSULTA_MINIMA, "beneficiario.numero_carteira", "0001.0002")),
    "SENHA_SUSPEITA": Caso(autorizada(senha="0000")),
    "CBO_DO_EXECUTANTE": Caso(trocar(CONSULTA_MINIMA, "profissional_executante.cbo", "999999")),
    "IDENTIFICACAO_INCOMPLETA": Caso(trocar(CONSULTA_MINIMA, "beneficiario.tipo_ident", "02")),
    "CONSELHO_SUSPEITO": Caso(
        trocar(SP_SADT_MINIMA, "profissional_solicitante.numero_conselho", "CRM-SP 123456")
    ),
    "VALIDACAO_EM_CONFLITO": Caso(
        replace(CONSULTA_MINIMA, cod_validacao="TOKEN-1", ausencia_cod_validacao="03")
    ),
    "CONSULTA_NAO_ELETIVA": Caso(replace(CONSULTA_MINIMA, regime_atendimento="04")),
    "NOME_DO_PROFISSIONAL": Caso(
        replace(
            CONSULTA_MINIMA,
            contratado_executante=Alternativa(elemento="cnpjContratado", valor="11222333000181"),
        )
    ),
    "COBERTURA_EM_INTERNACAO": Caso(
        replace(
            SP_SADT_MINIMA, guia_principal="9", regime_atendimento="03", cobertura_especial="01"
        )
    ),
    "GUIA_PRINCIPAL_PROPRIA": Caso(replace(SP_SADT_MINIMA, guia_principal="2")),
    "GUIA_PRINCIPAL_AUSENTE": Caso(replace(SP_SADT_MINIMA, regime_atendimento="03")),
    "DATA_SOLICITACAO_AUSENTE": Caso(replace(autorizada(), data_solicitacao=None)),
    "VALIDADE_SEM_SENHA": Caso(autorizada(senha=None, validade_senha=HOJE)),
    "INDICACAO_CLINICA_AUSENTE": Caso(replace(SP_SADT_MINIMA, tipo_atendimento="02")),
    "TIPO_CONSULTA": Caso(replace(SP_SADT_MINIMA, tipo_atendimento="04")),
    "GRAU_DE_PARTICIPACAO": Caso(com_item(equipe=(replace(MEMBRO, grau_participacao=None),))),
    "DECLARACAO_DE_NASCIDO": Caso(
        resumo(declaracoes=(Declaracao(declaracao_nascido="12345678901"),))
    ),
    "DECLARACAO_DE_OBITO": Caso(resumo(motivo_encerramento="41")),
    "INDICADOR_DORN": Caso(
        resumo(motivo_encerramento="63", declaracoes=(Declaracao(declaracao_obito="DO1234"),))
    ),
    "CID_REPETIDO": Caso(resumo(diagnosticos=("O800", "O620", "O800"))),
    "EXECUTANTE_PESSOA_FISICA": Caso(
        resumo(contratado_executante=Alternativa(elemento="cpfContratado", valor="39053344705"))
    ),
    "FACE_SEM_DENTE": Caso(replace(ODONTO_MINIMA, itens=(replace(DENTAL, dente_face="O"),))),
    "DATA_AUTORIZACAO_AUSENTE": Caso(replace(ODONTO_MINIMA, senha_autorizacao="SENHA-1")),
    "SOLICITANTE_INCOMPLETO": Caso(replace(ODONTO_MINIMA, nome_prof_solic="Ivo Exemplo")),
    "CODIGO_SUSPEITO": Caso(com_item(codigo_procedimento="1010101-2")),
    "CODIGO_DESCONHECIDO": Caso(
        replace(SP_SADT_MINIMA, itens=(replace(ITEM, codigo_procedimento="10101099"),)),
        contexto(terminologia=TUSS),
    ),
    "CODIGO_FORA_DE_VIGENCIA": Caso(sp_sadt(EXAME), contexto(terminologia=TUSS)),
    "OPERADORA_DESCONHECIDA": Caso(
        CONSULTA_MINIMA, contexto(terminologia=TerminologiaConsultada(tem_operadoras=True))
    ),
    "ATENDIMENTO_REPETIDO": Caso(CONSULTA_MINIMA, contexto(repetidas=sempre_outra)),
    "HISTORICO_DE_GLOSA": Caso(SP_SADT_MINIMA, contexto(historico=SEMPRE_GLOSADA), "1801"),
}
