"""From the content of a file to fichas, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tiss.domain.fichas.campos import PRESTADOR, TABELAS, Campo, Tabela
from tiss.domain.fichas.formas import desconhecida, juntar
from tiss.domain.fichas.segredos import SEGREDO, segredos

_FALTA = object()


@dataclass(frozen=True, slots=True)
class Ficha:
    """One of a table, as columns. nome: what people call it; arquivo: where it stands.

    What is `de_inicio` and was left out of the file has no column here.
    """

    tabela: Tabela
    arquivo: str
    nome: str
    colunas: Mapping[str, Any]

    @property
    def onde(self) -> str:
        """Where whoever has to correct it looks."""
        return f"{self.arquivo}: {self.nome}"

    @property
    def chave(self) -> tuple[object, ...]:
        """What tells it from the others of its table."""
        return tuple(self.colunas[coluna] for coluna in self.tabela.chave)


@dataclass(slots=True)
class Leitura:
    """What was read of one or more files, and what is wrong with them.

    tortas: name of the table and key of what is in a file, but not in `fichas`.
    """

    fichas: list[Ficha] = field(default_factory=list)
    problemas: list[str] = field(default_factory=list)
    tortas: set[tuple[str, tuple[object, ...]]] = field(default_factory=set)

    def da(self, tabela: Tabela) -> dict[tuple[object, ...], Ficha]:
        """Return the fichas of a table by what tells them apart."""
        return {ficha.chave: ficha for ficha in self.fichas if ficha.tabela is tabela}


def ler(arquivos: Mapping[str, Mapping[str, object]]) -> Leitura:
    """Return the fichas of some files and every problem, each with its file and place.

    arquivos: name of the file -> what it holds.
    """
    leitura = Leitura()
    nomes = [tabela.nome for tabela in TABELAS]
    for arquivo, dados in arquivos.items():
        leitura.problemas += [
            f"{arquivo}: {nome}: {_estranha(nome, dados, nomes)}"
            for nome in dados
            if nome not in nomes
        ]
        for tabela in TABELAS:
            _ler_tabela(tabela, dados.get(tabela.nome, []), arquivo, leitura)
    return leitura


def _estranha(nome: str, dados: Mapping[str, object], nomes: list[str]) -> str:
    return SEGREDO if any(segredos({nome: dados[nome]})) else desconhecida(nome, nomes)


def _ler_tabela(tabela: Tabela, dados: object, arquivo: str, leitura: Leitura) -> None:
    if not isinstance(dados, list) or not all(isinstance(item, dict) for item in dados):
        leitura.problemas.append(
            f"{arquivo}: {tabela.nome}: escreva cada um abaixo de [[{tabela.nome}]]"
        )
        return
    for posicao, item in enumerate(dados, start=1):
        colunas, queixas = ler_uma(tabela, item)
        chave = tuple(colunas.get(coluna) for coluna in tabela.chave)
        nome = " / ".join(map(str, chave)) if None not in chave else f"nº {posicao}"
        ficha = Ficha(tabela, arquivo, f"{tabela.nome} {nome}", colunas)
        if queixas:
            leitura.problemas += [f"{ficha.onde}: {lugar}: {queixa}" for lugar, queixa in queixas]
            leitura.tortas.add((tabela.nome, chave))
        elif (outra := leitura.da(tabela).get(chave)) is not None:
            leitura.problemas.append(f"{ficha.onde}: repetido; já está em {outra.arquivo}")
        else:
            leitura.fichas.append(ficha)


def ler_uma(
    tabela: Tabela, item: Mapping[str, object]
) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """Return the columns of one ficha, and all that is wrong with it: (place, what it has to be).

    What is wrong has no column; what is left out and has a default has that.
    """
    escondidos = list(segredos(item))
    problemas = [(lugar, SEGREDO) for lugar in escondidos]
    problemas += [
        (lugar, queixa)
        for lugar, queixa in _fora_do_lugar(tabela, item)
        if not _coberto(lugar, escondidos)
    ]
    colunas: dict[str, object] = {}
    for campo in tabela.campos:
        valor = _valor(item, campo.chave)
        if valor is _FALTA:
            if campo.exigido:
                problemas.append((campo.chave, "falta, e é obrigatório"))
            elif not campo.de_inicio:
                colunas[campo.coluna] = campo.padrao
            continue
        queixas = [
            (lugar, queixa)
            for lugar, queixa in _queixas(campo, valor)
            if not _coberto(lugar, escondidos)
        ]
        problemas += queixas
        if not queixas and not _coberto(campo.chave, escondidos):
            colunas[campo.coluna] = campo.forma.ler(valor)
    if tabela is PRESTADOR and not problemas:
        problemas += _um_documento(colunas)
    return colunas, problemas


def _queixas(campo: Campo, valor: object) -> Iterator[tuple[str, str]]:
    for dentro, queixa in campo.forma.queixas(valor):
        yield juntar(campo.chave, dentro), queixa


def _coberto(lugar: str, escondidos: list[str]) -> bool:
    """Whether it was said already that there is a secret."""
    return any(lugar == outro or outro.startswith(f"{lugar}.") for outro in escondidos)


def _um_documento(colunas: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if (colunas["cnpj"] is None) == (colunas["cpf"] is None):
        yield "cnpj e cpf", "ponha um dos dois, e só um"


def _valor(item: Mapping[str, object], chave: str) -> object:
    valor: object = item
    for parte in chave.split("."):
        if not isinstance(valor, dict) or parte not in valor:
            return _FALTA
        valor = valor[parte]
    return valor


def _fora_do_lugar(
    tabela: Tabela, item: Mapping[str, object], dentro_de: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the keys that the table does not have, and the values where it has a table."""
    chaves = [campo.chave for campo in tabela.campos]
    prefixo = f"{dentro_de}." if dentro_de else ""
    conhecidas = dict.fromkeys(
        chave.removeprefix(prefixo).partition(".")[0]
        for chave in chaves
        if chave.startswith(prefixo)
    )
    for nome, valor in item.items():
        lugar = prefixo + nome
        if lugar in chaves and "." not in nome:
            continue
        if nome not in conhecidas:
            yield lugar, desconhecida(nome, conhecidas, chaves)
        elif isinstance(valor, dict):
            yield from _fora_do_lugar(tabela, valor, lugar)
        else:
            yield lugar, f"deve ser uma tabela: [{tabela.nome}.{lugar}]"
