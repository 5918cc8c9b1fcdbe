"""The package `tiss` 0.4.0, in its own environment: build_lote, validate, parse_demonstrativo."""

from __future__ import annotations

from functools import partial
from typing import Any

import dados
from posto import Trabalho, lotes, servir, um_so

from tiss import Decision, build_lote, parse_demonstrativo, validate

PROFISSIONAL = {"conselho_profissional": "06", "uf": "35", "cbos": "225125"}
PRESTADOR = {"codigo_prestador_na_operadora": dados.CODIGO_PRESTADOR}


def guia(atendimento: dados.Atendimento, tipo: str) -> dict[str, Any]:
    """Return a guia as the package takes it: a dict, money in centavos."""
    cabecalho = {
        "registro_ans": dados.REGISTRO_ANS,
        "numero_guia_prestador": atendimento.numero,
    }
    comum = {
        "tipo": tipo,
        "dados_beneficiario": {"numero_carteira": atendimento.carteira, "atendimento_rn": "N"},
    }
    profissional = {
        **PROFISSIONAL,
        "nome_profissional": atendimento.medico,
        "numero_conselho_profissional": atendimento.conselho,
    }
    if tipo == "consulta":
        return {
            **comum,
            "cabecalho_consulta": cabecalho,
            "contratado_executante": {**PRESTADOR, "cnes": dados.CNES},
            "profissional_executante": profissional,
            "indicacao_acidente": "9",
            "dados_atendimento": {
                "regime_atendimento": "01",
                "data_atendimento": atendimento.dia.isoformat(),
                "tipo_consulta": "1",
                "procedimento": {
                    "codigo_tabela": "22",
                    "codigo_procedimento": atendimento.itens[0].codigo,
                    "valor_procedimento": atendimento.total,
                },
            },
        }
    return {
        **comum,
        "cabecalho_guia": cabecalho,
        "dados_solicitante": {
            "contratado_solicitante": PRESTADOR,
            "nome_contratado_solicitante": dados.NOME_PRESTADOR,
            "profissional_solicitante": profissional,
        },
        "dados_solicitacao": {
            "carater_atendimento": "1",
            "indicacao_clinica": atendimento.indicacao,
        },
        "dados_executante": {"contratado_executante": PRESTADOR, "cnes": dados.CNES},
        "dados_atendimento": {
            "tipo_atendimento": "23",
            "indicacao_acidente": "9",
            "regime_atendimento": "01",
        },
        "procedimentos_executados": [
            {
                "sequencial_item": str(item.sequencial),
                "data_execucao": atendimento.dia.isoformat(),
                "procedimento": {
                    "codigo_tabela": "22",
                    "codigo_procedimento": item.codigo,
                    "descricao_procedimento": item.descricao,
                },
                "quantidade_executada": str(item.quantidade),
                "reducao_acrescimo": "1.00",
                "valor_unitario": item.unitario,
                "valor_total": item.total,
            }
            for item in atendimento.itens
        ],
        "valor_total": {
            "valor_procedimentos": atendimento.total,
            "valor_total_geral": atendimento.total,
        },
    }


def faturar(lote: dict[str, Any]) -> bytes:
    """Build a lote with its hash and validate it: XSD, hash and rules."""
    arquivo = build_lote(lote)
    relatorio = validate(arquivo)
    if not relatorio.valid:
        raise ValueError(relatorio.findings[0].message)
    return arquivo


def lote(tipo: str, tamanho: int, numero: int) -> Trabalho:
    """Return the work of one lote over a dict that is ready."""
    return partial(
        faturar,
        {
            "versao": dados.VERSAO,
            "transacao": {
                "sequencial_transacao": str(numero),
                "data_registro_transacao": dados.DATA.isoformat(),
                "hora_registro_transacao": dados.HORA,
            },
            "prestador": PRESTADOR,
            "operadora": {"registro_ans": dados.REGISTRO_ANS},
            "numero_lote": str(numero),
            "guias": [guia(a, tipo) for a in dados.atendimentos(tipo, tamanho, lote=numero)],
        },
    )


def ler_demonstrativo(corpo: bytes) -> list[tuple[str, int | None]]:
    """Return the number and the centavos granted of every guia.

    None where a part was refused: the package then gives the refused items only.
    """
    return [
        (
            decisao.guia_ref,
            None if decisao.decision == Decision.GLOSA_PARCIAL else decisao.valor_liberado_cents,
        )
        for decisao in parse_demonstrativo(corpo)
    ]


def demonstrativo(mostra_todas: bool, guias: int) -> Trabalho:
    """Return the work of one demonstrativo."""
    return partial(ler_demonstrativo, dados.demonstrativo(guias, mostra_todas=mostra_todas))


if __name__ == "__main__":
    servir(
        {
            "consulta": lotes(partial(lote, "consulta")),
            "sp_sadt": lotes(partial(lote, "sp_sadt")),
            "demonstrativo": um_so(partial(demonstrativo, False)),
            "demonstrativo_inteiro": um_so(partial(demonstrativo, True)),
        }
    )
