from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, get_args, get_type_hints

import psycopg
import pytest
import yaml

from tiss import cli, provider, settings
from tiss.domain import historico
from tiss.domain.ausencia import CAMPOS as CAMPOS_OPCIONAIS
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.conexao import CAMPOS
from tiss.domain.diagnostico import DIAGNOSTICOS
from tiss.domain.estados import StatusGuia, StatusLote
from tiss.domain.regras import Acao, regras
from tiss.domain.retorno import SITUACOES
from tiss.messages.hashes import DIALETOS
from tiss.messages.validacao.fontes import FONTES
from tiss.services.distribuicao import ESPERAS
from tiss.services.duvida import BOTOES
from tiss.services.vez import fora_do_calendario

sys.path.insert(0, str(Path(__file__).parent / "clients"))

from contrato_modelo import CONTRATO as CONTRATO_MODELO

PACOTE = settings.RAIZ / "plugins" / "tiss"
OPERACAO = settings.RAIZ / "docs" / "operacao.md"
VISAO = settings.RAIZ / "docs" / "consulta_preparada.md"
CONTRATO = settings.RAIZ / "docs" / "contrato.md"
CONEXOES = settings.RAIZ / "docs" / "conexoes.md"
CONCILIACAO = settings.RAIZ / "docs" / "conciliacao.md"
PREVENCAO = settings.RAIZ / "docs" / "prevencao.md"
DOCUMENTOS = [
    settings.RAIZ / "README.md",
    OPERACAO,
    VISAO,
    CONTRATO,
    CONEXOES,
    CONCILIACAO,
    PREVENCAO,
]
DAGS = sorted((settings.RAIZ / "dags").glob("tiss_*.py"))
COMPOSE = yaml.safe_load((settings.RAIZ / "docker-compose.yaml").read_text(encoding="utf-8"))
CERCA = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# Where problems are made that no guia of ours has: those of a file, and of a recurso.
DE_ARQUIVO = [
    PACOTE / "messages" / "validacao",
    PACOTE / "domain" / "pedido.py",
    PACOTE / "comandos",
]
# Functions that make a Problema with the code of their first argument.
AJUDANTES = {"_problema", "_aviso"}
SUBCOMANDOS_DO_COMPOSE = {"build", "exec", "logs", "ps", "run", "stop", "up"}


def blocos(documento: Path, linguagem: str) -> list[str]:
    achados = CERCA.findall(documento.read_text(encoding="utf-8"))
    return [corpo for _, nome, corpo in achados if nome == linguagem]


def comandos(texto: str) -> Iterator[str]:
    """Lines of shell blocks, and what stands between backquotes."""
    for _, linguagem, corpo in CERCA.findall(texto):
        if linguagem == "sh":
            yield from (linha.strip() for linha in corpo.splitlines() if linha.strip())
    yield from re.findall(r"`([^`\n]+)`", CERCA.sub("", texto))


def do_programa(texto: str, programa: str) -> Iterator[list[str]]:
    """The arguments of each command line of a program, wherever it stands in its line."""
    for comando in comandos(texto):
        achado = re.search(rf"(?:^|[\s/]){programa} (.+)$", comando)
        if achado and not comando.startswith("#"):
            yield shlex.split(achado[1], comments=True)


def codigos_de_problema(*lugares: Path) -> set[str]:
    """Every code that the source of some modules gives to a Problema."""
    achados: set[str] = set()
    for no in nos(*lugares):
        if not isinstance(no, ast.Call):
            continue
        nome = getattr(no.func, "id", getattr(no.func, "attr", ""))
        if nome in AJUDANTES:
            achados |= alternativas(no.args[0])
        elif nome in {"Problema", "replace"}:
            for escrito in (k.value for k in no.keywords if k.arg == "codigo"):
                # What a helper, a queixa or a rule named is collected where it is named.
                if ast.unparse(escrito) not in {"codigo", "self.regra.codigo"}:
                    achados |= alternativas(escrito)
    return achados


def alternativas(escrito: ast.expr) -> set[str]:
    """The values that an expression may have: a constant, or one on each side of an `if`."""
    if isinstance(escrito, ast.IfExp):
        return alternativas(escrito.body) | alternativas(escrito.orelse)
    achadas = constantes([escrito])
    assert achadas, f"a code that this test cannot follow: {ast.unparse(escrito)}"
    return achadas


