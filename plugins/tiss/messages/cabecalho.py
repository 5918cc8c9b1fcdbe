"""The cabecalho of what a prestador sends, in the order of cabecalhoTransacao."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self

from tiss.domain.cadastro import Contrato, Operacao
from tiss.domain.partes import Alternativa
from tiss.messages.declaracao import Escolha, Grupo
from tiss.messages.guias.comuns import CNPJ, CPF, REGISTRO_ANS, campo, um_de
from tiss.messages.tipos import Data, Hora, Texto

# The provider's own names for itself, in a guia and in the cabecalho.
_IDENTIFICACOES = {"cnpjContratado": "CNPJ", "cpfContratado": "CPF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabecalho:
    """Who sends what to whom, and when. The login is no part of it: it enters when it is sent.

    prestador: codigoPrestadorNaOperadora, CNPJ or CPF.
    """

    tipo_transacao: str | None
    sequencial: str | None
    data: date | None
    hora: time | None
    prestador: Alternativa | None
    registro_ans: str | None
    padrao: str | None

    @classmethod
    def de(
        cls, contrato: Contrato, operacao: Operacao, sequencial: int, registrado_em: datetime
    ) -> Self:
        """Return the cabecalho of a transaction. registrado_em: in the contrato's time zone."""
        contratado = contrato.contratado
        return cls(
            tipo_transacao=operacao.value,
            sequencial=str(sequencial),
            data=registrado_em.date(),
            hora=registrado_em.time(),
            prestador=Alternativa(
                elemento=_IDENTIFICACOES.get(contratado.elemento, contratado.elemento),
                valor=contratado.valor,
            ),
            registro_ans=contrato.registro_ans,
            padrao=contrato.versao_tiss,
        )


CABECALHO = Grupo(
    "cabecalho",
    (
        Grupo(
            "identificacaoTransacao",
            (
                campo(
                    "tipoTransacao",
                    "tipo_transacao",
                    um_de(" ".join(Operacao)),
                    "tipo de transação",
                ),
                campo("sequencialTransacao", "sequencial", Texto(12), "número da transação"),
                campo("dataRegistroTransacao", "data", Data(), "data da transação"),
                campo("horaRegistroTransacao", "hora", Hora(), "hora da transação"),
            ),
        ),
        Grupo(
            "origem",
            (
                Grupo(
                    "identificacaoPrestador",
                    (
                        Escolha(
                            "prestador",
                            (
                                ("CNPJ", CNPJ),
                                ("CPF", CPF),
                                ("codigoPrestadorNaOperadora", Texto(14)),
                            ),
                            "prestador",
                        ),
                    ),
                ),
            ),
        ),
        Grupo("destino", (campo("registroANS", "registro_ans", REGISTRO_ANS, "registro ANS"),)),
        campo(
            "Padrao", "padrao", Texto(7, r"4\.[0-9]{2}\.[0-9]{2}", "por exemplo 4.03.00"), "versão"
        ),
    ),
    classe=Cabecalho,
)
