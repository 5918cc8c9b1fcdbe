from __future__ import annotations

import argparse
import ast
import os
import re
import shlex
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tiss import cli, settings
from tiss.domain.estados import StatusGuia, StatusLote
from tiss.domain.retorno import SITUACOES

PACOTE = settings.RAIZ / "plugins" / "tiss"
OPERACAO = settings.RAIZ / "docs" / "operacao.md"
DOCUMENTOS = [settings.RAIZ / "README.md", OPERACAO]
DAGS = sorted((settings.RAIZ / "dags").glob("tiss_*.py"))
COMPOSE = yaml.safe_load((settings.RAIZ / "docker-compose.yaml").read_text(encoding="utf-8"))
CERCA = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SUBCOMANDOS_DO_COMPOSE = {"build", "exec", "logs", "ps", "run", "stop", "up"}


def blocos(documento: Path, linguagem: str) -> list[str]:
    achados = CERCA.findall(documento.read_text(encoding="utf-8"))
    return [corpo for _, nome, corpo in achados if nome == linguagem]


def comandos(texto: str) -> Iterator[str]:
    """Lines of shell blocks, and what stands between backquotes."""
    for _, linguagem, corpo in CERCA.findall(texto):
        if linguagem == "sh":
            yield from (linha.strip() for linha in corpo.splitlines() if linha.strip())
    yield from re.findall(r"`([^`\n]+)`", CERCA.sub("", texto))


def do_programa(texto: str, programa: str) -> Iterator[list[str]]:
    """The arguments of each command line of a program, wherever it stands in its line."""
    for comando in comandos(texto):
        achado = re.search(rf"(?:^|[\s/]){programa} (.+)$", comando)
        if achado and not comando.startswith("#"):
            yield shlex.split(achado[1], comments=True)


def codigos_de_problema() -> set[str]:
    """Every code that the source gives to a Problema."""
    achados: set[str] = set()
    for no in nos(PACOTE / "domain", PACOTE / "messages", PACOTE / "services"):
        if isinstance(no, ast.Call):
            nome = getattr(no.func, "id", getattr(no.func, "attr", ""))
            if nome == "_problema":
                achados |= constantes(no.args[:1])
            if nome == "Problema":
                achados |= constantes([k.value for k in no.keywords if k.arg == "codigo"])
    # (code, what to do), in messages.declaracao
    for no in nos(PACOTE / "messages" / "declaracao.py"):
        if isinstance(no, ast.Tuple) and len(no.elts) == 2:
            achados |= constantes(no.elts[:1])
    return achados


def motivos_de_divergencia() -> set[str]:
    """Every reason that the source gives to a row of tiss.divergencia."""
    achados: set[str] = set()
    for no in nos(PACOTE / "domain", PACOTE / "services"):
        if isinstance(no, ast.Call):
            nome = getattr(no.func, "id", getattr(no.func, "attr", ""))
            if nome == "abrir_divergencia":
                achados |= constantes(no.args[1:2])
            achados |= constantes([k.value for k in no.keywords if k.arg == "divergencia"])
    # (stable name, Portuguese), in domain.veredito
    for no in nos(PACOTE / "domain" / "veredito.py"):
        if isinstance(no, ast.Tuple) and len(no.elts) == 2:
            achados |= constantes(no.elts[:1])
    return achados - {"GUIA", "PROTOCOLO", "ITEM"}  # levels of a glosa


def nos(*lugares: Path) -> Iterator[ast.AST]:
    for lugar in lugares:
        for arquivo in [lugar] if lugar.is_file() else sorted(lugar.rglob("*.py")):
            yield from ast.walk(ast.parse(arquivo.read_text(encoding="utf-8")))


def constantes(nos_: list[Any]) -> set[str]:
    return {
        no.value
        for no in nos_
        if isinstance(no, ast.Constant)
        and isinstance(no.value, str)
        and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", no.value)
    }


def parametros(dag: Path) -> set[str]:
    """The keys of PARAMS in the file of a DAG."""
    for no in ast.parse(dag.read_text(encoding="utf-8")).body:
        if isinstance(no, ast.Assign) and getattr(no.targets[0], "id", "") == "PARAMS":
            assert isinstance(no.value, ast.Dict)
            return {chave.value for chave in no.value.keys if isinstance(chave, ast.Constant)}
    return set()


