"""guiaOdonto, in the order of tissGuias."""

from __future__ import annotations

from decimal import Decimal

from tiss.domain.odonto import DENTE, REGIAO, Dente, GuiaOdonto, ItemOdonto, SituacaoInicial
from tiss.messages.declaracao import Escolha, Grupo, Lista
from tiss.messages.guias.comuns import (
    BENEFICIARIO,
    CABECALHO,
    CBO,
    CNES,
    CODIGO_PRESTADOR,
    DINHEIRO,
    GLOSA_CBO,
    GLOSA_CNES,
    GLOSA_PRESTADOR,
    GLOSA_TIPO_ATENDIMENTO,
    NUMERO_CONSELHO,
    NUMERO_GUIA,
    NUMERO_GUIA_OPERADORA,
    OBSERVACAO,
    PROCEDIMENTO,
    SENHA,
    SEQUENCIAL,
    TOTAL,
    UF,
    VALIDACAO,
    campo,
    opcional,
    um_de,
)
from tiss.messages.tipos import Data, Decimais, Inteiro, Logico, Texto

_DENTE = Texto(2, r"[1-8][1-9]", "use a numeração de dois dígitos, por exemplo 11")
_REGIAO = Texto(4, r"[A-Z]{2,4}|S[1-6]", "use a sigla da região, por exemplo AI")
# st_texto5 in the guia, closed in the recurso; the faces of a tooth are these letters.
_FACE = Texto(5, r"[OLMVDIP]{1,5}", "até 5 das faces O, L, M, V, D, I e P")
# Narrowed by 4.02.00, which widened everything else.
_QTD_US = Decimais(Decimal("99999.99"), antes=("4.02.00", Decimais(Decimal("999999.99"))))
# The tooth or region of the mouth, and the faces of the tooth.
ONDE = (
    Grupo(
        "denteRegiao",
        (
            Escolha(
                "dente_regiao",
                ((DENTE, _DENTE), (REGIAO, _REGIAO)),
                "dente ou região",
                obrigatoria=False,
            ),
        ),
        opcional=True,
    ),
    opcional("denteFace", "dente_face", _FACE, "face do dente"),
)

