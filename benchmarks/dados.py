"""Invented guias and demonstrativos, the same for whoever is measured. Standard library only.

Only what every participant can write: `tiss` 0.4.0 makes invalid XML of an authorisation, a date of
request or a tipoConsulta in a guia SP/SADT, so none of them is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

VERSAO = "4.03.00"
REGISTRO_ANS = "999001"
CODIGO_PRESTADOR = "P0042"
CNPJ = "11222333000181"
CNES = "1234567"
NOME_PRESTADOR = "Clínica Exemplo São João"
DATA, HORA = date(2026, 11, 2), "02:00:00"
INICIO = date(2026, 10, 1)
# What no guia of a lote may leave in a process: every card number begins with it.
MARCA_DA_CARTEIRA = "8412907"
ITENS_DO_DEMONSTRATIVO = 3

_MEDICOS = tuple(
    (nome, str(120_000 + 37 * numero))
    for numero, nome in enumerate(
        ("José Álvares", "Conceição Antunes", "João Brandão", "Márcia Exemplo", "Ana Simões")
    )
)
_CONSULTA = ("10101012", "Consulta em consultório (no horário normal ou preestabelecido)")
_EXAMES = (
    ("40304361", "Hemograma com contagem de plaquetas ou frações"),
    ("40302040", "Glicose"),
    ("40101010", "ECG convencional de até 12 derivações"),
    ("40301630", "Creatinina"),
    ("40316521", "Tireoestimulante, hormônio (TSH)"),
)
_INDICACOES = ("Cefaleia há 2 semanas", "Rotina, sem queixas", "Dispneia aos médios esforços")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One billed procedure; money in centavos."""

    sequencial: int
    codigo: str
    descricao: str
    quantidade: int
    unitario: int

    @property
    def total(self) -> int:
        """In centavos: the factor of every item is 1.00."""
        return self.quantidade * self.unitario


@dataclass(frozen=True, slots=True, kw_only=True)
class Atendimento:
    """What becomes a guia."""

    numero: str
    carteira: str
    dia: date
    medico: str
    conselho: str
    indicacao: str
    itens: tuple[Item, ...]

    @property
    def total(self) -> int:
        """In centavos."""
        return sum(item.total for item in self.itens)


def atendimentos(tipo: str, quantos: int, *, lote: int) -> list[Atendimento]:
    """Return the attendances of a lote. tipo: consulta (1 item) or sp_sadt (2). lote: 1 and up.

    No two lotes share a number, a card or all their values: a cache that outlives a lote finds
    what it would find in a night, not a copy of the lote before.
    """
    return [_atendimento(tipo, lote * 100_000 + posicao) for posicao in range(quantos)]


def _atendimento(tipo: str, numero: int) -> Atendimento:
    medico, conselho = _MEDICOS[numero % len(_MEDICOS)]
    itens = [(*_CONSULTA, 1, 15_000 + numero * 7 % 10_000)]
    if tipo == "sp_sadt":
        exame = _EXAMES[numero % len(_EXAMES)]
        itens.append((*exame, 1 + numero % 3, 1_250 + numero * 13 % 5_000))
    return Atendimento(
        numero=str(numero),
        carteira=f"{MARCA_DA_CARTEIRA}{numero:010d}",
        dia=INICIO + timedelta(days=numero % 28),
        medico=medico,
        conselho=conselho,
        indicacao=_INDICACOES[numero % len(_INDICACOES)],
        itens=tuple(
            Item(sequencial=n, codigo=c, descricao=d, quantidade=q, unitario=u)
            for n, (c, d, q, u) in enumerate(itens, 1)
        ),
    )


def reais(centavos: int) -> Decimal:
    """Return an amount as the standard writes it, with two decimals."""
    return Decimal(centavos).scaleb(-2)


# A demonstrativo de análise de conta


def liberado(numero: int) -> int:
    """Return the centavos that the demonstrativo grants for a guia of three items of 100.00.

    Every third guia has an item refused: those are the ones whose items an operadora shows.
    """
    return 25_000 if numero % 3 == 0 else 30_000


def demonstrativo(guias: int, *, mostra_todas: bool) -> bytes:
    """Return a mensagemTISS with that many guias in protocolos of 100.

    mostra_todas: every guia shows its three items; otherwise only one in three does, as the
    standard asks for: items that were accepted are left out.
    """
    return "".join(_partes(guias, mostra_todas)).encode("iso-8859-1")


