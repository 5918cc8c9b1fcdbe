"""Types, and the groups that several kinds of guia share."""

from __future__ import annotations

from decimal import Decimal

from tiss.domain.partes import Autorizacao, Beneficiario, Despesa, Profissional, Totais
from tiss.messages.declaracao import FORA_DO_PADRAO, Campo, Escolha, Grupo, Lista, No
from tiss.messages.tipos import (
    Base64,
    Data,
    Decimais,
    Hora,
    Inteiro,
    Sequencial,
    Texto,
    Tipo,
)

# Codes of Tabela 38, all of them older than 4.01.00.
GLOSA_CARTEIRA, GLOSA_CNES, GLOSA_PRESTADOR, GLOSA_CBO = "1001", "1202", "1206", "1213"
GLOSA_TIPO_ATENDIMENTO, GLOSA_TIPO_CONSULTA = "1602", "1603"
GLOSA_CODIGO, GLOSA_TABELA = "1801", "3150"


def campo(
    nome: str,
    de: str,
    tipo: Tipo,
    titulo: str,
    *,
    pessoal: bool = False,
    glosa: str = FORA_DO_PADRAO,
) -> Campo:
    """Return a mandatory leaf."""
    return Campo(nome, de, tipo, titulo, pessoal=pessoal, glosa=glosa)


def opcional(
    nome: str,
    de: str,
    tipo: Tipo,
    titulo: str,
    *,
    desde: str = "",
    pessoal: bool = False,
    glosa: str = FORA_DO_PADRAO,
) -> Campo:
    """Return a leaf that is written when it has a value."""
    return Campo(
        nome, de, tipo, titulo, obrigatorio=False, desde=desde, pessoal=pessoal, glosa=glosa
    )


def numero(maximo: int) -> Texto:
    """Return the type of what identifies something, which nobody can abbreviate."""
    return Texto(maximo, dica="confira: copie só o número, sem texto nem espaços")


def codigo(maximo: int) -> Texto:
    """Return the type of a code of an open list."""
    return Texto(maximo, dica="confira: copie só o código, sem texto nem espaços")


def um_de(valores: str) -> Texto:
    """Return the type of a closed list of codes, separated by blanks."""
    codigos = valores.split()
    return Texto(max(map(len, codigos)), "|".join(codigos), f"os códigos são {', '.join(codigos)}")


REGISTRO_ANS = Texto(6, r"[0-9]{6}", "o registro ANS tem 6 dígitos")
NUMERO_GUIA = numero(20)
CNPJ = Texto(
    14,
    r"[A-Z0-9]{12}[0-9]{2}",
    "o CNPJ tem 14 posições, sem pontos",
    antes=("4.03.00", Texto(14, r"[0-9]{14}", "o CNPJ tem 14 dígitos, sem pontos")),
)
CPF = Texto(11, r"[0-9]{11}", "o CPF tem 11 dígitos, sem pontos")
CBO = Texto(6, r"[0-9]{6}", "o CBO tem 6 dígitos")
UF = Texto(2, r"[1-9][0-9]", "use o código IBGE da UF, por exemplo 35 para São Paulo")
NUMERO_CONSELHO = numero(15)
SENHA = numero(20)
CNES = numero(7)
CODIGO_PRESTADOR = codigo(14)
DINHEIRO = Decimais(Decimal("99999999.99"), antes=("4.02.00", Decimais(Decimal("999999.99"))))
TOTAL = Decimais(Decimal("99999999.99"))
FATOR = Decimais(Decimal("9.99"))
SEQUENCIAL = Sequencial(9999)
SIM_NAO = um_de("S N")
TABELA = um_de("18 19 20 22 90 98 00")
CONSELHO = um_de("01 02 03 04 05 06 07 08 09 10 11 12 13 14 15")
ACIDENTE = um_de("0 1 2 9")
CARATER = um_de("1 2")
COBERTURA_ESPECIAL = um_de("01 02 03")
CENTRO_CONSUMO = um_de("1 2 3 4 5 6 7 8 9 10")
GRAU_PARTICIPACAO = um_de("00 01 02 03 04 05 06 07 08 09 10 11 12 13")
UNIDADE_MEDIDA = Texto(3, r"[0-9]{3}", "use o código de 3 dígitos, por exemplo 036 para unidade")

CONTRATADO = (
    ("codigoPrestadorNaOperadora", CODIGO_PRESTADOR),
    ("cpfContratado", CPF),
    ("cnpjContratado", CNPJ),
)
PROFISSIONAL = Escolha(
    "codigo", CONTRATADO[:2], "código do profissional", pessoal=True, glosa=GLOSA_PRESTADOR
)

