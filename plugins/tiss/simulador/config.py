"""The configuration of the simulator: which operadoras it plays, and how strict each one is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tiss.errors import ConfigError
from tiss.settings import ENCODING

from .campos import Campos
from .operacoes import CANCELAMENTO, Operacao


class Autenticacao(StrEnum):
    """How a request proves whose it is."""

    NENHUMA = "NENHUMA"  # by loginSenhaPrestador alone
    BASIC_AUTH = "BASIC_AUTH"
    JWT = "JWT"
    OAUTH2 = "OAUTH2"
    CERTIFICADO_DIGITAL = "CERTIFICADO_DIGITAL"


class CorpoRest(StrEnum):
    """What a request by REST carries, and its answer too."""

    ARQUIVO = "ARQUIVO"  # a mensagemTISS
    WS = "WS"  # what SOAP carries, without the envelope


class RespostaRest(StrEnum):
    """How REST answers."""

    XML = "XML"
    JSON = "JSON"  # with the XML in it as base64


class TipoRest(StrEnum):
    """The Content-Type of XML by REST."""

    APPLICATION_XML = "application/xml"
    TEXT_XML = "text/xml"


class Cancelamento(StrEnum):
    """What an operadora lets a prestador cancel."""

    LOTE_E_GUIA = "LOTE_E_GUIA"
    LOTE = "LOTE"
    GUIA = "GUIA"
    ENQUANTO_RECEBIDO = "ENQUANTO_RECEBIDO"  # lotes and guias, until the analysis begins
    NAO_OFERECE = "NAO_OFERECE"  # there is no such web service


class NumeroCancelado(StrEnum):
    """What becomes of the number of a lote or guia that was cancelled."""

    BLOQUEADO = "BLOQUEADO"
    LIVRE = "LIVRE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credencial:
    """One user of an operadora's web services and the prestador that it stands for."""

    usuario: str
    senha: str = field(repr=False)
    codigo_prestador: str
    # When given, the prestador may also identify itself by CNPJ. No demonstrativo of odontologia
    # can be written without it.
    cnpj: str | None = None
    # The first one of OAuth2; without it there is only client_credentials
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegraDeGlosa:
    """A rule of its own by which an operadora refuses a whole guia.

    procedimento: only guias that have it. sem: only those without the element. parte: the share of
    them, from 0 to 1, that it really refuses; which ones, the number of the guia decides.
    """

    codigo: str
    procedimento: str | None = None
    sem: str | None = None
    parte: float = 1.0


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
    # From the end of the analysis to the money in the account.
    segundos_ate_pagar: float = 30 * 24 * 3600.0
    # Whether a protocol goes through every situation of the standard, not the usual ones alone.
    vida_completa: bool = False
    exige_login_no_cabecalho: bool = False
    # What the standard says, or UTF-8: the usual quarrel about the hash of a text with accents.
    codificacao_do_hash: str = ENCODING
    preco_maximo: Mapping[str, Decimal]  # unit price by codigoProcedimento
    nao_cobertos: frozenset[str] = frozenset()
    regras_de_glosa: tuple[RegraDeGlosa, ...] = ()
    cancelamento: Cancelamento = Cancelamento.LOTE_E_GUIA
    numero_cancelado: NumeroCancelado = NumeroCancelado.BLOQUEADO
    # Without it a lote that comes again is accepted again, under another protocol
    deduplica: bool = True
    autenticacao: Autenticacao = Autenticacao.BASIC_AUTH
    token_cru: bool = False  # the Authorization header is the token, without "Bearer"
    segundos_token: float = 300.0  # in real time
    rotaciona_refresh: bool = False
    cabecalhos_exigidos: Mapping[str, str] = field(default_factory=dict, repr=False)
    corpo_rest: CorpoRest = CorpoRest.ARQUIVO
    resposta_rest: RespostaRest = RespostaRest.XML
    content_type_rest: TipoRest = TipoRest.APPLICATION_XML

    def oferece(self, operacao: Operacao) -> bool:
        """Tell whether there is such a web service here."""
        return operacao is not CANCELAMENTO or self.cancelamento is not Cancelamento.NAO_OFERECE

    def credencial(self, usuario: str) -> Credencial | None:
        """Return the credential of a user, None for an unknown one."""
        return next((c for c in self.credenciais if c.usuario == usuario), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What the server shows, as PEM. ca: who has to have signed the certificates of clients."""

    certificado: str
    chave: str = field(repr=False)
    ca: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuracao:
    """Everything that a server needs to know before it starts."""

    operadoras: Mapping[str, Operadora]
    aceleracao: float = 1.0
    atraso_segundos: float = 0.0  # how far in the past its clock begins
    tls: Tls | None = None  # plain HTTP without it


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


class _Leitor(Campos):
    """Reads the configuration."""

    def configuracao(self, bruto: object) -> Configuracao:
        campos = self.objeto(bruto, "configuração", set(Configuracao.__dataclass_fields__))
        aceleracao = self.numero(campos, "aceleracao", "configuração", 1.0)
        atraso = self.numero(campos, "atraso_segundos", "configuração", 0.0)
        lista = self.lista(campos.get("operadoras"), "operadoras")
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
        tls = None if campos.get("tls") is None else self._tls(campos["tls"])
        for operadora in operadoras.values():
            por_certificado = operadora.autenticacao is Autenticacao.CERTIFICADO_DIGITAL
            if por_certificado and (tls is None or tls.ca is None):
                self.problemas.append(
                    f"operadora {operadora.registro_ans}: CERTIFICADO_DIGITAL pede tls com ca"
                )
        return Configuracao(
            operadoras=operadoras, aceleracao=aceleracao, atraso_segundos=atraso, tls=tls
        )

    def _tls(self, bruto: object) -> Tls:
        campos = self.objeto(bruto, "tls", set(Tls.__dataclass_fields__))
        pem, dica = r"(?s)-----BEGIN .+", "em PEM"
        return Tls(
            certificado=self.texto(campos, "certificado", "tls", pem, dica),
            chave=self.texto(campos, "chave", "tls", pem, dica),
            ca=None if campos.get("ca") is None else self.texto(campos, "ca", "tls", pem, dica),
        )

    def _operadora(self, bruto: object, onde: str) -> Operadora:
        campos = self.objeto(bruto, onde, set(Operadora.__dataclass_fields__))
        credenciais = tuple(
            self._credencial(item, f"{onde}.credenciais[{indice}]")
            for indice, item in enumerate(
                self.lista(campos.get("credenciais"), f"{onde}.credenciais")
            )
        )
        if len({c.usuario for c in credenciais}) < len(credenciais):
            self.problemas.append(f"{onde}.credenciais: usuario repetido")
        versao = self.texto(campos, "versao", onde, r"4\.0[123]\.00", "4.01.00 a 4.03.00")
        if versao < "4.03.00" and any(c.cnpj and not c.cnpj.isdecimal() for c in credenciais):
            self.problemas.append(f"{onde}.credenciais: cnpj com letras exige a versão 4.03.00")
        autenticacao = self.opcao(campos, "autenticacao", onde, Autenticacao.BASIC_AUTH)
        exige_login = self.booleano(campos, "exige_login_no_cabecalho", onde)
        if autenticacao is Autenticacao.NENHUMA and not exige_login:
            self.problemas.append(f"{onde}.autenticacao: NENHUMA pede exige_login_no_cabecalho")
        return Operadora(
            registro_ans=self.texto(campos, "registro_ans", onde, r"\d{6}", "6 algarismos"),
            nome=self.texto(campos, "nome", onde, r".{1,70}", "de 1 a 70 caracteres"),
            cnpj=self.texto(campos, "cnpj", onde, r"\d{14}", "14 algarismos"),
            versao=versao,
            credenciais=credenciais,
            segundos_recebido=self.numero(campos, "segundos_recebido", onde, 1.0),
            segundos_em_analise=self.numero(campos, "segundos_em_analise", onde, 1.0),
            segundos_ate_pagar=self.numero(campos, "segundos_ate_pagar", onde, 30 * 24 * 3600.0),
            vida_completa=self.booleano(campos, "vida_completa", onde),
            exige_login_no_cabecalho=exige_login,
            codificacao_do_hash=self.texto(
                {"codificacao_do_hash": ENCODING, **campos},
                "codificacao_do_hash",
                onde,
                f"{ENCODING}|UTF-8",
                f"{ENCODING} ou UTF-8",
            ),
            preco_maximo=self.precos(campos.get("preco_maximo", {}), f"{onde}.preco_maximo"),
            nao_cobertos=self.codigos(campos.get("nao_cobertos", []), f"{onde}.nao_cobertos"),
            regras_de_glosa=self._regras(
                campos.get("regras_de_glosa", []), f"{onde}.regras_de_glosa"
            ),
            cancelamento=self.opcao(campos, "cancelamento", onde, Cancelamento.LOTE_E_GUIA),
            numero_cancelado=self.opcao(
                campos, "numero_cancelado", onde, NumeroCancelado.BLOQUEADO
            ),
            deduplica=self.booleano(campos, "deduplica", onde, padrao=True),
            autenticacao=autenticacao,
            token_cru=self.booleano(campos, "token_cru", onde),
            segundos_token=self.numero(campos, "segundos_token", onde, 300.0),
            rotaciona_refresh=self.booleano(campos, "rotaciona_refresh", onde),
            corpo_rest=self.opcao(campos, "corpo_rest", onde, CorpoRest.ARQUIVO),
            resposta_rest=self.opcao(campos, "resposta_rest", onde, RespostaRest.XML),
            content_type_rest=self.opcao(
                campos, "content_type_rest", onde, TipoRest.APPLICATION_XML
            ),
            cabecalhos_exigidos=self.cabecalhos(
                campos.get("cabecalhos_exigidos", {}), f"{onde}.cabecalhos_exigidos"
            ),
        )

    def _regras(self, bruto: object, onde: str) -> tuple[RegraDeGlosa, ...]:
        return tuple(
            self._regra(item, f"{onde}[{indice}]")
            for indice, item in enumerate(self.lista(bruto, onde))
        )

    def _regra(self, bruto: object, onde: str) -> RegraDeGlosa:
        campos = self.objeto(bruto, onde, set(RegraDeGlosa.__dataclass_fields__))
        opcionais = {
            nome: self.texto(campos, nome, onde, forma, dica)
            for nome, forma, dica in (
                ("procedimento", r".{1,10}", "de 1 a 10 caracteres"),
                ("sem", r"\w+", "o nome de um elemento"),
            )
            if campos.get(nome) is not None
        }
        parte = self.numero(campos, "parte", onde, 1.0)
        if parte > 1:
            self.problemas.append(f"{onde}.parte: deve ser de 0 a 1")
        return RegraDeGlosa(
            codigo=self.texto(campos, "codigo", onde, r"\d{4}", "4 algarismos"),
            parte=parte,
            **opcionais,
        )

    def _credencial(self, bruto: object, onde: str) -> Credencial:
        campos = self.objeto(bruto, onde, set(Credencial.__dataclass_fields__))
        cnpj = None
        if campos.get("cnpj") is not None:
            cnpj = self.texto(campos, "cnpj", onde, r"[A-Z0-9]{12}\d{2}", "14 caracteres")
        refresh_token = None
        if campos.get("refresh_token") is not None:
            refresh_token = self.texto(campos, "refresh_token", onde, r"[!-~]+", "sem espaços")
        return Credencial(
            # A colon would end the user name in HTTP Basic
            usuario=self.texto(
                campos, "usuario", onde, r"[^:]{1,60}", "até 60 caracteres, sem ':'"
            ),
            senha=self.texto(campos, "senha", onde, r".+", "não vazia"),
            codigo_prestador=self.texto(
                campos, "codigo_prestador", onde, r".{1,14}", "de 1 a 14 caracteres"
            ),
            cnpj=cnpj,
            refresh_token=refresh_token,
        )
