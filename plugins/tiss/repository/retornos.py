"""Verdicts, glosas, divergences, and their way back to the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from tiss.domain.retorno import OrdemDemonstrativo
from tiss.domain.veredito import Veredito
from tiss.repository.conexao import Transacao
from tiss.repository.lotes import Envio


@dataclass(frozen=True, slots=True, kw_only=True)
class AGravar:
    """A verdict that the clinic does not have yet, as its function takes it."""

    id: int
    consulta_id: str
    resultado: dict[str, Any]


def gravar_veredito(
    t: Transacao, envio: Envio, veredito: Veredito, ordem: OrdemDemonstrativo, protocolo: str
) -> None:
    """Store what a demonstrativo decided about a guia, in place of what an older one did."""
    t.executar(
        "retorno/gravar_envio",
        envio=envio.envio_id,
        situacao=veredito.situacao,
        resultado=veredito.resultado,
        valor_informado=veredito.valor_informado,
        valor_processado=veredito.valor_processado,
        valor_liberado=veredito.valor_liberado,
        valor_glosado=veredito.valor_glosado,
        data=ordem.data_emissao,
        numero=ordem.numero,
        sha256=ordem.sha256,
    )
    t.executar("retorno/apagar_glosas", envio=envio.envio_id)
    t.executar_varios(
        "retorno/inserir_glosa",
        (
            {
                "envio": envio.envio_id,
                "protocolo": protocolo,
                "nivel": glosa.nivel,
                "sequencial_item": glosa.sequencial_item,
                "codigo": glosa.codigo,
                "descricao": glosa.descricao,
                "valor_declarado": glosa.valor_declarado,
                "valor_rateado": glosa.valor_rateado,
                "posicao": glosa.posicao,
            }
            for glosa in veredito.glosas
        ),
    )
    if veredito.resultado is not None:
        t.executar(
            "retorno/gravar_veredito",
            guia=envio.guia_id,
            status=veredito.resultado,
            valor_processado=veredito.valor_processado,
            valor_liberado=veredito.valor_liberado,
            valor_glosado=veredito.valor_glosado,
            glosa_parcial=veredito.glosa_parcial,
        )


def encerrar_lote(t: Transacao, lote_id: int) -> bool:
    """Make a lote PROCESSADO when every guia has a verdict; return whether it became so."""
    return t.valor("retorno/encerrar_lote", lote=lote_id) is not None


def a_gravar(t: Transacao, *, depois_de: int, limite: int) -> list[AGravar]:
    """Return a page of verdicts for the clinic, locked, by guia id."""
    return t.linhas(AGravar, "retorno/a_gravar", depois_de=depois_de, limite=limite)


def tem_gravacao(t: Transacao) -> bool:
    """Return whether this clinic takes results by function."""
    return bool(t.valor("retorno/tem_gravacao"))


def gravar_na_clinica(t: Transacao, resultados: Sequence[AGravar]) -> None:
    """Hand results to the clinic's function and note that it has them."""
    t.executar(
        "retorno/gravar_na_clinica",
        consultas=[resultado.consulta_id for resultado in resultados],
        resultados=[Jsonb(resultado.resultado) for resultado in resultados],
    )
    t.executar("retorno/marcar_gravadas", guias=[resultado.id for resultado in resultados])


def abrir_divergencia(
    t: Transacao, motivo: str, descricao: str, *, lote_id: int | None, guia_id: int | None = None
) -> None:
    """Note that something does not fit; once while it is open."""
    t.executar(
        "retorno/abrir_divergencia",
        motivo=motivo,
        descricao=descricao,
        lote=lote_id,
        guia=guia_id,
    )


def anotar_demonstrativo(t: Transacao, envio: Envio, ordem: OrdemDemonstrativo) -> None:
    """Note that a newer demonstrativo spoke about a guia without deciding anything new."""
    t.executar(
        "retorno/anotar_demonstrativo",
        envio=envio.envio_id,
        data=ordem.data_emissao,
        numero=ordem.numero,
        sha256=ordem.sha256,
    )


def pagamentos_ditos(t: Transacao, envio: Envio, *, lote_id: int) -> str:
    """Return in words what is known of the payments of a guia that has its verdict."""
    ditos: str = t.valor("retorno/pagamentos_ditos", lote=lote_id, guia=envio.guia_id)
    return ditos


def fechar_divergencias(
    t: Transacao,
    motivos: Sequence[str],
    *,
    por: str,
    lote_id: int | None,
    guias: Sequence[int] | None = None,
) -> None:
    """Close what a later answer, or a person, settled: of these guias, or of the lote itself."""
    t.executar(
        "retorno/fechar_divergencias",
        motivos=list(motivos),
        por=por,
        lote=lote_id,
        guias=None if guias is None else list(guias),
    )


def tem_divergencia(t: Transacao, motivos: Sequence[str], *, lote_id: int) -> bool:
    """Return whether a lote has an open divergence of one of these reasons."""
    return bool(t.valor("retorno/tem_divergencia", motivos=list(motivos), lote=lote_id))


def divergencias_abertas(t: Transacao) -> list[dict[str, Any]]:
    """Return how many divergences are open, by reason: rows of motivo and quantas."""
    return t.tabela("retorno/divergencias_abertas")
