"""The reference clinic: its tables and as many invented attendances as asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import psycopg
from psycopg import sql

from tiss.demo.atendimentos import SEM_CONTRATO, agendar
from tiss.demo.cadastro import (
    CONSULTA,
    CONVENIO_SEM_CONTRATO,
    FILIAIS,
    OPERADORAS,
    PRECO_MAXIMO,
    Filial,
)
from tiss.demo.cirurgias import HOSPITAIS, HOSPITAL_CONVENIO, Hospital, HospitalConvenio
from tiss.demo.linhas import (
    Agenda,
    Autorizacao,
    Consulta,
    Defeito,
    Despesa,
    Internacao,
    Item,
    Membro,
)
from tiss.demo.pessoas import MEDICOS, Medico, Paciente
from tiss.demo.procedimentos import (
    CONTRASTE,
    FORA_DE_VIGENCIA,
    PROCEDIMENTOS,
    Insumo,
    Procedimento,
)
from tiss.repository.conexao import comando

__all__ = ["Defeito", "Resumo", "gerar", "instalar"]

ARQUIVOS = ("esquema", "consulta_preparada", "gravar_resultado")
# The last two are warnings: the guia leaves, and its problems say what to look at.
NAO_IMPEDEM = (
    Defeito.CARACTERE_TRANSLITERAVEL,
    Defeito.CODIGO_FORA_DE_VIGENCIA,
    Defeito.ATENDIMENTO_REPETIDO,
)

_Linha: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Resumo:
    """What one call of `gerar` put in the clinic, and what should come of it."""

    consultas: int
    itens: int
    autorizadas: int
    """Attendances that an operadora authorised beforehand."""
    por_tipo: Mapping[str, int]
    por_defeito: Mapping[Defeito, int]
    faturaveis: int
    """Prepared, in time and without a defect that prevents a guia: these become GERADA. The next
    three are among them, and one attendance may be in more than one of the three."""
    negadas: int
    """Card that ends in 000: the simulated operadora denies the guia."""
    acima_do_preco: int
    """The simulated operadora glosas what exceeds its price of a consultation."""
    com_nao_coberto: int
    """At least one item that the simulated operadora does not cover."""


class _Convenio(NamedTuple):
    id: int
    registro_ans: str
    nome: str


def instalar(conexao: psycopg.Connection[Any]) -> None:
    """Create the clinic's tables, the view tiss.consulta_preparada and tiss.gravar_resultado.

    The migrations have to be applied before. Repeating it changes nothing. Commits, except inside
    a transaction of the caller.
    """
    with conexao.transaction():
        for nome in ARQUIVOS:
            conexao.execute(comando(f"clinica/{nome}"))


def gerar(
    conexao: psycopg.Connection[Any], *, consultas: int, semente: int = 1, hoje: date
) -> Resumo:
    """Add that many new attendances of the 30 days up to `hoje` to the clinic.

    Equal arguments on an empty clinic give equal rows. A later call adds others, with new patients
    and the next numbers: another night. Commits, except inside a transaction of the caller.
    """
    with conexao.transaction(), conexao.cursor() as cursor:
        cursor.execute(comando("demo/proximos_numeros"))
        linha = cursor.fetchone()
        assert linha is not None  # noqa: S101  a SELECT without FROM
        primeira_consulta, primeiro_paciente = linha
        agenda = agendar(
            consultas=consultas,
            semente=semente,
            hoje=hoje,
            primeira_consulta=primeira_consulta,
            primeiro_paciente=primeiro_paciente,
        )
        _gravar_cadastro(cursor)
        _copiar(cursor, "paciente", Paciente, agenda.pacientes)
        _copiar(cursor, "consulta", Consulta, agenda.consultas)
        _copiar(cursor, "consulta_item", Item, agenda.itens)
        _copiar(cursor, "consulta_equipe", Membro, agenda.equipes)
        _copiar(cursor, "consulta_despesa", Despesa, agenda.despesas)
        _copiar(cursor, "internacao", Internacao, agenda.internacoes)
        _copiar(cursor, "autorizacao", Autorizacao, agenda.autorizacoes)
        cursor.execute(comando("demo/avancar_sequencias"))
        # Autovacuum comes too late: the first extraction follows at once.
        cursor.execute(comando("demo/analisar"))
    return _resumir(agenda)


def _gravar_cadastro(cursor: psycopg.Cursor[Any]) -> None:
    convenios = [
        *(_Convenio(i, item.registro_ans, item.nome) for i, item in enumerate(OPERADORAS, start=1)),
        _Convenio(SEM_CONTRATO, *CONVENIO_SEM_CONTRATO),
    ]
    _inserir(cursor, "clinica", Filial, FILIAIS)
    _inserir(cursor, "convenio", _Convenio, convenios)
    _inserir(cursor, "medico", Medico, MEDICOS)
    _inserir(cursor, "procedimento", Procedimento, [*PROCEDIMENTOS, FORA_DE_VIGENCIA])
    _inserir(cursor, "insumo", Insumo, [CONTRASTE])
    _inserir(cursor, "hospital", Hospital, HOSPITAIS)
    _inserir(cursor, "hospital_convenio", HospitalConvenio, HOSPITAL_CONVENIO)


def _inserir(
    cursor: psycopg.Cursor[Any], tabela: str, tipo: type[_Linha], linhas: Iterable[_Linha]
) -> None:
    """Insert what is missing; a row that somebody corrected stays corrected."""
    colunas = _colunas(tipo)
    instrucao = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier("clinica", tabela),
        sql.SQL(", ").join(colunas),
        sql.SQL(", ").join(sql.Placeholder() * len(colunas)),
    )
    cursor.executemany(instrucao, linhas)


def _copiar(
    cursor: psycopg.Cursor[Any], tabela: str, tipo: type[_Linha], linhas: Iterable[_Linha]
) -> None:
    instrucao = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("clinica", tabela), sql.SQL(", ").join(_colunas(tipo))
    )
    with cursor.copy(instrucao) as copia:
        for linha in linhas:
            copia.write_row(linha)


def _colunas(tipo: type[_Linha]) -> list[sql.Identifier]:
    """The columns of a table are the fields of its row's type."""
    return [sql.Identifier(nome) for nome in tipo.__annotations__]


