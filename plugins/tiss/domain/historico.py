"""What an operadora made of guias like this one: counts, and which of them are worth a warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, Self

from tiss.domain.ausencia import CAMPOS, CampoOpcional
from tiss.domain.cadastro import TipoGuia

__all__ = ["MINIMO_DE_GLOSAS", "Contagem", "Historico", "Julgadas", "Padrao"]

# When a count is worth a person's time. With fewer glosas than five, one bad day of an analyst
# looks like a rule. Below one half, a warning would be wrong more often than right.
MINIMO_DE_GLOSAS = 5
TAXA_MINIMA = Fraction(1, 2)
# A missing field explains glosas only when guias that have it fare better: some of them must have
# been judged, and at most half as often refused. Otherwise it is the procedure, not the field. Not
# a stricter share: one code may stand for two fields (3111 does), and what lacks the other one is
# refused too.
MINIMO_COM_O_CAMPO = 5
CONTRASTE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Julgadas:
    """How many judged guias of one kind have a procedure, lack the same and got the same glosas.

    campos_ausentes: names as in `CAMPOS`; None: of guias from before they were noted. glosas: codes
    on the guia or on the procedure, each once.
    """

    tipo: str
    codigo_tabela: str
    codigo_procedimento: str
    campos_ausentes: Sequence[str] | None
    glosas: Sequence[str]
    guias: int


class Contagem(NamedTuple):
    """n of m: guias that got a glosa, of all that were judged."""

    glosadas: int = 0
    julgadas: int = 0

    @property
    def taxa(self) -> Fraction:
        """Return the share of the refused, zero of none."""
        return Fraction(self.glosadas, self.julgadas) if self.julgadas else Fraction(0)

    @property
    def bastante(self) -> bool:
        """Whether it is often enough, and usual."""
        return self.glosadas >= MINIMO_DE_GLOSAS and self.taxa >= TAXA_MINIMA


NENHUMA = Contagem()


@dataclass(frozen=True, slots=True, kw_only=True)
class Padrao:
    """What the operadora usually refuses of a procedure, with the evidence.

    glosa: its code. sem: fields that the counted guias lack, always together; none: the procedure
    as such. tendo: fields that they have, because guias without them are another pattern. vezes: of
    those guias; com_os_campos: of the same guias with the fields of `sem`.
    """

    glosa: str
    sem: tuple[CampoOpcional, ...] = ()
    tendo: tuple[CampoOpcional, ...] = ()
    vezes: Contagem
    com_os_campos: Contagem = NENHUMA

    @property
    def diferenca(self) -> Fraction:
        """Return how much more often guias are refused without the fields."""
        return self.vezes.taxa - self.com_os_campos.taxa


# Kind of guia, table, code.
_Chave = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Historico:
    """The patterns of a contrato; empty, nothing is known of it.

    padroes: of each procedure, by code of glosa, the most telling first. descricoes: what codes of
    glosa mean, where somebody knows.
    """

    padroes: Mapping[_Chave, tuple[tuple[Padrao, ...], ...]] = field(default_factory=dict)
    descricoes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def de(cls, julgadas: Iterable[Julgadas], descricoes: Mapping[str, str]) -> Self:
        """Return what stands out in these counts."""
        procedimentos: defaultdict[_Chave, list[Julgadas]] = defaultdict(list)
        for grupo in julgadas:
            chave = (grupo.tipo, grupo.codigo_tabela, grupo.codigo_procedimento)
            procedimentos[chave].append(grupo)
        padroes = {}
        for chave, grupos in procedimentos.items():
            glosas = sorted({glosa for grupo in grupos for glosa in grupo.glosas})
            achados = [_padroes(CAMPOS[TipoGuia(chave[0])], glosa, grupos) for glosa in glosas]
            if any(achados):
                padroes[chave] = tuple(tuple(deste) for deste in achados if deste)
        return cls(padroes=padroes, descricoes=descricoes)

    @property
    def quantos(self) -> int:
        """Return how many patterns there are."""
        return sum(len(deste) for achados in self.padroes.values() for deste in achados)

    def de_guia(
        self, tipo: str, tabela: str, codigo: str, ausentes: Sequence[str]
    ) -> Iterator[Padrao]:
        """Yield the patterns that a guia with a procedure and without these fields repeats.

        One for each code of glosa, the first that fits.
        """
        for deste in self.padroes.get((tipo, tabela, codigo), ()):
            for padrao in deste:
                if all(campo.nome in ausentes for campo in padrao.sem):
                    yield padrao
                    break


def _padroes(
    campos: Sequence[CampoOpcional], glosa: str, grupos: Sequence[Julgadas]
) -> list[Padrao]:
    """Return the patterns of a code: field by field, then the procedure as such.

    Each one is counted among the guias that no pattern before it explains. Otherwise a field that
    is merely often missing together with the decisive one would warn too, and without reason.
    """
    achados: list[Padrao] = []
    tendo: tuple[CampoOpcional, ...] = ()
    while melhor := _melhor(campos, glosa, grupos, tendo):
        achados.append(melhor)
        tendo += melhor.sem
        grupos = [
            grupo
            for grupo in grupos
            if grupo.campos_ausentes is not None and melhor.sem[0].nome not in grupo.campos_ausentes
        ]
    resto = _contar(glosa, grupos)
    if resto.bastante:
        achados.append(Padrao(glosa=glosa, tendo=tendo, vezes=resto))
    return achados


def _melhor(
    campos: Sequence[CampoOpcional],
    glosa: str,
    grupos: Sequence[Julgadas],
    tendo: tuple[CampoOpcional, ...],
) -> Padrao | None:
    """Return the missing field that tells most, with those that are missing whenever it is."""
    conhecidos = [
        (grupo, grupo.campos_ausentes) for grupo in grupos if grupo.campos_ausentes is not None
    ]
    juntos: defaultdict[tuple[bool, ...], list[CampoOpcional]] = defaultdict(list)
    for campo in campos:
        juntos[tuple(campo.nome in ausentes for _, ausentes in conhecidos)].append(campo)
    candidatos = []
    for falta, sem in juntos.items():
        divididos: dict[bool, list[Julgadas]] = {True: [], False: []}
        for faltou, (grupo, _) in zip(falta, conhecidos, strict=True):
            divididos[faltou].append(grupo)
        vezes, com = _contar(glosa, divididos[True]), _contar(glosa, divididos[False])
        if (
            vezes.bastante
            and com.julgadas >= MINIMO_COM_O_CAMPO
            and com.taxa * CONTRASTE <= vezes.taxa
        ):
            candidatos.append(
                Padrao(glosa=glosa, sem=tuple(sem), tendo=tendo, vezes=vezes, com_os_campos=com)
            )
    return max(candidatos, key=lambda um: (um.diferenca, um.vezes.glosadas), default=None)


def _contar(glosa: str, grupos: Iterable[Julgadas]) -> Contagem:
    glosadas = julgadas = 0
    for grupo in grupos:
        julgadas += grupo.guias
        if glosa in grupo.glosas:
            glosadas += grupo.guias
    return Contagem(glosadas, julgadas)
