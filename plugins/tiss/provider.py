"""What Airflow learns about this package: the connection type of an operadora."""

from __future__ import annotations

from typing import Any

from tiss.domain.conexao import CAMPOS


def get_provider_info() -> dict[str, Any]:
    """Return the provider metadata that Airflow reads at start-up."""
    return {
        "package-name": "tiss-airflow",
        "name": "TISS",
        "description": "Faturamento TISS: lotes de guias, envio às operadoras e retorno.",
        "connection-types": [
            {
                "connection-type": "tiss",
                "hook-class-name": "tiss.hooks.OperadoraHook",
                "hook-name": "TISS operadora",
                "ui-field-behaviour": {
                    "hidden-fields": ["host", "schema", "port", "extra"],
                    "relabeling": {"login": "Usuário na operadora", "password": "Senha"},
                    "placeholders": {"login": "código ou login dado pela operadora"},
                },
                "conn-fields": CAMPOS,
            }
        ],
    }
