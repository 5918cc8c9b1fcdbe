"""How states and kinds are called on the screens, and which icon stands beside them."""

from __future__ import annotations

from collections.abc import Mapping

# Status of a guia or lote -> what it is called, its icon.
SELOS: Mapping[str, tuple[str, str]] = {
    "GERADA": ("Gerada", "doc"),
    "INVALIDA": ("Inválida", "warn"),
    "ENVIADA": ("Enviada", "send"),
    "AUTORIZADA": ("Autorizada", "check"),
    "NEGADA": ("Negada", "x"),
    "CANCELADA": ("Cancelada", "slash"),
    "PENDENTE": ("Pendente", "clock"),
    "ENVIANDO": ("Enviando", "ring"),
    "ENVIADO": ("Enviado", "send"),
    "PROCESSADO": ("Processado", "check"),
    "ERRO": ("Erro", "x"),
    "EM_DUVIDA": ("Em dúvida", "question"),
    "CANCELANDO": ("Cancelando", "clock"),
    "CANCELADO": ("Cancelado", "slash"),
    "RASCUNHO": ("Rascunho", "doc"),
    "APROVADO": ("Aprovado para envio", "send"),
    "DESCARTADO": ("Descartado", "slash"),
    "RESPONDIDO": ("Respondido", "check"),
}
# In the order in which somebody has to look at them.
ORDEM_DOS_LOTES = (
    "EM_DUVIDA",
    "ERRO",
    "CANCELANDO",
    "ENVIANDO",
    "PENDENTE",
    "ENVIADO",
    "PROCESSADO",
    "CANCELADO",
)
ORDEM_DAS_GUIAS = ("INVALIDA", "NEGADA", "AUTORIZADA", "ENVIADA", "GERADA", "CANCELADA")
ORDEM_DOS_RECURSOS = ("RASCUNHO", "APROVADO", "RESPONDIDO", "DESCARTADO")
# What was done about a glosa: tiss.conciliacao_recurso.
SITUACOES: Mapping[str, str] = {
    "A_RECORRER": "ninguém recorreu",
    "RASCUNHO": "recurso em rascunho",
    "A_ENVIAR": "recurso aprovado, a enviar",
    "ENVIADO": "recurso enviado, sem resposta",
    "EM_DUVIDA": "recurso em dúvida",
    "A_REFAZER": "recurso que não valeu: refaça",
    "RESPONDIDO": "recurso respondido",
    "DESCARTADO": "decidido não recorrer",
}
NIVEIS: Mapping[str, str] = {
    "PROTOCOLO": "Protocolo inteiro",
    "GUIA": "Guia inteira",
    "ITEM": "Item",
}
ESPERAS: Mapping[str, str] = {
    "PORTAL": "leve ao portal",
    "EXPORTADO": "exportado: marque como enviado",
    "CONFERENCIA": "aguarda você enviar",
    "SUSPENSO": "operadora suspensa",
}
TIPOS: Mapping[str, str] = {
    "CONSULTA": "Consulta",
    "SP_SADT": "SP/SADT",
    "HONORARIOS": "Honorários",
    "RESUMO_INTERNACAO": "Resumo de internação",
    "ODONTO": "Odontologia",
    "RECURSO_GLOSA": "Recurso de glosa",
}


def tipo(codigo: str) -> str:
    """Return what a kind of guia is called."""
    return TIPOS.get(codigo, codigo)
