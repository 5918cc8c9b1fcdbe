"""Whatever the bytes: a result or an error of ours; no crash, no hang, no heap that explodes.

`make fuzz` runs the same tests for longer, with other examples in every round.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mensagens_modelo import HOJE, LOTE, RECURSO, arquivo, com_hash, consulta, lote
from mutacoes import danificadas

from tiss.errors import ConfigError, UnreadableError
from tiss.messages.hashes import conferir_hash, corrigir_hash, identificar
from tiss.messages.leitura import ler
from tiss.messages.validacao import LIMITE, Relatorio, validar

EXEMPLOS = int(os.environ.get("TISS_FUZZ_EXEMPLOS", "80"))
MEMORIA = 1024 * 1024 * 1024

todas = settings(
    max_examples=EXEMPLOS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
bytes_quaisquer = st.binary(max_size=300) | danificadas()


@todas
@given(bytes_quaisquer)
@example(b"")
@example(com_hash(LOTE)[:-1])
def test_validating_anything_gives_a_report_or_an_error_of_ours(dados: bytes) -> None:
    try:
        relatorio = validar(dados, hoje=HOJE)
    except (UnreadableError, ConfigError) as erro:
        motivo = str(erro)
    else:
        motivo = ""
        _conferir_relatorio(relatorio)
    assert len(motivo) < 1000


def _conferir_relatorio(relatorio: Relatorio) -> None:
    assert len(relatorio.problemas) <= LIMITE
    # What `tiss validar --json` writes, a surrogate for one, has to be writable.
    json.dumps([asdict(p) for p in relatorio.problemas]).encode()
    for problema in relatorio.problemas:
        str(problema).encode()
        assert len(problema.valor or "") < 100
        assert len(problema.guia or "") <= 20
        assert len(problema.mensagem) < 3000


@todas
@given(bytes_quaisquer, st.sampled_from(["4.02.00", "4.03.00"]))
def test_validating_by_a_version_gives_the_same_kinds_of_result(dados: bytes, versao: str) -> None:
    with suppress(UnreadableError):
        assert validar(dados, hoje=HOJE, versao=versao).versao == versao


@todas
@given(bytes_quaisquer)
def test_reading_anything_gives_an_answer(dados: bytes) -> None:
    assert ler(dados) is not None


@todas
@given(bytes_quaisquer, st.sampled_from(["0" * 32, "a" * 40, "B" * 64, "", "não é hash"]))
def test_the_hash_of_anything_is_told_or_refused(dados: bytes, digest: str) -> None:
    for funcao in (conferir_hash, corrigir_hash, lambda corpo: identificar(corpo, digest)):
        motivo = ""
        try:
            funcao(dados)
        except UnreadableError as erro:
            motivo = str(erro)
        assert len(motivo) < 1000


# Size


def _passos(funcao: Callable[[], object]) -> int:
    """Return how many calls a function makes: its work, without a clock."""
    vezes = 0

    def contar(*_: object) -> None:
        nonlocal vezes
        vezes += 1

    anterior = sys.getprofile()
    sys.setprofile(contar)
    try:
        funcao()
    finally:
        sys.setprofile(anterior)
    return vezes


@pytest.mark.parametrize("estraga", [str, lambda guia: guia.replace(">06<", ">99<")])
def test_twice_the_guias_are_no_more_than_twice_the_work(estraga: Callable[[str], str]) -> None:
    def trabalho(guias: int) -> int:
        mensagem = com_hash(arquivo(lote(*(estraga(consulta(n)) for n in range(guias)))))
        return _passos(lambda: validar(mensagem, hoje=HOJE))

    trabalho(10)  # what is done once per process
    assert trabalho(400) < 2.2 * trabalho(200)


_MOTIVO = (
    "<ans:recursoGuiaCompleta><ans:codGlosaGuia>9999</ans:codGlosaGuia>"
    "<ans:justificativaGuia>x</ans:justificativaGuia></ans:recursoGuiaCompleta>"
)


def _folha(numero: int) -> str:
    return f"<ans:v>é do dia\n<![CDATA[{numero}]]></ans:v>"


_HOSTIS = {
    "elementos": lambda: b"<a>" + b"<a/>" * 15_000_000 + b"</a>",
    "atributos": lambda: b"<a " + b" ".join(b'a%d=""' % n for n in range(4_000_000)) + b"/>",
    "profundidade": lambda: b"<a>" * 15_000_000,
    "texto": lambda: b"<a>" + b"x" * 60_000_000 + b"</a>",
    "brancos": lambda: b" " * 20_000_000 + b"<a/>",
    "comentarios": lambda: b"<!---->" * 5_000_000 + b"<a/>",
    "declaracao": lambda: b"<?xml " + b"encoding" * 5_000_000,
    "entidades": lambda: b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 30_000_000 + b'">]><a>&a;&a;</a>',
    # The hash is of nobody, and each of over a thousand dialects counts these in its own way.
    "dialetos": lambda: re.sub(
        b"(?<=hash>)[^<]{32}",
        b"0" * 32,
        com_hash(arquivo(lote("".join(map(_folha, range(10**6)))))),
    ),
    "guias": lambda: com_hash(arquivo(lote(*(consulta(n % 9) for n in range(5_000))))),
    # Each wrong motive makes libxml2 quote the whole list.
    "glosas": lambda: com_hash(
        arquivo(re.sub("<ans:itensGuia>.*</ans:itensGuia>", _MOTIVO * 150_000, RECURSO))
    ),
    "itens": lambda: com_hash(
        arquivo(RECURSO.replace("<ans:itensGuia>", "<ans:itensGuia>" + "<ans:x/>" * 200_000))
    ),
}
_SOZINHO = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memoria}, {memoria}))
from datetime import date
from tiss.errors import MemoryShortageError, TissError
from tiss.messages.hashes import conferir_hash
from tiss.messages.leitura import ler
from tiss.messages.validacao import validar
dados = sys.stdin.buffer.read()
ler(dados)
for usar in (conferir_hash, lambda dados: validar(dados, hoje=date(2026, 3, 20))):
    try:
        usar(dados)
    except MemoryShortageError:
        raise
    except TissError as erro:
        print(erro)
"""


@pytest.mark.parametrize("forma", _HOSTIS)
def test_a_hostile_file_stays_within_a_gigabyte(forma: str, tmp_path: Path) -> None:
    arquivo_hostil = tmp_path / "hostil.xml"
    arquivo_hostil.write_bytes(_HOSTIS[forma]())
    with arquivo_hostil.open("rb") as entrada:
        processo = subprocess.run(
            [sys.executable, "-c", _SOZINHO.format(memoria=MEMORIA)],
            stdin=entrada,
            capture_output=True,
            text=True,
            # Of one that hangs; the largest take half a minute of a free processor.
            timeout=400,
            check=False,
        )
    assert processo.stderr == ""
    assert processo.returncode == 0
