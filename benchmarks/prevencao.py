"""`make bench-prevencao`: what share of coming glosas is announced, and how often in vain.

A simulated operadora with rules of its own answers a history, for real; then comes a fresh month,
built with that history, sent and answered too. Then the counting is timed on many guias. Exit 1
when a budget is not held.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import structlog
from consultorio import SENHAS, cliente, clinica_aberta, cronometrar, hoje

from tiss.demo import cadastro
from tiss.repository import Repositorio, contratos, historico
from tiss.repository.guias import Filtro
from tiss.services import distribuicao, envio, montagem, retorno
from tiss.simulador.processo import Simulador

FILIAL, OPERADORA = cadastro.FILIAIS[0].id, cadastro.OPERADORAS[0].registro_ans
GUIAS_DE_HISTORIA, POUCA_HISTORIA, GUIAS_DO_MES = 4_000, 200, 1_500
CONSULTA = "10101012"
NAO_COBERTO, CARO, RARO = "40304361", "40301630", "40302750"
COM_SENHA, COM_INDICACAO, COM_SOLICITACAO = "40901122", "40801020", "41001079"
QUASE_NUNCA = "40202038"
# How often each one is billed, in any unit.
PROCEDIMENTOS = {
    NAO_COBERTO: 8,
    CARO: 10,
    RARO: 0.05,
    COM_SENHA: 12,
    COM_INDICACAO: 12,
    COM_SOLICITACAO: 10,
    QUASE_NUNCA: 6,
    "40302318": 20,
    "40301087": 20,
    "40316521": 10,
}
PRECO, PRECO_A_MAIS, PRECO_MAXIMO = "100.00", "120.00", "100.00"
# What the operadora refuses, and by which kind of rule. Only the first kinds can be learnt.
REGRAS = [
    ({"codigo": "1702", "procedimento": QUASE_NUNCA, "parte": 0.8}, "procedimento, 80% das vezes"),
    ({"codigo": "1401", "procedimento": COM_SENHA, "sem": "senha"}, "campo de um procedimento"),
    (
        {
            "codigo": "1423",
            "procedimento": COM_INDICACAO,
            "sem": "indicacaoClinica",
            "parte": 0.85,
        },
        "campo de um procedimento, 85% das vezes",
    ),
    ({"codigo": "1408", "procedimento": CONSULTA, "sem": "codValidacao"}, "campo, em consulta"),
    ({"codigo": "3111", "sem": "numeroGuiaOperadora"}, "campo, de qualquer procedimento"),
    (
        {"codigo": "3111", "procedimento": COM_SOLICITACAO, "sem": "dataSolicitacao"},
        "campo, de qualquer procedimento",
    ),
    ({"codigo": "1426", "procedimento": RARO, "sem": "observacao"}, "raro demais"),
    ({"codigo": "1304", "parte": 0.03}, "acaso"),
]
POR_CODIGO = {
    "1801": "procedimento, sempre",
    **{str(regra["codigo"]): nome for regra, nome in REGRAS},
    "1705": "preço, um em cinco",
    "1001": "carteira",
}
# An operadora whose refusals follow nothing.
SEM_REGRA = {"regras_de_glosa": [{"codigo": "1304", "parte": 0.2}]}
COM_REGRAS = {
    "nao_cobertos": [NAO_COBERTO],
    "preco_maximo": {CARO: PRECO_MAXIMO},
    "regras_de_glosa": [regra for regra, _ in REGRAS],
}
APRENDIVEIS = {"1801", "1702", "1401", "1423", "1408", "3111"}
# Shares, and seconds.
MINIMO_ANUNCIADO, MAXIMO_EM_VAO, MAXIMO_SEM_REGRA, MAXIMO_CONTANDO = 0.95, 0.10, 0.01, 10.0
# A contrato among 10 million guias of five years and six contratos has this many in twelve months.
GUIAS_DE_UM_ANO, GUIAS_DE_ANTES = 333_000, 667_000


def main() -> int:
    """Measure; return the exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    cumpridos = [*_com_regras(), _sem_regra(), _volume()]
    return int(not all(cumpridos))


# What is announced --------------------------------------------------------------------------------

# Of each guia of the fresh month, the codes that were announced and those that came.
Mes = list[tuple[set[str], set[str]]]


