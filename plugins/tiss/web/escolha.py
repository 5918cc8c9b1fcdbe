"""Lotes made of what a person chose, the same for the API and the screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from tiss.repository import Repositorio
from tiss.repository.listas import consultas
from tiss.services import criacao
from tiss.services.criacao import Criacao, SelecaoRecusadaError
from tiss.web.acesso import Pessoa
from tiss.web.acoes import Feito
from tiss.web.corridas import Corridas
from tiss.web.filtros import Selecao
from tiss.web.mesa import ENVIO
from tiss.web.problemas import ProblemaHttp


def escolhidas(repo: Repositorio, selecao: Selecao) -> Sequence[str]:
    """Return the consultas of a selection. Raises a 409 when others were seen."""
    if selecao.consulta_ids is not None:
        achadas: Sequence[str] = selecao.consulta_ids
    else:
        assert selecao.filtro is not None  # noqa: S101  one of the two is there
        # What has a problem cannot be selected.
        filtro = replace(selecao.filtro.filtro(selecao.ambiente), situacao=consultas.PRONTA)
        with repo.transacao() as t:
            todas = consultas.chaves(t, filtro, limite=criacao.MAXIMO + len(selecao.exceto) + 1)
        fora = set(selecao.exceto)
        achadas = [chave for chave in todas if chave not in fora]
    if selecao.total_visto is not None and selecao.total_visto != len(achadas):
        raise ProblemaHttp(
            409,
            "A seleção mudou",
            f"Agora são {len(achadas)} consultas, não {selecao.total_visto}: outras chegaram ou "
            "entraram num lote. Confira e confirme de novo.",
        )
    return achadas


def ensaiar(repo: Repositorio, selecao: Selecao) -> tuple[Criacao, Selecao]:
    """Return what would be created and refused, and the selection of just these consultas.

    What a filter finds a minute later is another one.
    """
    achadas = escolhidas(repo, selecao)
    ensaio = criacao.ensaiar(repo, achadas, ambiente=selecao.ambiente, agora=datetime.now(UTC))
    return ensaio, Selecao.model_construct(ambiente=selecao.ambiente, consulta_ids=list(achadas))


def criar(
    repo: Repositorio,
    corridas: Corridas,
    selecao: Selecao,
    pessoa: Pessoa,
    *,
    parcial: bool,
    enviar: bool,
) -> Feito:
    """Create the lotes; with `enviar`, release them and start their sending.

    Raises a 422 with what is refused, one by one, when nothing was created because of it.
    """
    try:
        feita = criacao.criar(
            repo,
            escolhidas(repo, selecao),
            ambiente=selecao.ambiente,
            agora=datetime.now(UTC),
            por=pessoa.nome,
            parcial=parcial,
            liberar=enviar,
        )
    except SelecaoRecusadaError as erro:
        raise ProblemaHttp(
            422,
            "Há consultas que não podem ser cobradas assim",
            str(erro),
            [
                {
                    "consulta_id": um.consulta_id,
                    "codigo": um.codigo,
                    "mensagem": um.motivo,
                    "campos": list(um.campos),
                }
                for um in erro.recusadas
            ],
        ) from erro
    corpo = em_corpo(feita)
    iniciada = corridas.tentar(ENVIO, {"lotes": feita.lotes}) if enviar else {}
    return Feito(202 if iniciada else 201, corpo | iniciada)


def em_corpo(feita: Criacao) -> dict[str, Any]:
    """Return it as JSON holds it: money as text."""
    return {
        "lotes": feita.lotes,
        "partes": [asdict(parte) | {"valor": str(parte.valor)} for parte in feita.partes],
        "recusadas": [asdict(recusada) for recusada in feita.recusadas],
    }
