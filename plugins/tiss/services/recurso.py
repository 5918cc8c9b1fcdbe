"""Recursos de glosa as people make them: a draft, its words, and the word to send it.

Nothing leaves without a person's name. What is approved is sent as any lote is, once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.estados import StatusLote, StatusRecurso
from tiss.domain.recurso import (
    MAXIMO_DE_GUIAS,
    Candidata,
    GlosaRecorrida,
    Recorrido,
    mensagem,
    preencher,
)
from tiss.errors import ConfigError, TransitionError
from tiss.messages.mensagem import escrever_pedido
from tiss.repository import Repositorio, Transacao, contratos, lotes, recursos, trocas
from tiss.repository.lotes import LoteTravado
from tiss.repository.recursos import Recurso, Resumo
from tiss.services import numeracao
from tiss.services.pessoa import nome_de

log = structlog.get_logger(__name__)

# What these people do, in the words of a refusal.
DECIDE = "decide"


class Decisao(StrEnum):
    """What a person may decide about a draft."""

    APROVAR = "APROVAR"
    DESCARTAR = "DESCARTAR"
    DEPOIS = "DEPOIS"


# What the buttons say.
BOTOES = {
    Decisao.APROVAR: "Aprovar e enviar",
    Decisao.DESCARTAR: "Não recorrer",
    Decisao.DEPOIS: "Decidir depois",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparo:
    """The drafts that were made, and why the rest was not; the reasons are for a person."""

    recursos: tuple[int, ...]
    recusas: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposta:
    """A draft as it is put to a person: figures, nothing of a patient."""

    contrato: str
    resumo: Resumo


def propostas(
    repo: Repositorio,
    contratos_ids: Sequence[int],
    *,
    protocolos: Sequence[str] = (),
    codigos: Sequence[str] = (),
) -> list[Proposta]:
    """Return the drafts that wait for a person, those with the shortest time first."""
    with repo.transacao() as t:
        ids = recursos.rascunhos(t, contratos_ids, protocolos=protocolos, codigos=codigos)
        resumos = [recursos.resumo(t, recurso_id) for recurso_id in ids]
        nomes = {contrato.id: contrato.nome for contrato in contratos.listar(t)}
    return [Proposta(contrato=nomes[r.contrato_id], resumo=r) for r in resumos]


def e_rascunho(repo: Repositorio, recurso_id: int) -> bool:
    """Return whether a recurso still waits for a person."""
    with repo.transacao() as t:
        return recursos.travar(t, recurso_id).status == StatusRecurso.RASCUNHO


def preparar(
    repo: Repositorio,
    contratos_ids: Sequence[int],
    *,
    por: str,
    protocolos: Sequence[str] = (),
    guias: Sequence[str] = (),
    codigos: Sequence[str] = (),
    lote: int | None = None,
) -> Preparo:
    """Make drafts against what was refused and nobody has contested; empty means any.

    lote: only against this one, and no other draft is looked at.

    One for the glosas of guias and items of a lote, in as many parts as the standard wants, one for
    each glosa of a whole protocolo. Each glosa gets the words of its template; one without waits
    for a person's.
    """
    nome = nome_de(por, "prepara")
    candidatas = partial(recursos.candidatas, protocolos=protocolos, guias=guias, codigos=codigos)
    with repo.transacao() as t:
        achadas = candidatas(t, contratos_ids, lote=lote)
        a_rever = recursos.lotes_com_rascunho(t, contratos_ids) if lote is None else [lote]
    feitos: list[int] = []
    recusas: dict[str, None] = {}
    for lote_id in sorted({*a_rever, *(achada.lote_id for achada in achadas)}):
        with repo.transacao() as t:
            contrato_id = lotes.travar(t, lote_id).contrato_id
            for vazio in recursos.atualizar_rascunhos(t, lote_id):
                recursos.mudar_estado(t, vazio, StatusRecurso.DESCARTADO, por=nome)
            aptas = []
            # Looked at again under the lock: another person may have been quicker.
            for candidata in candidatas(t, [contrato_id], lote=lote_id):
                if (motivo := candidata.impedimento or _inteira(candidata, guias)) is None:
                    aptas.append(candidata)
                else:
                    recusas[motivo] = None
            for parte in _partes(aptas):
                com_palavras = [(c, preencher(c.modelo or "", c.campos)) for c in parte]
                feitos.append(recursos.inserir(t, contrato_id, lote_id, com_palavras, por=nome))
    log.info("recursos preparados", recursos=feitos, por=nome, recusas=len(recusas))
    return Preparo(recursos=tuple(feitos), recusas=tuple(recusas))


def justificar(
    repo: Repositorio,
    recurso_id: int,
    texto: str,
    *,
    por: str,
    guia: str | None = None,
    item: int | None = None,
    codigo: str | None = None,
) -> int:
    """Say something against glosas of a draft; return against how many. None: all of them."""
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        _rascunho(t, recurso_id)
        quantas = recursos.justificar(
            t, recurso_id, texto.strip(), guia=guia, item=item, codigo=codigo
        )
        _exigir_alguma(quantas, recurso_id)
    log.info("recurso justificado", recurso=recurso_id, glosas=quantas, por=nome)
    return quantas


def justificar_cada(
    repo: Repositorio, recurso_id: int, textos: Mapping[int, str], *, por: str
) -> int:
    """Say something against each of some glosas of a draft, by their ids; return against how many.

    Raises TransitionError for one that the draft does not hold: nothing is written then.
    """
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        _rascunho(t, recurso_id)
        ditos = {glosa: texto.strip() for glosa, texto in textos.items()}
        quantas = recursos.justificar_cada(t, recurso_id, ditos)
        _exigir_todas(quantas, ditos, recurso_id)
    log.info("recurso justificado", recurso=recurso_id, glosas=quantas, por=nome)
    return quantas


def retirar(
    repo: Repositorio,
    recurso_id: int,
    *,
    guia: str,
    por: str,
    item: int | None = None,
    codigo: str | None = None,
) -> int:
    """Take glosas of a guia out of a draft, to be contested later or never; return how many.

    What was decided stays. A draft of which nothing is left to ask for is to be discarded, which
    this refuses to do by the way.
    """
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        _em_partes(t, recurso_id)
        quantas = recursos.retirar(t, recurso_id, guia=guia, item=item, codigo=codigo)
        _exigir_alguma(quantas, recurso_id)
        _exigir_resto(t, recurso_id)
    log.info("glosas retiradas do recurso", recurso=recurso_id, glosas=quantas, por=nome)
    return quantas


def retirar_cada(repo: Repositorio, recurso_id: int, glosas: Collection[int], *, por: str) -> int:
    """Take some glosas out of a draft, by their ids, as `retirar` does; return how many.

    Raises TransitionError for one that the draft does not hold: nothing is taken out then.
    """
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        _em_partes(t, recurso_id)
        quantas = recursos.retirar_cada(t, recurso_id, glosas)
        _exigir_todas(quantas, set(glosas), recurso_id)
        _exigir_resto(t, recurso_id)
    log.info("glosas retiradas do recurso", recurso=recurso_id, glosas=quantas, por=nome)
    return quantas


def aprovar(repo: Repositorio, recurso_id: int, *, por: str) -> int:
    """Let a draft be sent as it is; return the lote that sends it, PENDENTE.

    Raises MensagemError with everything that is missing or too long, ConfigError for a contrato
    that has no way to send it, TransitionError for what is no draft, is not refused any more as it
    says, is too late, or may have been sent before a backup was restored.
    """
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        recurso = _rascunho(t, recurso_id)
        contrato = contratos.obter(t, recurso.contrato_id)
        if not contrato.pelo_portal and not contrato.oferece(Operacao.RECURSO_GLOSA):
            raise ConfigError(
                f"O contrato {contrato.nome} não oferece recurso de glosa pelo serviço "
                "(RECURSO_GLOSA): recorra pelo portal da operadora e descarte este rascunho."
            )
        # Nothing is read into its analysis meanwhile.
        lotes.travar(t, recurso.lote_recorrido_id)
        glosas = _a_contestar(t, recurso)
        numero_guia, numero_lote = _numeros(t, contrato)
        registrado_em = contrato.no_fuso(datetime.now(UTC))
        recorrido = Recorrido(
            numero_lote=recurso.numero_lote,
            protocolo=recurso.protocolo,
            tipo_guia=recurso.tipo_guia,
            numero_guia=numero_guia,
        )
        escrita = escrever_pedido(
            contrato,
            mensagem(contrato, recorrido, glosas, hoje=registrado_em.date()),
            sequencial=numero_lote,
            registrado_em=registrado_em,
        )
        arquivo, hash_epilogo = escrita.com_hash(contrato.escrita_hash)
        lote_id = recursos.aprovar(
            t,
            recurso,
            contrato,
            numero_lote=numero_lote,
            numero_guia=numero_guia,
            guias=len({glosa.envio_id for glosa in glosas}),
            valor_total=sum((glosa.valor_recursado for glosa in glosas), Decimal("0.00")),
            arquivo=arquivo,
            hash_epilogo=hash_epilogo,
            por=nome,
        )
    log.info("recurso aprovado", recurso=recurso_id, lote=lote_id, por=nome)
    return lote_id


def descartar(repo: Repositorio, recurso_id: int, *, por: str) -> None:
    """Decide not to contest what a draft holds."""
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        _rascunho(t, recurso_id)
        recursos.mudar_estado(t, recurso_id, StatusRecurso.DESCARTADO, por=nome)
    log.info("recurso descartado", recurso=recurso_id, por=nome)


def refazer(repo: Repositorio, recurso_id: int, *, por: str) -> None:
    """Make a draft again of what was discarded, refused for its form or cancelled over there.

    Also of what was approved and has not left.
    """
    nome = nome_de(por, DECIDE)
    with repo.transacao() as t:
        recurso = recursos.travar(t, recurso_id)
        if recurso.status == StatusRecurso.APROVADO and recurso.lote_id is not None:
            _recolher(t, recurso, lotes.travar(t, recurso.lote_id), nome)
        elif recurso.status != StatusRecurso.DESCARTADO:
            raise TransitionError(
                f"O recurso {recurso_id} está {recurso.status}: só se refaz um que foi descartado, "
                "recusado, cancelado, ou que ainda não saiu."
            )
        recursos.mudar_estado(t, recurso_id, StatusRecurso.RASCUNHO, por=nome)
    log.info("recurso refeito", recurso=recurso_id, por=nome)


def soltar(repo: Repositorio, contratos_ids: Sequence[int] | None, *, por: str) -> int:
    """Let recursos be approved that a recovery held back, None: all; return of how many contratos.

    por: who looked at the operadoras' portals and knows which recursos they have.
    """
    nome = nome_de(por, "libera")
    with repo.transacao() as t:
        soltos = recursos.soltar(t, contratos_ids)
    log.warning("recursos liberados depois da recuperação", contratos=soltos, por=nome)
    return soltos


def gravar_modelo(
    repo: Repositorio, codigo: str, texto: str, *, por: str, contrato_id: int | None = None
) -> None:
    """Store what the clinic says against a glosa: a template. Drafts that exist stay as they are.

    Raises ConfigError for one that names what does not exist.
    """
    nome = nome_de(por, "escreve o modelo")
    preencher(texto, {})
    with repo.transacao() as t:
        if contrato_id is not None:
            contratos.obter(t, contrato_id)
        recursos.gravar_modelo(t, codigo, texto.strip(), contrato_id=contrato_id, por=nome)
    log.info("modelo de justificativa gravado", codigo=codigo, contrato=contrato_id, por=nome)


def apagar_modelo(
    repo: Repositorio, codigo: str, *, por: str, contrato_id: int | None = None
) -> None:
    """Remove the template for a code. Raises ConfigError when there is none."""
    nome = nome_de(por, "apaga o modelo")
    with repo.transacao() as t:
        if not recursos.apagar_modelo(t, codigo, contrato_id=contrato_id):
            raise ConfigError(f"Não há modelo de justificativa para a glosa {codigo}.")
    log.info("modelo de justificativa apagado", codigo=codigo, contrato=contrato_id, por=nome)


def _inteira(candidata: Candidata, guias: Sequence[str]) -> str | None:
    """Why a glosa of a whole protocolo is not contested for some of its guias."""
    if candidata.nivel != "PROTOCOLO" or not guias:
        return None
    return (
        f"protocolo {candidata.protocolo}: a glosa {candidata.codigo} é dele inteiro, e não só da "
        f"guia {candidata.numero_guia_prestador}: prepare sem escolher a guia"
    )


def _a_contestar(t: Transacao, recurso: Recurso) -> list[GlosaRecorrida]:
    """What a draft asks for, which has to be refused still, in time, and nobody granted yet."""
    if (desde := recursos.retido(t, recurso.contrato_id)) is not None:
        raise TransitionError(
            f"O banco voltou de um backup em {desde.astimezone():%d/%m/%Y %H:%M}: este recurso "
            "pode já ter sido enviado. Confira no portal da operadora e libere com tiss recuperar "
            "soltar-recursos."
        )
    glosas = [g for g in recursos.glosas(t, recurso.id) if g.valor_acatado is None]
    mortas = sorted({glosa.numero_guia_prestador for glosa in glosas if not glosa.viva})
    mudadas = [
        f"guia {d.numero_guia_prestador}, código {d.codigo}: "
        + (
            f"o prazo terminou em {d.prazo:%d/%m/%Y}"
            if d.dias is not None and d.dias < 0
            else f"o recusado era {d.valor_recursado} e agora é {d.valor or 'nada'}"
        )
        for d in recursos.desatualizadas(t, recurso.id)
        if d.numero_guia_prestador not in mortas
    ]
    problemas = [f"guia {numero}: foi cancelada ou reapresentada" for numero in mortas] + mudadas
    if problemas or not glosas:
        raise TransitionError(
            f"O recurso {recurso.id} já não é o que se recusou: "
            f"{'; '.join(problemas) or 'nada falta contestar'}. Prepare de novo, o que atualiza os "
            "rascunhos, ou descarte-o."
        )
    return glosas


def _recolher(t: Transacao, recurso: Recurso, lote: LoteTravado, nome: str) -> None:
    """Take back what is sent of a recurso, where nothing of it can be at the operadora."""
    pode_ter_saido = (
        lote.exportado_por is not None
        or trocas.sem_leitura(t, lote.id)
        or trocas.pode_ter_ficado(t, lote.id)
    )
    if lote.status == StatusLote.CANCELADO:
        return
    if lote.status == StatusLote.ERRO or (
        lote.status == StatusLote.PENDENTE and not pode_ter_saido
    ):
        lotes.cancelar(t, lote.id, f"recurso refeito por {nome}")
        return
    raise TransitionError(
        f"O recurso {recurso.id} está {_estado(recurso)}: pode estar na operadora. Só se refaz um "
        "que foi descartado, recusado, cancelado, ou que ainda não saiu."
    )


def _partes(candidatas: Sequence[Candidata]) -> Iterator[list[Candidata]]:
    """Yield what enters one recurso: a glosa of the protocolo by its code, or up to 100 guias."""
    do_protocolo: dict[str, list[Candidata]] = defaultdict(list)
    das_guias: dict[tuple[int, bool], list[Candidata]] = defaultdict(list)
    for candidata in candidatas:
        if candidata.nivel == "PROTOCOLO":
            do_protocolo[candidata.codigo].append(candidata)
        else:
            das_guias[candidata.envio_id, candidata.nivel == "ITEM"].append(candidata)
    yield from do_protocolo.values()
    grupos = list(das_guias.values())
    for comeco in range(0, len(grupos), MAXIMO_DE_GUIAS):
        yield [c for grupo in grupos[comeco : comeco + MAXIMO_DE_GUIAS] for c in grupo]


def _numeros(t: Transacao, contrato: Contrato) -> tuple[str, int]:
    """Take a number of guia and one of lote: what the operadora is shown is never shown again."""
    numeros = contratos.travar_montagem(t, contrato.id)
    guia = next(numeracao.livres(t, contrato, numeros.proximo_numero_guia))
    lote = numeros.proximo_numero_lote
    contratos.avancar_numeros(t, contrato.id, guia=guia + 1, lote=lote + 1)
    return str(guia), lote


def _rascunho(t: Transacao, recurso_id: int) -> Recurso:
    recurso = recursos.travar(t, recurso_id)
    if recurso.status != StatusRecurso.RASCUNHO:
        raise TransitionError(
            f"O recurso {recurso_id} está {_estado(recurso)}: isto só se faz com um rascunho."
        )
    return recurso


def _em_partes(t: Transacao, recurso_id: int) -> None:
    """Lock a draft of which a part may be taken out."""
    if _rascunho(t, recurso_id).objeto == "PROTOCOLO":
        raise TransitionError(
            f"O recurso {recurso_id} é do protocolo inteiro: não se tira uma parte dele."
        )


def _estado(recurso: Recurso) -> str:
    if recurso.status_do_envio is None or recurso.status != StatusRecurso.APROVADO:
        return recurso.status
    return f"{recurso.status}, e o lote {recurso.lote_id}, {recurso.status_do_envio}"


def _exigir_alguma(quantas: int, recurso_id: int) -> None:
    if quantas == 0:
        raise TransitionError(f"O recurso {recurso_id} não tem essa glosa.")


def _exigir_todas(quantas: int, pedidas: Collection[int], recurso_id: int) -> None:
    if quantas != len(pedidas):
        raise TransitionError(
            f"O recurso {recurso_id} mudou: uma das glosas já não está nele. Abra-o de novo."
        )


def _exigir_resto(t: Transacao, recurso_id: int) -> None:
    if all(glosa.valor_acatado is not None for glosa in recursos.glosas(t, recurso_id)):
        raise TransitionError(
            f"Nada ficaria no recurso {recurso_id}: para não recorrer, descarte-o."
        )
