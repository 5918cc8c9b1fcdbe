"""Guias: looked for, looked at, taken to a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Response

from tiss.repository.listas import guias
from tiss.repository.listas.guias import GuiaNaLista
from tiss.repository.listas.pagina import Pagina
from tiss.web.acesso import PessoaDep
from tiss.web.banco import RepositorioDep
from tiss.web.filtros import FiltroDeGuiasDep, RecorteDep
from tiss.web.guias import GuiaComHistoria, guia
from tiss.web.planilha import paginas, planilha

rotas = APIRouter(prefix="/guias", tags=["guias"])

GuiaId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id em tiss.guia.")]
_CABECALHO = (
    "Guia", "Consulta", "Operadora", "Registro ANS", "Prestador", "Ambiente", "Tipo",
    "Data de atendimento", "Lote", "Protocolo", "Status", "Glosa parcial", "Informado", "Liberado",
    "Glosado", "Recuperado", "Códigos de glosa",
)  # fmt: skip
_DO_PACIENTE = ("Carteira",)


@rotas.get("")
def listar(
    repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeGuiasDep, recorte: RecorteDep
) -> Pagina[GuiaNaLista]:
    """Guias, as mais novas primeiro. O total é nulo quando são muitas."""
    with repo.transacao() as t:
        return guias.listar(t, filtro, recorte, com_paciente=pessoa.opera)[0]


@rotas.get(".csv", response_class=Response)
def em_planilha(repo: RepositorioDep, pessoa: PessoaDep, filtro: FiltroDeGuiasDep) -> Response:
    """Todas as guias do filtro, num arquivo CSV para planilha."""

    def seguintes(depois: int | None) -> Sequence[GuiaNaLista]:
        with repo.transacao() as t:
            return guias.seguintes(t, filtro, depois, com_paciente=pessoa.opera)

    cabecalho = (*_CABECALHO, *(_DO_PACIENTE if pessoa.opera else ()))
    return planilha(
        "guias.csv",
        cabecalho,
        lambda guia: _celulas(guia)[: len(cabecalho)],
        paginas(seguintes, lambda guia: guia.id),
    )


@rotas.get("/{guia_id}")
def obter(repo: RepositorioDep, pessoa: PessoaDep, guia_id: GuiaId) -> GuiaComHistoria:
    """Uma guia com seus itens, glosas, divergências, problemas, lotes, pagamentos e recursos."""
    return guia(repo, guia_id, pessoa)


def _celulas(guia: GuiaNaLista) -> Sequence[object]:
    return (
        guia.numero_guia_prestador,
        guia.consulta_id,
        guia.operadora,
        guia.registro_ans,
        guia.prestador,
        guia.ambiente,
        guia.tipo,
        guia.data_atendimento,
        guia.numero_lote,
        guia.protocolo,
        guia.status,
        guia.glosa_parcial,
        guia.informado,
        guia.liberado,
        guia.glosado,
        guia.recuperado,
        " ".join(guia.codigos),
        guia.numero_carteira,
    )
