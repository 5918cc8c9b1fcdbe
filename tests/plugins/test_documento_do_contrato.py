"""docs/contrato.md, which contratos are written by: its keys and defaults are those of the code."""

from __future__ import annotations

import json
import re

import pytest

from tiss import settings
from tiss.domain.cadastro import Operacao
from tiss.domain.fichas import CONTRATO, OPERADORA, PRESTADOR, Campo, Tabela
from tiss.repository import Repositorio
from tiss.services.cadastro import importar

TEXTO = (settings.RAIZ / "docs" / "contrato.md").read_text(encoding="utf-8")
LEIAME = (settings.RAIZ / "README.md").read_text(encoding="utf-8")
OPERACAO = (settings.RAIZ / "docs" / "operacao.md").read_text(encoding="utf-8")
BLOCO = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def secao(titulo: str) -> str:
    return TEXTO.partition(f"\n## {titulo}\n")[2].partition("\n## ")[0]


def padrao(campo: Campo) -> str:
    """What the second cell of a key says."""
    if campo.exigido:
        return "obrigatória"
    if campo.de_inicio:
        return "só contrato novo"
    if campo.padrao is None:
        return "nenhum"
    return f"`{json.dumps(campo.forma.escrever(campo.padrao))}`"


@pytest.mark.parametrize("tabela", [PRESTADOR, OPERADORA, CONTRATO], ids=lambda t: t.nome)
def test_every_key_is_there_in_order_with_its_default(tabela: Tabela) -> None:
    linhas = re.findall(
        r"^\| `([\w.]+)` \| ([^|]+) \|", secao(f"Chaves de {tabela.nome}"), re.MULTILINE
    )
    assert linhas == [(campo.chave, padrao(campo)) for campo in tabela.campos]


def test_the_limits_of_a_number_are_those_of_the_code() -> None:
    limites = dict(re.findall(r"^\| `([\w.]+)` \|[^|]+\| de (\d+ a \d+)", TEXTO, re.MULTILINE))
    assert "lote.max_guias" in limites
    for tabela in (OPERADORA, CONTRATO):
        for campo in tabela.campos:
            if campo.chave in limites:
                (queixa,) = campo.forma.queixas("x")
                assert f"de {limites[campo.chave]}, sem" in queixa[1], campo.chave


def test_every_operation_is_named() -> None:
    citadas = re.findall(r"`([A-Z_]{8,})`", secao("Chaves de contrato").partition("Tempos se")[2])
    assert citadas == list(Operacao)


@pytest.mark.parametrize("texto", [TEXTO, LEIAME], ids=["contrato.md", "README.md"])
def test_the_example_is_taken(repo: Repositorio, texto: str) -> None:
    (exemplo,) = BLOCO.findall(texto)
    mudancas = importar(repo, {"exemplo.toml": exemplo.encode()})
    assert [mudanca.nova for mudanca in mudancas] == [True, True, True]
    assert not any(m.nova or m.campos for m in importar(repo, {"exemplo.toml": exemplo.encode()}))


def test_the_example_by_rest_is_taken_too(repo: Repositorio) -> None:
    (soap,), (rest,) = BLOCO.findall(TEXTO), BLOCO.findall(OPERACAO)
    exemplo = soap.partition("url_base = ")[0] + rest
    assert len(importar(repo, {"exemplo.toml": exemplo.encode()})) == 3
