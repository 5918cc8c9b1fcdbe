"""The layers of docs and pyproject.toml ([tool.importlinter]) hold, and would be missed."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

import tiss
from tiss import settings

PACOTE = Path(tiss.__file__).parent
# The name of a distribution's module is not always the name of what a layer may import.
TERCEIROS_LIVRES = {"annotated_types", "typing_extensions"}


def _lint_imports(pasta: Path, pacote: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports on the package that stands in `pacote`, with our contracts."""
    comando = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [comando, "--no-cache", "--no-logo", "--config", settings.RAIZ / "pyproject.toml"],
        cwd=pasta,
        env={**os.environ, "PYTHONPATH": str(pacote), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def contratos() -> list[dict[str, Any]]:
    projeto = tomllib.loads((settings.RAIZ / "pyproject.toml").read_text())
    lista: list[dict[str, Any]] = projeto["tool"]["importlinter"]["contracts"]
    return lista


def test_every_layer_imports_only_what_stands_below_it(tmp_path: Path) -> None:
    resultado = _lint_imports(tmp_path, PACOTE.parent)
    assert resultado.returncode == 0, resultado.stdout
    assert "0 broken" in resultado.stdout


VIOLACOES = [
    ("domain/guia.py", "from tiss.services import envio", "below"),
    ("domain/guia.py", "from tiss.repository import lotes", "below"),
    ("domain/veredito.py", "import psycopg", "standard library"),
    ("messages/texto.py", "import requests", "Messages"),
    ("messages/leitura/no.py", "import time", "Messages"),
    ("messages/guias.py", "from tiss.repository import guias", "below"),
    ("repository/lotes.py", "from tiss.messages import leitura", "below"),
    ("clients/soap.py", "from tiss.repository import lotes", "conversation"),
    ("services/envio.py", "from airflow.sdk import get_current_context", "Airflow"),
    ("services/duvida.py", "from tiss import hooks", "below"),
    ("hooks.py", "from tiss import tarefas", "below"),
    ("tarefas.py", "from tiss.simulador import livro", "below"),
    ("cli.py", "from tiss.simulador import livro", "below"),
    ("cli.py", "from tiss.demo import cadastro", "below"),
    ("simulador/livro.py", "from tiss.messages import leitura", "simulated"),
    ("simulador/config.py", "from tiss.domain import guia", "simulated"),
    ("demo/noite.py", "from airflow.sdk import BaseHook", "Airflow"),
]


@pytest.fixture(scope="module")
def quebrado(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a copy of the package with every violation in it."""
    pasta = tmp_path_factory.mktemp("quebrado")
    shutil.copytree(PACOTE, pasta / "tiss", ignore=shutil.ignore_patterns("__pycache__"))
    for arquivo, importacao, _ in VIOLACOES:
        with (pasta / "tiss" / arquivo).open("a") as aberto:
            aberto.write(f"\n{importacao}\n")
    resultado = _lint_imports(pasta, pasta)
    assert resultado.returncode == 1, resultado.stderr
    return resultado.stdout


@pytest.mark.parametrize(("arquivo", "importacao", "contrato"), VIOLACOES)
def test_an_import_against_the_layers_is_named(
    quebrado: str, arquivo: str, importacao: str, contrato: str
) -> None:
    partes = importacao.split()
    importado = ".".join(partes[1::2]) if partes[1].startswith("tiss") else partes[1].split(".")[0]
    modulo = "tiss." + arquivo.removesuffix(".py").replace("/", ".")
    assert f"{modulo} -> {importado} (l." in quebrado
    [situacao] = [
        linha for linha in quebrado.split("\n") if contrato in linha and "BROKEN" in linha
    ]
    assert situacao


def test_a_new_module_has_to_be_given_a_layer(tmp_path: Path) -> None:
    shutil.copytree(PACOTE, tmp_path / "tiss", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tiss" / "avulso.py").write_text("")
    resultado = _lint_imports(tmp_path, tmp_path)
    assert resultado.returncode == 1
    assert "avulso" in resultado.stdout


def test_the_contracts_name_every_library_that_the_project_uses(
    contratos: list[dict[str, Any]],
) -> None:
    grafo = grimp.build_graph("tiss", include_external_packages=True, cache_dir=None)
    terceiros = {
        modulo
        for modulo in grafo.modules
        if not modulo.startswith("tiss") and modulo not in sys.stdlib_module_names
    }
    [proibidos] = [
        set(contrato["forbidden_modules"])
        for contrato in contratos
        if contrato["name"] == "The domain is standard library only"
    ]
    assert terceiros - proibidos - TERCEIROS_LIVRES == set()


def test_the_domain_writes_no_file_and_asks_no_clock() -> None:
    proibidos = {"os", "pathlib", "socket", "subprocess", "time", "logging", "random"}
    for arquivo in sorted((PACOTE / "domain").glob("*.py")):
        importados = {
            nome.split(".")[0]
            for no in ast.walk(ast.parse(arquivo.read_text()))
            for nome in _nomes(no)
        }
        assert not importados & proibidos, arquivo.name


def _nomes(no: ast.AST) -> list[str]:
    match no:
        case ast.Import():
            return [nome.name for nome in no.names]
        case ast.ImportFrom():
            return [no.module or ""]
        case _:
            return []
