"""Finds the consultas that no night bills, because the clinic says that they were billed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog

from tiss.repository import Repositorio, contratos, esquecidas
from tiss.repository.esquecidas import Esquecida
from tiss.settings import FUSO

log = structlog.get_logger(__name__)

# Every night looks at the care of so many days: what each costs grows with the clinic, not with its
# years, and a mistake stays in sight for three months.
JANELA = timedelta(days=90)


def conferir(repo: Repositorio, contratos_ids: Sequence[int], *, agora: datetime) -> None:
    """Have the digest tell how many recent consultas of these contratos are passed over.

    agora: with a time zone. Whatever is older than JANELA only `listar` finds.
    """
    desde = (agora.astimezone(FUSO) - JANELA).date()
    with repo.transacao() as t:
        achadas = esquecidas.procurar(t, contratos_ids, desde=desde)
        quantas = Counter(achada.contrato_id for achada in achadas)
        esquecidas.trocar(t, contratos_ids, quantas)
    log.info("consultas com resultado e sem guia", quantas=len(achadas), contratos=len(quantas))


def listar(repo: Repositorio, contrato_id: int | None) -> list[Esquecida]:
    """Return all of a contrato, None: of every one, since it began.

    It reads all that was ever billed: a minute where that is ten million consultas.

    Raises ConfigError for a contrato that does not exist.
    """
    with repo.transacao() as t:
        quais = contratos.listar(t) if contrato_id is None else [contratos.obter(t, contrato_id)]
        return esquecidas.procurar(t, [contrato.id for contrato in quais], desde=date.min)
