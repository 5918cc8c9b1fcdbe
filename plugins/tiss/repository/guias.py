"""Which consultas have to become guias, and the guias that they became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from tiss.domain.cadastro import Contrato
from tiss.domain.estados import StatusGuia
from tiss.domain.guia import Guia, GuiaConsulta, Item, Problema
from tiss.domain.preparada import ConsultaPreparada
from tiss.domain.regras import VERSAO_REGRAS
from tiss.repository.conexao import Transacao


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtro:
    """What a run looks at; empty means everything. desde and ate: days of care, inclusive."""

    tipos: tuple[str, ...] = ()
    consultas: tuple[str, ...] = ()
    desde: date | None = None
    ate: date | None = None

    @property
    def parcial(self) -> bool:
        """Whether the run looks at a part of what there is."""
        return self != Filtro()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidata:
    """A consulta to build a guia from; guia_id and numero when it already has a guia."""

    consulta: ConsultaPreparada
    guia_id: int | None = None
    numero: str | None = None


@dataclass(slots=True, kw_only=True)
class GuiaMontada:
    """What became of a candidata: a guia with its XML, or the problems that keep it from it."""

    candidata: Candidata
    contrato: Contrato
    guia: Guia | None = None
    xml: str | None = None
    problemas: list[Problema] = field(default_factory=list)

    @property
    def status(self) -> StatusGuia:
        """GERADA, or INVALIDA when there are problems."""
        return StatusGuia.INVALIDA if self.problemas else StatusGuia.GERADA


def chaves_novas(t: Transacao, contrato: Contrato, filtro: Filtro) -> list[str]:
    """Return the consulta_id of every prepared consulta without a live guia, in order."""
    return t.valores("guia/chaves_novas", **_parametros(contrato, filtro))


def novas(
    t: Transacao, contrato: Contrato, filtro: Filtro, chaves: Sequence[str]
) -> list[Candidata]:
    """Return the consultas of a page of keys that are still to be billed here, in order."""
    linhas = t.linhas_com(
        ConsultaPreparada.da_linha,
        "guia/novas",
        **_parametros(contrato, filtro),
        chaves=list(chaves),
    )
    return [Candidata(consulta=linha) for linha in linhas]


def chaves_abertas(t: Transacao, contrato: Contrato, filtro: Filtro) -> list[str]:
    """Return the consulta_id of every guia of the contrato that has not left, in order."""
    return t.valores("guia/chaves_abertas", **_parametros(contrato, filtro))


def desatualizadas(
    t: Transacao, contrato: Contrato, filtro: Filtro, chaves: Sequence[str]
) -> list[Candidata]:
    """Return the guias of a page of keys that are out of date for this contrato, in order."""

    def candidata(guia_id: int, numero_atual: str | None, **colunas: Any) -> Candidata:  # noqa: ANN401
        consulta = ConsultaPreparada.da_linha(**colunas)
        return Candidata(consulta=consulta, guia_id=guia_id, numero=numero_atual)

    return t.linhas_com(
        candidata,
        "guia/desatualizadas",
        **_parametros(contrato, filtro),
        contrato=contrato.id,
        versao_contrato=contrato.versao,
        versao_regras=VERSAO_REGRAS,
        chaves=list(chaves),
    )


def gravar(t: Transacao, montadas: Iterable[GuiaMontada]) -> None:
    """Store guias with their items; one that another run made or took meanwhile is left alone."""
    itens: list[dict[str, object]] = []
    for montada in montadas:
        guia_id = t.valor(
            "guia/inserir" if montada.candidata.guia_id is None else "guia/refazer",
            **_colunas(montada),
        )
        if guia_id is not None:
            t.executar("guia/apagar_itens", guia_id=guia_id)
            itens += _itens(montada, guia_id)
    t.executar_varios("guia/inserir_item", itens)


def gravar_sem_contrato(t: Transacao, problema: Problema) -> int:
    """Store the prepared consultas that no contrato covers as INVALIDA; return how many."""
    return t.executar("guia/sem_contrato", problemas=_json([problema]), versao_regras=VERSAO_REGRAS)


def retirar(t: Transacao, contrato: Contrato, problema: Problema) -> int:
    """Make INVALIDA the guias whose consulta is no longer of this contrato; return how many."""
    return t.executar(
        "guia/retirar",
        **_parametros(contrato, Filtro()),
        contrato=contrato.id,
        problemas=_json([problema]),
    )


def _parametros(contrato: Contrato, filtro: Filtro) -> dict[str, Any]:
    return {
        "clinica": contrato.clinica_id,
        "registro_ans": contrato.registro_ans,
        "ambiente": contrato.ambiente,
        "inicio": contrato.faturar_a_partir_de,
        "desde": filtro.desde,
        "ate": filtro.ate,
        "tipos": list(filtro.tipos),
        "consultas": list(filtro.consultas),
    }


def _colunas(montada: GuiaMontada) -> dict[str, object]:
    consulta, contrato, guia = montada.candidata.consulta, montada.contrato, montada.guia
    valida = guia is not None and not montada.problemas
    return {
        "guia_id": montada.candidata.guia_id,
        "consulta_id": consulta.consulta_id,
        "clinica_id": consulta.clinica_id,
        "registro_ans": consulta.registro_ans,
        "ambiente": contrato.ambiente,
        "tipo": consulta.tipo_guia or "",
        "data_atendimento": consulta.data_atendimento,
        "contrato": contrato.id,
        # An INVALIDA consumes no number; one that it already has stays its own.
        "numero": guia.numero_guia_prestador if guia and valida else montada.candidata.numero,
        "numero_guia_operadora": consulta.numero_guia_operadora,
        "senha": consulta.senha,
        "status": montada.status,
        "problemas": _json(montada.problemas),
        # An INVALIDA bills nothing: its values may be the very problem, too large to be stored.
        "valor_informado": guia.valor_informado if guia and valida else None,
        "digest": consulta.digest,
        "versao_contrato": contrato.versao,
        "versao_regras": VERSAO_REGRAS,
        "xml": montada.xml.encode("ascii") if montada.xml is not None else None,
    }


def _itens(montada: GuiaMontada, guia_id: int) -> list[dict[str, object]]:
    if montada.guia is None or montada.problemas:
        return []
    return [{"guia_id": guia_id, **asdict(item)} for item in _cobrados(montada.guia)]


def _cobrados(guia: Guia) -> tuple[Item, ...]:
    """The items as the guia bills them: a guiaConsulta only says what its one is and costs."""
    if not isinstance(guia, GuiaConsulta):
        return guia.itens
    unico = replace(
        guia.procedimento,
        sequencial_item=1,
        descricao=guia.procedimento.descricao or "",
        data_execucao=guia.data_atendimento,
        quantidade=Decimal(1),
        valor_unitario=guia.procedimento.valor_total,
    )
    return (unico,)


def _json(problemas: Sequence[Problema]) -> Jsonb:
    return Jsonb([asdict(problema) for problema in problemas])
