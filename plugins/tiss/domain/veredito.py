"""From what a demonstrativo says about a guia to its verdict and glosas, pure.

An analysed guia shows only its refused items: an item not shown was accepted. The glosa of an
item is informado - liberado - franquia; motives that add up to it are shares, motives that each
repeat it count once, anything else is a divergence. Levels are never added to each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiss.domain.divergencia import Divergencia
from tiss.domain.estados import StatusGuia
from tiss.domain.retorno import (
    ANALISADA_AGUARDANDO,
    ANALISADAS,
    CANCELADO,
    ENCERRADA_SEM_PAGAMENTO,
    GuiaAnalisada,
    ItemAnalisado,
    Motivo,
    Nivel,
)

ZERO = Decimal("0.00")
# All that a verdict may find; a newer one says anew which of them stand.
DIVERGENCIAS = frozenset(
    {
        "CANCELADA_PELA_OPERADORA",
        "ENCERRADA_COM_VALOR",
        "GLOSA_NAO_FECHA",
        "LIBERADO_A_MAIS",
        "NEGADA_SEM_MOTIVO",
        "RATEIO_DA_GLOSA",
        "SEM_VALOR_LIBERADO",
        "VALOR_INFORMADO_DIFERE",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glosa:
    """One motive of refusal. valor_rateado: its share, None when it cannot be told."""

    nivel: Nivel
    sequencial_item: int | None
    codigo: str
    descricao: str | None
    valor_declarado: Decimal | None
    valor_rateado: Decimal | None
    posicao: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Veredito:
    """What a demonstrativo decides about one guia.

    resultado: None while the situation is pending. Money in reais; valor_glosado is informado -
    liberado - franquia.
    """

    situacao: str
    resultado: StatusGuia | None
    glosa_parcial: bool
    valor_informado: Decimal
    valor_processado: Decimal | None
    valor_liberado: Decimal
    valor_glosado: Decimal
    valor_franquia: Decimal
    glosas: tuple[Glosa, ...]
    divergencias: tuple[Divergencia, ...]


def julgar(
    guia: GuiaAnalisada, *, valor_informado: Decimal, motivos_protocolo: Sequence[Motivo] = ()
) -> Veredito | None:
    """Return the verdict on a guia, or None while its situation says nothing yet.

    valor_informado: what we billed; the operadora's own figure is only compared with it.
    """
    if guia.situacao == CANCELADO:
        return _cancelada(guia, valor_informado)
    if guia.situacao not in ANALISADAS and guia.situacao != ANALISADA_AGUARDANDO:
        return None
    liberado = guia.valor_liberado if guia.valor_liberado is not None else ZERO
    # What the patient pays is not refused; it is what is left of the price, at most.
    franquia = max(min(guia.valor_franquia or ZERO, valor_informado - liberado), ZERO)
    glosado = max(valor_informado - liberado - franquia, ZERO)
    glosas = glosas_da_guia(guia, glosado=glosado, motivos_protocolo=motivos_protocolo)
    resultado, divergencias = _resultado(guia, valor_informado, liberado, glosado, glosas)
    return Veredito(
        situacao=guia.situacao,
        resultado=resultado,
        glosa_parcial=resultado is StatusGuia.AUTORIZADA and glosado > 0,
        valor_informado=valor_informado,
        valor_processado=guia.valor_processado,
        valor_liberado=liberado,
        valor_glosado=glosado,
        valor_franquia=franquia,
        glosas=glosas,
        divergencias=tuple(divergencias),
    )


def _cancelada(guia: GuiaAnalisada, valor_informado: Decimal) -> Veredito:
    return Veredito(
        situacao=guia.situacao,
        resultado=StatusGuia.CANCELADA,
        glosa_parcial=False,
        valor_informado=valor_informado,
        valor_processado=guia.valor_processado,
        valor_liberado=ZERO,
        valor_glosado=ZERO,
        valor_franquia=ZERO,
        glosas=(),
        divergencias=(Divergencia("CANCELADA_PELA_OPERADORA", "a operadora cancelou a guia"),),
    )


def _resultado(
    guia: GuiaAnalisada,
    informado: Decimal,
    liberado: Decimal,
    glosado: Decimal,
    glosas: Sequence[Glosa],
) -> tuple[StatusGuia | None, list[Divergencia]]:
    sem_rateio = dict.fromkeys(
        glosa.sequencial_item
        for glosa in glosas
        if glosa.nivel == "ITEM" and glosa.valor_rateado is None
    )
    divergencias = [
        Divergencia(
            "RATEIO_DA_GLOSA", f"os motivos do item {item} não somam o valor recusado", str(item)
        )
        for item in sem_rateio
    ]
    if guia.valor_informado is not None and guia.valor_informado != informado:
        divergencias.append(
            Divergencia(
                "VALOR_INFORMADO_DIFERE",
                f"cobramos {informado} e a operadora leu {guia.valor_informado}",
            )
        )
    if liberado > informado:
        divergencias.append(
            Divergencia("LIBERADO_A_MAIS", f"liberado {liberado}, cobrado {informado}")
        )
    if _glosa_nao_fecha(guia, liberado):
        divergencias.append(
            Divergencia(
                "GLOSA_NAO_FECHA",
                f"a operadora diz glosa {guia.valor_glosa}; informado {guia.valor_informado}, "
                f"processado {guia.valor_processado}, liberado {liberado}",
            )
        )
    if guia.valor_liberado is None:
        divergencias.append(
            Divergencia("SEM_VALOR_LIBERADO", "a operadora não informou o valor liberado")
        )
        if guia.situacao != ENCERRADA_SEM_PAGAMENTO:
            return None, divergencias
    if guia.situacao == ANALISADA_AGUARDANDO:
        return None, divergencias
    if guia.situacao == ENCERRADA_SEM_PAGAMENTO:
        if liberado > 0:
            divergencias.append(
                Divergencia(
                    "ENCERRADA_COM_VALOR", f"encerrada sem pagamento, mas com {liberado} liberado"
                )
            )
        return StatusGuia.NEGADA, divergencias
    if liberado > 0 or (glosado == 0 and not glosas):
        return StatusGuia.AUTORIZADA, divergencias
    if not glosas:
        divergencias.append(
            Divergencia("NEGADA_SEM_MOTIVO", "nada foi liberado e não veio motivo de glosa")
        )
    return StatusGuia.NEGADA, divergencias


def _glosa_nao_fecha(guia: GuiaAnalisada, liberado: Decimal) -> bool:
    """Whether the glosa that is told is neither informado - liberado nor informado - processado.

    The examples of the standard take it from the processado, most operadoras from the liberado.
    """
    if guia.valor_glosa is None or guia.valor_informado is None or guia.valor_liberado is None:
        return False
    franquia = guia.valor_franquia or ZERO
    restos = [
        guia.valor_informado - valor
        for valor in (liberado, guia.valor_processado)
        if valor is not None
    ]
    return not {guia.valor_glosa, guia.valor_glosa + franquia} & set(restos)


def glosas_da_guia(
    guia: GuiaAnalisada, *, glosado: Decimal | None, motivos_protocolo: Sequence[Motivo] = ()
) -> tuple[Glosa, ...]:
    """Return every motive that a guia shows, each with its share of what was refused of it.

    glosado: what was refused of the whole guia; None when unknown, and only items have shares.
    """
    return tuple(_glosas(guia, motivos_protocolo, glosado))


def _glosas(
    guia: GuiaAnalisada, motivos_protocolo: Sequence[Motivo], glosado: Decimal | None
) -> Iterator[Glosa]:
    resto = glosado
    # An item may be shown twice: the place of a motive counts over all that is shown of its item.
    posicoes: Counter[int] = Counter()
    for item in guia.itens:
        if not item.motivos:
            continue
        diferenca = _diferenca(item)
        if resto is not None:
            resto -= diferenca or ZERO
        numero = item.sequencial_item or 0
        parcelas = _ratear(item.motivos, diferenca)
        for motivo, parcela in zip(item.motivos, parcelas, strict=True):
            posicoes[numero] += 1
            yield _glosa("ITEM", numero, motivo, parcela, posicoes[numero])
    # What the items do not explain belongs to the first motive of the narrowest level that has one.
    niveis: tuple[tuple[Nivel, Sequence[Motivo]], ...] = (
        ("GUIA", guia.motivos),
        ("PROTOCOLO", motivos_protocolo),
    )
    for nivel, motivos in niveis:
        for posicao, motivo in enumerate(motivos, 1):
            parcela = None
            if resto is not None:
                parcela = max(resto, ZERO)
                resto -= parcela
            yield _glosa(nivel, None, motivo, parcela, posicao)


def _diferenca(item: ItemAnalisado) -> Decimal | None:
    if item.valor_informado is None or item.valor_liberado is None:
        return None
    return item.valor_informado - item.valor_liberado - (item.valor_franquia or ZERO)


def _ratear(motivos: Sequence[Motivo], diferenca: Decimal | None) -> list[Decimal | None]:
    """Shares of the refused value, one per motive; None each when they do not fit it."""
    declarados = [motivo.valor for motivo in motivos]
    if diferenca is None:
        return [None] * len(motivos)
    if sum((valor or ZERO for valor in declarados), ZERO) == diferenca:
        return [valor or ZERO for valor in declarados]
    if all(valor == diferenca for valor in declarados):
        return [diferenca, *[ZERO] * (len(motivos) - 1)]
    return [None] * len(motivos)


def _glosa(
    nivel: Nivel, item: int | None, motivo: Motivo, parcela: Decimal | None, posicao: int
) -> Glosa:
    return Glosa(
        nivel=nivel,
        sequencial_item=item,
        codigo=motivo.codigo,
        descricao=motivo.descricao,
        valor_declarado=motivo.valor,
        valor_rateado=parcela,
        posicao=posicao,
    )
