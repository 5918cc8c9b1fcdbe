"""Somebody else's validator reads our lotes: what we believe of the standard is not ours alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tiss.repository import Repositorio, contratos
from tiss.repository.guias import Filtro
from tiss.services.exportacao import exportar
from tiss.services.montagem import montar


@pytest.fixture(scope="module")
def validador(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of the PyPI package `tiss`, in an environment of its own.

    Its import name is also ours: it must never be installed beside this project.
    """
    pasta = tmp_path_factory.mktemp("validador")
    uv = [sys.executable, "-m", "uv"]
    python = str(pasta / "bin" / "python")
    subprocess.run([*uv, "venv", "--quiet", str(pasta)], check=True)
    subprocess.run(
        [*uv, "pip", "install", "--quiet", "--python", python, "tiss==0.4.0"], check=True
    )
    return pasta / "bin" / "tiss"


def test_every_exported_lote_passes_the_validator_of_the_pypi_package_tiss(
    repo: Repositorio, gerar: Callable[[int], object], validador: Path, tmp_path: Path
) -> None:
    gerar(300)
    with repo.transacao() as t:
        todos = contratos.listar(t)
    for contrato in todos:
        for lote_id in montar(repo, contrato, Filtro(), agora=datetime.now(UTC)).lotes:
            nome, conteudo = exportar(repo, lote_id)
            (tmp_path / f"{contrato.clinica_id}_{nome}").write_bytes(conteudo)
    arquivos = sorted(tmp_path.glob("*.xml"))
    assert any(b"guiaConsulta" in arquivo.read_bytes() for arquivo in arquivos)
    assert any(b"guiaSP-SADT" in arquivo.read_bytes() for arquivo in arquivos)

    saida = subprocess.run(
        [validador, "validate", "--format", "json", *arquivos],
        capture_output=True,
        text=True,
        check=False,
    )

    assert saida.returncode == 0, saida.stdout + saida.stderr
    assert json.loads(saida.stdout), "the validator read nothing"
