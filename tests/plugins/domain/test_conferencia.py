from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import certifi
import pytest
from guias_modelo import CONTRATO

from tiss.domain.cadastro import Contrato
from tiss.domain.conferencia import exigir_completo, faltas
from tiss.errors import ConfigError

FIM = "-----END CERTIFICATE-----\n"
PEM = Path(certifi.where()).read_text(encoding="ascii").partition(FIM)[0] + FIM
PEM = PEM[PEM.index("-----BEGIN") :]
ENVIO, DEMONSTRATIVO, CANCELA = "ENVIO_LOTE_GUIAS", "SOLIC_DEMONSTRATIVO_RETORNO", "CANCELA_GUIA"
SERVICOS = {ENVIO: "lotes", DEMONSTRATIVO: "demonstrativo"}
COMPLETO = replace(CONTRATO, servicos_soap=SERVICOS)
REST: dict[str, Any] = {"tipo_api": "REST", "servicos_soap": {}, "servicos_rest": SERVICOS}
MANUAL: dict[str, Any] = {
    "tipo_api": "MANUAL",
    "servicos_soap": {},
    "url_base": None,
    "tipo_autenticacao": "NENHUMA",
    "envia_login_senha": False,
    "credencial": None,
}
SEM_CREDENCIAL: dict[str, Any] = {
    "tipo_autenticacao": "NENHUMA",
    "envia_login_senha": False,
    "credencial": None,
}
POLITICA = {"oid": "2.16.76.1.7.1.6.2.3", "digest": "q83vEjRWeJA=", "url": "https://ex.invalid/p"}


def com(**campos: Any) -> Contrato:  # noqa: ANN401
    return replace(COMPLETO, **campos)


def nomeadas(**campos: Any) -> list[str]:  # noqa: ANN401
    """What stands before the colon: the columns that are wrong."""
    return [falta.partition(":")[0] for falta in faltas(com(**campos))]


@pytest.mark.parametrize(
    "campos",
    [
        {},
        REST,
        MANUAL,
        SEM_CREDENCIAL,
        {**REST, "canal_preferido": "REST"},
        {"tipo_api": "AMBOS", "servicos_rest": {ENVIO: "lotes"}},
        {"tipo_autenticacao": "NENHUMA"},
        {"envia_login_senha": False},
        {"politica_duvida": "CANCELAMENTO", "servicos_soap": {**SERVICOS, CANCELA: "cancela"}},
        {"segundos_conexao": 10, "segundos_total": 10},
        {"proxy": "http://proxy.invalid:3128"},
        {"autoridade_certificadora": PEM},
        {"autoridade_certificadora": PEM + PEM},
        {"assinatura": "a1"},
        {"assinatura": "a1", "politica_assinatura": POLITICA},
        {"assinatura": "a1", "politica_assinatura": {k: POLITICA[k] for k in ("oid", "digest")}},
        {"entrega_das": time(22), "entrega_ate": time(2)},
        {"entrega_do_dia": 31, "entrega_ao_dia": 31},
        {"entrega_dias_da_semana": [7]},
        {"modelo_nome_arquivo": "${hash}"},
        {"regras": {"VALOR_ZERO": "BLOQUEIA"}},
        {"fuso": "America/Manaus"},
        {"codigo_prestador": None, "cnpj": None, "cpf": "39053344705"},
        {**REST, "tipo_autenticacao": "JWT", "rest": {"cabecalhos": {"X-T": "${token}"}}},
        {**REST, "servicos_rest": {**SERVICOS, ENVIO: "lotes/${numero_lote}"}},
    ],
    ids=str,
)
def test_a_contrato_that_can_be_billed_by_lacks_nothing(campos: dict[str, Any]) -> None:
    assert faltas(com(**campos)) == []
    exigir_completo(com(**campos))


