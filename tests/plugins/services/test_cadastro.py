"""Contratos in files: what is brought in, what is refused, and that nothing is lost on the way."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import certifi
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oficina import Oficina, esperar

from tiss.demo import cadastro as demo
from tiss.domain.fichas import CONTRATO, OPERADORA, PRESTADOR, Tabela
from tiss.errors import ConfigError
from tiss.repository import Repositorio
from tiss.repository import cadastro as repositorio
from tiss.services.arquivo_de_cadastro import compor
from tiss.services.cadastro import conferir, exportar, importar
from tiss.simulador.processo import Simulador

# Counted, noted or switched while the project works: no file says it.
ANDAMENTO = {
    "id", "versao", "alterado_em", "ultimo_envio", "operacoes_suspensas", "suspenso_em",
    "suspenso_por", "suspenso_motivo",
}  # fmt: skip
NOVO = """
[[prestador]]
clinica_id = "CENTRO"
nome = "Clínica Exemplo"
cnpj = "11222333000181"

[[operadora]]
registro_ans = "123456"
nome = "Operadora Exemplo"

[[contrato]]
prestador = "CENTRO"
operadora = "123456"
ambiente = "HOMOLOGACAO"
faturar_a_partir_de = 2026-12-01
proximo_numero_lote = 1
proximo_numero_guia = 1
url_base = "https://homologacao.operadora.example/tiss"
tipo_autenticacao = "BASIC_AUTH"
credencial = "tiss_123456_centro"

