"""Which known failure stands behind the kinds of errors that `Entrega.falha` names."""

from __future__ import annotations

import ipaddress
import re

from tiss.domain.retorno import Entrega

# As OpenSSL 1.1 and 3 write them. First match wins: certificates, then the rest of TLS.
_TLS = (
    ("CERTIFICADO_VENCIDO", r"CertVerification\S*\[certificate (?:has expired|is not yet valid)"),
    ("CERTIFICADO_DE_OUTRO_NOME", r"CertVerification\S*\[(?:Hostname|IP address) mismatch"),
    (
        "CERTIFICADO_SEM_AUTORIDADE",
        r"CertVerification\S*\[(?:self.signed certificate in|unable to (?:get|verify))",
    ),
    ("CERTIFICADO_AUTOASSINADO", r"CertVerification\S*\[self.signed certificate"),
    ("CERTIFICADO_RECUSADO", r"CertVerification"),
    # An alert is the server's word on what we sent, and all that it can refuse is a certificate.
    (
        "CERTIFICADO_DO_CLIENTE",
        r"\[\w*ALERT_\w*(?:CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)",
    ),
    ("SEM_TLS", r"\[(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|UNKNOWN_PROTOCOL)"),
    ("TLS_SEM_ACORDO", r"\bSSL\w*Error\b"),
)
_REDE = (
    (
        "ENDERECO_INVALIDO",
        r"\b(?:InvalidURL|InvalidSchema|MissingSchema|LocationParseError|ValueError)\b|sem TLS",
    ),
    ("SERVIDOR_NAO_ENCONTRADO", r"\b(?:NameResolutionError|gaierror)\b"),
    ("CONEXAO_RECUSADA", r"\bConnectionRefusedError\b"),
    ("CONEXAO_SEM_RESPOSTA", r"\b(?:ConnectTimeout|ConnectTimeoutError|NewConnectionError)\b"),
    ("PRAZO_VENCIDO", r"\bPrazoVencidoError\b"),
)
_ANTES = tuple((codigo, re.compile(texto)) for codigo, texto in (*_TLS, *_REDE))
# A relay of our own, as the one that holds the key of a token.
_DESTA_MAQUINA = frozenset({"localhost", "127.0.0.1", "::1"})
_SEM_CHEGAR_LA = frozenset({"SERVIDOR_NAO_ENCONTRADO", "CONEXAO_RECUSADA", "CONEXAO_SEM_RESPOSTA"})
_NOMES_INTERNOS = (
    ".local", ".localdomain", ".lan", ".intra", ".intranet", ".internal", ".interno", ".corp",
    ".home.arpa",
)  # fmt: skip


def conexao(entrega: Entrega, servidor: str | None) -> str:
    """Return the code of what interrupted an exchange that has a falha.

    servidor: the host that was asked, None when that is not known.
    """
    falha = entrega.falha or ""
    if entrega.http_status is not None:
        return "RESPOSTA_CORTADA"
    achado = next((codigo for codigo, regra in _ANTES if regra.search(falha)), None)
    if entrega.ultimo_bloco_saiu:
        # With TLS 1.3 the server looks at our certificate after the request began to leave.
        if achado == "CERTIFICADO_DO_CLIENTE":
            return achado
        # The address that cannot be one is then that of a redirect.
        if achado == "ENDERECO_INVALIDO":
            return "REDIRECIONADO"
        return "RESPOSTA_DEMOROU" if "Timeout" in falha else "CONEXAO_CAIU_DEPOIS"
    if achado in _SEM_CHEGAR_LA and servidor is not None and servidor not in _DESTA_MAQUINA:
        return "ENDERECO_INTERNO" if interno(servidor) else achado
    return achado or "CONEXAO_CAIU_ANTES"


def interno(servidor: str) -> bool:
    """Whether a host can only be reached from inside its own network, as far as its name tells.

    This very machine counts too: what a WSDL calls localhost is the operadora's.
    """
    try:
        return not ipaddress.ip_address(servidor.strip("[]")).is_global
    except ValueError:
        nome = servidor.rstrip(".").lower()
        return "." not in nome or nome.endswith(_NOMES_INTERNOS)
