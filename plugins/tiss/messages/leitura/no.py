"""An element as the readers see it: its children by local name, looked at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from tiss.messages.leitura.avisos import Avisos
from tiss.messages.leitura.valores import decimal, dia, dinheiro

# Characters that XML does not have: nothing that is read can imitate them.
_FIM_DO_NOME, _FIM_DO_VALOR = "\x1f", "\x1e"
_BLOCO = 4096


@lru_cache(maxsize=1024)
def _sem_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def nome_local(elemento: etree._Element) -> str:
    """Return the name without its namespace: real answers mix prefixes and namespaces."""
    return _sem_namespace(str(elemento.tag))


def texto_de(elemento: etree._Element) -> str | None:
    """Return what an element holds, without blanks around it; None when that is nothing."""
    return (elemento.text or "").strip() or None


class No:
    """An element whose children are found by local name, in any order.

    One pass over the children for all questions. A missing element is an empty No. Where several
    names are given, the first that is there counts: the standard spells some in two ways.
    """

    __slots__ = ("_elemento", "_filhos", "_repetidos", "avisos")

    def __init__(self, elemento: etree._Element | None, avisos: Avisos) -> None:
        self._elemento = elemento
        self.avisos = avisos
        filhos: dict[str, etree._Element] = {}
        repetidos: dict[str, list[etree._Element]] = {}
        for filho in () if elemento is None else elemento:
            nome = nome_local(filho)
            if nome in filhos:
                repetidos.setdefault(nome, [filhos[nome]]).append(filho)
            else:
                filhos[nome] = filho
        self._filhos = filhos
        self._repetidos = repetidos

    def __bool__(self) -> bool:
        return self._elemento is not None

    def tem(self, nome: str) -> bool:
        """Whether there is such a child."""
        return nome in self._filhos

    def um(self, *nomes: str) -> No:
        """Return the first such child."""
        return No(self._primeiro(nomes), self.avisos)

    def todos(self, *nomes: str) -> Iterator[No]:
        """Return every such child."""
        return (No(filho, self.avisos) for filho in self._todos(nomes))

    def textos(self, *nomes: str) -> tuple[str, ...]:
        """Return what every such child holds, without the empty ones."""
        return tuple(texto for filho in self._todos(nomes) if (texto := texto_de(filho)))

    def texto(self, *nomes: str) -> str | None:
        """Return what the first such child that holds anything holds."""
        for nome in nomes:
            filho = self._filhos.get(nome)
            if filho is not None and (texto := texto_de(filho)):
                return texto
        return None

    def dentro(self, nome: str) -> Iterator[No]:
        """Return every element of this name at any depth."""
        if self._elemento is not None:
            yield from (No(achado, self.avisos) for achado in self._elemento.iter(f"{{*}}{nome}"))

    def pais_de(self, nome: str) -> Iterator[No]:
        """Return every element, at any depth, that has a child of this name."""
        achados = () if self._elemento is None else self._elemento.iter(f"{{*}}{nome}")
        # Each parent once, however many such children it has: a look at it costs all of them.
        pais = dict.fromkeys(pai for um in achados if (pai := um.getparent()) is not None)
        return (No(pai, self.avisos) for pai in pais)

    def texto_dentro(self, *nomes: str) -> str | None:
        """Return what the first element of these names holds, at any depth."""
        if self._elemento is None:
            return None
        for nome in nomes:
            for achado in self._elemento.iter(f"{{*}}{nome}"):
                if texto := texto_de(achado):
                    return texto
        return None

    def palavras(self, *, exceto: str, ate: int) -> str:
        """Return all text inside, in one line, cut to a length; without one element's own."""
        partes: list[str] = []
        for um in () if self._elemento is None else self._elemento.iter():
            if nome_local(um) != exceto and (texto := texto_de(um)):
                partes.append(texto[:ate])
                if len(partes) >= ate:
                    break
        return " ".join(partes)[:ate]

    def digest(self) -> str:
        """Return the SHA-256 of names and values: no matter what message, prefix or indentation."""
        resumo = hashlib.sha256()
        partes: list[str] = []
        for um in () if self._elemento is None else self._elemento.iter():
            partes += (nome_local(um), _FIM_DO_NOME, (um.text or "").strip(), _FIM_DO_VALOR)
            if len(partes) > _BLOCO:
                resumo.update("".join(partes).encode())
                partes.clear()
        resumo.update("".join(partes).encode())
        return resumo.hexdigest()

    def dinheiro(self, *nomes: str) -> Decimal | None:
        """Return an amount in reais with at most two decimals, None when it is none."""
        texto = self.texto(*nomes)
        if texto is None:
            return None
        valor, aviso = dinheiro(texto)
        if aviso is not None:
            self.avisos.avisar(f"{nomes[0]}: {aviso}")
        return valor

    def quantidade(self, *nomes: str) -> Decimal | None:
        """Return a quantity, None when it is none."""
        texto = self.texto(*nomes)
        return None if texto is None else decimal(texto)

    def inteiro(self, *nomes: str) -> int | None:
        """Return a whole number, None when it is none."""
        valor = self.quantidade(*nomes)
        return int(valor) if valor is not None and valor == valor.to_integral_value() else None

    def data(self, *nomes: str) -> date | None:
        """Return a day, None when it is none."""
        texto = self.texto(*nomes)
        valor = None if texto is None else dia(texto)
        if texto is not None and valor is None:
            self.avisos.avisar(f"{nomes[0]}: data que não se lê, deixada em branco")
        return valor

    def sim(self, *nomes: str) -> bool | None:
        """Return the answer of a dm_simNao, None when it is neither S nor N."""
        return {"S": True, "N": False}.get((self.texto(*nomes) or "").upper())

    def _primeiro(self, nomes: tuple[str, ...]) -> etree._Element | None:
        return next((self._filhos[nome] for nome in nomes if nome in self._filhos), None)

    def _todos(self, nomes: tuple[str, ...]) -> Iterator[etree._Element]:
        for nome in nomes:
            if nome in self._repetidos:
                yield from self._repetidos[nome]
            elif nome in self._filhos:
                yield self._filhos[nome]
