"""The screens of recursos de glosa: all of them, and the draft that a person writes and decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tiss.errors import TissError
from tiss.repository import Repositorio, cadastro
from tiss.repository.listas import recursos
from tiss.repository.listas.recursos import FiltroDeRecursos
from tiss.web import recursos as mesa
from tiss.web.acesso import OperadorDep, Pessoa, PessoaDep
from tiss.web.acoes import Acao, ChaveDoFormulario, Feito, agir
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import CorridasDep, endereco
from tiss.web.filtros import Id
from tiss.web.mesa import ENVIO
from tiss.web.problemas import ProblemaHttp, traduzir
from tiss.web.recursos import MAIOR_JUSTIFICATIVA
from tiss.web.telas.historia_da_guia import contar_recurso
from tiss.web.telas.lotes import Aviso
from tiss.web.telas.pagina import Cursor, PorPagina, enderecar, pagina, recortar
from tiss.web.telas.selos import ORDEM_DOS_RECURSOS

rotas = APIRouter(prefix="/recursos", default_response_class=HTMLResponse)

RecursoId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_CAMPO = re.compile(r"texto_([0-9]{1,18})")
# What was just done, as the address of the page says it.
_FEITO = {
    "preparar": "Rascunho feito. Confira o que se diz contra cada glosa e aprove: nada sai antes.",
    "justificar": "Justificativas gravadas.",
    "retirar": "Glosa retirada do recurso. Ela continua na guia: se quiser, recorra dela depois.",
    "aprovar": "Recurso aprovado, e o envio começou. O lote que o leva está em Lotes.",
    "noite": "Recurso aprovado. O envio não começou agora: a próxima noite o envia.",
    "portal": "Recurso aprovado. Esta operadora recebe pelo portal: leve a ela o arquivo do lote.",
    "descartar": "Decidido não recorrer. Se mudar de ideia, refaça o rascunho.",
    "refazer": "É rascunho outra vez: confira e aprove de novo.",
}


@dataclass(frozen=True, slots=True)
class Pedido:
    """What the address of the page asks for, as it was written."""

    status: str = ""
    operadora: str = ""
    lote: int | None = None
    guia: int | None = None
    por_pagina: str = ""

    def filtro(self) -> FiltroDeRecursos:
        """Return the filter."""
        return FiltroDeRecursos(
            status=[self.status] if self.status in ORDEM_DOS_RECURSOS else [],
            operadoras=[self.operadora] if self.operadora else [],
            lote=self.lote,
            guia=self.guia,
        )


async def _textos(request: Request) -> dict[int, str]:
    """What the form says against each glosa, by its id."""
    textos = {}
    for campo, valor in (await request.form()).multi_items():
        if (achado := _CAMPO.fullmatch(campo)) is None or not isinstance(valor, str):
            continue
        # A browser counts a new line as one character and sends two.
        texto = valor.replace("\r\n", "\n").strip()
        if len(texto) > MAIOR_JUSTIFICATIVA or "\x00" in texto:
            raise ProblemaHttp(
                422,
                "Justificativa grande demais",
                f"Uma justificativa tem até {MAIOR_JUSTIFICATIVA} caracteres; uma delas tem "
                f"{len(texto)}. Encurte-a e grave de novo.",
            )
        textos[int(achado[1])] = texto
    return textos


TextosDep = Annotated[dict[int, str], Depends(_textos)]


@rotas.get("")
def listar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    status: Annotated[str, Query(max_length=12)] = "",
    operadora: Annotated[str, Query(pattern=r"^([0-9]{6})?$")] = "",
    lote: Id | None = None,
    guia: Id | None = None,
    cursor: Cursor = None,
    por_pagina: PorPagina = "",
) -> HTMLResponse:
    """The list."""
    pedido = Pedido(status, operadora, lote, guia, por_pagina)
    filtro = pedido.filtro()
    with repo.transacao() as t:
        lidos, contados = recursos.listar(t, filtro, recortar(cursor, por_pagina))
        operadoras = cadastro.operadoras(t)
    return pagina(
        request,
        "recursos.html",
        pessoa,
        repo,
        aba="guias",
        pagina=lidos,
        contados=contados,
        operadoras=operadoras,
        filtro=asdict(pedido),
    )


@rotas.get("/{recurso_id}")
def abrir(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    recurso_id: RecursoId,
    feito: Annotated[str, Query(max_length=12)] = "",
    corrida: Annotated[str, Query(max_length=250)] = "",
) -> HTMLResponse:
    """One recurso: what it contests, what is said, and what to decide."""
    aviso = None
    if feito in _FEITO:
        aviso = Aviso(
            tom="ok",
            texto=_FEITO[feito],
            corrida=endereco(ENVIO, corrida) if corrida else None,
        )
    return _mostrar(request, pessoa, repo, recurso_id, aviso=aviso)


@rotas.post("/{recurso_id}/justificar")
def justificar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    recurso_id: RecursoId,
    textos: TextosDep,
    chave: ChaveDoFormulario,
) -> Response:
    """Write what is said."""
    return _agir(
        request,
        repo,
        _acao(pessoa, "recurso.justificar", recurso_id, chave, textos),
        lambda: mesa.justificar(repo, recurso_id, textos, pessoa),
        textos,
    )


@rotas.post("/{recurso_id}/aprovar")
def aprovar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    recurso_id: RecursoId,
    textos: TextosDep,
    chave: ChaveDoFormulario,
) -> Response:
    """Write what is said and send it."""
    return _agir(
        request,
        repo,
        _acao(pessoa, "recurso.aprovar", recurso_id, chave, textos),
        lambda: mesa.aprovar(repo, corridas, recurso_id, pessoa, textos),
        textos,
    )


@rotas.post("/{recurso_id}/retirar")
def retirar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    recurso_id: RecursoId,
    glosa: Annotated[int, Form(ge=1, le=2**63 - 1)],
    textos: TextosDep,
    chave: ChaveDoFormulario,
) -> Response:
    """Write what is said and take one glosa out."""
    return _agir(
        request,
        repo,
        _acao(pessoa, "recurso.retirar", recurso_id, chave, textos, glosa=glosa),
        lambda: mesa.retirar(repo, recurso_id, [glosa], pessoa, textos),
        textos,
    )


@rotas.post("/{recurso_id}/descartar")
def descartar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    recurso_id: RecursoId,
    chave: ChaveDoFormulario,
) -> Response:
    """Decide not to contest it."""
    return _agir(
        request,
        repo,
        _acao(pessoa, "recurso.descartar", recurso_id, chave, {}),
        lambda: mesa.descartar(repo, recurso_id, pessoa),
        {},
    )


@rotas.post("/{recurso_id}/refazer")
def refazer(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    recurso_id: RecursoId,
    chave: ChaveDoFormulario,
) -> Response:
    """Make it a draft again."""
    return _agir(
        request,
        repo,
        _acao(pessoa, "recurso.refazer", recurso_id, chave, {}),
        lambda: mesa.refazer(repo, recurso_id, pessoa),
        {},
    )


def _acao(
    pessoa: Pessoa,
    o_que: str,
    recurso_id: int,
    chave: str,
    textos: dict[int, str],
    **pedido: object,
) -> Acao:
    return Acao(
        pessoa=pessoa,
        o_que=o_que,
        alvo={"recurso_id": recurso_id},
        pedido={"textos": textos, **pedido},
        chave=chave,
    )


def _agir(
    request: Request,
    repo: Repositorio,
    acao: Acao,
    fazer: Callable[[], Feito],
    textos: dict[int, str],
) -> Response:
    """Do it and go to the recurso; what keeps it from being done is told there.

    What the person wrote stays on the page when it could not be stored.
    """
    recurso_id = acao.alvo["recurso_id"]
    mesa.recurso(repo, recurso_id, acao.pessoa)
    try:
        feito = agir(repo, acao, fazer)
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _mostrar(
            request,
            acao.pessoa,
            repo,
            recurso_id,
            aviso=Aviso(tom="bad", texto=problema.detail),
            textos=textos,
            status=problema.status,
        )
    corpo = feito.corpo
    destino = enderecar(
        f"{request.scope.get('root_path', '')}/recursos/{recurso_id}",
        {"feito": _como_ficou(acao, corpo), "corrida": corpo.get("corrida")},
    )
    return RedirectResponse(destino, status_code=303)


def _como_ficou(acao: Acao, corpo: Mapping[str, Any]) -> str:
    """What the page says that was done, by its key."""
    if acao.o_que == "recurso.aprovar" and "corrida" not in corpo:
        return "portal" if corpo["pelo_portal"] else "noite"
    return acao.o_que.removeprefix("recurso.")


def _mostrar(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    recurso_id: int,
    *,
    aviso: Aviso | None = None,
    textos: dict[int, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    aberto = mesa.recurso(repo, recurso_id, pessoa)
    dados: dict[str, Any] = {
        "aberto": aberto,
        "eventos": contar_recurso(aberto.mudancas, aberto.acoes),
        "feito": aviso,
        "textos": textos or {},
        "maior": MAIOR_JUSTIFICATIVA,
    }
    return pagina(request, "recurso.html", pessoa, repo, aba="guias", status=status, **dados)
