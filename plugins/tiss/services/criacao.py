"""Lotes of consultas that a person chose: all of them, or none and why.

The night builds everything that is ready (`tiss.services.montagem`); here somebody picks. It is one
transaction over all contratos concerned, so that what is refused leaves nothing behind, and so that
a rehearsal is the very thing, undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import structlog

from tiss.domain.cadastro import Contrato
from tiss.domain.conferencia import exigir_completo
from tiss.domain.historico import Historico
from tiss.errors import ConfigError, TransitionError
from tiss.repository import Repositorio, Transacao, contratos, lotes
from tiss.repository.listas import consultas as lista
from tiss.repository.listas.consultas import Situacao
from tiss.services.montagem import SEM_CONTRATO, montar_escolhidas
from tiss.services.pessoa import nome_de
from tiss.services.prevencao import historico_de

log = structlog.get_logger(__name__)

# What a request may choose: they are built under the locks of their contratos.
MAXIMO = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusada:
    """A chosen consulta that enters no lote. motivo: why, and what to do; may quote no patient.

    campos: where in the guia it is, one for each thing that motivo names.
    """

    consulta_id: str
    codigo: str
    motivo: str
    campos: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParteCriada:
    """What was created for one contrato; valor in reais."""

    contrato_id: int
    contrato: str
    lotes: Sequence[int]
    guias: int
    valor: Decimal


@dataclass(slots=True, kw_only=True)
class Criacao:
    """What came of a choice: lotes by contrato, and what was refused."""

    partes: list[ParteCriada] = field(default_factory=list)
    recusadas: list[Recusada] = field(default_factory=list)

    @property
    def lotes(self) -> list[int]:
        """Ids of the new lotes."""
        return [lote_id for parte in self.partes for lote_id in parte.lotes]


class SelecaoRecusadaError(TransitionError):
    """Something of what was chosen cannot be billed, so nothing was created; .recusadas says."""

    def __init__(self, recusadas: Sequence[Recusada]) -> None:
        quantas = len(recusadas)
        super().__init__(
            f"{recusadas[0].motivo} Nada foi criado."
            if quantas == 1
            else f"{quantas} das consultas escolhidas não podem entrar num lote. Nada foi criado: "
            "corrija-as, ou crie só com as outras."
        )
        self.recusadas = tuple(recusadas)


class _DesfazerError(Exception):
    """Ends a rehearsal: what it wrote is undone."""


def criar(
    repo: Repositorio,
    consultas: Sequence[str],
    *,
    ambiente: str,
    agora: datetime,
    por: str,
    parcial: bool = False,
    liberar: bool = False,
) -> Criacao:
    """Create lotes of these consultas, which wait for a person's word to leave.

    agora: with a time zone. parcial: leave out what is refused and create the rest. liberar: that
    word is given now. Raises
    SelecaoRecusadaError when something is refused, TransitionError when nothing is left or too many
    were chosen.
    """
    nome = nome_de(por, "cria os lotes")
    criacao = Criacao()
    with repo.transacao() as t:
        _criar(repo, t, consultas, criacao, ambiente=ambiente, agora=agora)
        if criacao.recusadas and not (parcial and criacao.lotes):
            raise SelecaoRecusadaError(criacao.recusadas)
        for lote_id in criacao.lotes if liberar else ():
            lotes.liberar(t, lote_id, por=nome)
    log.info("lotes criados", por=nome, lotes=criacao.lotes, recusadas=len(criacao.recusadas))
    return criacao


def ensaiar(
    repo: Repositorio, consultas: Sequence[str], *, ambiente: str, agora: datetime
) -> Criacao:
    """Return what `criar` would create of these consultas, and refuse; store nothing."""
    criacao = Criacao()
    try:
        with repo.transacao() as t:
            _criar(repo, t, consultas, criacao, ambiente=ambiente, agora=agora)
            raise _DesfazerError
    except _DesfazerError:
        return criacao


def _criar(
    repo: Repositorio,
    t: Transacao,
    consultas: Sequence[str],
    criacao: Criacao,
    *,
    ambiente: str,
    agora: datetime,
) -> None:
    escolhidas = sorted(set(consultas))
    if not escolhidas:
        raise TransitionError("Nenhuma consulta foi escolhida.")
    if len(escolhidas) > MAXIMO:
        raise TransitionError(
            f"Foram escolhidas {len(escolhidas)} consultas: escolha até {MAXIMO} de cada vez."
        )
    dos_contratos = _conhecer(repo, t, escolhidas, ambiente)
    # One after the other in the same order as everybody: two people cannot wait for each other.
    for contrato_id in sorted(dos_contratos):
        contratos.travar_montagem(t, contrato_id)
    # Read again: somebody may have been faster while the locks were waited for.
    livres: dict[int, list[str]] = defaultdict(list)
    for situacao in lista.situacoes(t, escolhidas, ambiente):
        recusada = _impedida(situacao, dos_contratos)
        if recusada is None and situacao.contrato_id is not None:
            livres[situacao.contrato_id].append(situacao.consulta_id)
        elif recusada is not None:
            criacao.recusadas.append(recusada)
    for contrato_id, as_dele in sorted(livres.items()):
        contrato, historico = dos_contratos[contrato_id]
        montagem = montar_escolhidas(t, contrato, as_dele, historico, agora=agora)
        criacao.recusadas += _que_ficaram(t, as_dele, ambiente)
        if montagem.lotes:
            criacao.partes.append(_parte(t, contrato, montagem.lotes))
    criacao.recusadas.sort(key=lambda recusada: recusada.consulta_id)


def _conhecer(
    repo: Repositorio, t: Transacao, consultas: Sequence[str], ambiente: str
) -> dict[int, tuple[Contrato, Historico]]:
    """The contratos concerned; what each operadora refuses is counted before anything is locked."""
    ids = {s.contrato_id for s in lista.situacoes(t, consultas, ambiente)} - {None}
    achados = {}
    for contrato_id in sorted(um for um in ids if um is not None):
        contrato = contratos.obter(t, contrato_id)
        achados[contrato_id] = (contrato, historico_de(repo, contrato)())
    return achados


def _impedida(
    situacao: Situacao, dos_contratos: Mapping[int, tuple[Contrato, Historico]]
) -> Recusada | None:
    """Why a consulta cannot enter a lote as things stand, None: nothing is known against it."""
    consulta = situacao.consulta_id

    def por(codigo: str, motivo: str) -> Recusada:
        return Recusada(
            consulta_id=consulta, codigo=codigo, motivo=f"Consulta {consulta}: {motivo}."
        )

    if not situacao.preparada:
        return por(
            "NAO_PREPARADA", "não está entre as preparadas: a clínica a retirou, ou ela não existe"
        )
    if situacao.lote_id is not None:
        return por("JA_EM_LOTE", f"já está no lote {situacao.numero_lote:06d}")
    if situacao.contrato_id is None or situacao.contrato_id not in dos_contratos:
        return por(SEM_CONTRATO.codigo, SEM_CONTRATO.mensagem)
    if situacao.retida:
        return por("RETIDA", "está retida desde a recuperação do backup; confira e libere-a antes")
    if situacao.status not in (None, "INVALIDA", "GERADA"):
        return por("JA_COBRADA", f"já foi cobrada: a guia dela está {situacao.status}")
    if situacao.status is None and situacao.resultado is not None:
        return por(
            "JA_TEM_RESULTADO",
            f"o sistema da clínica diz que já tem resultado ({situacao.resultado}); confira lá",
        )
    if situacao.anterior_ao_inicio:
        return por("ANTERIOR_AO_INICIO", "o atendimento é anterior ao início do contrato")
    contrato, _ = dos_contratos[situacao.contrato_id]
    try:
        exigir_completo(contrato)
    except ConfigError as erro:
        return por("CONTRATO_INCOMPLETO", str(erro).rstrip("."))
    return None


def _que_ficaram(t: Transacao, consultas: Sequence[str], ambiente: str) -> Iterator[Recusada]:
    """Those that became no valid guia, with what is wrong of each."""
    for situacao in lista.situacoes(t, consultas, ambiente):
        if situacao.lote_id is None:
            erros = [p for p in situacao.problemas if p["gravidade"] == "erro"]
            dito = "; ".join(p["mensagem"] for p in erros)
            yield Recusada(
                consulta_id=situacao.consulta_id,
                codigo=erros[0]["codigo"] if erros else "NAO_MONTADA",
                motivo=f"Consulta {situacao.consulta_id}: "
                f"{dito or 'outra execução a montou ao mesmo tempo'}.",
                campos=tuple(p["caminho"] for p in erros),
            )


def _parte(t: Transacao, contrato: Contrato, criados: Sequence[int]) -> ParteCriada:
    prontos = [lotes.obter(t, lote_id) for lote_id in criados]
    return ParteCriada(
        contrato_id=contrato.id,
        contrato=contrato.nome,
        lotes=tuple(criados),
        guias=sum(lote.quantidade_guias for lote in prontos),
        valor=sum((lote.valor_total for lote in prontos), Decimal("0.00")),
    )
