"""What an operadora tells wrong on demand: valid messages, the same each time, until taken back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pedidos_tiss as p
import pytest
from cliente_tiss import DEMONSTRATIVO, Cliente, operadora

from tiss.simulador.desvios import DO_PROTOCOLO, SEM_ODONTO, Nome
from tiss.simulador.processo import Simulador

ANS = "999001"
NO_PAGAMENTO = {Nome.ATRASO, Nome.PARCIAL, Nome.A_MAIS, Nome.GUIA_OMITIDA, Nome.TOTAL_DO_PAGAMENTO}
NA_ANALISE = {*Nome} - NO_PAGAMENTO | {Nome.GUIA_OMITIDA}


class Operadora:
    """One that analysed and paid a lote of two guias, the first with a glosa on its item."""

    guias = (p.consulta("1", valor="350.00"), p.consulta("2", valor="100.00"))

    def __init__(self, simulador: Simulador) -> None:
        self.simulador = simulador
        # The one whose CNPJ the operadora knows: without it there is no demonstrativo odontológico.
        self._cliente = Cliente(simulador.url, ANS, usuario="outra", senha="segredo2")
        lote = p.lote("1", [*self.guias], prestador="P2")
        self.protocolo = self._cliente.enviar(lote).protocolo
        simulador.avancar(3600)
        agora = datetime.datetime.fromisoformat(simulador.saude()["agora"])
        self._mes = ("competencia", f"{agora:%Y%m}")

    def analise(self) -> dict[str, list[str | None]]:
        """What its demonstrativo de análise says; the client checks it against the XSD."""
        pedido = p.pedido_demonstrativo(self.protocolo, prestador="P2")
        dita = self._cliente.enviar(pedido, DEMONSTRATIVO)
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
        dito = self._cliente.enviar(p.pedido_pagamento(self._mes, prestador="P2"), DEMONSTRATIVO)
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


# What the one demonstrativo of odontologia tells in place of the truth, whoever asks for it.
GUIAS, PAGO = "dadosPagamentoGuia/numeroGuiaPrestador", "valorTotalLiberadoGuia"
TOTAL, MOTIVOS = "valorTotalLiberadoPorProtocolo", "codigosGlosa"
EM_ODONTO = {
    Nome.ATRASO: {GUIAS: ["1", "2"], PAGO: ["0.00", "100.00"], TOTAL: ["100.00"]},
    Nome.PARCIAL: {PAGO: ["150.00", "100.00"], TOTAL: ["250.00"]},
    Nome.A_MAIS: {PAGO: ["301.00", "100.00"], TOTAL: ["401.00"]},
    Nome.MOTIVOS_EM_DOBRO: {MOTIVOS: ["1705", "1705"], PAGO: ["300.00", "100.00"]},
    Nome.GUIA_REPETIDA: {GUIAS: ["1", "2", "1"], TOTAL: ["700.00"]},
    Nome.GUIA_OMITIDA: {GUIAS: ["2"], TOTAL: ["100.00"]},
    Nome.GUIA_ALHEIA: {GUIAS: ["1", "2", "ALHEIA1"], TOTAL: ["700.00"]},
    Nome.TOTAL_DO_PAGAMENTO: {PAGO: ["300.00", "100.00"], TOTAL: ["399.00"]},
}


class Dentista(Operadora):
    """One that analysed and paid two dental guias, the first with a glosa on its item."""

    guias = (
        p.odonto("1", [p.item_odonto("10101012", "350.00", dente="11")]),
        p.odonto("2", [p.item_odonto("81000030", "100.00")]),
    )

    def demonstrativos(self) -> list[dict[str, list[str | None]]]:
        """What it says of its protocolo and of its month, checked against the XSD."""
        pedidos = (
            p.pedido_demonstrativo(self.protocolo, prestador="P2"),
            p.pedido_pagamento(self._mes, odonto=True, prestador="P2"),
        )
        ditos = [self._cliente.enviar(pedido, DEMONSTRATIVO) for pedido in pedidos]
        nomes = (GUIAS, PAGO, TOTAL, MOTIVOS, "dadosPagamento/valorLiberado")
        return [{nome: dito.textos(nome) for nome in nomes} for dito in ditos]


@pytest.fixture(scope="module")
def processo_dentista() -> Iterator[Dentista]:
    with Simulador.start({"operadoras": [operadora(ANS, segundos_ate_pagar=0)]}) as simulador:
        yield Dentista(simulador)
        assert simulador.erros() == "", "the simulator logged an error"


@pytest.fixture
def dentista(processo_dentista: Dentista) -> Iterator[Dentista]:
    yield processo_dentista
    processo_dentista.simulador.sem_desvios()


@pytest.mark.parametrize("nome", Nome)
def test_a_desvio_of_odontologia_is_told_alike_by_protocolo_and_by_month(
    dentista: Dentista, nome: Nome
) -> None:
    verdade = dentista.demonstrativos()
    if nome in SEM_ODONTO:
        with pytest.raises(ValueError, match="odontologia não tem"):
            dentista.plantar(nome)
    else:
        dentista.plantar(nome)
        ditos = dentista.demonstrativos()
        assert ditos[0] == ditos[1] == {**ditos[0], **EM_ODONTO[nome]}
        assert ditos != verdade
        assert dentista.demonstrativos() == ditos
    dentista.simulador.sem_desvios()
    assert dentista.demonstrativos() == verdade


@pytest.mark.parametrize("nome", EM_ODONTO)
def test_the_ledger_tells_what_is_paid_of_the_guias_of_the_prestador(
    dentista: Dentista, nome: Nome
) -> None:
    dentista.plantar(nome)
    ditos = dict.fromkeys(("1", "2"), Decimal())
    dito, _ = dentista.demonstrativos()
    for guia, pago in zip(dito[GUIAS], dito[PAGO], strict=True):
        if guia in ditos:
            ditos[guia] += Decimal(str(pago))
    resumo = dentista.simulador.resumo()[ANS]
    assert Decimal(str(resumo["valor_pago"])) == sum(ditos.values())


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
