"""A recurso de glosa: what is contested, why, and what an answer to it decides. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Template
from typing import Any

from tiss.domain.cadastro import Contrato, TipoGuia
from tiss.domain.divergencia import Divergencia
from tiss.domain.odonto import DENTE, REGIAO
from tiss.domain.partes import ZERO, Alternativa
from tiss.domain.pedido import (
    GlosaContestada,
    GuiaContestada,
    GuiaOdontoContestada,
    ItemContestado,
    ItemOdontoContestado,
    RecursoGlosa,
    RecursoGlosaOdonto,
)
from tiss.domain.retorno import DecisaoRecurso, Nivel, RespostaRecurso
from tiss.errors import ConfigError

# numeroProtocolo of a recurso is a st_numerico12; everywhere else it is text.
PROTOCOLO_MAXIMO = 12
# recursoGuia: at most so many in one recurso.
MAXIMO_DE_GUIAS = 100
# What a template may name, and what it is replaced by.
CAMPOS = {
    "guia": "o número da guia",
    "codigo": "o código da glosa",
    "glosa": "o que o código quer dizer",
    "valor": "o valor recursado",
    "data": "a data do atendimento",
    "procedimento": "o código do procedimento, onde a glosa é de um item",
    "descricao": "o nome do procedimento, onde a glosa é de um item",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GlosaRecorrida:
    """A glosa of a recurso, with what the message says of its guia and its item.

    viva: whether its guia still stands; it may have been cancelled, or presented again.
    valor_recursado: in reais, what is asked back. valor_acatado: what was granted; None while
    nothing was decided. Of a glosa that is not of an item, the fields of the item are None.
    """

    id: int
    envio_id: int
    nivel: Nivel
    sequencial_item: int | None
    codigo: str
    valor_recursado: Decimal
    justificativa: str
    valor_acatado: Decimal | None
    numero_guia_prestador: str
    numero_guia_operadora: str | None
    senha: str | None
    viva: bool
    data_execucao: date | None
    quantidade: Decimal | None
    codigo_tabela: str | None
    codigo_procedimento: str | None
    descricao: str | None
    codigo_dente: str | None
    codigo_regiao: str | None
    dente_face: str | None

    @property
    def dente_regiao(self) -> Alternativa | None:
        """The tooth, or else the region of the mouth, as the guia billed it; None: neither."""
        if self.codigo_dente is not None:
            return Alternativa(elemento=DENTE, valor=self.codigo_dente)
        if self.codigo_regiao is not None:
            return Alternativa(elemento=REGIAO, valor=self.codigo_regiao)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidata:
    """A refused value that nobody has contested. valor: in reais, None when nobody knows it.

    prazo: the last day on which it may be contested, None when the contrato has none. modelo: the
    template of the clinic for its code, None when it has none. codigo_fora_do_padrao: whether the
    version of the contrato is known not to have its code. ja_contestado: of what was refused of its
    guia (glosado_da_guia), what recursos ask or asked for. protocolo_ja_contestado: a glosa of the
    whole protocolo is contested once, for all guias.
    """

    envio_id: int
    lote_id: int
    protocolo: str
    numero_guia_prestador: str
    nivel: Nivel
    sequencial_item: int | None
    codigo: str
    descricao_glosa: str | None
    valor: Decimal | None
    prazo: date | None
    dias: int | None
    data_atendimento: date | None
    codigo_procedimento: str | None
    descricao: str | None
    modelo: str | None
    codigo_fora_do_padrao: bool
    glosado_da_guia: Decimal | None
    ja_contestado: Decimal
    protocolo_ja_contestado: bool

    @property
    def campos(self) -> dict[str, str | None]:
        """What a template may name of it: CAMPOS."""
        atendida = self.data_atendimento
        return {
            "guia": self.numero_guia_prestador,
            "codigo": self.codigo,
            "glosa": self.descricao_glosa,
            "valor": None if self.valor is None else f"R$ {self.valor}".replace(".", ","),
            "data": None if atendida is None else f"{atendida:%d/%m/%Y}",
            "procedimento": self.codigo_procedimento,
            "descricao": self.descricao,
        }

    @property
    def impedimento(self) -> str | None:
        """Why it cannot be contested by a message, None: it can."""
        if self.valor is None:
            return (
                f"guia {self.numero_guia_prestador}: os motivos não somam o valor recusado "
                "(RATEIO_DA_GLOSA): recorra pelo portal da operadora"
            )
        if self.valor <= 0:
            return f"guia {self.numero_guia_prestador}: nada foi recusado por {self.codigo}"
        if self.protocolo_ja_contestado:
            return f"protocolo {self.protocolo}: já se recorreu da glosa {self.codigo} dele inteiro"
        glosado = self.glosado_da_guia
        if glosado is not None and self.ja_contestado + self.valor > glosado:
            return (
                f"guia {self.numero_guia_prestador}: já se recorreu de {self.ja_contestado} dos "
                f"{glosado} glosados"
            )
        if self.dias is not None and self.dias < 0:
            return f"protocolo {self.protocolo}: o prazo terminou em {self.prazo:%d/%m/%Y}"
        if self.codigo_fora_do_padrao:
            return (
                f"o código {self.codigo} não existe na Tabela 38 desta versão, e no recurso de "
                "glosa o padrão não aceita outro: recorra pelo portal da operadora"
            )
        return impedimento(self.protocolo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorrido:
    """The lote that a recurso contests. numero_guia: of the recurso itself."""

    numero_lote: int
    protocolo: str
    tipo_guia: str
    numero_guia: str


def impedimento(protocolo: str) -> str | None:
    """Return why the lote of a protocolo cannot be contested by a message, None: it can.

    Source: tissGuias, st_numerico12 in guiaRecursoGlosa.
    """
    if protocolo.isascii() and protocolo.isdecimal() and len(protocolo) <= PROTOCOLO_MAXIMO:
        return None
    return (
        f"o protocolo {protocolo} não é só de algarismos, e no recurso de glosa o padrão não "
        "aceita outro: recorra pelo portal da operadora"
    )


def preencher(modelo: str, campos: Mapping[str, str | None]) -> str:
    """Return a justification by its template: ${guia}, ${codigo} and so on.

    Raises ConfigError for a template that names what does not exist.
    """
    try:
        return Template(modelo).substitute({nome: campos.get(nome) or "" for nome in CAMPOS})
    except (KeyError, ValueError) as erro:
        raise ConfigError(
            f"O modelo de justificativa usa {erro}; existem {', '.join(CAMPOS)}, como ${{guia}}. "
            "Um cifrão se escreve $$."
        ) from erro


def _por_guia(glosas: Sequence[GlosaRecorrida], *, odonto: bool) -> list[list[GlosaRecorrida]]:
    """The glosas as they enter a message: by guia, those of items apart from the others.

    A dental guia has room for one glosa of its own: each is told apart.
    """
    grupos: dict[tuple[str, str], list[GlosaRecorrida]] = {}
    for glosa in glosas:
        da_guia = glosa.codigo if odonto else "GUIA"
        chave = (glosa.numero_guia_prestador, "ITEM" if glosa.nivel == "ITEM" else da_guia)
        grupos.setdefault(chave, []).append(glosa)
    return list(grupos.values())


def mensagem(
    contrato: Contrato, recorrido: Recorrido, glosas: Sequence[GlosaRecorrida], *, hoje: date
) -> RecursoGlosa | RecursoGlosaOdonto:
    """Return the recurso as its message says it. hoje: in the contrato's time zone.

    glosas: at least one; either all of a whole protocolo, or of guias and items.
    Source: tissGuias, guiaRecursoGlosa and guiaRecursoGlosaOdonto.
    """
    do_protocolo = glosas[0] if glosas[0].nivel == "PROTOCOLO" else None
    odonto = recorrido.tipo_guia == TipoGuia.ODONTO
    guias = [] if do_protocolo else _por_guia(glosas, odonto=odonto)
    comum: dict[str, Any] = {
        "registro_ans": contrato.registro_ans,
        "numero_guia_rec_glosa_prestador": recorrido.numero_guia,
        "nome_operadora": contrato.nome_operadora,
        "objeto_recurso": "1" if do_protocolo else "2",
        "contratado": contrato.contratado,
        "numero_lote": str(recorrido.numero_lote),
        "numero_protocolo": recorrido.protocolo,
        "protocolo": _contestada(do_protocolo) if do_protocolo else None,
        "valor_total_recursado": sum((glosa.valor_recursado for glosa in glosas), ZERO),
        "data_recurso": hoje,
    }
    if odonto:
        return RecursoGlosaOdonto(**comum, guias=tuple(map(_guia_odonto, guias)))
    return RecursoGlosa(**comum, guias=tuple(map(_guia, guias)))


def _contestada(glosa: GlosaRecorrida) -> GlosaContestada:
    return GlosaContestada(codigo_glosa=glosa.codigo, justificativa=glosa.justificativa)


def _guia(glosas: Sequence[GlosaRecorrida]) -> GuiaContestada:
    primeira = glosas[0]
    de_itens = primeira.nivel == "ITEM"
    return GuiaContestada(
        numero_guia_origem=primeira.numero_guia_prestador,
        numero_guia_operadora=primeira.numero_guia_operadora,
        senha=primeira.senha,
        glosas=() if de_itens else tuple(map(_contestada, glosas)),
        itens=tuple(map(_item, glosas)) if de_itens else (),
    )


def _item(glosa: GlosaRecorrida) -> ItemContestado:
    return ItemContestado(
        sequencial_item=glosa.sequencial_item,
        data_inicio=glosa.data_execucao,
        codigo_tabela=glosa.codigo_tabela,
        codigo_procedimento=glosa.codigo_procedimento,
        descricao=glosa.descricao,
        codigo_glosa=glosa.codigo,
        valor_recursado=glosa.valor_recursado,
        justificativa=glosa.justificativa,
    )


def _guia_odonto(glosas: Sequence[GlosaRecorrida]) -> GuiaOdontoContestada:
    primeira = glosas[0]
    return GuiaOdontoContestada(
        numero_guia_prestador=primeira.numero_guia_prestador,
        numero_guia_operadora=primeira.numero_guia_operadora,
        senha=primeira.senha,
        # Asked for even where it is the items that are contested.
        codigo_glosa=primeira.codigo,
        justificativa=primeira.justificativa,
        itens=tuple(
            ItemOdontoContestado(
                sequencial_item=glosa.sequencial_item,
                data_realizacao=glosa.data_execucao,
                dente_regiao=glosa.dente_regiao,
                dente_face=glosa.dente_face,
                quantidade=glosa.quantidade,
                codigo_tabela=glosa.codigo_tabela,
                codigo_procedimento=glosa.codigo_procedimento,
                descricao=glosa.descricao,
                codigo_glosa=glosa.codigo,
                justificativa=glosa.justificativa,
                valor_recursado=glosa.valor_recursado,
            )
            for glosa in glosas
            if glosa.nivel == "ITEM"
        ),
    )


# Answers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Decidida:
    """What was granted of a contested glosa. resposta: the operadora's words."""

    id: int
    valor_acatado: Decimal
    resposta: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Julgamento:
    """What an answer decides. falta: whether something that was contested is not decided yet."""

    decididas: tuple[Decidida, ...]
    divergencias: tuple[Divergencia, ...]
    falta: bool


