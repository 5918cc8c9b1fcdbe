"""Who bills whom in the chaos: contratos of every policy, operadoras of every habit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from tiss.clients.credencial import Credencial, Emissor, Prova
from tiss.clients.emissores import EmissorJwt, EmissorOAuth2
from tiss.clients.rest import ClienteRest
from tiss.clients.soap import ClienteSoap
from tiss.clients.transporte import Rota
from tiss.demo import cadastro
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.messages.mensagem import Login

AURORA, BOA_VIDA, CEDRO = "999001", "999002", "999003"
SERVICOS = {
    "ENVIO_LOTE_GUIAS": "tissLoteGuias",
    "SOLIC_STATUS_PROTOCOLO": "tissSolicitacaoStatusProtocolo",
    "SOLIC_DEMONSTRATIVO_RETORNO": "tissSolicitacaoDemonstrativoRetorno",
    "CANCELA_GUIA": "tissCancelaGuia",
}
SEM_CANCELAMENTO = {nome: s for nome, s in SERVICOS.items() if nome != "CANCELA_GUIA"}
GUIAS_POR_LOTE = 2
# What an operadora may still take in so long after we gave up waiting.
ATRASO = 2.0
QUARENTENA = 6.0
# What each operadora does: autenticação, cancelamento, duplicates.
OPERADORAS: dict[str, dict[str, Any]] = {
    AURORA: {},
    BOA_VIDA: {
        "autenticacao": "JWT",
        "segundos_token": 4.0,
        "deduplica": False,
        "cancelamento": "LOTE",
        "numero_cancelado": "LIVRE",
    },
    CEDRO: {
        "autenticacao": "OAUTH2",
        "segundos_token": 35.0,
        "rotaciona_refresh": True,
        "deduplica": False,
        "cancelamento": "NAO_OFERECE",
        "corpo_rest": "WS",
        "resposta_rest": "JSON",
    },
}
# What each contrato says of its operadora, and what it does with a doubt.
CONTRATOS: dict[tuple[str, str], dict[str, Any]] = {
    (AURORA, "MATRIZ"): {"deduplica": True, "politica_duvida": "PESSOA", "servicos_soap": SERVICOS},
    (AURORA, "FILIAL"): {
        "deduplica": True,
        "politica_duvida": "CANCELAMENTO",
        "servicos_soap": SERVICOS,
    },
    (BOA_VIDA, "MATRIZ"): {
        "tipo_autenticacao": "JWT",
        "politica_duvida": "CANCELAMENTO",
        "reusa_numero": True,
        "servicos_soap": SERVICOS,
    },
    (BOA_VIDA, "FILIAL"): {
        "tipo_autenticacao": "JWT",
        "politica_duvida": "PESSOA",
        "servicos_soap": SEM_CANCELAMENTO,
    },
    (CEDRO, "MATRIZ"): {
        "tipo_autenticacao": "OAUTH2",
        "politica_duvida": "PESSOA",
        "servicos_soap": SEM_CANCELAMENTO,
    },
    (CEDRO, "FILIAL"): {
        "tipo_autenticacao": "OAUTH2",
        "politica_duvida": "PESSOA",
        "tipo_api": "AMBOS",
        "servicos_soap": SEM_CANCELAMENTO,
        "servicos_rest": {nome: f"rest/{s}" for nome, s in SEM_CANCELAMENTO.items()},
        "rest": {"corpo": "WS", "resposta": "JSON"},
    },
}
# Neither refuses a copy nor takes one back: each doubt costs one question.
SEM_REMEDIO = frozenset({(BOA_VIDA, "FILIAL"), (CEDRO, "MATRIZ"), (CEDRO, "FILIAL")})
ENVIO, CANCELA = "tissLoteGuias", "tissCancelaGuia"
CONSULTAS = ("tissSolicitacaoStatusProtocolo", "tissSolicitacaoDemonstrativoRetorno")


def senhas(semente: int) -> dict[str, str]:
    """A password for each connection, another one in every run."""
    return {conexao: f"segredo-{semente}-{conexao}" for conexao in cadastro.CONEXOES}


def configuracao(semente: int) -> dict[str, Any]:
    """What the simulated operadoras are told."""
    config = cadastro.configuracao_do_simulador(senhas(semente))
    for operadora in config["operadoras"]:
        operadora.update(OPERADORAS[operadora["registro_ans"]])
        for credencial in operadora["credenciais"]:
            credencial["refresh_token"] = f"refresh-{semente}-{credencial['usuario']}"
    return config


def falhas() -> list[dict[str, Any]]:
    """What may happen to a request, and how likely it is."""
    envio = {
        "lenta_antes": 0.03, "lenta_depois": 0.02, "reset_antes": 0.03, "reset_depois": 0.04,
        "sem_resposta": 0.02, "truncada": 0.02, "sem_tamanho": 0.02, "gzip": 0.05,
        "gzip_cortado": 0.02, "para_no_cabecalho": 0.01, "codificacao_errada": 0.03, "soap12": 0.02,
        "outro_lote": 0.01, "aceita_depois": 0.03, "http_429": 0.02, "http_500": 0.02,
        "http_502": 0.02, "http_503": 0.02, "html": 0.01, "token_recusado": 0.02, "http_403": 0.002,
        "fault_qualificado": 0.004,
    }  # fmt: skip
    depois = {"http_500": 0.01, "http_504": 0.02, "html": 0.01, "fault_tiss": 0.01}
    outras = {"reset_antes": 0.05, "reset_depois": 0.05, "http_503": 0.03, "truncada": 0.03,
              "sem_resposta": 0.02}  # fmt: skip
    lista = [
        {"falha": nome, "probabilidade": p, "operacao": ENVIO, "segundos": _segundos(nome)}
        for nome, p in envio.items()
    ]
    lista += [
        {"falha": nome, "probabilidade": p, "operacao": ENVIO, "depois": True}
        for nome, p in depois.items()
    ]
    lista += [
        {"falha": nome, "probabilidade": p, "operacao": operacao, "segundos": 1.5}
        for nome, p in outras.items()
        for operacao in (CANCELA, *CONSULTAS)
    ]
    lista.append({"falha": "http_503", "probabilidade": 0.05, "operacao": "token"})
    return lista


def _segundos(nome: str) -> float:
    # Beyond our patience of one second, within what the quarantine allows for.
    return ATRASO if nome == "aceita_depois" else 1.5


def cadastrar(conexao: psycopg.Connection[Any], url: str, hoje: date) -> None:
    """Register the contratos, impatient and with short quarantines."""
    cadastro.cadastrar(conexao, url_simulador=url, hoje=hoje)
    comum = {
        "max_guias": GUIAS_POR_LOTE,
        "segundos_conexao": 1,
        "segundos_resposta": 1,
        "segundos_total": 2,
        "quarentena": f"{QUARENTENA} s",
        "regras": {},
    }
    for (registro_ans, clinica_id), proprio in CONTRATOS.items():
        campos = {**comum, **proprio}
        atribuicoes = ", ".join(f"{nome} = %s" for nome in campos)
        valores = [json.dumps(v) if isinstance(v, dict) else v for v in campos.values()]
        conexao.execute(
            f"UPDATE tiss.contrato SET {atribuicoes} FROM tiss.prestador"
            " WHERE prestador.id = prestador_id AND registro_ans = %s AND clinica_id = %s",
            [*valores, registro_ans, clinica_id],
        )


@dataclass(frozen=True, slots=True)
class Fabrica:
    """Makes clients as the hooks do, without Airflow, which takes seconds to import."""

    semente: int
    chave: str

    def cliente_de(self, contrato: Contrato, canal: Canal) -> ClienteSoap | ClienteRest:
        """Return the client of a contrato."""
        usuario, senha = cadastro.conexoes(senhas(self.semente))[contrato.credencial or ""]
        rota = Rota.de(contrato)
        emissor: Emissor | None = None
        base = str(contrato.url_base)
        if contrato.tipo_autenticacao == "JWT":
            emissor = EmissorJwt(
                url=f"{base}/token", usuario=usuario, senha=senha, rota=rota, segundos_total=2
            )
        elif contrato.tipo_autenticacao == "OAUTH2":
            emissor = EmissorOAuth2(
                url=f"{base}/oauth2/token",
                cliente=usuario,
                segredo=senha,
                rota=rota,
                segundos_total=2,
                renovacao=f"refresh-{self.semente}-{usuario}",
            )
        basica = contrato.tipo_autenticacao == "BASIC_AUTH"
        credencial = Credencial(
            prova=Prova.basica(usuario, senha) if basica else Prova(),
            login=Login.com_senha(usuario, senha) if contrato.envia_login_senha else None,
            impressao=f"{self.semente}/{usuario}",
            emissor=emissor,
            cifra=Fernet(self.chave) if emissor else None,
        )
        classe = ClienteSoap if canal is Canal.SOAP else ClienteRest
        return classe(contrato=contrato, credencial=credencial, rota=rota)
