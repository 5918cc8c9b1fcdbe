"""What a person does with contratos and operadoras, the same for the API and the screens."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal

from pydantic import WithJsonSchema

from tiss import hooks
from tiss.domain.cadastro import Contrato
from tiss.domain.canal import Canal
from tiss.domain.conferencia import faltas
from tiss.domain.fichas import CONTRATO, de_json, em_json, escrever_tudo, esquema
from tiss.errors import ConfigError
from tiss.messages.certificado import A1
from tiss.repository import Repositorio, cadastro, contratos
from tiss.repository.listas import contratos as lista
from tiss.repository.listas.contratos import AcaoNoContrato, ContratoNaLista
from tiss.services import contrato as servico
from tiss.services.contrato import FichaError, MudouError
from tiss.services.prova import ClienteDaProva, Laudo, provar
from tiss.settings import FUSO
from tiss.web.acesso import Pessoa
from tiss.web.acoes import Acao, Feito
from tiss.web.conexoes import Conexoes, Guardado, guardado
from tiss.web.problemas import ProblemaHttp

Uso = Literal["credencial", "assinatura"]
FichaJson = Annotated[dict[str, Any], WithJsonSchema(esquema(CONTRATO))]
# A .pfx has a key and a few certificates: 3 to 10 kB.
MAIOR_CERTIFICADO = 64 * 1024
# Of a test that a person waits for, in seconds: proxies on the way give up not much later.
MAIOR_TESTE = 60
# At once, of the threads that serve everybody.
_TESTES = BoundedSemaphore(4)
# No control characters: the database holds no NUL, and nobody writes the others.
LIMPO = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
MENOR_MOTIVO = 3
NADA_SAI = "Nada sai dos contratos suspensos; as consultas de retorno continuam."
SEM_REPETIR = (
    "A operadora recusou esta credencial, e há operadoras que bloqueiam o usuário na 5ª tentativa. "
    "Corrija a senha primeiro; para gastar mais uma tentativa assim mesmo, confirme."
)
# Title and detail of what is answered when something is wrong with a ficha.
NAO_SALVO = ("O contrato não foi salvo", "Nada foi gravado: corrija o que está marcado.")
NAO_TESTADO = (
    "Nada foi testado",
    "Corrija o que está marcado e teste de novo. Nada foi gravado.",
)
_EFEITOS: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"versao_tiss"}),
        "Lotes pendentes são montados de novo na versão nova antes de sair.",
    ),
    (
        frozenset({"ambiente", "url_base", "servicos_soap", "servicos_rest", "tipo_api"}),
        "Teste a conexão antes da próxima noite: o próximo envio já usa o endereço novo.",
    ),
    (
        frozenset({"credencial", "tipo_autenticacao", "envia_login_senha"}),
        "O próximo envio já usa o acesso novo, um de cada vez até a operadora aceitá-lo.",
    ),
    (
        frozenset({"envio"}),
        "O envio novo vale para os lotes que ainda vão ser montados.",
    ),
    (
        frozenset({"proximo_numero_lote", "proximo_numero_guia"}),
        "Os números saltados não são usados, e não voltam.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acesso:
    """The connections of a contrato: what they have, never what it is."""

    credencial: Guardado | None
    assinatura: Guardado | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratoAberto:
    """A contrato with all that is decided about it. contrato: by the keys of its file."""

    resumo: ContratoNaLista
    contrato: FichaJson
    faltas: list[str]
    acesso: Acesso
    acoes: list[AcaoNoContrato]


def listar(
    repo: Repositorio, pessoa: Pessoa, operadoras: Sequence[str] = ()
) -> list[ContratoNaLista]:
    """Return contratos. Who may only read is not told what people and operadoras wrote."""
    with repo.transacao() as t:
        return [_para(pessoa, um) for um in lista.listar(t, operadoras)]


def abrir(repo: Repositorio, contrato_id: int, pessoa: Pessoa) -> ContratoAberto:
    """Return one contrato. Raises a 404."""
    with repo.transacao() as t:
        resumos = lista.listar(t, ids=[contrato_id])
        if not resumos:
            raise nao_existe(contrato_id)
        linha = cadastro.contrato(t, contrato_id) or {}
        do_banco = contratos.obter(t, contrato_id)
        acoes = lista.acoes(t, contrato_id)
    if not pessoa.opera:
        acoes = [replace(acao, motivo=None) for acao in acoes]
    credencial, assinatura = (
        guardado(linha[uso]) if linha[uso] else None for uso in ("credencial", "assinatura")
    )
    return ContratoAberto(
        resumo=_para(pessoa, resumos[0]),
        contrato=em_json(escrever_tudo(CONTRATO, linha)),
        faltas=[*faltas(do_banco), *hooks.faltas_no_comando(do_banco)],
        acesso=Acesso(credencial=credencial, assinatura=assinatura),
        acoes=acoes,
    )


def nao_existe(contrato_id: int) -> ProblemaHttp:
    """Return the 404 of a contrato."""
    return ProblemaHttp(
        404,
        "Contrato não encontrado",
        f"Não encontramos o contrato {contrato_id}. Confira o número ou veja todas as operadoras.",
    )


def ler_corpo(corpo: Mapping[str, object], dito: tuple[str, str] = NAO_SALVO) -> dict[str, Any]:
    """Return a body as the values that a file would have. Raises a 422, which says `dito`."""
    item = de_json(CONTRATO, corpo)
    if item is None:
        raise ficha_torta(
            [("", "há no corpo o que nenhum contrato tem; veja o esquema da API")], dito
        )
    return item


def resumir(corpo: object) -> dict[str, str]:
    """Return what tells a request from another without keeping anything of it: see `Acao`."""
    escrito = json.dumps(corpo, sort_keys=True, default=str)
    return {"impressao": hooks.impressao_de({"corpo": escrito})}


def decisao(pessoa: Pessoa, o_que: str, registro_ans: str, motivo: str, chave: str | None) -> Acao:
    """Return what a person decides about an operadora."""
    return Acao(
        pessoa=pessoa,
        o_que=o_que,
        pedido={"registro_ans": registro_ans},
        motivo=motivo,
        chave=chave,
    )


def acao_no_acesso(
    pessoa: Pessoa,
    aberto: ContratoAberto,
    o_que: str,
    campos: Mapping[str, str],
    chave: str | None,
) -> Acao:
    """Return the change of a connection: of what is secret it keeps nothing that can be guessed."""
    return Acao(
        pessoa=pessoa,
        o_que=o_que,
        alvo={"contrato_id": aberto.resumo.id},
        pedido=resumir(campos),
        chave=chave,
    )


def alterar(
    configuracao: Repositorio, contrato_id: int, item: Mapping[str, object], versao: int
) -> Feito:
    """Store a contrato; what it changes is told in words."""
    with recusas():
        gravado = servico.alterar(configuracao, contrato_id, item, versao=versao)
    return Feito(
        200,
        {
            "contrato_id": gravado.contrato_id,
            "versao": gravado.versao,
            "mudou": list(gravado.mudou),
            "efeitos": efeitos(gravado.mudou),
        },
    )


def criar(configuracao: Repositorio, item: Mapping[str, object]) -> Feito:
    """Begin a contrato."""
    with recusas():
        gravado = servico.criar(configuracao, item)
    return Feito(
        201,
        {
            "contrato_id": gravado.contrato_id,
            "versao": gravado.versao,
            "mudou": [],
            "efeitos": ["A próxima execução de tiss_faturamento já fatura por este contrato."],
        },
    )


def efeitos(mudou: Sequence[str]) -> list[str]:
    """Return what a change does, in words."""
    if not mudou:
        return ["Nada mudou."]
    ditos = [dito for chaves, dito in _EFEITOS if chaves & set(mudou)]
    return [
        "Vale na próxima execução de tiss_faturamento. As guias inválidas e as que esperam um lote "
        "são refeitas com o número que têm; o que já foi enviado não muda.",
        *ditos,
    ]


def testar(
    repo: Repositorio,
    configuracao: Repositorio,
    contrato_id: int,
    item: Mapping[str, object] | None,
    *,
    insistir: bool,
) -> Laudo:
    """Try out a contrato as stored (None) or as `item` would make it. No guia leaves.

    A credential that the operadora refused is not tried again unless the person insists. Raises
    ProblemaHttp.
    """
    with recusas(NAO_TESTADO):
        if item is None:
            with repo.transacao() as t:
                contrato = contratos.obter(t, contrato_id)
        else:
            contrato = servico.rascunho(configuracao, contrato_id, item)
        contrato = replace(
            contrato,
            segundos_conexao=min(contrato.segundos_conexao, MAIOR_TESTE),
            segundos_resposta=min(contrato.segundos_resposta, MAIOR_TESTE),
            segundos_total=min(contrato.segundos_total, MAIOR_TESTE),
        )
        if not _TESTES.acquire(blocking=False):
            raise ProblemaHttp(
                409,
                "Outros testes em andamento",
                "Já há testes demais em andamento. Espere um deles terminar e repita.",
            )
        try:
            return provar(repo, contrato, _cliente_livre(repo, insistir=insistir), None)
        finally:
            _TESTES.release()


def gravar_acesso(
    conexoes: Conexoes, aberto: ContratoAberto, uso: Uso, campos: Mapping[str, str]
) -> Feito:
    """Store what is secret in the connection of a contrato."""
    nome = _conexao(aberto, uso)
    conexoes.gravar(nome, campos)
    return Feito(200, {"conexao": nome, "gravados": sorted(campos)})


def conferir_acesso(campos: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was typed of a connection. Raises a 422 for nothing, or for too much."""
    if not campos:
        raise ProblemaHttp(422, "Nada a guardar", "Preencha ao menos um campo da conexão.")
    if any(len(valor) > 4000 or re.search(LIMPO, valor) is None for valor in campos.values()):
        raise ProblemaHttp(
            422, "Campo inválido", "Um dos campos tem mais de 4000 caracteres, ou não é texto."
        )
    return campos


