"""guiaResumoInternacao and guiaHonorarios, in the order of tissGuias."""

from __future__ import annotations

from tiss.domain.internacao import (
    Declaracao,
    GuiaHonorarios,
    GuiaResumoInternacao,
    LocalContratado,
)
from tiss.domain.partes import Beneficiario, Item, MembroEquipe
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista
from tiss.messages.guias.comuns import (
    ACIDENTE,
    BENEFICIARIO,
    CABECALHO,
    CARATER,
    CARTEIRA,
    CENTRO,
    CNES,
    CNPJ,
    CODIGO_PRESTADOR,
    EXECUTADO,
    GLOSA_CNES,
    GLOSA_PRESTADOR,
    GRAU_PARTICIPACAO,
    NUMERO_GUIA,
    NUMERO_GUIA_OPERADORA,
    OBSERVACAO,
    OUTRAS_DESPESAS,
    PROFISSIONAL,
    SENHA,
    SIM_NAO,
    TOTAIS,
    TOTAL,
    autorizacao,
    campo,
    codigo,
    conselho,
    contratado,
    equipe,
    opcional,
    um_de,
)
from tiss.messages.tipos import Data, Hora, Texto

_MOTIVO_SAIDA = um_de(
    "11 12 14 15 16 18 19 21 22 23 24 25 26 27 28 31 32 41 42 43 51 61 62 63 64 65 66 67"
)
_DECLARACAO = Texto(11, r"[a-zA-Z0-9]+", "só letras e números")
_CID = codigo(4)

