"""What is told of a guia, the same for the API and the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tiss.domain.recurso import Candidata
from tiss.domain.regras import regras_da_glosa
from tiss.repository import Repositorio, Transacao, recursos
from tiss.repository.listas import divergencias, guias
from tiss.repository.listas import glosas as glosas_da_lista
from tiss.repository.listas import recursos as recursos_da_lista
from tiss.repository.listas.divergencias import DivergenciaDaGuia
from tiss.repository.listas.glosas import FiltroDeGlosas, GlosaNaLista
from tiss.repository.listas.guias import (
    Acao,
    EnvioDaGuia,
    GuiaNaLista,
    ItemDaGuia,
    Mudanca,
    PagamentoDaGuia,
)
from tiss.repository.listas.pagina import Recorte
from tiss.repository.listas.recursos import FiltroDeRecursos, RecursoNaLista
from tiss.web.acesso import Pessoa
from tiss.web.problemas import ProblemaHttp

# More than an operadora ever told of one guia.
_TODAS = Recorte(limite=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemaDaGuia:
    """What keeps a guia from being billed (`erro`), or is only told (`aviso`).

    mensagem: what to do; valor: what stands there. None for who may see no patient: one may be
    quoted.
    """

    codigo: str
    caminho: str
    mensagem: str | None
    gravidade: str
    item: int | None
    valor: str | None
    glosa_provavel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlosaDaGuia:
    """A glosa with what can be done about it.

    contestavel: whether a recurso can be prepared. impedimento: why not, where nobody contested it.
    conferir: the rules whose breach usually gets this code. modelo: what the clinic says against
    it, None without a template and for who may only read.
    """

    glosa: GlosaNaLista
    contestavel: bool
    impedimento: str | None
    conferir: Sequence[str]
    modelo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaComHistoria:
    """A guia with all that is told of it; values in reais."""

    guia: GuiaNaLista
    contrato_id: int | None
    numero_guia_operadora: str | None
    criada_em: datetime
    processado: Decimal | None
    franquia: Decimal | None
    pago: Decimal | None
    situacao: str | None
    demonstrativo_data: date | None
    demonstrativo_numero: str | None
    substitui: int | None
    substituida_por: int | None
    encerrada_por: str | None
    encerrada_motivo: str | None
    problemas: Sequence[ProblemaDaGuia]
    itens: Sequence[ItemDaGuia]
    glosas: Sequence[GlosaDaGuia]
    divergencias: Sequence[DivergenciaDaGuia]
    envios: Sequence[EnvioDaGuia]
    pagamentos: Sequence[PagamentoDaGuia]
    recursos: Sequence[RecursoNaLista]
    mudancas: Sequence[Mudanca]
    acoes: Sequence[Acao]


def guia(repo: Repositorio, guia_id: int, pessoa: Pessoa) -> GuiaComHistoria:
    """Return a guia with its story. Raises a 404 for one that does not exist.

    Who may only read is told neither whom it is about nor what a person or the operadora wrote.
    """
    with repo.transacao() as t:
        achada = guias.obter(t, guia_id, com_paciente=pessoa.opera)
        if achada is None:
            raise ProblemaHttp(
                404,
                "Guia não encontrada",
                f"Não encontramos a guia {guia_id}. Confira o número ou veja todas as guias.",
            )
        resto: dict[str, Any] = guias.resto(t, guia_id, com_texto=pessoa.opera)
        problemas = resto.pop("problemas")
        return GuiaComHistoria(
            guia=achada,
            problemas=[_problema(problema, pessoa) for problema in problemas],
            itens=guias.itens(t, guia_id),
            glosas=_glosas(t, achada, resto, pessoa),
            divergencias=divergencias.da_guia(t, guia_id, com_texto=pessoa.opera),
            envios=guias.envios(t, guia_id),
            pagamentos=guias.pagamentos(t, guia_id),
            recursos=recursos_da_lista.seguintes(t, FiltroDeRecursos(guia=guia_id), None),
            mudancas=guias.mudancas(t, "guia", guia_id),
            acoes=guias.acoes(t, guia=guia_id, com_texto=pessoa.opera),
            **resto,
        )


def _problema(problema: dict[str, Any], pessoa: Pessoa) -> ProblemaDaGuia:
    return ProblemaDaGuia(
        codigo=problema["codigo"],
        caminho=problema["caminho"],
        mensagem=problema["mensagem"] if pessoa.opera else None,
        gravidade=problema.get("gravidade", "erro"),
        item=problema.get("item"),
        valor=problema.get("valor") if pessoa.opera else None,
        glosa_provavel=problema.get("glosa_provavel"),
    )


def _glosas(
    t: Transacao, achada: GuiaNaLista, resto: Mapping[str, Any], pessoa: Pessoa
) -> list[GlosaDaGuia]:
    contrato_id = resto["contrato_id"]
    # What was announced counts until the analysis tells it all.
    filtro = FiltroDeGlosas(guia=achada.id, anunciadas=resto["demonstrativo_data"] is None)
    ditas = glosas_da_lista.listar(t, filtro, _TODAS, com_texto=pessoa.opera).itens
    candidatas: dict[tuple[object, ...], Candidata] = {}
    if any(dita.situacao == "A_RECORRER" for dita in ditas) and contrato_id is not None:
        candidatas = {
            (uma.envio_id, uma.nivel, uma.sequencial_item, uma.codigo): uma
            for uma in recursos.candidatas(
                t, [contrato_id], lote=achada.lote_id, guias=[achada.numero_guia_prestador or ""]
            )
        }
    return [
        _glosa(
            dita,
            candidatas.get((dita.envio_id, dita.nivel, dita.sequencial_item, dita.codigo)),
            pessoa,
        )
        for dita in reversed(ditas)
    ]


def _glosa(dita: GlosaNaLista, candidata: Candidata | None, pessoa: Pessoa) -> GlosaDaGuia:
    impedimento = None if candidata is None else candidata.impedimento
    return GlosaDaGuia(
        glosa=dita,
        contestavel=candidata is not None and impedimento is None,
        impedimento=impedimento,
        conferir=[regra.titulo for regra in regras_da_glosa(dita.codigo)],
        modelo=candidata.modelo if candidata is not None and pessoa.opera else None,
    )
