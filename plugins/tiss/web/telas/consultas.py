"""The screen Consultas prontas: what waits to be billed, what is wrong with it, and lotes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, ValidationError

from tiss.domain.cadastro import TipoGuia
from tiss.errors import TissError
from tiss.repository import Repositorio, cadastro
from tiss.repository.listas import consultas
from tiss.repository.listas.consultas import COM_PROBLEMAS, PRONTA
from tiss.services import criacao
from tiss.settings import FUSO
from tiss.web import escolha, vista
from tiss.web.acesso import OperadorDep, Pessoa, PessoaDep
from tiss.web.acoes import Acao, ChaveDoFormulario, agir
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import CorridasDep
from tiss.web.filtros import CODIGO, Ambiente, CamposDoFiltro, ConsultaId, Selecao
from tiss.web.problemas import ProblemaHttp, traduzir
from tiss.web.telas.formatos import ler_dias
from tiss.web.telas.lotes import Aviso
from tiss.web.telas.pagina import Cursor, enderecar, pagina, recortar

rotas = APIRouter(prefix="/consultas", default_response_class=HTMLResponse)

Texto = Annotated[str, Query(max_length=200)]
_AMBIENTES = ("PRODUCAO", "HOMOLOGACAO")


@dataclass(frozen=True, slots=True)
class Pedido:
    """What the address of the page asks for, as it was written."""

    ambiente: str
    situacao: str
    operadora: str
    desde: str
    ate: str
    busca: str
    tipo: str
    profissional: str
    problema: str
    campo: str
    por_pagina: str

    @classmethod
    def de(cls, campos: Mapping[str, Any]) -> Pedido:
        """Return it from the fields of an address or a form; what is no text is left out."""
        escritos = {
            nome: str(campos.get(nome) or "").replace("\x00", "").strip()[:200]
            for nome in cls.__slots__
        }
        if escritos["ambiente"] not in _AMBIENTES:
            escritos["ambiente"] = _AMBIENTES[0]
        if escritos["situacao"] not in (PRONTA, COM_PROBLEMAS):
            escritos["situacao"] = ""
        if escritos["tipo"] not in set(TipoGuia):
            escritos["tipo"] = ""
        if re.search(CODIGO, escritos["problema"]) is None:
            escritos["problema"] = ""
        if escritos["por_pagina"] not in ("25", "100"):
            escritos["por_pagina"] = ""
        return cls(**escritos)

    @property
    def ambiente_(self) -> Ambiente:
        """Return it as a selection takes it."""
        return "HOMOLOGACAO" if self.ambiente == "HOMOLOGACAO" else "PRODUCAO"

    @property
    def campos(self) -> dict[str, str]:
        """Return it as links and forms carry it."""
        return {nome: getattr(self, nome) for nome in self.__slots__}

    def filtro(self) -> tuple[CamposDoFiltro, dict[str, str]]:
        """Return the filter, and what is said of fields that are left out of it."""
        dias, faltas = ler_dias(desde=self.desde, ate=self.ate)
        conhecida = len(self.operadora) == 6 and self.operadora.isdecimal()
        return (
            CamposDoFiltro.model_validate(
                {
                    "situacao": self.situacao or None,
                    "operadora": [self.operadora] if conhecida else [],
                    "busca": self.busca or None,
                    "tipo": [self.tipo] if self.tipo else [],
                    "profissional": self.profissional[:70] or None,
                    "problema": self.problema or None,
                    "campo": self.campo or None,
                    **dias,
                }
            ),
            faltas,
        )


class CamposDaEscolha(BaseModel):
    """What the form of the list sends: rows of the page, or all of its filter except some."""

    consulta: list[ConsultaId] = Field(default=[], max_length=criacao.MAXIMO)
    exceto: list[ConsultaId] = Field(default=[], max_length=criacao.MAXIMO)
    tudo: bool = False
    total_visto: int | None = Field(default=None, ge=0, le=2**31 - 1)
    ambiente: str = ""
    situacao: str = ""
    operadora: str = ""
    desde: str = ""
    ate: str = ""
    busca: str = ""
    tipo: str = ""
    profissional: str = ""
    problema: str = ""
    campo: str = ""
    por_pagina: str = ""


@rotas.get("")
def listar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    cursor: Cursor = None,
) -> HTMLResponse:
    """The list."""
    return _mostrar(request, pessoa, repo, Pedido.de(request.query_params), cursor=cursor)


@rotas.post("/conferir")
def conferir(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    campos: Annotated[CamposDaEscolha, Form()],
) -> HTMLResponse:
    """What would become of a selection: a rehearsal, of which nothing stays."""
    pedido = Pedido.de(campos.model_dump())
    filtro, _ = pedido.filtro()
    try:
        if campos.tudo:
            escolhidas = Selecao(
                ambiente=pedido.ambiente_,
                filtro=filtro,
                exceto=campos.exceto,
                total_visto=campos.total_visto,
            )
        else:
            escolhidas = Selecao(ambiente=pedido.ambiente_, consulta_ids=campos.consulta)
        ensaio, fixas = escolha.ensaiar(repo, escolhidas)
    except ValidationError:
        return _recusar(request, pessoa, repo, pedido, 422, "Selecione ao menos uma consulta.")
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _recusar(request, pessoa, repo, pedido, problema.status, problema.detail)
    return pagina(
        request,
        "conferir.html",
        pessoa,
        repo,
        aba="consultas",
        ensaio=ensaio,
        selecao=fixas.model_dump_json(),
        filtro=pedido.campos,
        aviso=None,
    )


@rotas.post("/criar")
def criar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    chave: ChaveDoFormulario,
    selecao: Annotated[str, Form(max_length=10_000_000)],
    parcial: Annotated[str, Form(max_length=1)] = "",
    enviar: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Create the lotes, and send them if asked to."""
    escolhidas = Selecao.model_validate_json(selecao)
    acao = Acao(
        pessoa=pessoa,
        o_que="lote.criar",
        pedido={"selecao": selecao, "parcial": parcial, "enviar": enviar},
        chave=chave,
    )
    try:
        feito = agir(
            repo,
            acao,
            lambda: escolha.criar(
                repo, corridas, escolhidas, pessoa, parcial=bool(parcial), enviar=bool(enviar)
            ),
        )
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _recusar(request, pessoa, repo, Pedido.de({}), problema.status, problema.detail)
    destino = enderecar(
        f"{request.scope.get('root_path', '')}/lotes",
        {
            "feito": "criar_e_enviar" if "corrida" in feito.corpo else "criar",
            "corrida": feito.corpo.get("corrida"),
            "lote": feito.corpo["lotes"][0] if len(feito.corpo["lotes"]) == 1 else None,
        },
    )
    return RedirectResponse(destino, status_code=303)


