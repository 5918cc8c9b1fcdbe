"""What the ledger tells an admin: acceptances by attendance, money, arrivals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from .config import Operadora
from .contestacao import recebidos
from .desvios import no_pagamento, plantados
from .linhas import reais
from .livro import Livro
from .modelo import ZERO
from .prazos import aceitos_para_pagar, analisado_em, data_pagamento
from .relogio import local

# An attendance is what happened to a patient. Numbers of guias and lotes are no part of it: the
# same attendance under two guia numbers was billed twice. The surgeon and the assistant, or two
# teeth, are not the same.
_POR_ATENDIMENTO = """
SELECT item.registro_ans, item.executante, item.carteira, item.data, item.tabela, item.codigo,
       item.sequencial, item.grau, item.dente || item.regiao, item.face, count(*),
       count(*) FILTER (WHERE NOT guia.cancelada), json_group_array(guia.numero)
FROM item JOIN guia ON guia.id = item.guia_id
WHERE (?1 IS NULL OR item.registro_ans = ?1)
GROUP BY item.registro_ans, item.executante, item.carteira, item.data, item.tabela, item.codigo,
         item.sequencial, item.grau, item.dente || item.regiao, item.face
HAVING NOT ?2 OR count(*) FILTER (WHERE NOT guia.cancelada) > 1
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
_ATENDIMENTOS_REPETIDOS = """
SELECT count(*) FROM (
    SELECT 1 FROM item JOIN guia ON guia.id = item.guia_id
    WHERE item.registro_ans = ? AND NOT cancelada
    GROUP BY item.executante, item.carteira, item.data, tabela, codigo, sequencial, grau,
             dente || regiao, face
    HAVING count(*) > 1
)
"""
_MONEY = """
SELECT count(DISTINCT lote.id), count(*), coalesce(sum(guia.informado), 0),
       coalesce(sum(guia.liberado), 0)
FROM lote JOIN guia ON guia.lote_id = lote.id
WHERE lote.registro_ans = ? AND (lote.aceito_em <= ?) = ? AND NOT cancelada
"""
_PAGO = """
SELECT coalesce(sum(guia.liberado), 0)
FROM lote JOIN guia ON guia.lote_id = lote.id
WHERE lote.registro_ans = ? AND lote.aceito_em < ? AND NOT cancelada
"""
_ITENS = """
SELECT count(*) FROM item JOIN guia ON guia.id = item.guia_id
WHERE item.registro_ans = ? AND NOT cancelada
"""
_CANCELADAS = "SELECT count(*) FROM guia WHERE registro_ans = ? AND cancelada"
_DESFECHOS = """
SELECT operacao, desfecho, vezes FROM desfecho WHERE registro_ans = ? ORDER BY operacao, desfecho
"""
_CHEGADAS = """
SELECT chegada.registro_ans, chegada.prestador, chegada.numero_lote, envios,
       count(lote.id) > 0, max(lote.numero_protocolo)
FROM chegada LEFT JOIN lote USING (registro_ans, prestador, numero_lote)
WHERE (?1 IS NULL OR chegada.registro_ans = ?1)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3
"""

_PROTOCOLOS = """
SELECT lote.registro_ans, lote.prestador, lote.numero_lote, lote.numero_protocolo,
       count(guia.id), count(guia.id) FILTER (WHERE NOT guia.cancelada)
FROM lote JOIN guia ON guia.lote_id = lote.id
WHERE (?1 IS NULL OR lote.registro_ans = ?1)
GROUP BY lote.id
ORDER BY lote.id
"""


def protocolos(livro: Livro, registro_ans: str | None) -> list[dict[str, object]]:
    """Return every protocol as the operadora's portal shows it: of which lote, what is alive."""
    nomes = (
        "registro_ans",
        "prestador",
        "numero_lote",
        "numero_protocolo",
        "guias",
        "guias_vivas",
    )
    return [
        dict(zip(nomes, linha, strict=True))
        for linha in livro.consultar(_PROTOCOLOS, (registro_ans,))
    ]


def atendimentos(
    livro: Livro, registro_ans: str | None, *, repetidos: bool
) -> list[dict[str, object]]:
    """Return how often each attendance was accepted: ever (aceites), and still alive (vivos).

    A cancelled guia stays among the aceites, not among the vivos. repetidos: only the attendances
    with more than one acceptance alive.
    """
    nomes = (
        "registro_ans",
        "executante",
        "carteira",
        "data",
        "tabela",
        "procedimento",
        "sequencial",
        "grau",
        "dente_regiao",
        "face",
        "aceites",
        "vivos",
    )
    linhas = livro.consultar(_POR_ATENDIMENTO, (registro_ans, repetidos))
    return [
        {**dict(zip(nomes, linha, strict=False)), "guias": json.loads(linha[-1])}
        for linha in linhas
    ]


def recursos(
    livro: Livro, operadoras: Mapping[str, Operadora], agora: float, registro_ans: str | None
) -> list[dict[str, object]]:
    """Return every recurso as the portal shows it, by protocol; amounts are text, in reais.

    valor_acatado: None while it is not judged, and of one that was cancelled. contestadas: the
    glosas, as guia, item and code, each an empty text where it names none.
    """
    achados = []
    for recurso in recebidos(livro, registro_ans):
        operadora = operadoras[recurso.registro_ans]
        julgado = agora >= analisado_em(recurso.recebido_em, operadora) and not recurso.cancelado
        alvo = livro.protocolo(recurso.registro_ans, recurso.prestador, recurso.recursado)
        acatado = {} if alvo is None else recurso.acatados(alvo)
        achados.append(
            {
                "registro_ans": recurso.registro_ans,
                "prestador": recurso.prestador,
                "numero_protocolo": recurso.numero_protocolo,
                "numero_guia": recurso.numero_guia,
                "protocolo_recursado": recurso.recursado,
                "cancelado": recurso.cancelado,
                "contestadas": [list(glosa) for glosa in recurso.contestadas()],
                "valor_recursado": str(recurso.valor),
                "valor_acatado": str(sum(acatado.values(), ZERO)) if julgado else None,
            }
        )
    return achados