def julgar_recurso(resposta: RespostaRecurso, glosas: Sequence[GlosaRecorrida]) -> Julgamento:
    """Return what an answer grants of each contested glosa; what does not fit is named.

    A guia or a protocolo is granted or not, by its whole value unless the total tells of a part; an
    item by the value that is told. What was granted once stands: of two answers that differ the
    larger one counts, so that the order in which they come does not matter.
    """
    decididas, divergencias, ditos = [], [], []
    decisoes = [_decisao(resposta.decisoes, glosa) for glosa in glosas]
    valores: Sequence[Decimal | None] = _em_parte(resposta, decisoes, glosas) or [
        None if decisao is None else _acatado(decisao, glosa)
        for decisao, glosa in zip(decisoes, glosas, strict=True)
    ]
    for glosa, decisao, dito in zip(glosas, decisoes, valores, strict=True):
        if dito is None:
            if glosa.valor_acatado is None:
                divergencias.append(
                    Divergencia(
                        "RECURSO_SEM_DECISAO",
                        f"a resposta ao recurso não decide a glosa {glosa.codigo} da guia "
                        f"{glosa.numero_guia_prestador}",
                        chave=_chave(glosa),
                    )
                )
            continue
        ditos.append(dito)
        if dito > glosa.valor_recursado:
            divergencias.append(
                Divergencia(
                    "ACATADO_A_MAIS",
                    f"foram pedidos {glosa.valor_recursado} e acatados {dito}",
                    chave=_chave(glosa),
                )
            )
        if glosa.valor_acatado not in (None, dito):
            menor, maior = sorted((glosa.valor_acatado, dito))
            divergencias.append(
                Divergencia(
                    "RECURSO_CONTRADITO",
                    f"a operadora disse ter acatado {menor} e {maior}: vale o maior",
                    chave=_chave(glosa),
                )
            )
        decididas.append(
            Decidida(
                id=glosa.id,
                valor_acatado=max(dito, glosa.valor_acatado or ZERO),
                resposta=None if decisao is None else decisao.justificativa,
            )
        )
    # What this answer says of itself: what another one granted is no part of its total.
    soma, total = sum(ditos, ZERO), resposta.valor_acatado
    if total is not None and len(ditos) == len(glosas) and soma != total:
        divergencias.append(
            Divergencia(
                "TOTAL_DO_RECURSO",
                f"o total acatado é {total}, e o que se acatou soma {soma}",
                chave=f"{total}, {soma}",
            )
        )
    sabidas = {decidida.id for decidida in decididas}
    return Julgamento(
        decididas=tuple(decididas),
        divergencias=tuple(divergencias),
        falta=any(g.id not in sabidas and g.valor_acatado is None for g in glosas),
    )


