"""# Faturamento TISS

Toda noite, às 2h: procura as consultas preparadas, gera e valida as guias, monta os lotes de cada
operadora e envia.

**Pode rodar de novo a qualquer hora.** O que já foi enviado não é enviado outra vez: quem decide é o
estado da guia e do lote no banco, não o da tarefa.

| tarefa | faz | se falhar |
|---|---|---|
| `preparar` | confere o pedido e recolhe o que um processo interrompido deixou | corrija o parâmetro indicado |
| `montar` | uma por contrato: guias, validação, lotes | as outras operadoras seguem; limpe (*Clear*) a que falhou |
| `conferir` | conta o que a clínica diz cobrado e não tem guia, para o resumo | nada deixa de sair; a próxima noite confere de novo |
| `distribuir` | reparte os lotes pendentes | |
| `enviar` | uma por remessa, com novas tentativas | veja abaixo |
| `perguntar` | abre em `tiss_duvida` uma pergunta por lote em dúvida | |
| `concluir` | confere que tudo chegou | mostra o que ficou por fazer |

**Quando `enviar` falha**

- *Nova tentativa marcada*: a operadora não respondeu antes de receber, ou pediu para esperar. Nada a fazer.
- *Lote recusado (ERRO)*: o log traz o motivo da operadora. Corrija a causa (dado da consulta ou do
  contrato) e use *Clear*: o lote é montado de novo, com outro número e as mesmas guias.
- *Lote em dúvida (EM_DUVIDA)*: pode ter chegado. Consulte o portal da operadora e responda à pergunta que
  `tiss_duvida` abriu em *Required Actions*, ou pelo comando:
  `tiss lote resolver LOTE --protocolo N` se ele está lá;
  `tiss lote resolver LOTE --reenviar --consultei-o-portal` se não está.
- *Credencial suspensa*: corrija a senha na conexão do Airflow; o envio volta sozinho. Se a senha estava
  certa: `tiss liberar credencial CONEXAO`.
- *Endereço suspenso*: corrija o contrato, ou `tiss liberar contrato ID` quando a operadora voltar.

**Uma operadora só**: *Trigger*, preencha `operadoras`. **Um tipo de guia só** (consulta, SP/SADT,
honorários, resumo de internação ou odonto): `tipos`. **Ensaio**: marque *apenas validar*; nada é
gravado nem enviado, e os problemas saem no log de `montar`.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, TriggerRule, dag, task

TIPOS = ["CONSULTA", "SP_SADT", "HONORARIOS", "RESUMO_INTERNACAO", "ODONTO"]
PARAMS = {
    "operadoras": Param(
        [],
        type="array",
        items={"type": "string", "pattern": "^[0-9]{6}$"},
        title="Operadoras",
        description="Registro ANS de cada uma, com 6 dígitos. Vazio: todas as ativas.",
    ),
    "prestadores": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Prestadores",
        description="Código de cada clínica ou filial. Vazio: todos.",
    ),
    "desde": Param(
        None, type=["null", "string"], format="date", title="Atendimentos desde (inclusive)"
    ),
    "ate": Param(
        None, type=["null", "string"], format="date", title="Atendimentos até (inclusive)"
    ),
    "tipos": Param(
        [],
        type="array",
        items={"type": "string", "enum": TIPOS},
        examples=TIPOS,
        title="Tipos de guia",
        description="Vazio: todos.",
    ),
    "consultas": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Consultas",
        description="Identificador de cada uma, como em tiss.consulta_preparada. Vazio: todas.",
    ),
    "apenas_validar": Param(
        False,
        type="boolean",
        title="Apenas validar",
        description="Gera e confere as guias, mostra os problemas, não grava nem envia nada.",
    ),
}


@dag(
    # No start date and nothing at once: switching the DAG on waits for the next hour of the
    # clock. With a start date Airflow would bill the last missed night that very moment.
    schedule=CronTriggerTimetable(
        "0 2 * * *", timezone="America/Sao_Paulo", run_immediately=timedelta(0)
    ),
    catchup=False,
    doc_md=__doc__,
    tags=["tiss"],
    params=PARAMS,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30)},
)
def tiss_faturamento() -> None:
    """Bill what is prepared."""

    @task
    def preparar() -> list[int]:
        from tiss import hooks, tarefas  # heavy imports stay out of parsing

        with hooks.airflow_failures():
            return tarefas.preparar_faturamento()

    @task(map_index_template="{{ nome }}")
    def montar(contrato: int) -> list[int]:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            return tarefas.montar(contrato)

    @task
    def conferir(contratos: list[int]) -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.conferir(contratos)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def distribuir(
        contratos: list[int] | None, montados: list[list[int]] | None
    ) -> list[dict[str, object]]:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            return tarefas.distribuir_envios(contratos, montados)

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
    def concluir(
        contratos: list[int] | None,
        montados: list[list[int]] | None,
        remessas: list[dict[str, object]] | None,
    ) -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.concluir_faturamento(contratos, montados, remessas)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def perguntar() -> None:
        from tiss import hooks, tarefas

        with hooks.airflow_failures():
            tarefas.perguntar()

    contratos = preparar()
    montados = montar.expand(contrato=contratos)
    remessas = distribuir(contratos, montados)
    enviados = enviar.expand(remessa=remessas)
    [enviados >> perguntar(), conferir(contratos)] >> concluir(contratos, montados, remessas)


tiss_faturamento()
