"""Surgery in hospitals that are not the clinic's: it bills the fees of its medicos."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tiss.demo import pessoas
from tiss.demo.linhas import Agenda, Internacao, Item, Membro
from tiss.demo.pessoas import Medico, Paciente, cnpj
from tiss.demo.procedimentos import (
    APENDICECTOMIA,
    COLECISTECTOMIA,
    CONDROPLASTIA,
    HERNIORRAFIA,
    HISTERECTOMIA,
    MENISCECTOMIA,
)

__all__ = [
    "CIRURGIAS",
    "HOSPITAIS",
    "HOSPITAL_CONVENIO",
    "Cirurgia",
    "Hospital",
    "HospitalConvenio",
    "cirurgias_para",
    "operar",
]

UNICA_VIA, MESMA_VIA = "1", "2"
VIDEO = "2"
CIRURGIAO, AUXILIAR = "00", "01"
INTEIRO = Decimal("1.00")
# A second procedure by the same access, and a first assistant.
DA_MESMA_VIA = Decimal("0.50")
DO_AUXILIAR = Decimal("0.30")


class Hospital(NamedTuple):
    """A row of clinica.hospital."""

    id: int
    nome: str
    cnpj: str
    cnes: str


class HospitalConvenio(NamedTuple):
    """A row of clinica.hospital_convenio."""

    hospital_id: int
    convenio_id: int
    codigo: str


class Cirurgia(NamedTuple):
    """One operation. cbo: of who operates; partes: procedure and price of each, dearest first."""

    cbo: str
    partes: tuple[tuple[str, str], ...]


HOSPITAIS = (
    Hospital(1, "Hospital Modelo Santa Clara", cnpj(99_201_301), "9200033"),
    Hospital(2, "Hospital Modelo do Vale", cnpj(99_202_302), "9200044"),
)
# The second operadora only has told its codes: elsewhere a hospital is named by its CNPJ.
HOSPITAL_CONVENIO = (HospitalConvenio(1, 2, "70011"), HospitalConvenio(2, 2, "70022"))

_DO_HOMEM = (
    Cirurgia(pessoas.CIRURGIAO, ((COLECISTECTOMIA, "1840.00"),)),
    Cirurgia(pessoas.CIRURGIAO, ((COLECISTECTOMIA, "1840.00"), (HERNIORRAFIA, "1265.00"))),
    Cirurgia(pessoas.CIRURGIAO, ((APENDICECTOMIA, "1390.00"),)),
    Cirurgia(pessoas.ORTOPEDISTA, ((MENISCECTOMIA, "1520.00"), (CONDROPLASTIA, "1180.50"))),
)
_SO_DA_MULHER = Cirurgia(pessoas.GINECOLOGISTA, ((HISTERECTOMIA, "2075.00"),))
CIRURGIAS = (*_DO_HOMEM, _SO_DA_MULHER)


def cirurgias_para(paciente: Paciente, hoje: date) -> tuple[Cirurgia, ...]:
    """Return the operations that suit a patient; none for a child."""
    if pessoas.idade(paciente, hoje) < 18:
        return ()
    return CIRURGIAS if paciente.sexo == "F" else _DO_HOMEM


def operar(
    agenda: Agenda,
    rng: Random,
    numero: int,
    dia: date,
    cirurgia: Cirurgia,
    cirurgiao: Medico,
    auxiliares: list[Medico],
    hoje: date,
) -> None:
    """Add the stay, the items and the team of one operation; the consulta is the caller's."""
    agenda.internacoes.append(
        Internacao(
            consulta_id=numero,
            hospital_id=rng.choice(HOSPITAIS).id,
            guia_solic_internacao=f"{rng.randrange(10**8, 10**9)}",
            data_inicio=dia - timedelta(rng.randint(0, 1)),
            data_fim=min(dia + timedelta(rng.randint(0, 2)), hoje),
        )
    )
    hora = rng.randint(7, 17)
    # Now and then nobody writes down how it was done; the guia goes, with a warning.
    anotada = rng.random() < 0.9
    equipe = [(CIRURGIAO, cirurgiao, INTEIRO)]
    if rng.random() < 0.7:
        auxiliar = rng.choice([medico for medico in auxiliares if medico != cirurgiao])
        equipe.append((AUXILIAR, auxiliar, DO_AUXILIAR))
    linhas = _linhas(cirurgia, equipe)
    for sequencial, (codigo, preco, via, fator, grau, medico) in enumerate(linhas, start=1):
        agenda.itens.append(
            Item(
                consulta_id=numero,
                sequencial_item=sequencial,
                codigo=codigo,
                data_execucao=dia,
                valor_unitario=preco,
                reducao_acrescimo=fator,
                hora_inicial=time(hora, 30),
                hora_final=time(hora + 2),
                via_acesso=via if anotada else None,
                tecnica_utilizada=VIDEO if anotada else None,
            )
        )
        agenda.equipes.append(Membro(numero, sequencial, medico.id, grau))


def _linhas(
    cirurgia: Cirurgia, equipe: list[tuple[str, Medico, Decimal]]
) -> Iterator[tuple[str, Decimal, str, Decimal, str, Medico]]:
    """One line for each part and each of the team: what each is paid is a share of the price."""
    for grau, medico, parcela in equipe:
        for posicao, (codigo, preco) in enumerate(cirurgia.partes):
            fator = parcela * (DA_MESMA_VIA if posicao else INTEIRO)
            via = MESMA_VIA if posicao else UNICA_VIA
            yield codigo, Decimal(preco), via, fator.quantize(INTEIRO), grau, medico
