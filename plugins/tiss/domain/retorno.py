"""What an operadora says, typed: receipts, situations, demonstrativos, refusals, faults."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import total_ordering
from typing import Literal

# What `Entrega.falha` says of a handshake that the operadora ended over our certificate.
CERTIFICADO_RECUSADO = "a operadora recusou o certificado digital"
# Where a glosa stands; levels are never added to each other.
Nivel = Literal["PROTOCOLO", "GUIA", "ITEM"]
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
# dm_statusSolicitacao (Tabela 45).
SITUACOES_AUTORIZACAO = {
    "1": "autorizado",
    "2": "em análise",
    "3": "negado",
    "4": "aguardando justificativa técnica do solicitante",
    "5": "aguardando documentação do prestador",
    "6": "solicitação cancelada",
    "7": "autorizado parcialmente",
}
# dm_statusCancelamento (Tabela 46).
SITUACOES_CANCELAMENTO = {
    "1": "cancelado com sucesso",
    "2": "não cancelado",
    "3": "guia inexistente",
    "4": "em processamento",
    "5": "lote inexistente",
    "6": "protocolo inexistente",
}

# Where a text names a code of Tabela 38: after a word that announces one, at its start, in
# brackets. Four bare digits are a year or an amount.
_CODIGO_NO_TEXTO = re.compile(
    r"(?:\b(?:glosas?|c[óo]d(?:igo)?|motivo|erro)\b[\s.:ºn°#-]{0,4}|^\s*|[(\[])([0-9]{4})(?!\d|[/,.-]\d)",
    re.IGNORECASE,
)


def codigos_no_texto(texto: str | None) -> tuple[str, ...]:
    """Return the codes that a description names, in order, each once: "Glosa 1203" gives 1203."""
    return tuple(dict.fromkeys(_CODIGO_NO_TEXTO.findall(texto or "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Motivo:
    """A glosa as received: code of Tabela 38, text and value when the operadora gave them.

    codigo: any 4 characters. What followed them in the same element opens descricao.
    """

    codigo: str
    descricao: str | None = None
    valor: Decimal | None = None

    @property
    def subcodigos(self) -> tuple[str, ...]:
        """Codes that the description names: the operadora's own reason behind a general code."""
        return codigos_no_texto(self.descricao)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusa:
    """mensagemErro or falhaNegocio: a refusal in the operadora's own business words."""

    codigo: str
    descricao: str | None

    @property
    def subcodigos(self) -> tuple[str, ...]:
        """Codes that the description names: the operadora's own reason behind a general code."""
        return codigos_no_texto(self.descricao)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalisado:
    """detalhesGuia: an item that the operadora shows, normally because it refused part of it.

    valor_franquia: as in GuiaAnalisada.
    """

    sequencial_item: int | None
    valor_informado: Decimal | None
    valor_liberado: Decimal | None
    motivos: tuple[Motivo, ...]
    valor_processado: Decimal | None = None
    valor_franquia: Decimal | None = None
    data_realizacao: date | None = None
    codigo_tabela: str | None = None
    codigo_procedimento: str | None = None
    descricao_procedimento: str | None = None
    grau_participacao: str | None = None
    quantidade: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaAnalisada:
    """A guia as the operadora sees it: relacaoGuias of a demonstrativo, or a receipt's line.

    situacao: its own, else the protocolo's; empty where the answer tells none. valor_franquia: the
    patient's own share, which the operadora neither pays nor refuses.
    """

    numero_guia_prestador: str
    situacao: str
    motivos: tuple[Motivo, ...]
    itens: tuple[ItemAnalisado, ...]
    valor_informado: Decimal | None
    valor_processado: Decimal | None
    valor_liberado: Decimal | None
    valor_glosa: Decimal | None = None
    numero_guia_operadora: str | None = None
    senha: str | None = None
    observacao: str | None = None
    valor_franquia: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocoloAnalisado:
    """dadosProtocolo of a demonstrativo de análise de conta."""

    numero_protocolo: str
    numero_lote: str | None
    situacao: str
    motivos: tuple[Motivo, ...]
    guias: tuple[GuiaAnalisada, ...]
    data_protocolo: date | None = None
    valor_informado: Decimal | None = None
    valor_processado: Decimal | None = None
    valor_liberado: Decimal | None = None
    valor_glosa: Decimal | None = None


