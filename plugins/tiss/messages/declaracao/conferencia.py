"""The quick check of a declaration: is there anything to explain at all?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from tiss.domain.cadastro import Escrita
from tiss.domain.problema import Problema
from tiss.messages.declaracao.explicacao import explicar
from tiss.messages.declaracao.nos import Campo, Escolha, Grupo, Lista, No, Opcoes, na_versao
from tiss.messages.tipos import Decimais, Tipo, Valores

Conferente = Callable[[Any, list[Valores]], bool]


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
            for problema in explicar(no, objeto, "", self._escrita)
        ]


@cache
def _conferente(raiz: Grupo) -> tuple[Conferente, tuple[Tipo, ...]]:
    espaco: dict[str, Any] = {"Decimal": Decimal}
    gerador = _Conferente()
    exec(compile(gerador.fonte(raiz), f"<conferente de {raiz.nome}>", "exec"), espaco)  # noqa: S102
    conferir: Conferente = espaco["conferir"]
    return conferir, gerador.tipos


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