def _com_regras() -> Iterator[bool]:
    """Judge by much history; with little of it, only show."""
    _relatar(POUCA_HISTORIA, _viver(COM_REGRAS, POUCA_HISTORIA))
    anunciadas, em_vao = _relatar(GUIAS_DE_HISTORIA, _viver(COM_REGRAS, GUIAS_DE_HISTORIA))
    yield _julgar("anunciadas, do que se pode aprender", anunciadas, MINIMO_ANUNCIADO)
    yield _julgar("avisos em vão, dos avisos", em_vao, MAXIMO_EM_VAO, teto=True)


def _sem_regra() -> bool:
    mes = _viver(SEM_REGRA, GUIAS_DE_HISTORIA)
    glosadas = sum(bool(dadas) for _, dadas in mes)
    avisadas = sum(bool(anunciadas) for anunciadas, _ in mes)
    print(f"sem regra nenhuma: {glosadas} guias com glosa, {avisadas} avisadas")
    return _julgar("avisadas, sem regra nenhuma", avisadas / len(mes), MAXIMO_SEM_REGRA, teto=True)


def _viver(campos: Mapping[str, object], historia: int) -> Mes:
    """Bill a history and then a month to an operadora."""
    config = cadastro.configuracao_do_simulador(SENHAS)
    config["operadoras"][0] |= campos
    with clinica_aberta() as (url, conexao), Simulador.start(config) as operadoras:
        cadastro.cadastrar(conexao, url_simulador=operadoras.url, hoje=hoje())
        conexao.execute("UPDATE tiss.contrato SET max_guias = 100")
        conexao.execute("CREATE TABLE tiss.fila AS SELECT * FROM tiss.consulta_preparada LIMIT 0")
        conexao.execute("CREATE OR REPLACE VIEW tiss.consulta_preparada AS SELECT * FROM tiss.fila")
        repo = Repositorio(lambda: psycopg.connect(url))
        _faturar(repo, conexao, operadoras, "historia", historia)
        _faturar(repo, conexao, operadoras, "mes", GUIAS_DO_MES)
        return _do_mes(conexao)


def _faturar(
    repo: Repositorio,
    conexao: psycopg.Connection[Any],
    operadoras: Simulador,
    periodo: str,
    quantas: int,
) -> None:
    """Attend, build, send, and take in the answers."""
    sorte = Random(periodo)  # noqa: S311  repeatable on purpose
    linhas = [_consulta(sorte, periodo, numero) for numero in range(quantas)]
    with conexao.cursor() as cursor:
        colunas = [*linhas[0]]
        cursor.executemany(
            f"INSERT INTO tiss.fila ({', '.join(colunas)})"  # noqa: S608  our own names
            f" VALUES ({', '.join(['%s'] * len(colunas))})",
            [[*linha.values()] for linha in linhas],
        )
    with repo.transacao() as t:
        contrato = next(
            c for c in contratos.listar(t) if (c.clinica_id, c.registro_ans) == (FILIAL, OPERADORA)
        )
    feito = montagem.montar(repo, contrato, Filtro(), agora=datetime.now(UTC))
    if feito.geradas < quantas:
        raise SystemExit(f"só {feito.geradas} de {quantas} guias: {feito.problemas}")
    envio.enviar_remessa(feito.lotes, repo, cliente, quem="medida")
    operadoras.avancar(60)
    for consulta in distribuicao.distribuir_consultas(repo, [contrato.id], []):
        retorno.consultar_remessa(consulta, repo, cliente, quem="medida")


def _consulta(sorte: Random, periodo: str, numero: int) -> dict[str, object]:
    """Return a row of the view: a consultation or some exams, with gaps as people leave them.

    What belongs to an authorisation is mostly missing together, so that a field may look guilty of
    what is done for another one.
    """
    autorizada = sorte.random() < 0.7
    senha = f"S{numero}" if autorizada else None
    numerada = sorte.random() < (0.95 if autorizada else 0.6)
    validada = sorte.random() < 0.8
    consulta = sorte.random() < 0.3
    dia = hoje() - timedelta(sorte.randint(3, 40))
    codigos = [CONSULTA] if consulta else _sortear(sorte)
    carteira = sorte.randrange(10**8, 10**9)
    return {
        "consulta_id": f"{periodo}-{numero}",
        "clinica_id": FILIAL,
        "registro_ans": OPERADORA,
        "tipo_guia": "CONSULTA" if consulta else "SP_SADT",
        "data_atendimento": dia,
        # One in a hundred is of a card that the operadora does not know.
        "numero_carteira": f"{carteira}{'000' if sorte.random() < 0.01 else '007'}",
        "atendimento_rn": False,
        "nome_profissional": "Ana Teste",
        "conselho_profissional": "06",
        "numero_conselho_profissional": "12345",
        "uf": "35",
        "cbo": "225125",
        "indicacao_acidente": "9",
        "regime_atendimento": "01",
        "tipo_consulta": "1" if consulta else None,
        "tipo_atendimento": None if consulta else "23",
        "carater_atendimento": None if consulta else "1",
        "indicacao_clinica": "Rotina" if sorte.random() < 0.75 else None,
        "data_solicitacao": dia if sorte.random() < 0.85 else None,
        "numero_guia_operadora": f"OP{numero}" if numerada else None,
        "senha": senha,
        "data_autorizacao": dia,
        "data_validade_senha": dia if senha and sorte.random() < 0.8 else None,
        "observacao": "Retorno" if sorte.random() < 0.3 else None,
        "itens": json.dumps(
            [_item(sorte, dia, posicao, um) for posicao, um in enumerate(codigos, 1)]
        ),
        "despesas": "[]",
        "complemento": json.dumps({"cod_validacao": f"V{numero}"} if validada else {}),
        "digest": "1",
    }


