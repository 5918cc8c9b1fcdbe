"""The hash of a message as the standard computes it, and as others do.

Source of the rule: Organizacional 202407, paragraph 115. Part of the market reads it in another
way; each way is a dialect here, so that a wrong hash can be explained instead of guessed at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from itertools import combinations, product
from xml.parsers import expat

from lxml import etree

from tiss.errors import UnreadableError
from tiss.messages.leitura.entrada import MARCAS_MAXIMAS, TAMANHO_MAXIMO
from tiss.settings import ENCODING

# What libxml2 takes as one value by itself, and how deep it goes.
_VALOR_MAXIMO = 10_000_000
_NIVEIS = 256
PADRAO = "PADRAO"

# What a piece of text is, and where it stands: one bit each, so that a dialect is a mask.
VALOR, ATRIBUTO, COMENTARIO, ENTRE_TAGS = 1, 2, 4, 8
CORPO, CABECALHO, LOGIN, HASH, ASSINATURA, ENVELOPE = 16, 32, 64, 128, 256, 512
_DO_PADRAO = VALOR | CORPO | CABECALHO | LOGIN
_ZONAS = {
    "cabecalho": CABECALHO,
    "loginSenhaPrestador": LOGIN,
    "Signature": ASSINATURA,
    "assinaturaDigitalGuia": ASSINATURA,
}

# The blanks of XML: a no-break space is a value.
_EM_BRANCO = " \t\r\n"
_BRANCO = re.compile(r"[ \t\r\n]")
_BRANCOS = re.compile(r"[ \t\r\n]+")
_CONTROLES = re.compile(r"[\t\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desvio:
    """One departure from the rule: what the other side does, and what makes both agree."""

    nome: str
    faz: str
    ajuste: str
    liga: int = 0
    desliga: int = 0
    valor: Callable[[str], str] | None = None
    conjunto: Callable[[str], str] | None = None
    codifica: Callable[[str], bytes] | None = None
    algoritmo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialeto:
    """A way to compute the hash: the standard one and its departures, at most a few together.

    recorte: for a digest of bytes of the file instead of values, (what is cut out, whether only
    the element of the message counts).
    """

    nome: str
    descricao: str
    desvios: tuple[Desvio, ...] = ()
    recorte: tuple[str, bool] | None = None

    @property
    def algoritmo(self) -> str:
        """Name for hashlib."""
        return next((d.algoritmo for d in self.desvios if d.algoritmo), "md5")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenciaHash:
    """What a message says of its hash and what the standard says of it.

    informado: as written, without edge blanks; None when there is no hash element, empty when it
    is. calculado: None when characters outside ISO-8859-1, then in `estranhas`, allow none.
    dialeto: name of the one that yields `informado`, None when none known does.
    """

    informado: str | None
    calculado: str | None
    confere: bool
    dialeto: str | None
    estranhas: str = ""


_ENVIE_ASCII = "Deixe o contrato em ASCII (o padrão): sem acentos, toda codificação dá o mesmo."
_ERRO_DE_LA = (
    "Nada a ajustar deste lado: peça a correção citando o Componente Organizacional, parágrafo 115."
)

_CODIFICACAO = (
    Desvio(
        nome="UTF_8",
        faz="codifica os valores em UTF-8",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode(),
    ),
    # Takes the place of the standard where the declaration says ISO-8859-1 and the bytes deny it.
    Desvio(
        nome="UTF_8_SOB_ISO",
        faz="grava em UTF-8 sob uma declaração ISO-8859-1 e calcula sobre esses bytes",
        ajuste="Grave o arquivo na codificação que ele declara, ou deixe-o em ASCII.",
        codifica=lambda texto: texto.encode(ENCODING),
    ),
    Desvio(
        nome="LIDO_COMO_UTF_8",
        faz="lê o arquivo como UTF-8 apesar da declaração e calcula em ISO-8859-1",
        ajuste="Grave o arquivo na codificação que ele declara, ou deixe-o em ASCII.",
        codifica=lambda texto: texto.encode(ENCODING).decode().encode(ENCODING),
    ),
    Desvio(
        nome="WINDOWS_1252",
        faz="codifica os valores em Windows-1252",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode("cp1252"),
    ),
    Desvio(
        nome="INTERROGACAO",
        faz="troca por ? o que não cabe em ISO-8859-1",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode(ENCODING, "replace"),
    ),
    Desvio(
        nome="ASCII_COM_INTERROGACAO",
        faz="codifica em ASCII e troca os acentos por ?",
        ajuste=_ENVIE_ASCII,
        codifica=lambda texto: texto.encode("ascii", "replace"),
    ),
    Desvio(
        nome="UTF_16",
        faz="codifica os valores em UTF-16",
        ajuste=_ERRO_DE_LA,
        codifica=lambda texto: texto.encode("utf-16-le"),
    ),
)
_VALORES = (
    Desvio(
        nome="VALORES_APARADOS",
        faz="retira os brancos das pontas de cada valor",
        ajuste="Envie valores sem brancos nas pontas.",
        valor=lambda texto: texto.strip(_EM_BRANCO),
    ),
    Desvio(
        nome="TUDO_MAIUSCULO",
        faz="passa os valores para maiúsculas só para o cálculo",
        ajuste="Ligue as maiúsculas no contrato: o documento segue já em maiúsculas.",
        valor=str.upper,
    ),
    Desvio(
        nome="MAIUSCULO_E_APARADO",
        faz="passa os valores para maiúsculas e retira os brancos das pontas só para o cálculo",
        ajuste="Ligue as maiúsculas no contrato e envie valores sem brancos nas pontas.",
        valor=lambda texto: texto.strip(_EM_BRANCO).upper(),
    ),
    Desvio(
        nome="VALORES_COLAPSADOS",
        faz="reduz os brancos de cada valor a um espaço e retira os das pontas",
        ajuste="Envie valores sem brancos repetidos nem nas pontas.",
        valor=lambda texto: _BRANCOS.sub(" ", texto).strip(_EM_BRANCO),
    ),
    Desvio(
        nome="VALORES_ESCAPADOS",
        faz="conta os valores como estão escritos no XML (&amp; em vez de &)",
        ajuste="Evite & < > nos textos do cadastro.",
        valor=lambda texto: escape(texto, quote=False),
    ),
    Desvio(
        nome="QUEBRAS_CRLF",
        faz="conta cada fim de linha como CR LF, sem a leitura que o XML manda",
        ajuste="Envie a mensagem em uma só linha.",
        valor=lambda texto: texto.replace("\n", "\r\n"),
    ),
)
_CONJUNTO = (
    Desvio(
        nome="TEXTO_APARADO",
        faz="retira os brancos das pontas do texto inteiro",
        ajuste="Envie valores sem brancos nas pontas.",
        conjunto=lambda texto: texto.strip(_EM_BRANCO),
    ),
    Desvio(
        nome="BRANCOS_COLAPSADOS",
        faz="reduz a um espaço os brancos seguidos",
        ajuste="Envie a mensagem em uma só linha, com valores sem brancos repetidos.",
        conjunto=lambda texto: _BRANCOS.sub(" ", texto),
    ),
    Desvio(
        nome="BRANCOS_COLAPSADOS_E_APARADOS",
        faz="reduz a um espaço os brancos seguidos e retira os das pontas",
        ajuste="Envie a mensagem em uma só linha, com valores sem brancos repetidos.",
        conjunto=lambda texto: _BRANCOS.sub(" ", texto).strip(_EM_BRANCO),
    ),
    Desvio(
        nome="LINEARIZADO",
        faz="retira os fins de linha e as tabulações",
        ajuste="Envie a mensagem em uma só linha, com valores sem fins de linha nem tabulações.",
        conjunto=lambda texto: _CONTROLES.sub("", texto),
    ),
    Desvio(
        nome="SEM_BRANCOS",
        faz="retira todos os brancos, também os de dentro dos valores",
        ajuste=_ERRO_DE_LA,
        conjunto=lambda texto: _BRANCOS.sub("", texto),
    ),
)
_TIPOS = (
    Desvio(
        nome="COM_INDENTACAO",
        faz="conta também os brancos e fins de linha entre as tags",
        ajuste="Envie a mensagem em uma só linha, sem brancos entre as tags.",
        liga=ENTRE_TAGS,
    ),
    Desvio(
        nome="COM_COMENTARIOS",
        faz="conta também o texto dos comentários",
        ajuste="Retire os comentários do XML.",
        liga=COMENTARIO,
    ),
    Desvio(
        nome="COM_ATRIBUTOS",
        faz="conta também os valores dos atributos",
        ajuste="Retire os atributos, como xsi:schemaLocation.",
        liga=ATRIBUTO,
    ),
)
_PARTES = (
    Desvio(
        nome="SEM_CABECALHO",
        faz="deixa o cabecalho de fora",
        ajuste=_ERRO_DE_LA,
        desliga=CABECALHO | LOGIN,
    ),
    Desvio(
        nome="SEM_LOGIN",
        faz="deixa loginSenhaPrestador de fora",
        ajuste="Envie sem login e senha no cabecalho, se a operadora aceitar.",
        desliga=LOGIN,
    ),
    Desvio(
        nome="COM_EPILOGO",
        faz="conta também o próprio valor do hash",
        ajuste=_ERRO_DE_LA,
        liga=HASH,
    ),
    Desvio(
        nome="COM_ASSINATURA",
        faz="conta também o conteúdo da assinatura digital",
        ajuste="Combine com a operadora: o padrão não diz se a assinatura entra no hash.",
        liga=ASSINATURA,
    ),
    Desvio(
        nome="COM_ENVELOPE",
        faz="conta também o texto do envelope SOAP",
        ajuste=_ERRO_DE_LA,
        liga=ENVELOPE,
    ),
)
_ALGORITMOS = (
    Desvio(nome="SHA_1", faz="usa SHA-1 em vez de MD5", ajuste=_ERRO_DE_LA, algoritmo="sha1"),
    Desvio(nome="SHA_256", faz="usa SHA-256 em vez de MD5", ajuste=_ERRO_DE_LA, algoritmo="sha256"),
)
# Digests of the bytes of the file: what is cut out of them first.
_RECORTES = {
    "INTEIRO": "como está",
    "COM_HASH_VAZIO": "com o elemento hash vazio",
    "COM_HASH_FECHADO": "com o elemento hash escrito como <hash/>",
    "SEM_HASH": "sem o elemento hash",
    "SEM_EPILOGO": "sem o epilogo",
}
_ALGORITMO = {32: "md5", 40: "sha1", 64: "sha256"}

# From the name of a departure to its rank: the encodings first, they cause most complaints.
_EIXOS = (_CODIFICACAO, _VALORES, _CONJUNTO, _TIPOS, _PARTES)
_ORDEM = {
    desvio.nome: ordem
    for ordem, desvio in enumerate(d for eixo in (*_EIXOS, _ALGORITMOS) for d in eixo)
}


def _descricao(desvios: tuple[Desvio, ...]) -> str:
    if not desvios:
        return (
            "É o cálculo do padrão: MD5 dos valores na ordem do documento, como estão, "
            "em ISO-8859-1."
        )
    faz = [desvio.faz for desvio in desvios]
    lista = " e ".join([", ".join(faz[:-1]), faz[-1]] if faz[1:] else faz)
    ajustes = dict.fromkeys(desvio.ajuste for desvio in desvios)
    if len(ajustes) > 1 and _ERRO_DE_LA in ajustes:
        ajustes = {_ERRO_DE_LA: None}
    return f"Quem calculou {lista}. {' '.join(ajustes)}"


def _combinacoes() -> Iterator[tuple[Desvio, ...]]:
    """Up to two departures of different kinds, then UTF-8 and another algorithm on top."""
    utf_8 = _CODIFICACAO[0]
    for quantos in range(3):
        for eixos in combinations(_EIXOS, quantos):
            for desvios in product(*eixos):
                com_utf_8 = quantos == 2 and _CODIFICACAO not in eixos
                for codificados in (desvios, (utf_8, *desvios)) if com_utf_8 else (desvios,):
                    yield codificados
                    yield from ((*codificados, outro) for outro in _ALGORITMOS)


def _de_arquivo() -> Iterator[Dialeto]:
    for so_elemento, (recorte, como) in product((False, True), _RECORTES.items()):
        base = "MENSAGEM" if so_elemento else "ARQUIVO"
        parte = "dos bytes do elemento da mensagem" if so_elemento else "dos bytes do arquivo"
        for desvios in ((), *((outro,) for outro in _ALGORITMOS)):
            sigla = "MD5" if not desvios else desvios[0].nome.replace("_", "-")
            yield Dialeto(
                nome="+".join([f"{base}_{recorte}", *(d.nome for d in desvios)]),
                descricao=f"Quem calculou usa {sigla} {parte}, {como}, e não dos valores. "
                + _ERRO_DE_LA,
                desvios=desvios,
                recorte=(recorte, so_elemento),
            )


def _dialetos() -> dict[str, Dialeto]:
    ordenadas = sorted(
        _combinacoes(),
        key=lambda desvios: (len(desvios), sum(_ORDEM[desvio.nome] for desvio in desvios)),
    )
    de_valores = (
        Dialeto(
            nome="+".join(desvio.nome for desvio in desvios) or PADRAO,
            descricao=_descricao(desvios),
            desvios=desvios,
        )
        for desvios in ordenadas
    )
    return {dialeto.nome: dialeto for dialeto in (*de_valores, *_de_arquivo())}


# Name -> dialect, the likely ones first: the standard, then by number of departures.
DIALETOS = _dialetos()


def conferir_hash(mensagem: bytes) -> ConferenciaHash:
    """Return what a message says of its hash, and the dialect that it speaks.

    mensagem: a mensagemTISS, a web-service root or a SOAP envelope with one, 64 MB at most.
    Raises UnreadableError for anything else.
    """
    leitura = _ler(mensagem)
    informado = leitura.informado
    texto = leitura.texto(_DO_PADRAO)
    calculado, estranhas = _padrao(texto)
    confere = informado is not None and informado.lower() == calculado
    if confere and not leitura.mal_declarada:
        dialeto: str | None = PADRAO
    else:
        dialeto = _identificar(leitura, informado or "")
    return ConferenciaHash(
        informado=informado,
        calculado=calculado,
        confere=confere,
        dialeto=dialeto,
        estranhas=estranhas,
    )


def identificar(mensagem: bytes, digest: str) -> str | None:
    """Return the name of the dialect that yields a digest of a message, None when none does.

    digest: hex in any case. Where dialects coincide it is the first of `DIALETOS`. Raises
    UnreadableError as `conferir_hash` does.
    """
    return _identificar(_ler(mensagem), digest)


def corrigir_hash(mensagem: bytes) -> bytes:
    """Return the message with the hash of the standard; no other byte differs.

    A message whose hash is right comes back as it is. Raises UnreadableError when there is no hash
    element to fill, or no hash by the standard for what the message holds.
    """
    leitura = _ler(mensagem)
    calculado, estranhas = _padrao(leitura.texto(_DO_PADRAO))
    if calculado is None:
        raise UnreadableError(
            f"não há hash pelo padrão: troque o que não cabe em {ENCODING}: {estranhas}"
        )
    if leitura.hash is None:
        raise UnreadableError(
            "a mensagem não tem o elemento hash: inclua-o vazio (no epilogo da mensagemTISS, ou no "
            "fim da raiz de web service) e repita"
        )
    if (leitura.informado or "").lower() == calculado:
        return mensagem
    marcas = _marcas(mensagem)
    corrigida = mensagem
    if marcas is not None and marcas.hash is not None:
        corrigida = _trocar_hash(mensagem, marcas.hash, calculado, marcas.codec)
    if _ler(corrigida).informado != calculado:
        raise UnreadableError("não foi possível trocar o hash sem mudar o resto do arquivo")
    return corrigida


def _trocar_hash(mensagem: bytes, elemento: _Trecho, valor: str, codec: str) -> bytes:
    inicio, fim = elemento.dentro, elemento.fora
    if elemento.fechado:
        inicio, fim = elemento.inicio, elemento.fim
        valor = f"{elemento.tag[:-2].rstrip()}>{valor}</{_nome(elemento.tag)}>"
    return mensagem[:inicio] + valor.encode(codec) + mensagem[fim:]


# Where a fault names two digests: the words before each one tell them apart.
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Za-z])"
)
_ROTULO = re.compile(
    r"(?P<lido>\bn\S{1,8}o\s+(?:era\s+)?esperad\w*|inesperad\w*|unexpected"
    r"|\b(?:lid[oa]|informad|recebid|enviad|encontrad|declarad|inv\S{1,8}lid|incorret|errad"
    r"|received|found|got|sent|actual|invalid|wrong|provided)\w*)"
    r"|(?P<esperado>\b(?:esperad|corret|calculad|deveria\s+ser"
    r"|expected|comput|calculated|correct)\w*)",
    re.IGNORECASE,
)
# "X (esperado)", "X é o esperado": the label follows.
_DEPOIS = re.compile(r"""["'\s]*(?:[(\[]\s*(?:hash\s+|valor\s+|o\s+)*|(?:é|era|foi)\s+(?:o\s+)?)""")
_ALCANCE = 40


