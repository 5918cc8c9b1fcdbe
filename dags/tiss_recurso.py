"""# Recursos de glosa

O que a operadora recusou pode ser pedido de volta, até o prazo do contrato (`recurso.dias`). Este DAG junta as
glosas de que ninguém recorreu, um rascunho por lote, com a justificativa que a clínica escreveu para cada código
(`tiss recurso modelo CODIGO --texto TEXTO`), e pergunta a uma pessoa. **Nada sai sem ela.**

Em **Required Actions**, cada rascunho tem a sua pergunta:

| resposta | o que acontece |
|---|---|
| Aprovar e enviar | o recurso sai já, por `tiss_envio`; `tiss_retorno` acompanha a resposta |
| Não recorrer | as glosas ficam como estão; `tiss recurso refazer RECURSO` volta atrás |
| Decidir depois | o rascunho espera a próxima execução |

Antes de responder, `tiss recurso mostrar RECURSO` diz o que se contesta e por quê. O que um protocolo fora do padrão
ou um prazo vencido impede está no log de `preparar`.

**Pode rodar de novo a qualquer hora**: de uma glosa se recorre uma vez só.

| tarefa | faz | se falhar |
|---|---|---|
| `preparar` | recolhe o que um processo interrompido deixou e faz os rascunhos | corrija o parâmetro ou o modelo indicado |
| `aprovar` | uma por rascunho: espera a resposta e a executa; decidido por outro caminho, fecha-se em até uma hora | veja o log: uma resposta que não pode ser aceita volta a ser pedida |
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, task

from tiss.operadores import AprovacaoOperator

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
        description="Só as glosas destes protocolos. Vazio: todos.",
    ),
    "codigos": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Códigos de glosa",
        description="Só as glosas destes códigos da Tabela 38. Vazio: todos.",
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
def tiss_recurso() -> None:
    """Contest what was refused, once a person says so."""

    @task
    def preparar() -> list[dict[str, object]]:
        from tiss import hooks, tarefas  # heavy imports stay out of parsing

        with hooks.airflow_failures():
            return tarefas.preparar_recurso()

    AprovacaoOperator.partial(
        task_id="aprovar",
        map_index_template="{{ nome }}",
        # An answer that cannot be taken is asked for again.
        retries=100,
        retry_delay=timedelta(seconds=1),
    ).expand_kwargs(preparar())


tiss_recurso()
