"""Whole messages of invented people, written by hand: nothing of ours helps to make them."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from tiss.settings import NAMESPACE

HOJE = date(2026, 3, 20)
_CABECALHO = (
    "<ans:cabecalho><ans:identificacaoTransacao><ans:tipoTransacao>{tipo}</ans:tipoTransacao>"
    "<ans:sequencialTransacao>7</ans:sequencialTransacao>"
    "<ans:dataRegistroTransacao>2026-03-20</ans:dataRegistroTransacao>"
    "<ans:horaRegistroTransacao>10:00:00</ans:horaRegistroTransacao></ans:identificacaoTransacao>"
    "<ans:origem><ans:identificacaoPrestador><ans:CNPJ>11222333000181</ans:CNPJ>"
    "</ans:identificacaoPrestador></ans:origem>"
    "<ans:destino><ans:registroANS>999001</ans:registroANS></ans:destino>"
    "<ans:Padrao>{versao}</ans:Padrao></ans:cabecalho>"
)
_CONSULTA = (
    "<ans:guiaConsulta><ans:cabecalhoConsulta><ans:registroANS>999001</ans:registroANS>"
    "<ans:numeroGuiaPrestador>{numero}</ans:numeroGuiaPrestador></ans:cabecalhoConsulta>"
    "<ans:dadosBeneficiario><ans:numeroCarteira>{carteira}</ans:numeroCarteira>"
    "<ans:atendimentoRN>N</ans:atendimentoRN></ans:dadosBeneficiario><ans:contratadoExecutante>"
    "<ans:cnpjContratado>11222333000181</ans:cnpjContratado><ans:CNES>1234567</ans:CNES>"
    "</ans:contratadoExecutante><ans:profissionalExecutante>"
    "<ans:nomeProfissional>Ana Exemplo</ans:nomeProfissional>"
    "<ans:conselhoProfissional>06</ans:conselhoProfissional>"
    "<ans:numeroConselhoProfissional>123456</ans:numeroConselhoProfissional>"
    "<ans:UF>35</ans:UF><ans:CBOS>225125</ans:CBOS></ans:profissionalExecutante>"
    "<ans:indicacaoAcidente>9</ans:indicacaoAcidente><ans:dadosAtendimento>"
    "<ans:regimeAtendimento>01</ans:regimeAtendimento>"
    "<ans:dataAtendimento>2026-03-10</ans:dataAtendimento>"
    "<ans:tipoConsulta>1</ans:tipoConsulta><ans:procedimento>"
    "<ans:codigoTabela>22</ans:codigoTabela>"
    "<ans:codigoProcedimento>10101012</ans:codigoProcedimento>"
    "<ans:valorProcedimento>150.00</ans:valorProcedimento></ans:procedimento>"
    "</ans:dadosAtendimento></ans:guiaConsulta>"
)
_SP_SADT = (
    "<ans:guiaSP-SADT><ans:cabecalhoGuia><ans:registroANS>999001</ans:registroANS>"
    "<ans:numeroGuiaPrestador>{numero}</ans:numeroGuiaPrestador></ans:cabecalhoGuia>"
    "<ans:dadosAutorizacao><ans:dataAutorizacao>2026-03-01</ans:dataAutorizacao>"
    "<ans:senha>A1B2C3</ans:senha></ans:dadosAutorizacao>"
    "<ans:dadosBeneficiario><ans:numeroCarteira>{carteira}</ans:numeroCarteira>"
    "<ans:atendimentoRN>N</ans:atendimentoRN></ans:dadosBeneficiario><ans:dadosSolicitante>"
    "<ans:contratadoSolicitante><ans:cpfContratado>52998224725</ans:cpfContratado>"
    "</ans:contratadoSolicitante>"
    "<ans:nomeContratadoSolicitante>Bruno Exemplo</ans:nomeContratadoSolicitante>"
    "<ans:profissionalSolicitante><ans:nomeProfissional>Bruno Exemplo</ans:nomeProfissional>"
    "<ans:conselhoProfissional>06</ans:conselhoProfissional>"
    "<ans:numeroConselhoProfissional>654321</ans:numeroConselhoProfissional>"
    "<ans:UF>35</ans:UF><ans:CBOS>225125</ans:CBOS></ans:profissionalSolicitante>"
    "</ans:dadosSolicitante><ans:dadosSolicitacao>"
    "<ans:dataSolicitacao>2026-03-01</ans:dataSolicitacao>"
    "<ans:caraterAtendimento>1</ans:caraterAtendimento></ans:dadosSolicitacao>"
    "<ans:dadosExecutante><ans:contratadoExecutante>"
    "<ans:cnpjContratado>11222333000181</ans:cnpjContratado></ans:contratadoExecutante>"
    "<ans:CNES>1234567</ans:CNES></ans:dadosExecutante><ans:dadosAtendimento>"
    "<ans:tipoAtendimento>23</ans:tipoAtendimento><ans:indicacaoAcidente>9</ans:indicacaoAcidente>"
    "<ans:regimeAtendimento>01</ans:regimeAtendimento></ans:dadosAtendimento>"
    "<ans:procedimentosExecutados>{itens}</ans:procedimentosExecutados>"
    "<ans:valorTotal><ans:valorProcedimentos>140.00</ans:valorProcedimentos>"
    "<ans:valorTotalGeral>140.00</ans:valorTotalGeral></ans:valorTotal></ans:guiaSP-SADT>"
)
_ITEM = (
    "<ans:procedimentoExecutado><ans:sequencialItem>{sequencial}</ans:sequencialItem>"
    "<ans:dataExecucao>2026-03-10</ans:dataExecucao><ans:procedimento>"
    "<ans:codigoTabela>22</ans:codigoTabela>"
    "<ans:codigoProcedimento>{codigo}</ans:codigoProcedimento>"
    "<ans:descricaoProcedimento>Exame exemplo</ans:descricaoProcedimento></ans:procedimento>"
    "<ans:quantidadeExecutada>2</ans:quantidadeExecutada>"
    "<ans:reducaoAcrescimo>1.00</ans:reducaoAcrescimo>"
    "<ans:valorUnitario>35.00</ans:valorUnitario><ans:valorTotal>70.00</ans:valorTotal>"
    "</ans:procedimentoExecutado>"
)
_ITENS = _ITEM.format(sequencial=1, codigo="40304361") + _ITEM.format(
    sequencial=2, codigo="40301630"
)
RECURSO = (
    "<ans:recursoGlosa><ans:guiaRecursoGlosa><ans:registroANS>999001</ans:registroANS>"
    "<ans:numeroGuiaRecGlosaPrestador>77</ans:numeroGuiaRecGlosaPrestador>"
    "<ans:nomeOperadora>Saude Exemplo</ans:nomeOperadora><ans:objetoRecurso>2</ans:objetoRecurso>"
    "<ans:dadosContratado><ans:cnpjContratado>11222333000181</ans:cnpjContratado>"
    "</ans:dadosContratado><ans:numeroLote>42</ans:numeroLote>"
    "<ans:numeroProtocolo>9001</ans:numeroProtocolo><ans:opcaoRecurso><ans:recursoGuia>"
    "<ans:numeroGuiaOrigem>1</ans:numeroGuiaOrigem><ans:opcaoRecursoGuia><ans:itensGuia>"
    "<ans:sequencialItem>1</ans:sequencialItem><ans:dataInicio>2026-03-10</ans:dataInicio>"
    "<ans:procRecurso><ans:codigoTabela>22</ans:codigoTabela>"
    "<ans:codigoProcedimento>40304361</ans:codigoProcedimento>"
    "<ans:descricaoProcedimento>Exame exemplo</ans:descricaoProcedimento></ans:procRecurso>"
    "<ans:codGlosaItem>1705</ans:codGlosaItem><ans:valorRecursado>70.00</ans:valorRecursado>"
    "<ans:justificativaItem>Conforme contrato</ans:justificativaItem></ans:itensGuia>"
    "</ans:opcaoRecursoGuia></ans:recursoGuia></ans:opcaoRecurso>"
    "<ans:valorTotalRecursado>70.00</ans:valorTotalRecursado>"
    "<ans:dataRecurso>2026-03-20</ans:dataRecurso></ans:guiaRecursoGlosa></ans:recursoGlosa>"
)

COMUNICACAO = (
    "<ans:comunicacaoInternacao><ans:dadosBeneficiario><ans:numeroCarteira>331234567890121"
    "</ans:numeroCarteira><ans:atendimentoRN>N</ans:atendimentoRN></ans:dadosBeneficiario>"
    "<ans:dataEvento>2026-03-20</ans:dataEvento><ans:tipoEvento>I</ans:tipoEvento>"
    "<ans:dadosInternacao><ans:tipoInternacao>1</ans:tipoInternacao></ans:dadosInternacao>"
    "</ans:comunicacaoInternacao>"
)

_PROCEDIMENTO_ODONTO = (
    "<ans:procedimentosSolicitados><ans:procSolic><ans:codigoTabela>22</ans:codigoTabela>"
    "<ans:codigoProcedimento>81000065</ans:codigoProcedimento>"
    "<ans:descricaoProcedimento>Consulta exemplo</ans:descricaoProcedimento></ans:procSolic>"
    "<ans:qtdProc>2</ans:qtdProc><ans:valorProc>{valor}</ans:valorProc><ans:aut>S</ans:aut>"
    "</ans:procedimentosSolicitados>"
)
SOLICITACAO_ODONTO = (
    "<ans:solicitacaoProcedimento><ans:solicitacaoOdontologia>"
    "<ans:registroANS>999001</ans:registroANS><ans:numeroGuiaPrestador>1</ans:numeroGuiaPrestador>"
    "<ans:numeroCarteira>331234567890121</ans:numeroCarteira>"
    "<ans:atendimentoRN>N</ans:atendimentoRN><ans:planoBeneficiario>A</ans:planoBeneficiario>"
    "<ans:dadosProfissionaisResponsaveis><ans:codigoProfExec>77</ans:codigoProfExec>"
    "<ans:croExec>1234</ans:croExec><ans:ufExec>35</ans:ufExec><ans:cnesExec>1234567</ans:cnesExec>"
    "<ans:cbosExec2>223208</ans:cbosExec2></ans:dadosProfissionaisResponsaveis>"
    f"{_PROCEDIMENTO_ODONTO.format(valor='40.00')}{_PROCEDIMENTO_ODONTO.format(valor='30.00')}"
    "<ans:tipoAtendimento>1</ans:tipoAtendimento><ans:valorTotalProc>70.00</ans:valorTotalProc>"
    "</ans:solicitacaoOdontologia></ans:solicitacaoProcedimento>"
)


def _carteira(numero: int) -> str:
    """Each guia is of another person: no attendance is in two."""
    return f"{331234567890120 + numero:017d}"


def consulta(numero: int = 1) -> str:
    """Return a guiaConsulta that breaks no rule."""
    return _CONSULTA.format(numero=numero, carteira=_carteira(numero))


def sp_sadt(numero: int = 1) -> str:
    """Return a guiaSP-SADT that breaks no rule, with two items."""
    return _SP_SADT.format(numero=numero, carteira=_carteira(numero), itens=_ITENS)


def lote(*guias: str) -> str:
    """Return a loteGuias."""
    return (
        "<ans:loteGuias><ans:numeroLote>42</ans:numeroLote>"
        f"<ans:guiasTISS>{''.join(guias)}</ans:guiasTISS></ans:loteGuias>"
    )


def arquivo(corpo: str, tipo: str = "ENVIO_LOTE_GUIAS", versao: str = "4.03.00") -> str:
    """Return a request in file form, with an empty hash."""
    return (
        f'<ans:mensagemTISS xmlns:ans="{NAMESPACE}">{_CABECALHO.format(tipo=tipo, versao=versao)}'
        f"<ans:prestadorParaOperadora>{corpo}</ans:prestadorParaOperadora>"
        "<ans:epilogo><ans:hash></ans:hash></ans:epilogo></ans:mensagemTISS>"
    )


def ws(corpo: str, raiz: str = "loteGuiasWS", tipo: str = "ENVIO_LOTE_GUIAS") -> str:
    """Return a request in web-service form, with an empty hash."""
    cabecalho = _CABECALHO.format(tipo=tipo, versao="4.03.00")
    return (
        f'<ans:{raiz} xmlns:ans="{NAMESPACE}">{cabecalho}{corpo}<ans:hash></ans:hash></ans:{raiz}>'
    )


def com_hash(mensagem: str, codificacao: str = "ISO-8859-1") -> bytes:
    """Return the bytes of a message of ASCII values and no blank between tags, with its hash."""
    valores = re.sub(r"<[^>]*>", "", mensagem).encode("ISO-8859-1", "replace")
    digest = hashlib.md5(valores, usedforsecurity=False).hexdigest()
    completa = mensagem.replace("<ans:hash></ans:hash>", f"<ans:hash>{digest}</ans:hash>")
    return f'<?xml version="1.0" encoding="{codificacao}"?>{completa}'.encode(codificacao)


LOTE = arquivo(lote(consulta(1), consulta(2)))
LOTE_SP_SADT = arquivo(lote(sp_sadt(1), sp_sadt(2)))
