"""Lines of a guia: there is at least one, numbered once, priced and counted right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao
from tiss.domain.odonto import ItemOdonto
from tiss.domain.partes import Despesa, Item
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Acao, Achado, Contexto, Regra, sempre_bloqueia

CENTAVO = Decimal("0.01")
_MAIOR_SEQUENCIAL = 9999
_OPME = "08"
_TABELA_SEM_UNIDADE, _UNIDADE = "18", "036"
_MATERIAIS_E_MEDICAMENTOS = {"02", "03"}
_TUSS_PROCEDIMENTOS = "22"
# TUSS keeps the chapters of the medical list: 30 and 31 are surgery, 316 is anaesthesia.
_CIRURGIA, _ANESTESIA = ("30", "31"), "316"
# What a table that is none of these is, the form says.
TABELAS = {"00", "18", "19", "20", "22", "90", "98"}
_PROPRIAS = {"00", "98"}
TABELAS_DE_PROCEDIMENTO = {_TUSS_PROCEDIMENTOS, *_PROPRIAS}
_TABELAS_DE_DESPESA = {
    "01": {"18", *_PROPRIAS},
    "02": {"20", *_PROPRIAS},
    "03": {"19", *_PROPRIAS},
    "05": {"18", *_PROPRIAS},
    "07": {"18", *_PROPRIAS},
    "08": {"19", *_PROPRIAS},
}
_PRIMEIRA_COM_CENTRO_DE_CONSUMO = "4.03.00"

SEM_ITEM = sempre_bloqueia(
    "SEM_ITEM",
    "a guia tem ao menos um procedimento ou despesa",
    "lacuna do XSD: uma guia sem itens é válida",
    "1713",
)
SEQUENCIAL_REPETIDO = sempre_bloqueia(
    "SEQUENCIAL_REPETIDO",
    "cada número de item aparece uma vez na guia, contadas as outras despesas",
    "Organizacional 63 e 64",
    "3167",
)
QUANTIDADE = sempre_bloqueia(
    "QUANTIDADE",
    "a quantidade é maior que zero",
    "lacuna do XSD: quantidade 0 é válida",
    "1806",
)
TOTAL_NAO_CONFERE = sempre_bloqueia(
    "TOTAL_NAO_CONFERE",
    "valor total = quantidade x valor unitário x fator, com diferença de até R$ 0,01",
    "lacuna do XSD; arredondamento para o centavo mais próximo, meio centavo para cima",
    "1805",
)
VALOR_ZERO = Regra(
    codigo="VALOR_ZERO",
    titulo="o valor de cada item é maior que zero",
    fonte="prática; retorno, cortesia e parte de pacote vão zerados",
    glosa_provavel="1706",
)
LINHA_REPETIDA = Regra(
    codigo="LINHA_REPETIDA",
    titulo="um procedimento aparece uma vez por data e hora na guia",
    fonte="prática das operadoras: uma linha por data",
    glosa_provavel="3209",
)
MATERIAL_EM_QUANTIDADE = Regra(
    codigo="MATERIAL_EM_QUANTIDADE",
    titulo="material ou medicamento tem quantidade 1 em cada linha",
    fonte="prática de algumas operadoras",
    padrao=Acao.DESLIGADA,
    glosa_provavel="3191",
)
ITEM_VINCULADO = Regra(
    codigo="ITEM_VINCULADO",
    titulo="o item vinculado de uma despesa é um procedimento da mesma guia",
    fonte="Conteúdo e Estrutura, não confirmado",
    glosa_provavel="3111",
)
OPME_SEM_REGISTRO = Regra(
    codigo="OPME_SEM_REGISTRO",
    titulo="OPME leva o registro ANVISA",
    fonte="Conteúdo e Estrutura, não confirmado; depende do contrato",
    glosa_provavel="3106",
)
UNIDADE_DE_MEDIDA = Regra(
    codigo="UNIDADE_DE_MEDIDA",
    titulo="diárias, taxas e gases da tabela 18 vão em unidades (036)",
    fonte="Conteúdo e Estrutura, não confirmado: a unidade só se aplica às tabelas 19 e 20",
)
TABELA_DO_ITEM = Regra(
    codigo="TABELA_DO_ITEM",
    titulo="a tabela é a do tipo de item: 22 procedimentos, 18 diárias, taxas e gases, "
    "19 materiais e OPME, 20 medicamentos, ou própria (00, 98; 90 em odontologia)",
    fonte="Organizacional 84",
    glosa_provavel="3150",
)
VIA_E_TECNICA = Regra(
    codigo="VIA_E_TECNICA",
    titulo="procedimento cirúrgico leva via de acesso e técnica utilizada",
    fonte="Conteúdo e Estrutura, não confirmado",
    glosa_provavel="3111",
)
CENTRO_CONSUMO_FORA = Regra(
    codigo="CENTRO_CONSUMO_FORA",
    titulo="centro de consumo só vai na versão 4.03.00 ou mais nova",
    fonte="XSD",
)
REGRAS = (
    SEM_ITEM,
    SEQUENCIAL_REPETIDO,
    QUANTIDADE,
    TOTAL_NAO_CONFERE,
    VALOR_ZERO,
    LINHA_REPETIDA,
    MATERIAL_EM_QUANTIDADE,
    ITEM_VINCULADO,
    OPME_SEM_REGISTRO,
    UNIDADE_DE_MEDIDA,
    TABELA_DO_ITEM,
    VIA_E_TECNICA,
    CENTRO_CONSUMO_FORA,
)


GuiaComItens = GuiaSpSadt | GuiaResumoInternacao | GuiaHonorarios
Onde = Callable[[int, str], str]


def conferir_consulta(guia: GuiaConsulta, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check the only line of a consultation, whose quantity and factor do not travel."""
    item = guia.procedimento
    onde = partial(caminhos.do_item, TipoGuia.CONSULTA)
    if item.quantidade is not None and item.quantidade <= 0:
        achados.append(_quantidade(item, onde(1, "valorTotal")))
    _valores(item, onde, 1, achados)
    if item.codigo_tabela not in TABELAS_DE_PROCEDIMENTO:
        _tabela(item, onde(1, "codigoTabela"), TABELAS_DE_PROCEDIMENTO, achados)


