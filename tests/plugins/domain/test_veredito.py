from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.estados import StatusGuia
from tiss.domain.retorno import SITUACOES, GuiaAnalisada, ItemAnalisado, Motivo
from tiss.domain.veredito import Glosa, Veredito, julgar

AUTORIZADA, NEGADA, CANCELADA = StatusGuia.AUTORIZADA, StatusGuia.NEGADA, StatusGuia.CANCELADA
CEM = Decimal("100.00")


def real(valor: str | None) -> Decimal | None:
    return None if valor is None else Decimal(valor)


def motivo(codigo: str = "1705", valor: str | None = None) -> Motivo:
    return Motivo(codigo=codigo, valor=real(valor))


def item(
    informado: str | None,
    liberado: str | None,
    *motivos: str | None,
    numero: int | None = 1,
) -> ItemAnalisado:
    return ItemAnalisado(
        sequencial_item=numero,
        valor_informado=real(informado),
        valor_liberado=real(liberado),
        motivos=tuple(motivo(valor=valor) for valor in motivos),
    )


def julgada(
    liberado: str | None,
    *itens: ItemAnalisado,
    situacao: str = "3",
    motivos: Sequence[Motivo] = (),
    do_protocolo: Sequence[Motivo] = (),
    informado: Decimal = CEM,
    informado_la: str | None = None,
) -> Veredito | None:
    guia = GuiaAnalisada(
        numero_guia_prestador="1",
        situacao=situacao,
        motivos=tuple(motivos),
        itens=itens,
        valor_informado=real(informado_la),
        valor_processado=None,
        valor_liberado=real(liberado),
    )
    return julgar(guia, valor_informado=informado, motivos_protocolo=do_protocolo)


def veredito(*posicionais: object, **nomeados: object) -> Veredito:
    achado = julgada(*posicionais, **nomeados)
    assert achado is not None
    return achado


def nomes(achado: Veredito) -> list[str]:
    return [divergencia.motivo for divergencia in achado.divergencias]


def rateio(achado: Veredito) -> list[Decimal | None]:
    return [glosa.valor_rateado for glosa in achado.glosas]


# which situation decides what


@pytest.mark.parametrize(
    ("situacao", "pago", "nada"),
    [
        ("1", "silêncio", "silêncio"),
        ("2", "silêncio", "silêncio"),
        ("3", AUTORIZADA, NEGADA),
        ("4", NEGADA, NEGADA),
        ("5", None, None),
        ("6", AUTORIZADA, NEGADA),
        ("7", "silêncio", "silêncio"),
        ("8", "silêncio", "silêncio"),
        ("9", CANCELADA, CANCELADA),
        ("10", "silêncio", "silêncio"),
        ("", "silêncio", "silêncio"),
        ("11", "silêncio", "silêncio"),
    ],
)
def test_situation_of_the_guia_decides_what_its_values_mean(
    situacao: str, pago: object, nada: object
) -> None:
    for liberado, esperado in (("100.00", pago), ("0.00", nada)):
        achado = julgada(liberado, situacao=situacao)
        assert (achado.resultado if achado else "silêncio") == esperado


def test_every_situation_of_the_standard_has_a_name() -> None:
    assert list(SITUACOES) == [str(numero) for numero in range(1, 11)]


def test_guia_waiting_for_release_shows_its_glosas_without_a_verdict() -> None:
    achado = veredito("40.00", item("100.00", "40.00", "60.00"), situacao="5")
    assert (achado.resultado, achado.glosa_parcial) == (None, False)
    assert rateio(achado) == [60]


def test_cancelled_guia_is_cancelada_refuses_nothing_and_is_a_divergence() -> None:
    achado = veredito("100.00", item("100.00", "0.00", "100.00"), situacao="9")
    assert (achado.valor_liberado, achado.valor_glosado, achado.glosas) == (0, 0, ())
    assert nomes(achado) == ["CANCELADA_PELA_OPERADORA"]


# authorised or refused


