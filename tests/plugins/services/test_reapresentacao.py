"""What a person decides about one consulta: not to bill it, or to bill it again."""

from __future__ import annotations

import threading

import pytest
from oficina import Oficina

from tiss.errors import TransitionError
from tiss.services import conferencia
from tiss.services.reapresentacao import reapresentar, retirar
from tiss.simulador.processo import Simulador

ANA = {"por": "Ana", "motivo": "engano"}


def guias(oficina: Oficina) -> list[tuple[str | None, str, bool]]:
    return [
        (linha["numero_guia_prestador"], linha["status"], linha["viva"])
        for linha in oficina.linhas("SELECT * FROM tiss.guia ORDER BY id")
    ]


def test_a_withdrawn_consulta_is_not_billed_and_the_others_of_its_lote_are(
    oficina: Oficina, simulador: Simulador
) -> None:
    uma, _ = oficina.atender(2)
    oficina.montar()
    retirar(oficina.repo, uma, **ANA)
    assert oficina.tirada("status") == ["CANCELADO"]
    for _ in range(2):
        assert oficina.noite() == []
    assert guias(oficina) == [("1", "CANCELADA", True), ("2", "ENVIADA", True)]
    assert oficina.tirada("quantidade_guias") == [2, 1]
    assert len(simulador.livro()) == 1
    linha = oficina.guia(uma)
    assert (linha["encerrada_por"], linha["encerrada_motivo"]) == ("Ana", "engano")


def test_a_withdrawn_consulta_does_not_come_back_when_its_data_change(
    oficina: Oficina, simulador: Simulador
) -> None:
    (uma,) = oficina.atender()
    oficina.montar()
    retirar(oficina.repo, uma, **ANA)
    oficina.mudar(uma)
    assert oficina.noite() == []
    assert guias(oficina) == [("1", "CANCELADA", True)]
    assert simulador.livro() == []


def test_presenting_again_undoes_it_under_a_new_number(
    oficina: Oficina, simulador: Simulador
) -> None:
    (uma,) = oficina.atender()
    oficina.montar()
    retirar(oficina.repo, uma, **ANA)
    reapresentar(oficina.repo, uma, **ANA)
    assert oficina.noite() == []
    assert guias(oficina) == [("1", "CANCELADA", False), ("2", "ENVIADA", True)]
    assert oficina.tirada("substitui", "guia") == [None, 1]
    assert len(simulador.livro()) == 1


def test_one_that_cannot_be_billed_as_it_is_may_be_withdrawn(oficina: Oficina) -> None:
    (uma,) = oficina.atender(valor="-1")
    oficina.montar()
    assert guias(oficina) == [(None, "INVALIDA", True)]
    retirar(oficina.repo, uma, **ANA)
    oficina.mudar(uma, "150.00")
    assert oficina.montar().lotes == []
    assert guias(oficina) == [(None, "CANCELADA", True)]


def test_from_a_refused_lote_it_is_taken_and_the_rest_is_built_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    uma, _ = oficina.atender(2)
    simulador.falha("mensagem_erro", codigo="5001")
    oficina.noite()
    retirar(oficina.repo, uma, **ANA)
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["CANCELADO", "ENVIADO"]
    assert guias(oficina) == [("1", "CANCELADA", True), ("2", "ENVIADA", True)]


@pytest.mark.parametrize("estado", ["ENVIANDO", "EM_DUVIDA", "ENVIADO"])
def test_what_may_have_left_is_not_withdrawn(oficina: Oficina, estado: str) -> None:
    (uma,) = oficina.atender()
    oficina.montar()
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + '1 h'")
    oficina.fazer(
        "UPDATE tiss.lote SET status = %s, protocolo = '1' WHERE status <> %s", estado, estado
    )
    with pytest.raises(TransitionError, match="pode já ter saído"):
        retirar(oficina.repo, uma, **ANA)
    assert (oficina.tirada("status"), guias(oficina)) == ([estado], [("1", "GERADA", True)])


def test_what_a_person_took_to_a_portal_is_not_withdrawn(oficina: Oficina) -> None:
    oficina.configurar(tipo_api="MANUAL")
    (uma,) = oficina.atender()
    (lote,) = oficina.montar().lotes
    conferencia.exportar(oficina.repo, lote, por="Bia")
    with pytest.raises(TransitionError, match="pode já ter saído"):
        retirar(oficina.repo, uma, **ANA)
    assert oficina.status(lote) == "PENDENTE"


