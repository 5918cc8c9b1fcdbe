"""Who is named in a guia: prestador, beneficiary, professionals, senha."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tiss.domain.cadastro import TipoGuia
from tiss.domain.documentos import CNPJ, CPF, cnpj_valido, cpf_valido
from tiss.domain.guia import GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao
from tiss.domain.odonto import GuiaOdonto
from tiss.domain.partes import Alternativa, Autorizacao, Beneficiario, Item
from tiss.domain.problema import mascarar
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Acao, Achado, Contexto, Regra, sempre_bloqueia

_CNES = 7
_CNES_INTEIRO = re.compile(r"[0-9]{7}").fullmatch
# What stands for a requester whose code nobody knows.
_DESCONHECIDO = "99999999999999"
_CBO_DESCONHECIDO = "999999"
_MAIOR_CONSELHO = 15
_NUMERO_DE_CONSELHO = re.compile(r"(?=.*[0-9])[0-9A-Za-z]+").fullmatch


def _cpf_errado(valor: str) -> bool:
    return bool(CPF.fullmatch(valor)) and not cpf_valido(valor)


def _cnpj_errado(valor: str) -> bool:
    return bool(CNPJ.fullmatch(valor)) and not cnpj_valido(valor)


# Element -> whether a well-formed document in it is wrong. Any other is a matter of form, and so is
# an element that the place does not take.
_Documentos = Mapping[str, Callable[[str], bool]]
_DO_CONTRATADO: _Documentos = {"cpfContratado": _cpf_errado, "cnpjContratado": _cnpj_errado}
_DO_LOCAL: _Documentos = {"cnpjLocalExecutante": _cnpj_errado}
_DO_PROFISSIONAL: _Documentos = {"cpfContratado": _cpf_errado}

DOCUMENTO_DO_PRESTADOR = sempre_bloqueia(
    "DOCUMENTO_DO_PRESTADOR",
    "os dígitos verificadores do CPF ou CNPJ do prestador executante conferem",
    "lacuna do XSD: dígitos verificadores não são conferidos",
    "1206",
)
CNES_INVALIDO = sempre_bloqueia(
    "CNES_INVALIDO",
    "o CNES tem 7 dígitos; 9999999 quando não há",
    "lacuna do XSD: qualquer texto é válido",
    "1202",
)
DOCUMENTO_DE_TERCEIRO = Regra(
    codigo="DOCUMENTO_DE_TERCEIRO",
    titulo="os dígitos verificadores do CPF ou CNPJ de solicitante, equipe e local conferem",
    fonte="lacuna do XSD: dígitos verificadores não são conferidos",
    glosa_provavel="1206",
)
CARTEIRA_SUSPEITA = Regra(
    codigo="CARTEIRA_SUSPEITA",
    titulo="a carteira é um número, sem pontos, traços nem espaços",
    fonte="prática; a forma é de cada operadora",
    glosa_provavel="1001",
)
SENHA_SUSPEITA = Regra(
    codigo="SENHA_SUSPEITA",
    titulo="a senha é a que a operadora emitiu, e não um enchimento",
    fonte="prática; a forma é de cada operadora",
    glosa_provavel="3111",
)
CBO_DO_EXECUTANTE = Regra(
    codigo="CBO_DO_EXECUTANTE",
    titulo="quem executa tem CBO próprio: 999999 só vale para solicitante",
    fonte="Organizacional 231",
    padrao=Acao.BLOQUEIA,
    glosa_provavel="1213",
)
IDENTIFICACAO_INCOMPLETA = Regra(
    codigo="IDENTIFICACAO_INCOMPLETA",
    titulo="tipo de identificação e identificador do beneficiário vão juntos",
    fonte="Conteúdo e Estrutura, não confirmado",
    glosa_provavel="3243",
)
CONSELHO_SUSPEITO = Regra(
    codigo="CONSELHO_SUSPEITO",
    titulo="o número do profissional no conselho tem só letras e números, e algum número",
    fonte="lacuna do XSD: qualquer texto é válido; a forma é de cada conselho",
    glosa_provavel="3269",
)
VALIDACAO_EM_CONFLITO = Regra(
    codigo="VALIDACAO_EM_CONFLITO",
    titulo="o código de validação e o motivo da sua ausência não vão juntos",
    fonte="Conteúdo e Estrutura, não confirmado",
    glosa_provavel="3111",
)
REGRAS = (
    DOCUMENTO_DO_PRESTADOR,
    CNES_INVALIDO,
    DOCUMENTO_DE_TERCEIRO,
    CARTEIRA_SUSPEITA,
    SENHA_SUSPEITA,
    CBO_DO_EXECUTANTE,
    IDENTIFICACAO_INCOMPLETA,
    CONSELHO_SUSPEITO,
    VALIDACAO_EM_CONFLITO,
)


def conferir_consulta(guia: GuiaConsulta, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check a consultation."""
    _beneficiario(guia.beneficiario, "dadosBeneficiario", achados)
    _prestador(guia.contratado_executante, "contratadoExecutante", achados)
    _cnes(guia.cnes, "contratadoExecutante/CNES", achados)
    profissional = guia.profissional_executante
    _conselho(
        profissional.numero_conselho,
        "profissionalExecutante/numeroConselhoProfissional",
        achados,
    )
    if profissional.cbo == _CBO_DESCONHECIDO:
        achados.append(_cbo("profissionalExecutante/CBOS"))
    _validacao(guia.cod_validacao, guia.ausencia_cod_validacao, "", achados)


