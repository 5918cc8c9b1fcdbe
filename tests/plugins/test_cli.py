"""The command `tiss`, with the real parts behind it."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

from tiss import cli, esquemas
from tiss.clients.soap import ClienteSoap
from tiss.demo.postgres import PostgresEmbutido
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.errors import DoubtError
from tiss.repository import Repositorio, contratos, terminologia
from tiss.repository.guias import Filtro
from tiss.repository.lotes import obter
from tiss.services import envio, montagem
from tiss.simulador.processo import Simulador

# pytest imports test files by path, so what they share has to be found by name
sys.path.insert(0, str(Path(__file__).parent / "messages"))

from mensagens_modelo import LOTE, com_hash

Conexao = psycopg.Connection[Any]


class Comando:
    """Types a command; keeps its exit code and what it wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.saida = self.erros = ""

    def __call__(self, *argumentos: object) -> int:
        self._capsys.readouterr()
        codigo = cli.main([str(argumento) for argumento in argumentos])
        self.saida, self.erros = self._capsys.readouterr()
        return codigo


@pytest.fixture
def tiss(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url_clinica: str
) -> Comando:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", url_clinica)
    return Comando(capsys)


@pytest.fixture
def tiss_avulso(capsys: pytest.CaptureFixture[str]) -> Comando:
    """Without a database."""
    return Comando(capsys)


@pytest.fixture
def lotes(repo: Repositorio, gerar: Callable[[int], object]) -> list[int]:
    """Lotes of one contrato, PENDENTE."""
    gerar(30)
    with repo.transacao() as t:
        [contrato] = contratos.listar(t, operadoras=["999001"], prestadores=["MATRIZ"])
    return montagem.montar(repo, contrato, Filtro(), agora=datetime.now(UTC)).lotes


@pytest.fixture
def em_duvida(
    repo: Repositorio,
    simulador: Simulador,
    lotes: list[int],
    cliente_de: Callable[[Contrato, Canal], ClienteSoap],
    conexao: Conexao,
) -> int:
    """A lote that arrived and whose answer did not, past its quarantine."""
    simulador.falha("reset_depois", operacao="tissLoteGuias")
    with pytest.raises(DoubtError):
        envio.enviar(lotes[0], repo, cliente_de, quem="teste")
    conexao.execute("UPDATE tiss.contrato SET quarentena = '0 s'")
    return lotes[0]


def _lote(conexao: Conexao, lote_id: int) -> tuple[Any, ...]:
    """Everything that a refused answer must leave as it is."""
    linha = conexao.execute(
        "SELECT to_jsonb(lote), (SELECT count(*) FROM tiss.historico) FROM tiss.lote WHERE id = %s",
        [lote_id],
    ).fetchone()
    assert linha is not None
    return linha


def _status(conexao: Conexao, lote_id: int) -> str:
    return str(_lote(conexao, lote_id)[0]["status"])


# files ------------------------------------------------------------------------------------------

RECIBO = (
    LOTE[: LOTE.index("<ans:prestadorParaOperadora>")]
    + "<ans:operadoraParaPrestador><ans:recebimentoLote><ans:mensagemErro>"
    "<ans:codigoGlosa>5014</ans:codigoGlosa></ans:mensagemErro></ans:recebimentoLote>"
    "</ans:operadoraParaPrestador><ans:epilogo><ans:hash></ans:hash></ans:epilogo>"
    "</ans:mensagemTISS>"
)


def _digitado(valor: object) -> str:
    return " ".join(valor) if isinstance(valor, list) else str(valor)


@pytest.fixture
def arquivos(tmp_path: Path) -> Path:
    """A folder with a lote, one that was edited after its hash, a receipt and files of no use."""
    (tmp_path / "bom.xml").write_bytes(com_hash(LOTE))
    (tmp_path / "editado.xml").write_bytes(com_hash(LOTE).replace(b">150.00<", b">151.00<", 1))
    (tmp_path / "recibo.xml").write_bytes(com_hash(RECIBO))
    (tmp_path / "binario.xml").write_bytes(bytes(range(256)))
    (tmp_path / "pasta.xml").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("comando", "codigo"),
    [
        (["validar", "bom.xml"], 0),
        (["validar", "editado.xml"], 1),
        (["hash", "bom.xml"], 0),
        (["hash", "editado.xml"], 0),
        (["hash", "bom.xml", "--conferir"], 0),
        (["hash", "editado.xml", "--conferir"], 1),
        (["hash", "editado.xml", "--corrigir", "certo.xml"], 0),
        (["hash", "editado.xml", "--corrigir", "bom.xml"], 2),
        (["ler", "recibo.xml"], 0),
        (["ler", "bom.xml"], 2),
        *(
            ([comando, inutil], 2)
            for comando in ("validar", "hash", "ler")
            for inutil in ("ausente.xml", "pasta.xml", "binario.xml")
        ),
    ],
    ids=_digitado,
)
def test_the_exit_code_of_a_file_command_says_what_it_found(
    tiss_avulso: Comando,
    arquivos: Path,
    monkeypatch: pytest.MonkeyPatch,
    comando: list[str],
    codigo: int,
) -> None:
    monkeypatch.chdir(arquivos)
    assert tiss_avulso(*comando) == codigo
    dito = tiss_avulso.saida + tiss_avulso.erros
    assert "Traceback" not in dito
    # Whatever is refused is named.
    assert codigo == 0 or comando[0] == "hash" or comando[1] in dito


