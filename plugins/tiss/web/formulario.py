"""What a form of ours carries so that no other site can fill it in."""

from __future__ import annotations

from airflow.configuration import conf
from itsdangerous import BadSignature, URLSafeTimedSerializer

CAMPO = "ficha"
# As long as a session of the production compose file.
VALE = 12 * 3600  # seconds


def ficha(nome: str) -> str:
    """Return the token of a person's forms."""
    return _assinador().dumps(nome)


def confere(nome: str, recebida: str) -> bool:
    """Whether a token is one that this person was given, not too long ago."""
    try:
        return bool(_assinador().loads(recebida, max_age=VALE) == nome)
    except BadSignature:
        return False


def _assinador() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(conf.get("api", "secret_key"), salt="tiss.formulario")
