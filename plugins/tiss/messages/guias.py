"""The guias, declared in the order of tissGuias of version 4.03.00."""

from __future__ import annotations

from decimal import Decimal

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia, Problema
from tiss.messages.declaracao import (
    Campo,
    Data,
    Decimais,
    Escolha,
    Grupo,
    Inteiro,
    Lista,
    Texto,
    conferir,
    escritor,
)
from tiss.messages.texto import Textos

REGISTRO_ANS = Texto(6, r"[0-9]{6}", "o registro ANS tem 6 dígitos")
NUMERO_GUIA = Texto(20)
CNPJ = Texto(14, r"[A-Z0-9]{12}[0-9]{2}", "o CNPJ tem 14 posições, sem pontos")
CPF = Texto(11, r"[0-9]{11}", "o CPF tem 11 dígitos, sem pontos")
CBO = Texto(6, r"[0-9]{6}", "o CBO tem 6 dígitos")
UF = Texto(2, r"[1-9][0-9]", "use o código IBGE da UF, por exemplo 35 para São Paulo")
# st_texto15 takes anything; a council number with a mask or a name in it is refused downstream.
NUMERO_CONSELHO = Texto(15, r"[0-9A-Za-z]+", "só letras e números, sem pontos nem barras")
DINHEIRO = Decimais(Decimal("99999999.99"))
FATOR = Decimais(Decimal("9.99"))


def _um_de(valores: str) -> Texto:
    return Texto(2, "|".join(valores.split()), f"os códigos são {', '.join(valores.split())}")


TABELA = _um_de("18 19 20 22 90 98 00")
CONSELHO = _um_de("01 02 03 04 05 06 07 08 09 10 11 12 13 14 15")
REGIME = _um_de("01 02 03 04 05")
ACIDENTE = _um_de("0 1 2 9")
TIPO_CONSULTA = _um_de("1 2 3 4")
TIPO_ATENDIMENTO = _um_de("01 02 03 04 08 09 10 13 23")

CONTRATADO = (
    ("codigoPrestadorNaOperadora", Texto(14)),
    ("cpfContratado", CPF),
    ("cnpjContratado", CNPJ),
)
BENEFICIARIO = Grupo(
    "dadosBeneficiario",
    (
        Campo("numeroCarteira", "numero_carteira", Texto(20), "número da carteira"),
        Campo("atendimentoRN", "atendimento_rn", _um_de("S N"), "atendimento a recém-nascido"),
    ),
    de="beneficiario",
)


def _profissional(nome: str, de: str, quem: str) -> Grupo:
    return Grupo(
        nome,
        (
            Campo("nomeProfissional", "nome", Texto(70), f"nome do {quem}", obrigatorio=False),
            Campo("conselhoProfissional", "conselho", CONSELHO, f"conselho do {quem}"),
            Campo(
                "numeroConselhoProfissional",
                "numero_conselho",
                NUMERO_CONSELHO,
                f"número do {quem} no conselho",
            ),
            Campo("UF", "uf", UF, f"UF do conselho do {quem}"),
            Campo("CBOS", "cbo", CBO, f"CBO do {quem}"),
        ),
        de=de,
    )


GUIA_CONSULTA = Grupo(
    "guiaConsulta",
    (
        Grupo(
            "cabecalhoConsulta",
            (
                Campo("registroANS", "registro_ans", REGISTRO_ANS, "registro ANS"),
                Campo(
                    "numeroGuiaPrestador", "numero_guia_prestador", NUMERO_GUIA, "número da guia"
                ),
            ),
        ),
        Campo(
            "numeroGuiaOperadora",
            "numero_guia_operadora",
            NUMERO_GUIA,
            "número da guia na operadora",
            obrigatorio=False,
        ),
        BENEFICIARIO,
        Grupo(
            "contratadoExecutante",
            (
                Escolha("contratado_executante", CONTRATADO, "prestador executante"),
                Campo("CNES", "cnes", Texto(7), "CNES"),
            ),
        ),
        _profissional("profissionalExecutante", "profissional_executante", "profissional"),
        Campo("indicacaoAcidente", "indicacao_acidente", ACIDENTE, "indicação de acidente"),
        Grupo(
            "dadosAtendimento",
            (
                Campo("regimeAtendimento", "regime_atendimento", REGIME, "regime de atendimento"),
                Campo("dataAtendimento", "data_atendimento", Data(), "data do atendimento"),
                Campo("tipoConsulta", "tipo_consulta", TIPO_CONSULTA, "tipo de consulta"),
                Grupo(
                    "procedimento",
                    (
                        Campo("codigoTabela", "codigo_tabela", TABELA, "tabela"),
                        Campo("codigoProcedimento", "codigo_procedimento", Texto(10), "código"),
                        Campo("valorProcedimento", "valor_total", DINHEIRO, "valor da consulta"),
                    ),
                    de="procedimento",
                ),
            ),
        ),
        Campo("observacao", "observacao", Texto(500), "observação", obrigatorio=False),
    ),
)

