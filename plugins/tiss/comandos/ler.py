"""`tiss ler`: any answer of an operadora, as JSON for programs or as a summary for a biller.

The JSON always has these keys; money is a string with two decimals, what is not known is null:

    {"tipo", "versao",
     "hash": {"informado", "calculado", "confere", "dialeto"},
     "avisos": [text],
     "mensagem_erro": {"codigo", "descricao"},          a refusal, or the fault of a web service
     "diagnostico": {"codigo", "o_que", "porque", "fazer"},             where it is a known one
     "protocolos": [
       {"numero_protocolo", "numero_lote", "situacao",
        "valor_informado", "valor_processado", "valor_liberado", "valor_glosa",
        "glosas": [glosa],
        "guias": [
          {"numero_guia_prestador", "numero_guia_operadora", "situacao", "status",
           "valor_informado", "valor_processado", "valor_liberado", "valor_glosa",
           "glosas": [glosa]}]}]}

    glosa: {"nivel": PROTOCOLO, GUIA or ITEM, "sequencial_item", "codigo", "descricao",
            "valor_declarado": as the operadora wrote it, "valor": its share of what was refused}

`situacao` is the operadora's code, `status` our word for it: AUTORIZADA, NEGADA, CANCELADA, null
while it is open. Only a demonstrativo de análise gives a guia a status: a receipt or a payment
does not decide. A glosa of the protocolo stands there once, not again in each guia.

Answers of other kinds have one more key, or two:

    "autorizacoes": [{"numero_guia_prestador", "numero_guia_operadora", "senha", "status",
                      "itens": [{"codigo", "solicitada", "autorizada"}], "glosas": [glosa]}]
                     quantities are whole numbers, a string where one has decimals
    "pagamentos":   [{"numero_demonstrativo", "data_emissao", "data", "forma",
                      "valor_bruto", "valor_liquido",
                      "guias": [{"numero_protocolo", "numero_guia_prestador", "recurso",
                                 "valor_liberado"}],
                      "debitos_creditos": [{"indicador", "tipo", "descricao", "valor"}]}]
                     a last one without data holds the debits and credits of the whole demonstrativo
    "recursos":     [{"numero_guia_recurso_prestador", "numero_protocolo",
                      "numero_protocolo_recursado", "numero_protocolo_situacao", "numero_lote",
                      "situacao", "valor_recursado", "valor_acatado",
                      "decisoes": [{"nivel", "numero_guia_prestador", "numero_guia_operadora",
                                    "sequencial_item", "codigo", "acatado", "valor_recursado",
                                    "valor_acatado", "justificativa"}]}]
    "cancelamentos": [{"numero_lote", "numero_protocolo", "tipo_guia", "numero_guia_prestador",
                       "numero_guia_operadora", "situacao", "cancelado"}]
    "elegibilidade": {"elegivel", "validade_carteira", "glosas": [glosa]}
    "comunicacao":   {"aceita", "tipo_evento", "glosas": [glosa]}
    "documentos":    [{"numero_documento", "numero_protocolo_documento", "numero_lote",
                       "numero_protocolo", "numero_guia_prestador", "numero_guia_operadora"}]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tiss.comandos.entrada import ler_arquivo
from tiss.comandos.resposta_em_dados import em_dados
from tiss.comandos.resposta_em_texto import em_texto
from tiss.comandos.saida import escrever, explicar, recusar
from tiss.domain.diagnostico import Diagnostico
from tiss.domain.retorno import Entrega, FalhaSoap, Ilegivel, Resposta
from tiss.errors import UnreadableError
from tiss.messages import leitura
from tiss.messages.diagnostico import diagnosticar
from tiss.messages.hashes import ConferenciaHash, conferir_hash

_INUTILIZAVEL = 2
# What the reason of an `Ilegivel` says better.
_SEM_NOVIDADE = frozenset({"RESPOSTA_ILEGIVEL", "RESPOSTA_VAZIA"})


def opcoes(analisador: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    analisador.add_argument(
        "arquivo", type=Path, metavar="ARQUIVO", help="resposta da operadora em XML"
    )
    analisador.add_argument(
        "--pedido",
        type=Path,
        metavar="ENVIADO",
        help="o que foi enviado, como foi: explica um hash recusado",
    )
    analisador.add_argument("--json", action="store_true", help="resposta em JSON")


def executar(opcoes: argparse.Namespace) -> int:
    """Show what an answer says; return 0 when it was understood, also a refusal; 2 when not."""
    try:
        corpo = ler_arquivo(opcoes.arquivo)
        pedido = None if opcoes.pedido is None else ler_arquivo(opcoes.pedido)
    except OSError as erro:
        return recusar(explicar(erro), _INUTILIZAVEL)
    lida = leitura.ler(corpo)
    diagnostico = _diagnosticar(corpo, lida.resposta, pedido)
    if isinstance(lida.resposta, Ilegivel):
        motivo = f"{opcoes.arquivo}: {lida.resposta.motivo}"
        if diagnostico is not None and diagnostico.codigo not in _SEM_NOVIDADE:
            motivo += f"; {diagnostico}"
        return recusar(motivo, _INUTILIZAVEL)
    # A SOAP fault stands in place of a message: it has nothing to compute a hash of.
    conferencia = None if isinstance(lida.resposta, FalhaSoap) else _conferir(corpo)
    dados = em_dados(lida, conferencia, diagnostico)
    if opcoes.json:
        escrever(json.dumps(dados, ensure_ascii=False, indent=2))
    else:
        escrever(em_texto(dados))
    return 0


def _diagnosticar(corpo: bytes, resposta: Resposta, pedido: bytes | None) -> Diagnostico | None:
    """What is known of a refusal by its file alone: how it arrived is not."""
    entrega = Entrega(http_status=None, ultimo_bloco_saiu=True, resposta=corpo)
    return diagnosticar(entrega, resposta, pedido)


def _conferir(corpo: bytes) -> ConferenciaHash | None:
    """What there is to say of the hash; None when its reader, stricter than ours, refuses."""
    try:
        return conferir_hash(corpo)
    except UnreadableError:
        return None
