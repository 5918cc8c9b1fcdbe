"""From prepared consultas to lotes: build, validate, number, group. Nothing leaves here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from tiss.domain.cadastro import Contrato, TipoGuia
from tiss.domain.guia import Problema
from tiss.domain.regras import aplicar_regras
from tiss.messages.esquema import problemas_da_guia
from tiss.messages.guias import conferir_guia, escrever_guia
from tiss.messages.mensagem import escrever_lote
from tiss.messages.texto import Textos, limpar
from tiss.repository import Repositorio, Transacao, contratos, guias, lotes
from tiss.repository.guias import Candidata, Filtro, GuiaMontada

log = structlog.get_logger(__name__)

PAGINA = 500
RETIRADA = Problema(
    codigo="RETIRADA",
    campo="consulta",
    mensagem="a consulta deixou de estar preparada para este contrato: confira clínica, convênio e "
    "data, e prepare-a de novo para faturar",
)
SEM_CONTRATO = Problema(
    codigo="SEM_CONTRATO",
    campo="registroANS",
    mensagem="não há contrato desta clínica com esta operadora: cadastre o contrato ou corrija "
    "o convênio da consulta",
)


@dataclass(slots=True)
class Montagem:
    """What one run built: ids of new lotes, how many guias, problems by code."""

    lotes: list[int] = field(default_factory=list)
    geradas: int = 0
    invalidas: int = 0
    problemas: Counter[str] = field(default_factory=Counter)

    def contar(self, montadas: Sequence[GuiaMontada]) -> None:
        """Add what a page became, and say in the log what has to be fixed."""
        for montada in montadas:
            if not montada.problemas:
                self.geradas += 1
                continue
            self.invalidas += 1
            self.problemas.update({problema.codigo for problema in montada.problemas})
            log.warning(
                "consulta não faturada",
                consulta=montada.candidata.consulta.consulta_id,
                problemas=[_para_o_log(problema) for problema in montada.problemas],
            )


def _para_o_log(problema: Problema) -> str:
    # Its message quotes what cannot be sent, which may be part of a name: that stays in the guia.
    return f"{problema.campo}: CARACTERE" if problema.codigo == "CARACTERE" else str(problema)


def montar(repo: Repositorio, contrato: Contrato, filtro: Filtro, *, agora: datetime) -> Montagem:
    """Turn what is prepared for a contrato into PENDENTE lotes; return what was built.

    agora: with a time zone. Every page is a transaction of its own under a lock per contrato:
    a run that dies leaves whole pages, and the next one goes on. A consulta that cannot become
    a valid guia is stored as INVALIDA with its problems and does not stop the others.
    """
    montagem = Montagem()
    hoje = _hoje(contrato, agora)
    _desmontar(repo, contrato)
    # First what has to be built again: what is new would only be looked at twice.
    for busca in (_DESATUALIZADAS, _NOVAS):
        _gerar(repo, contrato, filtro, busca, montagem, hoje)
    _agrupar(repo, contrato, montagem, agora)
    log.info(
        "montagem concluída",
        contrato=contrato.nome,
        guias=montagem.geradas,
        invalidas=montagem.invalidas,
        lotes=len(montagem.lotes),
        problemas=dict(montagem.problemas),
    )
    return montagem


def remontar(repo: Repositorio, contrato: Contrato, *, agora: datetime) -> Montagem:
    """Rebuild only what was refused or changed, under new lote numbers and the same guia numbers.

    A lote in ERRO whose cause stands is left alone.
    """
    montagem = Montagem()
    if _desmontar(repo, contrato):
        hoje = _hoje(contrato, agora)
        _gerar(repo, contrato, Filtro(), _DESATUALIZADAS, montagem, hoje)
        _agrupar(repo, contrato, montagem, agora)
    return montagem


def validar(repo: Repositorio, contrato: Contrato, filtro: Filtro, *, agora: datetime) -> Montagem:
    """Build in memory what `montar` would, report the problems, store nothing, use no number."""
    montagem = Montagem()
    hoje = _hoje(contrato, agora)
    for busca in (_DESATUALIZADAS, _NOVAS):
        for chaves in _paginas(repo, busca, contrato, filtro):
            with repo.transacao() as t:
                numeros = contratos.travar_montagem(t, contrato.id)
                candidatas = busca.linhas(t, contrato, filtro, chaves)
                montadas, _ = _numerar(t, contrato, candidatas, numeros.proximo_numero_guia, hoje)
            montagem.contar(montadas)
    return montagem


def recusar_sem_contrato(repo: Repositorio) -> int:
    """Store as INVALIDA the prepared consultas that no contrato covers; return how many."""
    with repo.transacao() as t:
        return guias.gravar_sem_contrato(t, SEM_CONTRATO)


def construir(candidata: Candidata, contrato: Contrato, numero: str, *, hoje: date) -> GuiaMontada:
    """Return the guia of a consulta with its XML, or all its problems."""
    montada = GuiaMontada(candidata=candidata, contrato=contrato)
    consulta = candidata.consulta
    if consulta.tipo_guia not in TipoGuia.__members__:
        tipos = " ou ".join(TipoGuia)
        montada.problemas = [
            Problema(codigo="TIPO_GUIA", campo="tipo_guia", mensagem=f"use {tipos}")
        ]
        return montada
    guia = montada.guia = consulta.guia(contrato, numero)
    montada.problemas = [*conferir_guia(guia), *aplicar_regras(guia, hoje=hoje)]
    if not montada.problemas:
        xml = escrever_guia(guia, Textos())
        montada.problemas = problemas_da_guia(xml, contrato.versao_tiss)
        montada.xml = None if montada.problemas else xml
    return montada


@dataclass(frozen=True, slots=True)
class _Busca:
    """Where candidatas come from: all keys at once, then rows by page of keys."""

    chaves: Callable[[Transacao, Contrato, Filtro], list[str]]
    linhas: Callable[[Transacao, Contrato, Filtro, Sequence[str]], list[Candidata]]


_NOVAS = _Busca(guias.chaves_novas, guias.novas)
_DESATUALIZADAS = _Busca(guias.chaves_abertas, guias.desatualizadas)


def _paginas(
    repo: Repositorio, busca: _Busca, contrato: Contrato, filtro: Filtro
) -> Iterator[Sequence[str]]:
    with repo.transacao() as t:
        chaves = busca.chaves(t, contrato, filtro)
    for inicio in range(0, len(chaves), PAGINA):
        yield chaves[inicio : inicio + PAGINA]


def _desmontar(repo: Repositorio, contrato: Contrato) -> list[int]:
    with repo.transacao() as t:
        contratos.travar_montagem(t, contrato.id)
        desmontados = lotes.desmontar_alterados(t, contrato.id)
        retiradas = guias.retirar(t, contrato, RETIRADA)
    if desmontados or retiradas:
        log.info("dados mudaram", lotes_desmontados=desmontados, consultas_retiradas=retiradas)
    return desmontados


def _gerar(
    repo: Repositorio,
    contrato: Contrato,
    filtro: Filtro,
    busca: _Busca,
    montagem: Montagem,
    hoje: date,
) -> None:
    for chaves in _paginas(repo, busca, contrato, filtro):
        with repo.transacao() as t:
            numeros = contratos.travar_montagem(t, contrato.id)
            candidatas = busca.linhas(t, contrato, filtro, chaves)
            montadas, proximo = _numerar(t, contrato, candidatas, numeros.proximo_numero_guia, hoje)
            guias.gravar(t, montadas)
            contratos.avancar_numeros(t, contrato.id, guia=proximo)
        montagem.contar(montadas)


def _numerar(
    t: Transacao, contrato: Contrato, pagina: Sequence[Candidata], proximo: int, hoje: date
) -> tuple[list[GuiaMontada], int]:
    """Build a page; only a valid guia takes a number from the sequence. Return the next one too."""
    # As the guia will say them: what is stored has to be what comes back in a demonstrativo.
    fornecidos = [limpar(c.consulta.numero_guia_prestador or "") for c in pagina]
    usados = contratos.numeros_usados(t, contrato.id, fornecidos)
    livres = _livres(t, contrato, proximo, fornecidos)
    numero = next(livres)
    montadas = []
    for candidata, fornecido in zip(pagina, fornecidos, strict=True):
        escolhido = fornecido or candidata.numero or str(numero)
        montada = construir(candidata, contrato, escolhido, hoje=hoje)
        if fornecido and fornecido != candidata.numero and fornecido in usados:
            montada.problemas.append(_numero_repetido())
        elif not montada.problemas and escolhido == str(numero):
            numero = next(livres)
        usados.add(escolhido)
        montadas.append(montada)
    return montadas, numero


def _livres(
    t: Transacao, contrato: Contrato, inicio: int, fornecidos: Sequence[str]
) -> Iterator[int]:
    """Numbers of the sequence, without those that an authorisation supplied, before or just now."""
    bloco = len(fornecidos) + 1
    while True:
        numeros = range(inicio, inicio + bloco)
        usados = contratos.numeros_usados(t, contrato.id, [str(numero) for numero in numeros])
        usados.update(fornecidos)
        yield from (numero for numero in numeros if str(numero) not in usados)
        inicio += bloco


def _numero_repetido() -> Problema:
    return Problema(
        codigo="NUMERO_REPETIDO",
        campo="numeroGuiaPrestador",
        mensagem="este número de guia já foi usado em outro atendimento: corrija ou deixe em "
        "branco para usar a sequência do contrato",
    )


def _agrupar(repo: Repositorio, contrato: Contrato, montagem: Montagem, agora: datetime) -> None:
    registrado_em = agora.astimezone(ZoneInfo(contrato.fuso))
    for tipo in TipoGuia:
        depois_de = 0
        while True:
            with repo.transacao() as t:
                numeros = contratos.travar_montagem(t, contrato.id)
                escolhidas = lotes.a_montar(t, contrato, tipo, depois_de=depois_de)
                if not escolhidas:
                    break
                depois_de = escolhidas[-1].id
                numero_lote = numeros.proximo_numero_lote
                escrito = escrever_lote(
                    contrato,
                    numero_lote=numero_lote,
                    guias=[guia.xml.decode("ascii") for guia in escolhidas],
                    registrado_em=registrado_em,
                )
                lote_id = lotes.inserir(
                    t,
                    contrato,
                    numero_lote=numero_lote,
                    tipo=tipo,
                    guias=escolhidas,
                    arquivo=escrito.arquivo,
                    hash_epilogo=escrito.hash,
                )
                contratos.avancar_numeros(t, contrato.id, lote=numero_lote + 1)
            montagem.lotes.append(lote_id)
            log.info(
                "lote montado",
                lote=lote_id,
                numero_lote=numero_lote,
                tipo=str(tipo),
                guias=len(escolhidas),
                valor=str(sum(guia.valor_informado for guia in escolhidas)),
            )


def _hoje(contrato: Contrato, agora: datetime) -> date:
    return agora.astimezone(ZoneInfo(contrato.fuso)).date()
