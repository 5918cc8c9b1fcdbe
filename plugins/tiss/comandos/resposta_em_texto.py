"""An answer as a page for a biller: what was decided, what was refused, what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from tiss.domain.retorno import SITUACOES, SITUACOES_CANCELAMENTO

Dados = dict[str, Any]

_TITULOS = {
    "PROTOCOLO_RECEBIMENTO": "Recebimento de lote",
    "PROTOCOLO_RECEBIMENTO_ANEXO": "Recebimento de anexo",
    "SITUACAO_PROTOCOLO": "Situação de protocolo",
    "SITUACAO_DEMONSTRATIVO_RETORNO": "Situação de demonstrativo",
    "DEMONSTRATIVO_ANALISE_CONTA": "Demonstrativo de análise de conta",
    "DEMONSTRATIVO_PAGAMENTO": "Demonstrativo de pagamento",
    "DEMONSTRATIVO_ODONTOLOGIA": "Demonstrativo de pagamento odontológico",
    "RESPOSTA_SOLICITACAO": "Resposta a pedido de autorização",
    "AUTORIZACAO_ODONTOLOGIA": "Resposta a pedido de autorização odontológica",
    "STATUS_AUTORIZACAO": "Situação de autorização",
    "SITUACAO_ELEGIBILIDADE": "Resposta de elegibilidade",
    "CANCELAMENTO_GUIA_RECIBO": "Recibo de cancelamento",
    "RECIBO_COMUNICACAO": "Recibo de comunicação de internação ou alta",
    "RECEBIMENTO_RECURSO_GLOSA": "Recebimento de recurso de glosa",
    "RESPOSTA_RECURSO_GLOSA": "Resposta a recurso de glosa",
    "RECEBIMENTO_DOCUMENTO": "Recebimento de documento",
    "MENSAGEM_ERRO": "Mensagem de erro",
    "FALHA_NEGOCIO": "Mensagem de erro",
    "TISS_FAULT": "Falha do serviço TISS",
    "SOAP_FAULT": "Falha do web service",
}
_SIM_NAO = {True: "sim", False: "não", None: "não informado"}


def em_texto(dados: Dados) -> str:
    """Return the page. Guias that were accepted whole are only counted."""
    linhas = [
        *_inicio(dados),
        *(linha for protocolo in dados["protocolos"] for linha in _protocolo(protocolo)),
        *_outros(dados),
        *(f"Aviso: {aviso}" for aviso in dados["avisos"]),
    ]
    return "\n".join(map(_imprimivel, linhas))


def _inicio(dados: Dados) -> Iterator[str]:
    versao = f" (padrão {dados['versao']})" if dados["versao"] else ""
    yield f"{_TITULOS[dados['tipo']]}{versao}"
    if dados["hash"]["informado"]:
        dialeto = dados["hash"]["dialeto"]
        confere = "confere" if dados["hash"]["confere"] else "não confere com o do padrão"
        yield f"Hash: {confere}{f' ({dialeto})' if dialeto else ''}"
    if erro := dados["mensagem_erro"]:
        partes = (erro["codigo"] or "sem código", erro["descricao"])
        yield f"Recusado pela operadora: {': '.join(filter(None, partes))}"
    if diagnostico := dados["diagnostico"]:
        yield f"Diagnóstico ({diagnostico['codigo']}): {diagnostico['o_que']}"
        yield f"  por quê: {diagnostico['porque']}"
        yield f"  o que fazer: {diagnostico['fazer']}"


def _protocolo(protocolo: Dados) -> Iterator[str]:
    lote = f", lote {protocolo['numero_lote']}" if protocolo["numero_lote"] else ""
    yield f"Protocolo {protocolo['numero_protocolo'] or 'sem número'}{lote}{_situacao(protocolo)}"
    yield from _valores(protocolo, "  ")
    yield from _glosas(protocolo, "  ")
    guias = protocolo["guias"]
    if guias:
        yield f"  {len(guias)} guia{'s' if len(guias) > 1 else ''}{_contagem(guias)}"
    for guia in guias:
        if guia["glosas"] or guia["status"] in ("NEGADA", "CANCELADA"):
            status = f": {guia['status'] or 'em aberto'}" if guia["situacao"] else ""
            yield f"  Guia {_numeros(guia)}{status}{_situacao(guia)}"
            yield from _valores(guia, "    ")
            yield from _glosas(guia, "    ")


def _contagem(guias: Sequence[Dados]) -> str:
    """How many were decided how; nothing where the answer decides none: a receipt, a payment."""
    decididas = [guia["status"] or "em aberto" for guia in guias if guia["situacao"]]
    contagem = Counter(decididas).items()
    return ": " + ", ".join(f"{status} {n}" for status, n in contagem) if contagem else ""


def _outros(dados: Dados) -> Iterator[str]:
    for autorizacao in dados.get("autorizacoes", ()):
        senha = f", senha {autorizacao['senha']}" if autorizacao["senha"] else ""
        yield f"Guia {_numeros(autorizacao)}: {autorizacao['status'] or 'em aberto'}{senha}"
        for item in autorizacao["itens"]:
            yield (
                f"  {item['codigo'] or 'item sem código'}: "
                f"{_quantos(item['autorizada'])} de {_quantos(item['solicitada'])}"
            )
        yield from _glosas(autorizacao, "  ")
    for pagamento in dados.get("pagamentos", ()):
        quando = f"em {pagamento['data']}" if pagamento["data"] else "do demonstrativo inteiro"
        yield f"Pagamento {quando}: líquido {_reais(pagamento['valor_liquido'])}"
        for um in pagamento["debitos_creditos"]:
            nome = {"1": "Débito", "2": "Crédito"}.get(um["indicador"], "Lançamento")
            yield f"  {nome} {_reais(um['valor'])}: {um['descricao'] or um['tipo'] or ''}"
    for recurso in dados.get("recursos", ()):
        yield from _recurso(recurso)
    for um in dados.get("cancelamentos", ()):
        alvo = f"lote {um['numero_lote']}" if um["numero_lote"] else f"guia {_numeros(um)}"
        resultado = SITUACOES_CANCELAMENTO.get(um["situacao"], "situação não informada")
        yield f"Cancelamento, {alvo}: {resultado}"
    if (elegibilidade := dados.get("elegibilidade")) is not None:
        yield f"Beneficiário elegível: {_SIM_NAO[elegibilidade['elegivel']]}"
        yield from _glosas(elegibilidade, "  ")
    if (comunicacao := dados.get("comunicacao")) is not None:
        yield f"Comunicação aceita: {_SIM_NAO[comunicacao['aceita']]}"
        yield from _glosas(comunicacao, "  ")
    for documento in dados.get("documentos", ()):
        yield (
            f"Documento {documento['numero_documento'] or 'sem número'}: "
            f"protocolo {documento['numero_protocolo_documento']}"
        )


def _recurso(recurso: Dados) -> Iterator[str]:
    yield f"Recurso, protocolo {recurso['numero_protocolo'] or 'sem número'}{_situacao(recurso)}"
    if recurso["valor_recursado"] is not None:
        acatado = recurso["valor_acatado"]
        yield f"  recursado {_reais(recurso['valor_recursado'])}" + (
            f", acatado {_reais(acatado)}" if acatado is not None else ""
        )
    for decisao in recurso["decisoes"]:
        alvo = "protocolo"
        if decisao["numero_guia_prestador"]:
            alvo = f"guia {_numeros(decisao)}"
        if decisao["nivel"] == "ITEM":
            alvo = f"{alvo}, item {decisao['sequencial_item'] or '?'}"
        valor = f" ({_reais(decisao['valor_acatado'])})" if decisao["valor_acatado"] else ""
        motivo = f": {decisao['justificativa']}" if decisao["justificativa"] else ""
        yield (
            f"  {alvo}, glosa {decisao['codigo']}: acatado {_SIM_NAO[decisao['acatado']]}"
            f"{valor}{motivo}"
        )


def _situacao(de: Dados) -> str:
    if not de["situacao"]:
        return ""
    return f", {SITUACOES.get(de['situacao'], 'situação desconhecida')}"


def _valores(de: Dados, recuo: str) -> Iterator[str]:
    nomes = ("informado", "processado", "liberado", "glosa")
    valores = [(nome, de[f"valor_{nome}"]) for nome in nomes]
    if ditos := [f"{nome} {_reais(valor)}" for nome, valor in valores if valor is not None]:
        yield f"{recuo}{', '.join(ditos)}"


def _glosas(de: Dados, recuo: str) -> Iterator[str]:
    for glosa in de["glosas"]:
        item = f"item {glosa['sequencial_item']}, " if glosa["sequencial_item"] else ""
        valor = f", {_reais(glosa['valor'])}" if glosa["valor"] is not None else ""
        texto = f": {glosa['descricao']}" if glosa["descricao"] else ""
        yield f"{recuo}{item}glosa {glosa['codigo'] or 'sem código'}{valor}{texto}"


def _numeros(de: Dados) -> str:
    nosso = de["numero_guia_prestador"] or "sem número"
    deles = de["numero_guia_operadora"]
    return f"{nosso} (na operadora {deles})" if deles else nosso


def _quantos(quantidade: int | str | None) -> str:
    return "?" if quantidade is None else str(quantidade)


def _reais(valor: str | None) -> str:
    if valor is None:
        return "não informado"
    return f"R$ {Decimal(valor):,.2f}".translate(str.maketrans(",.", ".,"))


def _imprimivel(linha: str) -> str:
    """Text from outside moves no cursor and paints nothing on a terminal."""
    return "".join(letra if letra.isprintable() else " " for letra in linha)
