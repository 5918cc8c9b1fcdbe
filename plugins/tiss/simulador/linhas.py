"""Between the objects of the simulator and the rows of its ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from .modelo import ZERO, AnaliseGuia, GlosaItem, Guia, GuiaAceita, ItemAnalisado, Motivo


def reais(centavos: int) -> Decimal:
    """Return an amount kept in centavos, in reais."""
    return Decimal(centavos).scaleb(-2)


def centavos(valor: Decimal) -> int:
    """Return an amount in reais as the ledger keeps it."""
    return int(valor.scaleb(2))  # exact: the XSD allows two decimals


def linha_guia(guia: Guia, analise: AnaliseGuia, numero_operadora: str) -> tuple[object, ...]:
    """Return the columns of a guia from its number on.

    numero_operadora: the number that the operadora gives to a guia that has none yet.
    """
    return (
        guia.numero,
        guia.numero_operadora or numero_operadora,
        guia.senha,
        guia.carteira,
        guia.atendimento_rn,
        guia.executante,
        guia.data.isoformat(),
        guia.data_fim and guia.data_fim.isoformat(),
        guia.cnes,
        centavos(analise.informado),
        centavos(analise.liberado),
        json.dumps([[motivo.codigo, motivo.descricao] for motivo in analise.motivos]),
    )


def linhas_item(
    registro_ans: str, guia: Guia, analise: AnaliseGuia
) -> Iterator[tuple[object, ...]]:
    """Give the columns of each item of a guia from its position on."""
    for ordem, (item, veredito) in enumerate(zip(guia.itens, analise.itens, strict=True)):
        yield (
            ordem,
            registro_ans,
            guia.executante,
            guia.carteira,
            item.data.isoformat(),
            item.tabela,
            item.codigo,
            item.sequencial,
            item.descricao,
            str(item.quantidade),
            centavos(veredito.informado),
            centavos(veredito.liberado),
            json.dumps([[glosa.codigo, str(glosa.valor)] for glosa in veredito.glosas]),
            item.grau,
            item.centro_consumo,
            item.dente,
            item.regiao,
            item.face,
        )


def item_analisado(
    sequencial: int,
    data: str,
    tabela: str,
    codigo: str,
    descricao: str,
    quantidade: str,
    informado: int,
    liberado: int,
    glosas: str,
    grau: str,
    centro_consumo: str,
    dente: str,
    regiao: str,
    face: str,
) -> ItemAnalisado:
    """Return an item from its columns."""
    return ItemAnalisado(
        sequencial=sequencial,
        data=data,
        tabela=tabela,
        codigo=codigo,
        descricao=descricao,
        quantidade=quantidade,
        informado=reais(informado),
        liberado=reais(liberado),
        glosas=tuple(GlosaItem(codigo, Decimal(valor)) for codigo, valor in json.loads(glosas)),
        grau=grau,
        centro_consumo=centro_consumo,
        dente=dente,
        regiao=regiao,
        face=face,
    )


def guia_aceita(linha: Sequence[Any], itens: tuple[ItemAnalisado, ...]) -> GuiaAceita:
    """Return a guia from its columns and the items to show."""
    numero, operadora, senha, carteira, rn, *outras = linha
    executante, data, data_fim, cnes, informado, liberado, motivos, cancelada = outras
    return GuiaAceita(
        numero=numero,
        numero_operadora=operadora,
        senha=senha,
        carteira=carteira,
        atendimento_rn=rn,
        executante=executante,
        data=data,
        data_fim=data_fim,
        cnes=cnes,
        informado=ZERO if cancelada else reais(informado),
        liberado=ZERO if cancelada else reais(liberado),
        motivos=()
        if cancelada
        else tuple(Motivo(codigo, descricao) for codigo, descricao in json.loads(motivos)),
        itens=() if cancelada else itens,
        cancelada=bool(cancelada),
    )
