"""Cancels a lote or guias: what was accepted stays in the ledger, and counts no more.

A lote is cancelled when all of its guias are. Cancelling again what is cancelled succeeds again: an
answer may have been lost on the way, and the state that was asked for is the one that holds.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lxml import etree

from . import contestacao, leitura, prazos
from .config import Cancelamento, Credencial
from .escrita import Escritor, Mensagem
from .livro import Livro
from .mensagem import NS
from .operacoes import CANCELAMENTO
from .respostas import Destino, mensagem, prestador
from .retorno import conferir_prestador

# statusCancelamento (Tabela 46). Everything here is done while one waits: there is no 4.
CANCELADO, NAO_CANCELADO, GUIA_INEXISTENTE, LOTE_INEXISTENTE, PROTOCOLO_INEXISTENTE = (
    "1",
    "2",
    "3",
    "5",
    "6",
)
FATURAMENTO, RECURSO = "23"  # tipoGuia: what a lote de guias bills, what contests its glosas


def responder(
    raiz: etree._Element, destino: Destino, credencial: Credencial, livro: Livro
) -> Mensagem:
    """Return the reciboCancelaGuiaWS of a cancelaGuiaWS, which is carried out as far as it may."""
    pedido = raiz.find("ans:cancelaGuia", NS)
    conferir_prestador(pedido, credencial)
    lote = raiz.find("ans:cancelaGuia/ans:tipoCancelamento/ans:tipoCancelamentoLote", NS)
    guias = raiz.findall("ans:cancelaGuia/ans:tipoCancelamento/ans:tipoCancelamentoGuia", NS)
    with livro.transacao() as db:
        cancelador = _Cancelador(db, destino)
        do_lote = "" if lote is None else cancelador.lote(lote)
        das_guias = [cancelador.guia(guia) for guia in guias]
    with mensagem(destino, CANCELAMENTO) as xml, xml.grupo("reciboCancelaGuia"):
        xml.folha("registroANS", destino.operadora.registro_ans)
        prestador(xml, destino)
        with xml.grupo("retornoStatus"):
            if lote is not None:
                with xml.grupo("loteCancelado"):
                    xml.folha("numeroLote", leitura.texto(lote, "numeroLote"))
                    xml.opcional("numeroprotocolo", leitura.opcional(lote, "numeroProtocolo"))
                    xml.folha("statusCancelamento", do_lote)
            else:
                with xml.grupo("guiasCanceladas"):
                    for guia, status in zip(guias, das_guias, strict=True):
                        with xml.grupo("dadosGuia"):
                            _dados_guia(xml, guia, status)
    return xml.mensagem(CANCELAMENTO)


def _dados_guia(xml: Escritor, guia: etree._Element, status: str) -> None:
    for nome in ("tipoGuia", "numeroGuiaPrestador", "numeroGuiaOperadora", "numeroProtocolo"):
        xml.opcional(nome, leitura.opcional(guia, nome))
    xml.folha("statusCancelamento", status)


@dataclass(frozen=True, slots=True)
class _Cancelador:
    """Cancels inside one transaction, for one prestador of one operadora."""

    db: sqlite3.Connection
    destino: Destino

    def lote(self, pedido: etree._Element) -> str:
        """Cancel what a tipoCancelamentoLote names and return its statusCancelamento.

        Without a protocol, all lotes that were accepted under that number are cancelled.
        """
        numero = leitura.texto(pedido, "numeroLote")
        protocolo = leitura.opcional(pedido, "numeroProtocolo")
        achados = self._lotes("numero_lote = ?", numero)
        if not achados:
            return LOTE_INEXISTENTE
        if protocolo is not None:
            achados = [lote for lote in achados if lote[1] == protocolo]
            if not achados:
                return PROTOCOLO_INEXISTENTE
        guias = [
            guia
            for lote_id, _, aceito_em in achados
            for guia in self.db.execute(
                "SELECT id, cancelada, ? FROM guia WHERE lote_id = ?", (aceito_em, lote_id)
            )
        ]
        return self._cancelar(guias, Cancelamento.GUIA)

    def guia(self, pedido: etree._Element) -> str:
        """Cancel what a tipoCancelamentoGuia names and return its statusCancelamento."""
        if leitura.texto(pedido, "tipoGuia") == RECURSO:
            feito = contestacao.cancelar(self.db, self.destino, pedido)
            return GUIA_INEXISTENTE if feito is None else CANCELADO if feito else NAO_CANCELADO
        if leitura.texto(pedido, "tipoGuia") != FATURAMENTO:
            return GUIA_INEXISTENTE
        protocolo = leitura.opcional(pedido, "numeroProtocolo")
        if protocolo is not None and not self._lotes("numero_protocolo = ?", protocolo):
            return PROTOCOLO_INEXISTENTE
        guias = self.db.execute(
            "SELECT guia.id, cancelada, aceito_em FROM guia JOIN lote ON lote.id = lote_id"
            " WHERE guia.registro_ans = ?1 AND guia.prestador = ?2 AND numero = ?3"
            " AND (?4 IS NULL OR numero_operadora = ?4) AND (?5 IS NULL OR numero_protocolo = ?5)",
            (
                *self._dono,
                leitura.texto(pedido, "numeroGuiaPrestador"),
                leitura.opcional(pedido, "numeroGuiaOperadora"),
                protocolo,
            ),
        ).fetchall()
        return self._cancelar(guias, Cancelamento.LOTE) if guias else GUIA_INEXISTENTE

    @property
    def _dono(self) -> tuple[str, str]:
        return self.destino.operadora.registro_ans, self.destino.prestador

    def _lotes(self, condicao: str, valor: str) -> list[tuple[int, str, float]]:
        return self.db.execute(
            "SELECT id, numero_protocolo, aceito_em FROM lote"  # noqa: S608 - one of two texts above
            f" WHERE registro_ans = ? AND prestador = ? AND {condicao}",
            (*self._dono, valor),
        ).fetchall()

    def _cancelar(self, guias: list[tuple[int, int, float]], so_aceita: Cancelamento) -> str:
        """Cancel guias, or none. so_aceita: where an operadora takes nothing else, it refuses."""
        operadora = self.destino.operadora
        vivas = [(guia, aceito_em) for guia, cancelada, aceito_em in guias if not cancelada]
        em_analise = any(
            self.destino.agora >= prazos.recebido_ate(aceito_em, operadora)
            for _, aceito_em in vivas
        )
        tarde = operadora.cancelamento is Cancelamento.ENQUANTO_RECEBIDO and em_analise
        if operadora.cancelamento is so_aceita or tarde:
            return NAO_CANCELADO
        self.db.executemany("UPDATE guia SET cancelada = 1 WHERE id = ?", [(g,) for g, _ in vivas])
        return CANCELADO
