from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console

from tiss.demo import cadastro, conferencia, resumo

Conexao = psycopg.Connection[Any]
INICIO = date(2025, 6, 1)
VALORES = {"informado": "150.00", "liberado": "100.00", "glosado": "50.00"}
PROBLEMAS = [
    {
        "codigo": "SEM_CARTEIRA",
        "gravidade": "erro",
        "caminho": "numeroCarteira",
        "mensagem": "informe a carteira",
    },
    {
        "codigo": "VIA_E_TECNICA",
        "gravidade": "aviso",
        "caminho": "viaAcesso",
        "mensagem": "informe a via",
    },
]


@pytest.fixture
def clinica(uma: Conexao) -> Conexao:
    """One prepared attendance, number 900, of R$ 150, and the contratos of the demo."""
    cadastro.cadastrar(
        uma, url_simulador="http://127.0.0.1:9", hoje=date(2025, 6, 30), inicio=INICIO
    )
    return uma


def livro(**da_999001: object) -> dict[str, dict[str, Any]]:
    """The operadoras' own books: nothing, but what is said of 999001."""
    nada = {
        **{f"valor_{nome}": "0.00" for nome in VALORES},
        **{"guias": 0, "em_analise": 0, "atendimentos_repetidos": 0},
    }
    return {o.registro_ans: dict(nada) for o in cadastro.OPERADORAS} | {
        "999001": {**nada, **da_999001}
    }


CERTO = livro(guias=1, **{f"valor_{nome}": valor for nome, valor in VALORES.items()})


def guia(conexao: Conexao, status: str, numero: str = "1", consulta: str = "900") -> int:
    """Take a guia to a status by the transitions that exist."""
    caminho = {
        "INVALIDA": ["INVALIDA"],
        "GERADA": ["GERADA"],
        "ENVIADA": ["GERADA", "ENVIADA"],
        "AUTORIZADA": ["GERADA", "ENVIADA", "AUTORIZADA"],
        "NEGADA": ["GERADA", "ENVIADA", "NEGADA"],
    }[status]
    linha = conexao.execute(
        "INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente, tipo,"
        " data_atendimento, contrato_id, numero_guia_prestador, status, problemas,"
        " valor_informado, digest, versao_regras, xml)"
        " SELECT %s, 'MATRIZ', '999001', 'PRODUCAO', 'CONSULTA', '2025-06-30', contrato.id, %s,"
        " %s, %s, 150, 'd', 1, 'x'"
        " FROM tiss.contrato JOIN tiss.prestador ON prestador.id = contrato.prestador_id"
        " WHERE registro_ans = '999001' AND clinica_id = 'MATRIZ' RETURNING id",
        [consulta, numero, caminho[0], json.dumps(PROBLEMAS)],
    ).fetchone()
    assert linha is not None
    for passo in caminho[1:]:
        conexao.execute("UPDATE tiss.guia SET status = %s WHERE id = %s", [passo, linha[0]])
    if status in ("AUTORIZADA", "NEGADA"):
        conexao.execute(
            "UPDATE tiss.guia SET valor_liberado = 100, valor_glosado = 50 WHERE id = %s",
            [linha[0]],
        )
        conexao.execute("UPDATE clinica.consulta SET status_tiss = %s WHERE id = 900", [status])
    return int(linha[0])


def lote(conexao: Conexao, status: str) -> None:
    linha = conexao.execute(
        "INSERT INTO tiss.lote (contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total,"
        " versao_contrato, versao_tiss, xml, hash)"
        " SELECT min(id), 7, 'CONSULTA', 1, 150, 1, '4.03.00', 'x', repeat('0', 32)"
        " FROM tiss.contrato WHERE registro_ans = '999001' RETURNING id"
    ).fetchone()
    assert linha is not None
    for passo in ("ENVIANDO", status):
        conexao.execute(
            "UPDATE tiss.lote SET status = %s, dono = 'x', prazo = now() WHERE id = %s",
            [passo, linha[0]],
        )


