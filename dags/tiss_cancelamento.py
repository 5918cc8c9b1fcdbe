"""# Cancelamento TISS

Pede às operadoras que cancelem os lotes indicados: um que foi enviado por engano, ou um em dúvida que não deve
valer. A operadora responde por guia; as que ela cancela podem ser cobradas de novo, em outro lote. Quem iniciou
a execução fica registrado como quem decidiu. O mesmo se faz com `tiss lote cancelar LOTE`.

**Pode rodar de novo a qualquer hora**: um lote já cancelado não é pedido outra vez, a tarefa diz como ele está.

| tarefa | faz | se falhar |
|---|---|---|
| `preparar` | confere os lotes e recolhe o que um processo interrompido deixou | corrija o número indicado |
| `cancelar` | uma por lote: pede, lê a resposta e a aplica | o log diz o que a operadora respondeu; sem resposta, `tiss_retorno` pergunta de novo |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, task

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
    default_args={"retries": 1, "retry_delay": timedelta(seconds=30)},
)
def tiss_cancelamento() -> None:
    """Ask operadoras to cancel the given lotes."""

    @task
    def preparar() -> list[int]:
        from tiss import hooks, tarefas  # heavy imports stay out of parsing

        with hooks.airflow_failures():
            return tarefas.preparar_cancelamento()

    @task(map_index_template="{{ nome }}", execution_timeout=timedelta(minutes=30))
    def cancelar(lote: int) -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.cancelar(lote)

    cancelar.expand(lote=preparar())


tiss_cancelamento()