def _sortear(sorte: Random) -> list[str]:
    sorteados = sorte.choices([*PROCEDIMENTOS], [*PROCEDIMENTOS.values()], k=sorte.randint(1, 3))
    return [*dict.fromkeys(sorteados)]


def _item(sorte: Random, dia: date, posicao: int, codigo: str) -> dict[str, object]:
    preco = PRECO_A_MAIS if codigo == CARO and sorte.random() < 0.2 else PRECO
    return {
        "sequencial_item": posicao,
        "codigo_tabela": "22",
        "codigo_procedimento": codigo,
        "descricao": "Procedimento",
        "data_execucao": str(dia),
        "quantidade": "1",
        "reducao_acrescimo": "1.00",
        "valor_unitario": preco,
        "valor_total": preco,
    }


def _do_mes(conexao: psycopg.Connection[Any]) -> Mes:
    mes = [
        (set(anunciadas), set(dadas))
        for anunciadas, dadas in conexao.execute(
            "SELECT ARRAY(SELECT problema ->> 'glosa_provavel' FROM jsonb_array_elements(problemas)"
            "  AS problema WHERE problema ->> 'codigo' = 'HISTORICO_DE_GLOSA'),"
            " ARRAY(SELECT codigo FROM tiss.glosa WHERE envio_id = envio.id)"
            " FROM tiss.guia JOIN tiss.guia_tiss_envio AS envio ON envio.guia_id = guia.id"
            " WHERE consulta_id LIKE 'mes-%' AND envio.resultado IS NOT NULL"
        )
    ]
    if len(mes) < GUIAS_DO_MES:
        raise SystemExit(f"só {len(mes)} guias respondidas")
    return mes


def _relatar(historia: int, mes: Mes) -> tuple[float, float]:
    """Print what was announced; return which share of the learnable, and of warnings in vain."""
    print(f"história: {historia} guias; mês novo: {len(mes)}")
    print(f"{'regra da operadora':42} {'glosa':>5} {'dadas':>6} {'anunciadas':>10} {'em vão':>7}")
    vindas, ditas, certas = Counter[str](), Counter[str](), Counter[str]()
    for anunciadas, dadas in mes:
        vindas.update(dadas)
        ditas.update(anunciadas)
        certas.update(dadas & anunciadas)
    for codigo in sorted(vindas | ditas, key=[*POR_CODIGO].index):
        parte = f"{certas[codigo] / vindas[codigo]:.0%}" if vindas[codigo] else "-"
        vao = ditas[codigo] - certas[codigo]
        print(f"{POR_CODIGO[codigo]:42} {codigo:>5} {vindas[codigo]:6} {parte:>10} {vao:7}")
    com_glosa = [anunciadas for anunciadas, dadas in mes if dadas]
    avisadas = [dadas for anunciadas, dadas in mes if anunciadas]
    previstas = sum(bool(anunciadas) for anunciadas in com_glosa)
    em_vao = sum(not dadas for dadas in avisadas)
    print(
        f"guias com glosa: {len(com_glosa)}, das quais avisadas: {previstas / len(com_glosa):.1%}"
    )
    print(f"guias avisadas: {len(avisadas)}, das quais sem glosa: {em_vao / len(avisadas):.1%}")
    print(f"guias sem glosa: {len(mes) - len(com_glosa)}, das quais avisadas: {em_vao}")
    aprendiveis = sum(vindas[codigo] for codigo in APRENDIVEIS)
    aprendidas = sum(certas[codigo] for codigo in APRENDIVEIS)
    return aprendidas / aprendiveis, em_vao / len(avisadas)


