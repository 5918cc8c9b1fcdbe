"""The API does what its OpenAPI says, whatever it is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import schemathesis
from balcao import SITIO, Balcao
from hypothesis import HealthCheck, given, settings
from oficina import Oficina
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)
from test_permissoes import rotas

Entrar = Callable[[str | None], Balcao]


@pytest.mark.parametrize(("metodo", "caminho"), rotas(), ids=" ".join)
def test_no_answer_is_a_500_or_undocumented(
    airflow_no_ar: object, oficina: Oficina, balcao: Entrar, metodo: str, caminho: str
) -> None:
    from tiss.web.api import aplicacao

    oficina.lote(1)
    oficina.atender(1)
    ana = balcao("ana")
    esquema = schemathesis.openapi.from_dict(aplicacao().openapi())
    esquema.app = airflow_no_ar
    operacao = esquema[caminho][metodo.upper()]

    @settings(
        max_examples=20, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck]
    )
    @given(case=operacao.as_strategy())
    def perguntar(case: schemathesis.Case) -> None:
        resposta = case.call(
            base_url=f"{SITIO}/api/tiss",
            headers={"Origin": SITIO, "X-Tiss": "1"},
            cookies=dict(ana.cookies),
        )
        case.validate_response(
            resposta,
            checks=(not_a_server_error, status_code_conformance, response_schema_conformance),
        )

    perguntar()
