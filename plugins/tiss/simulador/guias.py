"""From a valid loteGuiasWS to its guias, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from lxml import etree

from .config import Credencial
from .leitura import (
    campos,
    data,
    decimal,
    filho,
    filhos,
    identificacao,
    opcional,
    preenchidos,
    texto,
)
from .mensagem import NS
from .modelo import ZERO, Guia, Item, Lote, Tipo
from .recusas import FaultTiss, RecusaNegocio

# The most that the answers of all versions can state
MAIOR_ITEM_ODONTO = Decimal("99999.99")
MAIOR_GUIA_ODONTO = Decimal("999999.99")
MAIOR_LOTE = Decimal("99999999.99")


def ler_lote(mensagem: etree._Element, credencial: Credencial) -> Lote:
    """Return the lote of a loteGuiasWS that the XSD accepts.

    Raises RecusaNegocio 1705 for values that no answer could repeat.
    """
    guias = mensagem.findall("ans:loteGuias/ans:guiasTISS/*", NS)
    tipo = Tipo(etree.QName(guias[0]).localname)  # the XSD wants guias, all of one kind
    try:
        lote = Lote(
            numero=texto(mensagem, "loteGuias/numeroLote"),
            tipo=tipo,
            guias=tuple(_guia(guia, _FORMAS[tipo], credencial) for guia in guias),
        )
    except ValueError as erro:  # a date such as year 12345 is good for the XSD only
        raise FaultTiss("SchemaInvalido", f"Value out of range: {erro}") from erro
    _conferir_limites(lote)
    return lote


def _conferir_limites(lote: Lote) -> None:
    if lote.tipo is Tipo.ODONTO:
        for guia in lote.guias:
            _conferir_limite(guia.valor_total, MAIOR_GUIA_ODONTO, "na guia")
            for item in guia.itens:
                _conferir_limite(item.valor_total, MAIOR_ITEM_ODONTO, "no item")
    total = sum((guia.valor_total for guia in lote.guias), ZERO)
    _conferir_limite(total, MAIOR_LOTE, "no lote")


def _conferir_limite(valor: Decimal, maior: Decimal, onde: str) -> None:
    if abs(valor) > maior:
        raise RecusaNegocio("1705", f"VALOR APRESENTADO A MAIOR: {valor} {onde}, máximo {maior}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forma:
    """Where a kind of guia keeps what all kinds have: paths of local names, from the guia on.

    executante: what holds the identifier of the contratado, or the identifier itself.
    inicio, fim: the period billed; without them, the items tell.
    """

    registro_ans: str = "cabecalhoGuia/registroANS"
    numero: str = "cabecalhoGuia/numeroGuiaPrestador"
    numero_operadora: str = "numeroGuiaOperadora"
    senha: str = "senha"
    beneficiario: str = "dadosBeneficiario"
    executante: str
    cnes: str
    inicio: str | None = None
    fim: str | None = None
    itens: Callable[[etree._Element], Iterable[Item]]
    total: str


def _guia(guia: etree._Element, forma: _Forma, credencial: Credencial) -> Guia:
    itens = tuple(forma.itens(guia))
    return Guia(
        registro_ans=texto(guia, forma.registro_ans),
        numero=texto(guia, forma.numero),
        numero_operadora=opcional(guia, forma.numero_operadora),
        senha=opcional(guia, forma.senha),
        carteira=texto(guia, f"{forma.beneficiario}/numeroCarteira"),
        atendimento_rn=texto(guia, f"{forma.beneficiario}/atendimentoRN"),
        executante=_executante(guia, forma.executante, credencial),
        cnes=texto(guia, forma.cnes),
        data=_inicio(guia, forma, itens),
        data_fim=data(texto(guia, forma.fim)) if forma.fim else None,
        itens=itens,
        valor_total=decimal(texto(guia, forma.total)),
        preenchidos=preenchidos(guia),
    )


def _inicio(guia: etree._Element, forma: _Forma, itens: tuple[Item, ...]) -> date:
    if forma.inicio:
        return data(texto(guia, forma.inicio))
    # A SP/SADT without items has no care date; any date will do for the reply
    return min((item.data for item in itens), default=date(1900, 1, 1))


def _executante(guia: etree._Element, caminho: str, credencial: Credencial) -> str:
    """One name for one executante, whether it is identified by CNPJ or by its code."""
    identificador = identificacao(filho(guia, caminho)) or texto(guia, caminho)
    return credencial.codigo_prestador if identificador == credencial.cnpj else identificador


def _itens_consulta(guia: etree._Element) -> Iterator[Item]:
    procedimento = "dadosAtendimento/procedimento"
    yield Item(
        sequencial=1,
        data=data(texto(guia, "dadosAtendimento/dataAtendimento")),
        tabela=texto(guia, f"{procedimento}/codigoTabela"),
        codigo=texto(guia, f"{procedimento}/codigoProcedimento"),
        descricao="Consulta",  # the guia has no description, a demonstrativo must show one
        quantidade=Decimal(1),
        fator=Decimal(1),
        valor_unitario=None,
        valor_total=decimal(texto(guia, f"{procedimento}/valorProcedimento")),
    )


def _itens_medicos(caminho: str, grau: str) -> Callable[[etree._Element], Iterator[Item]]:
    """Read procedures and expenses, numbered as one list.

    caminho: of a procedure, from the guia on; grau: of a participation, from a procedure on.
    """
    equipe = grau.partition("/")[0]

    def itens(guia: etree._Element) -> Iterator[Item]:
        for item in filhos(guia, caminho):
            ditos = campos(item) | campos(filho(item, "procedimento"))
            yield _item_medico(ditos, texto(item, grau) if equipe in ditos else "")
        for item in filhos(guia, "outrasDespesas/despesa"):
            yield _item_medico(campos(item) | campos(filho(item, "servicosExecutados")), "")

    return itens


def _item_medico(ditos: Mapping[str, str], grau: str) -> Item:
    return Item(
        sequencial=int(ditos["sequencialItem"]),
        data=data(ditos["dataExecucao"]),
        tabela=ditos["codigoTabela"],
        codigo=ditos["codigoProcedimento"],
        descricao=ditos["descricaoProcedimento"],
        quantidade=decimal(ditos["quantidadeExecutada"]),
        fator=decimal(ditos["reducaoAcrescimo"]),
        valor_unitario=decimal(ditos["valorUnitario"]),
        valor_total=decimal(ditos["valorTotal"]),
        grau=grau,
        centro_consumo=ditos.get("centroConsumo", ""),
    )


def _itens_odonto(guia: etree._Element) -> Iterator[Item]:
    for item in filhos(guia, "procedimentosExecutados"):
        ditos = campos(item) | campos(filho(item, "procSolic"))
        yield Item(
            sequencial=int(ditos["sequencialItem"]),
            data=data(ditos["dataRealizacao"]),
            tabela=ditos["codigoTabela"],
            codigo=ditos["codigoProcedimento"],
            descricao=ditos["descricaoProcedimento"],
            quantidade=decimal(ditos["qtdProc"]),
            fator=Decimal(1),
            # The standard does not say whether valorProc is of one or of all: here it is of all
            valor_unitario=None,
            valor_total=decimal(ditos["valorProc"]),
            dente=texto(item, "denteRegiao/codDente"),
            regiao=texto(item, "denteRegiao/codRegiao"),
            face=ditos.get("denteFace", ""),
        )


_FORMAS: Mapping[Tipo, _Forma] = MappingProxyType(
    {
        Tipo.CONSULTA: _Forma(
            registro_ans="cabecalhoConsulta/registroANS",
            numero="cabecalhoConsulta/numeroGuiaPrestador",
            executante="contratadoExecutante",
            cnes="contratadoExecutante/CNES",
            itens=_itens_consulta,
            total="dadosAtendimento/procedimento/valorProcedimento",
        ),
        Tipo.SP_SADT: _Forma(
            numero_operadora="dadosAutorizacao/numeroGuiaOperadora",
            senha="dadosAutorizacao/senha",
            executante="dadosExecutante/contratadoExecutante",
            cnes="dadosExecutante/CNES",
            itens=_itens_medicos(
                "procedimentosExecutados/procedimentoExecutado", "equipeSadt/grauPart"
            ),
            total="valorTotal/valorTotalGeral",
        ),
        Tipo.RESUMO_INTERNACAO: _Forma(
            numero_operadora="dadosAutorizacao/numeroGuiaOperadora",
            senha="dadosAutorizacao/senha",
            executante="dadosExecutante/contratadoExecutante",
            cnes="dadosExecutante/CNES",
            inicio="dadosInternacao/dataInicioFaturamento",
            fim="dadosInternacao/dataFinalFaturamento",
            itens=_itens_medicos(
                "procedimentosExecutados/procedimentoExecutado",
                "identEquipe/identificacaoEquipe/grauPart",
            ),
            total="valorTotal/valorTotalGeral",
        ),
        Tipo.HONORARIOS: _Forma(
            beneficiario="beneficiario",
            executante="dadosContratadoExecutante/codigonaOperadora",
            cnes="dadosContratadoExecutante/cnesContratadoExecutante",
            inicio="dadosInternacao/dataInicioFaturamento",
            fim="dadosInternacao/dataFimFaturamento",
            itens=_itens_medicos(
                "procedimentosRealizados/procedimentoRealizado", "profissionais/grauParticipacao"
            ),
            total="valorTotalHonorarios",
        ),
        Tipo.ODONTO: _Forma(
            registro_ans="registroANS",
            numero="numeroGuiaPrestador",
            senha="senhaAutorizacao",
            executante="dadosProfissionaisResponsaveis/codigoProfExec",
            cnes="dadosProfissionaisResponsaveis/cnesExec",
            itens=_itens_odonto,
            total="valorTotalProc",
        ),
    }
)
