"""Ours: from rows of tiss.consulta_preparada to the bytes of a lote, as the DAG does it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

import dados
from posto import Trabalho, lotes, servir, um_so

from tiss.domain.cadastro import Contrato
from tiss.domain.historico import Historico
from tiss.domain.limpeza import Limpos
from tiss.domain.preparada import ConsultaPreparada
from tiss.domain.retorno import Demonstrativos
from tiss.messages.leitura import ler
from tiss.messages.mensagem import escrever_lote
from tiss.repository import Transacao
from tiss.repository.guias import Candidata, GuiaMontada
from tiss.services.construcao import Bancada

CONTRATO = Contrato(
    id=1,
    clinica_id="matriz",
    nome_prestador=dados.NOME_PRESTADOR,
    cnpj=dados.CNPJ,
    cpf=None,
    cnes=dados.CNES,
    registro_ans=dados.REGISTRO_ANS,
    nome_operadora="Operadora Exemplo",
    ambiente="PRODUCAO",
    versao_tiss=dados.VERSAO,
    codigo_prestador=dados.CODIGO_PRESTADOR,
    faturar_a_partir_de=date(2026, 1, 1),
    url_base="https://operadora.example/tiss/",
    servicos_soap={"ENVIO_LOTE_GUIAS": "lotes"},
    tipo_autenticacao="NENHUMA",
    envia_login_senha=False,
    credencial=None,
    max_guias=100,
    max_envios_simultaneos=1,
    segundos_conexao=10,
    segundos_resposta=60,
    fuso="America/Sao_Paulo",
    modelo_nome_arquivo="${numero_lote}",
    versao=1,
)
AGORA = datetime.combine(
    dados.DATA, datetime.strptime(dados.HORA, "%H:%M:%S").time(), ZoneInfo(CONTRATO.fuso)
)


def linha(atendimento: dados.Atendimento, tipo: str) -> dict[str, Any]:
    """Return the row of the view, as psycopg hands it over: JSON numbers are floats."""
    return dict(
        consulta_id=atendimento.numero,
        clinica_id=CONTRATO.clinica_id,
        registro_ans=CONTRATO.registro_ans,
        tipo_guia=tipo.upper(),
        data_atendimento=atendimento.dia,
        numero_carteira=atendimento.carteira,
        atendimento_rn=False,
        nome_profissional=atendimento.medico,
        conselho_profissional="06",
        numero_conselho_profissional=atendimento.conselho,
        uf="35",
        cbo="225125",
        indicacao_acidente="9",
        regime_atendimento="01",
        tipo_consulta="1" if tipo == "consulta" else None,
        tipo_atendimento=None if tipo == "consulta" else "23",
        carater_atendimento=None if tipo == "consulta" else "1",
        indicacao_clinica=None if tipo == "consulta" else atendimento.indicacao,
        data_solicitacao=None,
        nome_solicitante=None,
        conselho_solicitante=None,
        numero_conselho_solicitante=None,
        uf_solicitante=None,
        cbo_solicitante=None,
        numero_guia_prestador=None,
        numero_guia_operadora=None,
        senha=None,
        data_autorizacao=None,
        data_validade_senha=None,
        observacao=None,
        itens=[
            {
                "sequencial_item": item.sequencial,
                "codigo_tabela": "22",
                "codigo_procedimento": item.codigo,
                "descricao": item.descricao,
                "data_execucao": atendimento.dia.isoformat(),
                "quantidade": item.quantidade,
                "reducao_acrescimo": 1.0,
                "valor_unitario": float(dados.reais(item.unitario)),
                "valor_total": float(dados.reais(item.total)),
            }
            for item in atendimento.itens
        ],
        despesas=[],
        complemento={},
        digest="",
    )


class SemBanco:
    """Answers the look-ups of a page: every code is in force, and nobody billed the same before."""

    def valores(self, nome: str, **parametros: Any) -> list[Any]:  # noqa: ANN401
        """Return the TUSS tables that are loaded."""
        return list(parametros["tabelas"])

    def linhas(self, tipo: type, nome: str, **parametros: Any) -> list[Any]:  # noqa: ANN401
        """Return the terms; no guia that was billed before."""
        if nome != "terminologia/termos":
            return []
        return [
            tipo(tabela=tabela, codigo=codigo, descricao=codigo, inicio=date(2020, 1, 1), fim=None)
            for tabela, codigo in zip(parametros["tabelas"], parametros["codigos"], strict=True)
        ]

    def tabela(self, nome: str, **parametros: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Return the operadoras of the register: all that are asked for."""
        registros = parametros["registros"]
        return [{"registro_ans": registro, "razao_social": registro} for registro in registros]

    def valor(self, nome: str) -> bool:
        """Return that the register was loaded."""
        return True


