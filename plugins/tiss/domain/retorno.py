"""What an operadora says, typed: receipts, situations, demonstrativos, refusals, faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# dm_statusProtocolo (Tabela 47), used for a protocolo and for a guia.
SITUACOES = {
    "1": "recebido",
    "2": "em análise",
    "3": "liberado para pagamento",
    "4": "encerrado sem pagamento",
    "5": "analisado e aguardando liberação para pagamento",
    "6": "pagamento efetuado",
    "7": "não localizado",
    "8": "aguardando informação complementar",
    "9": "cancelado",
    "10": "bloqueio judicial",
}
# Analysed, with values that count as a verdict.
ANALISADAS = frozenset({"3", "4", "6"})
# Analysed, but the verdict waits for the release; its glosas are already known.
ANALISADA_AGUARDANDO = "5"
ENCERRADA_SEM_PAGAMENTO = "4"
NAO_LOCALIZADO = "7"
CANCELADO = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recebimento:
    """protocoloRecebimento: the proof that a lote arrived.

    prestador: its code, CNPJ or CPF, when the receipt names it. guias: numeroGuiaPrestador of each.
    """

    numero_lote: str
    numero_protocolo: str
    prestador: str | None
    guias: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoProtocolo:
    """situacaoDoProtocolo, or the situation that stands where a demonstrativo would."""

    numero_protocolo: str
    numero_lote: str | None
    situacao: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Motivo:
    """A glosa as received: code of Tabela 38, text and value when the operadora gave them."""

    codigo: str
    descricao: str | None = None
    valor: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalisado:
    """detalhesGuia: an item that the operadora shows, normally because it refused part of it."""

    sequencial_item: int | None
    valor_informado: Decimal | None
    valor_liberado: Decimal | None
    motivos: tuple[Motivo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaAnalisada:
    """relacaoGuias of a demonstrativo de análise de conta."""

    numero_guia_prestador: str
    situacao: str
    motivos: tuple[Motivo, ...]
    itens: tuple[ItemAnalisado, ...]
    valor_informado: Decimal | None
    valor_processado: Decimal | None
    valor_liberado: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocoloAnalisado:
    """dadosProtocolo of a demonstrativo de análise de conta."""

    numero_protocolo: str
    numero_lote: str | None
    situacao: str
    motivos: tuple[Motivo, ...]
    guias: tuple[GuiaAnalisada, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OrdemDemonstrativo:
    """What orders two demonstrativos about the same guia: never the time of their arrival."""

    data_emissao: date
    numero: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrativo:
    """demonstrativoAnaliseConta, one or several in a message."""

    ordem: OrdemDemonstrativo
    protocolos: tuple[ProtocoloAnalisado, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrativos:
    """All demonstrativos of one answer."""

    lista: tuple[Demonstrativo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusa:
    """mensagemErro or falhaNegocio: a refusal in the operadora's own business words."""

    codigo: str
    descricao: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FalhaSoap:
    """A SOAP fault. tiss_fault: one of the 7 codes of st_tissFault, when it carries one."""

    tiss_fault: str | None
    codigo: str
    texto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ilegivel:
    """Bytes that are not a TISS answer. motivo: Portuguese, without their content."""

    motivo: str


Resposta = Recebimento | SituacaoProtocolo | Demonstrativos | Recusa | FalhaSoap | Ilegivel


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrega:
    """How one exchange went, before anybody looks at what the reply says.

    ultimo_bloco_saiu: whether the last byte of the request was handed to the network; only a
    False proves that nothing can have arrived. resposta: what came back, maybe cut.
    falha: what interrupted the exchange; None when the reply is complete.
    configuracao: the failure lies in an address or certificate, trying again cannot help.
    """

    http_status: int | None
    ultimo_bloco_saiu: bool
    resposta: bytes | None
    falha: str | None = None
    configuracao: bool = False