def test_with_the_database_a_file_is_checked_against_its_terminology(
    tiss: Comando, arquivos: Path, url_clinica: str
) -> None:
    bom = arquivos / "bom.xml"
    assert tiss("validar", bom, "--banco", url_clinica) == 2
    assert "tiss banco terminologia" in tiss.erros
    with Repositorio(lambda: psycopg.connect(url_clinica)).transacao() as t:
        for nome, linhas in {
            "termos": [("22", "99999999", "Outro", None, None)],
            "operadoras": [("326305", "AMIL S.A.", None, None, None, None, None)],
        }.items():
            terminologia.substituir(
                t, nome=nome, origem="do teste", sha256="0" * 64, conteudo=nome, linhas=linhas
            )
    assert tiss("validar", bom, "--banco", url_clinica, "--json") == 0
    relatorio = json.loads(tiss.saida)
    assert {problema["codigo"] for problema in relatorio["problemas"]} == {
        "CODIGO_DESCONHECIDO",
        "OPERADORA_DESCONHECIDA",
    }
    assert relatorio["nao_conferidas"] == ["ATENDIMENTO_REPETIDO", "HISTORICO_DE_GLOSA"]


def test_a_database_that_does_not_answer_is_named(tiss_avulso: Comando, arquivos: Path) -> None:
    fechado = "postgresql://ninguem@127.0.0.1:1/nada"
    assert tiss_avulso("validar", arquivos / "bom.xml", "--banco", fechado) == 2
    assert "o banco de dados não atendeu" in tiss_avulso.erros


def test_one_bad_file_of_several_decides_and_hides_none(
    tiss_avulso: Comando, arquivos: Path
) -> None:
    nomes = ["bom.xml", "editado.xml", "binario.xml", "ausente.xml", "bom.xml"]
    assert tiss_avulso("validar", "--json", *(arquivos / nome for nome in nomes)) == 2
    relatorios = [json.loads(linha) for linha in tiss_avulso.saida.splitlines()]
    assert [Path(relatorio["arquivo"]).name for relatorio in relatorios] == nomes
    assert [
        [problema["codigo"] for problema in relatorio["problemas"]] for relatorio in relatorios
    ] == [[], ["HASH_ERRADO"], ["ILEGIVEL"], ["ARQUIVO"], []]


def test_a_corrected_file_is_good(tiss_avulso: Comando, arquivos: Path) -> None:
    certo = arquivos / "certo.xml"
    tiss_avulso("hash", arquivos / "editado.xml", "--corrigir", certo)
    assert tiss_avulso("hash", certo, "--conferir") == 0
    assert tiss_avulso("validar", certo) == 0


@pytest.mark.parametrize(
    "comando", [["validar", "bom.xml"], ["hash", "bom.xml"], ["ler", "recibo.xml"]], ids=_digitado
)
def test_a_file_command_imports_nothing_of_airflow_the_database_or_the_network(
    arquivos: Path, comando: list[str]
) -> None:
    programa = (
        "import sys\n"
        "from tiss import cli\n"
        "codigo = cli.main(sys.argv[1:])\n"
        "pesados = {'airflow', 'psycopg', 'requests', 'zeep'} & sys.modules.keys()\n"
        "sys.exit(f'imported: {pesados}' if pesados else codigo)\n"
    )
    processo = subprocess.run(
        [sys.executable, "-c", programa, *comando], cwd=arquivos, capture_output=True, text=True
    )
    assert (processo.returncode, processo.stderr) == (0, "")
    assert processo.stdout


# what the system refuses --------------------------------------------------------------------------

NOS = "import sys; from tiss import cli; sys.exit(cli.main(sys.argv[1:]))"


def _processo(comando: str, *argumentos: str | bytes) -> list[bytes]:
    """Return the command line of the command in a shell of its own."""
    return [os.fsencode(parte) for parte in (sys.executable, "-c", NOS, comando, *argumentos)]


