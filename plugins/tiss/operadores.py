"""The questions that Airflow puts to a person. Light: DAG files import it."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowException, TaskAwaitingInput

if TYPE_CHECKING:
    from airflow.sdk import Context

# How long a question stands before it is looked at whether it still is one.
DE_NOVO_EM = timedelta(hours=1)


class PerguntaAberta(HITLOperator):
    """Asks until it is answered, or until there is nothing to ask any more."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  Airflow's own
        super().__init__(response_timeout=DE_NOVO_EM, **kwargs)

    @property
    @abstractmethod
    def nome(self) -> str:
        """What is asked about, as the list of tasks shows it."""

    @abstractmethod
    def espera_resposta(self) -> bool:
        """Return whether there still is something to ask."""

    @abstractmethod
    def cumprir(self, resposta: Any) -> str:  # noqa: ANN401  Airflow's own
        """Carry out what the person answered; return what was done."""

    def execute(self, context: Context) -> Any:  # noqa: ANN401  Airflow's own
        """Ask, unless there is nothing to ask any more."""
        context["nome"] = self.nome  # type: ignore[typeddict-unknown-key]
        return super().execute(context) if self._ainda() else None

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:  # noqa: ANN401
        """Carry out the answer; without one, wait on while there is something to ask.

        Raises AirflowException when the answer cannot be taken.
        """
        import psycopg

        from tiss import hooks

        # It is another process than the one that asked.
        context["nome"] = self.nome  # type: ignore[typeddict-unknown-key]
        if event.get("error_type") == "timeout":
            # A database that does not answer closes nothing.
            with suppress(psycopg.OperationalError):
                if not self._ainda():
                    return None
            # Not asked anew: an answer that comes at this moment would be forgotten.
            raise TaskAwaitingInput(method_name="execute_complete", timeout=DE_NOVO_EM)
        resposta = super().execute_complete(context, event)
        with hooks.airflow_failures(perguntar_de_novo=True):
            return self.cumprir(resposta)

    def _ainda(self) -> bool:
        if not (espera := self.espera_resposta()):
            self.log.info("Já decidido por outro caminho: %s.", self.nome)
        return espera


class PerguntaOperator(PerguntaAberta):
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
            **kwargs,
        )
        self.lote_id = lote_id

    @property
    def nome(self) -> str:
        """Return the lote."""
        return f"lote {self.lote_id}"

    def espera_resposta(self) -> bool:
        """Return whether the lote is in doubt."""
        from tiss import tarefas

        return tarefas.em_duvida(self.lote_id)

    def cumprir(self, resposta: Any) -> str:  # noqa: ANN401  Airflow's own
        """Carry out what the person answered; return what was done."""
        from tiss import tarefas

        dados = resposta["params_input"] or {}
        return tarefas.resolver_duvida(
            self.lote_id,
            resposta["chosen_options"][0],
            por=_nome(resposta["responded_by_user"]),
            protocolo=dados.get("protocolo") or "",
            consultei_o_portal=dados.get("consultei_o_portal") is True,
        )


class AprovacaoOperator(PerguntaAberta):
    """Asks whether a recurso de glosa is to be sent, and carries the answer out.

    recurso_id: a draft; one that was decided elsewhere meanwhile is no longer asked about.
    """

    def __init__(self, *, recurso_id: int, **kwargs: Any) -> None:  # noqa: ANN401  Airflow's own
        # No field for words: Airflow would keep them, and they may be about a patient.
        super().__init__(**kwargs)
        self.recurso_id = recurso_id

    @property
    def nome(self) -> str:
        """Return the recurso."""
        return f"recurso {self.recurso_id}"

    def espera_resposta(self) -> bool:
        """Return whether the recurso is a draft."""
        from tiss import tarefas

        return tarefas.espera_aprovacao(self.recurso_id)

    def cumprir(self, resposta: Any) -> str:  # noqa: ANN401  Airflow's own
        """Carry out what the person answered; return what was done."""
        from tiss import tarefas

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