def esperado(texto: str) -> str | None:
    """Return the digest that a fault says was expected, lower case; None when that is not sure.

    Sure: exactly one digest of the text is labelled as expected ("esperado", "calculado",
    "correto"), and no other label contradicts.
    """
    achados = list(_HEX.finditer(texto))
    rotulos: dict[int, str] = {}
    inicio = 0
    for numero, achado in enumerate(achados):
        if numero not in rotulos:
            rotulos[numero] = _rotulo_antes(texto[inicio : achado.start()])
        proximo = achados[numero + 1].start() if achado is not achados[-1] else len(texto)
        inicio = achado.end()
        depois = _DEPOIS.match(texto, inicio, proximo)
        rotulo = depois and _ROTULO.match(texto, depois.end(), proximo)
        if rotulo:
            rotulos[numero] = rotulo.lastgroup or ""
            inicio = rotulo.end()
    ditos = {achado[0].lower(): set[str]() for achado in achados}
    for numero, achado in enumerate(achados):
        ditos[achado[0].lower()].add(rotulos[numero])
    esperados = [valor for valor, rotulo in ditos.items() if "esperado" in rotulo]
    if len(esperados) != 1 or ditos[esperados[0]] & {"lido"}:
        return None
    return esperados[0]


def explicar_recusa(pedido: bytes, texto: str) -> str | None:
    """Return which dialect an operadora speaks that refused the hash of a request, None if unknown.

    pedido: as it was sent. texto: of the fault. The sentence quotes neither.
    """
    valor = esperado(texto)
    if valor is None:
        return None
    try:
        nome = identificar(pedido, valor)
    except UnreadableError:
        return None
    if nome is None:
        return None
    if nome == PADRAO:
        return (
            "A operadora espera o hash do padrão para o que foi enviado: o informado não era o "
            "desta mensagem. Monte o lote de novo, sem editar o arquivo."
        )
    return f"A operadora calcula o hash pelo dialeto {nome}. {DIALETOS[nome].descricao}"


