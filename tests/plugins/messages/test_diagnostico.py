"""Each failure that is known, as servers tell it, and what a person is told of it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiss.domain.diagnostico import DIAGNOSTICOS, Diagnostico
from tiss.domain.retorno import (
    Demonstrativos,
    Entrega,
    FalhaSoap,
    Ilegivel,
    Recebimento,
    Recusa,
    Resposta,
    SituacaoProtocolo,
)
from tiss.messages import diagnostico
from tiss.messages.diagnostico import diagnosticar
from tiss.messages.diagnostico.elementos import _do_padrao
from tiss.settings import NAMESPACE

HTML = Ilegivel(motivo="não é XML (linha 1)")


def entrega(
    status: int | None = 200,
    corpo: bytes = b"",
    *,
    falha: str | None = None,
    saiu: bool = True,
) -> Entrega:
    return Entrega(http_status=status, ultimo_bloco_saiu=saiu, resposta=corpo, falha=falha)


def fault(texto: str, tiss_fault: str | None = None, de: str = "soap:Client") -> FalhaSoap:
    return FalhaSoap(tiss_fault=tiss_fault, codigo=de, texto=texto)


def certo(achado: Diagnostico | None) -> Diagnostico:
    assert achado is not None
    return achado


def codigo(resposta: Resposta | None, como: Entrega | None = None) -> str | None:
    achado = diagnosticar(como or entrega(500), resposta)
    return achado.codigo if achado else None


# What a server says of the form of a message


DA_FORMA = {
    "NAMESPACE_ERRADO": [
        "The endpoint does not contain operation meta data for: {http://ans.gov.br}loteGuiasWS",
        "DOES NOT CONTAIN OPERATION METADATA FOR: {http://x}y",
        "Cannot find dispatch method for {http://ans.gov.br}loteGuiasWS",
        "cvc-elt.1: Cannot find the declaration of element 'loteGuiasWS'.",
        'unexpected element (uri:"http://ans.gov.br", local:"loteGuiasWS"). Expected elements are',
        "Message part {http://ans.gov.br}loteGuiasWS was not recognized.",
        "Namespace da mensagem inválido",
        "namespace n?o reconhecido",
    ],
    "SOAPACTION_RECUSADA": [
        "Server did not recognize the value of HTTP Header SOAPAction: .",
        "The endpoint reference (EPR) for the Operation not found is /tiss and the WSA Action = ",
    ],
    "VERSAO_DO_SOAP": [
        "SOAP version mismatch",
        "A versão do SOAP recebida não é a deste serviço",
        "Transport level information does not match with SOAP Message namespace URI",
        "Sent a SOAP 1.1 message to a SOAP 1.2 only endpoint",
    ],
    "EPILOGO_NO_WEB_SERVICE": [
        "Elemento epilogo lido nao e esperado. Esperado {hash}",
        "elemento EPILOGO lido não é esperado {hash}",
        "Invalid content was found starting with element 'ans:epilogo'. One of '{hash}' is "
        "expected.",
    ],
    "HASH_RECUSADO": [
        "O hash calculado difere do informado na mensagem.",
        "HASH INVALIDO",
        "hash da mensagem nÃ£o confere",
        "Hash inv?lido",
        "Invalid hash",
        "hash does not match the content",
    ],
    "CODIFICACAO_RECUSADA": [
        "Invalid byte 2 of 3-byte UTF-8 sequence.",
        "invalid UTF-8 at offset 812",
        "Input is not proper UTF-8, indicate encoding !",
        "Illegal character entity: illegal XML character",
        "Caractere inválido na mensagem",
        "caracter inv�lido",
        "Caracteres não permitidos encontrados no arquivo",
        "MalformedByteSequenceException: malformed byte",
    ],
    "ELEMENTO_INCOMPLETO": [
        "procedimentosSolicitados nao esta completo: quantidadeSolicitada",
        "O conteúdo do elemento 'ans:procedimentosSolicitados' não está completo.",
        "cvc-complex-type.2.4.b: The content of element 'ans:cabecalho' is not complete.",
        "The element 'origem' has incomplete content. List of possible elements expected: 'CNPJ'.",
        "Element '{http://x}origem': Missing child element(s). Expected is one of ( CNPJ, CPF ).",
    ],
    "ELEMENTO_FALTANDO": [
        "profissionalSolicitante lido nao e esperado. Esperado: nomeContratadoSolicitante",
        "profissionalSolicitante lido não é esperado",
        "profissionalSolicitante lido nÃ£o Ã© esperado",
        "profissionalSolicitante lido n?o ? esperado",
        "cvc-complex-type.2.4.a: Invalid content was found starting with element 'ans:CBOS'. One of"
        " '{\"http://www.ans.gov.br/padroes/tiss/schemas\":UF}' is expected.",
        "Conteúdo inválido encontrado a partir do elemento 'CBOS'. Um dentre '{UF}' é esperado.",
        "The element 'guiaConsulta' has invalid child element 'CBOS'. List of possible elements",
        "Element '{http://x}CBOS': This element is not expected. Expected is ( {http://x}UF ).",
        "Elemento obrigatório ausente: nomeContratado",
    ],
    "CAMPO_VAZIO": [
        "cvc-minLength-valid: Value '' with length = '0' is not facet-valid with respect to"
        " minLength '1' for type 'st_texto20'.",
        "length = '0' is not facet-valid with respect to minLength '1'",
        "cvc-type.3.1.3: The value '' of element 'ans:nomeContratado' is not valid.",
        "[facet 'minLength'] The value has a length of '0'; this underruns the minimum of '1'.",
        "O campo nomeContratado está vazio",
    ],
    "CAMPO_LONGO": [
        "Value 'x' with length = '80' is not facet-valid with respect to maxLength '70'",
        "this exceeds the allowed maximum length of '70'.",
        "Valor do campo observacao excede o tamanho permitido",
    ],
    "CAMPO_FORA_DO_FORMATO": [
        "cvc-pattern-valid: Value 'SP' is not facet-valid with respect to pattern '[0-9]{2}'",
        "length = '3' is not facet-valid with respect to minLength '5'",
        "'99/01/2026' is not a valid value for 'date'.",
        "The 'UF' element is invalid - The value 'SP' is invalid according to its datatype",
    ],
}


@pytest.mark.parametrize(
    ("esperado", "texto"), [(nome, texto) for nome, textos in DA_FORMA.items() for texto in textos]
)
@pytest.mark.parametrize("como", ["fault", "detail", "upper", "recusa"])
def test_form_of_a_message_is_told_by_the_words_of_the_server(
    esperado: str, texto: str, como: str
) -> None:
    respostas: dict[str, Resposta] = {
        "fault": fault(texto),
        "detail": FalhaSoap(tiss_fault=None, codigo="s:Server", texto="erro", detalhe=texto),
        "upper": fault(texto.upper()),
        "recusa": Recusa(codigo="5001", descricao=texto),
    }
    assert codigo(respostas[como]) == esperado


def test_element_that_nothing_was_expected_after_stands_in_the_wrong_place() -> None:
    texto = "Invalid content was found starting with element 'CBOS'. No child element is expected"
    achado = certo(diagnosticar(entrega(500), fault(texto)))
    assert (achado.codigo, "(CBOS)" in achado.o_que) == ("ELEMENTO_FORA_DO_LUGAR", True)


def test_fault_code_alone_tells_the_wrong_version_of_soap() -> None:
    assert codigo(fault("erro", de="soap:VersionMismatch")) == "VERSAO_DO_SOAP"


@pytest.mark.parametrize(
    ("texto", "detalhe"),
    [
        (DA_FORMA["ELEMENTO_FALTANDO"][0],
         "(profissionalSolicitante; esperado: nomeContratadoSolicitante)"),
        (DA_FORMA["ELEMENTO_FALTANDO"][4], "(CBOS; esperado: UF)"),
        (DA_FORMA["ELEMENTO_FALTANDO"][5], "(CBOS; esperado: UF)"),
        (DA_FORMA["ELEMENTO_FALTANDO"][7], "(CBOS; esperado: UF)"),
        (DA_FORMA["ELEMENTO_INCOMPLETO"][0],
         "(procedimentosSolicitados; esperado: quantidadeSolicitada)"),
        (DA_FORMA["ELEMENTO_INCOMPLETO"][4], "(origem; esperado: CNPJ, CPF)"),
        (DA_FORMA["CAMPO_VAZIO"][2], "(nomeContratado)"),
        (DA_FORMA["CAMPO_FORA_DO_FORMATO"][3], "(UF)"),
    ],
)  # fmt: skip
def test_element_that_the_fault_names_is_named(texto: str, detalhe: str) -> None:
    assert certo(diagnosticar(entrega(500), fault(texto))).o_que.endswith(detalhe)


@pytest.mark.parametrize(
    "texto",
    [
        "The value 'ZELIA FICTICIA' of element 'nomeBeneficiario' is not valid: facet-valid",
        "Value '0012345' is not facet-valid; element numeroCarteira, zeliaFicticia, Zélia",
        "Zélia lido nao e esperado. Esperado: ZELIA, zelia, zeliaFicticia, 0012345",
        "elemento 'Zelia Ficticia' não está completo: '0012345'",
        "CBOS 0012345 is not complete. One of '{zeliaFicticia}' is expected",
    ],
)
def test_words_that_are_no_element_of_the_standard_are_never_repeated(texto: str) -> None:
    for resposta in (fault(texto), Recusa(codigo="5001", descricao=texto)):
        achado = str(certo(diagnosticar(entrega(500), resposta)))
        assert not re.search("z[eé]lia|0012345", achado, re.IGNORECASE)


TRECHOS = st.sampled_from(
    [texto for textos in DA_FORMA.values() for texto in textos]
    + ["'", "{", "}", "'CBOS'", "'senha'", "esperado", "Zélia", "0012345", "zeliaFicticia"]
)


@given(st.lists(TRECHOS | st.text(max_size=20), max_size=8), st.sampled_from([None, 200, 401, 500]))
def test_whatever_a_server_says_only_names_of_the_standard_are_added(
    trechos: list[str], status: int | None
) -> None:
    texto = " ".join(trechos)
    recusa = Recusa(codigo="5001", descricao=texto)
    for resposta in (fault(texto), fault(texto, "SchemaInvalido"), recusa):
        achado = certo(diagnosticar(entrega(status), resposta))
        base = DIAGNOSTICOS[achado.codigo]
        assert (achado.porque, achado.fazer) == (base.porque, base.fazer)
        dito = achado.o_que.removeprefix(base.o_que)
        assert set(re.findall(r"[^ (),;]+", dito)) <= _do_padrao() | {"esperado:"}


@given(st.binary(max_size=200), st.text(max_size=80), st.booleans())
def test_any_bytes_and_any_failure_have_a_diagnosis(corpo: bytes, falha: str, saiu: bool) -> None:
    for status in (None, 200, 302, 401, 599):
        como = entrega(status, corpo, falha=falha, saiu=saiu)
        assert certo(diagnosticar(como, HTML, corpo, servidor=falha)).codigo in DIAGNOSTICOS


def test_words_of_a_sentence_that_are_also_elements_are_not_named() -> None:
    texto = "O valor da senha e da quantidade is not facet-valid"
    achado = certo(diagnosticar(entrega(500), fault(texto)))
    assert achado == DIAGNOSTICOS["CAMPO_FORA_DO_FORMATO"]


# The hash


PEDIDO = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>'
    f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    f'<a:loteGuiasWS xmlns:a="{NAMESPACE}"><a:cabecalho><a:Padrao>4.03.00</a:Padrao>'
    "{login}</a:cabecalho><a:nome>José</a:nome><a:hash>{hash}</a:hash></a:loteGuiasWS>"
    "</s:Body></s:Envelope>"
)
LOGIN = "<a:loginSenhaPrestador><a:loginPrestador>u</a:loginPrestador></a:loginSenhaPrestador>"


def recusa_do_hash(valor: str, codificacao: str = "latin-1") -> tuple[bytes, FalhaSoap]:
    """A request whose operadora computes the hash of `valor`, and what she says of it."""
    enviado = hashlib.md5("4.03.00uJosé".encode("latin-1")).hexdigest()
    pedido = PEDIDO.format(login=LOGIN, hash=enviado).encode("latin-1")
    esperado = hashlib.md5(valor.encode(codificacao)).hexdigest()
    texto = (
        "O hash calculado difere do informado na mensagem. "
        f"Conteudo lido: {enviado}. Conteudo esperado: {esperado}"
    )
    return pedido, fault(texto)


@pytest.mark.parametrize(
    ("valor", "codificacao", "dialeto", "opcao"),
    [
        ("4.03.00uJosé", "utf-8", "UTF_8", "ascii_somente = true"),
        ("4.03.00UJOSÉ", "latin-1", "TUDO_MAIUSCULO", "maiusculas = true"),
        ("4.03.00José", "latin-1", "SEM_LOGIN", "envia_login_senha = false"),
        ("4.03.00UJOSÉ", "utf-8", "UTF_8+TUDO_MAIUSCULO", "ascii_somente = true e maiusculas"),
    ],
)
def test_refused_hash_names_the_dialect_and_the_option_of_the_contrato(
    valor: str, codificacao: str, dialeto: str, opcao: str
) -> None:
    pedido, falha = recusa_do_hash(valor, codificacao)
    achado = certo(diagnosticar(entrega(500), falha, pedido))
    assert achado.codigo == "HASH_RECUSADO"
    assert achado.porque.endswith(f"pelo dialeto {dialeto}")
    assert opcao in achado.fazer
    assert "no contrato" in achado.fazer


def test_dialect_that_only_the_operadora_can_mend_names_no_option() -> None:
    pedido, falha = recusa_do_hash("José", "utf-8")
    achado = certo(diagnosticar(entrega(500), falha, pedido))
    assert "SEM_CABECALHO" in achado.porque
    assert "peça a correção" in achado.fazer
    assert "ascii_somente" not in achado.fazer


def test_hash_that_was_not_of_what_left_is_told_apart() -> None:
    enviado = "0" * 32
    pedido = PEDIDO.format(login=LOGIN, hash=enviado).encode("latin-1")
    certo_ = hashlib.md5("4.03.00uJosé".encode("latin-1")).hexdigest()
    falha = fault(f"O hash calculado difere. Lido: {enviado}. Esperado: {certo_}", "HashInvalido")
    achado = certo(diagnosticar(entrega(500), falha, pedido))
    assert "não era o do conteúdo" in achado.porque
    assert "monte o lote de novo" in achado.fazer


@pytest.mark.parametrize("com_pedido", [True, False])
@pytest.mark.parametrize(
    "resposta",
    [
        fault("Hash", "HashInvalido"),
        Recusa(codigo="5014", descricao=None),
        fault(f"O hash calculado difere. Lido: {'a' * 32}. Esperado: {'b' * 32}"),
    ],
)
def test_hash_that_cannot_be_explained_sends_to_the_command(
    resposta: Resposta, com_pedido: bool
) -> None:
    pedido = PEDIDO.format(login="", hash="a" * 32).encode("latin-1") if com_pedido else None
    achado = certo(diagnosticar(entrega(500), resposta, pedido))
    assert achado == DIAGNOSTICOS["HASH_RECUSADO"]
    assert "tiss hash" in achado.fazer


# Who talks to whom, and about what


@pytest.mark.parametrize("texto", ["", "erro", "hash inválido"])
@pytest.mark.parametrize(
    ("tiss_fault", "esperado"),
    [
        ("VersaoInvalida", "VERSAO_RECUSADA"),
        ("RemetenteInvalido", "PRESTADOR_DESCONHECIDO"),
        ("DestinatarioInvalido", "DESTINATARIO_ERRADO"),
        ("LoginInvalido", "LOGIN_RECUSADO"),
        ("HashInvalido", "HASH_RECUSADO"),
        ("SchemaInvalido", "MENSAGEM_FORA_DO_PADRAO"),
    ],
)
def test_code_of_the_standard_counts_more_than_the_words(
    tiss_fault: str, esperado: str, texto: str
) -> None:
    assert codigo(fault(texto, tiss_fault)) == esperado


def test_refused_schema_is_told_by_its_words_where_they_say_more() -> None:
    assert codigo(fault(DA_FORMA["CAMPO_VAZIO"][1], "SchemaInvalido")) == "CAMPO_VAZIO"
    assert codigo(Recusa(codigo="5001", descricao=None)) == "MENSAGEM_FORA_DO_PADRAO"


def test_unexpected_error_says_nothing_but_by_its_words() -> None:
    assert codigo(fault("", "ErroInesperadoServidor")) == "SERVIDOR_COM_ERRO"
    assert codigo(fault("Lote já enviado", "ErroInesperadoServidor")) == "JA_RECEBIDO"


DO_NEGOCIO = {
    "VERSAO_RECUSADA": [
        "Versão do padrão TISS inválida",
        "VERSAO 4.01.00 NAO SUPORTADA",
        "vers?o n?o mais aceita",
        "Unsupported TISS version",
    ],
    "PRESTADOR_DESCONHECIDO": [
        "Prestador não encontrado na origem",
        "prestador nao cadastrado",
        "Remetente inválido",
        "PRESTADOR NÃO HABILITADO",
        "Unknown provider",
        "Glosa 1203",
    ],
    "DESTINATARIO_ERRADO": [
        "Destinatário inválido",
        "Registro ANS não confere",
        "destino nao identificado",
    ],
    "LOGIN_RECUSADO": [
        "Usuário ou senha inválidos",
        "login incorreto",
        "Authentication failed",
        "wsse:FailedAuthentication",
        "usuÃ¡rio nÃ£o autenticado",
    ],
    "USUARIO_BLOQUEADO": [
        "Usuário bloqueado por excesso de tentativas",
        "USUARIO BLOQUEADO",
        "Account is locked",
        "Excedeu o número máximo de tentativas de acesso",
        "too many failed attempts",
        "Acesso suspenso",
    ],
    "JA_RECEBIDO": [
        "Lote já enviado em 10/03",
        "LOTE JA ENVIADO",
        "lote jÃ¡ foi recebido",
        "Protocolo já utilizado",
        "Protocolo j? utilizado",
        "Número de lote duplicado",
        "guia já apresentada",
        "Batch already received",
    ],
    "LOTE_ACIMA_DO_LIMITE": [
        "Quantidade de guias excede o limite de 50 por lote",
        "O arquivo ultrapassa o tamanho máximo",
        "Máximo de 100 guias por lote",
        "The maximum message size quota for incoming messages (65536) has been exceeded",
        "Request entity too large",
    ],
    "FORA_DO_PRAZO": [
        "Não há calendário de pagamento para a data",
        "Entrega fora do prazo",
        "prazo de envio encerrado",
        "Competência fechada",
        "Late delivery",
    ],
}


@pytest.mark.parametrize(
    ("esperado", "texto"),
    [(nome, texto) for nome, textos in DO_NEGOCIO.items() for texto in textos],
)
def test_refusal_of_the_business_is_told_by_its_words(esperado: str, texto: str) -> None:
    assert codigo(fault(texto)) == esperado
    assert codigo(Recusa(codigo="5012", descricao=texto)) == esperado
    situacao = SituacaoProtocolo(
        numero_protocolo="1",
        numero_lote=None,
        situacao="",
        recusa=Recusa(codigo="", descricao=texto),
    )
    assert codigo(situacao) == esperado


@pytest.mark.parametrize(
    ("glosa", "esperado"),
    [
        ("1308", "JA_RECEBIDO"),
        ("3268", "JA_RECEBIDO"),
        ("1203", "PRESTADOR_DESCONHECIDO"),
        ("3161", "FORA_DO_PRAZO"),
        ("5006", "DESTINATARIO_ERRADO"),
        ("5014", "HASH_RECUSADO"),
        ("5015", "LOTE_ACIMA_DO_LIMITE"),
        ("5027", "DESTINATARIO_ERRADO"),
        ("5028", "VERSAO_RECUSADA"),
    ],
)
def test_code_of_a_refusal_is_enough(glosa: str, esperado: str) -> None:
    assert codigo(Recusa(codigo=glosa, descricao=None)) == esperado
    assert codigo(Recusa(codigo="5012", descricao=f"Erro: glosa {glosa}")) == esperado


@pytest.mark.parametrize(
    "descricao",
    [
        None,
        "Carteira inválida",
        "Senha inválida",
        "Senha de autorização vencida",
        "Beneficiário bloqueado",
        "Carteira fora do prazo de validade",
        "Prazo de validade da senha vencido",
        "Beneficiário não cadastrado",
        "Prestador não autorizado para o procedimento",
        "Contratado solicitante não cadastrado",
        "Número da guia de origem inválido",
        "Quantidade excede a autorizada",
        "Procedimento já realizado",
    ],
)
def test_refusal_for_what_a_guia_says_is_left_to_the_words_of_the_operadora(
    descricao: str | None,
) -> None:
    assert codigo(Recusa(codigo="1001", descricao=descricao), entrega(200)) is None


@pytest.mark.parametrize("texto", ["Acesso bloqueado", "excedeu as tentativas", "LOCKED"])
def test_lockout_is_told_before_a_refused_login(texto: str) -> None:
    assert codigo(fault(texto, "LoginInvalido")) == "USUARIO_BLOQUEADO"
    for status in (401, 403):
        assert codigo(fault(texto), entrega(status)) == "USUARIO_BLOQUEADO"
        pagina = f"<html>{texto}</html>".encode()
        assert codigo(HTML, entrega(status, pagina)) == "USUARIO_BLOQUEADO"


@pytest.mark.parametrize("texto", ["Beneficiário bloqueado", "guia bloqueada", "lote suspenso"])
def test_what_else_is_blocked_is_no_lockout(texto: str) -> None:
    assert codigo(fault(texto)) == "FALHA_DESCONHECIDA"


@pytest.mark.parametrize("nome", ["USUARIO_BLOQUEADO", "ACESSO_NEGADO"])
def test_lockout_asks_for_a_call_before_another_attempt(nome: str) -> None:
    assert "ligue para a operadora" in DIAGNOSTICOS[nome].fazer
    assert "antes de tentar de novo" in DIAGNOSTICOS[nome].fazer


def test_fault_that_nobody_knows_is_told_as_such() -> None:
    assert codigo(fault("NullPointerException")) == "FALHA_DESCONHECIDA"
    assert codigo(fault("algo", "CodigoNovo"), entrega(None)) == "FALHA_DESCONHECIDA"


# Statuses and pages


STATUS = {
    301: "REDIRECIONADO", 302: "REDIRECIONADO", 308: "REDIRECIONADO", 399: "REDIRECIONADO",
    401: "AUTENTICACAO_RECUSADA", 403: "ACESSO_NEGADO", 404: "ENDERECO_ERRADO",
    405: "METODO_NAO_ACEITO", 407: "PROXY_PEDE_SENHA", 410: "ENDERECO_ERRADO",
    413: "MENSAGEM_GRANDE", 415: "FORMATO_NAO_ACEITO", 429: "PEDIDOS_DEMAIS",
    500: "SERVIDOR_COM_ERRO", 502: "SERVIDOR_INDISPONIVEL", 503: "SERVIDOR_INDISPONIVEL",
    504: "SERVIDOR_INDISPONIVEL", 599: "SERVIDOR_COM_ERRO",
}  # fmt: skip


@pytest.mark.parametrize(("status", "esperado"), STATUS.items())
@pytest.mark.parametrize("corpo", [b"", b"<html>Erro</html>", b"erro"])
def test_status_tells_what_no_answer_of_tiss_says(status: int, esperado: str, corpo: bytes) -> None:
    assert codigo(HTML if corpo else None, entrega(status, corpo)) == esperado
    for saiu in (True, False):
        assert codigo(None, entrega(status, saiu=saiu)) == esperado


@pytest.mark.parametrize(
    ("status", "esperado"), [(404, "ENDERECO_ERRADO"), (415, "FORMATO_NAO_ACEITO")]
)
def test_status_tells_more_than_a_fault_that_nobody_knows(status: int, esperado: str) -> None:
    assert codigo(fault("erro"), entrega(status)) == esperado


@pytest.mark.parametrize(
    ("corpo", "esperado"),
    [
        ("<!DOCTYPE html><html><title>Sistema em manutenção</title>", "PAGINA_DE_MANUTENCAO"),
        ("<HTML>Service Temporarily Unavailable", "PAGINA_DE_MANUTENCAO"),
        ("<html>Voltamos em breve <a>login</a>", "PAGINA_DE_MANUTENCAO"),
        ("<html><input type=password>", "PAGINA_DE_LOGIN"),
        ("\n<!-- x --><html><form><h1>Login</h1>", "PAGINA_DE_LOGIN"),
        ("<html>Request Rejected. Your support ID is: 123", "PAGINA_DE_BLOQUEIO"),
        ("<html><title>FortiGuard Web Filter</title>", "PAGINA_DE_BLOQUEIO"),
        ("\ufeff<html>Acesso bloqueado", "PAGINA_DE_BLOQUEIO"),
        ("<html>Olá", "PAGINA_HTML"),
        ("<html>The plain HTTP request was sent to HTTPS port", "SEM_TLS"),
        ("<html>No required SSL certificate was sent", "CERTIFICADO_DO_CLIENTE"),
        ("<htmlx>", "RESPOSTA_ILEGIVEL"),
        ("erro <html>", "RESPOSTA_ILEGIVEL"),
        ("", "RESPOSTA_VAZIA"),
        (" \r\n", "RESPOSTA_VAZIA"),
    ],
)
@pytest.mark.parametrize("status", [None, 200, 400])
def test_page_in_place_of_an_answer_is_told_by_what_it_is_for(
    corpo: str, esperado: str, status: int | None
) -> None:
    for codificacao in ("utf-8", "utf-8" if "\ufeff" in corpo else "latin-1"):
        assert codigo(HTML, entrega(status, corpo.encode(codificacao))) == esperado


def test_page_of_maintenance_explains_a_status_of_the_server() -> None:
    pagina = "<html>Em manutenção".encode()
    assert codigo(HTML, entrega(503, pagina)) == "PAGINA_DE_MANUTENCAO"
    assert codigo(HTML, entrega(503, b"<html>login")) == "SERVIDOR_INDISPONIVEL"


def test_hostile_page_is_judged_in_linear_time() -> None:
    assert codigo(HTML, entrega(200, b"<!--" * 2_000_000)) == "RESPOSTA_ILEGIVEL"
    assert codigo(HTML, entrega(200, b" " * 8_000_000 + b"x")) == "RESPOSTA_ILEGIVEL"


@pytest.mark.parametrize(
    ("falha", "esperado", "servidor"),
    [
        ("redirecionado para novo.exemplo.com.br", "REDIRECIONADO", "novo.exemplo.com.br"),
        ("redirecionado para 10.1.2.3", "ENDERECO_INTERNO", "10.1.2.3"),
        ("redirecionado para localhost", "ENDERECO_INTERNO", "localhost"),
        ("redirecionado para tiss-app01.intranet", "ENDERECO_INTERNO", "tiss-app01.intranet"),
        ("IncompleteRead", "REDIRECIONADO", ""),
    ],
)
def test_redirect_names_the_server_that_it_leads_to(
    falha: str, esperado: str, servidor: str
) -> None:
    achado = certo(diagnosticar(entrega(302, falha=falha), None))
    assert achado.codigo == esperado
    assert achado.o_que.endswith(f"({servidor})") or not servidor


# The network


TLS = "SSLError < MaxRetryError < "
VERIFICACAO = TLS + "SSLCertVerificationError[{}]"


@pytest.mark.parametrize(
    ("falha", "esperado"),
    [
        (VERIFICACAO.format("certificate has expired"), "CERTIFICADO_VENCIDO"),
        (VERIFICACAO.format("certificate is not yet valid"), "CERTIFICADO_VENCIDO"),
        (VERIFICACAO.format("Hostname mismatch"), "CERTIFICADO_DE_OUTRO_NOME"),
        (VERIFICACAO.format("IP address mismatch"), "CERTIFICADO_DE_OUTRO_NOME"),
        (VERIFICACAO.format("self-signed certificate"), "CERTIFICADO_AUTOASSINADO"),
        (VERIFICACAO.format("self signed certificate"), "CERTIFICADO_AUTOASSINADO"),
        (
            VERIFICACAO.format("self-signed certificate in certificate chain"),
            "CERTIFICADO_SEM_AUTORIDADE",
        ),
        (
            VERIFICACAO.format("unable to get local issuer certificate"),
            "CERTIFICADO_SEM_AUTORIDADE",
        ),
        (VERIFICACAO.format("CA signature digest algorithm too weak"), "CERTIFICADO_RECUSADO"),
        (TLS + "SSLCertVerificationError", "CERTIFICADO_RECUSADO"),
        (TLS + "SSLError[SSLV3_ALERT_HANDSHAKE_FAILURE]", "TLS_SEM_ACORDO"),
        (TLS + "SSLError[TLSV1_ALERT_PROTOCOL_VERSION]", "TLS_SEM_ACORDO"),
        (TLS + "SSLError[UNSUPPORTED_PROTOCOL]", "TLS_SEM_ACORDO"),
        (TLS + "SSLEOFError", "TLS_SEM_ACORDO"),
        (TLS + "SSLError", "TLS_SEM_ACORDO"),
        (TLS + "SSLError[WRONG_VERSION_NUMBER]", "SEM_TLS"),
        (TLS + "SSLError[SSLV3_ALERT_BAD_CERTIFICATE]", "CERTIFICADO_DO_CLIENTE"),
        (TLS + "SSLError[TLSV1_ALERT_UNKNOWN_CA]", "CERTIFICADO_DO_CLIENTE"),
        ("ConnectionError < NameResolutionError < gaierror", "SERVIDOR_NAO_ENCONTRADO"),
        ("ConnectionError < NewConnectionError < ConnectionRefusedError", "CONEXAO_RECUSADA"),
        ("ConnectTimeout < MaxRetryError < ConnectTimeoutError", "CONEXAO_SEM_RESPOSTA"),
        ("ConnectionError < NewConnectionError < OSError", "CONEXAO_SEM_RESPOSTA"),
        ("InvalidURL", "ENDERECO_INVALIDO"),
        ("InvalidSchema", "ENDERECO_INVALIDO"),
        ("MissingSchema", "ENDERECO_INVALIDO"),
        ("PrazoVencidoError", "PRAZO_VENCIDO"),
        ("ReadTimeout < ReadTimeoutError < TimeoutError", "CONEXAO_CAIU_ANTES"),
        ("ConnectionError < ProtocolError < BrokenPipeError", "CONEXAO_CAIU_ANTES"),
        ("ConnectionError < ProtocolError < ConnectionResetError", "CONEXAO_CAIU_ANTES"),
    ],
)
def test_what_never_left_is_told_by_what_stopped_it(falha: str, esperado: str) -> None:
    como = entrega(None, falha=falha, saiu=False)
    assert codigo(None, como) == esperado


@pytest.mark.parametrize(
    ("falha", "esperado"),
    [
        ("ReadTimeout < ReadTimeoutError < TimeoutError", "RESPOSTA_DEMOROU"),
        ("ConnectionError < ProtocolError < ConnectionResetError", "CONEXAO_CAIU_DEPOIS"),
        ("ConnectionError < ProtocolError < RemoteDisconnected", "CONEXAO_CAIU_DEPOIS"),
        (TLS + "SSLEOFError", "CONEXAO_CAIU_DEPOIS"),
        (TLS + "SSLError[TLSV13_ALERT_CERTIFICATE_REQUIRED]", "CERTIFICADO_DO_CLIENTE"),
        ("InvalidURL < LocationParseError", "REDIRECIONADO"),
    ],
)
def test_what_left_without_an_answer_may_have_arrived(falha: str, esperado: str) -> None:
    achado = certo(diagnosticar(entrega(None, falha=falha), None))
    assert achado.codigo == esperado
    assert ("ficou em dúvida" in achado.fazer) is (
        esperado in {"RESPOSTA_DEMOROU", "CONEXAO_CAIU_DEPOIS"}
    )


@pytest.mark.parametrize(
    "falha", ["IncompleteRead", "a resposta não acabou no prazo", "resposta maior que o limite"]
)
def test_answer_that_was_cut_is_told_whatever_of_it_came(falha: str) -> None:
    for corpo in (b"", b"<resp"):
        assert codigo(HTML, entrega(200, corpo, falha=falha)) == "RESPOSTA_CORTADA"


@pytest.mark.parametrize(
    ("servidor", "e_interno"),
    [
        ("10.0.0.8", True),
        ("172.16.0.1", True),
        ("172.32.0.1", False),
        ("192.168.1.1", True),
        ("fd00::1", True),
        ("8.8.8.8", False),
        ("tissapp01", True),
        ("srv.operadora.local", True),
        ("SRV.OPERADORA.LOCAL.", True),
        ("tiss.operadora.com.br", False),
        ("127.0.0.1", False),
        ("local.operadora.com.br", False),
    ],
)
@pytest.mark.parametrize(
    "falha", ["NameResolutionError < gaierror", "ConnectTimeout", "ConnectionRefusedError"]
)
def test_address_of_a_wsdl_that_is_internal_is_told_from_one_that_is_down(
    servidor: str, e_interno: bool, falha: str
) -> None:
    como = entrega(None, falha=falha, saiu=False)
    achado = certo(diagnosticar(como, None, servidor=servidor))
    assert (achado.codigo == "ENDERECO_INTERNO") is e_interno
    assert codigo(None, como) != "ENDERECO_INTERNO", "not known without the server"


def test_diagnosis_promises_no_state_of_a_lote() -> None:
    """A query fails in the same ways as a send, and what never left is not in doubt."""
    for um in DIAGNOSTICOS.values():
        assert "dúvida" not in um.fazer or "se o lote ficou em dúvida" in um.fazer


def test_long_text_is_judged_by_its_beginning() -> None:
    longo = "não " * 1_000_000
    assert codigo(fault(f"Hash inválido {longo}")) == "HASH_RECUSADO"
    assert codigo(Recusa(codigo="1", descricao=f"{longo} Hash inválido")) is None
    pagina = b"<html>" + b"n " * 30_000_000
    assert codigo(HTML, entrega(403, pagina)) == "ACESSO_NEGADO"


def test_internal_address_that_answers_is_no_wrong_address() -> None:
    como = entrega(None, falha="ReadTimeout")
    achado = certo(diagnosticar(como, None, servidor="10.0.0.8"))
    assert achado.codigo == "RESPOSTA_DEMOROU"


# What is no failure


@pytest.mark.parametrize("status", [None, 200, 500])
@pytest.mark.parametrize(
    "resposta",
    [
        Recebimento(numero_lote="1", numero_protocolo="P", prestador=None, guias=()),
        SituacaoProtocolo(numero_protocolo="P", numero_lote=None, situacao="1"),
        Demonstrativos(lista=()),
    ],
)
def test_answer_that_was_understood_is_no_failure(resposta: Resposta, status: int | None) -> None:
    assert diagnosticar(entrega(status, falha="IncompleteRead"), resposta) is None


# The table


def test_every_diagnosis_says_what_happened_why_and_what_to_do() -> None:
    for nome, um in DIAGNOSTICOS.items():
        assert um.codigo == nome
        for parte in (um.o_que, um.porque, um.fazer):
            assert re.fullmatch(r"[a-zà-ú(][^|\n]{3,}[^.;: |\n]", parte), (nome, parte)


def test_a_diagnosis_reads_as_two_sentences() -> None:
    um = Diagnostico("X", "a operadora recusou", "está fechada", "espere o dia seguinte")
    assert str(um) == "a operadora recusou: está fechada. Espere o dia seguinte."


def test_the_manual_has_no_line_that_nobody_can_meet() -> None:
    pasta = Path(diagnostico.__file__).parent
    fonte = "".join(arquivo.read_text(encoding="utf-8") for arquivo in pasta.glob("*.py"))
    assert [nome for nome in DIAGNOSTICOS if f'"{nome}"' not in fonte] == []
