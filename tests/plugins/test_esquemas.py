import hashlib
import os
import re
import resource
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from tiss import esquemas, settings
from tiss.errors import ConfigError
from tiss.esquemas import Catalogo, instalar

VERSAO = "9.01.00"
OUTRA = "9.02.00"
ARQUIVOS = {
    "tissV9_01_00.xsd": b"<schema>\r\n  <element/>\r\n</schema>\r\n",
    "tissGuiasV9_01_00.xsd": b"<schema>" + b" " * 50_000 + b"</schema>\n",
    "xmldsig-core-schema.xsd": b"<schema/>\n",
}
ARQUIVOS_DA_OUTRA = {
    "tissV9_02_00.xsd": b"<schema versao='9.02.00'/>\n",
    "xmldsig-core-schema.xsd": ARQUIVOS["xmldsig-core-schema.xsd"],
}


def sha256(dados: bytes) -> str:
    return hashlib.sha256(dados).hexdigest()


def entrada(versao: str, arquivos: dict[str, bytes], fontes: list[str]) -> str:
    linhas = [f'"{nome}" = "{sha256(dados)}"' for nome, dados in arquivos.items()]
    return "\n".join(
        [
            f'[versoes."{versao}"]',
            f'sufixo = "{versao.replace(".", "_")}"',
            f"fontes = {fontes}",
            f'[versoes."{versao}".arquivos]',
            *linhas,
            "",
        ]
    )


def catalogo_com(tmp_path: Path, *entradas: str) -> Catalogo:
    arquivo = tmp_path / "catalogo.toml"
    arquivo.write_text("\n".join(entradas))
    return Catalogo(arquivo=arquivo, destino=tmp_path / "instalados")


@pytest.fixture(autouse=True)
def sem_pasta_de_esquemas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TISS_ESQUEMAS", raising=False)


@pytest.fixture
def catalogo(tmp_path: Path) -> Catalogo:
    return catalogo_com(
        tmp_path, entrada(VERSAO, ARQUIVOS, []), entrada(OUTRA, ARQUIVOS_DA_OUTRA, [])
    )


def gravar(pasta: Path, arquivos: dict[str, bytes]) -> Path:
    pasta.mkdir(parents=True, exist_ok=True)
    for nome, dados in arquivos.items():
        (pasta / nome).write_bytes(dados)
    return pasta


