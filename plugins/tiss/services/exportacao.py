"""Gives a lote as the file that a portal takes."""

from __future__ import annotations

import zlib
from string import Template

from tiss.domain.cadastro import Contrato
from tiss.errors import ConfigError, UnreadableError
from tiss.messages.esquema import validar_mensagem
from tiss.messages.hashes import conferir_hash
from tiss.messages.validacao.entrada import abrir_mensagem
from tiss.repository import Repositorio, contratos, lotes


def exportar(repo: Repositorio, lote_id: int) -> tuple[str, bytes]:
    """Return the file name by the contrato's template, and the lote in file form.

    Raises ConfigError for a template that cannot be filled, UnreadableError when what the database
    holds is no longer what was built.
    """
    with repo.transacao() as t:
        lote = lotes.obter(t, lote_id)
        contrato = contratos.obter(t, lote.contrato_id)
    nome = nome_do_arquivo(contrato, lote)
    dano = _dano(lote)
    if dano is not None:
        raise UnreadableError(
            f"O arquivo do lote {lote_id} está danificado no banco ({dano}) e não foi exportado: "
            "recupere o lote do backup."
        )
    return nome, lote.arquivo


def nome_do_arquivo(contrato: Contrato, lote: lotes.Lote) -> str:
    """Return what the contrato calls the file of a lote. Raises ConfigError."""
    criado_em = contrato.no_fuso(lote.criado_em)
    try:
        return Template(contrato.modelo_nome_arquivo).substitute(
            registro_ans=contrato.registro_ans,
            numero_lote=str(lote.numero_lote),
            numero_lote_12=f"{lote.numero_lote:012d}",
            data=f"{criado_em:%Y%m%d}",
            hash=lote.hash,
        )
    except (KeyError, ValueError) as erro:
        raise ConfigError(
            f"O modelo do nome de arquivo do contrato {contrato.nome} usa {erro}; existem "
            "registro_ans, numero_lote, numero_lote_12, data e hash."
        ) from erro


def _dano(lote: lotes.Lote) -> str | None:
    """Return why a lote is not what was built. All of it is looked at: nobody of ours does later.

    Nothing of a patient is quoted.
    """
    try:
        recusas = validar_mensagem(abrir_mensagem(lote.arquivo), lote.versao_tiss)
        if recusas:
            return str(recusas[0])
        conferencia = conferir_hash(lote.arquivo)
    except (UnreadableError, zlib.error) as erro:
        return str(erro)
    # Some contratos have a dialect of their own: whichever it is, it is one of this content.
    confere = conferencia.confere or conferencia.dialeto is not None
    return None if confere else "o hash não é o do conteúdo"
