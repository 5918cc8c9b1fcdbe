"""A digest of what the database holds: complete, told once, and nobody's name in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from oficina import HOJE, Oficina
from respostas import analisada, analise, item_recusado, paga, pagamento

from tiss.domain.digesto import Etapa, reais
from tiss.domain.retorno import (
    DecisaoRecurso,
    Demonstrativo,
    Demonstrativos,
    DemonstrativosPagamento,
    Motivo,
    RespostaRecurso,
)
from tiss.errors import ConfigError, EntregaError
from tiss.repository import Repositorio, retornos
from tiss.services import digesto, esquecidas, falhas, julgamento, recurso
from tiss.services.conciliacao import aplicar_demonstrativos, aplicar_pagamentos
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

BOA_VIDA = "999002"
AURORA_MATRIZ = "Operadora Simulada Aurora / Clínica Modelo São Lucas"
NOVE_HORAS = datetime(HOJE.year, HOJE.month, HOJE.day, 9, tzinfo=FUSO)


class Caixa:
    """A mailbox: what was delivered, or a server that is down."""

    def __init__(self, oficina: Oficina) -> None:
        self.oficina = oficina
        self.cartas: list[tuple[str, str]] = []
        self.fora_do_ar = False

    def entregar(self, assunto: str, texto: str) -> None:
        if self.fora_do_ar:
            raise EntregaError("o servidor não respondeu")
        self.cartas.append((assunto, texto))

    def avisar(self, agora: datetime = NOVE_HORAS) -> str | None:
        """Do what the task does; return the text that was delivered, if one was."""
        antes = len(self.cartas)
        saiu = digesto.avisar(self.oficina.repo, self.entregar, agora=agora)
        assert len(self.cartas) - antes == saiu
        return self.cartas[-1][1] if saiu else None


@pytest.fixture
def caixa(oficina: Oficina) -> Caixa:
    oficina.fazer("INSERT INTO tiss.terminologia_fonte (nome, origem) VALUES ('teste', 'teste')")
    oficina.fazer(
        "INSERT INTO tiss.termo_tuss (tabela, codigo, fonte, descricao)"
        " VALUES ('38', '1705', 'teste', 'Valor apresentado a maior')"
    )
    return Caixa(oficina)


@pytest.fixture
def enviado(oficina: Oficina, simulador: Simulador) -> int:
    """A lote of four guias of R$ 150.00 that the operadora took, under a protocolo."""
    lote = oficina.lote(4)
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'P1' WHERE id = %s", lote)
    return lote


def responder(oficina: Oficina, *respostas: Demonstrativo) -> None:
    aplicar_demonstrativos(oficina.repo, oficina.contrato(), Demonstrativos(lista=respostas))


def pagar(oficina: Oficina, numero: str, valor: str) -> None:
    lista = (pagamento("P1", paga(numero, valor)),)
    aplicar_pagamentos(oficina.repo, oficina.contrato(), DemonstrativosPagamento(lista=lista))


def tudo(oficina: Oficina, simulador: Simulador) -> dict[str, int]:
    """One of everything that a digest tells; return the lotes in question."""
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 10")
    responder(
        oficina,
        analise(
            "P1",
            analisada("1"),
            analisada("2", "100.00", itens=(item_recusado("100.00", ("1705", "50.00")),)),
            analisada("3", "0.00", itens=(item_recusado("0.00", ("1705", "150.00")),)),
            situacao="2",
            dia=-7,
        ),
    )
    pagar(oficina, "1", "150.00")
    duvida = oficina.lote(2, registro_ans=BOA_VIDA)
    simulador.falha("reset_depois", registro_ans=BOA_VIDA)
    oficina.enviar(duvida)
    erro = oficina.lote(1, registro_ans=BOA_VIDA, clinica_id="FILIAL")
    simulador.falha("mensagem_erro", registro_ans=BOA_VIDA, codigo="5001")
    oficina.enviar(erro)
    parado = oficina.lote(1, clinica_id="FILIAL")
    oficina.fazer(
        "UPDATE tiss.lote SET criado_em = now() - interval '25 hours' WHERE id = %s", parado
    )
    oficina.fazer(
        "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = 'x'"
        " WHERE conexao = 'tiss_999003_matriz'"
    )
    oficina.fazer(
        'UPDATE tiss.contrato SET operacoes_suspensas = \'{"CANCELA_GUIA": "x"}\' WHERE id = %s',
        oficina.contrato("FILIAL", "999003").id,
    )
    with oficina.repo.transacao() as t:
        retornos.abrir_divergencia(t, "NAO_RECEBIDA", "x", lote_id=duvida)
    falhar(oficina, Etapa.MONTAGEM, oficina.contrato(registro_ans="999003").id)
    esquecer(oficina, registro_ans="999003")
    return {"duvida": duvida, "erro": erro, "parado": parado}


def falhar(oficina: Oficina, etapa: Etapa, contrato_id: int | None = None) -> None:
    """Let a step fail for good, as a task that is not tried again."""
    with (
        pytest.raises(ConfigError),
        falhas.lembradas(oficina.repo, etapa, contrato_id, definitiva=lambda erro: True),
    ):
        raise ConfigError(PESSOAL["motivo"])


def passar(oficina: Oficina, etapa: Etapa, contrato_id: int | None = None) -> None:
    """Let a step go well."""
    with falhas.lembradas(oficina.repo, etapa, contrato_id, definitiva=lambda erro: True):
        pass


def esquecer(oficina: Oficina, quantas: int = 1, **atendimento: Any) -> list[str]:  # noqa: ANN401
    """Attend, say by mistake that it was billed, and let a night pass; return the consultas."""
    ids = oficina.atender(quantas, **atendimento)
    oficina.fazer(
        "UPDATE clinica.consulta SET status_tiss = 'AUTORIZADA' WHERE id = ANY (%s::bigint[])", ids
    )
    conferir(oficina)
    return ids


def conferir(oficina: Oficina) -> None:
    ids = [contrato.id for contrato in oficina.contratos()]
    esquecidas.conferir(oficina.repo, ids, agora=datetime.now(FUSO))


def desde(oficina: Oficina, lote: int) -> str:
    quando = oficina.valor(
        "SELECT max(quando) FROM tiss.historico WHERE objeto = 'lote' AND objeto_id = %s", lote
    )
    return f"{quando.astimezone(FUSO):%d/%m/%Y %H:%M}"


def numero(oficina: Oficina, lote: int) -> int:
    return int(oficina.valor("SELECT numero_lote FROM tiss.lote WHERE id = %s", lote))


def test_of_a_known_state_it_says_all_of_it(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    lotes = tudo(oficina, simulador)
    suspensa = oficina.valor(
        "SELECT suspensa_desde FROM tiss.credencial WHERE conexao = 'tiss_999003_matriz'"
    )
    nomes = {
        (contrato.registro_ans, contrato.clinica_id): contrato.nome
        for contrato in oficina.contratos()
    }
    duvida, erro, parado = lotes["duvida"], lotes["erro"], lotes["parado"]
    falha = oficina.valor("SELECT desde FROM tiss.falha")
    cedro = oficina.contrato(registro_ans="999003").id
    prazo = HOJE + timedelta(3)
    assert caixa.avisar() == (
        f"""\
