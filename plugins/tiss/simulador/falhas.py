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


class Nome(StrEnum):
    """The faults. The ones of the first group carry the request out, whatever is seen of it."""

    LENTA_ANTES = "lenta_antes"
    LENTA_DEPOIS = "lenta_depois"
    RESET_DEPOIS = "reset_depois"
    SEM_RESPOSTA = "sem_resposta"
    TRUNCADA = "truncada"
    CODIFICACAO_ERRADA = "codificacao_errada"

    RESET_ANTES = "reset_antes"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    HTTP_502 = "http_502"
    HTTP_503 = "http_503"
    HTML = "html"
    MENSAGEM_ERRO = "mensagem_erro"
    FAULT_TISS = "fault_tiss"


SEMPRE_PROCESSAM = frozenset(
    {
        Nome.LENTA_ANTES,
        Nome.LENTA_DEPOIS,
        Nome.RESET_DEPOIS,
        Nome.SEM_RESPOSTA,
        Nome.TRUNCADA,
        Nome.CODIFICACAO_ERRADA,
    }
)


@dataclass(slots=True, kw_only=True)
class Falha:
    """A fault still to happen `vezes` times, to the requests that match.

    segundos: how long lenta_* and sem_resposta take. codigo: of mensagem_erro (Tabela 38, 1308
    when absent) or of fault_tiss (ErroInesperadoServidor when absent). depois: for faults that
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
            if falha.registro_ans in {None, registro_ans} and falha.operacao in {None, operacao}:
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
    if operacao is not None and operacao not in OPERACOES:
        raise ValueError(f"operacao: use uma de {', '.join(OPERACOES)}")
    if nome is Nome.FAULT_TISS and codigo is not None and codigo not in CODIGOS_FAULT:
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
