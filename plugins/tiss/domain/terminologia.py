"""What rules may ask about codes: whether they exist, since when and until when, what they mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

__all__ = ["Periodo", "Terminologia", "TerminologiaConsultada", "Termo"]


class Periodo(NamedTuple):
    """Days in which a term is in force, both included; None is an open end."""

    inicio: date | None
    fim: date | None

    def __contains__(self, dia: object) -> bool:
        if not isinstance(dia, date):
            return False
        depois = self.inicio is None or self.inicio <= dia
        return depois and (self.fim is None or dia <= self.fim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Termo:
    """A term of a TUSS table.

    inicio, fim: of its newest period of validity, both days included; None is an open end.
    anteriores: periods before that one, for a code that was withdrawn and came back.
    """

    codigo: str
    descricao: str
    inicio: date | None
    fim: date | None
    anteriores: tuple[Periodo, ...] = ()

    def vigente_em(self, dia: date) -> bool:
        """Return whether it is in force on a day; for a procedure, that of the attendance."""
        if dia in Periodo(self.inicio, self.fim):
            return True
        return any(dia in periodo for periodo in self.anteriores)


class Terminologia(Protocol):
    """A look-up that rules receive as an argument, so that they stay pure."""

    def termo(self, tabela: str, codigo: str) -> Termo | None:
        """Return a term, None when the table has no such code."""

    def tabela_conhecida(self, tabela: str) -> bool:
        """Return whether the table was loaded: without it an unknown code proves nothing."""

    def descricao_glosa(self, codigo: str) -> str | None:
        """Return what a motive of glosa means, None for an unknown one."""

    def operadoras_conhecidas(self) -> bool:
        """Return whether the register of the ANS was loaded, as `tabela_conhecida` does."""

    def operadora(self, registro_ans: str) -> str | None:
        """Return the name of an active operadora, None for an unknown one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminologiaConsultada:
    """The answers to what was asked beforehand; nothing else is in it. Empty, it knows no table."""

    tabelas: Collection[str] = ()
    termos: Mapping[tuple[str, str], Termo] = field(default_factory=dict)
    glosas: Mapping[str, str] = field(default_factory=dict)
    operadoras: Mapping[str, str] = field(default_factory=dict)
    tem_operadoras: bool = False

    def termo(self, tabela: str, codigo: str) -> Termo | None:
        """See Terminologia.termo."""
        return self.termos.get((tabela, codigo))

    def tabela_conhecida(self, tabela: str) -> bool:
        """See Terminologia.tabela_conhecida."""
        return tabela in self.tabelas

    def descricao_glosa(self, codigo: str) -> str | None:
        """See Terminologia.descricao_glosa."""
        return self.glosas.get(codigo)

    def operadoras_conhecidas(self) -> bool:
        """See Terminologia.operadoras_conhecidas."""
        return self.tem_operadoras

    def operadora(self, registro_ans: str) -> str | None:
        """See Terminologia.operadora."""
        return self.operadoras.get(registro_ans)
