"""What a digest says, in which order, and when it is worth a person's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tiss.domain.digesto import (
    LINHAS_POR_PARTE,
    Digesto,
    DivergenciasAbertas,
    EmAberto,
    Esquecidas,
    Etapa,
    Falha,
    LoteParado,
    Movimento,
    Negada,
    Prazo,
    Silencio,
    Suspensao,
    assunto,
    reais,
    texto,
)
from tiss.settings import FUSO

AGORA = datetime(2026, 11, 12, 7, 0, tzinfo=FUSO)
ONTEM = AGORA - timedelta(days=1)
LOTE = LoteParado(
    contrato_id=1,
    operadora="Aurora",
    prestador="Matriz",
    lote_id=17,
    numero_lote=204,
    status="EM_DUVIDA",
    tentativa=1,
    guias=12,
    valor=Decimal("1800.00"),
    desde=AGORA - timedelta(hours=5),
    espera=None,
)
CREDENCIAL = Suspensao(
    contrato_id=1,
    tipo="CREDENCIAL",
    o_que="tiss_aurora",
    desde=AGORA - timedelta(hours=4),
    contrato="Aurora / M",
)
SILENCIO = Silencio(
    contrato_id=2, operadora="Boa Vida", prestador="Filial", protocolos=3, desde=ONTEM
)
FALHA = Falha(
    etapa="MONTAGEM",
    contrato_id=1,
    operadora="Aurora",
    prestador="Matriz",
    erro="ConfigError",
    desde=ONTEM,
    ultima=AGORA - timedelta(hours=5),
)
ESQUECIDAS = Esquecidas(
    contrato_id=2, operadora="Boa Vida", prestador="Filial", consultas=12, desde=ONTEM
)
MOVIMENTO = Movimento(
    operadora="Aurora",
    prestador="Matriz",
    autorizadas=106,
    parciais=5,
    negadas=12,
    informado=Decimal("17700.00"),
    liberado=Decimal("15000.50"),
    glosado=Decimal("2699.50"),
    pago=Decimal("1234.56"),
    recursos=0,
    recursado=Decimal("0.00"),
    acatado=Decimal("0.00"),
)
SO_PAGO = replace(
    MOVIMENTO,
    operadora="Boa Vida",
    autorizadas=0,
    parciais=0,
    negadas=0,
    informado=Decimal("0.00"),
    liberado=Decimal("0.00"),
    glosado=Decimal("0.00"),
)
NEGADA = Negada(
    codigo="1705", descricao="Valor apresentado a maior", guias=4, valor=Decimal("600.00")
)
DIVERGENCIA = DivergenciasAbertas(motivo="NAO_RECEBIDA", quantas=3, novas=1)


def prazo(dias: int, **campos: Any) -> Prazo:  # noqa: ANN401
    modelo: dict[str, Any] = {
        "contrato_id": 1,
        "registro_ans": "999001",
        "lote_id": 17,
        "guia_id": None,
        "operadora": "Aurora",
        "prestador": "Matriz",
        "prazo": AGORA.date() + timedelta(dias),
        "dias": dias,
        "quantos": 4,
        "rascunhos": 0,
        "valor": Decimal("450.00"),
    }
    return Prazo(**{**modelo, **campos})


def digesto(**campos: Any) -> Digesto:  # noqa: ANN401
    modelo: dict[str, Any] = {
        "agora": AGORA,
        "ultimo": ONTEM,
        "lotes": [],
        "falhas": [],
        "suspensoes": [],
        "silencios": [],
        "prazos": [],
        "esquecidas": [],
        "movimentos": [],
        "negadas": [],
        "divergencias": [],
        "em_aberto": EmAberto(guias=0, valor=Decimal("0.00")),
        "ditas": set(),
    }
    return Digesto(**{**modelo, **campos})


def test_it_says_first_what_needs_a_person_then_the_money() -> None:
    cheio = digesto(
        lotes=[
            LOTE,
            replace(LOTE, lote_id=18, status="ERRO", guias=1, valor=Decimal("150.00")),
            replace(LOTE, lote_id=19, status="PENDENTE"),
            replace(LOTE, lote_id=20, status="PENDENTE", espera="CONFERENCIA"),
        ],
        falhas=[
            replace(
                FALHA,
                etapa="PREPARO",
                contrato_id=None,
                operadora=None,
                prestador=None,
                ultima=FALHA.desde,
            ),
            FALHA,
        ],
        suspensoes=[
            CREDENCIAL,
            Suspensao(
                contrato_id=4,
                tipo="OPERACAO",
                o_que="CANCELA_GUIA",
                desde=None,
                contrato="Cedro / M",
            ),
            Suspensao(contrato_id=5, tipo="CONTRATO", o_que="5", desde=ONTEM, contrato="Cedro / F"),
        ],
        silencios=[SILENCIO],
        prazos=[prazo(3, rascunhos=1), prazo(0, quantos=1), prazo(-1, rascunhos=2)],
        esquecidas=[replace(ESQUECIDAS, contrato_id=1, consultas=1), ESQUECIDAS],
        movimentos=[MOVIMENTO, SO_PAGO],
        negadas=[
            NEGADA,
            Negada(codigo="9998", descricao=None, guias=1, valor=Decimal("5.00")),
            Negada(codigo=None, descricao=None, guias=2, valor=Decimal("300.00")),
        ],
        divergencias=[DIVERGENCIA, DivergenciasAbertas(motivo="RATEIO", quantas=2, novas=0)],
        em_aberto=EmAberto(guias=300, valor=Decimal("45000.00")),
        ditas={CREDENCIAL.chave, SILENCIO.chave, FALHA.chave, ESQUECIDAS.chave},
    )
    assert texto(cheio) == (
        """\
