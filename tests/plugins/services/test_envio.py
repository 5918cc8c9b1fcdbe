"""Sending a lote: what leaves, what is kept of it, and what the next run does then.

What each answer makes of a lote is in test_tabela_de_envio.py.
"""

from __future__ import annotations

import hashlib
import zlib
from contextlib import ExitStack

import pytest
from oficina import Oficina, cliente_de

from tiss.domain.requisicao import Requisicao
from tiss.errors import ConfigError, DoubtError, PendingError, RejectedError
from tiss.messages.mensagem import MensagemError
from tiss.repository import Repositorio, lotes, trocas
from tiss.repository.lotes import Lote
from tiss.services import duvida, vez
from tiss.simulador.processo import Simulador


def test_a_lote_that_is_sent_is_never_sent_again(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    for _ in range(3):
        assert oficina.enviar(lote) is None
    assert [r["envios"] for r in simulador.requisicoes()] == [1]


def test_what_left_is_recorded_by_its_hash_and_without_the_password(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote(1, registro_ans="999002")
    contrato = oficina.contrato(registro_ans="999002")
    assert oficina.enviar(lote) is None
    (troca,) = oficina.trocas(lote)
    pedido = zlib.decompress(troca["pedido"])
    login = cliente_de(contrato).credencial.login
    assert login is not None
    assert login.senha_md5.encode() not in pedido
    inteiro = pedido.replace(
        b"<ans:senhaPrestador>***<", f"<ans:senhaPrestador>{login.senha_md5}<".encode()
    )
    assert inteiro != pedido
    assert troca["pedido_sha256"] == hashlib.sha256(inteiro).hexdigest()


def test_no_password_is_in_any_table(oficina: Oficina, simulador: Simulador) -> None:
    oficina.atender(1, registro_ans="999002")
    oficina.noite()
    simulador.avancar(60)
    oficina.hora()
    login = cliente_de(oficina.contrato(registro_ans="999002")).credencial.login
    assert login is not None
    for tabela in ("troca", "lote"):
        for coluna in ("pedido", "resposta") if tabela == "troca" else ("xml",):
            for guardado in oficina.tirada(coluna, tabela):
                assert login.senha_md5.encode() not in zlib.decompress(guardado)


def test_a_resend_has_the_same_bytes_and_numbers(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    simulador.falha("http_429")
    oficina.enviar(lote)
    assert oficina.enviar(lote) is None
    primeira, segunda = oficina.trocas(lote)
    assert primeira["pedido_sha256"] == segunda["pedido_sha256"]
    assert (primeira["tentativa"], segunda["tentativa"]) == (1, 2)


def test_an_address_where_nobody_listens_leaves_the_lote_waiting(oficina: Oficina) -> None:
    lote = oficina.lote()  # no simulator: port 1
    assert isinstance(oficina.enviar(lote), PendingError)
    assert isinstance(oficina.enviar(lote), PendingError)
    assert [t["ultimo_bloco_saiu"] for t in oficina.trocas(lote)] == [False, False]
    assert oficina.status(lote) == "PENDENTE"


@pytest.mark.parametrize(
    ("endpoint", "suspende"), [("outroServico", True), ("tissSolicitacaoStatusProtocolo", False)]
)
def test_a_wrong_address_is_not_tried_again_until_the_contrato_changes(
    oficina: Oficina, simulador: Simulador, endpoint: str, suspende: bool
) -> None:
    oficina.enderecar(ENVIO_LOTE_GUIAS=endpoint)
    lote = oficina.lote()
    oficina.enviar(lote)
    if not suspende:  # another service of the standard answers: its fault tells nothing of ours
        assert oficina.status(lote) == "EM_DUVIDA"
        return
    assert "suspenso" in str(oficina.enviar(lote))
    assert len(oficina.trocas(lote)) == 1
    oficina.enderecar(ENVIO_LOTE_GUIAS="tissLoteGuias")
    oficina.noite()
    assert set(oficina.tirada("status")) == {"CANCELADO", "ENVIADO"}
    assert len(simulador.livro()) == 2


def test_a_wrong_code_of_the_prestador_is_corrected_in_what_is_sent_next(
    oficina: Oficina, simulador: Simulador
) -> None:
    certo = oficina.contrato().codigo_prestador
    oficina.configurar(codigo_prestador="ERRADO")
    lote = oficina.lote()
    assert "RemetenteInvalido" in str(oficina.enviar(lote))
    oficina.configurar(codigo_prestador=certo)
    assert oficina.enviar(lote) is None, "the old bytes do not leave again"
    oficina.noite()
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]
    assert oficina.tirada("numero_guia_prestador", "guia") == ["1", "2"]
    assert len(simulador.livro()) == 2


def test_an_operadora_that_a_person_switched_off_gets_nothing(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    oficina.fazer("UPDATE tiss.operadora SET ativa = false WHERE registro_ans = '999001'")
    assert "desativada" in str(oficina.enviar(lote))
    assert simulador.requisicoes() == []


def test_one_failing_lote_does_not_stop_the_others_of_its_remessa(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(max_guias=1)
    oficina.atender(4)
    lotes = oficina.montar().lotes
    simulador.falha("mensagem_erro", codigo="5001")
    simulador.falha("reset_depois")
    simulador.falha("http_429")
    erro = oficina.enviar(*lotes)
    assert isinstance(erro, PendingError), "what a retry can move decides"
    assert oficina.tirada("status") == ["ERRO", "EM_DUVIDA", "PENDENTE", "ENVIADO"]
    assert isinstance(oficina.enviar(*lotes), RejectedError | DoubtError)
    assert oficina.tirada("status") == ["ERRO", "EM_DUVIDA", "ENVIADO", "ENVIADO"]


def _estragar(oficina: Oficina, lote: int) -> None:
    """Let a stored lote be one that the XSD refuses."""
    with oficina.repo.transacao() as t:
        arquivo = lotes.obter(t, lote).arquivo
    ruim = arquivo.replace(b"<ans:registroANS>9", b"<ans:registroANS>X")
    oficina.fazer("UPDATE tiss.lote SET xml = %s WHERE id = %s", zlib.compress(ruim), lote)


def test_a_lote_that_cannot_be_written_stays_and_the_others_of_its_remessa_leave(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(max_guias=1)
    oficina.atender(3)
    feitos = oficina.montar().lotes
    _estragar(oficina, feitos[1])
    with pytest.raises(MensagemError):
        oficina.enviar(*feitos)
    assert oficina.tirada("status") == ["ENVIADO", "PENDENTE", "ENVIADO"]
    assert oficina.valor("SELECT count(*) FROM tiss.troca WHERE lote_id = %s", feitos[1]) == 0


def test_a_lote_that_a_retry_moves_decides_over_one_that_cannot_be_written(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(max_guias=1)
    oficina.atender(2)
    feitos = oficina.montar().lotes
    _estragar(oficina, feitos[0])
    simulador.falha("http_429")
    assert isinstance(oficina.enviar(*feitos), PendingError)


def test_a_lote_that_does_not_exist_is_told(oficina: Oficina) -> None:
    with pytest.raises(ConfigError, match="Não existe o lote 999"):
        oficina.enviar(999)


def test_a_row_that_changed_after_the_building_takes_the_lote_apart_instead_of_leaving(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    oficina.mudar(oficina.guias(lote)[0]["consulta_id"])
    assert oficina.enviar(lote) is None
    assert oficina.status(lote) == "CANCELADO"
    assert simulador.requisicoes() == []
    oficina.noite()
    assert len(simulador.livro()) == 2


def test_a_row_that_changes_while_the_lote_is_in_doubt_does_not_free_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    simulador.falha("reset_depois")
    oficina.enviar(lote)
    oficina.mudar(oficina.guias(lote)[0]["consulta_id"])
    oficina.configurar(versao_tiss="4.02.00")
    oficina.noite()
    assert oficina.tirada("status") == ["EM_DUVIDA"]
    oficina.sem_quarentena()
    duvida.reenviar(oficina.repo, lote, por="Ana")
    oficina.montar()
    assert oficina.tirada("status") == ["PENDENTE"], "a resend has the same bytes"


def test_what_was_read_of_a_lote_before_waiting_for_its_turn_does_not_count(
    oficina: Oficina, simulador: Simulador, repo: Repositorio
) -> None:
    """A task reads the lote, waits; another sends it into doubt, and its row changes meanwhile."""
    lote = oficina.lote()
    with repo.transacao() as t:
        lido = lotes.obter(t, lote)
    simulador.falha("reset_depois")
    oficina.enviar(lote)
    oficina.mudar(oficina.guias(lote)[0]["consulta_id"])
    assert _tomar(oficina, lido) is None
    assert oficina.status(lote) == "EM_DUVIDA"


def test_the_dismantling_looks_again_after_waiting_for_a_lote(oficina: Oficina) -> None:
    """The night takes a changed lote apart at the very moment when its send ends in doubt."""
    lote = oficina.lote()
    oficina.mudar(oficina.guias(lote)[0]["consulta_id"])
    with oficina.conexao.transaction():
        oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now()")
        oficina.fazer("UPDATE tiss.lote SET status = 'EM_DUVIDA'")
        montar = ExitStack()
        noite = montar.enter_context(oficina.operario("montar"))
        oficina.esperar_por_trava()
    with montar:
        assert noite.fim()["erro"] is None
    assert oficina.tirada("status") == ["EM_DUVIDA"]


def test_a_lote_whose_stored_reply_nobody_read_is_not_sent(
    oficina: Oficina, simulador: Simulador, repo: Repositorio
) -> None:
    lote = oficina.lote()
    simulador.falha("http_429")
    oficina.enviar(lote)
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256, fim) VALUES ('ENVIO_LOTE_GUIAS', %s, %s, 1, 'x', '', '', now())",
        *(oficina.contrato().id, lote),
    )
    with repo.transacao() as t:
        lido = lotes.obter(t, lote)
        assert trocas.sem_leitura(t, lote) == [1]
    assert isinstance(_tomar(oficina, lido), vez.Espera)


def _tomar(oficina: Oficina, lote: Lote) -> vez.Vez | vez.Espera | None:
    contrato = oficina.contrato()
    cliente = cliente_de(contrato)
    pedido = Requisicao(url="", dados=b"x", cabecalhos={})
    return vez.tomar_vez(oficina.repo, lote, contrato, cliente, pedido, "atrasado")
