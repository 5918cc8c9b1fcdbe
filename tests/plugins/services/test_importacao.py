"""Demonstrativos that came as files do what those of the service do, and are kept as well."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import pytest
from oficina import Oficina

from tiss.errors import ConfigError, TransitionError, UnreadableError
from tiss.services.importacao import importar
from tiss.simulador.processo import Simulador


@pytest.fixture
def operadora(simular: Callable[..., Simulador]) -> Simulador:
    return simular(segundos_ate_pagar=0)


@pytest.fixture
def arquivos(oficina: Oficina, operadora: Simulador) -> list[bytes]:
    """The analysis and the payment of a lote of two guias; nothing of it is known here yet."""
    lote = oficina.lote(2)
    assert oficina.enviar(lote) is None
    operadora.avancar(60)
    for _ in range(2):
        assert oficina.hora() == []
    respostas = [
        zlib.decompress(resposta)
        for resposta in oficina.tirada("resposta", "troca")
        if b"demonstrativo" in zlib.decompress(resposta)
    ]
    oficina.fazer("TRUNCATE tiss.divergencia, tiss.pagamento, tiss.glosa")
    oficina.fazer("SET session_replication_role = replica")
    oficina.fazer(
        "UPDATE tiss.guia SET status = 'ENVIADA', valor_liberado = NULL, valor_glosado = NULL"
    )
    oficina.fazer(
        "UPDATE tiss.guia_tiss_envio SET resultado = NULL, valor_liberado = NULL, valor_pago = 0,"
        " demonstrativo_data = NULL"
    )
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO', encerrado = false")
    oficina.fazer("SET session_replication_role = origin")
    return respostas


def test_files_give_verdicts_and_postings_and_are_kept(
    oficina: Oficina, arquivos: list[bytes]
) -> None:
    analise, pagamento = arquivos
    antes = oficina.valor("SELECT max(id) FROM tiss.troca")
    feito = importar(oficina.repo, analise, por="Bia")
    assert (feito.o_que, feito.lotes) == ("demonstrativo de análise", (1,))
    assert oficina.status(1) == "PROCESSADO"
    feito = importar(oficina.repo, pagamento, por="Bia")
    assert (feito.o_que, feito.lotes) == ("demonstrativo de pagamento", (1,))
    linhas = oficina.linhas("SELECT status, pago, a_receber FROM tiss.conciliacao_guia")
    assert [tuple(linha.values()) for linha in linhas] == [
        ("AUTORIZADA", Decimal("150.00"), Decimal("0.00"))
    ] * 2
    protocolo = oficina.valor("SELECT protocolo FROM tiss.lote")
    guardados = oficina.linhas(
        "SELECT canal, quem, protocolos, resposta, interpretada_em IS NOT NULL AS lida"
        " FROM tiss.troca WHERE id > %s ORDER BY id",
        antes,
    )
    assert [(g["canal"], g["quem"], g["protocolos"], g["lida"]) for g in guardados] == [
        ("MANUAL", "Bia", [protocolo], True)
    ] * 2
    assert [zlib.decompress(g["resposta"]) for g in guardados] == arquivos
    assert oficina.valor("SELECT encerrado FROM tiss.lote")


def test_the_same_file_twice_changes_nothing(oficina: Oficina, arquivos: list[bytes]) -> None:
    def retrato() -> list[object]:
        return [
            oficina.linhas(f"SELECT * FROM tiss.{tabela} ORDER BY id")
            for tabela in ("guia", "guia_tiss_envio", "glosa", "pagamento", "divergencia", "lote")
        ]

    for arquivo in arquivos:
        importar(oficina.repo, arquivo, por="Bia")
    oficina.fazer("UPDATE tiss.lote SET data_resposta = NULL")
    antes = retrato()
    for arquivo in reversed(arquivos):
        importar(oficina.repo, arquivo, por="Bia")
    oficina.fazer("UPDATE tiss.lote SET data_resposta = NULL")
    assert retrato() == antes


def test_a_demonstrativo_of_nobody_here_is_refused_and_nothing_is_kept(
    oficina: Oficina, arquivos: list[bytes]
) -> None:
    antes = oficina.valor("SELECT count(*) FROM tiss.troca")
    alheio = re.sub(rb"(registroANS>)\d{6}", rb"\g<1>888888", arquivos[0])
    with pytest.raises(ConfigError, match=r"Nenhum contrato .*operadora 888888"):
        importar(oficina.repo, alheio, por="Bia")
    assert oficina.valor("SELECT count(*) FROM tiss.troca") == antes
    assert oficina.status(1) == "ENVIADO"


def test_which_contrato_is_asked_where_the_file_does_not_tell(
    oficina: Oficina, arquivos: list[bytes]
) -> None:
    calado = re.sub(rb"(<(?:\w+:)?codigoPrestadorNaOperadora>)[^<]*", rb"\1", arquivos[0])
    with pytest.raises(
        ConfigError, match=r"Mais de um contrato .*--contrato, entre .*1 \(Operadora"
    ):
        importar(oficina.repo, calado, por="Bia")
    assert importar(oficina.repo, calado, por="Bia", contrato_id=1).lotes == (1,)


@pytest.mark.parametrize("arquivo", [b"", b"<a/>", b"\x00\xff", b"%PDF-1.7"])
def test_what_is_no_demonstrativo_is_refused(oficina: Oficina, arquivo: bytes) -> None:
    with pytest.raises(UnreadableError, match="não traz demonstrativo"):
        importar(oficina.repo, arquivo, por="Bia")


def test_who_imports_has_a_name(oficina: Oficina, arquivos: list[bytes]) -> None:
    with pytest.raises(TransitionError, match="Informe quem importa"):
        importar(oficina.repo, arquivos[0], por=" ")


def test_every_sample_is_imported_or_refused_in_words(
    oficina: Oficina, faltar: Callable[[str], NoReturn]
) -> None:
    pasta = Path(os.environ.get("TISS_AMOSTRAS") or "pasta-nao-informada")
    if not pasta.is_dir():
        faltar("TISS_AMOSTRAS não aponta para a pasta das mensagens de amostra")
    oficina.lote(1)

    def tentar(amostra: Path) -> str:
        try:
            return importar(oficina.repo, amostra.read_bytes(), por="Bia", contrato_id=1).o_que
        except UnreadableError:
            return "recusado"

    feitos = {amostra.name: tentar(amostra) for amostra in sorted(pasta.glob("*.xml"))}
    com_demonstrativo = {nome for nome, feito in feitos.items() if feito != "recusado"}
    assert {nome for nome in feitos if "emonstrativo" in nome and "olicitacao" not in nome} >= (
        com_demonstrativo
    )
    assert set(feitos.values()) == {
        "demonstrativo de análise",
        "demonstrativo de pagamento",
        "recusado",
    }