def conferir(guia: GuiaComItens, contexto: Contexto, achados: list[Achado]) -> None:
    """Check every procedure and expense; that honorários have any is a matter of form."""
    tipo, itens, despesas = guia.tipo, guia.itens, guia.despesas
    if not itens and not despesas and tipo is not TipoGuia.HONORARIOS:
        achados.append(
            Achado(
                SEM_ITEM,
                caminhos.do_item(tipo, 1, "").removesuffix("/"),
                "nenhum procedimento nem despesa: lance o que foi feito",
            )
        )
    onde = partial(caminhos.do_item, tipo)
    numeros: set[int] = set()
    numerados = 0
    linhas: dict[object, Item] = {}
    for posicao, item in enumerate(itens, 1):
        if item.sequencial_item is not None:
            numerados += 1
            numeros.add(item.sequencial_item)
        _valores(item, onde, posicao, achados)
        tabela, codigo = item.codigo_tabela, item.codigo_procedimento
        if tabela not in TABELAS_DE_PROCEDIMENTO:
            _tabela(item, onde(posicao, "codigoTabela"), TABELAS_DE_PROCEDIMENTO, achados)
        if codigo is None or item.data_execucao is None:
            continue
        chave = (tabela, codigo, item.data_execucao, item.hora_inicial)
        anterior = linhas.get(chave)
        if anterior is None:
            linhas[chave] = item
        elif _mesma_linha(anterior, item):
            achados.append(_repetida(item, anterior, onde(posicao, "codigoProcedimento")))
        if (
            codigo.startswith(_CIRURGIA)
            and not (item.via_acesso and item.tecnica_utilizada)
            and tabela == _TUSS_PROCEDIMENTOS
            and not codigo.startswith(_ANESTESIA)
        ):
            achados.append(_cirurgia(item, onde, posicao))
    if despesas:
        procedimentos = frozenset(numeros)
        for posicao, despesa in enumerate(despesas, 1):
            if despesa.sequencial_item is not None:
                numerados += 1
                numeros.add(despesa.sequencial_item)
            _despesa(despesa, posicao, procedimentos, achados)
    if len(numeros) != numerados:
        achados.extend(repetidos(tipo, itens, despesas))
    if contexto.versao < _PRIMEIRA_COM_CENTRO_DE_CONSUMO:
        achados.extend(_centros_de_consumo(guia))


