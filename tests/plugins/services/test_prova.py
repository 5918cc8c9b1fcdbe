"""Trying a contrato out: what is found is told, and what a person may rely on changes with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest
from cryptography.fernet import Fernet
from oficina import SENHAS, Oficina

from tiss.clients.credencial import Credencial, Prova
from tiss.clients.emissores import EmissorJwt, EmissorOAuth2
from tiss.clients.rest import ClienteRest
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.demo import cadastro
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.errors import ConfigError
from tiss.messages.certificado import A1
from tiss.messages.mensagem import Login
from tiss.repository import contratos
from tiss.services.prova import Laudo, provar
from tiss.settings import NAMESPACE
from tiss.simulador.processo import Simulador

sys.path.insert(0, str(Path(__file__).parents[1] / "clients"))

from servidor_cru import ServidorCru

ANS = "999001"
CIFRA = Fernet(Fernet.generate_key())
PERGUNTA = "SOLIC_STATUS_PROTOCOLO"
ENVIO = "ENVIO_LOTE_GUIAS"
CREDENCIAIS = [
    ("BASIC_AUTH", None),
    ("NENHUMA", None),
    ("JWT", None),
    ("OAUTH2", "SERVIDOR"),
    ("CERTIFICADO_DIGITAL", "MUTUO"),
]


class Balcao:
    """One contrato and its operadora, which wants one kind of credential."""

    def __init__(self, oficina: Oficina, simulador: Simulador, *, mutuo: bool) -> None:
        self.oficina = oficina
        self.simulador = simulador
        self.mutuo = mutuo
        self.certificado: dict[str, bool] = {}

    @property
    def contrato(self) -> Contrato:
        """As it is now."""
        return self.oficina.contrato()

    def provar(self, canal: Canal | None = None, *, senha: str | None = None) -> Laudo:
        """Try it out, with the right password or another one."""

        def cliente_de(contrato: Contrato, canal: Canal) -> ClienteSoap | ClienteRest:
            return self._cliente(contrato, canal, senha)

        return provar(self.oficina.repo, self.contrato, cliente_de, canal)

    def suspensao(self) -> str | None:
        """Why the credential is suspended."""
        motivo: str | None = self.oficina.valor(
            "SELECT motivo_suspensao FROM tiss.credencial WHERE conexao = %s",
            self.contrato.credencial,
        )
        return motivo

    def provada(self) -> bool:
        """Whether the operadora is known to take the credential."""
        return bool(
            self.oficina.valor(
                "SELECT ultimo_sucesso IS NOT NULL FROM tiss.credencial WHERE conexao = %s",
                self.contrato.credencial,
            )
        )

    def suspender(self, motivo: str = "recusada antes") -> None:
        """As after a refusal."""
        with self.oficina.repo.transacao() as t:
            contratos.suspender_credencial(t, self.contrato.credencial or "", motivo)

    def chegaram(self) -> int:
        """How many requests of any kind reached the operadora, for tokens among them."""
        return sum(
            vezes
            for operadora in self.simulador.resumo().values()
            for desfechos in operadora["requisicoes"].values()
            for vezes in desfechos.values()
        ) + sum(usuario["pedidos"] for usuario in self.simulador.tokens())

    def _cliente(
        self, contrato: Contrato, canal: Canal, senha: str | None
    ) -> ClienteSoap | ClienteRest:
        usuario, certa = cadastro.conexoes(SENHAS)[contrato.credencial or ""]
        senha = certa if senha is None else senha
        a1 = None
        if self.mutuo:
            arquivo = self.simulador.certificado(usuario, senha="abre", **self.certificado)
            a1 = A1.abrir(arquivo, "abre")
        rota = Rota.de(contrato, a1)
        classe = ClienteSoap if canal is Canal.SOAP else ClienteRest
        return classe(
            contrato=contrato,
            credencial=self._credencial(contrato, usuario, senha, rota),
            rota=rota,
        )

    def _credencial(self, contrato: Contrato, usuario: str, senha: str, rota: Rota) -> Credencial:
        emissor: EmissorJwt | EmissorOAuth2 | None = None
        url = f"{self.simulador.url}/{ANS}"
        if contrato.tipo_autenticacao == "JWT":
            emissor = EmissorJwt(
                url=f"{url}/token", usuario=usuario, senha=senha, rota=rota, segundos_total=20
            )
        elif contrato.tipo_autenticacao == "OAUTH2":
            emissor = EmissorOAuth2(
                url=f"{url}/oauth2/token",
                cliente=usuario,
                segredo=senha,
                rota=rota,
                segundos_total=20,
            )
        basica = contrato.tipo_autenticacao == "BASIC_AUTH"
        return Credencial(
            prova=Prova.basica(usuario, senha) if basica else Prova(),
            login=Login.com_senha(usuario, senha) if contrato.envia_login_senha else None,
            impressao=f"impressao de {senha} {self.certificado}",
            emissor=emissor,
            cifra=None if emissor is None else CIFRA,
        )


Abrir = Callable[..., Balcao]


@pytest.fixture
def abrir(oficina: Oficina) -> Iterator[Abrir]:
    """Open the operadora of the contrato, which wants a kind of credential."""
    with ExitStack() as pilha:

        def comecar(
            autenticacao: str = "BASIC_AUTH",
            tls: Literal["SERVIDOR", "MUTUO"] | None = None,
            **campos: object,
        ) -> Balcao:
            config = cadastro.configuracao_do_simulador(SENHAS)
            login = autenticacao == "NENHUMA"
            config["operadoras"][0].update(
                autenticacao=autenticacao, exige_login_no_cabecalho=login, **campos
            )
            config["operadoras"] = config["operadoras"][:1]
            processo = pilha.enter_context(Simulador.start(config, tls=tls))
            pilha.callback(processo.matar)
            oficina.fazer(
                "UPDATE tiss.contrato SET url_base = %s, autoridade_certificadora = %s,"
                " tipo_autenticacao = %s, envia_login_senha = %s WHERE id = %s",
                f"{processo.url}/{ANS}",
                processo.ca if tls else None,
                *(autenticacao, login, oficina.contrato().id),
            )
            return Balcao(oficina, processo, mutuo=tls == "MUTUO")

        yield comecar


def _operacoes_suspensas(oficina: Oficina) -> bool:
    return bool(
        oficina.valor(
            "SELECT operacoes_suspensas <> '{}' FROM tiss.contrato WHERE id = %s",
            oficina.contrato().id,
        )
    )


@pytest.fixture
def servidor() -> Iterator[ServidorCru]:
    """A server that answers what it is told to."""
    cru = ServidorCru()
    yield cru
    cru.fechar()


# What is found


@pytest.mark.parametrize(("autenticacao", "tls"), CREDENCIAIS)
def test_a_credential_of_every_kind_is_told_accepted(
    abrir: Abrir, autenticacao: str, tls: Literal["SERVIDOR", "MUTUO"] | None
) -> None:
    balcao = abrir(autenticacao, tls)
    laudo = balcao.provar()
    assert laudo.passou
    login = " com login e senha na mensagem" if autenticacao == "NENHUMA" else ""
    assert f"credencial ({autenticacao}{login}, conexão tiss_999001_matriz): aceita" in laudo.linhas
    assert balcao.provada()
    assert ("token: obtido, vale por 300 segundos" in laudo.linhas) == (
        autenticacao in ("JWT", "OAUTH2")
    )


def test_all_that_was_found_is_told_line_by_line(abrir: Abrir) -> None:
    balcao = abrir()
    assert balcao.provar().linhas == (
        f"endereço: {balcao.simulador.url}/{ANS}/tissSolicitacaoStatusProtocolo",
        "TLS: sem TLS, só nesta máquina",
        "versão: 4.03.00, a do contrato",
        "hash da resposta: o do padrão",
        "resposta: mensagem de erro 3162",
        "credencial (BASIC_AUTH, conexão tiss_999001_matriz): aceita",
        f"serviços do contrato (SOAP): {ENVIO}, RECURSO_GLOSA, SOLIC_DEMONSTRATIVO_RETORNO, "
        f"{PERGUNTA}, SOLIC_STATUS_RECURSO_GLOSA",
    )


def test_who_answers_and_who_vouches_for_it_is_told(abrir: Abrir) -> None:
    (linha,) = (linha for linha in abrir(tls="SERVIDOR").provar().linhas if linha.startswith("TLS"))
    assert linha.startswith("TLS: TLSv1.3, certificado de localhost, emitido por ")
    assert "válido até" in linha


def test_the_channel_may_be_chosen(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir()
    oficina.configurar(tipo_api="AMBOS", servicos_rest=json.dumps({ENVIO: "rest/tissLoteGuias"}))
    assert balcao.provar().canal is Canal.SOAP
    laudo = balcao.provar(Canal.REST)
    assert (laudo.canal, laudo.passou) == (Canal.REST, True)
    assert f"consulta: o contrato não oferece {PERGUNTA}; nada foi perguntado" in laudo.linhas


def test_a_service_by_rest_is_asked_too(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir("JWT", resposta_rest="JSON")
    oficina.configurar(
        tipo_api="REST",
        canal_preferido="REST",
        servicos_rest=json.dumps(
            {
                ENVIO: "rest/tissLoteGuias",
                PERGUNTA: "rest/tissSolicitacaoStatusProtocolo?lote=${numero_lote_12}",
            }
        ),
        rest='{"resposta": "JSON"}',
    )
    laudo = balcao.provar()
    assert laudo.passou, laudo
    assert "hash da resposta: o do padrão" in laudo.linhas


def test_a_hash_that_is_not_as_the_standard_says_is_told_and_no_reason_not_to_pass(
    abrir: Abrir,
) -> None:
    balcao = abrir()
    balcao.simulador.falha("codificacao_errada")
    laudo = balcao.provar()
    assert laudo.passou
    assert "hash da resposta: fora do padrão, dialeto LIDO_COMO_UTF_8" in laudo.linhas


def test_an_answer_in_another_version_is_told(
    abrir: Abrir, oficina: Oficina, servidor: ServidorCru
) -> None:
    resposta = (
        f'<mensagemTISS xmlns="{NAMESPACE}"><cabecalho><Padrao>4.01.00</Padrao></cabecalho>'
        "<operadoraParaPrestador><situacaoProtocolo><mensagemErro><codigoGlosa>3162</codigoGlosa>"
        "</mensagemErro></situacaoProtocolo></operadoraParaPrestador></mensagemTISS>"
    ).encode()
    servidor.responde(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(resposta), resposta)
    )
    balcao = abrir()
    oficina.configurar(url_base=servidor.url)
    laudo = balcao.provar()
    assert laudo.passou, laudo
    assert any("diz 4.01.00 e o contrato é 4.03.00" in linha for linha in laudo.linhas)
    assert "hash da resposta: não há" in laudo.linhas


@pytest.mark.parametrize(
    ("codigo", "dito"),
    [("5014", "a operadora recusou o hash"), ("5028", "não aceita esta versão do padrão")],
)
def test_a_refusal_of_the_message_itself_does_not_pass(
    abrir: Abrir, codigo: str, dito: str
) -> None:
    balcao = abrir()
    balcao.simulador.falha("mensagem_erro", codigo=codigo)
    laudo = balcao.provar()
    assert not laudo.passou
    assert dito in laudo.linhas[-1]
    assert not balcao.provada()


def test_a_portal_has_no_service_to_try(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir()
    oficina.configurar(tipo_api="MANUAL")
    with pytest.raises(ConfigError, match="portal"):
        balcao.provar()


@pytest.mark.parametrize("canal", [None, Canal.REST])
def test_a_channel_that_is_not_offered_cannot_be_tried(
    abrir: Abrir, oficina: Oficina, canal: Canal | None
) -> None:
    balcao = abrir()
    oficina.enderecar(**{ENVIO: None, PERGUNTA: None})
    with pytest.raises(ConfigError, match="não oferece"):
        balcao.provar(canal)


# What goes wrong


def test_a_certificate_of_a_stranger_is_told_before_anything_is_asked(
    abrir: Abrir, oficina: Oficina
) -> None:
    balcao = abrir(tls="SERVIDOR")
    oficina.configurar(autoridade_certificadora=None)
    laudo = balcao.provar()
    assert not laudo.passou
    assert "não se conhece quem assinou o certificado" in laudo.linhas[-1]
    assert balcao.chegaram() == 0


def test_a_server_that_is_not_there_is_told(abrir: Abrir) -> None:
    balcao = abrir()
    balcao.simulador.matar()
    laudo = balcao.provar()
    assert not laudo.passou
    assert "o servidor recusou a conexão" in laudo.linhas[-1]
    assert balcao.suspensao() is None


def test_a_wrong_address_is_told_and_suspends_nothing(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir()
    oficina.enderecar(**{PERGUNTA: "nada"})
    laudo = balcao.provar()
    assert not laudo.passou
    assert "não há serviço neste endereço" in laudo.linhas[-1]
    assert balcao.suspensao() is None
    assert not _operacoes_suspensas(oficina)


@pytest.mark.parametrize("falha", ["html", "truncada", "reset_depois", "http_500"])
def test_what_is_no_answer_of_a_service_does_not_pass(abrir: Abrir, falha: str) -> None:
    balcao = abrir()
    balcao.simulador.falha(falha)
    laudo = balcao.provar()
    assert not laudo.passou
    assert laudo.linhas[-1].startswith("resposta: ")
    assert not balcao.provada()


@pytest.mark.parametrize(
    ("autenticacao", "tls"), [par for par in CREDENCIAIS if par[0] != "CERTIFICADO_DIGITAL"]
)
def test_a_refused_credential_is_suspended(
    abrir: Abrir, autenticacao: str, tls: Literal["SERVIDOR", "MUTUO"] | None
) -> None:
    balcao = abrir(autenticacao, tls)
    laudo = balcao.provar(senha="outra senha")
    assert not laudo.passou
    assert "suspensão: nada mais usa esta credencial" in laudo.linhas[-1]
    assert balcao.suspensao() is not None
    assert balcao.chegaram() == 1
    assert not any("outra senha" in linha for linha in laudo.linhas)


@pytest.mark.parametrize("certificado", [{"valido": False}, {"de_outra_ca": True}])
def test_a_server_that_hangs_up_may_have_refused_the_certificate(
    abrir: Abrir, certificado: dict[str, bool]
) -> None:
    balcao = abrir("CERTIFICADO_DIGITAL", "MUTUO")
    balcao.certificado = certificado
    laudo = balcao.provar()
    assert not laudo.passou
    assert "confira a validade" in laudo.linhas[-1]
    assert balcao.chegaram() == 0


@pytest.mark.parametrize("autenticacao", ["BASIC_AUTH", "JWT"])
def test_what_is_suspended_is_the_secret_that_was_tried(
    abrir: Abrir, oficina: Oficina, autenticacao: str
) -> None:
    """Otherwise the next send would take it for another one, and try it again."""
    balcao = abrir(autenticacao)
    balcao.provar(senha="outra senha")
    with oficina.repo.transacao() as t:
        impressao = "impressao de outra senha {}"
        assert contratos.suspensao_da_credencial(t, "tiss_999001_matriz", impressao)


# What a person may rely on afterwards


@pytest.mark.parametrize("autenticacao", ["BASIC_AUTH", "JWT"])
def test_a_suspended_credential_is_tried_once_because_a_person_asked(
    abrir: Abrir, autenticacao: str
) -> None:
    balcao = abrir(autenticacao)
    balcao.provar(senha="outra senha")
    balcao.provar(senha="outra senha")
    assert balcao.chegaram() == 2


@pytest.mark.parametrize("autenticacao", ["BASIC_AUTH", "JWT"])
def test_a_test_that_passes_lifts_the_suspensions(
    abrir: Abrir, oficina: Oficina, autenticacao: str
) -> None:
    balcao = abrir(autenticacao)
    assert balcao.provar().passou
    balcao.suspender()
    oficina.configurar(operacoes_suspensas='{"CANCELA_GUIA": "endereço errado"}')
    laudo = balcao.provar()
    assert "suspensão: levantada" in laudo.linhas
    assert balcao.suspensao() is None
    assert balcao.provada()
    assert not _operacoes_suspensas(oficina)


def test_a_test_that_does_not_pass_lifts_nothing(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir()
    balcao.provar()
    balcao.suspender("recusada antes")
    oficina.configurar(operacoes_suspensas='{"CANCELA_GUIA": "endereço errado"}')
    balcao.simulador.falha("http_500")
    assert not balcao.provar().passou
    assert balcao.suspensao() == "recusada antes"
    assert _operacoes_suspensas(oficina)


def test_without_a_question_only_a_token_proves_the_credential(
    abrir: Abrir, oficina: Oficina
) -> None:
    balcao = abrir("JWT")
    oficina.enderecar(**{PERGUNTA: None})
    oficina.configurar(operacoes_suspensas='{"CANCELA_GUIA": "endereço errado"}')
    assert balcao.provar().passou
    assert balcao.provada()
    assert _operacoes_suspensas(oficina), "nobody answered there"


def test_without_a_question_a_password_stays_unproven(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir()
    oficina.enderecar(**{PERGUNTA: None})
    laudo = balcao.provar()
    assert laudo.passou
    assert any("só um envio a prova" in linha for linha in laudo.linhas)
    assert not balcao.provada()
    assert balcao.chegaram() == 0


def test_a_new_token_is_for_the_tasks_too(abrir: Abrir, oficina: Oficina) -> None:
    balcao = abrir("JWT")
    balcao.provar()
    assert oficina.valor("SELECT cifrado IS NOT NULL FROM tiss.token")


def test_nothing_of_a_test_enters_the_audit_trail_of_the_lotes(
    abrir: Abrir, oficina: Oficina
) -> None:
    abrir().provar()
    assert oficina.valor("SELECT count(*) FROM tiss.troca") == 0
