"""Delivers the digest by a notifier of Airflow, as the connection `tiss_aviso` says."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from airflow.sdk import BaseHook, BaseNotifier, Connection, get_current_context
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from tiss.clients.transporte import PROPRIA_MAQUINA, sem_protecao
from tiss.errors import ConfigError, EntregaError
from tiss.services.registro import grupo

log = structlog.get_logger(__name__)

AVISO = "tiss_aviso"
COMO_RECEBER = (
    f"Para receber o resumo por e-mail ou no Slack, crie no Airflow a conexão {AVISO}: "
    "docs/conexoes.md, O resumo do dia"
)


def entregar(assunto: str, texto: str) -> None:
    """Deliver a digest: by the notifier of the connection, or, without one, to this task's log.

    Raises ConfigError when the connection cannot be used, EntregaError when nothing left.
    """
    conexao = _conexao()
    if conexao is None:
        with grupo(assunto):
            for linha in texto.splitlines():
                log.info(linha)
        log.info("resumo só no log", como_receber=COMO_RECEBER)
        return
    notificador = _notificador(conexao, assunto, texto)
    try:
        # Not by calling it: that takes what it is given for Jinja templates, and a name of an
        # operadora is none.
        notificador.notify(get_current_context())
    except Exception as erro:
        # Whatever a provider raises; what it says may quote a server, but no credential.
        raise EntregaError(
            f"O resumo não foi entregue pela conexão {AVISO} ({conexao.conn_type}): "
            f"{type(erro).__name__}: {erro}. Nada se perdeu: a próxima tentativa leva o mesmo."
        ) from erro
    log.info("resumo entregue", conexao=AVISO, tipo=conexao.conn_type, assunto=assunto)


def _conexao() -> Connection | None:
    try:
        conexao = BaseHook.get_connection(AVISO)
    except AirflowNotFoundException:
        return None
    if conexao.password:
        mask_secret(conexao.password)
    return conexao


def _notificador(conexao: Connection, assunto: str, texto: str) -> BaseNotifier:
    fazer = _NOTIFICADORES.get(conexao.conn_type or "")
    if fazer is None:
        raise ConfigError(
            f"A conexão {AVISO} é do tipo {conexao.conn_type}, pelo qual o resumo não sai. "
            f"Os tipos que servem: {', '.join(_NOTIFICADORES)}."
        )
    return fazer(conexao, assunto, texto)


def _email(conexao: Connection, assunto: str, texto: str) -> BaseNotifier:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    extra = conexao.extra_dejson
    para = _enderecos(extra.get("para"))
    faltas = [
        falta
        for falta, ha in (
            ("servidor (Host)", conexao.host),
            ("remetente (from_email, no Extra)", extra.get("from_email")),
            ('destinatários (para, no Extra: {"para": "faturamento@clinica.example"})', para),
        )
        if not ha
    ]
    if faltas:
        raise ConfigError(f"A conexão {AVISO} está sem: {'; '.join(faltas)}.")
    _exigir_tls(conexao.host or "", extra)
    return SmtpNotifier(
        smtp_conn_id=AVISO,
        from_email=extra["from_email"],
        to=para,
        subject=assunto,
        # The provider writes HTML only.
        html_content=(
            '<html><body><pre style="font: 14px/1.5 sans-serif; white-space: pre-wrap">'
            f"{html.escape(texto)}</pre></body></html>"
        ),
    )


def _enderecos(para: object) -> list[str]:
    """The recipients: a list, or one text with commas. Raises ConfigError for what is none."""
    partes = para.replace(";", ",").split(",") if isinstance(para, str) else para or []
    if not isinstance(partes, list) or not all(
        isinstance(parte, str) and "@" in parte for parte in partes
    ):
        raise ConfigError(
            f"A conexão {AVISO} tem em para algo que não é endereço de e-mail: escreva um, ou "
            "vários separados por vírgula."
        )
    return [parte.strip() for parte in partes]


def _exigir_tls(servidor: str, extra: Mapping[str, Any]) -> None:
    """The provider verifies TLS unless it is told otherwise, and may be told to do both kinds."""
    if servidor in PROPRIA_MAQUINA:
        return
    sem_ssl, sem_starttls = bool(extra.get("disable_ssl")), bool(extra.get("disable_tls"))
    if sem_ssl == sem_starttls:
        raise ConfigError(
            f"A conexão {AVISO} precisa de um modo de TLS, e um só: disable_ssl na porta 587 "
            "(STARTTLS), ou disable_tls na porta 465."
        )
    if extra.get("ssl_context") == "none":
        raise ConfigError(
            f"A conexão {AVISO} dispensa conferir o certificado (ssl_context): retire isso."
        )


def _slack(conexao: Connection, assunto: str, texto: str) -> BaseNotifier:
    from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier

    if not conexao.password:
        raise ConfigError(f"A conexão {AVISO} está sem o Webhook Token do Slack.")
    endereco = conexao.host or ""
    if "://" not in endereco:
        endereco = f"{conexao.schema or 'https'}://{endereco}"
    if sem_protecao(endereco):
        raise ConfigError(f"A conexão {AVISO} tem endereço que não começa com https://.")
    return SlackWebhookNotifier(slack_webhook_conn_id=AVISO, text=f"*{assunto}*\n```{texto}```")


# By the type of the connection. Each was tried against a server: one that does not say that it
# failed, as that of Apprise, would lose news.
_NOTIFICADORES: Mapping[str, Callable[[Connection, str, str], BaseNotifier]] = {
    "smtp": _email,
    "slackwebhook": _slack,
}
