"""The package `pytiss` 1.0.0, in its own environment: LoteGuias.to_xml(validate=True).

Its typed guias make one message each, so a lote of 100 goes by its other documented path: the
payload of every guia as a mapping in the order of the XSD. That path checks the XSD only.
"""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import Any

import dados
from posto import Trabalho, lotes, servir
from pytiss import Contratado, GuiaTISS, LoteGuias, MensagemContexto, TipoGuia

PRESTADOR = {"codigoPrestadorNaOperadora": dados.CODIGO_PRESTADOR}


def guia(atendimento: dados.Atendimento, tipo: str) -> GuiaTISS:
    """Return a guia as the package takes it."""
    cabecalho = {
        "registroANS": dados.REGISTRO_ANS,
        "numeroGuiaPrestador": atendimento.numero,
    }
    beneficiario = {"numeroCarteira": atendimento.carteira, "atendimentoRN": "N"}
    profissional = {
        "nomeProfissional": atendimento.medico,
        "conselhoProfissional": "06",
        "numeroConselhoProfissional": atendimento.conselho,
        "UF": "35",
        "CBOS": "225125",
    }
    total = dados.reais(atendimento.total)
    if tipo == "consulta":
        payload: dict[str, Any] = {
            "cabecalhoConsulta": cabecalho,
            "dadosBeneficiario": beneficiario,
            "contratadoExecutante": {**PRESTADOR, "CNES": dados.CNES},
            "profissionalExecutante": profissional,
            "indicacaoAcidente": "9",
            "dadosAtendimento": {
                "regimeAtendimento": "01",
                "dataAtendimento": atendimento.dia,
                "tipoConsulta": "1",
                "procedimento": {
                    "codigoTabela": "22",
                    "codigoProcedimento": atendimento.itens[0].codigo,
                    "valorProcedimento": total,
                },
            },
        }
        return GuiaTISS(tipo=TipoGuia.CONSULTA, dados=payload)
    payload = {
        "cabecalhoGuia": cabecalho,
        "dadosBeneficiario": beneficiario,
        "dadosSolicitante": {
            "contratadoSolicitante": PRESTADOR,
            "nomeContratadoSolicitante": dados.NOME_PRESTADOR,
            "profissionalSolicitante": profissional,
        },
        "dadosSolicitacao": {
            "caraterAtendimento": "1",
            "indicacaoClinica": atendimento.indicacao,
        },
        "dadosExecutante": {"contratadoExecutante": PRESTADOR, "CNES": dados.CNES},
        "dadosAtendimento": {
            "tipoAtendimento": "23",
            "indicacaoAcidente": "9",
            "regimeAtendimento": "01",
        },
        "procedimentosExecutados": {
            "procedimentoExecutado": [_item(item, atendimento) for item in atendimento.itens]
        },
        "valorTotal": {"valorProcedimentos": total, "valorTotalGeral": total},
    }
    return GuiaTISS(tipo=TipoGuia.SP_SADT, dados=payload)


def _item(item: dados.Item, atendimento: dados.Atendimento) -> dict[str, Any]:
    return {
        "sequencialItem": item.sequencial,
        "dataExecucao": atendimento.dia,
        "procedimento": {
            "codigoTabela": "22",
            "codigoProcedimento": item.codigo,
            "descricaoProcedimento": item.descricao,
        },
        "quantidadeExecutada": item.quantidade,
        "reducaoAcrescimo": dados.reais(100),
        "valorUnitario": dados.reais(item.unitario),
        "valorTotal": dados.reais(item.total),
    }


def lote(tipo: str, tamanho: int, numero: int) -> Trabalho:
    """Return the work of one lote over payloads that are ready."""
    contexto = MensagemContexto(
        registro_ans=dados.REGISTRO_ANS,
        numero_lote=str(numero),
        prestador_origem=Contratado(codigo_prestador_na_operadora=dados.CODIGO_PRESTADOR),
        sequencial_transacao=str(numero),
        data_registro_transacao=dados.DATA,
        hora_registro_transacao=time.fromisoformat(dados.HORA),
    )
    guias = tuple(guia(a, tipo) for a in dados.atendimentos(tipo, tamanho, lote=numero))
    # It raises for what its validation refuses.
    return partial(LoteGuias(contexto=contexto, guias=guias).to_xml, validate=True)


if __name__ == "__main__":
    servir(
        {
            "consulta": lotes(partial(lote, "consulta")),
            "sp_sadt": lotes(partial(lote, "sp_sadt")),
        }
    )
