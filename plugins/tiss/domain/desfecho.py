"""What became of a send: the table of outcomes (first match wins), pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from tiss.domain.estados import StatusLote
from tiss.domain.retorno import (
    CERTIFICADO_RECUSADO,
    Entrega,
    FalhaSoap,
    Ilegivel,
    Recebimento,
    RecebimentoRecurso,
    Recusa,
    Resposta,
)

# The first copy arrived: 1308 guia já apresentada, 3268 lote já informado (Tabela 38).
JA_RECEBIDO = frozenset({"1308", "3268"})
# However the accent of "já" survived the encodings on the way.
JA_RECEBIDO_EM_PALAVRAS = re.compile(
    r"lote\s+j\S+\s+enviado|protocolo\s+j\S+\s+utilizado", re.IGNORECASE
)
CREDENCIAL = frozenset({"LoginInvalido"})
CONFIGURACAO = frozenset({"DestinatarioInvalido", "RemetenteInvalido"})
RECUSADAS = frozenset({"SchemaInvalido", "HashInvalido", "VersaoInvalida"})
# A SOAP fault that blames the sender and says what of the standard the message breaks: seen in
# the field from servers that check a message before they take anything of it.
DO_REMETENTE = re.compile(r"(?:^|:)(?:Client|Sender)\b")
DIAGNOSTICO = re.compile(
    r"operation meta ?data|facet-valid|hash calculado difere|epilogo\b.*\besperado"
    r"|lido\s+n\S+o\s+\S+\s+esperado|n\S+o\s+est\S+\s+completo",
    re.IGNORECASE | re.DOTALL,
)

PEDIR_OUTRO = "a operadora não aceitou mais o token: outro será pedido"

Suspensao = Literal["CREDENCIAL", "OPERACAO"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desfecho:
    """Where the lote goes now and why.

    motivo: Portuguese, for the log and the screen. detalhe: the operadora's own words, which may
    name a patient: for the database only. suspender: what must not be used again until a person
    changed it. divergencia: stable name of what does not fit, if anything. token_recusado: with
    another token it may be tried again at once.
    """

    status: StatusLote
    motivo: str
    detalhe: str | None = None
    protocolo: str | None = None
    suspender: Suspensao | None = None
    divergencia: str | None = None
    token_recusado: bool = False


@dataclass(frozen=True, slots=True)
class ReciboEsperado:
    """What a receipt has to be, and to name, to be that of what was sent.

    protocolo: of the lote that a recurso contests; the standard makes a number of it on the way.
    """

    recibo: type[Recebimento | RecebimentoRecurso]
    numero_lote: str
    protocolo: str | None = None

    def e_de(self, recibo: Recebimento | RecebimentoRecurso) -> bool:
        """Whether a receipt is the one that was waited for."""
        if isinstance(recibo, Recebimento) or recibo.numero_protocolo_recursado is None:
            return recibo.numero_lote == self.numero_lote
        return recibo.numero_protocolo_recursado.lstrip("0") == (self.protocolo or "").lstrip("0")


def decidir(
    entrega: Entrega,
    resposta: Resposta | None,
    *,
    espera: ReciboEsperado,
    prestador: frozenset[str],
    ja_pode_ter_chegado: bool,
    token_renovavel: bool = False,
) -> Desfecho:
    """Return the outcome of one attempt to send a lote.

    resposta: what the reply says, None when there was no reply. espera: the receipt that would be
    ours. prestador: every name under
    which the operadora may know us. ja_pode_ter_chegado: whether the last block of an earlier
    exchange with any guia of this lote left, or may have. token_renovavel: whether this is the
    first time that the operadora turns away the token of this lote.
    """
    if token_renovavel and recusou_token(entrega, resposta):
        return Desfecho(
            status=StatusLote.PENDENTE,
            motivo=PEDIR_OUTRO,
            token_recusado=True,
        )
    if suspensao := motivo_de_suspensao(entrega, resposta):
        o_que, motivo = suspensao
        return Desfecho(status=StatusLote.PENDENTE, motivo=motivo, suspender=o_que)
    if isinstance(resposta, Recebimento | RecebimentoRecurso) and isinstance(
        resposta, espera.recibo
    ):
        return _recebido(resposta, espera, prestador)
    if ja_pode_ter_chegado and _ja_recebido(resposta):
        return _duvida("a operadora diz que já tem este lote: aceito, protocolo não veio")
    if recusa := _recusa(resposta):
        codigo, detalhe = recusa
        return Desfecho(status=StatusLote.ERRO, motivo=f"recusado: {codigo}", detalhe=detalhe)
    return _sem_tiss(entrega, resposta)


def motivo_de_suspensao(
    entrega: Entrega, resposta: Resposta | None
) -> tuple[Suspensao, str] | None:
    """Return what must not be used again until a person changed it, and why; None: nothing.

    Holds for sends and queries alike: a credential that is tried again and again gets locked.
    """
    status = entrega.http_status
    fault = resposta.tiss_fault if isinstance(resposta, FalhaSoap) else None
    if fault in CREDENCIAL:
        return "CREDENCIAL", "a operadora recusou login e senha"
    if fault in CONFIGURACAO:
        return "OPERACAO", f"a operadora respondeu {fault}"
    if not isinstance(resposta, FalhaSoap | Ilegivel | None):
        return None
    if _ja_recebido(resposta) or _recusa(resposta):
        return None
    if entrega.certificado_recusado:
        return "CREDENCIAL", CERTIFICADO_RECUSADO
    if entrega.configuracao:
        return "OPERACAO", f"endereço ou certificado recusado ({entrega.falha})"
    if status in (401, 403, 407):
        return "CREDENCIAL", f"a operadora recusou a credencial (HTTP {status})"
    if status is not None and (300 <= status < 400 or status in (404, 405, 415)):
        return "OPERACAO", f"o endereço não é o do serviço (HTTP {status})"
    return None


def recusou_token(entrega: Entrega, resposta: Resposta | None) -> bool:
    """Whether the operadora turned the request away unread, for want of a valid token."""
    return entrega.http_status == HTTPStatus.UNAUTHORIZED and isinstance(resposta, Ilegivel | None)


def _recebido(
    recebimento: Recebimento | RecebimentoRecurso, espera: ReciboEsperado, prestador: frozenset[str]
) -> Desfecho:
    protocolo = recebimento.numero_protocolo
    if recebimento.prestador is not None and recebimento.prestador not in prestador:
        return _duvida(
            f"a operadora respondeu com o protocolo {protocolo} de outro prestador",
            divergencia="PROTOCOLO_DE_OUTRO_PRESTADOR",
        )
    if espera.e_de(recebimento):
        return Desfecho(
            status=StatusLote.ENVIADO, motivo=f"protocolo {protocolo}", protocolo=protocolo
        )
    return _duvida(
        f"a operadora respondeu com o protocolo {protocolo} de outro lote "
        f"({recebimento.numero_lote})",
        divergencia="PROTOCOLO_DE_OUTRO_LOTE",
    )


def _sem_tiss(entrega: Entrega, resposta: Resposta | None) -> Desfecho:
    status = entrega.http_status
    if status == 413:
        return _erro("a operadora recusa mensagens deste tamanho (HTTP 413)")
    if status == 429:
        return _pendente("a operadora pediu para esperar (HTTP 429)")
    if not entrega.ultimo_bloco_saiu:
        return _pendente(f"não chegou à operadora: {entrega.falha or f'HTTP {status}'}")
    if isinstance(resposta, FalhaSoap):
        # A server that faults after reading may have kept the lote, whatever it says.
        return _duvida(
            f"a operadora respondeu {codigo_visivel(resposta.tiss_fault or resposta.codigo)}"
        )
    if status is not None and entrega.falha is None:
        return _duvida(f"resposta HTTP {status} sem mensagem TISS")
    return _duvida(f"sem resposta completa: {entrega.falha}")


def _ja_recebido(resposta: Resposta | None) -> bool:
    match resposta:
        case Recusa():
            # A general code may carry the real one in its text.
            codigos = {resposta.codigo, *resposta.subcodigos}
            texto = resposta.descricao or ""
            return bool(codigos & JA_RECEBIDO or JA_RECEBIDO_EM_PALAVRAS.search(texto))
        case FalhaSoap():
            return bool(JA_RECEBIDO_EM_PALAVRAS.search(resposta.palavras))
        case _:
            return False


def _recusa(resposta: Resposta | None) -> tuple[str, str | None] | None:
    """What the operadora found wrong, as a code and in its words; None when it did not say so."""
    match resposta:
        case Recusa():
            return codigo_visivel(resposta.codigo), resposta.descricao
        case FalhaSoap() if resposta.tiss_fault in RECUSADAS:
            return str(resposta.tiss_fault), resposta.palavras
        case FalhaSoap() if _diagnosticada(resposta):
            return "a mensagem não segue o que o serviço espera", resposta.palavras
        case _:
            return None


def codigo_visivel(texto: str) -> str:
    """Return a code as a log may show it: what is longer or stranger is free text."""
    return texto if re.fullmatch(r"[\w.:-]{1,40}", texto) else "sem código"


def _diagnosticada(falha: FalhaSoap) -> bool:
    return (
        falha.tiss_fault is None
        and bool(DO_REMETENTE.search(falha.codigo))
        and bool(DIAGNOSTICO.search(falha.palavras))
    )


def _duvida(motivo: str, *, divergencia: str | None = None) -> Desfecho:
    return Desfecho(status=StatusLote.EM_DUVIDA, motivo=motivo, divergencia=divergencia)


def _erro(motivo: str) -> Desfecho:
    return Desfecho(status=StatusLote.ERRO, motivo=motivo)


def _pendente(motivo: str) -> Desfecho:
    return Desfecho(status=StatusLote.PENDENTE, motivo=motivo)
