"""The rows that an attendance makes in the tables of the reference clinic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tiss.demo.pessoas import Paciente

__all__ = [
    "Agenda",
    "Autorizacao",
    "Consulta",
    "Defeito",
    "Despesa",
    "Internacao",
    "Item",
    "Membro",
]


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
    CODIGO_FORA_DE_VIGENCIA = "codigo_fora_de_vigencia"
    ATENDIMENTO_REPETIDO = "atendimento_repetido"
    CAMPO_DESCONHECIDO = "campo_desconhecido"


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
    campos_tiss: str
    """JSON."""


class Item(NamedTuple):
    """A row of clinica.consulta_item."""

    consulta_id: int
    sequencial_item: int
    codigo: str
    data_execucao: date
    valor_unitario: Decimal
    reducao_acrescimo: Decimal = Decimal("1.00")
    hora_inicial: time | None = None
    hora_final: time | None = None
    via_acesso: str | None = None
    tecnica_utilizada: str | None = None


class Membro(NamedTuple):
    """A row of clinica.consulta_equipe."""

    consulta_id: int
    sequencial_item: int
    medico_id: int
    grau_participacao: str


class Despesa(NamedTuple):
    """A row of clinica.consulta_despesa."""

    consulta_id: int
    sequencial_item: int
    insumo: str
    data_execucao: date
    quantidade: int
    valor_unitario: Decimal
    item_vinculado: int


class Internacao(NamedTuple):
    """A row of clinica.internacao."""

    consulta_id: int
    hospital_id: int
    guia_solic_internacao: str
    data_inicio: date
    data_fim: date


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
    equipes: list[Membro] = field(default_factory=list)
    despesas: list[Despesa] = field(default_factory=list)
    internacoes: list[Internacao] = field(default_factory=list)
    autorizacoes: list[Autorizacao] = field(default_factory=list)
    defeitos: dict[int, Defeito] = field(default_factory=dict)
    """By number of the consulta."""
