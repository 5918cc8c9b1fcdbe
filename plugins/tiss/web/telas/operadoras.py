"""The screen Operadoras: the contratos of each, what is decided about them, and trying them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from tiss.domain.fichas import CONTRATO, escrever_tudo
from tiss.errors import TissError
from tiss.repository import Repositorio, cadastro
from tiss.repository.listas.contratos import ContratoNaLista, OutroEndereco, outros_enderecos
from tiss.services.prova import Laudo
from tiss.web import configuracao
from tiss.web.acesso import AdministradorDep, Pessoa, PessoaDep
from tiss.web.acoes import Acao, ChaveDoFormulario, Feito, agir
from tiss.web.banco import ConfiguracaoDep, RepositorioDep
from tiss.web.conexoes import CAMPOS, SECRETOS, ConexoesDep, onde
from tiss.web.configuracao import LIMPO, ContratoAberto, Uso
from tiss.web.problemas import Problema, ProblemaHttp, traduzir
from tiss.web.telas import ficha, historia_do_contrato
from tiss.web.telas.pagina import enderecar, pagina

rotas = APIRouter(prefix="/operadoras", default_response_class=HTMLResponse)

ContratoId = Annotated[int, Path(ge=1, le=2**31 - 1)]
RegistroAns = Annotated[str, Path(pattern=r"^[0-9]{6}$")]
Motivo = Annotated[str, Form(max_length=500, pattern=LIMPO)]
Versao = Annotated[int, Form(ge=1, le=2**31 - 1)]
_SALVO = "Salvo. Vale na próxima execução de tiss_faturamento; o que já foi enviado não muda."
_FEITO = {
    "salvo": _SALVO,
    "endereco": _SALVO,
    "criado": "Contrato criado. A próxima execução de tiss_faturamento já fatura por ele: guarde "
    "antes os segredos na aba Acesso e teste a conexão.",
    "acesso": "Guardado na conexão do Airflow. Teste a conexão antes da próxima noite.",
    "suspender": f"Suspensa. {configuracao.NADA_SAI}",
    "reativar": "Reativada. O que estava parado sai na próxima execução, ou quando alguém enviar.",
    "igual": "Nada mudou.",
}


async def _recebido(request: Request) -> FormData:
    return await request.form()


RecebidoDep = Annotated[FormData, Depends(_recebido)]


@rotas.get("")
def listar(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    feito: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Every contrato, by operadora."""
    return _lista(request, pessoa, repo, feito=_FEITO.get(feito))


