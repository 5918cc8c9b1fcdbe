"""Answers to a recurso de glosa: decided (medical and odonto) or still pending."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tiss.domain.retorno import DecisaoRecurso, Ilegivel, RespostaRecurso, SituacaoRecurso
from tiss.messages.leitura.comuns import numero_do_lote
from tiss.messages.leitura.no import No
from tiss.messages.leitura.protocolo import conhecida

_NAO_ACATADO_PROTOCOLO = "justificativaOPSnaoAcatadoProt"
_NAO_ACATADO_GUIA = "justificativaOPSnaoAcatadoGuia"


def resposta(no: No) -> RespostaRecurso:
    """Read reciboGlosa or reciboGlosaOdonto."""
    opcao = no.um("opcaoRecurso")
    return RespostaRecurso(
        numero_guia_recurso_prestador=no.texto("numeroGuiaRecGlosaPrestador") or "",
        numero_guia_recurso_operadora=no.texto("numeroGuiaRecGlosaOperadora"),
        numero_protocolo=no.texto("numeroProtocolo") or "",
        numero_lote=numero_do_lote(no.texto("numeroLote")),
        decisoes=(
            *map(_do_protocolo, opcao.todos("recursoProtocolo")),
            *(decisao for guia in opcao.todos("recursoGuia") for decisao in _da_guia(guia)),
        ),
        valor_recursado=no.dinheiro("valorTotalRecursado"),
        valor_acatado=no.dinheiro("valorTotalAcatado"),
    )


def situacao(no: No) -> SituacaoRecurso | Ilegivel:
    """Read reciboGlosaStatus."""
    valor = no.texto("situacaoProtocolo")
    if valor is None:
        return Ilegivel(motivo="situação do recurso não informada")
    conhecida(valor, no)
    return SituacaoRecurso(
        numero_protocolo=no.texto("nrProtocoloRecursoGlosa", "numeroProtocolo") or "",
        numero_protocolo_situacao=no.texto("nrProtocoloSituacaoRecursoGlosa"),
        numero_lote=numero_do_lote(no.texto("numeroLote")),
        situacao=valor,
    )


def _do_protocolo(no: No) -> DecisaoRecurso:
    return DecisaoRecurso(
        nivel="PROTOCOLO",
        numero_guia_prestador=None,
        sequencial_item=None,
        codigo=no.texto("codigoGlosaProtocolo") or "",
        acatado=no.sim("recursoAcatado"),
        valor_recursado=None,
        valor_acatado=None,
        justificativa=no.texto(_NAO_ACATADO_PROTOCOLO),
    )


def _da_guia(no: No) -> Iterator[DecisaoRecurso]:
    for guia in no.todos("respostaGuia", "respostaRecursoGuiaOdonto"):
        yield DecisaoRecurso(
            nivel="GUIA",
            numero_guia_prestador=guia.texto("numeroGuiaPrestador") or "",
            numero_guia_operadora=guia.texto("numeroGuiaOperadora"),
            sequencial_item=None,
            codigo=guia.texto("codGlosa", "codGlosaGuia") or "",
            acatado=guia.sim("recursoGuiaAcatado", "recursoAcatadoGuia"),
            valor_recursado=None,
            valor_acatado=None,
            justificativa=guia.texto(_NAO_ACATADO_GUIA),
        )
    for guia in no.todos("respostaGuiaItens"):
        yield _do_item(guia, guia)
    for guia in no.todos("respostaRecursoItemOdonto"):
        for item in guia.todos("recursoProcedimento"):
            yield _do_item(guia, item)


def _do_item(guia: No, item: No) -> DecisaoRecurso:
    recursado = item.dinheiro("valorRecursado")
    # The standard's own spelling, then the one that it meant and uses for odonto.
    acatado = item.dinheiro("valorAcatadado", "valorAcatado")
    return DecisaoRecurso(
        nivel="ITEM",
        numero_guia_prestador=guia.texto("numeroGuiaPrestador") or "",
        numero_guia_operadora=guia.texto("numeroGuiaOperadora"),
        sequencial_item=item.inteiro("sequencialItem"),
        codigo=item.texto("codGlosa", "codGlosaProc") or "",
        acatado=_por_inteiro(recursado, acatado),
        valor_recursado=recursado,
        valor_acatado=acatado,
        justificativa=item.texto("justificativaOperadora"),
    )


def _por_inteiro(recursado: Decimal | None, acatado: Decimal | None) -> bool | None:
    return None if recursado is None or acatado is None else acatado >= recursado
