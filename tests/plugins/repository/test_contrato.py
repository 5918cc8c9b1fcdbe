"""A contrato: its version tells whether what was built from it still holds."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from oficina import HOJE, Oficina
from psycopg.types.json import Jsonb

from tiss.domain.cadastro import Operacao
from tiss.domain.canal import Canal
from tiss.domain.regras import Acao
from tiss.errors import ConfigError
from tiss.repository import contratos, lotes

CONFIGURACAO: dict[str, Any] = {
    "versao_tiss": "4.02.00",
    "codigo_prestador": "OUTRO",
    "faturar_a_partir_de": HOJE,
    "url_base": "https://exemplo.invalid",
    "servicos_soap": '{"ENVIO_LOTE_GUIAS": "outro"}',
    "tipo_api": "AMBOS",
    "canal_preferido": "REST",
    "servicos_rest": '{"ENVIO_LOTE_GUIAS": "outro"}',
    "rest": '{"resposta": "JSON"}',
    "segundos_total": 77,
    "resposta_maxima_mb": 7,
    "comprime": True,
    "proxy": "http://proxy.exemplo.invalid:3128",
    "autoridade_certificadora": "-----BEGIN CERTIFICATE-----",
    "codificacao_envio": "UTF-8",
    "codificacao_hash": "UTF-8",
    "hash_maiusculo": True,
    "assinatura": "tiss_999002_matriz",
    "politica_assinatura": '{"oid": "2.16.76.1.7.1.1"}',
    "envio": "CONFERENCIA",
    "entrega_dias_da_semana": [1, 7],
    "dias_para_faturar": 7,
    "deduplica": True,
    "reusa_numero": True,
    "cancela_por": "GUIA",
    "politica_duvida": "CANCELAMENTO",
    "envia_login_senha": True,
    "credencial": "tiss_999002_matriz",
    "max_guias": 7,
    "max_envios_simultaneos": 7,
    "intervalo_envios": "7 s",
    "segundos_conexao": 7,
    "segundos_resposta": 7,
    "quarentena": "7 hours",
    "consulta_a_cada": "7 hours",
    "protocolos_por_consulta": 7,
    "dias_para_pagar": 20,
    "dias_para_recorrer": 45,
    "fuso": "America/Manaus",
    "modelo_nome_arquivo": "x.xml",
    "ascii_somente": False,
    "maiusculas": True,
    "regras": '{"SENHA_VENCIDA": "AVISA"}',
}
# Columns that are set together or not at all.
PARES: dict[tuple[str, ...], tuple[Any, ...]] = {
    ("entrega_das", "entrega_ate"): ("07:00", "17:00"),
    ("entrega_do_dia", "entrega_ao_dia"): (7, 17),
    ("suspenso_em", "suspenso_por", "suspenso_motivo"): (HOJE, "Ana", "teste"),
}
ANDAMENTO: dict[str, Any] = {
    "proximo_numero_lote": 77,
    "proximo_numero_guia": 77,
    "ultimo_envio": HOJE,
    "operacoes_suspensas": '{"ENVIO_LOTE_GUIAS": "x"}',
}


def test_every_column_is_configuration_or_progress(oficina: Oficina) -> None:
    colunas = {
        linha["column_name"]
        for linha in oficina.linhas(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'tiss'"
            " AND table_name = 'contrato'"
        )
    }
    chave = {"id", "prestador_id", "registro_ans", "ambiente", "tipo_autenticacao"}
    chave |= {"versao", "alterado_em"}
    pares = {coluna for par in PARES for coluna in par}
    assert colunas == chave | set(CONFIGURACAO) | pares | set(ANDAMENTO)


@pytest.mark.parametrize("coluna", CONFIGURACAO)
def test_the_version_grows_with_every_change_of_configuration(
    oficina: Oficina, coluna: str
) -> None:
    antes = oficina.contrato().versao
    oficina.configurar(**{coluna: CONFIGURACAO[coluna]})
    assert oficina.contrato().versao == antes + 1
    oficina.configurar(**{coluna: CONFIGURACAO[coluna]})
    assert oficina.contrato().versao == antes + 1, "the same value is no change"


@pytest.mark.parametrize("coluna", ANDAMENTO)
def test_the_version_does_not_grow_with_the_work(oficina: Oficina, coluna: str) -> None:
    antes = oficina.contrato().versao
    oficina.configurar(**{coluna: ANDAMENTO[coluna]})
    assert oficina.contrato().versao == antes


def test_a_change_of_the_prestador_is_a_change_of_all_its_contratos_and_no_others(
    oficina: Oficina,
) -> None:
    antes = {contrato.id: contrato.versao for contrato in oficina.contratos()}
    oficina.fazer("UPDATE tiss.prestador SET nome = nome")
    assert {contrato.id: contrato.versao for contrato in oficina.contratos()} == antes
    oficina.fazer("UPDATE tiss.prestador SET cnes = '7654321' WHERE clinica_id = 'MATRIZ'")
    for contrato in oficina.contratos():
        assert contrato.versao == antes[contrato.id] + (contrato.clinica_id == "MATRIZ")


def test_a_change_of_configuration_lifts_the_suspended_operations(oficina: Oficina) -> None:
    contrato = oficina.contrato()
    with oficina.repo.transacao() as t:
        contratos.suspender_operacao(t, contrato.id, Operacao.ENVIO_LOTE_GUIAS, Canal.SOAP, "404")
        assert contratos.suspensao(t, contrato.id, Operacao.ENVIO_LOTE_GUIAS) == "404"
        assert contratos.suspensao(t, contrato.id, Operacao.SOLIC_STATUS_PROTOCOLO) is None
    oficina.enderecar(ENVIO_LOTE_GUIAS="certo")
    with oficina.repo.transacao() as t:
        assert contratos.suspensao(t, contrato.id, Operacao.ENVIO_LOTE_GUIAS) is None


def test_contratos_are_chosen_by_operadora_prestador_and_activity(oficina: Oficina) -> None:
    oficina.fazer("UPDATE tiss.operadora SET ativa = false WHERE registro_ans = '999003'")
    with oficina.repo.transacao() as t:
        assert len(contratos.listar(t)) == 6
        assert len(contratos.listar(t, so_ativas=True)) == 4
        assert len(contratos.listar(t, operadoras=["999001", "999003"])) == 4
        assert len(contratos.listar(t, operadoras=["999001"], prestadores=["FILIAL"])) == 1
        assert contratos.desconhecidas(t, ["999001", "000000", "123456"]) == ["000000", "123456"]


@pytest.mark.parametrize(
    "pergunta",
    [
        lambda t: contratos.obter(t, 999),
        lambda t: contratos.travar_montagem(t, 999),
        lambda t: contratos.travar_envio(t, 999, Operacao.ENVIO_LOTE_GUIAS, Canal.SOAP),
        lambda t: contratos.travar_credencial(t, "inexistente", None, margem=1),
        lambda t: lotes.obter(t, 999),
        lambda t: lotes.travar(t, 999),
    ],
)
def test_what_does_not_exist_is_told(oficina: Oficina, pergunta: Any) -> None:  # noqa: ANN401
    with oficina.repo.transacao() as t, pytest.raises(ConfigError, match=r"Não existe|não está"):
        pergunta(t)


def test_a_rule_is_made_to_warn_to_block_or_to_be_silent_and_nothing_else(
    oficina: Oficina,
) -> None:
    for regras in (
        *("[]", "null", '"AVISA"', "7"),
        *('{"A": "OUTRA"}', '{"A": "avisa"}', '{"A": ""}', '{"A": null}', '{"A": 7}'),
        *('{"A": true}', '{"A": []}', '{"A": ["AVISA"]}', '{"A": {}}', '{"A": {"B": "AVISA"}}'),
        '{"A": "AVISA", "B": "OUTRA"}',
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            oficina.configurar(regras=regras)


def test_every_action_that_the_rules_know_may_be_configured(oficina: Oficina) -> None:
    regras = {f"REGRA_{acao}": str(acao) for acao in Acao}
    oficina.configurar(regras=Jsonb(regras))
    assert oficina.contrato().regras == regras
    oficina.configurar(regras=Jsonb({}))
    assert oficina.contrato().regras == {}


@pytest.mark.parametrize("colunas", PARES)
def test_what_belongs_together_is_set_together(oficina: Oficina, colunas: tuple[str, ...]) -> None:
    antes = oficina.contrato().versao
    for coluna, valor in zip(colunas, PARES[colunas], strict=True):
        with pytest.raises(psycopg.errors.CheckViolation):
            oficina.configurar(**{coluna: valor})
    oficina.configurar(**dict(zip(colunas, PARES[colunas], strict=True)))
    # A person's switch is no configuration: what was built still holds.
    assert oficina.contrato().versao == antes + (colunas[0] != "suspenso_em")


@pytest.mark.parametrize(
    "servicos",
    [
        "[]",
        '{"ENVIO": "x"}',
        '{"ENVIO_LOTE_GUIAS": 1}',
        '{"ENVIO_LOTE_GUIAS": null}',
        '{"ENVIO_LOTE_GUIAS": "http://operadora.example/x"}',
    ],
)
def test_an_address_that_is_none_of_a_service_is_refused(oficina: Oficina, servicos: str) -> None:
    for coluna in ("servicos_soap", "servicos_rest"):
        with pytest.raises(psycopg.errors.CheckViolation):
            oficina.configurar(**{coluna: servicos})
