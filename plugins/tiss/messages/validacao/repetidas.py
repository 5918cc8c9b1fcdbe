"""The same attendance in two guias of one file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from tiss.domain.guia import Guia
from tiss.domain.regras import ChaveAtendimento, Contexto, chaves_de_atendimento, nada_repetido

# One more than the rule quotes: the guia itself may be among them.
_LEMBRADAS = 4
_NUMERO = 20


class Repetidas:
    """Answers `Contexto.repetidas` from the guias of a lote; what the database has is not known."""

    def __init__(self, guias: Iterable[Guia | None]) -> None:
        self._numeros: dict[ChaveAtendimento, list[str]] = {}
        for guia in guias:
            if guia is None or not guia.numero_guia_prestador:
                continue
            for chave in chaves_de_atendimento(guia):
                numeros = self._numeros.setdefault(chave, [])
                numero = guia.numero_guia_prestador[:_NUMERO]
                if len(numeros) < _LEMBRADAS and numero not in numeros:
                    numeros.append(numero)
        self._ha = any(len(numeros) > 1 for numeros in self._numeros.values())

    def do_ponto_de_vista(self, guia: Guia, contexto: Contexto) -> Contexto:
        """Return the context of a guia. One number in two guias is told of the lote, not here."""
        if not self._ha:
            return replace(contexto, repetidas=nada_repetido)
        proprio = (guia.numero_guia_prestador or "")[:_NUMERO]

        def outras(chave: ChaveAtendimento) -> Collection[str]:
            return [numero for numero in self._numeros.get(chave, ()) if numero != proprio]

        return replace(contexto, repetidas=outras)
