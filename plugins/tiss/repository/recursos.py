"""Recursos de glosa: what may be contested, drafts, what was approved and what came of it."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from psycopg.types.json import Jsonb

from tiss.domain.cadastro import Contrato
from tiss.domain.estados import StatusLote, StatusRecurso
from tiss.domain.recurso import Candidata, Decidida, GlosaRecorrida, Recorrido
from tiss.errors import ConfigError
from tiss.repository.conexao import Transacao, dinheiro
from tiss.repository.lotes import RECURSO


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurso:
    """A recurso under lock. numero_lote, protocolo, tipo_guia: of the lote that it contests.

    lote_id, status_do_envio: of what was sent of it, None before.
    """

    id: int
    contrato_id: int
    lote_recorrido_id: int
    objeto: str
    status: str
    lote_id: int | None
    numero_lote: int
    protocolo: str
    tipo_guia: str
    status_do_envio: str | None

    @property
    def parado(self) -> bool:
        """Whether what was sent of it was refused, or cancelled."""
        return self.status == StatusRecurso.APROVADO and self.status_do_envio in (
            StatusLote.ERRO,
            StatusLote.CANCELADO,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desatualizada:
    """A glosa of a draft as it was, and its value (None: gone) and deadline as they are now."""

    numero_guia_prestador: str
    codigo: str
    valor_recursado: Decimal
    valor: Decimal | None
    prazo: date | None
    dias: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vencido:
    """A recurso that has not left and is too late. prazo: the shortest of its glosas."""

    recurso_id: int
    prazo: date

    @property
    def motivo(self) -> str:
        """Why it does not leave, and what a person can do."""
        return (
            f"o prazo do recurso {self.recurso_id} terminou em {self.prazo:%d/%m/%Y}, antes que "
            "ele saísse: se a operadora ainda o aceita, aumente recurso.dias no contrato; se não, "
            f"tiss recurso refazer {self.recurso_id}, e retire o que venceu ou descarte-o"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoEnvio(Recorrido):
    """What a lote sends, when it sends a recurso."""

    recurso_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumo:
    """A recurso in figures; money in reais. prazo: the shortest of its glosas."""

    id: int
    contrato_id: int
    status: str
    lote_id: int | None
    numero_lote: int
    protocolo: str
    status_do_envio: str | None
    protocolo_do_recurso: str | None
    guias: int
    glosas: int
    valor_recursado: Decimal
    valor_acatado: Decimal | None
    sem_justificativa: int
    prazo: date | None
    codigos: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Modelo:
    """What the clinic says against a glosa. contrato_id: None for every contrato."""

    codigo: str
    contrato_id: int | None
    texto: str


def candidatas(
    t: Transacao,
    contratos: Sequence[int],
    *,
    lote: int | None = None,
    protocolos: Sequence[str] = (),
    guias: Sequence[str] = (),
    codigos: Sequence[str] = (),
) -> list[Candidata]:
    """Return what was refused and nobody has contested, by lote and guia; empty means any."""
    return t.linhas(
        Candidata,
        "recurso/candidatas",
        contratos=list(contratos),
        lote=lote,
        protocolos=list(protocolos),
        guias=list(guias),
        codigos=list(codigos),
    )


def inserir(
    t: Transacao,
    contrato_id: int,
    lote_id: int,
    glosas: Sequence[tuple[Candidata, str]],
    *,
    por: str,
) -> int:
    """Store a draft against glosas of one lote, each with its justification; return its id."""
    objeto = "PROTOCOLO" if glosas[0][0].nivel == "PROTOCOLO" else "GUIA"
    recurso_id: int = t.valor(
        "recurso/inserir", contrato=contrato_id, lote=lote_id, objeto=objeto, por=por
    )
    itens = [
        {
            "envio": glosa.envio_id,
            "nivel": glosa.nivel,
            "item": glosa.sequencial_item,
            "codigo": glosa.codigo,
            "valor": dinheiro(glosa.valor),
            "justificativa": justificativa,
        }
        for glosa, justificativa in glosas
    ]
    t.executar("recurso/inserir_itens", recurso=recurso_id, itens=Jsonb(itens))
    return recurso_id


def travar(t: Transacao, recurso_id: int) -> Recurso:
    """Lock a recurso and return it. Raises ConfigError when there is none."""
    recurso = t.linha(Recurso, "recurso/travar", recurso=recurso_id)
    if recurso is None:
        raise ConfigError(f"Não existe o recurso {recurso_id}.")
    return recurso


def do_envio(t: Transacao, lote_id: int) -> DoEnvio:
    """Return the recurso that a lote sends, or sent. Raises ConfigError when it sends none."""
    recurso = t.linha(DoEnvio, "recurso/do_envio", lote=lote_id)
    if recurso is None:
        raise ConfigError(f"O lote {lote_id} não é o envio de um recurso.")
    return recurso


def vencido(t: Transacao, lote_id: int) -> Vencido | None:
    """Return the recurso of a lote when it is too late for it to leave, None: it may.

    One that may be at the operadora, or at its portal, is never too late.
    """
    return t.linha(Vencido, "recurso/vencido", lote=lote_id)


def glosas(t: Transacao, recurso_id: int) -> list[GlosaRecorrida]:
    """Return what a recurso contests, in the order of its message."""
    return t.linhas(GlosaRecorrida, "recurso/glosas", recurso=recurso_id)


def resumo(t: Transacao, recurso_id: int) -> Resumo:
    """Return a recurso in figures. Raises ConfigError when there is none."""
    achado = t.linha(Resumo, "recurso/resumo", recurso=recurso_id)
    if achado is None:
        raise ConfigError(f"Não existe o recurso {recurso_id}.")
    return achado


def listar(t: Transacao, contratos: Sequence[int], status: Sequence[str] = ()) -> list[int]:
    """Return the recursos of contratos, by id; empty status means any."""
    return t.valores("recurso/listar", contratos=list(contratos), status=list(status))


def rascunhos(
    t: Transacao,
    contratos: Sequence[int],
    *,
    protocolos: Sequence[str] = (),
    codigos: Sequence[str] = (),
) -> list[int]:
    """Return the drafts that wait for a person, those with the shortest time first."""
    return t.valores(
        "recurso/rascunhos",
        contratos=list(contratos),
        protocolos=list(protocolos),
        codigos=list(codigos),
    )


def lotes_com_rascunho(t: Transacao, contratos: Sequence[int]) -> list[int]:
    """Return the lotes of contratos against which there are drafts, by id."""
    return t.valores("recurso/lotes_com_rascunho", contratos=list(contratos))


def atualizar_rascunhos(t: Transacao, lote_id: int) -> list[int]:
    """Have the drafts against a lote ask for what is refused now; return those that are empty."""
    t.executar("recurso/atualizar_rascunhos", lote=lote_id)
    t.executar("recurso/esvaziar_rascunhos", lote=lote_id)
    return t.valores("recurso/vazios", lote=lote_id)


def desatualizadas(t: Transacao, recurso_id: int) -> list[Desatualizada]:
    """Return what of a draft is not refused any more as it says, or is too late."""
    return t.linhas(Desatualizada, "recurso/desatualizadas", recurso=recurso_id)


def da_guia(t: Transacao, guia_id: int) -> list[int]:
    """Return the recursos that contest a guia and are not over, by id."""
    return t.valores("recurso/da_guia", guia=guia_id)


def reter(t: Transacao, *, por: str) -> int:
    """Hold back the recursos of every contrato; return how many contratos were not before."""
    return t.executar("recurso/reter", por=por)


def soltar(t: Transacao, contratos: Sequence[int] | None) -> int:
    """Let recursos be approved again, None: of every contrato; return of how many contratos."""
    return t.executar("recurso/soltar", contratos=None if contratos is None else list(contratos))


def retido(t: Transacao, contrato_id: int) -> datetime | None:
    """Return since when the recursos of a contrato are held back, None: they are not."""
    desde: datetime | None = t.valor("recurso/retido", contrato=contrato_id)
    return desde


def justificar(
    t: Transacao,
    recurso_id: int,
    texto: str,
    *,
    guia: str | None,
    item: int | None,
    codigo: str | None,
) -> int:
    """Store what is said against glosas of a recurso, None: against all; return how many."""
    return t.executar(
        "recurso/justificar", recurso=recurso_id, texto=texto, guia=guia, item=item, codigo=codigo
    )


def justificar_cada(t: Transacao, recurso_id: int, textos: Mapping[int, str]) -> int:
    """Store what is said against glosas of a recurso, each by its id; return how many it has."""
    return t.executar("recurso/justificar_itens", recurso=recurso_id, textos=Jsonb(dict(textos)))


def retirar(
    t: Transacao, recurso_id: int, *, guia: str, item: int | None, codigo: str | None
) -> int:
    """Take glosas of a guia out of a recurso, not those that were decided; return how many."""
    return t.executar("recurso/retirar", recurso=recurso_id, guia=guia, item=item, codigo=codigo)


def retirar_cada(t: Transacao, recurso_id: int, glosas: Collection[int]) -> int:
    """Take some glosas out of a recurso, by their ids; return how many it had undecided."""
    return t.executar("recurso/retirar_itens", recurso=recurso_id, glosas=list(glosas))


def mudar_estado(
    t: Transacao, recurso_id: int, para: StatusRecurso, *, por: str | None = None
) -> None:
    """Move a locked recurso on; por: the person who decided it."""
    t.executar("recurso/mudar_estado", recurso=recurso_id, status=para, por=por)


def aprovar(
    t: Transacao,
    recurso: Recurso,
    contrato: Contrato,
    *,
    numero_lote: int,
    numero_guia: str,
    guias: int,
    valor_total: Decimal,
    arquivo: bytes,
    hash_epilogo: str,
    por: str,
) -> int:
    """Store what is sent of an approved recurso, PENDENTE; return the id of its lote."""
    lote_id: int = t.valor(
        "lote/inserir",
        contrato=contrato.id,
        numero_lote=numero_lote,
        tipo=RECURSO,
        quantidade=guias,
        valor_total=valor_total,
        versao_contrato=contrato.versao,
        versao_tiss=contrato.versao_tiss,
        xml=zlib.compress(arquivo, 6),
        hash=hash_epilogo,
        liberado=True,
    )
    if recurso.lote_id is not None:
        t.executar("recurso/substituir", antigo=recurso.lote_id, novo=lote_id)
    t.executar(
        "recurso/aprovar", recurso=recurso.id, por=por, lote=lote_id, numero_guia=numero_guia
    )
    return lote_id


def decidir(t: Transacao, recurso_id: int, decididas: Sequence[Decidida]) -> None:
    """Store what the operadora granted, and what that makes of the guias."""
    linhas = [
        {"id": d.id, "acatado": dinheiro(d.valor_acatado), "resposta": d.resposta}
        for d in decididas
    ]
    t.executar("recurso/decidir", decididas=Jsonb(linhas))
    t.executar("recurso/recuperar", recurso=recurso_id)


def encerrar(t: Transacao, lote_id: int) -> None:
    """Note that the operadora decided all of what a lote contests."""
    t.executar("recurso/encerrar", lote=lote_id)


def gravar_modelo(
    t: Transacao, codigo: str, texto: str, *, contrato_id: int | None, por: str
) -> None:
    """Store the template for a code, in place of the one that there was."""
    t.executar("recurso/gravar_modelo", codigo=codigo, contrato=contrato_id, texto=texto, por=por)


def apagar_modelo(t: Transacao, codigo: str, *, contrato_id: int | None) -> bool:
    """Remove the template for a code; return whether there was one."""
    return t.executar("recurso/apagar_modelo", codigo=codigo, contrato=contrato_id) > 0


def modelos(t: Transacao) -> list[Modelo]:
    """Return the templates, by code."""
    return t.linhas(Modelo, "recurso/modelos")
