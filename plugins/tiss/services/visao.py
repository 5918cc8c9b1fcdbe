"""Whether the clinic's view has the columns that this version reads."""

from __future__ import annotations

from dataclasses import fields

from tiss.domain.preparada import ConsultaPreparada
from tiss.errors import ConfigError
from tiss.repository import Repositorio, guias

_TIPOS = {
    **dict.fromkeys(
        ("data_atendimento", "data_solicitacao", "data_autorizacao", "data_validade_senha"), "date"
    ),
    "atendimento_rn": "boolean",
    **dict.fromkeys(("itens", "despesas", "complemento"), "jsonb"),
}
# What reads the same.
_ACEITOS = {
    "date": {"date"},
    "boolean": {"boolean"},
    "jsonb": {"jsonb", "json"},
    "text": {"text", "character varying", "character", "citext", "name"},
}
# Ours, not the view's.
_NOSSAS = frozenset({"ilegiveis"})
# The search asks about it; no guia has it.
_DA_BUSCA = {"resultado": "text"}
# Column -> type, as docs/consulta_preparada.md has them.
COLUNAS = {
    campo.name: _TIPOS.get(campo.name, "text")
    for campo in fields(ConsultaPreparada)
    if campo.name not in _NOSSAS
} | _DA_BUSCA


def conferir(repo: Repositorio) -> None:
    """Raise ConfigError when tiss.consulta_preparada is not what this version reads.

    Once for all contratos: without this, each would fail with the words of the database.
    """
    with repo.transacao() as t:
        colunas = guias.colunas_da_visao(t)
    if not colunas:
        raise ConfigError(
            "A visão tiss.consulta_preparada não existe, ou este usuário não a alcança: crie-a "
            "como em docs/consulta_preparada.md."
        )
    faltam = [f"{nome} ({tipo})" for nome, tipo in COLUNAS.items() if nome not in colunas]
    outras = [
        f"{nome} é {colunas[nome]} e tem de ser {tipo}"
        for nome, tipo in COLUNAS.items()
        if nome in colunas and colunas[nome] not in _ACEITOS[tipo]
    ]
    if faltam or outras:
        partes = [f"faltam as colunas {', '.join(faltam)}"] if faltam else []
        raise ConfigError(
            f"A visão tiss.consulta_preparada não é a que esta versão lê: "
            f"{'; '.join(partes + outras)}. Crie-a de novo como em docs/consulta_preparada.md; "
            "até lá nada é faturado."
        )