def _recusar(
    request: Request, pessoa: Pessoa, repo: Repositorio, pedido: Pedido, status: int, texto: str
) -> HTMLResponse:
    return _mostrar(
        request, pessoa, repo, pedido, aviso=Aviso(tom="bad", texto=texto), status=status
    )


def _mostrar(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    pedido: Pedido,
    *,
    cursor: str | None = None,
    aviso: Aviso | None = None,
    status: int = 200,
) -> HTMLResponse:
    campos, faltas = pedido.filtro()
    filtro = campos.filtro(pedido.ambiente)
    with repo.transacao() as t:
        lidas, contadas = consultas.listar(t, filtro, recortar(cursor, pedido.por_pagina))
        operadoras = cadastro.operadoras(t)
        # Who looks for what is wrong is told first what is wrong most.
        problemas = consultas.problemas(t, filtro) if filtro.situacao == COM_PROBLEMAS else []
    itens = [vista.da_consulta(linha, pessoa) for linha in lidas.itens]
    return pagina(
        request,
        "consultas.html",
        pessoa,
        repo,
        aba="consultas",
        status=status,
        pagina=replace(lidas, itens=itens),
        contadas=contadas,
        problemas=[vista.do_problema(um, pessoa) for um in problemas],
        tipos=list(TipoGuia),
        operadoras=operadoras,
        filtro=pedido.campos,
        da_api=campos.model_dump(exclude_none=True) | {"ambiente": pedido.ambiente},
        faltas=faltas,
        aviso=aviso,
        periodos=_periodos(datetime.now(FUSO).date()),
    )


def _periodos(hoje: date) -> list[tuple[str, str, str]]:
    """Short cuts: name, first and last day as they are written."""
    primeiro = hoje.replace(day=1)
    do_anterior = primeiro - timedelta(days=1)
    return [
        (nome, f"{de:%d/%m/%Y}", f"{ate:%d/%m/%Y}")
        for nome, de, ate in (
            ("Hoje", hoje, hoje),
            ("7 dias", hoje - timedelta(days=6), hoje),
            ("Este mês", primeiro, hoje),
            ("Mês passado", do_anterior.replace(day=1), do_anterior),
        )
    ]
