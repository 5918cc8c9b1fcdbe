"""The command `tiss`: what people do outside the Airflow screen."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tiss import esquemas
from tiss.errors import ConfigError, TissError


def main(argumentos: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code: 0 done, 1 refused with the reason on stderr."""
    opcoes = _analisador().parse_args(argumentos)
    try:
        opcoes.comando(opcoes)
    except TissError as erro:
        return _recusar(str(erro))
    except psycopg.Error as erro:
        return _recusar(f"o banco de dados não atendeu: {erro}")
    except OSError as erro:
        return _recusar(f"não foi possível ler ou gravar {erro.filename}: {erro.strerror}")
    return 0


def _recusar(motivo: str) -> int:
    print(f"tiss: {motivo}", file=sys.stderr)
    return 1


def _analisador() -> argparse.ArgumentParser:
    raiz = argparse.ArgumentParser(
        prog="tiss", description="Faturamento TISS pela linha de comando"
    )
    grupos = raiz.add_subparsers(required=True, metavar="GRUPO")
    _esquemas(grupos.add_parser("esquemas", help="schemas da ANS instalados"))
    _banco(grupos.add_parser("banco", help="banco de dados da clínica"))
    _lote(grupos.add_parser("lote", help="um lote: exportar, resolver dúvida"))
    _liberar(grupos.add_parser("liberar", help="levanta uma suspensão"))
    return raiz


def _esquemas(grupo: argparse.ArgumentParser) -> None:
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    instalar = comandos.add_parser("instalar", help="instala uma versão (padrão: 4.03.00)")
    instalar.add_argument("versao", nargs="?", default="4.03.00")
    instalar.add_argument("--origem", type=Path, help="pasta, .zip ou .whl com os arquivos")
    instalar.set_defaults(comando=_esquemas_instalar)
    listar = comandos.add_parser("listar", help="mostra as versões e o que falta")
    listar.set_defaults(comando=_esquemas_listar)


def _banco(grupo: argparse.ArgumentParser) -> None:
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    migrar = comandos.add_parser("migrar", help="cria ou atualiza as tabelas do esquema tiss")
    migrar.add_argument("url", help="postgresql://usuario@servidor:porta/banco, sem senha: use "
                        "PGPASSWORD ou o arquivo .pgpass")  # fmt: skip
    migrar.set_defaults(comando=_banco_migrar)


def _lote(grupo: argparse.ArgumentParser) -> None:
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    exportar = comandos.add_parser("exportar", help="grava o arquivo XML de um lote")
    exportar.add_argument("lote", type=int)
    exportar.add_argument("--pasta", type=Path, default=Path())
    exportar.set_defaults(comando=_lote_exportar)
    resolver = comandos.add_parser("resolver", help="responde o que houve com um lote em dúvida")
    resolver.add_argument("lote", type=int)
    resposta = resolver.add_mutually_exclusive_group(required=True)
    resposta.add_argument("--protocolo", help="o portal mostra o lote, com este protocolo")
    resposta.add_argument(
        "--reenviar", action="store_true", help="o portal não mostra o lote: envie de novo"
    )
    resposta.add_argument(
        "--cancelado-fora", action="store_true", help="o lote foi cancelado na operadora"
    )
    resolver.add_argument(
        "--consultei-o-portal",
        action="store_true",
        help="confirma que o portal foi consultado e o lote não consta",
    )
    resolver.add_argument("--por", help="quem responde (padrão: o usuário do sistema)")
    resolver.set_defaults(comando=_lote_resolver)


def _liberar(grupo: argparse.ArgumentParser) -> None:
    comandos = grupo.add_subparsers(required=True, metavar="O QUE")
    credencial = comandos.add_parser("credencial", help="uma credencial recusada pela operadora")
    credencial.add_argument("conexao", help="nome da conexão no Airflow")
    credencial.set_defaults(comando=_liberar_credencial)
    contrato = comandos.add_parser("contrato", help="as operações suspensas de um contrato")
    contrato.add_argument("contrato", type=int)
    contrato.set_defaults(comando=_liberar_contrato)


# What each command needs is imported in it: `tiss esquemas` works before Airflow does.
def _esquemas_instalar(opcoes: argparse.Namespace) -> None:
    origem = esquemas.instalar(opcoes.versao, opcoes.origem)
    print(f"{opcoes.versao}: {origem}")


def _esquemas_listar(_: argparse.Namespace) -> None:
    for estado in esquemas.listar():
        if estado.instalada:
            print(f"{estado.versao}: instalada")
        else:
            faltas = ", ".join([*estado.faltando, *estado.diferentes])
            print(f"{estado.versao}: não instalada (faltam ou diferem: {faltas})")


def _banco_migrar(opcoes: argparse.Namespace) -> None:
    from tiss import migracoes

    aplicadas = migracoes.aplicar(opcoes.url)
    print("\n".join(aplicadas) if aplicadas else "nada a fazer: o banco está em dia")


def _lote_exportar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.exportacao import exportar

    nome, conteudo = exportar(repositorio_do_comando(), opcoes.lote)
    destino = opcoes.pasta / nome
    destino.write_bytes(conteudo)
    print(destino)


def _lote_resolver(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services import duvida

    repo = repositorio_do_comando()
    por = _usuario() if opcoes.por is None else opcoes.por
    if opcoes.protocolo is not None:
        duvida.informar_protocolo(repo, opcoes.lote, opcoes.protocolo, por=por)
        print(f"Lote {opcoes.lote}: protocolo registrado; tiss_retorno vai acompanhá-lo.")
    elif opcoes.cancelado_fora:
        duvida.cancelado_fora(repo, opcoes.lote, por=por)
        print(f"Lote {opcoes.lote}: cancelado; as guias entram em outro lote.")
    elif not opcoes.consultei_o_portal:
        raise TissError(
            "Para reenviar, consulte antes o portal da operadora e confirme com "
            "--consultei-o-portal que o lote não consta lá."
        )
    else:
        duvida.reenviar(repo, opcoes.lote, por=por)
        print(f"Lote {opcoes.lote}: liberado; a próxima execução de tiss_faturamento o envia.")


def _usuario() -> str:
    """The name of who types, empty where the system has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _liberar_credencial(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import contratos

    with repositorio_do_comando().transacao() as t:
        if opcoes.conexao not in {contrato.credencial for contrato in contratos.listar(t)}:
            raise ConfigError(f"Nenhum contrato usa a conexão {opcoes.conexao}.")
        liberada = contratos.liberar_credencial(t, opcoes.conexao)
    print("liberada" if liberada else "não estava suspensa")


def _liberar_contrato(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import contratos

    with repositorio_do_comando().transacao() as t:
        contratos.obter(t, opcoes.contrato)
        liberado = contratos.liberar_operacoes(t, opcoes.contrato)
    print("liberado" if liberado else "não havia operação suspensa")


if __name__ == "__main__":
    sys.exit(main())
