"""One declaration per structure of the standard: what is written, read, checked and explained.

A declaration is a tree of Campo, Grupo, Lista, Escolha and Opcoes in the order of the XSD of the
newest version; what differs in older versions is data in it. From it come the writer and the check
(Python source, made once per version, compiled), the explanation, in Portuguese, of every value
that is missing or malformed, and the reader. A test compares each declaration with the XSD of each
version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from lxml import etree

from tiss.domain.cadastro import Escrita
from tiss.domain.partes import Alternativa
from tiss.domain.problema import Problema, mascarar
from tiss.messages.textos import Textos
from tiss.messages.tipos import Decimais, Tipo, Valores

Escritor = Callable[[Any, Textos], str]
Conferente = Callable[[Any, list[Valores]], bool]


# Glosa of a message that is not as the standard wants it.
FORA_DO_PADRAO = "5001"
_FALTA = "não informado: preencha"


# Declarations are constants: compared, and found in caches, by identity. Hashing one by its values
# would cost more than writing a guia.
@dataclass(frozen=True, slots=True, eq=False)
class Campo:
    """A leaf element. de: attribute of the object; titulo: what a biller calls it.

    desde: the version of the standard that brought the element. pessoal: its value identifies a
    person and is masked where problems are told. falta: what is said when it is missing. glosa:
    what an operadora answers when it is missing or wrong, of Tabela 38 in every version.
    """

    nome: str
    de: str
    tipo: Tipo
    titulo: str
    obrigatorio: bool = True
    desde: str = ""
    pessoal: bool = False
    falta: str = _FALTA
    glosa: str = FORA_DO_PADRAO


@dataclass(frozen=True, slots=True, eq=False)
class Grupo:
    """An element with children. Without `de` they read from the object around it.

    classe: what the attribute `de` holds. An optional group is written when its attribute is not
    None or, without `de`, when any of its children is.
    """

    nome: str
    filhos: tuple[No, ...]
    de: str = ""
    classe: type | None = None
    opcional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lista:
    """Elements of one name, one per object, or per text, of the tuple in the attribute `de`.

    maximo: how many the standard takes, None when it sets no limit. titulo: what a biller calls
    them, if the path does not say it.
    """

    item: Grupo | Campo
    de: str
    obrigatoria: bool = False
    maximo: int | None = None
    titulo: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Escolha:
    """Exactly one of several leaves: the attribute is an Alternativa, its element and value."""

    de: str
    campos: tuple[tuple[str, Tipo], ...]
    titulo: str
    obrigatoria: bool = True
    pessoal: bool = False
    falta: str = _FALTA
    glosa: str = FORA_DO_PADRAO


@dataclass(frozen=True, slots=True, eq=False)
class Opcoes:
    """Exactly one of several nodes, each with its own attribute: the one that holds something.

    Fields and groups in it are optional, lists may be empty: the rest is said here.
    """

    nos: tuple[Campo | Grupo | Lista, ...]
    titulo: str


No = Campo | Grupo | Lista | Escolha | Opcoes


@cache
def na_versao(raiz: Grupo, versao: str) -> Grupo:
    """Return the declaration as it was in a version: without later elements, with older types."""
    return replace(raiz, filhos=tuple(_na_versao(raiz.filhos, versao)))


def _na_versao(filhos: tuple[No, ...], versao: str) -> Iterator[Any]:
    for no in filhos:
        match no:
            case Campo():
                if no.desde <= versao:
                    yield replace(no, tipo=no.tipo.na_versao(versao))
            case Escolha():
                campos = tuple((nome, tipo.na_versao(versao)) for nome, tipo in no.campos)
                yield replace(no, campos=campos)
            case Opcoes():
                yield replace(no, nos=tuple(_na_versao(no.nos, versao)))
            case Lista(item=Grupo() as item):
                yield replace(no, item=na_versao(item, versao))
            case Lista(item=Campo() as campo):
                yield replace(no, item=replace(campo, tipo=campo.tipo.na_versao(versao)))
            case Grupo():
                yield na_versao(no, versao)


@cache
def escritor(raiz: Grupo, versao: str) -> Escritor:
    """Return the function that writes an object as the element `raiz` of a version.

    The object must have passed `Conferencia`: a mandatory None is an error of the caller.
    """
    espaco: dict[str, Any] = {}
    codigo = compile(
        _Escritor().fonte(na_versao(raiz, versao)), f"<escritor de {raiz.nome}>", "exec"
    )
    exec(codigo, espaco)  # noqa: S102  source made from our own declarations only
    escrever: Escritor = espaco["escrever"]
    return escrever


class Conferencia:
    """Checks objects against a declaration. One per lote: it remembers the values that it met."""

    def __init__(self, raiz: Grupo, escrita: Escrita) -> None:
        self._raiz = na_versao(raiz, escrita.versao)
        self._escrita = escrita
        self._conferente, tipos = _conferente(self._raiz)
        self._valores = [Valores(tipo, escrita) for tipo in tipos]

    def problemas(self, objeto: object) -> list[Problema]:
        """Return, in document order, what keeps an object from being written; normally nothing."""
        if self._conferente(objeto, self._valores):
            return []
        return [
            problema
            for no in self._raiz.filhos
            for problema in _explicar(no, objeto, "", self._escrita)
        ]


@cache
def _conferente(raiz: Grupo) -> tuple[Conferente, tuple[Tipo, ...]]:
    espaco: dict[str, Any] = {"Decimal": Decimal}
    gerador = _Conferente()
    exec(compile(gerador.fonte(raiz), f"<conferente de {raiz.nome}>", "exec"), espaco)  # noqa: S102
    conferir: Conferente = espaco["conferir"]
    return conferir, gerador.tipos


class _Escritor:
    """Turns a declaration into the source of one function made of f-strings."""

    def __init__(self) -> None:
        self._linhas: list[str] = []
        self._numeros = count(1)

    def fonte(self, raiz: Grupo) -> str:
        corpo = self._elemento(raiz.nome, self._filhos(raiz.filhos, "g", "    "))
        return "\n".join(["def escrever(g, T):", *self._linhas, f"    return f'{corpo}'"])

    def _filhos(self, filhos: tuple[No, ...], objeto: str, recuo: str) -> str:
        return "".join(self._no(no, objeto, recuo) for no in filhos)

    def _no(self, no: No, objeto: str, recuo: str) -> str:
        match no:
            case Campo():
                return self._campo(no, objeto, recuo)
            case Escolha():
                return self._escolha(no, objeto, recuo)
            case Opcoes():
                return self._filhos(no.nos, objeto, recuo)
            case Lista():
                return self._lista(no, objeto, recuo)
            case Grupo():
                return self._grupo(no, objeto, recuo)

    def _campo(self, campo: Campo, objeto: str, recuo: str) -> str:
        atributo = f"{objeto}.{campo.de}"
        if campo.obrigatorio:
            return self._elemento(campo.nome, campo.tipo.expressao(atributo))
        valor = self._nova(atributo, recuo)
        escrito = self._elemento(campo.nome, campo.tipo.expressao(valor))
        ausente = f"{valor} is None or {valor} == ''"
        nome = self._nova(f"'' if {ausente} else f'{escrito}'", recuo)
        return f"{{{nome}}}"

    def _escolha(self, escolha: Escolha, objeto: str, recuo: str) -> str:
        nome = self._nova(f"{objeto}.{escolha.de}", recuo)
        escrito = self._elemento(f"{{{nome}.elemento}}", f"{{T[{nome}.valor]}}")
        if escolha.obrigatoria:
            return escrito
        nome = self._nova(f"'' if {nome} is None else f'{escrito}'", recuo)
        return f"{{{nome}}}"

    def _lista(self, lista: Lista, objeto: str, recuo: str) -> str:
        partes = self._nova("[]", recuo)
        item = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}for {item} in {objeto}.{lista.de}:")
        if isinstance(lista.item, Campo):
            conteudo = lista.item.tipo.expressao(item)
        else:
            conteudo = self._filhos(lista.item.filhos, item, recuo + "    ")
        escrito = self._elemento(lista.item.nome, conteudo)
        self._linhas.append(f"{recuo}    {partes}.append(f'{escrito}')")
        return f'{{"".join({partes})}}'

    def _grupo(self, grupo: Grupo, objeto: str, recuo: str) -> str:
        if grupo.de:
            objeto = self._nova(f"{objeto}.{grupo.de}", recuo)
        if not grupo.opcional:
            return self._elemento(grupo.nome, self._filhos(grupo.filhos, objeto, recuo))
        if not grupo.de:
            # All its children are optional: they are written first, to see whether there is any.
            corpo = self._nova(f"f'{self._filhos(grupo.filhos, objeto, recuo)}'", recuo)
            elemento = self._elemento(grupo.nome, f"{{{corpo}}}")
            escrito = self._nova(f"{corpo} and f'{elemento}'", recuo)
            return f"{{{escrito}}}"
        escrito = self._nova("''", recuo)
        self._linhas.append(f"{recuo}if {objeto} is not None:")
        corpo = self._filhos(grupo.filhos, objeto, recuo + "    ")
        self._linhas.append(f"{recuo}    {escrito} = f'{self._elemento(grupo.nome, corpo)}'")
        return f"{{{escrito}}}"

    def _nova(self, expressao: str, recuo: str) -> str:
        nome = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}{nome} = {expressao}")
        return nome

    def _elemento(self, nome: str, conteudo: str) -> str:
        return f"<ans:{nome}>{conteudo}</ans:{nome}>"


class _Conferente:
    """Turns a declaration into the source of one function: is there nothing to explain?"""

    def __init__(self) -> None:
        self._linhas: list[str] = []
        self._numeros = count(1)
        self._tipos: dict[Tipo, str] = {}

    @property
    def tipos(self) -> tuple[Tipo, ...]:
        return tuple(self._tipos)

    def fonte(self, raiz: Grupo) -> str:
        self._filhos(raiz.filhos, "g", "    ")
        nomes = "".join(f"{nome}, " for nome in self._tipos.values())
        inicio = ["def conferir(g, V):", f"    {nomes}= V"]
        return "\n".join([*inicio, *self._linhas, "    return True"])

    def _filhos(self, filhos: tuple[No, ...], objeto: str, recuo: str) -> None:
        for no in filhos:
            self._no(no, objeto, recuo)

    def _no(self, no: No, objeto: str, recuo: str) -> None:
        match no:
            case Campo():
                self._exigir(no.tipo, f"{objeto}.{no.de}", recuo, opcional=not no.obrigatorio)
            case Escolha():
                self._escolha(no, objeto, recuo)
            case Opcoes():
                dados = " + ".join(f"bool({objeto}.{filho.de})" for filho in no.nos)
                self._linhas.append(f"{recuo}if {dados} != 1: return False")
                self._filhos(no.nos, objeto, recuo)
            case Lista():
                self._lista(no, objeto, recuo)
            case Grupo():
                self._grupo(no, objeto, recuo)

    def _exigir(self, tipo: Tipo, valor: str, recuo: str, *, opcional: bool = False) -> None:
        valores = self._tipos.setdefault(tipo, f"V{len(self._tipos)}")
        nome = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}{nome} = {valor}")
        ausente = f"{nome} is None or {nome} == '' or " if opcional else ""
        atalho = f"{tipo.atalho(nome)} or " if isinstance(tipo, Decimais) else ""
        pode = f"{ausente}{atalho}{valores}[{nome}]"
        self._linhas.append(f"{recuo}if not ({pode}): return False")

    def _escolha(self, escolha: Escolha, objeto: str, recuo: str) -> None:
        nome = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}{nome} = {objeto}.{escolha.de}")
        self._linhas.append(f"{recuo}if {nome} is None:")
        self._linhas.append(f"{recuo}    {'return False' if escolha.obrigatoria else 'pass'}")
        for elemento, tipo in escolha.campos:
            self._linhas.append(f"{recuo}elif {nome}.elemento == {elemento!r}:")
            self._exigir(tipo, f"{nome}.valor", recuo + "    ")
        self._linhas.append(f"{recuo}else: return False")

    def _lista(self, lista: Lista, objeto: str, recuo: str) -> None:
        if lista.obrigatoria:
            self._linhas.append(f"{recuo}if not {objeto}.{lista.de}: return False")
        if lista.maximo is not None:
            excesso = f"len({objeto}.{lista.de}) > {lista.maximo}"
            self._linhas.append(f"{recuo}if {excesso}: return False")
        item = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}for {item} in {objeto}.{lista.de}:")
        if isinstance(lista.item, Campo):
            self._exigir(lista.item.tipo, item, recuo + "    ")
        else:
            self._filhos(lista.item.filhos, item, recuo + "    ")

    def _grupo(self, grupo: Grupo, objeto: str, recuo: str) -> None:
        if not grupo.de:
            self._filhos(grupo.filhos, objeto, recuo)
            return
        nome = f"_{next(self._numeros)}"
        self._linhas.append(f"{recuo}{nome} = {objeto}.{grupo.de}")
        if grupo.opcional:
            self._linhas.append(f"{recuo}if {nome} is not None:")
            recuo += "    "
        self._filhos(grupo.filhos, nome, recuo)


def _explicar(no: No, objeto: object, caminho: str, escrita: Escrita) -> Iterator[Problema]:
    match no:
        case Campo():
            valor = getattr(objeto, no.de)
            ausente = valor is None or valor == ""
            if not ausente or no.obrigatorio:
                yield from _valor(no, no.tipo, valor, caminho + no.nome, escrita)
        case Escolha():
            yield from _escolha(no, getattr(objeto, no.de), caminho, escrita)
        case Opcoes():
            yield from _opcoes(no, objeto, caminho, escrita)
        case Lista():
            yield from _lista(no, getattr(objeto, no.de), caminho, escrita)
        case Grupo():
            alvo = getattr(objeto, no.de) if no.de else objeto
            if alvo is None and no.opcional:
                return
            for filho in no.filhos:
                yield from _explicar(filho, alvo, f"{caminho}{no.nome}/", escrita)


def _escolha(
    escolha: Escolha, escolhida: Alternativa | None, caminho: str, escrita: Escrita
) -> Iterator[Problema]:
    tipos = dict(escolha.campos)
    if escolhida is None:
        if escolha.obrigatoria:
            tipo = next(iter(tipos.values()))
            yield from _valor(escolha, tipo, None, caminho + " ou ".join(tipos), escrita)
    elif escolhida.elemento not in tipos:
        # What is no element is the clinic's own word: it is shown as a value is, not as a path.
        aceitos = " ou ".join(tipos)
        yield Problema(
            codigo="FORMATO",
            caminho=caminho + aceitos,
            mensagem=f"{escolha.titulo}: informe {aceitos}",
            valor=_mostrado(escolha, escolhida.elemento),
            glosa_provavel=escolha.glosa,
        )
    else:
        elemento = escolhida.elemento
        yield from _valor(escolha, tipos[elemento], escolhida.valor, caminho + elemento, escrita)


def _opcoes(opcoes: Opcoes, objeto: object, caminho: str, escrita: Escrita) -> Iterator[Problema]:
    dados = sum(bool(getattr(objeto, no.de)) for no in opcoes.nos)
    if dados != 1:
        nomes = " ou ".join(no.item.nome if isinstance(no, Lista) else no.nome for no in opcoes.nos)
        yield Problema(
            codigo="FORMATO" if dados else "AUSENTE",
            caminho=caminho + nomes,
            mensagem=f"{opcoes.titulo}: informe {nomes}, um deles só",
            glosa_provavel=FORA_DO_PADRAO,
        )
    for no in opcoes.nos:
        yield from _explicar(no, objeto, caminho, escrita)


def _lista(
    lista: Lista, objetos: tuple[object, ...], caminho: str, escrita: Escrita
) -> Iterator[Problema]:
    item = lista.item
    titulo = f"{lista.titulo}: " if lista.titulo else ""
    if not objetos and lista.obrigatoria:
        yield Problema(
            codigo="AUSENTE",
            caminho=caminho + item.nome,
            mensagem=f"{titulo}não informado: é preciso ao menos um",
            glosa_provavel=FORA_DO_PADRAO,
        )
    if lista.maximo is not None and len(objetos) > lista.maximo:
        yield Problema(
            codigo="TAMANHO",
            caminho=caminho + item.nome,
            mensagem=f"{titulo}são {len(objetos)} e o padrão aceita no máximo {lista.maximo}",
            glosa_provavel=FORA_DO_PADRAO,
        )
    for numero, objeto in enumerate(objetos, 1):
        aqui = f"{caminho}{item.nome}[{numero}]"
        if isinstance(item, Campo):
            yield from _valor(item, item.tipo, objeto, aqui, escrita)
            continue
        for filho in item.filhos:
            for problema in _explicar(filho, objeto, f"{aqui}/", escrita):
                sequencial = getattr(objeto, "sequencial_item", None)
                yield problema if problema.item else replace(problema, item=sequencial)


def _valor(
    no: Campo | Escolha, tipo: Tipo, valor: object, caminho: str, escrita: Escrita
) -> Iterator[Problema]:
    ausente = valor is None or valor == ""
    queixa = ("AUSENTE", no.falta) if ausente else tipo.queixa(valor, escrita)
    if queixa is not None:
        codigo, mensagem = queixa
        yield Problema(
            codigo=codigo,
            caminho=caminho,
            mensagem=f"{no.titulo}: {mensagem}",
            valor=None if ausente else _mostrado(no, valor),
            glosa_provavel=no.glosa,
        )


def _mostrado(no: Campo | Escolha, valor: object) -> str:
    return mascarar(str(valor)) if no.pessoal else str(valor)


def ler(raiz: Grupo, elemento: etree._Element, classe: type) -> Any:  # noqa: ANN401
    """Return the object that an element says, tolerantly: the inverse of the writer.

    What is missing, or cannot be read as its type, is None; unknown elements are passed over. The
    XSD and the check say what is wrong with it.
    """
    return classe(**_ler_filhos(raiz.filhos, elemento))


def _ler_filhos(filhos: tuple[No, ...], elemento: etree._Element | None) -> dict[str, Any]:
    presentes: dict[str, list[etree._Element]] = {}
    for filho in () if elemento is None else elemento:
        presentes.setdefault(etree.QName(filho).localname, []).append(filho)
    lidos: dict[str, Any] = {}
    for no in filhos:
        match no:
            case Campo():
                achado = presentes.get(no.nome)
                lidos[no.de] = _ler_folha(no.tipo, achado[0]) if achado else None
            case Escolha():
                lidos[no.de] = next(
                    (
                        Alternativa(elemento=nome, valor=(presentes[nome][0].text or "").strip())
                        for nome, _ in no.campos
                        if nome in presentes
                    ),
                    None,
                )
            case Opcoes():
                lidos |= _ler_filhos(no.nos, elemento)
            case Lista():
                lidos[no.de] = tuple(_ler_itens(no.item, presentes.get(no.item.nome, [])))
            case Grupo():
                achado = presentes.get(no.nome)
                if no.de and no.opcional and not achado:
                    lidos[no.de] = None
                    continue
                dentro = _ler_filhos(no.filhos, achado[0] if achado else None)
                lidos |= {no.de: no.classe(**dentro)} if no.classe else dentro
    return lidos


def _ler_itens(item: Grupo | Campo, elementos: list[etree._Element]) -> Iterator[Any]:
    for elemento in elementos:
        if isinstance(item, Campo):
            yield _ler_folha(item.tipo, elemento)
        else:
            dentro = _ler_filhos(item.filhos, elemento)
            yield item.classe(**dentro) if item.classe else dentro


def _ler_folha(tipo: Tipo, elemento: etree._Element) -> Any:  # noqa: ANN401
    return tipo.ler((elemento.text or "").strip())