def _rotulo_antes(trecho: str) -> str:
    rotulos = list(_ROTULO.finditer(trecho))
    if not rotulos:
        return ""
    ultimo = rotulos[-1]
    entre = trecho[ultimo.end() :]
    if len(entre) > _ALCANCE or re.search(r"[.;\n]", entre):
        return ""
    return ultimo.lastgroup or ""


# reading


@dataclass(slots=True, kw_only=True)
class _Leitura:
    """A message in pieces of text, each marked with what it is and where it stands.

    mal_declarada: UTF-8 bytes under the declaration of an encoding of one byte per character.
    """

    dados: bytes
    raiz: etree._Element
    hash: etree._Element | None
    mal_declarada: bool
    pedacos: list[tuple[int, str]] = field(default_factory=list)

    @property
    def informado(self) -> str | None:
        if self.hash is None:
            return None
        return "".join(t for marca, t in self.pedacos if marca == VALOR | HASH).strip()

    def texto(
        self,
        selecao: int,
        valor: Callable[[str], str] | None = None,
        conjunto: Callable[[str], str] | None = None,
    ) -> str:
        escolhidos = (texto for marca, texto in self.pedacos if marca & selecao == marca)
        texto = "".join(map(valor, escolhidos) if valor else escolhidos)
        return conjunto(texto) if conjunto else texto

    def ativos(self) -> set[str]:
        """Return the departures that can make a difference in this message."""
        marcas = 0
        textos = set()
        for marca, texto in self.pedacos:
            marcas |= marca
            textos.add(texto)
        brancos = any(_BRANCO.search(texto) for texto in textos)
        ativos = {
            desvio.nome for desvio in (*_TIPOS, *_PARTES) if marcas & (desvio.liga | desvio.desliga)
        }
        ativos |= {
            desvio.nome
            for desvio in _VALORES
            if desvio.valor and any(desvio.valor(texto) != texto for texto in textos)
        }
        ativos |= {desvio.nome for desvio in _CONJUNTO if brancos}
        if not all(map(str.isascii, textos)):
            ativos |= {desvio.nome for desvio in _CODIFICACAO}
        if not self.mal_declarada:
            ativos -= {"UTF_8_SOB_ISO", "LIDO_COMO_UTF_8"}
        return ativos | {"UTF_16"} | {desvio.nome for desvio in _ALGORITMOS}


