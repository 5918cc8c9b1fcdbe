"""Contratos as people look at them: all of them, and what was done about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tiss.repository.conexao import Transacao


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratoNaLista:
    """A contrato in one line, and what keeps it from working.

    ativa: False when the operadora is switched off. operacoes_suspensas: those that the operadora
    refused, until the contrato changes. alterado_em: None before it was noted.
    """

    id: int
    versao: int
    registro_ans: str
    operadora: str
    ativa: bool
    clinica_id: str
    prestador: str
    ambiente: str
    versao_tiss: str
    tipo_api: str
    tipo_autenticacao: str
    envio: str
    credencial: str | None
    assinatura: str | None
    proximo_numero_lote: int
    proximo_numero_guia: int
    alterado_em: datetime | None
    ultimo_envio: datetime | None
    suspenso_em: datetime | None
    suspenso_por: str | None
    suspenso_motivo: str | None
    operacoes_suspensas: Sequence[str]
    credencial_suspensa_desde: datetime | None
    credencial_motivo: str | None
    credencial_aceita_em: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcaoNoContrato:
    """What a person did about it, with what they wrote; situacao: HTTP status, None: unfinished.

    mudou: the keys of the contrato that changed, or the fields of its connection that were stored.
    """

    quem: str
    o_que: str
    quando: datetime
    situacao: int | None
    motivo: str | None
    mudou: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutroEndereco:
    """A contrato of the same operadora and environment that has another address."""

    id: int
    prestador: str


def listar(
    t: Transacao, operadoras: Sequence[str] = (), ids: Sequence[int] = ()
) -> list[ContratoNaLista]:
    """Return contratos, all when none is named; those of an operadora stand together."""
    return t.linhas(ContratoNaLista, "lista/contratos", operadoras=list(operadoras), ids=list(ids))


def acoes(t: Transacao, contrato_id: int) -> list[AcaoNoContrato]:
    """Return what people did about a contrato lately, newest first."""
    return t.linhas(AcaoNoContrato, "lista/acoes_no_contrato", contrato=contrato_id)


def outros_enderecos(t: Transacao, contrato_id: int) -> list[OutroEndereco]:
    """Return the contratos beside one whose address is another; those without any are left out."""
    return t.linhas(OutroEndereco, "lista/outros_enderecos", contrato=contrato_id)
