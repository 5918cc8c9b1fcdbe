"""What holds a lote back: asked for by name it says why; the night leaves it out and goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from oficina import Oficina, esperar

from tiss.errors import ConfigError, PendingError
from tiss.services import conferencia, distribuicao
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador


def hora(horas: int) -> str:
    """The time of day so many hours from now, where the clinic is."""
    return f"{datetime.now(FUSO) + timedelta(hours=horas):%H:%M}"


def em_conferencia(oficina: Oficina) -> int:
    oficina.configurar(envio="CONFERENCIA")
    return oficina.lote()


def de_portal(oficina: Oficina) -> int:
    oficina.configurar(tipo_api="MANUAL", url_base=None, servicos_soap="{}")
    return oficina.lote()


def exportado(oficina: Oficina) -> int:
    lote = de_portal(oficina)
    conferencia.exportar(oficina.repo, lote, por="Bia")
    return lote


def fechado(oficina: Oficina) -> int:
    oficina.configurar(entrega_das=hora(2), entrega_ate=hora(3))
    return oficina.lote()


def suspenso(oficina: Oficina) -> int:
    oficina.configurar(suspenso_em="now", suspenso_por="Bia", suspenso_motivo="auditoria")
    return oficina.lote()


Deter = Callable[[Oficina], int]
CASOS = [
    (em_conferencia, "confira e libere com tiss lote liberar", "confira e libere"),
    (de_portal, "exporte o lote e marque-o como enviado", "exporte o lote"),
    (exportado, "Bia exportou este lote para o portal", "exporte o lote"),
    (fechado, "a operadora recebe de novo em", "a operadora recebe de novo em"),
    (suspenso, "suspenso por Bia: auditoria", "suspenso por uma pessoa"),
]


@pytest.mark.parametrize(("deter", "motivo", "_log"), CASOS)
def test_a_lote_that_is_asked_for_says_what_holds_it_back(
    oficina: Oficina, simulador: Simulador, deter: Deter, motivo: str, _log: str
) -> None:
    lote = deter(oficina)
    (remessa,) = distribuicao.distribuir_lotes(oficina.repo, [lote, lote])
    assert remessa["lotes"] == [lote]
    erro = oficina.enviar(lote)
    assert isinstance(erro, PendingError)
    assert motivo in str(erro)
    assert oficina.status(lote) == "PENDENTE"
    assert (oficina.trocas(lote), simulador.requisicoes()) == ([], [])


@pytest.mark.parametrize(("deter", "_motivo", "log"), CASOS)
def test_the_night_leaves_it_out_says_so_and_sends_the_others(
    oficina: Oficina,
    simulador: Simulador,
    capsys: pytest.CaptureFixture[str],
    deter: Deter,
    _motivo: str,
    log: str,
) -> None:
    lote = deter(oficina)
    oficina.atender(1, registro_ans="999002")
    assert oficina.noite() == []
    assert "lotes que esperam" in (saida := capsys.readouterr().out)
    assert log in saida
    parado, enviado = (
        oficina.valor(
            "SELECT string_agg(lote.status, ' ' ORDER BY lote.id) FROM tiss.lote"
            " JOIN tiss.contrato ON contrato.id = contrato_id WHERE registro_ans = %s",
            registro_ans,
        )
        for registro_ans in ("999001", "999002")
    )
    assert parado.split()[-1] == "PENDENTE"
    assert enviado == "ENVIADO"
    assert oficina.status(lote) in {"PENDENTE", "CANCELADO"}


def test_what_the_web_service_does_not_take_says_so(oficina: Oficina, simulador: Simulador) -> None:
    lote = oficina.lote()
    oficina.enderecar(ENVIO_LOTE_GUIAS=None)
    with pytest.raises(ConfigError, match="ponha o endereço que recebe os lotes"):
        oficina.enviar(lote)


def test_a_lote_leaves_when_the_operadora_takes_lotes_again(
    oficina: Oficina, simulador: Simulador
) -> None:
    lote = fechado(oficina)
    assert isinstance(oficina.enviar(lote), PendingError)
    oficina.configurar(entrega_das=hora(-1), entrega_ate=hora(1))
    assert oficina.enviar(lote) is None


def test_a_day_that_is_not_taken_is_waited_for(oficina: Oficina, simulador: Simulador) -> None:
    hoje = datetime.now(FUSO)
    amanha = (hoje + timedelta(days=2)).isoweekday()
    lote = oficina.lote()
    oficina.configurar(entrega_dias_da_semana=[amanha])
    assert f"{hoje + timedelta(days=2):%d/%m/%Y} 00:00" in str(oficina.enviar(lote))
    oficina.configurar(entrega_dias_da_semana=[1, 2, 3, 4, 5, 6, 7])
    assert oficina.enviar(lote) is None


def test_the_calendar_is_that_of_the_zone_of_the_contrato(oficina: Oficina) -> None:
    """A window that is open in Tóquio is closed twelve hours away."""
    oficina.configurar(entrega_das="09:00", entrega_ate="17:00", fuso="Asia/Tokyo")
    oficina.lote()
    ids = [contrato.id for contrato in oficina.contratos()]
    for momento, quantas in (
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 0),
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), 0),
    ):
        remessas = distribuicao.distribuir_envios(oficina.repo, ids, None, agora=momento)
        assert len(remessas) == quantas, momento


def test_a_contrato_that_is_no_longer_suspended_sends(
    oficina: Oficina, simulador: Simulador
) -> None:
    suspenso(oficina)
    versao = oficina.contrato().versao
    oficina.configurar(suspenso_em=None, suspenso_por=None, suspenso_motivo=None)
    assert oficina.contrato().versao == versao, "a switch is no change of what was built"
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["ENVIADO"]


@pytest.mark.parametrize("maximo", [1, 2])
def test_the_limit_of_an_operadora_counts_the_sends_of_all_its_contratos(
    oficina: Oficina, simulador: Simulador, maximo: int
) -> None:
    lotes = []
    for clinica_id in ("MATRIZ", "FILIAL"):
        oficina.configurar(clinica_id, max_guias=1)
        oficina.atender(2, clinica_id=clinica_id)
        lotes += oficina.montar(oficina.contrato(clinica_id)).lotes
    oficina.fazer("UPDATE tiss.operadora SET max_envios_simultaneos = %s", maximo)
    oficina.fazer(
        "UPDATE tiss.credencial"
        " SET ultimo_sucesso = now(), impressao = 'senha-de-teste-' || conexao"
    )
    simulador.falha("lenta_depois", vezes=4, segundos=0.8)
    with ExitStack() as pilha:
        operarios = [pilha.enter_context(oficina.operario("enviar", lote)) for lote in lotes]
        assert [operario.fim()["erro"] for operario in operarios] == [None] * 4
    trocas = oficina.linhas("SELECT inicio, interpretada_em AS fim FROM tiss.troca")
    juntas = [
        sum(outra["inicio"] <= troca["inicio"] < outra["fim"] for outra in trocas)
        for troca in trocas
    ]
    assert max(juntas) == maximo


def test_the_place_that_the_other_contrato_took_is_seen(
    oficina: Oficina, simulador: Simulador
) -> None:
    outro = oficina.lote(1, clinica_id="FILIAL")
    lote = oficina.lote(1)
    oficina.fazer("UPDATE tiss.operadora SET max_envios_simultaneos = 1")
    with oficina.operario("enviar", outro, parar=True) as parado:
        parado.parado()
        with oficina.operario("enviar", lote, espera=0.5) as operario:
            assert operario.fim()["erro"] == "PendingError"
        assert oficina.trocas(lote) == []
        parado.continuar()
        assert parado.fim()["erro"] is None
    esperar(lambda: oficina.status(outro) == "ENVIADO")
    assert oficina.enviar(lote) is None


def test_what_waited_for_the_calendar_is_found_once_it_is_open(oficina: Oficina) -> None:
    sem_calendario = oficina.lote(1)
    agora = datetime.now(FUSO)
    lote = oficina.lote(1, registro_ans="999002")
    contrato = {"registro_ans": "999002"}
    depois = (agora + timedelta(hours=2)).time().replace(microsecond=0)
    mais_tarde = (agora + timedelta(hours=4)).time().replace(microsecond=0)
    oficina.configurar(**contrato, entrega_das=depois, entrega_ate=mais_tarde)
    assert distribuicao.acordados(oficina.repo, agora=agora) == []
    aberto = agora + timedelta(hours=3)
    assert distribuicao.acordados(oficina.repo, agora=aberto) == [lote]
    oficina.fazer("UPDATE tiss.lote SET liberado = false WHERE id = %s", lote)
    assert distribuicao.acordados(oficina.repo, agora=aberto) == []
    assert oficina.status(sem_calendario) == "PENDENTE"


@pytest.mark.parametrize(("dias", "problemas"), [(3, set()), (2, {"FORA_DO_PRAZO_DO_CONTRATO"})])
def test_an_attendance_older_than_the_contrato_takes_is_told_and_not_billed(
    oficina: Oficina, dias: int, problemas: set[str]
) -> None:
    # It happened three days ago.
    (consulta,) = oficina.atender(1)
    oficina.configurar(dias_para_faturar=dias)
    oficina.montar_todos()
    assert oficina.problemas(consulta) == problemas
