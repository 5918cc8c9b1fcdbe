"""A short month, with everything that a long one has: it ends with every centavo accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import psycopg
from oficina import SENHAS, Oficina
from rich.console import Console

from tiss.demo import mes
from tiss.demo.tela import Tela
from tiss.simulador.processo import Simulador

DIAS, CONSULTAS = 10, 14
CENTAVO = Decimal("0.01")


def test_a_month_ends_with_every_centavo_accounted_for(
    oficina: Oficina,
    simuladores: Callable[[Mapping[str, object]], AbstractContextManager[Simulador]],
) -> None:
    console = Console(record=True, width=200, force_terminal=False)
    with simuladores(mes.configuracao(SENHAS, dias=DIAS)) as simulador:
        with psycopg.connect(oficina.url) as conexao:
            mes.preparar(conexao, simulador.url, dias=DIAS)
        mes.Mes(oficina.url, simulador, SENHAS).viver(Tela(console), dias=DIAS, consultas=CONSULTAS)
        ledger, recursos = simulador.resumo(), simulador.recursos()
    with psycopg.connect(oficina.url) as conexao:
        itens = list(mes.conferir(conexao, ledger))
        assert [item.detalhe for item in itens if not item.certo] == []
        mes.mostrar(console, conexao, itens)
        assert "DESCARTADO" in console.export_text()
        _faltando_um_centavo(conexao, ledger)
    _teve_de_tudo(oficina, recursos)


def _faltando_um_centavo(
    conexao: psycopg.Connection[Any], ledger: Mapping[str, Mapping[str, Any]]
) -> None:
    """What the check is worth: it fails when a centavo is missing, on either side."""
    for nome in ("informado", "liberado", "glosado", "recuperado", "pago"):
        errado = {
            ans: {**delas, f"valor_{nome}": Decimal(delas[f"valor_{nome}"]) + CENTAVO}
            for ans, delas in ledger.items()
        }
        assert not all(item.certo for item in mes.conferir(conexao, errado)), nome
    conexao.execute("UPDATE tiss.pagamento SET valor_liberado = valor_liberado - 0.01 WHERE id = 1")
    assert not all(item.certo for item in mes.conferir(conexao, ledger))
    conexao.rollback()


def _teve_de_tudo(oficina: Oficina, recursos: list[dict[str, Any]]) -> None:
    """Otherwise the figures would agree about nothing."""
    (respondidos,) = oficina.linhas(
        "SELECT count(*) FILTER (WHERE valor_acatado > 0) AS acatados,"
        " count(*) FILTER (WHERE valor_acatado = 0) AS negados"
        " FROM tiss.conciliacao_recurso WHERE situacao = 'RESPONDIDO'"
    )
    assert min(respondidos.values()) > 0
    assert len(recursos) > 1
    # Dental guias too, refused in part, contested, paid for that; each desvio of theirs was found.
    (odonto,) = oficina.linhas(
        "SELECT sum(glosado) AS glosado, sum(recuperado) AS recuperado,"
        " sum(pago_por_recurso) AS pago_por_recurso FROM tiss.conciliacao_guia"
        " WHERE tipo = 'ODONTO'"
    )
    assert min(odonto.values()) > 0
    achadas = oficina.linhas(
        "SELECT DISTINCT motivo FROM tiss.divergencia LEFT JOIN tiss.lote ON lote.id = lote_id"
        " WHERE fechada_em IS NULL AND lote.tipo_guia = 'ODONTO'"
    )
    do_lote = {nome for _, nome in mes.DESVIOS_ODONTO.values()} - {"TOTAL_DO_PAGAMENTO"}
    assert {linha["motivo"] for linha in achadas} == do_lote
    assert (
        oficina.valor(
            "SELECT count(*) FROM tiss.divergencia"
            " WHERE motivo = 'TOTAL_DO_PAGAMENTO' AND fechada_em IS NULL"
        )
        == 2
    )
    assert oficina.valor("SELECT count(*) FROM tiss.guia WHERE encerrada_por IS NOT NULL") > 0
    # A lote de guias and a recurso.
    assert (
        oficina.valor(
            "SELECT count(DISTINCT tipo_guia = 'RECURSO_GLOSA') FROM tiss.historico"
            " JOIN tiss.lote ON lote.id = objeto_id"
            " WHERE objeto = 'lote' AND para = 'EM_DUVIDA'"
        )
        == 2
    )
