"""Which elements of the standard a fault names: nothing else of its words may be repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tiss.messages import guias, pedidos
from tiss.messages.cabecalho import CABECALHO
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No, Opcoes
from tiss.messages.mensagem import FORMAS

# What no declaration of ours holds: the frame of a message, and the requests for authorisation.
_OUTROS = frozenset(
    [
        "mensagemTISS",
        "prestadorParaOperadora",
        "operadoraParaPrestador",
        "epilogo",
        "hash",
        "guiasTISS",
        "loginSenhaPrestador",
        "loginPrestador",
        "senhaPrestador",
        "Signature",
        "solicitacaoProcedimentoWS",
        "solicitacaoProcedimento",
        "solicitacaoSP-SADT",
        "solicitacaoInternacao",
        "solicitacaoProrrogacao",
        "solicitacaoOdontologia",
        "procedimentosSolicitados",
        "procedimentoSolicitado",
        "quantidadeSolicitada",
        "nomeBeneficiario",
        "tipoEtapaAutorizacao",
        "caraterAtendimento",
        "dadosHospitalSolicitado",
        "dataSugeridaInternacao",
        "anexoClinico",
    ]
)
_NOME = re.compile(r"[A-Za-z_][\w-]*")
# A name that is also a word counts only where a name stands: "o hash calculado" names nothing.
_PALAVRA = re.compile(r"[a-z]+|[A-Z]+")
_ABRE = frozenset("'\"{}:,;/<(`“‘[")
# What announces the elements that would have been right.
_ESPERADOS = re.compile(
    r"one of|\bum d(?:entre|os|as|e)\b|possible elements|complet|\bexpected\b|\besperad",
    re.IGNORECASE,
)
_QUANTOS = 3


@dataclass(frozen=True, slots=True)
class Citados:
    """The elements that a fault names: the one that it is about, and those that it wanted."""

    lido: str | None
    esperados: tuple[str, ...]


def citados(texto: str) -> Citados:
    """Return the elements of the standard that a fault names, the last ones that it complains of.

    Only names of the standard come out, whatever the text holds. At most three were wanted.
    """
    rotulo = _ESPERADOS.search(texto)
    meio = rotulo.start() if rotulo else len(texto)
    lidos: list[str] = []
    esperados: dict[str, None] = {}
    for achado in _NOME.finditer(texto):
        if not _e_elemento(achado):
            continue
        if achado.start() < meio:
            lidos.append(achado[0])
        else:
            esperados[achado[0]] = None
    lido = lidos[-1] if lidos else None
    return Citados(lido, tuple(esperados)[:_QUANTOS])


def _e_elemento(achado: re.Match[str]) -> bool:
    nome = achado[0]
    if nome not in _do_padrao():
        return False
    antes = achado.string[max(0, achado.start() - 3) : achado.start()].rstrip()
    return not _PALAVRA.fullmatch(nome) or antes[-1:] in _ABRE


@cache
def _do_padrao() -> frozenset[str]:
    raizes = (*guias.DECLARACOES.values(), *pedidos.DECLARACOES.values(), CABECALHO)
    formas = (nome for f in FORMAS.values() for nome in (f.corpo_arquivo, f.raiz_ws, f.corpo_ws))
    return _OUTROS.union(formas, *(_nomes(raiz) for raiz in raizes))


def _nomes(no: No) -> Iterator[str]:
    match no:
        case Campo():
            yield no.nome
        case Grupo():
            yield no.nome
            for filho in no.filhos:
                yield from _nomes(filho)
        case Lista():
            yield from _nomes(no.item)
        case Escolha():
            yield from (nome for nome, _ in no.campos)
        case Opcoes():
            for opcao in no.nos:
                yield from _nomes(opcao)
