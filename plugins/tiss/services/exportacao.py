"""Gives a lote as the file that a portal takes."""

from __future__ import annotations

from string import Template
from zoneinfo import ZoneInfo

from tiss.errors import ConfigError
from tiss.repository import Repositorio, contratos, lotes


def exportar(repo: Repositorio, lote_id: int) -> tuple[str, bytes]:
    """Return the file name by the contrato's template, and the lote in file form."""
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    criado_em = lote.criado_em.astimezone(ZoneInfo(contrato.fuso))
    try:
        nome = Template(contrato.modelo_nome_arquivo).substitute(
            registro_ans=contrato.registro_ans,
            numero_lote=str(lote.numero_lote),
            numero_lote_12=f"{lote.numero_lote:012d}",
            data=f"{criado_em:%Y%m%d}",
            hash=lote.hash,
        )
    except (KeyError, ValueError) as erro:
        raise ConfigError(
            f"O modelo do nome de arquivo do contrato {contrato.nome} usa {erro}; existem "
            "registro_ans, numero_lote, numero_lote_12, data e hash."
        ) from erro
    return nome, lote.arquivo
