"""Which known failure the words of an operadora tell, in Portuguese or English.

Accents arrive in every way: composed, decomposed, as "?", as "Ã£". They are taken off before a
text is looked at, and what an encoding made of them counts as any few characters.
"""

from __future__ import annotations

import re
import unicodedata

# "não", however it arrived.
_NAO = r"\bn\S{1,4}o\b"
_USUARIO = r"(?:usu\S{1,4}rio|login|conta|acesso|user(?: ?name)?|account|credencia\w+)"

_BLOQUEADO = re.compile(
    rf"\b{_USUARIO}\b.{{0,40}}\b(?:bloquead|suspens|locked|blocked|disabled|suspended)"
    rf"|\b(?:bloquead|suspens|bloqueio|locked|lock(?:ed)? ?out)\w*.{{0,20}}\b{_USUARIO}\b"
    r"|\btentativas\b.{0,30}\b(?:exced|ultrapass|esgotad)"
    r"|\b(?:exced|ultrapass|esgot|limite|m\S{1,4}xim)\w*.{0,30}\btentativas\b"
    r"|\btoo many (?:failed |invalid |login )*(?:attempts|tries|logins)\b"
)
# Said by who refuses a login: nothing else can be meant.
_BLOQUEADO_NO_LOGIN = re.compile(
    r"\bbloque|\bsuspens|\blocked|\block ?out|\btentativas|\btoo many|\bblocked"
)

