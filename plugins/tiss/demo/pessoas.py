"""Invented people and numbers with valid check digits: nobody here exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

__all__ = ["MEDICOS", "Medico", "Paciente", "cnpj", "cpf", "numero_carteira", "paciente"]

MAIOR_PACIENTE = 999_999
PEDIATRA = "225124"
GINECOLOGISTA = "225250"
CIRURGIAO = "225225"
ORTOPEDISTA = "225270"
INTERVALO_NEGADAS = 33
"""One patient in this many has a card that ends in 000, which the simulated operadora denies."""

_MULTIPLICADOR = 387_421  # Coprime to a million: spreads the numbers without repeating one.
_PREFIXO = "86520034"  # Cards longer than 9 digits begin with the same ones, as real ones do.

_MULHERES = (
    *("Ana", "Antônia", "Beatriz", "Bruna", "Camila", "Cecília", "Débora", "Érica", "Eloísa"),
    *("Fernanda", "Flávia", "Heloísa", "Inês", "Jéssica", "Joana", "Júlia", "Larissa", "Letícia"),
    *("Lívia", "Luíza", "Márcia", "Mônica", "Natália", "Patrícia", "Rosângela", "Tânia", "Zuleide"),
)
_HOMENS = (
    *(
        "André",
        "Antônio",
        "Caio",
        "César",
        "Cláudio",
        "Davi",
        "Edgar",
        "Estêvão",
        "Fábio",
        "Flávio",
    ),
    *("Gérson", "Heitor", "Ícaro", "Inácio", "João", "Joaquim", "José", "Júlio", "Lúcio", "Luís"),
    *("Márcio", "Mário", "Otávio", "Raí", "Rogério", "Sérgio", "Tomás", "Vinícius", "Zacarias"),
)
_SOBRENOMES = (
    *(
        "Abrão",
        "Aguiar",
        "Araújo",
        "Assunção",
        "Barão",
        "Bragança",
        "Brandão",
        "Camargo",
        "Conceição",
    ),
    *("Corrêa", "Damião", "Esteves", "Falcão", "Fagundes", "Galvão", "Gonçalves", "Guimarães"),
    *(
        "Hipólito",
        "Iório",
        "Jordão",
        "Leão",
        "Lourenço",
        "Magalhães",
        "Mourão",
        "Negrão",
        "Nóbrega",
    ),
    *(
        "Paixão",
        "Patrício",
        "Queirós",
        "Ramalho",
        "Sampaio",
        "Seabra",
        "Simões",
        "Tavares",
        "Valadão",
    ),
)


class Medico(NamedTuple):
    """A row of clinica.medico."""

    id: int
    nome: str
    cpf: str
    conselho: str
    numero_conselho: str | None
    uf: str
    cbo: str


class Paciente(NamedTuple):
    """A row of clinica.paciente."""

    id: int
    nome: str
    sexo: str
    nascimento: date
    convenio_id: int
    numero_carteira: str


def cpf(base: int) -> str:
    """Return the 11 digits of the CPF whose first nine are `base`."""
    corpo = f"{base:09d}"
    for _ in range(2):
        corpo += _digito(corpo, range(len(corpo) + 1, 1, -1))
    return corpo


def cnpj(raiz: int, ordem: int = 1) -> str:
    """Return the 14 digits of a CNPJ. ordem: 1 is the head office, 2 the first branch."""
    corpo = f"{raiz:08d}{ordem:04d}"
    pesos = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    for _ in range(2):
        corpo += _digito(corpo, pesos[-len(corpo) :])
    return corpo


def numero_carteira(paciente_id: int, algarismos: int) -> str:
    """Return the card of a patient, another one for each patient.

    algarismos: how many digits, 9 to 17. The card of one patient in INTERVALO_NEGADAS ends in 000,
    and no other does.
    """
    corpo = paciente_id * _MULTIPLICADOR % (MAIOR_PACIENTE + 1)
    prefixo = _PREFIXO[: algarismos - 9]
    final = 0 if paciente_id % INTERVALO_NEGADAS == 7 else 1 + paciente_id % 999
    return f"{prefixo}{corpo:06d}{final:03d}"


def idade(paciente: Paciente, hoje: date) -> int:
    """Return the age in years of 365 days.

    It does not depend on the calendar, so that equal seeds give alike attendances on any day.
    """
    return (hoje - paciente.nascimento).days // 365


def paciente(
    rng: Random, paciente_id: int, *, convenio_id: int, algarismos: int, hoje: date
) -> Paciente:
    """Return an invented patient, between three and ninety years old."""
    if paciente_id > MAIOR_PACIENTE:
        raise ValueError(f"a clínica de referência comporta {MAIOR_PACIENTE} pacientes")
    sexo = "F" if rng.random() < 0.58 else "M"
    nome = rng.choice(_MULHERES if sexo == "F" else _HOMENS)
    dias = int(rng.triangular(3 * 365, 90 * 365, 40 * 365))
    return Paciente(
        id=paciente_id,
        nome=f"{nome} {rng.choice(_SOBRENOMES)} {rng.choice(_SOBRENOMES)}",
        sexo=sexo,
        nascimento=hoje - timedelta(dias),
        convenio_id=convenio_id,
        numero_carteira=numero_carteira(paciente_id, algarismos),
    )


def _digito(corpo: str, pesos: Sequence[int]) -> str:
    """The modulo 11 check digit of CPF and CNPJ."""
    resto = sum(int(algarismo) * peso for algarismo, peso in zip(corpo, pesos, strict=True)) % 11
    return "0" if resto < 2 else str(11 - resto)


def _medico(medico_id: int, nome: str, crm: str | None, cbo: str) -> Medico:
    return Medico(medico_id, nome, cpf(900_100_000 + 37 * medico_id), "06", crm, "35", cbo)


MEDICOS = (
    _medico(1, "Ana Cláudia Ferreira Gonçalves", "104233", "225125"),
    _medico(2, "João Antônio Brandão", "98714", "225125"),
    _medico(3, "Cecília Magalhães Araújo", "121907", "225120"),
    _medico(4, "Luís Otávio Nóbrega", "87355", ORTOPEDISTA),
    _medico(5, "Márcia Conceição Leão", "133018", GINECOLOGISTA),
    _medico(6, "Inês Guimarães de Sá", "115642", PEDIATRA),
    _medico(7, "Sérgio Muñoz Valadão", "76120", "225155"),
    _medico(8, "Érica Yumi Simões", "148871", "225135"),
    _medico(9, "Antônio José da Assunção", "69903", "225125"),
    _medico(10, "Letícia Corrêa Falcão", "152660", PEDIATRA),
    _medico(11, "Débora Sant'Anna Lourenço", "139425", GINECOLOGISTA),
    _medico(12, "Fábio Henrique Mourão", "110086", "225112"),
    # The register as it is on a bad day: one never gave a number, another gave a sentence.
    _medico(13, "Tânia Bragança Hipólito", None, "225125"),
    _medico(14, "Rogério Iório Paixão", "CRM/SP 123.456 (provisório)", "225125"),
    _medico(15, "Heitor Damião Queirós", "117350", CIRURGIAO),
    _medico(16, "Mônica Iório Assunção", "129884", CIRURGIAO),
)
