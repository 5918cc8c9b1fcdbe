"""The two kinds of recurso de glosa, in the order of the XSD."""

from __future__ import annotations

from decimal import Decimal

from tiss.domain.pedido import (
    GlosaContestada,
    GuiaContestada,
    GuiaOdontoContestada,
    ItemContestado,
    ItemOdontoContestado,
    RecursoGlosa,
    RecursoGlosaOdonto,
)
from tiss.messages.declaracao import Campo, Grupo, Lista, No, Opcoes
from tiss.messages.guias.comuns import (
    CENTRO,
    DINHEIRO,
    GRAU_PARTICIPACAO,
    NUMERO_GUIA,
    NUMERO_GUIA_OPERADORA,
    PROCEDIMENTO,
    REGISTRO_ANS,
    SENHA,
    SEQUENCIAL,
    campo,
    contratado,
    opcional,
    um_de,
)
from tiss.messages.guias.odonto import ONDE
from tiss.messages.tipos import Data, Decimais, Inteiro, Texto

# Text everywhere else in the standard, an integer here (tissGuias, st_numerico12).
_PROTOCOLO = Texto(
    12,
    r"[0-9]{1,12}",
    "no recurso de glosa o padrão só aceita protocolo de até 12 algarismos; com este, recorra "
    "pelo portal da operadora",
)
# Tabela 38 changes with each edition: the XSD of the version has the last word.
_CODIGO_GLOSA = Texto(4, r"[0-9]{4}", "o código da glosa tem 4 dígitos, como na Tabela 38")
# Never narrower, unlike the values that it is made of.
_TOTAL = Decimais(Decimal("99999999.99"))


def _codigo(nome: str) -> Campo:
    return campo(nome, "codigo_glosa", _CODIGO_GLOSA, "código da glosa")


def _justificativa(nome: str) -> Campo:
    return campo(nome, "justificativa", Texto(500), "justificativa", pessoal=True)


_VALOR = campo("valorRecursado", "valor_recursado", DINHEIRO, "valor recursado")
_SEQUENCIAL = campo("sequencialItem", "sequencial_item", SEQUENCIAL, "número do item")
_SENHA = opcional("senha", "senha", SENHA, "senha", pessoal=True)
_PROCEDIMENTO = Grupo("procRecurso", PROCEDIMENTO)

_GUIA = Grupo(
    "recursoGuia",
    (
        campo("numeroGuiaOrigem", "numero_guia_origem", NUMERO_GUIA, "número da guia"),
        NUMERO_GUIA_OPERADORA,
        _SENHA,
        Grupo(
            "opcaoRecursoGuia",
            (
                Opcoes(
                    (
                        Lista(
                            Grupo(
                                "recursoGuiaCompleta",
                                (_codigo("codGlosaGuia"), _justificativa("justificativaGuia")),
                                classe=GlosaContestada,
                            ),
                            de="glosas",
                        ),
                        Lista(
                            Grupo(
                                "itensGuia",
                                (
                                    _SEQUENCIAL,
                                    campo("dataInicio", "data_inicio", Data(), "data inicial"),
                                    opcional("dataFim", "data_fim", Data(), "data final"),
                                    _PROCEDIMENTO,
                                    opcional(
                                        "grauParticipacao",
                                        "grau_participacao",
                                        GRAU_PARTICIPACAO,
                                        "grau de participação",
                                    ),
                                    CENTRO,
                                    _codigo("codGlosaItem"),
                                    _VALOR,
                                    _justificativa("justificativaItem"),
                                ),
                                classe=ItemContestado,
                            ),
                            de="itens",
                        ),
                    ),
                    "recurso da guia",
                ),
            ),
        ),
    ),
    classe=GuiaContestada,
)
_GUIA_ODONTO = Grupo(
    "recursoGuia",
    (
        campo("numeroGuiaPrestador", "numero_guia_prestador", NUMERO_GUIA, "número da guia"),
        NUMERO_GUIA_OPERADORA,
        _SENHA,
        _codigo("codGlosaGuia"),
        _justificativa("justificativaGuia"),
        Lista(
            Grupo(
                "recursoProcedimento",
                (
                    _SEQUENCIAL,
                    campo("dataRealizacao", "data_realizacao", Data(), "data da realização"),
                    *ONDE,
                    campo("quantidade", "quantidade", Inteiro(99), "quantidade"),
                    _PROCEDIMENTO,
                    _codigo("codGlosaProc"),
                    _justificativa("justificativaProc"),
                    _VALOR,
                ),
                classe=ItemOdontoContestado,
            ),
            de="itens",
        ),
    ),
    classe=GuiaOdontoContestada,
)


def _recurso(nome: str, guia: Grupo, classe: type) -> Grupo:
    filhos: tuple[No, ...] = (
        campo("registroANS", "registro_ans", REGISTRO_ANS, "registro ANS"),
        campo(
            "numeroGuiaRecGlosaPrestador",
            "numero_guia_rec_glosa_prestador",
            NUMERO_GUIA,
            "número da guia de recurso",
        ),
        campo("nomeOperadora", "nome_operadora", Texto(70), "nome da operadora"),
        campo("objetoRecurso", "objeto_recurso", um_de("1 2"), "objeto do recurso"),
        opcional(
            "numeroGuiaRecGlosaOperadora",
            "numero_guia_rec_glosa_operadora",
            NUMERO_GUIA,
            "número da guia de recurso na operadora",
        ),
        contratado("dadosContratado", "contratado", "prestador"),
        campo("numeroLote", "numero_lote", Texto(12), "número do lote"),
        campo("numeroProtocolo", "numero_protocolo", _PROTOCOLO, "protocolo"),
        Grupo(
            "opcaoRecurso",
            (
                Opcoes(
                    (
                        Grupo(
                            "recursoProtocolo",
                            (
                                _codigo("codigoGlosaProtocolo"),
                                _justificativa("justificativaProtocolo"),
                            ),
                            de="protocolo",
                            classe=GlosaContestada,
                            opcional=True,
                        ),
                        Lista(guia, de="guias", maximo=100),
                    ),
                    "recurso",
                ),
            ),
        ),
        campo("valorTotalRecursado", "valor_total_recursado", _TOTAL, "valor total do recurso"),
        campo("dataRecurso", "data_recurso", Data(), "data do recurso"),
    )
    return Grupo("recursoGlosa", (Grupo(nome, filhos),), classe=classe)


RECURSO_GLOSA = _recurso("guiaRecursoGlosa", _GUIA, RecursoGlosa)
RECURSO_GLOSA_ODONTO = _recurso("guiaRecursoGlosaOdonto", _GUIA_ODONTO, RecursoGlosaOdonto)
