"""Who asks, and what they may do: Airflow decides, by permissions that it keeps already.

| power | who has it | may |
|---|---|---|
| LEITURA | whoever sees the DAG tiss_faturamento | read lotes, guias, values, codes; no patient |
| OPERACAO | whoever may start tiss_envio | create, send, decide; sees patients |
| ADMINISTRACAO | whoever may edit roles | configure contratos |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import BaseAuthManager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, Request

from tiss.web import formulario
from tiss.web.problemas import ProblemaHttp

LE = frozenset({"GET", "HEAD", "OPTIONS"})
# What a page of ours sets and no other site can: a custom header needs leave to cross origins.
CABECALHO = "x-tiss"
_FORMULARIOS = ("application/x-www-form-urlencoded", "multipart/form-data")
SEM_PERFIL = (
    "Seu perfil só consulta. Peça a quem administra o Airflow o perfil de operação para fazer isto."
)
SEM_ADMINISTRACAO = (
    "Só quem administra o Airflow configura contratos. Peça a essa pessoa, ou o perfil dela."
)


class Papel(IntEnum):
    """What a person may do; each one includes those below."""

    LEITURA = 1
    OPERACAO = 2
    ADMINISTRACAO = 3


@dataclass(frozen=True, slots=True)
class Pessoa:
    """Who asks. nome: as Airflow knows them, which is how decisions are kept."""

    nome: str
    papel: Papel

    @property
    def opera(self) -> bool:
        """Whether they may act; who may, sees patients too."""
        return self.papel >= Papel.OPERACAO

    @property
    def administra(self) -> bool:
        """Whether they may configure."""
        return self.papel >= Papel.ADMINISTRACAO


async def identificar(request: Request, usuario: GetUserDep) -> Pessoa:
    """Return who asks; stands in front of every route of an application.

    Without a login Airflow answers 401. What is not a reading needs OPERACAO at least, whatever
    the route says, and has to come from a page of ours: a cookie travels with requests that another
    site makes, a token in a header does not.
    """
    pessoa = Pessoa(usuario.get_name(), _papel(get_auth_manager(), usuario))
    if request.method not in LE:
        exigir(pessoa, Papel.OPERACAO)
        await _exigir_origem(request, pessoa.nome)
    return pessoa


PessoaDep = Annotated[Pessoa, Depends(identificar)]


def exigir(pessoa: Pessoa, papel: Papel) -> None:
    """Raise a 403 that says whom to ask."""
    if pessoa.papel < papel:
        raise ProblemaHttp(
            403,
            "Sem permissão",
            SEM_ADMINISTRACAO if papel is Papel.ADMINISTRACAO else SEM_PERFIL,
        )


def operador(pessoa: PessoaDep) -> Pessoa:
    """Return who asks, who may act."""
    exigir(pessoa, Papel.OPERACAO)
    return pessoa


def administrador(pessoa: PessoaDep) -> Pessoa:
    """Return who asks, who may configure."""
    exigir(pessoa, Papel.ADMINISTRACAO)
    return pessoa


OperadorDep = Annotated[Pessoa, Depends(operador)]
AdministradorDep = Annotated[Pessoa, Depends(administrador)]


def _papel(gerente: BaseAuthManager[BaseUser], usuario: BaseUser) -> Papel:
    if not gerente.is_authorized_dag(
        method="GET", details=DagDetails(id="tiss_faturamento"), user=usuario
    ):
        raise ProblemaHttp(
            403,
            "Sem permissão",
            "Seu perfil não vê a DAG tiss_faturamento. Peça acesso a quem administra o Airflow.",
        )
    if not gerente.is_authorized_dag(
        method="POST",
        access_entity=DagAccessEntity.RUN,
        details=DagDetails(id="tiss_envio"),
        user=usuario,
    ):
        return Papel.LEITURA
    return Papel.ADMINISTRACAO if _da_papeis(gerente, usuario) else Papel.OPERACAO


def _da_papeis(gerente: BaseAuthManager[BaseUser], usuario: BaseUser) -> bool:
    # The manager of the demo keeps no such permission: it has four roles, and the users are told.
    if isinstance(usuario, SimpleAuthManagerUser):
        return (usuario.role or "").upper() == "ADMIN"
    return gerente.is_authorized_custom_view(method="PUT", resource_name="Roles", user=usuario)


async def _tem_ficha(request: Request, nome: str) -> bool:
    if not request.headers.get("content-type", "").startswith(_FORMULARIOS):
        return False
    campo = (await request.form()).get(formulario.CAMPO)
    return isinstance(campo, str) and formulario.confere(nome, campo)


async def _exigir_origem(request: Request, nome: str) -> None:
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        return
    origem = request.headers.get("origin")
    mesma = origem is not None and urlsplit(origem).netloc == request.headers.get("host")
    if not mesma or not (CABECALHO in request.headers or await _tem_ficha(request, nome)):
        raise ProblemaHttp(
            403,
            "Pedido recusado",
            "Este pedido não partiu das telas do TISS. Abra a tela de novo e repita. De um "
            "programa, mande o token no cabeçalho Authorization.",
        )
