"""Faults on demand: what can be asked for, and the queue of what is still to happen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from .operacoes import OPERACOES

CODIGOS_FAULT = frozenset(
    {
        "DestinatarioInvalido",
        "RemetenteInvalido",
        "LoginInvalido",
        "VersaoInvalida",
        "HashInvalido",
        "SchemaInvalido",
        "ErroInesperadoServidor",
    }
)

# Not a web service: the endpoint that gives out tokens. Only a fault that names it happens there.
TOKEN = "token"  # noqa: S105 - the name of an endpoint


class Nome(StrEnum):
    """The faults. The ones of the first group carry the request out, whatever is seen of it."""

    LENTA_ANTES = "lenta_antes"
    LENTA_DEPOIS = "lenta_depois"
    RESET_DEPOIS = "reset_depois"
    SEM_RESPOSTA = "sem_resposta"
    TRUNCADA = "truncada"
    CODIFICACAO_ERRADA = "codificacao_errada"
    ACEITA_DEPOIS = "aceita_depois"
    PARA_NO_CABECALHO = "para_no_cabecalho"
    SEM_TAMANHO = "sem_tamanho"
    GZIP = "gzip"
    GZIP_CORTADO = "gzip_cortado"
    SOAP12 = "soap12"
    OUTRO_LOTE = "outro_lote"

    RESET_ANTES = "reset_antes"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_405 = "http_405"
    HTTP_413 = "http_413"
    HTTP_415 = "http_415"
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    HTTP_502 = "http_502"
    HTTP_503 = "http_503"
    HTTP_504 = "http_504"
    REDIRECIONA = "redireciona"
    TOKEN_RECUSADO = "token_recusado"  # noqa: S105 - the name of a fault
    HTML = "html"
    MENSAGEM_ERRO = "mensagem_erro"
    FAULT_TISS = "fault_tiss"
    FAULT_QUALIFICADO = "fault_qualificado"


SEMPRE_PROCESSAM = frozenset(
    {
        Nome.LENTA_ANTES,
        Nome.LENTA_DEPOIS,
        Nome.RESET_DEPOIS,
        Nome.SEM_RESPOSTA,
        Nome.TRUNCADA,
        Nome.CODIFICACAO_ERRADA,
        Nome.ACEITA_DEPOIS,
        Nome.PARA_NO_CABECALHO,
        Nome.SEM_TAMANHO,
        Nome.GZIP,
        Nome.GZIP_CORTADO,
        Nome.SOAP12,
        Nome.OUTRO_LOTE,
    }
)
COM_FAULT = frozenset({Nome.FAULT_TISS, Nome.FAULT_QUALIFICADO})


@dataclass(slots=True, kw_only=True)
class Falha:
    """A fault still to happen `vezes` times, to the requests that match.

    segundos: how long lenta_*, sem_resposta and para_no_cabecalho take, and after how long
    aceita_depois carries out what it did not answer. codigo: of mensagem_erro (Tabela 38, 1308
    when absent) or of fault_* (ErroInesperadoServidor when absent). depois: for faults that
    replace the answer, carry the request out first.
    """

    falha: Nome
    vezes: int = 1
    registro_ans: str | None = None
    operacao: str | None = None
    segundos: float = 2.0
    codigo: str | None = None
    depois: bool = False

    @property
    def processa(self) -> bool:
        """Whether the request is carried out in spite of the fault."""
        return self.falha in SEMPRE_PROCESSAM or (self.depois and self.falha != Nome.RESET_ANTES)

    def alcanca(self, registro_ans: str, operacao: str) -> bool:
        """Whether a request is one of those that may suffer it."""
        qualquer = operacao if operacao == TOKEN else None
        return self.registro_ans in {None, registro_ans} and self.operacao in {qualquer, operacao}


class FilaDeFalhas:
    """The faults still to happen, oldest first. Used from the event loop only."""

    def __init__(self) -> None:
        self._fila: list[Falha] = []

    def incluir(self, falha: Falha) -> None:
        """Add a fault at the end."""
        self._fila.append(falha)

    def limpar(self) -> None:
        """Forget all faults."""
        self._fila.clear()

    def pendentes(self) -> list[dict[str, object]]:
        """Return what is still to happen, in words of the admin route."""
        return [asdict(falha) for falha in self._fila]

    def tomar(self, registro_ans: str, operacao: str) -> Falha | None:
        """Take the fault that the next request has to suffer, None if it is spared."""
        for falha in self._fila:
            if falha.alcanca(registro_ans, operacao):
                falha.vezes -= 1
                if falha.vezes == 0:
                    self._fila.remove(falha)
                return falha
        return None


def ler_falha(campos: Mapping[str, object]) -> Falha:
    """Return the fault that an admin asked for. Raises ValueError, in Portuguese."""
    desconhecidos = set(campos) - set(Falha.__dataclass_fields__)
    if desconhecidos:
        raise ValueError(f"campo desconhecido: {', '.join(sorted(desconhecidos))}")
    try:
        nome = Nome(str(campos.get("falha")))
    except ValueError as erro:
        raise ValueError(f"falha: use uma de {', '.join(Nome)}") from erro
    vezes, segundos = campos.get("vezes", 1), campos.get("segundos", 2.0)
    if isinstance(vezes, bool) or not isinstance(vezes, int) or vezes < 1:
        raise ValueError("vezes: deve ser inteiro, 1 ou mais")
    if (
        isinstance(segundos, bool)
        or not isinstance(segundos, int | float)
        or not 0 <= segundos < math.inf
    ):
        raise ValueError("segundos: deve ser um número, zero ou mais")
    operacao, codigo = _texto(campos, "operacao"), _texto(campos, "codigo")
    if operacao is not None and operacao not in (*OPERACOES, TOKEN):
        raise ValueError(f"operacao: use uma de {', '.join((*OPERACOES, TOKEN))}")
    if nome in COM_FAULT and codigo is not None and codigo not in CODIGOS_FAULT:
        raise ValueError(f"codigo: use um de {', '.join(sorted(CODIGOS_FAULT))}")
    return Falha(
        falha=nome,
        vezes=vezes,
        registro_ans=_texto(campos, "registro_ans"),
        operacao=operacao,
        segundos=float(segundos),
        codigo=codigo,
        depois=campos.get("depois") is True,
    )


def _texto(campos: Mapping[str, object], nome: str) -> str | None:
    valor = campos.get(nome)
    if valor is not None and not isinstance(valor, str):
        raise ValueError(f"{nome}: deve ser texto")
    return valor
