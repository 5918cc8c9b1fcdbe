"""From a valid TISS message to what the simulator needs of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

from lxml import etree

from tiss.settings import NAMESPACE

from .config import Credencial
from .mensagem import NS
from .modelo import Guia, Item, Lote
from .recusas import FaultTiss, RecusaNegocio

_PREFIXO = len(f"{{{NAMESPACE}}}")
_CONTRATADO = ("codigoPrestadorNaOperadora", "cpfContratado", "cnpjContratado", "CNPJ", "CPF")


def texto(elemento: etree._Element, caminho: str) -> str:
    """Return the text at a path of local names; the XSD already guarantees that it is there."""
    return opcional(elemento, caminho) or ""


def opcional(elemento: etree._Element, caminho: str) -> str | None:
    """Return the text at a path of local names, None when it is not there."""
    return elemento.findtext(_caminho(caminho))


@cache
def _caminho(caminho: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{nome}" for nome in caminho.split("/"))


def identificacao(elemento: etree._Element | None) -> str:
    """Return the identifier of a prestador: the code, CPF or CNPJ that an element holds."""
    if elemento is not None:
        for nome in _CONTRATADO:
            valor = opcional(elemento, nome)
            if valor is not None:
                return valor
    return ""


def e_o_prestador(identificador: str, credencial: Credencial) -> bool:
    """Tell whether an identifier is one by which the operadora knows a credential's prestador."""
    return identificador in {credencial.codigo_prestador, credencial.cnpj}


def ler_lote(mensagem: etree._Element, credencial: Credencial) -> Lote:
    """Return the lote of a loteGuiasWS that the XSD accepts.

    Raises RecusaNegocio 1301 for kinds of guia that the simulator does not take.
    """
    lote = mensagem.find("ans:loteGuias", NS)
    guias = [] if lote is None else lote.findall("ans:guiasTISS/*", NS)
    try:
        return Lote(
            numero="" if lote is None else texto(lote, "numeroLote"),
            guias=tuple(_guia(guia, credencial) for guia in guias),
        )
    except ValueError as erro:  # a date such as year 12345 is good for the XSD only
        raise FaultTiss("SchemaInvalido", f"Value out of range: {erro}") from erro


def _guia(elemento: etree._Element, credencial: Credencial) -> Guia:
    nome = etree.QName(elemento).localname
    if nome == "guiaConsulta":
        return _consulta(elemento, credencial)
    if nome == "guiaSP-SADT":
        return _sp_sadt(elemento, credencial)
    raise RecusaNegocio("1301", f"TIPO DE GUIA INVÁLIDO: {nome} não é aceita por esta operadora")


def _consulta(guia: etree._Element, credencial: Credencial) -> Guia:
    valor = _valor(guia, "dadosAtendimento/procedimento/valorProcedimento")
    data = _data(guia, "dadosAtendimento/dataAtendimento")
    item = Item(
        sequencial=1,
        data=data,
        tabela=texto(guia, "dadosAtendimento/procedimento/codigoTabela"),
        codigo=texto(guia, "dadosAtendimento/procedimento/codigoProcedimento"),
        descricao="Consulta",  # the guia has no description, a demonstrativo must show one
        quantidade=Decimal(1),
        fator=Decimal(1),
        valor_unitario=valor,
        valor_total=valor,
    )
    return Guia(
        registro_ans=texto(guia, "cabecalhoConsulta/registroANS"),
        numero=texto(guia, "cabecalhoConsulta/numeroGuiaPrestador"),
        numero_operadora=opcional(guia, "numeroGuiaOperadora"),
        senha=None,
        carteira=texto(guia, "dadosBeneficiario/numeroCarteira"),
        atendimento_rn=texto(guia, "dadosBeneficiario/atendimentoRN"),
        executante=_executante(guia.find("ans:contratadoExecutante", NS), credencial),
        cnes=texto(guia, "contratadoExecutante/CNES"),
        data=data,
        itens=(item,),
        valor_total=valor,
    )


def _sp_sadt(guia: etree._Element, credencial: Credencial) -> Guia:
    itens = tuple(_itens_sp_sadt(guia))
    data = min((item.data for item in itens), default=None)
    if data is None:
        # Without items there is no care date; any date that the XSD has will do for the reply
        solicitada = opcional(guia, "dadosSolicitacao/dataSolicitacao")
        data = _como_data(solicitada) if solicitada else date(1900, 1, 1)
    executante = guia.find("ans:dadosExecutante/ans:contratadoExecutante", NS)
    return Guia(
        registro_ans=texto(guia, "cabecalhoGuia/registroANS"),
        numero=texto(guia, "cabecalhoGuia/numeroGuiaPrestador"),
        numero_operadora=opcional(guia, "dadosAutorizacao/numeroGuiaOperadora"),
        senha=opcional(guia, "dadosAutorizacao/senha"),
        carteira=texto(guia, "dadosBeneficiario/numeroCarteira"),
        atendimento_rn=texto(guia, "dadosBeneficiario/atendimentoRN"),
        executante=_executante(executante, credencial),
        cnes=texto(guia, "dadosExecutante/CNES"),
        data=data,
        itens=itens,
        valor_total=_valor(guia, "valorTotal/valorTotalGeral"),
    )


def _itens_sp_sadt(guia: etree._Element) -> Iterator[Item]:
    for item in guia.findall("ans:procedimentosExecutados/ans:procedimentoExecutado", NS):
        yield _item(_campos(item) | _campos(item.find("ans:procedimento", NS)))
    for despesa in guia.findall("ans:outrasDespesas/ans:despesa", NS):
        yield _item(_campos(despesa) | _campos(despesa.find("ans:servicosExecutados", NS)))


def _campos(elemento: etree._Element | None) -> dict[str, str]:
    """All children at once: a lote has hundreds of items, and one look-up each adds up."""
    if elemento is None:
        return {}
    return {str(filho.tag)[_PREFIXO:]: filho.text or "" for filho in elemento}


def _item(campos: dict[str, str]) -> Item:
    return Item(
        sequencial=int(campos["sequencialItem"]),
        data=_como_data(campos["dataExecucao"]),
        tabela=campos["codigoTabela"],
        codigo=campos["codigoProcedimento"],
        descricao=campos["descricaoProcedimento"],
        quantidade=Decimal(campos["quantidadeExecutada"].strip()),
        fator=Decimal(campos["reducaoAcrescimo"].strip()),
        valor_unitario=Decimal(campos["valorUnitario"].strip()),
        valor_total=Decimal(campos["valorTotal"].strip()),
    )


def _executante(contratado: etree._Element | None, credencial: Credencial) -> str:
    """One name for one executante, whether it is identified by CNPJ or by its code."""
    identificador = identificacao(contratado)
    return credencial.codigo_prestador if identificador == credencial.cnpj else identificador


def _valor(elemento: etree._Element, caminho: str) -> Decimal:
    return Decimal(texto(elemento, caminho).strip())


def _data(elemento: etree._Element, caminho: str) -> date:
    return _como_data(texto(elemento, caminho))


def _como_data(valor: str) -> date:
    # xs:date allows a time zone after the ten characters of the date
    return date.fromisoformat(valor.strip()[:10])
