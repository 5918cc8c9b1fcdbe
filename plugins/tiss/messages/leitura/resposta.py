"""From the parts of a message to the one answer that it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain

from tiss.domain.retorno import (
    Autorizacao,
    Autorizacoes,
    Demonstrativo,
    DemonstrativoPagamento,
    Demonstrativos,
    DemonstrativosPagamento,
    Ilegivel,
    Leitura,
    Recebimento,
    RecebimentoAnexo,
    RecebimentoRecurso,
    Recusa,
    Resposta,
)
from tiss.messages.leitura import autorizacao, falha, protocolo, recibos, recurso
from tiss.messages.leitura.achados import CORPOS, ERRO, FALHAS, Achado, Mensagem, separar
from tiss.messages.leitura.avisos import Avisos
from tiss.messages.leitura.comuns import recusa, recusa_de_codigo
from tiss.messages.leitura.demonstrativo import demonstrativo
from tiss.messages.leitura.entrada import EntradaRecusada, abrir
from tiss.messages.leitura.no import No
from tiss.messages.leitura.pagamento import pagamento, pagamento_odonto

# What one content says: an answer, or a part of an answer that may hold several.
Parte = Resposta | Demonstrativo | DemonstrativoPagamento | tuple[Autorizacao, ...]
_COM_PROTOCOLO = (Recebimento, RecebimentoAnexo, RecebimentoRecurso)

_ANALISE = "DEMONSTRATIVO_ANALISE_CONTA"
_PAGAMENTO = "DEMONSTRATIVO_PAGAMENTO"
_PAGAMENTO_ODONTO = "DEMONSTRATIVO_ODONTOLOGIA"
_ODONTO = "AUTORIZACAO_ODONTOLOGIA"
# A name of ours: the standard lets this answer go under that of the demonstrativo asked for.
_SEM_TIPO_PROPRIO = "SITUACAO_DEMONSTRATIVO_RETORNO"

# Content -> its tipoTransacao where its own name settles it, and its reader.
_LEITORES: dict[str, tuple[str | None, Callable[[No], Parte]]] = {
    "protocoloRecebimento": (None, protocolo.recebimento),
    "protocoloRecebimentoAnexo": (
        "PROTOCOLO_RECEBIMENTO_ANEXO",
        protocolo.recebimento_de_anexo,
    ),
    "situacaoDoProtocolo": ("SITUACAO_PROTOCOLO", protocolo.situacao),
    "situacaoProtocoloAnexo": ("SITUACAO_PROTOCOLO", protocolo.situacao),
    "situacaoDemonstrativoRetorno": (_SEM_TIPO_PROPRIO, protocolo.situacao),
    "demonstrativoAnaliseConta": (_ANALISE, demonstrativo),
    "demonstrativoPagamento": (_PAGAMENTO, pagamento),
    "demonstrativoPagamentoOdonto": (_PAGAMENTO_ODONTO, pagamento_odonto),
    "autorizacaoServico": (None, autorizacao.autorizacao),
    "autorizacaoInternacao": (None, autorizacao.autorizacao),
    "autorizacaoProrrogacao": (None, autorizacao.autorizacao),
    "autorizacaoServicoOdonto": (None, autorizacao.autorizacao),
    "reciboElegibilidade": ("SITUACAO_ELEGIBILIDADE", recibos.elegibilidade),
    "reciboCancelaGuia": ("CANCELAMENTO_GUIA_RECIBO", recibos.cancelamento),
    "reciboComunicacao": ("RECIBO_COMUNICACAO", recibos.comunicacao),
    "reciboDocumento": ("RECEBIMENTO_DOCUMENTO", recibos.documento),
    "reciboDocumentos": ("RECEBIMENTO_DOCUMENTO", recibos.documento),
    "reciboGlosa": ("RESPOSTA_RECURSO_GLOSA", recurso.resposta),
    "reciboGlosaOdonto": ("RESPOSTA_RECURSO_GLOSA", recurso.resposta),
    "reciboGlosaStatus": ("RESPOSTA_RECURSO_GLOSA", recurso.situacao),
}
_TIPOS_DE_RESPOSTA = {*CORPOS.values(), _ANALISE, _PAGAMENTO, _PAGAMENTO_ODONTO, _ODONTO}
_VERSAO = re.compile(r"[0-9.]{1,10}")


def ler(corpo: bytes) -> Leitura:
    """Return what an answer says: file or web service form, with or without a SOAP envelope.

    Never raises for bytes from outside. Linear in their size, which TAMANHO_MAXIMO bounds.
    """
    avisos = Avisos()
    try:
        raiz = abrir(corpo, avisos)
    except EntradaRecusada as erro:
        return _leitura("ILEGIVEL", Ilegivel(motivo=str(erro)), avisos)
    mensagem = separar(raiz, frozenset(_LEITORES))
    cabecalhos = [No(elemento, avisos) for elemento in mensagem.cabecalhos]
    tipo, resposta = _resposta(mensagem, cabecalhos, avisos)
    _conferir_cabecalho(cabecalhos, tipo, avisos)
    return _leitura(
        tipo,
        resposta,
        avisos,
        versao=_do_cabecalho(cabecalhos, "Padrao"),
        hash_informado=next(iter(mensagem.hashes), None),
    )


def _leitura(
    tipo: str,
    resposta: Resposta,
    avisos: Avisos,
    *,
    versao: str | None = None,
    hash_informado: str | None = None,
) -> Leitura:
    return Leitura(
        tipo="ILEGIVEL" if isinstance(resposta, Ilegivel) else tipo,
        versao=versao,
        hash_informado=hash_informado,
        avisos=avisos.textos(),
        resposta=resposta,
    )


def _resposta(mensagem: Mensagem, cabecalhos: Sequence[No], avisos: Avisos) -> tuple[str, Resposta]:
    """The answer that counts, when a message holds more than the one that it should."""
    conteudos = mensagem.conteudos
    # Also without the SOAP fault around it: a refused login has to be understood.
    if (um := next((c for c in conteudos if c.nome in FALHAS), None)) is not None:
        lida = falha.falha(No(um.elemento, avisos))
        return "TISS_FAULT" if lida.tiss_fault else "SOAP_FAULT", lida
    lidos = [_ler(conteudo, avisos) for conteudo in conteudos if conteudo.nome in _LEITORES]
    recusada = _recusa(conteudos, cabecalhos, avisos)
    for tipo, parte in lidos:
        # Whatever else is said: who issued a protocolo has the lote.
        if isinstance(parte, _COM_PROTOCOLO):
            if recusada is not None:
                avisos.avisar("a resposta traz um protocolo e também uma mensagem de erro")
            return tipo, parte
    if recusada is not None and (_diz_algo(recusada[1]) or not lidos):
        if lidos:
            avisos.avisar("a resposta traz uma mensagem de erro e também outro conteúdo")
        return recusada
    if lidos:
        return _juntar(lidos, avisos)
    if mensagem.pedido:
        return "ILEGIVEL", Ilegivel(
            motivo="é uma mensagem de prestador para operadora, não uma resposta"
        )
    return "ILEGIVEL", Ilegivel(motivo="não é uma resposta TISS conhecida")


def _ler(conteudo: Achado, avisos: Avisos) -> tuple[str, Parte]:
    proprio, leitor = _LEITORES[conteudo.nome]
    parte = leitor(No(conteudo.elemento, avisos))
    if isinstance(parte, RecebimentoRecurso):
        return "RECEBIMENTO_RECURSO_GLOSA", parte
    if conteudo.nome == "protocoloRecebimento":
        return conteudo.tipo or "PROTOCOLO_RECEBIMENTO", parte
    if proprio is None and conteudo.tipo != "STATUS_AUTORIZACAO":
        odonto = conteudo.nome == "autorizacaoServicoOdonto"
        return _ODONTO if odonto else "RESPOSTA_SOLICITACAO", parte
    return proprio or "STATUS_AUTORIZACAO", parte


def _recusa(
    conteudos: Sequence[Achado], cabecalhos: Sequence[No], avisos: Avisos
) -> tuple[str, Recusa] | None:
    # The kind of answer that was refused, where the message tells it.
    for conteudo in conteudos:
        if conteudo.nome == ERRO:
            return conteudo.tipo or "MENSAGEM_ERRO", recusa(No(conteudo.elemento, avisos))
    for cabecalho in cabecalhos:
        if codigo := cabecalho.texto("falhaNegocio"):
            return "FALHA_NEGOCIO", recusa_de_codigo(codigo, cabecalho)
    return None


def _diz_algo(recusada: Recusa) -> bool:
    return bool(recusada.codigo or recusada.descricao)


def _juntar(lidos: Sequence[tuple[str, Parte]], avisos: Avisos) -> tuple[str, Resposta]:
    """One answer of the parts of the first kind: a message holds up to 30 demonstrativos."""
    tipo, primeira = lidos[0]
    partes = [parte for _, parte in lidos if type(parte) is type(primeira)]
    if len(partes) < len(lidos):
        avisos.avisar("a resposta traz conteúdos de tipos diferentes: vale o primeiro")
    match primeira:
        case Demonstrativo():
            lista = tuple(parte for parte in partes if isinstance(parte, Demonstrativo))
            return tipo, Demonstrativos(lista=lista)
        case DemonstrativoPagamento():
            pagos = tuple(parte for parte in partes if isinstance(parte, DemonstrativoPagamento))
            return tipo, DemonstrativosPagamento(lista=pagos)
        case tuple():
            grupos = [parte for parte in partes if isinstance(parte, tuple)]
            return tipo, Autorizacoes(lista=tuple(chain.from_iterable(grupos)))
        case _:
            if len(partes) > 1:
                avisos.avisar("a resposta repete o conteúdo: vale o primeiro")
            return tipo, primeira


def _do_cabecalho(cabecalhos: Sequence[No], nome: str) -> str | None:
    valor = next((texto for c in cabecalhos if (texto := c.texto(nome))), None)
    return valor if valor is not None and _VERSAO.fullmatch(valor) else None


def _conferir_cabecalho(cabecalhos: Sequence[No], tipo: str, avisos: Avisos) -> None:
    informado = next(
        (t for c in cabecalhos if (t := c.um("identificacaoTransacao").texto("tipoTransacao"))),
        None,
    )
    if tipo in _TIPOS_DE_RESPOSTA and informado is not None and informado != tipo:
        avisos.avisar("o tipoTransacao do cabeçalho não é o do conteúdo da resposta")
    if cabecalhos and _do_cabecalho(cabecalhos, "Padrao") is None:
        avisos.avisar("o cabeçalho não diz a versão do padrão")
