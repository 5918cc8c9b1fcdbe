"""The ledger: every lote that was accepted, and how often each one arrived. One SQLite database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tiss.errors import ConfigError

from .linhas import guia_aceita, item_analisado, linha_guia, linhas_item
from .modelo import AnaliseGuia, ItemAnalisado, Lote, Protocolo, Tipo
from .recusas import RecusaNegocio

# Goes up whenever the tables change
_VERSAO = 5
# Money is kept in whole centavos: SQLite adds integers exactly.
_ESQUEMA = """
CREATE TABLE IF NOT EXISTS relogio (inicio REAL NOT NULL, avancado REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lote (
    id INTEGER PRIMARY KEY, registro_ans TEXT NOT NULL, prestador TEXT NOT NULL,
    numero_lote TEXT NOT NULL, sequencia INTEGER NOT NULL, numero_protocolo TEXT NOT NULL,
    tipo TEXT NOT NULL, aceito_em REAL NOT NULL,
    UNIQUE (registro_ans, sequencia)
) STRICT;
CREATE INDEX IF NOT EXISTS lote_por_numero ON lote (registro_ans, prestador, numero_lote);
CREATE TABLE IF NOT EXISTS guia (
    id INTEGER PRIMARY KEY, lote_id INTEGER NOT NULL REFERENCES lote,
    registro_ans TEXT NOT NULL, prestador TEXT NOT NULL, numero TEXT NOT NULL,
    numero_operadora TEXT NOT NULL, senha TEXT, carteira TEXT NOT NULL,
    atendimento_rn TEXT NOT NULL, executante TEXT NOT NULL, data TEXT NOT NULL, data_fim TEXT,
    cnes TEXT NOT NULL, informado INTEGER NOT NULL, liberado INTEGER NOT NULL,
    motivos TEXT NOT NULL, cancelada INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS guia_por_numero ON guia (registro_ans, prestador, numero);
CREATE INDEX IF NOT EXISTS guia_do_lote ON guia (lote_id);
CREATE TABLE IF NOT EXISTS item (
    guia_id INTEGER NOT NULL REFERENCES guia, ordem INTEGER NOT NULL,
    registro_ans TEXT NOT NULL, executante TEXT NOT NULL, carteira TEXT NOT NULL,
    data TEXT NOT NULL, tabela TEXT NOT NULL, codigo TEXT NOT NULL, sequencial INTEGER NOT NULL,
    descricao TEXT NOT NULL, quantidade TEXT NOT NULL,
    informado INTEGER NOT NULL, liberado INTEGER NOT NULL, glosas TEXT NOT NULL,
    grau TEXT NOT NULL, centro_consumo TEXT NOT NULL,
    dente TEXT NOT NULL, regiao TEXT NOT NULL, face TEXT NOT NULL,
    PRIMARY KEY (guia_id, ordem)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recurso (
    registro_ans TEXT NOT NULL, prestador TEXT NOT NULL, numero_protocolo TEXT NOT NULL,
    numero_guia TEXT NOT NULL, recebido_em REAL NOT NULL, enviado_em TEXT NOT NULL,
    guia TEXT NOT NULL, cancelado INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (registro_ans, numero_protocolo)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS desvio (
    registro_ans TEXT NOT NULL, numero_protocolo TEXT NOT NULL, guia TEXT NOT NULL,
    desvio TEXT NOT NULL, PRIMARY KEY (registro_ans, numero_protocolo, guia, desvio)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chegada (
    registro_ans TEXT NOT NULL, prestador TEXT NOT NULL, numero_lote TEXT NOT NULL,
    envios INTEGER NOT NULL, PRIMARY KEY (registro_ans, prestador, numero_lote)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS desfecho (
    registro_ans TEXT NOT NULL, operacao TEXT NOT NULL, desfecho TEXT NOT NULL,
    vezes INTEGER NOT NULL, PRIMARY KEY (registro_ans, operacao, desfecho)
) STRICT, WITHOUT ROWID;
"""
# Leaves room for the position of a guia, of which a lote has at most 100
_GUIAS_POR_LOTE = 1000


class Livro:
    """The ledger. Its methods may be called from any thread; each is one transaction.

    arquivo: where it is kept; None keeps it in memory, and it ends with the process.
    Raises ConfigError for a file that another version of the simulator wrote.
    """

    def __init__(self, arquivo: Path | None = None) -> None:
        # An in-memory database exists once per connection, so there is one, behind a lock
        self._conexao = sqlite3.connect(
            ":memory:" if arquivo is None else arquivo,
            check_same_thread=False,
            isolation_level=None,
        )
        self._trava = threading.Lock()
        self._conexao.execute("PRAGMA journal_mode = WAL")
        # With WAL this survives a killed process, which is all that a simulator must survive
        self._conexao.execute("PRAGMA synchronous = NORMAL")
        vazio = not self.consultar("SELECT 1 FROM sqlite_master")
        ((versao,),) = self.consultar("PRAGMA user_version")
        if not vazio and versao != _VERSAO:
            raise ConfigError(
                f"{arquivo}: de outra versão do simulador; use outro, ou apague-o "
                "(na demonstração, make clean: o livro e a clínica andam juntos)"
            )
        # The version first: killed in between, the next process finds an empty file and goes on
        self._conexao.executescript(f"PRAGMA user_version = {_VERSAO}; {_ESQUEMA}")

    def fechar(self) -> None:
        """Close the database."""
        with self._trava:
            self._conexao.close()

    def consultar(self, sql: str, parametros: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._trava:
            return self._conexao.execute(sql, parametros).fetchall()

    @contextmanager
    def transacao(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction, which an exception undoes."""
        with self._trava:
            self._conexao.execute("BEGIN IMMEDIATE")
            try:
                yield self._conexao
            except BaseException:
                self._conexao.execute("ROLLBACK")
                raise
            self._conexao.execute("COMMIT")

    def relogio(self) -> tuple[float, float] | None:
        """Return start and advance of the clock of an earlier process, None for a new ledger."""
        linhas = self.consultar("SELECT inicio, avancado FROM relogio")
        return (linhas[0][0], linhas[0][1]) if linhas else None

    def guardar_relogio(self, inicio: float, avancado: float) -> None:
        """Keep the clock, so that protocols do not grow younger when the process restarts."""
        with self.transacao() as db:
            db.execute("DELETE FROM relogio")
            db.execute("INSERT INTO relogio VALUES (?, ?)", (inicio, avancado))

    def contar_chegada(self, registro_ans: str, prestador: str, numero_lote: str) -> None:
        """Count that the bytes of a lote arrived, whatever becomes of them."""
        with self.transacao() as db:
            db.execute(
                "INSERT INTO chegada VALUES (?, ?, ?, 1)"
                " ON CONFLICT DO UPDATE SET envios = envios + 1",
                (registro_ans, prestador, numero_lote),
            )

    def contar_desfecho(self, registro_ans: str, operacao: str, desfecho: str) -> None:
        """Count how a request ended."""
        with self.transacao() as db:
            db.execute(
                "INSERT INTO desfecho VALUES (?, ?, ?, 1)"
                " ON CONFLICT DO UPDATE SET vezes = vezes + 1",
                (registro_ans, operacao, desfecho),
            )

    def aceitar(
        self,
        registro_ans: str,
        prestador: str,
        lote: Lote,
        analises: Sequence[AnaliseGuia],
        aceito_em: float,
        *,
        deduplica: bool = True,
        reusa_cancelado: bool = False,
    ) -> str:
        """Accept a lote and return the number of its protocol: text that begins with zeros.

        analises: one verdict for each guia, in order. The lote is committed on return.
        deduplica: whether numbers are compared with those accepted earlier at all;
        reusa_cancelado: whether the number of what was cancelled is free again.
        Raises RecusaNegocio 3268 for a number already used by a lote, 1308 by a guia, which is
        also what a lote gets that has the same guia twice.
        """
        dono = (registro_ans, prestador)
        with self.transacao() as db:
            if deduplica:
                _recusar_lote_repetido(db, dono, lote, reusa_cancelado)
            _recusar_guia_repetida(db, dono, lote, deduplica, reusa_cancelado)
            (sequencia,) = db.execute(
                "SELECT coalesce(max(sequencia), 0) + 1 FROM lote WHERE registro_ans = ?",
                (registro_ans,),
            ).fetchone()
            protocolo = f"{sequencia:010d}"
            lote_id = db.execute(
                "INSERT INTO lote VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                (*dono, lote.numero, sequencia, protocolo, lote.tipo, aceito_em),
            ).lastrowid
            base = (lote_id or 0) * _GUIAS_POR_LOTE
            db.executemany(
                "INSERT INTO guia VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    (base + n, lote_id, *dono, *linha_guia(guia, analise, f"{protocolo}{n:03d}"))
                    for n, (guia, analise) in enumerate(zip(lote.guias, analises, strict=True), 1)
                ),
            )
            db.executemany(
                "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (base + n, *linha)
                    for n, (guia, analise) in enumerate(zip(lote.guias, analises, strict=True), 1)
                    for linha in linhas_item(registro_ans, guia, analise)
                ),
            )
        return protocolo

    def protocolo(self, registro_ans: str, prestador: str, numero: str) -> Protocolo | None:
        """Return a protocol of a prestador, None if it has no such protocol."""
        lotes = self.consultar(
            "SELECT id, numero_lote, tipo, aceito_em FROM lote"
            " WHERE registro_ans = ? AND sequencia = ? AND prestador = ? AND numero_protocolo = ?",
            (registro_ans, int(numero) if numero.isdecimal() else 0, prestador, numero),
        )
        if not lotes:
            return None
        lote_id, numero_lote, tipo, aceito_em = lotes[0]
        itens: dict[int, list[ItemAnalisado]] = {}
        for guia_id, *linha in self.consultar(
            "SELECT guia_id, sequencial, data, tabela, codigo, descricao, quantidade, informado,"
            " liberado, glosas, grau, centro_consumo, dente, regiao, face FROM item"
            " WHERE guia_id BETWEEN ? AND ? AND (? OR glosas <> '[]') ORDER BY guia_id, ordem",
            (
                lote_id * _GUIAS_POR_LOTE,
                (lote_id + 1) * _GUIAS_POR_LOTE - 1,
                tipo == Tipo.ODONTO,
            ),
        ):
            itens.setdefault(guia_id, []).append(item_analisado(*linha))
        guias = self.consultar(
            "SELECT id, numero, numero_operadora, senha, carteira, atendimento_rn, executante,"
            " data, data_fim, cnes, informado, liberado, motivos, cancelada FROM guia"
            " WHERE lote_id = ?"
            " ORDER BY id",
            (lote_id,),
        )
        return Protocolo(
            numero=numero,
            numero_lote=numero_lote,
            tipo=Tipo(tipo),
            aceito_em=aceito_em,
            guias=tuple(
                guia_aceita(linha, tuple(itens.get(guia_id, ()))) for guia_id, *linha in guias
            ),
        )

    def aceitos(
        self, registro_ans: str, prestador: str, inicio: float, fim: float, *, odonto: bool
    ) -> list[Protocolo]:
        """Return the protocols of a prestador accepted from inicio on and before fim, by number."""
        linhas = self.consultar(
            "SELECT numero_protocolo FROM lote WHERE registro_ans = ? AND prestador = ?"
            " AND aceito_em >= ? AND aceito_em < ? AND (tipo = ?) = ? ORDER BY sequencia",
            (registro_ans, prestador, inicio, fim, Tipo.ODONTO, odonto),
        )
        achados = (self.protocolo(registro_ans, prestador, numero) for (numero,) in linhas)
        return [protocolo for protocolo in achados if protocolo is not None]


def _recusar_lote_repetido(
    db: sqlite3.Connection, dono: tuple[str, str], lote: Lote, reusa_cancelado: bool
) -> None:
    # A lote is cancelled when all of its guias are
    if db.execute(
        "SELECT 1 FROM lote JOIN guia ON guia.lote_id = lote.id"
        " WHERE lote.registro_ans = ? AND lote.prestador = ? AND numero_lote = ?"
        " AND NOT (? AND cancelada)",
        (*dono, lote.numero, reusa_cancelado),
    ).fetchone():
        raise RecusaNegocio("3268", "NÚMERO DE LOTE JÁ INFORMADO ANTERIORMENTE")


def _recusar_guia_repetida(
    db: sqlite3.Connection,
    dono: tuple[str, str],
    lote: Lote,
    deduplica: bool,
    reusa_cancelado: bool,
) -> None:
    vistas: set[str] = set()
    for guia in lote.guias:
        ja_aceita = (
            deduplica
            and db.execute(
                "SELECT 1 FROM guia WHERE registro_ans = ? AND prestador = ? AND numero = ?"
                " AND NOT (? AND cancelada)",
                (*dono, guia.numero, reusa_cancelado),
            ).fetchone()
        )
        if ja_aceita or guia.numero in vistas:
            raise RecusaNegocio("1308", f"GUIA JÁ APRESENTADA: {guia.numero}")
        vistas.add(guia.numero)
