"""A small chaos through Airflow itself: what its runs leave, the next ones and a person settle."""

from __future__ import annotations

from typing import Any

import psycopg
from clinica_aberta import Clinica

from tiss import hooks
from tiss.errors import TransitionError
from tiss.repository import Repositorio
from tiss.services import duvida
from tiss.services.duvida import RespostaDuvida

ENVIO = "tissLoteGuias"
FALHAS = {
    "reset_depois": 0.15,
    "truncada": 0.1,
    "http_503": 0.1,
    "http_429": 0.1,
    "sem_tamanho": 0.05,
    "codificacao_errada": 0.1,
    "outro_lote": 0.05,
}
RODADAS = 8


def test_what_breaks_in_one_run_is_settled_by_the_next_ones(clinica_nova: Clinica) -> None:
    clinica = clinica_nova
    clinica.gerar(24)
    clinica.executar("UPDATE tiss.contrato SET max_guias = 2")
    clinica.simulador.acaso(
        1,
        [{"falha": nome, "probabilidade": p, "operacao": ENVIO} for nome, p in FALHAS.items()],
    )
    clinica.rodar("tiss_faturamento")
    clinica.simulador.sem_acaso()
    assert sum(clinica.simulador.falhas_ocorridas().values()) > 0
    for _ in range(RODADAS):
        _responder(clinica)
        clinica.rodar("tiss_faturamento")
        clinica.simulador.avancar(3600)
        clinica.rodar("tiss_retorno")
        if set(clinica.contar("tiss.lote")) <= {"PROCESSADO", "CANCELADO"}:
            break
    assert set(clinica.contar("tiss.lote")) <= {"PROCESSADO", "CANCELADO"}
    assert clinica.simulador.repetidos() == []
    la = {linha["numero_protocolo"] for linha in _vivos(clinica)}
    aqui = clinica.linhas("SELECT protocolo FROM tiss.lote WHERE status = 'PROCESSADO'")
    assert len(aqui) == len(_vivos(clinica))
    assert {protocolo for (protocolo,) in aqui} == la


def _vivos(clinica: Clinica) -> list[dict[str, Any]]:
    return [linha for linha in clinica.simulador.protocolos() if linha["guias_vivas"]]


def _responder(clinica: Clinica) -> None:
    """The person looks the lotes in doubt up in the portals."""
    portal = {
        (p["registro_ans"], p["prestador"], p["numero_lote"]): p["numero_protocolo"]
        for p in _vivos(clinica)
    }
    repo = Repositorio(lambda: psycopg.connect(clinica.url))
    donos = {
        lote_id: (registro, codigo)
        for lote_id, registro, codigo in clinica.linhas(
            "SELECT lote.id, registro_ans, codigo_prestador FROM tiss.lote"
            " JOIN tiss.contrato ON contrato.id = contrato_id"
        )
    }
    for pergunta in duvida.perguntas(repo):
        registro, codigo = donos[pergunta.lote_id]
        protocolo = portal.get((registro, codigo, str(pergunta.numero_lote)))
        resposta = RespostaDuvida.PROTOCOLO if protocolo else RespostaDuvida.REENVIAR
        try:
            duvida.resolver(
                repo,
                pergunta.lote_id,
                resposta,
                por="Ana",
                protocolo=protocolo or "",
                consultei_o_portal=True,
                cliente_de=hooks.cliente_de,
                quem="teste",
            )
        except TransitionError:
            continue
