"""How the text of a contrato is written, and which hash an operadora makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from lxml import etree
from oficina import Oficina

from tiss.errors import RejectedError
from tiss.messages.esquema import validar_mensagem
from tiss.messages.hashes import conferir_hash
from tiss.repository import lotes
from tiss.services.exportacao import exportar
from tiss.simulador.processo import Simulador

Simular = Callable[..., Simulador]
COM_ACENTO = {
    "nome_profissional": "José d'Ávila Conceição",
    "observacao": "Não há – ação à vista",
    "numero_guia_prestador": "ação-12a",
}


def _arquivo(oficina: Oficina, lote: int) -> bytes:
    with oficina.repo.transacao() as t:
        return lotes.obter(t, lote).arquivo


@pytest.mark.parametrize(
    ("ascii_somente", "maiusculas", "nome", "observacao", "numero"),
    [
        (True, False, "Jose d'Avila Conceicao", "Nao ha - acao a vista", "acao-12a"),
        (True, True, "JOSE D'AVILA CONCEICAO", "NAO HA - ACAO A VISTA", "ACAO-12A"),
        (False, False, "José d'Ávila Conceição", "Não há - ação à vista", "ação-12a"),
        (False, True, "JOSÉ D'ÁVILA CONCEIÇÃO", "NÃO HÁ - AÇÃO À VISTA", "AÇÃO-12A"),
    ],
)
def test_a_lote_is_written_as_its_contrato_wants_and_comes_back_with_its_verdict(
    oficina: Oficina,
    simulador: Simulador,
    ascii_somente: bool,
    maiusculas: bool,
    nome: str,
    observacao: str,
    numero: str,
) -> None:
    oficina.configurar(ascii_somente=ascii_somente, maiusculas=maiusculas)
    (consulta,) = oficina.atender()
    oficina.alimentar(consulta_id=consulta, **COM_ACENTO)
    assert oficina.noite() == []
    guia = oficina.guia(consulta)
    texto = guia["xml"].decode("iso-8859-1")
    assert f"<ans:nomeProfissional>{nome}<" in texto
    assert f"<ans:observacao>{observacao}<" in texto
    assert f"<ans:numeroGuiaPrestador>{numero}<" in texto
    assert guia["numero_guia_prestador"] == numero
    _, arquivo = exportar(oficina.repo, 1)
    assert arquivo == _arquivo(oficina, 1)
    assert arquivo.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert nome.encode("iso-8859-1") in arquivo
    documento = etree.fromstring(arquivo)
    assert validar_mensagem(documento, "4.03.00") == []
    *valores, informado = [str(parte) for parte in documento.itertext()]
    assert informado == hashlib.md5("".join(valores).encode("iso-8859-1")).hexdigest()
    assert informado == oficina.valor("SELECT hash FROM tiss.lote")
    simulador.avancar(60)
    assert oficina.hora() == []
    assert oficina.guia(consulta)["status"] == "AUTORIZADA"
    assert oficina.divergencias() == set()


def test_an_operadora_that_reads_another_hash_is_named_for_what_it_does(
    oficina: Oficina, simular: Simular
) -> None:
    simular(codificacao_do_hash="UTF-8")
    # The second wants login and password in the cabecalho, which the hash covers too.
    for registro_ans in ("999001", "999002"):
        oficina.configurar(registro_ans=registro_ans, ascii_somente=False)
        (consulta,) = oficina.atender(registro_ans=registro_ans)
        oficina.alimentar(consulta_id=consulta, registro_ans=registro_ans, **COM_ACENTO)
    erros = oficina.noite()
    assert [type(erro) for erro in erros] == [RejectedError, RejectedError]
    for lote, erro in zip(
        oficina.linhas("SELECT * FROM tiss.lote ORDER BY id"), erros, strict=True
    ):
        assert lote["status"] == "ERRO"
        assert lote["observacoes"].startswith("recusado: HashInvalido. ")
        assert "pelo dialeto UTF_8." in lote["observacoes"]
        assert "Deixe o contrato em ASCII" in lote["observacoes"]
        assert lote["hash"] not in lote["observacoes"]
        assert "HashInvalido" in str(erro)
        assert ".." not in str(erro)
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["ERRO", "ERRO"], "nothing is tried again by itself"
    for registro_ans in ("999001", "999002"):
        oficina.configurar(registro_ans=registro_ans, ascii_somente=True)
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["CANCELADO", "CANCELADO", "ENVIADO", "ENVIADO"]


def test_with_accents_the_hash_of_the_standard_is_what_leaves(
    oficina: Oficina, simular: Simular
) -> None:
    simulador = simular()
    oficina.configurar(registro_ans="999002", ascii_somente=False)
    oficina.alimentar(consulta_id="c", registro_ans="999002", **COM_ACENTO)
    assert oficina.noite() == []
    assert oficina.tirada("status") == ["ENVIADO"]
    assert simulador.erros() == ""
    hashes = conferir_hash(_arquivo(oficina, 1))
    assert (hashes.confere, hashes.dialeto) == (True, "PADRAO")
