"""The operadora that is billed: one that the ANS knows."""

from __future__ import annotations

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia
from tiss.domain.regras.registro import Achado, Contexto, Regra

OPERADORA_DESCONHECIDA = Regra(
    codigo="OPERADORA_DESCONHECIDA",
    titulo="o registro ANS está no cadastro de operadoras ativas da ANS",
    fonte="cadastro de operadoras ativas da ANS",
    precisa="terminologia",
    glosa_provavel="5027",
)
REGRAS = (OPERADORA_DESCONHECIDA,)

_CABECALHO = {TipoGuia.CONSULTA: "cabecalhoConsulta/", TipoGuia.ODONTO: ""}


def conferir(guia: Guia, contexto: Contexto, achados: list[Achado]) -> None:
    """Check the registro ANS, where the register of the ANS was loaded."""
    terminologia, registro = contexto.terminologia, guia.registro_ans
    if terminologia is None or not registro or not terminologia.operadoras_conhecidas():
        return
    if terminologia.operadora(registro) is None:
        achados.append(
            Achado(
                OPERADORA_DESCONHECIDA,
                f"{_CABECALHO.get(guia.tipo, 'cabecalhoGuia/')}registroANS",
                "este registro não está no cadastro da ANS que está carregado: confira o número da "
                "operadora",
                registro,
            )
        )