def _julgar(nome: str, valor: float, limite: float, *, teto: bool = False) -> bool:
    cumprido = valor <= limite if teto else valor >= limite
    palavra = "até" if teto else "ao menos"
    print(f"{nome:42} {valor:8.3f}   {palavra} {limite:g}{'' if cumprido else '   NÃO CUMPRIDO'}")
    return cumprido


# What it costs ------------------------------------------------------------------------------------


def _volume() -> bool:
    with clinica_aberta() as (url, conexao):
        _encher(conexao)
        repo = Repositorio(lambda: psycopg.connect(url))

        def contar() -> None:
            with repo.transacao() as t:
                historico.ler(t, 1)

        primeira, outra = cronometrar(contar), cronometrar(contar)
        print(f"contar {GUIAS_DE_UM_ANO} guias, de novo (s) {outra:23.2f}")
        plano = conexao.execute(
            "EXPLAIN SELECT FROM tiss.procedimento_julgado WHERE contrato_id = 1"
        ).fetchall()
        if "lote_por_data_envio" not in str(plano):
            raise SystemExit("a janela não é achada pelo índice")
        return _julgar(f"contar {GUIAS_DE_UM_ANO} guias (s)", primeira, MAXIMO_CONTANDO, teto=True)


def _encher(conexao: psycopg.Connection[Any]) -> None:
    """Write judged guias of one contrato: two procedures each, one guia in ten refused."""
    todas = GUIAS_DE_UM_ANO + GUIAS_DE_ANTES
    conexao.execute("SET session_replication_role = replica")
    for comando in (
        # From the oldest on, as they come in a clinic.
        "INSERT INTO tiss.lote (contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total,"
        " status, versao_contrato, versao_tiss, xml, hash, protocolo, data_envio)"
        " SELECT 1, n, 'SP_SADT', 100, 20000, 'PROCESSADO', 1, '4.03.00', '', repeat('0', 32), n,"
        " now() - interval '1 day' - interval '364 days' * (%(lotes)s - n) / %(do_ano)s"
        " FROM generate_series(1, %(lotes)s) AS n",
        # What a guia takes with its XML.
        "INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente, tipo,"
        " data_atendimento, contrato_id, numero_guia_prestador, status, valor_informado, digest,"
        " versao_regras, xml, campos_ausentes)"
        " SELECT n, 'MATRIZ', '999001', 'PRODUCAO', 'SP_SADT', current_date, 1, n, 'AUTORIZADA',"
        " 200, '', 1, decode(repeat(md5(n::text), 44), 'hex'),"
        " array_remove(ARRAY['guia_principal', 'identificador_beneficiario',"
        " CASE WHEN n %% 3 = 0 THEN 'senha' END, CASE WHEN n %% 5 = 0 THEN 'observacao' END,"
        " CASE WHEN n %% 7 = 0 THEN 'validade_senha' END,"
        " CASE WHEN n %% 11 = 0 THEN 'cod_validacao' END], NULL)"
        " FROM generate_series(1, %(guias)s) AS n",
        "INSERT INTO tiss.guia_item (guia_id, sequencial_item, codigo_tabela, codigo_procedimento,"
        " descricao, data_execucao, quantidade, valor_unitario, valor_total)"
        " SELECT n, item, '22', 40300000 + (n::bigint * 7919 * item) %% 400, 'Procedimento',"
        " current_date, 1, 100, 100"
        " FROM generate_series(1, %(guias)s) AS n, generate_series(1, 2) AS item",
        "INSERT INTO tiss.guia_tiss_envio (guia_id, lote_id, ordem, resultado)"
        " SELECT n, 1 + (n - 1) / 100, 1 + (n - 1) %% 100,"
        " CASE WHEN n %% 10 = 0 THEN 'NEGADA' ELSE 'AUTORIZADA' END"
        " FROM generate_series(1, %(guias)s) AS n",
        "INSERT INTO tiss.glosa (envio_id, guia_id, protocolo, nivel, sequencial_item, codigo,"
        " origem, posicao)"
        " SELECT n, n, '1', CASE WHEN n %% 20 = 0 THEN 'GUIA' ELSE 'ITEM' END,"
        " CASE WHEN n %% 20 > 0 THEN 1 END, 1400 + n %% 30, 'DEMONSTRATIVO_ANALISE', 1"
        " FROM generate_series(10, %(guias)s, 10) AS n",
    ):
        conexao.execute(
            comando,
            {"guias": todas, "lotes": todas // 100, "do_ano": GUIAS_DE_UM_ANO // 100},
        )
    conexao.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
