"""What a person does with a lote, the same for the API and the screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NoReturn

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.estados import StatusLote
from tiss.repository import Repositorio, contratos
from tiss.repository import lotes as lotes_do_banco
from tiss.repository.listas import lotes
from tiss.repository.listas.lotes import LoteComHistoria
from tiss.services import conferencia, desmonte, duvida, exportacao, protocolo
from tiss.services.cancelamento import CANCELAVEIS
from tiss.services.duvida import Pergunta, RespostaDuvida
from tiss.web.acesso import Pessoa
from tiss.web.acoes import Feito
from tiss.web.corridas import Corridas, da_corrida
from tiss.web.problemas import ProblemaHttp

ENVIO = "tiss_envio"
RETORNO = "tiss_retorno"
CANCELAMENTO = "tiss_cancelamento"
SEM_CANCELAMENTO = (
    "O contrato com esta operadora não tem o serviço de cancelamento: cancele no portal dela. "
    "Quando o demonstrativo disser que as guias foram canceladas, elas ficam Canceladas aqui."
)
# Those whose protocolo an operadora can be asked about.
COM_PROTOCOLO = (StatusLote.ENVIADO, StatusLote.PROCESSADO)


def lote(repo: Repositorio, lote_id: int, pessoa: Pessoa) -> LoteComHistoria:
    """Return a lote with its story. Raises a 404 for one that does not exist.

    Who may only read is told neither what the operadora nor what a person wrote: a patient may be
    named in it.
    """
    with repo.transacao() as t:
        achado = lotes.obter(t, lote_id)
    if achado is None:
        raise _nao_ha(lote_id)
    if pessoa.opera:
        return achado
    acoes = [replace(acao, motivo=None) for acao in achado.acoes]
    return replace(achado, detalhe=None, acoes=acoes)


def exigir(repo: Repositorio, lote_id: int) -> None:
    """Raise a 404 for a lote that does not exist; nothing of its story is read."""
    with repo.transacao() as t:
        if not lotes.existe(t, lote_id):
            raise _nao_ha(lote_id)


def arquivo(repo: Repositorio, lote_id: int) -> tuple[str, bytes]:
    """Return name and content of the file of a lote, to be looked at."""
    return exportacao.exportar(repo, lote_id)


def enviar(repo: Repositorio, corridas: Corridas, lote_id: int, pessoa: Pessoa) -> Feito:
    """Release a lote that waits for it, and start its sending."""
    with repo.transacao() as t:
        do_banco = lotes_do_banco.obter(t, lote_id)
        contrato = contratos.obter(t, do_banco.contrato_id)
        travado = lotes_do_banco.travar(t, lote_id)
    if do_banco.status != StatusLote.PENDENTE:
        raise ProblemaHttp(
            409,
            "O lote não espera envio",
            f"O lote {do_banco.numero_lote} está {do_banco.status}: só se envia um PENDENTE.",
        )
    if contrato.pelo_portal:
        raise ProblemaHttp(
            409,
            "O envio é pelo portal",
            f"{contrato.nome} recebe pelo portal: baixe o XML, entregue-o lá e marque o lote como "
            "enviado com o protocolo que o portal der.",
        )
    if not travado.liberado:
        conferencia.liberar(repo, lote_id, por=pessoa.nome)
    return _iniciada(corridas, ENVIO, {"lotes": [lote_id]})


def consultar(repo: Repositorio, corridas: Corridas, lote_id: int) -> Feito:
    """Ask the operadora now what became of a lote."""
    with repo.transacao() as t:
        do_banco = lotes_do_banco.obter(t, lote_id)
        contrato = contratos.obter(t, do_banco.contrato_id)
    if do_banco.status not in COM_PROTOCOLO or do_banco.protocolo is None:
        raise ProblemaHttp(
            409,
            "Não há o que consultar",
            f"O lote {do_banco.numero_lote} está {do_banco.status}: só se pergunta por um que a "
            "operadora recebeu.",
        )
    if contrato.pelo_portal:
        raise ProblemaHttp(
            409,
            "A resposta vem pelo portal",
            f"{contrato.nome} responde pelo portal: baixe lá o demonstrativo e importe o arquivo.",
        )
    return _iniciada(
        corridas,
        RETORNO,
        {"operadoras": [contrato.registro_ans], "protocolos": [do_banco.protocolo]},
    )


class Cancelamento(StrEnum):
    """What it takes to cancel a lote."""

    DESFAZER = "DESFAZER"
    PEDIR = "PEDIR"
    PORTAL = "PORTAL"


def como_cancelar(repo: Repositorio, lote_id: int) -> Cancelamento:
    """Return it: what did not leave is undone here, of the rest the operadora has to be asked."""
    with repo.transacao() as t:
        do_banco = lotes_do_banco.obter(t, lote_id)
        contrato = contratos.obter(t, do_banco.contrato_id)
    if do_banco.status not in CANCELAVEIS:
        return Cancelamento.DESFAZER
    if contrato.oferece(Operacao.CANCELA_GUIA):
        return Cancelamento.PEDIR
    return Cancelamento.PORTAL


def cancelar(repo: Repositorio, corridas: Corridas, lote_id: int, pessoa: Pessoa) -> Feito:
    """Take a lote apart that did not leave; of one that did, ask the operadora to cancel it."""
    match como_cancelar(repo, lote_id):
        case Cancelamento.PORTAL:
            raise ProblemaHttp(409, "Esta operadora não cancela por aqui", SEM_CANCELAMENTO)
        case Cancelamento.PEDIR:
            return _iniciada(corridas, CANCELAMENTO, {"lotes": [lote_id]})
    desmonte.desmontar(repo, lote_id, por=pessoa.nome)
    return Feito(200, {"lotes": []})


def refazer(repo: Repositorio, corridas: Corridas, lote_id: int, pessoa: Pessoa) -> Feito:
    """Build a refused lote again and start the sending of what it became."""
    novos = desmonte.refazer(repo, lote_id, agora=datetime.now(UTC), por=pessoa.nome)
    iniciada = corridas.tentar(ENVIO, {"lotes": novos})
    return Feito(202 if iniciada else 200, {"lotes": novos, **iniciada})


def marcar_enviado(repo: Repositorio, lote_id: int, protocolo: str, pessoa: Pessoa) -> Feito:
    """Note the protocolo that a portal gave for the file of a lote."""
    conferencia.marcar_enviado(repo, lote_id, protocolo, por=pessoa.nome)
    return Feito(200, {"lotes": [lote_id]})


def corrigir_protocolo(repo: Repositorio, lote_id: int, informado: str, pessoa: Pessoa) -> Feito:
    """Follow a lote by another protocolo than a person wrote before."""
    antes, agora = protocolo.corrigir(repo, lote_id, informado, por=pessoa.nome)
    return Feito(200, {"lotes": [lote_id], "texto": f"protocolo {antes} corrigido para {agora}"})


def exportar(repo: Repositorio, lote_id: int, pessoa: Pessoa) -> tuple[str, bytes]:
    """Return the file of a lote; of one for a portal, it is noted that a person has it."""
    return conferencia.exportar(repo, lote_id, por=pessoa.nome)


def duvida_de(repo: Repositorio, lote_id: int) -> Pergunta | None:
    """Return the question about a lote, None when there is no doubt (any more)."""
    perguntas = duvida.perguntas(repo, [lote_id])
    return perguntas[0] if perguntas else None


def resolver(
    repo: Repositorio,
    corridas: Corridas,
    lote_id: int,
    resposta: RespostaDuvida,
    pessoa: Pessoa,
    *,
    protocolo: str,
) -> Feito:
    """Carry out what a person answers who looked at the portal.

    A cancel is asked of the operadora by a run, which may wait for the answer.
    """
    if resposta is RespostaDuvida.CANCELAR:
        if duvida_de(repo, lote_id) is None:
            raise ProblemaHttp(409, "Já resolvido", "Este lote já não está em dúvida.")
        return _iniciada(corridas, CANCELAMENTO, {"lotes": [lote_id]})
    feito = duvida.resolver(
        repo,
        lote_id,
        resposta,
        por=pessoa.nome,
        protocolo=protocolo,
        consultei_o_portal=True,
        cliente_de=_sem_cliente,
        quem=f"tela/{pessoa.nome}",
    )
    return Feito(200, {"lotes": [lote_id], "texto": feito})


def _nao_ha(lote_id: int) -> ProblemaHttp:
    return ProblemaHttp(
        404,
        "Lote não encontrado",
        f"Não encontramos o lote {lote_id}. Confira o número ou veja todos os lotes.",
    )


def _sem_cliente(contrato: Contrato, canal: Canal) -> NoReturn:
    raise AssertionError("nothing is asked of an operadora from here")


def _iniciada(corridas: Corridas, dag: str, conf: dict[str, object]) -> Feito:
    return Feito(202, dict(da_corrida(dag, corridas.iniciar(dag, conf))))
