"""Files with data of patients, on file systems with links and without them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tiss.comandos.gravacao import gravar


@pytest.fixture(params=["com links", "sem links"])
def pasta(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder; one of them as on a pen drive, whose file system refuses links."""
    if request.param == "sem links":

        def recusa(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", recusa)
    return tmp_path


def test_a_new_file_is_whole_and_for_its_owner_alone(pasta: Path) -> None:
    gravar(pasta / "lote.xml", b"conteudo")
    assert (pasta / "lote.xml").read_bytes() == b"conteudo"
    assert (pasta / "lote.xml").stat().st_mode & 0o777 == 0o600
    assert os.listdir(pasta) == ["lote.xml"]


def test_what_is_there_is_never_overwritten(pasta: Path) -> None:
    (pasta / "lote.xml").write_bytes(b"antes")
    with pytest.raises(FileExistsError) as erro:
        gravar(pasta / "lote.xml", b"depois")
    assert erro.value.filename == str(pasta / "lote.xml")
    assert (pasta / "lote.xml").read_bytes() == b"antes"
    assert os.listdir(pasta) == ["lote.xml"]


def test_a_symbolic_link_is_never_followed(pasta: Path) -> None:
    (pasta / "link.xml").symlink_to(pasta / "alhures.xml")
    with pytest.raises(FileExistsError):
        gravar(pasta / "link.xml", b"conteudo")
    assert os.listdir(pasta) == ["link.xml"]


def test_half_a_file_never_stays(pasta: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cheio(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", cheio)
    with pytest.raises(OSError, match=r"lote\.xml") as erro:
        gravar(pasta / "lote.xml", b"conteudo")
    assert erro.value.errno == errno.ENOSPC
    assert os.listdir(pasta) == []


def test_a_disk_that_fills_up_between_two_copies_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gravados = 0
    fsync = os.fsync

    def enche(descritor: int) -> None:
        nonlocal gravados
        gravados += 1
        if gravados > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descritor)

    def recusa(*_: object, **__: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "fsync", enche)
    monkeypatch.setattr(os, "link", recusa)
    with pytest.raises(OSError, match="No space"):
        gravar(tmp_path / "lote.xml", b"conteudo")
    assert gravados == 2
    assert os.listdir(tmp_path) == []
