"""`tiss contrato`: contratos in files, which of them can be used, trying and stopping one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tiss.comandos.banco import no_banco
from tiss.comandos.gravacao import gravar
from tiss.comandos.quem import por
from tiss.comandos.saida import escrever
from tiss.errors import ConfigError, TissError

if TYPE_CHECKING:
    from tiss.domain.cadastro import Contrato
    from tiss.repository import Repositorio
    from tiss.repository.contratos import SituacaoContrato

_COLUNAS = (
    "id",
    "operadora",
    "prestador",
    "ambiente",
    "canal",
    "autenticação",
    "próximo lote",
    "próxima guia",
    "situação",
)


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    importar = comandos.add_parser(
        "importar", help="cadastra o que está em arquivos: prestadores, operadoras, contratos"
    )
    importar.add_argument("arquivo", nargs="+", type=Path, help="arquivo .toml")
    importar.add_argument(
        "--simular", action="store_true", help="mostra o que mudaria, sem gravar nada"
    )
    importar.add_argument(
        "--banco",
        metavar="URL",
        help="postgresql://dono@servidor:porta/banco, sem senha: use PGPASSWORD ou o arquivo "
        ".pgpass (padrão: a conexão clinica_db)",
    )
    importar.set_defaults(comando=no_banco(_importar))
    exportar = comandos.add_parser("exportar", help="escreve o arquivo do que está cadastrado")
    exportar.add_argument("operadora", nargs="*", help="registro ANS, 6 algarismos (padrão: todas)")
    exportar.add_argument("--saida", type=Path, help="onde gravar (padrão: mostra)")
    exportar.set_defaults(comando=no_banco(_exportar))
    listar = comandos.add_parser("listar", help="mostra os contratos e a situação de cada um")
    listar.set_defaults(comando=no_banco(_listar))
    conferir = comandos.add_parser("conferir", help="diz o que falta a cada contrato")
    conferir.set_defaults(comando=no_banco(_conferir))
    testar = comandos.add_parser(
        "testar", help="fala com o serviço da operadora: endereço, TLS, credencial, versão, hash"
    )
    testar.add_argument("contrato", type=int, help="id, como listar o mostra")
    testar.add_argument("--canal", choices=["SOAP", "REST"], help="padrão: o que se tenta primeiro")
    testar.set_defaults(comando=no_banco(_testar))
    suspender = comandos.add_parser("suspender", help="para um contrato: nada mais sai dele")
    suspender.add_argument("contrato", type=int, help="id, como listar o mostra")
    suspender.add_argument("--motivo", required=True, help="por quê, para quem for retomá-lo")
    suspender.add_argument("--por", help="quem suspende (padrão: o usuário do sistema)")
    suspender.set_defaults(comando=no_banco(_suspender))
    retomar = comandos.add_parser("retomar", help="desfaz uma suspensão")
    retomar.add_argument("contrato", type=int, help="id, como listar o mostra")
    retomar.set_defaults(comando=no_banco(_retomar))


def _importar(opcoes: argparse.Namespace) -> None:
    from psycopg.errors import InsufficientPrivilege

    from tiss.services.cadastro import importar

    arquivos = {str(caminho): caminho.read_bytes() for caminho in opcoes.arquivo}
    try:
        mudancas = importar(_repositorio(opcoes.banco), arquivos, simular=opcoes.simular)
    except InsufficientPrivilege as erro:
        raise ConfigError(
            "quem cadastra contratos é o dono do esquema tiss: indique-o com "
            "--banco postgresql://dono@servidor:porta/banco"
        ) from erro
    escrever(*map(str, mudancas))
    if opcoes.simular:
        escrever("simulação: nada foi gravado")


def _exportar(opcoes: argparse.Namespace) -> None:
    from tiss.services.cadastro import exportar

    texto = exportar(_repositorio(), opcoes.operadora)
    if opcoes.saida is None:
        escrever(texto.rstrip())
    else:
        gravar(opcoes.saida, texto.encode())
        escrever(opcoes.saida)


def _listar(_: argparse.Namespace) -> None:
    from tiss.repository import contratos
    from tiss.services.cadastro import conferir

    repo = _repositorio()
    conferidos = conferir(repo)
    with repo.transacao() as t:
        situacoes = contratos.situacoes(t)
    linhas = [
        _linha(contrato, situacoes[contrato.id], len(faltas)) for contrato, faltas in conferidos
    ]
    escrever(*_tabela([_COLUNAS, *linhas]))


def _conferir(_: argparse.Namespace) -> None:
    from tiss.hooks import faltas_no_comando
    from tiss.services.cadastro import conferir

    incompletos = 0
    for contrato, do_cadastro in conferir(_repositorio()):
        faltas = [*do_cadastro, *faltas_no_comando(contrato)]
        incompletos += bool(faltas)
        escrever(
            f"contrato {contrato.id} ({contrato.nome}): {'incompleto' if faltas else 'completo'}",
            *(f"  {falta}" for falta in faltas),
        )
    if incompletos:
        raise ConfigError(f"contratos incompletos: {incompletos}; nada deles é montado nem enviado")


def _testar(opcoes: argparse.Namespace) -> None:
    from tiss.domain.canal import Canal
    from tiss.hooks import cliente_do_comando
    from tiss.repository import contratos
    from tiss.services.prova import provar

    repo = _repositorio()
    with repo.transacao() as t:
        contrato = contratos.obter(t, opcoes.contrato)
    canal = None if opcoes.canal is None else Canal(opcoes.canal)
    laudo = provar(repo, contrato, cliente_do_comando, canal)
    escrever(str(laudo))
    if not laudo.passou:
        raise ConfigError(f"contrato {contrato.id}: o teste não passou")


def _suspender(opcoes: argparse.Namespace) -> None:
    from tiss.repository import contratos

    nome = por(opcoes).strip()
    if not nome or not opcoes.motivo.strip():
        raise TissError("Diga quem suspende (--por) e por quê (--motivo).")
    with _repositorio().transacao() as t:
        contrato = contratos.obter(t, opcoes.contrato)
        nova = contratos.suspender(t, opcoes.contrato, motivo=opcoes.motivo.strip(), por=nome)
    escrever(f"{contrato.nome}: {'suspenso' if nova else 'já estava suspenso, e fica como estava'}")


def _retomar(opcoes: argparse.Namespace) -> None:
    from tiss.repository import contratos

    with _repositorio().transacao() as t:
        contrato = contratos.obter(t, opcoes.contrato)
        retomado = contratos.retomar(t, opcoes.contrato)
    escrever(f"{contrato.nome}: {'retomado' if retomado else 'não estava suspenso'}")


def _repositorio(url: str | None = None) -> Repositorio:
    """The database of an address, or the one of the connection clinica_db."""
    import psycopg

    from tiss.repository import Repositorio

    if url is not None:
        return Repositorio(lambda: psycopg.connect(url))
    from tiss.hooks import repositorio_do_comando

    return repositorio_do_comando()


def _linha(contrato: Contrato, situacao: SituacaoContrato, faltas: int) -> tuple[str, ...]:
    login = " + login e senha" if contrato.envia_login_senha else ""
    return (
        str(contrato.id),
        f"{contrato.registro_ans} {contrato.nome_operadora}",
        f"{contrato.clinica_id} {contrato.nome_prestador}",
        contrato.ambiente,
        contrato.tipo_api,
        contrato.tipo_autenticacao + login,
        str(situacao.proximo_numero_lote),
        str(situacao.proximo_numero_guia),
        "; ".join(_situacao(situacao, faltas)) or "em uso",
    )


def _situacao(situacao: SituacaoContrato, faltas: int) -> list[str]:
    ditas = []
    if not situacao.ativa:
        ditas.append("operadora desligada")
    if situacao.suspenso_motivo is not None:
        ditas.append(f"suspenso: {situacao.suspenso_motivo}")
    if situacao.credencial_suspensa is not None:
        ditas.append(f"credencial suspensa: {situacao.credencial_suspensa}")
    if situacao.operacoes_suspensas:
        ditas.append(f"operações suspensas: {', '.join(situacao.operacoes_suspensas)}")
    if faltas:
        ditas.append(f"incompleto ({faltas}): veja tiss contrato conferir")
    return ditas


def _tabela(linhas: Sequence[Sequence[str]]) -> list[str]:
    """The lines, with their cells one below the other; the last column is as long as it is."""
    larguras = [max(map(len, coluna)) for coluna in zip(*linhas, strict=True)]
    return [
        "  ".join(celula.ljust(n) for celula, n in zip(linha, larguras, strict=True)).rstrip()
        for linha in linhas
    ]
