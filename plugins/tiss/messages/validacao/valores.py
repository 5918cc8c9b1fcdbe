"""Which values may be told: those that identify nobody, and never more than a few characters."""

from __future__ import annotations

from functools import cache

from lxml import etree

from tiss.domain.documentos import CNPJ, cpf_valido
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
        "Padrao",
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
_DE_PESSOAS = frozenset({"CPF", "cpfContratado", "senha", "senhaAutorizacao", "senhaPrestador"})
# Of a company they are public; some type in them the CPF of a person.
_PRESTADORES = frozenset(
    {
        "CNPJ",
        "cnpjContratado",
        "cnpjLocalExecutante",
        "codigoNaOperadora",
        "codigoPrestadorNaOperadora",
        "codigoProfExec",
        "codigonaOperadora",
        "numeroCNPJ",
    }
)
_CPF_EM_14 = "000"


def valor_de(elemento: etree._Element) -> str | None:
    """Return what an element holds as it may be told; None when it holds no text."""
    texto = elemento.text or ""
    if not texto.strip() or len(elemento):
        return None
    return (
        curto(texto) if _pode_ser_dito(nome(elemento), texto.strip()) else mascarar(texto.strip())
    )


def ditavel(caminho: str, valor: str | None) -> str | None:
    """Return what a rule quotes of the element at a path as it may be told."""
    campo = caminho.rpartition("/")[2].partition("[")[0]
    if valor is None or campo not in _PRESTADORES | _DE_PESSOAS or _pode_ser_dito(campo, valor):
        return curto(valor)
    return mascarar(valor)


def _pode_ser_dito(campo: str, valor: str) -> bool:
    return _de_empresa(valor) if campo in _PRESTADORES else campo in _publicos()


def _de_empresa(valor: str) -> bool:
    de_pessoa = valor.startswith(_CPF_EM_14) and cpf_valido(valor.removeprefix(_CPF_EM_14))
    return CNPJ.fullmatch(valor) is not None and not de_pessoa


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
