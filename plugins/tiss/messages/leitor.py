"""Reads what an operadora answers. Tolerant: what an answer says counts, not how well it says it.

Nothing here raises for bytes from outside: what cannot be read is an `Ilegivel`, and the bytes
stay in tiss.troca. Elements are found by local name: real answers mix prefixes and namespaces.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal

from lxml import etree

from tiss.domain.retorno import (
    Demonstrativo,
    Demonstrativos,
    FalhaSoap,
    GuiaAnalisada,
    Ilegivel,
    ItemAnalisado,
    Motivo,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
    Recebimento,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.messages.esquema import analisador

TAMANHO_MAXIMO = 64 * 1024 * 1024
# An xs:decimal, with a comma tolerated, ten times larger than any field of the standard at most.
_DECIMAL = re.compile(r"[+-]?(?=[.,]?[0-9])[0-9]{0,9}(?:[.,][0-9]*)?")


def ler(corpo: bytes) -> Resposta:
    """Return what an answer says, with or without a SOAP envelope around it."""
    try:
        raiz = _analisar(corpo)
    except etree.XMLSyntaxError as erro:
        # Line and column only: the text of the error may quote a patient.
        return Ilegivel(motivo=f"não é XML (linha {erro.lineno})")
    except ValueError as erro:
        return Ilegivel(motivo=str(erro))
    # Also without the SOAP fault around it: a refused login has to be understood.
    falha = next(raiz.iter("{*}Fault", "{*}tissFaultWS"), None)
    if falha is not None:
        return _falha(falha)
    return _tiss(raiz, corpo)


def _analisar(corpo: bytes) -> etree._Element:
    if len(corpo) > TAMANHO_MAXIMO:
        raise ValueError(f"resposta de {len(corpo)} bytes, maior que o limite")
    dados = corpo.strip()
    try:
        raiz = etree.fromstring(dados, analisador())
    except etree.XMLSyntaxError:
        if b"\x00" in dados[:4] or not dados.startswith(b"<"):
            raise
        # Seen in the field: UTF-8 announced, ISO-8859-1 sent. Every byte is a character there.
        corrigido = dados.partition(b"?>")[2] if dados.startswith(b"<?xml") else dados
        raiz = etree.fromstring(corrigido.decode("iso-8859-1").encode(), analisador())
    if raiz.getroottree().docinfo.doctype:
        raise ValueError("a resposta traz uma DTD, que não é aceita")
    return raiz


def _tiss(raiz: etree._Element, corpo: bytes) -> Resposta:
    recebimento = _achar(raiz, "protocoloRecebimento")
    if recebimento is not None and (protocolo := _texto(recebimento, "numeroProtocolo")):
        # Whatever else is said: who issued a protocolo has the lote.
        return _recebimento(recebimento, protocolo)
    erro = _achar(raiz, "mensagemErro")
    if erro is not None:
        return Recusa(
            codigo=_texto(erro, "codigoGlosa") or "", descricao=_texto(erro, "descricaoGlosa")
        )
    negocio = _texto(raiz, "falhaNegocio")
    if negocio:
        return Recusa(codigo=negocio, descricao=None)
    if recebimento is not None:
        return Ilegivel(motivo="protocolo de recebimento sem número")
    situacao = _achar(raiz, "situacaoDoProtocolo")
    if situacao is not None:
        return _situacao(situacao, "statusProtocolo")
    pendente = _achar(raiz, "situacaoDemonstrativoRetorno")
    if pendente is not None:
        return _situacao(pendente, "situacaoDemonstrativo")
    demonstrativos = list(raiz.iter("{*}demonstrativoAnaliseConta"))
    if demonstrativos:
        return _demonstrativos(demonstrativos, corpo)
    return Ilegivel(motivo="não é uma resposta TISS conhecida")


def _recebimento(elemento: etree._Element, protocolo: str) -> Resposta:
    return Recebimento(
        numero_lote=_numero(_texto(elemento, "numeroLote") or ""),
        numero_protocolo=protocolo,
        prestador=_prestador(elemento),
        guias=tuple(
            guia.text.strip() for guia in elemento.iter("{*}numeroGuiaPrestador") if guia.text
        ),
    )


def _prestador(elemento: etree._Element) -> str | None:
    dados = elemento.find("{*}dadosPrestador")
    if dados is None:
        return None
    nomes = ("codigoPrestadorNaOperadora", "cnpjContratado", "cpfContratado")
    return next((valor for nome in nomes if (valor := _filho(dados, nome))), None)


def _situacao(elemento: etree._Element, nome: str) -> Resposta:
    situacao = _texto(elemento, nome)
    if not situacao:
        return Ilegivel(motivo="situação do protocolo não informada")
    lote = _texto(elemento, "numeroLote")
    return SituacaoProtocolo(
        numero_protocolo=_texto(elemento, "numeroProtocolo") or "",
        numero_lote=_numero(lote) if lote else None,
        situacao=situacao,
    )


def _demonstrativos(elementos: list[etree._Element], corpo: bytes) -> Resposta:
    sha256 = hashlib.sha256(corpo).hexdigest()
    lista = []
    for elemento in elementos:
        emissao = _data(_texto(elemento, "dataEmissao"))
        if emissao is None:
            return Ilegivel(motivo="demonstrativo sem data de emissão")
        ordem = OrdemDemonstrativo(
            data_emissao=emissao,
            numero=_texto(elemento, "numeroDemonstrativo") or "",
            sha256=sha256,
        )
        protocolos = tuple(_protocolo(p) for p in elemento.iter("{*}dadosProtocolo"))
        lista.append(Demonstrativo(ordem=ordem, protocolos=protocolos))
    return Demonstrativos(lista=tuple(lista))


def _protocolo(elemento: etree._Element) -> ProtocoloAnalisado:
    situacao = _filho(elemento, "situacaoProtocolo") or ""
    lote = _filho(elemento, "numeroLotePrestador")
    return ProtocoloAnalisado(
        numero_protocolo=_filho(elemento, "numeroProtocolo") or "",
        numero_lote=_numero(lote) if lote else None,
        situacao=situacao,
        motivos=_motivos(elemento, "GlosaProtocolo"),
        guias=tuple(_guia(g, situacao) for g in elemento.iterfind("{*}relacaoGuias")),
    )


def _guia(elemento: etree._Element, situacao_protocolo: str) -> GuiaAnalisada:
    return GuiaAnalisada(
        numero_guia_prestador=_filho(elemento, "numeroGuiaPrestador") or "",
        situacao=_filho(elemento, "situacaoGuia") or situacao_protocolo,
        motivos=_motivos(elemento, "motivoGlosaGuia"),
        itens=tuple(_item(item) for item in elemento.iterfind("{*}detalhesGuia")),
        valor_informado=_dinheiro(_filho(elemento, "valorInformadoGuia")),
        valor_processado=_dinheiro(_filho(elemento, "valorProcessadoGuia")),
        valor_liberado=_dinheiro(_filho(elemento, "valorLiberadoGuia")),
    )


def _item(elemento: etree._Element) -> ItemAnalisado:
    sequencial = _dinheiro(_filho(elemento, "sequencialItem"))
    return ItemAnalisado(
        sequencial_item=int(sequencial) if sequencial is not None else None,
        valor_informado=_dinheiro(_filho(elemento, "valorInformado")),
        valor_liberado=_dinheiro(_filho(elemento, "valorLiberado")),
        motivos=tuple(
            Motivo(
                codigo=_filho(motivo, "tipoGlosa") or "",
                valor=_dinheiro(_filho(motivo, "valorGlosa")),
            )
            for motivo in elemento.iterfind("{*}relacaoGlosa")
        ),
    )


def _motivos(elemento: etree._Element, nome: str) -> tuple[Motivo, ...]:
    return tuple(
        Motivo(
            codigo=_filho(motivo, "codigoGlosa") or "", descricao=_filho(motivo, "descricaoGlosa")
        )
        for motivo in elemento.iterfind(f"{{*}}{nome}")
    )


def _falha(elemento: etree._Element) -> FalhaSoap:
    return FalhaSoap(
        tiss_fault=_texto(elemento, "tissFault"),
        # SOAP 1.1 names, then those of 1.2.
        codigo=_texto(elemento, "faultcode") or _texto(elemento, "Value") or "",
        texto=(_texto(elemento, "faultstring") or _texto(elemento, "Text") or "")[:500],
    )


def _achar(raiz: etree._Element, nome: str) -> etree._Element | None:
    return next(raiz.iter(f"{{*}}{nome}"), None)


def _texto(raiz: etree._Element, nome: str) -> str | None:
    achado = _achar(raiz, nome)
    return _limpo(achado)


def _filho(elemento: etree._Element, nome: str) -> str | None:
    return _limpo(elemento.find(f"{{*}}{nome}"))


def _limpo(elemento: etree._Element | None) -> str | None:
    return (elemento.text or "").strip() or None if elemento is not None else None


def _numero(texto: str) -> str:
    """A lote number without the leading zeros that some operadoras add."""
    return texto.lstrip("0") if texto.isdigit() and texto.strip("0") else texto


def _dinheiro(texto: str | None) -> Decimal | None:
    if texto is None or not _DECIMAL.fullmatch(texto):
        return None
    return Decimal(texto.replace(",", "."))


def _data(texto: str | None) -> date | None:
    try:
        # A time zone or a time after the date is legal or usual: the day is the first 10 letters.
        return None if texto is None else date.fromisoformat(texto[:10])
    except ValueError:
        return None
