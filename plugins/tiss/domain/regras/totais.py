"""Totals of a guia against its lines, within one centavo.

A total whose lines, or whose own value, are incomplete is not judged: the form says what is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tiss.domain.guia import GuiaSpSadt
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao
from tiss.domain.odonto import GuiaOdonto, ItemOdonto
from tiss.domain.partes import PARCIAIS, ZERO, Despesa, Item
from tiss.domain.regras.itens import CENTAVO
from tiss.domain.regras.registro import Achado, Contexto, Regra, sempre_bloqueia

_ELEMENTOS = {
    "procedimentos": "valorProcedimentos",
    "diarias": "valorDiarias",
    "taxas_alugueis": "valorTaxasAlugueis",
    "materiais": "valorMateriais",
    "medicamentos": "valorMedicamentos",
    "opme": "valorOPME",
    "gases_medicinais": "valorGasesMedicinais",
}
_PARCIAIS_DE_DESPESA = tuple(PARCIAIS.values())

TOTAL_GERAL_NAO_CONFERE = sempre_bloqueia(
    "TOTAL_GERAL_NAO_CONFERE",
    "o total da guia é a soma dos seus totais parciais ou dos seus itens, "
    "com diferença de até R$ 0,01",
    "lacuna do XSD: totais incoerentes são válidos",
    "1805",
)
TOTAL_PARCIAL_NAO_CONFERE = sempre_bloqueia(
    "TOTAL_PARCIAL_NAO_CONFERE",
    "cada total parcial é a soma dos itens do seu tipo, com diferença de até R$ 0,01",
    "lacuna do XSD: totais incoerentes são válidos",
    "1805",
)
TOTAL_PARCIAL_AUSENTE = Regra(
    codigo="TOTAL_PARCIAL_AUSENTE",
    titulo="há total parcial para cada tipo de item lançado",
    fonte="XSD: o total parcial é opcional; o geral é a soma dos que foram informados",
    glosa_provavel="1805",
)
VALOR_POR_UNIDADE = Regra(
    codigo="VALOR_POR_UNIDADE",
    titulo="em odontologia, o total soma valorProc por linha, e não valorProc x quantidade",
    fonte="não definido pelo padrão: combine com a operadora",
    glosa_provavel="1805",
)
REGRAS = (
    TOTAL_GERAL_NAO_CONFERE,
    TOTAL_PARCIAL_NAO_CONFERE,
    TOTAL_PARCIAL_AUSENTE,
    VALOR_POR_UNIDADE,
)


def conferir_parciais(
    guia: GuiaSpSadt | GuiaResumoInternacao, _contexto: Contexto, achados: list[Achado]
) -> None:
    """Check the partial totals and valorTotalGeral of an SP/SADT or of a stay in hospital."""
    try:
        _conferir_parciais(guia, achados)
    except ArithmeticError:
        return  # numbers beyond every limit, a matter of form


def _conferir_parciais(guia: GuiaSpSadt | GuiaResumoInternacao, achados: list[Achado]) -> None:
    totais, itens, despesas = guia.totais, guia.itens, guia.despesas
    soma = _soma(itens)
    completo = soma is not None
    esperado = ZERO
    if soma is not None:
        if totais.procedimentos != soma:
            _parcial("procedimentos", totais.procedimentos, soma, achados)
        esperado = soma if totais.procedimentos is None else totais.procedimentos
    por_tipo = _despesas_por_tipo(despesas)
    if por_tipo is None:
        return
    for nome in _PARCIAIS_DE_DESPESA:
        informado = getattr(totais, nome)
        linhas = por_tipo.get(nome)
        if informado is None and linhas is None:
            continue
        if informado != linhas:
            _parcial(nome, informado, linhas or ZERO, achados)
        esperado += (linhas or ZERO) if informado is None else informado
    geral = totais.geral
    if completo and geral is not None and geral != esperado and abs(geral - esperado) > CENTAVO:
        achados.append(_geral("valorTotal/valorTotalGeral", geral, esperado))


def _despesas_por_tipo(despesas: tuple[Despesa, ...]) -> dict[str, Decimal] | None:
    """Return partial total -> sum of its lines; None when a line has no value or no known kind."""
    por_tipo: dict[str, Decimal] = {}
    for despesa in despesas:
        nome = PARCIAIS.get(despesa.codigo_despesa or "")
        if nome is None or despesa.valor_total is None:
            return None
        por_tipo[nome] = por_tipo.get(nome, ZERO) + despesa.valor_total
    return por_tipo


def _parcial(nome: str, informado: Decimal | None, soma: Decimal, achados: list[Achado]) -> None:
    _conferir(f"valorTotal/{_ELEMENTOS[nome]}", informado, soma, achados)


def _conferir(
    caminho: str, informado: Decimal | None, soma: Decimal, achados: list[Achado]
) -> None:
    if informado is None:
        if soma:
            achados.append(
                Achado(
                    TOTAL_PARCIAL_AUSENTE,
                    caminho,
                    f"há itens deste tipo, que somam {soma}, e o total deles não foi informado: "
                    "preencha",
                )
            )
    elif abs(informado - soma) > CENTAVO:
        achados.append(
            Achado(
                TOTAL_PARCIAL_NAO_CONFERE,
                caminho,
                f"os itens deste tipo somam {soma} e o total informado é {informado}: corrija o "
                "total ou os itens",
                informado,
            )
        )


def conferir_honorarios(guia: GuiaHonorarios, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check valorTotalHonorarios."""
    try:
        soma, total = _soma(guia.itens), guia.valor_total_honorarios
        if soma is None or total is None or total == soma or abs(total - soma) <= CENTAVO:
            return
    except ArithmeticError:
        return  # numbers beyond every limit, a matter of form
    achados.append(_geral("valorTotalHonorarios", total, soma))


