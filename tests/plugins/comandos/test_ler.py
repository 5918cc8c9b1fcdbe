"""`tiss ler`: what programs and people get out of an answer."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tiss.comandos import ler
from tiss.domain.diagnostico import DIAGNOSTICOS
from tiss.messages.hashes import conferir_hash
from tiss.messages.leitura import TAMANHO_MAXIMO
from tiss.settings import NAMESPACE

DEMONSTRATIVO = """
<demonstrativosRetorno><demonstrativoAnaliseConta><cabecalhoDemonstrativo>
<numeroDemonstrativo>7</numeroDemonstrativo><dataEmissao>2026-04-01</dataEmissao>
</cabecalhoDemonstrativo><dadosConta><dadosProtocolo>
<numeroLotePrestador>42</numeroLotePrestador><numeroProtocolo>99</numeroProtocolo>
{protocolo}<situacaoProtocolo>3</situacaoProtocolo>{guias}
<valorInformadoProtocolo>300.00</valorInformadoProtocolo>
<valorProcessadoProtocolo>300</valorProcessadoProtocolo>
<valorLiberadoProtocolo>90,5</valorLiberadoProtocolo>
</dadosProtocolo></dadosConta></demonstrativoAnaliseConta></demonstrativosRetorno>"""
GLOSA_PROTOCOLO = """<GlosaProtocolo><codigoGlosa>1104</codigoGlosa>
<descricaoGlosa>soma</descricaoGlosa></GlosaProtocolo>"""
ITEM = """<detalhesGuia><sequencialItem>2</sequencialItem><valorInformado>100.00</valorInformado>
<valorLiberado>40.00</valorLiberado>
<relacaoGlosa><valorGlosa>60.00</valorGlosa><tipoGlosa>1705</tipoGlosa></relacaoGlosa>
<relacaoGlosa><valorGlosa>60.00</valorGlosa><tipoGlosa>1801</tipoGlosa></relacaoGlosa>
</detalhesGuia>"""


def guia(
    numero: int, situacao: str, informado: str, liberado: str, meio: str = "", fim: str = ""
) -> str:
    valores = "".join(
        f"<valor{nome}Guia>{valor}</valor{nome}Guia>"
        for nome, valor in (("Informado", informado), ("Liberado", liberado))
        if valor
    )
    return (
        f"<relacaoGuias><numeroGuiaPrestador>{numero}</numeroGuiaPrestador>{meio}"
        f"<situacaoGuia>{situacao}</situacaoGuia>{valores}{fim}</relacaoGuias>"
    )


def mensagem(corpo: str) -> bytes:
    return (
        f'<mensagemTISS xmlns="{NAMESPACE}"><cabecalho><Padrao>4.03.00</Padrao></cabecalho>'
        f"<operadoraParaPrestador>{corpo}</operadoraParaPrestador>"
        "<epilogo><hash>0</hash></epilogo></mensagemTISS>"
    ).encode("iso-8859-1")


class Terminal:
    """Runs the command on a message and keeps what it printed."""

    def __init__(self, pasta: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.arquivo = pasta / "resposta.xml"
        self._capsys = capsys
        self.erro = ""

    def rodar(self, corpo: bytes, *opcoes: str) -> tuple[int, str]:
        self.arquivo.write_bytes(corpo)
        return self.rodar_em(self.arquivo, *opcoes)

    def rodar_em(self, arquivo: Path, *opcoes: str) -> tuple[int, str]:
        analisador = argparse.ArgumentParser()
        ler.opcoes(analisador)
        codigo = ler.executar(analisador.parse_args([str(arquivo), *opcoes]))
        saida, self.erro = self._capsys.readouterr()
        return codigo, saida

    def dados(self, corpo: str) -> Any:  # noqa: ANN401  # what JSON holds
        codigo, saida = self.rodar(mensagem(corpo), "--json")
        assert codigo == 0
        return json.loads(saida)

    def guias(self, *guias: str, protocolo: str = "") -> list[Any]:
        dados = self.dados(DEMONSTRATIVO.format(protocolo=protocolo, guias="".join(guias)))
        lidas: list[Any] = dados["protocolos"][0]["guias"]
        return lidas


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, capsys)


def test_demonstrativo_becomes_exactly_the_documented_json(terminal: Terminal) -> None:
    corpo = DEMONSTRATIVO.format(
        protocolo=GLOSA_PROTOCOLO,
        guias=guia(1, "3", "200.00", "90.50", ITEM, "<valorGlosaGuia>109.50</valorGlosaGuia>")
        + guia(2, "2", "100.00", "100.00"),
    )
    dados = terminal.dados(corpo)
    calculado = conferir_hash(mensagem(corpo)).calculado
    assert dados == {
        "tipo": "DEMONSTRATIVO_ANALISE_CONTA",
        "versao": "4.03.00",
        "hash": {"informado": "0", "calculado": calculado, "confere": False, "dialeto": None},
        "avisos": [],
        "mensagem_erro": None,
        "diagnostico": None,
        "protocolos": [
            {
                "numero_protocolo": "99",
                "numero_lote": "42",
                "situacao": "3",
                "valor_informado": "300.00",
                "valor_processado": "300.00",
                "valor_liberado": "90.50",
                "valor_glosa": None,
                "glosas": [
                    {
                        "nivel": "PROTOCOLO",
                        "sequencial_item": None,
                        "codigo": "1104",
                        "descricao": "soma",
                        "valor_declarado": None,
                        # what the items of the analysed guia do not explain
                        "valor": "49.50",
                    }
                ],
                "guias": [
                    {
                        "numero_guia_prestador": "1",
                        "numero_guia_operadora": None,
                        "situacao": "3",
                        "status": "AUTORIZADA",
                        "valor_informado": "200.00",
                        "valor_processado": None,
                        "valor_liberado": "90.50",
                        "valor_glosa": "109.50",
                        "glosas": [
                            {
                                "nivel": "ITEM",
                                "sequencial_item": 2,
                                "codigo": codigo,
                                "descricao": None,
                                "valor_declarado": "60.00",
                                "valor": valor,
                            }
                            for codigo, valor in (("1705", "60.00"), ("1801", "0.00"))
                        ],
                    },
                    {
                        "numero_guia_prestador": "2",
                        "numero_guia_operadora": None,
                        "situacao": "2",
                        "status": None,
                        "valor_informado": "100.00",
                        "valor_processado": None,
                        "valor_liberado": "100.00",
                        "valor_glosa": "0.00",
                        "glosas": [],
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("situacao", "informado", "liberado", "status"),
    [
        ("3", "100.00", "100.00", "AUTORIZADA"),
        ("6", "100.00", "0.01", "AUTORIZADA"),
        ("3", "100.00", "0.00", "NEGADA"),
        ("4", "100.00", "0.00", "NEGADA"),
        ("9", "100.00", "0.00", "CANCELADA"),
        ("5", "100.00", "0.00", None),
        ("1", "100.00", "100.00", None),
        ("3", "0.00", "0.00", "AUTORIZADA"),
        ("3", "", "100.00", "AUTORIZADA"),
        ("3", "", "0.00", None),  # nothing tells whether anything was asked
        ("3", "100.00", "", None),
    ],
)
def test_status_of_a_guia_is_the_verdict_on_it(
    terminal: Terminal, situacao: str, informado: str, liberado: str, status: str | None
) -> None:
    (lida,) = terminal.guias(guia(1, situacao, informado, liberado))
    assert (lida["situacao"], lida["status"]) == (situacao, status)


def test_guia_whose_billed_value_is_left_out_is_judged_by_what_was_refused(
    terminal: Terminal,
) -> None:
    (lida,) = terminal.guias(guia(1, "3", "", "0.00", "", "<valorGlosaGuia>9</valorGlosaGuia>"))
    assert (lida["status"], lida["valor_glosa"]) == ("NEGADA", "9.00")


def test_motives_of_a_guia_that_is_open_or_cancelled_are_shown(terminal: Terminal) -> None:
    motivo = "<motivoGlosaGuia><codigoGlosa>1001</codigoGlosa></motivoGlosaGuia>"
    for situacao in ("2", "9"):
        (lida,) = terminal.guias(guia(1, situacao, "10.00", "0.00", motivo))
        (glosa,) = lida["glosas"]
        assert (glosa["nivel"], glosa["codigo"], glosa["valor"]) == ("GUIA", "1001", None)


def test_glosa_of_the_protocolo_is_not_told_again_in_each_guia(terminal: Terminal) -> None:
    (lida,) = terminal.guias(guia(1, "3", "10.00", "0.00"), protocolo=GLOSA_PROTOCOLO)
    assert (lida["status"], lida["glosas"]) == ("NEGADA", [])


def test_figures_that_contradict_each_other_are_warned_about(terminal: Terminal) -> None:
    errado = ITEM.replace(">60.00<", ">59.00<", 1)
    dados = terminal.dados(
        DEMONSTRATIVO.format(protocolo="", guias=guia(1, "3", "200.00", "140.00", errado))
    )
    assert dados["avisos"] == ["guia 1: os motivos do item 2 não somam o valor recusado"]
    assert [g["valor"] for g in dados["protocolos"][0]["guias"][0]["glosas"]] == [None, None]


def test_the_same_demonstrativo_of_two_protocolos_gives_both(terminal: Terminal) -> None:
    um = DEMONSTRATIVO.format(protocolo="", guias="")
    outro = um.replace("<numeroProtocolo>99<", "<numeroProtocolo>98<")
    dados = terminal.dados(um + outro)
    assert [protocolo["numero_protocolo"] for protocolo in dados["protocolos"]] == ["99", "98"]


# refusals and faults

ERRO = """<recebimentoLote><mensagemErro><codigoGlosa>5001</codigoGlosa>
<descricaoGlosa>Mensagem inválida</descricaoGlosa></mensagemErro></recebimentoLote>"""


def test_refusal_is_an_answer_that_was_understood(terminal: Terminal) -> None:
    dados = terminal.dados(ERRO)
    assert dados["tipo"] == "PROTOCOLO_RECEBIMENTO"
    assert dados["mensagem_erro"] == {"codigo": "5001", "descricao": "Mensagem inválida"}
    assert dados["protocolos"] == []


def test_refusal_inside_a_situation_names_no_protocolo(terminal: Terminal) -> None:
    erro = "<mensagemErro><codigoGlosa>3162</codigoGlosa></mensagemErro>"
    dados = terminal.dados(f"<situacaoDoProtocolo><lote>{erro}</lote></situacaoDoProtocolo>")
    assert dados["mensagem_erro"] == {"codigo": "3162", "descricao": None}
    assert dados["protocolos"] == []


def test_fault_tells_its_code_and_all_its_words_and_has_no_hash(terminal: Terminal) -> None:
    codigo, saida = terminal.rodar(
        b"<Fault><faultstring>hash</faultstring><detail><tissFaultWS>"
        b"<tissFault>HashInvalido</tissFault></tissFaultWS><m>esperado bb</m></detail></Fault>",
        "--json",
    )
    dados = json.loads(saida)
    assert (codigo, dados["tipo"]) == (0, "TISS_FAULT")
    assert dados["mensagem_erro"] == {"codigo": "HashInvalido", "descricao": "hash esperado bb"}
    assert dados["hash"] == dict.fromkeys(("informado", "calculado", "confere", "dialeto"))


def falha(texto: str) -> bytes:
    return (
        f"<Fault><faultcode>Client</faultcode><faultstring>{texto}</faultstring></Fault>".encode()
    )


def test_known_failure_is_diagnosed_for_people_and_programs(terminal: Terminal) -> None:
    codigo, saida = terminal.rodar(falha("elemento epilogo lido nao esperado {hash}"))
    linhas = saida.splitlines()
    esperado = DIAGNOSTICOS["EPILOGO_NO_WEB_SERVICE"]
    assert codigo == 0
    assert linhas[2:] == [
        f"Diagnóstico (EPILOGO_NO_WEB_SERVICE): {esperado.o_que}",
        f"  por quê: {esperado.porque}",
        f"  o que fazer: {esperado.fazer}",
    ]
    _, saida = terminal.rodar(falha("elemento epilogo lido nao esperado {hash}"), "--json")
    assert json.loads(saida)["diagnostico"] == {
        "codigo": "EPILOGO_NO_WEB_SERVICE",
        "o_que": esperado.o_que,
        "porque": esperado.porque,
        "fazer": esperado.fazer,
    }


def test_refused_hash_is_explained_by_what_was_sent(terminal: Terminal, tmp_path: Path) -> None:
    enviado = tmp_path / "lote.xml"
    enviado.write_bytes(
        f'<m:loteGuiasWS xmlns:m="{NAMESPACE}"><m:a>Rua</m:a>'
        f"<m:hash>{'0' * 32}</m:hash></m:loteGuiasWS>".encode()
    )
    maiusculo = hashlib.md5(b"RUA").hexdigest()
    corpo = falha(f"O hash calculado difere. Lido: {'0' * 32}. Esperado: {maiusculo}")
    codigo, saida = terminal.rodar(corpo, "--pedido", str(enviado))
    assert codigo == 0
    assert "pelo dialeto TUDO_MAIUSCULO" in saida
    assert "maiusculas = true no contrato" in saida
    assert "dialeto" not in terminal.rodar(corpo)[1]


def test_request_that_cannot_be_read_ends_with_2_and_its_name(
    terminal: Terminal, tmp_path: Path
) -> None:
    codigo, saida = terminal.rodar(mensagem(ERRO), "--pedido", str(tmp_path / "nada.xml"))
    assert (codigo, saida) == (2, "")
    assert "nada.xml" in terminal.erro


def test_page_in_place_of_an_answer_is_diagnosed(terminal: Terminal) -> None:
    codigo, _ = terminal.rodar(b"<!doctype html><html>Sistema em manutencao</html>")
    assert codigo == 2
    assert str(DIAGNOSTICOS["PAGINA_DE_MANUTENCAO"]) in terminal.erro


def test_refusal_of_what_a_guia_says_has_no_diagnosis(terminal: Terminal) -> None:
    corpo = ERRO.replace("5001", "1001").replace("Mensagem", "Carteira")
    assert terminal.dados(corpo)["diagnostico"] is None


def test_answer_whose_hash_cannot_be_computed_is_told_all_the_same(terminal: Terminal) -> None:
    codigo, saida = terminal.rodar(
        mensagem(ERRO).decode("iso-8859-1").encode("utf-16-le"), "--json"
    )
    hash_ = {"informado": "0", "calculado": None, "confere": None, "dialeto": None}
    assert (codigo, json.loads(saida)["hash"]) == (0, hash_)


# other kinds of answers


def test_authorisation_tells_status_senha_and_quantities(terminal: Terminal) -> None:
    item = """<servicoAutorizado><sequencialItem>1</sequencialItem><procedimento>
    <codigoProcedimento>{}</codigoProcedimento></procedimento>
    <quantidadeSolicitada>2</quantidadeSolicitada><quantidadeAutorizada>{}</quantidadeAutorizada>
    {}</servicoAutorizado>"""
    negada = """<motivosNegativa><motivoNegativa><codigoGlosa>1212</codigoGlosa></motivoNegativa>
    </motivosNegativa>"""
    dados = terminal.dados(
        f"""<autorizacaoServicos><autorizacaoServico><dadosAutorizacao>
        <numeroGuiaPrestador>1</numeroGuiaPrestador><senha>S1</senha></dadosAutorizacao>
        <statusSolicitacao>7</statusSolicitacao><motivosNegativa><codigoGlosa>1402</codigoGlosa>
        </motivosNegativa><servicosAutorizados>{item.format("40304361", "2.0", "")}
        {item.format("40302580", "0", negada)}</servicosAutorizados></autorizacaoServico>
        </autorizacaoServicos>"""
    )
    nula = {"descricao": None, "valor_declarado": None, "valor": None}
    assert dados["autorizacoes"] == [
        {
            "numero_guia_prestador": "1",
            "numero_guia_operadora": None,
            "senha": "S1",
            "status": "AUTORIZADA",
            "itens": [
                {"codigo": "40304361", "solicitada": 2, "autorizada": 2},
                {"codigo": "40302580", "solicitada": 2, "autorizada": 0},
            ],
            "glosas": [
                {"nivel": "GUIA", "sequencial_item": None, "codigo": "1402", **nula},
                {"nivel": "ITEM", "sequencial_item": 1, "codigo": "1212", **nula},
            ],
        }
    ]
    assert dados["protocolos"] == []


@pytest.mark.parametrize(
    ("situacao", "status"),
    [
        ("1", "AUTORIZADA"),
        ("7", "AUTORIZADA"),
        ("3", "NEGADA"),
        ("6", "CANCELADA"),
        ("2", None),
        ("4", None),
        ("5", None),
        ("", None),
    ],
)
def test_status_of_an_authorisation_is_null_while_somebody_has_to_act(
    terminal: Terminal, situacao: str, status: str | None
) -> None:
    dados = terminal.dados(
        f"<autorizacaoServico><statusSolicitacao>{situacao}</statusSolicitacao></autorizacaoServico>"
    )
    assert dados["autorizacoes"][0]["status"] == status


def test_receipt_names_its_protocolo_and_decides_nothing(terminal: Terminal) -> None:
    dados = terminal.dados(
        """<recebimentoLote><protocoloRecebimento><numeroLote>42</numeroLote><detalheProtocolo>
        <numeroProtocolo>99</numeroProtocolo><valorTotalProtocolo>10.00</valorTotalProtocolo>
        <dadosGuiasProtocolo><dadosGuias><numeroGuiaPrestador>1</numeroGuiaPrestador>
        <vlInformadoGuia><valorProcessado>10.00</valorProcessado><valorGlosa>0.00</valorGlosa>
        <valorLiberado>10.00</valorLiberado></vlInformadoGuia></dadosGuias></dadosGuiasProtocolo>
        </detalheProtocolo></protocoloRecebimento></recebimentoLote>"""
    )
    (protocolo,) = dados["protocolos"]
    assert (protocolo["numero_protocolo"], protocolo["situacao"]) == ("99", None)
    assert protocolo["valor_informado"] == "10.00"
    (lida,) = protocolo["guias"]
    assert (lida["numero_guia_prestador"], lida["status"]) == ("1", None)
    assert lida["valor_liberado"] == "10.00"


PAGAMENTO = """<demonstrativoPagamento><cabecalhoDemonstrativo>
<numeroDemonstrativo>7</numeroDemonstrativo><dataEmissao>2026-05-02</dataEmissao>
</cabecalhoDemonstrativo><pagamentos><pagamentosPorData><dadosPagamento>
<dataPagamento>2026-05-10</dataPagamento><formaPagamento>1</formaPagamento></dadosPagamento>
<dadosResumo><relacaoProtocolos><numeroProtocolo>99</numeroProtocolo><guiasDoLote>
<numeroGuiaPrestador>1</numeroGuiaPrestador><tipoPagamento>2</tipoPagamento>
<valorLiberadoGuia>80.00</valorLiberadoGuia></guiasDoLote></relacaoProtocolos></dadosResumo>
<debitosCreditosPorData><debitosCreditos><indicador>1</indicador>
<tipoDebitoCredito>01</tipoDebitoCredito><valorDbCr>2.70</valorDbCr></debitosCreditos>
</debitosCreditosPorData></pagamentosPorData></pagamentos><totaisDemonstrativo>
<debitosCreditosDemonstrativo><indicador>2</indicador><tipoDebitoCredito>08</tipoDebitoCredito>
<valorDbCr>1.00</valorDbCr></debitosCreditosDemonstrativo></totaisDemonstrativo>
</demonstrativoPagamento>"""


def test_payment_is_told_by_day_and_decides_no_guia(terminal: Terminal) -> None:
    dados = terminal.dados(PAGAMENTO)
    dia, geral = dados["pagamentos"]
    comum = {"numero_demonstrativo": "7", "data_emissao": "2026-05-02"}
    assert dia == comum | {
        "data": "2026-05-10",
        "forma": "1",
        "valor_bruto": None,
        "valor_liquido": None,
        "guias": [
            {
                "numero_protocolo": "99",
                "numero_guia_prestador": "1",
                "recurso": True,
                "valor_liberado": "80.00",
            }
        ],
        "debitos_creditos": [{"indicador": "1", "tipo": "01", "descricao": None, "valor": "2.70"}],
    }
    assert (geral["data"], len(geral["debitos_creditos"])) == (None, 1)
    (lida,) = dados["protocolos"][0]["guias"]
    assert (lida["status"], lida["valor_liberado"]) == (None, "80.00")


OUTRAS = {
    "recursos": """<reciboGlosa><numeroProtocolo>99</numeroProtocolo><opcaoRecurso><recursoGuia>
        <respostaGuiaItens><numeroGuiaPrestador>1</numeroGuiaPrestador>
        <sequencialItem>2</sequencialItem><codGlosa>1705</codGlosa>
        <valorRecursado>30.00</valorRecursado><valorAcatadado>10.00</valorAcatadado>
        </respostaGuiaItens></recursoGuia></opcaoRecurso></reciboGlosa>""",
    "cancelamentos": """<reciboCancelaGuia><retornoStatus><loteCancelado>
        <numeroLote>42</numeroLote><statusCancelamento>1</statusCancelamento></loteCancelado>
        </retornoStatus></reciboCancelaGuia>""",
    "elegibilidade": """<reciboElegibilidade><respostaSolicitacao>S</respostaSolicitacao>
        </reciboElegibilidade>""",
    "comunicacao": """<reciboComunicacao><statusComunicacao>S</statusComunicacao>
        </reciboComunicacao>""",
    "documentos": """<reciboDocumento><numeroDocumento>D1</numeroDocumento>
        <protocoloDoc>X9</protocoloDoc></reciboDocumento>""",
}
SETE = {"tipo", "versao", "hash", "avisos", "mensagem_erro", "diagnostico", "protocolos"}


@pytest.mark.parametrize("chave", OUTRAS)
def test_answer_of_another_kind_has_one_key_more(terminal: Terminal, chave: str) -> None:
    assert terminal.dados(OUTRAS[chave]).keys() == SETE | {chave}


def test_values_of_the_other_answers(terminal: Terminal) -> None:
    (recurso,) = terminal.dados(OUTRAS["recursos"])["recursos"]
    (decisao,) = recurso["decisoes"]
    assert (decisao["nivel"], decisao["acatado"], decisao["valor_acatado"]) == (
        "ITEM",
        False,
        "10.00",
    )
    (cancelado,) = terminal.dados(OUTRAS["cancelamentos"])["cancelamentos"]
    assert (cancelado["numero_lote"], cancelado["cancelado"]) == ("42", True)
    assert terminal.dados(OUTRAS["elegibilidade"])["elegibilidade"]["elegivel"] is True
    assert terminal.dados(OUTRAS["comunicacao"])["comunicacao"]["aceita"] is True
    (documento,) = terminal.dados(OUTRAS["documentos"])["documentos"]
    assert documento["numero_protocolo_documento"] == "X9"


@pytest.mark.parametrize(("situacao", "cancelado"), [("1", True), ("4", None), ("5", False)])
def test_cancellation_still_being_processed_is_neither_done_nor_refused(
    terminal: Terminal, situacao: str, cancelado: bool | None
) -> None:
    corpo = OUTRAS["cancelamentos"].replace(">1<", f">{situacao}<")
    (um,) = terminal.dados(corpo)["cancelamentos"]
    assert (um["situacao"], um["cancelado"]) == (situacao, cancelado)


# for people


def test_biller_sees_what_was_refused_and_only_a_count_of_the_rest(terminal: Terminal) -> None:
    corpo = DEMONSTRATIVO.format(
        protocolo=GLOSA_PROTOCOLO,
        guias=guia(1, "3", "1200.00", "1140.00", ITEM)
        + guia(2, "3", "100.00", "100.00")
        + guia(3, "2", "100.00", "0.00"),
    )
    codigo, saida = terminal.rodar(mensagem(corpo))
    assert codigo == 0
    assert saida.splitlines() == [
        "Demonstrativo de análise de conta (padrão 4.03.00)",
        "Hash: não confere com o do padrão",
        "Protocolo 99, lote 42, liberado para pagamento",
        "  informado R$ 300,00, processado R$ 300,00, liberado R$ 90,50",
        "  glosa 1104, R$ 0,00: soma",
        "  3 guias: AUTORIZADA 2, em aberto 1",
        "  Guia 1: AUTORIZADA, liberado para pagamento",
        "    informado R$ 1.200,00, liberado R$ 1.140,00",
        "    item 2, glosa 1705, R$ 60,00",
        "    item 2, glosa 1801, R$ 0,00",
    ]


@pytest.mark.parametrize("corpo", [ERRO, PAGAMENTO, *OUTRAS.values()])
def test_every_kind_of_answer_has_a_page(terminal: Terminal, corpo: str) -> None:
    codigo, saida = terminal.rodar(mensagem(corpo))
    assert codigo == 0
    assert len(saida.splitlines()) >= 3
    assert "None" not in saida


def test_words_of_the_operadora_cannot_move_the_cursor(terminal: Terminal) -> None:
    _, saida = terminal.rodar(mensagem(ERRO.replace("inválida", "\x9b2J\n\tfalsa")))
    assert "Recusado pela operadora: 5001: Mensagem  2J  falsa\n" in saida


# what is no answer


@pytest.mark.parametrize(
    ("corpo", "motivo"),
    [
        (b"", "não é XML"),
        (b"OK", "não é XML"),
        (b"<html/>", "não é uma resposta TISS conhecida"),
        (b"<loteGuiasWS/>", "é uma mensagem de prestador para operadora"),
        (b" " * (TAMANHO_MAXIMO + 2), "maior que o limite"),
    ],
)
@pytest.mark.parametrize("opcoes", [(), ("--json",)])
def test_what_is_no_answer_ends_with_2_and_its_reason(
    terminal: Terminal, corpo: bytes, motivo: str, opcoes: tuple[str, ...]
) -> None:
    codigo, saida = terminal.rodar(corpo, *opcoes)
    assert (codigo, saida) == (2, "")
    assert terminal.erro.startswith(f"tiss: {terminal.arquivo}: ")
    assert motivo in terminal.erro


def test_file_that_cannot_be_read_ends_with_2_and_its_name(
    terminal: Terminal, tmp_path: Path
) -> None:
    for caminho in (tmp_path, tmp_path / "nada.xml"):
        codigo, saida = terminal.rodar_em(caminho)
        assert (codigo, saida) == (2, "")
        assert str(caminho) in terminal.erro
