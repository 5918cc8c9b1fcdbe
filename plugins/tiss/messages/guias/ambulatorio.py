"""guiaConsulta and guiaSP-SADT, in the order of tissGuias."""

from __future__ import annotations

from tiss.domain.guia import GuiaConsulta, GuiaSpSadt
from tiss.domain.partes import Item, MembroEquipe
from tiss.messages.declaracao import Grupo, Lista
from tiss.messages.guias.comuns import (
    ACIDENTE,
    BENEFICIARIO,
    CABECALHO,
    CARATER,
    CNES,
    COBERTURA_ESPECIAL,
    DINHEIRO,
    EXECUTADO,
    GLOSA_CNES,
    GLOSA_TIPO_ATENDIMENTO,
    GLOSA_TIPO_CONSULTA,
    NUMERO_GUIA,
    NUMERO_GUIA_OPERADORA,
    OBSERVACAO,
    OUTRAS_DESPESAS,
    PROCEDIMENTO,
    TOTAIS,
    VALIDACAO,
    autorizacao,
    campo,
    contratado,
    equipe,
    opcional,
    prestador,
    profissional,
    um_de,
)
from tiss.messages.tipos import Data, Texto

_REGIME = campo(
    "regimeAtendimento",
    "regime_atendimento",
    um_de("01 02 03 04 05"),
    "regime de atendimento",
)
_SAUDE_OCUPACIONAL = opcional(
    "saudeOcupacional", "saude_ocupacional", um_de("01 02 03 04 05 06"), "saúde ocupacional"
)
_TIPO_CONSULTA = um_de("1 2 3 4")
_CNES = campo("CNES", "cnes", CNES, "CNES", glosa=GLOSA_CNES)

GUIA_CONSULTA = Grupo(
    "guiaConsulta",
    (
        Grupo("cabecalhoConsulta", CABECALHO),
        NUMERO_GUIA_OPERADORA,
        *VALIDACAO,
        BENEFICIARIO,
        Grupo(
            "contratadoExecutante",
            (prestador("contratado_executante", "prestador executante"), _CNES),
        ),
        profissional("profissionalExecutante", "profissional_executante", "profissional"),
        campo("indicacaoAcidente", "indicacao_acidente", ACIDENTE, "indicação de acidente"),
        Grupo(
            "dadosAtendimento",
            (
                opcional(
                    "coberturaEspecial",
                    "cobertura_especial",
                    COBERTURA_ESPECIAL,
                    "cobertura especial",
                ),
                _REGIME,
                _SAUDE_OCUPACIONAL,
                campo("dataAtendimento", "data_atendimento", Data(), "data do atendimento"),
                campo(
                    "tipoConsulta",
                    "tipo_consulta",
                    _TIPO_CONSULTA,
                    "tipo de consulta",
                    glosa=GLOSA_TIPO_CONSULTA,
                ),
                Grupo(
                    "procedimento",
                    (
                        *PROCEDIMENTO[:2],
                        campo("valorProcedimento", "valor_total", DINHEIRO, "valor da consulta"),
                    ),
                    de="procedimento",
                    classe=Item,
                ),
            ),
        ),
        OBSERVACAO,
    ),
    classe=GuiaConsulta,
)

GUIA_SP_SADT = Grupo(
    "guiaSP-SADT",
    (
        Grupo(
            "cabecalhoGuia",
            (
                *CABECALHO,
                opcional("guiaPrincipal", "guia_principal", NUMERO_GUIA, "guia principal"),
            ),
        ),
        autorizacao(internacao=False),
        BENEFICIARIO,
        Grupo(
            "dadosSolicitante",
            (
                contratado("contratadoSolicitante", "contratado_solicitante", "solicitante"),
                campo(
                    "nomeContratadoSolicitante",
                    "nome_contratado_solicitante",
                    Texto(70),
                    "nome do prestador solicitante",
                    pessoal=True,
                ),
                profissional("profissionalSolicitante", "profissional_solicitante", "solicitante"),
            ),
        ),
        Grupo(
            "dadosSolicitacao",
            (
                opcional("dataSolicitacao", "data_solicitacao", Data(), "data da solicitação"),
                campo(
                    "caraterAtendimento", "carater_atendimento", CARATER, "caráter do atendimento"
                ),
                opcional(
                    "indicacaoClinica",
                    "indicacao_clinica",
                    Texto(500),
                    "indicação clínica",
                    pessoal=True,
                ),
                opcional(
                    "indCobEspecial", "cobertura_especial", COBERTURA_ESPECIAL, "cobertura especial"
                ),
            ),
        ),
        Grupo(
            "dadosExecutante",
            (
                contratado("contratadoExecutante", "contratado_executante", "prestador executante"),
                _CNES,
            ),
        ),
        Grupo(
            "dadosAtendimento",
            (
                campo(
                    "tipoAtendimento",
                    "tipo_atendimento",
                    um_de("01 02 03 04 08 09 10 13 23"),
                    "tipo de atendimento",
                    glosa=GLOSA_TIPO_ATENDIMENTO,
                ),
                campo("indicacaoAcidente", "indicacao_acidente", ACIDENTE, "indicação de acidente"),
                opcional(
                    "tipoConsulta",
                    "tipo_consulta",
                    _TIPO_CONSULTA,
                    "tipo de consulta",
                    glosa=GLOSA_TIPO_CONSULTA,
                ),
                opcional(
                    "motivoEncerramento",
                    "motivo_encerramento",
                    um_de("41 42 43"),
                    "motivo de encerramento",
                ),
                _REGIME,
                _SAUDE_OCUPACIONAL,
            ),
        ),
        Grupo(
            "procedimentosExecutados",
            (
                Lista(
                    Grupo(
                        "procedimentoExecutado",
                        (
                            *EXECUTADO,
                            Lista(
                                Grupo(
                                    "equipeSadt",
                                    equipe(grau_obrigatorio=False),
                                    classe=MembroEquipe,
                                ),
                                de="equipe",
                            ),
                        ),
                        classe=Item,
                    ),
                    de="itens",
                ),
            ),
            opcional=True,
        ),
        OUTRAS_DESPESAS,
        OBSERVACAO,
        TOTAIS,
    ),
    classe=GuiaSpSadt,
)