def conferir_odonto(guia: GuiaOdonto, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check valorTotalProc, valorTotalFranquia and qtdTotalUS.

    The standard does not say whether values of a line are for the line or for each unit: a total
    that adds up either way does not block.
    """
    try:
        _conferir_odonto(guia, achados)
    except ArithmeticError:
        return  # numbers beyond every limit, a matter of form


def _conferir_odonto(guia: GuiaOdonto, achados: list[Achado]) -> None:
    itens = guia.itens
    total, soma = guia.valor_total_proc, _soma(itens)
    if total is not None and soma is not None and total != soma and abs(total - soma) > CENTAVO:
        if abs(total - _soma_por_unidade(itens, "valor_total")) <= CENTAVO:
            achados.append(
                Achado(
                    VALOR_POR_UNIDADE,
                    "valorTotalProc",
                    f"o total {total} só confere com valorProc x quantidade; por linha a soma é "
                    f"{soma}: confirme com a operadora e ponha em valorProc o preço da linha",
                    total,
                )
            )
        else:
            achados.append(_geral("valorTotalProc", total, soma))
    for nome, informado, elemento in (
        ("valor_franquia", guia.valor_total_franquia, "valorTotalFranquia"),
        ("qtd_us", guia.qtd_total_us, "qtdTotalUS"),
    ):
        parcelas = [valor for item in itens if (valor := getattr(item, nome)) is not None]
        if informado is None or abs(informado - _soma_por_unidade(itens, nome)) > CENTAVO:
            _conferir(elemento, informado, sum(parcelas, ZERO), achados)


def total_de_itens(
    caminho: str, total: Decimal, linhas: Sequence[tuple[Decimal, Decimal | None]]
) -> Achado | None:
    """Return that a total is not the sum of its lines, nor that of what their units cost.

    linhas: value and quantity, all within the limits of the standard.
    """
    soma = sum((valor for valor, _ in linhas), ZERO)
    por_unidade = sum(
        (valor * (1 if quantidade is None else quantidade) for valor, quantidade in linhas), ZERO
    )
    if abs(total - soma) <= CENTAVO or abs(total - por_unidade) <= CENTAVO:
        return None
    return _geral(caminho, total, soma)


def _soma(linhas: Iterable[Item | ItemOdonto]) -> Decimal | None:
    total = ZERO
    for linha in linhas:
        if linha.valor_total is None:
            return None
        total += linha.valor_total
    return total


def _soma_por_unidade(itens: tuple[ItemOdonto, ...], nome: str) -> Decimal:
    total = ZERO
    for item in itens:
        valor: Decimal | None = getattr(item, nome)
        total += (valor or ZERO) * (1 if item.quantidade is None else item.quantidade)
    return total


def _geral(caminho: str, informado: Decimal, esperado: Decimal) -> Achado:
    return Achado(
        TOTAL_GERAL_NAO_CONFERE,
        caminho,
        f"a soma dá {esperado} e o total da guia é {informado}: corrija o total ou os itens",
        informado,
    )
