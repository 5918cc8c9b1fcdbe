"""The table of outcomes of a send, row by row: the first row that matches decides."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tiss.domain.desfecho import Desfecho, ReciboEsperado, decidir, motivo_de_suspensao
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import (
    CERTIFICADO_RECUSADO,
    Demonstrativos,
    Entrega,
    FalhaSoap,
    Ilegivel,
    Recebimento,
    RecebimentoRecurso,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)

ENVIADO, ERRO, PENDENTE, EM_DUVIDA = (
    StatusLote.ENVIADO,
    StatusLote.ERRO,
    StatusLote.PENDENTE,
    StatusLote.EM_DUVIDA,
)
NOSSO = Recebimento(numero_lote="42", numero_protocolo="P1", prestador="1001", guias=())
DO_LOTE = ReciboEsperado(Recebimento, "42")
DO_RECURSO = ReciboEsperado(RecebimentoRecurso, "42", "0000000012")
RECUSA = Recusa(codigo="5001", descricao="mensagem inválida")
HTML = Ilegivel(motivo="não é XML (linha 1)")
STATUS = (None, 100, 103, 200, 204, 301, 307, 400, 401, 403, 404, 405, 407, 413, 415, 429)
STATUS_COM_5XX = (*STATUS, 500, 502, 503, 504)


def entrega(
    status: int | None = 200,
    *,
    saiu: bool = True,
    falha: str | None = None,
    configuracao: bool = False,
) -> Entrega:
    return Entrega(
        http_status=status,
        ultimo_bloco_saiu=saiu,
        resposta=None,
        falha=falha,
        configuracao=configuracao,
    )


def fault(codigo: str | None = None, texto: str = "", de: str = "soap:Server") -> FalhaSoap:
    return FalhaSoap(tiss_fault=codigo, codigo=de, texto=texto)


def desfecho(
    resposta: Resposta | None,
    como: Entrega | None = None,
    *,
    antes: bool = False,
    espera: ReciboEsperado = DO_LOTE,
) -> Desfecho:
    return decidir(
        como or entrega(),
        resposta,
        espera=espera,
        prestador=frozenset({"1001", "11222333000181"}),
        ja_pode_ter_chegado=antes,
    )


# row 1: a protocolo for our lote


@pytest.mark.parametrize("status", STATUS_COM_5XX)
def test_protocolo_for_our_lote_is_enviado_at_any_http_status(status: int | None) -> None:
    for saiu, falha in product((True, False), (None, "ReadTimeout")):
        achado = desfecho(NOSSO, entrega(status, saiu=saiu, falha=falha))
        assert (achado.status, achado.protocolo) == (ENVIADO, "P1")
        assert achado.suspender is achado.divergencia is None


# row 2: a protocolo for something else


@pytest.mark.parametrize("outro", ["43", "", "042", "4"])
def test_protocolo_of_another_lote_is_a_doubt_and_a_divergence(outro: str) -> None:
    achado = desfecho(
        Recebimento(numero_lote=outro, numero_protocolo="P1", prestador=None, guias=())
    )
    assert (achado.status, achado.divergencia) == (EM_DUVIDA, "PROTOCOLO_DE_OUTRO_LOTE")
    assert achado.protocolo is None


def test_protocolo_of_another_prestador_is_a_doubt_and_a_divergence() -> None:
    de_outro = Recebimento(numero_lote="42", numero_protocolo="P1", prestador="1002", guias=())
    achado = desfecho(de_outro)
    assert (achado.status, achado.divergencia) == (EM_DUVIDA, "PROTOCOLO_DE_OUTRO_PRESTADOR")
    assert achado.protocolo is None


@pytest.mark.parametrize("nome", ["1001", "11222333000181", None])
def test_receipt_may_name_us_by_any_of_our_names_or_not_at_all(nome: str | None) -> None:
    nosso = Recebimento(numero_lote="42", numero_protocolo="P1", prestador=nome, guias=())
    assert desfecho(nosso).status is ENVIADO


# rows 1 and 2 of a recurso, which goes by the lote and the protocolo that it contests


def do_recurso(**campos: Any) -> RecebimentoRecurso:  # noqa: ANN401
    nosso: dict[str, Any] = {
        "numero_lote": "42",
        "numero_protocolo": "R9",
        "numero_protocolo_recursado": "0000000012",
        "prestador": "1001",
        "guias": (),
        "valor_recursado": None,
    }
    return RecebimentoRecurso(**{**nosso, **campos})


@pytest.mark.parametrize(
    "campos",
    [
        {},
        # A number on the way: the zeros in front are gone. The lote is told by some as nothing.
        {"numero_protocolo_recursado": "12"},
        {"numero_protocolo_recursado": "12", "numero_lote": ""},
        {"numero_protocolo_recursado": None},
        {"prestador": None},
    ],
)
def test_receipt_of_our_recurso_is_enviado(campos: dict[str, Any]) -> None:
    achado = desfecho(do_recurso(**campos), espera=DO_RECURSO)
    assert (achado.status, achado.protocolo) == (ENVIADO, "R9")


@pytest.mark.parametrize(
    ("campos", "divergencia"),
    [
        ({"numero_protocolo_recursado": "13"}, "PROTOCOLO_DE_OUTRO_LOTE"),
        (
            {"numero_protocolo_recursado": None, "numero_lote": "43"},
            "PROTOCOLO_DE_OUTRO_LOTE",
        ),
        ({"prestador": "1002"}, "PROTOCOLO_DE_OUTRO_PRESTADOR"),
    ],
)
def test_receipt_of_another_recurso_is_a_doubt_and_a_divergence(
    campos: dict[str, Any], divergencia: str
) -> None:
    achado = desfecho(do_recurso(**campos), espera=DO_RECURSO)
    assert (achado.status, achado.divergencia) == (EM_DUVIDA, divergencia)
    assert achado.protocolo is None


@pytest.mark.parametrize(
    ("resposta", "espera"), [(NOSSO, DO_RECURSO), (do_recurso(), DO_LOTE)], ids=str
)
def test_receipt_of_the_other_kind_proves_nothing(
    resposta: Resposta, espera: ReciboEsperado
) -> None:
    achado = desfecho(resposta, espera=espera)
    assert (achado.status, achado.protocolo) == (EM_DUVIDA, None)


# row 3: "we have it already"

JA_RECEBIDO: list[Resposta] = [
    Recusa(codigo="1308", descricao=None),
    Recusa(codigo="3268", descricao="lote informado"),
    Recusa(codigo="5007", descricao="Glosa 1308: guia apresentada"),
    Recusa(codigo="5001", descricao="Lote já enviado em 10/03"),
    Recusa(codigo="5001", descricao="LOTE JA ENVIADO"),
    Recusa(codigo="5001", descricao="Protocolo já utilizado"),
    Recusa(codigo="", descricao="erro: protocolo ja utilizado."),
    Recusa(codigo="5001", descricao="lote ja\u0301 enviado"),
    Recusa(codigo="5001", descricao="lote jÃ¡ enviado"),
    fault("SchemaInvalido", "lote já enviado"),
    fault(None, "Lote já enviado", de="soap:Client"),
    FalhaSoap(tiss_fault=None, codigo="soap:Server", texto="erro", detalhe="Lote já enviado"),
]


@pytest.mark.parametrize("resposta", JA_RECEBIDO)
def test_already_received_proves_that_an_earlier_copy_arrived(resposta: Resposta) -> None:
    achado = desfecho(resposta, antes=True)
    assert achado.status is EM_DUVIDA
    assert "já tem este lote" in achado.motivo


@pytest.mark.parametrize("resposta", JA_RECEBIDO[:9])
def test_already_received_is_a_refusal_when_nothing_of_ours_can_have_arrived_before(
    resposta: Resposta,
) -> None:
    assert desfecho(resposta, antes=False).status is ERRO


@pytest.mark.parametrize("resposta", JA_RECEBIDO)
@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_already_received_never_becomes_pendente(resposta: Resposta, status: int) -> None:
    assert desfecho(resposta, entrega(status), antes=True).status is EM_DUVIDA


@pytest.mark.parametrize("descricao", ["lote não enviado", "lote enviado já", None, "protocolo"])
def test_similar_words_are_an_ordinary_refusal(descricao: str | None) -> None:
    assert desfecho(Recusa(codigo="1309", descricao=descricao), antes=True).status is ERRO


# row 4: the message was read and refused


@pytest.mark.parametrize("status", STATUS_COM_5XX)
@pytest.mark.parametrize(
    "resposta",
    [RECUSA, fault("SchemaInvalido", "x"), fault("HashInvalido"), fault("VersaoInvalida")],
)
def test_refused_message_is_erro_with_the_reason_at_any_http_status(
    resposta: Resposta, status: int | None
) -> None:
    achado = desfecho(resposta, entrega(status), antes=True)
    assert (achado.status, achado.suspender) == (ERRO, None)
    assert "5001" in achado.motivo or "Inval" in achado.motivo


def test_refusal_without_code_is_still_a_refusal() -> None:
    achado = desfecho(Recusa(codigo="", descricao=None))
    assert (achado.status, achado.motivo) == (ERRO, "recusado: sem código")


@pytest.mark.parametrize(
    "resposta",
    [
        Recusa(codigo="5001", descricao="carteira 0012345 de Zélia inválida"),
        Recusa(codigo="carteira 0012345 de Zélia", descricao=None),
        fault("SchemaInvalido", "value '0012345' of element numeroCarteira is not valid"),
        fault(None, "length of 0012345 is not facet-valid", "soap:Client"),
        fault(None, "0012345", "soap:Server carteira 0012345"),
    ],
)
def test_words_of_the_operadora_may_name_a_patient_and_stay_out_of_the_reason(
    resposta: Resposta,
) -> None:
    assert "0012345" not in desfecho(resposta).motivo


def test_detail_of_a_fault_is_kept_with_its_words() -> None:
    esperado = "Conteudo lido: aa. Conteudo esperado: bb"
    falha = FalhaSoap(
        tiss_fault="HashInvalido", codigo="soap:Client", texto="hash", detalhe=esperado
    )
    assert desfecho(falha).detalhe == f"hash {esperado}"


def test_words_of_the_operadora_are_kept_for_the_person_who_mends_it() -> None:
    assert desfecho(RECUSA).detalhe == "mensagem inválida"
    assert desfecho(fault("HashInvalido", "esperado X, lido Y")).detalhe == "esperado X, lido Y"


@pytest.mark.parametrize("de", ["Client", "soap:Client", "soapenv:Client.Schema", "env:Sender"])
@pytest.mark.parametrize(
    "texto",
    [
        "Service X does not contain operation meta data for: {http://x}loteGuiasWS",
        "elemento epilogo lido e nao esperado {hash}",
        "profissionalSolicitante lido nao e esperado. Esperado nomeContratadoSolicitante",
        "profissionalSolicitante lido não é esperado",
        "procedimentosSolicitados nao esta completo: quantidadeSolicitada",
        "cvc-minLength-valid: length = '0' is not facet-valid with respect to minLength '1'",
        "O hash calculado difere do informado",
    ],
)
def test_client_fault_with_a_known_diagnosis_is_erro_with_its_text(texto: str, de: str) -> None:
    achado = desfecho(fault(None, texto, de))
    assert (achado.status, achado.detalhe) == (ERRO, texto)


@pytest.mark.parametrize(
    "falha",
    [
        fault(None, "O hash calculado difere", "soap:Server"),
        fault(None, "O hash calculado difere", "env:Receiver"),
        fault(None, "O hash calculado difere", ""),
        fault(None, "O hash calculado difere", "x:Clientela"),
        fault(None, "algo deu errado", "soap:Client"),
        fault("ErroInesperadoServidor", "O hash calculado difere", "soap:Client"),
    ],
)
def test_fault_of_the_server_or_without_known_diagnosis_is_a_doubt(falha: FalhaSoap) -> None:
    assert desfecho(falha).status is EM_DUVIDA


@pytest.mark.parametrize("saiu", [True, False])
@pytest.mark.parametrize("resposta", [None, HTML, fault(None, "too large")])
def test_message_too_large_is_erro_whether_it_left_or_not(
    resposta: Resposta | None, saiu: bool
) -> None:
    assert desfecho(resposta, entrega(413, saiu=saiu)).status is ERRO


# rows 5 and 6: the credential


@pytest.mark.parametrize("status", STATUS_COM_5XX)
def test_refused_login_suspends_the_credential_at_any_http_status(status: int | None) -> None:
    achado = desfecho(fault("LoginInvalido"), entrega(status))
    assert (achado.status, achado.suspender) == (PENDENTE, "CREDENCIAL")


@pytest.mark.parametrize("saiu", [True, False])
@pytest.mark.parametrize("status", [401, 403, 407])
@pytest.mark.parametrize(
    "resposta", [None, HTML, fault(None, "not authorised"), fault("ErroInesperadoServidor")]
)
def test_refused_credential_is_pendente_and_suspends_it(
    resposta: Resposta | None, status: int, saiu: bool
) -> None:
    achado = desfecho(resposta, entrega(status, saiu=saiu))
    assert (achado.status, achado.suspender) == (PENDENTE, "CREDENCIAL")


@pytest.mark.parametrize("saiu", [True, False])
def test_refused_certificate_of_ours_suspends_the_credential_although_the_last_block_left(
    saiu: bool,
) -> None:
    achado = desfecho(None, entrega(None, saiu=saiu, falha=CERTIFICADO_RECUSADO))
    assert (achado.status, achado.suspender) == (PENDENTE, "CREDENCIAL")
    assert achado.motivo == "a operadora recusou o certificado digital"


# row 7: the configuration


@pytest.mark.parametrize("codigo", ["DestinatarioInvalido", "RemetenteInvalido"])
@pytest.mark.parametrize("status", [200, 401, 500])
def test_wrong_party_suspends_the_operation(codigo: str, status: int) -> None:
    achado = desfecho(fault(codigo), entrega(status))
    assert (achado.status, achado.suspender) == (PENDENTE, "OPERACAO")
    assert codigo in achado.motivo


@pytest.mark.parametrize("saiu", [True, False])
@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 399, 404, 405, 415])
@pytest.mark.parametrize("resposta", [None, HTML, fault(None, "no such service")])
def test_wrong_address_suspends_the_operation(
    resposta: Resposta | None, status: int, saiu: bool
) -> None:
    achado = desfecho(resposta, entrega(status, saiu=saiu))
    assert (achado.status, achado.suspender) == (PENDENTE, "OPERACAO")


def test_certificate_of_theirs_that_we_refuse_suspends_the_operation() -> None:
    achado = desfecho(None, entrega(None, saiu=False, falha="SSLError", configuracao=True))
    assert (achado.status, achado.suspender) == (PENDENTE, "OPERACAO")
    assert "SSLError" in achado.motivo


# row 8: nothing arrived


@pytest.mark.parametrize("status", [None, 100, 200, 299, 400, 402, 500, 503])
@pytest.mark.parametrize("resposta", [None, HTML, fault(None, "busy")])
def test_message_whose_last_block_never_left_is_sent_again(
    resposta: Resposta | None, status: int | None
) -> None:
    achado = desfecho(resposta, entrega(status, saiu=False, falha="ConnectionError"))
    assert (achado.status, achado.suspender) == (PENDENTE, None)
    assert "ConnectionError" in achado.motivo


def test_early_answer_without_failure_is_explained_by_its_status() -> None:
    achado = desfecho(HTML, entrega(503, saiu=False))
    assert achado.motivo == "não chegou à operadora: HTTP 503"


@pytest.mark.parametrize("resposta", [None, HTML, fault(None, "slow down")])
def test_too_many_requests_waits_though_the_message_left(resposta: Resposta | None) -> None:
    achado = desfecho(resposta, entrega(429))
    assert (achado.status, achado.suspender) == (PENDENTE, None)


# row 9: everything else


@pytest.mark.parametrize(
    ("resposta", "como"),
    [
        (None, entrega(None, falha="ReadTimeout")),
        (None, entrega(None, falha="ConnectionResetError")),
        (None, entrega(200)),
        (None, entrega(103)),
        (None, entrega(204)),
        (None, entrega(400)),
        (HTML, entrega(200)),
        (HTML, entrega(502)),
        (HTML, entrega(503)),
        (HTML, entrega(504)),
        (HTML, entrega(200, falha="IncompleteRead")),
        (fault("ErroInesperadoServidor"), entrega(500)),
        (fault("CodigoNovo"), entrega(200)),
        (fault(None, "NullPointerException"), entrega(500)),
        (SituacaoProtocolo(numero_protocolo="P1", numero_lote="42", situacao="1"), entrega(200)),
        (Demonstrativos(lista=()), entrega(200)),
    ],
)
def test_anything_else_after_the_last_block_left_is_a_doubt(
    resposta: Resposta | None, como: Entrega
) -> None:
    achado = desfecho(resposta, como)
    assert (achado.status, achado.suspender, achado.protocolo) == (EM_DUVIDA, None, None)
    assert "None" not in achado.motivo


RESPOSTAS: list[Resposta | None] = [
    None,
    HTML,
    NOSSO,
    RECUSA,
    Recebimento(numero_lote="43", numero_protocolo="P1", prestador=None, guias=()),
    SituacaoProtocolo(numero_protocolo="P1", numero_lote="42", situacao="1"),
    Demonstrativos(lista=()),
    *JA_RECEBIDO,
    *(
        fault(codigo, texto, de)
        for codigo in (None, "LoginInvalido", "SchemaInvalido", "ErroInesperadoServidor")
        for texto in ("", "O hash calculado difere")
        for de in ("soap:Client", "soap:Server")
    ),
]


@pytest.mark.parametrize("resposta", RESPOSTAS)
def test_message_that_left_is_never_resendable_but_for_credential_address_or_429(
    resposta: Resposta | None,
) -> None:
    for status, falha, antes in product(STATUS_COM_5XX, (None, "ReadTimeout"), (True, False)):
        achado = desfecho(resposta, entrega(status, falha=falha), antes=antes)
        if achado.status is PENDENTE:
            assert achado.suspender is not None or status == 429
        assert (achado.protocolo is not None) is (achado.status is ENVIADO)
        assert (achado.status is PENDENTE) or achado.suspender is None


# queries


@pytest.mark.parametrize("status", [401, 403, 407])
def test_query_with_a_refused_credential_suspends_it_too(status: int) -> None:
    suspensao = motivo_de_suspensao(entrega(status), None)
    assert suspensao is not None
    assert suspensao[0] == "CREDENCIAL"


@pytest.mark.parametrize(
    "resposta", [SituacaoProtocolo(numero_protocolo="1", numero_lote=None, situacao="1"), RECUSA]
)
@pytest.mark.parametrize("status", [200, 401, 404, 500])
def test_query_that_was_answered_suspends_nothing(resposta: Resposta, status: int) -> None:
    assert motivo_de_suspensao(entrega(status), resposta) is None


@pytest.mark.parametrize("status", [None, 200, 429, 500, 503])
def test_query_that_merely_failed_suspends_nothing(status: int | None) -> None:
    assert motivo_de_suspensao(entrega(status, falha="ReadTimeout"), None) is None
