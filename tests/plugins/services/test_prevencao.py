"""What an operadora refused before is told of the next guia that is like it, with the evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from guias_da_visao import COLUNAS, exame
from oficina import HEMOGRAMA, HOJE, Oficina, item
from psycopg.types.json import Jsonb
from respostas import COBRADO, analisada, analise, item_recusado

from tiss import cli
from tiss.domain.cadastro import Contrato
from tiss.domain.retorno import Demonstrativo, Demonstrativos, Motivo
from tiss.repository import terminologia
from tiss.repository.guias import Filtro
from tiss.services import exportacao, montagem
from tiss.services.conciliacao import aplicar_demonstrativos
from tiss.services.reapresentacao import reapresentar
from tiss.simulador.processo import Simulador

REGRA = "HISTORICO_DE_GLOSA"
OUTRA = "999002"
COM_SENHA = {"senha": "S1234", "data_autorizacao": HOJE - timedelta(5)}
SEM_SENHA: dict[str, object] = {}
_numeros = count(1)


def preparar(oficina: Oficina, quantas: int = 1, **colunas: object) -> list[str]:
    """Prepare blood counts of as many patients, as SP/SADT; return their consulta_id."""
    consultas = [f"c{next(_numeros)}" for _ in range(quantas)]
    for consulta in consultas:
        oficina.alimentar(
            **{
                "consulta_id": consulta,
                "numero_carteira": f"12345{consulta[1:]:0>6}7",
                "tipo_guia": "SP_SADT",
                **COLUNAS["SP_SADT"],
                "itens": json.dumps([exame()]),
                "despesas": "[]",
                "data_solicitacao": HOJE - timedelta(6),
                **colunas,
            }
        )
    return consultas


def avisos(oficina: Oficina, consulta: str, ambiente: str = "PRODUCAO") -> list[dict[str, Any]]:
    """What the history says of the guia of a consulta."""
    problemas = oficina.guia(consulta, ambiente)["problemas"]
    return [problema for problema in problemas if problema["codigo"] == REGRA]


def avisada(oficina: Oficina, contrato: Contrato | None = None, **colunas: object) -> bool:
    """Whether a new guia without senha is warned."""
    (consulta,) = preparar(oficina, **colunas)
    oficina.montar(contrato)
    ambiente = "PRODUCAO" if contrato is None else contrato.ambiente
    return bool(avisos(oficina, consulta, ambiente))


def contado(oficina: Oficina, campo: str | None = "senha") -> dict[str, Any] | None:
    """The line that people see of the blood count without a field and code 1401."""
    linhas = oficina.linhas(
        "SELECT glosadas, julgadas, glosadas_com_o_campo, julgadas_com_o_campo"
        " FROM tiss.historico_de_glosa WHERE contrato_id = %s AND codigo = '1401'"
        " AND codigo_procedimento = %s AND campo_ausente IS NOT DISTINCT FROM %s",
        *(oficina.contrato().id, HEMOGRAMA, campo),
    )
    assert len(linhas) < 2
    return linhas[0] if linhas else None


@pytest.fixture
def rigorosa(simular: Callable[..., Simulador]) -> Simulador:
    """Operadoras that want a senha for every blood count."""
    regra = {"codigo": "1401", "procedimento": HEMOGRAMA, "sem": "senha"}
    return simular(regras_de_glosa=[regra])


def noite_e_resposta(oficina: Oficina, simulador: Simulador) -> None:
    assert oficina.noite() == []
    simulador.avancar(60)
    assert oficina.hora() == []


@pytest.fixture
def ensinada(oficina: Oficina, rigorosa: Simulador) -> Oficina:
    """The clinic after a night that brought six refusals without senha, and none of seven with."""
    preparar(oficina, 6, **SEM_SENHA)
    preparar(oficina, 7, **COM_SENHA)
    noite_e_resposta(oficina, rigorosa)
    return oficina


# From an answer to a warning ----------------------------------------------------------------------


def test_what_was_refused_is_told_of_the_next_guia_with_the_evidence(ensinada: Oficina) -> None:
    (consulta,) = preparar(ensinada)
    feito = ensinada.montar()
    (aviso,) = avisos(ensinada, consulta)
    assert aviso["mensagem"].startswith(
        f"a operadora glosou 6 de 6 guias com o procedimento {HEMOGRAMA} sem a senha (código 1401"
    )
    assert aviso["mensagem"].endswith("; com a senha, 0 de 7: informe a senha antes de enviar")
    assert (aviso["gravidade"], aviso["glosa_provavel"], aviso["item"]) == ("aviso", "1401", 1)
    assert feito.avisos[REGRA] == 1
    assert ensinada.guia(consulta)["status"] == "GERADA"


def test_a_guia_that_has_the_field_is_not_warned(ensinada: Oficina) -> None:
    (consulta,) = preparar(ensinada, **COM_SENHA)
    ensinada.montar()
    assert avisos(ensinada, consulta) == []


def test_another_procedure_is_not_warned(ensinada: Oficina) -> None:
    assert not avisada(ensinada, itens=json.dumps([item()]))


def test_without_history_a_night_is_as_it_was(oficina: Oficina, rigorosa: Simulador) -> None:
    (sem,) = preparar(oficina)
    (com,) = preparar(oficina, **COM_SENHA)
    feito = oficina.montar()
    assert (feito.geradas, feito.invalidas, dict(feito.avisos)) == (2, 0, {})
    assert oficina.guia(sem)["problemas"] == oficina.guia(com)["problemas"] == []


def test_a_refused_line_counts_for_its_procedure_and_for_no_other_of_the_guia(
    oficina: Oficina, simular: Callable[..., Simulador]
) -> None:
    simulador = simular(nao_cobertos=[HEMOGRAMA])
    linhas = [item(), exame(sequencial_item=2), exame(sequencial_item=3, hora_inicial="10:00")]
    preparar(oficina, 5, itens=json.dumps(linhas))
    noite_e_resposta(oficina, simulador)
    (consulta,) = preparar(oficina, itens=json.dumps(linhas))
    oficina.montar()
    (aviso,) = avisos(oficina, consulta)
    assert f"5 de 5 guias com o procedimento {HEMOGRAMA} (código 1801" in aviso["mensagem"]
    assert aviso["item"] == 2


def test_a_rehearsal_warns_and_stores_nothing(ensinada: Oficina) -> None:
    preparar(ensinada)
    agora = datetime.now(UTC)
    ensaio = montagem.validar(ensinada.repo, ensinada.contrato(), Filtro(), agora=agora)
    assert ensaio.avisos[REGRA] == 1
    assert ensinada.valor("SELECT count(*) FROM tiss.guia") == 13


def test_what_a_guia_leaves_empty_is_noted_when_it_is_built_and_when_it_is_built_again(
    oficina: Oficina,
) -> None:
    (consulta,) = preparar(oficina)
    oficina.montar()
    assert "senha" in oficina.guia(consulta)["campos_ausentes"]
    oficina.fazer(
        "UPDATE tiss.fila SET digest = 'd2', senha = 'S1234', data_autorizacao = %s",
        HOJE - timedelta(5),
    )
    oficina.fazer("UPDATE tiss.lote SET status = 'CANCELADO'")
    oficina.fazer("UPDATE tiss.guia_tiss_envio SET viva = false")
    oficina.montar()
    ausentes = oficina.guia(consulta)["campos_ausentes"]
    assert "senha" not in ausentes
    assert "S1234" not in ausentes


# What a contrato makes of it ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("acao", "status", "gravidades"),
    [
        ("AVISA", "GERADA", ["aviso"]),
        ("BLOQUEIA", "INVALIDA", ["erro"]),
        ("DESLIGADA", "GERADA", []),
    ],
)
def test_the_contrato_warns_blocks_or_does_not_ask(
    ensinada: Oficina, acao: str, status: str, gravidades: list[str]
) -> None:
    ensinada.configurar(regras=Jsonb({REGRA: acao}))
    (consulta,) = preparar(ensinada)
    ensinada.montar()
    assert [aviso["gravidade"] for aviso in avisos(ensinada, consulta)] == gravidades
    assert ensinada.guia(consulta)["status"] == status


def test_a_blocked_guia_leaves_when_its_field_is_filled_in(ensinada: Oficina) -> None:
    ensinada.configurar(regras=Jsonb({REGRA: "BLOQUEIA"}))
    (consulta,) = preparar(ensinada)
    assert ensinada.montar().lotes == []
    ensinada.fazer(
        "UPDATE tiss.fila SET digest = 'd2', senha = 'S1234', data_autorizacao = %s"
        " WHERE consulta_id = %s",
        *(HOJE - timedelta(5), consulta),
    )
    assert len(ensinada.montar().lotes) == 1
    assert ensinada.guia(consulta)["problemas"] == []


def test_a_blocked_guia_leaves_when_the_operadora_gives_in(ensinada: Oficina) -> None:
    ensinada.configurar(regras=Jsonb({REGRA: "BLOQUEIA"}))
    (consulta,) = preparar(ensinada)
    assert ensinada.montar().lotes == []
    receber(ensinada, *(analisada(str(numero), "18.50", **VALORES) for numero in range(1, 7)))
    assert len(ensinada.montar().lotes) == 1
    assert ensinada.guia(consulta)["status"] == "GERADA"


# What counts, and what does not -------------------------------------------------------------------

VALORES: dict[str, Any] = {
    "valor_informado": Decimal("18.50"),
    "valor_processado": Decimal("18.50"),
}


def receber(oficina: Oficina, *guias: Any, dia: int = 1, **campos: Any) -> None:  # noqa: ANN401
    """A newer analysis of the protocolo of the first lote."""
    protocolo = oficina.valor("SELECT protocolo FROM tiss.lote ORDER BY id LIMIT 1")
    aplicar(oficina, analise(protocolo, *guias, dia=dia, **campos))


def aplicar(oficina: Oficina, *demonstrativos: Demonstrativo) -> None:
    aplicar_demonstrativos(
        oficina.repo, oficina.contrato(), Demonstrativos(lista=tuple(demonstrativos))
    )


def negada(numero: int, *codigos: str, **campos: Any) -> Any:  # noqa: ANN401
    motivos = tuple(Motivo(codigo=codigo) for codigo in codigos)
    return analisada(str(numero), "0.00", motivos=motivos, **{**VALORES, **campos})


def test_another_operadora_and_another_branch_do_not_count(ensinada: Oficina) -> None:
    for clinica, registro in (("MATRIZ", OUTRA), ("FILIAL", "999001")):
        contrato = ensinada.contrato(clinica, registro)
        assert not avisada(ensinada, contrato, clinica_id=clinica, registro_ans=registro)
    assert avisada(ensinada)


def test_what_was_rehearsed_with_the_operadora_does_not_count_in_production_nor_the_reverse(
    ensinada: Oficina,
) -> None:
    homologacao = ensinada.homologacao()
    assert not avisada(ensinada, homologacao)
    ensinada.fazer("UPDATE tiss.lote SET contrato_id = %s", homologacao.id)
    assert avisada(ensinada, homologacao)
    (consulta,) = preparar(ensinada)
    ensinada.montar()
    assert avisos(ensinada, consulta) == []


def test_a_cancelled_guia_does_not_count(ensinada: Oficina) -> None:
    assert (contado(ensinada) or {})["glosadas"] == 6
    receber(ensinada, *(negada(numero, "1401", situacao="9") for numero in (1, 2)))
    assert ensinada.valor("SELECT count(*) FROM tiss.guia WHERE status = 'CANCELADA'") == 2
    assert (contado(ensinada) or {})["glosadas"] == 4
    assert not avisada(ensinada)


def test_a_sending_that_is_not_alive_does_not_count(ensinada: Oficina) -> None:
    ensinada.fazer("UPDATE tiss.guia_tiss_envio SET viva = false")
    assert contado(ensinada) is None
    assert not avisada(ensinada)


def test_a_refused_guia_that_was_presented_again_still_counts(ensinada: Oficina) -> None:
    for linha in ensinada.linhas("SELECT consulta_id FROM tiss.guia WHERE status = 'NEGADA'"):
        reapresentar(ensinada.repo, linha["consulta_id"], por="Ana", motivo="com senha")
    assert (contado(ensinada) or {})["glosadas"] == 6
    assert avisada(ensinada)


@pytest.mark.parametrize(("idade", "conta"), [("364 days", True), ("367 days", False)])
def test_only_what_was_sent_in_the_last_twelve_months_counts(
    ensinada: Oficina, idade: str, conta: bool
) -> None:
    ensinada.fazer("UPDATE tiss.lote SET data_envio = now() - %s::interval", idade)
    assert (contado(ensinada) is not None) is conta
    assert avisada(ensinada) is conta


def test_a_guia_without_a_verdict_does_not_count(oficina: Oficina, rigorosa: Simulador) -> None:
    preparar(oficina, 6)
    assert oficina.noite() == []
    # Analysed and waiting to be released: the glosas are known, and may still go.
    receber(oficina, *(negada(numero, "1401", situacao="5") for numero in range(1, 7)))
    assert oficina.valor("SELECT count(*) FROM tiss.glosa") == 6
    assert not avisada(oficina)


def test_a_glosa_on_the_whole_protocolo_says_nothing_of_its_guias(
    oficina: Oficina, rigorosa: Simulador
) -> None:
    preparar(oficina, 6, **COM_SENHA)
    assert oficina.noite() == []
    guias = [negada(numero) for numero in range(1, 7)]
    receber(oficina, *guias, motivos=[Motivo(codigo="1401")])
    assert oficina.valor("SELECT count(*) FROM tiss.glosa WHERE nivel = 'PROTOCOLO'") > 0
    assert not avisada(oficina, **COM_SENHA)


def test_a_line_that_was_paid_in_part_counts_as_refused(
    oficina: Oficina, simulador: Simulador
) -> None:
    consultas = oficina.atender(5)
    assert oficina.noite() == []
    receber(
        oficina,
        *(
            analisada(str(numero), "100.00", itens=(item_recusado("100.00", ("1705", "50.00")),))
            for numero in range(1, len(consultas) + 1)
        ),
    )
    (outra,) = oficina.atender()
    oficina.montar()
    (aviso,) = avisos(oficina, outra)
    assert "5 de 5 guias com o procedimento 10101012 (código 1705" in aviso["mensagem"]
    assert oficina.guia(outra)["valor_informado"] == COBRADO


def test_the_same_answer_again_changes_no_count(ensinada: Oficina) -> None:
    antes = julgado(ensinada)
    guias = [negada(numero, "1401") for numero in range(1, 7)]
    for _ in range(2):
        receber(ensinada, *guias)
        assert julgado(ensinada) == antes


def test_building_again_says_the_same_once(ensinada: Oficina) -> None:
    (consulta,) = preparar(ensinada)
    ensinada.montar()
    antes = avisos(ensinada, consulta)
    ensinada.fazer("UPDATE tiss.lote SET status = 'CANCELADO' WHERE status = 'PENDENTE'")
    ensinada.fazer("UPDATE tiss.guia_tiss_envio SET viva = false WHERE resultado IS NULL")
    ensinada.fazer("UPDATE tiss.fila SET digest = 'd2' WHERE consulta_id = %s", consulta)
    ensinada.montar()
    assert avisos(ensinada, consulta) == antes


def test_guias_from_before_count_for_the_procedure_and_for_no_field(ensinada: Oficina) -> None:
    ensinada.fazer("UPDATE tiss.guia SET campos_ausentes = NULL")
    assert contado(ensinada, None) == {
        "glosadas": 6,
        "julgadas": 13,
        "glosadas_com_o_campo": 0,
        "julgadas_com_o_campo": 0,
    }
    assert contado(ensinada) is None
    assert not avisada(ensinada), "6 of 13 is less than one half"


# What people see ----------------------------------------------------------------------------------


def julgado(oficina: Oficina) -> Sequence[dict[str, Any]]:
    return oficina.linhas("SELECT * FROM tiss.procedimento_julgado ORDER BY 1, 2, 3, 4, 5, 6, 7")


def test_the_view_shows_the_counts_that_the_warning_tells(ensinada: Oficina) -> None:
    assert contado(ensinada) == {
        "glosadas": 6,
        "julgadas": 6,
        "glosadas_com_o_campo": 0,
        "julgadas_com_o_campo": 7,
    }
    do_procedimento = contado(ensinada, None) or {}
    assert (do_procedimento["glosadas"], do_procedimento["julgadas"]) == (6, 13)
    (linha,) = ensinada.linhas(
        "SELECT operadora, ambiente, tipo, codigo_tabela FROM tiss.historico_de_glosa"
        " WHERE campo_ausente = 'senha'"
    )
    assert linha["operadora"] == ensinada.valor(
        "SELECT nome FROM tiss.operadora WHERE registro_ans = '999001'"
    )
    assert (linha["ambiente"], linha["tipo"], linha["codigo_tabela"]) == (
        "PRODUCAO",
        "SP_SADT",
        "22",
    )


def test_nothing_personal_is_in_the_views(ensinada: Oficina) -> None:
    vistos = repr(julgado(ensinada)) + repr(
        ensinada.linhas("SELECT * FROM tiss.historico_de_glosa")
    )
    for linha in ensinada.linhas("SELECT numero_carteira, consulta_id FROM tiss.guia"):
        assert linha["numero_carteira"] not in vistos
        assert f"'{linha['consulta_id']}'" not in vistos
    assert "S1234" not in vistos
    assert "Ana Teste" not in vistos


# What it costs ------------------------------------------------------------------------------------


def test_the_history_is_counted_once_for_a_run_however_many_pages_it_builds(
    ensinada: Oficina, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(montagem, "PAGINA", 2)
    preparar(ensinada, 7)
    capsys.readouterr()
    assert ensinada.montar().avisos[REGRA] == 7
    (linha,) = [
        linha
        for linha in capsys.readouterr().out.splitlines()
        if "histórico de glosas contado" in linha
    ]
    assert "padroes=1" in linha


@pytest.mark.parametrize("acao", ["AVISA", "DESLIGADA"])
def test_the_history_is_not_counted_for_who_builds_nothing_or_does_not_want_to_know(
    ensinada: Oficina, acao: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ensinada.configurar(regras=Jsonb({REGRA: acao}))
    if acao == "DESLIGADA":
        preparar(ensinada)
    capsys.readouterr()
    ensinada.montar()
    assert "histórico de glosas contado" not in capsys.readouterr().out


# From a file to a warning -------------------------------------------------------------------------


@pytest.fixture
def sem_envio(ensinada: Oficina, tmp_path: Path) -> tuple[str, Path]:
    """A consulta without senha whose lote has not left, and its file."""
    with ensinada.repo.transacao() as t:
        terminologia.substituir(
            t,
            nome="termos",
            origem="do teste",
            sha256="0" * 64,
            conteudo="termos",
            linhas=[("22", HEMOGRAMA, "Hemograma", None, None)],
        )
    (consulta,) = preparar(ensinada)
    (lote,) = ensinada.montar().lotes
    arquivo = tmp_path / "lote.xml"
    arquivo.write_bytes(exportacao.exportar(ensinada.repo, lote)[1])
    return consulta, arquivo


def validado(
    oficina: Oficina, arquivo: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[list[dict[str, Any]], bool]:
    """What the command says of the history, and whether it looked."""
    capsys.readouterr()
    assert cli.main(["validar", str(arquivo), "--banco", oficina.url, "--json"]) == 0
    dito = json.loads(capsys.readouterr().out)
    do_historico = [problema for problema in dito["problemas"] if problema["codigo"] == REGRA]
    return do_historico, REGRA not in dito["nao_conferidas"]


def test_a_file_is_told_what_the_guia_was_told(
    ensinada: Oficina, sem_envio: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    consulta, arquivo = sem_envio
    # A rehearsal of the same two has a history of its own.
    ensinada.homologacao()
    (da_guia,) = avisos(ensinada, consulta)
    (do_arquivo,), conferida = validado(ensinada, arquivo, capsys)
    assert conferida
    # What stands beside a personal field is masked in a file.
    assert do_arquivo.pop("valor") == f"***{HEMOGRAMA[-2:]}"
    assert do_arquivo == {nome: da_guia[nome] for nome in do_arquivo}


def test_a_file_of_who_does_not_want_to_know_is_told_nothing(
    ensinada: Oficina, sem_envio: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    ensinada.configurar(regras=Jsonb({REGRA: "DESLIGADA"}))
    assert validado(ensinada, sem_envio[1], capsys) == ([], True)


@pytest.mark.parametrize("codigo_da_filial", [False, True])
def test_a_file_of_no_contrato_or_of_several_is_not_checked(
    ensinada: Oficina,
    sem_envio: tuple[str, Path],
    capsys: pytest.CaptureFixture[str],
    codigo_da_filial: bool,
) -> None:
    codigo = ensinada.contrato().codigo_prestador
    if codigo_da_filial:
        ensinada.configurar("FILIAL", codigo_prestador=codigo)
    else:
        ensinada.configurar(codigo_prestador="outro")
    assert validado(ensinada, sem_envio[1], capsys) == ([], False)
