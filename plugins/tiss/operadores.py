"""The questions that Airflow puts to a person. Light: DAG files import it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowException

if TYPE_CHECKING:
    from airflow.sdk import Context

PRAZO = timedelta(days=7)


class PerguntaOperator(HITLOperator):
    """Asks what became of a lote, carries the answer out, and asks again when it cannot be taken.

    lote_id: the lote; a doubt that was settled elsewhere meanwhile is no longer asked about.
    """

    def __init__(self, *, lote_id: int, **kwargs: Any) -> None:  # noqa: ANN401  Airflow's own
        # Mapped, it is handed the Params of its DAG, which are no fields of the question.
        kwargs.pop("params", None)
        super().__init__(
            params={
                "protocolo": Param(
                    None,
                    type=["null", "string"],
                    title="Protocolo",
                    description="Só para informar o protocolo que o portal mostra.",
                ),
                "consultei_o_portal": Param(
                    False,
                    type="boolean",
                    title="Consultei o portal da operadora: o lote não consta",
                    description="Exigido para reenviar e para dizer que foi cancelado.",
                ),
            },
            response_timeout=PRAZO,
            **kwargs,
        )
        self.lote_id = lote_id

    def execute(self, context: Context) -> Any:  # noqa: ANN401  Airflow's own
        """Ask, unless the doubt is over."""
        from tiss import tarefas

        context["nome"] = f"lote {self.lote_id}"  # type: ignore[typeddict-unknown-key]
        if not tarefas.em_duvida(self.lote_id):
            self.log.info("O lote %s já não está em dúvida.", self.lote_id)
            return None
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> str:
        """Carry out what the person answered. Raises AirflowException when it cannot be taken."""
        from tiss import hooks, tarefas

        context["nome"] = f"lote {self.lote_id}"  # type: ignore[typeddict-unknown-key]
        resposta: Any = super().execute_complete(context, event)
        dados = resposta["params_input"] or {}
        with hooks.airflow_failures(perguntar_de_novo=True):
            return tarefas.resolver_duvida(
                self.lote_id,
                resposta["chosen_options"][0],
                por=_nome(resposta["responded_by_user"]),
                protocolo=dados.get("protocolo") or "",
                consultei_o_portal=dados.get("consultei_o_portal") is True,
            )


class AprovacaoOperator(HITLOperator):
    """Asks whether a recurso de glosa is to be sent, and carries the answer out.

    recurso_id: a draft; one that was decided elsewhere meanwhile is no longer asked about.
    """

    def __init__(self, *, recurso_id: int, **kwargs: Any) -> None:  # noqa: ANN401  Airflow's own
        # No field for words: Airflow would keep them, and they may be about a patient.
        super().__init__(response_timeout=PRAZO, **kwargs)
        self.recurso_id = recurso_id

    def execute(self, context: Context) -> Any:  # noqa: ANN401  Airflow's own
        """Ask, unless it was decided."""
        from tiss import tarefas

        context["nome"] = f"recurso {self.recurso_id}"  # type: ignore[typeddict-unknown-key]
        if not tarefas.espera_aprovacao(self.recurso_id):
            self.log.info("O recurso %s já foi decidido.", self.recurso_id)
            return None
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> str:
        """Carry out what the person answered. Raises AirflowException when it cannot be taken."""
        from tiss import hooks, tarefas

        context["nome"] = f"recurso {self.recurso_id}"  # type: ignore[typeddict-unknown-key]
        resposta: Any = super().execute_complete(context, event)
        with hooks.airflow_failures(perguntar_de_novo=True):
            return tarefas.decidir_recurso(
                self.recurso_id,
                resposta["chosen_options"][0],
                por=_nome(resposta["responded_by_user"]),
            )


def _nome(usuario: Any) -> str:  # noqa: ANN401  a dict or an object, by the version of the provider
    if usuario is None:
        raise AirflowException("A resposta veio sem o nome de quem respondeu.")
    dados = usuario if isinstance(usuario, dict) else vars(usuario)
    return str(dados.get("name") or dados.get("id") or "")
