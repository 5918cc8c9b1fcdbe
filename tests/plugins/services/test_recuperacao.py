"""A database that came back from a backup: what happened since is not done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest
from oficina import Oficina
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tiss.demo.postgres import PostgresEmbutido
from tiss.errors import TransitionError
from tiss.services import duvida
from tiss.services.recuperacao import AVANCO, Recuperacao, recuperar, soltar
from tiss.simulador.processo import Simulador

Copiar = Callable[[], Oficina]


@pytest.fixture
def copiar(postgres: PostgresEmbutido, oficina: Oficina) -> Iterator[Copiar]:
    """Take a backup of the clinic, which is restored as a clinic of its own."""
    with ExitStack() as pilha:
        dono = pilha.enter_context(psycopg.connect(postgres.url("postgres"), autocommit=True))

        def copia() -> Oficina:
            origem = str(conninfo_to_dict(oficina.url)["dbname"])
            nome = f"{origem}_copia"
            # Nobody may be in a database that is copied, nor between two transactions.
            oficina.conexao.close()
            dono.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [origem],
            )
            criar = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            dono.execute(criar.format(sql.Identifier(nome), sql.Identifier(origem)))
            apagar = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            pilha.callback(dono.execute, apagar.format(sql.Identifier(nome)))
            oficina.conexao = pilha.enter_context(psycopg.connect(oficina.url, autocommit=True))
            conexao = pilha.enter_context(psycopg.connect(postgres.url(nome), autocommit=True))
            return Oficina(postgres.url(nome), conexao)

        yield copia


def test_what_was_sent_after_the_backup_is_not_sent_again(
    oficina: Oficina, simulador: Simulador, copiar: Copiar
) -> None:
    enviado = oficina.lote()
    assert oficina.enviar(enviado) is None
    pendente = oficina.lote()
    oficina.atender(2)  # prepared, not built yet
    restaurada = copiar()
    assert oficina.noite() == []
    antes = simulador.requisicoes()
    assert len(antes) == 3
    feito = recuperar(restaurada.repo, por="Ana")
    assert feito == Recuperacao(lotes_em_duvida=1, consultas_retidas=2)
    for _ in range(2):
        assert restaurada.noite() == []
        restaurada.hora()
    assert simulador.requisicoes() == antes
    assert simulador.repetidos() == []
    assert restaurada.status(pendente) == "EM_DUVIDA"
    assert restaurada.status(enviado) in {"ENVIADO", "PROCESSADO"}
    # What only the portal knows is asked of a person.
    assert duvida.a_perguntar(restaurada.repo, quem=str(uuid4())) == [pendente]
    (pergunta,) = duvida.perguntas(restaurada.repo)
    assert "backup" in pergunta.motivo
    (na_operadora,) = [c for c in antes if str(c["numero_lote"]) == str(pergunta.numero_lote)]
    duvida.informar_protocolo(
        restaurada.repo, pendente, na_operadora["numero_protocolo"], por="Ana"
    )
    assert restaurada.status(pendente) == "ENVIADO"


def test_what_is_billed_from_then_on_takes_numbers_that_nobody_used(
    oficina: Oficina, simulador: Simulador, copiar: Copiar
) -> None:
    oficina.lote()
    restaurada = copiar()
    oficina.atender(5)
    assert oficina.noite() == []
    recuperar(restaurada.repo, por="Ana")
    novas = restaurada.atender(2, final_da_carteira="8")
    assert restaurada.noite() == []
    numeros = [int(restaurada.guia(nova)["numero_guia_prestador"]) for nova in novas]
    assert min(numeros) > AVANCO
    assert restaurada.tirada("numero_lote")[-1] > AVANCO
    assert restaurada.guia(novas[0])["status"] == "ENVIADA"
    assert simulador.repetidos() == []


def test_a_lote_that_was_refused_before_and_built_again_after_the_backup_is_held_too(
    oficina: Oficina, simulador: Simulador, copiar: Copiar
) -> None:
    oficina.atender(2)
    simulador.falha("mensagem_erro", codigo="5001")
    oficina.noite()
    assert oficina.tirada("status") == ["ERRO"]
    restaurada = copiar()
    oficina.configurar(segundos_resposta=31)
    assert oficina.noite() == []
    antes = simulador.requisicoes()
    assert recuperar(restaurada.repo, por="Ana").consultas_retidas == 2
    # The cause is corrected again.
    restaurada.configurar(segundos_resposta=31)
    assert restaurada.noite() == []
    assert simulador.requisicoes() == antes
    assert simulador.repetidos() == []


def test_a_send_or_a_cancel_under_way_at_the_backup_is_in_doubt(oficina: Oficina) -> None:
    lotes = [oficina.lote(1), oficina.lote(1)]
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + '1 h'")
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '1' WHERE id = 2")
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'CANCELANDO', dono = 'x', prazo = now() + '1 h' WHERE id = 2"
    )
    assert recuperar(oficina.repo, por="Ana").lotes_em_duvida == 2
    assert [oficina.status(lote) for lote in lotes] == ["EM_DUVIDA"] * 2


def test_running_it_again_changes_nothing_but_the_numbers(oficina: Oficina) -> None:
    oficina.lote()
    oficina.atender(2)
    recuperar(oficina.repo, por="Ana")
    tabelas = ("lote", "guia", "retida", "historico")
    antes = [oficina.linhas(f"SELECT * FROM tiss.{tabela}") for tabela in tabelas]
    numeros = oficina.tirada("proximo_numero_guia", "contrato")
    feito = recuperar(oficina.repo, por="Bia", avanco=7)
    assert feito == Recuperacao(lotes_em_duvida=0, consultas_retidas=0)
    assert [oficina.linhas(f"SELECT * FROM tiss.{tabela}") for tabela in tabelas] == antes
    assert oficina.tirada("proximo_numero_guia", "contrato") == [n + 7 for n in numeros]


def test_what_is_released_is_billed_and_what_is_not_stays(
    oficina: Oficina, simulador: Simulador
) -> None:
    uma, outra, terceira = oficina.atender(3)
    recuperar(oficina.repo, por="Ana")
    assert soltar(oficina.repo, [uma, "999"], por="Ana") == 1
    assert oficina.noite() == []
    assert oficina.guia(uma)["status"] == "ENVIADA"
    assert oficina.valor("SELECT count(*) FROM tiss.guia") == 1
    assert soltar(oficina.repo, None, por="Ana") == 2
    assert oficina.noite() == []
    assert {oficina.guia(c)["status"] for c in (outra, terceira)} == {"ENVIADA"}
    assert soltar(oficina.repo, None, por="Ana") == 0
    assert simulador.repetidos() == []


def test_production_and_rehearsal_are_held_each(oficina: Oficina) -> None:
    oficina.homologacao()
    oficina.atender()
    assert recuperar(oficina.repo, por="Ana").consultas_retidas == 2
    assert oficina.montar_todos() == []


def test_who_does_it_has_a_name(oficina: Oficina) -> None:
    with pytest.raises(TransitionError, match="Informe quem"):
        recuperar(oficina.repo, por=" ")
    with pytest.raises(TransitionError, match="Informe quem"):
        soltar(oficina.repo, None, por="")
