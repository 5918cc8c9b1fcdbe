"""How reasons of divergences are called on the screens; docs/operacao.md says what to do."""

from __future__ import annotations

from collections.abc import Mapping

MOTIVOS: Mapping[str, str] = {
    "POSSIVEL_DUPLICIDADE": "Possível cobrança em dobro",
    "PROTOCOLO_DE_OUTRO_LOTE": "Protocolo de outro lote",
    "PROTOCOLO_DE_OUTRO_PRESTADOR": "Protocolo de outro prestador",
    "PROTOCOLO_REPETIDO": "Mesmo protocolo para dois lotes",
    "PROTOCOLO_NAO_LOCALIZADO": "Protocolo não localizado",
    "NAO_RECEBIDA": "Guia fora do recibo",
    "GUIA_NAO_LISTADA": "Guia fora da análise",
    "GUIA_NAO_LOCALIZADA": "Guia não localizada",
    "GUIA_DESCONHECIDA": "Guia que não é do lote",
    "VALOR_INFORMADO_DIFERE": "Valor cobrado lido diferente",
    "GUIA_LISTADA_DUAS_VEZES": "Guia listada duas vezes",
    "GLOSA_NAO_FECHA": "Glosa que não fecha",
    "TOTAL_DO_PROTOCOLO": "Total do protocolo não fecha",
    "TOTAL_DO_PAGAMENTO": "Total do pagamento não fecha",
    "PAGAMENTO_A_MENOR": "Pagamento a menor",
    "PAGAMENTO_ATRASADO": "Pagamento atrasado",
    "PAGAMENTO_A_MAIOR": "Pagamento a maior",
    "RECURSO_PAGO_A_MENOR": "Recurso pago a menor",
    "RECURSO_PAGO_A_MAIOR": "Recurso pago a maior",
    "RECUPERADO_A_MAIS": "Recuperado mais do que se glosou",
    "RECURSO_SEM_DECISAO": "Recurso sem decisão",
    "RECURSO_CONTRADITO": "Respostas diferentes ao recurso",
    "ACATADO_A_MAIS": "Acatado mais do que se pediu",
    "TOTAL_DO_RECURSO": "Total do recurso não fecha",
    "RECURSO_DE_OUTRO": "Resposta de outro recurso",
    "RECURSO_CANCELADO": "Recurso cancelado pela operadora",
    "RESPOSTA_NAO_APLICADA": "Resposta com valor que não cabe",
    "LIBERADO_A_MAIS": "Liberado mais do que se cobrou",
    "SEM_VALOR_LIBERADO": "Análise sem valor liberado",
    "ENCERRADA_COM_VALOR": "Encerrada com valor liberado",
    "NEGADA_SEM_MOTIVO": "Negada sem motivo",
    "RATEIO_DA_GLOSA": "Motivos que não somam a glosa",
    "CANCELADA_PELA_OPERADORA": "Cancelada pela operadora",
    "CANCELAMENTO_RECUSADO": "Cancelamento recusado",
    "CANCELAMENTO_PARCIAL": "Cancelamento parcial",
    "GRAVACAO_NA_CLINICA": "Resultado não gravado na clínica",
}
