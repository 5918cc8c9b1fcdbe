"""What a prestador asks after the lote: status, demonstrativos, cancelling, recurso de glosa.

As in `tiss.domain.partes`, what is empty is None even where the standard demands a value: the
declaration of the request (`tiss.messages.pedidos`) names every one that is missing or malformed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from tiss.domain.cadastro import Operacao
from tiss.domain.partes import ZERO, Alternativa
from tiss.domain.problema import Problema


@dataclass(frozen=True, slots=True, kw_only=True)
class SolicitacaoStatusProtocolo:
    """solicitacaoStatusProtocolo: what became of one protocolo."""

    operacao: ClassVar = Operacao.SOLIC_STATUS_PROTOCOLO
    contratado: Alternativa | None
    numero_protocolo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolicitacaoStatusRecurso:
    """solicitacaoStatusRecursoGlosa: what became of one recurso, by its own protocolo."""

    operacao: ClassVar = Operacao.SOLIC_STATUS_RECURSO_GLOSA
    contratado: Alternativa | None
    numero_protocolo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolicitacaoDemonstrativoAnalise:
    """demonstrativoAnalise: the análise de conta of 1 to 30 protocolos."""

    operacao: ClassVar = Operacao.SOLIC_DEMONSTRATIVO_RETORNO
    contratado: Alternativa | None
    data_solicitacao: date | None
    protocolos: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolicitacaoDemonstrativoPagamento:
    """demonstrativoPagamento: what was paid on a date, or in a competencia (AAAAMM).

    tipo_demonstrativo: 1 medical, 3 dental.
    """

    operacao: ClassVar = Operacao.SOLIC_DEMONSTRATIVO_RETORNO
    contratado: Alternativa | None
    data_solicitacao: date | None
    tipo_demonstrativo: str | None
    data_pagamento: date | None = None
    competencia: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteCancelado:
    """tipoCancelamentoLote: a whole lote; its protocolo when it got one."""

    numero_lote: str | None
    numero_protocolo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaCancelada:
    """tipoCancelamentoGuia. tipo_guia: 1 request, 2 billing, 3 recurso de glosa."""

    tipo_guia: str | None
    numero_guia_prestador: str | None
    numero_guia_operadora: str | None = None
    numero_protocolo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelaGuia:
    """cancelaGuia: a lote, or guias one by one; never both."""

    operacao: ClassVar = Operacao.CANCELA_GUIA
    contratado: Alternativa | None
    lote: LoteCancelado | None = None
    guias: tuple[GuiaCancelada, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlosaContestada:
    """A glosa of a whole protocolo or guia, and why it is wrong: at most 500 characters."""

    codigo_glosa: str | None
    justificativa: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContestado:
    """itensGuia: one item of a guia. sequencial_item as it was billed; money in reais."""

    sequencial_item: int | None
    data_inicio: date | None
    data_fim: date | None = None
    codigo_tabela: str | None
    codigo_procedimento: str | None
    descricao: str | None
    grau_participacao: str | None = None
    centro_consumo: str | None = None
    codigo_glosa: str | None
    valor_recursado: Decimal | None
    justificativa: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaContestada:
    """recursoGuia: a guia as a whole, by its glosas, or some of its items; never both."""

    numero_guia_origem: str | None
    numero_guia_operadora: str | None = None
    senha: str | None = None
    glosas: tuple[GlosaContestada, ...] = ()
    itens: tuple[ItemContestado, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursoGlosa:
    """guiaRecursoGlosa: a protocolo as a whole, or 1 to 100 of its guias; never both.

    numero_protocolo: of the lote; the standard takes digits only here. objeto_recurso: 1 protocolo,
    2 guia. valor_total_recursado: in reais; see `total_recursado`.
    """

    operacao: ClassVar = Operacao.RECURSO_GLOSA
    registro_ans: str | None
    numero_guia_rec_glosa_prestador: str | None
    nome_operadora: str | None
    objeto_recurso: str | None
    numero_guia_rec_glosa_operadora: str | None = None
    contratado: Alternativa | None
    numero_lote: str | None
    numero_protocolo: str | None
    protocolo: GlosaContestada | None = None
    guias: tuple[GuiaContestada, ...] = ()
    valor_total_recursado: Decimal | None
    data_recurso: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOdontoContestado:
    """recursoProcedimento. dente_regiao: codDente or codRegiao; money in reais."""

    sequencial_item: int | None
    data_realizacao: date | None
    dente_regiao: Alternativa | None = None
    dente_face: str | None = None
    quantidade: Decimal | None
    codigo_tabela: str | None
    codigo_procedimento: str | None
    descricao: str | None
    codigo_glosa: str | None
    justificativa: str | None
    valor_recursado: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaOdontoContestada:
    """recursoGuia of dentistry: the glosa of the guia and, when it is of items, these too."""

    numero_guia_prestador: str | None
    numero_guia_operadora: str | None = None
    senha: str | None = None
    codigo_glosa: str | None
    justificativa: str | None
    itens: tuple[ItemOdontoContestado, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursoGlosaOdonto:
    """guiaRecursoGlosaOdonto; fields and limits as in RecursoGlosa."""

    operacao: ClassVar = Operacao.RECURSO_GLOSA
    registro_ans: str | None
    numero_guia_rec_glosa_prestador: str | None
    nome_operadora: str | None
    objeto_recurso: str | None
    numero_guia_rec_glosa_operadora: str | None = None
    contratado: Alternativa | None
    numero_lote: str | None
    numero_protocolo: str | None
    protocolo: GlosaContestada | None = None
    guias: tuple[GuiaOdontoContestada, ...] = ()
    valor_total_recursado: Decimal | None
    data_recurso: date | None


Pedido = (
    SolicitacaoStatusProtocolo
    | SolicitacaoStatusRecurso
    | SolicitacaoDemonstrativoAnalise
    | SolicitacaoDemonstrativoPagamento
    | CancelaGuia
    | RecursoGlosa
    | RecursoGlosaOdonto
)


def total_recursado(guias: Sequence[GuiaContestada | GuiaOdontoContestada]) -> Decimal | None:
    """Return what the contested items add up to, in reais.

    None when a guia is contested as a whole: the standard gives no value to it, so that only the
    caller knows the total. An item without a value counts zero.
    """
    if not guias or not all(guia.itens for guia in guias):
        return None
    return sum((item.valor_recursado or ZERO for guia in guias for item in guia.itens), ZERO)


def contradicoes(recurso: RecursoGlosa | RecursoGlosaOdonto) -> Iterator[Problema]:
    """Yield what a recurso says in two places that do not agree; the XSD sees none of it."""
    esperado = "1" if recurso.protocolo else "2"
    if recurso.objeto_recurso in ("1", "2") and recurso.objeto_recurso != esperado:
        yield Problema(
            codigo="CONTRADICAO",
            caminho="objetoRecurso",
            valor=recurso.objeto_recurso,
            mensagem="objeto do recurso: use 1 para recorrer do protocolo e 2 para recorrer de "
            f"guias; aqui, {esperado}",
        )
    total, soma = recurso.valor_total_recursado, total_recursado(recurso.guias)
    if None not in (total, soma) and total != soma:
        yield Problema(
            codigo="TOTAL",
            caminho="valorTotalRecursado",
            valor=str(total),
            mensagem=f"valor total do recurso: os itens somam {soma}: corrija o total ou os itens",
        )
