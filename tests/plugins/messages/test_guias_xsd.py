"""Each declaration against the XSD of each version that is installed from PyPI."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import product
from string import ascii_uppercase, digits

import pytest
import xmlschema
from xmlschema.validators import XsdElement, XsdGroup, XsdType

from tiss import esquemas
from tiss.messages import guias
from tiss.messages.declaracao import (
    Campo,
    Data,
    Decimais,
    Escolha,
    Grupo,
    Inteiro,
    Lista,
    No,
    Texto,
    Tipo,
)

VERSOES = ("4.03.00", "4.02.00")
TIPOS = {
    "guiaConsulta": (guias.GUIA_CONSULTA, "ctm_consultaGuia"),
    "guiaSP-SADT": (guias.GUIA_SP_SADT, "ctm_sp-sadtGuia"),
}
# Optional in the XSD and not billed by us. What is neither here nor declared was forgotten.
NAO_COBRADOS = {
    "guiaConsulta": {
        "ausenciaCodValidacao",
        "codValidacao",
        "dadosBeneficiario/tipoIdent",
        "dadosBeneficiario/identificadorBeneficiario",
        "dadosAtendimento/coberturaEspecial",
        "dadosAtendimento/saudeOcupacional",
        "assinaturaDigitalGuia",
    },
    "guiaSP-SADT": {
        "cabecalhoGuia/guiaPrincipal",
        "dadosAutorizacao/ausenciaCodValidacao",
        "dadosAutorizacao/codValidacao",
        "dadosBeneficiario/tipoIdent",
        "dadosBeneficiario/identificadorBeneficiario",
        "dadosSolicitacao/indCobEspecial",
        "dadosAtendimento/motivoEncerramento",
        "dadosAtendimento/saudeOcupacional",
        "procedimentosExecutados/procedimentoExecutado/horaInicial",
        "procedimentosExecutados/procedimentoExecutado/horaFinal",
        "procedimentosExecutados/procedimentoExecutado/viaAcesso",
        "procedimentosExecutados/procedimentoExecutado/tecnicaUtilizada",
        "procedimentosExecutados/procedimentoExecutado/equipeSadt",
        "outrasDespesas",
        "valorTotal/valorDiarias",
        "valorTotal/valorTaxasAlugueis",
        "valorTotal/valorMateriais",
        "valorTotal/valorMedicamentos",
        "valorTotal/valorOPME",
        "valorTotal/valorGasesMedicinais",
        "assinaturaDigitalGuia",
    },
}
# Optional in the XSD, and always written by us: a guia without items asks for nothing.
EXIGIDOS_POR_NOS = {
    "guiaConsulta": set(),
    "guiaSP-SADT": {"procedimentosExecutados", "valorTotal/valorProcedimentos"},
}
# Long lists of the XSD that the declaration only knows the shape of: XSD validation has the rest.
MAIS_FROUXOS = {"CBOS", "UF"}
# st_texto15 in the XSD; ours refuses masks and names, which operadoras refuse.
MAIS_ESTRITOS = {"numeroConselhoProfissional"}


@cache
def modelo(versao: str) -> xmlschema.XMLSchema:
    pasta, sufixo = esquemas.pasta(versao), esquemas.sufixo(versao)
    return xmlschema.XMLSchema(str(pasta / f"tissGuiasV{sufixo}.xsd"))


def nos(grupo: XsdGroup) -> Iterator[XsdElement | XsdGroup]:
    """Elements and choices in order, without the sequences that only nest them."""
    if grupo.model == "choice":
        yield grupo
        return
    assert (grupo.min_occurs, grupo.max_occurs) == (1, 1)
    for particula in grupo:
        yield from [particula] if isinstance(particula, XsdElement) else nos(particula)


class Comparacao:
    """Walks a declaration and a type of the XSD side by side."""

    def __init__(self, raiz: Grupo, tipo: XsdType) -> None:
        self.erros: list[str] = []
        self.nao_declarados: set[str] = set()
        self.exigidos: set[str] = set()
        self.folhas: list[tuple[str, Tipo, XsdType]] = []
        self._filhos(raiz.filhos, tipo, "")

    def _filhos(self, filhos: tuple[No, ...], tipo: XsdType, caminho: str) -> None:
        restantes = list(filhos)
        for no in nos(tipo.content):
            nome = no.local_name if isinstance(no, XsdElement) else "escolha"
            if restantes and self._nome(restantes[0]) == nome:
                self._par(restantes.pop(0), no, caminho)
            elif no.min_occurs:
                self.erros.append(f"{caminho}{nome}: mandatory, not declared here")
            else:
                self.nao_declarados.add(caminho + nome)
        self.erros += [f"{caminho}{self._nome(no)}: unknown or out of order" for no in restantes]

    def _nome(self, no: No) -> str:
        match no:
            case Lista():
                return no.item.nome
            case Escolha():
                return "escolha"
            case _:
                return no.nome

    def _par(self, no: No, xsd: XsdElement | XsdGroup, caminho: str) -> None:
        aqui = caminho + self._nome(no)
        if isinstance(no, Lista) is (xsd.max_occurs == 1):
            self.erros.append(f"{aqui}: one or many?")
        opcional = isinstance(no, Campo) and not no.obrigatorio
        opcional = opcional or (isinstance(no, Grupo) and no.opcional)
        if opcional and xsd.min_occurs:
            self.erros.append(f"{aqui}: mandatory in the XSD")
        if not opcional and not xsd.min_occurs:
            self.exigidos.add(aqui)
        match no:
            case Campo():
                self.folhas.append((aqui, no.tipo, xsd.type))
            case Escolha():
                if [campo for campo, _ in no.campos] != [e.local_name for e in xsd]:
                    self.erros.append(f"{aqui}: other alternatives")
                for (nome, tipo), elemento in zip(no.campos, xsd, strict=False):
                    self.folhas.append((f"{caminho}{nome}", tipo, elemento.type))
            case Lista():
                self._filhos(no.item.filhos, xsd.type, f"{aqui}/")
            case Grupo():
                self._filhos(no.filhos, xsd.type, f"{aqui}/")


@cache
def comparacao(guia: str, versao: str) -> Comparacao:
    declaracao, tipo = TIPOS[guia]
    assert declaracao.nome == guia
    return Comparacao(declaracao, modelo(versao).types[tipo])


GUIA_E_VERSAO = list(product(TIPOS, VERSOES))


@pytest.mark.parametrize(("guia", "versao"), GUIA_E_VERSAO)
def test_names_order_nesting_and_cardinality_are_those_of_the_xsd(guia: str, versao: str) -> None:
    assert comparacao(guia, versao).erros == []


@pytest.mark.parametrize(("guia", "versao"), GUIA_E_VERSAO)
def test_optional_elements_that_we_do_not_bill_are_all_listed(guia: str, versao: str) -> None:
    assert comparacao(guia, versao).nao_declarados == NAO_COBRADOS[guia]


@pytest.mark.parametrize(("guia", "versao"), GUIA_E_VERSAO)
def test_what_only_we_demand_is_all_listed(guia: str, versao: str) -> None:
    assert comparacao(guia, versao).exigidos == EXIGIDOS_POR_NOS[guia]


FOLHAS = {
    f"{guia}: {caminho}": (caminho.rpartition("/")[2], tipo, xsd)
    for guia in TIPOS
    for caminho, tipo, xsd in comparacao(guia, "4.03.00").folhas
}


def faceta(xsd: XsdType, nome: str) -> int:
    valor: int = xsd.facets[f"{{http://www.w3.org/2001/XMLSchema}}{nome}"].value
    return valor


@pytest.mark.parametrize("folha", FOLHAS)
def test_value_has_the_type_and_the_limits_of_the_xsd(folha: str) -> None:
    nome, tipo, xsd = FOLHAS[folha]
    match tipo:
        case Data():
            assert xsd.primitive_type.local_name == "date"
        case Inteiro():
            assert xsd.is_derived(modelo("4.03.00").meta_schema.types["integer"])
            assert tipo.maximo == 10 ** faceta(xsd, "totalDigits") - 1
        case Decimais():
            casas = faceta(xsd, "fractionDigits")
            assert casas == 2
            inteiras = faceta(xsd, "totalDigits") - casas
            assert tipo.maximo == Decimal(10) ** inteiras - Decimal("0.01")
        case Texto():
            _conferir_texto(nome, tipo, xsd)


def _conferir_texto(nome: str, tipo: Texto, xsd: XsdType) -> None:
    if xsd.enumeration:
        valores = {valor for valor in xsd.enumeration if valor}
        assert tipo.maximo >= max(map(len, valores))
        assert [valor for valor in sorted(valores) if tipo.queixa(valor)] == []
        if nome not in MAIS_FROUXOS:
            outros = {a + b for a, b in product(["", *digits, *ascii_uppercase], digits)} - valores
            outros |= set(ascii_uppercase) - valores
            assert [valor for valor in sorted(outros) if not tipo.queixa(valor)] == []
    elif xsd.patterns:
        assert [tipo.padrao] == xsd.patterns.regexps
    else:
        assert tipo.maximo == xsd.max_length
        assert xsd.min_length == 1
        assert bool(tipo.padrao) is (nome in MAIS_ESTRITOS)


@pytest.mark.parametrize("nome", sorted(MAIS_FROUXOS | MAIS_ESTRITOS))
def test_exceptions_are_still_exceptions(nome: str) -> None:
    tipo, xsd = next((tipo, xsd) for campo, tipo, xsd in FOLHAS.values() if campo == nome)
    assert isinstance(tipo, Texto)
    if nome in MAIS_FROUXOS:
        assert tipo.queixa("9" * tipo.maximo) is None
        assert len(xsd.enumeration) > 20
    else:
        assert tipo.queixa("CRM/SP 1234") is not None
