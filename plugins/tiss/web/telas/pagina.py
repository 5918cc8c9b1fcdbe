"""What every screen is made of: its frame, who looks at it, and how values are written on it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from tiss.repository import Repositorio
from tiss.repository.listas import lotes
from tiss.repository.listas.pagina import Recorte
from tiss.web import formulario
from tiss.web.acesso import Pessoa
from tiss.web.telas import divergencias, formatos, selos

ESTATICOS = Path(__file__).parent / "estaticos"
# Of what the lists of the screens have on a page; empty: as many as the standard.
PorPagina = Annotated[str, Query(pattern=r"^(25|100)?$")]
Cursor = Annotated[str | None, Query(max_length=300)]
_LINHAS = 50
ABAS = (
    ("hoje", "Hoje"),
    ("consultas", "Consultas prontas"),
    ("lotes", "Lotes"),
    ("guias", "Guias e glosas"),
    ("conciliacao", "Conciliação"),
    ("operadoras", "Operadoras"),
)


def pagina(
    request: Request,
    molde: str,
    pessoa: Pessoa,
    repo: Repositorio,
    *,
    aba: str,
    status: int = 200,
    **dados: Any,  # noqa: ANN401  what the template shows
) -> HTMLResponse:
    """Return a screen: a template with what it shows, in the frame of all."""
    with repo.transacao() as t:
        em_duvida = lotes.em_duvida(t)
    corpo = (
        moldes()
        .get_template(molde)
        .render(
            aba=aba,
            abas=ABAS,
            em_duvida=em_duvida,
            pessoa=pessoa,
            agora=datetime.now(UTC),
            raiz=request.scope.get("root_path", ""),
            raiz_da_api=f"{request.scope.get('root_path', '').removesuffix('/tiss')}/api/tiss",
            ficha=formulario.ficha(pessoa.nome),
            nova_chave=lambda: uuid4().hex,
            **dados,
        )
    )
    return HTMLResponse(corpo, status_code=status)


@cache
def moldes() -> Environment:
    """Return the templates, with what they write values by."""
    ambiente = Environment(
        loader=PackageLoader("tiss.web.telas", "moldes"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ambiente.filters |= {
        "reais": formatos.reais,
        "centavos": formatos.centavos,
        "inteiro": formatos.inteiro,
        "dia": formatos.dia,
        "mes": formatos.mes,
        "momento": formatos.momento,
        "quantidade": formatos.quantidade,
        "tipo": selos.tipo,
        "motivo": divergencias.motivo,
    }
    ambiente.globals |= {
        "estatico": _estatico,
        "icone": _icone,
        "selo": _selo,
        "quantos": formatos.quantos,
        "faz_pouco": formatos.faz_pouco,
        "por_cento": formatos.por_cento,
        "selos": selos,
        "enderecar": enderecar,
    }
    return ambiente


@cache
def _estatico(nome: str) -> str:
    """Where a file of ours is fetched, by its content: a new one is fetched, an old one is kept."""
    resumo = hashlib.sha256((ESTATICOS / nome).read_bytes()).hexdigest()[:12]
    return f"estaticos/{nome}?v={resumo}"


@pass_context
def _icone(contexto: Context, nome: str, classe: str = "") -> Markup:
    return Markup('<svg class="i {}" aria-hidden="true"><use href="{}/{}#{}"/></svg>').format(
        classe, contexto["raiz"], _estatico("sprite.svg"), nome
    )


@pass_context
def _selo(contexto: Context, status: str) -> Markup:
    nome, icone = selos.SELOS[status]
    return Markup('<span class="badge" data-status="{}">{}{}</span>').format(
        status, _icone(contexto, icone, "spin" if icone == "ring" else ""), nome
    )


def recortar(cursor: str | None, por_pagina: str) -> Recorte:
    """Return which page an address asks for."""
    return Recorte(cursor=cursor, limite=int(por_pagina or _LINHAS))


def enderecar(caminho: str, parametros: Mapping[str, object]) -> str:
    """Return a path of ours with what is not empty of these parameters."""
    cheios = [(nome, valor) for nome, valor in parametros.items() if valor not in (None, "", ())]
    return f"{caminho}?{urlencode(cheios, doseq=True)}" if cheios else caminho