def codigos_de_guia() -> set[str]:
    """Every code that may stand in the problems of a guia."""
    de_arquivo = {*DE_ARQUIVO, *(PACOTE / "messages" / "validacao").glob("*.py")}
    achados = {regra.codigo for regra in regras()}
    for pasta in (PACOTE / "domain", PACOTE / "messages", PACOTE / "services"):
        achados |= codigos_de_problema(*(set(pasta.rglob("*.py")) - de_arquivo))
    # (code, what to do): a queixa
    for no in nos(PACOTE / "messages" / "declaracao.py", PACOTE / "messages" / "tipos.py"):
        if isinstance(no, ast.Tuple) and len(no.elts) == 2:
            achados |= constantes(no.elts[:1])
    return achados


def codigos_de_arquivo() -> set[str]:
    """Every code that only `tiss validar` says, of a whole message."""
    return codigos_de_problema(*DE_ARQUIVO) - codigos_de_guia()


def motivos_de_divergencia() -> set[str]:
    """Every reason that the source gives to a row of tiss.divergencia."""
    achados: set[str] = set()
    for no in nos(PACOTE / "domain", PACOTE / "services"):
        if isinstance(no, ast.Call):
            nome = getattr(no.func, "id", getattr(no.func, "attr", ""))
            if nome == "abrir_divergencia":
                achados |= constantes(no.args[1:2])
            if nome == "Divergencia":
                achados |= constantes(no.args[:1])
            ditas = [k.value for k in no.keywords if k.arg == "divergencia"]
            # One on each side of an `if`.
            achados |= constantes([parte for dita in ditas for parte in ast.walk(dita)])
    return achados - {"GUIA", "PROTOCOLO", "ITEM"}  # levels of a glosa


def nos(*lugares: Path) -> Iterator[ast.AST]:
    for lugar in lugares:
        for arquivo in [lugar] if lugar.is_file() else sorted(lugar.rglob("*.py")):
            yield from ast.walk(ast.parse(arquivo.read_text(encoding="utf-8")))


def constantes(nos_: list[Any]) -> set[str]:
    return {
        no.value
        for no in nos_
        if isinstance(no, ast.Constant)
        and isinstance(no.value, str)
        and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", no.value)
    }


def parametros(dag: Path) -> set[str]:
    """The keys of PARAMS in the file of a DAG."""
    for no in ast.parse(dag.read_text(encoding="utf-8")).body:
        if isinstance(no, ast.Assign) and getattr(no.targets[0], "id", "") == "PARAMS":
            assert isinstance(no.value, ast.Dict)
            return {chave.value for chave in no.value.keys if isinstance(chave, ast.Constant)}
    return set()


def comandos_da_cli() -> set[tuple[str, ...]]:
    """(command,) or (group, command) of everything that `tiss` does."""

    def caminhos(analisador: argparse.ArgumentParser) -> Iterator[tuple[str, ...]]:
        grupos = [a for a in analisador._actions if isinstance(a, argparse._SubParsersAction)]
        if not grupos:
            yield ()
        for grupo in grupos:
            for nome, filho in grupo.choices.items():
                yield from ((nome, *resto) for resto in caminhos(filho))

    return set(caminhos(cli._analisador()))


def secao(titulo: str) -> str:
    """The text of operacao.md below a heading, up to the next one of the same level."""
    _, _, resto = OPERACAO.read_text(encoding="utf-8").partition(f"\n## {titulo}\n")
    assert resto, titulo
    return resto.partition("\n## ")[0]


def primeira_coluna(texto: str) -> set[str]:
    """What the tables of a text explain: every name between backquotes in a first cell."""
    celulas = re.findall(r"^\|([^|]+)\|", texto, re.MULTILINE)
    return {nome for celula in celulas for nome in re.findall(r"`([^`]+)`", celula)}


