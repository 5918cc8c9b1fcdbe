"""The demonstrativos of payment and of odontologia: what was released, and when it is paid."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal

import pedidos_tiss as p
import pytest
from cliente_tiss import DEMONSTRATIVO, OPERADORAS, STATUS, Cliente, Resposta, operadora

from tiss.simulador.processo import Simulador

TIPO = "cabecalho/identificacaoTransacao/tipoTransacao"


def hoje(simulador: Simulador) -> datetime.date:
    return datetime.datetime.fromisoformat(simulador.saude()["agora"]).date()


def do_dia(dia: datetime.date) -> tuple[str, p.Valor]:
    return ("dataPagamento", dia.isoformat())


def do_mes(dia: datetime.date) -> tuple[str, p.Valor]:
    return ("competencia", f"{dia:%Y%m}")


def pagamento(cliente: Cliente, periodo: tuple[str, p.Valor], *, odonto: bool = False) -> Resposta:
    pedido = p.pedido_pagamento(
        periodo,
        odonto=odonto,
        prestador="P2",
        registro_ans=cliente.registro_ans,
        padrao=cliente.versao,
    )
    return cliente.enviar(pedido, DEMONSTRATIVO)


def analise(cliente: Cliente, *protocolos: str) -> Resposta:
    pedido = p.pedido_demonstrativo(
        *protocolos, prestador="P2", registro_ans=cliente.registro_ans, padrao=cliente.versao
    )
    return cliente.enviar(pedido, DEMONSTRATIVO)


def lote(cliente: Cliente, numero: str, guias: list[tuple[str, p.Valor]]) -> str:
    corpo = p.lote(
        numero,
        guias,
        prestador="P2",
        registro_ans=cliente.registro_ans,
        padrao=cliente.versao,
    )
    return cliente.enviar(corpo).protocolo


def medico(cliente: Cliente, numero: str, carteira: str = "1") -> str:
    ans = cliente.registro_ans
    guias = [
        p.consulta(f"{numero}a", valor="350.00", registro_ans=ans, carteira=carteira),
        p.consulta(f"{numero}b", valor="100.00", registro_ans=ans, carteira=carteira),
    ]
    return lote(cliente, numero, guias)


def odonto(cliente: Cliente, numero: str, carteira: str = "1") -> str:
    itens = [
        p.item_odonto("10101012", "350.00", sequencial=1, dente="11", face="OM"),
        p.item_odonto("20101023", "30.00", sequencial=2, regiao="AI"),
        p.item_odonto("81000030", "10.00", sequencial=3, quantidade=2),
    ]
    guia = p.odonto(numero, itens, registro_ans=cliente.registro_ans, carteira=carteira)
    return lote(cliente, numero, [guia])


@pytest.fixture(scope="module")
def operadoras() -> Iterator[tuple[Simulador, Iterator[str]]]:
    """A simulator, and operadoras of it that nobody has sent anything to."""
    todas = [str(registro) for registro in range(998001, 998031)]
    with Simulador.start({"operadoras": [operadora(registro) for registro in todas]}) as simulador:
        yield simulador, iter(todas)
        assert simulador.erros() == "", "the simulator logged an error"


@pytest.fixture
def p2(operadoras: tuple[Simulador, Iterator[str]]) -> tuple[Simulador, Cliente]:
    """A simulator and the prestador P2 at an operadora of its own."""
    simulador, livres = operadoras
    return simulador, Cliente(simulador.url, next(livres), usuario="outra", senha="segredo2")


@pytest.mark.parametrize("versao", OPERADORAS)
@pytest.mark.parametrize("de_odonto", [False, True], ids=["medico", "odonto"])
def test_payment_is_shown_in_every_version(
    simulador: Simulador,
    da_versao: Callable[[str], Cliente],
    numero: str,
    versao: str,
    de_odonto: bool,
) -> None:
    cliente = da_versao(versao)
    protocolo = (odonto if de_odonto else medico)(cliente, numero)
    simulador.avancar(120)
    dia = hoje(simulador) + datetime.timedelta(days=30)
    resposta = pagamento(cliente, do_dia(dia), odonto=de_odonto)
    assert protocolo in resposta.textos("numeroProtocolo")
    assert resposta.texto(TIPO) == (
        "DEMONSTRATIVO_ODONTOLOGIA" if de_odonto else "DEMONSTRATIVO_PAGAMENTO"
    )


def test_what_was_released_is_paid_30_days_after_the_analysis(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    medico(cliente, "1")
    simulador.avancar(120)
    analisado = hoje(simulador)
    pagos = {
        dias: pagamento(cliente, do_dia(analisado + datetime.timedelta(days=dias))).erro
        for dias in (29, 30, 31)
    }
    assert pagos == {29: "3162", 30: None, 31: "3162"}


def test_month_shows_the_payments_of_all_its_days_and_of_no_other(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    pagos: dict[datetime.date, str] = {}
    for n in range(3):
        protocolo = medico(cliente, str(n))
        simulador.avancar(120)
        pagos[hoje(simulador) + datetime.timedelta(days=30)] = protocolo
        simulador.avancar(12 * 86_400)
    for mes in {dia.replace(day=1) for dia in pagos}:
        do_mesmo = [n for dia, n in pagos.items() if dia.replace(day=1) == mes]
        resposta = pagamento(cliente, do_mes(mes))
        assert resposta.textos("relacaoProtocolos/numeroProtocolo") == do_mesmo
        assert len(resposta.textos("pagamentosPorData/dadosPagamento/dataPagamento")) == len(
            do_mesmo
        )


def test_totals_of_a_payment_add_up_from_guia_to_demonstrativo(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    for n in (1, 2):
        medico(cliente, str(n))
    simulador.avancar(120)
    resposta = pagamento(cliente, do_dia(hoje(simulador) + datetime.timedelta(days=30)))
    assert resposta.textos("guiasDoLote/valorLiberadoGuia") == ["300.00", "100.00"] * 2
    assert resposta.textos("guiasDoLote/valorGlosaGuia") == ["50.00", "0.00"] * 2
    assert resposta.textos("relacaoProtocolos/valorLiberado") == ["400.00"] * 2
    bruto = "totaisDemonstrativo/totaisBrutosDemonstrativo"
    assert [
        resposta.texto(f"{bruto}/valor{nome}Bruto") for nome in ("Informado", "Liberado", "Glosa")
    ] == ["900.00", "800.00", "100.00"]
    assert resposta.texto("totaLiberadoPorData") == "800.00"
    assert resposta.texto("liquidoPorData") == "800.00"
    assert resposta.texto("valorLiberadoDemonstrativo") == "800.00"


def test_payment_of_odontologia_shows_every_item_with_its_glosas(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    odonto(cliente, "1")
    simulador.avancar(120)
    dia = hoje(simulador) + datetime.timedelta(days=30)
    resposta = pagamento(cliente, do_dia(dia), odonto=True)
    item = "dadosPagamentoGuia/dadosPagamento"
    assert resposta.textos(f"{item}/sequencialItem") == ["1", "2", "3"]
    assert resposta.textos(f"{item}/qtdProc") == ["1", "1", "2"]
    assert resposta.textos(f"{item}/valorLiberado") == ["300.00", "0.00", "10.00"]
    assert resposta.textos(f"{item}/valorGlosaEstorno") == ["50.00", "30.00", "0.00"]
    assert resposta.textos(f"{item}/codigosGlosa") == ["1705", "1801"]
    assert resposta.textos(f"{item}/denteRegiao/codDente") == ["11"]
    assert resposta.textos(f"{item}/denteRegiao/codRegiao") == ["AI"]
    assert resposta.textos(f"{item}/denteFace") == ["OM"]
    assert resposta.texto("totaisBrutoDemonstrativo/valorLiberadoPorDemonstrativo") == "310.00"
    assert resposta.texto("valorRecebidoDemonstrativo") == "310.00"


def test_whole_guia_of_odontologia_refused_says_why_on_its_items_and_in_words(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    protocolo = odonto(cliente, "1", carteira="7000")
    simulador.avancar(120)
    resposta = analise(cliente, protocolo)
    assert resposta.textos("codigosGlosa") == ["1001"] * 3
    assert resposta.texto("observacaoGuia") == "NÚMERO DA CARTEIRA INVÁLIDO"
    assert resposta.texto("valorTotalLiberadoGuia") == "0.00"


def test_status_of_odontologia_shows_the_refused_items_only_once_analysed(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    protocolo = odonto(cliente, "1")
    pedido = p.pedido_status(protocolo, prestador="P2", registro_ans=cliente.registro_ans)
    item = "procedimentosRealizados/procedimentoRealizado"
    assert cliente.enviar(pedido, STATUS).textos(f"{item}/sequencialItem") == []
    simulador.avancar(120)
    resposta = cliente.enviar(pedido, STATUS)
    assert resposta.textos(f"{item}/sequencialItem") == ["1", "2"]
    glosas = f"{item}/glosasProcedimento"
    assert resposta.textos(f"{glosas}/motivoGlosa/codigoGlosa") == ["1705", "1801"]
    assert resposta.textos(f"{glosas}/valorGlosaProcedimento") == ["50.00", "30.00"]


def test_analysis_of_odontologia_is_its_payment_dated_ahead(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    protocolo = odonto(cliente, "1")
    antes = analise(cliente, protocolo)
    assert antes.texto("situacaoDemonstrativoRetorno/tipoDemonstrativo") == "3"
    simulador.avancar(120)
    depois = analise(cliente, protocolo)
    assert depois.texto("demonstrativoPagamentoOdonto/dadosPagamentoPorData/protocolos/numeroLote")
    assert antes.texto(TIPO) == depois.texto(TIPO) == "DEMONSTRATIVO_ODONTOLOGIA"
    dia = hoje(simulador) + datetime.timedelta(days=30)
    assert depois.texto("dataPagamento") == dia.isoformat()


@pytest.mark.parametrize("primeiro", [medico, odonto])
def test_first_analysed_protocol_decides_which_demonstrativo_answers_a_mixed_request(
    p2: tuple[Simulador, Cliente], primeiro: Callable[[Cliente, str], str]
) -> None:
    simulador, cliente = p2
    segundo = odonto if primeiro is medico else medico
    protocolos = [primeiro(cliente, "1"), segundo(cliente, "2")]
    simulador.avancar(120)
    assert analise(cliente, *protocolos).textos("numeroProtocolo") == protocolos[:1]


def test_demonstrativo_of_odontologia_leaves_out_what_is_not_analysed(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    pronto = odonto(cliente, "1")
    simulador.avancar(120)
    novo = odonto(cliente, "2")
    assert analise(cliente, novo, pronto).textos("numeroProtocolo") == [pronto]


def test_nothing_is_paid_before_it_is_analysed(p2: tuple[Simulador, Cliente]) -> None:
    simulador, cliente = p2
    medico(cliente, "1")
    dia = hoje(simulador) + datetime.timedelta(days=30)
    assert {pagamento(cliente, do_mes(dia)).erro, pagamento(cliente, do_dia(dia)).erro} == {"3162"}


def test_payments_of_the_other_kind_and_of_others_are_not_shown(
    p2: tuple[Simulador, Cliente],
) -> None:
    simulador, cliente = p2
    ans = cliente.registro_ans
    medico(cliente, "1")
    outra = Cliente(simulador.url, ans)
    guia = p.odonto("1", registro_ans=ans)
    assert outra.enviar(p.lote("1", [guia], registro_ans=ans)).protocolo
    simulador.avancar(120)
    periodo = do_dia(hoje(simulador) + datetime.timedelta(days=30))
    assert pagamento(cliente, periodo).erro is None
    assert pagamento(cliente, periodo, odonto=True).erro == "3162"
    pedido = p.pedido_pagamento(periodo, registro_ans=ans)
    assert outra.enviar(pedido, DEMONSTRATIVO).erro == "3162"


@pytest.mark.parametrize("nome", ["pagamento", "analise"])
def test_request_about_a_prestador_that_is_not_the_credential_s_is_3162(
    p2: tuple[Simulador, Cliente], nome: str
) -> None:
    simulador, cliente = p2
    protocolo = medico(cliente, "1")
    simulador.avancar(120)
    periodo = do_dia(hoje(simulador) + datetime.timedelta(days=30))

    def erro(prestador: str) -> str | None:
        # The cabecalho names the prestador by its CNPJ
        quem = {"cnpj": "00000000000191", "registro_ans": cliente.registro_ans}
        pedido = (
            p.pedido_pagamento(periodo, prestador=prestador, **quem)
            if nome == "pagamento"
            else p.pedido_demonstrativo(protocolo, prestador=prestador, **quem)
        )
        return cliente.enviar(pedido, DEMONSTRATIVO).erro

    assert (erro("P2"), erro("P9")) == (None, "3162")


@pytest.mark.parametrize(
    "periodo",
    [
        ("competencia", "202613"),
        ("competencia", "000001"),
        ("dataPagamento", "12345-01-01"),
        ("dataPagamento", "9999-12-31"),
    ],
)
def test_period_that_only_the_xsd_can_read_is_1323(
    cliente: Cliente, periodo: tuple[str, str]
) -> None:
    assert cliente.enviar(p.pedido_pagamento(periodo), DEMONSTRATIVO).erro == "1323"


def test_no_demonstrativo_of_odontologia_without_the_cnpj_of_the_prestador(
    simulador: Simulador, cliente: Cliente, numero: str
) -> None:
    recibo = cliente.enviar(p.lote(numero, [p.odonto(numero)]))
    simulador.avancar(120)
    resposta = cliente.enviar(p.pedido_demonstrativo(recibo.protocolo), DEMONSTRATIVO)
    assert resposta.erro == "1206"


@pytest.mark.parametrize("versao", OPERADORAS)
def test_largest_values_fit_the_answers_in_every_version(
    simulador: Simulador, da_versao: Callable[[str], Cliente], numero: str, versao: str
) -> None:
    # The money fields of 4.01.00 are shorter; every answer is checked against its XSD
    cliente = da_versao(versao)
    item = p.item_odonto("81000030", "99999.99", quantidade=99)
    guia = p.odonto(numero, [item], total="999999.99", registro_ans=cliente.registro_ans)
    protocolo = lote(cliente, numero, [guia])
    simulador.avancar(120)
    assert analise(cliente, protocolo).texto("valorTotalInformadoGuia") == "999999.99"


def test_values_of_a_payment_are_those_of_the_analysis(p2: tuple[Simulador, Cliente]) -> None:
    simulador, cliente = p2
    protocolo = medico(cliente, "1")
    simulador.avancar(120)
    pago = pagamento(cliente, do_dia(hoje(simulador) + datetime.timedelta(days=30)))
    analisado = analise(cliente, protocolo)
    for nome in ("Informado", "Liberado", "Glosa"):
        valor = Decimal(pago.texto(f"valor{nome}Bruto") or "")
        assert valor == Decimal(analisado.texto(f"valor{nome}Geral") or "")