[contrato.servicos_soap]
ENVIO_LOTE_GUIAS = "tissLoteGuias"
SOLIC_DEMONSTRATIVO_RETORNO = "tissSolicitacaoDemonstrativoRetorno"
"""
CABECA, SERVICOS = NOVO.split("[contrato.servicos_soap]")
SERVICOS = f"[contrato.servicos_soap]{SERVICOS}"
PEM = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
FIM = "-----END CERTIFICATE-----\n"
DE_VERDADE = Path(certifi.where()).read_text(encoding="ascii").partition(FIM)[0] + FIM
DE_VERDADE = DE_VERDADE[DE_VERDADE.index("-----BEGIN") :]


def com(*chaves: str, tabela: str = "") -> str:
    """The new contrato with more keys, at its end or in a table."""
    return f"{CABECA}{chr(10).join(chaves)}\n{SERVICOS}{tabela}"


def importado(oficina: Oficina, *textos: str, simular: bool = False) -> list[str]:
    """Bring files in; return what is said."""
    arquivos = {f"{i}.toml": texto.encode() for i, texto in enumerate(textos, start=1)}
    return [str(mudanca) for mudanca in importar(oficina.repo, arquivos, simular=simular)]


def recusas(oficina: Oficina, *textos: str) -> list[str]:
    """Try to bring files in; return the problems, one by one."""
    antes = retrato(oficina)
    with pytest.raises(ConfigError) as erro:
        importado(oficina, *textos)
    assert retrato(oficina) == antes, "nothing is written"
    primeira, *problemas = str(erro.value).splitlines()
    assert primeira.startswith(f"nada foi gravado; corrija {len(problemas)} problema")
    return [problema.strip() for problema in problemas]


def retrato(oficina: Oficina) -> list[list[dict[str, Any]]]:
    return [
        oficina.linhas(f"SELECT * FROM tiss.{tabela} ORDER BY 1")
        for tabela in ("prestador", "operadora", "credencial", "contrato")
    ]


# New, changed, the same


def test_a_file_registers_all_that_a_contrato_needs_and_the_second_time_nothing(
    oficina: Oficina,
) -> None:
    nomes = ["prestador CENTRO", "operadora 123456", "contrato CENTRO / 123456 / HOMOLOGACAO"]
    assert importado(oficina, NOVO) == [f"{nome}: novo" for nome in nomes]
    assert oficina.valor("SELECT count(*) FROM tiss.credencial WHERE conexao ~ '123456'") == 1
    assert oficina.contrato("CENTRO", "123456", "HOMOLOGACAO").url_base is not None
    antes = retrato(oficina)
    assert importado(oficina, NOVO) == [f"{nome}: igual" for nome in nomes]
    assert retrato(oficina) == antes


def test_what_is_needed_may_stand_in_different_files_or_be_there_already(oficina: Oficina) -> None:
    inicio = NOVO.index("[[contrato]]")
    assert len(importado(oficina, NOVO[inicio:], NOVO[:inicio])) == 3
    assert len(importado(oficina, NOVO[inicio:])) == 1


def test_a_change_names_its_keys_and_makes_one_version(oficina: Oficina) -> None:
    importado(oficina, NOVO)
    mudado = com('codigo_prestador = "77"', tabela="[contrato.lote]\nmax_guias = 7\n")
    assert importado(oficina, mudado)[-1].endswith(": alterado: codigo_prestador, lote.max_guias")
    contrato = oficina.contrato("CENTRO", "123456", "HOMOLOGACAO")
    assert (contrato.codigo_prestador, contrato.max_guias, contrato.versao) == ("77", 7, 2)
    # A key that leaves the file goes back to what it is by itself.
    assert importado(oficina, NOVO)[-1].endswith(": alterado: codigo_prestador, lote.max_guias")
    assert oficina.contrato("CENTRO", "123456", "HOMOLOGACAO").max_guias == 100


def test_a_simulation_says_the_same_and_writes_nothing(oficina: Oficina) -> None:
    antes = retrato(oficina)
    dito = importado(oficina, NOVO, simular=True)
    assert retrato(oficina) == antes
    assert importado(oficina, NOVO) == dito


def test_a_simulation_needs_no_right_to_write(oficina: Oficina) -> None:
    oficina.repo = Repositorio(
        lambda: psycopg.connect(oficina.url, options="-c role=tiss_faturamento")
    )
    assert len(importado(oficina, NOVO, simular=True)) == 3
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        importado(oficina, NOVO)


def test_what_a_person_switched_stays_switched(oficina: Oficina) -> None:
    importado(oficina, NOVO)
    oficina.fazer("UPDATE tiss.operadora SET ativa = false")
    oficina.fazer(
        "UPDATE tiss.contrato SET suspenso_em = now(), suspenso_por = 'Ana', suspenso_motivo = 'x'"
    )
    mudado = com("envia_login_senha = true").replace("Operadora Exemplo", "Outro Nome")
    assert [linha.partition(": ")[2] for linha in importado(oficina, mudado)] == [
        "igual",
        "alterado: nome",
        "alterado: envia_login_senha",
    ]
    assert oficina.valor("SELECT count(*) FROM tiss.operadora WHERE ativa") == 0
    assert oficina.valor("SELECT count(*) FROM tiss.contrato WHERE suspenso_em IS NULL") == 0


# Numbers


@pytest.mark.parametrize("chave", ["proximo_numero_lote", "proximo_numero_guia"])
def test_numbers_only_go_up(oficina: Oficina, chave: str) -> None:
    importado(oficina, NOVO)
    oficina.fazer(f"UPDATE tiss.contrato SET {chave} = 50 WHERE registro_ans = '123456'")
    for numero, dito in ((50, "igual"), (51, f"alterado: {chave}")):
        texto = NOVO.replace(f"{chave} = 1", f"{chave} = {numero}")
        assert importado(oficina, texto)[-1].endswith(f": {dito}")
    (recusa,) = recusas(oficina, NOVO.replace(f"{chave} = 1", f"{chave} = 50"))
    assert f"{chave}: 50 é menor que o do banco (51): os números já foram usados" in recusa
    # A file without it leaves it where it is.
    assert importado(oficina, NOVO.replace(f"{chave} = 1\n", ""))[-1].endswith(": igual")
    assert oficina.valor(f"SELECT {chave} FROM tiss.contrato WHERE registro_ans = '123456'") == 51


def test_numbers_that_are_being_used_meanwhile_are_waited_for(oficina: Oficina) -> None:
    importado(oficina, NOVO)
    texto = NOVO.replace("proximo_numero_lote = 1", "proximo_numero_lote = 55")
    with ThreadPoolExecutor(1) as outra, psycopg.connect(oficina.url) as montagem:
        montagem.execute(
            "UPDATE tiss.contrato SET proximo_numero_lote = 60 WHERE registro_ans = '123456'"
        )
        importando = outra.submit(importado, oficina, texto)
        esperar(
            lambda: oficina.valor(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )
        montagem.commit()
        with pytest.raises(ConfigError, match="55 é menor que o do banco \\(60\\)"):
            importando.result(60)


def test_the_database_itself_never_takes_a_number_back(oficina: Oficina) -> None:
    importado(oficina, NOVO.replace("numero_lote = 1", "numero_lote = 60"))
    with oficina.repo.transacao() as t:
        (linha,) = repositorio.contratos(t, ["123456"])
        menor = {"proximo_numero_lote": 59, "proximo_numero_guia": 2, "max_guias": 3}
        repositorio.alterar_contrato(t, linha["id"], {**linha, **menor})
        (depois,) = repositorio.contratos(t, ["123456"])
    assert {nome: depois[nome] for nome in menor} == {**menor, "proximo_numero_lote": 60}


def test_the_first_day_to_bill_never_goes_back(oficina: Oficina) -> None:
    importado(oficina, NOVO)
    (recusa,) = recusas(oficina, NOVO.replace("2026-12-01", "2026-11-30"))
    assert "faturar_a_partir_de: 2026-11-30 é antes" in recusa
    assert importado(oficina, NOVO.replace("2026-12-01", "2026-12-02"))[-1].endswith(
        "alterado: faturar_a_partir_de"
    )
    assert importado(oficina, NOVO.replace("faturar_a_partir_de = 2026-12-01", ""))[-1].endswith(
        ": igual"
    )


def test_a_new_contrato_does_not_begin_without_its_numbers_and_its_day(oficina: Oficina) -> None:
    chaves = ["faturar_a_partir_de", "proximo_numero_lote", "proximo_numero_guia"]
    texto = "\n".join(linha for linha in NOVO.splitlines() if linha.partition(" ")[0] not in chaves)
    ditas = recusas(oficina, texto)
    assert [dita.split(": ")[2] for dita in ditas] == chaves


def test_a_rehearsal_and_production_of_the_same_pair_count_apart(
    oficina: Oficina, simulador: Simulador
) -> None:
    exportado = exportar(oficina.repo, ["999001"])
    contratos = tomllib.loads(exportado)["contrato"]
    matriz = next(c for c in contratos if c["prestador"] == "MATRIZ")
    assert matriz["ambiente"] == "PRODUCAO"
    ensaio = exportado[exportado.index("[[contrato]]") :].replace("PRODUCAO", "HOMOLOGACAO")
    ensaio = ensaio.replace("_lote = 1", "_lote = 9001").replace("_guia = 1", "_guia = 90001")
    assert {dita.rpartition(": ")[2] for dita in importado(oficina, ensaio)} == {"novo"}

    (consulta,) = oficina.atender()
    for ambiente, lote, guia in (("HOMOLOGACAO", 9001, "90001"), ("PRODUCAO", 1, "1")):
        (feito,) = oficina.montar(oficina.contrato(ambiente=ambiente)).lotes
        assert oficina.valor("SELECT numero_lote FROM tiss.lote WHERE id = %s", feito) == lote
        assert oficina.guia(consulta, ambiente)["numero_guia_prestador"] == guia
    numeros = {
        linha["ambiente"]: (linha["proximo_numero_lote"], linha["proximo_numero_guia"])
        for linha in oficina.linhas(
            "SELECT * FROM tiss.contrato JOIN tiss.prestador ON prestador.id = prestador_id"
            " WHERE registro_ans = '999001' AND clinica_id = 'MATRIZ'"
        )
    }
    assert numeros == {"HOMOLOGACAO": (9002, 90002), "PRODUCAO": (2, 2)}
    so_um = ensaio.replace("= 9001\n", "= 9500\n").replace("= 90001\n", "= 95000\n")
    importado(oficina, so_um)
    assert oficina.valor(
        "SELECT max(proximo_numero_lote) FROM tiss.contrato WHERE ambiente = 'PRODUCAO'"
    ) == 2  # fmt: skip


# All problems at once


def test_every_problem_of_every_file_is_told_with_its_place_and_nothing_is_written(
    oficina: Oficina,
) -> None:
    sem_prestador = com('fuso = "Marte"').replace('prestador = "CENTRO"', 'prestador = "NENHUM"')
    ditas = recusas(
        oficina,
        "x = \n",
        com("max_guia = 3", 'versao_tiss = "9.99.99"', "dias_para_faturar = 0"),
        sem_prestador[sem_prestador.index("[[contrato]]") :].replace("HOMOLOGACAO", "PRODUCAO"),
        com('versao_tiss = "9.99.99"')[NOVO.index("[[contrato]]") :].replace(
            "HOMOLOGACAO", "PRODUCAO"
        ),
        NOVO[: NOVO.index("[[contrato]]")],
    )
    alvo = "contrato CENTRO / 123456"
    assert [dita.partition(";")[0] for dita in ditas] == [
        "1.toml: linha 1, coluna 5: não é TOML (falta um sinal, ou uma chave está repetida)",
        f"2.toml: {alvo} / HOMOLOGACAO: max_guia: chave desconhecida (você quis dizer "
        "lote.max_guias?)",
        f"2.toml: {alvo} / HOMOLOGACAO: dias_para_faturar: deve ser um número inteiro de 1 a 3650, "
        "sem aspas",
        "5.toml: prestador CENTRO: repetido",
        "5.toml: operadora 123456: repetido",
        "3.toml: contrato NENHUM / 123456 / PRODUCAO: prestador: NENHUM não está nos arquivos nem "
        "no banco",
        f"4.toml: {alvo} / PRODUCAO: versao_tiss: não é uma das que se montam",
    ]


def test_a_contrato_that_could_not_be_billed_by_is_refused_with_all_that_it_lacks(
    oficina: Oficina,
) -> None:
    ditas = recusas(oficina, com('politica_assinatura = {oid = "1.2", digest = "x"}')
                    .replace('tissLoteGuias"', ' "').replace("BASIC_AUTH", "NENHUMA"))  # fmt: skip
    onde = "1.toml: contrato CENTRO / 123456 / HOMOLOGACAO: "
    assert [dita.removeprefix(onde).partition(":")[0] for dita in ditas] == [
        "servicos_soap.ENVIO_LOTE_GUIAS"
    ]
    ditas = recusas(
        oficina,
        com('politica_assinatura = {oid = "1.2", digest = "x"}', 'fuso = "Marte"').replace(
            "BASIC_AUTH", "NENHUMA"
        ),
    )
    assert [dita.removeprefix(onde).partition(":")[0] for dita in ditas] == [
        "credencial",
        "assinatura",
        "fuso",
    ]


def test_a_prestador_with_a_problem_is_told_once_however_many_refer_to_it(
    oficina: Oficina,
) -> None:
    (dita,) = recusas(oficina, NOVO.replace("11222333000181", "11222333000182"))
    assert dita.startswith("1.toml: prestador CENTRO: cnpj: deve ser um CNPJ que existe")


def test_a_file_in_another_encoding_is_told_by_its_line(oficina: Oficina) -> None:
    with pytest.raises(ConfigError, match=r"a\.toml: linha 4: não está em UTF-8"):
        importar(oficina.repo, {"a.toml": NOVO.encode("latin-1")})
    com_marca = importar(oficina.repo, {"a.toml": NOVO.encode("utf-8-sig")})
    assert len(com_marca) == 3


# There and back


def colunas(oficina: Oficina, tabela: str) -> set[str]:
    return {
        linha["column_name"]
        for linha in oficina.linhas(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'tiss' AND table_name = %s",
            tabela,
        )
    }


@pytest.mark.parametrize(
    ("tabela", "fora", "chaves"),
    [
        (PRESTADOR, {"id"}, {}),
        (OPERADORA, {"ativa"}, {}),
        (CONTRATO, ANDAMENTO, {"prestador_id": "clinica_id"}),
    ],
    ids=lambda valor: getattr(valor, "nome", ""),
)
def test_every_column_that_a_person_decides_has_a_key(
    oficina: Oficina, tabela: Tabela, fora: set[str], chaves: dict[str, str]
) -> None:
    no_banco = {chaves.get(coluna, coluna) for coluna in colunas(oficina, tabela.nome) - fora}
    assert {campo.coluna for campo in tabela.campos} == no_banco
    assert len({campo.chave for campo in tabela.campos}) == len(tabela.campos)


def test_what_is_left_out_is_what_the_database_does_by_itself(oficina: Oficina) -> None:
    oficina.fazer(
        "INSERT INTO tiss.prestador (clinica_id, nome, cnpj) VALUES ('A', 'B', '11222333000181')"
    )
    oficina.fazer("INSERT INTO tiss.operadora (registro_ans, nome) VALUES ('123456', 'C')")
    oficina.fazer(
        "INSERT INTO tiss.contrato (prestador_id, registro_ans, ambiente, faturar_a_partir_de,"
        " proximo_numero_lote, proximo_numero_guia, url_base, tipo_autenticacao)"
        " SELECT max(id), '123456', 'PRODUCAO', '2026-12-01', 1, 2, 'https://a', 'NENHUMA'"
        " FROM tiss.prestador"
    )
    assert tomllib.loads(exportar(oficina.repo, ["123456"])) == {
        "prestador": [{"clinica_id": "A", "nome": "B", "cnpj": "11222333000181"}],
        "operadora": [{"registro_ans": "123456", "nome": "C"}],
        "contrato": [
            {
                "prestador": "A",
                "operadora": "123456",
                "ambiente": "PRODUCAO",
                "faturar_a_partir_de": date(2026, 12, 1),
                "proximo_numero_lote": 1,
                "proximo_numero_guia": 2,
                "url_base": "https://a",
                "tipo_autenticacao": "NENHUMA",
            }
        ],
    }


def test_what_is_exported_is_the_same_when_it_comes_back(oficina: Oficina) -> None:
    ditas = importado(oficina, exportar(oficina.repo))
    assert len(ditas) == len(demo.FILIAIS) + len(demo.OPERADORAS) + len(demo.CONTRATOS)
    assert {dita.rpartition(": ")[2] for dita in ditas} == {"igual"}


def test_the_contratos_of_one_operadora_are_exported_with_what_they_need(oficina: Oficina) -> None:
    dados = tomllib.loads(exportar(oficina.repo, ["999002"]))
    assert [o["registro_ans"] for o in dados["operadora"]] == ["999002"]
    assert {c["operadora"] for c in dados["contrato"]} == {"999002"}
    assert len(dados["prestador"]) == 2
    with pytest.raises(ConfigError, match="000000"):
        exportar(oficina.repo, ["999002", "000000"])


ENDERECO = st.sampled_from(
    ["lotes", "https://op.example/x y".replace(" ", ""), "/a/${numero_lote}"]
)
# No lone surrogate and no NUL, which the database does not hold.
QUALQUER = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    str.strip
)
SERVICOS_DE = st.fixed_dictionaries(
    {
        "ENVIO_LOTE_GUIAS": ENDERECO,
        "SOLIC_DEMONSTRATIVO_RETORNO": ENDERECO,
        "CANCELA_GUIA": ENDERECO,
    },
    optional={"SOLIC_STATUS_PROTOCOLO": ENDERECO, "RECURSO_GLOSA": ENDERECO},
)
LOGICO = st.booleans()
CODIFICACAO = st.sampled_from(["ISO-8859-1", "UTF-8"])
CONEXAO = st.sampled_from(["uma", "outra"])
MICROS = st.integers(0, 60_000_000).map(lambda n: timedelta(microseconds=n))
# A value for every column that a file says, the limits of each among them. Both channels are there,
# so that no combination is one that could not be billed by.
VALORES: dict[str, st.SearchStrategy[Any]] = {
    "ambiente": st.sampled_from(["HOMOLOGACAO", "PRODUCAO"]),
    "versao_tiss": st.sampled_from(["4.01.00", "4.02.00", "4.03.00"]),
    "codigo_prestador": st.none() | QUALQUER.filter(lambda texto: len(texto) < 15),
    "faturar_a_partir_de": st.dates(),
    "proximo_numero_lote": st.integers(1, 999_999_999_999),
    "proximo_numero_guia": st.integers(1, 2**63 - 1),
    "tipo_api": st.sampled_from(["SOAP", "REST", "AMBOS", "MANUAL"]),
    "canal_preferido": st.sampled_from(["SOAP", "REST"]),
    "url_base": st.sampled_from(["https://op.example", "http://127.0.0.1:8021/a", "http://[::1]/"]),
    "tipo_autenticacao": st.sampled_from(["BASIC_AUTH", "JWT", "OAUTH2", "CERTIFICADO_DIGITAL"]),
    "envia_login_senha": LOGICO,
    "credencial": CONEXAO,
    "assinatura": CONEXAO,
    "envio": st.sampled_from(["AUTOMATICO", "CONFERENCIA"]),
    "dias_para_faturar": st.none() | st.integers(1, 3650),
    "fuso": st.sampled_from(["America/Sao_Paulo", "America/Noronha", "UTC"]),
    "servicos_soap": SERVICOS_DE,
    "servicos_rest": SERVICOS_DE,
    "rest": st.fixed_dictionaries(
        {},
        optional={
            "corpo": st.sampled_from(["ARQUIVO", "WS"]),
            "content_type": QUALQUER,
            # A lone $ is refused: it would be the start of a ${campo}.
            "cabecalhos": st.dictionaries(
                st.sampled_from(["X-Versao", "a.b", "Ação 1"]),
                QUALQUER.map(lambda valor: valor.replace("$", "$$")),
            ),
            "resposta": st.sampled_from(["XML", "JSON"]),
            "formato_data": QUALQUER,
        },
    ),
    "politica_assinatura": st.none()
    | st.fixed_dictionaries({"oid": st.just("2.16.76"), "digest": QUALQUER}),
    "max_guias": st.integers(1, 100),
    "max_envios_simultaneos": st.integers(1, 32),
    "intervalo_envios": MICROS,
    "modelo_nome_arquivo": st.sampled_from(["${numero_lote}.xml", "L-${hash}"]),
    "ascii_somente": LOGICO,
    "maiusculas": LOGICO,
    "codificacao_envio": CODIFICACAO,
    "codificacao_hash": CODIFICACAO,
    "hash_maiusculo": LOGICO,
    "regras": st.dictionaries(
        st.sampled_from(["SENHA_VENCIDA", "VALOR_ZERO"]),
        st.sampled_from(["DESLIGADA", "AVISA", "BLOQUEIA"]),
    ),
    "entrega_das": st.times(),
    "entrega_ate": st.times(),
    "entrega_dias_da_semana": st.none() | st.lists(st.integers(1, 7), min_size=1),
    "entrega_do_dia": st.integers(1, 31),
    "entrega_ao_dia": st.integers(1, 31),
    "politica_duvida": st.sampled_from(["PESSOA", "CANCELAMENTO"]),
    "quarentena": MICROS | st.timedeltas(timedelta(0), timedelta(365)),
    "consulta_a_cada": st.timedeltas(timedelta(0), timedelta(7)),
    "protocolos_por_consulta": st.integers(1, 30),
    "dias_para_pagar": st.none() | st.integers(0, 3650),
    "dias_para_recorrer": st.none() | st.integers(1, 3650),
    "deduplica": LOGICO,
    "reusa_numero": LOGICO,
    "cancela_por": st.sampled_from(["LOTE", "GUIA"]),
    "segundos_conexao": st.integers(1, 60),
    "segundos_resposta": st.integers(1, 600),
    "segundos_total": st.integers(60, 660),
    "resposta_maxima_mb": st.integers(1, 512),
    "comprime": LOGICO,
    "proxy": st.none() | st.just("http://proxy.example:3128"),
    "autoridade_certificadora": st.none() | st.just(DE_VERDADE),
}
QUALQUER_UM = st.fixed_dictionaries(VALORES).filter(
    lambda linha: (linha["tipo_api"], linha["politica_duvida"]) != ("MANUAL", "CANCELAMENTO")
)


@pytest.fixture
def sem_contratos(oficina: Oficina) -> Iterator[Oficina]:
    """One prestador, one operadora."""
    oficina.fazer("DELETE FROM tiss.contrato")
    oficina.fazer("DELETE FROM tiss.credencial")
    return oficina


def test_every_column_is_among_those_that_go_there_and_back() -> None:
    assert VALORES.keys() == {campo.coluna for campo in CONTRATO.campos} - {
        "clinica_id",
        "registro_ans",
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(colunas=QUALQUER_UM, outro=QUALQUER_UM)
def test_any_contrato_goes_to_a_file_and_comes_back_the_same(
    sem_contratos: Oficina, colunas: dict[str, Any], outro: dict[str, Any]
) -> None:
    oficina = sem_contratos
    oficina.fazer("DELETE FROM tiss.contrato")
    linha = {**colunas, "clinica_id": "MATRIZ", "registro_ans": "999001"}
    with oficina.repo.transacao() as t:
        for conexao in (colunas["credencial"], colunas["assinatura"]):
            repositorio.cadastrar_credencial(t, conexao)
        repositorio.inserir_contrato(t, linha)
        (guardada,) = repositorio.contratos(t)
    assert {nome: guardada[nome] for nome in linha} == linha
    exportado = exportar(oficina.repo)
    assert {dita.rpartition(": ")[2] for dita in importado(oficina, exportado)} == {"igual"}
    # And into a database that has none of it.
    oficina.fazer("DELETE FROM tiss.contrato")
    assert importado(oficina, exportado)[-1].endswith(": novo")
    assert exportar(oficina.repo) == exportado
    # And over another one, but for what never goes back.
    oficina.fazer("DELETE FROM tiss.contrato")
    with oficina.repo.transacao() as t:
        for conexao in (outro["credencial"], outro["assinatura"]):
            repositorio.cadastrar_credencial(t, conexao)
        repositorio.inserir_contrato(
            t,
            {
                **linha,
                **outro,
                "ambiente": linha["ambiente"],
                "faturar_a_partir_de": date.min,
                "proximo_numero_lote": 1,
                "proximo_numero_guia": 1,
            },
        )
    importado(oficina, exportado)
    assert exportar(oficina.repo) == exportado


def test_a_certificate_is_written_in_lines_and_comes_back_as_it_was(oficina: Oficina) -> None:
    for pem in (PEM, PEM.replace("\n", "\r\n"), f"\n{PEM}", PEM + "\\ \"\"\" '''", PEM.strip()):
        oficina.configurar(autoridade_certificadora=pem)
        exportado = exportar(oficina.repo, ["999001"])
        (achado,) = (
            contrato["rede"]["autoridade_certificadora"]
            for contrato in tomllib.loads(exportado)["contrato"]
            if "rede" in contrato
        )
        assert achado == pem
    assert "-----BEGIN CERTIFICATE-----\nMII\n" in exportado


def test_what_is_composed_says_each_table_under_a_heading_of_its_own() -> None:
    texto = compor([(OPERADORA, {"registro_ans": "1", "nome": "A", "max_envios_simultaneos": 3})])
    assert texto == ('[[operadora]]\nregistro_ans = "1"\nnome = "A"\nmax_envios_simultaneos = 3\n')


# What is missing


def test_every_contrato_is_checked_the_schemas_of_its_version_included(oficina: Oficina) -> None:
    assert [faltas for _, faltas in conferir(oficina.repo)] == [[]] * 6
    oficina.configurar(versao_tiss="9.99.99", fuso="Marte")
    faltas = {contrato.id: achadas for contrato, achadas in conferir(oficina.repo)}
    (tortas,) = (achadas for achadas in faltas.values() if achadas)
    assert [falta.partition(":")[0] for falta in tortas] == ["fuso", "versao_tiss"]
