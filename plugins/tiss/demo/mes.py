"""`make mes`: a month of billing to the last centavo, with glosas, recursos and payments.

The simulated operadoras begin in the past and live day by day up to today. Every day the clinic
attends, the night bills, the hour reads answers; now and then an answer is lost on the way, a
person contests what was refused, sometimes well and sometimes badly. A dentist bills too. At the
end every figure is compared with the ledgers of the operadoras.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import structlog
from rich.console import Console
from rich.table import Table

from tiss import migracoes
from tiss.clients.credencial import Credencial, Prova
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.demo import cadastro, clinica, portas
from tiss.demo.conferencia import Item
from tiss.demo.portal import responder_duvidas
from tiss.demo.postgres import PostgresEmbutido
from tiss.demo.resumo import numero, reais
from tiss.demo.tela import Tela
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.retorno import SITUACOES, Demonstrativos, SituacaoProtocolo
from tiss.errors import PendingError, TissError
from tiss.messages import leitura
from tiss.messages.mensagem import Login
from tiss.repository import Repositorio, contratos, recursos
from tiss.repository.conexao import comando
from tiss.repository.guias import Filtro
from tiss.services import (
    cancelamento,
    distribuicao,
    envio,
    gravacao,
    montagem,
    recurso,
    retorno,
    varredura,
)
from tiss.settings import FUSO
from tiss.simulador.processo import Simulador

DIA = 24 * 3600.0
# From a lote to its answer, and from an answer to the money.
DIAS_RECEBIDO, DIAS_EM_ANALISE, DIAS_ATE_PAGAR = 1, 2, 6
# After the last lote: its answer, a recurso, the answer to that, the money.
DIAS_DE_ESPERA = 2 * (DIAS_RECEBIDO + DIAS_EM_ANALISE) + DIAS_ATE_PAGAR + 4
# A person looks at what was refused every so many days.
DIAS_ENTRE_RECURSOS = 4
PESSOA = "demonstração"
# Too short for the simulated operadoras to be convinced by it.
NAO_CONVENCE = "Errado."
CERTO, ERRADO = 0, 1
LARGURA = 150
# What breaks, by the day on which it does: before the operadora took it, and after.
FALHAS = {
    3: ("reset_antes", "tissLoteGuias"),
    5: ("reset_depois", "tissLoteGuias"),
    8: ("reset_depois", "tissRecursoGlosa"),
    9: ("http_500", "tissLoteGuias"),
}
# What an operadora tells wrong of the newest lote, by the day on which it begins to, and the name
# that we have to give to it.
DESVIOS = {
    1: ("parcial", "PAGAMENTO_A_MENOR"),
    2: ("a_mais", "PAGAMENTO_A_MAIOR"),
    4: ("guia_repetida", "GUIA_LISTADA_DUAS_VEZES"),
    7: ("guia_alheia", "GUIA_DESCONHECIDA"),
    8: ("total_da_analise", "TOTAL_DO_PROTOCOLO"),
    9: ("total_do_pagamento", "TOTAL_DO_PAGAMENTO"),
}
# The same of dental guias.
DESVIOS_ODONTO = {
    2: ("parcial", "PAGAMENTO_A_MENOR"),
    4: ("a_mais", "PAGAMENTO_A_MAIOR"),
    6: ("guia_alheia", "GUIA_DESCONHECIDA"),
    8: ("total_do_pagamento", "TOTAL_DO_PAGAMENTO"),
}
DE_UMA_GUIA = frozenset({"parcial", "a_mais", "guia_repetida"})
# A dentist comes every so many days, for one operadora: how many treatments, and what is paid of a
# filling.
DIAS_ENTRE_DENTISTAS, TRATAMENTOS = 2, 3
RESTAURACAO, PRECO_DA_RESTAURACAO = "85100099", "90.00"
# When a guia is cancelled at the operadora: its attendance is billed again.
DIA_DO_CANCELAMENTO = 6
DINHEIRO = ("informado", "liberado", "glosado", "recuperado", "pago")


@dataclass(frozen=True, slots=True)
class Mes:
    """A clinic, its simulated operadoras, and the days that they live."""

    url: str
    simulador: Simulador
    senhas: Mapping[str, str]

    def viver(self, tela: Tela, *, dias: int, consultas: int) -> None:
        """Bill for so many days, that many consultas each; then wait until all is paid."""
        total = dias + DIAS_DE_ESPERA
        primeiro = datetime.now(UTC) - timedelta(total)
        with tela.passo(f"{dias} dias de faturamento, {DIAS_DE_ESPERA} de espera") as detalhar:
            for dia in range(total):
                agora = primeiro + timedelta(dia)
                detalhar(f"dia {dia + 1} de {total}")
                if dia in FALHAS:
                    tipo, operacao = FALHAS[dia]
                    self.simulador.falha(tipo, operacao=operacao)
                if dia < dias:
                    self._atender(
                        agora,
                        consultas=consultas,
                        semente=dia + 1,
                        tratamentos=0 if dia % DIAS_ENTRE_DENTISTAS else TRATAMENTOS,
                    )
                self._noite(agora)
                for odonto, desvios in ((False, DESVIOS), (True, DESVIOS_ODONTO)):
                    if dia in desvios:
                        self._desviar(desvios[dia][0], odonto=odonto)
                if dia == DIA_DO_CANCELAMENTO:
                    self._cancelar()
                if dia % DIAS_ENTRE_RECURSOS == 0:
                    self._recorrer()
                self._hora()
                for resposta in responder_duvidas(self.url, self.simulador.url):
                    tela.avisar(f"Dúvida: {resposta}.")
                self.simulador.avancar(DIA)
                with psycopg.connect(self.url) as conexao:
                    conexao.execute(comando("demo/envelhecer"))
            self._hora()

    @property
    def _repo(self) -> Repositorio:
        return Repositorio(lambda: psycopg.connect(self.url))

    def _contratos(self) -> list[Contrato]:
        with self._repo.transacao() as t:
            return contratos.listar(t)

    def _atender(self, agora: datetime, *, consultas: int, semente: int, tratamentos: int) -> None:
        """What the clinic does in a day."""
        hoje = agora.astimezone(FUSO).date()
        with psycopg.connect(self.url) as conexao:
            clinica.gerar(conexao, consultas=consultas, semente=semente, hoje=hoje)
            conexao.execute(
                comando("demo/tratar"),
                {
                    "dia": hoje,
                    "quantos": tratamentos,
                    "registro_ans": cadastro.OPERADORAS[0].registro_ans,
                    "clinica": cadastro.FILIAIS[0].id,
                },
            )

    def _noite(self, agora: datetime) -> None:
        """What tiss_faturamento does."""
        repo = self._repo
        varredura.varrer(repo)
        todos = self._contratos()
        for contrato in todos:
            montagem.montar(repo, contrato, Filtro(), agora=agora)
        ids = [contrato.id for contrato in todos]
        for remessa in distribuicao.distribuir_envios(repo, ids, None, agora=agora):
            self._enviar(remessa["lotes"])

    def _hora(self) -> None:
        """What tiss_retorno does."""
        repo = self._repo
        varredura.varrer(repo)
        ids = [contrato.id for contrato in self._contratos()]
        for consulta in distribuicao.distribuir_consultas(repo, ids, []):
            try:
                retorno.consultar_remessa(consulta, repo, self._cliente, quem=PESSOA)
            except PendingError as erro:
                structlog.get_logger(__name__).warning("sem resposta", motivo=str(erro))
        gravacao.gravar_resultados(repo)

    def _recorrer(self) -> None:
        """What a person does about glosas: contests most of them, some of these badly."""
        repo = self._repo
        ids = [contrato.id for contrato in self._contratos()]
        preparo = recurso.preparar(repo, ids, por=PESSOA)
        for recurso_id in preparo.recursos:
            if recurso_id % 7 == 0:
                recurso.descartar(repo, recurso_id, por=PESSOA)
                continue
            if recurso_id % 3 == 0:
                with repo.transacao() as t:
                    primeira = recursos.glosas(t, recurso_id)[0].numero_guia_prestador
                recurso.justificar(repo, recurso_id, NAO_CONVENCE, guia=primeira, por=PESSOA)
            self._enviar([recurso.aprovar(repo, recurso_id, por=PESSOA)])

    def _cancelar(self) -> None:
        """What a person does about a guia that should not have left: takes it back."""
        lote, guia, _, _ = self._ultima_enviada(odonto=False)
        cancelamento.cancelar(
            lote, self._repo, self._cliente, quem=PESSOA, por=PESSOA, guias=[guia]
        )

    def _desviar(self, desvio: str, *, odonto: bool) -> None:
        """What an operadora does wrong."""
        _, guia, registro_ans, protocolo = self._ultima_enviada(odonto=odonto)
        self.simulador.desvio(
            desvio,
            registro_ans=registro_ans,
            numero_protocolo=protocolo,
            guia=guia if desvio in DE_UMA_GUIA else "",
        )

    def _ultima_enviada(self, *, odonto: bool) -> tuple[int, str, str, str]:
        with psycopg.connect(self.url) as conexao:
            linha = conexao.execute(comando("demo/ultima_enviada"), {"odonto": odonto}).fetchone()
        assert linha is not None  # noqa: S101  a night has sent something
        lote, guia, registro_ans, protocolo = linha
        return lote, guia, registro_ans, protocolo

    def _enviar(self, lotes: list[int]) -> None:
        try:
            envio.enviar_remessa(lotes, self._repo, self._cliente, quem=PESSOA)
        except TissError as erro:
            # The next night, or the portal, says what became of it.
            structlog.get_logger(__name__).warning("lote não enviado", motivo=str(erro))

    def _cliente(self, contrato: Contrato, _: Canal) -> ClienteSoap:
        conexao = contrato.credencial or ""
        usuario, senha = cadastro.conexoes(self.senhas)[conexao]
        return ClienteSoap(
            contrato=contrato,
            credencial=Credencial(
                prova=Prova.basica(usuario, senha),
                login=Login.com_senha(usuario, senha) if contrato.envia_login_senha else None,
                impressao=conexao,
            ),
            rota=Rota.de(contrato),
        )


def configuracao(senhas: Mapping[str, str], *, dias: int) -> dict[str, Any]:
    """Return the simulated operadoras of a month that ends today."""
    config = cadastro.configuracao_do_simulador(senhas)
    for operadora in config["operadoras"]:
        operadora |= {
            "segundos_recebido": DIAS_RECEBIDO * DIA,
            "segundos_em_analise": DIAS_EM_ANALISE * DIA,
            "segundos_ate_pagar": DIAS_ATE_PAGAR * DIA,
            "vida_completa": True,
            "preco_maximo": {**operadora["preco_maximo"], RESTAURACAO: PRECO_DA_RESTAURACAO},
        }
    return {**config, "atraso_segundos": (dias + DIAS_DE_ESPERA) * DIA}


def conferir(
    conexao: psycopg.Connection[Any], ledger: Mapping[str, Mapping[str, Any]]
) -> Iterator[Item]:
    """Yield whether our figures are those of the operadoras, and whether they add up.

    ledger: the answer of GET /_simulador/resumo, by registro_ans.
    """
    for linha in _dinheiro(conexao):
        delas = ledger.get(linha["registro_ans"], {})
        diferencas = [
            f"{nome}: {linha[nome]} aqui, {delas.get(f'valor_{nome}', 'nada')} na operadora"
            for nome in DINHEIRO
            if linha[nome] != Decimal(delas.get(f"valor_{nome}", "NaN"))
        ]
        deve = sum(
            Decimal(delas.get(f"valor_{nome}", "NaN")) for nome in ("liberado", "recuperado")
        )
        esperado = {"a_receber": deve - Decimal(delas.get("valor_pago", "NaN"))}
        for nome in ("em_aberto", "em_recurso", "a_receber"):
            if linha[nome] != esperado.get(nome, 0):
                diferencas.append(f"{nome}: {linha[nome]}")
        yield Item(
            f"Valores da {linha['operadora']}",
            not diferencas,
            "; ".join(diferencas) or "iguais aos do livro da operadora, tudo respondido",
        )
    repetidos = sum(int(resumo["atendimentos_repetidos"]) for resumo in ledger.values())
    yield Item(
        "Nada cobrado duas vezes", repetidos == 0, f"{repetidos} atendimentos aceitos outra vez"
    )
    vistas = set(_situacoes(conexao))
    faltam = sorted(SITUACOES.keys() - vistas, key=int)
    yield Item(
        "Situações do padrão",
        not faltam,
        f"não vistas: {', '.join(faltam)}" if faltam else f"vistas as {len(SITUACOES)}",
    )
    abertas = dict(conexao.execute(comando("retorno/divergencias_abertas")).fetchall())
    plantadas = {nome for _, nome in (*DESVIOS.values(), *DESVIOS_ODONTO.values())}
    achadas = ", ".join(f"{motivo}: {quantas}" for motivo, quantas in abertas.items())
    yield Item(
        "Divergências",
        abertas.keys() == plantadas,
        f"as {len(plantadas)} que se plantaram, e nenhuma outra"
        if abertas.keys() == plantadas
        else f"em aberto: {achadas or 'nenhuma'}; plantadas: {', '.join(sorted(plantadas))}",
    )


def _situacoes(conexao: psycopg.Connection[Any]) -> Iterator[str]:
    """Yield the situations that operadoras told, of protocolos and of guias."""
    for (resposta,) in conexao.execute(comando("demo/respostas_guardadas")):
        match leitura.ler(zlib.decompress(resposta)).resposta:
            case SituacaoProtocolo() as dita:
                yield dita.situacao
            case Demonstrativos() as ditos:
                for demonstrativo in ditos.lista:
                    for protocolo in demonstrativo.protocolos:
                        yield from (
                            protocolo.situacao,
                            *(guia.situacao for guia in protocolo.guias),
                        )


def mostrar(console: Console, conexao: psycopg.Connection[Any], itens: list[Item]) -> None:
    """Print the summary of a month."""
    colunas = ("informado", "liberado", "glosado", "recuperado", "pago", "a_receber")
    tabela = Table(title="O mês, em R$", title_justify="left", title_style="bold")
    tabela.add_column("Operadora")
    for titulo in ("Guias", "Informado", "Liberado", "Glosado", "Recuperado", "Pago", "A receber"):
        tabela.add_column(titulo, justify="right")
    linhas = _dinheiro(conexao)
    for linha in linhas:
        valores = [reais(linha[coluna]) for coluna in colunas]
        tabela.add_row(linha["operadora"], numero(int(linha["guias"])), *valores)
    somas = [reais(sum((linha[coluna] for linha in linhas), Decimal())) for coluna in colunas]
    tabela.add_section()
    tabela.add_row("Total", numero(int(sum(linha["guias"] for linha in linhas))), *somas)
    console.print(tabela)
    tabela = Table(title="Glosas e recursos", title_justify="left", title_style="bold")
    for titulo in ("Operadora", "Situação"):
        tabela.add_column(titulo)
    for titulo in ("Glosas", "R$ recursado", "R$ acatado"):
        tabela.add_column(titulo, justify="right")
    for operadora, situacao, glosas, recursado, acatado in conexao.execute(
        comando("demo/recursos_do_mes")
    ):
        tabela.add_row(operadora, situacao, numero(glosas), reais(recursado), reais(acatado))
    console.print(tabela)
    tabela = Table(title="Conferência", title_justify="left", title_style="bold")
    for titulo in ("", "O quê", "Resultado"):
        tabela.add_column(titulo)
    for item in itens:
        tabela.add_row("[green]✓[/]" if item.certo else "[red]✗[/]", item.nome, item.detalhe)
    console.print(tabela)


def _dinheiro(conexao: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    with conexao.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(comando("demo/resumo_do_mes")).fetchall()


def preparar(conexao: psycopg.Connection[Any], url_simulador: str, *, dias: int) -> None:
    """Install the clinic and its contratos for a month that begins in the past."""
    hoje = datetime.now(FUSO).date()
    clinica.instalar(conexao)
    conexao.execute(comando("clinica/odontologia"))
    cadastro.cadastrar(
        conexao,
        url_simulador=url_simulador,
        hoje=hoje,
        # What happened before the first day is not billed; nor does a deadline end meanwhile.
        inicio=hoje - timedelta(dias + DIAS_DE_ESPERA + 30),
    )
    conexao.execute(comando("demo/contratos_do_mes"), {"dias": 2 * (dias + DIAS_DE_ESPERA)})
    conexao.commit()


def main(argv: list[str] | None = None) -> int:
    """Live a month and tell it; return 0 when every centavo is accounted for."""
    leitor = argparse.ArgumentParser(prog="python -m tiss.demo.mes", description=__doc__)
    leitor.add_argument("--dias", type=int, default=30, help="dias de faturamento")
    leitor.add_argument("--consultas", type=int, default=30, help="atendimentos por dia")
    opcoes = leitor.parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    console = Console(width=None if sys.stdout.isatty() else LARGURA)
    tela = Tela(console)
    senhas = {conexao: f"senha-{conexao}" for conexao in cadastro.CONEXOES}
    with (
        tempfile.TemporaryDirectory(prefix="tiss-mes-") as nome,
        Simulador.start(configuracao(senhas, dias=opcoes.dias)) as simulador,
    ):
        pasta = Path(nome)
        pasta.chmod(0o755)
        escolhidas = portas.escolher(pasta / "portas.json", avisar=tela.avisar)
        with PostgresEmbutido(pasta, escolhidas["postgres"]) as cluster:
            cluster.criar_banco("clinica")
            url = cluster.url("clinica")
            migracoes.aplicar(url)
            with psycopg.connect(url) as conexao:
                preparar(conexao, simulador.url, dias=opcoes.dias)
            mes = Mes(url, simulador, senhas)
            mes.viver(tela, dias=opcoes.dias, consultas=opcoes.consultas)
            with psycopg.connect(url) as conexao:
                itens = list(conferir(conexao, simulador.resumo()))
                mostrar(console, conexao, itens)
    return CERTO if all(item.certo for item in itens) else ERRADO


if __name__ == "__main__":
    sys.exit(main())
