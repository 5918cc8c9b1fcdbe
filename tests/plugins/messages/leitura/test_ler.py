"""What answers say, in whatever form they come, and what counts when they say two things."""

from __future__ import annotations

from datetime import date

import pytest
from modelos_de_resposta import (
    DEMONSTRATIVO,
    ERRO,
    FORMAS,
    LIDAS,
    PROTOCOLO,
    RECEBIMENTO,
    SITUACAO,
    com_prefixo,
    demonstrativos,
    em_arquivo,
    em_ws,
    resposta_de,
)

from tiss.domain.retorno import FalhaSoap, Ilegivel, Recusa, SituacaoProtocolo
from tiss.messages.leitura import ler
from tiss.settings import NAMESPACE

# every kind, in every form


@pytest.mark.parametrize("forma", FORMAS)
@pytest.mark.parametrize("nome", LIDAS)
@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "UTF-8", "UTF-16"])
def test_answer_is_understood_in_every_form_and_encoding(
    nome: str, forma: str, codificacao: str
) -> None:
    corpo, esperada = LIDAS[nome]
    xml = f'<?xml version="1.0" encoding="{codificacao}"?>{FORMAS[forma](corpo)}'
    assert resposta_de(xml.encode(codificacao)) == esperada


@pytest.mark.parametrize("forma", FORMAS)
def test_demonstrativo_is_understood_in_every_form(forma: str) -> None:
    (demonstrativo,) = demonstrativos(FORMAS[forma](DEMONSTRATIVO)).lista
    assert demonstrativo.protocolos == (PROTOCOLO,)
    assert (demonstrativo.ordem.data_emissao, demonstrativo.ordem.numero) == (
        date(2026, 4, 1),
        "D1",
    )


@pytest.mark.parametrize("prefixo", ["", "ans", "ns2", "tiss"])
@pytest.mark.parametrize("nome", ["recebimento", "erro", "situacao", "ainda_nao"])
def test_prefix_of_the_elements_means_nothing(nome: str, prefixo: str) -> None:
    corpo, esperada = LIDAS[nome]
    assert resposta_de(com_prefixo(em_arquivo(corpo), prefixo)) == esperada


# what beats what


def test_protocolo_beats_whatever_refusal_comes_with_it() -> None:
    falha = "<cabecalho><falhaNegocio>5001</falhaNegocio></cabecalho>"
    for corpo in (falha + RECEBIMENTO, ERRO + RECEBIMENTO, RECEBIMENTO + ERRO):
        assert resposta_de(em_ws(corpo).encode()) == LIDAS["recebimento"][1]


def test_refusal_may_stand_in_the_cabecalho() -> None:
    corpo = "<cabecalho><falhaNegocio> 1308 </falhaNegocio></cabecalho>"
    assert resposta_de(em_ws(corpo).encode()) == Recusa(codigo="1308", descricao=None)


def test_empty_failure_in_the_cabecalho_is_none() -> None:
    corpo = f"<cabecalho><falhaNegocio> </falhaNegocio></cabecalho>{SITUACAO}"
    assert resposta_de(em_ws(corpo).encode()) == LIDAS["situacao"][1]


def test_fault_without_envelope_is_still_a_fault() -> None:
    xml = f'<x:tissFaultWS xmlns:x="{NAMESPACE}"><x:tissFault>LoginInvalido</x:tissFault>'
    lida = resposta_de(f"{xml}</x:tissFaultWS>".encode())
    assert isinstance(lida, FalhaSoap)
    assert lida.tiss_fault == "LoginInvalido"


def test_protocolo_without_number_proves_nothing() -> None:
    sem = RECEBIMENTO.replace("<numeroProtocolo>00099X</numeroProtocolo>", "<numeroProtocolo/>")
    assert resposta_de(em_ws(sem).encode()) == Ilegivel(
        motivo="protocolo de recebimento sem número"
    )
    assert resposta_de(em_ws(sem + ERRO).encode()) == LIDAS["erro"][1]


def test_situation_that_is_missing_makes_the_answer_unreadable() -> None:
    sem = SITUACAO.replace("<statusProtocolo>2</statusProtocolo>", "")
    assert isinstance(resposta_de(em_ws(sem)), Ilegivel)


def test_refusal_without_code_or_text_is_a_refusal() -> None:
    assert resposta_de(em_ws("<mensagemErro/>").encode()) == Recusa(codigo="", descricao=None)


def test_empty_refusal_beside_a_content_refuses_nothing() -> None:
    assert resposta_de(em_ws(f"<mensagemErro/>{SITUACAO}")) == LIDAS["situacao"][1]


def test_refusal_of_the_lote_inside_a_situation_is_told_with_it() -> None:
    corpo = """<situacaoProtocolo><situacaoDoProtocolo><lote><mensagemErro>
    <codigoGlosa>3162</codigoGlosa><descricaoGlosa>protocolo não encontrado</descricaoGlosa>
    </mensagemErro></lote></situacaoDoProtocolo></situacaoProtocolo>"""
    leitura = ler(em_ws(corpo).encode())
    assert leitura.tipo == "SITUACAO_PROTOCOLO"
    assert leitura.resposta == SituacaoProtocolo(
        numero_protocolo="",
        numero_lote=None,
        situacao="",
        recusa=Recusa(codigo="3162", descricao="protocolo não encontrado"),
    )


