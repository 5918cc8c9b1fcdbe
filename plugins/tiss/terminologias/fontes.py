"""Which sources of terminology there are, what bytes each must have, and how its rows are read."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Literal

from lxml import etree

from tiss.errors import ConfigError
from tiss.esquemas import Catalogo, pacotes
from tiss.terminologias import comentarios, dados

__all__ = ["Fonte", "abertas", "fontes"]

Conteudo = Literal["termos", "dominios", "operadoras"]
Linha = tuple[str | None, ...]
Leitor = Callable[[IO[bytes]], Iterable[Linha]]
# Reads every row of a source whose bytes were checked.
Abrir = Callable[["Fonte"], Iterator[Linha]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonte:
    """One file. nome: stable over its versions; origem: where it is, for people.

    conteudo: what its rows are, columns in the order of include/sql/terminologia/copiar_*.sql.
    """

    nome: str
    origem: str
    caminho: str
    sha256: str
    conteudo: Conteudo
    ler: Leitor
    do_pacote: bool


_ARQUIVOS: dict[str, tuple[Conteudo, Leitor]] = {
    "tuss": ("termos", dados.tuss),
    "dominios": ("termos", dados.dominios),
    "glosas": ("termos", dados.glosas),
    "operadoras": ("operadoras", dados.operadoras),
}


def fontes(catalogo: Catalogo) -> list[Fonte]:
    """Return what can be loaded: the files of the package, and each version that is installed.

    Raises ConfigError when an installed version is not the one of the catalogue.
    """
    return [*_do_pacote(catalogo), *_dos_esquemas(catalogo)]


def _do_pacote(catalogo: Catalogo) -> Iterator[Fonte]:
    terminologia = catalogo.terminologia()
    for nome, arquivo in terminologia.arquivos.items():
        if nome not in _ARQUIVOS:
            raise ConfigError(
                f"O catálogo {catalogo.arquivo} tem um arquivo de terminologia desconhecido: {nome}"
            )
        conteudo, ler = _ARQUIVOS[nome]
        yield Fonte(
            nome=nome,
            origem=f"{terminologia.pacote}: {arquivo.caminho}",
            caminho=arquivo.caminho,
            sha256=arquivo.sha256,
            conteudo=conteudo,
            ler=ler,
            do_pacote=True,
        )


def _dos_esquemas(catalogo: Catalogo) -> Iterator[Fonte]:
    for estado in catalogo.listar():
        esquema = catalogo.esquema(estado.versao)
        arquivo = f"tissSimpleTypesV{esquema.sufixo}.xsd"
        caminho = catalogo.destino / estado.versao / arquivo
        if arquivo in estado.diferentes:
            raise ConfigError(
                f"{caminho} não é o do catálogo (sha256 diferente); nada foi carregado. Reinstale: "
                f"tiss esquemas instalar {estado.versao}"
            )
        if arquivo not in estado.faltando:
            yield Fonte(
                nome=f"xsd {estado.versao}",
                origem=arquivo,
                caminho=str(caminho),
                sha256=esquema.arquivos[arquivo],
                conteudo="dominios",
                ler=partial(_do_esquema, estado.versao),
                do_pacote=False,
            )


def _do_esquema(versao: str, arquivo: IO[bytes]) -> Iterator[Linha]:
    return ((versao, *valor) for valor in comentarios.dominios(arquivo))


@contextmanager
def abertas(
    fontes: Collection[Fonte], catalogo: Catalogo, origem: Path | None = None
) -> Iterator[Abrir]:
    """Give what reads the rows of these sources, each checked against its sha256 before.

    origem: the package as a local file; otherwise pip downloads it, when one of them is in it.
    Raises ConfigError when the package cannot be had or read, when a file of it is missing, or
    when the bytes or the form of a source are not the expected ones.
    """
    if any(fonte.do_pacote for fonte in fontes):
        with _pacote(catalogo, origem) as pacote:
            yield partial(_ler, pacote)
    else:
        yield partial(_ler, None)


@contextmanager
def _pacote(catalogo: Catalogo, origem: Path | None) -> Iterator[zipfile.ZipFile]:
    pinado = catalogo.terminologia().pacote
    if origem is not None:
        try:
            aberto = zipfile.ZipFile(origem)
        except (OSError, zipfile.BadZipFile) as erro:
            raise ConfigError(f"{origem} não pôde ser lido: {erro}") from erro
        with aberto:
            yield aberto
        return
    try:
        with pacotes.aberto(pinado) as arquivo:
            yield arquivo
    except pacotes.NaoTem as motivo:
        raise ConfigError(
            f"O pacote {pinado}, de onde vem a terminologia, não pôde ser obtido: {motivo}\n"
            "Nada foi carregado. Sem internet, baixe-o em outra máquina com: "
            f"pip download --no-deps {pinado.nome}=={pinado.versao}\n"
            "e use: tiss banco terminologia URL --origem ARQUIVO.whl"
        ) from motivo


def _ler(pacote: zipfile.ZipFile | None, fonte: Fonte) -> Iterator[Linha]:
    try:
        with _aberta(pacote, fonte) as arquivo:
            if _sha256(arquivo) != fonte.sha256:
                raise ConfigError(
                    f"{fonte.origem} não é o do catálogo (sha256 diferente); nada foi carregado."
                )
        with _aberta(pacote, fonte) as arquivo:
            yield from fonte.ler(arquivo)
    # zipfile reports a password or an unknown compression as RuntimeError
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError) as erro:
        raise ConfigError(f"{fonte.origem} não pôde ser lido: {erro}") from erro
    except (ValueError, KeyError, TypeError, AttributeError, etree.XMLSyntaxError) as erro:
        raise ConfigError(
            f"{fonte.origem} não tem a forma esperada; nada foi carregado: {erro!r}"
        ) from erro


def _sha256(arquivo: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while pedaco := arquivo.read(1 << 18):
        digest.update(pedaco)
    return digest.hexdigest()


def _aberta(pacote: zipfile.ZipFile | None, fonte: Fonte) -> IO[bytes]:
    if pacote is None or not fonte.do_pacote:
        return open(fonte.caminho, "rb")
    if fonte.caminho not in pacote.namelist():
        raise ConfigError(f"{pacote.filename} não tem {fonte.caminho}; nada foi carregado.")
    return pacote.open(fonte.caminho)
