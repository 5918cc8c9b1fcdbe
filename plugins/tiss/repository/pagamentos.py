"""The ledger of what operadoras paid: postings are added, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from tiss.domain.pagamento import Lancamento, LancamentoFinanceiro, NaoFecha
from tiss.domain.retorno import GuiaPaga, ItemAnalisado, Motivo
from tiss.repository.conexao import Transacao, dinheiro


@dataclass(frozen=True, slots=True, kw_only=True)
class MesAConsultar:
    """A month (AAAAMM) whose payments are to be asked for. tipo: 1 medical, 3 dental."""

    contrato_id: int
    tipo: str
    competencia: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posto:
    envio_id: int
    numero_guia_prestador: str
    valor_informado: Decimal | None
    valor_processado: Decimal | None
    valor_liberado: Decimal | None
    valor_glosa: Decimal | None
    valor_franquia: Decimal | None
    itens: list[dict[str, Any]]


def lancar(
    t: Transacao,
    contrato_id: int,
    lancados: Sequence[Lancamento],
    envios: Mapping[str, int],
) -> list[int]:
    """Store the postings that the ledger does not have; return the sendings that got one.

    envios: the sendings that are ours, by the number of their guia.
    """
    linhas = [
        {
            "envio": envios.get(lancado.guia.numero_guia_prestador),
            "protocolo": lancado.numero_protocolo,
            "numero": lancado.guia.numero_guia_prestador,
            "recurso": bool(lancado.guia.recurso),
            "data": None if lancado.data is None else lancado.data.isoformat(),
            "informado": dinheiro(lancado.guia.valor_informado),
            "processado": dinheiro(lancado.guia.valor_processado),
            "liberado": dinheiro(lancado.guia.valor_liberado),
            "glosa": dinheiro(lancado.guia.valor_glosa),
            "franquia": dinheiro(lancado.guia.valor_franquia),
            "itens": [_item(item) for item in lancado.guia.itens],
            "ocorrencia": lancado.ocorrencia,
            "demonstrativo": lancado.demonstrativo,
        }
        for lancado in lancados
    ]
    novos = t.valores("pagamento/lancar", contrato=contrato_id, lancamentos=Jsonb(linhas))
    return sorted({envio for envio in novos if envio is not None})


def lancar_financeiros(
    t: Transacao, contrato_id: int, lancados: Sequence[LancamentoFinanceiro]
) -> None:
    """Store the debits and credits that the ledger does not have."""
    linhas = [
        {
            "data": None if lancado.data is None else lancado.data.isoformat(),
            "demonstrativo": lancado.demonstrativo,
            "indicador": lancado.lancado.indicador,
            "tipo": lancado.lancado.tipo,
            "descricao": lancado.lancado.descricao,
            "valor": dinheiro(lancado.lancado.valor),
            "ocorrencia": lancado.ocorrencia,
        }
        for lancado in lancados
    ]
    t.executar("pagamento/lancar_financeiros", contrato=contrato_id, lancamentos=Jsonb(linhas))


def dos_envios(t: Transacao, envios: Sequence[int]) -> dict[int, list[GuiaPaga]]:
    """Return the postings on these sendings, but for what appeals brought."""
    postos: dict[int, list[GuiaPaga]] = defaultdict(list)
    for posto in t.linhas(_Posto, "pagamento/dos_envios", envios=list(envios)):
        postos[posto.envio_id].append(
            GuiaPaga(
                numero_guia_prestador=posto.numero_guia_prestador,
                recurso=False,
                valor_informado=posto.valor_informado,
                valor_processado=posto.valor_processado,
                valor_liberado=posto.valor_liberado,
                valor_glosa=posto.valor_glosa,
                valor_franquia=posto.valor_franquia,
                itens=tuple(map(_de_json, posto.itens)),
            )
        )
    return postos


def que_nao_fecham(t: Transacao, lote_id: int) -> list[NaoFecha]:
    """Return the guias of a lote whose payments differ from what was released or granted."""
    return t.linhas(NaoFecha, "pagamento/que_nao_fecham", lote=lote_id)


def a_consultar(t: Transacao, contratos: Sequence[int]) -> list[MesAConsultar]:
    """Return the months of these contratos whose payments are to be asked for now."""
    return t.linhas(MesAConsultar, "pagamento/a_consultar", contratos=list(contratos))


def anotar_consulta(t: Transacao, mes: MesAConsultar) -> None:
    """Note that there was an answer about the payments of a month."""
    t.executar(
        "pagamento/anotar_consulta",
        contrato=mes.contrato_id,
        tipo=mes.tipo,
        competencia=mes.competencia,
    )


def respondidos(t: Transacao, meses: Sequence[MesAConsultar], desde: int) -> list[MesAConsultar]:
    """Return those of these months about whose payments there was an answer since a moment."""
    em_json = [
        {"contrato": mes.contrato_id, "tipo": mes.tipo, "competencia": mes.competencia}
        for mes in meses
    ]
    return t.linhas(MesAConsultar, "pagamento/respondidos", meses=Jsonb(em_json), desde=desde)


def trocar_atrasados(t: Transacao, *, divergencia: str, por: str) -> tuple[int, int]:
    """Have this divergence open for what should have been paid by now, and for nothing else.

    por: who closes what is not late any more. Returns how many are new, and how many were closed.
    """
    encerradas = t.executar("pagamento/fechar_atrasados", motivo=divergencia, por=por)
    novas = t.valor("pagamento/abrir_atrasados", motivo=divergencia, por=por)
    return int(novas), encerradas


def _item(item: ItemAnalisado) -> dict[str, Any]:
    """What a verdict is made of; the rest is in tiss.troca."""
    return {
        "sequencial_item": item.sequencial_item,
        "valor_informado": dinheiro(item.valor_informado),
        "valor_liberado": dinheiro(item.valor_liberado),
        "valor_franquia": dinheiro(item.valor_franquia),
        "motivos": [
            {
                "codigo": motivo.codigo,
                "descricao": motivo.descricao,
                "valor": dinheiro(motivo.valor),
            }
            for motivo in item.motivos
        ],
    }


def _de_json(item: dict[str, Any]) -> ItemAnalisado:
    return ItemAnalisado(
        sequencial_item=item["sequencial_item"],
        valor_informado=_decimal(item["valor_informado"]),
        valor_liberado=_decimal(item["valor_liberado"]),
        valor_franquia=_decimal(item["valor_franquia"]),
        motivos=tuple(
            Motivo(
                codigo=motivo["codigo"],
                descricao=motivo["descricao"],
                valor=_decimal(motivo["valor"]),
            )
            for motivo in item["motivos"]
        ),
    )


def _decimal(valor: str | None) -> Decimal | None:
    return None if valor is None else Decimal(valor)