def test_situation_of_a_lote_is_worth_more_than_a_refusal_inside_it() -> None:
    erro = "<mensagemErro><codigoGlosa>5001</codigoGlosa></mensagemErro>"
    corpo = SITUACAO.replace("</lote>", f"{erro}</lote>")
    assert resposta_de(em_ws(corpo)) == LIDAS["situacao"][1]


def test_two_contents_of_different_kinds_are_warned_about() -> None:
    leitura = ler(em_ws(SITUACAO + DEMONSTRATIVO).encode())
    assert leitura.resposta == LIDAS["situacao"][1]
    assert "a resposta traz conteúdos de tipos diferentes: vale o primeiro" in leitura.avisos


# what stands around the content


def test_version_and_hash_are_those_of_the_message() -> None:
    corpo = em_arquivo(SITUACAO).replace("<hash>0</hash>", "<hash> AbC </hash>")
    leitura = ler(corpo.encode())
    assert (leitura.tipo, leitura.versao, leitura.hash_informado, leitura.avisos) == (
        "SITUACAO_PROTOCOLO",
        "4.03.00",
        "AbC",
        (),
    )


@pytest.mark.parametrize("padrao", ["", "<Padrao/>", "<Padrao>Maria da Silva</Padrao>"])
def test_version_that_is_none_is_not_told(padrao: str) -> None:
    corpo = em_arquivo(SITUACAO).replace("<Padrao>4.03.00</Padrao>", padrao)
    leitura = ler(corpo.encode())
    assert leitura.versao is None
    assert leitura.avisos == ("o cabeçalho não diz a versão do padrão",)


def test_content_decides_the_kind_of_answer_and_the_cabecalho_is_only_compared() -> None:
    identificacao = (
        "<identificacaoTransacao><tipoTransacao>PROTOCOLO_RECEBIMENTO</tipoTransacao>"
        "</identificacaoTransacao>"
    )
    corpo = em_arquivo(SITUACAO).replace("<cabecalho>", f"<cabecalho>{identificacao}")
    leitura = ler(corpo.encode())
    assert leitura.tipo == "SITUACAO_PROTOCOLO"
    assert leitura.avisos == ("o tipoTransacao do cabeçalho não é o do conteúdo da resposta",)


def test_message_of_a_prestador_is_no_answer() -> None:
    motivo = "é uma mensagem de prestador para operadora, não uma resposta"
    for corpo in (
        "<mensagemTISS><prestadorParaOperadora/></mensagemTISS>",
        "<loteGuiasWS><loteGuias/></loteGuiasWS>",
    ):
        assert resposta_de(corpo) == Ilegivel(motivo=motivo)


def test_contents_inside_a_request_are_not_taken_for_an_answer() -> None:
    pedido = f"<solicitacaoDemonstrativoRetorno>{DEMONSTRATIVO}</solicitacaoDemonstrativoRetorno>"
    assert isinstance(resposta_de(em_ws(pedido)), Ilegivel)


# codes of glosa


def recusada(codigo: str, descricao: str) -> Recusa:
    corpo = ERRO.replace("5001", codigo).replace("Mensagem inválida", descricao)
    resposta = resposta_de(em_ws(corpo))
    assert isinstance(resposta, Recusa)
    return resposta


@pytest.mark.parametrize("codigo", ["1001", "0012", "99ZZ", "9Z-1", "5063", "####"])
def test_any_code_of_four_characters_is_taken(codigo: str) -> None:
    assert recusada(codigo, "texto").codigo == codigo


@pytest.mark.parametrize(
    ("codigo", "descricao", "lida", "subcodigos"),
    [
        ("5012", "Glosa 1203: senha inválida", "Glosa 1203: senha inválida", ("1203",)),
        ("5007", "0012 - beneficiário falecido", "0012 - beneficiário falecido", ("0012",)),
        ("5007", "recusado (0650)", "recusado (0650)", ("0650",)),
        ("5007", "código: 0650, motivo 0012", "código: 0650, motivo 0012", ("0650", "0012")),
        ("5007/0012", "falecido", "0012: falecido", ("0012",)),
        ("5007 (0012)", "", "0012", ("0012",)),
        ("5001", "em 10/03/2026, valor 1500", "em 10/03/2026, valor 1500", ()),
        ("5001", "2026-03-10", "2026-03-10", ()),
        ("5001", "glosa 12034", "glosa 12034", ()),
    ],
)
def test_sub_code_is_found_in_the_text_and_nothing_is_lost(
    codigo: str, descricao: str, lida: str, subcodigos: tuple[str, ...]
) -> None:
    resposta = recusada(codigo, descricao)
    assert (resposta.codigo, resposta.descricao) == (codigo[:4], lida)
    assert resposta.subcodigos == subcodigos


def test_code_of_another_length_is_kept_with_a_warning_that_does_not_quote_it() -> None:
    leitura = ler(em_arquivo(ERRO.replace("5001", "Maria")).encode())
    assert leitura.resposta == Recusa(codigo="Maria", descricao="Mensagem inválida")
    assert leitura.avisos == ("código de glosa que não tem 4 caracteres",)
