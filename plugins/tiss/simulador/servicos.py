"""Which part of the back office answers which web service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lxml import etree

from . import cancelamento, recebimento, retorno
from .config import Credencial
from .escrita import Mensagem
from .livro import Livro
from .operacoes import CANCELAMENTO, DEMONSTRATIVO, LOTE_GUIAS, STATUS_PROTOCOLO, Operacao
from .respostas import Destino

Servico = Callable[[etree._Element, Destino, Credencial, Livro], Mensagem]

SERVICOS: Mapping[Operacao, Servico] = MappingProxyType(
    {
        LOTE_GUIAS: recebimento.receber,
        STATUS_PROTOCOLO: recebimento.situacao,
        DEMONSTRATIVO: retorno.responder,
        CANCELAMENTO: cancelamento.responder,
    }
)
