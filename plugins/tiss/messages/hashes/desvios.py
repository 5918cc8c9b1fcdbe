"""The departures from the rule that are known, by kind, each with what makes both sides agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from tiss.messages.hashes.coletor import SINAIS
from tiss.messages.hashes.partes import (
    ASSINATURA,
    ATRIBUTO,
    CABECALHO,
    COMENTARIO,
    ENTRE_TAGS,
    ENVELOPE,
    HASH,
    LOGIN,
)
from tiss.settings import ENCODING

# The blanks of XML: a no-break space is a value.
_EM_BRANCO = " \t\r\n"
_BRANCOS = re.compile(r"[ \t\r\n]+")
_SINAL = f"[{''.join(SINAIS.values())}]"
# Blanks after a sign, and those before one. What a run begins with is asked after its first blank,
# so that the search jumps from blank to blank and looks at each run once.
_PONTAS = re.compile(
    rf"[ \t\r\n](?:(?<={_SINAL}[ \t\r\n])[ \t\r\n]*+"
    rf"|(?<=[^ \t\r\n][ \t\r\n])[ \t\r\n]*+(?={_SINAL}|\Z))"
)


def _sem(texto: str, sinais: str) -> str:
    for sinal in sinais:
        texto = texto.replace(sinal, "")
    return texto


def _colapsado(texto: str) -> str:
    """Return a text with one space for each run of blanks.

    An expression would make an object of all that stands between two of them.
    """
    for branco in _EM_BRANCO:
        texto = texto.replace(branco, " ")
    while "  " in texto:
        texto = texto.replace("  ", " ")
    return texto


@dataclass(frozen=True, slots=True, kw_only=True)
class Desvio:
    """One departure from the rule: what the other side does, and what makes both agree."""

    nome: str
    faz: str
    ajuste: str
    liga: int = 0
    desliga: int = 0
    # Of all values at once: each stands after the sign of what it is (see `coletor`).
    valor: Callable[[str], str] | None = None
    conjunto: Callable[[str], str] | None = None
    codifica: Callable[[str], bytes] | None = None
    algoritmo: str | None = None


_ENVIE_ASCII = "Deixe o contrato em ASCII (o padrão): sem acentos, toda codificação dá o mesmo."
ERRO_DE_LA = (
    "Nada a ajustar deste lado: peça a correção citando o Componente Organizacional, parágrafo 115."
)

CODIFICACAO = (
    Desvio(
        nome="UTF_8",
        faz="codifica os valores em UTF-8",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode(),
    ),
    # Takes the place of the standard where the declaration says ISO-8859-1 and the bytes deny it.
    Desvio(
        nome="UTF_8_SOB_ISO",
        faz="grava em UTF-8 sob uma declaração ISO-8859-1 e calcula sobre esses bytes",
        ajuste="Grave o arquivo na codificação que ele declara, ou deixe-o em ASCII.",
        codifica=lambda texto: texto.encode(ENCODING),
    ),
    Desvio(
        nome="LIDO_COMO_UTF_8",
        faz="lê o arquivo como UTF-8 apesar da declaração e calcula em ISO-8859-1",
        ajuste="Grave o arquivo na codificação que ele declara, ou deixe-o em ASCII.",
        codifica=lambda texto: texto.encode(ENCODING).decode().encode(ENCODING),
    ),
    Desvio(
        nome="WINDOWS_1252",
        faz="codifica os valores em Windows-1252",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode("cp1252"),
    ),
    Desvio(
        nome="INTERROGACAO",
        faz="troca por ? o que não cabe em ISO-8859-1",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode(ENCODING, "replace"),
    ),
    Desvio(
        nome="ASCII_COM_INTERROGACAO",
        faz="codifica em ASCII e troca os acentos por ?",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode("ascii", "replace"),
    ),
    Desvio(
        nome="UTF_16",
        faz="codifica os valores em UTF-16",
        ajuste=ERRO_DE_LA,
        codifica=lambda texto: texto.encode("utf-16-le"),
    ),
)
VALORES = (
    Desvio(
        nome="VALORES_APARADOS",
        faz="retira os brancos das pontas de cada valor",
        ajuste="Envie valores sem brancos nas pontas.",
        valor=lambda texto: _PONTAS.sub("", texto),
    ),
    Desvio(
        nome="TUDO_MAIUSCULO",
        faz="passa os valores para maiúsculas só para o cálculo",
        ajuste="Ligue as maiúsculas no contrato: o documento segue já em maiúsculas.",
        valor=str.upper,
    ),
    Desvio(
        nome="MAIUSCULO_E_APARADO",
        faz="passa os valores para maiúsculas e retira os brancos das pontas só para o cálculo",
        ajuste="Ligue as maiúsculas no contrato e envie valores sem brancos nas pontas.",
        valor=lambda texto: _PONTAS.sub("", texto).upper(),
    ),
    Desvio(
        nome="VALORES_COLAPSADOS",
        faz="reduz os brancos de cada valor a um espaço e retira os das pontas",
        ajuste="Envie valores sem brancos repetidos nem nas pontas.",
        valor=lambda texto: _BRANCOS.sub(" ", _PONTAS.sub("", texto)),
    ),
    Desvio(
        nome="VALORES_ESCAPADOS",
        faz="conta os valores como estão escritos no XML (&amp; em vez de &)",
        ajuste="Evite & < > nos textos do cadastro.",
        valor=lambda texto: escape(texto, quote=False),
    ),
    Desvio(
        nome="QUEBRAS_CRLF",
        faz="conta cada fim de linha como CR LF, sem a leitura que o XML manda",
        ajuste="Envie a mensagem em uma só linha.",
        valor=lambda texto: texto.replace("\n", "\r\n"),
    ),
)
CONJUNTO = (
    Desvio(
        nome="TEXTO_APARADO",
        faz="retira os brancos das pontas do texto inteiro",
        ajuste="Envie valores sem brancos nas pontas.",
        conjunto=lambda texto: texto.strip(_EM_BRANCO),
    ),
    Desvio(
        nome="BRANCOS_COLAPSADOS",
        faz="reduz a um espaço os brancos seguidos",
        ajuste="Envie a mensagem em uma só linha, com valores sem brancos repetidos.",
        conjunto=_colapsado,
    ),
    Desvio(
        nome="BRANCOS_COLAPSADOS_E_APARADOS",
        faz="reduz a um espaço os brancos seguidos e retira os das pontas",
        ajuste="Envie a mensagem em uma só linha, com valores sem brancos repetidos.",
        conjunto=lambda texto: _colapsado(texto).strip(_EM_BRANCO),
    ),
    Desvio(
        nome="LINEARIZADO",
        faz="retira os fins de linha e as tabulações",
        ajuste="Envie a mensagem em uma só linha, com valores sem fins de linha nem tabulações.",
        conjunto=lambda texto: _sem(texto, "\t\r\n"),
    ),
    Desvio(
        nome="SEM_BRANCOS",
        faz="retira todos os brancos, também os de dentro dos valores",
        ajuste=ERRO_DE_LA,
        conjunto=lambda texto: _sem(texto, _EM_BRANCO),
    ),
)
TIPOS = (
    Desvio(
        nome="COM_INDENTACAO",
        faz="conta também os brancos e fins de linha entre as tags",
        ajuste="Envie a mensagem em uma só linha, sem brancos entre as tags.",
        liga=ENTRE_TAGS,
    ),
    Desvio(
        nome="COM_COMENTARIOS",
        faz="conta também o texto dos comentários",
        ajuste="Retire os comentários do XML.",
        liga=COMENTARIO,
    ),
    Desvio(
        nome="COM_ATRIBUTOS",
        faz="conta também os valores dos atributos",
        ajuste="Retire os atributos, como xsi:schemaLocation.",
        liga=ATRIBUTO,
    ),
)
PARTES = (
    Desvio(
        nome="SEM_CABECALHO",
        faz="deixa o cabecalho de fora",
        ajuste=ERRO_DE_LA,
        desliga=CABECALHO | LOGIN,
    ),
    Desvio(
        nome="SEM_LOGIN",
        faz="deixa loginSenhaPrestador de fora",
        ajuste="Envie sem login e senha no cabecalho, se a operadora aceitar.",
        desliga=LOGIN,
    ),
    Desvio(
        nome="COM_EPILOGO",
        faz="conta também o próprio valor do hash",
        ajuste=ERRO_DE_LA,
        liga=HASH,
    ),
    Desvio(
        nome="COM_ASSINATURA",
        faz="conta também o conteúdo da assinatura digital",
        ajuste="Combine com a operadora: o padrão não diz se a assinatura entra no hash.",
        liga=ASSINATURA,
    ),
    Desvio(
        nome="COM_ENVELOPE",
        faz="conta também o texto do envelope SOAP",
        ajuste=ERRO_DE_LA,
        liga=ENVELOPE,
    ),
)
ALGORITMOS = (
    Desvio(nome="SHA_1", faz="usa SHA-1 em vez de MD5", ajuste=ERRO_DE_LA, algoritmo="sha1"),
    Desvio(nome="SHA_256", faz="usa SHA-256 em vez de MD5", ajuste=ERRO_DE_LA, algoritmo="sha256"),
)