def _despesa(
    despesa: Despesa, posicao: int, procedimentos: frozenset[int], achados: list[Achado]
) -> None:
    _valores(despesa, caminhos.da_despesa, posicao, achados)
    if despesa.quantidade is not None and not despesa.quantidade:
        achados.append(_quantidade(despesa, caminhos.da_despesa(posicao, "quantidadeExecutada")))
    tabelas = _TABELAS_DE_DESPESA.get(despesa.codigo_despesa or "")
    if tabelas is not None and despesa.codigo_tabela not in tabelas:
        _tabela(despesa, caminhos.da_despesa(posicao, "codigoTabela"), tabelas, achados)
    # One that is missing is a matter of form.
    if despesa.codigo_tabela == _TABELA_SEM_UNIDADE and despesa.unidade_medida not in (
        None,
        "",
        _UNIDADE,
    ):
        achados.append(
            Achado(
                UNIDADE_DE_MEDIDA,
                caminhos.da_despesa(posicao, "unidadeMedida"),
                "a tabela 18 não tem unidade de medida, que o esquema pede assim mesmo: use 036 "
                "(unidade)",
                despesa.unidade_medida,
                despesa.sequencial_item,
            )
        )
    if despesa.codigo_despesa in _MATERIAIS_E_MEDICAMENTOS:
        if despesa.quantidade is not None and despesa.quantidade > 1:
            achados.append(
                Achado(
                    MATERIAL_EM_QUANTIDADE,
                    caminhos.da_despesa(posicao, "quantidadeExecutada"),
                    "esta linha tem quantidade maior que 1, que esta operadora recusa: lance uma "
                    "linha por data",
                    despesa.quantidade,
                    despesa.sequencial_item,
                )
            )
    elif despesa.codigo_despesa == _OPME and not despesa.registro_anvisa:
        achados.append(
            Achado(
                OPME_SEM_REGISTRO,
                caminhos.da_despesa(posicao, "registroANVISA"),
                "OPME sem registro ANVISA: informe o registro que está na etiqueta do produto",
                item=despesa.sequencial_item,
            )
        )
    if despesa.item_vinculado is not None and despesa.item_vinculado not in procedimentos:
        achados.append(
            Achado(
                ITEM_VINCULADO,
                caminhos.da_despesa(posicao, "itemVinculado"),
                "o item vinculado não é um procedimento desta guia: ponha o número do procedimento "
                "em que a despesa foi usada, ou deixe em branco",
                _numero(despesa.item_vinculado),
                despesa.sequencial_item,
            )
        )


def _valores(linha: Item | Despesa, onde: Onde, posicao: int, achados: list[Achado]) -> None:
    total = linha.valor_total
    if total is None:
        return
    if not total:
        achados.append(valor_zero(onde(posicao, "valorTotal"), linha.sequencial_item))
    quantidade, unitario, fator = linha.quantidade, linha.valor_unitario, linha.reducao_acrescimo
    if quantidade is None or unitario is None or fator is None:
        return
    try:
        bruto = quantidade * unitario * fator
        if bruto == total:
            return
        esperado = bruto.quantize(CENTAVO, rounding=ROUND_HALF_UP)
        difere = abs(esperado - total) > CENTAVO
    except ArithmeticError:
        # More digits than money has: its factors are beyond their limits, a matter of form.
        return
    if difere:
        achados.append(
            Achado(
                TOTAL_NAO_CONFERE,
                onde(posicao, "valorTotal"),
                f"quantidade x valor unitário x fator dá {esperado} e o total informado é {total}: "
                "corrija o que estiver errado",
                total,
                linha.sequencial_item,
            )
        )


def valor_zero(caminho: str, item: int | None) -> Achado:
    """Return what to say of a line that costs nothing."""
    return Achado(
        VALOR_ZERO,
        caminho,
        "o item está com R$ 0,00: confirme se é retorno, cortesia ou parte de pacote; senão, "
        "informe o preço",
        "0.00",
        item,
    )


