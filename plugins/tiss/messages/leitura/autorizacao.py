"""Authorisations of services, stays, extensions, dentistry and anexos."""

from __future__ import annotations

from decimal import Decimal

from tiss.domain.retorno import SITUACOES_AUTORIZACAO, Autorizacao, ItemAutorizado
from tiss.messages.leitura.comuns import motivos_negativa
from tiss.messages.leitura.no import No

_ANEXOS = ("anexoOPME", "anexoQuimio", "anexoRadio", "anexoSituacaoInicial")
_ANEXOS_DO_SERVICO = ("autorizacaoQuimio", "autorizacaoRadio", "autorizacaoOPME")


def autorizacao(no: No) -> tuple[Autorizacao, ...]:
    """Read one authorisation, and those of the anexos that came with its request."""
    servicos = no.um("autorizacaoDosServicos") or no
    return (
        _autorizacao(servicos, internacao=no),
        *(_autorizacao(anexo) for anexo in servicos.todos(*_ANEXOS_DO_SERVICO)),
    )


def autorizacoes(anexos: No) -> tuple[Autorizacao, ...]:
    """Read anexosClinicos: each anexo is authorised by itself."""
    return tuple(_autorizacao(anexo) for anexo in anexos.todos(*_ANEXOS))


def _autorizacao(no: No, internacao: No | None = None) -> Autorizacao:
    estadia = internacao or no
    dados = no.um("dadosAutorizacao") or no
    situacao = no.texto("statusSolicitacao") or ""
    if situacao and situacao not in SITUACOES_AUTORIZACAO:
        no.avisos.avisar("situação de autorização que não está na Tabela 45")
    return Autorizacao(
        # numeroGuiaAnexo: of an anexo de situação inicial, which has no dadosAutorizacao.
        numero_guia_prestador=dados.texto("numeroGuiaPrestador", "numeroGuiaAnexo") or "",
        numero_guia_operadora=dados.texto("numeroGuiaOperadora"),
        senha=dados.texto("senha"),
        data_autorizacao=dados.data("dataAutorizacao"),
        data_validade_senha=dados.data("dataValidadeSenha"),
        situacao=situacao,
        motivos=motivos_negativa(no),
        itens=(
            *map(_item, no.um("servicosAutorizados").todos("servicoAutorizado")),
            *map(_item, no.todos("servicosAutorizadosOPME")),
            *map(_item_odonto, no.todos("procedimentosAutorizados")),
        ),
        diarias_autorizadas=estadia.inteiro("qtdDiariasAutorizadas", "diariasAutorizadas"),
        acomodacao_autorizada=estadia.texto("tipoAcomodacaoAutorizada", "acomodacaoAutorizada"),
        data_provavel_admissao=estadia.data("dataProvavelAdmissao"),
    )


def _item(no: No) -> ItemAutorizado:
    procedimento = no.um("procedimento")
    return ItemAutorizado(
        sequencial_item=no.inteiro("sequencialItem"),
        codigo_tabela=procedimento.texto("codigoTabela"),
        codigo_procedimento=procedimento.texto("codigoProcedimento"),
        quantidade_solicitada=no.quantidade("quantidadeSolicitada"),
        quantidade_autorizada=no.quantidade("quantidadeAutorizada"),
        valor_autorizado=no.dinheiro("valorAutorizado"),
        motivos=motivos_negativa(no),
    )


def _item_odonto(no: No) -> ItemAutorizado:
    procedimento = no.um("procSolic")
    pedida = no.quantidade("qtdProc")
    autorizado = no.sim("aut")
    return ItemAutorizado(
        sequencial_item=no.inteiro("sequencialItem"),
        codigo_tabela=procedimento.texto("codigoTabela"),
        codigo_procedimento=procedimento.texto("codigoProcedimento"),
        quantidade_solicitada=pedida,
        quantidade_autorizada={True: pedida, False: Decimal(0), None: None}[autorizado],
        valor_autorizado=no.dinheiro("valorProc") if autorizado else None,
        motivos=motivos_negativa(no),
    )
