"""From consultas to guias: read, check, apply the rules, write. Numbers come from the caller."""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from tiss.domain.cadastro import Contrato, TipoGuia
from tiss.domain.guia import Guia
from tiss.domain.historico import Historico
from tiss.domain.preparada import ConsultaPreparada
from tiss.domain.problema import Problema
from tiss.domain.regras import (
    ChaveAtendimento,
    Contexto,
    aplicar_regras,
    nada_repetido,
)
from tiss.messages.esquema import problemas_das_guias
from tiss.messages.guias import Oficina
from tiss.repository import Transacao, guias, terminologia
from tiss.repository.guias import Candidata, GuiaMontada

log = structlog.get_logger(__name__)

# Card, day of care, table, code: the executante is the same in all guias of a contrato.
_Atendida = tuple[str, date, str, str]


class Bancada:
    """What the guias of one page need to be built: look-ups, made once, and the texts met.

    One per page, so that nothing of a patient outlives it. The contrato is one that lacks nothing
    (tiss.domain.conferencia). historico: of the contrato, which names nobody.
    """

    def __init__(
        self,
        t: Transacao,
        contrato: Contrato,
        pagina: Sequence[Candidata],
        *,
        hoje: date,
        historico: Historico,
    ) -> None:
        self._contrato = contrato
        self._pagina = pagina
        self._oficina = Oficina(contrato.escrita)
        consultas = [candidata.consulta for candidata in pagina]
        self._cobradas, self._cobram = _cobradas(t, contrato, consultas)
        ha_repetidas = any(len(cobrancas) > 1 for cobrancas in self._cobradas.values())
        self._contexto = Contexto(
            hoje=hoje,
            versao=contrato.versao_tiss,
            regras=contrato.regras,
            terminologia=terminologia.consultar(
                t,
                termos={termo for consulta in consultas for termo in _termos(consulta)},
                operadoras={contrato.registro_ans},
            ),
            repetidas=self._repetidas if ha_repetidas else nada_repetido,
            historico=historico,
        )
        self._em_construcao = ""

    def construir(self, numeros: Sequence[str]) -> list[GuiaMontada]:
        """Return what became of each consulta under its number: a guia with XML, or problems."""
        montadas = self.abrir(numeros)
        self.concluir(montadas)
        return montadas

    def abrir(self, numeros: Sequence[str]) -> list[GuiaMontada]:
        """Return the guia of each consulta of the page under its number, still unchecked."""
        montadas = []
        for candidata, numero in zip(self._pagina, numeros, strict=True):
            montada = GuiaMontada(candidata=candidata, contrato=self._contrato)
            try:
                montada.guia, montada.problemas = candidata.consulta.guia(self._contrato, numero)
            except Exception as erro:
                montada.problemas = [_erro_interno(candidata, erro)]
            montadas.append(montada)
        return montadas

    def concluir(self, montadas: Sequence[GuiaMontada]) -> None:
        """Give each guia its XML, or all its problems.

        One step over the whole page after another: going through all steps with each guia takes a
        third longer.
        """
        for montada in montadas:
            _dar(montada, self._oficina.conferir)
        for montada in montadas:
            self._em_construcao = montada.candidata.consulta.consulta_id
            _dar(montada, self._aplicar_regras)
            if montada.valida:
                self._cobram.add(self._em_construcao)
        self._escrever([montada for montada in montadas if montada.valida])

    def renumerar(self, montada: GuiaMontada, numero: str | None) -> None:
        """Give a guia another number, None when it has to give back the one that it was tried with.

        A valid guia stays valid: one number of the sequence is as good as another.
        """
        if montada.guia is None or montada.guia.numero_guia_prestador == numero:
            return
        montada.problemas = [replace(problema, guia=numero) for problema in montada.problemas]
        if numero is not None:
            montada.guia = replace(montada.guia, numero_guia_prestador=numero)
            montada.xml = self._oficina.escrever(montada.guia)

    def _escrever(self, montadas: Sequence[GuiaMontada]) -> None:
        """Write guias and show them to the XSD; what it refuses has problems and no XML."""
        escritas = [(m, self._oficina.escrever(m.guia)) for m in montadas if m.guia is not None]
        achados = problemas_das_guias([xml for _, xml in escritas], self._contrato.versao_tiss)
        for (montada, xml), problemas in zip(escritas, achados, strict=True):
            montada.problemas += problemas
            montada.xml = None if problemas else xml

    def _aplicar_regras(self, guia: Guia) -> list[Problema]:
        return aplicar_regras(guia, self._contexto)

    def _repetidas(self, chave: ChaveAtendimento) -> Collection[str]:
        """The consultas that bill the same: of billed ones any, of this page those before it.

        Of two in one page the first goes: with a rule that blocks, neither would.
        """
        cobrada = (
            chave.numero_carteira,
            chave.data,
            chave.codigo_tabela,
            chave.codigo_procedimento,
        )
        return (self._cobradas[cobrada] & self._cobram) - {self._em_construcao}


