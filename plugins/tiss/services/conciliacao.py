"""Turns what demonstrativos say into verdicts, glosas and postings; what does not fit is told.

Nothing here depends on the order of arrival, and nothing changes when an answer comes again: of the
analyses of a guia the one that weighs most decides, payments are a set that adds up, and where both
speak, the analysis decides. Each protocolo is a transaction of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

import psycopg
import structlog

from tiss.domain.cadastro import Contrato
from tiss.domain.divergencia import Divergencia
from tiss.domain.estados import StatusGuia
from tiss.domain.pagamento import (
    Lancamento,
    como_analise,
    lancamentos,
    lancamentos_financeiros,
    que_nao_fecha,
    totais_que_nao_fecham,
)
from tiss.domain.retorno import (
    ANALISADAS,
    CANCELADO,
    NAO_LOCALIZADO,
    Demonstrativo,
    Demonstrativos,
    DemonstrativosPagamento,
    OrdemDemonstrativo,
    ProtocoloAnalisado,
)
from tiss.domain.totais import soma_que_difere
from tiss.domain.veredito import DIVERGENCIAS, Veredito, julgar
from tiss.repository import Repositorio, Transacao, lotes, pagamentos, retornos
from tiss.repository.lotes import Envio, LoteTravado

log = structlog.get_logger(__name__)

RESPOSTA = "resposta da operadora"
# What is settled by anything that is said of a guia, and what only by a verdict.
RESOLVIDAS_PELA_RESPOSTA = ("GUIA_NAO_LISTADA", "NAO_RECEBIDA")
RESOLVIDAS_PELO_VEREDITO = ("GUIA_NAO_LOCALIZADA",)
DO_PAGAMENTO = (
    "PAGAMENTO_A_MENOR",
    "PAGAMENTO_A_MAIOR",
    "RECURSO_PAGO_A_MENOR",
    "RECURSO_PAGO_A_MAIOR",
    "RECUPERADO_A_MAIS",
)


def aplicar_demonstrativos(
    repo: Repositorio, contrato: Contrato, resposta: Demonstrativos
) -> list[int]:
    """Store what demonstrativos de análise decide; return the lotes that they speak of.

    A protocolo that is not of this contrato is passed over.
    """
    tocados = []
    for demonstrativo in sorted(resposta.lista, key=lambda d: d.ordem):
        for protocolo in demonstrativo.protocolos:
            tocados += _cada(repo, contrato, protocolo, demonstrativo)
    return sorted(set(tocados))


def aplicar_pagamentos(
    repo: Repositorio, contrato: Contrato, resposta: DemonstrativosPagamento
) -> list[int]:
    """Store what was paid; return the lotes that it is about.

    Of a protocolo that is not of this contrato, from before its first night say, the postings are
    stored all the same: the payment has to add up.
    """
    tocados = []
    for pago in resposta.lista:
        if pago.prestador is not None and pago.prestador not in contrato.identificacoes:
            log.warning("demonstrativo de outro prestador", contrato=contrato.nome)
            continue
        por_protocolo: dict[tuple[str, str | None], list[Lancamento]] = {}
        for lancado in lancamentos(pago):
            chave = (lancado.numero_protocolo, lancado.numero_lote)
            por_protocolo.setdefault(chave, []).append(lancado)
        for (protocolo, numero_lote), lancados in por_protocolo.items():
            tocados += _cada_pago(repo, contrato, protocolo, numero_lote, lancados)
        with repo.transacao() as t:
            pagamentos.lancar_financeiros(t, contrato.id, lancamentos_financeiros(pago))
            retornos.abrir_divergencias(
                t,
                [(None, divergencia) for divergencia in totais_que_nao_fecham(pago)],
                lote_id=None,
                contrato_id=contrato.id,
            )
    return sorted(set(tocados))


def cobrar_ausentes(repo: Repositorio, lote_id: int) -> None:
    """Name the guias of a lote that its own demonstrativo de pagamento leaves out.

    Of dental guias there is no other. That of a month says nothing of what it does not pay, and
    neither does one of a protocolo that is not known to be analysed.
    """
    with repo.transacao() as t:
        lote = lotes.travar(t, lote_id)
        ausentes = retornos.nao_listadas(t, lote_id, ANALISADAS)
        retornos.abrir_divergencias(
            t, [(guia, _nao_listada(lote)) for guia in ausentes], lote_id=lote_id
        )


def _cada(
    repo: Repositorio,
    contrato: Contrato,
    protocolo: ProtocoloAnalisado,
    demonstrativo: Demonstrativo,
) -> list[int]:
    numero = protocolo.numero_protocolo
    try:
        with repo.transacao() as t:
            lote = lotes.do_protocolo(t, contrato.id, numero, protocolo.numero_lote)
            if lote is None:
                log.info("protocolo de fora", contrato=contrato.nome, protocolo=numero)
                return []
            contagem = _aplicar_protocolo(t, lote, protocolo, demonstrativo.ordem)
            encerrado = retornos.encerrar_lote(t, lote.id)
    except psycopg.DataError as erro:
        _nao_coube(repo, contrato, numero, protocolo.numero_lote, erro)
        return []
    log.info("demonstrativo aplicado", lote=lote.id, vereditos=contagem, lote_encerrado=encerrado)
    return [lote.id]


def _cada_pago(
    repo: Repositorio,
    contrato: Contrato,
    protocolo: str,
    numero_lote: str | None,
    lancados: Sequence[Lancamento],
) -> list[int]:
    try:
        with repo.transacao() as t:
            lote = lotes.do_protocolo(t, contrato.id, protocolo, numero_lote)
            if lote is None or not _e_do_lote(t, lote, numero_lote):
                pagamentos.lancar(t, contrato.id, lancados, {})
                return []
            novos = _aplicar_pagamento(t, contrato, lote, lancados)
            encerrado = retornos.encerrar_lote(t, lote.id)
    except psycopg.DataError as erro:
        _nao_coube(repo, contrato, protocolo, numero_lote, erro)
        return []
    log.info("pagamento lançado", lote=lote.id, guias=novos, lote_encerrado=encerrado)
    return [lote.id]


def _nao_coube(
    repo: Repositorio,
    contrato: Contrato,
    protocolo: str,
    numero_lote: str | None,
    erro: psycopg.DataError,
) -> None:
    """Note an answer that holds a value which cannot be stored; the other protocolos go on."""
    with repo.transacao() as t:
        lote = lotes.do_protocolo(t, contrato.id, protocolo, numero_lote)
        divergencia = Divergencia(
            "RESPOSTA_NAO_APLICADA",
            f"a resposta sobre o protocolo {protocolo} tem um valor que não se pode guardar "
            f"({type(erro).__name__}): está inteira em tiss.troca",
            chave=protocolo,
        )
        retornos.abrir_divergencias(
            t,
            [(None, divergencia)],
            lote_id=None if lote is None else lote.id,
            contrato_id=contrato.id if lote is None else None,
        )
    log.error("resposta não aplicada", protocolo=protocolo, erro=type(erro).__name__)


def _e_do_lote(t: Transacao, lote: LoteTravado, numero_lote: str | None) -> bool:
    if numero_lote is None or numero_lote == str(lote.numero_lote):
        return True
    divergencia = Divergencia(
        "PROTOCOLO_DE_OUTRO_LOTE",
        f"o demonstrativo põe o protocolo {lote.protocolo} no lote {numero_lote}",
        chave=numero_lote,
    )
    retornos.abrir_divergencias(t, [(None, divergencia)], lote_id=lote.id)
    return False


def _aplicar_protocolo(
    t: Transacao, lote: LoteTravado, protocolo: ProtocoloAnalisado, ordem: OrdemDemonstrativo
) -> Mapping[str, int]:
    """Store what an analysis says of the guias of a lote; return how many verdicts of each kind."""
    if not _e_do_lote(t, lote, protocolo.numero_lote):
        return {}
    localizado(t, lote.id, protocolo.situacao)
    envios = {envio.numero_guia_prestador: envio for envio in lotes.envios(t, lote.id)}
    vereditos, ditas = [], set()
    glosados: dict[int, Decimal] = {}
    achadas = _totais_que_nao_fecham(protocolo)
    # Cancelled alone: they are billed elsewhere by now.
    soltas = lotes.numeros_soltos(t, lote.id)
    por_guia: list[tuple[int | None, Divergencia]] = []
    for guia in protocolo.guias:
        numero = guia.numero_guia_prestador
        envio = envios.get(numero)
        if envio is None:
            if not (guia.situacao == CANCELADO and numero in soltas):
                achadas.append(_desconhecida(numero, lote))
        elif numero in ditas:
            achadas.append(_repetida(numero, "vale a primeira"))
        else:
            ditas.add(numero)
            if guia.situacao == NAO_LOCALIZADO and envio.resultado is None:
                por_guia.append((envio.guia_id, _nao_localizada(lote)))
            veredito = julgar(
                guia, valor_informado=envio.valor_informado, motivos_protocolo=protocolo.motivos
            )
            if veredito is None:
                continue
            if veredito.valor_glosado > 0:
                glosados[envio.envio_id] = veredito.valor_glosado
            if _supera(veredito, ordem, envio):
                vereditos.append((envio, veredito))
    if protocolo.situacao in ANALISADAS:
        # One that anybody has already spoken about is not missing.
        por_guia += [
            (envio.guia_id, _nao_listada(lote))
            for numero, envio in envios.items()
            if numero not in ditas and envio.demonstrativo_data is None and envio.resultado is None
        ]
    retornos.abrir_divergencias(
        t, [*((None, achada) for achada in achadas), *por_guia], lote_id=lote.id
    )
    # Also where it decides nothing: from the first day on the time to contest it runs.
    retornos.anotar_glosados(t, glosados, dia=ordem.data_emissao)
    return _gravar(t, lote, [*envios.values()], vereditos, ordem)


def _aplicar_pagamento(
    t: Transacao, contrato: Contrato, lote: LoteTravado, lancados: Sequence[Lancamento]
) -> int:
    """Store postings on the guias of a lote; return how many guias got one that is new.

    They decide a guia of which no analysis says anything final.
    """
    envios = {envio.numero_guia_prestador: envio for envio in lotes.envios(t, lote.id)}
    numeros = dict.fromkeys(lancado.guia.numero_guia_prestador for lancado in lancados)
    achadas = [_desconhecida(numero, lote) for numero in numeros if numero not in envios]
    # Two equal parts of a guia may be paid on one day; with the same items, it may be told twice.
    achadas += [
        _repetida(numero, "contam todas")
        for numero in dict.fromkeys(
            lancado.guia.numero_guia_prestador
            for lancado in lancados
            if lancado.ocorrencia > 1 and lancado.guia.itens
        )
    ]
    retornos.abrir_divergencias(t, [(None, achada) for achada in achadas], lote_id=lote.id)
    ids = {numero: envio.envio_id for numero, envio in envios.items()}
    novos = pagamentos.lancar(t, contrato.id, lancados, ids)
    por_id = {envio.envio_id: envio for envio in envios.values()}
    a_julgar = [
        envio_id
        for envio_id in novos
        if por_id[envio_id].demonstrativo_data is None or por_id[envio_id].resultado is None
    ]
    postos = pagamentos.dos_envios(t, a_julgar)
    vereditos = [
        (por_id[envio_id], veredito)
        for envio_id, pagas in postos.items()
        if (
            veredito := julgar(
                como_analise(pagas), valor_informado=por_id[envio_id].valor_informado
            )
        )
        is not None
    ]
    _gravar(t, lote, [*envios.values()], vereditos, None)
    return len(novos)


def _gravar(
    t: Transacao,
    lote: LoteTravado,
    envios: Sequence[Envio],
    vereditos: Sequence[tuple[Envio, Veredito]],
    ordem: OrdemDemonstrativo | None,
) -> Mapping[str, int]:
    """Store verdicts on guias of a lote, and whether its payments fit what was released."""
    # What was cancelled stays so.
    vereditos = [(e, v) for e, v in vereditos if e.status != StatusGuia.CANCELADA]
    if vereditos:
        guias = [envio.guia_id for envio, _ in vereditos]
        retornos.gravar_vereditos(t, vereditos, protocolo=lote.protocolo or "", ordem=ordem)
        julgadas = [e.guia_id for e, v in vereditos if v.resultado is not None]
        for motivos, quais in (
            (RESOLVIDAS_PELA_RESPOSTA, guias),
            (RESOLVIDAS_PELO_VEREDITO, julgadas),
        ):
            retornos.fechar_divergencias(t, motivos, por=RESPOSTA, lote_id=lote.id, guias=quais)
        retornos.trocar_divergencias(
            t,
            [(envio.guia_id, d) for envio, veredito in vereditos for d in veredito.divergencias],
            lote_id=lote.id,
            guias=guias,
            motivos=DIVERGENCIAS,
            por=RESPOSTA,
        )
    conferir_pagamentos(t, lote.id, envios)
    return Counter(str(v.resultado or f"situação {v.situacao}") for _, v in vereditos)


def conferir_pagamentos(t: Transacao, lote_id: int, envios: Sequence[Envio]) -> None:
    """Have open what does not fit of what the guias of a lote were released, granted and paid.

    envios: all of the lote.
    """
    retornos.trocar_divergencias(
        t,
        [
            (nao_fecha.guia, divergencia)
            for nao_fecha in pagamentos.que_nao_fecham(t, lote_id)
            for divergencia in que_nao_fecha(nao_fecha)
        ],
        lote_id=lote_id,
        guias=[envio.guia_id for envio in envios],
        motivos=DO_PAGAMENTO,
        por=RESPOSTA,
    )


def _supera(veredito: Veredito, ordem: OrdemDemonstrativo, envio: Envio) -> bool:
    """Whether an analysis weighs more than what is known of a guia.

    A cancelled guia stays cancelled and an open question does not take a verdict back; among equals
    the newer demonstrativo decides.
    """
    if envio.demonstrativo_data is None:
        return envio.resultado is None or veredito.resultado is not None
    anterior = OrdemDemonstrativo(
        data_emissao=envio.demonstrativo_data,
        numero=envio.demonstrativo_numero or "",
        sha256=envio.demonstrativo_sha256 or "",
    )
    peso, anterior_peso = _PESO[veredito.resultado], _PESO[envio.resultado]
    return peso > anterior_peso or (peso == anterior_peso and ordem > anterior)


_PESO: Mapping[str | None, int] = {
    None: 0,
    StatusGuia.AUTORIZADA: 1,
    StatusGuia.NEGADA: 1,
    StatusGuia.CANCELADA: 2,
}


def localizado(t: Transacao, lote_id: int, situacao: str) -> None:
    """Note the situation of a protocolo that the operadora knows."""
    lotes.anotar_situacao(t, lote_id, situacao)
    retornos.fechar_divergencias(t, ["PROTOCOLO_NAO_LOCALIZADO"], por=RESPOSTA, lote_id=lote_id)


def _totais_que_nao_fecham(protocolo: ProtocoloAnalisado) -> list[Divergencia]:
    achadas = []
    for nome, total, partes in (
        ("informado", protocolo.valor_informado, [g.valor_informado for g in protocolo.guias]),
        ("liberado", protocolo.valor_liberado, [g.valor_liberado for g in protocolo.guias]),
    ):
        soma = soma_que_difere(total, partes)
        if soma is not None:
            achadas.append(
                Divergencia(
                    "TOTAL_DO_PROTOCOLO",
                    f"o total {nome} do protocolo é {total}, e as guias somam {soma}",
                    chave=f"{nome}: {total}, {soma}",
                )
            )
    return achadas


def _desconhecida(numero: str, lote: LoteTravado) -> Divergencia:
    return Divergencia(
        "GUIA_DESCONHECIDA",
        f"o demonstrativo do protocolo {lote.protocolo} traz a guia {numero}, que não está no lote",
        chave=numero,
    )


def _repetida(numero: str, qual_vale: str) -> Divergencia:
    return Divergencia(
        "GUIA_LISTADA_DUAS_VEZES",
        f"o demonstrativo traz a guia {numero} mais de uma vez: {qual_vale}",
        chave=numero,
    )


def _nao_localizada(lote: LoteTravado) -> Divergencia:
    return Divergencia(
        "GUIA_NAO_LOCALIZADA",
        f"a operadora diz que não localizou esta guia no protocolo {lote.protocolo}",
    )


def _nao_listada(lote: LoteTravado) -> Divergencia:
    return Divergencia(
        "GUIA_NAO_LISTADA",
        f"o protocolo {lote.protocolo} foi analisado e o demonstrativo não traz esta guia",
    )
