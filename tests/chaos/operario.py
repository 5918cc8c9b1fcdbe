"""A worker of the chaos: does what the DAGs do, over and over, until somebody ends it.

It is killed, paused and cut off from the database on purpose. Whatever else ends it is a defect.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from datetime import UTC, datetime

import psycopg
import structlog
from cenario import Fabrica

from tiss.errors import TissError
from tiss.repository import Repositorio, contratos
from tiss.repository.guias import Filtro
from tiss.services import (
    conversa,
    distribuicao,
    envio,
    gravacao,
    montagem,
    retorno,
    varredura,
)

# Short, as the time-outs are: an attempt whose process died is settled within seconds.
MARGEM = 1.0
PACIENCIA = 1.5


class Trabalho:
    """The night and the hour of the DAGs."""

    def __init__(self, url: str, fabrica: Fabrica, quem: str) -> None:
        self.repo = Repositorio(lambda: psycopg.connect(url, connect_timeout=5))
        self._fabrica = fabrica
        self._quem = quem
        conversa.MARGEM_SEGUNDOS = MARGEM  # type: ignore[assignment]
        conversa.ESPERA_MAXIMA = PACIENCIA

    def noite(self, embaralhar: random.Random | None = None) -> None:
        """Everything that tiss_faturamento does."""
        varredura.varrer(self.repo)
        montagem.recusar_sem_contrato(self.repo)
        with self.repo.transacao() as t:
            todos = contratos.listar(t)
        for contrato in todos:
            montagem.montar(self.repo, contrato, Filtro(), agora=datetime.now(UTC))
        remessas = distribuicao.distribuir_envios(
            self.repo, [contrato.id for contrato in todos], None, agora=datetime.now(UTC)
        )
        if embaralhar is not None:
            embaralhar.shuffle(remessas)
        for remessa in remessas:
            self._tentar(lambda r=remessa: envio.enviar_remessa(
                r["lotes"], self.repo, self._fabrica.cliente_de, quem=self._quem
            ))  # fmt: skip

    def hora(self) -> None:
        """Everything that tiss_retorno does."""
        varredura.varrer(self.repo)
        with self.repo.transacao() as t:
            ids = [contrato.id for contrato in contratos.listar(t)]
        for remessa in distribuicao.distribuir_consultas(self.repo, ids, []):
            self._tentar(lambda r=remessa: retorno.consultar_remessa(
                r, self.repo, self._fabrica.cliente_de, quem=self._quem
            ))  # fmt: skip
        gravacao.gravar_resultados(self.repo)

    def _tentar(self, tarefa: object) -> None:
        """A task that fails is one that Airflow shows; the row says what to do."""
        try:
            tarefa()  # type: ignore[operator]
        except TissError:
            return


def main() -> None:
    """Work until killed; a database that restarts is waited for."""
    pedido = json.loads(sys.stdin.readline())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    sorte = random.Random(pedido["sorte"])
    fabrica = Fabrica(pedido["semente"], pedido["chave"])
    trabalho = Trabalho(pedido["url"], fabrica, f"caos/{os.getpid()}")
    pai = os.getppid()
    # Nobody is left behind when the run itself is killed.
    while os.getppid() == pai:
        try:
            if pedido["papel"] != "retorno":
                trabalho.noite(sorte)
            if pedido["papel"] != "faturamento":
                trabalho.hora()
        except psycopg.OperationalError:
            time.sleep(0.2)
        time.sleep(sorte.random() * 0.2)


if __name__ == "__main__":
    main()
