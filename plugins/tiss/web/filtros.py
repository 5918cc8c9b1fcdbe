"""What may follow the question mark of an address, the same for the API and the screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tiss.domain.cadastro import TipoGuia
from tiss.domain.estados import StatusGuia, StatusLote, StatusRecurso
from tiss.repository.listas.conciliacao import FiltroDaConciliacao
from tiss.repository.listas.consultas import FiltroDeConsultas
from tiss.repository.listas.glosas import FiltroDeGlosas
from tiss.repository.listas.guias import FiltroDeGuias
from tiss.repository.listas.lotes import FiltroDeLotes
from tiss.repository.listas.pagina import Recorte
from tiss.repository.listas.recursos import FiltroDeRecursos
from tiss.services import criacao
from tiss.settings import FUSO
from tiss.web.problemas import ProblemaHttp

# A character that PostgreSQL cannot store is in no text.
SEM_NULO = r"^[^\x00]*$"
ConsultaId = Annotated[str, Field(min_length=1, max_length=200, pattern=SEM_NULO)]
Ambiente = Literal["PRODUCAO", "HOMOLOGACAO"]
Operadoras = Annotated[
    list[Annotated[str, Query(pattern=r"^[0-9]{6}$")]],
    Query(description="Registros ANS; nenhum: todas."),
]
Tipos = Annotated[list[TipoGuia], Query(alias="tipo", description="Tipos de guia; nenhum: todos.")]
# Of what the rules find: a code of ours and a path in the guia.
CODIGO = r"^[A-Z0-9_]{1,60}$"
CodigoDeProblema = Annotated[str, Field(pattern=CODIGO)]
Campo = Annotated[str, Field(max_length=200, pattern=SEM_NULO)]
Profissional = Annotated[str, Field(max_length=70, pattern=SEM_NULO)]
Desde = Annotated[date | None, Query(description="Primeiro dia, inclusive.")]
Ate = Annotated[date | None, Query(description="Último dia, inclusive.")]


def _recorte(
    cursor: Annotated[
        str | None,
        Query(description="Como a página anterior o deu.", pattern=r"^[<>][^\x00]{1,300}$"),
    ] = None,
    limite: Annotated[int, Query(ge=1, le=100, description="Linhas por página.")] = 50,
) -> Recorte:
    return Recorte(cursor=cursor, limite=limite)


RecorteDep = Annotated[Recorte, Depends(_recorte)]


def _filtro_de_lotes(
    status: Annotated[list[StatusLote] | None, Query(description="Nenhum: todos.")] = None,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
    desde: Desde = None,
    ate: Ate = None,
    busca: Annotated[
        str | None,
        Query(
            max_length=12,
            pattern=SEM_NULO,
            description="Começo do número do lote ou do protocolo.",
        ),
    ] = None,
) -> FiltroDeLotes:
    return FiltroDeLotes(
        status=[str(um) for um in status or ()],
        operadoras=operadora,
        desde=desde,
        ate=ate,
        busca=busca,
    )


FiltroDeLotesDep = Annotated[FiltroDeLotes, Depends(_filtro_de_lotes)]


def _filtro_de_consultas(
    ambiente: Ambiente = "PRODUCAO",
    situacao: Annotated[
        Literal["PRONTA", "COM_PROBLEMAS"] | None, Query(description="Nenhuma: todas.")
    ] = None,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
    desde: Desde = None,
    ate: Ate = None,
    busca: Annotated[
        str | None,
        Query(max_length=200, pattern=SEM_NULO, description="Número da consulta."),
    ] = None,
    tipo: Tipos = [],  # noqa: B006  FastAPI copies it
    profissional: Annotated[
        Profissional | None,
        Query(description="Parte do nome de quem atendeu, com ou sem acentos."),
    ] = None,
    problema: Annotated[
        CodigoDeProblema | None, Query(description="Código do que impede o envio.")
    ] = None,
    campo: Annotated[Campo | None, Query(description="Onde está o que impede o envio.")] = None,
) -> FiltroDeConsultas:
    return FiltroDeConsultas(
        ambiente=ambiente,
        situacao=situacao,
        operadoras=operadora,
        desde=desde,
        ate=ate,
        busca=busca,
        tipos=tipo,
        profissional=profissional,
        problema=problema,
        campo=campo,
    )


FiltroDeConsultasDep = Annotated[FiltroDeConsultas, Depends(_filtro_de_consultas)]


class CamposDoFiltro(BaseModel):
    """The same filter, in the body of a request."""

    model_config = ConfigDict(extra="forbid")

    situacao: Literal["PRONTA", "COM_PROBLEMAS"] | None = None
    operadora: list[Annotated[str, Field(pattern=r"^[0-9]{6}$")]] = Field(
        default=[], max_length=1000
    )
    desde: date | None = None
    ate: date | None = None
    busca: Annotated[str | None, Field(max_length=200, pattern=SEM_NULO)] = None
    tipo: list[TipoGuia] = Field(default=[], max_length=len(TipoGuia))
    profissional: Profissional | None = None
    problema: CodigoDeProblema | None = None
    campo: Campo | None = None

    def filtro(self, ambiente: str) -> FiltroDeConsultas:
        """Return it as the lists take it."""
        return FiltroDeConsultas(
            ambiente=ambiente,
            situacao=self.situacao,
            operadoras=self.operadora,
            desde=self.desde,
            ate=self.ate,
            busca=self.busca,
            tipos=self.tipo,
            profissional=self.profissional,
            problema=self.problema,
            campo=self.campo,
        )


class Selecao(BaseModel):
    """Which consultas: by id, or all that a filter finds except some.

    total_visto: how many the person saw; when there are others by now, nothing is done.
    """

    model_config = ConfigDict(extra="forbid")

    ambiente: Ambiente = "PRODUCAO"
    consulta_ids: list[ConsultaId] | None = Field(
        default=None, min_length=1, max_length=criacao.MAXIMO
    )
    filtro: CamposDoFiltro | None = None
    exceto: list[ConsultaId] = Field(default=[], max_length=criacao.MAXIMO)
    total_visto: int | None = Field(default=None, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _uma_forma(self) -> Self:
        if (self.consulta_ids is None) == (self.filtro is None):
            raise ValueError("informe consulta_ids ou filtro, um dos dois")
        return self


# What a chart can show, and what a table can without pages.
MAX_MESES = 60
Competencia = Annotated[
    str | None,
    Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Mês do envio, AAAA-MM."),
]


def doze_meses() -> tuple[date, date]:
    """Return the first day of the last twelve months' first and last, by Brasília's clock."""
    este = datetime.now(FUSO).date().replace(day=1)
    return mes_antes(este, 11), este


def mes_antes(mes: date, quantos: int) -> date:
    """Return the first day of the month that is so many before."""
    ano, ordem = divmod(mes.year * 12 + mes.month - 1 - quantos, 12)
    return date(ano, ordem + 1, 1)


def periodo(de: date | None, ate: date | None) -> tuple[date, date]:
    """Return the months from one to the other; what is not said makes it twelve, up to now.

    Raises ProblemaHttp for months the wrong way round, and for more than MAX_MESES.
    """
    ultimo = ate or (doze_meses()[1] if de is None else max(de, doze_meses()[1]))
    primeiro = de or mes_antes(ultimo, 11)
    if primeiro > ultimo:
        raise ProblemaHttp(
            422,
            "Período ao contrário",
            f"O período começa em {primeiro:%m/%Y}, depois do seu fim, {ultimo:%m/%Y}: troque os "
            "dois meses.",
        )
    if primeiro < mes_antes(ultimo, MAX_MESES - 1):
        raise ProblemaHttp(
            422,
            "Período longo",
            f"De {primeiro:%m/%Y} a {ultimo:%m/%Y} são mais de {MAX_MESES} meses: peça uma parte "
            "de cada vez.",
        )
    return primeiro, ultimo


def _filtro_da_conciliacao(
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
    de: Competencia = None,
    ate: Competencia = None,
    ambiente: Ambiente = "PRODUCAO",
) -> FiltroDaConciliacao:
    meses = [date.fromisoformat(f"{mes}-01") if mes else None for mes in (de, ate)]
    primeiro, ultimo = periodo(*meses)
    return FiltroDaConciliacao(de=primeiro, ate=ultimo, operadoras=operadora, ambiente=ambiente)


FiltroDaConciliacaoDep = Annotated[FiltroDaConciliacao, Depends(_filtro_da_conciliacao)]


Busca = Annotated[str, Query(max_length=64, pattern=SEM_NULO)]
CodigoDeGlosa = Annotated[str, Query(pattern=r"^[0-9A-Za-z]{0,10}$")]
Id = Annotated[int, Query(ge=1, le=2**63 - 1)]


def _filtro_de_guias(
    status: Annotated[list[StatusGuia] | None, Query(description="Nenhum: todos.")] = None,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
    desde: Desde = None,
    ate: Ate = None,
    busca: Annotated[
        Busca | None, Query(description="Número da guia, protocolo ou consulta, por inteiro.")
    ] = None,
    glosa: Annotated[CodigoDeGlosa | None, Query(description="Código da Tabela 38.")] = None,
    lote: Annotated[Id | None, Query(description="Id em tiss.lote.")] = None,
) -> FiltroDeGuias:
    return FiltroDeGuias(
        status=[str(um) for um in status or ()],
        operadoras=operadora,
        desde=desde,
        ate=ate,
        busca=(busca or "").strip(),
        glosa=glosa,
        lote=lote,
    )


FiltroDeGuiasDep = Annotated[FiltroDeGuias, Depends(_filtro_de_guias)]


def _filtro_de_glosas(
    codigo: Annotated[CodigoDeGlosa | None, Query(description="Código da Tabela 38.")] = None,
    guia: Annotated[Id | None, Query(description="Id em tiss.guia.")] = None,
    lote: Annotated[Id | None, Query(description="Id em tiss.lote.")] = None,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
) -> FiltroDeGlosas:
    return FiltroDeGlosas(codigo=codigo, guia=guia, lote=lote, operadoras=operadora)


FiltroDeGlosasDep = Annotated[FiltroDeGlosas, Depends(_filtro_de_glosas)]


def _filtro_de_recursos(
    status: Annotated[list[StatusRecurso] | None, Query(description="Nenhum: todos.")] = None,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
    guia: Annotated[Id | None, Query(description="Id em tiss.guia.")] = None,
    lote: Annotated[Id | None, Query(description="Id do lote de que se recorre.")] = None,
) -> FiltroDeRecursos:
    return FiltroDeRecursos(
        status=[str(um) for um in status or ()], operadoras=operadora, guia=guia, lote=lote
    )


FiltroDeRecursosDep = Annotated[FiltroDeRecursos, Depends(_filtro_de_recursos)]
