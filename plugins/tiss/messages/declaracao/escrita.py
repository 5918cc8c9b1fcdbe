"""The writer of a declaration: Python source, made once per version."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any

from tiss.messages.declaracao.nos import Campo, Escolha, Grupo, Lista, No, Opcoes, na_versao
from tiss.messages.textos import Textos

Escritor = Callable[[Any, Textos], str]


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
