"""What happened at the reference clinic: attendances by seed, wrong in the ways real ones are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import NamedTuple

from tiss.demo import pessoas
from tiss.demo.cadastro import CONSULTA, FILIAIS, OPERADORAS
from tiss.demo.pessoas import MEDICOS, Medico, Paciente
from tiss.demo.procedimentos import PRECOS, exames_para

__all__ = ["Agenda", "Autorizacao", "Consulta", "Defeito", "Item", "agendar"]

DIAS = 30
ANTES_DO_INICIO = timedelta(days=730)
# One attendance in this many has each of the defects.
INTERVALO_DEFEITO = 100
SEM_CONTRATO = len(OPERADORAS) + 1

_INDICACOES = (
    *(
        "Check-up anual",
        "Cefaleia há duas semanas",
        "Dor torácica atípica",
        "Hipertensão em controle",
    ),
    *(
        "Diabetes tipo 2, rotina",
        "Astenia e perda de peso",
        "Pré-operatório",
        "Dor abdominal difusa",
    ),
)
_OBSERVACOES = (
    *(
        "Paciente retorna em 30 dias.",
        "Orientações entregues por escrito.",
        "Acompanhante presente.",
    ),
    *("Sessão remarcada a pedido do paciente.", "Alergia à dipirona informada na recepção."),
)
_TRANSLITERAVEL = "Retorno em 30 dias – trazer “todos” os exames; coparticipação de € 10"
_IMPOSSIVEL = "Paciente apresentou laudo em nome de 漢字"


class Defeito(StrEnum):
    """What is wrong with an attendance; each has at most one."""

    SEM_CARTEIRA = "sem_carteira"
    CARACTERE_TRANSLITERAVEL = "caractere_transliteravel"
    CARACTERE_IMPOSSIVEL = "caractere_impossivel"
    VALOR_ZERO = "valor_zero"
    OPERADORA_DESCONHECIDA = "operadora_desconhecida"
    NAO_PREPARADA = "nao_preparada"
    CONSELHO_AUSENTE = "conselho_ausente"
    CONSELHO_MALFORMADO = "conselho_malformado"
    ANTES_DO_INICIO = "antes_do_inicio"


class Consulta(NamedTuple):
    """A row of clinica.consulta before any result."""

    id: int
    clinica_id: str
    paciente_id: int
    convenio_id: int
    numero_carteira: str | None
    medico_id: int
    solicitante_id: int | None
    data_atendimento: date
    data_solicitacao: date | None
    atendimento_rn: bool
    regime_atendimento: str
    tipo_consulta: str
    indicacao_clinica: str | None
    observacao: str | None
    preparado_tiss: bool


class Item(NamedTuple):
    """A row of clinica.consulta_item."""

    consulta_id: int
    sequencial_item: int
    codigo: str
    data_execucao: date
    valor_unitario: Decimal


class Autorizacao(NamedTuple):
    """A row of clinica.autorizacao."""

    consulta_id: int
    numero_guia_prestador: str | None
    numero_guia_operadora: str
    senha: str
    data_autorizacao: date
    data_validade_senha: date


@dataclass(slots=True)
class Agenda:
    """The rows of one call, in the order of their dates."""

    pacientes: list[Paciente] = field(default_factory=list)
    consultas: list[Consulta] = field(default_factory=list)
    itens: list[Item] = field(default_factory=list)
    autorizacoes: list[Autorizacao] = field(default_factory=list)
    defeitos: dict[int, Defeito] = field(default_factory=dict)
    """By number of the consulta."""


def agendar(
    *, consultas: int, semente: int, hoje: date, primeira_consulta: int, primeiro_paciente: int
) -> Agenda:
    """Return that many attendances of the last DIAS days; equal arguments give equal rows.

    A patient has one attendance a day at most, so that no two are alike in card, date, branch and
    procedure: an operadora would take the second for a copy.
    """
    # The seed is a text because Random hashes texts alike in every process. S311: not a secret.
    rng = Random(f"{semente}/{primeira_consulta}")  # noqa: S311
    agenda = Agenda()
    visitas: list[tuple[date, Paciente]] = []
    dias = [dia for n in range(DIAS) if (dia := hoje - timedelta(n)).weekday() < 6]
    while len(visitas) < consultas:
        paciente = _paciente(rng, primeiro_paciente + len(agenda.pacientes), hoje)
        agenda.pacientes.append(paciente)
        quantas = min(rng.choices((1, 2, 3), (70, 22, 8))[0], consultas - len(visitas))
        visitas.extend((dia, paciente) for dia in rng.sample(dias, quantas))
    visitas.sort()

    defeitos = _defeitos(rng, consultas)
    caras = set(rng.sample(range(consultas), round(consultas * 0.04)))
    for posicao, (dia, paciente) in enumerate(visitas):
        numero = primeira_consulta + posicao
        defeito = defeitos.get(posicao)
        if defeito:
            agenda.defeitos[numero] = defeito
        _atender(agenda, rng, numero, dia, paciente, defeito, cara=posicao in caras)
    return agenda


def _paciente(rng: Random, paciente_id: int, hoje: date) -> Paciente:
    indice = rng.choices(range(len(OPERADORAS)), (50, 30, 20))[0]
    return pessoas.paciente(
        rng,
        paciente_id,
        convenio_id=indice + 1,
        algarismos=OPERADORAS[indice].algarismos_carteira,
        hoje=hoje,
    )


def _defeitos(rng: Random, consultas: int) -> dict[int, Defeito]:
    """Which positions have a defect: an equal number of each, none below INTERVALO_DEFEITO."""
    lista = [defeito for defeito in Defeito for _ in range(consultas // INTERVALO_DEFEITO)]
    return dict(zip(rng.sample(range(consultas), len(lista)), lista, strict=True))


def _atender(
    agenda: Agenda,
    rng: Random,
    numero: int,
    dia: date,
    paciente: Paciente,
    defeito: Defeito | None,
    *,
    cara: bool,
) -> None:
    """Add one attendance to the agenda."""
    if defeito is Defeito.ANTES_DO_INICIO:
        dia -= ANTES_DO_INICIO
    com_exames = rng.random() < 0.3
    autorizacao = _autorizacao(rng, numero, dia) if rng.random() < 0.1 else None
    agenda.consultas.append(
        Consulta(
            id=numero,
            clinica_id=FILIAIS[0 if rng.random() < 0.65 else 1].id,
            paciente_id=paciente.id,
            convenio_id=(
                SEM_CONTRATO if defeito is Defeito.OPERADORA_DESCONHECIDA else paciente.convenio_id
            ),
            numero_carteira=None if defeito is Defeito.SEM_CARTEIRA else paciente.numero_carteira,
            medico_id=_medico(rng, paciente, dia, defeito).id,
            solicitante_id=(rng.choice(_CLINICOS).id if com_exames and rng.random() < 0.2 else None)
            # A guia SP/SADT names who asked, not who did: another solicitante hides the defect.
            if defeito not in (Defeito.CONSELHO_AUSENTE, Defeito.CONSELHO_MALFORMADO)
            else None,
            data_atendimento=dia,
            data_solicitacao=_solicitacao(rng, dia, autorizacao) if com_exames else None,
            atendimento_rn=rng.random() < 0.005,
            regime_atendimento="05" if not com_exames and rng.random() < 0.06 else "01",
            tipo_consulta=rng.choices("124", (45, 40, 15))[0],
            indicacao_clinica=rng.choice(_INDICACOES) if com_exames else None,
            observacao=_observacao(rng, defeito),
            preparado_tiss=defeito is not Defeito.NAO_PREPARADA,
        )
    )
    if autorizacao:
        agenda.autorizacoes.append(autorizacao)
    preco = Decimal(10 * (rng.randint(32, 40) if cara else rng.randint(9, 28)))
    codigos = [CONSULTA, *(_exames(rng, paciente, dia) if com_exames else ())]
    for sequencial, codigo in enumerate(codigos, start=1):
        valor = preco if codigo == CONSULTA else Decimal(PRECOS[codigo])
        if defeito is Defeito.VALOR_ZERO:
            valor = Decimal(0)
        agenda.itens.append(Item(numero, sequencial, codigo, dia, valor))


_SEM_CONSELHO = next(medico for medico in MEDICOS if medico.numero_conselho is None)
_CONSELHO_LONGO = next(medico for medico in MEDICOS if len(medico.numero_conselho or "") > 15)
_REGULARES = [medico for medico in MEDICOS if medico not in (_SEM_CONSELHO, _CONSELHO_LONGO)]
_PEDIATRAS = [medico for medico in _REGULARES if medico.cbo == pessoas.PEDIATRA]
_DA_MULHER = [medico for medico in _REGULARES if medico.cbo != pessoas.PEDIATRA]
_DO_HOMEM = [medico for medico in _DA_MULHER if medico.cbo != pessoas.GINECOLOGISTA]
_CLINICOS = [medico for medico in _REGULARES if medico.cbo == "225125"]


def _medico(rng: Random, paciente: Paciente, dia: date, defeito: Defeito | None) -> Medico:
    if defeito is Defeito.CONSELHO_AUSENTE:
        return _SEM_CONSELHO
    if defeito is Defeito.CONSELHO_MALFORMADO:
        return _CONSELHO_LONGO
    if dia.year - paciente.nascimento.year < 14:
        return rng.choice(_PEDIATRAS)
    return rng.choice(_DA_MULHER if paciente.sexo == "F" else _DO_HOMEM)


def _exames(rng: Random, paciente: Paciente, dia: date) -> list[str]:
    quantos = rng.choices((1, 2, 3, 4), (35, 30, 20, 15))[0]
    return list(dict.fromkeys(rng.sample(exames_para(paciente, dia), quantos)))


def _autorizacao(rng: Random, numero: int, dia: date) -> Autorizacao:
    pedido = dia - timedelta(rng.randint(0, 10))
    return Autorizacao(
        consulta_id=numero,
        # With a letter, so that it never meets a number of the contrato's own sequence.
        numero_guia_prestador=f"A{numero:09d}" if rng.random() < 0.2 else None,
        numero_guia_operadora=f"{rng.randrange(10**9, 10**10)}",
        senha=f"{rng.randrange(10**7, 10**8)}",
        data_autorizacao=pedido,
        data_validade_senha=pedido + timedelta(30),
    )


def _solicitacao(rng: Random, dia: date, autorizacao: Autorizacao | None) -> date:
    if autorizacao:
        return autorizacao.data_autorizacao
    return dia - timedelta(rng.choices((0, 3, 7), (80, 12, 8))[0])


def _observacao(rng: Random, defeito: Defeito | None) -> str | None:
    if defeito is Defeito.CARACTERE_TRANSLITERAVEL:
        return _TRANSLITERAVEL
    if defeito is Defeito.CARACTERE_IMPOSSIVEL:
        return _IMPOSSIVEL
    return rng.choice(_OBSERVACOES) if rng.random() < 0.06 else None
