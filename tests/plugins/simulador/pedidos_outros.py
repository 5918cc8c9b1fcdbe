"""Requests for the services that bill nothing: authorisation, anexos, recursos and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pedidos_tiss as p

Ramo = str | Mapping[str, "Ramo"] | Sequence["Ramo"]

PROCEDIMENTO = {
    "codigoTabela": "22",
    "codigoProcedimento": "40304361",
    "descricaoProcedimento": "Exame",
}
PROFISSIONAL = {
    "conselhoProfissional": "06",
    "numeroConselhoProfissional": "12345",
    "UF": "35",
    "CBOS": "225125",
}
SOLICITADO = {"procedimento": PROCEDIMENTO, "quantidadeSolicitada": "1"}


def arvore(ramos: Mapping[str, Ramo]) -> p.Arvore:
    """Turn nested mappings into elements; a sequence repeats its element."""
    elementos: p.Arvore = []
    for nome, ramo in ramos.items():
        varios = [ramo] if isinstance(ramo, str | Mapping) else ramo
        elementos += [(nome, r if isinstance(r, str) else arvore(r)) for r in varios]  # type: ignore[arg-type]
    return elementos


def beneficiario(carteira: str) -> dict[str, Ramo]:
    return {"numeroCarteira": carteira, "atendimentoRN": "N"}


def prestador(codigo: str) -> dict[str, Ramo]:
    return {"codigoPrestadorNaOperadora": codigo}


def elegibilidade(carteira: str, codigo: str) -> dict[str, Ramo]:
    return {"dadosPrestador": prestador(codigo), "numeroCarteira": carteira}


def comunicacao(carteira: str) -> dict[str, Ramo]:
    return {
        "dadosBeneficiario": beneficiario(carteira),
        "dataEvento": p.ONTEM,
        "tipoEvento": "I",
        "dadosInternacao": {"tipoInternacao": "1"},
    }


def documento() -> dict[str, Ramo]:
    return {
        "numeroLote": "L1",
        "numeroDocumento": "DOC1",
        "naturezaGuia": "2",
        "formatoDocumento": "02",
        "documento": "AAAA",
        "tipoDocumento": "01",
    }


def status_autorizacao(guia: str, carteira: str, codigo: str, registro: str) -> dict[str, Ramo]:
    return {
        "identificacaoSolicitacao": {"registroANS": registro, "numeroGuiaPrestador": guia},
        "dadosBeneficiario": beneficiario(carteira),
        "dadosContratado": prestador(codigo),
    }


def solicitacoes(guia: str, carteira: str, codigo: str, registro: str) -> dict[str, Ramo]:
    """One request for each kind of authorisation."""
    cabecalho = {"registroANS": registro, "numeroGuiaPrestador": guia}
    return {
        "solicitacaoSP-SADT": {
            "cabecalhoSolicitacao": cabecalho,
            "tipoEtapaAutorizacao": "2",
            "dadosBeneficiario": beneficiario(carteira),
            "dadosSolicitante": {
                "contratadoSolicitante": prestador(codigo),
                "nomeContratadoSolicitante": "CLINICA",
                "profissionalSolicitante": PROFISSIONAL,
            },
            "caraterAtendimento": "1",
            "dataSolicitacao": p.ONTEM,
            "procedimentosSolicitados": [SOLICITADO, SOLICITADO],
        },
        "solicitacaoInternacao": {
            **cabecalho,
            "tipoEtapaAutorizacao": "1",
            "dadosBeneficiario": beneficiario(carteira),
            "identificacaoSolicitante": {
                "dadosDoContratado": prestador(codigo),
                "dadosProfissionalContratado": PROFISSIONAL,
            },
            "dadosHospitalSolicitado": {
                "codigoIndicadonaOperadora": "H1",
                "nomeContratadoIndicado": "HOSPITAL TESTE",
                "dataSugeridaInternacao": p.AMANHA,
            },
            "dadosInternacao": {
                "caraterAtendimento": "1",
                "tipoInternacao": "1",
                "regimeInternacao": "1",
                "qtDiariasSolicitadas": "1",
                "indicadorOPME": "N",
                "indicadorQuimio": "N",
                "indicacaoClinica": "Dor",
            },
            "hipotesesDiagnosticas": {"indicadorAcidente": "9"},
            "procedimentosSolicitados": SOLICITADO,
            "dataSolicitacao": p.ONTEM,
        },
        "solicitacaoProrrogacao": {
            **cabecalho,
            "nrGuiaReferenciada": "INT1",
            "dadosBeneficiario": {"numeroCarteira": carteira},
            "dadosContratadoSolicitante": prestador(codigo),
            "nomeContratadoSolicitante": "CLINICA",
            "dadosProfissionalSolicitante": PROFISSIONAL,
            "dadosInternacao": {"indicacaoClinica": "Dor"},
            "dataSolicitacao": p.ONTEM,
        },
        "solicitacaoOdontologia": {
            **cabecalho,
            "numeroCarteira": carteira,
            "atendimentoRN": "N",
            "planoBeneficiario": "PLANO",
            "dadosProfissionaisResponsaveis": {
                "codigoProfExec": codigo,
                "croExec": "1",
                "ufExec": "35",
                "cnesExec": "9999999",
                "cbosExec2": "223208",
            },
            "procedimentosSolicitados": {
                "procSolic": PROCEDIMENTO,
                "qtdProc": "1",
                "valorProc": "10.00",
                "aut": "S",
            },
            "tipoAtendimento": "1",
            "valorTotalProc": "10.00",
        },
    }


def anexos(guia: str, carteira: str, registro: str) -> dict[str, Ramo]:
    """One anexo of each kind, two of the kind of which there may be several."""
    cabecalho = {
        "cabecalhoAnexo": {
            "registroANS": registro,
            "numeroGuiaAnexo": guia,
            "numeroGuiaReferenciada": "G1",
            "dataSolicitacao": p.ONTEM,
        },
        "dadosBeneficiario": beneficiario(carteira),
    }
    medico = {"nomeProfissional": "MEDICO TESTE", "telefoneProfissional": "1130000000"}
    diagnostico = {"estadiamento": "0", "finalidade": "1", "ecog": "0"}
    inicial = {
        "registroANS": registro,
        "numeroGuiaAnexo": guia,
        "numeroGuiaReferenciada": "G1",
        "numeroCarteira": carteira,
        "ct_situacaoInicial": {
            "situacaoClinica": {"dentes": {"elementoDentario": "11", "condicaoClinica": "A"}},
            "doencaPeriodontal": "true",
            "alteracaoTecidoMole": "false",
        },
    }
    return {
        "anexoSituacaoInicial": [inicial, inicial],
        "anexoSolicitacaoRadio": {
            **cabecalho,
            "dadosComplementaresBeneficiario": {"idade": "50", "sexo": "1"},
            "medicoSolicitante": medico,
            "diagnosticoOncologicoRadio": {"diagRadio": diagnostico},
            "numeroCampos": "1",
            "doseCampo": "1",
            "doseTotal": "1",
            "nrDias": "1",
            "dtPrevistaInicio": p.AMANHA,
            "observacao": "Nada",
        },
        "anexoSolicitacaoQuimio": {
            **cabecalho,
            "dadosComplementaresBeneficiario": {
                "peso": "70.00",
                "altura": "1.70",
                "superficieCorporal": "1.80",
                "idade": "50",
                "sexo": "1",
            },
            "medicoSolicitante": medico,
            "diagnosticoOncologicoQuimioterapia": {
                "diagQuimio": diagnostico,
                "tumor": "1",
                "nodulo": "1",
                "metastase": "1",
                "tipoQuimioterapia": "1",
                "planoTerapeutico": "Plano",
            },
            "drogasSolicitadas": {
                "drogaSolicitada": {
                    "dataProvavel": p.AMANHA,
                    "identificacao": PROCEDIMENTO,
                    "qtDoses": "1.00",
                    "unidadeMedida": "001",
                    "viaAdministracao": "01",
                    "frequencia": "1",
                }
            },
            "tratamentosAnteriores": {"cirurgia": "Nenhuma"},
            "numeroCiclos": "1",
            "cicloAtual": "1",
            "diasCicloAtual": "1",
            "intervaloCiclos": "1",
        },
        "anexoSolicitacaoOPME": {
            **cabecalho,
            "profissionalSolicitante": medico,
            "justificativaTecnica": "Precisa",
            "opmeSolicitadas": {
                "opmeSolicitada": {
                    "identificacaoOPME": PROCEDIMENTO,
                    "opcaoFabricante": "1",
                    "quantidadeSolicitada": "1",
                }
            },
        },
    }


BOA, FRACA = "O exame foi autorizado antes.", "Quero."


def recursos(protocolo: str, codigo: str, registro: str, guia: str) -> dict[str, Ramo]:
    """One recurso of each kind; in those with two justifications, only one convinces."""

    def corpo(opcao: dict[str, Ramo], numero: str) -> dict[str, Ramo]:
        return {
            "registroANS": registro,
            "numeroGuiaRecGlosaPrestador": f"{guia}{numero}",
            "nomeOperadora": "Operadora",
            "objetoRecurso": "1" if "recursoProtocolo" in opcao else "2",
            "dadosContratado": prestador(codigo),
            "numeroLote": "123",
            "numeroProtocolo": str(int(protocolo)),
            "opcaoRecurso": opcao,
            "valorTotalRecursado": "30.00",
            "dataRecurso": p.ONTEM,
        }

    def item(sequencial: str, justificativa: str) -> dict[str, Ramo]:
        return {
            "sequencialItem": sequencial,
            "dataInicio": p.ONTEM,
            "procRecurso": PROCEDIMENTO,
            "codGlosaItem": "1705",
            "valorRecursado": "10.00",
            "justificativaItem": justificativa,
        }

    def item_odonto(sequencial: str, justificativa: str) -> dict[str, Ramo]:
        return {
            "sequencialItem": sequencial,
            "dataRealizacao": p.ONTEM,
            "denteRegiao": {"codDente": "11"},
            "quantidade": "1",
            "procRecurso": PROCEDIMENTO,
            "codGlosaProc": "1705",
            "justificativaProc": justificativa,
            "valorRecursado": "10.00",
        }

    protocolo_todo = {
        "recursoProtocolo": {"codigoGlosaProtocolo": "1705", "justificativaProtocolo": BOA}
    }
    completa: dict[str, Ramo] = {
        "recursoGuia": {
            "numeroGuiaOrigem": guia,
            "senha": "SENHA1",
            "opcaoRecursoGuia": {
                "recursoGuiaCompleta": [
                    {"codGlosaGuia": "1705", "justificativaGuia": BOA},
                    {"codGlosaGuia": "1801", "justificativaGuia": FRACA},
                ]
            },
        }
    }
    itens: dict[str, Ramo] = {
        "recursoGuia": {
            "numeroGuiaOrigem": guia,
            "opcaoRecursoGuia": {"itensGuia": [item("1", BOA), item("2", FRACA)]},
        }
    }
    odonto: dict[str, Ramo] = {
        "numeroGuiaPrestador": guia,
        "codGlosaGuia": "1705",
        "justificativaGuia": BOA,
    }
    itens_odonto = {
        **odonto,
        "recursoProcedimento": [item_odonto("1", BOA), item_odonto("2", FRACA)],
    }
    return {
        "protocolo": {"guiaRecursoGlosa": corpo(protocolo_todo, "a")},
        "guia": {"guiaRecursoGlosa": corpo(completa, "b")},
        "itens": {"guiaRecursoGlosa": corpo(itens, "c")},
        "protocolo_odonto": {"guiaRecursoGlosaOdonto": corpo(protocolo_todo, "d")},
        "guia_odonto": {"guiaRecursoGlosaOdonto": corpo({"recursoGuia": odonto}, "e")},
        "itens_odonto": {"guiaRecursoGlosaOdonto": corpo({"recursoGuia": itens_odonto}, "f")},
    }
