"""`tiss validar` on real files. The rules themselves are in messages/test_validacao.py."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "messages"))

from mensagens_modelo import LOTE, arquivo, com_hash, consulta, lote, sp_sadt

from tiss.comandos import validar

RUIM = arquivo(lote(consulta(1), consulta(2).replace(">35</ans:UF", ">SP</ans:UF")))
ANTIGA = arquivo(lote(consulta()), versao="4.02.00")


class Tiss:
    """Runs the command on files of a folder of its own; keeps what it wrote."""

    def __init__(self, pasta: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.pasta = pasta
        self._capsys = capsys
        self.dito = ""

    def grava(self, nome: str, mensagem: str | bytes) -> Path:
        caminho = self.pasta / nome
        caminho.write_bytes(mensagem if isinstance(mensagem, bytes) else com_hash(mensagem))
        return caminho

    def __call__(self, *argumentos: object) -> int:
        analisador = argparse.ArgumentParser()
        validar.opcoes(analisador)
        codigo = validar.executar(analisador.parse_args([str(a) for a in argumentos]))
        self.dito, erros = self._capsys.readouterr()
        assert erros == ""
        return codigo

    @property
    def dados(self) -> list[dict[str, Any]]:
        return [json.loads(linha) for linha in self.dito.splitlines()]


@pytest.fixture
def tiss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tiss:
    return Tiss(tmp_path, capsys)


def test_a_good_file_ends_with_zero_and_says_so(tiss: Tiss) -> None:
    assert tiss(tiss.grava("bom.xml", LOTE)) == 0
    assert "pode ser enviado (TISS 4.03.00, loteGuias, guias: 2, erros: 0, avisos: 0)" in tiss.dito


def test_what_nobody_could_check_is_listed_by_its_name(tiss: Tiss) -> None:
    caminho = tiss.grava("bom.xml", LOTE)
    tiss(caminho)
    assert "não conferido sem banco de dados:" in tiss.dito
    assert "CODIGO_DESCONHECIDO" in tiss.dito
    tiss(caminho, "--json")
    assert "CODIGO_DESCONHECIDO" in tiss.dados[0]["nao_conferidas"]


def test_a_bad_file_ends_with_one_and_names_guia_place_value_and_remedy(tiss: Tiss) -> None:
    assert tiss(tiss.grava("ruim.xml", RUIM)) == 1
    assert "não pode ser enviado" in tiss.dito
    assert "  guia 2\n" in tiss.dito
    assert "erro FORMATO em profissionalExecutante/UF (SP)" in tiss.dito
    assert "35 para São Paulo" in tiss.dito


def test_a_warning_does_not_block(tiss: Tiss) -> None:
    assert tiss(tiss.grava("aviso.xml", com_hash(LOTE).replace(b"><ans:ep", b">\n<ans:ep"))) == 0
    assert "aviso BRANCOS_ENTRE_TAGS" in tiss.dito


def test_json_has_one_object_per_file_and_line(tiss: Tiss) -> None:
    bom, ruim = tiss.grava("bom.xml", LOTE), tiss.grava("ruim.xml", RUIM)
    assert tiss(bom, ruim, "--json") == 1
    assert [(d["arquivo"], d["valido"]) for d in tiss.dados] == [
        (str(bom), True),
        (str(ruim), False),
    ]
    assert tiss.dados[0]["problemas"] == []
    assert tiss.dados[1]["problemas"] == [
        {
            "codigo": "FORMATO",
            "gravidade": "erro",
            "guia": "2",
            "item": None,
            "caminho": "profissionalExecutante/UF",
            "valor": "SP",
            "mensagem": tiss.dados[1]["problemas"][0]["mensagem"],
            "glosa_provavel": "5001",
        }
    ]


@pytest.mark.parametrize(
    ("conteudo", "codigo"),
    [(b"isto n\xe3o \xe9 XML", "ILEGIVEL"), (b"<html/>", "ILEGIVEL"), (None, "ARQUIVO")],
    ids=["texto", "html", "ausente"],
)
def test_an_unusable_file_ends_with_two_and_does_not_stop_the_others(
    tiss: Tiss, conteudo: bytes | None, codigo: str
) -> None:
    inutil = tiss.pasta / "inutil.xml"
    if conteudo is not None:
        inutil.write_bytes(conteudo)
    bom = tiss.grava("bom.xml", LOTE)
    assert tiss(inutil, bom, "--json") == 2
    assert [d["valido"] for d in tiss.dados] == [False, True]
    assert [p["codigo"] for p in tiss.dados[0]["problemas"]] == [codigo]
    assert tiss(inutil, bom) == 2
    assert str(inutil) in tiss.dito


def test_a_file_with_more_problems_than_anybody_reads_says_that_there_are_more(tiss: Tiss) -> None:
    ruins = [consulta(n).replace(">06<", ">99<") for n in range(1100)]
    assert tiss(tiss.grava("ruim.xml", arquivo(lote(*ruins)))) == 1
    assert "há mais: só os primeiros 1000 são mostrados" in tiss.dito


def test_a_folder_is_unusable(tiss: Tiss) -> None:
    assert tiss(tiss.pasta) == 2


def test_the_worst_file_decides(tiss: Tiss) -> None:
    bom, ruim = tiss.grava("bom.xml", LOTE), tiss.grava("ruim.xml", RUIM)
    assert tiss(ruim, bom) == 1
    assert tiss(tiss.pasta / "nada.xml", ruim, bom) == 2


def test_the_version_of_the_file_is_used_unless_another_is_asked_for(tiss: Tiss) -> None:
    antiga = tiss.grava("antiga.xml", ANTIGA)
    assert tiss(antiga) == 0
    assert tiss(antiga, "--versao", "4.03.00", "--json") == 1
    assert [p["codigo"] for p in tiss.dados[0]["problemas"]] == ["VERSAO_DIFERENTE"]


def test_a_version_without_schemas_names_the_command_that_installs_them(tiss: Tiss) -> None:
    assert tiss(tiss.grava("bom.xml", LOTE), "--versao", "9.99.99") == 2
    assert "tiss esquemas instalar 9.99.99" in tiss.dito


def test_what_stands_in_a_file_never_reaches_the_terminal_as_a_command(tiss: Tiss) -> None:
    ruim = RUIM.replace(">SP<", ">\x9b2J<").encode("iso-8859-1")
    cabecalho = b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    assert tiss(tiss.grava("ruim.xml", cabecalho + ruim)) == 1
    assert "\x9b" not in tiss.dito


# The clock


@pytest.fixture(params=["Pacific/Kiritimati", "Etc/GMT+12"])
def longe(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in another zone; in one of the two the day is never that of São Paulo."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("longe")
def test_today_is_that_of_sao_paulo_wherever_the_machine_is(tiss: Tiss) -> None:
    hoje = datetime.now(ZoneInfo("America/Sao_Paulo")).date()
    amanha = hoje + timedelta(days=1)
    for dia, codigo in ((hoje, 0), (amanha, 1)):
        de_hoje = LOTE.replace("2026-03-10", f"{dia}").replace("2026-03-20", f"{dia}")
        assert tiss(tiss.grava("hoje.xml", de_hoje)) == codigo


def test_today_may_be_another_day_to_rehearse(tiss: Tiss) -> None:
    bom = tiss.grava("bom.xml", LOTE)
    assert tiss(bom, "--hoje", "2026-03-20") == 0
    assert tiss(bom, "--hoje", "2026-03-19") == 1
    assert "DATA_DO_REGISTRO_FUTURA" in tiss.dito
    with pytest.raises(SystemExit) as saida:
        tiss(bom, "--hoje", "20/03/2026")
    assert saida.value.code == 2


# Wording


def test_json_says_what_was_checked(tiss: Tiss) -> None:
    tiss(
        tiss.grava("ruim.xml", arquivo(lote(sp_sadt().replace(">70.00<", ">71.00<", 1)))), "--json"
    )
    (dados,) = tiss.dados
    assert {nome: dados[nome] for nome in ("versao", "tipo", "guias", "cortado")} == {
        "versao": "4.03.00",
        "tipo": "loteGuias",
        "guias": 1,
        "cortado": False,
    }
    assert ("TOTAL_NAO_CONFERE", 1, "71.00") in {
        (p["codigo"], p["item"], p["valor"]) for p in dados["problemas"]
    }


def test_json_of_a_file_that_was_not_checked_has_the_same_keys(tiss: Tiss) -> None:
    tiss(tiss.pasta / "nada.xml", tiss.grava("bom.xml", LOTE), "--json")
    nada, bom = tiss.dados
    assert nada.keys() == bom.keys()
    assert (nada["versao"], nada["tipo"], nada["guias"], nada["cortado"]) == (None,) * 3 + (False,)


def test_money_and_dates_are_written_as_in_brazil_in_text_and_raw_in_json(tiss: Tiss) -> None:
    ruim = tiss.grava(
        "ruim.xml", arquivo(lote(sp_sadt().replace(">70.00<", ">1271.00<", 1))).replace(
            ">2026-03-20<", ">2026-03-09<")
    )  # fmt: skip
    tiss(ruim)
    assert "(R$ 1.271,00)" in tiss.dito
    assert "fator dá R$ 70,00 e o total informado é R$ 1.271,00:" in tiss.dito
    assert "(09/03/2026)" in tiss.dito
    assert "1271.00" not in tiss.dito
    tiss(ruim, "--json")
    assert {"1271.00", "2026-03-09"} <= {p["valor"] for p in tiss.dados[0]["problemas"]}


def test_a_value_that_is_no_amount_is_shown_as_it_is(tiss: Tiss) -> None:
    tiss(tiss.grava("ruim.xml", LOTE.replace(">150.00<", ">150,00<", 1)))
    assert "(150,00)" in tiss.dito


@pytest.mark.parametrize(("cnpj", "dito"), [("81", "está em ordem"), ("82", "tem problemas")])
def test_an_answer_is_not_called_fit_to_be_sent(tiss: Tiss, cnpj: str, dito: str) -> None:
    recibo = LOTE[: LOTE.index("<ans:prestadorParaOperadora>")].replace(
        "ENVIO_LOTE_GUIAS", "PROTOCOLO_RECEBIMENTO"
    ) + (
        "<ans:operadoraParaPrestador><ans:recebimentoLote><ans:mensagemErro>"
        "<ans:codigoGlosa>5014</ans:codigoGlosa></ans:mensagemErro></ans:recebimentoLote>"
        "</ans:operadoraParaPrestador><ans:epilogo><ans:hash></ans:hash></ans:epilogo>"
        "</ans:mensagemTISS>"
    )
    prestador = recibo[recibo.index("<ans:origem>") + 12 : recibo.index("</ans:origem>")]
    operadora = "<ans:registroANS>999001</ans:registroANS>"
    recibo = recibo.replace(operadora, "@").replace(prestador, operadora).replace("@", prestador)
    recibo = recibo.replace("11222333000181", f"112223330001{cnpj}")
    assert tiss(tiss.grava("recibo.xml", recibo)) == (0 if cnpj == "81" else 1)
    assert dito in tiss.dito
    assert "pode ser enviado" not in tiss.dito


def test_what_the_file_itself_says_of_repeated_care_is_checked_and_said(tiss: Tiss) -> None:
    outra = consulta(1).replace("Prestador>1<", "Prestador>2<")
    assert tiss(tiss.grava("duas.xml", arquivo(lote(consulta(1), outra)))) == 0
    assert "aviso ATENDIMENTO_REPETIDO" in tiss.dito
    assert "conferido só entre as guias deste arquivo" in tiss.dito


@pytest.mark.parametrize(("erro", "dito"), [("nada.xml", "não existe"), (".", "é uma pasta")])
def test_why_a_file_cannot_be_read_is_said_in_portuguese(tiss: Tiss, erro: str, dito: str) -> None:
    assert tiss(tiss.pasta / erro) == 2
    assert f"não foi possível ler o arquivo: {dito}\n" in tiss.dito


_SOZINHO = r"""
import argparse, re, sys
from pathlib import Path
from tiss.comandos import validar
analisador = argparse.ArgumentParser()
validar.opcoes(analisador)
codigo = validar.executar(analisador.parse_args(sys.argv[1:]))
pesados = {"airflow", "psycopg", "requests", "sqlalchemy", "xmlschema", "zeep", "tiss.hooks"}
print(sorted(pesados & sys.modules.keys()))
# Not ru_maxrss, which counts the process that started this one.
pico = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(int(pico[1]) < 100 * 1024)
sys.exit(codigo)
"""


def test_a_hundred_guias_need_no_airflow_no_database_and_less_than_100_mib(tiss: Tiss) -> None:
    cem = tiss.grava("cem.xml", arquivo(lote(*map(consulta, range(1, 101)))))
    processo = subprocess.run(
        [sys.executable, "-c", _SOZINHO, str(cem), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    objeto, pesados, pouca_memoria = processo.stdout.splitlines()
    assert json.loads(objeto)["problemas"] == []
    assert (pesados, pouca_memoria) == ("[]", "True")
