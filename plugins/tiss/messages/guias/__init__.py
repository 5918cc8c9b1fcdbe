"""The five kinds of guia: one declaration each, to check, write and read them."""

from __future__ import annotations

from lxml import etree

from tiss.domain.cadastro import Escrita, TipoGuia
from tiss.domain.guia import Guia
from tiss.domain.problema import Problema
from tiss.messages.declaracao import Conferencia, Grupo, escritor, ler
from tiss.messages.guias.ambulatorio import GUIA_CONSULTA, GUIA_SP_SADT
from tiss.messages.guias.internacao import GUIA_HONORARIOS, GUIA_RESUMO_INTERNACAO
from tiss.messages.guias.odonto import GUIA_ODONTO
from tiss.messages.textos import Textos

__all__ = ["DECLARACOES", "POR_ELEMENTO", "Oficina", "ler_guia"]

DECLARACOES: dict[TipoGuia, Grupo] = {
    TipoGuia.CONSULTA: GUIA_CONSULTA,
    TipoGuia.SP_SADT: GUIA_SP_SADT,
    TipoGuia.RESUMO_INTERNACAO: GUIA_RESUMO_INTERNACAO,
    TipoGuia.HONORARIOS: GUIA_HONORARIOS,
    TipoGuia.ODONTO: GUIA_ODONTO,
}
POR_ELEMENTO = {declaracao.nome: declaracao for declaracao in DECLARACOES.values()}


class Oficina:
    """Checks and writes guias as one operadora wants them.

    One per page of guias: it remembers the values that it met, and nothing of a patient may outlive
    the work on them.
    """

    def __init__(self, escrita: Escrita) -> None:
        self._textos = Textos(escrita)
        self._conferencias = {
            tipo: Conferencia(declaracao, escrita) for tipo, declaracao in DECLARACOES.items()
        }
        # Once per page: finding a writer hashes its whole declaration.
        self._escritores = {
            tipo: escritor(declaracao, escrita.versao) for tipo, declaracao in DECLARACOES.items()
        }

    def conferir(self, guia: Guia) -> list[Problema]:
        """Return every value of a guia that is missing or malformed; normally none."""
        return self._conferencias[guia.tipo].problemas(guia)

    def escrever(self, guia: Guia) -> str:
        """Return the element of a guia that passed `conferir`: one line, prefix `ans`."""
        return self._escritores[guia.tipo](guia, self._textos)


def ler_guia(elemento: etree._Element) -> Guia | None:
    """Return the guia that an element says, None when it is of no known kind."""
    declaracao = POR_ELEMENTO.get(etree.QName(elemento).localname)
    if declaracao is None or declaracao.classe is None:
        return None
    guia: Guia = ler(declaracao, elemento, declaracao.classe)
    return guia