def ler_certificado(arquivo: bytes, senha: str) -> dict[str, str]:
    """Return the fields of a connection for a .pfx that opens and is still good. Raises a 422."""
    if len(arquivo) > MAIOR_CERTIFICADO:
        raise _campo_torto("arquivo", "é grande demais para um certificado A1 (até 64 kB)")
    try:
        a1 = A1.abrir(arquivo, senha or None)
    except ConfigError as erro:
        raise _campo_torto("arquivo", str(erro)) from None
    if a1.vence_em <= datetime.now(UTC):
        raise _campo_torto(
            "arquivo", f"o certificado venceu em {a1.vence_em.astimezone(FUSO):%d/%m/%Y}"
        )
    campos = {"certificado": base64.b64encode(arquivo).decode()}
    return campos | {"senha_certificado": senha}


def suspender(repo: Repositorio, registro_ans: str, pessoa: Pessoa, motivo: str) -> Feito:
    """Stop all contratos of an operadora. Raises a 422 without a reason."""
    _exigir_motivo(motivo)
    _exigir_operadora(repo, registro_ans)
    with repo.transacao() as t:
        parados = contratos.suspender_operadora(t, registro_ans, motivo=motivo, por=pessoa.nome)
    return Feito(200, {"registro_ans": registro_ans, "contratos": parados, "efeito": NADA_SAI})