def _dar(montada: GuiaMontada, conferir: Callable[[Guia], list[Problema]]) -> None:
    """Add what a check finds in a guia; one that fails is a problem of that guia alone."""
    if montada.guia is None:
        return
    try:
        montada.problemas += conferir(montada.guia)
    except Exception as erro:
        montada.problemas.append(_erro_interno(montada.candidata, erro))


def _erro_interno(candidata: Candidata, erro: Exception) -> Problema:
    onde = traceback.extract_tb(erro.__traceback__)[-1]
    # Neither its text nor its values: they may be a patient's.
    log.error(
        "falha ao montar a guia",
        consulta=candidata.consulta.consulta_id,
        erro=type(erro).__name__,
        onde=f"{Path(onde.filename).name}:{onde.lineno}",
    )
    return Problema(
        codigo="ERRO_INTERNO",
        caminho="guia",
        mensagem=f"o programa não soube montar esta guia ({type(erro).__name__}): confira os dados "
        "da consulta e, se estiverem certos, avise quem cuida do sistema com este código",
    )


def _cobradas(
    t: Transacao, contrato: Contrato, consultas: Sequence[ConsultaPreparada]
) -> tuple[defaultdict[_Atendida, set[str]], set[str]]:
    """Return who bills what, this page included, and which of them are billed already."""
    cobradas: defaultdict[_Atendida, set[str]] = defaultdict(set)
    dias: set[date] = set()
    for consulta in consultas:
        for linha in _linhas(consulta):
            dia = _dia(linha, consulta)
            if dia is not None and consulta.numero_carteira is not None:
                dias.add(dia)
                cobrada = (consulta.numero_carteira, dia, *_termo(linha))
                cobradas[cobrada].add(consulta.consulta_id)
    carteiras = {carteira for carteira, *_ in cobradas}
    ja_cobram = set()
    for atendida in guias.repetidas(t, contrato, carteiras=carteiras, dias=dias):
        cobrada = (
            atendida.numero_carteira,
            atendida.data_execucao,
            atendida.codigo_tabela,
            atendida.codigo_procedimento,
        )
        cobradas[cobrada].add(atendida.consulta_id)
        ja_cobram.add(atendida.consulta_id)
    return cobradas, ja_cobram - {consulta.consulta_id for consulta in consultas}


def _dia(linha: Mapping[str, Any], consulta: ConsultaPreparada) -> date | None:
    """The day that the guia will say: a guiaConsulta has only that of the attendance."""
    if consulta.tipo_guia == TipoGuia.CONSULTA:
        return consulta.data_atendimento
    try:
        return date.fromisoformat(linha["data_execucao"])
    except (KeyError, TypeError, ValueError):
        return consulta.data_atendimento


def _termos(consulta: ConsultaPreparada) -> Iterable[tuple[str, str]]:
    return (_termo(linha) for linha in _linhas(consulta))


def _termo(linha: Mapping[str, Any]) -> tuple[str, str]:
    return str(linha.get("codigo_tabela")), str(linha.get("codigo_procedimento"))


def _linhas(consulta: ConsultaPreparada) -> Iterator[Mapping[str, Any]]:
    """The lines of a row that are JSON objects, as far as its JSON has lines at all."""
    for linhas in (consulta.itens, consulta.despesas):
        if isinstance(linhas, list):
            yield from (linha for linha in linhas if isinstance(linha, dict))
