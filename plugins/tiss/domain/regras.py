"""Rules that the XSD cannot express and without which no guia leaves.

Sources: the holes of the XSD found by test (negative and zero money, no item, repeated items,
totals that do not add up, dates ahead) and the arithmetic of the standard's own fields:
valorTotal = quantidade x valorUnitario x reducaoAcrescimo, within one centavo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia, GuiaSpSadt, Item, Problema

# Grows when a rule changes: what was refused is then looked at again.
VERSAO_REGRAS = 1
CENTAVO = Decimal("0.01")


def aplicar_regras(guia: Guia, *, hoje: date) -> Iterator[Problema]:
    """Yield what is wrong with a guia beyond its form. hoje: in the contrato's time zone."""
    if not guia.itens:
        yield _problema("SEM_ITEM", "itens", "nenhum procedimento lançado: informe o que foi feito")
    if guia.tipo is TipoGuia.CONSULTA and len(guia.itens) > 1:
        yield _problema(
            "CONSULTA_COM_EXAMES",
            "procedimento",
            "a guia de consulta leva um só procedimento: com exames, prepare como SP_SADT",
        )
    for numero, vezes in Counter(item.sequencial_item for item in guia.itens).items():
        if vezes > 1:
            yield _problema(
                "SEQUENCIAL_REPETIDO", "sequencialItem", f"o item {numero} aparece {vezes} vezes"
            )
    if guia.data_atendimento is not None and guia.data_atendimento > hoje:
        yield _problema(
            "DATA_FUTURA", "dataAtendimento", "a data do atendimento ainda não chegou: corrija"
        )
    if isinstance(guia, GuiaSpSadt):
        yield from _autorizacao(guia)
    for item in guia.itens:
        yield from _item(item, hoje)


def _autorizacao(guia: GuiaSpSadt) -> Iterator[Problema]:
    autorizacao = guia.autorizacao
    if autorizacao is None or guia.data_atendimento is None or autorizacao.validade_senha is None:
        return
    if autorizacao.validade_senha < guia.data_atendimento:
        yield _problema(
            "SENHA_VENCIDA",
            "dadosAutorizacao/dataValidadeSenha",
            "a senha venceu antes do atendimento: peça nova autorização ou corrija a validade",
        )


def _item(item: Item, hoje: date) -> Iterator[Problema]:
    onde = f"item {item.sequencial_item}"
    if item.data_execucao is not None and item.data_execucao > hoje:
        yield _problema("DATA_FUTURA", f"{onde}/dataExecucao", "a data ainda não chegou: corrija")
    # A unit value of zero with another total is caught by the arithmetic below.
    if item.valor_total is not None and item.valor_total <= 0:
        yield _problema(
            "VALOR_ZERO",
            f"{onde}/valorTotal",
            "o valor tem de ser maior que zero: informe o preço contratado",
        )
    if item.quantidade is not None and item.quantidade < 1:
        yield _problema(
            "QUANTIDADE", f"{onde}/quantidadeExecutada", "a quantidade tem de ser 1 ou mais"
        )
    esperado = _total_esperado(item)
    total = item.valor_total
    if esperado is not None and total is not None and abs(esperado - total) > CENTAVO:
        yield _problema(
            "TOTAL_NAO_CONFERE",
            f"{onde}/valorTotal",
            f"quantidade x valor unitário x fator dá {esperado} e o total informado é {total}",
        )


def _total_esperado(item: Item) -> Decimal | None:
    if item.quantidade is None or item.valor_unitario is None or item.reducao_acrescimo is None:
        return None
    bruto = item.quantidade * item.valor_unitario * item.reducao_acrescimo
    try:
        return bruto.quantize(CENTAVO, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        # More digits than money has: its factors are beyond their limits, which `conferir` reports.
        return None


def _problema(codigo: str, campo: str, mensagem: str) -> Problema:
    return Problema(codigo=codigo, campo=campo, mensagem=mensagem)
