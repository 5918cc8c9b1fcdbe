"""What the screen and the API tell of the money is what the views say, to the centavo."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from balcao import Balcao
from oficina import HOJE, Oficina
from respostas import paga, pagamento, receber

from tiss.repository.listas import conciliacao
from tiss.settings import RAIZ
from tiss.web.telas import graficos
from tiss.web.telas.divergencias import MOTIVOS
from tiss.web.telas.formatos import reais

Entrar = Callable[[str | None], Balcao]
API, TELA = "/api/tiss/conciliacao", "/tiss/conciliacao"
SVG = "{http://www.w3.org/2000/svg}"
SOMADAS = (
    "guias, guias_em_aberto, informado, processado, liberado, glosado, franquia, em_aberto,"
    " diferenca, pago, a_pagar, a_receber, pago_por_recurso, em_recurso, recuperado"
)


# The API ------------------------------------------------------------------------------------------


def test_the_api_tells_what_the_view_says(faturado: Oficina, balcao: Entrar) -> None:
    corpo = balcao("vera").get(API).json()
    da_visao = faturado.linhas(
        f"SELECT contrato_id, operadora, prestador, ambiente, competencia, {SOMADAS}"
        " FROM tiss.conciliacao_contrato ORDER BY competencia, operadora, prestador, contrato_id"
    )
    esperadas = [
        {
            nome: valor if valor is None or isinstance(valor, int) else str(valor)
            for nome, valor in linha.items()
        }
        for linha in da_visao
    ]
    for linha, esperada in zip(corpo["linhas"], esperadas, strict=True):
        assert {nome: linha[nome] for nome in esperada} == {
            **esperada,
            "guias": int(esperada["guias"]),
            "guias_em_aberto": int(esperada["guias_em_aberto"]),
        }
    for coluna in SOMADAS.split(", "):
        somada = sum(linha[coluna] or 0 for linha in da_visao)
        assert Decimal(str(corpo["totais"][coluna])) == somada, coluna


def test_what_waits_is_told_by_its_age(faturado: Oficina, balcao: Entrar) -> None:
    corpo = balcao("vera").get(API).json()
    da_visao = {
        linha["faixa"]: linha
        for linha in faturado.linhas(
            "SELECT faixa, count(*) AS lotes, sum(guias_em_aberto) AS guias,"
            " sum(em_aberto) AS valor FROM tiss.conciliacao_espera GROUP BY faixa"
        )
    }
    assert [parado["faixa"] for parado in corpo["parados"]] == list(conciliacao.FAIXAS)
    assert set(da_visao) == {"até 30 dias", "61 a 90 dias"}
    for parado in corpo["parados"]:
        vista = da_visao.get(parado["faixa"], {"lotes": 0, "guias": 0, "valor": 0})
        assert (parado["lotes"], parado["guias"]) == (vista["lotes"], vista["guias"])
        assert Decimal(parado["valor"]) == vista["valor"]


def test_glosas_are_those_of_the_view(faturado: Oficina, balcao: Entrar) -> None:
    (vista,) = faturado.linhas(
        "SELECT codigo, nivel, glosas, guias, valor FROM tiss.conciliacao_glosa"
    )
    (dita,) = balcao("vera").get(API).json()["glosas"]
    assert {nome: dita[nome] for nome in vista} == {**vista, "valor": str(vista["valor"])}


def test_a_filter_leaves_out_what_it_does_not_name(faturado: Oficina, balcao: Entrar) -> None:
    vera = balcao("vera")
    so_uma = vera.get(API, params={"operadora": "999002"}).json()
    assert {linha["registro_ans"] for linha in so_uma["linhas"]} == {"999002"}
    assert so_uma["totais"]["informado"] == "33.33"
    assert so_uma["glosas"] == []
    este = f"{HOJE:%Y-%m}"
    neste_mes = vera.get(API, params={"de": este, "ate": este}).json()
    assert neste_mes["totais"]["informado"] == "610.00"
    assert neste_mes["em_aberto_antes"] == "33.33"
    ensaio = vera.get(API, params={"ambiente": "HOMOLOGACAO"}).json()
    assert (ensaio["linhas"], ensaio["totais"]["informado"]) == ([], "0.00")


def test_the_csv_has_the_same_lines(faturado: Oficina, balcao: Entrar) -> None:
    faturado.fazer("UPDATE tiss.operadora SET nome = '=1+1' WHERE registro_ans = '999002'")
    vera = balcao("vera")
    corpo = vera.get(API).json()
    for endereco in (f"{API}.csv", f"{TELA}/linhas.csv"):
        resposta = vera.get(endereco)
        assert resposta.headers["content-type"] == "text/csv; charset=utf-8"
        assert resposta.content.startswith(b"\xef\xbb\xbf")
        texto = resposta.content.decode("utf-8-sig")
        lidas = list(csv.DictReader(io.StringIO(texto), delimiter=";"))
        assert len(lidas) == len(corpo["linhas"])
        for lida, linha in zip(lidas, corpo["linhas"], strict=True):
            assert Decimal(lida["Informado"].replace(",", ".")) == Decimal(linha["informado"])
            assert lida["A receber"] == linha["a_receber"].replace(".", ",")
        assert "'=1+1" in {lida["Operadora"] for lida in lidas}


ERRADOS = {
    "a month that is none": {"de": "2026-13"},
    "a day": {"de": "2026-11-01"},
    "the wrong way round": {"de": "2026-11", "ate": "2026-10"},
    "too many months": {"de": "2000-01", "ate": "2026-10"},
    "an operadora that is none": {"operadora": "99900\x00"},
    "an environment that is none": {"ambiente": "TESTE"},
}


@pytest.mark.parametrize("errado", ERRADOS)
@pytest.mark.parametrize("endereco", [API, f"{API}.csv", f"{TELA}/linhas.csv"])
def test_a_filter_that_is_wrong_is_refused(balcao: Entrar, errado: str, endereco: str) -> None:
    assert balcao("vera").get(endereco, params=ERRADOS[errado]).status_code == 422


# The screen ---------------------------------------------------------------------------------------


def ver(balcao: Entrar, quem: str = "vera", **parametros: str) -> str:
    resposta = balcao(quem).get(TELA, params=parametros)
    assert resposta.status_code == 200, resposta.text
    return resposta.text


def graficos_de(pagina: str) -> list[ET.Element]:
    return [
        ET.fromstring(svg) for svg in re.findall(r'<svg class="chart".*?</svg>', pagina, re.DOTALL)
    ]


def tabelas_de(pagina: str) -> list[list[list[str]]]:
    """The cells of the tables under the charts."""
    return [
        [
            [re.sub(r"<[^>]+>", "", celula).strip() for celula in re.findall(r"<td.*?</td>", linha)]
            for linha in re.findall(r"<tr.*?</tr>", tabela, re.DOTALL)[1:]
        ]
        for tabela in re.findall(r"<details>.*?</details>", pagina, re.DOTALL)
    ]


@pytest.mark.parametrize("quem", ["vera", "otto", "ana"])
def test_cards_say_the_sums(faturado: Oficina, balcao: Entrar, quem: str) -> None:
    pagina = ver(balcao, quem)
    (somas,) = faturado.linhas(
        "SELECT sum(informado) AS a, sum(liberado) AS b, sum(glosado) AS c, sum(em_aberto) AS d,"
        " sum(pago) AS e, sum(recuperado) AS f FROM tiss.conciliacao_contrato"
    )
    assert re.findall(r'<span class="v">(.*?)</span>', pagina) == [reais(v) for v in somas.values()]
    assert "83,3% do que já foi analisado" in pagina  # 249,99 of 300,00, not of the 643,33 billed
    assert "Zélia" not in pagina


def test_charts_say_what_their_tables_say(faturado: Oficina, balcao: Entrar) -> None:
    pagina = ver(balcao)
    meses, parados, operadoras, motivos = graficos_de(pagina)
    t_meses, t_parados, t_operadoras, t_motivos = tabelas_de(pagina)
    ditos = {a.get("aria-label") for a in meses.iter("a")}
    esperados = set()
    for linha in t_meses[:-1]:
        mes_, _, liberado, glosado, franquia, em_aberto, _ = linha
        partes = zip(
            ("liberados", "glosados", "de franquia", "em aberto"),
            (liberado, glosado, franquia, em_aberto),
            strict=True,
        )
        esperados |= {
            f"{mes_.split()[0]}: {valor} {nome}"
            for nome, valor in partes
            if valor != reais(Decimal(0))
        }
    assert ditos == esperados
    assert len(ditos) == 4
    for grafico, tabela in ((parados, t_parados), (operadoras, t_operadoras), (motivos, t_motivos)):
        rotulos = [a.get("aria-label") or "" for a in grafico.iter("a")]
        assert len(rotulos) == len(tabela)
        for rotulo, linha in zip(rotulos, tabela, strict=True):
            assert linha[0] in rotulo
            assert any(celula in rotulo for celula in linha if celula.startswith("R$")), (
                rotulo,
                linha,
            )
    assert "1705" in motivos.find(".//text").text  # type: ignore[union-attr, operator]
    assert "/tiss/guias?glosa=1705" in pagina


def test_heights_of_a_column_are_its_values() -> None:
    partes = [
        graficos.Parte(classe="lib", valor=Decimal("300"), texto="a"),
        graficos.Parte(classe="glo", valor=Decimal("100"), texto="b"),
        graficos.Parte(classe="abe", valor=Decimal("0"), texto="c"),
    ]
    coluna = graficos.Coluna(nome="nov", partes=partes, total=Decimal(400), endereco="/x?a=1&b=2")
    svg = ET.fromstring(graficos.colunas("<Título & tal>", [coluna]))
    alturas = [Decimal(rect.get("height", "")) + 1 for rect in svg.iter("rect")]
    assert len(alturas) == 2
    assert abs(alturas[0] - 3 * alturas[1]) <= Decimal("0.2")
    assert svg.get("aria-label") == "<Título & tal>"
    assert {a.get("href") for a in svg.iter("a")} == {"/x?a=1&b=2"}


@pytest.mark.parametrize("valor", ["0", "0.01", "999.99", "1000", "123456789.10", "99999999999.99"])
def test_any_value_fits_a_chart(valor: str) -> None:
    parte = graficos.Parte(classe="lib", valor=Decimal(valor), texto="a")
    coluna = graficos.Coluna(nome="nov", partes=[parte], total=Decimal(valor), endereco="/x")
    for quantas in (1, 12, 60):
        svg = ET.fromstring(graficos.colunas("t", [coluna] * quantas))
        for rect in svg.iter("rect"):
            assert Decimal(rect.get("y", "")) >= graficos.TOPO - 1
            assert Decimal(rect.get("x", "")) + Decimal(rect.get("width", "")) <= graficos.LARGURA
    barra = graficos.Barra(nome="n" * 100, valor=Decimal(valor), texto="t", endereco="/x")
    (rect,) = ET.fromstring(graficos.barras("t", [barra], "glo")).iter("rect")
    assert Decimal(rect.get("width", "")) <= graficos.LARGURA - graficos.NOME - graficos.NUMERO


def test_the_month_that_goes_on_is_shown_as_such(faturado: Oficina, balcao: Entrar) -> None:
    pagina = ver(balcao)
    assert f"{HOJE:%m/%Y} está em curso" in pagina
    assert 'class="abe curso"' in pagina
    antes = f"{HOJE - timedelta(70):%m/%Y}"
    assert "em curso" not in ver(balcao, de=antes, ate=antes)


def test_payments_are_told_by_their_day(faturado: Oficina, balcao: Entrar) -> None:
    pagina = ver(balcao)
    (pago,) = faturado.linhas(
        "SELECT * FROM tiss.conciliacao_pagamento WHERE data_pagamento = %s", HOJE
    )
    assert (pago["bruto"], pago["liquido"]) == (Decimal("60.00"), Decimal("58.77"))
    (tabela,) = re.findall(r'<section class="box" id="pagamentos".*?</section>', pagina, re.DOTALL)
    celulas = [re.sub(r"<[^>]+>", "", c) for c in re.findall(r"<td.*?</td>", tabela)]
    hoje = celulas.index(f"{HOJE:%d/%m/%Y}")
    assert celulas[hoje + 2 : hoje + 7] == [
        reais(pago[nome]) for nome in ("bruto", "nao_reconhecido", "debitos", "creditos", "liquido")
    ]


def test_the_newest_days_of_payment_come_first_and_no_other_is_read(faturado: Oficina) -> None:
    numero, protocolo = faturado.linhas(
        "SELECT numero_guia_prestador AS n, protocolo AS p FROM tiss.conciliacao_guia LIMIT 1"
    )[0].values()
    primeiro = HOJE.replace(day=1) - timedelta(100)
    receber(
        faturado,
        *(
            pagamento(protocolo, paga(numero, "0.01"), dia=primeiro + timedelta(n))
            for n in range(30)
        ),
    )
    filtro = conciliacao.FiltroDaConciliacao(
        de=primeiro.replace(day=1), ate=(primeiro + timedelta(30)).replace(day=1)
    )
    with faturado.repo.transacao() as t:
        lidos = conciliacao.pagamentos(t, filtro)
    assert [lido.data_pagamento for lido in lidos] == [
        primeiro + timedelta(n) for n in range(29, 29 - conciliacao.DIAS_DE_PAGAMENTO, -1)
    ]


def test_what_does_not_fit_is_counted_and_leads_to_its_list(
    faturado: Oficina, balcao: Entrar
) -> None:
    assert "PAGAMENTO_A_MENOR" in faturado.divergencias()
    pagina = ver(balcao)
    assert MOTIVOS["PAGAMENTO_A_MENOR"].titulo in pagina
    (endereco,) = re.findall(
        r'href="(/tiss/conciliacao/divergencias\?motivo=PAGAMENTO_A_MENOR)"', pagina
    )
    descricao = faturado.valor(
        "SELECT descricao FROM tiss.divergencia WHERE motivo = 'PAGAMENTO_A_MENOR'"
    )
    do_operador, de_quem_le = (balcao(quem).get(endereco).text for quem in ("otto", "vera"))
    assert descricao in do_operador
    assert descricao not in de_quem_le
    assert "/tiss/lotes?lote=" in de_quem_le
    assert MOTIVOS["PAGAMENTO_A_MENOR"].faca in de_quem_le


@pytest.mark.parametrize("ambiente", ["PRODUCAO", "HOMOLOGACAO"])
def test_from_what_does_not_fit_one_gets_to_the_guia_and_back(
    faturado: Oficina, balcao: Entrar, ambiente: str
) -> None:
    faturado.fazer("UPDATE tiss.contrato SET ambiente = %s", ambiente)
    faturado.fazer("UPDATE tiss.guia SET ambiente = %s", ambiente)
    vera = balcao("vera")
    filtro = {"motivo": "PAGAMENTO_A_MENOR", "ambiente": ambiente}
    lista = vera.get(f"{TELA}/divergencias", params=filtro).text
    (guia,) = re.findall(r'href="(/tiss/guias\?guia=[0-9]+)">1</a>', lista)
    (volta,) = re.findall(r'href="(/tiss/conciliacao/divergencias[^"]+)"', vera.get(guia).text)
    assert guia in vera.get(html.unescape(volta)).text


def test_a_reason_without_words_is_told_as_it_is(faturado: Oficina, balcao: Entrar) -> None:
    faturado.fazer("UPDATE tiss.divergencia SET motivo = 'DE_OUTRA_VERSAO'")
    assert "DE_OUTRA_VERSAO" in ver(balcao)
    assert "DE_OUTRA_VERSAO" in balcao("vera").get(f"{TELA}/divergencias").text


def test_every_reason_has_its_words() -> None:
    documento = (RAIZ / "docs" / "operacao.md").read_text(encoding="utf-8")
    secao = documento.split("\n## Divergências\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", secao, re.MULTILINE)) == set(MOTIVOS)


@pytest.mark.parametrize(
    ("parametros", "dito"),
    [
        ({"de": "13/2026"}, 'id="e-de" role="alert">Não é um mês'),
        ({"ate": "novembro"}, 'id="e-ate" role="alert">Não é um mês'),
        ({"de": "01/0001"}, 'value="01/0001" aria-invalid="true" aria-describedby="e-de"'),
        ({"de": "\x00"}, "Não é um mês"),
        ({"de": "11/2026", "ate": "10/2026"}, "troque os dois meses"),
        ({"de": "01/2000", "ate": "10/2026"}, "mais de 60 meses"),
    ],
)
def test_a_month_that_is_none_is_told_in_words(
    faturado: Oficina, balcao: Entrar, parametros: dict[str, str], dito: str
) -> None:
    pagina = ver(balcao, **parametros)
    assert dito in pagina
    assert "Conciliação de" in pagina


def test_a_clinic_that_sent_nothing_is_told_so(oficina: Oficina, balcao: Entrar) -> None:
    pagina = ver(balcao)
    assert "Nada foi enviado neste período" in pagina
    assert "Nenhum pagamento nestes meses." in pagina


@pytest.mark.parametrize("cursor", ["<x", ">99999999999999999999", "x", ">1 2"])
def test_a_cursor_that_no_page_gave_is_refused(balcao: Entrar, cursor: str) -> None:
    assert balcao("vera").get(f"{TELA}/divergencias", params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("endereco", [API, f"{API}.csv", TELA, f"{TELA}/divergencias"])
def test_without_a_login_nothing_is_told(balcao: Entrar, endereco: str) -> None:
    assert balcao(None).get(endereco).status_code == 401
