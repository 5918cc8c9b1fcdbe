"""# Envio TISS de lotes escolhidos

Envia os lotes indicados, agora: um lote liberado na conferência (`tiss lote liberar LOTE`), um que esperava
o calendário, um que uma pessoa mandou reenviar. Não monta lotes novos; para isso, `tiss_faturamento`.

**Pode rodar de novo a qualquer hora**: um lote que já foi enviado não é enviado outra vez.

| tarefa | faz | se falhar |
|---|---|---|
| `preparar` | confere os lotes e recolhe o que um processo interrompido deixou | corrija o número indicado |
| `distribuir` | reparte os lotes | |
| `enviar` | uma por remessa, com novas tentativas | o log diz o que segura o lote ou o que a operadora respondeu |
| `concluir` | confere que tudo chegou | mostra o que ficou por fazer |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, TriggerRule, dag, task

PARAMS = {
    "lotes": Param(
        type="array",
        items={"type": "integer", "minimum": 1},
        minItems=1,
        title="Lotes",
        description="Id de cada um em tiss.lote, como o log o diz.",
    ),
}


@dag(
    schedule=None,
    catchup=False,
    doc_md=__doc__,
    tags=["tiss"],
    params=PARAMS,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30)},
)
def tiss_envio() -> None:
    """Send the given lotes."""

    @task
    def preparar() -> list[int]:
        from tiss import hooks, tarefas  # heavy imports stay out of parsing

        with hooks.airflow_failures():
            return tarefas.preparar_envio()

    @task
    def distribuir(lotes: list[int]) -> list[dict[str, object]]:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            return tarefas.distribuir_lotes(lotes)

    @task(
        map_index_template="{{ nome }}",
        retries=5,
        retry_delay=timedelta(seconds=30),
        retry_exponential_backoff=2.0,
        max_retry_delay=timedelta(minutes=30),
        execution_timeout=timedelta(hours=2),
    )
    def enviar(remessa: dict[str, object]) -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.enviar(remessa)

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def concluir(lotes: list[int] | None) -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.concluir_envio(lotes)

    lotes = preparar()
    enviar.expand(remessa=distribuir(lotes)) >> concluir(lotes)


tiss_envio()
