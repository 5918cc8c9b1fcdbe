"""`tiss recurso`: contest what an operadora refused."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tiss.comandos.banco import no_banco
from tiss.comandos.quem import por
from tiss.comandos.saida import escrever

if TYPE_CHECKING:
    from tiss.repository import Transacao
    from tiss.repository.recursos import Resumo


def opcoes(grupo: argparse.ArgumentParser) -> None:
    """Add the commands of the group."""
    comandos = grupo.add_subparsers(required=True, metavar="COMANDO")
    candidatas = comandos.add_parser("candidatas", help="de que se pode recorrer, e até quando")
    _filtro(candidatas)
    candidatas.set_defaults(comando=no_banco(_candidatas))
    preparar = comandos.add_parser("preparar", help="faz rascunhos do que ninguém contestou")
    _filtro(preparar)
    _quem(preparar)
    preparar.set_defaults(comando=no_banco(_preparar))
    listar = comandos.add_parser("listar", help="os recursos e o que foi feito deles")
    listar.add_argument(
        "--operadora", action="append", default=[], metavar="ANS", dest="operadoras",
        help="só desta operadora; pode ser repetido",
    )  # fmt: skip
    listar.set_defaults(comando=no_banco(_listar))
    mostrar = comandos.add_parser("mostrar", help="o que um recurso contesta, e por quê")
    _numero(mostrar)
    mostrar.set_defaults(comando=no_banco(_mostrar))
    justificar = comandos.add_parser("justificar", help="escreve a justificativa em um rascunho")
    _numero(justificar)
    justificar.add_argument("texto", help="até 500 caracteres; - lê da entrada padrão")
    justificar.add_argument("--guia", metavar="NUMERO", help="só desta guia")
    _de_um_item(justificar)
    justificar.set_defaults(comando=no_banco(_justificar))
    retirar = comandos.add_parser("retirar", help="tira glosas de um rascunho")
    _numero(retirar)
    retirar.add_argument("--guia", metavar="NUMERO", required=True, help="desta guia")
    _de_um_item(retirar)
    retirar.set_defaults(comando=no_banco(_retirar))
    for nome, fazer, ajuda in (
        ("aprovar", _aprovar, "manda enviar um rascunho"),
        ("descartar", _descartar, "decide não recorrer"),
        ("refazer", _refazer, "volta a rascunho o que foi descartado, recusado ou cancelado"),
    ):
        decidir = comandos.add_parser(nome, help=ajuda)
        _numero(decidir)
        _quem(decidir)
        decidir.set_defaults(comando=no_banco(fazer))
    modelos = comandos.add_parser("modelos", help="as justificativas prontas, por código de glosa")
    modelos.set_defaults(comando=no_banco(_modelos))
    modelo = comandos.add_parser("modelo", help="grava ou apaga a justificativa de um código")
    modelo.add_argument("codigo", help="o código da glosa, como na Tabela 38")
    conteudo = modelo.add_mutually_exclusive_group(required=True)
    conteudo.add_argument(
        "--texto",
        help="com ${guia}, ${codigo}, ${glosa}, ${valor}, ${data}, ${procedimento}, ${descricao}",
    )
    conteudo.add_argument("--apagar", action="store_true", help="não há mais modelo para ele")
    modelo.add_argument("--contrato", type=int, metavar="ID", help="só para este contrato")
    _quem(modelo)
    modelo.set_defaults(comando=no_banco(_modelo))


def _filtro(comando: argparse.ArgumentParser) -> None:
    for nome, plural, o_que, ajuda in (
        ("operadora", "operadoras", "ANS", "só desta operadora; pode ser repetido"),
        ("protocolo", "protocolos", "NUMERO", "só deste protocolo; pode ser repetido"),
        ("guia", "guias", "NUMERO", "só desta guia; pode ser repetido"),
        ("codigo", "codigos", "CODIGO", "só deste código de glosa; pode ser repetido"),
    ):
        comando.add_argument(
            f"--{nome}", action="append", default=[], metavar=o_que, dest=plural, help=ajuda
        )


def _numero(comando: argparse.ArgumentParser) -> None:
    comando.add_argument("recurso", type=int, help="id do recurso, como preparar o diz")


def _de_um_item(comando: argparse.ArgumentParser) -> None:
    comando.add_argument("--item", type=int, metavar="SEQUENCIAL", help="só deste item da guia")
    comando.add_argument("--codigo", help="só deste código de glosa")
    _quem(comando)


def _quem(comando: argparse.ArgumentParser) -> None:
    comando.add_argument("--por", help="quem decide (padrão: o usuário do sistema)")


def _contratos(t: Transacao, operadoras: list[str]) -> list[int]:
    from tiss.errors import ConfigError
    from tiss.repository import contratos

    if estranhas := contratos.desconhecidas(t, operadoras):
        raise ConfigError(f"Não há contrato com: {', '.join(estranhas)}. Confira o registro ANS.")
    return [contrato.id for contrato in contratos.listar(t, operadoras=operadoras)]


def _candidatas(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import recursos

    with repositorio_do_comando().transacao() as t:
        achadas = recursos.candidatas(
            t,
            _contratos(t, opcoes.operadoras),
            protocolos=opcoes.protocolos,
            guias=opcoes.guias,
            codigos=opcoes.codigos,
        )
    for achada in achadas:
        prazo = "sem prazo" if achada.prazo is None else f"até {achada.prazo:%d/%m/%Y}"
        escrever(
            f"protocolo {achada.protocolo}, guia {achada.numero_guia_prestador}"
            f"{'' if achada.sequencial_item is None else f', item {achada.sequencial_item}'}: "
            f"{achada.codigo} {achada.descricao_glosa or ''}".rstrip()
            + f", R$ {'?' if achada.valor is None else achada.valor}, {prazo}"
            + ("" if achada.modelo is not None else ", sem modelo de justificativa")
        )
        if achada.impedimento is not None:
            escrever(f"  não se recorre daqui: {achada.impedimento}")
    escrever(f"{len(achadas)} glosas de que ninguém recorreu.")


def _preparar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import recursos
    from tiss.services.recurso import preparar

    repo = repositorio_do_comando()
    with repo.transacao() as t:
        ids = _contratos(t, opcoes.operadoras)
    preparo = preparar(
        repo,
        ids,
        por=por(opcoes),
        protocolos=opcoes.protocolos,
        guias=opcoes.guias,
        codigos=opcoes.codigos,
    )
    for motivo in preparo.recusas:
        escrever(f"Sem recurso: {motivo}.")
    with repo.transacao() as t:
        for recurso_id in preparo.recursos:
            escrever(_em_uma_linha(recursos.resumo(t, recurso_id)))
    escrever(
        f"{len(preparo.recursos)} rascunhos. Veja cada um com tiss recurso mostrar, e aprove-o."
    )


def _listar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import recursos

    with repositorio_do_comando().transacao() as t:
        for recurso_id in recursos.listar(t, _contratos(t, opcoes.operadoras)):
            escrever(_em_uma_linha(recursos.resumo(t, recurso_id)))


def _mostrar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import recursos

    with repositorio_do_comando().transacao() as t:
        resumo = recursos.resumo(t, opcoes.recurso)
        glosas = recursos.glosas(t, opcoes.recurso)
    escrever(_em_uma_linha(resumo))
    for glosa in glosas:
        item = "" if glosa.sequencial_item is None else f", item {glosa.sequencial_item}"
        acatado = "" if glosa.valor_acatado is None else f", acatado R$ {glosa.valor_acatado}"
        escrever(
            f"  guia {glosa.numero_guia_prestador}{item}: {glosa.codigo}, R$ "
            f"{glosa.valor_recursado}{acatado}"
        )
        escrever(f"    {glosa.justificativa or 'sem justificativa'}")


def _justificar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import justificar

    quantas = justificar(
        repositorio_do_comando(),
        opcoes.recurso,
        sys.stdin.read() if opcoes.texto == "-" else opcoes.texto,
        por=por(opcoes),
        guia=opcoes.guia,
        item=opcoes.item,
        codigo=opcoes.codigo,
    )
    escrever(f"Recurso {opcoes.recurso}: {quantas} glosas justificadas.")


def _retirar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import retirar

    quantas = retirar(
        repositorio_do_comando(),
        opcoes.recurso,
        guia=opcoes.guia,
        item=opcoes.item,
        codigo=opcoes.codigo,
        por=por(opcoes),
    )
    escrever(f"Recurso {opcoes.recurso}: {quantas} glosas retiradas.")


def _aprovar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import aprovar

    lote = aprovar(repositorio_do_comando(), opcoes.recurso, por=por(opcoes))
    escrever(
        f"Recurso {opcoes.recurso}: aprovado, no lote {lote}; a próxima execução de "
        "tiss_faturamento o envia, e tiss_envio o envia agora."
    )


def _descartar(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import descartar

    descartar(repositorio_do_comando(), opcoes.recurso, por=por(opcoes))
    escrever(f"Recurso {opcoes.recurso}: descartado.")


def _refazer(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import refazer

    refazer(repositorio_do_comando(), opcoes.recurso, por=por(opcoes))
    escrever(f"Recurso {opcoes.recurso}: rascunho outra vez.")


def _modelos(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.repository import recursos

    with repositorio_do_comando().transacao() as t:
        achados = recursos.modelos(t)
    for modelo in achados:
        de_quem = "" if modelo.contrato_id is None else f" (contrato {modelo.contrato_id})"
        escrever(f"{modelo.codigo}{de_quem}: {modelo.texto}")


def _modelo(opcoes: argparse.Namespace) -> None:
    from tiss.hooks import repositorio_do_comando
    from tiss.services.recurso import apagar_modelo, gravar_modelo

    repo, quem = repositorio_do_comando(), por(opcoes)
    if opcoes.apagar:
        apagar_modelo(repo, opcoes.codigo, por=quem, contrato_id=opcoes.contrato)
        escrever(f"Glosa {opcoes.codigo}: sem modelo.")
        return
    gravar_modelo(repo, opcoes.codigo, opcoes.texto, por=quem, contrato_id=opcoes.contrato)
    escrever(f"Glosa {opcoes.codigo}: modelo gravado.")


def _em_uma_linha(resumo: Resumo) -> str:
    estado = resumo.status
    if resumo.lote_id is not None:
        estado += f" (lote {resumo.lote_id}, {resumo.status_do_envio})"
    partes = [
        f"recurso {resumo.id}: {estado}",
        f"protocolo {resumo.protocolo}",
        f"{resumo.glosas} glosas em {resumo.guias} guias",
        f"R$ {resumo.valor_recursado}",
    ]
    if resumo.valor_acatado is not None:
        partes.append(f"acatado R$ {resumo.valor_acatado}")
    if resumo.prazo is not None:
        partes.append(f"prazo {resumo.prazo:%d/%m/%Y}")
    if resumo.sem_justificativa:
        partes.append(f"{resumo.sem_justificativa} sem justificativa")
    return ", ".join(partes)
