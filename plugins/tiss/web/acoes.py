"""What a person does: once, under their name, in our history and in Airflow's audit log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from airflow.models import Log
from airflow.utils.session import create_session
from fastapi import Form, Header

from tiss.errors import TissError
from tiss.repository import Repositorio, acoes
from tiss.web.acesso import Pessoa
from tiss.web.problemas import ProblemaHttp, traduzir

# Clients choose it anew for each thing that they want done once.
ChaveDep = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[!-~]+$")
]

# The same, in a form of ours: made when the page is.
ChaveDoFormulario = Annotated[
    str, Form(alias="chave", min_length=8, max_length=200, pattern=r"^[!-~]+$")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acao:
    """What is asked for. o_que: `lote.enviar`. pedido: all that decides what is done.

    alvo: what it is about, of lote_id, guia_id, contrato_id and recurso_id. motivo: what the person
    wrote about it; it goes to the database only.
    """

    pessoa: Pessoa
    o_que: str
    alvo: Mapping[str, int] = field(default_factory=dict)
    pedido: Mapping[str, Any] = field(default_factory=dict)
    motivo: str | None = None
    chave: str | None = None

    @property
    def sha256(self) -> str:
        """The same for the same request, whatever the order of its fields."""
        tudo = {"o_que": self.o_que, "alvo": dict(self.alvo), "pedido": dict(self.pedido)}
        return hashlib.sha256(
            json.dumps([tudo, self.motivo], sort_keys=True, default=str).encode()
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Feito:
    """How it ended: HTTP status and what the person is told."""

    situacao: int
    corpo: dict[str, Any]


def agir(repo: Repositorio, acao: Acao, fazer: Callable[[], Feito]) -> Feito:
    """Do what is asked and note it; asked again under the same key, return how it ended then.

    It is noted before it is done, so that what a crash interrupts has a name on it. Raises
    ProblemaHttp: 409 for a key under which something else was asked, or whose end nobody saw; and
    whatever keeps it from being done, which lets the key be used again.
    """
    with repo.transacao() as t:
        acao_id = acoes.abrir(
            t,
            quem=acao.pessoa.nome,
            o_que=acao.o_que,
            alvo=acao.alvo,
            motivo=acao.motivo,
            chave=acao.chave,
            pedido_sha256=acao.sha256,
        )
    if acao_id is None:
        return _repetida(repo, acao)
    _no_airflow(acao)
    try:
        feito = fazer()
    except (TissError, ProblemaHttp) as erro:
        problema = traduzir(erro).corpo
        _encerrar(repo, acao_id, problema.status, problema.model_dump())
        raise
    _encerrar(repo, acao_id, feito.situacao, feito.corpo)
    return feito


def _repetida(repo: Repositorio, acao: Acao) -> Feito:
    with repo.transacao() as t:
        anterior = acoes.da_chave(t, quem=acao.pessoa.nome, chave=acao.chave or "")
    if anterior is None or anterior.situacao is None:
        raise ProblemaHttp(
            409,
            "Pedido em andamento",
            "Este pedido já foi feito e ainda não terminou, ou foi interrompido. Atualize a tela e "
            "veja o que ficou feito antes de repetir.",
        )
    if anterior.pedido_sha256 != acao.sha256:
        raise ProblemaHttp(
            409,
            "Chave repetida",
            "Esta Idempotency-Key já serviu a outro pedido. Use uma nova para cada coisa a fazer.",
        )
    return Feito(anterior.situacao, anterior.resposta or {})


def _encerrar(repo: Repositorio, acao_id: int, situacao: int, corpo: Mapping[str, Any]) -> None:
    with repo.transacao() as t:
        acoes.encerrar(t, acao_id, situacao=situacao, resposta=corpo)


def _no_airflow(acao: Acao) -> None:
    # What the person wrote stays out: everyone who sees the audit log would read it.
    with create_session() as sessao:
        sessao.add(
            Log(
                event=f"tiss.{acao.o_que}",
                owner=acao.pessoa.nome,
                owner_display_name=acao.pessoa.nome,
                extra=json.dumps(dict(acao.alvo)),
            )
        )
