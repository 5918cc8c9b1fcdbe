"""Fields that the standard lets a guia leave empty and that an operadora may want all the same.

What has to be there is in no list, nor what depends on the rest of the guia (the rules look after
that), nor what only special cases have, such as a special coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import Guia

__all__ = ["CAMPOS", "CampoOpcional", "campos_ausentes"]


@dataclass(frozen=True, slots=True)
class CampoOpcional:
    """A field that may be empty.

    nome: stable, as `tiss.guia.campos_ausentes` keeps it. atributo: where the guia has it. caminho:
    of the element, from inside the guia. titulo: what people call it, with its article.
    """

    nome: str
    atributo: str
    caminho: str
    titulo: str


_NUMERO_NA_OPERADORA = "o número da guia na operadora"
_SENHA = "a senha"
_VALIDADE = "a validade da senha"
_VALIDACAO = "o código de validação"
_OBSERVACAO = CampoOpcional("observacao", "observacao", "observacao", "a observação")
_IDENTIFICACAO = CampoOpcional(
    "identificador_beneficiario",
    "beneficiario.identificador_beneficiario",
    "dadosBeneficiario/identificadorBeneficiario",
    "o identificador do beneficiário",
)


def _na_autorizacao(nome: str, atributo: str, elemento: str, titulo: str) -> CampoOpcional:
    return CampoOpcional(nome, f"autorizacao.{atributo}", f"dadosAutorizacao/{elemento}", titulo)


def _direto(nome: str, elemento: str, titulo: str) -> CampoOpcional:
    return CampoOpcional(nome, nome, elemento, titulo)


_NUMERO_AUTORIZADO = _na_autorizacao(
    "numero_guia_operadora", "numero_guia_operadora", "numeroGuiaOperadora", _NUMERO_NA_OPERADORA
)
_VALIDADE_AUTORIZADA = _na_autorizacao(
    "validade_senha", "validade_senha", "dataValidadeSenha", _VALIDADE
)
_VALIDACAO_AUTORIZADA = _na_autorizacao(
    "cod_validacao", "cod_validacao", "codValidacao", _VALIDACAO
)
_NUMERO = _direto("numero_guia_operadora", "numeroGuiaOperadora", _NUMERO_NA_OPERADORA)
_VALIDACAO_DIRETA = _direto("cod_validacao", "codValidacao", _VALIDACAO)

# A field that joins a list counts as filled in by the guias that were built before it did: at first
# it looks less decisive than it is, and never more.
CAMPOS: dict[TipoGuia, tuple[CampoOpcional, ...]] = {
    TipoGuia.CONSULTA: (
        _NUMERO,
        _VALIDACAO_DIRETA,
        _IDENTIFICACAO,
        CampoOpcional(
            "nome_profissional",
            "profissional_executante.nome",
            "profissionalExecutante/nomeProfissional",
            "o nome do profissional",
        ),
        _OBSERVACAO,
    ),
    TipoGuia.SP_SADT: (
        _na_autorizacao("senha", "senha", "senha", _SENHA),
        _NUMERO_AUTORIZADO,
        _VALIDADE_AUTORIZADA,
        _VALIDACAO_AUTORIZADA,
        CampoOpcional(
            "guia_principal", "guia_principal", "cabecalhoGuia/guiaPrincipal", "a guia principal"
        ),
        CampoOpcional(
            "indicacao_clinica",
            "indicacao_clinica",
            "dadosSolicitacao/indicacaoClinica",
            "a indicação clínica",
        ),
        CampoOpcional(
            "data_solicitacao",
            "data_solicitacao",
            "dadosSolicitacao/dataSolicitacao",
            "a data da solicitação",
        ),
        CampoOpcional(
            "nome_solicitante",
            "profissional_solicitante.nome",
            "dadosSolicitante/profissionalSolicitante/nomeProfissional",
            "o nome do solicitante",
        ),
        _IDENTIFICACAO,
        _OBSERVACAO,
    ),
    TipoGuia.RESUMO_INTERNACAO: (
        _NUMERO_AUTORIZADO,
        _VALIDADE_AUTORIZADA,
        _VALIDACAO_AUTORIZADA,
        CampoOpcional("diagnosticos", "diagnosticos", "dadosSaidaInternacao/diagnostico", "o CID"),
        _IDENTIFICACAO,
        _OBSERVACAO,
    ),
    TipoGuia.HONORARIOS: (
        _direto("senha", "senha", _SENHA),
        _NUMERO,
        _OBSERVACAO,
    ),
    TipoGuia.ODONTO: (
        CampoOpcional("senha", "senha_autorizacao", "senhaAutorizacao", _SENHA),
        _NUMERO,
        _direto("data_autorizacao", "dataAutorizacao", "a data da autorização"),
        _direto("validade_senha", "validadeSenha", _VALIDADE),
        _VALIDACAO_DIRETA,
        _direto("numero_guia_principal", "numeroGuiaPrincipal", "a guia principal"),
        CampoOpcional(
            "nome_solicitante",
            "nome_prof_solic",
            "dadosProfissionaisResponsaveis/nomeProfSolic",
            "o nome do solicitante",
        ),
        _direto("situacao_inicial", "odontoInicial", "a situação inicial da boca"),
        _IDENTIFICACAO,
        _OBSERVACAO,
    ),
}


def campos_ausentes(guia: Guia) -> tuple[str, ...]:
    """Return the names of the fields of its list that a guia leaves empty, in their order."""
    return tuple(campo.nome for campo in CAMPOS[guia.tipo] if not _valor(guia, campo.atributo))


def _valor(parte: object, atributo: str) -> object:
    for nome in atributo.split("."):
        # A guia that was not authorised has no group to look into.
        parte = None if parte is None else getattr(parte, nome)
    return parte
