"""What a recurso de glosa contests, and what is granted of it.

A justification of fewer than ten characters convinces nobody; any other gets all that it asks for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lxml import etree

from . import leitura, prazos
from .livro import Livro
from .mensagem import NS
from .modelo import ZERO, GuiaAceita, Protocolo
from .respostas import Destino

_CONVINCENTE = 10
COLUNAS = (
    "numero_protocolo, numero_guia, recebido_em, enviado_em, guia, cancelado, registro_ans,"
    " prestador"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurso:
    """A recurso as it was received. guia: its guiaRecursoGlosa, or that of odontologia."""

    numero_protocolo: str
    numero_guia: str
    recebido_em: float
    enviado_em: str
    guia: etree._Element
    cancelado: bool
    registro_ans: str
    prestador: str

    @property
    def odonto(self) -> bool:
        """Whether it is of odontologia."""
        return bool(etree.QName(self.guia).localname == "guiaRecursoGlosaOdonto")

    @property
    def recursado(self) -> str:
        """The protocol of the lote that it contests."""
        # The XSD has it as a number here, so that the zeros in front may be gone
        return f"{int(leitura.texto(self.guia, 'numeroProtocolo')):010d}"

    @property
    def valor(self) -> Decimal:
        """What it asks for, in reais."""
        return leitura.decimal(leitura.texto(self.guia, "valorTotalRecursado"))

    def contestadas(self) -> Iterator[tuple[str, str, str]]:
        """Give guia, item and code of each glosa that it contests; empty where it names none."""
        for codigo in self.guia.iterfind(".//ans:codigoGlosaProtocolo", NS):
            yield "", "", codigo.text or ""
        codigo_do_item = "codGlosaProc" if self.odonto else "codGlosaItem"
        for guia in self._guias():
            itens = [
                *guia.iterfind(".//ans:itensGuia", NS),
                *guia.iterfind("ans:recursoProcedimento", NS),
            ]
            for item in itens:
                sequencial = leitura.texto(item, "sequencialItem")
                yield self._numero(guia), sequencial, leitura.texto(item, codigo_do_item)
            if not itens:
                for codigo in guia.iterfind(".//ans:codGlosaGuia", NS):
                    yield self._numero(guia), "", codigo.text or ""

    def acatados(self, protocolo: Protocolo) -> dict[str, Decimal]:
        """Return what is granted of each guia that has anything granted, in reais.

        protocolo: that it contests. A guia that is contested as a whole gets all that was refused
        of it, or nothing.
        """
        recusado = {guia.numero: guia.informado - guia.liberado for guia in protocolo.vivas}
        do_protocolo = leitura.filho(self.guia, "opcaoRecurso/recursoProtocolo")
        if do_protocolo is not None:
            sim = _convence(leitura.texto(do_protocolo, "justificativaProtocolo"))
            return {numero: valor for numero, valor in recusado.items() if sim and valor > 0}
        acatados: dict[str, Decimal] = {}
        for guia in self._guias():
            numero = self._numero(guia)
            valor = _da_guia(guia, recusado.get(numero, ZERO))
            if valor > 0:
                acatados[numero] = acatados.get(numero, ZERO) + valor
        return acatados

    def concedido(self, protocolo: Protocolo) -> Protocolo:
        """Return what is granted alone, as a payment of odontologia shows it: item by item.

        protocolo: that it contests. It comes back as accepted when the recurso was received.
        """
        por_guia = self.acatados(protocolo)
        return replace(
            protocolo,
            aceito_em=self.recebido_em,
            guias=tuple(
                self._so_o_concedido(guia, por_guia[guia.numero])
                for guia in protocolo.vivas
                if guia.numero in por_guia
            ),
        )

    def _so_o_concedido(self, guia: GuiaAceita, valor: Decimal) -> GuiaAceita:
        valores: dict[int, Decimal] = {}
        for recursada in self._guias():
            if self._numero(recursada) != guia.numero:
                continue
            for sequencial, concedido in _dos_itens(recursada, guia):
                valores[sequencial] = valores.get(sequencial, ZERO) + concedido
        if not valores:  # of the whole protocolo
            valores = _recusados(guia)
        itens = tuple(
            replace(item, informado=concedido, liberado=concedido, glosas=())
            for item in guia.itens
            if (concedido := valores.get(item.sequencial, ZERO)) > 0
        )
        return replace(guia, informado=valor, liberado=valor, motivos=(), itens=itens)

    def _guias(self) -> Iterator[etree._Element]:
        yield from self.guia.iterfind("ans:opcaoRecurso/ans:recursoGuia", NS)

    def _numero(self, guia: etree._Element) -> str:
        return leitura.texto(guia, "numeroGuiaPrestador" if self.odonto else "numeroGuiaOrigem")


def _da_guia(guia: etree._Element, recusado: Decimal) -> Decimal:
    itens = list(_valores(guia))
    if itens:
        return sum(itens, ZERO)
    ditas = [j.text or "" for j in guia.iterfind(".//ans:justificativaGuia", NS)]
    return recusado if all(map(_convence, ditas)) else ZERO


def _dos_itens(guia: etree._Element, aceita: GuiaAceita) -> Iterator[tuple[int, Decimal]]:
    """Give number and granted value of each item that a recursoGuia of odontologia contests."""
    itens = guia.findall("ans:recursoProcedimento", NS)
    for item in itens:
        yield int(leitura.texto(item, "sequencialItem")), do_item(item, "justificativaProc")
    if not itens and _convence(leitura.texto(guia, "justificativaGuia")):
        yield from _recusados(aceita).items()


def _recusados(guia: GuiaAceita) -> dict[int, Decimal]:
    return {item.sequencial: item.informado - item.liberado for item in guia.itens}


def recebidos(
    livro: Livro, registro_ans: str | None, prestador: str | None = None
) -> list[Recurso]:
    """Return every recurso that was received, in order; None: of any operadora, any prestador."""
    linhas = livro.consultar(
        f"SELECT {COLUNAS} FROM recurso WHERE (?1 IS NULL OR registro_ans = ?1)"  # noqa: S608
        " AND (?2 IS NULL OR prestador = ?2) ORDER BY registro_ans, numero_protocolo",
        (registro_ans, prestador),
    )
    return [do_livro(linha) for linha in linhas]


def cancelar(db: sqlite3.Connection, destino: Destino, pedido: etree._Element) -> bool | None:
    """Cancel the recurso that a tipoCancelamentoGuia names; None when there is none.

    False: it is judged already. Cancelling it again succeeds again.
    """
    protocolo = leitura.opcional(pedido, "numeroProtocolo")
    achados = db.execute(
        "SELECT numero_protocolo, recebido_em FROM recurso"
        " WHERE registro_ans = ?1 AND prestador = ?2"
        " AND numero_guia = ?3 AND (?4 IS NULL OR numero_protocolo = ?4)",
        (
            destino.operadora.registro_ans,
            destino.prestador,
            leitura.texto(pedido, "numeroGuiaPrestador"),
            protocolo,
        ),
    ).fetchall()
    if not achados:
        return None
    if any(destino.agora >= prazos.analisado_em(em, destino.operadora) for _, em in achados):
        return False
    db.executemany(
        "UPDATE recurso SET cancelado = 1 WHERE registro_ans = ? AND numero_protocolo = ?",
        [(destino.operadora.registro_ans, numero) for numero, _ in achados],
    )
    return True


def do_livro(linha: tuple[Any, ...]) -> Recurso:
    """Return a recurso from its COLUNAS."""
    numero, numero_guia, recebido_em, enviado_em, texto, cancelado, registro_ans, prestador = linha
    return Recurso(
        numero_protocolo=numero,
        numero_guia=numero_guia,
        recebido_em=recebido_em,
        enviado_em=enviado_em,
        guia=etree.fromstring(texto),
        cancelado=bool(cancelado),
        registro_ans=registro_ans,
        prestador=prestador,
    )


def _valores(guia: etree._Element) -> Iterator[Decimal]:
    for item in guia.iterfind(".//ans:itensGuia", NS):
        yield do_item(item, "justificativaItem")
    for item in guia.iterfind(".//ans:recursoProcedimento", NS):
        yield do_item(item, "justificativaProc")


def do_item(item: etree._Element, justificativa: str) -> Decimal:
    """Return what is granted of an item, in reais. justificativa: the name of its element."""
    if sim_nao(leitura.texto(item, justificativa)) == "N":
        return ZERO
    return leitura.decimal(leitura.texto(item, "valorRecursado"))


def sim_nao(justificativa: str) -> str:
    """Return S for a justification that convinces, N for any other."""
    return "S" if _convence(justificativa) else "N"


def _convence(justificativa: str) -> bool:
    return len(justificativa.strip()) >= _CONVINCENTE