GUIA_ODONTO = Grupo(
    "guiaOdonto",
    (
        *CABECALHO,
        opcional("numeroGuiaPrincipal", "numero_guia_principal", NUMERO_GUIA, "guia principal"),
        opcional("dataAutorizacao", "data_autorizacao", Data(), "data da autorização"),
        opcional("senhaAutorizacao", "senha_autorizacao", SENHA, "senha", pessoal=True),
        opcional("validadeSenha", "validade_senha", Data(), "validade da senha"),
        NUMERO_GUIA_OPERADORA,
        *VALIDACAO,
        BENEFICIARIO,
        campo(
            "planoBeneficiario",
            "plano_beneficiario",
            Texto(40),
            "plano do beneficiário",
            pessoal=True,
        ),
        opcional("nomeEmpresa", "nome_empresa", Texto(40), "empresa do beneficiário", pessoal=True),
        Grupo(
            "dadosProfissionaisResponsaveis",
            (
                opcional(
                    "nomeProfSolic",
                    "nome_prof_solic",
                    Texto(70),
                    "nome do solicitante",
                    pessoal=True,
                ),
                opcional(
                    "croSolic", "cro_solic", NUMERO_CONSELHO, "CRO do solicitante", pessoal=True
                ),
                opcional("ufSolic", "uf_solic", UF, "UF do CRO do solicitante"),
                opcional("cbosSolic", "cbos_solic", CBO, "CBO do solicitante", glosa=GLOSA_CBO),
                campo(
                    "codigoProfExec",
                    "codigo_prof_exec",
                    CODIGO_PRESTADOR,
                    "código do executante",
                    pessoal=True,
                    glosa=GLOSA_PRESTADOR,
                ),
                campo("croExec", "cro_exec", NUMERO_CONSELHO, "CRO do executante", pessoal=True),
                campo("ufExec", "uf_exec", UF, "UF do CRO do executante"),
                campo("cnesExec", "cnes_exec", CNES, "CNES", glosa=GLOSA_CNES),
                opcional(
                    "nomeProfExec2", "nome_prof_exec2", Texto(70), "nome do dentista", pessoal=True
                ),
                opcional("croExec2", "cro_exec2", NUMERO_CONSELHO, "CRO do dentista", pessoal=True),
                opcional("ufExec2", "uf_exec2", UF, "UF do CRO do dentista"),
                campo("cbosExec2", "cbos_exec2", CBO, "CBO do dentista", glosa=GLOSA_CBO),
            ),
        ),
        Lista(
            Grupo(
                "procedimentosExecutados",
                (
                    campo("sequencialItem", "sequencial_item", SEQUENCIAL, "número do item"),
                    Grupo("procSolic", PROCEDIMENTO),
                    *ONDE,
                    campo("qtdProc", "quantidade", Inteiro(99), "quantidade"),
                    opcional("qtdUS", "qtd_us", _QTD_US, "quantidade de US"),
                    campo("valorProc", "valor_total", DINHEIRO, "valor do procedimento"),
                    opcional("valorFranquia", "valor_franquia", DINHEIRO, "valor da franquia"),
                    campo("autorizado", "autorizado", Logico(), "autorizado"),
                    campo("dataRealizacao", "data_execucao", Data(), "data da realização"),
                ),
                classe=ItemOdonto,
            ),
            de="itens",
            obrigatoria=True,
            titulo="procedimentos executados",
        ),
        opcional("dataTerminoTrat", "data_termino_trat", Data(), "data do término do tratamento"),
        campo(
            "tipoAtendimento",
            "tipo_atendimento",
            um_de("1 2 3 4 5"),
            "tipo de atendimento",
            glosa=GLOSA_TIPO_ATENDIMENTO,
        ),
        campo("tipoFaturamento", "tipo_faturamento", um_de("1 4"), "tipo de faturamento"),
        opcional(
            "qtdTotalUS", "qtd_total_us", Decimais(Decimal("999999.99")), "quantidade total de US"
        ),
        campo("valorTotalProc", "valor_total_proc", TOTAL, "total da guia"),
        opcional("valorTotalFranquia", "valor_total_franquia", TOTAL, "total da franquia"),
        OBSERVACAO,
        Grupo(
            "odontoInicial",
            (
                campo("numeroGuiaAnexo", "numero_guia_anexo", NUMERO_GUIA, "guia do anexo"),
                campo(
                    "numeroGuiaReferenciada",
                    "numero_guia_referenciada",
                    NUMERO_GUIA,
                    "guia referenciada",
                ),
                NUMERO_GUIA_OPERADORA,
                Grupo(
                    "ct_situacaoInicial",
                    (
                        Grupo(
                            "situacaoClinica",
                            (
                                Lista(
                                    Grupo(
                                        "dentes",
                                        (
                                            campo(
                                                "elementoDentario",
                                                "elemento_dentario",
                                                _DENTE,
                                                "dente",
                                            ),
                                            campo(
                                                "condicaoClinica",
                                                "condicao_clinica",
                                                um_de("A E H C R"),
                                                "condição do dente",
                                            ),
                                        ),
                                        classe=Dente,
                                    ),
                                    de="dentes",
                                    obrigatoria=True,
                                    titulo="dentes da situação inicial",
                                ),
                            ),
                        ),
                        opcional(
                            "doencaPeriodontal",
                            "doenca_periodontal",
                            Logico(),
                            "doença periodontal",
                        ),
                        opcional(
                            "alteracaoTecidoMole",
                            "alteracao_tecido_mole",
                            Logico(),
                            "alteração de tecido mole",
                        ),
                        OBSERVACAO,
                    ),
                ),
            ),
            de="situacao_inicial",
            classe=SituacaoInicial,
            opcional=True,
        ),
    ),
    classe=GuiaOdonto,
)
