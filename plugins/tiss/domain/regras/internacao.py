"""Births, deaths and diagnoses of a stay in hospital. No diagnosis is ever asked for."""

from __future__ import annotations

from tiss.domain.internacao import GuiaResumoInternacao
from tiss.domain.problema import mascarar
from tiss.domain.regras.ambulatorio import validade_sem_senha
from tiss.domain.regras.registro import Achado, Contexto, Regra

_OBSTETRICA = "3"
# Tabela 39: death of the patient; of newborn, foetus or mother after a delivery.
_OBITO_DO_PACIENTE = {"41", "42", "43"}
_OBITO_NO_PARTO = {"63", "64", "65", "66", "67"}
_OBITO = _OBITO_DO_PACIENTE | _OBITO_NO_PARTO
_OBITO_DO_RECEM_NASCIDO = "63"
_CONTEUDO = "Conteúdo e Estrutura, não confirmado"

DECLARACAO_DE_NASCIDO = Regra(
    codigo="DECLARACAO_DE_NASCIDO",
    titulo="declaração de nascido vivo só em internação obstétrica",
    fonte=_CONTEUDO,
    glosa_provavel="1506",
)
DECLARACAO_DE_OBITO = Regra(
    codigo="DECLARACAO_DE_OBITO",
    titulo="declaração de óbito e motivo de encerramento por óbito vão juntos",
    fonte=_CONTEUDO,
    glosa_provavel="1609",
)
INDICADOR_DORN = Regra(
    codigo="INDICADOR_DORN",
    titulo="o indicador de óbito de recém-nascido vai com a declaração de óbito dele",
    fonte=_CONTEUDO,
    glosa_provavel="3111",
)
CID_REPETIDO = Regra(
    codigo="CID_REPETIDO",
    titulo="os CID informados não se repetem",
    fonte="Organizacional 237",
    glosa_provavel="1509",
)
EXECUTANTE_PESSOA_FISICA = Regra(
    codigo="EXECUTANTE_PESSOA_FISICA",
    titulo="quem cobra o resumo de internação é pessoa jurídica",
    fonte="Organizacional 232",
    glosa_provavel="1206",
)
REGRAS = (
    DECLARACAO_DE_NASCIDO,
    DECLARACAO_DE_OBITO,
    INDICADOR_DORN,
    CID_REPETIDO,
    EXECUTANTE_PESSOA_FISICA,
)


def conferir_resumo(guia: GuiaResumoInternacao, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check the summary of a stay in hospital."""
    if guia.declaracoes or guia.motivo_encerramento in _OBITO_DO_PACIENTE:
        _declaracoes(guia, achados)
    if len(guia.diagnosticos) > 1:
        _diagnosticos(guia.diagnosticos, achados)
    executante = guia.contratado_executante
    if executante is not None and executante.elemento == "cpfContratado":
        achados.append(
            Achado(
                EXECUTANTE_PESSOA_FISICA,
                "dadosExecutante/contratadoExecutante/cpfContratado",
                "quem cobra uma internação é pessoa jurídica: informe o CNPJ, ou cobre os "
                "honorários na guia de honorários",
                mascarar(executante.valor),
            )
        )
    if guia.autorizacao.validade_senha is not None and not guia.autorizacao.senha:
        achados.append(validade_sem_senha("dadosAutorizacao/senha"))


def _diagnosticos(diagnosticos: tuple[str, ...], achados: list[Achado]) -> None:
    vistos = set()
    for posicao, cid in enumerate(diagnosticos, 1):
        if cid and cid in vistos:
            achados.append(
                Achado(
                    CID_REPETIDO,
                    f"dadosSaidaInternacao/diagnostico[{posicao}]",
                    "o mesmo CID aparece mais de uma vez: apague o repetido",
                    mascarar(cid),
                )
            )
        vistos.add(cid)


def _declaracoes(guia: GuiaResumoInternacao, achados: list[Achado]) -> None:
    grupo = "dadosInternacao/declaracoes"
    houve_obito = guia.motivo_encerramento in _OBITO
    com_declaracao = False
    for posicao, declaracao in enumerate(guia.declaracoes, 1):
        onde = f"{grupo}[{posicao}]"
        if declaracao.declaracao_nascido and guia.tipo_internacao != _OBSTETRICA:
            achados.append(
                Achado(
                    DECLARACAO_DE_NASCIDO,
                    f"{onde}/declaracaoNascido",
                    "há declaração de nascido vivo e a internação não é obstétrica (3): corrija o "
                    "tipo de internação, ou apague a declaração",
                    mascarar(declaracao.declaracao_nascido),
                )
            )
        obito = declaracao.declaracao_obito
        com_declaracao = com_declaracao or bool(obito)
        if not houve_obito and (obito or declaracao.diagnostico_obito):
            campo = "declaracaoObito" if obito else "diagnosticoObito"
            achados.append(
                Achado(
                    DECLARACAO_DE_OBITO,
                    f"{onde}/{campo}",
                    "há dados de óbito e o motivo de encerramento não é óbito: corrija o motivo, "
                    "ou apague os dados",
                )
            )
        if declaracao.indicador_dorn == "S" and not obito:
            achados.append(_dorn(onde, "o indicador vai com a declaração de óbito: informe-a"))
        elif (
            obito
            and declaracao.indicador_dorn != "S"
            and guia.motivo_encerramento == _OBITO_DO_RECEM_NASCIDO
        ):
            achados.append(_dorn(onde, "a declaração é do recém-nascido: marque S no indicador"))
    if guia.motivo_encerramento in _OBITO_DO_PACIENTE and not com_declaracao:
        achados.append(
            Achado(
                DECLARACAO_DE_OBITO,
                f"{grupo}/declaracaoObito",
                "o motivo de encerramento é óbito: informe o número da declaração de óbito",
            )
        )


def _dorn(onde: str, mensagem: str) -> Achado:
    return Achado(INDICADOR_DORN, f"{onde}/indicadorDORN", mensagem)