def _ler(mensagem: bytes) -> _Leitura:
    if len(mensagem) > TAMANHO_MAXIMO:
        limite = TAMANHO_MAXIMO // (1024 * 1024)
        raise UnreadableError(f"o arquivo tem mais de {limite} MB, o limite de uma mensagem")
    if mensagem.count(b"<") + mensagem.count(b"=") > MARCAS_MAXIMAS:
        raise UnreadableError("o arquivo tem elementos demais para uma mensagem")
    inicio, fim, _ = _nucleo(mensagem)
    documento = _analisar(mensagem[inicio:fim])
    informacao = documento.getroottree().docinfo
    if informacao.doctype:
        raise UnreadableError("a mensagem traz uma DTD, que não é aceita: retire o DOCTYPE")
    raiz = next((e for e in documento.iter("*") if _e_raiz(etree.QName(e).localname)), None)
    if raiz is None:
        raise UnreadableError(
            "não é uma mensagem TISS: não há mensagemTISS nem raiz de web service (...WS)"
        )
    candidatos = [*raiz.iterfind("{*}hash"), *raiz.iterfind("{*}epilogo/{*}hash")]
    if len(candidatos) > 1:
        raise UnreadableError("a mensagem tem mais de um elemento hash: deixe só o último")
    leitura = _Leitura(
        dados=mensagem,
        raiz=raiz,
        hash=candidatos[0] if candidatos else None,
        mal_declarada=_mal_declarada(mensagem, informacao.encoding or "UTF-8"),
    )
    _recolher(documento, CORPO if documento is raiz else ENVELOPE, leitura)
    return leitura


