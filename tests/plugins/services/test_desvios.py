"""Whatever an operadora tells wrong is found under its name, where it stands; nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from oficina import Oficina

from tiss import settings
from tiss.simulador.desvios import DO_PROTOCOLO, Nome
from tiss.simulador.processo import Simulador

# Each desvio, and the divergence that names it.
ESPERADAS = {
    Nome.ATRASO: "PAGAMENTO_ATRASADO",
    Nome.PARCIAL: "PAGAMENTO_A_MENOR",
    Nome.A_MAIS: "PAGAMENTO_A_MAIOR",
    Nome.MOTIVOS_EM_DOBRO: "RATEIO_DA_GLOSA",
    Nome.GUIA_REPETIDA: "GUIA_LISTADA_DUAS_VEZES",
    Nome.GUIA_OMITIDA: "GUIA_NAO_LISTADA",
    Nome.GUIA_ALHEIA: "GUIA_DESCONHECIDA",
    Nome.TOTAL_DA_ANALISE: "TOTAL_DO_PROTOCOLO",
    Nome.TOTAL_DO_PAGAMENTO: "TOTAL_DO_PAGAMENTO",
}
# What is told of a guia, and yet belongs to the lote that shows it.
NO_LOTE = {Nome.GUIA_REPETIDA}
CARA = "350.00"


@pytest.fixture
def operadora(simular: Callable[..., Simulador]) -> Simulador:
    """The simulated operadoras, which pay on the day of the analysis."""
    return simular(segundos_ate_pagar=0)


@pytest.fixture
def protocolos(oficina: Oficina, operadora: Simulador) -> list[str]:
    """Those of three lotes: of four guias, of four with a glosa each, and of four more."""
    for valor in ("150.00", CARA, "150.00"):
        assert oficina.enviar(oficina.lote(4, valor=valor)) is None
    return [str(protocolo) for protocolo in oficina.tirada("protocolo")]


def abertas(oficina: Oficina) -> set[tuple[Any, ...]]:
    """What is open: the reason, of which protocolo, of which guia or of none."""
    return {
        tuple(linha.values())
        for linha in oficina.linhas(
            "SELECT motivo, lote.protocolo, guia.numero_guia_prestador FROM tiss.divergencia"
            " LEFT JOIN tiss.lote ON lote.id = divergencia.lote_id"
            " LEFT JOIN tiss.guia ON guia.id = divergencia.guia_id WHERE fechada_em IS NULL"
        )
    }


def esperada(desvio: dict[str, Any]) -> tuple[Any, ...]:
    """The divergence that a planted desvio has to be found as."""
    nome = Nome(desvio["desvio"])
    if nome is Nome.TOTAL_DO_PAGAMENTO:
        # A payment is of a contrato; the protocolo is in its words.
        return (ESPERADAS[nome], None, None)
    guia = None if nome in NO_LOTE or nome in DO_PROTOCOLO else desvio["guia"]
    return (ESPERADAS[nome], desvio["numero_protocolo"], guia)


def test_every_desvio_that_is_planted_is_found_under_its_name_and_no_other_is(
    oficina: Oficina, operadora: Simulador, protocolos: list[str]
) -> None:
    simples, caro, tardio = protocolos
    oficina.configurar(dias_para_pagar=30)

    def plantar(nome: Nome, protocolo: str, guia: str = "") -> None:
        operadora.desvio(nome, registro_ans="999001", numero_protocolo=protocolo, guia=guia)

    plantar(Nome.PARCIAL, simples, "1")
    plantar(Nome.A_MAIS, simples, "2")
    plantar(Nome.GUIA_OMITIDA, simples, "3")
    plantar(Nome.GUIA_REPETIDA, simples, "4")
    plantar(Nome.MOTIVOS_EM_DOBRO, caro, "5")
    plantar(Nome.TOTAL_DO_PAGAMENTO, caro)
    plantar(Nome.TOTAL_DA_ANALISE, tardio)
    plantar(Nome.GUIA_ALHEIA, tardio)
    plantar(Nome.ATRASO, tardio, "9")
    plantados = operadora.desvios("999001")
    assert {desvio["desvio"] for desvio in plantados} == {*Nome}, "all of them"

    operadora.avancar(60)
    assert oficina.hora() == []
    assert oficina.hora() == []
    # Forty days go by for the lote that is paid late.
    oficina.fazer(
        "UPDATE tiss.guia_tiss_envio SET demonstrativo_data = demonstrativo_data - 40"
        " WHERE lote_id = (SELECT id FROM tiss.lote WHERE protocolo = %s)",
        tardio,
    )
    assert oficina.hora() == []
    assert abertas(oficina) == {esperada(desvio) for desvio in plantados}
    assert len(abertas(oficina)) == oficina.valor(
        "SELECT count(*) FROM tiss.divergencia WHERE fechada_em IS NULL"
    )
    (dita,) = oficina.linhas(
        "SELECT descricao FROM tiss.divergencia WHERE motivo = 'TOTAL_DO_PAGAMENTO'"
    )
    assert caro in dita["descricao"]
    (alheia,) = oficina.linhas(
        "SELECT chave FROM tiss.divergencia WHERE motivo = 'GUIA_DESCONHECIDA'"
    )
    assert alheia["chave"].startswith("ALHEIA")

    # The money that was late comes, and what waited for nothing else ends by itself.
    operadora.sem_desvios()
    oficina.fazer("UPDATE tiss.consulta_pagamento SET consultada_em = now() - interval '1 day'")
    assert oficina.hora() == []
    assert "PAGAMENTO_ATRASADO" not in oficina.divergencias()


def test_an_operadora_that_tells_the_truth_is_told_nothing(
    oficina: Oficina, operadora: Simulador, protocolos: list[str]
) -> None:
    oficina.configurar(dias_para_pagar=30)
    assert operadora.desvios() == []
    operadora.avancar(60)
    for _ in range(3):
        assert oficina.hora() == []
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET demonstrativo_data = demonstrativo_data - 40")
    assert oficina.hora() == []
    assert len(protocolos) == 3
    assert abertas(oficina) == set()


def test_every_desvio_is_explained_with_the_divergence_that_names_it() -> None:
    texto = (settings.RAIZ / "docs" / "simulador.md").read_text(encoding="utf-8")
    linhas = re.findall(r"^\| `([a-z_]+)` \|.*\| `([A-Z_]+)`[^|]*\|$", texto, re.MULTILINE)
    assert dict(linhas) == ESPERADAS
