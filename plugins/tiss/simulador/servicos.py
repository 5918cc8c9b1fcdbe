"""Which part of the back office answers which web service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lxml import etree

from . import anexos, autorizacao, cancelamento, imediatos, recebimento, recurso, retorno
from .config import Credencial
from .escrita import Mensagem
from .livro import Livro
from .operacoes import (
    AUTORIZACAO,
    CANCELAMENTO,
    COMUNICACAO,
    DEMONSTRATIVO,
    DOCUMENTOS,
    ELEGIBILIDADE,
    LOTE_ANEXO,
    LOTE_GUIAS,
    RECURSO,
    STATUS_AUTORIZACAO,
    STATUS_PROTOCOLO,
    STATUS_RECURSO,
    Operacao,
)
from .respostas import Destino

Servico = Callable[[etree._Element, Destino, Credencial, Livro], Mensagem]

SERVICOS: Mapping[Operacao, Servico] = MappingProxyType(
    {
        LOTE_GUIAS: recebimento.receber,
        STATUS_PROTOCOLO: recebimento.situacao,
        DEMONSTRATIVO: retorno.responder,
        CANCELAMENTO: cancelamento.responder,
        RECURSO: recurso.receber,
        STATUS_RECURSO: recurso.situacao,
        ELEGIBILIDADE: imediatos.elegibilidade,
        AUTORIZACAO: autorizacao.solicitar,
        STATUS_AUTORIZACAO: autorizacao.situacao,
        LOTE_ANEXO: anexos.receber,
        COMUNICACAO: imediatos.comunicar,
        DOCUMENTOS: imediatos.documentos,
    }
)
