"""The five guias as they leave: golden files, both forms, and what is read back from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from guias_modelo import (
    CONTRATO,
    GUIAS,
    MEMBRO,
    SP_SADT_MAXIMA,
    SP_SADT_MINIMA,
    trocar,
)
from lxml import etree
from percurso import postos

from tiss.domain.cadastro import Escrita
from tiss.domain.guia import Guia, GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao
from tiss.domain.odonto import GuiaOdonto
from tiss.domain.partes import Alternativa, Autorizacao, Beneficiario, Item, Profissional, Totais
from tiss.messages.declaracao import Campo, Grupo, Lista
from tiss.messages.esquema import analisador, validar_mensagem
from tiss.messages.guias import DECLARACOES, Oficina, ler_guia
from tiss.messages.mensagem import Mensagem, escrever_lote
from tiss.settings import NAMESPACE

GOLDEN = Path(__file__).parent / "golden" / "guias"
AGORA = datetime(2026, 3, 20, 23, 59, 58, 999999, tzinfo=ZoneInfo("America/Sao_Paulo"))
CASOS = pytest.mark.parametrize("nome", GUIAS)
# attribute -> the version that brought its element
NOVIDADES = {
    GuiaSpSadt: {"despesas.*.centro_consumo": "4.03.00"},
    GuiaResumoInternacao: {
        "itens.*.centro_consumo": "4.03.00",
        "despesas.*.centro_consumo": "4.03.00",
    },
    GuiaHonorarios: {"carater_atendimento": "4.03.00"},
}


def arquivo(guia: Guia, versao: str, *, ascii_somente: bool = True) -> bytes:
    contrato = replace(CONTRATO, versao_tiss=versao, ascii_somente=ascii_somente)
    xml = Oficina(contrato.escrita).escrever(guia)
    return escrever_lote(contrato, numero_lote=42, guias=[xml], registrado_em=AGORA).arquivo


def em_uma_linha(golden: bytes) -> bytes:
    """A golden file as it is sent: line breaks and indents are for its readers."""
    return b"".join(linha.strip() for linha in golden.splitlines())


# golden files: read in review like code


def test_every_guia_has_its_golden_file_and_every_file_its_guia(versao: str) -> None:
    assert {caso.name for caso in (GOLDEN / versao).iterdir()} == {f"{nome}.xml" for nome in GUIAS}


def test_every_kind_is_shown_with_the_least_and_with_all_it_may_hold() -> None:
    tipos = {f"{tipo.lower()}_{quanto}" for tipo in DECLARACOES for quanto in ("minima", "maxima")}
    assert set(GUIAS) == tipos


@CASOS
def test_lote_is_its_golden_file_byte_for_byte(nome: str, versao: str) -> None:
    golden = (GOLDEN / versao / f"{nome}.xml").read_bytes()
    assert arquivo(GUIAS[nome], versao) == em_uma_linha(golden)


@CASOS
def test_golden_file_is_valid_by_the_xsd_of_its_version_in_both_forms(
    nome: str, versao: str
) -> None:
    golden = em_uma_linha((GOLDEN / versao / f"{nome}.xml").read_bytes())
    formas = [golden, Mensagem.do_arquivo(golden, versao).ws()]
    raizes = [etree.fromstring(forma, analisador("ISO-8859-1")) for forma in formas]
    assert [etree.QName(raiz).localname for raiz in raizes] == ["mensagemTISS", "loteGuiasWS"]
    assert [validar_mensagem(raiz, versao) for raiz in raizes] == [[], []]
    assert raizes[0].findtext(".//{*}hash") == raizes[1].findtext(".//{*}hash")
    assert Mensagem.do_arquivo(golden, versao).arquivo() == golden


@pytest.mark.parametrize("nome", [nome for nome in GUIAS if nome.endswith("maxima")])
def test_fullest_guia_has_every_element_that_is_declared(nome: str) -> None:
    # A golden file without an element would prove nothing of it.
    guia = GUIAS[nome]
    escritos = set(
        etree.fromstring(f'<r xmlns:ans="u">{Oficina(Escrita()).escrever(guia)}</r>').iter()
    )
    assert {etree.QName(e).localname for e in escritos} - {"r"} >= nomes(DECLARACOES[guia.tipo])


def nomes(no: object) -> set[str]:
    """Every element of a declaration but the alternatives of choices, which exclude each other."""
    match no:
        case Grupo():
            return {no.nome}.union(*map(nomes, no.filhos))
        case Lista():
            return nomes(no.item)
        case Campo():
            return {no.nome}
    return set()


# reading


def de_volta(guia: Guia, escrita: Escrita) -> Guia | None:
    xml = Oficina(escrita).escrever(guia)
    octetos = f'<ans:r xmlns:ans="{NAMESPACE}">{xml}</ans:r>'.encode("ISO-8859-1")
    return ler_guia(etree.fromstring(octetos, analisador("ISO-8859-1"))[0])


def na_versao(guia: Guia, versao: str) -> Guia:
    """The guia as a version can say it: what it had no element for is None."""
    for padrao, desde in NOVIDADES.get(type(guia), {}).items():
        if desde > versao:
            guia = sem(guia, padrao)
    return guia


def sem(guia: Guia, padrao: str) -> Guia:
    lista, _, resto = padrao.partition(".*.")
    if not resto:
        return trocar(guia, lista, None)
    for posicao in range(len(getattr(guia, lista))):
        guia = trocar(guia, f"{lista}.{posicao}.{resto}", None)
    return guia


# In ISO-8859-1 nothing of these is replaced, but for what it lacks.
ESCRITAVEIS = {
    **GUIAS,
    "consulta_maxima": replace(
        trocar(GUIAS["consulta_maxima"], "profissional_executante.nome", "João D'Ávila"),
        observacao="Retorno em 15 dias: \"dor\" & 'febre' <38° {sic}",
    ),
}


@CASOS
def test_what_was_written_is_read_back_the_same(nome: str, versao: str) -> None:
    guia = ESCRITAVEIS[nome]
    assert de_volta(guia, Escrita(versao, ascii=False)) == na_versao(guia, versao)


@pytest.mark.parametrize(
    ("nome", "atributo"),
    [
        ("honorarios_maxima", "carater_atendimento"),
        ("resumo_internacao_maxima", "itens.2.centro_consumo"),
        ("sp_sadt_maxima", "despesas.1.centro_consumo"),
    ],
)
def test_element_of_4_03_00_is_not_written_before_it(nome: str, atributo: str) -> None:
    guia = GUIAS[nome]
    depois = Escrita("4.03.00", ascii=False)
    assert de_volta(guia, depois) == guia
    for antes in ("4.02.00", "4.01.00"):
        lida = de_volta(guia, Escrita(antes, ascii=False))
        assert lida != guia
        assert lida == de_volta(trocar(guia, atributo, None), Escrita(antes, ascii=False))


def test_accents_are_replaced_on_the_way_out_and_nothing_else_changes() -> None:
    guia = GUIAS["odonto_maxima"]
    assert de_volta(guia, Escrita()) == replace(
        guia,
        plano_beneficiario="Plano Exemplo Maximo",
        observacao="Paciente alergico",
        itens=tuple(replace(item, descricao="Consulta odontologica") for item in guia.itens),
        situacao_inicial=replace(guia.situacao_inicial, observacao="Sem proteses"),
    )


def test_accents_that_a_contrato_keeps_are_sent_in_iso_8859_1() -> None:
    octetos = arquivo(GUIAS["odonto_maxima"], "4.03.00", ascii_somente=False)
    assert "Plano Exemplo Máximo".encode("ISO-8859-1") in octetos
    raiz = etree.fromstring(octetos, analisador("ISO-8859-1"))
    assert validar_mensagem(raiz, "4.03.00") == []


@CASOS
def test_every_leaf_can_be_read_back_by_itself(nome: str) -> None:
    # What two attributes of one guia shared would survive a round trip of equal values.
    guia = ESCRITAVEIS[nome]
    escrita = Escrita(ascii=False)
    perdidos = []
    for posto in postos(DECLARACOES[guia.tipo], guia):
        if posto.tipo is not None and not posto.obrigatorio:
            outra = trocar(guia, posto.atributo, posto.vazio)
            if de_volta(outra, escrita) != outra:
                perdidos.append(posto.atributo)
    assert perdidos == []


def lida(xml: str) -> Guia | None:
    return ler_guia(etree.fromstring(xml))


VAZIO = Beneficiario(numero_carteira=None, atendimento_rn=None)
SEM_NOME = Profissional(conselho=None, numero_conselho=None, uf=None, cbo=None)


def test_element_without_children_is_a_guia_without_values() -> None:
    comuns: dict[str, Any] = {"registro_ans": None, "numero_guia_prestador": None}
    executante: dict[str, Any] = {"contratado_executante": None, "cnes": None}
    assert lida("<guiaConsulta/>") == GuiaConsulta(
        **comuns,
        **executante,
        beneficiario=VAZIO,
        profissional_executante=SEM_NOME,
        procedimento=Item(),
    )
    assert lida("<guiaSP-SADT/>") == GuiaSpSadt(
        **comuns,
        **executante,
        beneficiario=VAZIO,
        contratado_solicitante=None,
        nome_contratado_solicitante=None,
        profissional_solicitante=SEM_NOME,
        totais=Totais(),
    )
    resumo = lida("<guiaResumoInternacao/>")
    assert isinstance(resumo, GuiaResumoInternacao)
    assert (resumo.autorizacao, resumo.totais, resumo.itens) == (Autorizacao(), Totais(), ())
    honorarios = lida("<guiaHonorarios/>")
    assert isinstance(honorarios, GuiaHonorarios)
    assert honorarios.local_contratado.codigo is None
    assert lida("<guiaOdonto/>") == GuiaOdonto(**comuns, beneficiario=VAZIO)


@pytest.mark.parametrize("nome", [d.nome for d in DECLARACOES.values()])
def test_guia_without_values_is_checked_not_crashed_on(nome: str) -> None:
    guia = lida(f"<{nome}/>")
    assert guia is not None
    assert {p.codigo for p in Oficina(Escrita()).conferir(guia)} == {"AUSENTE"}
    assert guia.valor_informado == 0


@pytest.mark.parametrize("outro", ["<guiaX/>", "<loteGuias/>", '<a:guia xmlns:a="u"/>'])
def test_element_of_no_known_kind_is_no_guia(outro: str) -> None:
    assert lida(outro) is None


def test_unknown_children_are_passed_over_and_of_repeated_ones_the_first_counts() -> None:
    guia = lida(
        '<a:guiaConsulta xmlns:a="u"><a:novidade>1</a:novidade>'
        "<a:observacao>\n  primeira </a:observacao><a:observacao>segunda</a:observacao>"
        "<a:dadosBeneficiario><a:numeroCarteira>7</a:numeroCarteira></a:dadosBeneficiario>"
        "<a:dadosBeneficiario><a:numeroCarteira>8</a:numeroCarteira></a:dadosBeneficiario>"
        "</a:guiaConsulta>"
    )
    assert guia is not None
    assert (guia.observacao, guia.beneficiario.numero_carteira) == ("primeira", "7")


def test_blanks_around_a_value_are_no_part_of_it() -> None:
    guia = lida(
        "<guiaConsulta><contratadoExecutante>\n <cnpjContratado>\n  11222333000181\n"
        " </cnpjContratado></contratadoExecutante></guiaConsulta>"
    )
    assert isinstance(guia, GuiaConsulta)
    assert guia.contratado_executante == Alternativa(
        elemento="cnpjContratado", valor="11222333000181"
    )


@pytest.mark.parametrize(
    ("elemento", "atributo"),
    [
        ("<sequencialItem>um</sequencialItem>", "sequencial_item"),
        ("<sequencialItem>1E+999999999</sequencialItem>", "sequencial_item"),
        ("<sequencialItem>-1E+999999999</sequencialItem>", "sequencial_item"),
        (f"<sequencialItem>{'9' * 5000}</sequencialItem>", "sequencial_item"),
        ("<dataExecucao>ontem</dataExecucao>", "data_execucao"),
        ("<horaInicial>cedo</horaInicial>", "hora_inicial"),
        ("<quantidadeExecutada>sNaN</quantidadeExecutada>", "quantidade"),
        ("<valorTotal>1,50</valorTotal>", "valor_total"),
        ("<viaAcesso> </viaAcesso>", "via_acesso"),
    ],
)
def test_value_that_cannot_be_read_is_none(elemento: str, atributo: str) -> None:
    guia = lida(
        "<guiaSP-SADT><procedimentosExecutados><procedimentoExecutado>"
        f"{elemento}</procedimentoExecutado></procedimentosExecutados></guiaSP-SADT>"
    )
    assert guia is not None
    assert getattr(guia.itens[0], atributo) is None
    assert Oficina(Escrita()).conferir(guia) != []


def test_oficina_serves_many_guias_of_every_kind() -> None:
    oficina = Oficina(Escrita())
    assert [oficina.escrever(guia) for guia in GUIAS.values()] == [
        Oficina(Escrita()).escrever(guia) for guia in GUIAS.values()
    ]
    assert [oficina.conferir(guia) for guia in GUIAS.values()] == [[]] * len(GUIAS)


def test_upper_case_is_for_all_text_but_codes_in_base64() -> None:
    guia = replace(
        SP_SADT_MINIMA,
        beneficiario=replace(SP_SADT_MAXIMA.beneficiario, identificador_beneficiario="YWJj"),
        itens=(replace(SP_SADT_MINIMA.itens[0], equipe=(MEMBRO,)),),
    )
    xml = Oficina(Escrita(maiusculas=True)).escrever(guia)
    assert ">RUI EXEMPLO<" in xml
    assert ">YWJj<" in xml
