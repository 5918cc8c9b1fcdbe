"""Connections of Airflow that hold what is secret: what they have is said, what it is never.

They are written by Airflow's own API, as the person who asks, inside this process.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from airflow.configuration import ensure_secrets_loaded
from airflow.models.connection import Connection
from airflow.sdk.log import mask_secret
from airflow.secrets.environment_variables import EnvironmentVariablesBackend
from airflow.secrets.metastore import MetastoreBackend
from fastapi import Depends, Request

from tiss import hooks
from tiss.domain.conexao import CAMPOS as EXTRAS
from tiss.web.airflow import Airflow
from tiss.web.problemas import ProblemaHttp

TIPO = "tiss"
CERTIFICADO = ("certificado", "senha_certificado")
# What a person types; the certificate comes as a file.
CAMPOS: Mapping[str, str] = {
    "login": "Usuário na operadora",
    "password": "Senha",
    **{nome: campo["label"] for nome, campo in EXTRAS.items() if nome not in CERTIFICADO},
}
SECRETOS = {"password"} | {
    nome for nome, campo in EXTRAS.items() if campo["schema"].get("format") == "password"
}
# As Airflow takes them.
_NOME = re.compile(r"[\w.-]{1,200}")
Origem = Literal["AIRFLOW", "AMBIENTE", "COFRE", "NENHUMA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardado:
    """What a connection has, and where it is kept.

    origem: AIRFLOW, which this screen may change; AMBIENTE, a variable of the server; COFRE, a
    vault of secrets; NENHUMA, nobody made it yet. definidos: the fields that have something.
    vence_em: of the certificate, None when there is none, or none that opens.
    """

    conexao: str
    origem: Origem
    definidos: list[str]
    vence_em: datetime | None = None


def guardado(nome: str) -> Guardado:
    """Return what a connection has."""
    origem, conexao = _achar(nome)
    if conexao is None:
        return Guardado(conexao=nome, origem="NENHUMA", definidos=[])
    campos = _campos(conexao)
    a1 = hooks.certificado_guardado(nome) if campos.get("certificado") else None
    return Guardado(
        conexao=nome,
        origem=origem,
        definidos=[nome for nome, valor in campos.items() if valor],
        vence_em=None if a1 is None else a1.vence_em,
    )


class Conexoes:
    """Connections, with the permissions of who asks."""

    def __init__(self, request: Request) -> None:
        self._airflow = Airflow(request)

    def gravar(self, nome: str, campos: Mapping[str, str]) -> None:
        """Store some fields of a connection, the others stay; make it when nobody did. In a thread.

        Raises ProblemaHttp when it is not kept in Airflow, or Airflow does not take it.
        """
        for valor in campos.values():
            # Before anybody can log it.
            mask_secret(valor)
        origem, conexao = _achar(nome)
        if origem in ("AMBIENTE", "COFRE"):
            raise ProblemaHttp(409, "A conexão não é guardada aqui", onde(nome, origem))
        if not _NOME.fullmatch(nome):
            raise ProblemaHttp(
                422,
                "Nome de conexão inválido",
                f"O Airflow não aceita {nome} como nome de conexão: use letras, algarismos, ponto, "
                "hífen e sublinhado.",
            )
        if conexao is not None and conexao.conn_type != TIPO:
            raise ProblemaHttp(
                409,
                "A conexão é de outro tipo",
                f"A conexão {nome} é do tipo {conexao.conn_type}, e não TISS operadora: escolha "
                "outro nome.",
            )
        extras = {} if conexao is None else conexao.extra_dejson
        extras |= {campo: valor for campo, valor in campos.items() if campo in EXTRAS}
        corpo: dict[str, Any] = {
            "connection_id": nome,
            "conn_type": TIPO,
            "extra": json.dumps(extras),
            **{campo: valor for campo, valor in campos.items() if campo not in EXTRAS},
        }
        if conexao is None:
            resposta = self._airflow.pedir("POST", "connections", corpo)
        else:
            mudam = [campo for campo in corpo if campo not in ("connection_id", "conn_type")]
            resposta = self._airflow.pedir(
                "PATCH", f"connections/{quote(nome, safe='')}", corpo, {"update_mask": mudam}
            )
        if resposta.is_error:
            raise ProblemaHttp(
                403 if resposta.status_code == 403 else 409,
                "O Airflow não guardou a conexão",
                f"O Airflow não guardou a conexão {nome} ({resposta.status_code}). O que estava "
                "guardado continua: veja se o seu perfil pode mudar conexões.",
            )


ConexoesDep = Annotated[Conexoes, Depends(Conexoes)]


def onde(nome: str, origem: Origem) -> str:
    """Return where a connection is changed that this screen cannot change."""
    if origem == "AMBIENTE":
        return (
            f"A conexão {nome} vem da variável AIRFLOW_CONN_{nome.upper()} do servidor: mude-a lá."
        )
    return f"A conexão {nome} vem de um cofre de segredos: mude-a lá."


def _achar(nome: str) -> tuple[Origem, Connection | None]:
    for cofre in ensure_secrets_loaded():
        achada = cofre.get_connection(nome)
        if achada is not None:
            if isinstance(cofre, EnvironmentVariablesBackend):
                return "AMBIENTE", achada
            return ("AIRFLOW" if isinstance(cofre, MetastoreBackend) else "COFRE"), achada
    return "NENHUMA", None


def _campos(conexao: Connection) -> dict[str, Any]:
    conhecidos = {"login": conexao.login, "password": conexao.password, **conexao.extra_dejson}
    return {nome: conhecidos.get(nome) for nome in (*CAMPOS, *CERTIFICADO)}