def linhas(tipo: str, tamanho: int, numero: int) -> list[dict[str, Any]]:
    """Return the rows of a lote of the benchmark."""
    return [linha(um, tipo) for um in dados.atendimentos(tipo, tamanho, lote=numero)]


def abrir(colunas: list[dict[str, Any]]) -> tuple[Bancada, list[GuiaMontada]]:
    """Return the typed guias of a page of rows, and what checks and writes them."""
    textos = Limpos(CONTRATO.escrita)
    candidatas = [Candidata(consulta=ConsultaPreparada.da_linha(textos, **um)) for um in colunas]
    banco = cast("Transacao", SemBanco())
    bancada = Bancada(banco, CONTRATO, candidatas, hoje=dados.DATA, historico=Historico())
    return bancada, bancada.abrir([candidata.consulta.consulta_id for candidata in candidatas])


def faturar(bancada: Bancada, montadas: list[GuiaMontada], numero_lote: int) -> bytes:
    """Check, write and validate typed guias, then their lote with its hash."""
    bancada.concluir(montadas)
    guias = [montada.xml for montada in montadas if montada.xml is not None]
    if len(guias) < len(montadas):
        raise ValueError(str([montada.problemas for montada in montadas if montada.problemas][:1]))
    escrito = escrever_lote(CONTRATO, numero_lote=numero_lote, guias=guias, registrado_em=AGORA)
    return escrito.arquivo


def lote(tipo: str, tamanho: int, numero: int) -> Trabalho:
    """Return the work of one lote over typed guias, as the others get theirs."""
    return partial(faturar, *abrir(linhas(tipo, tamanho, numero)), numero)


def lote_das_linhas(tipo: str, tamanho: int, numero: int) -> Trabalho:
    """Return the work of one lote from the rows of the view on, as the DAG does it."""
    colunas = linhas(tipo, tamanho, numero)
    return lambda: faturar(*abrir(colunas), numero)


def ler_demonstrativo(corpo: bytes) -> list[tuple[str, int]]:
    """Return the number and the centavos granted of every guia of a demonstrativo."""
    resposta = ler(corpo).resposta
    if not isinstance(resposta, Demonstrativos):
        raise ValueError(type(resposta).__name__)
    return [
        (guia.numero_guia_prestador, int((guia.valor_liberado or Decimal(0)).scaleb(2)))
        for demonstrativo in resposta.lista
        for protocolo in demonstrativo.protocolos
        for guia in protocolo.guias
    ]


def demonstrativo(mostra_todas: bool, guias: int) -> Trabalho:
    """Return the work of one demonstrativo."""
    corpo = dados.demonstrativo(guias, mostra_todas=mostra_todas)
    return partial(ler_demonstrativo, corpo)


if __name__ == "__main__":
    servir(
        {
            "consulta": lotes(partial(lote, "consulta")),
            "sp_sadt": lotes(partial(lote, "sp_sadt")),
            "sp_sadt_das_linhas": lotes(partial(lote_das_linhas, "sp_sadt")),
            "demonstrativo": um_so(partial(demonstrativo, False)),
            "demonstrativo_inteiro": um_so(partial(demonstrativo, True)),
        }
    )
