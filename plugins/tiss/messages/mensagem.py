"""Whole messages: cabecalho, body, hash; as a file and as the root of a web service."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from typing import Self

from lxml import etree

from tiss.domain.cadastro import Contrato, Escrita, EscritaHash, Operacao
from tiss.domain.pedido import Pedido
from tiss.domain.problema import Problema
from tiss.domain.texto import limpar, sem_equivalente
from tiss.errors import ConfigError, TissError
from tiss.messages import pedidos
from tiss.messages.cabecalho import CABECALHO, Cabecalho
from tiss.messages.declaracao import Conferencia, escritor
from tiss.messages.esquema import analisador, validar_mensagem
from tiss.messages.textos import Textos
from tiss.settings import ENCODING, NAMESPACE

_DECLARACAO = '<?xml version="1.0" encoding="{}"?>'
_XMLNS = f'xmlns:ans="{NAMESPACE}"'
_SEM_HASH = "<ans:hash></ans:hash>"
_FOLHAS = re.compile(rb">([^<]+)<")
# The ampersand last: what it stands for must not be read again.
_REFERENCIAS = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&amp;", b"&"))
_MD5 = re.compile("[0-9a-fA-F]{32}")
# loginPrestador is a st_texto20.
_TAMANHO_DO_LOGIN = 20
_PROBLEMAS_NO_TEXTO = 5
MAXIMO_DE_GUIAS = 100
_LOTE_IMPOSSIVEL = Problema(
    codigo="XSD",
    caminho="loteGuias/guiasTISS",
    mensagem=f"um lote leva de 1 a {MAXIMO_DE_GUIAS} guias, de um só tipo",
)


class MensagemError(TissError):
    """A message that cannot be sent: .problemas says what to fix. Nothing left."""

    def __init__(self, o_que: str, problemas: Sequence[Problema]) -> None:
        motivos = "; ".join(map(str, problemas[:_PROBLEMAS_NO_TEXTO]))
        if len(problemas) > _PROBLEMAS_NO_TEXTO:
            motivos += f"; e mais {len(problemas) - _PROBLEMAS_NO_TEXTO}"
        super().__init__(f"{o_que} não pode ser enviado: {motivos}")
        self.problemas = tuple(problemas)


@dataclass(frozen=True, slots=True)
class Forma:
    """What an operation is called: its body in a file, the root and the body in a web service."""

    corpo_arquivo: str
    raiz_ws: str
    corpo_ws: str


# Source: tissV and tissWebServices, the same in every 4.x version.
FORMAS = {
    Operacao.ENVIO_LOTE_GUIAS: Forma("loteGuias", "loteGuiasWS", "loteGuias"),
    Operacao.SOLIC_STATUS_PROTOCOLO: Forma(
        "solicitacaoStatusProtocolo", "solicitacaoStatusProtocoloWS", "solicitacaoStatusProtocolo"
    ),
    Operacao.SOLIC_DEMONSTRATIVO_RETORNO: Forma(
        "solicitacaoDemonstrativoRetorno",
        "solicitacaoDemonstrativoRetornoWS",
        "solicitacaoDemonstrativoRetorno",
    ),
    Operacao.CANCELA_GUIA: Forma("cancelaGuia", "cancelaGuiaWS", "cancelaGuia"),
    Operacao.RECURSO_GLOSA: Forma("recursoGlosa", "loteRecursoGlosaWS", "loteRecurso"),
    Operacao.SOLIC_STATUS_RECURSO_GLOSA: Forma(
        "solicitacaoStatusRecursoGlosa",
        "solicitacaoStatusRecursoGlosaWS",
        "solicitacaoStatusProtocoloRecurso",
    ),
}
# What is given the root of a message, and returns the ds:Signature of it.
Assinar = Callable[[bytes], bytes]
HASH_PADRAO = EscritaHash()
_POR_CORPO = {forma.corpo_arquivo: forma for forma in FORMAS.values()}
_POR_RAIZ = {forma.raiz_ws: operacao for operacao, forma in FORMAS.items()}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mensagem:
    """A message that was checked, before it takes one of its two forms.

    cabecalho, corpo: what stands inside them, as XML; they hold patient data. amostra: a shorter
    corpo that is valid if, and only if, the whole is; the XSD is shown it instead.
    """

    forma: Forma
    versao: str
    cabecalho: str = field(repr=False)
    corpo: str = field(repr=False)
    amostra: str | None = field(default=None, repr=False)

    @classmethod
    def do_arquivo(cls, arquivo: bytes, versao: str) -> Self:
        """Return the message of a file that `arquivo` made."""
        texto = arquivo.decode(ENCODING)
        conteudo = _entre(
            texto, "<ans:prestadorParaOperadora><ans:", "</ans:prestadorParaOperadora>"
        )
        nome, _, resto = conteudo.partition(">")
        return cls(
            forma=_POR_CORPO[nome],
            versao=versao,
            cabecalho=_entre(texto, "<ans:cabecalho>", "</ans:cabecalho>"),
            corpo=resto.removesuffix(f"</ans:{nome}>"),
        )

    def arquivo(
        self,
        login: Login | None = None,
        *,
        escrita_hash: EscritaHash = HASH_PADRAO,
        codificacao: str = ENCODING,
        assinar: Assinar | None = None,
    ) -> bytes:
        """Return the mensagemTISS: one line, with its XML declaration, valid by the XSD.

        A login and a signature enter what is sent, never what is stored. Raises MensagemError if
        the XSD refuses it.
        """
        octetos, _ = self._fechar(
            self._arquivo(self.corpo, login),
            amostra=None if self.amostra is None else self._arquivo(self.amostra, login),
            escrita_hash=escrita_hash,
            codificacao=codificacao,
            assinar=assinar,
        )
        return _DECLARACAO.format(codificacao).encode() + octetos

    def com_hash(self, escrita_hash: EscritaHash = HASH_PADRAO) -> tuple[bytes, str]:
        """Return the file as it is stored, in ISO-8859-1, and the hash of its epilogo."""
        octetos, valor = self._fechar(
            self._arquivo(self.corpo),
            amostra=None if self.amostra is None else self._arquivo(self.amostra),
            escrita_hash=escrita_hash,
        )
        return _DECLARACAO.format(ENCODING).encode() + octetos, valor

    def ws(
        self,
        login: Login | None = None,
        *,
        escrita_hash: EscritaHash = HASH_PADRAO,
        codificacao: str = ENCODING,
        assinar: Assinar | None = None,
    ) -> bytes:
        """Return the root of the web service, without XML declaration: the envelope has it.

        Its hash is that of the file when no login enters; the values of a login are part of the
        message. Raises MensagemError if the XSD refuses it.
        """
        raiz, corpo = self.forma.raiz_ws, self.forma.corpo_ws
        return self._fechar(
            f"<ans:{raiz} {_XMLNS}><ans:cabecalho>{self.cabecalho}{_login(login)}</ans:cabecalho>"
            f"<ans:{corpo}>{self.corpo}</ans:{corpo}>{_SEM_HASH}</ans:{raiz}>",
            escrita_hash=escrita_hash,
            codificacao=codificacao,
            assinar=None if assinar is None else lambda raiz: _de_ws(assinar(raiz)),
        )[0]

    def _arquivo(self, corpo: str, login: Login | None = None) -> str:
        nome = self.forma.corpo_arquivo
        return (
            f"<ans:mensagemTISS {_XMLNS}>"
            f"<ans:cabecalho>{self.cabecalho}{_login(login)}</ans:cabecalho>"
            f"<ans:prestadorParaOperadora><ans:{nome}>{corpo}</ans:{nome}>"
            f"</ans:prestadorParaOperadora><ans:epilogo>{_SEM_HASH}</ans:epilogo>"
            "</ans:mensagemTISS>"
        )

    def _fechar(
        self,
        raiz: str,
        *,
        amostra: str | None = None,
        escrita_hash: EscritaHash = HASH_PADRAO,
        codificacao: str = ENCODING,
        assinar: Assinar | None = None,
    ) -> tuple[bytes, str]:
        """Return the root with its hash in place, then signed, and the hash."""
        documento = etree.fromstring((amostra or raiz).encode(ENCODING), analisador(ENCODING))
        if problemas := validar_mensagem(documento, self.versao):
            raise MensagemError(self.forma.corpo_arquivo, problemas)
        # Encoded strictly: a character that does not fit must raise, never become a question mark.
        octetos = raiz.encode(ENCODING)
        valor = hash_da_mensagem(octetos, escrita_hash)
        if codificacao != ENCODING:
            octetos = raiz.encode(codificacao)
        onde = octetos.rindex(_SEM_HASH.encode())
        # A view: a lote is copied once, not once for each part.
        vista = memoryview(octetos)
        hash_escrito = f"<ans:hash>{valor}</ans:hash>".encode()
        partes: list[bytes | memoryview] = [
            vista[:onde],
            hash_escrito,
            vista[onde + len(_SEM_HASH) :],
        ]
        if assinar is not None:
            fechada = _DECLARACAO.format(codificacao).encode() + b"".join(partes)
            raiz_fecha = len(octetos) - octetos.rindex(b"</")
            partes[2:] = [partes[2][:-raiz_fecha], assinar(fechada), partes[2][-raiz_fecha:]]
        return b"".join(partes), valor


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

    guias: 1 to 100 elements as `Oficina.escrever` made them, all of one kind.
    registrado_em: in the contrato's time zone. Raises MensagemError if the cadastro or the XSD
    refuses it; not for the guias, which were validated one by one.
    """
    operacao = Operacao.ENVIO_LOTE_GUIAS
    tipos = {guia[: guia.index(">")] for guia in guias}
    if len(guias) > MAXIMO_DE_GUIAS or len(tipos) != 1:
        raise MensagemError(FORMAS[operacao].corpo_arquivo, [_LOTE_IMPOSSIVEL])
    mensagem = Mensagem(
        forma=FORMAS[operacao],
        versao=contrato.versao_tiss,
        cabecalho=_cabecalho(contrato, operacao, numero_lote, registrado_em),
        corpo=_lote(numero_lote, guias),
        # The XSD has seen each guia: what is left to show it is what stands around them.
        amostra=_lote(numero_lote, guias[:1]),
    )
    return LoteEscrito(*mensagem.com_hash(contrato.escrita_hash))


