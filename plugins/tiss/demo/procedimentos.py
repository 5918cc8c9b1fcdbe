"""What the reference clinic does and uses: terms of the TUSS, with its prices."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tiss.demo.cadastro import CONSULTA, MAMOGRAFIA
from tiss.demo.pessoas import Paciente, idade

__all__ = [
    "APENDICECTOMIA",
    "COLECISTECTOMIA",
    "CONDROPLASTIA",
    "CONTRASTE",
    "EXAMES",
    "FORA_DE_VIGENCIA",
    "HERNIORRAFIA",
    "HISTERECTOMIA",
    "MENISCECTOMIA",
    "PRECOS",
    "PRECO_DO_CONTRASTE",
    "PROCEDIMENTOS",
    "TOMOGRAFIA",
    "Insumo",
    "Procedimento",
    "exames_para",
]

TOMOGRAFIA = "41001095"
COLECISTECTOMIA = "31005497"
HERNIORRAFIA = "31009336"
APENDICECTOMIA = "31003583"
MENISCECTOMIA = "30733057"
CONDROPLASTIA = "30733030"
HISTERECTOMIA = "31303218"


class Procedimento(NamedTuple):
    """A row of clinica.procedimento."""

    codigo: str
    descricao: str
    consulta: bool = False


class Insumo(NamedTuple):
    """A row of clinica.insumo."""

    codigo: str
    tabela: str
    codigo_despesa: str
    descricao: str
    unidade_medida: str


# A medicine (02) of TUSS table 20, by the bottle (013): tomography goes with one or two.
CONTRASTE = Insumo("90284640", "20", "02", "ULTRAVIST", "013")
PRECO_DO_CONTRASTE = "138.75"

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
    (TOMOGRAFIA, "TC - Abdome total (abdome superior, pelve e retroperitônio)", "412.00"),
)
# Withdrawn from the TUSS on 30/04/2025, and still in the clinic's list.
FORA_DE_VIGENCIA = Procedimento("40323560", "Painel para meningoencefalite (líquor)")
_PRECO_FORA_DE_VIGENCIA = "640.00"
_EXAME_DE_PROSTATA = ("40316149", "Antígeno específico prostático total (PSA)", "41.20")
_EXAMES_DA_MULHER = (
    ("40901300", "US - Transvaginal (útero, ovário, anexos e vagina)", "132.00"),
    (MAMOGRAFIA, "Mamografia digital bilateral", "186.00"),
)
_CIRURGIAS = (
    (COLECISTECTOMIA, "Colecistectomia sem colangiografia por videolaparoscopia"),
    (HERNIORRAFIA, "Herniorrafia inguinal - unilateral por videolaparoscopia"),
    (APENDICECTOMIA, "Apendicectomia por videolaparoscopia"),
    (MENISCECTOMIA, "Meniscectomia - um menisco - procedimento videoartroscópico de joelho"),
    (
        CONDROPLASTIA,
        "Condroplastia (com remoção de corpos livres) - procedimento videoartroscópico de joelho",
    ),
    (HISTERECTOMIA, "Histerectomia total laparoscópica"),
)
# Women over 40 are asked for it more often than for any other exam of the list.
_PESO_DA_MAMOGRAFIA = 4

_TODOS = (*_EXAMES, _EXAME_DE_PROSTATA, *_EXAMES_DA_MULHER)

EXAMES = tuple(codigo for codigo, _, _ in _TODOS)
PRECOS = {
    **{codigo: preco for codigo, _, preco in _TODOS},
    FORA_DE_VIGENCIA.codigo: _PRECO_FORA_DE_VIGENCIA,
}
PROCEDIMENTOS = (
    Procedimento(CONSULTA, "Consulta em consultório (no horário normal ou preestabelecido)", True),
    *(Procedimento(codigo, descricao) for codigo, descricao, _ in _TODOS),
    *(Procedimento(codigo, descricao) for codigo, descricao in _CIRURGIAS),
)

_DE_TODOS = tuple(codigo for codigo, _, _ in _EXAMES)
_DO_HOMEM = (*_DE_TODOS, _EXAME_DE_PROSTATA[0])
_DA_MULHER = (*_DE_TODOS, "40901300", *[MAMOGRAFIA] * _PESO_DA_MAMOGRAFIA)


def exames_para(paciente: Paciente, hoje: date) -> tuple[str, ...]:
    """Return the exams that suit a patient; one that is asked for more often is repeated."""
    if idade(paciente, hoje) < 40:
        return _DE_TODOS
    return _DA_MULHER if paciente.sexo == "F" else _DO_HOMEM