Faturamento TISS, {HOJE:%d/%m/%Y} 09:00
Primeiro resumo.

PRECISA DE UMA PESSOA
Lotes em dúvida: consulte o portal da operadora e responda em Required Actions: 1
  - NOVO lote {duvida} (número {numero(oficina, duvida)}), {nomes[BOA_VIDA, "MATRIZ"]}: \
2 guias, R$ 300,00, desde {desde(oficina, duvida)}
Prazos para recorrer de glosas: 1
  - NOVO vence em 3 dias ({prazo:%d/%m/%Y}), {AURORA_MATRIZ}: 2 valores glosados, R$ 200,00
Lotes recusados (ERRO): corrija a causa: 1
  - NOVO lote {erro} (número {numero(oficina, erro)}), {nomes[BOA_VIDA, "FILIAL"]}: \
1 guia, R$ 150,00, desde {desde(oficina, erro)}
Lotes parados há mais de um dia (PENDENTE): 1
  - NOVO lote {parado} (número {numero(oficina, parado)}), {nomes["999001", "FILIAL"]}: \
1 guia, R$ 150,00, desde {desde(oficina, parado)}; não chegou à operadora
Tarefas que falham: o log de cada uma diz o que corrigir: 1
  - NOVO {nomes["999003", "MATRIZ"]}: tarefa montar, de tiss_faturamento, desde \
{falha.astimezone(FUSO):%d/%m/%Y %H:%M} (ConfigError)
Suspensos: nada sai nem é consultado até que se corrija: 2
  - NOVO {nomes["999003", "MATRIZ"]}: credencial recusada, conexão tiss_999003_matriz do Airflow, \
