"""Dates of what is asked after the lote: none is ahead, none contradicts another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tiss.domain.pedido import (
    ItemContestado,
    Pedido,
    RecursoGlosa,
    RecursoGlosaOdonto,
    SolicitacaoDemonstrativoAnalise,
    SolicitacaoDemonstrativoPagamento,
)
from tiss.domain.regras.datas import DATA_FORA_DE_ORDEM, DATA_FUTURA
from tiss.domain.regras.registro import Achado

# What is written otherwise is a matter of form, and told as that.
_COMPETENCIA = re.compile(r"[0-9]{4}(0[1-9]|1[0-2])")


def conferir_datas(pedido: Pedido, hoje: date) -> Iterator[Achado]:
    """Yield what is wrong with the dates of a request.

    Paths start inside the element that holds them. A day of payment may be ahead: operadoras
    publish what they are going to pay.
    """
    if isinstance(pedido, RecursoGlosa | RecursoGlosaOdonto):
        yield from _do_recurso(pedido, hoje)
    if isinstance(pedido, SolicitacaoDemonstrativoAnalise | SolicitacaoDemonstrativoPagamento):
        yield from _futura("dataSolicitacao", pedido.data_solicitacao, hoje)
    if isinstance(pedido, SolicitacaoDemonstrativoPagamento):
        competencia = pedido.competencia or ""
        if _COMPETENCIA.fullmatch(competencia) and competencia > f"{hoje:%Y%m}":
            mensagem = "a competência ainda não chegou: corrija"
            yield Achado(DATA_FUTURA, "periodo/competencia", mensagem, competencia)


def data_futura(caminho: str, dia: date | str) -> Achado:
    """Return that a date has not come yet."""
    return Achado(DATA_FUTURA, caminho, "a data ainda não chegou: corrija", dia)


def _do_recurso(recurso: RecursoGlosa | RecursoGlosaOdonto, hoje: date) -> Iterator[Achado]:
    yield from _futura("dataRecurso", recurso.data_recurso, hoje)
    for caminho, dia in _execucoes(recurso):
        if dia > hoje:
            yield data_futura(caminho, dia)
        elif recurso.data_recurso is not None and dia > recurso.data_recurso:
            yield Achado(
                DATA_FORA_DE_ORDEM,
                caminho,
                f"é posterior ao recurso, de {recurso.data_recurso:%d/%m/%Y}: corrija uma das "
                "datas",
                dia,
            )
    if isinstance(recurso, RecursoGlosa):
        yield from _periodos(recurso)


def _execucoes(recurso: RecursoGlosa | RecursoGlosaOdonto) -> Iterator[tuple[str, date]]:
    """Yield when each contested item was executed, and where that stands."""
    if isinstance(recurso, RecursoGlosa):
        for caminho, item in _itens(recurso):
            for campo, dia in (("dataInicio", item.data_inicio), ("dataFim", item.data_fim)):
                if dia is not None:
                    yield f"{caminho}/{campo}", dia
        return
    for numero, guia in enumerate(recurso.guias, 1):
        for posicao, realizado in enumerate(guia.itens, 1):
            if realizado.data_realizacao is not None:
                dentro = f"recursoGuia[{numero}]/recursoProcedimento[{posicao}]"
                yield f"opcaoRecurso/{dentro}/dataRealizacao", realizado.data_realizacao


def _periodos(recurso: RecursoGlosa) -> Iterator[Achado]:
    for caminho, item in _itens(recurso):
        inicio, fim = item.data_inicio, item.data_fim
        if inicio is not None and fim is not None and fim < inicio:
            yield Achado(
                DATA_FORA_DE_ORDEM,
                f"{caminho}/dataFim",
                f"o item terminou antes de começar, em {inicio:%d/%m/%Y}: corrija uma das datas",
                fim,
            )


def _itens(recurso: RecursoGlosa) -> Iterator[tuple[str, ItemContestado]]:
    for numero, guia in enumerate(recurso.guias, 1):
        for posicao, item in enumerate(guia.itens, 1):
            dentro = f"recursoGuia[{numero}]/opcaoRecursoGuia/itensGuia[{posicao}]"
            yield f"opcaoRecurso/{dentro}", item


def _futura(caminho: str, dia: date | None, hoje: date) -> Iterator[Achado]:
    if dia is not None and dia > hoje:
        yield data_futura(caminho, dia)