def _e_raiz(nome: str) -> bool:
    return nome == "mensagemTISS" or nome.endswith("WS")


def _analisar(dados: bytes) -> etree._Element:
    try:
        return _arvore(dados)
    except etree.XMLSyntaxError as erro:
        sem_bom = dados.removeprefix(_BOM)
        linha = erro.lineno
        if not sem_bom.startswith(b"<") or b"\x00" in dados[:4]:
            raise UnreadableError(f"não é XML (linha {linha})") from None
    # Seen in the field: UTF-8 announced, ISO-8859-1 sent. Every byte is a character there.
    corpo = sem_bom.partition(b"?>")[2] if sem_bom.startswith(b"<?xml") else sem_bom
    try:
        return _arvore(corpo.decode(ENCODING).encode())
    except etree.XMLSyntaxError as erro:
        # Line only, not chained: the text of the error may quote a patient.
        raise UnreadableError(f"não é XML (linha {erro.lineno})") from None


def _arvore(dados: bytes) -> etree._Element:
    # As careful as that of `esquema`, but comments stay, some count them; and one value may be as
    # large as the file, a document in base64 is: what that limit guards against needs a DTD.
    sem_dtd = b"<!DOCTYPE" not in dados and b"\x00" not in dados[:4]
    analisador = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=len(dados) > _VALOR_MAXIMO and sem_dtd,
        remove_pis=True,
    )
    return etree.fromstring(dados, analisador)


