"""The guias of a stay in hospital: its summary, and the fees of those who worked in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import ClassVar

from tiss.domain.cadastro import TipoGuia
from tiss.domain.partes import (
    ZERO,
    Alternativa,
    Autorizacao,
    Beneficiario,
    Despesa,
    Item,
    Totais,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaracao:
    """dadosInternacao/declaracoes: a birth or a death during the stay."""

    declaracao_nascido: str | None = None
    diagnostico_obito: str | None = None
    declaracao_obito: str | None = None
    indicador_dorn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaResumoInternacao:
    """guiaResumoInternacao: what a hospital bills for a stay, or for a part of it."""

    # Also decides in which lote it may travel.
    tipo: ClassVar[TipoGuia] = TipoGuia.RESUMO_INTERNACAO

    registro_ans: str | None
    numero_guia_prestador: str | None
    numero_guia_solicitacao_internacao: str | None = None
    autorizacao: Autorizacao
    beneficiario: Beneficiario
    contratado_executante: Alternativa | None
    cnes: str | None
    carater_atendimento: str | None = None
    tipo_faturamento: str | None = None
    data_inicio_faturamento: date | None = None
    hora_inicio_faturamento: time | None = None
    data_final_faturamento: date | None = None
    hora_final_faturamento: time | None = None
    tipo_internacao: str | None = None
    regime_internacao: str | None = None
    declaracoes: tuple[Declaracao, ...] = ()
    diagnosticos: tuple[str, ...] = ()
    indicador_acidente: str | None = None
    motivo_encerramento: str | None = None
    itens: tuple[Item, ...] = ()
    totais: Totais
    despesas: tuple[Despesa, ...] = ()
    observacao: str | None = None

    @property
    def numero_guia_operadora(self) -> str | None:
        """The operadora's number for this guia, when it gave one."""
        return self.autorizacao.numero_guia_operadora

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for."""
        return self.totais.geral or ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalContratado:
    """localContratado: the hospital where it was done. codigo: codigoNaOperadora or its CNPJ."""

    codigo: Alternativa | None = None
    nome: str | None = None
    cnes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaHonorarios:
    """guiaHonorarios: the fees of professionals for what they did during a stay in hospital."""

    # Also decides in which lote it may travel.
    tipo: ClassVar[TipoGuia] = TipoGuia.HONORARIOS

    registro_ans: str | None
    numero_guia_prestador: str | None
    guia_solic_internacao: str | None = None
    senha: str | None = None
    numero_guia_operadora: str | None = None
    beneficiario: Beneficiario
    local_contratado: LocalContratado
    codigo_na_operadora: str | None
    cnes: str | None
    data_inicio_faturamento: date | None = None
    data_fim_faturamento: date | None = None
    carater_atendimento: str | None = None
    itens: tuple[Item, ...] = ()
    observacao: str | None = None
    valor_total_honorarios: Decimal | None = None
    data_emissao: date | None = None

    @property
    def despesas(self) -> tuple[Despesa, ...]:
        """None: this kind bills no expenses."""
        return ()

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for."""
        return self.valor_total_honorarios or ZERO