CABECALHO = (
    campo("registroANS", "registro_ans", REGISTRO_ANS, "registro ANS"),
    campo("numeroGuiaPrestador", "numero_guia_prestador", NUMERO_GUIA, "número da guia"),
)
NUMERO_GUIA_OPERADORA = opcional(
    "numeroGuiaOperadora", "numero_guia_operadora", NUMERO_GUIA, "número da guia na operadora"
)
VALIDACAO = (
    opcional(
        "ausenciaCodValidacao",
        "ausencia_cod_validacao",
        um_de("01 02 03 04 05 06 07"),
        "motivo da ausência do código de validação",
    ),
    opcional("codValidacao", "cod_validacao", codigo(10), "código de validação", pessoal=True),
)
CARTEIRA = (
    campo(
        "numeroCarteira",
        "numero_carteira",
        numero(20),
        "número da carteira",
        pessoal=True,
        glosa=GLOSA_CARTEIRA,
    ),
    campo("atendimentoRN", "atendimento_rn", SIM_NAO, "atendimento a recém-nascido"),
)
BENEFICIARIO = Grupo(
    "dadosBeneficiario",
    (
        *CARTEIRA,
        opcional(
            "tipoIdent",
            "tipo_ident",
            um_de("01 02 03 04 05 06 07 08 09"),
            "tipo de identificação do beneficiário",
        ),
        opcional(
            "identificadorBeneficiario",
            "identificador_beneficiario",
            Base64(),
            "identificador do beneficiário",
            pessoal=True,
        ),
    ),
    de="beneficiario",
    classe=Beneficiario,
)
OBSERVACAO = opcional("observacao", "observacao", Texto(500), "observação", pessoal=True)


def autorizacao(*, internacao: bool) -> Grupo:
    """Return dadosAutorizacao, which a stay in hospital must have, with its senha."""
    senha = campo if internacao else opcional
    return Grupo(
        "dadosAutorizacao",
        (
            NUMERO_GUIA_OPERADORA,
            Campo(
                "dataAutorizacao",
                "data",
                Data(),
                "data da autorização",
                falta="não informada: a senha e o código de validação vão no grupo da autorização, "
                "que exige data: informe a data da autorização ou da validação",
            ),
            senha("senha", "senha", SENHA, "senha", pessoal=True),
            opcional("dataValidadeSenha", "validade_senha", Data(), "validade da senha"),
            *VALIDACAO,
        ),
        de="autorizacao",
        classe=Autorizacao,
        opcional=not internacao,
    )


def contratado(nome: str, de: str, titulo: str) -> Grupo:
    """Return a group that names a provider."""
    return Grupo(nome, (prestador(de, titulo),))


def prestador(de: str, titulo: str) -> Escolha:
    """Return how a provider is named: a person too, by CPF or by a code that may hold it."""
    return Escolha(de, CONTRATADO, titulo, pessoal=True, glosa=GLOSA_PRESTADOR)


def conselho(nome: str, quem: str, cbo: str = "CBOS") -> tuple[Campo, ...]:
    """Return council, number, state and occupation of a professional; names differ in the XSD."""
    return (
        campo(nome, "conselho", CONSELHO, f"conselho do {quem}"),
        campo(
            "numeroConselhoProfissional",
            "numero_conselho",
            NUMERO_CONSELHO,
            f"número do {quem} no conselho",
            pessoal=True,
        ),
        campo("UF", "uf", UF, f"UF do conselho do {quem}"),
        campo(cbo, "cbo", CBO, f"CBO do {quem}", glosa=GLOSA_CBO),
    )


def profissional(nome: str, de: str, quem: str) -> Grupo:
    """Return ct_contratadoProfissionalDados."""
    return Grupo(
        nome,
        (
            opcional("nomeProfissional", "nome", Texto(70), f"nome do {quem}", pessoal=True),
            *conselho("conselhoProfissional", quem),
        ),
        de=de,
        classe=Profissional,
    )


def equipe(*, grau_obrigatorio: bool) -> tuple[No, ...]:
    """Return the fields of ct_identEquipe and ct_identEquipeSADT."""
    grau = campo if grau_obrigatorio else opcional
    return (
        grau("grauPart", "grau_participacao", GRAU_PARTICIPACAO, "grau de participação"),
        Grupo(
            "codProfissional",
            (PROFISSIONAL,),
        ),
        campo("nomeProf", "nome", Texto(70), "nome do profissional da equipe", pessoal=True),
        *conselho("conselho", "profissional da equipe"),
    )


