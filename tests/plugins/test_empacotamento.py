"""How the package stands in an environment: found once, by its name, by Airflow and by a person."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import tiss
from tiss import settings
from tiss.provider import get_provider_info

PLUGINS = settings.RAIZ / "plugins"

# What an api-server or a dag-processor does when it starts, seen from inside.
AIRFLOW_QUE_INICIA = """
import json, sys

from airflow import plugins_manager

plugins_manager.ensure_plugins_loaded()
from airflow.providers_manager import ProvidersManager

import tiss.cli, tiss.hooks, tiss.tarefas, tiss.simulador.processo, tiss.demo.cadastro

gerente = ProvidersManager()
gancho = gerente.hooks["tiss"]
print(json.dumps({
    "tiss": tiss.__file__,
    "modulos": {
        nome: modulo.__file__
        for nome, modulo in list(sys.modules.items())
        if getattr(modulo, "__file__", None)
    },
    "erros": plugins_manager.get_import_errors(),
    "gancho": [gancho.hook_class_name, gancho.connection_id_attribute_name, gancho.package_name],
    "nome": gancho.hook_name,
    "formulario": gerente.field_behaviours["tiss"],
}))
"""


def _rodar(programa: str, pasta: Path, **variaveis: str) -> dict[str, Any]:
    resultado = subprocess.run(
        [sys.executable, "-c", programa],
        cwd=pasta,
        env={**os.environ, "AIRFLOW_HOME": str(pasta), **variaveis},
        capture_output=True,
        text=True,
        check=False,
    )
    assert resultado.returncode == 0, resultado.stderr[-2000:]
    visto: dict[str, Any] = json.loads(resultado.stdout.splitlines()[-1])
    return visto


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a new Airflow process sees with our folder of plugins."""
    return _rodar(
        AIRFLOW_QUE_INICIA,
        tmp_path_factory.mktemp("airflow"),
        AIRFLOW__CORE__PLUGINS_FOLDER=str(PLUGINS),
    )


def _sobrepostos(modulos: dict[str, str], pasta: Path) -> dict[str, str]:
    """Modules of our folder under a name that is not theirs: the loader names them by file."""
    nossos = {nome: Path(arquivo) for nome, arquivo in modulos.items() if arquivo}
    return {
        nome: str(arquivo)
        for nome, arquivo in nossos.items()
        if arquivo.is_relative_to(pasta) and nome.split(".")[0] != "tiss"
    }


def test_the_plugins_folder_shadows_no_other_module(airflow: dict[str, Any]) -> None:
    assert _sobrepostos(airflow["modulos"], PLUGINS) == {}
    assert airflow["erros"] == {}


def test_every_module_of_ours_exists_once(airflow: dict[str, Any]) -> None:
    arquivos = Counter(a for a in airflow["modulos"].values() if Path(a).is_relative_to(PLUGINS))
    assert len(arquivos) > 30
    assert {arquivo for arquivo, vezes in arquivos.items() if vezes > 1} == set()


def test_the_standard_library_is_the_standard_one(airflow: dict[str, Any]) -> None:
    nomes = {arquivo.stem for arquivo in PLUGINS.rglob("*.py")} & sys.stdlib_module_names
    for nome in {"xml", "email", "json", "decimal", *nomes}:
        arquivo = airflow["modulos"].get(nome)
        assert arquivo is None or not Path(arquivo).is_relative_to(PLUGINS), nome


def test_without_its_airflowignore_the_folder_would_be_loaded_twice(tmp_path: Path) -> None:
    copia = tmp_path / "plugins"
    # The loader would even run the commands, which end the process.
    fora = shutil.ignore_patterns("__pycache__", "__main__.py", ".airflowignore")
    shutil.copytree(PLUGINS, copia, ignore=fora)
    visto = _rodar(
        AIRFLOW_QUE_INICIA.replace("import tiss.cli,", "import tiss.errors,"),
        tmp_path,
        AIRFLOW__CORE__PLUGINS_FOLDER=str(copia),
    )
    assert len(_sobrepostos(visto["modulos"], copia)) > 30


def test_tiss_is_ours_and_not_the_one_of_pypi(airflow: dict[str, Any]) -> None:
    assert Path(airflow["tiss"]) == PLUGINS / "tiss" / "__init__.py" == Path(tiss.__file__)
    assert set(metadata.packages_distributions().get("tiss", [])) <= {"tiss-airflow"}
    for outro in ("tiss", "pytiss"):
        with pytest.raises(metadata.PackageNotFoundError):
            metadata.distribution(outro)


def test_airflow_knows_the_connection_type(airflow: dict[str, Any]) -> None:
    assert airflow["gancho"] == ["tiss.hooks.OperadoraHook", "tiss_conn_id", "tiss-airflow"]
    assert airflow["nome"] == "TISS operadora"


def test_the_form_of_the_connection_asks_for_user_and_password_in_portuguese(
    airflow: dict[str, Any],
) -> None:
    formulario = airflow["formulario"]
    assert sorted(formulario["hidden_fields"]) == ["extra", "host", "port", "schema"]
    assert formulario["relabeling"] == {"login": "Usuário na operadora", "password": "Senha"}


def test_the_provider_is_what_the_package_announces() -> None:
    entradas = metadata.distribution("tiss-airflow").entry_points
    [entrada] = entradas.select(group="apache_airflow_provider")
    assert entrada.load() is get_provider_info
    assert get_provider_info()["package-name"] == "tiss-airflow"


@pytest.mark.parametrize("de", ["pasta", "raiz"])
def test_the_command_works_from_any_directory(tmp_path: Path, de: str) -> None:
    pasta = {"pasta": tmp_path, "raiz": Path("/")}[de]
    resultado = subprocess.run(
        [Path(sys.executable).with_name("tiss"), "esquemas", "listar"],
        cwd=pasta,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (resultado.returncode, resultado.stderr) == (0, "")
    assert "4.03.00: instalada" in resultado.stdout


def test_the_command_of_the_schemas_does_not_wait_for_airflow(tmp_path: Path) -> None:
    visto = _rodar(
        "import json, sys, tiss.cli; tiss.cli.main(['esquemas', 'listar']);"
        " print(json.dumps({'airflow': 'airflow' in sys.modules}))",
        tmp_path,
    )
    assert visto == {"airflow": False}


def test_installing_leaves_nothing_in_the_plugins_folder() -> None:
    assert {item.name for item in PLUGINS.iterdir()} <= {"tiss", ".airflowignore", "__pycache__"}
