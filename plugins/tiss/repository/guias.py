"""Which consultas have to become guias, and the guias that they became."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from psycopg.types.json import Jsonb

from tiss.domain.ausencia import campos_ausentes
from tiss.domain.cadastro import Contrato
from tiss.domain.estados import StatusGuia
from tiss.domain.guia import Guia, GuiaConsulta
from tiss.domain.limpeza import Limpos
from tiss.domain.odonto import DENTE, REGIAO, ItemOdonto
from tiss.domain.partes import Despesa, Item, MembroEquipe
from tiss.domain.preparada import ConsultaPreparada
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.regras import VERSAO_REGRAS, passageiras
from tiss.repository.conexao import Transacao
from tiss.settings import ENCODING

# Another consulta may give the number back at any time. No rule: only the database tells.
NUMERO_REPETIDO = "NUMERO_REPETIDO"


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
    """What became of a candidata: a guia with its XML, or the problems that keep it from it.

    problemas: warnings too, which keep it from nothing.
    """

    candidata: Candidata
    contrato: Contrato
    guia: Guia | None = None
    xml: str | None = None
    problemas: list[Problema] = field(default_factory=list)

    @property
    def valida(self) -> bool:
        """Whether nothing keeps it from being billed."""
        return all(problema.gravidade is Gravidade.AVISO for problema in self.problemas)

    @property
    def status(self) -> StatusGuia:
        """GERADA, or INVALIDA when a problem keeps it from being billed."""
        return StatusGuia.GERADA if self.valida else StatusGuia.INVALIDA


@dataclass(frozen=True, slots=True, kw_only=True)
class Atendida:
    """A billed item, as a possible second billing would name it."""

    consulta_id: str
    numero_carteira: str
    data_execucao: date
    codigo_tabela: str
    codigo_procedimento: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaViva:
    """The live guia of a consulta; lote_id: the lote in which it is, if any."""

    id: int
    status: str
    lote_id: int | None


def travar_viva(t: Transacao, consulta_id: str, ambiente: str) -> GuiaViva | None:
    """Lock and return the live guia of a consulta, None when it has none."""
    return t.linha(GuiaViva, "guia/travar_viva", consulta=consulta_id, ambiente=ambiente)


def encerrar(t: Transacao, guia_id: int, *, viva: bool, por: str, motivo: str) -> None:
    """End a guia by a person's word. viva: its consulta is not billed; else it is billed again."""
    t.executar("guia/encerrar", guia=guia_id, viva=viva, por=por, motivo=motivo)


def reter(t: Transacao, *, motivo: str, por: str) -> int:
    """Hold back every prepared consulta that looks unbilled; return how many."""
    return t.executar("guia/reter", motivo=motivo, por=por)


def retidas(t: Transacao) -> list[dict[str, Any]]:
    """Return what is held back: rows of consulta_id, ambiente, motivo, desde and por."""
    return t.tabela("guia/retidas")


def soltar_retidas(t: Transacao, consultas: Sequence[str] | None) -> int:
    """Let consultas be billed that were held back, None: all of them; return how many."""
    quais = None if consultas is None else list(consultas)
    return t.executar("guia/soltar_retidas", consultas=quais)


def colunas_da_visao(t: Transacao) -> dict[str, str]:
    """Return the type of each column of tiss.consulta_preparada, empty when there is no view."""
    return {linha["nome"]: linha["tipo"] for linha in t.tabela("guia/colunas_da_visao")}


def chaves_novas(t: Transacao, contrato: Contrato, filtro: Filtro) -> list[str]:
    """Return the consulta_id of every prepared consulta without a live guia, in order."""
    return t.valores("guia/chaves_novas", **_parametros(contrato, filtro))


def novas(
    t: Transacao, contrato: Contrato, filtro: Filtro, chaves: Sequence[str], textos: Limpos
) -> list[Candidata]:
    """Return the consultas of a page of keys that are still to be billed here, in order.

    textos: of the contrato, for this page.
    """
    linhas = t.linhas_com(
        partial(ConsultaPreparada.da_linha, textos),
        "guia/novas",
        **_parametros(contrato, filtro),
        chaves=list(chaves),
    )
    return [Candidata(consulta=linha) for linha in linhas]


def chaves_abertas(t: Transacao, contrato: Contrato, filtro: Filtro) -> list[str]:
    """Return the consulta_id of every guia of the contrato that has not left, in order."""
    return t.valores("guia/chaves_abertas", **_parametros(contrato, filtro))


