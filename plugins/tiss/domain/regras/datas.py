"""Dates of a guia: none is ahead, none contradicts another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from tiss.domain.cadastro import TipoGuia
from tiss.domain.guia import GuiaConsulta, GuiaSpSadt
from tiss.domain.internacao import GuiaHonorarios, GuiaResumoInternacao
from tiss.domain.odonto import GuiaOdonto, ItemOdonto
from tiss.domain.partes import Autorizacao, Despesa, Item
from tiss.domain.regras import caminhos
from tiss.domain.regras.registro import Achado, Contexto, Regra, sempre_bloqueia

_ELETIVO, _URGENCIA = "1", "2"
_URGENCIA_ODONTOLOGICA = "4"

DATA_FUTURA = sempre_bloqueia(
    "DATA_FUTURA",
    "nada do que a guia conta aconteceu depois de hoje",
    "lacuna do XSD e prática: datas à frente são recusadas",
    "1323",
    com_o_tempo=True,
)
DATA_FORA_DE_ORDEM = sempre_bloqueia(
    "DATA_FORA_DE_ORDEM",
    "as datas não se contradizem: solicitação, autorização, execução, início e fim",
    "lacuna do XSD: as datas não são comparadas",
    "1323",
)
SENHA_VENCIDA = Regra(
    codigo="SENHA_VENCIDA",
    titulo="a senha vale no dia do atendimento, ou no início da internação, salvo em urgência",
    fonte="prática",
    glosa_provavel="1414",
)
AUTORIZACAO_POSTERIOR = Regra(
    codigo="AUTORIZACAO_POSTERIOR",
    titulo="atendimento eletivo é autorizado até o dia da execução",
    fonte="prática",
    glosa_provavel="1814",
)
FORA_DO_PERIODO = Regra(
    codigo="FORA_DO_PERIODO",
    titulo="os itens de uma internação foram executados dentro do período faturado",
    fonte="prática",
    glosa_provavel="1713",
)
HORA_FORA_DE_ORDEM = Regra(
    codigo="HORA_FORA_DE_ORDEM",
    titulo="a hora final de um item não é anterior à inicial",
    fonte="lacuna do XSD: as horas não são comparadas; um item pode passar da meia-noite",
    glosa_provavel="1323",
)
REGRAS = (
    DATA_FUTURA,
    DATA_FORA_DE_ORDEM,
    SENHA_VENCIDA,
    AUTORIZACAO_POSTERIOR,
    FORA_DO_PERIODO,
    HORA_FORA_DE_ORDEM,
)


def conferir_consulta(guia: GuiaConsulta, contexto: Contexto, achados: list[Achado]) -> None:
    """Check the only date of a consultation."""
    if guia.data_atendimento is not None and guia.data_atendimento > contexto.hoje:
        achados.append(_futura("dadosAtendimento/dataAtendimento", guia.data_atendimento))


def conferir_sp_sadt(guia: GuiaSpSadt, contexto: Contexto, achados: list[Achado]) -> None:
    """Check request, authorisation and execution, in this order unless the care was urgent."""
    primeira, ultima = _execucao(guia.tipo, guia.itens, guia.despesas, contexto.hoje, achados)
    _horas_das_linhas(guia, achados)
    solicitacao = guia.data_solicitacao
    eletivo = guia.carater_atendimento == _ELETIVO
    if solicitacao is not None:
        caminho = "dadosSolicitacao/dataSolicitacao"
        if solicitacao > contexto.hoje:
            achados.append(_futura(caminho, solicitacao))
        elif eletivo and primeira is not None and solicitacao > primeira:
            achados.append(
                Achado(
                    DATA_FORA_DE_ORDEM,
                    caminho,
                    f"a solicitação é posterior à execução de {_dia(primeira)}: corrija uma das "
                    "duas; se foi urgência, o caráter do atendimento é 2",
                    solicitacao,
                )
            )
    autorizacao = guia.autorizacao
    if autorizacao is None:
        return
    _autorizacao(autorizacao, contexto.hoje, achados)
    _senha(autorizacao, guia.carater_atendimento, ultima, achados)
    data = autorizacao.data
    if data is None:
        return
    if eletivo and solicitacao is not None and solicitacao > data:
        achados.append(
            Achado(
                DATA_FORA_DE_ORDEM,
                "dadosAutorizacao/dataAutorizacao",
                f"a autorização é anterior à solicitação, de {_dia(solicitacao)}: corrija uma das "
                "duas",
                data,
            )
        )
    if eletivo and primeira is not None and primeira < data <= contexto.hoje:
        achados.append(_autorizada_depois("dadosAutorizacao/dataAutorizacao", data, primeira))


def conferir_internacao(
    guia: GuiaResumoInternacao | GuiaHonorarios, contexto: Contexto, achados: list[Achado]
) -> None:
    """Check the billed period of a stay in hospital and what was done in it."""
    hoje = contexto.hoje
    _, ultima = _execucao(guia.tipo, guia.itens, guia.despesas, hoje, achados)
    _horas_das_linhas(guia, achados)
    inicio = guia.data_inicio_faturamento
    if isinstance(guia, GuiaResumoInternacao):
        fim, elemento = guia.data_final_faturamento, "dadosInternacao/dataFinalFaturamento"
        _autorizacao(guia.autorizacao, hoje, achados)
        _senha(guia.autorizacao, guia.carater_atendimento, inicio, achados)
    else:
        fim, elemento = guia.data_fim_faturamento, "dadosInternacao/dataFimFaturamento"
        if guia.data_emissao is not None:
            _emissao(guia.data_emissao, ultima, hoje, achados)
    if inicio is not None and inicio > hoje:
        achados.append(_futura("dadosInternacao/dataInicioFaturamento", inicio))
    if fim is not None and fim > hoje:
        achados.append(_futura(elemento, fim))
    if inicio is None or fim is None:
        return
    if inicio > fim:
        achados.append(
            Achado(
                DATA_FORA_DE_ORDEM,
                elemento,
                f"o fim do faturamento é anterior ao início, de {_dia(inicio)}: corrija um deles",
                fim,
            )
        )
        return
    if inicio == fim and isinstance(guia, GuiaResumoInternacao):
        _horas(guia, achados)
    for posicao, item in enumerate(guia.itens, 1):
        if item.data_execucao is not None and not inicio <= item.data_execucao <= fim:
            caminho = caminhos.do_item(guia.tipo, posicao, "dataExecucao")
            achados.append(_fora_do_periodo(item, caminho))
    for posicao, despesa in enumerate(guia.despesas, 1):
        if despesa.data_execucao is not None and not inicio <= despesa.data_execucao <= fim:
            achados.append(_fora_do_periodo(despesa, caminhos.da_despesa(posicao, "dataExecucao")))


def conferir_odonto(guia: GuiaOdonto, contexto: Contexto, achados: list[Achado]) -> None:
    """Check the authorisation, what was done and the end of a dental treatment."""
    hoje = contexto.hoje
    primeira, ultima = _execucao(guia.tipo, guia.itens, (), hoje, achados)
    autorizada, validade = guia.data_autorizacao, guia.validade_senha
    urgente = guia.tipo_atendimento == _URGENCIA_ODONTOLOGICA
    termino = guia.data_termino_trat
    if autorizada is not None:
        if autorizada > hoje:
            achados.append(_futura("dataAutorizacao", autorizada))
        elif primeira is not None and autorizada > primeira and not urgente:
            achados.append(_autorizada_depois("dataAutorizacao", autorizada, primeira))
        if validade is not None and validade < autorizada:
            achados.append(_validade_antes("validadeSenha", validade, autorizada))
    if guia.senha_autorizacao and not urgente:
        _senha_vencida("validadeSenha", validade, ultima, achados)
    if termino is None:
        return
    if termino > hoje:
        achados.append(_futura("dataTerminoTrat", termino))
    elif ultima is not None and termino < ultima:
        achados.append(
            Achado(
                DATA_FORA_DE_ORDEM,
                "dataTerminoTrat",
                f"o tratamento termina antes do que foi realizado em {_dia(ultima)}: corrija uma "
                "das datas",
                termino,
            )
        )


def _execucao(
    tipo: TipoGuia,
    itens: Iterable[Item | ItemOdonto],
    despesas: Iterable[Despesa],
    hoje: date,
    achados: list[Achado],
) -> tuple[date | None, date | None]:
    """Check the date of each line; return the first and the last."""
    primeira = ultima = None
    for posicao, item in enumerate(itens, 1):
        dia = item.data_execucao
        if dia is None:
            continue
        if dia > hoje:
            caminho = caminhos.do_item(tipo, posicao, "dataExecucao")
            achados.append(_futura(caminho, dia, item.sequencial_item))
        if primeira is None or dia < primeira:
            primeira = dia
        if ultima is None or dia > ultima:
            ultima = dia
    for posicao, despesa in enumerate(despesas, 1):
        dia = despesa.data_execucao
        if dia is None:
            continue
        if dia > hoje:
            caminho = caminhos.da_despesa(posicao, "dataExecucao")
            achados.append(_futura(caminho, dia, despesa.sequencial_item))
        if primeira is None or dia < primeira:
            primeira = dia
        if ultima is None or dia > ultima:
            ultima = dia
    return primeira, ultima


def _horas_das_linhas(
    guia: GuiaSpSadt | GuiaResumoInternacao | GuiaHonorarios, achados: list[Achado]
) -> None:
    for posicao, item in enumerate(guia.itens, 1):
        if item.hora_final is not None and _antes(item.hora_final, item.hora_inicial):
            achados.append(_invertidas(item, caminhos.do_item(guia.tipo, posicao, "horaFinal")))
    for posicao, despesa in enumerate(guia.despesas, 1):
        if despesa.hora_final is not None and _antes(despesa.hora_final, despesa.hora_inicial):
            achados.append(_invertidas(despesa, caminhos.da_despesa(posicao, "horaFinal")))


def _antes(fim: time | None, inicio: time | None) -> bool:
    if fim is None or inicio is None:
        return False
    # A time zone is a matter of form, and would make them beyond comparison.
    return fim.replace(tzinfo=None) < inicio.replace(tzinfo=None)


def _emissao(emissao: date, ultima: date | None, hoje: date, achados: list[Achado]) -> None:
    if emissao > hoje:
        achados.append(_futura("dataEmissaoGuia", emissao))
    elif ultima is not None and emissao < ultima <= hoje:
        achados.append(
            Achado(
                DATA_FORA_DE_ORDEM,
                "dataEmissaoGuia",
                f"a guia foi emitida antes do que foi executado em {_dia(ultima)}: corrija uma das "
                "datas",
                emissao,
            )
        )


def _autorizacao(autorizacao: Autorizacao, hoje: date, achados: list[Achado]) -> None:
    data, validade = autorizacao.data, autorizacao.validade_senha
    if data is not None:
        if data > hoje:
            achados.append(_futura("dadosAutorizacao/dataAutorizacao", data))
        if validade is not None and validade < data:
            achados.append(_validade_antes("dadosAutorizacao/dataValidadeSenha", validade, data))


def _senha(
    autorizacao: Autorizacao, carater: str | None, dia: date | None, achados: list[Achado]
) -> None:
    if autorizacao.senha and carater != _URGENCIA:
        caminho = "dadosAutorizacao/dataValidadeSenha"
        _senha_vencida(caminho, autorizacao.validade_senha, dia, achados)


def _horas(guia: GuiaResumoInternacao, achados: list[Achado]) -> None:
    inicio, fim = guia.hora_inicio_faturamento, guia.hora_final_faturamento
    if inicio is not None and _antes(fim, inicio):
        achados.append(
            Achado(
                DATA_FORA_DE_ORDEM,
                "dadosInternacao/horaFinalFaturamento",
                f"a hora final é anterior à inicial, {inicio:%H:%M}, no mesmo dia: corrija uma das "
                "duas",
                fim,
            )
        )


def _futura(caminho: str, dia: date, item: int | None = None) -> Achado:
    return Achado(DATA_FUTURA, caminho, "a data ainda não chegou: corrija", dia, item)


def _validade_antes(caminho: str, validade: date, autorizacao: date) -> Achado:
    return Achado(
        DATA_FORA_DE_ORDEM,
        caminho,
        f"a validade da senha é anterior à autorização, de {_dia(autorizacao)}: corrija uma das "
        "duas",
        validade,
    )


def _senha_vencida(
    caminho: str, validade: date | None, dia: date | None, achados: list[Achado]
) -> None:
    if validade is not None and dia is not None and validade < dia:
        achados.append(
            Achado(
                SENHA_VENCIDA,
                caminho,
                f"a senha venceu antes do atendimento de {_dia(dia)}: peça nova autorização ou "
                "corrija a validade",
                validade,
            )
        )


def _autorizada_depois(caminho: str, autorizada: date, execucao: date) -> Achado:
    return Achado(
        AUTORIZACAO_POSTERIOR,
        caminho,
        f"a autorização é posterior à execução de {_dia(execucao)}: confira a data, ou confirme "
        "com a operadora que ela autoriza depois",
        autorizada,
    )


def _invertidas(linha: Item | Despesa, caminho: str) -> Achado:
    return Achado(
        HORA_FORA_DE_ORDEM,
        caminho,
        f"a hora final é anterior à inicial, {linha.hora_inicial:%H:%M}: corrija uma das duas, a "
        "não ser que tenha passado da meia-noite",
        linha.hora_final,
        linha.sequencial_item,
    )


def _fora_do_periodo(linha: Item | Despesa, caminho: str) -> Achado:
    return Achado(
        FORA_DO_PERIODO,
        caminho,
        "executado fora do período faturado: corrija a data do item ou as do período",
        linha.data_execucao,
        linha.sequencial_item,
    )


def _dia(dia: date) -> str:
    return f"{dia:%d/%m/%Y}"
