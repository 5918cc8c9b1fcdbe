"""What a rule is, what it may ask, and what it says when a guia breaks it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from tiss.domain.problema import Gravidade, Problema
from tiss.domain.terminologia import Terminologia


class Acao(StrEnum):
    """What a contrato makes of a rule."""

    DESLIGADA = "DESLIGADA"
    AVISA = "AVISA"
    BLOQUEIA = "BLOQUEIA"


GRAVIDADES = {Acao.AVISA: Gravidade.AVISO, Acao.BLOQUEIA: Gravidade.ERRO}


class ChaveAtendimento(NamedTuple):
    """What makes two guias probably the same attendance.

    executante: code, CNPJ or CPF, as the guia says it.
    """

    numero_carteira: str
    data: date
    executante: str
    codigo_tabela: str
    codigo_procedimento: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexto:
    """What rules may know beyond the guia.

    hoje: in the contrato's time zone. versao: of the standard that the guia travels in. regras:
    code -> Acao of the contrato, accepted by `conferir_configuracao`. terminologia: None when no
    table was loaded. repetidas: numbers of the other guias with a key; None when nobody can say.
    """

    hoje: date
    versao: str = "4.03.00"
    regras: Mapping[str, str] = field(default_factory=dict)
    terminologia: Terminologia | None = None
    repetidas: Callable[[ChaveAtendimento], Collection[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regra:
    """A rule beyond the XSD.

    codigo: stable; of its problems too. titulo: what has to be so, in Portuguese. gravidade: unless
    a contrato says otherwise, which it may when `configuravel`. fonte: where the rule comes from.
    precisa: the look-up without which it cannot be checked. glosa_provavel: code of Tabela 38.
    """

    codigo: str
    titulo: str
    fonte: str
    gravidade: Gravidade = Gravidade.AVISO
    configuravel: bool = True
    precisa: Literal["terminologia", "banco"] | None = None
    glosa_provavel: str | None = None

    def acao(self, configurada: Mapping[str, str]) -> Acao:
        """Return what it does under the configuration of a contrato."""
        padrao = Acao.BLOQUEIA if self.gravidade is Gravidade.ERRO else Acao.AVISA
        return Acao(configurada.get(self.codigo, padrao)) if self.configuravel else padrao


@dataclass(frozen=True, slots=True)
class Achado:
    """A rule that a guia breaks, and where. valor: as it may be told, masked when personal."""

    regra: Regra
    caminho: str
    mensagem: str
    valor: object = None
    item: int | None = None

    def problema(self, guia: str | None, gravidade: Gravidade) -> Problema:
        """Return it as the problem of a guia."""
        return Problema(
            codigo=self.regra.codigo,
            caminho=self.caminho,
            mensagem=self.mensagem,
            gravidade=gravidade,
            guia=guia,
            item=self.item,
            valor=None if self.valor is None else str(self.valor),
            glosa_provavel=self.regra.glosa_provavel,
        )


def sempre_bloqueia(
    codigo: str, titulo: str, fonte: str, glosa_provavel: str | None = None
) -> Regra:
    """Return a rule that no contrato can soften."""
    return Regra(
        codigo=codigo,
        titulo=titulo,
        fonte=fonte,
        gravidade=Gravidade.ERRO,
        configuravel=False,
        glosa_provavel=glosa_provavel,
    )
