"""What this operadora has refused before, of guias like this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from tiss.domain.ausencia import CampoOpcional, campos_ausentes
from tiss.domain.guia import Guia
from tiss.domain.historico import Padrao
from tiss.domain.odonto import ItemOdonto
from tiss.domain.partes import Despesa, Item
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Achado, Contexto, Regra

HISTORICO_DE_GLOSA = Regra(
    codigo="HISTORICO_DE_GLOSA",
    titulo="a operadora não costuma glosar guias como esta",
    fonte="as glosas do próprio contrato, contadas em tiss.procedimento_julgado",
    precisa="historico",
)
REGRAS = (HISTORICO_DE_GLOSA,)


def conferir(guia: Guia, contexto: Contexto, achados: list[Achado]) -> None:
    """Say what the operadora is likely to refuse: each missing field once, with the best evidence.

    What is missing is of the whole guia: several of its procedures may tell of the same.
    """
    historico = contexto.historico
    if historico is None or not historico.padroes:
        return
    ausentes = campos_ausentes(guia)
    ditos: dict[tuple[object, ...], tuple[Padrao, Achado]] = {}
    for codigo, (linha, caminho) in _procedimentos(guia).items():
        for padrao in historico.de_guia(guia.tipo, *codigo, ausentes):
            chave = (padrao.glosa, padrao.sem or codigo)
            if chave not in ditos or _pesa(padrao) > _pesa(ditos[chave][0]):
                ditos[chave] = (padrao, _achado(padrao, linha, caminho, historico.descricoes))
    achados += [achado for _, achado in ditos.values()]


def _pesa(padrao: Padrao) -> tuple[object, int]:
    return padrao.vezes.taxa, padrao.vezes.glosadas


def _achado(
    padrao: Padrao, linha: Item | ItemOdonto | Despesa, caminho: str, descricoes: Mapping[str, str]
) -> Achado:
    return Achado(
        HISTORICO_DE_GLOSA,
        padrao.sem[0].caminho if padrao.sem else caminho,
        _mensagem(padrao, linha.codigo_procedimento, descricoes.get(padrao.glosa)),
        linha.codigo_procedimento,
        linha.sequencial_item,
        padrao.glosa,
    )


def _mensagem(padrao: Padrao, procedimento: str | None, descricao: str | None) -> str:
    quais = f"guias com o procedimento {procedimento}"
    if padrao.tendo:
        quais += f", com {_lista(padrao.tendo)}"
    if padrao.sem:
        quais += f"{' e' if padrao.tendo else ''} sem {_lista(padrao.sem)}"
    codigo = f"código {padrao.glosa}" + (f", {descricao}" if descricao else "")
    glosadas, julgadas = padrao.vezes
    dito = f"a operadora glosou {glosadas} de {julgadas} {quais} ({codigo})"
    if not padrao.sem:
        return f"{dito}: confira com ela a cobertura, o preço e as regras dele antes de enviar"
    campos = _lista(padrao.sem)
    outras, todas = padrao.com_os_campos
    return f"{dito}; com {campos}, {outras} de {todas}: informe {campos} antes de enviar"


def _lista(campos: Sequence[CampoOpcional]) -> str:
    *antes, ultimo = [campo.titulo for campo in campos]
    return f"{', '.join(antes)} e {ultimo}" if antes else ultimo


_Procedimentos = dict[tuple[str, str], tuple[Item | ItemOdonto | Despesa, str]]


def _procedimentos(guia: Guia) -> _Procedimentos:
    """Return, by table and code, the first line that bills a procedure or an expense, and where."""
    primeiras: _Procedimentos = {}
    for linha, caminho in _linhas(guia):
        if linha.codigo_tabela and linha.codigo_procedimento:
            codigo = (linha.codigo_tabela, linha.codigo_procedimento)
            primeiras.setdefault(codigo, (linha, caminho))
    return primeiras


def _linhas(guia: Guia) -> Iterator[tuple[Item | ItemOdonto | Despesa, str]]:
    yield from _com_caminho(guia.itens, partial(caminhos.do_item, guia.tipo))
    yield from _com_caminho(guia.despesas, caminhos.da_despesa)


def _com_caminho(
    linhas: Sequence[Item | ItemOdonto | Despesa], onde: Callable[[int, str], str]
) -> Iterator[tuple[Item | ItemOdonto | Despesa, str]]:
    for posicao, linha in enumerate(linhas, 1):
        yield linha, onde(posicao, "codigoProcedimento")
