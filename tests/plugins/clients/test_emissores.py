"""Getting a token: from a login service and by OAuth 2.0, against a real server that may refuse."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from certificados import Autoridade
from servidor_cru import ServidorCru, ler_pedido
from servidor_tls import ServidorTls

from tiss.clients.credencial import Emissor, Prova
from tiss.clients.emissores import SEGUNDOS_SEM_DITO, EmissorJwt, EmissorOAuth2
from tiss.clients.tls import contexto
from tiss.clients.transporte import Rota
from tiss.domain.desfecho import ReciboEsperado, decidir, motivo_de_suspensao
from tiss.domain.estados import StatusLote
from tiss.domain.retorno import Recebimento
from tiss.errors import AutorizacaoError

SENHA = "çenha & muito-secreta"
ROTA = Rota(segundos_conexao=5, segundos_resposta=5, contexto=contexto())


def _jwt(url: str, **opcoes: Any) -> EmissorJwt:  # noqa: ANN401
    return EmissorJwt(
        **{
            "url": url,
            "usuario": "clinica",
            "senha": SENHA,
            "rota": ROTA,
            "segundos_total": 20,
            **opcoes,
        }
    )


def _oauth2(url: str, **opcoes: Any) -> EmissorOAuth2:  # noqa: ANN401
    return EmissorOAuth2(
        **{
            "url": url,
            "cliente": "clinica:1",
            "segredo": SENHA,
            "rota": ROTA,
            "segundos_total": 20,
            **opcoes,
        }
    )


Fazer = Callable[..., Emissor]
CASOS = pytest.mark.parametrize("fazer", [_jwt, _oauth2])


def _json(objeto: object, status: str = "200 OK") -> bytes:
    return _resposta(json.dumps(objeto).encode(), status)


def _resposta(corpo: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(corpo)}\r\n\r\n".encode() + corpo


def _corpo(servidor: ServidorCru) -> bytes:
    return servidor.recebido.partition(b"\r\n\r\n")[2]


def _token_assinado(**campos: object) -> str:
    return jwt.encode(campos, "chave que não conhecemos, de 32 octetos")


def _cru(conteudo: bytes) -> str:
    """A token that no library would make."""
    partes = (b'{"alg":"HS256"}', conteudo, b"x")
    return ".".join(base64.urlsafe_b64encode(parte).decode().rstrip("=") for parte in partes)


def _erro(emissor: Emissor, renovacao: str | None = None) -> AutorizacaoError:
    with pytest.raises(AutorizacaoError) as apanhado:
        emissor.emitir(renovacao)
    assert SENHA not in str(apanhado.value)
    assert SENHA not in repr(apanhado.value.entrega)
    assert apanhado.value.entrega.resposta is None, "an answer may repeat a secret"
    assert not apanhado.value.entrega.ultimo_bloco_saiu, "nothing of a lote left"
    return apanhado.value


# What is asked -----------------------------------------------------------------------------------


def test_a_login_service_is_given_user_and_password_as_json(servidor: ServidorCru) -> None:
    servidor.responde(_json({"token": "abc"}))
    assert _jwt(servidor.url).emitir(None).valor == "abc"
    assert json.loads(_corpo(servidor)) == {"usuario": "clinica", "senha": SENHA}
    assert b"Content-Type: application/json" in servidor.recebido
    assert b"authorization" not in servidor.recebido.lower()


def test_a_login_service_may_call_things_by_other_names(servidor: ServidorCru) -> None:
    servidor.responde(_json({"jwt": "abc", "token": "outro"}))
    emissor = _jwt(servidor.url, campo_usuario="login", campo_segredo="password", campo_token="jwt")
    assert emissor.emitir(None).valor == "abc"
    assert json.loads(_corpo(servidor)) == {"login": "clinica", "password": SENHA}


@pytest.mark.parametrize("objeto", [{"access_token": "abc"}, {"token": " Bearer abc\n"}])
def test_a_token_is_understood_as_most_services_give_it(
    servidor: ServidorCru, objeto: object
) -> None:
    servidor.responde(_json(objeto))
    assert _jwt(servidor.url).emitir(None).valor == "abc"


def test_a_server_is_asked_by_client_credentials(servidor: ServidorCru) -> None:
    servidor.responde(_json({"access_token": "abc", "token_type": "Bearer"}))
    assert _oauth2(servidor.url, escopo="tiss lotes").emitir(None).valor == "abc"
    campos = parse_qs(_corpo(servidor).decode())
    assert campos == {"grant_type": ["client_credentials"], "scope": ["tiss lotes"]}
    assert b"Content-Type: application/x-www-form-urlencoded" in servidor.recebido


def test_identifier_and_secret_are_form_encoded_before_they_are_joined(
    servidor: ServidorCru,
) -> None:
    servidor.responde(_json({"access_token": "abc"}))
    _oauth2(servidor.url).emitir(None)
    linha = next(
        linha for linha in servidor.recebido.split(b"\r\n") if linha.startswith(b"Authorization")
    )
    par = base64.b64decode(linha.partition(b"Basic ")[2]).decode()
    assert par == "clinica%3A1:%C3%A7enha+%26+muito-secreta"


def test_a_server_may_want_them_in_the_form(servidor: ServidorCru) -> None:
    servidor.responde(_json({"access_token": "abc"}))
    _oauth2(servidor.url, no_corpo=True).emitir(None)
    campos = parse_qs(_corpo(servidor).decode())
    assert (campos["client_id"], campos["client_secret"]) == (["clinica:1"], [SENHA])
    assert b"authorization" not in servidor.recebido.lower()


def test_a_refresh_token_of_the_connection_is_used(servidor: ServidorCru) -> None:
    servidor.responde(_json({"access_token": "abc", "refresh_token": "novo"}))
    token = _oauth2(servidor.url, renovacao="digitado").emitir(None)
    campos = parse_qs(_corpo(servidor).decode())
    assert campos == {"grant_type": ["refresh_token"], "refresh_token": ["digitado"]}
    assert (token.valor, token.renovacao) == ("abc", "novo")


def test_the_last_refresh_token_comes_before_that_of_the_connection(servidor: ServidorCru) -> None:
    servidor.responde(_json({"access_token": "abc"}))
    token = _oauth2(servidor.url, renovacao="digitado").emitir("girado")
    assert b"refresh_token=girado" in _corpo(servidor)
    assert token.renovacao is None, "the old one stays good"


@pytest.mark.parametrize(
    ("digitado", "depois"),
    [("digitado", b"refresh_token=digitado"), (None, b"grant_type=client_credentials")],
)
def test_a_refresh_token_that_died_is_followed_by_what_was_typed(
    servidor: ServidorCru, digitado: str | None, depois: bytes
) -> None:
    pedidos: list[bytes] = []

    def roteiro(conexao: Any) -> None:  # noqa: ANN401
        pedidos.append(ler_pedido(conexao))
        recusa = _json({"error": "invalid_grant"}, "400 Bad Request")
        conexao.sendall(recusa if b"girado" in pedidos[-1] else _json({"access_token": "abc"}))

    servidor.faz(roteiro)
    assert _oauth2(servidor.url, renovacao=digitado).emitir("girado").valor == "abc"
    assert depois in pedidos[-1]
    assert len(pedidos) == 2


def test_a_refresh_token_is_not_tried_twice(servidor: ServidorCru) -> None:
    servidor.responde(_json({"error": "invalid_grant"}, "400 Bad Request"))
    erro = _erro(_oauth2(servidor.url, renovacao="digitado"), "digitado")
    assert erro.entrega.http_status == 401
    assert servidor.conexoes == 1


def test_a_server_that_is_down_is_not_asked_again_with_another_refresh_token(
    servidor: ServidorCru,
) -> None:
    servidor.responde(_json({}, "503 Busy"))
    _erro(_oauth2(servidor.url, renovacao="digitado"), "girado")
    assert servidor.conexoes == 1


# How long it is good for -------------------------------------------------------------------------


AGORA = int(time.time())
VALIDADES: list[tuple[dict[str, object], float]] = [
    ({"token": "opaco", "expires_in": 3600}, 3600),
    ({"token": "opaco", "expires_in": "3600"}, 3600),
    ({"token": "opaco", "expires_in": 0}, 0),
    ({"token": "opaco"}, SEGUNDOS_SEM_DITO),
    ({"token": "opaco", "expires_in": -1}, SEGUNDOS_SEM_DITO),
    ({"token": "opaco", "expires_in": True}, SEGUNDOS_SEM_DITO),
    ({"token": "opaco", "expires_in": "NaN"}, SEGUNDOS_SEM_DITO),
    ({"token": "opaco", "expires_in": "Infinity"}, SEGUNDOS_SEM_DITO),
    ({"token": "opaco", "expires_in": [1]}, SEGUNDOS_SEM_DITO),
    ({"token": "a.b.c"}, SEGUNDOS_SEM_DITO),
    ({"token": "\ud800.b.c"}, SEGUNDOS_SEM_DITO),
    ({"token": _cru(b"[" * 100_000)}, SEGUNDOS_SEM_DITO),
    ({"token": _cru(b"[1]")}, SEGUNDOS_SEM_DITO),
    ({"token": _cru(b'{"exp": 1e999, "iat": 1}')}, SEGUNDOS_SEM_DITO),
    ({"token": _cru(b'{"exp": "amanha"}')}, SEGUNDOS_SEM_DITO),
    ({"token": _token_assinado(sub="x")}, SEGUNDOS_SEM_DITO),
    # Their clock may be wrong: what counts is the distance.
    ({"token": _token_assinado(iat=1000, exp=1900)}, 900),
    ({"token": _token_assinado(iat=1000, exp=1900), "expires_in": 60}, 60),
    ({"token": _token_assinado(iat=1900, exp=1000)}, 0),
    ({"token": _token_assinado(exp=1000)}, 0),
]


@pytest.mark.parametrize(("objeto", "segundos"), VALIDADES)
def test_a_token_says_how_long_it_is_good_for(
    servidor: ServidorCru, objeto: dict[str, object], segundos: float
) -> None:
    servidor.responde(_json(objeto))
    assert _jwt(servidor.url).emitir(None).segundos == segundos


def test_the_end_of_a_token_that_tells_no_beginning_is_counted_from_now(
    servidor: ServidorCru,
) -> None:
    servidor.responde(_json({"token": _token_assinado(exp=int(time.time()) + 600)}))
    assert 500 < _jwt(servidor.url).emitir(None).segundos <= 600


# What goes wrong ---------------------------------------------------------------------------------


def _decidido(erro: AutorizacaoError) -> tuple[StatusLote, str | None]:
    desfecho = decidir(
        erro.entrega,
        None,
        espera=ReciboEsperado(Recebimento, "1"),
        prestador=frozenset(),
        ja_pode_ter_chegado=False,
    )
    return desfecho.status, desfecho.suspender


RECUSAS: list[tuple[Fazer, bytes]] = [
    (_oauth2, _json({"error": "invalid_grant"}, "400 Bad Request")),
    (_oauth2, _json({"error": "invalid_client"}, "400 Bad Request")),
    (_oauth2, _json({"error": "invalid_client"}, "401 Unauthorized")),
    (_oauth2, _resposta(b"", "403 Forbidden")),
    (_jwt, _json({"mensagem": SENHA}, "401 Unauthorized")),
    (_jwt, _json({"mensagem": SENHA}, "403 Forbidden")),
    (_jwt, _json({"mensagem": SENHA}, "400 Bad Request")),
    (_jwt, _json({"mensagem": SENHA}, "422 Unprocessable")),
]


@pytest.mark.parametrize(("fazer", "resposta"), RECUSAS)
def test_a_refused_credential_is_suspended_after_one_try(
    servidor: ServidorCru,
    fazer: Fazer,
    resposta: bytes,
) -> None:
    servidor.responde(resposta)
    erro = _erro(fazer(servidor.url))
    assert erro.entrega.http_status in {401, 403}
    assert _decidido(erro) == (StatusLote.PENDENTE, "CREDENCIAL")
    assert servidor.conexoes == 1


CONFIGURACOES: list[tuple[Fazer, bytes]] = [
    (_oauth2, _json({"error": "invalid_scope"}, "400 Bad Request")),
    (_oauth2, _json({"error": "unsupported_grant_type"}, "400 Bad Request")),
    (_oauth2, _resposta(b"<html>", "400 Bad Request")),
    (_oauth2, _json({"token": "outro nome"})),
    (_jwt, _json({"chave": "abc"})),
    (_jwt, _json({"token": {"valor": "abc"}})),
    (_jwt, _json({"token": "", "mensagem": "usuario invalido"})),
    (_jwt, _resposta(b"", "404 Not Found")),
    (_jwt, _resposta(b"", "405 No")),
    (_oauth2, _resposta(b"", "302 Found\r\nLocation: http://127.0.0.1:1/")),
]


@pytest.mark.parametrize(("fazer", "resposta"), CONFIGURACOES)
def test_what_no_other_try_can_mend_suspends_the_operation(
    servidor: ServidorCru,
    fazer: Fazer,
    resposta: bytes,
) -> None:
    servidor.responde(resposta)
    assert _decidido(_erro(fazer(servidor.url))) == (StatusLote.PENDENTE, "OPERACAO")


FORA_DO_AR = [
    _resposta(b"", "500 Error"),
    _resposta(b"", "503 Busy"),
    _resposta(b"", "429 Wait"),
    _resposta(b"<html>em manutencao</html>"),
    _resposta(b"[" * 100_000),
    _resposta(b'{"access_token": "abc"' + b" " * 2_000_000 + b"}"),
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    b"",
]


@CASOS
@pytest.mark.parametrize("resposta", FORA_DO_AR)
def test_a_service_that_is_out_is_tried_later_and_the_lote_is_in_no_doubt(
    servidor: ServidorCru,
    fazer: Fazer,
    resposta: bytes,
) -> None:
    servidor.responde(resposta)
    assert _decidido(_erro(fazer(servidor.url))) == (StatusLote.PENDENTE, None)
    assert servidor.conexoes == 1


@CASOS
def test_a_service_that_is_not_there_is_tried_later(servidor: ServidorCru, fazer: Fazer) -> None:
    servidor.fechar()
    assert _decidido(_erro(fazer(servidor.url))) == (StatusLote.PENDENTE, None)


@CASOS
def test_a_service_that_is_silent_is_given_up_in_time(servidor: ServidorCru, fazer: Fazer) -> None:
    servidor.faz(lambda conexao: time.sleep(3))
    rota = replace(ROTA, segundos_resposta=0.3)
    assert _decidido(_erro(fazer(servidor.url, rota=rota))) == (StatusLote.PENDENTE, None)


@CASOS
def test_the_authority_of_the_contrato_holds_for_the_token_too(
    tmp_path: Path, fazer: Fazer
) -> None:
    autoridade = Autoridade()
    resposta = _json({"access_token": "abc"})
    servidor = ServidorTls(autoridade.emitir(), tmp_path, resposta=resposta)
    fixada = replace(ROTA, contexto=contexto(autoridade.pem))
    assert fazer(servidor.url, rota=fixada).emitir(None).valor == "abc"
    erro = _erro(fazer(servidor.url))
    servidor.fechar()
    assert motivo_de_suspensao(erro.entrega, None) is not None
    assert erro.entrega.configuracao


@CASOS
def test_a_token_is_never_asked_for_in_the_clear(fazer: Fazer) -> None:
    assert _erro(fazer("http://operadora.invalid/token")).entrega.configuracao


@CASOS
def test_a_token_request_is_not_compressed(servidor: ServidorCru, fazer: Fazer) -> None:
    servidor.responde(_json({"access_token": "abc"}))
    fazer(servidor.url, rota=replace(ROTA, comprime=True)).emitir(None)
    assert b"content-encoding" not in servidor.recebido.lower()


@CASOS
def test_nothing_of_the_secret_shows(servidor: ServidorCru, fazer: Fazer) -> None:
    servidor.responde(_json({"access_token": "token-secreto", "refresh_token": "r-secreto"}))
    emissor = fazer(servidor.url)
    token = emissor.emitir(None)
    for texto in (repr(emissor), str(emissor), repr(token), repr(Prova.portador("token-secreto"))):
        assert "secret" not in texto.replace("campo_segredo", "")
        assert "clinica" not in texto