def erros(conexao: Conexao, simulador: dict[str, dict[str, Any]] = CERTO) -> dict[str, str]:
    itens = conferencia.conferir(conexao, simulador)
    return {item.nome: item.detalhe for item in itens if not item.certo}


def test_an_answered_night_adds_up(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")

    assert erros(clinica) == {}


def test_an_invalida_is_a_result(clinica: Conexao) -> None:
    guia(clinica, "INVALIDA")

    assert erros(clinica, livro()) == {}


def test_a_night_in_which_nothing_was_billed_does_not_add_up(conexao: Conexao) -> None:
    assert "Consultas" in erros(conexao, livro())


def test_a_prepared_attendance_without_guia_does_not_add_up(clinica: Conexao) -> None:
    assert erros(clinica, livro()) == {"Consultas": "1 preparadas e sem guia"}


def test_a_guia_without_an_answer_does_not_add_up(clinica: Conexao) -> None:
    guia(clinica, "ENVIADA")

    assert erros(clinica)["Consultas"] == "1 com guia sem resposta"


def test_an_answer_that_the_clinic_never_got_does_not_add_up(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")
    clinica.execute("UPDATE clinica.consulta SET status_tiss = NULL")

    assert erros(clinica) == {"Consultas": "1 com resposta que não chegou à clínica"}


def test_an_attendance_with_two_living_guias_does_not_add_up(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")
    clinica.execute("DROP INDEX tiss.guia_uma_viva_por_consulta")
    guia(clinica, "AUTORIZADA", numero="2")

    assert erros(clinica)["Consultas"] == "1 com mais de uma guia viva"


@pytest.mark.parametrize(
    "mudanca", ["preparado_tiss = false", "data_atendimento = '2025-05-31'"], ids=["cedo", "antes"]
)
def test_what_was_not_to_be_billed_and_was_does_not_add_up(clinica: Conexao, mudanca: str) -> None:
    guia(clinica, "AUTORIZADA")
    clinica.execute(f"UPDATE clinica.consulta SET {mudanca}")

    assert "faturadas sem estarem prontas" in erros(clinica)["Consultas"]


@pytest.mark.parametrize(
    ("mudanca", "situacao"),
    [
        ("preparado_tiss = false", "NAO_PREPARADA"),
        ("data_atendimento = '2025-05-31'", "ANTES_DO_CONTRATO"),
        ("data_atendimento = '2025-06-01'", "SEM_GUIA"),
        ("convenio_id = 4", "SEM_GUIA"),
        ("convenio_id = 4, data_atendimento = '2025-05-31'", "ANTES_DO_CONTRATO"),
    ],
)
def test_every_attendance_has_one_name(clinica: Conexao, mudanca: str, situacao: str) -> None:
    clinica.execute(f"UPDATE clinica.consulta SET {mudanca}")

    assert conferencia.situacoes(clinica) == {situacao: 1}


@pytest.mark.parametrize("nome", list(VALORES))
def test_money_that_differs_from_the_operadoras_does_not_add_up(
    clinica: Conexao, nome: str
) -> None:
    guia(clinica, "AUTORIZADA")
    outro = {**CERTO, "999001": {**CERTO["999001"], f"valor_{nome}": "149.99"}}

    (detalhe,) = erros(clinica, outro).values()
    assert f"{nome}: {VALORES[nome]} aqui, 149.99 na operadora" in detalhe


def test_a_guia_that_the_operadora_has_and_we_do_not_does_not_add_up(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")
    outro = {**CERTO, "999001": {**CERTO["999001"], "guias": 2}}

    assert "guias: 1 aqui, 2 na operadora" in "".join(erros(clinica, outro).values())


def test_an_operadora_that_the_simulator_does_not_play_does_not_add_up(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")

    assert len(erros(clinica, {"999001": CERTO["999001"]})) == 2


def test_an_attendance_accepted_twice_does_not_add_up(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")
    outro = {**CERTO, "999002": {**CERTO["999002"], "atendimentos_repetidos": 1}}

    assert list(erros(clinica, outro)) == ["Nada cobrado duas vezes"]


def test_a_lote_in_doubt_does_not_add_up_and_is_named(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")
    lote(clinica, "EM_DUVIDA")

    assert "999001, nº 7) EM_DUVIDA" in erros(clinica)["Lotes"]


def test_the_summary_says_whether_it_adds_up(clinica: Conexao) -> None:
    console = Console(width=120, record=True, quiet=True)
    guia(clinica, "INVALIDA")

    assert resumo.mostrar(console, clinica, livro())
    assert not resumo.mostrar(console, clinica, CERTO)


@pytest.mark.parametrize("forma", ["nada", "cru", "md5", "base64"])
def test_a_secret_in_a_log_does_not_add_up_and_is_named_without_being_told(
    tmp_path: Path, forma: str
) -> None:
    segredo = "senha-de-teste-1"
    escrito = {
        "nada": "tudo certo",
        "cru": f"login com {segredo}",
        "md5": hashlib.md5(segredo.encode()).hexdigest(),
        "base64": base64.b64encode(segredo.encode()).decode(),
    }[forma]
    (tmp_path / "dag").mkdir()
    (tmp_path / "dag" / "tarefa.log").write_text(f"linha\n{escrito}\n", encoding="utf-8")
    item = conferencia.segredos_guardados({"conexao_1": segredo, "outro": "x" * 16}, [tmp_path])
    assert item.certo == (forma == "nada")
    assert segredo not in item.detalhe
    assert item.certo or item.detalhe == "conexao_1 em tarefa.log"


def test_the_summary_names_what_to_correct(clinica: Conexao) -> None:
    guia(clinica, "INVALIDA")

    texto = impresso(clinica, livro())

    assert "SEM_CARTEIRA" in texto
    assert "informe a carteira" in texto
    assert "VIA_E_TECNICA" not in texto


def test_the_summary_names_what_to_look_at_in_guias_that_left(clinica: Conexao) -> None:
    guia(clinica, "AUTORIZADA")

    texto = impresso(clinica, CERTO)

    assert "VIA_E_TECNICA" in texto
    assert "informe a via" in texto
    assert "SEM_CARTEIRA" not in texto


def test_the_summary_shows_each_kind_of_guia_and_what_it_asks_for(clinica: Conexao) -> None:
    clinica.execute(
        "INSERT INTO clinica.consulta SELECT (jsonb_populate_record(consulta,"
        " '{\"id\": 901}')).* FROM clinica.consulta WHERE id = 900"
    )
    guia(clinica, "AUTORIZADA")
    outra = guia(clinica, "INVALIDA", numero="2", consulta="901")
    clinica.execute("UPDATE tiss.guia SET tipo = 'HONORARIOS' WHERE id = %s", [outra])

    por_tipo = impresso(clinica, CERTO).partition("Guias por tipo")[2].partition("Valores em")[0]

    linhas = [re.findall(r"[\w.,]+", linha) for linha in por_tipo.splitlines()]
    assert ["CONSULTA", "1", "0", "1", "150,00"] in linhas
    assert ["HONORARIOS", "0", "1", "1", "0,00"] in linhas


def test_the_summary_shows_money_as_brazilians_write_it(clinica: Conexao) -> None:
    numero = guia(clinica, "AUTORIZADA")
    clinica.execute("UPDATE tiss.guia SET valor_informado = 1234.5 WHERE id = %s", [numero])

    assert "1.234,50" in impresso(clinica, CERTO)


def impresso(conexao: Conexao, simulador: dict[str, dict[str, Any]]) -> str:
    console = Console(width=120)
    with console.capture() as captura:
        resumo.mostrar(console, conexao, simulador)
    return captura.get()


@pytest.mark.parametrize(
    ("valor", "texto"),
    [("0.00", "0,00"), ("999.90", "999,90"), ("1234567.89", "1.234.567,89"), ("-1.5", "-1,50")],
)
def test_reais(valor: str, texto: str) -> None:
    assert resumo.reais(Decimal(valor)) == texto
