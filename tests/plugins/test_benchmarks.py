from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tiss import settings

BENCHMARKS = settings.RAIZ / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import comparar  # noqa: E402  scripts, found by name like in their own process
import conferencia  # noqa: E402
import dados  # noqa: E402
import relatorio  # noqa: E402
from orcamentos import Medidas, Memoria, julgar  # noqa: E402

GUIAS = 4
TUDO_CUMPRIDO = Medidas(
    tempos={
        ("sp_sadt", "nosso"): [0.001, 0.002, 0.009],
        ("sp_sadt", "tiss"): [0.039, 0.040, 0.041],
        ("sp_sadt", "pytiss"): [0.024],
    },
    memoria={("sp_sadt", "nosso"): Memoria(antes=50, pico=300, depois=50, retidos=0)},
    por_guia={"sp_sadt": (1.0, 1.5)},
)
# It keeps what every lote brought, as a cache without an end would.
GUARDA_TUDO = """
import dados
from posto import lotes, servir

VISTOS = {}


def lote(tamanho, numero):
    def trabalho():
        for guia in dados.atendimentos("consulta", tamanho, lote=numero):
            VISTOS[guia.numero] = guia.carteira if GUARDA else guia.dia.isoformat()
    return trabalho


servir({"consulta": lotes(lote)})
"""


@pytest.fixture(scope="module")
def rodada() -> Medidas:
    """One run of everything, on sizes of which nobody would print the figures."""
    return comparar.comparar(
        rodadas=1, guias=GUIAS, lotes=2, guias_demonstrativo=12, avisar=lambda _: None
    )


@pytest.fixture(scope="module")
def lote_certo() -> str:
    with comparar.Participante("piso") as piso:
        piso.pedir("preparar", tarefa="sp_sadt", tamanho=GUIAS)
        piso.pedir("medir", aquecer=0)
        return str(piso.pedir("entregar")["feito"])


# Nobody else reads rows of a view.
DAS_LINHAS = "sp_sadt_das_linhas"


def test_every_participant_is_measured_in_what_it_can_do(rodada: Medidas) -> None:
    de_todos = [tarefa for tarefa in comparar.LOTES if tarefa != DAS_LINHAS]
    lotes = {(tarefa, nome) for tarefa in de_todos for nome in comparar.PARTICIPANTES}
    lotes.add((DAS_LINHAS, "nosso"))
    leitura = {(tarefa, nome) for tarefa in comparar.DEMONSTRATIVOS for nome in ("nosso", "piso")}
    assert rodada.tempos.keys() == lotes | leitura | {("demonstrativo_inteiro", "tiss")}
    assert all(tempo > 0 for tempos in rodada.tempos.values() for tempo in tempos)


def test_tiss_still_gives_up_a_demonstrativo_that_leaves_accepted_items_out(
    rodada: Medidas,
) -> None:
    assert rodada.recusas.keys() == comparar.RECUSAS_CONHECIDAS


def test_memory_is_measured_for_every_task_that_somebody_can_do(rodada: Medidas) -> None:
    assert rodada.memoria.keys() == {
        chave for chave in rodada.tempos if chave[0] not in ("consulta", DAS_LINHAS)
    }


def test_ours_keeps_no_text_of_a_patient_after_its_lote(rodada: Medidas) -> None:
    assert {
        tarefa: m.retidos for (tarefa, nome), m in rodada.memoria.items() if nome == "nosso"
    } == {
        "sp_sadt": 0,
        "demonstrativo": 0,
        "demonstrativo_inteiro": 0,
    }


def test_a_run_ends_in_tables_with_every_budget(
    rodada: Medidas, capsys: pytest.CaptureFixture[str]
) -> None:
    vereditos = julgar(rodada)
    relatorio.mostrar(rodada, vereditos)
    escrito = capsys.readouterr().out
    assert all(veredito.assunto in escrito for veredito in vereditos)
    assert "recusa: RetornoError" in escrito


def com_hash(xml: str) -> str:
    sem_hash = re.sub(r"<ans:hash>.*</ans:hash>", "", xml.partition("?>")[2])
    texto = "".join(etree.fromstring(sem_hash).itertext())
    certo = hashlib.md5(texto.encode("iso-8859-1")).hexdigest()
    return re.sub(r"(?<=<ans:hash>)[0-9a-f]*", certo, xml)