Faturamento TISS, 12/11/2026 07:00
O resumo anterior é de 11/11/2026 07:00.

PRECISA DE UMA PESSOA
Lotes em dúvida: consulte o portal da operadora e responda em Required Actions: 1
  - NOVO lote 17 (número 204), Aurora / Matriz: 12 guias, R$ 1.800,00, desde 12/11/2026 02:00
Prazos para recorrer de glosas: 3
  - NOVO vence em 3 dias (15/11/2026), Aurora / Matriz: 4 valores glosados, R$ 450,00, \
1 rascunho espera aprovação
  - NOVO vence hoje (12/11/2026), Aurora / Matriz: 1 valor glosado, R$ 450,00
  - NOVO venceu há 1 dia (11/11/2026), Aurora / Matriz: 4 valores glosados, R$ 450,00, \
2 rascunhos esperam aprovação
Lotes recusados (ERRO): corrija a causa: 1
  - NOVO lote 18 (número 204), Aurora / Matriz: 1 guia, R$ 150,00, desde 12/11/2026 02:00
Lotes parados há mais de um dia (PENDENTE): 2
  - NOVO lote 19 (número 204), Aurora / Matriz: 12 guias, R$ 1.800,00, desde 12/11/2026 02:00; \
não chegou à operadora
  - NOVO lote 20 (número 204), Aurora / Matriz: 12 guias, R$ 1.800,00, desde 12/11/2026 02:00; \
confira e libere
Tarefas que falham: o log de cada uma diz o que corrigir: 2
  - NOVO todas as operadoras: tarefa preparar, de tiss_faturamento, desde 11/11/2026 07:00 \
(ConfigError)
  - Aurora / Matriz: tarefa montar, de tiss_faturamento, desde 11/11/2026 07:00, a última vez \
12/11/2026 02:00 (ConfigError)
Suspensos: nada sai nem é consultado até que se corrija: 3
  - NOVO Cedro / M: endereço ou configuração recusados em CANCELA_GUIA
  - NOVO Cedro / F: contrato 5 suspenso por uma pessoa, desde 11/11/2026 07:00
  - Aurora / M: credencial recusada, conexão tiss_aurora do Airflow, desde 12/11/2026 03:00
