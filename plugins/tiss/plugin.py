"""What Airflow shows of this package: an entry in its menu, a tab on each send, a REST API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property
from importlib import import_module
from typing import Any

from airflow.plugins_manager import AirflowPlugin


class AppSobDemanda:
    """An ASGI application that is made when its first request comes.

    Every process of Airflow loads its plugins, each task among them; only one of them serves pages.
    """

    def __init__(self, modulo: str) -> None:
        """Name the module whose `aplicacao()` makes it."""
        self._modulo = modulo

    @cached_property
    def _aplicacao(self) -> Callable[..., Awaitable[None]]:
        feita: Callable[..., Awaitable[None]] = import_module(self._modulo).aplicacao()
        return feita

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        await self._aplicacao(scope, receive, send)


class TissPlugin(AirflowPlugin):
    """The billing desk inside Airflow."""

    name = "tiss"
    fastapi_apps = [  # noqa: RUF012  as Airflow declares it
        {
            "name": "TISS: API",
            "app": AppSobDemanda("tiss.web.api"),
            "url_prefix": "/api/tiss",
        },
        {
            "name": "TISS: telas",
            "app": AppSobDemanda("tiss.web.telas"),
            "url_prefix": "/tiss",
        },
    ]
    external_views = [  # noqa: RUF012
        {
            "name": "TISS",
            "href": "/tiss/hoje",
            "destination": "nav",
            "url_route": "tiss",
            "icon": "/tiss/estaticos/tiss.svg",
            "nav_top_level": True,
        },
        {
            "name": "Lotes",
            "href": "/tiss/tarefa?dag={DAG_ID}&run={RUN_ID}&task={TASK_ID}&indice={MAP_INDEX}",
            "destination": "task_instance",
            "url_route": "tiss_lotes",
            "icon": "/tiss/estaticos/tiss.svg",
        },
    ]