def _mal_declarada(dados: bytes, lida_como: str) -> bool:
    if lida_como.upper().startswith("UTF") or dados.isascii():
        return False
    try:
        dados.decode()
    except UnicodeDecodeError:
        return False
    return True


def _recolher(elemento: etree._Element, zona: int, leitura: _Leitura, nivel: int = 1) -> None:
    """Add the pieces of an element and of all below it. Each node is seen once."""
    if nivel > _NIVEIS:
        raise UnreadableError(f"o XML tem mais de {_NIVEIS} níveis")
    pedacos = leitura.pedacos
    if elemento is leitura.raiz:
        zona = CORPO
    elif elemento is leitura.hash:
        zona = HASH
    elif zona in (CORPO, CABECALHO):
        zona = _ZONAS.get(str(elemento.tag).rpartition("}")[2], zona)
    pedacos.extend((ATRIBUTO | zona, valor) for valor in elemento.values())
    filhos = list(elemento)
    if all(isinstance(filho, etree._Comment) for filho in filhos):
        valor = "".join([elemento.text or "", *(filho.tail or "" for filho in filhos)])
        pedacos.append((VALOR | zona, valor))
        pedacos.extend((COMENTARIO | zona, filho.text or "") for filho in filhos)
        return
    if elemento.text:
        pedacos.append((ENTRE_TAGS | zona, elemento.text))
    for filho in filhos:
        if isinstance(filho, etree._Comment):
            pedacos.append((COMENTARIO | zona, filho.text or ""))
        else:
            _recolher(filho, zona, leitura, nivel + 1)
        if filho.tail:
            pedacos.append((ENTRE_TAGS | zona, filho.tail))


# computing


def _padrao(texto: str) -> tuple[str | None, str]:
    """Return the hash of the standard, or None and the characters that allow none."""
    try:
        return hashlib.md5(texto.encode(ENCODING), usedforsecurity=False).hexdigest(), ""
    except UnicodeEncodeError:
        return None, "".join(dict.fromkeys(letra for letra in texto if letra > "\xff"))


@dataclass(frozen=True, slots=True)
class _Texto:
    """What is put together before it is encoded: what several dialects have in common."""

    selecao: int
    valor: Callable[[str], str] | None
    conjunto: Callable[[str], str] | None
    exige: frozenset[str]