# Before those of a contrato, whose number it is not.
@rotas.get("/novo")
def comecar(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    de: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> HTMLResponse:
    """The form of a contrato that begins. de: the one that it begins as."""
    if de is None:
        return _novo(request, pessoa, repo, ficha.do_novo({}))
    modelo = configuracao.abrir(repo, de, pessoa).resumo
    return _novo(request, pessoa, repo, ficha.do_novo(_linha(repo, de)), modelo=modelo)


@rotas.post("/novo")
def criar(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    configurado: ConfiguracaoDep,
    recebido: RecebidoDep,
    chave: ChaveDoFormulario,
) -> Response:
    """Begin a contrato with what stands in the form."""

    def fazer() -> Feito:
        return configuracao.criar(configurado, configuracao.ler_corpo(ficha.item(recebido)))

    acao = Acao(
        pessoa=pessoa,
        o_que="contrato.criar",
        pedido=configuracao.resumir(ficha.item(recebido)),
        chave=chave,
    )
    try:
        feito = agir(repo, acao, fazer)
    except (ProblemaHttp, TissError) as erro:
        digitado = ficha.do_formulario(recebido)
        return _novo(request, pessoa, repo, digitado, problema=traduzir(erro).corpo)
    return _voltar(request, feito.corpo["contrato_id"], "criado")


@rotas.get("/{contrato_id}")
def abrir(
    request: Request,
    pessoa: PessoaDep,
    repo: RepositorioDep,
    contrato_id: ContratoId,
    feito: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """One contrato, in tabs."""
    return _um(
        request,
        pessoa,
        repo,
        configuracao.abrir(repo, contrato_id, pessoa),
        feito=feito,
    )


@rotas.get("/{qual}/{que}")
def recarregar(
    request: Request,
    qual: ContratoId,
    que: Literal["testar", "acesso", "certificado", "suspender", "reativar"],
) -> RedirectResponse:
    """Go where a page is, when one that answered a form is loaded again."""
    raiz = request.scope.get("root_path", "")
    de_todas = que in ("suspender", "reativar")
    destino = f"{raiz}/operadoras" if de_todas else f"{raiz}/operadoras/{qual}"
    return RedirectResponse(destino, status_code=303)


@rotas.post("/{contrato_id}")
def salvar(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    configurado: ConfiguracaoDep,
    contrato_id: ContratoId,
    recebido: RecebidoDep,
    chave: ChaveDoFormulario,
    versao: Versao,
    por_cima: Annotated[int | None, Form(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Store what stands in the form. por_cima: the version that the person chose to write over."""
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    vista = por_cima or versao

    def fazer() -> Feito:
        item = configuracao.ler_corpo(ficha.item(recebido))
        return configuracao.alterar(configurado, contrato_id, item, vista)

    acao = Acao(
        pessoa=pessoa,
        o_que="contrato.alterar",
        alvo={"contrato_id": contrato_id},
        pedido=configuracao.resumir(ficha.item(recebido)),
        chave=chave,
    )
    try:
        feito = agir(repo, acao, fazer)
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _um(request, pessoa, repo, aberto, recebido=recebido, vista=vista, problema=problema)
    mudou = feito.corpo["mudou"]
    dito = "endereco" if "url_base" in mudou else "salvo" if mudou else "igual"
    return _voltar(request, contrato_id, dito)


@rotas.post("/{contrato_id}/testar")
def provar(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    configurado: ConfiguracaoDep,
    contrato_id: ContratoId,
    recebido: RecebidoDep,
    versao: Versao,
    insistir: Annotated[bool, Form()] = False,
) -> Response:
    """Try out what stands in the form."""
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    try:
        item = configuracao.ler_corpo(ficha.item(recebido), configuracao.NAO_TESTADO)
        laudo = configuracao.testar(repo, configurado, contrato_id, item, insistir=insistir)
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _um(
            request, pessoa, repo, aberto, recebido=recebido, vista=versao, problema=problema
        )
    # What the test found out about the credential is shown too.
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    return _um(request, pessoa, repo, aberto, recebido=recebido, vista=versao, laudo=laudo)


@rotas.post("/{contrato_id}/acesso")
def gravar_acesso(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    conexoes: ConexoesDep,
    contrato_id: ContratoId,
    recebido: RecebidoDep,
    chave: ChaveDoFormulario,
    uso: Annotated[Uso, Form()] = "credencial",
) -> Response:
    """Store what is secret; an empty field leaves what is there."""
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    campos = {
        nome: valor
        for nome in CAMPOS
        if isinstance(valor := recebido.get(nome), str) and valor.strip()
    }
    return _guardar(
        request,
        repo,
        aberto,
        configuracao.acao_no_acesso(pessoa, aberto, "contrato.acesso", campos, chave),
        lambda: configuracao.gravar_acesso(
            conexoes, aberto, uso, configuracao.conferir_acesso(campos)
        ),
    )


@rotas.post("/{contrato_id}/certificado")
def gravar_certificado(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    conexoes: ConexoesDep,
    contrato_id: ContratoId,
    chave: ChaveDoFormulario,
    arquivo: Annotated[UploadFile, File()],
    senha_certificado: Annotated[str, Form(max_length=200, pattern=LIMPO)] = "",
    uso: Annotated[Uso, Form()] = "credencial",
) -> Response:
    """Store a certificate that opens."""
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    lido = arquivo.file.read(configuracao.MAIOR_CERTIFICADO + 1)
    campos = {"arquivo": lido.hex(), "senha_certificado": senha_certificado}
    return _guardar(
        request,
        repo,
        aberto,
        configuracao.acao_no_acesso(pessoa, aberto, "contrato.certificado", campos, chave),
        lambda: configuracao.gravar_acesso(
            conexoes, aberto, uso, configuracao.ler_certificado(lido, senha_certificado)
        ),
    )


@rotas.post("/{registro_ans}/suspender")
def suspender(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    registro_ans: RegistroAns,
    chave: ChaveDoFormulario,
    motivo: Motivo = "",
) -> Response:
    """Stop an operadora."""
    return _decidir(
        request,
        repo,
        configuracao.decisao(pessoa, "operadora.suspender", registro_ans, motivo, chave),
        lambda: configuracao.suspender(repo, registro_ans, pessoa, motivo),
    )


@rotas.post("/{registro_ans}/reativar")
def reativar(
    request: Request,
    pessoa: AdministradorDep,
    repo: RepositorioDep,
    registro_ans: RegistroAns,
    chave: ChaveDoFormulario,
    motivo: Motivo = "",
) -> Response:
    """Let an operadora go on."""
    return _decidir(
        request,
        repo,
        configuracao.decisao(pessoa, "operadora.reativar", registro_ans, motivo, chave),
        lambda: configuracao.reativar(repo, registro_ans, motivo),
    )


def _guardar(
    request: Request,
    repo: Repositorio,
    aberto: ContratoAberto,
    acao: Acao,
    fazer: Callable[[], Feito],
) -> Response:
    try:
        agir(repo, acao, fazer)
    except (ProblemaHttp, TissError) as erro:
        return _um(request, acao.pessoa, repo, aberto, problema=traduzir(erro).corpo)
    return _voltar(request, aberto.resumo.id, "acesso")


def _decidir(
    request: Request, repo: Repositorio, acao: Acao, fazer: Callable[[], Feito]
) -> Response:
    try:
        agir(repo, acao, fazer)
    except (ProblemaHttp, TissError) as erro:
        return _lista(request, acao.pessoa, repo, problema=traduzir(erro).corpo)
    raiz = request.scope.get("root_path", "")
    feito = acao.o_que.removeprefix("operadora.")
    return RedirectResponse(enderecar(f"{raiz}/operadoras", {"feito": feito}), status_code=303)


def _voltar(request: Request, contrato_id: int, feito: str) -> RedirectResponse:
    raiz = request.scope.get("root_path", "")
    destino = enderecar(f"{raiz}/operadoras/{contrato_id}", {"feito": feito})
    return RedirectResponse(destino, status_code=303)


def _lista(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    *,
    feito: str | None = None,
    problema: Problema | None = None,
) -> HTMLResponse:
    todos = configuracao.listar(repo, pessoa)
    grupos = [
        {
            "registro_ans": registro_ans,
            "nome": nome,
            "contratos": (deles := list(grupo)),
            "suspensos": sum(um.suspenso_em is not None for um in deles),
        }
        for (registro_ans, nome), grupo in groupby(
            todos, key=lambda um: (um.registro_ans, um.operadora)
        )
    ]
    return pagina(
        request,
        "operadoras.html",
        pessoa,
        repo,
        aba="operadoras",
        status=problema.status if problema else 200,
        grupos=grupos,
        nome_de=ficha.nome_de,
        total=len(todos),
        feito=feito,
        problema=problema,
    )


def _um(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    aberto: ContratoAberto,
    *,
    recebido: FormData | None = None,
    vista: int | None = None,
    laudo: Laudo | None = None,
    problema: Problema | None = None,
    feito: str = "",
) -> HTMLResponse:
    """The page of a contrato. vista: the version that what was received was written over."""
    linha = _linha(repo, aberto.resumo.id)
    guardado = ficha.do_contrato(escrever_tudo(CONTRATO, linha))
    digitado = guardado if recebido is None else ficha.em_dia(recebido, guardado)
    diferencas = ficha.diferencas(guardado, digitado)
    de_outra_versao = vista not in (None, linha["versao"])
    dados: dict[str, Any] = {
        "aberto": aberto,
        **_formulario(digitado, problema, guardado.textos),
        "versao": vista or linha["versao"],
        "atual": linha["versao"],
        "por_salvar": bool(diferencas),
        "diferencas": diferencas if de_outra_versao else None,
        "laudo": laudo,
        "feito": _FEITO.get(feito),
        "outros": _outros_enderecos(repo, aberto) if feito == "endereco" else [],
        "campos_do_acesso": CAMPOS,
        "secretos": SECRETOS,
        "onde": onde,
        "contar": historia_do_contrato.contar,
    }
    return pagina(
        request,
        "contrato.html",
        pessoa,
        repo,
        aba="operadoras",
        status=problema.status if problema else 200,
        **dados,
    )


def _novo(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    digitado: ficha.Digitado,
    *,
    modelo: ContratoNaLista | None = None,
    problema: Problema | None = None,
) -> HTMLResponse:
    """The page of a contrato that begins. modelo: the one that it begins as."""
    with repo.transacao() as t:
        prestadores, operadoras = cadastro.prestadores(t), cadastro.operadoras(t)
    cadastrados = {
        "prestador": [_opcao(um["clinica_id"], um["nome"]) for um in prestadores],
        "operadora": [_opcao(uma["registro_ans"], uma["nome"]) for uma in operadoras],
    }
    return pagina(
        request,
        "contrato_novo.html",
        pessoa,
        repo,
        aba="operadoras",
        status=problema.status if problema else 200,
        modelo=modelo,
        **_formulario(digitado, problema, {}, cadastrados),
    )


def _opcao(codigo: str, nome: str) -> tuple[str, str]:
    return codigo, f"{nome} ({codigo})"


def _outros_enderecos(repo: Repositorio, aberto: ContratoAberto) -> list[OutroEndereco]:
    with repo.transacao() as t:
        return outros_enderecos(t, aberto.resumo.id)


def _linha(repo: Repositorio, contrato_id: int) -> Mapping[str, Any]:
    with repo.transacao() as t:
        return cadastro.contrato(t, contrato_id) or {}


def _formulario(
    digitado: ficha.Digitado,
    problema: Problema | None,
    antes: Mapping[str, str],
    cadastrados: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> dict[str, Any]:
    """What the fields and what is wrong with them are shown by."""
    problemas: Sequence[Mapping[str, str]] = problema.problemas if problema else ()
    folhas = ficha.folhas(digitado, problemas, antes, cadastrados)
    conhecidos = {entrada.nome for folha in folhas for g in folha.grupos for entrada in g.entradas}
    return {
        "folhas": folhas,
        "problema": problema,
        # Told at no field of the form.
        "soltos": [um for um in problemas if um["campo"].split(".")[0] not in _raizes(conhecidos)],
        "dias": ficha.DIAS,
        "em_palavras": ficha.em_palavras,
    }


def _raizes(nomes: set[str]) -> set[str]:
    return {nome.split(".")[0] for nome in nomes}
