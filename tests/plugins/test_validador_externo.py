"""Somebody else's validator reads our lotes: what we believe of the standard is not ours alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from tiss import settings
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
    assert any(b"guiaHonorarios" in arquivo.read_bytes() for arquivo in arquivos)

    saida = subprocess.run(
        [validador, "validate", "--format", "json", *arquivos],
        capture_output=True,
        text=True,
        check=False,
    )

    lidos = json.loads(saida.stdout)
    assert lidos.keys() == {str(arquivo) for arquivo in arquivos}, saida.stderr
    assert [
        achado
        for arquivo, lido in lidos.items()
        for achado in lido["findings"]
        if not desconhece_o_fator(achado, Path(arquivo))
    ] == []


def desconhece_o_fator(achado: dict[str, str], arquivo: Path) -> bool:
    """Whether the other validator, which leaves reducaoAcrescimo out, wants another total."""
    if achado["code"] != "item.valor_divergente":
        return False
    (total,) = etree.parse(str(arquivo)).xpath(
        achado["xpath"], namespaces={"ans": settings.NAMESPACE}
    )
    item = total.getparent()
    quantidade, fator, unitario, valor = (
        Decimal(item.findtext(f"{{*}}{nome}"))
        for nome in ("quantidadeExecutada", "reducaoAcrescimo", "valorUnitario", "valorTotal")
    )
    return fator != 1 and abs(quantidade * fator * unitario - valor) <= Decimal("0.01")