@pytest.mark.parametrize(
    ("campos", "colunas"),
    [
        ({"servicos_soap": {DEMONSTRATIVO: "d"}}, ["servicos_soap.ENVIO_LOTE_GUIAS"]),
        ({"servicos_soap": {ENVIO: "e"}}, ["servicos_soap.SOLIC_DEMONSTRATIVO_RETORNO"]),
        ({**REST, "servicos_rest": {ENVIO: "e"}}, ["servicos_rest.SOLIC_DEMONSTRATIVO_RETORNO"]),
        # What the other channel offers is of no use when it is not one of the contrato's.
        (
            {"tipo_api": "REST"},
            [
                "servicos_rest.ENVIO_LOTE_GUIAS",
                "servicos_rest.SOLIC_DEMONSTRATIVO_RETORNO",
            ],
        ),
        ({"tipo_api": "AMBOS"}, ["servicos_rest.ENVIO_LOTE_GUIAS"]),
        (
            {"tipo_api": "AMBOS", "servicos_soap": {}, "servicos_rest": {ENVIO: "e"}},
            [
                "servicos_soap.ENVIO_LOTE_GUIAS",
                "servicos_soap ou servicos_rest.SOLIC_DEMONSTRATIVO_RETORNO",
            ],
        ),
        ({"servicos_soap": {**SERVICOS, ENVIO: " "}}, ["servicos_soap.ENVIO_LOTE_GUIAS"]),
        (
            {**REST, "servicos_rest": {**SERVICOS, ENVIO: "lotes?t=${token}"}},
            ["servicos_rest.ENVIO_LOTE_GUIAS"],
        ),
        (
            {**REST, "servicos_rest": {**SERVICOS, ENVIO: "lotes/$"}},
            ["servicos_rest.ENVIO_LOTE_GUIAS"],
        ),
        ({"url_base": None}, ["url_base"]),
        ({"credencial": None}, ["credencial"]),
        ({"tipo_autenticacao": "NENHUMA", "envia_login_senha": False}, ["credencial"]),
        ({"tipo_autenticacao": "NENHUMA", "credencial": None}, ["credencial"]),
        *(
            (
                {"tipo_autenticacao": tipo, "envia_login_senha": False, "credencial": None},
                ["credencial"],
            )
            for tipo in ("BASIC_AUTH", "JWT", "OAUTH2", "CERTIFICADO_DIGITAL")
        ),
        ({"politica_duvida": "CANCELAMENTO"}, ["servicos_soap.CANCELA_GUIA"]),
        ({**MANUAL, "politica_duvida": "CANCELAMENTO"}, ["politica_duvida"]),
        ({"rest": {"corpo": "PDF"}}, ["rest.corpo"]),
        ({"rest": {"cabecalhos": {"X": "${outro}"}}}, ["rest.cabecalhos.X"]),
        ({"rest": {"cabecalhos": {"X": "Bearer ${token}"}}}, ["rest.cabecalhos.X"]),
        ({"segundos_conexao": 10, "segundos_total": 9}, ["segundos_total"]),
        ({"proxy": "http://quem:senha@proxy.invalid:3128"}, ["proxy"]),
        ({"proxy": "proxy.invalid:3128"}, ["proxy"]),
        ({"proxy": "http://proxy.invalid/"}, ["proxy"]),
        *(
            ({"autoridade_certificadora": pem}, ["autoridade_certificadora"])
            for pem in (
                "",
                "-----BEGIN CERTIFICATE-----",
                PEM.replace("-----END", "----END"),
                PEM[:200] + PEM[300:],
                PEM + "é",
                PEM + "-----BEGIN PRIVATE KEY-----",
            )
        ),
        ({"politica_assinatura": POLITICA}, ["assinatura"]),
        (
            {"assinatura": "a1", "politica_assinatura": {}},
            ["politica_assinatura.oid", "politica_assinatura.digest"],
        ),
        (
            {"assinatura": "a1", "politica_assinatura": {**POLITICA, "uri": "x", "url": ""}},
            ["politica_assinatura.uri", "politica_assinatura.url"],
        ),
        (
            {"assinatura": "a1", "politica_assinatura": {**POLITICA, "oid": "AD-RB"}},
            ["politica_assinatura.oid"],
        ),
        *(({"fuso": fuso}, ["fuso"]) for fuso in ("", "America", "Sao_Paulo", "../etc/passwd")),
        ({"entrega_das": time(8)}, ["entrega_das e entrega_ate"]),
        ({"entrega_ao_dia": 8}, ["entrega_do_dia e entrega_ao_dia"]),
        (
            {"entrega_dias_da_semana": []},
            ["entrega_dias_da_semana, entrega_do_dia e entrega_ao_dia"],
        ),
        ({"modelo_nome_arquivo": "lote.xml"}, ["modelo_nome_arquivo"]),
        ({"modelo_nome_arquivo": "${registro_ans}_${data}.xml"}, ["modelo_nome_arquivo"]),
        ({"modelo_nome_arquivo": "${numero_lote}${token}"}, ["modelo_nome_arquivo"]),
        ({"modelo_nome_arquivo": "$"}, ["modelo_nome_arquivo"]),
        ({"regras": {"NAO_EXISTE": "AVISA", "SEM_ITEM": "AVISA"}}, ["regras", "regras"]),
        ({"cnpj": "11222333000182"}, ["o CNPJ 11222333000182 do prestador não existe"]),
        ({"cnpj": None, "cpf": "39053344706"}, ["o CPF do prestador não existe"]),
    ],
    ids=str,
)
def test_what_is_missing_or_contradictory_is_named(
    campos: dict[str, Any], colunas: list[str]
) -> None:
    assert nomeadas(**campos) == colunas


@pytest.mark.parametrize(
    ("campos", "guarda"),
    [
        ({"tipo_autenticacao": "BASIC_AUTH"}, "o usuário e a senha, que tipo_autenticacao"),
        ({"tipo_autenticacao": "OAUTH2"}, "o endereço do token"),
        (
            {"tipo_autenticacao": "CERTIFICADO_DIGITAL", "envia_login_senha": True},
            "o usuário, a senha e o certificado A1",
        ),
        (
            {"tipo_autenticacao": "NENHUMA", "envia_login_senha": True},
            "o usuário e a senha, que envia_login_senha usa",
        ),
    ],
)
def test_a_missing_credential_is_told_with_what_its_connection_holds(
    campos: dict[str, Any], guarda: str
) -> None:
    (falta,) = faltas(com(**{"envia_login_senha": False, **campos, "credencial": None}))
    assert guarda in falta


def test_nothing_that_may_be_personal_or_secret_is_repeated() -> None:
    torto = com(
        cnpj=None,
        cpf="39053344706",
        proxy="http://quem:senhasecreta@proxy.invalid",
        autoridade_certificadora="-----BEGIN PRIVATE KEY-----",
        rest={"cabecalhos": {"X": "segredo-literal-$"}},
    )
    dito = "; ".join(faltas(torto))
    assert len(faltas(torto)) == 4
    for trecho in ("39053344706", "senhasecreta", "BEGIN PRIVATE", "segredo-literal"):
        assert trecho not in dito


def test_all_that_is_wrong_is_told_at_once_with_the_name_of_the_contrato() -> None:
    torto = com(fuso="Marte", credencial=None, servicos_soap={}, regras={"X": "AVISA"})
    with pytest.raises(ConfigError) as erro:
        exigir_completo(torto)
    assert str(erro.value).startswith(f"O contrato 1 ({CONTRATO.nome}) não está pronto")
    for falta in faltas(torto):
        assert falta in str(erro.value)
    assert len(faltas(torto)) == 5
