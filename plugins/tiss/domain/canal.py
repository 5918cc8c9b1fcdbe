"""How a message reaches an operadora: the channel, and what a REST service wants of a request."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Template
from typing import Literal, Self


class Canal(StrEnum):
    """A way to send and ask."""

    SOAP = "SOAP"
    REST = "REST"


# What an address or a header may name; the token is the credential's, and for headers alone.
CAMPOS = frozenset(
    {
        "registro_ans",
        "codigo_prestador",
        "numero_lote",
        "numero_lote_12",
        "nome_arquivo",
        "protocolo",
        "data",
        "token",
    }
)
# What the name of an exported file may name.
CAMPOS_DO_ARQUIVO = frozenset({"registro_ans", "numero_lote", "numero_lote_12", "data", "hash"})
_FORMATOS = {"corpo": ("ARQUIVO", "WS"), "resposta": ("XML", "JSON")}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormaRest:
    """What the requests of a REST service look like; no standard says so.

    corpo: mensagemTISS, or the root of the web service. cabecalhos: name -> value, in which
    ${token} and the other CAMPOS stand for what they name; addresses take them too, but for the
    token. resposta: XML, or a JSON object with the XML in campo_resposta, as Base64 or as text.
    formato_data: of ${data}, as strftime takes it.
    """

    corpo: Literal["ARQUIVO", "WS"] = "ARQUIVO"
    content_type: str = "application/xml"
    cabecalhos: Mapping[str, str] = field(default_factory=dict)
    resposta: Literal["XML", "JSON"] = "XML"
    campo_resposta: str = "file"
    formato_data: str = "%Y-%m-%d"

    @classmethod
    def de(cls, dados: Mapping[str, object]) -> Self:
        """Return the form that a contrato holds; what `faltas` complains about is not looked at."""
        return cls(**{nome: dados[nome] for nome in cls.__dataclass_fields__ if nome in dados})  # type: ignore[arg-type]

    @classmethod
    def faltas(cls, dados: Mapping[str, object]) -> Iterator[str]:
        """Yield what is wrong with the form that a contrato holds, in Portuguese."""
        for nome in sorted(set(dados) - set(cls.__dataclass_fields__)):
            yield f"rest.{nome}: campo desconhecido; existem {', '.join(cls.__dataclass_fields__)}"
        for nome, valores in _FORMATOS.items():
            if dados.get(nome, valores[0]) not in valores:
                yield f"rest.{nome}: use {' ou '.join(valores)}"
        for nome in ("content_type", "campo_resposta", "formato_data"):
            valor = dados.get(nome, "x")
            if not isinstance(valor, str) or not valor:
                yield f"rest.{nome}: deve ser texto"
        cabecalhos = dados.get("cabecalhos", {})
        if not isinstance(cabecalhos, Mapping):
            yield "rest.cabecalhos: deve ser um objeto, nome do cabeçalho e valor"
            return
        for nome, valor in cabecalhos.items():
            if not isinstance(valor, str):
                yield f"rest.cabecalhos.{nome}: deve ser texto"
            else:
                yield from modelo_invalido(f"rest.cabecalhos.{nome}", valor)


def modelo_invalido(onde: str, modelo: str, campos: Collection[str] = CAMPOS) -> Iterator[str]:
    """Yield why a text with ${campos} cannot be filled in."""
    texto = Template(modelo)
    if not texto.is_valid():
        yield f"{onde}: há um $ que não é de ${{campo}}; escreva $$ para o sinal"
        return
    for nome in texto.get_identifiers():
        if nome not in campos:
            yield f"{onde}: ${{{nome}}} não existe; existem {', '.join(sorted(campos))}"
