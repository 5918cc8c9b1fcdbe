"""A connection serves the transactions that follow each other at once, and no others."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from oficina import esperar
from psycopg import sql

from tiss.repository import Repositorio, Transacao
from tiss.repository import conexao as modulo


def processo(t: Transacao) -> int:
    """Return the process of the database that serves a transaction."""
    return t._conexao.info.backend_pid


def em(repo: Repositorio) -> int:
    with repo.transacao() as t:
        return processo(t)


def test_what_follows_at_once_uses_the_same(repo: Repositorio) -> None:
    assert len({em(repo) for _ in range(20)}) == 1


def test_what_is_asked_often_is_planned_each_time(repo: Repositorio) -> None:
    # One plan for all filters, the null ones too, read everything: a page took 15 s, not 80 ms.
    for _ in range(20):
        with repo.transacao() as t:
            t.valor("lista/existe_lote", lote=1)
            feitas = t._conexao.execute("SELECT name FROM pg_prepared_statements").fetchall()
    assert feitas == []


def test_what_follows_a_wait_uses_a_new_one(
    repo: Repositorio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modulo, "SERVE_DE_NOVO", 0)
    assert em(repo) != em(repo)


def test_an_error_undoes_all_and_leaves_nothing_behind(repo: Repositorio) -> None:
    antes = em(repo)

    def metade() -> None:
        with repo.transacao() as t:
            assert processo(t) == antes
            t._conexao.execute("CREATE TABLE tiss.meia (id integer)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        metade()
    with repo.transacao() as t:
        assert processo(t) != antes
        assert t._conexao.execute("SELECT to_regclass('tiss.meia')").fetchone() == (None,)


def test_a_commit_that_the_database_refuses_is_an_error(repo: Repositorio) -> None:
    with repo.transacao() as t:
        t._conexao.execute(
            "CREATE TABLE tiss.adiada (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        )
    with pytest.raises(psycopg.errors.UniqueViolation), repo.transacao() as t:
        t._conexao.execute("INSERT INTO tiss.adiada VALUES (1), (1)")
    with repo.transacao() as t:
        assert t._conexao.execute("SELECT count(*) FROM tiss.adiada").fetchone() == (0,)


def test_a_database_that_restarted_is_found_again(
    repo: Repositorio, conexao: psycopg.Connection[object]
) -> None:
    antes = em(repo)
    conexao.execute("SELECT pg_terminate_backend(%s, 5000)", [antes])
    assert em(repo) != antes


def test_a_transaction_inside_another_has_its_own(repo: Repositorio) -> None:
    with repo.transacao() as fora, repo.transacao() as dentro:
        assert processo(fora) != processo(dentro)
    # One of both is enough to go on with.
    with repo.transacao() as fora, repo.transacao() as dentro:
        assert processo(fora) != processo(dentro)


def test_threads_never_share_one(repo: Repositorio) -> None:
    todas = Barrier(4)

    def ao_mesmo_tempo(_: int) -> int:
        with repo.transacao() as t:
            todas.wait(30)
            return processo(t)

    with ThreadPoolExecutor(4) as linhas:
        for _ in range(5):
            assert len(set(linhas.map(ao_mesmo_tempo, range(4)))) == 4


def test_a_forked_process_uses_its_own_and_ends_none_of_ours(repo: Repositorio) -> None:
    antes = em(repo)
    contexto = multiprocessing.get_context("fork")
    fila = contexto.SimpleQueue()
    filho = contexto.Process(target=lambda: fila.put(em(repo)))
    filho.start()
    filho.join(30)
    assert filho.exitcode == 0
    assert fila.get() != antes
    assert em(repo) == antes


def test_nothing_stays_open_after_its_repository(
    url_clinica: str, conexao: psycopg.Connection[object]
) -> None:
    repo = Repositorio(lambda: psycopg.connect(url_clinica))
    antes = em(repo)
    del repo
    aberta = sql.SQL("SELECT count(*) FROM pg_stat_activity WHERE pid = %s")
    esperar(lambda: conexao.execute(aberta, [antes]).fetchone() == (0,))