def _em_parte(
    resposta: RespostaRecurso,
    decisoes: Sequence[DecisaoRecurso | None],
    glosas: Sequence[GlosaRecorrida],
) -> list[Decimal] | None:
    """How much of each was granted, where one yes stands for all and the total says how much.

    None where that is not so. Of a protocolo, the guias share it in their order.
    """
    resto = resposta.valor_acatado
    pedido = sum((glosa.valor_recursado for glosa in glosas), ZERO)
    um_sim = len(glosas) == 1 or all(glosa.nivel == "PROTOCOLO" for glosa in glosas)
    if (
        not um_sim
        or resto is None
        or not ZERO < resto < pedido
        or any(d is None or d.acatado is not True or d.valor_acatado is not None for d in decisoes)
    ):
        return None
    partes = []
    for glosa in glosas:
        partes.append(min(glosa.valor_recursado, resto))
        resto -= partes[-1]
    return partes


def _decisao(decisoes: Sequence[DecisaoRecurso], glosa: GlosaRecorrida) -> DecisaoRecurso | None:
    """The decision on a glosa: by its code, or the only one of its item when that names none."""
    dela = [decisao for decisao in decisoes if _do_mesmo_lugar(decisao, glosa)]
    do_codigo = [decisao for decisao in dela if decisao.codigo == glosa.codigo]
    if do_codigo:
        return do_codigo[0]
    return dela[0] if len(dela) == 1 and not dela[0].codigo else None


def _do_mesmo_lugar(decisao: DecisaoRecurso, glosa: GlosaRecorrida) -> bool:
    if decisao.nivel != glosa.nivel:
        return False
    if decisao.nivel == "PROTOCOLO":
        return True
    return (
        decisao.numero_guia_prestador == glosa.numero_guia_prestador
        and decisao.sequencial_item == glosa.sequencial_item
    )


def _acatado(decisao: DecisaoRecurso, glosa: GlosaRecorrida) -> Decimal | None:
    if decisao.valor_acatado is not None:
        return decisao.valor_acatado
    if decisao.acatado is None:
        return None
    return glosa.valor_recursado if decisao.acatado else ZERO


def _chave(glosa: GlosaRecorrida) -> str:
    return f"{glosa.numero_guia_prestador}/{glosa.sequencial_item or glosa.nivel}/{glosa.codigo}"
