"""What the simulator understands of a lote, and what its analysis says about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal("0.00")


class Tipo(StrEnum):
    """The kind of all guias of a lote, spelt as the element in the XSD."""

    CONSULTA = "guiaConsulta"
    SP_SADT = "guiaSP-SADT"
    RESUMO_INTERNACAO = "guiaResumoInternacao"
    HONORARIOS = "guiaHonorarios"
    ODONTO = "guiaOdonto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One billed procedure or expense. A consulta has exactly one, with sequencial 1.

    The last five are empty where the guia does not say them.
    """

    sequencial: int
    data: date
    tabela: str
    codigo: str
    descricao: str
    quantidade: Decimal
    fator: Decimal  # reducaoAcrescimo
    valor_unitario: Decimal | None  # None where the guia states the total only
    valor_total: Decimal
    grau: str = ""  # participation of the first of the professionals
    centro_consumo: str = ""
    dente: str = ""
    regiao: str = ""
    face: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guia:
    """One guia as the prestador sent it."""

    registro_ans: str
    numero: str
    numero_operadora: str | None
    senha: str | None
    carteira: str
    atendimento_rn: str
    executante: str
    cnes: str
    data: date  # the first day billed
    data_fim: date | None  # the last one, where the guia states a period
    itens: tuple[Item, ...]
    valor_total: Decimal
    preenchidos: frozenset[str] = frozenset()  # local names of the elements that say something


@dataclass(frozen=True, slots=True, kw_only=True)
class Lote:
    """One lote as the prestador sent it."""

    numero: str
    tipo: Tipo
    guias: tuple[Guia, ...]


@dataclass(frozen=True, slots=True)
class Motivo:
    """Why a whole guia is refused."""

    codigo: str
    descricao: str


@dataclass(frozen=True, slots=True)
class GlosaItem:
    """A share of the refused value of an item, with its motive."""

    codigo: str
    valor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AnaliseItem:
    """The verdict on an item; glosas add up to informado - liberado."""

    informado: Decimal
    liberado: Decimal
    glosas: tuple[GlosaItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnaliseGuia:
    """The verdict on a guia; `itens` stand in the order of the guia's own."""

    informado: Decimal
    liberado: Decimal
    motivos: tuple[Motivo, ...]
    itens: tuple[AnaliseItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalisado:
    """An item of an analysed guia as a demonstrativo shows it."""

    sequencial: int
    data: str
    tabela: str
    codigo: str
    descricao: str
    quantidade: str
    informado: Decimal
    liberado: Decimal
    glosas: tuple[GlosaItem, ...]
    grau: str
    centro_consumo: str
    dente: str
    regiao: str
    face: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaAceita:
    """A guia of an accepted lote as the ledger keeps it.

    itens: those with a glosa; all of them where the guia is one of odontologia.
    cancelada: it bills nothing any more, so that its values are zero and it has no items.
    """

    numero: str
    numero_operadora: str
    senha: str | None
    carteira: str
    atendimento_rn: str
    executante: str
    data: str
    data_fim: str | None
    cnes: str
    informado: Decimal
    liberado: Decimal
    motivos: tuple[Motivo, ...]
    itens: tuple[ItemAnalisado, ...]
    cancelada: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocolo:
    """An accepted lote.

    falta_no_total: by how much its released total is told too low, in reais; see `desvios`.
    """

    numero: str
    numero_lote: str
    tipo: Tipo
    aceito_em: float
    guias: tuple[GuiaAceita, ...]
    falta_no_total: Decimal = ZERO

    @property
    def vivas(self) -> tuple[GuiaAceita, ...]:
        """The guias that are not cancelled."""
        return tuple(guia for guia in self.guias if not guia.cancelada)

    @property
    def informado(self) -> Decimal:
        """The sum of what the guias bill, in reais."""
        return sum((guia.informado for guia in self.guias), ZERO)

    @property
    def liberado(self) -> Decimal:
        """The sum of what the analysis releases, in reais, but for what its total lacks."""
        return sum((guia.liberado for guia in self.guias), ZERO) - self.falta_no_total