def escrever_pedido(
    contrato: Contrato, pedido: Pedido, *, sequencial: int, registrado_em: datetime
) -> Mensagem:
    """Return the message of a request, which may then be a file or go to a web service.

    registrado_em: in the contrato's time zone. Raises MensagemError with every value that is
    missing, malformed or contradictory.
    """
    operacao = pedido.operacao
    if problemas := pedidos.conferir(pedido, contrato.escrita, registrado_em.date()):
        raise MensagemError(FORMAS[operacao].corpo_arquivo, problemas)
    return Mensagem(
        forma=FORMAS[operacao],
        versao=contrato.versao_tiss,
        cabecalho=_cabecalho(contrato, operacao, sequencial, registrado_em),
        corpo=_dentro(pedidos.escrever(pedido, contrato.escrita)),
    )


def ler_pedido(documento: etree._Element) -> Pedido | None:
    """Return the request that a message says, in either form; None when it says none.

    Tolerant: see `tiss.messages.declaracao.ler`.
    """
    nome = etree.QName(documento).localname
    if nome in _POR_RAIZ:
        operacao = _POR_RAIZ[nome]
        corpo = documento.find(f"{{*}}{FORMAS[operacao].corpo_ws}")
        return None if corpo is None else pedidos.ler_pedido(operacao, corpo)
    for operacao, forma in FORMAS.items():
        corpo = documento.find(f"{{*}}prestadorParaOperadora/{{*}}{forma.corpo_arquivo}")
        if corpo is not None:
            return pedidos.ler_pedido(operacao, corpo)
    return None


