"""How reasons of divergences are called on the screens, and what to do about each.

docs/operacao.md says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Motivo:
    """A reason in plain words: what it is called, and what a person does about it."""

    titulo: str
    faca: str


MOTIVOS: Mapping[str, Motivo] = {
    "POSSIVEL_DUPLICIDADE": Motivo(
        "Possível cobrança em dobro",
        "Hoje mesmo: veja no portal se há dois lotes e peça o cancelamento de um.",
    ),
    "PROTOCOLO_DE_OUTRO_LOTE": Motivo(
        "Protocolo de outro lote",
        "Confira os dois lotes no portal. Se este ficou em dúvida, resolva-a.",
    ),
    "PROTOCOLO_DE_OUTRO_PRESTADOR": Motivo(
        "Protocolo de outro prestador",
        "Confira no portal a quem o protocolo pertence e resolva a dúvida do lote.",
    ),
    "PROTOCOLO_REPETIDO": Motivo(
        "Mesmo protocolo para dois lotes", "Pergunte à operadora qual é o certo."
    ),
    "PROTOCOLO_NAO_LOCALIZADO": Motivo(
        "Protocolo não localizado",
        "Pode ser só demora: se amanhã continuar, pergunte à operadora. Não reenvie. Se alguém o "
        "digitou errado, corrija-o no lote.",
    ),
    "NAO_RECEBIDA": Motivo(
        "Guia fora do recibo",
        "Espere a análise, que encerra isto. Se a guia não vier nela, pergunte à operadora.",
    ),
    "GUIA_NAO_LISTADA": Motivo(
        "Guia fora da análise",
        "Pergunte à operadora. Encerra sozinha se outra análise trouxer a guia.",
    ),
    "GUIA_NAO_LOCALIZADA": Motivo(
        "Guia não localizada",
        "Pergunte à operadora. Nada é reenviado; encerra sozinha se outra análise julgar a guia.",
    ),
    "GUIA_DESCONHECIDA": Motivo(
        "Guia que não é do lote", "Confira o número: pode ser de outro sistema da clínica."
    ),
    "VALOR_INFORMADO_DIFERE": Motivo(
        "Valor cobrado lido diferente",
        "Compare com o arquivo do lote. Aqui vale o valor que cobramos.",
    ),
    "GUIA_LISTADA_DUAS_VEZES": Motivo(
        "Guia listada duas vezes", "Peça à operadora um demonstrativo sem repetição."
    ),
    "GLOSA_NAO_FECHA": Motivo(
        "Glosa que não fecha",
        "Aqui vale o informado menos o liberado. Pergunte qual é o certo antes de recorrer.",
    ),
    "TOTAL_DO_PROTOCOLO": Motivo(
        "Total do protocolo não fecha", "Vale a soma das guias. Peça a correção à operadora."
    ),
    "TOTAL_DO_PAGAMENTO": Motivo(
        "Total do pagamento não fecha",
        "Confira com o extrato do banco: vale o que foi lançado guia a guia.",
    ),
    "PAGAMENTO_A_MENOR": Motivo(
        "Pagamento a menor",
        "Pode ser só uma parte: encerra sozinha quando o resto for pago. Se não vier, cobre.",
    ),
    "PAGAMENTO_ATRASADO": Motivo(
        "Pagamento atrasado", "Cobre a operadora. Encerra sozinha depois do pagamento."
    ),
    "PAGAMENTO_A_MAIOR": Motivo(
        "Pagamento a maior", "Pergunte à operadora antes de contar com o dinheiro."
    ),
    "RECURSO_PAGO_A_MENOR": Motivo(
        "Recurso pago a menor", "Encerra sozinha quando o resto for pago. Se não vier, cobre."
    ),
    "RECURSO_PAGO_A_MAIOR": Motivo(
        "Recurso pago a maior", "Pergunte à operadora antes de contar com o dinheiro."
    ),
    "RECUPERADO_A_MAIS": Motivo(
        "Recuperado mais do que se glosou",
        "Outra análise pode ter liberado o mesmo: pergunte à operadora qual vale.",
    ),
    "RECURSO_SEM_DECISAO": Motivo(
        "Recurso sem decisão",
        "Pergunte à operadora. O sistema continua a perguntar, e encerra sozinho.",
    ),
    "RECURSO_CONTRADITO": Motivo(
        "Respostas diferentes ao recurso", "Vale o maior valor. Confira no portal."
    ),
    "ACATADO_A_MAIS": Motivo(
        "Acatado mais do que se pediu", "Confira antes de contar com o dinheiro."
    ),
    "TOTAL_DO_RECURSO": Motivo(
        "Total do recurso não fecha", "Vale a soma do que se acatou. Peça a correção à operadora."
    ),
    "RECURSO_DE_OUTRO": Motivo(
        "Resposta de outro recurso", "Nada foi aplicado: confira no portal."
    ),
    "RECURSO_CANCELADO": Motivo(
        "Recurso cancelado pela operadora",
        "Confira no portal. Para recorrer de novo, peça o cancelamento do lote daqui e refaça.",
    ),
    "RESPOSTA_NAO_APLICADA": Motivo(
        "Resposta com valor que não cabe",
        "Mande a resposta à operadora: está inteira na história do lote.",
    ),
    "LIBERADO_A_MAIS": Motivo(
        "Liberado mais do que se cobrou", "Confira antes de contar com o dinheiro."
    ),
    "SEM_VALOR_LIBERADO": Motivo(
        "Análise sem valor liberado",
        "A guia fica em aberto: peça à operadora o demonstrativo completo.",
    ),
    "ENCERRADA_COM_VALOR": Motivo(
        "Encerrada com valor liberado", "Ficou negada: pergunte à operadora se será paga."
    ),
    "NEGADA_SEM_MOTIVO": Motivo(
        "Negada sem motivo", "Peça o motivo à operadora: sem ele não há recurso."
    ),
    "RATEIO_DA_GLOSA": Motivo(
        "Motivos que não somam a glosa",
        "Os totais estão certos; a parte de cada motivo fica vazia. Não se recorre daqui.",
    ),
    "CANCELADA_PELA_OPERADORA": Motivo(
        "Cancelada pela operadora",
        "Se não foi a seu pedido, pergunte. Para cobrar de novo, a guia é reapresentada.",
    ),
    "CANCELAMENTO_RECUSADO": Motivo(
        "Cancelamento recusado",
        "Leia o que a operadora disse. Se o lote está em dúvida, resolva-a; se é preciso, cancele "
        "no portal.",
    ),
    "CANCELAMENTO_PARCIAL": Motivo(
        "Cancelamento parcial",
        "As guias canceladas voltam a ser faturadas. Veja as outras no portal.",
    ),
    "GRAVACAO_NA_CLINICA": Motivo(
        "Resultado não gravado na clínica",
        "Tenta-se de novo a cada hora. Se continuar, veja se a consulta ainda existe na clínica.",
    ),
}


def motivo(codigo: str) -> Motivo:
    """Return a reason in words; one that has none, as it is."""
    return MOTIVOS.get(codigo, Motivo(codigo, ""))
