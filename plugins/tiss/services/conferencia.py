"""What a person decides about a lote before it leaves: release it, or carry it to a portal."""

from __future__ import annotations

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import (
    Demonstrativos,
    Recebimento,
    RecebimentoRecurso,
    RespostaRecurso,
)
from tiss.errors import TransitionError, UnreadableError
from tiss.messages import leitura
from tiss.repository import Repositorio, Transacao, contratos, lotes, recursos, trocas
from tiss.repository.lotes import Lote, LoteTravado
from tiss.services import exportacao
from tiss.services.conciliacao import aplicar_demonstrativos
from tiss.services.interpretacao import conferir_recebidas, recibo_de
from tiss.services.julgamento import aplicar
from tiss.services.pessoa import nome_de
from tiss.services.protocolo import protocolo_de
from tiss.services.trilha import guardar_arquivo

log = structlog.get_logger(__name__)

# What these people do, in the words of a refusal.
DECIDE = "decide"


def liberar(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Let a lote that was held back for a look be sent. Raises TransitionError."""
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        lote = _pendente(t, lote_id)
        if lote.liberado:
            raise TransitionError(f"O lote {lote_id} já está liberado para envio.")
        lotes.liberar(t, lote_id, por=nome)
    log.info("lote liberado", lote=lote_id, por=nome)


def exportar(repo: Repositorio, lote_id: int, *, por: str) -> tuple[str, bytes]:
    """Return name and content of the file of a lote.

    Of a lote that a person carries to a portal it may be there from now on: it is neither built
    again nor sent until it is marked as sent or the export is undone. Any other is exported to be
    looked at.
    """
    quem = nome_de(por, DECIDE)
    nome, conteudo = exportacao.exportar(repo, lote_id)
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
        if not contrato.pelo_portal or lote.status != StatusLote.PENDENTE:
            return nome, conteudo
        if not lote.liberado:
            raise TransitionError(f"O lote {lote_id} aguarda conferência: libere-o antes.")
        if lote.e_recurso and (vencido := recursos.vencido(t, lote_id)) is not None:
            raise TransitionError(f"O lote {lote_id} não sai: {vencido.motivo}.")
        lotes.marcar_exportado(t, lote_id, por=quem)
    log.info("lote exportado para o portal", lote=lote_id, por=quem)
    return nome, conteudo


def desfazer_exportacao(repo: Repositorio, lote_id: int, *, por: str) -> None:
    """Note that an exported file was not delivered: the lote may be built again, or sent."""
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        lote = _pendente(t, lote_id)
        if lote.exportado_por is None:
            raise TransitionError(f"O lote {lote_id} não foi exportado para o portal.")
        lotes.desfazer_exportacao(t, lote_id, motivo=f"{nome}: o arquivo não foi entregue")
    log.info("exportação desfeita", lote=lote_id, por=nome)


def marcar_enviado(repo: Repositorio, lote_id: int, protocolo: str, *, por: str) -> None:
    """Note that a person delivered the file of a lote and the portal gave a protocolo."""
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        _entregar(t, lote_id, protocolo, por=nome)
    log.info("lote marcado como enviado", lote=lote_id, por=nome)


def importar_resposta(repo: Repositorio, lote_id: int, arquivo: bytes, *, por: str) -> str:
    """Take in the file that a portal gave about a lote; return what it was, in Portuguese.

    A receipt marks the lote as sent; a demonstrativo de análise gives verdicts, the answer to a
    recurso what is granted. The file is kept in the audit trail as any answer. Raises
    UnreadableError for anything else, TransitionError when it does not fit the lote.
    """
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    resposta = leitura.ler(arquivo).resposta
    match resposta:
        case Recebimento() | RecebimentoRecurso():
            with repo.transacao() as t:
                _exigir_recibo_do_lote(t, lote, contrato, resposta)
                _entregar(t, lote_id, resposta.numero_protocolo, por=nome)
                _registrar(t, lote, lote.operacao, arquivo, nome, "recibo importado")
                if isinstance(resposta, Recebimento):
                    conferir_recebidas(t, lote_id, resposta)
            log.info("recibo importado", lote=lote_id, por=nome)
            return f"recibo: protocolo {resposta.numero_protocolo}"
        case RespostaRecurso() if lote.e_recurso:
            operacao = Operacao.SOLIC_STATUS_RECURSO_GLOSA
            with repo.transacao() as t:
                _exigir_do_recurso(t, lote, resposta)
                _registrar(t, lote, operacao, arquivo, nome, "resposta ao recurso importada")
            aplicar(repo, lote_id, resposta)
            return "resposta ao recurso aplicada"
        case Demonstrativos() if not lote.e_recurso:
            _exigir_do_lote(lote, resposta)
            operacao = Operacao.SOLIC_DEMONSTRATIVO_RETORNO
            with repo.transacao() as t:
                _registrar(t, lote, operacao, arquivo, nome, "demonstrativo importado")
            aplicar_demonstrativos(repo, contrato, resposta)
            return "demonstrativo de análise aplicado"
        case _:
            raise UnreadableError(
                "O arquivo não é recibo, demonstrativo de análise nem resposta a recurso que sirva "
                "a este lote: veja o que ele é com tiss ler."
            )


def _entregar(t: Transacao, lote_id: int, protocolo: str, *, por: str) -> None:
    lote = _pendente(t, lote_id)
    if lote.exportado_por is None:
        raise TransitionError(
            f"O lote {lote_id} não foi exportado para o portal: exporte-o antes, para que o "
            "arquivo entregue seja o que está registrado."
        )
    numero = protocolo_de(t, lote, protocolo)
    lotes.entregar_a_mao(t, lote, protocolo=numero, motivo=f"entregue no portal por {por}")


def _exigir_recibo_do_lote(
    t: Transacao, lote: Lote, contrato: Contrato, recibo: Recebimento | RecebimentoRecurso
) -> None:
    if recibo.prestador is not None and recibo.prestador not in contrato.identificacoes:
        raise TransitionError(f"O recibo é de outro prestador: {recibo.prestador}.")
    esperado = recibo_de(t, lote)
    if not isinstance(recibo, esperado.recibo):
        raise TransitionError(
            "O recibo é de um recurso, e este lote não é."
            if isinstance(recibo, RecebimentoRecurso)
            else "O recibo é de um lote de guias, e este é de um recurso."
        )
    if not esperado.e_de(recibo):
        raise TransitionError(
            f"O recibo é do lote de número {recibo.numero_lote}, e este é o {esperado.numero_lote}."
        )
    if isinstance(recibo, RecebimentoRecurso) and recibo.valor_recursado not in (
        None,
        lote.valor_total,
    ):
        raise TransitionError(
            f"O recibo é de um recurso de {recibo.valor_recursado}, e este é de "
            f"{lote.valor_total}: há mais de um deste protocolo."
        )


def _exigir_do_recurso(t: Transacao, lote: Lote, resposta: RespostaRecurso) -> None:
    _exigir_enviado(lote)
    numero = recursos.do_envio(t, lote.id).numero_guia
    if resposta.numero_guia_recurso_prestador != numero:
        raise TransitionError(
            f"A resposta é à guia de recurso {resposta.numero_guia_recurso_prestador or '?'}, e "
            f"esta é a {numero}."
        )


def _exigir_do_lote(lote: Lote, resposta: Demonstrativos) -> None:
    _exigir_enviado(lote)
    ditos = {p.numero_protocolo for d in resposta.lista for p in d.protocolos}
    if lote.protocolo not in ditos:
        raise TransitionError(
            f"O demonstrativo não traz o protocolo {lote.protocolo} deste lote; traz: "
            f"{', '.join(sorted(ditos)) or 'nenhum'}."
        )


def _exigir_enviado(lote: Lote) -> None:
    if lote.status not in (StatusLote.ENVIADO, StatusLote.PROCESSADO):
        raise TransitionError(
            f"O lote {lote.id} está {lote.status}: marque-o como enviado antes de importar."
        )


def _registrar(
    t: Transacao, lote: Lote, operacao: Operacao, arquivo: bytes, por: str, desfecho: str
) -> None:
    """Keep in the audit trail what came by hand."""
    troca_id = guardar_arquivo(
        t, operacao, arquivo, contrato_id=lote.contrato_id, lote_id=lote.id, por=por
    )
    trocas.interpretada(t, troca_id, desfecho)


def _pendente(t: Transacao, lote_id: int) -> LoteTravado:
    lote = lotes.travar(t, lote_id)
    if lote.status != StatusLote.PENDENTE:
        raise TransitionError(
            f"O lote {lote_id} está {lote.status}: isto só se faz com um lote PENDENTE."
        )
    return lote
