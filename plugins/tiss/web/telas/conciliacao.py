"""The screen Conciliação: what was billed month by month, and what became of every centavo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from markupsafe import Markup

from tiss.repository import cadastro
from tiss.repository.listas import conciliacao, divergencias
from tiss.repository.listas.conciliacao import (
    FiltroDaConciliacao,
    GlosaSomada,
    LinhaDaConciliacao,
    Parado,
    Somas,
)
from tiss.repository.listas.divergencias import FiltroDeDivergencias
from tiss.settings import FUSO
from tiss.web.acesso import PessoaDep
from tiss.web.api.conciliacao import csv as em_csv
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import Ambiente, FiltroDaConciliacaoDep, doze_meses, periodo
from tiss.web.problemas import ProblemaHttp
from tiss.web.telas import graficos
from tiss.web.telas.formatos import NADA, ler_mes, mes, por_cento, quantos, reais
from tiss.web.telas.graficos import Barra, Coluna, Parte
from tiss.web.telas.pagina import Cursor, PorPagina, enderecar, pagina, recortar

rotas = APIRouter(prefix="/conciliacao", default_response_class=HTMLResponse)

# A part of a column -> its class, what it is called.
PARTES = (
    ("liberado", "lib", "liberados"),
    ("glosado", "glo", "glosados"),
    ("franquia", "fra", "de franquia"),
    ("em_aberto", "abe", "em aberto"),
)
NIVEIS = {"ITEM": "item", "GUIA": "guia inteira", "PROTOCOLO": "lote inteiro"}
MESES = "jan fev mar abr mai jun jul ago set out nov dez".split()  # noqa: SIM905  shorter to read
# Days since it was sent, of each age: what is not older, and what is older than the one before.
IDADES = ((0, 30), (31, 60), (61, 90), (91, None))
OPERADORAS_NO_GRAFICO = 10
# Longer than a month is, so that what is none is told on the page.
Mes = Annotated[str, Query(max_length=40)]
Operadora = Annotated[str, Query(pattern=r"^([0-9]{6})?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grupo:
    """Lines summed: of a month, an operadora, a contrato."""

    nome: str
    somas: Somas
    linha: LinhaDaConciliacao | None = None


@dataclass(frozen=True, slots=True)
class Enderecos:
    """Where the marks of the charts lead."""

    raiz: str
    filtro: FiltroDaConciliacao

    def aqui(self, **outros: object) -> str:
        """This screen with something of its filter changed."""
        return enderecar(f"{self.raiz}/conciliacao", {**self.parametros(), **outros})

    def parametros(self) -> dict[str, object]:
        """The filter as the address of the screen says it."""
        return {
            "operadora": next(iter(self.filtro.operadoras), ""),
            "de": mes(self.filtro.de),
            "ate": mes(self.filtro.ate),
            "ambiente": "" if self.filtro.ambiente == "PRODUCAO" else self.filtro.ambiente,
        }

    def csv(self) -> str:
        """The lines as a file."""
        meses = {"de": f"{self.filtro.de:%Y-%m}", "ate": f"{self.filtro.ate:%Y-%m}"}
        return enderecar(f"{self.raiz}/conciliacao/linhas.csv", {**self.parametros(), **meses})

    def parados(self, idade: tuple[int, int | None], hoje: date) -> str:
        """The lotes that were sent so many days ago and are not answered in full."""
        depois, antes = idade
        return enderecar(
            f"{self.raiz}/lotes",
            {
                "status": "ENVIADO",
                "operadora": next(iter(self.filtro.operadoras), ""),
                "desde": "" if antes is None else f"{hoje - timedelta(antes):%d/%m/%Y}",
                "ate": f"{hoje - timedelta(depois):%d/%m/%Y}",
            },
        )

    def glosa(self, codigo: str) -> str:
        """The guias that have a code."""
        operadora = next(iter(self.filtro.operadoras), "")
        return enderecar(f"{self.raiz}/guias", {"glosa": codigo, "operadora": operadora})

    def divergencias(self, motivo: str) -> str:
        """The open divergences that have a reason."""
        return enderecar(
            f"{self.raiz}/conciliacao/divergencias",
            {**self.parametros(), "de": "", "ate": "", "motivo": motivo},
        )


@rotas.get("")
def mostrar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    operadora: Operadora = "",
    de: Mes = "",
    ate: Mes = "",
    ambiente: Ambiente = "PRODUCAO",
) -> HTMLResponse:
    """The months, in figures and charts."""
    (primeiro, ultimo), faltas = _ler_periodo(de, ate)
    filtro = FiltroDaConciliacao(
        de=primeiro, ate=ultimo, operadoras=[operadora] if operadora else [], ambiente=ambiente
    )
    with repo.transacao() as t:
        conciliacao.atualizar(t)
        lida = conciliacao.ler(t, filtro)
        pagos = conciliacao.pagamentos(t, filtro)
        operadoras = cadastro.operadoras(t)
    la = Enderecos(request.scope.get("root_path", ""), filtro)
    hoje = datetime.now(FUSO).date()
    por_mes = _por_mes(filtro, lida.linhas)
    por_operadora = sorted(
        _agrupar(lida.linhas, lambda linha: linha.registro_ans, lambda linha: linha.operadora),
        key=lambda grupo: (-_taxa(grupo.somas), grupo.nome),
    )
    return pagina(
        request,
        "conciliacao.html",
        pessoa,
        repo,
        aba="conciliacao",
        faltas=faltas,
        operadoras=operadoras,
        filtro={**la.parametros(), "operadora": operadora, "ambiente": ambiente},
        # What was not understood stays where it was written.
        escritos={
            "de": de if "de" in faltas else mes(primeiro),
            "ate": ate if "ate" in faltas else mes(ultimo),
        },
        la=la,
        lida=lida,
        velhos=sum((parado.valor for parado in lida.parados[2:]), Decimal("0.00")),
        este_mes=hoje.replace(day=1),
        por_mes=por_mes,
        por_operadora=por_operadora,
        por_contrato=_agrupar(
            lida.linhas, lambda linha: linha.contrato_id, lambda linha: linha.operadora
        ),
        meses=_grafico_dos_meses(la, por_mes, hoje),
        parados=_grafico_dos_parados(la, lida.parados, hoje),
        taxas=_grafico_das_operadoras(la, por_operadora),
        motivos=_grafico_das_glosas(la, lida.glosas),
        pagos=pagos,
        dias=conciliacao.DIAS_DE_PAGAMENTO,
        niveis=NIVEIS,
    )


@rotas.get("/linhas.csv", response_class=StreamingResponse)
def csv(repo: RepositorioDep, filtro: FiltroDaConciliacaoDep) -> StreamingResponse:
    """The lines as the API gives them."""
    return em_csv(repo, filtro)


@rotas.get("/divergencias")
def abertas(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    operadora: Operadora = "",
    ambiente: Ambiente = "PRODUCAO",
    cursor: Cursor = None,
    por_pagina: PorPagina = "",
    motivo: Annotated[str, Query(pattern=r"^[A-Z_]{0,60}$")] = "",
) -> HTMLResponse:
    """What does not fit and nobody closed, the newest first."""
    filtro = FiltroDeDivergencias(
        motivo=motivo or None, operadoras=[operadora] if operadora else [], ambiente=ambiente
    )
    with repo.transacao() as t:
        lida = divergencias.listar(t, filtro, recortar(cursor, por_pagina))
    return pagina(
        request,
        "divergencias.html",
        pessoa,
        repo,
        aba="conciliacao",
        pagina=lida,
        filtro={
            "motivo": motivo,
            "operadora": operadora,
            "ambiente": ambiente,
            "por_pagina": por_pagina,
        },
    )


def _ler_periodo(de: str, ate: str) -> tuple[tuple[date, date], dict[str, str]]:
    """Return the months that were written, and what is said of fields that were not understood.

    What is wrong with both together is said of `periodo`.
    """
    faltas: dict[str, str] = {}
    lidos: dict[str, date | None] = {}
    for nome, texto in (("de", de), ("ate", ate)):
        try:
            lidos[nome] = ler_mes(texto) if texto else None
        except ValueError:
            lidos[nome] = None
            faltas[nome] = (
                f"Não é um mês: escreva mm/aaaa, como {mes(doze_meses()[1])}. "
                "Este filtro ficou de fora."
            )
    try:
        return periodo(**lidos), faltas
    except ProblemaHttp as erro:
        return doze_meses(), faltas | {"periodo": f"{erro} Mostramos os últimos doze meses."}


def _por_mes(
    filtro: FiltroDaConciliacao, linhas: Sequence[LinhaDaConciliacao]
) -> dict[date, Somas]:
    """Return every month of the period, also those in which nothing was sent."""
    do_mes = defaultdict(list)
    for linha in linhas:
        do_mes[linha.competencia].append(linha)
    return {um: conciliacao.somar(do_mes[um]) for um in _meses(filtro.de, filtro.ate)}


def _meses(de: date, ate: date) -> Iterator[date]:
    while de <= ate:
        yield de
        de = (de + timedelta(31)).replace(day=1)


def _agrupar(
    linhas: Sequence[LinhaDaConciliacao],
    chave: Callable[[LinhaDaConciliacao], object],
    nome: Callable[[LinhaDaConciliacao], str],
) -> list[Grupo]:
    juntas: defaultdict[object, list[LinhaDaConciliacao]] = defaultdict(list)
    for linha in sorted(linhas, key=lambda linha: (linha.operadora, linha.prestador)):
        juntas[chave(linha)].append(linha)
    return [
        Grupo(nome=nome(grupo[0]), somas=conciliacao.somar(grupo), linha=grupo[0])
        for grupo in juntas.values()
    ]


def _taxa(somas: Somas) -> Decimal:
    return somas.glosado / somas.analisado if somas.analisado else Decimal(0)


def _grafico_dos_meses(la: Enderecos, por_mes: dict[date, Somas], hoje: date) -> Markup:
    return graficos.colunas(
        "Valor cobrado por mês de envio",
        [
            Coluna(
                nome=MESES[um.month - 1] if len(por_mes) <= 12 else f"{um:%m/%y}",
                endereco=la.aqui(de=mes(um), ate=mes(um)),
                total=somas.informado,
                curso=um == hoje.replace(day=1),
                partes=[
                    Parte(
                        classe=classe,
                        valor=getattr(somas, campo),
                        texto=f"{mes(um)}: {reais(getattr(somas, campo))} {nome}",
                    )
                    for campo, classe, nome in PARTES
                ],
            )
            for um, somas in por_mes.items()
        ],
    )


def _grafico_dos_parados(la: Enderecos, parados: Sequence[Parado], hoje: date) -> Markup:
    return graficos.barras(
        "Valor em aberto por tempo desde o envio",
        [
            Barra(
                nome=parado.faixa,
                valor=parado.valor,
                texto=f"{reais(parado.valor)} · {quantos(parado.guias, 'guia', 'guias')}",
                endereco=la.parados(idade, hoje),
            )
            for parado, idade in zip(parados, IDADES, strict=True)
        ],
        "abe",
    )


def _grafico_das_operadoras(la: Enderecos, grupos: Sequence[Grupo]) -> Markup:
    return graficos.barras(
        "Parte glosada por operadora",
        [
            Barra(
                nome=grupo.nome,
                valor=_taxa(grupo.somas),
                texto=f"{por_cento(grupo.somas.glosado, grupo.somas.analisado)}"
                f" · {reais(grupo.somas.glosado)}",
                endereco=la.aqui(operadora=grupo.linha.registro_ans if grupo.linha else ""),
            )
            for grupo in grupos[:OPERADORAS_NO_GRAFICO]
        ],
        "glo",
    )


def _grafico_das_glosas(la: Enderecos, glosas: Sequence[GlosaSomada]) -> Markup:
    return graficos.barras(
        "Valor glosado por motivo",
        [
            Barra(
                nome=f"{glosa.codigo} {glosa.descricao or 'Motivo sem descrição'}"
                + ("" if glosa.nivel == "ITEM" else f" ({NIVEIS[glosa.nivel]})"),
                valor=glosa.valor or Decimal(0),
                texto=f"{reais(glosa.valor) if glosa.valor is not None else NADA}"
                f" · {quantos(glosa.guias, 'guia', 'guias')}",
                endereco=la.glosa(glosa.codigo),
            )
            for glosa in glosas
        ],
        "glo",
    )
