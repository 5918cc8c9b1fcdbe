"""Keeps what is refused before any analysis: by a receipt, or by the situation of a protocolo.

It is no verdict and counts in no sum. What an analysis says of the guia stands in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import psycopg
import structlog

from tiss.domain.divergencia import Divergencia
from tiss.domain.retorno import GuiaAnalisada, Motivo
from tiss.domain.veredito import Glosa, glosas_da_guia
from tiss.repository import Transacao, retornos
from tiss.repository.lotes import Envio
from tiss.repository.retornos import Anuncio

log = structlog.get_logger(__name__)

# One of which an answer says nothing but what it says of its whole protocolo.
_NAO_DITA = GuiaAnalisada(
    numero_guia_prestador="",
    situacao="",
    motivos=(),
    itens=(),
    valor_informado=None,
    valor_processado=None,
    valor_liberado=None,
)


def guardar_anunciadas(
    t: Transacao,
    lote_id: int,
    envios: Sequence[Envio],
    guias: Sequence[GuiaAnalisada],
    *,
    origem: Anuncio,
    protocolo: str,
    motivos: Sequence[Motivo] = (),
) -> None:
    """Store the glosas that an answer shows of guias of a lote, in place of those it showed before.

    envios: all of the lote. motivos: of the whole protocolo, on every guia. One that cannot
    be stored undoes nothing else.
    """
    # A guia that is listed twice counts as it stands first, as in an analysis.
    ditas: dict[str, GuiaAnalisada] = {}
    for guia in guias:
        ditas.setdefault(guia.numero_guia_prestador, guia)
    dos_ditos = [envio for envio in envios if motivos or envio.numero_guia_prestador in ditas]
    anunciadas = [
        (envio, glosa)
        for envio in dos_ditos
        for glosa in _glosas(ditas.get(envio.numero_guia_prestador), motivos)
    ]
    try:
        with t.tentativa():
            retornos.trocar_anunciadas(t, dos_ditos, anunciadas, origem=origem, protocolo=protocolo)
    except psycopg.DataError as erro:
        divergencia = Divergencia(
            "RESPOSTA_NAO_APLICADA",
            f"a resposta sobre o protocolo {protocolo} mostra uma glosa que não se pode guardar "
            f"({type(erro).__name__}): está inteira em tiss.troca",
            chave=protocolo,
        )
        retornos.abrir_divergencias(t, [(None, divergencia)], lote_id=lote_id)
        return
    if anunciadas:
        codigos = Counter(glosa.codigo for _, glosa in anunciadas)
        log.info("glosas anunciadas", lote=lote_id, origem=origem, codigos=dict(codigos))


def _glosas(guia: GuiaAnalisada | None, motivos: Sequence[Motivo]) -> Iterator[Glosa]:
    """Yield the motives shown of a guia; none has a share of a value that nobody has analysed."""
    if guia is None:
        guia = _NAO_DITA
    for glosa in glosas_da_guia(guia, glosado=None, motivos_protocolo=motivos):
        yield replace(glosa, valor_rateado=None)
