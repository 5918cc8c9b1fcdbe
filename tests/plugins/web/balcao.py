"""A person at the desk: a browser without a screen, logged in to Airflow as somebody."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.testclient import TestClient

SITIO = "http://airflow.exemplo"


class Balcao(TestClient):
    """Requests as a page of ours makes them: with the cookie of the login, from our own site."""

    @classmethod
    def de(cls, app: object, nome: str | None, papeis: Mapping[str, str]) -> Balcao:
        """Return the desk of a person, None: of somebody without a login."""
        from airflow.api_fastapi.app import get_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        cliente = cls(
            app, base_url=SITIO, follow_redirects=False, headers={"Origin": SITIO, "X-Tiss": "1"}
        )
        if nome is not None:
            usuario = SimpleAuthManagerUser(username=nome, role=papeis[nome])
            cliente.cookies.set("_token", get_auth_manager().generate_jwt(usuario))
        return cliente
