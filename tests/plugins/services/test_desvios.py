"""Whatever an operadora tells wrong is found under its name, where it stands; nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from guias_da_visao import COLUNAS
from oficina import Oficina

from tiss import settings
from tiss.simulador.desvios import DO_PROTOCOLO, SEM_ODONTO, Nome
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
# What the one demonstrativo of odontologia can tell, found by the same names.
EM_ODONTO = {nome: motivo for nome, motivo in ESPERADAS.items() if nome not in SEM_ODONTO}
# What is told of a guia, and yet belongs to the lote that shows it.
NO_LOTE = {Nome.GUIA_REPETIDA}
CARA = "350.00"
# A treatment of R$ 80.00, of which R$ 60.00 are released.
TRATAMENTO, COBRADO, LIBERADO = "81000030", Decimal("80.00"), Decimal("60.00")
GLOSADO, REAL, ZERO = COBRADO - LIBERADO, Decimal("1.00"), Decimal("0.00")


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


@pytest.fixture
def dentista(simular: Callable[..., Simulador]) -> Simulador:
    """The same, which release R$ 60.00 of a treatment."""
    return simular(segundos_ate_pagar=0, preco_maximo={TRATAMENTO: str(LIBERADO)})


@pytest.fixture
def odontologicos(oficina: Oficina, dentista: Simulador) -> list[str]:
    """The protocolos of three lotes of four dental guias."""
    for lote in range(3):
        for n in range(4):
            (consulta,) = oficina.atender()
            oficina.alimentar(
                consulta_id=consulta,
                tipo_guia="ODONTO",
                numero_carteira=f"1234567{lote}{n}",
                **COLUNAS["ODONTO"],
            )
        (feito,) = oficina.montar().lotes
        assert oficina.enviar(feito) is None
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


def contas(oficina: Oficina) -> dict[str, tuple[Decimal, ...]]:
    """What was released, refused, is open and was paid of each guia; every centavo adds up."""
    linhas = oficina.linhas("SELECT * FROM tiss.conciliacao_guia")
    for linha in linhas:
        partes = ("liberado", "glosado", "franquia", "em_aberto", "diferenca")
        assert linha["informado"] == sum(linha[parte] for parte in partes)
        devido = linha["liberado"] + linha["recuperado"]
        assert devido == linha["pago"] + linha["a_pagar"] + linha["a_receber"]
    return {
        linha["numero_guia_prestador"]: tuple(
            linha[nome] for nome in ("liberado", "glosado", "em_aberto", "pago")
        )
        for linha in linhas
    }


def test_every_desvio_of_odontologia_is_found_under_its_name_and_no_other_is(
    oficina: Oficina, dentista: Simulador, odontologicos: list[str]
) -> None:
    um, outro, tardio = odontologicos
    oficina.configurar(dias_para_pagar=30)

    def plantar(nome: Nome, protocolo: str, guia: str = "") -> None:
        dentista.desvio(nome, registro_ans="999001", numero_protocolo=protocolo, guia=guia)

    plantar(Nome.PARCIAL, um, "1")
    plantar(Nome.A_MAIS, um, "2")
    plantar(Nome.GUIA_OMITIDA, um, "3")
    plantar(Nome.GUIA_REPETIDA, um, "4")
    plantar(Nome.MOTIVOS_EM_DOBRO, outro, "5")
    plantar(Nome.TOTAL_DO_PAGAMENTO, outro)
    plantar(Nome.GUIA_ALHEIA, tardio)
    plantar(Nome.ATRASO, tardio, "9")
    plantados = dentista.desvios("999001")
    assert {desvio["desvio"] for desvio in plantados} == EM_ODONTO.keys(), "all of them"

    dentista.avancar(60)
    for _ in range(2):
        assert oficina.hora() == []
        oficina.fazer("DELETE FROM tiss.consulta_pagamento")
    # Forty days go by for the lote that is paid late.
    oficina.fazer(
        "UPDATE tiss.lote SET data_envio = data_envio - interval '40 days' WHERE protocolo = %s",
        tardio,
    )
    assert oficina.hora() == []
    # A guia that is told twice is paid twice, which is more than was billed.
    demais = ("LIBERADO_A_MAIS", um, "4")
    assert abertas(oficina) == {demais, *map(esperada, plantados)}
    assert len(abertas(oficina)) == oficina.valor(
        "SELECT count(*) FROM tiss.divergencia WHERE fechada_em IS NULL"
    )

    certa = (LIBERADO, GLOSADO, ZERO, LIBERADO)
    assert contas(oficina) == {
        **{str(numero): certa for numero in range(5, 13)},
        "1": (LIBERADO, GLOSADO, ZERO, LIBERADO / 2),
        "2": (LIBERADO, GLOSADO, ZERO, LIBERADO + REAL),
        "3": (ZERO, ZERO, COBRADO, ZERO),
        "4": (2 * LIBERADO, ZERO, ZERO, 2 * LIBERADO),
        "9": (LIBERADO, GLOSADO, ZERO, ZERO),
    }
    pago = sum(pago for *_, pago in contas(oficina).values())
    assert pago == Decimal(dentista.resumo()["999001"]["valor_pago"])
    # What another's guia brought is told apart.
    assert oficina.valor("SELECT sum(nao_reconhecido) FROM tiss.conciliacao_pagamento") == LIBERADO

    # What was late comes, and so does the guia that was left out.
    dentista.sem_desvios()
    oficina.fazer("DELETE FROM tiss.consulta_pagamento")
    assert oficina.hora() == []
    assert {"PAGAMENTO_ATRASADO", "GUIA_NAO_LISTADA"}.isdisjoint(oficina.divergencias())
    assert {contas(oficina)[numero] for numero in ("3", "9")} == {certa}


@pytest.mark.parametrize("de_odonto", [False, True], ids=["medico", "odonto"])
def test_an_operadora_that_tells_the_truth_is_told_nothing(
    oficina: Oficina, request: pytest.FixtureRequest, de_odonto: bool
) -> None:
    operadora: Simulador = request.getfixturevalue("dentista" if de_odonto else "operadora")
    protocolos: list[str] = request.getfixturevalue("odontologicos" if de_odonto else "protocolos")
    oficina.configurar(dias_para_pagar=30)
    assert operadora.desvios() == []
    operadora.avancar(60)
    for _ in range(3):
        assert oficina.hora() == []
        oficina.fazer("DELETE FROM tiss.consulta_pagamento")
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET demonstrativo_data = demonstrativo_data - 40")
    oficina.fazer("UPDATE tiss.lote SET data_envio = data_envio - interval '40 days'")
    assert oficina.hora() == []
    assert len(protocolos) == 3
    assert abertas(oficina) == set()
    assert sum(pago for *_, pago in contas(oficina).values()) == Decimal(
        operadora.resumo()["999001"]["valor_pago"]
    )


def test_every_desvio_is_explained_with_the_divergence_that_names_it() -> None:
    texto = (settings.RAIZ / "docs" / "simulador.md").read_text(encoding="utf-8")
    linhas = re.findall(r"^\| `([a-z_]+)` \|.*\| `([A-Z_]+)`[^|]*\|$", texto, re.MULTILINE)
    assert dict(linhas) == ESPERADAS
