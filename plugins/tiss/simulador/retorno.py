"""Answers requests for a demonstrativo: of analysis by protocolo, of payment by day or month.

Guias of consulta, SP/SADT, resumo de internação and honorários have a demonstrativo de análise de
conta, and one of payment. Guias of odontologia have one demonstrativo only, that of payment, which
shows every item with its glosas. So an operadora that is asked for the analysis of a protocolo of
odontologia answers, once it is analysed, with the demonstrativoPagamentoOdonto of that protocolo
(DEMONSTRATIVO_ODONTOLOGIA), its payment dated ahead; until then with the
situacaoDemonstrativoRetorno of a demonstrativo of type 3. One answer cannot hold both kinds: the
first protocolo that is analysed decides which one, and those of the other are left out, like those
that do not exist.

What is released is paid 30 days after the analysis, or as it is configured. A demonstrativo de
pagamento shows it as soon as it is analysed, and in a whole life when it is paid; also what was
refused whole: paying nothing is an answer too. What a recurso is granted is paid as late, after its
own judgement. No plan here has a franquia.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date

from lxml import etree

from . import contestacao, demonstrativos, desvios, leitura, odontologia, pagamentos, prazos
from .config import Credencial
from .contestacao import Recurso
from .escrita import Mensagem
from .livro import Livro
from .mensagem import NS
from .modelo import Protocolo, Tipo
from .pagamentos import RecursoPago
from .recusas import RecusaNegocio
from .respostas import Destino

PAGAMENTO_ODONTO = "3"


def responder(
    raiz: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    """Return the demonstrativoRetornoWS that a solicitacaoDemonstrativoRetornoWS asks for.

    Raises RecusaNegocio 3162 when there is nothing to show.
    """
    pagamento, analise = (
        raiz.find(f"ans:solicitacaoDemonstrativoRetorno/ans:{nome}", NS)
        for nome in ("demonstrativoPagamento", "demonstrativoAnalise")
    )
    if pagamento is not None:
        conferir_prestador(pagamento, credencial)
        return _pagamento(pagamento, destino, credencial, livro)
    conferir_prestador(analise, credencial)
    numeros = [
        elemento.text or ""
        for elemento in raiz.iterfind(".//ans:protocolos/ans:numeroProtocolo", NS)
    ]
    return _analise(numeros, destino, credencial, livro)


def _analise(
    numeros: list[str], destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    # Those that are not found are left out, unless there would be nothing left to say
    achados: dict[str, tuple[Protocolo, str]] = {}
    for numero in numeros:
        protocolo = livro.protocolo(destino.operadora.registro_ans, destino.prestador, numero)
        if protocolo is not None:
            achados[numero] = (protocolo, _status(protocolo, destino))
    if not achados:
        raise nao_encontrado(", ".join(numeros))
    prontos = [protocolo for protocolo, status in achados.values() if status in prazos.ANALISADOS]
    if not prontos:
        return demonstrativos.pendente(destino, *next(iter(achados.values())))
    errados = desvios.plantados(livro, destino.operadora.registro_ans)
    if prontos[0].tipo is Tipo.ODONTO:
        de_odonto = [
            desvios.na_analise(protocolo, errados)
            for protocolo in prontos
            if protocolo.tipo is Tipo.ODONTO
        ]
        return odontologia.demonstrativo(destino, credencial, prontos[0].numero, de_odonto)
    return demonstrativos.demonstrativos(
        destino,
        [
            (
                desvios.na_analise(protocolo, errados) if status == prazos.LIBERADO else protocolo,
                status,
            )
            for protocolo, status in achados.values()
            if protocolo.tipo is not Tipo.ODONTO
        ],
    )


def _pagamento(
    pedido: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    odonto = leitura.texto(pedido, "tipoDemonstrativo") == PAGAMENTO_ODONTO
    try:
        primeiro, ultimo = _periodo(pedido)
        entre = prazos.aceitos_para_pagar(primeiro, ultimo, destino.operadora)
    except (ValueError, OverflowError) as erro:  # month 13 and year 12345 pass the XSD
        raise RecusaNegocio("1323", "DATA PREENCHIDA INCORRETAMENTE no período") from erro
    registro_ans = destino.operadora.registro_ans
    pagos = [
        protocolo
        for protocolo in livro.aceitos(registro_ans, destino.prestador, *entre, odonto=odonto)
        if _status(protocolo, destino) in prazos.pagaveis(destino.operadora)
    ]
    errados = desvios.plantados(livro, registro_ans)
    ditos = (desvios.no_pagamento(protocolo, errados) for protocolo in pagos)
    pagos = [protocolo for protocolo in ditos if protocolo.vivas]
    recursos = [
        (recurso, alvo)
        for recurso, alvo in _recursos_a_pagar(destino, livro, primeiro, ultimo)
        if recurso.odonto == odonto
    ]
    if not pagos and not recursos:
        raise nao_encontrado(f"nenhum pagamento de {primeiro} a {ultimo}")
    numero = f"{primeiro:%Y%m%d}{ultimo:%d}"
    if odonto:
        concedidos = [recurso.concedido(alvo) for recurso, alvo in recursos]
        return odontologia.demonstrativo(destino, credencial, numero, pagos, concedidos)
    brutos = [
        RecursoPago(
            alvo,
            prazos.data_pagamento(recurso.recebido_em, destino.operadora),
            recurso.acatados(alvo),
        )
        for recurso, alvo in recursos
    ]
    return pagamentos.demonstrativo(destino, numero, pagos, brutos)


def _recursos_a_pagar(
    destino: Destino, livro: Livro, primeiro: date, ultimo: date
) -> Iterator[tuple[Recurso, Protocolo]]:
    """Give the recursos that brought something and are paid on one of these days, and of what."""
    operadora = destino.operadora
    for recurso in contestacao.recebidos(livro, operadora.registro_ans, destino.prestador):
        julgado = destino.agora >= prazos.analisado_em(recurso.recebido_em, operadora)
        dia = prazos.data_pagamento(recurso.recebido_em, operadora)
        if recurso.cancelado or not julgado or not primeiro <= dia <= ultimo:
            continue
        alvo = livro.protocolo(operadora.registro_ans, destino.prestador, recurso.recursado)
        if alvo is not None and recurso.acatados(alvo):
            yield recurso, alvo


def _periodo(pedido: etree._Element) -> tuple[date, date]:
    competencia = leitura.opcional(pedido, "periodo/competencia")
    if competencia is None:
        dia = leitura.data(leitura.texto(pedido, "periodo/dataPagamento"))
        return dia, dia
    primeiro = date(int(competencia[:4]), int(competencia[4:]), 1)
    _, dias = calendar.monthrange(primeiro.year, primeiro.month)
    return primeiro, primeiro.replace(day=dias)


def _status(protocolo: Protocolo, destino: Destino) -> str:
    return prazos.status(protocolo, destino.operadora, destino.agora)


def conferir_prestador(
    pedido: etree._Element | None, credencial: Credencial, onde: str = "dadosPrestador"
) -> None:
    """Raise RecusaNegocio 3162 unless a request is about the prestador of the credential."""
    prestador = None if pedido is None else pedido.find(f"ans:{onde}", NS)
    if not leitura.e_o_prestador(leitura.identificacao(prestador), credencial):
        raise nao_encontrado("de outro prestador")


def nao_encontrado(numero: str) -> RecusaNegocio:
    """Return the refusal to tell about a protocolo that the prestador does not have."""
    return RecusaNegocio("3162", f"PROTOCOLO NÃO ENCONTRADO: {numero}")
