"""Lotes: looked at, sent, cancelled, built again; a doubt answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from tiss.repository.listas import lotes
from tiss.repository.listas.lotes import LoteComHistoria, LoteNaLista, Mudancas
from tiss.repository.listas.pagina import Pagina
from tiss.services.criacao import ParteCriada, Recusada
from tiss.web import escolha, mesa
from tiss.web.acesso import OperadorDep, PessoaDep
from tiss.web.acoes import Acao, ChaveDep, agir
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import CorridasDep
from tiss.web.filtros import FiltroDeLotesDep, RecorteDep, Selecao

rotas = APIRouter(prefix="/lotes", tags=["lotes"])

LoteId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id em tiss.lote.")]


class Corrida(BaseModel):
    """A run of a DAG that was started: where a person follows it."""

    dag: str
    corrida: str
    endereco: str


@rotas.get("")
def listar(
    repo: RepositorioDep, filtro: FiltroDeLotesDep, recorte: RecorteDep
) -> Pagina[LoteNaLista]:
    """Lotes, os mais novos primeiro."""
    with repo.transacao() as t:
        return lotes.listar(t, filtro, recorte)


class NovosLotes(Selecao):
    """What to create lotes of. parcial: leave out what is refused. enviar: and send them."""

    parcial: bool = False
    enviar: bool = False


class LotesCriados(BaseModel):
    """What was created, by contrato, and what was left out. corrida: of tiss_envio, if any."""

    lotes: list[int]
    partes: list[ParteCriada]
    recusadas: list[Recusada]
    corrida: str | None
    endereco: str | None


@rotas.post(
    "",
    status_code=201,
    responses={202: {"model": LotesCriados, "description": "Criados, e o envio começou"}},
)
def criar(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    pedido: NovosLotes,
    resposta: Response,
    chave: ChaveDep = None,
) -> LotesCriados:
    """Cria lotes das consultas escolhidas, um por operadora e tipo de guia; tudo ou nada."""
    acao = Acao(
        pessoa=pessoa, o_que="lote.criar", pedido=pedido.model_dump(mode="json"), chave=chave
    )
    feito = agir(
        repo,
        acao,
        lambda: escolha.criar(
            repo, corridas, pedido, pessoa, parcial=pedido.parcial, enviar=pedido.enviar
        ),
    )
    resposta.status_code = feito.situacao
    return LotesCriados(**feito.corpo)


@rotas.get("/mudancas")
def mudancas(
    repo: RepositorioDep,
    desde: Annotated[
        int | None, Query(ge=0, le=2**63 - 1, description="A marca da resposta anterior.")
    ] = None,
) -> Mudancas:
    """Lotes cujo status mudou desde uma marca; sem marca, só a de agora."""
    with repo.transacao() as t:
        return lotes.mudancas(t, desde)


@rotas.get("/{lote_id}")
def obter(repo: RepositorioDep, pessoa: PessoaDep, lote_id: LoteId) -> LoteComHistoria:
    """Um lote com suas guias, trocas com a operadora e mudanças de status."""
    return mesa.lote(repo, lote_id, pessoa)


@rotas.get("/{lote_id}/xml", response_class=Response)
def xml(repo: RepositorioDep, pessoa: OperadorDep, lote_id: LoteId) -> Response:
    """O arquivo do lote, com o nome que o contrato lhe dá."""
    mesa.lote(repo, lote_id, pessoa)
    nome, conteudo = mesa.arquivo(repo, lote_id)
    return Response(
        conteudo,
        media_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{nome}"'},
    )


@rotas.post("/{lote_id}/enviar", status_code=202)
def enviar(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDep = None,
) -> Corrida:
    """Libera o lote, se ele aguardava conferência, e inicia o envio."""
    acao = Acao(pessoa=pessoa, o_que="lote.enviar", alvo={"lote_id": lote_id}, chave=chave)
    mesa.lote(repo, lote_id, pessoa)
    return Corrida(**agir(repo, acao, lambda: mesa.enviar(repo, corridas, lote_id, pessoa)).corpo)


@rotas.post("/{lote_id}/consultar-status", status_code=202)
def consultar_status(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDep = None,
) -> Corrida:
    """Pergunta agora à operadora o que foi feito do lote."""
    acao = Acao(pessoa=pessoa, o_que="lote.consultar", alvo={"lote_id": lote_id}, chave=chave)
    mesa.lote(repo, lote_id, pessoa)
    return Corrida(**agir(repo, acao, lambda: mesa.consultar(repo, corridas, lote_id)).corpo)
