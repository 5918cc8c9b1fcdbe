"""Lotes: built, claimed for an attempt, moved from state to state."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from tiss.domain.cadastro import Contrato, Operacao, TipoGuia
from tiss.domain.estados import StatusLote, exigir_transicao
from tiss.domain.regras import VERSAO_REGRAS
from tiss.errors import ConfigError
from tiss.repository.conexao import Transacao

# numeroProtocolo is a st_texto12.
PROTOCOLO_MAXIMO = 12
# Besides the kinds of TipoGuia, what a lote may hold: the guia of a recurso.
RECURSO = "RECURSO_GLOSA"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiaDeLote:
    """A GERADA guia that waits for a lote; xml: its element."""

    id: int
    numero_guia_prestador: str
    valor_informado: Decimal
    xml: bytes


class _Enviavel:
    """What the kind of a lote says of it."""

    __slots__ = ()
    tipo_guia: str

    @property
    def e_recurso(self) -> bool:
        """Whether it is a recurso de glosa, and not guias that are billed."""
        return self.tipo_guia == RECURSO

    @property
    def operacao(self) -> Operacao:
        """What it is sent by."""
        return Operacao.RECURSO_GLOSA if self.e_recurso else Operacao.ENVIO_LOTE_GUIAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Lote(_Enviavel):
    """A stored lote. xml: file form, zlib."""

    id: int
    contrato_id: int
    numero_lote: int
    tipo_guia: str
    quantidade_guias: int
    valor_total: Decimal
    status: str
    versao_tiss: str
    xml: bytes
    hash: str
    tentativa: int
    protocolo: str | None
    situacao_protocolo: str | None
    criado_em: datetime
    observacoes: str | None
    substituido_por: int | None

    @property
    def arquivo(self) -> bytes:
        """The lote in file form."""
        return zlib.decompress(self.xml)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteTravado(_Enviavel):
    """The state of a lote under lock. vencido: its attempt's time is over; None without one."""

    id: int
    contrato_id: int
    numero_lote: int
    tipo_guia: str
    status: str
    tentativa: int
    protocolo: str | None
    liberado: bool
    exportado_por: str | None
    vencido: bool | None

    @property
    def espera_por_pessoa(self) -> str | None:
        """Why it is not sent until a person says so, None: it may be."""
        if not self.liberado:
            return f"aguarda conferência: confira e libere com tiss lote liberar {self.id}"
        if self.exportado_por is not None:
            return (
                f"{self.exportado_por} exportou este lote para o portal: marque-o como enviado, ou "
                "desfaça a exportação se ele não foi entregue"
            )
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinhaVez:
    """A claim on a lote: the number of the attempt and the troca that records it."""

    tentativa: int
    troca_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoContrato:
    """A lote and whose it is. espera: what it waits for besides its turn, if anything."""

    contrato_id: int
    id: int
    recurso: bool = False
    espera: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envio:
    """A guia inside a lote: what was billed, and which analysis decided, if any did."""

    envio_id: int
    guia_id: int
    resultado: str | None
    demonstrativo_data: date | None
    demonstrativo_numero: str | None
    demonstrativo_sha256: str | None
    numero_guia_prestador: str
    valor_informado: Decimal
    status: str


def a_montar(
    t: Transacao,
    contrato: Contrato,
    tipo: TipoGuia,
    *,
    depois_de: int,
    consultas: Sequence[str] | None = None,
) -> list[GuiaDeLote]:
    """Return up to a lote's worth of guias that are in no live sending, locked, by id.

    consultas: of these only, None: of any.
    """
    return t.linhas(
        GuiaDeLote,
        "lote/a_montar",
        contrato=contrato.id,
        tipo=tipo,
        versao_contrato=contrato.versao,
        depois_de=depois_de,
        consultas=None if consultas is None else list(consultas),
        limite=contrato.max_guias,
    )


