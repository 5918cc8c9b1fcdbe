"""A password that the operadora refuses is used once, whoever tries; five times lock the user."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from oficina import Oficina, cliente_de, esperar
from psycopg import errors

from tiss.clients.credencial import Credencial
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.errors import PendingError
from tiss.repository import contratos
from tiss.services import conversa, envio
from tiss.simulador.processo import Simulador


def _tentativas(simulador: Simulador) -> int:
    """How many requests of any kind reached the operadoras."""
    return sum(
        vezes
        for operadora in simulador.resumo().values()
        for desfechos in operadora["requisicoes"].values()
        for vezes in desfechos.values()
    )


def _uma_credencial_para_todos(oficina: Oficina, registro_ans: str) -> list[int]:
    """Four lotes of two contratos of one operadora that share a credential."""
    matriz = oficina.contrato("MATRIZ", registro_ans)
    oficina.configurar("FILIAL", registro_ans, credencial=matriz.credencial)
    lotes = []
    for filial in ("MATRIZ", "FILIAL"):
        oficina.configurar(filial, registro_ans, max_guias=1)
        oficina.atender(2, clinica_id=filial, registro_ans=registro_ans)
        lotes += oficina.montar(oficina.contrato(filial, registro_ans)).lotes
    return lotes


@pytest.mark.parametrize("registro_ans", ["999001", "999002"])
def test_a_wrong_password_reaches_the_operadora_once(
    oficina: Oficina, simulador: Simulador, registro_ans: str
) -> None:
    lotes = _uma_credencial_para_todos(oficina, registro_ans)
    erro = oficina.enviar(*lotes, senha="errada")
    assert isinstance(erro, PendingError)
    assert _tentativas(simulador) == 1
    assert oficina.tirada("status") == ["PENDENTE"] * 4
    assert "suspensa" in str(oficina.enviar(*lotes, senha="errada"))
    assert _tentativas(simulador) == 1


def test_a_wrong_password_reaches_the_operadora_once_from_several_processes_at_once(
    oficina: Oficina, simulador: Simulador
) -> None:
    lotes = _uma_credencial_para_todos(oficina, "999001")
    # Slow, so that all of them are waiting while the first one finds out.
    simulador.falha("lenta_antes", vezes=9, segundos=1.0)
    with ExitStack() as pilha:
        operarios = [
            pilha.enter_context(oficina.operario("enviar", lote, senha="errada")) for lote in lotes
        ]
        assert [operario.fim()["erro"] for operario in operarios] == ["PendingError"] * 4
    assert _tentativas(simulador) == 1


def test_a_password_that_came_into_use_while_waiting_for_it_is_in_use(
    oficina: Oficina, simulador: Simulador
) -> None:
    outro, _, lote, _ = _uma_credencial_para_todos(oficina, "999001")
    oficina.fazer("UPDATE tiss.credencial SET impressao = 'errada'")
    with ExitStack() as pilha:
        with oficina.conexao.transaction():
            oficina.fazer("SELECT FROM tiss.credencial FOR NO KEY UPDATE")
            _abrir_troca(oficina, outro)
            operario = pilha.enter_context(
                oficina.operario("enviar", lote, senha="errada", espera=0.5)
            )
            oficina.esperar_por_trava()
        assert operario.fim()["erro"] == "PendingError"
    assert _tentativas(simulador) == 0


def test_who_suspends_a_password_never_waits_for_who_wants_a_turn_with_the_same_lote(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    with ExitStack() as pilha:
        with oficina.conexao.transaction():
            # Understanding a reply: the lote is locked, then the password is suspended.
            oficina.fazer("SELECT FROM tiss.lote FOR NO KEY UPDATE")
            operario = pilha.enter_context(oficina.operario("enviar", lote))
            oficina.esperar_por_trava()
            oficina.fazer("SET LOCAL lock_timeout = '2s'")
            oficina.fazer(
                "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = 'recusada',"
                " impressao = 'senha-de-teste-' || conexao"
            )
        assert operario.fim()["erro"] == "PendingError"
    assert simulador.requisicoes() == []


def test_a_wrong_password_asks_once_too(oficina: Oficina, simulador: Simulador) -> None:
    """Queries lock a user as well as sends do."""
    lotes = _uma_credencial_para_todos(oficina, "999001")
    assert oficina.enviar(*lotes[:2]) is None
    assert oficina.enviar(*lotes[2:]) is not None, "the code of the other branch is not the user's"
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now()"
        " WHERE status = 'PENDENTE'"
    )
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO', protocolo = id WHERE protocolo IS NULL")
    antes = _tentativas(simulador)
    simulador.falha("lenta_antes", vezes=9, segundos=1.0)
    with ExitStack() as pilha:
        operarios = [
            pilha.enter_context(oficina.operario("consultar", lote, senha="errada"))
            for lote in lotes
        ]
        assert [operario.fim()["erro"] for operario in operarios] == ["PendingError"] * 4
    assert _tentativas(simulador) == antes + 1


def test_a_query_that_is_answered_proves_the_password(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.credencial SET ultimo_sucesso = NULL")
    assert oficina.hora() == []
    assert oficina.valor(
        "SELECT ultimo_sucesso IS NOT NULL FROM tiss.credencial WHERE conexao = %s",
        oficina.contrato().credencial,
    )


def test_a_query_waits_no_longer_than_a_send_for_a_password_being_tried(
    oficina: Oficina, simulador: Simulador, monkeypatch: pytest.MonkeyPatch
) -> None:
    lote, outro = oficina.lote(), oficina.lote()
    assert oficina.enviar(outro) is None
    simulador.falha("lenta_depois", segundos=30)
    monkeypatch.setattr(conversa, "ESPERA_MAXIMA", 0.5)
    oficina.fazer("UPDATE tiss.credencial SET ultimo_sucesso = NULL")
    with oficina.operario("enviar", lote):
        esperar(lambda: oficina.status(lote) == "ENVIANDO")
        (erro,) = oficina.hora()
    assert "uma troca por vez" in str(erro)


def test_a_suspended_password_stops_queries_of_every_contrato_that_uses_it(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    assert oficina.enviar(lote) is None
    oficina.fazer(
        "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = 'recusada'"
    )
    (erro,) = oficina.hora()
    assert "recusada" in str(erro)
    assert simulador.resumo()["999001"]["requisicoes"].keys() == {"tissLoteGuias"}


def test_a_changed_password_is_noticed_and_lifts_the_suspension(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    oficina.enviar(lote, senha="errada")
    assert oficina.enviar(lote) is None
    linha = oficina.linhas(
        "SELECT * FROM tiss.credencial WHERE conexao = %s", oficina.contrato().credencial
    )[0]
    assert linha["suspensa_desde"] is linha["motivo_suspensao"] is None
    assert linha["ultimo_sucesso"] is not None


def test_another_wrong_password_is_again_tried_once(oficina: Oficina, simulador: Simulador) -> None:
    lotes = _uma_credencial_para_todos(oficina, "999001")
    oficina.enviar(*lotes, senha="errada")
    oficina.enviar(*lotes, senha="errada também")
    assert _tentativas(simulador) == 2


def test_a_person_may_lift_a_suspension_and_the_password_has_to_prove_itself(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = oficina.lote()
    simulador.falha("http_403")
    oficina.enviar(lote)
    credencial = oficina.contrato().credencial
    assert credencial is not None
    with oficina.repo.transacao() as t:
        assert contratos.liberar_credencial(t, credencial)
        assert not contratos.liberar_credencial(t, credencial)
    assert oficina.enviar(lote) is None


def test_a_person_may_release_an_operation(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    simulador.falha("fault_tiss", codigo="DestinatarioInvalido")
    oficina.enviar(lote)
    with oficina.repo.transacao() as t:
        assert contratos.liberar_operacoes(t, oficina.contrato().id)
        assert not contratos.liberar_operacoes(t, oficina.contrato().id)
    assert oficina.enviar(lote) is None


def test_a_proven_password_serves_several_exchanges_at_once(
    oficina: Oficina, simulador: Simulador
) -> None:
    credencial = oficina.contrato().credencial
    assert credencial is not None
    impressao = cliente_de(oficina.contrato()).credencial.impressao
    lote = oficina.lote()
    with oficina.repo.transacao() as t:
        nova = contratos.travar_credencial(t, credencial, impressao, margem=15)
    assert (nova.provada, nova.livre, nova.em_uso) == (False, True, 0)
    _abrir_troca(oficina, lote)
    with oficina.repo.transacao() as t:
        em_prova = contratos.travar_credencial(t, credencial, impressao, margem=15)
        contratos.aprovar_credencial(t, credencial)
        provada = contratos.travar_credencial(t, credencial, impressao, margem=15)
    assert (em_prova.livre, em_prova.em_uso) == (False, 1)
    assert (provada.livre, provada.em_uso) == (True, 1)


def _abrir_troca(oficina: Oficina, lote: int) -> None:
    oficina.fazer(
        "INSERT INTO tiss.troca (operacao, contrato_id, lote_id, tentativa, quem, pedido,"
        " pedido_sha256) VALUES ('SOLIC_STATUS_PROTOCOLO', %s, %s, 1, 'x', '', '')",
        *(oficina.contrato().id, lote),
    )


def test_a_credential_that_is_not_registered_cannot_be_used_by_a_contrato(
    oficina: Oficina,
) -> None:
    with pytest.raises(errors.ForeignKeyViolation):
        oficina.configurar(credencial="inexistente")


def test_an_operadora_that_wants_a_password_we_do_not_have_is_not_asked_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    oficina.configurar(tipo_autenticacao="NENHUMA", credencial=None)
    lote = oficina.lote()
    for _ in range(2):
        with pytest.raises(PendingError, match=r"recusou a credencial|envio suspenso"):
            envio.enviar_remessa(
                [lote],
                oficina.repo,
                lambda contrato, _: ClienteSoap(
                    contrato=contrato, credencial=Credencial(), rota=Rota.de(contrato)
                ),
                quem="teste",
            )
    assert _tentativas(simulador) == 1