def ancoras(documento: Path) -> set[str]:
    titulos = re.findall(r"^#+ (.+)$", CERCA.sub("", documento.read_text("utf-8")), re.MULTILINE)
    return {
        "".join(
            letra
            for letra in unicodedata.normalize("NFC", titulo.lower()).replace(" ", "-")
            if letra.isalnum() or letra in "-_"
        )
        for titulo in titulos
    }


@pytest.fixture(params=DOCUMENTOS, ids=lambda documento: documento.name)
def documento(request: pytest.FixtureRequest) -> Path:
    escolhido: Path = request.param
    return escolhido


def test_every_make_target_that_is_named_exists(documento: Path) -> None:
    makefile = (settings.RAIZ / "Makefile").read_text(encoding="utf-8")
    alvos = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    citados = {argumentos[0] for argumentos in do_programa(documento.read_text("utf-8"), "make")}
    assert citados <= alvos
    assert documento.name != "README.md" or {"test", "demo"} <= citados


@pytest.mark.parametrize("arquivo", [*DOCUMENTOS, *DAGS], ids=lambda arquivo: arquivo.name)
def test_every_tiss_command_that_is_named_is_accepted(arquivo: Path) -> None:
    achados = list(do_programa(arquivo.read_text(encoding="utf-8"), "tiss"))
    for argumentos in achados:
        if tuple(argumentos) in comandos_da_cli():  # the name of a command in a sentence
            continue
        # LOTE, CONEXAO, N...: what a person puts there.
        cli._analisador().parse_args(
            [
                "1" if re.fullmatch(r"[A-Z_]+", parte) and parte not in {*Canal} else parte
                for parte in argumentos
            ]
        )
    assert achados or arquivo.name in {"tiss_retorno.py", "conciliacao.md", "prevencao.md"}


def test_the_readme_names_every_command() -> None:
    texto = DOCUMENTOS[0].read_text(encoding="utf-8")
    citados = [tuple(argumentos) for argumentos in do_programa(texto, "tiss")]
    assert citados
    assert comandos_da_cli() == {
        comando
        for comando in comandos_da_cli()
        if any(citado[: len(comando)] == comando for citado in citados)
    }


def test_every_compose_command_names_a_service_that_exists(documento: Path) -> None:
    for argumentos in do_programa(documento.read_text("utf-8"), "docker compose"):
        subcomando, *resto = argumentos
        assert subcomando in SUBCOMANDOS_DO_COMPOSE
        if subcomando in {"exec", "run"}:
            opcoes = ("--rm", "--no-deps", "-e", "PGPASSWORD")
            assert next(a for a in resto if a not in opcoes) in COMPOSE["services"]


def test_every_relative_link_resolves(documento: Path) -> None:
    for alvo in re.findall(r"\]\(([^)]+)\)", CERCA.sub("", documento.read_text("utf-8"))):
        if alvo.startswith("https://"):
            continue
        caminho, _, ancora = alvo.partition("#")
        destino = (documento.parent / caminho).resolve() if caminho else documento
        assert destino.exists(), alvo
        assert not ancora or ancora in ancoras(destino), alvo


def test_every_problem_of_a_guia_is_explained() -> None:
    codigos = codigos_de_guia()
    # One of each way to name a code: or the walk went blind.
    assert {"AUSENTE", "CARACTERE", "RETIRADA", "SENHA_VENCIDA", "TIPO_GUIA", "XSD"} <= codigos
    assert primeira_coluna(secao("Guia INVALIDA: o que corrigir")) == codigos


def test_every_problem_of_a_file_is_explained() -> None:
    codigos = codigos_de_arquivo()
    assert {"ARQUIVO", "HASH_ERRADO", "NAO_ASCII", "QUANTIDADE_INVALIDA", "TOTAL"} <= codigos
    assert primeira_coluna(secao("Problemas de um arquivo")) == codigos


def test_every_rule_on_a_message_says_where_it_comes_from() -> None:
    sem_regra = {"ARQUIVO", "ILEGIVEL", "SEM_MEMORIA", "VERSAO_NAO_INSTALADA"}
    assert codigos_de_arquivo() - sem_regra == FONTES.keys()
    assert all(FONTES.values())