GUIA_RESUMO_INTERNACAO = Grupo(
    "guiaResumoInternacao",
    (
        Grupo("cabecalhoGuia", CABECALHO),
        campo(
            "numeroGuiaSolicitacaoInternacao",
            "numero_guia_solicitacao_internacao",
            NUMERO_GUIA,
            "guia de solicitação de internação",
        ),
        autorizacao(internacao=True),
        BENEFICIARIO,
        Grupo(
            "dadosExecutante",
            (
                contratado("contratadoExecutante", "contratado_executante", "prestador executante"),
                campo("CNES", "cnes", CNES, "CNES", glosa=GLOSA_CNES),
            ),
        ),
        Grupo(
            "dadosInternacao",
            (
                campo(
                    "caraterAtendimento", "carater_atendimento", CARATER, "caráter do atendimento"
                ),
                campo(
                    "tipoFaturamento", "tipo_faturamento", um_de("1 2 3 4"), "tipo de faturamento"
                ),
                campo(
                    "dataInicioFaturamento",
                    "data_inicio_faturamento",
                    Data(),
                    "data do início do faturamento",
                ),
                campo(
                    "horaInicioFaturamento",
                    "hora_inicio_faturamento",
                    Hora(),
                    "hora do início do faturamento",
                ),
                campo(
                    "dataFinalFaturamento",
                    "data_final_faturamento",
                    Data(),
                    "data do fim do faturamento",
                ),
                campo(
                    "horaFinalFaturamento",
                    "hora_final_faturamento",
                    Hora(),
                    "hora do fim do faturamento",
                ),
                campo(
                    "tipoInternacao", "tipo_internacao", um_de("1 2 3 4 5"), "tipo de internação"
                ),
                campo(
                    "regimeInternacao", "regime_internacao", um_de("1 2 3"), "regime de internação"
                ),
                Lista(
                    Grupo(
                        "declaracoes",
                        (
                            opcional(
                                "declaracaoNascido",
                                "declaracao_nascido",
                                _DECLARACAO,
                                "declaração de nascido vivo",
                                pessoal=True,
                            ),
                            opcional(
                                "diagnosticoObito",
                                "diagnostico_obito",
                                _CID,
                                "CID do óbito",
                                pessoal=True,
                            ),
                            opcional(
                                "declaracaoObito",
                                "declaracao_obito",
                                _DECLARACAO,
                                "declaração de óbito",
                                pessoal=True,
                            ),
                            opcional(
                                "indicadorDORN",
                                "indicador_dorn",
                                SIM_NAO,
                                "óbito de recém-nascido",
                            ),
                        ),
                        classe=Declaracao,
                    ),
                    de="declaracoes",
                    maximo=8,
                    titulo="declarações de nascido vivo e de óbito",
                ),
            ),
        ),
        Grupo(
            "dadosSaidaInternacao",
            (
                Lista(
                    Campo("diagnostico", "", _CID, "CID do diagnóstico", pessoal=True),
                    de="diagnosticos",
                    maximo=4,
                    titulo="CID dos diagnósticos",
                ),
                campo("indicadorAcidente", "indicador_acidente", ACIDENTE, "indicador de acidente"),
                campo(
                    "motivoEncerramento",
                    "motivo_encerramento",
                    _MOTIVO_SAIDA,
                    "motivo de encerramento",
                ),
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
                            CENTRO,
                            Lista(
                                Grupo(
                                    "identEquipe",
                                    (Grupo("identificacaoEquipe", equipe(grau_obrigatorio=True)),),
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
        TOTAIS,
        OUTRAS_DESPESAS,
        OBSERVACAO,
    ),
    classe=GuiaResumoInternacao,
)

GUIA_HONORARIOS = Grupo(
    "guiaHonorarios",
    (
        Grupo("cabecalhoGuia", CABECALHO),
        campo(
            "guiaSolicInternacao",
            "guia_solic_internacao",
            NUMERO_GUIA,
            "guia de solicitação de internação",
        ),
        opcional("senha", "senha", SENHA, "senha", pessoal=True),
        NUMERO_GUIA_OPERADORA,
        Grupo("beneficiario", CARTEIRA, de="beneficiario", classe=Beneficiario),
        Grupo(
            "localContratado",
            (
                Grupo(
                    "codigoContratado",
                    (
                        Escolha(
                            "codigo",
                            (
                                ("codigoNaOperadora", CODIGO_PRESTADOR),
                                ("cnpjLocalExecutante", CNPJ),
                            ),
                            "código do local de execução",
                            pessoal=True,
                            glosa=GLOSA_PRESTADOR,
                        ),
                    ),
                ),
                campo(
                    "nomeContratado", "nome", Texto(70), "nome do local de execução", pessoal=True
                ),
                campo("cnes", "cnes", CNES, "CNES do local de execução", glosa=GLOSA_CNES),
            ),
            de="local_contratado",
            classe=LocalContratado,
        ),
        Grupo(
            "dadosContratadoExecutante",
            (
                campo(
                    "codigonaOperadora",
                    "codigo_na_operadora",
                    CODIGO_PRESTADOR,
                    "código do prestador na operadora",
                    pessoal=True,
                    glosa=GLOSA_PRESTADOR,
                ),
                campo("cnesContratadoExecutante", "cnes", CNES, "CNES", glosa=GLOSA_CNES),
            ),
        ),
        Grupo(
            "dadosInternacao",
            (
                campo(
                    "dataInicioFaturamento",
                    "data_inicio_faturamento",
                    Data(),
                    "data do início do faturamento",
                ),
                campo(
                    "dataFimFaturamento",
                    "data_fim_faturamento",
                    Data(),
                    "data do fim do faturamento",
                ),
                Campo(
                    "caraterAtendimento",
                    "carater_atendimento",
                    CARATER,
                    "caráter do atendimento",
                    desde="4.03.00",
                ),
            ),
        ),
        Grupo(
            "procedimentosRealizados",
            (
                Lista(
                    Grupo(
                        "procedimentoRealizado",
                        (
                            *EXECUTADO,
                            Lista(
                                Grupo(
                                    "profissionais",
                                    (
                                        campo(
                                            "grauParticipacao",
                                            "grau_participacao",
                                            GRAU_PARTICIPACAO,
                                            "grau de participação",
                                        ),
                                        Grupo(
                                            "codProfissional",
                                            (PROFISSIONAL,),
                                        ),
                                        campo(
                                            "nomeProfissional",
                                            "nome",
                                            Texto(70),
                                            "nome do profissional",
                                            pessoal=True,
                                        ),
                                        *conselho("conselhoProfissional", "profissional", "CBO"),
                                    ),
                                    classe=MembroEquipe,
                                ),
                                de="equipe",
                                obrigatoria=True,
                                titulo="equipe do procedimento",
                            ),
                        ),
                        classe=Item,
                    ),
                    de="itens",
                    obrigatoria=True,
                    titulo="procedimentos realizados",
                ),
            ),
        ),
        OBSERVACAO,
        campo("valorTotalHonorarios", "valor_total_honorarios", TOTAL, "total da guia"),
        campo("dataEmissaoGuia", "data_emissao", Data(), "data de emissão da guia"),
    ),
    classe=GuiaHonorarios,
)
