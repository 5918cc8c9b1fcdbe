"""What an operadora tells wrong on demand: valid messages, the same each time, until taken back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pedidos_tiss as p
import pytest
from cliente_tiss import DEMONSTRATIVO, Cliente, operadora

from tiss.simulador.desvios import DO_PROTOCOLO, Nome
from tiss.simulador.processo import Simulador

ANS = "999001"
NO_PAGAMENTO = {Nome.ATRASO, Nome.PARCIAL, Nome.A_MAIS, Nome.GUIA_OMITIDA, Nome.TOTAL_DO_PAGAMENTO}
NA_ANALISE = {*Nome} - NO_PAGAMENTO | {Nome.GUIA_OMITIDA}


class Operadora:
    """One that analysed and paid a lote of two guias, the first with a glosa on its item."""

    def __init__(self, simulador: Simulador) -> None:
        self.simulador = simulador
        self._cliente = Cliente(simulador.url, ANS)
        guias = [p.consulta("1", valor="350.00"), p.consulta("2", valor="100.00")]
        self.protocolo = self._cliente.enviar(p.lote("1", guias)).protocolo
        simulador.avancar(3600)
        agora = datetime.datetime.fromisoformat(simulador.saude()["agora"])
        self._mes = ("competencia", f"{agora:%Y%m}")

    def analise(self) -> dict[str, list[str | None]]:
        """What its demonstrativo de análise says; the client checks it against the XSD."""
        dita = self._cliente.enviar(p.pedido_demonstrativo(self.protocolo), DEMONSTRATIVO)
        return {
            nome: dita.textos(nome)
            for nome in (
                "relacaoGuias/numeroGuiaPrestador",
                "valorLiberadoGuia",
                "relacaoGlosa/valorGlosa",
                "valorLiberadoProtocolo",
            )
        }

    def pagamento(self) -> dict[str, list[str | None]]:
        """What its demonstrativo de pagamento says, checked in the same way."""
        dito = self._cliente.enviar(p.pedido_pagamento(self._mes), DEMONSTRATIVO)
        return {
            nome: dito.textos(nome)
            for nome in (
                "guiasDoLote/numeroGuiaPrestador",
                "valorLiberadoGuia",
                "relacaoProtocolos/valorLiberado",
                "totaLiberadoPorData",
            )
        }

    def plantar(self, nome: Nome, guia: str = "1") -> None:
        """Plant a desvio, on a guia where it is of one."""
        self.simulador.desvio(
            nome,
            registro_ans=ANS,
            numero_protocolo=self.protocolo,
            guia="" if nome in DO_PROTOCOLO else guia,
        )


@pytest.fixture(scope="module")
def processo() -> Iterator[Operadora]:
    with Simulador.start({"operadoras": [operadora(ANS, segundos_ate_pagar=0)]}) as simulador:
        yield Operadora(simulador)
        assert simulador.erros() == "", "the simulator logged an error"


@pytest.fixture
def plantada(processo: Operadora) -> Iterator[Operadora]:
    yield processo
    processo.simulador.sem_desvios()


# What each tells in place of the truth.
NUMEROS, LIBERADOS = "relacaoGuias/numeroGuiaPrestador", "valorLiberadoGuia"
PAGAS, DO_DIA = "guiasDoLote/numeroGuiaPrestador", "totaLiberadoPorData"
DITOS = {
    Nome.MOTIVOS_EM_DOBRO: {"relacaoGlosa/valorGlosa": ["50.00", "49.99"]},
    Nome.GUIA_REPETIDA: {NUMEROS: ["1", "2", "1"], "valorLiberadoProtocolo": ["700.00"]},
    Nome.GUIA_ALHEIA: {NUMEROS: ["1", "2", "ALHEIA1"], "valorLiberadoProtocolo": ["700.00"]},
    Nome.TOTAL_DA_ANALISE: {LIBERADOS: ["300.00", "100.00"], "valorLiberadoProtocolo": ["399.00"]},
    Nome.GUIA_OMITIDA: {NUMEROS: ["2"], PAGAS: ["2"], DO_DIA: ["100.00"]},
    Nome.ATRASO: {PAGAS: ["2"], DO_DIA: ["100.00"]},
    Nome.PARCIAL: {LIBERADOS: ["150.00", "100.00"], DO_DIA: ["250.00"]},
    Nome.A_MAIS: {LIBERADOS: ["301.00", "100.00"], DO_DIA: ["401.00"]},
    Nome.TOTAL_DO_PAGAMENTO: {LIBERADOS: ["300.00", "100.00"], DO_DIA: ["399.00"]},
}


@pytest.mark.parametrize("nome", Nome)
def test_a_desvio_is_told_the_same_each_time_until_it_is_taken_back(
    plantada: Operadora, nome: Nome
) -> None:
    analise, pagamento = plantada.analise(), plantada.pagamento()
    plantada.plantar(nome)
    plantada.plantar(nome)
    ditas, ditos = plantada.analise(), plantada.pagamento()
    assert (plantada.analise(), plantada.pagamento()) == (ditas, ditos)
    assert (ditas != analise, ditos != pagamento) == (nome in NA_ANALISE, nome in NO_PAGAMENTO)
    onde = {**ditos, **ditas} if nome in NA_ANALISE else {**ditas, **ditos}
    for campo, dito in DITOS[nome].items():
        assert onde[campo] == dito
    (plantado,) = plantada.simulador.desvios(ANS)
    assert (plantado["desvio"], plantado["numero_protocolo"]) == (nome, plantada.protocolo)
    assert plantada.simulador.desvios("999009") == []
    plantada.simulador.sem_desvios()
    assert (plantada.analise(), plantada.pagamento()) == (analise, pagamento)
    assert plantada.simulador.desvios() == []


@pytest.mark.parametrize(
    ("nome", "guia", "dito"),
    [
        ("adivinhado", "1", "desvio: use um de"),
        (Nome.PARCIAL, "", "de uma guia"),
        (Nome.GUIA_ALHEIA, "1", "do protocolo"),
        (Nome.PARCIAL, "77", "não há a guia 77"),
        (Nome.MOTIVOS_EM_DOBRO, "2", "não tem item com glosa"),
    ],
)
def test_a_desvio_that_cannot_be_is_refused(
    plantada: Operadora, nome: str, guia: str, dito: str
) -> None:
    with pytest.raises(ValueError, match=dito):
        plantada.simulador.desvio(
            nome, registro_ans=ANS, numero_protocolo=plantada.protocolo, guia=guia
        )
    with pytest.raises(ValueError, match="não há o protocolo 404"):
        plantada.simulador.desvio(Nome.PARCIAL, registro_ans=ANS, numero_protocolo="404", guia="1")
    assert plantada.simulador.desvios() == []


def test_the_last_guia_of_an_analysis_is_not_left_out(plantada: Operadora) -> None:
    plantada.plantar(Nome.GUIA_OMITIDA, "1")
    with pytest.raises(ValueError, match="não sobraria guia"):
        plantada.plantar(Nome.GUIA_OMITIDA, "2")


def test_a_protocolo_of_which_nothing_is_paid_is_in_no_payment(plantada: Operadora) -> None:
    plantada.plantar(Nome.ATRASO, "1")
    plantada.plantar(Nome.ATRASO, "2")
    assert plantada.pagamento()[PAGAS] == []


def test_what_is_planted_outlives_the_process(tmp_path: Path) -> None:
    config = {"operadoras": [operadora(ANS)]}
    estado = tmp_path / "livro.sqlite"
    with Simulador.start(config, estado=estado) as simulador:
        Operadora(simulador).plantar(Nome.PARCIAL)
        plantados = simulador.desvios()
    with Simulador.start(config, estado=estado) as simulador:
        assert len(plantados) == 1
        assert simulador.desvios() == plantados