@pytest.mark.parametrize(
    ("liberado", "resultado", "parcial"),
    [
        ("100.00", AUTORIZADA, False),
        ("99.99", AUTORIZADA, True),
        ("0.01", AUTORIZADA, True),
        ("0.00", NEGADA, False),
    ],
)
def test_one_centavo_released_authorises_the_guia(
    liberado: str, resultado: StatusGuia, parcial: bool
) -> None:
    achado = veredito(liberado, motivos=[motivo()])
    assert (achado.resultado, achado.glosa_parcial) == (resultado, parcial)
    assert achado.divergencias == ()


def test_guia_that_asks_nothing_is_authorised_unless_a_glosa_refuses_it() -> None:
    assert veredito("0.00", informado=Decimal(0)).resultado is AUTORIZADA
    assert veredito("0.00", informado=Decimal(0), motivos=[motivo()]).resultado is NEGADA


def test_refused_without_any_motive_is_negada_and_a_divergence() -> None:
    achado = veredito("0.00")
    assert (achado.resultado, nomes(achado)) == (NEGADA, ["NEGADA_SEM_MOTIVO"])


@pytest.mark.parametrize(
    ("liberado", "divergencias"),
    [("0.00", []), ("0.01", ["ENCERRADA_COM_VALOR"]), (None, ["SEM_VALOR_LIBERADO"])],
)
def test_closed_unpaid_is_negada_whatever_its_values_say(
    liberado: str | None, divergencias: list[str]
) -> None:
    achado = veredito(liberado, situacao="4", motivos=[motivo()])
    assert (achado.resultado, nomes(achado)) == (NEGADA, divergencias)


@pytest.mark.parametrize("situacao", ["3", "5", "6"])
def test_value_that_was_not_told_gives_no_verdict(situacao: str) -> None:
    achado = veredito(None, situacao=situacao)
    assert (achado.resultado, nomes(achado)) == (None, ["SEM_VALOR_LIBERADO"])


# what does not fit


@pytest.mark.parametrize(
    ("la", "divergencias"),
    [("100.00", []), ("100", []), (None, []), ("99.99", ["VALOR_INFORMADO_DIFERE"])],
)
def test_our_figure_of_what_was_billed_is_compared_with_theirs(
    la: str | None, divergencias: list[str]
) -> None:
    achado = veredito("100.00", informado_la=la)
    assert (achado.valor_informado, nomes(achado)) == (CEM, divergencias)


def test_more_released_than_billed_is_a_divergence_and_refuses_nothing() -> None:
    achado = veredito("100.01")
    assert (achado.resultado, achado.valor_glosado) == (AUTORIZADA, 0)
    assert nomes(achado) == ["LIBERADO_A_MAIS"]


# the refused value of an item, over its motives


@pytest.mark.parametrize(
    ("declarados", "parcelas"),
    [
        (["60.00"], ["60"]),
        (["40.00", "20.00"], ["40", "20"]),  # they add up: shares
        (["60.00", "0.00"], ["60", "0"]),
        (["60.00", None], ["60", "0"]),
        (["60.00", "60.00"], ["60", "0"]),  # each repeats it: counts once
        (["60.00", "60.00", "60.00"], ["60", "0", "0"]),
        (["59.99"], [None]),  # neither
        (["60.00", "20.00"], [None, None]),
        ([None], [None]),
        ([None, None], [None, None]),
    ],
)
def test_motives_share_or_repeat_the_refused_value_or_are_a_divergence(
    declarados: list[str | None], parcelas: list[str | None]
) -> None:
    achado = veredito("40.00", item("100.00", "40.00", *declarados))
    assert rateio(achado) == [real(parcela) for parcela in parcelas]
    assert nomes(achado) == (["RATEIO_DA_GLOSA"] if None in parcelas else [])
    assert [glosa.valor_declarado for glosa in achado.glosas] == [real(v) for v in declarados]


@pytest.mark.parametrize(("informado", "liberado"), [(None, "40.00"), ("100.00", None)])
def test_item_with_a_value_missing_cannot_be_shared(
    informado: str | None, liberado: str | None
) -> None:
    achado = veredito("40.00", item(informado, liberado, "60.00"))
    assert (rateio(achado), nomes(achado)) == ([None], ["RATEIO_DA_GLOSA"])