Operadoras que não respondem: 1
  - Boa Vida / Filial: 3 protocolos sem resposta, desde 11/11/2026 07:00
Consultas com resultado e sem guia: se não foram cobradas, apague o resultado na clínica: 2
  - NOVO Boa Vida / Filial: 1 consulta; liste com tiss guia esquecidas --contrato 1
  - Boa Vida / Filial: 12 consultas; liste com tiss guia esquecidas --contrato 2

DINHEIRO, DESDE O RESUMO ANTERIOR
Total: 118 guias respondidas, 106 AUTORIZADA (5 com glosa parcial), 12 NEGADA; informado \
R$ 17.700,00, liberado R$ 15.000,50, glosado R$ 2.699,50; pago R$ 2.469,12
  - Aurora / Matriz: 118 guias respondidas, 106 AUTORIZADA (5 com glosa parcial), 12 NEGADA; \
informado R$ 17.700,00, liberado R$ 15.000,50, glosado R$ 2.699,50; pago R$ 1.234,56
  - Boa Vida / Matriz: pago R$ 1.234,56
Em aberto hoje: 300 guias, R$ 45.000,00

NEGADAS NOVAS, POR CÓDIGO
  - 1705 Valor apresentado a maior: 4 guias, R$ 600,00
  - 9998 (fora da Tabela 38): 1 guia, R$ 5,00
  - sem código da Tabela 38: 2 guias, R$ 300,00

DIVERGÊNCIAS EM ABERTO
  - NAO_RECEBIDA: 3 (1 nova)
  - RATEIO: 2
