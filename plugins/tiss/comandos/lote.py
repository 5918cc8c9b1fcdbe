"""`tiss lote`: what a person decides about one lote: its file, its release, a doubt, a cancel."""

from __future__ import annotations

import argparse
from pathlib import Path

from tiss.comandos.banco import no_banco
from tiss.comandos.entrada import ler_arquivo
from tiss.comandos.gravacao import gravar
from tiss.comandos.quem import por
from tiss.comandos.saida import escrever
from tiss.errors import TissError


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    exportar = comandos.add_parser("exportar", help="grava o arquivo XML de um lote")
    exportar.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    exportar.add_argument(
        "--pasta", type=Path, default=Path(), help="onde gravar (padrão: a pasta atual)"
    )
    _quem(exportar)
    exportar.set_defaults(comando=no_banco(_exportar))
    resolver = comandos.add_parser("resolver", help="responde o que houve com um lote em dúvida")
    resolver.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    resposta = resolver.add_mutually_exclusive_group(required=True)
    resposta.add_argument("--protocolo", help="o portal mostra o lote, com este protocolo")
    resposta.add_argument(
        "--reenviar", action="store_true", help="o portal não mostra o lote: envie de novo"
    )
    resposta.add_argument(
        "--cancelado-fora", action="store_true", help="o lote foi cancelado na operadora"
    )
    resposta.add_argument(
        "--cancelar", action="store_true", help="pede o cancelamento à operadora, agora"
    )
    resolver.add_argument(
        "--consultei-o-portal",
        action="store_true",
        help="confirma que o portal foi consultado e o lote não consta",
    )
    _quem(resolver)
    resolver.set_defaults(comando=no_banco(_resolver))
    liberar = comandos.add_parser("liberar", help="libera para envio um lote em conferência")
    liberar.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    _quem(liberar)
    liberar.set_defaults(comando=no_banco(_liberar))
    enviado = comandos.add_parser("marcar-enviado", help="o arquivo foi entregue no portal")
    enviado.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    enviado.add_argument("--protocolo", required=True, help="o que o portal deu")
    _quem(enviado)
    enviado.set_defaults(comando=no_banco(_marcar_enviado))
    desfazer = comandos.add_parser(
        "desfazer-exportacao", help="o arquivo exportado não foi entregue no portal"
    )
    desfazer.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    _quem(desfazer)
    desfazer.set_defaults(comando=no_banco(_desfazer))
    importar = comandos.add_parser(
        "importar", help="lê o recibo ou o demonstrativo que o portal deu"
    )
    importar.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    importar.add_argument("arquivo", type=Path, help="o arquivo XML")
    _quem(importar)
    importar.set_defaults(comando=no_banco(_importar))
    cancelar = comandos.add_parser("cancelar", help="pede à operadora que cancele o lote")
    cancelar.add_argument("lote", type=int, help="id em tiss.lote, como o log o diz")
    cancelar.add_argument(
        "--guia", action="append", default=[], metavar="NUMERO", dest="guias",
        help="só esta guia, pelo número no prestador; pode ser repetido",
    )  # fmt: skip
    _quem(cancelar)
    cancelar.set_defaults(comando=no_banco(_cancelar))


def _quem(comando: argparse.ArgumentParser) -> None:
    comando.add_argument("--por", help="quem decide (padrão: o usuário do sistema)")


def _exportar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.conferencia import exportar

    nome, conteudo = exportar(repositorio_do_comando(), opcoes.lote, por=por(opcoes))
    destino = opcoes.pasta / nome
    gravar(destino, conteudo)
    escrever(destino)


def _resolver(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import cliente_do_comando, repositorio_do_comando
    from tiss.services.duvida import RespostaDuvida, resolver

    if opcoes.protocolo is not None:
        resposta = RespostaDuvida.PROTOCOLO
    elif opcoes.cancelado_fora:
        resposta = RespostaDuvida.CANCELADO_FORA
    else:
        resposta = RespostaDuvida.CANCELAR if opcoes.cancelar else RespostaDuvida.REENVIAR
    if resposta is RespostaDuvida.REENVIAR and not opcoes.consultei_o_portal:
        raise TissError(
            "Para reenviar, consulte antes o portal da operadora e confirme com "
            "--consultei-o-portal que o lote não consta lá."
        )
    quem = por(opcoes)
    feito = resolver(
        repositorio_do_comando(),
        opcoes.lote,
        resposta,
        por=quem,
        protocolo=opcoes.protocolo or "",
        consultei_o_portal=opcoes.consultei_o_portal or opcoes.cancelado_fora,
        cliente_de=cliente_do_comando,
        quem=f"tiss lote resolver/{quem}",
    )
    escrever(f"Lote {opcoes.lote}: {feito}.")


def _liberar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.conferencia import liberar

    liberar(repositorio_do_comando(), opcoes.lote, por=por(opcoes))
    escrever(
        f"Lote {opcoes.lote}: liberado; a próxima execução de tiss_faturamento o envia, e "
        "tiss_envio o envia agora."
    )


def _marcar_enviado(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.conferencia import marcar_enviado

    repo = repositorio_do_comando()
    marcar_enviado(repo, opcoes.lote, opcoes.protocolo, por=por(opcoes))
    escrever(f"Lote {opcoes.lote}: enviado, protocolo {opcoes.protocolo}.")


def _desfazer(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.conferencia import desfazer_exportacao

    desfazer_exportacao(repositorio_do_comando(), opcoes.lote, por=por(opcoes))
    escrever(f"Lote {opcoes.lote}: a exportação não vale mais.")


def _importar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.conferencia import importar_resposta

    conteudo = ler_arquivo(opcoes.arquivo)
    feito = importar_resposta(repositorio_do_comando(), opcoes.lote, conteudo, por=por(opcoes))
    escrever(f"Lote {opcoes.lote}: {feito}.")


def _cancelar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import cliente_do_comando, repositorio_do_comando
    from tiss.repository import lotes
    from tiss.services.cancelamento import cancelar

    quem = por(opcoes)
    repo = repositorio_do_comando()
    estado = cancelar(
        opcoes.lote,
        repo,
        cliente_do_comando,
        quem=f"tiss lote cancelar/{quem}",
        por=quem,
        guias=opcoes.guias,
    )
    with repo.transacao() as t:
        motivo = lotes.obter(t, opcoes.lote).observacoes
    escrever(f"Lote {opcoes.lote}: {estado}. {motivo or ''}".rstrip())
