"""A clinic, its contratos and the work of the DAGs over them, for tests: all parts are real."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tiss.clients.credencial import Credencial, Prova
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.demo import cadastro
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.errors import OperadoraError, PendingError
from tiss.messages.mensagem import Login
from tiss.repository import Repositorio, contratos
from tiss.repository.guias import Filtro
from tiss.services import (
    atraso,
    cancelamento,
    distribuicao,
    envio,
    gravacao,
    montagem,
    retorno,
    soma,
    varredura,
)
from tiss.services.conversa import ClienteDe
from tiss.settings import FUSO

# The day in the clinic, which between 21:00 and midnight is not that of UTC.
HOJE = datetime.now(FUSO).date()
OPERARIO = Path(__file__).with_name("operario.py")
CONVENIOS = {item.registro_ans: i for i, item in enumerate(cadastro.OPERADORAS, start=1)}
SENHAS = {conexao: f"senha-de-teste-{conexao}" for conexao in cadastro.CONEXOES}
HEMOGRAMA = "40304361"
SERVICOS_DE_RECURSO = {
    "RECURSO_GLOSA": "tissRecursoGlosa",
    "SOLIC_STATUS_RECURSO_GLOSA": "tissSolicitacaoStatusProtocoloRecurso",
    "CANCELA_GUIA": "tissCancelaGuia",
}


def cliente_de(
    contrato: Contrato, canal: Canal = Canal.SOAP, senha: str | None = None
) -> ClienteSoap:
    """The client of a contrato, with the password that the simulator knows or with another one."""
    assert contrato.credencial is not None
    usuario, certa = cadastro.conexoes(SENHAS)[contrato.credencial]
    senha = certa if senha is None else senha
    return ClienteSoap(
        contrato=contrato,
        credencial=Credencial(
            prova=Prova.basica(usuario, senha),
            login=Login.com_senha(usuario, senha) if contrato.envia_login_senha else None,
            impressao=senha,
        ),
        rota=Rota.de(contrato),
    )


def esperar(condicao: Callable[[], object], segundos: float = 40.0) -> None:
    """Wait until something is true; fail when it never becomes so."""
    limite = time.monotonic() + segundos
    while not condicao():
        assert time.monotonic() < limite, "o que se esperava não aconteceu"
        time.sleep(0.02)


@dataclass
class Operario:
    """A process of its own that does what a task would; it can be stopped and killed."""

    processo: subprocess.Popen[str]

    def matar(self) -> None:
        """End it as a power cut would."""
        os.kill(self.processo.pid, signal.SIGKILL)
        self.processo.wait(60)

    def parado(self) -> None:
        """Wait until it has stopped itself (SIGSTOP), still alive."""
        pid, estado = os.waitpid(self.processo.pid, os.WUNTRACED)
        assert pid == self.processo.pid
        assert os.WIFSTOPPED(estado), f"terminou em vez de parar: {self.processo.communicate()}"

    def continuar(self) -> None:
        """Let a stopped one go on."""
        os.kill(self.processo.pid, signal.SIGCONT)

    def fim(self, segundos: float = 150.0) -> dict[str, Any]:
        """Wait for its end and return what it reports."""
        saida, erros = self.processo.communicate(timeout=segundos)
        assert self.processo.returncode == 0, erros
        return dict(json.loads(saida.splitlines()[-1]))


class Oficina:
    """One clinic of reference with its six contratos, and what the DAGs do over it."""

    def __init__(self, url: str, conexao: psycopg.Connection[Any]) -> None:
        self.url = url
        self.conexao = conexao
        self.repo = Repositorio(lambda: psycopg.connect(url))
        self.cliente_de: ClienteDe = cliente_de

    # The clinic

    def atender(
        self,
        quantas: int = 1,
        *,
        clinica_id: str = "MATRIZ",
        registro_ans: str = "999001",
        valor: str = "150.00",
        exames: bool = False,
        final_da_carteira: str = "7",
        data: date = HOJE - timedelta(3),
    ) -> list[str]:
        """Add prepared attendances of different patients; return their consulta_id."""
        convenio = CONVENIOS.get(registro_ans, len(CONVENIOS) + 1)
        with self.conexao.transaction():
            ids = [
                self.valor(
                    "WITH p AS (INSERT INTO clinica.paciente (nome, sexo, nascimento, convenio_id,"
                    " numero_carteira) SELECT 'Zélia Teste', 'F', '1980-01-31', %s,"
                    " 1000000 + coalesce(max(id), 0) || %s FROM clinica.paciente"
                    " RETURNING id, numero_carteira)"
                    " INSERT INTO clinica.consulta (clinica_id, paciente_id, convenio_id,"
                    " numero_carteira, medico_id, data_atendimento, data_solicitacao,"
                    " indicacao_clinica, preparado_tiss)"
                    " SELECT %s, id, %s, numero_carteira, 1, %s, %s, 'Rotina', true FROM p"
                    " RETURNING id",
                    *(convenio, final_da_carteira, clinica_id, convenio, data, data),
                )
                for _ in range(quantas)
            ]
            for item, codigo in enumerate(["10101012", HEMOGRAMA][: 1 + exames], start=1):
                self.fazer(
                    "INSERT INTO clinica.consulta_item (consulta_id, sequencial_item, codigo,"
                    " data_execucao, valor_unitario) SELECT unnest(%s::bigint[]), %s, %s, %s, %s",
                    *(ids, item, codigo, data, valor),
                )
        return [str(consulta_id) for consulta_id in ids]

    def mudar(self, consulta_id: str, valor: str = "160.00") -> None:
        """Change the row of a consulta, as the front desk corrects a price."""
        self.fazer(
            "UPDATE clinica.consulta_item SET valor_unitario = %s WHERE consulta_id = %s",
            *(valor, consulta_id),
        )

    def alimentar(self, **colunas: object) -> None:
        """Replace the view by a table that is fed, and put a row in it with any value."""
        if not self.valor("SELECT to_regclass('tiss.fila') IS NOT NULL"):
            self.fazer("CREATE TABLE tiss.fila AS SELECT * FROM tiss.consulta_preparada LIMIT 0")
            self.fazer("CREATE OR REPLACE VIEW tiss.consulta_preparada AS SELECT * FROM tiss.fila")
        modelo = {
            "clinica_id": "MATRIZ",
            "registro_ans": "999001",
            "tipo_guia": "CONSULTA",
            "data_atendimento": HOJE - timedelta(3),
            "numero_carteira": "123456789",
            "atendimento_rn": False,
            "nome_profissional": "Ana Teste",
            "conselho_profissional": "06",
            "numero_conselho_profissional": "12345",
            "uf": "35",
            "cbo": "225125",
            "indicacao_acidente": "9",
            "regime_atendimento": "01",
            "tipo_consulta": "1",
            "itens": json.dumps([item()]),
            "digest": "d1",
        }
        linha = {**modelo, **colunas}
        self.fazer(
            f"INSERT INTO tiss.fila ({', '.join(linha)}) VALUES ({', '.join(['%s'] * len(linha))})",
            *linha.values(),
        )

    # The night and the hour

    def contratos(self) -> list[Contrato]:
        """Every contrato as it is now."""
        with self.repo.transacao() as t:
            return contratos.listar(t)

    def contrato(
        self,
        clinica_id: str = "MATRIZ",
        registro_ans: str = "999001",
        ambiente: str = "PRODUCAO",
    ) -> Contrato:
        """One contrato as it is now."""
        chave = (clinica_id, registro_ans, ambiente)
        return next(
            c for c in self.contratos() if (c.clinica_id, c.registro_ans, c.ambiente) == chave
        )

    def configurar(
        self, clinica_id: str = "MATRIZ", registro_ans: str = "999001", **campos: object
    ) -> None:
        """Change the contrato as an administrator does."""
        atribuicoes = ", ".join(f"{nome} = %s" for nome in campos)
        contrato = self.contrato(clinica_id, registro_ans)
        self.fazer(
            f"UPDATE tiss.contrato SET {atribuicoes} WHERE id = %s", *campos.values(), contrato.id
        )

    def enderecar(self, **servicos: str | None) -> None:
        """Change the address of SOAP services of every contrato; None: not offered any more."""
        for operacao, endereco in servicos.items():
            self.fazer(
                "UPDATE tiss.contrato SET servicos_soap ="
                " jsonb_strip_nulls(servicos_soap || jsonb_build_object(%s::text, %s::text))",
                *(operacao, endereco),
            )

    def homologacao(self) -> Contrato:
        """A second contrato of MATRIZ with 999001, for the operadora's test service."""
        self.fazer(
            "INSERT INTO tiss.contrato (prestador_id, registro_ans, ambiente, codigo_prestador,"
            " faturar_a_partir_de, proximo_numero_lote, proximo_numero_guia, url_base,"
            " servicos_soap, tipo_autenticacao, credencial)"
            " SELECT prestador_id, registro_ans, 'HOMOLOGACAO', codigo_prestador,"
            " faturar_a_partir_de, 9001, 90001, url_base, servicos_soap,"
            " tipo_autenticacao, credencial"
            " FROM tiss.contrato WHERE id = %s",
            self.contrato().id,
        )
        return self.contrato(ambiente="HOMOLOGACAO")

    def montar(
        self, contrato: Contrato | None = None, filtro: Filtro | None = None
    ) -> montagem.Montagem:
        """Build the lotes of one contrato (MATRIZ and 999001 when none is given)."""
        return montagem.montar(
            self.repo, contrato or self.contrato(), filtro or Filtro(), agora=datetime.now(UTC)
        )

    def montar_todos(self) -> list[int]:
        """Build the lotes of every contrato; return their ids."""
        montagem.recusar_sem_contrato(self.repo)
        return [lote for contrato in self.contratos() for lote in self.montar(contrato).lotes]

    def lote(self, quantas: int = 2, **atendimento: Any) -> int:  # noqa: ANN401
        """Attend, build, and return the one lote that comes of it."""
        self.atender(quantas, **atendimento)
        feitos = self.montar(
            self.contrato(
                atendimento.get("clinica_id", "MATRIZ"), atendimento.get("registro_ans", "999001")
            )
        ).lotes
        assert len(feitos) == 1
        return feitos[0]

    def enviar(self, *lotes: int, senha: str | None = None) -> OperadoraError | None:
        """Send lotes as a task does; return what it would fail with."""
        cliente: ClienteDe = self.cliente_de
        if senha is not None:
            cliente = lambda contrato, canal: cliente_de(contrato, canal, senha)  # noqa: E731
        try:
            envio.enviar_remessa(lotes, self.repo, cliente, quem="teste/1")
        except OperadoraError as erro:
            return erro
        return None

    def cancelar(self, lote_id: int, *guias: str, senha: str | None = None) -> str:
        """Ask the operadora to cancel a lote, or guias of it; return the state in which it is."""
        return cancelamento.cancelar(
            lote_id,
            self.repo,
            lambda contrato, canal: cliente_de(contrato, canal, senha),
            quem="teste/3",
            por="Ana",
            guias=guias,
        )

    def noite(self) -> list[OperadoraError]:
        """Everything that tiss_faturamento does; return what its tasks would fail with."""
        varredura.varrer(self.repo)
        self.montar_todos()
        remessas = distribuicao.distribuir_envios(
            self.repo, self._ids(), None, agora=datetime.now(UTC)
        )
        erros = [self.enviar(*remessa["lotes"]) for remessa in remessas]
        return [erro for erro in erros if erro is not None]

    def hora(self) -> list[PendingError]:
        """Everything that tiss_retorno does; return what its tasks would fail with."""
        varredura.varrer(self.repo)
        erros = []
        for remessa in distribuicao.distribuir_consultas(self.repo, self._ids(), []):
            try:
                retorno.consultar_remessa(remessa, self.repo, self.cliente_de, quem="teste/2")
            except PendingError as erro:
                erros.append(erro)
        atraso.conferir_atrasos(self.repo)
        soma.refazer_somas(self.repo)
        gravacao.gravar_resultados(self.repo)
        return erros

    def varrer(self) -> dict[str, int]:
        """Settle what dead processes left."""
        return varredura.varrer(self.repo)

    def _ids(self) -> list[int]:
        return [contrato.id for contrato in self.contratos()]

    @contextmanager
    def operario(self, fazer: str, *lotes: int, **opcoes: object) -> Iterator[Operario]:
        """Run operario.py on this clinic; it is killed at the end if it still runs."""
        pedido = {"url": self.url, "fazer": fazer, "lotes": lotes, **opcoes}
        processo = subprocess.Popen(
            [sys.executable, str(OPERARIO), json.dumps(pedido)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            yield Operario(processo)
        finally:
            if processo.returncode is None:
                processo.kill()
            processo.communicate()

    # What is in the database

    def fazer(self, comando: str, *parametros: object) -> int:
        """Run a statement by hand."""
        return self.conexao.execute(comando, parametros).rowcount

    def valor(self, consulta: str, *parametros: object) -> Any:  # noqa: ANN401  the query decides
        """The first column of the first row."""
        linha = self.conexao.execute(consulta, parametros).fetchone()
        return None if linha is None else linha[0]

    def linhas(self, consulta: str, *parametros: object) -> list[dict[str, Any]]:
        """Rows as dictionaries."""
        with self.conexao.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(consulta, parametros).fetchall()

    def status(self, lote_id: int) -> str:
        """The state of a lote."""
        return str(self.valor("SELECT status FROM tiss.lote WHERE id = %s", lote_id))

    def guias(self, lote_id: int) -> list[dict[str, Any]]:
        """The guias that were ever in a lote, in order."""
        return self.linhas(
            "SELECT guia.*, envio.viva AS enviada_viva FROM tiss.guia"
            " JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id"
            " WHERE envio.lote_id = %s ORDER BY envio.ordem",
            lote_id,
        )

    def guia(self, consulta_id: str, ambiente: str = "PRODUCAO") -> dict[str, Any]:
        """The live guia of a consulta."""
        (guia,) = self.linhas(
            "SELECT * FROM tiss.guia WHERE consulta_id = %s AND ambiente = %s AND viva",
            *(consulta_id, ambiente),
        )
        return guia

    def problemas(self, consulta_id: str) -> set[str]:
        """The codes of what is wrong with the live guia of a consulta."""
        return {problema["codigo"] for problema in self.guia(consulta_id)["problemas"]}

    def trocas(self, lote_id: int, operacao: str = "ENVIO_LOTE_GUIAS") -> list[dict[str, Any]]:
        """The exchanges of a lote, in order."""
        return self.linhas(
            "SELECT * FROM tiss.troca WHERE lote_id = %s AND operacao = %s ORDER BY id",
            *(lote_id, operacao),
        )

    def divergencias(self) -> set[str]:
        """The reasons of what is open."""
        linhas = self.linhas("SELECT motivo FROM tiss.divergencia WHERE fechada_em IS NULL")
        return {linha["motivo"] for linha in linhas}

    def passar_prazo(self, lote_id: int) -> None:
        """Let the time of an attempt be over."""
        self.fazer(
            "UPDATE tiss.lote SET prazo = now() - interval '1 second' WHERE id = %s", lote_id
        )

    def esperar_por_trava(self) -> None:
        """Wait until some other process of this clinic waits for a lock."""
        with psycopg.connect(self.url, autocommit=True) as outra:
            esperar(
                lambda: outra.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'"
                ).fetchone()
            )

    def sem_quarentena(self) -> None:
        """Let the quarantine of every contrato be over."""
        self.fazer("UPDATE tiss.contrato SET quarentena = '0 s'")

    def resposta(self, lote_id: int) -> bytes:
        """What the operadora answers to a send, with a protocolo: as it would be stored."""
        numero = self.valor("SELECT numero_lote FROM tiss.lote WHERE id = %s", lote_id)
        guias = "".join(
            f"<ans:dadosGuias><ans:numeroGuiaPrestador>{guia['numero_guia_prestador']}"
            "</ans:numeroGuiaPrestador></ans:dadosGuias>"
            for guia in self.guias(lote_id)
        )
        return (
            '<ans:x xmlns:ans="http://www.ans.gov.br/padroes/tiss/schemas"><ans:protocoloRecebimento>'
            f"<ans:numeroLote>{numero}</ans:numeroLote><ans:numeroProtocolo>0000000777"
            f"</ans:numeroProtocolo>{guias}</ans:protocoloRecebimento></ans:x>"
        ).encode()

    def tirada(self, campo: str, tabela: str = "lote") -> Sequence[Any]:
        """One column of a whole table, in order of id."""
        return [
            linha[campo] for linha in self.linhas(f"SELECT {campo} FROM tiss.{tabela} ORDER BY id")
        ]


def item(**campos: object) -> dict[str, object]:
    """An item of a consulta, as the view offers it."""
    return {
        "sequencial_item": 1,
        "codigo_tabela": "22",
        "codigo_procedimento": "10101012",
        "descricao": "Consulta",
        "data_execucao": str(HOJE - timedelta(3)),
        "quantidade": "1",
        "reducao_acrescimo": "1.00",
        "valor_unitario": "150.00",
        "valor_total": "150.00",
        **campos,
    }