"""
    )
    assert assunto(cheio) == (
        "TISS: 1 lote em dúvida, 3 prazos de recurso, 1 lote recusado, 2 lotes parados, "
        "2 tarefas que falham, 3 suspensões, 1 operadora sem resposta, 13 consultas sem cobrança, "
        "118 guias respondidas, 12 negadas, R$ 2.469,12 pagos, 1 divergência nova"
    )


def test_with_nobody_needed_it_says_so() -> None:
    calmo = digesto(ultimo=None, movimentos=[replace(MOVIMENTO, negadas=0, parciais=0)])
    assert texto(calmo).startswith(
        "Faturamento TISS, 12/11/2026 07:00\nPrimeiro resumo.\n\nPRECISA DE UMA PESSOA\nNada.\n"
    )
    assert assunto(calmo) == "TISS: 106 guias respondidas, R$ 1.234,56 pagos"


def test_a_long_list_is_cut_and_what_is_new_is_not_what_falls_out() -> None:
    lotes = [replace(LOTE, lote_id=numero) for numero in range(1, LINHAS_POR_PARTE + 3)]
    escrito = texto(digesto(lotes=lotes, ditas={lote.chave for lote in lotes[:-1]}))
    assert f": {LINHAS_POR_PARTE + 2}\n  - NOVO lote {LINHAS_POR_PARTE + 2} " in escrito
    assert escrito.count("  - lote ") == LINHAS_POR_PARTE - 1
    assert "  - e mais 2\n" in escrito


def test_hours_are_those_of_the_clinic() -> None:
    assert "desde 12/11/2026 02:00" in replace(LOTE, desde=LOTE.desde.astimezone()).linha()


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("0.00", "R$ 0,00"),
        ("0.01", "R$ 0,01"),
        ("999.99", "R$ 999,99"),
        ("1000.00", "R$ 1.000,00"),
        ("1234567.80", "R$ 1.234.567,80"),
        ("-12.50", "R$ -12,50"),
    ],
)
def test_money_is_written_as_in_brazil(valor: str, escrito: str) -> None:
    assert reais(Decimal(valor)) == escrito


# When ---------------------------------------------------------------------------------------------

PENDENCIAS: list[dict[str, Any]] = [
    {"lotes": [LOTE]},
    {"lotes": [replace(LOTE, status="ERRO")]},
    {"lotes": [replace(LOTE, status="PENDENTE")]},
    {"suspensoes": [CREDENCIAL]},
    {"silencios": [SILENCIO]},
    {"prazos": [prazo(3)]},
    {"falhas": [FALHA]},
    {"esquecidas": [ESQUECIDAS]},
]
NOTICIAS: list[dict[str, Any]] = [{"movimentos": [MOVIMENTO]}, {"divergencias": [DIVERGENCIA]}]


@pytest.mark.parametrize("campos", PENDENCIAS)
def test_what_waits_for_a_person_is_told_at_once_and_once(campos: dict[str, Any]) -> None:
    tarde = {"agora": AGORA + timedelta(hours=8), "ultimo": AGORA + timedelta(hours=7)}
    novo = digesto(**tarde, **campos)
    assert novo.deve_sair
    ditas = {pendencia.chave for pendencia in novo.pendencias}
    assert len(ditas) == 1
    assert not replace(novo, ditas=ditas).deve_sair


@pytest.mark.parametrize(
    ("agora", "ultimo", "sai"),
    [
        ("12 06:59", "11 07:00", False),
        ("12 07:00", "11 07:00", True),
        ("12 07:00", "12 06:59", True),
        ("12 08:00", "12 07:00", False),
        ("12 23:00", "12 07:00", False),
        ("12 15:00", "11 23:00", True),
        ("12 03:00", "11 06:00", True),
        ("12 03:00", None, True),
    ],
)
@pytest.mark.parametrize("campos", NOTICIAS)
def test_what_needs_nobody_is_told_once_a_day_from_seven_on(
    campos: dict[str, Any], agora: str, ultimo: str | None, sai: bool
) -> None:
    def hora(escrita: str) -> datetime:
        return datetime.strptime(f"2026-11-{escrita}", "%Y-%m-%d %H:%M").replace(tzinfo=FUSO)

    feito = digesto(**campos, agora=hora(agora), ultimo=None if ultimo is None else hora(ultimo))
    assert feito.deve_sair is sai


def test_without_news_it_stays_at_home() -> None:
    abertas = [replace(DIVERGENCIA, novas=0)]
    aberto = EmAberto(guias=9, valor=Decimal("9.00"))
    assert not digesto(ultimo=None, divergencias=abertas, em_aberto=aberto).deve_sair


def test_a_deadline_is_news_again_each_time_that_it_is_nearer() -> None:
    dia = date(2026, 11, 20)
    niveis = [prazo(dias, prazo=dia).chave.rpartition("/")[2] for dias in range(10, -8, -1)]
    assert niveis == ["10"] * 7 + ["3"] * 3 + ["0"] + ["vencido"] * 7


def test_another_try_that_ends_in_doubt_is_another_doubt() -> None:
    assert LOTE.chave != replace(LOTE, tentativa=2).chave
    assert LOTE.chave == replace(LOTE, guias=1).chave


def test_a_step_that_goes_on_failing_is_told_once_and_again_after_it_recovered() -> None:
    assert FALHA.chave == replace(FALHA, ultima=AGORA, erro="UndefinedColumn").chave
    assert FALHA.chave != replace(FALHA, desde=AGORA).chave


@pytest.mark.parametrize("etapa", Etapa)
def test_every_step_that_may_fail_names_the_task_whose_log_says_why(etapa: Etapa) -> None:
    assert "tarefa " in replace(FALHA, etapa=etapa).linha()


# Recursos -----------------------------------------------------------------------------------------


def test_an_answered_recurso_is_news_and_says_how_much_came_back() -> None:
    julgado = replace(
        SO_PAGO,
        pago=Decimal("0.00"),
        recursos=2,
        recursado=Decimal("1500.00"),
        acatado=Decimal("900.00"),
    )
    escrito = digesto(movimentos=[julgado])
    assert escrito.deve_sair
    assert "Boa Vida / Matriz: 2 recursos respondidos, acatado R$ 900,00 de R$ 1.500,00\n" in texto(
        escrito
    )
    assert assunto(escrito) == "TISS: 2 recursos respondidos"