@pytest.mark.parametrize("argumentos", [[], ["--json"]], ids=_digitado)
@pytest.mark.parametrize("comando", ["validar", "hash", "ler"])
@pytest.mark.parametrize("existe", [True, False])
def test_a_file_name_that_is_no_text_ends_in_no_traceback(
    arquivos: Path, comando: str, argumentos: list[str], existe: bool
) -> None:
    nome = b"gui\xe7a.xml"
    if existe:
        (arquivos / os.fsdecode(nome)).write_bytes(com_hash(LOTE if comando != "ler" else RECIBO))
    processo = subprocess.run(
        _processo(comando, nome, *argumentos),
        cwd=arquivos,
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert b"Traceback" not in processo.stderr
    assert processo.returncode == (0 if existe else 2)
    dito = processo.stdout + processo.stderr
    assert comando == "hash" or existe or rb"gui\udce7a.xml" in dito
    if argumentos and processo.stdout:
        json.loads(processo.stdout)


@pytest.mark.parametrize(("nome", "codigo"), [("bom.xml", 0), ("editado.xml", 1)])
@pytest.mark.parametrize("vezes", [1, 20])
def test_nobody_reading_any_more_is_no_error(
    arquivos: Path, nome: str, codigo: int, vezes: int
) -> None:
    leitura, escrita = os.pipe()
    os.close(leitura)
    processo = subprocess.run(
        _processo("validar", *[nome] * vezes),
        cwd=arquivos,
        stdout=escrita,
        stderr=subprocess.PIPE,
    )
    os.close(escrita)
    assert (processo.returncode, processo.stderr) == (codigo, b"")


@pytest.mark.parametrize(
    ("comando", "codigo"),
    [("validar", 2), ("hash", 2), ("ler", 2), ("esquemas", 1)],
)
def test_an_output_that_is_full_is_said(arquivos: Path, comando: str, codigo: int) -> None:
    alvo = {"esquemas": "listar", "ler": "recibo.xml"}.get(comando, "bom.xml")
    with Path("/dev/full").open("wb") as cheio:
        processo = subprocess.run(
            _processo(comando, alvo), cwd=arquivos, stdout=cheio, stderr=subprocess.PIPE
        )
    assert processo.returncode == codigo
    assert processo.stderr.decode() == (
        "tiss: não foi possível ler ou gravar a saída do comando: não há espaço\n"
    )


@pytest.mark.parametrize(
    ("nome", "motivo"), [("ausente.xml", "não existe"), ("pasta.xml", "é uma pasta")]
)
@pytest.mark.parametrize("comando", ["validar", "hash", "ler"])
def test_what_the_system_says_is_said_in_portuguese(
    tiss_avulso: Comando, arquivos: Path, comando: str, nome: str, motivo: str
) -> None:
    assert tiss_avulso(comando, arquivos / nome) == 2
    assert (tiss_avulso.saida + tiss_avulso.erros).rstrip().endswith(f": {motivo}")


# esquemas ---------------------------------------------------------------------------------------


def test_listar_shows_every_version_of_the_catalogue(tiss_avulso: Comando) -> None:
    assert tiss_avulso("esquemas", "listar") == 0
    linhas = tiss_avulso.saida.splitlines()
    assert [linha.split(":")[0] for linha in linhas] == [e.versao for e in esquemas.listar()]
    assert "4.03.00: instalada" in linhas


def test_instalar_what_is_installed_says_so_and_needs_no_network(
    tiss_avulso: Comando, monkeypatch: pytest.MonkeyPatch
) -> None:
    def proibido(*_: object, **__: object) -> NoReturn:
        raise AssertionError("rede")

    monkeypatch.setattr(socket, "create_connection", proibido)
    assert tiss_avulso("esquemas", "instalar") == 0
    assert tiss_avulso.saida.startswith("4.03.00: ")


# Of the versions of the catalogue any may be installed already.
@pytest.mark.parametrize(
    "argumentos", [["9.99.99"], ["9.99.99", "--origem", "/nao/existe"]], ids=["versao", "origem"]
)
def test_instalar_refuses_what_it_cannot_install(
    tiss_avulso: Comando, argumentos: list[str]
) -> None:
    assert tiss_avulso("esquemas", "instalar", *argumentos) == 1
    assert tiss_avulso.erros.startswith("tiss: ")
    assert "Traceback" not in tiss_avulso.erros


# banco ------------------------------------------------------------------------------------------


def test_migrar_makes_the_tables_and_the_second_time_nothing(
    tiss_avulso: Comando, postgres: PostgresEmbutido
) -> None:
    postgres.criar_banco("do_comando")
    url = postgres.url("do_comando")
    assert tiss_avulso("banco", "migrar", url) == 0
    assert "0001_esquema_tiss" in tiss_avulso.saida
    with psycopg.connect(url) as conexao:
        assert conexao.execute("SELECT count(*) FROM tiss.guia").fetchone() == (0,)
    assert tiss_avulso("banco", "migrar", url) == 0
    assert tiss_avulso.saida == "nada a fazer: o banco está em dia\n"


def test_migrar_a_database_that_is_not_there_is_told_in_one_line(
    tiss_avulso: Comando, postgres: PostgresEmbutido
) -> None:
    assert tiss_avulso("banco", "migrar", postgres.url("inexistente")) == 1
    assert tiss_avulso.erros.startswith("tiss: o banco de dados não atendeu: ")


# lote exportar ----------------------------------------------------------------------------------


def test_exportar_writes_the_file_that_the_portal_takes(
    tiss: Comando, lotes: list[int], repo: Repositorio, tmp_path: Path
) -> None:
    assert tiss("lote", "exportar", lotes[0], "--pasta", tmp_path) == 0
    arquivo = tmp_path / "999001_000000000001.xml"
    assert tiss.saida == f"{arquivo}\n"
    conteudo = arquivo.read_bytes()
    assert conteudo.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    with repo.transacao() as t:
        lote = obter(t, lotes[0])
    assert conteudo == lote.arquivo
    assert f"<ans:numeroLote>{lote.numero_lote}</ans:numeroLote>".encode() in conteudo
    assert b"loginSenhaPrestador" not in conteudo


def test_exportar_twice_gives_the_same_bytes(
    tiss: Comando, lotes: list[int], tmp_path: Path
) -> None:
    digests = set()
    for vez in ("um", "dois"):
        pasta = tmp_path / vez
        pasta.mkdir()
        assert tiss("lote", "exportar", lotes[0], "--pasta", pasta) == 0
        [arquivo] = pasta.iterdir()
        digests.add(hashlib.sha256(arquivo.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_exportar_writes_for_the_owner_alone_and_over_nothing(
    tiss: Comando, lotes: list[int], tmp_path: Path
) -> None:
    assert tiss("lote", "exportar", lotes[0], "--pasta", tmp_path) == 0
    arquivo = tmp_path / "999001_000000000001.xml"
    assert arquivo.stat().st_mode & 0o777 == 0o600
    arquivo.write_bytes(b"outro")
    assert tiss("lote", "exportar", lotes[0], "--pasta", tmp_path) == 1
    assert tiss.erros == (
        f"tiss: não foi possível ler ou gravar {arquivo}: já existe, e nada é gravado por cima\n"
    )
    assert arquivo.read_bytes() == b"outro"


def test_exportar_never_follows_a_symbolic_link(
    tiss: Comando, lotes: list[int], tmp_path: Path
) -> None:
    (tmp_path / "999001_000000000001.xml").symlink_to(tmp_path / "alhures.xml")
    assert tiss("lote", "exportar", lotes[0], "--pasta", tmp_path) == 1
    assert not (tmp_path / "alhures.xml").exists()


def test_exportar_names_the_file_as_the_contrato_wants(
    tiss: Comando, lotes: list[int], conexao: Conexao, tmp_path: Path
) -> None:
    conexao.execute("UPDATE tiss.contrato SET modelo_nome_arquivo = 'L${numero_lote}-${hash}.XTE'")
    assert tiss("lote", "exportar", lotes[0], "--pasta", tmp_path) == 0
    linha = conexao.execute("SELECT hash FROM tiss.lote WHERE id = %s", lotes[:1]).fetchone()
    assert linha is not None
    assert (tmp_path / f"L1-{linha[0]}.XTE").exists()


def test_exportar_goes_to_the_current_folder_unless_told(
    tiss: Comando, lotes: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tiss("lote", "exportar", lotes[0])
    assert len(list(tmp_path.iterdir())) == 1


def test_exportar_a_lote_that_does_not_exist_is_refused(tiss: Comando, tmp_path: Path) -> None:
    assert tiss("lote", "exportar", 999, "--pasta", tmp_path) == 1
    assert tiss.erros == "tiss: Não existe o lote 999.\n"
    assert list(tmp_path.iterdir()) == []


def test_exportar_to_a_folder_that_does_not_exist_is_refused(
    tiss: Comando, lotes: list[int], tmp_path: Path
) -> None:
    assert tiss("lote", "exportar", lotes[0], "--pasta", tmp_path / "nada") == 1
    arquivo = tmp_path / "nada" / "999001_000000000001.xml"
    assert tiss.erros == f"tiss: não foi possível ler ou gravar {arquivo}: não existe\n"


# lote resolver ----------------------------------------------------------------------------------


def test_a_protocolo_from_the_portal_settles_the_doubt(
    tiss: Comando, em_duvida: int, conexao: Conexao
) -> None:
    assert tiss("lote", "resolver", em_duvida, "--protocolo", "123", "--por", "ana") == 0
    assert "protocolo registrado" in tiss.saida
    lote = _lote(conexao, em_duvida)[0]
    assert (lote["status"], lote["protocolo"]) == ("ENVIADO", "123")
    assert lote["observacoes"] == "protocolo informado por ana"


def test_a_lote_that_the_portal_does_not_show_is_sent_again(
    tiss: Comando, em_duvida: int, conexao: Conexao
) -> None:
    argumentos = ["--reenviar", "--consultei-o-portal", "--por", "ana"]
    assert tiss("lote", "resolver", em_duvida, *argumentos) == 0
    assert _status(conexao, em_duvida) == "PENDENTE"
    assert "ana consultou o portal" in _lote(conexao, em_duvida)[0]["observacoes"]


def test_a_lote_cancelled_at_the_operadora_frees_its_guias(
    tiss: Comando, em_duvida: int, conexao: Conexao
) -> None:
    assert tiss("lote", "resolver", em_duvida, "--cancelado-fora", "--por", "ana") == 0
    assert _status(conexao, em_duvida) == "CANCELADO"
    vivas = conexao.execute(
        "SELECT count(*) FROM tiss.guia_tiss_envio WHERE lote_id = %s AND viva", [em_duvida]
    ).fetchone()
    assert vivas == (0,)


def test_who_answers_is_the_user_of_the_system_unless_told(
    tiss: Comando, em_duvida: int, conexao: Conexao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "faturista")
    tiss("lote", "resolver", em_duvida, "--protocolo", "123")
    assert _lote(conexao, em_duvida)[0]["observacoes"] == "protocolo informado por faturista"


def test_where_the_system_has_no_user_the_answer_needs_a_name(
    tiss: Comando, em_duvida: int, conexao: Conexao, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sem_usuario() -> NoReturn:
        raise KeyError("getpwuid(): uid not found: 54321")

    monkeypatch.setattr(getpass, "getuser", sem_usuario)
    antes = _lote(conexao, em_duvida)
    assert tiss("esquemas", "listar") == 0
    assert tiss("lote", "resolver", em_duvida, "--protocolo", "123") == 1
    assert tiss.erros == "tiss: Informe quem responde: o nome fica registrado.\n"
    assert _lote(conexao, em_duvida) == antes


@pytest.mark.parametrize(
    ("argumentos", "motivo"),
    [
        (["--reenviar"], "confirme com --consultei-o-portal"),
        (["--protocolo", ""], "de 1 a 12 caracteres"),
        (["--protocolo", "1234567890123"], "de 1 a 12 caracteres"),
        (["--protocolo", "1", "--por", " "], "Informe quem responde"),
        (["--reenviar", "--consultei-o-portal", "--por", ""], "Informe quem responde"),
        (["--cancelado-fora", "--por", ""], "Informe quem responde"),
    ],
)
def test_an_answer_that_is_not_complete_changes_nothing(
    tiss: Comando, em_duvida: int, conexao: Conexao, argumentos: list[str], motivo: str
) -> None:
    antes = _lote(conexao, em_duvida)
    assert tiss("lote", "resolver", em_duvida, *argumentos) == 1
    assert motivo in tiss.erros
    assert _lote(conexao, em_duvida) == antes


@pytest.mark.parametrize(
    "argumentos",
    [["--protocolo", "1"], ["--reenviar", "--consultei-o-portal"], ["--cancelado-fora"]],
)
def test_a_lote_that_is_not_in_doubt_has_nothing_to_answer(
    tiss: Comando, lotes: list[int], conexao: Conexao, argumentos: list[str]
) -> None:
    antes = _lote(conexao, lotes[0])
    assert tiss("lote", "resolver", lotes[0], *argumentos) == 1
    assert f"O lote {lotes[0]} está PENDENTE: não há dúvida a resolver." in tiss.erros
    assert _lote(conexao, lotes[0]) == antes


@pytest.mark.parametrize(
    "argumentos", [["--reenviar", "--consultei-o-portal"], ["--cancelado-fora"]]
)
def test_in_quarantine_a_lote_is_neither_sent_again_nor_given_up(
    tiss: Comando, em_duvida: int, conexao: Conexao, argumentos: list[str]
) -> None:
    conexao.execute("UPDATE tiss.contrato SET quarentena = '2 hours'")
    antes = _lote(conexao, em_duvida)
    assert tiss("lote", "resolver", em_duvida, *argumentos) == 1
    assert tiss.erros.startswith("tiss: Aguarde até ")
    assert _lote(conexao, em_duvida) == antes


def test_a_protocolo_settles_the_doubt_even_in_quarantine(
    tiss: Comando, em_duvida: int, conexao: Conexao
) -> None:
    conexao.execute("UPDATE tiss.contrato SET quarentena = '2 hours'")
    assert tiss("lote", "resolver", em_duvida, "--protocolo", "123") == 0
    assert _status(conexao, em_duvida) == "ENVIADO"


def test_a_doubt_is_answered_once(tiss: Comando, em_duvida: int, conexao: Conexao) -> None:
    tiss("lote", "resolver", em_duvida, "--protocolo", "123")
    antes = _lote(conexao, em_duvida)
    assert tiss("lote", "resolver", em_duvida, "--reenviar", "--consultei-o-portal") == 1
    assert _lote(conexao, em_duvida) == antes


def test_a_lote_that_does_not_exist_is_refused(tiss: Comando) -> None:
    assert tiss("lote", "resolver", 999, "--protocolo", "1") == 1
    assert tiss.erros == "tiss: Não existe o lote 999.\n"


@pytest.mark.parametrize(
    "argumentos",
    [
        ["lote", "resolver", "1"],
        ["lote", "resolver", "1", "--reenviar", "--protocolo", "2"],
        ["lote", "resolver", "um", "--reenviar"],
        ["lote"],
        ["validar"],
        ["hash", "um.xml", "dois.xml"],
        ["ler", "um.xml", "dois.xml"],
        [],
        ["nada"],
    ],
)
def test_what_is_no_command_is_refused_with_the_usage(
    argumentos: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as saida:
        cli.main(argumentos)
    assert saida.value.code == 2
    assert "usage: tiss" in capsys.readouterr().err


# liberar ----------------------------------------------------------------------------------------


def test_a_suspended_credential_is_released_once(tiss: Comando, conexao: Conexao) -> None:
    conexao.execute(
        "UPDATE tiss.credencial SET suspensa_desde = now(), motivo_suspensao = 'HTTP 401'"
    )
    assert tiss("liberar", "credencial", "tiss_999001_matriz") == 0
    assert tiss.saida == "liberada\n"
    suspensas = conexao.execute(
        "SELECT count(*) FROM tiss.credencial WHERE suspensa_desde IS NOT NULL"
    ).fetchone()
    assert suspensas == (5,)
    assert tiss("liberar", "credencial", "tiss_999001_matriz") == 0
    assert tiss.saida == "não estava suspensa\n"


def test_a_suspended_contrato_is_released_once(tiss: Comando, conexao: Conexao) -> None:
    conexao.execute('UPDATE tiss.contrato SET operacoes_suspensas = \'{"ENVIO_LOTE_GUIAS": "x"}\'')
    assert tiss("liberar", "contrato", 1) == 0
    assert tiss.saida == "liberado\n"
    linha = conexao.execute("SELECT operacoes_suspensas FROM tiss.contrato WHERE id = 1").fetchone()
    assert linha == ({},)
    assert tiss("liberar", "contrato", 1) == 0
    assert tiss.saida == "não havia operação suspensa\n"


@pytest.mark.parametrize(
    ("argumentos", "motivo"),
    [
        (["credencial", "tiss_999001_matris"], "Nenhum contrato usa a conexão tiss_999001_matris."),
        (["contrato", "999"], "Não existe o contrato 999."),
    ],
)
def test_a_misspelt_name_is_not_taken_for_what_was_not_suspended(
    tiss: Comando, argumentos: list[str], motivo: str
) -> None:
    assert tiss("liberar", *argumentos) == 1
    assert tiss.erros == f"tiss: {motivo}\n"


# without its parts ------------------------------------------------------------------------------

COM_BANCO = [
    ["lote", "exportar", "1"],
    ["lote", "resolver", "1", "--protocolo", "1"],
    ["liberar", "credencial", "x"],
    ["liberar", "contrato", "1"],
    ["lote", "liberar", "1"],
    ["lote", "marcar-enviado", "1", "--protocolo", "1"],
    ["lote", "desfazer-exportacao", "1"],
    ["lote", "cancelar", "1"],
    ["guia", "retirar", "1", "--motivo", "x"],
    ["guia", "reapresentar", "1", "--motivo", "x"],
    ["guia", "esquecidas"],
    ["recuperar", "banco"],
    ["recuperar", "retidas"],
    ["recuperar", "soltar", "--todas"],
]


@pytest.mark.parametrize("argumentos", COM_BANCO)
def test_without_the_connection_a_command_says_how_to_make_it(
    tiss_avulso: Comando, metadados: None, argumentos: list[str]
) -> None:
    assert tiss_avulso(*argumentos) == 1
    assert tiss_avulso.erros == (
        "tiss: A conexão clinica_db não existe: crie-a no Airflow ou defina "
        "AIRFLOW_CONN_CLINICA_DB.\n"
    )


@pytest.mark.parametrize("argumentos", COM_BANCO)
def test_without_the_database_a_command_says_so_in_portuguese(
    tiss_avulso: Comando,
    postgres: PostgresEmbutido,
    monkeypatch: pytest.MonkeyPatch,
    argumentos: list[str],
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CLINICA_DB", postgres.url("inexistente"))
    assert tiss_avulso(*argumentos) == 1
    assert tiss_avulso.erros.startswith("tiss: o banco de dados não atendeu: ")


# what a person decides about a lote -------------------------------------------------------------


@pytest.fixture
def de_portal(lotes: list[int], conexao: Conexao) -> int:
    """A lote that a person carries to a portal."""
    conexao.execute("UPDATE tiss.contrato SET tipo_api = 'MANUAL'")
    return lotes[0]


def test_a_lote_that_waits_for_a_look_is_released_once(
    tiss: Comando, lotes: list[int], conexao: Conexao
) -> None:
    conexao.execute("UPDATE tiss.lote SET liberado = false")
    assert tiss("lote", "liberar", lotes[0], "--por", "ana") == 0
    assert f"Lote {lotes[0]}: liberado; a próxima execução" in tiss.saida
    lote = _lote(conexao, lotes[0])[0]
    assert (lote["liberado"], lote["liberado_por"]) == (True, "ana")
    assert tiss("lote", "liberar", lotes[0], "--por", "ana") == 1
    assert "já está liberado" in tiss.erros


def test_a_file_is_exported_delivered_and_marked(
    tiss: Comando, de_portal: int, conexao: Conexao, tmp_path: Path
) -> None:
    marcar = ("lote", "marcar-enviado", de_portal, "--protocolo", "77", "--por", "ana")
    assert tiss(*marcar) == 1
    assert "exporte-o antes" in tiss.erros
    assert tiss("lote", "exportar", de_portal, "--pasta", tmp_path, "--por", "ana") == 0
    assert len(list(tmp_path.iterdir())) == 1
    assert tiss("lote", "desfazer-exportacao", de_portal, "--por", "bia") == 0
    assert tiss.saida.endswith(f"Lote {de_portal}: a exportação não vale mais.\n")
    assert tiss(*marcar) == 1
    outra = tmp_path / "outra"
    outra.mkdir()
    assert tiss("lote", "exportar", de_portal, "--pasta", outra, "--por", "ana") == 0
    assert tiss(*marcar) == 0
    assert tiss.saida.endswith(f"Lote {de_portal}: enviado, protocolo 77.\n")
    assert _lote(conexao, de_portal)[0]["protocolo"] == "77"


def test_a_file_of_the_portal_is_taken_in_or_refused(
    tiss: Comando, de_portal: int, conexao: Conexao, tmp_path: Path
) -> None:
    tiss("lote", "exportar", de_portal, "--pasta", tmp_path, "--por", "ana")
    arquivo = tmp_path / "resposta.xml"
    assert tiss("lote", "importar", de_portal, arquivo, "--por", "ana") == 1
    assert "não existe" in tiss.erros
    arquivo.write_text("isto não é XML")
    assert tiss("lote", "importar", de_portal, arquivo, "--por", "ana") == 1
    assert "veja o que ele é com tiss ler" in tiss.erros
    numero = _lote(conexao, de_portal)[0]["numero_lote"]
    arquivo.write_text(
        '<x xmlns="http://www.ans.gov.br/padroes/tiss/schemas"><protocoloRecebimento>'
        f"<numeroLote>{numero}</numeroLote><numeroProtocolo>88</numeroProtocolo>"
        "</protocoloRecebimento></x>"
    )
    assert tiss("lote", "importar", de_portal, arquivo, "--por", "ana") == 0
    assert tiss.saida.endswith(f"Lote {de_portal}: recibo: protocolo 88.\n")
    assert _status(conexao, de_portal) == "ENVIADO"


def test_files_of_demonstrativos_are_taken_in_and_a_bad_one_stops_no_other(
    tiss: Comando, lotes: list[int], conexao: Conexao, tmp_path: Path
) -> None:
    ((contrato, registro_ans, codigo),) = conexao.execute(
        "SELECT contrato.id, registro_ans, codigo_prestador FROM tiss.contrato"
        " JOIN tiss.lote ON lote.contrato_id = contrato.id WHERE lote.id = %s",
        [lotes[0]],
    ).fetchall()
    bom, torto = tmp_path / "bom.xml", tmp_path / "torto.xml"
    torto.write_text("isto não é XML")
    bom.write_text(
        '<x xmlns="http://www.ans.gov.br/padroes/tiss/schemas"><demonstrativoAnaliseConta>'
        f"<cabecalhoDemonstrativo><registroANS>{registro_ans}</registroANS>"
        "<numeroDemonstrativo>1</numeroDemonstrativo></cabecalhoDemonstrativo>"
        f"<dadosPrestador><dadosContratado><codigoPrestadorNaOperadora>{codigo}"
        "</codigoPrestadorNaOperadora></dadosContratado></dadosPrestador>"
        "</demonstrativoAnaliseConta></x>"
    )
    faltante = tmp_path / "nenhum.xml"
    assert tiss("retorno", "importar", torto, faltante, bom, "--por", "ana") == 1
    linhas = [
        linha for linha in tiss.saida.splitlines() if linha.startswith((str(tmp_path), "  a"))
    ]
    assert linhas[0].startswith(f"{torto}: não importado. O arquivo não traz demonstrativo")
    assert linhas[1].startswith(f"{faltante}: não importado. ")
    assert linhas[1].endswith("não existe")
    assert linhas[2] == f"{bom}: demonstrativo de análise; lotes: nenhum daqui"
    assert linhas[3].startswith("  aviso: ")
    assert "2 de 3 arquivos não importados" in tiss.erros
    assert tiss("retorno", "importar", bom, "--contrato", contrato, "--por", "ana") == 0
    assert tiss("retorno", "importar", bom, "--contrato", 99999, "--por", "ana") == 1
    assert "Não existe o contrato 99999" in tiss.saida
    guardados = conexao.execute("SELECT quem FROM tiss.troca WHERE canal = 'MANUAL'").fetchall()
    assert guardados == [("ana",), ("ana",)]


def test_a_cancel_of_what_was_not_sent_or_is_not_offered_is_refused(
    tiss: Comando, lotes: list[int], em_duvida: int
) -> None:
    assert tiss("lote", "cancelar", lotes[1], "--por", "ana") == 1
    assert "está PENDENTE: só se cancela" in tiss.erros
    assert tiss("lote", "cancelar", em_duvida, "--por", "ana") == 1
    assert "não oferece cancelamento" in tiss.erros


# recursos de glosa ------------------------------------------------------------------------------


@pytest.fixture
def glosado(tiss: Comando, lotes: list[int], conexao: Conexao) -> int:
    """A lote of the portal of which an item was refused, analysed ten days ago."""
    conexao.execute(
        "UPDATE tiss.lote SET status = 'ENVIANDO', dono = 'x', prazo = now() WHERE id = %s",
        [lotes[0]],
    )
    conexao.execute(
        "UPDATE tiss.lote SET status = 'ENVIADO', protocolo = '7001', data_envio = now()"
        " WHERE id = %s",
        [lotes[0]],
    )
    conexao.execute(
        "UPDATE tiss.guia_tiss_envio SET resultado = 'AUTORIZADA', valor_liberado = 1,"
        " valor_glosado = 30, demonstrativo_data = current_date - 10"
        " WHERE lote_id = %s AND ordem = 1",
        [lotes[0]],
    )
    conexao.execute(
        "INSERT INTO tiss.glosa (envio_id, protocolo, nivel, sequencial_item, codigo,"
        " valor_rateado, origem, posicao) SELECT id, '7001', 'ITEM', 1, '1714', 30,"
        " 'DEMONSTRATIVO_ANALISE', 1 FROM tiss.guia_tiss_envio WHERE lote_id = %s AND ordem = 1",
        [lotes[0]],
    )
    return lotes[0]


def test_a_recurso_goes_from_the_glosa_to_the_lote(
    tiss: Comando, glosado: int, conexao: Conexao
) -> None:
    assert tiss("recurso", "candidatas") == 0
    assert "protocolo 7001, guia" in tiss.saida
    assert "item 1: 1714" in tiss.saida
    assert "R$ 30.00, até" in tiss.saida
    assert tiss.saida.endswith("sem modelo de justificativa\n1 glosas de que ninguém recorreu.\n")
    modelo = ("recurso", "modelo", "1714", "--por", "ana")
    assert tiss(*modelo, "--texto", "Guia ${paciente}") == 1
    assert "existem guia, codigo" in tiss.erros
    assert tiss(*modelo, "--texto", "O valor de ${valor} é o do contrato.") == 0
    assert tiss("recurso", "modelos") == 0
    assert "1714: O valor de ${valor} é o do contrato.\n" in tiss.saida
    assert tiss("recurso", "preparar", "--operadora", "123456", "--por", "ana") == 1
    assert "Não há contrato com: 123456" in tiss.erros
    assert tiss("recurso", "preparar", "--codigo", "1714", "--por", "ana") == 0
    assert "1 glosas em 1 guias, R$ 30.00, prazo" in tiss.saida
    (recurso,) = conexao.execute("SELECT id FROM tiss.recurso").fetchone() or (0,)
    assert tiss("recurso", "mostrar", recurso) == 0
    assert "O valor de R$ 30,00 é o do contrato." in tiss.saida
    assert (
        tiss("recurso", "justificar", recurso, "Outro texto.", "--codigo", "1", "--por", "a") == 1
    )
    assert "não tem essa glosa" in tiss.erros
    assert tiss("recurso", "justificar", recurso, "Outro texto.", "--item", "1", "--por", "a") == 0
    assert "1 glosas justificadas" in tiss.saida
    assert tiss("recurso", "retirar", recurso, "--guia", "999", "--por", "ana") == 1
    assert tiss("recurso", "descartar", recurso, "--por", "ana") == 0
    assert tiss("recurso", "aprovar", recurso, "--por", "ana") == 1
    assert "DESCARTADO" in tiss.erros
    assert tiss("recurso", "refazer", recurso, "--por", "ana") == 0
    assert tiss("recurso", "aprovar", recurso, "--por", "ana") == 0
    (lote,) = conexao.execute(
        "SELECT id FROM tiss.lote WHERE tipo_guia = 'RECURSO_GLOSA'"
    ).fetchone() or (0,)
    assert f"aprovado, no lote {lote}; a próxima execução" in tiss.saida
    assert tiss("recurso", "listar") == 0
    assert f"recurso {recurso}: APROVADO (lote {lote}, PENDENTE), protocolo 7001" in tiss.saida
    assert tiss(*modelo, "--apagar") == 0
    assert tiss(*modelo, "--apagar") == 1
    assert tiss("recurso", "mostrar", 999) == 1
    assert "Não existe o recurso 999" in tiss.erros


# what a person decides about a consulta ---------------------------------------------------------


def test_a_consulta_is_withdrawn_and_presented_again(
    tiss: Comando, lotes: list[int], conexao: Conexao
) -> None:
    linha = conexao.execute("SELECT min(consulta_id) FROM tiss.guia WHERE status = 'GERADA'")
    (consulta,) = linha.fetchone() or (None,)
    pedido = (consulta, "--motivo", "engano", "--por", "ana")
    assert tiss("guia", "reapresentar", *pedido) == 1
    assert "só se reapresenta" in tiss.erros
    assert tiss("guia", "retirar", *pedido, "--homologacao") == 1
    assert "não tem guia em aberto" in tiss.erros
    assert tiss("guia", "retirar", *pedido) == 0
    assert tiss.saida.endswith(f"Consulta {consulta}: retirada; não será faturada.\n")
    assert tiss("guia", "retirar", *pedido) == 1
    assert "está CANCELADA" in tiss.erros
    assert tiss("guia", "reapresentar", *pedido) == 0
    assert "gera outra guia" in tiss.saida
    guia = conexao.execute(
        "SELECT viva, encerrada_por, encerrada_motivo FROM tiss.guia WHERE consulta_id = %s",
        [consulta],
    ).fetchone()
    assert guia == (False, "ana", "engano")


@pytest.mark.parametrize("comando", ["retirar", "reapresentar"])
def test_a_decision_about_a_consulta_has_a_reason(tiss_avulso: Comando, comando: str) -> None:
    with pytest.raises(SystemExit) as fim:
        tiss_avulso("guia", comando, "1")
    assert fim.value.code == 2


def test_what_no_night_bills_is_listed_by_its_id(
    tiss: Comando, gerar: Callable[[int], object], conexao: Conexao
) -> None:
    assert tiss("guia", "esquecidas") == 0
    assert tiss.saida.endswith("nenhuma consulta com resultado e sem guia\n")
    gerar(10)
    esquecidas = conexao.execute(
        "UPDATE clinica.consulta SET status_tiss = 'NEGADA' FROM tiss.contrato, tiss.prestador,"
        " clinica.convenio WHERE prestador.id = prestador_id AND convenio.id = convenio_id"
        " AND prestador.clinica_id = consulta.clinica_id"
        " AND contrato.registro_ans = convenio.registro_ans AND preparado_tiss"
        " AND data_atendimento >= faturar_a_partir_de RETURNING consulta.id, contrato.id"
    ).fetchall()
    assert esquecidas
    assert tiss("guia", "esquecidas") == 0
    linhas = {f"{consulta}\t{contrato}" for consulta, contrato in esquecidas}
    assert set(tiss.saida.splitlines()) == linhas
    consulta, contrato = esquecidas[0]
    assert tiss("guia", "esquecidas", "--contrato", str(contrato)) == 0
    assert f"{consulta}\t{contrato}" in tiss.saida.splitlines()
    assert {linha.split("\t")[1] for linha in tiss.saida.splitlines()} == {str(contrato)}
    assert tiss("guia", "esquecidas", "--contrato", "999") == 1
    assert "Não existe o contrato 999." in tiss.erros


# after a restore --------------------------------------------------------------------------------


def test_a_restored_database_holds_back_until_a_person_releases(
    tiss: Comando, lotes: list[int], gerar: Callable[[int], object], conexao: Conexao
) -> None:
    assert tiss("recuperar", "retidas") == 0
    assert tiss.saida.endswith("nenhuma consulta retida\n")
    gerar(5)
    assert tiss("recuperar", "banco", "--por", "ana") == 0
    assert f"Lotes em dúvida: {len(lotes)}." in tiss.saida
    retidas = [linha for (linha,) in conexao.execute("SELECT consulta_id FROM tiss.retida")]
    assert f"Consultas retidas: {len(retidas)}." in tiss.saida
    assert retidas
    assert tiss("recuperar", "retidas") == 0
    assert len(tiss.saida.splitlines()) == len(retidas)
    assert tiss("recuperar", "soltar", "--consulta", retidas[0], "--por", "ana") == 0
    assert tiss.saida.endswith("1 consultas liberadas para faturamento.\n")
    assert tiss("recuperar", "soltar", "--todas", "--por", "ana") == 0
    assert tiss.saida.endswith(f"{len(retidas) - 1} consultas liberadas para faturamento.\n")


@pytest.mark.parametrize(
    "argumentos",
    [
        ["banco", "--avanco", "0"],
        ["banco", "--avanco", "-1"],
        ["banco", "--avanco", "x"],
        ["soltar"],
        ["soltar", "--todas", "--consulta", "1"],
    ],
    ids=_digitado,
)
def test_a_recovery_that_is_not_clear_is_refused_with_the_usage(
    tiss_avulso: Comando, argumentos: list[str]
) -> None:
    with pytest.raises(SystemExit) as fim:
        tiss_avulso("recuperar", *argumentos)
    assert fim.value.code == 2
