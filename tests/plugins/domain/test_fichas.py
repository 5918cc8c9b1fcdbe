"""What a file may say of a prestador, an operadora, a contrato, and how the rest is told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tiss.domain.fichas import CONTRATO, OPERADORA, PRESTADOR, TABELAS, escrever, ler
from tiss.domain.fichas.segredos import SEGREDO

Dados = dict[str, Any]
PEM = "-----BEGIN CERTIFICATE-----"
MINIMOS: dict[str, Dados] = {
    "prestador": {"clinica_id": "CENTRO", "nome": "Clínica", "cnpj": "11222333000181"},
    "operadora": {"registro_ans": "123456", "nome": "Operadora"},
    "contrato": {
        "prestador": "CENTRO",
        "operadora": "123456",
        "ambiente": "PRODUCAO",
        "tipo_autenticacao": "NENHUMA",
    },
}


def com(tabela: str, chave: str, valor: object) -> Dados:
    """The smallest of a table, with one key more, which may stand in a table."""
    dados = {**MINIMOS[tabela]}
    *fora, nome = chave.split(".")
    onde = dados
    for parte in fora:
        onde[parte] = {}
        onde = onde[parte]
    onde[nome] = valor
    return dados


def problemas(tabela: str, dados: Dados) -> list[str]:
    """What is said of one, without where it is."""
    leitura = ler({"a.toml": {tabela: [dados]}})
    assert bool(leitura.problemas) != bool(leitura.fichas)
    return [problema.split(": ", 2)[2] for problema in leitura.problemas]


def coluna(tabela: str, chave: str, valor: object) -> object:
    """What a key becomes."""
    leitura = ler({"a.toml": {tabela: [com(tabela, chave, valor)]}})
    assert leitura.problemas == []
    (campo,) = (c for t in TABELAS if t.nome == tabela for c in t.campos if c.chave == chave)
    return leitura.fichas[0].colunas[campo.coluna]


BONS: dict[tuple[str, str], list[Any]] = {
    ("prestador", "cnes"): ["0000000"],
    ("prestador", "cnpj"): ["12ABC34501DE35"],
    ("operadora", "max_envios_simultaneos"): [1, 128],
    ("contrato", "ambiente"): ["HOMOLOGACAO", "PRODUCAO"],
    ("contrato", "codigo_prestador"): ["1", "1" * 14],
    ("contrato", "faturar_a_partir_de"): [date(2026, 12, 1)],
    ("contrato", "proximo_numero_lote"): [1, 999_999_999_999],
    ("contrato", "proximo_numero_guia"): [1, 2**63 - 1],
    ("contrato", "url_base"): [
        "https://op.example",
        "https://op.example:8443/a?b=c",
        "http://127.0.0.1:80/a",
        "http://localhost",
        "http://[::1]:1/",
    ],
    ("contrato", "servicos_soap.ENVIO_LOTE_GUIAS"): [],
    ("contrato", "dias_para_faturar"): [1, 3650],
    ("contrato", "lote.max_guias"): [1, 100],
    ("contrato", "lote.max_envios_simultaneos"): [1, 32],
    ("contrato", "lote.modelo_nome_arquivo"): ["A-z_0.${hash}"],
    ("contrato", "entrega.das"): [time(0), time(23, 59, 59)],
    ("contrato", "entrega.dias_da_semana"): [[1], [7, 1]],
    ("contrato", "entrega.do_dia"): [1, 31],
    ("contrato", "entrega.ao_dia"): [1, 31],
    ("contrato", "rede.segundos_conexao"): [1, 60],
    ("contrato", "rede.segundos_resposta"): [1, 600],
    ("contrato", "rede.segundos_total"): [1, 660],
    ("contrato", "rede.resposta_maxima_mb"): [1, 512],
    ("contrato", "rede.proxy"): ["http://p", "https://p.example:3128"],
    ("contrato", "rede.autoridade_certificadora"): [PEM],
    ("contrato", "regras"): [{}, {"SENHA_VENCIDA": "AVISA"}],
    ("contrato", "rest"): [{"cabecalhos": {"Authorization": "Bearer ${token}"}}],
    ("contrato", "envia_login_senha"): [True],
}
MAUS: dict[tuple[str, str], list[Any]] = {
    ("prestador", "cnes"): ["123456", "12345678", 1234567, "123456a"],
    ("prestador", "cnpj"): ["11222333000182", "11.222.333/0001-81", 11222333000181],
    ("prestador", "nome"): ["", " ", "a\0", None, 1],
    ("operadora", "max_envios_simultaneos"): [0, 129, "1", True, 1.0],
    ("operadora", "registro_ans"): ["12345", "1234567", 123456, "12345a"],
    ("contrato", "ambiente"): ["homologacao", "", 1, ["PRODUCAO"]],
    ("contrato", "codigo_prestador"): ["", " ", "1" * 15, 1],
    ("contrato", "faturar_a_partir_de"): ["2026-12-01", datetime(2026, 12, 1), 20261201],
    ("contrato", "proximo_numero_lote"): [0, 1_000_000_000_000, -1, "1"],
    ("contrato", "proximo_numero_guia"): [0, 2**63],
    ("contrato", "url_base"): [
        "http://op.example",
        "op.example",
        "https://",
        "http://127.0.0.1.op.example/",
        "https://op.example/a b",
        "https://op.example\n",
    ],
    ("contrato", "dias_para_faturar"): [0, 3651],
    ("contrato", "versao_tiss"): ["4.3.0", "04.03.00", 4.03],
    ("contrato", "credencial"): ["", "a b", {}],
    ("contrato", "lote.max_guias"): [0, 101],
    ("contrato", "lote.max_envios_simultaneos"): [0, 33],
    ("contrato", "lote.modelo_nome_arquivo"): ["", "a/b", "a b", "ã"],
    ("contrato", "lote.intervalo_envios"): ["61s", "60.000001s", "2min", "5", 5, "-1s", "s", "1m"],
    ("contrato", "duvida.quarentena"): ["366d", "1.1234567s", "1 h", "1h\n"],
    ("contrato", "entrega.das"): ["08:00", 8, datetime(2026, 1, 1)],
    ("contrato", "entrega.dias_da_semana"): [[], [0], [8], [True], ["1"], 1],
    ("contrato", "entrega.do_dia"): [0, 32],
    ("contrato", "entrega.ao_dia"): [0, 32],
    ("contrato", "rede.segundos_conexao"): [0, 61],
    ("contrato", "rede.segundos_resposta"): [0, 601],
    ("contrato", "rede.segundos_total"): [0, 661],
    ("contrato", "rede.resposta_maxima_mb"): [0, 513],
    ("contrato", "rede.comprime"): ["true", 1, 0],
    ("contrato", "rede.proxy"): ["p:3128", "http://p/", "http://"],
    ("contrato", "rede.autoridade_certificadora"): ["", "MII"],
    ("contrato", "regras"): [{"A": "avisa"}, {"A": 1}, {"": "AVISA"}, [], "x"],
    ("contrato", "rest"): [{"corpo": "PDF"}, {"cabecalhos": {"X": 1}}, {"cabecalhos": "X"}, []],
    ("contrato", "politica_assinatura"): [{"oid": 1}, {"uri": "x"}, "x"],
    ("contrato", "servicos_soap"): [
        [],
        {"ENVIO_LOTE_GUIAS": ""},
        {"ENVIO_LOTE_GUIAS": "http://op.example/"},
        {"ENVIO_LOTE_GUIAS": "ftp://op.example/"},
        {"ENVIO_LOTE_GUIAS": 1},
        {"ENVIO_LOTE_GUIA": "x"},
    ],
}


@pytest.mark.parametrize(
    ("tabela", "chave", "valor"), [(*onde, valor) for onde in BONS for valor in BONS[onde]]
)
def test_a_value_within_the_limits_is_taken_as_it_is(tabela: str, chave: str, valor: Any) -> None:  # noqa: ANN401
    assert coluna(tabela, chave, valor) == valor


@pytest.mark.parametrize(
    ("tabela", "chave", "valor"), [(*onde, valor) for onde in MAUS for valor in MAUS[onde]]
)
def test_a_value_beyond_the_limits_is_refused_by_its_key_and_not_repeated(
    tabela: str,
    chave: str,
    valor: Any,  # noqa: ANN401
) -> None:
    (dito,) = problemas(tabela, com(tabela, chave, valor))
    assert dito.startswith((f"{chave}: ", f"{chave}."))


@pytest.mark.parametrize(
    ("escrito", "tempo"),
    [
        ("0s", timedelta(0)),
        ("0.000001s", timedelta(microseconds=1)),
        ("1.5s", timedelta(seconds=1.5)),
        ("59s", timedelta(seconds=59)),
        ("1min", timedelta(minutes=1)),
        ("90min", timedelta(minutes=90)),
        ("2h", timedelta(hours=2)),
        ("365d", timedelta(365)),
    ],
)
def test_a_time_is_read_and_written_the_same(escrito: str, tempo: timedelta) -> None:
    assert coluna("contrato", "duvida.quarentena", escrito) == tempo
    colunas = ler({"a": {"contrato": [MINIMOS["contrato"]]}}).fichas[0].colunas
    inicio = dict.fromkeys(c.coluna for c in CONTRATO.campos if c.de_inicio)
    volta = escrever(CONTRATO, {**inicio, **colunas, "quarentena": tempo})
    assert volta.get("duvida", {"quarentena": "2h"}) == {"quarentena": escrito}


def test_other_ways_to_write_a_time_are_read() -> None:
    assert coluna("contrato", "duvida.quarentena", "7200s") == timedelta(hours=2)
    assert coluna("contrato", "duvida.quarentena", "1.5h") == timedelta(minutes=90)


# Keys


@pytest.mark.parametrize(
    ("tabela", "chave"),
    [(t.nome, c.chave) for t in (PRESTADOR, OPERADORA, CONTRATO) for c in t.campos if c.exigido],
)
def test_what_has_no_default_is_asked_for(tabela: str, chave: str) -> None:
    dados = {nome: valor for nome, valor in MINIMOS[tabela].items() if nome != chave}
    assert problemas(tabela, dados) == [f"{chave}: falta, e é obrigatório"]


@pytest.mark.parametrize(
    ("chave", "dito"),
    [
        ("tipo_ap", "tipo_ap: chave desconhecida (você quis dizer tipo_api?); existem prestador, "),
        ("zzz", "zzz: chave desconhecida; existem prestador, "),
        ("lote.max_guia", "lote.max_guia: chave desconhecida (você quis dizer max_guias?); existem "
         "max_guias, max_envios_simultaneos, intervalo_envios, modelo_nome_arquivo"),
        ("max_guias", "max_guias: não fica aqui, e sim em lote.max_guias"),
        ("lote.fuso", "lote.fuso: não fica aqui, e sim em fuso"),
        ("rest.corp", "rest.corp: chave desconhecida (você quis dizer corpo?)"),
    ],
)  # fmt: skip
def test_a_key_that_does_not_exist_is_told_with_the_one_that_may_be_meant(
    chave: str, dito: str
) -> None:
    (achado,) = problemas("contrato", com("contrato", chave, 1))
    assert achado.startswith(dito)


def test_a_key_in_quotes_is_no_key_in_a_table() -> None:
    (achado,) = problemas("contrato", {**MINIMOS["contrato"], "lote.max_guias": 1})
    assert achado.startswith("lote.max_guias: chave desconhecida")


def test_a_value_where_a_table_stands_is_told() -> None:
    assert problemas("contrato", com("contrato", "lote", 7)) == [
        "lote: deve ser uma tabela: [contrato.lote]"
    ]


@pytest.mark.parametrize("documentos", [{}, {"cnpj": "11222333000181", "cpf": "39053344705"}])
def test_a_prestador_has_one_document_and_only_one(documentos: Dados) -> None:
    dados = {"clinica_id": "A", "nome": "B", **documentos}
    assert problemas("prestador", dados) == ["cnpj e cpf: ponha um dos dois, e só um"]


def test_a_table_that_does_not_exist_or_is_no_list_is_told() -> None:
    leitura = ler({"a.toml": {"contratos": [], "operadora": MINIMOS["operadora"]}})
    assert leitura.problemas == [
        "a.toml: contratos: chave desconhecida (você quis dizer contrato?); existem prestador, "
        "operadora, contrato",
        "a.toml: operadora: escreva cada um abaixo de [[operadora]]",
    ]


def test_what_has_no_name_yet_is_told_by_its_place() -> None:
    leitura = ler({"a.toml": {"contrato": [MINIMOS["contrato"], {"prestador": "CENTRO"}]}})
    assert {dito.partition(": ")[2].partition(":")[0] for dito in leitura.problemas} == {
        "contrato nº 2"
    }


# Secrets


@pytest.mark.parametrize(
    ("chave", "valor"),
    [
        ("senha", "x"),
        ("password", "x"),
        ("token", "x"),
        ("certificado", "x"),
        ("chave_privada", "x"),
        ("client_secret", "x"),
        ("pfx", "x"),
        ("usuario", "x"),
        ("lote.senha", "x"),
        ("oauth2.client_secret", "x"),
        ("credencial.senha", "x"),
        ("rest.token", "x"),
        ("rest.cabecalhos.Authorization", "Basic eA=="),
        ("rest.cabecalhos.X-Api-Key", "x"),
        ("rest.cabecalhos.Cookie", "x"),
        ("rest.cabecalhos.X-Token", "${numero_lote}"),
        ("url_base", "https://quem:x@op.example/"),
        ("rede.proxy", "http://quem:x@proxy.example:3128"),
        ("servicos_rest.ENVIO_LOTE_GUIAS", "lotes?api_key=x"),
        ("servicos_rest.ENVIO_LOTE_GUIAS", "https://op.example/a?b=1&token=x"),
        ("rede.autoridade_certificadora", f"{PEM}\n-----BEGIN PRIVATE KEY-----"),
        ("entrega.dias_da_semana", ["https://quem:x@op.example/"]),
    ],
)
def test_a_secret_is_refused_wherever_it_stands_and_never_repeated(chave: str, valor: Any) -> None:  # noqa: ANN401
    ditos = problemas("contrato", com("contrato", chave, valor))
    assert [dito for dito in ditos if dito.endswith(SEGREDO)]
    assert not any("eA==" in dito or "quem:x" in dito or "=x" in dito for dito in ditos)


def test_a_secret_outside_of_every_table_is_told_as_one() -> None:
    assert ler({"a.toml": {"senha": "x"}}).problemas == [f"a.toml: senha: {SEGREDO}"]


@pytest.mark.parametrize(
    ("chave", "valor"),
    [
        ("rest.cabecalhos.X-Token", "${token}"),
        ("rest.cabecalhos.X-Versao", "1"),
        ("servicos_rest.ENVIO_LOTE_GUIAS", "lotes?chave=${numero_lote}&formato=xml"),
        ("url_base", "https://op.example/contato@op"),
        ("regras.SENHA_VENCIDA", "AVISA"),
        ("envia_login_senha", True),
        ("rede.autoridade_certificadora", PEM),
    ],
)
def test_what_only_sounds_like_a_secret_is_none(chave: str, valor: Any) -> None:  # noqa: ANN401
    assert problemas("contrato", com("contrato", chave, valor)) == []
