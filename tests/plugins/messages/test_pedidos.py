"""The requests after the lote: what is written, in both forms, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from estrategias import objetos
from guias_modelo import CONTRATO, HOJE, PELO_CODIGO, trocar
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pedidos_modelo import (
    GLOSA,
    GUIA_COMPLETA,
    ITEM,
    ODONTO_MINIMO,
    PEDIDOS,
    RECURSO_MINIMO,
)

from tiss.domain.cadastro import Escrita
from tiss.domain.partes import Alternativa
from tiss.domain.pedido import (
    CancelaGuia,
    GuiaCancelada,
    GuiaContestada,
    ItemContestado,
    LoteCancelado,
    Pedido,
    RecursoGlosa,
    RecursoGlosaOdonto,
    SolicitacaoDemonstrativoAnalise,
    SolicitacaoDemonstrativoPagamento,
    SolicitacaoStatusProtocolo,
)
from tiss.domain.problema import Problema
from tiss.messages import pedidos
from tiss.messages.esquema import validar_mensagem
from tiss.messages.mensagem import FORMAS, Mensagem, MensagemError, escrever_pedido, ler_pedido
from tiss.settings import NAMESPACE

GOLDEN = Path(__file__).parent / "golden" / "pedidos"
AGORA = datetime(2026, 3, 20, 23, 59, 58, 999999, tzinfo=ZoneInfo("America/Sao_Paulo"))
CASOS = pytest.mark.parametrize("nome", PEDIDOS)
FORMAS_ESCRITAS = {"arquivo": Mensagem.arquivo, "ws": Mensagem.ws}
CADA_FORMA = pytest.mark.parametrize("forma", FORMAS_ESCRITAS)


def mensagem(pedido: Pedido, versao: str = "4.03.00") -> Mensagem:
    contrato = replace(CONTRATO, versao_tiss=versao)
    return escrever_pedido(contrato, pedido, sequencial=7, registrado_em=AGORA)


def ler(octetos: bytes) -> etree._Element:
    return etree.fromstring(octetos, etree.XMLParser(encoding="iso-8859-1"))


def na_versao(pedido: Pedido, versao: str) -> Pedido:
    """The request as a version can say it: before 4.03.00 no item had a centroConsumo."""
    if versao == "4.03.00" or not hasattr(pedido, "guias"):
        return pedido
    guias = tuple(
        replace(guia, itens=tuple(_sem_centro(item) for item in guia.itens))
        if hasattr(guia, "itens")
        else guia
        for guia in pedido.guias
    )
    return replace(pedido, guias=guias)


def _sem_centro(item: object) -> object:
    return replace(item, centro_consumo=None) if hasattr(item, "centro_consumo") else item


def hash_pelas_folhas(raiz: etree._Element) -> str:
    folhas = [e for e in raiz.iter("{*}*") if len(e) == 0 and not e.tag.endswith("}hash")]
    texto = "".join(folha.text or "" for folha in folhas)
    return hashlib.md5(texto.encode("iso-8859-1")).hexdigest()


# golden files: read in review like code


def test_every_request_has_its_golden_files_and_every_file_its_request(versao: str) -> None:
    esperados = {f"{nome}.{forma}.xml" for nome in PEDIDOS for forma in FORMAS_ESCRITAS}
    assert {arquivo.name for arquivo in (GOLDEN / versao).iterdir()} == esperados


@CADA_FORMA
@CASOS
def test_message_is_its_golden_file(nome: str, forma: str, versao: str) -> None:
    escrita = FORMAS_ESCRITAS[forma](mensagem(PEDIDOS[nome], versao))
    sem_brancos = etree.XMLParser(remove_blank_text=True)
    esperada = etree.parse(GOLDEN / versao / f"{nome}.{forma}.xml", sem_brancos)
    assert etree.tostring(ler(escrita), method="c14n") == etree.tostring(esperada, method="c14n")


# both forms of one model


@CADA_FORMA
@CASOS
def test_message_is_valid_by_the_xsd_of_its_version_and_carries_its_own_hash(
    nome: str, forma: str, versao: str
) -> None:
    raiz = ler(FORMAS_ESCRITAS[forma](mensagem(PEDIDOS[nome], versao)))
    assert validar_mensagem(raiz, versao) == []
    assert raiz.findtext(".//{*}Padrao") == versao
    assert raiz.findtext(".//{*}hash") == hash_pelas_folhas(raiz)


@CASOS
def test_file_and_web_service_say_the_same_and_have_the_same_hash(nome: str, versao: str) -> None:
    escrita = mensagem(PEDIDOS[nome], versao)
    arquivo, ws = ler(escrita.arquivo()), ler(escrita.ws())
    forma = FORMAS[PEDIDOS[nome].operacao]
    assert arquivo.findtext(".//{*}hash") == ws.findtext(".//{*}hash")
    assert [etree.QName(filho).localname for filho in arquivo] == [
        "cabecalho", "prestadorParaOperadora", "epilogo"
    ]  # fmt: skip
    assert [etree.QName(filho).localname for filho in ws] == ["cabecalho", forma.corpo_ws, "hash"]
    assert etree.QName(ws).localname == forma.raiz_ws
    assert etree.QName(arquivo[1][0]).localname == forma.corpo_arquivo
    for um, outro in ((arquivo[0], ws[0]), *zip(arquivo[1][0], ws[1], strict=True)):
        assert _canonico(um) == _canonico(outro)


def _canonico(elemento: etree._Element) -> bytes:
    return etree.tostring(elemento, method="c14n", exclusive=True)


@CASOS
def test_stored_file_of_any_request_becomes_its_web_service_form(nome: str) -> None:
    escrita = mensagem(PEDIDOS[nome])
    assert Mensagem.do_arquivo(escrita.arquivo(), "4.03.00") == escrita


@CADA_FORMA
@CASOS
def test_message_is_one_line_without_blanks_between_tags(nome: str, forma: str) -> None:
    octetos = FORMAS_ESCRITAS[forma](mensagem(PEDIDOS[nome]))
    assert octetos.isascii()
    assert b"\n" not in octetos
    assert octetos.startswith(b"<?xml ") is (forma == "arquivo")
    for elemento in ler(octetos).iter():
        assert not elemento.tail
        assert not (len(elemento) and elemento.text)
        assert elemento.text != "None"


# reading


@CADA_FORMA
@CASOS
def test_what_was_written_is_read_back(nome: str, forma: str, versao: str) -> None:
    pedido = na_versao(PEDIDOS[nome], versao)
    lido = ler_pedido(ler(FORMAS_ESCRITAS[forma](mensagem(pedido, versao))))
    assert type(lido) is type(pedido)
    assert lido == _em_ascii(pedido)


def _em_ascii(pedido: Pedido) -> Pedido:
    """Accents are replaced on the way out: all that a reader sees differ."""
    (raiz,) = [raiz for classe, raiz in pedidos.DECLARACOES.items() if isinstance(pedido, classe)]
    texto = pedidos.escrever(pedido, Escrita())
    lido = pedidos.ler_pedido(pedido.operacao, _elemento(texto))
    assert lido is not None
    assert raiz.nome in texto
    return lido


def _elemento(texto: str) -> etree._Element:
    return etree.fromstring(f'<ans:x xmlns:ans="{NAMESPACE}">{texto}</ans:x>')[0]


@pytest.mark.parametrize("escrita", [Escrita(), Escrita("4.02.00", ascii=False)], ids=str)
@pytest.mark.parametrize("classe", pedidos.DECLARACOES, ids=lambda classe: classe.__name__)
@given(dados=st.data())
@settings(max_examples=30, deadline=None)
def test_any_sound_request_has_no_problem_and_survives_writing_and_reading(
    classe: type[Pedido], escrita: Escrita, dados: st.DataObject
) -> None:
    pedido = dados.draw(objetos(pedidos.DECLARACOES[classe], escrita))
    queixas = {problema.codigo for problema in pedidos.conferir(pedido, escrita, HOJE)}
    # Of any date, some are ahead or before others.
    assert queixas <= {"CONTRADICAO", "TOTAL", "DATA_FUTURA", "DATA_FORA_DE_ORDEM"}
    elemento = _elemento(pedidos.escrever(pedido, escrita))
    assert pedidos.ler_pedido(classe.operacao, elemento) == na_versao(pedido, escrita.versao)


def test_reading_is_tolerant_and_what_is_no_request_is_none() -> None:
    raiz = etree.fromstring(
        "<cancelaGuiaWS><cancelaGuia><tipoCancelamento/></cancelaGuia></cancelaGuiaWS>"
    )
    assert ler_pedido(raiz) == CancelaGuia(contratado=None)
    for outra in (
        "<x/>",
        "<cancelaGuiaWS/>",
        "<cancelaGuiaWS><cancelaGuia/></cancelaGuiaWS>",
        "<mensagemTISS><prestadorParaOperadora><loteGuias/></prestadorParaOperadora></mensagemTISS>",
        "<mensagemTISS><operadoraParaPrestador><x/></operadoraParaPrestador></mensagemTISS>",
    ):
        assert ler_pedido(etree.fromstring(outra)) is None


AMOSTRAS = [
    "cancelaGuia_guia",
    "cancelaGuia_lote",
    "recursoGlosa_guia",
    "recursoGlosa_odonto",
    "recursoGlosa_protocolo",
    "solicitacaoDemonstrativoRetorno_analise",
    "solicitacaoDemonstrativoRetorno_pagamento",
    "solicitacaoStatusProtocolo",
    "solicitacaoStatusRecursoGlosa",
    "WS_cancelaGuiaWS",
    "WS_loteRecursoGlosaWS",
    "WS_solicitacaoDemonstrativoRetornoWS",
    "WS_solicitacaoStatusProtocoloWS",
    "WS_solicitacaoStatusRecursoGlosaWS",
]


@pytest.mark.parametrize("amostra", AMOSTRAS)
def test_message_of_others_is_read_whole(amostra: str, amostras: Path) -> None:
    sem_brancos = etree.XMLParser(remove_blank_text=True)
    documento = etree.parse(amostras / f"{amostra}.min.xml", sem_brancos).getroot()
    pedido = ler_pedido(documento)
    assert pedido is not None
    forma = FORMAS[pedido.operacao]
    corpo = documento.find(f".//{{*}}{forma.corpo_ws if 'WS' in amostra else forma.corpo_arquivo}")
    escrito = _elemento(pedidos.escrever(pedido, Escrita()))
    for um, outro in zip(corpo, escrito, strict=True):
        assert _canonico(um) == _canonico(outro)


# what is refused


def problemas(pedido: Pedido, versao: str = "4.03.00") -> list[Problema]:
    with pytest.raises(MensagemError) as erro:
        mensagem(pedido, versao)
    assert erro.value.problemas
    return list(erro.value.problemas)


def queixas(pedido: Pedido, versao: str = "4.03.00") -> list[str]:
    return [f"{problema.codigo} {problema.caminho}" for problema in problemas(pedido, versao)]


ANALISE = "solicitacaoDemonstrativoRetorno/demonstrativoAnalise"
PAGAMENTO = "solicitacaoDemonstrativoRetorno/demonstrativoPagamento"
RECURSO = "recursoGlosa/guiaRecursoGlosa"


def analise(*protocolos: str) -> SolicitacaoDemonstrativoAnalise:
    return SolicitacaoDemonstrativoAnalise(
        contratado=PELO_CODIGO, data_solicitacao=HOJE, protocolos=protocolos
    )


@pytest.mark.parametrize("quantos", [1, 30])
def test_one_to_thirty_protocolos_may_be_asked_about(quantos: int) -> None:
    octetos = mensagem(analise(*["1"] * quantos)).ws()
    assert len(ler(octetos).findall(".//{*}numeroProtocolo")) == quantos


def test_no_protocolo_and_more_than_thirty_are_refused() -> None:
    assert queixas(analise()) == [f"AUSENTE {ANALISE}/protocolos/numeroProtocolo"]
    (problema,) = problemas(analise(*["1"] * 31))
    assert problema.codigo == "TAMANHO"
    assert problema.mensagem == "são 31 e o padrão aceita no máximo 30"


def test_each_bad_protocolo_is_named_by_its_place() -> None:
    assert queixas(analise("1", "", "1" * 13)) == [
        f"AUSENTE {ANALISE}/protocolos/numeroProtocolo[2]",
        f"TAMANHO {ANALISE}/protocolos/numeroProtocolo[3]",
    ]


@pytest.mark.parametrize("protocolo", ["000A-12", "1" * 12])
def test_protocolo_is_asked_about_exactly_as_it_was_given(protocolo: str) -> None:
    pedido = SolicitacaoStatusProtocolo(contratado=PELO_CODIGO, numero_protocolo=protocolo)
    assert ler(mensagem(pedido).ws()).findtext(".//{*}numeroProtocolo") == protocolo


@given(st.text(st.characters(exclude_categories=()), max_size=16))
def test_any_protocolo_makes_a_valid_question_or_a_known_error(protocolo: str) -> None:
    pedido = SolicitacaoStatusProtocolo(contratado=PELO_CODIGO, numero_protocolo=protocolo)
    try:
        octetos = mensagem(pedido).ws()
    except MensagemError:
        return
    assert octetos.isascii()
    assert validar_mensagem(ler(octetos), "4.03.00") == []


def pagamento(**mudancas: object) -> SolicitacaoDemonstrativoPagamento:
    return replace(PEDIDOS["pagamento_minimo"], **mudancas)


@pytest.mark.parametrize("tipo", ["2", "4", "01", ""])
def test_only_payment_of_doctors_and_of_dentists_can_be_asked_for(tipo: str) -> None:
    (queixa,) = queixas(pagamento(tipo_demonstrativo=tipo))
    assert queixa.endswith(f" {PAGAMENTO}/tipoDemonstrativo")


@pytest.mark.parametrize("competencia", ["202600", "202613", "2026-3", "032026", "26031"])
def test_competencia_is_a_year_and_a_month(competencia: str) -> None:
    (problema,) = problemas(pagamento(competencia=competencia))
    assert problema.caminho == f"{PAGAMENTO}/periodo/competencia"
    assert "AAAAMM" in problema.mensagem


AMANHA, ONTEM = HOJE + timedelta(1), HOJE - timedelta(1)
_ITEM_DA_GUIA = "opcaoRecurso/recursoGuia[1]/opcaoRecursoGuia/itensGuia[1]"
_ITEM_ODONTO = "opcaoRecurso/recursoGuia[1]/recursoProcedimento[1]"


def recurso_com(item: ItemContestado) -> RecursoGlosa:
    guia = GuiaContestada(numero_guia_origem="1", itens=(item,))
    total = item.valor_recursado
    return replace(RECURSO_MINIMO, guias=(guia,), valor_total_recursado=total, data_recurso=ONTEM)


@pytest.mark.parametrize(
    ("item", "esperado"),
    [
        ({"data_inicio": ONTEM, "data_fim": ONTEM}, None),
        ({"data_inicio": HOJE}, "DATA_FORA_DE_ORDEM dataInicio"),
        ({"data_inicio": ONTEM, "data_fim": HOJE}, "DATA_FORA_DE_ORDEM dataFim"),
        ({"data_inicio": ONTEM, "data_fim": AMANHA}, "DATA_FUTURA dataFim"),
        (
            {"data_inicio": ONTEM, "data_fim": ONTEM - timedelta(1)},
            "DATA_FORA_DE_ORDEM dataFim",
        ),
    ],
)
def test_contested_item_was_executed_before_the_recurso_and_ended_after_it_began(
    item: dict[str, date], esperado: str | None
) -> None:
    recurso = recurso_com(replace(ITEM, **item))
    if esperado is None:
        assert pedidos.conferir(recurso, Escrita(), HOJE) == []
        return
    codigo, campo = esperado.split()
    assert queixas(recurso) == [f"{codigo} {RECURSO}/{_ITEM_DA_GUIA}/{campo}"]


@pytest.mark.parametrize(
    ("dia", "codigo"), [(HOJE, "DATA_FORA_DE_ORDEM"), (AMANHA, "DATA_FUTURA"), (ONTEM, None)]
)
def test_contested_dental_item_was_executed_before_the_recurso(
    dia: date, codigo: str | None
) -> None:
    modelo = PEDIDOS["recurso_odonto_maximo"]
    assert isinstance(modelo, RecursoGlosaOdonto)
    guia, *outras = modelo.guias
    primeiro, *seguintes = (replace(item, data_realizacao=ONTEM) for item in guia.itens)
    itens = (replace(primeiro, data_realizacao=dia), *seguintes)
    guias = (replace(guia, itens=itens), *(replace(outra, itens=itens[1:]) for outra in outras))
    recurso = replace(modelo, guias=guias, data_recurso=ONTEM)
    achados = [
        (p.codigo, p.caminho)
        for p in pedidos.conferir(recurso, Escrita(), HOJE)
        if p.codigo != "TOTAL"
    ]
    caminho = f"recursoGlosa/guiaRecursoGlosaOdonto/{_ITEM_ODONTO}/dataRealizacao"
    assert achados == ([] if codigo is None else [(codigo, caminho)])


def test_nothing_is_asked_on_a_day_that_has_not_come() -> None:
    assert queixas(replace(RECURSO_MINIMO, data_recurso=AMANHA)) == [
        f"DATA_FUTURA {RECURSO}/dataRecurso"
    ]
    assert queixas(replace(analise("1"), data_solicitacao=AMANHA)) == [
        f"DATA_FUTURA {ANALISE}/dataSolicitacao"
    ]
    assert queixas(pagamento(data_solicitacao=AMANHA)) == [
        f"DATA_FUTURA {PAGAMENTO}/dataSolicitacao"
    ]


@pytest.mark.parametrize(("competencia", "vem"), [("202603", False), ("202604", True)])
def test_payment_of_a_month_that_has_not_come_is_not_asked_for(competencia: str, vem: bool) -> None:
    pedido = pagamento(competencia=competencia)
    achados = [f"{p.codigo} {p.caminho}" for p in pedidos.conferir(pedido, Escrita(), HOJE)]
    assert achados == ([f"DATA_FUTURA {PAGAMENTO}/periodo/competencia"] if vem else [])


def test_payment_is_asked_for_by_date_or_by_competencia_and_never_by_both_or_none() -> None:
    (nenhum,) = problemas(pagamento(competencia=None))
    (ambos,) = problemas(pagamento(data_pagamento=date(2026, 3, 1)))
    assert nenhum.codigo == "AUSENTE"
    assert ambos.codigo == "FORMATO"
    assert nenhum.caminho == ambos.caminho == f"{PAGAMENTO}/periodo/dataPagamento ou competencia"


def test_lote_or_guias_are_cancelled_and_never_both_or_none() -> None:
    lote, guia = (
        LoteCancelado(numero_lote="1"),
        GuiaCancelada(tipo_guia="2", numero_guia_prestador="1"),
    )
    caminho = "cancelaGuia/tipoCancelamento/tipoCancelamentoLote ou tipoCancelamentoGuia"
    assert queixas(CancelaGuia(contratado=PELO_CODIGO)) == [f"AUSENTE {caminho}"]
    ambos = CancelaGuia(contratado=PELO_CODIGO, lote=lote, guias=(guia,))
    assert queixas(ambos) == [f"FORMATO {caminho}"]


@pytest.mark.parametrize("tipo", ["0", "4", "02", None])
def test_only_requests_billing_and_recursos_are_cancelled(tipo: str | None) -> None:
    guia = GuiaCancelada(tipo_guia=tipo, numero_guia_prestador="1")
    (queixa,) = queixas(CancelaGuia(contratado=PELO_CODIGO, guias=(guia,)))
    assert queixa.endswith(" cancelaGuia/tipoCancelamento/tipoCancelamentoGuia[1]/tipoGuia")


@pytest.mark.parametrize("recurso", [RECURSO_MINIMO, ODONTO_MINIMO])
@pytest.mark.parametrize("protocolo", ["A123", "12-3", "1.5", "-1", "1" * 13])
def test_recurso_of_a_protocolo_that_is_no_number_is_refused_with_the_reason(
    recurso: Pedido, protocolo: str
) -> None:
    (problema,) = problemas(replace(recurso, numero_protocolo=protocolo))
    assert problema.caminho.endswith("/numeroProtocolo")
    assert "até 12 algarismos" in problema.mensagem


def test_zeros_that_a_protocolo_begins_with_are_kept_in_a_recurso() -> None:
    octetos = mensagem(replace(RECURSO_MINIMO, numero_protocolo="000000000123")).ws()
    assert ler(octetos).findtext(".//{*}numeroProtocolo") == "000000000123"


@pytest.mark.parametrize("quantas", [1, 100])
def test_recurso_takes_one_to_a_hundred_guias(quantas: int) -> None:
    octetos = mensagem(replace(RECURSO_MINIMO, guias=(GUIA_COMPLETA,) * quantas)).arquivo()
    assert len(ler(octetos).findall(".//{*}recursoGuia")) == quantas


def test_recurso_of_nothing_or_of_more_than_a_hundred_guias_is_refused() -> None:
    opcao = f"{RECURSO}/opcaoRecurso"
    assert queixas(replace(RECURSO_MINIMO, guias=())) == [
        f"AUSENTE {opcao}/recursoProtocolo ou recursoGuia"
    ]
    assert queixas(replace(RECURSO_MINIMO, guias=(GUIA_COMPLETA,) * 101)) == [
        f"TAMANHO {opcao}/recursoGuia"
    ]


def test_protocolo_and_guias_are_not_contested_together_nor_a_guia_and_its_items() -> None:
    opcao = f"{RECURSO}/opcaoRecurso"
    assert f"FORMATO {opcao}/recursoProtocolo ou recursoGuia" in queixas(
        replace(RECURSO_MINIMO, protocolo=GLOSA)
    )
    tudo = GuiaContestada(numero_guia_origem="1", glosas=(GLOSA,), itens=(ITEM,))
    nada = GuiaContestada(numero_guia_origem="2")
    (ambos, nenhum) = queixas(
        replace(RECURSO_MINIMO, guias=(tudo, nada), valor_total_recursado=Decimal("0.01"))
    )
    dentro = "opcaoRecursoGuia/recursoGuiaCompleta ou itensGuia"
    assert ambos == f"FORMATO {opcao}/recursoGuia[1]/{dentro}"
    assert nenhum == f"AUSENTE {opcao}/recursoGuia[2]/{dentro}"


@pytest.mark.parametrize(
    ("recurso", "caminho"),
    [
        (RECURSO_MINIMO, "guias.0.glosas.0.justificativa"),
        (PEDIDOS["recurso_itens_minimo"], "guias.0.itens.0.justificativa"),
        (PEDIDOS["recurso_protocolo_minimo"], "protocolo.justificativa"),
        (ODONTO_MINIMO, "guias.0.justificativa"),
        (PEDIDOS["recurso_odonto_maximo"], "guias.0.itens.0.justificativa"),
    ],
)
def test_reason_of_a_recurso_has_five_hundred_characters_and_is_told_masked(
    recurso: Pedido, caminho: str
) -> None:
    assert mensagem(trocar(recurso, caminho, "j" * 500)).ws()
    (problema,) = problemas(trocar(recurso, caminho, "Paciente Fulano " + "j" * 485))
    assert problema.codigo == "TAMANHO"
    assert problema.valor == "***jj"
    assert "Fulano" not in f"{problema}"


@pytest.mark.parametrize("codigo", ["", "180", "18011", "a801", "9999"])
def test_code_of_a_glosa_is_one_of_the_standard(codigo: str) -> None:
    recurso = trocar(RECURSO_MINIMO, "guias.0.glosas.0.codigo_glosa", codigo)
    with pytest.raises(MensagemError) as erro:
        mensagem(recurso).ws()
    assert "codGlosaGuia" in str(erro.value)


def test_code_that_came_with_a_version_is_refused_before_it() -> None:
    recurso = trocar(RECURSO_MINIMO, "guias.0.glosas.0.codigo_glosa", "3268")
    assert mensagem(recurso, "4.03.00").ws()
    with pytest.raises(MensagemError, match=r"codGlosaGuia.*4\.02\.00"):
        mensagem(recurso, "4.02.00").ws()


def test_problem_of_an_item_names_it_by_its_number() -> None:
    recurso = trocar(PEDIDOS["recurso_itens_maximo"], "guias.0.itens.1.data_inicio", None)
    (problema,) = problemas(recurso)
    assert problema.item == 9999
    assert problema.caminho == (
        f"{RECURSO}/opcaoRecurso/recursoGuia[1]/opcaoRecursoGuia/itensGuia[2]/dataInicio"
    )


def test_value_of_an_item_grew_with_4_02_and_the_total_had_that_size_before() -> None:
    recurso = trocar(
        PEDIDOS["recurso_itens_minimo"], "guias.0.itens.0.valor_recursado", Decimal("1000000.00")
    )
    recurso = replace(recurso, valor_total_recursado=Decimal("1000000.00"))
    assert mensagem(recurso, "4.02.00").ws()
    (queixa,) = queixas(recurso, "4.01.00")
    assert queixa.endswith("/itensGuia[1]/valorRecursado")


@pytest.mark.parametrize(
    "recurso", [PEDIDOS["recurso_itens_maximo"], PEDIDOS["recurso_odonto_maximo"]]
)
def test_total_of_a_recurso_of_items_is_their_sum(recurso: Pedido) -> None:
    (problema,) = problemas(
        replace(recurso, valor_total_recursado=recurso.valor_total_recursado + Decimal("0.01"))
    )
    assert problema.codigo == "TOTAL"
    assert problema.caminho.endswith("/valorTotalRecursado")


def test_object_of_a_recurso_is_what_it_contests() -> None:
    assert queixas(replace(RECURSO_MINIMO, objeto_recurso="1")) == [
        f"CONTRADICAO {RECURSO}/objetoRecurso"
    ]
    assert queixas(replace(RECURSO_MINIMO, objeto_recurso="3")) == [
        f"FORMATO {RECURSO}/objetoRecurso"
    ]


def test_everything_that_is_wrong_is_told_at_once_in_document_order() -> None:
    recurso = replace(
        RECURSO_MINIMO, registro_ans=None, nome_operadora="日本", numero_lote="", data_recurso=None
    )
    assert queixas(recurso) == [
        f"AUSENTE {RECURSO}/registroANS",
        f"CARACTERE {RECURSO}/nomeOperadora",
        f"AUSENTE {RECURSO}/numeroLote",
        f"AUSENTE {RECURSO}/dataRecurso",
    ]


def test_error_tells_the_first_problems_and_counts_the_others() -> None:
    with pytest.raises(MensagemError) as erro:
        mensagem(analise(*[""] * 7))
    assert str(erro.value).startswith("solicitacaoDemonstrativoRetorno não pode ser enviado: ")
    assert str(erro.value).count("não informado") == 5
    assert str(erro.value).endswith("; e mais 2")
    assert len(erro.value.problemas) == 7


@pytest.mark.parametrize("nome", PEDIDOS)
def test_leaving_out_any_value_is_told_or_still_makes_a_valid_message(nome: str) -> None:
    for caminho in folhas(PEDIDOS[nome]):
        pedido = trocar(PEDIDOS[nome], caminho, None)
        try:
            octetos = mensagem(pedido).arquivo()
        except MensagemError as erro:
            assert erro.problemas  # noqa: PT017  either outcome is right
            continue
        assert validar_mensagem(ler(octetos), "4.03.00") == []


def folhas(objeto: object, antes: str = "") -> Iterator[str]:
    if isinstance(objeto, tuple):
        for numero, item in enumerate(objeto):
            if hasattr(item, "__dataclass_fields__"):
                yield from folhas(item, f"{antes}{numero}.")
        return
    for campo in objeto.__dataclass_fields__:
        valor = getattr(objeto, campo)
        if isinstance(valor, Alternativa) or not (
            isinstance(valor, tuple) or hasattr(valor, "__dataclass_fields__")
        ):
            if campo != "operacao":
                yield f"{antes}{campo}"
        else:
            yield from folhas(valor, f"{antes}{campo}.")


# how the operadora wants it


@pytest.mark.parametrize(
    ("ascii_somente", "maiusculas", "escrito"),
    [
        (True, False, "Saude Exemplo"),
        (False, False, "Saúde Exemplo"),
        (True, True, "SAUDE EXEMPLO"),
        (False, True, "SAÚDE EXEMPLO"),
    ],
)
@CADA_FORMA
def test_text_is_written_as_the_contrato_wants_it(
    ascii_somente: bool, maiusculas: bool, escrito: str, forma: str
) -> None:
    contrato = replace(CONTRATO, ascii_somente=ascii_somente, maiusculas=maiusculas)
    escrita = escrever_pedido(contrato, RECURSO_MINIMO, sequencial=1, registrado_em=AGORA)
    octetos = FORMAS_ESCRITAS[forma](escrita)
    raiz = ler(octetos)
    assert octetos.isascii() is ascii_somente
    assert raiz.findtext(".//{*}nomeOperadora") == escrito
    assert raiz.findtext(".//{*}hash") == hash_pelas_folhas(raiz)
    assert validar_mensagem(raiz, "4.03.00") == []


def test_patient_data_of_a_message_is_not_shown() -> None:
    assert "apresentada" not in repr(mensagem(RECURSO_MINIMO))
