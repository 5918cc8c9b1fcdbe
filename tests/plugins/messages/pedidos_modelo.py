"""Requests of an invented prestador, as small and as large as the standard lets them be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from guias_modelo import ATENDIMENTO, HOJE, PELO_CNPJ, PELO_CODIGO

from tiss.domain.partes import Alternativa
from tiss.domain.pedido import (
    CancelaGuia,
    GlosaContestada,
    GuiaCancelada,
    GuiaContestada,
    GuiaOdontoContestada,
    ItemContestado,
    ItemOdontoContestado,
    LoteCancelado,
    Pedido,
    RecursoGlosa,
    RecursoGlosaOdonto,
    SolicitacaoDemonstrativoAnalise,
    SolicitacaoDemonstrativoPagamento,
    SolicitacaoStatusProtocolo,
    SolicitacaoStatusRecurso,
)

PELO_CPF = Alternativa(elemento="cpfContratado", valor="12345678909")
ITEM = ItemContestado(
    sequencial_item=1,
    data_inicio=ATENDIMENTO,
    codigo_tabela="22",
    codigo_procedimento="40304361",
    descricao="Hemograma",
    codigo_glosa="1801",
    valor_recursado=Decimal("0.01"),
    justificativa="Código vigente na data",
)
ITEM_MAXIMO = ItemContestado(
    sequencial_item=9999,
    data_inicio=ATENDIMENTO,
    data_fim=HOJE,
    codigo_tabela="00",
    codigo_procedimento="4030436100",
    descricao="D" * 150,
    grau_participacao="13",
    centro_consumo="10",
    codigo_glosa="1705",
    valor_recursado=Decimal("999999.99"),
    justificativa="J" * 500,
)
GLOSA = GlosaContestada(codigo_glosa="1308", justificativa="Guia apresentada uma única vez")
GUIA_COMPLETA = GuiaContestada(numero_guia_origem="1001", glosas=(GLOSA,))
RECURSO_MINIMO = RecursoGlosa(
    registro_ans="999001",
    numero_guia_rec_glosa_prestador="R1",
    nome_operadora="Saúde Exemplo",
    objeto_recurso="2",
    contratado=PELO_CODIGO,
    numero_lote="42",
    numero_protocolo="000123",
    guias=(GUIA_COMPLETA,),
    valor_total_recursado=Decimal("150.00"),
    data_recurso=HOJE,
)
ITEM_ODONTO = ItemOdontoContestado(
    sequencial_item=1,
    data_realizacao=ATENDIMENTO,
    quantidade=Decimal("1"),
    codigo_tabela="22",
    codigo_procedimento="85100196",
    descricao="Restauração",
    codigo_glosa="1801",
    justificativa="Radiografia em anexo",
    valor_recursado=Decimal("80.00"),
)
GUIA_ODONTO = GuiaOdontoContestada(
    numero_guia_prestador="2001", codigo_glosa="1801", justificativa="Tratamento concluído"
)
ODONTO_MINIMO = RecursoGlosaOdonto(
    registro_ans="999001",
    numero_guia_rec_glosa_prestador="R2",
    nome_operadora="Dental Exemplo",
    objeto_recurso="2",
    contratado=PELO_CODIGO,
    numero_lote="43",
    numero_protocolo="124",
    guias=(GUIA_ODONTO,),
    valor_total_recursado=Decimal("80.00"),
    data_recurso=HOJE,
)


def maximo_de(recurso: type[RecursoGlosa | RecursoGlosaOdonto], **opcao: object) -> Pedido:
    """Return a recurso with every field around its option as large as it gets."""
    return recurso(
        registro_ans="999001",
        numero_guia_rec_glosa_prestador="R" * 20,
        nome_operadora='Saúde "Exemplo" & <Filhos>',
        numero_guia_rec_glosa_operadora="O" * 20,
        contratado=PELO_CNPJ,
        numero_lote="L" * 12,
        numero_protocolo="9" * 12,
        data_recurso=HOJE,
        **opcao,
    )


PEDIDOS: dict[str, Pedido] = {
    "status_protocolo_minimo": SolicitacaoStatusProtocolo(
        contratado=PELO_CODIGO, numero_protocolo="1"
    ),
    "status_protocolo_maximo": SolicitacaoStatusProtocolo(
        contratado=PELO_CNPJ, numero_protocolo="000A-1234567"
    ),
    "status_recurso_minimo": SolicitacaoStatusRecurso(contratado=PELO_CODIGO, numero_protocolo="1"),
    "status_recurso_maximo": SolicitacaoStatusRecurso(
        contratado=PELO_CPF, numero_protocolo="000A-1234567"
    ),
    "analise_minima": SolicitacaoDemonstrativoAnalise(
        contratado=PELO_CODIGO, data_solicitacao=HOJE, protocolos=("000123",)
    ),
    "analise_maxima": SolicitacaoDemonstrativoAnalise(
        contratado=PELO_CPF,
        data_solicitacao=HOJE,
        protocolos=tuple(f"000A-{numero:07}" for numero in range(30)),
    ),
    "pagamento_minimo": SolicitacaoDemonstrativoPagamento(
        contratado=PELO_CODIGO, data_solicitacao=HOJE, tipo_demonstrativo="1", competencia="202603"
    ),
    "pagamento_maximo": SolicitacaoDemonstrativoPagamento(
        contratado=PELO_CNPJ,
        data_solicitacao=HOJE,
        tipo_demonstrativo="3",
        data_pagamento=date(2026, 2, 28),
    ),
    "cancela_lote_minimo": CancelaGuia(
        contratado=PELO_CODIGO, lote=LoteCancelado(numero_lote="42")
    ),
    "cancela_lote_maximo": CancelaGuia(
        contratado=PELO_CNPJ,
        lote=LoteCancelado(numero_lote="L" * 12, numero_protocolo="000A-1234567"),
    ),
    "cancela_guias_minimo": CancelaGuia(
        contratado=PELO_CODIGO, guias=(GuiaCancelada(tipo_guia="2", numero_guia_prestador="1001"),)
    ),
    "cancela_guias_maximo": CancelaGuia(
        contratado=PELO_CPF,
        guias=tuple(
            GuiaCancelada(
                tipo_guia=tipo,
                numero_guia_prestador=tipo * 20,
                numero_guia_operadora="O" * 20,
                numero_protocolo="000A-1234567",
            )
            for tipo in "123"
        ),
    ),
    "recurso_protocolo_minimo": RecursoGlosa(
        registro_ans="999001",
        numero_guia_rec_glosa_prestador="R1",
        nome_operadora="Saúde Exemplo",
        objeto_recurso="1",
        contratado=PELO_CODIGO,
        numero_lote="42",
        numero_protocolo="000123",
        protocolo=GlosaContestada(codigo_glosa="1104", justificativa="A soma confere"),
        valor_total_recursado=Decimal("150.00"),
        data_recurso=HOJE,
    ),
    "recurso_protocolo_maximo": maximo_de(
        RecursoGlosa,
        objeto_recurso="1",
        protocolo=GlosaContestada(codigo_glosa="1104", justificativa="J" * 500),
        valor_total_recursado=Decimal("99999999.99"),
    ),
    "recurso_guias_minimo": RECURSO_MINIMO,
    "recurso_guias_maximo": maximo_de(
        RecursoGlosa,
        objeto_recurso="2",
        guias=(
            GuiaContestada(
                numero_guia_origem="1" * 20,
                numero_guia_operadora="O" * 20,
                senha="S" * 20,
                glosas=(GLOSA, GlosaContestada(codigo_glosa="1705", justificativa="J" * 500)),
            ),
            GuiaContestada(numero_guia_origem="1002", itens=(ITEM,)),
        ),
        valor_total_recursado=Decimal("99999999.99"),
    ),
    "recurso_itens_minimo": RecursoGlosa(
        registro_ans="999001",
        numero_guia_rec_glosa_prestador="R1",
        nome_operadora="Saúde Exemplo",
        objeto_recurso="2",
        contratado=PELO_CODIGO,
        numero_lote="42",
        numero_protocolo="000123",
        guias=(GuiaContestada(numero_guia_origem="1001", itens=(ITEM,)),),
        valor_total_recursado=Decimal("0.01"),
        data_recurso=HOJE,
    ),
    "recurso_itens_maximo": maximo_de(
        RecursoGlosa,
        objeto_recurso="2",
        guias=(
            GuiaContestada(
                numero_guia_origem="1001",
                numero_guia_operadora="O" * 20,
                senha="S" * 20,
                itens=(ITEM, ITEM_MAXIMO),
            ),
            GuiaContestada(numero_guia_origem="1002", itens=(ITEM,)),
        ),
        valor_total_recursado=Decimal("1000000.01"),
    ),
    "recurso_odonto_minimo": ODONTO_MINIMO,
    "recurso_odonto_maximo": maximo_de(
        RecursoGlosaOdonto,
        objeto_recurso="2",
        guias=(
            GuiaOdontoContestada(
                numero_guia_prestador="2" * 20,
                numero_guia_operadora="O" * 20,
                senha="S" * 20,
                codigo_glosa="1705",
                justificativa="J" * 500,
                itens=(
                    ITEM_ODONTO,
                    ItemOdontoContestado(
                        sequencial_item=9999,
                        data_realizacao=HOJE,
                        dente_regiao=Alternativa(elemento="codDente", valor="11"),
                        dente_face="OLMVD",
                        quantidade=Decimal("99"),
                        codigo_tabela="98",
                        codigo_procedimento="8510019600",
                        descricao="D" * 150,
                        codigo_glosa="1705",
                        justificativa="J" * 500,
                        valor_recursado=Decimal("999999.99"),
                    ),
                    ItemOdontoContestado(
                        sequencial_item=2,
                        data_realizacao=HOJE,
                        dente_regiao=Alternativa(elemento="codRegiao", valor="AI"),
                        quantidade=Decimal("1"),
                        codigo_tabela="90",
                        codigo_procedimento="1",
                        descricao="Profilaxia",
                        codigo_glosa="1801",
                        justificativa="Procedimento coberto",
                        valor_recursado=Decimal("20.00"),
                    ),
                ),
            ),
        ),
        valor_total_recursado=Decimal("1000099.99"),
    ),
    "recurso_odonto_protocolo": maximo_de(
        RecursoGlosaOdonto,
        objeto_recurso="1",
        protocolo=GlosaContestada(codigo_glosa="1104", justificativa="A soma confere"),
        valor_total_recursado=Decimal("0.00"),
    ),
}