def conferir_sp_sadt(guia: GuiaSpSadt, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check services and exams."""
    _beneficiario(guia.beneficiario, "dadosBeneficiario", achados)
    _prestador(guia.contratado_executante, "dadosExecutante/contratadoExecutante", achados)
    _cnes(guia.cnes, "dadosExecutante/CNES", achados)
    solicitante = guia.contratado_solicitante
    if (
        solicitante is not None
        and solicitante != guia.contratado_executante
        and solicitante.valor != _DESCONHECIDO
    ):
        _terceiro(solicitante, _DO_CONTRATADO, "dadosSolicitante/contratadoSolicitante", achados)
    _conselho(
        guia.profissional_solicitante.numero_conselho,
        "dadosSolicitante/profissionalSolicitante/numeroConselhoProfissional",
        achados,
    )
    if guia.autorizacao is not None:
        _autorizacao(guia.autorizacao, achados)
    _equipes(guia.tipo, guia.itens, achados)


def conferir_resumo(guia: GuiaResumoInternacao, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check the summary of a stay in hospital."""
    _beneficiario(guia.beneficiario, "dadosBeneficiario", achados)
    _prestador(guia.contratado_executante, "dadosExecutante/contratadoExecutante", achados)
    _cnes(guia.cnes, "dadosExecutante/CNES", achados)
    _autorizacao(guia.autorizacao, achados)
    _equipes(guia.tipo, guia.itens, achados)


def conferir_honorarios(guia: GuiaHonorarios, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check the fees of professionals."""
    _beneficiario(guia.beneficiario, "beneficiario", achados)
    _cnes(guia.cnes, "dadosContratadoExecutante/cnesContratadoExecutante", achados)
    local = guia.local_contratado
    _cnes(local.cnes, "localContratado/cnes", achados)
    if local.codigo is not None:
        _terceiro(local.codigo, _DO_LOCAL, "localContratado/codigoContratado", achados)
    _senha(guia.senha, "senha", achados)
    _equipes(guia.tipo, guia.itens, achados)


def conferir_odonto(guia: GuiaOdonto, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check a dental treatment."""
    _beneficiario(guia.beneficiario, "dadosBeneficiario", achados)
    grupo = "dadosProfissionaisResponsaveis"
    _cnes(guia.cnes_exec, f"{grupo}/cnesExec", achados)
    _conselho(guia.cro_solic, f"{grupo}/croSolic", achados)
    _conselho(guia.cro_exec, f"{grupo}/croExec", achados)
    _conselho(guia.cro_exec2, f"{grupo}/croExec2", achados)
    if guia.cbos_exec2 == _CBO_DESCONHECIDO:
        achados.append(_cbo(f"{grupo}/cbosExec2"))
    _senha(guia.senha_autorizacao, "senhaAutorizacao", achados)
    _validacao(guia.cod_validacao, guia.ausencia_cod_validacao, "", achados)


def _beneficiario(beneficiario: Beneficiario, grupo: str, achados: list[Achado]) -> None:
    carteira = beneficiario.numero_carteira
    if carteira and (not carteira.isalnum() or _enchimento(carteira)):
        achados.append(
            Achado(
                CARTEIRA_SUSPEITA,
                f"{grupo}/numeroCarteira",
                "não parece o número de uma carteira: copie o número do cartão, sem pontos, traços "
                "nem espaços",
                mascarar(carteira),
            )
        )
    if bool(beneficiario.tipo_ident) != bool(beneficiario.identificador_beneficiario):
        falta = "identificadorBeneficiario" if beneficiario.tipo_ident else "tipoIdent"
        achados.append(
            Achado(
                IDENTIFICACAO_INCOMPLETA,
                f"{grupo}/{falta}",
                "tipo de identificação e identificador do beneficiário vão juntos: informe os dois "
                "ou nenhum",
            )
        )


def _prestador(contratado: Alternativa | None, grupo: str, achados: list[Achado]) -> None:
    if contratado is not None and _errado(contratado, _DO_CONTRATADO):
        achados.append(
            Achado(
                DOCUMENTO_DO_PRESTADOR,
                f"{grupo}/{contratado.elemento}",
                "os dígitos verificadores não conferem: corrija o CPF ou CNPJ no cadastro do "
                "prestador",
                _documento(contratado),
            )
        )


def _terceiro(
    codigo: Alternativa,
    aceitos: _Documentos,
    grupo: str,
    achados: list[Achado],
    item: int | None = None,
) -> None:
    if _errado(codigo, aceitos):
        achados.append(
            Achado(
                DOCUMENTO_DE_TERCEIRO,
                f"{grupo}/{codigo.elemento}",
                "os dígitos verificadores não conferem: confira o CPF ou CNPJ informado",
                _documento(codigo),
                item,
            )
        )


def _errado(codigo: Alternativa, aceitos: _Documentos) -> bool:
    errado = aceitos.get(codigo.elemento)
    return errado is not None and errado(codigo.valor)


def _documento(codigo: Alternativa) -> str:
    return mascarar(codigo.valor) if codigo.elemento == "cpfContratado" else codigo.valor


def _cnes(cnes: str | None, caminho: str, achados: list[Achado]) -> None:
    # A longer one is a matter of form.
    if cnes and len(cnes) <= _CNES and not _CNES_INTEIRO(cnes):
        achados.append(
            Achado(
                CNES_INVALIDO,
                caminho,
                "o CNES tem 7 dígitos: corrija no cadastro, ou use 9999999 se o prestador não tem",
                cnes,
            )
        )


def _conselho(
    numero: str | None, caminho: str, achados: list[Achado], item: int | None = None
) -> None:
    # A longer one is a matter of form.
    if numero and len(numero) <= _MAIOR_CONSELHO and not _NUMERO_DE_CONSELHO(numero):
        achados.append(
            Achado(
                CONSELHO_SUSPEITO,
                caminho,
                "não parece um número de conselho: copie só o número, sem pontos, barras, UF nem "
                "nome",
                mascarar(numero),
                item,
            )
        )


def _autorizacao(autorizacao: Autorizacao, achados: list[Achado]) -> None:
    _senha(autorizacao.senha, "dadosAutorizacao/senha", achados)
    _validacao(
        autorizacao.cod_validacao,
        autorizacao.ausencia_cod_validacao,
        "dadosAutorizacao/",
        achados,
    )


def _senha(senha: str | None, caminho: str, achados: list[Achado]) -> None:
    if senha and (" " in senha or _enchimento(senha)):
        achados.append(
            Achado(
                SENHA_SUSPEITA,
                caminho,
                "não parece uma senha de autorização: copie a que a operadora emitiu",
                mascarar(senha),
            )
        )


def _enchimento(texto: str) -> bool:
    """Return whether a text is there only to fill its field: one sign repeated, or no digit."""
    primeiro = texto[0]
    if texto.count(primeiro) == len(texto):
        return True
    return not primeiro.isdigit() and not any(map(str.isdigit, texto))


def _validacao(codigo: str | None, ausencia: str | None, grupo: str, achados: list[Achado]) -> None:
    if codigo and ausencia:
        achados.append(
            Achado(
                VALIDACAO_EM_CONFLITO,
                f"{grupo}ausenciaCodValidacao",
                "há código de validação e também o motivo da sua ausência: deixe só um",
                ausencia,
            )
        )


def _equipes(tipo: TipoGuia, itens: Iterable[Item], achados: list[Achado]) -> None:
    for posicao, item in enumerate(itens, 1):
        for numero, membro in enumerate(item.equipe, 1):
            if membro.cbo == _CBO_DESCONHECIDO:
                caminho = caminhos.da_equipe(tipo, posicao, numero, "CBOS")
                achados.append(_cbo(caminho, item.sequencial_item))
            onde = caminhos.da_equipe(tipo, posicao, numero, "numeroConselhoProfissional")
            _conselho(membro.numero_conselho, onde, achados, item.sequencial_item)
            if membro.codigo is not None:
                grupo = caminhos.da_equipe(tipo, posicao, numero, "codProfissional")
                aceitos = _DO_PROFISSIONAL
                _terceiro(membro.codigo, aceitos, grupo, achados, item.sequencial_item)


def _cbo(caminho: str, item: int | None = None) -> Achado:
    return Achado(
        CBO_DO_EXECUTANTE,
        caminho,
        "999999 só vale para solicitante: informe o CBO de quem executou",
        _CBO_DESCONHECIDO,
        item,
    )
