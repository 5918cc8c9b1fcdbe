"""SQL lives in files, each used, with values always bound: what looks like SQL is only data."""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from oficina import Oficina

from tiss import settings
from tiss.demo.clinica import ARQUIVOS as ARQUIVOS_DA_CLINICA
from tiss.repository.conexao import comando
from tiss.repository.guias import Filtro
from tiss.services import duvida
from tiss.simulador.processo import Simulador

PACOTE = settings.RAIZ / "plugins" / "tiss"
ARQUIVOS = sorted(settings.SQL.rglob("*.sql"))
# A setting that takes no parameter, and what is asked before anything of ours is installed.
EXCECOES = {"repository/conexao.py", "migracoes.py", "demo/postgres.py", "demo/airflow.py",
            "demo/clinica.py"}  # fmt: skip
INSTRUCAO = re.compile(
    r"\s*(SELECT\s.+|INSERT\s+INTO|UPDATE\s+\w+(\.\w+)?\s+SET|DELETE\s+FROM|CREATE\s+\w+|"
    r"ALTER\s+\w+|TRUNCATE\s|WITH\s+\w+\s+AS)",
    re.DOTALL,
)


def _fontes() -> Iterator[Path]:
    for fonte in sorted(PACOTE.rglob("*.py")):
        # The simulated operadora keeps a ledger of its own, in SQLite.
        if "simulador" not in fonte.parts:
            yield fonte


def _textos(fonte: Path) -> Iterator[str]:
    arvore = ast.parse(fonte.read_text(encoding="utf-8"))
    docstrings = {
        id(no.body[0].value)
        for no in ast.walk(arvore)
        if isinstance(no, ast.Module | ast.ClassDef | ast.FunctionDef)
        and no.body
        and isinstance(no.body[0], ast.Expr)
    }
    for no in ast.walk(arvore):
        if isinstance(no, ast.Constant) and isinstance(no.value, str) and id(no) not in docstrings:
            yield no.value


def test_every_file_is_used() -> None:
    usados = {texto for fonte in _fontes() for texto in _textos(fonte)}
    nomes = {str(a.relative_to(settings.SQL).with_suffix("")) for a in ARQUIVOS}
    # Applied by their folder, and installed by a list of names.
    usados |= {nome for nome in nomes if nome.startswith("migrations/")}
    usados |= {f"clinica/{nome}" for nome in ARQUIVOS_DA_CLINICA}
    assert nomes - usados == set()


def test_no_sql_stands_in_python() -> None:
    achados = {
        str(fonte.relative_to(PACOTE)): texto
        for fonte in _fontes()
        for texto in _textos(fonte)
        if INSTRUCAO.match(texto)
    }
    assert set(achados) <= EXCECOES, achados


def test_a_file_says_what_it_is_for() -> None:
    mudos = [a for a in ARQUIVOS if not a.read_text(encoding="utf-8").startswith("-- ")]
    assert mudos == []


def test_a_file_is_one_statement_that_names_its_columns() -> None:
    for arquivo in ARQUIVOS:
        linhas = arquivo.read_text(encoding="utf-8").splitlines()
        codigo = "\n".join(linha.partition("--")[0] for linha in linhas).strip()
        if arquivo.parent.name in {"clinica", "migrations"} or codigo.startswith("DO $$"):
            continue  # made by several statements, or a block
        assert codigo.endswith(";"), arquivo
        assert codigo.count(";") == 1, arquivo
        assert not re.search(r"SELECT\s+\*|\.\*", codigo), arquivo


def test_a_statement_is_read_from_its_file() -> None:
    texto = (settings.SQL / "lote" / "por_id.sql").read_text(encoding="utf-8")
    assert comando("lote/por_id") == texto


NOCIVO = "x'); DROP TABLE tiss.guia; --%s%(a)s$1\"\\"


def test_what_looks_like_sql_is_data(oficina: Oficina, simulador: Simulador) -> None:
    consulta_id = f"c{NOCIVO}"
    oficina.alimentar(
        consulta_id=consulta_id,
        nome_profissional="Ana'); DROP TABLE tiss.lote; --",
        observacao="%(lote)s '; DELETE FROM tiss.guia; --",
    )
    filtro = Filtro(consultas=(consulta_id,), tipos=("CONSULTA", NOCIVO))
    (lote,) = oficina.montar(filtro=filtro).lotes
    assert oficina.enviar(lote) is None
    assert oficina.guia(consulta_id)["status"] == "ENVIADA"
    assert simulador.repetidos() == []


def test_what_a_person_types_is_data(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    simulador.falha("http_500")
    oficina.enviar(lote)
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, lote, por=NOCIVO)
    assert NOCIVO in oficina.valor("SELECT observacoes FROM tiss.lote")


def test_what_an_operadora_answers_is_data(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    oficina.fazer("UPDATE tiss.lote SET status='ENVIANDO', tentativa=1, dono='x', prazo=now()")
    corpo = oficina.resposta(lote).replace(b"0000000777", b"1'; DROP--")
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim, http_status, ultimo_bloco_saiu, resposta)"
        " VALUES ('ENVIO_LOTE_GUIAS', 1, 1, 1, 'x', '', '', now(), 200, true, %s)",
        zlib.compress(corpo),
    )
    assert oficina.varrer() == {"ENVIADO": 1}
    assert oficina.valor("SELECT protocolo FROM tiss.lote") == "1'; DROP--"
