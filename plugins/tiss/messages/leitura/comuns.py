"""What many answers say in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from tiss.domain.retorno import Motivo, Recusa
from tiss.messages.leitura.no import No

# 4 characters, and what the operadora adds to them: its own sub-code.
_COM_SUBCODIGO = re.compile(r"([0-9A-Za-z]{4})[\s/.,;:|()-]+(.*)", re.DOTALL)


def recusa(no: No) -> Recusa:
    """Return a ct_motivoGlosa that refuses: mensagemErro, or codigoGlosa of an elegibilidade."""
    codigo, descricao = _codigo(no.texto("codigoGlosa") or "", no.texto("descricaoGlosa"), no)
    return Recusa(codigo=codigo, descricao=descricao)


def recusa_de_codigo(codigo: str, no: No) -> Recusa:
    """Return a refusal of which only a code is told: falhaNegocio."""
    proprio, descricao = _codigo(codigo, None, no)
    return Recusa(codigo=proprio, descricao=descricao)


def motivos(elementos: Iterable[No]) -> tuple[Motivo, ...]:
    """Return each ct_motivoGlosa as a motive of its own; an empty one says nothing."""
    lidos = (
        motivo(no.texto("codigoGlosa") or "", no, descricao=no.texto("descricaoGlosa"))
        for no in elementos
    )
    return tuple(lido for lido in lidos if lido.codigo or lido.descricao)


def motivos_negativa(no: No) -> tuple[Motivo, ...]:
    """Return motivosNegativa, which holds bare codes in one type and ct_motivoGlosa in others."""
    lidos: list[Motivo] = []
    for grupo in no.todos("motivosNegativa"):
        lidos += (motivo(codigo, no) for codigo in grupo.textos("codigoGlosa"))
        lidos += motivos(grupo.todos("motivoNegativa"))
    return tuple(lidos)


def motivo(
    codigo: str, no: No, *, descricao: str | None = None, valor: Decimal | None = None
) -> Motivo:
    """Return a motive. no: where it stands, for the warning about a code of another shape."""
    proprio, texto = _codigo(codigo, descricao, no)
    return Motivo(codigo=proprio, descricao=texto, valor=valor)


def prestador(no: No) -> str | None:
    """Return the code, CNPJ or CPF of the prestador that an answer speaks to."""
    for grupo in (no.um("dadosPrestador"), no.um("dadosContratado")):
        for dados in (grupo, *grupo.todos("dadosContratado", "dadosPrestador")):
            nomes = ("codigoPrestadorNaOperadora", "cnpjContratado", "cpfContratado")
            if codigo := dados.texto(*nomes, "codigoPrestador"):
                return codigo
    return None


def numero_do_lote(texto: str | None) -> str | None:
    """Return a lote number without the leading zeros that some operadoras add."""
    return texto.lstrip("0") or texto if texto and texto.isdigit() else texto


def _codigo(codigo: str, descricao: str | None, no: No) -> tuple[str, str | None]:
    if achado := _COM_SUBCODIGO.fullmatch(codigo):
        resto = achado[2].strip("() ")
        return achado[1], f"{resto}: {descricao}" if resto and descricao else resto or descricao
    if len(codigo) not in (0, 4):
        no.avisos.avisar("código de glosa que não tem 4 caracteres")
    return codigo, descricao
