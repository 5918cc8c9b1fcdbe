"""Lotes: looked at, sent, cancelled, built again; a doubt answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from tiss.repository import Repositorio
from tiss.repository.listas import lotes
from tiss.repository.listas.lotes import LoteComHistoria, LoteNaLista, Mudancas
from tiss.repository.listas.pagina import Pagina
from tiss.services.criacao import ParteCriada, Recusada
from tiss.services.duvida import RespostaDuvida
from tiss.web import escolha, mesa
from tiss.web.acesso import OperadorDep, Pessoa, PessoaDep
from tiss.web.acoes import Acao, ChaveDep, Feito, agir
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import CorridasDep
from tiss.web.filtros import SEM_NULO, FiltroDeLotesDep, RecorteDep, Selecao
from tiss.web.planilha import paginas, planilha

rotas = APIRouter(prefix="/lotes", tags=["lotes"])

LoteId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id em tiss.lote.")]

Protocolo = Annotated[str, Field(min_length=1, max_length=12, pattern=r"^[ -~]+$")]


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
        return lotes.listar(t, filtro, recorte)[0]


_CABECALHO = (
    "Lote", "Operadora", "Registro ANS", "Prestador", "Ambiente", "Tipo", "Guias", "Valor",
    "Status", "Protocolo", "Criado em", "Última mudança",
)  # fmt: skip


@rotas.get(".csv", response_class=Response)
def em_planilha(repo: RepositorioDep, filtro: FiltroDeLotesDep) -> Response:
    """Todos os lotes do filtro, num arquivo CSV para planilha."""

    def seguintes(depois: int | None) -> Sequence[LoteNaLista]:
        with repo.transacao() as t:
            return lotes.seguintes(t, filtro, depois)

    return planilha("lotes.csv", _CABECALHO, _celulas, paginas(seguintes, lambda lote: lote.id))


def _celulas(lote: LoteNaLista) -> Sequence[object]:
    return (
        lote.numero_lote,
        lote.operadora,
        lote.registro_ans,
        lote.prestador,
        lote.ambiente,
        lote.tipo_guia,
        lote.quantidade_guias,
        lote.valor_total,
        lote.status,
        lote.protocolo,
        lote.criado_em,
        lote.mudou_em,
    )


class NovosLotes(Selecao):
    """What to create lotes of. parcial: leave out what is refused. enviar: and send them."""

    parcial: bool = False
    enviar: bool = False


class LotesCriados(BaseModel):
    """What was created, by contrato, and what was left out. corrida: of tiss_envio, if any."""

    lotes: list[int]
    partes: list[ParteCriada]
    recusadas: list[Recusada]
    dag: str | None = None
    corrida: str | None = None
    endereco: str | None = None


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
    mesa.exigir(repo, lote_id)
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
    mesa.exigir(repo, lote_id)
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
    mesa.exigir(repo, lote_id)
    return Corrida(**agir(repo, acao, lambda: mesa.consultar(repo, corridas, lote_id)).corpo)


class Feita(BaseModel):
    """What came of it. lotes: those concerned, or new ones. corrida: a run that goes on, if any."""

    lotes: list[int] = []
    dag: str | None = None
    corrida: str | None = None
    endereco: str | None = None
    texto: str | None = None


class ComMotivo(BaseModel):
    """Why, in the person's words: it stays in the story of the lote."""

    model_config = ConfigDict(extra="forbid")

    motivo: Annotated[str, Field(min_length=3, max_length=500, pattern=SEM_NULO)]


class Entregue(BaseModel):
    """What the portal gave for the file."""

    model_config = ConfigDict(extra="forbid")

    protocolo: Protocolo


class Resposta(ComMotivo):
    """An answer about a lote in doubt. motivo: how the person made sure."""

    resposta: RespostaDuvida
    protocolo: Protocolo | None = None


@rotas.post("/{lote_id}/cancelar")
def cancelar(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    pedido: ComMotivo,
    resposta: Response,
    chave: ChaveDep = None,
) -> Feita:
    """Desmonta o lote que não saiu; do que saiu, pede o cancelamento à operadora."""
    acao = _acao(pessoa, "cancelar", lote_id, pedido, chave)
    return _feita(repo, acao, lambda: mesa.cancelar(repo, corridas, lote_id, pessoa), resposta)


@rotas.post("/{lote_id}/refazer")
def refazer(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    resposta: Response,
    chave: ChaveDep = None,
) -> Feita:
    """Monta de novo um lote em ERRO, com outro número e as mesmas guias, e o envia."""
    acao = _acao(pessoa, "refazer", lote_id, None, chave)
    return _feita(repo, acao, lambda: mesa.refazer(repo, corridas, lote_id, pessoa), resposta)


@rotas.post("/{lote_id}/marcar-enviado")
def marcar_enviado(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    lote_id: LoteId,
    pedido: Entregue,
    resposta: Response,
    chave: ChaveDep = None,
) -> Feita:
    """O arquivo foi entregue no portal, que deu este protocolo."""
    acao = _acao(pessoa, "marcar_enviado", lote_id, pedido, chave)
    return _feita(
        repo, acao, lambda: mesa.marcar_enviado(repo, lote_id, pedido.protocolo, pessoa), resposta
    )


@rotas.post("/{lote_id}/corrigir-protocolo")
def corrigir_protocolo(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    lote_id: LoteId,
    pedido: Entregue,
    resposta: Response,
    chave: ChaveDep = None,
) -> Feita:
    """O protocolo que uma pessoa informou era outro; só enquanto a operadora nada respondeu."""
    acao = _acao(pessoa, "corrigir_protocolo", lote_id, pedido, chave)
    return _feita(
        repo,
        acao,
        lambda: mesa.corrigir_protocolo(repo, lote_id, pedido.protocolo, pessoa),
        resposta,
    )


@rotas.post("/{lote_id}/resolver")
def resolver(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    pedido: Resposta,
    resposta: Response,
    chave: ChaveDep = None,
) -> Feita:
    """Responde o que houve com um lote em dúvida; vale a primeira resposta."""
    acao = _acao(pessoa, "resolver", lote_id, pedido, chave)
    return _feita(
        repo,
        acao,
        lambda: mesa.resolver(
            repo, corridas, lote_id, pedido.resposta, pessoa, protocolo=pedido.protocolo or ""
        ),
        resposta,
    )


def _acao(
    pessoa: Pessoa, faz: str, lote_id: int, pedido: BaseModel | None, chave: str | None
) -> Acao:
    campos = {} if pedido is None else pedido.model_dump(mode="json")
    motivo = campos.pop("motivo", None)
    return Acao(
        pessoa=pessoa,
        o_que=f"lote.{faz}",
        alvo={"lote_id": lote_id},
        pedido=campos,
        motivo=motivo,
        chave=chave,
    )


def _feita(repo: Repositorio, acao: Acao, fazer: Callable[[], Feito], resposta: Response) -> Feita:
    mesa.exigir(repo, acao.alvo["lote_id"])
    feito = agir(repo, acao, fazer)
    resposta.status_code = feito.situacao
    return Feita(**feito.corpo)
