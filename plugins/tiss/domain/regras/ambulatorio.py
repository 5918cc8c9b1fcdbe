"""Fields of a consultation and of an SP/SADT that one value asks for, or forbids, by another."""

from __future__ import annotations

from tiss.domain.guia import GuiaConsulta, GuiaSpSadt
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Acao, Achado, Contexto, Regra

_INTERNACAO, _PRONTO_SOCORRO = "03", "04"
_CONSULTA = "04"
# Minor surgery, other therapies, chemotherapy, radiotherapy, renal replacement.
_COM_INDICACAO = {"02", "03", "08", "09", "10"}
_CONTEUDO = "Conteúdo e Estrutura, não confirmado"
_CAMPO_CONDICIONADO = "3111"

CONSULTA_NAO_ELETIVA = Regra(
    codigo="CONSULTA_NAO_ELETIVA",
    titulo="a guia de consulta é para consulta eletiva, fora de internação e pronto-socorro",
    fonte="Organizacional 62.1",
    glosa_provavel="1304",
)
NOME_DO_PROFISSIONAL = Regra(
    codigo="NOME_DO_PROFISSIONAL",
    titulo="o profissional tem nome quando o contratado é pessoa jurídica",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
COBERTURA_EM_INTERNACAO = Regra(
    codigo="COBERTURA_EM_INTERNACAO",
    titulo="cobertura especial é de atendimento ambulatorial, não de internação",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
GUIA_PRINCIPAL_PROPRIA = Regra(
    codigo="GUIA_PRINCIPAL_PROPRIA",
    titulo="a guia principal é outra guia",
    fonte="Organizacional 62.10, 62.11 e 62.28",
    padrao=Acao.BLOQUEIA,
    glosa_provavel="1307",
)
GUIA_PRINCIPAL_AUSENTE = Regra(
    codigo="GUIA_PRINCIPAL_AUSENTE",
    titulo="SP/SADT de paciente internado leva a guia principal",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
DATA_SOLICITACAO_AUSENTE = Regra(
    codigo="DATA_SOLICITACAO_AUSENTE",
    titulo="SP/SADT autorizada leva a data da solicitação",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
VALIDADE_SEM_SENHA = Regra(
    codigo="VALIDADE_SEM_SENHA",
    titulo="validade de senha só vai com a senha",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
INDICACAO_CLINICA_AUSENTE = Regra(
    codigo="INDICACAO_CLINICA_AUSENTE",
    titulo="pequena cirurgia e terapia levam a indicação clínica",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
TIPO_CONSULTA = Regra(
    codigo="TIPO_CONSULTA",
    titulo="tipo de consulta vai quando o tipo de atendimento é 04, e só então",
    fonte=_CONTEUDO,
    glosa_provavel="1603",
)
GRAU_DE_PARTICIPACAO = Regra(
    codigo="GRAU_DE_PARTICIPACAO",
    titulo="cada profissional da equipe leva o grau de participação",
    fonte=_CONTEUDO,
    glosa_provavel=_CAMPO_CONDICIONADO,
)
REGRAS = (
    CONSULTA_NAO_ELETIVA,
    NOME_DO_PROFISSIONAL,
    COBERTURA_EM_INTERNACAO,
    GUIA_PRINCIPAL_PROPRIA,
    GUIA_PRINCIPAL_AUSENTE,
    DATA_SOLICITACAO_AUSENTE,
    VALIDADE_SEM_SENHA,
    INDICACAO_CLINICA_AUSENTE,
    TIPO_CONSULTA,
    GRAU_DE_PARTICIPACAO,
)


def conferir_consulta(guia: GuiaConsulta, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check a consultation."""
    regime = guia.regime_atendimento
    if regime in (_INTERNACAO, _PRONTO_SOCORRO):
        achados.append(
            Achado(
                CONSULTA_NAO_ELETIVA,
                "dadosAtendimento/regimeAtendimento",
                "a guia de consulta é só para consulta eletiva: corrija o regime, ou prepare como "
                "SP/SADT",
                regime,
            )
        )
    if regime == _INTERNACAO and guia.cobertura_especial:
        achados.append(_cobertura("dadosAtendimento/coberturaEspecial", guia.cobertura_especial))
    contratado = guia.contratado_executante
    if (
        not guia.profissional_executante.nome
        and contratado is not None
        and contratado.elemento == "cnpjContratado"
    ):
        achados.append(_nome("profissionalExecutante/nomeProfissional"))


def conferir_sp_sadt(guia: GuiaSpSadt, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check services and exams."""
    _principal(guia, achados)
    solicitante = guia.contratado_solicitante
    if (
        not guia.profissional_solicitante.nome
        and solicitante is not None
        and solicitante.elemento == "cnpjContratado"
    ):
        achados.append(_nome("dadosSolicitante/profissionalSolicitante/nomeProfissional"))
    if guia.autorizacao is not None:
        if guia.data_solicitacao is None:
            achados.append(
                Achado(
                    DATA_SOLICITACAO_AUSENTE,
                    "dadosSolicitacao/dataSolicitacao",
                    "a guia foi autorizada: informe a data em que o atendimento foi solicitado",
                )
            )
        if guia.autorizacao.validade_senha is not None and not guia.autorizacao.senha:
            achados.append(validade_sem_senha("dadosAutorizacao/senha"))
    tipo = guia.tipo_atendimento
    if not guia.indicacao_clinica and tipo in _COM_INDICACAO:
        achados.append(
            Achado(
                INDICACAO_CLINICA_AUSENTE,
                "dadosSolicitacao/indicacaoClinica",
                "pequena cirurgia ou terapia: informe a indicação clínica",
            )
        )
    if (tipo == _CONSULTA) != bool(guia.tipo_consulta):
        _tipo_consulta(guia, achados)
    for posicao, item in enumerate(guia.itens, 1):
        for numero, membro in enumerate(item.equipe, 1):
            if not membro.grau_participacao:
                achados.append(
                    Achado(
                        GRAU_DE_PARTICIPACAO,
                        caminhos.da_equipe(guia.tipo, posicao, numero, "grauPart"),
                        "falta o grau de participação: informe o de cada profissional da equipe",
                        item=item.sequencial_item,
                    )
                )


def _principal(guia: GuiaSpSadt, achados: list[Achado]) -> None:
    principal = guia.guia_principal
    if principal:
        if principal == guia.numero_guia_prestador:
            achados.append(principal_propria("cabecalhoGuia/guiaPrincipal", principal))
    elif guia.regime_atendimento == _INTERNACAO:
        achados.append(
            Achado(
                GUIA_PRINCIPAL_AUSENTE,
                "cabecalhoGuia/guiaPrincipal",
                "paciente internado: informe o número da guia de solicitação de internação",
            )
        )
    if guia.cobertura_especial and guia.regime_atendimento == _INTERNACAO:
        achados.append(_cobertura("dadosSolicitacao/indCobEspecial", guia.cobertura_especial))


def principal_propria(caminho: str, numero: str) -> Achado:
    """Return what to say of a guia that names itself as its principal."""
    return Achado(
        GUIA_PRINCIPAL_PROPRIA,
        caminho,
        "a guia aponta para si mesma: informe o número da guia de que ela depende, ou deixe em "
        "branco",
        numero,
    )


def validade_sem_senha(caminho: str) -> Achado:
    """Return what to say of the validity of no senha."""
    return Achado(
        VALIDADE_SEM_SENHA,
        caminho,
        "há validade e não há senha: informe a senha, ou apague a validade",
    )


def _tipo_consulta(guia: GuiaSpSadt, achados: list[Achado]) -> None:
    if guia.tipo_atendimento is None:
        return
    falta = not guia.tipo_consulta
    achados.append(
        Achado(
            TIPO_CONSULTA,
            "dadosAtendimento/tipoConsulta",
            "o atendimento é uma consulta: informe o tipo de consulta"
            if falta
            else "o atendimento não é uma consulta (04): apague o tipo de consulta, ou corrija o "
            "tipo de atendimento",
            guia.tipo_consulta or None,
        )
    )


def _cobertura(caminho: str, cobertura: str) -> Achado:
    return Achado(
        COBERTURA_EM_INTERNACAO,
        caminho,
        "cobertura especial é de atendimento ambulatorial: apague, ou corrija o regime",
        cobertura,
    )


def _nome(caminho: str) -> Achado:
    return Achado(
        NOME_DO_PROFISSIONAL,
        caminho,
        "o contratado é pessoa jurídica: informe o nome do profissional",
    )
