"""The kinds of credential: what each one wants, when it stops serving, and what locks a user."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pedidos_tiss as p
import pytest
import requests
from cliente_tiss import LOTE, Cliente, operadora

from tiss.errors import ConfigError
from tiss.simulador.config import Operadora, ler_configuracao
from tiss.simulador.processo import Simulador
from tiss.simulador.tokens import Tokens

JWT, JWT_CRU, OAUTH2, ROTACIONA, NENHUMA, COM_CABECALHO = (f"99920{n}" for n in range(1, 7))
CONFIG = {
    "operadoras": [
        operadora(JWT, autenticacao="JWT"),
        operadora(JWT_CRU, autenticacao="JWT", token_cru=True),
        operadora(OAUTH2, autenticacao="OAUTH2", segundos_token=60),
        operadora(ROTACIONA, autenticacao="OAUTH2", rotaciona_refresh=True),
        operadora(NENHUMA, autenticacao="NENHUMA", exige_login_no_cabecalho=True),
        operadora(COM_CABECALHO, cabecalhos_exigidos={"X-Tenant": "clinica-1"}),
    ]
}
for dela in CONFIG["operadoras"]:
    for credencial in dela["credenciais"]:  # type: ignore[attr-defined]
        credencial["refresh_token"] = f"primeiro-{credencial['usuario']}"


@pytest.fixture(scope="module")
def servidor() -> Iterator[Simulador]:
    with Simulador.start(CONFIG) as simulador:
        yield simulador
        assert simulador.erros() == ""


@pytest.fixture
def simulador(servidor: Simulador) -> Iterator[Simulador]:
    yield servidor
    servidor.desbloquear()
    servidor.limpar_falhas()


def enviar(
    simulador: Simulador, registro_ans: str, cabecalhos: dict[str, str], corpo: bytes = b"x"
) -> requests.Response:
    """Send to tissLoteGuias: a body that is no XML gets 500 once the door is open."""
    return requests.post(
        f"{simulador.url}/{registro_ans}/{LOTE}",
        corpo,
        headers={"Content-Type": "text/xml", **cabecalhos},
        timeout=30,
    )


def status(simulador: Simulador, registro_ans: str, autorizacao: str) -> int:
    return enviar(simulador, registro_ans, {"Authorization": autorizacao}).status_code


def pedir_jwt(
    simulador: Simulador, registro_ans: str = JWT, senha: str = "segredo", usuario: str = "clinica"
) -> requests.Response:
    corpo = {"usuario": usuario, "senha": senha}
    return requests.post(f"{simulador.url}/{registro_ans}/token", json=corpo, timeout=30)


def pedir_oauth(
    simulador: Simulador,
    registro_ans: str = OAUTH2,
    *,
    auth: tuple[str, str] | None = ("clinica", "segredo"),
    **campos: str,
) -> requests.Response:
    corpo = {"grant_type": "client_credentials", **campos}
    url = f"{simulador.url}/{registro_ans}/oauth2/token"
    return requests.post(url, corpo, auth=auth, timeout=30)


def renovar(
    simulador: Simulador, registro_ans: str, refresh: str, usuario: str = "clinica"
) -> requests.Response:
    senha = {"clinica": "segredo", "outra": "segredo2"}[usuario]
    return pedir_oauth(
        simulador,
        registro_ans,
        auth=(usuario, senha),
        grant_type="refresh_token",
        refresh_token=refresh,
    )


def test_jwt_opens_the_door_of_its_operadora_only(simulador: Simulador) -> None:
    token = pedir_jwt(simulador).json()["token"]
    assert status(simulador, JWT, f"Bearer {token}") == 500
    assert status(simulador, JWT, token) == 401
    assert status(simulador, JWT, f"Bearer {token}x") == 401
    assert status(simulador, OAUTH2, f"Bearer {token}") == 401


def test_jwt_tells_when_it_ends(simulador: Simulador) -> None:
    token = pedir_jwt(simulador).json()["token"]
    corpo = token.split(".")[1]
    campos = json.loads(base64.urlsafe_b64decode(corpo + "=" * (-len(corpo) % 4)))
    assert (campos["exp"] - campos["iat"], campos["sub"]) == (300, "clinica")


def test_lote_is_accepted_for_the_prestador_of_the_token(simulador: Simulador, numero: str) -> None:
    token = pedir_jwt(simulador).json()["token"]
    lote = p.lote(numero, [p.consulta(numero, registro_ans=JWT)], registro_ans=JWT)
    resposta = enviar(simulador, JWT, {"Authorization": f"Bearer {token}"}, lote)
    assert b"<ans:numeroProtocolo>" in resposta.content
    (chegada,) = [c for c in simulador.requisicoes(JWT) if c["numero_lote"] == numero]
    assert (chegada["prestador"], chegada["aceito"]) == ("P1", True)


def test_raw_token_has_no_scheme(simulador: Simulador) -> None:
    token = pedir_jwt(simulador, JWT_CRU).json()["token"]
    assert status(simulador, JWT_CRU, token) == 500
    assert status(simulador, JWT_CRU, f"Bearer {token}") == 401


def test_spent_token_says_so_in_the_challenge(simulador: Simulador) -> None:
    resposta = enviar(simulador, JWT, {"Authorization": "Bearer x"})
    assert 'error="invalid_token"' in resposta.headers["WWW-Authenticate"]


def test_password_does_not_open_a_door_that_wants_a_token(simulador: Simulador) -> None:
    resposta = Cliente(simulador.url, JWT).enviar(b"x")
    assert resposta.status == 401


def test_revoked_tokens_are_refused_at_once_and_new_ones_serve(simulador: Simulador) -> None:
    jwt = pedir_jwt(simulador).json()["token"]
    oauth = pedir_oauth(simulador).json()["access_token"]
    simulador.revogar_tokens(OAUTH2)
    assert status(simulador, JWT, f"Bearer {jwt}") == 500
    assert status(simulador, OAUTH2, f"Bearer {oauth}") == 401
    simulador.revogar_tokens()
    assert status(simulador, JWT, f"Bearer {jwt}") == 401
    novo = pedir_jwt(simulador).json()["token"]
    assert status(simulador, JWT, f"Bearer {novo}") == 500


def test_requests_for_tokens_are_counted_by_user(simulador: Simulador) -> None:
    def contagem() -> tuple[int, int]:
        linhas = [x for x in simulador.tokens() if x["registro_ans"] == JWT_CRU]
        return sum(x["pedidos"] for x in linhas), sum(x["emitidos"] for x in linhas)

    antes = contagem()
    pedir_jwt(simulador, JWT_CRU)
    pedir_jwt(simulador, JWT_CRU, senha="errada")
    assert contagem() == (antes[0] + 2, antes[1] + 1)


@pytest.mark.parametrize("corpo", [b"", b"[]", b"{}", b'{"usuario": 1, "senha": "x"}'])
def test_request_for_a_jwt_that_is_no_json_of_ours_is_400(
    simulador: Simulador, corpo: bytes
) -> None:
    assert requests.post(f"{simulador.url}/{JWT}/token", corpo, timeout=30).status_code == 400


def test_token_endpoint_of_another_kind_is_404(simulador: Simulador) -> None:
    assert pedir_jwt(simulador, OAUTH2).status_code == 404
    assert pedir_oauth(simulador, JWT).status_code == 404


@pytest.mark.parametrize("registro_ans", [JWT, OAUTH2])
def test_fifth_wrong_password_for_a_token_locks_the_user(
    simulador: Simulador, registro_ans: str
) -> None:
    def pedir(senha: str) -> requests.Response:
        if registro_ans == JWT:
            return pedir_jwt(simulador, senha=senha)
        return pedir_oauth(simulador, auth=("clinica", senha))

    bom = pedir("segredo").json()
    token = bom.get("token") or bom["access_token"]
    assert [pedir("errada").status_code for _ in range(5)] == [401] * 5
    assert pedir("segredo").status_code == 403
    assert status(simulador, registro_ans, f"Bearer {token}") == 403
    simulador.desbloquear(registro_ans)
    assert pedir("segredo").status_code == 200


def test_client_credentials_by_basic_or_in_the_form(simulador: Simulador) -> None:
    no_corpo = {"client_id": "clinica", "client_secret": "segredo"}
    for resposta in (pedir_oauth(simulador), pedir_oauth(simulador, auth=None, **no_corpo)):
        campos = resposta.json()
        assert (campos["token_type"], campos["expires_in"]) == ("Bearer", 60)
        assert status(simulador, OAUTH2, f"Bearer {campos['access_token']}") == 500


def test_unknown_grant_is_told(simulador: Simulador) -> None:
    resposta = pedir_oauth(simulador, grant_type="password")
    assert (resposta.status_code, resposta.json()["error"]) == (400, "unsupported_grant_type")


def test_refresh_token_that_does_not_rotate_serves_again(simulador: Simulador) -> None:
    for _ in range(2):
        campos = renovar(simulador, OAUTH2, "primeiro-clinica").json()
        assert "refresh_token" not in campos
        assert status(simulador, OAUTH2, f"Bearer {campos['access_token']}") == 500


def test_refresh_token_of_another_user_is_no_good(simulador: Simulador) -> None:
    resposta = renovar(simulador, OAUTH2, "primeiro-outra")
    assert (resposta.status_code, resposta.json()["error"]) == (400, "invalid_grant")


def test_using_a_spent_refresh_token_kills_all_that_descends_from_it(simulador: Simulador) -> None:
    primeira = renovar(simulador, ROTACIONA, "primeiro-clinica").json()
    segunda = renovar(simulador, ROTACIONA, primeira["refresh_token"]).json()
    assert len({"primeiro-clinica", primeira["refresh_token"], segunda["refresh_token"]}) == 3
    gasto = renovar(simulador, ROTACIONA, "primeiro-clinica")
    assert (gasto.status_code, gasto.json()["error"]) == (400, "invalid_grant")
    assert renovar(simulador, ROTACIONA, segunda["refresh_token"]).status_code == 400
    assert status(simulador, ROTACIONA, f"Bearer {segunda['access_token']}") == 401
    assert renovar(simulador, ROTACIONA, "primeiro-outra", "outra").status_code == 200


@pytest.fixture
def da_casa() -> Operadora:
    return ler_configuracao(json.dumps(CONFIG)).operadoras[OAUTH2]


@pytest.mark.parametrize("emitir", ["emitir", "emitir_jwt"])
def test_token_ends_with_its_time(da_casa: Operadora, emitir: str) -> None:
    agora = [1000.0]
    tokens = Tokens(lambda: agora[0])
    token = getattr(tokens, emitir)(da_casa, "clinica")
    agora[0] = 1059.9
    assert tokens.dono(da_casa, token) == "clinica"
    agora[0] = 1060.0
    assert tokens.dono(da_casa, token) is None


def test_secrets_are_not_in_the_repr_of_a_configuration(da_casa: Operadora) -> None:
    assert "segredo" not in repr(da_casa)
    assert "primeiro-clinica" not in repr(da_casa)


def _lote_com_login(numero: str, usuario: str, senha: str) -> bytes:
    md5 = hashlib.md5(senha.encode()).hexdigest()
    guia = p.consulta(numero, registro_ans=NENHUMA)
    return p.lote(numero, [guia], registro_ans=NENHUMA, login=(usuario, md5))


def test_without_authentication_the_login_in_the_cabecalho_tells_who_it_is(
    simulador: Simulador, numero: str
) -> None:
    resposta = enviar(simulador, NENHUMA, {}, _lote_com_login(numero, "clinica", "segredo"))
    assert b"<ans:numeroProtocolo>" in resposta.content
    (chegada,) = [c for c in simulador.requisicoes(NENHUMA) if c["numero_lote"] == numero]
    assert chegada["prestador"] == "P1"
    simulador.falha("mensagem_erro", registro_ans=NENHUMA)
    recusado = enviar(simulador, NENHUMA, {}, _lote_com_login(numero, "clinica", "segredo"))
    assert b"<ans:codigoPrestadorNaOperadora>P1<" in recusado.content


def test_without_authentication_a_wrong_login_is_refused_and_locks(
    simulador: Simulador, numero: str
) -> None:
    def tentar(usuario: str, senha: str) -> requests.Response:
        return enviar(simulador, NENHUMA, {}, _lote_com_login(numero, usuario, senha))

    assert b"LoginInvalido" in tentar("ninguem", "segredo").content
    assert (
        b"LoginInvalido"
        in enviar(simulador, NENHUMA, {}, p.lote(numero, [p.consulta(numero)])).content
    )
    for _ in range(5):
        assert b"LoginInvalido" in tentar("clinica", "errada").content
    assert tentar("clinica", "segredo").status_code == 403


@pytest.mark.parametrize("cabecalhos", [{}, {"X-Tenant": "outra"}])
def test_header_that_the_operadora_demands_is_400_without_it(
    simulador: Simulador, cabecalhos: dict[str, str]
) -> None:
    assert enviar(simulador, COM_CABECALHO, cabecalhos).status_code == 400


def test_header_name_has_no_case(simulador: Simulador) -> None:
    autorizacao = base64.b64encode(b"clinica:segredo").decode()
    cabecalhos = {"x-tenant": "clinica-1", "Authorization": f"Basic {autorizacao}"}
    assert enviar(simulador, COM_CABECALHO, cabecalhos).status_code == 500


def test_fault_at_the_token_endpoint_has_to_name_it(simulador: Simulador) -> None:
    simulador.falha("http_502", registro_ans=JWT)
    simulador.falha("http_503", registro_ans=JWT, operacao="token")
    simulador.falha("reset_antes", registro_ans=JWT, operacao="token")
    assert pedir_jwt(simulador).status_code == 503
    with pytest.raises(requests.ConnectionError):
        pedir_jwt(simulador)
    token = pedir_jwt(simulador).json()["token"]
    assert status(simulador, JWT, f"Bearer {token}") == 502


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("autenticacao", "DIGEST"),
        ("autenticacao", "NENHUMA"),
        ("token_cru", 1),
        ("segundos_token", -1),
        ("rotaciona_refresh", None),
        ("cabecalhos_exigidos", []),
        ("cabecalhos_exigidos", {"X Y": "a"}),
        ("cabecalhos_exigidos", {"X-Y": 1}),
    ],
)
def test_wrong_field_is_named(config: dict[str, Any], campo: str, valor: object) -> None:
    config["operadoras"][0][campo] = valor
    with pytest.raises(ConfigError, match=f"operadoras\\[0\\].{campo}"):
        ler_configuracao(json.dumps(config))
