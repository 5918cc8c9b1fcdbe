"""What services ask of a client, and the part of an exchange that they all share."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol, Self

import psycopg
import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential

from tiss.clients.credencial import Credencial
from tiss.clients.transporte import agora
from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.desfecho import Suspensao, motivo_de_suspensao
from tiss.domain.requisicao import Requisicao, Token
from tiss.domain.retorno import Entrega, Leitura
from tiss.errors import AutorizacaoError, PendingError
from tiss.messages import leitura
from tiss.messages.embalagem import abrir_resposta
from tiss.messages.mensagem import Mensagem, ocultar_senha
from tiss.repository import Repositorio, Transacao, contratos, tokens, trocas
from tiss.repository.contratos import SituacaoCredencial
from tiss.repository.lotes import Lote
from tiss.services.exportacao import nome_do_arquivo
from tiss.services.registro import avisar

log = structlog.get_logger(__name__)

# Beyond the time of the exchange itself: to commit, serialise and store the reply.
MARGEM_SEGUNDOS = 15
ESPERA_MAXIMA = 60.0
CREDENCIAL_EM_PROVA = "a credencial ainda não foi aceita nenhuma vez: uma troca por vez"
# A token that is about to expire is not taken along: it has to last until the request is read.
FOLGA_DO_TOKEN = 30.0


class Cliente(Protocol):
    """One conversation with the operadora of a contrato, on one channel."""

    @property
    def canal(self) -> Canal:
        """The channel."""

    @property
    def credencial(self) -> Credencial:
        """The secret in use."""

    def com_token(self, valor: str) -> Self:
        """Return the same client, authorised by a token."""

    def requisicao(
        self, operacao: Operacao, mensagem: Mensagem, campos: Mapping[str, str]
    ) -> Requisicao:
        """Return the complete request. campos: what addresses and headers may name."""

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        """Send a request once; no error of the network escapes."""


ClienteDe = Callable[[Contrato, Canal], Cliente]


def autorizar(
    repo: Repositorio,
    contrato: Contrato,
    cliente: Cliente,
    operacao: Operacao,
    *,
    lote_id: int | None,
    recusado: str | None = None,
) -> tuple[Cliente, str | None]:
    """Return the client ready to speak, and the token that it uses, if any.

    A token is shared by all tasks, and got by one of them at a time: the others wait for it instead
    of asking too. recusado: a token that the operadora no longer takes. Raises PendingError when no
    token came; what caused it is suspended as any refused credential.
    """
    emissor, cifra = cliente.credencial.emissor, cliente.credencial.cifra
    impressao = cliente.credencial.impressao
    if emissor is None or cifra is None or contrato.credencial is None or impressao is None:
        return cliente, None
    with repo.transacao() as t:
        valor = tokens.valido(t, contrato.credencial, impressao, cifra, folga=FOLGA_DO_TOKEN)
    if valor is None or valor == recusado:
        valor = _renovar(repo, contrato, cliente, operacao, lote_id, recusado)
    return cliente.com_token(valor), valor


def _renovar(
    repo: Repositorio,
    contrato: Contrato,
    cliente: Cliente,
    operacao: Operacao,
    lote_id: int | None,
    recusado: str | None,
) -> str:
    credencial, conexao = cliente.credencial, contrato.credencial or ""
    cifra, impressao = credencial.cifra, credencial.impressao or ""
    assert cifra is not None  # noqa: S101  the caller looked
    with repo.transacao() as t:
        # Held while the operadora answers: a refresh token that is used twice is worth nothing, and
        # a wrong password that is tried by several tasks at once locks the user over there.
        renovacao = tokens.travar(t, conexao, impressao, cifra)
        valor = tokens.valido(t, conexao, impressao, cifra, folga=FOLGA_DO_TOKEN)
        if valor is not None and valor != recusado:
            return valor
        # Also when no other one comes now: it must not be tried again as if it were new.
        tokens.esquecer(t, conexao)
        if motivo := contratos.suspensao_da_credencial(t, conexao, impressao):
            raise PendingError(f"credencial {conexao} suspensa: {motivo}", lote_id=lote_id)
        obtido = _pedir_token(t, contrato, cliente, operacao, renovacao)
    if isinstance(obtido, AutorizacaoError):
        motivo = _recusa_do_token(obtido)
        raise PendingError(f"sem token da operadora: {motivo}", lote_id=lote_id)
    return obtido.valor


def novo_token(
    t: Transacao, contrato: Contrato, cliente: Cliente, operacao: Operacao
) -> Token | AutorizacaoError | None:
    """Return a token that is asked for now, whatever is stored or suspended, and store it.

    An error is returned, for what it suspends to be committed. None: the operadora wants no token.
    """
    cifra = cliente.credencial.cifra
    if cliente.credencial.emissor is None or cifra is None:
        return None
    conexao, impressao = contrato.credencial or "", cliente.credencial.impressao or ""
    renovacao = tokens.travar(t, conexao, impressao, cifra)
    return _pedir_token(t, contrato, cliente, operacao, renovacao)


def _pedir_token(
    t: Transacao, contrato: Contrato, cliente: Cliente, operacao: Operacao, renovacao: str | None
) -> Token | AutorizacaoError:
    """Ask for a token in the row that `tokens.travar` holds; store it, or suspend what failed."""
    emissor, cifra = cliente.credencial.emissor, cliente.credencial.cifra
    assert emissor is not None  # noqa: S101  the caller looked
    assert cifra is not None  # noqa: S101
    try:
        token = emissor.emitir(renovacao or emissor.renovacao)
    except AutorizacaoError as erro:
        # Suspended before the others, who wait for the row, get their turn.
        if (suspensao := _suspensao(erro)) is not None:
            # What is suspended is this secret, and not the one that was used before it.
            travar_credencial(t, contrato, cliente)
            o_que, motivo = suspensao
            suspender(t, contrato, operacao, cliente.canal, o_que, f"ao pedir o token, {motivo}")
        return erro
    tokens.guardar(t, contrato.credencial or "", token, cifra)
    log.info("token obtido", conexao=contrato.credencial, segundos=round(token.segundos))
    return token


def _recusa_do_token(erro: AutorizacaoError) -> str:
    suspensao = _suspensao(erro)
    return str(erro) if suspensao is None else suspensao[1]


def _suspensao(erro: AutorizacaoError) -> tuple[Suspensao, str] | None:
    suspensao = motivo_de_suspensao(erro.entrega, None)
    if suspensao is None and erro.entrega.http_status == HTTPStatus.BAD_REQUEST:
        # What OAuth says of a secret, or of a refresh token, that is not good.
        return "CREDENCIAL", "a operadora recusou a credencial (HTTP 400)"
    return suspensao


def suspender(
    t: Transacao,
    contrato: Contrato,
    operacao: Operacao,
    canal: Canal,
    o_que: Suspensao,
    motivo: str,
) -> None:
    """Stop the use of a credential everywhere, or of one operation of a contrato."""
    if o_que == "CREDENCIAL" and contrato.credencial is not None:
        contratos.suspender_credencial(t, contrato.credencial, motivo)
    else:
        contratos.suspender_operacao(t, contrato.id, operacao, canal, motivo)
    log.error(
        "suspenso",
        contrato=contrato.nome,
        o_que=o_que,
        operacao=operacao,
        canal=canal,
        motivo=motivo,
    )


def abrir_troca(
    t: Transacao,
    contrato: Contrato,
    lote: Lote | None,
    operacao: Operacao,
    canal: Canal,
    requisicao: Requisicao,
    *,
    tentativa: int,
    quem: str,
    protocolos: Sequence[str] = (),
) -> int:
    """Record that a request is about to leave; return the id of the troca.

    lote: None for a question about none, or about the several that protocolos names.
    """
    return trocas.abrir(
        t,
        operacao=operacao,
        canal=canal,
        contrato_id=contrato.id,
        lote_id=None if lote is None else lote.id,
        tentativa=tentativa,
        quem=quem,
        pedido=ocultar_senha(requisicao.dados),
        sha256=hashlib.sha256(requisicao.dados).hexdigest(),
        protocolos=protocolos,
    )


def guardar(repo: Repositorio, troca_id: int, entrega: Entrega, *, ate: float) -> None:
    """Store the raw reply, on a fresh connection, until it is stored or `ate`."""

    def passou(_: RetryCallState) -> bool:
        return agora() >= ate

    for tentativa in Retrying(
        retry=retry_if_exception_type(psycopg.OperationalError),
        stop=passou,
        wait=wait_exponential(multiplier=0.1, max=2),
        reraise=True,
    ):
        with tentativa, repo.transacao() as t:
            trocas.responder(t, troca_id, entrega)


def ler(entrega: Entrega, contrato: Contrato, canal: Canal, lote_id: int | None) -> Leitura | None:
    """Return what a reply says, None when there is none to read; what is odd about it is logged."""
    resposta = mensagem_da_resposta(entrega, contrato, canal)
    if resposta is None:
        return None
    lida = leitura.ler(resposta)
    avisar(lida, resposta, lote_id)
    return lida


def mensagem_da_resposta(entrega: Entrega, contrato: Contrato, canal: Canal) -> bytes | None:
    """Return the XML of a reply, out of what a REST service wraps it in; None when it is empty."""
    if entrega.resposta and canal is Canal.REST:
        return abrir_resposta(contrato.forma_rest, entrega.resposta)
    return entrega.resposta or None


def campos(contrato: Contrato, lote: Lote) -> dict[str, str]:
    """Return what addresses and headers of this contrato may name of a lote."""
    return _do_contrato(contrato) | {
        "numero_lote": str(lote.numero_lote),
        "numero_lote_12": f"{lote.numero_lote:012d}",
        "protocolo": lote.protocolo or "",
        "nome_arquivo": nome_do_arquivo(contrato, lote),
    }


def campos_sem_lote(contrato: Contrato) -> dict[str, str]:
    """Return the same for a question that is about no lote."""
    return _do_contrato(contrato) | {
        "numero_lote": "0",
        "numero_lote_12": "0" * 12,
        "protocolo": "0",
        "nome_arquivo": "consulta.xml",
    }


def _do_contrato(contrato: Contrato) -> dict[str, str]:
    hoje = contrato.no_fuso(datetime.now(UTC))
    return {
        "registro_ans": contrato.registro_ans,
        "codigo_prestador": contrato.codigo_prestador or contrato.cnpj or contrato.cpf or "",
        "data": hoje.strftime(contrato.forma_rest.formato_data),
    }


def segundos_da_troca(contrato: Contrato) -> float:
    """Return how long an exchange may last at most, until its reply is stored."""
    return contrato.segundos_total + MARGEM_SEGUNDOS


def travar_credencial(
    t: Transacao, contrato: Contrato, cliente: Cliente
) -> SituacaoCredencial | None:
    """Lock the credential of a contrato, if it has one; return whether it may be used now.

    Notices a changed secret, which lifts the suspension of the old one.
    """
    if contrato.credencial is None:
        return None
    return contratos.travar_credencial(
        t, contrato.credencial, cliente.credencial.impressao, margem=MARGEM_SEGUNDOS
    )


def aprovar_credencial(t: Transacao, contrato: Contrato) -> None:
    """Note that the operadora took the credential of a contrato, if it has one."""
    if contrato.credencial is not None:
        contratos.aprovar_credencial(t, contrato.credencial)


def token_renovavel(
    t: Transacao, contrato: Contrato, lote_id: int, operacao: Operacao, tentativa: int
) -> bool:
    """Whether a token that is refused in this attempt is to be replaced, once per lote."""
    return contrato.usa_token and not trocas.token_ja_recusado(t, lote_id, operacao, tentativa)


def esperar(segundos: float, desde: float, motivo: str, lote_id: int | None) -> None:
    """Wait for a turn. Raises PendingError when it comes later than ESPERA_MAXIMA after `desde`."""
    if agora() + segundos > desde + ESPERA_MAXIMA:
        raise PendingError(f"ainda não é a vez: {motivo}", lote_id=lote_id)
    time.sleep(segundos)
