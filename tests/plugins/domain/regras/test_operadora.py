"""The operadora that is billed: one that the ANS knows, where somebody can say."""

from __future__ import annotations

import pytest
from guias_modelo import GUIAS
from lxml import etree
from regras_modelo import contexto

from tiss.domain.cadastro import Escrita
from tiss.domain.regras import aplicar_regras
from tiss.domain.terminologia import TerminologiaConsultada
from tiss.messages.guias import Oficina
from tiss.messages.validacao.caminhos import resolver
from tiss.settings import NAMESPACE

VAZIO = TerminologiaConsultada(tem_operadoras=True)


def achados(nome: str, terminologia: TerminologiaConsultada | None) -> list[str]:
    problemas = aplicar_regras(GUIAS[nome], contexto(terminologia=terminologia))
    return [p.caminho for p in problemas if p.codigo == "OPERADORA_DESCONHECIDA"]


@pytest.mark.parametrize("nome", [nome for nome in GUIAS if "minim" in nome])
def test_an_operadora_that_the_register_has_not_is_told_where_each_guia_names_it(
    nome: str,
) -> None:
    (caminho,) = achados(nome, VAZIO)
    escrita = Oficina(Escrita()).escrever(GUIAS[nome])
    guia = etree.fromstring(f'<ans:x xmlns:ans="{NAMESPACE}">{escrita}</ans:x>')[0]
    elemento = resolver(guia, caminho)
    assert elemento is not None
    assert elemento.text == GUIAS[nome].registro_ans


@pytest.mark.parametrize("nome", [nome for nome in GUIAS if "minim" in nome])
def test_a_registered_operadora_and_an_unknown_register_are_no_problem(nome: str) -> None:
    registro = GUIAS[nome].registro_ans or ""
    conhecida = TerminologiaConsultada(tem_operadoras=True, operadoras={registro: "Exemplo"})
    for terminologia in (conhecida, TerminologiaConsultada(), None):
        assert achados(nome, terminologia) == []
