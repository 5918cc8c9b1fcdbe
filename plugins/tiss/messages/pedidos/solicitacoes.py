"""Status, demonstrativos and cancelling of what was billed, in the order of the XSD."""

from __future__ import annotations

from tiss.domain.pedido import (
    CancelaGuia,
    GuiaCancelada,
    LoteCancelado,
    SolicitacaoDemonstrativoAnalise,
    SolicitacaoDemonstrativoPagamento,
    SolicitacaoStatusProtocolo,
    SolicitacaoStatusRecurso,
)
from tiss.messages.declaracao import Grupo, Lista, Opcoes
from tiss.messages.guias.comuns import (
    NUMERO_GUIA,
    NUMERO_GUIA_OPERADORA,
    campo,
    contratado,
    opcional,
    um_de,
)
from tiss.messages.tipos import Data, Texto

_NUMERO = Texto(12)
_PRESTADOR = contratado("dadosPrestador", "contratado", "prestador")
_DATA = campo("dataSolicitacao", "data_solicitacao", Data(), "data da solicitação")
_PROTOCOLO = campo("numeroProtocolo", "numero_protocolo", _NUMERO, "protocolo")
_PROTOCOLO_SE_HOUVER = opcional("numeroProtocolo", "numero_protocolo", _NUMERO, "protocolo")
# The XSD takes any six digits.
_COMPETENCIA = Texto(6, r"[0-9]{4}(0[1-9]|1[0-2])", "use AAAAMM, por exemplo 202603")

STATUS_PROTOCOLO = Grupo(
    "solicitacaoStatusProtocolo", (_PRESTADOR, _PROTOCOLO), classe=SolicitacaoStatusProtocolo
)
STATUS_RECURSO = Grupo(
    "solicitacaoStatusRecursoGlosa", (_PRESTADOR, _PROTOCOLO), classe=SolicitacaoStatusRecurso
)
DEMONSTRATIVO_ANALISE = Grupo(
    "solicitacaoDemonstrativoRetorno",
    (
        Grupo(
            "demonstrativoAnalise",
            (
                _PRESTADOR,
                _DATA,
                Grupo("protocolos", (Lista(_PROTOCOLO, "protocolos", True, maximo=30),)),
            ),
        ),
    ),
    classe=SolicitacaoDemonstrativoAnalise,
)
DEMONSTRATIVO_PAGAMENTO = Grupo(
    "solicitacaoDemonstrativoRetorno",
    (
        Grupo(
            "demonstrativoPagamento",
            (
                _PRESTADOR,
                _DATA,
                campo(
                    "tipoDemonstrativo", "tipo_demonstrativo", um_de("1 3"), "tipo do demonstrativo"
                ),
                Grupo(
                    "periodo",
                    (
                        Opcoes(
                            (
                                opcional(
                                    "dataPagamento", "data_pagamento", Data(), "data do pagamento"
                                ),
                                opcional("competencia", "competencia", _COMPETENCIA, "competência"),
                            ),
                            "período do pagamento",
                        ),
                    ),
                ),
            ),
        ),
    ),
    classe=SolicitacaoDemonstrativoPagamento,
)
CANCELA_GUIA = Grupo(
    "cancelaGuia",
    (
        _PRESTADOR,
        Grupo(
            "tipoCancelamento",
            (
                Opcoes(
                    (
                        Grupo(
                            "tipoCancelamentoLote",
                            (
                                campo("numeroLote", "numero_lote", _NUMERO, "número do lote"),
                                _PROTOCOLO_SE_HOUVER,
                            ),
                            de="lote",
                            classe=LoteCancelado,
                            opcional=True,
                        ),
                        Lista(
                            Grupo(
                                "tipoCancelamentoGuia",
                                (
                                    campo("tipoGuia", "tipo_guia", um_de("1 2 3"), "tipo da guia"),
                                    campo(
                                        "numeroGuiaPrestador",
                                        "numero_guia_prestador",
                                        NUMERO_GUIA,
                                        "número da guia",
                                    ),
                                    NUMERO_GUIA_OPERADORA,
                                    _PROTOCOLO_SE_HOUVER,
                                ),
                                classe=GuiaCancelada,
                            ),
                            de="guias",
                        ),
                    ),
                    "o que cancelar",
                ),
            ),
        ),
    ),
    classe=CancelaGuia,
)
