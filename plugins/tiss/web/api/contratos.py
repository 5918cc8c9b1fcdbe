"""Contratos and operadoras: looked at, changed, tried out, stopped."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, UploadFile
from pydantic import BaseModel, ConfigDict, Field, create_model

from tiss.repository.listas.contratos import ContratoNaLista
from tiss.services.prova import Laudo
from tiss.web import configuracao
from tiss.web.acesso import AdministradorDep, PessoaDep
from tiss.web.acoes import Acao, ChaveDep, agir
from tiss.web.banco import ConfiguracaoDep, RepositorioDep
from tiss.web.conexoes import CAMPOS, SECRETOS, ConexoesDep
from tiss.web.configuracao import LIMPO, ContratoAberto, FichaJson, Uso
from tiss.web.filtros import Operadoras

rotas = APIRouter(tags=["contratos"])

# As tiss.contrato has it.
ContratoId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Id em tiss.contrato.")]
RegistroAns = Annotated[str, Path(pattern=r"^[0-9]{6}$", description="Registro ANS.")]
Motivo = Annotated[str, Field(min_length=3, max_length=500, pattern=LIMPO)]
Segredo = Annotated[str | None, Field(min_length=1, max_length=4000, pattern=LIMPO)]


class Corpo(BaseModel):
    """What comes from outside: nothing that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class Alteracao(Corpo):
    """A contrato as it is to be. versao: that of what was looked at."""

    versao: int = Field(ge=1, le=2**31 - 1)
    contrato: FichaJson


class Novo(Corpo):
    """A contrato that begins."""

    contrato: FichaJson


class Teste(Corpo):
    """What to try out. contrato: None, as it is stored. insistir: also a refused credential."""

    contrato: FichaJson | None = None
    insistir: bool = False


class Decisao(Corpo):
    """Why."""

    motivo: Motivo


class Gravada(BaseModel):
    """A contrato that was stored: the keys that changed, and what that does."""

    contrato_id: int
    versao: int
    mudou: list[str]
    efeitos: list[str]


class AcessoGravado(BaseModel):
    """A connection that was stored, and which of its fields."""

    conexao: str
    gravados: list[str]


class Parados(BaseModel):
    """The contratos of an operadora that were stopped, or let go on."""

    registro_ans: str
    contratos: list[int]
    efeito: str


_SEGREDOS: Any = {
    nome: (
        Segredo,
        Field(default=None, description=rotulo, json_schema_extra={"writeOnly": nome in SECRETOS}),
    )
    for nome, rotulo in CAMPOS.items()
}
# The fields of a connection, as tiss.domain.conexao declares them.
NovoAcesso = create_model("NovoAcesso", __base__=Corpo, uso=(Uso, "credencial"), **_SEGREDOS)


@rotas.get("/contratos")
def listar(
    repo: RepositorioDep,
    pessoa: PessoaDep,
    operadora: Operadoras = [],  # noqa: B006  FastAPI copies it
) -> list[ContratoNaLista]:
    """Os contratos, por operadora."""
    return configuracao.listar(repo, pessoa, operadora)


@rotas.post("/contratos", status_code=201)
def criar(
    repo: RepositorioDep,
    configurado: ConfiguracaoDep,
    pessoa: AdministradorDep,
    corpo: Novo,
    chave: ChaveDep = None,
) -> Gravada:
    """Começa um contrato, de um prestador e uma operadora já cadastrados."""
    item = configuracao.ler_corpo(corpo.contrato)
    acao = Acao(
        pessoa=pessoa, o_que="contrato.criar", pedido=configuracao.resumir(item), chave=chave
    )
    return Gravada(**agir(repo, acao, lambda: configuracao.criar(configurado, item)).corpo)


@rotas.get("/contratos/{contrato_id}")
def obter(repo: RepositorioDep, pessoa: PessoaDep, contrato_id: ContratoId) -> ContratoAberto:
    """Um contrato, com tudo o que se decide sobre ele; de segredos, só se estão definidos."""
    return configuracao.abrir(repo, contrato_id, pessoa)


