"""The screen Lotes: what was sent, what waits, what is in doubt, and the story of each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tiss.repository import Repositorio, cadastro
from tiss.repository.listas import lotes
from tiss.repository.listas.lotes import FiltroDeLotes
from tiss.web import mesa
from tiss.web.acesso import OperadorDep, Pessoa, PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import endereco
from tiss.web.problemas import ProblemaHttp
from tiss.web.telas.formatos import ler_dias
from tiss.web.telas.historia import contar
from tiss.web.telas.pagina import Cursor, PorPagina, enderecar, pagina, recortar
from tiss.web.telas.selos import ORDEM_DOS_LOTES

rotas = APIRouter(prefix="/lotes", default_response_class=HTMLResponse)

LoteId = Annotated[int, Path(ge=1, le=2**63 - 1)]
# What was just done, as the address of the page says it.
_FEITO = {
    "enviar": (mesa.ENVIO, "O envio começou. O status muda aqui quando a operadora responder."),
    "criar": (mesa.ENVIO, "Lotes criados. Cada um sai quando você o enviar."),
    "criar_e_enviar": (mesa.ENVIO, "Lotes criados, e o envio começou."),
    "refazer": (mesa.ENVIO, "O lote foi refeito com outro número, e o envio começou."),
    "cancelar": (mesa.CANCELAMENTO, "Lote cancelado. As guias voltaram para Consultas prontas."),
    "pedir_cancelamento": (
        mesa.CANCELAMENTO,
        "Cancelamento pedido à operadora. O status muda quando ela responder.",
    ),
    "marcar_enviado": (mesa.RETORNO, "Protocolo gravado. O lote passa a ser acompanhado."),
    "corrigir_protocolo": (mesa.RETORNO, "Protocolo corrigido. Consulte agora, ou espere a hora."),
    "resolver": (mesa.CANCELAMENTO, "Decisão gravada."),
    "consultar": (mesa.RETORNO, "A consulta começou. O que a operadora responder aparece aqui."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aviso:
    """A notice over the list. tom: ok or bad. corrida: where to follow it in Airflow."""

    tom: str
    texto: str
    corrida: str | None = None


@dataclass(slots=True)
class Pedido:
    """What the address of the page asks for, as it was written."""

    status: str = ""
    busca: str = ""
    operadora: str = ""
    desde: str = ""
    ate: str = ""
    por_pagina: str = ""

    def filtro(self) -> tuple[FiltroDeLotes, dict[str, str]]:
        """Return the filter, and what is said of fields that are left out of it."""
        dias, faltas = ler_dias(desde=self.desde, ate=self.ate)
        return (
            FiltroDeLotes(
                status=[self.status] if self.status in ORDEM_DOS_LOTES else [],
                operadoras=[self.operadora] if self.operadora else [],
                busca=self.busca.strip(),
                **dias,
            ),
            faltas,
        )


@rotas.get("")
def listar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    status: str = "",
    busca: Annotated[str, Query(max_length=12)] = "",
    operadora: Annotated[str, Query(max_length=6)] = "",
    desde: Annotated[str, Query(max_length=10)] = "",
    ate: Annotated[str, Query(max_length=10)] = "",
    cursor: Cursor = None,
    por_pagina: PorPagina = "",
    lote: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    parte: str = "historia",
    feito: str = "",
    corrida: Annotated[str, Query(max_length=250)] = "",
) -> HTMLResponse:
    """The list, and one lote beside it."""
    aviso = None
    if feito in _FEITO:
        dag, texto = _FEITO[feito]
        aviso = Aviso(tom="ok", texto=texto, corrida=endereco(dag, corrida) if corrida else None)
    pedido = Pedido(status, busca, operadora, desde, ate, por_pagina)
    return mostrar(
        request, pessoa, repo, pedido, cursor=cursor, lote_id=lote, parte=parte, aviso=aviso
    )


@rotas.get("/{lote_id}")
def abrir(request: Request, lote_id: LoteId) -> RedirectResponse:
    """A short address for one lote."""
    return RedirectResponse(da_lista(request, lote=lote_id), status_code=303)


@rotas.get("/{lote_id}/xml")
def xml(pessoa: OperadorDep, repo: RepositorioDep, lote_id: LoteId) -> Response:
    """The file of a lote."""
    mesa.exigir(repo, lote_id)
    return baixar(*mesa.arquivo(repo, lote_id))


@rotas.get("/{lote_id}/trocas/{troca_id}")
def troca(
    request: Request, pessoa: OperadorDep, repo: RepositorioDep, lote_id: LoteId, troca_id: LoteId
) -> HTMLResponse:
    """What left and what came back."""
    aberto = mesa.lote(repo, lote_id, pessoa)
    with repo.transacao() as t:
        bytes_ = lotes.troca(t, lote_id, troca_id)
    if bytes_ is None:
        raise ProblemaHttp(404, "Troca não encontrada", "Este lote não tem essa troca.")
    pedido, resposta = (_em_texto(parte) for parte in bytes_)
    return pagina(
        request,
        "troca.html",
        pessoa,
        repo,
        aba="lotes",
        aberto=aberto,
        pedido=pedido,
        resposta=resposta,
    )


@rotas.get("/{lote_id}/capa")
def capa(
    request: Request, pessoa: PessoaDep, repo: RepositorioDep, lote_id: LoteId
) -> HTMLResponse:
    """The cover of a lote, to be printed."""
    return pagina(
        request,
        "capa.html",
        pessoa,
        repo,
        aba="lotes",
        aberto=mesa.lote(repo, lote_id, pessoa),
    )


def baixar(nome: str, conteudo: bytes) -> Response:
    """Return a file of XML to be stored under a name."""
    return Response(
        conteudo,
        media_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{nome}"'},
    )


def da_lista(request: Request, **parametros: object) -> str:
    """Return the address of the list with these parameters."""
    return enderecar(f"{request.scope.get('root_path', '')}/lotes", parametros)


def mostrar(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    pedido: Pedido,
    *,
    cursor: str | None = None,
    lote_id: int | None = None,
    parte: str = "historia",
    aviso: Aviso | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the list, with one lote beside it and a notice over it, if any."""
    filtro, faltas = pedido.filtro()
    recorte = recortar(cursor, pedido.por_pagina)
    with repo.transacao() as t:
        # Before the rows: what changes in between is told again, not lost.
        marca = lotes.mudancas(t, None).marca
        lidos, contados = lotes.listar(t, filtro, recorte)
        operadoras = cadastro.operadoras(t)
    aberto = None if lote_id is None else mesa.lote(repo, lote_id, pessoa)
    escolhidos = [contados[um] for um in filtro.status or contados if um in contados]
    dados: dict[str, Any] = {
        "pagina": lidos,
        "cursor": cursor,
        "contados": contados,
        "valor": sum(linha.valor for linha in escolhidos),
        "de_recurso": sum(linha.de_recurso for linha in escolhidos),
        "marca": marca,
        "operadoras": operadoras,
        "filtro": asdict(pedido),
        "da_api": {
            "status": filtro.status,
            "operadora": filtro.operadoras,
            "desde": filtro.desde,
            "ate": filtro.ate,
            "busca": filtro.busca,
        },
        "faltas": faltas,
        "aberto": aberto,
        "eventos": [] if aberto is None else contar(aberto),
        "parte": parte,
        "feito": aviso,
    }
    return pagina(request, "lotes.html", pessoa, repo, aba="lotes", status=status, **dados)


def _em_texto(bytes_: bytes | None) -> str:
    """Messages say their encoding; what cannot be read so is shown as near as it can be."""
    if not bytes_:
        return ""
    codificacao = "utf-8" if b"utf-8" in bytes_[:100].lower() else "iso-8859-1"
    return bytes_.decode(codificacao, errors="replace")
