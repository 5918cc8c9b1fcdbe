"""`tiss liberar`: lifts suspensions."""

from __future__ import annotations

import argparse

from tiss.comandos.banco import no_banco
from tiss.comandos.quem import por
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
    duplicidade = comandos.add_parser(
        "duplicidade", help="as guias de um lote que se temia ter sido aceito duas vezes"
    )
    duplicidade.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    duplicidade.add_argument(
        "--consultei-o-portal",
        action="store_true",
        required=True,
        help="confirma que o portal mostra o lote uma vez só",
    )
    duplicidade.add_argument("--por", help="quem decide (padrão: o usuário do sistema)")
    duplicidade.set_defaults(comando=no_banco(_duplicidade))


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


def _duplicidade(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.duvida import descartar_duplicidade

    descartar_duplicidade(repositorio_do_comando(), opcoes.lote, por=por(opcoes))
    escrever(f"Lote {opcoes.lote}: suspeita encerrada; as suas guias podem sair de novo.")
