"""A lote as the file that a portal takes."""

from __future__ import annotations

import hashlib
import zlib

import pytest
from lxml import etree
from oficina import HOJE, Oficina

from tiss.errors import ConfigError, UnreadableError
from tiss.messages.hashes import corrigir_hash
from tiss.services.exportacao import exportar


def test_the_file_is_the_lote_in_file_form_under_the_usual_name(oficina: Oficina) -> None:
    lote = oficina.lote()
    nome, conteudo = exportar(oficina.repo, lote)
    assert nome == "999001_000000000001.xml"
    assert conteudo.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?><ans:mensagemTISS')
    assert oficina.valor("SELECT hash FROM tiss.lote").encode() in conteudo


@pytest.mark.parametrize(
    ("modelo", "esperado"),
    [
        ("L${numero_lote}.xml", "L1.xml"),
        ("${registro_ans}-${data}.xml", f"999001-{HOJE:%Y%m%d}.xml"),
        ("fixo.xml", "fixo.xml"),
        ("$registro_ans.$numero_lote", "999001.1"),
    ],
)
def test_the_contrato_decides_the_name(oficina: Oficina, modelo: str, esperado: str) -> None:
    lote = oficina.lote()
    # The date of the building is told in the zone of the contrato.
    oficina.configurar(modelo_nome_arquivo=modelo, fuso="UTC")
    oficina.fazer("UPDATE tiss.lote SET criado_em = %s::timestamp AT TIME ZONE 'UTC'", HOJE)
    assert exportar(oficina.repo, lote)[0] == esperado


def test_the_name_may_hold_the_hash(oficina: Oficina) -> None:
    lote = oficina.lote()
    oficina.configurar(modelo_nome_arquivo="${numero_lote_12}_${hash}.xml")
    assert exportar(oficina.repo, lote)[0] == (
        f"000000000001_{oficina.valor('SELECT hash FROM tiss.lote')}.xml"
    )


@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8"])
@pytest.mark.parametrize("maiusculo", [False, True])
def test_the_file_has_the_hash_that_the_operadora_computes(
    oficina: Oficina, codificacao: str, maiusculo: bool
) -> None:
    oficina.configurar(codificacao_hash=codificacao, hash_maiusculo=maiusculo, ascii_somente=False)
    oficina.fazer("UPDATE clinica.medico SET nome = 'Conceição Ávila'")
    _, conteudo = exportar(oficina.repo, oficina.lote())
    assert "Conceição Ávila".encode("iso-8859-1") in conteudo
    texto = "".join(
        elemento.text or ""
        for elemento in etree.fromstring(conteudo).iter("{*}*")
        if not len(elemento) and etree.QName(elemento).localname != "hash"
    )
    esperado = hashlib.md5(texto.encode(codificacao)).hexdigest()
    escrito = oficina.valor("SELECT hash FROM tiss.lote")
    assert escrito == (esperado.upper() if maiusculo else esperado)
    assert f"<ans:hash>{escrito}</ans:hash>".encode() in conteudo


@pytest.mark.parametrize("modelo", ["${competencia}.xml", "lote$.xml", "${numero_lote"])
def test_a_template_that_cannot_be_filled_says_what_there_is(oficina: Oficina, modelo: str) -> None:
    lote = oficina.lote()
    oficina.configurar(modelo_nome_arquivo=modelo)
    with pytest.raises(ConfigError, match="existem registro_ans, numero_lote, numero_lote_12"):
        exportar(oficina.repo, lote)


@pytest.mark.parametrize(
    ("de", "por"),
    [
        (b"<ans:numeroLote>1<", b"<ans:numeroLote>2<"),
        (b"</ans:mensagemTISS>", b""),
    ],
    ids=["hash", "pedaço"],
)
def test_a_damaged_lote_is_not_handed_over(oficina: Oficina, de: bytes, por: bytes) -> None:
    lote = oficina.lote()
    certo = exportar(oficina.repo, lote)[1]
    assert de in certo
    # The database itself lets nobody change it.
    oficina.fazer("ALTER TABLE tiss.lote DISABLE TRIGGER ALL")
    danificado = certo.replace(de, por)
    oficina.fazer("UPDATE tiss.lote SET xml = %s", zlib.compress(danificado))
    with pytest.raises(UnreadableError, match=f"lote {lote} está danificado no banco"):
        exportar(oficina.repo, lote)


def test_a_lote_that_the_schema_refuses_is_not_handed_over_whatever_its_hash(
    oficina: Oficina,
) -> None:
    lote = oficina.lote()
    certo = exportar(oficina.repo, lote)[1]
    recusado = certo.replace(b"<ans:atendimentoRN>N<", b"<ans:atendimentoRN>X<", 1)
    assert recusado != certo
    oficina.fazer("ALTER TABLE tiss.lote DISABLE TRIGGER ALL")
    oficina.fazer("UPDATE tiss.lote SET xml = %s", zlib.compress(corrigir_hash(recusado)))
    with pytest.raises(UnreadableError, match=r"danificado.*atendimentoRN"):
        exportar(oficina.repo, lote)


def test_bytes_that_were_cut_are_not_handed_over(oficina: Oficina) -> None:
    lote = oficina.lote()
    oficina.fazer("ALTER TABLE tiss.lote DISABLE TRIGGER ALL")
    oficina.fazer("UPDATE tiss.lote SET xml = substr(xml, 1, length(xml) / 2)")
    with pytest.raises(UnreadableError, match="danificado"):
        exportar(oficina.repo, lote)
