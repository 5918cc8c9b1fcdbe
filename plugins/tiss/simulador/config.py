"""The configuration of the simulator: which operadoras it plays, and how strict each one is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiss.errors import ConfigError
from tiss.settings import ENCODING


@dataclass(frozen=True, slots=True, kw_only=True)
class Credencial:
    """One user of an operadora's web services and the prestador that it stands for."""

    usuario: str
    senha: str
    codigo_prestador: str
    # When given, the prestador may also identify itself by CNPJ. No demonstrativo of odontologia
    # can be written without it.
    cnpj: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operadora:
    """One operadora to play."""

    registro_ans: str
    nome: str
    cnpj: str
    versao: str
    credenciais: tuple[Credencial, ...]
    segundos_recebido: float = 1.0
    segundos_em_analise: float = 1.0
    exige_login_no_cabecalho: bool = False
    # What the standard says, or UTF-8: the usual quarrel about the hash of a text with accents.
    codificacao_do_hash: str = ENCODING
    preco_maximo: Mapping[str, Decimal]  # unit price by codigoProcedimento
    nao_cobertos: frozenset[str] = frozenset()

    def credencial(self, usuario: str) -> Credencial | None:
        """Return the credential of a user, None for an unknown one."""
        return next((c for c in self.credenciais if c.usuario == usuario), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuracao:
    """Everything that a server needs to know before it starts."""

    operadoras: Mapping[str, Operadora]
    aceleracao: float = 1.0


def ler_configuracao(texto: str) -> Configuracao:
    """Return the configuration written in a JSON text.

    Raises ConfigError naming every problem found, in Portuguese, one a line.
    """
    try:
        bruto = json.loads(texto)
    except json.JSONDecodeError as erro:
        raise ConfigError(f"configuração não é JSON: linha {erro.lineno}, {erro.msg}") from erro
    leitor = _Leitor()
    configuracao = leitor.configuracao(bruto)
    if leitor.problemas:
        raise ConfigError("\n".join(leitor.problemas))
    return configuracao


class _Leitor:
    """Reads untyped JSON, noting problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problemas: list[str] = []

    def configuracao(self, bruto: object) -> Configuracao:
        campos = self._objeto(bruto, "configuração", {"aceleracao", "operadoras"})
        aceleracao = self._numero(campos, "aceleracao", "configuração", 1.0)
        lista = self._lista(campos.get("operadoras"), "operadoras")
        operadoras: dict[str, Operadora] = {}
        for indice, item in enumerate(lista):
            operadora = self._operadora(item, f"operadoras[{indice}]")
            if operadora.registro_ans in operadoras:
                self.problemas.append(f"registro_ans {operadora.registro_ans} aparece duas vezes")
            operadoras[operadora.registro_ans] = operadora
        if not operadoras:
            self.problemas.append("operadoras: informe ao menos uma")
        if aceleracao <= 0:
            self.problemas.append("aceleracao: deve ser maior que zero")
        return Configuracao(operadoras=operadoras, aceleracao=aceleracao)

    def _operadora(self, bruto: object, onde: str) -> Operadora:
        campos = self._objeto(bruto, onde, set(Operadora.__dataclass_fields__))
        credenciais = tuple(
            self._credencial(item, f"{onde}.credenciais[{indice}]")
            for indice, item in enumerate(
                self._lista(campos.get("credenciais"), f"{onde}.credenciais")
            )
        )
        if len({c.usuario for c in credenciais}) < len(credenciais):
            self.problemas.append(f"{onde}.credenciais: usuario repetido")
        versao = self._texto(campos, "versao", onde, r"4\.0[123]\.00", "4.01.00 a 4.03.00")
        if versao < "4.03.00" and any(c.cnpj and not c.cnpj.isdecimal() for c in credenciais):
            self.problemas.append(f"{onde}.credenciais: cnpj com letras exige a versão 4.03.00")
        exige = campos.get("exige_login_no_cabecalho", False)
        if not isinstance(exige, bool):
            self.problemas.append(f"{onde}.exige_login_no_cabecalho: deve ser true ou false")
        return Operadora(
            registro_ans=self._texto(campos, "registro_ans", onde, r"\d{6}", "6 algarismos"),
            nome=self._texto(campos, "nome", onde, r".{1,70}", "de 1 a 70 caracteres"),
            cnpj=self._texto(campos, "cnpj", onde, r"\d{14}", "14 algarismos"),
            versao=versao,
            credenciais=credenciais,
            segundos_recebido=self._numero(campos, "segundos_recebido", onde, 1.0),
            segundos_em_analise=self._numero(campos, "segundos_em_analise", onde, 1.0),
            exige_login_no_cabecalho=bool(exige),
            codificacao_do_hash=self._texto(
                {"codificacao_do_hash": ENCODING, **campos},
                "codificacao_do_hash",
                onde,
                f"{ENCODING}|UTF-8",
                f"{ENCODING} ou UTF-8",
            ),
            preco_maximo=self._precos(campos.get("preco_maximo", {}), f"{onde}.preco_maximo"),
            nao_cobertos=self._codigos(campos.get("nao_cobertos", []), f"{onde}.nao_cobertos"),
        )

    def _credencial(self, bruto: object, onde: str) -> Credencial:
        campos = self._objeto(bruto, onde, set(Credencial.__dataclass_fields__))
        cnpj = None
        if campos.get("cnpj") is not None:
            cnpj = self._texto(campos, "cnpj", onde, r"[A-Z0-9]{12}\d{2}", "14 caracteres")
        return Credencial(
            # A colon would end the user name in HTTP Basic
            usuario=self._texto(
                campos, "usuario", onde, r"[^:]{1,60}", "até 60 caracteres, sem ':'"
            ),
            senha=self._texto(campos, "senha", onde, r".+", "não vazia"),
            codigo_prestador=self._texto(
                campos, "codigo_prestador", onde, r".{1,14}", "de 1 a 14 caracteres"
            ),
            cnpj=cnpj,
        )

    def _objeto(self, bruto: object, onde: str, conhecidos: set[str]) -> dict[str, object]:
        if not isinstance(bruto, dict):
            self.problemas.append(f"{onde}: deve ser um objeto")
            return {}
        for nome in sorted(set(bruto) - conhecidos):
            self.problemas.append(f"{onde}.{nome}: campo desconhecido")
        return bruto

    def _lista(self, bruto: object, onde: str) -> Sequence[object]:
        if isinstance(bruto, list):
            return bruto
        self.problemas.append(f"{onde}: deve ser uma lista")
        return []

    def _texto(
        self, campos: Mapping[str, object], nome: str, onde: str, forma: str, dica: str
    ) -> str:
        valor = campos.get(nome)
        if not isinstance(valor, str) or not re.fullmatch(forma, valor):
            # The value is not shown: it may be a password
            self.problemas.append(f"{onde}.{nome}: deve ser texto, {dica}")
            return ""
        if valor.encode(ENCODING, "replace").decode(ENCODING) != valor:
            self.problemas.append(f"{onde}.{nome}: tem caractere fora de {ENCODING}")
        return valor

    def _numero(self, campos: Mapping[str, object], nome: str, onde: str, padrao: float) -> float:
        valor = campos.get(nome, padrao)
        if isinstance(valor, bool) or not isinstance(valor, int | float):
            valor = -1
        # JSON as Python reads it has NaN and Infinity
        if 0 <= valor < math.inf:
            return float(valor)
        self.problemas.append(f"{onde}.{nome}: deve ser um número, zero ou mais")
        return padrao

    def _codigos(self, bruto: object, onde: str) -> frozenset[str]:
        codigos = self._lista(bruto, onde)
        if not all(isinstance(codigo, str) for codigo in codigos):
            self.problemas.append(f"{onde}: deve ser uma lista de textos")
        return frozenset(str(codigo) for codigo in codigos)

    def _precos(self, bruto: object, onde: str) -> dict[str, Decimal]:
        precos: dict[str, Decimal] = {}
        for codigo, valor in bruto.items() if isinstance(bruto, dict) else ():
            # Only text is taken: a JSON number would go through a float
            if isinstance(valor, str) and re.fullmatch(r"\d+(\.\d{1,2})?", valor):
                precos[codigo] = Decimal(valor)
            else:
                self.problemas.append(f'{onde}.{codigo}: deve ser texto como "300.00"')
        if not isinstance(bruto, dict):
            self.problemas.append(f"{onde}: deve ser um objeto")
        return precos
