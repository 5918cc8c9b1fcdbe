"""Consultas that wait to be billed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Response

from tiss.repository.listas import consultas
from tiss.repository.listas.consultas import ConsultaNaLista, ProblemaComum
from tiss.repository.listas.pagina import Pagina
from tiss.web import vista
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import FiltroDeConsultasDep, RecorteDep
from tiss.web.planilha import paginas, planilha

rotas = APIRouter(prefix="/consultas", tags=["consultas"])


@rotas.get("")
def listar(
    repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeConsultasDep, recorte: RecorteDep
) -> Pagina[ConsultaNaLista]:
    """Consultas prontas ou com problemas, as mais novas primeiro."""
    with repo.transacao() as t:
        pagina, _ = consultas.listar(t, filtro, recorte)
    return replace(pagina, itens=[vista.da_consulta(linha, pessoa) for linha in pagina.itens])


@rotas.get("/problemas")
def listar_problemas(
    repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeConsultasDep
) -> list[ProblemaComum]:
    """O que impede o envio de mais consultas, e de quantas, na frente o que impede mais."""
    with repo.transacao() as t:
        comuns = consultas.problemas(t, filtro)
    return [vista.do_problema(um, pessoa) for um in comuns]


_CABECALHO = (
    "Atendimento", "Consulta", "Operadora", "Registro ANS", "Clínica", "Tipo de guia",
    "Profissional", "Itens", "Valor", "Situação", "Problemas",
)  # fmt: skip
_DO_PACIENTE = ("Carteira",)


@rotas.get(".csv", response_class=Response)
def em_planilha(repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeConsultasDep) -> Response:
    """Todas as consultas do filtro, num arquivo CSV para planilha."""

    def seguintes(depois: str | None) -> Sequence[ConsultaNaLista]:
        with repo.transacao() as t:
            return consultas.seguintes(t, filtro, depois)

    cabecalho = (*_CABECALHO, *(_DO_PACIENTE if pessoa.opera else ()))
    return planilha(
        "consultas.csv",
        cabecalho,
        lambda linha: _celulas(vista.da_consulta(linha, pessoa))[: len(cabecalho)],
        paginas(seguintes, lambda linha: linha.chave),
    )


def _celulas(linha: ConsultaNaLista) -> Sequence[object]:
    return (
        linha.data_atendimento,
        linha.consulta_id,
        linha.operadora,
        linha.registro_ans,
        linha.clinica_id,
        linha.tipo_guia,
        linha.nome_profissional,
        linha.itens,
        linha.valor,
        linha.situacao,
        " ".join(sorted({str(problema["codigo"]) for problema in linha.problemas})),
        linha.numero_carteira,
    )
