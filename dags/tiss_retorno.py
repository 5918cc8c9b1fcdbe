"""# Retorno TISS

A cada hora: pergunta às operadoras o que foi feito dos protocolos em aberto, lê os demonstrativos de
análise e de pagamento e grava na clínica AUTORIZADA ou NEGADA, com valores e glosas. Um protocolo é
consultado cada vez menos, e deixa de ser quando tudo que foi liberado foi pago.

**Pode rodar de novo a qualquer hora**: a mesma resposta, lida duas vezes, não muda nada.

| tarefa | faz | se falhar |
|---|---|---|
| `preparar` | confere o pedido e recolhe o que um processo interrompido deixou | corrija o parâmetro indicado |
| `acordar` | envia por `tiss_envio` o que esperava o calendário da operadora, se ele abriu | a próxima hora tenta de novo |
| `distribuir` | reparte os protocolos e os meses de pagamento que é hora de consultar | |
| `consultar` | uma por remessa: situação, demonstrativos, pagamentos, dúvidas que se resolvem sem ninguém | a próxima hora pergunta de novo |
| `gravar` | escreve os resultados na clínica; antes, confere o que já devia estar pago e refaz as somas do que mudou | o que não foi gravado fica para a próxima hora |
| `perguntar` | abre em `tiss_duvida` uma pergunta por lote em dúvida | |
| `avisar` | manda o resumo do que é novo: o que espera por alguém, já; o resto, uma vez por dia | as novidades ficam para a próxima hora |
| `concluir` | mostra as divergências em aberto | mostra o que falhou antes |

**Divergências** são respostas que não fecham com o que foi enviado (tabela `tiss.divergencia`): guia que o
protocolo não traz, valor informado diferente, protocolo não localizado, nada liberado sem motivo. Nenhuma
delas reenvia coisa alguma; uma pessoa decide, ou uma resposta posterior a encerra.

**Um protocolo só**: *Trigger*, preencha `protocolos`.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, TriggerRule, dag, task

PARAMS = {
    "operadoras": Param(
        [],
        type="array",
        items={"type": "string", "pattern": "^[0-9]{6}$"},
        title="Operadoras",
        description="Registro ANS de cada uma, com 6 dígitos. Vazio: todas.",
    ),
    "protocolos": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Protocolos",
        description="Número de cada um, como a operadora informou. Vazio: os que é hora de consultar.",
    ),
}


@dag(
    # No start date and nothing at once: switching the DAG on waits for the next hour of the
    # clock. With a start date Airflow would bill the last missed night that very moment.
    schedule=CronTriggerTimetable(
        "0 * * * *", timezone="America/Sao_Paulo", run_immediately=timedelta(0)
    ),
    catchup=False,
    doc_md=__doc__,
    tags=["tiss"],
    params=PARAMS,
    default_args={"retries": 1, "retry_delay": timedelta(seconds=30)},
)
def tiss_retorno() -> None:
    """Read the answers."""

    @task
    def preparar() -> list[int]:
        from tiss import hooks, tarefas  # heavy imports stay out of parsing

        with hooks.airflow_failures():
            return tarefas.preparar_retorno()

    @task
    def distribuir(contratos: list[int]) -> list[dict[str, object]]:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            return tarefas.distribuir_consultas(contratos)

    @task(
        map_index_template="{{ nome }}",
        retries=2,
        retry_delay=timedelta(seconds=60),
        retry_exponential_backoff=2.0,
        max_retry_delay=timedelta(minutes=15),
        execution_timeout=timedelta(hours=1),
    )
    def consultar(remessa: dict[str, object]) -> int:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            return tarefas.consultar(remessa)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def gravar() -> int:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            return tarefas.gravar()

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def concluir(
        remessas: list[dict[str, object]] | None,
        consultadas: list[int] | None,
        gravados: int | None,
    ) -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.concluir_retorno(remessas, consultadas, gravados)

    @task
    def acordar() -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.acordar()

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def perguntar() -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.perguntar()

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def avisar() -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.avisar()

    contratos = preparar()
    remessas = distribuir(contratos)
    consultadas = consultar.expand(remessa=remessas)
    gravados = gravar()
    consultadas >> gravados
    avisados = avisar()
    [consultadas >> perguntar(), gravados] >> avisados
    [avisados, contratos >> acordar()] >> concluir(remessas, consultadas, gravados)


tiss_retorno()
