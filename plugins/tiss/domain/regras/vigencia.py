"""Codes of the TUSS: they look like one, exist, and are in force on the date of care."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from tiss.domain.guia import Guia, GuiaConsulta
from tiss.domain.odonto import ItemOdonto
from tiss.domain.partes import Despesa, Item
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Achado, Contexto, Regra
from tiss.domain.terminologia import Terminologia

_TUSS = {"18", "19", "20", "22"}
_ALGARISMOS, _MAIOR_CODIGO = 8, 10

CODIGO_SUSPEITO = Regra(
    codigo="CODIGO_SUSPEITO",
    titulo="código das tabelas 18, 19, 20 e 22 tem 8 algarismos",
    fonte="Organizacional 80 a 83; o XSD aceita qualquer texto",
    glosa_provavel="1801",
)

CODIGO_DESCONHECIDO = Regra(
    codigo="CODIGO_DESCONHECIDO",
    titulo="o código existe na sua tabela TUSS",
    fonte="Organizacional 80 a 83",
    precisa="terminologia",
    glosa_provavel="1801",
)
CODIGO_FORA_DE_VIGENCIA = Regra(
    codigo="CODIGO_FORA_DE_VIGENCIA",
    titulo="o código está em vigor na data do atendimento",
    fonte="Organizacional 172 a 175",
    precisa="terminologia",
    glosa_provavel="1801",
)
REGRAS = (CODIGO_SUSPEITO, CODIGO_DESCONHECIDO, CODIGO_FORA_DE_VIGENCIA)


def conferir(guia: Guia, contexto: Contexto, achados: list[Achado]) -> None:
    """Check the code of every line; whether it exists, in a table that the terminology knows."""
    terminologia = contexto.terminologia
    onde = partial(caminhos.do_item, guia.tipo)
    if isinstance(guia, GuiaConsulta):
        _linha(guia.procedimento, guia.data_atendimento, onde, 1, terminologia, achados)
        return
    itens: Sequence[Item | ItemOdonto] = guia.itens
    for posicao, item in enumerate(itens, 1):
        _linha(item, item.data_execucao, onde, posicao, terminologia, achados)
    for posicao, despesa in enumerate(guia.despesas, 1):
        _linha(despesa, despesa.data_execucao, caminhos.da_despesa, posicao, terminologia, achados)


def _linha(
    linha: Item | ItemOdonto | Despesa,
    dia: date | None,
    onde: Callable[[int, str], str],
    posicao: int,
    terminologia: Terminologia | None,
    achados: list[Achado],
) -> None:
    tabela, codigo = linha.codigo_tabela, linha.codigo_procedimento
    if not codigo or tabela not in _TUSS:
        return
    if not (len(codigo) == _ALGARISMOS and codigo.isascii() and codigo.isdecimal()):
        # A longer one is a matter of form.
        if len(codigo) <= _MAIOR_CODIGO:
            achados.append(
                Achado(
                    CODIGO_SUSPEITO,
                    onde(posicao, "codigoProcedimento"),
                    f"código da tabela {tabela} tem 8 algarismos: copie-o sem pontos nem traços, "
                    "ou corrija a tabela",
                    codigo,
                    linha.sequencial_item,
                )
            )
        return
    if terminologia is None:
        return
    termo = terminologia.termo(tabela, codigo)
    if termo is None:
        if terminologia.tabela_conhecida(tabela):
            achados.append(
                Achado(
                    CODIGO_DESCONHECIDO,
                    onde(posicao, "codigoProcedimento"),
                    f"a tabela {tabela} que está carregada não tem este código: corrija o código "
                    "ou a tabela; se o termo é novo, acrescente-o à terminologia",
                    codigo,
                    linha.sequencial_item,
                )
            )
    elif dia is not None and not termo.vigente_em(dia):
        achados.append(
            Achado(
                CODIGO_FORA_DE_VIGENCIA,
                onde(posicao, "codigoProcedimento"),
                f"este código não estava em vigor em {dia:%d/%m/%Y}: use o que vale nessa data, ou "
                "corrija a data",
                codigo,
                linha.sequencial_item,
            )
        )
