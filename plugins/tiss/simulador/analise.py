"""The rules by which the simulated operadora refuses to pay. Pure: same guia, same verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from .config import Operadora, RegraDeGlosa
from .modelo import ZERO, AnaliseGuia, AnaliseItem, GlosaItem, Guia, Item, Motivo

CENTAVO = Decimal("0.01")
CARTEIRA_INVALIDA = "1001"
DATA_INCORRETA = "1323"
VALOR_A_MAIOR = "1705"
VALOR_A_MENOR = "1706"
PROCEDIMENTO_INVALIDO = "1801"
TOTAL_DO_ITEM = "1805"
SEQUENCIAL_INVALIDO = "3167"
REGISTRO_ANS = "5027"


def analisar(guia: Guia, operadora: Operadora, hoje: date) -> AnaliseGuia:
    """Return the verdict on a guia.

    A motive on the guia refuses all of it; its items then carry no glosa of their own, because
    levels are never added to each other. Otherwise each item is judged alone.
    """
    motivos = tuple(_motivos(guia, operadora, hoje))
    if motivos:
        recusados = tuple(
            AnaliseItem(informado=item.valor_total, liberado=ZERO, glosas=()) for item in guia.itens
        )
        return AnaliseGuia(
            informado=guia.valor_total, liberado=ZERO, motivos=motivos, itens=recusados
        )
    itens = tuple(_analisar_item(item, operadora) for item in guia.itens)
    glosado = sum((item.informado - item.liberado for item in itens), ZERO)
    # The total may be a cent away from the sum of the items: that cent follows the items
    tudo_recusado = all(item.liberado == 0 for item in itens)
    return AnaliseGuia(
        informado=guia.valor_total,
        liberado=ZERO if tudo_recusado else guia.valor_total - glosado,
        motivos=(),
        itens=itens,
    )


def carteira_invalida(carteira: str) -> bool:
    """Tell whether the operadora does not know a carteira."""
    return carteira.endswith("000")


def _motivos(guia: Guia, operadora: Operadora, hoje: date) -> Iterator[Motivo]:
    if carteira_invalida(guia.carteira):
        yield Motivo(CARTEIRA_INVALIDA, "NÚMERO DA CARTEIRA INVÁLIDO")
    if guia.registro_ans != operadora.registro_ans:
        yield Motivo(REGISTRO_ANS, "REGISTRO ANS DA OPERADORA INVÁLIDO na guia")
    if not guia.itens:
        yield Motivo(PROCEDIMENTO_INVALIDO, "PROCEDIMENTO INVÁLIDO: guia sem item")
    if any(item.data > hoje for item in guia.itens):
        yield Motivo(DATA_INCORRETA, "DATA PREENCHIDA INCORRETAMENTE: atendimento no futuro")
    elif guia.data_fim and any(not guia.data <= item.data <= guia.data_fim for item in guia.itens):
        yield Motivo(DATA_INCORRETA, "DATA PREENCHIDA INCORRETAMENTE: fora do período faturado")
    if len({item.sequencial for item in guia.itens}) < len(guia.itens):
        yield Motivo(SEQUENCIAL_INVALIDO, "SEQUENCIAL DO ITEM repetido na guia")
    yield from _motivos_de_valor(guia)
    for regra in operadora.regras_de_glosa:
        if _alcanca(regra, guia):
            yield Motivo(regra.codigo, "REGRA DA OPERADORA")


def _alcanca(regra: RegraDeGlosa, guia: Guia) -> bool:
    if regra.procedimento is not None and all(i.codigo != regra.procedimento for i in guia.itens):
        return False
    if regra.sem is not None and regra.sem in guia.preenchidos:
        return False
    sorte = Random(f"{regra}/{guia.numero}")  # noqa: S311 - repeatable on purpose, and no secret
    return sorte.random() < regra.parte


def _motivos_de_valor(guia: Guia) -> Iterator[Motivo]:
    if guia.valor_total <= 0 or any(item.valor_total <= 0 for item in guia.itens):
        yield Motivo(VALOR_A_MENOR, "VALOR APRESENTADO A MENOR: deve ser maior que zero")
    for item in guia.itens:
        if item.valor_unitario is None:
            continue
        # Not rounded: the standard does not say how, so a cent of difference is allowed
        calculado = item.quantidade * item.valor_unitario * item.fator
        if abs(item.valor_total - calculado) > CENTAVO:
            yield Motivo(
                TOTAL_DO_ITEM,
                f"VALOR TOTAL DO PROCEDIMENTO DIFERENTE no item {item.sequencial}: "
                f"informado {item.valor_total}, calculado {calculado:.2f}",
            )
            break
    soma = sum((item.valor_total for item in guia.itens), ZERO)
    if guia.itens and abs(guia.valor_total - soma) > CENTAVO:
        maior = guia.valor_total > soma
        yield Motivo(
            VALOR_A_MAIOR if maior else VALOR_A_MENOR,
            f"VALOR APRESENTADO A {'MAIOR' if maior else 'MENOR'}: "
            f"total {guia.valor_total}, soma dos itens {soma}",
        )


def _analisar_item(item: Item, operadora: Operadora) -> AnaliseItem:
    """Judge an item. With several motives each holds a share, and shares add up to the glosa."""
    glosas: list[GlosaItem] = []
    restante = item.valor_total
    preco = operadora.preco_maximo.get(item.codigo)
    if preco is not None:
        maximo = (preco * item.quantidade * item.fator).quantize(CENTAVO, ROUND_HALF_UP)
        if item.valor_total > maximo:
            glosas.append(GlosaItem(VALOR_A_MAIOR, item.valor_total - maximo))
            restante = maximo
    if item.codigo in operadora.nao_cobertos and restante > 0:
        glosas.append(GlosaItem(PROCEDIMENTO_INVALIDO, restante))
        restante = ZERO
    return AnaliseItem(informado=item.valor_total, liberado=restante, glosas=tuple(glosas))
