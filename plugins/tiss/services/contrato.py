"""One contrato on a screen or in a request: changed, begun, or only written down to be tried out.

The same keys and the same checks as those of a file (`services.cadastro`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from tiss import esquemas
from tiss.domain.cadastro import RASCUNHO, Contrato
from tiss.domain.conferencia import faltas
from tiss.domain.fichas import CONTRATO, OPERADORA, PRESTADOR, Tabela, ler_uma
from tiss.errors import ConfigError
from tiss.repository import Repositorio, Transacao, cadastro, contratos
from tiss.services.cadastro import Linha, compor_contrato, recuos, sem_inicio

# Where a text that says what is wrong names the columns that it is about.
_ENTRE_COLUNAS = re.compile(r", | e | ou ")
_DE_QUEM = "não muda: cadastre outro contrato"
_IMPORTE = "ponha num arquivo e importe com tiss contrato importar ARQUIVO"
SEM_DIREITO = (
    "O usuário do banco com que as telas trabalham não pode gravar contratos. Quem cuida do banco "
    "cria um com o papel tiss_configuracao e o põe na conexão clinica_db_configuracao."
)


class FichaError(ConfigError):
    """What was written cannot be stored. problemas: (key, "" for none, what to do about it)."""

    def __init__(self, problemas: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(": ".join(filter(None, um)) for um in problemas))
        self.problemas = tuple(problemas)


class MudouError(ConfigError):
    """Somebody else changed the contrato in between. alterado_em: when."""

    def __init__(self, alterado_em: datetime | None) -> None:
        super().__init__("Outra pessoa alterou este contrato.")
        self.alterado_em = alterado_em


@dataclass(frozen=True, slots=True, kw_only=True)
class Gravado:
    """A contrato that was stored. mudou: the keys whose value changed; of a new one, none."""

    contrato_id: int
    versao: int
    mudou: tuple[str, ...] = ()


def alterar(
    repo: Repositorio, contrato_id: int, item: Mapping[str, object], *, versao: int
) -> Gravado:
    """Make a contrato what `item` says, by the keys of a file; one left out gets its default.

    versao: that which whoever wrote it was looking at. Raises FichaError, MudouError, and
    ConfigError when there is no such contrato.
    """
    with _recusas_do_banco(), repo.transacao() as t:
        cadastro.travar_contrato(t, contrato_id)
        antes = _existente(t, contrato_id)
        if antes["versao"] != versao:
            raise MudouError(antes["alterado_em"])
        depois = _conferida(t, item, antes)
        mudou = _mudou(antes, depois)
        if mudou:
            _cadastrar_credenciais(t, depois)
            cadastro.alterar_contrato(t, contrato_id, depois)
        return Gravado(
            contrato_id=contrato_id, versao=_existente(t, contrato_id)["versao"], mudou=mudou
        )


def criar(repo: Repositorio, item: Mapping[str, object]) -> Gravado:
    """Begin a contrato, of a prestador and an operadora that are registered. Raises FichaError."""
    with _recusas_do_banco(), repo.transacao() as t:
        linha = _conferida(t, item, None)
        if _da_chave(t, linha) is not None:
            raise FichaError(
                [("ambiente", "este prestador já tem contrato com esta operadora neste ambiente")]
            )
        _cadastrar_credenciais(t, linha)
        cadastro.inserir_contrato(t, linha)
        criado = _da_chave(t, linha) or {}
    return Gravado(contrato_id=criado["id"], versao=criado["versao"])


def rascunho(repo: Repositorio, contrato_id: int, item: Mapping[str, object]) -> Contrato:
    """Return the contrato that `item` would make, stored nowhere; the stored one if it is the same.

    The place of what is known about its credential is made: that a test is refused is known of the
    credential, whatever becomes of the rest. Raises as `alterar`.
    """
    with _recusas_do_banco(), repo.transacao() as t:
        antes = _existente(t, contrato_id)
        depois = _conferida(t, item, antes)
        if not _mudou(antes, depois):
            return contratos.obter(t, contrato_id)
        _cadastrar_credenciais(t, depois)
        prestador, operadora = (_referida(t, tabela, depois) for tabela in (PRESTADOR, OPERADORA))
        assert prestador is not None  # noqa: S101  it was looked at just now
        assert operadora is not None  # noqa: S101
        return compor_contrato({**depois, "id": RASCUNHO}, prestador, operadora)


def _existente(t: Transacao, contrato_id: int) -> dict[str, Any]:
    achado = cadastro.contrato(t, contrato_id)
    if achado is None:
        raise ConfigError(f"Não existe o contrato {contrato_id}.")
    return achado


def _conferida(t: Transacao, item: Mapping[str, object], antes: Linha | None) -> dict[str, Any]:
    """The row that an item makes, of which there is nothing to say."""
    colunas, problemas = ler_uma(CONTRATO, item)
    if problemas:
        ditos = {lugar for lugar, _ in problemas}
        faltam = sem_inicio(colunas) if antes is None else []
        problemas += [um for falta in faltam for um in _lugares(falta) if um[0] not in ditos]
        raise FichaError(problemas)
    queixas = sem_inicio(colunas) if antes is None else recuos(colunas, antes)
    if antes is not None:
        queixas += [
            f"{campo.chave}: {_DE_QUEM}"
            for campo in CONTRATO.campos
            if campo.coluna in CONTRATO.chave and colunas[campo.coluna] != antes[campo.coluna]
        ]
    if colunas["versao_tiss"] not in esquemas.versoes():
        queixas.append(
            f"versao_tiss: não é uma das que se montam; existem {', '.join(esquemas.versoes())}"
        )
    prestador = _referida(t, PRESTADOR, colunas)
    operadora = _referida(t, OPERADORA, colunas)
    if prestador is None:
        queixas.append(f"prestador: não está cadastrado; {_IMPORTE}")
    if operadora is None:
        queixas.append(f"operadora: não está cadastrada; {_IMPORTE}")
    linha = {**(antes or {}), **colunas}
    if prestador is not None and operadora is not None and not queixas:
        queixas += faltas(compor_contrato(linha, prestador, operadora))
    if queixas:
        raise FichaError([um for queixa in queixas for um in _lugares(queixa)])
    return linha


def _referida(t: Transacao, tabela: Tabela, linha: Linha) -> Linha | None:
    todas = cadastro.prestadores(t) if tabela is PRESTADOR else cadastro.operadoras(t)
    (coluna,) = tabela.chave
    return next((uma for uma in todas if uma[coluna] == linha[coluna]), None)


def _da_chave(t: Transacao, linha: Linha) -> Linha | None:
    vizinhos = cadastro.contratos(t, [linha["registro_ans"]])
    return next(
        (um for um in vizinhos if all(um[coluna] == linha[coluna] for coluna in CONTRATO.chave)),
        None,
    )


def _cadastrar_credenciais(t: Transacao, linha: Linha) -> None:
    for conexao in filter(None, (linha["credencial"], linha["assinatura"])):
        cadastro.cadastrar_credencial(t, conexao)


def _mudou(antes: Linha, depois: Linha) -> tuple[str, ...]:
    return tuple(
        campo.chave for campo in CONTRATO.campos if antes[campo.coluna] != depois[campo.coluna]
    )


def _lugares(queixa: str) -> list[tuple[str, str]]:
    """Where a person sees what a text says: its columns, by the keys that they are known by."""
    onde, separador, dito = queixa.partition(": ")
    partes = _ENTRE_COLUNAS.split(onde) if separador else []
    chaves = [chave for parte in partes if (chave := _chave(parte)) is not None]
    return [(chave, dito) for chave in chaves] or [("", queixa)]


def _chave(coluna: str) -> str | None:
    for campo in CONTRATO.campos:
        for nome in (campo.chave, campo.coluna):
            if coluna == nome or coluna.startswith(f"{nome}."):
                return campo.chave + coluna.removeprefix(nome)
    return None


@contextmanager
def _recusas_do_banco() -> Iterator[None]:
    """The last door: what the database refuses and no check of ours saw."""
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError) as erro:
        onde = erro.diag.constraint_name or "sem nome"
        # Not chained: what the database says may quote the row.
        raise FichaError(
            [("", f"o banco recusou o contrato ({onde}); confira os campos")]
        ) from None
    except psycopg.errors.InsufficientPrivilege:
        raise ConfigError(SEM_DIREITO) from None
