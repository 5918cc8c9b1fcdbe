"""What is paid late is found among all that was ever billed without reading all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oficina import Oficina

from tiss.repository import pagamentos
from tiss.repository.conexao import comando

PAGAS, ATRASADAS = 20_000, 200
COMO = {"motivo": "PAGAMENTO_ATRASADO", "por": "teste"}


def test_late_payments_are_found_by_what_is_not_paid(oficina: Oficina) -> None:
    oficina.configurar(dias_para_pagar=10)
    contrato = oficina.contrato()
    # As they are after years, without the life that leads there.
    oficina.fazer("SET session_replication_role = replica")
    oficina.fazer(
        "INSERT INTO tiss.lote (contrato_id, numero_lote, tipo_guia, quantidade_guias, valor_total,"
        " versao_contrato, versao_tiss, xml, hash, status, protocolo, data_envio)"
        " SELECT %s, 1000 + n, 'CONSULTA', 100, 15000, 1, '4.03.00', '', md5(''), 'PROCESSADO',"
        " 'P' || n, now() - interval '40 days' FROM generate_series(1, %s) AS n",
        *(contrato.id, (PAGAS + ATRASADAS) // 100),
    )
    oficina.fazer(
        "INSERT INTO tiss.guia (consulta_id, clinica_id, registro_ans, ambiente, tipo, contrato_id,"
        " numero_guia_prestador, status, valor_informado, digest, versao_regras, xml)"
        " SELECT 'x' || n, 'MATRIZ', '999001', 'PRODUCAO', 'CONSULTA', %s, 'x' || n, 'AUTORIZADA',"
        " 150, '', 1, '' FROM generate_series(1, %s) AS n",
        *(contrato.id, PAGAS + ATRASADAS),
    )
    oficina.fazer(
        "INSERT INTO tiss.guia_tiss_envio (guia_id, lote_id, ordem, resultado, valor_liberado,"
        " valor_pago, demonstrativo_data)"
        " SELECT guia.id, lote.id, 1 + (guia.n - 1) %% 100, 'AUTORIZADA', 150,"
        " CASE WHEN guia.n <= %s THEN 150 ELSE 0 END, current_date - 30"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM tiss.guia) AS guia"
        " JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM tiss.lote) AS lote"
        " ON lote.n = 1 + (guia.n - 1) / 100",
        PAGAS,
    )
    oficina.fazer("SET session_replication_role = origin")
    oficina.fazer("ANALYZE tiss.guia, tiss.guia_tiss_envio, tiss.lote, tiss.divergencia")
    for vez in (0, 1):
        with oficina.repo.transacao() as t:
            assert pagamentos.trocar_atrasados(t, divergencia=COMO["motivo"], por=COMO["por"]) == (
                ATRASADAS * (1 - vez),
                0,
            )
        oficina.fazer("ANALYZE tiss.divergencia")
        for nome in ("abrir_atrasados", "fechar_atrasados"):
            nos = [*_nos(oficina, f"pagamento/{nome}")]
            varridas = {no.get("Relation Name") for no in nos if no["Node Type"] == "Seq Scan"}
            assert varridas.isdisjoint({"guia", "guia_tiss_envio"}), (nome, vez)


def _nos(oficina: Oficina, nome: str) -> Iterator[dict[str, Any]]:
    with oficina.conexao.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + comando(nome), COMO)
        linha = cursor.fetchone()
    assert linha is not None
    abertos = [linha[0][0]["Plan"]]
    while abertos:
        no = abertos.pop()
        yield no
        abertos += no.get("Plans", [])
