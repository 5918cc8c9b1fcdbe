"""What waits for a person today, most urgent first: the same for the API and the screen.

Its words are those of the digest: no patient, nothing that an operadora wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode

from tiss.domain.digesto import Esperam, LoteParado, Prazo, quantos
from tiss.repository import Repositorio
from tiss.repository.listas import consultas
from tiss.repository.listas.consultas import COM_PROBLEMAS, Contadas, FiltroDeConsultas
from tiss.services import digesto
from tiss.web.acesso import Pessoa

# What is beyond is seen where it is done.
LINHAS = 10


class Assunto(StrEnum):
    """What waits, in the order in which it has to be done."""

    LOTES_EM_DUVIDA = "LOTES_EM_DUVIDA"
    PRAZOS = "PRAZOS"
    SUSPENSOS = "SUSPENSOS"
    LOTES_EM_ERRO = "LOTES_EM_ERRO"
    LOTES_A_LIBERAR = "LOTES_A_LIBERAR"
    LOTES_PARADOS = "LOTES_PARADOS"
    TAREFAS = "TAREFAS"
    SEM_RESPOSTA = "SEM_RESPOSTA"
    CONSULTAS_COM_PROBLEMAS = "CONSULTAS_COM_PROBLEMAS"
    CONSULTAS_ESQUECIDAS = "CONSULTAS_ESQUECIDAS"
    DIVERGENCIAS = "DIVERGENCIAS"
    PRAZOS_PERDIDOS = "PRAZOS_PERDIDOS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linha:
    """One thing that waits. valor in reais, None: nobody knows it, or it has none.

    caminho: the screen where it is done, after /tiss/; with a slash in front, one of Airflow's;
    None: in no screen.
    """

    titulo: str
    detalhe: str
    valor: Decimal | None
    caminho: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parte:
    """All of one kind that waits.

    quantas: of its lotes, values, consultas or whatever it is of; None: more than are counted.
    valor: of all, in reais. caminho: where all are. linhas: no more than LINHAS, the most urgent
    first. fora: how many lines there are besides.
    """

    assunto: Assunto
    quantas: int | None
    valor: Decimal | None
    caminho: str | None
    linhas: Sequence[Linha]
    fora: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoje:
    """What waits for a person at a moment, and how many consultas leave by themselves.

    prontas: None when there are more than are counted.
    """

    agora: datetime
    partes: Sequence[Parte]
    prontas: int | None


def ler(repo: Repositorio, pessoa: Pessoa) -> Hoje:
    """Return what waits, with links that the person may follow."""
    agora = datetime.now(UTC)
    with repo.transacao() as t:
        esperam = digesto.pendentes(t, agora=agora)
        contadas = consultas.contar(t, FiltroDeConsultas())
    partes = [
        *_dos_lotes(esperam, pessoa),
        *_dos_prazos(esperam),
        *_do_sistema(esperam),
        *_das_consultas(esperam, contadas),
    ]
    ordem = list(Assunto)
    return Hoje(
        agora=agora,
        partes=sorted(
            (parte for parte in partes if parte.quantas != 0),
            key=lambda parte: ordem.index(parte.assunto),
        ),
        prontas=contadas.prontas,
    )


def _dos_lotes(esperam: Esperam, pessoa: Pessoa) -> Iterator[Parte]:
    por_assunto: dict[Assunto, list[LoteParado]] = {}
    for lote in esperam.lotes:
        por_assunto.setdefault(_assunto(lote), []).append(lote)
    for assunto, lotes in por_assunto.items():
        yield _parte(
            assunto,
            [_do_lote(lote, pessoa) for lote in lotes],
            caminho=_endereco("lotes", status=lotes[0].status),
        )


def _assunto(lote: LoteParado) -> Assunto:
    if lote.status == "EM_DUVIDA":
        return Assunto.LOTES_EM_DUVIDA
    if lote.status == "ERRO":
        return Assunto.LOTES_EM_ERRO
    return Assunto.LOTES_A_LIBERAR if lote.espera else Assunto.LOTES_PARADOS


def _do_lote(lote: LoteParado, pessoa: Pessoa) -> Linha:
    decide = lote.status == "EM_DUVIDA" and pessoa.opera
    return Linha(
        titulo=f"Lote {lote.numero_lote:06d}",
        detalhe=f"{lote.operadora} / {lote.prestador}: {quantos(lote.guias, 'guia', 'guias')}, "
        f"{lote.situacao}",
        valor=lote.valor,
        caminho=f"lotes/{lote.lote_id}/duvida"
        if decide
        else _endereco("lotes", status=lote.status, lote=lote.lote_id),
    )


def _dos_prazos(esperam: Esperam) -> Iterator[Parte]:
    por_assunto: dict[Assunto, list[Prazo]] = {}
    for prazo in esperam.prazos:
        assunto = Assunto.PRAZOS if prazo.dias >= 0 else Assunto.PRAZOS_PERDIDOS
        por_assunto.setdefault(assunto, []).append(prazo)
    for assunto, prazos in por_assunto.items():
        yield _parte(
            assunto,
            [_do_prazo(prazo) for prazo in prazos],
            quantas=sum(prazo.quantos for prazo in prazos),
        )


def _do_prazo(prazo: Prazo) -> Linha:
    partes = [f"{prazo.operadora} / {prazo.prestador}: {prazo.glosados}"]
    if prazo.rascunhos:
        partes.append(prazo.em_rascunho)
    if prazo.rascunhos == prazo.quantos:
        caminho = _endereco("recursos", status="RASCUNHO", operadora=prazo.registro_ans)
    elif prazo.guia_id is not None:
        caminho = _endereco("guias", guia=prazo.guia_id)
    elif prazo.lote_id is not None:
        caminho = _endereco("guias", lote=prazo.lote_id)
    else:
        caminho = _endereco("guias", operadora=prazo.registro_ans)
    return Linha(
        titulo=_frase(prazo.quando),
        detalhe=", ".join(partes),
        valor=prazo.valor,
        caminho=caminho,
    )


def _do_sistema(esperam: Esperam) -> Iterator[Parte]:
    suspensos = [
        Linha(
            titulo=suspensao.contrato,
            detalhe=suspensao.situacao,
            valor=None,
            caminho=f"operadoras/{suspensao.contrato_id}",
        )
        for suspensao in esperam.suspensoes
    ]
    yield _parte(Assunto.SUSPENSOS, suspensos, caminho="operadoras")
    falhas = [
        Linha(
            titulo=_frase(falha.de_quem),
            detalhe=falha.situacao,
            valor=None,
            caminho=f"/dags/{falha.dag}",
        )
        for falha in esperam.falhas
    ]
    yield _parte(Assunto.TAREFAS, falhas)
    silencios = [
        Linha(
            titulo=f"{silencio.operadora} / {silencio.prestador}",
            detalhe=silencio.situacao,
            valor=None,
            caminho=f"operadoras/{silencio.contrato_id}",
        )
        for silencio in esperam.silencios
    ]
    yield _parte(Assunto.SEM_RESPOSTA, silencios, caminho="operadoras")


def _das_consultas(esperam: Esperam, contadas: Contadas) -> Iterator[Parte]:
    yield Parte(
        assunto=Assunto.CONSULTAS_COM_PROBLEMAS,
        quantas=contadas.com_problemas,
        valor=None,
        caminho=_endereco("consultas", situacao=COM_PROBLEMAS),
        linhas=[],
        fora=0,
    )
    esquecidas = [
        Linha(
            titulo=f"{uma.operadora} / {uma.prestador}",
            detalhe=f"{quantos(uma.consultas, 'consulta', 'consultas')}: {uma.onde}",
            valor=None,
            caminho=None,
        )
        for uma in esperam.esquecidas
    ]
    yield _parte(
        Assunto.CONSULTAS_ESQUECIDAS,
        esquecidas,
        quantas=sum(uma.consultas for uma in esperam.esquecidas),
    )
    divergencias = [
        Linha(
            titulo=uma.motivo,
            detalhe=f"{uma.quantas} em aberto",
            valor=None,
            caminho=_endereco("conciliacao/divergencias", motivo=uma.motivo),
        )
        for uma in esperam.divergencias
    ]
    yield _parte(
        Assunto.DIVERGENCIAS,
        divergencias,
        quantas=sum(uma.quantas for uma in esperam.divergencias),
        caminho="conciliacao/divergencias",
    )


def _parte(
    assunto: Assunto,
    linhas: Sequence[Linha],
    *,
    quantas: int | None = None,
    caminho: str | None = None,
) -> Parte:
    valores = [linha.valor for linha in linhas if linha.valor is not None]
    return Parte(
        assunto=assunto,
        quantas=len(linhas) if quantas is None else quantas,
        valor=sum(valores, Decimal("0.00")) if valores else None,
        caminho=caminho,
        linhas=linhas[:LINHAS],
        fora=max(len(linhas) - LINHAS, 0),
    )


def _frase(texto: str) -> str:
    return texto[:1].upper() + texto[1:]


def _endereco(tela: str, **parametros: object) -> str:
    return f"{tela}?{urlencode(parametros)}"
