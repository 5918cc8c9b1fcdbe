"""The machinery of declarations, on a small one of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tiss.domain.cadastro import Escrita
from tiss.domain.partes import Alternativa
from tiss.domain.problema import Problema, mascarar
from tiss.messages.declaracao import (
    Campo,
    Conferencia,
    Escolha,
    Grupo,
    Lista,
    Opcoes,
    escritor,
    ler,
    na_versao,
)
from tiss.messages.declaracao.conferencia import _conferente
from tiss.messages.declaracao.explicacao import explicar
from tiss.messages.textos import Textos
from tiss.messages.tipos import Inteiro, Texto

ESCRITA = Escrita()


SETE = Alternativa(elemento="numero", valor="7")


@dataclass(frozen=True)
class Coisa:
    nome: Any = "n"
    apelido: Any = None
    codigo: Alternativa | None = SETE
    dente: Alternativa | None = None
    extra: Coisa | None = None
    partes: tuple[Coisa, ...] = ()
    etiquetas: tuple[str, ...] = ()
    novo: Any = None
    sequencial_item: int | None = None


NOME = Campo("nome", "nome", Texto(3), "nome da coisa")
APELIDO = Campo("apelido", "apelido", Texto(5), "apelido", obrigatorio=False, pessoal=True)
NUMERO = Texto(2, antes=("4.03.00", Texto(1)))
CODIGO = Escolha("codigo", (("numero", NUMERO), ("letra", Texto(1))), "código")
DENTE = Escolha("dente", (("dente", Texto(2)),), "dente", obrigatoria=False)
PARTE = Grupo("parte", (NOME, APELIDO), classe=Coisa)
COISA = Grupo(
    "coisa",
    (
        NOME,
        APELIDO,
        Grupo("sem-objeto", (CODIGO,)),
        Grupo("talvez", (DENTE,), opcional=True),
        Grupo("extra", (APELIDO, NOME), de="extra", classe=Coisa, opcional=True),
        Grupo("partes", (Lista(PARTE, de="partes"),)),
        Lista(Campo("etiqueta", "", Texto(2), "etiqueta"), de="etiquetas"),
        Campo("novo", "novo", Inteiro(9), "novo", obrigatorio=False, desde="4.02.00"),
        Campo("sequencialItem", "sequencial_item", Inteiro(9), "item", obrigatorio=False),
    ),
    classe=Coisa,
)


def escrita(coisa: Coisa, versao: str = "4.03.00") -> str:
    return escritor(COISA, versao)(coisa, Textos()).replace("ans:", "")


def problemas(coisa: Coisa, versao: str = "4.03.00", raiz: Grupo = COISA) -> list[Problema]:
    return Conferencia(raiz, Escrita(versao)).problemas(coisa)


def queixas(coisa: Coisa, versao: str = "4.03.00") -> list[str]:
    return [f"{p.codigo} {p}" for p in problemas(coisa, versao)]


# writing


def test_optional_values_and_groups_that_are_missing_leave_no_element() -> None:
    assert escrita(Coisa()) == (
        "<coisa><nome>n</nome><sem-objeto><numero>7</numero></sem-objeto><partes></partes></coisa>"
    )


def test_everything_that_is_given_is_written_in_the_order_of_the_declaration() -> None:
    coisa = Coisa(
        apelido="a",
        codigo=Alternativa(elemento="letra", valor="z"),
        extra=Coisa(nome="e"),
        partes=(Coisa(nome="p"), Coisa(nome="q", apelido="r")),
    )
    assert escrita(coisa) == (
        "<coisa><nome>n</nome><apelido>a</apelido><sem-objeto><letra>z</letra></sem-objeto>"
        "<extra><nome>e</nome></extra>"
        "<partes><parte><nome>p</nome></parte>"
        "<parte><nome>q</nome><apelido>r</apelido></parte></partes></coisa>"
    )


@pytest.mark.parametrize("vazio", [None, ""])
def test_missing_value_never_becomes_text(vazio: str | None) -> None:
    assert "None" not in escrita(Coisa(apelido=vazio))
    assert "apelido" not in escrita(Coisa(apelido=vazio))


@pytest.mark.parametrize(
    ("valor", "escrito"),
    [
        ("{x}", "{x}"),
        ("{{g}}", "{{g}}"),
        ("'\"\\", "'\"\\"),
        ("<&>", "&lt;&amp;&gt;"),
        ("%s", "%s"),
    ],
)
def test_data_is_never_taken_for_source_or_markup(valor: str, escrito: str) -> None:
    assert f"<nome>{escrito}</nome>" in escrita(Coisa(nome=valor))


def test_writer_and_check_are_made_once_per_declaration_and_version() -> None:
    outra = replace(COISA)  # declared alike, and another declaration
    assert escritor(COISA, "4.03.00") is escritor(COISA, "4.03.00")
    assert escritor(COISA, "4.03.00") is not escritor(COISA, "4.01.00")
    assert escritor(COISA, "4.03.00") is not escritor(outra, "4.03.00")
    assert na_versao(COISA, "4.01.00") is na_versao(COISA, "4.01.00")
    uma, duas = (Conferencia(COISA, Escrita("4.01.00")) for _ in range(2))
    assert uma._conferente is duas._conferente
    assert uma._conferente is not Conferencia(COISA, Escrita("4.03.00"))._conferente
    # The values met are of one lote each.
    assert not {id(v) for v in uma._valores} & {id(v) for v in duas._valores}


# checking


def test_sound_object_has_no_problem() -> None:
    assert queixas(Coisa(apelido="abc", partes=(Coisa(),))) == []


def test_every_problem_is_named_by_path_and_title_in_document_order() -> None:
    ruim = Coisa(nome=None)
    assert queixas(
        Coisa(
            nome="",
            codigo=Alternativa(elemento="letra", valor=""),
            extra=ruim,
            partes=(Coisa(), ruim),
        )
    ) == [
        "AUSENTE nome: nome da coisa: não informado: preencha",
        "AUSENTE sem-objeto/letra: código: não informado: preencha",
        "AUSENTE extra/nome: nome da coisa: não informado: preencha",
        "AUSENTE partes/parte[2]/nome: nome da coisa: não informado: preencha",
    ]


def test_each_kind_of_a_choice_has_its_own_limit() -> None:
    assert queixas(Coisa(codigo=Alternativa(elemento="numero", valor="77"))) == []
    assert len(queixas(Coisa(codigo=Alternativa(elemento="letra", valor="zz")))) == 1


@pytest.mark.parametrize("branco", [" ", "\t", "\xa0", "\u200b"])
def test_blank_text_is_not_given(branco: str) -> None:
    (problema,) = problemas(Coisa(nome=branco))
    assert (problema.codigo, problema.caminho) == ("AUSENTE", "nome")
    assert problema.mensagem == "nome da coisa: não informado: preencha"


def test_choice_that_is_missing_is_named_by_what_it_may_be() -> None:
    assert queixas(Coisa(codigo=None)) == [
        "AUSENTE sem-objeto/numero ou letra: código: não informado: preencha"
    ]


def test_element_that_is_no_choice_is_told_which_are() -> None:
    assert queixas(Coisa(codigo=Alternativa(elemento="cor", valor="7"))) == [
        "FORMATO sem-objeto/numero ou letra: código: informe numero ou letra"
    ]
    assert queixas(Coisa(dente=Alternativa(elemento="pé", valor="7"))) != []


@pytest.mark.parametrize(("pessoal", "mostrado"), [(False, "Maria da Luz"), (True, "***uz")])
def test_what_is_no_element_is_told_as_a_value_and_never_as_a_path(
    pessoal: bool, mostrado: str
) -> None:
    raiz = Grupo("r", (replace(CODIGO, pessoal=pessoal),))
    nome = Alternativa(elemento="Maria da Luz", valor="7")
    (problema,) = problemas(Coisa(codigo=nome), raiz=raiz)
    assert (problema.caminho, problema.valor) == ("numero ou letra", mostrado)
    assert "Maria" not in problema.mensagem


def test_list_that_must_not_be_empty_says_so() -> None:
    raiz = Grupo("r", (Lista(PARTE, de="partes", obrigatoria=True),))
    assert [(p.codigo, p.caminho) for p in problemas(Coisa(), raiz=raiz)] == [("AUSENTE", "parte")]
    assert problemas(Coisa(partes=(Coisa(),)), raiz=raiz) == []


def test_list_that_has_a_title_is_called_by_it() -> None:
    lista = Lista(PARTE, de="partes", obrigatoria=True, maximo=1, titulo="partes da coisa")
    raiz = Grupo("r", (lista,))
    (vazia,) = problemas(Coisa(), raiz=raiz)
    assert vazia.mensagem == "partes da coisa: não informado: é preciso ao menos um"
    (cheia,) = problemas(Coisa(partes=(Coisa(),) * 2), raiz=raiz)
    assert cheia.mensagem == "partes da coisa: são 2 e o padrão aceita no máximo 1"


def test_missing_value_may_say_more_than_that_it_is_missing() -> None:
    nome, codigo = replace(NOME, falta="falta: veja no balcão"), replace(CODIGO, falta="onde?")
    raiz = Grupo("r", (nome, codigo))
    assert [p.mensagem for p in problemas(Coisa(nome=None, codigo=None), raiz=raiz)] == [
        "nome da coisa: falta: veja no balcão",
        "código: onde?",
    ]


def test_problem_of_form_tells_the_glosa_of_its_field_or_that_of_a_malformed_message() -> None:
    raiz = Grupo("r", (replace(NOME, glosa="1001"), replace(CODIGO, glosa="1206"), APELIDO))
    cor = Alternativa(elemento="cor", valor="7")
    for nome, codigo in ((None, None), ("nnnn", cor), ("雪", None)):
        coisa = Coisa(nome=nome, codigo=codigo, apelido="grande demais")
        assert [p.glosa_provavel for p in problemas(coisa, raiz=raiz)] == ["1001", "1206", "5001"]
    cheia = Coisa(partes=(Coisa(),) * 3, etiquetas=("a",) * 2)
    assert {p.glosa_provavel for p in problemas(cheia, raiz=LIMITADA)} == {"5001"}
    assert {p.glosa_provavel for p in problemas(Coisa(), raiz=UMA_DE)} == {"5001"}


LIMITADA = Grupo(
    "r",
    (
        Grupo("tudo", (Lista(PARTE, de="partes", maximo=2),)),
        Lista(Campo("etiqueta", "", Texto(2), "etiqueta"), de="etiquetas", maximo=1),
    ),
    classe=Coisa,
)


def test_list_at_its_limit_is_sound_and_one_more_says_how_many() -> None:
    assert problemas(Coisa(partes=(Coisa(),) * 2, etiquetas=("a",)), raiz=LIMITADA) == []
    demais = Coisa(partes=(Coisa(),) * 3, etiquetas=("a",) * 2)
    assert [f"{p.codigo} {p}" for p in problemas(demais, raiz=LIMITADA)] == [
        "TAMANHO tudo/parte: são 3 e o padrão aceita no máximo 2",
        "TAMANHO etiqueta: são 2 e o padrão aceita no máximo 1",
    ]


def test_full_list_with_a_bad_object_is_not_called_too_long() -> None:
    cheia = Coisa(partes=(Coisa(), Coisa(nome=None)))
    assert [p.caminho for p in problemas(cheia, raiz=LIMITADA)] == ["tudo/parte[2]/nome"]


def test_each_object_of_a_list_that_is_too_long_is_judged_all_the_same() -> None:
    demais = Coisa(partes=(Coisa(), Coisa(nome=None), Coisa()))
    assert [(p.codigo, p.caminho) for p in problemas(demais, raiz=LIMITADA)] == [
        ("TAMANHO", "tudo/parte"),
        ("AUSENTE", "tudo/parte[2]/nome"),
    ]


UMA_DE = Grupo(
    "r",
    (
        NOME,
        Grupo(
            "escolha",
            (
                Opcoes(
                    (
                        APELIDO,
                        Grupo("extra", (NOME,), de="extra", classe=Coisa, opcional=True),
                        Lista(PARTE, de="partes"),
                    ),
                    "o que é",
                ),
            ),
        ),
    ),
    classe=Coisa,
)
OPCOES = {
    "<apelido>a</apelido>": Coisa(apelido="a"),
    "<extra><nome>e</nome></extra>": Coisa(extra=Coisa(nome="e")),
    "<parte><nome>p</nome></parte><parte><nome>q</nome></parte>": Coisa(
        partes=(Coisa(nome="p"), Coisa(nome="q"))
    ),
}


@pytest.mark.parametrize(("escrito", "coisa"), OPCOES.items(), ids=["campo", "grupo", "lista"])
def test_the_option_that_is_given_is_written_alone_and_read_back(
    escrito: str, coisa: Coisa
) -> None:
    assert problemas(coisa, raiz=UMA_DE) == []
    xml = escritor(UMA_DE, "4.03.00")(coisa, Textos())
    sem_prefixo = xml.replace("ans:", "")
    assert sem_prefixo == f"<r><nome>n</nome><escolha>{escrito}</escolha></r>"
    lida = ler(UMA_DE, etree.fromstring(sem_prefixo), Coisa)
    assert escritor(UMA_DE, "4.03.00")(lida, Textos()) == xml


def test_no_option_at_all_and_more_than_one_are_told_apart() -> None:
    assert [f"{p.codigo} {p}" for p in problemas(Coisa(), raiz=UMA_DE)] == [
        "AUSENTE escolha/apelido ou extra ou parte: o que é: informe apelido ou extra ou parte, "
        "um deles só"
    ]
    duas = Coisa(apelido="a", partes=(Coisa(),))
    assert [(p.codigo, p.caminho) for p in problemas(duas, raiz=UMA_DE)] == [
        ("FORMATO", "escolha/apelido ou extra ou parte")
    ]


def test_the_option_that_is_given_is_judged_too() -> None:
    assert [(p.codigo, p.caminho) for p in problemas(Coisa(extra=Coisa(nome="")), raiz=UMA_DE)] == [
        ("AUSENTE", "escolha/extra/nome")
    ]
    ruins = Coisa(apelido="abcdef", partes=(Coisa(nome=None),))
    assert [p.caminho for p in problemas(ruins, raiz=UMA_DE)] == [
        "escolha/apelido ou extra ou parte",
        "escolha/apelido",
        "escolha/parte[1]/nome",
    ]


def test_each_text_of_a_list_is_judged_by_its_position() -> None:
    assert queixas(Coisa(etiquetas=("ab", "abc"))) == [
        "TAMANHO etiqueta[2]: etiqueta: tem 3 caracteres e o padrão aceita 2: abrevie"
    ]
    assert [p.codigo for p in problemas(Coisa(etiquetas=("",)))] == ["AUSENTE"]


def test_problem_of_an_item_carries_its_number() -> None:
    ruim = Coisa(nome=None, sequencial_item=4)
    (problema,) = problemas(Coisa(partes=(Coisa(), ruim)))
    assert (problema.item, problema.caminho) == (4, "partes/parte[2]/nome")


def test_value_that_identifies_a_person_is_masked_and_any_other_is_shown() -> None:
    nome, apelido = problemas(Coisa(nome="abcdef", apelido="Mariana"))
    assert (nome.valor, apelido.valor) == ("abcdef", "***na")
    assert mascarar("1234") == "***"
    assert mascarar("12345") == "***45"
    assert [p.valor for p in problemas(Coisa(nome=None))] == [None]


# versions


def test_element_is_written_and_judged_from_the_version_on_that_brought_it() -> None:
    assert "<novo>3</novo>" in escrita(Coisa(novo=3), "4.02.00")
    assert "novo" not in escrita(Coisa(novo=3), "4.01.00")
    assert len(queixas(Coisa(novo=10), "4.02.00")) == 1
    assert queixas(Coisa(novo=10), "4.01.00") == []


def test_value_has_the_type_of_the_version() -> None:
    coisa = Coisa(codigo=Alternativa(elemento="numero", valor="77"))
    assert queixas(coisa, "4.03.00") == []
    assert len(queixas(coisa, "4.02.00")) == 1


def test_texts_and_options_have_the_type_of_the_version_too() -> None:
    raiz = Grupo(
        "r",
        (
            Lista(Campo("etiqueta", "", NUMERO, "etiqueta"), de="etiquetas"),
            Opcoes((Campo("nome", "nome", NUMERO, "nome", obrigatorio=False),), "o que é"),
        ),
    )
    coisa = Coisa(nome="77", etiquetas=("7", "77"))
    assert problemas(coisa, raiz=raiz) == []
    assert [p.caminho for p in problemas(coisa, "4.02.00", raiz)] == ["etiqueta[2]", "nome"]


# optional groups, lists


def test_group_of_optional_things_is_left_out_when_it_is_empty() -> None:
    assert "talvez" not in escrita(Coisa())
    com = escrita(Coisa(dente=Alternativa(elemento="dente", valor="11")))
    assert "<talvez><dente>11</dente></talvez>" in com


def test_list_of_texts_is_written_in_order() -> None:
    escrito = escrita(Coisa(etiquetas=("b", "a")))
    assert "<etiqueta>b</etiqueta><etiqueta>a</etiqueta>" in escrito


# reading

TEXTO = st.text("abc <&>é", max_size=4)
FOLHA = st.none() | TEXTO
CODIGOS = st.none() | st.builds(
    Alternativa, elemento=st.sampled_from(["numero", "letra", "cor"]), valor=TEXTO
)
COISAS = st.builds(
    Coisa,
    nome=FOLHA,
    apelido=FOLHA,
    codigo=CODIGOS,
    dente=st.none() | st.builds(Alternativa, elemento=st.just("dente"), valor=TEXTO),
    extra=st.none() | st.builds(Coisa, nome=FOLHA, apelido=FOLHA, codigo=st.none()),
    partes=st.lists(st.builds(Coisa, nome=FOLHA, apelido=FOLHA, codigo=st.none()), max_size=2).map(
        tuple
    ),
    etiquetas=st.lists(TEXTO, max_size=2).map(tuple),
    novo=st.none() | st.integers(-1, 11),
)


@settings(max_examples=300)
@given(COISAS, st.sampled_from(["4.01.00", "4.02.00", "4.03.00"]))
def test_quick_check_and_explanation_never_disagree(coisa: Coisa, versao: str) -> None:
    conferencia = Conferencia(COISA, Escrita(versao))
    rapida, _ = _conferente(na_versao(COISA, versao))
    passou = rapida(coisa, conferencia._valores)
    explicados = [
        p
        for no in na_versao(COISA, versao).filhos
        for p in explicar(no, coisa, "", Escrita(versao))
    ]
    assert passou is (explicados == [])
    assert conferencia.problemas(coisa) == explicados


@settings(max_examples=300)
@given(COISAS)
def test_what_is_written_is_read_back_the_same(coisa: Coisa) -> None:
    if problemas(coisa):
        return
    xml = escritor(COISA, "4.03.00")(coisa, Textos(Escrita(ascii=False)))
    lida = ler(COISA, etree.fromstring(f'<r xmlns:ans="u">{xml}</r>')[0], Coisa)
    assert escritor(COISA, "4.03.00")(lida, Textos(Escrita(ascii=False))) == xml


def test_of_repeated_elements_the_first_counts_and_blanks_around_a_value_do_not() -> None:
    lida = ler(
        COISA,
        etree.fromstring(
            "<coisa><nome>\n a </nome><nome>b</nome><sem-objeto>\n <letra> z\n </letra>"
            "</sem-objeto></coisa>"
        ),
        Coisa,
    )
    assert lida == Coisa(nome="a", codigo=Alternativa(elemento="letra", valor="z"))


def test_what_is_missing_or_unknown_is_read_tolerantly() -> None:
    lida = ler(
        COISA, etree.fromstring("<coisa><outro/><novo>x</novo><nome>  n </nome></coisa>"), Coisa
    )
    assert lida == Coisa(codigo=None)