def test_item_not_shown_was_accepted() -> None:
    achado = veredito("90.00", item("15.00", "5.00", "10.00", numero=2))
    assert [(g.sequencial_item, g.valor_rateado) for g in achado.glosas] == [(2, 10)]
    assert (achado.valor_glosado, nomes(achado)) == (10, [])


@pytest.mark.parametrize("liberado", ["0.00", "100.00"])
def test_item_shown_without_motive_makes_no_glosa(liberado: str) -> None:
    achado = veredito("100.00", item("100.00", liberado))
    assert (achado.glosas, achado.resultado) == ((), AUTORIZADA)


def test_item_accepted_and_shown_with_an_empty_motive_refuses_nothing() -> None:
    assert rateio(veredito("100.00", item("100.00", "100.00", "0.00"))) == [0]


def test_each_item_is_shared_alone_and_keeps_its_number() -> None:
    achado = veredito(
        "30.00",
        item("50.00", "30.00", "20.00", "20.00", numero=7),
        item("50.00", "0.00", "30.00", "20.00", numero=3),
    )
    assert [(g.sequencial_item, g.posicao, g.valor_rateado) for g in achado.glosas] == [
        (7, 1, 20),
        (7, 2, 0),
        (3, 1, 30),
        (3, 2, 20),
    ]


def test_item_shown_twice_or_without_number_gives_every_motive_a_place_of_its_own() -> None:
    achado = veredito(
        "40.00",
        item("50.00", "20.00", "30.00", numero=1),
        item("50.00", "20.00", "30.00", numero=1),
        item("1.00", "0.00", "1.00", numero=None),
        item("1.00", "0.00", "1.00", numero=0),
    )
    assert [(g.sequencial_item, g.posicao) for g in achado.glosas] == [
        (1, 1),
        (1, 2),
        (0, 1),
        (0, 2),
    ]


def test_divergence_of_an_item_shown_twice_is_named_once() -> None:
    certo, errado = item("50.00", "0.00", "50.00"), item("50.00", "0.00", "49.00", "2.00")
    assert nomes(veredito("0.00", certo, errado)) == ["RATEIO_DA_GLOSA"]


# levels


def test_motive_of_the_guia_takes_only_what_the_items_leave() -> None:
    achado = veredito("30.00", item("50.00", "10.00", "40.00"), motivos=[motivo("1801")])
    assert [(g.nivel, g.valor_rateado) for g in achado.glosas] == [("ITEM", 40), ("GUIA", 30)]


def test_motive_of_the_guia_explains_items_shown_without_motive() -> None:
    achado = veredito("0.00", item("100.00", "0.00"), motivos=[motivo("1001")])
    assert [(g.nivel, g.valor_rateado) for g in achado.glosas] == [("GUIA", 100)]


def test_levels_are_never_added_to_each_other() -> None:
    achado = veredito(
        "0.00",
        item("100.00", "0.00", "100.00"),
        motivos=[motivo("1801"), motivo("1001")],
        do_protocolo=[motivo("1104")],
    )
    assert [(g.nivel, g.codigo, g.posicao, g.valor_rateado) for g in achado.glosas] == [
        ("ITEM", "1705", 1, 100),
        ("GUIA", "1801", 1, 0),
        ("GUIA", "1001", 2, 0),
        ("PROTOCOLO", "1104", 1, 0),
    ]


def test_first_motive_of_the_narrowest_level_takes_the_whole_value() -> None:
    da_guia = veredito("0.00", motivos=[motivo(), motivo()], do_protocolo=[motivo()])
    assert rateio(da_guia) == [100, 0, 0]
    do_protocolo = veredito("0.00", do_protocolo=[motivo(), motivo()])
    assert rateio(do_protocolo) == [100, 0]
    assert do_protocolo.resultado is NEGADA


def test_motive_of_the_protocolo_costs_an_accepted_guia_nothing() -> None:
    achado = veredito("100.00", do_protocolo=[motivo("1104")])
    assert (achado.resultado, achado.glosa_parcial, rateio(achado)) == (AUTORIZADA, False, [0])


