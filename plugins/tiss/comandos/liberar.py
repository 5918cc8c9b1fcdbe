"""`tiss liberar`: lifts suspensions."""

from __future__ import annotations

import argparse

from tiss.comandos.banco import no_banco
from tiss.comandos.saida import escrever
from tiss.errors import ConfigError


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="O QUE")
    credencial = comandos.add_parser("credencial", help="uma credencial recusada pela operadora")
    credencial.add_argument("conexao", help="nome da conexão no Airflow")
    credencial.set_defaults(comando=no_banco(_credencial))
    contrato = comandos.add_parser("contrato", help="as operações suspensas de um contrato")
    contrato.add_argument("contrato", type=int, help="id em tiss.contrato")
    contrato.set_defaults(comando=no_banco(_contrato))


def _credencial(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import contratos

    with repositorio_do_comando().transacao() as t:
        if opcoes.conexao not in {contrato.credencial for contrato in contratos.listar(t)}:
            raise ConfigError(f"Nenhum contrato usa a conexão {opcoes.conexao}.")
        liberada = contratos.liberar_credencial(t, opcoes.conexao)
    escrever("liberada" if liberada else "não estava suspensa")


def _contrato(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import contratos

    with repositorio_do_comando().transacao() as t:
        contratos.obter(t, opcoes.contrato)
        liberado = contratos.liberar_operacoes(t, opcoes.contrato)
    escrever("liberado" if liberado else "não havia operação suspensa")
