"""Tries a contrato out: who answers at its address, and whether the credential is taken there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

import structlog

from tiss.clients.transporte import Apresentacao, agora
from tiss.domain.cadastro import RASCUNHO, Contrato, Operacao
from tiss.domain.canal import Canal
from tiss.domain.desfecho import motivo_de_suspensao
from tiss.domain.pedido import SolicitacaoStatusProtocolo
from tiss.domain.retorno import Entrega, FalhaSoap, Ilegivel, Leitura, Resposta
from tiss.errors import AutorizacaoError, ConfigError, UnreadableError
from tiss.messages import leitura
from tiss.messages.diagnostico import diagnosticar
from tiss.messages.hashes import PADRAO, conferir_hash
from tiss.messages.mensagem import escrever_pedido
from tiss.repository import Repositorio, Transacao, contratos
from tiss.services.conversa import (
    Cliente,
    campos_sem_lote,
    mensagem_da_resposta,
    novo_token,
    segundos_da_troca,
    suspender,
    travar_credencial,
)
from tiss.services.pergunta import resumo

log = structlog.get_logger(__name__)

PERGUNTA = Operacao.SOLIC_STATUS_PROTOCOLO
# No operadora gives it: the answer is that it does not exist, and says nothing of a patient.
PROTOCOLO = "0"
# Some servers say so in TLS; others hang up, and nobody knows why.
SEM_ALERTA = (
    "certificado: há servidores que só desligam quando não o aceitam: confira a validade dele e se "
    "está cadastrado na operadora"
)
SUSPENSA = "suspensão: nada mais usa esta credencial até ela mudar ou passar num teste"
DE_RASCUNHO = "suspensão: nada foi levantado, porque o teste é do que não está gravado"

Estado = Literal["OK", "FALHOU", "NAO_TESTADO"]
# In the order in which they are found out.
ENDERECO = "Endereço encontrado"
SEGURANCA = "Conexão segura (TLS)"
SERVIDOR = "Servidor respondeu (HTTP)"
SERVICO = "Serviço TISS reconhecido"
ACESSO = "Acesso aceito"
PASSOS = (ENDERECO, SEGURANCA, SERVIDOR, SERVICO, ACESSO)


class ClienteDaProva(Cliente, Protocol):
    """A client that can also look at who answers."""

    def apresentar(self, operacao: Operacao, *, ate: float) -> Apresentacao | Entrega | None:
        """Return what the server of an operation shows, None when it is reached without TLS."""


@dataclass(frozen=True, slots=True)
class Passo:
    """One of PASSOS. segundos: since the test began, None where it was not reached."""

    nome: str
    estado: Estado
    segundos: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Laudo:
    """What a test found, each thing on a line, in Portuguese; passou: whether it may be used.

    passos: the same in short, what was not reached among them.
    """

    contrato: str
    canal: Canal
    linhas: tuple[str, ...]
    passou: bool
    passos: tuple[Passo, ...]

    def __str__(self) -> str:
        titulo = f"{self.contrato}, canal {self.canal}: {'passou' if self.passou else 'não passou'}"
        return "\n".join((titulo, *(f"  {linha}" for linha in self.linhas)))


def provar(
    repo: Repositorio,
    contrato: Contrato,
    cliente_de: Callable[[Contrato, Canal], ClienteDaProva],
    canal: Canal | None,
) -> Laudo:
    """Ask the operadora about a protocolo that does not exist; return what that shows.

    canal: None, the one on which it would be asked first. A suspended credential is tried all the
    same, once: a person asked for it. One that is refused is suspended; a test that passes lifts
    the suspension of the credential and of the operations of the contrato, except of one that is
    not stored: it says nothing about the one that is. Nothing of it enters tiss.troca, which is
    about lotes. Raises ConfigError for what has to be configured first.
    """
    operacao, escolhido = _escolher(contrato, canal)
    prova = _Prova(repo, contrato, cliente_de(contrato, escolhido), operacao)
    passou = prova.alcancar() and prova.autorizar() and prova.perguntar()
    log.info("contrato testado", contrato=contrato.nome, canal=escolhido, passou=passou)
    return Laudo(
        contrato=contrato.nome,
        canal=escolhido,
        linhas=tuple(prova.linhas),
        passou=passou,
        passos=prova.passos(),
    )


def _escolher(contrato: Contrato, canal: Canal | None) -> tuple[Operacao, Canal]:
    """The operation to try, and its channel; without the question, the address of a send."""
    for operacao in (PERGUNTA, Operacao.ENVIO_LOTE_GUIAS):
        for possivel in contrato.canais(operacao):
            if canal in (None, possivel):
                return operacao, possivel
    if contrato.pelo_portal:
        raise ConfigError("O contrato é de portal (MANUAL): não há serviço a testar.")
    raise ConfigError(f"O contrato não oferece serviço pelo canal {canal or contrato.tipo_api}.")


class _Prova:
    """One test under way. Each step says what it found and returns whether the next makes sense."""

    def __init__(
        self, repo: Repositorio, contrato: Contrato, cliente: ClienteDaProva, operacao: Operacao
    ) -> None:
        self.linhas: list[str] = []
        self._repo = repo
        self._contrato = contrato
        self._cliente = cliente
        self._operacao = operacao
        self._inicio = agora()
        self._vistos: dict[str, Passo] = {}

    def passos(self) -> tuple[Passo, ...]:
        """Every step, those that were not reached too."""
        return tuple(self._vistos.get(nome, Passo(nome, "NAO_TESTADO")) for nome in PASSOS)

    def _deu(self, *nomes: str) -> None:
        self._ver("OK", *nomes)

    def _falhou(self, nome: str) -> None:
        self._ver("FALHOU", nome)

    def _ver(self, estado: Estado, *nomes: str) -> None:
        for nome in nomes:
            self._vistos[nome] = Passo(nome, estado, round(agora() - self._inicio, 3))

    def alcancar(self) -> bool:
        """Who answers at the address."""
        contrato, canal = self._contrato, self._cliente.canal
        self.linhas.append(f"endereço: {contrato.url(self._operacao, canal)}")
        achado = self._cliente.apresentar(self._operacao, ate=agora() + contrato.segundos_total)
        if isinstance(achado, Entrega):
            if self._recusada(achado, None):
                self._deu(ENDERECO)
                self._falhou(SEGURANCA)
                return False
            if "SSL" in (achado.falha or ""):
                self._deu(ENDERECO)
                self._falhou(SEGURANCA)
            else:
                self._falhou(ENDERECO)
            self.linhas.append(f"servidor: não foi alcançado. {self._explicar(achado, None)}")
            if contrato.tipo_autenticacao == "CERTIFICADO_DIGITAL":
                self.linhas.append(SEM_ALERTA)
            return False
        self.linhas.append(self._tls(achado))
        self._deu(ENDERECO, *([SEGURANCA] if achado is not None else []))
        return True

    def autorizar(self) -> bool:
        """A token, where the operadora wants one; always a new one, which tries the secret."""
        with self._repo.transacao() as t:
            token = novo_token(t, self._contrato, self._cliente, self._operacao)
        if isinstance(token, AutorizacaoError):
            self._falhou(ACESSO)
            diagnostico = diagnosticar(token.entrega, None)
            self.linhas.append(f"{self._credencial()}: não deu token. {diagnostico or token}")
            o_que, _ = motivo_de_suspensao(token.entrega, None) or ("", "")
            if o_que == "CREDENCIAL":
                self.linhas.append(SUSPENSA)
            return False
        if token is not None:
            self._cliente = self._cliente.com_token(token.valor)
            self.linhas.append(f"token: obtido, vale por {token.segundos:.0f} segundos")
        if self._operacao is not PERGUNTA:
            self.linhas.append(f"consulta: o contrato não oferece {PERGUNTA}; nada foi perguntado")
            if token is not None:
                self._deu(ACESSO)
                self._aprovar(respondeu=False)
            else:
                self.linhas.append(f"{self._credencial()}: só um envio a prova")
        return True

    def perguntar(self) -> bool:
        """The answer to a question, where one is offered."""
        if self._operacao is not PERGUNTA:
            self._servicos()
            return True
        contrato, canal = self._contrato, self._cliente.canal
        pedido = SolicitacaoStatusProtocolo(
            contratado=contrato.contratado, numero_protocolo=PROTOCOLO
        )
        registrado_em = contrato.no_fuso(datetime.now(UTC))
        requisicao = self._cliente.requisicao(
            PERGUNTA,
            escrever_pedido(contrato, pedido, sequencial=1, registrado_em=registrado_em),
            campos_sem_lote(contrato),
        )
        entrega = self._cliente.trocar(requisicao, ate=agora() + segundos_da_troca(contrato))
        mensagem = mensagem_da_resposta(entrega, contrato, canal)
        lida = leitura.ler(mensagem) if mensagem and not entrega.falha else None
        resposta = lida.resposta if lida is not None else None
        if entrega.http_status is None:
            self._falhou(SERVIDOR)
        else:
            self._deu(SERVIDOR)
        if self._recusada(entrega, resposta):
            self._falhou(ACESSO)
            return False
        explicado = self._explicar(entrega, resposta, requisicao.dados)
        dito = f"resposta: {explicado or resumo(resposta, entrega.falha)}"
        if lida is None or mensagem is None or isinstance(resposta, FalhaSoap | Ilegivel):
            self.linhas.append(dito)
            if entrega.http_status is not None:
                self._falhou(SERVICO)
            return False
        self._deu(SERVICO)
        self.linhas += [self._versao(lida), _hash(lida, mensagem), dito]
        if explicado is not None:
            self._falhou(SERVICO)
            return False
        self._deu(ACESSO)
        self.linhas.append(f"{self._credencial()}: aceita")
        self._aprovar(respondeu=True)
        self._servicos()
        return True

    def _recusada(self, entrega: Entrega, resposta: Resposta | None) -> bool:
        """Whether the credential was refused; then nobody tries it again."""
        o_que, motivo = motivo_de_suspensao(entrega, resposta) or ("", "")
        if o_que != "CREDENCIAL":
            return False
        explicado = self._explicar(entrega, resposta)
        self.linhas.append(f"{self._credencial()}: recusada. {explicado or motivo}")
        if self._contrato.credencial is not None:
            with self._repo.transacao() as t:
                travar_credencial(t, self._contrato, self._cliente)
                suspender(
                    *(t, self._contrato, self._operacao, self._cliente.canal), "CREDENCIAL", motivo
                )
            self.linhas.append(SUSPENSA)
        return True

    def _aprovar(self, *, respondeu: bool) -> None:
        if self._contrato.id == RASCUNHO:
            self.linhas.append(DE_RASCUNHO)
            return
        with self._repo.transacao() as t:
            levantou = self._liberar_credencial(t)
            if respondeu:
                levantou |= contratos.liberar_operacoes(t, self._contrato.id)
        if levantou:
            self.linhas.append("suspensão: levantada")

    def _liberar_credencial(self, t: Transacao) -> bool:
        conexao = self._contrato.credencial
        if conexao is None:
            return False
        travar_credencial(t, self._contrato, self._cliente)
        levantou = contratos.liberar_credencial(t, conexao)
        contratos.aprovar_credencial(t, conexao)
        return levantou

    def _explicar(
        self, entrega: Entrega, resposta: Resposta | None, pedido: bytes | None = None
    ) -> str | None:
        servidor = self._contrato.servidor(self._operacao, self._cliente.canal)
        diagnostico = diagnosticar(entrega, resposta, pedido, servidor=servidor)
        return None if diagnostico is None else str(diagnostico)

    def _tls(self, achado: Apresentacao | None) -> str:
        if achado is None:
            return "TLS: sem TLS, só nesta máquina"
        dia = self._contrato.no_fuso(achado.vale_ate)
        return (
            f"TLS: {achado.versao}, certificado de {achado.nome or 'nome em branco'}, emitido por "
            f"{achado.emissor or 'nome em branco'}, válido até {dia:%d/%m/%Y}"
        )

    def _credencial(self) -> str:
        contrato = self._contrato
        partes = [str(contrato.tipo_autenticacao)]
        if contrato.envia_login_senha:
            partes.append("login e senha na mensagem")
        conexao = f", conexão {contrato.credencial}" if contrato.credencial else ""
        return f"credencial ({' com '.join(partes)}{conexao})"

    def _versao(self, lida: Leitura) -> str:
        esperada = self._contrato.versao_tiss
        if lida.versao == esperada:
            return f"versão: {esperada}, a do contrato"
        return (
            f"versão: a resposta diz {lida.versao or 'nenhuma'} e o contrato é {esperada}: confirme"
            " com a operadora"
        )

    def _servicos(self) -> None:
        for canal in Canal:
            if self._contrato.tipo_api in ("AMBOS", canal):
                nomes = ", ".join(sorted(self._contrato.servicos(canal))) or "nenhum"
                self.linhas.append(f"serviços do contrato ({canal}): {nomes}")


def _hash(lida: Leitura, mensagem: bytes) -> str:
    if not lida.hash_informado:
        return "hash da resposta: não há"
    try:
        dialeto = conferir_hash(mensagem).dialeto
    except UnreadableError:
        # Two hash elements, say: the reader takes what a verifier must not.
        dialeto = None
    if dialeto == PADRAO:
        return "hash da resposta: o do padrão"
    return f"hash da resposta: fora do padrão, dialeto {dialeto or 'desconhecido'}"