def compactar(caminho: Path, arquivos: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(caminho, "w", zipfile.ZIP_DEFLATED) as arquivo:
        for nome, dados in arquivos.items():
            arquivo.writestr(nome, dados)
    return caminho


def lidos(pasta: Path) -> dict[str, bytes]:
    return {arquivo.name: arquivo.read_bytes() for arquivo in pasta.iterdir()}


def nada_instalado(catalogo: Catalogo) -> bool:
    return not catalogo.destino.exists() or not list(catalogo.destino.iterdir())


# The catalogue


def test_catalogue_of_the_project_has_the_three_versions() -> None:
    assert esquemas.versoes() == ("4.01.00", "4.02.00", "4.03.00")


@pytest.mark.parametrize("versao", esquemas.versoes())
def test_every_version_has_the_same_seven_files_under_its_own_suffix(versao: str) -> None:
    suf = esquemas.sufixo(versao)
    vazia = Catalogo(destino=Path("/nao/existe"))
    (estado,) = [estado for estado in vazia.listar() if estado.versao == versao]
    assert set(estado.faltando) == {
        *(f"tiss{parte}V{suf}.xsd" for parte in ("", "Guias", "ComplexTypes", "SimpleTypes")),
        f"tissWebServicesV{suf}.xsd",
        "tissAssinaturaDigital_v1.01.xsd",
        "xmldsig-core-schema.xsd",
    }


def test_a_new_version_is_only_data(tmp_path: Path) -> None:
    nova = {"tissV9_03_00.xsd": b"<schema/>"}
    catalogo = catalogo_com(tmp_path, entrada("9.03.00", nova, []))
    instalar("9.03.00", gravar(tmp_path / "origem", nova), catalogo=catalogo)
    assert catalogo.versoes() == ("9.03.00",)
    assert catalogo.sufixo("9.03.00") == "9_03_00"
    assert lidos(catalogo.pasta("9.03.00")) == nova


@pytest.mark.parametrize(
    "texto",
    [
        "isto não é toml",
        entrada(VERSAO, ARQUIVOS, ["pacote-que-nao-existe"]),
        f'[versoes."{VERSAO}"]\nfontes = []',
        "versoes = 1",
    ],
    ids=["not TOML", "unknown package", "no suffix", "wrong type"],
)
def test_a_broken_catalogue_is_named(tmp_path: Path, texto: str) -> None:
    catalogo = catalogo_com(tmp_path, texto)
    with pytest.raises(ConfigError, match=r"catálogo de esquemas .*catalogo\.toml"):
        catalogo.versoes()


# What is installed


def test_folder_of_a_missing_version_names_the_command(catalogo: Catalogo) -> None:
    with pytest.raises(ConfigError, match=rf"tiss esquemas instalar {VERSAO}"):
        catalogo.pasta(VERSAO)


def test_folder_without_one_of_its_files_is_not_installed(catalogo: Catalogo) -> None:
    instalada = gravar(catalogo.destino / VERSAO, ARQUIVOS)
    (instalada / "xmldsig-core-schema.xsd").unlink()
    with pytest.raises(ConfigError, match="não estão instalados"):
        catalogo.pasta(VERSAO)


@pytest.mark.parametrize("versao", ["9.99.00", "", "..", f"../{VERSAO}"])
def test_unknown_version_lists_the_known_ones(catalogo: Catalogo, versao: str) -> None:
    for pedir in (catalogo.pasta, catalogo.sufixo, partial(instalar, catalogo=catalogo)):
        with pytest.raises(ConfigError, match=rf"não está no catálogo .* {VERSAO}, {OUTRA}"):
            pedir(versao)


def test_list_tells_missing_from_different_files(catalogo: Catalogo) -> None:
    gravar(catalogo.destino / OUTRA, ARQUIVOS_DA_OUTRA)
    gravar(
        catalogo.destino / VERSAO,
        {"tissV9_01_00.xsd": b"outro", "xmldsig-core-schema.xsd": b"<schema/>\n"},
    )
    primeira, segunda = catalogo.listar()
    assert not primeira.instalada
    assert primeira.faltando == ("tissGuiasV9_01_00.xsd",)
    assert primeira.diferentes == ("tissV9_01_00.xsd",)
    assert (segunda.versao, segunda.instalada) == (OUTRA, True)


# A folder or an archive given by the user


def origem_pasta(base: Path) -> Path:
    return gravar(base / "origem", ARQUIVOS)


def origem_subpasta(base: Path) -> Path:
    gravar(base / "origem" / OUTRA, ARQUIVOS_DA_OUTRA)
    gravar(base / "origem" / VERSAO, ARQUIVOS)
    return base / "origem"


def origem_zip(base: Path) -> Path:
    return compactar(base / "origem.zip", ARQUIVOS)


def origem_wheel(base: Path) -> Path:
    outra = {f"pkg/dados/{OUTRA}/{nome}": dados for nome, dados in ARQUIVOS_DA_OUTRA.items()}
    esta = {f"pkg/dados/{VERSAO}/{nome}": dados for nome, dados in ARQUIVOS.items()}
    return compactar(base / "pkg-1.0-py3-none-any.whl", outra | esta)


@pytest.mark.parametrize("fazer", [origem_pasta, origem_subpasta, origem_zip, origem_wheel])
def test_installs_from(catalogo: Catalogo, tmp_path: Path, fazer: Callable[[Path], Path]) -> None:
    origem = fazer(tmp_path)
    assert instalar(VERSAO, origem, catalogo=catalogo) == str(origem)
    assert lidos(catalogo.pasta(VERSAO)) == ARQUIVOS
    assert [pasta.name for pasta in catalogo.destino.iterdir()] == [VERSAO]


def test_only_the_files_of_the_catalogue_are_taken(catalogo: Catalogo, tmp_path: Path) -> None:
    origem = gravar(tmp_path / "origem", ARQUIVOS | {"leiame.txt": b"oi"})
    instalar(VERSAO, origem, catalogo=catalogo)
    assert lidos(catalogo.pasta(VERSAO)) == ARQUIVOS


def test_installed_schemas_can_be_read_by_other_users(catalogo: Catalogo, tmp_path: Path) -> None:
    instalar(VERSAO, origem_pasta(tmp_path), catalogo=catalogo)
    comum = gravar(tmp_path / "comum", {})
    assert catalogo.pasta(VERSAO).stat().st_mode == comum.stat().st_mode


@pytest.mark.parametrize("fazer", [origem_pasta, origem_zip])
def test_one_changed_byte_is_refused_by_name(
    catalogo: Catalogo, tmp_path: Path, fazer: Callable[[Path], Path]
) -> None:
    alterado = bytearray(ARQUIVOS["tissGuiasV9_01_00.xsd"])
    alterado[25_000] ^= 1
    arquivos = ARQUIVOS | {"tissGuiasV9_01_00.xsd": bytes(alterado)}
    if fazer is origem_zip:
        origem = compactar(tmp_path / "origem.zip", arquivos)
    else:
        origem = gravar(tmp_path / "origem", arquivos)
    with pytest.raises(ConfigError) as erro:
        instalar(VERSAO, origem, catalogo=catalogo)
    assert "tissGuiasV9_01_00.xsd" in str(erro.value)
    assert "xmldsig-core-schema.xsd" not in str(erro.value)
    assert nada_instalado(catalogo)


def test_changed_line_endings_are_refused_and_explained(catalogo: Catalogo, tmp_path: Path) -> None:
    com_lf = ARQUIVOS["tissV9_01_00.xsd"].replace(b"\r\n", b"\n")
    origem = gravar(tmp_path / "origem", ARQUIVOS | {"tissV9_01_00.xsd": com_lf})
    with pytest.raises(ConfigError, match=r"tissV9_01_00\.xsd \(só os fins de linha diferem\)"):
        instalar(VERSAO, origem, catalogo=catalogo)
    assert nada_instalado(catalogo)


def test_missing_file_is_refused_by_name(catalogo: Catalogo, tmp_path: Path) -> None:
    origem = origem_pasta(tmp_path)
    (origem / "tissV9_01_00.xsd").unlink()
    with pytest.raises(ConfigError, match=r"faltam tissV9_01_00\.xsd\n"):
        instalar(VERSAO, origem, catalogo=catalogo)
    assert nada_instalado(catalogo)


def test_origin_that_does_not_exist_is_named(catalogo: Catalogo, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sumiu\.zip: não existe"):
        instalar(VERSAO, tmp_path / "sumiu.zip", catalogo=catalogo)


def test_origin_that_is_not_an_archive_is_named(catalogo: Catalogo, tmp_path: Path) -> None:
    (tmp_path / "errado.zip").write_bytes(b"<html>404</html>")
    with pytest.raises(ConfigError, match=r"errado\.zip não pôde ser lido"):
        instalar(VERSAO, tmp_path / "errado.zip", catalogo=catalogo)


def test_given_origin_is_the_only_place_tried(
    catalogo: Catalogo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TISS_ESQUEMAS", str(origem_subpasta(tmp_path)))
    with pytest.raises(ConfigError, match="faltam"):
        instalar(VERSAO, gravar(tmp_path / "vazia", {}), catalogo=catalogo)


# What is already there


def test_installed_version_is_left_alone(catalogo: Catalogo, tmp_path: Path) -> None:
    instalar(VERSAO, origem_pasta(tmp_path), catalogo=catalogo)
    antes = catalogo.pasta(VERSAO).stat()
    assert instalar(VERSAO, tmp_path / "sumiu", catalogo=catalogo) == esquemas.JA_INSTALADA
    assert catalogo.pasta(VERSAO).stat() == antes


def test_damaged_installation_is_replaced(catalogo: Catalogo, tmp_path: Path) -> None:
    gravar(catalogo.destino / VERSAO, ARQUIVOS | {"tissV9_01_00.xsd": b"<sche"})
    instalar(VERSAO, origem_pasta(tmp_path), catalogo=catalogo)
    assert lidos(catalogo.pasta(VERSAO)) == ARQUIVOS
    assert [pasta.name for pasta in catalogo.destino.iterdir()] == [VERSAO]


@contextmanager
def disco_cheio_apos(limite: int) -> Iterator[None]:
    _, maximo = anterior = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limite, maximo))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, anterior)


