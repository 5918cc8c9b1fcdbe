"""Each digest is made here from the words of its dialect, never by the code under test."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import FrameType

import pytest
from guias_modelo import CONTRATO, PELO_CODIGO
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.pedido import SolicitacaoStatusProtocolo
from tiss.domain.retorno import Ilegivel
from tiss.errors import TissError, UnreadableError
from tiss.messages.hashes import (
    DIALETOS,
    PADRAO,
    conferir_hash,
    corrigir_hash,
    esperado,
    explicar_recusa,
    identificar,
)
from tiss.messages.leitura import TAMANHO_MAXIMO, ler
from tiss.messages.mensagem import Login, escrever_pedido, hash_da_mensagem
from tiss.messages.validacao import validar

NS = "http://www.ans.gov.br/padroes/tiss/schemas"
GOLDEN = Path(__file__).parent / "golden"
SEM_DONO = hashlib.md5(b"de mensagem nenhuma").hexdigest()

# A message of one line, with every part that a dialect may count or leave out.
CABECALHO = (
    "<ans:tipoTransacao>ENVIO_LOTE_GUIAS</ans:tipoTransacao>"
    "<ans:loginSenhaPrestador><ans:loginPrestador>clin</ans:loginPrestador>"
    "<ans:senhaPrestador>s3nh4</ans:senhaPrestador></ans:loginSenhaPrestador>"
)
COMECO, LOGIN = "ENVIO_LOTE_GUIAS", "clins3nh4"


def md5(texto: str | bytes, codec: str = "iso-8859-1") -> str:
    return hashlib.md5(texto if isinstance(texto, bytes) else texto.encode(codec)).hexdigest()


def mensagem(
    corpo: str = "<ans:v>AÇÃO</ans:v>",
    *,
    hash_: str = "<ans:hash></ans:hash>",
    fim: str = "",
    atributos: str = "",
    codec: str = "ISO-8859-1",
    declarada: str | None = None,
) -> bytes:
    texto = (
        f'<?xml version="1.0" encoding="{declarada or codec}"?>'
        f'<ans:mensagemTISS xmlns:ans="{NS}"{atributos}><ans:cabecalho>{CABECALHO}</ans:cabecalho>'
        f"<ans:prestadorParaOperadora>{corpo}</ans:prestadorParaOperadora>"
        f"<ans:epilogo>{hash_}</ans:epilogo>{fim}</ans:mensagemTISS>"
    )
    return texto.encode(codec)


def raiz_ws(valor_do_hash: str = "", corpo: str = "<ans:v>AÇÃO</ans:v>") -> str:
    return (
        f'<ans:loteGuiasWS xmlns:ans="{NS}"><ans:cabecalho>{CABECALHO}</ans:cabecalho>{corpo}'
        f"<ans:hash>{valor_do_hash}</ans:hash></ans:loteGuiasWS>"
    )


def envelope(raiz: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f"<u>fora</u></s:Header><s:Body>{raiz}</s:Body></s:Envelope>"
    ).encode()


BONITA = (
    mensagem()
    .replace(b"><", b">\n  <")
    .replace(b"<ans:hash>\n  </ans:hash>", b"<ans:hash></ans:hash>")
)
INTEIRA = COMECO + LOGIN + "AÇÃO"
ASSINADA = mensagem(fim="<ds:Signature xmlns:ds='urn:ds'><ds:v>RUBRICA</ds:v></ds:Signature>")
COMENTADA = mensagem("<!--nota--><ans:v>AÇÃO</ans:v>")
COM_ATRIBUTO = mensagem('<ans:v a="X">AÇÃO</ans:v>')
COM_BRANCOS = mensagem("<ans:v>AÇÃO  do dia </ans:v><ans:v>\n b</ans:v>")
BRANCOS_NO_FIM = mensagem("<ans:v>AÇÃO\n</ans:v>")
INDENTADO = "".join(re.findall(r">([^<]*)(?=<)", BONITA.decode("iso-8859-1").split("?>\n  ")[1]))


# every dialect from a message built to produce it


CASOS: dict[str, tuple[bytes, str]] = {
    "PADRAO": (mensagem(), md5(INTEIRA)),
    "UTF_8": (mensagem(), md5(INTEIRA, "utf-8")),
    "WINDOWS_1252": (
        mensagem("<ans:v>3 €</ans:v>", codec="utf-8"),
        md5(COMECO + LOGIN + "3 €", "cp1252"),
    ),
    "INTERROGACAO": (
        mensagem("<ans:v>Ç 3 €</ans:v>", codec="utf-8"),
        md5(COMECO + LOGIN + "Ç 3 ?"),
    ),
    "ASCII_COM_INTERROGACAO": (mensagem(), md5(COMECO + LOGIN + "A??O")),
    "UTF_16": (mensagem(), md5(INTEIRA, "utf-16-le")),
    "UTF_8_SOB_ISO": (
        mensagem(codec="utf-8", declarada="ISO-8859-1"),
        md5(INTEIRA, "utf-8"),
    ),
    "LIDO_COMO_UTF_8": (mensagem(codec="utf-8", declarada="ISO-8859-1"), md5(INTEIRA)),
    "VALORES_APARADOS": (COM_BRANCOS, md5(COMECO + LOGIN + "AÇÃO  do diab")),
    "TUDO_MAIUSCULO": (COM_BRANCOS, md5((COMECO + LOGIN + "AÇÃO  do dia \n b").upper())),
    "MAIUSCULO_E_APARADO": (COM_BRANCOS, md5((COMECO + LOGIN + "AÇÃO  do diab").upper())),
    "VALORES_COLAPSADOS": (COM_BRANCOS, md5(COMECO + LOGIN + "AÇÃO do diab")),
    "VALORES_ESCAPADOS": (
        mensagem("<ans:v>D &amp; A &lt;</ans:v>"),
        md5(COMECO + LOGIN + "D &amp; A &lt;"),
    ),
    "QUEBRAS_CRLF": (COM_BRANCOS, md5(COMECO + LOGIN + "AÇÃO  do dia \r\n b")),
    "TEXTO_APARADO": (
        mensagem("<ans:v> AÇÃO </ans:v>"),
        md5((COMECO + LOGIN + " AÇÃO ").strip()),
    ),
    "BRANCOS_COLAPSADOS": (BRANCOS_NO_FIM, md5(COMECO + LOGIN + "AÇÃO ")),
    "BRANCOS_COLAPSADOS_E_APARADOS": (
        mensagem("<ans:v>\n AÇÃO</ans:v><ans:v>b \n</ans:v>"),
        md5(COMECO + LOGIN + " AÇÃOb"),
    ),
    "LINEARIZADO": (COM_BRANCOS, md5(COMECO + LOGIN + "AÇÃO  do dia  b")),
    "SEM_BRANCOS": (COM_BRANCOS, md5(COMECO + LOGIN + "AÇÃOdodiab")),
    "COM_INDENTACAO": (BONITA, md5(INDENTADO)),
    "COM_COMENTARIOS": (COMENTADA, md5(COMECO + LOGIN + "notaAÇÃO")),
    "COM_ATRIBUTOS": (COM_ATRIBUTO, md5(COMECO + LOGIN + "XAÇÃO")),
    "SEM_CABECALHO": (mensagem(), md5("AÇÃO")),
    "SEM_LOGIN": (mensagem(), md5(COMECO + "AÇÃO")),
    "COM_EPILOGO": (mensagem(hash_="<ans:hash>0</ans:hash>"), md5(INTEIRA + "0")),
    "COM_ASSINATURA": (ASSINADA, md5(INTEIRA + "RUBRICA")),
    "COM_ENVELOPE": (envelope(raiz_ws()), md5("fora" + INTEIRA)),
    "SHA_1": (mensagem(), hashlib.sha1(INTEIRA.encode("iso-8859-1")).hexdigest()),
    "SHA_256": (mensagem(), hashlib.sha256(INTEIRA.encode("iso-8859-1")).hexdigest()),
    "ARQUIVO_INTEIRO": (mensagem() + b"\n", md5(mensagem() + b"\n")),
    "ARQUIVO_COM_HASH_VAZIO": (mensagem(hash_="<ans:hash>0</ans:hash>"), md5(mensagem())),
    "ARQUIVO_COM_HASH_FECHADO": (mensagem(), md5(mensagem(hash_="<ans:hash/>"))),
    "ARQUIVO_SEM_HASH": (mensagem(), md5(mensagem(hash_=""))),
    "ARQUIVO_SEM_EPILOGO": (
        mensagem(),
        md5(mensagem(hash_="").replace(b"<ans:epilogo></ans:epilogo>", b"")),
    ),
    "MENSAGEM_INTEIRO": (envelope(raiz_ws()), md5(raiz_ws(), "utf-8")),
    "MENSAGEM_COM_HASH_VAZIO": (envelope(raiz_ws("abc")), md5(raiz_ws(), "utf-8")),
    "MENSAGEM_COM_HASH_FECHADO": (
        envelope(raiz_ws()),
        md5(raiz_ws().replace("<ans:hash></ans:hash>", "<ans:hash/>"), "utf-8"),
    ),
    "MENSAGEM_SEM_HASH": (
        envelope(raiz_ws()),
        md5(raiz_ws().replace("<ans:hash></ans:hash>", ""), "utf-8"),
    ),
    "MENSAGEM_SEM_EPILOGO": (
        mensagem(),
        md5(mensagem(hash_="").replace(b"<ans:epilogo></ans:epilogo>", b"").partition(b"?>")[2]),
    ),
}
COMBINADOS: dict[str, tuple[bytes, str]] = {
    "UTF_8+VALORES_APARADOS": (COM_BRANCOS, md5(COMECO + LOGIN + "AÇÃO  do diab", "utf-8")),
    "UTF_8+MAIUSCULO_E_APARADO": (
        COM_BRANCOS,
        md5((COMECO + LOGIN + "AÇÃO  do diab").upper(), "utf-8"),
    ),
    "UTF_8+COM_INDENTACAO": (BONITA, md5(INDENTADO, "utf-8")),
    "QUEBRAS_CRLF+COM_INDENTACAO": (BONITA, md5(INDENTADO.replace("\n", "\r\n"))),
    "UTF_8+QUEBRAS_CRLF+COM_INDENTACAO": (
        BONITA,
        md5(INDENTADO.replace("\n", "\r\n"), "utf-8"),
    ),
    "BRANCOS_COLAPSADOS+COM_INDENTACAO": (BONITA, md5(re.sub(r"\s+", " ", INDENTADO))),
    "UTF_8+SEM_CABECALHO": (mensagem(), md5("AÇÃO", "utf-8")),
    "UTF_8+SHA_256": (mensagem(), hashlib.sha256(INTEIRA.encode()).hexdigest()),
    "ARQUIVO_INTEIRO+SHA_1": (mensagem(), hashlib.sha1(mensagem()).hexdigest()),
}


@pytest.mark.parametrize("nome", [*CASOS, *COMBINADOS])
def test_dialect_is_named_from_a_message_and_its_digest(nome: str) -> None:
    lida, digest = {**CASOS, **COMBINADOS}[nome]
    assert identificar(lida, digest) == nome
    assert identificar(lida, f" {digest.upper()}\n") == nome


def test_every_dialect_without_a_combination_has_its_message_here() -> None:
    simples = {nome for nome in DIALETOS if "+" not in nome}
    assert simples == set(CASOS)


def test_standard_comes_first_and_combinations_after_what_they_combine() -> None:
    ordem = list(DIALETOS)
    assert ordem[0] == PADRAO
    de_valores = [len(dialeto.desvios) for dialeto in DIALETOS.values() if not dialeto.recorte]
    assert de_valores == sorted(de_valores)
    for posicao, nome in enumerate(ordem):
        for parte in nome.split("+")[:-1] if "+" in nome else ():
            assert ordem.index(parte) < posicao


def test_every_dialect_tells_people_what_it_does_and_what_to_do() -> None:
    for nome, dialeto in DIALETOS.items():
        assert dialeto.nome == nome
        assert re.fullmatch(r"[A-Z0-9_]+(\+[A-Z0-9_]+)*", nome)
        faz, _, ajuste = dialeto.descricao.partition(". ")
        assert (nome == PADRAO) or (faz.startswith("Quem calculou ") and ajuste.endswith(".")), nome


# nothing is invented


# An upper case of it would be no UTF-8 any more.
MAL_DECLARADA = mensagem("<ans:v>–</ans:v>", codec="utf-8", declarada="ISO-8859-1")


@pytest.mark.parametrize(
    "lida",
    [mensagem(), BONITA, ASSINADA, envelope(raiz_ws()), MAL_DECLARADA, mensagem(codec="utf-16")],
)
@pytest.mark.parametrize("digest", [SEM_DONO, "0" * 40, "f" * 64])
def test_nothing_is_identified_for_a_digest_of_something_else(lida: bytes, digest: str) -> None:
    assert identificar(lida, digest) is None


@pytest.mark.parametrize("digest", ["", "0", "z" * 32, "0" * 31, "0" * 33, "ação"])
def test_what_is_no_digest_is_of_no_dialect(digest: str) -> None:
    assert identificar(mensagem(), digest) is None


@pytest.mark.parametrize("codec", ["iso-8859-1", "utf-8", "cp1252", "ascii"])
def test_dialects_that_coincide_on_ascii_in_one_line_are_the_standard(codec: str) -> None:
    lida = mensagem("<ans:v>ACAO DO DIA</ans:v>", codec=codec)
    digest = md5(COMECO + LOGIN + "ACAO DO DIA", codec)
    assert identificar(lida, digest) == PADRAO


def test_file_that_is_utf_8_under_an_iso_declaration_is_told_even_when_its_hash_fits() -> None:
    lida = mensagem(
        codec="utf-8", declarada="ISO-8859-1", hash_=f"<ans:hash>{md5(INTEIRA, 'utf-8')}</ans:hash>"
    )
    conferencia = conferir_hash(lida)
    assert (conferencia.confere, conferencia.dialeto) == (True, "UTF_8_SOB_ISO")


# the standard


def test_known_message_has_its_known_hash() -> None:
    corpo = "SOLIC_STATUS_PROTOCOLO12026-11-2110:00:00000000000001911234564.03.0011"
    assert conferir_hash(f"<aWS><v>{corpo}</v><hash/></aWS>".encode()).calculado == (
        "498f2f422378efeadaa6edb547f2c9f5"
    )


@pytest.mark.parametrize(
    ("nome", "digest"),
    [
        (PADRAO, "e0c67102fea0b86f6cab71744b625aad"),
        ("UTF_8", "0d8b86d429c2781c5ca7442ec40155f4"),
    ],
)
def test_two_encodings_of_acao(nome: str, digest: str) -> None:
    assert identificar("<aWS><v>AÇÃO</v><hash/></aWS>".encode(), digest) == nome


def arquivos_de_amostra(pasta: Path) -> list[Path]:
    return sorted(pasta.glob("*.xml"))


def test_every_sample_message_carries_the_hash_of_the_standard(amostras: Path) -> None:
    arquivos = arquivos_de_amostra(amostras)
    assert arquivos
    for arquivo in arquivos:
        conferencia = conferir_hash(arquivo.read_bytes())
        if conferencia.informado is None:
            assert arquivo.name == "WS_tissFaultWS.min.xml"
        else:
            assert (conferencia.confere, conferencia.dialeto) == (True, PADRAO), arquivo.name


def test_every_message_we_write_has_one_hash_however_it_is_computed() -> None:
    sem_brancos = etree.XMLParser(remove_blank_text=True)
    arquivos = sorted(GOLDEN.glob("*.xml"))
    assert arquivos
    for arquivo in arquivos:
        raiz = etree.parse(str(arquivo), sem_brancos).getroot()
        conferencia = conferir_hash(arquivo.read_bytes())
        elemento = raiz.find(".//{*}hash")
        assert elemento is not None
        elemento.text = None
        assert conferencia.calculado == hash_da_mensagem(
            etree.tostring(raiz, encoding="iso-8859-1", xml_declaration=False)
        ), arquivo.name
        assert (conferencia.confere, conferencia.dialeto) == (True, PADRAO), arquivo.name


@given(
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, Login(usuario="clínica & cia", senha_md5="0" * 32)]),
)
@example("a & b < ção", True, False, None)
@example("a & b < ção", False, True, None)
def test_whatever_our_writer_is_given_its_hash_is_the_one_read_back(
    protocolo: str, ascii_: bool, maiusculas: bool, login: Login | None
) -> None:
    contrato = replace(CONTRATO, ascii_somente=ascii_, maiusculas=maiusculas)
    pergunta = SolicitacaoStatusProtocolo(contratado=PELO_CODIGO, numero_protocolo=protocolo)
    try:
        escrita = escrever_pedido(
            contrato, pergunta, sequencial=7, registrado_em=datetime(2026, 3, 20)
        ).ws(login)
    except TissError:
        return
    # As the envelope does, which says in what the bytes are.
    escrita = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + escrita
    conferencia = conferir_hash(escrita)
    assert conferencia.confere
    assert identificar(escrita, conferencia.calculado or "") in (PADRAO, "UTF_8_SOB_ISO")


TEXTO = st.text(st.characters(codec="iso-8859-1", exclude_categories=["Cc"]), max_size=8)
FOLHAS = st.lists(TEXTO, min_size=1, max_size=6)


def documento(valores: list[str], digest: str = "") -> etree._Element:
    raiz = etree.Element(f"{{{NS}}}mensagemTISS")
    corpo = etree.SubElement(raiz, f"{{{NS}}}corpo")
    for valor in valores:
        etree.SubElement(corpo, f"{{{NS}}}v").text = valor
    epilogo = etree.SubElement(raiz, f"{{{NS}}}epilogo")
    etree.SubElement(epilogo, f"{{{NS}}}hash").text = digest
    return raiz


@given(FOLHAS)
def test_walk_over_leaves_agrees_with_the_serialiser_and_indentation_changes_nothing(
    valores: list[str],
) -> None:
    raiz = documento(valores)
    rapido = hash_da_mensagem(etree.tostring(raiz, encoding="iso-8859-1", xml_declaration=False))
    assert rapido == md5("".join(valores))
    for bonito in (False, True):
        escrita = etree.tostring(raiz, encoding="UTF-8", pretty_print=bonito)
        assert conferir_hash(escrita).calculado == rapido


@given(FOLHAS, st.sampled_from(["UTF-8", "ISO-8859-1", "UTF-16"]))
@example(["\xa0a\xa0"], "ISO-8859-1")
def test_hash_does_not_depend_on_the_encoding_of_the_file(valores: list[str], codec: str) -> None:
    digest = md5("".join(valores))
    escrita = etree.tostring(documento(valores, digest.upper()), encoding=codec)
    conferencia = conferir_hash(escrita)
    assert conferencia.calculado == digest
    assert conferencia.confere
    assert conferencia.dialeto in (PADRAO, "UTF_8_SOB_ISO")


@given(FOLHAS)
def test_corrected_message_is_right_and_differs_in_its_hash_alone(valores: list[str]) -> None:
    certa = etree.tostring(documento(valores, md5("".join(valores))), encoding="ISO-8859-1")
    for errado in ("", "0", SEM_DONO):
        errada = etree.tostring(documento(valores, errado), encoding="ISO-8859-1")
        assert corrigir_hash(errada) == certa
    assert corrigir_hash(certa) is certa


@pytest.mark.parametrize(
    ("lida", "calculado"),
    [
        (mensagem("<ans:v>A<!--nota-->B</ans:v>"), md5(COMECO + LOGIN + "AB")),
        (mensagem("<ans:v>A<?pi nota?>B</ans:v>"), md5(COMECO + LOGIN + "AB")),
        (mensagem("<ans:v><![CDATA[A<B]]></ans:v>"), md5(COMECO + LOGIN + "A<B")),
        (mensagem("<ans:v>A&amp;&#66;</ans:v>"), md5(COMECO + LOGIN + "A&B")),
        (mensagem("<ans:v>\t A\n</ans:v>"), md5(COMECO + LOGIN + "\t A\n")),
        (mensagem("<ans:v> </ans:v><ans:v/>"), md5(COMECO + LOGIN + " ")),
        (mensagem("<ans:a>solto<ans:v>A</ans:v>solto</ans:a>"), md5(COMECO + LOGIN + "A")),
        (mensagem("<ans:hash>A</ans:hash>"), md5(COMECO + LOGIN + "A")),
        (ASSINADA, md5(INTEIRA)),
        (
            mensagem("<ans:assinaturaDigitalGuia><ans:v>X</ans:v></ans:assinaturaDigitalGuia>"),
            md5(COMECO + LOGIN),
        ),
        (COMENTADA, md5(INTEIRA)),
        (COM_ATRIBUTO, md5(INTEIRA)),
        (BONITA, md5(INTEIRA)),
        (envelope(raiz_ws()), md5(INTEIRA)),
        (raiz_ws().encode(), md5(INTEIRA)),
        (b"\xef\xbb\xbf" + mensagem(codec="utf-8"), md5(INTEIRA)),
        (b"\r\n " + mensagem() + b"\r\n", md5(INTEIRA)),
        (raiz_ws().replace("ans:", "").replace(":ans", "").encode(), md5(INTEIRA)),
        (raiz_ws().encode().replace(NS.encode(), b"urn:outro"), md5(INTEIRA)),
        (mensagem(codec="iso-8859-1", declarada="utf-8"), md5(INTEIRA)),
        (mensagem(codec="utf-16"), md5(INTEIRA)),
    ],
)
def test_hash_of_the_standard_counts_the_values_and_nothing_else(
    lida: bytes, calculado: str
) -> None:
    assert conferir_hash(lida).calculado == calculado


@pytest.mark.parametrize(
    ("escrito", "informado", "confere", "dialeto"),
    [
        (f"<ans:hash>{md5(INTEIRA)}</ans:hash>", md5(INTEIRA), True, PADRAO),
        (f"<ans:hash>{md5(INTEIRA).upper()}</ans:hash>", md5(INTEIRA).upper(), True, PADRAO),
        (f"<ans:hash>\n {md5(INTEIRA)}\n</ans:hash>", md5(INTEIRA), True, PADRAO),
        (f"<ans:hash><!-- -->{md5(INTEIRA)}</ans:hash>", md5(INTEIRA), True, PADRAO),
        (f"<ans:hash>{md5(INTEIRA, 'utf-8')}</ans:hash>", md5(INTEIRA, "utf-8"), False, "UTF_8"),
        (f"<ans:hash>{SEM_DONO}</ans:hash>", SEM_DONO, False, None),
        ("<ans:hash>0</ans:hash>", "0", False, None),
        ("<ans:hash></ans:hash>", "", False, None),
        ("<ans:hash/>", "", False, None),
        ("", None, False, None),
    ],
)
def test_check_says_what_stands_there_and_whether_it_fits(
    escrito: str, informado: str | None, confere: bool, dialeto: str | None
) -> None:
    conferencia = conferir_hash(mensagem(hash_=escrito))
    assert conferencia.informado == informado
    assert conferencia.calculado == md5(INTEIRA)
    assert (conferencia.confere, conferencia.dialeto) == (confere, dialeto)


# input that is of no use


BOMBA = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><aWS><v>&c;</v><hash/></aWS>'
ARQUIVO_EXTERNO = (
    f'<!DOCTYPE a [<!ENTITY b SYSTEM "{Path(__file__).as_uri()}">]><aWS><v>&b;</v></aWS>'.encode()
)


@pytest.mark.parametrize(
    ("lida", "motivo"),
    [
        (b"", "não é XML"),
        (b"   ", "não é XML"),
        (b"texto", "não é XML"),
        (b"<html><body/></html>", "não é uma mensagem TISS"),
        (mensagem()[:-5], "não é XML"),
        (b"\xff\xfe\x00", "não é XML"),
        (BOMBA, "DTD"),
        (ARQUIVO_EXTERNO, "DTD"),
        (mensagem(fim="<ans:hash>0</ans:hash>"), "mais de um"),
        (b"<aWS><v>" + b" " * TAMANHO_MAXIMO + b"</v></aWS>", "64 MB"),
        (b"<a>" * 300 + b"</a>" * 300, "limite de profundidade"),
        (b"<aWS>" + b"<v/>" * 6_000_001 + b"</aWS>", "elementos demais"),
    ],
)
def test_input_that_is_no_message_is_refused_with_its_reason(lida: bytes, motivo: str) -> None:
    for usar in (conferir_hash, corrigir_hash, lambda m: identificar(m, SEM_DONO)):
        with pytest.raises(UnreadableError, match=motivo):
            usar(lida)


@given(st.binary(max_size=64))
def test_no_bytes_raise_anything_else(lida: bytes) -> None:
    for tentativa in (lida, b"<aWS>" + lida + b"<hash/></aWS>"):
        try:
            conferir_hash(tentativa)
            corrigir_hash(tentativa)
        except UnreadableError:
            continue


def test_message_of_several_megabytes_is_read_whole() -> None:
    corpo = "<ans:v>AÇÃO</ans:v>" * 200_000
    conferencia = conferir_hash(mensagem(corpo))
    assert conferencia.calculado == md5(COMECO + LOGIN + "AÇÃO" * 200_000)


def test_one_value_may_be_a_document_of_many_megabytes() -> None:
    lida = mensagem(f"<ans:v>{'Q' * 11_000_000}</ans:v>")
    assert conferir_hash(lida).calculado == md5(COMECO + LOGIN + "Q" * 11_000_000)


@pytest.mark.parametrize("enchimento", [0, 11_000_000])
def test_depth_is_bounded_whatever_the_size(enchimento: int) -> None:
    fundo = "<ans:n>" * 1500 + "Q" * enchimento + "</ans:n>" * 1500
    with pytest.raises(UnreadableError):
        conferir_hash(mensagem(fundo))


@pytest.mark.parametrize(
    "recusada",
    [
        b"<a>" * 257 + b"</a>" * 257,
        BOMBA,
        b"<aWS>",
        b" " * (TAMANHO_MAXIMO + 1),
        b"<a/>" * 4_000_001,
    ],
)
def test_all_that_read_a_message_refuse_it_in_the_same_words(recusada: bytes) -> None:
    resposta = ler(recusada).resposta
    assert isinstance(resposta, Ilegivel)
    for conferir in (conferir_hash, lambda dados: validar(dados, hoje=date(2026, 3, 20))):
        with pytest.raises(UnreadableError) as recusa:
            conferir(recusada)
        assert str(recusa.value) == resposta.motivo


@pytest.mark.parametrize("enchimento", [0, 11_000_000])
def test_no_dtd_is_taken_whatever_the_size(enchimento: int) -> None:
    for hostil in (BOMBA, ARQUIVO_EXTERNO):
        with pytest.raises(UnreadableError, match="DTD"):
            conferir_hash(hostil.replace(b"</aWS>", b"<v>x</v>" * (enchimento // 8) + b"</aWS>"))


def test_values_of_a_long_message_are_told_apart_from_the_first_to_the_last() -> None:
    # More than one block of pieces, and blanks at every edge of every piece.
    valores = [f" {numero} \n b\t" for numero in range(20_000)]
    lida = mensagem("\n ".join(f"<ans:v a=' '>{valor}</ans:v>" for valor in valores))
    inicio = COMECO + LOGIN
    for transforma, nome in (
        (str, PADRAO),
        (str.strip, "VALORES_APARADOS"),
        (lambda valor: " ".join(valor.split()), "VALORES_COLAPSADOS"),
    ):
        assert identificar(lida, md5(inicio + "".join(map(transforma, valores)))) == nome
    assert identificar(lida, md5(inicio + " ".join(("", *valores)))) == "COM_ATRIBUTOS"


def test_of_a_large_message_the_dialects_of_one_departure_are_searched_and_no_longer_all() -> None:
    pequena, grande = (mensagem("<ans:v>AÇÃO\n</ans:v>" * vezes) for vezes in (1, 400_000))
    corpo = "AÇÃO\n" * 400_000
    inicio = COMECO + LOGIN
    assert identificar(pequena, md5("AÇÃO", "utf-8")) == "UTF_8+VALORES_APARADOS+SEM_CABECALHO"
    assert identificar(grande, md5(corpo)) == "SEM_CABECALHO"
    assert identificar(grande, md5(inicio + corpo, "utf-8")) == "UTF_8"
    assert identificar(grande, md5(grande)) == "ARQUIVO_INTEIRO"
    assert identificar(grande, md5(corpo.replace("\n", ""), "utf-8")) is None


# Reads it in a process that has hardly more than the message: what is missing is said.
SEM_FOLGA = """
import resource, sys
from tiss.errors import MemoryShortageError
from tiss.messages.hashes import conferir_hash
dados = b"<aWS>" + b"<v>1</v>" * 500_000 + b"<hash>" + b"0" * 32 + b"</hash></aWS>"
usada = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
for folga in range(0, 13_000_000, 1_300_000):
    resource.setrlimit(resource.RLIMIT_AS, (usada + folga, resource.RLIM_INFINITY))
    try:
        conferir_hash(dados)
    except MemoryShortageError as erro:
        print(erro)
