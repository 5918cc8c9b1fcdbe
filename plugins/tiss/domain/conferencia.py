"""What a contrato lacks or contradicts, told before anything is built from it.

The database refuses what no contrato may hold; here is what makes one that it accepts useless.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from datetime import datetime
from string import Template
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tiss.domain.cadastro import COM_TOKEN, Contrato, Operacao
from tiss.domain.canal import CAMPOS, CAMPOS_DO_ARQUIVO, Canal, FormaRest, modelo_invalido
from tiss.domain.documentos import cnpj_valido, cpf_valido
from tiss.domain.regras import faltas_das_regras
from tiss.errors import ConfigError

__all__ = ["exigir_completo", "faltas"]

_NA_CONEXAO = {
    "NENHUMA": "o usuário e a senha",
    "BASIC_AUTH": "o usuário e a senha",
    "JWT": "o usuário, a senha e o endereço do token",
    "OAUTH2": "o usuário, a senha e o endereço do token",
    "CERTIFICADO_DIGITAL": "o certificado A1",
}
# What tells the files of two lotes of a contrato apart.
_DISTINGUEM = {"numero_lote", "numero_lote_12", "hash"}
_PROXY = re.compile(r"https?://[^/@\s]+")
_OID = re.compile(r"[0-9]+(\.[0-9]+)+")
# Any day will do: a calendar that opens at all opens within its horizon.
_UM_DIA = datetime(2026, 1, 1)


def faltas(contrato: Contrato) -> list[str]:
    """Return all that is missing or contradictory, in Portuguese: which column, and what to do.

    Empty: it can be billed by. Whether the version of the standard is installed and what the
    connection holds are not known here.
    """
    return [
        *_prestador(contrato),
        *_servicos(contrato),
        *_enderecos(contrato),
        *_credencial(contrato),
        *FormaRest.faltas(contrato.rest),
        *_token(contrato),
        *_rede(contrato),
        *_assinatura(contrato),
        *_calendario(contrato),
        *_nome_do_arquivo(contrato),
        *(f"regras: {falta}" for falta in faltas_das_regras(contrato.regras)),
    ]


def exigir_completo(contrato: Contrato) -> None:
    """Raise ConfigError, with all the `faltas` of a contrato that has any."""
    achadas = faltas(contrato)
    if achadas:
        raise ConfigError(
            f"O contrato {contrato.id} ({contrato.nome}) não está pronto, e nada dele é montado "
            f"nem enviado: {'; '.join(achadas)}."
        )


def _canais(contrato: Contrato) -> tuple[Canal, ...]:
    return tuple(canal for canal in Canal if contrato.tipo_api in ("AMBOS", canal))


def _prestador(contrato: Contrato) -> Iterator[str]:
    # Where a guia names the prestador by its code, no rule ever sees these.
    if contrato.cnpj is not None and not cnpj_valido(contrato.cnpj):
        yield f"o CNPJ {contrato.cnpj} do prestador não existe: corrija o cadastro do prestador"
    if contrato.cpf is not None and not cpf_valido(contrato.cpf):
        yield "o CPF do prestador não existe: corrija o cadastro do prestador"


def _servicos(contrato: Contrato) -> Iterator[str]:
    for canal in _canais(contrato):
        if Operacao.ENVIO_LOTE_GUIAS not in contrato.servicos(canal):
            yield f"{_coluna(canal)}.ENVIO_LOTE_GUIAS: ponha o endereço que recebe os lotes" + (
                " (tipo_api AMBOS usa os dois canais)" if contrato.tipo_api == "AMBOS" else ""
            )
    if not contrato.pelo_portal and not contrato.oferece(Operacao.SOLIC_DEMONSTRATIVO_RETORNO):
        yield (
            f"{_onde(contrato)}.SOLIC_DEMONSTRATIVO_RETORNO: ponha o endereço do demonstrativo, "
            "sem o qual nenhuma guia recebe resposta"
        )
    if contrato.politica_duvida == "CANCELAMENTO":
        if contrato.pelo_portal:
            yield "politica_duvida: em tipo_api MANUAL nada se cancela daqui; use PESSOA"
        elif not contrato.oferece(Operacao.CANCELA_GUIA):
            yield (
                f"{_onde(contrato)}.CANCELA_GUIA: ponha o endereço do cancelamento, que "
                "politica_duvida CANCELAMENTO usa, ou use PESSOA"
            )


def _coluna(canal: Canal) -> str:
    return f"servicos_{canal.lower()}"


def _onde(contrato: Contrato) -> str:
    return " ou ".join(_coluna(canal) for canal in _canais(contrato))


def _enderecos(contrato: Contrato) -> Iterator[str]:
    if not contrato.pelo_portal and not contrato.url_base:
        yield "url_base: ponha o endereço da operadora (só tipo_api MANUAL fica sem)"
    for canal in Canal:
        for operacao, endereco in contrato.servicos(canal).items():
            onde = f"{_coluna(canal)}.{operacao}"
            if not endereco.strip():
                yield f"{onde}: está vazio; ponha o endereço, ou tire o serviço"
            elif canal is Canal.REST:
                # An address ends up in the logs of every machine on the way.
                yield from modelo_invalido(onde, endereco, CAMPOS - {"token"})


def _credencial(contrato: Contrato) -> Iterator[str]:
    usa = contrato.tipo_autenticacao != "NENHUMA" or contrato.envia_login_senha
    if usa and contrato.credencial is None:
        guarda = _NA_CONEXAO[contrato.tipo_autenticacao]
        if contrato.envia_login_senha and "senha" not in guarda:
            guarda = f"o usuário, a senha e {guarda}"
        motivo = (
            f"tipo_autenticacao {contrato.tipo_autenticacao}"
            if contrato.tipo_autenticacao != "NENHUMA"
            else "envia_login_senha"
        )
        yield f"credencial: ponha o nome da conexão do Airflow com {guarda}, que {motivo} usa"
    if not usa and contrato.credencial is not None:
        yield (
            "credencial: nada a usa com tipo_autenticacao NENHUMA e sem envia_login_senha; tire-a, "
            "ou diga como a operadora a quer"
        )


def _token(contrato: Contrato) -> Iterator[str]:
    cabecalhos = contrato.rest.get("cabecalhos")
    if contrato.usa_token or not isinstance(cabecalhos, dict):
        return
    for nome, valor in cabecalhos.items():
        modelo = Template(valor if isinstance(valor, str) else "")
        if modelo.is_valid() and "token" in modelo.get_identifiers():
            yield (
                f"rest.cabecalhos.{nome}: só há ${{token}} com tipo_autenticacao "
                f"{' ou '.join(COM_TOKEN)}"
            )


def _rede(contrato: Contrato) -> Iterator[str]:
    if contrato.segundos_total < contrato.segundos_conexao:
        yield (
            f"segundos_total: {contrato.segundos_total} é menos que segundos_conexao "
            f"({contrato.segundos_conexao}); aumente um ou diminua o outro"
        )
    if contrato.proxy is not None and not _PROXY.fullmatch(contrato.proxy):
        yield "proxy: escreva http://servidor:porta, sem usuário, senha nem caminho"
    if contrato.autoridade_certificadora is not None and not _certificados(
        contrato.autoridade_certificadora
    ):
        yield (
            "autoridade_certificadora: não é um certificado em PEM; copie o arquivo da autoridade "
            "inteiro, de BEGIN CERTIFICATE a END CERTIFICATE"
        )


def _certificados(pem: str) -> bool:
    if not pem.isascii() or "PRIVATE KEY" in pem:
        return False
    try:
        contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        contexto.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return contexto.cert_store_stats()["x509"] > 0


def _assinatura(contrato: Contrato) -> Iterator[str]:
    politica = contrato.politica_assinatura
    if politica is None:
        return
    if contrato.assinatura is None:
        yield (
            "assinatura: ponha o nome da conexão do Airflow com o certificado A1 que assina, ou "
            "tire politica_assinatura"
        )
    for nome in sorted(set(politica) - {"oid", "digest", "url"}):
        yield f"politica_assinatura.{nome}: campo desconhecido; existem oid, digest e url"
    if not _OID.fullmatch(str(politica.get("oid", ""))):
        yield "politica_assinatura.oid: ponha o número da política, como 2.16.76.1.7.1.6.2.3"
    for nome in ("digest", "url"):
        valor = politica.get(nome, "" if nome == "digest" else "x")
        if not isinstance(valor, str) or not valor:
            yield f"politica_assinatura.{nome}: deve ser texto, e não vazio"


def _calendario(contrato: Contrato) -> Iterator[str]:
    try:
        ZoneInfo(contrato.fuso)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"fuso: {contrato.fuso!r} não existe; use um nome como America/Sao_Paulo"
    for inicio, fim in (("entrega_das", "entrega_ate"), ("entrega_do_dia", "entrega_ao_dia")):
        if (getattr(contrato, inicio) is None) != (getattr(contrato, fim) is None):
            yield f"{inicio} e {fim}: ponha os dois, ou nenhum"
    try:
        contrato.calendario.abre_em(_UM_DIA)
    except ValueError:
        yield (
            "entrega_dias_da_semana, entrega_do_dia e entrega_ao_dia: o calendário de entrega "
            "nunca abre; tire-os ou corrija-os"
        )


def _nome_do_arquivo(contrato: Contrato) -> Iterator[str]:
    modelo = contrato.modelo_nome_arquivo
    tortos = list(modelo_invalido("modelo_nome_arquivo", modelo, CAMPOS_DO_ARQUIVO))
    yield from tortos
    if not tortos and not _DISTINGUEM & set(Template(modelo).get_identifiers()):
        yield (
            "modelo_nome_arquivo: todos os lotes teriam o mesmo nome; use "
            f"{', '.join(f'${{{nome}}}' for nome in sorted(_DISTINGUEM))}"
        )
