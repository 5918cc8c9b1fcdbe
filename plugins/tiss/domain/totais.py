"""Whether a total that an operadora tells is the sum of the parts that it tells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def soma_que_difere(total: Decimal | None, partes: Sequence[Decimal | None]) -> Decimal | None:
    """Return the sum of the parts when it is not the total, None when it fits.

    A total that is not told fits, and so does one of which a part is not told, or that has none.
    """
    ditas = [parte for parte in partes if parte is not None]
    if total is None or not ditas or len(ditas) < len(partes):
        return None
    soma = sum(ditas, Decimal("0.00"))
    return None if soma == total else soma
