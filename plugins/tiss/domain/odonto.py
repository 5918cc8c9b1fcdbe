"""The guia of dental treatment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from tiss.domain.cadastro import TipoGuia
from tiss.domain.partes import ZERO, Alternativa, Beneficiario, Despesa

# Where in the mouth: the two elements of denteRegiao.
DENTE, REGIAO = "codDente", "codRegiao"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOdonto:
    """procedimentosExecutados of guiaOdonto. Money in reais.

    dente_regiao: codDente or codRegiao. valor_total: valorProc, the price of the whole line: the
    standard does not say whether it is per unit, and an operadora that reads it so adds up the same
    lines.
    """

    sequencial_item: int | None = None
    codigo_tabela: str | None = None
    codigo_procedimento: str | None = None
    descricao: str | None = None
    dente_regiao: Alternativa | None = None
    dente_face: str | None = None
    quantidade: Decimal | None = None
    qtd_us: Decimal | None = None
    valor_total: Decimal | None = None
    valor_franquia: Decimal | None = None
    autorizado: bool | None = None
    data_execucao: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dente:
    """situacaoClinica/dentes: the state of one tooth."""

    elemento_dentario: str | None = None
    condicao_clinica: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoInicial:
    """odontoInicial: the state of the mouth before the treatment."""

    numero_guia_anexo: str | None = None
    numero_guia_referenciada: str | None = None
    numero_guia_operadora: str | None = None
    dentes: tuple[Dente, ...] = ()
    doenca_periodontal: bool | None = None
    alteracao_tecido_mole: bool | None = None
    observacao: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaOdonto:
    """guiaOdonto, the GTO."""

    # Also decides in which lote it may travel.
    tipo: ClassVar[TipoGuia] = TipoGuia.ODONTO

    registro_ans: str | None
    numero_guia_prestador: str | None
    numero_guia_principal: str | None = None
    data_autorizacao: date | None = None
    senha_autorizacao: str | None = None
    validade_senha: date | None = None
    numero_guia_operadora: str | None = None
    ausencia_cod_validacao: str | None = None
    cod_validacao: str | None = None
    beneficiario: Beneficiario
    plano_beneficiario: str | None = None
    nome_empresa: str | None = None
    nome_prof_solic: str | None = None
    cro_solic: str | None = None
    uf_solic: str | None = None
    cbos_solic: str | None = None
    codigo_prof_exec: str | None = None
    cro_exec: str | None = None
    uf_exec: str | None = None
    cnes_exec: str | None = None
    nome_prof_exec2: str | None = None
    cro_exec2: str | None = None
    uf_exec2: str | None = None
    cbos_exec2: str | None = None
    itens: tuple[ItemOdonto, ...] = ()
    data_termino_trat: date | None = None
    tipo_atendimento: str | None = None
    tipo_faturamento: str | None = None
    qtd_total_us: Decimal | None = None
    valor_total_proc: Decimal | None = None
    valor_total_franquia: Decimal | None = None
    observacao: str | None = None
    situacao_inicial: SituacaoInicial | None = None

    @property
    def despesas(self) -> tuple[Despesa, ...]:
        """None: this kind bills no expenses."""
        return ()

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for."""
        return self.valor_total_proc or ZERO
