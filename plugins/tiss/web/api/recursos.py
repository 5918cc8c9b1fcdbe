"""Recursos de glosa: prepared, justified, shortened, approved or not, made again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field, StringConstraints

from tiss.repository.listas import recursos
from tiss.repository.listas.pagina import Pagina
from tiss.repository.listas.recursos import RecursoNaLista
from tiss.web import guias
from tiss.web import recursos as mesa
from tiss.web.acesso import OperadorDep, PessoaDep
from tiss.web.acoes import Acao, ChaveDep, agir
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import CorridasDep
from tiss.web.filtros import FiltroDeRecursosDep, RecorteDep
from tiss.web.planilha import paginas, planilha
from tiss.web.recursos import MAIOR_JUSTIFICATIVA, RecursoComGlosas

rotas = APIRouter(prefix="/recursos", tags=["recursos"])

RecursoId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id em tiss.recurso.")]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
# In PostgreSQL no text holds a NUL.
Texto = Annotated[str, StringConstraints(max_length=MAIOR_JUSTIFICATIVA, pattern=r"^[^\x00]*$")]
Protocolo = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\x00]*$")]
Codigo = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,10}$")]
RegistroAns = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
_CABECALHO = (
    "Recurso", "Status", "Operadora", "Registro ANS", "Prestador", "Lote recorrido", "Protocolo",
    "Guias", "Glosas", "Códigos", "Recursado", "Acatado", "Prazo", "Lote do recurso",
    "Status do envio", "Protocolo do recurso", "Criado por", "Decidido por",
)  # fmt: skip


class Preparo(BaseModel):
    """What is to be contested: of one guia, or all that the filters find; empty means any."""

    guia: Id | None = None
    operadoras: list[RegistroAns] = Field([], max_length=1000)
    protocolos: list[Protocolo] = Field([], max_length=1000)
    codigos: list[Codigo] = Field([], max_length=1000)


class Preparado(BaseModel):
    """The drafts that were made, and why the rest of it was not."""

    recursos: list[int]
    recusas: list[str]


class Justificativa(BaseModel):
    """What is said against a glosa of a draft. glosa: its id there."""

    glosa: Id
    texto: Texto


class Justificativas(BaseModel):
    """What is said against some glosas of a draft; the others stay as they are."""

    justificativas: list[Justificativa] = Field(min_length=1, max_length=10_000)


class Justificado(BaseModel):
    """Against how many glosas something was written."""

    recurso: int
    justificadas: int


class Retirada(BaseModel):
    """Glosas of a draft that are not to be contested now, by their ids there."""

    glosas: list[Id] = Field(min_length=1, max_length=10_000)


class Retirado(BaseModel):
    """How many glosas were taken out."""

    recurso: int
    retiradas: int


class Aprovado(BaseModel):
    """The lote that sends it, and the run that does; corrida null: the next night sends it.

    pelo_portal: a person takes the file to the portal instead.
    """

    recurso: int
    lote: int
    pelo_portal: bool
    dag: str | None = None
    corrida: str | None = None
    endereco: str | None = None


class Decidido(BaseModel):
    """The recurso that was decided about."""

    recurso: int


@rotas.get("")
def listar(
    repo: RepositorioDep, filtro: FiltroDeRecursosDep, recorte: RecorteDep
) -> Pagina[RecursoNaLista]:
    """Recursos de glosa, os mais novos primeiro."""
    with repo.transacao() as t:
        return recursos.listar(t, filtro, recorte)[0]


@rotas.get(".csv", response_class=Response)
def em_planilha(repo: RepositorioDep, filtro: FiltroDeRecursosDep) -> Response:
    """Todos os recursos do filtro, num arquivo CSV para planilha."""

    def seguintes(depois: int | None) -> Sequence[RecursoNaLista]:
        with repo.transacao() as t:
            return recursos.seguintes(t, filtro, depois)

    return planilha(
        "recursos.csv", _CABECALHO, _celulas, paginas(seguintes, lambda recurso: recurso.id)
    )


@rotas.get("/{recurso_id}")
def obter(repo: RepositorioDep, pessoa: PessoaDep, recurso_id: RecursoId) -> RecursoComGlosas:
    """Um recurso, com o que ele contesta e o que se diz de cada glosa."""
    return mesa.recurso(repo, recurso_id, pessoa)


@rotas.post("", status_code=201)
def preparar(
    repo: RepositorioDep, pessoa: OperadorDep, pedido: Preparo, chave: ChaveDep = None
) -> Preparado:
    """Faz os rascunhos do que ninguém contestou. Nada sai sem que alguém os aprove."""
    acao = Acao(
        pessoa=pessoa,
        o_que="recurso.preparar",
        alvo={} if pedido.guia is None else {"guia_id": pedido.guia},
        pedido=pedido.model_dump(exclude={"guia"}),
        chave=chave,
    )
    if (guia_id := pedido.guia) is None:
        feito = agir(
            repo,
            acao,
            lambda: mesa.preparar(
                repo,
                pessoa,
                operadoras=pedido.operadoras,
                protocolos=pedido.protocolos,
                codigos=pedido.codigos,
            ),
        )
    else:
        guias.guia(repo, guia_id, pessoa)
        feito = agir(repo, acao, lambda: mesa.preparar_da_guia(repo, guia_id, pessoa))
    return Preparado(**feito.corpo)


@rotas.post("/{recurso_id}/justificar")
def justificar(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    recurso_id: RecursoId,
    pedido: Justificativas,
    chave: ChaveDep = None,
) -> Justificado:
    """Escreve o que se diz contra glosas de um rascunho."""
    textos = {uma.glosa: uma.texto for uma in pedido.justificativas}
    acao = _acao(pessoa, "recurso.justificar", recurso_id, chave, textos=textos)
    mesa.recurso(repo, recurso_id, pessoa)
    feito = agir(repo, acao, lambda: mesa.justificar(repo, recurso_id, textos, pessoa))
    return Justificado(**feito.corpo)


@rotas.post("/{recurso_id}/retirar")
def retirar(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    recurso_id: RecursoId,
    pedido: Retirada,
    chave: ChaveDep = None,
) -> Retirado:
    """Tira glosas de um rascunho, para depois ou nunca. Se nada ficaria, descarte-o."""
    acao = _acao(pessoa, "recurso.retirar", recurso_id, chave, glosas=pedido.glosas)
    mesa.recurso(repo, recurso_id, pessoa)
    feito = agir(repo, acao, lambda: mesa.retirar(repo, recurso_id, pedido.glosas, pessoa))
    return Retirado(**feito.corpo)


@rotas.post("/{recurso_id}/aprovar")
def aprovar(
    repo: RepositorioDep,
    pessoa: OperadorDep,
    corridas: CorridasDep,
    recurso_id: RecursoId,
    chave: ChaveDep = None,
) -> Aprovado:
    """Aprova um rascunho e inicia o envio."""
    acao = _acao(pessoa, "recurso.aprovar", recurso_id, chave)
    mesa.recurso(repo, recurso_id, pessoa)
    feito = agir(repo, acao, lambda: mesa.aprovar(repo, corridas, recurso_id, pessoa))
    return Aprovado(**feito.corpo)


@rotas.post("/{recurso_id}/descartar")
def descartar(
    repo: RepositorioDep, pessoa: OperadorDep, recurso_id: RecursoId, chave: ChaveDep = None
) -> Decidido:
    """Decide não recorrer do que um rascunho contesta."""
    acao = _acao(pessoa, "recurso.descartar", recurso_id, chave)
    mesa.recurso(repo, recurso_id, pessoa)
    return Decidido(**agir(repo, acao, lambda: mesa.descartar(repo, recurso_id, pessoa)).corpo)


@rotas.post("/{recurso_id}/refazer")
def refazer(
    repo: RepositorioDep, pessoa: OperadorDep, recurso_id: RecursoId, chave: ChaveDep = None
) -> Decidido:
    """Volta a rascunho o que foi descartado, recusado, cancelado ou ainda não saiu."""
    acao = _acao(pessoa, "recurso.refazer", recurso_id, chave)
    mesa.recurso(repo, recurso_id, pessoa)
    return Decidido(**agir(repo, acao, lambda: mesa.refazer(repo, recurso_id, pessoa)).corpo)


def _acao(
    pessoa: OperadorDep, o_que: str, recurso_id: int, chave: str | None, **pedido: object
) -> Acao:
    return Acao(
        pessoa=pessoa, o_que=o_que, alvo={"recurso_id": recurso_id}, pedido=pedido, chave=chave
    )


def _celulas(recurso: RecursoNaLista) -> Sequence[object]:
    return (
        recurso.id,
        recurso.status,
        recurso.operadora,
        recurso.registro_ans,
        recurso.prestador,
        recurso.numero_lote,
        recurso.protocolo,
        recurso.guias,
        recurso.glosas,
        " ".join(recurso.codigos),
        recurso.valor_recursado,
        recurso.valor_acatado,
        recurso.prazo,
        recurso.numero_lote_do_envio,
        recurso.status_do_envio,
        recurso.protocolo_do_recurso,
        recurso.criado_por,
        recurso.decidido_por,
    )
