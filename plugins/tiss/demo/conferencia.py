"""Whether a night added up: what decides the exit code of the demo."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from tiss.repository.conexao import comando

# Names given by include/sql/demo/situacao_das_consultas.sql.
RESOLVIDAS = ("AUTORIZADA", "NEGADA", "INVALIDA")
NAO_FATURADAS = {
    "NAO_PREPARADA": "ainda não preparadas pela recepção",
    "ANTES_DO_CONTRATO": "anteriores ao início do contrato",
}
ERRADAS = {
    "SEM_GUIA": "preparadas e sem guia",
    "EM_ANDAMENTO": "com guia sem resposta",
    "NAO_GRAVADA_NA_CLINICA": "com resposta que não chegou à clínica",
    "MAIS_DE_UMA_GUIA": "com mais de uma guia viva",
    "FATURADA_SEM_PODER": "faturadas sem estarem prontas ou antes do contrato",
}
DINHEIRO = ("informado", "liberado", "glosado")
LIMITE = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was checked. detalhe: what was found, in Portuguese."""

    nome: str
    certo: bool
    detalhe: str


def situacoes(conexao: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how many attendances of the clinic are in each situation; they add up to all."""
    return dict(conexao.execute(comando("demo/situacao_das_consultas")).fetchall())


def dinheiro(conexao: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return what our tables say of each operadora's money."""
    with conexao.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(comando("demo/resumo_dinheiro")).fetchall()


def conferir(
    conexao: psycopg.Connection[Any], simulador: Mapping[str, Mapping[str, Any]]
) -> list[Item]:
    """Compare our tables with the clinic's and with the ledger of the simulated operadoras.

    simulador: the answer of GET /_simulador/resumo, by registro_ans.
    """
    return [
        _consultas(situacoes(conexao)),
        *_dinheiro(dinheiro(conexao), simulador),
        _repetidos(simulador),
        _lotes(conexao),
    ]


def segredos_guardados(segredos: Mapping[str, str], pastas: Iterable[Path]) -> Item:
    """Look for secrets in all that processes and tasks wrote, in every form they may go about in.

    segredos: by name. What is found is told by the names of the secret and of the file.
    """
    formas = {nome: _formas(valor) for nome, valor in segredos.items()}
    achados = set()
    arquivos = [arquivo for pasta in pastas for arquivo in pasta.rglob("*") if arquivo.is_file()]
    for arquivo in arquivos:
        conteudo = arquivo.read_bytes()
        achados |= {
            f"{nome} em {arquivo.name}"
            for nome, escritos in formas.items()
            if any(escrito in conteudo for escrito in escritos)
        }
    return Item(
        "Segredos",
        not achados,
        "; ".join(sorted(achados)) or f"nenhum em {len(arquivos)} arquivos de log",
    )


def _formas(segredo: str) -> tuple[bytes, ...]:
    cru = segredo.encode()
    return (
        cru,
        # As TISS takes it in the cabecalho.
        hashlib.md5(cru, usedforsecurity=False).hexdigest().encode(),
        base64.b64encode(cru).rstrip(b"="),
    )


def _consultas(quantas: Mapping[str, int]) -> Item:
    erradas = [f"{quantas[nome]} {texto}" for nome, texto in ERRADAS.items() if nome in quantas]
    resolvidas = sum(quantas.get(nome, 0) for nome in RESOLVIDAS)
    return Item(
        "Consultas",
        not erradas and resolvidas > 0,
        "; ".join(erradas) or f"{resolvidas} preparadas, cada uma com uma guia resolvida",
    )


def _dinheiro(
    nosso: list[dict[str, Any]], simulador: Mapping[str, Mapping[str, Any]]
) -> Iterator[Item]:
    for linha in nosso:
        delas = simulador.get(linha["registro_ans"], {})
        diferencas = [
            f"{nome}: {linha[nome]} aqui, {delas.get(f'valor_{nome}', 'nada')} na operadora"
            for nome in DINHEIRO
            if linha[nome] != Decimal(delas.get(f"valor_{nome}", "NaN"))
        ]
        if linha["em_aberto"] or delas.get("em_analise"):
            diferencas.append("há valor ainda sem resposta")
        if linha["guias"] != delas.get("guias"):
            diferencas.append(f"guias: {linha['guias']} aqui, {delas.get('guias')} na operadora")
        yield Item(
            f"Valores da {linha['operadora']}",
            not diferencas,
            "; ".join(diferencas) or "iguais aos do livro da operadora",
        )


def _repetidos(simulador: Mapping[str, Mapping[str, Any]]) -> Item:
    repetidos = sum(int(resumo["atendimentos_repetidos"]) for resumo in simulador.values())
    return Item(
        "Nada cobrado duas vezes",
        repetidos == 0,
        f"{repetidos} atendimentos aceitos mais de uma vez pelas operadoras",
    )


def _lotes(conexao: psycopg.Connection[Any]) -> Item:
    parados = conexao.execute(comando("demo/lotes_parados"), {"limite": LIMITE}).fetchall()
    return Item(
        "Lotes",
        not parados,
        "; ".join(
            f"lote {lote} ({registro_ans}, nº {numero}) {status} {observacoes}".rstrip()
            for lote, status, registro_ans, numero, observacoes in parados
        )
        or "todos respondidos, nenhum em dúvida",
    )
