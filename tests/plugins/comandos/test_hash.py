"""`tiss hash` on real files. The rules of the hash itself are in messages/test_hashes.py."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tiss.comandos import hash as comando

TEXTO = "ENVIO_LOTE_GUIASAÇÃO"
CERTO = hashlib.md5(TEXTO.encode("iso-8859-1")).hexdigest()
EM_UTF_8 = hashlib.md5(TEXTO.encode()).hexdigest()


def mensagem(digest: str = CERTO, hash_: str = "<ans:hash>{}</ans:hash>") -> bytes:
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\r\n'
        '<ans:mensagemTISS xmlns:ans="http://www.ans.gov.br/padroes/tiss/schemas">\r\n\t'
        "<ans:cabecalho><ans:t>ENVIO_LOTE_GUIAS</ans:t></ans:cabecalho>\r\n"
        f"<ans:v>AÇÃO</ans:v><ans:epilogo>{hash_.format(digest)}</ans:epilogo>\r\n"
        "</ans:mensagemTISS>\r\n"
    ).encode("iso-8859-1")


class Tiss:
    """Runs the command in a folder of its own; keeps what it wrote."""

    def __init__(self, pasta: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.arquivo = pasta / "lote.xml"
        self.saida = pasta / "certo.xml"
        self._capsys = capsys
        self.dito = self.erros = ""

    def __call__(self, conteudo: bytes | None, *argumentos: object) -> int:
        if conteudo is not None:
            self.arquivo.write_bytes(conteudo)
        analisador = argparse.ArgumentParser()
        comando.opcoes(analisador)
        opcoes = analisador.parse_args([str(a) for a in (self.arquivo, *argumentos)])
        codigo = comando.executar(opcoes)
        self.dito, self.erros = self._capsys.readouterr()
        return codigo

    @property
    def dados(self) -> dict[str, object]:
        lidos: dict[str, object] = json.loads(self.dito)
        return lidos


@pytest.fixture
def tiss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tiss:
    return Tiss(tmp_path, capsys)


def test_informed_and_computed_hash_are_shown_with_their_dialect(tiss: Tiss) -> None:
    assert tiss(mensagem()) == 0
    assert tiss.dito.splitlines() == [
        f"informado: {CERTO}",
        f"calculado: {CERTO}",
        "confere:   sim",
        "dialeto:   PADRAO",
    ]
    assert tiss.erros == ""


def test_dialect_of_a_wrong_hash_is_named_and_explained(tiss: Tiss) -> None:
    assert tiss(mensagem(EM_UTF_8)) == 0
    assert "confere:   não\ndialeto:   UTF_8\nQuem calculou codifica os valores" in tiss.dito


def test_hash_of_no_dialect_says_so(tiss: Tiss) -> None:
    assert tiss(mensagem("0" * 32)) == 0
    assert "nenhum conhecido" in tiss.dito


@pytest.mark.parametrize(
    ("hash_", "dito"),
    [
        ("<ans:hash></ans:hash>", "informado: vazio\n"),
        ("<ans:hash/>", "informado: vazio\n"),
        ("", "informado: não há elemento hash\n"),
        ("<ans:hash>\u009b31m</ans:hash>", "informado: '\\x9b31m'\n"),
    ],
)
def test_hash_that_is_not_there_is_said_in_words(tiss: Tiss, hash_: str, dito: str) -> None:
    assert tiss(mensagem(hash_=hash_)) == 0
    assert dito in tiss.dito
    assert f"calculado: {CERTO}" in tiss.dito


@pytest.mark.parametrize(
    ("conteudo", "codigo"),
    [
        (mensagem(), 0),
        (mensagem(CERTO.upper()), 0),
        (mensagem(EM_UTF_8), 1),
        (mensagem("0"), 1),
        (mensagem(""), 1),
        (mensagem(hash_=""), 1),
    ],
)
def test_exit_code_of_a_check_is_one_when_the_hash_does_not_fit(
    tiss: Tiss, conteudo: bytes, codigo: int
) -> None:
    assert tiss(conteudo, "--conferir") == codigo
    assert tiss(conteudo) == 0


@pytest.mark.parametrize("conteudo", [None, b"", b"<html/>", mensagem()[:-20]])
@pytest.mark.parametrize("argumentos", [(), ("--conferir",), ("--json",)])
def test_input_of_no_use_exits_with_two_and_a_reason(
    tiss: Tiss, conteudo: bytes | None, argumentos: tuple[str, ...]
) -> None:
    assert tiss(conteudo, *argumentos) == 2
    assert tiss.dito == ""
    assert tiss.erros.startswith("tiss: ")
    assert "lote.xml" in tiss.erros


def test_reason_quotes_nothing_of_a_broken_file(tiss: Tiss) -> None:
    assert tiss(mensagem().replace(b"</ans:v>", b"</Maria>")) == 2
    assert "Maria" not in tiss.erros


def test_folder_is_of_no_use(tiss: Tiss) -> None:
    tiss.arquivo.mkdir()
    assert tiss(None) == 2


def test_file_above_the_limit_is_refused_without_being_read_whole(tiss: Tiss) -> None:
    with tiss.arquivo.open("wb") as aberto:
        aberto.truncate(1 << 40)
    assert tiss(None) == 2
    assert "64 MB" in tiss.erros


def test_json_has_every_value_and_null_for_what_is_missing(tiss: Tiss) -> None:
    assert tiss(mensagem(EM_UTF_8), "--json") == 0
    assert tiss.dados["dialeto"] == "UTF_8"
    assert str(tiss.dados.pop("descricao")).startswith("Quem calculou")
    assert tiss.dados | {"descricao": ""} == {
        "arquivo": str(tiss.arquivo),
        "informado": EM_UTF_8,
        "calculado": CERTO,
        "confere": False,
        "dialeto": "UTF_8",
        "descricao": "",
        "estranhas": "",
        "corrigido": None,
    }
    assert tiss(mensagem(hash_=""), "--json") == 0
    assert (tiss.dados["informado"], tiss.dados["dialeto"]) == (None, None)


@pytest.mark.parametrize("errado", [EM_UTF_8, "0", ""])
def test_corrected_file_differs_in_the_value_of_its_hash_alone(tiss: Tiss, errado: str) -> None:
    assert tiss(mensagem(errado), "--corrigir", tiss.saida) == 0
    assert tiss.saida.read_bytes() == mensagem()
    assert tiss.arquivo.read_bytes() == mensagem(errado)
    assert f"corrigido: {tiss.saida}" in tiss.dito


def test_correcting_a_right_file_copies_it(tiss: Tiss) -> None:
    assert tiss(mensagem(CERTO.upper()), "--corrigir", tiss.saida, "--json") == 0
    assert tiss.saida.read_bytes() == mensagem(CERTO.upper())
    assert tiss.dados["corrigido"] == str(tiss.saida)


def test_check_and_correction_together_report_the_file_as_it_came(tiss: Tiss) -> None:
    assert tiss(mensagem("0"), "--conferir", "--corrigir", tiss.saida) == 1
    assert tiss.saida.read_bytes() == mensagem()


def test_only_the_owner_may_read_the_corrected_file(tiss: Tiss) -> None:
    tiss(mensagem("0"), "--corrigir", tiss.saida)
    assert tiss.saida.stat().st_mode & 0o077 == 0


def test_input_is_never_overwritten(tiss: Tiss) -> None:
    assert tiss(mensagem("0"), "--corrigir", tiss.arquivo) == 2
    assert tiss.arquivo.read_bytes() == mensagem("0")
    assert "já existe" in tiss.erros


def test_existing_output_is_never_overwritten(tiss: Tiss) -> None:
    for apontar in (lambda: tiss.saida.write_bytes(b"outro"), _pendurado(tiss)):
        apontar()
        assert tiss(mensagem("0"), "--corrigir", tiss.saida) == 2
        assert "já existe" in tiss.erros
        assert tiss.saida.is_symlink() or tiss.saida.read_bytes() == b"outro"
        tiss.saida.unlink()


def _pendurado(tiss: Tiss) -> object:
    return lambda: tiss.saida.symlink_to(tiss.saida.parent / "alhures.xml")


@pytest.mark.parametrize(
    "conteudo", [mensagem(hash_=""), b"<html/>", "<aWS><v>3 €</v><hash/></aWS>".encode()]
)
def test_nothing_is_written_when_there_is_nothing_to_correct(tiss: Tiss, conteudo: bytes) -> None:
    assert tiss(conteudo, "--corrigir", tiss.saida) == 2
    assert tiss.erros.startswith("tiss: ")
    assert os.listdir(tiss.saida.parent) == ["lote.xml"]


def test_folder_of_the_output_must_exist(tiss: Tiss) -> None:
    assert tiss(mensagem("0"), "--corrigir", tiss.saida.parent / "nada" / "x.xml") == 2
    saida = tiss.saida.parent / "nada" / "x.xml"
    assert tiss.erros == f"tiss: não foi possível ler ou gravar {saida}: não existe\n"


def test_the_name_of_the_output_may_be_as_long_as_names_can_be(tiss: Tiss) -> None:
    comprido = tiss.saida.with_name("c" * 251 + ".xml")
    assert tiss(mensagem("0"), "--corrigir", comprido) == 0
    assert comprido.read_bytes() == mensagem()
    assert tiss(mensagem("0"), "--corrigir", comprido.with_name("c" * 256)) == 2
    assert "o nome é longo demais" in tiss.erros


def test_no_temporary_file_stays(tiss: Tiss) -> None:
    tiss(mensagem("0"), "--corrigir", tiss.saida)
    tiss(mensagem("0"), "--corrigir", tiss.saida)
    assert sorted(os.listdir(tiss.saida.parent)) == ["certo.xml", "lote.xml"]


def test_file_of_tens_of_megabytes_is_checked(tiss: Tiss) -> None:
    corpo = b"<ans:t>" + b"x" * 9_000_000 + b"</ans:t>"
    grande = mensagem("0").replace(b"<ans:v>", corpo * 3 + b"<ans:v>")
    assert tiss(grande, "--corrigir", tiss.saida) == 0
    assert tiss(tiss.saida.read_bytes(), "--conferir") == 0


def test_command_starts_without_what_only_airflow_and_the_network_need() -> None:
    programa = (
        "import sys; import tiss.comandos.hash; "
        "print({'airflow', 'psycopg', 'zeep', 'requests'} & set(sys.modules))"
    )
    saida = subprocess.run(
        [sys.executable, "-c", programa], check=True, capture_output=True, text=True
    )
    assert saida.stdout == "set()\n"