GUIA_SP_SADT = Grupo(
    "guiaSP-SADT",
    (
        Grupo(
            "cabecalhoGuia",
            (
                Campo("registroANS", "registro_ans", REGISTRO_ANS, "registro ANS"),
                Campo(
                    "numeroGuiaPrestador", "numero_guia_prestador", NUMERO_GUIA, "número da guia"
                ),
            ),
        ),
        Grupo(
            "dadosAutorizacao",
            (
                Campo(
                    "numeroGuiaOperadora",
                    "numero_guia_operadora",
                    NUMERO_GUIA,
                    "número da guia na operadora",
                    obrigatorio=False,
                ),
                Campo("dataAutorizacao", "data", Data(), "data da autorização"),
                Campo("senha", "senha", Texto(20), "senha", obrigatorio=False),
                Campo(
                    "dataValidadeSenha",
                    "validade_senha",
                    Data(),
                    "validade da senha",
                    obrigatorio=False,
                ),
            ),
            de="autorizacao",
            opcional=True,
        ),
        BENEFICIARIO,
        Grupo(
            "dadosSolicitante",
            (
                Grupo(
                    "contratadoSolicitante",
                    (Escolha("contratado_solicitante", CONTRATADO, "prestador solicitante"),),
                ),
                Campo(
                    "nomeContratadoSolicitante",
                    "nome_contratado_solicitante",
                    Texto(70),
                    "nome do prestador solicitante",
                ),
                _profissional("profissionalSolicitante", "profissional_solicitante", "solicitante"),
            ),
        ),
        Grupo(
            "dadosSolicitacao",
            (
                Campo(
                    "dataSolicitacao",
                    "data_solicitacao",
                    Data(),
                    "data da solicitação",
                    obrigatorio=False,
                ),
                Campo(
                    "caraterAtendimento",
                    "carater_atendimento",
                    _um_de("1 2"),
                    "caráter do atendimento",
                ),
                Campo(
                    "indicacaoClinica",
                    "indicacao_clinica",
                    Texto(500),
                    "indicação clínica",
                    obrigatorio=False,
                ),
            ),
        ),
        Grupo(
            "dadosExecutante",
            (
                Grupo(
                    "contratadoExecutante",
                    (Escolha("contratado_executante", CONTRATADO, "prestador executante"),),
                ),
                Campo("CNES", "cnes", Texto(7), "CNES"),
            ),
        ),
        Grupo(
            "dadosAtendimento",
            (
                Campo(
                    "tipoAtendimento", "tipo_atendimento", TIPO_ATENDIMENTO, "tipo de atendimento"
                ),
                Campo("indicacaoAcidente", "indicacao_acidente", ACIDENTE, "indicação de acidente"),
                Campo(
                    "tipoConsulta",
                    "tipo_consulta",
                    TIPO_CONSULTA,
                    "tipo de consulta",
                    obrigatorio=False,
                ),
                Campo("regimeAtendimento", "regime_atendimento", REGIME, "regime de atendimento"),
            ),
        ),
        Grupo(
            "procedimentosExecutados",
            (
                Lista(
                    Grupo(
                        "procedimentoExecutado",
                        (
                            Campo(
                                "sequencialItem", "sequencial_item", Inteiro(9999), "número do item"
                            ),
                            Campo("dataExecucao", "data_execucao", Data(), "data da execução"),
                            Grupo(
                                "procedimento",
                                (
                                    Campo("codigoTabela", "codigo_tabela", TABELA, "tabela"),
                                    Campo(
                                        "codigoProcedimento",
                                        "codigo_procedimento",
                                        Texto(10),
                                        "código",
                                    ),
                                    Campo(
                                        "descricaoProcedimento",
                                        "descricao",
                                        Texto(150),
                                        "descrição do procedimento",
                                    ),
                                ),
                            ),
                            Campo("quantidadeExecutada", "quantidade", Inteiro(999), "quantidade"),
                            Campo(
                                "reducaoAcrescimo",
                                "reducao_acrescimo",
                                FATOR,
                                "fator de redução ou acréscimo",
                            ),
                            Campo("valorUnitario", "valor_unitario", DINHEIRO, "valor unitário"),
                            Campo("valorTotal", "valor_total", DINHEIRO, "valor total do item"),
                        ),
                    ),
                    de="itens",
                ),
            ),
        ),
        Campo("observacao", "observacao", Texto(500), "observação", obrigatorio=False),
        Grupo(
            "valorTotal",
            (
                Campo("valorProcedimentos", "valor_informado", DINHEIRO, "total dos procedimentos"),
                Campo("valorTotalGeral", "valor_informado", DINHEIRO, "total da guia"),
            ),
        ),
    ),
)

DECLARACOES = {TipoGuia.CONSULTA: GUIA_CONSULTA, TipoGuia.SP_SADT: GUIA_SP_SADT}


def conferir_guia(guia: Guia) -> list[Problema]:
    """Return every value of a guia that is missing or malformed; empty when it can be written."""
    return list(conferir(DECLARACOES[guia.tipo], guia))


def escrever_guia(guia: Guia, textos: Textos) -> str:
    """Return the element of a guia that passed `conferir_guia`: one line, ASCII, prefix `ans`."""
    return escritor(DECLARACOES[guia.tipo])(guia, textos)