def test_every_rule_does_by_itself_what_its_table_says() -> None:
    linhas = re.findall(
        r"^\| `([A-Z_]+)` \|.*\| ([^|]+) \| ?([0-9]*) \|$",
        secao("Guia INVALIDA: o que corrigir"),
        re.MULTILINE,
    )
    faz = {Acao.DESLIGADA: "desligada", Acao.AVISA: "avisa", Acao.BLOQUEIA: "bloqueia"}
    assert linhas == [
        (
            regra.codigo,
            faz[regra.padrao] if regra.configuravel else "bloqueia sempre",
            regra.glosa_provavel or "",
        )
        for regra in regras()
    ]


def test_the_keys_of_every_json_are_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mensagem = tmp_path / "resposta.xml"
    mensagem.write_text(
        f'<mensagemTISS xmlns="{settings.NAMESPACE}"><operadoraParaPrestador><recebimentoLote>'
        "<mensagemErro><codigoGlosa>5014</codigoGlosa></mensagemErro></recebimentoLote>"
        "</operadoraParaPrestador><epilogo><hash/></epilogo></mensagemTISS>"
    )
    linhas = re.findall(r"^\| `(validar|hash|ler)` \| (.+) \|$", OPERACAO.read_text(), re.MULTILINE)
    assert [nome for nome, _ in linhas] == ["validar", "hash", "ler"]
    for nome, explicadas in linhas:
        assert cli.main([nome, str(mensagem), "--json"]) != 2
        dados = json.loads(capsys.readouterr().out)
        de_dentro = dados["problemas"][0] if nome == "validar" else dados.get("diagnostico", ())
        chaves = {*dados, *de_dentro}
        # What only other kinds of answer have comes last.
        sempre = explicadas.partition("; conforme")[0]
        assert set(re.findall(r"`([a-z_]+)`", sempre)) == chaves


def test_every_diagnosis_is_explained_in_the_words_that_tell_it() -> None:
    texto = secao("Diagnóstico de falhas")
    linhas = re.findall(r"^\| `([A-Z_]+)` \| (.+) \|$", texto, re.MULTILINE)
    assert [(codigo, *celulas.replace("`", "").split(" | ")) for codigo, celulas in linhas] == [
        (um.codigo, um.o_que, um.porque, um.fazer) for um in DIAGNOSTICOS.values()
    ]


def test_every_dialect_of_the_hash_that_is_explained_has_its_name() -> None:
    citados = primeira_coluna(secao("Lote em ERRO").partition("### Hash recusado")[2])
    assert {"TUDO_MAIUSCULO", "UTF_8"} <= citados <= DIALETOS.keys()


def test_the_options_of_a_contrato_have_the_defaults_that_are_explained(
    conexao: psycopg.Connection[Any],
) -> None:
    linhas = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", secao("Opções do contrato"), re.MULTILINE)
    assert {nome for nome, _ in linhas} >= {"ascii_somente", "maiusculas", "regras"}
    for nome, padrao in linhas:
        achado = conexao.execute(
            "SELECT trim(BOTH $$'$$ FROM split_part(column_default, '::', 1)) "
            "FROM information_schema.columns "
            "WHERE table_schema = 'tiss' AND table_name = 'contrato' AND column_name = %s",
            [nome],
        ).fetchone()
        assert achado == (padrao,), nome


def test_every_divergence_is_explained() -> None:
    motivos = motivos_de_divergencia()
    assert {"NAO_RECEBIDA", "PROTOCOLO_DE_OUTRO_LOTE", "RATEIO_DA_GLOSA"} <= motivos, "blind"
    assert primeira_coluna(secao("Divergências")) == motivos


@pytest.mark.parametrize(
    ("documento", "visoes"),
    [(CONCILIACAO, "conciliacao_%"), (PREVENCAO, "historico_de_glosa|procedimento_julgado")],
    ids=lambda valor: valor.stem if isinstance(valor, Path) else "",
)
def test_every_column_of_the_views_for_people_is_explained(
    conexao: psycopg.Connection[Any], documento: Path, visoes: str
) -> None:
    _, *partes = re.split(r"^## ([a-z]+_\w+)$", documento.read_text("utf-8"), flags=re.M)
    explicadas = {
        nome: set(re.findall(r"`([a-z_]+)`", re.split("^## ", texto, flags=re.M)[0]))
        for nome, texto in zip(partes[::2], partes[1::2], strict=True)
    }
    colunas: dict[str, set[str]] = {}
    for visao, coluna in conexao.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'tiss' AND table_name SIMILAR TO %s",
        [visoes],
    ):
        colunas.setdefault(visao, set()).add(coluna)
    assert colunas.keys() == explicadas.keys()
    for visao, nomes in colunas.items():
        assert nomes <= explicadas[visao], visao


