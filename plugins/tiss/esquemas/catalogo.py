"""What the catalogue says, and what of it is installed."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from tiss import settings
from tiss.errors import ConfigError
from tiss.esquemas.pacotes import Pacote, sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Esquema:
    """One version of the standard. arquivos: name to sha256; pacotes: in the order to try them."""

    versao: str
    sufixo: str
    arquivos: Mapping[str, str]
    pacotes: tuple[Pacote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArquivoDeDados:
    """A file inside a package."""

    caminho: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DadosDoPacote:
    """Files of a package that are read without being installed."""

    pacote: Pacote
    arquivos: Mapping[str, ArquivoDeDados]


@dataclass(frozen=True, slots=True)
class EstadoEsquema:
    """One version of the catalogue compared, byte for byte, with what is installed."""

    versao: str
    faltando: tuple[str, ...]
    diferentes: tuple[str, ...]

    @property
    def instalada(self) -> bool:
        """True when every file of the version is there with the bytes of the catalogue."""
        return not self.faltando and not self.diferentes


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogo:
    """A catalogue file and the folder that its versions are installed in, one subfolder each."""

    arquivo: Path = settings.ESQUEMAS / "catalogo.toml"
    destino: Path = settings.ESQUEMAS

    def versoes(self) -> tuple[str, ...]:
        """Return the versions of the catalogue, in its order."""
        return tuple(_esquemas(self.arquivo))

    def sufixo(self, versao: str) -> str:
        """Return how the file names of a version spell it: "4_03_00" in tissV4_03_00.xsd."""
        return self.esquema(versao).sufixo

    def pasta(self, versao: str) -> Path:
        """Return the folder with the installed XSDs of a version.

        It only lists the folder, so it can be called for every lote; listar compares the bytes.
        Raises ConfigError, naming the command that installs, when the version is not there.
        """
        esquema = self.esquema(versao)
        pasta = self.destino / versao
        try:
            presentes = os.listdir(pasta)
        except OSError:
            presentes = []
        if not esquema.arquivos.keys() <= set(presentes):
            raise ConfigError(
                f"Os esquemas TISS {versao} não estão instalados em {pasta}. "
                f"Para instalar: tiss esquemas instalar {versao}"
            )
        return pasta

    def listar(self) -> list[EstadoEsquema]:
        """Return the state of every version of the catalogue, from the bytes on disk."""
        return [self.estado(versao) for versao in self.versoes()]

    def esquema(self, versao: str) -> Esquema:
        """Return what the catalogue says of a version. Raises ConfigError when it has none."""
        esquemas = _esquemas(self.arquivo)
        if versao not in esquemas:
            raise ConfigError(
                f"A versão {versao!r} do padrão TISS não está no catálogo {self.arquivo}, que tem "
                f"{', '.join(esquemas)}. Se ela existe, acrescente-a ao catálogo e depois use: "
                f"tiss esquemas instalar {versao}"
            )
        return esquemas[versao]

    def estado(self, versao: str) -> EstadoEsquema:
        """Return the state of one version, from the bytes on disk."""
        _, faltando, diferentes = comparar(self.esquema(versao), self.destino / versao)
        return EstadoEsquema(versao, tuple(faltando), tuple(diferentes))

    def terminologia(self) -> DadosDoPacote:
        """Return the package with the terminology and the files of it that are read."""
        return _terminologia(self.arquivo)


@cache
def _esquemas(arquivo: Path) -> dict[str, Esquema]:
    with _lido(arquivo) as dados:
        pacotes = _pacotes(dados)
        return {
            versao: Esquema(
                versao=versao,
                sufixo=campos["sufixo"],
                arquivos=campos["arquivos"],
                pacotes=tuple(pacotes[chave] for chave in campos["fontes"]),
            )
            for versao, campos in dados["versoes"].items()
        }


@cache
def _terminologia(arquivo: Path) -> DadosDoPacote:
    with _lido(arquivo) as dados:
        campos = dados["terminologia"]
        return DadosDoPacote(
            pacote=_pacotes(dados)[campos["pacote"]],
            arquivos={nome: ArquivoDeDados(**este) for nome, este in campos["arquivos"].items()},
        )


def _pacotes(dados: dict[str, Any]) -> dict[str, Pacote]:
    return {chave: Pacote(**campos) for chave, campos in dados.get("pacotes", {}).items()}


@contextmanager
def _lido(arquivo: Path) -> Iterator[dict[str, Any]]:
    """Give what the file holds; a mistake in it, found now or while it is used, names it."""
    try:
        yield tomllib.loads(arquivo.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as erro:
        raise ConfigError(f"O catálogo de esquemas {arquivo} não pôde ser lido: {erro!r}") from erro


def ausentes(esquema: Esquema, pasta: Traversable) -> list[str]:
    """Return the files of the version that a folder lacks."""
    return [nome for nome in esquema.arquivos if not pasta.joinpath(nome).is_file()]


def comparar(esquema: Esquema, pasta: Traversable) -> tuple[dict[str, bytes], list[str], list[str]]:
    """Return the files that are there, the names that are not, and those whose bytes differ."""
    faltando = ausentes(esquema, pasta)
    arquivos = {
        nome: pasta.joinpath(nome).read_bytes() for nome in esquema.arquivos if nome not in faltando
    }
    diferentes = [
        nome for nome, dados in arquivos.items() if sha256(dados) != esquema.arquivos[nome]
    ]
    return arquivos, faltando, diferentes
