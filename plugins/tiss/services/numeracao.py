"""Which numbers of guia a contrato may still give: none is ever shown twice to an operadora."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tiss.domain.cadastro import Contrato
from tiss.repository import Transacao, contratos

# Numbers asked about at once.
MAIOR_BLOCO = 65_536


def livres(
    t: Transacao, contrato: Contrato, inicio: int, fornecidos: Sequence[str] = ()
) -> Iterator[int]:
    """Yield the numbers of the sequence, without end, that nothing else took.

    fornecidos: those that an authorisation supplies just now; those of before are known.
    """
    bloco = len(fornecidos) + 1
    while True:
        numeros = range(inicio, inicio + bloco)
        usados = {
            *contratos.numeros_usados(t, contrato.id, [str(numero) for numero in numeros]),
            *fornecidos,
        }
        yield from (numero for numero in numeros if str(numero) not in usados)
        inicio += bloco
        # The old system of a clinic may have used up a million of them in a row.
        bloco = min(2 * bloco, MAIOR_BLOCO)
