"""From what came back, or did not, to the known failure that it is: pure, and in Portuguese.

Nothing of a reply is repeated but names of elements of the standard, the server of a redirect and
the name of a hash dialect: the rest may name a patient.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tiss.domain.desfecho import JA_RECEBIDO
from tiss.domain.diagnostico import DIAGNOSTICOS, Diagnostico
from tiss.domain.retorno import (
    REDIRECIONADO,
    Entrega,
    FalhaSoap,
    Ilegivel,
    Recusa,
    Resposta,
    SituacaoProtocolo,
    codigos_no_texto,
)
from tiss.messages.diagnostico.conexao import conexao, interno
from tiss.messages.diagnostico.elementos import citados
from tiss.messages.diagnostico.pagina import pagina
from tiss.messages.diagnostico.palavras import bloqueado, reconhecer
from tiss.messages.hashes import DIALETOS, PADRAO, dialeto_da_recusa
from tiss.messages.hashes.desvios import ERRO_DE_LA

__all__ = ["diagnosticar"]

# st_tissFault; ErroInesperadoServidor says nothing by itself.
_TISS_FAULT = {
    "LoginInvalido": "LOGIN_RECUSADO",
    "RemetenteInvalido": "PRESTADOR_DESCONHECIDO",
    "DestinatarioInvalido": "DESTINATARIO_ERRADO",
    "HashInvalido": "HASH_RECUSADO",
    "VersaoInvalida": "VERSAO_RECUSADA",
    "SchemaInvalido": "MENSAGEM_FORA_DO_PADRAO",
}
# Codes of Tabela 38 that refuse a whole message. 5001, 5002 and 5007 leave the reason to the text.
_GLOSA = {
    "1203": "PRESTADOR_DESCONHECIDO",
    "1206": "PRESTADOR_DESCONHECIDO",
    "1207": "PRESTADOR_DESCONHECIDO",
    "3161": "FORA_DO_PRAZO",
    "3091": "FORA_DO_PRAZO",
    "3214": "FORA_DO_PRAZO",
    "5003": "PRESTADOR_DESCONHECIDO",
    "5004": "DESTINATARIO_ERRADO",
    "5005": "PRESTADOR_DESCONHECIDO",
    "5006": "DESTINATARIO_ERRADO",
    "5014": "HASH_RECUSADO",
    "5015": "LOTE_ACIMA_DO_LIMITE",
    "5027": "DESTINATARIO_ERRADO",
    "5028": "VERSAO_RECUSADA",
    **dict.fromkeys(JA_RECEBIDO, "JA_RECEBIDO"),
}
_FORA_DO_PADRAO = frozenset({"5001", "5002", "5007"})
_STATUS = {
    401: "AUTENTICACAO_RECUSADA",
    403: "ACESSO_NEGADO",
    404: "ENDERECO_ERRADO",
    405: "METODO_NAO_ACEITO",
    407: "PROXY_PEDE_SENHA",
    410: "ENDERECO_ERRADO",
    413: "MENSAGEM_GRANDE",
    415: "FORMATO_NAO_ACEITO",
    429: "PEDIDOS_DEMAIS",
    502: "SERVIDOR_INDISPONIVEL",
    503: "SERVIDOR_INDISPONIVEL",
    504: "SERVIDOR_INDISPONIVEL",
}
# Where a page may say what the server suffers from.
_DE_LA = range(500, 600)
_DO_LOGIN = frozenset({401, 403})
_COM_ELEMENTO = frozenset(
    {
        "CAMPO_FORA_DO_FORMATO",
        "CAMPO_LONGO",
        "CAMPO_VAZIO",
        "ELEMENTO_FALTANDO",
        "ELEMENTO_FORA_DO_LUGAR",
        "ELEMENTO_INCOMPLETO",
    }
)
# What a refusal may be that says that the message is not as the standard wants it.
_DA_FORMA = _COM_ELEMENTO | {"NAMESPACE_ERRADO", "EPILOGO_NO_WEB_SERVICE", "CODIFICACAO_RECUSADA"}
# How much of what a server says is looked at.
_ALCANCE = 8192
# Nothing was expected where the element stands.
_NENHUM = re.compile(r"no child element|nenhum elemento", re.IGNORECASE)
# A page of an error that says no more than its status.
_SEM_NOVIDADE = frozenset({None, "PAGINA_HTML", "PAGINA_DE_LOGIN"})
# Departure from the rule of the hash -> the option of the contrato that makes both sides agree.
_OPCOES = {
    **dict.fromkeys(
        ("UTF_8", "WINDOWS_1252", "INTERROGACAO", "ASCII_COM_INTERROGACAO",
         "UTF_8_SOB_ISO", "LIDO_COMO_UTF_8"),
        "ascii_somente = true",
    ),
    **dict.fromkeys(("TUDO_MAIUSCULO", "MAIUSCULO_E_APARADO"), "maiusculas = true"),
    "SEM_LOGIN": "envia_login_senha = false",
}  # fmt: skip


def diagnosticar(
    entrega: Entrega,
    resposta: Resposta | None,
    pedido: bytes | None = None,
    *,
    servidor: str | None = None,
) -> Diagnostico | None:
    """Return the known failure of an exchange; None when nothing failed, or in business terms only.

    resposta: what the reply says, None when there was none. pedido: as it was sent, with its login:
    a refused hash is explained by it. servidor: the host that was asked; tells an address that
    only exists inside the operadora's network from one that is out of order.
    """
    match resposta:
        case SituacaoProtocolo(recusa=Recusa() as recusa) | (Recusa() as recusa):
            texto = (recusa.descricao or "")[:_ALCANCE]
            codigo = _da_recusa(recusa, texto)
        case FalhaSoap():
            texto = resposta.palavras
            codigo = _da_falha(resposta, entrega.http_status)
        case Ilegivel() | None:
            return _sem_tiss(entrega, servidor)
        case _:
            return None
    return None if codigo is None else _com_detalhe(DIAGNOSTICOS[codigo], texto, pedido)


def _da_recusa(recusa: Recusa, texto: str) -> str | None:
    achado = _da_glosa(recusa.codigo, *recusa.subcodigos) or reconhecer(texto)
    return achado or ("MENSAGEM_FORA_DO_PADRAO" if recusa.codigo in _FORA_DO_PADRAO else None)


def _da_glosa(*glosas: str) -> str | None:
    return next((_GLOSA[glosa] for glosa in glosas if glosa in _GLOSA), None)


def _da_falha(falha: FalhaSoap, status: int | None) -> str:
    recusou_login = falha.tiss_fault == "LoginInvalido" or status in _DO_LOGIN
    if recusou_login and bloqueado(falha.palavras, recusou_login=True):
        return "USUARIO_BLOQUEADO"
    do_padrao = _TISS_FAULT.get(falha.tiss_fault or "")
    if do_padrao is not None and do_padrao != "MENSAGEM_FORA_DO_PADRAO":
        return do_padrao
    achado = reconhecer(falha.palavras) or _da_glosa(*codigos_no_texto(falha.palavras))
    if do_padrao is not None:
        return achado if achado in _DA_FORMA else do_padrao
    if achado is None and "VersionMismatch" in falha.codigo:
        return "VERSAO_DO_SOAP"
    if achado is None and falha.tiss_fault == "ErroInesperadoServidor":
        return "SERVIDOR_COM_ERRO"
    # SOAP 1.1 sends every fault with 500: that says nothing.
    return achado or (_do_status(status) if status != 500 else None) or "FALHA_DESCONHECIDA"


def _do_status(status: int | None) -> str | None:
    if status is None:
        return None
    if 300 <= status < 400:
        return "REDIRECIONADO"
    return _STATUS.get(status, "SERVIDOR_COM_ERRO" if status >= 500 else None)


def _sem_tiss(entrega: Entrega, servidor: str | None) -> Diagnostico:
    corpo = entrega.resposta or b""
    status = entrega.http_status
    do_status = _do_status(status)
    if do_status == "REDIRECIONADO":
        return _redirecionado(entrega.falha or "")
    if status in _DO_LOGIN and bloqueado(corpo[:_ALCANCE].decode("latin-1"), recusou_login=True):
        return DIAGNOSTICOS["USUARIO_BLOQUEADO"]
    da_pagina = pagina(corpo)
    if do_status is not None and (da_pagina in _SEM_NOVIDADE or status not in _DE_LA):
        return DIAGNOSTICOS[do_status]
    if da_pagina is not None:
        return DIAGNOSTICOS[da_pagina]
    if entrega.falha is not None:
        return DIAGNOSTICOS[conexao(entrega, servidor)]
    return DIAGNOSTICOS["RESPOSTA_ILEGIVEL" if corpo.strip() else "RESPOSTA_VAZIA"]


def _redirecionado(falha: str) -> Diagnostico:
    _, encontrado, servidor = falha.partition(REDIRECIONADO)
    if not encontrado:
        return DIAGNOSTICOS["REDIRECIONADO"]
    qual = DIAGNOSTICOS["ENDERECO_INTERNO" if interno(servidor) else "REDIRECIONADO"]
    return replace(qual, o_que=f"{qual.o_que} ({servidor})")


def _com_detalhe(base: Diagnostico, texto: str, pedido: bytes | None) -> Diagnostico:
    if base.codigo == "HASH_RECUSADO" and pedido is not None:
        return _com_dialeto(base, dialeto_da_recusa(pedido, texto))
    if base.codigo in _COM_ELEMENTO:
        return _com_elemento(base, texto)
    return base


def _com_dialeto(base: Diagnostico, nome: str | None) -> Diagnostico:
    if nome is None:
        return base
    if nome == PADRAO:
        return replace(
            base,
            porque="o hash enviado não era o do conteúdo: a mensagem mudou depois do cálculo",
            fazer="monte o lote de novo, sem editar o arquivo",
        )
    dialeto = DIALETOS[nome]
    fazer = dialeto.descricao.rstrip(".")
    opcoes = dict.fromkeys(_OPCOES[d.nome] for d in dialeto.desvios if d.nome in _OPCOES)
    # Where only the operadora can mend it, no option of ours helps.
    if opcoes and ERRO_DE_LA not in dialeto.descricao:
        fazer = f"ponha {' e '.join(opcoes)} no contrato. {fazer}"
    return replace(base, porque=f"a operadora o calcula pelo dialeto {nome}", fazer=fazer)


def _com_elemento(base: Diagnostico, texto: str) -> Diagnostico:
    achados = citados(texto)
    if base.codigo == "ELEMENTO_FALTANDO" and not achados.esperados and _NENHUM.search(texto):
        base = DIAGNOSTICOS["ELEMENTO_FORA_DO_LUGAR"]
    partes = []
    if achados.lido:
        partes.append(achados.lido)
    if achados.esperados:
        partes.append(f"esperado: {', '.join(achados.esperados)}")
    return replace(base, o_que=f"{base.o_que} ({'; '.join(partes)})") if partes else base