def test_interrupted_installation_leaves_nothing(catalogo: Catalogo, tmp_path: Path) -> None:
    origem = origem_pasta(tmp_path)
    with disco_cheio_apos(10_000), pytest.raises(ConfigError, match="Não foi possível instalar"):
        instalar(VERSAO, origem, catalogo=catalogo)
    assert nada_instalado(catalogo)


def test_interrupted_installation_keeps_what_was_there(catalogo: Catalogo, tmp_path: Path) -> None:
    antiga = {"tissV9_01_00.xsd": b"publicado antes"}
    gravar(catalogo.destino / VERSAO, antiga)
    origem = origem_pasta(tmp_path)
    with disco_cheio_apos(10_000), pytest.raises(ConfigError, match="Não foi possível instalar"):
        instalar(VERSAO, origem, catalogo=catalogo)
    assert lidos(catalogo.destino / VERSAO) == antiga
    assert [pasta.name for pasta in catalogo.destino.iterdir()] == [VERSAO]


@pytest.mark.parametrize("antes", [{}, {"tissV9_01_00.xsd": b"<sche"}], ids=["absent", "damaged"])
def test_only_one_of_the_installations_at_the_same_time_writes(
    catalogo: Catalogo, tmp_path: Path, antes: dict[str, bytes]
) -> None:
    origem = origem_pasta(tmp_path)
    gravar(catalogo.destino / VERSAO, antes)
    with ThreadPoolExecutor(4) as executor:
        fontes = list(executor.map(lambda _: instalar(VERSAO, origem, catalogo=catalogo), range(4)))
    assert sorted(fontes) == sorted([str(origem), *[esquemas.JA_INSTALADA] * 3])
    assert lidos(catalogo.pasta(VERSAO)) == ARQUIVOS
    assert [pasta.name for pasta in catalogo.destino.iterdir()] == [VERSAO]


