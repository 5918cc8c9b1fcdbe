"""The guias of consultations and of services and exams; every kind that is billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from tiss.domain.cadastro import TipoGuia
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao
from tiss.domain.odonto import GuiaOdonto
from tiss.domain.partes import (
    ZERO,
    Alternativa,
    Autorizacao,
    Beneficiario,
    Despesa,
    Item,
    Profissional,
    Totais,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaConsulta:
    """guiaConsulta: one elective consultation, one procedure."""

    # Also decides in which lote it may travel.
    tipo: ClassVar[TipoGuia] = TipoGuia.CONSULTA

    registro_ans: str | None
    numero_guia_prestador: str | None
    numero_guia_operadora: str | None = None
    ausencia_cod_validacao: str | None = None
    cod_validacao: str | None = None
    beneficiario: Beneficiario
    contratado_executante: Alternativa | None
    cnes: str | None
    profissional_executante: Profissional
    indicacao_acidente: str | None = None
    cobertura_especial: str | None = None
    regime_atendimento: str | None = None
    saude_ocupacional: str | None = None
    data_atendimento: date | None = None
    tipo_consulta: str | None = None
    procedimento: Item
    observacao: str | None = None

    @property
    def itens(self) -> tuple[Item, ...]:
        """The only item."""
        return (self.procedimento,)

    @property
    def despesas(self) -> tuple[Despesa, ...]:
        """None: a consultation with expenses is an SP/SADT."""
        return ()

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for."""
        return self.procedimento.valor_total or ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaSpSadt:
    """guiaSP-SADT: services and exams, and consultations that had any."""

    # Also decides in which lote it may travel.
    tipo: ClassVar[TipoGuia] = TipoGuia.SP_SADT

    registro_ans: str | None
    numero_guia_prestador: str | None
    guia_principal: str | None = None
    autorizacao: Autorizacao | None = None
    beneficiario: Beneficiario
    contratado_solicitante: Alternativa | None
    nome_contratado_solicitante: str | None
    profissional_solicitante: Profissional
    data_solicitacao: date | None = None
    carater_atendimento: str | None = None
    indicacao_clinica: str | None = None
    cobertura_especial: str | None = None
    contratado_executante: Alternativa | None
    cnes: str | None
    tipo_atendimento: str | None = None
    indicacao_acidente: str | None = None
    tipo_consulta: str | None = None
    motivo_encerramento: str | None = None
    regime_atendimento: str | None = None
    saude_ocupacional: str | None = None
    itens: tuple[Item, ...] = ()
    despesas: tuple[Despesa, ...] = ()
    observacao: str | None = None
    totais: Totais

    @property
    def numero_guia_operadora(self) -> str | None:
        """The operadora's number for this guia, when it gave one."""
        return self.autorizacao.numero_guia_operadora if self.autorizacao else None

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for."""
        return self.totais.geral or ZERO


Guia = GuiaConsulta | GuiaSpSadt | GuiaResumoInternacao | GuiaHonorarios | GuiaOdonto
