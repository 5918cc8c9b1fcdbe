"""A row of tiss.consulta_preparada, and the guia that it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from tiss.domain.cadastro import Contrato, TipoGuia
from tiss.domain.guia import (
    Autorizacao,
    Beneficiario,
    Guia,
    GuiaConsulta,
    GuiaSpSadt,
    Item,
    Profissional,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultaPreparada:
    """One attendance as the view offers it; `itens` is still the view's JSON."""

    consulta_id: str
    clinica_id: str
    registro_ans: str
    tipo_guia: str
    data_atendimento: date | None
    numero_carteira: str | None
    atendimento_rn: bool
    nome_profissional: str | None
    conselho_profissional: str | None
    numero_conselho_profissional: str | None
    uf: str | None
    cbo: str | None
    indicacao_acidente: str | None
    regime_atendimento: str | None
    tipo_consulta: str | None
    tipo_atendimento: str | None
    carater_atendimento: str | None
    indicacao_clinica: str | None
    data_solicitacao: date | None
    nome_solicitante: str | None
    conselho_solicitante: str | None
    numero_conselho_solicitante: str | None
    uf_solicitante: str | None
    cbo_solicitante: str | None
    numero_guia_prestador: str | None
    numero_guia_operadora: str | None
    senha: str | None
    data_autorizacao: date | None
    data_validade_senha: date | None
    observacao: str | None
    itens: Sequence[Mapping[str, Any]]
    digest: str

    @classmethod
    def da_linha(cls, **colunas: Any) -> Self:  # noqa: ANN401  the view decides
        """Return a row of the view; a text of blanks counts as not given."""
        for nome, valor in colunas.items():
            if isinstance(valor, str) and not valor.strip():
                colunas[nome] = None
        return cls(**colunas)

    def guia(self, contrato: Contrato, numero_guia_prestador: str) -> Guia:
        """Return the guia under the given number; what is missing in the row is None in it."""
        if self.tipo_guia == TipoGuia.SP_SADT:
            return self._sp_sadt(contrato, numero_guia_prestador)
        return self._consulta(contrato, numero_guia_prestador)

    def _consulta(self, contrato: Contrato, numero: str) -> GuiaConsulta:
        return GuiaConsulta(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=numero,
            numero_guia_operadora=self.numero_guia_operadora,
            beneficiario=self._beneficiario,
            contratado_executante=contrato.contratado,
            cnes=contrato.cnes,
            profissional_executante=self._executante,
            indicacao_acidente=self.indicacao_acidente,
            regime_atendimento=self.regime_atendimento,
            data_atendimento=self.data_atendimento,
            tipo_consulta=self.tipo_consulta,
            itens=self._itens,
            observacao=self.observacao,
        )

    def _sp_sadt(self, contrato: Contrato, numero: str) -> GuiaSpSadt:
        return GuiaSpSadt(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=numero,
            autorizacao=self._autorizacao,
            beneficiario=self._beneficiario,
            contratado_solicitante=contrato.contratado,
            nome_contratado_solicitante=contrato.nome_prestador,
            profissional_solicitante=self._solicitante,
            data_solicitacao=self.data_solicitacao,
            carater_atendimento=self.carater_atendimento,
            indicacao_clinica=self.indicacao_clinica,
            contratado_executante=contrato.contratado,
            cnes=contrato.cnes,
            tipo_atendimento=self.tipo_atendimento,
            indicacao_acidente=self.indicacao_acidente,
            tipo_consulta=self.tipo_consulta,
            regime_atendimento=self.regime_atendimento,
            data_atendimento=self.data_atendimento,
            itens=self._itens,
            observacao=self.observacao,
        )

    @property
    def _beneficiario(self) -> Beneficiario:
        return Beneficiario(
            numero_carteira=self.numero_carteira, atendimento_rn="S" if self.atendimento_rn else "N"
        )

    @property
    def _executante(self) -> Profissional:
        return Profissional(
            nome=self.nome_profissional,
            conselho=self.conselho_profissional,
            numero_conselho=self.numero_conselho_profissional,
            uf=self.uf,
            cbo=self.cbo,
        )

    @property
    def _solicitante(self) -> Profissional:
        if self.numero_conselho_solicitante is None and self.nome_solicitante is None:
            return self._executante
        return Profissional(
            nome=self.nome_solicitante,
            conselho=self.conselho_solicitante,
            numero_conselho=self.numero_conselho_solicitante,
            uf=self.uf_solicitante,
            cbo=self.cbo_solicitante,
        )

    @property
    def _autorizacao(self) -> Autorizacao | None:
        if self.senha is None and self.numero_guia_operadora is None:
            return None
        return Autorizacao(
            numero_guia_operadora=self.numero_guia_operadora,
            data=self.data_autorizacao,
            senha=self.senha,
            validade_senha=self.data_validade_senha,
        )

    @property
    def _itens(self) -> tuple[Item, ...]:
        return tuple(_item(dados) for dados in self.itens or ())


def _item(dados: Mapping[str, Any]) -> Item:
    return Item(
        sequencial_item=_inteiro(dados.get("sequencial_item")),
        codigo_tabela=_texto(dados.get("codigo_tabela")),
        codigo_procedimento=_texto(dados.get("codigo_procedimento")),
        descricao=_texto(dados.get("descricao")),
        data_execucao=_data(dados.get("data_execucao")),
        quantidade=_decimal(dados.get("quantidade")),
        reducao_acrescimo=_decimal(dados.get("reducao_acrescimo")),
        valor_unitario=_decimal(dados.get("valor_unitario")),
        valor_total=_decimal(dados.get("valor_total")),
    )


# Ten times the limit of every field: beyond it neither arithmetic nor our tables hold a number.
ABSURDO = Decimal(10) ** 9


# A value that cannot be read counts as not given: the clinic sees "não informado" and looks there.
def _texto(valor: object) -> str | None:
    return None if valor is None else str(valor)


def _decimal(valor: object) -> Decimal | None:
    try:
        numero = None if valor is None else Decimal(str(valor))
        return numero if numero is not None and -ABSURDO < numero < ABSURDO else None
    except InvalidOperation:
        return None


def _inteiro(valor: object) -> int | None:
    numero = _decimal(valor)
    return int(numero) if numero is not None and numero == numero.to_integral_value() else None


def _data(valor: object) -> date | None:
    try:
        return None if valor is None else date.fromisoformat(str(valor))
    except ValueError:
        return None
