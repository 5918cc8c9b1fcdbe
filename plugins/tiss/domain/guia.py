"""The guias that are billed, typed.

A field that the clinic left empty is None here even where the standard demands a value: the
declaration of the guia (`tiss.messages.guias`) names every one that is missing or malformed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiss.domain.cadastro import Contratado, TipoGuia


@dataclass(frozen=True, slots=True, kw_only=True)
class Problema:
    """One thing to fix before a record can be billed.

    codigo: stable, for filters and statistics. campo: path of the element in the guia.
    mensagem: Portuguese, says what to do; holds no personal data.
    """

    codigo: str
    campo: str
    mensagem: str

    def __str__(self) -> str:
        return f"{self.campo}: {self.mensagem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneficiario:
    """ct_beneficiarioDados."""

    numero_carteira: str | None
    atendimento_rn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profissional:
    """ct_contratadoProfissionalDados. uf: IBGE code, 35 is São Paulo."""

    nome: str | None
    conselho: str | None
    numero_conselho: str | None
    uf: str | None
    cbo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autorizacao:
    """ct_autorizacaoSADT: what the operadora granted beforehand."""

    numero_guia_operadora: str | None
    data: date | None
    senha: str | None
    validade_senha: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One billed procedure. Money in reais; reducao_acrescimo 1.00 is neutral."""

    sequencial_item: int | None
    codigo_tabela: str | None
    codigo_procedimento: str | None
    descricao: str | None
    data_execucao: date | None
    quantidade: Decimal | None
    reducao_acrescimo: Decimal | None
    valor_unitario: Decimal | None
    valor_total: Decimal | None


_ITEM_VAZIO = Item(
    sequencial_item=None,
    codigo_tabela=None,
    codigo_procedimento=None,
    descricao=None,
    data_execucao=None,
    quantidade=None,
    reducao_acrescimo=None,
    valor_unitario=None,
    valor_total=None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaConsulta:
    """guiaConsulta: one elective consultation, one procedure."""

    registro_ans: str
    numero_guia_prestador: str
    numero_guia_operadora: str | None
    beneficiario: Beneficiario
    contratado_executante: Contratado
    cnes: str
    profissional_executante: Profissional
    indicacao_acidente: str | None
    regime_atendimento: str | None
    data_atendimento: date | None
    tipo_consulta: str | None
    itens: tuple[Item, ...]
    observacao: str | None

    @property
    def tipo(self) -> TipoGuia:
        """The kind, which also decides in which lote it may travel."""
        return TipoGuia.CONSULTA

    @property
    def procedimento(self) -> Item:
        """The only item, an empty one if there is none; rules make sure that there is just one."""
        return self.itens[0] if self.itens else _ITEM_VAZIO

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for."""
        return soma(self.itens)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaSpSadt:
    """guiaSP-SADT: services and exams, and consultations that had any."""

    registro_ans: str
    numero_guia_prestador: str
    autorizacao: Autorizacao | None
    beneficiario: Beneficiario
    contratado_solicitante: Contratado
    nome_contratado_solicitante: str
    profissional_solicitante: Profissional
    data_solicitacao: date | None
    carater_atendimento: str | None
    indicacao_clinica: str | None
    contratado_executante: Contratado
    cnes: str
    tipo_atendimento: str | None
    indicacao_acidente: str | None
    tipo_consulta: str | None
    regime_atendimento: str | None
    data_atendimento: date | None
    itens: tuple[Item, ...]
    observacao: str | None

    @property
    def tipo(self) -> TipoGuia:
        """The kind, which also decides in which lote it may travel."""
        return TipoGuia.SP_SADT

    @property
    def numero_guia_operadora(self) -> str | None:
        """The operadora's number for this guia, when it gave one."""
        return self.autorizacao.numero_guia_operadora if self.autorizacao else None

    @property
    def valor_informado(self) -> Decimal:
        """The money that the guia asks for: no expenses beyond its items are billed."""
        return soma(self.itens)


Guia = GuiaConsulta | GuiaSpSadt


def soma(itens: tuple[Item, ...]) -> Decimal:
    """Return the total of the items in reais; an item without a value counts zero."""
    return sum((item.valor_total or Decimal(0) for item in itens), Decimal("0.00"))
