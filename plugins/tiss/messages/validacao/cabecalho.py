"""The cabecalho of a request: its form, and what the guias of its lote say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lxml import etree

from tiss.domain.cadastro import Escrita
from tiss.domain.guia import Guia, GuiaConsulta
from tiss.domain.problema import Gravidade, Problema
from tiss.messages.cabecalho import CABECALHO, Cabecalho
from tiss.messages.declaracao import Conferencia, ler
from tiss.messages.tipos import Data
from tiss.messages.validacao.caminhos import caminho_ate, desde_a_raiz
from tiss.messages.validacao.transacoes import Corpo, descer, filho, nome
from tiss.messages.validacao.valores import valor_de

_INCONSISTENTE = "5007"
# The XSD knows all of them, our declaration those that we send.
_TIPO = "identificacaoTransacao/tipoTransacao"
# Where each kind of guia names who executed; the last step is left out where it is a choice.
_EXECUTANTES = {
    "guiaConsulta": ("contratadoExecutante",),
    "guiaSP-SADT": ("dadosExecutante", "contratadoExecutante"),
    "guiaResumoInternacao": ("dadosExecutante", "contratadoExecutante"),
    "guiaHonorarios": ("dadosContratadoExecutante", "codigonaOperadora"),
    "guiaOdonto": ("dadosProfissionaisResponsaveis", "codigoProfExec"),
}
_CODIGO = "codigoPrestadorNaOperadora"
# What a guia calls it -> what the cabecalho calls the same.
_NO_CABECALHO = {
    "cnpjContratado": "CNPJ",
    "cpfContratado": "CPF",
    _CODIGO: _CODIGO,
    "codigonaOperadora": _CODIGO,
    "codigoProfExec": _CODIGO,
}


def forma_do_cabecalho(raiz: etree._Element, corpo: Corpo, versao: str) -> Iterator[Problema]:
    """Yield the values of the cabecalho of a request that are missing or malformed."""
    cabecalho = filho(raiz, "cabecalho")
    if cabecalho is None or corpo.resposta:
        return
    lido = ler(CABECALHO, cabecalho, Cabecalho)
    topo = desde_a_raiz(cabecalho, raiz)
    for problema in Conferencia(CABECALHO, Escrita(versao, ascii=False)).problemas(lido):
        if problema.caminho != _TIPO:
            yield replace(problema, caminho=f"{topo}/{problema.caminho}")
    login = descer(cabecalho, "loginSenhaPrestador", "loginPrestador")
    if login is not None and login.text and not login.text.strip():
        yield Problema(
            codigo="AUSENTE",
            caminho=desde_a_raiz(login, raiz),
            mensagem="login do prestador: não informado: preencha",
        )


def conferir_registro(
    raiz: etree._Element, corpo: Corpo, guias: Sequence[Guia | None], hoje: date
) -> Iterator[Problema]:
    """Yield that the message was registered in the future, or before what it charges for."""
    elemento = descer(raiz, "cabecalho", "identificacaoTransacao", "dataRegistroTransacao")
    registro = None if elemento is None else Data().ler((elemento.text or "").strip())
    if elemento is None or registro is None:
        return
    if registro > hoje:
        yield Problema(
            codigo="DATA_DO_REGISTRO_FUTURA",
            caminho=desde_a_raiz(elemento, raiz),
            # The clock of an operadora is not for us to put right.
            gravidade=Gravidade.AVISO if corpo.resposta else Gravidade.ERRO,
            valor=valor_de(elemento),
            mensagem="a mensagem foi registrada no futuro: acerte o relógio de quem a gera e "
            "gere-a de novo",
            glosa_provavel=None if corpo.resposta else _INCONSISTENTE,
        )
        return
    ultimo = max((dia for guia in guias if guia is not None for dia in _dias(guia)), default=None)
    if ultimo is not None and registro < ultimo:
        yield Problema(
            codigo="DATA_DO_REGISTRO_ANTERIOR",
            caminho=desde_a_raiz(elemento, raiz),
            gravidade=Gravidade.AVISO,
            valor=valor_de(elemento),
            mensagem=f"a mensagem foi registrada antes do último atendimento, de {ultimo:%d/%m/%Y}"
            ": corrija a data que estiver errada",
        )


def _dias(guia: Guia) -> Iterator[date]:
    if isinstance(guia, GuiaConsulta):
        if guia.data_atendimento is not None:
            yield guia.data_atendimento
        return
    for linha in (*guia.itens, *guia.despesas):
        if linha.data_execucao is not None:
            yield linha.data_execucao


def conferir_prestador(raiz: etree._Element, guias: list[etree._Element]) -> Iterator[Problema]:
    """Yield that guias were executed by others than who sends them, or by several.

    Only what is named in the same way can be compared: a CNPJ says nothing of a code.
    """
    executantes = [
        (guia, elemento) for guia in guias if (elemento := _executante(guia)) is not None
    ]
    prestador = descer(raiz, "cabecalho", "origem", "identificacaoPrestador")
    filhos = () if prestador is None else prestador
    de_quem_envia = {nome(um): _texto(um) for um in filhos if _texto(um)}
    outros = [
        (guia, elemento)
        for guia, elemento in executantes
        if _texto(elemento) != de_quem_envia.get(_no_cabecalho(elemento), _texto(elemento))
    ]
    if outros:
        guia, elemento = outros[0]
        quantas = "1 guia" if len(outros) == 1 else f"{len(outros)} guias"
        yield Problema(
            codigo="PRESTADOR_DIFERENTE",
            guia=numero_da_guia(guia),
            caminho=caminho_ate(elemento, guia),
            gravidade=Gravidade.AVISO,
            valor=valor_de(elemento),
            mensagem=f"o executante não é o prestador da origem da mensagem ({quantas}): confira "
            "por quem se cobra",
        )
        return
    nomeados: dict[str, set[str]] = {}
    for _, elemento in executantes:
        nomeados.setdefault(_no_cabecalho(elemento), set()).add(_texto(elemento))
    quantos = max(map(len, nomeados.values()), default=0)
    lote = guias[0].getparent() if guias else None
    if quantos > 1 and lote is not None:
        yield Problema(
            codigo="PRESTADOR_DIFERENTE",
            caminho=desde_a_raiz(lote, raiz),
            gravidade=Gravidade.AVISO,
            mensagem=f"as guias do lote são de {quantos} executantes: confira se a operadora os "
            "aceita juntos, ou separe-as em lotes",
        )


def numero_da_guia(guia: etree._Element) -> str | None:
    """Return its numeroGuiaPrestador, where each kind has it; at most as long as it may be."""
    elemento = no_cabecalho_da_guia(guia, "numeroGuiaPrestador")
    return None if elemento is None else _texto(elemento)[:20] or None


def no_cabecalho_da_guia(guia: etree._Element, campo: str) -> etree._Element | None:
    """Return an element of its header: guiaOdonto has it directly, the others in a group."""
    cabecalho = filho(guia, "cabecalhoConsulta", "cabecalhoGuia")
    return filho(guia if cabecalho is None else cabecalho, campo)


def _executante(guia: etree._Element) -> etree._Element | None:
    elemento = descer(guia, *_EXECUTANTES.get(nome(guia), ("",)))
    if elemento is not None and len(elemento):
        elemento = filho(elemento, *_NO_CABECALHO)
    return elemento if elemento is not None and _texto(elemento) else None


def _no_cabecalho(executante: etree._Element) -> str:
    return _NO_CABECALHO.get(nome(executante), "")


def _texto(elemento: etree._Element) -> str:
    return (elemento.text or "").strip()
