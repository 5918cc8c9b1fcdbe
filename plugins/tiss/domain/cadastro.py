"""Who bills whom, and how: prestador, operadora, contrato."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from tiss.domain.partes import Alternativa


class TipoGuia(StrEnum):
    """The kinds of guia that the project bills."""

    CONSULTA = "CONSULTA"
    SP_SADT = "SP_SADT"
    HONORARIOS = "HONORARIOS"
    RESUMO_INTERNACAO = "RESUMO_INTERNACAO"
    ODONTO = "ODONTO"


class Operacao(StrEnum):
    """A request to an operadora, named by the tipoTransacao of its cabecalho."""

    ENVIO_LOTE_GUIAS = "ENVIO_LOTE_GUIAS"
    SOLIC_STATUS_PROTOCOLO = "SOLIC_STATUS_PROTOCOLO"
    SOLIC_DEMONSTRATIVO_RETORNO = "SOLIC_DEMONSTRATIVO_RETORNO"
    CANCELA_GUIA = "CANCELA_GUIA"
    RECURSO_GLOSA = "RECURSO_GLOSA"
    SOLIC_STATUS_RECURSO_GLOSA = "SOLIC_STATUS_RECURSO_GLOSA"


@dataclass(frozen=True, slots=True)
class Escrita:
    """How messages are written for an operadora.

    ascii: accents and signs are replaced, so that every reading of the hash agrees. maiusculas:
    all text in upper case, which some old systems want.
    """

    versao: str = "4.03.00"
    ascii: bool = True
    maiusculas: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrato:
    """A prestador, an operadora and an environment: the unit of configuration."""

    id: int
    clinica_id: str
    nome_prestador: str
    cnpj: str | None
    cpf: str | None
    cnes: str
    registro_ans: str
    nome_operadora: str
    ambiente: Literal["HOMOLOGACAO", "PRODUCAO"]
    versao_tiss: str
    codigo_prestador: str | None
    faturar_a_partir_de: date
    url_base: str
    endpoint_envio: str
    endpoint_status: str | None
    endpoint_demonstrativo: str
    tipo_autenticacao: Literal["NENHUMA", "BASIC_AUTH"]
    envia_login_senha: bool
    credencial: str | None
    max_guias: int
    max_envios_simultaneos: int
    segundos_conexao: int
    segundos_resposta: int
    fuso: str
    modelo_nome_arquivo: str
    versao: int
    ascii_somente: bool = True
    maiusculas: bool = False
    # Code of a rule -> what it does here instead of what it does by itself.
    regras: Mapping[str, str] = field(default_factory=dict)

    @property
    def nome(self) -> str:
        """What people call it."""
        sufixo = "" if self.ambiente == "PRODUCAO" else " (homologação)"
        return f"{self.nome_operadora} / {self.nome_prestador}{sufixo}"

    @property
    def escrita(self) -> Escrita:
        """How its messages are written."""
        return Escrita(self.versao_tiss, self.ascii_somente, self.maiusculas)

    @property
    def contratado(self) -> Alternativa:
        """How the prestador is named to this operadora: its code there, else CNPJ, else CPF."""
        if self.codigo_prestador is not None:
            return Alternativa(elemento="codigoPrestadorNaOperadora", valor=self.codigo_prestador)
        if self.cnpj is not None:
            return Alternativa(elemento="cnpjContratado", valor=self.cnpj)
        return Alternativa(elemento="cpfContratado", valor=self.cpf or "")

    @property
    def identificacoes(self) -> frozenset[str]:
        """Every name under which this operadora may know the prestador."""
        return frozenset(filter(None, (self.codigo_prestador, self.cnpj, self.cpf)))

    def url(self, operacao: Operacao) -> str:
        """Return the full address of an operation; an endpoint may be relative or complete.

        Raises LookupError for an operation that the contrato has no endpoint of.
        """
        endpoint = {
            Operacao.ENVIO_LOTE_GUIAS: self.endpoint_envio,
            Operacao.SOLIC_STATUS_PROTOCOLO: self.endpoint_status,
            Operacao.SOLIC_DEMONSTRATIVO_RETORNO: self.endpoint_demonstrativo,
        }.get(operacao)
        if endpoint is None:
            raise LookupError(operacao)
        if endpoint.startswith(("http://", "https://")):
            return endpoint
        return f"{self.url_base.rstrip('/')}/{endpoint.lstrip('/')}"
