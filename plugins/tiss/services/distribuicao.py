"""Deals lotes over a bounded number of mapped tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TypedDict

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.calendario import Calendario
from tiss.repository import Repositorio, contratos, lotes, pagamentos
from tiss.repository.lotes import DoContrato
from tiss.services.vez import fora_do_calendario

log = structlog.get_logger(__name__)

# Airflow refuses to map over more than core.max_map_length (1024 by default).
MAXIMO = 1000
ESPERAS = {
    "PRAZO": "prazo do recurso vencido: veja se a operadora ainda o aceita, ou refaça-o e descarte",
    "PORTAL": "contrato de portal: exporte o lote, entregue e marque como enviado",
    "EXPORTADO": "exportado para o portal: marque como enviado ou desfaça a exportação",
    "CONFERENCIA": "conferência: confira e libere com tiss lote liberar",
    "SUSPENSO": "contrato suspenso por uma pessoa",
}


class Remessa(TypedDict):
    """What one mapped task handles: a name for the Airflow screen, and ids of lotes."""

    nome: str
    lotes: list[int]


class Consulta(Remessa):
    """The same of tiss_retorno. meses: whose payments are asked for, as MesAConsultar has them.

    desde: when it was dealt, as `lotes.agora` has it. What was answered since is not asked again.
    """

    meses: list[tuple[int, str, str]]
    desde: int


def distribuir_envios(
    repo: Repositorio,
    contratos_ids: Sequence[int],
    so_lotes: Sequence[int] | None,
    *,
    agora: datetime,
) -> list[Remessa]:
    """Return the PENDENTE lotes of the contratos, dealt; so_lotes: only these, None for all.

    agora: with a time zone. What waits for a person, or for the delivery calendar of its operadora,
    is left out and told.
    """
    with repo.transacao() as t:
        achados = lotes.pendentes(t, contratos_ids, so_lotes)
        conhecidos = contratos.listar(t)
    fechados = {
        contrato.id: motivo
        for contrato in conhecidos
        if (motivo := fora_do_calendario(contrato, agora)) is not None
    }
    prontos = []
    esperas: dict[str, list[int]] = defaultdict(list)
    for achado in achados:
        # The deadline of a recurso does not wait for a calendar of lotes.
        fechado = None if achado.recurso else fechados.get(achado.contrato_id)
        motivo = achado.espera or fechado
        if motivo is None:
            prontos.append(achado)
        else:
            esperas[ESPERAS.get(motivo, motivo)].append(achado.id)
    for motivo, ids in esperas.items():
        log.warning("lotes que esperam", motivo=motivo, lotes=ids)
    return distribuir(prontos, conhecidos)


def acordados(repo: Repositorio, *, agora: datetime) -> list[int]:
    """Return the lotes of contratos with a delivery calendar that is open now, by id.

    The night may come when it is closed: nothing else would send what waits for it.
    """
    with repo.transacao() as t:
        abertos = [
            contrato.id
            for contrato in contratos.listar(t, so_ativas=True)
            if contrato.calendario != Calendario() and fora_do_calendario(contrato, agora) is None
        ]
        achados = lotes.pendentes(t, abertos)
    return [achado.id for achado in achados if achado.espera is None]


def distribuir_lotes(repo: Repositorio, lotes_ids: Sequence[int]) -> list[Remessa]:
    """Return the given lotes, dealt, in whatever state they are."""
    with repo.transacao() as t:
        achados = [
            DoContrato(contrato_id=lotes.obter(t, lote_id).contrato_id, id=lote_id)
            for lote_id in dict.fromkeys(lotes_ids)
        ]
        conhecidos = contratos.listar(t)
    return distribuir(achados, conhecidos)


def distribuir_consultas(
    repo: Repositorio, contratos_ids: Sequence[int], protocolos: Sequence[str]
) -> list[Consulta]:
    """Return what is to be asked now, dealt: protocolos, and what was paid in some months.

    protocolos: only these, whenever they are due; empty means all that are.
    """
    with repo.transacao() as t:
        desde = lotes.agora(t)
        achados = lotes.abertos(t, contratos_ids, protocolos)
        conhecidos = contratos.listar(t)
        nomes = {
            contrato.id: contrato.nome
            for contrato in conhecidos
            if contrato.id in contratos_ids
            and contrato.oferece(Operacao.SOLIC_DEMONSTRATIVO_RETORNO)
        }
        a_consultar = [] if protocolos else pagamentos.a_consultar(t, [*nomes])
    consultas = [
        Consulta(**remessa, meses=[], desde=desde) for remessa in distribuir(achados, conhecidos)
    ]
    meses: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for mes in a_consultar:
        meses[mes.contrato_id].append((mes.contrato_id, mes.tipo, mes.competencia))
    return consultas + [
        Consulta(nome=f"{nomes[contrato_id]}: pagamentos", lotes=[], meses=do_contrato, desde=desde)
        for contrato_id, do_contrato in meses.items()
    ]


def distribuir(achados: Sequence[DoContrato], conhecidos: Sequence[Contrato]) -> list[Remessa]:
    """Deal the lotes of each contrato over at most max_envios_simultaneos remessas.

    Remessas of different contratos alternate, so that a slow operadora does not take all the
    workers; at most MAXIMO in all.
    """
    por_id = {contrato.id: contrato for contrato in conhecidos}
    do_contrato: dict[int, list[int]] = defaultdict(list)
    for achado in achados:
        do_contrato[achado.contrato_id].append(achado.id)
    teto = max(1, MAXIMO // max(1, len(do_contrato)))
    grupos = [_repartir(por_id[contrato_id], ids, teto) for contrato_id, ids in do_contrato.items()]
    return [remessa for rodada in zip_longest(*grupos) for remessa in rodada if remessa is not None]


def _repartir(contrato: Contrato, ids: Sequence[int], teto: int) -> list[Remessa]:
    quantas = min(len(ids), contrato.max_envios_simultaneos, teto)
    partes = [list(ids[numero::quantas]) for numero in range(quantas)]
    return [Remessa(nome=f"{contrato.nome}: {_nomes(parte)}", lotes=parte) for parte in partes]


def _nomes(ids: Sequence[int]) -> str:
    if len(ids) == 1:
        return f"lote {ids[0]}"
    return f"{len(ids)} lotes, {ids[0]} a {ids[-1]}"
