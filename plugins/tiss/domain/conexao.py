"""What a connection of Airflow holds of an operadora besides user and password: its fields.

As Airflow declares them: a label, a description, a JSON Schema whose format is password
for what is secret.
"""

from __future__ import annotations

from typing import Any


def _campo(rotulo: str, ajuda: str, **tipo: object) -> dict[str, Any]:
    return {
        "label": rotulo,
        "description": ajuda,
        "schema": {"type": ["string", "null"], **tipo},
    }


# What the form of a connection shows besides user and password; tiss.hooks
# reads them.
CAMPOS = {
    "url_autorizacao": _campo(
        "URL do token", "JWT e OAuth 2.0: onde pedir o token, endereço completo com https://"
    ),
    "escopo": _campo("Escopo", "OAuth 2.0: só se a operadora exigir"),
    "renovacao": _campo(
        "Token de renovação",
        "OAuth 2.0: o refresh token que a operadora entregou; sem ele, client_credentials",
        format="password",
    ),
    "cliente_no_corpo": {
        "label": "Cliente no corpo",
        "description": "OAuth 2.0: usuário e senha vão no formulário, não no cabeçalho",
        "schema": {"type": ["boolean", "null"], "default": False},
    },
    "campo_usuario": _campo("Campo do usuário", "JWT: nome no pedido; sem nada, usuario"),
    "campo_segredo": _campo("Campo da senha", "JWT: nome no pedido; sem nada, senha"),
    "campo_token": _campo("Campo do token", "JWT: nome na resposta; sem nada, token"),
    "certificado": _campo(
        "Certificado A1",
        "Certificado digital ou assinatura: o arquivo .pfx ou .p12 em Base64, numa linha",
        format="password",
    ),
    "senha_certificado": _campo("Senha do certificado", "A do arquivo .pfx", format="password"),
}
