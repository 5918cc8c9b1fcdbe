"""The floor: what anybody would write with lxml in an afternoon. No rules, nothing explained.

A tree of elements, its text hashed, serialised, parsed again and judged by an XSD that is compiled
once. Its only argument is the folder of the installed XSDs.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache, partial
from pathlib import Path
from typing import Any

import dados
from lxml import etree
from posto import Trabalho, lotes, servir, um_so

NS = "{http://www.ans.gov.br/padroes/tiss/schemas}"


def escrever(pai: etree._Element, conteudo: dict[str, Any]) -> None:
    """Add elements in the order of the mapping; a list repeats its element."""
    for nome, valor in conteudo.items():
        for um in valor if isinstance(valor, list) else [valor]:
            elemento = etree.SubElement(pai, NS + nome)
            if isinstance(um, dict):
                escrever(elemento, um)
            else:
                elemento.text = um


def guia(atendimento: dados.Atendimento, tipo: str) -> dict[str, Any]:
    """Return the elements of a guia; rows become text here, on the clock."""
    contratado = {"codigoPrestadorNaOperadora": dados.CODIGO_PRESTADOR}
    cabecalho = {
        "registroANS": dados.REGISTRO_ANS,
        "numeroGuiaPrestador": atendimento.numero,
    }
    beneficiario = {"numeroCarteira": atendimento.carteira, "atendimentoRN": "N"}
    profissional = {
        "nomeProfissional": atendimento.medico,
        "conselhoProfissional": "06",
        "numeroConselhoProfissional": atendimento.conselho,
        "UF": "35",
        "CBOS": "225125",
    }
    total = f"{dados.reais(atendimento.total):.2f}"
    if tipo == "consulta":
        return {
            "cabecalhoConsulta": cabecalho,
            "dadosBeneficiario": beneficiario,
            "contratadoExecutante": {**contratado, "CNES": dados.CNES},
            "profissionalExecutante": profissional,
            "indicacaoAcidente": "9",
            "dadosAtendimento": {
                "regimeAtendimento": "01",
                "dataAtendimento": atendimento.dia.isoformat(),
                "tipoConsulta": "1",
                "procedimento": {
                    "codigoTabela": "22",
                    "codigoProcedimento": atendimento.itens[0].codigo,
                    "valorProcedimento": total,
                },
            },
        }
    return {
        "cabecalhoGuia": cabecalho,
        "dadosBeneficiario": beneficiario,
        "dadosSolicitante": {
            "contratadoSolicitante": contratado,
            "nomeContratadoSolicitante": dados.NOME_PRESTADOR,
            "profissionalSolicitante": profissional,
        },
        "dadosSolicitacao": {
            "caraterAtendimento": "1",
            "indicacaoClinica": atendimento.indicacao,
        },
        "dadosExecutante": {"contratadoExecutante": contratado, "CNES": dados.CNES},
        "dadosAtendimento": {
            "tipoAtendimento": "23",
            "indicacaoAcidente": "9",
            "regimeAtendimento": "01",
        },
        "procedimentosExecutados": {
            "procedimentoExecutado": [
                {
                    "sequencialItem": str(item.sequencial),
                    "dataExecucao": atendimento.dia.isoformat(),
                    "procedimento": {
                        "codigoTabela": "22",
                        "codigoProcedimento": item.codigo,
                        "descricaoProcedimento": item.descricao,
                    },
                    "quantidadeExecutada": str(item.quantidade),
                    "reducaoAcrescimo": "1.00",
                    "valorUnitario": f"{dados.reais(item.unitario):.2f}",
                    "valorTotal": f"{dados.reais(item.total):.2f}",
                }
                for item in atendimento.itens
            ]
        },
        "valorTotal": {"valorProcedimentos": total, "valorTotalGeral": total},
    }


def faturar(tipo: str, atendimentos: list[dados.Atendimento], numero: int) -> bytes:
    """Build a lote with its hash and judge it by the XSD."""
    raiz = etree.Element(NS + "mensagemTISS", nsmap={"ans": NS[1:-1]})
    nome = "guiaConsulta" if tipo == "consulta" else "guiaSP-SADT"
    guias = [guia(atendimento, tipo) for atendimento in atendimentos]
    escrever(
        raiz,
        {
            "cabecalho": {
                "identificacaoTransacao": {
                    "tipoTransacao": "ENVIO_LOTE_GUIAS",
                    "sequencialTransacao": str(numero),
                    "dataRegistroTransacao": dados.DATA.isoformat(),
                    "horaRegistroTransacao": dados.HORA,
                },
                "origem": {
                    "identificacaoPrestador": {"codigoPrestadorNaOperadora": dados.CODIGO_PRESTADOR}
                },
                "destino": {"registroANS": dados.REGISTRO_ANS},
                "Padrao": dados.VERSAO,
            },
            "prestadorParaOperadora": {
                "loteGuias": {"numeroLote": str(numero), "guiasTISS": {nome: guias}}
            },
        },
    )
    texto = "".join(raiz.itertext()).encode("iso-8859-1")
    escrever(raiz, {"epilogo": {"hash": hashlib.md5(texto, usedforsecurity=False).hexdigest()}})
    arquivo: bytes = etree.tostring(raiz, encoding="ISO-8859-1", xml_declaration=True)
    _esquema().assertValid(etree.fromstring(arquivo))
    return arquivo


def lote(tipo: str, tamanho: int, numero: int) -> Trabalho:
    """Return the work of one lote."""
    return partial(faturar, tipo, dados.atendimentos(tipo, tamanho, lote=numero), numero)


def ler_demonstrativo(corpo: bytes) -> list[tuple[str, int]]:
    """Return number and centavos liberado of every guia, and look at each of its items."""
    guias = []
    for relacao in etree.fromstring(corpo, etree.XMLParser(huge_tree=True)).iter(
        NS + "relacaoGuias"
    ):
        for item in relacao.iterfind(NS + "detalhesGuia"):
            item.findtext(NS + "valorLiberado")
            item.findtext(f"{NS}relacaoGlosa/{NS}tipoGlosa")
        liberado = relacao.findtext(NS + "valorLiberadoGuia", "0")
        guias.append(
            (
                relacao.findtext(NS + "numeroGuiaPrestador", ""),
                int(liberado.replace(".", "")),
            )
        )
    return guias


def demonstrativo(mostra_todas: bool, guias: int) -> Trabalho:
    """Return the work of one demonstrativo."""
    return partial(ler_demonstrativo, dados.demonstrativo(guias, mostra_todas=mostra_todas))


@cache
def _esquema() -> etree.XMLSchema:
    arquivo = f"tissV{dados.VERSAO.replace('.', '_')}.xsd"
    return etree.XMLSchema(etree.parse(Path(sys.argv[1], arquivo)))


if __name__ == "__main__":
    servir(
        {
            "consulta": lotes(partial(lote, "consulta")),
            "sp_sadt": lotes(partial(lote, "sp_sadt")),
            "demonstrativo": um_so(partial(demonstrativo, False)),
            "demonstrativo_inteiro": um_so(partial(demonstrativo, True)),
        }
    )
