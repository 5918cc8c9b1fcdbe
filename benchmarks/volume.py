"""A database that holds ten million billed consultas, and what its nights and hours ask of it.

Fills the tables set by set (volume.sql), then explains and times the statements of include/sql.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from consultorio import Medida, clinica_aberta, cronometrar, hoje
from psycopg.types.json import Jsonb

from tiss.domain.regras import VERSAO_REGRAS
from tiss.repository.conexao import comando
from tiss.services.esquecidas import JANELA

ENCHIMENTO = Path(__file__).with_suffix(".sql")
# Of what was billed, so much waits for an answer: nine days of five years.
ABERTAS = 0.005
# Milliseconds: searches of the night, one guia or lote of the reconciliation, what runs hourly,
# what runs once a night beside the rest.
EXTRACAO, UMA, POR_HORA, A_PARTE = 50.0, 50.0, 1000.0, 10_000.0
VEZES = 5
# What comes and goes while it is filled is of no use afterwards; the rest is as PostgreSQL comes.
SERVIDOR = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
}
# Tables that grow with what was billed: nothing asked of them may read one as a whole.
GRANDES = {
    "consulta", "guia", "guia_item", "guia_tiss_envio", "historico", "lote", "pagamento", "troca",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pergunta:
    """A statement with what is bound to it: at most how many ms, by which index."""

    nome: str
    instrucao: str
    teto: float
    indice: str | None = None
    parametros: dict[str, object] = field(default_factory=dict)


def medir(consultas: int) -> Iterator[Medida]:
    """Fill a database with that many billed consultas and yield what each question takes."""
    with clinica_aberta(SERVIDOR) as (_, conexao):
        yield (
            f"encher com {consultas} consultas (s)",
            cronometrar(lambda: encher(conexao, consultas)),
            None,
        )
        for pergunta in perguntas(conexao):
            planos = [explicar(conexao, pergunta) for _ in range(VEZES)]
            # The least: what others do on the machine meanwhile is not its work.
            gasto = min(plano["Execution Time"] + plano["Planning Time"] for plano in planos)
            yield f"{pergunta.nome} (ms)", gasto, pergunta.teto
            nos = list(nos_de(planos[-1]["Plan"]))
            inteiras = lidas_inteiras(nos)
            if inteiras:
                yield f"  lê inteira: {', '.join(sorted(inteiras))}", len(inteiras), 0
            if pergunta.indice and pergunta.indice not in {no.get("Index Name") for no in nos}:
                yield f"  não usa {pergunta.indice}", 1, 0


def encher(conexao: psycopg.Connection[Any], consultas: int) -> None:
    """Make what five years of billing leave in the tables."""
    parametros = {"total": consultas, "abertas": round(consultas * ABERTAS)}
    for instrucao in ENCHIMENTO.read_bytes().split(b";\n"):
        if instrucao.strip():
            conexao.execute(instrucao, parametros)
    # What autovacuum does meanwhile in five years.
    conexao.execute("VACUUM ANALYZE")


def perguntas(conexao: psycopg.Connection[Any]) -> list[Pergunta]:
    """Return what the night, the hour and a person ask."""
    ((contratos,),) = conexao.execute(
        "SELECT array_agg(id ORDER BY id) FROM tiss.contrato"
    ).fetchall()
    ((guia, lote),) = conexao.execute(
        "SELECT guia_id, lote_id FROM tiss.guia_tiss_envio WHERE resultado = 'NEGADA'"
        " ORDER BY id DESC LIMIT 1"
    ).fetchall()
    ((recurso,),) = conexao.execute(
        "SELECT max(id) FROM tiss.recurso WHERE status = 'RASCUNHO'"
    ).fetchall()
    do_contrato = {
        "contrato": contratos[0],
        "clinica": "MATRIZ",
        "registro_ans": "999001",
        "ambiente": "PRODUCAO",
        "inicio": hoje() - timedelta(2000),
        "desde": None,
        "ate": None,
        "consultas": [],
        "problemas": Jsonb([]),
        "versao_regras": VERSAO_REGRAS,
        "lote": None,
    }
    todos = {"contratos": contratos, "protocolos": [], "guias": [], "codigos": [], "lote": None}
    vazios: dict[str, object] = {
        "guias": [],
        "pagamentos": [],
        "recursos": [],
        "novas": [],
        "logo": False,
    }

    def da_noite(nome: str, indice: str | None = None, **outros: object) -> Pergunta:
        return Pergunta(nome, comando(nome), EXTRACAO, indice, {**do_contrato, **outros})

    def da_hora(nome: str, indice: str | None = None, **parametros: object) -> Pergunta:
        return Pergunta(nome, comando(nome), POR_HORA, indice, parametros)

    def uma(visao: str, chave: str, valor: int) -> Pergunta:
        instrucao = f"SELECT * FROM tiss.{visao} WHERE {chave} = %(valor)s"  # noqa: S608  constants
        return Pergunta(f"{visao}, {chave}", instrucao, UMA, None, {"valor": valor})

    return [
        da_noite("guia/chaves_novas", "consulta_sem_resultado"),
        da_noite("guia/chaves_abertas", "guia_aberta"),
        da_noite("guia/retirar", "guia_aberta"),
        da_noite("lote/desmontaveis", "lote_em_andamento"),
        da_hora("guia/sem_contrato", **do_contrato),
        Pergunta(
            "esquecida/procurar",
            comando("esquecida/procurar"),
            A_PARTE,
            "consulta_data",
            {"contratos": contratos, "desde": hoje() - JANELA},
        ),
        da_hora("lote/vencidos", "troca_sem_leitura"),
        da_hora("lote/pendentes", "lote_status", contratos=contratos, lotes=None),
        da_hora("lote/abertos", "lote_acompanhado", **todos),
        da_hora("pagamento/a_consultar", "envio_a_receber", contratos=contratos),
        da_hora("retorno/a_gravar", "guia_a_gravar", depois_de=0, limite=500),
        *(
            da_hora(f"digesto/{nome}", **vazios)
            for nome in (
                "novidades",
                "lotes",
                "falhas",
                "esquecidas",
                "suspensoes",
                "movimentos",
                "negadas",
                "divergencias",
            )
        ),
        da_hora("digesto/em_aberto", "lote_status"),
        da_hora("digesto/silencios", "lote_acompanhado", tolerancia=timedelta(hours=3)),
        da_hora("digesto/prazos", "envio_por_analise", de=-7, ate=10),
        da_hora("recurso/candidatas", **{**todos, "lote": lote}),
        da_hora(
            "recurso/rascunhos", "recurso_aberto", contratos=contratos, protocolos=[], codigos=[]
        ),
        da_hora("recurso/resumo", recurso=recurso),
        uma("conciliacao_guia", "guia_id", guia),
        uma("conciliacao_guia", "lote_id", lote),
        uma("conciliacao_lote", "lote_id", lote),
        uma("conciliacao_recurso", "guia_id", guia),
        uma("conciliacao_recurso", "lote_id", lote),
    ]


def explicar(conexao: psycopg.Connection[Any], pergunta: Pergunta) -> dict[str, Any]:
    """Return plan and times of a statement that is run, and leaves nothing behind."""
    # On a connection of its own: the times of a plan that is kept are not those of a task.
    with conexao.transaction(force_rollback=True):
        ((explicado,),) = conexao.execute(
            "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + pergunta.instrucao,
            pergunta.parametros,
            prepare=False,
        ).fetchall()
    plano: dict[str, Any] = explicado[0]
    return plano


def lidas_inteiras(nos: list[dict[str, Any]]) -> set[str]:
    """Return the large tables that a plan reads from end to end."""
    lidas = {str(no["Relation Name"]) for no in nos if no["Node Type"] == "Seq Scan"}
    return lidas & GRANDES


def nos_de(plano: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a plan and all that is under it."""
    yield plano
    for filho in plano.get("Plans", []):
        yield from nos_de(filho)