def inserir(
    t: Transacao,
    contrato: Contrato,
    *,
    numero_lote: int,
    tipo: TipoGuia,
    guias: Sequence[GuiaDeLote],
    arquivo: bytes,
    hash_epilogo: str,
    liberado: bool,
) -> int:
    """Store a new lote with its guias, PENDENTE; return its id.

    liberado: whether it may leave without a person's word.
    """
    lote_id: int = t.valor(
        "lote/inserir",
        contrato=contrato.id,
        numero_lote=numero_lote,
        tipo=tipo,
        quantidade=len(guias),
        valor_total=sum((guia.valor_informado for guia in guias), Decimal("0.00")),
        versao_contrato=contrato.versao,
        versao_tiss=contrato.versao_tiss,
        xml=zlib.compress(arquivo, 6),
        hash=hash_epilogo,
        liberado=liberado,
    )
    t.executar("lote/inserir_envios", lote=lote_id, guias=[guia.id for guia in guias])
    t.executar("lote/apontar_substituto", lote=lote_id)
    return lote_id


def desmontar_alterados(t: Transacao, contrato_id: int, *, so_lote: int | None = None) -> list[int]:
    """Cancel the lotes that cannot leave as they are, free their guias; return their ids.

    so_lote: look at this one only.
    """
    lotes = t.valores(
        "lote/desmontaveis", contrato=contrato_id, lote=so_lote, versao_regras=VERSAO_REGRAS
    )
    for lote_id in lotes:
        cancelar(t, lote_id, "desmontado: os dados mudaram depois que ele foi montado")
    return lotes


def pode_ter_saido(t: Transacao, lote_id: int) -> bool:
    """Return whether a lote that is PENDENTE may be at the operadora all the same."""
    return bool(t.valor("lote/pode_ter_saido", lote=lote_id))


def consultas(t: Transacao, lote_id: int) -> list[str]:
    """Return the consultas that a lote bills, in its order."""
    return t.valores("lote/consultas", lote=lote_id)


def cancelar(t: Transacao, lote_id: int, motivo: str) -> None:
    """End a lote that will not leave any more; its guias may enter another one."""
    t.executar("lote/cancelar", lote=lote_id, motivo=motivo)
    t.executar("lote/soltar_guias", lote=lote_id, numeros=None)


def cancelar_guias(
    t: Transacao,
    lote_id: int,
    numeros: Collection[str] | None,
    *,
    reusa_numero: bool,
    por: str,
    motivo: str,
) -> None:
    """Make guias of a lote that the operadora cancelled billable again; None: all of them.

    reusa_numero: under the same numbers, those that have no verdict; else the guias end CANCELADA
    and the next night bills the attendances anew.
    """
    quais = None if numeros is None else sorted(numeros)
    t.executar(
        "lote/cancelar_guias",
        lote=lote_id,
        numeros=quais,
        reusa_numero=reusa_numero,
        por=por,
        motivo=motivo,
    )
    t.executar("lote/soltar_guias", lote=lote_id, numeros=quais)


def cancelar_com_guias(
    t: Transacao, lote: LoteTravado, motivo: str, *, reusa_numero: bool, por: str
) -> None:
    """End a lote that the operadora cancelled as a whole, with its guias: see `cancelar_guias`."""
    cancelar_guias(t, lote.id, None, reusa_numero=reusa_numero, por=por, motivo=motivo)
    t.executar("lote/cancelar", lote=lote.id, motivo=motivo)


def liberar(t: Transacao, lote_id: int, *, por: str) -> None:
    """Note that a person released a lote for sending."""
    t.executar("lote/liberar", lote=lote_id, por=por)


def marcar_exportado(t: Transacao, lote_id: int, *, por: str) -> None:
    """Note that a person took the file of a lote to a portal."""
    t.executar("lote/marcar_exportado", lote=lote_id, por=por)


def desfazer_exportacao(t: Transacao, lote_id: int, *, motivo: str) -> None:
    """Note that an exported file was not delivered."""
    t.executar("lote/desfazer_exportacao", lote=lote_id, motivo=motivo)


def entregar_a_mao(t: Transacao, lote: LoteTravado, *, protocolo: str, motivo: str) -> None:
    """Make a PENDENTE lote ENVIADO that a person delivered."""
    tomar(t, lote.id, dono="entrega a mão", segundos=0)
    entregue = replace(lote, status=StatusLote.ENVIANDO)
    mudar_estado(t, entregue, StatusLote.ENVIADO, motivo=motivo, protocolo=protocolo)


def por_enviar(t: Transacao) -> list[int]:
    """Return the lotes that have not left, or are on their way, by id."""
    return t.valores("lote/por_enviar")