def _partes(guias: int, mostra_todas: bool) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        '<ans:mensagemTISS xmlns:ans="http://www.ans.gov.br/padroes/tiss/schemas"><ans:cabecalho>'
        "<ans:identificacaoTransacao>"
        "<ans:tipoTransacao>DEMONSTRATIVO_ANALISE_CONTA</ans:tipoTransacao>"
        "<ans:sequencialTransacao>1</ans:sequencialTransacao>"
        f"<ans:dataRegistroTransacao>{DATA}</ans:dataRegistroTransacao>"
        f"<ans:horaRegistroTransacao>{HORA}</ans:horaRegistroTransacao>"
        "</ans:identificacaoTransacao>"
        f"<ans:origem><ans:registroANS>{REGISTRO_ANS}</ans:registroANS></ans:origem>"
        f"<ans:destino><ans:identificacaoPrestador><ans:CNPJ>{CNPJ}</ans:CNPJ>"
        f"</ans:identificacaoPrestador></ans:destino><ans:Padrao>{VERSAO}</ans:Padrao>"
        "</ans:cabecalho><ans:operadoraParaPrestador><ans:demonstrativosRetorno>"
        "<ans:demonstrativoAnaliseConta><ans:cabecalhoDemonstrativo>"
        f"<ans:registroANS>{REGISTRO_ANS}</ans:registroANS>"
        "<ans:numeroDemonstrativo>77</ans:numeroDemonstrativo>"
        "<ans:nomeOperadora>Operadora Exemplo</ans:nomeOperadora>"
        f"<ans:numeroCNPJ>{CNPJ}</ans:numeroCNPJ><ans:dataEmissao>{DATA}</ans:dataEmissao>"
        "</ans:cabecalhoDemonstrativo><ans:dadosPrestador><ans:dadosContratado>"
        f"<ans:codigoPrestadorNaOperadora>{CODIGO_PRESTADOR}</ans:codigoPrestadorNaOperadora>"
        f"</ans:dadosContratado><ans:CNES>{CNES}</ans:CNES></ans:dadosPrestador><ans:dadosConta>"
    )
    for inicio in range(0, guias, 100):
        numeros = range(inicio, min(inicio + 100, guias))
        protocolo = inicio // 100 + 1
        yield (
            "<ans:dadosProtocolo>"
            f"<ans:numeroLotePrestador>{protocolo}</ans:numeroLotePrestador>"
            f"<ans:numeroProtocolo>{protocolo}</ans:numeroProtocolo>"
            f"<ans:dataProtocolo>{DATA}</ans:dataProtocolo>"
            "<ans:situacaoProtocolo>3</ans:situacaoProtocolo>"
        )
        yield from (_guia(numero, mostra_todas) for numero in numeros)
        yield _valores("Protocolo", numeros) + "</ans:dadosProtocolo>"
    yield (
        f"</ans:dadosConta>{_valores('Geral', range(guias))}</ans:demonstrativoAnaliseConta>"
        "</ans:demonstrativosRetorno></ans:operadoraParaPrestador>"
        f"<ans:epilogo><ans:hash>{'0' * 32}</ans:hash></ans:epilogo></ans:mensagemTISS>"
    )


def _guia(numero: int, mostra_todas: bool) -> str:
    itens = range(1, ITENS_DO_DEMONSTRATIVO + 1) if mostra_todas or numero % 3 == 0 else ()
    return (
        "<ans:relacaoGuias>"
        f"<ans:numeroGuiaPrestador>{numero + 1}</ans:numeroGuiaPrestador>"
        f"<ans:numeroCarteira>{MARCA_DA_CARTEIRA}{numero:010d}</ans:numeroCarteira>"
        f"<ans:dataInicioFat>{DATA}</ans:dataInicioFat><ans:situacaoGuia>3</ans:situacaoGuia>"
        f"{''.join(_item(numero, item) for item in itens)}"
        f"{_valores('Guia', (numero,))}</ans:relacaoGuias>"
    )


def _item(numero: int, item: int) -> str:
    codigo, descricao = _EXAMES[(numero + item) % len(_EXAMES)]
    glosado = item == 1 and numero % 3 == 0
    glosa = (
        "<ans:relacaoGlosa><ans:valorGlosa>50.00</ans:valorGlosa>"
        "<ans:tipoGlosa>1705</ans:tipoGlosa></ans:relacaoGlosa>"
    )
    return (
        f"<ans:detalhesGuia><ans:sequencialItem>{item}</ans:sequencialItem>"
        f"<ans:dataRealizacao>{DATA}</ans:dataRealizacao><ans:procedimento>"
        "<ans:codigoTabela>22</ans:codigoTabela>"
        f"<ans:codigoProcedimento>{codigo}</ans:codigoProcedimento>"
        f"<ans:descricaoProcedimento>{descricao}</ans:descricaoProcedimento></ans:procedimento>"
        "<ans:valorInformado>100.00</ans:valorInformado><ans:qtdExecutada>1</ans:qtdExecutada>"
        "<ans:valorProcessado>100.00</ans:valorProcessado>"
        f"<ans:valorLiberado>{'50.00' if glosado else '100.00'}</ans:valorLiberado>"
        f"{glosa if glosado else ''}</ans:detalhesGuia>"
    )


def _valores(de: str, numeros: range | tuple[int, ...]) -> str:
    informado = 30_000 * len(numeros)
    return (
        f"<ans:valorInformado{de}>{reais(informado)}</ans:valorInformado{de}>"
        f"<ans:valorProcessado{de}>{reais(informado)}</ans:valorProcessado{de}>"
        f"<ans:valorLiberado{de}>{reais(sum(map(liberado, numeros)))}</ans:valorLiberado{de}>"
    )
