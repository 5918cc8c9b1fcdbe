"""What is promised, and whether the figures of a run keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

# How many times faster than whom: a lote of 100 guias SP/SADT, everything done.
RAZOES = {("sp_sadt", "tiss"): 20.0, ("sp_sadt", "pytiss"): 12.0}
# CPU per guia of the large size over that of the small one: quadratic work would show 4 and 10.
LINEARIDADE = 1.5
# Of a whole process, in MiB.
MEMORIA = 300.0


@dataclass(frozen=True, slots=True)
class Memoria:
    """Resident MiB before, at the peak and after; retidos: texts of patients still alive then."""

    antes: float
    pico: float
    depois: float
    retidos: int


@dataclass(slots=True, kw_only=True)
class Medidas:
    """The figures of one run, by task and participant. CPU in seconds.

    tempos: one per round. primeiras: the first call of a fresh process, XSD compiled on it.
    recusas: why a participant has no figure. por_guia: of ours, by task, (small, large).
    """

    tempos: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    primeiras: dict[str, float] = field(default_factory=dict)
    recusas: dict[tuple[str, str], str] = field(default_factory=dict)
    memoria: dict[tuple[str, str], Memoria] = field(default_factory=dict)
    por_guia: dict[str, tuple[float, float]] = field(default_factory=dict)

    def razao(self, tarefa: str, participante: str) -> float:
        """Return how many times the CPU of ours a participant needed, by medians."""
        return median(self.tempos[tarefa, participante]) / median(self.tempos[tarefa, "nosso"])


@dataclass(frozen=True, slots=True)
class Veredito:
    """One budget: what it is about, what was promised, what was measured."""

    assunto: str
    prometido: str
    medido: str
    cumprido: bool


def julgar(medidas: Medidas) -> list[Veredito]:
    """Return a verdict for every budget that the figures can tell something about."""
    vereditos = []
    for (tarefa, par), minimo in RAZOES.items():
        razao = medidas.razao(tarefa, par)
        vereditos.append(
            Veredito(f"{tarefa} contra {par}", f">= {minimo:g}x", f"{razao:.1f}x", razao >= minimo)
        )
    for tarefa, (pequeno, grande) in medidas.por_guia.items():
        fator = grande / pequeno
        vereditos.append(
            Veredito(
                f"{tarefa} linear", f"<= {LINEARIDADE:g}", f"{fator:.2f}", fator <= LINEARIDADE
            )
        )
    for (tarefa, participante), memoria in medidas.memoria.items():
        if participante != "nosso":
            continue
        pico = memoria.pico
        vereditos.append(
            Veredito(
                f"{tarefa}: memória", f"<= {MEMORIA:g} MiB", f"{pico:.0f} MiB", pico <= MEMORIA
            )
        )
        vereditos.append(
            Veredito(
                f"{tarefa}: textos de pacientes retidos",
                "0",
                str(memoria.retidos),
                memoria.retidos == 0,
            )
        )
    return vereditos
