"""The same attendance billed in another guia."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from tiss.domain.guia import Guia, GuiaConsulta
from tiss.domain.internacao import GuiaHonorarios
from tiss.domain.odonto import GuiaOdonto, ItemOdonto
from tiss.domain.partes import Item
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Achado, ChaveAtendimento, Contexto, Regra

_GUIAS_CITADAS = 3

ATENDIMENTO_REPETIDO = Regra(
    codigo="ATENDIMENTO_REPETIDO",
    titulo="o atendimento (carteira, data, executante e procedimento) está numa só guia",
    fonte="prática; as glosas 1308 e 3268 o pressupõem",
    precisa="banco",
    glosa_provavel="1308",
)
REGRAS = (ATENDIMENTO_REPETIDO,)


def nada_repetido(chave: ChaveAtendimento) -> Collection[str]:
    """Answer for `Contexto.repetidas` of who knows that no attendance is in two guias."""
    return ()


def chaves_de_atendimento(guia: Guia) -> list[ChaveAtendimento]:
    """Return, each once, the keys under which `Contexto.repetidas` will be asked for a guia."""
    return list(dict.fromkeys(chave for _, _, chave in _chaves(guia)))


def conferir(guia: Guia, contexto: Contexto, achados: list[Achado]) -> None:
    """Ask for each procedure whether another guia has it."""
    repetidas = contexto.repetidas
    if repetidas is None or repetidas is nada_repetido:
        return
    vistas: set[ChaveAtendimento] = set()
    for posicao, item, chave in _chaves(guia):
        if chave in vistas:
            continue
        vistas.add(chave)
        outras = repetidas(chave)
        if outras:
            citadas = ", ".join(sorted(outras)[:_GUIAS_CITADAS])
            achados.append(
                Achado(
                    ATENDIMENTO_REPETIDO,
                    caminhos.do_item(guia.tipo, posicao, "codigoProcedimento"),
                    "mesma carteira, data, executante e procedimento de outra cobrança "
                    f"({citadas}): confira se não é a mesma cobrança",
                    item.codigo_procedimento,
                    item.sequencial_item,
                )
            )


def _chaves(guia: Guia) -> Iterator[tuple[int, Item | ItemOdonto, ChaveAtendimento]]:
    carteira, executante = guia.beneficiario.numero_carteira, _executante(guia)
    if not carteira or not executante:
        return
    itens: Sequence[Item | ItemOdonto] = guia.itens
    for posicao, item in enumerate(itens, 1):
        dia = _dia(guia, item)
        if dia is not None and item.codigo_tabela and item.codigo_procedimento:
            chave = ChaveAtendimento(
                carteira, dia, executante, item.codigo_tabela, item.codigo_procedimento
            )
            yield posicao, item, chave


def _dia(guia: Guia, item: Item | ItemOdonto) -> date | None:
    return guia.data_atendimento if isinstance(guia, GuiaConsulta) else item.data_execucao


def _executante(guia: Guia) -> str | None:
    match guia:
        case GuiaHonorarios():
            return guia.codigo_na_operadora
        case GuiaOdonto():
            return guia.codigo_prof_exec
        case _:
            return guia.contratado_executante.valor if guia.contratado_executante else None
