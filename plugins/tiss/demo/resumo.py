"""The summary of a night: who answered what, in tables that a faturista reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from tiss.demo import conferencia
from tiss.demo.conferencia import Item
from tiss.repository.conexao import comando

STATUS = ("AUTORIZADA", "NEGADA", "ENVIADA", "GERADA", "INVALIDA", "CANCELADA")


def mostrar(
    console: Console,
    conexao: psycopg.Connection[Any],
    simulador: Mapping[str, Mapping[str, Any]],
    alem: Sequence[Item] = (),
) -> bool:
    """Print the summary and return whether everything adds up.

    simulador: the answer of GET /_simulador/resumo, by registro_ans. alem: what was checked besides
    the databases.
    """
    itens = [*conferencia.conferir(conexao, simulador), *alem]
    for tabela in (
        _guias(conexao),
        _tipos(conexao),
        _glosas(conexao),
        _dinheiro(conexao),
        _invalidas(conexao),
        _avisos(conexao),
        _nao_faturadas(conexao),
        _divergencias(conexao),
        _conferencia(itens),
    ):
        if tabela.row_count:
            console.print(tabela)
    return all(item.certo for item in itens)


def reais(valor: Decimal) -> str:
    """Return an amount as it is written in Brazil: 1.234,56."""
    return f"{valor:,.2f}".translate(str.maketrans(",.", ".,"))


def numero(valor: int) -> str:
    """Return a count as it is written in Brazil: 1.234."""
    return f"{valor:,}".replace(",", ".")


def _guias(conexao: psycopg.Connection[Any]) -> Table:
    contagem: dict[str, dict[str, int]] = {}
    for registro, operadora, status, guias in conexao.execute(comando("demo/resumo_guias")):
        contagem.setdefault(f"{operadora} ({registro})", {})[status] = guias
    usados = [status for status in STATUS if any(status in por for por in contagem.values())]
    tabela = _tabela("Guias por operadora", ["Operadora"], [*usados, "Total"])
    for operadora, por_status in contagem.items():
        valores = [por_status.get(status, 0) for status in usados]
        tabela.add_row(operadora, *map(numero, [*valores, sum(valores)]))
    somas = [sum(por.get(status, 0) for por in contagem.values()) for status in usados]
    return _total(tabela, ["Total", *map(numero, [*somas, sum(somas)])])


def _tipos(conexao: psycopg.Connection[Any]) -> Table:
    contagem: dict[str, dict[str, int]] = {}
    dinheiro: dict[str, Decimal] = {}
    for tipo, status, guias, informado in conexao.execute(comando("demo/resumo_tipos")):
        contagem.setdefault(tipo, {})[status] = guias
        dinheiro[tipo] = dinheiro.get(tipo, Decimal()) + informado
    usados = [status for status in STATUS if any(status in por for por in contagem.values())]
    tabela = _tabela("Guias por tipo", ["Tipo"], [*usados, "Total", "R$ informado"])
    for tipo, por_status in contagem.items():
        valores = [por_status.get(status, 0) for status in usados]
        tabela.add_row(tipo, *map(numero, [*valores, sum(valores)]), reais(dinheiro[tipo]))
    return tabela


def _glosas(conexao: psycopg.Connection[Any]) -> Table:
    tabela = _tabela("Glosas por código", ["Código", "Descrição"], ["Guias", "Glosas", "R$"])
    for codigo, descricao, guias, glosas, valor in conexao.execute(comando("demo/resumo_glosas")):
        tabela.add_row(codigo, descricao, numero(guias), numero(glosas), reais(valor))
    return tabela


def _dinheiro(conexao: psycopg.Connection[Any]) -> Table:
    colunas = ("informado", "liberado", "glosado", "em_aberto")
    linhas = conferencia.dinheiro(conexao)
    tabela = _tabela(
        "Valores em R$", ["Operadora"], ["Guias", "Informado", "Liberado", "Glosado", "Em aberto"]
    )
    for linha in linhas:
        valores = [reais(linha[coluna]) for coluna in colunas]
        tabela.add_row(linha["operadora"], numero(linha["guias"]), *valores)
    somas = [reais(sum((linha[coluna] for linha in linhas), Decimal())) for coluna in colunas]
    return _total(tabela, ["Total", numero(sum(linha["guias"] for linha in linhas)), *somas])


def _invalidas(conexao: psycopg.Connection[Any]) -> Table:
    tabela = _tabela(
        "Guias INVALIDA: o que corrigir na clínica", ["Problema", "Exemplo"], ["Guias"]
    )
    for codigo, exemplo, guias in conexao.execute(comando("demo/resumo_invalidas")):
        tabela.add_row(codigo, exemplo, numero(guias))
    return tabela


def _avisos(conexao: psycopg.Connection[Any]) -> Table:
    tabela = _tabela(
        "Avisos em guias que seguiram: o que conferir", ["Aviso", "Exemplo"], ["Guias"]
    )
    for codigo, exemplo, guias in conexao.execute(comando("demo/resumo_avisos")):
        tabela.add_row(codigo, exemplo, numero(guias))
    return tabela


def _nao_faturadas(conexao: psycopg.Connection[Any]) -> Table:
    tabela = _tabela("Consultas que não eram para faturar", ["Motivo"], ["Consultas"])
    quantas = conferencia.situacoes(conexao)
    for nome, motivo in conferencia.NAO_FATURADAS.items():
        if nome in quantas:
            tabela.add_row(motivo, numero(quantas[nome]))
    return tabela


def _divergencias(conexao: psycopg.Connection[Any]) -> Table:
    tabela = _tabela("Divergências abertas", ["Motivo"], ["Quantas"])
    for motivo, quantas in conexao.execute(comando("retorno/divergencias_abertas")):
        tabela.add_row(motivo, numero(quantas))
    return tabela


def _conferencia(itens: Sequence[conferencia.Item]) -> Table:
    tabela = _tabela("Conferência", ["", "O quê", "Resultado"], [])
    for item in itens:
        tabela.add_row("[green]✓[/]" if item.certo else "[red]✗[/]", item.nome, item.detalhe)
    return tabela


def _tabela(titulo: str, textos: Sequence[str], numeros: Sequence[str]) -> Table:
    tabela = Table(title=titulo, title_justify="left", title_style="bold")
    for nome in textos:
        tabela.add_column(nome)
    for nome in numeros:
        tabela.add_column(nome, justify="right")
    return tabela


def _total(tabela: Table, celulas: Sequence[str]) -> Table:
    if tabela.row_count:
        tabela.add_section()
        tabela.add_row(*celulas, style="bold")
    return tabela
