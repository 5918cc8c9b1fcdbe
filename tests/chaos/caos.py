"""Sends lotes while everything breaks, recovers until quiet, and compares with the ledgers.

By seeded chance the simulated operadoras stall, reset, lose, cut and delay; workers are killed and
paused, the database dies and comes back, runs overlap. Nothing of that may bill twice or lose.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from cenario import CONTRATOS, QUARENTENA, SEM_REMEDIO, Fabrica, cadastrar, configuracao, falhas
from cryptography.fernet import Fernet
from operario import Trabalho
from psycopg import sql

from tiss.demo import clinica
from tiss.demo.postgres import PostgresEmbutido
from tiss.errors import TransitionError
from tiss.repository import contratos
from tiss.services import duvida
from tiss.services.duvida import RespostaDuvida
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

OPERARIO = Path(__file__).with_name("operario.py")
PAPEIS = ("faturamento", "faturamento", "retorno", "tudo")
PESSOA = "Faturista"
# What the night has to bill, or to refuse: nothing of before the first day of the contratos.
SEM_GUIA = (
    "FROM tiss.consulta_preparada AS consulta WHERE data_atendimento >="
    " (SELECT min(faturar_a_partir_de) FROM tiss.contrato) AND NOT EXISTS"
    " (SELECT FROM tiss.guia WHERE guia.consulta_id = consulta.consulta_id AND viva)"
)
# Of a recovery that does not end.
RODADAS = 60


@dataclass(slots=True)
class Resultado:
    """What happened in one run, and what must not have happened."""

    semente: int
    lotes: int = 0
    guias: int = 0
    falhas: Counter[str] = field(default_factory=Counter)
    duvidas: int = 0
    perguntas: Counter[str] = field(default_factory=Counter)
    perguntas_sem_remedio: int = 0
    duvidas_sem_remedio: int = 0
    segundos: float = 0.0
    violacoes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"semente {self.semente}: {self.lotes} lotes, {self.guias} guias, "
            f"{self.falhas.total()} falhas, {self.duvidas} dúvidas, "
            f"{self.perguntas.total()} perguntas ({self.perguntas_sem_remedio} para "
            f"{self.duvidas_sem_remedio} dúvidas sem outro remédio), {self.segundos:.0f} s: "
            f"{'; '.join(self.violacoes) or 'nada em dobro, nada perdido, nada parado'}"
        )


class Caos:
    """One run on a database of its own."""

    def __init__(
        self,
        postgres: PostgresEmbutido,
        banco: str,
        simulador: Simulador,
        semente: int,
        *,
        hoje: Any,  # noqa: ANN401
    ) -> None:
        self._postgres = postgres
        self._simulador = simulador
        self._sorte = random.Random(semente)
        self._chave = Fernet.generate_key().decode()
        self._semente = semente
        self.url = postgres.url(banco)
        self.resultado = Resultado(semente)
        self._trabalho = Trabalho(self.url, Fabrica(semente, self._chave), "recuperação")
        self._operarios: list[tuple[str, subprocess.Popen[str]]] = []
        self._hoje = hoje

    def preparar(self, lotes: int) -> None:
        """Register the contratos and let the clinic attend as many as make so many lotes."""
        with psycopg.connect(self.url, autocommit=True) as conexao:
            cadastrar(conexao, self._simulador.url, self._hoje)
            # Some have a defect, some an operadora without contrato: a few more than two each.
            clinica.gerar(
                conexao, consultas=round(lotes * 2.2) + 10, semente=self._semente, hoje=self._hoje
            )

    def quebrar(self, segundos: float) -> None:
        """Let workers send while everything breaks, for so long or until all was tried."""
        self._simulador.acaso(self._semente, falhas())
        fim = time.monotonic() + segundos
        proxima_queda = time.monotonic() + segundos * (0.3 + 0.3 * self._sorte.random())
        try:
            for papel in PAPEIS:
                self._contratar(papel)
            # On a quick machine all is sent before everything has broken once.
            while time.monotonic() < fim and (self._ha_o_que_fazer() or not self._tudo_quebrou()):
                time.sleep(0.3 + self._sorte.random())
                self._acidente()
                if time.monotonic() > proxima_queda:
                    self._derrubar_o_banco()
                    proxima_queda = fim + 1
                self._responder()
                self._simulador.avancar(20)
        finally:
            self._demitir()
            self._simulador.sem_acaso()

    def recuperar(self) -> None:
        """Run the DAGs' work without faults, with a person who answers, until nothing moves."""
        for _ in range(RODADAS):
            self._simulador.avancar(600)
            self._liberar()
            self._trabalho.noite()
            self._trabalho.hora()
            self._responder()
            if not self._ha_o_que_fazer():
                return
            time.sleep(QUARENTENA / 6)

    def conferir(self) -> Resultado:
        """Compare what we know with what the operadoras have."""
        resultado = self.resultado
        resultado.falhas.update(self._simulador.falhas_ocorridas())
        for repetido in self._simulador.repetidos():
            resultado.violacoes.append(f"em dobro: {repetido}")
        aceitos = {
            (linha["registro_ans"], linha["prestador"], linha["numero_lote"]): linha
            for linha in self._simulador.protocolos()
            if linha["guias_vivas"]
        }
        with psycopg.connect(self.url, autocommit=True) as conexao:
            nossos = {
                (registro, prestador, str(numero)): (lote_id, status, protocolo)
                for lote_id, registro, prestador, numero, status, protocolo in conexao.execute(
                    "SELECT lote.id, registro_ans, codigo_prestador, numero_lote, status, protocolo"
                    " FROM tiss.lote JOIN tiss.contrato ON contrato.id = contrato_id"
                )
            }
            self._conferir_lotes(aceitos, nossos)
            self._conferir_guias(conexao)
            self._conferir_trocas(conexao)
            self._contar(conexao)
        return resultado

    def _conferir_lotes(self, aceitos: dict[Any, Any], nossos: dict[Any, Any]) -> None:
        for chave, linha in aceitos.items():
            lote_id, status, protocolo = nossos.get(chave, (None, "DESCONHECIDO", None))
            if status not in ("ENVIADO", "PROCESSADO") or protocolo != linha["numero_protocolo"]:
                self.resultado.violacoes.append(
                    f"aceito e não sabido: lote {lote_id} {status} {protocolo} {linha}"
                )
        for chave, (lote_id, status, _) in nossos.items():
            if status in ("ENVIADO", "PROCESSADO") and chave not in aceitos:
                self.resultado.violacoes.append(f"perdido: lote {lote_id} {status} não está lá")
            if status in ("PENDENTE", "ENVIANDO", "EM_DUVIDA", "CANCELANDO", "ERRO"):
                self.resultado.violacoes.append(f"parado: lote {lote_id} {status}")

    def _conferir_guias(self, conexao: psycopg.Connection[Any]) -> None:
        for (quantas,) in conexao.execute(
            "SELECT count(*) FROM tiss.guia WHERE viva AND status = 'GERADA'"
        ):
            if quantas:
                self.resultado.violacoes.append(f"paradas: {quantas} guias GERADA")
        for (quantas,) in conexao.execute(f"SELECT count(*) {SEM_GUIA}"):
            if quantas:
                self.resultado.violacoes.append(f"perdidas: {quantas} consultas sem guia")
        ((na_clinica, la),) = conexao.execute(
            "SELECT count(*), coalesce(sum(valor_informado), 0) FROM tiss.guia"
            " WHERE viva AND status IN ('ENVIADA', 'AUTORIZADA', 'NEGADA')"
        )
        resumo = self._simulador.resumo().values()
        deles = (sum(o["guias"] for o in resumo), sum(float(o["valor_informado"]) for o in resumo))
        if (na_clinica, float(la)) != (deles[0], round(deles[1], 2)):
            self.resultado.violacoes.append(f"centavos: aqui {na_clinica} {la}, lá {deles}")

    def _conferir_trocas(self, conexao: psycopg.Connection[Any]) -> None:
        for lote_id, tentativa, trocas in conexao.execute(
            "SELECT lote.id, tentativa, (SELECT count(*) FROM tiss.troca WHERE lote_id = lote.id"
            " AND operacao = 'ENVIO_LOTE_GUIAS') FROM tiss.lote"
        ):
            # A lote that was put in doubt by hand has an attempt without an exchange.
            if trocas > tentativa:
                self.resultado.violacoes.append(
                    f"lote {lote_id}: {trocas} trocas, {tentativa} vezes"
                )
        chegadas = Counter(
            {
                (c["registro_ans"], c["prestador"], c["numero_lote"]): c["envios"]
                for c in self._simulador.requisicoes()
                if c["prestador"]
            }
        )
        for registro, prestador, numero, trocas in conexao.execute(
            "SELECT registro_ans, codigo_prestador, numero_lote::text, count(troca.id)"
            " FROM tiss.lote JOIN tiss.contrato ON contrato.id = contrato_id"
            " LEFT JOIN tiss.troca ON troca.lote_id = lote.id AND operacao = 'ENVIO_LOTE_GUIAS'"
            " GROUP BY 1, 2, 3"
        ):
            if chegadas[registro, prestador, numero] > trocas:
                self.resultado.violacoes.append(
                    f"chegou sem troca: {registro} {prestador} {numero}"
                )

    def _contar(self, conexao: psycopg.Connection[Any]) -> None:
        resultado = self.resultado
        ((resultado.lotes, resultado.guias),) = conexao.execute(
            "SELECT (SELECT count(*) FROM tiss.lote), (SELECT count(*) FROM tiss.guia WHERE viva"
            " AND status IN ('ENVIADA', 'AUTORIZADA', 'NEGADA'))"
        )
        for registro, clinica_id, quantas in conexao.execute(
            "SELECT registro_ans, clinica_id, count(*) FROM tiss.historico"
            " JOIN tiss.lote ON lote.id = objeto_id JOIN tiss.contrato ON contrato.id = contrato_id"
            " JOIN tiss.prestador ON prestador.id = prestador_id"
            " WHERE objeto = 'lote' AND para = 'EM_DUVIDA' GROUP BY 1, 2"
        ):
            resultado.duvidas += quantas
            if (registro, clinica_id) in SEM_REMEDIO:
                resultado.duvidas_sem_remedio += quantas
        if resultado.perguntas_sem_remedio > resultado.duvidas_sem_remedio:
            resultado.violacoes.append("mais perguntas que dúvidas")

    # People and accidents

    def _responder(self) -> None:
        """The person looks the lotes in doubt up in the portals, after the quarantine."""
        with suppress(psycopg.OperationalError):
            self._responder_a(self._donos())

    def _responder_a(self, donos: dict[int, tuple[str, str, str]]) -> None:
        portal: dict[Any, list[Any]] = {}
        for linha in self._simulador.protocolos():
            chave = (linha["registro_ans"], linha["prestador"], linha["numero_lote"])
            portal.setdefault(chave, []).append(linha)
        for pergunta in duvida.perguntas(self._trabalho.repo):
            registro, clinica_id, prestador = donos[pergunta.lote_id]
            politica = CONTRATOS[registro, clinica_id]["politica_duvida"]
            if pergunta.quarentena_ate or (politica != "PESSOA" and self._sorte.random() < 0.7):
                continue
            achados = portal.get((registro, prestador, str(pergunta.numero_lote)), [])
            vivos = [linha for linha in achados if linha["guias_vivas"]]
            if vivos:
                resposta, protocolo = RespostaDuvida.PROTOCOLO, vivos[-1]["numero_protocolo"]
            else:
                resposta, protocolo = RespostaDuvida.REENVIAR, ""
                if RespostaDuvida.REENVIAR not in pergunta.opcoes:
                    resposta = RespostaDuvida.CANCELADO_FORA
            try:
                duvida.resolver(
                    self._trabalho.repo,
                    pergunta.lote_id,
                    resposta,
                    por=PESSOA,
                    protocolo=protocolo,
                    consultei_o_portal=True,
                    cliente_de=Fabrica(self._semente, self._chave).cliente_de,
                    quem="caos/pessoa",
                )
            except TransitionError:
                continue  # somebody, or something, was quicker
            self.resultado.perguntas[resposta] += 1
            self.resultado.perguntas_sem_remedio += (registro, clinica_id) in SEM_REMEDIO

    def _donos(self) -> dict[int, tuple[str, str, str]]:
        with psycopg.connect(self.url, autocommit=True) as conexao:
            return {
                lote_id: (registro, clinica_id, codigo)
                for lote_id, registro, clinica_id, codigo in conexao.execute(
                    "SELECT lote.id, registro_ans, clinica_id, codigo_prestador FROM tiss.lote"
                    " JOIN tiss.contrato ON contrato.id = contrato_id"
                    " JOIN tiss.prestador ON prestador.id = prestador_id"
                )
            }

    def _liberar(self) -> None:
        """The person says that what was suspended works, and corrects what was refused."""
        self._simulador.desbloquear()
        with self._trabalho.repo.transacao() as t:
            for contrato in contratos.listar(t):
                contratos.liberar_operacoes(t, contrato.id)
                if contrato.credencial is not None:
                    contratos.liberar_credencial(t, contrato.credencial)
        with psycopg.connect(self.url, autocommit=True) as conexao:
            conexao.execute(
                "UPDATE tiss.contrato SET modelo_nome_arquivo = modelo_nome_arquivo || 'x'"
                " WHERE id IN (SELECT contrato_id FROM tiss.lote WHERE status = 'ERRO')"
            )

    def _contratar(self, papel: str) -> None:
        processo = subprocess.Popen(
            [sys.executable, str(OPERARIO)], stdin=subprocess.PIPE, encoding="utf-8"
        )
        pedido = {"url": self.url, "papel": papel, "semente": self._semente,
                  "chave": self._chave, "sorte": self._sorte.random()}  # fmt: skip
        assert processo.stdin is not None
        processo.stdin.write(json.dumps(pedido) + "\n")
        processo.stdin.flush()
        self._operarios.append((papel, processo))

    def _acidente(self) -> None:
        """Kill or pause a worker; one that ended by itself is a defect."""
        for numero, (papel, processo) in enumerate(self._operarios):
            if processo.poll() is not None:
                self.resultado.violacoes.append(f"{papel} terminou sozinho: {processo.returncode}")
                del self._operarios[numero]
                self._contratar(papel)
                return
        papel, processo = self._operarios.pop(self._sorte.randrange(len(self._operarios)))
        if self._sorte.random() < 0.6:
            self.resultado.falhas["kill -9"] += 1
            _matar(processo)
            self._contratar(papel)
            return
        self.resultado.falhas["pausa"] += 1
        os.kill(processo.pid, signal.SIGSTOP)
        time.sleep(self._sorte.random() * 4)
        os.kill(processo.pid, signal.SIGCONT)
        self._operarios.append((papel, processo))

    def _derrubar_o_banco(self) -> None:
        """As a power cut does: no goodbye, and recovery at the start."""
        self.resultado.falhas["banco derrubado"] += 1
        self._postgres.derrubar()
        self._postgres.iniciar()

    def _tudo_quebrou(self) -> bool:
        falhas_nossas = ("kill -9", "pausa", "banco derrubado")
        return all(self.resultado.falhas[nome] for nome in falhas_nossas)

    def _demitir(self) -> None:
        for _, processo in self._operarios:
            _matar(processo)
        self._operarios.clear()

    def _ha_o_que_fazer(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url) as conexao:
            ((falta,),) = conexao.execute(
                "SELECT EXISTS (SELECT FROM tiss.lote WHERE status NOT IN"
                " ('PROCESSADO', 'CANCELADO')) OR EXISTS (SELECT FROM tiss.guia WHERE viva"
                " AND status IN ('GERADA', 'ENVIADA')) OR NOT EXISTS (SELECT FROM tiss.lote)"
                f" OR EXISTS (SELECT {SEM_GUIA})"
            )
            return bool(falta)
        return True


def _matar(processo: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        processo.kill()
    processo.wait()
    if processo.stdin is not None:
        processo.stdin.close()


@contextmanager
def _banco(postgres: PostgresEmbutido, semente: int) -> Iterator[str]:
    nome = f"caos_{semente}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as dono:
        dono.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE modelo STRATEGY file_copy").format(
                sql.Identifier(nome)
            )
        )
    yield nome
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as dono:
        dono.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(nome)))


def rodar(postgres: PostgresEmbutido, *, semente: int, lotes: int, segundos: float) -> Resultado:
    """Break things for so many seconds at most, recover, and return what was found.

    postgres: a cluster of its own, with the database `modelo`; it is killed and started again.
    """
    inicio = time.monotonic()
    hoje = datetime.now(FUSO).date()
    with (
        _banco(postgres, semente) as banco,
        Simulador.start(configuracao(semente)) as simulador,
    ):
        caos = Caos(postgres, banco, simulador, semente, hoje=hoje)
        caos.preparar(lotes)
        caos.quebrar(segundos)
        caos.recuperar()
        resultado = caos.conferir()
    resultado.segundos = time.monotonic() - inicio
    return resultado