@rotas.put("/contratos/{contrato_id}")
def alterar(
    repo: RepositorioDep,
    configurado: ConfiguracaoDep,
    pessoa: AdministradorDep,
    contrato_id: ContratoId,
    corpo: Alteracao,
    chave: ChaveDep = None,
) -> Gravada:
    """Muda um contrato. Vale o corpo inteiro: uma chave que não está volta ao padrão."""
    configuracao.abrir(repo, contrato_id, pessoa)
    item = configuracao.ler_corpo(corpo.contrato)
    acao = Acao(
        pessoa=pessoa,
        o_que="contrato.alterar",
        alvo={"contrato_id": contrato_id},
        pedido=configuracao.resumir({"versao": corpo.versao, "contrato": item}),
        chave=chave,
    )
    feito = agir(
        repo, acao, lambda: configuracao.alterar(configurado, contrato_id, item, corpo.versao)
    )
    return Gravada(**feito.corpo)


@rotas.post("/contratos/{contrato_id}/testar")
def testar(
    repo: RepositorioDep,
    configurado: ConfiguracaoDep,
    pessoa: AdministradorDep,
    contrato_id: ContratoId,
    corpo: Teste,
) -> Laudo:
    """Fala com a operadora com o que está no corpo, sem gravar. Nenhuma guia é enviada."""
    configuracao.abrir(repo, contrato_id, pessoa)
    item = (
        None
        if corpo.contrato is None
        else configuracao.ler_corpo(corpo.contrato, configuracao.NAO_TESTADO)
    )
    return configuracao.testar(repo, configurado, contrato_id, item, insistir=corpo.insistir)


@rotas.put("/contratos/{contrato_id}/acesso")
def gravar_acesso(
    repo: RepositorioDep,
    conexoes: ConexoesDep,
    pessoa: AdministradorDep,
    contrato_id: ContratoId,
    corpo: NovoAcesso,  # type: ignore[valid-type]
    chave: ChaveDep = None,
) -> AcessoGravado:
    """Guarda usuário, senha e o mais que a conexão do contrato tem; nada disso volta."""
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    recebido: dict[str, Any] = corpo.model_dump(exclude_none=True)  # type: ignore[attr-defined]
    uso: Uso = recebido.pop("uso")
    acao = configuracao.acao_no_acesso(pessoa, aberto, "contrato.acesso", recebido, chave)
    feito = agir(repo, acao, lambda: configuracao.gravar_acesso(conexoes, aberto, uso, recebido))
    return AcessoGravado(**feito.corpo)


@rotas.put("/contratos/{contrato_id}/certificado")
def gravar_certificado(
    repo: RepositorioDep,
    conexoes: ConexoesDep,
    pessoa: AdministradorDep,
    contrato_id: ContratoId,
    arquivo: Annotated[UploadFile, File(description="O .pfx ou .p12, até 64 kB.")],
    senha_certificado: Annotated[str, Form(max_length=200, pattern=LIMPO)] = "",
    uso: Annotated[Uso, Form()] = "credencial",
    chave: ChaveDep = None,
) -> AcessoGravado:
    """Guarda o certificado A1 na conexão do contrato, depois de abri-lo; ele não volta."""
    aberto = configuracao.abrir(repo, contrato_id, pessoa)
    lido = arquivo.file.read(configuracao.MAIOR_CERTIFICADO + 1)
    campos = configuracao.ler_certificado(lido, senha_certificado)
    acao = configuracao.acao_no_acesso(pessoa, aberto, "contrato.certificado", campos, chave)
    feito = agir(repo, acao, lambda: configuracao.gravar_acesso(conexoes, aberto, uso, campos))
    return AcessoGravado(**feito.corpo)


@rotas.post("/operadoras/{registro_ans}/suspender")
def suspender(
    repo: RepositorioDep,
    pessoa: AdministradorDep,
    registro_ans: RegistroAns,
    corpo: Decisao,
    chave: ChaveDep = None,
) -> Parados:
    """Para todos os contratos da operadora: nada sai; as consultas de retorno continuam."""
    acao = configuracao.decisao(pessoa, "operadora.suspender", registro_ans, corpo.motivo, chave)
    feito = agir(
        repo, acao, lambda: configuracao.suspender(repo, registro_ans, pessoa, corpo.motivo)
    )
    return Parados(**feito.corpo)


@rotas.post("/operadoras/{registro_ans}/reativar")
def reativar(
    repo: RepositorioDep,
    pessoa: AdministradorDep,
    registro_ans: RegistroAns,
    corpo: Decisao,
    chave: ChaveDep = None,
) -> Parados:
    """Retoma todos os contratos da operadora, quem quer que os tenha parado."""
    acao = configuracao.decisao(pessoa, "operadora.reativar", registro_ans, corpo.motivo, chave)
    return Parados(
        **agir(repo, acao, lambda: configuracao.reativar(repo, registro_ans, corpo.motivo)).corpo
    )
