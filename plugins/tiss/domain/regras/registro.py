"""What a rule is, what it may ask, and what it says when a guia breaks it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from tiss.domain.historico import Historico
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.terminologia import Terminologia


class Acao(StrEnum):
    """What a contrato makes of a rule."""

    DESLIGADA = "DESLIGADA"
    AVISA = "AVISA"
    BLOQUEIA = "BLOQUEIA"


GRAVIDADES = {Acao.AVISA: Gravidade.AVISO, Acao.BLOQUEIA: Gravidade.ERRO}
# What this version added to dm_tipoGlosa: no operadora of an older one answers with these.
_PRIMEIRA_COM_GLOSAS_NOVAS = "4.03.00"
_PRIMEIRA_GLOSA_NOVA, _ULTIMA_GLOSA_NOVA = "3169", "3312"


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
    code -> Acao of the contrato, of which `faltas_das_regras` says nothing. terminologia: None when
    no table was loaded. repetidas: numbers of the other guias with a key; None when nobody can say.
    historico: what the operadora refused before; None when nobody can say.
    """

    hoje: date
    versao: str = "4.03.00"
    regras: Mapping[str, str] = field(default_factory=dict)
    terminologia: Terminologia | None = None
    repetidas: Callable[[ChaveAtendimento], Collection[str]] | None = None
    historico: Historico | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regra:
    """A rule beyond the XSD.

    codigo: stable; of its problems too. titulo: what has to be so, in Portuguese. padrao: what it
    does unless a contrato says otherwise, which it may when `configuravel`. fonte: where the rule
    comes from. precisa: the look-up without which it cannot be checked. com_o_tempo: what breaks
    it today may not break it tomorrow. glosa_provavel: code of Tabela 38, where it is always one.
    """

    codigo: str
    titulo: str
    fonte: str
    padrao: Acao = Acao.AVISA
    configuravel: bool = True
    precisa: Literal["terminologia", "banco", "historico"] | None = None
    com_o_tempo: bool = False
    glosa_provavel: str | None = None

    def acao(self, configurada: Mapping[str, str]) -> Acao:
        """Return what it does under the configuration of a contrato."""
        if not self.configuravel:
            return self.padrao
        return Acao(configurada.get(self.codigo, self.padrao))

    def glosa_na_versao(self, versao: str) -> str | None:
        """Return the probable glosa, None when that version has no such code."""
        glosa = self.glosa_provavel
        if glosa is None or versao >= _PRIMEIRA_COM_GLOSAS_NOVAS:
            return glosa
        return None if _PRIMEIRA_GLOSA_NOVA <= glosa <= _ULTIMA_GLOSA_NOVA else glosa


@dataclass(frozen=True, slots=True)
class Achado:
    """A rule that a guia breaks, and where.

    valor: as it may be told, masked when personal. glosa: the code that this very operadora answers
    with, instead of the usual one.
    """

    regra: Regra
    caminho: str
    mensagem: str
    valor: object = None
    item: int | None = None
    glosa: str | None = None

    def problema(self, guia: str | None, gravidade: Gravidade, versao: str) -> Problema:
        """Return it as the problem of a guia that travels in a version."""
        return Problema(
            codigo=self.regra.codigo,
            caminho=self.caminho,
            mensagem=self.mensagem,
            gravidade=gravidade,
            guia=guia,
            item=self.item,
            valor=None if self.valor is None else str(self.valor),
            glosa_provavel=self.glosa or self.regra.glosa_na_versao(versao),
        )


def sempre_bloqueia(
    codigo: str,
    titulo: str,
    fonte: str,
    glosa_provavel: str | None = None,
    *,
    com_o_tempo: bool = False,
) -> Regra:
    """Return a rule that no contrato can soften."""
    return Regra(
        codigo=codigo,
        titulo=titulo,
        fonte=fonte,
        padrao=Acao.BLOQUEIA,
        configuravel=False,
        com_o_tempo=com_o_tempo,
        glosa_provavel=glosa_provavel,
    )