def comandos_da_cli() -> set[tuple[str, ...]]:
    """(group, command) of everything that `tiss` does."""

    def escolhas(analisador: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
        (grupo,) = (a for a in analisador._actions if isinstance(a, argparse._SubParsersAction))
        return dict(grupo.choices)

    grupos = escolhas(cli._analisador())
    return {(nome, comando) for nome, grupo in grupos.items() for comando in escolhas(grupo)}


def secao(titulo: str) -> str:
    """The text of operacao.md below a heading, up to the next one of the same level."""
    _, _, resto = OPERACAO.read_text(encoding="utf-8").partition(f"\n## {titulo}\n")
    assert resto, titulo
    return resto.partition("\n## ")[0]


def primeira_coluna(texto: str) -> set[str]:
    """What the tables of a text explain: every name between backquotes in a first cell."""
    celulas = re.findall(r"^\|([^|]+)\|", texto, re.MULTILINE)
    return {nome for celula in celulas for nome in re.findall(r"`([^`]+)`", celula)}


def ancoras(documento: Path) -> set[str]:
    titulos = re.findall(r"^#+ (.+)$", CERCA.sub("", documento.read_text("utf-8")), re.MULTILINE)
    return {
        "".join(
            letra
            for letra in unicodedata.normalize("NFC", titulo.lower()).replace(" ", "-")
            if letra.isalnum() or letra in "-_"
        )
        for titulo in titulos
    }


@pytest.fixture(params=DOCUMENTOS, ids=lambda documento: documento.name)
def documento(request: pytest.FixtureRequest) -> Path:
    escolhido: Path = request.param
    return escolhido


def test_every_make_target_that_is_named_exists(documento: Path) -> None:
    makefile = (settings.RAIZ / "Makefile").read_text(encoding="utf-8")
    alvos = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    citados = {argumentos[0] for argumentos in do_programa(documento.read_text("utf-8"), "make")}
    assert citados <= alvos
    assert documento.name != "README.md" or {"test", "demo"} <= citados


@pytest.mark.parametrize("arquivo", [*DOCUMENTOS, *DAGS], ids=lambda arquivo: arquivo.name)
def test_every_tiss_command_that_is_named_is_accepted(arquivo: Path) -> None:
    achados = list(do_programa(arquivo.read_text(encoding="utf-8"), "tiss"))
    for argumentos in achados:
        if len(argumentos) == 2:  # the name of a command in a sentence
            assert tuple(argumentos) in comandos_da_cli()
            continue
        # LOTE, CONEXAO, N...: what a person puts there.
        cli._analisador().parse_args(
            ["1" if re.fullmatch(r"[A-Z_]+", parte) else parte for parte in argumentos]
        )
    assert achados or arquivo.name == "tiss_retorno.py"


def test_the_readme_names_every_command() -> None:
    texto = DOCUMENTOS[0].read_text(encoding="utf-8")
    assert {tuple(citado[:2]) for citado in do_programa(texto, "tiss")} == comandos_da_cli()


def test_every_compose_command_names_a_service_that_exists(documento: Path) -> None:
    for argumentos in do_programa(documento.read_text("utf-8"), "docker compose"):
        subcomando, *resto = argumentos
        assert subcomando in SUBCOMANDOS_DO_COMPOSE
        if subcomando in {"exec", "run"}:
            opcoes = ("--rm", "--no-deps", "-e", "PGPASSWORD")
            assert next(a for a in resto if a not in opcoes) in COMPOSE["services"]


def test_every_relative_link_resolves(documento: Path) -> None:
    for alvo in re.findall(r"\]\(([^)]+)\)", CERCA.sub("", documento.read_text("utf-8"))):
        if alvo.startswith("https://"):
            continue
        caminho, _, ancora = alvo.partition("#")
        destino = (documento.parent / caminho).resolve() if caminho else documento
        assert destino.exists(), alvo
        assert not ancora or ancora in ancoras(destino), alvo


def test_every_problem_is_explained() -> None:
    codigos = codigos_de_problema()
    assert {"AUSENTE", "SENHA_VENCIDA", "RETIRADA", "XSD"} <= codigos, "the walk went blind"
    assert primeira_coluna(secao("Guia INVALIDA: o que corrigir")) == codigos


def test_every_divergence_is_explained() -> None:
    motivos = motivos_de_divergencia()
    assert {"NAO_RECEBIDA", "PROTOCOLO_DE_OUTRO_LOTE", "RATEIO_DA_GLOSA"} <= motivos, "blind"
    assert primeira_coluna(secao("Divergências")) == motivos


def test_every_state_is_explained() -> None:
    assert primeira_coluna(secao("Estados")) == {*StatusGuia, *StatusLote}


def test_every_situation_of_a_protocolo_is_explained_in_the_words_of_the_standard() -> None:
    linhas = dict(re.findall(r"^\| (\d+) \| ([^|]+) \|", secao("Estados"), re.MULTILINE))
    assert linhas == SITUACOES


@pytest.mark.parametrize("dag", DAGS, ids=lambda dag: dag.stem)
def test_every_param_of_a_dag_is_explained(dag: Path) -> None:
    explicados = primeira_coluna(secao("As duas DAGs e os seus parâmetros"))
    assert parametros(dag)
    assert parametros(dag) <= explicados


def test_every_task_that_is_explained_exists() -> None:
    texto = secao("As duas DAGs e os seus parâmetros")
    tarefas = {
        no.name
        for dag in DAGS
        for no in ast.walk(ast.parse(dag.read_text(encoding="utf-8")))
        if isinstance(no, ast.FunctionDef) and not no.name.startswith("tiss_")
    }
    todos = {nome for dag in DAGS for nome in parametros(dag)}
    assert primeira_coluna(texto) == tarefas | todos


def test_every_line_of_the_log_that_is_explained_is_written_somewhere() -> None:
    codigo = "".join(
        arquivo.read_text(encoding="utf-8")
        for arquivo in [PACOTE / "tarefas.py", *sorted((PACOTE / "services").glob("*.py"))]
    )
    for linha in primeira_coluna(secao("O que o log diz")):
        assert f'"{linha}' in codigo, linha


def test_every_reason_of_a_suspension_that_is_explained_is_given_somewhere() -> None:
    codigo = "".join(
        arquivo.read_text(encoding="utf-8")
        for arquivo in [PACOTE / "domain" / "desfecho.py", PACOTE / "services" / "envio.py"]
    )
    for trecho in primeira_coluna(secao("Credencial ou endereço suspenso")):
        assert trecho in codigo, trecho


@pytest.mark.parametrize(
    "sql", [bloco for documento in DOCUMENTOS for bloco in blocos(documento, "sql")]
)
def test_every_statement_runs(conexao: psycopg.Connection[Any], sql: str) -> None:
    # Roles belong to the cluster, and another test may have made this one.
    comandos_sql = sql.replace("CREATE ROLE tiss_app", "CREATE ROLE papel_do_documento")
    with conexao.transaction(force_rollback=True):
        conexao.execute(comandos_sql.encode())


def test_the_example_of_the_env_file_has_every_variable(tmp_path: Path) -> None:
    (roteiro,) = (bloco for bloco in blocos(DOCUMENTOS[0], "sh") if "> .env" in bloco)
    subprocess.run(["sh", "-euc", roteiro], cwd=tmp_path, check=True, env={"PATH": os.defpath})
    linhas = (tmp_path / ".env").read_text().splitlines()
    valores = dict(linha.split("=", 1) for linha in linhas)
    exigidas = set(re.findall(r"\$\{(\w+):\?", str(COMPOSE)))
    assert valores.keys() == exigidas
    assert re.fullmatch(r"[\w-]{43}=", valores["TISS_FERNET_KEY"])
    assert len(set(valores.values())) == len(valores)


def test_every_variable_of_compose_is_explained() -> None:
    usadas = set(re.findall(r"\$\{(\w+):[-?]", str(COMPOSE)))
    assert usadas <= primeira_coluna(DOCUMENTOS[0].read_text(encoding="utf-8"))


def test_the_override_for_development_mounts_what_the_image_copies() -> None:
    (exemplo,) = blocos(DOCUMENTOS[0], "yaml")
    for nome, servico in yaml.safe_load(exemplo)["services"].items():
        assert nome in COMPOSE["services"]
        for volume in servico["volumes"]:
            origem, destino, modo = volume.split(":")
            assert (settings.RAIZ / origem).is_dir()
            assert destino == f"/opt/tiss/{origem.removeprefix('./')}"
            assert modo == "ro"
