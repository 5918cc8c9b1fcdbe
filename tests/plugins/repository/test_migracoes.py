"""A database of before is brought up to date with all that it holds, also what is on its way."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from oficina import HOJE, Oficina
from psycopg import sql

from tiss import migracoes, settings
from tiss.demo import clinica
from tiss.demo.postgres import PostgresEmbutido
from tiss.domain.regras import VERSAO_REGRAS
from tiss.domain.retorno import (
    Demonstrativo,
    Demonstrativos,
    GuiaAnalisada,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
)
from tiss.errors import ConfigError
from tiss.services import conciliacao

MIGRACOES = settings.SQL / "migrations"
PRIMEIRA, *SEGUINTES = sorted(arquivo.stem for arquivo in MIGRACOES.glob("*.sql"))
TABELAS = ("guia", "guia_item", "lote", "guia_tiss_envio", "contrato", "historico")
VALOR = Decimal("150.00")
# What the first version was told of whom it bills.
DE_ANTES = """
INSERT INTO tiss.prestador (clinica_id, nome, cnpj) VALUES ('MATRIZ', 'Clínica', '99101202000197');
INSERT INTO tiss.operadora (registro_ans, nome) VALUES ('999001', 'Aurora');
INSERT INTO tiss.contrato (
    prestador_id, registro_ans, ambiente, codigo_prestador, faturar_a_partir_de,
    proximo_numero_lote, proximo_numero_guia, url_base, endpoint_envio, endpoint_status,
    endpoint_demonstrativo, tipo_autenticacao, segundos_conexao, segundos_resposta
) VALUES (
    1, '999001', 'PRODUCAO', '1001', '2020-01-01', 1, 1, 'http://127.0.0.1:1', 'tissLoteGuias',
    NULL, 'https://outra.example/demonstrativo', 'NENHUMA', 60, 600
);
"""


@pytest.fixture
def antiga(
    postgres: PostgresEmbutido, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Oficina]:
    """The clinic on a database that has the first migration only."""
    (tmp_path / "migrations").mkdir()
    shutil.copy(MIGRACOES / f"{PRIMEIRA}.sql", tmp_path / "migrations")
    nome = sql.Identifier("antiga")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(nome))
        url = postgres.url("antiga")
        with monkeypatch.context() as remendo:
            remendo.setattr(migracoes, "SQL", tmp_path)
            assert migracoes.aplicar(url) == [PRIMEIRA]
        with psycopg.connect(url, autocommit=True) as conexao:
            clinica.instalar(conexao)
            clinica.gerar(conexao, consultas=0, hoje=HOJE)
            conexao.execute(DE_ANTES)
            yield Oficina(url, conexao)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(nome))


def test_a_table_in_use_is_not_waited_for_while_others_stand_behind(
    antiga: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migracoes, "ESPERA", "200ms")
    with psycopg.connect(antiga.url) as leitor:
        leitor.execute("SELECT FROM tiss.guia")
        with pytest.raises(ConfigError, match=r"pare as DAGs.*repita o comando"):
            migracoes.aplicar(antiga.url)
    # What came before the table in use stays, and the rest comes with the next try.
    antes = antiga.valor("SELECT to_regclass('tiss.termo_tuss') IS NOT NULL")
    assert antes
    assert migracoes.aplicar(antiga.url) == SEGUINTES[1:]
    assert migracoes.aplicar(antiga.url) == []


def _guia(oficina: Oficina, consulta: str, numero: str | None, status: str, versao: int) -> int:
    """A guia as version 1 of the rules left it; its row in the view has not changed since."""
    guia = oficina.valor(
        "INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente, tipo,"
        " data_atendimento, contrato_id, numero_guia_prestador, status, valor_informado, digest,"
        " versao_contrato, versao_regras, xml)"
        " SELECT consulta_id, clinica_id, registro_ans, 'PRODUCAO', tipo_guia, data_atendimento,"
        " 1, %s, 'GERADA', %s, digest, %s, 1, '<ans:guiaConsulta/>'"
        " FROM tiss.consulta_preparada WHERE consulta_id = %s RETURNING id",
        *(numero or "x", VALOR, versao, consulta),
    )
    if status != "GERADA":
        oficina.fazer(
            "UPDATE tiss.guia SET status = %s, numero_guia_prestador = %s, problemas = %s"
            " WHERE id = %s",
            *(status, numero, '[{"caminho": "x", "codigo": "VELHO", "mensagem": "y"}]', guia),
        )
    oficina.fazer(
        "INSERT INTO tiss.guia_item VALUES (%s, 1, '22', '10101012', 'Consulta', %s, 1, 150, 150)",
        *(guia, HOJE),
    )
    return int(guia)


def _lote(oficina: Oficina, guia: int, numero: int, *estados: str) -> int:
    """A lote that went through these states."""
    lote = oficina.valor(
        "INSERT INTO tiss.lote (contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total,"
        " versao_contrato, versao_tiss, xml, hash)"
        " SELECT 1, %s, 'CONSULTA', 1, 150, versao, '4.03.00', %s, md5('') FROM tiss.contrato"
        " WHERE id = 1 RETURNING id",
        *(numero, zlib.compress(b"<a/>")),
    )
    oficina.fazer(
        "INSERT INTO tiss.guia_tiss_envio (guia_id, lote_id, ordem) VALUES (%s, %s, 1)",
        *(guia, lote),
    )
    for estado in estados:
        oficina.fazer(
            "UPDATE tiss.lote SET status = %s, protocolo = %s, dono = 'x', prazo = now(),"
            " tentativa = 1 WHERE id = %s",
            *(estado, f"P{numero}", lote),
        )
    if "ENVIADO" in estados:
        oficina.fazer("UPDATE tiss.guia SET status = 'ENVIADA' WHERE id = %s", guia)
    return int(lote)


def _retrato(oficina: Oficina) -> dict[str, list[Any]]:
    return {
        tabela: oficina.linhas(f"SELECT * FROM tiss.{tabela} ORDER BY 1, 2") for tabela in TABELAS
    }


def test_all_that_was_there_stays_and_what_has_not_left_is_looked_at_again(
    antiga: Oficina,
) -> None:
    espera, recusada, presa, na_fila, enviada = antiga.atender(5)
    assert (
        antiga.valor(
            "SELECT clinica_id FROM tiss.prestador JOIN tiss.contrato"
            " ON prestador_id = prestador.id WHERE contrato.id = 1"
        )
        == "MATRIZ"
    )
    antiga.fazer(
        "UPDATE tiss.contrato SET proximo_numero_guia = 6, proximo_numero_lote = 4 WHERE id = 1"
    )
    versao = antiga.valor("SELECT versao FROM tiss.contrato WHERE id = 1")
    _guia(antiga, espera, "1", "GERADA", versao)
    _guia(antiga, recusada, None, "INVALIDA", versao)
    em_erro = _lote(antiga, _guia(antiga, presa, "3", "GERADA", versao), 1, "ENVIANDO", "ERRO")
    pendente = _lote(antiga, _guia(antiga, na_fila, "4", "GERADA", versao), 2)
    no_ar = _lote(antiga, _guia(antiga, enviada, "5", "GERADA", versao), 3, "ENVIANDO", "ENVIADO")
    antes = _retrato(antiga)

    assert migracoes.aplicar(antiga.url) == SEGUINTES
    assert migracoes.aplicar(antiga.url) == []
    depois = _retrato(antiga)
    novas: dict[str, Any] = {
        "guia": dict.fromkeys(
            (
                "numero_carteira", "substitui", "encerrada_por", "encerrada_motivo",
                "campos_ausentes", "nome_profissional", "conselho_profissional",
                "numero_conselho_profissional", "uf_profissional",
            )
        ),
        "guia_item": dict.fromkeys(
            (
                "codigo_despesa", "codigo_dente", "codigo_regiao", "dente_face",
                "nome_profissional", "conselho_profissional", "numero_conselho_profissional",
                "uf_profissional",
            )
        ),
        "guia_tiss_envio": {
            **dict.fromkeys(
                ("valor_franquia", "valor_pago", "valor_pago_recurso"), Decimal("0.00")
            ),
            "valor_recuperado": None,
        },
        "lote": {
            "liberado": True, "liberado_por": None, "exportado_em": None, "exportado_por": None,
            "perguntado_em": None, "perguntado_por": None, "proxima_consulta": None,
            "consultada_em": None,
            "encerrado": False
        },
    }  # fmt: skip
    for tabela, linhas in depois.items():
        # The addresses of a contrato moved: the next test.
        ficaram = antes[tabela][0].keys() & linhas[0].keys()
        assert [{c: linha[c] for c in ficaram} for linha in linhas] == [
            {c: linha[c] for c in ficaram} for linha in antes[tabela]
        ]
        for linha in linhas if tabela != "contrato" else []:
            assert novas.get(tabela, {}) == {
                c: v for c, v in linha.items() if c not in antes[tabela][0]
            }

    feito = antiga.montar()
    assert (feito.geradas, feito.invalidas) == (3, 0)
    for consulta, numero in ((espera, "1"), (recusada, "6"), (presa, "3")):
        guia = antiga.guia(consulta)
        assert (guia["status"], guia["numero_guia_prestador"]) == ("GERADA", numero)
        assert (guia["versao_regras"], guia["problemas"]) == (VERSAO_REGRAS, [])
        assert guia["numero_carteira"] is not None
        assert b"<ans:numeroCarteira>" in guia["xml"]
    # What waits to be sent leaves as it is, what left stays as it left.
    assert [antiga.status(lote) for lote in (em_erro, pendente, no_ar)] == [
        "CANCELADO",
        "PENDENTE",
        "ENVIADO",
    ]
    assert antiga.guia(enviada) == {**_de(antes, enviada), **novas["guia"]}
    assert antiga.montar().geradas == 0

    _responder(antiga, no_ar, "5")
    assert antiga.guia(enviada)["status"] == "AUTORIZADA"
    assert antiga.status(no_ar) == "PROCESSADO"


def _de(retrato: dict[str, list[Any]], consulta: str) -> dict[str, Any]:
    (guia,) = (guia for guia in retrato["guia"] if guia["consulta_id"] == consulta)
    return dict(guia)


def _responder(oficina: Oficina, lote: int, numero: str) -> None:
    guia = GuiaAnalisada(
        numero_guia_prestador=numero,
        situacao="3",
        motivos=(),
        itens=(),
        valor_informado=VALOR,
        valor_processado=VALOR,
        valor_liberado=VALOR,
    )
    protocolo = ProtocoloAnalisado(
        numero_protocolo="P3", numero_lote="3", situacao="3", motivos=(), guias=(guia,)
    )
    ordem = OrdemDemonstrativo(data_emissao=datetime.now(UTC).date(), numero="1", sha256="a")
    demonstrativo = Demonstrativo(ordem=ordem, protocolos=(protocolo,))
    conciliacao.aplicar_demonstrativos(
        oficina.repo, oficina.contrato(), Demonstrativos(lista=(demonstrativo,))
    )


def test_the_addresses_of_a_contrato_move_without_a_change_of_configuration(
    antiga: Oficina,
) -> None:
    antes = antiga.valor("SELECT versao FROM tiss.contrato")
    migracoes.aplicar(antiga.url)
    (contrato,) = antiga.contratos()
    assert contrato.servicos_soap == {
        "ENVIO_LOTE_GUIAS": "tissLoteGuias",
        "SOLIC_DEMONSTRATIVO_RETORNO": "https://outra.example/demonstrativo",
    }
    assert contrato.segundos_total == 660
    assert contrato.versao == antes
