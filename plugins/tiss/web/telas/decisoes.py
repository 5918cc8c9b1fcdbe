"""What a person does with a lote on its screen: the buttons, and what has to be asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tiss.errors import TissError
from tiss.repository import Repositorio
from tiss.services.duvida import RespostaDuvida
from tiss.web import mesa
from tiss.web.acesso import OperadorDep, Pessoa, PessoaDep
from tiss.web.acoes import Acao, ChaveDoFormulario, Feito, agir
from tiss.web.banco import RepositorioDep
from tiss.web.corridas import CorridasDep
from tiss.web.filtros import SEM_NULO
from tiss.web.mesa import Cancelamento
from tiss.web.problemas import ProblemaHttp, traduzir
from tiss.web.telas.lotes import Aviso, LoteId, Pedido, baixar, da_lista, mostrar
from tiss.web.telas.pagina import pagina

rotas = APIRouter(prefix="/lotes", default_response_class=HTMLResponse)

Motivo = Annotated[str, Form(min_length=3, max_length=500, pattern=SEM_NULO)]


@rotas.post("/{lote_id}/enviar")
def enviar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
) -> Response:
    """Release and send."""
    return _agir(
        request,
        repo,
        Acao(pessoa=pessoa, o_que="lote.enviar", alvo={"lote_id": lote_id}, chave=chave),
        lambda: mesa.enviar(repo, corridas, lote_id, pessoa),
    )


@rotas.post("/{lote_id}/consultar")
def consultar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
) -> Response:
    """Ask the operadora now."""
    return _agir(
        request,
        repo,
        Acao(pessoa=pessoa, o_que="lote.consultar", alvo={"lote_id": lote_id}, chave=chave),
        lambda: mesa.consultar(repo, corridas, lote_id),
    )


@rotas.post("/{lote_id}/refazer")
def refazer(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
) -> Response:
    """Build a refused lote again."""
    return _agir(
        request,
        repo,
        Acao(pessoa=pessoa, o_que="lote.refazer", alvo={"lote_id": lote_id}, chave=chave),
        lambda: mesa.refazer(repo, corridas, lote_id, pessoa),
    )


@rotas.post("/{lote_id}/exportar")
def exportar(
    pessoa: OperadorDep, repo: RepositorioDep, lote_id: LoteId, chave: ChaveDoFormulario
) -> Response:
    """The file of a lote that a person carries to a portal: from now on it may be there."""
    mesa.exigir(repo, lote_id)
    arquivo: list[tuple[str, bytes]] = []

    def fazer() -> Feito:
        arquivo.append(mesa.exportar(repo, lote_id, pessoa))
        return Feito(200, {})

    acao = Acao(pessoa=pessoa, o_que="lote.exportar", alvo={"lote_id": lote_id}, chave=chave)
    agir(repo, acao, fazer)
    return baixar(*(arquivo[0] if arquivo else mesa.arquivo(repo, lote_id)))


@rotas.get("/{lote_id}/cancelamento")
def perguntar_cancelamento(
    request: Request, pessoa: OperadorDep, repo: RepositorioDep, lote_id: LoteId
) -> HTMLResponse:
    """Whether to cancel, and why."""
    mesa.exigir(repo, lote_id)
    como = mesa.como_cancelar(repo, lote_id)
    return _perguntar(request, pessoa, repo, lote_id, CANCELAMENTOS[como])


@rotas.post("/{lote_id}/cancelar")
def cancelar(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
    motivo: Motivo,
) -> Response:
    """Take it apart, or ask the operadora to cancel it."""
    return _agir(
        request,
        repo,
        Acao(
            pessoa=pessoa,
            o_que="lote.cancelar",
            alvo={"lote_id": lote_id},
            motivo=motivo,
            chave=chave,
        ),
        lambda: mesa.cancelar(repo, corridas, lote_id, pessoa),
    )


@rotas.get("/{lote_id}/entrega")
def perguntar_entrega(
    request: Request, pessoa: OperadorDep, repo: RepositorioDep, lote_id: LoteId
) -> HTMLResponse:
    """Which protocolo the portal gave."""
    return _perguntar(request, pessoa, repo, lote_id, ENTREGA)


@rotas.post("/{lote_id}/marcar-enviado")
def marcar_enviado(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
    protocolo: Annotated[str, Form(min_length=1, max_length=12, pattern=SEM_NULO)],
) -> Response:
    """Note the protocolo of a portal."""
    return _agir(
        request,
        repo,
        Acao(
            pessoa=pessoa,
            o_que="lote.marcar_enviado",
            alvo={"lote_id": lote_id},
            pedido={"protocolo": protocolo},
            chave=chave,
        ),
        lambda: mesa.marcar_enviado(repo, lote_id, protocolo, pessoa),
    )


@rotas.get("/{lote_id}/protocolo")
def perguntar_protocolo(
    request: Request, pessoa: OperadorDep, repo: RepositorioDep, lote_id: LoteId
) -> HTMLResponse:
    """Which protocolo it should have been."""
    return _perguntar(request, pessoa, repo, lote_id, CORRECAO)


@rotas.post("/{lote_id}/corrigir-protocolo")
def corrigir_protocolo(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
    protocolo: Annotated[str, Form(min_length=1, max_length=12, pattern=SEM_NULO)],
) -> Response:
    """Follow it by another protocolo."""
    return _agir(
        request,
        repo,
        Acao(
            pessoa=pessoa,
            o_que="lote.corrigir_protocolo",
            alvo={"lote_id": lote_id},
            pedido={"protocolo": protocolo},
            chave=chave,
        ),
        lambda: mesa.corrigir_protocolo(repo, lote_id, protocolo, pessoa),
    )


@rotas.get("/{lote_id}/duvida")
def perguntar_duvida(
    request: Request, pessoa: PessoaDep, repo: RepositorioDep, lote_id: LoteId
) -> HTMLResponse:
    """The question about a lote in doubt; its address may stand in a mail."""
    return _duvidar(request, pessoa, repo, lote_id)


@rotas.post("/{lote_id}/duvida")
def resolver(
    request: Request,
    pessoa: OperadorDep,
    repo: RepositorioDep,
    corridas: CorridasDep,
    lote_id: LoteId,
    chave: ChaveDoFormulario,
    resposta: Annotated[RespostaDuvida, Form()],
    motivo: Motivo,
    protocolo: Annotated[str, Form(max_length=12, pattern=SEM_NULO)] = "",
) -> Response:
    """Carry out what a person answers."""
    mesa.exigir(repo, lote_id)
    acao = Acao(
        pessoa=pessoa,
        o_que="lote.resolver",
        alvo={"lote_id": lote_id},
        pedido={"resposta": resposta, "protocolo": protocolo},
        motivo=motivo,
        chave=chave,
    )
    try:
        feito = agir(
            repo,
            acao,
            lambda: mesa.resolver(
                repo, corridas, lote_id, resposta, pessoa, protocolo=protocolo.strip()
            ),
        )
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return _duvidar(
            request,
            pessoa,
            repo,
            lote_id,
            aviso=Aviso(tom="bad", texto=problema.detail),
            status=problema.status,
            motivo=motivo,
            protocolo=protocolo,
        )
    destino = da_lista(request, lote=lote_id, feito="resolver", corrida=feito.corpo.get("corrida"))
    return RedirectResponse(destino, status_code=303)


def _duvidar(
    request: Request,
    pessoa: Pessoa,
    repo: Repositorio,
    lote_id: int,
    *,
    aviso: Aviso | None = None,
    status: int = 200,
    motivo: str = "",
    protocolo: str = "",
) -> HTMLResponse:
    aberto = mesa.lote(repo, lote_id, pessoa)
    return pagina(
        request,
        "duvida.html",
        pessoa,
        repo,
        aba="lotes",
        status=status,
        aberto=aberto,
        pergunta=mesa.duvida_de(repo, lote_id) if pessoa.opera else None,
        aviso=aviso,
        motivo=motivo,
        protocolo=protocolo,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pergunta:
    """One thing that a person has to write before something is done to a lote.

    Without `acao` there is nothing to do, only to be told.
    """

    titulo: str
    texto: str
    recuar: str
    acao: str = ""
    rotulo: str = ""
    campo: str = ""
    minimo: int = 1
    maximo: int = 12
    fazer: str = ""
    perigo: bool = False


DESFAZER = Pergunta(
    acao="cancelar",
    titulo="Cancelar o lote {numero}?",
    texto="O lote ainda não saiu: é desfeito aqui, e as guias voltam para Consultas prontas. O "
    "número {numero} não será usado outra vez.",
    rotulo="Motivo",
    campo="motivo",
    minimo=3,
    maximo=500,
    recuar="Manter o lote",
    fazer="Cancelar o lote",
    perigo=True,
)
CANCELAMENTOS = {
    Cancelamento.DESFAZER: DESFAZER,
    Cancelamento.PEDIR: replace(
        DESFAZER,
        titulo="Pedir à operadora que cancele o lote {numero}?",
        texto="O lote já saiu daqui. Enviamos o pedido; só depois de a operadora responder que "
        "cancelou as guias voltam para Consultas prontas. Se ela recusar, o lote fica como está.",
        fazer="Pedir o cancelamento",
    ),
    Cancelamento.PORTAL: Pergunta(
        titulo="O lote {numero} não se cancela por aqui",
        texto=mesa.SEM_CANCELAMENTO,
        recuar="Voltar ao lote",
    ),
}
ENTREGA = Pergunta(
    acao="marcar-enviado",
    titulo="Que protocolo o portal deu ao lote {numero}?",
    texto="O lote fica Enviado e passa a ser acompanhado por este protocolo.",
    rotulo="Número do protocolo",
    campo="protocolo",
    recuar="Voltar",
    fazer="Gravar protocolo",
)
CORRECAO = replace(
    ENTREGA,
    acao="corrigir-protocolo",
    titulo="Qual é o protocolo certo do lote {numero}?",
    texto="Confira no portal da operadora pelo número do lote e pelo valor. O lote deixa de ser "
    "acompanhado pelo protocolo {protocolo} e passa a ser por este; a história guarda os dois. "
    "Nada é reenviado.",
    fazer="Corrigir protocolo",
)


def _perguntar(
    request: Request, pessoa: Pessoa, repo: Repositorio, lote_id: int, pergunta: Pergunta
) -> HTMLResponse:
    aberto = mesa.lote(repo, lote_id, pessoa)
    ditos = {"numero": f"{aberto.lote.numero_lote:06d}", "protocolo": aberto.lote.protocolo}
    dados = asdict(pergunta) | {
        "titulo": pergunta.titulo.format(**ditos),
        "texto": pergunta.texto.format(**ditos),
    }
    return pagina(
        request,
        "pergunta.html",
        pessoa,
        repo,
        aba="lotes",
        aviso=None,
        aberto=aberto,
        **dados,
    )


def _agir(request: Request, repo: Repositorio, acao: Acao, fazer: Callable[[], Feito]) -> Response:
    """Do it and go to the lote; what keeps it from being done is told there."""
    lote_id = acao.alvo["lote_id"]
    mesa.exigir(repo, lote_id)
    try:
        feito = agir(repo, acao, fazer)
    except (ProblemaHttp, TissError) as erro:
        problema = traduzir(erro).corpo
        return mostrar(
            request,
            acao.pessoa,
            repo,
            Pedido(),
            lote_id=lote_id,
            aviso=Aviso(tom="bad", texto=problema.detail),
            status=problema.status,
        )
    o_que = acao.o_que.removeprefix("lote.")
    destino = da_lista(
        request,
        lote=lote_id,
        # What was only asked for is not done yet.
        feito="pedir_cancelamento" if o_que == "cancelar" and "corrida" in feito.corpo else o_que,
        corrida=feito.corpo.get("corrida"),
    )
    return RedirectResponse(destino, status_code=303)