def _grupos() -> dict[str, dict[_Texto, list[Dialeto]]]:
    """Return the dialects by algorithm and by the text that they share, the likely ones first."""
    grupos: dict[str, dict[_Texto, list[Dialeto]]] = {}
    for dialeto in DIALETOS.values():
        if dialeto.recorte is not None:
            continue
        selecao = _DO_PADRAO
        for desvio in dialeto.desvios:
            selecao = (selecao | desvio.liga) & ~desvio.desliga
        texto = _Texto(
            selecao,
            next((d.valor for d in dialeto.desvios if d.valor), None),
            next((d.conjunto for d in dialeto.desvios if d.conjunto), None),
            frozenset(d.nome for d in dialeto.desvios if not (d.codifica or d.algoritmo)),
        )
        grupos.setdefault(dialeto.algoritmo, {}).setdefault(texto, []).append(dialeto)
    return grupos


_GRUPOS = _grupos()
_POSICAO = {nome: posicao for posicao, nome in enumerate(DIALETOS)}


def _identificar(leitura: _Leitura, digest: str) -> str | None:
    digest = digest.strip().lower()
    if not _HEX.fullmatch(digest):
        return None
    algoritmo = _ALGORITMO[len(digest)]
    return _entre_os_valores(leitura, digest, algoritmo) or _entre_os_bytes(
        leitura, digest, algoritmo
    )


def _entre_os_valores(leitura: _Leitura, digest: str, algoritmo: str) -> str | None:
    ativos = leitura.ativos()
    achado: str | None = None
    # One text at a time: a message may have 64 MB. Groups come by their likeliest dialect, so once
    # one is found only likelier ones are of interest.
    for texto, dialetos in _GRUPOS[algoritmo].items():
        if achado is not None and _POSICAO[dialetos[0].nome] > _POSICAO[achado]:
            break
        if not texto.exige <= ativos:
            continue
        candidatos = [d for d in dialetos if _aplica(d, ativos, mal=leitura.mal_declarada)]
        lido = leitura.texto(texto.selecao, texto.valor, texto.conjunto)
        for dialeto in candidatos:
            if achado is not None and _POSICAO[dialeto.nome] > _POSICAO[achado]:
                break
            if _resumo(lido, dialeto) == digest:
                achado = dialeto.nome
                break
    return achado


def _aplica(dialeto: Dialeto, ativos: set[str], *, mal: bool) -> bool:
    """Tell whether a dialect says something of its own about this message."""
    if mal and not any(desvio.codifica for desvio in dialeto.desvios):
        # Same bytes as the dialect that says what is wrong with this file.
        return False
    return all(desvio.nome in ativos for desvio in dialeto.desvios)


def _resumo(texto: str, dialeto: Dialeto) -> str | None:
    codifica = next((d.codifica for d in dialeto.desvios if d.codifica), None)
    try:
        octetos = codifica(texto) if codifica else texto.encode(ENCODING)
    except UnicodeError:
        return None
    return _hex(octetos, dialeto.algoritmo)


def _hex(octetos: bytes, algoritmo: str) -> str:
    return hashlib.new(algoritmo, octetos, usedforsecurity=False).hexdigest()


def _entre_os_bytes(leitura: _Leitura, digest: str, algoritmo: str) -> str | None:
    marcas = _marcas(leitura.dados)
    for dialeto in DIALETOS.values():
        if dialeto.recorte is None or dialeto.algoritmo != algoritmo:
            continue
        octetos = _recortar(
            leitura.dados, marcas, dialeto.recorte[0], so_elemento=dialeto.recorte[1]
        )
        if octetos is not None and _hex(octetos, algoritmo) == digest:
            return dialeto.nome
    return None


# bytes


_BOM = b"\xef\xbb\xbf"
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_TAG_USUAL = 4096


@dataclass(frozen=True, slots=True)
class _Trecho:
    """Where an element stands in the bytes: its start tag, what is between, its end tag."""

    inicio: int
    dentro: int
    fora: int
    fim: int
    tag: str

    @property
    def fechado(self) -> bool:
        return self.tag.endswith("/>")


@dataclass(frozen=True, slots=True)
class _Marcas:
    codec: str
    raiz: _Trecho
    epilogo: _Trecho | None
    hash: _Trecho | None


def _recortar(
    dados: bytes, marcas: _Marcas | None, recorte: str, *, so_elemento: bool
) -> bytes | None:
    """Return the bytes that a digest of the file is made of; None where the cut has no place."""
    if recorte == "INTEIRO" and not so_elemento:
        return dados
    if marcas is None:
        return None
    inicio, fim = (marcas.raiz.inicio, marcas.raiz.fim) if so_elemento else (0, len(dados))
    if recorte == "INTEIRO":
        return dados[inicio:fim]
    if marcas.hash is None:
        return None
    trecho: _Trecho | None = marcas.hash
    aberta = marcas.hash.tag.rstrip("/> ")
    novo = ""
    if recorte == "COM_HASH_VAZIO":
        novo = f"{aberta}></{_nome(marcas.hash.tag)}>"
    elif recorte == "COM_HASH_FECHADO":
        novo = f"{aberta}/>"
    elif recorte == "SEM_EPILOGO":
        trecho = marcas.epilogo
    if trecho is None:
        return None
    return dados[inicio : trecho.inicio] + novo.encode(marcas.codec) + dados[trecho.fim : fim]


