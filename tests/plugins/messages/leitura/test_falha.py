"""SOAP faults, however they are written."""

from __future__ import annotations

import pytest
from modelos_de_resposta import SOAP_1_1, SOAP_1_2, em_soap, resposta_de

from tiss.domain.retorno import FalhaSoap
from tiss.messages.leitura import ler
from tiss.messages.leitura.falha import TAMANHO_DO_DETALHE, TAMANHO_DO_TEXTO
from tiss.settings import NAMESPACE

TISS = f'<t:tissFaultWS xmlns:t="{NAMESPACE}"><t:tissFault>HashInvalido</t:tissFault>'
ESPERADO = "Conteudo lido: aa. Conteudo esperado: bb"


def falha(filhos: str, espaco: str = SOAP_1_1) -> FalhaSoap:
    lida = resposta_de(em_soap(f'<s:Fault xmlns:s="{espaco}">{filhos}</s:Fault>', espaco))
    assert isinstance(lida, FalhaSoap)
    return lida


@pytest.mark.parametrize("prefixo", ["", "s:"])
def test_children_may_be_qualified_or_not(prefixo: str) -> None:
    p = prefixo
    lida = falha(
        f"<{p}faultcode>s:Server</{p}faultcode><{p}faultstring>não deu</{p}faultstring>"
        f"<{p}detail>{TISS}<t:m>{ESPERADO}</t:m></t:tissFaultWS></{p}detail>"
    )
    assert lida == FalhaSoap(
        tiss_fault="HashInvalido", codigo="s:Server", texto="não deu", detalhe=ESPERADO
    )
    assert lida.palavras == f"não deu {ESPERADO}"


def test_fault_of_soap_1_2_is_read_with_its_detail() -> None:
    lida = falha(
        "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>x</s:Value></s:Subcode></s:Code>"
        f"<s:Reason><s:Text>não deu</s:Text></s:Reason><s:Detail>{TISS}</t:tissFaultWS></s:Detail>",
        SOAP_1_2,
    )
    assert lida == FalhaSoap(tiss_fault="HashInvalido", codigo="s:Sender", texto="não deu")


def test_tiss_fault_is_one_also_without_its_wrapper() -> None:
    assert resposta_de("<tissFault>LoginInvalido</tissFault>") == FalhaSoap(
        tiss_fault="LoginInvalido", codigo="", texto=""
    )


@pytest.mark.parametrize(
    ("corpo", "tipo"),
    [("<Fault/>", "SOAP_FAULT"), ("<a><tissFault>HashInvalido</tissFault></a>", "TISS_FAULT")],
)
def test_kind_tells_whether_the_standard_knows_the_fault(corpo: str, tipo: str) -> None:
    assert ler(corpo.encode()).tipo == tipo


def test_words_of_a_fault_are_cut_to_a_bounded_length() -> None:
    lida = falha(
        f"<faultstring>{'x' * 100_000}</faultstring><detail>{'y' * 1_000_000}<a>z</a></detail>"
    )
    assert lida.texto == "x" * TAMANHO_DO_TEXTO
    assert lida.detalhe == "y" * TAMANHO_DO_DETALHE


def test_detail_of_many_elements_is_cut_too() -> None:
    lida = falha(f"<detail>{'<a>z</a>' * 100_000}</detail>")
    assert len(lida.detalhe) == TAMANHO_DO_DETALHE
