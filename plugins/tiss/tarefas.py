"""What each task of the DAGs does: its Params and ids in, a use case, ids out.

XCom carries ids, names and counts only. Every function may run again at any time: what it does
is guarded by the state of the rows, not by the state of the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

import structlog
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from tiss import avisos, hooks
from tiss.domain.cadastro import Contrato
from tiss.domain.digesto import Etapa
from tiss.errors import ConfigError
from tiss.repository import Repositorio, Transacao, contratos, lotes, retornos
from tiss.repository.guias import Filtro
from tiss.repository.lotes import Lote
from tiss.services import (
    atraso,
    cancelamento,
    digesto,
    distribuicao,
    duvida,
    envio,
    esquecidas,
    falhas,
    gravacao,
    montagem,
    recurso,
    retorno,
    soma,
    varredura,
    visao,
)
from tiss.services.distribuicao import Consulta, Remessa
from tiss.services.registro import grupo

log = structlog.get_logger(__name__)

FATURAMENTO = frozenset(
    {"operadoras", "prestadores", "desde", "ate", "tipos", "consultas", "apenas_validar"}
)
RETORNO = frozenset({"operadoras", "protocolos"})
ENVIO = frozenset({"lotes"})
CANCELAMENTO = frozenset({"lotes"})
DUVIDA = frozenset({"lotes"})
RECURSO = frozenset({"operadoras", "protocolos", "codigos"})
# What a task that failed should have returned arrives as None in those that run all the same.
SEM_PREPARO = "A preparação falhou: veja o log das tarefas anteriores."


def preparar_faturamento() -> list[int]:
    """Check the Params and the view, settle what dead processes left; return the contratos to bill.

    A rehearsal ("apenas validar") leaves everything as it is.
    """
    pedido = hooks.parametros(FATURAMENTO)
    repo = hooks.repositorio()
    with repo.transacao() as t:
        _exigir_conhecidos(t, pedido)
        escolhidos = contratos.listar(
            t,
            operadoras=pedido["operadoras"],
            prestadores=pedido["prestadores"],
            so_ativas=True,
        )
    # What is wrong with the Params is seen by who typed them.
    with _lembrada(repo, Etapa.PREPARO, pedido):
        visao.conferir(repo)
        if not pedido["apenas_validar"]:
            varredura.varrer(repo)
            recusadas = montagem.recusar_sem_contrato(repo)
            log.info("consultas sem contrato", recusadas=recusadas)
    log.info("contratos escolhidos", contratos=[contrato.nome for contrato in escolhidos])
    return [contrato.id for contrato in escolhidos]


def montar(contrato_id: int) -> list[int]:
    """Build the lotes of a contrato; return their ids. With "apenas validar", none."""
    pedido = hooks.parametros(FATURAMENTO)
    repo = hooks.repositorio()
    contrato = _contrato(contrato_id)
    hooks.nomear(contrato.nome)
    fazer = montagem.validar if pedido["apenas_validar"] else montagem.montar
    with _lembrada(repo, Etapa.MONTAGEM, pedido, contrato_id):
        if not pedido["apenas_validar"] and (faltas := hooks.faltas_da_conexao(contrato)):
            raise ConfigError(f"Contrato {contrato.nome}: {'; '.join(faltas)}.")
        with grupo(f"Montagem: {contrato.nome}"):
            feito = fazer(repo, contrato, _filtro(pedido), agora=hooks.agora())
    log.info(
        "guias conferidas",
        contrato=contrato.nome,
        validas=feito.geradas,
        invalidas=feito.invalidas,
        problemas=dict(feito.problemas),
    )
    return feito.lotes


def conferir(contrato_ids: Sequence[int]) -> None:
    """Look for consultas of the contratos that no night bills; the digest tells how many."""
    pedido = hooks.parametros(FATURAMENTO)
    repo = hooks.repositorio()
    if not pedido["apenas_validar"]:
        with falhas.lembradas(repo, Etapa.CONFERENCIA, definitiva=hooks.definitiva):
            esquecidas.conferir(repo, contrato_ids, agora=hooks.agora())


def distribuir_envios(
    contrato_ids: Sequence[int] | None, montados: Iterable[list[int]] | None
) -> list[Remessa]:
    """Return what waits to be sent, dealt over mapped tasks.

    A run over everything sends every lote that waits; one that looks at a part of the consultas
    sends only what it built.
    """
    if contrato_ids is None:
        raise AirflowFailException(SEM_PREPARO)
    pedido = hooks.parametros(FATURAMENTO)
    if pedido["apenas_validar"]:
        return []
    construidos = [lote_id for do_contrato in montados or [] for lote_id in do_contrato]
    return distribuicao.distribuir_envios(
        hooks.repositorio(),
        contrato_ids,
        construidos if _filtro(pedido).parcial else None,
        agora=hooks.agora(),
    )


def enviar(remessa: Remessa) -> None:
    """Send the lotes of a remessa; fail or ask for a retry when something is left."""
    hooks.nomear(remessa["nome"])
    envio.enviar_remessa(remessa["lotes"], hooks.repositorio(), hooks.cliente_de, quem=hooks.quem())


def concluir_faturamento(
    contrato_ids: Sequence[int] | None,
    montados: Iterable[list[int]] | None,
    remessas: Sequence[Remessa] | None,
) -> None:
    """Say how the run ended; fail when a step before failed or a lote did not arrive.

    Airflow calls a run whose last task succeeds a success, whatever failed before it.
    """
    if contrato_ids is None or remessas is None:
        raise AirflowFailException(SEM_PREPARO)
    falharam = len(contrato_ids) - len(list(montados or []))
    lotes_ids = [lote_id for remessa in remessas for lote_id in remessa["lotes"]]
    _exigir_prontos(lotes_ids, falharam=falharam)


def preparar_envio() -> list[int]:
    """Check the lotes of the form, settle what dead processes left; return their ids."""
    return _lotes_pedidos(ENVIO)


def distribuir_lotes(lotes_ids: Sequence[int] | None) -> list[Remessa]:
    """Return the given lotes, dealt over mapped tasks, whatever holds them back: the task says."""
    if lotes_ids is None:
        raise AirflowFailException(SEM_PREPARO)
    return distribuicao.distribuir_lotes(hooks.repositorio(), lotes_ids)


def concluir_envio(lotes_ids: Sequence[int] | None) -> None:
    """Say how the lotes of the form ended; fail when one of them did not arrive."""
    if lotes_ids is None:
        raise AirflowFailException(SEM_PREPARO)
    _exigir_prontos(lotes_ids, falharam=0)


def preparar_cancelamento() -> list[int]:
    """Check the lotes of the form, settle what dead processes left; return their ids."""
    return _lotes_pedidos(CANCELAMENTO)


def cancelar(lote_id: int) -> None:
    """Ask the operadora to cancel a lote, in the name of who started the run; say how it ended."""
    hooks.nomear(f"lote {lote_id}")
    repo = hooks.repositorio()
    estado = cancelamento.cancelar(
        lote_id, repo, hooks.cliente_de, quem=hooks.quem(), por=hooks.quem_pediu()
    )
    log.info("cancelamento pedido", lote=lote_id, estado=estado)


def preparar_duvida() -> list[dict[str, Any]]:
    """Settle what needs no person; return what to ask, one set of arguments per question."""
    pedido = hooks.parametros(DUVIDA)
    repo = hooks.repositorio()
    varredura.varrer(repo)
    return [_em_palavras(pergunta) for pergunta in duvida.perguntas(repo, pedido["lotes"] or None)]


def perguntar() -> None:
    """Start tiss_duvida for the lotes that only a person can settle and nobody was asked about."""
    lotes_ids = duvida.a_perguntar(hooks.repositorio(), quem=hooks.corrida())
    if lotes_ids:
        hooks.disparar("tiss_duvida", {"lotes": lotes_ids})
    log.info("nenhuma dúvida nova")


def preparar_recurso() -> list[dict[str, Any]]:
    """Prepare what the form asks for; return what to ask, one set of arguments per draft."""
    pedido = hooks.parametros(RECURSO)
    repo = hooks.repositorio()
    varredura.varrer(repo)
    with repo.transacao() as t:
        _exigir_conhecidos(t, pedido)
        ids = [contrato.id for contrato in contratos.listar(t, operadoras=pedido["operadoras"])]
    preparo = recurso.preparar(
        repo,
        ids,
        por=hooks.corrida(),
        protocolos=pedido["protocolos"],
        codigos=pedido["codigos"],
    )
    for recusa in preparo.recusas:
        log.warning("glosa sem recurso", motivo=recusa)
    propostas = recurso.propostas(
        repo, ids, protocolos=pedido["protocolos"], codigos=pedido["codigos"]
    )
    return [_aprovacao_em_palavras(proposta) for proposta in propostas[: distribuicao.MAXIMO]]


def espera_aprovacao(recurso_id: int) -> bool:
    """Return whether a recurso still waits for a person."""
    return recurso.e_rascunho(hooks.repositorio(), recurso_id)


def decidir_recurso(recurso_id: int, botao: str, *, por: str) -> str:
    """Carry out what a person decided about a recurso; what is approved is sent by tiss_envio."""
    (decisao,) = (opcao for opcao, palavras in recurso.BOTOES.items() if palavras == botao)
    repo = hooks.repositorio()
    if decisao is recurso.Decisao.DEPOIS:
        return f"Recurso {recurso_id}: continua rascunho."
    if decisao is recurso.Decisao.DESCARTAR:
        recurso.descartar(repo, recurso_id, por=por)
        return f"Recurso {recurso_id}: descartado."
    lote_id = recurso.aprovar(repo, recurso_id, por=por)
    hooks.disparar("tiss_envio", {"lotes": [lote_id]})


def acordar() -> None:
    """Start tiss_envio for the lotes that waited for a delivery calendar which is open now."""
    lotes_ids = distribuicao.acordados(hooks.repositorio(), agora=hooks.agora())
    if lotes_ids:
        hooks.disparar("tiss_envio", {"lotes": lotes_ids})
    log.info("nenhum lote esperava o calendário")


def em_duvida(lote_id: int) -> bool:
    """Return whether a lote still waits for the answer of a person."""
    return bool(duvida.perguntas(hooks.repositorio(), [lote_id]))


def resolver_duvida(
    lote_id: int, botao: str, *, por: str, protocolo: str, consultei_o_portal: bool
) -> str:
    """Carry out what a person answered about a lote in doubt; return what was done."""
    (resposta,) = (opcao for opcao, palavras in duvida.BOTOES.items() if palavras == botao)
    feito = duvida.resolver(
        hooks.repositorio(),
        lote_id,
        resposta,
        por=por,
        protocolo=protocolo,
        consultei_o_portal=consultei_o_portal,
        cliente_de=hooks.cliente_de,
        quem=hooks.quem(),
    )
    log.info("dúvida respondida", lote=lote_id, por=por, feito=feito)
    return f"Lote {lote_id}: {feito}."


def preparar_retorno() -> list[int]:
    """Check the Params, settle what dead processes left; return the contratos to ask."""
    pedido = hooks.parametros(RETORNO)
    repo = hooks.repositorio()
    varredura.varrer(repo)
    with repo.transacao() as t:
        _exigir_conhecidos(t, pedido)
        escolhidos = contratos.listar(t, operadoras=pedido["operadoras"])
    return [contrato.id for contrato in escolhidos]


def distribuir_consultas(contrato_ids: Sequence[int]) -> list[Consulta]:
    """Return the protocolos and the payments that are due to be asked for, over mapped tasks."""
    pedido = hooks.parametros(RETORNO)
    return distribuicao.distribuir_consultas(
        hooks.repositorio(), contrato_ids, pedido["protocolos"]
    )


def consultar(remessa: Consulta) -> int:
    """Ask all that a remessa names; ask for a retry when an operadora did not answer.

    Return how many questions.
    """
    hooks.nomear(remessa["nome"])
    retorno.consultar_remessa(remessa, hooks.repositorio(), hooks.cliente_de, quem=hooks.quem())
    return len(remessa["lotes"]) + len(remessa["meses"])


def gravar() -> int:
    """Write every new verdict to the clinic; return how many. Also tell what is late, and sum."""
    repo = hooks.repositorio()
    with falhas.lembradas(repo, Etapa.GRAVACAO, definitiva=hooks.definitiva):
        atraso.conferir_atrasos(repo)
        soma.refazer_somas(repo)
        gravados, _ = gravacao.gravar_resultados(repo)
    return gravados


def avisar() -> None:
    """Tell people what is new, by the notifier that they chose."""
    digesto.avisar(hooks.repositorio(), avisos.entregar, agora=hooks.agora())


def concluir_retorno(
    remessas: Sequence[Consulta] | None, consultadas: Iterable[int] | None, gravados: int | None
) -> None:
    """Say what does not fit; fail when a step before failed."""
    if remessas is None:
        raise AirflowFailException(SEM_PREPARO)
    with hooks.repositorio().transacao() as t:
        abertas = retornos.divergencias_abertas(t)
    for linha in abertas:
        log.warning("divergências em aberto", motivo=linha["motivo"], quantas=linha["quantas"])
    falharam = len(remessas) - len(list(consultadas or []))
    if falharam or gravados is None:
        raise AirflowException(
            f"Ficou por fazer: {falharam} remessas sem resposta; gravação na clínica "
            f"{'com falha' if gravados is None else 'feita'}. A próxima hora tenta de novo."
        )


def _lotes_pedidos(conhecidos: frozenset[str]) -> list[int]:
    """The lotes that a person named, which exist; nothing of a dead process lies around them."""
    pedido = hooks.parametros(conhecidos)
    repo = hooks.repositorio()
    varredura.varrer(repo)
    with repo.transacao() as t:
        return [_atual(t, lote_id).id for lote_id in pedido["lotes"]]


def _exigir_prontos(lotes_ids: Sequence[int], *, falharam: int) -> None:
    """Say how lotes ended; raise when one did not arrive, or contratos failed to be built."""
    por_estado: dict[str, list[int]] = {}
    with hooks.repositorio().transacao() as t:
        for lote in (_atual(t, lote_id) for lote_id in lotes_ids):
            por_estado.setdefault(lote.status, []).append(lote.id)
    log.info("lotes por estado", **{estado: len(ids) for estado, ids in por_estado.items()})
    parados = {
        estado: ids for estado, ids in por_estado.items() if estado not in set(envio.PRONTOS)
    }
    if falharam or parados:
        raise AirflowException(
            f"Ficou por fazer: {falharam} contratos sem montagem; lotes {parados or 'nenhum'}. "
            "Os logs de montar e enviar dizem o que fazer com cada um."
        )


def _em_palavras(pergunta: duvida.Pergunta) -> dict[str, Any]:
    """A question as Airflow shows it: ids and totals, nothing of a patient."""
    espera = (
        ""
        if pergunta.quarentena_ate is None
        else f"\n\nAté {pergunta.quarentena_ate} o pedido ainda pode estar na fila da operadora: "
        "antes disso só se informa o protocolo."
    )
    return {
        "lote_id": pergunta.lote_id,
        "subject": f"Lote {pergunta.lote_id}: a operadora recebeu?",
        "body": f"**{pergunta.contrato}**, **{pergunta.o_que}**, "
        f"{pergunta.quantidade_guias} guias, R$ {pergunta.valor_total}.\n\n{pergunta.motivo}\n\n"
        f"Consulte o portal da operadora por este número e responda.{espera}",
        "options": [duvida.BOTOES[opcao] for opcao in pergunta.opcoes],
    }


def _aprovacao_em_palavras(proposta: recurso.Proposta) -> dict[str, Any]:
    """A draft as Airflow shows it: ids, codes and totals, nothing of a patient."""
    resumo = proposta.resumo
    prazo = "sem prazo no contrato" if resumo.prazo is None else f"até {resumo.prazo:%d/%m/%Y}"
    faltam = (
        ""
        if resumo.sem_justificativa == 0
        else f"\n\nSem justificativa: {resumo.sem_justificativa}. Antes de aprovar, use tiss "
        f"recurso justificar {resumo.id}."
    )
    return {
        "recurso_id": resumo.id,
        "subject": f"Recurso {resumo.id}: recorrer de R$ {resumo.valor_recursado}?",
        "body": f"**{proposta.contrato}**, protocolo **{resumo.protocolo}**, lote de número "
        f"{resumo.numero_lote}: {resumo.glosas} glosas em {resumo.guias} guias, códigos "
        f"{', '.join(resumo.codigos)}, **R$ {resumo.valor_recursado}**, {prazo}.\n\nVeja cada uma "
        f"com tiss recurso mostrar {resumo.id}.{faltam}",
        "options": list(recurso.BOTOES.values()),
    }


def _lembrada(
    repo: Repositorio, etapa: Etapa, pedido: dict[str, Any], contrato_id: int | None = None
) -> AbstractContextManager[None]:
    """Let the digest tell it when this step fails; of a rehearsal there is nothing to tell."""
    if pedido["apenas_validar"]:
        return nullcontext()
    return falhas.lembradas(repo, etapa, contrato_id, definitiva=hooks.definitiva)


def _contrato(contrato_id: int) -> Contrato:
    with hooks.repositorio().transacao() as t:
        return contratos.obter(t, contrato_id)


def _filtro(pedido: dict[str, Any]) -> Filtro:
    return Filtro(
        tipos=tuple(pedido["tipos"]),
        consultas=tuple(pedido["consultas"]),
        desde=_data(pedido["desde"]),
        ate=_data(pedido["ate"]),
    )


def _data(texto: str | None) -> date | None:
    return date.fromisoformat(texto) if texto else None


def _atual(t: Transacao, lote_id: int) -> Lote:
    """The lote that stands for this one now: a refused one may have been rebuilt since."""
    lote = lotes.obter(t, lote_id)
    while lote.substituido_por is not None:
        lote = lotes.obter(t, lote.substituido_por)
    return lote


def _exigir_conhecidos(t: Transacao, pedido: dict[str, Any]) -> None:
    """A misspelt name would do nothing, and call it a success."""
    prestadores = {contrato.clinica_id for contrato in contratos.listar(t)}
    desconhecidos = [
        *contratos.desconhecidas(t, pedido["operadoras"]),
        *(nome for nome in pedido.get("prestadores", []) if nome not in prestadores),
    ]
    if desconhecidos:
        raise ConfigError(
            f"Não há contrato com: {', '.join(desconhecidos)}. Confira o registro ANS da operadora "
            "ou o código do prestador."
        )
