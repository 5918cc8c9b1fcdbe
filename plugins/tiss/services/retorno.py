"""Asks what became of the lotes that operadoras took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog

from tiss.domain.cadastro import Contrato, Operacao, TipoGuia
from tiss.domain.estados import StatusLote
from tiss.domain.pedido import SolicitacaoDemonstrativoAnalise
from tiss.domain.retorno import (
    ANALISADA_AGUARDANDO,
    ANALISADAS,
    CANCELADO,
    NAO_LOCALIZADO,
    Demonstrativos,
    DemonstrativosPagamento,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.errors import PendingError
from tiss.repository import Repositorio, contratos, lotes, pagamentos, retornos
from tiss.repository.lotes import Lote
from tiss.repository.pagamentos import MesAConsultar
from tiss.services.anuncio import guardar_anunciadas
from tiss.services.conciliacao import (
    aplicar_demonstrativos,
    aplicar_pagamentos,
    cobrar_ausentes,
    localizado,
)
from tiss.services.conversa import ClienteDe
from tiss.services.distribuicao import Consulta
from tiss.services.esclarecimento import resolver_sozinho, situacao_de
from tiss.services.julgamento import consultar_recurso
from tiss.services.pergunta import Assunto, perguntar
from tiss.services.recebimento import consultar_mes
from tiss.services.registro import grupo

log = structlog.get_logger(__name__)

ACOMPANHADOS = frozenset({StatusLote.ENVIADO, StatusLote.PROCESSADO})
COM_DEMONSTRATIVO = ANALISADAS | {ANALISADA_AGUARDANDO, CANCELADO}


def consultar_remessa(
    consulta: Consulta, repo: Repositorio, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Ask all that a remessa names. Raises PendingError at the end if nobody answered for a part.

    What was answered since the remessa was dealt is passed over: the task is tried again for what
    was not. One operadora that is silent does not stop the others. A lote in doubt takes the steps
    that need no person. Those with a protocolo are asked about one by one, and for the
    demonstrativos of what was analysed several at a time.
    """
    silencios: list[PendingError] = []
    lotes_ids, meses = _por_perguntar(consulta, repo)

    @contextmanager
    def cada(titulo: str, **sobre: object) -> Iterator[None]:
        with grupo(titulo):
            try:
                yield
            except PendingError as erro:
                log.error("sem resposta", motivo=str(erro), **sobre)
                silencios.append(erro)

    prontos: dict[tuple[int, bool], list[Lote]] = defaultdict(list)
    for lote_id in lotes_ids:
        with cada(f"Consulta do lote {lote_id}", lote=lote_id):
            lote, contrato = _ler(repo, lote_id)
            if _quer_demonstrativo(lote, contrato, repo, cliente_de, quem):
                # One answer cannot hold both kinds of demonstrativo.
                prontos[contrato.id, lote.tipo_guia == TipoGuia.ODONTO].append(lote)
    for (contrato_id, _), do_contrato in prontos.items():
        with repo.transacao() as t:
            contrato = contratos.obter(t, contrato_id)
        for comeco in range(0, len(do_contrato), contrato.protocolos_por_consulta):
            parte = do_contrato[comeco : comeco + contrato.protocolos_por_consulta]
            ids = [lote.id for lote in parte]
            with cada(f"Demonstrativo dos lotes {', '.join(map(str, ids))}", lotes=ids):
                _pedir_demonstrativos(parte, contrato, repo, cliente_de, quem)
    for mes in meses:
        with cada(f"Pagamentos de {mes.competencia}", competencia=mes.competencia):
            consultar_mes(repo, mes, cliente_de, quem=quem)
    if silencios:
        raise silencios[0]


def _por_perguntar(consulta: Consulta, repo: Repositorio) -> tuple[list[int], list[MesAConsultar]]:
    """Return the lotes and months of a remessa about which there was no answer since it was dealt.

    A remessa is what was due when it was dealt: only the database knows what an earlier try of the
    same task has been told since.
    """
    meses = [
        MesAConsultar(contrato_id=contrato_id, tipo=tipo, competencia=competencia)
        for contrato_id, tipo, competencia in consulta["meses"]
    ]
    with repo.transacao() as t:
        lotes_ditos = lotes.respondidos(t, consulta["lotes"], consulta["desde"])
        meses_ditos = pagamentos.respondidos(t, meses, consulta["desde"])
    if lotes_ditos or meses_ditos:
        log.info(
            "já respondidos nesta execução",
            lotes=sorted(lotes_ditos),
            meses=[mes.competencia for mes in meses_ditos],
        )
    return (
        [lote_id for lote_id in consulta["lotes"] if lote_id not in lotes_ditos],
        [mes for mes in meses if mes not in meses_ditos],
    )


