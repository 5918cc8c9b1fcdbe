"""The demonstrativo de análise de conta."""

from __future__ import annotations

from datetime import date

from tiss.domain.retorno import (
    Demonstrativo,
    GuiaAnalisada,
    ItemAnalisado,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
)
from tiss.messages.leitura.comuns import motivo, motivos, numero_do_lote, prestador
from tiss.messages.leitura.no import No
from tiss.messages.leitura.protocolo import conhecida


def demonstrativo(no: No) -> Demonstrativo:
    """Read demonstrativoAnaliseConta."""
    cabecalho = no.um("cabecalhoDemonstrativo") or no
    return Demonstrativo(
        ordem=ordem(no, cabecalho, cabecalho.data("dataEmissao")),
        prestador=prestador(no),
        registro_ans=cabecalho.texto("registroANS"),
        protocolos=tuple(
            _protocolo(protocolo)
            for conta in no.todos("dadosConta")
            for protocolo in conta.todos("dadosProtocolo")
        ),
    )


def ordem(no: No, cabecalho: No, emissao: date | None) -> OrdemDemonstrativo:
    """Return what orders a demonstrativo among those of the same operadora."""
    if emissao is None:
        cabecalho.avisos.avisar("demonstrativo sem data de emissão: qualquer outro vale mais")
    return OrdemDemonstrativo(
        data_emissao=emissao or date.min,
        numero=cabecalho.texto("numeroDemonstrativo") or "",
        sha256=no.digest(),
    )


def _protocolo(no: No) -> ProtocoloAnalisado:
    situacao = no.texto("situacaoProtocolo") or ""
    conhecida(situacao, no)
    return ProtocoloAnalisado(
        numero_protocolo=no.texto("numeroProtocolo") or "",
        numero_lote=numero_do_lote(no.texto("numeroLotePrestador", "numeroLote")),
        situacao=situacao,
        data_protocolo=no.data("dataProtocolo"),
        motivos=motivos(no.todos("GlosaProtocolo", "glosaProtocolo")),
        guias=tuple(_guia(guia, situacao) for guia in no.todos("relacaoGuias")),
        valor_informado=no.dinheiro("valorInformadoProtocolo"),
        valor_processado=no.dinheiro("valorProcessadoProtocolo"),
        valor_liberado=no.dinheiro("valorLiberadoProtocolo"),
        valor_glosa=no.dinheiro("valorGlosaProtocolo"),
    )


def _guia(no: No, situacao_do_protocolo: str) -> GuiaAnalisada:
    situacao = no.texto("situacaoGuia")
    conhecida(situacao, no)
    if situacao is None:
        no.avisos.avisar("guia sem situação: vale a do protocolo")
    informado = no.dinheiro("valorInformadoGuia")
    liberado = no.dinheiro("valorLiberadoGuia")
    glosa = no.dinheiro("valorGlosaGuia")
    if (
        informado is not None
        and liberado is not None
        and glosa is not None
        and informado - glosa != liberado
    ):
        no.avisos.avisar("guia em que o informado menos a glosa não dá o liberado")
    return GuiaAnalisada(
        numero_guia_prestador=no.texto("numeroGuiaPrestador") or "",
        numero_guia_operadora=no.texto("numeroGuiaOperadora"),
        senha=no.texto("senha"),
        situacao=situacao or situacao_do_protocolo,
        motivos=motivos(no.todos("motivoGlosaGuia")),
        itens=tuple(_item(item) for item in no.todos("detalhesGuia")),
        valor_informado=informado,
        valor_processado=no.dinheiro("valorProcessadoGuia"),
        valor_liberado=liberado,
        valor_glosa=glosa,
        observacao=no.texto("observacao"),
    )


def _item(no: No) -> ItemAnalisado:
    procedimento = no.um("procedimento")
    return ItemAnalisado(
        sequencial_item=no.inteiro("sequencialItem"),
        data_realizacao=no.data("dataRealizacao"),
        codigo_tabela=procedimento.texto("codigoTabela"),
        codigo_procedimento=procedimento.texto("codigoProcedimento"),
        descricao_procedimento=procedimento.texto("descricaoProcedimento"),
        grau_participacao=no.texto("grauParticipacao"),
        quantidade=no.quantidade("qtdExecutada"),
        valor_informado=no.dinheiro("valorInformado"),
        valor_processado=no.dinheiro("valorProcessado"),
        valor_liberado=no.dinheiro("valorLiberado"),
        motivos=tuple(
            motivo(glosa.texto("tipoGlosa") or "", glosa, valor=glosa.dinheiro("valorGlosa"))
            for glosa in no.todos("relacaoGlosa")
            if glosa.texto("tipoGlosa", "valorGlosa")
        ),
    )
