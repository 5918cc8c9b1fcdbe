"""Whole messages: the holes of the XSD, one test each, and how problems are told."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from mensagens_modelo import (
    COMUNICACAO,
    HOJE,
    LOTE,
    LOTE_SP_SADT,
    RECURSO,
    SOLICITACAO_ODONTO,
    arquivo,
    com_hash,
    consulta,
    lote,
    sp_sadt,
    ws,
)

from tiss.domain.problema import Gravidade, Problema
from tiss.domain.terminologia import TerminologiaConsultada
from tiss.errors import ConfigError, UnreadableError
from tiss.messages.esquema import problemas_da_guia, validar_mensagem
from tiss.messages.hashes import corrigir_hash
from tiss.messages.validacao import LIMITE, Relatorio, validar
from tiss.messages.validacao.entrada import abrir_mensagem

RECURSO_ARQUIVO = arquivo(RECURSO, "RECURSO_GLOSA")


def conferir(mensagem: str | bytes, versao: str | None = None) -> Relatorio:
    dados = mensagem if isinstance(mensagem, bytes) else com_hash(mensagem)
    return validar(dados, hoje=HOJE, versao=versao)


def trocar(mensagem: str, de: str, por: str, vezes: int = 1) -> str:
    assert de in mensagem
    return mensagem.replace(de, por, vezes)


def aceita_pelo_xsd(mensagem: str) -> bool:
    return validar_mensagem(abrir_mensagem(com_hash(mensagem)), "4.03.00") == []


def unico(mensagem: str | bytes, versao: str | None = None) -> Problema:
    """Return the only problem of a message that is not valid."""
    relatorio = conferir(mensagem, versao)
    assert not relatorio.valido
    (problema,) = relatorio.problemas
    return problema


def buraco(mensagem: str) -> Problema:
    """Return the only problem of a message that the XSD takes."""
    assert aceita_pelo_xsd(mensagem)
    return unico(mensagem)


# Messages without problems


@pytest.mark.parametrize(
    "mensagem",
    [
        LOTE,
        LOTE_SP_SADT,
        ws(lote(consulta())),
        RECURSO_ARQUIVO,
        ws(
            RECURSO.replace("ans:recursoGlosa>", "ans:loteRecurso>"),
            "loteRecursoGlosaWS",
            "RECURSO_GLOSA",
        ),
    ],
    ids=["consulta", "sp-sadt", "web-service", "recurso", "recurso-web-service"],
)
def test_a_good_message_has_no_problem(mensagem: str) -> None:
    relatorio = conferir(mensagem)
    assert relatorio.problemas == ()
    assert relatorio.valido
    assert relatorio.versao == "4.03.00"


def test_a_soap_envelope_is_looked_into() -> None:
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body>'
        "</s:Envelope>"
    )
    dentro = com_hash(ws(lote(consulta()))).decode().partition("?>")[2]
    assert conferir(envelope.format(dentro).encode()).problemas == ()
    assert (
        unico(envelope.format(trocar(dentro, "Ana Exemplo", "Ana Exempla")).encode()).codigo
        == "HASH_ERRADO"
    )


def test_a_default_namespace_is_as_good_as_a_prefix() -> None:
    sem_prefixo = com_hash(LOTE).replace(b"xmlns:ans", b"xmlns").replace(b"ans:", b"")
    assert conferir(sem_prefixo).problemas == ()


# The holes of the XSD


def test_hole_message_without_body() -> None:
    sem_corpo = re.sub("<ans:prestadorPara.*</ans:prestadorParaOperadora>", "", LOTE)
    problema = buraco(sem_corpo)
    assert (problema.codigo, problema.glosa_provavel) == ("SEM_CORPO", "5007")


@pytest.mark.parametrize("involucro", ["prestadorParaOperadora", "operadoraParaPrestador"])
def test_hole_empty_wrapper(involucro: str) -> None:
    vazio = re.sub("<ans:prestadorPara.*ParaOperadora>", f"<ans:{involucro}/>", LOTE)
    assert aceita_pelo_xsd(vazio)
    (problema,) = (p for p in conferir(vazio).problemas if p.codigo != "SENTIDO_TROCADO")
    assert problema.codigo == "CORPO_VAZIO"
    assert problema.caminho == f"mensagemTISS/{involucro}"


@pytest.mark.parametrize("tipo", ["CANCELA_GUIA", "RECURSO_GLOSA", "PROTOCOLO_RECEBIMENTO"])
@pytest.mark.parametrize("forma", [arquivo, ws])
def test_hole_tipo_transacao_that_contradicts_the_body(
    forma: Callable[[str], str], tipo: str
) -> None:
    problema = buraco(trocar(forma(lote(consulta())), "ENVIO_LOTE_GUIAS", tipo))
    assert problema.codigo == "TRANSACAO_DIFERENTE"
    assert "ENVIO_LOTE_GUIAS" in problema.mensagem


@pytest.mark.parametrize(
    ("campo", "de", "por"),
    [
        ("dataRecurso", "2026-03-20", "2026-03-21"),
        ("opcaoRecurso/recursoGuia/opcaoRecursoGuia/itensGuia/dataInicio", "03-10", "03-21"),
    ],
)
def test_a_recurso_tells_of_no_day_that_has_not_come(campo: str, de: str, por: str) -> None:
    nome = campo.rpartition("/")[2]
    certo = re.search(f"<ans:{nome}>[^<]*<", RECURSO_ARQUIVO)
    assert certo is not None
    problema = buraco(trocar(RECURSO_ARQUIVO, certo[0], certo[0].replace(de, por)))
    assert (problema.codigo, problema.glosa_provavel) == ("DATA_FUTURA", "1323")
    inicio = "mensagemTISS/prestadorParaOperadora/recursoGlosa/guiaRecursoGlosa"
    assert re.sub(r"\[1\]", "", problema.caminho) == f"{inicio}/{campo}"
    assert problema.valor == "2026-03-21"


def test_a_recurso_comes_after_what_it_contests() -> None:
    assert buraco(
        trocar(RECURSO_ARQUIVO, "2026-03-20</ans:dataRec", "2026-03-09</ans:dataRec")
    ) == (
        Problema(
            codigo="DATA_FORA_DE_ORDEM",
            caminho="mensagemTISS/prestadorParaOperadora/recursoGlosa/guiaRecursoGlosa/opcaoRecurso/"
            "recursoGuia[1]/opcaoRecursoGuia/itensGuia[1]/dataInicio",
            valor="2026-03-10",
            mensagem="é posterior ao recurso, de 09/03/2026: corrija uma das datas",
            glosa_provavel="1323",
        )
    )


AUTORIZACAO = arquivo(SOLICITACAO_ODONTO, "SOLICITACAO_PROCEDIMENTOS")


@pytest.mark.parametrize("total", ["70.00", "70.01", "140.00"])
def test_total_of_a_dental_request_is_of_its_lines_or_of_their_units(total: str) -> None:
    assert conferir(trocar(AUTORIZACAO, ">70.00<", f">{total}<")).problemas == ()


@pytest.mark.parametrize(
    ("de", "por", "codigo", "campo"),
    [
        (">1234567<", ">X<", "CNES_INVALIDO", "cnesExec"),
        (">1234567<", ">123456<", "CNES_INVALIDO", "cnesExec"),
        (">70.00<", ">70.02<", "TOTAL_GERAL_NAO_CONFERE", "valorTotalProc"),
        (">70.00<", ">100000000.00<", "FORMATO", "valorTotalProc"),
        (">40.00<", ">100000000.00<", "FORMATO", "valorProc"),
    ],
)
def test_hole_values_of_a_dental_request(de: str, por: str, codigo: str, campo: str) -> None:
    mensagem = trocar(AUTORIZACAO, de, por)
    assert aceita_pelo_xsd(mensagem)
    relatorio = conferir(mensagem)
    assert not relatorio.valido
    assert (codigo, campo) in {
        (problema.codigo, problema.caminho.rpartition("/")[2]) for problema in relatorio.problemas
    }


def test_cnes_of_an_answer_is_for_the_operadora_to_correct() -> None:
    prestador = "<ans:dadosPrestador><ans:CNES>{}</ans:CNES></ans:dadosPrestador>"
    corpo = f"<ans:demonstrativosRetorno>{prestador}</ans:demonstrativosRetorno>"
    resposta = arquivo(corpo, "DEMONSTRATIVO_ANALISE_CONTA").replace(
        "prestadorParaOperadora", "operadoraParaPrestador"
    )
    for cnes, esperadas in (("1234567", []), ("X", [Gravidade.AVISO])):
        problemas = conferir(resposta.format(cnes)).problemas
        achadas = [p.gravidade for p in problemas if p.codigo == "CNES_INVALIDO"]
        assert achadas == esperadas


@pytest.mark.parametrize(("quantos", "demais"), [(1, False), (2, True), (100, True)])
def test_a_lote_of_anexos_has_one_guia(quantos: int, demais: bool) -> None:
    anexo = (
        "<ans:anexoSituacaoInicial><ans:registroANS>999001</ans:registroANS>"
        "<ans:numeroGuiaAnexo>1</ans:numeroGuiaAnexo>"
        "<ans:numeroGuiaReferenciada>2</ans:numeroGuiaReferenciada>"
        "<ans:numeroCarteira>331234567890121</ans:numeroCarteira><ans:ct_situacaoInicial>"
        "<ans:situacaoClinica><ans:dentes><ans:elementoDentario>11</ans:elementoDentario>"
        "<ans:condicaoClinica>A</ans:condicaoClinica></ans:dentes></ans:situacaoClinica>"
        "<ans:doencaPeriodontal>true</ans:doencaPeriodontal>"
        "<ans:alteracaoTecidoMole>true</ans:alteracaoTecidoMole></ans:ct_situacaoInicial>"
        "</ans:anexoSituacaoInicial>"
    )
    mensagem = arquivo(
        "<ans:loteAnexos><ans:numeroLote>42</ans:numeroLote><ans:AnexosGuiasTISS>"
        f"{anexo * quantos}</ans:AnexosGuiasTISS></ans:loteAnexos>",
        "ENVIO_ANEXO",
    )
    assert aceita_pelo_xsd(mensagem)
    relatorio = conferir(mensagem)
    assert relatorio.valido
    assert [problema.valor for problema in relatorio.problemas] == (
        [str(quantos)] if demais else []
    )


def test_no_event_is_told_of_before_it_happens() -> None:
    comunicacao = arquivo(COMUNICACAO, "COMUNICACAO_BENEFICIARIO")
    assert conferir(comunicacao).problemas == ()
    problema = buraco(trocar(comunicacao, "20</ans:dataEvento", "21</ans:dataEvento"))
    assert (problema.codigo, problema.valor) == ("DATA_FUTURA", "2026-03-21")
    assert problema.caminho.endswith("comunicacaoInternacao/dataEvento")


def test_hole_padrao_that_is_not_the_schema() -> None:
    problema = unico(arquivo(lote(consulta()), versao="4.02.00"), "4.03.00")
    assert (problema.codigo, problema.glosa_provavel) == ("VERSAO_DIFERENTE", "5028")
    assert problema.valor == "4.02.00"
    assert conferir(arquivo(lote(consulta()), versao="4.02.00")).problemas == ()


def test_hole_wrong_direction() -> None:
    origem = re.search("<ans:identificacaoPrestador>.*</ans:identificacaoPrestador>", LOTE)
    assert origem is not None
    destino = "<ans:registroANS>999001</ans:registroANS></ans:destino>"
    trocado = trocar(LOTE, origem[0], "<ans:registroANS>999001</ans:registroANS>")
    trocado = trocar(trocado, destino, f"{origem[0]}</ans:destino>")
    assert aceita_pelo_xsd(trocado)
    assert {(p.codigo, p.caminho.rpartition("/")[2]) for p in conferir(trocado).problemas} == {
        ("SENTIDO_TROCADO", "origem"),
        ("SENTIDO_TROCADO", "destino"),
    }


def test_hole_empty_hash() -> None:
    problema = unico(LOTE.encode())
    assert (problema.codigo, problema.glosa_provavel) == ("HASH_VAZIO", "5014")


def test_hole_arbitrary_hash() -> None:
    problema = unico(LOTE.replace("<ans:hash>", "<ans:hash>" + "0" * 32).encode())
    assert (problema.codigo, problema.glosa_provavel) == ("HASH_ERRADO", "5014")
    assert problema.caminho == "mensagemTISS/epilogo/hash"


def test_two_hashes_are_none() -> None:
    dois = com_hash(LOTE).replace(b"<ans:hash>", b"<ans:hash>0</ans:hash><ans:hash>")
    relatorio = conferir(dois)
    assert {p.codigo for p in relatorio.problemas} == {"HASH_ERRADO", "XSD"}
    assert "mais de um" in relatorio.problemas[0].mensagem


def test_hash_of_another_dialect_is_wrong_and_the_dialect_is_named() -> None:
    acentuada = trocar(LOTE, "Ana Exemplo", "Ana Patrícia")
    valores = re.sub(r"<[^>]*>", "", acentuada).encode("utf-8")
    em_utf8 = hashlib.md5(valores).hexdigest()
    dados = acentuada.replace("<ans:hash>", f"<ans:hash>{em_utf8}").encode("iso-8859-1")
    relatorio = conferir(b'<?xml version="1.0" encoding="ISO-8859-1"?>' + dados)
    assert [p.codigo for p in relatorio.problemas] == ["HASH_ERRADO", "NAO_ASCII"]
    assert "UTF_8" in relatorio.problemas[0].mensagem


def test_hole_a_hundred_guias_with_one_number() -> None:
    problema = buraco(arquivo(lote(*(consulta(7) for _ in range(100)))))
    assert (problema.codigo, problema.guia, problema.glosa_provavel) == (
        "GUIA_REPETIDA",
        "7",
        "1308",
    )
    assert "100 guias" in problema.mensagem
    assert (problema.caminho, problema.valor) == ("cabecalhoConsulta/numeroGuiaPrestador", "7")


_ODONTO = (
    "<ans:guiaOdonto><ans:registroANS>999001</ans:registroANS>"
    "<ans:numeroGuiaPrestador>{}</ans:numeroGuiaPrestador></ans:guiaOdonto>"
)


@pytest.mark.parametrize(
    ("guia", "onde"),
    [
        (consulta(7), "cabecalhoConsulta/"),
        (sp_sadt(7), "cabecalhoGuia/"),
        (_ODONTO.format(7), ""),
    ],
    ids=["consulta", "sp-sadt", "odonto"],
)
def test_a_number_and_an_operadora_are_told_where_each_kind_of_guia_has_them(
    guia: str, onde: str
) -> None:
    alheia = trocar(guia, "registroANS>999001<", "registroANS>999002<")
    ditos = {p.codigo: p for p in conferir(arquivo(lote(guia, alheia))).problemas}
    repetida, operadora = ditos["GUIA_REPETIDA"], ditos["OPERADORA_DIFERENTE"]
    assert (repetida.caminho, repetida.valor) == (f"{onde}numeroGuiaPrestador", "7")
    assert (operadora.caminho, operadora.valor) == (f"{onde}registroANS", "999002")


def test_hole_sp_sadt_without_any_item() -> None:
    vazia = re.sub("<ans:procedimentosExecutados>.*</ans:procedimentosExecutados>", "", sp_sadt())
    assert "SEM_ITEM" in codigos(arquivo(lote(vazia)))


def test_hole_inconsistent_totals() -> None:
    mensagem = arquivo(
        lote(trocar(sp_sadt(), ">140.00</ans:valorTotalG", ">141.00</ans:valorTotalG"))
    )
    problema = buraco(mensagem)
    assert problema.caminho == "valorTotal/valorTotalGeral"


def test_hole_total_of_an_item_that_is_not_its_product() -> None:
    assert "TOTAL_NAO_CONFERE" in codigos(LOTE_SP_SADT.replace(">35.00<", ">36.00<"))


def test_hole_negative_money_in_a_guia() -> None:
    problema = buraco(trocar(arquivo(lote(consulta())), ">150.00<", ">-150.00<"))
    assert problema.caminho == "dadosAtendimento/procedimento/valorProcedimento"
    assert problema.guia == "1"


def test_hole_negative_money_in_a_recurso() -> None:
    problema = buraco(
        trocar(RECURSO_ARQUIVO, ">70.00</ans:valorTotalR", ">-70.00</ans:valorTotalR")
    )
    assert (problema.codigo, problema.valor) == ("VALOR_NEGATIVO", "-70.00")
    assert "zero ou mais" in problema.mensagem


@pytest.mark.parametrize("elemento", ["CNPJ", "cnpjContratado"])
def test_hole_check_digits_of_a_cnpj(elemento: str) -> None:
    certo = f"<ans:{elemento}>11222333000181<"
    mensagem = trocar(arquivo(lote(consulta())), certo, f"<ans:{elemento}>11222333000182<")
    assert aceita_pelo_xsd(mensagem)
    (problema,) = erros(mensagem)
    assert (problema.glosa_provavel, problema.valor) == ("1206", "11222333000182")


def test_hole_check_digits_of_a_cpf_which_is_masked() -> None:
    cnpj = "<ans:cnpjContratado>11222333000181</ans:cnpjContratado>"
    cpf = "<ans:cpfContratado>52998224726</ans:cpfContratado>"
    problema = buraco(trocar(arquivo(lote(consulta())), cnpj, cpf))
    assert problema.glosa_provavel == "1206"
    assert problema.valor == "***26"


def test_hole_cnes_that_is_none() -> None:
    problema = buraco(trocar(arquivo(lote(consulta())), ">1234567<", ">X<"))
    assert problema.glosa_provavel == "1202"
    assert problema.caminho == "contratadoExecutante/CNES"


def test_hole_empty_codigo_glosa() -> None:
    problema = buraco(trocar(RECURSO_ARQUIVO, ">1705</ans:codGlosaItem", "></ans:codGlosaItem"))
    assert problema.codigo == "GLOSA_SEM_CODIGO"
    assert problema.caminho.endswith("itensGuia/codGlosaItem")


def test_hole_empty_falha_de_negocio() -> None:
    vazia = trocar(LOTE, "<ans:origem>", "<ans:falhaNegocio></ans:falhaNegocio><ans:origem>")
    assert buraco(vazia).codigo == "GLOSA_SEM_CODIGO"


@pytest.mark.parametrize("quantidade", ["0", "-1"])
def test_hole_quantity_of_nothing(quantidade: str) -> None:
    mensagem = trocar(
        arquivo(lote(sp_sadt())), ">2</ans:quantidade", f">{quantidade}</ans:quantidade"
    )
    assert aceita_pelo_xsd(mensagem)
    relatorio = conferir(mensagem)
    assert not relatorio.valido
    assert any(
        p.caminho.endswith("quantidadeExecutada") and p.item == 1 for p in relatorio.problemas
    )


def test_hole_blank_lote_number() -> None:
    mensagem = trocar(LOTE, "<ans:numeroLote>42<", "<ans:numeroLote> <")
    assert aceita_pelo_xsd(mensagem)
    assert [p.codigo for p in conferir(mensagem).problemas] == [
        "BRANCOS_NA_PONTA",
        "LOTE_EM_BRANCO",
    ]


@pytest.mark.parametrize("senha", ["segredo123", "e7d80ffeefa212b7c5c55700e4f7193"])
def test_hole_plain_password_is_told_without_being_quoted(senha: str) -> None:
    login = (
        "</ans:Padrao><ans:loginSenhaPrestador><ans:loginPrestador>clinica</ans:loginPrestador>"
        f"<ans:senhaPrestador>{senha}</ans:senhaPrestador></ans:loginSenhaPrestador>"
    )
    problema = buraco(trocar(LOTE, "</ans:Padrao>", login))
    assert (problema.codigo, problema.valor) == ("SENHA_ABERTA", "***")
    assert senha not in repr(problema)


def erros(mensagem: str) -> list[Problema]:
    return [p for p in conferir(mensagem).problemas if p.gravidade is Gravidade.ERRO]


def avisos(mensagem: str | bytes) -> list[Problema]:
    """Return the problems of a message that can be sent all the same."""
    relatorio = conferir(mensagem)
    assert relatorio.valido
    return list(relatorio.problemas)


def codigos(mensagem: str) -> set[str]:
    return {p.codigo for p in erros(mensagem)}


# What the XSD catches


def test_too_many_guias_are_told_once() -> None:
    problema = unico(arquivo(lote(*map(consulta, range(1, 102)))))
    assert (problema.codigo, problema.valor, problema.glosa_provavel) == (
        "GUIAS_DEMAIS",
        "101",
        "5015",
    )


def test_guias_of_two_kinds_are_told_once() -> None:
    assert unico(arquivo(lote(consulta(1), sp_sadt(2)))).codigo == "GUIAS_MISTURADAS"


def test_a_bad_guia_is_named_alone() -> None:
    ruim = trocar(consulta(2), ">35</ans:UF", ">SP</ans:UF")
    problema = unico(arquivo(lote(consulta(1), ruim, consulta(3))))
    assert (problema.guia, problema.valor) == ("2", "SP")
    assert problema.caminho == "profissionalExecutante/UF"
    assert "35 para São Paulo" in problema.mensagem


def test_each_of_a_hundred_bad_guias_is_named() -> None:
    ruins = [trocar(consulta(n), "225125", "225199").replace(">06<", ">99<") for n in range(1, 101)]
    relatorio = conferir(arquivo(lote(*ruins)))
    assert {p.guia for p in relatorio.problemas} == {str(n) for n in range(1, 101)}
    assert len(relatorio.problemas) == 200


def test_a_value_that_only_the_xsd_refuses_has_path_item_and_value() -> None:
    problema = unico(arquivo(lote(trocar(sp_sadt(), ">225125<", ">225199<"))))
    assert problema.codigo == "XSD"
    assert problema.caminho == "dadosSolicitante/profissionalSolicitante/CBOS"
    assert (problema.guia, problema.valor, problema.glosa_provavel) == ("1", "225199", "5001")


def test_the_item_of_a_value_that_the_xsd_refuses_is_named() -> None:
    segundo = "40301630</ans:codigoProcedimento>"
    ruim = trocar(sp_sadt(), segundo, f"{segundo}<ans:inventado/>")
    problema = unico(arquivo(lote(ruim)))
    assert (problema.codigo, problema.item) == ("XSD", 2)


def test_a_missing_element_is_told_once_and_by_its_name() -> None:
    problema = unico(arquivo(lote(trocar(consulta(), "<ans:CBOS>225125</ans:CBOS>", ""))))
    assert (problema.codigo, problema.valor) == ("AUSENTE", None)
    assert problema.caminho == "profissionalExecutante/CBOS"


def test_a_missing_group_is_told_by_the_names_of_what_it_holds() -> None:
    sem = re.sub("<ans:profissionalExecutante>.*</ans:profissionalExecutante>", "", consulta())
    problemas = conferir(arquivo(lote(sem))).problemas
    assert ("AUSENTE", "profissionalExecutante/UF") in {(p.codigo, p.caminho) for p in problemas}
    assert "XSD" not in {p.codigo for p in problemas}


@pytest.mark.parametrize("valor", ["abc", "1e3", "1,50", "NaN", "1e999999999"])
def test_a_value_that_cannot_be_read_is_not_called_missing(valor: str) -> None:
    problema = unico(trocar(arquivo(lote(consulta())), "150.00", valor))
    assert problema.codigo != "AUSENTE"
    assert problema.valor == valor


def test_a_personal_value_is_masked_and_never_quoted() -> None:
    segredo = "MARIA DA SILVA EXEMPLO CARTEIRA"
    (problema,) = conferir(
        trocar(arquivo(lote(consulta())), "00331234567890121", segredo)
    ).problemas
    assert problema.valor == "***RA"
    assert segredo not in repr(problema)


def test_an_unknown_element_quotes_nothing() -> None:
    segredo = "MARIA DA SILVA EXEMPLO"
    guia = trocar(consulta(), "<ans:indica", f"<ans:nome>{segredo}</ans:nome><ans:indica")
    relatorio = conferir(arquivo(lote(guia)))
    assert not relatorio.valido
    assert segredo not in repr(relatorio)


def test_a_wrong_value_of_the_envelope_has_a_path_from_the_root() -> None:
    problema = unico(trocar(LOTE, ">2026-03-20<", ">20/03/2026<"))
    assert (problema.codigo, problema.valor) == ("FORMATO", "20/03/2026")
    assert problema.glosa_provavel == "5001"
    assert problema.guia is None
    assert problema.caminho == (
        "mensagemTISS/cabecalho/identificacaoTransacao/dataRegistroTransacao"
    )


def test_problems_of_a_default_namespace_have_readable_paths_too() -> None:
    ruim = com_hash(trocar(LOTE, "225125", "225199"))
    problema = unico(ruim.replace(b"xmlns:ans", b"xmlns").replace(b"ans:", b""))
    assert problema.caminho == "profissionalExecutante/CBOS"
    assert problema.guia == "1"


def test_a_guia_of_no_known_kind_is_refused_by_the_xsd() -> None:
    problema = unico(arquivo(lote("<ans:guiaTratamento><ans:x/></ans:guiaTratamento>")))
    assert problema.codigo == "XSD"
    assert problema.caminho == "guiaTratamento"


# The version


def test_a_version_that_is_not_in_the_catalogue_says_how_to_install_it() -> None:
    with pytest.raises(ConfigError, match=r"3\.05\.00.*tiss esquemas instalar 3\.05\.00"):
        conferir(arquivo(lote(consulta()), versao="3.05.00"))


def test_a_padrao_that_names_no_version_is_a_problem_and_told_once() -> None:
    problema = unico(arquivo(lote(consulta()), versao="ultima"))
    assert (problema.codigo, problema.glosa_provavel) == ("VERSAO_DIFERENTE", "5028")


def test_a_missing_padrao_is_told_once_and_by_its_name() -> None:
    relatorio = conferir(trocar(LOTE, "<ans:Padrao>4.03.00</ans:Padrao>", ""))
    assert relatorio.versao == "4.03.00"
    (problema,) = relatorio.problemas
    assert (problema.codigo, problema.caminho) == ("AUSENTE", "mensagemTISS/cabecalho/Padrao")


# Warnings


def test_white_space_between_tags_is_a_warning() -> None:
    relatorio = conferir(com_hash(LOTE).replace(b"><ans:numeroLote>", b">\n  <ans:numeroLote>"))
    assert [p.codigo for p in relatorio.problemas] == ["BRANCOS_ENTRE_TAGS"]
    assert relatorio.valido


def test_blanks_at_the_edge_of_a_value_are_a_warning() -> None:
    relatorio = conferir(trocar(LOTE, "Ana Exemplo", "Ana Exemplo "))
    assert [p.codigo for p in relatorio.problemas] == ["BRANCOS_NA_PONTA"]
    assert relatorio.valido


def test_accents_are_a_warning() -> None:
    relatorio = conferir(trocar(LOTE, "Ana Exemplo", "Ana Patrícia"))
    assert [p.codigo for p in relatorio.problemas] == ["NAO_ASCII"]
    assert relatorio.valido


def test_utf_8_bytes_under_an_iso_header_are_a_warning() -> None:
    dados = trocar(LOTE, "Ana Exemplo", "Ana Patrícia").encode()
    relatorio = conferir(b'<?xml version="1.0" encoding="ISO-8859-1"?>' + dados)
    assert ("CODIFICACAO", Gravidade.AVISO) in {
        (p.codigo, p.gravidade) for p in relatorio.problemas
    }


def test_bytes_that_are_not_the_encoding_of_the_file_block_it() -> None:
    dados = trocar(LOTE, "Ana Exemplo", "Ana Patrícia").encode("iso-8859-1")
    relatorio = conferir(b'<?xml version="1.0" encoding="UTF-8"?>' + dados)
    assert ("CODIFICACAO", Gravidade.ERRO) in {(p.codigo, p.gravidade) for p in relatorio.problemas}


def test_a_guia_for_another_operadora_is_told() -> None:
    cabecalho = "<ans:cabecalhoConsulta><ans:registroANS>999001<"
    problema = buraco(trocar(LOTE, cabecalho, cabecalho.replace("999001", "999002")))
    assert (problema.codigo, problema.guia, problema.glosa_provavel) == (
        "OPERADORA_DIFERENTE",
        "1",
        "5027",
    )
    assert (problema.caminho, problema.valor) == ("cabecalhoConsulta/registroANS", "999002")


# The cabecalho

_REGISTRO = "mensagemTISS/cabecalho/identificacaoTransacao/dataRegistroTransacao"


def test_a_message_registered_in_the_future_is_refused() -> None:
    problema = buraco(trocar(LOTE, ">2026-03-20<", ">2026-03-21<"))
    assert (problema.codigo, problema.caminho) == ("DATA_DO_REGISTRO_FUTURA", _REGISTRO)
    assert problema.glosa_provavel == "5007"


@pytest.mark.parametrize(
    ("dia", "codigos"), [("2026-03-10", []), ("2026-03-09", ["DATA_DO_REGISTRO_ANTERIOR"])]
)
@pytest.mark.parametrize("mensagem", [LOTE, LOTE_SP_SADT], ids=["consulta", "sp-sadt"])
def test_a_message_registered_before_its_last_care_is_a_warning(
    mensagem: str, dia: str, codigos: list[str]
) -> None:
    ditos = avisos(trocar(mensagem, ">2026-03-20<", f">{dia}<"))
    assert [p.codigo for p in ditos] == codigos
    assert all((p.caminho, p.valor) == (_REGISTRO, dia) for p in ditos)
    assert all("10/03/2026" in p.mensagem for p in ditos)


@pytest.mark.parametrize(
    ("de", "por", "onde"),
    [
        (">7</ans:sequencialT", "> </ans:sequencialT", "/sequencialTransacao"),
        (
            "<ans:CNPJ>11222333000181</ans:CNPJ>",
            "<ans:codigoPrestadorNaOperadora> </ans:codigoPrestadorNaOperadora>",
            "/identificacaoPrestador/codigoPrestadorNaOperadora",
        ),
        (
            "</ans:Padrao>",
            "</ans:Padrao><ans:loginSenhaPrestador><ans:loginPrestador> </ans:loginPrestador>"
            f"<ans:senhaPrestador>{'0' * 32}</ans:senhaPrestador></ans:loginSenhaPrestador>",
            "/loginSenhaPrestador/loginPrestador",
        ),
    ],
    ids=["sequencial", "prestador", "login"],
)
@pytest.mark.parametrize("mensagem", [LOTE, RECURSO_ARQUIVO], ids=["lote", "recurso"])
def test_hole_blank_identifier_in_the_cabecalho(
    mensagem: str, de: str, por: str, onde: str
) -> None:
    em_branco = trocar(mensagem, de, por)
    assert aceita_pelo_xsd(em_branco)
    (problema,) = erros(em_branco)
    assert problema.codigo == "AUSENTE"
    assert problema.caminho.startswith("mensagemTISS/cabecalho/")
    assert problema.caminho.endswith(onde)


def test_the_cabecalho_of_an_answer_is_not_that_of_a_request() -> None:
    assert conferir(RECIBO).problemas == ()


def test_the_executante_who_is_not_the_sender_is_a_warning() -> None:
    alheia = trocar(consulta(2), "11222333000181", "11444777000161")
    (problema,) = avisos(arquivo(lote(consulta(1), alheia, consulta(3))))
    assert (problema.codigo, problema.guia) == ("PRESTADOR_DIFERENTE", "2")
    assert problema.caminho == "contratadoExecutante/cnpjContratado"
    assert problema.valor == "11444777000161"
    assert "(1 guia)" in problema.mensagem


@pytest.mark.parametrize("codigos", [("P1", "P1"), ("P1", "P2")])
def test_providers_are_compared_only_where_they_are_named_in_the_same_way(
    codigos: tuple[str, str],
) -> None:
    cnpj = "<ans:cnpjContratado>11222333000181</ans:cnpjContratado>"
    guias = [
        trocar(consulta(n), cnpj, f"<ans:codigoPrestadorNaOperadora>{codigo}<"
               "/ans:codigoPrestadorNaOperadora>")
        for n, codigo in enumerate(codigos, 1)
    ]  # fmt: skip
    ditos = [(p.codigo, p.guia, p.caminho) for p in avisos(arquivo(lote(*guias)))]
    varios = "mensagemTISS/prestadorParaOperadora/loteGuias/guiasTISS"
    assert ditos == ([("PRESTADOR_DIFERENTE", None, varios)] if len(set(codigos)) > 1 else [])
    # The first guia by its code, the second by its CNPJ: they may be the same.
    assert avisos(arquivo(lote(guias[0], consulta(2)))) == []


# How values are written


@pytest.mark.parametrize("sinal", ["\n", "\t", "\r\n", "&#13;", "\x7f"], ids=repr)
def test_a_control_inside_a_value_is_a_warning(sinal: str) -> None:
    mensagem = com_hash(trocar(LOTE, "Ana Exemplo", f"Ana{sinal}Exemplo", vezes=2))
    (problema,) = avisos(corrigir_hash(mensagem))
    assert problema.codigo == "CONTROLE_NO_VALOR"
    assert problema.mensagem.startswith("2 valores têm")


@pytest.mark.parametrize("sinal", ["\x80", "\x96", "\x9f"], ids=repr)
def test_bytes_of_windows_1252_are_named(sinal: str) -> None:
    dito = avisos(trocar(LOTE, "Ana Exemplo", f"Ana {sinal} Exemplo"))
    assert [p.codigo for p in dito] == ["CODIFICACAO", "NAO_ASCII"]
    assert "gravado em Windows-1252" in dito[0].mensagem
    assert "grave em ISO-8859-1" in dito[0].mensagem
    # The neighbours of the range are letters and signs as good as any.
    assert [p.codigo for p in avisos(trocar(LOTE, "Ana Exemplo", "Ana \xa0 \xff"))] == ["NAO_ASCII"]


@pytest.mark.parametrize(
    ("campo", "certo", "incomum"),
    [
        ("valorProcedimento", "150.00", "+150.00"),
        ("valorProcedimento", "150.00", "150"),
        ("valorProcedimento", "150.00", ".5"),
        ("valorProcedimento", "150.00", "0150.00"),
        ("dataAtendimento", "2026-03-10", "2026-03-10-03:00"),
        ("dataAtendimento", "2026-03-10", "2026-03-10Z"),
        ("horaRegistroTransacao", "10:00:00", "10:00:00.5"),
        ("horaRegistroTransacao", "10:00:00", "10:00:00-03:00"),
        ("dataRegistroTransacao", "2026-03-20", "2026-03-20Z"),
    ],
)
def test_a_value_that_few_write_so_is_a_warning(campo: str, certo: str, incomum: str) -> None:
    mensagem = trocar(LOTE, f"{campo}>{certo}<", f"{campo}>{incomum}<")
    assert aceita_pelo_xsd(mensagem)
    (problema,) = avisos(mensagem)
    assert (problema.codigo, problema.valor) == ("FORMA_INCOMUM", incomum)
    assert problema.caminho.startswith("mensagemTISS/")
    assert problema.caminho.endswith(campo)


def test_an_unusual_form_is_told_once_per_field_with_how_often_it_is() -> None:
    dito = avisos(arquivo(lote(*(trocar(consulta(n), "150.00", "150.0") for n in range(1, 101)))))
    assert [p.codigo for p in dito] == ["FORMA_INCOMUM"]
    assert "(100 valores)" in dito[0].mensagem
    assert "guiaConsulta[1]" in dito[0].caminho


def test_a_value_that_cannot_be_sent_is_not_called_unusual_too() -> None:
    assert [p.codigo for p in conferir(trocar(LOTE, ">150.00<", ">150.001<")).problemas] == [
        "FORMATO"
    ]


@pytest.mark.parametrize(
    ("vezes", "dito"), [(1, "1 valor tem acentos"), (2, "2 valores têm acentos")]
)
def test_one_value_is_not_told_as_many(vezes: int, dito: str) -> None:
    (problema,) = avisos(trocar(LOTE, "Ana Exemplo", "Ana Patrícia", vezes))
    assert problema.mensagem.startswith(dito)


# The same attendance twice


def test_an_attendance_in_two_guias_of_the_file_is_told_in_both() -> None:
    outra = trocar(consulta(1), "Prestador>1<", "Prestador>2<")
    dito = avisos(arquivo(lote(consulta(1), outra, consulta(3))))
    assert [(p.codigo, p.guia) for p in dito] == [
        ("ATENDIMENTO_REPETIDO", "1"),
        ("ATENDIMENTO_REPETIDO", "2"),
    ]
    assert "(2)" in dito[0].mensagem
    assert "(1)" in dito[1].mensagem


def test_an_attendance_in_many_guias_names_three_of_the_others() -> None:
    guias = [trocar(consulta(1), "Prestador>1<", f"Prestador>{n}<") for n in range(1, 51)]
    dito = avisos(arquivo(lote(*guias)))
    assert len(dito) == 50
    assert "(2, 3, 4)" in dito[0].mensagem
    assert "(1, 2, 3)" in dito[-1].mensagem


def test_what_the_database_knows_of_an_attendance_is_still_not_checked() -> None:
    assert "ATENDIMENTO_REPETIDO" in {r.codigo for r in conferir(LOTE).nao_conferidas}


# Answers of an operadora

RECIBO = arquivo(
    "<ans:recebimentoLote><ans:mensagemErro><ans:codigoGlosa>5014</ans:codigoGlosa>"
    "<ans:descricaoGlosa>Hash</ans:descricaoGlosa></ans:mensagemErro></ans:recebimentoLote>",
    "PROTOCOLO_RECEBIMENTO",
).replace("prestadorParaOperadora", "operadoraParaPrestador")
RECIBO = re.sub(
    "<ans:origem>.*</ans:destino>",
    "<ans:origem><ans:registroANS>999001</ans:registroANS></ans:origem><ans:destino>"
    "<ans:identificacaoPrestador><ans:CNPJ>11222333000181</ans:CNPJ></ans:identificacaoPrestador>"
    "</ans:destino>",
    RECIBO,
)


def test_an_answer_is_not_for_us_to_correct() -> None:
    relatorio = conferir(trocar(RECIBO, "11222333000181", "11222333000182"))
    assert relatorio.resposta
    (problema,) = relatorio.problemas
    assert problema.codigo == "DOCUMENTO_INVALIDO"
    assert "corrija" not in problema.mensagem
    assert "operadora" in problema.mensagem


def test_a_date_in_the_future_of_an_answer_is_a_warning() -> None:
    (problema,) = avisos(trocar(RECIBO, ">2026-03-20<", ">2026-03-21<"))
    assert (problema.codigo, problema.gravidade) == ("DATA_DO_REGISTRO_FUTURA", Gravidade.AVISO)


def test_requests_are_no_answers() -> None:
    assert not conferir(LOTE).resposta
    assert not conferir(RECURSO_ARQUIVO).resposta


# What may be told


@pytest.mark.parametrize("cpf", ["52998224725", "00052998224725", "529.982.247-25"])
@pytest.mark.parametrize("elemento", ["cnpjContratado", "codigoPrestadorNaOperadora"])
def test_a_cpf_in_a_field_of_a_provider_is_masked_everywhere(elemento: str, cpf: str) -> None:
    cnpj = "<ans:cnpjContratado>11222333000181</ans:cnpjContratado>"
    de_pessoa = trocar(consulta(2), cnpj, f"<ans:{elemento}>{cpf}</ans:{elemento}>")
    alheia = trocar(consulta(1), cnpj, f"<ans:{elemento}>P1</ans:{elemento}>")
    relatorio = conferir(arquivo(lote(alheia, de_pessoa)))
    assert "PRESTADOR_DIFERENTE" in {p.codigo for p in relatorio.problemas}
    do_cabecalho = trocar(LOTE, ">11222333000181</ans:CNPJ", f">{cpf}</ans:CNPJ")
    relatorio_do_cabecalho = conferir(do_cabecalho)
    assert not relatorio_do_cabecalho.valido
    assert cpf not in repr(relatorio) + repr(relatorio_do_cabecalho)


def test_the_senha_of_an_authorisation_is_masked() -> None:
    longa = "SENHA-SECRETA-DO-PACIENTE-2026"
    relatorio = conferir(trocar(LOTE_SP_SADT, "A1B2C3", longa))
    assert not relatorio.valido
    assert longa not in repr(relatorio)
    odonto = f"<ans:senhaAutorizacao>{longa}</ans:senhaAutorizacao><ans:indica"
    fora_do_lugar = conferir(arquivo(lote(trocar(consulta(), "<ans:indica", odonto))))
    assert "***26" in {p.valor for p in fora_do_lugar.problemas}
    assert longa not in repr(fora_do_lugar)


# Look-ups


def test_without_look_ups_what_needs_them_is_listed_as_not_checked() -> None:
    do_banco = {"banco", "historico"}
    sem = {regra.precisa for regra in conferir(LOTE).nao_conferidas}
    assert sem == {"terminologia", *do_banco}
    com = validar(com_hash(LOTE), hoje=HOJE, terminologia=TerminologiaConsultada())
    assert {regra.precisa for regra in com.nao_conferidas} == do_banco


def test_a_message_without_guias_has_nothing_left_to_check() -> None:
    assert conferir(RECURSO_ARQUIVO).nao_conferidas == ()


# Limits and hostile input


@pytest.mark.parametrize(
    ("dados", "motivo"),
    [
        (b"", "não é XML"),
        (b"%PDF-1.4", "não é XML"),
        (b"<html><body>Fora do ar</body></html>", "não é uma mensagem TISS"),
        (b"<ans:mensagemTISS/>", "não é XML"),
        (b"<a>" * 300 + b"</a>" * 300, "profundidade"),
        (b'<!DOCTYPE m [<!ENTITY a "b">]><m>&a;</m>', "DTD"),
        (b'<?xml version="1.0"?>\n<!-- x --><!DOCTYPE mensagemTISS SYSTEM "f"><m/>', "DTD"),
    ],
    ids=["vazio", "pdf", "html", "prefixo", "fundo", "entidade", "dtd"],
)
def test_what_is_no_message_is_refused_with_the_reason(dados: bytes, motivo: str) -> None:
    with pytest.raises(UnreadableError, match=motivo):
        conferir(dados)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnreadableError, match="limite"):
        conferir(b" " * (64 * 1024 * 1024 + 1))


def test_an_entity_bomb_is_never_opened() -> None:
    entidades = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomba = f'<!DOCTYPE m [<!ENTITY e0 "ha">{entidades}]><m a="&e11;">&e11;</m>'
    with pytest.raises(UnreadableError, match="DTD"):
        conferir(bomba.encode())


def test_an_xinclude_is_only_an_element() -> None:
    incluido = (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="/etc/passwd"/>'
    )
    relatorio = conferir(trocar(LOTE, "Ana Exemplo", incluido))
    assert not relatorio.valido
    assert "root:" not in repr(relatorio)


def test_another_namespace_is_told_and_nothing_else_is_checked() -> None:
    (problema,) = conferir(com_hash(LOTE).replace(b"padroes/tiss/schemas", b"outro")).problemas
    assert problema.codigo == "NAMESPACE"


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    ruins = [consulta(n).replace(">06<", ">99<") for n in range(1, LIMITE + 100)]
    relatorio = conferir(arquivo(lote(*ruins)))
    assert len(relatorio.problemas) == LIMITE
    assert relatorio.cortado
    assert relatorio.guias == LIMITE + 99


def test_a_long_value_is_cut() -> None:
    (problema,) = (
        p
        for p in conferir(
            trocar(
                LOTE,
                ">999001</ans:registroANS></ans:destino>",
                f">{'9' * 500}</ans:registroANS></ans:destino>",
            )
        ).problemas
        if p.codigo == "FORMATO"
    )
    assert problema.valor == "9" * 60 + "..."


# Messages of every kind


_ERROS_DAS_AMOSTRAS = {
    "loteGuias_consulta": {"CNES_INVALIDO"},
    "loteGuias_honorarios": {"CNES_INVALIDO"},
    "loteGuias_odonto": {"CNES_INVALIDO"},
    "loteGuias_resumoInternacao": {"CNES_INVALIDO", "SEM_ITEM", "TOTAL_GERAL_NAO_CONFERE"},
    "loteGuias_sp-sadt": {"CNES_INVALIDO", "SEM_ITEM", "TOTAL_GERAL_NAO_CONFERE"},
    "WS_loteGuiasWS": {"CNES_INVALIDO", "SEM_ITEM", "TOTAL_GERAL_NAO_CONFERE"},
    "solicitacaoProcedimento_odonto": {"CNES_INVALIDO"},
    "recursoGlosa_guia": {"CONTRADICAO"},
    "recursoGlosa_odonto": {"CONTRADICAO"},
}
# The samples of web services all carry the cabecalho of a lote.
_ERROS_DO_CABECALHO_WS = {"TRANSACAO_DIFERENTE", "SENTIDO_TROCADO"}


def test_every_sample_is_valid_by_the_xsd_and_breaks_only_what_minimal_values_break(
    amostras: Path,
) -> None:
    lidas = 0
    for caminho in sorted(amostras.glob("*.xml")):
        nome = caminho.name.removesuffix(".min.xml")
        relatorio = validar(caminho.read_bytes(), hoje=date(2026, 11, 22))
        erros = {p.codigo for p in relatorio.problemas if p.gravidade is Gravidade.ERRO}
        if nome.startswith("WS_"):
            erros -= _ERROS_DO_CABECALHO_WS
        assert erros == _ERROS_DAS_AMOSTRAS.get(nome, set()), nome
        assert all(p.codigo != "XSD" for p in relatorio.problemas), nome
        lidas += 1
    assert lidas >= 70


def test_the_writer_of_these_tests_makes_valid_guias() -> None:
    for guia in (consulta(), sp_sadt()):
        assert problemas_da_guia(guia, "4.03.00") == []
