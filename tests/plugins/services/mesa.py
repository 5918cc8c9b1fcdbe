"""One operadora for each cell of a table, all in one simulator: no cell reaches another one."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from oficina import Oficina, esperar

from tiss import hooks
from tiss.demo import cadastro
from tiss.errors import TissError
from tiss.services import envio
from tiss.simulador.processo import Simulador

ENVIO = "ENVIO_LOTE_GUIAS"
SERVICOS = {
    ENVIO: "tissLoteGuias",
    "SOLIC_STATUS_PROTOCOLO": "tissSolicitacaoStatusProtocolo",
    "SOLIC_DEMONSTRATIVO_RETORNO": "tissSolicitacaoDemonstrativoRetorno",
}
USUARIO, SENHA, RENOVACAO = "clinica", "senha-da-mesa", "primeiro-refresh"
# What the branches share: a credential, and with it the code that it stands for.
CODIGO = "1001"
CONEXAO = cadastro.CONEXOES[0]
GUIAS = {"MATRIZ": 2, "FILIAL": 1}


@dataclass(frozen=True, kw_only=True)
class Autenticacao:
    """A kind of credential. operadora: what the simulator plays besides."""

    tipo: str
    login: bool = False
    renovacao: bool = False
    operadora: Mapping[str, object] = field(default_factory=dict)

    @property
    def tem_token(self) -> bool:
        return self.tipo in ("JWT", "OAUTH2")

    @property
    def por_certificado(self) -> bool:
        return self.tipo == "CERTIFICADO_DIGITAL"


@dataclass(frozen=True, kw_only=True)
class Via:
    """The channels of a contrato and what a REST service wants."""

    tipo_api: str = "SOAP"
    preferido: str = "SOAP"
    corpo: str = "ARQUIVO"
    resposta: str = "XML"


BASIC_AUTH = Autenticacao(tipo="BASIC_AUTH")
SOAP = Via()


@dataclass(frozen=True, kw_only=True)
class Celula:
    """A cell: an operadora of its own, and the contratos of both branches with it."""

    registro_ans: str
    autenticacao: Autenticacao
    via: Via

    def operadora(self) -> dict[str, object]:
        """What the simulator has to play."""
        return {
            "registro_ans": self.registro_ans,
            "nome": f"Operadora da mesa {self.registro_ans}",
            "cnpj": cadastro.OPERADORAS[0].cnpj,
            "versao": cadastro.VERSAO,
            "preco_maximo": {cadastro.CONSULTA: cadastro.PRECO_MAXIMO},
            "autenticacao": self.autenticacao.tipo,
            "exige_login_no_cabecalho": self.autenticacao.login,
            "corpo_rest": self.via.corpo,
            "resposta_rest": self.via.resposta,
            "credenciais": [
                {
                    "usuario": USUARIO,
                    "senha": SENHA,
                    "codigo_prestador": CODIGO,
                    "refresh_token": RENOVACAO,
                }
            ],
            **self.autenticacao.operadora,
        }


class Celulas:
    """The cells of a module, numbered as they come."""

    def __init__(self, primeira: int) -> None:
        self._primeira = primeira
        self._feitas: list[Celula] = []

    def nova(self, *, autenticacao: Autenticacao = BASIC_AUTH, via: Via = SOAP) -> Celula:
        """Return a cell of its own."""
        registro = str(self._primeira + len(self._feitas))
        self._feitas.append(Celula(registro_ans=registro, autenticacao=autenticacao, via=via))
        return self._feitas[-1]

    def configuracao(self, *, por_certificado: bool = False) -> dict[str, Any]:
        """The configuration of a simulator that plays them, those by certificate or the others."""
        return {
            "operadoras": [
                celula.operadora()
                for celula in self._feitas
                if celula.autenticacao.por_certificado is por_certificado
            ]
        }


class Mesa:
    """The clinic of a test and the operadora of its cell, with the clients that tasks use."""

    def __init__(
        self,
        celula: Celula,
        oficina: Oficina,
        simulador: Simulador,
        ambiente: pytest.MonkeyPatch,
    ) -> None:
        self.celula, self.oficina, self.simulador = celula, oficina, simulador
        self.registro = celula.registro_ans
        self._ambiente = ambiente
        oficina.cliente_de = hooks.cliente_de
        self._cadastrar()
        self.conexao()
        self.enderecar(simulador.url)

    # The contratos and their connection

    def _cadastrar(self) -> None:
        fazer, aut, via = self.oficina.fazer, self.celula.autenticacao, self.celula.via
        fazer("DELETE FROM tiss.contrato WHERE registro_ans <> '999001'")
        fazer("INSERT INTO tiss.operadora (registro_ans, nome) VALUES (%s, 'Mesa')", self.registro)
        # That of the attendances whose operadora the clinic's tests do not know.
        fazer(
            "UPDATE clinica.convenio SET registro_ans = %s WHERE registro_ans = %s",
            *(self.registro, cadastro.CONVENIO_SEM_CONTRATO[0]),
        )
        tls = self.simulador.url.startswith("https")
        campos = {
            "registro_ans": self.registro,
            "codigo_prestador": CODIGO,
            "credencial": CONEXAO,
            "tipo_autenticacao": aut.tipo,
            "envia_login_senha": aut.login,
            "tipo_api": via.tipo_api,
            "canal_preferido": via.preferido,
            "servicos_soap": json.dumps(SERVICOS),
            "servicos_rest": json.dumps({nome: f"rest/{s}" for nome, s in SERVICOS.items()}),
            "rest": json.dumps({"corpo": via.corpo, "resposta": via.resposta}),
            "autoridade_certificadora": self.simulador.ca if tls else None,
            "segundos_resposta": 10,
        }
        atribuicoes = ", ".join(f"{nome} = %s" for nome in campos)
        fazer(f"UPDATE tiss.contrato SET {atribuicoes}", *campos.values())
        fazer(
            "UPDATE tiss.contrato SET proximo_numero_lote = 5001, proximo_numero_guia = 50001"
            " WHERE id = %s",
            self.oficina.contrato("FILIAL", self.registro).id,
        )

    def conexao(self, **trocados: object) -> None:
        """Type the connection of both contratos into Airflow, with some fields of another kind."""
        aut = self.celula.autenticacao
        campos: dict[str, object] = {"login": USUARIO, "password": SENHA}
        if aut.tem_token:
            rota = "token" if aut.tipo == "JWT" else "oauth2/token"
            campos["url_autorizacao"] = f"{self.simulador.url}/{self.registro}/{rota}"
        if aut.renovacao:
            campos["renovacao"] = RENOVACAO
        if aut.por_certificado:
            campos |= self.certificado(USUARIO)
        campos |= trocados
        extra = {nome: campos.pop(nome) for nome in [*campos] if nome not in ("login", "password")}
        valor = {"conn_type": "tiss", **campos, "extra": extra}
        self._ambiente.setenv(f"AIRFLOW_CONN_{CONEXAO.upper()}", json.dumps(valor))

    def certificado(self, usuario: str, **como: bool) -> dict[str, object]:
        """The fields of a connection with an A1 of the simulator's authority, or `como` said."""
        arquivo = self.simulador.certificado(usuario, senha=SENHA, **como)
        return {
            "certificado": base64.b64encode(arquivo).decode(),
            "senha_certificado": SENHA,
        }

    def configurar(self, **campos: object) -> None:
        """Change both contratos as an administrator does."""
        for filial in GUIAS:
            self.oficina.configurar(filial, self.registro, **campos)

    def enderecar(self, servidor: str) -> None:
        """Let both contratos talk to a server, in the place of the simulator."""
        self.configurar(url_base=f"{servidor}/{self.registro}")

    # The work

    def lote(self, filial: str = "MATRIZ") -> int:
        """Attend and build; return the lote."""
        return self.oficina.lote(GUIAS[filial], clinica_id=filial, registro_ans=self.registro)

    def falha(self, nome: str, **opcoes: Any) -> None:  # noqa: ANN401
        """Queue a fault for the next lote of this operadora, on whatever channel it comes."""
        opcoes = {"operacao": SERVICOS[ENVIO], **opcoes}
        self.simulador.falha(nome, registro_ans=self.registro, **opcoes)

    def enviar(self, lote: int) -> TissError | None:
        """Send a lote as a task does; return what it would fail with."""
        try:
            envio.enviar_remessa([lote], self.oficina.repo, hooks.cliente_de, quem="teste/1")
        except TissError as erro:
            return erro
        return None

    # What came of it

    def pedidos(self) -> int:
        """How many requests reached the web services of this operadora."""
        resumo = self.simulador.resumo()[self.registro]
        return sum(sum(desfechos.values()) for desfechos in resumo["requisicoes"].values())

    def tokens(self) -> int:
        """How many times a token was asked for."""
        pedidos = [
            t["pedidos"] for t in self.simulador.tokens() if t["registro_ans"] == self.registro
        ]
        return sum(pedidos)

    def suspensas(self) -> list[str]:
        """What is not used any more: CREDENCIAL, or OPERACAO once for each contrato."""
        credencial = (
            "SELECT 'CREDENCIAL' AS o FROM tiss.credencial WHERE suspensa_desde IS NOT NULL"
        )
        operacao = "SELECT 'OPERACAO' AS o FROM tiss.contrato WHERE operacoes_suspensas <> '{}'"
        return [linha["o"] for linha in self.oficina.linhas(f"{credencial} UNION ALL {operacao}")]

    def guias(self, filial: str = "MATRIZ") -> set[str]:
        """The states of the live guias of a branch."""
        return {
            linha["status"]
            for linha in self.oficina.linhas(
                "SELECT guia.status FROM tiss.guia JOIN tiss.contrato ON contrato.id = contrato_id"
                " JOIN tiss.prestador ON prestador.id = prestador_id"
                " WHERE viva AND prestador.clinica_id = %s",
                filial,
            )
        }

    def aceites(self) -> list[int]:
        """How many times the operadora accepted each attendance that it did accept."""
        return [linha["aceites"] for linha in self.simulador.livro(self.registro)]

    def conferir_livro(self, esperados: int) -> None:
        """So many attendances were accepted, soon, and each of them once."""
        esperar(lambda: len(self.aceites()) >= esperados, 15.0)
        assert self.aceites() == [1] * esperados
        assert self.simulador.repetidos(self.registro) == []

    def manha(self) -> None:
        """The night with the operadora in order, and the hour after it."""
        self.simulador.limpar_falhas()
        self.oficina.noite()
        self.simulador.avancar(60)
        self.oficina.hora()


def porta_fechada() -> str:
    """Return the address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as livre:
        return f"http://127.0.0.1:{livre.getsockname()[1]}"
