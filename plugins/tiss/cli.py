"""The command `tiss`: what people do outside the Airflow screen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tiss.comandos import (
    banco,
    contrato,
    esquemas,
    guia,
    hash,
    ler,
    liberar,
    lote,
    recuperar,
    recurso,
    retorno,
    validar,
)
from tiss.comandos.saida import explicar, preparar, recusar
from tiss.errors import TissError

# Of a file command 1 says that the file has problems.
_RECUSADO, _INUTILIZAVEL = 1, 2


def main(argumentos: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code.

    0 done; 1 refused, with the reason on stderr, or a file with problems that block; 2 a file that
    cannot be used, or a command line that cannot.
    """
    preparar()
    opcoes = _analisador().parse_args(argumentos)
    try:
        return opcoes.comando(opcoes) or 0
    except TissError as erro:
        return recusar(str(erro), opcoes.recusa)
    except OSError as erro:
        return recusar(explicar(erro), opcoes.recusa)
    except MemoryError:
        return recusar("não há memória bastante para terminar o comando", opcoes.recusa)


def _analisador() -> argparse.ArgumentParser:
    raiz = argparse.ArgumentParser(
        prog="tiss", description="Faturamento TISS pela linha de comando"
    )
    raiz.set_defaults(recusa=_RECUSADO)
    grupos = raiz.add_subparsers(required=True, metavar="COMANDO")
    for nome, comando, ajuda in (
        ("validar", validar, "confere arquivos TISS: forma, totais, regras"),
        ("hash", hash, "confere ou corrige o hash de um arquivo TISS"),
        ("ler", ler, "mostra o que uma resposta da operadora diz"),
    ):
        analisador = grupos.add_parser(nome, help=ajuda)
        comando.opcoes(analisador)
        analisador.set_defaults(comando=comando.executar, recusa=_INUTILIZAVEL)
    esquemas.opcoes(grupos.add_parser("esquemas", help="esquemas da ANS instalados"))
    banco.opcoes(grupos.add_parser("banco", help="banco de dados da clínica"))
    contrato.opcoes(
        grupos.add_parser("contrato", help="contratos: arquivos, conferência, suspensão")
    )
    lote.opcoes(grupos.add_parser("lote", help="um lote: exportar, liberar, cancelar, dúvidas"))
    retorno.opcoes(grupos.add_parser("retorno", help="demonstrativos que vieram em arquivos"))
    recurso.opcoes(grupos.add_parser("recurso", help="recursos de glosa: do rascunho ao envio"))
    guia.opcoes(grupos.add_parser("guia", help="consultas: retirar, reapresentar, esquecidas"))
    recuperar.opcoes(grupos.add_parser("recuperar", help="depois de voltar um backup do banco"))
    liberar.opcoes(grupos.add_parser("liberar", help="levanta uma suspensão"))
    return raiz


if __name__ == "__main__":
    sys.exit(main())