def test_a_consulta_that_has_no_guia_is_refused(oficina: Oficina) -> None:
    for decidir in (retirar, reapresentar):
        with pytest.raises(TransitionError, match="não tem guia em aberto"):
            decidir(oficina.repo, "999", **ANA)


@pytest.mark.parametrize(("por", "motivo"), [("", "x"), (" ", "x"), ("Ana", ""), ("Ana", " ")])
def test_who_and_why_are_demanded(oficina: Oficina, por: str, motivo: str) -> None:
    (uma,) = oficina.atender()
    oficina.montar()
    for decidir in (retirar, reapresentar):
        with pytest.raises(TransitionError, match="quem decide e por quê"):
            decidir(oficina.repo, uma, por=por, motivo=motivo)


def test_a_refused_guia_is_presented_again_by_a_new_one_and_keeps_its_story(
    oficina: Oficina, simulador: Simulador
) -> None:
    (uma,) = oficina.atender(final_da_carteira="0")
    assert oficina.noite() == []
    oficina.fazer("UPDATE tiss.guia SET status = 'NEGADA'")
    oficina.fazer(
        "INSERT INTO tiss.glosa (envio_id, protocolo, nivel, codigo, origem, posicao)"
        " SELECT id, 'P', 'GUIA', '1806', 'DEMONSTRATIVO_ANALISE', 1 FROM tiss.guia_tiss_envio"
    )
    historia = oficina.linhas("SELECT * FROM tiss.historico WHERE objeto = 'guia' ORDER BY id")
    reapresentar(oficina.repo, uma, **ANA)
    oficina.mudar(uma, "140.00")
    oficina.montar_todos()
    assert guias(oficina) == [("1", "NEGADA", False), ("2", "GERADA", True)]
    assert oficina.tirada("substitui", "guia") == [None, 1]
    assert [str(valor) for valor in oficina.tirada("valor_informado", "guia")] == [
        "150.00",
        "140.00",
    ]
    assert oficina.valor("SELECT count(*) FROM tiss.glosa") == 1
    assert (
        oficina.linhas(
            "SELECT * FROM tiss.historico WHERE objeto = 'guia' AND objeto_id = 1 ORDER BY id"
        )
        == historia
    )


@pytest.mark.parametrize("estado", ["GERADA", "ENVIADA", "AUTORIZADA"])
def test_a_guia_that_stands_is_not_presented_again(oficina: Oficina, estado: str) -> None:
    (uma,) = oficina.atender()
    oficina.montar()
    for passo in ("ENVIADA", "AUTORIZADA"):
        if estado != "GERADA":
            oficina.fazer("UPDATE tiss.guia SET status = %s WHERE status <> %s", passo, estado)
    with pytest.raises(TransitionError, match=f"está {estado}: só se reapresenta"):
        reapresentar(oficina.repo, uma, **ANA)
    assert oficina.guia(uma)["status"] == estado


def test_a_rehearsal_is_withdrawn_by_itself(oficina: Oficina) -> None:
    (uma,) = oficina.atender()
    oficina.montar(oficina.homologacao())
    oficina.montar()
    retirar(oficina.repo, uma, **ANA, ambiente="HOMOLOGACAO")
    assert oficina.guia(uma)["status"] == "GERADA"
    assert oficina.guia(uma, "HOMOLOGACAO")["status"] == "CANCELADA"
    with pytest.raises(TransitionError, match="está GERADA"):
        reapresentar(oficina.repo, uma, **ANA)
    reapresentar(oficina.repo, uma, **ANA, ambiente="HOMOLOGACAO")


def test_who_withdraws_never_holds_up_who_understands_an_answer(oficina: Oficina) -> None:
    """Both want the lote and its guias: in the same order, or one of them would be killed."""
    (uma,) = oficina.atender()
    oficina.montar()
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() + '1 h'")
    erros: list[str] = []

    def tentar() -> None:
        try:
            retirar(oficina.repo, uma, **ANA)
        except TransitionError as erro:
            erros.append(str(erro))

    outra = threading.Thread(target=tentar)
    with oficina.conexao.transaction():
        oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '1'")
        outra.start()
        oficina.esperar_por_trava()
        oficina.fazer("UPDATE tiss.guia SET status = 'ENVIADA'")
    outra.join(30)
    assert len(erros) == 1
    assert oficina.guia(uma)["status"] == "ENVIADA"
