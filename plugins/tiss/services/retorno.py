"""Asks about a protocolo, and turns the answers into verdicts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato, Operacao, TipoGuia
from tiss.domain.desfecho import motivo_de_suspensao
from tiss.domain.estados import StatusGuia, StatusLote
from tiss.domain.odontologia import como_analise
from tiss.domain.pedido import SolicitacaoDemonstrativoAnalise, SolicitacaoStatusProtocolo
from tiss.domain.retorno import (
    ANALISADA_AGUARDANDO,
    ANALISADAS,
    CANCELADO,
    NAO_LOCALIZADO,
    SITUACOES,
    Demonstrativo,
    Demonstrativos,
    DemonstrativosPagamento,
    GuiaAnalisada,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.domain.veredito import Veredito, julgar
from tiss.errors import PendingError
from tiss.messages import leitura
from tiss.messages.mensagem import escrever_pedido, ocultar_senha
from tiss.repository import Repositorio, Transacao, contratos, lotes, retornos, trocas
from tiss.repository.lotes import Envio, Lote, LoteTravado
from tiss.services.envio import (
    CREDENCIAL_EM_PROVA,
    ESPERA_MAXIMA,
    MARGEM_SEGUNDOS,
    Cliente,
    ClienteDe,
    guardar,
)
from tiss.services.interpretacao import suspender
from tiss.services.registro import avisar, grupo

log = structlog.get_logger(__name__)

STATUS = Operacao.SOLIC_STATUS_PROTOCOLO
DEMONSTRATIVO = Operacao.SOLIC_DEMONSTRATIVO_RETORNO
COM_DEMONSTRATIVO = ANALISADAS | {ANALISADA_AGUARDANDO, CANCELADO}
JULGADAS = frozenset({StatusGuia.AUTORIZADA, StatusGuia.NEGADA})


def consultar_remessa(
    lotes_ids: Sequence[int], repo: Repositorio, cliente_de: ClienteDe, *, quem: str
) -> None:
    """Ask about every lote of a remessa. Raises PendingError at the end if nobody answered for one.

    One operadora that is silent does not stop the others.
    """
    silencios: list[PendingError] = []
    for lote_id in lotes_ids:
        with grupo(f"Consulta do lote {lote_id}"):
            try:
                consultar(lote_id, repo, cliente_de, quem=quem)
            except PendingError as erro:
                log.error("sem resposta", lote=lote_id, motivo=str(erro))
                silencios.append(erro)
    if silencios:
        raise silencios[0]


def consultar(lote_id: int, repo: Repositorio, cliente_de: ClienteDe, *, quem: str) -> None:
    """Ask what became of a lote that has a protocolo and store what the answer decides.

    Returns normally when the answer was understood, also when it is "not yet". Raises
    PendingError when nobody answered: the next hour asks again.
    """
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    if lote.status != StatusLote.ENVIADO or lote.protocolo is None:
        return
    cliente = cliente_de(contrato)
    if contrato.oferece(STATUS):
        resposta = _perguntar(repo, lote, contrato, cliente, STATUS, quem)
        if not _vale_pedir_demonstrativo(repo, lote, resposta):
            return
    resposta = _perguntar(repo, lote, contrato, cliente, DEMONSTRATIVO, quem)
    if isinstance(resposta, Demonstrativos):
        aplicar_demonstrativos(repo, lote_id, resposta)
    else:
        _vale_pedir_demonstrativo(repo, lote, resposta)


def aplicar_demonstrativos(repo: Repositorio, lote_id: int, resposta: Demonstrativos) -> None:
    """Store what demonstrativos decide about the guias of a lote; repeating it changes nothing."""
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        contagem: dict[str, int] = {}
        for demonstrativo in sorted(resposta.lista, key=lambda d: d.ordem):
            for protocolo in demonstrativo.protocolos:
                if protocolo.numero_protocolo == lote.protocolo:
                    _aplicar_protocolo(t, lote, protocolo, demonstrativo, contagem)
        encerrado = retornos.encerrar_lote(t, lote_id)
    log.info("demonstrativo aplicado", lote=lote_id, vereditos=contagem, lote_encerrado=encerrado)


def _perguntar(
    repo: Repositorio,
    lote: Lote,
    contrato: Contrato,
    cliente: Cliente,
    operacao: Operacao,
    quem: str,
) -> Resposta:
    registrado_em = datetime.now(UTC).astimezone(ZoneInfo(contrato.fuso))
    pergunta = (
        SolicitacaoStatusProtocolo(contratado=contrato.contratado, numero_protocolo=lote.protocolo)
        if operacao is STATUS
        else SolicitacaoDemonstrativoAnalise(
            contratado=contrato.contratado,
            data_solicitacao=registrado_em.date(),
            protocolos=(lote.protocolo or "",),
        )
    )
    mensagem = escrever_pedido(contrato, pergunta, sequencial=lote.id, registrado_em=registrado_em)
    pedido = cliente.pedido(operacao, mensagem.ws(cliente.credencial.login))
    inicio = agora()
    while (troca_id := _abrir(repo, lote, contrato, cliente, operacao, pedido, quem)) is None:
        if agora() > inicio + ESPERA_MAXIMA:
            raise PendingError(CREDENCIAL_EM_PROVA, lote_id=lote.id)
        time.sleep(1.0)
    inicio = agora()
    ate = inicio + contrato.segundos_total + MARGEM_SEGUNDOS
    entrega = cliente.trocar(operacao, pedido, ate=ate)
    guardar(repo, troca_id, entrega, ate=ate)
    inteira = entrega.resposta if not entrega.falha else None
    lida = leitura.ler(inteira) if inteira else None
    if inteira and lida is not None:
        avisar(lida, inteira, lote.id)
    resposta = lida.resposta if lida is not None else None
    if isinstance(resposta, DemonstrativosPagamento) and lote.tipo_guia == TipoGuia.ODONTO:
        resposta = como_analise(resposta)
    suspensao = motivo_de_suspensao(entrega, resposta)
    with repo.transacao() as t:
        trocas.interpretada(t, troca_id, _resumo(resposta, entrega.falha))
        if suspensao is not None:
            suspender(t, contrato, operacao, *suspensao)
        elif contrato.credencial is not None and isinstance(
            resposta, SituacaoProtocolo | Demonstrativos
        ):
            contratos.aprovar_credencial(t, contrato.credencial)
    log.info(
        "consulta respondida",
        lote=lote.id,
        protocolo=lote.protocolo,
        operacao=operacao,
        http=entrega.http_status,
        resposta=_resumo(resposta, entrega.falha),
        segundos=round(agora() - inicio, 2),
    )
    if not isinstance(resposta, SituacaoProtocolo | Demonstrativos | Recusa):
        raise PendingError(
            f"a operadora não respondeu à consulta: {_resumo(resposta, entrega.falha)}",
            lote_id=lote.id,
        )
    return resposta


def _abrir(
    repo: Repositorio,
    lote: Lote,
    contrato: Contrato,
    cliente: Cliente,
    operacao: Operacao,
    pedido: bytes,
    quem: str,
) -> int | None:
    """Record that a question is about to leave; None while the credential has to prove itself."""
    with repo.transacao() as t:
        credencial = None
        if contrato.credencial is not None:
            # Notices a changed secret, which lifts the suspension of the old one.
            credencial = contratos.travar_credencial(
                t, contrato.credencial, cliente.credencial.impressao, margem=MARGEM_SEGUNDOS
            )
        if motivo := contratos.suspensao(t, contrato.id, operacao):
            raise PendingError(f"consulta suspensa: {motivo}", lote_id=lote.id)
        if credencial is not None and not credencial.livre:
            return None
        return trocas.abrir(
            t,
            operacao=operacao,
            contrato_id=contrato.id,
            lote_id=lote.id,
            tentativa=lote.tentativa,
            quem=quem,
            pedido=ocultar_senha(pedido),
            sha256=hashlib.sha256(pedido).hexdigest(),
        )


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
                _localizado(t, lote.id, resposta.situacao)
                return resposta.situacao in COM_DEMONSTRATIVO
            case _:
                return True


def _localizado(t: Transacao, lote_id: int, situacao: str) -> None:
    lotes.anotar_situacao(t, lote_id, situacao)
    retornos.fechar_divergencias(
        t, ["PROTOCOLO_NAO_LOCALIZADO"], por="resposta da operadora", lote_id=lote_id
    )


def _aplicar_protocolo(
    t: Transacao,
    lote: LoteTravado,
    protocolo: ProtocoloAnalisado,
    demonstrativo: Demonstrativo,
    contagem: dict[str, int],
) -> None:
    ordem = demonstrativo.ordem
    if protocolo.numero_lote is not None and protocolo.numero_lote != str(lote.numero_lote):
        retornos.abrir_divergencia(
            t,
            "PROTOCOLO_DE_OUTRO_LOTE",
            f"o demonstrativo põe o protocolo {lote.protocolo} no lote {protocolo.numero_lote}",
            lote_id=lote.id,
        )
        return
    _localizado(t, lote.id, protocolo.situacao)
    envios = {envio.numero_guia_prestador: envio for envio in lotes.envios(t, lote.id)}
    desconhecidas: list[str] = []
    for guia in protocolo.guias:
        envio = envios.pop(guia.numero_guia_prestador, None)
        if envio is None:
            desconhecidas.append(guia.numero_guia_prestador)
            continue
        if _mais_antigo(ordem, envio):
            continue
        if demonstrativo.de_pagamento and envio.status in JULGADAS:
            _outro_pagamento(t, lote, envio, guia, ordem)
            continue
        if guia.situacao == NAO_LOCALIZADO:
            retornos.abrir_divergencia(
                t,
                "GUIA_NAO_LOCALIZADA",
                f"a operadora diz que não localizou esta guia no protocolo {lote.protocolo}",
                lote_id=lote.id,
                guia_id=envio.guia_id,
            )
        veredito = julgar(
            guia, valor_informado=envio.valor_informado, motivos_protocolo=protocolo.motivos
        )
        if veredito is not None:
            _gravar(t, lote, envio, veredito, ordem)
            resultado = str(veredito.resultado or f"situação {veredito.situacao}")
            contagem[resultado] = contagem.get(resultado, 0) + 1
    if desconhecidas:
        retornos.abrir_divergencia(
            t,
            "GUIA_DESCONHECIDA",
            f"o demonstrativo traz guias que não estão no lote: {', '.join(desconhecidas)}",
            lote_id=lote.id,
        )
    # A demonstrativo de pagamento has what was paid in it, not all that was sent.
    if protocolo.situacao in ANALISADAS and not demonstrativo.de_pagamento:
        # One that another demonstrativo has already spoken about is not missing.
        for envio in (e for e in envios.values() if e.demonstrativo_data is None):
            retornos.abrir_divergencia(
                t,
                "GUIA_NAO_LISTADA",
                f"o protocolo {lote.protocolo} foi analisado e o demonstrativo não traz esta guia",
                lote_id=lote.id,
                guia_id=envio.guia_id,
            )


def _gravar(
    t: Transacao, lote: LoteTravado, envio: Envio, veredito: Veredito, ordem: OrdemDemonstrativo
) -> None:
    if envio.status == StatusGuia.CANCELADA:
        return
    retornos.gravar_veredito(t, envio, veredito, ordem, lote.protocolo or "")
    retornos.fechar_divergencias(
        t,
        ["GUIA_NAO_LISTADA", "GUIA_NAO_LOCALIZADA", "NAO_RECEBIDA"],
        por="demonstrativo",
        lote_id=lote.id,
        guias=[envio.guia_id],
    )
    for motivo, descricao in veredito.divergencias:
        retornos.abrir_divergencia(t, motivo, descricao, lote_id=lote.id, guia_id=envio.guia_id)


def _outro_pagamento(
    t: Transacao,
    lote: LoteTravado,
    envio: Envio,
    guia: GuiaAnalisada,
    ordem: OrdemDemonstrativo,
) -> None:
    """Note another payment of a guia that has its verdict: whether they add up, a person tells.

    Nothing paid says nothing new.
    """
    retornos.anotar_demonstrativo(t, envio, ordem)
    if guia.valor_liberado:
        ditos = retornos.pagamentos_ditos(t, envio, lote_id=lote.id)
        retornos.abrir_divergencia(
            t,
            "PAGAMENTO_EM_PARTES",
            f"{ditos}; o demonstrativo {ordem.numero} traz {guia.valor_liberado}",
            lote_id=lote.id,
            guia_id=envio.guia_id,
        )


def _mais_antigo(ordem: OrdemDemonstrativo, envio: Envio) -> bool:
    """Whether a newer demonstrativo, or this very one, has already spoken about the guia."""
    if envio.demonstrativo_data is None:
        return False
    anterior = OrdemDemonstrativo(
        data_emissao=envio.demonstrativo_data,
        numero=envio.demonstrativo_numero or "",
        sha256=envio.demonstrativo_sha256 or "",
    )
    return ordem <= anterior


def _resumo(resposta: Resposta | None, falha: str | None) -> str:
    match resposta:
        case SituacaoProtocolo(recusa=Recusa() as recusa) | (Recusa() as recusa):
            return f"mensagem de erro {recusa.codigo}"
        case SituacaoProtocolo():
            return f"situação {resposta.situacao}: {SITUACOES.get(resposta.situacao, '?')}"
        case Demonstrativos():
            return f"demonstrativos: {len(resposta.lista)}"
        case None:
            return falha or "sem resposta"
        case _:
            return type(resposta).__name__