def em_duvida(t: Transacao, lotes_ids: Sequence[int] | None) -> list[int]:
    """Return the lotes in doubt, by id; of the given ones when not None."""
    quais = None if lotes_ids is None else list(lotes_ids)
    return t.valores("lote/em_duvida", lotes=quais)


def marcar_perguntados(t: Transacao, *, quem: str) -> list[int]:
    """Return the lotes in doubt that nobody but `quem` asked about, noting that `quem` does now."""
    return sorted(t.valores("lote/marcar_perguntados", quem=quem))


def tomar_cancelamento(t: Transacao, lote_id: int, *, dono: str, segundos: float) -> bool:
    """Claim a lote for one request to cancel; return whether it could be claimed."""
    return t.executar("lote/tomar_cancelamento", lote=lote_id, dono=dono, segundos=segundos) == 1


def procura_pagamento(t: Transacao, lote_id: int) -> bool:
    """Return whether it is time to look for a lote in doubt in what the operadora paid."""
    return bool(t.valor("lote/procura_pagamento", lote=lote_id))


def cancelado_la(t: Transacao, lote_id: int) -> bool:
    """Return whether a lote ended because the operadora cancelled it."""
    return bool(t.valor("lote/cancelado_la", lote=lote_id))


def anotar_protocolo(t: Transacao, lote_id: int, protocolo: str) -> None:
    """Note a protocolo that came too late to change the state of its lote."""
    t.executar("lote/anotar_protocolo", lote=lote_id, protocolo=protocolo)


def pendentes(
    t: Transacao, contratos: Sequence[int], lotes: Sequence[int] | None = None
) -> list[DoContrato]:
    """Return the PENDENTE lotes; of the given ones when `lotes` is not None."""
    return t.linhas(
        DoContrato,
        "lote/pendentes",
        contratos=list(contratos),
        lotes=None if lotes is None else list(lotes),
    )


def abertos(
    t: Transacao, contratos: Sequence[int], protocolos: Sequence[str] = ()
) -> list[DoContrato]:
    """Return the lotes that wait for verdicts; empty protocolos means all."""
    return t.linhas(
        DoContrato, "lote/abertos", contratos=list(contratos), protocolos=list(protocolos)
    )


def obter(t: Transacao, lote_id: int) -> Lote:
    """Return a lote with its bytes. Raises ConfigError when there is none."""
    lote = t.linha(Lote, "lote/por_id", lote=lote_id)
    if lote is None:
        raise ConfigError(f"Não existe o lote {lote_id}.")
    return lote


def travar(t: Transacao, lote_id: int) -> LoteTravado:
    """Lock a lote and return its state. Raises ConfigError when there is none."""
    lote = t.linha(LoteTravado, "lote/travar", lote=lote_id)
    if lote is None:
        raise ConfigError(f"Não existe o lote {lote_id}.")
    return lote


def do_protocolo(
    t: Transacao, contrato_id: int, protocolo: str, numero_lote: str | None
) -> LoteTravado | None:
    """Lock the lote of a protocolo and return its state, None when it is none of ours.

    numero_lote: what the operadora says of it, which decides where two lotes have the protocolo.
    """
    return t.linha(
        LoteTravado,
        "lote/do_protocolo",
        contrato=contrato_id,
        protocolo=protocolo,
        numero=numero_lote,
    )


def da_consulta(t: Transacao, consulta_id: str, ambiente: str) -> int | None:
    """Return the lote in which the live guia of a consulta is, None when it is in none."""
    lote_id: int | None = t.valor("lote/da_consulta", consulta=consulta_id, ambiente=ambiente)
    return lote_id


def detido(t: Transacao, lote_id: int) -> bool:
    """Return whether a copy of a guia of this lote may have been accepted already."""
    return bool(t.valor("lote/detido", lote=lote_id))


def tomar(t: Transacao, lote_id: int, *, dono: str, segundos: float) -> int | None:
    """Claim a PENDENTE lote for one attempt; return its number, None when it is not PENDENTE."""
    tentativa: int | None = t.valor("lote/tomar", lote=lote_id, dono=dono, segundos=segundos)
    return tentativa


