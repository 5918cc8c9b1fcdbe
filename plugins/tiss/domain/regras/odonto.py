"""Lines and fields of a dental treatment."""

from __future__ import annotations

from functools import partial

from tiss.domain.cadastro import TipoGuia
from tiss.domain.odonto import DENTE, GuiaOdonto
from tiss.domain.regras import caminhos
from tiss.domain.regras.ambulatorio import principal_propria, validade_sem_senha
from tiss.domain.regras.itens import (
    LINHA_REPETIDA,
    TABELA_DO_ITEM,
    TABELAS,
    TABELAS_DE_PROCEDIMENTO,
    repetidos,
    valor_zero,
)
from tiss.domain.regras.registro import Achado, Contexto, Regra

_PACOTES = "90"
_TABELAS = {*TABELAS_DE_PROCEDIMENTO, _PACOTES}
_CONTEUDO = "Conteúdo e Estrutura, não confirmado"

FACE_SEM_DENTE = Regra(
    codigo="FACE_SEM_DENTE",
    titulo="a face é de um dente",
    fonte=_CONTEUDO,
    glosa_provavel="3023",
)
DATA_AUTORIZACAO_AUSENTE = Regra(
    codigo="DATA_AUTORIZACAO_AUSENTE",
    titulo="tratamento odontológico com senha leva a data da autorização",
    fonte=_CONTEUDO,
    glosa_provavel="3111",
)
SOLICITANTE_INCOMPLETO = Regra(
    codigo="SOLICITANTE_INCOMPLETO",
    titulo="o dentista solicitante vai com nome, CRO, UF e CBO, ou não vai",
    fonte=_CONTEUDO,
    glosa_provavel="1411",
)
REGRAS = (FACE_SEM_DENTE, DATA_AUTORIZACAO_AUSENTE, SOLICITANTE_INCOMPLETO)


def conferir(guia: GuiaOdonto, _contexto: Contexto, achados: list[Achado]) -> None:
    """Check a dental treatment; that it has lines is a matter of form."""
    _itens(guia, achados)
    principal = guia.numero_guia_principal
    if principal and principal == guia.numero_guia_prestador:
        achados.append(principal_propria("numeroGuiaPrincipal", principal))
    if guia.senha_autorizacao:
        if guia.data_autorizacao is None:
            achados.append(
                Achado(
                    DATA_AUTORIZACAO_AUSENTE,
                    "dataAutorizacao",
                    "há senha e não há data da autorização: informe a data",
                )
            )
    elif guia.validade_senha is not None:
        achados.append(validade_sem_senha("senhaAutorizacao"))
    solicitante = {
        "nomeProfSolic": guia.nome_prof_solic,
        "croSolic": guia.cro_solic,
        "ufSolic": guia.uf_solic,
        "cbosSolic": guia.cbos_solic,
    }
    if any(solicitante.values()) and not all(solicitante.values()):
        falta = next(nome for nome, valor in solicitante.items() if not valor)
        achados.append(
            Achado(
                SOLICITANTE_INCOMPLETO,
                f"dadosProfissionaisResponsaveis/{falta}",
                "o solicitante está incompleto: informe nome, CRO, UF e CBO, ou nenhum se ele é o "
                "executante",
            )
        )


def _itens(guia: GuiaOdonto, achados: list[Achado]) -> None:
    onde = partial(caminhos.do_item, TipoGuia.ODONTO)
    numeros: set[int] = set()
    numerados = 0
    linhas: set[object] = set()
    for posicao, item in enumerate(guia.itens, 1):
        if item.sequencial_item is not None:
            numerados += 1
            numeros.add(item.sequencial_item)
        if item.valor_total is not None and not item.valor_total:
            achados.append(valor_zero(onde(posicao, "valorTotal"), item.sequencial_item))
        if item.codigo_tabela not in _TABELAS and item.codigo_tabela in TABELAS:
            achados.append(
                Achado(
                    TABELA_DO_ITEM,
                    onde(posicao, "codigoTabela"),
                    f"a tabela {item.codigo_tabela} não é de procedimentos odontológicos: use "
                    f"{', '.join(sorted(_TABELAS))}",
                    item.codigo_tabela,
                    item.sequencial_item,
                )
            )
        dente = item.dente_regiao
        if item.dente_face and (dente is None or dente.elemento != DENTE):
            achados.append(
                Achado(
                    FACE_SEM_DENTE,
                    onde(posicao, "denteRegiao/codDente"),
                    "há face e não há dente: informe o dente, ou apague a face",
                    item=item.sequencial_item,
                )
            )
        if item.codigo_procedimento is None or item.data_execucao is None:
            continue
        linha = (
            item.codigo_tabela,
            item.codigo_procedimento,
            item.data_execucao,
            dente,
            item.dente_face,
        )
        if linha in linhas:
            achados.append(
                Achado(
                    LINHA_REPETIDA,
                    onde(posicao, "codigoProcedimento"),
                    "repete outra linha, mesmo dente e data: junte numa só, com a quantidade total",
                    item.codigo_procedimento,
                    item.sequencial_item,
                )
            )
        linhas.add(linha)
    if len(numeros) != numerados:
        achados.extend(repetidos(TipoGuia.ODONTO, guia.itens))
