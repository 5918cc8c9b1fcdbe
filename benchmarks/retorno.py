"""`make bench-retorno`: a demonstrativo of 10,000 guias read and written back; 1,000 questions.

On a PostgreSQL of its own, with what the reference clinic attends, and simulated operadoras. Exit 1
when a budget is not held.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import structlog
from consultorio import (
    Medida,
    cliente,
    clinica_aberta,
    concluir,
    cronometrar,
    hoje,
    memoria,
    operadoras_abertas,
)
from psycopg import sql

from tiss.demo import clinica
from tiss.domain.cadastro import Contrato
from tiss.repository import Repositorio, contratos
from tiss.repository.guias import Filtro
from tiss.services import distribuicao, envio, gravacao, importacao, montagem, retorno
from tiss.settings import NAMESPACE

GUIAS = 10_000
PROTOCOLOS = 1_000
# Seconds and MiB.
ORCAMENTO_DEMONSTRATIVO, ORCAMENTO_MEMORIA, ORCAMENTO_CONSULTAS = 10.0, 300, 120.0
RECUSADO = Decimal("10.00")


def main() -> int:
    """Measure; return the exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    if len(sys.argv) > 1:
        return _importar(*sys.argv[1:])
    return concluir([*_demonstrativo(), *_consultas()])


def _demonstrativo() -> Iterator[Medida]:
    with clinica_aberta() as (url, conexao), tempfile.NamedTemporaryFile(suffix=".xml") as aberto:
        repo = Repositorio(lambda: psycopg.connect(url))
        arquivo = _escrever_arquivo(repo, conexao)
        aberto.write(arquivo)
        aberto.flush()
        print(f"demonstrativo: {GUIAS} guias, {len(arquivo) / 1e6:.1f} MB")
        # In a process of its own: what was built here is not its memory.
        primeira, outra = (
            json.loads(
                subprocess.run(  # noqa: S603  ourselves
                    [sys.executable, __file__, url, aberto.name], check=True, capture_output=True
                ).stdout
            )
            for _ in range(2)
        )
        yield "ler e gravar (s)", primeira["segundos"], ORCAMENTO_DEMONSTRATIVO
        yield "memória do processo (MiB)", primeira["memoria"], ORCAMENTO_MEMORIA
        yield "  da qual antes de ler (MiB)", primeira["antes"], None
        yield "o mesmo, de novo (s)", outra["segundos"], None
        yield "escrever na clínica (s)", cronometrar(lambda: gravacao.gravar_resultados(repo)), None
        for visao in ("guia", "lote", "contrato", "espera", "glosa"):
            consulta = sql.SQL("SELECT * FROM {}").format(
                sql.Identifier("tiss", f"conciliacao_{visao}")
            )
            tempo = cronometrar(lambda consulta=consulta: conexao.execute(consulta).fetchall())
            yield f"visão conciliacao_{visao} (s)", tempo, None


def _consultas() -> Iterator[Medida]:
    with clinica_aberta() as (url, conexao), operadoras_abertas(conexao) as operadoras:
        repo = Repositorio(lambda: psycopg.connect(url))
        lotes = _enviar(repo, conexao)
        operadoras.avancar(3600)
        yield (
            f"consultar {lotes} protocolos (s)",
            cronometrar(lambda: _consultar(repo)),
            (ORCAMENTO_CONSULTAS),
        )
        ((perguntas, decididas),) = conexao.execute(
            "SELECT (SELECT count(*) FROM tiss.troca WHERE operacao <> 'ENVIO_LOTE_GUIAS'),"
            " (SELECT count(*) FROM tiss.guia WHERE status IN ('AUTORIZADA', 'NEGADA'))"
        ).fetchall()
        yield "  perguntas feitas", perguntas, None
        yield "  guias decididas", decididas, None


def _importar(url: str, caminho: str) -> int:
    """Import a file and print what it took."""
    arquivo, antes = Path(caminho).read_bytes(), memoria()
    repo = Repositorio(lambda: psycopg.connect(url))
    segundos = cronometrar(lambda: importacao.importar(repo, arquivo, por="medida"))
    print(json.dumps({"segundos": segundos, "antes": antes, "memoria": memoria()}))
    return 0


