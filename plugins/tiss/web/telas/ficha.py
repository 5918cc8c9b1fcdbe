"""A contrato as a form: its keys as fields, in tabs, and what was typed as the values of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from starlette.datastructures import FormData

from tiss.domain.fichas import CONTRATO, Aba, Campo, Forma, Tipo, escrever_tudo
from tiss.web.telas.formatos import NADA, ler_dia

# What was in a field that only advances when the page was made: unchanged, it is left out, because
# the night may have moved it on since.
ANTES = "antes."
DIAS = ("Segunda", "Terça", "Quarta", "Quinta", "Sexta", "Sábado", "Domingo")
# Of one contrato alone: a copy that kept them would bill in another's name, or take its password to
# another operadora.
_DE_CADA_UM = {
    *CONTRATO.chave,
    *(campo.coluna for campo in CONTRATO.campos if campo.de_inicio),
    "codigo_prestador",
    "credencial",
    "assinatura",
}
_INTEIRO = re.compile(r"-?[0-9]{1,19}")
_DA_FORMA = re.compile(r", sem aspas|, entre aspas| entre aspas")
# Keys and columns as texts that say what is wrong name them; those that are words of Portuguese
# too, as `envio`, are read as they are.
_CHAVES = {
    nome: campo
    for campo in CONTRATO.campos
    for nome in (campo.coluna, campo.chave)
    if "_" in nome or "." in nome
}
_CHAVE = re.compile(
    rf"(?<![\w.])({'|'.join(map(re.escape, sorted(_CHAVES, key=len, reverse=True)))})"
    r"(\.[A-Za-z_]+)?( [A-Z][A-Z0-9_]+)?(?!\w)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrada:
    """A field of the form. texto: what stands in it; marcados: of the days, those that are ticked.

    opcoes: what there is to choose from, each with how it is called; None: it is typed.
    obrigatoria: that it has no empty choice. fixa: it cannot be changed once it is there.
    """

    nome: str
    rotulo: str
    ajuda: str
    forma: Forma
    texto: str
    marcados: Sequence[str] = ()
    opcoes: Sequence[tuple[str, str]] | None = None
    obrigatoria: bool = False
    fixa: bool = False
    antes: str | None = None
    erros: Sequence[str] = ()

    @property
    def id(self) -> str:
        """Its id in the page."""
        return "c-" + self.nome.replace(".", "-")

    @property
    def escrito(self) -> str:
        """What stands in it, as a person reads it."""
        return dict(self.opcoes or ()).get(self.texto, self.texto)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grupo:
    """A field, or the several of a table under one title."""

    titulo: str
    ajuda: str
    entradas: Sequence[Entrada]
    erros: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folha:
    """A tab."""

    aba: Aba
    grupos: Sequence[Grupo]

    @property
    def erros(self) -> int:
        """How many of its fields have something wrong."""
        return sum(
            bool(grupo.erros) + sum(bool(entrada.erros) for entrada in grupo.entradas)
            for grupo in self.grupos
        )


@dataclass(slots=True)
class Digitado:
    """What stands in the fields: by their names; `marcados` of those that take several."""

    textos: dict[str, str] = field(default_factory=dict)
    marcados: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diferenca:
    """A field in which something else stands than what is stored, both as a person reads them."""

    rotulo: str
    gravado: str
    digitado: str


def nome_de(chave: str, valor: str) -> str:
    """Return how a person reads what is chosen at a key."""
    (forma,) = (campo.forma for campo in CONTRATO.campos if campo.chave == chave)
    return forma.opcoes.get(valor, valor)


def em_palavras(dito: str) -> str:
    """Return what is said of a contrato with the keys of its file as the screen calls them."""
    return _CHAVE.sub(_pelo_rotulo, dito)


def _pelo_rotulo(achado: re.Match[str]) -> str:
    chave, parte, valor = (grupo or "" for grupo in achado.groups())
    campo = _CHAVES[chave]
    nome, resto = campo.rotulo, ""
    for escrito, nomes in ((parte, campo.forma.rotulos), (valor, campo.forma.opcoes)):
        dele = nomes.get(escrito[1:])
        nome, resto = (f"{nome}: {dele}", resto) if dele else (nome, resto + escrito)
    return f"“{nome}”{resto}"


def do_contrato(escritos: Mapping[str, Any]) -> Digitado:
    """Return what stands in the fields of a stored contrato, given by the keys of its file."""
    digitado = Digitado()
    for campo in CONTRATO.campos:
        valor = escritos.get(campo.chave)
        if campo.forma.tipo is Tipo.DIAS:
            digitado.marcados[campo.chave] = [str(dia) for dia in valor or ()]
        elif campo.forma.tipo is Tipo.OBJETO:
            for nome, parte in campo.forma.partes.items():
                digitado.textos[f"{campo.chave}.{nome}"] = _texto(parte, (valor or {}).get(nome))
        else:
            digitado.textos[campo.chave] = _texto(campo.forma, valor)
    return digitado


def do_novo(modelo: Mapping[str, Any]) -> Digitado:
    """Return what stands in the fields of a contrato that begins.

    modelo: the row of one to begin as, but for what is of that one alone; empty, the defaults.
    """
    colunas = {
        campo.coluna: campo.padrao
        if campo.coluna in _DE_CADA_UM
        else modelo.get(campo.coluna, campo.padrao)
        for campo in CONTRATO.campos
    }
    return do_contrato(escrever_tudo(CONTRATO, colunas))


def do_formulario(recebido: FormData) -> Digitado:
    """Return what stands in the fields as they were sent."""
    digitado = Digitado()
    for campo in CONTRATO.campos:
        if campo.forma.tipo is Tipo.DIAS:
            digitado.marcados[campo.chave] = [str(um) for um in recebido.getlist(campo.chave)]
        for nome, _, _ in _partes(campo):
            enviado = recebido.get(nome)
            digitado.textos[nome] = enviado if isinstance(enviado, str) else ""
    return digitado


def em_dia(recebido: FormData, guardado: Digitado) -> Digitado:
    """Return what stands in the fields as they were sent; what nobody touched, as it is stored.

    Only of what advances by itself: left as the page showed it, it would be taken for a step back.
    """
    digitado = do_formulario(recebido)
    for campo in CONTRATO.campos:
        if _intocado(campo, recebido, digitado):
            digitado.textos[campo.chave] = guardado.textos[campo.chave]
    return digitado


def diferencas(guardado: Digitado, digitado: Digitado) -> list[Diferenca]:
    """Return the fields in which another value stands than the one that is stored."""
    return [
        Diferenca(
            rotulo=rotulo,
            gravado=_escrito(forma, guardado, nome),
            digitado=_escrito(forma, digitado, nome),
        )
        for campo in CONTRATO.campos
        for nome, rotulo, forma in _partes(campo)
        if _do_campo(forma, guardado, nome) != _do_campo(forma, digitado, nome)
    ]


def item(recebido: FormData) -> dict[str, Any]:
    """Return what was sent as the values of a file; what is not understood stays as typed."""
    digitado = do_formulario(recebido)
    feito: dict[str, Any] = {}
    for campo in CONTRATO.campos:
        valor = _valor(campo, digitado)
        if valor is None or _intocado(campo, recebido, digitado):
            continue
        *fora, nome = campo.chave.split(".")
        onde = feito
        for parte in fora:
            onde = onde.setdefault(parte, {})
        onde[nome] = valor
    return feito


def folhas(
    digitado: Digitado,
    problemas: Sequence[Mapping[str, str]],
    antes: Mapping[str, str],
    cadastrados: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> list[Folha]:
    """Return the tabs.

    problemas: campo and mensagem. antes: what is stored, by field. cadastrados: what a contrato
    that begins may be of, by field, each with how it is called; None: it began.
    """
    ditos: dict[str, list[str]] = {}
    for um in problemas:
        ditos.setdefault(um["campo"], []).append(em_palavras(_DA_FORMA.sub("", um["mensagem"])))
    return [
        Folha(
            aba=aba,
            grupos=[
                _grupo(c, digitado, ditos, antes, cadastrados)
                for c in CONTRATO.campos
                if c.aba is aba
            ],
        )
        for aba in Aba
    ]


def _grupo(
    campo: Campo,
    digitado: Digitado,
    ditos: Mapping[str, list[str]],
    antes: Mapping[str, str],
    cadastrados: Mapping[str, Sequence[tuple[str, str]]] | None,
) -> Grupo:
    if campo.forma.tipo is not Tipo.OBJETO:
        texto = digitado.textos.get(campo.chave, "")
        fixa = cadastrados is None and campo.coluna in CONTRATO.chave
        opcoes = (cadastrados or {}).get(campo.chave, _opcoes(campo.forma))
        unica = Entrada(
            nome=campo.chave,
            rotulo=campo.rotulo,
            ajuda=campo.ajuda,
            forma=campo.forma,
            texto=texto,
            marcados=digitado.marcados.get(campo.chave, ()),
            opcoes=opcoes,
            # Where nobody chose yet, the first choice is not made for them.
            obrigatoria=campo.padrao is not None or (campo.exigido and texto in dict(opcoes or ())),
            fixa=fixa,
            antes=antes.get(campo.chave),
            erros=_sob(ditos, campo.chave),
        )
        return Grupo(titulo="", ajuda="", entradas=[unica])
    entradas = [
        Entrada(
            nome=f"{campo.chave}.{nome}",
            rotulo=campo.forma.rotulos[nome],
            ajuda="",
            forma=parte,
            texto=digitado.textos.get(f"{campo.chave}.{nome}", ""),
            opcoes=_opcoes(parte),
            erros=_sob(ditos, f"{campo.chave}.{nome}"),
        )
        for nome, parte in campo.forma.partes.items()
    ]
    return Grupo(
        titulo=campo.rotulo,
        ajuda=campo.ajuda,
        entradas=entradas,
        erros=ditos.get(campo.chave, ()),
    )


def _sob(ditos: Mapping[str, list[str]], nome: str) -> list[str]:
    """What is said of a field, and of the keys that are typed in it."""
    return [
        dito if lugar == nome else f"{lugar.removeprefix(nome + '.')}: {dito}"
        for lugar, ditos_la in ditos.items()
        if lugar == nome or lugar.startswith(f"{nome}.")
        for dito in ditos_la
    ]


def _opcoes(forma: Forma) -> list[tuple[str, str]] | None:
    return [*forma.opcoes.items()] if forma.tipo is Tipo.OPCAO else None


def _partes(campo: Campo) -> Iterator[tuple[str, str, Forma]]:
    """Each field of a key: name, how it is called where its group is not seen, kind."""
    if campo.forma.tipo is not Tipo.OBJETO:
        yield campo.chave, campo.rotulo, campo.forma
        return
    for nome, parte in campo.forma.partes.items():
        yield f"{campo.chave}.{nome}", f"{campo.rotulo}: {campo.forma.rotulos[nome]}", parte


def _intocado(campo: Campo, recebido: FormData, digitado: Digitado) -> bool:
    """Whether what only advances was left as the page showed it."""
    return campo.de_inicio and recebido.get(ANTES + campo.chave) == digitado.textos[campo.chave]


def _do_campo(forma: Forma, digitado: Digitado, nome: str) -> object:
    """The value in a field, the same however it is written; what is not understood, as typed."""
    if forma.tipo is Tipo.DIAS:
        return sorted(digitado.marcados[nome])
    return _lido(forma, digitado.textos[nome])


def _escrito(forma: Forma, digitado: Digitado, nome: str) -> str:
    if forma.tipo is Tipo.LOGICO:
        return "Sim" if digitado.textos[nome] == "true" else "Não"
    if forma.tipo is Tipo.DIAS:
        dias = {str(numero): dia for numero, dia in enumerate(DIAS, start=1)}
        return ", ".join(dias.get(um, um) for um in digitado.marcados[nome]) or NADA
    texto = digitado.textos[nome].strip()
    return forma.opcoes.get(texto, texto) or NADA


def _texto(forma: Forma, valor: Any) -> str:  # noqa: ANN401  of any key
    if valor is None:
        return ""
    match forma.tipo:
        case Tipo.LOGICO:
            return "true" if valor else ""
        case Tipo.MAPA:
            return "\n".join(f"{nome}: {um}" for nome, um in valor.items())
    # Of a time of the day, the seconds where there are any.
    if isinstance(valor, time):
        return f"{valor:%H:%M}" if not valor.second and not valor.microsecond else str(valor)
    return f"{valor:%d/%m/%Y}" if isinstance(valor, date) else str(valor)


def _valor(campo: Campo, digitado: Digitado) -> object:
    """The value of a key, None when it is left out."""
    forma = campo.forma
    if forma.tipo is Tipo.DIAS:
        return [_lido(_INTEIRO_DE, dia) for dia in digitado.marcados[campo.chave]] or None
    if forma.tipo is Tipo.OBJETO:
        partes = {
            nome: lido
            for nome, parte in forma.partes.items()
            if (lido := _lido(parte, digitado.textos[f"{campo.chave}.{nome}"])) is not None
        }
        return partes or None
    return _lido(forma, digitado.textos[campo.chave])


def _lido(forma: Forma, texto: str) -> object:
    texto = texto.replace("\r\n", "\n")
    if forma.tipo is Tipo.LOGICO:
        return texto == "true"
    if not texto.strip():
        return None
    if forma.tipo is not Tipo.LINHAS:
        texto = texto.strip()
    with suppress(ValueError):
        match forma.tipo:
            case Tipo.INTEIRO if _INTEIRO.fullmatch(texto):
                return int(texto)
            case Tipo.DATA:
                return ler_dia(texto)
            case Tipo.HORA:
                return time.fromisoformat(texto)
            case Tipo.MAPA:
                linhas = (linha.partition(":") for linha in texto.splitlines() if linha.strip())
                return {nome.strip(): valor.strip() for nome, _, valor in linhas}
    return texto


_INTEIRO_DE = next(c.forma for c in CONTRATO.campos if c.forma.tipo is Tipo.INTEIRO)
