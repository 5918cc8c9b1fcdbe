"""The story of a lote: what happened to it, the newest first, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tiss.repository.listas.lotes import (
    AcaoNoLote,
    LoteComHistoria,
    MudancaDoLote,
    TrocaDoLote,
)
from tiss.web.corridas import endereco
from tiss.web.telas.formatos import bytes_, quantos, reais, segundos


@dataclass(frozen=True, slots=True, kw_only=True)
class Evento:
    """Something that happened. tom: its colour; marcas: small facts; troca_id: bytes to look at."""

    tom: str
    icone: str
    titulo: str
    quando: datetime
    texto: str = ""
    marcas: tuple[str, ...] = ()
    troca_id: int | None = None
    corrida: str | None = None


_OPERACOES = {
    "ENVIO_LOTE_GUIAS": "Envio à operadora",
    "SOLIC_STATUS_PROTOCOLO": "Pergunta sobre o protocolo",
    "SOLIC_DEMONSTRATIVO_RETORNO": "Pedido de demonstrativo",
    "CANCELA_GUIA": "Pedido de cancelamento",
    "RECURSO_GLOSA": "Envio do recurso",
    "SOLIC_STATUS_RECURSO_GLOSA": "Pergunta sobre o recurso",
}
_MUDANCAS = {
    "ENVIANDO": ("run", "ring", "Envio começou"),
    "ENVIADO": ("ok", "check", "A operadora recebeu"),
    "EM_DUVIDA": ("doubt", "question", "Ficou em dúvida"),
    "ERRO": ("bad", "x", "A operadora recusou o lote"),
    "PENDENTE": ("idle", "clock", "Voltou a esperar envio"),
    "CANCELANDO": ("idle", "clock", "Cancelamento pedido"),
    "CANCELADO": ("idle", "slash", "Lote cancelado"),
    "PROCESSADO": ("ok", "check", "Todas as guias têm resposta"),
}
_ACOES = {
    "lote.criar": "criou o lote",
    "lote.enviar": "pediu o envio",
    "lote.consultar": "pediu a consulta à operadora",
    "lote.cancelar": "mandou cancelar o lote",
    "lote.refazer": "mandou refazer o lote",
    "lote.resolver": "respondeu à dúvida",
    "lote.marcar_enviado": "marcou o lote como enviado",
    "lote.corrigir_protocolo": "corrigiu o protocolo",
    "lote.exportar": "baixou o arquivo para o portal",
    "lote.desfazer_exportacao": "desfez a exportação",
}


def contar(lote: LoteComHistoria) -> list[Evento]:
    """Return what happened to a lote, the newest first."""
    eventos = [
        *(_mudanca(lote, mudanca) for mudanca in lote.mudancas),
        *(evento for troca in lote.trocas for evento in _troca(troca)),
        *(_acao(acao) for acao in lote.acoes),
    ]
    # Of what happened at once, the later step is told first.
    return sorted(eventos, key=lambda evento: evento.quando, reverse=True)


def _mudanca(lote: LoteComHistoria, mudanca: MudancaDoLote) -> Evento:
    if mudanca.de is None:
        return Evento(
            tom="made",
            icone="stack",
            titulo="Lote criado",
            quando=mudanca.quando,
            texto=f"{quantos(lote.lote.quantidade_guias, 'guia', 'guias')}, "
            f"{reais(lote.lote.valor_total)}.",
            marcas=(
                f"TISS {lote.versao_tiss}",
                f"hash {lote.hash[:4]}…{lote.hash[-4:]}",
                bytes_(lote.tamanho),
            ),
        )
    tom, icone, titulo = _MUDANCAS[mudanca.para]
    if (mudanca.de, mudanca.para) == ("EM_DUVIDA", "ENVIADO"):
        # Somebody found it out; the operadora may have said nothing.
        titulo = "A dúvida acabou: o lote está lá"
    return Evento(tom=tom, icone=icone, titulo=titulo, quando=mudanca.quando)


def _troca(troca: TrocaDoLote) -> Iterator[Evento]:
    nome = _OPERACOES.get(troca.operacao, troca.operacao)
    corrida = _corrida(troca.quem)
    if troca.fim is None:
        yield Evento(
            tom="run",
            icone="ring",
            titulo=f"{nome}: aguardando a resposta",
            quando=troca.inicio,
            texto=f"Tentativa {troca.tentativa}." if troca.tentativa else "",
            troca_id=troca.id,
            corrida=corrida,
        )
        return
    marcas = [f"tentativa {troca.tentativa}"] if troca.tentativa else []
    if troca.http_status is not None:
        marcas.append(f"HTTP {troca.http_status}")
    marcas.append(segundos(troca.inicio, troca.fim))
    yield Evento(
        tom="bad" if troca.falha else "info",
        icone="clock" if troca.falha else "refresh",
        titulo=nome,
        quando=troca.fim,
        texto=_em_frase(troca.desfecho or troca.falha or ""),
        marcas=tuple(marcas),
        troca_id=troca.id,
        corrida=corrida,
    )


def _acao(acao: AcaoNoLote) -> Evento:
    fez = _ACOES.get(acao.o_que, acao.o_que)
    recusado = acao.situacao is not None and acao.situacao >= 400
    return Evento(
        tom="idle" if recusado else "made",
        icone="user",
        titulo=f"{acao.quem} {fez}" + (", sem efeito" if recusado else ""),
        quando=acao.quando,
        texto=acao.motivo or "",
    )


def _em_frase(desfecho: str) -> str:
    """What is stored begins with the status that it led to, which the story tells by itself."""
    status, separador, motivo = desfecho.partition(": ")
    texto = motivo if separador and status.isupper() else desfecho
    return f"{texto[:1].upper()}{texto[1:]}".rstrip(".") + "." if texto else ""


def _corrida(quem: str) -> str | None:
    """Return where in Airflow the run is that did it, None: a person typed a command."""
    partes = quem.split("/")
    if len(partes) < 5 or not partes[0].startswith("tiss_"):
        return None
    return endereco(partes[0], "/".join(partes[1:-3]))
