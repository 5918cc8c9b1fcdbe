"""A portrait of the answers so far, to go back to: what happened since did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oficina import Oficina

TABELAS = (
    "guia",
    "guia_tiss_envio",
    "lote",
    "glosa",
    "pagamento",
    "debito_credito",
    "divergencia",
    "recurso",
    "recurso_item",
    "glosado_desde",
)
# What has to be the same, however the answers came. Order of arrival shows in ids and hours alone.
CONSULTAS = {
    "guias": "SELECT id, status, valor_processado, valor_liberado, valor_glosado, glosa_parcial"
    " FROM tiss.guia ORDER BY id",
    "envios": "SELECT guia_id, situacao_guia, resultado, valor_liberado, valor_glosado,"
    " valor_franquia, valor_recuperado, valor_pago, valor_pago_recurso"
    " FROM tiss.guia_tiss_envio ORDER BY id",
    "glosas": "SELECT envio_id, nivel, sequencial_item, posicao, codigo, valor_rateado"
    " FROM tiss.glosa ORDER BY 1, 2, 3, 4",
    "lancamentos": "SELECT envio_id, protocolo, numero_guia_prestador, recurso, data_pagamento,"
    " valor_liberado, ocorrencia FROM tiss.pagamento ORDER BY 2, 3, 4, 5, 6, 7",
    "financeiros": "SELECT data_pagamento, indicador, tipo, valor, ocorrencia"
    " FROM tiss.debito_credito ORDER BY 1, 2, 3, 4, 5",
    "conciliacao": "SELECT * FROM tiss.conciliacao_guia ORDER BY guia_id",
    "por dia": "SELECT * FROM tiss.conciliacao_pagamento ORDER BY data_pagamento",
    "recursos": "SELECT * FROM tiss.conciliacao_recurso ORDER BY envio_id, nivel, codigo",
    "lotes": "SELECT id, status FROM tiss.lote ORDER BY id",
    "divergencias": "SELECT DISTINCT motivo, lote_id, guia_id, contrato_id, chave"
    " FROM tiss.divergencia WHERE fechada_em IS NULL ORDER BY 1, 2, 3, 4, 5",
}


@dataclass(frozen=True)
class Retrato:
    """How everything stood when it was made."""

    oficina: Oficina

    @classmethod
    def de(cls, oficina: Oficina) -> Retrato:
        """Keep everything as it is now."""
        for tabela in TABELAS:
            oficina.fazer(f"DROP TABLE IF EXISTS antes_{tabela}")
            oficina.fazer(f"CREATE TABLE antes_{tabela} AS TABLE tiss.{tabela}")
        return cls(oficina)

    def voltar(self) -> None:
        """Go back, without the rules of a life that goes one way only."""
        fazer = self.oficina.fazer
        fazer("SET session_replication_role = replica")
        for tabela in TABELAS:
            fazer(f"DELETE FROM tiss.{tabela}")
            fazer(f"INSERT INTO tiss.{tabela} OVERRIDING SYSTEM VALUE SELECT * FROM antes_{tabela}")
        fazer("SET session_replication_role = origin")

    def fim(self) -> dict[str, list[dict[str, Any]]]:
        """What came of the answers since."""
        return {nome: self.oficina.linhas(consulta) for nome, consulta in CONSULTAS.items()}