# The folder named by TISS_ESQUEMAS


def test_installs_from_the_folder_of_the_environment(
    catalogo: Catalogo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasta = origem_subpasta(tmp_path)
    monkeypatch.setenv("TISS_ESQUEMAS", str(pasta))
    assert instalar(VERSAO, catalogo=catalogo) == f"TISS_ESQUEMAS ({pasta})"
    assert lidos(catalogo.pasta(VERSAO)) == ARQUIVOS


def test_version_that_no_place_has_tells_what_to_do(
    catalogo: Catalogo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TISS_ESQUEMAS", str(gravar(tmp_path / "vazia", {})))
    with pytest.raises(ConfigError) as erro:
        instalar(VERSAO, catalogo=catalogo)
    mensagem = str(erro.value)
    assert "vazia): faltam tissV9_01_00.xsd" in mensagem
    assert "ANS não é consultado automaticamente" in mensagem
    assert f"tiss esquemas instalar {VERSAO} --origem" in mensagem


# Packages of PyPI. pip is real; a folder of wheels stands for the index, except in the last one


def fazer_wheel(indice: Path, nome: str, arquivos: dict[str, bytes]) -> str:
    """Write a wheel that pip accepts and return its entry in a catalogue."""
    indice.mkdir(exist_ok=True)
    info = f"{nome}-1.0.dist-info"
    wheel = compactar(
        indice / f"{nome}-1.0-py3-none-any.whl",
        {f"{nome}/{VERSAO}/{arquivo}": dados for arquivo, dados in arquivos.items()}
        | {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {nome}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        },
    )
    return "\n".join(
        [
            f"[pacotes.{nome}]",
            f'nome = "{nome}"',
            'versao = "1.0"',
            f'sha256 = "{sha256(wheel.read_bytes())}"',
            f'pasta = "{nome}/{{versao}}"',
        ]
    )


@pytest.fixture
def indice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "indice"))
    return tmp_path / "indice"