desde {suspensa.astimezone(FUSO):%d/%m/%Y %H:%M}
  - NOVO {nomes["999003", "FILIAL"]}: endereço ou configuração recusados em CANCELA_GUIA
Consultas com resultado e sem guia: se não foram cobradas, apague o resultado na clínica: 1
  - NOVO {nomes["999003", "MATRIZ"]}: 1 consulta; liste com tiss guia esquecidas --contrato {cedro}

DINHEIRO, DESDE O RESUMO ANTERIOR
  - {AURORA_MATRIZ}: 3 guias respondidas, 2 AUTORIZADA (1 com glosa parcial), 1 NEGADA; informado \
R$ 450,00, liberado R$ 250,00, glosado R$ 200,00; pago R$ 150,00
Em aberto hoje: 1 guia, R$ 150,00

NEGADAS NOVAS, POR CÓDIGO
  - 1705 Valor apresentado a maior: 1 guia, R$ 150,00

DIVERGÊNCIAS EM ABERTO
  - NAO_RECEBIDA: 1 (1 nova)
"""
    )
    assert caixa.cartas[0][0] == (
        "TISS: 1 lote em dúvida, 1 prazo de recurso, 1 lote recusado, 1 lote parado, "
        "1 tarefa que falha, 2 suspensões, 1 consulta sem cobrança, 3 guias respondidas, 1 negada, "
        "R$ 150,00 pagos, 1 divergência nova"
    )


def test_what_is_open_is_what_the_reconciliation_says(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    tudo(oficina, simulador)
    oficina.homologacao()
    outro = oficina.lote(2, registro_ans="999003")
    oficina.fazer("UPDATE tiss.credencial SET suspensa_desde = NULL, motivo_suspensao = NULL")
    assert oficina.enviar(outro) is None
    (soma,) = oficina.linhas(
        "SELECT count(*) AS guias, sum(em_aberto) AS valor FROM tiss.conciliacao_guia"
        " WHERE em_aberto > 0 AND ambiente = 'PRODUCAO'"
    )
    assert soma == {"guias": 3, "valor": Decimal("450.00")}
    assert f"Em aberto hoje: 3 guias, {reais(soma['valor'])}\n" in str(caixa.avisar())


PESSOAL = {
    "motivo": "Maria das Dores Inventada",
    "detalhe": "CPF 390.533.447-05",
    "suspensao": "falar com Sebastião Fictício",
    "codigo": "Joaquina Imaginária",
    "senha": "SENHA-AUTORIZACAO-77",
}


def test_nothing_personal_is_in_it(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    tudo(oficina, simulador)
    responder(
        oficina,
        analise(
            "P1",
            analisada("4", "0.00", motivos=(Motivo(codigo="1801", descricao=PESSOAL["motivo"]),)),
            situacao="3",
        ),
    )
    oficina.fazer("UPDATE tiss.glosa SET descricao = %s", PESSOAL["motivo"])
    oficina.fazer("UPDATE tiss.glosa SET codigo = %s WHERE codigo = '1801'", PESSOAL["codigo"])
    oficina.fazer("UPDATE tiss.lote SET detalhe = %s, observacoes = %s", *[PESSOAL["detalhe"]] * 2)
    oficina.fazer("UPDATE tiss.guia SET senha = %s", PESSOAL["senha"])
    oficina.fazer("UPDATE tiss.divergencia SET descricao = %s", PESSOAL["motivo"])
    oficina.fazer(
        "UPDATE tiss.credencial SET motivo_suspensao = %s WHERE suspensa_desde IS NOT NULL",
        PESSOAL["suspensao"],
    )
    oficina.fazer(
        "UPDATE tiss.contrato SET suspenso_em = now(), suspenso_por = %s, suspenso_motivo = %s,"
        " operacoes_suspensas = jsonb_build_object('CANCELA_GUIA', %s::text) WHERE id = 1",
        *[PESSOAL["suspensao"]] * 3,
    )
    escrito = str(caixa.avisar())
    assert "sem código da Tabela 38: 1 guia, R$ 150,00" in escrito
    assert "contrato 1 suspenso por uma pessoa" in escrito
    dos_pacientes = oficina.linhas("SELECT nome, numero_carteira, id FROM clinica.paciente")
    guias = oficina.linhas("SELECT numero_carteira, senha FROM tiss.guia")
    segredos = {*PESSOAL.values(), "Zélia Teste"}
    for linha in [*dos_pacientes, *guias]:
        segredos |= {str(v) for c, v in linha.items() if c != "id" and v is not None}
    assert len(segredos) > 8
    tudo_escrito = "\n".join([*caixa.cartas[0], escrito])
    assert [segredo for segredo in segredos if segredo in tudo_escrito] == []


# Once, and not lost -------------------------------------------------------------------------------


def test_twice_in_a_row_it_is_sent_once(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    tudo(oficina, simulador)
    assert caixa.avisar()
    assert caixa.avisar() is None
    assert caixa.avisar(NOVE_HORAS + timedelta(days=1)) is None


def test_nothing_new_no_mail(oficina: Oficina, caixa: Caixa) -> None:
    assert caixa.avisar() is None
    assert oficina.valor("SELECT entregue_em FROM tiss.digesto") is None


def test_a_delivery_that_fails_is_repeated_with_the_same_news(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    tudo(oficina, simulador)
    caixa.fora_do_ar = True
    with pytest.raises(EntregaError):
        caixa.avisar()
    assert oficina.valor("SELECT entregue_em FROM tiss.digesto") is None
    caixa.fora_do_ar = False
    escrito = str(caixa.avisar(NOVE_HORAS + timedelta(hours=1)))
    assert escrito.count("NOVO ") == 8
    assert "Primeiro resumo." in escrito
    assert "3 guias respondidas" in escrito


def test_what_comes_while_it_leaves_is_news_for_the_next(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    responder(oficina, analise("P1", analisada("1"), situacao="2"))

    def entregar(assunto: str, texto: str) -> None:
        responder(oficina, analise("P1", analisada("1"), analisada("2"), situacao="2", dia=1))

    assert digesto.avisar(oficina.repo, entregar, agora=NOVE_HORAS)
    oficina.fazer("UPDATE tiss.digesto SET entregue_em = %s", NOVE_HORAS)
    assert "1 guia respondida" in str(caixa.avisar(NOVE_HORAS + timedelta(days=1)))


def test_two_runs_at_once_tell_it_once(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    tudo(oficina, simulador)

    def entregar(assunto: str, texto: str) -> None:
        assert caixa.avisar() is None

    assert digesto.avisar(oficina.repo, entregar, agora=NOVE_HORAS)
    assert caixa.cartas == []


def test_a_verdict_that_is_told_again_is_no_news_and_one_that_changes_is(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    guias = [analisada(n) for n in "1234"]
    responder(oficina, analise("P1", *guias))
    assert "4 guias respondidas" in str(caixa.avisar())
    oficina.fazer("UPDATE tiss.digesto SET entregue_em = %s", NOVE_HORAS)
    amanha = NOVE_HORAS + timedelta(days=1)
    responder(oficina, analise("P1", *guias, numero="2"))
    assert caixa.avisar(amanha) is None
    responder(oficina, analise("P1", analisada("1", "90.00"), *guias[1:], numero="3"))
    escrito = str(caixa.avisar(amanha))
    assert "1 guia respondida" in escrito
    assert "liberado R$ 90,00" in escrito


def test_a_payment_alone_is_news(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    responder(oficina, analise("P1", *(analisada(n) for n in "1234")))
    caixa.avisar()
    oficina.fazer("UPDATE tiss.digesto SET entregue_em = %s", NOVE_HORAS)
    pagar(oficina, "1", "150.00")
    assert f"{AURORA_MATRIZ}: pago R$ 150,00\n" in str(caixa.avisar(NOVE_HORAS + timedelta(days=1)))
    assert caixa.cartas[-1][0] == "TISS: R$ 150,00 pagos"


def test_an_answered_recurso_is_news(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    oficina.fazer("UPDATE tiss.lote SET protocolo = '7001'")
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = 30")
    recusado = item_recusado("100.00", ("1705", "50.00"))
    responder(oficina, analise("7001", analisada("1", "100.00", itens=(recusado,))))
    (recurso_id,) = recurso.preparar(oficina.repo, [oficina.contrato().id], por="Ana").recursos
    recurso.justificar(oficina.repo, recurso_id, "Está na tabela.", por="Ana")
    lote = recurso.aprovar(oficina.repo, recurso_id, por="Ana")
    oficina.fazer(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s", lote
    )
    oficina.fazer("UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '9' WHERE id = %s", lote)
    caixa.avisar()
    oficina.fazer("UPDATE tiss.digesto SET entregue_em = %s", NOVE_HORAS)
    decisao = DecisaoRecurso(
        nivel="ITEM",
        numero_guia_prestador="1",
        sequencial_item=1,
        codigo="1705",
        acatado=None,
        valor_recursado=None,
        valor_acatado=Decimal("30.00"),
        justificativa="Zélia Teste tem razão",
    )
    resposta = RespostaRecurso(
        numero_guia_recurso_prestador="",
        numero_guia_recurso_operadora=None,
        numero_protocolo="7001",
        numero_lote=None,
        decisoes=(decisao,),
        valor_recursado=None,
        valor_acatado=None,
    )
    amanha = NOVE_HORAS + timedelta(days=1)
    for _ in range(2):
        julgamento.aplicar(oficina.repo, lote, resposta)
    escrito = str(caixa.avisar(amanha))
    assert "1 recurso respondido, acatado R$ 30,00 de R$ 50,00" in escrito
    assert "Zélia" not in escrito
    assert caixa.avisar(amanha + timedelta(days=1)) is None


def test_what_came_back_after_it_was_settled_is_news_again(oficina: Oficina, caixa: Caixa) -> None:
    suspender = "UPDATE tiss.contrato SET operacoes_suspensas = %s::jsonb WHERE id = 1"
    oficina.fazer(suspender, '{"CANCELA_GUIA": "x"}')
    assert caixa.avisar()
    oficina.fazer(suspender, "{}")
    assert caixa.avisar() is None
    oficina.fazer(suspender, '{"CANCELA_GUIA": "x"}')
    assert caixa.avisar()


def test_a_rehearsal_is_not_told(oficina: Oficina, simulador: Simulador, caixa: Caixa) -> None:
    contrato = oficina.homologacao()
    oficina.atender(2)
    (lote,) = oficina.montar(contrato).lotes
    assert oficina.enviar(lote) is None
    oficina.fazer("UPDATE tiss.lote SET protocolo = 'H1'")
    lista = (analise("H1", analisada("90001")),)
    aplicar_demonstrativos(oficina.repo, contrato, Demonstrativos(lista=lista))
    oficina.fazer("UPDATE tiss.contrato SET operacoes_suspensas = '{\"X\": \"y\"}' WHERE id = %s",
                  contrato.id)  # fmt: skip
    assert oficina.valor("SELECT count(*) FROM tiss.guia WHERE status = 'AUTORIZADA'") == 1
    assert oficina.divergencias()
    assert caixa.avisar() is None


# What waits ---------------------------------------------------------------------------------------


def pendente(oficina: Oficina, **campos: Any) -> None:  # noqa: ANN401
    if campos:
        oficina.configurar(**campos)
    oficina.lote(1)
    oficina.fazer("UPDATE tiss.lote SET criado_em = now() - interval '25 hours'")


@pytest.mark.parametrize(
    ("campos", "dito"),
    [
        ({}, "não chegou à operadora"),
        ({"tipo_api": "MANUAL"}, "leve ao portal da operadora"),
        ({"envio": "CONFERENCIA"}, "confira e libere"),
        (
            {"suspenso_em": NOVE_HORAS, "suspenso_por": "A", "suspenso_motivo": "x"},
            "suspenso por uma pessoa",
        ),
    ],
)
def test_a_lote_that_stands_still_for_a_day_is_told_with_what_it_waits_for(
    oficina: Oficina, caixa: Caixa, campos: dict[str, Any], dito: str
) -> None:
    pendente(oficina, **campos)
    assert dito in str(caixa.avisar())


def test_a_lote_of_today_is_not_told(oficina: Oficina, caixa: Caixa) -> None:
    pendente(oficina)
    oficina.fazer("UPDATE tiss.lote SET criado_em = now() - interval '23 hours'")
    assert caixa.avisar() is None


def test_a_lote_that_waits_for_the_calendar_of_its_operadora_is_not_told(
    oficina: Oficina, caixa: Caixa
) -> None:
    pendente(oficina, entrega_das="10:00", entrega_ate="11:00")
    assert caixa.avisar() is None
    assert caixa.avisar(NOVE_HORAS + timedelta(hours=1, minutes=30))


@pytest.mark.parametrize(("horas", "sai"), [(2, False), (4, True)])
def test_three_hours_without_an_answer_are_silence(
    oficina: Oficina, caixa: Caixa, enviado: int, horas: int, sai: bool
) -> None:
    quando = datetime.now(FUSO) - timedelta(hours=horas)
    oficina.fazer("UPDATE tiss.lote SET proxima_consulta = %s", quando)
    linha = f"  - NOVO {AURORA_MATRIZ}: 1 protocolo sem resposta, desde {quando:%d/%m/%Y %H:%M}\n"
    assert (linha in str(caixa.avisar())) is sai


def test_an_operadora_that_answers_again_is_silent_no_more(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    oficina.fazer("UPDATE tiss.lote SET proxima_consulta = now() - interval '4 hours'")
    assert "sem resposta" in str(caixa.avisar())
    oficina.fazer("UPDATE tiss.lote SET proxima_consulta = now() + interval '1 hour'")
    assert caixa.avisar() is None
    oficina.fazer("UPDATE tiss.lote SET proxima_consulta = now() - interval '4 hours'")
    assert "sem resposta" in str(caixa.avisar())


@pytest.mark.parametrize("campos", ["tipo_api = 'MANUAL'", 'operacoes_suspensas = \'{"X": ""}\''])
def test_who_is_not_asked_is_not_silent(
    oficina: Oficina, caixa: Caixa, enviado: int, campos: str
) -> None:
    oficina.fazer("UPDATE tiss.lote SET proxima_consulta = now() - interval '4 hours'")
    oficina.fazer(f"UPDATE tiss.contrato SET {campos}")
    assert "sem resposta" not in str(caixa.avisar())


@pytest.mark.parametrize(
    ("dias", "dito"),
    [
        (11, None),
        (10, "vence em 10 dias"),
        (1, "vence em 1 dia"),
        (0, "vence hoje"),
        (-1, "venceu há 1 dia"),
        (-7, "venceu há 7 dias"),
        (-8, None),
    ],
)
def test_a_deadline_is_told_when_it_is_near_or_just_lost(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int, dias: int, dito: str | None
) -> None:
    oficina.fazer("UPDATE tiss.contrato SET dias_para_recorrer = %s", 30 + dias)
    recusada = analisada("1", "100.00", itens=(item_recusado("100.00", ("1705", "50.00")),))
    responder(oficina, analise("P1", recusada, situacao="2", dia=-30))
    escrito = str(caixa.avisar())
    assert ("Prazos para recorrer" in escrito) is (dito is not None)
    assert (dito or "") in escrito


# Steps that fail ----------------------------------------------------------------------------------


def test_a_step_that_fails_night_after_night_is_told_once_and_for_as_long_as_it_does(
    oficina: Oficina, caixa: Caixa
) -> None:
    falhar(oficina, Etapa.MONTAGEM, 1)
    oficina.fazer("UPDATE tiss.falha SET desde = '2026-03-02 05:00Z', ultima = desde")
    assert "montar, de tiss_faturamento, desde 02/03/2026 02:00" in str(caixa.avisar())
    falhar(oficina, Etapa.MONTAGEM, 1)
    assert oficina.valor("SELECT count(*) FROM tiss.falha") == 1
    assert caixa.avisar() is None
    falhar(oficina, Etapa.MONTAGEM, 2)
    escrito = str(caixa.avisar())
    assert escrito.count("NOVO ") == 1
    assert "desde 02/03/2026 02:00, a última vez " in escrito


def test_a_step_that_goes_well_is_told_no_more_and_is_news_when_it_fails_again(
    oficina: Oficina, caixa: Caixa
) -> None:
    falhar(oficina, Etapa.PREPARO)
    assert "todas as operadoras: tarefa preparar" in str(caixa.avisar())
    passar(oficina, Etapa.PREPARO)
    assert caixa.avisar() is None
    falhar(oficina, Etapa.PREPARO)
    assert "NOVO todas as operadoras" in str(caixa.avisar())


def test_what_recovers_and_fails_again_before_it_was_looked_at_is_news_again(
    oficina: Oficina, caixa: Caixa
) -> None:
    falhar(oficina, Etapa.MONTAGEM, 1)
    assert caixa.avisar()
    passar(oficina, Etapa.MONTAGEM, 1)
    falhar(oficina, Etapa.MONTAGEM, 1)
    assert "NOVO " in str(caixa.avisar())


@pytest.mark.parametrize("outra", [(Etapa.MONTAGEM, 2), (Etapa.MONTAGEM, None), (Etapa.PREPARO, 1)])
def test_another_step_or_contrato_that_goes_well_says_nothing_of_it(
    oficina: Oficina, outra: tuple[Etapa, int | None]
) -> None:
    falhar(oficina, Etapa.MONTAGEM, 1)
    passar(oficina, *outra)
    assert oficina.valor("SELECT count(*) FROM tiss.falha") == 1


def test_a_step_that_is_tried_again_by_itself_has_not_failed_yet(oficina: Oficina) -> None:
    with (
        pytest.raises(ConfigError),
        falhas.lembradas(oficina.repo, Etapa.GRAVACAO, definitiva=lambda erro: False),
    ):
        raise ConfigError("x")
    assert oficina.valor("SELECT count(*) FROM tiss.falha") == 0


def test_a_database_that_is_away_hides_no_error(oficina: Oficina) -> None:
    fora = Repositorio(lambda: psycopg.connect("host=127.0.0.1 port=1"))
    with (
        pytest.raises(ConfigError, match="a visão"),
        falhas.lembradas(fora, Etapa.PREPARO, definitiva=lambda erro: True),
    ):
        raise ConfigError("a visão não é a que se lê")


@pytest.mark.parametrize("etapa", Etapa)
def test_every_step_may_be_noted(oficina: Oficina, etapa: Etapa) -> None:
    falhar(oficina, etapa)
    assert oficina.linhas("SELECT etapa FROM tiss.falha") == [{"etapa": etapa}]


@pytest.mark.parametrize(
    "mudanca",
    [
        "UPDATE tiss.operadora SET ativa = false",
        "UPDATE tiss.contrato SET ambiente = 'HOMOLOGACAO'",
    ],
)
def test_what_nobody_bills_is_not_told(oficina: Oficina, caixa: Caixa, mudanca: str) -> None:
    falhar(oficina, Etapa.MONTAGEM, 1)
    esquecer(oficina)
    oficina.fazer(mudanca)
    assert caixa.avisar() is None


def test_a_contrato_that_a_person_suspended_is_told_as_that_alone(
    oficina: Oficina, caixa: Caixa
) -> None:
    falhar(oficina, Etapa.MONTAGEM, 1)
    oficina.fazer(
        "UPDATE tiss.contrato SET suspenso_em = now(), suspenso_por = 'A', suspenso_motivo = 'x'"
        " WHERE id = 1"
    )
    escrito = str(caixa.avisar())
    assert "contrato 1 suspenso por uma pessoa" in escrito
    assert "Tarefas que falham" not in escrito


# What no night bills ------------------------------------------------------------------------------


def test_what_is_passed_over_is_told_with_its_number_and_again_when_there_is_more(
    oficina: Oficina, caixa: Caixa
) -> None:
    um, outro = esquecer(oficina, 2)
    assert f"NOVO {AURORA_MATRIZ}: 2 consultas; liste" in str(caixa.avisar())
    conferir(oficina)
    assert caixa.avisar() is None
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL WHERE id = %s", um)
    conferir(oficina)
    assert caixa.avisar() is None
    esquecer(oficina)
    assert f"NOVO {AURORA_MATRIZ}: 2 consultas; liste" in str(caixa.avisar())
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL")
    conferir(oficina)
    assert oficina.valor("SELECT count(*) FROM tiss.esquecida") == 0
    assert outro


# By the role of the tasks -------------------------------------------------------------------------


def test_the_role_of_the_tasks_can_do_it_all(
    oficina: Oficina, simulador: Simulador, caixa: Caixa, enviado: int
) -> None:
    oficina.repo = Repositorio(
        lambda: psycopg.connect(oficina.url, options="-c role=tiss_faturamento")
    )
    responder(oficina, analise("P1", analisada("1"), situacao="2"))
    pagar(oficina, "1", "150.00")
    with oficina.repo.transacao() as t:
        retornos.abrir_divergencia(t, "X", "y", lote_id=enviado)
    oficina.fazer('UPDATE tiss.contrato SET operacoes_suspensas = \'{"X": "y"}\' WHERE id = 1')
    falhar(oficina, Etapa.MONTAGEM, 1)
    esquecer(oficina)
    assert caixa.avisar()
    assert caixa.avisar() is None
    passar(oficina, Etapa.MONTAGEM, 1)
    oficina.fazer("UPDATE clinica.consulta SET status_tiss = NULL")
    conferir(oficina)