def test_every_field_that_may_be_missing_is_explained() -> None:
    _, _, resto = PREVENCAO.read_text("utf-8").partition("\n## Campos que se observam\n")
    assert resto
    explicados = {
        tipo: re.findall(r"`([a-z_]+)`", campos)
        for tipo, campos in re.findall(r"^\| `([A-Z_]+)` \| (.+) \|$", resto, re.MULTILINE)
    }
    assert explicados == {
        tipo: [campo.nome for campo in campos] for tipo, campos in CAMPOS_OPCIONAIS.items()
    }


def test_the_thresholds_of_a_warning_are_those_that_are_explained() -> None:
    texto = " ".join(PREVENCAO.read_text("utf-8").split())
    assert f"ao menos {historico.MINIMO_DE_GLOSAS} guias" in texto
    assert f"ao menos {historico.MINIMO_COM_O_CAMPO} guias com o campo" in texto
    assert historico.TAXA_MINIMA * 2 == 1
    assert "metade ou mais" in texto
    assert historico.CONTRASTE == 2
    assert "no máximo metade" in texto


def test_every_state_is_explained() -> None:
    assert primeira_coluna(secao("Estados")) == {*StatusGuia, *StatusLote}


def test_every_situation_of_a_protocolo_is_explained_in_the_words_of_the_standard() -> None:
    linhas = dict(re.findall(r"^\| (\d+) \| ([^|]+) \|", secao("Estados"), re.MULTILINE))
    assert linhas == SITUACOES


@pytest.mark.parametrize("dag", DAGS, ids=lambda dag: dag.stem)
def test_every_param_of_a_dag_is_explained(dag: Path) -> None:
    explicados = primeira_coluna(secao("As DAGs e os seus parâmetros"))
    assert parametros(dag)
    assert parametros(dag) <= explicados


def test_every_task_that_is_explained_exists() -> None:
    texto = secao("As DAGs e os seus parâmetros")
    tarefas = {
        no.name
        for dag in DAGS
        for no in ast.walk(ast.parse(dag.read_text(encoding="utf-8")))
        if isinstance(no, ast.FunctionDef) and not no.name.startswith("tiss_")
    }
    # The questions are operators, each with a name of its own.
    tarefas |= {
        ast.literal_eval(argumento.value)
        for dag in DAGS
        for no in ast.walk(ast.parse(dag.read_text(encoding="utf-8")))
        if isinstance(no, ast.Call)
        for argumento in no.keywords
        if argumento.arg == "task_id"
    }
    todos = {nome for dag in DAGS for nome in parametros(dag)}
    assert primeira_coluna(texto) == tarefas | todos


def test_every_line_of_the_log_is_explained() -> None:
    eventos = set()
    for no in nos(PACOTE / "avisos.py", PACOTE / "tarefas.py", PACOTE / "services"):
        if isinstance(no, ast.Call):
            funcao = ast.unparse(no.func)
            evento = no.args[:1] if funcao.startswith("log.") else no.args[1:2]
            if funcao.startswith("log.") or funcao == "_registrar":
                eventos |= {str(e.value) for e in evento if isinstance(e, ast.Constant)}
    # The headings that fold the others.
    eventos = {evento for evento in eventos if not evento.startswith("::")}
    assert primeira_coluna(secao("O que o log diz")) == eventos


def test_every_reason_of_a_suspension_that_is_explained_is_given_somewhere() -> None:
    codigo = "".join(
        arquivo.read_text(encoding="utf-8")
        for arquivo in (
            PACOTE / "domain" / "desfecho.py",
            PACOTE / "domain" / "retorno.py",
            PACOTE / "repository" / "contratos.py",
            PACOTE / "services" / "conversa.py",
        )
    )
    for trecho in primeira_coluna(secao("Credencial ou endereço suspenso")):
        assert trecho in codigo, trecho