def hash_da_mensagem(mensagem: bytes, escrita: EscritaHash = HASH_PADRAO) -> str:
    """Return the hash of a message that our writer made, with its hash still empty.

    mensagem: in ISO-8859-1. MD5 hex, lower case, of all text in document order, in ISO-8859-1
    unless `escrita` says otherwise. Source: Organizacional 202407, paragraph 115. The writer leaves
    no blanks between tags, no attribute but the namespace of the root, no comment: any other
    message is for `hashes.conferir_hash`.
    """
    # 0.5 ms for a lote of 100 guias; parsing it takes three times as long.
    texto = b"".join(_FOLHAS.findall(mensagem))
    if b"&" in texto:
        for referencia, sinal in _REFERENCIAS:
            texto = texto.replace(referencia, sinal)
    if escrita.codificacao != ENCODING:
        texto = texto.decode(ENCODING).encode(escrita.codificacao)
    digest = hashlib.md5(texto, usedforsecurity=False).hexdigest()
    return digest.upper() if escrita.maiusculo else digest


def ocultar_senha(mensagem: bytes) -> bytes:
    """Return the message with the value of senhaPrestador replaced, for the audit trail."""
    return re.sub(rb"(<(?:[\w.-]+:)?senhaPrestador>)[^<]*", rb"\1***", mensagem)