def desatualizadas(
    t: Transacao, contrato: Contrato, filtro: Filtro, chaves: Sequence[str], textos: Limpos
) -> list[Candidata]:
    """Return the guias of a page of keys that are out of date for this contrato, in order.

    textos: of the contrato, for this page.
    """

    def candidata(guia_id: int, numero_atual: str | None, **colunas: Any) -> Candidata:  # noqa: ANN401
        consulta = ConsultaPreparada.da_linha(textos, **colunas)
        return Candidata(consulta=consulta, guia_id=guia_id, numero=numero_atual)

    return t.linhas_com(
        candidata,
        "guia/desatualizadas",
        **_parametros(contrato, filtro),
        contrato=contrato.id,
        versao_contrato=contrato.versao,
        versao_regras=VERSAO_REGRAS,
        passageiras=[*passageiras(), NUMERO_REPETIDO],
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


def repetidas(
    t: Transacao, contrato: Contrato, *, carteiras: Collection[str], dias: Collection[date]
) -> list[Atendida]:
    """Return what was already billed, or is about to be, to these cards on these days."""
    return t.linhas(
        Atendida,
        "guia/repetidas",
        clinica=contrato.clinica_id,
        registro_ans=contrato.registro_ans,
        ambiente=contrato.ambiente,
        carteiras=sorted(carteiras),
        dias=sorted(dias),
    )


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
    valida = guia is not None and montada.valida
    return {
        "guia_id": montada.candidata.guia_id,
        "consulta_id": consulta.consulta_id,
        "clinica_id": consulta.clinica_id,
        "registro_ans": consulta.registro_ans,
        "ambiente": contrato.ambiente,
        "tipo": consulta.tipo_guia or "",
        "data_atendimento": consulta.data_atendimento,
        "contrato": contrato.id,
        "numero_carteira": consulta.numero_carteira,
        # An INVALIDA consumes no number; one that it already has stays its own.
        "numero": guia.numero_guia_prestador if guia and valida else montada.candidata.numero,
        "numero_guia_operadora": consulta.numero_guia_operadora,
        "senha": consulta.senha,
        "nome_profissional": consulta.nome_profissional,
        "conselho_profissional": consulta.conselho_profissional,
        "numero_conselho_profissional": consulta.numero_conselho_profissional,
        "uf_profissional": consulta.uf,
        "status": montada.status,
        "problemas": _json(montada.problemas),
        # An INVALIDA bills nothing: its values may be the very problem, too large to be stored.
        "valor_informado": guia.valor_informado if guia and valida else None,
        "digest": consulta.digest,
        "versao_contrato": contrato.versao,
        "versao_regras": VERSAO_REGRAS,
        "xml": montada.xml.encode(ENCODING) if valida and montada.xml is not None else None,
        "campos_ausentes": list(campos_ausentes(guia)) if guia and valida else None,
    }


def _itens(montada: GuiaMontada, guia_id: int) -> list[dict[str, object]]:
    if montada.guia is None or not montada.valida:
        return []
    linhas = (*_cobrados(montada.guia), *montada.guia.despesas)
    return [{"guia_id": guia_id, **_linha(linha)} for linha in linhas]


def _cobrados(guia: Guia) -> Sequence[Item | ItemOdonto]:
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


def _linha(linha: Item | ItemOdonto | Despesa) -> dict[str, object]:
    quem = (linha.responsavel if isinstance(linha, Item) else None) or MembroEquipe()
    return {
        "sequencial_item": linha.sequencial_item,
        "codigo_despesa": linha.codigo_despesa if isinstance(linha, Despesa) else None,
        "codigo_tabela": linha.codigo_tabela,
        "codigo_procedimento": linha.codigo_procedimento,
        "descricao": linha.descricao,
        "data_execucao": linha.data_execucao,
        "quantidade": linha.quantidade,
        "valor_unitario": None if isinstance(linha, ItemOdonto) else linha.valor_unitario,
        "valor_total": linha.valor_total,
        **_lugar_da_boca(linha),
        "nome_profissional": quem.nome,
        "conselho_profissional": quem.conselho,
        "numero_conselho_profissional": quem.numero_conselho,
        "uf_profissional": quem.uf,
    }


def _lugar_da_boca(linha: Item | ItemOdonto | Despesa) -> dict[str, object]:
    odonto = linha if isinstance(linha, ItemOdonto) else ItemOdonto()
    lugar = odonto.dente_regiao
    return {
        "codigo_dente": lugar.valor if lugar and lugar.elemento == DENTE else None,
        "codigo_regiao": lugar.valor if lugar and lugar.elemento == REGIAO else None,
        "dente_face": odonto.dente_face,
    }


def _json(problemas: Sequence[Problema]) -> Jsonb:
    return Jsonb([asdict(problema) for problema in problemas])