@pytest.mark.parametrize(
    ("antes", "depois", "motivo"),
    [
        ("<ans:valorUnitario>", "<ans:valorUnitario>1", "o que elas dizem"),
        (dados.MARCA_DA_CARTEIRA, "0000000", "o que elas dizem"),
        ("<ans:CNES>1234567</ans:CNES>", "<ans:CNES>12345678</ans:CNES>", "XSD"),
        ("<ans:indicacaoAcidente>9</ans:indicacaoAcidente>", "", "XSD"),
    ],
)
def test_a_lote_that_says_something_else_does_not_count(
    lote_certo: str, antes: str, depois: str, motivo: str
) -> None:
    assert com_hash(lote_certo) == lote_certo
    outro = lote_certo.replace(antes, depois, 1)
    with pytest.raises(conferencia.Errado, match=motivo):
        conferencia.lote(com_hash(outro), "sp_sadt", GUIAS)


def test_a_lote_with_the_hash_of_another_text_does_not_count(lote_certo: str) -> None:
    conferencia.lote(lote_certo, "sp_sadt", GUIAS)
    outro = lote_certo.replace(dados.HORA, "02:00:01", 1)
    with pytest.raises(conferencia.Errado, match="hash"):
        conferencia.lote(outro, "sp_sadt", GUIAS)


def test_a_lote_with_fewer_guias_does_not_count(lote_certo: str) -> None:
    with pytest.raises(conferencia.Errado):
        conferencia.lote(lote_certo, "sp_sadt", GUIAS + 1)


@pytest.mark.parametrize("lido", [[], [("1", 25_000), ("2", 30_001)], [("1", 25_000), ("3", None)]])
def test_a_demonstrativo_read_wrongly_does_not_count(lido: list[tuple[str, int | None]]) -> None:
    conferencia.demonstrativo([("1", 25_000), ("2", None)], 2)
    with pytest.raises(conferencia.Errado):
        conferencia.demonstrativo(lido, 2)


@pytest.mark.parametrize(("guarda", "retidos"), [(True, 3 * GUIAS), (False, 0)])
def test_a_text_of_a_patient_that_outlives_its_lote_is_found(
    tmp_path: Path, guarda: bool, retidos: int
) -> None:
    pedidos = [
        {"pedido": "preparar", "tarefa": "consulta", "tamanho": GUIAS},
        {"pedido": "memoria", "vezes": 2, "aquecer": 1, "marca": dados.MARCA_DA_CARTEIRA},
    ]
    programa = tmp_path / "guarda.py"
    programa.write_text(f"GUARDA = {guarda}\n{GUARDA_TUDO}", encoding="utf-8")
    resultado = subprocess.run(
        [sys.executable, programa],
        env={"PYTHONPATH": str(BENCHMARKS)},
        input="".join(json.dumps(pedido) + "\n" for pedido in pedidos),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(resultado.stdout.splitlines()[-1])["retidos"] == retidos


def test_budgets_are_held_at_their_limits() -> None:
    assert [veredito.cumprido for veredito in julgar(TUDO_CUMPRIDO)] == [True] * 5


@pytest.mark.parametrize(
    "medidas",
    [
        replace(TUDO_CUMPRIDO, tempos={**TUDO_CUMPRIDO.tempos, ("sp_sadt", "tiss"): [0.0399]}),
        replace(TUDO_CUMPRIDO, tempos={**TUDO_CUMPRIDO.tempos, ("sp_sadt", "pytiss"): [0.0239]}),
        replace(TUDO_CUMPRIDO, por_guia={"consulta": (1.0, 1.51)}),
        replace(TUDO_CUMPRIDO, memoria={("sp_sadt", "nosso"): Memoria(50, 301, 50, 0)}),
        replace(TUDO_CUMPRIDO, memoria={("sp_sadt", "nosso"): Memoria(50, 60, 50, 1)}),
    ],
)
def test_each_budget_can_fail_alone(medidas: Medidas) -> None:
    assert [veredito.cumprido for veredito in julgar(medidas)].count(False) == 1


def test_what_a_peer_keeps_or_takes_is_no_budget_of_ours() -> None:
    memoria = {("sp_sadt", "tiss"): Memoria(antes=50, pico=900, depois=50, retidos=7)}
    assert all(v.cumprido for v in julgar(replace(TUDO_CUMPRIDO, memoria=memoria)))
