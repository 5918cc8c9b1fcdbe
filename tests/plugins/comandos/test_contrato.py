"""`tiss contrato`, typed, on a real database."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tiss import cli
from tiss.demo import cadastro
from tiss.demo.cadastro import CONEXOES
from tiss.simulador.processo import Simulador

# As tests/conftest.py gives them to the simulated operadoras.
SENHAS = {conexao: f"senha-de-teste-{conexao}" for conexao in CONEXOES}
Conexao = psycopg.Connection[Any]
NOVO = """
[[prestador]]
clinica_id = "CENTRO"
nome = "Clínica Exemplo"
cnpj = "11222333000181"

[[operadora]]
registro_ans = "123456"
nome = "Operadora Exemplo"

[[contrato]]
prestador = "CENTRO"
operadora = "123456"
ambiente = "HOMOLOGACAO"
faturar_a_partir_de = 2026-12-01
proximo_numero_lote = 1
proximo_numero_guia = 7
tipo_api = "MANUAL"
tipo_autenticacao = "NENHUMA"
"""


class Comando:
    """Types `tiss contrato ...`; keeps what it wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.saida = self.erros = ""

    def __call__(self, *argumentos: object) -> int:
        self._capsys.readouterr()
        codigo = cli.main(["contrato", *map(str, argumentos)])
        self.saida, self.erros = self._capsys.readouterr()
        return codigo


@pytest.fixture
def contrato(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url_clinica: str
) -> Comando:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    for conexao in CONEXOES:
        monkeypatch.setenv(
            f"AIRFLOW_CONN_{conexao.upper()}",
            '{"conn_type": "tiss", "login": "clinica", "password": "uma senha"}',
        )
    return Comando(capsys)


@pytest.fixture
def arquivo(tmp_path: Path) -> Path:
    caminho = tmp_path / "operadora.toml"
    caminho.write_text(NOVO, encoding="utf-8")
    return caminho


def quantos(conexao: Conexao) -> int:
    linha = conexao.execute("SELECT count(*) FROM tiss.contrato").fetchone()
    assert linha is not None
    return int(linha[0])


# importar, exportar


def test_importar_says_what_became_of_each_and_simular_writes_nothing(
    contrato: Comando, arquivo: Path, conexao: Conexao
) -> None:
    novos = (
        "prestador CENTRO: novo\noperadora 123456: novo\n"
        "contrato CENTRO / 123456 / HOMOLOGACAO: novo\n"
    )
    assert contrato("importar", arquivo, "--simular") == 0
    assert contrato.saida == f"{novos}simulação: nada foi gravado\n"
    assert quantos(conexao) == 6
    assert contrato("importar", arquivo) == 0
    assert contrato.saida == novos
    assert quantos(conexao) == 7
    arquivo.write_text(f'{NOVO}codigo_prestador = "42"\n', encoding="utf-8")
    assert contrato("importar", arquivo) == 0
    assert contrato.saida.splitlines() == [
        "prestador CENTRO: igual",
        "operadora 123456: igual",
        "contrato CENTRO / 123456 / HOMOLOGACAO: alterado: codigo_prestador",
    ]


def test_importar_tells_all_problems_by_file_and_writes_nothing(
    contrato: Comando, arquivo: Path, conexao: Conexao, tmp_path: Path
) -> None:
    outro = tmp_path / "outro.toml"
    outro.write_text('[[operadora]]\nregistro_ans = "1"\nsenha = "muito secreta"\n')
    assert contrato("importar", arquivo, outro) == 1
    assert contrato.erros.splitlines() == [
        "tiss: nada foi gravado; corrija 3 problemas:",
        f"  {outro}: operadora nº 1: senha: segredos ficam na conexão do Airflow, nunca no "
        "arquivo: tire daqui e troque o que vazou",
        f"  {outro}: operadora nº 1: registro_ans: deve ser o registro ANS, 6 algarismos entre "
        'aspas, como "123456"',
        f"  {outro}: operadora nº 1: nome: falta, e é obrigatório",
    ]
    assert quantos(conexao) == 6


def test_importar_a_file_that_is_not_there_is_told(contrato: Comando, tmp_path: Path) -> None:
    assert contrato("importar", tmp_path / "nada.toml") == 1
    assert contrato.erros.endswith("nada.toml: não existe\n")


