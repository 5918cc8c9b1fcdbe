"""A row of tiss.consulta_preparada, and the guia that it becomes.

Columns hold what most attendances have; `itens`, `despesas` and `complemento` are JSON. The keys of
`complemento` are attributes of the guia, or of its beneficiary or authorisation, by kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self, TypeVar

from tiss.domain.cadastro import Contrato, TipoGuia
from tiss.domain.conversao import Notas, atributos, converter_campos, converter_lista
from tiss.domain.guia import Guia, GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao, LocalContratado
from tiss.domain.limpeza import Limpos, limpar_json
from tiss.domain.odonto import GuiaOdonto, ItemOdonto
from tiss.domain.partes import Autorizacao, Beneficiario, Despesa, Item, Profissional, Totais, soma
from tiss.domain.problema import Problema

_VALIDACAO = ("ausencia_cod_validacao", "cod_validacao")
_BENEFICIARIO = ("tipo_ident", "identificador_beneficiario")

# What `complemento` may hold, by kind; all else is a column, or ours to say.
COMPLEMENTO: dict[TipoGuia, tuple[str, ...]] = {
    TipoGuia.CONSULTA: (*_VALIDACAO, *_BENEFICIARIO, "cobertura_especial", "saude_ocupacional"),
    TipoGuia.SP_SADT: (
        *_VALIDACAO,
        *_BENEFICIARIO,
        "guia_principal",
        "contratado_solicitante",
        "nome_contratado_solicitante",
        "cobertura_especial",
        "motivo_encerramento",
        "saude_ocupacional",
    ),
    TipoGuia.RESUMO_INTERNACAO: (
        *_VALIDACAO,
        *_BENEFICIARIO,
        "numero_guia_solicitacao_internacao",
        "tipo_faturamento",
        "data_inicio_faturamento",
        "hora_inicio_faturamento",
        "data_final_faturamento",
        "hora_final_faturamento",
        "tipo_internacao",
        "regime_internacao",
        "declaracoes",
        "diagnosticos",
        "motivo_encerramento",
    ),
    TipoGuia.HONORARIOS: (
        "guia_solic_internacao",
        "local_contratado",
        "data_inicio_faturamento",
        "data_fim_faturamento",
        "data_emissao",
    ),
    TipoGuia.ODONTO: (
        *_VALIDACAO,
        *_BENEFICIARIO,
        "numero_guia_principal",
        "plano_beneficiario",
        "nome_empresa",
        "data_termino_trat",
        "tipo_faturamento",
        "situacao_inicial",
    ),
}
_CLASSES: dict[TipoGuia, type] = {
    TipoGuia.CONSULTA: GuiaConsulta,
    TipoGuia.SP_SADT: GuiaSpSadt,
    TipoGuia.RESUMO_INTERNACAO: GuiaResumoInternacao,
    TipoGuia.HONORARIOS: GuiaHonorarios,
    TipoGuia.ODONTO: GuiaOdonto,
}


Linha = TypeVar("Linha", Item, ItemOdonto)


# Keys of the clinic and of ours: compared with the database, never sent.
_CHAVES = frozenset({"consulta_id", "clinica_id", "registro_ans", "tipo_guia", "digest"})
_JSON = frozenset({"itens", "despesas", "complemento"})
_DATAS = frozenset(
    {"data_atendimento", "data_solicitacao", "data_autorizacao", "data_validade_senha"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultaPreparada:
    """One attendance as the view offers it; `itens` and its kin are still the view's JSON.

    ilegiveis: columns whose value is not what they hold; they are None.
    """

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
    despesas: Sequence[Mapping[str, Any]]
    complemento: Mapping[str, Any]
    digest: str
    ilegiveis: tuple[str, ...] = ()

    @classmethod
    def da_linha(cls, textos: Limpos | None = None, /, **colunas: Any) -> Self:  # noqa: ANN401
        """Return a row of the view, its texts as they will be sent.

        textos: of the contrato. What rules judge has to be what leaves: cleaned only when it is
        written, a code with a blank after it would pass by them. A text of blanks counts as not
        given; a date that is none is noted in `ilegiveis`. JSON keeps whatever shape it has.
        """
        if textos is None:
            textos = Limpos()
        ilegiveis = []
        for nome, valor in colunas.items():
            if valor is None or isinstance(valor, bool):
                continue
            if nome in _CHAVES:
                colunas[nome] = valor if valor.strip() else None
            elif nome in _JSON:
                limpo = limpar_json(valor, textos)
                colunas[nome] = None if limpo == "" else limpo
            elif nome not in _DATAS:
                colunas[nome] = textos[str(valor)] or None
            elif type(valor) is not date:
                # A timestamp is a date too, but its day depends on a zone that nobody told.
                ilegiveis.append(nome)
                colunas[nome] = None
        return cls(**colunas, ilegiveis=tuple(ilegiveis))

    def guia(self, contrato: Contrato, numero: str) -> tuple[Guia | None, list[Problema]]:
        """Return the guia under the given number, and what of the row does not fit its kind.

        What is missing in the row is None in the guia. A kind that does not exist has no guia.
        """
        if self.tipo_guia not in TipoGuia.__members__:
            return None, [
                _problema("TIPO_GUIA", "tipo_guia", f"use {', '.join(TipoGuia)}", self.tipo_guia)
            ]
        tipo = TipoGuia(self.tipo_guia)
        return _Montagem(self, contrato, numero, tipo).guia()


def _chave(caminho: str) -> str:
    return caminho.rpartition("/")[2]


class _Montagem:
    """One row becoming one guia."""

    def __init__(
        self, linha: ConsultaPreparada, contrato: Contrato, numero: str, tipo: TipoGuia
    ) -> None:
        self._linha = linha
        self._contrato = contrato
        self._numero = numero
        self._tipo = tipo
        self._notas = Notas(ilegiveis=list(linha.ilegiveis))
        self._problemas: list[Problema] = []

    def guia(self) -> tuple[Guia, list[Problema]]:
        guia = _MONTADORES[self._tipo](self)
        self._problemas += [
            _problema(
                "CAMPO_DESCONHECIDO",
                onde,
                f"esta guia não tem o campo {_chave(onde)}: corrija o nome ou retire-o da visão",
            )
            for onde in dict.fromkeys(self._notas.desconhecidas)
        ]
        self._problemas += [
            _problema(
                "VALOR_ILEGIVEL",
                onde,
                f"o valor de {_chave(onde)} não é do tipo do campo: corrija na visão (20.00, "
                "2026-03-10, 18:30)",
            )
            for onde in dict.fromkeys(self._notas.ilegiveis)
        ]
        return guia, self._problemas

    def _consulta(self) -> GuiaConsulta:
        linha, contrato = self._linha, self._contrato
        complemento = self._complemento()
        itens = self._itens(Item)
        if not itens:
            self._problemas.append(
                _problema(
                    "SEM_ITEM",
                    "dadosAtendimento/procedimento",
                    "nenhum procedimento lançado: informe o que foi feito",
                )
            )
        if len(itens) > 1 or linha.despesas:
            self._problemas.append(
                _problema(
                    "CONSULTA_COM_EXAMES",
                    "dadosAtendimento/procedimento",
                    "a guia de consulta leva um só procedimento: com exames ou despesas, prepare "
                    "como SP_SADT",
                )
            )
        return GuiaConsulta(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=self._numero,
            numero_guia_operadora=linha.numero_guia_operadora,
            beneficiario=self._beneficiario(complemento),
            contratado_executante=contrato.contratado,
            cnes=contrato.cnes,
            profissional_executante=self._executante,
            indicacao_acidente=linha.indicacao_acidente,
            regime_atendimento=linha.regime_atendimento,
            data_atendimento=linha.data_atendimento,
            tipo_consulta=linha.tipo_consulta,
            procedimento=itens[0] if itens else Item(),
            observacao=linha.observacao,
            **complemento,
        )

    def _sp_sadt(self) -> GuiaSpSadt:
        linha, contrato = self._linha, self._contrato
        itens, despesas = self._itens(Item), self._despesas()
        dados = {
            "contratado_solicitante": contrato.contratado,
            "nome_contratado_solicitante": contrato.nome_prestador,
            **self._complemento(),
        }
        autorizacao = self._autorizacao(dados)
        # Dates alone are of nothing that was authorised.
        houve = replace(autorizacao, data=None, validade_senha=None) != Autorizacao()
        return GuiaSpSadt(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=self._numero,
            autorizacao=autorizacao if houve else None,
            beneficiario=self._beneficiario(dados),
            profissional_solicitante=self._solicitante,
            data_solicitacao=linha.data_solicitacao,
            carater_atendimento=linha.carater_atendimento,
            indicacao_clinica=linha.indicacao_clinica,
            contratado_executante=contrato.contratado,
            cnes=contrato.cnes,
            tipo_atendimento=linha.tipo_atendimento,
            indicacao_acidente=linha.indicacao_acidente,
            tipo_consulta=linha.tipo_consulta,
            regime_atendimento=linha.regime_atendimento,
            itens=itens,
            despesas=despesas,
            observacao=linha.observacao,
            totais=Totais.de(itens, despesas),
            **dados,
        )

    def _resumo_internacao(self) -> GuiaResumoInternacao:
        linha, contrato = self._linha, self._contrato
        itens, despesas = self._itens(Item), self._despesas()
        dados = self._complemento()
        return GuiaResumoInternacao(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=self._numero,
            autorizacao=self._autorizacao(dados),
            beneficiario=self._beneficiario(dados),
            contratado_executante=contrato.contratado,
            cnes=contrato.cnes,
            carater_atendimento=linha.carater_atendimento,
            indicador_acidente=linha.indicacao_acidente,
            itens=itens,
            despesas=despesas,
            totais=Totais.de(itens, despesas),
            observacao=linha.observacao,
            **dados,
        )

    def _honorarios(self) -> GuiaHonorarios:
        linha, contrato = self._linha, self._contrato
        itens = self._itens(Item)
        self._sem_despesas()
        dados = {
            "local_contratado": LocalContratado(),
            "data_inicio_faturamento": linha.data_atendimento,
            "data_fim_faturamento": linha.data_atendimento,
            "data_emissao": linha.data_atendimento,
            **self._complemento(),
        }
        return GuiaHonorarios(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=self._numero,
            senha=linha.senha,
            numero_guia_operadora=linha.numero_guia_operadora,
            beneficiario=self._beneficiario(dados),
            codigo_na_operadora=contrato.contratado.valor,
            cnes=contrato.cnes,
            carater_atendimento=linha.carater_atendimento,
            itens=itens,
            observacao=linha.observacao,
            valor_total_honorarios=soma(itens),
            **dados,
        )

    def _odonto(self) -> GuiaOdonto:
        linha, contrato = self._linha, self._contrato
        itens = self._itens(ItemOdonto)
        self._sem_despesas()
        dados = self._complemento()
        return GuiaOdonto(
            registro_ans=contrato.registro_ans,
            numero_guia_prestador=self._numero,
            data_autorizacao=linha.data_autorizacao,
            senha_autorizacao=linha.senha,
            validade_senha=linha.data_validade_senha,
            numero_guia_operadora=linha.numero_guia_operadora,
            beneficiario=self._beneficiario(dados),
            nome_prof_solic=linha.nome_solicitante,
            cro_solic=linha.numero_conselho_solicitante,
            uf_solic=linha.uf_solicitante,
            cbos_solic=linha.cbo_solicitante,
            codigo_prof_exec=contrato.contratado.valor,
            cro_exec=linha.numero_conselho_profissional,
            uf_exec=linha.uf,
            cnes_exec=contrato.cnes,
            nome_prof_exec2=linha.nome_profissional,
            cro_exec2=linha.numero_conselho_profissional,
            uf_exec2=linha.uf,
            cbos_exec2=linha.cbo,
            itens=itens,
            tipo_atendimento=linha.tipo_atendimento,
            qtd_total_us=_total(item.qtd_us for item in itens),
            valor_total_proc=soma(itens),
            valor_total_franquia=_total(item.valor_franquia for item in itens),
            observacao=linha.observacao,
            **dados,
        )

    def _complemento(self) -> dict[str, Any]:
        """Return what `complemento` says, typed; what the kind does not have is noted."""
        dados = self._linha.complemento
        if not dados:
            return {}
        if not isinstance(dados, Mapping):
            self._notas.ilegiveis.append("complemento")
            return {}
        aceitas = COMPLEMENTO[self._tipo]
        self._notas.desconhecidas += [f"complemento/{c}" for c in dados if c not in aceitas]
        campos: dict[str, Any] = {}
        for classe in (Autorizacao, Beneficiario, _CLASSES[self._tipo]):
            deste = {c: dados[c] for c in dados if c in aceitas and c in atributos(classe)}
            campos |= converter_campos(classe, deste, "complemento", self._notas)
        return campos

    def _itens(self, classe: type[Linha]) -> tuple[Linha, ...]:
        return converter_lista(classe, self._linha.itens, "itens", self._notas)

    def _despesas(self) -> tuple[Despesa, ...]:
        return converter_lista(Despesa, self._linha.despesas, "despesas", self._notas)

    def _sem_despesas(self) -> None:
        if self._linha.despesas:
            self._notas.desconhecidas.append("despesas")

    def _beneficiario(self, dados: dict[str, Any]) -> Beneficiario:
        return Beneficiario(
            numero_carteira=self._linha.numero_carteira,
            atendimento_rn="S" if self._linha.atendimento_rn else "N",
            **{chave: dados.pop(chave) for chave in _BENEFICIARIO if chave in dados},
        )

    def _autorizacao(self, dados: dict[str, Any]) -> Autorizacao:
        linha = self._linha
        validacao = {chave: dados.pop(chave) for chave in _VALIDACAO if chave in dados}
        return Autorizacao(
            numero_guia_operadora=linha.numero_guia_operadora,
            data=linha.data_autorizacao,
            senha=linha.senha,
            validade_senha=linha.data_validade_senha,
            **validacao,
        )

    @property
    def _executante(self) -> Profissional:
        return Profissional(
            nome=self._linha.nome_profissional,
            conselho=self._linha.conselho_profissional,
            numero_conselho=self._linha.numero_conselho_profissional,
            uf=self._linha.uf,
            cbo=self._linha.cbo,
        )

    @property
    def _solicitante(self) -> Profissional:
        linha = self._linha
        if linha.numero_conselho_solicitante is None and linha.nome_solicitante is None:
            return self._executante
        return Profissional(
            nome=linha.nome_solicitante,
            conselho=linha.conselho_solicitante,
            numero_conselho=linha.numero_conselho_solicitante,
            uf=linha.uf_solicitante,
            cbo=linha.cbo_solicitante,
        )


_MONTADORES: dict[TipoGuia, Callable[[_Montagem], Guia]] = {
    TipoGuia.CONSULTA: _Montagem._consulta,
    TipoGuia.SP_SADT: _Montagem._sp_sadt,
    TipoGuia.RESUMO_INTERNACAO: _Montagem._resumo_internacao,
    TipoGuia.HONORARIOS: _Montagem._honorarios,
    TipoGuia.ODONTO: _Montagem._odonto,
}


def _total(valores: Iterable[Decimal | None]) -> Decimal | None:
    presentes = [valor for valor in valores if valor is not None]
    return sum(presentes, Decimal("0.00")) if presentes else None


def _problema(codigo: str, caminho: str, mensagem: str, valor: str | None = None) -> Problema:
    return Problema(codigo=codigo, caminho=caminho, mensagem=mensagem, valor=valor)
