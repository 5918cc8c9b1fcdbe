"""Paths of elements inside a guia, by its kind; asked only when there is something to tell."""

from __future__ import annotations

from tiss.domain.cadastro import TipoGuia

_LINHAS = {
    TipoGuia.CONSULTA: "dadosAtendimento/procedimento",
    TipoGuia.SP_SADT: "procedimentosExecutados/procedimentoExecutado[{}]",
    TipoGuia.RESUMO_INTERNACAO: "procedimentosExecutados/procedimentoExecutado[{}]",
    TipoGuia.HONORARIOS: "procedimentosRealizados/procedimentoRealizado[{}]",
    TipoGuia.ODONTO: "procedimentosExecutados[{}]",
}
# Where a kind has not the usual name.
_CAMPOS = {
    TipoGuia.CONSULTA: {
        "dataExecucao": "../dataAtendimento",
        "valorTotal": "valorProcedimento",
        "codigoTabela": "codigoTabela",
        "codigoProcedimento": "codigoProcedimento",
    },
    TipoGuia.ODONTO: {
        "dataExecucao": "dataRealizacao",
        "valorTotal": "valorProc",
        "codigoTabela": "procSolic/codigoTabela",
        "codigoProcedimento": "procSolic/codigoProcedimento",
    },
}
_USUAIS = {
    "codigoTabela": "procedimento/codigoTabela",
    "codigoProcedimento": "procedimento/codigoProcedimento",
}
_EQUIPES = {
    TipoGuia.SP_SADT: "equipeSadt[{}]",
    TipoGuia.RESUMO_INTERNACAO: "identEquipe[{}]/identificacaoEquipe",
    TipoGuia.HONORARIOS: "profissionais[{}]",
}
_FORA_DE_SERVICOS = {"sequencialItem", "codigoDespesa", "itemVinculado"}


def do_item(tipo: TipoGuia, posicao: int, campo: str) -> str:
    """Return the path of a field of a procedure. posicao: from 1; campo: as SP/SADT names it."""
    nome = _CAMPOS.get(tipo, _USUAIS).get(campo, campo)
    if nome.startswith("../"):
        return f"dadosAtendimento/{nome.removeprefix('../')}"
    return f"{_LINHAS[tipo].format(posicao)}/{nome}"


def da_despesa(posicao: int, campo: str) -> str:
    """Return the path of a field of an expense. posicao: from 1."""
    dentro = campo if campo in _FORA_DE_SERVICOS else f"servicosExecutados/{campo}"
    return f"outrasDespesas/despesa[{posicao}]/{dentro}"


def da_equipe(tipo: TipoGuia, item: int, membro: int, campo: str) -> str:
    """Return the path of a field of a professional of a procedure. Positions from 1."""
    if tipo is TipoGuia.HONORARIOS:
        campo = {"CBOS": "CBO", "grauPart": "grauParticipacao"}.get(campo, campo)
    return do_item(tipo, item, f"{_EQUIPES[tipo].format(membro)}/{campo}")
