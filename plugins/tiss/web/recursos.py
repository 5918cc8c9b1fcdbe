"""What a person does about what was refused, the same for the API and the screens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tiss.errors import ConfigError
from tiss.repository import Repositorio, contratos
from tiss.repository.listas import guias, recursos
from tiss.repository.listas.guias import Acao, Mudanca
from tiss.repository.listas.recursos import GlosaDoRecurso, RecursoNaLista
from tiss.services import recurso as servico
from tiss.web.acesso import Pessoa
from tiss.web.acoes import Feito
from tiss.web.corridas import Corridas
from tiss.web.mesa import ENVIO
from tiss.web.problemas import ProblemaHttp

# Source: tissGuias, st_texto500 of every justificativa of a recurso.
MAIOR_JUSTIFICATIVA = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursoComGlosas:
    """A recurso with what it contests and its story."""

    recurso: RecursoNaLista
    glosas: Sequence[GlosaDoRecurso]
    mudancas: Sequence[Mudanca]
    acoes: Sequence[Acao]


def recurso(repo: Repositorio, recurso_id: int, pessoa: Pessoa) -> RecursoComGlosas:
    """Return a recurso with its glosas. Raises a 404 for one that does not exist.

    Who may only read is told neither what the clinic says nor what the operadora answered: a
    patient may be named in it.
    """
    with repo.transacao() as t:
        achado = recursos.obter(t, recurso_id)
        if achado is None:
            raise ProblemaHttp(
                404,
                "Recurso não encontrado",
                f"Não encontramos o recurso {recurso_id}. Confira o número ou veja todos.",
            )
        return RecursoComGlosas(
            recurso=achado,
            glosas=recursos.glosas(t, recurso_id, com_texto=pessoa.opera),
            mudancas=guias.mudancas(t, "recurso", recurso_id),
            acoes=guias.acoes(t, recurso=recurso_id, com_texto=pessoa.opera),
        )


def preparar_da_guia(repo: Repositorio, guia_id: int, pessoa: Pessoa) -> Feito:
    """Make the draft against what was refused of a guia that exists."""
    with repo.transacao() as t:
        achada = guias.obter(t, guia_id, com_paciente=False)
        contrato_id = guias.resto(t, guia_id, com_texto=False)["contrato_id"]
    if achada is None or achada.lote_id is None or achada.numero_guia_prestador is None:
        raise ProblemaHttp(
            409,
            "Nada a contestar",
            "Esta guia ainda não foi enviada: não há glosa de que recorrer.",
        )
    return _preparado(
        servico.preparar(
            repo,
            [contrato_id],
            por=pessoa.nome,
            guias=[achada.numero_guia_prestador],
            lote=achada.lote_id,
        )
    )


def preparar(
    repo: Repositorio,
    pessoa: Pessoa,
    *,
    operadoras: Sequence[str],
    protocolos: Sequence[str],
    codigos: Sequence[str],
) -> Feito:
    """Make drafts against all that these filters find; empty means any."""
    with repo.transacao() as t:
        if estranhas := contratos.desconhecidas(t, operadoras):
            raise ConfigError(f"Não há contrato com: {', '.join(estranhas)}. Confira o registro.")
        ids = [contrato.id for contrato in contratos.listar(t, operadoras=operadoras)]
    return _preparado(
        servico.preparar(repo, ids, por=pessoa.nome, protocolos=protocolos, codigos=codigos)
    )


def justificar(
    repo: Repositorio, recurso_id: int, textos: Mapping[int, str], pessoa: Pessoa
) -> Feito:
    """Write what is said against glosas of a draft, by their ids."""
    quantas = servico.justificar_cada(repo, recurso_id, textos, por=pessoa.nome)
    return Feito(200, {"recurso": recurso_id, "justificadas": quantas})


def aprovar(
    repo: Repositorio,
    corridas: Corridas,
    recurso_id: int,
    pessoa: Pessoa,
    textos: Mapping[int, str] | None = None,
) -> Feito:
    """Let a draft be sent, and start its sending. textos: what is written into it before.

    Approved it stays when Airflow does not start the sending: the next night sends it.
    """
    if textos:
        servico.justificar_cada(repo, recurso_id, textos, por=pessoa.nome)
    lote_id = servico.aprovar(repo, recurso_id, por=pessoa.nome)
    feito = {"recurso": recurso_id, "lote": lote_id, "pelo_portal": False}
    with repo.transacao() as t:
        aprovado = recursos.obter(t, recurso_id)
        if aprovado is not None and contratos.obter(t, aprovado.contrato_id).pelo_portal:
            return Feito(200, {**feito, "pelo_portal": True})
    return Feito(200, {**feito, **corridas.tentar(ENVIO, {"lotes": [lote_id]})})


def retirar(
    repo: Repositorio,
    recurso_id: int,
    glosas: Collection[int],
    pessoa: Pessoa,
    textos: Mapping[int, str] | None = None,
) -> Feito:
    """Take glosas out of a draft, by their ids. textos: what is written into it before."""
    if textos:
        servico.justificar_cada(repo, recurso_id, textos, por=pessoa.nome)
    quantas = servico.retirar_cada(repo, recurso_id, glosas, por=pessoa.nome)
    return Feito(200, {"recurso": recurso_id, "retiradas": quantas})


def descartar(repo: Repositorio, recurso_id: int, pessoa: Pessoa) -> Feito:
    """Decide not to contest what a draft holds."""
    servico.descartar(repo, recurso_id, por=pessoa.nome)
    return Feito(200, {"recurso": recurso_id})


def refazer(repo: Repositorio, recurso_id: int, pessoa: Pessoa) -> Feito:
    """Make a draft again of what was discarded, refused, cancelled or has not left."""
    servico.refazer(repo, recurso_id, por=pessoa.nome)
    return Feito(200, {"recurso": recurso_id})


def _preparado(preparo: servico.Preparo) -> Feito:
    if not preparo.recursos:
        raise ProblemaHttp(
            409,
            "Nada a contestar",
            "Nenhum rascunho foi feito. "
            + (
                " ".join(f"{motivo[:1].upper()}{motivo[1:]}." for motivo in preparo.recusas[:5])
                or "Não há aqui glosa de que ninguém recorreu."
            ),
            [{"mensagem": motivo} for motivo in preparo.recusas],
        )
    return Feito(201, {"recursos": list(preparo.recursos), "recusas": list(preparo.recusas)})