def resumo(
    livro: Livro, operadoras: Mapping[str, Operadora], agora: float
) -> dict[str, dict[str, object]]:
    """Return counts and money of each operadora; amounts are text, in reais.

    What was cancelled counts in guias_canceladas alone. valor_informado is of everything
    accepted; processado, liberado and glosado of what is analysed by now; em_analise counts the
    lotes that are not, valor_em_analise what they bill. valor_recuperado: what was granted to
    recursos that are judged by now; valor_pago: what was paid up to today, theirs included.
    """
    return {
        registro_ans: _resumo(livro, operadora, agora)
        for registro_ans, operadora in operadoras.items()
    }


def _resumo(livro: Livro, operadora: Operadora, agora: float) -> dict[str, object]:
    registro_ans = operadora.registro_ans
    limite = agora - analisado_em(0.0, operadora)
    ((lotes, guias, informado, liberado),) = livro.consultar(_MONEY, (registro_ans, limite, 1))
    ((lotes_abertos, guias_abertas, aberto, _),) = livro.consultar(
        _MONEY, (registro_ans, limite, 0)
    )
    hoje = local(agora).date()
    acatados = list(_acatados(livro, operadora, agora))
    requisicoes: dict[str, dict[str, int]] = {}
    for operacao, desfecho, vezes in livro.consultar(_DESFECHOS, (registro_ans,)):
        requisicoes.setdefault(operacao, {})[desfecho] = vezes
    return {
        "nome": operadora.nome,
        "lotes": lotes + lotes_abertos,
        "guias": guias + guias_abertas,
        "guias_canceladas": livro.consultar(_CANCELADAS, (registro_ans,))[0][0],
        "itens": livro.consultar(_ITENS, (registro_ans,))[0][0],
        "valor_informado": str(reais(informado + aberto)),
        "valor_processado": str(reais(liberado)),
        "valor_liberado": str(reais(liberado)),
        "valor_glosado": str(reais(informado - liberado)),
        "valor_recuperado": str(sum((valor for _, valor in acatados), ZERO)),
        "valor_pago": str(
            _pago(livro, operadora, hoje)
            + sum((valor for dia, valor in acatados if dia <= hoje), ZERO)
        ),
        "em_analise": lotes_abertos,
        "valor_em_analise": str(reais(aberto)),
        "atendimentos_repetidos": livro.consultar(_ATENDIMENTOS_REPETIDOS, (registro_ans,))[0][0],
        "requisicoes": requisicoes,
    }


def _pago(livro: Livro, operadora: Operadora, hoje: date) -> Decimal:
    """What was paid of lotes up to a day."""
    _, antes_de = aceitos_para_pagar(hoje, hoje, operadora)
    ((pago,),) = livro.consultar(_PAGO, (operadora.registro_ans, antes_de))
    return reais(pago) + _desviado(livro, operadora, antes_de)


def _desviado(livro: Livro, operadora: Operadora, antes_de: float) -> Decimal:
    """What was paid beyond what was released, or less, because an admin asked for it."""
    desvios = plantados(livro, operadora.registro_ans)
    total = ZERO
    for numero in {desvio.numero_protocolo for desvio in desvios}:
        for (prestador,) in livro.consultar(
            "SELECT prestador FROM lote"
            " WHERE registro_ans = ? AND numero_protocolo = ? AND aceito_em < ?",
            (operadora.registro_ans, numero, antes_de),
        ):
            protocolo = livro.protocolo(operadora.registro_ans, prestador, numero)
            if protocolo is not None:
                # By guia: a total that is told wrong moves no money, nor does another's guia.
                suas = {guia.numero for guia in protocolo.guias}
                total += sum(
                    (
                        guia.liberado
                        for guia in no_pagamento(protocolo, desvios).guias
                        if guia.numero in suas
                    ),
                    ZERO,
                )
                total -= protocolo.liberado
    return total


def _acatados(livro: Livro, operadora: Operadora, agora: float) -> Iterator[tuple[date, Decimal]]:
    """Give what each judged recurso was granted, with the day on which it is paid."""
    for recurso in recebidos(livro, operadora.registro_ans):
        if recurso.cancelado or agora < analisado_em(recurso.recebido_em, operadora):
            continue
        alvo = livro.protocolo(operadora.registro_ans, recurso.prestador, recurso.recursado)
        if alvo is not None:
            dia = data_pagamento(recurso.recebido_em, operadora)
            yield dia, sum(recurso.acatados(alvo).values(), ZERO)


def chegadas(livro: Livro, registro_ans: str | None) -> list[dict[str, object]]:
    """Return how many times the bytes of each lote arrived, and whether it was accepted.

    prestador is empty where the user that sent them is unknown. What was reset before it was
    read never arrived. numero_protocolo is the last one, where a lote was accepted again.
    """
    return [
        {
            "registro_ans": registro,
            "prestador": prestador,
            "numero_lote": numero_lote,
            "envios": envios,
            "aceito": bool(aceito),
            "numero_protocolo": protocolo,
        }
        for registro, prestador, numero_lote, envios, aceito, protocolo in livro.consultar(
            _CHEGADAS, (registro_ans,)
        )
    ]
