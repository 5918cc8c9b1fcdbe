"""Verdicts, glosas, divergences, and their way back to the clinic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from psycopg.types.json import Jsonb

from tiss.domain.divergencia import Divergencia
from tiss.domain.retorno import OrdemDemonstrativo
from tiss.domain.veredito import Glosa, Veredito
from tiss.repository.conexao import Transacao, dinheiro
from tiss.repository.lotes import Envio

# What may announce a glosa before any analysis: `tiss.glosa.origem`.
Anuncio = Literal["RECEBIMENTO", "SITUACAO"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AGravar:
    """A verdict that the clinic does not have yet, as its function takes it."""

    id: int
    consulta_id: str
    resultado: dict[str, Any]


def gravar_vereditos(
    t: Transacao,
    vereditos: Sequence[tuple[Envio, Veredito]],
    *,
    protocolo: str,
    ordem: OrdemDemonstrativo | None,
) -> None:
    """Store what was decided about guias of one protocolo, in place of what was before.

    ordem: of the demonstrativo de análise that decided, None when payments did.
    """
    decididos = Jsonb(
        [
            {
                "envio": envio.envio_id,
                "guia": envio.guia_id,
                "situacao": veredito.situacao,
                "resultado": veredito.resultado,
                "informado": str(veredito.valor_informado),
                "processado": dinheiro(veredito.valor_processado),
                "liberado": str(veredito.valor_liberado),
                "glosado": str(veredito.valor_glosado),
                "franquia": str(veredito.valor_franquia),
                "parcial": veredito.glosa_parcial,
            }
            for envio, veredito in vereditos
        ]
    )
    t.executar(
        "retorno/gravar_envios",
        decididos=decididos,
        data=None if ordem is None else ordem.data_emissao,
        numero=None if ordem is None else ordem.numero,
        sha256=None if ordem is None else ordem.sha256,
    )
    _inserir_glosas(
        t,
        [(envio, glosa) for envio, veredito in vereditos for glosa in veredito.glosas],
        origem="DEMONSTRATIVO_ANALISE",
        protocolo=protocolo,
    )
    t.executar("retorno/gravar_vereditos", decididos=decididos)


def trocar_anunciadas(
    t: Transacao,
    envios: Sequence[Envio],
    glosas: Sequence[tuple[Envio, Glosa]],
    *,
    origem: Anuncio,
    protocolo: str,
) -> None:
    """Have these glosas announced of sendings by answers of one kind, and no other."""
    t.executar(
        "retorno/apagar_anunciadas", envios=[envio.envio_id for envio in envios], origem=origem
    )
    _inserir_glosas(t, glosas, origem=origem, protocolo=protocolo)


def _inserir_glosas(
    t: Transacao, glosas: Sequence[tuple[Envio, Glosa]], *, origem: str, protocolo: str
) -> None:
    em_json = [
        {
            "envio": envio.envio_id,
            "nivel": glosa.nivel,
            "item": glosa.sequencial_item,
            "codigo": glosa.codigo,
            "descricao": glosa.descricao,
            "declarado": dinheiro(glosa.valor_declarado),
            "rateado": dinheiro(glosa.valor_rateado),
            "posicao": glosa.posicao,
        }
        for envio, glosa in glosas
    ]
    t.executar("retorno/inserir_glosas", glosas=Jsonb(em_json), protocolo=protocolo, origem=origem)


def anotar_glosados(t: Transacao, glosados: Mapping[int, Decimal], *, dia: date | None) -> None:
    """Note that an analysis of a day refuses these values, by the id of the sending."""
    if glosados and dia is not None:
        linhas = [{"envio": envio, "valor": str(valor)} for envio, valor in glosados.items()]
        t.executar("retorno/anotar_glosados", glosados=Jsonb(linhas), dia=dia)


def encerrar_lote(t: Transacao, lote_id: int) -> bool:
    """Make a lote PROCESSADO when every guia has a verdict; return whether it is.

    Nothing more is asked about one that the operadora closed, or that is paid in full.
    """
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
    abrir_divergencias(t, [(guia_id, Divergencia(motivo, descricao))], lote_id=lote_id)


def abrir_divergencias(
    t: Transacao,
    divergencias: Sequence[tuple[int | None, Divergencia]],
    *,
    lote_id: int | None,
    contrato_id: int | None = None,
) -> None:
    """Note what does not fit, of a guia each or of none; each once while it is open."""
    if divergencias:
        t.executar(
            "retorno/abrir_divergencias",
            divergencias=_em_json(divergencias),
            lote=lote_id,
            contrato=contrato_id,
        )


def nao_listadas(t: Transacao, lote_id: int, situacoes: Collection[str]) -> list[int]:
    """Return the guias of a lote, analysed by one of these situations, that nobody spoke of."""
    return t.valores("retorno/nao_listadas", lote=lote_id, situacoes=list(situacoes))


def trocar_divergencias(
    t: Transacao,
    divergencias: Sequence[tuple[int | None, Divergencia]],
    *,
    lote_id: int,
    guias: Sequence[int],
    motivos: Collection[str],
    por: str,
) -> None:
    """Have these divergences open on guias of a lote, and no other of these motivos."""
    t.executar(
        "retorno/fechar_superadas",
        divergencias=_em_json(divergencias),
        lote=lote_id,
        guias=list(guias),
        motivos=list(motivos),
        por=por,
    )
    abrir_divergencias(t, divergencias, lote_id=lote_id)


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


def _em_json(divergencias: Sequence[tuple[int | None, Divergencia]]) -> Jsonb:
    return Jsonb(
        [
            {
                "guia": guia,
                "motivo": divergencia.motivo,
                "descricao": divergencia.descricao,
                "chave": divergencia.chave,
            }
            for guia, divergencia in divergencias
        ]
    )
