"""What the reference clinic does: procedures of TUSS table 22, with its prices."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tiss.demo.cadastro import CONSULTA, MAMOGRAFIA
from tiss.demo.pessoas import Paciente

__all__ = ["EXAMES", "PRECOS", "PROCEDIMENTOS", "Procedimento", "exames_para"]


class Procedimento(NamedTuple):
    """A row of clinica.procedimento."""

    codigo: str
    descricao: str
    consulta: bool = False


_EXAMES = (
    ("40304361", "Hemograma com contagem de plaquetas ou frações", "18.50"),
    ("40301630", "Creatinina - pesquisa e/ou dosagem", "9.80"),
    ("40302040", "Glicose - pesquisa e/ou dosagem", "8.90"),
    ("40302580", "Uréia - pesquisa e/ou dosagem", "9.20"),
    ("40301605", "Colesterol total - pesquisa e/ou dosagem", "10.40"),
    ("40302547", "Triglicerídeos - pesquisa e/ou dosagem", "12.75"),
    ("40302733", "Hemoglobina glicada (A1 total) - pesquisa e/ou dosagem", "27.30"),
    ("40316521", "Tireoestimulante, hormônio (TSH) - pesquisa e/ou dosagem", "33.15"),
    (
        "40311210",
        "Rotina de urina (caracteres físicos, elementos anormais e sedimentoscopia)",
        "11.60",
    ),
    ("40101010", "ECG convencional de até 12 derivações", "45.00"),
    ("40805026", "RX - Tórax - 2 incidências", "62.40"),
    ("40901122", "US - Abdome total (abdome superior, rins, bexiga, aorta e veia cava)", "148.00"),
)
_EXAME_DE_PROSTATA = ("40316149", "Antígeno específico prostático total (PSA)", "41.20")
_EXAMES_DA_MULHER = (
    ("40901300", "US - Transvaginal (útero, ovário, anexos e vagina)", "132.00"),
    (MAMOGRAFIA, "Mamografia digital bilateral", "186.00"),
)
# Women over 40 are asked for it more often than for any other exam of the list.
_PESO_DA_MAMOGRAFIA = 4

_TODOS = (*_EXAMES, _EXAME_DE_PROSTATA, *_EXAMES_DA_MULHER)

EXAMES = tuple(codigo for codigo, _, _ in _TODOS)
PRECOS = {codigo: preco for codigo, _, preco in _TODOS}
PROCEDIMENTOS = (
    Procedimento(CONSULTA, "Consulta em consultório (no horário normal ou preestabelecido)", True),
    *(Procedimento(codigo, descricao) for codigo, descricao, _ in _TODOS),
)

_DE_TODOS = tuple(codigo for codigo, _, _ in _EXAMES)
_DO_HOMEM = (*_DE_TODOS, _EXAME_DE_PROSTATA[0])
_DA_MULHER = (*_DE_TODOS, "40901300", *[MAMOGRAFIA] * _PESO_DA_MAMOGRAFIA)


def exames_para(paciente: Paciente, dia: date) -> tuple[str, ...]:
    """Return the exams that suit a patient; one that is asked for more often is repeated."""
    if dia.year - paciente.nascimento.year < 40:
        return _DE_TODOS
    return _DA_MULHER if paciente.sexo == "F" else _DO_HOMEM
