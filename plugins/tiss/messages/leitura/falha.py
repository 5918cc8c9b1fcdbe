"""SOAP faults, of 1.1 and 1.2, with qualified children or without, in an envelope or bare."""

from __future__ import annotations

from tiss.domain.retorno import FalhaSoap
from tiss.messages.leitura.no import No

TAMANHO_DO_TEXTO = 500
TAMANHO_DO_DETALHE = 2000


def falha(no: No) -> FalhaSoap:
    """Read Fault, tissFaultWS or tissFault."""
    return FalhaSoap(
        tiss_fault=no.texto_dentro("tissFault"),
        # SOAP 1.1 names, then those of 1.2.
        codigo=no.texto("faultcode") or no.um("Code").texto("Value") or "",
        texto=(no.texto("faultstring") or no.um("Reason").texto("Text") or "")[:TAMANHO_DO_TEXTO],
        detalhe=no.um("detail", "Detail").palavras(exceto="tissFault", ate=TAMANHO_DO_DETALHE),
    )