def repetidos(
    tipo: TipoGuia, itens: Sequence[Item | ItemOdonto], despesas: Sequence[Despesa] = ()
) -> Iterator[Achado]:
    """Yield each number that more than one line has, once, where it comes again."""
    linhas: list[tuple[int | None, str]] = [
        *(
            (i.sequencial_item, caminhos.do_item(tipo, p, "sequencialItem"))
            for p, i in enumerate(itens, 1)
        ),
        *(
            (d.sequencial_item, caminhos.da_despesa(p, "sequencialItem"))
            for p, d in enumerate(despesas, 1)
        ),
    ]
    lugares: dict[int, list[str]] = {}
    for numero, caminho in linhas:
        if numero is not None:
            lugares.setdefault(numero, []).append(caminho)
    for numero, onde in lugares.items():
        if len(onde) > 1:
            yield Achado(
                SEQUENCIAL_REPETIDO,
                onde[1],
                f"o item {_numero(numero)} aparece {len(onde)} vezes: renumere os itens, contando "
                "juntos procedimentos e outras despesas",
                _numero(numero),
                numero,
            )


def _quantidade(linha: Item | Despesa, caminho: str) -> Achado:
    return Achado(
        QUANTIDADE,
        caminho,
        "a quantidade tem de ser maior que zero: corrija, ou tire a linha",
        linha.quantidade,
        linha.sequencial_item,
    )


def _tabela(
    linha: Item | Despesa, caminho: str, aceitas: AbstractSet[str], achados: list[Achado]
) -> None:
    if linha.codigo_tabela in TABELAS:
        achados.append(
            Achado(
                TABELA_DO_ITEM,
                caminho,
                f"a tabela {linha.codigo_tabela} não é a deste tipo de item: use "
                f"{', '.join(sorted(aceitas))}, ou lance o item no grupo certo",
                linha.codigo_tabela,
                linha.sequencial_item,
            )
        )


def _mesma_linha(um: Item, outro: Item) -> bool:
    # The same surgery on both sides has another access or factor; each of a team has its own line.
    return (um.via_acesso, um.reducao_acrescimo, um.equipe) == (
        outro.via_acesso,
        outro.reducao_acrescimo,
        outro.equipe,
    )


def _repetida(item: Item, anterior: Item, caminho: str) -> Achado:
    return Achado(
        LINHA_REPETIDA,
        caminho,
        f"repete o item {_numero(anterior.sequencial_item)}, mesma data e hora: junte numa linha "
        "com a quantidade total, ou informe as horas de cada um",
        item.codigo_procedimento,
        item.sequencial_item,
    )


def _cirurgia(item: Item, onde: Onde, posicao: int) -> Achado:
    falta = "tecnicaUtilizada" if item.via_acesso else "viaAcesso"
    return Achado(
        VIA_E_TECNICA,
        onde(posicao, falta),
        "procedimento cirúrgico: informe a via de acesso e a técnica utilizada",
        item=item.sequencial_item,
    )


def _centros_de_consumo(guia: GuiaComItens) -> Iterator[Achado]:
    # Procedures of the other kinds have no such element in any version.
    itens = guia.itens if guia.tipo is TipoGuia.RESUMO_INTERNACAO else ()
    for posicao, item in enumerate(itens, 1):
        if item.centro_consumo:
            yield _centro_de_consumo(item, caminhos.do_item(guia.tipo, posicao, "centroConsumo"))
    for posicao, despesa in enumerate(guia.despesas, 1):
        if despesa.centro_consumo:
            yield _centro_de_consumo(despesa, caminhos.da_despesa(posicao, "centroConsumo"))


def _centro_de_consumo(linha: Item | Despesa, caminho: str) -> Achado:
    return Achado(
        CENTRO_CONSUMO_FORA,
        caminho,
        "o centro de consumo não existe na versão deste contrato e não vai na mensagem: deixe em "
        "branco, ou combine a versão 4.03.00 com a operadora",
        linha.centro_consumo,
        linha.sequencial_item,
    )


def _numero(numero: int | None) -> str:
    # Python refuses to write a number of thousands of digits, which a file may hold.
    return str(numero) if numero is not None and abs(numero) <= _MAIOR_SEQUENCIAL else "?"
