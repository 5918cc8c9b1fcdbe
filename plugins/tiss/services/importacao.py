"""Takes in answers that came as files: of operadoras that publish them on a portal only."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.retorno import (
    Demonstrativo,
    DemonstrativoPagamento,
    Demonstrativos,
    DemonstrativosPagamento,
)
from tiss.errors import ConfigError, UnreadableError
from tiss.messages import leitura
from tiss.repository import Repositorio, contratos, trocas
from tiss.services.conciliacao import aplicar_demonstrativos, aplicar_pagamentos
from tiss.services.pessoa import nome_de
from tiss.services.trilha import guardar_arquivo

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importado:
    """What a file was, in Portuguese; which lotes it speaks of; what in it breaks the standard."""

    o_que: str
    lotes: tuple[int, ...]
    avisos: tuple[str, ...]


def importar(
    repo: Repositorio, arquivo: bytes, *, por: str, contrato_id: int | None = None
) -> Importado:
    """Store demonstrativos of a file in the audit trail, then what they decide and pay.

    contrato_id: whose they are, where the file does not tell it well enough. Repeating it changes
    nothing but the trail. Raises UnreadableError for a file without demonstrativos, ConfigError
    when its contrato is not known, TransitionError without a name.
    """
    nome = nome_de(por, "importa")
    lida = leitura.ler(arquivo)
    resposta = lida.resposta
    if not isinstance(resposta, Demonstrativos | DemonstrativosPagamento):
        raise UnreadableError(
            f"O arquivo não traz demonstrativo de análise nem de pagamento ({lida.tipo}): veja o "
            "que ele é com tiss ler. O recibo de um lote entra com tiss lote importar."
        )
    # All of them are somebody's, or nothing is stored.
    donos = [(_dono(repo, parte, contrato_id), parte) for parte in resposta.lista]
    tocados: list[int] = []
    for contrato, parte in donos:
        troca_id = _guardar(repo, contrato, parte, arquivo, nome)
        if isinstance(parte, Demonstrativo):
            falados = aplicar_demonstrativos(repo, contrato, Demonstrativos(lista=(parte,)))
        else:
            falados = aplicar_pagamentos(repo, contrato, DemonstrativosPagamento(lista=(parte,)))
        with repo.transacao() as t:
            trocas.interpretada(t, troca_id, "demonstrativo importado")
        tocados += falados
    log.info("demonstrativo importado", lotes=tocados, por=nome)
    return Importado(
        o_que="demonstrativo de análise"
        if isinstance(resposta, Demonstrativos)
        else "demonstrativo de pagamento",
        lotes=tuple(sorted(set(tocados))),
        avisos=lida.avisos,
    )


def _dono(
    repo: Repositorio, parte: Demonstrativo | DemonstrativoPagamento, contrato_id: int | None
) -> Contrato:
    with repo.transacao() as t:
        if contrato_id is not None:
            return contratos.obter(t, contrato_id)
        todos = contratos.listar(t)
    possiveis = [
        contrato
        for contrato in todos
        if parte.registro_ans in (None, contrato.registro_ans)
        and (parte.prestador is None or parte.prestador in contrato.identificacoes)
    ]
    # A rehearsal has no portal of its own.
    possiveis = [c for c in possiveis if c.ambiente == "PRODUCAO"] or possiveis
    if len(possiveis) == 1:
        return possiveis[0]
    de_quem = (
        f"operadora {parte.registro_ans or 'não informada'}, prestador "
        f"{parte.prestador or 'não informado'}"
    )
    if not possiveis:
        raise ConfigError(f"Nenhum contrato é o do demonstrativo ({de_quem}).")
    opcoes = ", ".join(f"{contrato.id} ({contrato.nome})" for contrato in possiveis)
    raise ConfigError(
        f"Mais de um contrato pode ser o do demonstrativo ({de_quem}): diga qual com --contrato, "
        f"entre {opcoes}."
    )


def _guardar(
    repo: Repositorio,
    contrato: Contrato,
    parte: Demonstrativo | DemonstrativoPagamento,
    arquivo: bytes,
    nome: str,
) -> int:
    if isinstance(parte, Demonstrativo):
        protocolos = {protocolo.numero_protocolo for protocolo in parte.protocolos}
    else:
        protocolos = {p.numero_protocolo for dia in parte.pagamentos for p in dia.protocolos}
    with repo.transacao() as t:
        return guardar_arquivo(
            t,
            Operacao.SOLIC_DEMONSTRATIVO_RETORNO,
            arquivo,
            contrato_id=contrato.id,
            lote_id=None,
            por=nome,
            protocolos=sorted(protocolos),
        )
