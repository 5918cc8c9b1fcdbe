"""Use case: bring the terminology of the database up to date with its sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tiss.esquemas import Catalogo
from tiss.repository import Repositorio, Transacao, terminologia
from tiss.terminologias import Fonte, abertas, fontes


@dataclass(frozen=True, slots=True, kw_only=True)
class Carga:
    """A source that was loaded now."""

    fonte: str
    origem: str
    linhas: int


def carregar(
    repo: Repositorio, *, catalogo: Catalogo | None = None, origem: Path | None = None
) -> list[Carga]:
    """Load every source whose bytes are not those that the database has; return them.

    repo: of a role that owns the schema. catalogo: the project's own by default. origem: the
    package as a local file, for a machine without internet.
    All or nothing, and readers see either what was there or what comes. With nothing to load
    nothing is downloaded. Raises ConfigError when a source is missing or is not the pinned one.
    """
    catalogo = catalogo or Catalogo()
    conhecidas = fontes(catalogo)
    with repo.transacao() as t:
        pendentes = _pendentes(t, conhecidas)
    # No transaction is open during the download, which there is only when something is pending.
    with abertas(pendentes, catalogo, origem) as ler, repo.transacao() as t:
        terminologia.travar(t)
        return [
            Carga(
                fonte=fonte.nome,
                origem=fonte.origem,
                linhas=terminologia.substituir(
                    t,
                    nome=fonte.nome,
                    origem=fonte.origem,
                    sha256=fonte.sha256,
                    conteudo=fonte.conteudo,
                    linhas=ler(fonte),
                ),
            )
            # Asked again: somebody else may have loaded them while this one waited.
            for fonte in _pendentes(t, pendentes)
        ]


def _pendentes(t: Transacao, conhecidas: list[Fonte]) -> list[Fonte]:
    carregadas = terminologia.fontes(t)
    return [fonte for fonte in conhecidas if carregadas.get(fonte.nome) != fonte.sha256]