def _resumir(agenda: Agenda) -> Resumo:
    maximo = Decimal(PRECO_MAXIMO)
    itens: dict[int, list[Item]] = {}
    for item in agenda.itens:
        itens.setdefault(item.consulta_id, []).append(item)
    faturaveis = [
        consulta
        for consulta in agenda.consultas
        if agenda.defeitos.get(consulta.id) in (None, *NAO_IMPEDEM)
    ]
    por_defeito = Counter(agenda.defeitos.values())
    em_hospital = {internacao.consulta_id for internacao in agenda.internacoes}
    nao_cobertos = {i: set(item.nao_cobertos) for i, item in enumerate(OPERADORAS, start=1)}
    return Resumo(
        consultas=len(agenda.consultas),
        itens=len(agenda.itens),
        autorizadas=len(agenda.autorizacoes),
        por_tipo=Counter(
            "HONORARIOS" if numero in em_hospital else _tipo(lista)
            for numero, lista in itens.items()
        ),
        por_defeito={defeito: por_defeito[defeito] for defeito in Defeito},
        faturaveis=len(faturaveis),
        negadas=sum(str(consulta.numero_carteira).endswith("000") for consulta in faturaveis),
        acima_do_preco=sum(
            any(
                item.codigo == CONSULTA and item.valor_unitario > maximo
                for item in itens[consulta.id]
            )
            for consulta in faturaveis
        ),
        com_nao_coberto=sum(
            any(item.codigo in nao_cobertos[consulta.convenio_id] for item in itens[consulta.id])
            for consulta in faturaveis
        ),
    )


def _tipo(itens: list[Item]) -> str:
    return "CONSULTA" if [item.codigo for item in itens] == [CONSULTA] else "SP_SADT"
