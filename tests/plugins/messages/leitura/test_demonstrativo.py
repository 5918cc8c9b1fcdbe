"""The demonstrativo de análise de conta as the field sends it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree
from modelos_de_resposta import (
    DEMONSTRATIVO,
    PROTOCOLO,
    SOAP_1_1,
    analisada,
    com_prefixo,
    demonstrativos,
    em_arquivo,
    em_soap,
    em_ws,
)

from tiss.domain.estados import StatusGuia
from tiss.domain.retorno import Motivo, OrdemDemonstrativo
from tiss.domain.veredito import julgar
from tiss.messages.leitura import ler


def ordem(corpo: str | bytes) -> OrdemDemonstrativo:
    return demonstrativos(corpo).lista[0].ordem


def test_several_demonstrativos_of_one_answer_are_all_read() -> None:
    lidos = demonstrativos(em_ws(DEMONSTRATIVO + DEMONSTRATIVO.replace("D1", "D2")))
    assert [demonstrativo.ordem.numero for demonstrativo in lidos.lista] == ["D1", "D2"]


# what other readers get wrong


def test_guia_without_items_does_not_stop_the_others() -> None:
    sem_itens = re.sub(r"<detalhesGuia>.*</detalhesGuia>", "", DEMONSTRATIVO, flags=re.DOTALL)
    (protocolo,) = demonstrativos(em_ws(sem_itens)).lista[0].protocolos
    assert [guia.itens for guia in protocolo.guias] == [(), ()]
    assert protocolo.guias[0].valor_liberado == Decimal(90)


def test_glosa_of_the_whole_protocolo_is_read() -> None:
    (protocolo,) = demonstrativos(em_ws(DEMONSTRATIVO)).lista[0].protocolos
    assert protocolo.motivos == (Motivo(codigo="1104", descricao="soma"),)


def test_value_refused_of_the_guia_is_kept_beside_those_of_its_items() -> None:
    guia = analisada("</relacaoGuias>", "<valorGlosaGuia>10.00</valorGlosaGuia></relacaoGuias>")
    assert guia.valor_glosa == Decimal(10)
    assert [motivo.valor for motivo in guia.itens[0].motivos] == [Decimal(10), Decimal(10)]


def test_codes_are_never_joined_into_one_text() -> None:
    guia = analisada("D1", "D1")
    assert [motivo.codigo for motivo in guia.motivos] == ["99ZZ", "1001"]
    assert [motivo.codigo for motivo in guia.itens[0].motivos] == ["1705", "1801"]


def test_several_motives_that_repeat_the_value_of_an_item_count_once() -> None:
    guia = analisada("D1", "D1")
    veredito = julgar(guia, valor_informado=Decimal(100))
    assert veredito is not None
    do_item = [glosa.valor_rateado for glosa in veredito.glosas if glosa.nivel == "ITEM"]
    assert do_item == [Decimal(10), Decimal(0)]


def test_item_not_shown_in_an_analysed_guia_was_accepted() -> None:
    guia = analisada("D1", "D1")
    veredito = julgar(guia, valor_informado=Decimal(100))
    assert veredito is not None
    assert veredito.resultado is StatusGuia.AUTORIZADA
    assert {glosa.sequencial_item for glosa in veredito.glosas if glosa.nivel == "ITEM"} == {2}


# what is missing


@pytest.mark.parametrize(
    "nome",
    ["numeroDemonstrativo", "numeroLotePrestador", "situacaoProtocolo", "situacaoGuia",
     "valorProcessadoGuia", "valorInformado", "sequencialItem", "numeroGuiaPrestador"],
)  # fmt: skip
def test_any_mandatory_element_may_be_missing(nome: str) -> None:
    sem = re.sub(f"<{nome}>[^<]*</{nome}>", "", DEMONSTRATIVO)
    assert sem != DEMONSTRATIVO
    (protocolo,) = demonstrativos(em_ws(sem)).lista[0].protocolos
    assert (protocolo.numero_protocolo, len(protocolo.guias)) == ("99", 2)


def test_guia_without_situation_has_that_of_its_protocolo_and_a_warning() -> None:
    leitura = ler(em_arquivo(DEMONSTRATIVO).encode())
    assert PROTOCOLO.guias[1].situacao == "3"
    assert leitura.avisos == ("guia sem situação: vale a do protocolo",)


def test_situation_that_the_standard_does_not_have_is_kept_with_a_warning() -> None:
    corpo = DEMONSTRATIVO.replace("<situacaoGuia>6<", "<situacaoGuia>11<")
    assert analisada("<situacaoGuia>6<", "<situacaoGuia>11<").situacao == "11"
    assert "situação que não está na Tabela 47" in ler(em_arquivo(corpo).encode()).avisos


@pytest.mark.parametrize("escrito", ["", "<dataEmissao/>", "<dataEmissao>ontem</dataEmissao>"])
def test_demonstrativo_without_date_is_read_and_comes_before_every_other(escrito: str) -> None:
    corpo = DEMONSTRATIVO.replace("<dataEmissao>2026-04-01</dataEmissao>", escrito)
    sem_data = ordem(em_ws(corpo))
    assert sem_data.data_emissao == date.min
    assert sem_data < ordem(em_ws(DEMONSTRATIVO.replace("D1", "D0")))
    avisos = ler(em_arquivo(corpo).encode()).avisos
    assert "demonstrativo sem data de emissão: qualquer outro vale mais" in avisos


def test_time_with_a_zone_and_fractions_and_elements_of_tomorrow_disturb_nothing() -> None:
    novos = "<horaInicioFat>10:00:00.1234567-03:00</horaInicioFat><novidade><valor/></novidade>"
    com_novos = analisada("<motivoGlosaGuia>", f"{novos}<motivoGlosaGuia>")
    assert com_novos == PROTOCOLO.guias[0]


def test_empty_motive_refuses_nothing() -> None:
    guia = analisada("<codigoGlosa>99ZZ</codigoGlosa>", "")
    assert [motivo.codigo for motivo in guia.motivos] == ["1001"]
    vazia = analisada("<relacaoGlosa>", "<relacaoGlosa/><relacaoGlosa>")
    assert len(vazia.itens[0].motivos) == 2


def test_figures_that_do_not_add_up_are_warned_about() -> None:
    com_glosa = "<valorGlosaGuia>{}</valorGlosaGuia></relacaoGuias>"
    aviso = "guia em que o informado menos a glosa não dá o liberado"
    for valor, avisado in (("10.00", False), ("10.01", True)):
        corpo = DEMONSTRATIVO.replace("</relacaoGuias>", com_glosa.format(valor), 1)
        assert (aviso in ler(em_arquivo(corpo).encode()).avisos) is avisado


# what makes two demonstrativos the same


def test_demonstrativo_fetched_again_is_the_same_whatever_the_message_around_it() -> None:
    primeira = em_arquivo(DEMONSTRATIVO)
    hora = "<horaRegistroTransacao>11:00:00</horaRegistroTransacao>"
    outras = [
        primeira.replace("<cabecalho>", f"<cabecalho>{hora}"),
        em_ws(DEMONSTRATIVO),
        em_soap(em_ws(DEMONSTRATIVO), SOAP_1_1),
        em_arquivo(DEMONSTRATIVO.replace(">\n<", "><")),
        em_arquivo(DEMONSTRATIVO.replace("<dadosConta>", "<!-- 10:00 --><dadosConta>")),
        f'<?xml version="1.0" encoding="UTF-8"?>{primeira}',
    ]
    assert {ordem(outra) for outra in outras} == {ordem(primeira)}
    assert ordem(com_prefixo(primeira, "ns7")) == ordem(primeira)
    sozinho = ordem(em_ws(DEMONSTRATIVO))
    assert demonstrativos(em_ws(DEMONSTRATIVO * 2)).lista[1].ordem == sozinho


@pytest.mark.parametrize(
    ("de", "para"),
    [
        (">90.00<", ">90.01<"),
        ("valorLiberadoGuia", "valorGlosaGuia"),
        ("<codigoGlosa>99ZZ</codigoGlosa>", ""),
        ("</dadosConta>", "</dadosConta><observacao>revisto</observacao>"),
    ],
)
def test_demonstrativo_that_says_anything_else_is_another(de: str, para: str) -> None:
    assert ordem(em_ws(DEMONSTRATIVO.replace(de, para))) != ordem(em_ws(DEMONSTRATIVO))


def test_elements_of_the_guia_are_found_whatever_their_prefix() -> None:
    raiz = etree.fromstring(em_arquivo(DEMONSTRATIVO))
    for numero, elemento in enumerate(raiz.iter()):
        if numero % 3 == 0:
            elemento.tag = f"{{http://outro/{numero}}}{etree.QName(elemento).localname}"
    assert demonstrativos(etree.tostring(raiz)).lista[0].protocolos == (PROTOCOLO,)
