"""Asks about a protocolo, and turns the answers into verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.estados import StatusGuia, StatusLote
from tiss.domain.pedido import SolicitacaoDemonstrativoAnalise
from tiss.domain.retorno import (
    ANALISADA_AGUARDANDO,
    ANALISADAS,
    CANCELADO,
    NAO_LOCALIZADO,
    Demonstrativo,
    Demonstrativos,
    GuiaAnalisada,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.domain.veredito import Veredito, julgar
from tiss.errors import PendingError
from tiss.repository import Repositorio, Transacao, contratos, lotes, retornos
from tiss.repository.lotes import Envio, Lote, LoteTravado
from tiss.services.conversa import ClienteDe
from tiss.services.esclarecimento import resolver_sozinho, situacao_de
from tiss.services.pergunta import perguntar
from tiss.services.registro import grupo

log = structlog.get_logger(__name__)

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

    Returns normally when the answer was understood, also when it is "not yet". A lote in doubt
    takes the steps that need no person. Raises PendingError when nobody answered: the next hour
    asks again.
    """
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    if lote.status == StatusLote.EM_DUVIDA:
        resolver_sozinho(repo, lote, contrato, cliente_de, quem=quem)
    if lote.status != StatusLote.ENVIADO or lote.protocolo is None:
        return
    if contrato.oferece(Operacao.SOLIC_STATUS_PROTOCOLO):
        pergunta = situacao_de(lote, contrato)
        resposta = perguntar(repo, lote, contrato, pergunta, cliente_de, quem=quem)
        if not _vale_pedir_demonstrativo(repo, lote, resposta):
            return
    resposta = perguntar(
        repo, lote, contrato, _demonstrativo(lote, contrato), cliente_de, quem=quem
    )
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


def _demonstrativo(lote: Lote, contrato: Contrato) -> SolicitacaoDemonstrativoAnalise:
    return SolicitacaoDemonstrativoAnalise(
        contratado=contrato.contratado,
        data_solicitacao=contrato.no_fuso(datetime.now(UTC)).date(),
        protocolos=(lote.protocolo or "",),
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
    # Cancelled alone: they are billed elsewhere by now.
    soltas = lotes.numeros_soltos(t, lote.id)
    desconhecidas: list[str] = []
    for guia in protocolo.guias:
        envio = envios.pop(guia.numero_guia_prestador, None)
        if envio is None and guia.situacao == CANCELADO and guia.numero_guia_prestador in soltas:
            continue
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