def test_every_reason_for_a_lote_to_wait_is_explained() -> None:
    esperas = primeira_coluna(secao("Lote que espera"))
    assert esperas - set(ESPERAS.values()) == {"fora do calendário de entrega"}
    assert set(ESPERAS.values()) <= esperas
    hora = datetime(2026, 3, 1, 2, tzinfo=UTC)
    fechado = replace(CONTRATO_MODELO, fuso="UTC", entrega_das=time(8), entrega_ate=time(18))
    assert str(fora_do_calendario(fechado, hora)).startswith("fora do calendário de entrega")


def test_every_channel_credential_and_field_of_a_connection_is_explained() -> None:
    explicados = primeira_coluna(secao("Ligar uma operadora"))
    autenticacoes = set(get_args(get_type_hints(Contrato)["tipo_autenticacao"]))
    canais = set(get_args(get_type_hints(Contrato)["tipo_api"]))
    campos = {campo["label"] for campo in CAMPOS.values()}
    # The heads of the tables, between backquotes too.
    assert explicados == autenticacoes | canais | campos | {"tipo_api", "tipo_autenticacao"} | {
        "SOLIC_STATUS_PROTOCOLO"
    }


def test_every_policy_and_every_button_of_a_doubt_is_explained() -> None:
    texto = secao("Lote EM_DUVIDA")
    politicas = set(get_args(get_type_hints(Contrato)["politica_duvida"]))
    assert politicas <= primeira_coluna(texto)
    assert {f"*{botao}*" in texto for botao in BOTOES.values()} == {True}


@pytest.mark.parametrize(
    "sql", [bloco for documento in DOCUMENTOS for bloco in blocos(documento, "sql")]
)
def test_every_statement_runs(conexao: psycopg.Connection[Any], sql: str) -> None:
    # Roles belong to the cluster, and another test may have made these.
    comandos_sql = re.sub(r"CREATE ROLE (\w+)", r"CREATE ROLE \1_do_documento", sql)
    with conexao.transaction(force_rollback=True):
        conexao.execute(comandos_sql.encode())


def test_the_example_of_the_env_file_has_every_variable(tmp_path: Path) -> None:
    (roteiro,) = (bloco for bloco in blocos(DOCUMENTOS[0], "sh") if "> .env" in bloco)
    subprocess.run(["sh", "-euc", roteiro], cwd=tmp_path, check=True, env={"PATH": os.defpath})
    linhas = (tmp_path / ".env").read_text().splitlines()
    valores = dict(linha.split("=", 1) for linha in linhas)
    exigidas = set(re.findall(r"\$\{(\w+):\?", str(COMPOSE)))
    assert valores.keys() == exigidas
    assert re.fullmatch(r"[\w-]{43}=", valores["TISS_FERNET_KEY"])
    assert len(set(valores.values())) == len(valores)


def test_every_variable_of_compose_is_explained() -> None:
    usadas = set(re.findall(r"\$\{(\w+):[-?]", str(COMPOSE)))
    assert usadas <= primeira_coluna(DOCUMENTOS[0].read_text(encoding="utf-8"))


def test_the_override_for_development_mounts_what_the_image_copies() -> None:
    (exemplo,) = blocos(DOCUMENTOS[0], "yaml")
    for nome, servico in yaml.safe_load(exemplo)["services"].items():
        assert nome in COMPOSE["services"]
        for volume in servico["volumes"]:
            origem, destino, modo = volume.split(":")
            assert (settings.RAIZ / origem).is_dir()
            assert destino == f"/opt/tiss/{origem.removeprefix('./')}"
            assert modo == "ro"


def test_every_field_of_a_connection_and_every_authentication_is_explained() -> None:
    texto = " ".join(CONEXOES.read_text(encoding="utf-8").lower().split())
    for nome, campo in provider.CAMPOS.items():
        assert campo["label"].lower() in texto, nome
    for tipo in get_args(get_type_hints(Contrato)["tipo_autenticacao"]):
        assert f"| `{tipo.lower()}` |" in texto
