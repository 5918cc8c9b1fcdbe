"""Whether a whole message can be sent, or was rightly sent: form, XSD, rules.

Nothing here knows a database or the clock. What needs a look-up that is not given is listed as not
checked, never taken for right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from lxml import etree

from tiss import esquemas
from tiss.domain.historico import Historico
from tiss.domain.problema import Gravidade, Problema
from tiss.domain.regras import Contexto, Regra, nao_conferidas
from tiss.domain.terminologia import Terminologia
from tiss.messages.cabecalho import CABECALHO
from tiss.messages.declaracao import FORA_DO_PADRAO, Grupo
from tiss.messages.guias import POR_ELEMENTO, ler_guia
from tiss.messages.validacao import regras
from tiss.messages.validacao.cabecalho import conferir_prestador, conferir_registro
from tiss.messages.validacao.caminhos import sem_primeiros
from tiss.messages.validacao.corpos import (
    LIMITE,
    conferir_guias,
    conferir_outro_pedido,
    recusas_da_mensagem,
)
from tiss.messages.validacao.entrada import abrir_mensagem
from tiss.messages.validacao.escrita import conferir_escrita
from tiss.messages.validacao.fora_das_guias import conferir_valores
from tiss.messages.validacao.formas import conferir_formas
from tiss.messages.validacao.resposta import de_resposta
from tiss.messages.validacao.transacoes import Corpo, achar_corpo, descer, filho, nome
from tiss.settings import NAMESPACE

__all__ = ["LIMITE", "HistoricoDe", "Relatorio", "validar"]

_VERSAO = re.compile(r"[0-9]{1,2}\.[0-9]{2}\.[0-9]{2}")
# By the registro ANS that a lote is for and its prestador as it is named there (code, CNPJ or CPF):
# what that operadora refused before, None when nobody can say.
HistoricoDe = Callable[[str, str], Historico | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relatorio:
    """What was found in one message.

    versao: the one that it was checked by. tipo: local name of its body, of its root without one.
    guias: how many there are. problemas: in the order of the message, at most `LIMITE`; cortado:
    there were more. nao_conferidas: rules that a look-up is missing for; what the file itself says
    against them is told all the same. resposta: an operadora says it, so it is not to be sent.
    """

    versao: str
    tipo: str
    guias: int
    problemas: tuple[Problema, ...]
    cortado: bool
    nao_conferidas: tuple[Regra, ...]
    resposta: bool

    @property
    def valido(self) -> bool:
        """Whether nothing blocks it; warnings do not."""
        return all(problema.gravidade is not Gravidade.ERRO for problema in self.problemas)


def validar(
    mensagem: bytes,
    *,
    hoje: date,
    versao: str | None = None,
    terminologia: Terminologia | None = None,
    historico_de: HistoricoDe | None = None,
) -> Relatorio:
    """Return what is wrong with a message of any kind, in file or web-service form.

    mensagem: with or without a SOAP envelope, 64 MB at most. hoje: where the prestador is. versao:
    instead of the one that the message names. historico_de: asked once, of a lote that is to be
    sent. Raises UnreadableError for what is no TISS message, and ConfigError, naming the command
    that installs, for a version whose schemas are not there.
    """
    raiz = abrir_mensagem(mensagem)
    versao = versao or _versao_de(raiz)
    esquemas.pasta(versao)
    corpo = achar_corpo(raiz)
    guias = _guias(corpo)
    contexto = Contexto(
        hoje=hoje,
        versao=versao,
        terminologia=terminologia,
        historico=_historico(raiz, historico_de) if guias and not corpo.resposta else None,
    )
    achados = _problemas(mensagem, raiz, corpo, guias, contexto)
    if corpo.resposta:
        achados = map(de_resposta, achados)
    problemas = tuple(islice(achados, LIMITE + 1))
    return Relatorio(
        versao=versao,
        tipo=nome(raiz if corpo.corpo is None else corpo.corpo),
        guias=len(guias),
        problemas=problemas[:LIMITE],
        cortado=len(problemas) > LIMITE,
        nao_conferidas=nao_conferidas(contexto) if guias else (),
        resposta=corpo.resposta,
    )


def _historico(raiz: etree._Element, historico_de: HistoricoDe | None) -> Historico | None:
    prestador = descer(raiz, "cabecalho", "origem", "identificacaoPrestador")
    registro_ans = descer(raiz, "cabecalho", "destino", "registroANS")
    if historico_de is None or registro_ans is None or prestador is None or not len(prestador):
        return None
    return historico_de((registro_ans.text or "").strip(), (prestador[0].text or "").strip())


def _problemas(
    mensagem: bytes,
    raiz: etree._Element,
    corpo: Corpo,
    guias: list[etree._Element],
    contexto: Contexto,
) -> Iterator[Problema]:
    versao = contexto.versao
    if etree.QName(raiz).namespace != NAMESPACE:
        yield Problema(
            codigo="NAMESPACE",
            caminho=nome(raiz),
            mensagem=f"o namespace tem de ser {NAMESPACE}: sem ele nada mais é conferido",
            glosa_provavel=FORA_DO_PADRAO,
        )
        return
    do_envelope = [
        *regras.conferir_envelope(raiz, corpo),
        *regras.conferir_versao(raiz, versao),
        *islice(conferir_valores(raiz, corpo, versao), LIMITE + 1),
    ]
    yield from do_envelope
    yield from regras.conferir_o_hash(mensagem, raiz)
    yield from conferir_escrita(mensagem, raiz)
    lidas = [ler_guia(guia) for guia in guias]
    yield from conferir_registro(raiz, corpo, lidas, contexto.hoje)
    yield from conferir_formas(_declaradas(raiz, corpo, guias), raiz, versao)
    yield from regras.conferir_lote(raiz, guias)
    yield from conferir_prestador(raiz, guias)
    aceita, recusas = recusas_da_mensagem(raiz, versao, guias)
    ditos = {sem_primeiros(problema.caminho) for problema in do_envelope} - {nome(raiz)}
    for problema in conferir_outro_pedido(raiz, corpo, recusas, contexto):
        if not _dentro_de(sem_primeiros(problema.caminho), ditos):
            yield problema
    yield from conferir_guias(guias, lidas, contexto, xsd=not aceita)


def _dentro_de(caminho: str, ditos: set[str]) -> bool:
    """Tell whether something was said of the element already, or of what holds it."""
    while caminho and caminho not in ditos:
        caminho = caminho.rpartition("/")[0]
    return bool(caminho)


def _declaradas(
    raiz: etree._Element, corpo: Corpo, guias: list[etree._Element]
) -> Iterator[tuple[Grupo, etree._Element]]:
    """Yield the parts of a request whose values a declaration knows."""
    cabecalho = filho(raiz, "cabecalho")
    if corpo.resposta:
        return
    if cabecalho is not None:
        yield CABECALHO, cabecalho
    for guia in guias:
        declaracao = POR_ELEMENTO.get(nome(guia))
        if declaracao is not None:
            yield declaracao, guia


def _versao_de(raiz: etree._Element) -> str:
    """Return the version that a message names, the newest one when it names none."""
    padrao = descer(raiz, "cabecalho", "Padrao")
    texto = "" if padrao is None else (padrao.text or "").strip()
    return texto if _VERSAO.fullmatch(texto) else max(esquemas.versoes())


def _guias(corpo: Corpo) -> list[etree._Element]:
    if corpo.corpo is None or nome(corpo.corpo) != "loteGuias":
        return []
    lote = descer(corpo.corpo, "guiasTISS")
    return [] if lote is None else list(lote)
