"""An answer as plain data, in the shape that `tiss ler` documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from tiss.domain.diagnostico import Diagnostico
from tiss.domain.estados import StatusGuia
from tiss.domain.retorno import (
    Autorizacao,
    Autorizacoes,
    Cancelamento,
    Cancelamentos,
    DebitoCredito,
    DecisaoRecurso,
    DemonstrativoPagamento,
    Demonstrativos,
    DemonstrativosPagamento,
    Elegibilidade,
    FalhaSoap,
    GuiaAnalisada,
    GuiaPaga,
    Leitura,
    Motivo,
    Nivel,
    Pagamento,
    ProtocoloAnalisado,
    ProtocoloPago,
    Recebimento,
    RecebimentoAnexo,
    RecebimentoRecurso,
    ReciboComunicacao,
    ReciboDocumento,
    Recusa,
    Resposta,
    RespostaRecurso,
    SituacaoProtocolo,
    SituacaoRecurso,
)
from tiss.domain.veredito import Glosa, Veredito, glosas_da_guia, julgar
from tiss.messages.hashes import ConferenciaHash

Dados = dict[str, Any]

_STATUS_AUTORIZACAO = {
    "1": StatusGuia.AUTORIZADA,
    "7": StatusGuia.AUTORIZADA,
    "3": StatusGuia.NEGADA,
    "6": StatusGuia.CANCELADA,
}
# dm_statusCancelamento: 4 is still being processed.
_CANCELADO = {"1": True, "2": False, "3": False, "5": False, "6": False}


def em_dados(
    leitura: Leitura, conferencia: ConferenciaHash | None, diagnostico: Diagnostico | None
) -> Dados:
    """Return an answer as JSON-able data. Its avisos gain what does not fit in its figures."""
    avisos = list(leitura.avisos)
    dados: Dados = {
        "tipo": leitura.tipo,
        "versao": leitura.versao,
        "hash": {
            "informado": conferencia.informado if conferencia else leitura.hash_informado,
            "calculado": conferencia.calculado if conferencia else None,
            "confere": conferencia.confere if conferencia else None,
            "dialeto": conferencia.dialeto if conferencia else None,
        },
        "avisos": avisos,
        "mensagem_erro": _mensagem_erro(leitura.resposta),
        "diagnostico": asdict(diagnostico) if diagnostico else None,
        "protocolos": _protocolos(leitura.resposta, avisos),
    }
    return dados | _proprios(leitura.resposta)


def _mensagem_erro(resposta: Resposta) -> Dados | None:
    match resposta:
        case Recusa(codigo=codigo, descricao=descricao):
            return {"codigo": codigo, "descricao": descricao}
        case SituacaoProtocolo(recusa=Recusa(codigo=codigo, descricao=descricao)):
            return {"codigo": codigo, "descricao": descricao}
        case FalhaSoap(tiss_fault=tiss_fault, codigo=codigo):
            return {"codigo": tiss_fault or codigo, "descricao": resposta.palavras or None}
        case _:
            return None


def _protocolos(resposta: Resposta, avisos: list[str]) -> list[Dados]:
    match resposta:
        case Demonstrativos(lista=lista):
            return [_analisado(p, avisos) for um in lista for p in um.protocolos]
        case DemonstrativosPagamento(lista=lista):
            return [_pago(p) for um in lista for dia in um.pagamentos for p in dia.protocolos]
        case Recebimento():
            return [
                _protocolo(
                    resposta.numero_protocolo,
                    resposta.numero_lote,
                    valores=(resposta.valor_informado, None, None, resposta.valor_glosa),
                    glosas=_glosas_do_protocolo(resposta.motivos, [resposta.valor_glosa]),
                    guias=map(_guia_aberta, resposta.guias),
                )
            ]
        case RecebimentoAnexo():
            return [_protocolo(resposta.numero_protocolo, resposta.numero_lote)]
        case SituacaoProtocolo(recusa=None):
            return [
                _protocolo(
                    resposta.numero_protocolo,
                    resposta.numero_lote,
                    situacao=resposta.situacao,
                    valores=(
                        None,
                        resposta.valor_processado,
                        resposta.valor_liberado,
                        resposta.valor_glosa,
                    ),
                    guias=map(_guia_aberta, resposta.guias),
                )
            ]
        case _:
            return []


def _proprios(resposta: Resposta) -> Dados:
    """The keys that only answers of one kind have."""
    match resposta:
        case Autorizacoes(lista=autorizacoes) | RecebimentoAnexo(autorizacoes=autorizacoes):
            return {"autorizacoes": [_autorizacao(uma) for uma in autorizacoes]}
        case SituacaoProtocolo(autorizacoes=autorizacoes) if autorizacoes:
            return {"autorizacoes": [_autorizacao(uma) for uma in autorizacoes]}
        case DemonstrativosPagamento(lista=lista):
            return {"pagamentos": [dia for um in lista for dia in _pagamentos(um)]}
        case RecebimentoRecurso() | RespostaRecurso() | SituacaoRecurso():
            return {"recursos": [_recurso(resposta)]}
        case Cancelamentos(lista=cancelamentos):
            return {"cancelamentos": [_cancelamento(um) for um in cancelamentos]}
        case Elegibilidade():
            return {
                "elegibilidade": {
                    "elegivel": resposta.elegivel,
                    "validade_carteira": _data(resposta.validade_carteira),
                    "glosas": _glosas_soltas("GUIA", None, resposta.motivos),
                }
            }
        case ReciboComunicacao():
            return {
                "comunicacao": {
                    "aceita": resposta.aceita,
                    "tipo_evento": resposta.tipo_evento,
                    "glosas": _glosas_soltas("GUIA", None, resposta.motivos),
                }
            }
        case ReciboDocumento():
            return {"documentos": [_documento(resposta)]}
        case _:
            return {}


# protocolos


def _protocolo(
    numero: str,
    lote: str | None,
    *,
    situacao: str = "",
    valores: Sequence[Decimal | None] = (None, None, None, None),
    glosas: Sequence[Dados] = (),
    guias: Iterable[Dados] = (),
) -> Dados:
    return {
        "numero_protocolo": numero or None,
        "numero_lote": lote or None,
        "situacao": situacao or None,
        **_valores(valores),
        "glosas": list(glosas),
        "guias": list(guias),
    }


def _analisado(protocolo: ProtocoloAnalisado, avisos: list[str]) -> Dados:
    guias: list[Dados] = []
    parcelas: list[Decimal | None] = [None] * len(protocolo.motivos)
    for guia in protocolo.guias:
        veredito = _veredito(guia, protocolo.motivos)
        if veredito is None or veredito.resultado is StatusGuia.CANCELADA:
            guias.append(_guia(guia, veredito, glosas_da_guia(guia, glosado=guia.valor_glosa)))
            continue
        avisos += (
            f"guia {guia.numero_guia_prestador}: {divergencia.descricao}"
            for divergencia in veredito.divergencias
        )
        guias.append(_guia(guia, veredito, veredito.glosas))
        for glosa in veredito.glosas:
            if glosa.nivel == "PROTOCOLO" and glosa.valor_rateado is not None:
                parcelas[glosa.posicao - 1] = (
                    parcelas[glosa.posicao - 1] or Decimal(0)
                ) + glosa.valor_rateado
    return _protocolo(
        protocolo.numero_protocolo,
        protocolo.numero_lote,
        situacao=protocolo.situacao,
        valores=_quatro(protocolo),
        glosas=_glosas_do_protocolo(protocolo.motivos, parcelas),
        guias=guias,
    )


def _pago(protocolo: ProtocoloPago) -> Dados:
    return _protocolo(
        protocolo.numero_protocolo,
        protocolo.numero_lote,
        valores=_quatro(protocolo),
        guias=map(_guia_paga, protocolo.guias),
    )


def _glosas_do_protocolo(
    motivos: Sequence[Motivo], parcelas: Sequence[Decimal | None]
) -> list[Dados]:
    """parcelas: what each motive refused; what has none of its own was not told."""
    return [
        _glosa("PROTOCOLO", None, motivo, parcelas[posicao] if posicao < len(parcelas) else None)
        for posicao, motivo in enumerate(motivos)
    ]


# guias


def _veredito(guia: GuiaAnalisada, do_protocolo: Sequence[Motivo]) -> Veredito | None:
    informado = _informado(guia)
    if informado is None:
        return None
    return julgar(guia, valor_informado=informado, motivos_protocolo=do_protocolo)


def _informado(guia: GuiaAnalisada) -> Decimal | None:
    """What was billed by what the operadora says; None when it says too little to judge by."""
    if guia.valor_informado is not None:
        return guia.valor_informado
    if guia.valor_liberado is not None and guia.valor_glosa is not None:
        return guia.valor_liberado + guia.valor_glosa
    # Zero would look like a guia that asks nothing, which is authorised.
    return guia.valor_processado or guia.valor_liberado or None


def _guia(guia: GuiaAnalisada, veredito: Veredito | None, glosas: Iterable[Glosa]) -> Dados:
    return {
        "numero_guia_prestador": guia.numero_guia_prestador or None,
        "numero_guia_operadora": guia.numero_guia_operadora,
        "situacao": guia.situacao or None,
        "status": veredito.resultado if veredito else None,
        **_valores(_quatro(guia)),
        "glosas": [
            {
                "nivel": glosa.nivel,
                "sequencial_item": glosa.sequencial_item or None,
                "codigo": glosa.codigo,
                "descricao": glosa.descricao,
                "valor_declarado": _dinheiro(glosa.valor_declarado),
                "valor": _dinheiro(glosa.valor_rateado),
            }
            for glosa in glosas
            if glosa.nivel != "PROTOCOLO"
        ],
    }


def _guia_aberta(guia: GuiaAnalisada) -> Dados:
    """A guia that the answer names and does not decide."""
    return _guia(guia, None, glosas_da_guia(guia, glosado=guia.valor_glosa))


def _guia_paga(guia: GuiaPaga) -> Dados:
    return _guia_aberta(
        GuiaAnalisada(
            numero_guia_prestador=guia.numero_guia_prestador,
            numero_guia_operadora=guia.numero_guia_operadora,
            situacao="",
            motivos=(),
            itens=guia.itens,
            valor_informado=guia.valor_informado,
            valor_processado=guia.valor_processado,
            valor_liberado=guia.valor_liberado,
            valor_glosa=guia.valor_glosa,
        )
    )


# the other answers


def _autorizacao(autorizacao: Autorizacao) -> Dados:
    return {
        "numero_guia_prestador": autorizacao.numero_guia_prestador or None,
        "numero_guia_operadora": autorizacao.numero_guia_operadora,
        "senha": autorizacao.senha,
        "status": _STATUS_AUTORIZACAO.get(autorizacao.situacao),
        "itens": [
            {
                "codigo": item.codigo_procedimento,
                "solicitada": _quantidade(item.quantidade_solicitada),
                "autorizada": _quantidade(item.quantidade_autorizada),
            }
            for item in autorizacao.itens
        ],
        "glosas": [
            *_glosas_soltas("GUIA", None, autorizacao.motivos),
            *(
                glosa
                for item in autorizacao.itens
                for glosa in _glosas_soltas("ITEM", item.sequencial_item, item.motivos)
            ),
        ],
    }


def _pagamentos(demonstrativo: DemonstrativoPagamento) -> list[Dados]:
    ordem = demonstrativo.ordem
    comum: Dados = {
        "numero_demonstrativo": ordem.numero or None,
        "data_emissao": None if ordem.data_emissao == date.min else _data(ordem.data_emissao),
    }
    dias = [comum | _pagamento(dia) for dia in demonstrativo.pagamentos]
    if demonstrativo.debitos_creditos:
        geral = Pagamento(
            data=None,
            forma=None,
            protocolos=(),
            debitos_creditos=demonstrativo.debitos_creditos,
            valor_bruto=None,
            valor_liquido=demonstrativo.valor_liquido,
        )
        dias.append(comum | _pagamento(geral))
    return dias


def _pagamento(dia: Pagamento) -> Dados:
    return {
        "data": _data(dia.data),
        "forma": dia.forma,
        "valor_bruto": _dinheiro(dia.valor_bruto),
        "valor_liquido": _dinheiro(dia.valor_liquido),
        "guias": [
            {
                "numero_protocolo": protocolo.numero_protocolo or None,
                "numero_guia_prestador": guia.numero_guia_prestador or None,
                "recurso": guia.recurso,
                "valor_liberado": _dinheiro(guia.valor_liberado),
            }
            for protocolo in dia.protocolos
            for guia in protocolo.guias
        ],
        "debitos_creditos": [_debito_credito(um) for um in dia.debitos_creditos],
    }


def _debito_credito(um: DebitoCredito) -> Dados:
    return {
        "indicador": um.indicador or None,
        "tipo": um.tipo or None,
        "descricao": um.descricao,
        "valor": _dinheiro(um.valor),
    }


def _recurso(resposta: RecebimentoRecurso | RespostaRecurso | SituacaoRecurso) -> Dados:
    dados: Dados = {
        "numero_guia_recurso_prestador": None,
        "numero_protocolo": resposta.numero_protocolo or None,
        "numero_protocolo_recursado": None,
        "numero_protocolo_situacao": None,
        "numero_lote": resposta.numero_lote or None,
        "situacao": None,
        "valor_recursado": None,
        "valor_acatado": None,
        "decisoes": [],
    }
    match resposta:
        case RecebimentoRecurso():
            dados["numero_protocolo_recursado"] = resposta.numero_protocolo_recursado
            dados["valor_recursado"] = _dinheiro(resposta.valor_recursado)
        case SituacaoRecurso():
            dados["numero_protocolo_situacao"] = resposta.numero_protocolo_situacao
            dados["situacao"] = resposta.situacao
        case RespostaRecurso():
            dados["numero_guia_recurso_prestador"] = resposta.numero_guia_recurso_prestador or None
            dados["valor_recursado"] = _dinheiro(resposta.valor_recursado)
            dados["valor_acatado"] = _dinheiro(resposta.valor_acatado)
            dados["decisoes"] = [_decisao(uma) for uma in resposta.decisoes]
    return dados


def _decisao(decisao: DecisaoRecurso) -> Dados:
    return {
        "nivel": decisao.nivel,
        "numero_guia_prestador": decisao.numero_guia_prestador or None,
        "numero_guia_operadora": decisao.numero_guia_operadora,
        "sequencial_item": decisao.sequencial_item,
        "codigo": decisao.codigo,
        "acatado": decisao.acatado,
        "valor_recursado": _dinheiro(decisao.valor_recursado),
        "valor_acatado": _dinheiro(decisao.valor_acatado),
        "justificativa": decisao.justificativa,
    }


def _cancelamento(cancelamento: Cancelamento) -> Dados:
    return {
        "numero_lote": cancelamento.numero_lote,
        "numero_protocolo": cancelamento.numero_protocolo,
        "tipo_guia": cancelamento.tipo_guia,
        "numero_guia_prestador": cancelamento.numero_guia_prestador,
        "numero_guia_operadora": cancelamento.numero_guia_operadora,
        "situacao": cancelamento.situacao or None,
        "cancelado": _CANCELADO.get(cancelamento.situacao),
    }


def _documento(recibo: ReciboDocumento) -> Dados:
    return {
        "numero_documento": recibo.numero_documento or None,
        "numero_protocolo_documento": recibo.numero_protocolo_documento,
        "numero_lote": recibo.numero_lote,
        "numero_protocolo": recibo.numero_protocolo,
        "numero_guia_prestador": recibo.numero_guia_prestador,
        "numero_guia_operadora": recibo.numero_guia_operadora,
    }


# values


def _glosas_soltas(nivel: Nivel, item: int | None, motivos: Iterable[Motivo]) -> list[Dados]:
    """Motives of a refusal that has no value: of an authorisation, an elegibilidade."""
    return [_glosa(nivel, item, motivo, None) for motivo in motivos]


def _glosa(nivel: Nivel, item: int | None, motivo: Motivo, valor: Decimal | None) -> Dados:
    return {
        "nivel": nivel,
        "sequencial_item": item,
        "codigo": motivo.codigo,
        "descricao": motivo.descricao,
        "valor_declarado": _dinheiro(motivo.valor),
        "valor": _dinheiro(valor),
    }


def _quatro(
    de: GuiaAnalisada | ProtocoloAnalisado | ProtocoloPago,
) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
    glosa = de.valor_glosa
    # May be left out where nothing was refused; otherwise what is left out is not known.
    if glosa is None and de.valor_informado is not None and de.valor_informado == de.valor_liberado:
        glosa = Decimal(0)
    return de.valor_informado, de.valor_processado, de.valor_liberado, glosa


def _valores(valores: Sequence[Decimal | None]) -> Dados:
    nomes = ("valor_informado", "valor_processado", "valor_liberado", "valor_glosa")
    return dict(zip(nomes, map(_dinheiro, valores), strict=True))


def _dinheiro(valor: Decimal | None) -> str | None:
    return None if valor is None else f"{valor:.2f}"


def _quantidade(valor: Decimal | None) -> int | str | None:
    if valor is None:
        return None
    return int(valor) if valor == valor.to_integral_value() else str(valor)


def _data(dia: date | None) -> str | None:
    return None if dia is None else dia.isoformat()
