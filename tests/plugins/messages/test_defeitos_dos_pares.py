"""Defects seen in other Python packages for TISS: each was reproduced in one of them, none is ours.

Those of hashes and of answers are told by the tests of those modules (test_hashes, leitura).
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from guias_modelo import (
    AUTORIZACAO_MAXIMA,
    EXAME,
    HOJE,
    MEMBRO,
    OPME,
    SP_SADT_MAXIMA,
    SP_SADT_MINIMA,
    trocar,
)
from lxml import etree
from mensagens_modelo import LOTE, RECURSO, arquivo, com_hash, consulta, lote

from tiss.domain.cadastro import Escrita
from tiss.domain.guia import GuiaSpSadt
from tiss.domain.partes import Totais
from tiss.domain.regras import Contexto, aplicar_regras
from tiss.messages.esquema import problemas_da_guia
from tiss.messages.guias import Oficina
from tiss.messages.validacao import validar

COM_OPME = replace(
    SP_SADT_MINIMA, despesas=(replace(OPME, item_vinculado=None),), totais=Totais.de((), (OPME,))
)
PARTES = {
    "dadosAutorizacao": replace(SP_SADT_MINIMA, autorizacao=AUTORIZACAO_MAXIMA),
    "tipoConsulta": replace(SP_SADT_MINIMA, tipo_consulta="1"),
    "equipeSadt": replace(SP_SADT_MINIMA, itens=(replace(EXAME, equipe=(MEMBRO,)),)),
    "outrasDespesas": replace(SP_SADT_MAXIMA),
    "dataSolicitacao": replace(SP_SADT_MINIMA, data_solicitacao=date(2026, 3, 1)),
    "valorOPME": COM_OPME,
}


@pytest.mark.parametrize("versao", ["4.02.00", "4.03.00"])
@pytest.mark.parametrize("elemento", PARTES)
def test_sp_sadt_with_this_part_is_valid_by_the_xsd(elemento: str, versao: str) -> None:
    oficina = Oficina(Escrita(versao))
    assert oficina.conferir(PARTES[elemento]) == []
    xml = oficina.escrever(PARTES[elemento])
    assert f"<ans:{elemento}>" in xml
    assert problemas_da_guia(xml, versao) == []


def de_um_item(**valores: Decimal) -> GuiaSpSadt:
    item = replace(EXAME, sequencial_item=1, **valores)
    return replace(SP_SADT_MINIMA, itens=(item,), totais=Totais.de((item,)))


def erros(guia: GuiaSpSadt) -> set[str]:
    problemas = aplicar_regras(guia, Contexto(hoje=HOJE))
    return {p.codigo for p in problemas if p.gravidade == "erro"}


def test_reducao_acrescimo_is_part_of_the_total_of_an_item() -> None:
    valores = {"quantidade": Decimal(3), "valor_unitario": Decimal("33.33")}
    com_fator = de_um_item(
        **valores, reducao_acrescimo=Decimal("0.70"), valor_total=Decimal("69.99")
    )
    sem_fator = de_um_item(
        **valores, reducao_acrescimo=Decimal("0.70"), valor_total=Decimal("99.99")
    )
    assert "TOTAL_NAO_CONFERE" not in erros(com_fator)
    assert "TOTAL_NAO_CONFERE" in erros(sem_fator)


def test_a_unit_value_with_a_third_decimal_is_refused_never_rounded_after_the_total() -> None:
    guia = de_um_item(
        quantidade=Decimal(3),
        valor_unitario=Decimal("33.335"),
        reducao_acrescimo=Decimal("0.70"),
        valor_total=Decimal("70.00"),
    )
    (problema,) = Oficina(Escrita()).conferir(guia)
    assert problema.caminho.endswith("valorUnitario")
    assert (problema.codigo, problema.valor) == ("FORMATO", "33.335")


@pytest.mark.parametrize("ascii_", [True, False])
@pytest.mark.parametrize("texto", ["Cobrado 10 €", "das 8 – 9 h", "雪", "\ud800", "😀"])
def test_no_character_raises_an_error_of_the_codec(texto: str, *, ascii_: bool) -> None:
    guia = trocar(SP_SADT_MINIMA, "observacao", texto)
    oficina = Oficina(Escrita(ascii=ascii_))
    problemas = oficina.conferir(guia)
    assert {p.codigo for p in problemas} <= {"CARACTERE"}
    if not problemas:
        oficina.escrever(guia).encode("ISO-8859-1")


def test_a_message_with_such_a_character_is_judged_not_crashed_on() -> None:
    em_utf8 = com_hash(LOTE.replace("Ana Exemplo", "Ana €"), "utf-8")
    relatorio = validar(em_utf8, hoje=HOJE)
    codigos = {p.codigo for p in relatorio.problemas}
    assert codigos == {"HASH_ERRADO", "NAO_ASCII"}


def test_no_hash_but_the_right_one_is_accepted() -> None:
    assert validar(com_hash(LOTE), hoje=HOJE).valido
    assert not validar(com_hash(LOTE).replace(b"Ana Exemplo", b"Ana Exempla"), hoje=HOJE).valido


def test_no_total_but_the_right_one_is_accepted() -> None:
    guia = de_um_item(
        quantidade=Decimal(1),
        valor_unitario=Decimal("10.00"),
        reducao_acrescimo=Decimal("1.00"),
        valor_total=Decimal("10.00"),
    )
    assert "TOTAL_GERAL_NAO_CONFERE" not in erros(guia)
    assert "TOTAL_GERAL_NAO_CONFERE" in erros(trocar(guia, "totais.geral", Decimal("10.02")))


def test_the_xsd_is_compiled_once_however_many_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    compilar = etree.XMLSchema
    compilados = []

    def contar(fonte: etree._Element) -> etree.XMLSchema:
        compilados.append(fonte)
        return compilar(fonte)

    monkeypatch.setattr(etree, "XMLSchema", contar)

    def tres_vezes() -> None:
        for _ in range(3):
            validar(com_hash(LOTE), hoje=HOJE)

    # A thread of its own has compiled nothing yet.
    with ThreadPoolExecutor(1) as outra:
        outra.submit(tres_vezes).result()
    assert len(compilados) == 1


def test_every_problem_has_a_code_of_its_own_the_guia_and_what_to_do() -> None:
    ruim = consulta(7).replace(">35</ans:UF", ">SP</ans:UF").replace(">225125<", ">225199<")
    ruim = ruim.replace("<ans:indicacaoAcidente>9</ans:indicacaoAcidente>", "")
    dados = com_hash(arquivo(lote(consulta(1), ruim)))
    problemas = validar(dados, hoje=HOJE).problemas
    assert {p.guia for p in problemas} == {"7"}
    assert len({p.codigo for p in problemas}) > 1
    for problema in problemas:
        assert "Element '{" not in problema.mensagem


@pytest.mark.parametrize("codigo", ["1007", "1701", "2001"])
def test_a_glosa_that_left_the_current_table_is_still_accepted_where_the_xsd_has_it(
    codigo: str,
) -> None:
    assert validar(recurso_de(codigo), hoje=HOJE).problemas == ()


def test_a_glosa_of_the_current_table_that_the_xsd_lacks_is_refused() -> None:
    (problema,) = validar(recurso_de("5063"), hoje=HOJE).problemas
    assert (problema.codigo, problema.valor) == ("XSD", "5063")


def recurso_de(codigo: str) -> bytes:
    return com_hash(arquivo(RECURSO.replace(">1705<", f">{codigo}<"), "RECURSO_GLOSA"))


_SEM_TUSS = r"""
import re, sys
from datetime import date
from pathlib import Path
from tiss.messages.validacao import validar
relatorio = validar(sys.stdin.buffer.read(), hoje=date(2026, 3, 20))
# Not ru_maxrss, which counts the process that started this one.
pico = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(relatorio.valido, int(pico[1]) < 100 * 1024)
print([nome for nome in sys.modules if nome.startswith(("tiss.terminologias", "tiss.repository"))])
"""


def test_no_terminology_is_loaded_into_the_memory_of_a_task() -> None:
    processo = subprocess.run(
        [sys.executable, "-c", _SEM_TUSS], input=com_hash(LOTE), capture_output=True, check=True
    )
    assert processo.stdout.decode().split("\n")[:2] == ["True True", "[]"]
