from __future__ import annotations

from dataclasses import replace
from datetime import date

from tiss.domain.retorno import OrdemDemonstrativo

PRIMEIRO = OrdemDemonstrativo(data_emissao=date(2026, 3, 1), numero="9", sha256="ff")


def test_demonstrativos_are_ordered_by_date_then_number_then_digest() -> None:
    outro_digest = replace(PRIMEIRO, sha256="ffff")
    outro_numero = replace(PRIMEIRO, numero="91", sha256="00")
    outro_dia = replace(PRIMEIRO, data_emissao=date(2026, 3, 2), numero="1", sha256="00")
    assert sorted([outro_dia, outro_numero, PRIMEIRO, outro_digest]) == [
        PRIMEIRO,
        outro_digest,
        outro_numero,
        outro_dia,
    ]