@total_ordering
@dataclass(frozen=True, slots=True, kw_only=True)
class OrdemDemonstrativo:
    """What orders two demonstrativos about the same guia: never the time of their arrival.

    Numbers of digits only are compared as numbers and come before any other. sha256: of what the
    demonstrativo says, whatever message carried it. date.min: it tells no date of its own.
    """

    data_emissao: date
    numero: str
    sha256: str

    def __lt__(self, outra: OrdemDemonstrativo) -> bool:
        return self._chave() < outra._chave()

    def _chave(self) -> tuple[date, bool, int, str, str, str]:
        so_digitos = not self.numero or (self.numero.isascii() and self.numero.isdigit())
        # The longer of two numbers without leading zeros is the greater, however long they are.
        valor = self.numero.lstrip("0") if so_digitos else self.numero
        tamanho = len(valor) if so_digitos else 0
        return (self.data_emissao, not so_digitos, tamanho, valor, self.sha256, self.numero)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrativo:
    """demonstrativoAnaliseConta, one or several in a message. registro_ans: of who made it."""

    ordem: OrdemDemonstrativo
    protocolos: tuple[ProtocoloAnalisado, ...]
    prestador: str | None = None
    registro_ans: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrativos:
    """All demonstrativos de análise de conta of one answer."""

    lista: tuple[Demonstrativo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitoCredito:
    """One debit (indicador 1) or credit (2): a tax, a discount, an earlier adjustment."""

    indicador: str
    tipo: str
    descricao: str | None
    valor: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaPaga:
    """A posting on a guia. recurso: paid after an appeal (tipoPagamento 2); None when not told.

    itens: only an odonto demonstrativo has them.
    """

    numero_guia_prestador: str
    recurso: bool | None
    valor_informado: Decimal | None
    valor_processado: Decimal | None
    valor_liberado: Decimal | None
    valor_glosa: Decimal | None
    numero_guia_operadora: str | None = None
    senha: str | None = None
    valor_franquia: Decimal | None = None
    itens: tuple[ItemAnalisado, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocoloPago:
    """What one payment holds of one protocolo."""

    numero_protocolo: str
    numero_lote: str | None
    valor_informado: Decimal | None
    valor_processado: Decimal | None
    valor_liberado: Decimal | None
    valor_glosa: Decimal | None
    guias: tuple[GuiaPaga, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagamento:
    """All that was paid on one day. forma: dm_formaPagamento, not told by odonto.

    valor_bruto: released before debits and credits; valor_liquido: what reaches the account.
    """

    data: date | None
    forma: str | None
    protocolos: tuple[ProtocoloPago, ...]
    debitos_creditos: tuple[DebitoCredito, ...]
    valor_bruto: Decimal | None
    valor_liquido: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrativoPagamento:
    """demonstrativoPagamento or demonstrativoPagamentoOdonto.

    debitos_creditos: of the whole demonstrativo, beside those of each payment.
    """

    ordem: OrdemDemonstrativo
    pagamentos: tuple[Pagamento, ...]
    debitos_creditos: tuple[DebitoCredito, ...]
    valor_liquido: Decimal | None
    prestador: str | None = None
    registro_ans: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrativosPagamento:
    """All demonstrativos de pagamento of one answer."""

    lista: tuple[DemonstrativoPagamento, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAutorizado:
    """One item of an authorisation. It has no situation of its own: 0 authorised is a refusal."""

    sequencial_item: int | None
    codigo_tabela: str | None
    codigo_procedimento: str | None
    quantidade_solicitada: Decimal | None
    quantidade_autorizada: Decimal | None
    motivos: tuple[Motivo, ...]
    valor_autorizado: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autorizacao:
    """What was decided on a request. situacao: dm_statusSolicitacao, empty when not told.

    diarias_autorizadas, acomodacao_autorizada, data_provavel_admissao: of a stay in hospital.
    """

    numero_guia_prestador: str
    situacao: str
    motivos: tuple[Motivo, ...]
    itens: tuple[ItemAutorizado, ...]
    numero_guia_operadora: str | None = None
    senha: str | None = None
    data_autorizacao: date | None = None
    data_validade_senha: date | None = None
    diarias_autorizadas: int | None = None
    acomodacao_autorizada: str | None = None
    data_provavel_admissao: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autorizacoes:
    """All authorisations of one answer: the request's own, then those of its anexos."""

    lista: tuple[Autorizacao, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recebimento:
    """protocoloRecebimento: the proof that a lote arrived.

    prestador: its code, CNPJ or CPF, when the receipt names it. motivos, guias: what is refused
    at the door already.
    """

    numero_lote: str
    numero_protocolo: str
    prestador: str | None
    guias: tuple[GuiaAnalisada, ...]
    motivos: tuple[Motivo, ...] = ()
    valor_informado: Decimal | None = None
    valor_glosa: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecebimentoAnexo:
    """protocoloRecebimentoAnexo: the proof that a lote of anexos arrived, and its first answer."""

    numero_lote: str
    numero_protocolo: str
    prestador: str | None
    autorizacoes: tuple[Autorizacao, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecebimentoRecurso:
    """protocoloRecebimento of a recurso de glosa: numero_protocolo is the recurso's own."""

    numero_lote: str
    numero_protocolo: str
    numero_protocolo_recursado: str | None
    prestador: str | None
    guias: tuple[str, ...]
    valor_recursado: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoProtocolo:
    """The situation of a protocolo, of lotes or of anexos, also where a demonstrativo would stand.

    recusa: why the operadora tells no situation of this lote; situacao is empty then.
    """

    numero_protocolo: str
    numero_lote: str | None
    situacao: str
    recusa: Recusa | None = None
    valor_processado: Decimal | None = None
    valor_liberado: Decimal | None = None
    valor_glosa: Decimal | None = None
    guias: tuple[GuiaAnalisada, ...] = ()
    autorizacoes: tuple[Autorizacao, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisaoRecurso:
    """One decision on one contested glosa, of a protocolo, a guia or an item.

    acatado: whether it was accepted in full; None when an item does not tell its values.
    """

    nivel: Nivel
    numero_guia_prestador: str | None
    sequencial_item: int | None
    codigo: str
    acatado: bool | None
    valor_recursado: Decimal | None
    valor_acatado: Decimal | None
    justificativa: str | None
    numero_guia_operadora: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RespostaRecurso:
    """reciboGlosa or reciboGlosaOdonto: what became of a recurso de glosa."""

    numero_guia_recurso_prestador: str
    numero_guia_recurso_operadora: str | None
    numero_protocolo: str
    numero_lote: str | None
    decisoes: tuple[DecisaoRecurso, ...]
    valor_recursado: Decimal | None
    valor_acatado: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoRecurso:
    """reciboGlosaStatus: a recurso not decided yet. numero_protocolo_situacao: asks again by it."""

    numero_protocolo: str
    numero_protocolo_situacao: str | None
    numero_lote: str | None
    situacao: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elegibilidade:
    """reciboElegibilidade. elegivel: None when the answer does not say."""

    elegivel: bool | None
    motivos: tuple[Motivo, ...]
    validade_carteira: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelamento:
    """What became of asking to cancel a lote, or one guia when it names one.

    situacao: dm_statusCancelamento, empty when not told. tipo_guia: dm_tipoGuia.
    """

    situacao: str
    numero_lote: str | None = None
    numero_protocolo: str | None = None
    tipo_guia: str | None = None
    numero_guia_prestador: str | None = None
    numero_guia_operadora: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelamentos:
    """reciboCancelaGuia: one for a lote, one for each guia otherwise."""

    lista: tuple[Cancelamento, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReciboComunicacao:
    """reciboComunicacao of a beneficiary's admission (tipo_evento I) or discharge (A)."""

    aceita: bool | None
    tipo_evento: str | None
    motivos: tuple[Motivo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReciboDocumento:
    """reciboDocumento(s): the proof that a document arrived."""

    numero_documento: str
    numero_protocolo_documento: str
    numero_lote: str | None = None
    numero_protocolo: str | None = None
    numero_guia_prestador: str | None = None
    numero_guia_operadora: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FalhaSoap:
    """A SOAP fault. tiss_fault: one of the 7 codes of st_tissFault, when it carries one.

    texto, detalhe: faultstring and the text of detail, both cut to a bounded length.
    """

    tiss_fault: str | None
    codigo: str
    texto: str
    detalhe: str = ""

    @property
    def palavras(self) -> str:
        """All that the server says, in one text."""
        return f"{self.texto} {self.detalhe}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ilegivel:
    """Bytes that are not a TISS answer. motivo: Portuguese, without their content."""

    motivo: str


Resposta = (
    Recebimento
    | RecebimentoAnexo
    | RecebimentoRecurso
    | SituacaoProtocolo
    | Demonstrativos
    | DemonstrativosPagamento
    | Autorizacoes
    | RespostaRecurso
    | SituacaoRecurso
    | Elegibilidade
    | Cancelamentos
    | ReciboComunicacao
    | ReciboDocumento
    | Recusa
    | FalhaSoap
    | Ilegivel
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leitura:
    """An answer as read.

    tipo: the tipoTransacao that its content has, whatever its cabecalho says; a name of our own
    where the standard has none. versao, hash_informado: as received. avisos: Portuguese, what
    breaks the standard and was read all the same; they quote nothing of the answer.
    """

    tipo: str
    versao: str | None
    hash_informado: str | None
    avisos: tuple[str, ...]
    resposta: Resposta


# How `Entrega.falha` begins when a server names another one, which then ends it.
REDIRECIONADO = "redirecionado para "


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrega:
    """How one exchange went, before anybody looks at what the reply says.

    ultimo_bloco_saiu: whether the last byte of the request was handed to the network; only a
    False proves that nothing can have arrived. resposta: what came back, maybe cut.
    falha: what interrupted the exchange, or where a redirect leads; None when the reply is
    complete.
    configuracao: the failure lies in an address or certificate, trying again cannot help.
    """

    http_status: int | None
    ultimo_bloco_saiu: bool
    resposta: bytes | None
    falha: str | None = None
    configuracao: bool = False

    @property
    def certificado_recusado(self) -> bool:
        """Whether the TLS handshake failed over our certificate: the service saw nothing.

        In TLS 1.3 that is told after the request left, so that the last block says nothing here.
        """
        return self.falha == CERTIFICADO_RECUSADO
