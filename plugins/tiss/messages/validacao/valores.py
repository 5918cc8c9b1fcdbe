"""Which values may be told: those that identify nobody, and never more than a few characters."""

from __future__ import annotations

from functools import cache

from lxml import etree

from tiss.domain.problema import mascarar
from tiss.messages.declaracao import Campo, Escolha, Grupo, Lista, No, Opcoes
from tiss.messages.guias import DECLARACOES
from tiss.messages.pedidos import DECLARACOES as PEDIDOS
from tiss.messages.validacao.transacoes import nome

TAMANHO = 60

# Every element whose type is dm_tipoGlosa, an enumeration that has an empty value.
GLOSAS = (
    "falhaNegocio", "codigoGlosa", "codGlosa", "codGlosaGuia", "codGlosaItem", "codGlosaProc",
    "codigoGlosaProtocolo", "codigosGlosa", "tipoGlosa",
)  # fmt: skip

# What a message says of itself. All else that no declaration knows is taken for personal.
_DO_ENVELOPE = frozenset(
    {
        *GLOSAS,
        "CNPJ",
        "Padrao",
        "cnpjContratado",
        "codigoPrestadorNaOperadora",
        "dataRegistroTransacao",
        "hash",
        "horaRegistroTransacao",
        "numeroGuiaOperadora",
        "numeroGuiaPrestador",
        "numeroLote",
        "numeroProtocolo",
        "registroANS",
        "sequencialTransacao",
        "tipoTransacao",
    }
)
_DE_PESSOAS = frozenset({"CPF", "cpfContratado", "senha", "senhaPrestador"})


def valor_de(elemento: etree._Element) -> str | None:
    """Return what an element holds as it may be told; None when it holds no text."""
    texto = elemento.text or ""
    if not texto.strip() or len(elemento):
        return None
    return curto(texto) if nome(elemento) in _publicos() else mascarar(texto.strip())


def curto(valor: str | None) -> str | None:
    """Return a value that may be told, or its beginning."""
    return valor if valor is None or len(valor) <= TAMANHO else f"{valor[:TAMANHO]}..."


@cache
def _publicos() -> frozenset[str]:
    nomes: dict[str, bool] = {}
    for declaracao in (*DECLARACOES.values(), *PEDIDOS.values()):
        _recolher(declaracao, nomes)
    # A name that is personal anywhere is personal everywhere.
    declarados = {campo for campo, pessoal in nomes.items() if not pessoal}
    pessoais = nomes.keys() - declarados
    return (_DO_ENVELOPE | declarados) - pessoais - _DE_PESSOAS


def _recolher(no: No, nomes: dict[str, bool]) -> None:
    match no:
        case Campo():
            nomes[no.nome] = nomes.get(no.nome, False) or no.pessoal
        case Escolha():
            for campo, _ in no.campos:
                nomes[campo] = nomes.get(campo, False) or no.pessoal
        case Lista():
            _recolher(no.item, nomes)
        case Opcoes():
            for opcao in no.nos:
                _recolher(opcao, nomes)
        case Grupo():
            for filho in no.filhos:
                _recolher(filho, nomes)