HORAS = (
    opcional("horaInicial", "hora_inicial", Hora(), "hora inicial"),
    opcional("horaFinal", "hora_final", Hora(), "hora final"),
)
PROCEDIMENTO = (
    campo("codigoTabela", "codigo_tabela", TABELA, "tabela", glosa=GLOSA_TABELA),
    campo("codigoProcedimento", "codigo_procedimento", codigo(10), "código", glosa=GLOSA_CODIGO),
    campo("descricaoProcedimento", "descricao", Texto(150), "descrição do procedimento"),
)
VALORES = (
    campo("reducaoAcrescimo", "reducao_acrescimo", FATOR, "fator de redução ou acréscimo"),
    campo("valorUnitario", "valor_unitario", DINHEIRO, "valor unitário"),
    campo("valorTotal", "valor_total", DINHEIRO, "valor total do item"),
)
CENTRO = opcional(
    "centroConsumo", "centro_consumo", CENTRO_CONSUMO, "centro de consumo", desde="4.03.00"
)
# What all executed procedures begin with; the kinds differ in what follows.
EXECUTADO = (
    campo("sequencialItem", "sequencial_item", SEQUENCIAL, "número do item"),
    campo("dataExecucao", "data_execucao", Data(), "data da execução"),
    *HORAS,
    Grupo("procedimento", PROCEDIMENTO),
    campo("quantidadeExecutada", "quantidade", Inteiro(999), "quantidade"),
    opcional("viaAcesso", "via_acesso", um_de("1 2 3"), "via de acesso"),
    opcional("tecnicaUtilizada", "tecnica_utilizada", um_de("1 2 3"), "técnica utilizada"),
    *VALORES,
)
OUTRAS_DESPESAS = Grupo(
    "outrasDespesas",
    (
        Lista(
            Grupo(
                "despesa",
                (
                    campo("sequencialItem", "sequencial_item", SEQUENCIAL, "número do item"),
                    campo(
                        "codigoDespesa",
                        "codigo_despesa",
                        um_de("01 02 03 05 07 08"),
                        "tipo de despesa",
                    ),
                    Grupo(
                        "servicosExecutados",
                        (
                            campo("dataExecucao", "data_execucao", Data(), "data da execução"),
                            *HORAS,
                            *PROCEDIMENTO[:2],
                            campo(
                                "quantidadeExecutada",
                                "quantidade",
                                Decimais(Decimal("99999.9999"), casas=4),
                                "quantidade",
                            ),
                            campo("unidadeMedida", "unidade_medida", UNIDADE_MEDIDA, "unidade"),
                            *VALORES,
                            CENTRO,
                            campo(
                                "descricaoProcedimento",
                                "descricao",
                                Texto(150),
                                "descrição da despesa",
                            ),
                            opcional(
                                "registroANVISA", "registro_anvisa", numero(15), "registro ANVISA"
                            ),
                            opcional(
                                "codigoRefFabricante",
                                "codigo_ref_fabricante",
                                codigo(60),
                                "referência do fabricante",
                            ),
                            opcional(
                                "autorizacaoFuncionamento",
                                "autorizacao_funcionamento",
                                numero(30),
                                "autorização de funcionamento",
                            ),
                        ),
                    ),
                    opcional("itemVinculado", "item_vinculado", SEQUENCIAL, "item vinculado"),
                ),
                classe=Despesa,
            ),
            de="despesas",
        ),
    ),
    opcional=True,
)
TOTAIS = Grupo(
    "valorTotal",
    (
        opcional("valorProcedimentos", "procedimentos", TOTAL, "total dos procedimentos"),
        opcional("valorDiarias", "diarias", TOTAL, "total das diárias"),
        opcional("valorTaxasAlugueis", "taxas_alugueis", TOTAL, "total de taxas e aluguéis"),
        opcional("valorMateriais", "materiais", TOTAL, "total dos materiais"),
        opcional("valorMedicamentos", "medicamentos", TOTAL, "total dos medicamentos"),
        opcional("valorOPME", "opme", TOTAL, "total de OPME"),
        opcional("valorGasesMedicinais", "gases_medicinais", TOTAL, "total dos gases"),
        campo("valorTotalGeral", "geral", TOTAL, "total da guia"),
    ),
    de="totais",
    classe=Totais,
)