def _ler(repo: Repositorio, lote_id: int) -> tuple[Lote, Contrato]:
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        return lote, contratos.obter(t, lote.contrato_id)


def _quer_demonstrativo(
    lote: Lote, contrato: Contrato, repo: Repositorio, cliente_de: ClienteDe, quem: str
) -> bool:
    """Ask what became of a lote; return whether its demonstrativo is to be asked for now.

    Of one that has all its verdicts, only when the operadora says something new. Raises
    PendingError when nobody answered.
    """
    if lote.status == StatusLote.EM_DUVIDA:
        resolver_sozinho(repo, lote, contrato, cliente_de, quem=quem)
    if lote.status not in ACOMPANHADOS or lote.protocolo is None:
        return False
    if lote.e_recurso:
        consultar_recurso(repo, lote, contrato, cliente_de, quem=quem)
        return False
    if not contrato.oferece(Operacao.SOLIC_STATUS_PROTOCOLO):
        return True
    assunto = Assunto(contrato=contrato, lote=lote)
    resposta = perguntar(repo, assunto, situacao_de(lote, contrato), cliente_de, quem=quem)
    vale = _vale_pedir_demonstrativo(repo, lote, resposta)
    dita = resposta.situacao if isinstance(resposta, SituacaoProtocolo) else None
    if vale and (lote.status == StatusLote.ENVIADO or dita != lote.situacao_protocolo):
        return True
    with repo.transacao() as t:
        retornos.encerrar_lote(t, lote.id)
        lotes.agendar_consulta(t, lote.id)
    return False


def _pedir_demonstrativos(
    parte: Sequence[Lote],
    contrato: Contrato,
    repo: Repositorio,
    cliente_de: ClienteDe,
    quem: str,
) -> None:
    """Ask for the demonstrativos of some protocolos, and store what they decide.

    An operadora that refuses several at once is asked for one after the other.
    """
    sozinho = parte[0] if len(parte) == 1 else None
    protocolos = tuple(lote.protocolo or "" for lote in parte)
    assunto = Assunto(contrato=contrato, lote=sozinho, protocolos=() if sozinho else protocolos)
    pedido = SolicitacaoDemonstrativoAnalise(
        contratado=contrato.contratado,
        data_solicitacao=contrato.no_fuso(datetime.now(UTC)).date(),
        protocolos=protocolos,
    )
    resposta = perguntar(repo, assunto, pedido, cliente_de, quem=quem)
    match resposta:
        case Demonstrativos():
            falados = aplicar_demonstrativos(repo, contrato, resposta)
        # Dental guias have no other demonstrativo.
        case DemonstrativosPagamento():
            falados = aplicar_pagamentos(repo, contrato, resposta)
            for lote in parte:
                if lote.id in falados:
                    cobrar_ausentes(repo, lote.id)
        case _ if sozinho is None:
            falados = []
        case _:
            _vale_pedir_demonstrativo(repo, sozinho, resposta)
            falados = [sozinho.id]
    calados = [lote for lote in parte if lote.id not in falados]
    with repo.transacao() as t:
        for lote in parte:
            if sozinho is not None or lote.id in falados:
                lotes.agendar_consulta(t, lote.id)
    if sozinho is None:
        for lote in calados:
            _pedir_demonstrativos([lote], contrato, repo, cliente_de, quem)


def _vale_pedir_demonstrativo(repo: Repositorio, lote: Lote, resposta: Resposta) -> bool:
    """Note the situation of a protocolo; return whether a demonstrativo can exist by now."""
    with repo.transacao() as t:
        match resposta:
            case (Recusa() as recusa) | SituacaoProtocolo(recusa=Recusa() as recusa):
                retornos.abrir_divergencia(
                    t,
                    "PROTOCOLO_NAO_LOCALIZADO",
                    f"a operadora não reconhece o protocolo {lote.protocolo}: {recusa.codigo} "
                    f"{recusa.descricao or ''}".strip(),
                    lote_id=lote.id,
                )
                return False
            case SituacaoProtocolo():
                if resposta.situacao == NAO_LOCALIZADO:
                    lotes.anotar_situacao(t, lote.id, resposta.situacao)
                    retornos.abrir_divergencia(
                        t,
                        "PROTOCOLO_NAO_LOCALIZADO",
                        f"a operadora diz que o protocolo {lote.protocolo} não foi localizado",
                        lote_id=lote.id,
                    )
                    return False
                localizado(t, lote.id, resposta.situacao)
                if resposta.guias:
                    guardar_anunciadas(
                        t,
                        lote.id,
                        lotes.envios(t, lote.id),
                        resposta.guias,
                        origem="SITUACAO",
                        protocolo=lote.protocolo or "",
                    )
                return resposta.situacao in COM_DEMONSTRATIVO
            case _:
                return True