def _lote(numero_lote: int, guias: Sequence[str]) -> str:
    return (
        f"<ans:numeroLote>{numero_lote}</ans:numeroLote>"
        f"<ans:guiasTISS>{''.join(guias)}</ans:guiasTISS>"
    )


def _cabecalho(
    contrato: Contrato, operacao: Operacao, sequencial: int, registrado_em: datetime
) -> str:
    cabecalho = Cabecalho.de(contrato, operacao, sequencial, registrado_em)
    if problemas := Conferencia(CABECALHO, contrato.escrita).problemas(cabecalho):
        raise MensagemError(
            FORMAS[operacao].corpo_arquivo,
            [replace(problema, caminho=f"cabecalho/{problema.caminho}") for problema in problemas],
        )
    escrever = escritor(CABECALHO, contrato.versao_tiss)
    return _dentro(escrever(cabecalho, Textos(contrato.escrita)))


def _login(login: Login | None) -> str:
    if login is None:
        return ""
    # Never in upper case, whatever the contrato wants: a credential is what was typed.
    escrita = Escrita()
    usuario = limpar(login.usuario, escrita)
    if sem_equivalente(login.usuario, escrita) or not 1 <= len(usuario) <= _TAMANHO_DO_LOGIN:
        raise ConfigError(
            f"O login do prestador tem de ter de 1 a {_TAMANHO_DO_LOGIN} letras sem acento, "
            "algarismos ou sinais: corrija a conexão."
        )
    if not _MD5.fullmatch(login.senha_md5):
        raise ConfigError("A senha do prestador tem de ser enviada como MD5, em 32 algarismos.")
    return (
        "<ans:loginSenhaPrestador>"
        f"<ans:loginPrestador>{escape(usuario, quote=False)}</ans:loginPrestador>"
        f"<ans:senhaPrestador>{login.senha_md5}</ans:senhaPrestador></ans:loginSenhaPrestador>"
    )


def _de_ws(assinatura: bytes) -> bytes:
    """A ds:Signature under the name that the root of a web service has for it.

    Who verifies it has to take it out and to give it its name back.
    """
    _, meio = assinatura.split(b"<ds:Signature", 1)
    meio, _ = meio.rsplit(b"</ds:Signature>", 1)
    return b"<ans:Signature" + meio + b"</ans:Signature>"


def _dentro(elemento: str) -> str:
    """Return what stands between the tags of an element that has no attributes."""
    return elemento[elemento.index(">") + 1 : elemento.rindex("</")]


def _entre(texto: str, abertura: str, fecho: str) -> str:
    inicio = texto.index(abertura) + len(abertura)
    return texto[inicio : texto.rindex(fecho)]