def test_importar_is_for_the_owner_who_may_be_named(
    contrato: Comando,
    arquivo: Path,
    conexao: Conexao,
    url_clinica: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    modesta = f"{url_clinica}?options=-c%20role%3Dtiss_faturamento"
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", modesta)
    assert contrato("importar", arquivo) == 1
    assert "dono do esquema tiss: indique-o com --banco postgresql://" in contrato.erros
    assert quantos(conexao) == 6
    assert contrato("importar", arquivo, "--simular") == 0
    assert contrato("importar", arquivo, "--banco", url_clinica) == 0
    assert quantos(conexao) == 7


def test_exportar_writes_what_importar_finds_the_same(
    contrato: Comando, conexao: Conexao, tmp_path: Path
) -> None:
    saida = tmp_path / "contratos.toml"
    assert contrato("exportar", "--saida", saida) == 0
    assert contrato.saida == f"{saida}\n"
    assert len(tomllib.loads(saida.read_text(encoding="utf-8"))["contrato"]) == 6
    assert contrato("importar", saida) == 0
    assert all(linha.endswith(": igual") for linha in contrato.saida.splitlines())
    assert contrato("exportar", "--saida", saida) == 1, "never over another"
    assert "já existe" in contrato.erros


def test_exportar_shows_the_operadoras_that_are_named(contrato: Comando) -> None:
    assert contrato("exportar", "999001", "999003") == 0
    dados = tomllib.loads(contrato.saida)
    assert {c["operadora"] for c in dados["contrato"]} == {"999001", "999003"}
    assert contrato("exportar", "000000") == 1
    assert contrato.erros == "tiss: Não há operadora cadastrada com o registro 000000.\n"


# listar, conferir


def test_listar_shows_each_contrato_with_its_numbers_and_why_it_stands_still(
    contrato: Comando, arquivo: Path, conexao: Conexao
) -> None:
    assert contrato("importar", arquivo) == 0
    assert contrato("suspender", 2, "--motivo", "férias", "--por", "Ana") == 0
    for comando in (
        "UPDATE tiss.operadora SET ativa = false WHERE registro_ans = '999002'",
        'UPDATE tiss.contrato SET operacoes_suspensas = \'{"ENVIO_LOTE_GUIAS": "404"}\','
        " proximo_numero_lote = 88 WHERE registro_ans = '999003'",
        "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = '401'"
        " WHERE conexao = 'tiss_999003_filial'",
    ):
        conexao.execute(comando.encode())
    conexao.execute("UPDATE tiss.contrato SET servicos_soap = '{}' WHERE id = 1")
    assert contrato("listar") == 0
    cabeca, *linhas = contrato.saida.splitlines()
    inicio = cabeca.index("situação")
    situacoes = {int(linha.split()[0]): linha[inicio:] for linha in linhas}
    operadoras = dict(conexao.execute("SELECT id, registro_ans FROM tiss.contrato").fetchall())
    assert situacoes.keys() == operadoras.keys()
    assert situacoes[1] == "incompleto (2): veja tiss contrato conferir"
    assert situacoes[2].endswith("suspenso: férias")
    for numero, registro in operadoras.items():
        assert ("operadora desligada" in situacoes[numero]) == (registro == "999002")
        assert ("operações suspensas: ENVIO_LOTE_GUIAS" in situacoes[numero]) == (
            registro == "999003"
        )
    assert contrato.saida.count("credencial suspensa: 401") == 1
    (novo,) = (linha for linha in linhas if "123456" in linha)
    assert novo.split() == [
        str(max(operadoras)), "123456", "Operadora", "Exemplo", "CENTRO", "Clínica", "Exemplo",
        "HOMOLOGACAO", "MANUAL", "NENHUMA", "1", "7", "em", "uso",
    ]  # fmt: skip
    assert all(len(linha) > inicio for linha in linhas)
    assert sum(" 88 " in linha for linha in linhas) == 2


def test_conferir_tells_all_that_is_missing_and_fails_when_anything_is(
    contrato: Comando, conexao: Conexao
) -> None:
    assert contrato("conferir") == 0
    assert contrato.saida.count(": completo\n") == 6
    conexao.execute("UPDATE tiss.contrato SET fuso = 'Marte', versao_tiss = '9.99.99' WHERE id = 1")
    assert contrato("conferir") == 1
    assert contrato.saida.count(": completo\n") == 5
    assert "): incompleto\n  fuso: 'Marte' não existe" in contrato.saida
    assert "\n  versao_tiss: " in contrato.saida
    assert contrato.erros == ("tiss: contratos incompletos: 1; nada deles é montado nem enviado\n")


# suspender, retomar


def test_suspender_and_retomar_say_what_they_found(contrato: Comando, conexao: Conexao) -> None:
    nome = "Operadora Simulada Aurora / Clínica Modelo São Lucas"
    for argumentos, dito in (
        (["retomar", 1], "não estava suspenso"),
        (["suspender", 1, "--motivo", " troca de sistema ", "--por", "Ana"], "suspenso"),
        (["suspender", 1, "--motivo", "b"], "já estava suspenso, e fica como estava"),
    ):
        assert contrato(*argumentos) == 0
        assert contrato.saida == f"{nome}: {dito}\n"
    linha = conexao.execute(
        "SELECT suspenso_por, suspenso_motivo, versao FROM tiss.contrato"
        " WHERE suspenso_em IS NOT NULL"
    ).fetchall()
    assert linha == [("Ana", "troca de sistema", 1)]
    assert contrato("retomar", 1) == 0
    assert contrato.saida == f"{nome}: retomado\n"
    assert conexao.execute(
        "SELECT count(*) FROM tiss.contrato WHERE suspenso_em IS NOT NULL"
    ).fetchone() == (0,)


@pytest.mark.parametrize(
    ("argumentos", "dito"),
    [
        (["suspender", 999, "--motivo", "x"], "Não existe o contrato 999."),
        (["retomar", 999], "Não existe o contrato 999."),
        (["suspender", 1, "--motivo", " "], "Diga quem suspende (--por) e por quê (--motivo)."),
        (["suspender", 1, "--motivo", "x", "--por", " "], "Diga quem suspende (--por) e por quê"),
    ],
)
def test_what_cannot_be_suspended_or_resumed_is_told(
    contrato: Comando, conexao: Conexao, argumentos: list[object], dito: str
) -> None:
    assert contrato(*argumentos) == 1
    assert contrato.erros.startswith(f"tiss: {dito}")
    assert conexao.execute(
        "SELECT count(*) FROM tiss.contrato WHERE suspenso_em IS NOT NULL"
    ).fetchone() == (0,)


def test_the_role_of_the_tasks_may_look_and_stop(
    contrato: Comando, url_clinica: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    modesta = f"{url_clinica}?options=-c%20role%3Dtiss_faturamento"
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", modesta)
    for argumentos in (
        ["listar"],
        ["conferir"],
        ["exportar"],
        ["suspender", 1, "--motivo", "x", "--por", "Ana"],
        ["retomar", 1],
    ):
        assert contrato(*argumentos) == 0, contrato.erros


# testar


def test_a_contrato_that_is_tried_out_tells_what_was_found(
    contrato: Comando, simulador: Simulador, monkeypatch: pytest.MonkeyPatch, conexao: Conexao
) -> None:
    usuario, senha = cadastro.conexoes(SENHAS)["tiss_999001_matriz"]
    campos = {"conn_type": "tiss", "login": usuario, "password": senha}
    monkeypatch.setenv("AIRFLOW_CONN_TISS_999001_MATRIZ", json.dumps(campos))
    (id_,) = conexao.execute(
        "SELECT id FROM tiss.contrato WHERE credencial = 'tiss_999001_matriz'"
    ).fetchone() or (0,)
    assert contrato("testar", id_) == 0
    assert f"endereço: {simulador.url}/999001/tissSolicitacaoStatusProtocolo" in contrato.saida
    assert senha not in contrato.saida
    assert contrato("testar", id_, "--canal", "REST") == 1
    assert "não oferece serviço pelo canal REST" in contrato.erros


@pytest.mark.usefixtures("simulador")
def test_a_contrato_that_does_not_pass_ends_the_command_in_1(
    contrato: Comando, conexao: Conexao
) -> None:
    (id_,) = conexao.execute("SELECT min(id) FROM tiss.contrato").fetchone() or (0,)
    assert contrato("testar", id_) == 1
    assert "recusada" in contrato.saida
    assert "o teste não passou" in contrato.erros
