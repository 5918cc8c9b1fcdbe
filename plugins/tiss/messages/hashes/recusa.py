"""What the fault of an operadora that refused a hash tells of the dialect that it speaks."""

from __future__ import annotations

import re

from tiss.errors import UnreadableError
from tiss.messages.hashes.dialetos import DIALETOS, PADRAO
from tiss.messages.hashes.identificacao import HEX, identificar

# Where a fault names two digests: the words before each one tell them apart.
_ROTULO = re.compile(
    r"(?P<lido>\bn\S{1,8}o\s+(?:era\s+)?esperad\w*|inesperad\w*|unexpected"
    r"|\b(?:lid[oa]|informad|recebid|enviad|encontrad|declarad|inv\S{1,8}lid|incorret|errad"
    r"|received|found|got|sent|actual|invalid|wrong|provided)\w*)"
    r"|(?P<esperado>\b(?:esperad|corret|calculad|deveria\s+ser"
    r"|expected|comput|calculated|correct)\w*)",
    re.IGNORECASE,
)
# "X (esperado)", "X é o esperado": the label follows.
_DEPOIS = re.compile(r"""["'\s]*(?:[(\[]\s*(?:hash\s+|valor\s+|o\s+)*|(?:é|era|foi)\s+(?:o\s+)?)""")
_ALCANCE = 40


def esperado(texto: str) -> str | None:
    """Return the digest that a fault says was expected, lower case; None when that is not sure.

    Sure: exactly one digest of the text is labelled as expected ("esperado", "calculado",
    "correto"), and no other label contradicts.
    """
    achados = list(HEX.finditer(texto))
    rotulos: dict[int, str] = {}
    inicio = 0
    for numero, achado in enumerate(achados):
        if numero not in rotulos:
            rotulos[numero] = _rotulo_antes(texto[inicio : achado.start()])
        proximo = achados[numero + 1].start() if achado is not achados[-1] else len(texto)
        inicio = achado.end()
        depois = _DEPOIS.match(texto, inicio, proximo)
        rotulo = depois and _ROTULO.match(texto, depois.end(), proximo)
        if rotulo:
            rotulos[numero] = rotulo.lastgroup or ""
            inicio = rotulo.end()
    ditos = {achado[0].lower(): set[str]() for achado in achados}
    for numero, achado in enumerate(achados):
        ditos[achado[0].lower()].add(rotulos[numero])
    esperados = [valor for valor, rotulo in ditos.items() if "esperado" in rotulo]
    if len(esperados) != 1 or ditos[esperados[0]] & {"lido"}:
        return None
    return esperados[0]


def dialeto_da_recusa(pedido: bytes, texto: str) -> str | None:
    """Return the name of the dialect that an operadora speaks that refused a hash; None: unknown.

    pedido: as it was sent. texto: of the fault.
    """
    valor = esperado(texto)
    if valor is None:
        return None
    try:
        return identificar(pedido, valor)
    except UnreadableError:
        return None


def explicar_recusa(pedido: bytes, texto: str) -> str | None:
    """Return which dialect an operadora speaks that refused the hash of a request, None if unknown.

    pedido: as it was sent. texto: of the fault. The sentence quotes neither.
    """
    nome = dialeto_da_recusa(pedido, texto)
    if nome is None:
        return None
    if nome == PADRAO:
        return (
            "A operadora espera o hash do padrão para o que foi enviado: o informado não era o "
            "desta mensagem. Monte o lote de novo, sem editar o arquivo."
        )
    return f"A operadora calcula o hash pelo dialeto {nome}. {DIALETOS[nome].descricao}"


def _rotulo_antes(trecho: str) -> str:
    rotulos = list(_ROTULO.finditer(trecho))
    if not rotulos:
        return ""
    ultimo = rotulos[-1]
    entre = trecho[ultimo.end() :]
    if len(entre) > _ALCANCE or re.search(r"[.;\n]", entre):
        return ""
    return ultimo.lastgroup or ""
