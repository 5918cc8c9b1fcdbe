"""# Dúvidas TISS

Um lote **em dúvida** pode ter chegado à operadora ou não: a resposta se perdeu no caminho. Ele nunca é
enviado de novo por conta própria. O que o sistema consegue saber sozinho, `tiss_retorno` faz a cada hora;
o resto é uma pergunta, e este DAG a faz a uma pessoa.

Em **Required Actions**, cada lote tem a sua pergunta. Consulte o portal da operadora pelo número do lote e
responda:

| resposta | quando | o que acontece |
|---|---|---|
| Informar o protocolo | o portal mostra o lote | preencha *Protocolo*; `tiss_retorno` o acompanha |
| Reenviar | o portal não mostra o lote | marque *Consultei o portal*; o lote vai de novo, com os mesmos números |
| Já foi cancelado na operadora | alguém o cancelou lá | marque *Consultei o portal*; as guias entram em outro lote |
| Pedir o cancelamento à operadora | o contrato oferece o serviço | a operadora é chamada agora |

Durante a quarentena só se informa o protocolo: o pedido ainda pode estar na fila da operadora. Uma resposta
que não pode ser aceita faz a pergunta voltar, com o motivo no log. Só a primeira resposta vale. O mesmo se
responde com `tiss lote resolver LOTE --protocolo N`.

**Pode rodar de novo a qualquer hora**: só se pergunta pelo que ainda está em dúvida.

| tarefa | faz | se falhar |
|---|---|---|
| `preparar` | recolhe o que um processo interrompido deixou e junta as perguntas | corrija o parâmetro indicado |
| `perguntar` | uma por lote: espera a resposta e a executa; resolvida por outro caminho, fecha-se em até uma hora | veja o log: uma resposta que não pode ser aceita volta a ser pedida |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, task

from tiss.operadores import PerguntaOperator

PARAMS = {
    "lotes": Param(
        [],
        type="array",
        items={"type": "integer", "minimum": 1},
        title="Lotes",
        description="Id de cada um em tiss.lote. Vazio: todos os que estão em dúvida.",
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
def tiss_duvida() -> None:
    """Ask a person what only a person can decide."""

    @task
    def preparar() -> list[dict[str, object]]:
        from tiss import hooks, tarefas  # heavy imports stay out of parsing

        with hooks.airflow_failures():
            return tarefas.preparar_duvida()

    PerguntaOperator.partial(
        task_id="perguntar",
        map_index_template="{{ nome }}",
        # An answer that cannot be taken is asked for again.
        retries=100,
        retry_delay=timedelta(seconds=1),
    ).expand_kwargs(preparar())


tiss_duvida()
