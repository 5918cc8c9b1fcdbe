"""What people did about a contrato, in words: which of its fields changed, by their labels."""

from __future__ import annotations

from tiss.domain.fichas import CONTRATO
from tiss.repository.listas.contratos import AcaoNoContrato
from tiss.web.conexoes import CAMPOS

_ROTULOS = {campo.chave: campo.rotulo for campo in CONTRATO.campos}
_TENTOU = {
    "contrato.criar": "tentou criar o contrato",
    "contrato.alterar": "tentou mudar o contrato",
    "contrato.acesso": "tentou mudar a credencial",
    "contrato.certificado": "tentou trocar o certificado",
}


def contar(acao: AcaoNoContrato) -> str:
    """Return what a person did, to be read after their name."""
    if acao.situacao is None or acao.situacao >= 400:
        fim = "não se sabe se terminou" if acao.situacao is None else "nada mudou"
        return f"{_TENTOU.get(acao.o_que, acao.o_que)}: {fim}"
    match acao.o_que:
        case "contrato.criar":
            return "criou o contrato"
        case "contrato.alterar":
            nomes = ", ".join(_ROTULOS.get(chave, chave) for chave in acao.mudou)
            return f"mudou {nomes}" if nomes else "salvou o contrato sem mudar nada"
        case "contrato.acesso":
            nomes = ", ".join(CAMPOS.get(campo, campo) for campo in acao.mudou)
            return f"mudou a credencial: {nomes}" if nomes else "mudou a credencial"
        case "contrato.certificado":
            return "trocou o certificado"
    return acao.o_que
