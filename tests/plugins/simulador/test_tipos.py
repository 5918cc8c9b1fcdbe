"""Every kind of guia in every version: taken once, analysed, counted; each answer XSD-valid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pedidos_tiss as p
import pytest
from cliente_tiss import DEMONSTRATIVO, OPERADORAS, STATUS, Cliente, Resposta

from tiss.simulador.processo import Simulador

MEDICAS = ("guiaConsulta", "guiaSP-SADT", "guiaResumoInternacao", "guiaHonorarios")
ODONTO = "guiaOdonto"
# Over the maximum price by 50.00; not covered at all
ITENS = (("10101012", "350.00"), ("20101023", "30.00"))
# Billed, released, attendances
CONTAS = {
    "guiaConsulta": ("350.00", "300.00", 1),
    "guiaSP-SADT": ("385.00", "305.00", 3),
    "guiaResumoInternacao": ("385.00", "305.00", 3),
    "guiaHonorarios": ("380.00", "300.00", 2),
    ODONTO: ("380.00", "300.00", 2),
}
EM_TODAS_AS_VERSOES = pytest.mark.parametrize("versao", OPERADORAS)
DE_TODOS_OS_TIPOS = pytest.mark.parametrize("tipo", CONTAS)


def montar(tipo: str, numero: str, versao: str, carteira: str) -> tuple[str, p.Valor]:
    """Return a guia of which the operadora pays a part."""
    registro_ans = OPERADORAS[versao]
    comum: dict[str, Any] = {"carteira": carteira, "registro_ans": registro_ans}
    itens = [p.item(codigo, valor, sequencial=n) for n, (codigo, valor) in enumerate(ITENS, 1)]
    despesas = [p.despesa("M1", "5.00", sequencial=3)]
    if tipo == "guiaConsulta":
        return p.consulta(numero, valor="350.00", **comum)
    if tipo == "guiaSP-SADT":
        return p.sp_sadt(numero, itens, despesas=despesas, total="385.00", **comum)
    if tipo == "guiaResumoInternacao":
        return p.resumo_internacao(numero, itens, despesas=despesas, total="385.00", **comum)
    if tipo == "guiaHonorarios":
        return p.honorarios(numero, itens, versao=versao, **comum)
    odonto = [
        p.item_odonto(codigo, valor, sequencial=n, dente="11", face="OM")
        for n, (codigo, valor) in enumerate(ITENS, 1)
    ]
    return p.odonto(numero, odonto, **comum)


@dataclass(frozen=True)
class Envio:
    """One guia in a lote of its own; numero: of the lote, of the guia and of the carteira."""

    cliente: Cliente
    tipo: str
    numero: str

    @property
    def cabecalho(self) -> dict[str, Any]:
        return {
            "registro_ans": self.cliente.registro_ans,
            "padrao": self.cliente.versao,
            "prestador": "P2",
        }

    def enviar(self, numero_lote: str) -> Resposta:
        guia = montar(self.tipo, self.numero, self.cliente.versao, self.numero)
        return self.cliente.enviar(p.lote(numero_lote, [guia], **self.cabecalho))

    def status(self, protocolo: str) -> Resposta:
        return self.cliente.enviar(p.pedido_status(protocolo, **self.cabecalho), STATUS)

    def demonstrativo(self, protocolo: str) -> Resposta:
        pedido = p.pedido_demonstrativo(protocolo, **self.cabecalho)
        return self.cliente.enviar(pedido, DEMONSTRATIVO)


@pytest.fixture
def envio(tipo: str, versao: str, da_versao: Callable[[str], Cliente], numero: str) -> Envio:
    """One kind in one version, not sent yet."""
    return Envio(da_versao(versao), tipo, numero)


@pytest.fixture
def recibo(envio: Envio) -> Resposta:
    """Its receipt."""
    return envio.enviar(envio.numero)


@EM_TODAS_AS_VERSOES
@DE_TODOS_OS_TIPOS
def test_receipt_names_the_guia_in_the_list_of_its_kind(envio: Envio, recibo: Resposta) -> None:
    lista = "dadosGuiasOdonto" if envio.tipo == ODONTO else "dadosGuias"
    assert recibo.textos(f"dadosGuiasProtocolo/{lista}/numeroGuiaPrestador") == [envio.numero]
    assert recibo.texto("valorTotalProtocolo") == CONTAS[envio.tipo][0]


@EM_TODAS_AS_VERSOES
@DE_TODOS_OS_TIPOS
def test_guia_number_is_taken_once(envio: Envio, recibo: Resposta) -> None:
    assert recibo.protocolo
    assert envio.enviar(f"{envio.numero}b").erro == "1308"


@EM_TODAS_AS_VERSOES
@DE_TODOS_OS_TIPOS
def test_lote_number_is_taken_once(envio: Envio, recibo: Resposta) -> None:
    esperado = "3268" if envio.cliente.versao == "4.03.00" else "1308"
    assert recibo.protocolo
    assert envio.enviar(envio.numero).erro == esperado


@pytest.mark.parametrize(
    ("versao", "padrao"),
    [("4.03.00", "4.02.00"), ("4.02.00", "4.01.00"), ("4.01.00", "4.00.01")],
)
def test_padrao_must_be_the_version_of_the_operadora(
    da_versao: Callable[[str], Cliente], versao: str, padrao: str
) -> None:
    # Every XSD knows the versions before its own
    guia = montar("guiaConsulta", "1", versao, "1")
    cabecalho: dict[str, Any] = {"registro_ans": OPERADORAS[versao], "prestador": "P2"}
    corpo = p.lote("1", [guia], padrao=padrao, **cabecalho)
    assert da_versao(versao).enviar(corpo).fault == "VersaoInvalida"


@EM_TODAS_AS_VERSOES
def test_honorarios_have_a_carater_from_4_03_on_and_never_before(
    da_versao: Callable[[str], Cliente], versao: str
) -> None:
    errada = "4.02.00" if versao == "4.03.00" else "4.03.00"
    ans = OPERADORAS[versao]
    guia = p.honorarios("1", [p.item("30101018", "1.00")], registro_ans=ans, versao=errada)
    corpo = p.lote("1", [guia], registro_ans=ans, prestador="P2", padrao=versao)
    assert da_versao(versao).enviar(corpo).fault == "SchemaInvalido"


@EM_TODAS_AS_VERSOES
@DE_TODOS_OS_TIPOS
def test_status_shows_what_was_released_once_analysed(
    simulador: Simulador, envio: Envio, recibo: Resposta
) -> None:
    lista = "guiasOdonto" if envio.tipo == ODONTO else "guiasMedicas"
    antes = envio.status(recibo.protocolo)
    simulador.avancar(120)
    depois = envio.status(recibo.protocolo)
    informado, liberado, _ = CONTAS[envio.tipo]
    for resposta, processado, pago in ((antes, informado, "0.00"), (depois, liberado, liberado)):
        valores = f"{lista}/guias/vlInformadoGuia"
        assert resposta.texto(f"{valores}/valorProcessado") == processado
        assert resposta.texto(f"{valores}/valorLiberado") == pago


@EM_TODAS_AS_VERSOES
@DE_TODOS_OS_TIPOS
def test_analysis_adds_up(simulador: Simulador, envio: Envio, recibo: Resposta) -> None:
    simulador.avancar(120)
    resposta = envio.demonstrativo(recibo.protocolo)
    nomes = (
        ("valorTotalInformadoGuia", "valorTotalLiberadoGuia", "valorTotalGlosaGuia")
        if envio.tipo == ODONTO
        else ("valorInformadoGuia", "valorLiberadoGuia", "valorGlosaGuia")
    )
    informado, liberado, glosado = (Decimal(resposta.texto(nome) or "") for nome in nomes)
    assert informado == liberado + glosado
    assert (str(informado), str(liberado)) == CONTAS[envio.tipo][:2]


@EM_TODAS_AS_VERSOES
@DE_TODOS_OS_TIPOS
def test_ledger_counts_every_item_once(
    simulador: Simulador, envio: Envio, recibo: Resposta
) -> None:
    assert recibo.protocolo
    linhas = [
        (linha["sequencial"], linha["procedimento"], linha["data"], linha["aceites"])
        for linha in simulador.livro(envio.cliente.registro_ans)
        if linha["carteira"] == envio.numero
    ]
    codigos = [*(codigo for codigo, _ in ITENS), "M1"][: CONTAS[envio.tipo][2]]
    assert sorted(linhas) == [(n, codigo, p.ONTEM, 1) for n, codigo in enumerate(codigos, 1)]


@pytest.mark.parametrize("tipo", [tipo for tipo in CONTAS if tipo != "guiaConsulta"])
@pytest.mark.parametrize(("total", "codigo"), [("400.00", "1705"), ("200.00", "1706")])
def test_total_that_is_not_the_sum_of_the_items_refuses_the_guia(
    simulador: Simulador, cliente: Cliente, numero: str, tipo: str, total: str, codigo: str
) -> None:
    _, campos = guia = montar(tipo, numero, "4.03.00", numero)
    assert isinstance(campos, list)
    errada = (guia[0], _com_total(campos, total))
    recibo = cliente.enviar(p.lote(numero, [errada]))
    simulador.avancar(120)
    resposta = cliente.enviar(p.pedido_status(recibo.protocolo), STATUS)
    assert resposta.textos("glosaGuia/motivoGlosa/codigoGlosa") == [codigo]
    assert resposta.texto("vlInformadoGuia/valorLiberado") == "0.00"


def _com_total(campos: p.Arvore, total: str) -> p.Arvore:
    totais: dict[str, p.Valor] = {
        "valorTotal": [("valorTotalGeral", total)],
        "valorTotalHonorarios": total,
        "valorTotalProc": total,
    }
    return [(nome, totais.get(nome, valor)) for nome, valor in campos]


@pytest.mark.parametrize("tipo", ["guiaResumoInternacao", "guiaHonorarios"])
def test_item_outside_the_period_billed_refuses_the_guia(
    simulador: Simulador, cliente: Cliente, numero: str, tipo: str
) -> None:
    fazer = p.resumo_internacao if tipo == "guiaResumoInternacao" else p.honorarios
    guia = fazer(numero, [p.item("30101018", "90.00")], periodo=("2020-01-01", "2020-01-02"))
    recibo = cliente.enviar(p.lote(numero, [guia]))
    simulador.avancar(120)
    resposta = cliente.enviar(p.pedido_demonstrativo(recibo.protocolo), DEMONSTRATIVO)
    assert resposta.texto("motivoGlosaGuia/codigoGlosa") == "1323"
    assert (resposta.texto("dataInicioFat"), resposta.texto("dataFimFat")) == (
        "2020-01-01",
        "2020-01-02",
    )


def test_refused_item_is_shown_with_its_participation(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    guia = p.honorarios(numero, [p.item("20101023", "30.00")], grau="06")
    recibo = cliente.enviar(p.lote(numero, [guia]))
    simulador.avancar(120)
    resposta = cliente.enviar(p.pedido_demonstrativo(recibo.protocolo), DEMONSTRATIVO)
    assert resposta.textos("detalhesGuia/grauParticipacao") == ["06"]


def test_refused_expense_is_shown_with_its_centro_de_consumo(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    despesa = p.despesa("20101023", "5.00", sequencial=1, centro_consumo="6")
    recibo = cliente.enviar(
        p.lote(numero, [p.resumo_internacao(numero, [], despesas=[despesa], total="5.00")])
    )
    simulador.avancar(120)
    resposta = cliente.enviar(p.pedido_demonstrativo(recibo.protocolo), DEMONSTRATIVO)
    assert resposta.textos("detalhesGuia/centroConsumo") == ["6"]


@pytest.mark.parametrize("tipo", ["guiaHonorarios", ODONTO])
def test_executante_by_cnpj_is_the_prestador(
    simulador: Simulador, da_versao: Callable[[str], Cliente], tipo: str, numero: str
) -> None:
    cnpj = "00000000000191"
    guia = (
        p.odonto(numero, executante=cnpj, carteira=numero)
        if tipo == ODONTO
        else p.honorarios(numero, [p.item("30101018", "90.00")], executante=cnpj, carteira=numero)
    )
    assert da_versao("4.03.00").enviar(p.lote(numero, [guia], prestador="P2")).protocolo
    linhas = [linha for linha in simulador.livro("999001") if linha["carteira"] == numero]
    assert [linha["executante"] for linha in linhas] == ["P2"]


@pytest.mark.parametrize(
    ("valor", "total", "aceita"),
    [
        pytest.param("99999.99", None, True, id="item fits"),
        pytest.param("100000.00", None, False, id="item does not"),
        pytest.param("-100000.00", None, False, id="negative item does not"),
        pytest.param("1.00", "999999.99", True, id="guia fits"),
        pytest.param("1.00", "1000000.00", False, id="guia does not"),
    ],
)
def test_value_that_no_answer_of_odontologia_could_state_is_refused(
    cliente: Cliente, numero: str, valor: str, total: str | None, aceita: bool
) -> None:
    guia = p.odonto(numero, [p.item_odonto("81000030", valor)], total=total)
    resposta = cliente.enviar(p.lote(numero, [guia]))
    assert resposta.erro == (None if aceita else "1705")


@pytest.mark.parametrize(("segunda", "aceito"), [("99.99", True), ("100.00", False)])
def test_lote_that_no_receipt_could_add_up_is_refused(
    cliente: Cliente, numero: str, segunda: str, aceito: bool
) -> None:
    guias = [
        p.consulta(f"{numero}a", valor="99999900.00"),
        p.consulta(f"{numero}b", valor=segunda),
    ]
    assert cliente.enviar(p.lote(numero, guias)).erro == (None if aceito else "1705")
