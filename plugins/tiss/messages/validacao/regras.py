"""What must hold of a whole message and the XSD does not see.

Source of the holes: each was proven with a document that the XSD of 4.03.00 accepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from tiss.domain.problema import Gravidade, Problema
from tiss.errors import MemoryShortageError, UnreadableError
from tiss.messages.declaracao import FORA_DO_PADRAO
from tiss.messages.hashes import DIALETOS, PADRAO, conferir_hash
from tiss.messages.validacao.cabecalho import no_cabecalho_da_guia, numero_da_guia
from tiss.messages.validacao.caminhos import caminho_ate, desde_a_raiz
from tiss.messages.validacao.transacoes import (
    ARQUIVO,
    Corpo,
    descer,
    filho,
    nome,
)
from tiss.messages.validacao.valores import curto, valor_de
from tiss.settings import ENCODING, NAMESPACE

_MD5 = re.compile(r"[0-9a-fA-F]{32}")
# How an operadora names what is wrong with a message (Tabela 38).
INCONSISTENTE, HASH, REGISTRO, VERSAO = "5007", "5014", "5027", "5028"
_REPETIDA, _DEMAIS = "1308", "5015"
# Organizacional 202407, paragraph 176, and the XSD.
MAXIMO_DE_GUIAS = 100
# Paragraph 177; Quadro 4 of the same document still says 100, and the XSD takes them.
_MAXIMO_DE_ANEXOS = 1


def conferir_envelope(raiz: etree._Element, corpo: Corpo) -> Iterator[Problema]:
    """Yield what is wrong with the parts of a message and with how they fit together."""
    yield from _corpo(raiz, corpo)
    yield from _transacao(raiz, corpo)
    yield from _sentido(raiz, corpo)
    yield from _anexos(raiz, corpo)
    senha = descer(raiz, "cabecalho", "loginSenhaPrestador", "senhaPrestador")
    if senha is not None and not _MD5.fullmatch((senha.text or "").strip()):
        yield Problema(
            codigo="SENHA_ABERTA",
            caminho=desde_a_raiz(senha, raiz),
            valor="***",
            mensagem="a senha vai em MD5, 32 algarismos hexadecimais, nunca em texto aberto: "
            "corrija e troque a senha, que já foi exposta neste arquivo",
            glosa_provavel=INCONSISTENTE,
        )


def _corpo(raiz: etree._Element, corpo: Corpo) -> Iterator[Problema]:
    if corpo.corpo is not None:
        return
    if corpo.involucro is not None:
        yield Problema(
            codigo="CORPO_VAZIO",
            caminho=desde_a_raiz(corpo.involucro, raiz),
            mensagem=f"{nome(corpo.involucro)} está vazio: gere o arquivo de novo, com o conteúdo",
            glosa_provavel=INCONSISTENTE,
        )
    elif nome(raiz) == ARQUIVO or corpo.transacao is not None:
        yield Problema(
            codigo="SEM_CORPO",
            caminho=nome(raiz),
            mensagem="a mensagem só tem cabeçalho e hash: gere o arquivo de novo, com o conteúdo",
            glosa_provavel=INCONSISTENTE,
        )


def _transacao(raiz: etree._Element, corpo: Corpo) -> Iterator[Problema]:
    tipo = descer(raiz, "cabecalho", "identificacaoTransacao", "tipoTransacao")
    texto = "" if tipo is None else (tipo.text or "").strip()
    if tipo is not None and texto and corpo.tipos and texto not in corpo.tipos:
        yield Problema(
            codigo="TRANSACAO_DIFERENTE",
            caminho=desde_a_raiz(tipo, raiz),
            valor=valor_de(tipo),
            mensagem=f"o tipo da transação não é o do conteúdo: use {' ou '.join(corpo.tipos)}",
            glosa_provavel=INCONSISTENTE,
        )


def _sentido(raiz: etree._Element, corpo: Corpo) -> Iterator[Problema]:
    if corpo.transacao is None and corpo.involucro is None:
        return
    cabecalho = filho(raiz, "cabecalho")
    for parte, prestador in (("origem", not corpo.resposta), ("destino", corpo.resposta)):
        elemento = filho(cabecalho, parte)
        certo, errado = ("identificacaoPrestador", "registroANS")[:: 1 if prestador else -1]
        if elemento is not None and filho(elemento, errado) is not None:
            yield Problema(
                codigo="SENTIDO_TROCADO",
                caminho=desde_a_raiz(elemento, raiz),
                mensagem=f"{parte} traz {errado} e esta mensagem pede {certo}: "
                "troque origem e destino",
                glosa_provavel=INCONSISTENTE,
            )


def _anexos(raiz: etree._Element, corpo: Corpo) -> Iterator[Problema]:
    anexos = descer(corpo.corpo, "AnexosGuiasTISS")
    if anexos is None or corpo.resposta or len(anexos) <= _MAXIMO_DE_ANEXOS:
        return
    yield Problema(
        codigo="ANEXOS_DEMAIS",
        caminho=desde_a_raiz(anexos, raiz),
        gravidade=Gravidade.AVISO,
        valor=str(len(anexos)),
        mensagem="um lote de anexos leva uma guia só, e há quem recuse mais: envie cada anexo no "
        "seu lote",
        glosa_provavel=_DEMAIS,
    )


def conferir_versao(raiz: etree._Element, versao: str) -> Iterator[Problema]:
    """Yield that Padrao is missing or is not the version that the message is checked by."""
    padrao = descer(raiz, "cabecalho", "Padrao")
    if padrao is None or (padrao.text or "").strip() == versao:
        return
    yield Problema(
        codigo="VERSAO_DIFERENTE",
        caminho=desde_a_raiz(padrao, raiz),
        valor=valor_de(padrao),
        mensagem=f"Padrao não é {versao}, a versão desta conferência: corrija o Padrao ou confira "
        "pela versão que ele diz",
        glosa_provavel=VERSAO,
    )


def conferir_o_hash(mensagem: bytes, raiz: etree._Element) -> Iterator[Problema]:
    """Yield that the hash is missing, wrong or none can be computed."""
    epilogo = descer(raiz, "epilogo", "hash")
    elemento = epilogo if epilogo is not None else filho(raiz, "hash")
    if elemento is None:
        # The XSD says that it is missing.
        return
    caminho = desde_a_raiz(elemento, raiz)
    try:
        conferencia = conferir_hash(mensagem)
    except MemoryShortageError:
        # It says nothing against the hash.
        raise
    except UnreadableError as erro:
        yield Problema(
            codigo="HASH_ERRADO", caminho=caminho, mensagem=str(erro), glosa_provavel=HASH
        )
        return
    if not conferencia.informado:
        yield Problema(
            codigo="HASH_VAZIO",
            caminho=caminho,
            mensagem="o hash não foi calculado: gere o arquivo de novo ou use tiss hash",
            glosa_provavel=HASH,
        )
    elif not conferencia.confere:
        yield Problema(
            codigo="HASH_ERRADO",
            caminho=caminho,
            valor=valor_de(elemento),
            mensagem=_hash_errado(conferencia.dialeto, conferencia.calculado),
            glosa_provavel=HASH,
        )


def _hash_errado(dialeto: str | None, calculado: str | None) -> str:
    if calculado is None:
        inicio = f"há caracteres fora de {ENCODING}, e com eles não há hash pelo padrão"
    else:
        inicio = f"o hash não é o dos valores do arquivo, que dá {calculado}"
    if dialeto is None or dialeto == PADRAO:
        return f"{inicio}: o conteúdo foi alterado depois do cálculo, ou o cálculo está errado"
    # A dialect of several parts explains each in a sentence of its own.
    return f"{inicio}. É o do dialeto {dialeto}. {DIALETOS[dialeto].descricao}"


def conferir_lote(raiz: etree._Element, guias: list[etree._Element]) -> Iterator[Problema]:
    """Yield what is wrong between the guias of a lote, and between them and the message."""
    lote = next(raiz.iter(f"{{{NAMESPACE}}}numeroLote"), None) if guias else None
    if lote is not None and lote.text and not lote.text.strip():
        yield Problema(
            codigo="LOTE_EM_BRANCO",
            caminho=desde_a_raiz(lote, raiz),
            mensagem="o número do lote está em branco: informe-o",
            glosa_provavel=INCONSISTENTE,
        )
    yield from _composicao(raiz, guias)
    vezes: dict[str, list[etree._Element]] = {}
    for guia in guias:
        if numero := numero_da_guia(guia):
            vezes.setdefault(numero, []).append(guia)
    for numero, iguais in vezes.items():
        if (quantas := len(iguais)) > 1:
            yield Problema(
                codigo="GUIA_REPETIDA",
                guia=numero,
                caminho=_caminho_no_cabecalho(iguais[0], "numeroGuiaPrestador"),
                valor=numero,
                mensagem=f"o número aparece em {quantas} guias do lote: cada guia tem o seu",
                glosa_provavel=_REPETIDA,
            )
    destino = descer(raiz, "cabecalho", "destino", "registroANS")
    para = "" if destino is None else (destino.text or "").strip()
    outras = [guia for guia in guias if para and (registro := _registro(guia)) and registro != para]
    if outras:
        yield Problema(
            codigo="OPERADORA_DIFERENTE",
            guia=numero_da_guia(outras[0]),
            caminho=_caminho_no_cabecalho(outras[0], "registroANS"),
            valor=curto(_registro(outras[0])),
            mensagem=f"o registro ANS não é o do destino da mensagem ({_quantas(len(outras))}): "
            "uma guia vai para a sua operadora",
            glosa_provavel=REGISTRO,
        )


def _registro(guia: etree._Element) -> str:
    elemento = no_cabecalho_da_guia(guia, "registroANS")
    return "" if elemento is None else (elemento.text or "").strip()


def _caminho_no_cabecalho(guia: etree._Element, campo: str) -> str:
    elemento = no_cabecalho_da_guia(guia, campo)
    return caminho_ate(guia if elemento is None else elemento, guia)


def _composicao(raiz: etree._Element, guias: list[etree._Element]) -> Iterator[Problema]:
    lote = guias[0].getparent() if guias else None
    caminho = nome(raiz) if lote is None else desde_a_raiz(lote, raiz)
    if len(guias) > MAXIMO_DE_GUIAS:
        yield Problema(
            codigo="GUIAS_DEMAIS",
            caminho=caminho,
            valor=str(len(guias)),
            mensagem=f"um lote leva até {MAXIMO_DE_GUIAS} guias: divida-o",
            glosa_provavel=_DEMAIS,
        )
    if len({guia.tag for guia in guias}) > 1:
        yield Problema(
            codigo="GUIAS_MISTURADAS",
            caminho=caminho,
            mensagem="um lote leva guias de um só tipo: separe-as em lotes",
            glosa_provavel=FORA_DO_PADRAO,
        )


def _quantas(guias: int) -> str:
    return "1 guia" if guias == 1 else f"{guias} guias"
