"""One attendance of each kind of guia, as the view offers it: columns for `Oficina.alimentar`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from oficina import HEMOGRAMA, HOJE, item

DIA = str(HOJE - timedelta(3))
MATERIAL = "70000001"


def exame(**campos: object) -> dict[str, object]:
    """A blood count of R$ 18.50."""
    return item(
        **{
            "codigo_procedimento": HEMOGRAMA,
            "descricao": "Hemograma",
            "valor_unitario": "18.50",
            "valor_total": "18.50",
            **campos,
        }
    )


def despesa(**campos: object) -> dict[str, object]:
    """A piece of gauze of R$ 20.00, used in the first item."""
    return {
        "sequencial_item": 2,
        "codigo_despesa": "03",
        "codigo_tabela": "19",
        "codigo_procedimento": MATERIAL,
        "descricao": "Compressa de gaze",
        "data_execucao": DIA,
        "quantidade": "1",
        "unidade_medida": "036",
        "reducao_acrescimo": "1.00",
        "valor_unitario": "20.00",
        "valor_total": "20.00",
        "item_vinculado": 1,
        **campos,
    }


_CIRURGIAO = {
    "grau_participacao": "00",
    "codigo": {"cpfContratado": "39053344705"},
    "nome": "Rui Teste",
    "conselho": "06",
    "numero_conselho": "654321",
    "uf": "35",
    "cbo": "225225",
}
_DENTE = {
    "sequencial_item": 1,
    "codigo_tabela": "22",
    "codigo_procedimento": "81000030",
    "descricao": "Consulta odontológica",
    "data_execucao": DIA,
    "quantidade": "1",
    "valor_total": "80.00",
    "autorizado": True,
}
_HOSPITAL = {"codigo": {"codigoNaOperadora": "H001"}, "nome": "Hospital Teste", "cnes": "7654321"}
COLUNAS: dict[str, dict[str, Any]] = {
    "CONSULTA": {},
    "SP_SADT": {
        "tipo_consulta": None,
        "tipo_atendimento": "23",
        "carater_atendimento": "1",
        "itens": json.dumps([exame()]),
        "despesas": json.dumps([despesa()]),
    },
    "HONORARIOS": {
        "tipo_consulta": None,
        "carater_atendimento": "1",
        "itens": json.dumps([item(equipe=[_CIRURGIAO])]),
        "complemento": json.dumps(
            {
                "guia_solic_internacao": "INT-1",
                "local_contratado": _HOSPITAL,
                "data_inicio_faturamento": DIA,
                "data_fim_faturamento": DIA,
            }
        ),
    },
    "RESUMO_INTERNACAO": {
        "tipo_consulta": None,
        "carater_atendimento": "1",
        "senha": "SENHA-1",
        "data_autorizacao": DIA,
        "itens": json.dumps([exame()]),
        "despesas": json.dumps([despesa()]),
        "complemento": json.dumps(
            {
                "numero_guia_solicitacao_internacao": "INT-1",
                "tipo_faturamento": "4",
                "data_inicio_faturamento": DIA,
                "hora_inicio_faturamento": "07:00:00",
                "data_final_faturamento": DIA,
                "hora_final_faturamento": "18:00:00",
                "tipo_internacao": "2",
                "regime_internacao": "1",
                "motivo_encerramento": "12",
            }
        ),
    },
    "ODONTO": {
        "tipo_consulta": None,
        "tipo_atendimento": "1",
        "cbo": "223208",
        "conselho_profissional": "08",
        "itens": json.dumps([_DENTE]),
        "complemento": json.dumps({"plano_beneficiario": "Plano Teste", "tipo_faturamento": "4"}),
    },
}
