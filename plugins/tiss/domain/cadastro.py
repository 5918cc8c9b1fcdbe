"""Who bills whom, and how: prestador, operadora, contrato."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tiss.domain.calendario import Calendario
from tiss.domain.canal import Canal, FormaRest
from tiss.domain.partes import Alternativa

# The kinds of authentication that go by a token, which may have to be renewed.
COM_TOKEN = ("JWT", "OAUTH2")
# The id of a contrato that is not stored: nothing in the database is about it.
RASCUNHO = 0


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


@dataclass(frozen=True, slots=True)
class EscritaHash:
    """How an operadora computes the hash, where that is not as the standard says."""

    codificacao: Literal["ISO-8859-1", "UTF-8"] = "ISO-8859-1"
    maiusculo: bool = False


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
    url_base: str | None
    servicos_soap: Mapping[str, str]
    tipo_autenticacao: Literal["NENHUMA", "BASIC_AUTH", "JWT", "OAUTH2", "CERTIFICADO_DIGITAL"]
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
    tipo_api: Literal["SOAP", "REST", "AMBOS", "MANUAL"] = "SOAP"
    canal_preferido: str = Canal.SOAP
    servicos_rest: Mapping[str, str] = field(default_factory=dict)
    rest: Mapping[str, object] = field(default_factory=dict)
    segundos_total: int = 120
    resposta_maxima_mb: int = 64
    comprime: bool = False
    proxy: str | None = None
    autoridade_certificadora: str | None = None
    codificacao_envio: Literal["ISO-8859-1", "UTF-8"] = "ISO-8859-1"
    codificacao_hash: Literal["ISO-8859-1", "UTF-8"] = "ISO-8859-1"
    hash_maiusculo: bool = False
    assinatura: str | None = None
    politica_assinatura: Mapping[str, str] | None = None
    envio: Literal["AUTOMATICO", "CONFERENCIA"] = "AUTOMATICO"
    entrega_das: time | None = None
    entrega_ate: time | None = None
    entrega_dias_da_semana: Sequence[int] | None = None
    entrega_do_dia: int | None = None
    entrega_ao_dia: int | None = None
    dias_para_faturar: int | None = None
    deduplica: bool = False
    reusa_numero: bool = False
    cancela_por: Literal["LOTE", "GUIA"] = "LOTE"
    politica_duvida: Literal["PESSOA", "CANCELAMENTO"] = "PESSOA"
    protocolos_por_consulta: int = 30

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
    def escrita_hash(self) -> EscritaHash:
        """How the hash of its messages is written."""
        return EscritaHash(self.codificacao_hash, self.hash_maiusculo)

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

    @property
    def calendario(self) -> Calendario:
        """When the operadora takes lotes."""
        dias = self.entrega_dias_da_semana
        return Calendario(
            das=self.entrega_das,
            ate=self.entrega_ate,
            dias_da_semana=None if dias is None else frozenset(dias),
            do_dia=self.entrega_do_dia,
            ao_dia=self.entrega_ao_dia,
        )

    @property
    def pelo_portal(self) -> bool:
        """Whether a person carries its files to a portal; no service of it is spoken to."""
        return self.tipo_api == "MANUAL"

    @property
    def usa_token(self) -> bool:
        """Whether the operadora is spoken to with a token."""
        return self.tipo_autenticacao in COM_TOKEN

    def no_fuso(self, momento: datetime) -> datetime:
        """Return a moment by the clock of the clinic, which is that of its messages."""
        return momento.astimezone(ZoneInfo(self.fuso))

    @property
    def forma_rest(self) -> FormaRest:
        """What its REST requests look like."""
        return FormaRest.de(self.rest)

    def servicos(self, canal: Canal) -> Mapping[str, str]:
        """Return the operations that a channel offers, with their addresses."""
        return self.servicos_soap if canal is Canal.SOAP else self.servicos_rest

    def canais(self, operacao: Operacao) -> tuple[Canal, ...]:
        """Return the channels on which an operation may be tried, the preferred one first."""
        preferido = Canal(self.canal_preferido)
        ordem = (preferido, *(canal for canal in Canal if canal is not preferido))
        return tuple(
            canal
            for canal in ordem
            if self.tipo_api in ("AMBOS", canal) and operacao in self.servicos(canal)
        )

    def oferece(self, operacao: Operacao) -> bool:
        """Whether the operation can be asked for at all."""
        return bool(self.canais(operacao))

    def url(self, operacao: Operacao, canal: Canal = Canal.SOAP) -> str:
        """Return the full address of an operation; what is configured may be relative or complete.

        Raises LookupError for an operation that the channel does not offer.
        """
        endpoint = self.servicos(canal).get(operacao)
        if endpoint is None:
            raise LookupError(operacao)
        if endpoint.startswith(("http://", "https://")):
            return endpoint
        return f"{(self.url_base or '').rstrip('/')}/{endpoint.lstrip('/')}"

    def servidor(self, operacao: Operacao, canal: Canal) -> str | None:
        """Return the host that an operation is asked of.

        None when it is not offered any more, or when its address is none.
        """
        if operacao not in self.servicos(canal):
            return None
        try:
            return urlsplit(self.url(operacao, canal)).hostname
        except ValueError:
            return None
