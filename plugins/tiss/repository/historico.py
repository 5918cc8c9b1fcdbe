"""What an operadora made of what was sent to it before."""

from __future__ import annotations

from tiss.domain.historico import MINIMO_DE_GLOSAS, Historico, Julgadas
from tiss.repository import terminologia
from tiss.repository.conexao import Transacao


def ler(t: Transacao, contrato_id: int) -> Historico:
    """Return what stands out in the judged guias of a contrato.

    They are all counted: once for a run, never for a guia.
    """
    julgadas = t.linhas(
        Julgadas, "historico/julgadas", contrato=contrato_id, minimo=MINIMO_DE_GLOSAS
    )
    codigos = {codigo for grupo in julgadas for codigo in grupo.glosas}
    descricoes = terminologia.consultar(t, termos=(), glosas=codigos).glosas
    return Historico.de(julgadas, descricoes)
