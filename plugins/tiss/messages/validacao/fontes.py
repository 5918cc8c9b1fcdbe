"""Where each rule on a whole message comes from, as `Regra.fonte` says it of those on a guia.

What only says that a file cannot be checked (it is not there, it is no XML) is no rule.
"""

from __future__ import annotations

from collections.abc import Mapping

_LACUNA = "lacuna do XSD"
_PRATICA = "prática: causa comum de hash recusado"

FONTES: Mapping[str, str] = {
    "ANEXOS_DEMAIS": "Organizacional 177; o Quadro 4 e o XSD aceitam 100",
    "BRANCOS_ENTRE_TAGS": _PRATICA,
    "BRANCOS_NA_PONTA": _PRATICA,
    "CODIFICACAO": "XML 1.0, 4.3.3: a declaração diz a codificação dos bytes",
    "CONTRADICAO": f"{_LACUNA}: objetoRecurso não é comparado com o que se recorre",
    "CONTROLE_NO_VALOR": _PRATICA,
    "CORPO_VAZIO": f"{_LACUNA}: o invólucro vazio é válido",
    "DATA_DO_REGISTRO_ANTERIOR": "prática: não se cobra antes do atendimento",
    "DATA_DO_REGISTRO_FUTURA": f"{_LACUNA}: qualquer data é válida",
    "DOCUMENTO_INVALIDO": f"{_LACUNA}: dígitos verificadores não são conferidos",
    "FORMA_INCOMUM": "prática: o XSD aceita e há quem recuse",
    "GLOSA_SEM_CODIGO": f"{_LACUNA}: a lista da Tabela 38 tem um código vazio",
    "GUIAS_DEMAIS": "Organizacional 176 e XSD",
    "GUIAS_MISTURADAS": "Organizacional 176, Quadro 4, e XSD",
    "GUIA_REPETIDA": f"{_LACUNA}; a glosa 1308 pressupõe um número por guia",
    "HASH_ERRADO": "Organizacional 115",
    "HASH_VAZIO": "Organizacional 115; o XSD aceita o hash vazio",
    "LOTE_EM_BRANCO": f"{_LACUNA}: um texto só de espaços é válido",
    "NAMESPACE": "XSD: o targetNamespace de toda mensagem",
    "NAO_ASCII": _PRATICA,
    "OPERADORA_DIFERENTE": f"{_LACUNA}: o destino não é comparado com as guias",
    "PRESTADOR_DIFERENTE": f"{_LACUNA}: a origem não é comparada com as guias; há acordos",
    "QUANTIDADE_INVALIDA": f"{_LACUNA}: zero e negativos são válidos",
    "SEM_CORPO": f"{_LACUNA}: a mensagem sem conteúdo é válida",
    "SENHA_ABERTA": "Organizacional 114; o XSD só limita o tamanho",
    "SENTIDO_TROCADO": f"{_LACUNA}: origem e destino aceitam os dois lados",
    "TOTAL": f"{_LACUNA}: o total do recurso não é comparado com os itens",
    "TRANSACAO_DIFERENTE": f"{_LACUNA}: qualquer tipoTransacao vale com qualquer conteúdo",
    "VALOR_NEGATIVO": f"{_LACUNA}: dinheiro negativo é válido",
    "VERSAO_DIFERENTE": f"{_LACUNA}: Padrao aceita todas as versões",
}
