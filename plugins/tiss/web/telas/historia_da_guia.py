"""The story of a guia: what happened to it, the newest first, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tiss.domain.estados import StatusGuia, StatusRecurso
from tiss.repository.listas.guias import Acao, EnvioDaGuia, Mudanca, PagamentoDaGuia
from tiss.repository.listas.recursos import RecursoNaLista
from tiss.web.guias import GuiaComHistoria
from tiss.web.telas.formatos import dia, quantos, reais
from tiss.web.telas.historia import Evento

_DA_GUIA: Mapping[str, tuple[str, str, str]] = {
    StatusGuia.INVALIDA: ("idle", "warn", "Ficou inválida: há o que corrigir"),
    StatusGuia.GERADA: ("made", "doc", "Guia gerada"),
    StatusGuia.ENVIADA: ("info", "send", "A operadora recebeu"),
    StatusGuia.AUTORIZADA: ("ok", "check", "A operadora autorizou"),
    StatusGuia.NEGADA: ("bad", "x", "A operadora negou"),
    StatusGuia.CANCELADA: ("idle", "slash", "Guia cancelada"),
}
_DO_RECURSO: Mapping[str, tuple[str, str, str]] = {
    StatusRecurso.RASCUNHO: ("made", "doc", "Rascunho"),
    StatusRecurso.APROVADO: ("ok", "check", "Aprovado"),
    StatusRecurso.DESCARTADO: ("idle", "slash", "Descartado: decidido não recorrer"),
    StatusRecurso.RESPONDIDO: ("info", "check", "A operadora respondeu"),
}
_ACOES = {
    "recurso.preparar": "preparou o recurso",
    "recurso.justificar": "escreveu justificativas",
    "recurso.retirar": "tirou glosas do recurso",
    "recurso.aprovar": "aprovou o recurso",
    "recurso.descartar": "decidiu não recorrer",
    "recurso.refazer": "fez dele um rascunho outra vez",
    "guia.retirar": "retirou a consulta",
    "guia.reapresentar": "mandou apresentar de novo",
}


def contar(guia: GuiaComHistoria) -> list[Evento]:
    """Return what happened to a guia, the newest first."""
    return _em_ordem(
        *(_mudanca(mudanca, _DA_GUIA) for mudanca in guia.mudancas),
        *(_lote(envio) for envio in guia.envios),
        *(_pagamento(pagamento) for pagamento in guia.pagamentos),
        *(evento for recurso in guia.recursos for evento in _recurso(recurso)),
        *(_acao(acao) for acao in guia.acoes),
    )


def contar_recurso(mudancas: Sequence[Mudanca], acoes: Sequence[Acao]) -> list[Evento]:
    """Return what happened to a recurso, the newest first."""
    return _em_ordem(
        *(_mudanca(mudanca, _DO_RECURSO) for mudanca in mudancas),
        *(_acao(acao) for acao in acoes),
    )


def _em_ordem(*eventos: Evento) -> list[Evento]:
    return sorted(eventos, key=lambda evento: evento.quando, reverse=True)


def _mudanca(mudanca: Mudanca, ditas: Mapping[str, tuple[str, str, str]]) -> Evento:
    tom, icone, titulo = ditas[mudanca.para]
    return Evento(tom=tom, icone=icone, titulo=titulo, quando=mudanca.quando)


def _lote(envio: EnvioDaGuia) -> Evento:
    return Evento(
        tom="made" if envio.viva else "idle",
        icone="stack",
        titulo=f"Entrou no lote {envio.numero_lote:06d}",
        quando=envio.criado_em,
        texto="" if envio.viva else "Este lote foi desfeito ou cancelado.",
    )


def _pagamento(pagamento: PagamentoDaGuia) -> Evento:
    motivo = ", de recurso" if pagamento.recurso else ""
    return Evento(
        tom="ok",
        icone="check",
        titulo=f"Pagamento informado{motivo}: {reais(pagamento.liberado)}",
        quando=pagamento.lido_em,
        texto=f"Pago em {dia(pagamento.data_pagamento)}."
        if pagamento.data_pagamento
        else "A operadora não disse o dia.",
        marcas=(f"demonstrativo {pagamento.demonstrativo_numero}",),
    )


def _recurso(recurso: RecursoNaLista) -> Iterator[Evento]:
    quanto = f"{quantos(recurso.glosas, 'glosa', 'glosas')}, {reais(recurso.valor_recursado)}"
    yield Evento(
        tom="made",
        icone="doc",
        titulo=f"Recurso {recurso.id} preparado por {recurso.criado_por}",
        quando=recurso.criado_em,
        texto=f"{quanto}.",
    )
    if recurso.respondido_em is not None:
        yield Evento(
            tom="info",
            icone="check",
            titulo=f"Recurso {recurso.id} respondido",
            quando=recurso.respondido_em,
            texto=f"Acatado {reais(recurso.valor_acatado)} de {reais(recurso.valor_recursado)}.",
        )


def _acao(acao: Acao) -> Evento:
    recusado = acao.situacao is not None and acao.situacao >= 400
    return Evento(
        tom="idle" if recusado else "made",
        icone="user",
        titulo=f"{acao.quem} {_ACOES.get(acao.o_que, acao.o_que)}"
        + (", sem efeito" if recusado else ""),
        quando=acao.quando,
        texto=acao.motivo or "",
    )