def _nome(tag: str) -> str:
    return tag[1:].rstrip("/>").split()[0]


def _nucleo(mensagem: bytes) -> tuple[int, int, str]:
    """Return where the document begins and ends in the bytes, and how to look for its tags.

    Every encoding in use but UTF-16 writes tags in ASCII: read as ISO-8859-1, any byte passes.
    """
    if mensagem.startswith((b"\xff\xfe", b"<\x00")):
        return 0, len(mensagem), "UTF-16LE"
    if mensagem.startswith((b"\xfe\xff", b"\x00<")):
        return 0, len(mensagem), "UTF-16BE"
    fim = len(mensagem.rstrip())
    return len(mensagem) - len(mensagem.lstrip()), fim, ENCODING


def _marcas(mensagem: bytes) -> _Marcas | None:
    """Return where the parts stand; None for bytes that a strict parser does not take.

    libxml2 tells no positions. Its verdict stands already: no DTD reaches expat.
    """
    inicio, fim, codec = _nucleo(mensagem)
    try:
        achados = _Localizador(mensagem, inicio, fim, codec).achados
    except expat.ExpatError:
        return None
    raiz = next((trecho for nome, trecho in achados.items() if _e_raiz(nome)), None)
    if raiz is None:
        return None
    return _Marcas(codec, raiz, achados.get("epilogo"), achados.get("hash"))


class _Localizador:
    """Follows a document tag by tag; keeps where the message, its epilogo and its hash stand."""

    def __init__(self, mensagem: bytes, inicio: int, fim: int, codec: str) -> None:
        self.achados: dict[str, _Trecho] = {}
        self._mensagem, self._inicio, self._codec = mensagem, inicio, codec
        self._caminho: list[str] = []
        # Depth of the message inside its envelope, 0 before and after it.
        self._nivel_da_raiz = 0
        self._lida = False
        self._analisador = expat.ParserCreate(codec)
        self._analisador.StartElementHandler = self._abrir
        self._analisador.EndElementHandler = self._fechar
        self._analisador.Parse(mensagem[inicio:fim], True)

    def _abrir(self, nome: str, _: dict[str, str]) -> None:
        nome = nome.rpartition(":")[2]
        if not self._lida and not self._nivel_da_raiz and _e_raiz(nome):
            self._nivel_da_raiz = len(self._caminho) + 1
        if self._papel(nome):
            inicio = self._inicio + self._analisador.CurrentByteIndex
            tag = self._tag(inicio)
            dentro = inicio + len(tag.encode(self._codec))
            # Of `<hash/>` the end is known now, and expat tells it no better later.
            self.achados[nome] = _Trecho(inicio, dentro, dentro, dentro, tag)
        self._caminho.append(nome)

    def _fechar(self, _: str) -> None:
        nome = self._caminho.pop()
        if self._papel(nome) and not (trecho := self.achados[nome]).fechado:
            fora = self._inicio + self._analisador.CurrentByteIndex
            fim = fora + len(self._tag(fora).encode(self._codec))
            self.achados[nome] = replace(trecho, fora=fora, fim=fim)
        if len(self._caminho) == self._nivel_da_raiz - 1:
            self._nivel_da_raiz, self._lida = 0, True

    def _papel(self, nome: str) -> bool:
        """Tell whether an element that stands at the end of the path is one of those sought."""
        if not self._nivel_da_raiz:
            return False
        acima = self._caminho[self._nivel_da_raiz :]
        if nome == "hash":
            return len(self._caminho) >= self._nivel_da_raiz and acima in ([], ["epilogo"])
        if nome == "epilogo":
            return len(self._caminho) == self._nivel_da_raiz
        return _e_raiz(nome) and len(self._caminho) == self._nivel_da_raiz - 1

    def _tag(self, posicao: int) -> str:
        # Nearly all are short; one with long attributes is looked for in more and more bytes.
        tamanho = _TAG_USUAL
        while True:
            trecho = self._mensagem[posicao : posicao + tamanho].decode(self._codec, "ignore")
            if achada := _TAG.match(trecho):
                return achada[0]
            if posicao + tamanho >= len(self._mensagem):
                # A strict parser has just read it, so its end is there.
                raise AssertionError("tag without an end")
            tamanho *= 2