def test_package_that_cannot_be_had_gives_way_to_the_next(tmp_path: Path, indice: Path) -> None:
    sumido = fazer_wheel(indice, "sumido", ARQUIVOS)
    (indice / "sumido-1.0-py3-none-any.whl").unlink()
    catalogo = catalogo_com(
        tmp_path,
        sumido,
        fazer_wheel(indice, "achado", ARQUIVOS),
        entrada(VERSAO, ARQUIVOS, ["sumido", "achado"]),
    )
    assert instalar(VERSAO, catalogo=catalogo) == "PyPI (achado 1.0)"
    assert lidos(catalogo.pasta(VERSAO)) == ARQUIVOS


def test_unreachable_package_is_reported_with_the_words_of_pip(
    tmp_path: Path, indice: Path
) -> None:
    sumido = fazer_wheel(indice, "sumido", ARQUIVOS)
    shutil.rmtree(indice)
    catalogo = catalogo_com(tmp_path, sumido, entrada(VERSAO, ARQUIVOS, ["sumido"]))
    with pytest.raises(ConfigError, match=r"PyPI \(sumido 1\.0\): o pip .* sumido==1\.0"):
        instalar(VERSAO, catalogo=catalogo)


def test_wheel_other_than_the_pinned_one_is_refused(tmp_path: Path, indice: Path) -> None:
    pacote = fazer_wheel(indice, "trocado", ARQUIVOS)
    fazer_wheel(indice, "trocado", ARQUIVOS | {"extra.py": b"import os"})
    catalogo = catalogo_com(tmp_path, pacote, entrada(VERSAO, ARQUIVOS, ["trocado"]))
    with pytest.raises(ConfigError, match=r"trocado-1\.0-py3-none-any\.whl não é o do catálogo"):
        instalar(VERSAO, catalogo=catalogo)
    assert nada_instalado(catalogo)


def test_pinned_wheel_with_another_schema_is_refused(tmp_path: Path, indice: Path) -> None:
    outros = ARQUIVOS | {"tissV9_01_00.xsd": b"outro"}
    pacote = fazer_wheel(indice, "errado", outros)
    catalogo = catalogo_com(tmp_path, pacote, entrada(VERSAO, ARQUIVOS, ["errado"]))
    with pytest.raises(ConfigError, match=r"\(sha256 diferente\): tissV9_01_00\.xsd\. Nada"):
        instalar(VERSAO, catalogo=catalogo)


def test_installs_4_03_00_from_the_real_pypi(tmp_path: Path) -> None:
    """The only test that needs the network."""
    catalogo = Catalogo(destino=tmp_path)
    assert instalar("4.03.00", catalogo=catalogo) == "PyPI (tiss 0.4.0)"
    assert (catalogo.pasta("4.03.00") / "tissV4_03_00.xsd").is_file()


# The version without a package


ESQUEMAS_DE_TESTE = os.environ.get("TISS_ESQUEMAS", "")  # before the fixture hides it


def test_installs_4_01_00_from_the_folder_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faltar: Callable[[str], NoReturn]
) -> None:
    if not ESQUEMAS_DE_TESTE:
        faltar("TISS_ESQUEMAS não aponta para a pasta que contém 4.01.00; sem ela não há teste")
    monkeypatch.setenv("TISS_ESQUEMAS", ESQUEMAS_DE_TESTE)
    catalogo = Catalogo(destino=tmp_path)
    assert instalar("4.01.00", catalogo=catalogo) == f"TISS_ESQUEMAS ({ESQUEMAS_DE_TESTE})"
    assert (catalogo.pasta("4.01.00") / "tissV4_01_00.xsd").is_file()


def test_default_catalogue_installs_beside_its_own_file() -> None:
    padrao = Catalogo()
    assert padrao.arquivo == settings.ESQUEMAS / "catalogo.toml"
    assert padrao.destino == settings.ESQUEMAS
    assert esquemas.listar() == padrao.listar()
    for pedir in (esquemas.pasta, esquemas.instalar):
        with pytest.raises(ConfigError, match=re.escape(str(padrao.arquivo))):
            pedir("9.99.00")