def reativar(repo: Repositorio, registro_ans: str, motivo: str) -> Feito:
    """Let all contratos of an operadora work again. Raises a 422 without a reason."""
    _exigir_motivo(motivo)
    _exigir_operadora(repo, registro_ans)
    with repo.transacao() as t:
        soltos = contratos.retomar_operadora(t, registro_ans)
    return Feito(
        200,
        {
            "registro_ans": registro_ans,
            "contratos": soltos,
            "efeito": "O que estava parado sai na próxima execução, ou quando alguém enviar.",
        },
    )


@contextmanager
def recusas(dito: tuple[str, str] = NAO_SALVO) -> Iterator[None]:
    """Answer by its place what is wrong with a ficha, and by a 409 what changed in between."""
    try:
        yield
    except FichaError as erro:
        raise ficha_torta(erro.problemas, dito) from None
    except MudouError as erro:
        quando = "" if erro.alterado_em is None else f" {_as_horas(erro.alterado_em)}"
        raise ProblemaHttp(
            409,
            "A operadora mudou",
            f"Outra pessoa alterou esta operadora{quando}. Veja as diferenças antes de salvar.",
        ) from None


def ficha_torta(problemas: Sequence[tuple[str, str]], dito: tuple[str, str]) -> ProblemaHttp:
    """Return the 422 of a ficha, each thing at its field. dito: its title and detail."""
    titulo, detalhe = dito
    return ProblemaHttp(
        422,
        titulo,
        detalhe,
        [{"campo": campo, "mensagem": mensagem} for campo, mensagem in problemas],
    )


def _campo_torto(campo: str, dito: str) -> ProblemaHttp:
    return ProblemaHttp(
        422, "O certificado não foi guardado", dito, [{"campo": campo, "mensagem": dito}]
    )


def _as_horas(quando: datetime) -> str:
    la, aqui = quando.astimezone(FUSO), datetime.now(FUSO)
    return f"às {la:%H:%M}" if la.date() == aqui.date() else f"em {la:%d/%m/%Y às %H:%M}"


def _cliente_livre(
    repo: Repositorio, *, insistir: bool
) -> Callable[[Contrato, Canal], ClienteDaProva]:
    """Clients whose credential the operadora did not refuse, unless the person insists."""

    def cliente_de(contrato: Contrato, canal: Canal) -> ClienteDaProva:
        cliente = hooks.cliente_do_comando(contrato, canal)
        impressao = cliente.credencial.impressao
        if contrato.credencial is not None and impressao is not None and not insistir:
            with repo.transacao() as t:
                motivo = contratos.suspensao_da_credencial(t, contrato.credencial, impressao)
            if motivo is not None:
                raise ProblemaHttp(409, "A credencial está suspensa", SEM_REPETIR)
        return cliente

    return cliente_de


def _conexao(aberto: ContratoAberto, uso: Uso) -> str:
    nome = getattr(aberto.resumo, uso)
    if nome is None:
        raise ProblemaHttp(
            409,
            "O contrato não nomeia a conexão",
            "Escreva primeiro o nome da conexão do Airflow na aba Acesso, e salve o contrato.",
        )
    return str(nome)


def _exigir_motivo(motivo: str) -> None:
    if len(motivo.strip()) < MENOR_MOTIVO:
        raise ProblemaHttp(
            422, "Falta o motivo", "Escreva o motivo: é o que lê quem for desfazer isto."
        )


def _exigir_operadora(repo: Repositorio, registro_ans: str) -> None:
    with repo.transacao() as t:
        if not lista.listar(t, [registro_ans]):
            raise ProblemaHttp(
                404,
                "Operadora não encontrada",
                f"Não há contrato com a operadora de registro {registro_ans}.",
            )


def _para(pessoa: Pessoa, contrato: ContratoNaLista) -> ContratoNaLista:
    if pessoa.opera:
        return contrato
    return replace(contrato, suspenso_motivo=None, credencial_motivo=None)
