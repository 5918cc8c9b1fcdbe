"""What guias are made of: beneficiary, professionals, authorisation, items, expenses, totals.

A field that the clinic left empty is None here even where the standard demands a value: the
declaration of the guia (`tiss.messages.guias`) names every one that is missing or malformed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Protocol, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternativa:
    """One of several elements that the standard offers for the same thing, and its value.

    A provider is codigoPrestadorNaOperadora, cpfContratado or cnpjContratado; a place in the mouth
    is codDente or codRegiao.
    """

    elemento: str
    valor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneficiario:
    """ct_beneficiarioDados. identificador_beneficiario: base64 of what tipo_ident names."""

    numero_carteira: str | None
    atendimento_rn: str | None
    tipo_ident: str | None = None
    identificador_beneficiario: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profissional:
    """ct_contratadoProfissionalDados. uf: IBGE code, 35 is São Paulo."""

    nome: str | None = None
    conselho: str | None
    numero_conselho: str | None
    uf: str | None
    cbo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autorizacao:
    """ct_autorizacaoSADT and ct_autorizacaoInternacao: what the operadora granted beforehand."""

    numero_guia_operadora: str | None = None
    data: date | None = None
    senha: str | None = None
    validade_senha: date | None = None
    ausencia_cod_validacao: str | None = None
    cod_validacao: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembroEquipe:
    """ct_identEquipe and its kin: a professional whose fee is part of an item."""

    grau_participacao: str | None = None
    codigo: Alternativa | None = None
    nome: str | None = None
    conselho: str | None = None
    numero_conselho: str | None = None
    uf: str | None = None
    cbo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One billed procedure. Money in reais; reducao_acrescimo 1.00 is neutral."""

    sequencial_item: int | None = None
    data_execucao: date | None = None
    hora_inicial: time | None = None
    hora_final: time | None = None
    codigo_tabela: str | None = None
    codigo_procedimento: str | None = None
    descricao: str | None = None
    quantidade: Decimal | None = None
    via_acesso: str | None = None
    tecnica_utilizada: str | None = None
    reducao_acrescimo: Decimal | None = None
    valor_unitario: Decimal | None = None
    valor_total: Decimal | None = None
    centro_consumo: str | None = None
    equipe: tuple[MembroEquipe, ...] = ()

    @property
    def responsavel(self) -> MembroEquipe | None:
        """The one of its equipe who answers for it: of the lowest grau, the first told of equals.

        The surgeon (00) before who helped. A grau that is not told comes last.
        """
        return min(self.equipe, key=lambda membro: membro.grau_participacao or "99", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Despesa:
    """ct_outrasDespesas/despesa: gases, medicines, materials, daily rates, fees, OPME.

    codigo_despesa: dm_outrasDespesas, 08 is OPME. item_vinculado: sequencial_item of the procedure
    that it was used in. Numbered together with the procedures of its guia.
    """

    sequencial_item: int | None = None
    codigo_despesa: str | None = None
    data_execucao: date | None = None
    hora_inicial: time | None = None
    hora_final: time | None = None
    codigo_tabela: str | None = None
    codigo_procedimento: str | None = None
    quantidade: Decimal | None = None
    unidade_medida: str | None = None
    reducao_acrescimo: Decimal | None = None
    valor_unitario: Decimal | None = None
    valor_total: Decimal | None = None
    centro_consumo: str | None = None
    descricao: str | None = None
    registro_anvisa: str | None = None
    codigo_ref_fabricante: str | None = None
    autorizacao_funcionamento: str | None = None
    item_vinculado: int | None = None


# dm_outrasDespesas -> the partial total that it belongs to.
PARCIAIS = {
    "01": "gases_medicinais",
    "02": "medicamentos",
    "03": "materiais",
    "05": "diarias",
    "07": "taxas_alugueis",
    "08": "opme",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totais:
    """ct_guiaValorTotal, in reais. A partial total of a kind that was not used is None."""

    procedimentos: Decimal | None = None
    diarias: Decimal | None = None
    taxas_alugueis: Decimal | None = None
    materiais: Decimal | None = None
    medicamentos: Decimal | None = None
    opme: Decimal | None = None
    gases_medicinais: Decimal | None = None
    geral: Decimal | None = None

    @classmethod
    def de(cls, itens: Sequence[Item], despesas: Sequence[Despesa] = ()) -> Self:
        """Return what the lines add up to; a line without a value counts zero."""
        procedimentos = soma(itens) if itens else None
        parciais: dict[str, Decimal] = {}
        for despesa in despesas:
            parcial = PARCIAIS.get(despesa.codigo_despesa or "")
            if parcial is not None:
                parciais[parcial] = parciais.get(parcial, ZERO) + (despesa.valor_total or ZERO)
        geral = sum(parciais.values(), procedimentos or ZERO)
        return cls(procedimentos=procedimentos, **parciais, geral=geral)


ZERO = Decimal("0.00")


class Linha(Protocol):
    """A billed line of any kind of guia."""

    @property
    def valor_total(self) -> Decimal | None:
        """Its price in reais."""


def soma(linhas: Iterable[Linha]) -> Decimal:
    """Return the total of the lines in reais; a line without a value counts zero."""
    return sum((linha.valor_total for linha in linhas if linha.valor_total is not None), ZERO)
