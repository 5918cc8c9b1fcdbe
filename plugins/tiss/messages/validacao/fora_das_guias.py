"""Values outside the guias of a lote, which no declaration of a guia checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from tiss.domain.documentos import cnpj_valido, cpf_valido
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.regras.totais import total_de_itens
from tiss.messages.validacao.caminhos import desde_a_raiz
from tiss.messages.validacao.regras import INCONSISTENTE
from tiss.messages.validacao.transacoes import Corpo, filho, nome
from tiss.messages.validacao.valores import GLOSAS, valor_de
from tiss.settings import NAMESPACE

_CODIGO_GLOSA = re.compile(r"[0-9]{4}")
_DECIMAL = re.compile(r"[+-]?(?=[.0-9])[0-9]*(?:\.[0-9]*)?")
_CNES = re.compile(r"[0-9]{7}")
_DOCUMENTOS = {
    "CPF": cpf_valido,
    "cpfContratado": cpf_valido,
    "CNPJ": cnpj_valido,
    "cnpjContratado": cnpj_valido,
    "cnpjLocalExecutante": cnpj_valido,
    "numeroCNPJ": cnpj_valido,
}
# As glosas of Tabela 38.
_DOCUMENTO, _PRESTADOR = "1206", "1202"
# The widest amount of the standard: totalDigits of the XSD ignores trailing zeros.
_MAXIMO = Decimal("99999999.99")
# A number that is longer is beyond it, whatever its digits are.
_ALGARISMOS = 30


def conferir_valores(raiz: etree._Element, corpo: Corpo, versao: str) -> Iterator[Problema]:
    """Yield empty motives, and what is wrong with the values outside the guias of a lote."""
    for elemento in raiz.iter(*(f"{{{NAMESPACE}}}{glosa}" for glosa in GLOSAS)):
        if not len(elemento) and not _CODIGO_GLOSA.fullmatch((elemento.text or "").strip()):
            yield Problema(
                codigo="GLOSA_SEM_CODIGO",
                caminho=desde_a_raiz(elemento, raiz),
                mensagem="o código da glosa tem 4 algarismos (Tabela 38): informe-o",
                glosa_provavel=INCONSISTENTE,
            )
    pedido = corpo.transacao is not None and corpo.transacao.do_prestador
    for parte in _partes(raiz, corpo):
        for elemento in parte.iter(etree.Element):
            texto = (elemento.text or "").strip()
            if texto and not len(elemento):
                yield from _identificador(elemento, texto, raiz, pedido=pedido)
                yield from _numero(elemento, texto, raiz, pedido=pedido)
    if corpo.corpo is not None and pedido:
        for solicitacao in corpo.corpo.iter(f"{{{NAMESPACE}}}solicitacaoOdontologia"):
            yield from _total(solicitacao, raiz, versao)


def _partes(raiz: etree._Element, corpo: Corpo) -> Iterator[etree._Element]:
    cabecalho = filho(raiz, "cabecalho")
    if cabecalho is not None:
        yield cabecalho
    if corpo.corpo is not None and nome(corpo.corpo) != "loteGuias":
        yield corpo.corpo


def _identificador(
    elemento: etree._Element, texto: str, raiz: etree._Element, *, pedido: bool
) -> Iterator[Problema]:
    campo = nome(elemento)
    confere = _DOCUMENTOS.get(campo)
    if confere is not None and not confere(texto):
        yield Problema(
            codigo="DOCUMENTO_INVALIDO",
            caminho=desde_a_raiz(elemento, raiz),
            valor=valor_de(elemento),
            mensagem="os dígitos verificadores não conferem: corrija o cadastro",
            glosa_provavel=_DOCUMENTO,
        )
    if campo.lower().startswith("cnes") and not _CNES.fullmatch(texto):
        yield Problema(
            codigo="CNES_INVALIDO",
            caminho=desde_a_raiz(elemento, raiz),
            gravidade=_gravidade(pedido=pedido),
            valor=valor_de(elemento),
            mensagem="o CNES tem 7 dígitos: corrija o cadastro; 9999999 quando não há",
            glosa_provavel=_PRESTADOR if pedido else None,
        )


def _numero(
    elemento: etree._Element, texto: str, raiz: etree._Element, *, pedido: bool
) -> Iterator[Problema]:
    campo = nome(elemento)
    dinheiro = campo.startswith(("valor", "vl"))
    quantidade = campo.startswith(("quantidade", "qtd"))
    if not (dinheiro or quantidade) or not _DECIMAL.fullmatch(texto):
        return
    # Only its sign counts: a float takes any number of digits.
    numero = float(texto)
    if numero < 0 or (quantidade and pedido and numero == 0):
        yield Problema(
            codigo="VALOR_NEGATIVO" if dinheiro else "QUANTIDADE_INVALIDA",
            caminho=desde_a_raiz(elemento, raiz),
            gravidade=_gravidade(pedido=pedido),
            valor=texto,
            mensagem="tem de ser maior que zero: corrija"
            if quantidade and pedido
            else "tem de ser zero ou mais: corrija",
            glosa_provavel=INCONSISTENTE if pedido else None,
        )
    elif dinheiro and pedido and (_valor(texto) is None or Decimal(texto) > _MAXIMO):
        yield Problema(
            codigo="FORMATO",
            caminho=desde_a_raiz(elemento, raiz),
            valor=valor_de(elemento),
            mensagem=f"tem de estar entre 0 e {_MAXIMO}: corrija",
            glosa_provavel=INCONSISTENTE,
        )


def _total(solicitacao: etree._Element, raiz: etree._Element, versao: str) -> Iterator[Problema]:
    """Yield that the total of a dental request is not that of its items, counted in either way."""
    elemento = filho(solicitacao, "valorTotalProc")
    total = _valor_de(elemento)
    linhas = [
        (_valor_de(filho(item, "valorProc")), _valor_de(filho(item, "qtdProc")))
        for item in solicitacao
        if nome(item) == "procedimentosSolicitados"
    ]
    parcelas = [(valor, quantidade) for valor, quantidade in linhas if valor is not None]
    if elemento is None or total is None or len(parcelas) < len(linhas):
        # What is missing or malformed is told as such.
        return
    achado = total_de_itens(desde_a_raiz(elemento, raiz), total, parcelas)
    if achado is not None:
        yield achado.problema(None, Gravidade.ERRO, versao)


def _valor_de(elemento: etree._Element | None) -> Decimal | None:
    return None if elemento is None else _valor((elemento.text or "").strip())


def _valor(texto: str) -> Decimal | None:
    return Decimal(texto) if len(texto) <= _ALGARISMOS and _DECIMAL.fullmatch(texto) else None


def _gravidade(*, pedido: bool) -> Gravidade:
    # An operadora may take back; a prestador asks for nothing negative.
    return Gravidade.ERRO if pedido else Gravidade.AVISO
