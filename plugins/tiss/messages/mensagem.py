"""Whole messages: cabecalho, body, hash; as a file and as the root of a web service."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from lxml import etree

from tiss.domain.cadastro import Contrato, Operacao
from tiss.errors import ConfigError, UnreadableError
from tiss.messages.esquema import analisador, validar_mensagem
from tiss.messages.texto import limpar, sem_equivalente
from tiss.settings import ENCODING, NAMESPACE

_DECLARACAO = '<?xml version="1.0" encoding="ISO-8859-1"?>'
_XMLNS = f'xmlns:ans="{NAMESPACE}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """loginSenhaPrestador. The digest of the password is a credential too: never log it."""

    usuario: str
    senha_md5: str

    @classmethod
    def com_senha(cls, usuario: str, senha: str) -> Login:
        """Return the login with the digest that the standard sends instead of the password.

        Raises ConfigError for a password that the encoding of the standard cannot hold.
        """
        try:
            octetos = senha.encode(ENCODING)
        except UnicodeEncodeError:
            # Not chained: the error carries the password.
            raise ConfigError(f"A senha tem caracteres fora de {ENCODING}: troque-a.") from None
        # MD5 is what the standard prescribes here (Organizacional, paragraph 114).
        digest = hashlib.md5(octetos, usedforsecurity=False).hexdigest()
        return cls(usuario=usuario, senha_md5=digest)

    def __repr__(self) -> str:
        return f"Login({self.usuario!r}, ***)"


@dataclass(frozen=True, slots=True)
class LoteEscrito:
    """A lote in file form and the hash of its epilogo."""

    arquivo: bytes
    hash: str


def escrever_lote(
    contrato: Contrato,
    *,
    numero_lote: int,
    guias: Sequence[str],
    registrado_em: datetime,
) -> LoteEscrito:
    """Return a mensagemTISS with one lote: one line, ISO-8859-1, valid by the XSD of its version.

    guias: 1 to 100 elements as `escrever_guia` made them, all of one kind.
    registrado_em: in the contrato's time zone. Raises UnreadableError if the XSD refuses it,
    which no input can cause: the guias were validated one by one.
    """
    corpo = (
        f"<ans:loteGuias><ans:numeroLote>{numero_lote}</ans:numeroLote>"
        f"<ans:guiasTISS>{''.join(guias)}</ans:guiasTISS></ans:loteGuias>"
    )
    cabecalho = _cabecalho(contrato, Operacao.ENVIO_LOTE_GUIAS, str(numero_lote), registrado_em)
    texto = (
        f"{_DECLARACAO}<ans:mensagemTISS {_XMLNS}>{cabecalho}"
        f"<ans:prestadorParaOperadora>{corpo}</ans:prestadorParaOperadora>"
        "<ans:epilogo><ans:hash></ans:hash></ans:epilogo></ans:mensagemTISS>"
    )
    return LoteEscrito(*_com_hash(texto, contrato.versao_tiss))


def forma_ws(arquivo: bytes, versao: str, login: Login | None = None) -> bytes:
    """Return the loteGuiasWS of a stored lote: same cabecalho, body, and hash when no login enters.

    With a login the hash is made anew: its values are part of the message.
    """
    texto = arquivo.decode(ENCODING)
    cabecalho = _entre(texto, "<ans:cabecalho>", "</ans:cabecalho>")
    corpo = _entre(texto, "<ans:prestadorParaOperadora>", "</ans:prestadorParaOperadora>")
    mensagem = (
        f"<ans:loteGuiasWS {_XMLNS}><ans:cabecalho>{cabecalho}{_login(login)}</ans:cabecalho>"
        f"{corpo}<ans:hash></ans:hash></ans:loteGuiasWS>"
    )
    return _com_hash(mensagem, versao)[0]


def escrever_solicitacao(
    contrato: Contrato,
    operacao: Operacao,
    protocolo: str,
    *,
    sequencial: int,
    registrado_em: datetime,
    login: Login | None = None,
) -> bytes:
    """Return the web-service root that asks about one protocolo.

    operacao: SOLIC_STATUS_PROTOCOLO or SOLIC_DEMONSTRATIVO_RETORNO (de análise de conta).
    """
    contratado = contrato.contratado
    prestador = (
        f"<ans:dadosPrestador><ans:{contratado.elemento}>{_texto(contratado.valor)}"
        f"</ans:{contratado.elemento}></ans:dadosPrestador>"
    )
    numero = f"<ans:numeroProtocolo>{_texto(protocolo)}</ans:numeroProtocolo>"
    if operacao is Operacao.SOLIC_STATUS_PROTOCOLO:
        raiz = "solicitacaoStatusProtocoloWS"
        corpo = (
            f"<ans:solicitacaoStatusProtocolo>{prestador}{numero}</ans:solicitacaoStatusProtocolo>"
        )
    else:
        raiz = "solicitacaoDemonstrativoRetornoWS"
        corpo = (
            "<ans:solicitacaoDemonstrativoRetorno><ans:demonstrativoAnalise>"
            f"{prestador}<ans:dataSolicitacao>{registrado_em:%Y-%m-%d}</ans:dataSolicitacao>"
            f"<ans:protocolos>{numero}</ans:protocolos>"
            "</ans:demonstrativoAnalise></ans:solicitacaoDemonstrativoRetorno>"
        )
    cabecalho = _cabecalho(contrato, operacao, str(sequencial), registrado_em, login)
    mensagem = f"<ans:{raiz} {_XMLNS}>{cabecalho}{corpo}<ans:hash></ans:hash></ans:{raiz}>"
    return _com_hash(mensagem, contrato.versao_tiss)[0]


def hash_da_mensagem(documento: etree._Element) -> str:
    """Return the hash of a message that was written without blanks between its tags.

    MD5 hex, lower case, of all text in document order, in ISO-8859-1, with the hash element
    empty. Source: Organizacional 202407, paragraph 115.
    """
    # The C serialiser of lxml takes 0.2 ms for a lote of 100 guias, a walk over leaves 2 ms.
    texto = etree.tostring(documento, method="text", encoding=ENCODING)
    return hashlib.md5(texto, usedforsecurity=False).hexdigest()


def ocultar_senha(mensagem: bytes) -> bytes:
    """Return the message with the value of senhaPrestador replaced, for the audit trail."""
    antes, abertura, resto = mensagem.partition(b"<ans:senhaPrestador>")
    if not abertura:
        return mensagem
    return antes + abertura + b"***" + resto[resto.index(b"</ans:senhaPrestador>") :]


def _cabecalho(
    contrato: Contrato,
    operacao: Operacao,
    sequencial: str,
    registrado_em: datetime,
    login: Login | None = None,
) -> str:
    if contrato.codigo_prestador is not None:
        elemento, valor = "codigoPrestadorNaOperadora", contrato.codigo_prestador
    elif contrato.cnpj is not None:
        elemento, valor = "CNPJ", contrato.cnpj
    else:
        elemento, valor = "CPF", contrato.cpf or ""
    origem = f"<ans:{elemento}>{_texto(valor)}</ans:{elemento}>"
    return (
        "<ans:cabecalho><ans:identificacaoTransacao>"
        f"<ans:tipoTransacao>{operacao}</ans:tipoTransacao>"
        f"<ans:sequencialTransacao>{sequencial}</ans:sequencialTransacao>"
        f"<ans:dataRegistroTransacao>{registrado_em:%Y-%m-%d}</ans:dataRegistroTransacao>"
        f"<ans:horaRegistroTransacao>{registrado_em:%H:%M:%S}</ans:horaRegistroTransacao>"
        "</ans:identificacaoTransacao>"
        f"<ans:origem><ans:identificacaoPrestador>{origem}</ans:identificacaoPrestador></ans:origem>"
        f"<ans:destino><ans:registroANS>{contrato.registro_ans}</ans:registroANS></ans:destino>"
        f"<ans:Padrao>{contrato.versao_tiss}</ans:Padrao>{_login(login)}</ans:cabecalho>"
    )


def _login(login: Login | None) -> str:
    if login is None:
        return ""
    return (
        f"<ans:loginSenhaPrestador><ans:loginPrestador>{_texto(login.usuario)}</ans:loginPrestador>"
        f"<ans:senhaPrestador>{login.senha_md5}</ans:senhaPrestador></ans:loginSenhaPrestador>"
    )


def _com_hash(mensagem: str, versao: str) -> tuple[bytes, str]:
    # Encoded strictly: a character that does not fit must raise, never become a question mark.
    documento = etree.fromstring(mensagem.encode(ENCODING), analisador())
    valor = hash_da_mensagem(documento)
    if problemas := validar_mensagem(documento, versao):
        raise UnreadableError(f"a mensagem escrita não é válida em {versao}: {problemas[0]}")
    completa = mensagem.replace("<ans:hash></ans:hash>", f"<ans:hash>{valor}</ans:hash>")
    return completa.encode(ENCODING), valor


def _entre(texto: str, abertura: str, fecho: str) -> str:
    inicio = texto.index(abertura) + len(abertura)
    return texto[inicio : texto.rindex(fecho)]


def _texto(valor: str) -> str:
    if estranhas := sem_equivalente(valor):
        raise UnreadableError(f"o cadastro tem o que não pode ser enviado: {estranhas}")
    return escape(limpar(valor), quote=False)