def _escrever_arquivo(repo: Repositorio, conexao: psycopg.Connection[Any]) -> bytes:
    """Build lotes, call them sent, and write what an operadora would answer about them.

    Every third guia has an item with a glosa.
    """
    conexao.execute("UPDATE tiss.contrato SET max_guias = 100")
    clinica.gerar(conexao, consultas=round(GUIAS * 7), hoje=hoje())
    with repo.transacao() as t:
        contrato = contratos.listar(t)[0]
    montagem.montar(repo, contrato, Filtro(), agora=datetime.now(UTC))
    conexao.execute("SET session_replication_role = replica")
    conexao.execute("UPDATE tiss.lote SET status = 'ENVIADO', protocolo = id, data_envio = now()")
    conexao.execute("UPDATE tiss.guia SET status = 'ENVIADA' WHERE status = 'GERADA'")
    conexao.execute("SET session_replication_role = origin")
    guias = conexao.execute(
        "SELECT lote.id, numero_lote, numero_guia_prestador, guia.valor_informado,"
        " codigo_procedimento"
        " FROM tiss.guia_tiss_envio AS envio JOIN tiss.lote ON lote.id = envio.lote_id"
        " JOIN tiss.guia ON guia.id = envio.guia_id"
        " JOIN tiss.guia_item AS item ON item.guia_id = guia.id AND sequencial_item = 1"
        " ORDER BY lote.id, ordem LIMIT %s",
        [GUIAS],
    ).fetchall()
    if len(guias) < GUIAS:
        raise SystemExit(f"só há {len(guias)} guias: gere mais atendimentos")
    return "".join(_escrever(contrato, guias)).encode()


def _escrever(contrato: Contrato, guias: list[Any]) -> Iterator[str]:
    dia = hoje()
    yield (
        f'<r xmlns="{NAMESPACE}"><demonstrativoAnaliseConta><cabecalhoDemonstrativo>'
        f"<registroANS>{contrato.registro_ans}</registroANS><numeroDemonstrativo>1"
        f"</numeroDemonstrativo><dataEmissao>{dia}</dataEmissao></cabecalhoDemonstrativo>"
        "<dadosPrestador><dadosContratado><codigoPrestadorNaOperadora>"
        f"{contrato.codigo_prestador}</codigoPrestadorNaOperadora></dadosContratado>"
        "</dadosPrestador><dadosConta>"
    )
    aberto = None
    for ordem, (lote, numero_lote, numero, valor, codigo) in enumerate(guias):
        if lote != aberto:
            if aberto is not None:
                yield "</dadosProtocolo>"
            yield (
                f"<dadosProtocolo><numeroLotePrestador>{numero_lote}</numeroLotePrestador>"
                f"<numeroProtocolo>{lote}</numeroProtocolo><dataProtocolo>{dia}</dataProtocolo>"
                "<situacaoProtocolo>3</situacaoProtocolo>"
            )
            aberto = lote
        liberado = valor - RECUSADO if ordem % 3 == 0 else valor
        item = (
            f"<detalhesGuia><sequencialItem>1</sequencialItem><dataRealizacao>{dia}"
            "</dataRealizacao><procedimento><codigoTabela>22</codigoTabela><codigoProcedimento>"
            f"{codigo}</codigoProcedimento></procedimento><valorInformado>{valor}</valorInformado>"
            f"<valorProcessado>{valor}</valorProcessado><valorLiberado>{liberado}</valorLiberado>"
            f"<relacaoGlosa><valorGlosa>{RECUSADO}</valorGlosa><tipoGlosa>1705</tipoGlosa>"
            "</relacaoGlosa></detalhesGuia>"
        )
        yield (
            f"<relacaoGuias><numeroGuiaPrestador>{numero}</numeroGuiaPrestador><situacaoGuia>3"
            f"</situacaoGuia>{item if ordem % 3 == 0 else ''}<valorInformadoGuia>{valor}"
            f"</valorInformadoGuia><valorProcessadoGuia>{valor}</valorProcessadoGuia>"
            f"<valorLiberadoGuia>{liberado}</valorLiberadoGuia></relacaoGuias>"
        )
    yield "</dadosProtocolo></dadosConta></demonstrativoAnaliseConta></r>"


def _enviar(repo: Repositorio, conexao: psycopg.Connection[Any]) -> int:
    """Send lotes of one or two guias, over the contratos of the demo; return how many."""
    conexao.execute("UPDATE tiss.contrato SET max_guias = 2")
    clinica.gerar(conexao, consultas=round(PROTOCOLOS * 2.2), hoje=hoje())
    enviados = 0
    with repo.transacao() as t:
        todos = contratos.listar(t)
    for contrato in todos:
        feito = montagem.montar(repo, contrato, Filtro(), agora=datetime.now(UTC))
        envio.enviar_remessa(feito.lotes, repo, cliente, quem="medida")
        enviados += len(feito.lotes)
    return enviados


def _consultar(repo: Repositorio) -> None:
    with repo.transacao() as t:
        ids = [contrato.id for contrato in contratos.listar(t)]
    for consulta in distribuicao.distribuir_consultas(repo, ids, []):
        retorno.consultar_remessa(consulta, repo, cliente, quem="medida")


if __name__ == "__main__":
    sys.exit(main())