# What a receiver says of the form of a message: code, and how it is known. First match wins.
_DA_FORMA = (
    (
        "NAMESPACE_ERRADO",
        r"operation meta ?data|cannot find dispatch method|no such operation"
        r"|cannot find the declaration of element|message part .{0,120}was not recogni[sz]ed"
        r"|unexpected element \(uri"
        r"|(?:unexpected|invalid|unknown|wrong) (?:namespace|wrapper element)"
        rf"|namespace\b.{{0,80}}(?:inv\S{{1,4}}lid|incorret|errad|desconhecid|{_NAO} "
        r"(?:reconhecid|encontrad|esperad))|no matching global (?:element )?declaration",
    ),
    ("SOAPACTION_RECUSADA", r"soap ?action|endpoint reference \(epr\) for the operation not found"),
    (
        "VERSAO_DO_SOAP",
        r"version ?mismatch|soap (?:message )?(?:version|vers\S{1,4}o)|vers\S{1,4}o do soap"
        r"|transport level information does not match|soap envelope namespace"
        r"|soap 1\.[12].{0,60}soap 1\.[12]",
    ),
    ("EPILOGO_NO_WEB_SERVICE", r"\bepilogo\b.{0,120}(?:\besperad|\bexpected|\binvalid|{nao})"),
    (
        "HASH_RECUSADO",
        r"\bhash\b.{0,60}(?:difere|diverg|inv\S{1,4}lid|incorret|errad|diferente|mismatch"
        r"|corrompid|does not match|did not match|{nao} (?:confere|corresponde|bate))"
        r"|(?:invalid|wrong|incorrect|inv\S{1,4}lido) hash",
    ),
    (
        "CODIFICACAO_RECUSADA",
        r"invalid (?:xml )?(?:byte|utf-?8|character)|illegal (?:xml )?character|utf-?8 sequence"
        r"|\bbytes? sequence|malformed (?:byte|input|utf)|not a (?:valid|legal) (?:xml )?character"
        r"|input is not proper utf-?8|encoding error|decoding error|sequ\S{1,6}ncia de bytes?"
        r"|caract\S{1,4}re?s?\b.{0,40}(?:inv\S{1,4}lid|ileg\S{1,4}l"
        r"|{nao} (?:permitid|aceit|suportad|reconhecid))"
        r"|codifica\S{1,6}o.{0,40}(?:inv\S{1,4}lid|incorret|errad|{nao} suportad)",
    ),
    (
        "ELEMENTO_INCOMPLETO",
        r"is not complete|has incomplete content|missing child element"
        r"|{nao} (?:\S+ )?complet|est\S{1,4} incomplet",
    ),
    (
        "ELEMENTO_FALTANDO",
        r"\blid[oa]\s+{nao}\s+(?:\S{1,4}\s+)?esperad|invalid content was found"
        r"|invalid child element|element is not expected|unexpected (?:child )?element"
        r"|conte\S{1,4}do inv\S{1,4}lido .{0,40}element|elemento (?:inesperado|{nao} esperado)"
        r"|elemento (?:obrigat\S{1,4}rio|\S+) (?:ausente|{nao} (?:encontrado|informado))"
        r"|(?:campo|elemento) obrigat\S{1,4}rio|required element|missing (?:required )?element",
    ),
    (
        "CAMPO_VAZIO",
        r"length (?:=|of) '?0\b|value ''|valor ''|comprimento (?:=|de) '?0\b|empty (?:string|value)"
        r"|(?:campo|elemento|valor|tag)s?\b.{0,40}\bvazi[oa]s?\b",
    ),
    (
        "CAMPO_LONGO",
        r"maxlength|maximum length|tamanho m\S{1,4}ximo do campo|totaldigits"
        r"|(?:campo|valor|texto)\b.{0,60}(?:exced\w+|maior que) o (?:tamanho|limite)",
    ),
    (
        "CAMPO_FORA_DO_FORMATO",
        r"facet|minlength|fractiondigits|cvc-(?:pattern|datatype|enumeration|type|length)"
        r"|is not a valid value|according to its datatype|"
        r"{nao} (?:\S{1,4} )?(?:um )?valor v\S{1,4}lido"
        r"|not match the (?:regular expression|pattern)"
        r"|pattern constraint failed",
    ),
)
# What is said of who sends, to whom, and what.
_DO_NEGOCIO = (
    (
        "JA_RECEBIDO",
        r"(?:\blote|\bprotocolo|\bguias?|\barquivo)\b.{0,40}\bj\S{1,3}\s+"
        r"(?:foi |foram |est\S{1,3} )?"
        r"(?:enviad|recebid|utilizad|processad|apresentad|cadastrad|informad|existe|cobrad|importad)"
        r"|\b(?:lote|guia|arquivo)\b.{0,30}(?:duplicad|repetid|em duplicidade)"
        r"|\b(?:batch|lote|claim|protocol)\b.{0,40}already|duplicate (?:batch|lote|claim|protocol)",
    ),
    (
        "FORA_DO_PRAZO",
        r"\bcalend\S{1,4}rio\b|\bfora d[oe] (?:prazo|per\S{1,4}odo)\b(?! de validade)|\bintempestiv"
        r"|\bprazo\b(?! de validade).{0,40}"
        r"\b(?:entrega|envio|apresenta\S{2,6}o|exced|expirad|encerrad|vencid|ultrapass)"
        r"|\bdata[ -]limite\b|"
        r"\bcompet\S{1,6}ncia\b.{0,30}(?:encerrad|fechad|{nao} (?:aberta|liberada))"
        r"|\b(?:late|overdue) (?:delivery|submission|batch)|submission (?:window|period)",
    ),
    (
        "LOTE_ACIMA_DO_LIMITE",
        r"(?:\bguias|\blote|\barquivo|\bmensagem)\b.{0,60}"
        r"(?:\bexced|\bultrapass|\bacima d|\bmaior que|\bsuperior a|\blimite|\bm\S{1,4}xim[oa])"
        r"|(?:\bexced|\bultrapass|\blimite|\bm\S{1,4}xim[oa])\w*.{0,40}"
        r"(?:\bguias|\bpor lote|\bdo lote|\bdo arquivo|\bda mensagem)\b"
        r"|(?:message|request|batch|entity|file)\b.{0,30}too (?:large|big)"
        r"|maximum (?:message|request|batch) (?:size|length)|maxreceivedmessagesize|size quota",
    ),
    (
        "VERSAO_RECUSADA",
        r"\bvers\S{1,4}o\b.{0,40}(?:inv\S{1,4}lid|incorret|desatualizad|expirad|antiga|diferente"
        r"|{nao} (?:\S+ )?(?:suportad|aceit|permitid|vigente|homologad|atendid))"
        r"|\b(?:unsupported|invalid|wrong) (?:tiss )?version"
        r"|\bversion\b.{0,30}not (?:supported|accepted)",
    ),
    (
        "PRESTADOR_DESCONHECIDO",
        # Not that of a guia: who asked for it, where it came from, what he may perform.
        r"(?:\b(?:prestador|remetente|credenciado|contratado(?! solicitante))\b.{0,40}"
        r"|(?<!guia de )\borigem\b.{0,20})"
        r"(?:desconhecid|inv\S{1,4}lid|inexistente"
        r"|{nao} (?:\S+ )?(?:encontrad|cadastrad|localizad|credenciad|identificad|habilitad"
        r"|autorizad|reconhecid|existe))(?!.{0,40}\b(?:procedimento|exame|servi|especialidade))"
        r"|\b(?:provider|sender)\b.{0,30}(?:not found|unknown|not registered|invalid)"
        r"|\bunknown (?:provider|sender)",
    ),
    (
        "DESTINATARIO_ERRADO",
        r"\b(?:destinat\S{1,4}rio|destino|registro ?ans|operadora de destino)\b.{0,40}"
        r"(?:desconhecid|inv\S{1,4}lid|incorret|difere|inexistente"
        r"|{nao} (?:\S+ )?(?:encontrad|cadastrad|identificad|confere|corresponde|atendid))"
        r"|\b(?:recipient|receiver|payer)\b.{0,30}(?:not found|unknown|invalid)",
    ),
    (
        # "senha" alone is that of an authorisation.
        "LOGIN_RECUSADO",
        r"\b(?:usu\S{1,4}rio|login|user ?name|user)\b.{0,40}"
        r"(?:inv\S{1,4}lid|incorret|incorrect|expirad|desconhecid"
        r"|{nao} (?:\S+ )?(?:confere|cadastrad|autorizad|autenticad|encontrad))"
        r"|\bfalha (?:na|de) autentica|\b{nao} autenticad"
        r"|authentication (?:has )?fail|failedauthentication|\bbad credentials"
        r"|invalid (?:credentials|security token)"
        r"|could not be authenticated|not authenticated",
    ),
)


def _compilar(regras: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (codigo, re.compile(texto.replace("{nao}", _NAO), re.DOTALL)) for codigo, texto in regras
    )


_REGRAS_DA_FORMA = _compilar(_DA_FORMA)
_REGRAS_DO_NEGOCIO = _compilar(_DO_NEGOCIO)


def reconhecer(texto: str, *, recusou_login: bool = False) -> str | None:
    """Return the code of the known failure that a text tells, None when it tells none.

    recusou_login: whether it is known already that the login is what was refused.
    """
    plano = _plano(texto)
    if bloqueado(plano, recusou_login=recusou_login):
        return "USUARIO_BLOQUEADO"
    for codigo, regra in (*_REGRAS_DA_FORMA, *_REGRAS_DO_NEGOCIO):
        if regra.search(plano):
            return codigo
    return None


def bloqueado(texto: str, *, recusou_login: bool) -> bool:
    """Whether a text says that a user is locked out."""
    regra = _BLOQUEADO_NO_LOGIN if recusou_login else _BLOQUEADO
    return bool(regra.search(_plano(texto)))


def _plano(texto: str) -> str:
    letras = unicodedata.normalize("NFKD", texto.lower())
    return "".join(letra for letra in letras if not unicodedata.combining(letra))