def minha_vez(t: Transacao, lote_id: int, dono: str) -> MinhaVez | None:
    """Return the claim that `dono` holds on a lote, None when it holds none."""
    return t.linha(MinhaVez, "lote/minha_vez", lote=lote_id, dono=dono)


def deter(t: Transacao, lote: LoteTravado, motivo: str) -> None:
    """Put a lote in doubt that has not left, or is on its way, as far as we know."""
    if lote.status == StatusLote.PENDENTE:
        tomar(t, lote.id, dono="detido", segundos=0)
        lote = replace(lote, status=StatusLote.ENVIANDO)
    mudar_estado(t, lote, StatusLote.EM_DUVIDA, motivo=motivo)


def vencidos(t: Transacao) -> list[int]:
    """Return the lotes that a process left behind."""
    return t.valores("lote/vencidos")


def mudar_estado(
    t: Transacao,
    lote: LoteTravado,
    para: StatusLote,
    *,
    motivo: str,
    detalhe: str | None = None,
    protocolo: str | None = None,
) -> None:
    """Move a locked lote on; ENVIADO takes its guias along. Raises TransitionError.

    motivo: may be logged and shown. detalhe: the operadora's own words, for the database only.
    """
    exigir_transicao(StatusLote(lote.status), para)
    t.executar(
        "lote/mudar_estado",
        lote=lote.id,
        status=para,
        motivo=motivo,
        detalhe=detalhe,
        protocolo=protocolo,
    )
    if para is StatusLote.ENVIADO:
        t.executar("lote/marcar_guias_enviadas", lote=lote.id)


def anotar_situacao(t: Transacao, lote_id: int, situacao: str) -> None:
    """Note what the operadora said about the protocolo."""
    t.executar("lote/anotar_situacao", lote=lote_id, situacao=situacao)


def agendar_consulta(t: Transacao, lote_id: int) -> None:
    """Note that there was an answer about a protocolo: the next question has time."""
    t.executar("lote/agendar_consulta", lote=lote_id)


def agora(t: Transacao) -> int:
    """Return the time of the database, by which answers are dated, in microseconds."""
    return int(t.valor("lote/agora"))


def respondidos(t: Transacao, ids: Sequence[int], desde: int) -> frozenset[int]:
    """Return those of these lotes about whose protocolo there was an answer since a moment."""
    return frozenset(t.valores("lote/respondidos", lotes=list(ids), desde=desde))


def envios(t: Transacao, lote_id: int) -> list[Envio]:
    """Return the guias of a lote in order."""
    return t.linhas(Envio, "lote/guias", lote=lote_id)


def numeros_soltos(t: Transacao, lote_id: int) -> frozenset[str]:
    """Return the numbers of the guias that were in a lote and are not any more."""
    return frozenset(t.valores("lote/numeros_soltos", lote=lote_id))


def em_quarentena(t: Transacao, lote_id: int) -> datetime | None:
    """Return until when a lote in doubt may not be sent again, None when it may."""
    ate: datetime | None = t.valor("lote/em_quarentena", lote=lote_id)
    return ate


@dataclass(frozen=True, slots=True, kw_only=True)
class DonoDoProtocolo:
    """The lote that has a protocolo already."""

    numero_lote: int
    prestador: str


def dono_do_protocolo(
    t: Transacao, lote: LoteTravado, protocolo: str, *, de_todos: bool
) -> DonoDoProtocolo | None:
    """Return another lote that has this protocolo.

    de_todos: of any contrato with the operadora, not only of the same.
    """
    return t.linha(
        DonoDoProtocolo,
        "lote/protocolo_de_outro",
        contrato=lote.contrato_id,
        protocolo=protocolo,
        lote=lote.id,
        recurso=lote.e_recurso,
        de_todos=de_todos,
    )


def protocolo_corrigivel(t: Transacao, lote_id: int) -> bool:
    """Return whether a protocolo is only what a person wrote, and may be corrected."""
    return bool(t.valor("lote/protocolo_corrigivel", lote=lote_id))


def corrigir_protocolo(t: Transacao, lote_id: int, *, protocolo: str, motivo: str) -> None:
    """Follow a lote by another protocolo from now on."""
    t.executar("lote/corrigir_protocolo", lote=lote_id, protocolo=protocolo, motivo=motivo)
