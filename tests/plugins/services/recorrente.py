"""A person who contests what was refused, for tests."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from decimal import Decimal

from oficina import Oficina
from respostas import analisada, analise, item_recusado, receber

from tiss.domain.pedido import RecursoGlosa, RecursoGlosaOdonto
from tiss.messages.mensagem import ler_pedido
from tiss.messages.validacao.entrada import abrir_mensagem
from tiss.services import recurso


def preparar(oficina: Oficina, **filtro: Sequence[str]) -> recurso.Preparo:
    """Make drafts of all contratos."""
    ids = [contrato.id for contrato in oficina.contratos()]
    return recurso.preparar(oficina.repo, ids, por="Ana", **filtro)


def um_rascunho(oficina: Oficina, **filtro: Sequence[str]) -> int:
    """Make the one draft that there is to make."""
    preparo = preparar(oficina, **filtro)
    assert preparo.recusas == ()
    (recurso_id,) = preparo.recursos
    return recurso_id


def um_aprovado(oficina: Oficina) -> tuple[int, int]:
    """Make one and approve it; return it and its lote."""
    recurso_id = um_rascunho(oficina)
    return recurso_id, recurso.aprovar(oficina.repo, recurso_id, por="Ana")


def situacoes(oficina: Oficina) -> set[str]:
    """What became of all that was refused."""
    return {linha["situacao"] for linha in oficina.linhas("SELECT * FROM tiss.conciliacao_recurso")}


def mensagem(oficina: Oficina, lote: int) -> RecursoGlosa | RecursoGlosaOdonto:
    """What a lote says, read back."""
    (arquivo,) = oficina.linhas("SELECT xml FROM tiss.lote WHERE id = %s", lote)
    lida = ler_pedido(abrir_mensagem(zlib.decompress(arquivo["xml"])))
    assert isinstance(lida, RecursoGlosa | RecursoGlosaOdonto)
    return lida


def contas(oficina: Oficina) -> dict[str, Decimal]:
    """The sums of the reconciliation."""
    (soma,) = oficina.linhas(
        "SELECT sum(glosado) AS glosado, sum(em_recurso) AS em_recurso,"
        " sum(recuperado) AS recuperado, sum(a_receber) AS a_receber, sum(pago) AS pago,"
        " sum(a_pagar) AS a_pagar"
        " FROM tiss.conciliacao_guia"
    )
    return soma


def uma_glosa(oficina: Oficina, *, dia: int = 0) -> None:
    """Have R$ 50.00 refused of the first guia of protocolo 7001."""
    recusado = item_recusado("100.00", ("1705", "50.00"))
    receber(oficina, analise("7001", analisada("1", "100.00", itens=(recusado,)), dia=dia))