def test_items_that_refuse_more_than_the_guia_leave_nothing_below_zero() -> None:
    achado = veredito("90.00", item("100.00", "0.00", "100.00"), motivos=[motivo()])
    assert rateio(achado) == [100, 0]


def test_code_and_text_of_a_motive_are_kept_as_received() -> None:
    como_veio = Motivo(codigo="99ZZ", descricao="texto livre")
    (glosa,) = veredito("0.00", motivos=[como_veio]).glosas
    assert glosa == Glosa(
        nivel="GUIA",
        sequencial_item=None,
        codigo="99ZZ",
        descricao="texto livre",
        valor_declarado=None,
        valor_rateado=CEM,
        posicao=1,
    )


# money is conserved

centavos = st.integers(0, 10**7).map(lambda valor: Decimal(valor) / 100)


@st.composite
def motivos_de(draw: st.DrawFn, recusado: Decimal) -> tuple[Motivo, ...]:
    """Motives as operadoras give them: none, shares, repeats, or figures that do not fit."""
    quantos = draw(st.integers(0, 3))
    forma = draw(st.sampled_from(["parcelas", "repetidos", "errados"]))
    if forma == "parcelas" and quantos:
        cortes = sorted(draw(st.integers(0, int(recusado * 100))) for _ in range(quantos - 1))
        limites = [0, *cortes, int(recusado * 100)]
        valores: list[Decimal | None] = [Decimal(b - a) / 100 for a, b in pairwise(limites)]
    elif forma == "repetidos":
        valores = [recusado] * quantos
    else:
        valores = [draw(st.none() | centavos) for _ in range(quantos)]
    return tuple(Motivo(codigo="1705", valor=valor) for valor in valores)


@st.composite
def coerentes(draw: st.DrawFn) -> tuple[GuiaAnalisada, Decimal, tuple[Motivo, ...]]:
    """A guia whose figures agree: what its items refuse is part of what the guia refuses."""
    itens = []
    recusado = draw(centavos)
    informado = recusado + draw(centavos)
    for numero in draw(st.lists(st.integers(0, 3), max_size=4)):
        do_item, aceito = draw(centavos), draw(centavos)
        recusado, informado = recusado + do_item, informado + do_item + aceito
        itens.append(
            ItemAnalisado(
                sequencial_item=numero or None,
                valor_informado=do_item + aceito,
                valor_liberado=aceito,
                motivos=draw(motivos_de(do_item)),
            )
        )
    gerais = st.lists(st.builds(Motivo, codigo=st.just("1801")), max_size=2).map(tuple)
    guia = GuiaAnalisada(
        numero_guia_prestador="1",
        situacao=draw(st.sampled_from(["3", "5", "6", "4"])),
        motivos=draw(gerais),
        itens=tuple(itens),
        valor_informado=informado,
        valor_processado=None,
        valor_liberado=informado - recusado,
    )
    return guia, informado, draw(gerais)


@given(coerentes())
def test_money_is_conserved(caso: tuple[GuiaAnalisada, Decimal, tuple[Motivo, ...]]) -> None:
    guia, informado, do_protocolo = caso
    achado = julgar(guia, valor_informado=informado, motivos_protocolo=do_protocolo)
    assert achado is not None
    assert achado.valor_informado == achado.valor_liberado + achado.valor_glosado
    rateado = sum(valor for valor in rateio(achado) if valor is not None)
    assert rateado <= achado.valor_glosado
    if (guia.motivos or do_protocolo) and None not in rateio(achado):
        assert rateado == achado.valor_glosado


@given(coerentes())
def test_every_motive_becomes_one_glosa_with_a_place_of_its_own(
    caso: tuple[GuiaAnalisada, Decimal, tuple[Motivo, ...]],
) -> None:
    guia, informado, do_protocolo = caso
    achado = julgar(guia, valor_informado=informado, motivos_protocolo=do_protocolo)
    assert achado is not None
    lugares = Counter((g.nivel, g.sequencial_item, g.posicao) for g in achado.glosas)
    assert set(lugares.values()) <= {1}
    esperadas = sum(len(i.motivos) for i in guia.itens) + len(guia.motivos) + len(do_protocolo)
    assert len(achado.glosas) == esperadas
