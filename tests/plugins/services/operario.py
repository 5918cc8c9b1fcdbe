"""A task's process, run by oficina.Oficina.operario: real work on a real database, to be killed."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import psycopg
from oficina import Oficina, cliente_de

from tiss.clients.soap import ClienteSoap
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.requisicao import Requisicao
from tiss.domain.retorno import Entrega
from tiss.errors import TissError
from tiss.repository.guias import Filtro
from tiss.services import cancelamento, conversa, envio, retorno


@dataclass(frozen=True, slots=True, kw_only=True)
class ClienteQueParaAntes(ClienteSoap):
    """The real client, stopped (SIGSTOP) before the exchange until somebody wakes it."""

    def trocar(self, requisicao: Requisicao, *, ate: float) -> Entrega:
        """Stop, then send."""
        os.kill(os.getpid(), signal.SIGSTOP)
        return ClienteSoap.trocar(self, requisicao, ate=ate)


def main() -> None:
    """Do what the JSON of the only argument asks for; report in JSON."""
    pedido = json.loads(sys.argv[1])
    conversa.MARGEM_SEGUNDOS = pedido.get("margem", conversa.MARGEM_SEGUNDOS)
    conversa.ESPERA_MAXIMA = pedido.get("espera", conversa.ESPERA_MAXIMA)

    def cliente(contrato: Contrato, canal: Canal) -> ClienteSoap:
        real = cliente_de(contrato, canal, pedido.get("senha"))
        if pedido.get("parar"):
            return ClienteQueParaAntes(
                contrato=real.contrato, credencial=real.credencial, rota=real.rota
            )
        return real

    erro = None
    with psycopg.connect(pedido["url"], autocommit=True) as conexao:
        oficina = Oficina(pedido["url"], conexao)
        print("pronto", flush=True)
        try:
            if pedido["fazer"] == "enviar":
                envio.enviar_remessa(pedido["lotes"], oficina.repo, cliente, quem="operario")
            elif pedido["fazer"] == "consultar":
                consulta = {
                    "nome": "", "lotes": pedido["lotes"], "meses": [], "desde": 2**62
                }  # fmt: skip
                retorno.consultar_remessa(consulta, oficina.repo, cliente, quem="operario")
            elif pedido["fazer"] == "cancelar":
                for lote in pedido["lotes"]:
                    cancelamento.cancelar(lote, oficina.repo, cliente, quem="operario", por="Ana")
            elif pedido["fazer"] == "montar":
                oficina.montar_todos()
            elif pedido["fazer"] == "montar_parte":
                oficina.montar(filtro=Filtro(consultas=tuple(pedido["consultas"])))
            elif pedido["fazer"] == "varrer":
                oficina.varrer()
            else:
                oficina.noite()
        except TissError as caso:
            erro = type(caso).__name__
    print(json.dumps({"erro": erro}))


if __name__ == "__main__":
    main()
