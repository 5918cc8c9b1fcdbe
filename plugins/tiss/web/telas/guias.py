"""The screen Guias e glosas: every guia, what was refused of it, and what is done about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tiss.errors import TissError
from tiss.repository import Repositorio, cadastro
from tiss.repository.listas import guias
from tiss.repository.listas.guias import FiltroDeGuias
from tiss.web import guias as balcao
from tiss.web import recursos as mesa
from tiss.web.acesso import OperadorDep, Pessoa, PessoaDep
from tiss.web.acoes import Acao, ChaveDoFormulario, agir
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import Busca, CodigoDeGlosa, Id
from tiss.web.problemas import ProblemaHttp, traduzir
from tiss.web.telas.formatos import ler_dias
from tiss.web.telas.historia_da_guia import contar
from tiss.web.telas.pagina import Cursor, PorPagina, enderecar, pagina, recortar
from tiss.web.telas.selos import ORDEM_DAS_GUIAS

rotas = APIRouter(prefix="/guias", default_response_class=HTMLResponse)

GuiaId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Pedido:
    """What the address of the page asks for, as it was written."""

    status: str = ""
    busca: str = ""
    operadora: str = ""
    desde: str = ""
    ate: str = ""
    glosa: str = ""
    lote: int | None = None
    por_pagina: str = ""

    def filtro(self) -> tuple[FiltroDeGuias, dict[str, str]]:
        """Return the filter, and what is said of fields that are left out of it."""
        dias, faltas = ler_dias(desde=self.desde, ate=self.ate)
        return (
            FiltroDeGuias(
                status=[self.status] if self.status in ORDEM_DAS_GUIAS else [],
                operadoras=[self.operadora] if self.operadora else [],
                busca=self.busca.strip(),
                glosa=self.glosa,
                lote=self.lote,
                **dias,
            ),
            faltas,
        )


@rotas.get("")
def listar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    status: Annotated[str, Query(max_length=12)] = "",
    busca: Busca = "",
    operadora: Annotated[str, Query(pattern=r"^([0-9]{6})?$")] = "",
    desde: Annotated[str, Query(max_length=10)] = "",
    ate: Annotated[str, Query(max_length=10)] = "",
    glosa: CodigoDeGlosa = "",
    lote: Id | None = None,
    cursor: Cursor = None,
    por_pagina: PorPagina = "",
    guia: Id | None = None,
    parte: Annotated[str, Query(max_length=12)] = "",
) -> HTMLResponse:
    """The list, and one guia beside it."""
    pedido = Pedido(status, busca, operadora, desde, ate, glosa, lote, por_pagina)
    return _mostrar(request, pessoa, repo, pedido, cursor=cursor, guia_id=guia, parte=parte)


@rotas.get("/{guia_id}")
def abrir(request: Request, guia_id: GuiaId) -> RedirectResponse:
    """A short address for one guia."""
    return RedirectResponse(
        enderecar(f"{request.scope.get('root_path', '')}/guias", {"guia": guia_id}),
        status_code=303,
    )


@rotas.post("/{guia_id}/recurso")
def preparar_recurso(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    guia_id: GuiaId,
    chave: ChaveDoFormulario,
) -> Response:
    """Make the draft against what was refused of a guia, and go to it."""
    balcao.guia(repo, guia_id, pessoa)
    acao = Acao(
        pessoa=pessoa,
        o_que="recurso.preparar",
        alvo={"guia_id": guia_id},
        chave=chave,
    )
    try:
        feito = agir(repo, acao, lambda: mesa.preparar_da_guia(repo, guia_id, pessoa))
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _mostrar(
            request,
            pessoa,
            repo,
            Pedido(),
            guia_id=guia_id,
            recusa=problema.detail,
            status=problema.status,
        )
    destino = f"{request.scope.get('root_path', '')}/recursos/{feito.corpo['recursos'][0]}"
    return RedirectResponse(enderecar(destino, {"feito": "preparar"}), status_code=303)


def _mostrar(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    pedido: Pedido,
    *,
    cursor: str | None = None,
    guia_id: int | None = None,
    parte: str = "",
    recusa: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    filtro, faltas = pedido.filtro()
    with repo.transacao() as t:
        recorte = recortar(cursor, pedido.por_pagina)
        lidas, contadas = guias.listar(t, filtro, recorte, com_paciente=pessoa.opera)
        operadoras = cadastro.operadoras(t)
    aberta = None if guia_id is None else balcao.guia(repo, guia_id, pessoa)
    da_api = {
        "desde": filtro.desde,
        "ate": filtro.ate,
        "status": list(filtro.status),
        "por_pagina": "",
    }
    dados: dict[str, Any] = {
        "pagina": lidas,
        "cursor": cursor,
        "contadas": contadas,
        "operadoras": operadoras,
        "filtro": asdict(pedido) | {"lote": pedido.lote or ""},
        "da_api": asdict(pedido) | da_api,
        "faltas": faltas,
        "aberta": aberta,
        "eventos": [] if aberta is None else contar(aberta),
        "parte": parte,
        "recusa": recusa,
    }
    return pagina(request, "guias.html", pessoa, repo, aba="guias", status=status, **dados)
