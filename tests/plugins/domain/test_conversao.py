"""JSON as a clinic may have written it, into the types of a guia: never an exception."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiss.domain.conversao import (
    Notas,
    atributos,
    converter,
    converter_campos,
    converter_lista,
)
from tiss.domain.guia import GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import (
    Declaracao,
    GuiaHonorarios,
    GuiaResumoInternacao,
    LocalContratado,
)
from tiss.domain.odonto import Dente, GuiaOdonto, ItemOdonto, SituacaoInicial
from tiss.domain.partes import (
    Alternativa,
    Autorizacao,
    Beneficiario,
    Despesa,
    Item,
    MembroEquipe,
    Profissional,
    Totais,
)
from tiss.domain.preparada import COMPLEMENTO

CLASSES = (
    Autorizacao, Beneficiario, Dente, Declaracao, Despesa, GuiaConsulta, GuiaHonorarios, GuiaOdonto,
    GuiaResumoInternacao, GuiaSpSadt, Item, ItemOdonto, LocalContratado, MembroEquipe, Profissional,
    SituacaoInicial, Totais,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Parte:
    nome: str | None = None
    partes: tuple[Parte, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Coisa:
    texto: str | None = None
    numero: Decimal | None = None
    inteiro: int | None = None
    dia: date | None = None
    hora: time | None = None
    logico: bool | None = None
    escolha: Alternativa | None = None
    textos: tuple[str, ...] = ()
    parte: Parte | None = None
    partes: tuple[Parte, ...] = ()


def ler(**dados: object) -> tuple[Coisa, Notas]:
    """What JSON makes of it, and what was not taken."""
    notas = Notas()
    return converter(Coisa, json.loads(json.dumps(dados)), "coisa", notas), notas


def lido(**dado: object) -> object:
    """The value of one field; what is given and not taken must be told at its place."""
    ((nome, valor),) = dado.items()
    lida, notas = ler(**dado)
    achado = getattr(lida, nome)
    dada = valor is not None and not (isinstance(valor, str) and not valor.strip())
    assert notas.desconhecidas == []
    assert notas.ilegiveis == ([f"coisa/{nome}"] if dada and achado is None else [])
    return achado


@pytest.mark.parametrize(
    ("valor", "texto"),
    [
        ("a b", "a b"),
        (" a", " a"),
        (10101012, "10101012"),
        (1.5, "1.5"),
        (0, "0"),
        ("", None),
        (" \t\n", None),
        (None, None),
        (True, None),
        (False, None),
        ([], None),
        (["a"], None),
        ({"a": 1}, None),
    ],
)
def test_text_is_text_or_a_number(valor: object, texto: str | None) -> None:
    assert lido(texto=valor) == texto


@pytest.mark.parametrize(
    ("valor", "numero"),
    [
        ("150.50", "150.50"),
        (" 2 ", "2"),
        (1, "1"),
        (0.1, "0.1"),
        (150.5, "150.5"),
        (-1, "-1"),
        ("1E+2", "100"),
        ("999999999.99", "999999999.99"),
        ("-999999999.99", "-999999999.99"),
    ],
)
def test_number_is_read_to_its_last_digit(valor: object, numero: str) -> None:
    assert lido(numero=valor) == Decimal(numero)


RUINS = [None, "", "abc", "1,5", "NaN", "sNaN", "Infinity", "1E+999999999", "-1e400", 10**9,
         -(10**9), 10**400, True, False, [], ["1"], {}, {"a": 1}]  # fmt: skip


@pytest.mark.parametrize("campo", ["numero", "inteiro"])
@pytest.mark.parametrize("valor", RUINS, ids=lambda valor: repr(valor)[:20])
def test_number_that_cannot_be_read_counts_as_not_given(campo: str, valor: object) -> None:
    assert lido(**{campo: valor}) is None


@pytest.mark.parametrize("valor", [float("nan"), float("inf"), -float("inf"), 1e400])
def test_number_that_json_has_no_digits_for_counts_as_not_given(valor: float) -> None:
    # Python's reader takes NaN and 1e400.
    assert lido(numero=valor) is None
    assert lido(inteiro=valor) is None


@pytest.mark.parametrize(
    ("valor", "inteiro"), [(2, 2), ("2", 2), (2.0, 2), ("2.0", 2), (2.5, None), ("2.5", None)]
)
def test_whole_number_is_whole(valor: object, inteiro: int | None) -> None:
    achado = lido(inteiro=valor)
    assert (achado, type(achado)) == (inteiro, type(inteiro))


@pytest.mark.parametrize(
    ("valor", "dia"),
    [
        ("2026-03-10", date(2026, 3, 10)),
        ("10/03/2026", None),
        ("2026-02-30", None),
        ("2026-03-10T07:00", None),
        ("hoje", None),
        (20, None),
        (True, None),
        (["2026-03-10"], None),
        (None, None),
    ],
)
def test_date_is_a_day_in_iso(valor: object, dia: date | None) -> None:
    assert lido(dia=valor) == dia


@pytest.mark.parametrize(
    ("valor", "hora"),
    [
        ("07:30", time(7, 30)),
        ("07:30:10", time(7, 30, 10)),
        ("24:01", None),
        ("7h", None),
        (7.5, None),
        ({}, None),
        (None, None),
    ],
)
def test_hour_is_a_time_of_day(valor: object, hora: time | None) -> None:
    assert lido(hora=valor) == hora


@pytest.mark.parametrize(
    ("valor", "logico"),
    [(True, True), (False, False), (None, None), ("true", None), ("S", None), (1, None), (0, None)],
)
def test_yes_or_no_is_a_boolean_of_json_and_nothing_else(
    valor: object, logico: bool | None
) -> None:
    assert lido(logico=valor) is logico


DENTE = Alternativa(elemento="codDente", valor="11")


@pytest.mark.parametrize(
    ("valor", "escolha"),
    [
        ({"codDente": "11"}, DENTE),
        ({"codDente": 11}, DENTE),
        ({"codDente": "11", "codRegiao": None}, DENTE),  # as jsonb_build_object makes it
        ({"codDente": "11", "codRegiao": " "}, None),
        ({"codDente": "11", "codRegiao": "AI"}, None),
        ({"codDente": None}, None),
        ({"codDente": ""}, None),
        ({"codDente": ["11"]}, None),
        ({}, None),
        ("11", None),
        (["codDente", "11"], None),
        (11, None),
    ],
)
def test_choice_is_one_element_and_its_value(valor: object, escolha: Alternativa | None) -> None:
    assert lido(escolha=valor) == escolha


@pytest.mark.parametrize(
    ("valor", "textos", "ilegiveis"),
    [
        (["a", "b"], ("a", "b"), []),
        ([], (), []),
        (["a", ""], ("a",), ["coisa/textos[2]"]),
        ([["b"], "a", None], ("a",), ["coisa/textos[1]", "coisa/textos[3]"]),
        ("ab", (), ["coisa/textos"]),
        ({"a": 1}, (), ["coisa/textos"]),
        (7, (), ["coisa/textos"]),
    ],
)
def test_list_of_texts_tells_each_one_that_is_none(
    valor: object, textos: tuple[str, ...], ilegiveis: list[str]
) -> None:
    lida, notas = ler(textos=valor)
    assert (lida.textos, notas.ilegiveis) == (textos, ilegiveis)


def test_objects_are_read_at_any_depth() -> None:
    lida, notas = ler(parte={"nome": "a"}, partes=[{"nome": "b", "partes": [{"nome": "c"}]}, {}])
    assert lida == Coisa(
        parte=Parte(nome="a"), partes=(Parte(nome="b", partes=(Parte(nome="c"),)), Parte())
    )
    assert notas == Notas()


@pytest.mark.parametrize("valor", ["x", 7, True, [], [{"nome": "a"}]], ids=str)
def test_what_should_be_an_object_and_is_not_is_told_and_is_one_without_values(
    valor: object,
) -> None:
    # Never None: others count on an object.
    lida, notas = ler(parte=valor, partes=[{}, valor])
    assert lida == Coisa(parte=Parte(), partes=(Parte(), Parte()))
    assert notas.ilegiveis == ["coisa/parte", "coisa/partes[2]"]


@pytest.mark.parametrize("valor", ["x", 7, True, {"nome": "a"}], ids=str)
def test_what_should_be_a_list_and_is_not_is_told_and_is_empty(valor: object) -> None:
    lida, notas = ler(partes=valor)
    assert (lida, notas.ilegiveis) == (Coisa(), ["coisa/partes"])
    notas = Notas()
    assert converter_lista(Parte, valor, "itens", notas) == ()
    assert notas.ilegiveis == ["itens"]


def test_list_at_the_top_tells_places_from_one_on_and_may_be_missing() -> None:
    notas = Notas()
    dados = [{"nome": "a"}, {"cor": 1, "nome": []}, 7]
    assert converter_lista(Parte, dados, "itens", notas) == (Parte(nome="a"), Parte(), Parte())
    assert notas == Notas(["itens[2]/cor"], ["itens[2]/nome", "itens[3]"])
    assert converter_lista(Parte, None, "itens", notas) == ()


def test_null_leaves_what_the_class_says_itself() -> None:
    assert ler(**dict.fromkeys(atributos(Coisa))) == (Coisa(), Notas())


def test_unknown_keys_are_told_wherever_they_are() -> None:
    lida, notas = ler(
        cor=1,
        texto="a",
        parte={"tom": "b"},
        partes=[{"nome": "b", "som": 2, "partes": [{}, {"sal": 3}]}],
    )
    assert notas.desconhecidas == [
        "coisa/cor", "coisa/parte/tom", "coisa/partes[1]/som", "coisa/partes[1]/partes[2]/sal"
    ]  # fmt: skip
    assert lida == Coisa(
        texto="a", parte=Parte(), partes=(Parte(nome="b", partes=(Parte(), Parte())),)
    )


def test_attributes_are_given_without_making_the_object() -> None:
    notas = Notas()
    dados = {"numero_carteira": "7", "cor": 1, "tipo_ident": None}
    lidos = converter_campos(Beneficiario, dados, "complemento", notas)
    assert lidos == {"numero_carteira": "7"}
    assert notas == Notas(["complemento/cor"], [])


@pytest.mark.parametrize("classe", CLASSES, ids=lambda classe: classe.__name__)
def test_every_attribute_of_every_part_of_a_guia_can_be_read(classe: type) -> None:
    assert atributos(classe) == {campo.name for campo in fields(classe)}


# Of the guias themselves JSON only gives what `complemento` takes.
CHAVES = {
    guia: set().union(*COMPLEMENTO.values()) & atributos(guia)
    for guia in (GuiaConsulta, GuiaHonorarios, GuiaOdonto, GuiaResumoInternacao, GuiaSpSadt)
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["NaN", "sNaN", "1E+999999999", "2026-03-10", "07:30", 10**400]),
    lambda dentro: st.lists(dentro, max_size=3)
    | st.dictionaries(st.just("nome") | st.text(max_size=8), dentro, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.parametrize("classe", CLASSES, ids=lambda classe: classe.__name__)
@given(dados=st.data())
@settings(max_examples=60, deadline=None)
def test_any_json_is_read_into_the_types_of_the_class_never_an_exception(
    classe: type, dados: st.DataObject
) -> None:
    chaves = st.sampled_from(sorted(CHAVES.get(classe, atributos(classe)))) | st.text(max_size=5)
    json_ = dados.draw(st.dictionaries(chaves, JSON, max_size=6))
    notas = Notas()
    lidos = converter_campos(classe, json_, "x", notas)
    ditas = {onde.split("/")[1].split("[")[0] for onde in notas.desconhecidas + notas.ilegiveis
             if "/" not in onde.removeprefix("x/")}  # fmt: skip
    dadas = {c for c, v in json_.items() if v is not None and str(v).strip()}
    # Nothing is lost in silence.
    assert dadas <= set(lidos) | ditas | {c for c in json_ if "/" in c or "[" in c}
    tipos = get_type_hints(classe)
    for nome, valor in lidos.items():
        assert isinstance(valor, tipo_de(tipos[nome])), nome
        assert not isinstance(valor, Mapping | list)
        hash(valor)  # values are kept in dictionaries while a page is checked


def tipo_de(tipo: Any) -> Any:  # noqa: ANN401
    return tuple if str(tipo).startswith("tuple") else tipo
