"""From prepared consultas to lotes: build, validate, number, group. Nothing leaves here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from tiss.domain.cadastro import Contrato, TipoGuia
from tiss.domain.conferencia import exigir_completo
from tiss.domain.historico import Historico
from tiss.domain.limpeza import Limpos
from tiss.domain.problema import Gravidade, Problema
from tiss.messages.mensagem import escrever_lote
from tiss.repository import Repositorio, Transacao, contratos, guias, lotes
from tiss.repository.guias import Candidata, Filtro, GuiaMontada
from tiss.services import numeracao
from tiss.services.construcao import Bancada
from tiss.services.prevencao import historico_de
from tiss.settings import ENCODING

log = structlog.get_logger(__name__)

PAGINA = 500
RETIRADA = Problema(
    codigo="RETIRADA",
    caminho="consulta",
    mensagem="a consulta deixou de estar preparada para este contrato: confira clínica, convênio e "
    "data, e prepare-a de novo para faturar",
)
SEM_CONTRATO = Problema(
    codigo="SEM_CONTRATO",
    caminho="registroANS",
    mensagem="não há contrato desta clínica com esta operadora: cadastre o contrato ou corrija "
    "o convênio da consulta",
)
_NUMERO_REPETIDO = Problema(
    codigo="NUMERO_REPETIDO",
    caminho="numeroGuiaPrestador",
    mensagem="este número de guia já foi usado em outro atendimento: corrija ou deixe em branco "
    "para usar a sequência do contrato",
)
_FORA_DO_PRAZO = Problema(
    codigo="FORA_DO_PRAZO_DO_CONTRATO",
    caminho="dataAtendimento",
    mensagem="o atendimento é mais antigo do que o contrato aceita faturar: negocie com a "
    "operadora e mude dias_para_faturar, ou retire a consulta",
)


@dataclass(slots=True)
class Montagem:
    """What one run built: ids of new lotes, how many guias, problems and warnings by code.

    alteracoes: what was transliterated, (character, what stands for it) -> how often.
    """

    lotes: list[int] = field(default_factory=list)
    geradas: int = 0
    invalidas: int = 0
    problemas: Counter[str] = field(default_factory=Counter)
    avisos: Counter[str] = field(default_factory=Counter)
    alteracoes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def contar(self, montadas: Sequence[GuiaMontada]) -> None:
        """Add what a page became, and say in the log what has to be fixed or known."""
        for montada in montadas:
            erros = [p for p in montada.problemas if p.gravidade is Gravidade.ERRO]
            avisos = [p for p in montada.problemas if p.gravidade is Gravidade.AVISO]
            self.problemas.update({problema.codigo for problema in erros})
            self.avisos.update({problema.codigo for problema in avisos})
            if erros:
                self.invalidas += 1
                _registrar(log.warning, "consulta não faturada", montada, erros)
            else:
                self.geradas += 1
            if avisos:
                _registrar(log.info, "consulta com aviso", montada, avisos)


def _registrar(
    nivel: Callable[..., object],
    evento: str,
    montada: GuiaMontada,
    problemas: Sequence[Problema],
) -> None:
    nivel(
        evento,
        consulta=montada.candidata.consulta.consulta_id,
        problemas=[_para_o_log(problema) for problema in problemas],
    )


def _para_o_log(problema: Problema) -> str:
    # Its message quotes what cannot be sent, which may be part of a name: that stays in the guia.
    return f"{problema.caminho}: CARACTERE" if problema.codigo == "CARACTERE" else str(problema)


def montar(repo: Repositorio, contrato: Contrato, filtro: Filtro, *, agora: datetime) -> Montagem:
    """Turn what is prepared for a contrato into PENDENTE lotes; return what was built.

    agora: with a time zone. Every page is a transaction of its own under a lock per contrato:
    a run that dies leaves whole pages, and the next one goes on. A consulta that cannot become
    a valid guia is stored as INVALIDA with its problems and does not stop the others.

    Raises ConfigError, before anything is touched, for a contrato that lacks something.
    """
    exigir_completo(contrato)
    montagem = Montagem()
    dados = _Conhecido(_hoje(contrato, agora), historico_de(repo, contrato))
    _desmontar(repo, contrato)
    # First what has to be built again: what is new would only be looked at twice.
    for busca in (_DESATUALIZADAS, _NOVAS):
        _gerar(repo, contrato, filtro, busca, montagem, dados)
    _agrupar(repo, contrato, montagem, agora)
    log.info("montagem concluída", **_resumo(contrato, montagem))
    return montagem


def remontar(repo: Repositorio, contrato: Contrato, *, agora: datetime) -> Montagem:
    """Rebuild only what was refused or changed, under new lote numbers and the same guia numbers.

    A lote in ERRO whose cause stands is left alone. Raises ConfigError as `montar` does.
    """
    exigir_completo(contrato)
    montagem = Montagem()
    if _desmontar(repo, contrato):
        dados = _Conhecido(_hoje(contrato, agora), historico_de(repo, contrato))
        _gerar(repo, contrato, Filtro(), _DESATUALIZADAS, montagem, dados)
        _agrupar(repo, contrato, montagem, agora)
    return montagem


def validar(repo: Repositorio, contrato: Contrato, filtro: Filtro, *, agora: datetime) -> Montagem:
    """Build in memory what `montar` would, report the problems, store nothing, use no number.

    Raises ConfigError as `montar` does.
    """
    exigir_completo(contrato)
    montagem = Montagem()
    dados = _Conhecido(_hoje(contrato, agora), historico_de(repo, contrato))
    for busca in (_DESATUALIZADAS, _NOVAS):
        for chaves in _paginas(repo, busca, contrato, filtro):
            dados.historico()
            with repo.transacao() as t:
                numeros = contratos.travar_montagem(t, contrato.id)
                candidatas = _ler(t, busca, contrato, filtro, chaves, montagem)
                _numerar(t, contrato, candidatas, numeros.proximo_numero_guia, montagem, dados)
    log.info("ensaio concluído", **_resumo(contrato, montagem))
    return montagem


def montar_escolhidas(
    t: Transacao,
    contrato: Contrato,
    consultas: Sequence[str],
    historico: Historico,
    *,
    agora: datetime,
) -> Montagem:
    """Turn chosen consultas into lotes of their own, which wait for a person's word to leave.

    All in the caller's transaction, so that it may be undone. historico: counted before it began.
    """
    montagem = Montagem()
    dados = _Conhecido(_hoje(contrato, agora), lambda: historico)
    for inicio in range(0, len(consultas), PAGINA):
        chaves = consultas[inicio : inicio + PAGINA]
        for busca in (_DESATUALIZADAS, _NOVAS):
            _gerar_pagina(t, contrato, Filtro(), busca, chaves, montagem, dados)
    for tipo in TipoGuia:
        ultima: int | None = 0
        while ultima is not None:
            ultima = _montar_lote(
                t,
                contrato,
                tipo,
                montagem,
                agora,
                depois_de=ultima,
                consultas=consultas,
                liberado=False,
            )
    log.info("lotes criados por uma pessoa", **_resumo(contrato, montagem))
    return montagem


def _resumo(contrato: Contrato, montagem: Montagem) -> dict[str, object]:
    return {
        "contrato": contrato.nome,
        "guias": montagem.geradas,
        "invalidas": montagem.invalidas,
        "lotes": len(montagem.lotes),
        "problemas": dict(montagem.problemas),
        "avisos": dict(montagem.avisos),
        "caracteres_trocados": {
            f"{de} por {por}": n for (de, por), n in montagem.alteracoes.items()
        },
    }


def recusar_sem_contrato(repo: Repositorio) -> int:
    """Store as INVALIDA the prepared consultas that no contrato covers; return how many."""
    with repo.transacao() as t:
        return guias.gravar_sem_contrato(t, SEM_CONTRATO)


@dataclass(frozen=True, slots=True)
class _Busca:
    """Where candidatas come from: all keys at once, then rows by page of keys."""

    chaves: Callable[[Transacao, Contrato, Filtro], list[str]]
    linhas: Callable[[Transacao, Contrato, Filtro, Sequence[str], Limpos], list[Candidata]]


@dataclass(frozen=True, slots=True)
class _Conhecido:
    """What a run knows beyond its consultas: what day it is there, and what was refused before."""

    hoje: date
    historico: Callable[[], Historico]


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
    dados: _Conhecido,
) -> None:
    for chaves in _paginas(repo, busca, contrato, filtro):
        # Before the lock of the contrato is taken: counting may take seconds.
        dados.historico()
        with repo.transacao() as t:
            _gerar_pagina(t, contrato, filtro, busca, chaves, montagem, dados)


def _gerar_pagina(
    t: Transacao,
    contrato: Contrato,
    filtro: Filtro,
    busca: _Busca,
    chaves: Sequence[str],
    montagem: Montagem,
    dados: _Conhecido,
) -> None:
    numeros = contratos.travar_montagem(t, contrato.id)
    candidatas = _ler(t, busca, contrato, filtro, chaves, montagem)
    montadas, proximo = _numerar(
        t, contrato, candidatas, numeros.proximo_numero_guia, montagem, dados
    )
    guias.gravar(t, montadas)
    contratos.avancar_numeros(t, contrato.id, guia=proximo)


def _ler(
    t: Transacao,
    busca: _Busca,
    contrato: Contrato,
    filtro: Filtro,
    chaves: Sequence[str],
    montagem: Montagem,
) -> list[Candidata]:
    """Return the rows of a page, with their texts as they will be sent."""
    textos = Limpos(contrato.escrita)
    candidatas = busca.linhas(t, contrato, filtro, chaves, textos)
    montagem.alteracoes.update(textos.alteracoes)
    return candidatas


def _numerar(
    t: Transacao,
    contrato: Contrato,
    pagina: Sequence[Candidata],
    proximo: int,
    montagem: Montagem,
    dados: _Conhecido,
) -> tuple[list[GuiaMontada], int]:
    """Build a page; only a valid guia takes a number from the sequence. Return the next one too."""
    fornecidos = [candidata.consulta.numero_guia_prestador or "" for candidata in pagina]
    usados = contratos.numeros_usados(t, contrato.id, fornecidos)
    # A guia presented again gets a number of its own, also where an authorisation supplied one.
    fornecidos = [
        "" if f != c.numero and usados.get(f) == c.consulta.consulta_id else f
        for c, f in zip(pagina, fornecidos, strict=True)
    ]
    proprios = [fornecido or c.numero for c, fornecido in zip(pagina, fornecidos, strict=True)]
    tomados = set(usados)
    livres = numeracao.livres(t, contrato, proximo, fornecidos)
    # As if all were valid, which normally they are.
    tirados = [next(livres) for proprio in proprios if not proprio]
    da_vez = iter(tirados)
    bancada = Bancada(t, contrato, pagina, hoje=dados.hoje, historico=dados.historico())
    montadas = bancada.construir([proprio or str(next(da_vez)) for proprio in proprios])
    for montada, fornecido in zip(montadas, fornecidos, strict=True):
        if fornecido and fornecido != montada.candidata.numero and fornecido in tomados:
            montada.problemas.append(_NUMERO_REPETIDO)
        tomados.add(fornecido)
        if _antiga(contrato, montada, dados.hoje):
            montada.problemas.append(_FORA_DO_PRAZO)
    # What is not valid gives its number back, to the next that is.
    gastos = [m for m, proprio in zip(montadas, proprios, strict=True) if m.valida and not proprio]
    for montada, numero in zip(gastos, tirados, strict=False):
        bancada.renumerar(montada, str(numero))
    for montada, proprio in zip(montadas, proprios, strict=True):
        if not montada.valida and not proprio:
            bancada.renumerar(montada, None)
    montagem.contar(montadas)
    return montadas, [*tirados, next(livres)][len(gastos)]


def _antiga(contrato: Contrato, montada: GuiaMontada, hoje: date) -> bool:
    """Whether an attendance is older than the operadora takes."""
    dia = montada.candidata.consulta.data_atendimento
    limite = contrato.dias_para_faturar
    return limite is not None and dia is not None and (hoje - dia).days > limite


def _agrupar(repo: Repositorio, contrato: Contrato, montagem: Montagem, agora: datetime) -> None:
    for tipo in TipoGuia:
        ultima: int | None = 0
        while ultima is not None:
            with repo.transacao() as t:
                ultima = _montar_lote(t, contrato, tipo, montagem, agora, depois_de=ultima)


def _montar_lote(
    t: Transacao,
    contrato: Contrato,
    tipo: TipoGuia,
    montagem: Montagem,
    agora: datetime,
    *,
    depois_de: int,
    consultas: Sequence[str] | None = None,
    liberado: bool | None = None,
) -> int | None:
    """Build the next lote of a kind; return the last guia in it, None when none was left.

    liberado: whether it may leave by itself, None: as the contrato says.
    """
    numero_lote = contratos.travar_montagem(t, contrato.id).proximo_numero_lote
    escolhidas = lotes.a_montar(t, contrato, tipo, depois_de=depois_de, consultas=consultas)
    if not escolhidas:
        return None
    escrito = escrever_lote(
        contrato,
        numero_lote=numero_lote,
        guias=[guia.xml.decode(ENCODING) for guia in escolhidas],
        registrado_em=contrato.no_fuso(agora),
    )
    lote_id = lotes.inserir(
        t,
        contrato,
        numero_lote=numero_lote,
        tipo=tipo,
        guias=escolhidas,
        arquivo=escrito.arquivo,
        hash_epilogo=escrito.hash,
        liberado=contrato.envio == "AUTOMATICO" if liberado is None else liberado,
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
    return escolhidas[-1].id


def _hoje(contrato: Contrato, agora: datetime) -> date:
    return contrato.no_fuso(agora).date()
