"""Rules that the XSD cannot express, applied to one guia.

They come after the check of its form: what that reports (absent, malformed, beyond the limits) is
not said again here, and a value that is None or absurd breaks no rule and no arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia
from tiss.domain.problema import Problema
from tiss.domain.regras import (
    ambulatorio,
    datas,
    historico,
    identificadores,
    internacao,
    itens,
    odonto,
    operadora,
    repeticao,
    totais,
    vigencia,
)
from tiss.domain.regras.historico import HISTORICO_DE_GLOSA
from tiss.domain.regras.registro import (
    GRAVIDADES,
    Acao,
    Achado,
    ChaveAtendimento,
    Contexto,
    Regra,
)
from tiss.domain.regras.repeticao import chaves_de_atendimento, nada_repetido

__all__ = [
    "HISTORICO_DE_GLOSA",
    "VERSAO_REGRAS",
    "Acao",
    "ChaveAtendimento",
    "Contexto",
    "Regra",
    "aplicar_regras",
    "chaves_de_atendimento",
    "faltas_das_regras",
    "nada_repetido",
    "nao_conferidas",
    "passageiras",
    "regras",
    "regras_da_glosa",
]

# Grows when a rule changes: what was refused is then looked at again.
VERSAO_REGRAS = 3

_REGRAS: tuple[Regra, ...] = (
    *itens.REGRAS,
    *totais.REGRAS,
    *datas.REGRAS,
    *identificadores.REGRAS,
    *ambulatorio.REGRAS,
    *internacao.REGRAS,
    *odonto.REGRAS,
    *vigencia.REGRAS,
    *operadora.REGRAS,
    *repeticao.REGRAS,
    *historico.REGRAS,
)
_POR_CODIGO = {regra.codigo: regra for regra in _REGRAS}

_Conferente = Callable[[Any, Contexto, list[Achado]], None]
_POR_TIPO: dict[TipoGuia, tuple[_Conferente, ...]] = {
    TipoGuia.CONSULTA: (
        itens.conferir_consulta,
        datas.conferir_consulta,
        identificadores.conferir_consulta,
        ambulatorio.conferir_consulta,
        vigencia.conferir,
        operadora.conferir,
        repeticao.conferir,
        historico.conferir,
    ),
    TipoGuia.SP_SADT: (
        itens.conferir,
        totais.conferir_parciais,
        datas.conferir_sp_sadt,
        identificadores.conferir_sp_sadt,
        ambulatorio.conferir_sp_sadt,
        vigencia.conferir,
        operadora.conferir,
        repeticao.conferir,
        historico.conferir,
    ),
    TipoGuia.RESUMO_INTERNACAO: (
        itens.conferir,
        totais.conferir_parciais,
        datas.conferir_internacao,
        identificadores.conferir_resumo,
        internacao.conferir_resumo,
        vigencia.conferir,
        operadora.conferir,
        repeticao.conferir,
        historico.conferir,
    ),
    TipoGuia.HONORARIOS: (
        itens.conferir,
        totais.conferir_honorarios,
        datas.conferir_internacao,
        identificadores.conferir_honorarios,
        vigencia.conferir,
        operadora.conferir,
        repeticao.conferir,
        historico.conferir,
    ),
    TipoGuia.ODONTO: (
        odonto.conferir,
        totais.conferir_odonto,
        datas.conferir_odonto,
        identificadores.conferir_odonto,
        vigencia.conferir,
        operadora.conferir,
        repeticao.conferir,
        historico.conferir,
    ),
}


def aplicar_regras(guia: Guia, contexto: Contexto) -> list[Problema]:
    """Return what is wrong with a guia beyond its form, as this contrato sees it."""
    achados: list[Achado] = []
    for conferir in _POR_TIPO[guia.tipo]:
        conferir(guia, contexto, achados)
    problemas = []
    for achado in achados:
        acao = achado.regra.acao(contexto.regras)
        if acao is not Acao.DESLIGADA:
            problemas.append(
                achado.problema(guia.numero_guia_prestador, GRAVIDADES[acao], contexto.versao)
            )
    return problemas


def regras() -> tuple[Regra, ...]:
    """Return every rule, in the order in which they are applied."""
    return _REGRAS


def regras_da_glosa(codigo: str) -> tuple[Regra, ...]:
    """Return the rules whose breach an operadora usually answers with a code of Tabela 38."""
    return tuple(regra for regra in _REGRAS if regra.glosa_provavel == codigo)


def passageiras() -> tuple[str, ...]:
    """Return the codes of rules that a guia may stop breaking without anybody touching it.

    A day comes, another guia is withdrawn, a terminology is loaded, the operadora gives in.
    """
    return tuple(regra.codigo for regra in _REGRAS if regra.com_o_tempo or regra.precisa)


def nao_conferidas(contexto: Contexto) -> tuple[Regra, ...]:
    """Return the rules in use that this context has no look-up for."""
    faltam = set()
    if contexto.terminologia is None:
        faltam.add("terminologia")
    if contexto.repetidas is None:
        faltam.add("banco")
    if contexto.historico is None:
        faltam.add("historico")
    return tuple(
        regra
        for regra in _REGRAS
        if regra.precisa in faltam and regra.acao(contexto.regras) is not Acao.DESLIGADA
    )


def faltas_das_regras(regras: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the rules of a contrato, in Portuguese."""
    for codigo, acao in regras.items():
        regra = _POR_CODIGO.get(codigo)
        if regra is None:
            yield f"{codigo}: não há regra com este código; veja a lista em docs/operacao.md"
        elif acao not in Acao.__members__:
            yield f"{codigo}: {acao!r} não é uma ação; use {', '.join(Acao)}"
        elif acao != Acao.BLOQUEIA and not regra.configuravel:
            yield f"{codigo}: esta regra sempre bloqueia; tire-a da configuração"