"""


def test_too_little_memory_is_said_and_is_nothing_against_the_message() -> None:
    processo = subprocess.run(
        [sys.executable, "-c", SEM_FOLGA], capture_output=True, text=True, check=True
    )
    ditos = set(processo.stdout.splitlines())
    assert ditos == {"não há memória bastante para ler a mensagem"}


# correcting


@pytest.mark.parametrize(
    ("antes", "depois"),
    [
        ("<ans:hash></ans:hash>", "<ans:hash>{}</ans:hash>"),
        ("<ans:hash/>", "<ans:hash>{}</ans:hash>"),
        ("<ans:hash />", "<ans:hash>{}</ans:hash>"),
        ('<ans:hash a="/>"/>', '<ans:hash a="/>">{}</ans:hash>'),
        ("<ans:hash\n>errado</ans:hash\n>", "<ans:hash\n>{}</ans:hash\n>"),
        ("<ans:hash> <![CDATA[errado]]> <!-- x --></ans:hash>", "<ans:hash>{}</ans:hash>"),
    ],
)
@pytest.mark.parametrize("codec", ["ISO-8859-1", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_correction_writes_the_value_and_leaves_every_other_byte(
    antes: str, depois: str, codec: str
) -> None:
    declarada = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(codec, codec)
    corpo = "\r\n\t<!-- <ans:hash>falso</ans:hash> --><ans:v>AÇÃO</ans:v>\r\n"
    errada, certa = (
        mensagem(corpo, hash_=escrito, codec=codec, declarada=declarada)
        for escrito in (antes, depois.format(md5(INTEIRA)))
    )
    assert corrigir_hash(errada) == certa


@pytest.mark.parametrize("borda", [b"", b"\r\n"])
def test_correction_keeps_what_is_wrong_with_the_encoding(borda: bytes) -> None:
    lida = borda + mensagem(codec="iso-8859-1", declarada="utf-8") + borda
    vazio, cheio = b"<ans:hash></ans:hash>", f"<ans:hash>{md5(INTEIRA)}</ans:hash>".encode()
    assert corrigir_hash(lida) == lida.replace(vazio, cheio)


def test_correction_reaches_the_message_inside_an_envelope() -> None:
    assert corrigir_hash(envelope(raiz_ws("x"))) == envelope(raiz_ws(md5(INTEIRA)))


def test_of_two_messages_in_an_envelope_the_first_counts() -> None:
    outra = raiz_ws("y", "<ans:v>outra</ans:v>")
    certas = envelope(raiz_ws(md5(INTEIRA)) + outra)
    assert corrigir_hash(envelope(raiz_ws("x") + outra)) == certas


def test_element_of_a_signature_is_not_taken_for_the_hash() -> None:
    fim = "<ds:Signature xmlns:ds='urn:ds'><ds:o><ds:hash>z</ds:hash></ds:o></ds:Signature>"
    certa = mensagem(hash_=f"<ans:hash>{md5(INTEIRA)}</ans:hash>", fim=fim)
    assert corrigir_hash(mensagem(fim=fim)) == certa


def test_signature_of_the_envelope_is_envelope() -> None:
    lida = envelope(raiz_ws()).replace(b"<u>fora</u>", b"<Signature><u>fora</u></Signature>")
    assert identificar(lida, md5("fora" + INTEIRA)) == "COM_ENVELOPE"


def test_file_whose_tags_cannot_be_found_is_checked_but_not_corrected() -> None:
    lida = mensagem(codec="utf-32")
    assert conferir_hash(lida).calculado == md5(INTEIRA)
    with pytest.raises(UnreadableError, match="sem mudar o resto"):
        corrigir_hash(lida)


@pytest.mark.parametrize(
    ("lida", "motivo"),
    [
        (mensagem(hash_=""), "não tem o elemento hash"),
        (mensagem("<ans:v>3 € – 4</ans:v>", codec="utf-8"), "ISO-8859-1: €–"),
    ],
)
def test_message_that_cannot_be_corrected_is_told_why(lida: bytes, motivo: str) -> None:
    with pytest.raises(UnreadableError, match=motivo):
        corrigir_hash(lida)


# defects seen in other packages


@pytest.mark.parametrize("letra", ["€", "–"])
def test_peer_defect_euro_sign_and_en_dash_raise_no_encoding_error(letra: str) -> None:
    conferencia = conferir_hash(mensagem(f"<ans:v>{letra}</ans:v>", codec="utf-8"))
    assert (conferencia.calculado, conferencia.estranhas) == (None, letra)
    assert (conferencia.confere, conferencia.dialeto) == (False, None)


def test_peer_defect_comments_are_not_part_of_the_hash_but_of_a_dialect() -> None:
    com, sem = COMENTADA, mensagem()
    assert conferir_hash(com).calculado == conferir_hash(sem).calculado
    assert identificar(com, md5(COMECO + LOGIN + "notaAÇÃO", "utf-8")) == "UTF_8+COM_COMENTARIOS"


def test_peer_defect_utf_8_is_a_dialect_and_not_the_standard() -> None:
    conferencia = conferir_hash(
        mensagem(hash_=f"<ans:hash>{md5(INTEIRA, 'utf-8')}</ans:hash>", codec="utf-8")
    )
    assert (conferencia.confere, conferencia.dialeto) == (False, "UTF_8")


def trabalho(lida: bytes) -> int:
    """How many calls reading a message takes, those into C included."""
    chamadas = 0

    def contar(_: FrameType, evento: str, __: object) -> None:
        nonlocal chamadas
        chamadas += evento in ("call", "c_call")

    anterior = sys.getprofile()
    sys.setprofile(contar)
    try:
        conferir_hash(lida)
    finally:
        sys.setprofile(anterior)
    return chamadas


def test_peer_defect_work_grows_with_the_leaves_and_not_with_their_depth() -> None:
    def folhas(quantas: int, nivel: int) -> int:
        corpo = "<ans:v>1</ans:v>" * quantas
        return trabalho(mensagem("<ans:n>" * nivel + corpo + "</ans:n>" * nivel))

    trabalho(mensagem())
    por_folha = (folhas(2000, 1) - folhas(1000, 1)) / 1000
    assert (folhas(4000, 1) - folhas(2000, 1)) / 2000 == pytest.approx(por_folha, rel=0.01)
    # Two hundred levels cost as much as that many elements more, whatever the leaves are.
    assert folhas(2000, 200) - folhas(1000, 200) == pytest.approx(1000 * por_folha, rel=0.01)


# faults


DIFERE = "O hash calculado difere do informado na mensagem."
X, Y = "0123456789abcdef" * 2, "fedcba9876543210" * 2


@pytest.mark.parametrize(
    "texto",
    [
        f"{DIFERE} Conteúdo lido: {X}. Conteúdo esperado: {Y}",
        f"{DIFERE} Conteudo esperado: {Y}. Conteudo lido: {X}",
        f"O hash calculado difere do informado. ConteÃºdo lido: {X} ConteÃºdo esperado: {Y}.",
        f"Hash difere: lido {X}, esperado {Y}",
        f"Hash informado ({X}) diferente do calculado ({Y})",
        f"Hash informado: {X} - Hash calculado: {Y}",
        f"HASH CALCULADO: {Y.upper()} HASH INFORMADO: {X.upper()}",
        f"{X} (informado) difere de {Y} (calculado)",
        f"O hash {X} é inválido. O hash correto é {Y}.",
        f"Hash {X} inválido, deveria ser {Y}",
        f"Hash inválido. Esperado: '{Y}'",
        f"expected: <{Y}> but got: <{X}>",
        f"Invalid hash {X}; calculated by server: {Y}",
        f"{Y} é o esperado; recebido: {X}",
        f"Conteúdo lido: 0. Conteúdo esperado: {Y}",
        f"Esperado {Y}. Lido {X}. Esperado {Y}.",
        f"{Y} (esperado), {X}",
    ],
)
def test_expected_digest_is_found_in_the_words_of_a_fault(texto: str) -> None:
    assert esperado(texto) == Y


@pytest.mark.parametrize(
    "texto",
    [
        "",
        "Hash inválido",
        f"Hash inválido: {X}",
        f"Hash inválido: {X}. Transação {Y}",
        f"{X} {Y}",
        f"Era esperado outro hash. Transação {Y}",
        f"Era esperado outro hash para esta mensagem, que tem o número de transação {Y}",
        f"Hash {X} não esperado",
        f"Conteúdo não esperado: {X}",
        f"Valor inesperado: {X}",
        f"Hash esperado: {X}; hash calculado: {Y}",
        f"Conteúdo lido: {X}. Conteúdo esperado: {X}",
        "Conteúdo lido: 0123. Conteúdo esperado: 4567",
        f"Conteúdo esperado: {Y}a",
    ],
)
def test_expected_digest_is_not_guessed(texto: str) -> None:
    assert esperado(texto) is None


@given(st.text(max_size=80))
def test_any_text_has_an_expected_digest_or_none(texto: str) -> None:
    achado = esperado(texto)
    assert achado is None or achado in texto.lower()


def test_refusal_is_explained_by_the_dialect_that_yields_what_was_expected() -> None:
    pedido = envelope(raiz_ws(md5(INTEIRA)))
    recusa = f"Conteúdo lido: {md5(INTEIRA)}. Conteúdo esperado: {{}}"
    explicada = explicar_recusa(pedido, recusa.format(md5(INTEIRA, "utf-8")))
    assert explicada is not None
    assert "UTF_8" in explicada
    assert DIALETOS["UTF_8"].descricao in explicada
    assert md5(INTEIRA, "utf-8") not in explicada
    assert explicar_recusa(pedido, recusa.format(SEM_DONO)) is None
    assert explicar_recusa(pedido, "Hash inválido") is None
    assert explicar_recusa(b"nada", recusa.format(SEM_DONO)) is None


def test_refusal_that_expects_the_standard_says_that_the_message_was_changed() -> None:
    pedido = envelope(raiz_ws(SEM_DONO))
    explicada = explicar_recusa(pedido, f"lido {SEM_DONO}, esperado {md5(INTEIRA)}")
    assert explicada is not None
    assert "hash do padrão" in explicada
